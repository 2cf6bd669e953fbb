//! Revisions: an article's text as it stood at some time, and its spans.
//!
//! Always true: a stored revision never changes; the numbers of an article's revisions have no gap.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QuerySelect};
use sha2::{Digest, Sha256};

use crate::domain::alignment::{self, ChangeKind, Side};
use crate::domain::error::{Error, Result};
use crate::domain::event::hex;
use crate::domain::ids::{AccountId, ArticleId, RevisionId, SpanId};
use crate::domain::index;
use crate::domain::moment::Moment;
use crate::domain::page::{self, Key, Page, Slice, Sort};
use crate::domain::passage::{self, Extent, Index, OffsetUnit, Piece, SpanKind};
use crate::domain::policy::{Action, Actor};
use crate::domain::span;
use crate::domain::store::Db;
use crate::domain::turns;

/// An article's text as it stood at some time; never changed once stored. The text itself is read apart, so that a list of revisions is short.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "revisions")]
#[graphql(name = "Revision", complex)]
pub struct Model {
    /// The revision's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RevisionId,
    #[graphql(skip)]
    pub article_id: ArticleId,
    /// 1, 2, 3 … within the article.
    pub number: i32,
    /// SHA-256 of the text in UTF-8, as 64 hexadecimal digits.
    pub sha256: String,
    /// The text's length in Unicode code points.
    pub length: i32,
    /// Why the text was revised; none for the first revision.
    pub note: Option<String>,
    /// When it was stored.
    pub created_at: Moment,
    #[graphql(skip)]
    pub author_id: Option<AccountId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A revision as it is written: the same rows, with the text.
mod written {
    use super::{AccountId, ArticleId, Moment, RevisionId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "revisions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: RevisionId,
        pub article_id: ArticleId,
        pub number: i32,
        pub text: String,
        pub sha256: String,
        pub length: i32,
        pub note: Option<String>,
        pub created_at: Moment,
        pub author_id: Option<AccountId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A stretch of an article's text: a block, or a sentence of one.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex, serial)]
pub struct Span {
    /// The span's id.
    pub id: SpanId,
    /// What it is.
    pub kind: SpanKind,
    /// Its place, from 0: among the blocks of the text, or among its sentences.
    pub ordinal: i32,
    #[graphql(skip)]
    pub extent: Extent,
    #[graphql(skip)]
    pub revision: RevisionId,
    /// The whole text that it is a part of.
    #[graphql(skip)]
    pub whole: Arc<str>,
}

impl Span {
    fn new(row: &span::Model, whole: &Arc<str>) -> Self {
        Self { id: row.id, kind: row.kind, ordinal: row.ordinal, extent: row.extent(), revision: row.revision_id, whole: Arc::clone(whole) }
    }

    /// The words of the span.
    pub fn text(&self) -> &str {
        self.whole.get(self.extent.utf8()).unwrap_or_default()
    }

    /// Where it begins and ends, in `unit`.
    pub const fn bounds(&self, unit: OffsetUnit) -> (i32, i32) {
        self.extent.in_unit(unit)
    }
}

/// A stretch of two texts that both have, or one of them.
#[derive(Clone, Debug, SimpleObject)]
pub struct Difference {
    /// Whether both have it, or which of them.
    pub kind: ChangeKind,
    /// Where it stands in the first text; for an INSERT the empty range where it would stand.
    pub from: TextRange,
    /// Where it stands in the second text; for a DELETE the empty range where it would stand.
    pub to: TextRange,
    /// Its words.
    pub text: String,
}

/// A range of a text.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct TextRange {
    /// Where it begins, counted from 0.
    pub start: i32,
    /// Where it ends: the offset after the last one.
    pub end: i32,
}

impl TextRange {
    const fn new((start, end): (i32, i32)) -> Self {
        Self { start, end }
    }
}

/// A text with all that is found in it.
pub struct Cut {
    /// The text.
    pub text: Arc<str>,
    /// Its spans.
    pub pieces: Vec<Piece>,
    words: index::Words,
}

/// Cuts a text into its spans by the rules of a language, off the request threads: the longest take half a second.
pub async fn cut(text: String, language: Option<String>) -> Result<Cut> {
    let cut = tokio::task::spawn_blocking(move || {
        let pieces = passage::segment(&text, language.as_deref())?;
        Ok(Cut { words: index::Words::of(&text), pieces, text: text.into() })
    });
    cut.await.map_err(anyhow::Error::from)?
}

/// A revision to be stored.
pub struct Draft<'a> {
    /// The article.
    pub article: &'a super::Model,
    /// One more than the newest has.
    pub number: i32,
    /// Why it was revised.
    pub note: Option<String>,
    /// The time.
    pub at: Moment,
}

/// Stores a revision of an article with its spans, and makes the article findable by its words.
pub async fn store(txn: &DatabaseTransaction, actor: &Actor, draft: Draft<'_>, cut: &Cut) -> Result<Model> {
    let Draft { article, number, note, at } = draft;
    let row = Model {
        id: actor.new_id(),
        article_id: article.id,
        number,
        sha256: hex(&Sha256::digest(cut.text.as_bytes())),
        length: i32::try_from(cut.text.chars().count()).unwrap_or(i32::MAX),
        note,
        created_at: at,
        author_id: actor.id(),
    };
    let written = written::ActiveModel {
        id: Set(row.id),
        article_id: Set(row.article_id),
        number: Set(row.number),
        text: Set(cut.text.to_string()),
        sha256: Set(row.sha256.clone()),
        length: Set(row.length),
        note: Set(row.note.clone()),
        created_at: Set(row.created_at),
        author_id: Set(row.author_id),
    };
    written::Entity::insert(written).exec_without_returning(txn).await?;
    span::store_all(txn, actor, row.id, &cut.pieces).await?;
    index::put(txn, article.newsroom_id, index::Document::Article(article.id, row.id), cut.words.clone()).await?;
    Ok(row)
}

/// The revision of this id, for whom it may not be.
pub async fn fetch_row(db: &impl ConnectionTrait, id: RevisionId) -> Result<Model> {
    find_all(db, &[id]).await?.pop().ok_or(Error::NotFound("revision"))
}

/// The newest revision of an article.
pub async fn newest(db: &impl ConnectionTrait, article: ArticleId) -> Result<Model> {
    newest_of(db, &[article]).await?.pop().ok_or(Error::NotFound("revision"))
}

/// The newest revision of each of these articles.
pub async fn newest_of(db: &impl ConnectionTrait, articles: &[ArticleId]) -> Result<Vec<Model>> {
    let newest = Query::select()
        .column(Column::ArticleId)
        .expr(Expr::col(Column::Number).max())
        .from(Entity)
        .and_where(Column::ArticleId.is_in(articles.iter().copied()))
        .group_by_col(Column::ArticleId)
        .to_owned();
    let place = Expr::tuple([Expr::col(Column::ArticleId), Expr::col(Column::Number)]);
    Ok(Entity::find().filter(place.in_subquery(newest)).all(db).await?)
}

/// The revision of this number of an article.
pub async fn numbered(db: &Db, actor: &Actor, article: &super::Model, number: i32) -> Result<Model> {
    actor.require(Action::Read, article.newsroom_id)?;
    let found = Entity::find().filter(Column::ArticleId.eq(article.id)).filter(Column::Number.eq(number)).one(db.read()).await?;
    found.ok_or(Error::NotFound("revision"))
}

/// The revisions with these ids.
pub async fn find_all(db: &impl ConnectionTrait, ids: &[RevisionId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// The revision of this id.
pub async fn fetch(db: &Db, actor: &Actor, id: RevisionId) -> Result<Model> {
    actor.signed_in()?;
    let revision = find_all(db.read(), &[id]).await?.pop().ok_or(Error::NotFound("revision"))?;
    super::fetch(db, actor, revision.article_id).await.map_err(|error| error.renamed("revision"))?;
    Ok(revision)
}

/// The revisions of an article, newest first.
pub async fn of_article(db: &Db, actor: &Actor, article: &super::Model, slice: &Slice) -> Result<Page<Model>> {
    actor.require(Action::Read, article.newsroom_id)?;
    let list = Entity::find().filter(Column::ArticleId.eq(article.id));
    let sort = Sort { lead: Some(Column::Number), id: Column::Id, descending: true };
    page::read(db, list, sort, slice, |row| Key { lead: row.number, id: row.id.0 }).await
}

/// The texts of these revisions.
pub async fn texts_of(db: &impl ConnectionTrait, ids: &[RevisionId]) -> Result<HashMap<RevisionId, Arc<str>>> {
    let list = written::Entity::find().select_only().columns([written::Column::Id, written::Column::Text]);
    let rows: Vec<(RevisionId, String)> = list.filter(written::Column::Id.is_in(ids.iter().copied())).into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(id, text)| (id, text.into())).collect())
}

/// The text of this revision.
pub async fn text_of(db: &impl ConnectionTrait, id: RevisionId) -> Result<Arc<str>> {
    texts_of(db, &[id]).await?.remove(&id).ok_or(Error::NotFound("revision"))
}

/// A revision as it is compared with others: its text, and its sentences as they were found when it was stored.
pub async fn side_of(db: &impl ConnectionTrait, id: RevisionId) -> Result<Side> {
    let sentences = span::of_revisions(db, &[id], Some(SpanKind::Sentence)).await?;
    Ok(Side { text: text_of(db, id).await?, sentences: sentences.iter().map(|sentence| sentence.extent().utf8()).collect() })
}

/// How the text of one revision differs from that of another, as ranges that follow one another through both.
pub async fn differences(db: &Db, actor: &Actor, article: &super::Model, from: i32, to: i32, unit: OffsetUnit) -> Result<Vec<Difference>> {
    let (from, to) = (numbered(db, actor, article, from).await?, numbered(db, actor, article, to).await?);
    let (from, to) = (side_of(db.read(), from.id).await?, side_of(db.read(), to.id).await?);
    db.while_away(turns::take(move || {
        let (old, new) = (Index::new(&from.text), Index::new(&to.text));
        let draw = |change: alignment::Change| Difference {
            kind: change.kind,
            from: TextRange::new(old.extent(change.from.clone()).in_unit(unit)),
            to: TextRange::new(new.extent(change.to.clone()).in_unit(unit)),
            text: match change.kind {
                ChangeKind::Delete => from.text[change.from].to_owned(),
                ChangeKind::Equal | ChangeKind::Insert => to.text[change.to].to_owned(),
            },
        };
        alignment::changes(&from, &to).into_iter().map(draw).collect()
    }))
    .await
}

/// The spans of these revisions: those of `kind`, or all blocks.
pub async fn spans_of(db: &Db, ids: &[RevisionId], kind: Option<SpanKind>) -> Result<Vec<Span>> {
    let texts = texts_of(db.read(), ids).await?;
    let rows = span::of_revisions(db.read(), ids, kind).await?;
    Ok(rows.iter().filter_map(|row| Some(Span::new(row, texts.get(&row.revision_id)?))).collect())
}

/// The span of this id.
pub async fn fetch_span(db: &Db, actor: &Actor, id: SpanId) -> Result<Span> {
    actor.signed_in()?;
    let row = span::find(db.read(), id).await?.ok_or(Error::NotFound("span"))?;
    let revision = fetch(db, actor, row.revision_id).await.map_err(|error| error.renamed("span"))?;
    Ok(Span::new(&row, &text_of(db.read(), revision.id).await?))
}
