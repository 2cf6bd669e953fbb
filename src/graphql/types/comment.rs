//! Fields of comments.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result};
use claimspan_macros::paging;
use futures_util::future::try_join_all;

use crate::domain::claim;
use crate::domain::comment::{self, Below, revision};
use crate::domain::page::Slice;
use crate::domain::people::account;
use crate::domain::verdict::Verdict;
use crate::graphql::RequestContext;
use crate::graphql::connection::Connection;
use crate::graphql::loaders::{EarlierTextsOf, FirstCommentsOf, MentionsIn, load, load_row};
use crate::graphql::types::{author, maybe};

#[paging]
#[ComplexObject]
impl comment::Model {
    /// The claim that the comment is about.
    async fn claim(&self, ctx: &Context<'_>) -> Result<claim::Model> {
        Ok(load_row(ctx, self.claim_id).await?)
    }

    /// The verdict that the comment is about. Null if it is about the claim as a whole.
    async fn verdict(&self, ctx: &Context<'_>) -> Result<Option<Verdict>> {
        maybe(ctx, self.verdict_id).await
    }

    /// The account that wrote the comment.
    async fn author(&self, ctx: &Context<'_>) -> Result<account::Model> {
        Ok(load_row(ctx, self.author_id).await?)
    }

    /// The first comment of the thread that this reply belongs to. Null if this is no reply.
    async fn reply_to(&self, ctx: &Context<'_>) -> Result<Option<comment::Model>> {
        maybe(ctx, self.parent_id).await
    }

    /// The replies to the comment, oldest first. A reply has none.
    async fn replies(&self, ctx: &Context<'_>, slice: Slice) -> Result<Connection<comment::Model>> {
        comments(ctx, Below::Comment(self.id), &slice).await
    }

    /// The members that the comment mentions.
    async fn mentions(&self, ctx: &Context<'_>) -> Result<Vec<account::Model>> {
        let mentions = load(ctx, MentionsIn(self.id)).await?;
        Ok(try_join_all(mentions.iter().map(|mention| load_row(ctx, mention.account_id))).await?)
    }

    /// The newest 10 texts that edits replaced, oldest first.
    async fn earlier_texts(&self, ctx: &Context<'_>) -> Result<Arc<[revision::Model]>> {
        Ok(load(ctx, EarlierTextsOf(self.id)).await?)
    }

    /// The account that resolved the thread. Null if it is not resolved.
    async fn resolved_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.resolved_by).await
    }
}

/// Returns a page of the comments below an object. First pages are read in one batch.
pub(super) async fn comments(
    ctx: &Context<'_>,
    below: Below,
    slice: &Slice,
) -> Result<Connection<comment::Model>> {
    if let Some(size) = slice.first_size() {
        let counted = ctx.look_ahead().field("totalCount").exists();
        return Ok(load(ctx, FirstCommentsOf { below, size, counted }).await?.into());
    }
    Ok(Box::pin(comment::below(ctx.db(), ctx.actor(), below, slice)).await?.into())
}
