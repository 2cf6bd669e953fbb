//! The stored part of each log's Merkle tree: the hashes of complete subtrees of 16, 256, 4,096 and
//! so on events. With them, a proof reads at most 32 hashes for each level.
//!
//! Invariant: a subtree is stored in the transaction of the event that completes it.

use std::collections::HashMap;
use std::ops::Range;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveValue::Set, Condition, DatabaseTransaction, QueryOrder};

use super::error::Result;
use super::merkle::{self, Hash, WIDTH};

/// The hash of a subtree.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_subtrees")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub log: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub level: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub hash: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Whether the event with this number completes a subtree.
pub fn completes_one(number: i32) -> bool {
    count(number).is_multiple_of(WIDTH)
}

/// The indexes of the 16 leaves that end with the event with this number, counted from 0.
pub fn newest_leaves(number: i32) -> Range<u64> {
    let end = count(number);
    end - WIDTH..end
}

/// Stores every subtree that the event with this number completes. `leaves` are the newest 16.
pub async fn complete(
    txn: &DatabaseTransaction,
    log: &str,
    number: i32,
    leaves: &[Hash],
) -> Result<()> {
    let (mut level, mut complete) = (1, count(number) / WIDTH);
    let mut hash = merkle::root(leaves);
    loop {
        put(txn, log, level, complete - 1, hash).await?;
        if !complete.is_multiple_of(WIDTH) {
            return Ok(());
        }
        let siblings = stored(txn, log, &[(level, [complete - WIDTH..complete, 0..0])]).await?;
        let siblings: Vec<_> = (complete - WIDTH..complete)
            .filter_map(|number| siblings.get(&(level, number)).copied())
            .collect();
        hash = merkle::root(&siblings);
        (level, complete) = (level + 1, complete / WIDTH);
    }
}

/// Stores one subtree.
pub async fn put(
    txn: &DatabaseTransaction,
    log: &str,
    level: u32,
    number: u64,
    hash: Hash,
) -> Result<()> {
    let row = ActiveModel {
        log: Set(log.to_owned()),
        level: Set(small(level.into())),
        number: Set(small(number)),
        hash: Set(hex::encode(hash)),
    };
    Entity::insert(row).exec_without_returning(txn).await?;
    Ok(())
}

/// Deletes the subtrees of a log, before they are computed again from all its events.
pub async fn forget(txn: &DatabaseTransaction, log: &str) -> Result<()> {
    Entity::delete_many().filter(Column::Log.eq(log)).exec(txn).await?;
    Ok(())
}

/// Returns the stored hashes of the subtrees with these numbers on each level.
pub async fn stored(
    db: &impl ConnectionTrait,
    log: &str,
    levels: &[(u32, [Range<u64>; 2])],
) -> Result<HashMap<(u32, u64), Hash>> {
    let mut any = Condition::any();
    for (level, ranges) in levels {
        for range in ranges.iter().filter(|range| !range.is_empty()) {
            let numbers = Column::Number.between(small(range.start), small(range.end - 1));
            any = any.add(Column::Level.eq(small((*level).into())).and(numbers));
        }
    }
    if any.is_empty() {
        return Ok(HashMap::new());
    }
    let list = Entity::find().filter(Column::Log.eq(log)).filter(any).order_by_asc(Column::Number);
    let mut all = HashMap::new();
    for row in list.all(db).await? {
        let mut hash = Hash::default();
        if hex::decode_to_slice(&row.hash, &mut hash).is_ok() {
            let level = u32::try_from(row.level).unwrap_or_default();
            all.insert((level, u64::try_from(row.number).unwrap_or_default()), hash);
        }
    }
    Ok(all)
}

fn count(number: i32) -> u64 {
    u64::from(number.unsigned_abs())
}

fn small(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
