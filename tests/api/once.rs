//! Idempotency keys: a repeated mutation is executed once, and gets the first response again.

use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::TimeDelta;
use claimspan::domain::event::Kind;
use claimspan::domain::{claim, idempotency, ruling};
use claimspan::server::Settings;
use futures_util::future::{join, join_all};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::accounts::everything;
use crate::app::{Client, PASSWORD, TestApp, signing_key_file};
use crate::dropped::Wire;
use crate::events::{assert_whole, logs};
use crate::fixtures::{ruling_on, verdict_on};

const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const MARK: &str =
    "mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id version } } }";

/// The response, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    fn error(&self) -> Value {
        self.json()["errors"][0]["extensions"].clone()
    }

    #[track_caller]
    fn ok(self) -> Self {
        assert!(self.json().get("errors").is_none(), "{}", self.text);
        self
    }

    #[track_caller]
    fn refused(&self, reason: &str) {
        let expected =
            json!({ "code": "BAD_USER_INPUT", "field": "Idempotency-Key", "reason": reason });
        assert_eq!(self.error(), expected, "{}", self.text);
        assert!(self.json().get("data").is_none(), "{}", self.text);
    }
}

async fn keyed(client: &Client, key: &str, body: &Value) -> Answer {
    with_headers(client, &[("Idempotency-Key", key)], body).await
}

async fn with_headers(client: &Client, headers: &[(&str, &str)], body: &Value) -> Answer {
    let request = headers
        .iter()
        .fold(client.request(), |request, (name, value)| request.header(*name, *value));
    let response = request.body(body.to_string()).send().await.expect("an answer");
    Answer { status: response.status().as_u16(), text: response.text().await.expect("a body") }
}

/// A request that marks a claim.
pub fn mark(article: &str, statement: &str) -> Value {
    json!({ "query": MARK, "variables": { "input": { "article": article, "statement": statement, "ranges": [{ "exact": "12 million" }] } } })
}

/// The number of events of this kind. Asserts that every log is intact.
async fn count(app: &TestApp, kind: Kind) -> usize {
    let logs = logs(&app.db).await;
    for events in logs.values() {
        assert_whole(events);
    }
    logs.values().flatten().filter(|event| event.kind == kind).count()
}

async fn keys(app: &TestApp) -> u64 {
    idempotency::Entity::find().count(&app.db).await.expect("a count")
}

