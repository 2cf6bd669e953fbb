//! What a newsroom asks of its fact-checks, and how a change of it settles the claims that are there.

use async_graphql::InputObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
use sea_orm::{DatabaseTransaction, QuerySelect, QueryTrait};
use serde_json::json;

use crate::domain::article;
use crate::domain::claim::{self, State};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{NewsroomId, TypedId};
use crate::domain::newsroom;
use crate::domain::policy::{Action, Actor, Policy};
use crate::domain::rating::{self, RatingInput, scale};
use crate::domain::store::{self, Db};

/// What to ask of fact-checks from now on. What is left out stays as it is.
#[derive(InputObject)]
pub struct SetPolicyInput {
    /// The newsroom.
    newsroom: async_graphql::ID,
    /// How many reviewers must have submitted before a claim is READY: 1 to 20.
    verdicts_required: Option<i32>,
    /// Whether verdicts stay hidden from readers and from other reviewers until the claim is READY.
    blind_review: Option<bool>,
    /// Whether an editor whose own verdict stands on a claim leaves its ruling to another editor.
    second_reader: Option<bool>,
    /// Whether everybody, without an account, may read the rulings that the newsroom publishes, and what they rest on.
    public_reading: Option<bool>,
    /// The newsroom's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
}

/// The scale to judge with from now on.
#[derive(InputObject)]
pub struct ReplaceRatingScaleInput {
    /// The newsroom.
    newsroom: async_graphql::ID,
    /// The scale's name: one line of at most 100 characters.
    name: String,
    /// Its ratings, 2 to 20, in the order in which they are shown.
    ratings: Vec<RatingInput>,
    /// The newsroom's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
}

/// Changes what the newsroom asks of its fact-checks. Claims become READY, or stop being so, as the new number says; what is published stays.
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
        let mut room = newsroom::lock(&txn, id, input.expected_version).await?;
        let before = room.policy();
        room.verdicts_required = input.verdicts_required.unwrap_or(before.verdicts_required);
        room.blind_review = input.blind_review.unwrap_or(before.blind_review);
        room.second_reader = input.second_reader.unwrap_or(before.second_reader);
        room.public_reading = input.public_reading.unwrap_or(before.public_reading);
        let after = room.policy();
        newsroom::Entity::update_many()
            .col_expr(newsroom::Column::VerdictsRequired, Expr::value(after.verdicts_required))
            .col_expr(newsroom::Column::BlindReview, Expr::value(after.blind_review))
            .col_expr(newsroom::Column::SecondReader, Expr::value(after.second_reader))
            .col_expr(newsroom::Column::PublicReading, Expr::value(after.public_reading))
            .filter(newsroom::Column::Id.eq(id))
            .exec(&*txn)
            .await?;
        if before != after {
            // Judged or not: a verdict or ruling that is under way is done before the claims are looked at, and the next one finds the new
            // policy.
            article::lock_all(&txn, id).await?;
        }
        if (before.verdicts_required, before.blind_review) != (after.verdicts_required, after.blind_review) {
            settle_all(&txn, id, after).await?;
        }
        event::append(&txn, &actor, id, Kind::PolicySet, Subject::default(), json!({ "before": before, "after": after })).await?;
        Ok(room)
    })
    .await
}

/// Gives the newsroom a new scale. What was given under an older one keeps it.
pub async fn replace_rating_scale(db: &Db, actor: &Actor, input: ReplaceRatingScaleInput) -> Result<scale::Model> {
    let id = NewsroomId::parse("newsroom", &input.newsroom)?;
    actor.require(Action::ReplaceRatingScale, id)?;
    let draft = rating::Draft::parse(&input.name, input.ratings)?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        newsroom::lock(&txn, id, input.expected_version).await?;
        // A verdict or ruling that is under way ends first, so that none is given under a scale after the log says that it was replaced.
        article::lock_all(&txn, id).await?;
        let before = rating::current_scale(&*txn, id).await?;
        let after = rating::store_scale(&txn, &actor, id, before.number + 1, draft).await?;
        let detail = json!({ "scale": after.id, "number": after.number, "name": after.name });
        event::append(&txn, &actor, id, Kind::RatingScaleReplaced, Subject::default(), detail).await?;
        Ok(after)
    })
    .await
}

/// Gives every claim of the newsroom the state that `policy` says, but for those that are withdrawn or ruled on. Whoever calls it holds the
/// locks of all articles.
async fn settle_all(txn: &DatabaseTransaction, newsroom: NewsroomId, policy: Policy) -> Result<()> {
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
        .filter(claim::Column::State.is_not_in([State::Published, State::Withdrawn]))
        .exec(txn)
        .await?;
    Ok(())
}
