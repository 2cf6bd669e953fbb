//! Putting an earlier text back: where the anchors go, and which verdicts stay fresh.

use serde_json::{Value, json};

use crate::app::{Reply, TestApp};
use crate::fixtures::{BODY, TITLE, verdict_on};
use crate::verdicts::with;

const CLAIM: &str = "query($id: ID!) { node(id: $id) { ... on Claim { stale state wordingVersion article { id }
    anchors { start end exact status revision { number } } verdicts { id stale readRevision } } } }";

const WRONG: &str = "Nothing of what was reported here has been confirmed by anybody.";

async fn read(app: &TestApp, claim: &str) -> Value {
    app.as_reader().send(CLAIM, json!({ "id": claim })).await.data("/node").clone()
}

async fn restore(app: &TestApp, article: &str, number: i32) -> Reply {
    let input = json!({ "article": article, "number": number, "note": "The wrong text." });
    let selection = "article { version revision { number sha256 } } anchors { status exact }";
    app.as_editor().call("restoreRevision", input, selection).await
}

fn stale(claim: &Value) -> (bool, Vec<bool>) {
    let verdicts = claim["verdicts"].as_array().expect("a list");
    let of = |value: &Value| value["stale"].as_bool().expect("a flag");
    (of(claim), verdicts.iter().map(of).collect())
}

/// A READY claim, its article, and where it is.
async fn judged(app: &TestApp) -> (String, String, Value) {
    let claim = app.fixtures().a_ready_claim().await;
    let at = read(app, &claim).await;
    let article = at["article"]["id"].as_str().expect("an id").to_owned();
    (claim, article, at["anchors"].clone())
}

/// Whether the anchors are where they were: all but the revision.
fn assert_back(now: &Value, then: &Value) {
    for key in ["start", "end", "exact", "status"] {
        assert_eq!(now[0][key], then[0][key], "{key}");
    }
}

