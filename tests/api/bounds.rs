//! Bounds: every text that a client can send has a limit, and directives are checked everywhere.
//!
//! The walk reads the schema, so that a new argument or input field without a bound fails it.

use std::collections::{BTreeMap, BTreeSet};

use claimspan::server::Settings;
use serde_json::{Value, json};

use crate::app::{TestApp, on_sqlite};

/// Input fields that take a longer text: the bodies of articles, of 1 MiB at most, and documents with
/// reviews.
const LONG: [(&str, &str); 5] = [
    ("ArticlePreviewInput", "body"),
    ("ImportArticleInput", "body"),
    ("ImportOutsideReviewsInput", "document"),
    ("ReviseArticleInput", "body"),
    ("RevisionPreviewInput", "body"),
];

/// The scalars whose values are sent as text.
const TEXTS: [&str; 4] = ["String", "ID", "DateTime", "Date"];

const KIND: &str =
    "kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// The types of the schema, by name.
struct Schema(BTreeMap<String, Value>);

impl Schema {
    async fn of(app: &TestApp) -> Self {
        let slot = format!("name type {{ {KIND} }} defaultValue");
        let document = format!(
            "{{ __schema {{ types {{ kind name interfaces {{ name }} enumValues {{ name }} inputFields {{ {slot} }}
               fields(includeDeprecated: true) {{ name type {{ {KIND} }} args {{ {slot} }} }} }} }} }}"
        );
        let reply = app.as_stranger().ask(&document).await;
        let types = reply.data("/__schema/types").as_array().expect("a list").iter();
        let types = types.filter(|kind| !name(kind).starts_with("__"));
        Self(types.map(|kind| (name(kind).to_owned(), kind.clone())).collect())
    }

    /// A value of this type that passes the checks, with no more than it needs.
    fn least(&self, kind: &Value) -> Value {
        match kind["kind"].as_str() {
            Some("NON_NULL") => self.least(&kind["ofType"]),
            Some("LIST") => json!([self.least(&kind["ofType"])]),
            _ => match name(kind) {
                "Int" => json!(1),
                "Float" => json!(1.5),
                "Boolean" => json!(true),
                "DateTime" => json!("2024-08-04T00:00:00Z"),
                "Date" => json!("2024-08-04"),
                "String" | "ID" => json!("x"),
                other if self.0[other]["kind"] == "ENUM" => {
                    self.0[other]["enumValues"][0]["name"].clone()
                }
                other => {
                    let fields = list(&self.0[other], "inputFields").iter();
                    let needed = fields.filter(|field| is_required(field));
                    let needed =
                        needed.map(|field| (name(field).to_owned(), self.least(&field["type"])));
                    Value::Object(needed.collect())
                }
            },
        }
    }

    /// Every way to put `text` into a value of this type: the value, and the field that an error should name.
    fn filled(&self, kind: &Value, path: &str, text: &str, depth: u32) -> Vec<(Value, String)> {
        match kind["kind"].as_str() {
            Some("NON_NULL") => self.filled(&kind["ofType"], path, text, depth),
            Some("LIST") => {
                let inner = self.filled(&kind["ofType"], &format!("{path}[0]"), text, depth);
                inner.into_iter().map(|(value, field)| (json!([value]), field)).collect()
            }
            Some("SCALAR") if TEXTS.contains(&name(kind)) => vec![(json!(text), path.to_owned())],
            Some("INPUT_OBJECT") if depth > 0 => {
                let of = name(kind);
                let mut all = Vec::new();
                for field in list(&self.0[of], "inputFields") {
                    if LONG.contains(&(of, name(field))) {
                        continue;
                    }
                    let below = format!("{path}.{}", name(field));
                    for (value, place) in self.filled(&field["type"], &below, text, depth - 1) {
                        let mut whole = self.least(kind);
                        whole[name(field)] = value;
                        all.push((whole, place));
                    }
                }
                all
            }
            _ => Vec::new(),
        }
    }
}

fn name(of: &Value) -> &str {
    of["name"].as_str().unwrap_or_default()
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map_or(&[], Vec::as_slice)
}

fn is_required(slot: &Value) -> bool {
    slot["type"]["kind"] == "NON_NULL" && slot["defaultValue"].is_null()
}

/// A type as a document writes it.
fn written(kind: &Value) -> String {
    match kind["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", written(&kind["ofType"])),
        Some("LIST") => format!("[{}]", written(&kind["ofType"])),
        _ => name(kind).to_owned(),
    }
}

