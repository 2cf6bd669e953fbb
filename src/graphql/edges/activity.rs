//! Events: as followers are told of them, and as the log keeps them.

use async_graphql::{ComplexObject, Context, Result};

use super::{author, maybe};
use crate::domain::account;
use crate::domain::activity::Activity;
use crate::domain::article;
use crate::domain::claim;
use crate::domain::event;
use crate::domain::verdict::Verdict;

#[ComplexObject]
impl Activity {
    /// Who did it; null where the server's own command line did, and where blind review hides who judged.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.actor_id).await
    }

    /// The article that it was done to, or under, as it is now.
    async fn article(&self, ctx: &Context<'_>) -> Result<Option<article::Model>> {
        maybe(ctx, self.article_id).await
    }

    /// The claim that it was done to, or under, as it is now.
    async fn claim(&self, ctx: &Context<'_>) -> Result<Option<claim::Model>> {
        maybe(ctx, self.claim_id).await
    }

    /// The verdict that it was done to, as it is now; null where blind review hides it.
    async fn verdict(&self, ctx: &Context<'_>) -> Result<Option<Verdict>> {
        maybe(ctx, self.verdict_id).await
    }
}

#[ComplexObject]
impl event::Model {
    /// Who did it; null where the server's own command line did.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.actor_id).await
    }

    /// The article that it was done to, or below which.
    async fn article(&self, ctx: &Context<'_>) -> Result<Option<article::Model>> {
        maybe(ctx, self.article_id).await
    }

    /// The claim that it was done to, or below which.
    async fn claim(&self, ctx: &Context<'_>) -> Result<Option<claim::Model>> {
        maybe(ctx, self.claim_id).await
    }

    /// The verdict that it was done to; null where you may not see it.
    async fn verdict(&self, ctx: &Context<'_>) -> Result<Option<Verdict>> {
        maybe(ctx, self.verdict_id).await
    }
}
