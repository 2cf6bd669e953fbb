//! JSON Feed 1.1: a newsroom's rulings and corrections as a feed.

use serde_json::{Value as Json, json};

use super::Base;
use super::feed::{Entry, entries};
use crate::domain::ruling::public::{PublicNewsroom, PublicRuling};

/// A newsroom's feed.
pub fn feed(base: &Base, newsroom: &PublicNewsroom, rulings: &[PublicRuling]) -> Vec<u8> {
    let home = base.newsroom(&newsroom.slug);
    let items: Vec<_> = entries(base, newsroom, rulings).iter().map(item).collect();
    let mut feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": newsroom.name,
        "description": "Rulings and corrections",
        "home_page_url": home,
        "feed_url": base.below(&newsroom.slug, "feed.json"),
        "authors": [{ "name": newsroom.name, "url": newsroom.profile.public_url.as_ref().unwrap_or(&home) }],
        "items": items,
    });
    if let Some(logo) = &newsroom.profile.logo_url {
        feed["icon"] = json!(logo);
    }
    feed.to_string().into_bytes()
}

fn item(entry: &Entry) -> Json {
    json!({
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "date_published": entry.published.to_text(),
        "date_modified": entry.updated.to_text(),
    })
}

#[cfg(test)]
mod tests {
    use super::feed;
    use crate::export::samples::{bare, base, corrected, newsroom, retracted};

    #[test]
    fn a_feed_has_an_item_for_each_ruling_and_each_correction() {
        let rulings = [bare(), corrected(), retracted()];

        let bytes = feed(&base(), &newsroom(), &rulings);

        let feed: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        insta::assert_json_snapshot!(feed);
    }
}
