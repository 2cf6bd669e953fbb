//! Readiness: when enough reviewers have judged a claim.
//!
//! Always true: a claim is READY just when as many verdicts as the newsroom's policy asks are in force on it; a withdrawn one never is.

use async_graphql::InputObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect, QueryTrait};
use serde_json::json;

use super::article;
use super::claim::{self, State};
use super::error::{Error, Reason, Result};
use super::event::{self, Kind, Subject};
use super::ids::{NewsroomId, TypedId};
use super::newsroom;
use super::policy::{Action, Actor, Policy};
use super::store::{self, Db};

/// What to ask of fact-checks from now on. What is left out stays as it is.
#[derive(InputObject)]
pub struct SetPolicyInput {
    /// The newsroom.
    newsroom: async_graphql::ID,
    /// How many reviewers must have submitted before a claim is READY: 1 to 20.
    verdicts_required: Option<i32>,
    /// Whether verdicts stay hidden from readers and from other reviewers until the claim is READY.
    blind_review: Option<bool>,
    /// The newsroom's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
}

/// The state of a claim that is not withdrawn, with so many verdicts in force.
pub const fn state(verdicts: i32, policy: Policy) -> State {
    match verdicts {
        0 => State::Open,
        some if some < policy.verdicts_required => State::InReview,
        _ => State::Ready,
    }
}

/// Changes what the newsroom asks of its fact-checks. Claims become READY, or stop being so, as the new number says.
pub async fn set_policy(db: &Db, actor: &Actor, input: SetPolicyInput) -> Result<newsroom::Model> {
    let id = NewsroomId::parse("newsroom", &input.newsroom)?;
    actor.require(Action::SetPolicy, id)?;
    if let Some(number) = input.verdicts_required
        && !(1..=20).contains(&number)
    {
        return Err(Error::invalid("verdictsRequired", Reason::OutOfRange, format!("verdictsRequired is {number}, and goes from 1 to 20")));
    }
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let room = newsroom::lock(&txn, id, input.expected_version).await?;
        let before = room.policy();
        let after = Policy {
            verdicts_required: input.verdicts_required.unwrap_or(before.verdicts_required),
            blind_review: input.blind_review.unwrap_or(before.blind_review),
        };
        newsroom::Entity::update_many()
            .col_expr(newsroom::Column::VerdictsRequired, Expr::value(after.verdicts_required))
            .col_expr(newsroom::Column::BlindReview, Expr::value(after.blind_review))
            .filter(newsroom::Column::Id.eq(id))
            .exec(&*txn)
            .await?;
        if before != after {
            settle_all(&txn, id, after).await?;
        }
        event::append(&txn, &actor, id, Kind::PolicySet, Subject::default(), json!({ "before": before, "after": after })).await?;
        Ok(newsroom::Model { verdicts_required: after.verdicts_required, blind_review: after.blind_review, ..room })
    })
    .await
}

/// Gives every claim of the newsroom the state that `policy` says.
async fn settle_all(txn: &DatabaseTransaction, newsroom: NewsroomId, policy: Policy) -> Result<()> {
    // The locks of all articles first, judged or not: a verdict that is being submitted is counted before the claims are looked at, and the
    // next one waits for our commit, so that it finds the new policy.
    let locked = article::Entity::find().select_only().column(article::Column::Id).filter(article::Column::NewsroomId.eq(newsroom));
    locked.order_by_asc(article::Column::Id).lock_exclusive().into_tuple::<Uuid>().all(txn).await?;
    let judged = claim::Entity::find()
        .select_only()
        .column(claim::Column::ArticleId)
        .filter(claim::Column::NewsroomId.eq(newsroom))
        .filter(claim::Column::VerdictCount.gt(0))
        .into_query();
    article::Entity::update_many()
        .col_expr(article::Column::Version, Expr::col(article::Column::Version).add(1))
        .filter(article::Column::Id.in_subquery(judged))
        .exec(txn)
        .await?;
    let state = CaseStatement::new().case(claim::Column::VerdictCount.gte(policy.verdicts_required), State::Ready).finally(State::InReview);
    claim::Entity::update_many()
        .col_expr(claim::Column::State, state.into())
        .col_expr(claim::Column::Version, Expr::col(claim::Column::Version).add(1))
        .filter(claim::Column::NewsroomId.eq(newsroom))
        .filter(claim::Column::VerdictCount.gt(0))
        .filter(claim::Column::State.ne(State::Withdrawn))
        .exec(txn)
        .await?;
    Ok(())
}
