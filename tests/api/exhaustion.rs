//! Clients that try to use up the server: its memory, its connections, its log. Others are served meanwhile.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use claimspan::server::Settings;
use claimspan::server::address::Proxies;
use claimspan::server::limits::{Allowance, Limited, Limits};
use claimspan::transport::wire::Timeouts;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::app::{Client, TestApp};
use crate::socket::Heard;

/// Longer than any server here takes to end what it should end.
const PATIENCE: Duration = Duration::from_secs(30);

fn at_once(each: usize, total: usize) -> Allowance {
    Allowance::AtOnce { each, total }
}

/// Settings with timeouts of two seconds.
fn hasty() -> Settings {
    let short = Duration::from_secs(2);
    Settings {
        timeouts: Timeouts { head: short, receive: short, send: short },
        ..Settings::default()
    }
}

/// Settings with this limit, and usual timeouts.
fn patient(limited: Limited, allowance: Allowance) -> Settings {
    Settings { limits: Limits::default().with(limited, allowance), ..Settings::default() }
}

/// A connection from this address of our own.
async fn connect(address: &str, from: [u8; 4]) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(65_536)?;
    socket.bind(SocketAddr::from((from, 0)))?;
    let address = address.trim_start_matches("http://").parse().expect("an address");
    socket.connect(address).await
}

const HERE: [u8; 4] = [127, 0, 0, 1];
const ELSEWHERE: [u8; 4] = [127, 0, 0, 2];

impl TestApp {
    /// A connection that has sent `text`.
    async fn raw(&self, text: &str) -> TcpStream {
        let mut stream = connect(self.address(), HERE).await.expect("a connection");
        // A server that refuses it may close the connection before all is sent.
        let _ = stream.write_all(text.as_bytes()).await;
        stream
    }
}

/// The head of a request with a body of this length.
fn head(client: &Client, length: usize) -> String {
    let token = client.token.as_ref();
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{token}Content-Length: {length}\r\n\r\n"
    )
}

/// All that the server sends until it closes the connection.
async fn all(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    // A connection that is reset has ended as well.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut text)).await.expect("it ends");
    String::from_utf8_lossy(&text).into_owned()
}

/// The status of the next response, 0 if the connection is closed without one.
async fn status(stream: &mut TcpStream) -> u16 {
    let mut text = [0; 12];
    match timeout(PATIENCE, stream.read_exact(&mut text)).await.expect("something") {
        Ok(_) => String::from_utf8_lossy(&text[9..]).parse().expect("a status"),
        Err(_) => 0,
    }
}

/// An article of about 120 kB, and a query of its text for this many megabytes.
async fn large(app: &TestApp, times: usize) -> String {
    let body = "All of it is said again and again. ".repeat(3_500);
    let input = json!({ "newsroom": app.newsroom(), "title": "Long", "body": body });
    let reply = app.as_editor().call("importArticle", input, "article { id }").await.ok();
    let id = reply.text("/importArticle/article/id");
    let aliases =
        (0..times * 8).fold(String::new(), |text, n| text + &format!("t{n}: revision {{ text }} "));
    format!("{{ article(id: \"{id}\") {{ {aliases} }} }}")
}

async fn lives(app: &TestApp, client: &Client) {
    client.clone().at(app).ask("{ viewer { id } }").await.ok();
}

