//! Who is at the other end: the address and scheme of a request, seen through trusted proxies only.
//!
//! `IMMICH_TRUSTED_PROXIES` lists the addresses and networks whose `X-Forwarded-*` headers are believed; nobody else
//! can make the gateway think a request was encrypted or came from elsewhere. This machine is always believed.

use std::net::IpAddr;

use actix_web::{HttpRequest, web};
use safelight_core::config::{ConfigError, Env};

use crate::state::AppState;

/// This machine: always believed, as the contract says (section 6).
const LOOPBACK: &str = "127.0.0.0/8,::1/128";
/// Believed where the variable says nothing: link-local and unique-local networks (contract, section 6).
const PRIVATE: &str = "169.254.0.0/16,fe80::/10,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7";

/// Networks of proxies, as addresses with the number of bits that count.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrustedProxies(Vec<(IpAddr, u8)>);

impl TrustedProxies {
    /// Reads `IMMICH_TRUSTED_PROXIES`: addresses and networks, separated by commas.
    ///
    /// # Errors
    /// The variable cannot be read or names something else.
    pub(crate) fn from_env(env: &Env) -> Result<Self, ProxyError> {
        let named = env
            .string("IMMICH_TRUSTED_PROXIES")?
            .unwrap_or_else(|| PRIVATE.to_owned());
        let networks = LOOPBACK
            .split(',')
            .chain(named.split(','))
            .map(str::trim)
            .filter(|part| !part.is_empty());
        networks
            .map(|part| network(part).ok_or_else(|| ProxyError::Network(part.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn contains(&self, address: IpAddr) -> bool {
        self.0
            .iter()
            .any(|(network, bits)| covers(*network, *bits, address.to_canonical()))
    }
}

/// What is wrong with the list of proxies.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProxyError {
    /// The variable could not be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Not an address and not a network.
    #[error("IMMICH_TRUSTED_PROXIES: {0} is neither an IP address nor a network such as 10.0.0.0/8")]
    Network(String),
}

/// Whether the client speaks https to the outermost trusted proxy: decides the Secure flag of cookies.
pub(crate) fn is_https(request: &HttpRequest) -> bool {
    trusted_peer(request)
        && last_value(request, "x-forwarded-proto").is_some_and(|proto| proto.eq_ignore_ascii_case("https"))
}

/// The address of the client: the peer, or what trusted proxies say came to them (the last address that is no proxy).
pub(crate) fn address(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    if !trusted_peer(request) {
        return Some(peer);
    }
    let forwarded = request
        .headers()
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let proxies = state(request)
        .map(|state| state.trusted_proxies.clone())
        .unwrap_or_default();
    let hops = forwarded.rsplit(',').map_while(|hop| hop.trim().parse::<IpAddr>().ok());
    let mut client = peer;
    for hop in hops {
        client = hop.to_canonical();
        if !proxies.contains(client) {
            break;
        }
    }
    Some(client)
}

/// The host that a trusted proxy was asked for.
pub(crate) fn forwarded_host(request: &HttpRequest) -> Option<&str> {
    last_value(request, "x-forwarded-host").filter(|_| trusted_peer(request))
}

fn trusted_peer(request: &HttpRequest) -> bool {
    let peer = request.peer_addr().map(|peer| peer.ip());
    peer.is_some_and(|peer| state(request).is_some_and(|state| state.trusted_proxies.contains(peer)))
}

fn state(request: &HttpRequest) -> Option<&AppState> {
    request.app_data::<web::Data<AppState>>().map(web::Data::get_ref)
}

fn last_value<'r>(request: &'r HttpRequest, header: &str) -> Option<&'r str> {
    request
        .headers()
        .get(header)?
        .to_str()
        .ok()?
        .split(',')
        .next_back()
        .map(str::trim)
}

/// `10.0.0.0/8`, `::1`, and the names Express knows.
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
mod tests {
    use super::*;

    fn proxies(text: &str) -> TrustedProxies {
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
    fn this_machine_is_always_believed_and_private_networks_where_none_is_named() {
        for text in ["", "10.0.0.0/8"] {
            assert!(proxies(text).contains("127.0.0.1".parse().unwrap()));
            assert!(proxies(text).contains("::1".parse().unwrap()));
        }
        for private in ["192.168.1.8", "172.20.0.3", "fd00::3"] {
            assert!(proxies("").contains(private.parse().unwrap()), "{private}");
            assert!(!proxies("10.0.0.0/8").contains(private.parse().unwrap()), "{private}");
        }
        assert!(!proxies("").contains("8.8.8.8".parse().unwrap()));
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
