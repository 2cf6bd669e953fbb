//! Lists that ask several nouns at once: claims by their verdicts, articles by their claims, sources by who may see that they are cited.
//!
//! Always true: a filter tells nothing that its reader may not see; verdicts that blind review hides count as if they were not there.

use std::collections::HashMap;

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Func, IntoColumnRef, JoinType, Order, Query, SelectStatement, SimpleExpr, WindowStatement};
use sea_orm::{Condition, DbErr, FromQueryResult, QueryOrder, QueryResult, QuerySelect, QueryTrait, RelationTrait, Select};

use super::article::{self, ArticleFilter, ArticleOrder};
use super::assignment;
use super::claim::{self, State};
use super::error::{Error, Result};
use super::ids::{AccountId, ArticleId, CitationId, NewsroomId, SourceId, SubmissionId, TypedId, VerdictId};
use super::moment::Moment;
use super::page::{self, Key, Page, Slice, Sort};
use super::policy::{Action, Actor};
use super::rating;
use super::source::{self, Stance, citation};
use super::store::{Db, Values};
use super::verdict::{self, draft, submission};
use super::words;

/// Which claims are wanted: those for which all that is given holds. Verdicts that blind review hides from you count as if they were not
/// there.
#[derive(InputObject, Default, Clone, PartialEq, Eq, Hash)]
pub struct ClaimFilter {
    /// In one of these states.
    states: Option<Vec<State>>,
    /// With a verdict of one of these ratings, by key.
    rating_keys: Option<Vec<String>>,
    /// Claimed by this claimant, to the letter.
    claimant: Option<String>,
    /// With this tag.
    tag: Option<String>,
    /// With these words in the statement or the claimant's name, whatever their case.
    text: Option<String>,
    /// With a verdict by this account.
    reviewed_by: Option<ID>,
    /// Without a verdict by this account.
    not_reviewed_by: Option<ID>,
    /// Whether this account is asked to judge it.
    assigned_to: Option<ID>,
    /// Whether you are asked to judge it.
    assigned_to_me: Option<bool>,
    /// Whether you have no verdict in force on it.
    not_reviewed_by_me: Option<bool>,
    /// Whether you have the draft of a verdict on it; nobody else's tells.
    drafted_by_me: Option<bool>,
    /// Whether verdicts of the same rating scale differ in their ratings.
    disputed: Option<bool>,
    /// Whether a verdict on it cites no source.
    unsourced: Option<bool>,
    /// Whether its words in the article have changed and somebody has to read it again.
    stale: Option<bool>,
}

/// How claims are sorted.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClaimOrder {
    /// The last marked first.
    NewestFirst,
    /// The first marked first.
    OldestFirst,
    /// As they stand in their article's text; only within one article.
    Position,
}

/// What the claims that are listed belong to.
#[derive(Clone, Copy)]
pub enum Within {
    /// One article of a newsroom.
    Article(ArticleId, NewsroomId),
    /// A whole newsroom.
    Newsroom(NewsroomId),
}

/// Claims of an article or a newsroom.
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
        Within::Article(article, _) => claim::Column::ArticleId.eq(article),
        Within::Newsroom(newsroom) => claim::Column::NewsroomId.eq(newsroom),
    });
    let order = order.unwrap_or(match within {
        Within::Article(..) => ClaimOrder::Position,
        Within::Newsroom(_) => ClaimOrder::NewestFirst,
    });
    if order == ClaimOrder::Position && matches!(within, Within::Newsroom(_)) {
        let message = "claims of several articles have no common position; ask one article for them";
        return Err(Error::invalid("order", super::error::Reason::Contradiction, message));
    }
    let sort = sort_of(order);
    page::read(db, list.filter(wanted(actor, filter)?), sort, slice, |row| key_of(sort, row)).await
}

