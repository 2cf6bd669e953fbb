//! Web archives: which page an archived copy shows, as far as its address tells.

use url::Url;

/// Whether an address is an archived copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Archived {
    /// Not an archived copy.
    No,
    /// An archived copy of a page that its address does not tell.
    OfUnknown,
    /// An archived copy of this page.
    Of(Url),
}

/// The archives whose every page below the first is an archived copy, with their subdomains.
const ARCHIVES: [&str; 24] = [
    "web.archive.org",
    "wayback.archive.org",
    "web-static.archive.org",
    "archive.today",
    "archive.is",
    "archive.ph",
    "archive.md",
    "archive.li",
    "archive.vn",
    "archive.fo",
    "archiveiya74codqgiixo33q62qlrqtkgmcitqx5u2oeqnmn5bpcbiyd.onion",
    "perma.cc",
    "perma-archives.org",
    "ghostarchive.org",
    "wayback.archive-it.org",
    "webcitation.org",
    "megalodon.jp",
    "arquivo.pt",
    "webarchive.nationalarchives.gov.uk",
    "webarchive.org.uk",
    "webarchive.loc.gov",
    "webarchive.parliament.uk",
    "vefsafn.is",
    "swap.stanford.edu",
];

/// First path segments that are pages of an archive itself.
const OWN_PAGES: [&str; 22] = [
    "about",
    "api",
    "blog",
    "collections",
    "contact",
    "dashboard",
    "docs",
    "explore",
    "faq",
    "help",
    "login",
    "manage",
    "organizations",
    "privacy",
    "privacy-policy",
    "search",
    "service",
    "sign-up",
    "submit",
    "terms",
    "terms-of-service",
    "wait",
];

/// Tells whether an address is an archived copy, and of which page.
pub fn archived(url: &Url) -> Archived {
    let Some(rest) = below_archive(url) else { return Archived::No };
    if let Some(video) = ghost_video(url) {
        return Archived::Of(video);
    }
    match original(&rest) {
        Some(page) => match archived(&page) {
            // An archived copy of an archived copy.
            Archived::Of(inner) => Archived::Of(inner),
            Archived::No => Archived::Of(page),
            Archived::OfUnknown => Archived::OfUnknown,
        },
        None => Archived::OfUnknown,
    }
}

/// The part of the address after the archive's host, unless it is no archived copy.
fn below_archive(url: &Url) -> Option<String> {
    let host = url.host_str()?.trim_end_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    let is_of = |known: &str| {
        host == known || host.strip_suffix(known).is_some_and(|sub| sub.ends_with('.'))
    };
    let path = url.path().trim_start_matches('/');
    let (first, _) = path.split_once('/').unwrap_or((path, ""));
    let is_copy = match host {
        // The other pages of these two are not archived copies.
        "archive.org" => first == "web" && path != first,
        "archive-it.org" => path.split('/').any(is_timestamp),
        _ => {
            ARCHIVES.iter().any(|known| is_of(known))
                && !first.is_empty()
                && !OWN_PAGES.contains(&first)
        }
    };
    // Query and fragment belong to the original page, too.
    is_copy.then(|| url[url::Position::BeforePath..].to_owned())
}

/// The original's address in the rest of an archive's address.
fn original(rest: &str) -> Option<Url> {
    let lower = rest.to_ascii_lowercase();
    for marker in ["/http:/", "/https:/"] {
        if let Some(at) = lower.find(marker) {
            return page(&rest[at + 1..]);
        }
    }
    for marker in ["/http%3a", "/https%3a", "=http%3a", "=https%3a", "=http://", "=https://"] {
        if let Some(at) = lower.find(marker) {
            let encoded = &rest[at + 1..];
            let encoded = encoded.split('&').next().unwrap_or(encoded);
            let decoded = percent_encoding::percent_decode_str(encoded).decode_utf8().ok()?;
            return page(&decoded);
        }
    }
    // A host without a scheme, after the time of the copy.
    let mut parts = rest.trim_start_matches('/').split('/');
    parts.find(|part| is_timestamp(part))?;
    let target = parts.collect::<Vec<_>>().join("/");
    let host = target.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host.contains('.').then(|| page(&format!("http://{target}")))?
}

