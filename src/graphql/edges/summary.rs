//! Summaries.

use async_graphql::{ComplexObject, Context, Result};

use crate::domain::rating::{self, scale};
use crate::domain::summary::{self, ClaimSummary, RatingCount, Summary};
use crate::graphql::loaders::load_row;

#[ComplexObject]
impl Summary {
    /// The rating scales that the counted verdicts were given under, oldest first. More than one: the newsroom replaced its scale between
    /// them, and `verdictCounts` counts the ratings of each apart.
    async fn rating_scales(&self, ctx: &Context<'_>) -> Result<Vec<scale::Model>> {
        scales_of(ctx, &self.verdict_counts).await
    }
}

#[ComplexObject]
impl ClaimSummary {
    /// The rating scales that the counted verdicts were given under, oldest first. More than one: the newsroom replaced its scale between
    /// them, and `verdictCounts` counts the ratings of each apart.
    async fn rating_scales(&self, ctx: &Context<'_>) -> Result<Vec<scale::Model>> {
        scales_of(ctx, &self.verdict_counts).await
    }
}

#[ComplexObject]
impl RatingCount {
    /// The scale that the rating belongs to.
    async fn rating_scale(&self, ctx: &Context<'_>) -> Result<scale::Model> {
        Ok(load_row(ctx, self.scale_id).await?)
    }

    /// The rating.
    async fn rating(&self, ctx: &Context<'_>) -> Result<rating::Model> {
        Ok(load_row(ctx, self.rating_id).await?)
    }
}

/// The scales that verdicts so counted were given under.
async fn scales_of(ctx: &Context<'_>, counts: &[RatingCount]) -> Result<Vec<scale::Model>> {
    let mut scales = Vec::new();
    for id in summary::scales(counts) {
        scales.push(load_row(ctx, id).await?);
    }
    Ok(scales)
}