db_tests! {
    async fn a_mutation_that_is_sent_again_is_answered_as_the_first_time_and_changes_nothing_more(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let (client, body) = (app.as_reviewer(), mark(&article, "The loss."));
        let first = keyed(&client, KEY, &body).await.ok();
        // Later changes make no difference.
        let claim = first.json()["data"]["markClaim"]["claim"]["id"].as_str().expect("an id").to_owned();
        app.as_editor().call("editClaim", json!({ "claim": claim, "statement": "Another." }), "claim { version }").await.ok();
        for _ in 0..3 {
            assert_eq!(keyed(&client, KEY, &body).await, first);
        }
        let other = with_headers(&client, &[("Idempotency-Key", KEY), ("Accept", "application/graphql-response+json")], &body).await;
        assert_eq!(other, first);
        assert_eq!((count(&app, Kind::ClaimMarked).await, keys(&app).await), (1, 1));
        // Without the key, or with another key, it is a different mutation.
        for answer in [with_headers(&client, &[], &body).await, keyed(&client, &KEY.to_uppercase(), &body).await] {
            assert_ne!(answer.ok().text, first.text);
        }
        assert_eq!((count(&app, Kind::ClaimMarked).await, keys(&app).await), (3, 2));
    }

    async fn of_several_at_once_one_is_carried_out_and_all_are_answered_alike(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let second = app.beside(Settings::default()).await;
        for round in 0..20 {
            let (body, key) = (mark(&article, &format!("Claim {round}.")), format!("key-of-round-{round:04}"));
            // Two requests at each of two servers on one database.
            let here = app.as_reviewer();
            let there = here.at(&second);
            let answers = join_all([&here, &there, &here, &there].map(|client| keyed(client, &key, &body))).await;
            for answer in &answers {
                assert_eq!(*answer, answers[0].clone().ok());
            }
        }
        second.stop().await;
        assert_eq!(count(&app, Kind::ClaimMarked).await, 20);
        assert_eq!(claim::Entity::find().count(&app.db).await.expect("a count"), 20);
    }

    async fn a_ruling_is_published_and_corrected_once(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        let second = app.beside(Settings::default()).await;
        let here = app.as_editor();
        let there = here.at(&second);
        let twice = async |key: &str, body: &Value| {
            let answers = join_all([&here, &there, &here].map(|client| keyed(client, key, body))).await;
            for answer in &answers {
                assert_eq!(*answer, answers[0].clone().ok());
            }
            answers[0].json()
        };
        let publish = "mutation($input: PublishRulingInput!) { publishRuling(input: $input) { ruling { id version } claim { state } } }";
        let published = twice(KEY, &json!({ "query": publish, "variables": { "input": ruling_on(&claim, "FALSE") } })).await;
        let ruling = &published["data"]["publishRuling"]["ruling"]["id"];
        let correct = "mutation($input: CorrectRulingInput!) { correctRuling(input: $input) { ruling { state } } }";
        let retraction = json!({ "ruling": ruling, "kind": "RETRACTION", "reason": "Another port's." });
        twice(&KEY.to_uppercase(), &json!({ "query": correct, "variables": { "input": retraction } })).await;
        second.stop().await;
        assert_eq!((count(&app, Kind::RulingPublished).await, count(&app, Kind::RulingCorrected).await), (1, 1));
        assert_eq!(ruling::Entity::find().count(&app.db).await.expect("a count"), 1);
    }

    async fn another_request_with_the_same_key_is_refused(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let client = app.as_reviewer();
        let two = "mutation A($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } } mutation B($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }";
        let request = |query: &str, operation: &str, statement: &str| {
            let mut body = mark(&article, statement);
            body["query"] = json!(query);
            body["operationName"] = json!(operation);
            body
        };
        let body = request(two, "A", "S");
        let first = keyed(&client, KEY, &body).await.ok();
        for other in [request(two, "B", "S"), request(two, "A", "T"), request(&two.replace("{ id }", "{ id version }"), "A", "S")] {
            keyed(&client, KEY, &other).await.refused("KEY_REUSED");
        }
        assert_eq!(keyed(&client, KEY, &body).await, first);
        assert_eq!(count(&app, Kind::ClaimMarked).await, 1);
    }

    async fn a_key_is_its_accounts_and_its_api_tokens_keys_are_apart(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let body = mark(&article, "S");
        let input = json!({ "newsroom": app.newsroom(), "name": "CI", "role": "REVIEWER" });
        let secret = app.as_admin().call("createApiToken", input, "secret").await.text("/createApiToken/secret");
        let mut answers = Vec::new();
        for client in [app.as_reviewer(), app.as_second(), app.as_admin(), app.with_token(Some(secret))] {
            let first = keyed(&client, KEY, &body).await.ok();
            assert_eq!(keyed(&client, KEY, &body).await, first);
            assert!(!answers.contains(&first));
            answers.push(first);
        }
        assert_eq!(count(&app, Kind::ClaimMarked).await, 4);
        // Another session of the same account shares the key.
        let input = json!({ "email": "reviewer@example.org", "password": PASSWORD });
        let token = app.as_stranger().call("signIn", input, "token").await.text("/signIn/token");
        assert_eq!(keyed(&app.with_token(Some(token)), KEY, &body).await, answers[0]);
        // A key does not permit what the account may not do. The refusal is stored as a response,
        // too.
        let refusal = keyed(&app.as_reader(), KEY, &body).await;
        assert_eq!(refusal.error()["code"], "FORBIDDEN");
        assert_eq!(keyed(&app.as_reader(), KEY, &body).await, refusal);
        assert_eq!(keyed(&app.as_rival(), KEY, &body).await.error()["code"], "NOT_FOUND");
        assert_eq!(count(&app, Kind::ClaimMarked).await, 4);
    }

    async fn a_stranger_has_no_keys(app: TestApp) {
        let body = json!({ "query": "mutation($input: SignInInput!) { signIn(input: $input) { token } }", "variables": { "input": { "email": "reader@example.org", "password": PASSWORD } } });
        let answer = keyed(&app.as_stranger(), KEY, &body).await;
        assert_eq!(answer.error()["code"], "UNAUTHENTICATED", "{}", answer.text);
        assert!(answer.json().get("data").is_none(), "{}", answer.text);
        with_headers(&app.as_stranger(), &[], &body).await.ok();
        assert_eq!(keys(&app).await, 0);
    }

    async fn after_a_day_a_key_is_free_and_its_answer_is_gone(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let (client, body) = (app.as_reviewer(), mark(&article, "S"));
        let first = keyed(&client, KEY, &body).await.ok();
        keyed(&client, "another-key-of-the-day", &body).await.ok();
        app.wait(TimeDelta::hours(24) - TimeDelta::seconds(60));
        assert_eq!(keyed(&client, KEY, &body).await, first);
        assert_eq!((count(&app, Kind::ClaimMarked).await, keys(&app).await), (2, 2));
        app.wait(TimeDelta::seconds(60));
        let second = keyed(&client, KEY, &body).await.ok();
        assert_ne!(second, first);
        assert_eq!(keyed(&client, KEY, &body).await, second);
        assert_eq!((count(&app, Kind::ClaimMarked).await, keys(&app).await), (3, 1), "the other row was deleted");
        keyed(&client, "another-key-of-the-day", &mark(&article, "T")).await.ok();
    }

    async fn a_field_that_fails_is_undone_alone_and_replayed_with_the_others(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let claim = app.fixtures().a_claim_on(&article, "S", "nine days").await;
        let query = "mutation($mark: MarkClaimInput!, $bad: SubmitVerdictInput!, $good: SubmitVerdictInput!) {
            a: markClaim(input: $mark) { claim { id article { version claims { totalCount } } } }
            ...Bad
            c: submitVerdict(input: $good) { verdict { id } claim { state verdicts { rationale } } }
        } fragment Bad on Mutation { b: submitVerdict(input: $bad) { verdict { id } } }";
        let variables = json!({ "mark": mark(&article, "T")["variables"]["input"], "bad": verdict_on(&claim, "NO_SUCH_RATING"), "good": verdict_on(&claim, "TRUE") });
        let body = json!({ "query": query, "variables": variables });
        let first = keyed(&app.as_reviewer(), KEY, &body).await;
        assert_eq!(first.error()["reason"], "UNKNOWN_RATING", "{}", first.text);
        assert_eq!(first.json()["errors"].as_array().map(Vec::len), Some(1), "{}", first.text);
        assert_eq!(keyed(&app.as_reviewer(), KEY, &body).await, first);
        assert_eq!((count(&app, Kind::ClaimMarked).await, count(&app, Kind::VerdictSubmitted).await), (2, 1));
        let reply = app.as_reviewer().send("query($id: ID!) { article(id: $id) { version claims { totalCount nodes { summary { verdictCount } version } } } }", json!({ "id": article })).await;
        assert_eq!(*reply.data("/article/claims/totalCount"), json!(2));
        assert_eq!(*reply.data("/article/version"), json!(4), "imported, marked twice, judged once: the failed mutation left nothing");
    }

    async fn what_is_shown_once_is_shown_again_and_cannot_be_read_in_the_database(app: TestApp) {
        let input = json!({ "newsroom": app.newsroom(), "name": "CI", "role": "ADMIN" });
        let body = json!({ "query": "mutation($input: CreateApiTokenInput!) { createApiToken(input: $input) { secret apiToken { name } } }", "variables": { "input": input } });
        let first = keyed(&app.as_admin(), KEY, &body).await.ok();
        assert_eq!(keyed(&app.as_admin(), KEY, &body).await, first);
        let secret = first.json()["data"]["createApiToken"]["secret"].as_str().expect("a secret").to_owned();
        app.with_token(Some(secret.clone())).ask("{ viewer { id } }").await.ok();
        let change = json!({ "query": "mutation($input: ChangePasswordInput!) { changePassword(input: $input) { sessionsEnded } }", "variables": { "input": { "currentPassword": PASSWORD, "newPassword": "nine days at anchor" } } });
        let changed = keyed(&app.as_reader(), KEY, &change).await.ok();
        assert_eq!(keyed(&app.as_reader(), KEY, &change).await, changed, "otherwise the current password is wrong");

        let stored = everything(&app).await.to_lowercase();
        assert!(stored.contains("reader@example.org") && keys(&app).await == 2);
        for hidden in [&secret, KEY, PASSWORD, "nine days at anchor", "createApiToken"] {
            let hex = hex::encode(hidden.as_bytes());
            assert!(!stored.contains(&hidden.to_lowercase()) && !stored.contains(&hex), "{hidden}");
        }
        // Digests that are easy to compute do not open the row either.
        for row in idempotency::Entity::find().all(&app.db).await.expect("rows") {
            assert_ne!(row.key_hash, claimspan::domain::secret::hash(KEY));
        }
    }

    async fn a_key_of_another_form_is_refused(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let (client, body) = (app.as_reviewer(), mark(&article, "S"));
        let long = "k".repeat(256);
        for (key, reason) in [("", "EMPTY"), ("fifteen letters", "TOO_SHORT"), (&long, "TOO_LARGE"), ("sixteen letters or more", "INVALID_FORMAT")] {
            keyed(&client, key, &body).await.refused(reason);
        }
        with_headers(&client, &[("Idempotency-Key", KEY), ("Idempotency-Key", KEY)], &body).await.refused("CONTRADICTION");
        let media = with_headers(&client, &[("Idempotency-Key", ""), ("Accept", "application/graphql-response+json")], &body).await;
        assert_eq!(media.status, 400);
        assert_eq!((count(&app, Kind::ClaimMarked).await, keys(&app).await), (0, 0));
        // A query can always be repeated. It gets a current response and ignores the header.
        let query = json!({ "query": "query($id: ID!) { article(id: $id) { version } }", "variables": { "id": article } });
        for key in ["", KEY] {
            assert_eq!(keyed(&client, key, &query).await.ok().json()["data"]["article"]["version"], 1);
        }
        assert_eq!(keys(&app).await, 0);
    }

    async fn a_document_that_never_ran_leaves_its_key_free(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let mut body = mark(&article, "S");
        body["query"] = json!("mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id nothing } } }");
        assert_eq!(keyed(&app.as_reviewer(), KEY, &body).await.error()["code"], "GRAPHQL_VALIDATION_FAILED");
        keyed(&app.as_reviewer(), KEY, &mark(&article, "S")).await.ok();
        assert_eq!(count(&app, Kind::ClaimMarked).await, 1);
    }

    async fn a_mutation_with_a_key_has_at_most_ten_fields(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let document = |fields: usize| {
            let fields: Vec<_> = (0..fields).map(|n| format!(" f{n}: markClaim(input: $input) {{ claim {{ id }} }}")).collect();
            let mut body = mark(&article, "S");
            body["query"] = json!(format!("mutation($input: MarkClaimInput!) {{ ...F }} fragment F on Mutation {{ {} }}", fields.concat()));
            body
        };
        keyed(&app.as_reviewer(), KEY, &document(11)).await.refused("TOO_LARGE");
        assert_eq!(count(&app, Kind::ClaimMarked).await, 0);
        keyed(&app.as_reviewer(), KEY, &document(10)).await.ok();
        assert_eq!(count(&app, Kind::ClaimMarked).await, 10);
        // Nested fragments are counted just as fast.
        let circle: Vec<_> = (0..20).map(|n| format!("fragment f{n} on Mutation {{ ...f{0} ...f{0} }} ", (n + 1) % 20)).collect();
        let answer = keyed(&app.as_reviewer(), KEY, &json!({ "query": format!("mutation {{ ...f0 ...f0 }} {}", circle.concat()) })).await;
        assert!(answer.json().get("data").is_none(), "{}", answer.text);
    }

    async fn what_fails_on_our_side_is_undone_whole_and_tried_again(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let claim = app.fixtures().a_claim_on(&article, "S", "nine days").await;
        let query = "mutation($mark: MarkClaimInput!, $judge: SubmitVerdictInput!) { a: markClaim(input: $mark) { claim { id } } b: submitVerdict(input: $judge) { verdict { id } } }";
        let body = json!({ "query": query, "variables": { "mark": mark(&article, "T")["variables"]["input"], "judge": verdict_on(&claim, "TRUE") } });
        app.db.execute_unprepared("ALTER TABLE submissions RENAME TO lost").await.expect("it breaks");
        let broken = keyed(&app.as_reviewer(), KEY, &body).await;
        assert_eq!(broken.error()["code"], "INTERNAL_SERVER_ERROR", "{}", broken.text);
        assert_eq!(broken.json()["data"], Value::Null, "the changes of the response are rolled back: {}", broken.text);
        assert_eq!((count(&app, Kind::ClaimMarked).await, keys(&app).await), (1, 0));
        app.db.execute_unprepared("ALTER TABLE lost RENAME TO submissions").await.expect("it is mended");
        let first = keyed(&app.as_reviewer(), KEY, &body).await.ok();
        assert_eq!(keyed(&app.as_reviewer(), KEY, &body).await, first);
        assert_eq!((count(&app, Kind::ClaimMarked).await, count(&app, Kind::VerdictSubmitted).await), (2, 1));
    }

    async fn many_fields_with_a_key_and_single_writers_do_not_wait_for_each_other_in_a_circle(app: TestApp) {
        let (one, two) = (app.fixtures().an_article().await, app.fixtures().an_article().await);
        let query = "mutation($a: MarkClaimInput!, $b: MarkClaimInput!) { a: markClaim(input: $a) { claim { id } } b: markClaim(input: $b) { claim { id } } }";
        let pairs = async |name: &'static str, first: &str, second: &str| {
            for round in 0..12 {
                let variables = json!({ "a": mark(first, "A")["variables"]["input"], "b": mark(second, "B")["variables"]["input"] });
                let body = json!({ "query": query, "variables": variables });
                keyed(&app.as_(name), &format!("round-{round:04}-of-this-account"), &body).await.ok();
            }
        };
        let single = async |name: &'static str, article: &str| {
            for _ in 0..24 {
                with_headers(&app.as_(name), &[], &mark(article, "S")).await.ok();
            }
        };
        let keyed = join(pairs("reviewer", &one, &two), pairs("second", &two, &one));
        let plain = join(join(single("third", &one), single("editor", &two)), join(single("admin", &one), single("admin", &two)));
        join(keyed, plain).await;
        assert_eq!(count(&app, Kind::ClaimMarked).await, 2 * 24 + 4 * 24);
    }

    async fn who_hangs_up_and_asks_again_gets_the_answer_that_was_on_its_way(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let client = app.as_reviewer();
        let rounds = 30;
        for round in 0..rounds {
            let (body, key) = (mark(&article, &format!("Claim {round}.")), format!("round-number-{round:04}"));
            let wire = Wire::send(&app, &client, Some(&key), &body);
            actix_web::rt::time::sleep(Duration::from_millis(round % 10)).await;
            wire.cut();
            let first = keyed(&client, &key, &body).await.ok();
            assert_eq!(keyed(&client, &key, &body).await, first);
        }
        assert_eq!(count(&app, Kind::ClaimMarked).await, usize::try_from(rounds).expect("small"));
    }

    async fn a_server_that_is_killed_leaves_all_of_a_mutation_or_nothing(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let client = app.as_reviewer();
        let (rounds, mut committed) = (8, 0);
        let key_file = signing_key_file();
        for round in 0..rounds {
            let mut server = Command::new(env!("CARGO_BIN_EXE_claimspan"));
            server.args(["--database-url", &app.url, "serve", "--listen", "127.0.0.1:0", "--no-migrate", "--signing-key"]);
            server.arg(&key_file);
            let mut server = server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
            let mut line = String::new();
            std::io::BufRead::read_line(&mut std::io::BufReader::new(server.stdout.take().expect("its output")), &mut line).expect("a line");
            let address = line.trim_end().rsplit(' ').next().expect("an address").to_owned();

            let (body, key) = (mark(&article, &format!("Claim {round}.")), format!("round-number-{round:04}"));
            let wire = Wire::send_to(&address, &client, Some(&key), &body);
            actix_web::rt::time::sleep(Duration::from_millis(round * 4)).await;
            server.kill().expect("it is killed");
            server.wait().expect("it is dead");
            wire.cut();
            // PostgreSQL may still be running the statement. It commits or rolls back a moment
            // later.
            let repeated = keyed(&client, &key, &body).await.ok();
            assert_eq!(keyed(&client, &key, &body).await, repeated);
            committed += 1;
            assert_eq!(count(&app, Kind::ClaimMarked).await, committed, "once, whenever the server was killed");
        }
        std::fs::remove_file(key_file).expect("the key file is there");
        assert_eq!(u64::try_from(committed), Ok(rounds));
    }
}
