//! Tags and claimants: how they are compared and counted, and merges of claimants.

use serde_json::{Value, json};

use crate::app::{Client, TestApp};
use crate::record::assert_whole;

const LISTS: &str = r#"query($first: Int, $after: String) { newsroom(slug: "desk") {
    tags(first: $first, after: $after) { totalCount nodes { name claimCount } pageInfo { hasNextPage endCursor } }
    claimants(first: $first, after: $after) { totalCount nodes { name claimCount mergedNames } } } }"#;

async fn claim(app: &TestApp, statement: &str, claimant: &str, tags: &[&str]) -> String {
    let article = app.fixtures().an_article_of("Zzz", "Qqqq.").await;
    let input = json!({ "article": article, "statement": statement, "claimant": claimant, "tags": tags, "ranges": [{ "exact": "Qqqq" }] });
    app.as_reviewer().call("markClaim", input, "claim { id }").await.text("/markClaim/claim/id")
}

/// How many claims a filter finds.
async fn count(client: &Client, filter: Value) -> i64 {
    let document = r#"query($filter: ClaimFilter) { newsroom(slug: "desk") { claims(filter: $filter) { totalCount } } }"#;
    client.send(document, json!({ "filter": filter })).await.number("/newsroom/claims/totalCount")
}

async fn claimants(client: &Client) -> Value {
    client.send(LISTS, json!({})).await.data("/newsroom/claimants/nodes").clone()
}

async fn merge(client: &Client, app: &TestApp, names: &[&str], into: &str) -> crate::app::Reply {
    let input = json!({ "newsroom": app.newsroom(), "claimants": names, "into": into, "reason": "One ministry." });
    client.call("mergeClaimants", input, "claimant { name claimCount mergedNames }").await
}