/// The first claims of each of these articles of newsrooms that `actor` may read, in one statement, or two where they are `counted`.
pub async fn claims_of_each(
    db: &Db,
    actor: &Actor,
    articles: &[ArticleId],
    filter: ClaimFilter,
    order: Option<ClaimOrder>,
    size: u64,
    counted: bool,
) -> Result<HashMap<Uuid, Page<claim::Model>>> {
    let list = claim::Entity::find().filter(claim::Column::ArticleId.is_in(articles.iter().copied())).filter(wanted(actor, filter)?);
    let sort = sort_of(order.unwrap_or(ClaimOrder::Position));
    if let [article] = articles {
        // Of one article the rows need no numbering.
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

/// A newsroom's articles.
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
            .and_where(Expr::col((claim::Entity, claim::Column::ArticleId)).equals((article::Entity, article::Column::Id)))
            .and_where(claim::Column::State.is_in([State::Open, State::InReview]))
            .to_owned();
        if wanted { Expr::exists(open) } else { Expr::exists(open).not() }
    });
    article::of_newsroom(db, actor, newsroom, filter, order, Condition::all().add_option(open), slice).await
}

/// A source: a web page or document that verdicts rest on.
#[derive(Clone, Debug, FromQueryResult, SimpleObject)]
#[graphql(complex, serial)]
pub struct Source {
    /// The source's id.
    pub id: SourceId,
    /// Its canonical address: without a fragment and without parameters that only track readers. Kept, never fetched.
    pub url: String,
    /// What it is called, as the first citation of it that you may see says.
    pub title: Option<String>,
    /// Who published it, as the first citation of it that you may see says.
    pub publisher: Option<String>,
}

/// A verdict's use of a source.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex, serial)]
pub struct Citation {
    /// The citation's id.
    pub id: CitationId,
    #[graphql(skip)]
    pub submission_id: SubmissionId,
    #[graphql(skip)]
    pub verdict_id: VerdictId,
    /// The address as the reviewer gave it, such as with the part of the page that is meant.
    pub url: String,
    /// What the source says of the claim.
    pub stance: Stance,
    /// The words of the source that matter.
    pub quote: Option<String>,
    /// When the reviewer read it.
    pub accessed_at: Option<Moment>,
    /// Where a copy of it is kept.
    pub archive_url: Option<String>,
    #[graphql(skip)]
    pub source: Source,
}

impl FromQueryResult for Citation {
    /// From what `citations` selects, in its order.
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        let mut values = Values::of(row);
        Ok(Self {
            id: values.take()?,
            submission_id: values.take()?,
            verdict_id: values.take()?,
            url: values.take()?,
            stance: values.take()?,
            quote: values.take()?,
            accessed_at: values.take()?,
            archive_url: values.take()?,
            source: Source { id: values.take()?, url: values.take()?, title: values.take()?, publisher: values.take()? },
        })
    }
}

/// The sources of a newsroom that a verdict cites which `actor` may see. Newest first: each stands where its first citation does that `actor`
/// may see, since when it was first cited at all would tell of hidden verdicts.
pub async fn sources(db: &Db, actor: &Actor, newsroom: NewsroomId, slice: &Slice) -> Result<Page<Source>> {
    actor.require(Action::Read, newsroom)?;
    let first = cited(actor)
        .column((citation::Entity, citation::Column::Id))
        .order_by((citation::Entity, citation::Column::Id), Order::Asc)
        .limit(1)
        .to_owned();
    let firsts = Query::select()
        .expr(SimpleExpr::SubQuery(None, Box::new(first.into())))
        .from(source::Entity)
        .and_where(Expr::col((source::Entity, source::Column::NewsroomId)).eq(newsroom))
        .to_owned();
    let list = citation::Entity::find().filter(citation::Column::Id.in_subquery(firsts));
    let sort = Sort { lead: None, id: citation::Column::Id, descending: true };
    let page = page::read(db, list, sort, slice, |row| Key::of_id(row.id.0)).await?;
    let ids: Vec<_> = page.rows.iter().map(|(_, row)| row.source_id).collect();
    let mut described: HashMap<_, _> = find_sources(db, actor, &ids).await?.into_iter().map(|source| (source.id, source)).collect();
    let rows = page.rows.into_iter().filter_map(|(key, row)| Some((key, described.remove(&row.source_id)?))).collect();
    Ok(Page { rows, has_previous: page.has_previous, has_next: page.has_next, total: page.total })
}

