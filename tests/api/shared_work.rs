//! Expensive work: done once in a query, in fair turns between accounts, and in pages.

use std::fmt::Write;

use serde_json::json;

use crate::fixtures::verdict_on;
use crate::verdicts::with;

/// This selection under `count` aliases.
fn aliases(count: usize, selection: &str) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        let _ = write!(text, " a{number}: {selection}");
        text
    })
}

db_tests! {
    async fn a_query_computes_the_same_only_once(app: TestApp) {
        let article = app.fixtures().an_article_of("A strike ends", "Dockers went back to work on Monday.").await;
        app.fixtures().a_claim_on(&article, "Dockers went back on Monday.", "went back to work on Monday").await;
        app.fixtures().a_revision_of(&article, "Dockers went back to work on Tuesday.").await;
        let diff = format!("article(id: \"{article}\") {{ diff(from: 1, to: 2) {{ kind }} }}");
        for selection in [
            "newsroom(slug: \"desk\") { summary { claimCount } }", "newsroom(slug: \"desk\") { summary(tag: \"x\") { claimCount agreement { unitCount } } }",
            "newsroom(slug: \"desk\") { search(text: \"dockers\") { edges { score snippet { text } } } }",
            "newsroom(slug: \"desk\") { similarClaims(text: \"dockers went back\") { nodes { id } } }", &diff,
        ] {
            // The root of each alias is read for itself.
            let root = format!("{} {{ id }}", selection.split(" {").next().expect("a root"));
            let cost = async |document: String| app.cost(&app.as_reader(), &document, json!({})).await;
            let (one, many) = (cost(format!("{{ {} }}", aliases(1, selection))).await, cost(format!("{{ {} }}", aliases(20, selection))).await);
            let (one_root, many_roots) = (cost(format!("{{ {} }}", aliases(1, &root))).await, cost(format!("{{ {} }}", aliases(20, &root))).await);
            assert_eq!(many - many_roots, one - one_root, "{selection}: {one} statements for one, {many} for twenty");
        }
    }

    async fn other_arguments_are_computed_for_themselves(app: TestApp) {
        app.fixtures().a_claim().await;
        let document = "{ newsroom(slug: \"desk\") { all: summary { claimCount } none: summary(claimant: \"nobody\") { claimCount } } }";
        let reply = app.as_reader().ask(document).await;
        assert_eq!((reply.number("/newsroom/all/claimCount"), reply.number("/newsroom/none/claimCount")), (1, 0));
    }

    async fn a_later_mutation_sees_what_an_earlier_one_wrote(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let marked = |exact: &str| format!("markClaim(input: {{ article: \"{article}\", statement: \"{exact}.\", ranges: [{{ exact: \"{exact}\" }}] }}) {{ claim {{ article {{ newsroom {{ summary {{ claimCount }} }} }} }} }}");
        let reply = app.as_editor().ask(&format!("mutation {{ a: {} b: {} }}", marked("12 million francs"), marked("Wages rise by 4 per cent"))).await;
        let count = |alias: &str| reply.number(&format!("/{alias}/claim/article/newsroom/summary/claimCount"));
        assert_eq!((count("a"), count("b")), (1, 2));
    }

    async fn the_submissions_of_a_verdict_come_in_pages(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let mut verdict = String::new();
        for number in 1..=30 {
            let input = with(verdict_on(&claim, "TRUE"), &json!({ "rationale": format!("Reason {number}.") }));
            verdict = app.as_reviewer().call("submitVerdict", input, "verdict { id }").await.text("/submitVerdict/verdict/id");
        }
        let read = async |arguments: &str| {
            let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on Verdict {{ history {{ number }} submissions({arguments}) {{ totalCount nodes {{ number rationale }} edges {{ cursor }} pageInfo {{ hasNextPage hasPreviousPage endCursor }} }} }} }} }}");
            app.as_reviewer().send(&document, json!({ "id": verdict })).await.ok()
        };
        let numbers = |reply: &crate::app::Reply, path: &str| -> Vec<i64> {
            reply.data(path).as_array().expect("a list").iter().map(|one| one["number"].as_i64().expect("a number")).collect()
        };
        let first = read("first: 20").await;
        assert_eq!(numbers(&first, "/node/history"), (6..=30).collect::<Vec<_>>(), "the newest, oldest first");
        assert_eq!(numbers(&first, "/node/submissions/nodes"), (1..=20).collect::<Vec<_>>());
        assert_eq!((first.number("/node/submissions/totalCount"), first.data("/node/submissions/pageInfo/hasNextPage")), (30, &json!(true)));
        let rest = read(&format!("first: 20, after: \"{}\"", first.text("/node/submissions/pageInfo/endCursor"))).await;
        assert_eq!(numbers(&rest, "/node/submissions/nodes"), (21..=30).collect::<Vec<_>>());
        assert_eq!((rest.data("/node/submissions/pageInfo/hasNextPage"), rest.data("/node/submissions/pageInfo/hasPreviousPage")), (&json!(false), &json!(true)));
        assert_eq!(numbers(&read("last: 2").await, "/node/submissions/nodes"), [29, 30]);
        // Under blind review, nobody reaches them through a verdict that is hidden.
        let hidden = app.as_third().send("query($id: ID!) { node(id: $id) { ... on Verdict { submissions { totalCount } } } }", json!({ "id": verdict })).await;
        assert_eq!(hidden.code(), "NOT_FOUND");
        assert_eq!(app.as_rival().send("query($id: ID!) { node(id: $id) { ... on Verdict { submissions { totalCount } } } }", json!({ "id": verdict })).await.code(), "NOT_FOUND");
    }
}
