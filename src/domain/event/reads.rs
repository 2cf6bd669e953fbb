//! Reading events.

use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::{Column, Entity, Model, head};
use crate::domain::error::Result;

/// Returns the names of all logs.
pub async fn logs(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let list = head::Entity::find().order_by_asc(head::Column::Log).all(db).await?;
    Ok(list.into_iter().map(|head| head.log).collect())
}

/// Returns one event.
pub async fn find(db: &impl ConnectionTrait, log: &str, number: i32) -> Result<Option<Model>> {
    Ok(Entity::find_by_id((log.to_owned(), number)).one(db).await?)
}

/// Returns up to `most` events of a log after `number`, oldest first.
pub async fn after(
    db: &impl ConnectionTrait,
    log: &str,
    number: i32,
    most: u64,
) -> Result<Vec<Model>> {
    let list = Entity::find().filter(Column::Log.eq(log)).filter(Column::Number.gt(number));
    Ok(list.order_by_asc(Column::Number).limit(most).all(db).await?)
}

/// Returns the numbers of the newest events of these logs.
pub async fn heads(db: &impl ConnectionTrait, logs: &[String]) -> Result<Vec<(String, i32)>> {
    let list = head::Entity::find().filter(head::Column::Log.is_in(logs)).all(db).await?;
    Ok(list.into_iter().map(|head| (head.log, head.number)).collect())
}
