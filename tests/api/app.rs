//! The server under test, and a client for each role.
//!
//! Every test has its own server on its own database. The database is a copy of one that was filled
//! once, with two newsrooms and an account for each role. The clock can be moved.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use actix_web::dev::ServerHandle;
use chrono::{DateTime, TimeDelta, Utc};
use claimspan::domain::actor::Actor;
use claimspan::domain::ids::{AccountId, NewsroomId};
use claimspan::domain::newsroom;
use claimspan::domain::people::joining;
use claimspan::domain::people::session;
use claimspan::domain::permissions::Role;
use claimspan::domain::signing::{Signer, SigningKey};
use claimspan::domain::signing_keys;
use claimspan::domain::store::{self, Db};
use claimspan::domain::world::World;
use claimspan::server::{self, AppState, Settings};
use migration::{Migrator, MigratorTrait};
use serde_json::{Value, json};

use crate::postgres;

/// The password of every account.
pub const PASSWORD: &str = "correct horse battery";

/// The accounts in every database: the name, and the role in the newsroom `desk`, or in `rival` for
/// the rivals.
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

/// The content of the database that all others are copied from.
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
    /// The database's URL.
    pub url: String,
    /// The clock, randomness and queues of this server.
    pub world: World,
    address: String,
    http: reqwest::Client,
    clock: Arc<Clock>,
    /// Every server that was started on the database.
    servers: Arc<Mutex<Vec<ServerHandle>>>,
    handle: Option<ServerHandle>,
}

/// The clock of the servers.
#[derive(Default)]
struct Clock {
    ahead: AtomicI64,
    stopped: OnceLock<DateTime<Utc>>,
}

impl Clock {
    fn now(&self) -> DateTime<Utc> {
        self.stopped.get().copied().unwrap_or_else(Utc::now)
            + TimeDelta::seconds(self.ahead.load(Ordering::SeqCst))
    }
}

/// Runs `test` on its own SQLite file.
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

/// Runs `test` on its own PostgreSQL database. Without a server it prints that the test is skipped.
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
        // Each request has its own connection. On a slow machine, a pooled connection could be
        // reused while the server closes it.
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client");
        let (clock, servers) = (Arc::default(), Arc::<Mutex<Vec<ServerHandle>>>::default());
        let (seed, address, handle) = (seed.clone(), String::new(), None);
        let nobody = TestApp {
            db: db.clone(),
            seed,
            url: url.to_owned(),
            world: World::real(),
            address,
            http,
            clock,
            servers: Arc::clone(&servers),
            handle,
        };
        test(nobody.beside(Settings::default()).await).await;
        let started: Vec<_> = servers.lock().expect("nobody panicked").drain(..).collect();
        for server in started {
            server.stop(false).await;
        }
        db.close().await.expect("it closes");
    });
}

/// Runs `work` on its own runtime, from any thread.
fn alone<T>(work: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(work)
}

/// The seed of the signing key of every server.
const SIGNING_SEED: [u8; 32] = [7; 32];

/// The signing key of every server.
pub fn signer() -> Arc<Signer> {
    Arc::new(Signer::of(SigningKey::from_seed(SIGNING_SEED).expect("a key")))
}

/// A new file with the signing key of every server, for a program that is started on a test's database.
pub fn signing_key_file() -> PathBuf {
    let file = std::env::temp_dir().join(format!("claimspan-{}.signing-key", uuid::Uuid::now_v7()));
    Signer::create(&file, SIGNING_SEED).expect("a key file");
    file
}

async fn seed(url: &str) -> Seed {
    let world = World::real();
    let machine = Actor::machine(world.clone());
    let db = store::connect(url, 4).await.expect("the database opens");
    Migrator::up(&db, None).await.expect("it migrates");
    signing_keys::establish(&db, &machine, signer()).await.expect("a signing key");
    let newsroom = newsroom::create(&db, &machine, "desk", "The Desk").await.expect("a newsroom");
    let rival = newsroom::create(&db, &machine, "rival", "The Rival").await.expect("another");
    let mut people = Vec::new();
    for (name, room, role) in PEOPLE {
        let room = if room == "desk" { newsroom.id } else { rival.id };
        let email = format!("{name}@example.org");
        let account = joining::create_account(&db, &machine, &email, name, PASSWORD, room, role)
            .await
            .expect("an account");
        let input = async_graphql::InputType::parse(Some(
            async_graphql::value!({ "email": email, "password": PASSWORD }),
        ));
        let Ok(input) = input else { panic!("sign-in input") };
        let begun = session::sign_in(
            &db,
            &Actor::stranger(world.clone()),
            &session::UserAgent::default(),
            input,
        )
        .await
        .expect("a session");
        people.push((name, account.id, begun.token));
    }
    db.close().await.expect("it closes");
    Seed { newsroom: newsroom.id, rival_newsroom: rival.id, people }
}

