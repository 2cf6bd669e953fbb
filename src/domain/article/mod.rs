//! Articles.
//!
//! Invariants: an article has at least one [`revision`]. Its version rises with every change to the
//! article or to anything below it. A writer of anything below an article holds the lock on the
//! article's row. So changes below one article happen one after another.

pub mod anchor;
pub mod duplicate;
pub mod format;
pub mod preview;
pub mod span;

pub mod revision;

use async_graphql::{ID, InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect};
use serde_json::json;

use format::ArticleFormat;
use revision::NewRevision;
pub use revision::Span;

use super::error::{Error, Reason, Result, expect_version};
use super::event::{self, Kind, Subject};
use super::ids::{AccountId, ArticleId, NewsroomId, TypedId};
use super::language;
use super::link::Link;
use super::page::{self, Key, Page, Slice, Sort};
use super::store::{self, Db};
use crate::domain::actor::Actor;
use crate::domain::permissions::Action;
use crate::domain::text::passage;
use crate::domain::text_input;
use crate::domain::time::Moment;

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
    /// The headline, as in the newest revision.
    pub title: String,
    #[graphql(skip)]
    pub folded_title: String,
    /// The http or https address where the article was published. Null if unknown.
    pub url: Option<String>,
    /// The publisher's name. Null if unknown.
    pub publisher: Option<String>,
    /// The author's name. Null if unknown.
    pub author: Option<String>,
    /// The article's language as a BCP 47 tag. Null if unknown.
    pub language: Option<String>,
    /// The time of publication. Null if unknown.
    pub published_at: Option<Moment>,
    /// The time of the import into this server.
    pub imported_at: Moment,
    #[graphql(skip)]
    pub imported_by: Option<AccountId>,
    /// Version number for `expectedVersion`. Rises with every change to the article, its claims or
    /// their verdicts.
    pub version: i32,
    /// The time when the article was withdrawn. Null if it was not.
    pub withdrawn_at: Option<Moment>,
    /// The reason for the withdrawal. Null if the article was not withdrawn.
    pub withdrawn_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An article to import.
#[derive(InputObject)]
pub struct ImportArticleInput {
    /// The id of the newsroom that checks the article.
    pub newsroom: ID,
    /// The format of `body`. Only the text is stored, never the markup.
    #[graphql(default)]
    pub format: ArticleFormat,
    /// The headline: one line of at most 500 characters. Required if the format is TEXT. Default:
    /// the headline in `body`.
    pub title: Option<String>,
    /// The article in `format`: at most 8 MiB, or 2 MiB of Markdown. If the format is TEXT, this is the text below the
    /// headline, one paragraph per line. Headline and text together must not exceed 1 MiB of UTF-8.
    pub body: String,
    /// The http or https address where the article was published. Optional. Default for this and
    /// the following fields: the value in `body`, if the format is not TEXT.
    pub url: Option<String>,
    /// The publisher's name: one line of at most 200 characters. Optional.
    pub publisher: Option<String>,
    /// The author's name: one line of at most 200 characters. Optional.
    pub author: Option<String>,
    /// The language as a BCP 47 tag, such as `en` or `fr-ML`. Sentences are split by its rules.
    /// It is stored in its canonical form. Optional.
    pub language: Option<String>,
    /// The time of publication. It must not be in the future. Optional.
    pub published_at: Option<Moment>,
}

/// Filters articles. All given conditions must match.
#[derive(InputObject, Default, Clone)]
pub struct ArticleFilter {
    /// Words that the headline must contain, in any order. Parts of words also match. Case and
    /// diacritics are ignored. At most 200 characters.
    text: Option<String>,
    /// The publisher's exact name.
    publisher: Option<String>,
    /// A language range (RFC 4647): `uk` also finds `uk-UA`, and `*` finds every known language. At
    /// most 35 characters.
    language: Option<String>,
    /// The address of the article, or another address of the same page. At most 2,000 characters.
    url: Option<String>,
    /// Whether the article is withdrawn. Default: false.
    withdrawn: Option<bool>,
    /// Whether the article has a claim that is OPEN or IN_REVIEW.
    pub has_open_claims: Option<bool>,
    /// Imported at this time or later.
    imported_since: Option<Moment>,
    /// Imported before this time.
    imported_until: Option<Moment>,
}

