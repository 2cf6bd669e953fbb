//! Server settings: batches, persisted and trusted documents, costs, deadlines, origins,
//! introspection.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use claimspan::domain::store;
use claimspan::domain::work_queue::Caller;
use claimspan::server::Settings;
use claimspan::transport::document::persisted::{self, Documents};
use reqwest::StatusCode;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use crate::app::TestApp;
use crate::fixtures::verdict_on;

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("OK")
}

impl TestApp {
    async fn posts(&self, body: Value) -> Value {
        self.as_reader().post(body.to_string()).await.body
    }

    /// The number of running operations.
    async fn running(&self) -> u64 {
        let text = self
            .http()
            .get(format!("{}/metrics", self.address()))
            .send()
            .await
            .expect("metrics")
            .text()
            .await
            .expect("text");
        text.lines()
            .find_map(|line| line.strip_prefix("claimspan_graphql_running ")?.parse().ok())
            .expect("a number")
    }
}

db_tests! {
    async fn a_batch_is_answered_in_its_order(app: TestApp) {
        let ask = |query: &str| json!({ "query": query });
        let answers = app.posts(json!([ask("{ viewer { id } }"), ask("{"), ask("mutation { signOut { signedOut } }"), ask("{ viewer { id } }")])).await;
        let answers = answers.as_array().expect("a list");
        assert_eq!(answers[0]["data"]["viewer"]["id"], json!(app.account("reader")));
        assert_eq!((code(&answers[1]), &answers[2]["data"]["signOut"]["signedOut"], answers.len()), ("GRAPHQL_PARSE_FAILED", &json!(true), 4));
        let app_of = async |most_batch| app.beside(Settings { most_batch, ..Settings::default() }).await;
        let (three, none) = (app_of(3).await, app_of(0).await);
        let batch = |size| Value::Array(vec![ask("{ __typename }"); size]);
        assert_eq!(three.as_editor().post(batch(3).to_string()).await.body.as_array().map(Vec::len), Some(3));
        assert_eq!(three.as_editor().post(batch(4).to_string()).await.status, 400);
        assert_eq!(none.as_editor().post(batch(1).to_string()).await.status, 400);
        // The cost limit for one operation is also the limit for a batch.
        let dear = ask("{ newsroom(slug: \"desk\") { articles(first: 100) { nodes { claims(first: 100) { nodes { id statement claimant tags state version markedAt } } } } } }");
        let answers = app.as_editor().post(Value::Array(vec![dear; 4]).to_string()).await.body;
        assert_eq!((code(&answers[0]), code(&answers[3])), ("OK", "QUERY_TOO_COMPLEX"), "{answers}");
    }

    async fn a_document_that_was_sent_once_need_not_be_sent_again(app: TestApp) {
        let query = "{ viewer { id displayName } }";
        let hash = sha256(query);
        let by_hash = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
        let unknown = app.posts(by_hash.clone()).await;
        assert_eq!((code(&unknown), &unknown["errors"][0]["message"]), ("PERSISTED_QUERY_NOT_FOUND", &json!("PersistedQueryNotFound")));
        let mut with_text = by_hash.clone();
        with_text["query"] = json!(query);
        assert_eq!(app.posts(with_text).await["data"]["viewer"]["displayName"], "reader");
        assert_eq!(app.posts(by_hash).await["data"]["viewer"]["displayName"], "reader");
        let wrong = json!({ "query": "{ __typename }", "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
        assert_eq!(code(&app.posts(wrong).await), "BAD_USER_INPUT");
        for nonsense in [json!(7), json!({}), json!({ "version": 2, "sha256Hash": hash }), json!({ "version": 1, "sha256Hash": 7 })] {
            assert_eq!(code(&app.posts(json!({ "query": query, "extensions": { "persistedQuery": nonsense } })).await), "BAD_USER_INPUT");
        }
        // A document that cannot be parsed is not stored.
        let broken = "{ nothing";
        let request = json!({ "query": broken, "extensions": { "persistedQuery": { "version": 1, "sha256Hash": sha256(broken) } } });
        assert_eq!(code(&app.posts(request).await), "GRAPHQL_PARSE_FAILED");
        let request = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": sha256(broken) } } });
        assert_eq!(code(&app.posts(request).await), "PERSISTED_QUERY_NOT_FOUND");
    }

    async fn a_document_is_known_by_its_id_once_it_was_sent_with_it(app: TestApp) {
        let query = "query Who { viewer { id displayName } }";
        let id = format!("sha256:{}", sha256(query));
        let unknown = app.posts(json!({ "documentId": id })).await;
        assert_eq!((code(&unknown), unknown["errors"].as_array().map(Vec::len)), ("PERSISTED_QUERY_NOT_FOUND", Some(1)));
        let wrong = app.posts(json!({ "documentId": id, "query": "{ __typename }" })).await;
        assert_eq!((code(&wrong), &wrong["errors"][0]["extensions"]["field"]), ("BAD_USER_INPUT", &json!("documentId")));
        assert_eq!(code(&app.posts(json!({ "documentId": id })).await), "PERSISTED_QUERY_NOT_FOUND");
        for asked in [json!({ "documentId": id, "query": query }), json!({ "documentId": id }), json!({ "documentId": id, "operationName": "Who" })] {
            assert_eq!(app.posts(asked).await["data"]["viewer"]["displayName"], "reader");
        }
        let get = async |parameters: &str| {
            let request = app.http().get(format!("{}/graphql?{parameters}", app.address()));
            let response = request.bearer_auth(app.token("reader")).send().await.expect("an answer");
            (response.status().as_u16(), response.json::<Value>().await.unwrap_or_default())
        };
        for name in ["", "&operationName=", "&operationName=Who"] {
            let (status, body) = get(&format!("documentId={id}{name}")).await;
            assert_eq!((status, &body["data"]["viewer"]["displayName"]), (200, &json!("reader")), "{name}");
        }
        let mutation = "mutation { signOut { signedOut } }";
        let id = format!("sha256:{}", sha256(mutation));
        let stranger = app.as_stranger().post(json!({ "documentId": id, "query": mutation }).to_string()).await;
        assert_eq!(stranger.code(), "UNAUTHENTICATED");
        assert_eq!(get(&format!("documentId={id}")).await.0, 405);
        // An id that is no hash is only for trusted documents.
        assert_eq!(app.posts(json!({ "documentId": "who", "query": query })).await["data"]["viewer"]["displayName"], "reader");
        assert_eq!(code(&app.posts(json!({ "documentId": "who" })).await), "PERSISTED_QUERY_NOT_FOUND");
    }

    async fn with_trusted_documents_no_others_run(app: TestApp) {
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("trusted-{}", sha256(&app.address().replace(':', "-"))));
        std::fs::create_dir_all(&folder).expect("a folder");
        let (one, two) = ("query Who { viewer { displayName } }\n", "{ viewer { id } }");
        std::fs::write(folder.join("who.graphql"), one).expect("a file");
        std::fs::write(folder.join("relay.json"), json!({ "an-id": two }).to_string()).expect("a file");
        std::fs::write(folder.join("README"), "not a document").expect("a file");
        let documents = Arc::new(Documents::trusted(persisted::read_trusted(&folder).expect("the documents can be read")));
        std::fs::remove_dir_all(&folder).expect("it goes");

        let strict = app.beside(Settings { documents, ..Settings::default() }).await;
        assert_eq!(strict.posts(json!({ "query": one })).await["data"]["viewer"]["displayName"], "reader");
        for asked in [json!({ "documentId": format!("sha256:{}", sha256(one)) }), json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": sha256(one) } } })] {
            assert_eq!(strict.posts(asked).await["data"]["viewer"]["displayName"], "reader");
        }
        assert_eq!(strict.posts(json!({ "documentId": "an-id" })).await["data"]["viewer"]["id"], json!(app.account("reader")));
        for asked in [one.trim_end().to_owned(), format!("{one}\n ")] {
            assert_eq!(strict.posts(json!({ "query": asked })).await["data"]["viewer"]["displayName"], "reader");
            let by_hash = json!({ "documentId": sha256(one.trim_end()) });
            assert_eq!(strict.posts(by_hash).await["data"]["viewer"]["displayName"], "reader");
        }
        let other = "{ __schema { types { name } } }";
        let unknown = [json!({ "query": other }), json!({ "documentId": "another" }), json!({ "query": other, "extensions": { "persistedQuery": { "version": 1, "sha256Hash": sha256(other) } } })];
        for asked in unknown {
            assert_eq!(code(&strict.posts(asked).await), "PERSISTED_QUERY_NOT_FOUND");
        }
        let mut socket = strict.socket(Some("reader")).await;
        socket.subscribe("1", other, json!({})).await;
        assert_eq!(socket.error("1").await, "PERSISTED_QUERY_NOT_FOUND");
    }

    async fn whoever_asks_is_told_what_an_operation_costs(app: TestApp) {
        let ask = |headers: &[(&str, &str)], query: &str| {
            let request = app.http().post(format!("{}/graphql", app.address())).json(&json!({ "query": query }));
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
        };
        let told = async |request: reqwest::RequestBuilder| request.send().await.expect("an answer").json::<Value>().await.expect("JSON");
        assert!(told(ask(&[], "{ __typename }")).await.get("extensions").is_none());
        assert_eq!(told(ask(&[("X-Claimspan-Cost", "1")], "{ __typename }")).await["extensions"], json!({ "cost": 101 }));
    }

    async fn usual_introspection_is_well_below_the_limits(app: TestApp) {
        let types = "kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";
        let value = format!("name description type {{ {types} }} defaultValue isDeprecated deprecationReason");
        let document = format!(
            "query IntrospectionQuery {{ __schema {{ description queryType {{ name kind }} mutationType {{ name kind }} subscriptionType {{ name kind }}
               types {{ ...FullType }} directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ {value} }} }} }} }}
             fragment FullType on __Type {{ kind name description specifiedByURL isOneOf
               fields(includeDeprecated: true) {{ name description args(includeDeprecated: true) {{ {value} }} type {{ {types} }} isDeprecated deprecationReason }}
               inputFields(includeDeprecated: true) {{ {value} }} interfaces {{ {types} }}
               enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }} possibleTypes {{ {types} }} }}"
        );
        let answer = app.as_stranger().ask(&document).await.ok();
        assert!(answer.body["data"]["__schema"]["types"].as_array().is_some_and(|types| types.len() > 60));
        let closed = app.beside(Settings { introspection: false, ..Settings::default() }).await;
        assert_eq!(closed.as_stranger().ask("{ __typename viewer { __typename } }").await.ok().text("/__typename"), "Query");
        let answer = closed.as_stranger().ask("{ __schema { types { name } } }").await.body;
        assert!(answer["data"]["__schema"].is_null(), "{answer}");
        // An error does not suggest names if introspection is disabled.
        let (open_says, closed_says) = (app.as_stranger().ask("{ viewr { id } }").await, closed.as_stranger().ask("{ viewr { id } }").await);
        assert!(open_says.message().contains("viewer") && !closed_says.message().contains("viewer"), "{closed_says:?}");
    }

    async fn pages_of_other_origins_read_nothing_unless_they_are_named(app: TestApp) {
        let named = app.beside(Settings { origins: vec!["https://desk.example.org".to_owned()], ..Settings::default() }).await;
        let allowed = async |app: &TestApp, origin: &str, method: reqwest::Method| {
            let request = app.http().request(method, format!("{}/graphql", app.address())).header("origin", origin);
            let request = request.header("access-control-request-method", "POST").header("access-control-request-headers", "authorization,content-type");
            let answer = request.json(&json!({ "query": "{ __typename }" })).send().await.expect("an answer");
            answer.headers().get("access-control-allow-origin").map(|value| value.to_str().expect("text").to_owned())
        };
        for method in [reqwest::Method::POST, reqwest::Method::OPTIONS] {
            assert_eq!(allowed(&app, "https://desk.example.org", method.clone()).await, None);
            assert_eq!(allowed(&named, "https://desk.example.org", method.clone()).await.as_deref(), Some("https://desk.example.org"));
            assert_eq!(allowed(&named, "https://evil.example.org", method).await, None);
        }
    }

    async fn one_connection_to_the_database_is_enough_for_a_crowd(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let narrow = app.beside_with(Settings::default(), 1).await;
        let wide = "query($id: ID!) { node(id: $id) { ... on Claim {
            tags anchors { exact } summary { hiddenVerdictCount } assignments { reviewer { id } } verdicts { id reviewer { displayName } rating { key } citations { id } } rulings { id }
            article { title claims { nodes { id } } } } } }";
        let read = async |name: &'static str| narrow.as_(name).send(wide, json!({ "id": claim })).await.ok();
        let write = async || {
            narrow.as_reviewer().call("submitVerdict", verdict_on(&claim, "FALSE"), "verdict { id }").await.ok();
        };
        for _ in 0..3 {
            // One use per minute is recorded, concurrently with the response.
            app.wait(TimeDelta::seconds(61));
            let readers = ["admin", "editor", "reviewer", "second", "third", "reader"].into_iter().cycle().take(24).map(read);
            tokio::join!(futures_util::future::join_all(readers), write());
        }
    }

    async fn one_connection_to_the_database_is_enough_for_a_stranger_who_asks_twice_at_once(app: TestApp) {
        let (_, ruling) = app.fixtures().a_published_claim().await;
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        let narrow = app.beside_with(Settings::default(), 1).await;
        let twice = "query($id: ID!) { one: publishedRulings(slug: \"desk\") { nodes { id } } two: node(id: $id) { id } }";
        let reply = narrow.as_stranger().send(twice, json!({ "id": ruling })).await.ok();
        assert_eq!([reply.text("/one/nodes/0/id"), reply.text("/two/id")], [&*ruling; 2]);
    }

    async fn who_keeps_a_connection_gives_it_to_those_who_wait_for_one(app: TestApp) {
        let db = store::connect(&app.url, 2).await.expect("the database opens");
        let backend = db.get_database_backend();
        let read = async |db: &store::Db| db.query_one_raw(Statement::from_string(backend, "SELECT 1")).await.expect("it reads").expect("a row");
        let (one, two, three) = (db.for_request(), db.for_request(), db.for_request());
        for _ in 0..3 {
            for reader in [&one, &two, &three, &db] {
                read(reader).await;
            }
            store::transaction(&db, Vec::new(), |txn| async move { Ok(txn.execute_unprepared("UPDATE newsrooms SET name = name").await.map(drop)?) }).await.expect("it writes");
        }
    }

    async fn who_waits_for_a_processor_keeps_no_connection_meanwhile(app: TestApp) {
        let article = app.fixtures().an_article().await;
        app.fixtures().a_revision_of(&article, "The loss is 13 million francs a day.").await;
        let narrow = app.beside_with(Settings::default(), 1).await;
        let places = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let (begun, mut busy) = tokio::sync::mpsc::unbounded_channel();
        // Each slot is occupied until its client disconnects.
        let (let_go, until): (Vec<_>, Vec<_>) = (0..places).map(|_| std::sync::mpsc::channel::<()>()).unzip();
        let taken = until.into_iter().map(|until| {
            let begun = begun.clone();
            narrow.world.queues().texts.run(Caller::account(None), move || (begun.send(()).is_ok(), until.recv().is_ok()))
        });
        let editor = narrow.as_editor();
        let compared = async {
            for _ in 0..places {
                busy.recv().await.expect("a slot is occupied");
            }
            let document = "query($id: ID!) { article(id: $id) { diff(from: 1, to: 2) { kind } } }";
            editor.send(document, json!({ "id": article })).await.ok()
        };
        let others = async {
            while narrow.running().await == 0 {
                actix_web::rt::time::sleep(Duration::from_millis(5)).await;
            }
            for _ in 0..20 {
                narrow.as_reader().ask("{ viewer { id } }").await.ok();
            }
            assert_eq!(narrow.running().await, 1, "the comparison is still running");
            drop(let_go);
        };
        let (_, compared, ()) = tokio::join!(futures_util::future::join_all(taken), compared, others);
        assert!(!compared.data("/article/diff").as_array().expect("a list").is_empty());
    }

    async fn a_server_starts_and_reads_while_somebody_writes(app: TestApp) {
        let writer = store::connect(&app.url, 1).await.expect("a connection");
        writer.execute_unprepared("BEGIN; UPDATE newsrooms SET name = 'Not yet'").await.expect("it is written but not committed");
        let other = app.beside(Settings::default()).await;
        let reader = other.as_reader();
        let reads = (0..8).map(|_| reader.ask("{ newsroom(slug: \"desk\") { name } }"));
        for reply in futures_util::future::join_all(reads).await {
            assert_eq!(reply.text("/newsroom/name"), "The Desk");
        }
        writer.execute_unprepared("ROLLBACK").await.expect("the lock is released");
    }

    async fn a_read_that_takes_too_long_is_given_up_with_its_work(app: TestApp) {
        if app.db.is_sqlite() {
            // A reader of SQLite never waits for a writer.
            return;
        }
        let article = app.fixtures().an_article().await;
        let hasty = app.beside(Settings { deadline: Duration::from_millis(300), ..Settings::default() }).await;
        let lock = store::connect(&app.url, 1).await.expect("a connection");
        lock.execute_unprepared("BEGIN; LOCK TABLE articles").await.expect("it is held");
        let document = format!("{{ article(id: \"{article}\") {{ id }} }}");
        let late = hasty.as_reader().ask(&document).await;
        assert_eq!(late.code(), "DEADLINE_EXCEEDED", "{late:?}");
        assert_eq!(late.body["errors"][0]["extensions"]["requestId"].as_str().map(str::len), Some(32));
        let writing = hasty.as_reviewer().call("markClaim", json!({ "article": article, "statement": "It lasted.", "ranges": [{ "exact": "nine days" }] }), "claim { id }").await;
        assert_eq!(writing.code(), "DEADLINE_EXCEEDED");
        lock.execute_unprepared("ROLLBACK").await.expect("the lock is released");
        hasty.as_reader().ask(&document).await.ok();
    }

    async fn a_client_that_hangs_up_ends_what_it_was_reading(app: TestApp) {
        if app.db.is_sqlite() {
            return;
        }
        let article = app.fixtures().an_article().await;
        let lock = store::connect(&app.url, 1).await.expect("a connection");
        lock.execute_unprepared("BEGIN; LOCK TABLE articles").await.expect("it is held");
        let body = json!({ "query": format!("{{ article(id: \"{article}\") {{ id }} }}") }).to_string();
        let host = app.address().strip_prefix("http://").expect("an address");
        let mut line = tokio::net::TcpStream::connect(host).await.expect("a connection");
        let token = app.as_reader().token.expect("a session");
        let request = format!("POST /graphql HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        line.write_all(request.as_bytes()).await.expect("it is sent");
        let until = async |expected: u64| {
            for _ in 0..400 {
                if app.running().await == expected {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            panic!("not {expected} within 8 s");
        };
        until(1).await;
        drop(line);
        // The lock is still held, so it was the client's disconnect that ended the request.
        until(0).await;
        lock.execute_unprepared("ROLLBACK").await.expect("the lock is released");
    }

    async fn what_bends_other_servers_is_refused(app: TestApp) {
        let chain = |levels: usize, spreads: usize| {
            (0..levels).fold("{ ...f0 }".to_owned(), |text, n| format!("{text} fragment f{n} on Query {{ {} }}", format!("...f{} ", n + 1).repeat(spreads)))
                + &format!(" fragment f{levels} on Query {{ __typename }}")
        };
        let deep = |levels: usize| (0..levels).fold("id".to_owned(), |inner, _| format!("id claims {{ article {{ spans {{ claims {{ {inner} }} }} }} }}"));
        let documents = HashMap::from([
            ("doubling fragments", chain(25, 2)),
            ("a long chain of fragments", chain(2500, 1)),
            ("aliases", format!("{{ {} }}", (0..1000).fold(String::new(), |text, n| text + &format!("a{n}: __typename ")))),
            ("directives", format!("{{ __typename {} }}", "@include(if: true) ".repeat(10_000))),
            ("nesting", format!("{}id{}", "{ a ".repeat(500), " }".repeat(500))),
            ("a long string", format!("{{ newsroom(slug: \"{}\") {{ id }} }}", "x".repeat(2_000_000))),
            ("a long list", format!("{{ nodes(ids: [{}]) {{ id }} }}", "\"x\",".repeat(1_000_000))),
            ("deep pages", "{ newsroom(slug: \"desk\") { claims { nodes { article { claims { nodes { article { claims { nodes { article { claims { nodes { id } } } } } } } } } } } } }".to_owned()),
            ("deep lists", format!("{{ node(id: \"x\") {{ ... on Span {{ {} }} }} }}", deep(4))),
        ]);
        for (what, document) in &documents {
            let reply = app.as_reader().ask(document).await;
            assert_eq!(reply.code(), "QUERY_TOO_COMPLEX", "{what}: {}", &reply.body.to_string()[..200]);
            let extensions = &reply.body["errors"][0]["extensions"];
            assert!(extensions["cost"].as_u64() > extensions["limit"].as_u64(), "{what}: {extensions}");
        }
        let list = app.as_reader().send("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": vec!["x"; 1_000_000] })).await;
        assert_eq!(list.code(), "QUERY_TOO_COMPLEX");
        let cycle = app.as_reader().ask(&chain(3, 2).replace("f3 on Query { __typename }", "f3 on Query { ...f0 }")).await;
        assert_eq!(cycle.code(), "GRAPHQL_VALIDATION_FAILED", "{cycle:?}");
    }

    async fn a_form_of_another_page_is_not_read_even_with_a_batch(app: TestApp) {
        let request = app.http().post(format!("{}/graphql", app.address())).header("content-type", "text/plain").body(r#"[{"query":"{ __typename }"}]"#);
        assert_eq!(request.send().await.expect("an answer").status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
}
