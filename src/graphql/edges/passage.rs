//! How texts meet what stands in them: revisions, their spans, and the claims anchored there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result, SimpleObject};

use super::author;
use crate::domain::article::{Span, revision};
use crate::domain::ids::{ClaimId, RevisionId};
use crate::domain::passage::{OffsetUnit, SpanKind};
use crate::domain::standing::Proposal;
use crate::domain::{account, anchor, article, claim};
use crate::graphql::loaders::{ClaimsOn, SpansOf, TextOf, load, load_row};
use crate::graphql::room;

/// A claim as it stood in the text of a revision.
#[derive(SimpleObject)]
struct ClaimAtRevision {
    /// The claim's id.
    id: ClaimId,
    /// The claim as it is now.
    claim: claim::Model,
    /// The words of the revision that it stood on, in reading order.
    anchors: Vec<anchor::Model>,
}

impl ClaimAtRevision {
    /// The claims of these anchors, in the order of their first ones.
    fn all(anchors: &[(anchor::Model, claim::Model)]) -> Vec<Self> {
        let (mut claims, mut places): (Vec<Self>, HashMap<ClaimId, usize>) = (Vec::new(), HashMap::new());
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
        room::take(ctx, 1, text.len())?;
        Ok(text)
    }

    /// The spans of its text, in reading order.
    async fn spans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only spans of this kind. Where nothing is said: all blocks, that is all but sentences.")] kind: Option<SpanKind>,
    ) -> Result<Vec<Span>> {
        spans_of(ctx, self.id, kind).await
    }

    /// The claims that stood in it, by where their first words stood.
    async fn claims(&self, ctx: &Context<'_>) -> Result<Vec<ClaimAtRevision>> {
        Ok(ClaimAtRevision::all(&load(ctx, ClaimsOn(self.id)).await?))
    }

    /// Who stored it; null where the server's own command line did.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.author_id).await
    }
}

/// The spans of a revision's text.
pub async fn spans_of(ctx: &Context<'_>, revision: RevisionId, kind: Option<SpanKind>) -> Result<Vec<Span>> {
    let spans = load(ctx, SpansOf(revision, kind)).await?;
    room::take(ctx, spans.len(), 0)?;
    Ok(spans)
}

#[ComplexObject]
impl Span {
    /// The words of the span.
    #[graphql(name = "text")]
    #[allow(clippy::unused_async, reason = "a field's function is")]
    async fn text_field(&self, ctx: &Context<'_>) -> Result<&str> {
        room::take(ctx, 0, self.text().len())?;
        Ok(self.text())
    }

    /// Where it begins in the revision's text, counted from 0.
    async fn start(&self, #[graphql(desc = "What to count.", default)] unit: OffsetUnit) -> i32 {
        self.bounds(unit).0
    }

    /// Where it ends: the offset after the last one.
    async fn end(&self, #[graphql(desc = "What to count.", default)] unit: OffsetUnit) -> i32 {
        self.bounds(unit).1
    }

    /// The claims that are marked on words of the span.
    async fn claims(&self, ctx: &Context<'_>) -> Result<Vec<claim::Model>> {
        let all = load(ctx, ClaimsOn(self.revision)).await?;
        let (start, end) = self.bounds(OffsetUnit::CodePoint);
        // An ORPHANED one's range is empty: it stands on no words.
        let here = all.iter().filter(|(anchor, _)| anchor.start_at < end && start < anchor.end_at && anchor.start_at < anchor.end_at);
        // A claim may stand on several words of the span, with another claim's between them.
        let mut seen = HashSet::new();
        let claims = here.filter(|(_, claim)| seen.insert(claim.id)).map(|(_, claim)| claim.clone()).collect();
        Ok(claims)
    }
}

#[ComplexObject]
impl anchor::Model {
    /// The claim.
    async fn claim(&self, ctx: &Context<'_>) -> Result<claim::Model> {
        Ok(load_row(ctx, self.claim_id).await?)
    }

    /// The revision in whose text it stands.
    async fn revision(&self, ctx: &Context<'_>) -> Result<revision::Model> {
        Ok(load_row(ctx, self.revision_id).await?)
    }

    /// Where it begins in the revision's text, counted from 0.
    async fn start(&self, #[graphql(desc = "What to count.", default)] unit: OffsetUnit) -> i32 {
        self.bounds(unit).0
    }

    /// Where it ends: the offset after the last one.
    async fn end(&self, #[graphql(desc = "What to count.", default)] unit: OffsetUnit) -> i32 {
        self.bounds(unit).1
    }
}

#[ComplexObject]
impl Proposal {
    /// Where it begins in the newest text, counted from 0.
    async fn start(&self, #[graphql(desc = "What to count.", default)] unit: OffsetUnit) -> i32 {
        self.bounds(unit).0
    }

    /// Where it ends: the offset after the last one.
    async fn end(&self, #[graphql(desc = "What to count.", default)] unit: OffsetUnit) -> i32 {
        self.bounds(unit).1
    }
}
