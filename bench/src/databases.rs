//! The databases that are measured on: files of SQLite, and those of a PostgreSQL server, which is a throwaway cluster from Debian's package
//! unless `CLAIMSPAN_BENCH_POSTGRES_URL` names one.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use claimspan::domain::store::{self, Db};
use clap::ValueEnum;
use sea_orm::ConnectionTrait;

use crate::keeper::Kept;

/// Where the rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A place in which databases are made.
pub enum Engine {
    Sqlite { home: PathBuf },
    Postgres { base: String, options: String, _keeper: Option<Kept> },
}

impl Engine {
    /// Finds or starts one. SQLite's files go to `home`.
    pub async fn start(kind: Kind, home: &Path) -> anyhow::Result<Self> {
        if kind == Kind::Sqlite {
            return Ok(Self::Sqlite { home: home.to_owned() });
        }
        if let Ok(url) = std::env::var("CLAIMSPAN_BENCH_POSTGRES_URL") {
            let url = url::Url::parse(&url).context("CLAIMSPAN_BENCH_POSTGRES_URL is no URL")?;
            let options = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            return Ok(Self::Postgres { base: url[..url::Position::BeforePath].to_owned(), options, _keeper: None });
        }
        let programs = programs().context(
            "PostgreSQL is missing: install Debian's package postgresql, or set CLAIMSPAN_BENCH_POSTGRES_URL, or measure with --database sqlite",
        )?;
        // As Debian configures it, so that a commit is on the disk before it is answered.
        let script = r#"
            set -e
            home=$(mktemp -d "${TMPDIR:-/tmp}/claimspan-bench-postgres.XXXXXX")
            as() { "$@"; }
            if [ "$(id -u)" = 0 ]; then
                chown postgres "$home"
                as() { runuser -u postgres -- "$@"; }
            fi
            cd "$home"
            as "$BIN/initdb" -D "$home/data" -U claimspan -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$home/log" 2>&1 || { cat "$home/log" >&2; exit 1; }
            as "$BIN/postgres" -D "$home/data" -p "$1" -k "$home" -c listen_addresses=127.0.0.1 >"$home/log" 2>&1 &
            echo "cluster is made"
            cat >/dev/null
            as "$BIN/pg_ctl" -D "$home/data" -m immediate stop >/dev/null 2>&1 || true
            rm -rf "$home"
        "#;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let (keeper, _) = Kept::run(script, &[("BIN", &programs)], &[port.to_string()], "cluster")?;
        let engine =
            Self::Postgres { base: format!("postgres://claimspan@127.0.0.1:{port}"), options: String::new(), _keeper: Some(keeper) };
        let begun = Instant::now();
        while let Err(error) = engine.execute("SELECT 1").await {
            anyhow::ensure!(begun.elapsed() < Duration::from_mins(1), "PostgreSQL did not start: {error:#}");
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(engine)
    }

    /// The URL of the database of this name.
    pub fn url(&self, name: &str) -> String {
        match self {
            Self::Sqlite { home } => format!("sqlite://{}", home.join(format!("{name}.db")).display()),
            Self::Postgres { base, options, .. } => format!("{base}/claimspan_bench_{name}{options}"),
        }
    }

    /// Makes an empty database.
    pub async fn create(&self, name: &str) -> anyhow::Result<()> {
        if let Self::Postgres { .. } = self {
            self.drop(name).await?;
            self.execute(&format!("CREATE DATABASE claimspan_bench_{name} TEMPLATE template0")).await?;
        }
        Ok(())
    }

    /// Removes a database that nobody needs any more.
    pub async fn drop(&self, name: &str) -> anyhow::Result<()> {
        match self {
            // With the home that it is in.
            Self::Sqlite { .. } => Ok(()),
            Self::Postgres { .. } => self.execute(&format!("DROP DATABASE IF EXISTS claimspan_bench_{name} WITH (FORCE)")).await,
        }
    }

    async fn execute(&self, statement: &str) -> anyhow::Result<()> {
        let Self::Postgres { base, options, .. } = self else { return Ok(()) };
        let db = store::connect(&format!("{base}/postgres{options}"), 1).await?;
        db.read().execute_unprepared(statement).await?;
        Ok(db.close().await?)
    }
}

/// The database's own name for its version.
pub async fn version(db: &Db) -> anyhow::Result<String> {
    let query = if db.is_sqlite() { "SELECT sqlite_version()" } else { "SHOW server_version" };
    let row = db.read().query_one_raw(sea_orm::Statement::from_string(db.read().get_database_backend(), query)).await?;
    let text: String = row.context("a database has a version")?.try_get_by_index(0)?;
    Ok(text.split(' ').next().unwrap_or_default().to_owned())
}

/// Debian's newest PostgreSQL.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(Result::ok).map(|entry| entry.path().join("bin"));
    versions.filter(|bin| bin.join("initdb").exists()).max()
}
