//! Fields of summaries.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, Result};

use crate::domain::article;
use crate::domain::ids::NewsroomId;
use crate::domain::newsroom::rating::{self, scale};
use crate::domain::people::account::Model as Account;
use crate::domain::summary::agreement::Agreement;
use crate::domain::summary::{
    self, ClaimSummary, Compared, Figures, Group, Part, RatingCount, Reviewers, Scope, Summary,
};
use crate::graphql::RequestContext;
use crate::graphql::loaders::{AgreementOf, SummaryOfArticle, load, load_rating, load_row};
use crate::graphql::shared_work::{share, share_in_turn};
use crate::graphql::types::maybe;

#[ComplexObject]
impl Summary {
    /// The rating scales of the counted verdicts, oldest first. There are several if the newsroom
    /// replaced its scale. `verdictCounts` counts each scale separately.
    async fn rating_scales(&self, ctx: &Context<'_>) -> Result<Vec<scale::Model>> {
        scales_of(ctx, &self.verdict_counts).await
    }

    /// The agreement of reviewers who judged the same claims. Uses only verdicts that you may see.
    /// Linked claims are still compared one by one.
    async fn agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The account ids of 2 to 20 reviewers. Compares only their verdicts: two \
                          ids give the agreement of a pair. Default: all reviewers."
        )]
        reviewers: Option<Vec<ID>>,
    ) -> Result<Agreement> {
        let reviewers = reviewers.as_deref().map(Reviewers::parse).transpose()?;
        let Some(scope) = self.of.clone() else { return Ok(Agreement::default()) };
        let key = Compared { scope, reviewers };
        let work = load(ctx, AgreementOf(key.clone()));
        Ok(match key.scope {
            // One batch reads the agreements on all articles. Turns would split it.
            Scope::Article(_) => share(ctx, |work| &work.agreements, key, work).await?,
            Scope::Newsroom(..) => share_in_turn(ctx, |work| &work.agreements, key, work).await?,
        })
    }
}

/// The figures of a part of a newsroom, as far as they are selected.
pub(super) async fn summary_of(
    ctx: &Context<'_>,
    newsroom: NewsroomId,
    part: Part,
) -> Result<Summary> {
    let is_selected = |field| ctx.look_ahead().field(field).exists();
    let figures =
        Figures { sources: is_selected("sourceCount"), articles: is_selected("articleCount") };
    let key = (newsroom, part.clone(), figures);
    let work = summary::of_newsroom(ctx.db(), ctx.actor(), newsroom, part, figures);
    Ok(Box::pin(share_in_turn(ctx, |work| &work.summaries, key, work)).await?)
}

/// The figures of an article.
pub(super) async fn summary_of_article(
    ctx: &Context<'_>,
    article: &article::Model,
) -> Result<Summary> {
    let sum = load(ctx, SummaryOfArticle(article.id)).await?;
    Ok(Summary { article_count: 1, of: Some(Scope::Article(article.id)), ..sum })
}

#[ComplexObject]
impl Group {
    /// The reviewer. The group has the claims with a current verdict of this reviewer that you may
    /// see. Null unless the groups are reviewers.
    async fn reviewer(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        maybe(ctx, self.reviewer).await
    }

    /// The figures of the group. Those of an article are the same as in `Article.summary`.
    async fn summary(&self, ctx: &Context<'_>) -> Result<Summary> {
        match &self.article {
            Some(article) => summary_of_article(ctx, article).await,
            None => summary_of(ctx, self.newsroom, self.part.clone()).await,
        }
    }
}

#[ComplexObject]
impl ClaimSummary {
    /// The rating scales of the counted verdicts, oldest first. There are several if the newsroom
    /// replaced its scale. `verdictCounts` counts each scale separately.
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
    /// The rating scale of the compared verdicts. Null if there are none.
    async fn rating_scale(&self, ctx: &Context<'_>) -> Result<Option<scale::Model>> {
        maybe(ctx, self.scale).await
    }
}

/// Returns the rating scales of the counted verdicts.
async fn scales_of(ctx: &Context<'_>, counts: &[RatingCount]) -> Result<Vec<scale::Model>> {
    let mut scales = Vec::new();
    for id in summary::scales(counts) {
        scales.push(load_row(ctx, id).await?);
    }
    Ok(scales)
}
