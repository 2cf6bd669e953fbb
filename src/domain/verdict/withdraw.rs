//! Withdrawing a verdict.
//!
//! Invariant: only its reviewer withdraws a verdict, with one exception. An editor may withdraw a
//! stale verdict whose reviewer may no longer judge in the newsroom.

use async_graphql::{ID, InputObject};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::json;

use super::{Entity, State, Verdict, count, fetch, reread, subject};
use crate::domain::actor::Actor;
use crate::domain::claim;
use crate::domain::error::{Error, Reason, Result, expect_version};
use crate::domain::event::{self, Kind};
use crate::domain::ids::{TypedId, VerdictId};
use crate::domain::people::membership;
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text_input;

/// A verdict to withdraw.
#[derive(InputObject)]
pub struct WithdrawVerdictInput {
    /// The verdict's id. It must be your own. Editors can also withdraw a stale verdict of a
    /// reviewer who may no longer judge here.
    verdict: ID,
    /// The reason: at most 1,000 characters.
    reason: String,
    /// The verdict's version that you read. Optional. CONFLICT if the verdict has changed since.
    expected_version: Option<i32>,
}

/// Withdraws a verdict.
pub async fn withdraw(
    db: &Db,
    actor: &Actor,
    input: WithdrawVerdictInput,
) -> Result<(Verdict, claim::Model)> {
    actor.signed_in()?;
    let verdict = fetch(db, actor, VerdictId::parse("verdict", &input.verdict)?).await?;
    let mut permit = actor.require(Action::Judge, verdict.newsroom_id)?;
    let own = actor.id() == Some(verdict.reviewer_id);
    let not_ones_own = || {
        let message = "Only its reviewer can withdraw this verdict. An editor can withdraw it if \
         it is stale and its reviewer may no longer judge here.";
        Error::Forbidden(message.into())
    };
    if !own {
        let editor = actor.require(Action::SetAside, verdict.newsroom_id);
        permit = editor.map_err(|_| not_ones_own())?;
    }
    let reason = text_input::prose("reason", &input.reason, 1000)?;
    let claim = claim::fetch(db, actor, verdict.claim_id).await?;
    store::write(db, permit, move |txn, actor| async move {
        let (_, mut claim) = claim::lock(&txn, &claim, None).await?;
        let mut verdict =
            Entity::find_by_id(verdict.id).one(&*txn).await?.ok_or(Error::NotFound("verdict"))?;
        // Former members can neither reaffirm nor withdraw their verdict. Unless editors can
        // withdraw it, the claim stays stale for ever.
        if !own
            && (!reread(&txn, verdict.id).await?.stale
                || membership::may_judge(&*txn, claim.newsroom_id, verdict.reviewer_id).await?)
        {
            return Err(not_ones_own());
        }
        expect_version(input.expected_version, verdict.version)?;
        if verdict.state == State::Withdrawn {
            return Err(Error::invalid(
                "verdict",
                Reason::VerdictWithdrawn,
                "This verdict is already withdrawn.",
            ));
        }
        verdict.state = State::Withdrawn;
        verdict.version += 1;
        verdict.withdrawn_at = Some(actor.now());
        verdict.withdrawn_reason = Some(reason);
        Entity::update(verdict.clone().into_active_model().reset_all()).exec(&*txn).await?;
        count(&txn, &actor, &mut claim, -1).await?;
        claim::save(&txn, &claim).await?;
        let detail = json!({ "reason": verdict.withdrawn_reason, "byReviewer": own });
        event::append(
            &txn,
            &actor,
            claim.newsroom_id,
            Kind::VerdictWithdrawn,
            subject(&verdict, &claim),
            detail,
        )
        .await?;
        Ok((reread(&txn, verdict.id).await?, claim))
    })
    .await
}
