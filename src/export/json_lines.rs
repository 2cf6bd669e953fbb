//! JSON Lines: everything of a newsroom, one object in each line.
//!
//! The first line is the newsroom, and the last has the number of lines before it, so that a reader
//! knows that nothing is missing. Each article is followed by its claims. Each claim is followed by
//! its verdicts and rulings. The entries of the log come last. Offsets count Unicode code points.
//! Members have the names that the API gives them, and members without a value are left out.

use sea_orm::ActiveEnum;
use serde_json::{Value as Json, json};

use super::claim_review::name_of;
use super::{object, some};
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
            ("id", Some(json!(newsroom.id))),
            ("slug", Some(newsroom.slug.clone().into())),
            ("name", Some(newsroom.name.clone().into())),
        ]);
        self.line(line, out);
    }

    /// The lines of a part.
    pub fn part(&mut self, part: &Part, out: &mut Vec<u8>) {
        match part {
            Part::Article(part) => self.line(article(part), out),
            Part::Claim(part) => {
                self.line(claim(part), out);
                part.verdicts.iter().for_each(|verdict| self.line(self::verdict(verdict), out));
                part.rulings.iter().for_each(|ruling| self.line(self::ruling(part, ruling), out));
            }
            Part::Event(part) => self.line(event(part), out),
        }
    }

    /// The last line.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        let line = object([("type", Some("end".into())), ("lines", Some(self.0.into()))]);
        self.line(line, out);
    }

    fn line(&mut self, line: serde_json::Map<String, Json>, out: &mut Vec<u8>) {
        out.extend_from_slice(Json::Object(line).to_string().as_bytes());
        out.push(b'\n');
        self.0 += 1;
    }
}

fn article(part: &ArticlePart) -> serde_json::Map<String, Json> {
    let row = &part.article;
    let revision = part.revision.as_ref().map(|newest| {
        let spans: Vec<_> = newest.spans.iter().map(span).collect();
        Json::Object(object([
            ("id", Some(json!(newest.revision.id))),
            ("number", Some(newest.revision.number.into())),
            ("createdAt", Some(json!(newest.revision.created_at))),
            ("note", newest.revision.note.clone().map(Json::from)),
            ("sha256", Some(newest.revision.sha256.clone().into())),
            ("text", Some((*newest.text).into())),
            ("spans", Some(spans.into())),
        ]))
    });
    object([
        ("type", Some("article".into())),
        ("id", Some(json!(row.id))),
        ("title", Some(row.title.clone().into())),
        ("url", row.url.clone().map(Json::from)),
        ("publisher", row.publisher.clone().map(Json::from)),
        ("author", row.author.clone().map(Json::from)),
        ("language", row.language.clone().map(Json::from)),
        ("publishedAt", row.published_at.map(|at| json!(at))),
        ("importedAt", Some(json!(row.imported_at))),
        ("importedBy", row.imported_by.map(|id| json!(id))),
        ("version", Some(row.version.into())),
        ("withdrawnAt", row.withdrawn_at.map(|at| json!(at))),
        ("withdrawnReason", row.withdrawn_reason.clone().map(Json::from)),
        ("revision", revision),
    ])
}

fn span(row: &span::Model) -> Json {
    json!({ "id": row.id, "kind": row.kind.to_value(), "start": row.start_at, "end": row.end_at })
}

fn claim(part: &ClaimPart) -> serde_json::Map<String, Json> {
    let row = &part.claim;
    let kind = row.claimant_kind.filter(|kind| *kind != ClaimantKind::Unknown);
    object([
        ("type", Some("claim".into())),
        ("id", Some(json!(row.id))),
        ("article", Some(json!(row.article_id))),
        ("statement", Some(row.statement.clone().into())),
        ("claimant", row.claimant.clone().map(Json::from)),
        ("claimantKind", kind.map(|kind| kind.to_value().into())),
        ("claimantIdentifier", row.claimant_identifier.clone().map(Json::from)),
        ("claimedOn", row.claimed_on.map(|day| json!(day))),
        ("repeats", row.repeats_id.map(|id| json!(id))),
        ("state", Some(json!(row.state))),
        ("stale", Some(row.stale.into())),
        ("markedAt", Some(json!(row.marked_at))),
        ("markedBy", row.marked_by.map(|id| json!(id))),
        ("version", Some(row.version.into())),
        ("wordingVersion", Some(row.wording.into())),
        ("withdrawnAt", row.withdrawn_at.map(|at| json!(at))),
        ("withdrawnReason", row.withdrawn_reason.clone().map(Json::from)),
        ("tags", Some(part.tags.clone().into())),
        ("anchors", Some(part.anchors.iter().map(anchor).collect())),
    ])
}

fn anchor(row: &anchor::Model) -> Json {
    json!({
        "id": row.id,
        "revision": row.revision_id,
        "status": row.status.to_value(),
        "start": row.start_at,
        "end": row.end_at,
        "exact": row.exact,
        "prefix": row.prefix,
        "suffix": row.suffix,
    })
}

