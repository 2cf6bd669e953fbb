//! Fields of rating scales.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result};

use crate::domain::newsroom::rating::{self, scale};
use crate::graphql::loaders::{RatingsOf, load};

#[ComplexObject]
impl rating::Model {
    /// The highest rank of the rating's scale, as `bestRating` in schema.org's ClaimReview. Null if
    /// no rating of the scale has a rank.
    async fn best_rank(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        let ratings = load(ctx, RatingsOf(self.scale_id)).await?;
        Ok(ratings.iter().filter_map(|rating| rating.rank).max())
    }

    /// The lowest rank of the rating's scale, as `worstRating` in schema.org's ClaimReview. Null if
    /// no rating of the scale has a rank.
    async fn worst_rank(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        let ratings = load(ctx, RatingsOf(self.scale_id)).await?;
        Ok(ratings.iter().filter_map(|rating| rating.rank).min())
    }
}

#[ComplexObject]
impl scale::Model {
    /// The scale's ratings, in display order.
    async fn ratings(&self, ctx: &Context<'_>) -> Result<Arc<[rating::Model]>> {
        Ok(load(ctx, RatingsOf(self.id)).await?)
    }
}
