//! Re-anchoring: an editor says by hand on which words of the newest text a claim stands.

use async_graphql::{ID, InputObject};
use serde_json::json;

use super::{anchors_of, claim};
use crate::domain::alignment::Status;
use crate::domain::anchor::{self, RangeInput};
use crate::domain::article::{self, revision};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind};
use crate::domain::ids::{ClaimId, TypedId};
use crate::domain::policy::{Action, Actor};
use crate::domain::quote;
use crate::domain::store::{self, Db};
use crate::domain::words;

/// The words that a claim stands on.
#[derive(InputObject)]
pub struct ReanchorInput {
    /// The claim.
    claim: ID,
    /// The words of the article's newest text that assert it: 1 to 20 ranges that do not overlap, in place of those that it has.
    ranges: Vec<RangeInput>,
    /// Why: at most 1,000 characters, kept in the log.
    note: Option<String>,
    /// The claim's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
}

/// Puts a claim on other words of the newest text. Its anchors there are EXACT, and its verdicts stale until their reviewers have read them.
pub async fn reanchor(db: &Db, actor: &Actor, input: ReanchorInput) -> Result<(claim::Model, article::Model)> {
    actor.signed_in()?;
    let claim = claim::fetch(db, actor, ClaimId::parse("claim", &input.claim)?).await?;
    actor.require(Action::Reanchor, claim.newsroom_id)?;
    let note = words::optional(input.note.as_deref(), |note| words::prose("note", note, 1000))?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let (article, mut claim) = claim::lock(&txn, &claim, input.expected_version).await?;
        claim.expect_open()?;
        let revision = revision::newest(&*txn, article.id).await?;
        let found = anchor::resolve(&revision::text_of(&*txn, revision.id).await?, &input.ranges)?;
        let before = anchors_of(&*txn, &[claim.id]).await?;
        let same = before.iter().map(anchor::Model::extent).eq(found.iter().map(|found| found.extent));
        if same && !claim.standing.is_stale() {
            return Err(Error::invalid("ranges", Reason::Unchanged, "the claim stands on these words already"));
        }
        // It is one change with the one that it answers where whoever has read that has read these words, or there was nothing to read.
        let is_read = |found: &quote::Found| {
            let holds = |anchor: &anchor::Model| anchor.start_at <= found.extent.start && found.extent.end <= anchor.end_at;
            before.iter().any(holds)
        };
        if !(claim.standing == Status::Orphaned || claim.standing.is_stale() && found.iter().all(is_read)) {
            claim.reread_from = claim.wording;
        }
        claim.wording += 1;
        claim.version += 1;
        claim.standing = Status::Exact;
        claim.stale = claim.verdict_count > 0;
        claim.position = found.first().map_or(claim.position, |found| found.extent.start);
        claim::save(&txn, &claim).await?;
        let detail = json!({
            "note": note,
            "revision": revision.number,
            "before": before.iter().map(|anchor| json!({ "range": [anchor.start_at, anchor.end_at], "status": anchor.status })).collect::<Vec<_>>(),
            "ranges": found.iter().map(|found| json!([found.extent.start, found.extent.end])).collect::<Vec<_>>(),
        });
        anchor::store_all(&txn, &actor, revision.id, claim::placed(&claim, found)).await?;
        event::append(&txn, &actor, claim.newsroom_id, Kind::ClaimReanchored, claim::subject(&claim), detail).await?;
        Ok((claim, article))
    })
    .await
}
