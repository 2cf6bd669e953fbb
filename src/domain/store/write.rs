//! Writing: transactions that end in commit or rollback, whatever becomes of the request.

use std::sync::{Arc, PoisonError};

use sea_orm::{DatabaseTransaction, TransactionTrait};
use uuid::Uuid;

use super::db::Db;
use super::transaction::{OtherWriters, OuterTransaction, begin, commit, lock, roll_back};
use crate::domain::actor::{Actor, Lock, Permit};
use crate::domain::error::Result;
use crate::domain::record;
use crate::domain::rights;

/// Does `work` in one transaction, for an actor whose permit is checked again inside it. Commits if `work` succeeds, and rolls back if it
/// fails.
///
/// `work` gets the actor with its rights as the transaction sees them. Until the transaction ends, nobody can change those rights. On
/// PostgreSQL such a change waits for the locks of [`Check::locks`](crate::domain::actor::Check::locks). SQLite has one writer at a time.
pub async fn write<T, F, Fut>(db: &Db, permit: Permit<'_>, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(Arc<DatabaseTransaction>, Actor) -> Fut + Send + 'static,
    Fut: Future<Output = Result<T>> + Send,
{
    let (actor, check) = (permit.actor.clone(), permit.check);
    transaction(db, check.locks().collect(), move |txn| async move {
        rights::recheck(&*txn, &actor, &check).await?;
        let done = work(Arc::clone(&txn), actor).await?;
        record::expect_all_covered(&txn).await?;
        Ok(done)
    })
    .await
}

/// Does `work` in one transaction that holds these locks on rights.
///
/// It checks no rights. Use it only for rows that no account may write by itself, such as the counts of failed sign-ins. For everything else
/// use [`write()`].
///
/// It runs in a task of its own. A client that hangs up drops the future of its request, and a future that is dropped between BEGIN and
/// COMMIT would leave a connection inside a transaction.
pub async fn transaction<T, F, Fut>(db: &Db, locks: Vec<(Uuid, Lock)>, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(Arc<DatabaseTransaction>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<T>> + Send,
{
    let db = db.without_request();
    let task = tokio::spawn(async move {
        let pool = &db.pool;
        // Held to the end: the outer transaction must not end before this one.
        let outer = match &db.outer {
            Some(outer) => Some((outer, outer.transaction.read().await)),
            None => None,
        };
        let (_turn, txn) = match &outer {
            Some((outer, txn)) => {
                let txn = db.noted(outer.open(txn.as_ref())?.begin().await)?;
                lock(pool, &txn, None, &locks).await?;
                (None, txn)
            }
            None => begin(pool, OtherWriters::Allowed, &locks).await?,
        };
        let outer = db.outer.as_deref();
        let txn = Arc::new(txn);
        let done = work(Arc::clone(&txn)).await;
        let txn = Arc::into_inner(txn)
            .ok_or_else(|| anyhow::anyhow!("a transaction outlived its work"))?;
        match done {
            Ok(value) => commit(pool, outer, txn).await.map(|()| value),
            Err(error) => Err(roll_back(pool, outer, txn, error).await),
        }
    });
    task.await.map_err(anyhow::Error::from)?
}

/// Does `work` in a transaction that nobody waits for, unless the same work (`id`) is being done already.
pub fn in_background<F, Fut>(db: &Db, id: Uuid, work: F)
where
    F: FnOnce(Arc<DatabaseTransaction>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let running = Arc::clone(&db.pool.background);
    if !running.lock().unwrap_or_else(PoisonError::into_inner).insert(id) {
        return;
    }
    let db = db.without_request();
    tokio::spawn(async move {
        if let Err(error) = transaction(&db, Vec::new(), work).await {
            tracing::warn!(?error, %id, "a write in the background failed");
        }
        running.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    });
}

/// How a transaction ends when its work is done.
pub enum End<T> {
    /// Its changes are kept.
    Commit(T),
    /// Its changes are undone.
    RollBack(T),
}

/// Does `work` with a database whose every read and write goes through one transaction. If a [`write()`] inside it fails, only that write is
/// undone.
///
/// Like a write it ends in commit or rollback, whatever becomes of the request.
pub async fn in_one_transaction<T, F, Fut>(db: &Db, others: OtherWriters, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(Db) -> Fut + Send + 'static,
    Fut: Future<Output = Result<End<T>>> + Send,
{
    let db = db.without_request();
    let task = tokio::spawn(async move {
        if db.outer.is_some() {
            return Err(anyhow::anyhow!("a transaction inside a transaction").into());
        }
        let pool = &db.pool;
        let (_turn, txn) = begin(pool, others, &[]).await?;
        let outer = Arc::new(OuterTransaction::new(txn));
        let done = work(db.inside(Arc::clone(&outer))).await;
        // Reads whose client has gone away may still be under way. They end first, and later ones are refused.
        let txn = outer
            .transaction
            .write()
            .await
            .take()
            .ok_or_else(|| anyhow::anyhow!("a transaction ended early"))?;
        match (done, outer.broken()) {
            // Even if the work went on: what it did after the fault was not part of the transaction.
            (Ok(_), Some(fault)) => Err(roll_back(pool, None, txn, fault.into()).await),
            (Ok(End::Commit(value)), None) => commit(pool, None, txn).await.map(|()| value),
            (Ok(End::RollBack(value)), None) => {
                txn.rollback().await.map(|()| value).map_err(|error| pool.failed(error))
            }
            (Err(error), _) => Err(roll_back(pool, None, txn, error).await),
        }
    });
    task.await.map_err(anyhow::Error::from)?
}
