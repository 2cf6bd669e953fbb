//! Re-anchoring: an editor selects the words of the newest text that a claim is anchored to.

use async_graphql::{ID, InputObject};
use serde_json::json;

use crate::domain::actor::Actor;
use crate::domain::article::anchor::{self, RangeInput};
use crate::domain::article::{self, revision};
use crate::domain::claim::carry::{anchors_of, claim};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind};
use crate::domain::ids::{ClaimId, TypedId};
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text::alignment::Status;
use crate::domain::text::quote;
use crate::domain::text_input;

/// New anchors for a claim.
#[derive(InputObject)]
pub struct ReanchorInput {
    /// The claim's id.
    claim: ID,
    /// The words of the newest text that assert the claim: 1 to 20 ranges that do not overlap. They
    /// replace the existing anchors.
    ranges: Vec<RangeInput>,
    /// A note of at most 1,000 characters. It is kept in the audit log. Optional.
    note: Option<String>,
    /// The claim's version that you read. Optional. CONFLICT if the claim has changed since.
    expected_version: Option<i32>,
}

/// Anchors a claim to other words of the newest text. The new anchors are EXACT. The claim's
/// verdicts are stale until their reviewers have read the new words.
pub async fn reanchor(
    db: &Db,
    actor: &Actor,
    input: ReanchorInput,
) -> Result<(claim::Model, article::Model)> {
    actor.signed_in()?;
    let claim = claim::fetch(db, actor, ClaimId::parse("claim", &input.claim)?).await?;
    let permit = actor.require(Action::Reanchor, claim.newsroom_id)?;
    let note =
        text_input::optional(input.note.as_deref(), |note| text_input::prose("note", note, 1000))?;
    store::write(db, permit, move |txn, actor| async move {
        let (article, mut claim) = claim::lock(&txn, &claim, input.expected_version).await?;
        claim.expect_open()?;
        let revision = revision::newest(&*txn, article.id).await?;
        let found = anchor::resolve(&revision::text_of(&*txn, revision.id).await?, &input.ranges)?;
        let before = anchors_of(&*txn, &[claim.id]).await?;
        let same = before.iter().map(anchor::Model::extent).eq(found.iter().map(|found| found.extent));
        if same && !claim.anchor_status.is_stale() {
            return Err(Error::invalid("ranges", Reason::Unchanged, "The claim is already anchored \
             to these words. Select different words."));
        }
        // In two cases, re-anchoring is not a further change of the words: the words were gone, or
        // the reviewers of the previous change could already read every new word.
        let is_read = |found: &quote::Found| {
            let holds = |anchor: &anchor::Model| anchor.start_at <= found.extent.start && found.extent.end <= anchor.end_at;
            before.iter().any(holds)
        };
        if !(claim.anchor_status == Status::Orphaned || claim.anchor_status.is_stale() && found.iter().all(is_read)) {
            claim.reread_from = claim.wording;
        }
        claim.wording += 1;
        claim.version += 1;
        claim.anchor_status = Status::Exact;
        claim.stale = claim.verdict_count > 0;
        claim.position = found.first().map_or(claim.position, |found| found.extent.start);
        claim::save(&txn, &claim).await?;
        let detail = json!({
            "note": note,
            "revision": revision.number,
            "wording": claim.wording,
            "before": before.iter().map(|anchor| json!({ "range": [anchor.start_at, anchor.end_at], "status": anchor.status })).collect::<Vec<_>>(),
            "ranges": found.iter().map(|found| json!([found.extent.start, found.extent.end])).collect::<Vec<_>>(),
        });
        anchor::store_all(&txn, &actor, revision.id, claim::placed(&claim, found)).await?;
        event::append(&txn, &actor, claim.newsroom_id, Kind::ClaimReanchored, claim::subject(&claim), detail).await?;
        Ok((claim, article))
    })
    .await
}
