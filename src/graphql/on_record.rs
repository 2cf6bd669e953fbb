//! The fields whose values follow from what is on record in the newsrooms of the reader, and from
//! the reader's rights.
//!
//! A response of such fields alone stays true until one of these changes: see
//! [`AsOf`](crate::domain::permissions::AsOf). A field is not in the list if its value depends on
//! anything else: the time, sessions, drafts, derived tables such as the search index, or what other
//! newsrooms publish. A new field is not in the list until somebody has thought about that.

use crate::transport::document::uses::Subset;

/// The fields of each type.
pub const FIELDS: [(&str, &[&str]); 56] = [
    ("Query", &["article", "claim", "newsroom"]),
    ("Account", &["displayName", "id"]),
    (
        "Agreement",
        &[
            "alphaNominal",
            "alphaOrdinal",
            "leftOut",
            "observedAgreement",
            "ordinalUndefinedReason",
            "raterCount",
            "ratingScale",
            "undefinedReason",
            "unitCount",
        ],
    ),
    ("Anchor", &["claim", "end", "exact", "id", "prefix", "revision", "start", "status", "suffix"]),
    ("AnchorConnection", CONNECTION),
    ("AnchorEdge", EDGE),
    ("AnchorProposal", &["anchor", "end", "exact", "score", "start"]),
    (
        "Article",
        &[
            "atRevision",
            "author",
            "claims",
            "diff",
            "id",
            "importedAt",
            "importedBy",
            "language",
            "newsroom",
            "publishedAt",
            "publisher",
            "revision",
            "revisions",
            "spans",
            "summary",
            "title",
            "url",
            "version",
            "withdrawnAt",
            "withdrawnReason",
        ],
    ),
    ("ArticleConnection", CONNECTION),
    ("ArticleEdge", EDGE),
    ("Assignment", &["assignedAt", "assignedBy", "dueAt", "judgedAt", "note", "reviewer"]),
    (
        "Citation",
        &[
            "accessedAt",
            "answer",
            "answerType",
            "archiveUrl",
            "description",
            "doi",
            "id",
            "isbn",
            "issn",
            "kind",
            "question",
            "quote",
            "source",
            "stance",
            "url",
            "verdict",
        ],
    ),
    (
        "Claim",
        &[
            "anchorHistory",
            "anchorProposals",
            "anchors",
            "article",
            "assignments",
            "claimant",
            "claimedOn",
            "comments",
            "id",
            "markedAt",
            "markedBy",
            "readiness",
            "repeatedBy",
            "repeats",
            "ruling",
            "rulings",
            "stale",
            "state",
            "statement",
            "summary",
            "tags",
            "verdicts",
            "version",
            "withdrawnAt",
            "withdrawnReason",
            "wordingVersion",
        ],
    ),
    ("ClaimAtRevision", &["anchors", "claim", "id"]),
    ("ClaimConnection", CONNECTION),
    ("ClaimEdge", EDGE),
    (
        "ClaimSummary",
        &[
            "changedAfterReadingCount",
            "disputed",
            "hiddenVerdictCount",
            "ratingScales",
            "sourceCount",
            "stale",
            "unsourcedVerdictCount",
            "verdictCount",
            "verdictCounts",
        ],
    ),
    (
        "Comment",
        &[
            "author",
            "claim",
            "createdAt",
            "earlierTexts",
            "editedAt",
            "id",
            "mentions",
            "replies",
            "replyTo",
            "resolvedAt",
            "resolvedBy",
            "text",
            "verdict",
            "version",
        ],
    ),
    ("CommentConnection", CONNECTION),
    ("CommentEdge", EDGE),
    ("CommentRevision", &["number", "text", "writtenAt"]),
    ("Difference", &["from", "kind", "text", "to"]),
    ("MissingPoint", &["code", "field", "message", "severity"]),
    (
        "Newsroom",
        &[
            "articles",
            "claims",
            "id",
            "name",
            "policy",
            "ratingScale",
            "ratingScales",
            "reviewers",
            "rulings",
            "slug",
            "sources",
            "summary",
            "version",
        ],
    ),
    ("PageInfo", &["endCursor", "hasNextPage", "hasPreviousPage", "startCursor"]),
    ("Policy", &["blindReview", "publicReading", "secondReader", "verdictsRequired"]),
    (
        "Rating",
        &[
            "bestRank",
            "colour",
            "description",
            "id",
            "key",
            "label",
            "needsSource",
            "rank",
            "worstRank",
        ],
    ),
    ("RatingCount", &["count", "rating", "ratingScale"]),
    ("RatingScale", &["createdAt", "id", "name", "number", "ratings"]),
    ("RatingScaleConnection", CONNECTION),
    ("RatingScaleEdge", EDGE),
    ("Readiness", &["missing", "ready"]),
    (
        "Revision",
        &[
            "article",
            "author",
            "claims",
            "createdAt",
            "id",
            "length",
            "note",
            "number",
            "sha256",
            "spans",
            "text",
        ],
    ),
    ("RevisionConnection", CONNECTION),
    ("RevisionEdge", EDGE),
    (
        "Ruling",
        &[
            "claim",
            "corrections",
            "dissent",
            "id",
            "newsroomName",
            "number",
            "publishedAt",
            "publishedBy",
            "rating",
            "state",
            "subject",
            "summary",
            "verdicts",
            "version",
            "wordsChanged",
        ],
    ),
    ("RulingArticle", &["author", "publishedAt", "publisher", "title", "url"]),
    ("RulingConnection", CONNECTION),
    (
        "RulingCorrection",
        &[
            "kind",
            "madeAt",
            "madeBy",
            "number",
            "previousDissent",
            "previousRating",
            "previousSummary",
            "previousVerdicts",
            "reason",
        ],
    ),
    ("RulingEdge", EDGE),
    ("RulingQuote", &["exact", "prefix", "suffix"]),
    ("RulingSubject", &["article", "claimant", "claimedOn", "quotes", "statement"]),
    (
        "RulingVerdict",
        &[
            "changedAfterReading",
            "citations",
            "dissents",
            "id",
            "rating",
            "rationale",
            "readRevision",
            "reaffirmNote",
            "reaffirmedAt",
            "reviewer",
            "submittedAt",
            "verdict",
        ],
    ),
    (
        "Source",
        &[
            "citationCount",
            "citations",
            "description",
            "doi",
            "id",
            "isbn",
            "issn",
            "kind",
            "mergedInto",
            "mergedSources",
            "publisher",
            "title",
            "url",
        ],
    ),
    ("SourceConnection", CONNECTION),
    ("SourceEdge", EDGE),
    ("Span", &["claims", "end", "id", "kind", "ordinal", "start", "text"]),
    ("TextRange", &["end", "start"]),
    (
        "Verdict",
        &[
            "changedAfterReading",
            "citations",
            "claim",
            "claimVersion",
            "comments",
            "history",
            "id",
            "number",
            "outcome",
            "rating",
            "rationale",
            "readRevision",
            "reaffirmNote",
            "reaffirmedAt",
            "reviewer",
            "stale",
            "state",
            "submissions",
            "submittedAt",
            "version",
            "withdrawnAt",
            "withdrawnReason",
        ],
    ),
    ("VerdictConnection", CONNECTION),
    ("VerdictEdge", EDGE),
    ("VerdictOutcome", &["dissents", "ruling"]),
    (
        "VerdictSubmission",
        &["citations", "claimVersion", "id", "number", "rating", "rationale", "submittedAt"],
    ),
    ("VerdictSubmissionConnection", CONNECTION),
    ("VerdictSubmissionEdge", EDGE),
    (
        "VerdictSummary",
        &[
            "agreement",
            "articleCount",
            "changedAfterReadingCount",
            "claimCount",
            "disputedClaimCount",
            "hiddenVerdictCount",
            "judgedClaimCount",
            "ratingScales",
            "sourceCount",
            "staleClaimCount",
            "unsourcedVerdictCount",
            "verdictCount",
            "verdictCounts",
        ],
    ),
];

const CONNECTION: &[&str] = &["edges", "nodes", "pageInfo", "totalCount"];
const EDGE: &[&str] = &["cursor", "node"];

/// Arguments and conditions of filters that read something else: drafts, and what is derived from
/// rows on record to find them, such as the search index.
pub const EXCEPT_INPUTS: [&str; 5] = ["claimant", "draftedByMe", "tag", "text", "url"];

/// The fields and arguments.
pub fn on_record() -> Subset {
    Subset::new(&FIELDS, &EXCEPT_INPUTS)
}

#[cfg(test)]
mod tests {
    use async_graphql::Name;

    use super::*;
    use crate::transport::document::types::Types;

    #[test]
    fn every_field_is_in_the_schema() {
        let types = Types::of(&crate::graphql::sdl(crate::graphql::Root::Plain));
        for (on, fields) in FIELDS {
            for field in fields {
                let known = types.field(&Name::new(on), &Name::new(field));
                assert!(known.is_some(), "{on}.{field} is not in the schema");
            }
        }
    }
}
