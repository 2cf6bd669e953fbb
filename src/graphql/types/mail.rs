//! Fields of mails.

use async_graphql::{ComplexObject, Context, Result};

use crate::domain::mail::Mail;
use crate::domain::people::{account, invitation};
use crate::graphql::RequestContext;
use crate::graphql::types::author;

#[ComplexObject]
impl Mail {
    /// The member that it is for. Null for an invitation.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.account_id).await
    }

    /// The invitation that it has the link of. Null for other mails.
    async fn invitation(&self, ctx: &Context<'_>) -> Result<Option<invitation::Model>> {
        let Some(id) = self.invitation_id else { return Ok(None) };
        Ok(Some(invitation::fetch(ctx.db(), ctx.actor(), id).await?))
    }
}
