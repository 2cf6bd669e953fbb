//! Wording versions: what a reviewer's verdict conflicts with, and what it does not.

use serde_json::{Value, json};

use crate::app::{Reply, TestApp};
use crate::fixtures::{BODY, verdict_on};
use crate::verdicts::with;

const CLAIM: &str = "query($id: ID!) { node(id: $id) { ... on Claim { version wordingVersion stale article { id } } } }";

async fn read(app: &TestApp, claim: &str) -> Value {
    app.as_reader().send(CLAIM, json!({ "id": claim })).await.data("/node").clone()
}

async fn submit(app: &TestApp, claim: &str, fields: Value) -> Reply {
    let input = with(verdict_on(claim, "TRUE"), &fields);
    app.as_reviewer().call("submitVerdict", input, "verdict { id } claim { wordingVersion }").await
}

async fn edit(app: &TestApp, claim: &str, fields: Value) -> Reply {
    app.as_editor()
        .call("editClaim", with(json!({ "claim": claim }), &fields), "claim { wordingVersion }")
        .await
}

/// What a conflict says: the current wording version, and what changed.
#[track_caller]
fn conflict(reply: &Reply) -> (i64, Value) {
    assert_eq!(reply.code(), "CONFLICT", "{}", reply.body);
    let extensions = &reply.body["errors"][0]["extensions"];
    assert!(extensions["currentVersion"].is_i64());
    (extensions["currentWordingVersion"].as_i64().expect("a number"), extensions["changed"].clone())
}

