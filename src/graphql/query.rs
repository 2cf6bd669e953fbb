//! The roots of reading.

use async_graphql::{Context, ID, Object, Result};

use super::Desk;
use super::node::{self, Node};
use crate::domain::ids::{ArticleId, TypedId};
use crate::domain::{account, article, newsroom, session};

/// What can be read. Everything but `viewer` takes credentials: send `Authorization: Bearer <token>`.
pub struct Query;

/// What can be read. Everything but `viewer` takes credentials: send `Authorization: Bearer <token>`.
#[Object]
impl Query {
    /// The account that sends this; null when anonymous.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        Ok(session::viewer(ctx.db(), ctx.actor()).await?)
    }

    /// The newsroom with this slug. NOT_FOUND unless you are a member.
    async fn newsroom(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The newsroom's slug, such as `sahel-desk`.")] slug: String,
    ) -> Result<Option<newsroom::Model>> {
        Ok(Some(newsroom::fetch_by_slug(ctx.db(), ctx.actor(), &slug).await?))
    }

    /// The article with this id. For members of its newsroom.
    async fn article(&self, ctx: &Context<'_>, #[graphql(desc = "The article's id.")] id: ID) -> Result<Option<article::Model>> {
        Ok(Some(article::fetch(ctx.db(), ctx.actor(), ArticleId::parse("id", &id)?).await?))
    }

    /// The object with this id, if it is one that you may read; NOT_FOUND otherwise.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "The id of any object.")] id: ID) -> Result<Option<Node>> {
        Ok(Some(node::fetch(ctx.db(), ctx.actor(), "id", &id).await?))
    }

    /// The objects with these ids, at most 100, in the order of the ids; null, and an error, for each that you may not read.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ids of any objects.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Result<Node>>>> {
        Ok(node::fetch_all(ctx.db(), ctx.actor(), &ids).await?)
    }
}
