//! GraphQL over HTTP: accepted requests and their responses, the files of the pages, and what the
//! server reports about itself.

use std::collections::BTreeSet;
use std::fmt::Write;

use claimspan::server::Settings;
use reqwest::header::{HeaderMap, HeaderValue};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::verdicts::with;

const JSON: &str = "application/json; charset=utf-8";
const GRAPHQL: &str = "application/graphql-response+json";

/// A response.
struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    async fn to(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.expect("a body") }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// Panics unless the response is an error with this status and code, in the shape that GraphQL
    /// clients expect.
    #[track_caller]
    fn refused(&self, status: u16, code: &str) {
        let body = self.json();
        assert_eq!(
            (self.status, body["errors"][0]["extensions"]["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.text
        );
        assert!(
            body["errors"][0]["message"].as_str().is_some_and(|message| !message.is_empty()),
            "{}",
            self.text
        );
        assert!(
            body.get("data").is_none(),
            "nothing ran, so there is no data, not even null: {}",
            self.text
        );
        assert_eq!(self.header("x-request-id").len(), 32, "{}", self.text);
    }
}

impl TestApp {
    fn at(&self, path: &str) -> reqwest::RequestBuilder {
        self.http().get(format!("{}{path}", self.address()))
    }

    fn post(&self) -> reqwest::RequestBuilder {
        self.http().post(format!("{}/graphql", self.address()))
    }

    async fn got(&self, parameters: &[(&str, &str)]) -> Answer {
        Answer::to(self.at("/graphql").query(parameters)).await
    }

    async fn posted(&self, body: Value) -> Answer {
        Answer::to(self.post().json(&body)).await
    }

    async fn counted(&self, line: &str) -> u64 {
        let text = Answer::to(self.at("/metrics")).await.text;
        text.lines().find_map(|found| found.strip_prefix(line)?.trim().parse().ok()).unwrap_or(0)
    }
}

db_tests! {
    async fn a_query_may_come_in_an_address(app: TestApp) {
        let answer = app.got(&[("query", "{ viewer { id } }")]).await;
        assert_eq!((answer.status, answer.header("content-type"), answer.json()), (200, JSON, json!({ "data": { "viewer": null } })));
        assert_eq!(answer.header("cache-control"), "no-store", "responses are private to one account");
        let two = "query A($v: Boolean!) { viewer @include(if: $v) { id } __typename } mutation B { signOut { __typename } }";
        let answer = app.got(&[("query", two), ("operationName", "A"), ("variables", r#"{"v":false}"#), ("extensions", "{}")]).await;
        assert_eq!(answer.json(), json!({ "data": { "__typename": "Query" } }));
        app.got(&[]).await.refused(400, "BAD_USER_INPUT");
        app.got(&[("query", "{ __typename }"), ("variables", "{")]).await.refused(400, "BAD_USER_INPUT");
    }

    async fn a_mutation_in_an_address_is_refused_and_does_nothing(app: TestApp) {
        let token = app.as_reader().token.expect("a session");
        for (query, name) in [
            ("mutation { signOut { __typename } }", None),
            ("mutation Out { signOut { __typename } }", None),
            ("query In { __typename } mutation Out { signOut { __typename } }", Some("Out")),
            ("mutation Out { signOut { __typename } } query In { __typename }", Some("Out")),
        ] {
            let mut parameters = vec![("query", query)];
            parameters.extend(name.map(|name| ("operationName", name)));
            let answer = Answer::to(app.at("/graphql").query(&parameters).bearer_auth(&token)).await;
            answer.refused(405, "BAD_USER_INPUT");
            assert_eq!(answer.header("allow"), "POST", "{query}");
        }
        // The request does not name one of the two operations.
        app.got(&[("query", "query In { __typename } mutation Out { signOut { __typename } }")]).await.refused(200, "GRAPHQL_VALIDATION_FAILED");
        app.as_reader().ask("{ viewer { id } }").await.text("/viewer/id");
        let answer = Answer::to(app.http().put(format!("{}/graphql", app.address())).json(&json!({ "query": "{ __typename }" }))).await;
        answer.refused(405, "BAD_USER_INPUT");
        assert_eq!(answer.header("allow"), "GET, POST");
    }

    async fn a_body_that_any_page_could_send_is_refused(app: TestApp) {
        let body = r#"{"query":"{ __typename }"}"#;
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=latin1", "application/jsonx", ""] {
            let answer = Answer::to(app.post().header("content-type", kind).body(body)).await;
            answer.refused(415, "BAD_USER_INPUT");
        }
        Answer::to(app.post().body(body)).await.refused(415, "BAD_USER_INPUT");
        for kind in ["application/json", "application/json;charset=utf-8", "Application/JSON; charset=\"UTF-8\""] {
            let answer = Answer::to(app.post().header("content-type", kind).body(body)).await;
            assert_eq!((answer.status, answer.json()), (200, json!({ "data": { "__typename": "Query" } })), "{kind}");
        }
    }

    async fn a_body_that_is_no_request_is_refused(app: TestApp) {
        for body in [
            "", "{", "nonsense", "null", "7", "\"{ __typename }\"", "[]", "[7]", r#"[{"query":7}]"#, "{}", r#"{"query":null}"#, r#"{"query":7}"#,
            r#"{"query":"{ __typename }","variables":[]}"#, r#"{"query":"{ __typename }","variables":"{}"}"#,
            r#"{"query":"{ __typename }","operationName":7}"#, r#"{"query":"{ __typename }","extensions":7}"#,
        ] {
            Answer::to(app.post().header("content-type", "application/json").body(body)).await.refused(400, "BAD_USER_INPUT");
        }
        let not_utf8 = Answer::to(app.post().header("content-type", "application/json").body(&b"{\"query\":\"{ \xff }\"}"[..])).await;
        not_utf8.refused(400, "BAD_USER_INPUT");
        let nothing_set = json!({ "query": "{ __typename }", "variables": null, "operationName": null, "extensions": null });
        assert_eq!(app.posted(nothing_set).await.json(), json!({ "data": { "__typename": "Query" } }));
    }

    async fn a_document_that_would_keep_validation_busy_is_refused(app: TestApp) {
        let mut document = "{ ...f0 } fragment f40 on Query { viewer { id } } ".to_owned();
        for n in 0..40 {
            let _ = write!(document, "fragment f{n} on Query {{ ...f{0} ...f{0} }} ", n + 1);
        }
        let reply = app.as_stranger().ask(&document).await;
        assert_eq!(reply.code(), "QUERY_TOO_COMPLEX", "{}", reply.body);
        let extensions = &reply.body["errors"][0]["extensions"];
        assert!(extensions["cost"].as_u64() > extensions["limit"].as_u64(), "{extensions}");
    }

    async fn a_body_over_the_limit_is_refused(app: TestApp) {
        let padded = |length: usize| {
            let body = r#"{"query":"{ __typename }"}"#;
            app.post().header("content-type", "application/json").body(format!("{body}{}", " ".repeat(length - body.len())))
        };
        Answer::to(padded((8 << 20) + 1)).await.refused(413, "BAD_USER_INPUT");
        assert_eq!(Answer::to(padded(8 << 20)).await.status, 200);
    }

    async fn the_client_says_in_which_form_it_wants_the_answer(app: TestApp) {
        let new = format!("{GRAPHQL}; charset=utf-8");
        for (accept, kind) in [
            ("*/*", JSON), ("application/*", JSON), ("application/json", JSON), (GRAPHQL, &new), ("Application/GraphQL-Response+JSON", &new),
            ("application/graphql-response+json, application/json;q=0.9", &new), ("application/json;q=0.2, application/graphql-response+json;q=0.1", JSON),
            ("text/html, application/json", JSON), ("application/graphql-response+json;q=0, */*;q=0.1", JSON),
        ] {
            let answer = Answer::to(app.at("/graphql?query={__typename}").header("accept", accept)).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{accept}");
        }
        for accept in ["text/html", "application/json;q=0", "image/*"] {
            Answer::to(app.at("/graphql?query={__typename}").header("accept", accept)).await.refused(406, "BAD_USER_INPUT");
        }
    }

    async fn a_refusal_has_the_form_that_the_client_wants(app: TestApp) {
        let new = format!("{GRAPHQL}; charset=utf-8");
        for (accept, kind) in [("*/*", JSON), ("application/json", JSON), (GRAPHQL, &new), ("application/graphql-response+json, application/json;q=0.9", &new)] {
            let post = || app.post().header("accept", accept);
            for (request, status) in [
                (post().json(&json!({ "query": 1 })), 400),
                (post().json(&json!({ "query": "{ __typename }" })).header("authorization", "Bearer nonsense"), 401),
                (app.at("/graphql?query=mutation{signOut{__typename}}").header("accept", accept), 405),
                (post().header("content-type", "application/json").body(" ".repeat((8 << 20) + 1)), 413),
                (post().header("content-type", "text/plain").body("{}"), 415),
            ] {
                let answer = Answer::to(request).await;
                assert_eq!((answer.status, answer.header("content-type")), (status, kind), "{accept}: {}", answer.text);
            }
        }
    }

    async fn a_document_that_cannot_run_is_400_where_the_client_knows_the_new_form(app: TestApp) {
        for (request, code) in [
            (json!({ "query": "{" }), "GRAPHQL_PARSE_FAILED"),
            (json!({ "query": "" }), "GRAPHQL_PARSE_FAILED"),
            (json!({ "query": "{ nothing }" }), "GRAPHQL_VALIDATION_FAILED"),
            (json!({ "query": "{ node { id } }" }), "GRAPHQL_VALIDATION_FAILED"),
            (json!({ "query": "query A { __typename } query B { __typename }" }), "GRAPHQL_VALIDATION_FAILED"),
            (json!({ "query": "query A { __typename }", "operationName": "B" }), "GRAPHQL_VALIDATION_FAILED"),
            (json!({ "query": "{ __typename }", "operationName": "B" }), "GRAPHQL_VALIDATION_FAILED"),
            (json!({ "query": "query A { __typename } mutation B { signOut { __typename } }", "operationName": "C" }), "GRAPHQL_VALIDATION_FAILED"),
            (json!({ "query": "query($id: ID!) { node(id: $id) { id } }" }), "BAD_USER_INPUT"),
            (json!({ "query": "{ node(id: $id) { id } }" }), "GRAPHQL_VALIDATION_FAILED"),
            (json!({ "query": "{ ...F } fragment F on Query { ...F }" }), "GRAPHQL_VALIDATION_FAILED"),
        ] {
            for (accept, status) in [(GRAPHQL, 400), ("application/json", 200)] {
                let answer = Answer::to(app.post().header("accept", accept).json(&request)).await;
                assert!(answer.header("content-type").starts_with(accept), "{request}");
                answer.refused(status, code);
            }
        }
        let partly = Answer::to(app.post().header("accept", GRAPHQL).json(&json!({ "query": "{ __typename node(id: \"x\") { id } }" }))).await;
        assert_eq!((partly.status, &partly.json()["data"]["__typename"]), (200, &json!("Query")), "it ran, and the response is partial");
    }

    async fn a_variable_of_the_wrong_kind_is_the_senders_mistake(app: TestApp) {
        let cases = [
            ("ID!", "node(id: $v) { id }", vec![json!(true), json!([]), json!({ "a": 1 }), json!(1.5)], "id"),
            ("String!", "newsroom(slug: $v) { id }", vec![json!(7), json!(["desk"]), json!({})], "slug"),
            ("[ID!]!", "nodes(ids: $v) { id }", vec![json!([[]]), json!([true])], "ids[0]"),
            ("[ID!]!", "nodes(ids: $v) { id }", vec![json!({}), json!(false)], "ids"),
            ("Int", "newsroom(slug: \"desk\") { articles(first: $v) { nodes { id } } }", vec![json!("2"), json!(1.5), json!(1e300), json!(u64::MAX), json!([])], "first"),
            ("ArticleOrder!", "newsroom(slug: \"desk\") { articles(order: $v) { nodes { id } } }", vec![json!("SIDEWAYS"), json!(1)], "order"),
            ("ArticleFilter", "newsroom(slug: \"desk\") { articles(filter: $v) { nodes { id } } }", vec![json!("x"), json!([1])], "filter"),
            ("ArticleFilter", "newsroom(slug: \"desk\") { articles(filter: $v) { nodes { id } } }", vec![json!({ "importedSince": "yesterday" }), json!({ "importedSince": 7 })], "filter.importedSince"),
        ];
        for (kind, selection, values, field) in cases {
            for value in values {
                let reply = app.as_reader().send(&format!("query($v: {kind}) {{ {selection} }}"), json!({ "v": value })).await;
                reply.refused(field, "INVALID_FORMAT");
                assert!(reply.message().starts_with(&format!("`{field}`")), "{}", reply.message());
            }
        }
        let unknown = app.as_reader().send("query($v: ArticleFilter) { newsroom(slug: \"desk\") { articles(filter: $v) { nodes { id } } } }", json!({ "v": { "nothing": 1 } })).await;
        unknown.refused("filter.nothing", "UNKNOWN_FIELD");
        assert!(unknown.message().contains("importedSince"), "{}", unknown.message());
        // Fields in an input have a path from `input`, as in the domain's errors.
        let claim = json!({ "article": "x", "statement": "S", "ranges": [{ "exact": "y" }] });
        for (change, field, reason) in [
            (json!({ "article": {} }), "article", "INVALID_FORMAT"),
            (json!({ "ranges": "all" }), "ranges", "INVALID_FORMAT"),
            (json!({ "ranges": [{ "exact": "y" }, { "exact": 7 }] }), "ranges[1].exact", "INVALID_FORMAT"),
            (json!({ "ranges": [{ "exct": "y" }] }), "ranges[0].exct", "UNKNOWN_FIELD"),
            (json!({ "ranges": [{}] }), "ranges[0].exact", "EMPTY"),
            (json!({ "statement": null }), "statement", "EMPTY"),
            (json!({ "claimedOn": "2024-08-04T00:00:00Z" }), "claimedOn", "INVALID_FORMAT"),
            (json!({ "ranges": [{ "exact": "y", "unit": "CHARS" }] }), "ranges[0].unit", "INVALID_FORMAT"),
        ] {
            app.as_reviewer().call("markClaim", with(claim.clone(), &change), "claim { id }").await.refused(field, reason);
        }
        let hushed = app.beside(Settings { introspection: false, ..Settings::default() }).await;
        let reply = hushed.as_reviewer().call("markClaim", with(claim, &json!({ "ranges": [{ "exact": "y", "unit": "CHARS" }] })), "claim { id }").await;
        reply.refused("ranges[0].unit", "INVALID_FORMAT");
        assert!(!reply.message().contains("CODE_POINT"), "{}", reply.message());
    }

    async fn a_variables_default_stands_for_what_is_not_given(app: TestApp) {
        let client = app.as_reader();
        for (directive, default, fixtures, runs) in [
            ("skip", true, None, false), ("skip", false, None, true), ("include", true, None, true), ("include", false, None, false),
            ("skip", true, Some(false), true), ("include", true, Some(false), false),
        ] {
            let document = format!("query($flag: Boolean! = {default}) {{ __typename viewer @{directive}(if: $flag) {{ id }} }}");
            let reply = client.send(&document, fixtures.map_or(json!({}), |flag| json!({ "flag": flag }))).await.ok();
            assert_eq!(reply.data("").get("viewer").is_some(), runs, "{document}: {}", reply.body);
        }
        // A page costs as much as it holds.
        let cost = async |document: &str| {
            let request = client.request().header("X-Claimspan-Cost", "1").body(json!({ "query": document }).to_string());
            let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
            answer["extensions"]["cost"].as_u64().unwrap_or_else(|| panic!("{answer}"))
        };
        let page = |first: &str| format!("{{ newsroom(slug: \"desk\") {{ articles(first: {first}) {{ nodes {{ id }} }} }} }}");
        assert_eq!(cost(&format!("query($n: Int = 100) {}", page("$n"))).await, cost(&page("100")).await);
        let nullable = client.send("query($flag: Boolean) { viewer { id @skip(if: $flag) } }", json!({})).await;
        assert_eq!(nullable.code(), "GRAPHQL_VALIDATION_FAILED");
    }

    async fn an_object_of_which_all_is_skipped_is_an_object(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        let cases = [
            ("{ viewer @skip(if: true) { id } }", json!({})),
            ("{ viewer { id @skip(if: true) } }", json!({ "viewer": {} })),
            ("{ viewer { ... @include(if: false) { id } ...F } } fragment F on Account { id @skip(if: true) }", json!({ "viewer": {} })),
            ("{ newsroom(slug: \"desk\") { policy { blindReview @skip(if: true) } policy { verdictsRequired } } }", json!({ "newsroom": { "policy": { "verdictsRequired": 2 } } })),
            ("{ newsroom(slug: \"desk\") { claims { nodes { id @skip(if: true) } totalCount } } }", json!({ "newsroom": { "claims": { "nodes": [{}], "totalCount": 1 } } })),
        ];
        for (document, expected) in cases {
            assert_eq!(app.as_reader().ask(document).await.ok().data(""), &expected, "{document}");
        }
        let document = "query($id: ID!, $no: Boolean = false) { node(id: $id) { ... on Claim { verdicts {
            rating { id @include(if: $no) } reviewer { id @include(if: $no) }
            citations { url @include(if: $no) } citations { stance } } } } }";
        let reply = app.as_editor().send(document, json!({ "id": claim })).await.ok();
        assert_eq!(reply.data("/node/verdicts"), &json!([{ "rating": {}, "reviewer": {}, "citations": [{ "stance": "SUPPORTS" }] }]));
    }

    async fn a_variable_stands_where_its_type_may(app: TestApp) {
        for (kind, value) in [("ID", json!("x")), ("Int!", json!(1)), ("[ID!]!", json!(["x"])), ("String!", json!("x"))] {
            let reply = app.as_reader().send(&format!("query($v: {kind}) {{ article(id: $v) {{ id }} }}"), json!({ "v": value })).await;
            assert_eq!((reply.code(), reply.message()), ("GRAPHQL_VALIDATION_FAILED", &*format!("Variable `$v` is of type {kind}, but `id` needs ID!.")));
        }
    }

    async fn fields_stand_in_the_answer_as_the_document_selects_them(app: TestApp) {
        let article = app.fixtures().an_article().await;
        // The field that needs the database is requested first and would be ready last.
        let document = format!(
            r#"{{ a: article(id: "{article}") {{ claims {{ nodes {{ id }} totalCount }} title ...More id }} __typename viewer {{ memberships {{ newsroom {{ name slug }} role }} id }}
                 node(id: "{article}") {{ ... on Claim {{ statement id }} ... on Article {{ language summary {{ claimCount }} }} id }} }}
               fragment More on Article {{ newsroom {{ members {{ nodes {{ account {{ displayName id }} role }} }} slug }} __typename version }}"#
        );
        let answer = Answer::to(app.post().bearer_auth(app.as_admin().token.expect("a session")).json(&json!({ "query": document }))).await;
        assert!(answer.json().get("errors").is_none(), "{}", answer.text);
        let mut rest = answer.text.as_str();
        let expected = "data a claims nodes totalCount title newsroom members nodes account displayName id role slug __typename version id __typename \
                        viewer memberships newsroom name slug role id node language summary claimCount id";
        for key in expected.split_whitespace() {
            let at = rest.find(&format!("\"{key}\":")).unwrap_or_else(|| panic!("{key} is not where it was selected: {}", answer.text));
            rest = &rest[at + key.len()..];
        }
    }

    async fn what_failed_is_null_in_its_place(app: TestApp) {
        let (reader, stranger, article) = (app.as_reader(), app.as_stranger(), app.fixtures().an_article().await);
        let viewer = json!({ "id": app.account("reader") });

        let none = "0".repeat(32);
        let document = format!(
            "{{ none: article(id: \"article_{none}\") {{ id }} newsroom(slug: \"desk\") {{ ...Members slug }} viewer {{ id }} }}
             fragment Members on Newsroom {{ members {{ totalCount }} }}"
        );
        let reply = reader.ask(&document).await;
        assert_eq!(reply.body["data"], json!({ "none": null, "newsroom": { "members": null, "slug": "desk" }, "viewer": viewer }), "{}", reply.body);
        assert_eq!(reply.body["errors"].as_array().map(Vec::len), Some(2), "{}", reply.body);

        // A null in a non-null field removes its parent, and nothing more.
        let document = format!("{{ article(id: \"{article}\") {{ title claims(first: -1) {{ totalCount }} }} viewer {{ id }} }}");
        let reply = reader.ask(&document).await;
        reply.refused("first", "OUT_OF_RANGE");
        assert_eq!(reply.body["data"], json!({ "article": null, "viewer": viewer }));

        let reply = stranger.ask(&format!("{{ article(id: \"{article}\") {{ title }} }}")).await;
        assert_eq!((reply.code(), &reply.body["data"]), ("UNAUTHENTICATED", &json!({ "article": null })));
        let reply = stranger.ask("mutation { signOut { signedOut } }").await;
        assert_eq!((reply.code(), reply.body.get("data")), ("UNAUTHENTICATED", Some(&Value::Null)));
    }

    async fn a_broken_database_is_reported_without_its_cause(app: TestApp) {
        let article = app.fixtures().an_article().await;
        app.db.execute_unprepared("ALTER TABLE articles RENAME TO secret_store").await.expect("it breaks");
        let document = format!("{{ article(id: \"{article}\") {{ id }} }}");
        let token = app.as_reader().token.expect("a session");
        let answer = Answer::to(app.post().bearer_auth(&token).json(&json!({ "query": document }))).await;
        let body = answer.json();
        assert_eq!((answer.status, &body["data"]["article"]), (200, &Value::Null));
        let error = &body["errors"][0];
        assert_eq!(error["extensions"], json!({ "code": "INTERNAL_SERVER_ERROR", "requestId": answer.header("x-request-id") }));
        assert_eq!(answer.header("x-request-id").len(), 32);
        // A mutation fails in the same way, and so does a request that cannot be authenticated.
        let input = json!({ "newsroom": app.newsroom(), "title": "Headline", "body": "Text." });
        let reply = app.as_editor().call("importArticle", input, "article { id }").await;
        app.db.execute_unprepared("ALTER TABLE sessions RENAME TO secret_sessions").await.expect("it breaks");
        let outside = Answer::to(app.post().bearer_auth(&token).json(&json!({ "query": "{ viewer { id } }" }))).await;
        outside.refused(500, "INTERNAL_SERVER_ERROR");
        assert_eq!(reply.code(), "INTERNAL_SERVER_ERROR");
        for text in [answer.text, outside.text, reply.body.to_string()] {
            let text = text.to_lowercase();
            for cause in ["articles", "secret", "select", "table", "relation", "sql", "syntax"] {
                assert!(!text.contains(cause), "{cause}: {text}");
            }
        }
    }

    async fn every_answer_has_an_id_of_its_own(app: TestApp) {
        let mut ids = BTreeSet::new();
        for body in [json!({ "query": "{ __typename }" }), json!({ "query": "{" }), json!([])] {
            ids.insert(app.posted(body).await.header("x-request-id").to_owned());
        }
        assert_eq!(ids.len(), 3);
        assert!(ids.iter().all(|id| id.len() == 32 && id.chars().all(|c| c.is_ascii_hexdigit())), "{ids:?}");
    }

    async fn credentials_that_are_no_good_are_refused(app: TestApp) {
        for credentials in ["Bearer nonsense", "Bearer ", "Bearer", "Basic ZGVzazpkZXNr", "nonsense", "Bearer \u{e9}"] {
            let value = HeaderValue::from_bytes(credentials.as_bytes()).expect("a header");
            let answer = Answer::to(app.post().header("authorization", value).json(&json!({ "query": "{ __typename }" }))).await;
            answer.refused(401, "UNAUTHENTICATED");
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{credentials}");
        }
    }

    async fn what_can_be_got_can_be_asked_for_without_its_body(app: TestApp) {
        for path in ["/health/live", "/health/ready", "/metrics", "/graphiql"] {
            let answer = app.http().head(format!("{}{path}", app.address())).send().await.expect("an answer");
            assert_eq!(answer.status(), 200, "{path}");
            assert_eq!(answer.text().await.expect("text"), "", "{path}");
            let posted = app.http().post(format!("{}{path}", app.address())).send().await.expect("an answer");
            assert_eq!(posted.status(), 405, "{path}");
        }
    }

    async fn a_mistake_in_a_document_is_told_in_one_line(app: TestApp) {
        for (document, message) in [
            ("{ viewer { id }", "Syntax error at line 1, column 16: expected selection"),
            ("{\n  newsroom(slug: \"desk\" {\n id } }", "Syntax error at line 2, column 25: expected name"),
        ] {
            let reply = app.as_reader().ask(document).await;
            assert_eq!(reply.code(), "GRAPHQL_PARSE_FAILED");
            assert!(reply.message().starts_with(message), "{}", reply.message());
        }
    }

    async fn the_metrics_can_be_read_and_count(app: TestApp) {
        let queries = r#"claimspan_graphql_operations_total{kind="query",code="OK"}"#;
        let refused = r#"claimspan_graphql_operations_total{kind="none",code="GRAPHQL_PARSE_FAILED"}"#;
        let (before, before_refused) = (app.counted(queries).await, app.counted(refused).await);
        for query in ["{ __typename }", "{ viewer { id } }", "{"] {
            app.posted(json!({ "query": query })).await;
        }
        assert_eq!((app.counted(queries).await, app.counted(refused).await), (before + 2, before_refused + 1));
        let statements = app.statements("read").await;
        app.as_reader().ask("{ newsroom(slug: \"desk\") { id } }").await.ok();
        assert!(app.statements("read").await > statements);

        let answer = Answer::to(app.at("/metrics")).await;
        assert!(answer.header("content-type").starts_with("application/openmetrics-text; version=1.0.0"));
        assert!(answer.text.ends_with("# EOF\n"));
        for line in answer.text.lines().filter(|line| !line.starts_with("# ")) {
            let (series, number) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}"));
            assert!(number.parse::<f64>().is_ok() && series.starts_with("claimspan_"), "{line}");
            let labels = series.split_once('{').map_or(Some(""), |(_, labels)| labels.strip_suffix('}')).unwrap_or_else(|| panic!("{line}"));
            assert!(labels.is_empty() || labels.split(',').all(|label| label.contains("=\"") && label.ends_with('"')), "{line}");
        }
        for family in answer.text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
            let name = family.split(' ').next().unwrap_or_default();
            assert!(answer.text.contains(&format!("# HELP {name} ")), "{name} has a help text");
        }
    }

    async fn a_server_whose_tables_are_missing_is_not_ready(app: TestApp) {
        let ready = async || Answer::to(app.at("/health/ready")).await;
        assert_eq!(ready().await.status, 200);
        let sql = async |statement: &str| app.db.execute_unprepared(statement).await.expect("it runs");
        sql("UPDATE seaql_migrations SET version = 'gone' WHERE version LIKE '%events'").await;
        assert_eq!(ready().await.status, 503, "one migration is missing");
        sql("ALTER TABLE seaql_migrations RENAME TO kept").await;
        let answer = ready().await;
        assert_eq!(answer.status, 503, "all migrations are missing");
        assert!(!answer.text.contains("seaql"), "{}", answer.text);
        sql("ALTER TABLE kept RENAME TO seaql_migrations").await;
        sql("UPDATE seaql_migrations SET version = 'm20261101_000005_events' WHERE version = 'gone'").await;
        assert_eq!(ready().await.status, 200, "it recovers automatically");
        assert_eq!(Answer::to(app.at("/health/live")).await.status, 200);
    }

    async fn the_page_loads_nothing_from_elsewhere(app: TestApp) {
        let page = Answer::to(app.at("/graphiql")).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
        let mut paths = BTreeSet::from(["/graphiql/THIRD-PARTY-LICENSES.txt".to_owned()]);
        for attribute in ["src=\"", "href=\""] {
            for link in page.text.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap_or_default()) {
                assert!(link.starts_with("/graphiql/") || link.starts_with("data:"), "{link} is not on this server");
                paths.extend(link.starts_with('/').then(|| link.to_owned()));
            }
        }
        assert!(paths.len() >= 3, "at least a script and a style: {paths:?}");
        // The files that the script and the style load in turn: fonts and images by address,
        // workers by name.
        for path in paths.clone() {
            let text = Answer::to(app.at(&path)).await.text;
            let urls = text.split("url(").skip(1).filter_map(|rest| rest.split(')').next()).map(|url| url.trim_matches(['"', '\'']));
            paths.extend(urls.filter(|_| path.contains(".css")).filter(|url| !url.starts_with("data:")).map(ToOwned::to_owned));
            if path.contains(".js") {
                let workers = text.split('"').filter(|name| name.ends_with(".worker.js"));
                let before = paths.len();
                paths.extend(workers.map(|name| format!("/graphiql/assets/{}", name.rsplit('/').next().unwrap_or_default())));
                assert!(paths.len() > before, "the editor's workers are files on this server");
            }
        }
        for path in paths.iter().map(String::as_str).chain(["/graphiql"]) {
            assert!(path.starts_with("/graphiql"), "{path} is not on this server");
            let file = Answer::to(app.at(path)).await;
            let kind = match path.rsplit('.').next() {
                Some("js") => "text/javascript; charset=utf-8",
                Some("css") => "text/css; charset=utf-8",
                Some("ttf") => "font/ttf",
                Some("txt") => "text/plain; charset=utf-8",
                _ => "text/html; charset=utf-8",
            };
            assert_eq!((file.status, file.header("content-type")), (200, kind), "{path}");
            let policy = file.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'; script-src 'self';") && !policy.contains("http") && !policy.contains("unsafe-eval"), "{policy}");
            assert_eq!(file.header("cache-control"), "no-cache", "{path}");
            let again = Answer::to(app.at(path).header("if-none-match", file.header("etag"))).await;
            assert_eq!((again.status, again.text.as_str(), again.header("etag")), (304, "", file.header("etag")), "{path}");
            let other = Answer::to(app.at(path).header("if-none-match", "\"another\"")).await;
            assert_eq!((other.status, other.text.len()), (200, file.text.len()), "{path}");
        }
    }

    async fn an_etag_is_known_in_every_form_that_http_gives_it(app: TestApp) {
        let etag = Answer::to(app.at("/graphiql")).await.header("etag").to_owned();
        for known in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".to_owned()] {
            assert_eq!(Answer::to(app.at("/graphiql").header("if-none-match", &known)).await.status, 304, "{known}");
        }
    }

    async fn no_answer_may_be_taken_for_another_kind(app: TestApp) {
        for path in ["/graphql", "/graphql?query={__typename}", "/graphiql", "/graphiql/nothing", "/metrics", "/health/live", "/health/ready", "/", "/nothing"] {
            let answer = Answer::to(app.at(path)).await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
            assert!(!answer.header("content-type").is_empty(), "{path}");
        }
    }

    async fn what_is_not_there_is_404(app: TestApp) {
        for path in ["/nothing", "/graphql/", "/graphql/x", "/graphiql/nothing", "/graphiql/assets/", "/graphiql/assets/../index.html", "/graphiql/%2e%2e/Cargo.toml", "/health", "/.git/config"] {
            assert_eq!(Answer::to(app.at(path)).await.status, 404, "{path}");
        }
        let posted = Answer::to(app.http().post(format!("{}/graphiql", app.address()))).await;
        assert!(matches!(posted.status, 404 | 405), "{}", posted.status);
    }
}
