//! Ratings that were changed after the verdicts of others were open to the reviewer.

use serde_json::{Value, json};

use crate::app::{Client, TestApp};
use crate::fixtures::{ruling_on, verdict_on};

const MARKS: &str = "query($id: ID!) { node(id: $id) { ... on Claim {
    verdicts { reviewer { displayName } changedAfterReading } summary { changedAfterReadingCount }
    article { summary { changedAfterReadingCount } } } } }";

/// The marks of the verdicts on a claim, by reviewer, as this client sees them.
async fn marks(client: &Client, claim: &str) -> Vec<(String, Value)> {
    let reply = client.send(MARKS, json!({ "id": claim })).await;
    let verdicts = reply.data("/node/verdicts").as_array().expect("verdicts").clone();
    let name =
        |verdict: &Value| verdict["reviewer"]["displayName"].as_str().expect("a name").to_owned();
    let mut marks: Vec<_> =
        verdicts.iter().map(|one| (name(one), one["changedAfterReading"].clone())).collect();
    marks.sort_by(|one, other| one.0.cmp(&other.0));
    marks
}

/// The mark of one reviewer's verdict, as the editor sees it.
async fn mark(app: &TestApp, claim: &str, reviewer: &str) -> Value {
    let all = marks(&app.as_editor(), claim).await;
    all.into_iter().find(|(name, _)| name == reviewer).expect("a verdict").1
}

async fn withdraw(app: &TestApp, by: &str, verdict: &str) {
    let input = json!({ "verdict": verdict, "reason": "R" });
    app.as_(by).call("withdrawVerdict", input, "claim { id }").await.ok();
}

