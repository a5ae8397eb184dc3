//! The proxies whose forwarded headers are believed.

use std::net::IpAddr;

use safelight_core::config::{ConfigError, Env};

/// Networks of proxies, as addresses with the number of bits that count. None is trusted unless `IMMICH_TRUSTED_PROXIES`
/// names it, this machine neither: whoever may write these headers chooses by whose count a wrong password is counted.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<(IpAddr, u8)>);

impl TrustedProxies {
    /// Reads `IMMICH_TRUSTED_PROXIES`: addresses and networks, separated by commas.
    ///
    /// # Errors
    /// The variable cannot be read or names something else.
    pub fn from_env(env: &Env) -> Result<Self, ProxyError> {
        let named = env.string("IMMICH_TRUSTED_PROXIES")?.unwrap_or_default();
        let networks = named.split(',').map(str::trim).filter(|part| !part.is_empty());
        networks
            .map(|part| network(part).ok_or_else(|| ProxyError::Network(part.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether the address is that of a named proxy.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0
            .iter()
            .any(|(network, bits)| covers(*network, *bits, address.to_canonical()))
    }
}

/// What is wrong with the list of proxies.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// The variable could not be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Not an address and not a network.
    #[error("IMMICH_TRUSTED_PROXIES: {0} is neither an IP address nor a network such as 10.0.0.0/8")]
    Network(String),
}

/// `10.0.0.0/8`, `::1`.
fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = text
        .split_once('/')
        .map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address: IpAddr = address.parse().ok()?;
    let all = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Some(all), |bits| bits.parse().ok())?;
    (bits <= all).then_some((address, bits))
}

fn covers(network: IpAddr, bits: u8, address: IpAddr) -> bool {
    let bits = u32::from(bits);
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let shift = 32_u32.saturating_sub(bits);
            network.to_bits().checked_shr(shift) == address.to_bits().checked_shr(shift)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let shift = 128_u32.saturating_sub(bits);
            network.to_bits().checked_shr(shift) == address.to_bits().checked_shr(shift)
        }
        _ => false,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn proxies(text: &str) -> TrustedProxies {
        TrustedProxies::from_env(&Env::of([("IMMICH_TRUSTED_PROXIES", text)])).unwrap()
    }

    #[test]
    fn networks_cover_their_addresses() {
        let list = proxies("10.0.0.0/8, 192.168.1.7,fd00::/8");
        for inside in ["10.255.0.1", "192.168.1.7", "fd12::1", "::ffff:10.1.1.1"] {
            assert!(list.contains(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["11.0.0.1", "192.168.1.8", "fe80::1"] {
            assert!(!list.contains(outside.parse().unwrap()), "{outside}");
        }
        assert!(proxies("0.0.0.0/0").contains("1.2.3.4".parse().unwrap()));
    }

    #[test]
    fn nobody_is_trusted_who_is_not_named() {
        for text in ["", "203.0.113.7"] {
            for address in [
                "127.0.0.1",
                "::1",
                "10.0.0.1",
                "192.168.1.8",
                "172.20.0.3",
                "169.254.0.1",
                "fd00::3",
                "fe80::1",
            ] {
                assert!(!proxies(text).contains(address.parse().unwrap()), "{address}");
            }
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["proxy.example", "10.0.0.0/33", "10.0.0.0/x"] {
            assert!(
                TrustedProxies::from_env(&Env::of([("IMMICH_TRUSTED_PROXIES", text)])).is_err(),
                "{text}"
            );
        }
    }
}
