//! Lists that join several nouns: claims by their verdicts, articles by their claims, sources by the verdicts that cite them.
//!
//! Always true: a filter reveals nothing that its reader may not see. Verdicts that blind review hides count as if they did not exist.

mod citations;
mod described;
mod merge;
mod sources;
mod totals;
mod work;

use std::collections::HashMap;

use async_graphql::{Enum, ID, InputObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Expr, ExprTrait, IntoColumnRef, JoinType, Query, SelectStatement, SimpleExpr,
};
use sea_orm::{Condition, QuerySelect, QueryTrait};

pub use citations::{Citation, citation_counts, citations_in, citations_of, fetch_citation};
pub use merge::{MergeSourcesInput, UnmergeSourcesInput, merge_sources, unmerge_sources};
pub use sources::{
    Source, SourceDetail, SourceFilter, details, fetch_source, find_sources, merged_into, sources,
};
pub use work::{Pile, Work, newsrooms};

use super::article::{self, ArticleFilter, ArticleOrder};
use super::claim::{self, State};
use super::error::{Error, Reason, Result};
use super::ids::{AccountId, ArticleId, NewsroomId, TypedId};
use super::page::{self, Key, Page, Slice, Sort};
use super::store::Db;
use super::verdict::{self, draft, submission};
use crate::domain::actor::Actor;
use crate::domain::claim::{assignment, label};
use crate::domain::newsroom::rating;
use crate::domain::permissions::Action;
use crate::domain::text_input;

/// Filters claims. All given conditions must match. Verdicts that blind review hides from you count as if they did not exist.
#[derive(InputObject, Default, Clone, PartialEq, Eq, Hash)]
pub struct ClaimFilter {
    /// Claims in one of these states. A READY claim may be stale: add `stale: false` for claims on which a ruling could be published. Unless it
    /// contains WITHDRAWN, the lists of a newsroom leave out withdrawn claims and the claims of withdrawn articles.
    states: Option<Vec<State>>,
    /// Claims with a verdict of one of these ratings, by key. At most 100 keys.
    rating_keys: Option<Vec<String>>,
    /// Claims of this claimant, or of one that was merged with it. Case and white space are ignored. At
    /// most 200 characters.
    claimant: Option<String>,
    /// Claims with this tag. Case and white space are ignored. At most 50 characters.
    tag: Option<String>,
    /// Claims with all these words in the statement or the claimant's name, in any order. Parts of words also match. Case and diacritics are
    /// ignored. At most 200 characters.
    text: Option<String>,
    /// Claims with a verdict by this account.
    reviewed_by: Option<ID>,
    /// Claims without a verdict by this account.
    not_reviewed_by: Option<ID>,
    /// Claims that are assigned to this account.
    assigned_to: Option<ID>,
    /// Whether the claim is assigned to you.
    assigned_to_me: Option<bool>,
    /// Whether you have no current verdict on the claim.
    not_reviewed_by_me: Option<bool>,
    /// Whether you have a draft of a verdict on the claim. Other people's drafts do not count.
    drafted_by_me: Option<bool>,
    /// Whether verdicts under the same rating scale have different ratings.
    disputed: Option<bool>,
    /// Whether a verdict on the claim cites no source.
    unsourced: Option<bool>,
    /// Whether the claim's words in the article have changed, so that somebody must read it again.
    stale: Option<bool>,
}

impl ClaimFilter {
    /// Refuses texts and lists that are longer than what they are compared with.
    fn check(&self) -> Result<()> {
        text_input::filter("filter.text", self.text.as_ref(), 200)?;
        text_input::filter("filter.claimant", self.claimant.as_ref(), 200)?;
        text_input::filter("filter.tag", self.tag.as_ref(), 50)?;
        rating::check_filter("filter.ratingKeys", self.rating_keys.as_deref())
    }
}

/// How claims are sorted.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClaimOrder {
    /// Newest first, by when they were marked.
    NewestFirst,
    /// Oldest first, by when they were marked.
    OldestFirst,
    /// By their place in the article's text. Only within one article.
    Position,
}

/// Which claims a list has.
#[derive(Clone, Copy)]
pub enum Within {
    /// Those of an article, which belongs to this newsroom.
    Article(ArticleId, NewsroomId),
    /// Those of a newsroom.
    Newsroom(NewsroomId),
}

