//! Compares the digests on record, and the stored hashes of a log's tree, with the log's events.

use std::collections::VecDeque;
use std::ops::Range;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{Condition, DatabaseTransaction, QueryOrder, QuerySelect};

use super::Break;
use crate::domain::error::Result;
use crate::domain::event;
use crate::domain::merkle::{self, Growth, Hash};
use crate::domain::record::{self, ListDigest, rows};
use crate::domain::subtrees;

/// The number of digests that are in memory at once.
const PAGE: u64 = 1000;

/// The digests on record and the subtrees of a log, while its events are walked.
pub struct Follower<'a> {
    moment: &'a DatabaseTransaction,
    log: &'a str,
    read: VecDeque<record::Model>,
    last: (i32, i32),
    growth: Growth,
    complete: Vec<(u32, u64, Hash)>,
}

impl<'a> Follower<'a> {
    /// A follower at the beginning of a log.
    pub fn of(moment: &'a DatabaseTransaction, log: &'a str) -> Self {
        let (read, complete) = (VecDeque::new(), Vec::new());
        Self { moment, log, read, last: (0, 0), growth: Growth::default(), complete }
    }

    /// Compares the digests of the next event. Returns whether they are those that it put on
    /// record.
    pub async fn follow(&mut self, event: &event::Model) -> Result<bool> {
        self.complete.extend(self.growth.push(merkle::leaf(event.leaf().as_bytes())));
        let mut digest = ListDigest::default();
        while let Some(entry) = self.next().await? {
            if entry.number != event.number {
                let is_of_earlier = entry.number < event.number;
                self.read.push_front(entry);
                if is_of_earlier {
                    return Ok(false);
                }
                break;
            }
            // The row's id is a part of its key, and only the key is hashed.
            if rows::id_in_key(&entry.row_key) != Some(entry.row_id) {
                return Ok(false);
            }
            digest.add(&entry);
        }
        Ok(digest.finish() == event.detail_text(event::RECORD))
    }

    /// Compares the stored subtrees that the events since the last call have completed.
    pub async fn compare_subtrees(&mut self) -> Result<std::result::Result<(), Break>> {
        let complete = std::mem::take(&mut self.complete);
        let wanted: Vec<(u32, [Range<u64>; 2])> = complete
            .iter()
            .map(|(level, number, _)| (*level, [*number..*number + 1, 0..0]))
            .collect();
        let stored = subtrees::stored(self.moment, self.log, &wanted).await?;
        let differs = complete
            .into_iter()
            .find(|(level, number, hash)| stored.get(&(*level, *number)) != Some(hash));
        Ok(match differs {
            Some((level, number, _)) => Err(Break::SubtreeDiffers(level, number)),
            None => Ok(()),
        })
    }

    /// Returns the event number of the next digest, after all events were compared. No event put it
    /// on record. None if no digest is left.
    pub async fn left_over(&mut self) -> Result<Option<i32>> {
        Ok(self.next().await?.map(|entry| entry.number))
    }

    async fn next(&mut self) -> Result<Option<record::Model>> {
        use record::Column;
        if self.read.is_empty() {
            let (number, ordinal) = self.last;
            let mut list = record::Entity::find()
                .filter(Column::Log.eq(self.log))
                .order_by_asc(Column::Number)
                .order_by_asc(Column::Ordinal)
                .limit(PAGE);
            if number > 0 {
                let same = Column::Number.eq(number).and(Column::Ordinal.gt(ordinal));
                list = list.filter(Condition::any().add(Column::Number.gt(number)).add(same));
            }
            self.read = list.all(self.moment).await?.into();
            if let Some(last) = self.read.back() {
                self.last = (last.number, last.ordinal);
            }
        }
        Ok(self.read.pop_front())
    }
}
