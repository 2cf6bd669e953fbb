//! Weights: what the fields of the schema cost, as measured.
//!
//! A cost of 1 is a field that is read from a row that is there already. The weights follow the time that each field takes in a newsroom of
//! about a thousand claims; a test in `tests/api/weights.rs` compares cost and time.

use std::sync::Arc;

use crate::transport::document::guard::{Weight, Weights};
use crate::transport::document::types::Types;

/// The fields that cost more than 1, or whose lists are longer than usual: type, field, cost, rows.
pub const WEIGHTS: [(&str, &str, u64, u64); 25] = [
    ("Newsroom", "summary", 400, 1),
    ("SummaryGroup", "summary", 200, 1),
    ("Newsroom", "search", 400, 1),
    ("Newsroom", "similarClaims", 400, 1),
    ("SimilarClaims", "outsideReviews", 400, 10),
    ("Newsroom", "timeToRuling", 100, 1),
    // The largest pages take a second.
    ("Newsroom", "articlePreview", 20_000, 1),
    ("ArticlePreview", "spans", 100, 250),
    ("Article", "summary", 10, 1),
    ("VerdictSummary", "agreement", 150, 1),
    ("Claim", "summary", 5, 1),
    ("Claim", "similar", 100, 1),
    ("Claim", "anchorProposals", 100, 10),
    ("Claim", "readiness", 5, 1),
    ("Verdict", "history", 5, 25),
    ("Article", "spans", 100, 250),
    ("Revision", "spans", 100, 250),
    ("Article", "diff", 3000, 500),
    ("Article", "revisionPreview", 3000, 100),
    ("Ruling", "signature", 5, 1),
    ("Ruling", "proof", 50, 1),
    ("Ruling", "appearances", 10, 10),
    ("Webhook", "deliveries", 10, 50),
    ("Newsroom", "mails", 10, 50),
    // As many as a document can have.
    ("ImportOutsideReviewsPayload", "reviews", 1, 1000),
];

/// The weights of these types.
pub fn weights(types: Arc<Types>) -> Weights {
    Weights::new(types, WEIGHTS.map(|(on, name, cost, rows)| (on, name, Weight { cost, rows })))
}
