//! Work: the claims that wait for an account, and what became of its verdicts.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use crate::app::Client;
use crate::fixtures::verdict_on;

const PILES: &str = "query($newsroom: ID, $days: Int) { viewer { work(newsroom: $newsroom) {
    assigned { totalCount nodes { id } } dueSoon(days: $days) { nodes { id } } overdue { nodes { id } }
    stale { nodes { id } } drafts { nodes { id } } disputed { totalCount nodes { id } }
} } }";

async fn piles(client: &Client, variables: Value) -> Value {
    client.send(PILES, variables).await.data("/viewer/work").clone()
}

/// The ids in a list of work.
fn ids(work: &Value, pile: &str) -> Vec<String> {
    let nodes = work[pile]["nodes"].as_array().unwrap_or_else(|| panic!("{pile}: {work}"));
    nodes.iter().map(|node| node["id"].as_str().expect("an id").to_owned()).collect()
}

db_tests! {
    async fn each_list_has_the_claims_that_wait_for_its_owner(app: TestApp) {
        let assign = async |claim: &str, due: Option<TimeDelta>| {
            let due = due.map(|due| (Utc::now() + due).to_rfc3339());
            let input = json!({ "claim": claim, "reviewers": [app.account("reviewer")], "dueAt": due });
            app.as_editor().call("assignClaim", input, "claim { id }").await.ok();
        };
        let fixtures = app.fixtures();
        let (someday, soon, late, done) = (fixtures.a_claim().await, fixtures.a_claim().await, fixtures.a_claim().await, fixtures.a_claim().await);
        let at_once = Some(TimeDelta::seconds(4));
        for (claim, due) in [(&someday, None), (&soon, Some(TimeDelta::days(5))), (&late, at_once), (&done, at_once)] {
            assign(claim, due).await;
        }
        let overdue = Utc::now() + TimeDelta::seconds(5);
        let (stale, drafted, gone) = (fixtures.a_claim().await, fixtures.a_claim().await, fixtures.a_claim().await);
        assign(&gone, None).await;
        app.as_editor().call("withdrawClaim", json!({ "claim": gone, "reason": "A twin." }), "claim { id }").await.ok();
        for claim in [&done, &stale] {
            fixtures.a_verdict("reviewer", claim, "TRUE").await;
        }
        fixtures.a_change_under(&stale).await;
        fixtures.a_draft("reviewer", &drafted).await;
        fixtures.a_draft("second", &someday).await;
        fixtures.a_verdict("second", &done, "FALSE").await;

        // A date in the past is refused, so the test waits until this one has passed.
        while Utc::now() < overdue {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let own = piles(&app.as_reviewer(), json!({})).await;

        assert_eq!((ids(&own, "assigned"), &own["assigned"]["totalCount"]), (vec![someday, soon.clone(), late.clone()], &json!(3)));
        assert_eq!((ids(&own, "dueSoon"), ids(&own, "overdue")), (vec![], vec![late]));
        assert_eq!(ids(&piles(&app.as_reviewer(), json!({ "days": 6 })).await, "dueSoon"), [soon]);
        assert_eq!((ids(&own, "stale"), ids(&own, "drafts")), (vec![stale], vec![drafted]));
        assert_eq!(own["disputed"], Value::Null, "only editors settle disputes");
        let editors = piles(&app.as_editor(), json!({ "newsroom": app.newsroom() })).await;
        assert_eq!((ids(&editors, "disputed"), ids(&editors, "assigned")), (vec![done.clone()], vec![]));
        fixtures.a_ruling(&done, "FALSE").await;
        assert_eq!(piles(&app.as_editor(), json!({})).await["disputed"]["totalCount"], 0);
        let readers = piles(&app.as_reader(), json!({})).await;
        assert!(["assigned", "dueSoon", "overdue", "stale", "drafts"].iter().all(|pile| ids(&readers, pile).is_empty()), "{readers}");
    }

    async fn work_is_its_owners_alone_and_stays_in_its_newsroom(app: TestApp) {
        app.fixtures().a_draft("reviewer", &app.fixtures().a_claim().await).await;
        for name in ["admin", "editor", "reader"] {
            let document = "query($id: ID!) { node(id: $id) { ... on Account { work { drafts { totalCount } } verdicts { totalCount } mentions { totalCount } } } }";
            let reply = app.as_(name).send(document, json!({ "id": app.account("reviewer") })).await;
            assert_eq!(*reply.data("/node"), json!({ "work": null, "verdicts": null, "mentions": null }), "{name}");
        }
        let theirs = app.as_rival().send(PILES, json!({ "newsroom": app.newsroom() })).await;
        assert_eq!(theirs.code(), "NOT_FOUND");
        assert_eq!(ids(&piles(&app.as_rival(), json!({})).await, "drafts"), Vec::<String>::new());
        assert!(app.as_stranger().ask("{ viewer { work { drafts { totalCount } } } }").await.data("/viewer").is_null());
        for days in [0, -1, 91] {
            app.as_reviewer().send(PILES, json!({ "days": days })).await.refused("days", "OUT_OF_RANGE");
        }
        app.as_reviewer().send(PILES, json!({ "newsroom": "desk" })).await.refused("newsroom", "INVALID_ID");
    }

    async fn a_reviewer_sees_what_became_of_their_verdicts(app: TestApp) {
        let document = "query($newsroom: ID) { viewer { verdicts(newsroom: $newsroom) { totalCount nodes { claim { id } state outcome { dissents ruling { id state rating { key } } } } } } }";
        let (claim, ruling) = app.fixtures().a_published_claim().await;
        let (open, back) = (app.fixtures().a_claim().await, app.fixtures().a_claim().await);
        app.fixtures().a_verdict("reviewer", &open, "TRUE").await;
        let withdrawn = app.fixtures().a_verdict("reviewer", &back, "TRUE").await;
        app.as_reviewer().call("withdrawVerdict", json!({ "verdict": withdrawn, "reason": "I misread." }), "verdict { id }").await.ok();

        let own = app.as_reviewer().send(document, json!({ "newsroom": app.newsroom() })).await;

        let outcome = json!({ "dissents": true, "ruling": { "id": ruling, "state": "PUBLISHED", "rating": { "key": "FALSE" } } });
        assert_eq!(*own.data("/viewer/verdicts/nodes"), json!([
            { "claim": { "id": back }, "state": "WITHDRAWN", "outcome": null },
            { "claim": { "id": open }, "state": "SUBMITTED", "outcome": null },
            { "claim": { "id": claim }, "state": "SUBMITTED", "outcome": outcome },
        ]));
        let second = app.as_second().send(document, json!({})).await;
        assert_eq!(*second.data("/viewer/verdicts/nodes/0/outcome/dissents"), json!(false));
        // A later submission is not what the ruling rests on, but the verdict is the same.
        app.as_reviewer().call("submitVerdict", verdict_on(&claim, "FALSE"), "verdict { id }").await.ok();
        let later = app.as_reviewer().send(document, json!({})).await;
        assert_eq!(*later.data("/viewer/verdicts/nodes/2/outcome"), outcome);
        let retract = json!({ "ruling": ruling, "kind": "RETRACTION", "reason": "Another port's." });
        app.as_editor().call("correctRuling", retract, "ruling { id }").await.ok();
        assert_eq!(app.as_reviewer().send(document, json!({})).await.text("/viewer/verdicts/nodes/2/outcome/ruling/state"), "RETRACTED");
        let next = app.fixtures().a_ruling(&claim, "FALSE").await;
        let newest = app.as_reviewer().send(document, json!({})).await;
        assert_eq!((newest.text("/viewer/verdicts/nodes/2/outcome/ruling/id"), newest.data("/viewer/verdicts/nodes/2/outcome/dissents")), (next, &json!(false)));
        assert_eq!(app.as_rival().send(document, json!({ "newsroom": app.newsroom() })).await.code(), "NOT_FOUND");
    }
}
