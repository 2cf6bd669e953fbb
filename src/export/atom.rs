//! Atom (RFC 4287): a newsroom's rulings and corrections as a feed.

use std::fmt::Write;

use super::Base;
use super::feed::{Entry, entries, escape, updated};
use crate::domain::ruling::public::{PublicNewsroom, PublicRuling};
use crate::domain::time::Moment;

/// A newsroom's feed. An empty one has changed at the beginning of 1970, because Atom requires a
/// time.
pub fn feed(base: &Base, newsroom: &PublicNewsroom, rulings: &[PublicRuling]) -> Vec<u8> {
    let entries = entries(base, newsroom, rulings);
    let own = base.below(&newsroom.slug, "feed.atom");
    let changed =
        updated(&entries).map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), Moment::to_text);
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    xml.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    element(&mut xml, "id", &own);
    element(&mut xml, "title", &newsroom.name);
    element(&mut xml, "subtitle", "Rulings and corrections");
    element(&mut xml, "updated", &changed);
    link(&mut xml, "self", "application/atom+xml", &own);
    link(&mut xml, "alternate", "text/html", &base.newsroom(&newsroom.slug));
    if let Some(logo) = &newsroom.profile.logo_url {
        element(&mut xml, "logo", logo);
    }
    if let Some(licence) = &newsroom.profile.licence {
        element(&mut xml, "rights", licence);
    }
    let _ = writeln!(xml, "<author><name>{}</name></author>", escape(&newsroom.name));
    for entry in &entries {
        push(&mut xml, entry);
    }
    xml.push_str("</feed>\n");
    xml.into_bytes()
}

fn push(xml: &mut String, entry: &Entry) {
    xml.push_str("<entry>\n");
    element(xml, "id", &entry.id);
    element(xml, "title", &entry.title);
    element(xml, "published", &entry.published.to_text());
    element(xml, "updated", &entry.updated.to_text());
    link(xml, "alternate", "text/html", &entry.url);
    let _ = writeln!(xml, "<content type=\"html\">{}</content>", escape(&entry.html));
    xml.push_str("</entry>\n");
}

fn element(xml: &mut String, name: &str, text: &str) {
    let _ = writeln!(xml, "<{name}>{}</{name}>", escape(text));
}

fn link(xml: &mut String, rel: &str, media: &str, href: &str) {
    let href = escape(href);
    let _ = writeln!(xml, "<link rel=\"{rel}\" type=\"{media}\" href=\"{href}\"/>");
}

#[cfg(test)]
mod tests {
    use super::feed;
    use crate::export::samples::{bare, base, corrected, newsroom, retracted};

    #[test]
    fn a_feed_has_an_entry_for_each_ruling_and_each_correction() {
        let rulings = [bare(), corrected(), retracted()];

        let feed = String::from_utf8(feed(&base(), &newsroom(), &rulings)).expect("UTF-8");

        insta::assert_snapshot!(feed);
    }

    #[test]
    fn a_feed_without_entries_is_valid() {
        let feed = String::from_utf8(feed(&base(), &newsroom(), &[])).expect("UTF-8");
        assert!(feed.contains("<updated>1970-01-01T00:00:00Z</updated>"), "{feed}");
    }
}
