//! A second host: a network namespace with one way to this one, which can be cut.

use anyhow::{Context as _, Result};

use super::cleanup::{Cleanup, run};
use crate::system::Place;

/// How a way is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// What is sent is answered by a reset.
    Severed,
    /// What is sent vanishes.
    Silent,
}

/// A network namespace, joined to this one by a pair of interfaces.
pub(super) struct Namespace {
    name: String,
    /// Our end of the way.
    pub(super) here: String,
    /// Its end.
    pub(super) there: String,
}

impl Namespace {
    /// Makes one; `cleanup` removes it.
    ///
    /// # Errors
    /// When this machine does not permit it, or lacks `ip` or `nft`.
    pub(super) fn make(cleanup: &mut Cleanup) -> Result<Self> {
        let id = std::process::id();
        let name = format!("slchaos{id}");
        // At most 15 characters are the name of an interface.
        let (outer, inner) = (format!("sla{id}"), format!("slb{id}"));
        let net = id % 250 + 2;
        let (here, there) = (format!("10.213.{net}.1"), format!("10.213.{net}.2"));
        run("nft", &["list", "tables"])?;
        run("ip", &["netns", "add", &name])?;
        cleanup.at_end(&format!("! ip netns list | grep -qw {name} || ip netns del {name}"))?;
        run("ip", &["link", "add", &outer, "type", "veth", "peer", "name", &inner])?;
        cleanup.at_end(&format!("! ip link show {outer} || ip link del {outer}"))?;
        run("ip", &["link", "set", &inner, "netns", &name])?;
        run("ip", &["addr", "add", &format!("{here}/24"), "dev", &outer])?;
        run("ip", &["link", "set", &outer, "up"])?;
        let made = Self { name, here, there };
        made.ip(&["addr", "add", &format!("{}/24", made.there), "dev", &inner])?;
        made.ip(&["link", "set", &inner, "up"])?;
        made.ip(&["link", "set", "lo", "up"])?;
        // Shows whether rules can be made at all.
        made.cut("probe", 1, Cut::Silent)?;
        made.heal("probe")?;
        Ok(made)
    }

    /// Where services on this host run.
    pub(super) fn place(&self) -> Place {
        Place {
            prefix: ["ip", "netns", "exec", &self.name].map(str::to_owned).to_vec(),
            address: self.there.clone(),
        }
    }

    /// Cuts the way to a port of ours, in both directions. `name` is for [`Namespace::heal`].
    ///
    /// # Errors
    /// When the rules are refused.
    pub(super) fn cut(&self, name: &str, port: u16, cut: Cut) -> Result<()> {
        let verdict = match cut {
            Cut::Severed => "reject with tcp reset",
            Cut::Silent => "drop",
        };
        let here = &self.here;
        let rules = format!(
            "table ip {name} {{
                chain out {{ type filter hook output priority 0; ip daddr {here} tcp dport {port} {verdict}; }}
                chain in {{ type filter hook input priority 0; ip saddr {here} tcp sport {port} {verdict}; }}
            }}"
        );
        self.inside("nft", &[&rules])?;
        if cut == Cut::Severed {
            // Also those that say nothing now; where the kernel cannot, they notice when they next speak.
            let _ = self.inside("ss", &["-K", "dst", here, "dport", "=", &port.to_string()]);
        }
        Ok(())
    }

    /// Takes a cut back.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn heal(&self, name: &str) -> Result<()> {
        self.inside("nft", &["delete", "table", "ip", name])
    }

    fn ip(&self, words: &[&str]) -> Result<()> {
        self.inside("ip", words)
    }

    fn inside(&self, program: &str, words: &[&str]) -> Result<()> {
        let mut all = vec!["netns", "exec", &self.name, program];
        all.extend_from_slice(words);
        run("ip", &all).with_context(|| format!("in the namespace {}", self.name))
    }
}
