//! Sources, as far as their reader may see the verdicts that cite them.

use std::collections::HashMap;

use async_graphql::{InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, JoinType, Query, SelectStatement};
use sea_orm::{DbErr, FromQueryResult, QueryOrder, QueryResult, QuerySelect};

use super::described::{self, By, called, cited, first};
use super::newest;
use crate::domain::actor::Actor;
use crate::domain::claim;
use crate::domain::error::{Error, Result};
use crate::domain::ids::{NewsroomId, SourceId};
use crate::domain::link::Link;
use crate::domain::page::{self, Key, Page, Slice, Sort, Total};
use crate::domain::permissions::Action;
use crate::domain::store::{Db, Values};
use crate::domain::verdict;
use crate::domain::verdict::source::{self, SourceKind, citation};

/// A source that verdicts rest on: a web page, a document, a broadcast, a conversation or something else.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex, serial)]
pub struct Source {
    /// The source's id.
    pub id: SourceId,
    /// Its address, from the first citation of it that you may see: without parameters that only track readers, and without a fragment that
    /// names a part of the page. Null if it has none. The server never fetches it.
    pub url: Option<String>,
    /// Its title, from the first citation of it that you may see.
    pub title: Option<String>,
    /// Its publisher, from the first citation of it that you may see.
    pub publisher: Option<String>,
    #[graphql(skip)]
    pub root_id: Option<SourceId>,
}

impl Source {
    /// Reads the columns that [`describe`](described::describe) selects, in their order.
    pub(super) fn take(values: &mut Values<'_>) -> Result<Self, DbErr> {
        let (id, root_id) = (values.take()?, values.take()?);
        let url: Option<String> = values.take()?;
        let url = url.filter(|url| !url.is_empty());
        let url = url.map(|url| Link::parse("url", &url).map_or(url, |link| link.canonical()));
        Ok(Self { id, url, title: values.take()?, publisher: values.take()?, root_id })
    }
}

impl FromQueryResult for Source {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        Self::take(&mut Values::of(row))
    }
}

/// The details of a source that is not a web page.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SourceDetail {
    /// The source.
    pub id: SourceId,
    /// Its kind. None for a web page.
    pub kind: Option<SourceKind>,
    /// The details that a reader needs to find it.
    pub description: Option<String>,
    /// Its DOI.
    pub doi: Option<String>,
    /// Its ISBN.
    pub isbn: Option<String>,
    /// Its ISSN.
    pub issn: Option<String>,
}

/// Filters sources. All given conditions must match.
#[derive(InputObject, Default, Clone)]
pub struct SourceFilter {
    /// The source's address, or another address of the same page, such as an archived copy's. At most 2,000 characters.
    url: Option<String>,
}

/// Reads the sources of a newsroom that are cited by verdicts that `actor` may see. Newest first, by the first citation that `actor` may see:
/// the very first citation could reveal a hidden verdict. Merged sources are left out.
pub async fn sources(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    filter: SourceFilter,
    slice: &Slice,
) -> Result<Page<Source>> {
    actor.require(Action::Read, newsroom)?;
    let list = firsts(actor, newsroom, &filter)?;
    let newest = match slice.forward_only().filter(|_| filter.url.is_none()) {
        Some((size, after)) => newest::read(db, actor, newsroom, size, after).await?,
        None => None,
    };
    let mut page = match newest {
        Some(page) => Page { total: Total::of(db, &list, citation::Column::Id), ..page },
        None => of_firsts(db, list, slice).await?,
    };
    if filter.url.is_none() && actor.may(Action::ReadEveryVerdict, newsroom) {
        page.total = Total::of(db, &all_cited(newsroom), source::Column::Id);
    }
    let ids: Vec<_> = page.rows.iter().map(|(_, id)| *id).collect();
    let described: HashMap<_, _> = find_sources(db, actor, &ids)
        .await?
        .into_iter()
        .map(|source| (source.id, source))
        .collect();
    Ok(page.filter_map(|id| described.get(&id).cloned()))
}

/// The first citation that `actor` may see of each source that is not merged.
fn firsts(
    actor: &Actor,
    newsroom: NewsroomId,
    filter: &SourceFilter,
) -> Result<Select<citation::Entity>> {
    let mut firsts = Query::select();
    firsts
        .expr(first(actor, citation::Column::Id))
        .from(source::Entity)
        .and_where(Expr::col((source::Entity, source::Column::NewsroomId)).eq(newsroom))
        .and_where(Expr::col((source::Entity, source::Column::RootId)).is_null());
    if let Some(url) = &filter.url {
        let key = source::cited::key_of_link(&Link::parse("filter.url", url)?);
        let same = Query::select()
            .expr(source::root_in(MEMBER))
            .from_as(source::Entity, MEMBER)
            .and_where(Expr::col((MEMBER, source::Column::NewsroomId)).eq(newsroom))
            .and_where(Expr::col((MEMBER, source::Column::Url)).eq(key))
            .to_owned();
        firsts.and_where(Expr::col((source::Entity, source::Column::Id)).in_subquery(same));
    }
    Ok(citation::Entity::find().filter(citation::Column::Id.in_subquery(firsts)))
}

