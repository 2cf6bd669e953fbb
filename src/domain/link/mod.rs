//! Links: web addresses that a reader can open, and which of them are one page. The server never
//! fetches one.

pub mod archive;
mod tracking;

use std::borrow::Cow;
use std::fmt::Write;

use url::Url;

use super::error::{Error, Reason, Result};
use crate::domain::text_input;

/// A web address: http or https, with a host, and without credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link(Url);

impl Link {
    /// Parses an address of at most 2,000 characters.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        let refuse = |message: &str| Error::invalid(field, Reason::InvalidUrl, message);
        let text = text_input::line(field, text, 2000)?;
        let url = Url::parse(&text).map_err(|_| {
            refuse("The address is invalid. Use a form such as https://example.org/page.")
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse("The address must begin with http:// or https://."));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse(
                "The address contains a user name or password. Remove it, because every reader \
                 could see it.",
            ));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(refuse(
                "The address has no host. Use a form such as \
                https://example.org/page.",
            ));
        }
        Ok(Self(url))
    }

    /// Returns the address after normalisation by the URL Standard: case of scheme and host,
    /// default port, dot segments.
    pub fn into_string(self) -> String {
        self.0.into()
    }

    /// The address without parameters that only track readers, and without a fragment that names a
    /// part of the page.
    pub fn canonical(&self) -> String {
        let mut url = self.0.clone();
        let host = host_of(&url);
        let query = url.query().and_then(|query| kept(&host, query, Cow::Borrowed));
        url.set_query(query.as_deref());
        let route = url.fragment().and_then(route).map(str::to_owned);
        url.set_fragment(route.as_deref());
        url.into()
    }

    /// Whether this is the address of an archived copy.
    pub fn is_archived(&self) -> bool {
        archive::archived(&self.0) != archive::Archived::No
    }

    /// The page that an archived copy shows, if the address tells it.
    pub fn page(&self) -> Option<Self> {
        match archive::archived(&self.0) {
            archive::Archived::Of(page) => Some(Self(page)),
            archive::Archived::No | archive::Archived::OfUnknown => None,
        }
    }

    /// The key that all addresses of one page share. It looks like an address, but its scheme and
    /// host may differ from all of them. Archived copies have the key of their page.
    pub fn identity(&self) -> String {
        match archive::archived(&self.0) {
            archive::Archived::Of(page) => identity_of(&page),
            archive::Archived::No | archive::Archived::OfUnknown => identity_of(&self.0),
        }
    }

    /// The host, without `www.`.
    pub fn host(&self) -> String {
        host_of(&self.0)
    }

    /// The path, as in the address.
    pub fn path(&self) -> &str {
        self.0.path()
    }
}

/// Documents that a server sends for the address of their folder.
const DEFAULT_DOCUMENTS: [&str; 14] = [
    "index.html",
    "index.htm",
    "index.xhtml",
    "index.shtml",
    "index.php",
    "index.jsp",
    "index.asp",
    "index.aspx",
    "index.cgi",
    "default.htm",
    "default.html",
    "default.aspx",
    "default.asp",
    "default.php",
];

fn identity_of(url: &Url) -> String {
    let host = host_of(url);
    // A port that is the other scheme's own counts, too: the scheme is set aside.
    let port = url.port().filter(|port| !matches!(port, 80 | 443));
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let path = normal(url.path());
    let mut path = path.trim_end_matches('/');
    while let Some((folder, document)) = path.rsplit_once('/')
        && DEFAULT_DOCUMENTS.contains(&document.to_ascii_lowercase().as_str())
    {
        path = folder.trim_end_matches('/');
    }
    let path = if path.is_empty() { "/" } else { path };
    let query = url.query().and_then(|query| kept(&host, query, normal));
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let route = url.fragment().and_then(route).map(|route| {
        let (place, query) = route.split_once('?').unwrap_or((route, ""));
        let place = normal(place);
        let query = kept(&host, query, normal).map(|query| format!("?{query}"));
        format!("#{}{}", place.trim_end_matches('/'), query.unwrap_or_default())
    });
    format!("https://{host}{port}{path}{query}{}", route.unwrap_or_default())
}

/// The host without `www.` and without the dot of the root.
fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    let mut host = host.as_str();
    while let Some(rest) = host.strip_prefix("www.").filter(|rest| rest.contains('.')) {
        host = rest;
    }
    host.to_owned()
}

/// A fragment that tells pages of an application apart: `#/route` and `#!route`. Others name a part
/// of a page.
fn route(fragment: &str) -> Option<&str> {
    // A text directive names words of the page.
    let fragment = fragment.split(":~:").next().unwrap_or_default();
    let is_route = fragment.starts_with(['/', '!']) && !matches!(fragment, "/" | "!" | "!/");
    is_route.then_some(fragment)
}

