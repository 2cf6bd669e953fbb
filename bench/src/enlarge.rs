//! Makes a filled database many times larger: copies its rows with SQL.
//!
//! Each copy lies a day further back, by its times and by its ids. Only the rows that [`Copied`] names are
//! copied, and the log of copied events cannot be verified. So use the database for nothing else.

use anyhow::Context;
use claimspan::domain::actor::Actor;
use claimspan::domain::counts::rebuild;
use claimspan::domain::ids::NewsroomId;
use claimspan::domain::store::{self, Db};
use claimspan::domain::upkeep;
use claimspan::domain::world::World;
use sea_orm::{ConnectionTrait, Statement};

/// The rows that are copied.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// Those that summaries read.
    Counted,
    /// Those that exports read, except rulings. Each citation answers a question.
    Exported,
}

/// A table, and its columns that are ids of copied rows.
type Table = (&'static str, &'static [&'static str]);

/// The tables that summaries read.
const COUNTED: [Table; 9] = [
    ("articles", &["id"]),
    ("revisions", &["id", "article_id"]),
    ("claims", &["id", "article_id", "revision_id"]),
    ("claim_keys", &["claim_id"]),
    ("claim_tag_keys", &["claim_id"]),
    ("sources", &["id"]),
    ("verdicts", &["id", "claim_id", "submission_id"]),
    ("submissions", &["id", "verdict_id"]),
    ("citations", &["id", "submission_id", "verdict_id", "source_id"]),
];
/// The further tables that exports read.
const EXPORTED: [Table; 3] = [
    ("spans", &["id", "revision_id"]),
    ("anchors", &["id", "claim_id", "revision_id"]),
    ("events", &["article_id", "claim_id", "verdict_id"]),
];
/// Gives each citation a question, without which the format AVeriTeC leaves claims out.
const ASK: &str =
    "UPDATE citations SET question = 'How much is it?', answer = quote, answer_type = 'EXTRACTIVE'";
/// The columns with times that are moved.
const TIMES: [&str; 3] = ["imported_at", "marked_at", "submitted_at"];
/// A day, as the first four bytes of an id count it: in 65.536 seconds.
const DAY: u32 = 1_318;

/// Makes the database `times` as large, and counts its newsroom again.
pub async fn enlarge(
    url: &str,
    newsroom: NewsroomId,
    times: u32,
    copied: Copied,
) -> anyhow::Result<()> {
    let db = store::connect(url, 1).await?;
    // Otherwise the server would put each copy into the search index when it starts.
    upkeep::run(&db, &Actor::machine(World::real())).await?;
    // Triggers would note each row for the audit log.
    let triggers = if db.is_sqlite() {
        db.execute_unprepared("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF").await?;
        let triggers =
            texts(&db, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'", 2).await?;
        for trigger in &triggers {
            db.execute_unprepared(&format!("DROP TRIGGER {}", trigger[0])).await?;
        }
        triggers
    } else {
        db.execute_unprepared("SET session_replication_role = replica").await?;
        Vec::new()
    };
    let mut tables = COUNTED.to_vec();
    if copied == Copied::Exported {
        tables.extend(EXPORTED);
        db.execute_unprepared(ASK).await?;
    }
    for (table, ids) in tables {
        let copy = copy(&db, table, ids, times).await?;
        db.execute_unprepared(&copy).await.with_context(|| format!("cannot copy {table}"))?;
    }
    for trigger in &triggers {
        db.execute_unprepared(&trigger[1]).await?;
    }
    if !db.is_sqlite() {
        db.execute_unprepared("SET session_replication_role = origin").await?;
        db.execute_unprepared("VACUUM (ANALYZE)").await?;
    }
    rebuild::rebuild(&db, newsroom).await?;
    crate::fill::settle(&db).await?;
    Ok(db.close().await?)
}

/// The statement that copies the rows of a table.
async fn copy(db: &Db, table: &str, ids: &[&str], times: u32) -> anyhow::Result<String> {
    let columns = columns(db, table).await?;
    // The first four bytes of an id are a time.
    let newest = chrono::Utc::now().timestamp_millis() >> 16;
    let value = |column: &String| match column.as_str() {
        id if ids.contains(&id) && db.is_sqlite() => {
            format!("CAST(unhex(printf('%08x', {newest} - n * {DAY})) || substr({id}, 5) AS BLOB)")
        }
        id if ids.contains(&id) => {
            format!("(lpad(to_hex({newest} - n * {DAY}), 8, '0') || substr({id}::text, 9))::uuid")
        }
        time if TIMES.contains(&time) && db.is_sqlite() => {
            format!("strftime('%Y-%m-%dT%H:%M:%f000+00:00', {time}, '-' || n || ' days')")
        }
        time if TIMES.contains(&time) => format!("{time} - n * interval '1 day'"),
        "number" if table == "events" => "number + n * (SELECT max(number) FROM events)".to_owned(),
        "url" if table == "sources" => "url || '?copy=' || n".to_owned(),
        other => other.to_owned(),
    };
    let values: Vec<_> = columns.iter().map(value).collect();
    let last = times - 1;
    let numbers = if db.is_sqlite() {
        format!(
            "(WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) SELECT n FROM numbers)"
        )
    } else {
        format!("(SELECT n FROM generate_series(1, {last}) AS series (n))")
    };
    Ok(format!(
        "INSERT INTO {table} ({}) SELECT {} FROM {table} CROSS JOIN {numbers} AS copies",
        columns.join(", "),
        values.join(", ")
    ))
}

/// The columns of a table.
pub async fn columns(db: &Db, table: &str) -> anyhow::Result<Vec<String>> {
    let names = if db.is_sqlite() {
        format!("SELECT name FROM pragma_table_info('{table}')")
    } else {
        format!(
            "SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}' AND table_schema = current_schema()"
        )
    };
    Ok(texts(db, &names, 1).await?.into_iter().flatten().collect())
}

/// The first columns of each row, as texts.
pub async fn texts(db: &Db, sql: &str, columns: usize) -> anyhow::Result<Vec<Vec<String>>> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    rows.iter().map(|row| (0..columns).map(|at| Ok(row.try_get_by_index(at)?)).collect()).collect()
}
