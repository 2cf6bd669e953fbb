//! Accounts and their sessions.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result};

use crate::domain::account;
use crate::domain::membership;
use crate::domain::session;
use crate::graphql::Desk;
use crate::graphql::loaders::{MembershipsOf, load};

#[ComplexObject]
impl account::Model {
    /// The e-mail address. For the account itself; null for everybody else.
    async fn email(&self, ctx: &Context<'_>) -> Option<&str> {
        (ctx.actor().id() == Some(self.id)).then_some(self.email.as_str())
    }

    /// The newsrooms that it belongs to: all for the account itself, and for others those whose members they manage.
    async fn memberships(&self, ctx: &Context<'_>) -> Result<Arc<[membership::Model]>> {
        Ok(load(ctx, MembershipsOf(self.id)).await?)
    }

    /// Where the account is signed in, newest first. For the account itself, in a session; null for everybody else.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Option<Vec<session::Model>>> {
        Ok(session::of_account(ctx.db(), ctx.actor(), self.id).await?)
    }
}

#[ComplexObject]
impl session::Model {
    /// Whether it is the session that sends this.
    async fn current(&self, ctx: &Context<'_>) -> bool {
        ctx.actor().in_session().is_ok_and(|(_, session)| session == self.id)
    }
}
