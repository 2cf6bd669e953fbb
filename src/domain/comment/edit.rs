//! Editing a comment, and resolving a thread.
//!
//! Invariants: only its author edits a comment. Its author or an editor resolves a thread.

use async_graphql::{ID, InputObject};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QuerySelect,
};
use serde_json::json;

use super::{Entity, MOST_TEXT, Model, fetch, mention, reread, revision, subject};
use crate::domain::actor::Actor;
use crate::domain::claim;
use crate::domain::error::{Error, Reason, Result, expect_version};
use crate::domain::event::{self, Kind};
use crate::domain::ids::{CommentId, TypedId};
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text_input;

/// A new text for a comment.
#[derive(InputObject)]
pub struct EditCommentInput {
    /// The comment's id. It must be your own.
    comment: ID,
    /// The new text: at most 5,000 characters. The earlier text is kept.
    text: String,
    /// The account ids of up to 20 members to mention. They replace the earlier mentions. Default:
    /// the mentions stay.
    mentions: Option<Vec<ID>>,
    /// The comment's version that you read. Optional. CONFLICT if the comment has changed since.
    expected_version: Option<i32>,
}

/// A thread to resolve or reopen.
#[derive(InputObject)]
pub struct ResolveCommentInput {
    /// The id of the comment that the thread begins with. For a reply, its thread is resolved.
    comment: ID,
    /// Whether the thread is resolved. False opens it again.
    #[graphql(default = true)]
    resolved: bool,
    /// The version of the thread's first comment that you read. Optional. CONFLICT if it has changed
    /// since.
    expected_version: Option<i32>,
}

/// Replaces the text of the actor's own comment.
pub async fn edit(db: &Db, actor: &Actor, input: EditCommentInput) -> Result<Model> {
    let own = actor.signed_in()?;
    let comment = fetch(db, actor, CommentId::parse("comment", &input.comment)?).await?;
    let permit = actor.require(Action::Comment, comment.newsroom_id)?;
    if comment.author_id != own {
        return Err(Error::Forbidden("Only its author can edit a comment.".into()));
    }
    let text = text_input::visible_prose("text", &input.text, MOST_TEXT)?;
    let mentions = input.mentions.as_deref().map(mention::parse).transpose()?;
    let claim = claim::fetch(db, actor, comment.claim_id).await?;
    store::write(db, permit, move |txn, actor| async move {
        let before = lock(&txn, &actor, comment.id, input.expected_version).await?;
        if before.text == text && mentions.is_none() {
            let message = "This is the comment's text already. Send a different text.";
            return Err(Error::invalid("text", Reason::Unchanged, message));
        }
        let now = actor.now();
        let mut after = Model { version: before.version + 1, ..before.clone() };
        if before.text != text {
            keep(&txn, &before).await?;
            after = Model { text, edited_at: Some(now), ..after };
        }
        save(&txn, &after).await?;
        if let Some(mentions) = &mentions {
            mention::replace(&txn, after.id, after.newsroom_id, mentions).await?;
        }
        let detail = json!({ "comment": after.id, "mentions": mentions });
        let about = subject(&after, &claim);
        event::append(&txn, &actor, claim.newsroom_id, Kind::CommentEdited, about, detail).await?;
        Ok(after)
    })
    .await
}

/// Resolves or reopens the thread of a comment. Returns its first comment.
pub async fn resolve(db: &Db, actor: &Actor, input: ResolveCommentInput) -> Result<Model> {
    let own = actor.signed_in()?;
    let named = fetch(db, actor, CommentId::parse("comment", &input.comment)?).await?;
    let first = match named.parent_id {
        Some(first) => fetch(db, actor, first).await?,
        None => named,
    };
    let action = if first.author_id == own { Action::Comment } else { Action::ResolveAnyThread };
    let permit = actor.require(action, first.newsroom_id)?;
    let claim = claim::fetch(db, actor, first.claim_id).await?;
    store::write(db, permit, move |txn, actor| async move {
        let before = lock(&txn, &actor, first.id, input.expected_version).await?;
        if before.resolved_at.is_some() == input.resolved {
            let state = if input.resolved { "resolved" } else { "open" };
            let message = format!("This thread is {state} already.");
            return Err(Error::invalid("resolved", Reason::Unchanged, message));
        }
        let after = Model {
            version: before.version + 1,
            resolved_at: input.resolved.then(|| actor.now()),
            resolved_by: actor.id().filter(|_| input.resolved),
            ..before
        };
        save(&txn, &after).await?;
        let kind = if input.resolved { Kind::CommentResolved } else { Kind::CommentReopened };
        let (about, detail) = (subject(&after, &claim), json!({ "comment": after.id }));
        event::append(&txn, &actor, claim.newsroom_id, kind, about, detail).await?;
        Ok(after)
    })
    .await
}

/// Locks the comment, then reads it.
async fn lock(
    txn: &DatabaseTransaction,
    actor: &Actor,
    id: CommentId,
    expected: Option<i32>,
) -> Result<Model> {
    Entity::find_by_id(id).lock(LockType::Update).one(txn).await?;
    let comment = reread(txn, actor, id).await?;
    expect_version(expected, comment.version)?;
    Ok(comment)
}

/// Keeps the text that an edit replaces.
async fn keep(txn: &DatabaseTransaction, before: &Model) -> Result<()> {
    let earlier = revision::Entity::find()
        .filter(revision::Column::CommentId.eq(before.id))
        .select_only()
        .column_as(revision::Column::Number.max(), "number")
        .into_tuple::<Option<i32>>()
        .one(txn)
        .await?;
    let row = revision::ActiveModel {
        comment_id: Set(before.id),
        number: Set(earlier.flatten().unwrap_or(0) + 1),
        text: Set(before.text.clone()),
        written_at: Set(before.edited_at.unwrap_or(before.created_at)),
    };
    revision::Entity::insert(row).exec_without_returning(txn).await?;
    Ok(())
}

async fn save(txn: &DatabaseTransaction, comment: &Model) -> Result<()> {
    let row = comment.clone().into_active_model().reset_all();
    Entity::update(row).exec(txn).await?;
    Ok(())
}
