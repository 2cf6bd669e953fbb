//! Lists that join several nouns: claims by their verdicts, articles by their claims, sources by the verdicts that cite them.
//!
//! Always true: a filter reveals nothing that its reader may not see. Verdicts that blind review hides count as if they did not exist.

mod citations;
mod described;
mod filter;
mod merge;
mod newest;
mod sources;
mod totals;
mod work;

use std::collections::HashMap;

use async_graphql::Enum;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{Condition, QuerySelect, QueryTrait};

pub use citations::{Citation, citation_counts, citations_in, citations_of, fetch_citation};
pub use filter::ClaimFilter;
pub use merge::{MergeSourcesInput, UnmergeSourcesInput, merge_sources, unmerge_sources};
pub use sources::{
    Source, SourceDetail, SourceFilter, details, fetch_source, find_sources, merged_into, sources,
};
pub use work::{Pile, Work, newsrooms};

use filter::{expect_known_ratings, has_draft, is_assigned, on_outer, wanted};

use super::article::{self, ArticleFilter, ArticleOrder};
use super::claim::{self, State};
use super::error::{Error, Reason, Result};
use super::ids::{ArticleId, NewsroomId};
use super::page::{self, Key, Page, Slice, Sort};
use super::store::Db;
use crate::domain::actor::Actor;
use crate::domain::newsroom::rating;
use crate::domain::permissions::Action;

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