impl TestApp {
    /// Starts another server on the same database and clock, with these settings.
    pub async fn beside(&self, settings: Settings) -> Self {
        self.beside_with(settings, 8).await
    }

    /// The same, with this number of database connections.
    pub async fn beside_with(&self, settings: Settings, connections: u32) -> Self {
        let db = store::connect(&self.url, connections).await.expect("the database opens");
        let clock = Arc::clone(&self.clock);
        let world =
            World::new(move || clock.now(), |bytes| getrandom::fill(bytes).expect("random bytes"))
                .signing_with(signer());
        let world = match &settings.public_url {
            Some(public_url) => world.mailing_links_to(public_url),
            None => world,
        };
        let state = AppState::new(db.clone(), world.clone(), settings);
        let (server, address) = server::start(state, "127.0.0.1:0".parse().expect("an address"), 1)
            .expect("it listens");
        let handle = server.handle();
        self.servers.lock().expect("nobody panicked").push(handle.clone());
        actix_web::rt::spawn(async move {
            let _ = server.await;
            let _ = db.close().await;
        });
        let (db, seed, url, http) =
            (self.db.clone(), self.seed.clone(), self.url.clone(), self.http.clone());
        let (clock, servers) = (Arc::clone(&self.clock), Arc::clone(&self.servers));
        Self {
            db,
            seed,
            url,
            world,
            address: format!("http://{address}"),
            http,
            clock,
            servers,
            handle: Some(handle),
        }
    }

    /// Stops this server at once.
    pub async fn stop(&self) {
        if let Some(handle) = &self.handle {
            handle.stop(false).await;
        }
    }

    /// A client without credentials.
    pub fn as_stranger(&self) -> Client {
        self.with_token(None)
    }

    /// A client of the account with this name: admin, editor, reviewer, second, third or reader of
    /// `desk`; rival (admin) or rival-reviewer of `rival`.
    pub fn as_(&self, name: &str) -> Client {
        self.with_token(Some(self.person(name).2.clone()))
    }

    /// A client with this token.
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

    /// A client of another newsroom's admin.
    pub fn as_rival(&self) -> Client {
        self.as_("rival")
    }

    /// The id of the account with this name.
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

    /// A plain HTTP client, for everything except GraphQL.
    pub const fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Moves the server's clock ahead.
    pub fn wait(&self, span: TimeDelta) {
        self.clock.ahead.fetch_add(span.num_seconds(), Ordering::SeqCst);
    }

    /// Stops the server's clock. From then on, only `wait` moves it.
    pub fn stop_clock(&self) {
        self.clock.stopped.get_or_init(Utc::now);
    }

    /// The number of statements of this kind, `read` or `write`, that the server has sent to its
    /// database.
    pub async fn statements(&self, kind: &str) -> u64 {
        let text = self
            .http
            .get(format!("{}/metrics", self.address))
            .send()
            .await
            .expect("metrics")
            .text()
            .await
            .expect("text");
        let counted = format!("claimspan_database_statements_total{{kind=\"{kind}\"");
        let counted = text.lines().filter(|line| line.starts_with(&counted));
        counted.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
    }

    /// The number of read statements of a query, once constant data is cached. Concurrent writes,
    /// such as recording the use of a token, are not counted.
    pub async fn cost(&self, client: &Client, document: &str, variables: Value) -> u64 {
        let body = json!({ "query": document, "variables": variables }).to_string();
        // With this header, the response is computed anew.
        let ask = async || {
            let request = client.request().header("X-Claimspan-Cost", "1").body(body.clone());
            let text = request.send().await.expect("an answer").text().await.expect("a body");
            assert!(!text.contains("\"errors\""), "{text}");
        };
        ask().await;
        let before = self.statements("read").await;
        ask().await;
        self.statements("read").await - before
    }

