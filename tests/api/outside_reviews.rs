//! Fact-checks of other publishers: importing, finding and removing them.

use serde_json::{Value, json};

use crate::app::{Client, Reply, TestApp};
use crate::record::assert_whole;

fn review(url: &str, statement: &str, rating: &str) -> Value {
    json!({
        "@type": "ClaimReview", "url": url, "claimReviewed": statement, "author": { "name": "Check Example" },
        "reviewRating": { "alternateName": rating }, "datePublished": "2024-08-05",
    })
}

async fn import(app: &TestApp, client: &Client, document: &Value) -> Reply {
    let text = document.as_str().map_or_else(|| document.to_string(), ToOwned::to_owned);
    let input = json!({ "newsroom": app.newsroom(), "document": text });
    client
        .call(
            "importOutsideReviews",
            input,
            "added updated unchanged removed skipped reviews { id url rating version }",
        )
        .await
}

fn counts(reply: &Reply) -> [i64; 4] {
    ["added", "updated", "unchanged", "removed"]
        .map(|name| reply.number(&format!("/importOutsideReviews/{name}")))
}

async fn similar(client: &Client, text: &str) -> Vec<(String, f64)> {
    let document = "query($text: String!) { newsroom(slug: \"desk\") { similarClaims(text: $text) { nodes { id } outsideReviews { score node { statement } } } } }";
    let reply = client.send(document, json!({ "text": text })).await;
    let found =
        reply.data("/newsroom/similarClaims/outsideReviews").as_array().expect("a list").clone();
    let of = |one: &Value| {
        (
            one["node"]["statement"].as_str().expect("a text").to_owned(),
            one["score"].as_f64().expect("a number"),
        )
    };
    found.iter().map(of).collect()
}

async fn searched(client: &Client, text: &str) -> Value {
    let document = "query($text: String!) { newsroom(slug: \"desk\") { search(text: $text) { edges {
        snippet { text } node { __typename ... on OutsideReview { statement publisher rating } ... on Claim { statement } } } } } }";
    client.send(document, json!({ "text": text })).await.data("/newsroom/search/edges").clone()
}