/// The sources with these ids, called as the first citation that `actor` may see calls them.
pub async fn find_sources(db: &Db, actor: &Actor, ids: &[SourceId]) -> Result<Vec<Source>> {
    let list = source::Entity::find()
        .select_only()
        .columns([source::Column::Id, source::Column::Url])
        .expr_as(called(actor, citation::Column::Title), "title")
        .expr_as(called(actor, citation::Column::Publisher), "publisher")
        .filter(source::Column::Id.is_in(ids.iter().copied()));
    Ok(list.into_model().all(db.read()).await?)
}

/// The source of this id, if a verdict cites it that `actor` may see.
pub async fn fetch_source(db: &Db, actor: &Actor, id: SourceId) -> Result<Source> {
    actor.signed_in()?;
    let seen = source::Entity::find_by_id(id).filter(Expr::exists(cited(actor).expr(Expr::val(1)).to_owned())).one(db.read()).await?;
    let row = seen.ok_or(Error::NotFound("source"))?;
    actor.require_sight(row.newsroom_id, "source")?;
    find_sources(db, actor, &[id]).await?.pop().ok_or(Error::NotFound("source"))
}

/// The citations of these submissions, each submission's in the order in which the reviewer gave them.
pub async fn citations_in(db: &Db, actor: &Actor, submissions: &[SubmissionId]) -> Result<Vec<Citation>> {
    let list = citations(actor).filter(citation::Column::SubmissionId.is_in(submissions.iter().copied()));
    Ok(list.order_by_asc(citation::Column::Ordinal).into_model().all(db.read()).await?)
}

/// The citation of this id.
pub async fn fetch_citation(db: &Db, actor: &Actor, id: CitationId) -> Result<Citation> {
    actor.signed_in()?;
    let found = citations(actor).filter(citation::Column::Id.eq(id)).into_model::<Citation>().one(db.read()).await?;
    let citation = found.ok_or(Error::NotFound("citation"))?;
    verdict::fetch(db, actor, citation.verdict_id).await.map_err(|error| error.renamed("citation"))?;
    Ok(citation)
}

/// The newest `most` citations of each of these sources by verdicts in force that `actor` may see.
pub async fn citations_of(db: &Db, actor: &Actor, sources: &[SourceId], most: i32) -> Result<Vec<Citation>> {
    let by_source = WindowStatement::partition_by((citation::Entity, citation::Column::SourceId))
        .order_by((citation::Entity, citation::Column::Id), Order::Desc)
        .to_owned();
    let numbered = in_force(actor)
        .column((citation::Entity, citation::Column::Id))
        .expr_window_as(Func::cust("ROW_NUMBER"), by_source, "place")
        .and_where(citation::Column::SourceId.is_in(sources.iter().copied()))
        .to_owned();
    let newest = Query::select().column("id").from_subquery(numbered, "numbered").and_where(Expr::col("place").lte(most)).to_owned();
    let list = citations(actor).filter(citation::Column::Id.in_subquery(newest));
    Ok(list.order_by_desc(citation::Column::Id).into_model().all(db.read()).await?)
}

/// How often verdicts in force that `actor` may see cite each of these sources.
pub async fn citation_counts(db: &Db, actor: &Actor, sources: &[SourceId]) -> Result<Vec<(SourceId, i32)>> {
    let counted = in_force(actor)
        .column((citation::Entity, citation::Column::SourceId))
        .expr_as(Func::count(Expr::val(1)), "count")
        .and_where(citation::Column::SourceId.is_in(sources.iter().copied()))
        .add_group_by([Expr::col((citation::Entity, citation::Column::SourceId))])
        .take();
    let rows = db.read().query_all(&counted).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, page::small(row.try_get_by_index(1)?)))).collect()
}

