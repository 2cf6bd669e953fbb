//! The server under test, and a client for each role.
//!
//! Every test has a server of its own on a database of its own: a copy of one that was filled once, with two newsrooms and an account for each
//! role. Time can be moved.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use actix_web::dev::ServerHandle;
use chrono::{DateTime, TimeDelta, Utc};
use claimspan::domain::ids::{AccountId, NewsroomId};
use claimspan::domain::policy::{Actor, Role, World};
use claimspan::domain::store::{self, Db};
use claimspan::domain::{newsroom, session};
use claimspan::server::{self, Desk, Settings};
use migration::{Migrator, MigratorTrait};
use serde_json::{Value, json};

use crate::postgres;

/// The password of every account.
pub const PASSWORD: &str = "correct horse battery";

/// Who there is in every database: name, and role in the newsroom `desk` or (rival) in `rival`.
const PEOPLE: [(&str, &str, Role); 8] = [
    ("admin", "desk", Role::Admin),
    ("editor", "desk", Role::Editor),
    ("reviewer", "desk", Role::Reviewer),
    ("second", "desk", Role::Reviewer),
    ("third", "desk", Role::Reviewer),
    ("reader", "desk", Role::Reader),
    ("rival", "rival", Role::Admin),
    ("rival-reviewer", "rival", Role::Reviewer),
];

/// What the database that all are copied from holds.
#[derive(Clone)]
pub struct Seed {
    pub newsroom: NewsroomId,
    pub rival_newsroom: NewsroomId,
    people: Vec<(&'static str, AccountId, String)>,
}

/// A running server.
pub struct TestApp {
    pub db: Db,
    pub seed: Seed,
    /// The database's.
    pub url: String,
    address: String,
    http: reqwest::Client,
    clock: Arc<Clock>,
    /// Every server that was started on the database.
    servers: Arc<Mutex<Vec<ServerHandle>>>,
    handle: Option<ServerHandle>,
}

/// The servers' clock.
#[derive(Default)]
struct Clock {
    ahead: AtomicI64,
    stopped: OnceLock<DateTime<Utc>>,
}

impl Clock {
    fn now(&self) -> DateTime<Utc> {
        self.stopped.get().copied().unwrap_or_else(Utc::now) + TimeDelta::seconds(self.ahead.load(Ordering::SeqCst))
    }
}

/// Runs `test` on a SQLite file of its own.
pub fn on_sqlite<F: Future<Output = ()>>(test: impl FnOnce(TestApp) -> F) {
    static SEEDED: OnceLock<(PathBuf, Seed)> = OnceLock::new();
    let (template, seed) = SEEDED.get_or_init(|| {
        let path = temporary("seed");
        let seed = alone(async { seed(&sqlite_url(&path)).await });
        (path, seed)
    });
    let path = temporary("test");
    std::fs::copy(template, &path).expect("the seeded file can be copied");
    run(&sqlite_url(&path), seed, test);
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
    }
}

/// Runs `test` on a PostgreSQL database of its own; says so aloud where there is no server to run it on.
pub fn on_postgres<F: Future<Output = ()>>(test: impl FnOnce(TestApp) -> F) {
    static SEEDED: OnceLock<Seed> = OnceLock::new();
    let Some(server) = postgres::server() else { return };
    let seed = SEEDED.get_or_init(|| {
        server.create("claimspan_seed", None);
        alone(async { seed(&server.url("claimspan_seed")).await })
    });
    let name = format!("claimspan_test_{}", next());
    server.create(&name, Some("claimspan_seed"));
    run(&server.url(&name), seed, test);
    server.drop(&name);
}

fn run<F: Future<Output = ()>>(url: &str, seed: &Seed, test: impl FnOnce(TestApp) -> F) {
    alone(async {
        let db = store::connect(url, 8).await.expect("the copy opens");
        // A connection a request: where the machine stands still for a while, none is taken up again that the server is just closing.
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client");
        let (clock, servers) = (Arc::default(), Arc::<Mutex<Vec<ServerHandle>>>::default());
        let (seed, address, handle) = (seed.clone(), String::new(), None);
        let nobody = TestApp { db: db.clone(), seed, url: url.to_owned(), address, http, clock, servers: Arc::clone(&servers), handle };
        test(nobody.beside(Settings::default()).await).await;
        let started: Vec<_> = servers.lock().expect("nobody panicked").drain(..).collect();
        for server in started {
            server.stop(false).await;
        }
        db.close().await.expect("it closes");
    });
}

/// Runs `work` on a runtime of its own, whatever thread this is.
fn alone<T>(work: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(work)
}

