//! The values of flags: how each is read from its text.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};

use ipnet::IpNet;

/// The address of a collector of traces. The server sends them without TLS.
pub fn parse_collector(text: &str) -> Result<String, String> {
    match url::Url::parse(text) {
        Ok(parsed) if parsed.scheme() == "http" => Ok(text.to_owned()),
        _ => Err("a collector looks like http://127.0.0.1:4318; traces are sent without TLS, so \
                  run the collector on this machine"
            .to_owned()),
    }
}

/// A SHA-256, in hexadecimal digits.
pub fn parse_digest(text: &str) -> Result<[u8; 32], String> {
    let mut digest = [0; 32];
    hex::decode_to_slice(text, &mut digest)
        .map_err(|_| "a SHA-256 has 64 hexadecimal digits".to_owned())?;
    Ok(digest)
}

/// An origin as browsers send it: a scheme, a host, and a port if it is not the scheme's own.
pub fn parse_origin(text: &str) -> Result<String, String> {
    let form = "an origin looks like https://desk.example.org, without a path";
    match url::Url::parse(text) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") => {
            let origin = parsed.origin().ascii_serialization();
            if origin == text {
                Ok(origin)
            } else {
                Err(format!("{form}; this one would be {origin}"))
            }
        }
        _ => Err(form.to_owned()),
    }
}

/// The public address of a server: an origin, with a path if a proxy serves it below one.
pub fn parse_public_url(text: &str) -> Result<String, String> {
    let form = "a public address looks like https://facts.example.org or \
                https://example.org/facts, without a slash at its end";
    let url = url::Url::parse(text).map_err(|_| form.to_owned())?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    let normal = url.as_str().trim_end_matches('/');
    if is_plain && normal == text {
        Ok(text.to_owned())
    } else if is_plain {
        Err(format!("{form}; this one would be {normal}"))
    } else {
        Err(form.to_owned())
    }
}

/// Reads an address to listen on: `ADDRESS:PORT`, `NAME:PORT`, `:PORT` or `PORT`. A name that has
/// both an IPv4 and an IPv6 address means the IPv4 address.
pub fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    let form = "use ADDRESS:PORT, such as 127.0.0.1:8080, localhost:8080, :8080 or 8080";
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let port: u16 = port.parse().map_err(|_| form.to_owned())?;
    if host.is_empty() {
        return Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    }
    let found = (host, port).to_socket_addrs().map_err(|error| format!("{form}: {error}"))?;
    found.min_by_key(SocketAddr::is_ipv6).ok_or_else(|| format!("{form}: {host} has no address"))
}

/// A network in CIDR notation, or a single address.
pub fn parse_network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
    text.parse()
        .or_else(|_| address())
        .map_err(|_| "a network looks like 10.0.0.0/8, an address like 10.0.0.1".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::config::{Cli, Command};

    #[test]
    fn an_address_to_listen_on_needs_only_a_port() {
        for (text, address) in [
            ("8080", "127.0.0.1:8080"),
            (":8080", "127.0.0.1:8080"),
            ("localhost:8080", "127.0.0.1:8080"),
            ("0.0.0.0:0", "0.0.0.0:0"),
            ("[::1]:8080", "[::1]:8080"),
        ] {
            assert_eq!(parse_listen(text).unwrap(), address.parse().unwrap(), "{text}");
        }
        for bad in ["", "localhost", "localhost:", "127.0.0.1:70000", "http://localhost:8080"] {
            assert!(parse_listen(bad).unwrap_err().starts_with("use ADDRESS:PORT"), "{bad}");
        }
    }

    #[test]
    fn a_public_address_is_an_origin_with_at_most_a_path() {
        for good in
            ["https://facts.example.org", "http://127.0.0.1:8080", "https://example.org/a/b"]
        {
            assert_eq!(parse_public_url(good).unwrap(), good);
        }
        for bad in [
            "",
            "facts.example.org",
            "https://facts.example.org/",
            "https://Facts.example.org",
            "https://example.org/a/../b",
            "https://example.org:443",
            "https://me@example.org",
            "https://example.org?a",
            "https://example.org#a",
            "ftp://example.org",
        ] {
            assert!(parse_public_url(bad).unwrap_err().contains("looks like"), "{bad}");
        }
    }

    #[test]
    fn a_collector_is_reached_without_tls() {
        assert!(parse_collector("http://127.0.0.1:4318").is_ok());
        for bad in ["https://collector.example.org", "127.0.0.1:4318", ""] {
            assert!(parse_collector(bad).unwrap_err().contains("without TLS"), "{bad}");
        }
    }

    #[test]
    fn proxies_are_networks_or_addresses() {
        let line =
            "claimspan serve --trusted-proxy 10.0.0.0/8,2001:db8::/32 --trusted-proxy 192.0.2.7";
        let Command::Serve(serve) = Cli::try_parse_from(line.split(' ')).unwrap().command else {
            panic!("serve")
        };
        let shown: Vec<_> = serve.trusted_proxies.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7/32"]);
        for bad in ["", "10.0.0.0/33", "proxy.example.org", "10.0.0.1:80"] {
            assert!(
                Cli::try_parse_from(["claimspan", "serve", "--trusted-proxy", bad]).is_err(),
                "{bad}"
            );
        }
    }
}
