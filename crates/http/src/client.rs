//! Who is at the other end: the address and scheme of a request, seen through named proxies only ([`super::proxies`]).

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use actix_web::{HttpRequest, web};

use super::proxies::TrustedProxies;

/// The addresses that the proxies on the way have seen, from the client to us.
pub const FORWARDED_FOR: &str = "x-forwarded-for";
/// The scheme that they have seen.
pub const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// What counts as one client when attempts are counted: an address of IPv4, or the /64 of one of IPv6, of which every
/// household has at least one whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientNetwork(IpAddr);

impl From<IpAddr> for ClientNetwork {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        })
    }
}

impl fmt::Display for ClientNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => write!(f, "{address}"),
            IpAddr::V6(address) => write!(f, "{address}/64"),
        }
    }
}

/// Whether the client speaks https to the named proxy: decides the Secure flag of cookies.
pub fn is_https(request: &HttpRequest) -> bool {
    trusted_peer(request)
        && last_value(request, FORWARDED_PROTO).is_some_and(|proto| proto.eq_ignore_ascii_case("https"))
}

/// The network of the client.
pub fn network(request: &HttpRequest) -> ClientNetwork {
    // Without an address nobody can be told apart.
    address(request).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).into()
}

/// The address of the client: the peer, or what named proxies say came to them.
pub fn address(request: &HttpRequest) -> Option<IpAddr> {
    let (peer, proxies) = peer(request)?;
    Some(origin(peer, &lines(request, FORWARDED_FOR), proxies))
}

/// The host that a trusted proxy was asked for.
pub fn forwarded_host(request: &HttpRequest) -> Option<&str> {
    last_value(request, "x-forwarded-host").filter(|_| trusted_peer(request))
}

fn trusted_peer(request: &HttpRequest) -> bool {
    peer(request).is_some_and(|(peer, proxies)| proxies.contains(peer))
}

/// Who speaks to us, and the proxies that are named.
pub fn peer(request: &HttpRequest) -> Option<(IpAddr, &TrustedProxies)> {
    let proxies = request.app_data::<web::Data<TrustedProxies>>()?;
    Some((request.peer_addr()?.ip().to_canonical(), proxies))
}

/// The last value of a header, which the nearest proxy has written.
fn last_value<'r>(request: &'r HttpRequest, header: &str) -> Option<&'r str> {
    let last = lines(request, header).pop()?;
    last.rsplit(',').next().map(str::trim)
}

/// All lines of a header, in their order: they are one chain. A line that is no text is one that names nobody.
fn lines<'r>(request: &'r HttpRequest, header: &str) -> Vec<&'r str> {
    let values = request.headers().get_all(header);
    values.map(|value| value.to_str().unwrap_or_default()).collect()
}

/// The right-most address of the chain that is no named proxy. What stands left of it, whoever stands there may have
/// written; what cannot be read ends the chain, and the proxy that passed it on stands for its clients.
fn origin(peer: IpAddr, chain: &[&str], proxies: &TrustedProxies) -> IpAddr {
    let mut client = peer;
    for hop in chain.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !proxies.contains(client) {
            break;
        }
        let Some(address) = hop_address(hop.trim()) else { break };
        client = address.to_canonical();
    }
    client
}

/// `192.0.2.7`, `2001:db8::7`, and both with a port, as some proxies write them.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let address = hop.trim_start_matches('[').trim_end_matches(']').parse().ok();
    address.or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxies::tests::proxies;

    fn client(named: &str, peer: &str, chain: &[&str]) -> String {
        origin(peer.parse().unwrap(), chain, &proxies(named)).to_string()
    }

    #[test]
    fn the_right_most_address_that_is_no_proxy_counts() {
        let named = "10.0.0.0/8";
        // Who is not named is the client, whatever it says.
        assert_eq!(client(named, "192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
        assert_eq!(client("", "127.0.0.1", &["203.0.113.9"]), "127.0.0.1");
        assert_eq!(client(named, "10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        // What the client wrote itself stands left of what the proxy has seen.
        assert_eq!(client(named, "10.0.0.1", &["1.1.1.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(
            client(named, "10.0.0.1", &["1.1.1.1, 10.9.9.9, 203.0.113.9"]),
            "203.0.113.9"
        );
        assert_eq!(
            client(named, "10.0.0.1", &["1.1.1.1,203.0.113.9, 10.0.0.2"]),
            "203.0.113.9"
        );
        // All of them proxies: the first of them asks for itself.
        assert_eq!(client(named, "10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
        assert_eq!(client(named, "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn several_lines_are_one_chain() {
        let named = "10.0.0.0/8";
        assert_eq!(client(named, "10.0.0.1", &["1.1.1.1", "203.0.113.9"]), "203.0.113.9");
        let chain = ["1.1.1.1", "2.2.2.2, 203.0.113.9", "10.0.0.2"];
        assert_eq!(client(named, "10.0.0.1", &chain), "203.0.113.9");
    }

    #[test]
    fn what_cannot_be_read_ends_the_chain() {
        let named = "10.0.0.0/8";
        for broken in ["unknown", "", "1.1.1.1, ", "1.1.1.1, _hidden", "1.1.1.1, 300.0.0.1"] {
            assert_eq!(client(named, "10.0.0.1", &[broken]), "10.0.0.1", "{broken}");
        }
        assert_eq!(
            client(named, "10.0.0.1", &["203.0.113.9, nonsense, 10.0.0.2"]),
            "10.0.0.2"
        );
    }

    #[test]
    fn ports_and_mapped_addresses_are_understood() {
        let named = "10.0.0.0/8";
        for (hop, address) in [
            ("203.0.113.9:4711", "203.0.113.9"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
        ] {
            assert_eq!(client(named, "10.0.0.1", &[hop]), address, "{hop}");
        }
        // A named proxy is known by the form of its address that a dual-stack socket shows as well.
        assert_eq!(
            client(named, "10.0.0.1", &["203.0.113.9, ::ffff:10.0.0.2"]),
            "203.0.113.9"
        );
    }

    #[test]
    fn a_network_is_an_address_or_a_household() {
        let network = |text: &str| ClientNetwork::from(text.parse::<IpAddr>().unwrap());
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("2001:db8:1:2::9").to_string(), "2001:db8:1:2::/64");
        assert_eq!(network("192.0.2.1").to_string(), "192.0.2.1");
    }
}
