//! The database by itself: the rows of a verdict, written by its own client. Nobody signs in, nothing is
//! checked, and no count or digest is kept.
//!
//! PostgreSQL's client is `pgbench` with prepared statements. SQLite's is `sqlite3`, which has one
//! connection, because SQLite has one writer at a time.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use claimspan::domain::store::{self, Db};
use sea_orm::ConnectionTrait;

use crate::databases::{Engine, programs};
use crate::enlarge::{columns, texts};
use crate::fill;
use crate::measure::Subject;
use crate::wrk::Reading;

/// The tables of the six inserts, each with its columns that get new values.
const INSERTS: [(&str, &[&str]); 6] = [
    ("verdicts", &["id", "claim_id", "submission_id"]),
    ("submissions", &["id", "verdict_id"]),
    ("citations", &["id", "submission_id"]),
    ("citations", &["id", "submission_id"]),
    ("records", &["log", "row_id"]),
    ("events", &["log"]),
];

/// A database that is written to without a server.
pub struct Raw {
    client: Client,
    script: PathBuf,
}

enum Client {
    Pgbench { program: PathBuf, url: String },
    Sqlite { file: PathBuf },
}

impl Raw {
    /// Fills a small database, and writes the script of a transaction.
    pub async fn open(engine: &Engine, name: &str, home: &Path) -> anyhow::Result<Self> {
        engine.create(name).await?;
        let url = engine.url(name);
        fill::fill(&url, 2).await?;
        let db = store::connect(&url, 1).await?;
        let mut script = "BEGIN;\n".to_owned();
        for (table, new) in INSERTS {
            script.push_str(&insert(&db, table, new).await?);
        }
        script.push_str("COMMIT;\n");
        let client = if db.is_sqlite() {
            for trigger in
                texts(&db, "SELECT name FROM sqlite_master WHERE type = 'trigger'", 1).await?
            {
                db.execute_unprepared(&format!("DROP TRIGGER {}", trigger[0])).await?;
            }
            Client::Sqlite { file: home.join(format!("{name}.db")) }
        } else {
            let programs = programs().context("pgbench is missing: install postgresql")?;
            Client::Pgbench { program: programs.join("pgbench"), url }
        };
        db.close().await?;
        let file = home.join(format!("{name}.sql"));
        std::fs::write(&file, script)?;
        Ok(Self { client, script: file })
    }
}

/// The statement that inserts a row like the first one of the table.
async fn insert(db: &Db, table: &str, new: &[&str]) -> anyhow::Result<String> {
    let columns = columns(db, table).await?;
    let value = |column: &String| match (new.contains(&column.as_str()), db.is_sqlite()) {
        (false, _) => column.clone(),
        (true, true) if column == "log" => "lower(hex(randomblob(16)))".to_owned(),
        (true, true) => "randomblob(16)".to_owned(),
        (true, false) if column == "log" => "gen_random_uuid()::text".to_owned(),
        (true, false) => "gen_random_uuid()".to_owned(),
    };
    let values: Vec<_> = columns.iter().map(value).collect();
    let first = columns.first().context("a table has columns")?;
    Ok(format!(
        "INSERT INTO {table} ({}) SELECT {} FROM (SELECT * FROM {table} ORDER BY {first} LIMIT 1) AS one;\n",
        columns.join(", "),
        values.join(", ")
    ))
}

impl Subject for Raw {
    fn send(&self, connections: u32, seconds: u32) -> anyhow::Result<Reading> {
        match &self.client {
            Client::Pgbench { program, url } => {
                pgbench(program, url, &self.script, connections, seconds)
            }
            Client::Sqlite { file } => sqlite(file, &self.script, seconds),
        }
    }
}

/// Runs `pgbench` for some seconds. It logs the time of each transaction.
fn pgbench(
    program: &Path,
    url: &str,
    script: &Path,
    connections: u32,
    seconds: u32,
) -> anyhow::Result<Reading> {
    let folder = script.with_extension("log");
    std::fs::create_dir_all(&folder)?;
    let mut command = Command::new(program);
    command
        .args(["--no-vacuum", "--protocol", "prepared", "--log", "--log-prefix", "times"])
        .args(["--client", &connections.to_string(), "--time", &seconds.to_string(), "--file"])
        .arg(script)
        .arg(url)
        // Triggers, also those of references, do not run. Each insert costs less for it.
        .env("PGOPTIONS", "-c session_replication_role=replica")
        .current_dir(&folder);
    let output = command.output().context("cannot run pgbench")?;
    ensure!(output.status.success(), "pgbench: {}", String::from_utf8_lossy(&output.stderr));
    let mut times = Vec::new();
    for file in std::fs::read_dir(&folder)? {
        for line in std::fs::read_to_string(file?.path())?.lines() {
            let micros = line.split(' ').nth(2).context("pgbench logs a time")?;
            times.push(micros.parse::<f64>()? / 1e3);
        }
    }
    std::fs::remove_dir_all(&folder)?;
    ensure!(!times.is_empty(), "pgbench made no transaction");
    times.sort_by(f64::total_cmp);
    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    let rate = times.len() as f64 / f64::from(seconds);
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    Ok(Reading { rate, p50: at(50), p99: at(99) })
}

/// Feeds `sqlite3` with transactions for some seconds, and waits until all are committed. It does not
/// say how long each took.
fn sqlite(file: &Path, script: &Path, seconds: u32) -> anyhow::Result<Reading> {
    /// The transactions that are fed at once.
    const MANY: u32 = 100;
    let transactions = std::fs::read_to_string(script)?.repeat(MANY as usize);
    let mut client = Command::new("sqlite3")
        .args(["-bail", "-batch"])
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .context("sqlite3 is missing: install Debian's package sqlite3")?;
    let mut input = client.stdin.take().context("a client has an input")?;
    writeln!(input, "PRAGMA synchronous = FULL;")?;
    let begun = Instant::now();
    let mut fed = 0;
    while begun.elapsed() < Duration::from_secs(seconds.into()) {
        input.write_all(transactions.as_bytes())?;
        fed += MANY;
    }
    drop(input);
    ensure!(client.wait()?.success(), "sqlite3 failed");
    let rate = f64::from(fed) / begun.elapsed().as_secs_f64();
    Ok(Reading { rate, p50: f64::NAN, p99: f64::NAN })
}
