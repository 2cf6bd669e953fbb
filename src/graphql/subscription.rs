//! The subscription root.

use async_graphql::{Context, ID, Result, Subscription};
use futures_util::{Stream, TryStreamExt};

use super::RequestContext;
use crate::domain::activity::{self, Activity, Feed, Place};
use crate::domain::ids::{ArticleId, NewsroomId, TypedId};
use crate::domain::people::session::Credentials;

/// Live updates, over WebSocket (graphql-transport-ws) or server-sent events.
pub struct Subscription;

/// Live updates, over WebSocket (graphql-transport-ws) or server-sent events.
#[Subscription]
impl Subscription {
    /// Streams every change in a newsroom, or below one of its articles, in the order of commits.
    /// Requires membership. Blind review hides the reviewer and the verdict. Only admins receive
    /// events about members, invitations and API tokens. The stream ends with an error if your
    /// session, your role or the policy changes. It ends with SUBSCRIPTION_LAGGED if you fall too
    /// far behind. Then subscribe again with `after` set to the last number you received.
    async fn activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The newsroom's id.")] newsroom: ID,
        #[graphql(
            desc = "The id of an article. Only changes to it or below it are sent. Optional."
        )]
        article: Option<ID>,
        #[graphql(
            desc = "Starts after the event with this number. 0 starts with the first event. \
                Default: only new events."
        )]
        after: Option<i32>,
    ) -> Result<impl Stream<Item = Result<Activity>> + use<>> {
        let newsroom = NewsroomId::parse("newsroom", &newsroom)?;
        let article = article.map(|id| ArticleId::parse("article", &id)).transpose()?;
        let (feed, credentials) =
            (ctx.data_unchecked::<Feed>(), ctx.data_unchecked::<Credentials>());
        // Two fields of one document follow for themselves.
        let place = ctx.data_opt::<Place>().cloned().unwrap_or_default();
        Ok(activity::follow(ctx.db(), feed, credentials, &place, newsroom, article, after)
            .await?
            .map_err(Into::into))
    }
}
