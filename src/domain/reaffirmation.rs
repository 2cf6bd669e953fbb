//! Reaffirmations: a reviewer has read the words that have changed under a verdict, and stands by it.
//!
//! Always true: only its reviewer reaffirms a verdict, and only one that is stale; which revision they read is kept with it.

use async_graphql::{ID, InputObject};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::json;

use super::alignment::Status;
use super::article::revision;
use super::claim;
use super::error::{Error, Reason, Result};
use super::event::{self, Kind};
use super::ids::{TypedId, VerdictId};
use super::policy::{Action, Actor};
use super::store::{self, Db};
use super::verdict::{self, State, Verdict};
use super::words;

/// A verdict to stand by.
#[derive(InputObject)]
pub struct ReaffirmVerdictInput {
    /// The verdict; one of your own, and stale.
    verdict: ID,
    /// What you say to it: at most 1,000 characters.
    note: Option<String>,
    /// The version of the claim, not of the verdict, as you read it; CONFLICT if it has changed since. Needed where the words have changed
    /// more than once since you read them last: else it could not be told which you have read. Better always sent.
    expected_version: Option<i32>,
}

/// Stands by one's own verdict, having read the words that have changed under it.
pub async fn make(db: &Db, actor: &Actor, input: ReaffirmVerdictInput) -> Result<(Verdict, claim::Model)> {
    actor.signed_in()?;
    let verdict = verdict::fetch(db, actor, VerdictId::parse("verdict", &input.verdict)?).await?;
    actor.require(Action::Judge, verdict.newsroom_id)?;
    if actor.id() != Some(verdict.reviewer_id) {
        return Err(Error::Forbidden("nobody but its reviewer can reaffirm a verdict".into()));
    }
    let note = words::optional(input.note.as_deref(), |note| words::prose("note", note, 1000))?;
    let claim = claim::fetch(db, actor, verdict.claim_id).await?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let (_, mut claim) = claim::lock(&txn, &claim, input.expected_version).await?;
        claim.expect_open()?;
        let mut verdict = verdict::Entity::find_by_id(verdict.id).one(&*txn).await?.ok_or(Error::NotFound("verdict"))?;
        if verdict.state == State::Withdrawn {
            return Err(Error::invalid("verdict", Reason::VerdictWithdrawn, "this verdict is withdrawn; submit it anew"));
        }
        if verdict.read_wording >= claim.wording {
            return Err(Error::invalid("verdict", Reason::NotStale, "this verdict is not stale: there is nothing to reaffirm"));
        }
        if claim.standing == Status::Orphaned {
            let message =
                "the words that this claim stood on are gone from the article; an editor has to re-anchor it before it can be read again";
            return Err(Error::invalid("verdict", Reason::ClaimOrphaned, message));
        }
        if input.expected_version.is_none() && verdict.read_wording < claim.reread_from {
            let message = "the words have changed more than once since you read them: send the claim's version as you read it";
            return Err(Error::invalid("expectedVersion", Reason::ExpectedVersionRequired, message));
        }
        let revision = revision::fetch_row(&*txn, claim.revision_id).await?;
        let before = std::mem::replace(&mut verdict.read_revision, revision.number);
        verdict.read_wording = claim.wording;
        verdict.reaffirmed_at = Some(actor.now());
        verdict.reaffirm_note = note;
        verdict.version += 1;
        verdict::Entity::update(verdict.clone().into_active_model().reset_all()).exec(&*txn).await?;
        let detail = json!({
            "note": verdict.reaffirm_note,
            "claimVersion": claim.version,
            "revision": revision.number,
            "readBefore": before,
        });
        verdict::count(&txn, &mut claim, 0).await?;
        event::append(&txn, &actor, claim.newsroom_id, Kind::VerdictReaffirmed, verdict::subject(&verdict, &claim), detail).await?;
        Ok((verdict::reread(&txn, verdict.id).await?, claim))
    })
    .await
}
