//! A PostgreSQL server for the tests: the one in `CLAIMSPAN_TEST_POSTGRES_URL`, or a throwaway
//! cluster from Debian's package.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use sea_orm::{ConnectOptions, ConnectionTrait, Database};

/// A server on which databases can be created.
pub struct Server {
    /// The URL without a database's name: `postgres://user@host:port`.
    base: String,
    /// The part of the URL after the name: `?…`, or nothing.
    options: String,
    /// A database can be copied only if nobody else copies it at the same time.
    turn: Mutex<()>,
    /// Keeps the throwaway cluster's standard input open. When this process ends in any way, the
    /// input closes and the cluster ends too.
    _keeper: Option<Child>,
}

/// The server, started on first use. `None` if there is none, which is printed, and is an error in
/// CI.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(find).as_ref()
}

fn find() -> Option<Server> {
    if let Ok(url) = std::env::var("CLAIMSPAN_TEST_POSTGRES_URL") {
        let url = url::Url::parse(&url).expect("CLAIMSPAN_TEST_POSTGRES_URL is a URL");
        let options = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let base = url[..url::Position::BeforePath].to_owned();
        return Some(Server { base, options, turn: Mutex::new(()), _keeper: None });
    }
    let Some(programs) = programs() else {
        let message = "PostgreSQL is missing: half of the tests are NOT run. Install Debian's package postgresql, or set CLAIMSPAN_TEST_POSTGRES_URL.\n";
        assert!(std::env::var_os("CI").is_none(), "{message}");
        // Bypasses the test runner, which would capture the message.
        let _ = std::io::stderr().write_all(message.as_bytes());
        return None;
    };
    Some(start(&programs))
}

/// The newest PostgreSQL from Debian's packages.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("bin"));
    versions.filter(|bin| bin.join("initdb").exists()).max()
}

fn start(programs: &Path) -> Server {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port();
    // The shell owns the cluster. It stops and removes it when its standard input closes.
    let script = r#"
        set -e
        home=$(mktemp -d /tmp/claimspan-postgres.XXXXXX)
        as() { "$@"; }
        if [ "$(id -u)" = 0 ]; then
            chown postgres "$home"
            as() { runuser -u postgres -- "$@"; }
        fi
        cd "$home"
        as "$BIN/initdb" -D "$home/data" -U claimspan -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$home/log" 2>&1 || { cat "$home/log" >&2; exit 1; }
        as "$BIN/postgres" -D "$home/data" -p "$PORT" -k "$home" -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300 >"$home/log" 2>&1 &
        cat >/dev/null
        as "$BIN/pg_ctl" -D "$home/data" -m immediate stop >/dev/null 2>&1 || true
        rm -rf "$home"
    "#;
    let keeper = Command::new("sh")
        .args(["-c", script])
        .env("BIN", programs)
        .env("PORT", port.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("a shell");
    let server = Server {
        base: format!("postgres://claimspan@127.0.0.1:{port}"),
        options: String::new(),
        turn: Mutex::new(()),
        _keeper: Some(keeper),
    };
    let begun = Instant::now();
    while let Err(error) = server.execute("SELECT 1") {
        assert!(begun.elapsed() < Duration::from_mins(1), "PostgreSQL did not start: {error}");
        std::thread::sleep(Duration::from_millis(100));
    }
    server
}

impl Server {
    /// The URL of a database.
    pub fn url(&self, name: &str) -> String {
        format!("{}/{name}{}", self.base, self.options)
    }

    /// Creates a database, empty or as a copy of another.
    pub fn create(&self, name: &str, like: Option<&str>) {
        let _turn = self.turn.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let template = like.unwrap_or("template0");
        self.execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            .expect("an older database is dropped");
        self.execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
            .expect("the database is created");
    }

    /// Drops a database.
    pub fn drop(&self, name: &str) {
        self.execute(&format!("DROP DATABASE {name} WITH (FORCE)"))
            .expect("the database is dropped");
    }

    fn execute(&self, statement: &str) -> Result<(), sea_orm::DbErr> {
        let mut options = ConnectOptions::new(self.url("postgres"));
        options.max_connections(1).sqlx_logging(false).acquire_timeout(Duration::from_mins(1));
        let statement = statement.to_owned();
        actix_web::rt::System::new().block_on(async move {
            let connection = Database::connect(options).await?;
            connection.execute_unprepared(&statement).await?;
            connection.close().await
        })
    }
}
