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

    async fn a_retraction_in_a_feed_of_this_server_removes_the_review(app: TestApp) {
        let editor = app.as_editor();
        let url = "https://check.example/ferry";
        let feed = |item: Value| json!({ "@type": "DataFeed", "url": "https://check.example/claim-review.jsonld",
            "publisher": { "name": "Check Desk", "url": "https://desk.example" }, "dataFeedElement": [item] });
        let gone = feed(json!({ "@type": "DataFeedItem", "url": url, "dateDeleted": "2025-01-01T00:00:00Z" }));
        import(&app, &editor, &feed(json!({ "item": review(url, "Fares doubled.", "False") }))).await.ok();
        assert_eq!(counts(&import(&app, &editor, &gone).await), [0, 0, 0, 1]);

        for nothing in [json!(false), Value::Null, json!("")] {
            let item = json!({ "dateDeleted": nothing, "item": review(url, "Fares doubled.", "False") });
            assert_eq!(counts(&import(&app, &editor, &feed(item)).await)[3], 0, "{nothing}");
        }
        let mut page = review(url, "Fares doubled.", "False");
        page["reviewRating"].take();
        let done = import(&app, &editor, &page).await;
        assert_eq!(counts(&done), [0, 0, 0, 0]);
        let skipped = done.data("/importOutsideReviews/skipped").to_string();
        assert!(skipped.contains("no reviewRating") && skipped.contains("“False”"), "{skipped}");
        page["creativeWorkStatus"] = json!("Retracted");
        assert_eq!(counts(&import(&app, &editor, &page).await), [0, 0, 0, 1]);
        assert_eq!(similar(&app.as_reader(), "Fares doubled.").await, []);
    }

    async fn a_document_of_somebody_else_neither_changes_nor_removes_a_review(app: TestApp) {
        let editor = app.as_editor();
        let url = "https://check.example/ferry";
        let of = |author: Value, rating: &str| {
            let mut one = review(url, "Fares doubled.", rating);
            one["author"] = author;
            one
        };
        import(&app, &editor, &of(json!("Check Example"), "False")).await.ok();
        let other = json!({ "name": "Other", "url": "https://other.example" });
        let gone = json!({ "dateDeleted": "2025", "item": of(json!("Check Example"), "True") });
        for document in [
            of(other.clone(), "True"),
            json!({ "publisher": other, "dataFeedElement": [{ "item": of(json!("Check Example"), "True") }] }),
            json!({ "publisher": other, "dataFeedElement": [gone] }),
            json!({ "dataFeedElement": [{ "dateDeleted": "2025", "item": of(other.clone(), "True") }] }),
            json!({ "publisher": other, "dataFeedElement": [{ "dateDeleted": "2025", "url": url }] }),
        ] {
            let done = import(&app, &editor, &document).await;
            assert_eq!(counts(&done), [0, 0, 0, 0], "{document}");
            let skipped = done.data("/importOutsideReviews/skipped").to_string();
            assert!(skipped.contains("“Other”"), "{skipped}");
        }
        // The name may change on the publisher's own site.
        let renamed = of(json!({ "name": "Check", "url": "https://www.check.example" }), "True");
        assert_eq!(counts(&import(&app, &editor, &renamed).await), [0, 1, 0, 0]);
    }

    async fn the_audit_log_says_what_an_import_changed(app: TestApp) {
        let editor = app.as_editor();
        let url = "https://check.example/ferry";
        let first = import(&app, &editor, &review(url, "Fares doubled.", "False")).await;
        import(&app, &editor, &review(url, "Fares doubled.", "True")).await.ok();
        let many: Vec<_> = (0..150).map(|n| json!({ "item": review(&format!("https://check.example/{n}"), "Grain rots.", "True") }))
            .chain([json!({ "dateDeleted": "2025", "url": url })]).collect();
        import(&app, &editor, &json!({ "dataFeedElement": many })).await.ok();

        let log = app.as_admin().ask("{ newsroom(slug: \"desk\") { auditLog(last: 3) { nodes { kind detail } } } }").await;
        let details: Vec<_> = log.data("/newsroom/auditLog/nodes").as_array().expect("a list").iter().map(|node| {
            let detail = &node["detail"];
            detail.as_str().map_or_else(|| detail.clone(), |text| serde_json::from_str(text).expect("JSON"))
        }).collect();
        let id = first.text("/importOutsideReviews/reviews/0/id");
        assert_eq!(details[0]["changes"][0]["change"], "ADDED");
        assert_eq!(details[1]["changes"], json!([{ "change": "UPDATED", "review": id, "url": url, "before": { "rating": "False" }, "after": { "rating": "True" } }]));
        let [listed, unlisted] = [&details[2]["changes"], &details[2]["unlisted"]];
        assert_eq!((listed.as_array().expect("a list").len(), unlisted), (100, &json!(51)));
        let gone = &listed[0];
        assert_eq!(["change", "review", "url", "rating", "publisher", "statement"].map(|name| gone[name].clone()),
            ["REMOVED", &id, url, "True", "Check Example", "Fares doubled."].map(|text| json!(text)));
    }

    async fn all_addresses_of_a_page_are_one_review(app: TestApp) {
        let editor = app.as_editor();
        let added = async |url: &str| counts(&import(&app, &editor, &review(url, "Fares doubled.", "False")).await);
        assert_eq!(added("https://check.example/ferry?utm_source=a#x").await, [1, 0, 0, 0]);
        for url in ["https://check.example/ferry", "http://check.example/ferry#y", "https://www.check.example/ferry/", "https://check.example/ferry?utm_medium=b"] {
            assert_eq!(added(url).await, [0, 0, 1, 0], "{url}");
        }
        let read = app.as_reader().ask("{ newsroom(slug: \"desk\") { outsideReviews { nodes { url } } } }").await;
        assert_eq!(*read.data("/newsroom/outsideReviews/nodes"), json!([{ "url": "https://check.example/ferry" }]));
        let gone = json!({ "dataFeedElement": [{ "dateDeleted": "2025", "url": "http://www.check.example/ferry/#z" }] });
        assert_eq!(counts(&import(&app, &editor, &gone).await), [0, 0, 0, 1]);
    }

    async fn words_are_kept_and_controls_are_refused(app: TestApp) {
        let editor = app.as_editor();
        let words = "Income <b and &amp; c> fell; a<b";
        let mut strange = review("https://check.example/income", words, "False");
        strange["inLanguage"] = json!("not a lang <x>");
        let done = import(&app, &editor, &strange).await;
        assert_eq!(counts(&done), [1, 0, 0, 0]);
        let skipped = done.data("/importOutsideReviews/skipped").to_string();
        assert!(skipped.contains("not a lang <x>"), "{skipped}");
        let read = app.as_reader().ask("{ newsroom(slug: \"desk\") { outsideReviews { nodes { statement language } } } }").await;
        assert_eq!(*read.data("/newsroom/outsideReviews/nodes"), json!([{ "statement": "Income <b and & c> fell; a<b", "language": null }]));

        for member in ["claimReviewed", "author", "headline"] {
            let mut turned = review("https://check.example/turned", "Fares doubled.", "False");
            turned[member] = json!("Check \u{202e}elpmaxE");
            let done = import(&app, &editor, &turned).await;
            assert_eq!(counts(&done), [0, 0, 0, 0], "{member}");
            assert!(done.data("/importOutsideReviews/skipped/0").to_string().contains("U+202E"), "{member}");
        }
        for field in ["author", "publisher"] {
            let mut article = json!({ "newsroom": app.newsroom(), "title": "Ferries", "body": "Fares doubled." });
            article[field] = json!("A\u{202e}B");
            editor.call("importArticle", article, "article { id }").await.refused(field, "INVISIBLE_CHARACTER");
        }
    }

    async fn a_document_is_as_long_as_is_documented_and_no_bomb_is_built(app: TestApp) {
        let editor = app.as_editor();
        let many: Vec<_> = (0..1_000).map(|n| review(&format!("https://check.example/{n}"), "Fares doubled.", "False")).collect();
        let text = json!(many).to_string();
        assert!(text.len() > 150_000);
        assert_eq!(counts(&import(&app, &editor, &json!(text)).await), [1_000, 0, 0, 0]);

        let bold = (0..2_600).map(|n| format!("<b a{n}>")).collect::<Vec<_>>().concat();
        let bomb = format!("<p>{bold}{}<script type=application/ld+json>{{}}</script>", "<p>x".repeat(7_000));
        assert_eq!(import(&app, &editor, &json!(bomb)).await.reason(), "EMPTY");
        let inner = json!({ "@type": "ClaimReview", "url": "https://check.example/bomb", "author": "Check Example",
            "claimReviewed": format!("{bomb}&amp;"), "reviewRating": { "name": "False" } });
        assert_eq!(counts(&import(&app, &editor, &inner).await), [0, 0, 0, 0]);
        let article = json!({ "newsroom": app.newsroom(), "title": "Ferries", "format": "HTML", "body": bomb });
        editor.call("importArticle", article, "article { id }").await.refused("body", "TOO_LARGE");
    }

    async fn a_selection_below_all_reviews_is_refused_before_anything_is_stored(app: TestApp) {
        let input = json!({ "newsroom": app.newsroom(), "document": review("https://check.example/ferry", "Fares doubled.", "False").to_string() });
        let below = "reviews { newsroom { outsideReviews(first: 100) { nodes { id url } } } }";
        let refused = app.as_editor().call("importOutsideReviews", input.clone(), below).await;
        assert_eq!(refused.code(), "QUERY_TOO_COMPLEX");
        let read = app.as_reader().ask("{ newsroom(slug: \"desk\") { outsideReviews { totalCount } } }").await;
        assert_eq!(read.number("/newsroom/outsideReviews/totalCount"), 0);
        app.as_editor().call("importOutsideReviews", input, "reviews { id url publisher statement rating newsroom { id } }").await.ok();
    }
}
