//! Auditing: reading a newsroom's log, and verifying every log from its first event to its head,
//! and every row on record.
//!
//! Invariants: a verification reads one snapshot of the database, keeps one page in memory, and
//! writes nothing.

mod begin;
mod digests;
pub mod rows;
mod walk;

pub use begin::begin;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use async_graphql::{ID, InputObject};
use sea_orm::entity::prelude::*;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{AccessMode, DatabaseTransaction, IsolationLevel, TransactionTrait};

use super::error::{Error, Result};
use super::event::{self, Column, Entity, Kind, Model};
use super::ids::{AccountId, ClaimId, NewsroomId, TypedId};
use super::newsroom;
use super::page::{self, Counting, Key, Page, Slice, Sort, Total};
use super::store::Db;
use crate::domain::actor::Actor;
use crate::domain::permissions::Action;
use crate::domain::time::Moment;
use rows::Tampered;
use walk::walk_all;

/// Filters events. All given conditions must match.
#[derive(InputObject, Default)]
pub struct AuditFilter {
    /// The id of the account that acted.
    actor: Option<ID>,
    /// The kinds of event. One of them must match.
    kinds: Option<Vec<Kind>>,
    /// Done at this time or later.
    since: Option<Moment>,
    /// Done before this time.
    until: Option<Moment>,
    /// The id of a claim. Matches events about the claim or about a verdict on it.
    claim: Option<ID>,
}

impl AuditFilter {
    /// Whether the filter matches every event.
    const fn is_empty(&self) -> bool {
        matches!(self, Self { actor: None, kinds: None, since: None, until: None, claim: None })
    }
}

/// Returns a newsroom's events in the order of their commits.
pub async fn of_newsroom(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    filter: AuditFilter,
    slice: &Slice,
) -> Result<Page<Model>> {
    actor.require(Action::ReadAuditLog, newsroom)?;
    let whole_log = filter.is_empty().then(|| newsroom.to_string());
    let mut list = Entity::find().filter(Column::Log.eq(newsroom.to_string()));
    if let Some(id) = filter.actor {
        list = list.filter(Column::ActorId.eq(AccountId::parse("filter.actor", &id)?));
    }
    if let Some(kinds) = filter.kinds {
        list = list.filter(Column::Kind.is_in(kinds));
    }
    if let Some(since) = filter.since {
        list = list.filter(Column::At.gte(since));
    }
    if let Some(until) = filter.until {
        list = list.filter(Column::At.lt(until));
    }
    if let Some(id) = filter.claim {
        list = list.filter(Column::ClaimId.eq(ClaimId::parse("filter.claim", &id)?));
    }
    let sort = Sort { lead: Some(Column::Number), id: Column::Number, descending: false };
    let place = |row: &Model| Key { lead: row.number, id: Uuid::nil() };
    let mut page = page::read(db, list, sort, slice, place).await?;
    if let Some(log) = whole_log {
        page.total = Total::Kept(Arc::new(Length(db.clone(), log)), Box::new(page.total));
    }
    Ok(page)
}

/// The number of events of a whole log: the newest event's number.
struct Length(Db, String);

#[async_trait]
impl Counting for Length {
    async fn count(&self) -> Result<Option<i64>> {
        let head = event::head::Entity::find_by_id(self.1.clone()).one(&self.0).await?;
        Ok(head.map(|head| head.number.into()))
    }
}

/// An event that an auditor noted, out of reach of the server's operator. It is written as
/// `LOG:NUMBER:HASH`, as a verification prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The log.
    pub log: String,
    /// The event's number.
    pub number: i32,
    /// The event's hash.
    pub hash: String,
}

impl FromStr for Pin {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let mut parts = text.splitn(3, ':');
        let (log, number, hash) =
            (parts.next(), parts.next().and_then(|number| number.parse().ok()), parts.next());
        match (log, number, hash) {
            (Some(log), Some(number), Some(hash))
                if !log.is_empty() && number > 0 && hash.len() == 64 =>
            {
                Ok(Self { log: log.to_owned(), number, hash: hash.to_owned() })
            }
            _ => {
                Err("The pin is invalid. Use LOG:NUMBER:HASH, as `claimspan audit verify` prints \
                it.")
            }
        }
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.log, self.number, self.hash)
    }
}

/// The result of verifying a log.
#[derive(Debug)]
pub struct Walked {
    /// The log.
    pub log: String,
    /// The slug of the newsroom that the log belongs to.
    pub slug: Option<String>,
    /// The newest event, if the log has one and is intact.
    pub newest: Option<Pin>,
    /// The first break, if the log is not intact.
    pub broken: Option<Break>,
    /// The rows that differ from the record.
    pub rows: Vec<Tampered>,
    /// Whether the log contains digests. If not, its rows were not compared.
    pub is_on_record: bool,
}