db_tests! {
    async fn tags_and_claimants_are_counted_whatever_their_case_and_white_space(app: TestApp) {
        let reader = app.as_reader();
        claim(&app, "One.", "Maïga", &["Health", "health "]).await;
        claim(&app, "Two.", "MAI\u{308}GA", &["HEALTH", "Mali"]).await;
        claim(&app, "Three.", "Port  authority", &["health"]).await;
        let gone = claim(&app, "Four.", "Nobody", &["health", "gone"]).await;
        app.as_reviewer().call("withdrawClaim", json!({ "claim": gone, "reason": "R" }), "claim { id }").await.ok();

        let lists = reader.send(LISTS, json!({})).await;

        let tags = lists.data("/newsroom/tags/nodes").as_array().expect("tags").clone();
        assert_eq!((tags.len(), lists.number("/newsroom/tags/totalCount")), (2, 2));
        assert_eq!((tags[0]["claimCount"].as_i64(), tags[1].clone()), (Some(3), json!({ "name": "Mali", "claimCount": 1 })));
        let claimants = lists.data("/newsroom/claimants/nodes").as_array().expect("claimants").clone();
        assert_eq!((claimants.len(), claimants[0]["claimCount"].as_i64(), claimants[0]["mergedNames"].clone()), (2, Some(2), json!([])));
        for tag in ["health", " HEALTH", "Health"] {
            assert_eq!(count(&reader, json!({ "tag": tag })).await, 3, "{tag}");
        }
        for claimant in ["maïga", "MAÏGA ", "mai\u{308}ga"] {
            assert_eq!(count(&reader, json!({ "claimant": claimant })).await, 2, "{claimant}");
        }
        assert_eq!(count(&reader, json!({ "claimant": "port authority" })).await, 1);
        assert_eq!(count(&reader, json!({ "claimant": "maiga" })).await, 0, "diacritics tell names apart");
        let summary = reader.ask(r#"{ newsroom(slug: "desk") { summary(tag: "HEALTH") { claimCount } } }"#).await;
        assert_eq!(summary.number("/newsroom/summary/claimCount"), 3);
        // Pages hold every tag once.
        let first = reader.send(LISTS, json!({ "first": 1 })).await;
        assert_eq!(*first.data("/newsroom/tags/pageInfo/hasNextPage"), json!(true));
        let after = first.data("/newsroom/tags/pageInfo/endCursor");
        let second = reader.send(LISTS, json!({ "first": 1, "after": after })).await;
        assert_eq!(second.text("/newsroom/tags/nodes/0/name"), "Mali");
        assert_eq!(*second.data("/newsroom/tags/pageInfo/hasNextPage"), json!(false));
        reader.send(LISTS, json!({ "first": 101 })).await.refused("first", "OUT_OF_RANGE");
        // An edit moves a claim to its new labels.
        app.as_reviewer().call("editClaim", json!({ "claim": claim(&app, "Five.", "X", &["x"]).await, "claimant": "Y", "tags": ["y"] }), "claim { id }").await.ok();
        assert_eq!((count(&reader, json!({ "claimant": "x" })).await, count(&reader, json!({ "claimant": "y", "tag": "Y" })).await), (0, 1));
    }

    async fn editors_merge_claimants_and_take_them_apart_again(app: TestApp) {
        let (reader, editor) = (app.as_reader(), app.as_editor());
        for (statement, claimant) in [("One.", "Ministry"), ("Two.", "Health ministry"), ("Three.", "health Ministry"), ("Four.", "MoH")] {
            claim(&app, statement, claimant, &[]).await;
        }
        assert_eq!(merge(&app.as_stranger(), &app, &["MoH"], "Ministry").await.code(), "UNAUTHENTICATED");
        for (who, code) in [("reader", "FORBIDDEN"), ("reviewer", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(merge(&app.as_(who), &app, &["MoH"], "Ministry").await.code(), code, "{who}");
        }

        let merged = merge(&editor, &app, &["moh", "Ministry"], "Ministry of Health").await;

        let of_health = |count: i64, names: Value| json!({ "name": "Ministry of Health", "claimCount": count, "mergedNames": names });
        assert_eq!(*merged.data("/mergeClaimants/claimant"), of_health(2, json!(["Ministry", "moh"])));
        // A chain ends at its last name, and a new claim counts there, too.
        assert_eq!(*merge(&editor, &app, &["HEALTH MINISTRY"], "MoH").await.data("/mergeClaimants/claimant"), of_health(4, json!(["HEALTH MINISTRY", "Ministry", "moh"])));
        let fifth = claim(&app, "Five.", "MoH", &[]).await;
        assert_eq!(claimants(&reader).await, json!([of_health(5, json!(["HEALTH MINISTRY", "Ministry", "moh"]))]));
        for name in ["moh", "ministry", "health ministry", "ministry of health"] {
            assert_eq!(count(&reader, json!({ "claimant": name })).await, 5, "{name}");
        }
        let summary = reader.ask(r#"{ newsroom(slug: "desk") { summary(claimant: "MoH") { claimCount } } }"#).await;
        assert_eq!(summary.number("/newsroom/summary/claimCount"), 5);
        // Claims keep their own names.
        let own = reader.send("query($id: ID!) { claim(id: $id) { claimant version } }", json!({ "id": fifth })).await;
        assert_eq!((own.text("/claim/claimant"), own.number("/claim/version")), ("MoH".into(), 1));
        // Refusals.
        merge(&editor, &app, &["MOH"], "Mint").await.refused("claimants[0]", "ALREADY_MERGED");
        merge(&editor, &app, &["ministry of health"], "MoH").await.refused("claimants[0]", "ALREADY_MERGED");
        merge(&editor, &app, &[], "X").await.refused("claimants", "EMPTY");
        merge(&editor, &app, &["A", "a"], "X").await.refused("claimants[1]", "CONTRADICTION");
        merge(&editor, &app, &["A"; 51], "X").await.refused("claimants", "TOO_LARGE");
        merge(&editor, &app, &["A"], " ").await.refused("into", "EMPTY");
        assert_eq!(merge(&editor, &app, &["Unheard"], "X").await.code(), "NOT_FOUND");

        let undo = json!({ "newsroom": app.newsroom(), "claimants": ["MoH"], "reason": "Two of them." });
        assert_eq!(app.as_stranger().call("unmergeClaimants", undo.clone(), "claimants { name }").await.code(), "UNAUTHENTICATED");
        for (who, code) in [("reviewer", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(app.as_(who).call("unmergeClaimants", undo.clone(), "claimants { name }").await.code(), code, "{who}");
        }
        let apart = editor.call("unmergeClaimants", undo.clone(), "claimants { name claimCount }").await;
        assert_eq!(*apart.data("/unmergeClaimants/claimants"), json!([{ "name": "MoH", "claimCount": 2 }]));
        assert_eq!((count(&reader, json!({ "claimant": "moh" })).await, count(&reader, json!({ "claimant": "ministry" })).await), (2, 3));
        editor.call("unmergeClaimants", undo, "claimants { name }").await.refused("claimants[0]", "NOT_MERGED");
        let log = app.as_admin().ask(r#"{ newsroom(slug: "desk") { auditLog(last: 3) { nodes { kind detail } } } }"#).await;
        let kinds = log.data("/newsroom/auditLog/nodes").to_string();
        assert!(kinds.contains("CLAIMANTS_UNMERGED") && kinds.contains("Two of them."), "{kinds}");
        assert_whole(&app.db).await;
    }

    async fn blind_review_hides_no_claim_of_a_claimant(app: TestApp) {
        let claim = claim(&app, "One.", "Ministry", &["health"]).await;
        app.fixtures().a_verdict("third", &claim, "FALSE").await;

        for who in ["reader", "reviewer", "editor"] {
            let lists = app.as_(who).send(LISTS, json!({})).await;
            assert_eq!((lists.number("/newsroom/tags/nodes/0/claimCount"), lists.number("/newsroom/claimants/nodes/0/claimCount")), (1, 1), "{who}");
        }
        assert_eq!(app.as_rival().send(LISTS, json!({})).await.code(), "NOT_FOUND");
        assert_eq!(app.as_stranger().send(LISTS, json!({})).await.code(), "UNAUTHENTICATED");
    }

    async fn text_filters_find_all_words_in_any_order(app: TestApp) {
        let reader = app.as_reader();
        let claim = claim(&app, "Ukraine's envoy to Mali cost 84 000 francs.", "Ousmane N'Diaye", &[]).await;
        for text in ["mali ukraine", "UKRAINE malí", "diaye envoy", "n'diaye", "84,000", "ukr", ""] {
            assert_eq!(count(&reader, json!({ "text": text })).await, 1, "{text}");
        }
        for text in ["mali senegal", "84001", "ukraine%mali", "100%"] {
            let expected = i64::from(text == "ukraine%mali");
            assert_eq!(count(&reader, json!({ "text": text })).await, expected, "{text}");
        }
        let chinese = app.fixtures().an_article_of("马里与乌克兰断交", "Qqqq.").await;
        app.fixtures().an_article_of("Le Sénégal et le Mali", "Qqqq.").await;
        let titles = async |text: &str| {
            let document = r#"query($text: String) { newsroom(slug: "desk") { articles(filter: { text: $text }) { nodes { id } totalCount } } }"#;
            reader.send(document, json!({ "text": text })).await
        };
        assert_eq!(titles("mali senegal").await.number("/newsroom/articles/totalCount"), 1);
        assert_eq!(titles("断交 马里").await.text("/newsroom/articles/nodes/0/id"), chinese);
        assert_eq!(titles("克里").await.number("/newsroom/articles/totalCount"), 0);
        // A revision changes the headline, and a withdrawn claim is found where it is asked for.
        app.as_editor().call("reviseArticle", json!({ "article": chinese, "title": "Zzz", "body": "Qqqq." }), "article { id }").await.ok();
        assert_eq!(titles("马里").await.number("/newsroom/articles/totalCount"), 0);
        app.as_reviewer().call("withdrawClaim", json!({ "claim": claim, "reason": "R" }), "claim { id }").await.ok();
        assert_eq!(count(&reader, json!({ "text": "mali ukraine", "states": ["WITHDRAWN"] })).await, 1);
    }
}