/// Citations with their sources: who asks for one nearly always asks for the other, and on SQLite each row is handed from thread to thread,
/// which costs more than finding it.
fn citations(actor: &Actor) -> Select<citation::Entity> {
    use citation::Column::{AccessedAt, ArchiveUrl, Id, Publisher, Quote, Stance, SubmissionId, Title, Url, VerdictId};
    citation::Entity::find()
        .select_only()
        .columns([Id, SubmissionId, VerdictId, Url, Stance, Quote, AccessedAt, ArchiveUrl])
        .columns([source::Column::Id, source::Column::Url])
        .expr(called(actor, Title))
        .expr(called(actor, Publisher))
        .join(JoinType::InnerJoin, citation::Relation::Source.def())
}

/// What the first citation that `actor` may see says in `column` of the source of the row outside.
fn called(actor: &Actor, column: citation::Column) -> SimpleExpr {
    let first = cited(actor)
        .column((citation::Entity, column))
        .and_where(Expr::col((citation::Entity, column)).is_not_null())
        .order_by((citation::Entity, citation::Column::Id), Order::Asc)
        .limit(1)
        .take();
    SimpleExpr::SubQuery(None, Box::new(first.into()))
}

/// Citations by verdicts that `actor` may see, of the source of the row outside.
fn cited(actor: &Actor) -> SelectStatement {
    let mut query = Query::select();
    query
        .from(citation::Entity)
        .inner_join(
            verdict::Entity,
            Expr::col((verdict::Entity, verdict::Column::Id)).equals((citation::Entity, citation::Column::VerdictId)),
        )
        .inner_join(claim::Entity, Expr::col((claim::Entity, claim::Column::Id)).equals((verdict::Entity, verdict::Column::ClaimId)))
        .and_where(Expr::col((citation::Entity, citation::Column::SourceId)).equals((source::Entity, source::Column::Id)))
        .cond_where(verdict::visible(actor));
    query
}

/// Citations by what verdicts that `actor` may see say now.
fn in_force(actor: &Actor) -> SelectStatement {
    let current = Expr::col((verdict::Entity, verdict::Column::SubmissionId)).equals((citation::Entity, citation::Column::SubmissionId));
    let mut query = Query::select();
    query
        .from(citation::Entity)
        .inner_join(verdict::Entity, current)
        .inner_join(claim::Entity, Expr::col((claim::Entity, claim::Column::Id)).equals((verdict::Entity, verdict::Column::ClaimId)))
        .and_where(verdict::Column::State.eq(verdict::State::Submitted))
        .cond_where(verdict::visible(actor));
    query
}

