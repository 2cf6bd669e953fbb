//! Speaking for a stored review: a document that names another publisher, or another site,
//! neither changes nor removes it.
//!
//! A document proves nothing about who wrote it. This rule keeps honest documents apart, and the
//! audit log says what each import changed.

use super::Model;
use super::import::shortened;
use crate::domain::link::Link;
use crate::domain::text_input::fold;
use crate::import::claim_review::Speaker;

/// Refuses unless all of these speakers can be the publisher of the review. Each must have its name,
/// or a site with the host of its address. Those who say nothing about themselves are believed.
pub fn expect_to_speak_for(review: &Model, speakers: &[Speaker]) -> Result<(), String> {
    let host = host_of(&review.url).unwrap_or_default();
    for speaker in speakers {
        let sites: Vec<_> = speaker.sites.iter().filter_map(|site| host_of(site)).collect();
        let is_silent = speaker.names.is_empty() && sites.is_empty();
        let has_name = || {
            let publisher = fold(&review.publisher);
            speaker.names.iter().any(|name| fold(name) == publisher)
        };
        if is_silent || sites.iter().any(|site| is_one_site(site, &host)) || has_name() {
            continue;
        }
        let said = speaker.names.first().or(sites.first()).map_or("", String::as_str);
        return Err(format!(
            "The newsroom has this review as one of “{}”, but the document is by “{}”.",
            shortened(&review.publisher),
            shortened(said)
        ));
    }
    Ok(())
}

/// The host of an address, or of a site that is named without a scheme.
fn host_of(site: &str) -> Option<String> {
    let site = site.trim();
    let link = Link::parse("site", site).ok().or_else(|| {
        let is_host = site.contains('.') && !site.contains(['#', ':', '/', ' ']);
        is_host.then(|| Link::parse("site", &format!("https://{site}")).ok()).flatten()
    })?;
    Some(link.host())
}

/// Whether two hosts are the same, or one is a part of the other, such as `check.paper.example` and
/// `paper.example`.
fn is_one_site(one: &str, other: &str) -> bool {
    let is_part = |part: &str, whole: &str| {
        whole.contains('.')
            && part.strip_suffix(whole).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    one == other || is_part(one, other) || is_part(other, one)
}

#[cfg(test)]
mod tests {
    use super::{host_of, is_one_site};

    #[test]
    fn sites_are_compared_by_their_hosts() {
        for (one, other, same) in [
            ("https://www.check.example/about", "check.example", true),
            ("https://check.paper.example", "http://paper.example/", true),
            ("https://check.example", "https://notcheck.example", false),
            ("https://example", "https://check.example", false),
            ("https://check.example.evil.example", "https://check.example", false),
        ] {
            let [one, other] = [one, other].map(|site| host_of(site).expect("a host"));
            assert_eq!(is_one_site(&one, &other), same, "{one} {other}");
        }
        for none in ["#desk", "Check Example", "mailto:desk@check.example", "check", ""] {
            assert_eq!(host_of(none), None, "{none}");
        }
    }
}
