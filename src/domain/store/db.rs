//! An open database, and how it is read.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use migration::MigratorTrait;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseExecutor, DbBackend, DbErr, ExecResult,
    IntoDatabaseExecutor, QueryResult, Statement,
};

use super::pool::{Pool, StatementKind};
use super::request_connection::RequestConnection;
use super::transaction::OuterTransaction;
use crate::domain::error::{Error, Result};
use crate::domain::storage_fault::{Fault, lost_connection};

/// How long the database may take to say that it is ready.
const READY: Duration = Duration::from_millis(900);

/// An open database.
#[derive(Clone)]
pub struct Db {
    pub(super) pool: Pool,
    /// The transaction that everything goes through, if there is one. See [`in_one_transaction`](super::in_one_transaction).
    pub(super) outer: Option<Arc<OuterTransaction>>,
    /// The connection that the reads of a request share. See [`Db::for_request`].
    request: Option<Arc<RequestConnection>>,
}

/// Whether requests can be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// They can.
    Ready,
    /// The schema is not this program's.
    OtherSchema,
    /// Storage has failed.
    Unavailable(Fault),
}

impl Db {
    pub(super) const fn new(pool: Pool) -> Self {
        Self { pool, outer: None, request: None }
    }

    /// The connections themselves, past any transaction.
    pub const fn connection(&self) -> &DatabaseConnection {
        &self.pool.all
    }

    /// Whether this is SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.pool.is_sqlite()
    }

    /// How many connections are open, and how many of them are idle.
    pub fn connections(&self) -> (u32, u32) {
        self.pool.connections()
    }

    /// The number of transactions that were committed through this and its copies, or may have been.
    pub fn commits(&self) -> u64 {
        self.pool.commits.load(Ordering::SeqCst)
    }

    /// Calls `callback` after each statement with its kind, its duration, and whether it failed.
    pub fn on_statement(
        &mut self,
        callback: impl Fn(StatementKind, Duration, bool) + Send + Sync + 'static,
    ) {
        self.pool.on_statement(callback);
    }

    /// The same database, for the reads of one request. They share one connection until this and its copies are gone.
    ///
    /// Requests that write must not use it. A write takes another connection, and requests that wait to write could hold all of them.
    #[must_use]
    pub fn for_request(&self) -> Self {
        let request = RequestConnection::new(self.pool.clone());
        Self { request: Some(Arc::new(request)), ..self.clone() }
    }

    /// The same database without the request's connection, for work that goes on after the request's reads.
    #[must_use]
    pub fn without_request(&self) -> Self {
        Self { request: None, ..self.clone() }
    }

    /// The same database, inside this transaction.
    pub(super) fn inside(&self, outer: Arc<OuterTransaction>) -> Self {
        Self { outer: Some(outer), ..self.clone() }
    }

    /// Waits for something that is not a read and may take long. Meanwhile the request holds no connection.
    pub async fn while_away<T>(&self, wait: impl Future<Output = T>) -> T {
        let _away = match &self.request {
            Some(request) => Some(request.give_back().await),
            None => None,
        };
        wait.await
    }

    /// Runs a read. If its connection is lost, it runs once more on a new one.
    async fn read<T, Fut>(
        &self,
        read: impl Fn(Statement) -> Fut,
        statement: Statement,
    ) -> Result<T, DbErr>
    where
        Fut: Future<Output = Result<T, DbErr>>,
    {
        let reads = StatementKind::of(&statement.sql) == StatementKind::Read;
        let again = reads.then(|| statement.clone());
        match (self.noted(self.pool.connected(read(statement)).await.flatten()), again) {
            (Err(error), Some(statement)) if lost_connection(&error) => {
                self.noted(self.pool.connected(read(statement)).await.flatten())
            }
            (done, _) => done,
        }
    }

    /// The same result. If it is a storage fault, the fault is made known, and the outer transaction ends.
    pub(super) fn noted<T>(&self, done: Result<T, DbErr>) -> Result<T, DbErr> {
        done.inspect_err(|error| {
            if self.pool.health.note(error)
                && let Some(outer) = &self.outer
            {
                outer.break_by(error);
            }
        })
    }

    /// Whether the schema in the database is this program's.
    pub async fn ready(&self) -> Result<bool> {
        Ok(migration::Migrator::get_pending_migrations_read_only(self).await?.is_empty())
    }

    /// Whether requests can be served. Answers within a second, whatever the database does.
    pub async fn readiness(&self) -> Readiness {
        if let Err(fault) = self.pool.health.writable() {
            return Readiness::Unavailable(fault);
        }
        match tokio::time::timeout(READY, self.ready()).await {
            Ok(Ok(true)) => Readiness::Ready,
            Ok(Ok(false)) => Readiness::OtherSchema,
            Ok(Err(Error::StorageUnavailable { fault, .. })) => Readiness::Unavailable(fault),
            Ok(Err(error)) => {
                tracing::warn!(?error, "not ready");
                Readiness::Unavailable(Fault::Unreachable)
            }
            Err(_) => {
                self.pool.health.suspect();
                Readiness::Unavailable(Fault::Unreachable)
            }
        }
    }

    /// Closes every connection as soon as it has finished its work.
    pub async fn close(self) -> Result<()> {
        self.pool.all.close_by_ref().await?;
        Ok(self.pool.health.close().await.map_err(anyhow::Error::from)?)
    }
}

/// Reads and single statements. They go through the outer transaction, if there is one.
#[async_trait]
impl ConnectionTrait for Db {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.all.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.noted(match &self.outer {
            Some(outer) => {
                outer.open(outer.transaction.read().await.as_ref())?.execute_raw(statement).await
            }
            None => {
                self.pool.health.writable()?;
                self.pool.all.execute_raw(statement).await
            }
        })
    }

    async fn execute_unprepared(&self, text: &str) -> Result<ExecResult, DbErr> {
        self.noted(match &self.outer {
            Some(outer) => {
                let transaction = outer.transaction.read().await;
                outer.open(transaction.as_ref())?.execute_unprepared(text).await
            }
            None => {
                self.pool.health.writable()?;
                self.pool.all.execute_unprepared(text).await
            }
        })
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match (&self.outer, &self.request) {
            (Some(outer), _) => {
                let transaction = outer.transaction.read().await;
                self.noted(outer.open(transaction.as_ref())?.query_one_raw(statement).await)
            }
            // The statement itself limits its rows to one.
            (None, Some(request)) => Ok(request.query_all(statement).await?.into_iter().next()),
            (None, None) => {
                self.read(|statement| self.pool.all.query_one_raw(statement), statement).await
            }
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match (&self.outer, &self.request) {
            (Some(outer), _) => {
                let transaction = outer.transaction.read().await;
                self.noted(outer.open(transaction.as_ref())?.query_all_raw(statement).await)
            }
            (None, Some(request)) => request.query_all(statement).await,
            (None, None) => {
                self.read(|statement| self.pool.all.query_all_raw(statement), statement).await
            }
        }
    }
}

/// For migrations, which bring their own transactions.
impl<'c> IntoDatabaseExecutor<'c> for &'c Db {
    fn into_database_executor(self) -> DatabaseExecutor<'c> {
        DatabaseExecutor::Connection(&self.pool.all)
    }
}
