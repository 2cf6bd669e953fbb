//! Merged sources: two keys of one page or document.
//!
//! Invariants: a merged source names the source that it was merged into, and the root at the end of
//! such steps. A root is not merged. Undoing a merge takes everything below the source with it.

use std::collections::BTreeSet;

use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, Expr};

use super::{Column, Entity, Model};
use crate::domain::error::Result;
use crate::domain::ids::SourceId;

/// Merges a root and everything below it into another root.
pub async fn put_below(txn: &DatabaseTransaction, source: SourceId, root: SourceId) -> Result<()> {
    let below = Condition::any().add(Column::Id.eq(source)).add(Column::RootId.eq(source));
    Entity::update_many()
        .col_expr(Column::RootId, Expr::value(root))
        .filter(below)
        .exec(txn)
        .await?;
    Entity::update_many()
        .col_expr(Column::MergedInto, Expr::value(root))
        .filter(Column::Id.eq(source))
        .exec(txn)
        .await?;
    Ok(())
}

/// Makes a merged source a root again, with everything below it.
pub async fn take_out(txn: &DatabaseTransaction, source: &Model) -> Result<()> {
    let mut below = BTreeSet::from([source.id]);
    if let Some(root) = source.root_id {
        let others = Entity::find().filter(Column::RootId.eq(root)).all(txn).await?;
        // Each round takes in one more step.
        loop {
            let count = below.len();
            let is_below = |row: &&Model| row.merged_into.is_some_and(|into| below.contains(&into));
            let more: Vec<_> = others.iter().filter(is_below).map(|row| row.id).collect();
            below.extend(more);
            if below.len() == count {
                break;
            }
        }
    }
    below.remove(&source.id);
    if !below.is_empty() {
        Entity::update_many()
            .col_expr(Column::RootId, Expr::value(source.id))
            .filter(Column::Id.is_in(below))
            .exec(txn)
            .await?;
    }
    Entity::update_many()
        .col_expr(Column::RootId, Expr::value(None::<SourceId>))
        .col_expr(Column::MergedInto, Expr::value(None::<SourceId>))
        .filter(Column::Id.eq(source.id))
        .exec(txn)
        .await?;
    Ok(())
}
