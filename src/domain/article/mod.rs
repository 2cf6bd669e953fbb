//! Articles.
//!
//! Always true: an article has at least one revision, see [`revision`]; its version rises with every change of the article or of anything below it, and
//! whoever changes something below it holds the article's row, so that changes under one article happen one after another.

pub mod revision;

use async_graphql::{ID, InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect};
use serde_json::json;

use revision::Draft;
pub use revision::Span;

use super::error::{Error, Reason, Result, expect_version};
use super::event::{self, Kind, Subject};
use super::ids::{AccountId, ArticleId, NewsroomId, TypedId};
use super::link::Link;
use super::moment::Moment;
use super::page::{self, Key, Page, Slice, Sort};
use super::passage;
use super::policy::{Action, Actor};
use super::store::{self, Db};
use super::words;

/// An article whose claims are checked.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "articles")]
#[graphql(name = "Article", complex)]
pub struct Model {
    /// The article's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArticleId,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    /// Its headline, as its newest revision has it.
    pub title: String,
    #[graphql(skip)]
    pub folded_title: String,
    /// Where it was published.
    pub url: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Its language, as a BCP 47 tag.
    pub language: Option<String>,
    /// When it was published.
    pub published_at: Option<Moment>,
    /// When it was imported here.
    pub imported_at: Moment,
    #[graphql(skip)]
    pub imported_by: Option<AccountId>,
    /// Rises with every change of the article or of anything below it: its claims, their verdicts.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An article to import.
#[derive(InputObject)]
pub struct ImportArticleInput {
    /// The newsroom that shall check it.
    pub newsroom: ID,
    /// Its headline: one line of at most 500 characters.
    pub title: String,
    /// Its text below the headline, a paragraph a line. With the headline at most 1 MiB of UTF-8.
    pub body: String,
    /// Where it was published: an http or https address.
    pub url: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Its language as a BCP 47 tag, such as `en` or `fr-ML`; sentences are found by its rules.
    pub language: Option<String>,
    /// When it was published.
    pub published_at: Option<Moment>,
}

/// Which articles are wanted: those for which all that is given holds.
#[derive(InputObject, Default, Clone)]
pub struct ArticleFilter {
    /// Words in the headline, whatever their case.
    text: Option<String>,
    /// The publisher, to the letter.
    publisher: Option<String>,
    /// The language tag, to the letter.
    language: Option<String>,
    /// Whether it has a claim that is OPEN or IN_REVIEW.
    pub has_open_claims: Option<bool>,
    /// Imported at this time or later.
    imported_since: Option<Moment>,
    /// Imported before this time.
    imported_until: Option<Moment>,
}

/// How articles are sorted.
#[derive(async_graphql::Enum, Clone, Copy, PartialEq, Eq, Default)]
pub enum ArticleOrder {
    /// The last imported first.
    #[default]
    NewestFirst,
    /// The first imported first.
    OldestFirst,
}

/// Imports an article: its text becomes revision 1, and its spans are found.
pub async fn import(db: &Db, actor: &Actor, input: ImportArticleInput) -> Result<Model> {
    let newsroom = NewsroomId::parse("newsroom", &input.newsroom)?;
    actor.require(Action::ImportArticle, newsroom)?;
    let text = passage::compose(&input.title, &input.body)?;
    let language = words::optional(input.language.as_deref(), parse_language)?;
    let name = |field: &'static str| move |text: &str| words::line(field, text, 200);
    let title = text.split('\n').next().unwrap_or_default().to_owned();
    let article = Model {
        id: actor.new_id(),
        newsroom_id: newsroom,
        folded_title: words::fold(&title),
        title,
        url: words::optional(input.url.as_deref(), |url| Link::parse("url", url))?.map(Link::into_string),
        publisher: words::optional(input.publisher.as_deref(), name("publisher"))?,
        author: words::optional(input.author.as_deref(), name("author"))?,
        language,
        published_at: input.published_at,
        imported_at: actor.now(),
        imported_by: actor.id(),
        version: 1,
    };
    let cut = revision::cut(text, article.language.clone()).await?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        Entity::insert(article.clone().into_active_model()).exec_without_returning(&*txn).await?;
        let first = Draft { article: &article, number: 1, note: None, at: article.imported_at };
        let revision = revision::store(&txn, &actor, first, &cut).await?;
        let detail = json!({ "title": article.title, "url": article.url, "sha256": revision.sha256, "length": revision.length });
        event::append(&txn, &actor, newsroom, Kind::ArticleImported, subject(&article), detail).await?;
        Ok(article)
    })
    .await
}

