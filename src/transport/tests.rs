//! Every input from the wire is read, or refused in the form that the specification gives.

use std::sync::Arc;

use actix_web::http::{Method, header};
use actix_web::test::TestRequest;
use async_graphql::parser::types::OperationType;
use futures_util::FutureExt;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::transport::document::guard::{USUAL_MOST_COST, Weights};
use crate::transport::document::request::Reader;
use crate::transport::document::uses::Subset;
use crate::transport::document::validation::InputChecks;
use crate::transport::wire::http::{Head, Incoming, read};
use crate::transport::wire::responses::Media;

const MOST_BATCH: usize = 3;
const DOCUMENTS: [&str; 12] = [
    "{ a }",
    "query A { a } mutation B { b } subscription C { c }",
    "mutation { b }",
    "subscription { c }",
    "query($x: [Int!]!) { a(first: $x) { b } }",
    "{ ...F } fragment F on Q { a ...F }",
    "{ a(x: \"\u{1F469}\u{200D}\u{1F467} \\u00e9\", y: \"\"\"b\"\"\") }",
    "{ a { a { a { a { a { a { a { a { a } } } } } } } } }",
    "{ a @include(if: $x) b: a c: a }",
    "{",
    "type T { a: Int }",
    "",
];

fn reader() -> Reader {
    Reader {
        documents: Arc::default(),
        parsed: Arc::default(),
        weights: Arc::new(Weights::default()),
        inputs: InputChecks::default(),
        most_cost: USUAL_MOST_COST,
        on_record: Arc::new(Subset::new(&[], &[])),
        types: Arc::default(),
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((".{0,4}", inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// An object that is, or nearly is, a request.
fn nearly_a_request() -> impl Strategy<Value = Value> {
    let document = prop_oneof![4 => prop::sample::select(&DOCUMENTS[..]).prop_map(Value::from), 1 => any_json()];
    let name = prop_oneof![
        Just(json!("A")),
        Just(json!("B")),
        Just(json!("C")),
        Just(Value::Null),
        any_json()
    ];
    let variables = prop_oneof![3 => Just(json!({ "x": [1, 2] })), 1 => any_json()];
    let extensions = prop_oneof![3 => Just(Value::Null), 1 => any_json(), 1 => any_json().prop_map(|hash| json!({ "persistedQuery": hash }))];
    let fields = (
        prop::option::weighted(0.95, document),
        prop::option::of(name),
        prop::option::of(variables),
        prop::option::of(extensions),
        prop::option::weighted(0.1, any_json()),
    );
    fields.prop_map(|(query, name, variables, extensions, id)| {
        let fields = [
            ("query", query),
            ("operationName", name),
            ("variables", variables),
            ("extensions", extensions),
            ("documentId", id),
        ];
        Value::Object(
            fields
                .into_iter()
                .filter_map(|(field, value)| Some((field.to_owned(), value?)))
                .collect::<Map<_, _>>(),
        )
    })
}

fn a_body() -> impl Strategy<Value = Vec<u8>> {
    let whole = prop_oneof![
        4 => nearly_a_request().prop_map(|value| value.to_string()),
        1 => prop::collection::vec(nearly_a_request(), 0..6).prop_map(|list| Value::from(list).to_string()),
        1 => any_json().prop_map(|value| value.to_string()),
    ];
    prop_oneof![
        6 => whole.clone().prop_map(String::into_bytes),
        // Cut short, or with a byte that is another.
        1 => (whole, any::<prop::sample::Index>(), any::<u8>(), any::<bool>()).prop_map(|(text, at, byte, cut)| {
            let mut bytes = text.into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if cut { bytes.truncate(at) }
            bytes
        }),
        1 => prop::collection::vec(any::<u8>(), 0..64),
    ]
}

fn an_accept() -> impl Strategy<Value = Option<String>> {
    const KNOWN: [&str; 6] = [
        "application/json",
        "application/graphql-response+json",
        "text/event-stream",
        "*/*",
        "text/html",
        "application/json;q=0",
    ];
    prop_oneof![
        Just(None),
        prop::collection::vec(prop::sample::select(&KNOWN[..]), 1..4)
            .prop_map(|list| Some(list.join(", "))),
        "[ -~]{0,30}".prop_map(Some),
    ]
}

/// Checks that a request is read or refused.
fn is_whole(request: TestRequest, body: &[u8], method: &Method) -> Result<(), TestCaseError> {
    let head = Head::of(&request.to_http_request());
    match head.and_then(|head| read(&head, body, &reader(), MOST_BATCH)) {
        Ok(Incoming { operations, batch, media }) => {
            prop_assert!(
                (1..=MOST_BATCH).contains(&operations.len()) && (batch || operations.len() == 1)
            );
            let mut costs = 0;
            for operation in operations.iter().flatten() {
                costs += operation.cost;
                prop_assert!(method == Method::POST || operation.kind != OperationType::Mutation);
                prop_assert!(
                    media == Media::EventStream || operation.kind != OperationType::Subscription
                );
            }
            prop_assert!(costs <= USUAL_MOST_COST);
            prop_assert!(
                operations
                    .iter()
                    .filter_map(|read| read.as_ref().err())
                    .all(|error| !error.message.is_empty() && error.path.is_empty())
            );
        }
        Err(refused) => {
            let refused = refused.response();
            let status = refused.status().as_u16();
            prop_assert!([400, 405, 406, 415].contains(&status), "{status}");
            prop_assert_eq!(status == 405, refused.headers().contains_key(header::ALLOW));
            let body = actix_web::body::to_bytes(refused.into_body())
                .now_or_never()
                .and_then(Result::ok)
                .unwrap_or_default();
            let body: Value = serde_json::from_slice(&body).unwrap_or_default();
            prop_assert!(
                body["errors"][0]["message"].is_string() && body.get("data").is_none(),
                "{body}"
            );
            prop_assert_eq!(&body["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
            prop_assert!(body["errors"][0]["extensions"]["field"].is_string(), "{body}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_is_posted_is_read_or_refused(
        body in a_body(),
        media in prop_oneof![6 => Just("application/json".to_owned()), 1 => Just("Application/JSON; charset=UTF-8".to_owned()), 1 => "[ -~]{0,20}"],
        accept in an_accept(),
    ) {
        let request = TestRequest::post().uri("/graphql").insert_header((header::CONTENT_TYPE, media));
        let request = accept.into_iter().fold(request, |request, accept| request.insert_header((header::ACCEPT, accept)));
        is_whole(request, &body, &Method::POST)?;
    }

    #[test]
    fn whatever_stands_in_an_address_is_read_or_refused(
        fields in prop::collection::vec((prop::sample::select(&["query", "variables", "operationName", "extensions", "documentId", "x"][..]), any_json()), 0..5),
        document in prop::sample::select(&DOCUMENTS[..]),
        raw in "[A-Za-z0-9=&%+._:,-]{0,20}",
        accept in an_accept(),
    ) {
        let mut address = url::form_urlencoded::Serializer::new(String::new());
        address.append_pair("query", document);
        for (field, value) in &fields {
            address.append_pair(field, value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned).as_str());
        }
        let uri: Result<actix_web::http::Uri, _> = format!("/graphql?{}&{raw}", address.finish()).parse();
        prop_assume!(uri.is_ok());
        let request = TestRequest::get().uri(&uri.map(|uri| uri.to_string()).unwrap_or_default());
        let request = accept.into_iter().fold(request, |request, accept| request.insert_header((header::ACCEPT, accept)));
        is_whole(request, b"", &Method::GET)?;
    }
}
