//! How a transaction begins and ends.
//!
//! Always true: a write is acknowledged only after the outermost COMMIT has returned, and while the file that it wrote is still in its place.
//! Once storage fails inside a transaction, no more of its statements run. SQLite may have ended the transaction, and the next statement
//! would be committed by itself.

use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait, Value,
};
use tokio::sync::{OwnedSemaphorePermit, RwLock};
use uuid::Uuid;

use super::pool::{LOCK, Pool};
use crate::domain::actor::Lock;
use crate::domain::error::{Error, Result};
use crate::domain::record;
use crate::domain::storage_fault::{Fault, lost_connection};

/// The lock that every writer on PostgreSQL shares, unless it writes alone. Any number that nobody else uses.
const WRITERS: i64 = 0x636c_6169_6d73_7061;

/// Whether others may write at the same time as a transaction. This matters on PostgreSQL; SQLite has one writer at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherWriters {
    /// Others write at the same time.
    Allowed,
    /// Nobody else writes meanwhile. Needed by transactions that take the locks of several writes one after another, and could otherwise
    /// wait for somebody who waits for them.
    Excluded,
}

/// A transaction that several writes and reads share. See [`in_one_transaction`](super::in_one_transaction).
pub struct OuterTransaction {
    /// None once it has ended. A user of the transaction holds a read lock. Ending it takes the write
    /// lock, and so waits for all users.
    pub transaction: RwLock<Option<DatabaseTransaction>>,
    broken: OnceLock<Fault>,
}

impl OuterTransaction {
    /// Shares a transaction that has begun.
    pub fn new(transaction: DatabaseTransaction) -> Self {
        Self { transaction: RwLock::new(Some(transaction)), broken: OnceLock::new() }
    }

    /// The transaction, unless it has ended or is broken.
    pub fn open<'a>(
        &self,
        transaction: Option<&'a DatabaseTransaction>,
    ) -> Result<&'a DatabaseTransaction, DbErr> {
        if let Some(fault) = self.broken.get() {
            return Err((*fault).into());
        }
        transaction.ok_or_else(|| DbErr::Custom("the outer transaction has ended".to_owned()))
    }

    /// The fault that broke it.
    pub fn broken(&self) -> Option<Fault> {
        self.broken.get().copied()
    }

    /// Stops all further statements in it.
    pub fn break_by(&self, error: &DbErr) {
        let _ = self.broken.set(Fault::of(error).unwrap_or(Fault::InputOutput));
    }
}

/// Begins a transaction to write in. On SQLite it waits for its turn.
pub async fn begin(
    pool: &Pool,
    others: OtherWriters,
    rights: &[(Uuid, Lock)],
) -> Result<(Option<OwnedSemaphorePermit>, DatabaseTransaction)> {
    pool.health.writable().map_err(Error::from)?;
    let turn = match &pool.writer {
        Some(writer) => {
            Some(Arc::clone(writer).acquire_owned().await.map_err(anyhow::Error::from)?)
        }
        None => None,
    };
    // The writer before this one may have found the disk full.
    pool.health.writable().map_err(Error::from)?;
    let transaction = match open(pool).await {
        // Nothing has begun, so a new connection may try.
        Err(error) if lost_connection(&error) => {
            pool.health.note(&error);
            open(pool).await
        }
        opened => opened,
    };
    let transaction = transaction.map_err(|error| pool.failed(error))?;
    if pool.is_sqlite() {
        // Rows that were changed behind the server's back must not become part of this transaction.
        record::forget_changes(&transaction).await.map_err(|error| pool.failed(error))?;
    }
    lock(pool, &transaction, Some(others), rights).await?;
    Ok((turn, transaction))
}

/// Takes PostgreSQL's locks for a transaction in one statement: the one that all writers share, and
/// those on rights. SQLite has one writer at a time and needs none.
pub async fn lock(
    pool: &Pool,
    transaction: &DatabaseTransaction,
    others: Option<OtherWriters>,
    rights: &[(Uuid, Lock)],
) -> Result<()> {
    if pool.is_sqlite() {
        return Ok(());
    }
    let writers = others.map(|others| (WRITERS, others == OtherWriters::Excluded));
    let call = LOCK.trim_start_matches("SELECT ");
    // The last 62 bits of such an id are random.
    let number = |id: Uuid| i64::from_be_bytes(std::array::from_fn(|i| id.as_bytes()[8 + i]));
    let rights = rights.iter().map(|(id, mode)| (number(*id), *mode == Lock::Exclusive));
    let (calls, keys): (Vec<_>, Vec<_>) = (1..)
        .zip(writers.into_iter().chain(rights))
        .map(|(place, (key, exclusive))| {
            let shared = if exclusive { "" } else { "_shared" };
            (format!("{call}{shared}(${place})"), Value::from(key))
        })
        .unzip();
    if !keys.is_empty() {
        let text = format!("SELECT {}", calls.join(", "));
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, text, keys);
        transaction.execute_raw(statement).await.map_err(|error| pool.failed(error))?;
    }
    Ok(())
}

async fn open(pool: &Pool) -> Result<DatabaseTransaction, DbErr> {
    // Immediate: a second writer waits here, instead of failing midway.
    let options = TransactionOptions {
        sqlite_transaction_mode: pool.is_sqlite().then_some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    pool.connected(pool.all.begin_with_options(options)).await?
}

/// Commits a transaction, or a savepoint of `outer`.
pub async fn commit(
    pool: &Pool,
    outer: Option<&OuterTransaction>,
    transaction: DatabaseTransaction,
) -> Result<()> {
    let committed = transaction.commit().await;
    pool.commits.fetch_add(1, Ordering::SeqCst);
    match (committed, outer) {
        (Ok(()), Some(_)) => Ok(()),
        (Err(error), Some(outer)) => {
            outer.break_by(&error);
            Err(pool.failed(error))
        }
        // A commit to a file that is gone is not saved.
        (Ok(()), None) => pool
            .health
            .in_place()
            .map_err(|fault| Error::StorageUnavailable { fault, maybe_saved: true }),
        (Err(error), None) => Err(match pool.failed(error) {
            Error::StorageUnavailable { fault, .. } => {
                Error::StorageUnavailable { fault, maybe_saved: !fault.undoes_commit() }
            }
            other => other,
        }),
    }
}

/// Rolls back a transaction, or a savepoint of `outer`. Returns the error that is the reason.
pub async fn roll_back(
    pool: &Pool,
    outer: Option<&OuterTransaction>,
    transaction: DatabaseTransaction,
    reason: Error,
) -> Error {
    let failed = transaction.rollback().await;
    if let Error::StorageUnavailable { fault, .. } = &reason {
        // The statements of a transaction do not pass through `Db`, so their faults are noted here.
        pool.health.meet(*fault);
        if let Some(outer) = outer {
            outer.break_by(&(*fault).into());
        }
    }
    if let Err(error) = failed {
        // Its connection is closed, and the database rolls the rest back.
        tracing::debug!(?error, "a transaction could not be rolled back");
        pool.health.note(&error);
        if let Some(outer) = outer {
            outer.break_by(&error);
        }
    }
    reason
}
