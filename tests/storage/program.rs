//! The program under test, the folder that it stores in, and a client that counts.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery";

/// Runs a test in a runtime of its own.
pub fn run(test: impl Future<Output = ()>) {
    actix_web::rt::System::new().block_on(test);
}

/// Says aloud that a test is not run, and why. An error in CI.
pub fn skipped(test: &str, why: &str) {
    let message = format!("skipped: {test}: {why}\n");
    assert!(std::env::var_os("CI").is_none(), "{message}");
    // Past the test runner, which would keep it to itself.
    let _ = std::io::stderr().write_all(message.as_bytes());
}

/// Runs a command, and says whether it succeeded.
pub fn succeeds(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// A folder of its own, removed at the end; perhaps a file system of its own.
pub struct Folder {
    pub path: PathBuf,
    mounted: bool,
}

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("claimspan-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder");
        Self { path, mounted: false }
    }

    /// A folder with room for this number of megabytes, or none if mounting is not allowed.
    pub fn small(name: &str, megabytes: u32) -> Option<Self> {
        let mut folder = Self::new(name);
        let size = format!("size={megabytes}m");
        folder.mounted = succeeds("mount", &["-t", "tmpfs", "-o", &size, "tmpfs", folder.text()]);
        folder.mounted.then_some(folder)
    }

    pub fn enlarge(&self, megabytes: u32) {
        let size = format!("remount,size={megabytes}m");
        assert!(succeeds("mount", &["-o", &size, self.text()]), "it is enlarged");
    }

    pub fn text(&self) -> &str {
        self.path.to_str().expect("UTF-8")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.mounted {
            succeeds("umount", &["-l", self.text()]);
        }
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// How the program is run.
pub struct Setup {
    pub url: String,
    pub connections: u32,
    pub environment: Vec<(String, String)>,
    /// Where it logs: not in the folder that is broken.
    pub logs: Folder,
}

impl Setup {
    pub fn new(name: &str, url: String, connections: u32) -> Self {
        let logs = Folder::new(&format!("{name}-log"));
        Self { url, connections, environment: Vec::new(), logs }
    }

    fn command(&self, line: &str) -> Command {
        let program = std::env::var("CLAIMSPAN_TEST_PROGRAM")
            .unwrap_or_else(|_| env!("CARGO_BIN_EXE_claimspan").to_owned());
        let mut command = Command::new(program);
        command.args(line.split(' ')).args(["--database-url", &self.url]);
        command.env_clear().envs(self.environment.iter().cloned());
        command.env("CLAIMSPAN_DATABASE_CONNECTIONS", self.connections.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let log = self.logs.path.join("log");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log).expect("a log");
        command.stderr(log);
        command
    }

    fn run(&self, line: &str, input: &str) {
        let mut child = self.command(line).spawn().expect("the program starts");
        let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
        assert!(child.wait().expect("it ends").success(), "{line}\n{}", self.log());
    }

    /// Makes a newsroom and an account that may do everything.
    pub fn prepare(&self) {
        self.run("newsroom create --slug desk --name Desk", "");
        let line = "account create --email ada@example.org --name Ada --newsroom desk --role admin";
        self.run(line, &format!("{PASSWORD}\n"));
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.logs.path.join("log")).unwrap_or_default()
    }

    /// Starts it, and signs in.
    pub async fn start(&self) -> Server {
        let mut child = self
            .command("serve --listen 127.0.0.1:0 --budget 0 --workers 2")
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        out.read_line(&mut line).expect("a line");
        let Some(address) = line.trim_end().split("http://").nth(1) else {
            panic!("no address: {line:?}\n{}", self.log())
        };
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(15))
            .pool_max_idle_per_host(32)
            .build()
            .expect("a client");
        let mut server = Server {
            child,
            address: address.to_owned(),
            client,
            token: None,
            newsroom: String::new(),
            article: String::new(),
        };
        let document = "mutation($input: SignInInput!) { signIn(input: $input) { token } }";
        let input = json!({ "email": "ada@example.org", "password": PASSWORD });
        let signed_in = server.ask(document, json!({ "input": input })).await.expect("an answer");
        server.token = signed_in.text("/data/signIn/token");
        assert!(server.token.is_some(), "{signed_in:?}\n{}", self.log());
        let who = "{ viewer { memberships { newsroom { id } } } }";
        let who = server.ask(who, json!({})).await.expect("an answer");
        server.newsroom = who.text("/data/viewer/memberships/0/newsroom/id").expect("a newsroom");
        server
    }
}