/// The first break in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// The log itself is missing.
    NoLog,
    /// The log belongs to no newsroom, so the server did not write it.
    NoNewsroom,
    /// This event is missing, but later ones exist.
    Missing(i32),
    /// An event has a number that does not follow the previous event's.
    Misnumbered(i32),
    /// The row with this number is not a readable event.
    Unreadable(i32),
    /// The event's content does not match its hash.
    Altered(i32),
    /// The event does not contain the hash of the event before it.
    Unlinked(i32),
    /// The log ends before this event, but its head counts it.
    CutOff(i32),
    /// The event exists, but the log's head does not count it.
    Appended(i32),
    /// The log's head has a different hash for this event, the newest.
    HeadDiffers(i32),
    /// The event's hash differs from the noted one.
    PinDiffers(i32),
    /// The event was noted, but the log ends before it.
    PinGone(i32),
    /// The digests that the event put on record are not those that are stored.
    RecordDiffers(i32),
    /// A stored hash of the log's Merkle tree differs. The values are its level, and its number on
    /// that level.
    SubtreeDiffers(u32, u64),
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLog => write!(f, "the log is missing"),
            Self::NoNewsroom => {
                write!(f, "the log was added, or its newsroom removed, without the server")
            }
            Self::Missing(number) => write!(f, "event {number} is missing"),
            Self::Misnumbered(number) => {
                write!(f, "event {number} has a number that does not follow the event before it")
            }
            Self::Unreadable(number) => {
                write!(f, "event {number} was altered: the stored row is not a readable event")
            }
            Self::Altered(number) => {
                write!(f, "event {number} was altered: its content does not match its hash")
            }
            Self::Unlinked(number) => write!(
                f,
                "event {number} does not contain the hash of the event before it: one of the two \
                 was swapped, altered or inserted"
            ),
            Self::CutOff(number) => write!(
                f,
                "event {number} and all later ones are missing: the log's head counts them"
            ),
            Self::Appended(number) => write!(
                f,
                "event {number} was added without the server: the log's head does not count it"
            ),
            Self::HeadDiffers(number) => {
                write!(f, "event {number}, the newest, has a different hash than the log's head")
            }
            Self::PinGone(number) => {
                write!(f, "event {number} is missing, but the auditor noted it")
            }
            Self::RecordDiffers(number) => write!(
                f,
                "the digests that event {number} put on record were changed, added or removed"
            ),
            Self::SubtreeDiffers(level, number) => write!(
                f,
                "the stored hash {number} on level {level} of the log's Merkle tree was changed or \
                 removed"
            ),
            Self::PinDiffers(number) => {
                write!(f, "event {number} has a different hash than the auditor noted")
            }
        }
    }
}

/// The number of events that a verification keeps in memory.
const PAGE: u64 = 1000;

/// Verifies every log, or one newsroom's, and finds the first break in each. Each pin is compared
/// with the event that it names.
pub async fn verify(
    db: &Db,
    actor: &Actor,
    only: Option<&newsroom::Model>,
    pins: &[Pin],
) -> Result<Vec<Walked>> {
    if !actor.is_machine() {
        return Err(Error::Forbidden(
            "You can verify logs only on the command line of the server.".into(),
        ));
    }
    // Reads one snapshot. Events that are appended meanwhile are not visible, so they do not look
    // like breaks.
    let level = (!db.is_sqlite()).then_some(IsolationLevel::RepeatableRead);
    let mode = (!db.is_sqlite()).then_some(AccessMode::ReadOnly);
    let moment = db.connection().begin_with_config(level, mode).await?;
    let walked = walk_all(&moment, only, pins).await;
    moment.rollback().await?;
    walked
}

/// Verifies a newsroom's log and its rows, as the transaction sees them.
pub async fn verify_in(
    txn: &DatabaseTransaction,
    newsroom: &newsroom::Model,
) -> Result<Vec<Walked>> {
    walk_all(txn, Some(newsroom), &[]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_reads_back_as_it_is_printed() {
        let pin = Pin { log: "server".to_owned(), number: 12, hash: "ab".repeat(32) };
        assert_eq!(pin.to_string().parse(), Ok(pin));
        for bad in ["", "server", "server:1", "server:x:ab", "server:1:ab", ":1:ab"] {
            assert!(bad.parse::<Pin>().is_err(), "{bad}");
        }
    }
}
