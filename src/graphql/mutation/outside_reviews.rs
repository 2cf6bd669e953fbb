//! Mutations for the fact-checks of other publishers.

use async_graphql::{Context, Object, Result, SimpleObject};

use crate::domain::ids::OutsideReviewId;
use crate::domain::newsroom;
use crate::domain::outside_review::import::{
    self, ImportOutsideReviewsInput, ImportOutsideReviewsPayload,
};
use crate::domain::outside_review::remove::{self, RemoveOutsideReviewInput};
use crate::graphql::RequestContext;

/// Result of removing an outside review.
#[derive(SimpleObject)]
struct RemoveOutsideReviewPayload {
    /// The id that the outside review had.
    review_id: OutsideReviewId,
    /// The newsroom after the change.
    newsroom: newsroom::Model,
}

/// Mutations for the fact-checks of other publishers.
#[derive(Default)]
pub struct OutsideReviews;

#[Object]
impl OutsideReviews {
    /// Imports fact-checks of other publishers from a page or a feed with ClaimReview. They are
    /// found by `search` and `similarClaims`. A fact-check of the same claim at the same address is
    /// replaced. Requires the EDITOR role.
    async fn import_outside_reviews(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The newsroom and the document.")] input: ImportOutsideReviewsInput,
    ) -> Result<ImportOutsideReviewsPayload> {
        Ok(import::import(ctx.db(), ctx.actor(), input).await?)
    }

    /// Removes a fact-check of another publisher from the newsroom. Requires the EDITOR role.
    async fn remove_outside_review(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The outside review and the reason.")] input: RemoveOutsideReviewInput,
    ) -> Result<RemoveOutsideReviewPayload> {
        let (review_id, newsroom) = remove::remove(ctx.db(), ctx.actor(), input).await?;
        let newsroom = newsroom::fetch(ctx.db(), ctx.actor(), newsroom).await?;
        Ok(RemoveOutsideReviewPayload { review_id, newsroom })
    }
}
