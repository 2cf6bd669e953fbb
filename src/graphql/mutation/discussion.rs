//! Mutations of comments.

use async_graphql::{Context, Object, Result, SimpleObject};

use crate::domain::comment::{
    self, AddCommentInput, EditCommentInput, Model as Comment, ResolveCommentInput,
};
use crate::graphql::RequestContext;

/// Result of adding a comment.
#[derive(SimpleObject)]
struct AddCommentPayload {
    /// The new comment.
    comment: Comment,
}

/// Result of editing a comment.
#[derive(SimpleObject)]
struct EditCommentPayload {
    /// The comment after the change.
    comment: Comment,
}

/// Result of resolving or reopening a thread.
#[derive(SimpleObject)]
struct ResolveCommentPayload {
    /// The first comment of the thread after the change.
    comment: Comment,
}

/// Mutations of comments.
#[derive(Default)]
pub struct Discussion;

#[Object]
impl Discussion {
    /// Adds a comment to a claim or to a verdict on it, or answers a comment. Under blind review,
    /// only editors and reviewers who have judged the claim may. Requires the REVIEWER role.
    async fn add_comment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The comment and its place.")] input: AddCommentInput,
    ) -> Result<AddCommentPayload> {
        Ok(AddCommentPayload { comment: comment::add(ctx.db(), ctx.actor(), input).await? })
    }

    /// Replaces the text of your own comment. The earlier text stays readable. Requires the REVIEWER
    /// role.
    async fn edit_comment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The comment and its new text.")] input: EditCommentInput,
    ) -> Result<EditCommentPayload> {
        Ok(EditCommentPayload { comment: comment::edit(ctx.db(), ctx.actor(), input).await? })
    }

    /// Resolves a thread of comments, or opens it again. Requires the EDITOR role, or REVIEWER for a
    /// thread that you began.
    async fn resolve_comment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The thread, and whether it is resolved.")] input: ResolveCommentInput,
    ) -> Result<ResolveCommentPayload> {
        Ok(ResolveCommentPayload { comment: comment::resolve(ctx.db(), ctx.actor(), input).await? })
    }
}
