//! Followers who share one execution: each gets the bytes that it would get alone, and nothing after
//! its rights end.

use std::time::Duration;

use claimspan::server::Settings;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::fixtures::verdict_on;
use crate::kept::Numbers;
use crate::socket::Socket;

const ACCOUNTS: [&str; 6] = ["reader", "reviewer", "second", "third", "editor", "admin"];

/// Documents that all who see the same can share, and two whose answers depend on the account.
const DOCUMENTS: [&str; 4] = [
    "subscription($n: ID!, $after: Int) { activity(newsroom: $n, after: $after) { number kind actor { displayName } \
     article { id title version } claim { id state version } verdict { id rationale } comment { text } } }",
    "subscription($n: ID!, $after: Int) { told: activity(newsroom: $n, after: $after) { kind number claim { ...Words } } } \
     fragment Words on Claim { verdicts { id rating { key } reviewer { displayName } } \
     summary { verdictCount hiddenVerdictCount disputed verdictCounts { count } } comments(first: 5) { nodes { text } } }",
    "subscription($n: ID!, $after: Int) { activity(newsroom: $n, after: $after) { number \
     claim { readiness { ready missing { code } } myDraft { id } } } }",
    "subscription($n: ID!, $after: Int) { activity(newsroom: $n, after: $after) { number actor { id email } } }",
];

/// A follower, and the number of the last event that it received.
struct Follower {
    name: &'static str,
    document: &'static str,
    socket: Socket,
    last: Option<i64>,
}

impl Follower {
    async fn new(app: &TestApp, name: &'static str, document: &'static str) -> Self {
        let mut socket = app.socket_with(app.as_(name).token).await;
        socket.subscribe("a", document, json!({ "n": app.newsroom() })).await;
        Self { name, document, socket, last: None }
    }

    /// Subscribes again, from the last event on.
    async fn resume(&mut self, app: &TestApp) {
        self.socket = app.socket_with(app.as_(self.name).token).await;
        let variables = json!({ "n": app.newsroom(), "after": self.last });
        self.socket.subscribe("a", self.document, variables).await;
    }

    /// Adds the messages that arrive until nothing does for a while. Returns whether the last one is
    /// an error.
    async fn receive(&mut self, all: &mut Vec<String>) -> bool {
        let mut has_ended = false;
        while let Some(text) = self.socket.text_within(Duration::from_millis(200)).await {
            let message: Value = serde_json::from_str(&text).expect("JSON");
            has_ended |= message["type"] == "error";
            let data = &message["payload"]["data"];
            let number = data["activity"]["number"].as_i64().or(data["told"]["number"].as_i64());
            if number.is_some() {
                assert!(self.last < number, "{text} after {:?}", self.last);
                self.last = number;
            }
            all.push(text);
        }
        has_ended
    }
}

/// Receives on both until they have received the same. Returns the number of messages, and whether
/// both have ended.
async fn same(one: &mut Follower, other: &mut Follower, step: usize) -> (usize, bool) {
    let (mut got, mut right, mut has_ended) = (Vec::new(), Vec::new(), false);
    for _ in 0..30 {
        let ended = tokio::join!(one.receive(&mut got), other.receive(&mut right));
        has_ended |= ended.0;
        if got == right {
            return (got.len(), has_ended);
        }
    }
    panic!("step {step}, {}, {}: {got:#?} instead of {right:#?}", one.name, one.document);
}

impl TestApp {
    /// A socket of this account that follows the newsroom with the first document.
    async fn sharing(&self, name: &'static str) -> Socket {
        Follower::new(self, name, DOCUMENTS[0]).await.socket
    }
}

async fn activity(socket: &mut Socket) -> Value {
    let answer = socket.next("a").await;
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"]["activity"].clone()
}

/// Long enough for a subscription to begin and to join the others.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(700)).await;
}

