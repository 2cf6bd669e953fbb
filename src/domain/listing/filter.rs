//! The filter of claims.
//!
//! Always true: a filter reveals nothing that its reader may not see. Verdicts that blind review hides count as if they did not exist.

use async_graphql::{ID, InputObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Expr, ExprTrait, IntoColumnRef, JoinType, Query, SelectStatement, SimpleExpr,
};
use sea_orm::{Condition, QuerySelect, QueryTrait};

use crate::domain::actor::Actor;
use crate::domain::claim::{self, State, assignment, label};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::{AccountId, ArticleId, RatingId, RatingScaleId, TypedId};
use crate::domain::newsroom::rating;
use crate::domain::store::Db;
use crate::domain::text_input;
use crate::domain::time::Moment;
use crate::domain::verdict::{self, draft, submission};

/// Filters claims. All given conditions must match. Verdicts that blind review hides from you count as if they did not exist.
#[derive(InputObject, Default, Clone, PartialEq, Eq, Hash)]
pub struct ClaimFilter {
    /// Claims in one of these states. A READY claim may be stale: add `stale: false` for claims on which a ruling could be published. Unless it
    /// contains WITHDRAWN, the lists of a newsroom leave out withdrawn claims and the claims of withdrawn articles.
    pub(super) states: Option<Vec<State>>,
    /// Claims in this article.
    pub(super) article: Option<ID>,
    /// Marked at this time or later.
    pub(super) marked_since: Option<Moment>,
    /// Marked before this time.
    pub(super) marked_until: Option<Moment>,
    /// Whether the claim has a current verdict, even one that blind review hides from you.
    pub(super) judged: Option<bool>,
    /// Claims with a verdict of one of these ratings, by key. At most 100 keys.
    pub(super) rating_keys: Option<Vec<String>>,
    /// Claims with a verdict of one of these ratings, by id. Unlike `ratingKeys`, it tells ratings of
    /// different scales apart. At most 100 ids.
    pub(super) ratings: Option<Vec<ID>>,
    /// Claims with at least two verdicts under this rating scale, by the scale's id. Agreement compares
    /// these claims.
    pub(super) compared_under: Option<ID>,
    /// Claims of this claimant, or of one that was merged with it. Case and white space are ignored. At
    /// most 200 characters.
    pub(super) claimant: Option<String>,
    /// Claims with this tag. Case and white space are ignored. At most 50 characters.
    pub(super) tag: Option<String>,
    /// Claims with all these words in the statement or the claimant's name, in any order. Parts of words also match. Case and diacritics are
    /// ignored. At most 200 characters.
    pub(super) text: Option<String>,
    /// Claims with a verdict by this account.
    pub(super) reviewed_by: Option<ID>,
    /// Claims without a verdict by this account.
    pub(super) not_reviewed_by: Option<ID>,
    /// Claims that are assigned to this account.
    pub(super) assigned_to: Option<ID>,
    /// Whether the claim is assigned to you.
    pub(super) assigned_to_me: Option<bool>,
    /// Claims with an assignment that is due at this time or later, and whose reviewer has no verdict
    /// on the claim. With `assignedTo` or `assignedToMe`, only that reviewer's assignment counts.
    pub(super) due_after: Option<Moment>,
    /// Claims with an assignment that is due before this time, and whose reviewer has no verdict on
    /// the claim. With `dueAfter`, the same assignment must match both. With `assignedTo` or
    /// `assignedToMe`, only that reviewer's assignment counts.
    pub(super) due_before: Option<Moment>,
    /// Whether you have no current verdict on the claim.
    pub(super) not_reviewed_by_me: Option<bool>,
    /// Whether you have a draft of a verdict on the claim. Other people's drafts do not count.
    pub(super) drafted_by_me: Option<bool>,
    /// Whether verdicts under the same rating scale have different ratings.
    pub(super) disputed: Option<bool>,
    /// Whether a verdict on the claim cites no source.
    pub(super) unsourced: Option<bool>,
    /// Whether a reviewer of the claim changed the rating after the verdicts of others were open to
    /// them under blind review.
    pub(super) changed_after_reading: Option<bool>,
    /// Whether the claim's words in the article have changed, so that somebody must read it again.
    pub(super) stale: Option<bool>,
}

impl ClaimFilter {
    /// Refuses texts and lists that are longer than what they are compared with.
    fn check(&self) -> Result<()> {
        text_input::filter("filter.text", self.text.as_ref(), 200)?;
        text_input::filter("filter.claimant", self.claimant.as_ref(), 200)?;
        text_input::filter("filter.tag", self.tag.as_ref(), 50)?;
        rating::check_filter("filter.ratingKeys", self.rating_keys.as_deref())?;
        rating::check_number("filter.ratings", "ids", self.ratings.as_ref().map_or(0, Vec::len))
    }
}

