//! Fields of memberships, invitations and API tokens.

use async_graphql::{ComplexObject, Context, Result};

use crate::domain::newsroom;
use crate::domain::people::account;
use crate::domain::people::api_token;
use crate::domain::people::invitation;
use crate::domain::people::membership;
use crate::graphql::loaders::load_row;
use crate::graphql::types::author;

#[ComplexObject]
impl membership::Model {
    /// The member's account.
    async fn account(&self, ctx: &Context<'_>) -> Result<account::Model> {
        Ok(load_row(ctx, self.account_id).await?)
    }

    /// The newsroom.
    async fn newsroom(&self, ctx: &Context<'_>) -> Result<newsroom::Model> {
        Ok(load_row(ctx, self.newsroom_id).await?)
    }
}

#[ComplexObject]
impl invitation::Model {
    /// The newsroom that the invitation is for.
    async fn newsroom(&self, ctx: &Context<'_>) -> Result<newsroom::Model> {
        Ok(load_row(ctx, self.newsroom_id).await?)
    }

    /// The account that sent the invitation. Null if the server's command line did.
    async fn invited_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.invited_by).await
    }
}

#[ComplexObject]
impl api_token::Model {
    /// The newsroom in which the token works.
    async fn newsroom(&self, ctx: &Context<'_>) -> Result<newsroom::Model> {
        Ok(load_row(ctx, self.newsroom_id).await?)
    }

    /// The account that created the token and for which it acts.
    async fn account(&self, ctx: &Context<'_>) -> Result<account::Model> {
        Ok(load_row(ctx, self.account_id).await?)
    }
}