fn leaf(kind: &Value) -> &Value {
    if kind["ofType"].is_null() { kind } else { leaf(&kind["ofType"]) }
}

/// A document that gives `$v` to an argument of a field.
fn document(schema: &Schema, on: &str, field: &Value, argument: &Value) -> Option<String> {
    let others = list(field, "args").iter().filter(|other| is_required(other));
    let others = others.filter(|other| name(other) != name(argument)).map(|other| {
        let value = schema.least(&other["type"]);
        format!(", {}: {value}", name(other))
    });
    let below = match leaf(&field["type"])["kind"].as_str() {
        Some("SCALAR" | "ENUM") => "",
        _ => " { __typename }",
    };
    let argument_name = name(argument);
    let call = format!("{}({argument_name}: $v{}){below}", name(field), others.collect::<String>());
    let kind = written(&argument["type"]);
    let is_node = list(&schema.0[on], "interfaces").iter().any(|one| name(one) == "Node");
    match on {
        "Query" => Some(format!("query($v: {kind}) {{ {call} }}")),
        "Mutation" => Some(format!("mutation($v: {kind}) {{ {call} }}")),
        "Subscription" => Some(format!("subscription($v: {kind}) {{ {call} }}")),
        "Work" => Some(format!("query($v: {kind}) {{ viewer {{ work {{ {call} }} }} }}")),
        "VerdictSummary" => {
            let path = "newsroom(slug: \"x\") { summary { CALL } }".replace("CALL", &call);
            Some(format!("query($v: {kind}) {{ {path} }}"))
        }
        _ if is_node => {
            Some(format!("query($v: {kind}) {{ node(id: \"x\") {{ ... on {on} {{ {call} }} }} }}"))
        }
        _ => None,
    }
}