async fn seed(url: &str) -> Seed {
    let world = World::real();
    let machine = Actor::machine(world.clone());
    let db = store::connect(url, 4).await.expect("the database opens");
    Migrator::up(db.read(), None).await.expect("it migrates");
    let desk = newsroom::create(&db, &machine, "desk", "The Desk").await.expect("a newsroom");
    let rival = newsroom::create(&db, &machine, "rival", "The Rival").await.expect("another");
    let mut people = Vec::new();
    for (name, room, role) in PEOPLE {
        let room = if room == "desk" { desk.id } else { rival.id };
        let email = format!("{name}@example.org");
        let account = session::create_account(&db, &machine, &email, name, PASSWORD, room, role).await.expect("an account");
        let input = async_graphql::InputType::parse(Some(async_graphql::value!({ "email": email, "password": PASSWORD })));
        let Ok(input) = input else { panic!("sign-in input") };
        let begun = session::sign_in(&db, &Actor::stranger(world.clone()), &session::UserAgent::default(), input).await.expect("a session");
        people.push((name, account.id, begun.token));
    }
    db.close().await.expect("it closes");
    Seed { newsroom: desk.id, rival_newsroom: rival.id, people }
}

impl TestApp {
    /// A further server on the same database and with the same clock, that answers as `settings` say.
    pub async fn beside(&self, settings: Settings) -> Self {
        self.beside_with(settings, 8).await
    }

    /// The same, with so many connections to the database.
    pub async fn beside_with(&self, settings: Settings, connections: u32) -> Self {
        let db = store::connect(&self.url, connections).await.expect("the database opens");
        let clock = Arc::clone(&self.clock);
        let world = World::new(move || clock.now(), |bytes| getrandom::fill(bytes).expect("random bytes"));
        let desk = Desk::new(db.clone(), world, settings);
        let (server, address) = server::start(desk, "127.0.0.1:0".parse().expect("an address"), 1).expect("it listens");
        let handle = server.handle();
        self.servers.lock().expect("nobody panicked").push(handle.clone());
        actix_web::rt::spawn(async move {
            let _ = server.await;
            let _ = db.close().await;
        });
        let (db, seed, url, http) = (self.db.clone(), self.seed.clone(), self.url.clone(), self.http.clone());
        let (clock, servers) = (Arc::clone(&self.clock), Arc::clone(&self.servers));
        Self { db, seed, url, address: format!("http://{address}"), http, clock, servers, handle: Some(handle) }
    }

    /// Ends this server at once.
    pub async fn stop(&self) {
        if let Some(handle) = &self.handle {
            handle.stop(false).await;
        }
    }

    /// Somebody without credentials.
    pub fn as_stranger(&self) -> Client {
        self.with_token(None)
    }

    /// The account of this name: admin, editor, reviewer, second, third, reader of `desk`; rival (admin), rival-reviewer of `rival`.
    pub fn as_(&self, name: &str) -> Client {
        self.with_token(Some(self.person(name).2.clone()))
    }

    /// Whoever has this token.
    pub fn with_token(&self, token: Option<String>) -> Client {
        Client { http: self.http.clone(), address: self.address.clone(), token }
    }

    pub fn as_admin(&self) -> Client {
        self.as_("admin")
    }

    pub fn as_editor(&self) -> Client {
        self.as_("editor")
    }

    pub fn as_reviewer(&self) -> Client {
        self.as_("reviewer")
    }

    pub fn as_second(&self) -> Client {
        self.as_("second")
    }

    pub fn as_third(&self) -> Client {
        self.as_("third")
    }

    pub fn as_reader(&self) -> Client {
        self.as_("reader")
    }

    /// An admin of another newsroom.
    pub fn as_rival(&self) -> Client {
        self.as_("rival")
    }

    /// The id of the account of this name.
    pub fn account(&self, name: &str) -> String {
        self.person(name).1.to_string()
    }

    /// The id of the newsroom `desk`.
    pub fn newsroom(&self) -> String {
        self.seed.newsroom.to_string()
    }

    /// The server's address: `http://127.0.0.1:…`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A plain HTTP client, for what is not GraphQL.
    pub const fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Moves the server's clock ahead.
    pub fn wait(&self, span: TimeDelta) {
        self.clock.ahead.fetch_add(span.num_seconds(), Ordering::SeqCst);
    }

    /// Stops the server's clock: from now on it only moves by `wait`.
    pub fn stop_clock(&self) {
        self.clock.stopped.get_or_init(Utc::now);
    }

    /// How many statements of this kind, `read` or `write`, the server has sent to its database.
    pub async fn statements(&self, kind: &str) -> u64 {
        let text = self.http.get(format!("{}/metrics", self.address)).send().await.expect("metrics").text().await.expect("text");
        let counted = format!("claimspan_database_statements_total{{kind=\"{kind}\"");
        let counted = text.lines().filter(|line| line.starts_with(&counted));
        counted.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
    }