/// A claim filter as a condition.
fn wanted(actor: &Actor, filter: ClaimFilter) -> Result<Condition> {
    let account = |field: &str, id: Option<ID>| id.map(|id| AccountId::parse(field, &id)).transpose();
    let (by, not_by) = (account("reviewedBy", filter.reviewed_by)?, account("notReviewedBy", filter.not_reviewed_by)?);
    let judged = || judged(actor);
    let exists = |query: &SelectStatement| Expr::exists(query.clone());
    let by_reviewer = |id: AccountId| exists(judged().expr(Expr::val(1)).and_where(verdict::Column::ReviewerId.eq(id)));

    let mut all = Condition::all();
    if let Some(states) = filter.states {
        all = all.add(claim::Column::State.is_in(states));
    }
    if let Some(stale) = filter.stale {
        all = all.add(claim::Column::Stale.eq(stale));
    }
    if let Some(keys) = filter.rating_keys {
        let of_keys = Query::select()
            .column((rating::Entity, rating::Column::Id))
            .from(rating::Entity)
            .and_where(rating::Column::Key.is_in(keys))
            .to_owned();
        all = all.add(exists(judged().expr(Expr::val(1)).and_where(submission::Column::RatingId.in_subquery(of_keys))));
    }
    if let Some(claimant) = filter.claimant {
        all = all.add(claim::Column::Claimant.eq(claimant));
    }
    if let Some(tag) = filter.tag {
        let tagged = claim::tag::Entity::find().select_only().column(claim::tag::Column::ClaimId).filter(claim::tag::Column::Tag.eq(tag));
        all = all.add(claim::Column::Id.in_subquery(tagged.into_query()));
    }
    if let Some(text) = filter.text {
        all = all.add(Expr::col((claim::Entity, claim::Column::Folded)).like(words::anywhere(&text)));
    }
    all = all.add_option(by.map(by_reviewer)).add_option(not_by.map(|id| by_reviewer(id).not()));
    all = all.add_option(account("assignedTo", filter.assigned_to)?.map(is_assigned));
    for (wanted, holds) in [
        (filter.assigned_to_me, own(actor, is_assigned)),
        (filter.not_reviewed_by_me, own(actor, by_reviewer).not()),
        (filter.drafted_by_me, own(actor, has_draft)),
    ] {
        all = all.add_option(wanted.map(|wanted| if wanted { holds } else { holds.not() }));
    }
    if let Some(disputed) = filter.disputed {
        let of_scale = Expr::col((rating::Entity, rating::Column::ScaleId));
        let given = Expr::col((rating::Entity, rating::Column::Id));
        let found = judged()
            .expr(of_scale.clone())
            .inner_join(rating::Entity, given.clone().equals((submission::Entity, submission::Column::RatingId)))
            .add_group_by([of_scale])
            .and_having(given.count_distinct().gt(1))
            .to_owned();
        all = all.add(if disputed { exists(&found) } else { exists(&found).not() });
    }
    if let Some(unsourced) = filter.unsourced {
        let found = exists(judged().expr(Expr::val(1)).and_where(submission::Column::CitationCount.eq(0)));
        all = all.add(if unsourced { found } else { found.not() });
    }
    Ok(all)
}

/// Whether `account` is asked to judge the claim of the row outside.
fn is_assigned(account: AccountId) -> SimpleExpr {
    let asked = assignment::Entity::find().select_only().expr(Expr::val(1)).filter(assignment::Column::ReviewerId.eq(account));
    Expr::exists(asked.filter(on_outer((assignment::Entity, assignment::Column::ClaimId))).into_query())
}

/// Whether `account` has a draft on the claim of the row outside.
fn has_draft(account: AccountId) -> SimpleExpr {
    let draft = draft::Entity::find().select_only().expr(Expr::val(1)).filter(draft::Column::ReviewerId.eq(account));
    Expr::exists(draft.filter(on_outer((draft::Entity, draft::Column::ClaimId))).into_query())
}

/// What holds of the actor's own account; of whoever has none, nothing does.
fn own(actor: &Actor, holds: impl FnOnce(AccountId) -> SimpleExpr) -> SimpleExpr {
    actor.id().map_or_else(|| Expr::val(1).eq(0), holds)
}

fn on_outer(column: impl IntoColumnRef) -> SimpleExpr {
    Expr::col(column).equals((claim::Entity, claim::Column::Id))
}

/// The verdicts in force that `actor` may see, on the claim of the row outside.
fn judged(actor: &Actor) -> SelectStatement {
    let mut query = Query::select();
    query
        .from(verdict::Entity)
        .join(
            JoinType::InnerJoin,
            submission::Entity,
            Expr::col((submission::Entity, submission::Column::Id)).equals((verdict::Entity, verdict::Column::SubmissionId)),
        )
        .and_where(Expr::col((verdict::Entity, verdict::Column::ClaimId)).equals((claim::Entity, claim::Column::Id)))
        .and_where(verdict::Column::State.eq(verdict::State::Submitted))
        .cond_where(verdict::visible(actor));
    query
}
