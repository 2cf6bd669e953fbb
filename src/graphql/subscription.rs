//! The roots of following.

use async_graphql::{Context, ID, Result, Subscription};
use futures_util::{Stream, TryStreamExt};

use super::Desk;
use crate::domain::activity::{self, Activity, Feed};
use crate::domain::ids::{ArticleId, NewsroomId, TypedId};
use crate::domain::session::Standing;

/// What can be followed, over a WebSocket (graphql-transport-ws) or server-sent events.
pub struct Subscription;

/// What can be followed, over a WebSocket (graphql-transport-ws) or server-sent events.
#[Subscription]
impl Subscription {
    /// Every change in a newsroom, or under one of its articles, in the order in which they were committed. For its members. Under blind review it
    /// tells that a verdict came in, not whose or which; changes of members, invitations and tokens are for admins alone. It ends with an error
    /// when your session, your role or the newsroom's policy changes, or when you read far more slowly than things happen
    /// (SUBSCRIPTION_LAGGED): subscribe again, after the last number that you saw.
    async fn activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The newsroom's id.")] newsroom: ID,
        #[graphql(desc = "Only changes of this article, and below it.")] article: Option<ID>,
        #[graphql(desc = "Begin after the event of this number, 0 for the first; where nothing is said: with what happens from now on.")]
        after: Option<i32>,
    ) -> Result<impl Stream<Item = Result<Activity>> + use<>> {
        let newsroom = NewsroomId::parse("newsroom", &newsroom)?;
        let article = article.map(|id| ArticleId::parse("article", &id)).transpose()?;
        let (feed, standing) = (ctx.data_unchecked::<Feed>(), ctx.data_unchecked::<Standing>());
        Ok(activity::follow(ctx.db(), feed, standing, newsroom, article, after).await?.map_err(Into::into))
    }
}
