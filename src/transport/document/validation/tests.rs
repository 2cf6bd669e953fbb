use async_graphql::parser::parse_query;
use serde_json::json;

use super::*;
use crate::transport::document::order::operation;

const SCHEMA: &str = "
    schema { query: Q }
    scalar Day
    enum E { ONE TWO }
    input Deep { id: ID! number: Int = 3 list: [E!]! = [] days: [Day!] deep: Deep body: String note: String }
    type Q { a(input: Deep!): A! b(first: Int, order: E! = ONE, flag: Boolean, all: [ID!], of: Float, day: Day): Q node: N }
    interface N { id: ID! }
    type A implements N { id: ID! c(size: Int!): Q text(like: String): String }
";

fn form(text: &str) -> Option<&'static str> {
    (text != "today").then_some("a day is today")
}

const FORMS: InputForms = InputForms {
    scalars: &[("Day", form)],
    longest_text: 10,
    longest_id: 5,
    long_texts: &[("Deep", "body")],
};

/// The first error: code, field and message. All are empty if there is none.
fn wrong(document: &str, variables: serde_json::Value) -> [String; 3] {
    wrong_in(document, variables, true)
}

fn wrong_in(document: &str, variables: serde_json::Value, is_open: bool) -> [String; 3] {
    let types = Arc::new(Types::of(SCHEMA));
    let document = parse_query(document).unwrap();
    let operation = operation(&document, None).unwrap();
    let checks = InputChecks::new(types, FORMS, is_open);
    let found = checks.check(&document, &operation.node, &Variables::from_json(variables));
    found.err().map_or_else(Default::default, |error| {
        let extensions = error.extensions.unwrap();
        let text = |key| {
            extensions
                .get(key)
                .map(|value| value.clone().into_json().unwrap().as_str().unwrap().to_owned())
        };
        [text("code").unwrap(), text("field").unwrap_or_default(), error.message]
    })
}

