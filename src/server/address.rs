//! The client's address, behind proxies.
//!
//! Always true: what a client says about its own address is ignored. Only proxies that the operator named are trusted. Of the addresses that
//! they pass on, the right-most counts that is not a trusted proxy's: the part before it may come from the client.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{self, HeaderMap, HeaderName};
use ipnet::IpNet;

use crate::domain::network::Network;
use crate::server::limits::Sender;

/// The trusted proxies.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Proxies with addresses in these networks.
    pub const fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// The network of the client that sent a request with these headers over a connection from `peer`.
    pub fn network(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> Option<Network> {
        let peer = peer?.ip().to_canonical();
        Some(Network::from(if self.trusts(peer) { self.behind(peer, headers) } else { peer }))
    }

    /// Whether a request with these headers over a connection from `peer` came over TLS to the first of the proxies.
    ///
    /// A client that forges the header harms only itself: the response has rules that browsers follow over TLS only.
    pub fn secured(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> bool {
        let plain = HeaderName::from_static("x-forwarded-proto");
        peer.is_some_and(|peer| self.trusts(peer.ip().to_canonical()))
            && (hops(headers, &plain).any(|hop| hop.eq_ignore_ascii_case("https"))
                || hops(headers, &header::FORWARDED).any(|hop| {
                    of_forwarded(&hop, "proto")
                        .is_some_and(|said| said.eq_ignore_ascii_case("https"))
                }))
    }

    /// The sender whose share a connection from `peer` counts against. A trusted proxy carries those of many clients.
    pub fn sender(&self, peer: Option<SocketAddr>) -> Sender {
        match peer.map(|peer| peer.ip().to_canonical()) {
            Some(peer) if self.trusts(peer) => Sender::Exempt,
            peer => Sender::Network(peer.map(Network::from)),
        }
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    fn behind(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let plain = HeaderName::from_static("x-forwarded-for");
        let listed = self.walk(peer, hops(headers, &plain).map(|hop| address(&hop)));
        let described = self.walk(
            peer,
            hops(headers, &header::FORWARDED).map(|hop| address(of_forwarded(&hop, "for")?)),
        );
        match (listed, described) {
            (Some(address), None) | (None, Some(address)) => address,
            // A proxy writes one of the headers, and may pass on the other as the client wrote it. Nobody knows which, so neither counts.
            (Some(one), Some(other)) if one == other => one,
            _ => peer,
        }
    }

    /// The first address from the right that is not a trusted proxy's; `None` if there are no hops.
    fn walk(
        &self,
        peer: IpAddr,
        hops: impl DoubleEndedIterator<Item = Option<IpAddr>>,
    ) -> Option<IpAddr> {
        let mut last = None;
        for hop in hops.rev() {
            match hop {
                Some(address) if self.trusts(address) => last = Some(address),
                Some(address) => return Some(address),
                // A proxy that hides its client, or something the client wrote: the proxy that passed it on counts.
                None => return Some(last.unwrap_or(peer)),
            }
        }
        last
    }
}

/// The elements of a header that is a list, in order, from all of its lines.
fn hops(headers: &HeaderMap, name: &HeaderName) -> std::vec::IntoIter<String> {
    let lines =
        headers.get_all(name).map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned());
    lines
        .flat_map(|line| line.split(',').map(|hop| hop.trim().to_owned()).collect::<Vec<_>>())
        .collect::<Vec<_>>()
        .into_iter()
}

/// The value of `what` in an element of `Forwarded` (RFC 7239).
fn of_forwarded<'a>(element: &'a str, what: &str) -> Option<&'a str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case(what))?;
    Some(value.trim().trim_matches('"'))
}

