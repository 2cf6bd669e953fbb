//! JSON Lines: everything of a newsroom, one object in each line.
//!
//! The first line is the newsroom, and the last has the number of lines before it, so that a reader
//! knows that nothing is missing. Each article is followed by its claims. Each claim is followed by
//! its verdicts and rulings. The entries of the log come last. Offsets count Unicode code points.
//! Members have the names that the API gives them, and members without a value are left out.

use sea_orm::ActiveEnum;

use super::claim_review::name_of;
use super::json::{Value, list, object, shown, text};
use crate::domain::article::{anchor, span};
use crate::domain::claim::ClaimantKind;
use crate::domain::extract::{ArticlePart, ClaimPart, EventPart, Part, Person, VerdictPart};
use crate::domain::listing::Citation;
use crate::domain::newsroom;
use crate::domain::ruling::public::{PublicCorrection, PublicRating, PublicRuling, PublicVerdict};

/// The version of the format. It rises when a member changes its meaning or goes away.
const VERSION: i32 = 1;

/// Writes one line after another.
#[derive(Default)]
pub struct Lines(usize);

impl Lines {
    /// The newsroom's line.
    pub fn begin(&mut self, newsroom: &newsroom::Model, out: &mut Vec<u8>) {
        let line = object([
            ("type", Some("newsroom".into())),
            ("version", Some(VERSION.into())),
            ("id", Some(shown(newsroom.id))),
            ("slug", Some(newsroom.slug.as_str().into())),
            ("name", Some(newsroom.name.as_str().into())),
        ]);
        self.line(&line, out);
    }

    /// The lines of a part.
    pub fn part(&mut self, part: &Part, out: &mut Vec<u8>) {
        match part {
            Part::Article(part) => self.line(&article(part), out),
            Part::Claim(part) => {
                self.line(&claim(part), out);
                part.verdicts.iter().for_each(|verdict| self.line(&self::verdict(verdict), out));
                part.rulings.iter().for_each(|ruling| self.line(&self::ruling(part, ruling), out));
            }
            Part::Event(part) => self.line(&event(part), out),
        }
    }

    /// The last line.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        let line = object([("type", Some("end".into())), ("lines", Some(self.0.into()))]);
        self.line(&line, out);
    }

    fn line(&mut self, line: &Value<'_>, out: &mut Vec<u8>) {
        line.write(out);
        out.push(b'\n');
        self.0 += 1;
    }
}

fn article(part: &ArticlePart) -> Value<'_> {
    let row = &part.article;
    let revision = part.revision.as_ref().map(|newest| {
        object([
            ("id", Some(shown(newest.revision.id))),
            ("number", Some(newest.revision.number.into())),
            ("createdAt", Some(newest.revision.created_at.into())),
            ("note", text(newest.revision.note.as_ref())),
            ("sha256", Some(newest.revision.sha256.as_str().into())),
            ("text", Some((&*newest.text).into())),
            ("spans", Some(list(&newest.spans, span))),
        ])
    });
    object([
        ("type", Some("article".into())),
        ("id", Some(shown(row.id))),
        ("title", Some(row.title.as_str().into())),
        ("url", text(row.url.as_ref())),
        ("publisher", text(row.publisher.as_ref())),
        ("author", text(row.author.as_ref())),
        ("language", text(row.language.as_ref())),
        ("publishedAt", row.published_at.map(Value::from)),
        ("importedAt", Some(row.imported_at.into())),
        ("importedBy", row.imported_by.map(shown)),
        ("version", Some(row.version.into())),
        ("withdrawnAt", row.withdrawn_at.map(Value::from)),
        ("withdrawnReason", text(row.withdrawn_reason.as_ref())),
        ("revision", revision),
    ])
}

fn span(row: &span::Model) -> Value<'_> {
    object([
        ("id", Some(shown(row.id))),
        ("kind", Some(row.kind.to_value().into())),
        ("start", Some(row.start_at.into())),
        ("end", Some(row.end_at.into())),
    ])
}