/// Reads claims of an article or a newsroom.
pub async fn claims(
    db: &Db,
    actor: &Actor,
    within: Within,
    filter: ClaimFilter,
    order: Option<ClaimOrder>,
    slice: &Slice,
) -> Result<Page<claim::Model>> {
    let (Within::Article(_, newsroom) | Within::Newsroom(newsroom)) = within;
    actor.require(Action::Read, newsroom)?;
    let list = claim::Entity::find().filter(match within {
        Within::Article(article, _) => Condition::all().add(claim::Column::ArticleId.eq(article)),
        Within::Newsroom(newsroom) => {
            of_newsroom(newsroom, filter.states.as_deref().unwrap_or_default())
        }
    });
    let order = order.unwrap_or(match within {
        Within::Article(..) => ClaimOrder::Position,
        Within::Newsroom(_) => ClaimOrder::NewestFirst,
    });
    if order == ClaimOrder::Position && matches!(within, Within::Newsroom(_)) {
        let message = "`POSITION` works only for the claims of one article.";
        return Err(Error::invalid("order", Reason::Contradiction, message));
    }
    let of_newsroom = || rating::scale::Column::NewsroomId.eq(newsroom);
    expect_known_ratings(db, &filter, of_newsroom).await?;
    let sort = sort_of(order);
    let list = list.filter(wanted(actor, filter.clone())?);
    let mut page = page::read(db, list, sort, slice, |row| key_of(sort, row)).await?;
    if let Within::Newsroom(newsroom) = within {
        page.total = totals::of_claims(db, actor, newsroom, filter, page.total);
    }
    Ok(page)
}

/// The claims of a newsroom, without those that were withdrawn unless `states` asks for them.
fn of_newsroom(newsroom: NewsroomId, states: &[State]) -> Condition {
    let all = Condition::all().add(claim::Column::NewsroomId.eq(newsroom));
    if states.contains(&State::Withdrawn) {
        return all;
    }
    all.add(claim::Column::State.ne(State::Withdrawn)).add(claim::in_present_article(newsroom))
}

/// Reads the first claims of each of these articles in one statement, or two if they are `counted`. `actor` may read their newsrooms.
pub async fn claims_of_each(
    db: &Db,
    actor: &Actor,
    articles: &[ArticleId],
    filter: ClaimFilter,
    order: Option<ClaimOrder>,
    size: u64,
    counted: bool,
) -> Result<HashMap<Uuid, Page<claim::Model>>> {
    let of_articles = || {
        let newsrooms = article::Entity::find()
            .select_only()
            .column(article::Column::NewsroomId)
            .filter(article::Column::Id.is_in(articles.iter().copied()));
        rating::scale::Column::NewsroomId.in_subquery(newsrooms.into_query())
    };
    expect_known_ratings(db, &filter, of_articles).await?;
    let list = claim::Entity::find()
        .filter(claim::Column::ArticleId.is_in(articles.iter().copied()))
        .filter(wanted(actor, filter)?);
    let sort = sort_of(order.unwrap_or(ClaimOrder::Position));
    if let [article] = articles {
        // One article needs no numbered rows.
        let page = page::read(db, list, sort, &Slice::first(size), |row| key_of(sort, row)).await?;
        return Ok(HashMap::from([(article.0, page)]));
    }
    let place = |row: &claim::Model| (row.article_id.0, key_of(sort, row));
    page::read_first_of_each(db, list, sort, size, claim::Column::ArticleId, counted, place).await
}