/// Refuses the key of a rating that no scale has ever had, of the newsrooms for which `is_meant`
/// holds on the scale's row.
pub(super) async fn expect_known_ratings(
    db: &Db,
    filter: &ClaimFilter,
    is_meant: impl FnOnce() -> SimpleExpr,
) -> Result<()> {
    let Some(keys) = &filter.rating_keys else { return Ok(()) };
    filter.check()?;
    let known = rating::keys(db, is_meant()).await?;
    let Some(place) = keys.iter().position(|key| !known.contains(key)) else { return Ok(()) };
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    let message = format!(
        "No rating scale of the newsroom has the key {:?}. The keys are {}.",
        keys[place],
        known.join(", ")
    );
    Err(Error::invalid(format!("filter.ratingKeys[{place}]"), Reason::UnknownRating, message))
}

/// A claim filter as a condition.
pub(super) fn wanted(actor: &Actor, filter: ClaimFilter) -> Result<Condition> {
    filter.check()?;
    Ok(by_verdicts(actor, &filter)?
        .add(by_reviewers(actor, &filter)?)
        .add_option(filter.states.map(|states| column(claim::Column::State).is_in(states)))
        .add_option(filter.stale.map(|stale| column(claim::Column::Stale).eq(stale)))
        .add_option(
            parse::<ArticleId>("filter.article", filter.article.as_ref())?
                .map(|id| column(claim::Column::ArticleId).eq(id)),
        )
        .add_option(filter.marked_since.map(|since| column(claim::Column::MarkedAt).gte(since)))
        .add_option(filter.marked_until.map(|until| column(claim::Column::MarkedAt).lt(until)))
        .add_option(
            filter
                .claimant
                .map(|name| column(claim::Column::Id).in_subquery(label::of_claimant(&name))),
        )
        .add_option(
            filter.tag.map(|tag| column(claim::Column::Id).in_subquery(label::with_tag(&tag))),
        )
        .add_option(filter.text.map(|text| label::with_text(&text))))
}

/// The conditions on what the verdicts say.
fn by_verdicts(actor: &Actor, filter: &ClaimFilter) -> Result<Condition> {
    let ratings = filter.ratings.as_ref().map(|ids| {
        let parsed = ids.iter().enumerate();
        parsed.map(|(at, id)| RatingId::parse(&format!("filter.ratings[{at}]"), id)).collect()
    });
    let ratings: Option<Vec<_>> = ratings.transpose()?;
    let scale = parse("filter.comparedUnder", filter.compared_under.as_ref())?;
    Ok(Condition::all()
        .add_option(filter.rating_keys.clone().map(|keys| is_rated(actor, keys)))
        .add_option(ratings.map(|ids| has_verdict(actor, submission::Column::RatingId.is_in(ids))))
        .add_option(scale.map(|scale| is_compared(actor, scale)))
        .add_option(if_wanted(filter.judged, column(claim::Column::VerdictCount).gt(0)))
        .add_option(if_wanted(filter.disputed, is_disputed(actor)))
        .add_option(if_wanted(filter.unsourced, is_unsourced(actor)))
        .add_option(if_wanted(filter.changed_after_reading, is_changed_after_reading(actor))))
}

/// The conditions on who judged, is asked to judge, or has a draft.
fn by_reviewers(actor: &Actor, filter: &ClaimFilter) -> Result<Condition> {
    let reviewed_by = parse("filter.reviewedBy", filter.reviewed_by.as_ref())?;
    let not_reviewed_by = parse("filter.notReviewedBy", filter.not_reviewed_by.as_ref())?;
    let assigned_to = parse("filter.assignedTo", filter.assigned_to.as_ref())?;
    let is_due = (filter.due_after.is_some() || filter.due_before.is_some()).then(|| {
        let own = filter.assigned_to_me.filter(|mine| *mine).and_then(|_| actor.id());
        is_due(actor, filter, [assigned_to, own])
    });
    Ok(Condition::all()
        .add_option(reviewed_by.map(|id| is_judged_by(actor, id)))
        .add_option(not_reviewed_by.map(|id| is_judged_by(actor, id).not()))
        .add_option(assigned_to.map(is_assigned))
        .add_option(if_wanted(filter.assigned_to_me, own(actor, is_assigned)))
        .add_option(is_due)
        .add_option(if_wanted(
            filter.not_reviewed_by_me,
            own(actor, |id| is_judged_by(actor, id)).not(),
        ))
        .add_option(if_wanted(filter.drafted_by_me, own(actor, has_draft))))
}

fn parse<T: TypedId>(field: &str, id: Option<&ID>) -> Result<Option<T>> {
    id.map(|id| T::parse(field, id)).transpose()
}

fn column(column: claim::Column) -> Expr {
    Expr::col((claim::Entity, column))
}

fn if_wanted(wanted: Option<bool>, holds: SimpleExpr) -> Option<SimpleExpr> {
    wanted.map(|wanted| if wanted { holds } else { holds.not() })
}

/// Whether the outer row's claim has a verdict by `account` that `actor` may see.
fn is_judged_by(actor: &Actor, account: AccountId) -> SimpleExpr {
    has_verdict(actor, verdict::Column::ReviewerId.eq(account))
}