fn claim(part: &ClaimPart) -> Value<'_> {
    let row = &part.claim;
    let kind = row.claimant_kind.filter(|kind| *kind != ClaimantKind::Unknown);
    object([
        ("type", Some("claim".into())),
        ("id", Some(shown(row.id))),
        ("article", Some(shown(row.article_id))),
        ("statement", Some(row.statement.as_str().into())),
        ("claimant", text(row.claimant.as_ref())),
        ("claimantKind", kind.map(|kind| kind.to_value().into())),
        ("claimantIdentifier", text(row.claimant_identifier.as_ref())),
        ("claimedOn", row.claimed_on.map(Value::from)),
        ("repeats", row.repeats_id.map(shown)),
        ("state", Some(row.state.to_value().into())),
        ("stale", Some(row.stale.into())),
        ("markedAt", Some(row.marked_at.into())),
        ("markedBy", row.marked_by.map(shown)),
        ("version", Some(row.version.into())),
        ("wordingVersion", Some(row.wording.into())),
        ("withdrawnAt", row.withdrawn_at.map(Value::from)),
        ("withdrawnReason", text(row.withdrawn_reason.as_ref())),
        ("tags", Some(list(&part.tags, Value::from))),
        ("anchors", Some(list(&part.anchors, anchor))),
    ])
}

fn anchor(row: &anchor::Model) -> Value<'_> {
    object([
        ("id", Some(shown(row.id))),
        ("revision", Some(shown(row.revision_id))),
        ("status", Some(row.status.to_value().into())),
        ("start", Some(row.start_at.into())),
        ("end", Some(row.end_at.into())),
        ("exact", Some(row.exact.as_str().into())),
        ("prefix", Some(row.prefix.as_str().into())),
        ("suffix", Some(row.suffix.as_str().into())),
    ])
}

fn verdict(part: &VerdictPart) -> Value<'_> {
    let row = &part.verdict;
    object([
        ("type", Some("verdict".into())),
        ("id", Some(shown(row.id))),
        ("claim", Some(shown(row.claim_id))),
        ("reviewer", Some(person(&part.reviewer))),
        ("state", Some(row.state.to_value().into())),
        ("rating", Some(rating(&part.rating))),
        ("rationale", Some(row.rationale.as_str().into())),
        ("number", Some(row.number.into())),
        ("submittedAt", Some(row.submitted_at.into())),
        ("claimVersion", Some(row.claim_version.into())),
        ("stale", Some(row.stale.into())),
        ("reaffirmedAt", row.reaffirmed_at.map(Value::from)),
        ("reaffirmNote", text(row.reaffirm_note.as_ref())),
        ("version", Some(row.version.into())),
        ("withdrawnAt", row.withdrawn_at.map(Value::from)),
        ("withdrawnReason", text(row.withdrawn_reason.as_ref())),
        ("citations", Some(list(&part.citations, citation))),
    ])
}

fn person(person: &Person) -> Value<'_> {
    object([("id", Some(shown(person.id))), ("displayName", Some(person.name.as_str().into()))])
}

/// A citation with its source.
fn citation(row: &Citation) -> Value<'_> {
    let source = &row.source;
    let source = object([
        ("id", Some(shown(source.id))),
        ("url", text(source.url.as_ref())),
        ("title", text(source.title.as_ref())),
        ("publisher", text(source.publisher.as_ref())),
    ]);
    object([
        ("id", Some(shown(row.id))),
        ("kind", Some(row.kind.to_value().into())),
        ("stance", Some(row.stance.to_value().into())),
        ("url", text(row.url.as_ref())),
        ("description", text(row.description.as_ref())),
        ("doi", text(row.doi.as_ref())),
        ("isbn", text(row.isbn.as_ref())),
        ("issn", text(row.issn.as_ref())),
        ("quote", text(row.quote.as_ref())),
        ("accessedAt", row.accessed_at.map(Value::from)),
        ("archiveUrl", text(row.archive_url.as_ref())),
        ("question", text(row.question.as_ref())),
        ("answer", text(row.answer.as_ref())),
        ("answerType", row.answer_type.map(|kind| kind.to_value().into())),
        ("source", Some(source)),
    ])
}

