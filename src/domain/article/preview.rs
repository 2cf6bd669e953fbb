//! Previews: an article as it would be stored, which is not stored.

use std::sync::Arc;

use async_graphql::{InputObject, SimpleObject};

use super::format::{self, ArticleFormat};
use super::{ImportArticleInput, Model, Parts, duplicate, revision};
use crate::domain::actor::Actor;
use crate::domain::error::Result;
use crate::domain::ids::NewsroomId;
use crate::domain::permissions::Action;
use crate::domain::store::Db;
use crate::domain::text::passage::{OffsetUnit, Piece, SpanKind};
use crate::domain::time::Moment;

/// An article to preview.
#[derive(InputObject)]
pub struct ArticlePreviewInput {
    /// The format of `body`.
    #[graphql(default)]
    pub format: ArticleFormat,
    /// The headline: one line of at most 500 characters. Required if the format is TEXT. Default:
    /// the headline in `body`.
    pub title: Option<String>,
    /// The article in `format`, as for `importArticle`.
    pub body: String,
    /// The language as a BCP 47 tag. Sentences are split by its rules. Default: the language that
    /// `body` names.
    pub language: Option<String>,
}

/// An article as `importArticle` would store it. Nothing is stored.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ArticlePreview {
    /// The headline.
    pub title: String,
    /// The address where the article was published. Null if the body does not name it.
    pub url: Option<String>,
    /// The publisher's name. Null if the body does not name it.
    pub publisher: Option<String>,
    /// The author's name. Null if the body does not name it.
    pub author: Option<String>,
    /// The language as a BCP 47 tag. Null if unknown.
    pub language: Option<String>,
    /// The time of publication. Null if the body does not name it.
    pub published_at: Option<Moment>,
    /// Everything that would be left out, in words for people, such as `2 advertisements`.
    pub dropped: Vec<String>,
    /// Articles of the newsroom with the same address or the same words, oldest first. At most 10.
    pub duplicates: Vec<Model>,
    #[graphql(skip)]
    pub text: Arc<str>,
    #[graphql(skip)]
    pub pieces: Vec<Piece>,
}

impl ArticlePreview {
    /// The spans of a kind, or all blocks.
    pub fn spans_of(&self, kind: Option<SpanKind>) -> Vec<PreviewSpan> {
        let is_wanted = |piece: &&Piece| match kind {
            Some(kind) => piece.kind == kind,
            None => piece.kind != SpanKind::Sentence,
        };
        let span = |piece: &Piece| PreviewSpan {
            kind: piece.kind,
            ordinal: piece.ordinal,
            piece: *piece,
            whole: Arc::clone(&self.text),
        };
        self.pieces.iter().filter(is_wanted).map(span).collect()
    }
}

/// A span of an article that is not stored.
#[derive(SimpleObject)]
#[graphql(complex, serial)]
pub struct PreviewSpan {
    /// The kind of span, such as a paragraph or a sentence.
    pub kind: SpanKind,
    /// Position counted from 0. Blocks and sentences are numbered separately within the text.
    pub ordinal: i32,
    #[graphql(skip)]
    piece: Piece,
    #[graphql(skip)]
    whole: Arc<str>,
}

impl PreviewSpan {
    /// The words of the span.
    pub fn words(&self) -> &str {
        self.whole.get(self.piece.extent.utf8()).unwrap_or_default()
    }

    /// The start and end of the span, in `unit`.
    pub const fn bounds(&self, unit: OffsetUnit) -> (i32, i32) {
        self.piece.extent.in_unit(unit)
    }
}

/// Reads an article as an import would, without storing it.
pub async fn preview(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    input: ArticlePreviewInput,
) -> Result<ArticlePreview> {
    actor.require(Action::ImportArticle, newsroom)?;
    let ArticlePreviewInput { format, title, body, language } = input;
    let input = ImportArticleInput {
        newsroom: newsroom.into(),
        format,
        title,
        body,
        url: None,
        publisher: None,
        author: None,
        language,
        published_at: None,
    };
    let (text, parts, dropped) = db.while_away(parsed(actor, input)).await?;
    let cut = db.while_away(revision::cut(actor, text, parts.language.clone())).await?;
    let duplicates = duplicate::of(db, newsroom, parts.url.as_deref(), &cut.wording).await?;
    Ok(ArticlePreview {
        title: cut.text.split('\n').next().unwrap_or_default().to_owned(),
        url: parts.url,
        publisher: parts.publisher,
        author: parts.author,
        language: parts.language,
        published_at: parts.published_at,
        dropped,
        duplicates,
        text: cut.text,
        pieces: cut.pieces,
    })
}

async fn parsed(actor: &Actor, input: ImportArticleInput) -> Result<(String, Parts, Vec<String>)> {
    let (input, dropped) = format::plain(actor, input).await?;
    Ok((super::compose(&input)?, Parts::parse(actor, &input)?, dropped))
}
