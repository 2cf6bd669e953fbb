//! Clients that disconnect before the response, at any moment: data, event log and connection pool
//! stay intact.

use std::collections::BTreeSet;
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use claimspan::domain::{claim, event};
use futures_util::future::join_all;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, Statement,
    TransactionTrait,
};
use serde_json::{Value, json};

use crate::app::{Client, TestApp};
use crate::fixtures::verdict_on;
use crate::once::mark;
use crate::together::{Dice, assert_sound};

/// A request on its own connection. Dropping it closes the connection in order.
pub struct Wire(TcpStream);

impl Wire {
    /// Sends a request to the app's server without waiting for the response.
    pub fn send(app: &TestApp, client: &Client, key: Option<&str>, body: &Value) -> Self {
        Self::send_to(app.address(), client, key, body)
    }

    /// Sends a request to the server at `http://…` without waiting for the response.
    pub fn send_to(address: &str, client: &Client, key: Option<&str>, body: &Value) -> Self {
        let mut stream =
            TcpStream::connect(address.trim_start_matches("http://")).expect("the server listens");
        let (body, token) = (body.to_string(), client.token.as_deref().unwrap_or_default());
        let key = key.map(|key| format!("Idempotency-Key: {key}\r\n")).unwrap_or_default();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n{key}"
        );
        stream
            .write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
            .expect("it is sent");
        Self(stream)
    }

    /// Closes the connection at once. The server notices and drops the request's work.
    pub fn cut(self) {
        socket2::SockRef::from(&self.0).set_linger(Some(Duration::ZERO)).expect("a socket");
    }
}

/// The states of client connections that are not idle, as PostgreSQL reports them.
async fn busy(app: &TestApp) -> Vec<String> {
    if app.db.is_sqlite() {
        return Vec::new();
    }
    let text = "SELECT state || ': ' || query FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'";
    let rows = app
        .db
        .query_all_raw(Statement::from_string(DbBackend::Postgres, text))
        .await
        .expect("rows");
    rows.iter().map(|row| row.try_get_by_index(0).expect("text")).collect()
}

db_tests! {
    async fn clients_that_close_their_connection_at_any_moment_of_a_write_leave_all_whole(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let mut claims = Vec::new();
        for number in 0..6 {
            claims.push(app.fixtures().a_claim_on(&article, &format!("Claim {number}."), "nine days").await);
        }
        let judge = |claim: &str, rating: &str| {
            let query = "mutation($input: SubmitVerdictInput!) { submitVerdict(input: $input) { verdict { id number } claim { state } } }";
            json!({ "query": query, "variables": { "input": verdict_on(claim, rating) } })
        };
        // Five lanes of sixty clients, one after the other. Some use a key, some do not.
        let lanes = [("reviewer", 1), ("reviewer", 2), ("second", 3), ("editor", 4), ("admin", 5)];
        let lane = async |name: &'static str, seed: u64| {
            let (client, mut dice, mut marks) = (app.as_(name), Dice(seed), Vec::new());
            for number in 0..60 {
                let key = (dice.below(2) == 0).then(|| format!("{name}-{seed}-number-{number:04}"));
                let marks_a_claim = dice.below(3) == 0;
                let body = if marks_a_claim {
                    mark(&article, &format!("Claim {number} of lane {seed}."))
                } else {
                    judge(&claims[usize::try_from(dice.below(6)).expect("small")], ["TRUE", "FALSE", "MIXED"][number % 3])
                };
                let wire = Wire::send(&app, &client, key.as_deref(), &body);
                actix_web::rt::time::sleep(Duration::from_micros(dice.below(30_000))).await;
                if dice.below(3) == 0 { drop(wire) } else { wire.cut() }
                if let Some(key) = key && marks_a_claim {
                    marks.push((key, body));
                }
            }
            (client, marks)
        };
        let asked_again = join_all(lanes.map(|(name, seed)| lane(name, seed))).await;

        // Running requests finish. Nothing more is written, and no connection stays in a
        // transaction.
        let (begun, mut written, mut quiet) = (Instant::now(), 0, 0);
        while quiet < 20 {
            actix_web::rt::time::sleep(Duration::from_millis(50)).await;
            let (now, busy) = (event::Entity::find().count(&app.db).await.expect("a count"), busy(&app).await);
            quiet = if now == written && busy.is_empty() { quiet + 1 } else { 0 };
            written = now;
            assert!(begun.elapsed() < Duration::from_mins(2), "{busy:?}");
        }
        // A client that retries with its key finds exactly one claim, whether or not the first
        // request succeeded.
        let before: BTreeSet<_> = claim::Entity::find().all(&app.db).await.expect("claims").into_iter().map(|claim| claim.statement).collect();
        let mut made = 0;
        for (client, marks) in &asked_again {
            for (key, body) in marks {
                let response = client.request().header("Idempotency-Key", key).body(body.to_string()).send().await.expect("an answer");
                let reply: Value = response.json().await.expect("JSON");
                assert!(reply.get("errors").is_none(), "{reply}");
                let statement = body["variables"]["input"]["statement"].as_str().expect("a statement");
                let same = claim::Entity::find().filter(claim::Column::Statement.eq(statement)).all(&app.db).await.expect("claims");
                assert_eq!(same.iter().map(|claim| claim.id.to_string()).collect::<Vec<_>>(), [reply["data"]["markClaim"]["claim"]["id"].as_str().expect("an id")]);
                made += usize::from(!before.contains(statement));
            }
        }
        let keyed: usize = asked_again.iter().map(|(_, marks)| marks.len()).sum();
        assert!(keyed > 20 && made < keyed, "{made} of {keyed} were not executed the first time");

        // Every connection is free again.
        let all = join_all((0..8).map(|_| app.db.connection().begin())).await;
        for transaction in all {
            let transaction = transaction.expect("all eight connections exist");
            transaction.query_one_raw(Statement::from_string(app.db.get_database_backend(), "SELECT count(*) FROM claims")).await.expect("it serves");
            transaction.rollback().await.expect("it ends");
        }
        let begun = Instant::now();
        // The use of a token may be being recorded right now.
        while let busy = busy(&app).await && !busy.is_empty() {
            assert!(begun.elapsed() < Duration::from_mins(1), "{busy:?}");
            actix_web::rt::time::sleep(Duration::from_millis(50)).await;
        }
        // Intact: the counts of each claim, the versions, the submissions, and the numbers and
        // hashes of each log.
        assert_sound(&app).await;
        let fixtures = app.fixtures();
        join_all((0..8).map(|_| fixtures.a_claim_on(&article, "After all.", "12 million"))).await;
        let readers = join_all((0..8).map(|_| async { app.as_reader().ask(r#"{ newsroom(slug: "desk") { claims { totalCount } } }"#).await.number("/newsroom/claims/totalCount") })).await;
        let count = i64::try_from(claim::Entity::find().count(&app.db).await.expect("a count")).expect("small");
        assert_eq!(readers, [count; 8]);
        assert_sound(&app).await;
    }
}
