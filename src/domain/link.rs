//! Links: addresses that a reader can open. Nothing here or elsewhere ever fetches one.

use url::Url;

use super::error::{Error, Reason, Result};
use super::words;

/// A web address: http or https, with a host, without credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link(Url);

impl Link {
    /// The address in `text`, at most 2,000 characters.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        let refuse = |message: &str| Error::invalid(field, Reason::InvalidUrl, message);
        let text = words::line(field, text, 2000)?;
        let url = Url::parse(&text).map_err(|_| refuse("this is no web address; one looks like https://example.org/page"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse("only http and https addresses are taken"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("an address with a user name or password in it is not taken; it would be shown to every reader"));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(refuse("the address has no host"));
        }
        Ok(Self(url))
    }

    /// The address as it was given, but for what the URL Standard normalises: case of scheme and host, default port, dot segments.
    pub fn into_string(self) -> String {
        self.0.into()
    }

    /// The address by which one source is told from another: without a fragment, and without the parameters that only say which
    /// advertisement, newsletter or campaign a reader came from.
    pub fn canonical(&self) -> String {
        let mut url = self.0.clone();
        url.set_fragment(None);
        let is_tracking = |pair: &str| {
            let name = pair.split('=').next().unwrap_or_default();
            name.starts_with("utm_") || matches!(name, "fbclid" | "gclid" | "dclid" | "msclkid" | "mc_cid" | "mc_eid" | "igshid" | "yclid")
        };
        // The pairs are kept as they are written: decoding and encoding them again would change addresses that need not change.
        let kept: Option<Vec<_>> = url.query().map(|query| query.split('&').filter(|pair| !is_tracking(pair)).collect());
        let query = kept.map(|pairs| pairs.join("&")).filter(|query| !query.is_empty());
        url.set_query(query.as_deref());
        url.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_page_are_one() {
        for same in [
            "https://example.org/a?b=1",
            "HTTPS://Example.ORG:443/a?b=1",
            "https://example.org/x/../a?b=1#part",
            "https://example.org/a?utm_source=mail&b=1&fbclid=x",
        ] {
            assert_eq!(Link::parse("url", same).unwrap().canonical(), "https://example.org/a?b=1", "{same}");
        }
    }

    #[test]
    fn what_is_no_open_address_is_refused() {
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://example.org/",
            "file:///etc/passwd",
            "//example.org/a",
            "example.org",
            "https://",
            "https://user@example.org/",
            "https://user:secret@example.org/",
            "https://:secret@example.org/",
            "",
        ] {
            assert!(Link::parse("url", bad).is_err(), "{bad}");
        }
    }
}