db_tests! {
    async fn an_unfinished_body_is_ended(app: TestApp) {
        let server = app.beside(hasty()).await;
        let mut streams = Vec::new();
        for _ in 0..20 {
            streams.push(server.raw(&(head(&app.as_stranger(), 8 << 20) + "{\"query\":")).await);
        }
        for stream in &mut streams {
            assert_eq!(status(stream).await, 408);
        }
        lives(&server, &app.as_reader()).await;
    }

    async fn a_body_that_trickles_is_ended_too(app: TestApp) {
        let server = app.beside(hasty()).await;
        let mut stream = server.raw(&head(&app.as_stranger(), 8 << 20)).await;
        let (begun, mut ended) = (Instant::now(), false);
        while !ended && begun.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(200)).await;
            ended = stream.write_all(b" ").await.is_err() || stream.try_read(&mut [0; 12]).is_ok_and(|read| read > 0);
        }
        assert!(ended);
    }

    async fn an_unfinished_head_is_ended_also_after_an_earlier_request(app: TestApp) {
        let server = app.beside(hasty()).await;
        let mut stream = server.raw("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert_eq!(status(&mut stream).await, 200);
        tokio::time::sleep(Duration::from_millis(300)).await;
        stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: ").await.expect("it is sent");
        assert!(all(&mut stream).await.ends_with("HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"));
    }

    async fn bodies_that_wait_leave_room_for_others(app: TestApp) {
        let server = app.beside(patient(Limited::ReceivedBytes, at_once(4 << 20, 16 << 20))).await;
        let half = head(&app.as_stranger(), 8 << 20) + &" ".repeat(3 << 20);
        let mut waiting = Vec::new();
        let mut refused = 0;
        for _ in 0..8 {
            waiting.push(server.raw(&half).await);
        }
        for stream in &mut waiting {
            let mut text = [0; 12];
            // One that waits says nothing. One that was refused may have been reset before it read why.
            if let Ok(read) = timeout(Duration::from_secs(2), stream.read_exact(&mut text)).await {
                assert!(read.is_err() || text.ends_with(b"429"));
                refused += 1;
            }
        }
        assert!(refused >= 6, "{refused}");
        lives(&server, &app.as_reader()).await;
        drop(waiting);
        let begun = Instant::now();
        let import = json!({ "newsroom": app.newsroom(), "title": "T", "body": "Word after word. ".repeat(5_000) });
        loop {
            let reply = app.as_editor().at(&server).call("importArticle", import.clone(), "article { id }").await;
            if reply.code() == "OK" {
                break;
            }
            assert!(reply.code() == "RATE_LIMITED" && begun.elapsed() < PATIENCE, "{reply:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn an_unfinished_message_is_ended_whatever_comes_between(app: TestApp) {
        let server = app.beside(hasty()).await;
        let mut socket = server.socket_with(app.as_reader().token).await;
        socket.fragment("{\"type\":").await;
        let begun = Instant::now();
        let closed = loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            socket.pong().await;
            if let Some(heard) = socket.heard_within(Duration::from_millis(10)).await {
                break heard;
            }
            assert!(begun.elapsed() < PATIENCE);
        };
        assert_eq!(closed, Heard::Closed(4408));
    }

    async fn a_client_that_does_not_read_is_disconnected(app: TestApp) {
        let query = json!({ "query": large(&app, 24).await }).to_string();
        let server = app.beside(hasty()).await;
        let mut stream = server.raw(&(head(&app.as_reader(), query.len()) + &query)).await;
        tokio::time::sleep(Duration::from_secs(8)).await;
        let text = all(&mut stream).await;
        assert!(text.starts_with("HTTP/1.1 200") && text.len() < 20 << 20, "{}", text.len());
    }

    async fn a_client_that_reads_slowly_gets_everything(app: TestApp) {
        let query = json!({ "query": large(&app, 12).await }).to_string();
        let whole = app.as_reader().post(query.clone()).await.body.to_string().len();
        let server = app.beside(hasty()).await;
        let head = head(&app.as_reader(), query.len()).replace("Host: localhost", "Host: localhost\r\nConnection: close");
        let mut stream = server.raw(&(head + &query)).await;
        // About 300 kB a second, which is many times what is asked of a client.
        let mut part = vec![0; 30_000];
        for _ in 0..80 {
            timeout(PATIENCE, stream.read_exact(&mut part)).await.expect("something").expect("the next part");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let rest = all(&mut stream).await.len();
        assert!(80 * part.len() + rest > whole, "{rest} after the slow part, of {whole}");
    }

    async fn responses_that_wait_leave_room_for_others(app: TestApp) {
        let query = json!({ "query": large(&app, 16).await }).to_string();
        let server = app.beside(patient(Limited::UnsentBytes, at_once(20 << 20, 64 << 20))).await;
        let request = head(&app.as_reader(), query.len()) + &query;
        let mut waiting = server.raw(&request).await;
        assert_eq!(status(&mut waiting).await, 200);
        let refused = app.as_reader().at(&server).post(query.clone()).await;
        assert_eq!(refused.code(), "RATE_LIMITED", "{:?}", refused.body["errors"]);
        assert!(refused.body["errors"][0]["extensions"]["retryAfter"].as_u64() > Some(0));
        // Small responses, and those of others, are sent.
        lives(&server, &app.as_reader()).await;
        assert_eq!(app.as_reviewer().at(&server).post(query.clone()).await.code(), "OK");
        drop(waiting);
        let begun = Instant::now();
        while app.as_reader().at(&server).post(query.clone()).await.code() != "OK" {
            assert!(begun.elapsed() < PATIENCE);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn a_batch_shares_the_bound_of_one_response(app: TestApp) {
        let one = json!({ "query": large(&app, 2).await });
        let server = app.beside(patient(Limited::ResponseBytes, at_once(5 << 20, 0))).await;
        let batch = app.as_reader().at(&server).post(Value::Array(vec![one; 10]).to_string()).await;
        let answers = batch.body.as_array().expect("a list");
        let whole = answers.iter().filter(|answer| answer.get("errors").is_none()).count();
        assert_eq!((answers.len(), whole), (10, 2));
        assert!(batch.body.to_string().len() < 5 << 20);
        let codes: Vec<_> = answers[2..].iter().map(|answer| answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()).collect();
        assert!(codes.iter().all(|code| ["QUERY_TOO_COMPLEX", "RESPONSE_TOO_LARGE"].contains(code)), "{codes:?}");
    }

    async fn a_network_has_a_share_of_the_connections(app: TestApp) {
        let server = app.beside(patient(Limited::Connection, at_once(3, 5))).await;
        let line = "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n";
        let mut open = Vec::new();
        for _ in 0..3 {
            let mut stream = server.raw(line).await;
            assert_eq!(status(&mut stream).await, 200);
            open.push(stream);
        }
        let mut fourth = server.raw("").await;
        let refusal = all(&mut fourth).await;
        assert!(refusal.starts_with("HTTP/1.1 429") && refusal.contains("\r\nretry-after: 5\r\n"), "{refusal}");
        for expected in [200, 200, 503] {
            let mut other = connect(server.address(), ELSEWHERE).await.expect("a connection");
            if expected == 200 {
                other.write_all(line.as_bytes()).await.expect("it is sent");
            }
            assert_eq!(status(&mut other).await, expected);
            open.push(other);
        }
        // A place is free again once its connection is closed.
        drop(open);
        let begun = Instant::now();
        while status(&mut server.raw(line).await).await != 200 {
            assert!(begun.elapsed() < PATIENCE);
        }
    }

    async fn invalid_requests_run_out(app: TestApp) {
        app.stop_clock();
        let proxies = Proxies::new(vec!["127.0.0.1/32".parse().expect("a network")]);
        let limits = Limits::default().with_rate(Limited::InvalidRequest, 6);
        let server = app.beside(Settings { proxies, limits, ..Settings::default() }).await;
        let send = async |client: Client, from: &str, body: &str| {
            let request = client.at(&server).request().header("X-Forwarded-For", from);
            request.body(body.to_owned()).send().await.expect("an answer").status().as_u16()
        };
        let (valid, stranger) = (r#"{"query":"{ viewer { id } }"}"#, app.as_stranger());
        let wrong = app.with_token(Some("wrong".to_owned()));
        for (client, body, expected) in [
            (&stranger, "{", 400), (&stranger, "[]", 400), (&stranger, r#"{"query":"{"}"#, 200),
            (&wrong, valid, 401), (&wrong, valid, 401), (&stranger, "no JSON", 400),
        ] {
            assert_eq!(send(client.clone(), "192.0.2.1", body).await, expected, "{body}");
        }
        for (client, body) in [(&stranger, "{"), (&stranger, valid), (&wrong, valid)] {
            assert_eq!(send(client.clone(), "192.0.2.1", body).await, 429, "{body}");
        }
        // Others, and members in the same network, are not concerned.
        assert_eq!(send(stranger.clone(), "192.0.2.2", valid).await, 200);
        assert_eq!(send(app.as_reader(), "192.0.2.1", valid).await, 200);
        for _ in 0..6 {
            assert_eq!(send(app.as_reader(), "192.0.2.1", r#"{"query":"{ nothing( }"}"#).await, 200);
        }
        assert_eq!(send(app.as_reader(), "192.0.2.1", valid).await, 429);
        assert_eq!(send(app.as_editor(), "192.0.2.1", valid).await, 200);
        app.wait(TimeDelta::seconds(10));
        assert_eq!(send(app.as_reader(), "192.0.2.1", valid).await, 200);
        assert_eq!(send(stranger, "192.0.2.1", valid).await, 200);
    }

    async fn an_account_has_a_number_of_sockets_and_subscriptions(app: TestApp) {
        let limits = Limits::default()
            .with(Limited::Socket, at_once(2, 0))
            .with(Limited::Subscription, at_once(3, 0));
        let server = app.beside(Settings { limits, ..Settings::default() }).await;
        let (mut one, mut two) = (server.socket(Some("reader")).await, server.socket(Some("reader")).await);
        assert_eq!(server.refused_socket("reader").await, Heard::Closed(1013));
        let activity = format!("subscription {{ activity(newsroom: \"{}\") {{ number }} }}", app.newsroom());
        one.subscribe("a", &activity, json!({})).await;
        one.subscribe("b", &activity, json!({})).await;
        two.subscribe("c", &activity, json!({})).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        two.subscribe("d", &activity, json!({})).await;
        let refusal = two.hear().await;
        assert_eq!((&refusal["type"], &refusal["payload"][0]["extensions"]["code"]), (&json!("error"), &json!("RATE_LIMITED")), "{refusal}");
        // Another account has its own, and a place is free again once its socket is closed.
        let mut other = server.socket(Some("editor")).await;
        other.subscribe("a", &activity, json!({})).await;
        drop(one);
        let begun = Instant::now();
        while server.refused_socket("reader").await == Heard::Closed(1013) {
            assert!(begun.elapsed() < PATIENCE);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn a_client_that_goes_on_with_a_refused_body_is_disconnected(app: TestApp) {
        let server = app.beside(hasty()).await;
        let mut stream = server.raw("POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        let begun = Instant::now();
        // A byte now and then, in chunks, for ever.
        while stream.write_all(b"1\r\n \r\n").await.is_ok() {
            assert!(begun.elapsed() < PATIENCE, "it is still connected");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn a_body_is_refused_by_its_head_and_its_sender_reads_why(app: TestApp) {
        const LENGTH: usize = 4 << 20;
        app.stop_clock();
        let limits = Limits::default().with_rate(Limited::InvalidRequest, 1);
        let server = app.beside(Settings { limits, ..Settings::default() }).await;
        let stranger = app.as_stranger();
        let mut first = server.raw(&(head(&stranger, 1) + "{")).await;
        assert_eq!(status(&mut first).await, 400);
        // The response does not wait for the body.
        let mut early = server.raw(&head(&stranger, LENGTH)).await;
        assert_eq!(status(&mut early).await, 429);
        // A client that sends the whole body first is not cut off.
        let mut late = server.raw(&head(&stranger, LENGTH)).await;
        late.write_all(&vec![b' '; LENGTH]).await.expect("the server takes all of it");
        assert_eq!(status(&mut late).await, 429);
        // A body that is there already does not leave a connection that ends later, without a word.
        let chunked = "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        let text = all(&mut server.raw(chunked).await).await.to_ascii_lowercase();
        assert!(text.starts_with("http/1.1 429") && text.contains("connection: close"), "{text}");
        // Another request on a connection whose last one was refused without a body is answered.
        let get = "GET /graphql?query=%7B HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let mut again = server.raw(&format!("{get}{get}")).await;
        let both = timeout(PATIENCE, async {
            let mut text = String::new();
            while text.matches("HTTP/1.1 429").count() < 2 {
                let mut part = [0; 4096];
                let length = again.read(&mut part).await.expect("a response");
                assert_ne!(length, 0, "{text}");
                text += &String::from_utf8_lossy(&part[..length]);
            }
        });
        both.await.expect("two responses");
    }

    async fn a_line_feed_alone_ends_no_line_of_a_head(app: TestApp) {
        let good = "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n";
        let pipelined = format!("{good}GET /health/live HTTP/1.1\r\nHost: a\nB: c\r\n\r\n");
        assert!(!all(&mut app.raw(&pipelined).await).await.contains("200 OK"), "nothing that arrives with it is answered");
        for bare in ["GET /health/live HTTP/1.1\nHost: a\n\n", "GET /health/live HTTP/1.1\r\nHost: a\nB: c\r\n\r\n"] {
            assert!(all(&mut app.raw(bare).await).await.starts_with("HTTP/1.1 400"), "{bare:?}");
        }
        // In a body it is a character like any other, also before the next request.
        let mut stream = app.raw("").await;
        for _ in 0..3 {
            let body = "{\n\"query\": \"{\\n__typename\\n}\"\n\n}";
            stream.write_all((head(&app.as_stranger(), body.len()) + body).as_bytes()).await.expect("it is sent");
            assert_eq!(status(&mut stream).await, 200);
            tokio::time::sleep(Duration::from_millis(200)).await;
            let mut rest = [0; 4096];
            assert!(stream.read(&mut rest).await.expect("the rest") > 0);
        }
    }

    async fn a_proxy_it_is_not(app: TestApp) {
        for target in ["/graphql", "example.org:443"] {
            let text = all(&mut app.raw(&format!("CONNECT {target} HTTP/1.1\r\nHost: a\r\n\r\n")).await).await;
            assert!(text.starts_with("HTTP/1.1 405"), "{target}: {text:?}");
        }
    }
}

/// The program, started on a database of its own.
struct Program {
    child: Child,
    address: String,
    folder: std::path::PathBuf,
}

impl Program {
    fn start(name: &str, limit: u32) -> Self {
        let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("exhaustion-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let log = std::fs::File::create(folder.join("log")).expect("a log");
        let line = format!(
            "ulimit -n {limit}; exec {} serve --listen 127.0.0.1:0 --database-connections 4",
            env!("CARGO_BIN_EXE_claimspan")
        );
        let mut child = Command::new("sh")
            .args(["-c", &line])
            .env_clear()
            .current_dir(&folder)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let mut first = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        out.read_line(&mut first).expect("a line");
        let address = first.trim_end().rsplit("http://").next().expect("an address").to_owned();
        Self { child, address, folder }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[actix_web::test]
async fn a_network_does_not_use_up_the_descriptors() {
    let program = Program::start("descriptors", 256);
    let mut open = Vec::new();
    for _ in 0..400 {
        let Ok(mut stream) = connect(&program.address, HERE).await else { break };
        let _ = stream
            .write_all(b"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
            .await;
        open.push(stream);
    }
    for path in ["/health/live", "/health/ready"] {
        let mut other = connect(&program.address, ELSEWHERE).await.expect("a connection");
        let line = format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
        other.write_all(line.as_bytes()).await.expect("it is sent");
        assert_eq!(status(&mut other).await, 200, "{path}");
    }
}

#[actix_web::test]
async fn a_name_of_any_length_is_logged_in_part() {
    let program = Program::start("log", 1024);
    let name = "n".repeat(1 << 20);
    let body = json!({ "query": format!("query {name} {{ __typename }}") }).to_string();
    let agent = "a".repeat(50_000);
    let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client");
    for _ in 0..5 {
        let request = client.post(format!("http://{}/graphql", program.address));
        let request =
            request.header("content-type", "application/json").header("user-agent", &agent);
        let response = request.body(body.clone()).send().await.expect("an answer");
        assert_eq!(response.status(), 200);
    }
    let response = client.get(format!("http://{}/metrics", program.address)).send().await;
    let metrics = response.expect("metrics").text().await.expect("text");
    assert!(metrics.contains(&"n".repeat(100)) && !metrics.contains(&"n".repeat(101)));
    let log = std::fs::read_to_string(program.folder.join("log")).expect("the log");
    let longest = log.lines().map(str::len).max().unwrap_or_default();
    assert!(log.lines().count() >= 5 && longest < 1_000, "{longest}");
}
