//! Opening a database, and which connections its pool keeps.
//!
//! SQLite ends a transaction by itself when the disk is full, a file cannot be read or memory runs out. The driver does not learn of it and
//! still counts the transaction. The next BEGIN on such a connection would become a savepoint, in a transaction that nobody commits.
//!
//! So the pool keeps a connection only if the driver counts no transaction on it. The driver counts down only after COMMIT or ROLLBACK
//! returned, so a count of zero means that SQLite is in autocommit mode. It is checked when a connection is given back, and when it is taken
//! again: the COMMIT of a write is the outermost one.

use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use anyhow::Context;

use sea_orm::sqlx::pool::{PoolConnectionMetadata, PoolOptions};
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions, Connection, Executor, PgConnection, Postgres};
use tokio::sync::Semaphore;

use super::db::Db;
use super::health::{Database, Health, Sqlite};
use super::pool::Pool;
use super::sqlite_file::{self, SqliteFile};

/// How long a connection waits for another connection's lock.
const BUSY: Duration = Duration::from_secs(10);

/// How many bytes of SQLite's file are read without a copy.
const MAPPED: u32 = 1 << 30;

/// Connections that were idle for longer are tried before they are used.
const STALE: Duration = Duration::from_secs(30);

/// Opens the database at `url`, `sqlite://FILE` (created if missing) or `postgres://…`, with up to `connections` connections.
pub async fn connect(url: &str, connections: u32) -> anyhow::Result<Db> {
    let sqlite = url.starts_with("sqlite:");
    anyhow::ensure!(
        sqlite || url.starts_with("postgres:") || url.starts_with("postgresql:"),
        "a database URL begins with sqlite:// or postgres://"
    );
    // Said here, without the URL: below, the error would show its password.
    anyhow::ensure!(
        sqlite || url::Url::parse(url).is_ok(),
        "the database URL is no URL: it looks like postgres://USER:PASSWORD@HOST/NAME"
    );
    anyhow::ensure!(
        !url.contains(":memory:"),
        "an in-memory database is lost with its connection; name a file: sqlite://FILE"
    );
    let opened = if sqlite {
        open_sqlite(url, connections).await
    } else {
        open_postgres(url, connections).await
    };
    opened.with_context(|| format!("cannot open the database {}", without_password(url)))
}

async fn open_sqlite(url: &str, connections: u32) -> anyhow::Result<Db> {
    let options = sqlite_options(url.parse()?);
    let path = options.get_filename().to_owned();
    // Another error is SQLite's to report.
    let _ = sqlite_file::create_private(&path);
    let health = Health::new();
    let pool = pool_options(&health, connections).connect_with(options.clone()).await?;
    let mut last = options.connect().await?;
    // SQLite opens its files with the first read.
    last.execute("SELECT count(*) FROM sqlite_schema").await?;
    let file = SqliteFile::opened(&path)?;
    let writer = Arc::new(Semaphore::new(1));
    let db = Db::new(Pool::new(pool.clone().into(), Some(Arc::clone(&writer)), &health));
    let last = Mutex::new(Some(last));
    health.watch(Database::Sqlite(Box::new(Sqlite { options, file, pool, writer, last })));
    Ok(db)
}

async fn open_postgres(url: &str, connections: u32) -> anyhow::Result<Db> {
    let options = url
        .parse::<PgConnectOptions>()?
        .application_name("claimspan")
        .statement_cache_capacity(256)
        .disable_statement_logging();
    let health = Health::new();
    let pool = match pool_options::<Postgres>(&health, connections)
        .connect_with(options.clone())
        .await
    {
        Ok(pool) => pool,
        // The pool tries until its time is out, and then says no more than that.
        Err(error) => {
            return Err(PgConnection::connect_with(&options).await.err().unwrap_or(error).into());
        }
    };
    let db = Db::new(Pool::new(pool.into(), None, &health));
    health.watch(Database::Postgres(Box::new(options)));
    Ok(db)
}

fn sqlite_options(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        // Created before, and never again: a file that is missing later was deleted.
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .statement_cache_capacity(256)
        // The rows of a page reach the reader without a stop; the default of 50 would be less than most answers have.
        .row_buffer_size(512)
        // The file is read where the system holds it in memory, instead of a copy of each page: a connection keeps few of those.
        .pragma("mmap_size", MAPPED.to_string())
        .disable_statement_logging()
}

fn pool_options<DB: sqlx::Database>(health: &Arc<Health>, connections: u32) -> PoolOptions<DB> {
    // The health owns the pool, not the other way round.
    let (taken, given_back) = (Arc::downgrade(health), Arc::downgrade(health));
    PoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(BUSY)
        // Trying each connection first would cost every request a round trip. A dead one is found when it is used.
        .test_before_acquire(false)
        .before_acquire(move |connection, about| {
            Box::pin(may_be_taken(taken.clone(), connection, about))
        })
        .after_release(move |connection, about| {
            Box::pin(may_be_kept(given_back.clone(), connection, about))
        })
}

/// Whether a connection may be taken from the pool.
async fn may_be_taken<C: Connection>(
    health: Weak<Health>,
    connection: &mut C,
    about: PoolConnectionMetadata,
) -> Result<bool, sqlx::Error> {
    if !keeps(&health, &about) || connection.is_in_transaction() {
        return Ok(false);
    }
    if about.idle_for >= STALE {
        connection.ping().await?;
    }
    Ok(true)
}

/// Whether the pool may keep a connection that is given back.
async fn may_be_kept<C: Connection>(
    health: Weak<Health>,
    connection: &mut C,
    about: PoolConnectionMetadata,
) -> Result<bool, sqlx::Error> {
    if !keeps(&health, &about) {
        return Ok(false);
    }
    if connection.is_in_transaction() {
        // A rollback may be under way. The next statement runs after it.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

fn keeps(health: &Weak<Health>, about: &PoolConnectionMetadata) -> bool {
    health.upgrade().is_none_or(|health| health.keeps(about))
}

/// Errors if there is no such file, where the database is one.
pub fn must_exist(url: &str) -> anyhow::Result<()> {
    if url.starts_with("sqlite:") {
        let options: SqliteConnectOptions = url
            .parse()
            .context("this is no address of a SQLite file, such as sqlite://claimspan.db")?;
        let file = options.get_filename();
        anyhow::ensure!(
            file.exists(),
            "there is no database {}; --database-url names another",
            file.display()
        );
    }
    Ok(())
}

/// The URL as it may be shown.
pub fn without_password(url: &str) -> String {
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
        let shown = without_password(
            "postgres://desk:s3cret@db.example.org/claims?sslmode=require&password=s3cret",
        );
        assert!(!shown.contains("s3cret"), "{shown}");
        assert_eq!(without_password("sqlite://claimspan.db?mode=rwc"), "sqlite://claimspan.db");
    }
}