/// The same sources, for a reader who sees every citation. Counting them is faster.
fn all_cited(newsroom: NewsroomId) -> Select<source::Entity> {
    let cited = |source: Expr| {
        let citations = Query::select()
            .expr(Expr::val(1))
            .from(citation::Entity)
            .and_where(Expr::col((citation::Entity, citation::Column::SourceId)).eq(source))
            .to_owned();
        Expr::exists(citations)
    };
    let merged = Query::select()
        .expr(Expr::val(1))
        .from_as(source::Entity, MEMBER)
        .and_where(Expr::col((MEMBER, source::Column::RootId)).eq(described::outer()))
        .and_where(cited(Expr::col((MEMBER, source::Column::Id))))
        .to_owned();
    source::Entity::find()
        .filter(source::Column::NewsroomId.eq(newsroom))
        .filter(source::Column::RootId.is_null())
        .filter(cited(described::outer()).or(Expr::exists(merged)))
}

/// Reads the sources whose first citations are in `slice` of the list.
async fn of_firsts(
    db: &Db,
    list: Select<citation::Entity>,
    slice: &Slice,
) -> Result<Page<SourceId>> {
    let sort = Sort { lead: None, id: citation::Column::Id, descending: true };
    let page = page::read(db, list, sort, slice, |row| Key::of_id(row.id.0)).await?;
    let ids: Vec<_> = page.rows.iter().map(|(_, row)| row.source_id).collect();
    let roots = source::Entity::find().filter(source::Column::Id.is_in(ids)).all(db).await?;
    let roots: HashMap<_, _> =
        roots.into_iter().map(|row| (row.id, row.root_id.unwrap_or(row.id))).collect();
    Ok(page.filter_map(|row| roots.get(&row.source_id).copied()))
}

/// Finds sources by id, with the address, title and publisher of the first citation that `actor` may see.
pub async fn find_sources(db: &Db, actor: &Actor, ids: &[SourceId]) -> Result<Vec<Source>> {
    let source = (described::outer(), Expr::col((source::Entity, source::Column::RootId)));
    let list = Query::select()
        .from(source::Entity)
        .and_where(source::Column::Id.is_in(ids.iter().copied()))
        .to_owned();
    let mut sources: Vec<Source> =
        described::read(db, &described::describe(list, &[], None, source, actor)).await?;
    described::complete(db, actor, &mut sources, |source| source).await?;
    Ok(sources)
}

/// Fetches a source if it is cited by a verdict that `actor` may see.
pub async fn fetch_source(db: &Db, actor: &Actor, id: SourceId) -> Result<Source> {
    actor.signed_in()?;
    let is_cited =
        |by: By| Expr::exists(cited(actor, &described::outer(), by).expr(Expr::val(1)).to_owned());
    let seen = source::Entity::find_by_id(id)
        .filter(is_cited(By::Itself).or(is_cited(By::Merged)))
        .one(db)
        .await?;
    let row = seen.ok_or(Error::NotFound("source"))?;
    actor.require_sight(row.newsroom_id, "source")?;
    find_sources(db, actor, &[id]).await?.pop().ok_or(Error::NotFound("source"))
}

/// Finds the sources that were merged into each of these, as far as `actor` may see citations of them.
pub async fn merged_into(db: &Db, actor: &Actor, roots: &[SourceId]) -> Result<Vec<Source>> {
    let merged = source::Entity::find()
        .filter(source::Column::RootId.is_in(roots.iter().copied()))
        .filter(Expr::exists(
            cited(actor, &described::outer(), By::Itself).expr(Expr::val(1)).to_owned(),
        ))
        .order_by_asc(source::Column::Id)
        .all(db)
        .await?;
    let ids: Vec<_> = merged.iter().map(|row| row.id).collect();
    find_sources(db, actor, &ids).await
}

/// Reads the details of these sources, from the first citation that `actor` may see and that has each.
pub async fn details(
    db: &Db,
    actor: &Actor,
    ids: &[SourceId],
) -> Result<Vec<(SourceId, SourceDetail)>> {
    use citation::Column::{Description, Doi, Isbn, Issn, Kind};
    let list = source::Entity::find()
        .select_only()
        .column(source::Column::Id)
        .expr_as(first(actor, Kind), "kind")
        .expr_as(called(actor, Description), "description")
        .expr_as(called(actor, Doi), "doi")
        .expr_as(called(actor, Isbn), "isbn")
        .expr_as(called(actor, Issn), "issn")
        .filter(source::Column::Id.is_in(ids.iter().copied()));
    let details: Vec<SourceDetail> = list.into_model().all(db).await?;
    Ok(details.into_iter().map(|detail| (detail.id, detail)).collect())
}

/// The name of the source that a citation was written with, next to its root.
pub(super) const MEMBER: &str = "member";

/// Joins the source that each citation was written with.
pub(super) fn join_member(query: &mut SelectStatement) -> &mut SelectStatement {
    query.join_as(
        JoinType::InnerJoin,
        source::Entity,
        MEMBER,
        Expr::col((MEMBER, source::Column::Id))
            .equals((citation::Entity, citation::Column::SourceId)),
    )
}

/// Citations by verdicts that `actor` may see.
pub(super) fn by_claims(actor: &Actor) -> SelectStatement {
    let mut query = Query::select();
    query
        .from(citation::Entity)
        .inner_join(
            verdict::Entity,
            Expr::col((verdict::Entity, verdict::Column::Id))
                .equals((citation::Entity, citation::Column::VerdictId)),
        )
        .inner_join(
            claim::Entity,
            Expr::col((claim::Entity, claim::Column::Id))
                .equals((verdict::Entity, verdict::Column::ClaimId)),
        )
        .cond_where(verdict::visible(actor));
    query
}
