//! Reaffirmations: a reviewer has read the changed words under a verdict, and keeps the verdict.
//!
//! Invariants: only its reviewer reaffirms a verdict, and only if it is stale. The revision that
//! the reviewer read is stored with it.

use async_graphql::{ID, InputObject};
use sea_orm::{ActiveModelTrait, DatabaseTransaction, EntityTrait, IntoActiveModel};
use serde_json::json;

use crate::domain::actor::Actor;
use crate::domain::article::revision;
use crate::domain::claim::{self, wording};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind};
use crate::domain::ids::{TypedId, VerdictId};
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text_input;
use crate::domain::verdict::{self, State, Verdict};

/// A verdict to reaffirm.
#[derive(InputObject)]
pub struct ReaffirmVerdictInput {
    /// The verdict's id. It must be your own, and stale.
    verdict: ID,
    /// A note of at most 1,000 characters. Optional.
    note: Option<String>,
    /// The `wordingVersion` of the claim that you read. CONFLICT if the claim's statement, claimant,
    /// words or anchors have changed since; `extensions.changed` says what changed. Required
    /// if the words changed more than once since you last read them, and otherwise optional.
    expected_wording_version: Option<i32>,
    /// The version of the claim, not of the verdict, that you read. CONFLICT if anything about the claim has changed since.
    #[graphql(deprecation = "Use `expectedWordingVersion`. This one also conflicts over tags, \
                             assignments and other people's verdicts.")]
    expected_version: Option<i32>,
}

/// Reaffirms the actor's own verdict after reading the changed words.
pub async fn make(
    db: &Db,
    actor: &Actor,
    input: ReaffirmVerdictInput,
) -> Result<(Verdict, claim::Model)> {
    actor.signed_in()?;
    let verdict = verdict::fetch(db, actor, VerdictId::parse("verdict", &input.verdict)?).await?;
    let permit = actor.require(Action::Judge, verdict.newsroom_id)?;
    if actor.id() != Some(verdict.reviewer_id) {
        return Err(Error::Forbidden("Only its reviewer can reaffirm this verdict.".into()));
    }
    let note =
        text_input::optional(input.note.as_deref(), |note| text_input::prose("note", note, 1000))?;
    let claim = claim::fetch(db, actor, verdict.claim_id).await?;
    let read =
        wording::Read { version: input.expected_version, wording: input.expected_wording_version };
    store::write(db, permit, move |txn, actor| async move {
        let (_, mut claim) = claim::lock(&txn, &claim, input.expected_version).await?;
        claim.expect_open()?;
        read.expect_current_wording(&txn, &claim).await?;
        let verdict = stale(&txn, verdict.id, &claim).await?;
        claim.expect_anchored("verdict")?;
        if !read.is_named() && verdict.read_wording < claim.reread_from {
            return Err(wording::version_required(
                "The words changed more than once since you read them.",
            ));
        }
        let verdict = record(&txn, &actor, &mut claim, verdict, note, json!({})).await?;
        Ok((verdict, claim))
    })
    .await
}

/// The verdict with this id, which must be stale.
async fn stale(
    txn: &DatabaseTransaction,
    id: VerdictId,
    claim: &claim::Model,
) -> Result<verdict::Model> {
    let row = verdict::Entity::find_by_id(id).one(txn).await?;
    let verdict = row.ok_or(Error::NotFound("verdict"))?;
    if verdict.state == State::Withdrawn {
        let message = "This verdict is withdrawn. Submit it again.";
        return Err(Error::invalid("verdict", Reason::VerdictWithdrawn, message));
    }
    if verdict.read_wording >= claim.wording {
        let message = "This verdict is not stale. You do not need to reaffirm it.";
        return Err(Error::invalid("verdict", Reason::NotStale, message));
    }
    Ok(verdict)
}

/// Stores the reaffirmation of a verdict on the locked claim, and appends its event with `more`
/// details.
pub(super) async fn record(
    txn: &DatabaseTransaction,
    actor: &Actor,
    claim: &mut claim::Model,
    mut verdict: verdict::Model,
    note: Option<String>,
    more: serde_json::Value,
) -> Result<Verdict> {
    let revision = revision::fetch_row(txn, claim.revision_id).await?;
    let before = std::mem::replace(&mut verdict.read_revision, revision.number);
    verdict.read_wording = claim.wording;
    verdict.reaffirmed_at = Some(actor.now());
    verdict.reaffirm_note = note;
    verdict.version += 1;
    verdict::Entity::update(verdict.clone().into_active_model().reset_all()).exec(txn).await?;
    let mut detail = json!({
        "note": verdict.reaffirm_note,
        "claimVersion": claim.version,
        "revision": revision.number,
        "readBefore": before,
    });
    if let (Some(detail), serde_json::Value::Object(more)) = (detail.as_object_mut(), more) {
        detail.extend(more);
    }
    verdict::count(txn, actor, claim, 0).await?;
    claim::save(txn, claim).await?;
    let subject = verdict::subject(&verdict, claim);
    event::append(txn, actor, claim.newsroom_id, Kind::VerdictReaffirmed, subject, detail).await?;
    verdict::reread(txn, verdict.id).await
}
