//! Fields of outside reviews.

use async_graphql::{ComplexObject, Context, Result};

use crate::domain::newsroom;
use crate::domain::outside_review::Model;
use crate::domain::people::account;
use crate::graphql::types::{author, maybe};

#[ComplexObject]
impl Model {
    /// The newsroom that has it.
    async fn newsroom(&self, ctx: &Context<'_>) -> Result<Option<newsroom::Model>> {
        maybe(ctx, Some(self.newsroom_id)).await
    }

    /// The person who imported it first. Null if you may no longer see the account.
    async fn imported_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, Some(self.imported_by)).await
    }
}
