//! Fields of articles and their texts.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result};
use claimspan_macros::paging;

use crate::domain::article::revision::Difference;
use crate::domain::article::{self, Span, revision};
use crate::domain::claim;
use crate::domain::claim::carry::{self, RevisionPreview, RevisionPreviewInput};
use crate::domain::listing::{self, ClaimFilter, ClaimOrder, Within};
use crate::domain::newsroom;
use crate::domain::page::Slice;
use crate::domain::people::account;
use crate::domain::summary::Summary;
use crate::domain::text::passage::{OffsetUnit, SpanKind};
use crate::graphql::RequestContext;
use crate::graphql::connection::Connection;
use crate::graphql::loaders::{FirstClaims, FirstClaimsOf, NewestRevisionOf, load, load_row};
use crate::graphql::shared_work::share;
use crate::graphql::text_budget;
use crate::graphql::types::author;
use crate::graphql::types::passage::spans_of;
use crate::graphql::types::summary::summary_of_article;

#[paging]
#[ComplexObject]
impl article::Model {
    /// The newsroom that checks the article.
    async fn newsroom(&self, ctx: &Context<'_>) -> Result<newsroom::Model> {
        Ok(load_row(ctx, self.newsroom_id).await?)
    }

    /// The account that imported the article. Null if the server's command line did.
    async fn imported_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.imported_by).await
    }

    /// The newest revision.
    async fn revision(&self, ctx: &Context<'_>) -> Result<revision::Model> {
        Ok(load_row(ctx, NewestRevisionOf(self.id)).await?)
    }

    /// The spans of the newest text, in reading order.
    async fn spans(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Returns only spans of this kind. Default: all blocks, so everything except \
                sentences."
        )]
        kind: Option<SpanKind>,
    ) -> Result<Vec<Span>> {
        let newest = load_row(ctx, NewestRevisionOf(self.id)).await?;
        spans_of(ctx, newest.id, kind).await
    }

    /// The article's revisions, newest first.
    async fn revisions(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
    ) -> Result<Connection<revision::Model>> {
        Ok(Box::pin(revision::of_article(ctx.db(), ctx.actor(), self, &slice)).await?.into())
    }

    /// The revision with this number. NOT_FOUND if there is none.
    async fn at_revision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The revision's number: 1, 2, 3 and so on.")] number: i32,
    ) -> Result<Option<revision::Model>> {
        Ok(Some(Box::pin(revision::numbered(ctx.db(), ctx.actor(), self, number)).await?))
    }

    /// Compares the texts of two revisions. The returned stretches cover both texts without gaps.
    /// If there are more than 10,000, the rest is one stretch. NOT_FOUND if a revision does not
    /// exist.
    async fn diff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the first revision.")] from: i32,
        #[graphql(desc = "The number of the second revision.")] to: i32,
        #[graphql(desc = "Unit of the offsets.", default)] unit: OffsetUnit,
    ) -> Result<Option<Arc<[Difference]>>> {
        let work = revision::differences(ctx.db(), ctx.actor(), self, from, to, unit);
        let differences =
            share(ctx, |work| &work.differences, (self.id, from, to, unit), work).await?;
        text_budget::take(
            ctx,
            differences.len(),
            differences.iter().map(|difference| difference.text.len()).sum(),
        )?;
        Ok(Some(differences))
    }

    /// The effect that a newer text would have on the article's claims. Nothing is stored: send the
    /// same text to `reviseArticle` to store it. Requires the EDITOR role.
    async fn revision_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The newer text.")] input: RevisionPreviewInput,
    ) -> Result<Option<RevisionPreview>> {
        Ok(Some(Box::pin(carry::preview(ctx.db(), ctx.actor(), self, input)).await?))
    }

    /// The claims marked in the article. Default order: as in the text.
    #[allow(clippy::too_many_arguments, reason = "each parameter is an argument of the field")]
    async fn claims(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
        #[graphql(desc = "Returns only items that match all given conditions.")] filter: Option<
            ClaimFilter,
        >,
        #[graphql(desc = "The order of the items.")] order: Option<ClaimOrder>,
    ) -> Result<Connection<claim::Model>> {
        let filter = filter.unwrap_or_default();
        if let Some(size) = slice.first_size() {
            // A list of articles reads the claims of all of them together.
            let counted = ctx.look_ahead().field("totalCount").exists();
            let wanted = FirstClaims { filter, order, size, counted };
            return Ok(load(ctx, FirstClaimsOf { article: self.id, wanted }).await?.into());
        }
        Ok(Box::pin(listing::claims(
            ctx.db(),
            ctx.actor(),
            Within::Article(self.id, self.newsroom_id),
            filter,
            order,
            &slice,
        ))
        .await?
        .into())
    }

    /// Figures about the verdicts on the article's claims.
    async fn summary(&self, ctx: &Context<'_>) -> Result<Summary> {
        summary_of_article(ctx, self).await
    }
}