/// Whether the outer row's claim has a verdict of one of these ratings that `actor` may see.
fn is_rated(actor: &Actor, keys: Vec<String>) -> SimpleExpr {
    let of_keys = Query::select()
        .column((rating::Entity, rating::Column::Id))
        .from(rating::Entity)
        .and_where(rating::Column::Key.is_in(keys))
        .to_owned();
    has_verdict(actor, submission::Column::RatingId.in_subquery(of_keys))
}

/// Whether the outer row's claim has a verdict without a source that `actor` may see.
fn is_unsourced(actor: &Actor) -> SimpleExpr {
    has_verdict(actor, submission::Column::CitationCount.eq(0))
}

/// Whether a verdict on the outer row's claim that `actor` may see was changed after its reviewer could
/// read others.
fn is_changed_after_reading(actor: &Actor) -> SimpleExpr {
    has_verdict(actor, submission::Column::ChangedAfterReading.eq(true))
}

/// Whether the outer row's claim has an assignment in the filter's range of due dates, to each of these
/// accounts, whose reviewer has no verdict on it that `actor` may see.
fn is_due(actor: &Actor, filter: &ClaimFilter, only: [Option<AccountId>; 2]) -> SimpleExpr {
    let reviewer = Expr::col((assignment::Entity, assignment::Column::ReviewerId));
    let judged = has_verdict(actor, verdict::Column::ReviewerId.into_expr().eq(reviewer));
    let due = assignment::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(on_outer((assignment::Entity, assignment::Column::ClaimId)))
        .filter(
            only.into_iter()
                .flatten()
                .fold(Condition::all(), |all, id| all.add(assignment::Column::ReviewerId.eq(id)))
                .add_option(filter.due_after.map(|after| assignment::Column::DueAt.gte(after)))
                .add_option(filter.due_before.map(|before| assignment::Column::DueAt.lt(before))),
        )
        .filter(judged.not());
    Expr::exists(due.into_query())
}

/// Whether the outer row's claim has a verdict for which `holds`, and that `actor` may see.
fn has_verdict(actor: &Actor, holds: SimpleExpr) -> SimpleExpr {
    Expr::exists(judged(actor).expr(Expr::val(1)).and_where(holds).to_owned())
}

/// Whether the verdicts on the outer row's claim that `actor` may see have different ratings of one
/// scale.
fn is_disputed(actor: &Actor) -> SimpleExpr {
    let ratings = Expr::col((rating::Entity, rating::Column::Id)).count_distinct();
    Expr::exists(judged_by_scale(actor).and_having(ratings.gt(1)).to_owned())
}

/// Whether the outer row's claim has two verdicts under one scale that `actor` may see.
fn is_compared(actor: &Actor, under: RatingScaleId) -> SimpleExpr {
    let several = judged_by_scale(actor)
        .and_where(rating::Column::ScaleId.eq(under))
        .and_having(Expr::val(1).count().gt(1))
        .to_owned();
    Expr::exists(several)
}

/// The current verdicts on the outer row's claim that `actor` may see, grouped by scale.
fn judged_by_scale(actor: &Actor) -> SelectStatement {
    let of_scale = Expr::col((rating::Entity, rating::Column::ScaleId));
    let given = Expr::col((rating::Entity, rating::Column::Id))
        .equals((submission::Entity, submission::Column::RatingId));
    judged(actor)
        .expr(of_scale.clone())
        .inner_join(rating::Entity, given)
        .add_group_by([of_scale])
        .to_owned()
}

/// Whether the outer row's claim is assigned to `account`.
pub(super) fn is_assigned(account: AccountId) -> SimpleExpr {
    let asked = assignment::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(assignment::Column::ReviewerId.eq(account));
    Expr::exists(
        asked.filter(on_outer((assignment::Entity, assignment::Column::ClaimId))).into_query(),
    )
}

/// Whether `account` has a draft on the outer row's claim.
pub(super) fn has_draft(account: AccountId) -> SimpleExpr {
    let draft = draft::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(draft::Column::ReviewerId.eq(account));
    Expr::exists(draft.filter(on_outer((draft::Entity, draft::Column::ClaimId))).into_query())
}

/// A condition on the actor's own account. It is false without an account.
fn own(actor: &Actor, holds: impl FnOnce(AccountId) -> SimpleExpr) -> SimpleExpr {
    actor.id().map_or_else(|| Expr::val(1).eq(0), holds)
}

pub(super) fn on_outer(column: impl IntoColumnRef) -> SimpleExpr {
    Expr::col(column).equals((claim::Entity, claim::Column::Id))
}

/// The current verdicts on the outer row's claim that `actor` may see.
fn judged(actor: &Actor) -> SelectStatement {
    let mut query = Query::select();
    query
        .from(verdict::Entity)
        .join(
            JoinType::InnerJoin,
            submission::Entity,
            Expr::col((submission::Entity, submission::Column::Id))
                .equals((verdict::Entity, verdict::Column::SubmissionId)),
        )
        .and_where(
            Expr::col((verdict::Entity, verdict::Column::ClaimId))
                .equals((claim::Entity, claim::Column::Id)),
        )
        .and_where(verdict::Column::State.eq(verdict::State::Submitted))
        .cond_where(verdict::visible(actor));
    query
}
