//! The connection that the reads of one request share.
//!
//! A client's query becomes many statements, one after the other. If each of them took a connection from the pool, each would pay for the
//! pool's checks: a round trip to PostgreSQL, or a change of threads on SQLite. So a request takes one connection with its first statement,
//! and gives it back at its end. This is not a transaction: each statement sees what is committed by then.
//!
//! Requests cannot all wait for each other. A request that waits for something other than the database gives its connection back first
//! ([`RequestConnection::give_back`]). If the pool is empty, a request that holds a connection without reading loses it to one that waits
//! ([`Pool::connected`]).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use sea_orm::sqlx::{self, AssertSqlSafe};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;

use super::pool::{Connection, Pool, Slot, StatementKind};
use crate::domain::storage_fault::lost_connection;

/// The connection of one request. It is taken with the first read.
pub struct RequestConnection {
    pool: Pool,
    slot: Arc<Slot>,
    /// How many of the request's waits are under way that need no connection.
    away: AtomicUsize,
}

impl RequestConnection {
    /// A place for the connection of a new request.
    pub fn new(pool: Pool) -> Self {
        Self { slot: pool.lend(), pool, away: AtomicUsize::new(0) }
    }

    /// Returns the rows of a statement. The reads of one request wait for each other. Otherwise all requests could hold one connection and
    /// wait for a second.
    ///
    /// If the connection is lost, the statement runs once more on a new one.
    pub async fn query_all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut held = self.slot.lock().await;
        if self.away.load(Ordering::Acquire) > 0 {
            drop(held);
            return self.pool.all.query_all_raw(statement).await;
        }
        // Taken out meanwhile: if the client goes away or the read fails, the pool gets the connection and checks it.
        let connection = held.take();
        let reads = StatementKind::of(&statement.sql) == StatementKind::Read;
        let again = reads.then(|| statement.clone());
        let read = match (self.read_with(connection, statement).await, again) {
            (Err(error), Some(statement)) if lost_connection(&error) => {
                self.read_with(None, statement).await
            }
            (read, _) => read,
        };
        let (connection, rows) = read?;
        *held = Some(connection);
        Ok(rows)
    }

    async fn read_with(
        &self,
        connection: Option<Connection>,
        statement: Statement,
    ) -> Result<(Connection, Vec<QueryResult>), DbErr> {
        let note = |error: &DbErr| {
            self.pool.health.note(error);
        };
        let mut connection = match connection {
            Some(connection) => connection,
            None => self.pool.take().await.inspect_err(note)?,
        };
        let begun = Instant::now();
        let rows = connection.rows(statement).await;
        if let Some(observe) = &self.pool.observer {
            observe(StatementKind::Read, begun.elapsed(), rows.is_err());
        }
        rows.inspect_err(note).map(|rows| (connection, rows))
    }

    /// Gives the connection back. None is taken until the returned guard is dropped.
    pub async fn give_back(&self) -> Away<'_> {
        self.away.fetch_add(1, Ordering::Release);
        let away = Away(&self.away);
        *self.slot.lock().await = None;
        away
    }
}

impl Connection {
    async fn rows(&mut self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let sql = AssertSqlSafe(statement.sql);
        let values = SqlxValues(statement.values.unwrap_or(Values(Vec::new())));
        let rows = match self {
            Self::Sqlite(connection) => {
                sqlx::query_with(sql, values).fetch_all(&mut **connection).await.map(results)
            }
            Self::Postgres(connection) => {
                sqlx::query_with(sql, values).fetch_all(&mut **connection).await.map(results)
            }
        };
        rows.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))
    }
}

/// A wait during which no connection is held.
pub struct Away<'a>(&'a AtomicUsize);

impl Drop for Away<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

fn results<R: Into<QueryResult>>(rows: Vec<R>) -> Vec<QueryResult> {
    rows.into_iter().map(Into::into).collect()
}
