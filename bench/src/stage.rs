//! The stage for scenarios: the server on a large and on a small database of one kind, and the
//! plain handler.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::databases::{self, Engine, Kind};
use crate::enlarge::{self, Copied};
use crate::fill::{self, Filled};
use crate::keeper::{self, Home, Server, Usage};
use crate::measure::Plan;
use crate::raw::Raw;
use crate::wrk::{Load, Request};

/// The number of articles in each database.
#[derive(Clone, Copy)]
pub struct Sizes {
    pub large: usize,
    pub small: usize,
}

/// The number of database connections per server, which is the default of `claimspan serve`.
const CONNECTIONS: &str = "16";

/// Everything that runs on one kind of database.
pub struct Stage {
    pub kind: Kind,
    pub plan: Plan,
    pub sizes: Sizes,
    /// The database's version.
    pub version: String,
    pub large: Site,
    pub small: Site,
    /// A server on the large database that keeps responses, as a server does by default. The others
    /// keep none. It has no limit of invalid requests.
    pub keeping: Server,
    /// The plain handler on the large database.
    pub plain: Server,
    http: reqwest::Client,
    program: std::path::PathBuf,
    home: std::path::PathBuf,
    engine: Engine,
}

/// A filled database and the server on it.
pub struct Site {
    pub server: Server,
    pub filled: Filled,
}

