//! The roots of reading.

use async_graphql::{Context, ID, Object, Result};

use super::Desk;
use super::connection::Connection;
use super::node::{self, Node};
use crate::domain::ids::{ArticleId, TypedId};
use crate::domain::page::Slice;
use crate::domain::{account, article, newsroom, ruling, session};

/// What can be read. Everything but `viewer`, and rulings that a newsroom publishes to everybody, takes credentials: send
/// `Authorization: Bearer <token>`.
pub struct Query;

/// What can be read. Everything but `viewer`, and rulings that a newsroom publishes to everybody, takes credentials: send
/// `Authorization: Bearer <token>`.
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

    /// The rulings that a newsroom has published, newest first, retracted ones among them. For its members, and for everybody where its policy
    /// has `publicReading`.
    async fn published_rulings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The newsroom's slug, such as `sahel-desk`.")] slug: String,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<ruling::Model>>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        Ok(Some(ruling::published(ctx.db(), ctx.actor(), &slug, &slice).await?.into()))
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