impl ArticleFilter {
    /// A filter for articles that are withdrawn, or for those that are not.
    pub fn withdrawn(withdrawn: bool) -> Self {
        Self { withdrawn: Some(withdrawn), ..Self::default() }
    }

    /// Articles imported in this period.
    pub fn imported(since: Option<Moment>, until: Option<Moment>) -> Self {
        Self { imported_since: since, imported_until: until, ..Self::default() }
    }

    /// The period of the import, if the filter asks for nothing else.
    pub fn only_period(&self) -> Option<(Option<Moment>, Option<Moment>)> {
        let Self {
            text: None,
            publisher: None,
            language: None,
            url: None,
            withdrawn: None | Some(false),
            has_open_claims: None,
            imported_since,
            imported_until,
        } = self
        else {
            return None;
        };
        Some((*imported_since, *imported_until))
    }
}

impl Model {
    /// Returns an error if the article was withdrawn. `field` is the input field that names the
    /// article or something below it.
    pub fn expect_present(&self, field: &str) -> Result<()> {
        if self.withdrawn_at.is_none() {
            return Ok(());
        }
        let message = "The article is withdrawn, so nothing about it can change. Restore it first.";
        Err(Error::invalid(field, Reason::ArticleWithdrawn, message))
    }
}

/// The parsed data about an article besides its text.
struct Parts {
    url: Option<String>,
    publisher: Option<String>,
    author: Option<String>,
    language: Option<String>,
    published_at: Option<Moment>,
}

impl Parts {
    fn parse(actor: &Actor, input: &ImportArticleInput) -> Result<Self> {
        Ok(Self {
            url: text_input::optional(input.url.as_deref(), parse_url)?,
            publisher: text_input::optional(input.publisher.as_deref(), parse_publisher)?,
            author: text_input::optional(input.author.as_deref(), parse_author)?,
            language: text_input::optional(input.language.as_deref(), parse_language)?,
            published_at: input.published_at.map(|at| parse_published(actor, at)).transpose()?,
        })
    }
}

/// Composes the text of an article from an input of plain text.
pub fn compose(input: &ImportArticleInput) -> Result<String> {
    let Some(title) = &input.title else {
        let message = "The article has no headline. Send one in `title`.";
        return Err(Error::invalid("title", Reason::Empty, message));
    };
    passage::compose(title, &input.body)
}

/// Parses the address where an article was published.
pub fn parse_url(text: &str) -> Result<String> {
    Ok(Link::parse("url", text)?.into_string())
}

/// Parses the name of an article's publisher.
pub fn parse_publisher(text: &str) -> Result<String> {
    text_input::visible_line("publisher", text, 200)
}

/// Parses the name of an article's author.
pub fn parse_author(text: &str) -> Result<String> {
    text_input::visible_line("author", text, 200)
}

/// Parses the language of an article.
pub fn parse_language(text: &str) -> Result<String> {
    language::parse("language", text)
}

/// Refuses a time of publication in the future.
pub fn parse_published(actor: &Actor, at: Moment) -> Result<Moment> {
    at.expect_past("publishedAt", actor.now())?;
    Ok(at)
}

/// The order of articles.
#[derive(async_graphql::Enum, Clone, Copy, PartialEq, Eq, Default)]
pub enum ArticleOrder {
    /// Newest import first.
    #[default]
    NewestFirst,
    /// Oldest import first.
    OldestFirst,
}

/// Imports an article. Its text becomes revision 1, which is split into spans.
/// Returns it with the articles that the newsroom already has of the same address or text.
pub async fn import(
    db: &Db,
    actor: &Actor,
    input: ImportArticleInput,
) -> Result<(Model, Vec<Model>)> {
    let newsroom = NewsroomId::parse("newsroom", &input.newsroom)?;
    let permit = actor.require(Action::ImportArticle, newsroom)?;
    let (input, _) = format::plain(actor, input).await?;
    let text = compose(&input)?;
    let parts = Parts::parse(actor, &input)?;
    let title = text.split('\n').next().unwrap_or_default().to_owned();
    let article = Model {
        id: actor.new_id(),
        newsroom_id: newsroom,
        folded_title: text_input::fold(&title),
        title,
        url: parts.url,
        publisher: parts.publisher,
        author: parts.author,
        language: parts.language,
        published_at: parts.published_at,
        imported_at: actor.now(),
        imported_by: actor.id(),
        version: 1,
        withdrawn_at: None,
        withdrawn_reason: None,
    };
    let cut = revision::cut(actor, text, article.language.clone()).await?;
    store::write(db, permit, move |txn, actor| async move {
        let duplicates = duplicate::of(&*txn, newsroom, article.url.as_deref(), &cut.wording).await?;
        Entity::insert(article.clone().into_active_model()).exec_without_returning(&*txn).await?;
        let first = NewRevision { article: &article, number: 1, note: None, at: article.imported_at };
        let revision = revision::store(&txn, &actor, first, &cut).await?;
        let detail = json!({ "title": article.title, "url": article.url, "sha256": revision.sha256, "length": revision.length });
        event::append(&txn, &actor, newsroom, Kind::ArticleImported, subject(&article), detail).await?;
        Ok((article, duplicates))
    })
    .await
}