impl Stage {
    /// Fills the databases and starts the servers. `program` is the path of `claimspan`.
    pub async fn set(
        kind: Kind,
        home: &Home,
        program: &Path,
        sizes: Sizes,
        plan: Plan,
    ) -> anyhow::Result<Self> {
        let engine = Engine::start(kind, home.path()).await?;
        let large = Site::open(&engine, "large", sizes.large, program, home.path()).await?;
        let small = Site::open(&engine, "small", sizes.small, program, home.path()).await?;
        let keeping = serve(
            program,
            &engine.url("large"),
            &["--invalid-requests", "0"],
            &home.path().join("keeping.log"),
        )?;
        let this = std::env::current_exe()?;
        let arguments =
            ["plain", "--database-url", &engine.url("large"), "--connections", CONNECTIONS];
        let ceiling = Server::start(&this, "plain", &arguments, &home.path().join("plain.log"))?;
        let db = claimspan::domain::store::connect(&engine.url("large"), 1).await?;
        let version = databases::version(&db).await?;
        db.close().await?;
        // Connections are not kept. While wrk runs, a connection that the server has closed would
        // go unnoticed.
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).build()?;
        Ok(Self {
            kind,
            plan,
            sizes,
            version,
            large,
            small,
            keeping,
            plain: ceiling,
            http,
            program: program.to_owned(),
            home: home.path().to_owned(),
            engine,
        })
    }

    /// Stops the servers and removes the databases.
    pub async fn strike(self) -> anyhow::Result<()> {
        drop((self.large, self.small, self.keeping, self.plain));
        for name in ["large", "small"] {
            self.engine.drop(name).await?;
        }
        Ok(())
    }

    /// A further database with this number of articles, each `times` over.
    pub async fn enlarged(
        &self,
        name: &str,
        articles: usize,
        times: u32,
        copied: Copied,
    ) -> anyhow::Result<Site> {
        self.engine.create(name).await?;
        let url = self.engine.url(name);
        let filled = fill::fill(&url, articles).await?;
        enlarge::enlarge(&url, filled.newsroom, times, copied).await?;
        let server = serve(&self.program, &url, &["--cache-size", "0"], &self.log(name))?;
        Ok(Site { server, filled })
    }

    /// A small database that its own client writes to.
    pub async fn raw(&self, name: &str) -> anyhow::Result<Raw> {
        Raw::open(&self.engine, name, &self.home).await
    }

    /// Another server on the large database, with these arguments.
    pub fn another(&self, name: &str, arguments: &[&str]) -> anyhow::Result<Server> {
        serve(&self.program, &self.engine.url("large"), arguments, &self.log(name))
    }

    /// Runs `claimspan export` on a database. Returns the time and memory that it
    /// used. Its file is removed.
    pub fn export(&self, name: &str, format: &str) -> anyhow::Result<Usage> {
        let output = self.home.join("export");
        let child = Command::new(&self.program)
            .args(["--database-url", &self.engine.url(name), "export", "--newsroom", "bench"])
            .args(["--format", format, "--public-url", "https://facts.example.org", "--output"])
            .arg(&output)
            .stdin(Stdio::null())
            .spawn()
            .context("cannot run claimspan")?;
        let used = keeper::watch(child).with_context(|| format!("export --format {format}"))?;
        if output.is_dir() {
            std::fs::remove_dir_all(&output)?;
        } else {
            std::fs::remove_file(&output)?;
        }
        Ok(used)
    }

    /// Receives an answer of any length, without keeping it. Returns what the server used.
    pub async fn download(&self, server: &Server, request: &Request) -> anyhow::Result<Usage> {
        let before = server.usage()?;
        let (mut peak, mut sampled) = (before.memory, Instant::now());
        let mut response = self.send(server, request).await?;
        while response.chunk().await?.is_some() {
            if sampled.elapsed() >= keeper::SAMPLED {
                (peak, sampled) = (peak.max(server.usage()?.memory), Instant::now());
            }
        }
        let cpu = server.usage()?.cpu.saturating_sub(before.cpu);
        Ok(Usage { cpu, memory: peak })
    }

    /// Removes a further database.
    pub async fn remove(&self, name: &str) -> anyhow::Result<()> {
        self.engine.drop(name).await
    }

    /// The URL of a database: `large` or `small`.
    pub fn url(&self, name: &str) -> String {
        self.engine.url(name)
    }

    /// The file for the log of a server.
    pub fn log(&self, name: &str) -> std::path::PathBuf {
        self.home.join(format!("{name}.log"))
    }

    /// A load for a server.
    pub fn load(
        &self,
        server: &Server,
        name: &str,
        requests: impl IntoIterator<Item = Request>,
    ) -> anyhow::Result<Load> {
        Load::new(&self.home, name, &server.address, requests)
    }

    /// Sends one request and returns the response body.
    pub async fn ask(&self, server: &Server, request: &Request) -> anyhow::Result<String> {
        Ok(self.send(server, request).await?.text().await?)
    }

    /// Sends one request that must succeed.
    pub async fn send(
        &self,
        server: &Server,
        request: &Request,
    ) -> anyhow::Result<reqwest::Response> {
        let url = format!("{}{}", server.address, request.path);
        let mut sent = self.http.request(request.method.parse()?, url);
        if !request.token.is_empty() {
            sent = sent.bearer_auth(&request.token);
        }
        if !request.from.is_empty() {
            sent = sent.header("X-Forwarded-For", &request.from);
        }
        if !request.etag.is_empty() {
            sent = sent.header("If-None-Match", &request.etag);
        }
        if !request.body.is_empty() {
            sent = sent.header("Content-Type", "application/json").body(request.body.clone());
        }
        Ok(sent.send().await?.error_for_status()?)
    }

    /// Sends one GraphQL request that must succeed, and returns its data.
    pub async fn ask_well(&self, server: &Server, request: &Request) -> anyhow::Result<Value> {
        let text = self.ask(server, request).await?;
        let mut answer: Value = serde_json::from_str(&text)?;
        ensure!(answer.get("errors").is_none(), "{text}");
        Ok(answer["data"].take())
    }

    async fn metrics(&self, server: &Server) -> anyhow::Result<String> {
        Ok(self
            .http
            .get(format!("{}/metrics", server.address))
            .send()
            .await?
            .error_for_status()?
            .text()
            .await?)
    }

    /// The number of statements that the server has sent to its database.
    pub async fn statements(&self, server: &Server) -> anyhow::Result<u64> {
        let text = self.metrics(server).await?;
        let lines =
            text.lines().filter(|line| line.starts_with("claimspan_database_statements_total"));
        lines
            .map(|line| {
                Ok(line.rsplit(' ').next().context("the counter has a value")?.parse::<u64>()?)
            })
            .sum()
    }

    /// Returns an error if the server responded with any error code besides these. GraphQL sends
    /// errors with status 200, which wrk counts as success.
    pub async fn nothing_failed_but(&self, server: &Server, codes: &[&str]) -> anyhow::Result<()> {
        let expected: Vec<_> =
            ["OK"].iter().chain(codes).map(|code| format!(r#"code="{code}""#)).collect();
        let text = self.metrics(server).await?;
        let counted =
            text.lines().filter(|line| line.starts_with("claimspan_graphql_operations_total"));
        let failed: Vec<_> =
            counted.filter(|line| !expected.iter().any(|code| line.contains(code))).collect();
        ensure!(failed.is_empty(), "operations had an error: {}", failed.join("; "));
        Ok(())
    }

    /// Returns an error if the server responded with any error.
    pub async fn nothing_failed(&self, server: &Server) -> anyhow::Result<()> {
        self.nothing_failed_but(server, &[]).await
    }
}

impl Site {
    async fn open(
        engine: &Engine,
        name: &str,
        articles: usize,
        program: &Path,
        home: &Path,
    ) -> anyhow::Result<Self> {
        engine.create(name).await?;
        let url = engine.url(name);
        let filled = fill::fill(&url, articles)
            .await
            .with_context(|| format!("cannot fill the {name} database"))?;
        let log = home.join(format!("{name}.log"));
        Ok(Self { server: serve(program, &url, &["--cache-size", "0"], &log)?, filled })
    }
}

/// Starts a server. A single reader would use up a minute's budget within a second. So requests come
/// through a proxy, with many addresses.
fn serve(program: &Path, url: &str, more: &[&str], log: &Path) -> anyhow::Result<Server> {
    let serve =
        ["serve", "--listen", "127.0.0.1:0", "--budget", "0", "--trusted-proxy", "127.0.0.1"];
    let database = ["--database-url", url, "--database-connections", CONNECTIONS];
    Server::start(program, "claimspan", &[&database, &serve[..], more].concat(), log)
}

/// A GraphQL request.
pub fn graphql(token: &str, document: &str, variables: &Value) -> Request {
    let body = json!({ "query": document, "variables": variables }).to_string();
    Request { method: "POST", token: token.to_owned(), body, ..Request::get("/graphql") }
}