fn ruling<'a>(claim: &ClaimPart, row: &'a PublicRuling) -> Value<'a> {
    object([
        ("type", Some("ruling".into())),
        ("id", Some(shown(row.id))),
        ("claim", Some(shown(claim.claim.id))),
        ("slug", Some(row.slug.as_str().into())),
        ("number", Some(row.number.into())),
        ("version", Some(row.version.into())),
        ("state", Some(row.state.to_value().into())),
        ("rating", Some(rating(&row.rating))),
        ("summary", Some(row.summary.as_str().into())),
        ("dissent", text(row.dissent.as_ref())),
        ("publishedAt", Some(row.published_at.into())),
        ("wordsChanged", row.words_changed.map(Value::from)),
        ("verdicts", Some(list(&row.verdicts, rested))),
        (
            "corrections",
            Some(list(&row.corrections, correction)).filter(|_| !row.corrections.is_empty()),
        ),
    ])
}

fn rating(rating: &PublicRating) -> Value<'_> {
    object([
        ("key", Some(rating.key.as_str().into())),
        ("label", Some(rating.label.as_str().into())),
    ])
}

/// A verdict that a ruling rests on, as it was then.
fn rested(part: &PublicVerdict) -> Value<'_> {
    let row = &part.verdict;
    object([
        ("id", Some(shown(row.id))),
        ("rating", Some(rating(&part.rating))),
        ("dissents", row.dissents.map(Value::from)),
        ("rationale", Some(row.rationale.as_str().into())),
        ("submittedAt", Some(row.submitted_at.into())),
    ])
}

fn correction(row: &PublicCorrection) -> Value<'_> {
    object([
        ("number", Some(row.number.into())),
        ("kind", Some(name_of(row.kind).to_uppercase().into())),
        ("reason", Some(row.reason.as_str().into())),
        ("madeAt", Some(row.made_at.into())),
        ("previousRating", Some(rating(&row.previous_rating))),
        ("previousSummary", Some(row.previous_summary.as_str().into())),
        ("previousDissent", text(row.previous_dissent.as_ref())),
    ])
}

fn event(part: &EventPart) -> Value<'_> {
    let entry = part.entry();
    let mut members = vec![
        ("type", Some("event".into())),
        ("number", Some(entry.number.into())),
        ("at", Some(entry.at.into())),
        ("kind", Some(entry.kind.to_value().into())),
        ("actor", entry.actor.map(shown)),
        ("article", entry.article.map(shown)),
        ("claim", entry.claim.map(shown)),
        ("verdict", entry.verdict.map(shown)),
    ];
    match part {
        EventPart::Seen(row) => members.push(("comment", row.comment_id.map(shown))),
        EventPart::Whole(row) => members.extend([
            ("detail", Some(row.detail.as_str().into())),
            ("previousHash", Some(row.previous_hash.as_str().into())),
            ("hash", Some(row.hash.as_str().into())),
        ]),
    }
    object(members)
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use crate::export::part_samples::{newsroom, parts};

    #[test]
    fn each_part_is_a_line_and_the_last_line_counts_them() {
        let (mut lines, mut out) = (Lines::default(), Vec::new());

        lines.begin(&newsroom(), &mut out);
        for part in &parts() {
            lines.part(part, &mut out);
        }
        lines.end(&mut out);

        let text = String::from_utf8(out).expect("UTF-8");
        assert!(text.ends_with("{\"lines\":7,\"type\":\"end\"}\n"), "{text}");
        assert_eq!(text.lines().count(), 8);
        insta::assert_snapshot!(text);
    }
}