db_tests! {
    async fn a_review_is_found_by_search_and_beside_similar_claims_as_its_publishers(app: TestApp) {
        let editor = app.as_editor();
        let doubled = "Ferry fares doubled in July.";
        let feed = json!({ "@type": "DataFeed", "dataFeedElement": [
            { "item": review("https://check.example/ferry", doubled, "Mostly false") },
            { "item": review("https://check.example/grain", "Grain is rotting at the port.", "Missing context") },
        ] });
        let done = import(&app, &editor, &feed).await;
        assert_eq!(counts(&done), [2, 0, 0, 0]);

        let reader = app.as_reader();
        assert_eq!(similar(&reader, doubled).await, [(doubled.to_owned(), 1.0)]);
        assert!(similar(&reader, "fares doubled").await[0].1 < 1.0);
        assert_eq!(similar(&reader, "Zebras dance").await, []);
        let found = searched(&reader, "ferry").await;
        assert_eq!(found[0], json!({ "snippet": { "text": doubled },
            "node": { "__typename": "OutsideReview", "statement": doubled, "publisher": "Check Example", "rating": "Mostly false" } }));
        assert_eq!(searched(&reader, "\"rotting at the port\"").await.as_array().expect("a list").len(), 1);
        assert_eq!(searched(&reader, "\"rotting the port\"").await, json!([]));

        // It is no claim of the newsroom, and counts for nothing.
        let figures = app.as_editor().ask("{ newsroom(slug: \"desk\") { claims { totalCount } rulings { totalCount } summary { claimCount verdictCount sourceCount } } }").await;
        assert_eq!(*figures.data("/newsroom"), json!({ "claims": { "totalCount": 0 }, "rulings": { "totalCount": 0 },
            "summary": { "claimCount": 0, "verdictCount": 0, "sourceCount": 0 } }));
        assert_whole(&app.db).await;
    }

    async fn a_claim_and_a_review_of_it_are_found_together(app: TestApp) {
        let editor = app.as_editor();
        let article = app.fixtures().an_article_of("Ferries", "The operator says that ferry fares doubled.").await;
        let claim = app.fixtures().a_claim_on(&article, "Ferry fares doubled.", "ferry fares doubled").await;
        import(&app, &editor, &review("https://check.example/ferry", "Ferry fares doubled.", "False")).await.ok();
        let kinds: Vec<_> = searched(&editor, "ferry fares").await.as_array().expect("a list").iter().map(|one| one["node"]["__typename"].clone()).collect();
        assert_eq!(kinds.len(), 3, "{kinds:?}");
        let document = "query($id: ID!) { claim(id: $id) { similar { nodes { id } outsideReviews(first: 1) { score node { rating } } } } }";
        let reply = editor.send(document, json!({ "id": claim })).await;
        assert_eq!(*reply.data("/claim/similar"), json!({ "nodes": [], "outsideReviews": [{ "score": 1.0, "node": { "rating": "False" } }] }));
    }

    async fn an_import_replaces_what_changed_and_removes_what_a_feed_deleted(app: TestApp) {
        let editor = app.as_editor();
        let (ferry, grain) = ("https://check.example/ferry", "https://check.example/grain");
        let first = import(&app, &editor, &json!([review(ferry, "Fares doubled.", "False"), review(grain, "Grain rots.", "True")])).await;
        let same = import(&app, &editor, &json!([review(ferry, "Fares doubled.", "False")])).await;
        assert_eq!(counts(&same), [0, 0, 1, 0]);
        let changed = import(&app, &editor, &json!([review(ferry, "Fares doubled.", "True")])).await;
        assert_eq!(counts(&changed), [0, 1, 0, 0]);
        let [before, after] = [&first, &changed].map(|reply| reply.data("/importOutsideReviews/reviews/0").clone());
        assert_eq!((&before["id"], before["version"].clone()), (&after["id"], json!(1)));
        assert_eq!((after["version"].clone(), after["rating"].clone()), (json!(2), json!("True")));

        let gone = json!({ "dataFeedElement": [{ "dateDeleted": "2025-01-01", "item": review(ferry, "Fares doubled.", "True") }] });
        assert_eq!(counts(&import(&app, &editor, &gone).await), [0, 0, 0, 1]);
        assert_eq!(counts(&import(&app, &editor, &gone).await), [0, 0, 0, 0]);
        let left = app.as_reader().ask("{ newsroom(slug: \"desk\") { outsideReviews { totalCount nodes { url } } } }").await;
        assert_eq!(*left.data("/newsroom/outsideReviews"), json!({ "totalCount": 1, "nodes": [{ "url": grain }] }));
        assert_eq!(similar(&app.as_reader(), "Fares doubled.").await, []);

        let id = first.text("/importOutsideReviews/reviews/1/id");
        editor.call("removeOutsideReview", json!({ "review": id, "reason": "A satire." }), "reviewId").await.ok();
        assert_eq!(similar(&app.as_reader(), "Grain rots.").await, []);
        let again = editor.call("removeOutsideReview", json!({ "review": id, "reason": "A satire." }), "reviewId").await;
        assert_eq!(again.code(), "NOT_FOUND");
        assert_whole(&app.db).await;
    }

    async fn the_same_document_imported_at_once_is_stored_once(app: TestApp) {
        let list = json!([review("https://check.example/ferry", "Fares doubled.", "False"), review("https://check.example/grain", "Grain rots.", "True")]);
        let editor = app.as_editor();
        let work = (0..8).map(|_| import(&app, &editor, &list));
        let added: i64 = futures_util::future::join_all(work).await.iter().map(|reply| counts(reply)[0]).sum();
        assert_eq!(added, 2);
    }

    async fn what_cannot_be_taken_is_named_and_the_rest_is_stored(app: TestApp) {
        let editor = app.as_editor();
        let mut bare = review("https://check.example/bare", "Fares doubled.", "False");
        bare["author"] = Value::Null;
        let list = json!([
            review("javascript:alert(1)", "Fares doubled.", "False"),
            review("https://check.example/long", &"long ".repeat(500), "False"),
            bare,
            review("https://check.example/good", "Grain rots.", "True"),
        ]);
        let done = import(&app, &editor, &list).await;
        assert_eq!(counts(&done), [1, 0, 0, 0]);
        let skipped = done.data("/importOutsideReviews/skipped").to_string();
        for words in ["javascript:alert(1)", "claimReviewed", "no author"] {
            assert!(skipped.contains(words), "{skipped}");
        }

        for (document, reason) in [("{", "INVALID_FORMAT"), ("<p>No script</p>", "EMPTY"), ("", "EMPTY"), ("[]", "EMPTY")] {
            let refused = import(&app, &editor, &json!(document)).await;
            assert_eq!((refused.code(), refused.field(), refused.reason()), ("BAD_USER_INPUT", "document", reason), "{document}");
        }
        let many: Vec<_> = (0..1001).map(|n| review(&format!("https://check.example/{n}"), "Grain rots.", "True")).collect();
        assert_eq!(import(&app, &editor, &json!(many)).await.reason(), "TOO_LARGE");
    }

    async fn another_newsroom_sees_and_finds_none_of_it(app: TestApp) {
        let done = import(&app, &app.as_editor(), &review("https://check.example/ferry", "Fares doubled.", "False")).await;
        let outsider = app.as_rival();
        assert_eq!(outsider.ask("{ newsroom(slug: \"desk\") { outsideReviews { totalCount } } }").await.code(), "NOT_FOUND");
        let id = done.text("/importOutsideReviews/reviews/0/id");
        let read = outsider.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
        assert_eq!(read.code(), "NOT_FOUND");
        assert_eq!(import(&app, &outsider, &review("https://check.example/ferry", "Fares doubled.", "True")).await.code(), "NOT_FOUND");
    }
}
