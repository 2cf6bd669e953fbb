//! Events as the leaves of their log's Merkle tree.

use std::ops::Range;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveEnum, QueryOrder};

use super::{Column, Entity, Model, at_text};
use crate::domain::error::Result;
use crate::domain::merkle;

impl Model {
    /// The text of the event's leaf in the Merkle tree of its log: the hash, the time, the kind and
    /// the detail, joined by line feeds. It does not name the actor, so that a reader of a ruling
    /// may see it.
    pub fn leaf(&self) -> String {
        [&self.hash, &at_text(self.at), &self.kind.to_value(), &self.detail]
            .map(String::as_str)
            .join("\n")
    }
}

/// Returns the hashes of the leaves of these events. The numbers count from 0.
pub async fn leaves(
    db: &impl ConnectionTrait,
    log: &str,
    numbers: Range<u64>,
) -> Result<Vec<merkle::Hash>> {
    let number = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
    let list = Entity::find()
        .filter(Column::Log.eq(log))
        .filter(Column::Number.gt(number(numbers.start)))
        .filter(Column::Number.lte(number(numbers.end)))
        .order_by_asc(Column::Number);
    Ok(list.all(db).await?.iter().map(|event| merkle::leaf(event.leaf().as_bytes())).collect())
}
