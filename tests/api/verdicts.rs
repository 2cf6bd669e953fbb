//! Verdicts: submitting and withdrawing them, refused inputs, and the state of their claim.

use serde_json::{Value, json};

use crate::app::{Client, Reply, TestApp};
use crate::fixtures::verdict_on;

const CLAIM: &str =
    "query($id: ID!) { node(id: $id) { ... on Claim { state version article { version } } } }";

/// `base` with the fields of `changes` replaced.
pub fn with(mut base: Value, changes: &Value) -> Value {
    for (key, value) in changes.as_object().expect("an object") {
        base[key] = value.clone();
    }
    base
}

async fn submit(client: &Client, input: Value) -> Reply {
    client
        .call("submitVerdict", input, "verdict { id version number } claim { state version }")
        .await
}

async fn withdraw(client: &Client, verdict: &str) -> Reply {
    let input = json!({ "verdict": verdict, "reason": "I misread the ledger." });
    client
        .call(
            "withdrawVerdict",
            input,
            "verdict { state version withdrawnAt withdrawnReason } claim { state version }",
        )
        .await
}

async fn state(app: &TestApp, claim: &str) -> String {
    app.as_reader().send(CLAIM, json!({ "id": claim })).await.text("/node/state")
}

async fn set_policy(app: &TestApp, policy: Value) {
    let input = with(json!({ "newsroom": app.newsroom() }), &policy);
    app.as_admin()
        .call("setPolicy", input, "newsroom { policy { verdictsRequired blindReview } }")
        .await
        .ok();
}