db_tests! {
    async fn a_follower_gets_the_bytes_that_it_would_get_alone(app: TestApp) {
        let article = app.fixtures().an_article_of("Port", "Ships wait. The port loses 12 million francs a day. A loss of 3 million is step 0.").await;
        let mut claims = Vec::new();
        for exact in ["12 million francs a day", "3 million"] {
            claims.push(app.fixtures().a_claim_on(&article, &format!("It is {exact}."), exact).await);
        }
        let alone = app.beside(Settings { shares_followers: false, ..Settings::default() }).await;
        let (mut sharing, mut lone) = (Vec::new(), Vec::new());
        for name in ACCOUNTS {
            for document in DOCUMENTS {
                sharing.push(Follower::new(&app, name, document).await);
                lone.push(Follower::new(&alone, name, document).await);
            }
        }
        settle().await;
        let mut numbers = Numbers(17);
        let (mut told, mut cut) = (0, 0);
        for step in 0..16 {
            if step % 6 == 5 {
                // Everybody's rights change.
                app.fixtures().a_policy(json!({ "verdictsRequired": 4 + step })).await;
            } else {
                app.change(&mut numbers, &article, &claims, step).await;
            }
            settle().await;
            let pairs = sharing.iter_mut().zip(&mut lone);
            let pairs = join_all(pairs.map(|(one, other)| same(one, other, step))).await;
            for (place, (number, has_ended)) in pairs.into_iter().enumerate() {
                told += number;
                if has_ended {
                    cut += 1;
                    sharing[place].resume(&app).await;
                    lone[place].resume(&alone).await;
                }
            }
            settle().await;
        }
        assert!(told > 100 && cut > 0, "{told} events, {cut} ends");
    }

    async fn followers_who_begin_at_once_leave_each_other_the_connection(app: TestApp) {
        let narrow = app.beside_with(Settings::default(), 1).await;
        let begun = (0..20).map(|number| narrow.sharing(ACCOUNTS[number % ACCOUNTS.len()]));
        let mut followers = join_all(begun).await;
        settle().await;
        app.fixtures().an_article().await;
        for follower in &mut followers {
            assert_eq!(activity(follower).await["kind"], "ARTICLE_IMPORTED");
        }
    }

    async fn an_event_is_executed_once_for_all_who_see_the_same(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let cost = async |followers: &mut Vec<Socket>| {
            // One event, so that all have joined.
            for _ in 0..2 {
                app.happen(&article).await;
                for socket in followers.iter_mut() {
                    activity(socket).await;
                }
            }
            settle().await;
            let before = app.statements("read").await;
            for _ in 0..10 {
                app.happen(&article).await;
                for socket in followers.iter_mut() {
                    assert_eq!(activity(socket).await["article"]["id"], json!(article));
                }
            }
            app.statements("read").await - before
        };
        let mut followers = vec![app.sharing("reader").await];
        settle().await;
        let one = cost(&mut followers).await;
        // Another account with the same rights, and one that begins with earlier events.
        let (guest, _) = app.fixtures().a_member("admin", "guest", "READER").await;
        for after in [Value::Null, json!(0)] {
            for token in [&app.as_reader().token, &guest.token] {
                let mut socket = app.socket_with(token.clone()).await;
                socket.subscribe("a", DOCUMENTS[0], json!({ "n": app.newsroom(), "after": after })).await;
                settle().await;
                let head = activity(&mut followers[0]);
                app.happen(&article).await;
                let head = head.await["number"].clone();
                for follower in &mut followers[1..] {
                    activity(follower).await;
                }
                while activity(&mut socket).await["number"] != head {}
                followers.push(socket);
            }
        }
        settle().await;
        let five = cost(&mut followers).await;
        // Polling and checks by time differ a little.
        assert!(five < one * 3 / 2, "{one} statements for one follower, {five} for five");
    }

    async fn nothing_after_the_end_of_its_rights_reaches_a_follower_who_shares(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let mut stays = app.sharing("reader").await;
        for round in 0..3 {
            let (gone, account) = app.fixtures().a_member("admin", &format!("gone{round}"), "READER").await;
            let mut socket = app.socket_with(gone.token.clone()).await;
            socket.subscribe("a", DOCUMENTS[0], json!({ "n": app.newsroom() })).await;
            settle().await;
            app.happen(&article).await;
            let number = activity(&mut socket).await["number"].as_i64().expect("a number");
            if round == 2 {
                gone.ask("mutation { signOut { signedOut } }").await.ok();
            } else {
                app.as_admin().call("removeMember", json!({ "newsroom": app.newsroom(), "account": account }), "newsroom { id }").await.ok();
            }
            for _ in 0..3 {
                app.happen(&article).await;
                tokio::time::sleep(Duration::from_millis(120)).await;
            }
            let answer = socket.hear().await;
            let code = if round == 2 { "UNAUTHENTICATED" } else { "NOT_FOUND" };
            assert_eq!((&answer["type"], &answer["payload"][0]["extensions"]["code"]), (&json!("error"), &json!(code)), "{answer}");
            socket.silence().await;
            let mut heard = 0;
            while heard < 4 {
                let event = activity(&mut stays).await;
                heard += i64::from(event["number"].as_i64() >= Some(number));
            }
        }
    }

    async fn whoever_judges_sees_their_own_verdict_and_the_others_do_not(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let mut followers = Vec::new();
        for name in ["second", "third", "reader", "editor"] {
            followers.push((name, app.sharing(name).await));
        }
        settle().await;
        for (rating, judges) in [("TRUE", "second"), ("FALSE", "second")] {
            let judged = app.as_(judges).call("submitVerdict", verdict_on(&claim, rating), "verdict { id }").await;
            let verdict = judged.text("/submitVerdict/verdict/id");
            for (name, socket) in &mut followers {
                let event = activity(socket).await;
                let sees = matches!(*name, "second" | "editor");
                assert_eq!(event["verdict"]["id"] == json!(verdict), sees, "{name}: {event}");
                assert_eq!(event["actor"].is_object(), sees, "{name}: {event}");
            }
        }
        // With the second reviewer the claim is READY, and everybody sees the newest verdict.
        app.as_third().call("submitVerdict", verdict_on(&claim, "TRUE"), "verdict { id }").await.ok();
        for (name, socket) in &mut followers {
            assert!(activity(socket).await["verdict"]["id"].is_string(), "{name}");
        }
    }
}