/// Locks the article for a change below it, and raises its version. Call it before you read
/// anything below the article. A withdrawn article cannot change.
pub async fn touch(
    txn: &DatabaseTransaction,
    id: ArticleId,
    expected: Option<i32>,
) -> Result<Model> {
    let article = touch_any(txn, id, expected).await?;
    article.expect_present("article")?;
    Ok(article)
}

/// The same, for an article that may be withdrawn.
pub async fn touch_any(
    txn: &DatabaseTransaction,
    id: ArticleId,
    expected: Option<i32>,
) -> Result<Model> {
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

/// Locks the article without a change: what is below it stays as it is until the transaction ends.
pub async fn hold(txn: &DatabaseTransaction, id: ArticleId) -> Result<()> {
    let row = Entity::find().select_only().column(Column::Id).filter(Column::Id.eq(id));
    row.lock_exclusive().into_tuple::<Uuid>().one(txn).await?;
    Ok(())
}

/// Locks all of the newsroom's articles. Running changes below them finish first, and later ones
/// wait for our commit.
pub async fn lock_all(txn: &DatabaseTransaction, newsroom: NewsroomId) -> Result<()> {
    let all =
        Entity::find().select_only().column(Column::Id).filter(Column::NewsroomId.eq(newsroom));
    all.order_by_asc(Column::Id).lock_exclusive().into_tuple::<Uuid>().all(txn).await?;
    Ok(())
}

/// Returns the article with this id. Does not check that the actor may see it.
pub async fn fetch_row(db: &impl ConnectionTrait, id: ArticleId) -> Result<Model> {
    Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("article"))
}

/// Returns the article with this id.
pub async fn fetch(db: &Db, actor: &Actor, id: ArticleId) -> Result<Model> {
    if !actor.is_machine() {
        actor.signed_in()?;
    }
    seen(actor, Entity::find_by_id(id).one(db).await?)
}

/// Returns an article that was looked up, if it exists and `actor` may see it.
pub fn seen(actor: &Actor, found: Option<Model>) -> Result<Model> {
    let article = found.ok_or(Error::NotFound("article"))?;
    actor.require_sight(article.newsroom_id, "article")?;
    Ok(article)
}

/// Returns the articles with these ids.
pub async fn find_all(db: &Db, ids: &[ArticleId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// Returns a newsroom's articles. `extra` adds conditions on rows below the articles, which this
/// module does not know.
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
    text_input::filter("filter.text", filter.text.as_ref(), 200)?;
    text_input::filter("filter.publisher", filter.publisher.as_ref(), 200)?;
    text_input::filter("filter.language", filter.language.as_ref(), language::MOST)?;
    let mut list = Entity::find().filter(Column::NewsroomId.eq(newsroom)).filter(extra);
    list = list.filter(match filter.withdrawn {
        Some(true) => Column::WithdrawnAt.is_not_null(),
        _ => Column::WithdrawnAt.is_null(),
    });
    if let Some(url) = filter.url {
        let address = Link::parse("filter.url", &url)?.identity();
        list = list.filter(Column::Id.in_subquery(duplicate::with_address(newsroom, &address)));
    }
    if let Some(text) = filter.text {
        list = list.filter(duplicate::with_title(&text));
    }
    if let Some(publisher) = filter.publisher {
        list = list.filter(Column::Publisher.eq(publisher));
    }
    if let Some(range) = filter.language {
        list = list.filter(language::in_range(Column::Language, &range));
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

/// The subject of an event about this article.
pub fn subject(article: &Model) -> Subject {
    Subject { article: Some(article.id), ..Subject::default() }
}