    /// The session token of the account with this name.
    pub fn token(&self, name: &str) -> &str {
        &self.person(name).2
    }

    fn person(&self, name: &str) -> &(&'static str, AccountId, String) {
        self.seed
            .people
            .iter()
            .find(|(known, ..)| *known == name)
            .unwrap_or_else(|| panic!("no account is named {name}"))
    }
}

/// A client of the server.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    address: String,
    pub token: Option<String>,
}

impl Client {
    /// The same client, but of another server.
    pub fn at(&self, server: &TestApp) -> Self {
        Self { address: server.address.clone(), ..self.clone() }
    }

    /// A request to the API, without headers and body so far.
    pub fn request(&self) -> reqwest::RequestBuilder {
        let request = self
            .http
            .post(format!("{}/graphql", self.address))
            .header("Content-Type", "application/json");
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a document with its variables.
    pub async fn send(&self, document: &str, variables: Value) -> Reply {
        self.post(json!({ "query": document, "variables": variables }).to_string()).await
    }

    /// Sends a document of several operations, and names the one to run.
    pub async fn send_named(&self, document: &str, operation: &str, variables: Value) -> Reply {
        self.post(
            json!({ "query": document, "operationName": operation, "variables": variables })
                .to_string(),
        )
        .await
    }

    /// Sends a request with exactly this JSON.
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

    /// Calls a mutation with its input. `selection` selects fields of the payload.
    pub async fn call(&self, mutation: &str, input: Value, selection: &str) -> Reply {
        let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let document =
            format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {selection} }} }}");
        self.send(&document, json!({ "input": input })).await
    }
}

/// The server's response.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
}

impl Reply {
    /// The data at a JSON pointer below `data`, such as `/article/title`. Panics if there were
    /// errors.
    #[track_caller]
    pub fn data(&self, pointer: &str) -> &Value {
        assert!(self.body.get("errors").is_none(), "errors: {}", self.body);
        self.body["data"]
            .pointer(pointer)
            .unwrap_or_else(|| panic!("nothing at {pointer}: {}", self.body))
    }

    /// The string at a JSON pointer below `data`.
    #[track_caller]
    pub fn text(&self, pointer: &str) -> String {
        self.data(pointer)
            .as_str()
            .unwrap_or_else(|| panic!("no string at {pointer}: {}", self.body))
            .to_owned()
    }

    /// The number at a JSON pointer below `data`.
    #[track_caller]
    pub fn number(&self, pointer: &str) -> i64 {
        self.data(pointer)
            .as_i64()
            .unwrap_or_else(|| panic!("no number at {pointer}: {}", self.body))
    }

    /// The code of the first error, or `OK`.
    pub fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or(if self.body.get("errors").is_some() { "no code" } else { "OK" })
    }

    /// The field of the first error.
    pub fn field(&self) -> &str {
        self.body["errors"][0]["extensions"]["field"].as_str().unwrap_or_default()
    }

    /// The reason of the first error.
    pub fn reason(&self) -> &str {
        self.body["errors"][0]["extensions"]["reason"].as_str().unwrap_or_default()
    }

    /// The message of the first error.
    pub fn message(&self) -> &str {
        self.body["errors"][0]["message"].as_str().unwrap_or_default()
    }

    /// Panics unless the request succeeded.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code(), "OK", "{}", self.body);
        self
    }

    /// Panics unless the response is BAD_USER_INPUT for this field and this reason.
    #[track_caller]
    pub fn refused(&self, field: &str, reason: &str) {
        assert_eq!(
            (self.code(), self.field(), self.reason()),
            ("BAD_USER_INPUT", field, reason),
            "{}",
            self.body
        );
    }
}

fn sqlite_url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

fn temporary(what: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!(
        "{what}-{}-{}.db",
        std::process::id(),
        next()
    ));
    // It may exist from an older run with the same process id.
    let _ = std::fs::remove_file(&path);
    path
}

fn next() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::SeqCst)
}
