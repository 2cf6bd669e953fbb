//! Fields of mails.

use async_graphql::{ComplexObject, Context, Result};

use crate::domain::mail::Mail;
use crate::domain::people::account;
use crate::graphql::types::author;

#[ComplexObject]
impl Mail {
    /// The member that it is for. Null for an invitation.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.account_id).await
    }
}
