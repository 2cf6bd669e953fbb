//! Articles, their text and its spans.

use std::collections::HashSet;

use async_graphql::{ComplexObject, Context, Result};

use super::author;
use crate::domain::account;
use crate::domain::article::{self, Span, revision};
use crate::domain::claim;
use crate::domain::listing::{self, ClaimFilter, ClaimOrder, Within};
use crate::domain::newsroom;
use crate::domain::page::Slice;
use crate::domain::passage::{OffsetUnit, SpanKind};
use crate::domain::summary::{Scope, Summary};
use crate::graphql::Desk;
use crate::graphql::connection::Connection;
use crate::graphql::loaders::{ClaimsOn, FirstClaims, FirstClaimsOf, NewestRevisionOf, SpansOf, SummaryOfArticle, load, load_row};

#[ComplexObject]
impl article::Model {
    /// The newsroom that checks it.
    async fn newsroom(&self, ctx: &Context<'_>) -> Result<newsroom::Model> {
        Ok(load_row(ctx, self.newsroom_id).await?)
    }

    /// Who imported it; null where the server's own command line did.
    async fn imported_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.imported_by).await
    }

    /// Its text as it stands now.
    async fn revision(&self, ctx: &Context<'_>) -> Result<revision::Model> {
        Ok(load_row(ctx, NewestRevisionOf(self.id)).await?)
    }

    /// The spans of its text, in reading order.
    async fn spans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only spans of this kind. Where nothing is said: all blocks, that is all but sentences.")] kind: Option<SpanKind>,
    ) -> Result<Vec<Span>> {
        Ok(load(ctx, SpansOf(self.id, kind)).await?)
    }

    /// The claims marked in it, as they stand in its text unless `order` says otherwise.
    #[allow(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn claims(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those for which all this holds.")] filter: Option<ClaimFilter>,
        #[graphql(desc = "How to sort them.")] order: Option<ClaimOrder>,
    ) -> Result<Connection<claim::Model>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        let filter = filter.unwrap_or_default();
        if let Some(size) = slice.first_size() {
            // A list of articles reads the claims of all of them together.
            let counted = ctx.look_ahead().field("totalCount").exists();
            let wanted = FirstClaims { filter, order, size, counted };
            return Ok(load(ctx, FirstClaimsOf { article: self.id, wanted }).await?.into());
        }
        Ok(listing::claims(ctx.db(), ctx.actor(), Within::Article(self.id, self.newsroom_id), filter, order, &slice).await?.into())
    }

    /// What the verdicts on its claims come to.
    async fn summary(&self, ctx: &Context<'_>) -> Result<Summary> {
        let sum = load(ctx, SummaryOfArticle(self.id)).await?;
        Ok(Summary { article_count: 1, of: Some(Scope::Article(self.id)), ..sum })
    }
}

#[ComplexObject]
impl revision::Model {
    /// The article.
    async fn article(&self, ctx: &Context<'_>) -> Result<article::Model> {
        Ok(load_row(ctx, self.article_id).await?)
    }

    /// Who stored it; null where the server's own command line did.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.author_id).await
    }
}

#[ComplexObject]
impl Span {
    /// The words of the span.
    #[graphql(name = "text")]
    async fn text_field(&self) -> &str {
        self.text()
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
        let here = all.iter().filter(|(anchor, _)| anchor.start_at < end && start < anchor.end_at);
        // A claim may stand on several words of the span, with another claim's between them.
        let mut seen = HashSet::new();
        let claims = here.filter(|(_, claim)| seen.insert(claim.id)).map(|(_, claim)| claim.clone()).collect();
        Ok(claims)
    }
}