/// Refuses the key of a rating that no scale has ever had, of the newsrooms for which `is_meant`
/// holds on the scale's row.
async fn expect_known_ratings(
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

fn sort_of(order: ClaimOrder) -> Sort<claim::Column> {
    let lead = (order == ClaimOrder::Position).then_some(claim::Column::Position);
    Sort { lead, id: claim::Column::Id, descending: order == ClaimOrder::NewestFirst }
}

fn key_of(sort: Sort<claim::Column>, row: &claim::Model) -> Key {
    Key { lead: sort.lead.map_or(0, |_| row.position), id: row.id.0 }
}

/// Reads a newsroom's articles.
pub async fn articles(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    filter: ArticleFilter,
    order: ArticleOrder,
    slice: &Slice,
) -> Result<Page<article::Model>> {
    let open = filter.has_open_claims.map(|wanted| {
        let open = Query::select()
            .expr(Expr::val(1))
            .from(claim::Entity)
            .and_where(
                Expr::col((claim::Entity, claim::Column::ArticleId))
                    .equals((article::Entity, article::Column::Id)),
            )
            .and_where(claim::Column::State.is_in([State::Open, State::InReview]))
            .to_owned();
        if wanted { Expr::exists(open) } else { Expr::exists(open).not() }
    });
    let extra = Condition::all().add_option(open);
    let mut page =
        article::of_newsroom(db, actor, newsroom, filter.clone(), order, extra, slice).await?;
    page.total = totals::of_articles(db, actor, newsroom, &filter, page.total);
    Ok(page)
}

/// A claim filter as a condition.
fn wanted(actor: &Actor, filter: ClaimFilter) -> Result<Condition> {
    filter.check()?;
    let account =
        |field: &str, id: Option<ID>| id.map(|id| AccountId::parse(field, &id)).transpose();
    let reviewed_by = account("filter.reviewedBy", filter.reviewed_by)?;
    let not_reviewed_by = account("filter.notReviewedBy", filter.not_reviewed_by)?;
    let assigned_to = account("filter.assignedTo", filter.assigned_to)?;
    let if_wanted = |wanted: Option<bool>, holds: SimpleExpr| {
        wanted.map(|wanted| if wanted { holds } else { holds.not() })
    };
    let column = |column: claim::Column| Expr::col((claim::Entity, column));
    Ok(Condition::all()
        .add_option(filter.states.map(|states| column(claim::Column::State).is_in(states)))
        .add_option(filter.stale.map(|stale| column(claim::Column::Stale).eq(stale)))
        .add_option(
            filter
                .claimant
                .map(|name| column(claim::Column::Id).in_subquery(label::of_claimant(&name))),
        )
        .add_option(
            filter.tag.map(|tag| column(claim::Column::Id).in_subquery(label::with_tag(&tag))),
        )
        .add_option(filter.text.map(|text| label::with_text(&text)))
        .add_option(filter.rating_keys.map(|keys| is_rated(actor, keys)))
        .add_option(reviewed_by.map(|id| is_judged_by(actor, id)))
        .add_option(not_reviewed_by.map(|id| is_judged_by(actor, id).not()))
        .add_option(assigned_to.map(is_assigned))
        .add_option(if_wanted(filter.assigned_to_me, own(actor, is_assigned)))
        .add_option(if_wanted(
            filter.not_reviewed_by_me,
            own(actor, |id| is_judged_by(actor, id)).not(),
        ))
        .add_option(if_wanted(filter.drafted_by_me, own(actor, has_draft)))
        .add_option(if_wanted(filter.disputed, is_disputed(actor)))
        .add_option(if_wanted(filter.unsourced, is_unsourced(actor))))
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

/// Whether the outer row's claim has a verdict for which `holds`, and that `actor` may see.
fn has_verdict(actor: &Actor, holds: SimpleExpr) -> SimpleExpr {
    Expr::exists(judged(actor).expr(Expr::val(1)).and_where(holds).to_owned())
}

/// Whether the verdicts on the outer row's claim that `actor` may see have different ratings of one
/// scale.
fn is_disputed(actor: &Actor) -> SimpleExpr {
    let of_scale = Expr::col((rating::Entity, rating::Column::ScaleId));
    let given = Expr::col((rating::Entity, rating::Column::Id));
    let found = judged(actor)
        .expr(of_scale.clone())
        .inner_join(
            rating::Entity,
            given.clone().equals((submission::Entity, submission::Column::RatingId)),
        )
        .add_group_by([of_scale])
        .and_having(given.count_distinct().gt(1))
        .to_owned();
    Expr::exists(found)
}

/// Whether the outer row's claim is assigned to `account`.
fn is_assigned(account: AccountId) -> SimpleExpr {
    let asked = assignment::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(assignment::Column::ReviewerId.eq(account));
    Expr::exists(
        asked.filter(on_outer((assignment::Entity, assignment::Column::ClaimId))).into_query(),
    )
}

/// Whether `account` has a draft on the outer row's claim.
fn has_draft(account: AccountId) -> SimpleExpr {
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

fn on_outer(column: impl IntoColumnRef) -> SimpleExpr {
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
