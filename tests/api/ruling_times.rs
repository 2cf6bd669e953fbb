//! The time from mark to ruling, and the rulings behind it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::app::{Client, TestApp};

async fn times(client: &Client, filter: Value) -> Value {
    let document = "query($filter: RulingFilter) { newsroom(slug: \"desk\") { timeToRuling(filter: $filter) { \
        count mean lowerQuartile median upperQuartile } } }";
    let reply = client.send(document, json!({ "filter": filter })).await;
    reply.data("/newsroom/timeToRuling").clone()
}

/// The rulings that this filter finds, by their number of seconds.
async fn rulings(client: &Client, filter: Value) -> i64 {
    let document = "query($filter: RulingFilter) { publishedRulings(slug: \"desk\", filter: $filter) { totalCount } }";
    client.send(document, json!({ "filter": filter })).await.number("/publishedRulings/totalCount")
}

/// A ruling that is published this number of seconds after its claim was marked.
async fn a_ruling_after(app: &TestApp, seconds: i64) -> String {
    let claim = app.fixtures().a_ready_claim().await;
    app.wait(TimeDelta::seconds(seconds));
    app.fixtures().a_ruling(&claim, "FALSE").await
}

db_tests! {
    async fn it_is_counted_in_seconds_and_leads_to_the_rulings(app: TestApp) {
        app.stop_clock();
        let editor = app.as_editor();
        let nothing = json!({ "count": 0, "mean": null, "lowerQuartile": null, "median": null, "upperQuartile": null });
        assert_eq!(times(&editor, json!({})).await, nothing);
        let begin = app.world.now().to_text();
        a_ruling_after(&app, 100).await;
        let one = json!({ "count": 1, "mean": 100.0, "lowerQuartile": 100.0, "median": 100.0, "upperQuartile": 100.0 });
        assert_eq!(times(&editor, json!({})).await, one);

        let retracted = a_ruling_after(&app, 10).await;
        let middle = app.world.now().plus(TimeDelta::seconds(1)).to_text();
        app.wait(TimeDelta::seconds(2));
        for seconds in [90_000, 1000] {
            a_ruling_after(&app, seconds).await;
        }
        let input = json!({ "ruling": retracted, "kind": "RETRACTION", "reason": "It was wrong." });
        app.as_editor().call("correctRuling", input, "ruling { id }").await.ok();

        let all = json!({ "count": 4, "mean": 22_777.5, "lowerQuartile": 77.5, "median": 550.0, "upperQuartile": 23_250.0 });
        assert_eq!(times(&editor, json!({})).await, all);
        for (filter, count) in [
            (json!({ "publishedUntil": middle }), 2),
            (json!({ "publishedSince": middle }), 2),
            (json!({ "publishedSince": begin, "tookAtLeast": 100 }), 3),
            (json!({ "tookLessThan": 100 }), 1),
            (json!({ "tookAtLeast": 100, "tookLessThan": 90_000 }), 2),
            (json!({ "tookAtLeast": 90_001 }), 0),
            (json!({ "ratingKeys": ["TRUE"] }), 0),
        ] {
            assert_eq!(times(&editor, filter.clone()).await["count"], count, "{filter}");
            assert_eq!(rulings(&editor, filter.clone()).await, count, "{filter}");
        }
        let document = "query($filter: RulingFilter) { publishedRulings(slug: \"desk\", filter: $filter) { totalCount } }";
        for field in ["tookAtLeast", "tookLessThan"] {
            let reply = editor.send(document, json!({ "filter": { field: -1 } })).await;
            reply.refused(&format!("filter.{field}"), "OUT_OF_RANGE");
        }
    }

    async fn only_members_learn_how_long_rulings_took(app: TestApp) {
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        a_ruling_after(&app, 100).await;
        for who in ["reader", "reviewer", "editor", "admin"] {
            assert_eq!(times(&app.as_(who), json!({})).await["count"], 1, "{who}");
        }
        let figure = "{ newsroom(slug: \"desk\") { timeToRuling { count } } }";
        let list = "{ publishedRulings(slug: \"desk\", filter: { tookLessThan: 500 }) { totalCount } }";
        for (client, code) in [(app.as_stranger(), "UNAUTHENTICATED"), (app.as_rival(), "NOT_FOUND")] {
            assert_eq!(client.ask(figure).await.code(), code);
            assert_eq!(client.ask(list).await.code(), code);
            assert_eq!(rulings(&client, json!({})).await, 1);
        }
    }
}