#[test]
fn valid_values_pass() {
    let cases = [
        (
            "query($i: Deep!) { a(input: $i) { id } }",
            json!({ "i": { "id": 7, "list": "ONE", "days": ["today"], "deep": { "id": "x", "number": null } } }),
        ),
        (
            "query($i: ID!, $n: Int! = 4) { a(input: { id: $i, number: $n, list: [ONE] }) { c(size: $n) { node { id } } } }",
            json!({ "i": "x" }),
        ),
        (
            "query($o: E) { b(order: $o, all: \"x\", of: 3) { node { ... on A { text(like: \"\") } } } }",
            json!({ "o": "TWO" }),
        ),
        ("query($n: Int) { b(first: $n, day: \"today\") { node { id } } }", json!({})),
        // Fields and arguments outside the schema are left to async-graphql.
        (
            "{ nothing(x: 1) { id } b(nothing: {}) { nothing } __type(name: 3) { name } b(first: $undefined) { node { id } } ...None }",
            json!({}),
        ),
        ("{ ...F } fragment F on Q { b { ...F } }", json!({})),
    ];
    for (document, variables) in cases {
        assert_eq!(wrong(document, variables), <[String; 3]>::default(), "{document}");
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table of cases")]
fn an_error_names_the_field() {
    let input = "query($i: Deep!) { ...F } fragment F on Q { a(input: $i) { id } }";
    let cases = [
        (
            input,
            json!({ "i": 3 }),
            "BAD_USER_INPUT",
            "input",
            "`input` must be of type Deep. You gave 3.",
        ),
        (
            input,
            json!({ "i": { "number": 1, "idd": 1 } }),
            "BAD_USER_INPUT",
            "idd",
            "Deep has no field `idd`. Its fields are id, number, list, days, deep, body, note.",
        ),
        (
            input,
            json!({ "i": { "deep": {}, "id": "x" } }),
            "BAD_USER_INPUT",
            "deep.id",
            "`deep.id` is required. Its type is ID!.",
        ),
        (
            input,
            json!({ "i": { "id": null } }),
            "BAD_USER_INPUT",
            "id",
            "`id` is null, but its type is ID!.",
        ),
        (
            input,
            json!({ "i": { "id": 1.5 } }),
            "BAD_USER_INPUT",
            "id",
            "`id` must be of type ID. You gave 1.5.",
        ),
        (
            input,
            json!({ "i": { "id": 1, "number": 3_000_000_000_u32 } }),
            "BAD_USER_INPUT",
            "number",
            "`number` must be of type Int. You gave 3000000000.",
        ),
        (
            input,
            json!({ "i": { "id": 1, "list": ["ONE", "one"] } }),
            "BAD_USER_INPUT",
            "list[1]",
            "`list[1]` must be one of ONE, TWO. You gave \"one\".",
        ),
        (
            input,
            json!({ "i": { "id": 1, "list": ["ONE", null] } }),
            "BAD_USER_INPUT",
            "list[1]",
            "`list[1]` is null, but its type is E!.",
        ),
        (
            input,
            json!({ "i": { "id": 1, "days": ["today", "later"] } }),
            "BAD_USER_INPUT",
            "days[1]",
            "`days[1]` is invalid: a day is today",
        ),
        (
            input,
            json!({ "i": { "id": 1, "days": [7] } }),
            "BAD_USER_INPUT",
            "days[0]",
            "`days[0]` must be of type Day. You gave 7.",
        ),
        (
            "{ a(input: { id: true }) { id } }",
            json!({}),
            "GRAPHQL_VALIDATION_FAILED",
            "id",
            "`id` must be of type ID. You gave true.",
        ),
        (
            "{ b(order: THREE) { node { id } } }",
            json!({}),
            "GRAPHQL_VALIDATION_FAILED",
            "order",
            "`order` must be one of ONE, TWO. You gave THREE.",
        ),
        (
            "{ b(day: \"never\") { node { id } } }",
            json!({}),
            "BAD_USER_INPUT",
            "day",
            "`day` is invalid: a day is today",
        ),
        (
            "query($i: ID) { a(input: { id: $i }) { id } }",
            json!({ "i": "x" }),
            "GRAPHQL_VALIDATION_FAILED",
            "",
            "Variable `$i` is of type ID, but `id` needs ID!.",
        ),
        (
            "query($i: [ID]) { b(all: $i) { node { id } } }",
            json!({}),
            "GRAPHQL_VALIDATION_FAILED",
            "",
            "Variable `$i` is of type [ID], but `all` needs [ID!].",
        ),
        (
            "query($i: Int!) { b(flag: $i) { node { id } } }",
            json!({ "i": 1 }),
            "GRAPHQL_VALIDATION_FAILED",
            "",
            "Variable `$i` is of type Int!, but `flag` needs Boolean.",
        ),
    ];
    for (document, variables, code, field, message) in cases {
        assert_eq!(
            wrong(document, variables.clone()),
            [code, field, message],
            "{document} with {variables}"
        );
    }
}

#[test]
fn a_closed_schema_is_not_named_in_errors() {
    let input = "query($i: Deep!) { a(input: $i) { id } }";
    let cases = [
        (input, json!({ "i": 3 })),
        (input, json!({ "i": { "id": "x", "idd": 1 } })),
        (input, json!({ "i": {} })),
        (input, json!({ "i": { "id": null } })),
        (input, json!({ "i": { "id": "x", "list": "THREE" } })),
        ("query($i: Int!) { b(flag: $i) { node { id } } }", json!({ "i": 1 })),
    ];
    for (document, variables) in cases {
        let [code, _, message] = wrong_in(document, variables, false);
        assert!(!code.is_empty(), "{document}");
        for name in ["Deep", "Boolean", "ID", "E!", "ONE", "number"] {
            assert!(!message.contains(name), "{message}");
        }
    }
    for document in [
        "{ __schema { types { name } } }",
        "{ ...F } fragment F on Q { b { x: __type(name: \"Q\") { name } } }",
    ] {
        let [code, _, message] = wrong_in(document, json!({}), false);
        assert_eq!(
            [code.as_str(), message.as_str()],
            ["GRAPHQL_VALIDATION_FAILED", "Introspection is turned off on this server."]
        );
        assert_eq!(wrong(document, json!({})), <[String; 3]>::default());
    }
}

#[test]
fn a_text_is_bounded_wherever_it_is_given() {
    let (text, long) = ("x".repeat(10), "é".repeat(11));
    let input = "query($i: Deep!) { a(input: $i) { id } }";
    for (variables, field) in [
        (json!({ "i": { "id": "x", "note": text, "body": long } }), ""),
        (json!({ "i": { "id": "x", "note": long } }), "note"),
        (
            json!({ "i": { "id": "x", "body": long, "deep": { "id": "x", "note": long } } }),
            "deep.note",
        ),
        (json!({ "i": { "id": "xxxxxx" } }), "id"),
        (json!({ "i": { "id": "x", "days": ["someday"] } }), "days[0]"),
    ] {
        assert_eq!(wrong(input, variables.clone())[1], field, "{variables}");
    }
    // A literal is bounded as well, and a variable that is used for a long text first.
    let literal = format!("{{ a(input: {{ id: 1 }}) {{ text(like: \"{long}\") }} }}");
    assert_eq!(wrong(&literal, json!({}))[..2], ["BAD_USER_INPUT", "like"]);
    let both = "query($i: String) { a(input: { id: 1, body: $i, note: $i }) { id } }";
    assert_eq!(wrong(both, json!({ "i": long }))[1], "note");
}

#[test]
fn directives_are_checked_everywhere() {
    let cases = [
        ("{ __typename @nosuch }", "`@nosuch` is not a known directive."),
        ("{ __typename @skip }", "`@skip` requires the argument `if`."),
        ("{ b @include { __typename } }", "`@include` requires the argument `if`."),
        (
            "{ b { __typename @skip(if: true, unless: false) } }",
            "`@skip` has no argument `unless`.",
        ),
        ("{ __typename @skip(if: true, if: true) }", "`@skip` has the argument `if` twice."),
        (
            "{ __typename @skip(if: true) @skip(if: true) }",
            "`@skip` may be used only once in the same place.",
        ),
        ("query @skip(if: true) { __typename }", "`@skip` is not allowed on a query."),
        (
            "query($x: Int @include(if: true)) { b(first: $x) { __typename } }",
            "`@include` is not allowed on a variable definition.",
        ),
        (
            "{ ...F } fragment F on Q @skip(if: true) { __typename }",
            "`@skip` is not allowed on a fragment definition.",
        ),
        ("{ ...F @nosuch } fragment F on Q { __typename }", "`@nosuch` is not a known directive."),
        ("{ ... @nosuch { __typename } }", "`@nosuch` is not a known directive."),
        ("{ __schema @nosuch { types { name } } }", "`@nosuch` is not a known directive."),
        ("{ __schema { types { name @skip } } }", "`@skip` requires the argument `if`."),
        ("{ __typename @deprecated }", "`@deprecated` is not a known directive."),
        ("{ __typename(x: 1) }", "`__typename` takes no arguments."),
        ("{ __typename { x } }", "`__typename` is a String and has no fields."),
    ];
    for (document, message) in cases {
        assert_eq!(
            wrong(document, json!({})),
            ["GRAPHQL_VALIDATION_FAILED", "", message],
            "{document}"
        );
    }
    // Directives of an operation that does not run count too.
    let both = parse_query("query A { __typename } query B { __typename @nosuch }").unwrap();
    let checks = InputChecks::new(Arc::new(Types::of(SCHEMA)), FORMS, true);
    let first = operation(&both, Some("A")).unwrap();
    assert!(checks.check(&both, &first.node, &Variables::default()).is_err());
    for document in [
        "{ __typename @skip(if: true) @include(if: false) }",
        "query($x: Boolean!) { ... @skip(if: $x) { __typename } }",
    ] {
        assert_eq!(wrong(document, json!({ "x": true })), <[String; 3]>::default());
    }
}