/// The program, serving.
pub struct Server {
    child: Child,
    address: String,
    client: reqwest::Client,
    token: Option<String>,
    newsroom: String,
    /// The article on which claims are marked.
    article: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: Value,
}

impl Answer {
    pub fn text(&self, pointer: &str) -> Option<String> {
        self.body.pointer(pointer)?.as_str().map(ToOwned::to_owned)
    }

    pub fn code(&self) -> Option<&str> {
        self.body.pointer("/errors/0/extensions/code")?.as_str()
    }
}

/// What became of writes.
#[derive(Debug, Default)]
pub struct Tally {
    /// The ids of what was acknowledged.
    pub saved: Vec<String>,
    /// How many were refused as storage is unavailable.
    pub refused: usize,
    /// Everything else.
    pub odd: Vec<String>,
}

impl Tally {
    fn count(&mut self, answer: Option<Answer>, id: &str) {
        let Some(answer) = answer else { return self.odd.push("no answer".to_owned()) };
        if let Some(id) = answer.text(id) {
            self.saved.push(id);
            return;
        }
        let told = answer.body.pointer("/errors/0/extensions/retryAfter").and_then(Value::as_u64);
        let header = answer.retry_after.as_deref().and_then(|seconds| seconds.parse().ok());
        if answer.code() == Some("STORAGE_UNAVAILABLE") && told.is_some() && told == header {
            self.refused += 1;
        } else {
            self.odd.push(format!("{} {}", answer.status, answer.body));
        }
    }

    pub fn add(&mut self, other: Self) {
        self.saved.extend(other.saved);
        self.refused += other.refused;
        self.odd.extend(other.odd);
    }
}

impl Server {
    pub async fn ask(&self, query: &str, variables: Value) -> Option<Answer> {
        let mut request = self
            .client
            .post(format!("http://{}/graphql", self.address))
            .json(&json!({ "query": query, "variables": variables }));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        let header = response.headers().get("retry-after");
        let retry_after = header.and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
        Some(Answer { status, retry_after, body: response.json().await.ok()? })
    }

    async fn import(&self, body: &str) -> Option<Answer> {
        let document = "mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }";
        let input = json!({ "newsroom": self.newsroom, "title": "A port", "body": body });
        self.ask(document, json!({ "input": input })).await
    }

    /// Imports the article on which claims are marked.
    pub async fn with_article(mut self) -> Self {
        let imported = self.import("The loss is 12 million francs a day.").await;
        let imported = imported.expect("an answer");
        self.article = imported.text("/data/importArticle/article/id").expect("an article");
        self
    }

    /// Imports articles of some 100 kB, one after the other, until one is refused or the time is out.
    pub async fn fill(&self, tally: &mut Tally, most: usize) {
        let words = "Ships that carry grain wait outside the harbour for two more days. ";
        let body = words.repeat(1_500);
        for _ in 0..most {
            let before = tally.saved.len();
            tally.count(self.import(&body).await, "/data/importArticle/article/id");
            if tally.saved.len() == before {
                return;
            }
        }
        panic!("the disk does not get full");
    }

    /// Marks a claim.
    pub async fn mark(&self) -> Tally {
        let document =
            "mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }";
        let ranges = json!([{ "exact": "12 million francs" }]);
        let input =
            json!({ "article": self.article, "statement": "It loses a lot.", "ranges": ranges });
        let answer = self.ask(document, json!({ "input": input })).await;
        let mut tally = Tally::default();
        tally.count(answer, "/data/markClaim/claim/id");
        tally
    }

