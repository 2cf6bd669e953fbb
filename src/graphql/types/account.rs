//! Fields of accounts and their sessions.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, Result};
use claimspan_macros::paging;

use crate::domain::comment;
use crate::domain::ids::AccountId;
use crate::domain::listing::{self, Work};
use crate::domain::mail::settings::{self, MailSettings};
use crate::domain::page::Slice;
use crate::domain::people::account;
use crate::domain::people::membership;
use crate::domain::people::session;
use crate::domain::permissions::Action;
use crate::domain::verdict::{self, Verdict};
use crate::graphql::RequestContext;
use crate::graphql::connection::Connection;
use crate::graphql::loaders::{MembershipsOf, load};

#[paging]
#[ComplexObject]
impl account::Model {
    /// The e-mail address. Only the account itself and admins of its newsrooms can read it. Null for
    /// everybody else.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        let seen = ctx.actor().id() == Some(self.id) || is_managed(ctx, self.id).await?;
        Ok(seen.then_some(self.email.as_str()))
    }

    /// The account's memberships. The account itself sees all. Others see those in newsrooms where
    /// they manage members.
    async fn memberships(&self, ctx: &Context<'_>) -> Result<Arc<[membership::Model]>> {
        Ok(load(ctx, MembershipsOf(self.id)).await?)
    }

    /// The comments that mention the account, newest first: those that it may see. Only the account
    /// itself can read them. Null for everybody else.
    async fn mentions(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
    ) -> Result<Option<Connection<comment::Model>>> {
        if ctx.actor().id() != Some(self.id) {
            return Ok(None);
        }
        Ok(Some(Box::pin(comment::mentioning(ctx.db(), ctx.actor(), &slice)).await?.into()))
    }

    /// The claims that wait for the account. Only the account itself can read it. Null for everybody
    /// else.
    #[allow(clippy::unused_async, reason = "fields of a complex object are async")]
    async fn work(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The newsroom's id. NOT_FOUND if you are not a member. Default: all your \
                          newsrooms."
        )]
        newsroom: Option<ID>,
    ) -> Result<Option<Work>> {
        if ctx.actor().id() != Some(self.id) {
            return Ok(None);
        }
        Ok(Some(Work::of(ctx.actor(), newsroom.as_ref())?))
    }

    /// The account's verdicts, newest first by their first submission, including withdrawn ones.
    /// `Verdict.outcome` says what became of each. Only the account itself can read them. Null for
    /// everybody else.
    #[allow(clippy::too_many_arguments, reason = "each parameter is an argument of the field")]
    async fn verdicts(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The newsroom's id. NOT_FOUND if you are not a member. Default: all your \
                          newsrooms."
        )]
        newsroom: Option<ID>,
        slice: Slice,
    ) -> Result<Option<Connection<Verdict>>> {
        if ctx.actor().id() != Some(self.id) {
            return Ok(None);
        }
        let newsrooms = listing::newsrooms(ctx.actor(), newsroom.as_ref())?;
        let page =
            Box::pin(verdict::of_reviewer(ctx.db(), ctx.actor(), &newsrooms, &slice)).await?;
        Ok(Some(page.into()))
    }

    /// The subjects that the account gets mails about. Only the account itself can read it. Null for everybody
    /// else.
    async fn mail_settings(&self, ctx: &Context<'_>) -> Result<Option<MailSettings>> {
        Ok(settings::of_account(ctx.db(), ctx.actor(), self.id).await?)
    }

    /// The account's sessions, newest first. Only the account itself can read them, in a session.
    /// Null for everybody else.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Option<Vec<session::Model>>> {
        Ok(session::of_account(ctx.db(), ctx.actor(), self.id).await?)
    }
}

/// Whether the actor may read the members of a newsroom that the account belongs to.
async fn is_managed(ctx: &Context<'_>, account: AccountId) -> Result<bool> {
    let actor = ctx.actor();
    let manages = |newsroom| actor.may(Action::ReadMembers, newsroom);
    if !actor.rights().iter().any(|rights| manages(rights.newsroom)) {
        return Ok(false);
    }
    let members = load(ctx, MembershipsOf(account)).await?;
    Ok(members.iter().any(|member| manages(member.newsroom_id)))
}

#[ComplexObject]
impl session::Model {
    /// Whether this session sends the request.
    async fn current(&self, ctx: &Context<'_>) -> bool {
        ctx.actor().in_session().is_ok_and(|(_, session)| session == self.id)
    }
}
