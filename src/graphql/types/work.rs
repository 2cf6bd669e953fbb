//! Fields of an account's work.

use async_graphql::{Context, Object, Result};
use claimspan_macros::paging;

use crate::domain::claim;
use crate::domain::listing::{Pile, Work};
use crate::domain::page::Slice;
use crate::graphql::RequestContext;
use crate::graphql::connection::Connection;

/// The claims that wait for you, each list in the order in which the claims were marked.
/// `totalCount` counts a list.
#[paging]
#[Object]
impl Work {
    /// Claims that are assigned to you, that you have not judged, and that have no ruling.
    async fn assigned(&self, ctx: &Context<'_>, slice: Slice) -> Result<Connection<claim::Model>> {
        Ok(pile(self, ctx, Pile::Assigned, &slice).await?.unwrap_or_else(empty))
    }

    /// The assigned claims whose verdict is due within a number of days from now.
    #[allow(clippy::too_many_arguments, reason = "each parameter is an argument of the field")]
    async fn due_soon(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of days, 1 to 90. Default: 3.")] days: Option<i32>,
        slice: Slice,
    ) -> Result<Connection<claim::Model>> {
        let due = Pile::due_within(days)?;
        Ok(pile(self, ctx, due, &slice).await?.unwrap_or_else(empty))
    }

    /// The assigned claims whose verdict was due before now.
    async fn overdue(&self, ctx: &Context<'_>, slice: Slice) -> Result<Connection<claim::Model>> {
        Ok(pile(self, ctx, Pile::Overdue, &slice).await?.unwrap_or_else(empty))
    }

    /// Claims on which your own verdict is stale, so that you must read them again.
    async fn stale(&self, ctx: &Context<'_>, slice: Slice) -> Result<Connection<claim::Model>> {
        Ok(pile(self, ctx, Pile::Stale, &slice).await?.unwrap_or_else(empty))
    }

    /// Claims on which you have a draft of a verdict.
    async fn drafts(&self, ctx: &Context<'_>, slice: Slice) -> Result<Connection<claim::Model>> {
        Ok(pile(self, ctx, Pile::Drafts, &slice).await?.unwrap_or_else(empty))
    }

    /// Claims without a ruling whose verdicts have different ratings of the same scale, in newsrooms
    /// where you are an editor. Requires the EDITOR role. Null for everybody else.
    async fn disputed(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
    ) -> Result<Option<Connection<claim::Model>>> {
        pile(self, ctx, Pile::Disputed, &slice).await
    }
}

async fn pile(
    work: &Work,
    ctx: &Context<'_>,
    pile: Pile,
    slice: &Slice,
) -> Result<Option<Connection<claim::Model>>> {
    let claims = Box::pin(work.claims(ctx.db(), ctx.actor(), pile, slice)).await?;
    Ok(claims.map(Connection::from))
}

fn empty() -> Connection<claim::Model> {
    crate::domain::page::Page::default().into()
}
