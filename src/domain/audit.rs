//! Auditing: reading a newsroom's log, and walking every log from its first event to its head.
//!
//! Always true: a walk sees one moment of the database, holds one page of it in memory, and writes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use async_graphql::{ID, InputObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    AccessMode, DatabaseTransaction, FromQueryResult, IsolationLevel, QueryOrder, QueryResult, QuerySelect, QueryTrait, TransactionTrait,
};

use super::error::{Error, Result};
use super::event::{self, Column, Entity, Kind, Model, head};
use super::ids::{AccountId, ClaimId, NewsroomId, TypedId};
use super::moment::Moment;
use super::newsroom;
use super::page::{self, Key, Page, Slice, Sort};
use super::policy::{Action, Actor};
use super::store::Db;

/// Which events are wanted: those for which all that is given holds.
#[derive(InputObject, Default)]
pub struct AuditFilter {
    /// Done by this account.
    actor: Option<ID>,
    /// Of one of these kinds.
    kinds: Option<Vec<Kind>>,
    /// Done at this time or later.
    since: Option<Moment>,
    /// Done before this time.
    until: Option<Moment>,
    /// Done to this claim, or to a verdict on it.
    claim: Option<ID>,
}

/// A newsroom's events, as they were committed.
pub async fn of_newsroom(db: &Db, actor: &Actor, newsroom: NewsroomId, filter: AuditFilter, slice: &Slice) -> Result<Page<Model>> {
    actor.require(Action::ReadAuditLog, newsroom)?;
    let mut list = Entity::find().filter(Column::Log.eq(newsroom.to_string()));
    if let Some(id) = filter.actor {
        list = list.filter(Column::ActorId.eq(AccountId::parse("actor", &id)?));
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
        list = list.filter(Column::ClaimId.eq(ClaimId::parse("claim", &id)?));
    }
    let sort = Sort { lead: Some(Column::Number), id: Column::Number, descending: false };
    page::read(db, list, sort, slice, |row| Key { lead: row.number, id: Uuid::nil() }).await
}

/// What an auditor wrote down of a log, and kept where the server's operator can't reach it: `LOG:NUMBER:HASH`, as a walk prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The log.
    pub log: String,
    /// The event's number.
    pub number: i32,
    /// Its hash.
    pub hash: String,
}

impl FromStr for Pin {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let mut parts = text.splitn(3, ':');
        let (log, number, hash) = (parts.next(), parts.next().and_then(|number| number.parse().ok()), parts.next());
        match (log, number, hash) {
            (Some(log), Some(number), Some(hash)) if !log.is_empty() && number > 0 && hash.len() == 64 => {
                Ok(Self { log: log.to_owned(), number, hash: hash.to_owned() })
            }
            _ => Err("this looks like LOG:NUMBER:HASH, as `claimspan audit verify` prints it"),
        }
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.log, self.number, self.hash)
    }
}

/// What a walk through a log found.
#[derive(Debug)]
pub struct Walked {
    /// The log.
    pub log: String,
    /// The slug of the newsroom whose log it is.
    pub slug: Option<String>,
    /// The newest event, if the log has one and is whole.
    pub newest: Option<Pin>,
    /// The first break, if it is not whole.
    pub broken: Option<Break>,
}

/// Where a log is broken first, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// The log itself is not there.
    NoLog,
    /// This event is not there, and later ones are.
    Missing(i32),
    /// An event has this number that follows on none.
    Misnumbered(i32),
    /// What is stored under this number is no event.
    Unreadable(i32),
    /// What this event says is not what was hashed.
    Altered(i32),
    /// This event does not hold the hash of the event before it.
    Unlinked(i32),
    /// The log ends before this event, which its head knows of.
    CutOff(i32),
    /// This event was never counted in the log's head.
    Appended(i32),
    /// The log's head has another hash for this event, the newest.
    HeadDiffers(i32),
    /// This event has another hash than the one that was written down.
    PinDiffers(i32),
    /// This event was written down, and the log ends before it.
    PinGone(i32),
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLog => write!(f, "the log is gone"),
            Self::Missing(number) => write!(f, "event {number} is missing"),
            Self::Misnumbered(number) => write!(f, "event {number} stands where no event has that number"),
            Self::Unreadable(number) => write!(f, "event {number} was altered: what is stored there is no event"),
            Self::Altered(number) => write!(f, "event {number} was altered: its hash is not that of what it says"),
            Self::Unlinked(number) => write!(
                f,
                "event {number} does not follow on the one before it, whose hash it does not hold: one of the two was swapped, altered or put there"
            ),
            Self::CutOff(number) => write!(f, "event {number} is missing, with all after it: the log's head knows of it"),
            Self::Appended(number) => write!(f, "event {number} was appended behind the server's back: the log's head does not know of it"),
            Self::HeadDiffers(number) => write!(f, "event {number}, the newest, is not the one that the log's head knows of"),
            Self::PinGone(number) => write!(f, "event {number}, which was written down, is missing"),
            Self::PinDiffers(number) => write!(f, "event {number} is not the one that was written down"),
        }
    }
}