/// An address, with or without a port: `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let found =
        bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))?;
    Some(IpAddr::to_canonical(&found))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    /// Where a request seems to come from, to a server that trusts 10.0.0.0/8 and 2001:db8:ffff::/48.
    fn seen(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let proxies = Proxies::new(vec![
            "10.0.0.0/8".parse().unwrap(),
            "2001:db8:ffff::/48".parse().unwrap(),
        ]);
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(
                HeaderName::from_static(name),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        proxies
            .network(Some(SocketAddr::new(peer.parse().unwrap(), 4711)), &map)
            .unwrap()
            .to_string()
    }

    #[test]
    fn what_a_client_says_of_itself_counts_for_nothing() {
        for header in ["x-forwarded-for", "forwarded", "x-real-ip"] {
            for value in ["198.51.100.1", "10.0.0.1", "for=198.51.100.1", ""] {
                assert_eq!(seen("192.0.2.7", &[(header, value)]), "192.0.2.7", "{header}: {value}");
            }
        }
    }

    #[test]
    fn a_trusted_proxy_tells_who_came_to_it() {
        for (header, value) in [
            ("x-forwarded-for", "192.0.2.7"),
            ("x-forwarded-for", "192.0.2.7:1234"),
            ("x-forwarded-for", "::ffff:192.0.2.7"),
            ("forwarded", "for=192.0.2.7"),
            ("forwarded", "proto=https; For=\"192.0.2.7:1234\";by=10.0.0.1"),
        ] {
            assert_eq!(seen("10.0.0.1", &[(header, value)]), "192.0.2.7", "{header}: {value}");
            assert_eq!(seen("::ffff:10.0.0.1", &[(header, value)]), "192.0.2.7");
        }
        for (header, value) in [
            ("x-forwarded-for", "2001:db8:1:2::3"),
            ("x-forwarded-for", "[2001:db8:1:2::3]:1234"),
            ("forwarded", "for=\"[2001:db8:1:2::3]\""),
            ("forwarded", "for=\"[2001:db8:1:2::3]:1234\""),
        ] {
            assert_eq!(
                seen("2001:db8:ffff::1", &[(header, value)]),
                "2001:db8:1:2::/64",
                "{header}: {value}"
            );
        }
    }

    #[test]
    fn only_what_trusted_proxies_have_added_is_believed() {
        // The client wrote the left part itself.
        assert_eq!(
            seen("10.0.0.1", &[("x-forwarded-for", "198.51.100.1, 192.0.2.7")]),
            "192.0.2.7"
        );
        assert_eq!(
            seen("10.0.0.1", &[("x-forwarded-for", "198.51.100.1, 192.0.2.7, 10.2.2.2, 10.3.3.3")]),
            "192.0.2.7"
        );
        assert_eq!(
            seen(
                "10.0.0.1",
                &[("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "192.0.2.7")]
            ),
            "192.0.2.7"
        );
        assert_eq!(
            seen("10.0.0.1", &[("forwarded", "for=198.51.100.1, for=192.0.2.7")]),
            "192.0.2.7"
        );
        // It passes itself off as one of the proxies.
        assert_eq!(
            seen("10.0.0.1", &[("x-forwarded-for", "198.51.100.1, 10.9.9.9, 192.0.2.7")]),
            "192.0.2.7"
        );
        // Rubbish stops the walk at who handed it on.
        assert_eq!(
            seen("10.0.0.1", &[("x-forwarded-for", "198.51.100.1, unknown, 10.3.3.3")]),
            "10.3.3.3"
        );
        assert_eq!(seen("10.0.0.1", &[("x-forwarded-for", "198.51.100.1, ")]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[("forwarded", "for=_hidden")]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[("forwarded", "by=192.0.2.7")]), "10.0.0.1");
        assert_eq!(
            seen(
                "10.0.0.1",
                &[(
                    "x-forwarded-for",
                    "\u{e9}\u{0}192.0.2.7".trim_matches('\0').replace('\0', "").as_str()
                )]
            ),
            "10.0.0.1"
        );
    }

    #[test]
    fn two_headers_that_disagree_are_not_believed() {
        assert_eq!(
            seen("10.0.0.1", &[("x-forwarded-for", "192.0.2.7"), ("forwarded", "for=192.0.2.7")]),
            "192.0.2.7"
        );
        assert_eq!(
            seen(
                "10.0.0.1",
                &[("x-forwarded-for", "192.0.2.7"), ("forwarded", "for=198.51.100.1")]
            ),
            "10.0.0.1"
        );
        assert_eq!(
            seen("10.0.0.1", &[("x-forwarded-for", "192.0.2.7"), ("forwarded", "for=unknown")]),
            "10.0.0.1"
        );
    }

    #[test]
    fn without_a_hop_a_proxy_speaks_for_itself() {
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[("x-forwarded-for", "10.2.2.2")]), "10.2.2.2");
        assert!(Proxies::default().network(None, &HeaderMap::new()).is_none());
    }

    #[test]
    fn only_a_trusted_proxy_tells_that_a_request_came_over_tls() {
        let proxies = Proxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
        let secured = |peer: &str, name: &'static str, value: &'static str| {
            let map = HeaderMap::from_iter([(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )]);
            proxies.secured(Some(SocketAddr::new(peer.parse().unwrap(), 4711)), &map)
        };
        for (name, value) in [
            ("x-forwarded-proto", "https"),
            ("x-forwarded-proto", "HTTPS, http"),
            ("forwarded", "for=192.0.2.7;proto=https"),
        ] {
            assert!(secured("10.0.0.1", name, value), "{name}: {value}");
            assert!(!secured("192.0.2.7", name, value), "{name}: {value}");
        }
        for (name, value) in [
            ("x-forwarded-proto", "http"),
            ("x-forwarded-proto", ""),
            ("forwarded", "for=https"),
            ("x-forwarded-ssl", "on"),
        ] {
            assert!(!secured("10.0.0.1", name, value), "{name}: {value}");
        }
    }
}
