//! The two machines of a campaign: this one, and one behind a way that can be cut where namespaces are permitted.

use anyhow::Result;

use super::namespace::Namespace;
use crate::system::{Place, TestSystem};

/// Where services run, and the variables they get there.
pub(super) struct Host {
    pub(super) place: Place,
    env: Vec<(&'static str, String)>,
}

impl Host {
    /// Both hosts. Without a namespace the second one is only another name.
    ///
    /// # Errors
    /// When the servers do not listen where the second host could reach them.
    pub(super) fn both(system: &TestSystem, net: Option<&Namespace>) -> Result<[Self; 2]> {
        let named = |name: &'static str| {
            vec![
                ("SAFELIGHT_NODE_NAME", name.to_owned()),
                ("SAFELIGHT_MACHINE_ID", name.to_owned()),
            ]
        };
        let near = Self {
            place: Place::default(),
            env: named("host-a"),
        };
        let mut far = Self {
            place: Place::default(),
            env: named("host-b"),
        };
        if let Some(net) = net {
            far.place = net.place();
            far.env.push(("DB_URL", system.database().far_url()?));
            far.env
                .push(("REDIS_URL", format!("redis://{}:{}", net.here, system.redis().port())));
        }
        Ok([near, far])
    }

    /// The variables, with more.
    pub(super) fn env<'a>(&'a self, more: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
        let all = self.env.iter().chain(more);
        all.map(|(name, value)| (*name, value.as_str())).collect()
    }
}