/// Whether a path segment is the time of a copy: `20210309181157`, `20210309181157id_`, `2021*` or
/// `2021.03.09-181157`.
fn is_timestamp(part: &str) -> bool {
    let digits: String =
        part.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
    let count = digits.chars().filter(char::is_ascii_digit).count();
    let rest = &part[digits.len()..];
    let is_modifier = |text: &str| text.len() <= 4 && text.ends_with('_') && text.is_ascii();
    (4..=14).contains(&count) && (rest.is_empty() || rest == "*" || is_modifier(rest))
}

/// Parses the original's address. Some archives and programs write one slash after the scheme.
fn page(text: &str) -> Option<Url> {
    let (scheme, rest) = text.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    let rest = rest.trim_start_matches('/');
    let url = Url::parse(&format!("{scheme}://{rest}")).ok()?;
    let is_open = matches!(url.scheme(), "http" | "https") && url.username().is_empty();
    (is_open && url.host_str().is_some_and(|host| !host.is_empty())).then_some(url)
}

/// Ghostarchive names the video that a copy shows.
fn ghost_video(url: &Url) -> Option<Url> {
    if !url.host_str()?.ends_with("ghostarchive.org") {
        return None;
    }
    let mut parts = url.path_segments()?;
    if parts.next()? != "varchive" {
        return None;
    }
    let id = parts.find(|part| part.len() == 11)?;
    Url::parse(&format!("https://www.youtube.com/watch?v={id}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Archived {
        archived(&Url::parse(text).unwrap())
    }

    #[test]
    fn the_page_of_a_copy_is_found() {
        let page = "https://health.example.gov/report.htm";
        for copy in [
            format!("https://web.archive.org/web/20210309181157/{page}"),
            format!("http://web.archive.org/web/20210309181157id_/{page}"),
            format!("https://web.archive.org/web/2021*/{page}"),
            format!("https://web.archive.org/web/{page}"),
            format!("https://www.archive.org/web/20210309181157/{page}"),
            format!("https://web.archive.org/save/{page}"),
            "https://web.archive.org/web/20210309181157/https:/health.example.gov/report.htm".into(),
            "https://web.archive.org/web/20210309181157/https%3A%2F%2Fhealth.example.gov%2Freport.htm".into(),
            format!("https://archive.ph/20210309181157/{page}"),
            format!("https://archive.today/2021.03.09-181157/{page}"),
            format!("https://archive.is/newest/{page}"),
            format!("https://archive.md/o/AbC12/{page}"),
            format!("https://wayback.archive-it.org/7993/20210309181157/{page}"),
            format!("https://archive-it.org/7993/20210309181157/{page}"),
            format!("https://webarchive.nationalarchives.gov.uk/ukgwa/20210309181157/{page}"),
            format!("https://perma-archives.org/warc/AB12-CD34/{page}"),
            format!("https://archive.ph/2022/https://web.archive.org/web/2021/{page}"),
        ] {
            assert_eq!(of(&copy), Archived::Of(Url::parse(page).unwrap()), "{copy}");
        }
        let query = "https://web.archive.org/web/2021/http://example.org/a?id=1#/b";
        assert_eq!(of(query), Archived::Of(Url::parse("http://example.org/a?id=1#/b").unwrap()));
        let bare = "https://web.archive.org/web/20210309181157/example.org/a";
        assert_eq!(of(bare), Archived::Of(Url::parse("http://example.org/a").unwrap()));
        let video = "https://ghostarchive.org/varchive/dQw4w9WgXcQ";
        let page = "https://www.youtube.com/watch?v=dQw4w9WgXcQ";
        assert_eq!(of(video), Archived::Of(Url::parse(page).unwrap()));
    }

    #[test]
    fn what_does_not_tell_its_page_is_told_from_other_pages() {
        for copy in [
            "https://perma.cc/AB12-CD34",
            "https://archive.ph/AbC12",
            "https://archive.today/AbC12",
            "https://ghostarchive.org/archive/AbC12",
            "https://www.webcitation.org/5eWaHRbn4",
        ] {
            assert_eq!(of(copy), Archived::OfUnknown, "{copy}");
        }
        for page in [
            "https://web.archive.org/",
            "https://archive.org/details/book",
            "https://archive-it.org/explore",
            "https://perma.cc/about",
            "https://archive.example.org/7",
            "https://notarchive.ph/2021/https://example.org/",
            "https://example.org/?u=https://web.archive.org/web/2021/https://example.com/",
        ] {
            assert_eq!(of(page), Archived::No, "{page}");
        }
    }
}
