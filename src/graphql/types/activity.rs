//! Fields of events, for subscribers and in the audit log.

use async_graphql::{ComplexObject, Context, Result};

use crate::domain::activity::Activity;
use crate::domain::article;
use crate::domain::claim;
use crate::domain::comment;
use crate::domain::event;
use crate::domain::ids::{ApiTokenId, TypedId};
use crate::domain::people::{account, api_token};
use crate::domain::verdict::Verdict;
use crate::graphql::types::{author, maybe};

#[ComplexObject]
impl Activity {
    /// The account that acted. Null for the server's command line, and if blind review hides the
    /// reviewer.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.actor_id).await
    }

    /// The article that the event is about, in its current state. Null if there is none.
    async fn article(&self, ctx: &Context<'_>) -> Result<Option<article::Model>> {
        maybe(ctx, self.article_id).await
    }

    /// The claim that the event is about, in its current state. Null if there is none.
    async fn claim(&self, ctx: &Context<'_>) -> Result<Option<claim::Model>> {
        maybe(ctx, self.claim_id).await
    }

    /// The verdict that the event is about, in its current state. Null if there is none or blind
    /// review hides it.
    async fn verdict(&self, ctx: &Context<'_>) -> Result<Option<Verdict>> {
        maybe(ctx, self.verdict_id).await
    }

    /// The comment that the event is about, in its current state. Null if there is none or blind
    /// review hides it.
    async fn comment(&self, ctx: &Context<'_>) -> Result<Option<comment::Model>> {
        maybe(ctx, self.comment_id).await
    }
}

#[ComplexObject]
impl event::Model {
    /// The account that acted. Null for the server's command line.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.actor_id).await
    }

    /// The API token that `actor` acted with. Null if the account acted in a session.
    async fn api_token(&self, ctx: &Context<'_>) -> Result<Option<api_token::Model>> {
        let id = self.detail_text(event::API_TOKEN).and_then(|text| ApiTokenId::find(&text));
        maybe(ctx, id).await
    }

    /// The article that the event is about. Null if there is none.
    async fn article(&self, ctx: &Context<'_>) -> Result<Option<article::Model>> {
        maybe(ctx, self.article_id).await
    }

    /// The claim that the event is about. Null if there is none.
    async fn claim(&self, ctx: &Context<'_>) -> Result<Option<claim::Model>> {
        maybe(ctx, self.claim_id).await
    }

    /// The verdict that the event is about. Null if there is none or you may not see it.
    async fn verdict(&self, ctx: &Context<'_>) -> Result<Option<Verdict>> {
        maybe(ctx, self.verdict_id).await
    }

    /// The comment that the event is about. Null if there is none or you may not see it.
    async fn comment(&self, ctx: &Context<'_>) -> Result<Option<comment::Model>> {
        maybe(ctx, self.comment_id()).await
    }
}