db_tests! {
    async fn tags_assignments_and_other_verdicts_leave_the_wording_as_it_is(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let before = read(&app, &claim).await;
        edit(&app, &claim, json!({ "tags": ["port"] })).await.ok();
        edit(&app, &claim, json!({ "claimedOn": "2024-05-01" })).await.ok();
        app.as_editor().call("assignClaim", json!({ "claim": claim, "reviewers": [app.account("reviewer")] }), "claim { id }").await.ok();
        app.fixtures().a_verdict("second", &claim, "FALSE").await;
        let body = format!("{BODY}The trams run again.");
        let article = before["article"]["id"].as_str().expect("an id");
        app.fixtures().a_revision_of(article, &body).await;
        let after = read(&app, &claim).await;
        assert!(after["version"].as_i64() > before["version"].as_i64());
        assert_eq!((&before["wordingVersion"], &after["wordingVersion"]), (&json!(1), &json!(1)));

        assert_eq!(submit(&app, &claim, json!({ "expectedVersion": before["version"] })).await.code(), "CONFLICT");
        submit(&app, &claim, json!({ "expectedWordingVersion": 1 })).await.ok();
        let draft = json!({ "claim": claim, "rationale": "Later.", "expectedWordingVersion": 1 });
        app.as_second().call("saveVerdictDraft", draft, "verdict { id }").await.ok();
    }

    async fn a_conflict_says_what_changed(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let article = read(&app, &claim).await["article"]["id"].as_str().expect("an id").to_owned();
        edit(&app, &claim, json!({ "statement": "The loss is 12 million." })).await.ok();
        assert_eq!(conflict(&submit(&app, &claim, json!({ "expectedWordingVersion": 1 })).await), (2, json!(["STATEMENT"])));
        edit(&app, &claim, json!({ "claimant": "Zoe Ardant" })).await.ok();
        assert_eq!(conflict(&submit(&app, &claim, json!({ "expectedWordingVersion": 2 })).await), (3, json!(["CLAIMANT"])));
        app.fixtures().a_change_under(&claim).await;
        assert_eq!(conflict(&submit(&app, &claim, json!({ "expectedWordingVersion": 3 })).await), (4, json!(["TEXT"])));
        app.as_editor().call("reanchor", json!({ "claim": claim, "ranges": [{ "exact": "12 million" }] }), "claim { id }").await.ok();
        let draft = json!({ "claim": claim, "rationale": "Later.", "expectedWordingVersion": 4 });
        let saved = app.as_reviewer().call("saveVerdictDraft", draft, "verdict { id }").await;
        assert_eq!(conflict(&saved), (5, json!(["ANCHORS"])));
        let all = submit(&app, &claim, json!({ "expectedWordingVersion": 1 })).await;
        assert_eq!(conflict(&all), (5, json!(["STATEMENT", "CLAIMANT", "TEXT", "ANCHORS"])));
        let message = all.body["errors"][0]["message"].as_str().expect("a message");
        assert!(message.contains("its statement, its claimant") && message.contains("`wordingVersion` is now 5"), "{message}");
        assert_eq!(conflict(&submit(&app, &claim, json!({ "expectedWordingVersion": 9 })).await), (5, json!([])));

        submit(&app, &claim, json!({})).await.refused("expectedVersion", "EXPECTED_VERSION_REQUIRED");
        let verdict = submit(&app, &claim, json!({ "expectedWordingVersion": 5 })).await.text("/submitVerdict/verdict/id");
        app.fixtures().a_revision_of(&article, &BODY.replace("puts the loss", "no longer puts the loss")).await;
        let reaffirm = async |wording: i32| app.as_reviewer().call("reaffirmVerdict", json!({ "verdict": verdict, "expectedWordingVersion": wording }), "verdict { stale }").await;
        assert_eq!(conflict(&reaffirm(5).await), (6, json!(["TEXT"])));
        edit(&app, &claim, json!({ "tags": ["port"] })).await.ok();
        reaffirm(6).await.ok();
    }

    async fn an_edit_that_changes_nothing_is_refused(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        edit(&app, &claim, json!({ "tags": ["port", "strike"] })).await.ok();
        let before = read(&app, &claim).await;
        for fields in [
            json!({}),
            json!({ "tags": ["strike", "port"] }),
            json!({ "statement": "The loss is 12 million francs a day." }),
            json!({ "claimant": "Port authority", "claimedOn": null }),
        ] {
            edit(&app, &claim, fields).await.refused("claim", "UNCHANGED");
        }
        assert_eq!(read(&app, &claim).await, before);
        edit(&app, &claim, json!({ "tags": [] })).await.ok();
    }

    async fn a_ready_claim_does_not_hide_that_it_is_stale(app: TestApp) {
        let (stale, fresh) = (app.fixtures().a_ready_claim().await, app.fixtures().a_ready_claim().await);
        app.fixtures().a_change_under(&stale).await;
        let document = r#"query($claim: ID!) { newsroom(slug: "desk") { summary { claimCount staleClaimCount }
            named: summary(claimant: "Port authority") { staleClaimCount }
            all: claims(filter: { states: [READY] }) { nodes { id stale } } fresh: claims(filter: { states: [READY], stale: false }) { nodes { id } } }
            node(id: $claim) { ... on Claim { summary { stale } article { summary { staleClaimCount } } } } }"#;
        let reply = app.as_reader().send(document, json!({ "claim": stale })).await.ok();
        assert_eq!(*reply.data("/newsroom/summary"), json!({ "claimCount": 2, "staleClaimCount": 1 }));
        assert_eq!(*reply.data("/newsroom/named"), json!({ "staleClaimCount": 1 }));
        assert_eq!(*reply.data("/newsroom/all/nodes"), json!([{ "id": fresh, "stale": false }, { "id": stale, "stale": true }]));
        assert_eq!(*reply.data("/newsroom/fresh/nodes"), json!([{ "id": fresh }]));
        assert_eq!(*reply.data("/node"), json!({ "summary": { "stale": true }, "article": { "summary": { "staleClaimCount": 1 } } }));
    }

    async fn names_and_statements_hide_nothing(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let mark = async |fields: Value| {
            let input = with(json!({ "article": article, "statement": "It is so.", "ranges": [{ "exact": "nine days" }] }), &fields);
            app.as_reviewer().call("markClaim", input, "claim { id }").await
        };
        for (fields, field) in [
            (json!({ "statement": "It is \u{202e}os ton\u{202c} so." }), "statement"),
            (json!({ "claimant": "Port\u{200b} authority" }), "claimant"),
            (json!({ "tags": ["port", "po\u{ad}rt"] }), "tags[1]"),
        ] {
            mark(fields).await.refused(field, "INVISIBLE_CHARACTER");
        }
        mark(json!({ "statement": "او می\u{200c}رود 👩\u{200d}👩\u{200d}👧", "claimant": "র\u{200d}্যাব" })).await.ok();
        let claim = app.fixtures().a_claim().await;
        edit(&app, &claim, json!({ "claimant": "\u{2067}Awa" })).await.refused("claimant", "INVISIBLE_CHARACTER");
    }

    async fn no_two_members_have_names_that_look_alike(app: TestApp) {
        let join = async |by: &str, email: &str, name: &str| {
            let (_, token) = app.fixtures().an_invitation(by, email, "REVIEWER").await;
            let input = json!({ "acceptToken": token, "displayName": name, "password": crate::app::PASSWORD });
            (app.as_stranger().call("acceptInvitation", input.clone(), "account { id }").await, input)
        };
        join("admin", "awa@example.org", "Awa Maiga").await.0.ok();
        for (number, name) in ["Awa Maiga", "awa  maiga", "А\u{77}а Maiga", "Awa Ma\u{456}ga"].into_iter().enumerate() {
            let (reply, mut input) = join("admin", &format!("a{number}@example.org"), name).await;
            reply.refused("displayName", "LOOKS_LIKE_ANOTHER_NAME");
            // The invitation is still open.
            input["displayName"] = json!(format!("Awa Maiga {number}"));
            app.as_stranger().call("acceptInvitation", input, "account { id }").await.ok();
        }
        join("admin", "hidden@example.org", "Awa\u{200b}").await.0.refused("displayName", "INVISIBLE_CHARACTER");
        // Another newsroom has members of its own.
        join("rival", "b@example.org", "Awa Maiga").await.0.ok();
    }
}