#[test]
fn every_text_that_is_far_too_long_is_refused_with_its_field() {
    on_sqlite(async |app: TestApp| {
        let schema = Schema::of(&app).await;
        let (mut sent, mut wrong) = (BTreeSet::new(), Vec::new());
        for (on, kind) in &schema.0 {
            for field in list(kind, "fields") {
                for argument in list(field, "args") {
                    for length in [60_000, 1_000_000] {
                        let text = "x".repeat(length);
                        let values = schema.filled(&argument["type"], name(argument), &text, 3);
                        for (value, path) in values {
                            let what = format!("{on}.{}({path})", name(field));
                            let Some(document) = document(&schema, on, field, argument) else {
                                panic!("say here how {what} is reached");
                            };
                            let reply = app.as_admin().send(&document, json!({ "v": value })).await;
                            let field = path.strip_prefix("input.").unwrap_or(&path);
                            let found = (reply.code(), reply.field(), reply.reason());
                            if found != ("BAD_USER_INPUT", field, "TOO_LARGE") {
                                wrong.push(format!("{what}, {length}: {found:?}"));
                            }
                            sent.insert(what);
                        }
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(sent.len() > 150, "the whole schema was walked: {sent:?}");
        for known in [
            "Query.newsroom(slug)",
            "Newsroom.claims(filter.text)",
            "Article.claims(filter.ratingKeys[0])",
        ] {
            assert!(sent.contains(known), "{known} was not sent");
        }
    });
}

db_tests! {
    async fn a_filter_is_no_longer_than_what_it_is_compared_with(app: TestApp) {
        let newsroom = |kind: &str| format!("query($f: {kind}Filter) {{ newsroom(slug: \"desk\") {{ {}s(filter: $f) {{ totalCount }} }} }}", kind.to_lowercase());
        // Escaped, each of these takes two bytes of a pattern, of which SQLite takes 50,000.
        for length in [201, 25_000, 49_999] {
            for kind in ["Claim", "Article"] {
                let reply = app.as_reader().send(&newsroom(kind), json!({ "f": { "text": "%".repeat(length) } })).await;
                reply.refused("filter.text", "TOO_LARGE");
            }
        }
        for (kind, field, most) in [("Claim", "claimant", 200), ("Claim", "tag", 50), ("Article", "publisher", 200), ("Article", "language", 35)] {
            let of = |length: usize| json!({ "f": { field: "x".repeat(length) } });
            app.as_reader().send(&newsroom(kind), of(most)).await.ok();
            app.as_reader().send(&newsroom(kind), of(most + 1)).await.refused(&format!("filter.{field}"), "TOO_LARGE");
        }
        app.as_reader().send(&newsroom("Claim"), json!({ "f": { "ratingKeys": vec!["X"; 101] } })).await.refused("filter.ratingKeys", "TOO_LARGE");
        app.as_reader().send(&newsroom("Claim"), json!({ "f": { "ratingKeys": ["X".repeat(101)] } })).await.refused("filter.ratingKeys[0]", "TOO_LARGE");
        app.as_reader().send(&newsroom("Claim"), json!({ "f": { "text": "%".repeat(200), "ratingKeys": vec!["TRUE"; 100] } })).await.ok();
    }

    async fn a_directive_that_is_not_as_the_schema_has_it_is_refused(app: TestApp) {
        for document in [
            "{ __typename @nosuch }", "{ __typename @skip }", "{ viewer @include { id } }", "{ __typename @skip(if: true, x: 1) }",
            "{ __typename @skip(if: true, if: true) }", "{ __typename @skip(if: true) @skip(if: true) }", "query @skip(if: true) { __typename }",
            "query($x: ID @include(if: true)) { node(id: $x) { id } }", "{ ...F } fragment F on Query @skip(if: true) { __typename }",
            "{ __schema @nosuch { queryType { name } } }", "{ __schema { queryType { name @skip } } }", "{ __type(name: \"Query\") @include { name } }",
            "{ __typename @deprecated }", "{ __typename(x: 1) }", "{ viewer { __typename { x } } }", "mutation @nosuch { signOut { signedOut } }",
        ] {
            let reply = app.as_reader().ask(document).await;
            assert_eq!(reply.code(), "GRAPHQL_VALIDATION_FAILED", "{document}: {}", reply.body);
            assert!(reply.body.get("data").is_none_or(Value::is_null), "{document}: {}", reply.body);
        }
        app.as_reader().ask("{ __typename @skip(if: false) ... @include(if: true) { viewer { id } } }").await.ok();
    }

    async fn a_closed_schema_is_named_in_no_error(app: TestApp) {
        let closed = app.beside(Settings { introspection: false, ..Settings::default() }).await;
        for document in ["{ __schema { types { name } } }", "{ __type(name: \"Query\") { name } }", "{ viewer { id } ...F } fragment F on Query { x: __schema { queryType { name } } }"] {
            assert_eq!(app.as_reader().ask(document).await.code(), "OK");
            let reply = closed.as_reader().ask(document).await;
            assert_eq!((reply.code(), reply.message()), ("GRAPHQL_VALIDATION_FAILED", "Introspection is turned off on this server."), "{}", reply.body);
        }
        let cases = [
            ("{ viewr { id } }", json!({})), ("{ viewer { nothing } }", json!({})), ("{ viewer }", json!({})), ("{ newsroom { id } }", json!({})),
            ("{ newsroom(slg: 1) { id } }", json!({})), ("{ newsroom(slug: 1) { id } }", json!({})), ("{ viewer { id { x } } }", json!({})),
            ("query($v: Int!) { newsroom(slug: $v) { id } }", json!({ "v": 1 })), ("query($v: Nothing) { newsroom(slug: $v) { id } }", json!({})),
            ("{ viewer { ... on Claim { id } } }", json!({})), ("{ ... on Newsrom { id } }", json!({})), ("{ a: newsroom(slug: \"a\") { id } a: viewer { id } }", json!({})),
            ("query($f: ClaimFilter) { newsroom(slug: \"desk\") { claims(filter: $f) { totalCount } } }", json!({ "f": { "states": ["OPN"] } })),
            ("query($f: ClaimFilter) { newsroom(slug: \"desk\") { claims(filter: $f) { totalCount } } }", json!({ "f": { "stats": [] } })),
            ("query($f: ClaimFilter) { newsroom(slug: \"desk\") { claims(filter: $f) { totalCount } } }", json!({ "f": 1 })),
            ("mutation { submitVerdict(input: { rating: 1 }) { verdict { id } } }", json!({})), ("subscription { __typename }", json!({})),
        ];
        for (document, variables) in cases {
            let request = format!("{document} {variables}");
            let reply = closed.as_reader().send(document, variables).await;
            assert_ne!(reply.code(), "OK", "{document}");
            for name in ["Did you mean", "Query", "Account", "Newsroom", "String", "on type", "expected type", "slug", "viewer", "OPEN", "states", "ClaimFilter", "SubmitVerdictInput", "rationale", "Subscription"] {
                assert!(!reply.body.to_string().contains(name) || request.contains(name), "{document} tells {name}: {}", reply.body);
            }
        }
    }
}
