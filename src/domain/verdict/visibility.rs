//! Visibility of verdicts: the one predicate that says what blind review hides.

use std::collections::HashSet;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{ActiveEnum, Condition, QuerySelect, QueryTrait};

use super::{Column, Entity, State};
use crate::domain::actor::Actor;
use crate::domain::claim;
use crate::domain::error::Result;
use crate::domain::ids::{AccountId, NewsroomId};
use crate::domain::people::account;
use crate::domain::permissions::{Action, Rights};
use crate::domain::store::Db;

/// The condition for verdicts that `actor` may see, in a query that joins each verdict with its
/// claim.
///
/// Editors see all verdicts. Other members see their own verdicts and current ones. Under blind
/// review, a member sees another reviewer's verdict in three cases: the claim has the required
/// number of verdicts, its ruling is published, or the member has a current verdict on it.
pub fn visible(actor: &Actor) -> Condition {
    in_own_newsrooms(actor, Column::NewsroomId, |rights| {
        if actor.may(Action::ReadEveryVerdict, rights.newsroom) {
            return None;
        }
        let current = Condition::all()
            .add(Column::State.eq(State::Submitted))
            .add_option(unhidden(actor, rights));
        let own = actor.own().map(|own| Column::ReviewerId.eq(own));
        Some(Condition::any().add_option(own).add(current))
    })
}

/// The condition for claims on which blind review hides nothing from `actor`, in a query of claims.
/// Comments on a claim are as hidden as the verdicts on it.
pub fn open(actor: &Actor) -> Condition {
    in_own_newsrooms(actor, claim::Column::NewsroomId, |rights| unhidden(actor, rights))
}

/// The verdicts of a newsroom that an actor may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// All current verdicts.
    Everything,
    /// Those on claims whose ruling is published or that have at least this number of verdicts, and
    /// those on claims that this account has judged.
    Open(i32, Option<AccountId>),
}

/// Which current verdicts of `newsroom` the actor may see, by the same rules as [`visible`]. None if
/// it does not belong to the newsroom.
pub fn sight(actor: &Actor, newsroom: NewsroomId) -> Option<Sight> {
    if actor.is_machine() {
        return Some(Sight::Everything);
    }
    let rights = actor.rights_in(newsroom)?;
    Some(if hides(actor, &rights) {
        Sight::Open(rights.policy.verdicts_required, actor.own())
    } else {
        Sight::Everything
    })
}

/// Those of these accounts whose view may differ from that of others with the rights of `actor`:
/// they have submitted a verdict, which they see whatever becomes of it. An account stays among them.
pub async fn with_own_view(
    db: &Db,
    actor: &Actor,
    accounts: impl Iterator<Item = AccountId>,
) -> Result<HashSet<AccountId>> {
    let rights = actor.rights();
    if rights.iter().all(|rights| actor.may(Action::ReadEveryVerdict, rights.newsroom)) {
        return Ok(HashSet::new());
    }
    let theirs = Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(Column::ReviewerId.into_expr().equals((account::Entity, account::Column::Id)))
        .into_query();
    let list = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(account::Column::Id.is_in(accounts))
        .filter(Expr::exists(theirs));
    Ok(list.into_tuple().all(db).await?.into_iter().collect())
}

/// The condition for rows of newsrooms that `actor` belongs to. In each of them, `here` must hold
/// too, if there is such a condition.
fn in_own_newsrooms(
    actor: &Actor,
    newsroom: impl ColumnTrait,
    here: impl Fn(&Rights) -> Option<Condition>,
) -> Condition {
    if actor.is_machine() {
        return Condition::all();
    }
    let all_rights = actor.rights();
    if all_rights.is_empty() {
        // Without a newsroom, the condition must be false, because an empty `any` would match
        // everything. In other cases this term is omitted, because SQLite's planner would not see
        // past it.
        return Condition::any().add(Expr::val(1).eq(0));
    }
    all_rights.iter().fold(Condition::any(), |somewhere, rights| {
        somewhere.add(Condition::all().add(newsroom.eq(rights.newsroom)).add_option(here(rights)))
    })
}

/// The condition for claims on which blind review hides nothing from `actor`. None if it hides
/// nothing from `actor` in the whole newsroom.
fn unhidden(actor: &Actor, rights: &Rights) -> Option<Condition> {
    if !hides(actor, rights) {
        return None;
    }
    let judged = Condition::any()
        .add(claim::Column::State.eq(claim::State::Published))
        .add(claim::Column::VerdictCount.gte(rights.policy.verdicts_required))
        .add_option(actor.own().map(has_judged));
    Some(judged)
}

/// Whether blind review hides anything from `actor` in a newsroom.
fn hides(actor: &Actor, rights: &Rights) -> bool {
    rights.policy.blind_review && !actor.may(Action::ReadEveryVerdict, rights.newsroom)
}

/// Whether `account` has a current verdict on the row's claim.
fn has_judged(account: AccountId) -> SimpleExpr {
    let own = Alias::new("own");
    let theirs = Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, own.clone())
        .and_where(
            Expr::col((own.clone(), Column::ClaimId)).equals((claim::Entity, claim::Column::Id)),
        )
        .and_where(Expr::col((own.clone(), Column::ReviewerId)).eq(account))
        .and_where(Expr::col((own, Column::State)).eq(State::Submitted.to_value()))
        .take();
    Expr::exists(theirs)
}
