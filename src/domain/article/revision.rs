//! Revisions: the stored versions of an article's text, and their spans.
//!
//! Invariants: a stored revision never changes. Revision numbers within an article have no gaps.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};

use crate::domain::actor::Actor;
use crate::domain::article::{duplicate, span};
use crate::domain::error::{Error, Result};
use crate::domain::ids::{AccountId, ArticleId, RevisionId, SpanId};
use crate::domain::index;
use crate::domain::page::{self, Key, Page, Slice, Sort};
use crate::domain::permissions::Action;
use crate::domain::store::Db;
use crate::domain::text::alignment::{self, ChangeKind, Side};
use crate::domain::text::passage::{self, Extent, Index, OffsetUnit, Piece, SpanKind};
use crate::domain::time::Moment;

/// A stored version of an article's text. It never changes. The text is a separate field, so that
/// lists of revisions stay small.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "revisions")]
#[graphql(name = "Revision", complex)]
pub struct Model {
    /// The revision's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RevisionId,
    #[graphql(skip)]
    pub article_id: ArticleId,
    /// Revision number within the article: 1, 2, 3 and so on.
    pub number: i32,
    /// SHA-256 of the UTF-8 text, as 64 hexadecimal digits.
    pub sha256: String,
    /// Length of the text in Unicode code points.
    pub length: i32,
    /// The reason for the revision. Null for the first revision, or if no reason was given.
    pub note: Option<String>,
    /// The time when the revision was stored.
    pub created_at: Moment,
    #[graphql(skip)]
    pub author_id: Option<AccountId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A revision with its text, as it is inserted. The table is the same.
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

/// A part of an article's text: a block, or a sentence within a block.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex, serial)]
pub struct Span {
    /// The span's id.
    pub id: SpanId,
    /// The kind of span, such as a paragraph or a sentence.
    pub kind: SpanKind,
    /// Position counted from 0. Blocks and sentences are numbered separately within the text.
    pub ordinal: i32,
    #[graphql(skip)]
    pub extent: Extent,
    #[graphql(skip)]
    pub revision: RevisionId,
    /// The complete text that contains the span.
    #[graphql(skip)]
    pub whole: Arc<str>,
}

impl Span {
    fn new(row: &span::Model, whole: &Arc<str>) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            ordinal: row.ordinal,
            extent: row.extent(),
            revision: row.revision_id,
            whole: Arc::clone(whole),
        }
    }

    /// The words of the span.
    pub fn text(&self) -> &str {
        self.whole.get(self.extent.utf8()).unwrap_or_default()
    }

    /// The start and end of the span, in `unit`.
    pub const fn bounds(&self, unit: OffsetUnit) -> (i32, i32) {
        self.extent.in_unit(unit)
    }
}

/// A stretch of text in a comparison of two revisions. Either both revisions contain it, or only
/// one does.
#[derive(Clone, Debug, SimpleObject)]
pub struct Difference {
    /// Whether both revisions contain the text, or only one of them.
    pub kind: ChangeKind,
    /// The range in the first text. For an INSERT, an empty range at the position of the insertion.
    pub from: TextRange,
    /// The range in the second text. For a DELETE, an empty range at the position of the deletion.
    pub to: TextRange,
    /// The words of this stretch.
    pub text: String,
}

/// A range within a text.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct TextRange {
    /// Offset of the first character, counted from 0.
    pub start: i32,
    /// Offset after the last character.
    pub end: i32,
}

impl TextRange {
    const fn new((start, end): (i32, i32)) -> Self {
        Self { start, end }
    }
}

/// A text with everything that was computed from it.
pub struct Cut {
    /// The text.
    pub text: Arc<str>,
    /// Its spans.
    pub pieces: Vec<Piece>,
    /// The key that it shares with texts of the same words.
    pub wording: String,
    words: index::Words,
}

/// Splits a text into spans by the rules of a language. The longest texts take half a second, so
/// this runs off the request threads.
pub async fn cut(actor: &Actor, text: String, language: Option<String>) -> Result<Cut> {
    let cut = actor.compute(move || {
        let pieces = passage::segment(&text, language.as_deref())?;
        let (words, wording) = (index::Words::of(&text), duplicate::wording(&text));
        Ok(Cut { words, wording, pieces, text: text.into() })
    });
    cut.await?
}

/// A revision to store.
pub struct NewRevision<'a> {
    /// The article.
    pub article: &'a super::Model,
    /// The revision number: one more than the newest.
    pub number: i32,
    /// The reason for the revision.
    pub note: Option<String>,
    /// The time of the revision.
    pub at: Moment,
}

