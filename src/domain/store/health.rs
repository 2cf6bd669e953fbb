//! Whether the database can be used, and how the server finds out that it can again.
//!
//! The first write that meets a storage fault makes it known. While a fault is known, writes are refused before they touch the database, and
//! reads go on. A task probes the database until it works, which ends the fault. So a full disk costs one attempt in each interval,
//! however many clients retry.
//!
//! A lost connection is not yet a fault: one connection may have been closed. The pool replaces every connection that is older than the loss,
//! and the task probes the server. Only a server that has not answered for [`GRACE`] is a fault, so a quick restart costs clients time only.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use sea_orm::DbErr;
use sea_orm::sqlx::pool::PoolConnectionMetadata;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{self, Connection, SqliteConnection, SqlitePool};
use tokio::sync::{Notify, Semaphore, watch};

use super::probe;
use super::sqlite_file::SqliteFile;
use crate::domain::storage_fault::{Fault, lost_connection, was_refused};

/// How often the file is looked at, and a known fault probed.
const INTERVAL: Duration = Duration::from_millis(500);

/// How often a server is tried that closed a connection, or is away.
const SUSPICION: Duration = Duration::from_millis(100);

/// How long a server may be away before requests are refused at once.
const GRACE: Duration = Duration::from_secs(1);

/// The health of one open database.
pub struct Health {
    fault: watch::Sender<Option<Fault>>,
    /// Connections that were opened before this are replaced.
    replace_before: Mutex<Option<Instant>>,
    suspected: AtomicBool,
    wake: Notify,
    database: OnceLock<Database>,
}

/// The database that the probes use.
pub enum Database {
    /// A SQLite file.
    Sqlite(Box<Sqlite>),
    /// A PostgreSQL server.
    Postgres(Box<PgConnectOptions>),
}

/// A SQLite file that is open.
pub struct Sqlite {
    pub options: SqliteConnectOptions,
    pub file: SqliteFile,
    pub pool: SqlitePool,
    /// The write lock of this process.
    pub writer: Arc<Semaphore>,
    /// A connection that is open as long as the server runs, and never used. With the last connection, SQLite would delete the -wal
    /// file, and the next connection would make another.
    pub last: Mutex<Option<SqliteConnection>>,
}