/// How many events a walk holds in memory.
const PAGE: u64 = 1000;

/// Walks every log, or one newsroom's, and finds the first break in each. `pins` are held against the events that they name.
pub async fn verify(db: &Db, actor: &Actor, only: Option<&newsroom::Model>, pins: &[Pin]) -> Result<Vec<Walked>> {
    if !actor.is_machine() {
        return Err(Error::Forbidden("logs are verified on the command line of the server's own machine".into()));
    }
    // One moment: what is appended meanwhile is not seen, and not taken for a break.
    let level = (!db.is_sqlite()).then_some(IsolationLevel::RepeatableRead);
    let mode = (!db.is_sqlite()).then_some(AccessMode::ReadOnly);
    let moment = db.connection().begin_with_config(level, mode).await?;
    let walked = walk_all(&moment, only, pins).await;
    moment.rollback().await?;
    walked
}

async fn walk_all(moment: &DatabaseTransaction, only: Option<&newsroom::Model>, pins: &[Pin]) -> Result<Vec<Walked>> {
    let heads: BTreeMap<String, head::Model> =
        head::Entity::find().all(moment).await?.into_iter().map(|head| (head.log.clone(), head)).collect();
    let rooms: Vec<newsroom::Model> = match only {
        Some(room) => vec![room.clone()],
        None => newsroom::Entity::find().order_by_asc(newsroom::Column::Id).all(moment).await?,
    };
    let slugs: BTreeMap<String, String> = rooms.into_iter().map(|room| (room.id.to_string(), room.slug)).collect();
    let mut logs: BTreeSet<String> = slugs.keys().cloned().collect();
    if only.is_none() {
        // Those that should be there, those that have a head, and those that only have events.
        logs.insert(event::SERVER.to_owned());
        logs.extend(heads.keys().cloned());
        let headed = head::Entity::find().select_only().column(head::Column::Log).into_query();
        let headless = Entity::find().select_only().column(Column::Log).distinct().filter(Column::Log.in_subquery(headed).not());
        logs.extend(headless.into_tuple::<String>().all(moment).await?);
    }
    logs.extend(pins.iter().map(|pin| pin.log.clone()));
    let mut walked = Vec::with_capacity(logs.len());
    for log in logs {
        let pins: BTreeMap<i32, &str> = pins.iter().filter(|pin| pin.log == log).map(|pin| (pin.number, pin.hash.as_str())).collect();
        let found = walk(moment, &log, heads.get(&log), pins).await?;
        let (newest, broken) = match found {
            Ok(newest) => (newest, None),
            Err(broken) => (None, Some(broken)),
        };
        walked.push(Walked { slug: slugs.get(&log).cloned(), log, newest, broken });
    }
    Ok(walked)
}

/// Walks one log: its newest event, or its first break.
async fn walk(
    moment: &DatabaseTransaction,
    log: &str,
    head: Option<&head::Model>,
    mut pins: BTreeMap<i32, &str>,
) -> Result<std::result::Result<Option<Pin>, Break>> {
    let Some(head) = head else { return Ok(Err(Break::NoLog)) };
    let (mut number, mut hash) = (0, String::new());
    loop {
        let mut page = Entity::find().filter(Column::Log.eq(log)).order_by_asc(Column::Number).limit(PAGE);
        if number > 0 {
            page = page.filter(Column::Number.gt(number));
        }
        // As rows, not as events: one that can't be read is a find, not a failure.
        let rows = moment.query_all(&page.into_query()).await?;
        for row in &rows {
            let next = match follow(row, number, &hash, head) {
                Ok(event) => event,
                Err(broken) => return Ok(Err(broken)),
            };
            if pins.remove(&next.number).is_some_and(|pinned| pinned != next.hash) {
                return Ok(Err(Break::PinDiffers(next.number)));
            }
            (number, hash) = (next.number, next.hash);
        }
        if rows.is_empty() {
            break;
        }
    }
    let newest = (number > 0).then(|| Pin { log: log.to_owned(), number, hash: hash.clone() });
    Ok(if head.number > number {
        Err(Break::CutOff(number + 1))
    } else if head.hash != hash {
        Err(Break::HeadDiffers(number))
    } else {
        pins.keys().next().map_or(Ok(newest), |gone| Err(Break::PinGone(*gone)))
    })
}

/// The event in `row`, if it is the one that follows on event `number` with this `hash`.
fn follow(row: &QueryResult, number: i32, hash: &str, head: &head::Model) -> std::result::Result<Model, Break> {
    let expected = number + 1;
    let stored: i32 = row.try_get("", Column::Number.as_str()).map_err(|_| Break::Unreadable(expected))?;
    if stored != expected {
        return Err(if stored > expected { Break::Missing(expected) } else { Break::Misnumbered(stored) });
    }
    if expected > head.number {
        return Err(Break::Appended(expected));
    }
    let event = Model::from_query_result(row, "").map_err(|_| Break::Unreadable(expected))?;
    if event.previous_hash != hash {
        return Err(Break::Unlinked(expected));
    }
    if event::digest(&event) != event.hash {
        return Err(Break::Altered(expected));
    }
    Ok(event)
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
