//! The connections of an open database.

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::{self, Postgres, Sqlite};
use sea_orm::{ConnAcquireErr, DatabaseConnection, DbBackend, DbErr, RuntimeErr};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::health::Health;
use crate::domain::error::Error;

/// How long a request waits for a connection before an idle request has to give one back. It is also
/// the time between two that give one back.
const PATIENCE: Duration = Duration::from_millis(2);
/// The longest time between two looks of a request that waits. A thousand may wait at once, and every
/// look takes time that those with a connection need.
const MOST_PATIENCE: Duration = Duration::from_millis(64);

/// How the statement begins that takes PostgreSQL's locks.
pub const LOCK: &str = "SELECT pg_advisory_xact_lock";

/// The connections of a database, and what they share.
#[derive(Clone)]
pub struct Pool {
    /// All connections.
    pub all: DatabaseConnection,
    /// SQLite takes one writer at a time. Writers wait here in turn, instead of polling the lock of the file.
    pub writer: Option<Arc<Semaphore>>,
    /// Whether the database can be used.
    pub health: Arc<Health>,
    /// The connections that requests hold.
    lent: Arc<Mutex<Lent>>,
    /// The writes in the background that are under way.
    pub background: Arc<Mutex<HashSet<Uuid>>>,
    /// The number of transactions that were committed, or may have been.
    pub commits: Arc<AtomicU64>,
    /// See [`Pool::on_statement`].
    pub observer: Option<Observer>,
}

/// The places of requests for their connections.
#[derive(Default)]
struct Lent {
    slots: VecDeque<Weak<Slot>>,
    /// When one had to give its connection back.
    reclaimed: Option<Instant>,
}

/// A request's place for its connection.
pub type Slot = tokio::sync::Mutex<Option<Connection>>;

/// A connection that a request holds.
pub enum Connection {
    /// A connection to SQLite.
    Sqlite(PoolConnection<Sqlite>),
    /// A connection to PostgreSQL.
    Postgres(PoolConnection<Postgres>),
}

/// Receives for each statement whether it reads or writes, its duration, and whether it failed.
pub type Observer = Arc<dyn Fn(StatementKind, Duration, bool) + Send + Sync>;

/// Whether a statement reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementKind {
    /// It reads.
    Read,
    /// It writes, or takes a lock to write.
    Write,
}

impl StatementKind {
    /// The kind of this statement.
    pub fn of(sql: &str) -> Self {
        let reads = ["SELECT ", "WITH "].iter().any(|verb| sql.starts_with(verb));
        if reads && !sql.starts_with(LOCK) { Self::Read } else { Self::Write }
    }
}

impl Pool {
    /// The pool of a database that was opened.
    pub fn new(
        all: DatabaseConnection,
        writer: Option<Arc<Semaphore>>,
        health: &Arc<Health>,
    ) -> Self {
        Self {
            all,
            writer,
            health: Arc::clone(health),
            lent: Arc::default(),
            background: Arc::default(),
            commits: Arc::default(),
            observer: None,
        }
    }

    /// Whether this is SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.all.get_database_backend() == DbBackend::Sqlite
    }

    /// How many connections are open, and how many of them are idle.
    pub fn connections(&self) -> (u32, u32) {
        let (open, idle) = if self.is_sqlite() {
            let pool = self.all.get_sqlite_connection_pool();
            (pool.size(), pool.num_idle())
        } else {
            let pool = self.all.get_postgres_connection_pool();
            (pool.size(), pool.num_idle())
        };
        (open, u32::try_from(idle).unwrap_or(u32::MAX))
    }

    /// Calls `callback` after each statement with its kind, its duration, and whether it failed.
    pub fn on_statement(
        &mut self,
        callback: impl Fn(StatementKind, Duration, bool) + Send + Sync + 'static,
    ) {
        let observer: Observer = Arc::new(callback);
        self.observer = Some(Arc::clone(&observer));
        self.all.set_metric_callback(move |info| {
            observer(StatementKind::of(&info.statement.sql), info.elapsed, info.failed);
        });
    }

    /// A new place for a request's connection. It is empty until the request reads.
    pub fn lend(&self) -> Arc<Slot> {
        let slot = Arc::new(Slot::const_new(None));
        let mut lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner);
        // Requests end about in the order in which they came.
        while lent.slots.pop_front_if(|first| first.strong_count() == 0).is_some() {}
        lent.slots.push_back(Arc::downgrade(&slot));
        slot
    }

    /// Takes a connection for a request.
    pub async fn take(&self) -> Result<Connection, DbErr> {
        if self.is_sqlite() {
            let taken = self.connected(self.all.get_sqlite_connection_pool().acquire()).await?;
            taken.map(Connection::Sqlite)
        } else {
            let taken = self.connected(self.all.get_postgres_connection_pool().acquire()).await?;
            taken.map(Connection::Postgres)
        }
        .map_err(not_taken)
    }

    /// Waits for a future that takes a connection. While all are taken, idle requests give theirs back.
    pub async fn connected<T>(&self, future: impl Future<Output = T>) -> Result<T, DbErr> {
        if self.connections().1 == 0 {
            // A new connection may be opened. It must open the same file.
            let _ = self.health.in_place();
        }
        let mut future = std::pin::pin!(future);
        let mut patience = PATIENCE;
        loop {
            self.health.readable()?;
            match tokio::time::timeout(patience, &mut future).await {
                Ok(done) => return Ok(done),
                Err(_) if self.connections().1 == 0 => self.reclaim(),
                Err(_) => {}
            }
            patience = Ord::min(2 * patience, MOST_PATIENCE);
        }
    }

    /// Makes an idle request give its connection back, unless another one has just done so.
    fn reclaim(&self) {
        let slots: Vec<_> = {
            let mut lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner);
            if lent.reclaimed.is_some_and(|last| last.elapsed() < PATIENCE) {
                return;
            }
            lent.reclaimed = Some(Instant::now());
            lent.slots.retain(|slot| slot.strong_count() > 0);
            lent.slots.iter().filter_map(Weak::upgrade).collect()
        };
        let _ = slots.iter().find_map(|slot| slot.try_lock().ok()?.take());
    }

    /// An error of the database. Storage faults are made known.
    pub fn failed(&self, error: DbErr) -> Error {
        self.health.note(&error);
        error.into()
    }
}

/// The error as sea-orm reports it for its own reads.
fn not_taken(error: sqlx::Error) -> DbErr {
    match error {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
    }
}
