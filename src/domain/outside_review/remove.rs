//! Removing an outside review that should not have been imported.

use async_graphql::{ID, InputObject};
use sea_orm::EntityTrait;
use serde_json::json;

use super::{Entity, fetch, trace};
use crate::domain::actor::Actor;
use crate::domain::error::{Error, Result};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{NewsroomId, OutsideReviewId, TypedId};
use crate::domain::index;
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text_input;

/// Removes an outside review.
#[derive(InputObject)]
pub struct RemoveOutsideReviewInput {
    /// The outside review.
    review: ID,
    /// The reason, for the audit log: at most 500 characters.
    reason: String,
}

/// Removes an outside review. Returns the id that it had, and its newsroom.
pub async fn remove(
    db: &Db,
    actor: &Actor,
    input: RemoveOutsideReviewInput,
) -> Result<(OutsideReviewId, NewsroomId)> {
    actor.signed_in()?;
    let review = fetch(db, actor, OutsideReviewId::parse("review", &input.review)?).await?;
    let (id, newsroom) = (review.id, review.newsroom_id);
    let permit = actor.require(Action::ImportReviews, newsroom)?;
    let reason = text_input::prose("reason", &input.reason, 500)?;
    store::write(db, permit, move |txn, actor| async move {
        if Entity::delete_by_id(id).exec(&*txn).await?.rows_affected == 0 {
            return Err(Error::NotFound("outside review"));
        }
        index::remove(&txn, id.0).await?;
        let mut detail = trace::of(&review);
        detail["reason"] = json!(reason);
        let about = Subject::default();
        event::append(&txn, &actor, newsroom, Kind::OutsideReviewRemoved, about, detail).await?;
        Ok((id, newsroom))
    })
    .await
}