db_tests! {
    async fn a_text_that_is_put_back_puts_the_anchors_back_and_leaves_no_verdict_stale(app: TestApp) {
        for by_number in [true, false] {
            let (claim, article, before) = judged(&app).await;
            app.fixtures().a_revision_of(&article, WRONG).await;
            let wrong = read(&app, &claim).await;
            assert_eq!((stale(&wrong), &wrong["anchors"][0]["status"]), ((true, vec![true, true]), &json!("ORPHANED")));

            if by_number {
                let reply = restore(&app, &article, 1).await.ok();
                assert_eq!(reply.number("/restoreRevision/article/revision/number"), 3);
                assert_eq!(*reply.data("/restoreRevision/anchors"), json!([{ "status": "EXACT", "exact": before[0]["exact"] }]));
            } else {
                app.fixtures().a_revision_of(&article, BODY).await;
            }

            let after = read(&app, &claim).await;
            assert_back(&after["anchors"], &before);
            assert_eq!(stale(&after), (false, vec![false, false]));
            assert_eq!((&after["state"], &after["wordingVersion"], &after["verdicts"][0]["readRevision"]), (&json!("READY"), &json!(3), &json!(1)));
            // A ruling may be published at once.
            app.fixtures().a_ruling(&claim, "FALSE").await;
            let log = crate::events::logs(&app.db).await.remove(&app.newsroom()).expect("a log");
            let event = log.iter().rev().find(|event| event.kind == claimspan::domain::event::Kind::ArticleRevised).expect("a revision");
            let detail: Value = serde_json::from_str(&event.detail).expect("JSON");
            assert_eq!((&detail["restores"], &detail["wordings"][&claim]), (&json!(1), &json!(3)));
            let ids: Vec<_> = after["verdicts"].as_array().expect("two").iter().map(|row| row["id"].clone()).collect();
            assert_eq!(detail["putBack"][&claim], json!({ "revision": 1, "freshVerdicts": ids, "stale": false }));
            crate::together::assert_sound(&app).await;
        }
    }

    async fn a_verdict_that_was_stale_then_is_stale_again(app: TestApp) {
        let (claim, article, _) = judged(&app).await;
        app.fixtures().a_change_under(&claim).await;
        app.fixtures().a_revision_of(&article, WRONG).await;
        restore(&app, &article, 2).await.ok();
        let now = read(&app, &claim).await;
        assert_eq!((stale(&now), &now["anchors"][0]["status"]), ((true, vec![true, true]), &json!("REWORDED")));
        crate::together::assert_sound(&app).await;
        // Their own words are further back.
        restore(&app, &article, 1).await.ok();
        assert_eq!(stale(&read(&app, &claim).await), (false, vec![false, false]));
        crate::together::assert_sound(&app).await;
    }

    async fn who_judged_in_between_has_read_other_words(app: TestApp) {
        let (claim, article, before) = judged(&app).await;
        app.fixtures().a_change_under(&claim).await;
        let wording = read(&app, &claim).await["wordingVersion"].clone();
        let again = with(verdict_on(&claim, "MIXED"), &json!({ "expectedWordingVersion": wording }));
        app.as_reviewer().call("submitVerdict", again, "verdict { id }").await.ok();
        restore(&app, &article, 1).await.ok();
        let after = read(&app, &claim).await;
        assert_back(&after["anchors"], &before);
        assert_eq!(stale(&after), (true, vec![true, true]));
        crate::together::assert_sound(&app).await;
    }

    async fn a_claim_that_was_re_anchored_in_between_is_read_again(app: TestApp) {
        let (claim, article, before) = judged(&app).await;
        app.fixtures().a_revision_of(&article, WRONG).await;
        app.as_editor().call("reanchor", json!({ "claim": claim, "ranges": [{ "exact": "Nothing" }] }), "claim { id }").await.ok();
        restore(&app, &article, 1).await.ok();
        let after = read(&app, &claim).await;
        assert_back(&after["anchors"], &before);
        assert_eq!(stale(&after), (true, vec![true, true]));
        crate::together::assert_sound(&app).await;
    }

    async fn a_claim_that_was_marked_in_between_is_carried_as_usual(app: TestApp) {
        let (claim, article, before) = judged(&app).await;
        app.fixtures().a_revision_of(&article, &format!("{BODY}And the trams run again.")).await;
        let later = app.fixtures().a_claim_on(&article, "The trams run.", "the trams run again").await;
        let other = app.fixtures().a_claim_on(&article, "It ends.", "nine days").await;
        restore(&app, &article, 1).await.ok();
        let status = |claim: Value| claim["anchors"][0]["status"].clone();
        assert_eq!((status(read(&app, &later).await), status(read(&app, &other).await)), (json!("ORPHANED"), json!("EXACT")));
        // The claim itself never lost its words, so its wording is the same.
        let after = read(&app, &claim).await;
        assert_back(&after["anchors"], &before);
        assert_eq!((stale(&after), &after["wordingVersion"]), ((false, vec![false, false]), &json!(1)));
        crate::together::assert_sound(&app).await;
    }

    async fn who_may_not_or_has_not_read_the_newest_text_puts_nothing_back(app: TestApp) {
        let article = app.fixtures().an_article().await;
        app.fixtures().a_revision_of(&article, WRONG).await;
        restore(&app, &article, 2).await.refused("number", "UNCHANGED");
        assert_eq!(restore(&app, &article, 3).await.code(), "NOT_FOUND");
        let put = async |who: &str, fields: Value| {
            let input = with(json!({ "article": article, "number": 1 }), &fields);
            app.as_(who).call("restoreRevision", input, "article { id }").await
        };
        for (who, code) in [("reader", "FORBIDDEN"), ("reviewer", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(put(who, json!({})).await.code(), code, "{who}");
        }
        let late = put("editor", json!({ "basedOnRevision": 1 })).await;
        assert_eq!((late.code(), late.body["errors"][0]["extensions"]["currentRevision"].as_i64()), ("CONFLICT", Some(2)));
        put("editor", json!({ "basedOnRevision": 3 })).await.refused("basedOnRevision", "OUT_OF_RANGE");
        assert_eq!(put("editor", json!({ "expectedVersion": 1 })).await.code(), "CONFLICT");
        put("editor", json!({ "basedOnRevision": 2 })).await.ok();
    }

    async fn two_editors_who_revise_the_same_text_do_not_undo_each_other(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let revise = async |body: &str, based_on: i32| {
            let input = json!({ "article": article, "title": TITLE, "body": body, "basedOnRevision": based_on });
            app.as_editor().call("reviseArticle", input, "article { revision { number } }").await
        };
        let (one, two) = futures_util::future::join(revise("One says.", 1), revise("Two says.", 1)).await;
        let mut codes = [one.code().to_owned(), two.code().to_owned()];
        codes.sort_unstable();
        assert_eq!(codes, ["CONFLICT", "OK"]);
        revise("Both say.", 2).await.ok();
        for bad in [0, -1, 4] {
            revise("Never.", bad).await.refused("basedOnRevision", "OUT_OF_RANGE");
        }
    }
}
