//! Work: the claims that wait for one account.
//!
//! Always true: a list of work reveals nothing that its reader may not see in the lists of claims.

use async_graphql::ID;
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{Condition, QueryOrder, QuerySelect, QueryTrait, Select};

use super::{ClaimFilter, ClaimOrder, has_draft, is_assigned, key_of, on_outer, sort_of, wanted};
use crate::domain::actor::Actor;
use crate::domain::claim::{self, State, assignment};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::{AccountId, ArticleId, ClaimId, NewsroomId, TypedId};
use crate::domain::page::{self, Page, Slice};
use crate::domain::permissions::Action;
use crate::domain::store::Db;
use crate::domain::verdict;

/// How many stale claims of one article are read.
const MOST_STALE: u64 = 10;
/// How many days count as soon, by default and at most.
const SOON: i32 = 3;
const LATEST: i32 = 90;

/// The newsrooms whose work an account asks for.
#[derive(Clone, Debug)]
pub struct Work {
    newsrooms: Vec<NewsroomId>,
}

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pile {
    /// Claims that the account was asked to judge and has not judged.
    Assigned,
    /// The same, if they are due within this number of days.
    DueSoon(i32),
    /// The same, if they were due before now.
    Overdue,
    /// Claims on which the account's own verdict is stale.
    Stale,
    /// Claims on which the account has a draft.
    Drafts,
    /// Claims without a ruling whose verdicts differ.
    Disputed,
}

impl Pile {
    /// The claims that are due within this number of days: 1 to 90, by default 3.
    pub fn due_within(days: Option<i32>) -> Result<Self> {
        let days = days.unwrap_or(SOON);
        if (1..=LATEST).contains(&days) {
            return Ok(Self::DueSoon(days));
        }
        let message = format!("`days` is {days}. It must be 1 to {LATEST}.");
        Err(Error::invalid("days", Reason::OutOfRange, message))
    }
}

/// Returns the newsroom with this id, or all newsrooms of the account.
pub fn newsrooms(actor: &Actor, newsroom: Option<&ID>) -> Result<Vec<NewsroomId>> {
    let Some(id) = newsroom else {
        return Ok(actor.rights().iter().map(|rights| rights.newsroom).collect());
    };
    let id = NewsroomId::parse("newsroom", id)?;
    actor.require(Action::Read, id)?;
    Ok(vec![id])
}

impl Work {
    /// The work in one newsroom, or in all newsrooms of the account.
    pub fn of(actor: &Actor, newsroom: Option<&ID>) -> Result<Self> {
        Ok(Self { newsrooms: newsrooms(actor, newsroom)? })
    }

    /// Returns the claims of one kind of work, in the order in which they were marked. None if the
    /// account may not have this kind of work in any of the newsrooms.
    pub async fn claims(
        &self,
        db: &Db,
        actor: &Actor,
        pile: Pile,
        slice: &Slice,
    ) -> Result<Option<Page<claim::Model>>> {
        let own = actor.signed_in()?;
        let mut newsrooms = self.newsrooms.clone();
        if pile == Pile::Disputed {
            newsrooms.retain(|id| actor.may(Action::PublishRuling, *id));
            if newsrooms.is_empty() {
                return Ok(None);
            }
        }
        let list = claim::Entity::find()
            .filter(claim::Column::NewsroomId.is_in(newsrooms))
            .filter(in_pile(actor, own, pile)?);
        let sort = sort_of(ClaimOrder::OldestFirst);
        Ok(Some(page::read(db, list, sort, slice, |row| key_of(sort, row)).await?))
    }

    /// Returns the claim with this id, if it still waits for the account's verdict.
    pub async fn waiting(db: &Db, actor: &Actor, id: ClaimId) -> Result<Option<claim::Model>> {
        let list = in_own_newsrooms(actor).filter(claim::Column::Id.eq(id));
        let own = actor.signed_in()?;
        Ok(list.filter(in_pile(actor, own, Pile::Assigned)?).one(db).await?)
    }

    /// Returns the first claims of an article on which the account's own verdict is stale.
    pub async fn stale_on(db: &Db, actor: &Actor, article: ArticleId) -> Result<Vec<claim::Model>> {
        let list = in_own_newsrooms(actor).filter(claim::Column::ArticleId.eq(article));
        let list = list.filter(has_stale_verdict(actor.signed_in()?));
        Ok(list.order_by_asc(claim::Column::Id).limit(MOST_STALE).all(db).await?)
    }
}

fn in_own_newsrooms(actor: &Actor) -> Select<claim::Entity> {
    let rights = actor.rights();
    let newsrooms = rights.iter().map(|rights| rights.newsroom);
    claim::Entity::find().filter(claim::Column::NewsroomId.is_in(newsrooms))
}

fn in_pile(actor: &Actor, own: AccountId, pile: Pile) -> Result<Condition> {
    let due = |due: SimpleExpr| {
        let asked = Query::select()
            .expr(Expr::val(1))
            .from(assignment::Entity)
            .and_where(on_outer((assignment::Entity, assignment::Column::ClaimId)))
            .and_where(assignment::Column::ReviewerId.eq(own))
            .and_where(due)
            .to_owned();
        Expr::exists(asked)
    };
    let now = actor.now();
    let asked = match pile {
        Pile::Stale => return Ok(has_stale_verdict(own)),
        Pile::Drafts => return Ok(Condition::all().add(has_draft(own))),
        Pile::Disputed => {
            let disputed = ClaimFilter { disputed: Some(true), ..ClaimFilter::default() };
            return Ok(wanted(actor, disputed)?.add(is_open()));
        }
        Pile::Assigned => is_assigned(own),
        Pile::Overdue => due(assignment::Column::DueAt.lt(now)),
        Pile::DueSoon(days) => {
            let until = now.plus(TimeDelta::days(days.into()));
            due(assignment::Column::DueAt.gte(now).and(assignment::Column::DueAt.lte(until)))
        }
    };
    let unjudged = ClaimFilter { not_reviewed_by_me: Some(true), ..ClaimFilter::default() };
    Ok(wanted(actor, unjudged)?.add(is_open()).add(asked))
}

/// Whether a ruling on the claim is still to come.
fn is_open() -> SimpleExpr {
    claim::Column::State.is_not_in([State::Published, State::Withdrawn])
}

/// The condition for claims on which `account` has a stale verdict.
fn has_stale_verdict(account: AccountId) -> Condition {
    let outdated = Expr::col((verdict::Entity, verdict::Column::ReadWording))
        .lt(Expr::col((claim::Entity, claim::Column::Wording)));
    let own = verdict::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(on_outer((verdict::Entity, verdict::Column::ClaimId)))
        .filter(verdict::Column::ReviewerId.eq(account))
        .filter(verdict::Column::State.eq(verdict::State::Submitted))
        .filter(outdated);
    Condition::all()
        .add(Expr::exists(own.into_query()))
        .add(claim::Column::State.ne(State::Withdrawn))
}