impl Health {
    /// That of a database which is about to be opened.
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            fault: watch::channel(None).0,
            replace_before: Mutex::default(),
            suspected: AtomicBool::new(false),
            wake: Notify::new(),
            database: OnceLock::new(),
        })
    }

    /// Begins to watch the database, which is open now. Ends once nobody uses it.
    pub fn watch(self: &Arc<Self>, database: Database) {
        if self.database.set(database).is_ok() {
            tokio::spawn(keep_watch(Arc::downgrade(self)));
        }
    }

    /// The fault that is known.
    pub fn fault(&self) -> Option<Fault> {
        *self.fault.borrow()
    }

    /// Errors if a write would be lost or refused.
    pub fn writable(&self) -> Result<(), Fault> {
        self.in_place()?;
        self.fault().map_or(Ok(()), Err)
    }

    /// Errors if a read would wait in vain.
    pub fn readable(&self) -> Result<(), Fault> {
        match self.fault() {
            Some(fault @ Fault::Unreachable) => Err(fault),
            _ => Ok(()),
        }
    }

    /// Errors unless the database's files are those that were opened.
    pub fn in_place(&self) -> Result<(), Fault> {
        let Some(Database::Sqlite(sqlite)) = self.database.get() else { return Ok(()) };
        let found = sqlite.file.in_place();
        if let Err(fault) = found {
            self.set(Some(fault));
        }
        found
    }

    /// Takes note of a statement that failed. Says whether storage is to blame.
    pub fn note(&self, error: &DbErr) -> bool {
        let Some(fault) = Fault::of(error) else { return false };
        if was_refused(error) {
            return true;
        }
        tracing::warn!(?error, ?fault, "the database failed");
        if fault == Fault::Unreachable && !lost_connection(error) {
            // All connections may be in use: they are as good as new ones.
            self.suspect();
        } else {
            self.meet(fault);
        }
        true
    }

    /// Takes note of a fault that a statement met.
    pub fn meet(&self, fault: Fault) {
        // Where only room is missing, or the file is gone, the open connections are as good as new ones.
        let room_only =
            matches!(fault, Fault::DiskFull | Fault::Locked | Fault::TooManyConnections);
        if !room_only && !matches!(fault, Fault::Missing | Fault::Replaced) {
            self.replace_connections();
        }
        if matches!(fault, Fault::Unreachable | Fault::TooManyConnections) {
            self.suspect();
        } else {
            self.set(Some(fault));
        }
    }

    /// Has the database probed.
    pub fn suspect(&self) {
        self.suspected.store(true, Ordering::Release);
        self.wake.notify_one();
    }

    /// Whether the pool may keep a connection of this age.
    pub fn keeps(&self, connection: &PoolConnectionMetadata) -> bool {
        let replace_before = *self.replace_before.lock().unwrap_or_else(PoisonError::into_inner);
        match (replace_before, Instant::now().checked_sub(connection.age)) {
            (Some(replace_before), Some(opened)) => opened > replace_before,
            _ => true,
        }
    }

    /// Closes the connection that keeps the -wal file in place. As the last one, it moves what is in that file into the database.
    pub async fn close(&self) -> Result<(), sqlx::Error> {
        let Some(Database::Sqlite(sqlite)) = self.database.get() else { return Ok(()) };
        let last = sqlite.last.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(last) = last {
            last.close().await?;
            sqlite.file.set_log_aside();
        }
        Ok(())
    }

    /// Has the pool replace every connection that is open now: SQLite opens a file read-only if it must, and never looks again; a lost
    /// connection is dead.
    fn replace_connections(&self) {
        let mut replace_before = self.replace_before.lock().unwrap_or_else(PoisonError::into_inner);
        *replace_before = Some(Instant::now());
    }

    /// Makes a fault known, or its end.
    fn set(&self, fault: Option<Fault>) {
        let changed = self.fault.send_if_modified(|known| {
            let changed = *known != fault;
            *known = fault;
            changed
        });
        if !changed {
            return;
        }
        match fault {
            Some(fault) => tracing::error!(?fault, "writes are refused: {fault}"),
            None => {
                tracing::info!("the database works again");
                // Reads may have opened some meanwhile.
                self.replace_connections();
            }
        }
        self.allow_opening(!matches!(fault, Some(Fault::Missing | Fault::Replaced)));
        self.wake.notify_one();
    }

    /// Keeps the pool from opening whatever has taken the place of the file.
    fn allow_opening(&self, allowed: bool) {
        let Some(Database::Sqlite(sqlite)) = self.database.get() else { return };
        let options = sqlite.options.clone();
        sqlite.pool.set_connect_options(if allowed {
            options
        } else {
            options.filename("/dev/null/the-database-file-was-moved")
        });
    }

    async fn probe(&self) -> Result<(), Fault> {
        match self.database.get() {
            Some(Database::Sqlite(sqlite)) => {
                self.in_place()?;
                probe::sqlite(sqlite, self.fault()).await
            }
            Some(Database::Postgres(options)) => probe::postgres(options).await,
            None => Ok(()),
        }
    }
}

async fn keep_watch(health: Weak<Health>) {
    let mut away_since: Option<Instant> = None;
    while let Some(health) = health.upgrade() {
        let pause = if away_since.is_some() { SUSPICION } else { INTERVAL };
        let _ = tokio::time::timeout(pause, health.wake.notified()).await;
        let suspected = health.suspected.swap(false, Ordering::AcqRel);
        let in_place = health.in_place().is_ok();
        if !in_place || !(suspected || away_since.is_some() || health.fault().is_some()) {
            continue;
        }
        match health.probe().await {
            Ok(()) => {
                away_since = None;
                health.set(None);
            }
            Err(Fault::Unreachable) if health.fault().is_none() => {
                let since = away_since.get_or_insert_with(Instant::now);
                if since.elapsed() >= GRACE {
                    health.set(Some(Fault::Unreachable));
                }
            }
            Err(fault) => {
                away_since = None;
                health.set(Some(fault));
            }
        }
        if let Some(fault) = health.fault() {
            away_since = None;
            // However many failures are noted, a fault is probed once in each interval.
            let away = fault == Fault::Unreachable;
            tokio::time::sleep(if away { SUSPICION } else { INTERVAL }).await;
        }
    }
}
