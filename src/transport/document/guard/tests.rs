use std::fmt::Write;

use super::*;
use crate::transport::document::types::Types;

const SDL: &str = "schema { query: Query } type Query { a(first: Int, x: [Int], filter: F): Query b: Int c: Int nodes: [Query] short: [Query!]! long: [Query] dear: Query } interface Q { a: Query b: Int } input F { x: Int y: Int }";

fn cost(text: &str) -> Result<u64, Refused> {
    scan(text)?;
    let document = async_graphql::parser::parse_query(text).expect("it parses");
    weigh(&document, &Variables::default(), &weights(), USUAL_MOST_COST)
}

fn weights() -> Weights {
    let listed = [
        ("Query", "long", Weight { cost: 1, rows: 200 }),
        ("Query", "dear", Weight { cost: 500, rows: 1 }),
    ];
    Weights::new(std::sync::Arc::new(Types::of(SDL)), listed)
}

fn too_much(text: &str) -> &'static str {
    match cost(text) {
        Err(Refused::TooComplex(error) | Refused::TooCostly(error, _)) => {
            assert!(error.cost > error.limit, "{error:?}");
            error.of
        }
        other => panic!("{other:?}: {}", &text[..text.len().min(60)]),
    }
}

#[test]
fn a_page_and_a_list_cost_their_rows() {
    assert_eq!(cost("{ a { b } }"), Ok(102));
    assert_eq!(cost("{ a(first: 10) { nodes { b c } } }"), Ok(131));
    assert_eq!(cost("{ a { nodes { b } } }"), Ok(151));
    assert_eq!(cost("{ short { b } }"), Ok(111));
    assert_eq!(cost("{ long { b } }"), Ok(301));
    assert_eq!(cost("query { ...F ...F } fragment F on Q { a b }"), Ok(406));
}

#[test]
fn each_condition_of_a_filter_costs_a_search() {
    assert_eq!(cost("{ a(first: 1, filter: { x: 1 }) { nodes { b } } }"), Ok(303));
    assert_eq!(cost("{ a(first: 1, filter: { x: 1, y: null }) { nodes { b } } }"), Ok(303));
    assert_eq!(cost("{ a(first: 1, filter: { x: 1, y: 2 }) { nodes { b } } }"), Ok(503));
    let document = "query ($f: F) { a(first: 1, filter: $f) { nodes { b } } }";
    let document = async_graphql::parser::parse_query(document).expect("it parses");
    let variables = Variables::from_json(serde_json::json!({ "f": { "x": 1, "y": 2 } }));
    assert_eq!(weigh(&document, &variables, &weights(), USUAL_MOST_COST), Ok(503));
}

#[test]
fn a_field_costs_its_weight_wherever_it_is_selected() {
    assert_eq!(cost("{ dear { b } }"), Ok(601));
    assert_eq!(cost("{ x: dear { b } y: dear { b } }"), Ok(1202));
    assert_eq!(cost("{ a { ...F } } fragment F on Query { ... { dear { b } } }"), Ok(604));
    assert_eq!(cost("{ a(first: 10) { nodes { dear { b } } } }"), Ok(5121));
    assert_eq!(
        too_much("{ a(first: 100) { nodes { a(first: 100) { nodes { dear { b } } } } } }"),
        "cost"
    );
}

