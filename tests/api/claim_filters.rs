//! Filters of claims that lead from a figure to the claims behind it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::app::Client;
use crate::fixtures::verdict_on;

/// The claims that this filter finds for the caller.
async fn found(client: &Client, filter: Value) -> Vec<String> {
    let document = "query($filter: ClaimFilter) { newsroom(slug: \"desk\") { claims(filter: $filter, order: OLDEST_FIRST) { totalCount nodes { statement } } } }";
    let reply = client.send(document, json!({ "filter": filter })).await;
    let nodes = reply.data("/newsroom/claims/nodes").as_array().expect("a list").clone();
    assert_eq!(
        reply.number("/newsroom/claims/totalCount"),
        i64::try_from(nodes.len()).expect("few"),
        "{filter}"
    );
    nodes.iter().map(|node| node["statement"].as_str().expect("words").to_owned()).collect()
}

db_tests! {
    async fn they_find_claims_by_article_time_and_verdicts(app: TestApp) {
        app.stop_clock();
        let (one, two) = (app.fixtures().an_article().await, app.fixtures().an_article().await);
        let first = app.fixtures().a_claim_on(&one, "First.", "12 million").await;
        let begin = app.world.now().to_text();
        app.wait(TimeDelta::hours(30));
        let noon = app.world.now().to_text();
        let second = app.fixtures().a_claim_on(&two, "Second.", "12 million").await;
        app.wait(TimeDelta::hours(30));
        let end = app.world.now().to_text();
        app.fixtures().a_claim_on(&two, "Third.", "12 million").await;
        app.fixtures().a_verdict("reviewer", &first, "TRUE").await;
        app.fixtures().a_verdict("second", &first, "FALSE").await;
        app.fixtures().a_verdict("reviewer", &second, "FALSE").await;
        // The reviewer reads the second's verdict, and changes the rating.
        app.fixtures().a_verdict("reviewer", &first, "MIXED").await;

        let scale = app.as_reader().ask("{ newsroom(slug: \"desk\") { ratingScale { id ratings { id key } } } }").await;
        let ratings = scale.data("/newsroom/ratingScale/ratings").as_array().expect("ratings").clone();
        let rating = |key: &str| ratings.iter().find(|one| one["key"] == key).expect("a rating")["id"].clone();
        let scale = scale.data("/newsroom/ratingScale/id").clone();
        let (first, second, third) = ("First.".to_owned(), "Second.".to_owned(), "Third.".to_owned());
        let all = vec![first.clone(), second.clone(), third.clone()];
        for (filter, editors, readers) in [
            (json!({ "article": two }), vec![second.clone(), third.clone()], vec![second.clone(), third.clone()]),
            (json!({ "article": two, "judged": true }), vec![second.clone()], vec![second.clone()]),
            (json!({ "markedSince": begin }), all.clone(), all.clone()),
            (json!({ "markedSince": noon }), vec![second.clone(), third.clone()], vec![second.clone(), third.clone()]),
            (json!({ "markedUntil": noon }), vec![first.clone()], vec![first.clone()]),
            (json!({ "markedSince": noon, "markedUntil": end }), vec![second.clone()], vec![second.clone()]),
            (json!({ "judged": true }), vec![first.clone(), second.clone()], vec![first.clone(), second.clone()]),
            (json!({ "judged": false }), vec![third.clone()], vec![third.clone()]),
            // Blind review hides the only verdict on the second claim from readers.
            (json!({ "ratings": [rating("FALSE")] }), vec![first.clone(), second.clone()], vec![first.clone()]),
            (json!({ "ratings": [rating("TRUE")] }), vec![], vec![]),
            (json!({ "ratings": [] }), vec![], vec![]),
            (json!({ "comparedUnder": scale }), vec![first.clone()], vec![first.clone()]),
            (json!({ "changedAfterReading": true }), vec![first.clone()], vec![first.clone()]),
            (json!({ "changedAfterReading": false, "judged": true }), vec![second.clone()], vec![second.clone()]),
        ] {
            assert_eq!(found(&app.as_editor(), filter.clone()).await, editors, "{filter}");
            assert_eq!(found(&app.as_reader(), filter.clone()).await, readers, "{filter}");
        }

        // After the scale is replaced, only ids tell its ratings from the new ones.
        app.fixtures().a_scale(&["TRUE", "MIXED", "FALSE"]).await;
        let newest = app.as_reader().ask("{ newsroom(slug: \"desk\") { ratingScale { id ratings { id key } } } }").await;
        let newest = newest.data("/newsroom/ratingScale/id");
        app.as_("third").call("submitVerdict", verdict_on(&app.fixtures().a_claim_on(&one, "New.", "12 million").await, "FALSE"), "claim { id }").await.ok();
        let editor = app.as_editor();
        assert_eq!(found(&editor, json!({ "ratingKeys": ["FALSE"] })).await.len(), 3);
        assert_eq!(found(&editor, json!({ "ratings": [rating("FALSE")] })).await.len(), 2);
        assert_eq!(found(&editor, json!({ "comparedUnder": newest })).await, Vec::<String>::new());
        for (filter, field, reason) in [
            (json!({ "ratings": ["x"] }), "filter.ratings[0]", "INVALID_ID"),
            (json!({ "ratings": vec![rating("FALSE"); 101] }), "filter.ratings", "TOO_LARGE"),
            (json!({ "comparedUnder": "x" }), "filter.comparedUnder", "INVALID_ID"),
            (json!({ "article": "x" }), "filter.article", "INVALID_ID"),
        ] {
            let document = "query($filter: ClaimFilter) { newsroom(slug: \"desk\") { claims(filter: $filter) { totalCount } } }";
            editor.send(document, json!({ "filter": filter })).await.refused(field, reason);
        }
    }
}
