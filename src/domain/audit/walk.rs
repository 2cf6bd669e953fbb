//! Walking the logs of a database from their first events to their heads.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    DatabaseTransaction, FromQueryResult, QueryOrder, QueryResult, QuerySelect, QueryTrait,
};

use super::digests::Follower;
use super::{Break, PAGE, Pin, Walked, begin, rows};
use crate::domain::error::Result;
use crate::domain::event::{self, Column, Entity, Model, head};
use crate::domain::newsroom;
use crate::domain::record;

/// The logs to walk.
struct Logs {
    heads: BTreeMap<String, head::Model>,
    /// The slugs of newsrooms, by log.
    slugs: BTreeMap<String, String>,
    /// The logs that the server writes.
    known: BTreeSet<String>,
    /// The other logs that exist.
    foreign: BTreeSet<String>,
}

/// Walks all logs, or that of one newsroom and those of the pins. Then compares the rows.
pub(super) async fn walk_all(
    moment: &DatabaseTransaction,
    only: Option<&newsroom::Model>,
    pins: &[Pin],
) -> Result<Vec<Walked>> {
    let logs = Logs::find(moment, only).await?;
    let names = logs.known.iter().chain(&logs.foreign).chain(pins.iter().map(|pin| &pin.log));
    let mut walked = Vec::new();
    for log in names.collect::<BTreeSet<_>>() {
        walked.push(logs.walk(moment, log, pins).await?);
    }
    // Before the record begins, all rows would look as if they had been added.
    if walked.iter().all(|log| log.is_on_record) {
        // Digests in a foreign log count, because that log is a break by itself. So the rows of a
        // newsroom that was removed are not named one by one.
        let walked_logs = logs.known.union(&logs.foreign).cloned().collect();
        let only = only.map(|newsroom| newsroom.id);
        for row in rows::differing(moment, only, &walked_logs).await? {
            // A row that was added is in no log. It is listed with the last log, usually the
            // server's own.
            let place = walked.iter().position(|log| row.log.as_ref() == Some(&log.log));
            let place = place.or(walked.len().checked_sub(1));
            if let Some(log) = place.and_then(|place| walked.get_mut(place)) {
                log.rows.push(row);
            }
        }
    }
    Ok(walked)
}

impl Logs {
    async fn find(moment: &DatabaseTransaction, only: Option<&newsroom::Model>) -> Result<Self> {
        let heads = head::Entity::find().all(moment).await?.into_iter();
        let heads: BTreeMap<_, _> = heads.map(|head| (head.log.clone(), head)).collect();
        let newsrooms: Vec<newsroom::Model> = match only {
            Some(newsroom) => vec![newsroom.clone()],
            None => newsroom::Entity::find().order_by_asc(newsroom::Column::Id).all(moment).await?,
        };
        let slugs: BTreeMap<_, _> =
            newsrooms.into_iter().map(|row| (row.id.to_string(), row.slug)).collect();
        let mut known: BTreeSet<String> = slugs.keys().cloned().collect();
        let mut foreign = BTreeSet::new();
        if only.is_none() {
            known.insert(event::SERVER.to_owned());
            foreign.extend(heads.keys().cloned());
            foreign.extend(logs_without_head(moment).await?);
            foreign.retain(|log| !known.contains(log));
        }
        Ok(Self { heads, slugs, known, foreign })
    }

    async fn walk(&self, moment: &DatabaseTransaction, log: &str, pins: &[Pin]) -> Result<Walked> {
        let pins: BTreeMap<i32, &str> = pins
            .iter()
            .filter(|pin| pin.log == log)
            .map(|pin| (pin.number, pin.hash.as_str()))
            .collect();
        let (found, is_on_record) = if self.foreign.contains(log) {
            (Err(Break::NoNewsroom), true)
        } else {
            let is_on_record = begin::has_begun(moment, log).await.unwrap_or(true);
            (walk(moment, log, self.heads.get(log), pins, is_on_record).await?, is_on_record)
        };
        let (newest, broken) = match found {
            Ok(newest) => (newest, None),
            Err(broken) => (None, Some(broken)),
        };
        let slug = self.slugs.get(log).cloned();
        Ok(Walked { log: log.to_owned(), slug, newest, broken, rows: Vec::new(), is_on_record })
    }
}

/// Returns the logs that have events or digests, but no head.
async fn logs_without_head(moment: &DatabaseTransaction) -> Result<Vec<String>> {
    let headed = || head::Entity::find().select_only().column(head::Column::Log).into_query();
    let events = Entity::find()
        .select_only()
        .column(Column::Log)
        .distinct()
        .filter(Column::Log.in_subquery(headed()).not());
    let digests = record::Entity::find()
        .select_only()
        .column(record::Column::Log)
        .distinct()
        .filter(record::Column::Log.in_subquery(headed()).not());
    let mut logs = events.into_tuple::<String>().all(moment).await?;
    logs.extend(digests.into_tuple::<String>().all(moment).await?);
    Ok(logs)
}

/// Verifies one log. Returns its newest event or its first break.
async fn walk(
    moment: &DatabaseTransaction,
    log: &str,
    head: Option<&head::Model>,
    mut pins: BTreeMap<i32, &str>,
    is_on_record: bool,
) -> Result<std::result::Result<Option<Pin>, Break>> {
    let Some(head) = head else { return Ok(Err(Break::NoLog)) };
    let mut follower = Follower::of(moment, log);
    let (mut number, mut hash) = (0, String::new());
    loop {
        let mut page =
            Entity::find().filter(Column::Log.eq(log)).order_by_asc(Column::Number).limit(PAGE);
        if number > 0 {
            page = page.filter(Column::Number.gt(number));
        }
        // Reads rows instead of events, because an unreadable event must be reported as a break.
        let rows = moment.query_all(&page.into_query()).await?;
        for row in &rows {
            let next = match follow(row, number, &hash, head) {
                Ok(event) => event,
                Err(broken) => return Ok(Err(broken)),
            };
            if pins.remove(&next.number).is_some_and(|pinned| pinned != next.hash) {
                return Ok(Err(Break::PinDiffers(next.number)));
            }
            if !follower.follow(&next).await? {
                return Ok(Err(Break::RecordDiffers(next.number)));
            }
            (number, hash) = (next.number, next.hash);
        }
        if is_on_record && let Err(broken) = follower.compare_subtrees().await? {
            return Ok(Err(broken));
        }
        if rows.is_empty() {
            break;
        }
    }
    let left_over = follower.left_over().await?;
    let newest = (number > 0).then(|| Pin { log: log.to_owned(), number, hash: hash.clone() });
    Ok(if head.number > number {
        Err(Break::CutOff(number + 1))
    } else if head.hash != hash {
        Err(Break::HeadDiffers(number))
    } else if let Some(number) = left_over {
        Err(Break::RecordDiffers(number))
    } else {
        pins.keys().next().map_or(Ok(newest), |gone| Err(Break::PinGone(*gone)))
    })
}

/// Returns the event in `row` if it follows event `number` with this `hash`.
fn follow(
    row: &QueryResult,
    number: i32,
    hash: &str,
    head: &head::Model,
) -> std::result::Result<Model, Break> {
    let expected = number + 1;
    let stored: i32 =
        row.try_get("", Column::Number.as_str()).map_err(|_| Break::Unreadable(expected))?;
    if stored != expected {
        return Err(if stored > expected {
            Break::Missing(expected)
        } else {
            Break::Misnumbered(stored)
        });
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
