//! Fields of webhooks.

use async_graphql::{ComplexObject, Context, Result};

use crate::domain::newsroom;
use crate::domain::people::account;
use crate::domain::webhook::state::delivery;
use crate::domain::webhook::{self, Webhook};
use crate::graphql::RequestContext;
use crate::graphql::types::{author, maybe};

#[ComplexObject]
impl Webhook {
    /// The newsroom.
    async fn newsroom(&self, ctx: &Context<'_>) -> Result<Option<newsroom::Model>> {
        maybe(ctx, Some(self.newsroom_id)).await
    }

    /// The admin who created it. Null if you may no longer see the account.
    async fn created_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, Some(self.created_by)).await
    }

    /// The last 50 attempts to deliver an event, newest first.
    async fn deliveries(&self, ctx: &Context<'_>) -> Result<Vec<delivery::Model>> {
        Ok(webhook::deliveries(ctx.db(), ctx.actor(), self).await?)
    }

    /// The numbers of the events that wait to be sent again, in their order.
    async fn waiting(&self, ctx: &Context<'_>) -> Result<Vec<i32>> {
        Ok(webhook::resends(ctx.db(), ctx.actor(), self).await?)
    }
}