    /// Marks claims, `at_once` at a time, `rounds` times.
    pub async fn mark_many(&self, at_once: usize, rounds: usize) -> Tally {
        let mut tally = Tally::default();
        for _ in 0..rounds {
            for one in join_all((0..at_once).map(|_| self.mark())).await {
                tally.add(one);
            }
        }
        tally
    }

    /// Whether the newsroom's own article can be read.
    pub async fn reads(&self) -> bool {
        let answer = self
            .ask("query($id: ID!) { article(id: $id) { id } }", json!({ "id": self.article }))
            .await;
        answer.is_some_and(|answer| answer.text("/data/article/id").is_some())
    }

    /// How many of these are there.
    pub async fn survivors(&self, ids: &[String]) -> usize {
        let mut found = 0;
        for some in ids.chunks(100) {
            let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
            let answer = self.ask(document, json!({ "ids": some })).await.expect("an answer");
            let nodes = answer.body.pointer("/data/nodes").and_then(Value::as_array).cloned();
            found += nodes.unwrap_or_default().iter().filter(|node| node.is_object()).count();
        }
        found
    }

    /// What `/health/ready` says, and after how long.
    pub async fn ready(&self) -> (u16, String, Duration) {
        let begun = Instant::now();
        let url = format!("http://{}/health/ready", self.address);
        let response = self.client.get(url).send().await.expect("an answer");
        let (status, text) = (response.status().as_u16(), response.text().await.expect("text"));
        (status, text, begun.elapsed())
    }

    /// Waits until `/health/ready` says this; gives its text.
    pub async fn becomes(&self, status: u16, within: Duration) -> Result<String, String> {
        let begun = Instant::now();
        loop {
            let (found, text, took) = self.ready().await;
            if took > Duration::from_secs(1) {
                return Err(format!("/health/ready took {took:?}"));
            }
            if found == status {
                return Ok(text);
            }
            if begun.elapsed() > within {
                return Err(format!("/health/ready is {found} after {within:?}: {text}"));
            }
            actix_web::rt::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends it as a service manager does.
    pub fn stop(mut self) {
        succeeds("kill", &[&self.child.id().to_string()]);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(20) {
            if self.child.try_wait().expect("its end").is_some() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the program does not end");
    }

    /// Ends it at once.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a test found wrong: all of it, so that a failure shows the figures too.
#[derive(Default)]
pub struct Findings(Vec<String>);

impl Findings {
    pub fn expect(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.0.push(otherwise());
        }
    }

    pub fn ok<T>(&mut self, result: Result<T, String>) -> Option<T> {
        result.map_err(|error| self.0.push(error)).ok()
    }

    /// Restarts the program, and counts what is left.
    pub async fn count(&mut self, setup: &Setup, tally: &Tally) {
        let server = setup.start().await;
        let left = server.survivors(&tally.saved).await;
        let acknowledged = tally.saved.len();
        eprintln!(
            "{acknowledged} acknowledged, {} lost, {} refused",
            acknowledged - left,
            tally.refused
        );
        self.expect(left == acknowledged, || {
            format!("{acknowledged} acknowledged, {} lost", acknowledged - left)
        });
        self.expect(tally.odd.is_empty(), || {
            format!("{} other answers, such as {:?}", tally.odd.len(), tally.odd.first())
        });
        server.stop();
    }

    pub fn report(self, setup: &Setup) {
        assert!(self.0.is_empty(), "{:#?}\n{}", self.0, tail(&setup.log()));
    }
}

fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().filter(|line| !line.contains("answered")).collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}

/// A library that makes system calls fail, compiled from `faults.c`; none without a C compiler.
pub fn fault_library(folder: &Path) -> Option<String> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/storage/faults.c");
    let library = folder.join("faults.so");
    let library = library.to_str().expect("UTF-8");
    succeeds("cc", &["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"])
        .then(|| library.to_owned())
}
