//! A connection that one request's reads keep from the first to the last.
//!
//! The pool asks each connection that is given back whether it lives. That is a round trip to PostgreSQL, and on SQLite work for another thread;
//! so the statements of a query take one connection, one after the other, and give it back once.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, Weak};
use std::time::Instant;

use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::{self, AssertSqlSafe, Error, Postgres, Sqlite};
use sea_orm::{ConnAcquireErr, ConnectionTrait, DbErr, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;
use tokio::sync::Mutex;

use super::{Db, Does};

/// Holds no connection until it is first read from.
pub struct Kept {
    db: Db,
    connection: Mutex<Option<Connection>>,
    /// For how much the request waits that is no read.
    away: AtomicUsize,
}

enum Connection {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Kept {
    /// Of this database's connections.
    pub const fn of(db: Db) -> Self {
        Self { db, connection: Mutex::const_new(None), away: AtomicUsize::new(0) }
    }

    /// The rows that a statement gives. Who reads at the same time waits for it, and for no other connection: all could be kept by those who wait
    /// for one more.
    pub async fn query_all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut kept = self.connection.lock().await;
        if self.away.load(Ordering::Acquire) > 0 {
            drop(kept);
            return self.db.connection.query_all_raw(statement).await;
        }
        // Not in its place meanwhile: where nobody waits for the rows any more, or they can't be had, the pool gets it to see what becomes of it.
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => self.take().await.map_err(not_taken)?,
        };
        let (sql, values) = (AssertSqlSafe(statement.sql), SqlxValues(statement.values.unwrap_or(Values(Vec::new()))));
        let begun = Instant::now();
        let rows = match &mut connection {
            Connection::Sqlite(connection) => sqlx::query_with(sql, values).fetch_all(&mut **connection).await.map(results),
            Connection::Postgres(connection) => sqlx::query_with(sql, values).fetch_all(&mut **connection).await.map(results),
        };
        if let Some(watch) = &self.db.watch {
            watch(Does::Read, begun.elapsed(), rows.is_err());
        }
        let rows = rows.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))?;
        *kept = Some(connection);
        Ok(rows)
    }

    /// Gives the connection back; until what this gives is dropped, none is kept.
    pub async fn leave(&self) -> Away<'_> {
        self.away.fetch_add(1, Ordering::Release);
        let away = Away(&self.away);
        *self.connection.lock().await = None;
        away
    }

    async fn take(&self) -> Result<Connection, Error> {
        let connection = &self.db.connection;
        Ok(if self.db.is_sqlite() {
            Connection::Sqlite(self.db.connected(connection.get_sqlite_connection_pool().acquire()).await?)
        } else {
            Connection::Postgres(self.db.connected(connection.get_postgres_connection_pool().acquire()).await?)
        })
    }
}

/// All who may keep a connection of a database. Who waits for one takes it from somebody who reads nothing just then.
#[derive(Default)]
pub struct Keepers(std::sync::Mutex<VecDeque<Weak<Kept>>>);

impl Keepers {
    /// Another one.
    pub fn add(&self, kept: &Arc<Kept>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Who is gone was at the front, mostly: requests end about as they came.
        while all.pop_front_if(|first| first.strong_count() == 0).is_some() {}
        all.push_back(Arc::downgrade(kept));
    }

    /// Has one who keeps a connection, and does not read by it, give it back.
    pub fn let_go(&self) {
        let all: Vec<_> = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|kept| kept.strong_count() > 0);
            all.iter().filter_map(Weak::upgrade).collect()
        };
        let _ = all.iter().find_map(|kept| kept.connection.try_lock().ok()?.take());
    }
}

/// A wait during which no connection is kept.
pub struct Away<'a>(&'a AtomicUsize);

impl Drop for Away<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

fn results<R: Into<QueryResult>>(rows: Vec<R>) -> Vec<QueryResult> {
    rows.into_iter().map(Into::into).collect()
}

/// As sea-orm says it of its own reads.
fn not_taken(error: Error) -> DbErr {
    match error {
        Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
    }
}