/// Stores a revision of an article with its spans, and indexes its words for search.
pub async fn store(
    txn: &DatabaseTransaction,
    actor: &Actor,
    draft: NewRevision<'_>,
    cut: &Cut,
) -> Result<Model> {
    let NewRevision { article, number, note, at } = draft;
    let row = Model {
        id: actor.new_id(),
        article_id: article.id,
        number,
        sha256: sha256_of(&cut.text),
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
    duplicate::put(txn, article, &cut.text, cut.wording.clone()).await?;
    index::put(
        txn,
        article.newsroom_id,
        index::Document::Article(article.id, row.id),
        cut.words.clone(),
    )
    .await?;
    Ok(row)
}

/// Returns the revision with this id. Does not check that the actor may see it.
pub async fn fetch_row(db: &impl ConnectionTrait, id: RevisionId) -> Result<Model> {
    find_all(db, &[id]).await?.pop().ok_or(Error::NotFound("revision"))
}

/// Returns the newest revision of an article.
pub async fn newest(db: &impl ConnectionTrait, article: ArticleId) -> Result<Model> {
    newest_of(db, &[article]).await?.pop().ok_or(Error::NotFound("revision"))
}

/// Returns the newest revision of each of these articles.
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

/// Returns the article's revision with this number.
pub async fn numbered(
    db: &Db,
    actor: &Actor,
    article: &super::Model,
    number: i32,
) -> Result<Model> {
    actor.require(Action::Read, article.newsroom_id)?;
    let found = Entity::find()
        .filter(Column::ArticleId.eq(article.id))
        .filter(Column::Number.eq(number))
        .one(db)
        .await?;
    found.ok_or(Error::NotFound("revision"))
}

/// Returns the article's revisions that have this text, the newest first. `preferred` comes before
/// the others.
pub async fn with_text(
    db: &impl ConnectionTrait,
    article: ArticleId,
    text: &str,
    preferred: Option<&Model>,
) -> Result<Vec<Model>> {
    let same = Entity::find()
        .filter(Column::ArticleId.eq(article))
        .filter(Column::Sha256.eq(sha256_of(text)));
    let mut found = same.order_by_desc(Column::Number).all(db).await?;
    found.sort_by_key(|revision| preferred.is_none_or(|first| first.id != revision.id));
    Ok(found)
}

/// Returns the ids of the article's revisions with these numbers.
pub async fn numbers_of(
    db: &impl ConnectionTrait,
    article: ArticleId,
    numbers: &BTreeSet<i32>,
) -> Result<BTreeMap<i32, RevisionId>> {
    let list = Entity::find()
        .filter(Column::ArticleId.eq(article))
        .filter(Column::Number.is_in(numbers.iter().copied()));
    Ok(list.all(db).await?.into_iter().map(|row| (row.number, row.id)).collect())
}

fn sha256_of(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Returns the revisions with these ids.
pub async fn find_all(db: &impl ConnectionTrait, ids: &[RevisionId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// Returns the revision with this id.
pub async fn fetch(db: &Db, actor: &Actor, id: RevisionId) -> Result<Model> {
    actor.signed_in()?;
    let revision = find_all(db, &[id]).await?.pop().ok_or(Error::NotFound("revision"))?;
    super::fetch(db, actor, revision.article_id)
        .await
        .map_err(|error| error.renamed("revision"))?;
    Ok(revision)
}

/// Returns the revisions of an article, newest first.
pub async fn of_article(
    db: &Db,
    actor: &Actor,
    article: &super::Model,
    slice: &Slice,
) -> Result<Page<Model>> {
    actor.require(Action::Read, article.newsroom_id)?;
    let list = Entity::find().filter(Column::ArticleId.eq(article.id));
    let sort = Sort { lead: Some(Column::Number), id: Column::Id, descending: true };
    page::read(db, list, sort, slice, |row| Key { lead: row.number, id: row.id.0 }).await
}

/// Returns the texts of these revisions.
pub async fn texts_of(
    db: &impl ConnectionTrait,
    ids: &[RevisionId],
) -> Result<HashMap<RevisionId, Arc<str>>> {
    let list =
        written::Entity::find().select_only().columns([written::Column::Id, written::Column::Text]);
    let rows: Vec<(RevisionId, String)> =
        list.filter(written::Column::Id.is_in(ids.iter().copied())).into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(id, text)| (id, text.into())).collect())
}

/// Returns the text of this revision.
pub async fn text_of(db: &impl ConnectionTrait, id: RevisionId) -> Result<Arc<str>> {
    texts_of(db, &[id]).await?.remove(&id).ok_or(Error::NotFound("revision"))
}

/// Returns a revision for a comparison: its text, and the sentences that were found when it was
/// stored.
pub async fn side_of(db: &impl ConnectionTrait, id: RevisionId) -> Result<Side> {
    let sentences = span::of_revisions(db, &[id], Some(SpanKind::Sentence)).await?;
    Ok(Side {
        text: text_of(db, id).await?,
        sentences: sentences.iter().map(|sentence| sentence.extent().utf8()).collect(),
    })
}

/// Compares the texts of two revisions. The returned ranges cover both texts without gaps.
pub async fn differences(
    db: &Db,
    actor: &Actor,
    article: &super::Model,
    from: i32,
    to: i32,
    unit: OffsetUnit,
) -> Result<Arc<[Difference]>> {
    let (from, to) =
        (numbered(db, actor, article, from).await?, numbered(db, actor, article, to).await?);
    let (from, to) = (side_of(db, from.id).await?, side_of(db, to.id).await?);
    db.while_away(actor.compute(move || {
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

/// Returns the spans of these revisions: those of `kind`, or all blocks.
pub async fn spans_of(db: &Db, ids: &[RevisionId], kind: Option<SpanKind>) -> Result<Vec<Span>> {
    let texts = texts_of(db, ids).await?;
    let rows = span::of_revisions(db, ids, kind).await?;
    Ok(rows.iter().filter_map(|row| Some(Span::new(row, texts.get(&row.revision_id)?))).collect())
}

/// Returns the span with this id.
pub async fn fetch_span(db: &Db, actor: &Actor, id: SpanId) -> Result<Span> {
    actor.signed_in()?;
    let row = span::find(db, id).await?.ok_or(Error::NotFound("span"))?;
    let revision =
        fetch(db, actor, row.revision_id).await.map_err(|error| error.renamed("span"))?;
    Ok(Span::new(&row, &text_of(db, revision.id).await?))
}
