//! The database: connecting, and the one way to write.
//!
//! Always true: a write is one transaction that ends in commit or rollback, whatever becomes of the request that asked for it. Within
//! [`whole`] it is a savepoint of the transaction around it, and what it did holds once that one commits.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use migration::MigratorTrait;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{Connection, PgConnection};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseExecutor, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    IntoDatabaseExecutor, QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, TryGetable,
};
use tokio::sync::{OwnedSemaphorePermit, RwLock, Semaphore};
use uuid::Uuid;

use super::error::{Error, Result};
use kept::{Keepers, Kept};

mod kept;

/// How long a connection waits for another's lock before it gives up.
const BUSY: Duration = Duration::from_secs(10);

/// How long somebody waits for a connection before one is taken from whoever keeps it.
const PATIENCE: Duration = Duration::from_millis(2);

/// So many bytes of SQLite's file are read without a copy.
const MAPPED: u32 = 1 << 30;

/// An open database.
#[derive(Clone)]
pub struct Db {
    connection: DatabaseConnection,
    /// SQLite takes one writer at a time; they queue here in turn, instead of polling its lock out of turn.
    writer: Option<Arc<Semaphore>>,
    /// The transaction that all goes through; see [`whole`].
    around: Option<Around>,
    /// What reads go through that are part of no transaction; see [`Db::keeping`].
    kept: Option<Arc<Kept>>,
    /// All who keep a connection so.
    keepers: Arc<Keepers>,
    /// What is being written aside; see [`aside`].
    aside: Arc<Mutex<HashSet<Uuid>>>,
    /// See [`Db::on_statement`].
    watch: Option<Watch>,
}

/// Is told of each statement what it does, how long it took, and whether it failed.
type Watch = Arc<dyn Fn(Does, Duration, bool) + Send + Sync>;

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// It reads.
    Read,
    /// It writes, or takes a lock to write.
    Write,
}

/// A transaction that several hold; none once it has ended. Whoever uses it reads the lock, and who ends it waits for them.
type Around = Arc<RwLock<Option<DatabaseTransaction>>>;

/// Opens the database at `url`, `sqlite://FILE` (made if missing) or `postgres://…`, with up to `connections` connections.
pub async fn connect(url: &str, connections: u32) -> anyhow::Result<Db> {
    let sqlite = url.starts_with("sqlite:");
    anyhow::ensure!(
        sqlite || url.starts_with("postgres:") || url.starts_with("postgresql:"),
        "a database URL begins with sqlite:// or postgres://"
    );
    // Said here, without the URL: below, it would be told with its password.
    anyhow::ensure!(sqlite || url::Url::parse(url).is_ok(), "the database URL is no URL: it looks like postgres://USER:PASSWORD@HOST/NAME");
    anyhow::ensure!(!url.contains(":memory:"), "an in-memory database is lost with its connection; name a file: sqlite://FILE");
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(BUSY)
        .sqlx_logging(false)
        // A connection that died in the pool is found when it is used; asking first would cost every request a round trip.
        .test_before_acquire(!sqlite)
        .test_before_acquire_if_idle_for(Duration::from_secs(30))
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(BUSY)
                .statement_cache_capacity(256)
                // A page's rows go to who waits for them without a stop; 50 at a time would be less than most answers have.
                .row_buffer_size(512)
                // The file is read where the system holds it in memory, instead of a copy of each page: a connection keeps few of those.
                .pragma("mmap_size", MAPPED.to_string())
        })
        .map_sqlx_postgres_opts(|postgres| postgres.application_name("claimspan").statement_cache_capacity(256));
    let connection = match Database::connect(options).await {
        Ok(connection) => connection,
        Err(error) => {
            // The pool tries until its time is out, and tells no more than that.
            let cause = if sqlite { None } else { PgConnection::connect(url).await.err() };
            let cause = cause.map_or_else(|| anyhow::Error::from(error), anyhow::Error::from);
            return Err(cause.context(format!("cannot open the database {}", without_password(url))));
        }
    };
    Ok(Db {
        connection,
        writer: sqlite.then(|| Arc::new(Semaphore::new(1))),
        around: None,
        kept: None,
        keepers: Arc::default(),
        aside: Arc::default(),
        watch: None,
    })
}

/// Errors if there is no such file, where the database is one.
pub fn must_exist(url: &str) -> anyhow::Result<()> {
    if url.starts_with("sqlite:") {
        let options: SqliteConnectOptions = url.parse().context("this is no address of a SQLite file, such as sqlite://claimspan.db")?;
        let file = options.get_filename();
        anyhow::ensure!(file.exists(), "there is no database {}; --database-url names another", file.display());
    }
    Ok(())
}

impl Db {
    /// What to read from: a connection, or the transaction around what is being done.
    pub const fn read(&self) -> &Self {
        self
    }