db_tests! {
    async fn a_rating_that_changes_after_others_were_open_is_marked_for_good(app: TestApp) {
        app.fixtures().a_policy(json!({ "verdictsRequired": 3 })).await;
        let claim = app.fixtures().a_claim().await;
        // Alone: a change of mind, and nothing to read.
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        app.fixtures().a_verdict("reviewer", &claim, "MIXED").await;
        assert_eq!(mark(&app, &claim, "reviewer").await, false);
        app.fixtures().a_verdict("second", &claim, "FALSE").await;
        // A better rationale is no other rating.
        app.fixtures().a_verdict("reviewer", &claim, "MIXED").await;
        assert_eq!(mark(&app, &claim, "reviewer").await, false);

        app.fixtures().a_verdict("reviewer", &claim, "FALSE").await;
        assert_eq!((mark(&app, &claim, "reviewer").await, mark(&app, &claim, "second").await), (json!(true), json!(false)));
        app.fixtures().a_verdict("reviewer", &claim, "MIXED").await;
        assert_eq!(mark(&app, &claim, "reviewer").await, true);
        app.fixtures().a_verdict("reviewer", &claim, "MIXED").await;
        assert_eq!(mark(&app, &claim, "reviewer").await, true);
    }

    async fn only_editors_see_the_mark_and_summaries_count_it(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        app.fixtures().a_verdict("second", &claim, "FALSE").await;
        app.fixtures().a_verdict("reviewer", &claim, "FALSE").await;
        for (who, expected) in [("editor", json!(true)), ("admin", json!(true)), ("reviewer", Value::Null), ("second", Value::Null), ("reader", Value::Null)] {
            let seen = marks(&app.as_(who), &claim).await;
            let other = if expected.is_null() { Value::Null } else { json!(false) };
            assert_eq!(seen, [("reviewer".to_owned(), expected), ("second".to_owned(), other)], "{who}");
        }
        let reply = app.as_reader().send(MARKS, json!({ "id": claim })).await;
        assert_eq!((reply.number("/node/summary/changedAfterReadingCount"), reply.number("/node/article/summary/changedAfterReadingCount")), (1, 1));
        assert_eq!(app.as_rival().send(MARKS, json!({ "id": claim })).await.code(), "NOT_FOUND");
        // While blind review hides the verdicts, it hides the count.
        app.fixtures().a_policy(json!({ "verdictsRequired": 3 })).await;
        let reply = app.as_reader().send(MARKS, json!({ "id": claim })).await;
        assert_eq!((reply.number("/node/summary/changedAfterReadingCount"), reply.number("/node/article/summary/changedAfterReadingCount")), (0, 0));
    }

    async fn a_ruling_says_it_of_the_verdicts_that_it_rests_on(app: TestApp) {
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        let claim = app.fixtures().a_claim().await;
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        app.fixtures().a_verdict("second", &claim, "FALSE").await;
        app.fixtures().a_verdict("reviewer", &claim, "FALSE").await;
        let ruling = app.as_editor().call("publishRuling", ruling_on(&claim, "FALSE"), "ruling { id }").await.text("/publishRuling/ruling/id");

        let reply = app.as_stranger().send("query($id: ID!) { node(id: $id) { ... on Ruling { verdicts { changedAfterReading } signature { payload } } } }", json!({ "id": ruling })).await;

        let mut marks: Vec<_> = reply.data("/node/verdicts").as_array().expect("verdicts").iter().map(|verdict| verdict["changedAfterReading"].as_bool()).collect();
        marks.sort_unstable();
        assert_eq!(marks, [Some(false), Some(true)]);
        assert!(reply.text("/node/signature/payload").contains("\"changedAfterReading\":true"));
    }

    async fn what_counts_is_whether_they_were_open_not_when(app: TestApp) {
        app.fixtures().a_policy(json!({ "verdictsRequired": 3 })).await;
        app.stop_clock();
        let rows = [
            // The other withdrew before the first verdict: nothing was ever open.
            (&["+second", "-second", "+reviewer"][..], false),
            // Open for a moment, and withdrawn since.
            (&["+reviewer", "+second", "-second"], true),
            // One's own was withdrawn when the other came, so it stayed hidden.
            (&["+reviewer", "-reviewer", "+second"], false),
            // Two others are not enough under a policy of three; three are.
            (&["+reviewer", "-reviewer", "+second", "+third"], false),
            (&["+reviewer", "-reviewer", "+second", "+third", "+admin"], true),
            // The other was there first: it opened with the first verdict.
            (&["+second", "+reviewer"], true),
        ];
        for (steps, expected) in rows {
            let claim = app.fixtures().a_claim().await;
            let mut verdicts = std::collections::HashMap::new();
            for step in steps {
                let (what, who) = step.split_at(1);
                if what == "+" {
                    verdicts.insert(who, app.fixtures().a_verdict(who, &claim, "TRUE").await);
                } else {
                    withdraw(&app, who, &verdicts[who]).await;
                }
            }
            app.fixtures().a_verdict("reviewer", &claim, "FALSE").await;
            assert_eq!(mark(&app, &claim, "reviewer").await, expected, "{steps:?}");
        }
    }

    async fn without_blind_review_nothing_is_marked_and_an_editor_who_judges_reads_all(app: TestApp) {
        app.fixtures().a_policy(json!({ "verdictsRequired": 3 })).await;
        let claim = app.fixtures().a_claim().await;
        let own = app.fixtures().a_verdict("editor", &claim, "TRUE").await;
        withdraw(&app, "editor", &own).await;
        app.fixtures().a_verdict("second", &claim, "FALSE").await;
        app.fixtures().a_verdict("editor", &claim, "FALSE").await;
        assert_eq!(mark(&app, &claim, "editor").await, true);

        app.fixtures().a_policy(json!({ "blindReview": false })).await;
        let claim = app.fixtures().a_claim().await;
        for (by, rating) in [("reviewer", "TRUE"), ("second", "FALSE"), ("reviewer", "FALSE")] {
            app.as_(by).call("submitVerdict", verdict_on(&claim, rating), "verdict { id }").await.ok();
        }
        assert_eq!(mark(&app, &claim, "reviewer").await, false);
    }
}
