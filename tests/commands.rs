//! The program as its operator uses it: the commands, their output and their exit codes.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery";

/// A temporary folder in which the program runs without this process's environment.
struct Home(PathBuf);

/// The result of a command.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    #[track_caller]
    fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self
    }

    /// Panics unless the command failed with this message.
    #[track_caller]
    fn failed(&self, says: &str) {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{}", self.err);
        assert!(
            self.err.starts_with("claimspan: ") && self.err.contains(says),
            "{says:?} is not in {:?}",
            self.err
        );
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }
}

impl Home {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("commands-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    /// A folder with a newsroom `desk`.
    fn with_newsroom(name: &str) -> Self {
        let home = Self::new(name);
        home.run("newsroom create --slug desk --name Desk").ok();
        home
    }

    fn write(&self, file: &str, bytes: &[u8]) {
        std::fs::write(self.0.join(file), bytes).expect("it is written");
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_claimspan"));
        command.args(line.split(' ')).env_clear().current_dir(&self.0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, line: &str) -> Ran {
        self.run_with(line, &[], "")
    }

    fn run_with(&self, line: &str, environment: &[(&str, &str)], input: &str) -> Ran {
        let mut child = self
            .command(line)
            .envs(environment.iter().copied())
            .spawn()
            .expect("the program starts");
        // A command that fails before it reads leaves the pipe closed.
        let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
        let output = child.wait_with_output().expect("the program ends");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn account(&self, email: &str, role: &str) -> Ran {
        self.run_with(
            &format!(
                "account create --email {email} --name Somebody --newsroom desk --role {role}"
            ),
            &[],
            &format!("{PASSWORD}\n"),
        )
    }

    fn start(&self, line: &str) -> Server {
        self.start_logging(line, Stdio::null())
    }

    fn start_logging(&self, line: &str, log: Stdio) -> Server {
        let mut child = self.command(line).stderr(log).spawn().expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let mut first = String::new();
        out.read_line(&mut first).expect("a line");
        let address = first
            .trim_end()
            .split("http://")
            .nth(1)
            .unwrap_or_else(|| panic!("no address: {first:?}"))
            .to_owned();
        Server { child, first, address, out }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The program while it serves.
struct Server {
    child: Child,
    first: String,
    address: String,
    out: BufReader<std::process::ChildStdout>,
}

impl Server {
    fn signal(&self) {
        assert!(
            Command::new("kill").arg(self.child.id().to_string()).status().expect("kill").success()
        );
    }

    /// Stops it as a service manager does. Returns its output after the first line.
    fn stop(mut self) -> String {
        self.signal();
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).expect("UTF-8");
        assert_eq!(self.child.wait().expect("it ends").code(), Some(0), "{rest}");
        rest
    }

    fn ask(&self, token: Option<&str>, document: &str, variables: &Value) -> Value {
        self.ask_with(&[], token, document, variables)
    }

    fn ask_with(
        &self,
        headers: &[(&str, &str)],
        token: Option<&str>,
        document: &str,
        variables: &Value,
    ) -> Value {
        let url = format!("http://{}/graphql", self.address);
        let body = json!({ "query": document, "variables": variables });
        actix_web::rt::System::new().block_on(async move {
            let request = reqwest::Client::new().post(url).json(&body);
            let request = headers
                .iter()
                .fold(request, |request, (name, value)| request.header(*name, *value));
            let request =
                if let Some(token) = token { request.bearer_auth(token) } else { request };
            request.send().await.expect("an answer").json().await.expect("JSON")
        })
    }

    fn sign_in(&self, email: &str, password: &str) -> Option<String> {
        let document = "mutation($input: SignInInput!) { signIn(input: $input) { token } }";
        let answer =
            self.ask(None, document, &json!({ "input": { "email": email, "password": password } }));
        answer.pointer("/data/signIn/token").and_then(Value::as_str).map(ToOwned::to_owned)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn every_flag_of_every_command_names_its_variable() {
    let home = Home::new("help");
    let commands = [
        "serve",
        "demo",
        "newsroom create",
        "newsroom list",
        "newsroom import",
        "account create",
        "account list",
        "account join",
        "account reset-password",
        "audit verify",
        "audit checkpoint",
        "audit prove",
        "audit check-proof",
        "audit public-key",
        "audit rotate-key",
        "counts check",
        "counts rebuild",
        "import",
        "import-annotations",
        "import-averitec",
        "export",
        "revise",
        "schema",
        "migrate",
    ];
    for command in commands {
        let help = home.run(&format!("{command} --help")).ok().out;
        let options =
            help.split("\nOptions:\n").nth(1).unwrap_or_else(|| panic!("{command}: {help}"));
        let mut flags = 0;
        // An option starts at a line that begins with its name and is indented less than its
        // description.
        let mut paragraphs: Vec<String> = Vec::new();
        for line in options.lines() {
            match paragraphs.last_mut() {
                Some(paragraph)
                    if !line.trim_start().starts_with('-') || line.starts_with("        ") =>
                {
                    *paragraph += line;
                }
                _ => paragraphs.push(line.trim_start().to_owned()),
            }
        }
        for option in paragraphs.iter().filter_map(|paragraph| paragraph.strip_prefix("--")) {
            let name: String =
                option.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
            // An article's address must not look like the server's own.
            let name = match (command, &*name) {
                ("import", "url") => "article-url",
                // The format of an export must not become that of an import.
                ("import" | "revise", "format") => "article-format",
                _ => &name,
            };
            let variable = format!("CLAIMSPAN_{}", name.to_uppercase().replace('-', "_"));
            assert!(
                option.contains(&format!("[env: {variable}")),
                "{command} --{name} does not name {variable}: {option:?}"
            );
            flags += 1;
        }
        assert!(flags >= 2, "{command}: {help}");
        assert!(
            help.contains("--database-url <URL>") && help.contains("[env: CLAIMSPAN_DATABASE_URL]"),
            "{command}: {help}"
        );
        assert!(
            help.starts_with(|first: char| first.is_uppercase()),
            "{command} says what it does: {help}"
        );
    }
    let help = home
        .run_with("--help", &[("CLAIMSPAN_DATABASE_URL", "postgres://desk:s3cret@db/claims")], "")
        .ok()
        .out;
    assert!(!help.contains("s3cret"), "{help}");
    for command in commands {
        assert!(
            help.contains(&format!("\n  {} ", command.split(' ').next().unwrap_or_default())),
            "{command}: {help}"
        );
    }
    assert_eq!(
        home.run("--version").ok().out,
        format!("claimspan {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn the_database_is_named_before_the_command_after_it_or_in_the_environment() {
    let home = Home::new("url");
    home.run("--database-url sqlite://before.db migrate").ok();
    home.run("migrate up --database-url sqlite://after.db").ok();
    home.run_with("migrate", &[("CLAIMSPAN_DATABASE_URL", "sqlite://environment.db")], "").ok();
    home.run_with(
        "migrate --database-url sqlite://stronger.db",
        &[("CLAIMSPAN_DATABASE_URL", "sqlite://weaker.db")],
        "",
    )
    .ok();
    home.run("migrate").ok();
    for (file, there) in [
        ("before", true),
        ("after", true),
        ("environment", true),
        ("stronger", true),
        ("weaker", false),
        ("claimspan", true),
    ] {
        assert_eq!(home.0.join(format!("{file}.db")).exists(), there, "{file}");
    }
    home.run("migrate --database-url mysql://localhost/x").failed("sqlite:// or postgres://");
    home.run("migrate --database-url sqlite::memory:").failed("in-memory");
    home.run("migrate --database-url sqlite://no/such/folder/x.db").failed("no/such/folder/x.db");
    let origin = home.run("serve --cors-origin desk.example.org");
    assert!(
        origin.code == Some(2) && origin.err.contains("https://desk.example.org"),
        "{}",
        origin.err
    );
}

#[test]
fn a_password_in_the_databases_address_is_never_shown() {
    let home = Home::new("secret");
    let (create, serve) = ("newsroom create --slug a --name A", "serve --listen 127.0.0.1:0");
    for (url, commands) in [
        ("postgres://desk:s3cret@127.0.0.1:1/claims", &[serve][..]),
        ("postgres://desk@127.0.0.1:1/claims?password=s3cret", &[create]),
        ("postgres://desk:s3cret@[broken/claims", &[create, serve, "migrate status"]),
        ("mysql://desk:s3cret@x/y", &[create, serve, "migrate status"]),
    ] {
        for command in commands {
            let ran = home.run_with(
                command,
                &[("CLAIMSPAN_DATABASE_URL", url), ("CLAIMSPAN_LOG", "trace")],
                "",
            );
            assert_eq!(ran.code, Some(1), "{command} {url}: {}", ran.err);
            assert!(
                !format!("{}{}", ran.out, ran.err).contains("s3cret"),
                "{command} {url}: {}",
                ran.err
            );
            assert!(ran.err.contains("claimspan: "), "{}", ran.err);
        }
    }
}

#[test]
fn a_newsroom_is_founded_once_under_a_good_slug() {
    let home = Home::with_newsroom("newsroom");
    home.run("newsroom create --slug desk --name Again").failed("desk");
    for slug in ["Desk", "the_desk", "-", "désk", "a/b", &"x".repeat(300)] {
        let ran = home.run(&format!("newsroom create --slug={slug} --name Desk"));
        ran.failed("slug");
    }
    assert_eq!(home.run("newsroom create --slug desk").code, Some(2), "usage");
    let ran = home
        .run_with(
            "newsroom create",
            &[("CLAIMSPAN_SLUG", "other"), ("CLAIMSPAN_NAME", "Other")],
            "",
        )
        .ok();
    assert!(ran.out.contains("other") && ran.out.contains("newsroom_"), "{}", ran.out);
}

#[test]
fn newsrooms_and_accounts_are_listed() {
    let home = Home::with_newsroom("list");
    let empty = home.run("account list").ok();
    assert!(
        empty.out.is_empty() && empty.err.contains("claimspan account create"),
        "{}",
        empty.err
    );
    home.run("newsroom create --slug rival --name Rival").ok();
    let create = |email: &str, name: &str, role: &str| {
        let line =
            format!("account create --newsroom desk --email {email} --name {name} --role {role}");
        home.run_with(&line, &[], PASSWORD).ok();
    };
    create("ada@example.org", "Ada", "admin");
    create("rey@example.org", "Rey", "reviewer");
    home.run("account join --email ada@example.org --newsroom rival --role reader").ok();
    let newsrooms = home.run("newsroom list").ok().out;
    let rows: Vec<Vec<_>> = newsrooms.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(
        rows.iter().map(|row| (row[0], row[1], row[3])).collect::<Vec<_>>(),
        [("desk", "2", "Desk"), ("rival", "1", "Rival"),]
    );
    let accounts = home.run("account list").ok().out;
    let rows: Vec<_> = accounts.lines().map(|line| line.rsplit('\t').next()).collect();
    assert_eq!(rows, [Some("ADMIN in desk, READER in rival"), Some("REVIEWER in desk")]);
    let accounts = home.run("account list --newsroom rival").ok().out;
    assert!(
        accounts.starts_with("ada@example.org\t") && accounts.lines().count() == 1,
        "{accounts}"
    );
    home.run("account list --newsroom nowhere")
        .failed("newsroom not found in sqlite://claimspan.db");
}

#[test]
fn a_command_after_the_demo_names_the_demos_database() {
    let home = Home::new("after-demo");
    home.write("a.txt", b"Title\nWords.");
    home.run("migrate --database-url sqlite://claimspan-demo.db").ok();
    let refused = home.run("import a.txt --newsroom sahel-desk");
    refused.failed("there is no database claimspan.db");
    refused.failed("--database-url sqlite://claimspan-demo.db");
    home.run("migrate").ok();
    let refused = home.run("import a.txt --newsroom sahel-desk");
    refused.failed("newsroom not found in sqlite://claimspan.db");
    refused.failed("--database-url sqlite://claimspan-demo.db");
    let named = home.run("account list --newsroom x --database-url sqlite://claimspan-demo.db");
    assert!(!named.err.contains("the demo's database"), "{}", named.err);
}

#[test]
fn an_accounts_password_comes_from_standard_input() {
    let home = Home::with_newsroom("account");
    let create = "account create --email ada@example.org --name Ada --newsroom desk --role admin";
    for short in ["", "\n", "short\n"] {
        home.run_with(create, &[], short).failed("password");
    }
    let made = home.run_with(create, &[], &format!("{PASSWORD}\r\nand a second line")).ok();
    assert!(
        made.out.contains("ada@example.org")
            && !format!("{}{}", made.out, made.err).contains(PASSWORD),
        "{}",
        made.out
    );
    home.account("ADA@example.org", "reader")
        .failed("ada@example.org already has an account. `claimspan account join`");
    home.account("nobody", "reader").failed("mail");
    let elsewhere =
        home.run_with(&create.replace("desk", "nowhere").replace("ada", "bob"), &[], PASSWORD);
    elsewhere.failed("nowhere");
    assert_eq!(home.account("bob@example.org", "emperor").code, Some(2), "no such role");
    assert_eq!(
        home.run(&format!("{create} --password {PASSWORD}")).code,
        Some(2),
        "a password cannot be an argument"
    );
    home.account("bob@example.org", "READER").ok();

    home.run("newsroom create --slug second --name Second").ok();
    let join = "account join --email ADA@example.org --newsroom second --role editor";
    home.run(&join.replace("ADA", "nobody")).failed("nobody@example.org");
    home.run(&join.replace("second", "nowhere")).failed("nowhere");
    home.run(join).ok();
    home.run(join).failed("already");

    let server = home.start("serve --listen 127.0.0.1:0");
    let token = server
        .sign_in("ada@example.org", PASSWORD)
        .expect("the first line is the password, without its end");
    let who = "{ viewer { displayName memberships { role newsroom { slug } } } }";
    let ada = json!({ "displayName": "Ada", "memberships": [{ "role": "ADMIN", "newsroom": { "slug": "desk" } }, { "role": "EDITOR", "newsroom": { "slug": "second" } }] });
    assert_eq!(server.ask(Some(&token), who, &json!({}))["data"]["viewer"], ada);

    let reset = "account reset-password --email ada@example.org";
    home.run_with(reset, &[], "short\n").failed("password");
    home.run_with("account reset-password --email nobody@example.org", &[], PASSWORD)
        .failed("nobody@example.org");
    assert_eq!(
        server.ask(Some(&token), who, &json!({}))["data"]["viewer"],
        ada,
        "the failed command ended no session"
    );
    home.run_with(reset, &[], "another good one\n").ok();
    assert_eq!(
        server.ask(Some(&token), who, &json!({}))["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED",
        "its session has ended"
    );
    assert_eq!(server.sign_in("ada@example.org", PASSWORD), None);
    assert!(server.sign_in("ada@example.org", "another good one").is_some());
    server.stop();

    let gone = "account create --newsroom desk --email gone@example.org --name Gone --role reader";
    home.run_with(gone, &[], PASSWORD).ok();
    let erased = home.run("account erase --email gone@example.org").ok();
    assert!(
        erased.out.contains("Former member ")
            && !erased.out.contains("gone@")
            && !erased.out.contains("Gone"),
        "{}",
        erased.out
    );
    home.run("account erase --email gone@example.org").failed("gone@example.org");
    home.run("account erase --email ada@example.org").failed("ada@example.org");
    home.run("audit verify").ok();
}

#[test]
fn a_file_in_another_format_is_not_taken_for_text() {
    let home = Home::with_newsroom("formats");
    home.account("ed@example.org", "editor").ok();
    home.write("page.txt", b"<html>\n<body><p>It rained.</p></body>\n</html>");
    home.write("feed.json", b"{ \"title\": \"Rain\" }");
    home.write("site.toml", b"title = \"Rain\"\nlanguage = \"en\"\n");
    home.write("paper.pdf", b"%PDF-1.7\n\xe2\xe3");
    for (file, format) in
        [("page.txt", "HTML"), ("feed.json", "JSON"), ("site.toml", "TOML"), ("paper.pdf", "PDF")]
    {
        let ran = home.run(&format!("import --newsroom desk {file}"));
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{file}");
        assert!(ran.err.starts_with(file) && ran.err.contains(format), "{}", ran.err);
    }
    home.run("import --newsroom desk --as-text page.txt").ok();

    home.write("scan.txt", "Harbour report\n\nPage one.\n\u{c}Page two.\u{7}\n".as_bytes());
    let ran = home.run("import --newsroom desk scan.txt");
    assert!(ran.code == Some(1) && ran.err.contains("control character U+000C"), "{}", ran.err);
    let line = "import --newsroom desk --strip-controls --author Zoë --published-at 2024-08-04 \
                --language FR-ml scan.txt";
    let ran = home.run(line).ok();
    assert!(ran.err.contains("scan.txt: 2 control characters dropped"), "{}", ran.err);
    let ran = home.run("import --newsroom desk --published-at soon scan.txt");
    assert!(ran.code == Some(2) && ran.err.contains("--published-at"), "{}", ran.err);
    let ran = home.run(
        "import --newsroom desk --language english --allow-duplicate --strip-controls scan.txt",
    );
    assert!(ran.code == Some(1) && ran.err.contains("Did you mean en?"), "{}", ran.err);

    let list = home.run(line.replace("--author", "--allow-duplicate --author").as_str()).ok();
    let id = list.out.split(' ').next().unwrap_or_default().to_owned();
    home.write("newer.txt", b"Harbour report\n\nPage one.\nPage three.\n");
    let ran = home
        .run(&format!("revise --article {id} --note Corrected. --based-on-revision 1 newer.txt"));
    assert_eq!(ran.ok().out, format!("{id} Harbour report\n"));
    home.run(&format!("revise --article {id} --based-on-revision 1 newer.txt"))
        .failed("basedOnRevision");
    home.run(&format!("revise --article {id} page.txt")).failed("HTML");

    let server = home.start("serve --listen 127.0.0.1:0");
    let token = server.sign_in("ed@example.org", PASSWORD).expect("a session");
    let document = "query($id: ID!) { article(id: $id) { author language publishedAt revision { number note text } } }";
    let answer = server.ask(Some(&token), document, &json!({ "id": id }));
    let expected = json!({ "author": "Zoë", "language": "fr-ML", "publishedAt": "2024-08-04T00:00:00Z",
        "revision": { "number": 2, "note": "Corrected.", "text": "Harbour report\n\nPage one.\nPage three.\n" } });
    assert_eq!(answer["data"]["article"], expected, "{answer}");
    server.stop();
}

#[test]
fn articles_come_in_from_pages_and_wire_services() {
    let home = Home::with_newsroom("articles-in");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats");
    for (from, to, format) in [
        ("html/01-daily-with-cookie-banner.html", "page.html", ""),
        ("markdown/03-no-title.md", "story.md", ""),
        ("ninjs/01-v1-text.json", "item.json", "--format ninjs "),
        ("newsml-g2/01-xhtml.xml", "item.xml", "--format newsml-g2 "),
        ("nitf/05-cdata.xml", "story.xml", "--format nitf "),
    ] {
        home.write(to, &std::fs::read(fixtures.join(from)).expect("a fixture"));
        let ran = home.run(&format!("import --newsroom desk {format}{to}")).ok();
        assert!(ran.out.starts_with("article_"), "{to}: {}", ran.out);
        if to == "page.html" {
            let says = "page.html: left out: 1 advertisement; ";
            assert!(ran.err.contains(says), "{}", ran.err);
            let id = ran.out.split(' ').next().expect("an id");
            let newer = fixtures.join("html/05-japanese-ruby.html");
            home.write("newer.html", &std::fs::read(newer).expect("a fixture"));
            let revised = home.run(&format!("revise --article {id} newer.html")).ok();
            assert!(revised.out.contains("川の堤防、来春までに補強へ"), "{}", revised.out);
        }
    }
    let ran = home.run("import --newsroom desk --format nitf item.xml");
    assert!(ran.code == Some(1) && ran.err.contains("not NITF"), "{}", ran.err);
    let ran = home.run("import --newsroom desk item.xml");
    assert!(
        ran.code == Some(1) && ran.err.contains("Name its format with --format"),
        "{}",
        ran.err
    );
}

#[test]
fn a_format_with_several_files_is_written_to_a_folder() {
    let home = Home::with_newsroom("folders");
    home.account("ed@example.org", "editor").ok();
    let mut articles = Vec::new();
    for words in ["The ship is late.", "The ship is new."] {
        home.write("ferry.txt", format!("Ferries\n\n{words}\n").as_bytes());
        let imported = home.run("import --newsroom desk ferry.txt").ok();
        articles.push(imported.out.split(' ').next().expect("an id").to_owned());
    }
    let names = |folder: &str| {
        let files = std::fs::read_dir(home.0.join(folder)).expect("a folder");
        let name = |file: std::io::Result<std::fs::DirEntry>| file.expect("a file").file_name();
        let mut names: Vec<_> =
            files.map(|file| name(file).into_string().expect("UTF-8")).collect();
        names.sort();
        names
    };
    let read = |path: &str| std::fs::read_to_string(home.0.join(path)).expect("a text");

    home.run("export --newsroom desk --format csv --output tables").ok();
    home.run("export --newsroom desk --format cas --output documents").ok();

    let tables = ["articles", "citations", "claims", "events", "rulings", "verdicts"];
    assert_eq!(names("tables"), tables.map(|table| format!("{table}.csv")));
    for (table, rows) in tables.into_iter().zip([2, 0, 0, 4, 0, 0]) {
        let text = read(&format!("tables/{table}.csv"));
        assert!(text.starts_with('\u{feff}'), "{table}");
        assert_eq!(text.lines().count(), 1 + rows, "{table}: {text}");
    }
    let mut documents: Vec<_> = articles.iter().map(|id| format!("{id}.json")).collect();
    documents.sort();
    assert_eq!(names("documents"), documents);
    for (id, words) in articles.iter().zip(["late", "new"]) {
        let document: Value =
            serde_json::from_str(&read(&format!("documents/{id}.json"))).expect("JSON");
        let all = &document["%FEATURE_STRUCTURES"];
        assert_eq!(all[0]["sofaString"], format!("Ferries\n\nThe ship is {words}.\n"), "{all}");
        let members = document["%VIEWS"]["_InitialView"]["%MEMBERS"].as_array().map(Vec::len);
        assert_eq!(members, all.as_array().map(|all| all.len() - 1));
    }
    home.run("export --newsroom desk --format csv --output -").failed("one file only");
}

#[test]
fn annotations_of_other_programs_become_claims_and_none_is_lost() {
    let home = Home::with_newsroom("annotations");
    home.account("ed@example.org", "editor").ok();
    home.write("ferry.txt", "Ferries 🚢\n\nThe ship is late. The ship is new.\n".as_bytes());
    let imported = home.run("import --newsroom desk ferry.txt").ok();
    let article = imported.out.split(' ').next().expect("an id").to_owned();
    let lines = || {
        let out = home.run("export --newsroom desk --format jsonl --output -").ok().out;
        let lines = out.lines().map(|line| serde_json::from_str(line).expect("JSON"));
        lines.collect::<Vec<Value>>()
    };
    let lines_of =
        |kind: &str| lines().into_iter().filter(|line| line["type"] == kind).collect::<Vec<_>>();
    let text = lines_of("article")[0]["revision"]["text"].as_str().expect("a text").to_owned();
    let before = |words: &str| &text[..text.rfind(words).expect("the words")];
    // The place counts UTF-16 code units, because a browser wrote it.
    let second = before("ship").encode_utf16().count();
    let quote = |exact: &str, start: usize| {
        json!([
            { "type": "TextQuoteSelector", "exact": exact, "prefix": "", "suffix": "" },
            { "type": "TextPositionSelector", "start": start, "end": start + 4 },
        ])
    };
    let target = |exact: &str, start: usize| json!([{ "source": "https://example.org/", "selector": quote(exact, start) }]);
    let annotations = json!({ "annotations": [
        { "id": "one", "text": "The ship is late, they say.", "tags": ["ships"], "target": target("is late", 0) },
        { "id": "two", "text": "", "target": target("ship", second) },
        { "id": "lost", "text": "It sank.", "target": target("sank", 5) },
        { "id": "note", "text": "Good page.", "target": [{ "source": "https://example.org/" }] },
    ] });
    home.write("hypothesis.json", annotations.to_string().as_bytes());

    let ran = home
        .run(&format!("import-annotations --article {article} --rest rest.json hypothesis.json"));

    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let marked: Vec<_> = ran.out.lines().filter_map(|line| Some(line.split_once(' ')?.1)).collect();
    assert_eq!(marked, ["The ship is late, they say.", "ship"]);
    assert!(
        ran.err.contains("lost: the article's newest text does not have these words"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("note: it quotes no words"), "{}", ran.err);
    assert!(ran.err.ends_with("2 marked, 2 left\n"), "{}", ran.err);
    let rest = std::fs::read_to_string(home.0.join("rest.json")).expect("the rest");
    let rest: Value = serde_json::from_str(&rest).expect("JSON");
    assert_eq!(rest, json!([annotations["annotations"][2], annotations["annotations"][3]]));
    let claims = lines_of("claim");
    let starts: Vec<_> = claims.iter().map(|line| line["anchors"][0]["start"].clone()).collect();
    assert_eq!(starts, ["is late", "ship"].map(|words| before(words).chars().count()));
    assert_eq!(claims[0]["tags"], json!(["ships"]));
    // A second time changes nothing, and the annotations come out and in as they are.
    let again = home.run(&format!("import-annotations --article {article} hypothesis.json"));
    assert!(again.err.ends_with("0 marked, 4 left\n"), "{}", again.err);
    home.run("export --newsroom desk --format web-annotation --public-url https://facts.example.org --output own.json").ok();
    let again = home.run(&format!("import-annotations --article {article} own.json"));
    assert_eq!(again.err.matches("has a claim with this statement").count(), 2, "{}", again.err);
    home.write("bad.json", b"{}");
    home.run(&format!("import-annotations --article {article} bad.json")).failed("no annotations");
}

#[test]
fn a_data_set_comes_in_and_goes_out_as_it_was() {
    let home = Home::with_newsroom("averitec");
    home.account("reviewer@example.org", "reviewer").ok();
    let reader =
        "account create --email reader@example.org --name Reader --newsroom desk --role reader";
    home.run_with(reader, &[], &format!("{PASSWORD}\n")).ok();
    let server = home.start("serve --listen 127.0.0.1:0");
    let token = |email: &str| server.sign_in(email, PASSWORD).expect("a session");
    let (reviewer, reader) = (token("reviewer@example.org"), token("reader@example.org"));
    server.stop();
    let fixture = include_str!("fixtures/averitec.json");
    let mut entries: Value = serde_json::from_str(fixture).expect("JSON");
    let mut unknown = entries[0].clone();
    unknown["label"] = json!("Half true");
    let list = entries.as_array_mut().expect("a list");
    // The data set has some claims several times.
    list.push(list[1].clone());
    let all = [list.as_slice(), &[unknown.clone()]].concat();
    home.write("dev.json", json!(all).to_string().as_bytes());
    let import = |rest: &str, token: &str| {
        home.run_with(&format!("import-averitec --newsroom desk {rest}dev.json"), &[], token)
    };
    let export = || {
        let out = home.run("export --newsroom desk --format averitec --output -").ok().out;
        serde_json::from_str::<Value>(&out).expect("JSON")
    };

    import("", "no token").failed("token");
    import("", &reader).failed("REVIEWER");
    import("--rating Refuted=NOPE ", &reviewer).failed("no such rating");
    import("--rating True=FALSE ", &reviewer).failed("no label");
    assert_eq!(export(), json!([]), "nothing was stored");
    let ran = import("--rest rest.json ", &format!("{reviewer}\n"));

    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(ran.out.lines().count(), 7);
    assert!(ran.err.contains("entry 8: the label `Half true` is unknown"), "{}", ran.err);
    assert!(ran.err.ends_with("7 imported, 1 left\n"), "{}", ran.err);
    let rest = std::fs::read_to_string(home.0.join("rest.json")).expect("the rest");
    assert_eq!(serde_json::from_str::<Value>(&rest).expect("JSON"), json!([unknown]));
    // All that the newsroom does not know, and what is no address, does not come out again.
    for entry in list.iter_mut() {
        for name in ["cached_original_claim_url", "fact_checking_article", "location_ISO_code"] {
            entry[name] = Value::Null;
        }
        entry["required_reannotation"] = json!(false);
    }
    list[4]["questions"][0]["answers"][0]
        .as_object_mut()
        .and_then(|answer| answer.remove("cached_source_url"));
    list[5]["questions"][1]["answers"] = list[2]["questions"][0]["answers"].clone();
    assert_eq!(export(), entries);
    let again = import("", &reviewer);
    assert!(again.err.ends_with("0 imported, 8 left\n"), "{}", again.err);
    assert_eq!(export(), entries);
    // What is refused leaves nothing behind, so it comes in when it is mended.
    let mut mended = entries[0].clone();
    mended["claim"] = json!("Nobody has claimed this before.");
    for (wrong, value) in [
        ("justification", json!("too long ".repeat(3_000))),
        ("speaker", json!("Some\u{202e}body")),
        ("claim_types", json!(["a tag of more than fifty characters, which no claim can have"])),
        ("claim_date", json!("1-1-2999")),
    ] {
        let mut broken = mended.clone();
        broken[wrong] = value;
        home.write("dev.json", json!([broken]).to_string().as_bytes());
        let ran = import("", &reviewer);
        assert!(ran.err.ends_with("0 imported, 1 left\n"), "{wrong}: {}", ran.err);
    }
    home.write("dev.json", json!([mended]).to_string().as_bytes());
    import("", &reviewer).ok();
    let log = home.run("audit verify");
    assert_eq!(log.code, Some(0), "{}{}", log.out, log.err);
}

#[test]
fn a_newsroom_is_exported_and_imported_into_another_database() {
    let home = Home::with_newsroom("export");
    home.account("ed@example.org", "editor").ok();
    home.write("strike.txt", "=A headline\n\nFirst paragraph, naïve.\n".as_bytes());
    home.run("import --newsroom desk strike.txt").ok();
    let export = |rest: &str| home.run(&format!("export --newsroom desk --format {rest}"));
    let read = |file: &str| std::fs::read_to_string(home.0.join(file)).expect("a file");

    let lines = export("jsonl --output -").ok();
    export("jsonl --output desk.jsonl").ok();
    export("csv --output tables").ok();
    export("claim-review --output desk.jsonld").failed("--public-url");
    export("claim-review --output desk.jsonld --public-url https://facts.example.org").ok();
    export("averitec --output averitec.json").ok();
    export("label-studio --output tasks.json").ok();
    export("cas --output -").failed("a folder");
    export("cas --output documents").ok();
    let archived = export("archive --output desk.archive").ok();
    let digest = archived.err.trim().strip_prefix("SHA-256 ").expect("a digest").to_owned();

    assert_eq!(lines.err, "", "there is a progress bar only on a terminal");
    assert_eq!(read("desk.jsonl"), lines.out);
    assert!(lines.out.ends_with("\"type\":\"end\"}\n"), "{}", lines.out);
    assert!(read("tables/articles.csv").contains("\"'=A headline\""));
    assert_eq!(std::fs::read_dir(home.0.join("tables")).expect("a folder").count(), 6);
    assert_eq!(read("averitec.json"), "[\n]\n");
    assert!(read("tasks.json").contains("First paragraph, naïve."));
    let documents = std::fs::read_dir(home.0.join("documents")).expect("a folder");
    let documents: Vec<_> = documents.map(|file| file.expect("a file").path()).collect();
    assert_eq!(documents.len(), 1);
    assert!(read(&documents[0].to_string_lossy()).contains("First paragraph, naïve."));
    assert!(read("desk.jsonld").contains("https://facts.example.org/n/desk/claim-review.jsonld"));
    let mode = std::fs::metadata(home.0.join("desk.archive")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "only the owner may read what is not published");

    let other = "--database-url sqlite://other.db";
    let imported =
        home.run(&format!("{other} newsroom import --sha256 {digest} desk.archive")).ok();
    assert!(imported.out.contains("imported newsroom desk (newsroom_"), "{}", imported.out);
    assert!(imported.out.contains("ed@example.org has no password"), "{}", imported.out);
    home.run(&format!("{other} export --newsroom desk --format archive --output other.archive"))
        .ok();
    assert_eq!(read("other.archive"), read("desk.archive"));
    let newsroom = |database: &str| {
        let verified = home.run(&format!("{database}audit verify")).ok().out;
        let line = verified.lines().find(|line| line.contains("desk")).map(ToOwned::to_owned);
        line.unwrap_or_else(|| panic!("{verified}"))
    };
    assert_eq!(newsroom(&format!("{other} ")), newsroom(""));
    home.run(&format!("{other} newsroom import --sha256 {digest} desk.archive"))
        .failed("has this newsroom already");
    let third = format!("--database-url sqlite://third.db newsroom import --sha256 {digest}");
    home.write("cut.archive", read("desk.archive").split_at(2000).0.as_bytes());
    home.run(&format!("{third} cut.archive")).failed("line ");
    let changed = read("desk.archive").replacen("ed@example.org", "evil@example.org", 1);
    home.write("changed.archive", changed.as_bytes());
    home.run(&format!("{third} changed.archive")).failed("its SHA-256 is");
}

#[test]
fn what_cannot_be_imported_is_named_and_the_rest_goes_in() {
    let home = Home::with_newsroom("import");
    home.account("ed@example.org", "editor").ok();
    home.write("good.txt", "A headline\r\n\r\nFirst paragraph, naïve.\r\nSecond 👩‍👩‍👧.".as_bytes());
    home.write("last.txt", b"\xef\xbb\xbfAnother headline\n\nIts only paragraph.\n");
    let bad: [(&str, &[u8], &str); 3] = [
        ("latin1.txt", b"Caf\xe9\n\nText.", "UTF-8"),
        ("empty.txt", b"", "empty"),
        ("control.txt", b"Headline\n\nBell \x07.", "control"),
    ];
    for (file, bytes, _) in bad {
        home.write(file, bytes);
    }
    let ran =
        home.run("import --newsroom desk --language en --publisher Gazette good.txt latin1.txt empty.txt control.txt missing.txt last.txt");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(
        ran.out
            .lines()
            .map(|line| line.split_once(' ').map_or(line, |(_, title)| title))
            .collect::<Vec<_>>(),
        ["A headline", "Another headline"]
    );
    for (file, reason) in bad
        .iter()
        .map(|(file, _, reason)| (*file, *reason))
        .chain([("missing.txt", "No such file")])
    {
        let line = ran
            .err
            .lines()
            .find(|line| line.starts_with(&format!("{file}: ")))
            .unwrap_or_else(|| panic!("{file}: {}", ran.err));
        assert!(line.contains(reason), "{reason:?} is not in {line:?}");
    }
    assert!(ran.err.ends_with("2 imported, 4 refused\n"), "{}", ran.err);
    let again = home.run("import --newsroom desk good.txt");
    assert_eq!(again.code, Some(1), "{}", again.err);
    let known = ran.out.lines().next().unwrap_or_default();
    assert!(again.err.contains(known) && again.err.contains("--allow-duplicate"), "{}", again.err);
    let again = home.run("import --newsroom desk --allow-duplicate good.txt").ok();
    assert!(
        again.err.contains(known) && again.err.ends_with("1 imported, 0 refused\n"),
        "{}",
        again.err
    );
    home.run("import --newsroom nowhere good.txt").failed("nowhere");
    home.run("import --newsroom desk --url https://example.org/a good.txt last.txt")
        .failed("--url");

    let server = home.start("serve --listen 127.0.0.1:0");
    let token = server.sign_in("ed@example.org", PASSWORD).expect("a session");
    let id = ran.out.split(' ').next().unwrap_or_default();
    let document =
        "query($id: ID!) { article(id: $id) { title language publisher revision { text } } }";
    let answer = server.ask(Some(&token), document, &json!({ "id": id }));
    let text = "A headline\n\nFirst paragraph, naïve.\nSecond 👩‍👩‍👧.";
    let expected = json!({ "title": "A headline", "language": "en", "publisher": "Gazette", "revision": { "text": text } });
    assert_eq!(answer["data"]["article"], expected, "{answer}");

    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/mali-ukraine.txt");
    let original = std::fs::read_to_string(file).expect("the fixture");
    let ran = home.run(&format!("import --newsroom desk {file}")).ok();
    let id = ran.out.split(' ').next().unwrap_or_default();
    let answer = server.ask(Some(&token), document, &json!({ "id": id }));
    let text = answer["data"]["article"]["revision"]["text"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"));
    let lines = |text: &str| {
        text.lines().map(str::to_owned).filter(|line| !line.trim().is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(lines(text), lines(&original), "every word of it, in order");
    server.stop();
}

#[test]
fn the_committed_schema_is_the_programs() {
    let home = Home::new("schema");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
    let committed = std::fs::read_to_string(file).expect("schema.graphql");
    let printed = home.run("schema").ok().out;
    assert!(
        printed == committed,
        "schema.graphql is not the program's schema: `cargo run -- schema > schema.graphql` mends it"
    );
    home.run(&format!("schema --check {file}")).ok();
    home.write("old.graphql", committed.replacen("type Query", "type Inquiry", 1).as_bytes());
    home.run("schema --check old.graphql").failed("claimspan schema > old.graphql");
    home.run("schema --check none.graphql").failed("cannot read none.graphql");

    let subgraph = home.run("schema --federation").ok().out;
    assert!(
        subgraph.contains("extend schema @link(") && subgraph.contains("@key(fields: \"id\")"),
        "{subgraph}"
    );
    home.write("subgraph.graphql", subgraph.as_bytes());
    home.run("schema --federation --check subgraph.graphql").ok();
    home.run("schema --check subgraph.graphql").failed("claimspan schema > subgraph.graphql");
    assert!(!home.0.join("claimspan.db").exists(), "it needs no database");
}

#[test]
fn the_committed_reference_is_the_programs() {
    let home = Home::new("reference");
    home.run("schema --reference api").ok();
    let pages = |folder: &Path| {
        let files = std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file"));
        let read = files.map(|file| {
            let text = std::fs::read_to_string(file.path()).expect("a text");
            (file.file_name().into_string().expect("a name"), text)
        });
        read.collect::<std::collections::BTreeMap<_, _>>()
    };
    let written = pages(&home.0.join("api"));
    let committed = pages(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/api")));
    assert!(
        written == committed,
        "docs/api is not the program's reference: `cargo run -- schema --reference docs/api` mends it"
    );
    // Every link leads somewhere.
    let slug = |heading: &str| {
        let text = heading.trim_start_matches('#').trim().to_lowercase().replace('`', "");
        text.replace(' ', "-")
    };
    for (name, text) in &written {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let Some((file, anchor)) = link.split_once('#') else { continue };
            let Some(page) = written.get(file) else {
                assert!(file.starts_with("../"), "{name} links to {link}");
                continue;
            };
            let has = |line: &str| line.starts_with('#') && slug(line) == anchor;
            assert!(page.lines().any(has), "{name} links to {link}");
        }
    }
}

#[test]
fn migrations_go_up_and_down_and_tell_where_they_stand() {
    let home = Home::new("migrate");
    let steps = |line: &str| -> Vec<String> {
        let out = home.run(line).ok().out;
        out.lines()
            .map(|line| line.split_whitespace().next().unwrap_or_default().to_owned())
            .collect()
    };
    for line in [
        "migrate status",
        "migrate down",
        "newsroom list",
        "account list",
        "audit verify",
        "import x.txt --newsroom desk",
        "account reset-password --email ada@example.org",
    ] {
        home.run(line).failed("no database claimspan.db");
        assert!(!home.0.join("claimspan.db").exists(), "{line} makes none");
    }
    home.write("claimspan.db", b"");
    let status = steps("migrate status");
    assert!(status.len() >= 5 && status.iter().all(|step| step == "Pending"), "{status:?}");
    assert!(steps("migrate").iter().all(|step| step == "Applied"));
    let refused = home.run("migrate down");
    refused.failed("would lose ");
    refused.failed("--yes");
    assert!(steps("migrate status").iter().all(|step| step == "Applied"), "nothing was undone");
    let down = steps("migrate down --yes");
    let (last, rest) = down.split_last().expect("steps");
    assert!(last == "Pending" && rest.iter().all(|step| step == "Applied"), "{down:?}");
    assert_eq!(steps("migrate status"), down);
    home.run("serve --no-migrate --listen 127.0.0.1:0").failed("claimspan migrate");
    home.run_with("serve --listen 127.0.0.1:0", &[("CLAIMSPAN_NO_MIGRATE", "1")], "")
        .failed("claimspan migrate");
    assert!(steps("migrate up").iter().all(|step| step == "Applied"));
    for _ in &status {
        steps("migrate down --yes");
    }
    assert_eq!(steps("migrate status"), status, "all the way down");
    assert!(steps("migrate up").iter().all(|step| step == "Applied"), "and up again");
}

#[test]
fn serve_prints_its_address_once_it_is_ready() {
    let home = Home::new("serve");
    home.run("serve --no-migrate --listen 127.0.0.1:0").failed("claimspan migrate");
    home.run("migrate").ok();
    let server = home.start("serve --no-migrate --listen 127.0.0.1:0 --workers 1 --log-json");
    assert_eq!(server.first, format!("claimspan listens on http://{}\n", server.address));
    assert_eq!(
        server.ask(None, "{ __typename }", &json!({})),
        json!({ "data": { "__typename": "Query" } })
    );
    let taken = home.run(&format!("serve --listen {}", server.address));
    taken.failed(&format!("cannot listen on {}", server.address));
    assert_eq!(server.stop(), "", "one line, and no more");
}

#[test]
fn what_is_in_flight_when_the_server_is_told_to_end_is_answered() {
    let home = Home::with_newsroom("term");
    home.account("ed@example.org", "editor").ok();
    let mut server = home.start("serve --listen 127.0.0.1:0");
    let document = "mutation($input: SignInInput!) { signIn(input: $input) { token } }";
    let body = json!({ "query": document, "variables": { "input": { "email": "ed@example.org", "password": PASSWORD } } }).to_string();
    let (half, rest) = body.split_at(body.len() / 2);
    let mut connections: Vec<TcpStream> = (0..4)
        .map(|_| {
            let mut stream = TcpStream::connect(&server.address).expect("it accepts");
            stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a limit");
            let head =
                "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\n";
            write!(stream, "{head}Content-Length: {}\r\n\r\n", body.len()).expect("a head");
            // The server asks for the body, so the request has begun.
            let mut said = [0; 25];
            stream.read_exact(&mut said).expect("an interim answer");
            assert_eq!(&said, b"HTTP/1.1 100 Continue\r\n\r\n");
            stream.write_all(half.as_bytes()).expect("half a body");
            stream
        })
        .collect();
    server.signal();
    let begun = Instant::now();
    while TcpStream::connect(&server.address).is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it still takes new connections");
        std::thread::sleep(Duration::from_millis(20));
    }
    for stream in &mut connections {
        stream.write_all(rest.as_bytes()).expect("the other half");
    }
    for stream in &mut connections {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(
            answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("\"token\":\""),
            "{answer}"
        );
    }
    assert_eq!(server.child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn what_operators_are_told_names_operations_and_no_secret() {
    let home = Home::with_newsroom("telemetry");
    home.account("ed@example.org", "editor").ok();
    home.write("news.txt", b"A headline\n\nThe ship lay nine days at anchor.\n");
    let article = home
        .run("import --newsroom desk news.txt")
        .ok()
        .out
        .split(' ')
        .next()
        .expect("an id")
        .to_owned();
    let collector = Collector::start();
    let log = std::fs::File::create(home.0.join("log")).expect("a file");
    let server = home.start_logging(
        &format!("serve --listen 127.0.0.1:0 --log-json --otlp {}", collector.url),
        log.into(),
    );

    let token = server.sign_in("ed@example.org", PASSWORD).expect("a session");
    assert!(server.sign_in("ed@example.org", "a wrong secret").is_none());
    let mark =
        "mutation Mark($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }";
    let input = json!({ "article": article, "statement": "a hushed statement", "ranges": [{ "exact": "nine days" }] });
    let marked = server.ask(Some(&token), mark, &json!({ "input": input }));
    let claim =
        marked["data"]["markClaim"]["claim"]["id"].as_str().unwrap_or_else(|| panic!("{marked}"));
    let judge = "mutation Judge($input: SubmitVerdictInput!) { submitVerdict(input: $input) { verdict { reviewer { id } } } }";
    let citations = json!([{ "url": "https://secret.example.org/", "stance": "SUPPORTS", "quote": "a hushed quote" }]);
    let input = json!({ "claim": claim, "rating": "TRUE", "rationale": "a hushed rationale", "citations": citations });
    let parent = ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    let judged = server.ask_with(&[parent], Some(&token), judge, &json!({ "input": input }));
    let account = &judged["data"]["submitVerdict"]["verdict"]["reviewer"]["id"];
    assert!(account.is_string(), "{judged}");
    // Written as a literal in the document, and refused.
    let literal = format!(
        "mutation Blunder {{ signIn(input: {{ email: \"ed@example.org\", password: \"{PASSWORD}\" }}) {{ nothing }} }}"
    );
    assert!(server.ask(None, &literal, &json!({})).get("errors").is_some());
    server.stop();

    let log = std::fs::read_to_string(home.0.join("log")).expect("the log");
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect();
    let told = lines
        .iter()
        .map(|line| &line["fields"])
        .find(|fields| fields["operation"] == "Judge")
        .unwrap_or_else(|| panic!("{log}"));
    assert_eq!(
        (&told["kind"], &told["account"], told.get("code")),
        (&json!("mutation"), account, None),
        "{told}"
    );
    assert!(
        told["cost"].as_u64() > Some(1)
            && told["took_us"].as_u64() > Some(0)
            && told["request_id"].is_string(),
        "{told}"
    );

    let traces = collector.end();
    let spans: Vec<&Value> = traces
        .iter()
        .flat_map(|sent| rows(&sent["resourceSpans"]))
        .flat_map(|of| rows(&of["scopeSpans"]))
        .collect();
    let mut spans = spans.into_iter().flat_map(|of| rows(&of["spans"]));
    let attribute = |span: &Value, key: &str| {
        rows(&span["attributes"])
            .iter()
            .find(|attribute| attribute["key"] == key)
            .map_or(Value::Null, |attribute| attribute["value"]["stringValue"].clone())
    };
    let span = spans
        .find(|span| attribute(span, "graphql.operation.name") == "Judge")
        .unwrap_or_else(|| panic!("{traces:?}"));
    assert_eq!(
        (&span["name"], attribute(span, "graphql.operation.type"), attribute(span, "error.type")),
        (&json!("mutation"), json!("mutation"), Value::Null)
    );
    assert_eq!((&span["kind"], attribute(span, "account")), (&json!(2), account.clone()), "{span}");
    assert_eq!(
        (&span["traceId"], &span["parentSpanId"]),
        (&json!("0af7651916cd43dd8448eb211c80319c"), &json!("b7ad6b7169203331"))
    );

    let everything = format!("{log}{}", json!(traces));
    for secret in
        [PASSWORD, &token, "a wrong secret", "hushed", "secret.example.org", "ed@example.org"]
    {
        assert!(!everything.contains(secret), "{secret} was told");
    }
}

fn rows(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A collector of OpenTelemetry traces that stores what it receives.
struct Collector {
    url: String,
    ending: mpsc::Sender<()>,
    kept: JoinHandle<Vec<Value>>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        listener.set_nonblocking(true).expect("the listener does not block");
        let (ending, ended) = mpsc::channel();
        let kept = std::thread::spawn(move || {
            let mut kept = Vec::new();
            loop {
                match listener.accept() {
                    Ok((stream, _)) => kept.push(Self::take(stream)),
                    Err(_) if ended.try_recv().is_ok() => return kept,
                    Err(_) => std::thread::sleep(Duration::from_millis(10)),
                }
            }
        });
        Self { url, ending, kept }
    }

    /// The traces of one request.
    fn take(stream: TcpStream) -> Value {
        stream.set_nonblocking(false).expect("it waits");
        let mut reader = BufReader::new(stream);
        let (mut head, mut length) = (String::new(), 0);
        while reader.read_line(&mut head).expect("a line") > 2 {
            let line = head.to_ascii_lowercase();
            length = line
                .strip_prefix("content-length:")
                .map_or(length, |number| number.trim().parse().expect("a length"));
            assert!(!line.starts_with("post ") || line.starts_with("post /v1/traces "), "{line}");
            head.clear();
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).expect("a body");
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
        reader.get_mut().write_all(answer.as_bytes()).expect("it is answered");
        serde_json::from_slice(&body).expect("JSON")
    }

    fn end(self) -> Vec<Value> {
        self.ending.send(()).expect("it runs");
        self.kept.join().expect("it ends")
    }
}

#[test]
fn the_demo_is_there_to_be_tried() {
    let home = Home::new("demo");
    home.run("demo --listen 0.0.0.0:0").failed("this machine only");
    home.run("demo --listen [::]:0").failed("this machine only");
    home.run("demo --database-url postgres://localhost/x --listen 127.0.0.1:0").failed("embedded");
    assert!(!home.0.join("claimspan-demo.db").exists(), "refused articles leave nothing");

    let first = home.start("demo --listen 127.0.0.1:0");
    let second = home.start("demo --listen 127.0.0.1:0 --database-url sqlite://claimspan-demo.db");
    // The text ends when the server stops, so another server executes the suggested commands.
    let address = first.address.clone();
    let text = first.stop();
    assert!(text.contains(&format!("GraphiQL: http://{address}/graphiql\n")), "{text}");
    let people: HashMap<&str, &str> = text
        .lines()
        .filter(|line| line.contains("@sahel-desk.example  "))
        .filter_map(|line| line.trim().rsplit_once(' '))
        .map(|(who, password)| (who.split_whitespace().nth(1).unwrap_or_default(), password))
        .collect();
    assert_eq!(people.len(), 5, "{text}");
    for (email, password) in &people {
        assert!(second.sign_in(email, password).is_some(), "{email}");
    }

    // 1. As printed, with the password inserted.
    let (_, things) = text.split_once("Three things to try in GraphiQL").expect("three things");
    let sign_in = things
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("mutation"))
        .expect("a mutation");
    let answer =
        second.ask(None, &sign_in.replace('…', people["editor@sahel-desk.example"]), &json!({}));
    let token = answer["data"]["signIn"]["token"].as_str().unwrap_or_else(|| panic!("{answer}"));
    // 2. As the editor, and 3. as the reader.
    let start = things.find("{ article(").expect("a query");
    let document = &things[start..things.find("3. ").expect("a third")];
    let seen = second.ask(Some(token), document, &json!({}));
    assert!(seen.get("errors").is_none(), "{seen}");
    let claims = seen["data"]["article"]["claims"]["nodes"].as_array().expect("claims");
    let claim = |about: &str| {
        claims
            .iter()
            .find(|claim| claim["statement"].as_str().is_some_and(|text| text.contains(about)))
            .expect("the claim")
    };
    let labels = |claim: &Value| -> Vec<String> {
        claim["verdicts"]
            .as_array()
            .expect("verdicts")
            .iter()
            .map(|verdict| verdict["rating"]["label"].to_string())
            .collect()
    };
    let (yusov, senegal) = (labels(claim("Yusov admitted")), labels(claim("Senegal summoned")));
    assert!(yusov.len() == 2 && yusov[0] != yusov[1], "they differ: {yusov:?}");
    assert!(senegal.len() == 2 && senegal[0] == senegal[1], "they agree: {senegal:?}");
    assert_eq!(seen["data"]["article"]["summary"]["disputedClaimCount"], 1, "{seen}");
    let reader = second
        .sign_in("reader@sahel-desk.example", people["reader@sahel-desk.example"])
        .expect("a session");
    let less = second.ask(Some(&reader), document, &json!({}));
    assert!(less.get("errors").is_none(), "{less}");
    assert_eq!(
        less["data"]["article"]["summary"]["verdictCount"],
        seen["data"]["article"]["summary"]["verdictCount"],
        "counted"
    );
    assert!(
        less.to_string().matches("rationale").count()
            < seen.to_string().matches("rationale").count(),
        "and not shown: {less}"
    );

    // The second start kept the data and the passwords.
    let again = second.stop();
    assert!(people.values().all(|password| again.contains(password)), "{again}");
    assert!(
        again.contains(document.lines().next().unwrap_or_default()),
        "it names the same article: {again}"
    );
    let file = home.0.join("claimspan-demo.db.accounts.json");
    let mode = std::fs::metadata(&file).expect("the passwords' file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "only the owner reads it");

    // Without that file, the demo says how to set a password.
    std::fs::remove_file(file).expect("it can be removed");
    let again = home.start("demo --listen 127.0.0.1:0").stop();
    assert!(people.values().all(|password| !again.contains(password)), "{again}");
    let reset = again
        .lines()
        .find_map(|line| line.trim().strip_prefix("claimspan "))
        .expect("how to set a password");
    home.run_with(reset, &[], "a new one for the editor\n").ok();
    let third = home.start("demo --listen 127.0.0.1:0");
    assert!(third.sign_in("editor@sahel-desk.example", "a new one for the editor").is_some());
    third.stop();
}

#[test]
fn the_logs_are_walked_and_the_first_break_of_each_is_named() {
    let home = Home::new("audit");
    home.write("new.db", b"");
    home.run("audit verify --database-url sqlite://new.db").failed("schema");
    home.run("newsroom create --slug desk --name Desk").ok();
    home.run("newsroom create --slug other --name Other").ok();
    home.account("ed@example.org", "editor").ok();
    home.write("good.txt", b"A headline\n\nA paragraph.\n");
    home.run("import --newsroom desk good.txt").ok();

    let whole = home.run("audit verify").ok();
    let lines: Vec<&str> = whole.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", whole.out);
    assert!(lines.iter().all(|line| line.starts_with("whole  ")), "{}", whole.out);
    let pin = |slug: &str| {
        lines
            .iter()
            .find(|line| line[7..].starts_with(slug))
            .and_then(|line| line.rsplit(' ').next())
            .expect("a pin")
            .to_owned()
    };
    let [newsroom, server] = ["desk", "server"].map(pin);
    assert!(
        newsroom.starts_with("newsroom_")
            && newsroom.split(':').nth(1) == Some("3")
            && server.starts_with("server:1:"),
        "{}",
        whole.out
    );
    home.run("import --newsroom desk --allow-duplicate good.txt").ok();
    home.run(&format!("audit verify --expect {newsroom} --expect {server}")).ok();
    let by_slug = format!("desk:{}", newsroom.split_once(':').expect("a number").1);
    home.run(&format!("audit verify --expect {by_slug}")).ok();
    home.run_with("audit verify", &[("CLAIMSPAN_EXPECT", &format!("{newsroom},{server}"))], "")
        .ok();
    let one = home.run("audit verify --newsroom desk").ok();
    assert!(
        one.out.starts_with("whole  desk (newsroom_")
            && one.out.lines().count() == 1
            && one.out.contains(":4:"),
        "{}",
        one.out
    );
    home.run("audit verify --newsroom nowhere").failed("nowhere");
    assert_eq!(home.run("audit verify --expect server:1").code, Some(2), "no pin");
    let forged = format!("{}{}", &newsroom[..newsroom.len() - 64], "0".repeat(64));
    let ran = home.run(&format!("audit verify --expect {forged}"));
    assert!(
        ran.code == Some(1)
            && ran.out.contains("event 3 has a different hash than the auditor noted"),
        "{}{}",
        ran.out,
        ran.err
    );

    let url = format!("sqlite://{}", home.0.join("claimspan.db").display());
    actix_web::rt::System::new().block_on(async {
        use sea_orm::ConnectionTrait;
        let db = claimspan::domain::store::connect(&url, 1).await.expect("it opens");
        let row = "UPDATE revisions SET note = 'Added.'";
        db.execute_unprepared(row).await.expect("the owner of the database can change it");
        let changed = "DROP TRIGGER events_are_not_changed; UPDATE events SET detail = '{}' WHERE number IN (2, 3) AND log <> 'server'";
        db.execute_unprepared(changed).await.expect("the owner of the database can change it");
        db.close().await.expect("it closes");
    });
    let broken = home.run("audit verify");
    assert_eq!(broken.code, Some(1), "{}", broken.out);
    let line = broken.out.lines().find(|line| line.starts_with("BROKEN")).expect("it is said");
    assert!(
        line.starts_with("BROKEN desk (newsroom_") && line.contains("event 2 was altered"),
        "{line}"
    );
    let row = broken.out.lines().nth(1).expect("a row");
    assert!(row.contains("the row of revisions with id 0") && row.contains("was changed"), "{row}");
    assert_eq!(broken.out.lines().filter(|line| line.starts_with("whole")).count(), 2);
    assert_eq!(broken.err, "claimspan: 1 of 3 logs are broken\n");
    home.run("audit verify --newsroom other").ok();
}

#[test]
fn kept_counts_are_checked_and_counted_again() {
    let home = Home::new("counts");
    home.write("new.db", b"");
    home.run("counts check --database-url sqlite://new.db").failed("schema");
    home.run("newsroom create --slug desk --name Desk").ok();
    home.run("newsroom create --slug other --name Other").ok();
    home.write("good.txt", b"A headline\n\nA paragraph.\n");
    home.run("import --newsroom desk good.txt").ok();

    let checked = home.run("counts check").ok();
    assert_eq!(checked.out, "right desk\nright other\n");
    home.run("counts check --newsroom nowhere").failed("newsroom not found");

    home.run("counts rebuild --newsroom desk").ok();
    let checked = home.run("counts check --newsroom desk").ok();
    assert_eq!(checked.out, "right desk\n");
}

#[test]
fn proofs_are_checked_without_a_database_and_keys_are_made_kept_and_rotated() {
    let home = Home::with_newsroom("proofs");
    home.run("audit checkpoint").failed("has no signing key yet: start the server once");
    home.start("serve --listen 127.0.0.1:0").stop();
    let file = home.0.join("claimspan.db.signing-key");
    let mode = std::fs::metadata(&file).expect("a key").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let pem = std::fs::read_to_string(&file).expect("a key");
    assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----"), "{pem}");
    let keys = home.run("audit public-key").ok().out;
    let public = keys.split(' ').nth(1).expect("a key").to_owned();
    assert!(keys.contains("the current key") && keys.contains("-----BEGIN PUBLIC KEY-----"));
    assert!(!keys.contains(pem.lines().nth(1).expect("a line")));

    let note = home.run("audit checkpoint --newsroom desk").ok().out;
    let lines: Vec<_> = note.lines().collect();
    assert!(lines[0].starts_with("claimspan/newsroom_") && lines[1] == "1", "{note}");
    assert_eq!(home.run("audit checkpoint").ok().out.matches("\u{2014} claimspan/").count(), 2);
    let proof = home.run("audit prove desk:1").ok().out;
    home.write("proof.json", proof.as_bytes());
    let elsewhere = Home::new("proofs-elsewhere");
    elsewhere.write("proof.json", proof.as_bytes());
    let checked = elsewhere.run(&format!("audit check-proof proof.json --key {public}")).ok().out;
    assert!(checked.contains("of 1 events") && checked.contains("NEWSROOM_CREATED"), "{checked}");
    let piped = elsewhere.run_with(&format!("audit check-proof --key {public}"), &[], &proof).ok();
    assert_eq!(piped.out, checked);
    let verifier = keys.lines().find(|line| line.starts_with(lines[0])).expect("a verifier key");
    elsewhere.run(&format!("audit check-proof proof.json --key {verifier}")).ok();
    elsewhere.write("forged.json", proof.replace("NEWSROOM_CREATED", "POLICY_SET").as_bytes());
    elsewhere
        .run(&format!("audit check-proof forged.json --key {public}"))
        .failed("the proof is wrong");
    let other = format!("A{}", &public[1..]);
    if other != public {
        elsewhere
            .run(&format!("audit check-proof proof.json --key {other}"))
            .failed("not signed with this key");
    }
    elsewhere.write("text", b"no proof");
    elsewhere.run(&format!("audit check-proof text --key {public}")).failed("this is not a proof");
    assert_eq!(elsewhere.run("audit check-proof text --key x").code, Some(2));
    home.run("audit prove desk").failed("use LOG:NUMBER");
    home.run("audit prove desk:99").failed("has no event 99");
    home.run("audit prove desk:1 --tree-size 9").failed("treeSize");

    let rotated = home.run("audit rotate-key").ok().out;
    assert!(rotated.starts_with("the signing key is now "), "{rotated}");
    let keys = home.run("audit public-key").ok().out;
    assert!(keys.contains(&format!("{public} since")) && keys.contains(", until 2"), "{keys}");
    elsewhere.run(&format!("audit check-proof proof.json --key {public}")).ok();
    home.start("serve --listen 127.0.0.1:0").stop();

    // Another file, and none.
    std::fs::write(&file, pem).expect("the old key");
    home.run("serve --listen 127.0.0.1:0").failed("the database expects the signing key");
    std::fs::remove_file(&file).expect("no key");
    home.run("serve --listen 127.0.0.1:0").failed("there is no file");
    home.run("audit checkpoint").failed("there is no file");
    home.run("audit rotate-key").failed("--lost");
    home.run("audit rotate-key --lost").ok();
    home.start("serve --listen 127.0.0.1:0").stop();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    home.run("serve --listen 127.0.0.1:0").failed("others can read the signing key");
    home.run("audit verify").ok();
}