    /// The connections themselves, past any transaction.
    pub const fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Whether this is SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.connection.get_database_backend() == DbBackend::Sqlite
    }

    /// How many connections are open, and how many of them do nothing.
    pub fn connections(&self) -> (u32, u32) {
        let (all, idle) = if self.is_sqlite() {
            let pool = self.connection.get_sqlite_connection_pool();
            (pool.size(), pool.num_idle())
        } else {
            let pool = self.connection.get_postgres_connection_pool();
            (pool.size(), pool.num_idle())
        };
        (all, u32::try_from(idle).unwrap_or(u32::MAX))
    }

    /// Calls `callback` after each statement with what it does, its duration, and whether it failed.
    pub fn on_statement(&mut self, callback: impl Fn(Does, Duration, bool) + Send + Sync + 'static) {
        let watch: Watch = Arc::new(callback);
        self.watch = Some(Arc::clone(&watch));
        self.connection.set_metric_callback(move |info| {
            let sql = &info.statement.sql;
            let reads = ["SELECT ", "WITH "].iter().any(|verb| sql.starts_with(verb)) && !sql.starts_with(LOCK);
            watch(if reads { Does::Read } else { Does::Write }, info.elapsed, info.failed);
        });
    }

    /// The same database, for reads that follow one another: by one connection, until this and its copies are gone.
    ///
    /// Not for who writes: a write takes another, and all could be kept by those who wait to write.
    #[must_use]
    pub fn keeping(&self) -> Self {
        let kept = Arc::new(Kept::of(self.apart()));
        self.keepers.add(&kept);
        Self { kept: Some(kept), ..self.clone() }
    }

    /// Waits for what takes a connection. Where all are taken, one who keeps one without need gives it back.
    async fn connected<T>(&self, what: impl Future<Output = T>) -> T {
        let mut what = std::pin::pin!(what);
        loop {
            match tokio::time::timeout(PATIENCE, &mut what).await {
                Ok(done) => return done,
                Err(_) if self.connections().1 == 0 => self.keepers.let_go(),
                Err(_) => {}
            }
        }
    }

    /// Waits for what is no read, and may take long: meanwhile no connection is kept for it.
    pub async fn while_away<T>(&self, wait: impl Future<Output = T>) -> T {
        let _away = match &self.kept {
            Some(kept) => Some(kept.leave().await),
            None => None,
        };
        wait.await
    }

    /// The same database by any of its connections: for what goes on when the reads of a request are done.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self { kept: None, ..self.clone() }
    }

    /// Asks the database whether it is there, and whether its schema is this program's.
    pub async fn ready(&self) -> Result<bool> {
        Ok(migration::Migrator::get_pending_migrations_read_only(self).await?.is_empty())
    }

    /// Ends every connection, once what they do is done.
    pub async fn close(self) -> Result<()> {
        Ok(self.connection.close().await?)
    }
}

/// Reads and single statements, which go through the transaction around them if there is one.
#[async_trait]
impl ConnectionTrait for Db {
    fn get_database_backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match &self.around {
            Some(around) => open(around.read().await.as_ref())?.execute_raw(statement).await,
            None => self.connection.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, text: &str) -> Result<ExecResult, DbErr> {
        match &self.around {
            Some(around) => open(around.read().await.as_ref())?.execute_unprepared(text).await,
            None => self.connection.execute_unprepared(text).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match (&self.around, &self.kept) {
            (Some(around), _) => open(around.read().await.as_ref())?.query_one_raw(statement).await,
            // The statement says itself that it wants one.
            (None, Some(kept)) => Ok(kept.query_all(statement).await?.into_iter().next()),
            (None, None) => self.connected(self.connection.query_one_raw(statement)).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match (&self.around, &self.kept) {
            (Some(around), _) => open(around.read().await.as_ref())?.query_all_raw(statement).await,
            (None, Some(kept)) => kept.query_all(statement).await,
            (None, None) => self.connected(self.connection.query_all_raw(statement)).await,
        }
    }
}

/// For migrations, which bring their own transactions.
impl<'c> IntoDatabaseExecutor<'c> for &'c Db {
    fn into_database_executor(self) -> DatabaseExecutor<'c> {
        DatabaseExecutor::Connection(&self.connection)
    }
}

/// A row's values one after the other, as its statement names the columns: by name, each value of each row would be looked for among all.
pub struct Values<'a> {
    row: &'a QueryResult,
    next: usize,
}

impl<'a> Values<'a> {
    /// Of this row, from the first on.
    pub const fn of(row: &'a QueryResult) -> Self {
        Self { row, next: 0 }
    }

    /// The next one.
    pub fn take<T: TryGetable>(&mut self) -> Result<T, DbErr> {
        self.next += 1;
        self.row.try_get_by_index(self.next - 1)
    }
}

fn open(around: Option<&DatabaseTransaction>) -> Result<&DatabaseTransaction, DbErr> {
    around.ok_or_else(|| DbErr::Custom("the transaction around this has ended".to_owned()))
}

