//! Probes: whether a database that failed can be written again.
//!
//! Each probe opens a connection of its own, writes, and commits, because a full disk may show no earlier. It writes the values that were there before.

use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{
    self, AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, SqliteConnection,
};

use super::health::Sqlite;
use crate::domain::storage_fault::Fault;

/// How long a probe waits for another program's lock.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long a server may take to answer.
const ANSWER: Duration = Duration::from_secs(2);

/// Whether the file can be written again. Waits for the writer of this process, if one is left.
pub async fn sqlite(sqlite: &Sqlite, known: Option<Fault>) -> Result<(), Fault> {
    sqlite.file.has_room()?;
    let Ok(_turn) = sqlite.writer.acquire().await else { return Ok(()) };
    let options = sqlite.options.clone().busy_timeout(PATIENCE);
    write_file(&options, known == Some(Fault::Damaged)).await
}

async fn write_file(options: &SqliteConnectOptions, damaged: bool) -> Result<(), Fault> {
    let mut connection = options.connect().await.map_err(|error| fault_in(&error))?;
    let written = write_version(&mut connection, damaged).await.map_err(|error| fault_in(&error));
    // Closing it rolls back what is left.
    let closed = connection.close().await.map_err(|error| fault_in(&error));
    if written? { closed } else { Err(Fault::Damaged) }
}

/// Writes the file's first page as it is. Says whether the file is sound, if that is in doubt.
async fn write_version(
    connection: &mut SqliteConnection,
    damaged: bool,
) -> Result<bool, sqlx::Error> {
    connection.execute("BEGIN IMMEDIATE").await?;
    let version: i64 =
        sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *connection).await?;
    connection.execute(AssertSqlSafe(format!("PRAGMA user_version = {version}"))).await?;
    connection.execute("COMMIT").await?;
    if !damaged {
        return Ok(true);
    }
    let found: String =
        sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut *connection).await?;
    Ok(found == "ok")
}

/// Whether the server answers, and can be written.
pub async fn postgres(options: &PgConnectOptions) -> Result<(), Fault> {
    let written = tokio::time::timeout(ANSWER, async {
        let mut connection = options.connect().await?;
        let written = write_server(&mut connection).await;
        let _ = connection.close().await;
        written
    });
    match written.await {
        Ok(Ok(())) => Ok(()),
        // Another error than of storage is an answer: a missing privilege, for example.
        Ok(Err(error)) => Fault::of_driver(&error).map_or(Ok(()), Err),
        Err(_) => Err(Fault::Unreachable),
    }
}

/// Writes rows as they are, and a table of half a megabyte that ends with its transaction.
async fn write_server(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    connection.execute("SET lock_timeout = '500ms'").await?;
    connection.execute("UPDATE seaql_migrations SET applied_at = applied_at").await?;
    let room = "CREATE TEMPORARY TABLE claimspan_room ON COMMIT DROP AS \
                SELECT md5(number::text) FROM generate_series(1, 8000) AS number";
    connection.execute(room).await?;
    Ok(())
}

/// The fault that a failed probe found. Any error proves that the file cannot be written.
fn fault_in(error: &sqlx::Error) -> Fault {
    Fault::of_driver(error).unwrap_or(Fault::InputOutput)
}
