//! Staleness: the effect of changed words on verdicts, and its end by reaffirming, resubmitting or
//! re-anchoring.

use serde_json::{Value, json};

use crate::app::{Reply, TestApp};
use crate::fixtures::{BODY, verdict_on};
use crate::verdicts::with;

const CLAIM: &str =
    "query($id: ID!) { node(id: $id) { ... on Claim { stale version state anchors { start end exact status revision { number } }
    verdicts { id stale readRevision reaffirmedAt reaffirmNote reviewer { displayName } } } } }";

/// A text of two nearly equal sentences.
const TWINS: &str = "The day began well. Team Alpha won three cups in spring. Team Beta won three cups in spring. Nobody else won.";

async fn read(app: &TestApp, claim: &str) -> Value {
    app.as_editor().send(CLAIM, json!({ "id": claim })).await.data("/node").clone()
}

/// A claim on the first of the two sentences, and its article.
async fn alpha(app: &TestApp) -> (String, String) {
    let article = app.fixtures().an_article_of("Cups", TWINS).await;
    let claim =
        app.fixtures().a_claim_on(&article, "Alpha won three.", "Team Alpha won three cups").await;
    (article, claim)
}

async fn reaffirm(app: &TestApp, who: &str, verdict: &str) -> Reply {
    app.as_(who)
        .call(
            "reaffirmVerdict",
            json!({ "verdict": verdict, "note": "I read it again." }),
            "verdict { id stale reaffirmedAt reaffirmNote readRevision version } claim { id stale version }",
        )
        .await
}

async fn reanchor(app: &TestApp, claim: &str, ranges: Value) -> Reply {
    app.as_editor()
        .call(
            "reanchor",
            json!({ "claim": claim, "ranges": ranges, "note": "By hand." }),
            "claim { id stale version anchors { start end exact status } } article { id version }",
        )
        .await
}

/// Whether the claim is stale, and which of its verdicts.
async fn stale(app: &TestApp, claim: &str) -> (bool, Vec<bool>) {
    let claim = read(app, claim).await;
    let verdicts = claim["verdicts"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|verdict| verdict["stale"].as_bool().expect("a flag"))
        .collect();
    (claim["stale"].as_bool().expect("a flag"), verdicts)
}

