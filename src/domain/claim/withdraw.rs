//! Withdrawing a claim. It stays readable, with the reason.

use async_graphql::{ID, InputObject};
use serde_json::json;

use super::{Model, State, fetch_to_change, lock, save, subject};
use crate::domain::actor::Actor;
use crate::domain::article;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind};
use crate::domain::index;
use crate::domain::store::{self, Db};
use crate::domain::text_input;

/// A claim to withdraw.
#[derive(InputObject)]
pub struct WithdrawClaimInput {
    /// The claim's id.
    claim: ID,
    /// The reason: at most 1,000 characters. Every reader of the claim can read it.
    reason: String,
    /// The claim's version that you read. Optional. CONFLICT if the claim has changed since.
    expected_version: Option<i32>,
}

/// Withdraws a claim. It stays readable, with the reason.
pub async fn withdraw(
    db: &Db,
    actor: &Actor,
    input: WithdrawClaimInput,
) -> Result<(Model, article::Model)> {
    let (claim, permit) = fetch_to_change(db, actor, &input.claim).await?;
    let reason = text_input::prose("reason", &input.reason, 1000)?;
    store::write(db, permit, move |txn, actor| async move {
        let (article, mut claim) = lock(&txn, &claim, input.expected_version).await?;
        claim.expect_open()?;
        if claim.state == State::Published {
            let message = "A ruling on this claim is published. Retract the ruling first.";
            return Err(Error::invalid("claim", Reason::ClaimPublished, message));
        }
        claim.state = State::Withdrawn;
        claim.withdrawn_at = Some(actor.now());
        claim.withdrawn_reason = Some(reason);
        claim.version += 1;
        save(&txn, &claim).await?;
        index::remove(&txn, claim.id.0).await?;
        let detail = json!({ "reason": claim.withdrawn_reason });
        event::append(
            &txn,
            &actor,
            claim.newsroom_id,
            Kind::ClaimWithdrawn,
            subject(&claim),
            detail,
        )
        .await?;
        Ok((claim, article))
    })
    .await
}
