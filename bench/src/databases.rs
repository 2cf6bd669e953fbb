//! The databases of the benchmark: SQLite files, and databases on a PostgreSQL server. The server
//! is a throwaway cluster from Debian's package, unless `CLAIMSPAN_BENCH_POSTGRES_URL` names
//! another.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use claimspan::domain::store::{self, Db};
use clap::ValueEnum;
use sea_orm::ConnectionTrait;

use crate::keeper::Kept;

/// The kind of database.
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

/// A place where databases can be created.
pub enum Engine {
    Sqlite { home: PathBuf },
    Postgres { base: String, options: String, _keeper: Option<Kept> },
}

impl Engine {
    /// Finds a place or starts one. SQLite files are created in `home`.
    pub async fn start(kind: Kind, home: &Path) -> anyhow::Result<Self> {
        if kind == Kind::Sqlite {
            return Ok(Self::Sqlite { home: home.to_owned() });
        }
        if let Ok(url) = std::env::var("CLAIMSPAN_BENCH_POSTGRES_URL") {
            let url = url::Url::parse(&url).context("CLAIMSPAN_BENCH_POSTGRES_URL is not a URL")?;
            let options = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            return Ok(Self::Postgres {
                base: url[..url::Position::BeforePath].to_owned(),
                options,
                _keeper: None,
            });
        }
        let programs = programs().context(
            "PostgreSQL is missing: install Debian's package postgresql, set \
             CLAIMSPAN_BENCH_POSTGRES_URL, or measure with --database sqlite",
        )?;
        // The settings are Debian's defaults, so a commit is on disk before the server responds.
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
            echo cluster
            cat >/dev/null
            as "$BIN/pg_ctl" -D "$home/data" -m immediate stop >/dev/null 2>&1 || true
            rm -rf "$home"
        "#;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let (keeper, _) = Kept::run(script, &[("BIN", &programs)], &[port.to_string()], "cluster")?;
        let engine = Self::Postgres {
            base: format!("postgres://claimspan@127.0.0.1:{port}"),
            options: String::new(),
            _keeper: Some(keeper),
        };
        let begun = Instant::now();
        while let Err(error) = engine.execute("SELECT 1").await {
            anyhow::ensure!(
                begun.elapsed() < Duration::from_mins(1),
                "PostgreSQL did not start: {error:#}"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(engine)
    }

    /// The URL of the database with this name.
    pub fn url(&self, name: &str) -> String {
        match self {
            Self::Sqlite { home } => {
                format!("sqlite://{}", home.join(format!("{name}.db")).display())
            }
            Self::Postgres { base, options, .. } => {
                format!("{base}/claimspan_bench_{name}{options}")
            }
        }
    }

    /// Creates an empty database.
    pub async fn create(&self, name: &str) -> anyhow::Result<()> {
        if let Self::Postgres { .. } = self {
            self.drop(name).await?;
            self.execute(&format!("CREATE DATABASE claimspan_bench_{name} TEMPLATE template0"))
                .await?;
        }
        Ok(())
    }

    /// Removes a database that is no longer needed.
    pub async fn drop(&self, name: &str) -> anyhow::Result<()> {
        match self {
            // `home` is removed together with the database.
            Self::Sqlite { .. } => Ok(()),
            Self::Postgres { .. } => {
                self.execute(&format!(
                    "DROP DATABASE IF EXISTS claimspan_bench_{name} WITH (FORCE)"
                ))
                .await
            }
        }
    }

    async fn execute(&self, statement: &str) -> anyhow::Result<()> {
        let Self::Postgres { base, options, .. } = self else { return Ok(()) };
        let db = store::connect(&format!("{base}/postgres{options}"), 1).await?;
        db.execute_unprepared(statement).await?;
        Ok(db.close().await?)
    }
}

/// The version that the database reports.
pub async fn version(db: &Db) -> anyhow::Result<String> {
    let query = if db.is_sqlite() { "SELECT sqlite_version()" } else { "SHOW server_version" };
    let row =
        db.query_one_raw(sea_orm::Statement::from_string(db.get_database_backend(), query)).await?;
    let text: String = row.context("the database reports its version")?.try_get_by_index(0)?;
    Ok(text.split(' ').next().unwrap_or_default().to_owned())
}

/// The newest PostgreSQL from Debian's packages.
pub fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("bin"));
    versions.filter(|bin| bin.join("initdb").exists()).max()
}