db_tests! {
    async fn a_changed_sentence_makes_a_claim_and_its_verdicts_stale_until_each_reviewer_stands_by_theirs(app: TestApp) {
        let fixtures = app.fixtures();
        let claim = fixtures.a_ready_claim().await;
        let article = app.as_reader().send("query($id: ID!) { node(id: $id) { ... on Claim { article { id } } } }", json!({ "id": claim })).await.text("/node/article/id");
        let verdicts: Vec<String> = read(&app, &claim).await["verdicts"].as_array().expect("two").iter().map(|verdict| verdict["id"].as_str().expect("an id").to_owned()).collect();
        fixtures.a_revision_of(&article, &format!("News.\n{BODY}")).await;
        assert_eq!(stale(&app, &claim).await, (false, vec![false, false]), "its sentence is unchanged");
        assert_eq!(reaffirm(&app, "reviewer", &verdicts[0]).await.reason(), "NOT_STALE");

        fixtures.a_change_under(&claim).await;
        assert_eq!(stale(&app, &claim).await, (true, vec![true, true]));
        assert_eq!(read(&app, &claim).await["state"], "READY", "it is judged, although the words have changed");
        let reply = reaffirm(&app, "reviewer", &verdicts[0]).await.ok();
        let verdict = reply.data("/reaffirmVerdict/verdict");
        assert_eq!((&verdict["stale"], &verdict["readRevision"], &verdict["reaffirmNote"]), (&json!(false), &json!(3), &json!("I read it again.")));
        assert!(verdict["reaffirmedAt"].is_string() && verdict["version"] == 2);
        assert_eq!(*reply.data("/reaffirmVerdict/claim/stale"), true, "the other has not read it yet");
        assert_eq!(stale(&app, &claim).await, (true, vec![false, true]));
        assert_eq!(reaffirm(&app, "reviewer", &verdicts[0]).await.reason(), "NOT_STALE");

        // The second reviewer resubmits after reading the current version.
        let version = read(&app, &claim).await["version"].clone();
        let again = app.as_second().call("submitVerdict", with(verdict_on(&claim, "MIXED"), &json!({ "expectedVersion": version })), "verdict { stale readRevision reaffirmedAt } claim { stale }").await;
        assert_eq!(*again.data("/submitVerdict"), json!({ "verdict": { "stale": false, "readRevision": 3, "reaffirmedAt": null }, "claim": { "stale": false } }));
        assert_eq!(stale(&app, &claim).await, (false, vec![false, false]));

        // Nothing else has changed, so nothing else is stale, although the sentence differs from
        // the marked one.
        fixtures.a_revision_of(&article, &(BODY.replace("The port authority, led by", "It is not true that the port authority, led by") + "More.\n")).await;
        assert_eq!((stale(&app, &claim).await, read(&app, &claim).await["anchors"][0]["status"].clone()), ((false, vec![false, false]), json!("REWORDED")));
        // The old text is restored. Reviewers who judged in between have not read it.
        fixtures.a_revision_of(&article, BODY).await;
        assert_eq!((stale(&app, &claim).await, read(&app, &claim).await["anchors"][0]["status"].clone()), ((true, vec![true, true]), json!("EXACT")));
    }

    async fn only_its_reviewer_reaffirms_a_verdict_and_only_one_in_force(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        let verdict = read(&app, &claim).await["verdicts"][0]["id"].as_str().expect("an id").to_owned();
        app.fixtures().a_change_under(&claim).await;
        for (who, code) in [("second", "FORBIDDEN"), ("third", "FORBIDDEN"), ("reader", "FORBIDDEN"), ("editor", "FORBIDDEN"), ("admin", "FORBIDDEN"), ("rival", "NOT_FOUND"), ("rival-reviewer", "NOT_FOUND")] {
            assert_eq!(reaffirm(&app, who, &verdict).await.code(), code, "{who}");
        }
        assert_eq!(app.as_stranger().call("reaffirmVerdict", json!({ "verdict": verdict }), "claim { id }").await.code(), "UNAUTHENTICATED");
        for (fields, field, reason) in [
            (json!({ "verdict": claim }), "verdict", "INVALID_ID"),
            (json!({ "note": "" }), "note", "EMPTY"),
            (json!({ "note": "n".repeat(1001) }), "note", "TOO_LARGE"),
        ] {
            let reply = app.as_reviewer().call("reaffirmVerdict", with(json!({ "verdict": verdict }), &fields), "claim { id }").await;
            reply.refused(field, reason);
        }
        assert_eq!(app.as_reviewer().call("reaffirmVerdict", json!({ "verdict": verdict, "expectedVersion": 1 }), "claim { id }").await.code(), "CONFLICT");
        assert_eq!(stale(&app, &claim).await, (true, vec![true, true]), "nothing was changed");
        app.as_reviewer().call("withdrawVerdict", json!({ "verdict": verdict, "reason": "No." }), "verdict { stale }").await.ok();
        reaffirm(&app, "reviewer", &verdict).await.refused("verdict", "VERDICT_WITHDRAWN");
        let withdrawn = app.as_reviewer().send("query($id: ID!) { node(id: $id) { ... on Verdict { stale } } }", json!({ "id": verdict })).await;
        assert_eq!(*withdrawn.data("/node/stale"), false, "a withdrawn verdict is not stale");
        app.as_editor().call("withdrawClaim", json!({ "claim": claim, "reason": "No." }), "claim { id }").await.ok();
        let other = read(&app, &claim).await["verdicts"][0]["id"].as_str().expect("an id").to_owned();
        reaffirm(&app, "second", &other).await.refused("claim", "CLAIM_WITHDRAWN");
    }

    async fn blind_review_hides_what_is_reaffirmed(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        app.fixtures().a_change_under(&claim).await;
        assert_eq!(reaffirm(&app, "second", &verdict).await.code(), "NOT_FOUND");
        reaffirm(&app, "reviewer", &verdict).await.ok();
        let seen = app.as_second().send(CLAIM, json!({ "id": claim })).await;
        assert_eq!(*seen.data("/node/verdicts"), json!([]));
    }

    async fn a_verdict_is_not_submitted_on_words_that_its_reviewer_has_not_read(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let before = read(&app, &claim).await["version"].clone();
        let submit = async |version: Value| app.as_reviewer().call("submitVerdict", with(verdict_on(&claim, "TRUE"), &json!({ "expectedVersion": version })), "claim { stale }").await;
        app.fixtures().a_change_under(&claim).await;
        submit(json!(null)).await.refused("expectedVersion", "EXPECTED_VERSION_REQUIRED");
        assert_eq!(submit(before).await.code(), "CONFLICT");
        assert_eq!(stale(&app, &claim).await, (true, vec![]), "nobody has read its current words");
        let now = read(&app, &claim).await["version"].clone();
        assert_eq!(*submit(now).await.data("/submitVerdict/claim/stale"), false);
        // No current verdict is left, so the claim is stale as before.
        let verdict = read(&app, &claim).await["verdicts"][0]["id"].clone();
        let reply = app.as_reviewer().call("withdrawVerdict", json!({ "verdict": verdict, "reason": "No." }), "claim { stale }").await;
        assert_eq!(*reply.data("/withdrawVerdict/claim/stale"), true);
    }

    async fn who_has_missed_more_than_one_change_says_which_they_have_read(app: TestApp) {
        let (article, claim) = alpha(&app).await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        app.fixtures().a_revision_of(&article, &TWINS.replace("Alpha won three", "Alpha won four")).await;
        app.fixtures().a_revision_of(&article, &TWINS.replace("Alpha won three", "Alpha won five")).await;
        reaffirm(&app, "reviewer", &verdict).await.refused("expectedVersion", "EXPECTED_VERSION_REQUIRED");
        let version = read(&app, &claim).await["version"].clone();
        app.as_reviewer().call("reaffirmVerdict", json!({ "verdict": verdict, "expectedVersion": version }), "claim { id }").await.ok();
        assert_eq!(stale(&app, &claim).await, (false, vec![false]));
        app.fixtures().a_revision_of(&article, &TWINS.replace("Alpha won three", "Alpha won six")).await;
        assert_eq!(stale(&app, &claim).await, (true, vec![true]));
        reaffirm(&app, "reviewer", &verdict).await.ok();
        // The latest note is kept, and the log has the revision of each reaffirmation.
        let events = crate::events::logs(&app.db).await.remove(&app.newsroom()).expect("a log");
        let details: Vec<Value> = events.iter().filter(|event| event.kind == claimspan::domain::event::Kind::VerdictReaffirmed).map(|event| serde_json::from_str(&event.detail).expect("JSON")).collect();
        assert_eq!(details.iter().map(|detail| (&detail["readBefore"], &detail["revision"], &detail["note"])).collect::<Vec<_>>(),
            [(&json!(1), &json!(3), &json!(null)), (&json!(3), &json!(4), &json!("I read it again."))]);
    }

    async fn a_lost_claim_is_reaffirmed_only_after_an_editor_has_re_anchored_it(app: TestApp) {
        let (article, claim) = alpha(&app).await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        app.fixtures().a_revision_of(&article, &TWINS.replace("Team Alpha won three cups in spring. ", "")).await;
        let orphan = read(&app, &claim).await;
        assert_eq!((&orphan["stale"], &orphan["anchors"][0]["status"], &orphan["anchors"][0]["exact"]), (&json!(true), &json!("ORPHANED"), &json!("Team Alpha won three cups")));
        assert_eq!(orphan["anchors"][0]["start"], orphan["anchors"][0]["end"], "it is anchored to no words");
        reaffirm(&app, "reviewer", &verdict).await.refused("verdict", "CLAIM_ORPHANED");
        // Nobody judges words that are not there.
        let version = orphan["version"].clone();
        for fields in [json!({ "expectedVersion": version }), json!({ "expectedWordingVersion": 2 })] {
            app.as_reviewer().call("submitVerdict", with(verdict_on(&claim, "FALSE"), &fields), "verdict { id }").await.refused("claim", "CLAIM_ORPHANED");
        }
        // The words come back in a text that is no earlier one.
        app.fixtures().a_revision_of(&article, &format!("{TWINS} So it was.")).await;
        assert_eq!(read(&app, &claim).await["anchors"][0]["status"], "ORPHANED");

        let reply = reanchor(&app, &claim, json!([{ "exact": "Team Alpha won three cups" }])).await.ok();
        let anchors = reply.data("/reanchor/claim/anchors");
        assert_eq!((&anchors[0]["status"], &anchors[0]["exact"], anchors.as_array().map(Vec::len)), (&json!("EXACT"), &json!("Team Alpha won three cups"), Some(1)));
        assert_eq!(*reply.data("/reanchor/claim/stale"), true, "these are not the words that the reviewer last read");
        assert_eq!(stale(&app, &claim).await, (true, vec![true]));
        reaffirm(&app, "reviewer", &verdict).await.ok();
        assert_eq!(stale(&app, &claim).await, (false, vec![false]));
        // From here on, it is compared with the words that the editor selected.
        app.fixtures().a_revision_of(&article, &format!("Before. {TWINS}")).await;
        assert_eq!((stale(&app, &claim).await, read(&app, &claim).await["anchors"][0]["status"].clone()), ((false, vec![false]), json!("EXACT")));
    }

    async fn who_read_a_change_has_not_read_where_an_editor_put_the_claim_since(app: TestApp) {
        let (article, claim) = alpha(&app).await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        app.fixtures().a_revision_of(&article, &TWINS.replace("Alpha won three", "Alpha won four")).await;
        reanchor(&app, &claim, json!([{ "exact": "Nobody else won" }])).await.ok();
        reaffirm(&app, "reviewer", &verdict).await.refused("expectedVersion", "EXPECTED_VERSION_REQUIRED");
        let version = read(&app, &claim).await["version"].clone();
        app.as_reviewer().call("reaffirmVerdict", json!({ "verdict": verdict, "expectedVersion": version }), "claim { id }").await.ok();
        assert_eq!(stale(&app, &claim).await, (false, vec![false]));
    }

    async fn a_reviewer_who_has_left_holds_no_claim_up_for_ever(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        let own: Vec<String> = read(&app, &claim).await["verdicts"].as_array().expect("two").iter().map(|verdict| verdict["id"].as_str().expect("an id").to_owned()).collect();
        let set_aside = async |who: &str, verdict: &str| {
            app.as_(who).call("withdrawVerdict", json!({ "verdict": verdict, "reason": "She has left." }), "verdict { state } claim { stale state }").await
        };
        // An editor cannot withdraw it while it is fresh, or while its reviewer is a member.
        assert_eq!(set_aside("editor", &own[1]).await.code(), "FORBIDDEN");
        app.fixtures().a_change_under(&claim).await;
        assert_eq!(set_aside("editor", &own[1]).await.code(), "FORBIDDEN");
        app.as_admin().call("removeMember", json!({ "newsroom": app.newsroom(), "account": app.account("second") }), "newsroom { id }").await.ok();
        reaffirm(&app, "reviewer", &own[0]).await.ok();
        assert_eq!(stale(&app, &claim).await, (true, vec![false, true]));
        for (who, code) in [("reviewer", "FORBIDDEN"), ("third", "FORBIDDEN"), ("reader", "FORBIDDEN"), ("second", "NOT_FOUND"), ("rival", "NOT_FOUND")] {
            assert_eq!(set_aside(who, &own[1]).await.code(), code, "{who}");
        }
        assert_eq!(set_aside("admin", &own[0]).await.code(), "FORBIDDEN", "members must handle their own verdicts");
        let done = set_aside("editor", &own[1]).await.ok();
        assert_eq!(*done.data("/withdrawVerdict"), json!({ "verdict": { "state": "WITHDRAWN" }, "claim": { "stale": false, "state": "IN_REVIEW" } }));
        let log = crate::events::logs(&app.db).await.remove(&app.newsroom()).expect("a log");
        let last = log.last().expect("an event");
        let detail: Value = serde_json::from_str(&last.detail).expect("JSON");
        assert_eq!(last.actor_id.map(|id| id.to_string()), Some(app.account("editor")));
        assert_eq!((&detail["reason"], &detail["byReviewer"]), (&json!("She has left."), &json!(false)));
    }

    async fn re_anchoring_keeps_what_was_there_before(app: TestApp) {
        let (article, claim) = alpha(&app).await;
        app.fixtures().a_revision_of(&article, &TWINS.replace("Alpha won three", "Alpha has not won three")).await;
        assert_eq!(stale(&app, &claim).await, (true, vec![]));
        let reply = reanchor(&app, &claim, json!([{ "exact": "has not won" }, { "exact": "Team Alpha" }])).await.ok();
        assert_eq!(*reply.data("/reanchor/claim/stale"), false, "nobody has judged it");
        assert_eq!(reply.data("/reanchor/claim/anchors").as_array().expect("two").iter().map(|anchor| anchor["exact"].clone()).collect::<Vec<_>>(), ["Team Alpha", "has not won"]);
        let document = "query($claim: ID!, $article: ID!) {
            node(id: $claim) { ... on Claim { anchorHistory { totalCount nodes { id exact status revision { number } claim { id } } } } }
            article(id: $article) { one: atRevision(number: 1) { claims { anchors { exact status } } } two: atRevision(number: 2) { claims { anchors { exact status } } } } }";
        let history = app.as_reader().send(document, json!({ "claim": claim, "article": article })).await;
        let nodes = history.data("/node/anchorHistory/nodes").as_array().expect("anchors");
        let told: Vec<_> = nodes.iter().map(|node| (node["exact"].as_str().expect("words"), node["status"].as_str().expect("one"), node["revision"]["number"].as_i64().expect("a number"))).collect();
        assert_eq!(told, [("has not won", "EXACT", 2), ("Team Alpha", "EXACT", 2), ("Team Alpha won three cups", "CHANGED", 2), ("Team Alpha won three cups", "EXACT", 1)]);
        assert_eq!(history.number("/node/anchorHistory/totalCount"), 4);
        assert_eq!(*history.data("/article/one/claims/0/anchors"), json!([{ "exact": "Team Alpha won three cups", "status": "EXACT" }]));
        assert_eq!(history.data("/article/two/claims/0/anchors").as_array().map(Vec::len), Some(2));
        app.as_reader().send("query($id: ID!) { node(id: $id) { ... on Anchor { exact } } }", json!({ "id": nodes[2]["id"] })).await.ok();
        let events = crate::events::logs(&app.db).await.remove(&app.newsroom()).expect("a log");
        let detail: Value = serde_json::from_str(&events.last().expect("an event").detail).expect("JSON");
        assert_eq!((&detail["note"], &detail["revision"], &detail["before"][0]["status"], detail["ranges"].as_array().map(Vec::len)), (&json!("By hand."), &json!(2), &json!("CHANGED"), Some(2)));
        assert_eq!(events.last().map(|event| (event.kind, event.claim_id.map(|id| id.to_string()))), Some((claimspan::domain::event::Kind::ClaimReanchored, Some(claim))));
    }

    async fn re_anchoring_a_fresh_claim_makes_its_verdicts_stale(app: TestApp) {
        let (_, claim) = alpha(&app).await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        reanchor(&app, &claim, json!([{ "exact": "Team Alpha won three cups" }])).await.refused("ranges", "UNCHANGED");
        reanchor(&app, &claim, json!([{ "exact": "Team Beta won three cups" }])).await.ok();
        assert_eq!(stale(&app, &claim).await, (true, vec![true]));
        reanchor(&app, &claim, json!([{ "exact": "Nobody else won" }])).await.ok();
        reaffirm(&app, "reviewer", &verdict).await.refused("expectedVersion", "EXPECTED_VERSION_REQUIRED");
        let version = read(&app, &claim).await["version"].clone();
        app.as_reviewer().call("reaffirmVerdict", json!({ "verdict": verdict, "expectedVersion": version }), "claim { id }").await.ok();
        assert_eq!(stale(&app, &claim).await, (false, vec![false]));
        // A new reviewer may have read the words at the old range.
        app.as_second().call("submitVerdict", verdict_on(&claim, "TRUE"), "claim { id }").await.refused("expectedVersion", "EXPECTED_VERSION_REQUIRED");
    }

    async fn what_cannot_be_re_anchored_is_refused_with_field_and_reason(app: TestApp) {
        let (article, claim) = alpha(&app).await;
        app.fixtures().a_revision_of(&article, &format!("Before. {TWINS}")).await;
        let twenty_one = vec![json!({ "exact": "Nobody" }); 21];
        for (fields, field, reason) in [
            (json!({ "ranges": [] }), "ranges", "EMPTY"),
            (json!({ "ranges": twenty_one }), "ranges", "TOO_LARGE"),
            (json!({ "ranges": [{ "exact": "no such words" }] }), "ranges[0].exact", "QUOTE_NOT_FOUND"),
            (json!({ "ranges": [{ "exact": "Nobody" }, { "exact": "three cups" }] }), "ranges[1].exact", "AMBIGUOUS_QUOTE"),
            (json!({ "ranges": [{ "exact": "Team Alpha won", "start": 26, "end": 40 }] }), "ranges[0].exact", "QUOTE_MISMATCH"),
            (json!({ "ranges": [{ "exact": "Team Alpha" }, { "exact": "Alpha won" }] }), "ranges[1]", "OVERLAPPING_RANGES"),
            (json!({ "note": "n".repeat(1001) }), "note", "TOO_LARGE"),
            (json!({ "claim": article }), "claim", "INVALID_ID"),
        ] {
            let input = with(json!({ "claim": claim, "ranges": [{ "exact": "Nobody" }] }), &fields);
            app.as_editor().call("reanchor", input, "claim { id }").await.refused(field, reason);
        }
        let input = json!({ "claim": claim, "ranges": [{ "exact": "Nobody" }], "expectedVersion": 9 });
        assert_eq!(app.as_editor().call("reanchor", input, "claim { id }").await.code(), "CONFLICT");
        for (who, code) in [("reader", "FORBIDDEN"), ("reviewer", "FORBIDDEN"), ("rival", "NOT_FOUND"), ("admin", "OK")] {
            let input = json!({ "claim": claim, "ranges": [{ "exact": "Nobody" }] });
            assert_eq!(app.as_(who).call("reanchor", input, "claim { id }").await.code(), code, "{who}");
        }
        app.as_editor().call("withdrawClaim", json!({ "claim": claim, "reason": "No." }), "claim { id }").await.ok();
        reanchor(&app, &claim, json!([{ "exact": "Team Alpha" }])).await.refused("claim", "CLAIM_WITHDRAWN");
    }

    async fn a_claim_of_several_ranges_is_stale_if_one_of_them_is(app: TestApp) {
        let article = app.fixtures().an_article_of("Cups", TWINS).await;
        let input = json!({ "article": article, "statement": "Both won.", "ranges": [{ "exact": "Team Alpha won" }, { "exact": "Team Beta won" }] });
        let claim = app.as_reviewer().call("markClaim", input, "claim { id }").await.text("/markClaim/claim/id");
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        app.fixtures().a_revision_of(&article, &TWINS.replace(" Team Beta won three cups in spring.", "")).await;
        let found = read(&app, &claim).await;
        let statuses: Vec<_> = found["anchors"].as_array().expect("two").iter().map(|anchor| anchor["status"].clone()).collect();
        assert_eq!((statuses, &found["stale"]), (vec![json!("EXACT"), json!("ORPHANED")], &json!(true)));
        reaffirm(&app, "reviewer", &verdict).await.refused("verdict", "CLAIM_ORPHANED");
        reanchor(&app, &claim, json!([{ "exact": "Team Alpha won" }])).await.ok();
        reaffirm(&app, "reviewer", &verdict).await.ok();
        assert_eq!(stale(&app, &claim).await, (false, vec![false]));
    }

    async fn proposals_show_the_best_place_and_a_runner_up_that_is_nearly_as_good(app: TestApp) {
        let (article, claim) = alpha(&app).await;
        let document = "query($id: ID!) { node(id: $id) { ... on Claim { stale anchorProposals { start end exact score end16: end(unit: UTF16) anchor { exact } } } } }";
        let propose = async || app.as_reader().send(document, json!({ "id": claim })).await.data("/node/anchorProposals").as_array().expect("a list").clone();
        assert_eq!(propose().await, [json!(null); 0], "an EXACT claim needs no proposals");
        app.fixtures().a_revision_of(&article, &TWINS.replace("Alpha won three", "Alpha has by no means won three")).await;
        let found = propose().await;
        assert_eq!(found.iter().map(|place| place["exact"].clone()).collect::<Vec<_>>(), ["Team Alpha has by no means won three cups", "Team Beta won three cups"]);
        let scores: Vec<_> = found.iter().map(|place| place["score"].as_f64().expect("a score")).collect();
        assert!(scores.is_sorted_by(|a, b| a >= b) && scores.iter().all(|score| (0.0..=1.0).contains(score)), "{scores:?}");
        assert_eq!(found[0]["anchor"]["exact"], "Team Alpha won three cups");
        // Accepting the proposal anchors the claim there.
        let range = json!([{ "exact": found[0]["exact"], "start": found[0]["start"], "end": found[0]["end"] }]);
        reanchor(&app, &claim, range).await.ok();
        assert_eq!(propose().await, [json!(null); 0]);
        for (who, code) in [("rival", "NOT_FOUND"), ("reader", "OK")] {
            assert_eq!(app.as_(who).send(document, json!({ "id": claim })).await.code(), code);
        }
    }

    async fn no_edit_of_the_text_makes_a_verdict_fresh_by_itself(app: TestApp) {
        let (article, claim) = alpha(&app).await;
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        let changed = TWINS.replace("Team Alpha won", "It is not true that Team Alpha won");
        // The sentence comes back, in texts that equal no earlier one.
        let [one, two, three] = [1, 2, 3].map(|number| format!("{TWINS} Note {number}."));
        for (body, status) in [
            (changed.as_str(), "REWORDED"),
            (&one, "REWORDED"),
            (&*TWINS.replace("three cups", "3 cups"), "CHANGED"),
            (&two, "CHANGED"),
            ("Something else entirely.", "ORPHANED"),
            (&three, "ORPHANED"),
        ] {
            app.fixtures().a_revision_of(&article, body).await;
            assert_eq!(stale(&app, &claim).await, (true, vec![true]));
            assert_eq!(read(&app, &claim).await["anchors"][0]["status"], status, "{body}");
        }
    }

    async fn a_claim_is_stale_once_its_article_denies_it_whatever_language_the_article_names(app: TestApp) {
        let rows: Vec<Value> = serde_json::from_str(include_str!("../fixtures/denials.json")).expect("a list");
        let reported = rows.iter().filter(|row| row["form"] == "reported");
        let others = rows.iter().filter(|row| row["form"] != "reported").step_by(40);
        let mut tried = 0;
        for row in reported.chain(others) {
            for language in [row["language"].clone(), json!(null), json!("ja")] {
                let input = json!({ "newsroom": app.newsroom(), "title": "A headline", "body": row["body"], "language": language });
                let article = app.as_editor().call("importArticle", input, "article { id }").await.ok().text("/importArticle/article/id");
                let quote = row["quote"].as_str().expect("a quote");
                let claim = app.fixtures().a_claim_on(&article, "A claim.", quote).await;
                app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;

                app.fixtures().a_revision_of(&article, row["revised"].as_str().expect("a text")).await;

                assert!(stale(&app, &claim).await.0, "{language}: {}", row["body"]);
                tried += 1;
            }
        }
        assert!(tried > 60);
    }

    async fn a_claim_stays_fresh_while_other_sentences_change(app: TestApp) {
        let body = "The council met on Monday. Dr. Okafor said that 40 people were ill. The mayor, J. R. Reid, left early. Nobody was hurt.";
        let article = app.fixtures().an_article_of("Council meets", body).await;
        let claim = app.fixtures().a_claim_on(&article, "40 people were ill.", "40 people were ill").await;
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;

        for (from, to) in [("met on Monday", "did not meet"), ("left early", "stayed"), ("Nobody was hurt", "Two were hurt"), ("The council", "Rain fell. The council")] {
            app.fixtures().a_revision_of(&article, &body.replace(from, to)).await;
            assert!(!stale(&app, &claim).await.0, "{to}");
        }
    }

    async fn an_item_of_a_list_is_stale_once_the_line_above_the_list_changes(app: TestApp) {
        let body = "It rained all day.\n\nThe court confirmed:\n\n- The bridge fell.\n  - It was sold in May.\n- The road is closed.\n\nRain fell in the whole country later that day.\n\nThe mayor did not come.";
        let article = app.fixtures().an_article_of("Court rules", body).await;
        let item = app.fixtures().a_claim_on(&article, "Sold in May.", "It was sold in May").await;
        let below = app.fixtures().a_claim_on(&article, "No mayor.", "The mayor did not come").await;
        for claim in [&item, &below] {
            app.fixtures().a_verdict("reviewer", claim, "TRUE").await;
        }

        app.fixtures().a_revision_of(&article, &body.replace("It rained", "It snowed")).await;
        assert_eq!((stale(&app, &item).await.0, stale(&app, &below).await.0), (false, false));
        app.fixtures().a_revision_of(&article, &body.replace("confirmed", "denied")).await;
        assert_eq!((stale(&app, &item).await.0, stale(&app, &below).await.0), (true, false));
    }
}
