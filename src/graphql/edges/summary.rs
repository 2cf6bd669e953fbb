//! Summaries.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result};

use super::maybe;
use crate::domain::agreement::Agreement;
use crate::domain::rating::{self, scale};
use crate::domain::summary::{self, ClaimSummary, RatingCount, Summary};
use crate::graphql::loaders::{AgreementOf, load, load_rating, load_row};

#[ComplexObject]
impl Summary {
    /// The rating scales that the counted verdicts were given under, oldest first. More than one: the newsroom replaced its scale between
    /// them, and `verdictCounts` counts the ratings of each apart.
    async fn rating_scales(&self, ctx: &Context<'_>) -> Result<Vec<scale::Model>> {
        scales_of(ctx, &self.verdict_counts).await
    }

    /// How far the reviewers agree who judged the same claims, as far as you may see their verdicts. Where links are followed, of each claim by
    /// itself.
    async fn agreement(&self, ctx: &Context<'_>) -> Result<Agreement> {
        match &self.of {
            Some(scope) => Ok(load(ctx, AgreementOf(scope.clone())).await?),
            None => Ok(Agreement::default()),
        }
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
    async fn rating(&self, ctx: &Context<'_>) -> Result<Arc<rating::Model>> {
        Ok(load_rating(ctx, self.rating_id).await?)
    }
}

#[ComplexObject]
impl Agreement {
    /// The scale that the ratings are of; null where there is none.
    async fn rating_scale(&self, ctx: &Context<'_>) -> Result<Option<scale::Model>> {
        maybe(ctx, self.scale).await
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
