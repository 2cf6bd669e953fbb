//! The query root.

use async_graphql::{Context, ID, Object, Result};
use claimspan_macros::paging;
use sea_orm::Iterable;

use super::RequestContext;
use super::connection::Connection;
use super::node::{self, Node};
use crate::domain::error::Reason;
use crate::domain::ids::{ArticleId, ClaimId, TypedId};
use crate::domain::page::Slice;
use crate::domain::people::{account, session};
use crate::domain::ruling::published::{self, RulingFilter, RulingOrder};
use crate::domain::{article, claim, newsroom, ruling};

/// Read operations. Send `Authorization: Bearer <token>`. Only `viewer`, and the rulings of
/// newsrooms with `publicReading`, work without it.
pub struct Query;

/// Read operations. Send `Authorization: Bearer <token>`. Only `viewer`, and the rulings of
/// newsrooms with `publicReading`, work without it.
#[paging]
#[Object]
impl Query {
    /// The account that sends the request. Null if the request is anonymous.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        Ok(session::viewer(ctx.db(), ctx.actor()).await?)
    }

    /// The newsroom with this slug. Requires membership. Otherwise NOT_FOUND.
    async fn newsroom(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The newsroom's slug, such as `sahel-desk`.")] slug: String,
    ) -> Result<Option<newsroom::Model>> {
        Ok(Some(newsroom::fetch_by_slug(ctx.db(), ctx.actor(), &slug).await?))
    }

    /// Your newsrooms, by name. Requires a signed-in account.
    async fn newsrooms(&self, ctx: &Context<'_>) -> Result<Vec<newsroom::Model>> {
        Ok(newsroom::of_actor(ctx.db(), ctx.actor()).await?)
    }

    /// The claim with this id. Requires membership of its newsroom. Otherwise NOT_FOUND.
    async fn claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim's id.")] id: ID,
    ) -> Result<Option<claim::Model>> {
        Ok(Some(claim::fetch(ctx.db(), ctx.actor(), ClaimId::parse("id", &id)?).await?))
    }

    /// The article with this id. Requires membership of its newsroom. Otherwise NOT_FOUND.
    async fn article(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The article's id.")] id: ID,
    ) -> Result<Option<article::Model>> {
        Ok(Some(article::fetch(ctx.db(), ctx.actor(), ArticleId::parse("id", &id)?).await?))
    }

    /// A newsroom's published rulings, including retracted ones. Members may read them. Everybody may
    /// if the newsroom's policy has `publicReading`. Default order: NEWEST_FIRST.
    #[allow(clippy::too_many_arguments, reason = "each parameter is an argument of the field")]
    async fn published_rulings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The newsroom's slug, such as `sahel-desk`.")] slug: String,
        slice: Slice,
        #[graphql(desc = "Returns only items that match all given conditions.")] filter: Option<
            RulingFilter,
        >,
        #[graphql(desc = "The order of the items.", default)] order: RulingOrder,
    ) -> Result<Option<Connection<ruling::Model>>> {
        let filter = filter.unwrap_or_default();
        let list = published::published(ctx.db(), ctx.actor(), &slug, filter, order, &slice);
        Ok(Some(list.await?.into()))
    }

    /// The values that `extensions.reason` of an error can have. Anybody may read it.
    async fn error_reasons(&self) -> Vec<Reason> {
        Reason::iter().collect()
    }

    /// The object with this id. NOT_FOUND if it does not exist or you may not see it.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of an object of any type.")] id: ID,
    ) -> Result<Option<Node>> {
        Ok(Some(node::fetch(ctx.db(), ctx.actor(), "id", &id).await?))
    }

    /// The objects with these ids, in the same order. Each object that you may not see is null and
    /// has an error.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ids of objects of any type. At most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Result<Node>>>> {
        Ok(node::fetch_all(ctx, &ids).await?)
    }
}
