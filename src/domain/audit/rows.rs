//! Comparing rows with the digests on record.

use std::collections::BTreeSet;
use std::fmt;

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query};
use sea_orm::{ColumnTrait, ConnectionTrait};

use crate::domain::error::Result;
use crate::domain::event;
use crate::domain::ids::NewsroomId;
use crate::domain::record::tables::{Owner, TABLES, Table};
use crate::domain::record::{self, rows};

/// A row that was changed, added or removed without the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tampered {
    /// The table.
    pub table: &'static str,
    /// The values of its key's columns, with slashes between them.
    pub key: String,
    /// The kind of change.
    pub done: Done,
    /// The log that has the row's digest. None if the row never had one.
    pub log: Option<String>,
}

/// A kind of change to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The row differs from its digest.
    Changed,
    /// The row has no digest.
    Added,
    /// The row has a digest, but does not exist.
    Removed,
}

impl fmt::Display for Tampered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let done = match self.done {
            Done::Changed => "was changed",
            Done::Added => "was added",
            Done::Removed => "was removed",
        };
        let columns = Table::named(self.table).map(|table| table.key.join("/")).unwrap_or_default();
        write!(f, "the row of {} with {columns} {} {done} without the server", self.table, self.key)
    }
}

/// How many changed or added rows, and how many removed rows, a verification names for each table.
const MOST: usize = 1000;

/// Returns the rows that differ from the record: all, or those of one newsroom. A digest in a log
/// that is not among `logs`, those that were walked, proves nothing.
pub async fn differing(
    db: &impl ConnectionTrait,
    only: Option<NewsroomId>,
    logs: &BTreeSet<String>,
) -> Result<Vec<Tampered>> {
    let mut all = Vec::new();
    for table in &TABLES {
        if only.is_none() || table.owner != Owner::Server {
            all.extend(present(db, table, only, logs).await?);
            all.extend(removed(db, table, only).await?);
        }
    }
    Ok(all)
}

async fn present(
    db: &impl ConnectionTrait,
    table: &'static Table,
    only: Option<NewsroomId>,
    logs: &BTreeSet<String>,
) -> Result<Vec<Tampered>> {
    let (mut found, mut last) = (Vec::new(), None);
    while found.len() < MOST {
        let ids = rows::ids_after(db, table, only, last).await?;
        let Some(newest) = ids.last() else { break };
        last = Some(*newest);
        let now = rows::digests(db, table, &ids).await?;
        let known = record::newest(db, &record::keys(table, &now)).await?;
        for (key, digest) in &now {
            // The server's log covers the tables of the server, and no other.
            let is_server = table.owner == Owner::Server;
            let counts = |entry: &&record::Model| {
                logs.contains(&entry.log) && (entry.log == event::SERVER) == is_server
            };
            let entry = known.get(&(table.name, key.as_str())).filter(counts);
            let done = match entry.map(|entry| entry.digest.as_str()) {
                Some(same) if same == digest => continue,
                None | Some("") => Done::Added,
                Some(_) => Done::Changed,
            };
            let log = entry.map(|entry| entry.log.clone());
            found.push(Tampered { table: table.name, key: key.clone(), done, log });
        }
    }
    Ok(found)
}

async fn removed(
    db: &impl ConnectionTrait,
    table: &'static Table,
    only: Option<NewsroomId>,
) -> Result<Vec<Tampered>> {
    use record::{Column, Entity};
    let is_sqlite = db.get_database_backend() == sea_orm::DbBackend::Sqlite;
    let mut present = Query::select();
    present.expr(Expr::val(1)).from(Alias::new(table.name)).and_where(
        Expr::col((Alias::new(table.name), Alias::new(table.key[0])))
            .equals((Entity, Column::RowId)),
    );
    if table.key.len() > 1 {
        let key = Expr::cust(rows::key_sql(table, is_sqlite));
        present.and_where(key.eq(Expr::col((Entity, Column::RowKey))));
    }
    let mut query = Query::select();
    query
        .columns([(Entity, Column::RowKey), (Entity, Column::Log)])
        .from(Entity)
        .and_where(Column::TableName.eq(table.name))
        .and_where_option(only.map(|newsroom| Column::Log.eq(newsroom.to_string())))
        .and_where(Column::Digest.ne(""))
        .and_where(record::is_newest())
        .and_where(Expr::exists(present).not())
        .order_by((Entity, Column::RowId), Order::Asc)
        .limit(MOST as u64);
    let rows = db.query_all(&query).await?;
    rows.iter()
        .map(|row| {
            let (key, log) = (row.try_get_by_index(0)?, Some(row.try_get_by_index(1)?));
            Ok(Tampered { table: table.name, key, done: Done::Removed, log })
        })
        .collect()
}
