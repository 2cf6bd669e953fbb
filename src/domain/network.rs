//! Networks: where a request comes from, as precisely as limits distinguish it.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// The network of one customer: an IPv4 address, or the first 64 bits of an IPv6 address. A customer with one address of a /64 has all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

/// An IPv6 site: the first 48 bits of an address. Providers give customers up to that much, which is 65,536 networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Site(Ipv6Addr);

impl Network {
    /// The site that an IPv6 network belongs to. IPv4 has none.
    pub const fn site(self) -> Option<Site> {
        match self.0 {
            IpAddr::V6(address) => Some(Site(first_bits(address, 48))),
            IpAddr::V4(_) => None,
        }
    }
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => Self(first_bits(address, 64).into()),
            address @ IpAddr::V4(_) => Self(address),
        }
    }
}

const fn first_bits(address: Ipv6Addr, bits: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits)))
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => write!(f, "{address}"),
            IpAddr::V6(address) => write!(f, "{address}/64"),
        }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/48", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::from(text.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn an_ipv6_address_counts_as_its_first_64_bits() {
        assert_eq!(network("192.0.2.7").to_string(), "192.0.2.7");
        assert_eq!(network("::ffff:192.0.2.7").to_string(), "192.0.2.7");
        assert_eq!(network("2001:db8:1:2:3:4:5:6").to_string(), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2::1").to_string(), "2001:db8:1:2::/64");
        assert_ne!(network("2001:db8:1:3::1"), network("2001:db8:1:2::1"));
    }

    #[test]
    fn an_ipv6_site_is_the_first_48_bits() {
        let site = |text: &str| network(text).site().map(|site| site.to_string());
        assert_eq!(site("2001:db8:1:2::1").as_deref(), Some("2001:db8:1::/48"));
        assert_eq!(site("2001:db8:1:ffff::9"), site("2001:db8:1:2::1"));
        assert_ne!(site("2001:db8:2:2::1"), site("2001:db8:1:2::1"));
        assert_eq!((site("192.0.2.7"), site("::ffff:192.0.2.7")), (None, None));
    }
}
