//! Renaming a newsroom. Its slug stays, so that addresses keep working.

use async_graphql::{ID, InputObject};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Column, Entity, Model, lock};
use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{NewsroomId, TypedId};
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text_input;

/// A newsroom's new name.
#[derive(InputObject)]
pub struct RenameNewsroomInput {
    /// The newsroom's id.
    newsroom: ID,
    /// The new display name: one line of at most 200 characters. Signed rulings keep the name that
    /// they were signed with.
    name: String,
    /// The newsroom's version that you read. Optional. CONFLICT if the newsroom has changed since.
    expected_version: Option<i32>,
}

/// Renames a newsroom.
pub async fn rename(db: &Db, actor: &Actor, input: RenameNewsroomInput) -> Result<Model> {
    let id = NewsroomId::parse("newsroom", &input.newsroom)?;
    let permit = actor.require(Action::RenameNewsroom, id)?;
    let name = text_input::visible_line("name", &input.name, 200)?;
    store::write(db, permit, move |txn, actor| async move {
        let before = lock(&txn, id, input.expected_version).await?;
        if before.name == name {
            let message = "This is the newsroom's name already. Send a different name.";
            return Err(Error::invalid("name", Reason::Unchanged, message));
        }
        let detail = json!({ "before": before.name, "after": name });
        let after = Model { name, ..before };
        Entity::update_many()
            .col_expr(Column::Name, Expr::value(after.name.clone()))
            .filter(Column::Id.eq(id))
            .exec(&*txn)
            .await?;
        event::append(&txn, &actor, id, Kind::NewsroomRenamed, Subject::default(), detail).await?;
        Ok(after)
    })
    .await
}