fn verdict(part: &VerdictPart) -> serde_json::Map<String, Json> {
    let row = &part.verdict;
    object([
        ("type", Some("verdict".into())),
        ("id", Some(json!(row.id))),
        ("claim", Some(json!(row.claim_id))),
        ("reviewer", Some(person(&part.reviewer))),
        ("state", Some(row.state.to_value().into())),
        ("rating", Some(json!({ "key": part.rating.key, "label": part.rating.label }))),
        ("rationale", Some(row.rationale.clone().into())),
        ("number", Some(row.number.into())),
        ("submittedAt", Some(json!(row.submitted_at))),
        ("claimVersion", Some(row.claim_version.into())),
        ("stale", Some(row.stale.into())),
        ("reaffirmedAt", row.reaffirmed_at.map(|at| json!(at))),
        ("reaffirmNote", row.reaffirm_note.clone().map(Json::from)),
        ("version", Some(row.version.into())),
        ("withdrawnAt", row.withdrawn_at.map(|at| json!(at))),
        ("withdrawnReason", row.withdrawn_reason.clone().map(Json::from)),
        ("citations", Some(part.citations.iter().map(citation).collect())),
    ])
}

fn person(person: &Person) -> Json {
    json!({ "id": person.id, "displayName": person.name })
}

/// A citation with its source.
fn citation(row: &Citation) -> Json {
    let source = &row.source;
    let source = object([
        ("id", Some(json!(source.id))),
        ("url", source.url.clone().map(Json::from)),
        ("title", source.title.clone().map(Json::from)),
        ("publisher", source.publisher.clone().map(Json::from)),
    ]);
    Json::Object(object([
        ("id", Some(json!(row.id))),
        ("kind", Some(row.kind.to_value().into())),
        ("stance", Some(row.stance.to_value().into())),
        ("url", row.url.clone().map(Json::from)),
        ("description", row.description.clone().map(Json::from)),
        ("doi", row.doi.clone().map(Json::from)),
        ("isbn", row.isbn.clone().map(Json::from)),
        ("issn", row.issn.clone().map(Json::from)),
        ("quote", row.quote.clone().map(Json::from)),
        ("accessedAt", row.accessed_at.map(|at| json!(at))),
        ("archiveUrl", row.archive_url.clone().map(Json::from)),
        ("question", row.question.clone().map(Json::from)),
        ("answer", row.answer.clone().map(Json::from)),
        ("answerType", row.answer_type.map(|kind| kind.to_value().into())),
        ("source", Some(Json::Object(source))),
    ]))
}

fn ruling(claim: &ClaimPart, row: &PublicRuling) -> serde_json::Map<String, Json> {
    object([
        ("type", Some("ruling".into())),
        ("id", Some(json!(row.id))),
        ("claim", Some(json!(claim.claim.id))),
        ("slug", Some(row.slug.clone().into())),
        ("number", Some(row.number.into())),
        ("version", Some(row.version.into())),
        ("state", Some(json!(row.state))),
        ("rating", Some(rating(&row.rating))),
        ("summary", Some(row.summary.clone().into())),
        ("dissent", row.dissent.clone().map(Json::from)),
        ("publishedAt", Some(json!(row.published_at))),
        ("wordsChanged", row.words_changed.map(Json::from)),
        ("verdicts", Some(row.verdicts.iter().map(rested).collect())),
        ("corrections", some(row.corrections.iter().map(correction).collect())),
    ])
}

fn rating(rating: &PublicRating) -> Json {
    json!({ "key": rating.key, "label": rating.label })
}

/// A verdict that a ruling rests on, as it was then.
fn rested(part: &PublicVerdict) -> Json {
    let row = &part.verdict;
    Json::Object(object([
        ("id", Some(json!(row.id))),
        ("rating", Some(rating(&part.rating))),
        ("dissents", row.dissents.map(Json::from)),
        ("rationale", Some(row.rationale.clone().into())),
        ("submittedAt", Some(json!(row.submitted_at))),
    ]))
}

fn correction(row: &PublicCorrection) -> Json {
    Json::Object(object([
        ("number", Some(row.number.into())),
        ("kind", Some(name_of(row.kind).to_uppercase().into())),
        ("reason", Some(row.reason.clone().into())),
        ("madeAt", Some(json!(row.made_at))),
        ("previousRating", Some(rating(&row.previous_rating))),
        ("previousSummary", Some(row.previous_summary.clone().into())),
        ("previousDissent", row.previous_dissent.clone().map(Json::from)),
    ]))
}

fn event(part: &EventPart) -> serde_json::Map<String, Json> {
    let entry = part.entry();
    let mut event = object([
        ("type", Some("event".into())),
        ("number", Some(entry.number.into())),
        ("at", Some(json!(entry.at))),
        ("kind", Some(entry.kind.to_value().into())),
        ("actor", entry.actor.map(|id| json!(id))),
        ("article", entry.article.map(|id| json!(id))),
        ("claim", entry.claim.map(|id| json!(id))),
        ("verdict", entry.verdict.map(|id| json!(id))),
    ]);
    event.extend(match part {
        EventPart::Seen(row) => object([("comment", row.comment_id.map(|id| json!(id)))]),
        EventPart::Whole(row) => object([
            ("detail", Some(row.detail.clone().into())),
            ("previousHash", Some(row.previous_hash.clone().into())),
            ("hash", Some(row.hash.clone().into())),
        ]),
    });
    event
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