db_tests! {
    async fn a_claim_is_open_then_in_review_then_ready_and_a_withdrawal_lowers_it(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        assert_eq!(state(&app, &claim).await, "OPEN");
        let first = submit(&app.as_reviewer(), verdict_on(&claim, "TRUE")).await;
        assert_eq!(first.text("/submitVerdict/claim/state"), "IN_REVIEW");
        let second = submit(&app.as_second(), verdict_on(&claim, "FALSE")).await;
        assert_eq!(second.text("/submitVerdict/claim/state"), "READY");
        assert_eq!(submit(&app.as_third(), verdict_on(&claim, "MIXED")).await.text("/submitVerdict/claim/state"), "READY");

        for (who, verdict, after) in [(app.as_reviewer(), &first, "READY"), (app.as_second(), &second, "IN_REVIEW")] {
            let withdrawn = withdraw(&who, &verdict.text("/submitVerdict/verdict/id")).await;
            assert_eq!(withdrawn.text("/withdrawVerdict/claim/state"), after);
            assert_eq!(withdrawn.text("/withdrawVerdict/verdict/state"), "WITHDRAWN");
            assert_eq!(withdrawn.text("/withdrawVerdict/verdict/withdrawnReason"), "I misread the ledger.");
            assert_eq!(state(&app, &claim).await, after);
        }
        let last = app.as_third().send("query($id: ID!) { node(id: $id) { ... on Claim { verdicts { id } } } }", json!({ "id": claim })).await;
        withdraw(&app.as_third(), &last.text("/node/verdicts/0/id")).await.ok();
        assert_eq!(state(&app, &claim).await, "OPEN");
    }

    async fn every_verdict_raises_the_version_of_its_claim_and_its_article(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let versions = async || {
            let reply = app.as_reader().send(CLAIM, json!({ "id": claim })).await;
            (reply.number("/node/version"), reply.number("/node/article/version"))
        };
        let (claim_version, article_version) = versions().await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        assert_eq!(versions().await, (claim_version + 1, article_version + 1));
        app.fixtures().a_verdict("reviewer", &claim, "MIXED").await;
        assert_eq!(versions().await, (claim_version + 2, article_version + 2));
        withdraw(&app.as_reviewer(), &verdict).await.ok();
        assert_eq!(versions().await, (claim_version + 3, article_version + 3));
        // Refused requests do not raise a version.
        assert_eq!(withdraw(&app.as_reviewer(), &verdict).await.reason(), "VERDICT_WITHDRAWN");
        assert_eq!(versions().await, (claim_version + 3, article_version + 3));
    }

    async fn a_newer_verdict_replaces_the_older_which_its_history_keeps(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let reviewer = app.as_reviewer();
        let cite = |path: &str| json!([{ "url": format!("https://ledger.example.org/{path}"), "stance": "REFUTES" }]);
        let said = [("TRUE", "The first reading.", "a"), ("FALSE", "The second\nreading, عربي 👩‍👩‍👧.", "b"), ("MIXED", "The third.", "c")];
        let mut verdict = String::new();
        for (number, (rating, rationale, path)) in said.into_iter().enumerate() {
            let input = with(verdict_on(&claim, rating), &json!({ "rationale": rationale, "citations": cite(path) }));
            let reply = submit(&reviewer, input).await;
            let id = reply.text("/submitVerdict/verdict/id");
            assert!(number == 0 || id == verdict, "the verdict is the same one");
            verdict = id;
            assert_eq!(reply.text("/submitVerdict/claim/state"), "IN_REVIEW", "one reviewer counts once");
            if number == 1 {
                withdraw(&reviewer, &verdict).await.ok();
            }
        }
        let document = "query($id: ID!) { node(id: $id) { ... on Verdict {
            state number version withdrawnAt withdrawnReason rationale rating { key } citations { url }
            history { id number rationale claimVersion rating { key } citations { url verdict { id } } } claim { version } } } }";
        let reply = reviewer.send(document, json!({ "id": verdict })).await;
        let node = reply.data("/node");
        let now = (&node["state"], &node["number"], &node["version"], &node["withdrawnAt"], &node["withdrawnReason"]);
        assert_eq!(now, (&json!("SUBMITTED"), &json!(3), &json!(4), &json!(null), &json!(null)));
        assert_eq!((&node["rating"]["key"], &node["rationale"]), (&json!("MIXED"), &json!("The third.")));
        assert_eq!(node["citations"], json!([{ "url": "https://ledger.example.org/c" }]));
        let history = node["history"].as_array().expect("a history");
        assert_eq!(history.len(), 3);
        for ((rating, rationale, path), (number, kept)) in said.into_iter().zip((1..).zip(history)) {
            assert_eq!(kept["number"], number);
            assert_eq!((&kept["rating"]["key"], &kept["rationale"]), (&json!(rating), &json!(rationale)));
            assert_eq!(kept["citations"], json!([{ "url": format!("https://ledger.example.org/{path}"), "verdict": { "id": verdict } }]));
            let by_id = reviewer.send("query($id: ID!) { node(id: $id) { ... on VerdictSubmission { number } } }", json!({ "id": kept["id"] })).await;
            assert_eq!(by_id.number("/node/number"), number);
        }
        assert_eq!(node["claim"]["version"], 5, "marked, judged three times, withdrawn once");
    }

    async fn a_withdrawn_verdict_is_read_by_its_author_and_by_editors_and_nobody_else(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        let list = "query($id: ID!) { node(id: $id) { ... on Claim { verdicts(includeWithdrawn: true) { id } } } }";
        let verdict = app.as_editor().send(list, json!({ "id": claim })).await.text("/node/verdicts/0/id");
        let third = app.fixtures().a_verdict("third", &claim, "TRUE").await;
        assert_eq!(app.as_reader().send(list, json!({ "id": claim })).await.data("/node/verdicts").as_array().map(Vec::len), Some(3));
        withdraw(&app.as_reviewer(), &verdict).await.ok();
        let node = "query($id: ID!) { node(id: $id) { ... on Verdict { withdrawnReason } } }";
        for (who, sees) in [("reviewer", true), ("editor", true), ("admin", true), ("second", false), ("third", false), ("reader", false), ("rival", false)] {
            let reply = app.as_(who).send(node, json!({ "id": verdict })).await;
            assert_eq!(reply.code(), if sees { "OK" } else { "NOT_FOUND" }, "{who}");
            if who == "rival" {
                continue;
            }
            let listed = app.as_(who).send(list, json!({ "id": claim })).await;
            let ids = listed.data("/node/verdicts").as_array().expect("a list");
            assert_eq!(ids.iter().any(|row| row["id"] == *verdict), sees, "{who}");
            assert!(ids.iter().any(|row| row["id"] == *third), "{who} sees the current one of two");
            let plain = app.as_(who).send("query($id: ID!) { node(id: $id) { ... on Claim { verdicts { id } } } }", json!({ "id": claim })).await;
            assert!(!plain.body.to_string().contains(&verdict), "{who} gets it only on request");
        }
    }

    async fn nobody_writes_anothers_verdict(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "MIXED").await;
        for (who, code) in [("second", "FORBIDDEN"), ("editor", "FORBIDDEN"), ("admin", "FORBIDDEN"), ("reader", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(withdraw(&app.as_(who), &verdict).await.code(), code, "{who}");
        }
        assert_eq!(withdraw(&app.as_stranger(), &verdict).await.code(), "UNAUTHENTICATED");
        // A verdict always belongs to the account that submits it. An editor's verdict is an
        // additional one.
        let reply = submit(&app.as_admin(), with(verdict_on(&claim, "TRUE"), &json!({ "reviewer": app.account("reviewer") }))).await;
        reply.refused("reviewer", "UNKNOWN_FIELD");
        app.fixtures().a_verdict("admin", &claim, "TRUE").await;
        let reviewers = "query($id: ID!) { node(id: $id) { ... on Claim { verdicts { reviewer { displayName } rating { key } } } } }";
        let reply = app.as_reader().send(reviewers, json!({ "id": claim })).await;
        let fixtures: Vec<_> = reply.data("/node/verdicts").as_array().expect("a list").iter()
            .map(|row| (row["reviewer"]["displayName"].as_str().unwrap_or_default(), row["rating"]["key"].as_str().unwrap_or_default())).collect();
        assert_eq!(fixtures, [("reviewer", "MIXED"), ("second", "FALSE"), ("admin", "TRUE")]);
    }

    async fn who_may_not_judge_is_refused(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        for (who, code) in [("reader", "FORBIDDEN"), ("rival", "NOT_FOUND"), ("rival-reviewer", "NOT_FOUND")] {
            assert_eq!(submit(&app.as_(who), verdict_on(&claim, "TRUE")).await.code(), code, "{who}");
        }
        assert_eq!(submit(&app.as_stranger(), verdict_on(&claim, "TRUE")).await.code(), "UNAUTHENTICATED");
        assert_eq!(state(&app, &claim).await, "OPEN");
    }

    async fn an_unknown_rating_is_refused_with_the_ones_there_are(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        for key in ["PANTS_ON_FIRE", "true", "", "TRUE "] {
            let reply = submit(&app.as_reviewer(), verdict_on(&claim, key)).await;
            reply.refused("rating", "UNKNOWN_RATING");
            let keys = app.as_reader().ask(r#"{ newsroom(slug: "desk") { ratingScale { ratings { key } } } }"#).await;
            for rating in keys.data("/newsroom/ratingScale/ratings").as_array().expect("ratings") {
                assert!(reply.message().contains(rating["key"].as_str().expect("a key")), "{}", reply.message());
            }
        }
    }

    async fn a_verdict_cites_a_source_unless_its_rating_needs_none(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let keys = app.as_reader().ask(r#"{ newsroom(slug: "desk") { ratingScale { ratings { key needsSource } } } }"#).await;
        let ratings = keys.data("/newsroom/ratingScale/ratings").as_array().expect("ratings").clone();
        assert!(ratings.iter().any(|rating| rating["key"] == "UNVERIFIABLE" && rating["needsSource"] == false));
        for rating in ratings {
            let input = with(verdict_on(&claim, rating["key"].as_str().expect("a key")), &json!({ "citations": [] }));
            let reply = submit(&app.as_reviewer(), input.clone()).await;
            if rating["needsSource"] == true {
                reply.refused("citations", "SOURCE_REQUIRED");
            } else {
                reply.ok();
            }
        }
    }

    async fn bad_input_is_refused_by_field_and_reason_and_nothing_is_stored(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let article = app.fixtures().an_article().await;
        let unknown = format!("claim_{}", "0".repeat(32));
        let citation = |changes: Value| json!({ "citations": [verdict_on(&claim, "TRUE")["citations"][0], with(json!({ "url": "https://a.example/", "stance": "CONTEXT" }), &changes)] });
        let many = |count: usize| json!({ "citations": vec![json!({ "url": "https://a.example/", "stance": "CONTEXT" }); count] });
        let mut cases = vec![
            (json!({ "rationale": "" }), "rationale", "EMPTY"),
            (json!({ "rationale": " \r\n\t " }), "rationale", "EMPTY"),
            (json!({ "rationale": "é".repeat(20_001) }), "rationale", "TOO_LARGE"),
            (json!({ "rationale": "one\u{0}two" }), "rationale", "CONTROL_CHARACTER"),
            (json!({ "rationale": "bell\u{7}" }), "rationale", "CONTROL_CHARACTER"),
            (json!({ "rationale": "next\u{85}line" }), "rationale", "CONTROL_CHARACTER"),
            (many(51), "citations", "TOO_LARGE"),
            (citation(json!({ "quote": "x".repeat(5001) })), "citations[1].quote", "TOO_LARGE"),
            (citation(json!({ "quote": "" })), "citations[1].quote", "EMPTY"),
            (citation(json!({ "quote": "a\u{1b}[2J" })), "citations[1].quote", "CONTROL_CHARACTER"),
            (citation(json!({ "title": "x".repeat(501) })), "citations[1].title", "TOO_LARGE"),
            (citation(json!({ "title": "two\u{7}lines" })), "citations[1].title", "CONTROL_CHARACTER"),
            (citation(json!({ "publisher": "x".repeat(201) })), "citations[1].publisher", "TOO_LARGE"),
            (citation(json!({ "archiveUrl": "ftp://keep.example/a" })), "citations[1].archiveUrl", "INVALID_URL"),
            (citation(json!({ "archiveUrl": "" })), "citations[1].archiveUrl", "EMPTY"),
            (citation(json!({ "url": "" })), "citations[1].url", "EMPTY"),
            (citation(json!({ "url": format!("https://a.example/{}", "x".repeat(2000)) })), "citations[1].url", "TOO_LARGE"),
            (citation(json!({ "url": "https://a.example/\u{0}" })), "citations[1].url", "CONTROL_CHARACTER"),
            (json!({ "claim": article }), "claim", "INVALID_ID"),
            (json!({ "claim": "claim_" }), "claim", "INVALID_ID"),
            (json!({ "claim": claim.to_uppercase() }), "claim", "INVALID_ID"),
            (json!({ "claim": "" }), "claim", "INVALID_ID"),
        ];
        let addresses = ["javascript:alert(1)", "data:text/html,x", "ftp://a.example/", "file:///etc/passwd", "https://user:pass@a.example/",
            "https://user@a.example/", "https://:pass@a.example/", "//a.example/", "a.example", "https://", "http://[::1", "mailto:desk@a.example"];
        cases.extend(addresses.map(|url| (citation(json!({ "url": url })), "citations[1].url", "INVALID_URL")));
        for (changes, field, reason) in cases {
            let reply = submit(&app.as_reviewer(), with(verdict_on(&claim, "TRUE"), &changes)).await;
            assert_eq!((reply.code(), reply.field(), reply.reason()), ("BAD_USER_INPUT", field, reason), "{changes} {}", reply.body);
        }
        assert_eq!(submit(&app.as_reviewer(), verdict_on(&unknown, "TRUE")).await.code(), "NOT_FOUND");
        assert_eq!(state(&app, &claim).await, "OPEN");
        let sources = app.as_editor().ask(r#"{ newsroom(slug: "desk") { sources { totalCount } } }"#).await;
        assert_eq!(sources.number("/newsroom/sources/totalCount"), 0);

        // Values at the bounds are accepted, and returned unchanged.
        let rationale = "é".repeat(20_000);
        let quote = "ö".repeat(5000);
        let input = with(verdict_on(&claim, "TRUE"), &json!({ "rationale": rationale, "citations": vec![json!({
            "url": format!("https://a.example/{}", "x".repeat(1982)), "stance": "CONTEXT", "quote": quote, "title": "ü".repeat(500) }); 50] }));
        let reply = app.as_reviewer().call("submitVerdict", input, "verdict { rationale citations { quote source { title } } }").await;
        assert_eq!(reply.text("/submitVerdict/verdict/rationale"), rationale);
        assert_eq!(reply.data("/submitVerdict/verdict/citations").as_array().map(Vec::len), Some(50));
        assert_eq!(reply.text("/submitVerdict/verdict/citations/49/quote"), quote);
        assert_eq!(reply.text("/submitVerdict/verdict/citations/49/source/title"), "ü".repeat(500));
    }

    async fn a_withdrawal_needs_a_reason_and_a_verdict(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        for (changes, field, reason) in [
            (json!({ "reason": "" }), "reason", "EMPTY"),
            (json!({ "reason": "x".repeat(1001) }), "reason", "TOO_LARGE"),
            (json!({ "reason": "a\u{0}" }), "reason", "CONTROL_CHARACTER"),
            (json!({ "verdict": claim }), "verdict", "INVALID_ID"),
            (json!({ "verdict": "" }), "verdict", "INVALID_ID"),
        ] {
            let input = with(json!({ "verdict": verdict, "reason": "Wrong." }), &changes);
            app.as_reviewer().call("withdrawVerdict", input, "verdict { id }").await.refused(field, reason);
        }
        assert_eq!(withdraw(&app.as_reviewer(), &format!("verdict_{}", "0".repeat(32))).await.code(), "NOT_FOUND");
        withdraw(&app.as_reviewer(), &verdict).await.ok();
        withdraw(&app.as_reviewer(), &verdict).await.refused("verdict", "VERDICT_WITHDRAWN");
    }

    async fn a_withdrawn_claim_is_judged_no_more_and_its_verdicts_can_still_be_withdrawn(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        app.as_editor().call("withdrawClaim", json!({ "claim": claim, "reason": "Marked twice." }), "claim { id }").await.ok();
        submit(&app.as_second(), verdict_on(&claim, "TRUE")).await.refused("claim", "CLAIM_WITHDRAWN");
        submit(&app.as_reviewer(), verdict_on(&claim, "FALSE")).await.refused("claim", "CLAIM_WITHDRAWN");
        assert_eq!(withdraw(&app.as_reviewer(), &verdict).await.text("/withdrawVerdict/claim/state"), "WITHDRAWN");
    }

    async fn a_version_that_has_passed_is_a_conflict(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let expecting = |version: i32| with(verdict_on(&claim, "TRUE"), &json!({ "expectedVersion": version }));
        let verdict = submit(&app.as_reviewer(), expecting(1)).await.text("/submitVerdict/verdict/id");
        for old in [0, 1, 3, -1, i32::MAX] {
            let reply = submit(&app.as_second(), expecting(old)).await;
            assert_eq!(reply.code(), "CONFLICT", "{}", reply.body);
            assert_eq!(reply.body["errors"][0]["extensions"]["currentVersion"], 2);
        }
        submit(&app.as_second(), expecting(2)).await.ok();

        app.fixtures().a_verdict("reviewer", &claim, "MIXED").await;
        let take_back = async |version: i32| {
            let input = json!({ "verdict": verdict, "reason": "Wrong.", "expectedVersion": version });
            app.as_reviewer().call("withdrawVerdict", input, "verdict { version }").await
        };
        let reply = take_back(1).await;
        assert_eq!(reply.code(), "CONFLICT");
        assert_eq!(reply.body["errors"][0]["extensions"]["currentVersion"], 2);
        assert_eq!(take_back(2).await.number("/withdrawVerdict/verdict/version"), 3);
    }

    async fn who_judges_a_claim_reworded_since_it_was_marked_says_which_wording_they_read(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        app.as_editor().call("editClaim", json!({ "claim": claim, "tags": ["port"] }), "claim { version }").await.ok();
        app.as_editor().call("editClaim", json!({ "claim": claim, "statement": "The loss is 12 million a day." }), "claim { version }").await.ok();
        submit(&app.as_reviewer(), verdict_on(&claim, "TRUE")).await.refused("expectedVersion", "EXPECTED_VERSION_REQUIRED");
        let reply = submit(&app.as_reviewer(), with(verdict_on(&claim, "TRUE"), &json!({ "expectedVersion": 3 }))).await;
        assert_eq!(reply.text("/submitVerdict/claim/state"), "IN_REVIEW");
    }

    async fn another_number_of_verdicts_required_settles_the_claims_that_are_there(app: TestApp) {
        let fixtures = app.fixtures();
        let article = fixtures.an_article().await;
        let mut claims = Vec::new();
        for judges in [&[][..], &["reviewer"], &["reviewer", "second"], &["reviewer", "second", "third"]] {
            let claim = fixtures.a_claim_on(&article, "The loss is 12 million francs a day.", "12 million francs").await;
            for judge in judges {
                fixtures.a_verdict(judge, &claim, "TRUE").await;
            }
            claims.push(claim);
        }
        let withdrawn = fixtures.a_claim_on(&article, "Zoë Ardant leads the authority.", "led by Zoë Ardant").await;
        fixtures.a_verdict("reviewer", &withdrawn, "TRUE").await;
        app.as_editor().call("withdrawClaim", json!({ "claim": withdrawn, "reason": "Beside the point." }), "claim { id }").await.ok();
        claims.push(withdrawn);

        let seen = "query($id: ID!) { node(id: $id) { ... on Claim { version state verdicts { id } summary { verdictCount hiddenVerdictCount } } } }";
        for (required, states) in [
            (2, ["OPEN", "IN_REVIEW", "READY", "READY", "WITHDRAWN"]),
            (3, ["OPEN", "IN_REVIEW", "IN_REVIEW", "READY", "WITHDRAWN"]),
            (1, ["OPEN", "READY", "READY", "READY", "WITHDRAWN"]),
            (20, ["OPEN", "IN_REVIEW", "IN_REVIEW", "IN_REVIEW", "WITHDRAWN"]),
        ] {
            set_policy(&app, json!({ "verdictsRequired": required })).await;
            for (number, (claim, state)) in claims.iter().zip(states).enumerate() {
                let reply = app.as_reader().send(seen, json!({ "id": claim })).await;
                assert_eq!(reply.text("/node/state"), state, "claim {number} at {required}");
                if number < 4 {
                    // Visible verdicts become hidden again as soon as the claim is no longer READY.
                    let hidden = if state == "READY" { 0 } else { number };
                    assert_eq!(reply.number("/node/summary/hiddenVerdictCount"), i64::try_from(hidden).expect("few"));
                    assert_eq!(reply.data("/node/verdicts").as_array().map(Vec::len), Some(number - hidden));
                }
            }
        }
        // Setting the same policy again changes no claim.
        let version = async || app.as_reader().send(CLAIM, json!({ "id": claims[2] })).await.number("/node/version");
        let before = version().await;
        set_policy(&app, json!({ "verdictsRequired": 20, "blindReview": true })).await;
        assert_eq!(version().await, before);
        set_policy(&app, json!({ "verdictsRequired": 2 })).await;
        assert_eq!(version().await, before + 1);
    }
}
