//! Rating scales: replaced as a whole. Existing verdicts and rulings keep their scale.

use serde_json::{Value, json};

use crate::app::{Client, Reply, TestApp};
use crate::fixtures::{ratings, ruling_on, verdict_on};
use crate::verdicts::with;

async fn replace(client: &Client, newsroom: &str, changes: Value) -> Reply {
    let input = with(
        json!({ "newsroom": newsroom, "name": "Weight", "ratings": ratings(&["HEAVY", "LIGHT"]) }),
        &changes,
    );
    client
        .call("replaceRatingScale", input, "ratingScale { id number name ratings { key label description rank colour needsSource } }")
        .await
}

const SUMMARY: &str = "query($id: ID!) { node(id: $id) { ... on Claim { state summary {
    disputed verdictCount ratingScales { number } verdictCounts { count rating { key } ratingScale { number } } } } } }";

/// The summary of a claim: state, disputed, the scales, and `key@scale: count`.
async fn sums(app: &TestApp, claim: &str) -> (String, Value, Value, Vec<String>) {
    let reply = app.as_editor().send(SUMMARY, json!({ "id": claim })).await;
    let summary = reply.data("/node/summary");
    let counts = summary["verdictCounts"].as_array().expect("counts").iter();
    let counts = counts.map(|row| {
        format!(
            "{}@{}: {}",
            row["rating"]["key"].as_str().unwrap_or_default(),
            row["ratingScale"]["number"],
            row["count"]
        )
    });
    let scales: Vec<_> = summary["ratingScales"]
        .as_array()
        .expect("scales")
        .iter()
        .map(|scale| scale["number"].clone())
        .collect();
    (reply.text("/node/state"), summary["disputed"].clone(), json!(scales), counts.collect())
}

