//! Archives: a newsroom as JSON Lines that another database takes back without loss.
//!
//! Invariants: an archive has every column on record of every row of the newsroom, every event and
//! every digest, read in one moment. So the newsroom that is made of it has the same log with the
//! same hashes, and verifies like the first. It names the accounts that the newsroom's rows and
//! events refer to, without their passwords. The log covers neither these nor the public keys, so
//! who takes an archive gives its SHA-256.

mod restore;

use std::collections::BTreeSet;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    AccessMode, ActiveEnum, DatabaseTransaction, IsolationLevel, QueryOrder, QuerySelect,
    TransactionTrait,
};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

pub use restore::{Restored, restore};

use super::error::Result;
use super::event;
use super::ids::{AccountId, NewsroomId};
use super::people::account;
use super::record::tables::{TABLES, Table};
use super::record::{self, rows};
use super::signing_keys;
use super::store::Db;
use super::upkeep;
use crate::domain::actor::Actor;

/// The version of the format.
const VERSION: i32 = 1;
/// The number of events, and of digests, that are read at once.
const PAGE: u64 = 1000;

/// The columns that refer to accounts.
const ACCOUNTS: [(&str, &str); 18] = [
    ("memberships", "account_id"),
    ("password_resets", "account_id"),
    ("password_resets", "created_by"),
    ("invitations", "invited_by"),
    ("api_tokens", "account_id"),
    ("webhooks", "created_by"),
    ("outside_reviews", "imported_by"),
    ("articles", "imported_by"),
    ("revisions", "author_id"),
    ("claims", "marked_by"),
    ("assignments", "reviewer_id"),
    ("assignments", "assigned_by"),
    ("verdicts", "reviewer_id"),
    ("rulings", "published_by"),
    ("corrections", "made_by"),
    ("comments", "author_id"),
    ("comments", "resolved_by"),
    ("comment_mentions", "account_id"),
];

/// The versions that must agree between the server that wrote an archive and the one that takes it.
fn versions() -> Json {
    let columns: Vec<_> = TABLES
        .iter()
        .map(|table| format!("{} {}", table.name, table.columns().collect::<Vec<_>>().join(" ")))
        .collect();
    let digest = hex::encode(Sha256::digest(columns.join("\n")));
    json!({ "format": VERSION, "tables": digest, "rules": upkeep::RULES })
}

/// Writes an archive of a newsroom, line after line. Only the command line can, because an archive
/// has everything.
pub async fn write(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    mut out: impl FnMut(&Json) -> anyhow::Result<()>,
) -> Result<()> {
    actor.require_machine("Only the server's own command line can write an archive.")?;
    let level = (!db.is_sqlite()).then_some(IsolationLevel::RepeatableRead);
    let mode = (!db.is_sqlite()).then_some(AccessMode::ReadOnly);
    let moment = db.connection().begin_with_config(level, mode).await?;
    let mut line = |json: Json| out(&json);
    line(json!({ "type": "archive", "versions": versions(), "newsroom": newsroom }))?;
    let written = write_in(&moment, newsroom, &mut line).await;
    moment.rollback().await?;
    let head = written?;
    line(json!({ "type": "end", "head": head }))?;
    Ok(())
}

/// Writes everything between the first line and the last. Returns the hash of the newest event.
async fn write_in(
    moment: &DatabaseTransaction,
    newsroom: NewsroomId,
    line: &mut impl FnMut(Json) -> anyhow::Result<()>,
) -> Result<String> {
    for row in accounts(moment, newsroom).await? {
        line(json!({
            "type": "account",
            "id": row.id,
            "email": row.email,
            "displayName": row.display_name,
            "createdAt": row.created_at,
        }))?;
    }
    for key in signing_keys::all(moment).await? {
        let (id, public) = (key.key_id, key.public_key);
        line(json!({ "type": "key", "id": id, "publicKey": public, "createdAt": key.created_at }))?;
    }
    for table in Table::of(false) {
        let mut last = None;
        loop {
            let ids = rows::ids_after(moment, table, Some(newsroom), last).await?;
            let Some(newest) = ids.last() else { break };
            last = Some(*newest);
            for row in rows::of_ids(moment, table, &ids).await? {
                line(json!({ "type": "row", "table": table.name, "values": row }))?;
            }
        }
    }
    let head = events(moment, newsroom, line).await?;
    digests(moment, newsroom, line).await?;
    Ok(head)
}

async fn accounts(
    moment: &DatabaseTransaction,
    newsroom: NewsroomId,
) -> Result<Vec<account::Model>> {
    let mut ids = BTreeSet::new();
    for (table, column) in ACCOUNTS {
        if let Some(table) = Table::named(table) {
            let found = rows::different(moment, table, column, newsroom).await?;
            ids.extend(found.into_iter().map(AccountId));
        }
    }
    let actors = event::Entity::find()
        .select_only()
        .column(event::Column::ActorId)
        .distinct()
        .filter(event::Column::Log.eq(newsroom.to_string()))
        .filter(event::Column::ActorId.is_not_null());
    ids.extend(actors.into_tuple::<AccountId>().all(moment).await?);
    account::find_all(moment, &ids.into_iter().collect::<Vec<_>>()).await
}

async fn events(
    moment: &DatabaseTransaction,
    newsroom: NewsroomId,
    line: &mut impl FnMut(Json) -> anyhow::Result<()>,
) -> Result<String> {
    let (log, mut number, mut head) = (newsroom.to_string(), 0, String::new());
    loop {
        let page = event::after(moment, &log, number, PAGE).await?;
        let Some(newest) = page.last() else { return Ok(head) };
        (number, head) = (newest.number, newest.hash.clone());
        for row in page {
            line(json!({
                "type": "event",
                "number": row.number,
                "at": event::at_text(row.at),
                "actor": row.actor_id.map(|id| id.0),
                "kind": row.kind.to_value(),
                "article": row.article_id.map(|id| id.0),
                "claim": row.claim_id.map(|id| id.0),
                "verdict": row.verdict_id.map(|id| id.0),
                "detail": row.detail,
                "previousHash": row.previous_hash,
                "hash": row.hash,
            }))?;
        }
    }
}

async fn digests(
    moment: &DatabaseTransaction,
    newsroom: NewsroomId,
    line: &mut impl FnMut(Json) -> anyhow::Result<()>,
) -> Result<()> {
    use record::{Column, Entity};
    let mut last = (0, 0);
    loop {
        let later =
            Column::Number.gt(last.0).or(Column::Number.eq(last.0).and(Column::Ordinal.gt(last.1)));
        let page = Entity::find()
            .filter(Column::Log.eq(newsroom.to_string()))
            .filter(if last == (0, 0) { Column::Number.gt(0) } else { later })
            .order_by_asc(Column::Number)
            .order_by_asc(Column::Ordinal)
            .limit(PAGE)
            .all(moment)
            .await?;
        let Some(newest) = page.last() else { return Ok(()) };
        last = (newest.number, newest.ordinal);
        for row in page {
            line(json!({
                "type": "digest",
                "number": row.number,
                "ordinal": row.ordinal,
                "table": row.table_name,
                "key": row.row_key,
                "edition": row.edition,
                "digest": row.digest,
            }))?;
        }
    }
}