#[test]
fn a_refusal_names_the_lists_that_cost_most() {
    for (text, lists) in [
        (
            "{ b a(first: 90) { nodes { c a(first: 80) { nodes { dear { b } } } } } }",
            "`a` (90 rows) > `a` (80 rows)",
        ),
        (
            "{ a { nodes { ...F b } } } fragment F on Query { long { long { b } } }",
            "`a` (25 rows) > `long` (200 rows) > `long` (200 rows)",
        ),
    ] {
        match cost(text) {
            Err(Refused::TooCostly(_, named)) => assert_eq!(named, lists, "{text}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_keeps_validation_busy_is_refused() {
    let mut doubling = "{ ...f0 } fragment f30 on Query { a } ".to_owned();
    let mut chain = "{ ...f0 } fragment f2500 on Query { a } ".to_owned();
    for n in 0..30 {
        let _ = write!(doubling, "fragment f{n} on Query {{ ...f{0} ...f{0} }} ", n + 1);
    }
    let mut short_chain = "{ ...f0 } fragment f100 on Query { a } ".to_owned();
    for n in 0..100 {
        let _ = write!(short_chain, "fragment f{n} on Query {{ ...f{0} }} ", n + 1);
    }
    for n in 0..2500 {
        let _ = write!(chain, "fragment f{n} on Query {{ ...f{0} }} ", n + 1);
    }
    let aliases =
        |count: usize| (0..count).fold(String::new(), |text, n| text + &format!("a{n}: b "));
    let cases = [
        (doubling, "cost"),
        (chain, "tokens"),
        (short_chain, "levels of nesting"),
        (format!("{{ a {{ {} }} }}", aliases(1000)), "aliases"),
        (format!("{{ {} }}", "a: b ".repeat(30_000)), "aliases"),
        (format!("{{ {} }}", "a ".repeat(30_000)), "tokens"),
        (format!("{{ b {} }}", "@a ".repeat(10_000)), "tokens"),
        (format!("{}{}", "{ a ".repeat(500), "}".repeat(500)), "levels of nesting"),
        (format!("{{ a(x: [{}]) }}", "1,".repeat(1_000_000)), "tokens"),
        (format!("{{ a(x: \"{}\") }}", "x".repeat(2_000_000)), "tokens"),
        (
            "{ a { nodes { a { nodes { a { nodes { a { nodes { a } } } } } } } } }".to_owned(),
            "cost",
        ),
        (
            format!("{}b{}", "{ short ".repeat(7), "}".repeat(7)).replace("short b", "short { b }"),
            "cost",
        ),
    ];
    for (text, of) in cases {
        assert_eq!(too_much(&text), of, "{}", &text[..60]);
    }
}

#[test]
fn colons_of_arguments_are_no_aliases() {
    let filters = "a(x: {y: [1]}, z: \"): a: b\") @include(if: $i) ".repeat(251);
    assert_eq!(scan(&format!("query($i: Boolean! = true, $j: [Int!]) {{ {filters} }}")), Ok(()));
    assert!(scan(&format!("{{ {} }}", "a: b(x: 1) ".repeat(251))).is_err());
}

#[test]
fn a_cycle_of_fragments_is_found_at_once() {
    let mut cycle = "{ ...f0 } ".to_owned();
    for n in 0..30 {
        let _ = write!(cycle, "fragment f{n} on Query {{ ...f{0} ...f{0} }} ", (n + 1) % 30);
    }
    assert!(matches!(cost(&cycle), Err(Refused::Cycle(..))));
}

#[test]
fn a_list_in_a_variable_counts() {
    let document = async_graphql::parser::parse_query("query($x: [Int]) { a(x: $x) { b } }")
        .expect("it parses");
    let variables = Variables::from_json(serde_json::json!({ "x": vec![1; 1000] }));
    assert_eq!(weigh(&document, &variables, &Weights::default(), USUAL_MOST_COST), Ok(1102));
}

#[test]
fn json_of_too_many_values_is_refused_before_it_is_parsed() {
    let list =
        format!(r#"{{"query": "{{ a }}", "variables": {{"x": [{}0]}}}}"#, "1,".repeat(1_000_000));
    assert!(scan_json(list.as_bytes()).is_err());
    let text = format!(
        r#"{{"query": "{}", "variables": {{"x": "\"{}"}}}}"#,
        "{ a }, ".repeat(100),
        "[,{".repeat(1_000_000)
    );
    assert_eq!(scan_json(text.as_bytes()), Ok(()));
}

#[test]
fn a_long_string_counts_by_its_length() {
    let text = "brackets { [ ( and \\\" quotes, ".repeat(20_000);
    assert_eq!(cost(&format!("{{ a(x: \"{text}\") }}")), Ok(101));
    assert_eq!(
        cost(&format!("{{ a(x: \"\"\"{} \\\"\"\" end\"\"\") }}", "{ [ ( \" ".repeat(40_000))),
        Ok(101)
    );
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}") {
        let _ = scan(&text);
        let _ = scan_json(text.as_bytes());
    }

    #[test]
    fn no_document_makes_it_panic(text in "(query|mutation|fragment [a-c] on Q|\\{|\\}|\\(|\\)|[a-c]|\\.\\.\\.[a-c]|@[a-c]|first: 9|\\$[a-c]|:|\\[|\\]|\"| ){0,60}") {
        if scan(&text).is_ok() && let Ok(document) = async_graphql::parser::parse_query(&text) {
            let _ = weigh(&document, &Variables::default(), &Weights::default(), USUAL_MOST_COST);
        }
    }
}
