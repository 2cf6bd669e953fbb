//! Fields of revisions, spans and anchors.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result, SimpleObject};

use crate::domain::article::preview::{ArticlePreview, PreviewSpan};
use crate::domain::article::{self, anchor};
use crate::domain::article::{Span, revision};
use crate::domain::claim;
use crate::domain::claim::carry::Proposal;
use crate::domain::ids::{ClaimId, RevisionId};
use crate::domain::people::account;
use crate::domain::text::passage::{OffsetUnit, SpanKind};
use crate::graphql::loaders::{ClaimsOn, SpansOf, TextOf, load, load_row};
use crate::graphql::text_budget;
use crate::graphql::types::author;

/// A claim in the text of a revision.
#[derive(SimpleObject)]
struct ClaimAtRevision {
    /// The claim's id.
    id: ClaimId,
    /// The claim in its current state.
    claim: claim::Model,
    /// The claim's anchors in this revision, in reading order.
    anchors: Vec<anchor::Model>,
}

impl ClaimAtRevision {
    /// Groups these anchors by claim, in the order of each claim's first anchor.
    fn all(anchors: &[(anchor::Model, claim::Model)]) -> Vec<Self> {
        let (mut claims, mut places): (Vec<Self>, HashMap<ClaimId, usize>) =
            (Vec::new(), HashMap::new());
        for (anchor, claim) in anchors {
            let place = *places.entry(claim.id).or_insert_with(|| {
                claims.push(Self { id: claim.id, claim: claim.clone(), anchors: Vec::new() });
                claims.len() - 1
            });
            claims[place].anchors.push(anchor.clone());
        }
        claims
    }
}

#[ComplexObject]
impl revision::Model {
    /// The article.
    async fn article(&self, ctx: &Context<'_>) -> Result<article::Model> {
        Ok(load_row(ctx, self.article_id).await?)
    }

    /// The headline, an empty line, and the body.
    async fn text(&self, ctx: &Context<'_>) -> Result<Arc<str>> {
        let text: Arc<str> = load_row(ctx, TextOf(self.id)).await?;
        text_budget::take(ctx, 1, text.len())?;
        Ok(text)
    }

    /// The spans of the text, in reading order.
    async fn spans(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Returns only spans of this kind. Default: all blocks, so everything except \
                sentences."
        )]
        kind: Option<SpanKind>,
    ) -> Result<Vec<Span>> {
        spans_of(ctx, self.id, kind).await
    }

    /// The claims in this revision, in the order of their first anchor.
    async fn claims(&self, ctx: &Context<'_>) -> Result<Vec<ClaimAtRevision>> {
        Ok(ClaimAtRevision::all(&load(ctx, ClaimsOn(self.id)).await?))
    }

    /// The account that stored the revision. Null if the server's command line did.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.author_id).await
    }
}

/// Returns the spans of a revision's text.
pub async fn spans_of(
    ctx: &Context<'_>,
    revision: RevisionId,
    kind: Option<SpanKind>,
) -> Result<Vec<Span>> {
    let spans = load(ctx, SpansOf(revision, kind)).await?;
    text_budget::take(ctx, spans.len(), 0)?;
    Ok(spans)
}

#[ComplexObject]
impl Span {
    /// The words of the span.
    #[graphql(name = "text")]
    #[allow(clippy::unused_async, reason = "every field's function is async")]
    async fn text_field(&self, ctx: &Context<'_>) -> Result<&str> {
        text_budget::take(ctx, 0, self.text().len())?;
        Ok(self.text())
    }

    /// Offset of the first character in the revision's text, counted from 0.
    async fn start(
        &self,
        #[graphql(desc = "Unit of the offset.", default)] unit: OffsetUnit,
    ) -> i32 {
        self.bounds(unit).0
    }

    /// Offset after the last character.
    async fn end(&self, #[graphql(desc = "Unit of the offset.", default)] unit: OffsetUnit) -> i32 {
        self.bounds(unit).1
    }

    /// The claims that are anchored to words of the span.
    async fn claims(&self, ctx: &Context<'_>) -> Result<Vec<claim::Model>> {
        let all = load(ctx, ClaimsOn(self.revision)).await?;
        let (start, end) = self.bounds(OffsetUnit::CodePoint);
        // The range of an ORPHANED anchor is empty, so it contains no words of the span.
        let here = all.iter().filter(|(anchor, _)| {
            anchor.start_at < end && start < anchor.end_at && anchor.start_at < anchor.end_at
        });
        // A claim can have several anchors in the span, with another claim's anchor between them.
        let mut seen = HashSet::new();
        let claims = here
            .filter(|(_, claim)| seen.insert(claim.id))
            .map(|(_, claim)| claim.clone())
            .collect();
        Ok(claims)
    }
}

#[ComplexObject]
impl ArticlePreview {
    /// The headline, an empty line, and the body.
    #[graphql(name = "text")]
    #[allow(clippy::unused_async, reason = "every field's function is async")]
    async fn text_field(&self, ctx: &Context<'_>) -> Result<&str> {
        text_budget::take(ctx, 1, self.text.len())?;
        Ok(&self.text)
    }

    /// The spans of the text, in reading order.
    #[allow(clippy::unused_async, reason = "every field's function is async")]
    async fn spans(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Returns only spans of this kind. Default: all blocks, so everything except \
                sentences."
        )]
        kind: Option<SpanKind>,
    ) -> Result<Vec<PreviewSpan>> {
        let spans = self.spans_of(kind);
        text_budget::take(ctx, spans.len(), 0)?;
        Ok(spans)
    }
}

#[ComplexObject]
impl PreviewSpan {
    /// The words of the span.
    #[allow(clippy::unused_async, reason = "every field's function is async")]
    async fn text(&self, ctx: &Context<'_>) -> Result<&str> {
        text_budget::take(ctx, 0, self.words().len())?;
        Ok(self.words())
    }

    /// Offset of the first character in the text, counted from 0.
    async fn start(
        &self,
        #[graphql(desc = "Unit of the offset.", default)] unit: OffsetUnit,
    ) -> i32 {
        self.bounds(unit).0
    }

    /// Offset after the last character.
    async fn end(&self, #[graphql(desc = "Unit of the offset.", default)] unit: OffsetUnit) -> i32 {
        self.bounds(unit).1
    }
}

#[ComplexObject]
impl anchor::Model {
    /// The claim.
    async fn claim(&self, ctx: &Context<'_>) -> Result<claim::Model> {
        Ok(load_row(ctx, self.claim_id).await?)
    }

    /// The revision that the range refers to.
    async fn revision(&self, ctx: &Context<'_>) -> Result<revision::Model> {
        Ok(load_row(ctx, self.revision_id).await?)
    }

    /// Offset of the first character in the revision's text, counted from 0.
    async fn start(
        &self,
        #[graphql(desc = "Unit of the offset.", default)] unit: OffsetUnit,
    ) -> i32 {
        self.bounds(unit).0
    }

    /// Offset after the last character.
    async fn end(&self, #[graphql(desc = "Unit of the offset.", default)] unit: OffsetUnit) -> i32 {
        self.bounds(unit).1
    }
}

#[ComplexObject]
impl Proposal {
    /// Offset of the first character in the newest text, counted from 0.
    async fn start(
        &self,
        #[graphql(desc = "Unit of the offset.", default)] unit: OffsetUnit,
    ) -> i32 {
        self.bounds(unit).0
    }

    /// Offset after the last character.
    async fn end(&self, #[graphql(desc = "Unit of the offset.", default)] unit: OffsetUnit) -> i32 {
        self.bounds(unit).1
    }
}
