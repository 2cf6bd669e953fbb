//! Begins the record of a database that is older than the record: puts the rows that exist already
//! on record.
//!
//! Invariant: this happens at most once in each log, in one event. It never happens in a log whose
//! first event contains digests.

use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use crate::domain::actor::{Actor, Lock};
use crate::domain::error::Result;
use crate::domain::event::{self, Kind, head};
use crate::domain::ids::{NewsroomId, TypedId};
use crate::domain::merkle::{self, Growth};
use crate::domain::record::{self, rows, tables::Table};
use crate::domain::store::{self, Db};
use crate::domain::subtrees;

/// The number of events that are in memory at once.
const PAGE: u64 = 1000;

/// Puts the rows that exist already on record, for each log without digests.
pub async fn begin(db: &Db, actor: &Actor) -> Result<()> {
    actor.require_machine("Only the server's own command line can begin the record.")?;
    record::forget_changes(db).await?;
    for head in head::Entity::find().order_by_asc(head::Column::Log).all(db).await? {
        if has_begun(db, &head.log).await? {
            continue;
        }
        let newsroom = NewsroomId::find(&head.log);
        let lock = newsroom.map_or(Uuid::nil(), |id| id.0);
        let actor = actor.clone();
        store::transaction(db, vec![(lock, Lock::Exclusive)], move |txn| async move {
            // Another server may have done this in the meantime.
            if !has_begun(&*txn, &head.log).await? {
                begin_log(&txn, &actor, &head.log, newsroom).await?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// Whether the events of a log contain digests, at least from some event on.
pub async fn has_begun(db: &impl ConnectionTrait, log: &str) -> Result<bool> {
    let Some(first) = event::find(db, log, 1).await? else { return Ok(true) };
    if first.detail_text(event::RECORD).is_some() {
        return Ok(true);
    }
    let list = event::Entity::find()
        .select_only()
        .column(event::Column::Number)
        .filter(event::Column::Log.eq(log))
        .filter(event::Column::Kind.eq(Kind::RecordBegun));
    Ok(list.into_tuple::<i32>().one(db).await?.is_some())
}

async fn begin_log(
    txn: &DatabaseTransaction,
    actor: &Actor,
    log: &str,
    newsroom: Option<NewsroomId>,
) -> Result<()> {
    event::append_record(txn, actor, log, json!({}), async |mut recorder| {
        for table in Table::of(newsroom.is_none()) {
            let mut last = None;
            loop {
                let ids = rows::ids_after(txn, table, newsroom, last).await?;
                let Some(newest) = ids.last() else { break };
                last = Some(*newest);
                recorder.put(txn, record::missing(txn, table, &ids).await?).await?;
            }
        }
        Ok(recorder)
    })
    .await?;
    subtrees::forget(txn, log).await?;
    let (mut growth, mut number) = (Growth::default(), 0);
    loop {
        let events = event::after(txn, log, number, PAGE).await?;
        let Some(newest) = events.last() else { return Ok(()) };
        number = newest.number;
        for event in &events {
            for (level, number, hash) in growth.push(merkle::leaf(event.leaf().as_bytes())) {
                subtrees::put(txn, log, level, number, hash).await?;
            }
        }
    }
}