/// The parameters of a query that do not only track readers, each as `form` writes it. None if no
/// parameter is left.
fn kept<'q>(host: &str, query: &'q str, form: fn(&'q str) -> Cow<'q, str>) -> Option<String> {
    let is_tracking = |pair: &str| {
        let name = normal(pair.split('=').next().unwrap_or_default()).to_ascii_lowercase();
        tracking::is_tracking(host, &name)
    };
    let kept: Vec<_> = query
        .split('&')
        // An address that was copied from HTML.
        .map(|pair| {
            let mut pair = pair;
            while pair.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("amp;")) {
                pair = &pair[4..];
            }
            pair
        })
        .filter(|pair| !pair.is_empty() && !is_tracking(pair))
        .map(form)
        .collect();
    (!kept.is_empty()).then(|| kept.join("&"))
}

/// Writes percent-encoded bytes as RFC 3986, section 6.2.2, asks: unreserved characters as they are,
/// and all others with digits in upper case.
fn normal(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        written.push_str(&rest[..at]);
        let digits =
            rest.get(at + 1..at + 3).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let Some(byte) = byte else {
            // A bare percent sign, as browsers send it.
            written.push_str("%25");
            rest = &rest[at + 1..];
            continue;
        };
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            let _ = write!(written, "%{byte:02X}");
        }
        rest = &rest[at + 3..];
    }
    written.push_str(rest);
    written.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(text: &str) -> String {
        Link::parse("url", text).unwrap().identity()
    }

    #[test]
    fn addresses_of_one_page_are_one() {
        for same in [
            "https://example.org/a?b=1",
            "HTTPS://Example.ORG:443/a?b=1",
            "https://example.org/x/../a?b=1#part",
            "https://example.org/a?utm_source=mail&b=1&fbclid=x",
            "https://example.org/a?b=1&amp;UTM_Medium=x&amp;FBCLID=y",
            "https://example.org/a?b=1&utm%5Fsource=x",
            "http://www.example.org./a/?b=1",
            "http://example.org:443/%61?b=1",
            "https://example.org/a/index.html?b=1",
            "https://example.org/a?&b=1&#:~:text=words",
            "https://web.archive.org/web/20210309181157/http://example.org/a?b=1",
            "https://archive.ph/2021/https://www.example.org/a/?b=1",
        ] {
            assert_eq!(identity(same), "https://example.org/a?b=1", "{same}");
        }
        let key = identity("https://www.www.example.org/index.html/index.htm/?amp;amp;b=1");
        assert_eq!(identity(&key), key, "a key is its own key");
        for (one, other) in [
            ("https://wiki.example.org/%d0%9c%d0%b0", "https://wiki.example.org/Ма"),
            ("https://example.org/a%2fb", "https://example.org/a%2Fb"),
            ("https://example.org", "https://www.example.org/index.php"),
            ("https://example.org/#", "https://example.org/#!"),
            ("https://example.org/#/a/", "https://example.org/#/a?utm_source=x"),
            ("https://example.org/%7Euser", "https://example.org/~user/"),
            ("https://youtu.be/x?si=1", "https://youtu.be/x"),
        ] {
            assert_eq!(identity(one), identity(other));
        }
    }

    #[test]
    fn addresses_of_other_pages_are_others() {
        for (one, other) in [
            ("https://data.example.gov/#/dataset/12", "https://data.example.gov/#/dataset/99"),
            ("https://forum.example.org/#!topic/a", "https://forum.example.org/#!topic/b"),
            ("https://example.org/story?id=1", "https://example.org/story?id=2"),
            ("https://example.org/a%2Fb", "https://example.org/a/b"),
            ("https://example.org/a", "https://example.org/A"),
            ("https://example.org/a", "https://sub.example.org/a"),
            ("https://example.org/a", "https://example.org:8443/a"),
            ("https://example.org/a?b", "https://example.org/a"),
            ("https://perma.cc/AB12-CD34", "https://perma.cc/AB12-CD35"),
        ] {
            assert_ne!(identity(one), identity(other));
        }
    }

    #[test]
    fn a_canonical_address_still_leads_to_its_page() {
        for (given, canonical) in [
            ("http://www.example.org/a/?b=1&fbclid=x#part", "http://www.example.org/a/?b=1"),
            ("https://example.org/#/a", "https://example.org/#/a"),
            ("https://example.org/?utm_source=x", "https://example.org/"),
        ] {
            assert_eq!(Link::parse("url", given).unwrap().canonical(), canonical);
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
