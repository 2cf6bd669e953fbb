//! Editorial features: revisions, drafts, assignments, policy, rulings, repeats, agreement and
//! subscriptions. One section per test.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Documents, input};

const EDITORIAL: &str = include_str!("../../fixtures/contract/editorial.graphql");

const JUDGING: [&str; 5] =
    ["SaveVerdictDraft", "AssignClaim", "MyAssignments", "SetPolicy", "ReplaceRatingScale"];
const RULING: [&str; 3] = ["PublishRuling", "CorrectRuling", "PublishReadiness"];
const FINDING: [&str; 5] = ["SimilarClaims", "LinkClaim", "Search", "Agreement", "AuditLog"];
const FOLLOWING: [&str; 1] = ["Activity"];
const REVISING: [&str; 5] =
    ["ReviseArticle", "Revisions", "AnchorProposals", "Reanchor", "ReaffirmVerdict"];

#[test]
fn every_promised_document_is_in_a_section() {
    let sections = [&JUDGING[..], &RULING, &FINDING, &FOLLOWING, &REVISING].concat();
    assert_eq!(
        Documents::new(EDITORIAL).left,
        sections.into_iter().map(ToOwned::to_owned).collect::<BTreeSet<_>>()
    );
}

db_tests! {
    async fn the_promised_documents_on_revisions_run_as_written(app: TestApp) {
        let mut documents = Documents::section(EDITORIAL, &REVISING);
        let (editor, reviewer, reader) = (app.as_editor(), app.as_reviewer(), app.as_reader());
        let article = app.fixtures().an_article_of("Dam holds", "The dam holds, said the mayor. It is full. It was built in 1999.").await;
        let claim = app.fixtures().a_claim_on(&article, "The dam holds.", "The dam holds").await;
        let full = app.fixtures().a_claim_on(&article, "The dam is full.", "It is full").await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        let revision = json!({ "article": article, "title": "Dam holds for now", "body": "The dam held, said the mayor. It is full. It was built in 1999.", "note": "The agency corrected it.", "expectedVersion": 4 });
        let revised = documents.run(&editor, "ReviseArticle", input(revision)).await;
        assert_eq!((revised.number("/reviseArticle/article/revision/number"), revised.text("/reviseArticle/article/revision/note")), (2, "The agency corrected it.".into()));
        let mut anchors = revised.data("/reviseArticle/anchors").as_array().expect("anchors").clone();
        anchors.sort_by_key(|anchor| anchor["claim"]["stale"].as_bool());
        assert_eq!(anchors, [json!({ "claim": { "id": full, "stale": false }, "status": "EXACT" }), json!({ "claim": { "id": claim, "stale": true }, "status": "CHANGED" })]);

        let read = documents.run(&reader, "Revisions", json!({ "id": article })).await;
        assert_eq!(read.data("/article/revisions/nodes").as_array().expect("revisions").iter().map(|node| node["number"].as_i64()).collect::<Vec<_>>(), [Some(2), Some(1)]);
        assert_eq!(read.text("/article/atRevision/text"), "Dam holds\n\nThe dam holds, said the mayor. It is full. It was built in 1999.");
        assert_eq!(*read.data("/article/atRevision/claims/0/anchors"), json!([{ "start": 11, "end": 24, "exact": "The dam holds", "status": "EXACT" }]));
        let kinds: Vec<_> = read.data("/article/diff").as_array().expect("stretches").iter().map(|one| (one["kind"].as_str().unwrap_or_default(), one["text"].as_str().unwrap_or_default())).collect();
        assert!(kinds.contains(&("DELETE", "holds")) && kinds.contains(&("INSERT", "held")), "{kinds:?}");

        let offers = documents.run(&reader, "AnchorProposals", json!({ "id": claim })).await;
        assert_eq!((offers.data("/node/stale"), offers.data("/node/anchorProposals/0/exact")), (&json!(true), &json!("The dam")));
        let put = documents.run(&editor, "Reanchor", input(json!({ "claim": claim, "ranges": [{ "exact": "The dam held" }], "note": "It is what he says now." }))).await;
        assert_eq!((put.data("/reanchor/claim/stale"), put.data("/reanchor/claim/anchors/0/status")), (&json!(true), &json!("EXACT")));
        let stood_by = documents.run(&reviewer, "ReaffirmVerdict", input(json!({ "verdict": verdict, "note": "It did hold." }))).await;
        assert_eq!((stood_by.data("/reaffirmVerdict/verdict/stale"), stood_by.data("/reaffirmVerdict/claim/stale")), (&json!(false), &json!(false)));
        assert!(stood_by.data("/reaffirmVerdict/verdict/reaffirmedAt").is_string());
        documents.all_were_run();
    }

    async fn the_promised_drafts_assignments_policy_and_scales_run_as_written(app: TestApp) {
        let mut documents = Documents::section(EDITORIAL, &JUDGING);
        let (admin, editor, reviewer) = (app.as_admin(), app.as_editor(), app.as_reviewer());
        let claim = app.fixtures().a_claim().await;

        let draft = json!({ "claim": claim, "rating": "FALSE", "citations": [{ "url": "https://ledger.example.org/", "stance": "REFUTES" }], "expectedVersion": 1 });
        let saved = documents.run(&reviewer, "SaveVerdictDraft", input(draft)).await;
        assert_eq!(saved.text("/saveVerdictDraft/verdict/state"), "DRAFT");

        let asked = json!({ "claim": claim, "reviewers": [app.account("reviewer"), app.account("second")], "dueAt": "2044-08-09T12:00:00Z", "note": "Ask the port first." });
        let assigned = documents.run(&editor, "AssignClaim", input(asked)).await;
        let rows = assigned.data("/assignClaim/claim/assignments").as_array().expect("a list").clone();
        assert_eq!(rows.len(), 2);
        for (row, name) in rows.iter().zip(["reviewer", "second"]) {
            assert_eq!(row["reviewer"], json!({ "id": app.account(name), "displayName": name }));
            assert_eq!((&row["dueAt"], &row["note"]), (&json!("2044-08-09T12:00:00Z"), &json!("Ask the port first.")));
            assert!(row["assignedAt"].is_string());
        }
        let mine = documents.run(&reviewer, "MyAssignments", json!({ "slug": "desk", "first": 10 })).await;
        assert_eq!((mine.number("/newsroom/claims/totalCount"), mine.text("/newsroom/claims/nodes/0/id")), (1, claim.clone()));
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        let done = documents.again(&reviewer, "MyAssignments", json!({ "slug": "desk", "first": 10 })).await;
        assert_eq!(done.number("/newsroom/claims/totalCount"), 0);

        let policy = json!({ "newsroom": app.newsroom(), "verdictsRequired": 3, "blindReview": false, "secondReader": true, "publicReading": true });
        let set = documents.run(&admin, "SetPolicy", input(policy)).await;
        assert_eq!(*set.data("/setPolicy/newsroom/policy"), json!({ "verdictsRequired": 3, "blindReview": false, "secondReader": true, "publicReading": true }));

        let scale = json!({ "newsroom": app.newsroom(), "name": "Harbour", "ratings": [
            { "key": "HOLDS", "label": "Holds", "description": "It holds.", "rank": 1, "colour": "#1A7F37", "needsSource": true },
            { "key": "SINKS", "label": "Sinks", "description": "It does not.", "rank": 0, "colour": "#cf222e", "needsSource": true },
            { "key": "UNKNOWN", "label": "Unknown", "description": "Nobody knows.", "rank": null, "colour": "#57606a", "needsSource": false },
        ] });
        let replaced = documents.run(&admin, "ReplaceRatingScale", input(scale)).await;
        let new = replaced.data("/replaceRatingScale/ratingScale");
        assert_eq!((&new["number"], &new["name"]), (&json!(2), &json!("Harbour")));
        assert_eq!(new["ratings"], json!([
            { "key": "HOLDS", "label": "Holds", "rank": 1, "colour": "#1a7f37" },
            { "key": "SINKS", "label": "Sinks", "rank": 0, "colour": "#cf222e" },
            { "key": "UNKNOWN", "label": "Unknown", "rank": null, "colour": "#57606a" },
        ]));
        documents.all_were_run();
    }

    async fn the_promised_rulings_run_as_written(app: TestApp) {
        let mut documents = Documents::section(EDITORIAL, &RULING);
        let editor = app.as_editor();
        let claim = app.fixtures().a_claim().await;
        let early = documents.run(&editor, "PublishReadiness", json!({ "id": claim })).await;
        assert_eq!(*early.data("/node/readiness/ready"), false);
        assert!(early.data("/node/readiness/missing").as_array().expect("points").iter().any(|point| point["code"] == "TOO_FEW_VERDICTS" && point["field"] == "claim"));
        let mut verdicts = Vec::new();
        for (by, rating) in [("reviewer", "TRUE"), ("second", "FALSE")] {
            verdicts.push(json!({ "id": app.fixtures().a_verdict(by, &claim, rating).await, "rating": { "key": rating } }));
        }
        let ready = documents.again(&editor, "PublishReadiness", json!({ "id": claim })).await;
        assert_eq!(*ready.data("/node/readiness/ready"), true);

        let ruling = json!({ "claim": claim, "rating": "FALSE", "summary": "It was less.", "dissent": "One reviewer reads the ledger otherwise.", "expectedVersion": 3 });
        let published = documents.run(&editor, "PublishRuling", input(ruling)).await;
        let got = published.data("/publishRuling/ruling");
        assert_eq!(*published.data("/publishRuling/claim"), json!({ "id": claim, "state": "PUBLISHED" }));
        assert_eq!((&got["state"], &got["rating"], &got["summary"]), (&json!("PUBLISHED"), &json!({ "key": "FALSE", "label": "False" }), &json!("It was less.")));
        assert_eq!((&got["dissent"], &got["publishedBy"]), (&json!("One reviewer reads the ledger otherwise."), &json!({ "displayName": "editor" })));
        assert_eq!((&got["verdicts"], &got["corrections"]), (&json!(verdicts), &json!([])));

        let ruling = published.text("/publishRuling/ruling/id");
        let correct = |kind: &str, rating: Value, summary: Value| input(json!({ "ruling": ruling, "kind": kind, "reason": "Ask.", "rating": rating, "summary": summary }));
        let corrected = documents.run(&editor, "CorrectRuling", correct("CORRECTION", json!("MIXED"), json!("It was about as much."))).await;
        let got = corrected.data("/correctRuling/ruling");
        assert_eq!((&got["rating"]["key"], &got["summary"]), (&json!("MIXED"), &json!("It was about as much.")));
        let retracted = documents.again(&editor, "CorrectRuling", correct("RETRACTION", Value::Null, Value::Null)).await;
        let got = retracted.data("/correctRuling/ruling");
        assert_eq!((&got["state"], &got["rating"]["key"], &got["summary"]), (&json!("RETRACTED"), &json!("MIXED"), &json!("It was about as much.")));
        let told: Vec<_> = got["corrections"].as_array().expect("corrections").iter()
            .map(|one| json!([one["number"], one["kind"], one["reason"], one["previousRating"]["key"], one["previousSummary"]])).collect();
        assert_eq!(json!(told), json!([[1, "CORRECTION", "Ask.", "FALSE", "It was less."], [2, "RETRACTION", "Ask.", "MIXED", "It was about as much."]]));
        documents.all_were_run();
    }

    async fn the_promised_documents_on_search_repeats_agreement_and_the_log_run_as_written(app: TestApp) {
        let mut documents = Documents::section(EDITORIAL, &FINDING);
        let (admin, reviewer, reader) = (app.as_admin(), app.as_reviewer(), app.as_reader());
        let article = app.fixtures().an_article_of("Envoy summoned", "The ambassador, Yurii Pyvovarov, was summoned. Colonel Maïga spoke.").await;
        let first = app.fixtures().a_claim_on(&article, "Yurii Pyvovarov backed terrorism.", "Yurii Pyvovarov").await;
        let again = app.fixtures().a_claim_on(&article, "The ambassador backed terror.", "The ambassador").await;
        for (claim, ratings) in [(&first, ["TRUE", "TRUE"]), (&again, ["TRUE", "FALSE"])] {
            app.fixtures().a_verdict("reviewer", claim, ratings[0]).await;
            app.fixtures().a_verdict("second", claim, ratings[1]).await;
        }

        let similar = documents.run(&reader, "SimilarClaims", json!({ "slug": "desk", "text": "Pivovarov backed terrorism" })).await;
        assert_eq!(similar.text("/newsroom/similarClaims/edges/0/node/id"), first);
        assert_eq!(similar.text("/newsroom/similarClaims/edges/0/node/article/title"), "Envoy summoned");
        assert!(similar.data("/newsroom/similarClaims/edges/0/score").as_f64() > similar.data("/newsroom/similarClaims/edges/1/score").as_f64());
        assert_eq!(*similar.data("/newsroom/similarClaims/edges/0/node/ruling"), Value::Null);
        app.fixtures().a_ruling(&first, "TRUE").await;
        let ruled = documents.again(&reader, "SimilarClaims", json!({ "slug": "desk", "text": "Pivovarov backed terrorism" })).await;
        let node = ruled.data("/newsroom/similarClaims/edges/0/node");
        assert_eq!((&node["state"], &node["ruling"]), (&json!("PUBLISHED"), &json!({ "rating": { "key": "TRUE" } })));
        let linked = documents.run(&reviewer, "LinkClaim", input(json!({ "claim": again, "repeats": first }))).await;
        assert_eq!(*linked.data("/linkClaim/claim"), json!({ "id": again, "repeats": { "id": first, "statement": "Yurii Pyvovarov backed terrorism." } }));
        let found = documents.run(&reader, "Search", json!({ "slug": "desk", "text": "Pivovarov maiga", "first": 1 })).await;
        assert_eq!(*found.data("/newsroom/search/edges/0/node"), json!({ "__typename": "Article", "id": article, "title": "Envoy summoned" }));
        assert_eq!(found.data("/newsroom/search/edges/0/snippet/matches").as_array().map(Vec::len), Some(2));
        let next = json!({ "slug": "desk", "text": "Pivovarov maiga", "first": 1, "after": found.text("/newsroom/search/pageInfo/endCursor") });
        let next = documents.again(&reader, "Search", next).await;
        assert_eq!(*next.data("/newsroom/search/edges/0/node"), json!({ "__typename": "Claim", "id": first, "statement": "Yurii Pyvovarov backed terrorism." }));
        let agreement = documents.run(&reader, "Agreement", json!({ "slug": "desk", "since": null })).await;
        // Of TRUE TRUE and TRUE FALSE: 1 - 3 · 1 / (3 · 1).
        assert_eq!(*agreement.data("/newsroom/summary/agreement"), json!({
            "alphaNominal": 0.0, "alphaOrdinal": 0.0, "observedAgreement": 0.5, "unitCount": 2, "raterCount": 2, "undefinedReason": null }));
        let log = documents.run(&admin, "AuditLog", json!({ "slug": "desk", "first": 100 })).await;
        let nodes = log.data("/newsroom/auditLog/nodes").as_array().expect("events");
        let last = nodes.last().expect("an event");
        assert_eq!((&last["kind"], &last["actor"]["displayName"], &last["previousHash"]), (&json!("CLAIM_LINKED"), &json!("reviewer"), &nodes[nodes.len() - 2]["hash"]));
        documents.all_were_run();
    }

    async fn the_promised_subscription_runs_as_written(app: TestApp) {
        let follow = Documents::section(EDITORIAL, &FOLLOWING).text;
        let claim = app.fixtures().a_claim().await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        let mut socket = app.socket(Some("editor")).await;
        socket.subscribe("a", &follow, json!({ "newsroom": app.newsroom(), "article": null, "after": 0 })).await;
        let mut before = 0;
        let told = loop {
            let told = socket.next("a").await["data"]["activity"].clone();
            before += 1;
            assert!(told["number"].as_i64() >= Some(before) && told["at"].is_string(), "{told}");
            if told["kind"] == "VERDICT_SUBMITTED" {
                break told;
            }
        };
        assert_eq!(told["actor"], json!({ "id": app.account("reviewer"), "displayName": "reviewer" }));
        assert_eq!((&told["claim"]["id"], &told["claim"]["state"]), (&json!(claim), &json!("IN_REVIEW")));
        assert_eq!(told["verdict"], json!({ "id": verdict }));
        assert!(told["article"]["version"].is_i64() && told["claim"]["version"].is_i64(), "{told}");
    }
}