/// Takes the article's lock for a change below it, and raises its version. Call it before anything below is read.
pub async fn touch(txn: &DatabaseTransaction, id: ArticleId, expected: Option<i32>) -> Result<Model> {
    let article = Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id))
        .exec_with_returning(txn)
        .await?
        .pop()
        .ok_or(Error::NotFound("article"))?;
    expect_version(expected, article.version - 1)?;
    Ok(article)
}

/// Takes the locks of all the newsroom's articles, so that what is being changed below them is done before what comes next, or begins after
/// our commit.
pub async fn lock_all(txn: &DatabaseTransaction, newsroom: NewsroomId) -> Result<()> {
    let all = Entity::find().select_only().column(Column::Id).filter(Column::NewsroomId.eq(newsroom));
    all.order_by_asc(Column::Id).lock_exclusive().into_tuple::<Uuid>().all(txn).await?;
    Ok(())
}

/// The article of this id, for whom it may not be.
pub async fn fetch_row(db: &impl ConnectionTrait, id: ArticleId) -> Result<Model> {
    Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("article"))
}

/// The article of this id.
pub async fn fetch(db: &Db, actor: &Actor, id: ArticleId) -> Result<Model> {
    actor.signed_in()?;
    let article = Entity::find_by_id(id).one(db.read()).await?.ok_or(Error::NotFound("article"))?;
    actor.require_sight(article.newsroom_id, "article")?;
    Ok(article)
}

/// The articles with these ids.
pub async fn find_all(db: &Db, ids: &[ArticleId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db.read()).await?)
}

/// A newsroom's articles. `extra` narrows them by what stands below them, which this noun knows nothing of.
pub async fn of_newsroom(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    filter: ArticleFilter,
    order: ArticleOrder,
    extra: sea_orm::Condition,
    slice: &Slice,
) -> Result<Page<Model>> {
    actor.require(Action::Read, newsroom)?;
    let mut list = Entity::find().filter(Column::NewsroomId.eq(newsroom)).filter(extra);
    if let Some(text) = filter.text {
        list = list.filter(Expr::col((Entity, Column::FoldedTitle)).like(words::anywhere(&text)));
    }
    for (column, value) in [(Column::Publisher, filter.publisher), (Column::Language, filter.language)] {
        if let Some(value) = value {
            list = list.filter(column.eq(value));
        }
    }
    if let Some(since) = filter.imported_since {
        list = list.filter(Column::ImportedAt.gte(since));
    }
    if let Some(until) = filter.imported_until {
        list = list.filter(Column::ImportedAt.lt(until));
    }
    let sort = Sort { lead: None, id: Column::Id, descending: order == ArticleOrder::NewestFirst };
    page::read(db, list, sort, slice, |row| Key::of_id(row.id.0)).await
}

/// What an event about this article is about.
pub fn subject(article: &Model) -> Subject {
    Subject { article: Some(article.id), ..Subject::default() }
}

/// A language tag: letters, digits and hyphens, as BCP 47 has them.
fn parse_language(text: &str) -> Result<String> {
    let text = words::line("language", text, 35)?;
    let mut parts = text.split('-');
    let good = parts.next().is_some_and(|first| (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic()))
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    let message = "a language is a BCP 47 tag, such as en or fr-ML";
    if good { Ok(text) } else { Err(Error::invalid("language", Reason::InvalidFormat, message)) }
}
