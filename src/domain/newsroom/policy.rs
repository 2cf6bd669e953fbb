//! Editorial policy: its settings, and how a change updates the newsroom's claims.

use async_graphql::InputObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
use sea_orm::{DatabaseTransaction, QuerySelect, QueryTrait};
use serde_json::json;

use crate::domain::actor::Actor;
use crate::domain::article;
use crate::domain::claim::{self, State};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{NewsroomId, TypedId};
use crate::domain::newsroom;
use crate::domain::newsroom::new_scale::{NewScale, RatingInput};
use crate::domain::newsroom::rating::{self, scale};
use crate::domain::permissions::{Action, Policy};
use crate::domain::store::{self, Db};

/// Changes to a newsroom's editorial policy. Omitted fields stay unchanged.
#[derive(InputObject)]
pub struct SetPolicyInput {
    /// The newsroom's id.
    newsroom: async_graphql::ID,
    /// Number of verdicts that make a claim READY, 1 to 20. Default: unchanged.
    verdicts_required: Option<i32>,
    /// Whether blind review hides verdicts from readers and other reviewers until the claim is
    /// READY. Default: unchanged.
    blind_review: Option<bool>,
    /// Whether an editor who judged a claim must leave its ruling to another editor. Default:
    /// unchanged.
    second_reader: Option<bool>,
    /// Whether everybody may read published rulings and what they rest on, without an account.
    /// Default: unchanged.
    public_reading: Option<bool>,
    /// The newsroom's version that you read. Optional. CONFLICT if the newsroom has changed since.
    expected_version: Option<i32>,
}

/// A new rating scale.
#[derive(InputObject)]
pub struct ReplaceRatingScaleInput {
    /// The newsroom's id.
    newsroom: async_graphql::ID,
    /// The scale's name: one line of at most 100 characters.
    name: String,
    /// The ratings, 2 to 20, in display order.
    ratings: Vec<RatingInput>,
    /// The newsroom's version that you read. Optional. CONFLICT if the newsroom has changed since.
    expected_version: Option<i32>,
}

/// Changes the newsroom's policy. Claims become READY, or stop being READY, according to the new
/// number. Published rulings stay.
pub async fn set_policy(db: &Db, actor: &Actor, input: SetPolicyInput) -> Result<newsroom::Model> {
    let id = NewsroomId::parse("newsroom", &input.newsroom)?;
    let permit = actor.require(Action::SetPolicy, id)?;
    if let Some(number) = input.verdicts_required
        && !(1..=20).contains(&number)
    {
        return Err(Error::invalid(
            "verdictsRequired",
            Reason::OutOfRange,
            format!("`verdictsRequired` is {number}. It must be 1 to 20."),
        ));
    }
    store::write(db, permit, move |txn, actor| async move {
        let mut newsroom = newsroom::lock(&txn, id, input.expected_version).await?;
        let before = newsroom.policy();
        newsroom.verdicts_required = input.verdicts_required.unwrap_or(before.verdicts_required);
        newsroom.blind_review = input.blind_review.unwrap_or(before.blind_review);
        newsroom.second_reader = input.second_reader.unwrap_or(before.second_reader);
        newsroom.public_reading = input.public_reading.unwrap_or(before.public_reading);
        let after = newsroom.policy();
        newsroom::Entity::update_many()
            .col_expr(newsroom::Column::VerdictsRequired, Expr::value(after.verdicts_required))
            .col_expr(newsroom::Column::BlindReview, Expr::value(after.blind_review))
            .col_expr(newsroom::Column::SecondReader, Expr::value(after.second_reader))
            .col_expr(newsroom::Column::PublicReading, Expr::value(after.public_reading))
            .filter(newsroom::Column::Id.eq(id))
            .exec(&*txn)
            .await?;
        if before != after {
            // Whether claims have verdicts or not, writes that are under way finish before the
            // claims are read. The next write sees the new policy.
            article::lock_all(&txn, id).await?;
        }
        if (before.verdicts_required, before.blind_review)
            != (after.verdicts_required, after.blind_review)
        {
            settle_all(&txn, id, after).await?;
        }
        event::append(
            &txn,
            &actor,
            id,
            Kind::PolicySet,
            Subject::default(),
            json!({ "before": before, "after": after }),
        )
        .await?;
        Ok(newsroom)
    })
    .await
}

/// Gives the newsroom a new scale. Existing verdicts and rulings keep their scale.
pub async fn replace_rating_scale(
    db: &Db,
    actor: &Actor,
    input: ReplaceRatingScaleInput,
) -> Result<scale::Model> {
    let id = NewsroomId::parse("newsroom", &input.newsroom)?;
    let permit = actor.require(Action::ReplaceRatingScale, id)?;
    let draft = NewScale::parse(&input.name, input.ratings)?;
    store::write(db, permit, move |txn, actor| async move {
        newsroom::lock(&txn, id, input.expected_version).await?;
        // Writes of verdicts and rulings that are under way finish first. So no verdict uses the
        // old scale after the log records its replacement.
        article::lock_all(&txn, id).await?;
        let before = rating::current_scale(&*txn, id).await?;
        let after = rating::store_scale(&txn, &actor, id, before.number + 1, draft).await?;
        let detail = json!({ "scale": after.id, "number": after.number, "name": after.name });
        event::append(&txn, &actor, id, Kind::RatingScaleReplaced, Subject::default(), detail)
            .await?;
        Ok(after)
    })
    .await
}

/// Sets the state of each of the newsroom's claims according to `policy`. Withdrawn and published
/// claims keep theirs. The caller must hold the locks of all articles.
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
    let state = CaseStatement::new()
        .case(claim::Column::VerdictCount.gte(policy.verdicts_required), State::Ready)
        .finally(State::InReview);
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
