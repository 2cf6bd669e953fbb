//! The entries of a newsroom's feeds: rulings, and each of their corrections, newest first.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use uuid::Builder;

use super::Base;
use super::claim_review::name_of;
use crate::domain::ids::RulingId;
use crate::domain::ruling::correction::CorrectionKind;
use crate::domain::ruling::public::{PublicCorrection, PublicNewsroom, PublicRuling};
use crate::domain::time::Moment;

/// The maximum number of entries in a feed.
pub const MOST: u64 = 50;

/// An entry of a feed.
pub struct Entry {
    /// The id, which never changes.
    pub id: String,
    /// The address of the ruling's page, or of a correction on it.
    pub url: String,
    /// The title, in plain text.
    pub title: String,
    /// The content, as HTML.
    pub html: String,
    /// The time of publication, or of the correction.
    pub published: Moment,
    /// The time of the last change.
    pub updated: Moment,
}

/// The newest entries of these rulings.
pub fn entries(base: &Base, newsroom: &PublicNewsroom, rulings: &[PublicRuling]) -> Vec<Entry> {
    let mut all = Vec::new();
    for ruling in rulings {
        let url = base.ruling(&newsroom.slug, &ruling.slug);
        all.extend(ruling.corrections.iter().map(|it| of_correction(&url, ruling, it)));
        all.push(of_ruling(url, ruling));
    }
    all.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
    all.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    all
}

/// The time of the last change of any entry. A feed without entries has changed at no time.
pub fn updated(entries: &[Entry]) -> Option<Moment> {
    entries.iter().map(|entry| entry.updated).max()
}

fn of_ruling(url: String, ruling: &PublicRuling) -> Entry {
    let statement = &ruling.subject.statement;
    let mut html = String::new();
    let title = if ruling.is_retracted() {
        html.push_str("<p><strong>The newsroom retracted this ruling.</strong></p>");
        format!("Retracted: {statement}")
    } else {
        format!("{}: {statement}", ruling.rating.label)
    };
    let claimant = ruling.subject.claimant.as_deref();
    if let Some(claimant) = claimant {
        let _ = write!(html, "<p>Claimed by {}.</p>", escape(claimant));
    }
    for quote in &ruling.subject.quotes {
        let _ = write!(html, "<blockquote><p>{}</p></blockquote>", escape(&quote.exact));
    }
    if !ruling.is_retracted() {
        let _ = write!(html, "<p><strong>{}</strong></p>", escape(&ruling.rating.label));
        paragraphs(&mut html, &ruling.summary);
    }
    Entry {
        id: ruling.id.0.urn().to_string(),
        url,
        title,
        html,
        published: ruling.published_at,
        updated: ruling.changed_at(),
    }
}

fn of_correction(url: &str, ruling: &PublicRuling, it: &PublicCorrection) -> Entry {
    let mut html = String::new();
    paragraphs(&mut html, &it.reason);
    if it.kind != CorrectionKind::Retraction {
        let before = format!("Before: {}. {}", it.previous_rating.label, it.previous_summary);
        paragraphs(&mut html, &before);
    }
    Entry {
        id: id_of_correction(ruling.id, it.number),
        url: format!("{url}#correction-{}", it.number),
        title: format!("{}: {}", name_of(it.kind), ruling.subject.statement),
        html,
        published: it.made_at,
        updated: it.made_at,
    }
}

/// A UUID that is made from the ruling's id and the correction's number, so that it stays the same.
fn id_of_correction(ruling: RulingId, number: i32) -> String {
    let digest = Sha256::digest(format!("{ruling} {number}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_custom_bytes(bytes).into_uuid().urn().to_string()
}

fn paragraphs(html: &mut String, text: &str) {
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let _ = write!(html, "<p>{}</p>", escape(line));
    }
}

/// Escapes text for XML and HTML. Leaves out the characters that XML cannot have.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' => escaped.push(c),
            '\0'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{entries, escape};
    use crate::export::samples::{bare, base, corrected, newsroom, retracted};

    #[test]
    fn entries_are_newest_first_and_have_ids_of_their_own() {
        let entries = entries(&base(), &newsroom(), &[bare(), corrected(), retracted()]);

        assert_eq!(entries.len(), 6);
        assert!(entries.windows(2).all(|pair| pair[0].published >= pair[1].published));
        let ids: BTreeSet<_> = entries.iter().map(|entry| &entry.id).collect();
        assert_eq!(ids.len(), 6);
        assert!(entries.iter().any(|entry| entry.title == "Retracted: The loss is 12 million."));
        let again = super::entries(&base(), &newsroom(), &[corrected(), bare(), retracted()]);
        assert!(again.iter().all(|entry| ids.contains(&entry.id)));
    }

    #[test]
    fn xml_gets_no_character_that_it_cannot_have() {
        assert_eq!(escape("a<b>&\"'\u{1}\u{ffff}\n"), "a&lt;b&gt;&amp;&quot;&#39;\n");
    }
}