db_tests! {
    async fn a_scale_is_replaced_as_a_whole_and_the_older_ones_stay_readable(app: TestApp) {
        let (admin, newsroom) = (app.as_admin(), app.newsroom());
        let odd = json!({ "name": " Weights ", "ratings": [
            { "key": "A", "label": "Ärger", "description": "Heavy.", "rank": 1000, "colour": "#ABCDEF", "needsSource": false },
            { "key": "B_2", "label": "b", "rank": 1000 },
        ] });
        let first = replace(&admin, &newsroom, odd).await;
        assert_eq!(with(first.data("/replaceRatingScale/ratingScale").clone(), &json!({ "id": 0 })), json!({ "id": 0, "number": 2, "name": "Weights", "ratings": [
            { "key": "A", "label": "Ärger", "description": "Heavy.", "rank": 1000, "colour": "#abcdef", "needsSource": false },
            { "key": "B_2", "label": "b", "description": "", "rank": 1000, "colour": "#57606a", "needsSource": true },
        ] }));
        replace(&admin, &newsroom, json!({ "ratings": ratings(&(0..20).map(|n| ["K".repeat(n + 1), "0".to_owned()].concat()).collect::<Vec<_>>().iter().map(String::as_str).collect::<Vec<_>>()) })).await.ok();
        let reply = app.as_reader().ask("{ newsroom(slug: \"desk\") { version ratingScale { number ratings { key } } ratingScales { totalCount nodes { number name } } } }").await;
        assert_eq!((reply.number("/newsroom/ratingScale/number"), reply.number("/newsroom/version")), (3, 9));
        assert_eq!(reply.data("/newsroom/ratingScale/ratings").as_array().map(Vec::len), Some(20));
        assert_eq!(*reply.data("/newsroom/ratingScales"), json!({ "totalCount": 3, "nodes": [
            { "number": 3, "name": "Weight" }, { "number": 2, "name": "Weights" }, { "number": 1, "name": "Truth" }] }));
        let page = app.as_reader().ask("{ newsroom(slug: \"desk\") { ratingScales(last: 1) { nodes { number } pageInfo { hasPreviousPage } } } }").await;
        assert_eq!(*page.data("/newsroom/ratingScales"), json!({ "nodes": [{ "number": 1 }], "pageInfo": { "hasPreviousPage": true } }));
        let theirs = app.as_rival().ask("{ newsroom(slug: \"rival\") { ratingScale { number } } }").await;
        assert_eq!(theirs.number("/newsroom/ratingScale/number"), 1, "another newsroom keeps its own scale");
    }

    async fn bad_scales_are_refused_by_field_and_reason(app: TestApp) {
        let (admin, newsroom) = (app.as_admin(), app.newsroom());
        let second = |changes: Value| json!({ "ratings": [{ "key": "FINE", "label": "Fine" }, with(json!({ "key": "OTHER", "label": "Other" }), &changes)] });
        let at = |field: &str| format!("ratings[1].{field}");
        let many: Vec<_> = (0..21).map(|n| json!({ "key": format!("K{n}"), "label": "k" })).collect();
        for (changes, field, reason) in [
            (json!({ "name": "" }), "name".to_owned(), "EMPTY"),
            (json!({ "name": "x".repeat(101) }), "name".to_owned(), "TOO_LARGE"),
            (json!({ "ratings": [] }), "ratings".to_owned(), "OUT_OF_RANGE"),
            (json!({ "ratings": [{ "key": "A", "label": "a" }] }), "ratings".to_owned(), "OUT_OF_RANGE"),
            (json!({ "ratings": many }), "ratings".to_owned(), "OUT_OF_RANGE"),
            (second(json!({ "key": "FINE" })), at("key"), "ALREADY_TAKEN"),
            (second(json!({ "key": "" })), at("key"), "INVALID_FORMAT"),
            (second(json!({ "key": "false" })), at("key"), "INVALID_FORMAT"),
            (second(json!({ "key": "1ST" })), at("key"), "INVALID_FORMAT"),
            (second(json!({ "key": "_A" })), at("key"), "INVALID_FORMAT"),
            (second(json!({ "key": "Ä" })), at("key"), "INVALID_FORMAT"),
            (second(json!({ "key": "A B" })), at("key"), "INVALID_FORMAT"),
            (second(json!({ "key": "K".repeat(41) })), at("key"), "INVALID_FORMAT"),
            (second(json!({ "label": " " })), at("label"), "EMPTY"),
            (second(json!({ "label": "x".repeat(101) })), at("label"), "TOO_LARGE"),
            (second(json!({ "description": "x".repeat(501) })), at("description"), "TOO_LARGE"),
            (second(json!({ "description": "two\nlines" })), at("description"), "CONTROL_CHARACTER"),
            (second(json!({ "rank": -1 })), at("rank"), "OUT_OF_RANGE"),
            (second(json!({ "rank": 1001 })), at("rank"), "OUT_OF_RANGE"),
            (second(json!({ "colour": "red" })), at("colour"), "INVALID_FORMAT"),
            (second(json!({ "colour": "#12345" })), at("colour"), "INVALID_FORMAT"),
            (second(json!({ "colour": "#12345g" })), at("colour"), "INVALID_FORMAT"),
            (second(json!({ "colour": "#1234567" })), at("colour"), "INVALID_FORMAT"),
            (json!({ "newsroom": "desk" }), "newsroom".to_owned(), "INVALID_ID"),
        ] {
            replace(&admin, &newsroom, changes).await.refused(&field, reason);
        }
        let version = app.as_reader().ask("{ newsroom(slug: \"desk\") { version } }").await.number("/newsroom/version");
        assert_eq!(replace(&admin, &newsroom, json!({ "expectedVersion": version + 1 })).await.code(), "CONFLICT");
        assert_eq!(app.as_reader().ask("{ newsroom(slug: \"desk\") { ratingScale { number } } }").await.number("/newsroom/ratingScale/number"), 1);
        for (who, code) in [("editor", "FORBIDDEN"), ("reader", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(replace(&app.as_(who), &newsroom, json!({})).await.code(), code, "{who}");
        }
        assert_eq!(replace(&app.as_stranger(), &newsroom, json!({})).await.code(), "UNAUTHENTICATED");
        replace(&admin, &newsroom, json!({ "expectedVersion": version })).await.ok();
    }

    async fn what_was_given_under_an_older_scale_keeps_it(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        let (_, ruling) = app.fixtures().a_published_claim().await;
        app.fixtures().a_draft("third", &claim).await;
        app.fixtures().a_scale(&["HOLDS", "FALSE", "SINKS"]).await;

        let document = "query($claim: ID!, $ruling: ID!) {
            claim: node(id: $claim) { ... on Claim { state verdicts { rating { key label rank } } myDraft { rating { key label } } } }
            ruling: node(id: $ruling) { ... on Ruling { state rating { key label rank } verdicts { rating { key label } } } } }";
        let reply = app.as_third().send(document, json!({ "claim": claim, "ruling": ruling })).await;
        assert_eq!(*reply.data("/claim/verdicts"), json!([{ "rating": { "key": "TRUE", "label": "True", "rank": 5 } }, { "rating": { "key": "FALSE", "label": "False", "rank": 1 } }]));
        assert_eq!(*reply.data("/claim/myDraft"), json!({ "rating": { "key": "MIXED", "label": "Mixed" } }));
        assert_eq!(reply.text("/claim/state"), "READY", "enough reviewers have judged it, in any scale");
        assert_eq!(*reply.data("/ruling/rating"), json!({ "key": "FALSE", "label": "False", "rank": 1 }));

        // New verdicts use only the new scale.
        let submit = async |rating: &str| app.as_third().call("submitVerdict", verdict_on(&claim, rating), "verdict { rating { key label } }").await;
        submit("MIXED").await.refused("rating", "UNKNOWN_RATING");
        assert_eq!(submit("FALSE").await.text("/submitVerdict/verdict/rating/label"), "false");
        app.as_editor().call("publishRuling", ruling_on(&claim, "MIXED"), "ruling { id }").await.refused("rating", "UNKNOWN_RATING");
    }

    async fn a_summary_over_a_change_of_scale_counts_apart_and_says_so(app: TestApp) {
        let fixtures = app.fixtures();
        let article = fixtures.an_article().await;
        let mut claims = Vec::new();
        for statement in ["Agreed.", "Disputed.", "Once.", "Later."] {
            claims.push(fixtures.a_claim_on(&article, statement, "12 million").await);
        }
        for (by, claim, rating) in [("reviewer", 0, "FALSE"), ("second", 0, "FALSE"), ("reviewer", 1, "TRUE"), ("second", 1, "FALSE"), ("reviewer", 2, "FALSE")] {
            fixtures.a_verdict(by, &claims[claim], rating).await;
        }
        fixtures.a_scale(&["HOLDS", "FALSE"]).await;
        for (by, claim, rating) in [("third", 0, "HOLDS"), ("third", 1, "FALSE"), ("second", 2, "FALSE"), ("reviewer", 3, "HOLDS"), ("second", 3, "FALSE")] {
            fixtures.a_verdict(by, &claims[claim], rating).await;
        }
        let ready = || "READY".to_owned();
        // FALSE and HOLDS differ, but belong to different scales, so there is no dispute.
        assert_eq!(sums(&app, &claims[0]).await, (ready(), json!(false), json!([1, 2]), vec!["FALSE@1: 2".into(), "HOLDS@2: 1".into()]));
        assert_eq!(sums(&app, &claims[1]).await, (ready(), json!(true), json!([1, 2]), vec!["TRUE@1: 1".into(), "FALSE@1: 1".into(), "FALSE@2: 1".into()]));
        assert_eq!(sums(&app, &claims[2]).await, (ready(), json!(false), json!([1, 2]), vec!["FALSE@1: 1".into(), "FALSE@2: 1".into()]));
        assert_eq!(sums(&app, &claims[3]).await, (ready(), json!(true), json!([2]), vec!["HOLDS@2: 1".into(), "FALSE@2: 1".into()]));

        let document = "query($id: ID!) { newsroom(slug: \"desk\") { summary { ...all } disputed: claims(filter: { disputed: true }, order: OLDEST_FIRST) { nodes { statement } } undisputed: claims(filter: { disputed: false }) { totalCount } }
            article(id: $id) { summary { ...all } } }
            fragment all on VerdictSummary { verdictCount disputedClaimCount ratingScales { number } verdictCounts { count rating { key } ratingScale { number } } }";
        let reply = app.as_reader().send(document, json!({ "id": article })).await;
        let all = reply.data("/newsroom/summary");
        assert_eq!((&all["verdictCount"], &all["disputedClaimCount"], &all["ratingScales"]), (&json!(10), &json!(2), &json!([{ "number": 1 }, { "number": 2 }])));
        assert_eq!(all["verdictCounts"].as_array().expect("counts").iter().map(|row| row["count"].as_i64().unwrap_or_default()).collect::<Vec<_>>(), [1, 4, 2, 3]);
        assert_eq!(reply.data("/article/summary"), all);
        assert_eq!(*reply.data("/newsroom/disputed/nodes"), json!([{ "statement": "Disputed." }, { "statement": "Later." }]));
        assert_eq!(reply.number("/newsroom/undisputed/totalCount"), 2);
    }

    async fn a_claim_judged_under_an_older_scale_can_be_ruled_on_and_says_so(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        app.fixtures().a_scale(&["HOLDS", "SINKS"]).await;
        app.fixtures().a_verdict("third", &claim, "HOLDS").await;
        let readiness = "query($id: ID!) { node(id: $id) { ... on Claim { readiness(rating: \"SINKS\", summary: \"It sinks.\") { ready missing { code severity } } } } }";
        let reply = app.as_editor().send(readiness, json!({ "id": claim })).await;
        assert_eq!(*reply.data("/node/readiness"), json!({ "ready": true, "missing": [
            { "code": "NOT_ARCHIVED", "severity": "WARNS" }, { "code": "OLDER_SCALE", "severity": "WARNS" },
            { "code": "DISPUTED", "severity": "WARNS" }, { "code": "NO_ARTICLE_URL", "severity": "WARNS" }] }));
        let published = app.as_editor().call("publishRuling", ruling_on(&claim, "SINKS"), "ruling { rating { key } verdicts { dissents rating { key } } }").await;
        assert_eq!(*published.data("/publishRuling/ruling/verdicts"), json!([
            { "dissents": null, "rating": { "key": "TRUE" } }, { "dissents": null, "rating": { "key": "FALSE" } }, { "dissents": true, "rating": { "key": "HOLDS" } }]));
    }

    async fn a_ruling_can_be_put_under_the_scale_of_now_by_a_key_that_both_have(app: TestApp) {
        let (_, ruling) = app.fixtures().a_published_claim().await;
        let number = "query($id: ID!) { node(id: $id) { ... on Ruling { rating { id key } } } }";
        app.fixtures().a_scale(&["TRUE", "FALSE"]).await;
        let before = app.as_editor().send(number, json!({ "id": ruling })).await;
        let input = json!({ "ruling": ruling, "kind": "UPDATE", "reason": "We judge by another scale now.", "rating": "FALSE" });
        app.as_editor().call("correctRuling", input, "ruling { id }").await.ok();
        let after = app.as_editor().send(number, json!({ "id": ruling })).await;
        assert_eq!((before.text("/node/rating/key"), after.text("/node/rating/key")), ("FALSE".into(), "FALSE".into()));
        assert_ne!(before.text("/node/rating/id"), after.text("/node/rating/id"));
    }
}
