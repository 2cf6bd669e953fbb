//! Members, and who may come in: invitations and tokens.

use async_graphql::{ComplexObject, Context, Result};

use super::author;
use crate::domain::account;
use crate::domain::api_token;
use crate::domain::invitation;
use crate::domain::membership;
use crate::domain::newsroom;
use crate::graphql::loaders::load_row;

#[ComplexObject]
impl membership::Model {
    /// The member.
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
    /// The newsroom that it lets somebody into.
    async fn newsroom(&self, ctx: &Context<'_>) -> Result<newsroom::Model> {
        Ok(load_row(ctx, self.newsroom_id).await?)
    }

    /// Who invited.
    async fn invited_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.invited_by).await
    }
}

#[ComplexObject]
impl api_token::Model {
    /// The newsroom in which it works.
    async fn newsroom(&self, ctx: &Context<'_>) -> Result<newsroom::Model> {
        Ok(load_row(ctx, self.newsroom_id).await?)
    }

    /// Who made it, and for whom it acts.
    async fn account(&self, ctx: &Context<'_>) -> Result<account::Model> {
        Ok(load_row(ctx, self.account_id).await?)
    }
}