/// Does `work` in one transaction: committed if it succeeds, rolled back if it fails.
///
/// It runs in a task of its own, since a client that hangs up drops its request's future, and a future dropped between BEGIN and COMMIT
/// would leave a pooled connection mid-transaction.
pub async fn write<T, F, Fut>(db: &Db, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(Arc<DatabaseTransaction>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<T>> + Send,
{
    let db = db.apart();
    let task = tokio::spawn(async move {
        // Held to the end: the transaction around this one must not end before it.
        let around = match &db.around {
            Some(around) => Some(Arc::clone(around).read_owned().await),
            None => None,
        };
        let (_turn, txn) = match &around {
            Some(around) => (None, open(around.as_ref())?.begin().await?),
            None => begin(&db, Among::Others).await?,
        };
        let txn = Arc::new(txn);
        let done = work(Arc::clone(&txn)).await;
        let txn = Arc::into_inner(txn).ok_or_else(|| anyhow::anyhow!("a transaction outlived its work"))?;
        match done {
            Ok(value) => txn.commit().await.map(|()| value).map_err(Error::from),
            Err(error) => txn.rollback().await.map_err(Error::from).and(Err(error)),
        }
    });
    task.await.map_err(anyhow::Error::from)?
}

/// Does `work` in a transaction that nobody waits for; not again while it is being done, for this `id`.
pub fn aside<F, Fut>(db: &Db, id: Uuid, work: F)
where
    F: FnOnce(Arc<DatabaseTransaction>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let all = Arc::clone(&db.aside);
    if !all.lock().unwrap_or_else(PoisonError::into_inner).insert(id) {
        return;
    }
    // The request may keep a connection to read by; it is not to be kept for this.
    let db = db.apart();
    tokio::spawn(async move {
        if let Err(error) = write(&db, work).await {
            tracing::warn!(?error, %id, "what was to be written aside was not");
        }
        all.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    });
}

/// How a transaction that is done ends.
pub enum End<T> {
    /// What it did holds.
    Commit(T),
    /// What it did is undone.
    RollBack(T),
}

/// Beside whom a transaction writes, on PostgreSQL; on SQLite there is one writer at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// Others write at the same time.
    Others,
    /// Nobody else writes meanwhile: for what takes the locks of several writes, one write after another, and would in the end wait for
    /// somebody who waits for it.
    Nobody,
}

/// Does `work` with a database whose every read and write goes through one transaction; a [`write()`] in it that fails is undone alone.
///
/// Like a write it ends in commit or rollback, whatever becomes of who asked for it.
pub async fn whole<T, F, Fut>(db: &Db, among: Among, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(Db) -> Fut + Send + 'static,
    Fut: Future<Output = Result<End<T>>> + Send,
{
    let mut db = db.apart();
    let task = tokio::spawn(async move {
        if db.around.is_some() {
            return Err(anyhow::anyhow!("a transaction within a transaction").into());
        }
        let (_turn, txn) = begin(&db, among).await?;
        let around = Around::new(RwLock::new(Some(txn)));
        db.around = Some(Arc::clone(&around));
        let done = work(db).await;
        // Reads that nobody waits for any more may still be under way: they end first, and who comes later finds nothing.
        let txn = around.write().await.take().ok_or_else(|| anyhow::anyhow!("a transaction ended early"))?;
        match done {
            Ok(End::Commit(value)) => txn.commit().await.map(|()| value).map_err(Error::from),
            Ok(End::RollBack(value)) => txn.rollback().await.map(|()| value).map_err(Error::from),
            Err(error) => txn.rollback().await.map_err(Error::from).and(Err(error)),
        }
    });
    task.await.map_err(anyhow::Error::from)?
}

/// The lock that every writer on PostgreSQL shares, unless it writes alone; any number that nobody else uses.
const WRITERS: i64 = 0x636c_6169_6d73_7061;

/// How the statement that takes it begins.
const LOCK: &str = "SELECT pg_advisory_xact_lock";

/// Begins a transaction to write in; on SQLite, once it is this one's turn.
async fn begin(db: &Db, among: Among) -> Result<(Option<OwnedSemaphorePermit>, DatabaseTransaction)> {
    let turn = match &db.writer {
        Some(writer) => Some(Arc::clone(writer).acquire_owned().await.map_err(anyhow::Error::from)?),
        None => None,
    };
    // Immediate: two reviewers queue here, instead of one failing midway.
    let options =
        TransactionOptions { sqlite_transaction_mode: db.is_sqlite().then_some(SqliteTransactionMode::Immediate), ..Default::default() };
    let txn = db.connected(db.connection.begin_with_options(options)).await?;
    if !db.is_sqlite() {
        let how = match among {
            Among::Others => "_shared",
            Among::Nobody => "",
        };
        txn.execute_raw(Statement::from_string(DbBackend::Postgres, format!("{LOCK}{how}({WRITERS})"))).await?;
    }
    Ok((turn, txn))
}

/// The URL as it may be shown.
fn without_password(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(mut parsed) if parsed.password().is_some() => {
            // The form of the URL was good a line above; setting a password on it can't fail.
            let _ = parsed.set_password(Some("***"));
            parsed.set_query(None);
            parsed.into()
        }
        _ => url.split_once('?').map_or(url, |(address, _)| address).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_url_has_no_password() {
        let shown = without_password("postgres://desk:s3cret@db.example.org/claims?sslmode=require&password=s3cret");
        assert!(!shown.contains("s3cret"), "{shown}");
        assert_eq!(without_password("sqlite://claimspan.db?mode=rwc"), "sqlite://claimspan.db");
    }
}