    /// How many statements a query reads with, once what never changes is known. What is written beside it, as the use of a token, is no part of it.
    pub async fn cost(&self, client: &Client, document: &str, variables: Value) -> u64 {
        client.send(document, variables.clone()).await.ok();
        let before = self.statements("read").await;
        client.send(document, variables).await.ok();
        self.statements("read").await - before
    }

    /// The session token of the account of this name.
    pub fn token(&self, name: &str) -> &str {
        &self.person(name).2
    }

    fn person(&self, name: &str) -> &(&'static str, AccountId, String) {
        self.seed.people.iter().find(|(known, ..)| *known == name).unwrap_or_else(|| panic!("nobody is called {name}"))
    }
}

/// Somebody who speaks to the server.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    address: String,
    pub token: Option<String>,
}

impl Client {
    /// The same somebody, who speaks to another server.
    pub fn at(&self, server: &TestApp) -> Self {
        Self { address: server.address.clone(), ..self.clone() }
    }

    /// A request to the API, to be given headers and a body.
    pub fn request(&self) -> reqwest::RequestBuilder {
        let request = self.http.post(format!("{}/graphql", self.address)).header("Content-Type", "application/json");
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a document with its variables.
    pub async fn send(&self, document: &str, variables: Value) -> Reply {
        self.post(json!({ "query": document, "variables": variables }).to_string()).await
    }

    /// Sends a document of several operations, of which this one is to run.
    pub async fn send_named(&self, document: &str, operation: &str, variables: Value) -> Reply {
        self.post(json!({ "query": document, "operationName": operation, "variables": variables }).to_string()).await
    }

    /// Sends a request whose JSON is given as it is to be sent.
    pub async fn post(&self, body: String) -> Reply {
        let response = self.request().body(body).send().await.expect("an answer");
        let status = response.status().as_u16();
        let text = response.text().await.expect("a body");
        let body = serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}"));
        Reply { status, body }
    }

    /// Sends a document without variables.
    pub async fn ask(&self, document: &str) -> Reply {
        self.send(document, json!({})).await
    }

    /// Calls a mutation with its input; `selection` is what to select of the payload.
    pub async fn call(&self, mutation: &str, input: Value, selection: &str) -> Reply {
        let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let document = format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {selection} }} }}");
        self.send(&document, json!({ "input": input })).await
    }
}

/// What the server answered.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
}

impl Reply {
    /// The data at a JSON pointer below `data`, such as `/article/title`. Panics if there were errors.
    #[track_caller]
    pub fn data(&self, pointer: &str) -> &Value {
        assert!(self.body.get("errors").is_none(), "errors: {}", self.body);
        self.body["data"].pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer}: {}", self.body))
    }

    /// The string at a JSON pointer below `data`.
    #[track_caller]
    pub fn text(&self, pointer: &str) -> String {
        self.data(pointer).as_str().unwrap_or_else(|| panic!("no string at {pointer}: {}", self.body)).to_owned()
    }

    /// The number at a JSON pointer below `data`.
    #[track_caller]
    pub fn number(&self, pointer: &str) -> i64 {
        self.data(pointer).as_i64().unwrap_or_else(|| panic!("no number at {pointer}: {}", self.body))
    }

    /// The code of the first error, or `OK`.
    pub fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or(if self.body.get("errors").is_some() { "no code" } else { "OK" })
    }

    /// The field that the first error names.
    pub fn field(&self) -> &str {
        self.body["errors"][0]["extensions"]["field"].as_str().unwrap_or_default()
    }

    /// The reason that the first error gives.
    pub fn reason(&self) -> &str {
        self.body["errors"][0]["extensions"]["reason"].as_str().unwrap_or_default()
    }

    /// The first error's sentence.
    pub fn message(&self) -> &str {
        self.body["errors"][0]["message"].as_str().unwrap_or_default()
    }

    /// Refuses anything but success.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code(), "OK", "{}", self.body);
        self
    }

    /// Refuses anything but BAD_USER_INPUT in this field for this reason.
    #[track_caller]
    pub fn refused(&self, field: &str, reason: &str) {
        assert_eq!((self.code(), self.field(), self.reason()), ("BAD_USER_INPUT", field, reason), "{}", self.body);
    }
}

fn sqlite_url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

fn temporary(what: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{what}-{}-{}.db", std::process::id(), next()));
    // An older run's, of the same process id.
    let _ = std::fs::remove_file(&path);
    path
}

fn next() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::SeqCst)
}
