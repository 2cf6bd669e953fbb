//! Articles and their texts.

use async_graphql::{ComplexObject, Context, Result};

use super::author;
use super::passage::spans_of;
use crate::domain::account;
use crate::domain::article::revision::Difference;
use crate::domain::article::{self, Span, revision};
use crate::domain::claim;
use crate::domain::listing::{self, ClaimFilter, ClaimOrder, Within};
use crate::domain::newsroom;
use crate::domain::page::Slice;
use crate::domain::passage::{OffsetUnit, SpanKind};
use crate::domain::summary::{Scope, Summary};
use crate::graphql::Desk;
use crate::graphql::connection::Connection;
use crate::graphql::loaders::{FirstClaims, FirstClaimsOf, NewestRevisionOf, SummaryOfArticle, load, load_row};
use crate::graphql::room;

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
        let newest = load_row(ctx, NewestRevisionOf(self.id)).await?;
        spans_of(ctx, newest.id, kind).await
    }

    /// Its texts as they stood at some time, newest first.
    async fn revisions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
    ) -> Result<Connection<revision::Model>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        Ok(revision::of_article(ctx.db(), ctx.actor(), self, &slice).await?.into())
    }

    /// Its text as it stood at a revision; NOT_FOUND if it has no such revision.
    async fn at_revision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The revision's number: 1, 2, 3 …")] number: i32,
    ) -> Result<Option<revision::Model>> {
        Ok(Some(revision::numbered(ctx.db(), ctx.actor(), self, number).await?))
    }

    /// How the text of one revision differs from that of another: stretches that follow one another without a gap through both texts, the
    /// first 10,000 of them each for itself, and the rest as one. NOT_FOUND if it has no such revision.
    async fn diff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the revision to compare.")] from: i32,
        #[graphql(desc = "The number of the revision to compare it with.")] to: i32,
        #[graphql(desc = "What offsets count.", default)] unit: OffsetUnit,
    ) -> Result<Option<Vec<Difference>>> {
        let differences = revision::differences(ctx.db(), ctx.actor(), self, from, to, unit).await?;
        room::take(ctx, differences.len(), differences.iter().map(|difference| difference.text.len()).sum())?;
        Ok(Some(differences))
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
