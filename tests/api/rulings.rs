//! Rulings: the requirements for publishing one, what it rests on, and that only corrections change
//! it.

use serde_json::{Value, json};

use crate::app::{Client, Reply, TestApp};
use crate::fixtures::{ruling_on, verdict_on};
use crate::verdicts::with;

const RULING: &str = "ruling { id number state version summary dissent publishedAt rating { key } publishedBy { displayName } claim { id state }
    verdicts { id dissents rationale rating { key } reviewer { displayName } citations { url title } }
    subject { statement claimant quotes { exact } article { title } }
    corrections { number kind reason previousSummary previousDissent previousRating { key } previousVerdicts { rationale } madeBy { displayName } } }";

async fn publish(client: &Client, input: Value) -> Reply {
    client.call("publishRuling", input, RULING).await
}

async fn correct(client: &Client, ruling: &str, kind: &str, changes: Value) -> Reply {
    let input =
        with(json!({ "ruling": ruling, "kind": kind, "reason": "A reader wrote." }), &changes);
    client.call("correctRuling", input, RULING).await
}

async fn read(client: &Client, ruling: &str) -> Value {
    let document = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on Ruling {} }} }}",
        RULING.trim_start_matches("ruling ")
    );
    client.send(&document, json!({ "id": ruling })).await.data("/node").clone()
}

async fn state(app: &TestApp, claim: &str) -> String {
    app.as_reader()
        .send(
            "query($id: ID!) { node(id: $id) { ... on Claim { state } } }",
            json!({ "id": claim }),
        )
        .await
        .text("/node/state")
}

/// Whether a ruling can be published, and what is missing: `CODE severity field`.
async fn missing(client: &Client, claim: &str, plan: &str) -> (bool, Vec<String>) {
    let document = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on Claim {{ readiness{plan} {{ ready missing {{ code severity field message }} }} }} }} }}"
    );
    let reply = client.send(&document, json!({ "id": claim })).await;
    let points = reply.data("/node/readiness/missing").as_array().expect("points").clone();
    assert!(
        points.iter().all(|point| point["message"].as_str().is_some_and(|text| text.len() > 20)),
        "{points:?}"
    );
    let word = |point: &Value, name: &str| point[name].as_str().expect("a word").to_owned();
    let points = points
        .iter()
        .map(|point| ["code", "severity", "field"].map(|name| word(point, name)).join(" "));
    (reply.data("/node/readiness/ready").as_bool().expect("a flag"), points.collect())
}

/// A verdict by this account that cites these pages. Pages whose name begins with `kept` have an
/// archived copy.
async fn judge(app: &TestApp, by: &str, claim: &str, rating: &str, pages: &[&str]) -> String {
    let archive = |page: &str| {
        page.starts_with("kept").then(|| format!("https://archive.example.org/{page}"))
    };
    let pages: Vec<_> = pages
        .iter()
        .map(|page| json!({ "url": format!("https://{page}.example.org/"), "stance": "CONTEXT", "archiveUrl": archive(page) }))
        .collect();
    let input = with(
        verdict_on(claim, rating),
        &json!({ "rationale": format!("{by} says {rating}."), "citations": pages }),
    );
    app.as_(by)
        .call("submitVerdict", input, "verdict { id }")
        .await
        .text("/submitVerdict/verdict/id")
}

db_tests! {
    async fn readiness_says_point_by_point_what_is_missing(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let editor = app.as_editor();
        let all = async |plan: &str| missing(&editor, &claim, plan).await;
        // The article of this test has no address.
        let strings = |words: &[&str]| words.iter().copied().chain(["NO_ARTICLE_URL WARNS claim"]).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(all("").await, (false, strings(&["TOO_FEW_VERDICTS BLOCKS claim", "SOURCE_REQUIRED BLOCKS rating", "SUMMARY_REQUIRED ASKS summary"])));

        let first = judge(&app, "reviewer", &claim, "UNVERIFIABLE", &[]).await;
        judge(&app, "second", &claim, "UNVERIFIABLE", &[]).await;
        // Whether sources are required depends on the rating.
        assert_eq!(all("").await, (false, strings(&["SOURCE_REQUIRED BLOCKS rating", "SUMMARY_REQUIRED ASKS summary"])));
        assert_eq!(all("(rating: \"FALSE\", summary: \"So.\")").await, (false, strings(&["SOURCE_REQUIRED BLOCKS rating", "ALL_VERDICTS_DISSENT WARNS claim"])));
        assert_eq!(all("(rating: \"UNVERIFIABLE\", summary: \"So.\")").await, (true, strings(&[])));
        assert_eq!(all("(rating: \"UNVERIFIABLE\", summary: \" \")").await, (false, strings(&["SUMMARY_REQUIRED BLOCKS summary"])));
        let reply = editor.send("query($id: ID!) { node(id: $id) { ... on Claim { readiness(rating: \"NONE\") { ready } } } }", json!({ "id": claim })).await;
        reply.refused("rating", "UNKNOWN_RATING");

        judge(&app, "second", &claim, "FALSE", &["kept", "loose"]).await;
        assert_eq!(all("(summary: \"So.\")").await, (true, strings(&["NOT_ARCHIVED WARNS claim", "DISPUTED WARNS claim"])));
        judge(&app, "second", &claim, "FALSE", &["kept"]).await;
        assert_eq!(all("(summary: \"So.\")").await, (true, strings(&["DISPUTED WARNS claim"])));

        // A verdict of the editor's own blocks only that editor, and only if the policy has
        // `secondReader`.
        judge(&app, "editor", &claim, "FALSE", &["kept"]).await;
        assert_eq!(all("(summary: \"So.\")").await, (false, strings(&["SECOND_READER BLOCKS claim", "DISPUTED WARNS claim"])));
        assert_eq!(missing(&app.as_admin(), &claim, "(summary: \"So.\")").await, (true, strings(&["DISPUTED WARNS claim"])));
        app.fixtures().a_policy(json!({ "secondReader": false })).await;
        assert_eq!(all("(summary: \"So.\")").await, (true, strings(&["DISPUTED WARNS claim"])));

        app.fixtures().a_change_under(&claim).await;
        app.fixtures().a_policy(json!({ "verdictsRequired": 4 })).await;
        app.as_reviewer().call("withdrawVerdict", json!({ "verdict": first, "reason": "No." }), "verdict { id }").await.ok();
        assert_eq!(all("(summary: \"So.\")").await, (false, strings(&["TOO_FEW_VERDICTS BLOCKS claim", "STALE BLOCKS claim"])));
        app.as_editor().call("withdrawClaim", json!({ "claim": claim, "reason": "No claim." }), "claim { id }").await.ok();
        assert_eq!(all("(summary: \"So.\")").await.1[0], "CLAIM_WITHDRAWN BLOCKS claim");

        app.fixtures().a_policy(json!({ "verdictsRequired": 2 })).await;
        let (published, _) = app.fixtures().a_published_claim().await;
        assert_eq!(missing(&app.as_admin(), &published, "(summary: \"So.\")").await.1[0], "ALREADY_PUBLISHED BLOCKS claim");
    }

    async fn readiness_is_for_those_who_publish(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        judge(&app, "second", &claim, "UNVERIFIABLE", &[]).await;
        let document = "query($id: ID!) { node(id: $id) { ... on Claim { readiness { ready missing { code } } } } }";
        for who in ["reader", "reviewer", "second"] {
            assert_eq!(*app.as_(who).send(document, json!({ "id": claim })).await.data("/node/readiness"), Value::Null, "{who}");
        }
        assert!(app.as_admin().send(document, json!({ "id": claim })).await.data("/node/readiness").is_object());
        assert_eq!(app.as_rival().send(document, json!({ "id": claim })).await.code(), "NOT_FOUND");
    }

    async fn what_blocks_refuses_a_ruling_for_the_same_reason(app: TestApp) {
        let editor = app.as_editor();
        let claim = app.fixtures().a_claim().await;
        publish(&editor, ruling_on(&claim, "UNVERIFIABLE")).await.refused("claim", "TOO_FEW_VERDICTS");
        judge(&app, "reviewer", &claim, "UNVERIFIABLE", &[]).await;
        publish(&editor, ruling_on(&claim, "UNVERIFIABLE")).await.refused("claim", "TOO_FEW_VERDICTS");
        judge(&app, "editor", &claim, "UNVERIFIABLE", &[]).await;
        publish(&editor, ruling_on(&claim, "UNVERIFIABLE")).await.refused("claim", "SECOND_READER");
        publish(&app.as_admin(), ruling_on(&claim, "FALSE")).await.refused("rating", "SOURCE_REQUIRED");
        app.fixtures().a_change_under(&claim).await;
        publish(&app.as_admin(), ruling_on(&claim, "UNVERIFIABLE")).await.refused("claim", "STALE");
        assert_eq!(state(&app, &claim).await, "READY", "refused requests publish nothing");
        assert_eq!(app.as_admin().ask("{ newsroom(slug: \"desk\") { rulings { totalCount } } }").await.number("/newsroom/rulings/totalCount"), 0);
        app.as_editor().call("withdrawClaim", json!({ "claim": claim, "reason": "No claim." }), "claim { id }").await.ok();
        publish(&app.as_admin(), ruling_on(&claim, "UNVERIFIABLE")).await.refused("claim", "CLAIM_WITHDRAWN");

        let (claim, _) = app.fixtures().a_published_claim().await;
        publish(&editor, ruling_on(&claim, "FALSE")).await.refused("claim", "ALREADY_PUBLISHED");
        // Withdrawing a verdict does not undo that its reviewer judged the claim.
        let claim = app.fixtures().a_ready_claim().await;
        let own = judge(&app, "editor", &claim, "TRUE", &["a"]).await;
        publish(&editor, ruling_on(&claim, "FALSE")).await.refused("claim", "SECOND_READER");
        app.as_editor().call("withdrawVerdict", json!({ "verdict": own, "reason": "I edit it." }), "verdict { id }").await.ok();
        publish(&editor, ruling_on(&claim, "FALSE")).await.refused("claim", "SECOND_READER");
        publish(&app.as_admin(), ruling_on(&claim, "FALSE")).await.ok();
    }

    async fn without_a_second_reader_an_editor_rules_on_what_they_judged(app: TestApp) {
        app.fixtures().a_policy(json!({ "secondReader": false, "verdictsRequired": 1 })).await;
        let claim = app.fixtures().a_claim().await;
        judge(&app, "editor", &claim, "TRUE", &["a"]).await;
        publish(&app.as_editor(), ruling_on(&claim, "TRUE")).await.ok();
    }

    async fn readiness_warns_of_what_readers_will_ask(app: TestApp) {
        let editor = app.as_editor();
        let codes = async |claim: &str, plan: &str| {
            let points = missing(&editor, claim, plan).await.1;
            points.iter().filter(|point| point.contains("WARNS")).map(|point| point.split(' ').next().expect("a code").to_owned()).collect::<Vec<_>>()
        };
        let input = json!({ "newsroom": app.newsroom(), "title": "T", "body": crate::fixtures::BODY, "url": "https://news.example.org/strike" });
        let article = editor.call("importArticle", input, "article { id }").await.text("/importArticle/article/id");
        let agreed = app.fixtures().a_claim_on(&article, "It is so.", "12 million francs a day").await;
        let first = app.fixtures().a_verdict("reviewer", &agreed, "TRUE").await;
        app.fixtures().a_verdict("second", &agreed, "TRUE").await;
        let has = |codes: &[String], wanted: &[&str]| {
            let new = ["DISPUTED", "NO_ARTICLE_URL", "REAFFIRMED_ON_CHANGED_WORDS", "ALL_VERDICTS_DISSENT"];
            let found: Vec<_> = codes.iter().filter(|code| new.contains(&code.as_str())).cloned().collect();
            assert_eq!(found, wanted);
        };
        has(&codes(&agreed, "").await, &[]);
        has(&codes(&agreed, "(rating: \"TRUE\")").await, &[]);
        has(&codes(&agreed, "(rating: \"FALSE\")").await, &["ALL_VERDICTS_DISSENT"]);
        app.fixtures().a_change_under(&agreed).await;
        app.as_reviewer().call("reaffirmVerdict", json!({ "verdict": first }), "verdict { id }").await.ok();
        has(&codes(&agreed, "").await, &["REAFFIRMED_ON_CHANGED_WORDS"]);
        let disputed = app.fixtures().a_ready_claim().await;
        has(&codes(&disputed, "").await, &["DISPUTED", "NO_ARTICLE_URL"]);
        // Warnings do not block.
        app.fixtures().a_ruling(&disputed, "FALSE").await;
    }

    async fn a_new_rating_asks_for_the_text_about_dissent_again(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        let editor = app.as_editor();
        let input = with(ruling_on(&claim, "FALSE"), &json!({ "dissent": "One reviewer says TRUE." }));
        let ruling = publish(&editor, input).await.text("/publishRuling/ruling/id");
        correct(&editor, &ruling, "CLARIFICATION", json!({ "summary": "In short." })).await.ok();
        correct(&editor, &ruling, "CORRECTION", json!({ "rating": "TRUE" })).await.refused("dissent", "DISSENT_OUTDATED");
        assert_eq!(read(&editor, &ruling).await["rating"]["key"], "FALSE");
        correct(&editor, &ruling, "CORRECTION", json!({ "rating": "TRUE", "dissent": "One reviewer says FALSE." })).await.ok();
        // Both differ from MIXED.
        correct(&editor, &ruling, "UPDATE", json!({ "rating": "MIXED", "dissent": null })).await.ok();
        // There is no text that could be outdated.
        correct(&editor, &ruling, "UPDATE", json!({ "rating": "FALSE" })).await.ok();
    }

    async fn a_public_ruling_says_whether_its_words_have_changed_and_who_read_them_again(app: TestApp) {
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        let claim = app.fixtures().a_ready_claim().await;
        let document = "query($id: ID!) { node(id: $id) { ... on Claim { article { id } verdicts { id } } } }";
        let found = app.as_editor().send(document, json!({ "id": claim })).await;
        app.fixtures().a_change_under(&claim).await;
        for (who, verdict) in [("reviewer", 0), ("second", 1)] {
            let input = json!({ "verdict": found.data("/node/verdicts")[verdict]["id"], "note": "Read again." });
            app.as_(who).call("reaffirmVerdict", input, "verdict { id }").await.ok();
        }
        let ruling = app.fixtures().a_ruling(&claim, "FALSE").await;
        let document = "query($id: ID!) { node(id: $id) { ... on Ruling { wordsChanged verdicts { reaffirmedAt reaffirmNote readRevision } } } }";
        let seen = async |client: Client| client.send(document, json!({ "id": ruling })).await.data("/node").clone();
        let (stranger, member) = (seen(app.as_stranger()).await, seen(app.as_reader()).await);
        assert_eq!((&stranger["wordsChanged"], &stranger["verdicts"][0]["readRevision"], &stranger["verdicts"][0]["reaffirmNote"]), (&json!(false), &json!(2), &Value::Null));
        assert!(stranger["verdicts"][1]["reaffirmedAt"].is_string());
        assert_eq!(member["verdicts"][0]["reaffirmNote"], "Read again.");

        let article = found.text("/node/article/id");
        let changed = crate::fixtures::BODY.replace("puts the loss", "no longer puts the loss");
        app.fixtures().a_revision_of(&article, &changed).await;
        assert_eq!(seen(app.as_stranger()).await["wordsChanged"], true);
        // Reaffirming does not change what was published.
        let reply = app.as_editor().send("query($id: ID!) { node(id: $id) { ... on Claim { wordingVersion } } }", json!({ "id": claim })).await;
        let input = json!({ "verdict": found.data("/node/verdicts")[0]["id"], "expectedWordingVersion": reply.data("/node/wordingVersion") });
        app.as_reviewer().call("reaffirmVerdict", input, "verdict { id }").await.ok();
        assert_eq!(seen(app.as_stranger()).await["wordsChanged"], true);
        app.as_editor().call("restoreRevision", json!({ "article": article, "number": 2 }), "article { id }").await.ok();
        assert_eq!(seen(app.as_stranger()).await["wordsChanged"], false);
    }

    async fn a_ruling_rests_on_the_verdicts_in_force_dissent_among_them(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let first = judge(&app, "reviewer", &claim, "TRUE", &["one"]).await;
        let second = judge(&app, "second", &claim, "FALSE", &["two", "three"]).await;
        let back = judge(&app, "third", &claim, "MIXED", &["four"]).await;
        app.as_third().call("withdrawVerdict", json!({ "verdict": back, "reason": "Unsure." }), "verdict { id }").await.ok();
        let input = with(ruling_on(&claim, "FALSE"), &json!({ "dissent": "One reader of the ledger\r\ndiffers.", "expectedVersion": 5 }));
        let reply = publish(&app.as_editor(), input).await;
        let ruling = reply.data("/publishRuling/ruling");
        let page = |name: &str| json!({ "url": format!("https://{name}.example.org/"), "title": null });
        assert_eq!(with(ruling.clone(), &json!({ "id": 0, "publishedAt": 0 })), json!({
            "id": 0, "publishedAt": 0, "number": 1, "state": "PUBLISHED", "version": 1, "rating": { "key": "FALSE" },
            "summary": "The ledger gives another figure.", "dissent": "One reader of the ledger\ndiffers.",
            "publishedBy": { "displayName": "editor" }, "claim": { "id": claim, "state": "PUBLISHED" }, "corrections": [],
            "verdicts": [
                { "id": first, "dissents": true, "rationale": "reviewer says TRUE.", "rating": { "key": "TRUE" }, "reviewer": { "displayName": "reviewer" }, "citations": [page("one")] },
                { "id": second, "dissents": false, "rationale": "second says FALSE.", "rating": { "key": "FALSE" }, "reviewer": { "displayName": "second" }, "citations": [page("two"), page("three")] },
            ],
            "subject": { "statement": "The loss is 12 million francs a day.", "claimant": "Port authority", "quotes": [{ "exact": "12 million francs a day" }], "article": { "title": "Harbour strike ends after nine days" } },
        }));

        // Later changes by reviewers do not affect the ruling or the claim's state.
        let id = reply.text("/publishRuling/ruling/id");
        judge(&app, "reviewer", &claim, "FALSE", &["five"]).await;
        app.as_second().call("withdrawVerdict", json!({ "verdict": second, "reason": "Unsure." }), "verdict { id }").await.ok();
        judge(&app, "third", &claim, "MIXED", &["six"]).await;
        for who in ["editor", "reader", "third"] {
            let now = read(&app.as_(who), &id).await;
            assert_eq!((&now["verdicts"], &now["rating"], &now["claim"]["state"]), (&ruling["verdicts"], &json!({ "key": "FALSE" }), &json!("PUBLISHED")), "{who}");
        }
        // From the ruling, members reach the current verdict, if they may see it.
        let document = "query($id: ID!) { node(id: $id) { ... on Ruling { verdicts { verdict { rationale state } } } } }";
        let now = app.as_editor().send(document, json!({ "id": id })).await;
        assert_eq!(*now.data("/node/verdicts"), json!([{ "verdict": { "rationale": "reviewer says FALSE.", "state": "SUBMITTED" } }, { "verdict": { "rationale": "second says FALSE.", "state": "WITHDRAWN" } }]));
        let now = app.as_reader().send(document, json!({ "id": id })).await;
        assert_eq!(*now.data("/node/verdicts/1/verdict"), Value::Null);
    }

    async fn a_change_of_policy_does_not_unpublish(app: TestApp) {
        let (claim, ruling) = app.fixtures().a_published_claim().await;
        let before = read(&app.as_reader(), &ruling).await;
        let visible = "query($id: ID!) { node(id: $id) { ... on Claim { version verdicts { id } summary { hiddenVerdictCount } } } }";
        let (open, other) = (app.as_reader().send(visible, json!({ "id": claim })).await.body, app.fixtures().a_ready_claim().await);
        for policy in [json!({ "verdictsRequired": 20, "blindReview": true }), json!({ "secondReader": false }), json!({ "publicReading": true }), json!({ "publicReading": false })] {
            app.fixtures().a_policy(policy).await;
            assert_eq!(state(&app, &claim).await, "PUBLISHED");
            assert_eq!(read(&app.as_reader(), &ruling).await, before);
            // The basis of a published ruling is visible, even if the policy now requires more
            // verdicts.
            assert_eq!(app.as_reader().send(visible, json!({ "id": claim })).await.body, open);
        }
        assert_eq!(state(&app, &other).await, "IN_REVIEW");
        correct(&app.as_editor(), &ruling, "RETRACTION", json!({})).await.ok();
        assert_eq!(state(&app, &claim).await, "IN_REVIEW", "from now on the policy's number counts again");
    }

    async fn a_claim_with_a_published_ruling_is_not_taken_back(app: TestApp) {
        let (claim, ruling) = app.fixtures().a_published_claim().await;
        let withdraw = async || app.as_editor().call("withdrawClaim", json!({ "claim": claim, "reason": "No claim." }), "claim { state }").await;
        withdraw().await.refused("claim", "CLAIM_PUBLISHED");
        app.as_editor().call("editClaim", json!({ "claim": claim, "tags": ["port"] }), "claim { state }").await.ok();
        assert_eq!(state(&app, &claim).await, "PUBLISHED");
        correct(&app.as_editor(), &ruling, "RETRACTION", json!({})).await.ok();
        assert_eq!(withdraw().await.text("/withdrawClaim/claim/state"), "WITHDRAWN");
        let kept = read(&app.as_reader(), &ruling).await;
        assert_eq!((&kept["state"], &kept["summary"]), (&json!("RETRACTED"), &json!("The ledger gives another figure.")));
    }

    async fn a_correction_says_why_and_keeps_what_was_said_before(app: TestApp) {
        let (claim, ruling) = app.fixtures().a_published_claim().await;
        let editor = app.as_editor();
        let clear = correct(&editor, &ruling, "CLARIFICATION", json!({ "summary": "The ledger gives\r\n12,014,000.", "dissent": "One differs.", "rating": "FALSE" })).await;
        assert_eq!((clear.text("/correctRuling/ruling/summary"), clear.number("/correctRuling/ruling/version")), ("The ledger gives\n12,014,000.".into(), 2));
        // An editor who judged may clarify the ruling. Only a different rating requires a second
        // reader.
        judge(&app, "admin", &claim, "MIXED", &["late"]).await;
        correct(&app.as_admin(), &ruling, "CORRECTION", json!({ "rating": "MIXED" })).await.refused("claim", "SECOND_READER");
        correct(&app.as_admin(), &ruling, "UPDATE", json!({ "dissent": null, "expectedVersion": 2 })).await.ok();
        let last = correct(&editor, &ruling, "CORRECTION", json!({ "rating": "MIXED", "summary": "About as much.", "reason": "A page was missing." })).await;

        let now = last.data("/correctRuling/ruling");
        assert_eq!((&now["rating"]["key"], &now["summary"], &now["dissent"], &now["version"]), (&json!("MIXED"), &json!("About as much."), &Value::Null, &json!(4)));
        // A new rating rests on the verdicts of its own time. The correction keeps the previous
        // basis and content.
        let dissents: Vec<_> = now["verdicts"].as_array().expect("verdicts").iter().map(|verdict| json!([verdict["rating"]["key"], verdict["dissents"]])).collect();
        assert_eq!(json!(dissents), json!([["TRUE", true], ["FALSE", true], ["MIXED", false]]));
        let told: Vec<_> = now["corrections"].as_array().expect("corrections").iter().map(|one| json!([
            one["number"], one["kind"], one["reason"], one["previousRating"]["key"], one["previousSummary"], one["previousDissent"],
            one["previousVerdicts"].as_array().map(Vec::len), one["madeBy"]["displayName"]])).collect();
        assert_eq!(json!(told), json!([
            [1, "CLARIFICATION", "A reader wrote.", "FALSE", "The ledger gives another figure.", null, 2, "editor"],
            [2, "UPDATE", "A reader wrote.", "FALSE", "The ledger gives\n12,014,000.", "One differs.", 2, "admin"],
            [3, "CORRECTION", "A page was missing.", "FALSE", "The ledger gives\n12,014,000.", null, 2, "editor"],
        ]));
        assert_eq!(read(&app.as_reader(), &ruling).await, *now);
        assert_eq!(state(&app, &claim).await, "PUBLISHED");
    }

    async fn another_rating_needs_what_publishing_needs(app: TestApp) {
        let (claim, ruling) = app.fixtures().a_published_claim().await;
        let editor = app.as_editor();
        let verdicts = app.as_editor().send("query($id: ID!) { node(id: $id) { ... on Claim { verdicts { id } } } }", json!({ "id": claim })).await;
        let verdict = verdicts.text("/node/verdicts/0/id");
        app.as_reviewer().call("withdrawVerdict", json!({ "verdict": verdict, "reason": "Unsure." }), "verdict { id }").await.ok();
        correct(&editor, &ruling, "CORRECTION", json!({ "rating": "TRUE" })).await.refused("claim", "TOO_FEW_VERDICTS");
        correct(&editor, &ruling, "CORRECTION", json!({ "rating": "UNHEARD" })).await.refused("rating", "UNKNOWN_RATING");
        correct(&editor, &ruling, "CORRECTION", json!({ "summary": "Other words." })).await.ok();
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        app.fixtures().a_change_under(&claim).await;
        correct(&editor, &ruling, "CORRECTION", json!({ "rating": "TRUE" })).await.refused("claim", "STALE");
        let now = read(&editor, &ruling).await;
        assert_eq!((&now["rating"]["key"], &now["version"]), (&json!("FALSE"), &json!(2)));
    }

    async fn a_ruling_quotes_the_words_that_its_reviewers_read(app: TestApp) {
        let (fixtures, editor) = (app.fixtures(), app.as_editor());
        let article = fixtures.an_article_of("Cups", "Team Alpha won three cups.").await;
        let claim = fixtures.a_claim_on(&article, "It won.", "won three cups").await;
        let verdicts = [("reviewer", fixtures.a_verdict("reviewer", &claim, "TRUE").await), ("second", fixtures.a_verdict("second", &claim, "TRUE").await)];
        let ruling = fixtures.a_ruling(&claim, "TRUE").await;
        let revised = json!({ "article": article, "title": "Cups stolen", "body": "Team Alpha won four cups." });
        app.as_editor().call("reviseArticle", revised, "article { id }").await.ok();
        // The published ruling stays as it was. Its claim shows that the words have changed.
        let kept = read(&editor, &ruling).await;
        assert_eq!((&kept["state"], &kept["subject"]["quotes"]), (&json!("PUBLISHED"), &json!([{ "exact": "won three cups" }])));
        assert_eq!(kept["subject"]["article"]["title"], "Cups", "the headline above the words does not change either");
        let now = editor.send("query($id: ID!) { node(id: $id) { ... on Claim { state stale } } }", json!({ "id": claim })).await;
        assert_eq!(*now.data("/node"), json!({ "state": "PUBLISHED", "stale": true }));
        correct(&editor, &ruling, "RETRACTION", json!({})).await.ok();
        publish(&editor, ruling_on(&claim, "TRUE")).await.refused("claim", "STALE");
        for (name, verdict) in verdicts {
            publish(&editor, ruling_on(&claim, "TRUE")).await.refused("claim", "STALE");
            app.as_(name).call("reaffirmVerdict", json!({ "verdict": verdict }), "claim { id }").await.ok();
        }
        let again = publish(&editor, ruling_on(&claim, "TRUE")).await.ok();
        assert_eq!(*again.data("/publishRuling/ruling/subject/quotes"), json!([{ "exact": "won four cups" }]));
        assert_eq!(*again.data("/publishRuling/ruling/subject/article/title"), "Cups stolen");
        assert_eq!(read(&editor, &ruling).await["subject"]["quotes"], json!([{ "exact": "won three cups" }]));
    }

    async fn a_correction_is_of_the_kind_that_it_says(app: TestApp) {
        let (_, ruling) = app.fixtures().a_published_claim().await;
        let editor = app.as_editor();
        let same = json!({ "rating": "FALSE", "summary": "The ledger gives another figure.", "dissent": null });
        for kind in ["CORRECTION", "CLARIFICATION", "UPDATE"] {
            correct(&editor, &ruling, kind, json!({})).await.refused("summary", "NOTHING_CHANGED");
            correct(&editor, &ruling, kind, same.clone()).await.refused("summary", "NOTHING_CHANGED");
        }
        correct(&editor, &ruling, "CLARIFICATION", json!({ "rating": "TRUE" })).await.refused("rating", "CONTRADICTION");
        for (changes, field) in [(json!({ "rating": "TRUE" }), "rating"), (json!({ "summary": "Other." }), "summary"), (json!({ "dissent": "Some." }), "dissent")] {
            correct(&editor, &ruling, "RETRACTION", changes).await.refused(field, "CONTRADICTION");
        }
        assert_eq!(correct(&editor, &ruling, "RETRACTION", same).await.text("/correctRuling/ruling/state"), "RETRACTED");
    }

    async fn a_retraction_stays_visible_and_ends_a_ruling(app: TestApp) {
        let (claim, ruling) = app.fixtures().a_published_claim().await;
        let editor = app.as_editor();
        let before = read(&editor, &ruling).await;
        let reply = correct(&editor, &ruling, "RETRACTION", json!({ "reason": "The ledger was another port's." })).await;
        assert_eq!(reply.text("/correctRuling/ruling/claim/state"), "READY");
        let after = read(&app.as_reader(), &ruling).await;
        for field in ["summary", "rating", "verdicts", "subject", "publishedAt"] {
            assert_eq!(after[field], before[field], "{field}");
        }
        assert_eq!((&after["state"], &after["corrections"][0]["reason"]), (&json!("RETRACTED"), &json!("The ledger was another port's.")));
        for kind in ["CORRECTION", "CLARIFICATION", "UPDATE", "RETRACTION"] {
            correct(&editor, &ruling, kind, json!({ "summary": "Other." })).await.refused("ruling", "RULING_RETRACTED");
        }
        // Another ruling may follow. The retracted one stays visible.
        let next = publish(&editor, ruling_on(&claim, "TRUE")).await;
        assert_eq!((next.number("/publishRuling/ruling/number"), next.text("/publishRuling/ruling/claim/state")), (2, "PUBLISHED".into()));
        let all = app.as_reader().send("query($id: ID!) { node(id: $id) { ... on Claim { ruling { number } rulings { number state } } } }", json!({ "id": claim })).await;
        assert_eq!(*all.data("/node"), json!({ "ruling": { "number": 2 }, "rulings": [{ "number": 2, "state": "PUBLISHED" }, { "number": 1, "state": "RETRACTED" }] }));
    }

    async fn bad_rulings_and_corrections_are_refused_by_field_and_reason(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        let unknown = format!("claim_{}", "0".repeat(32));
        for (changes, field, reason) in [
            (json!({ "summary": "" }), "summary", "EMPTY"),
            (json!({ "summary": " \n" }), "summary", "EMPTY"),
            (json!({ "summary": "é".repeat(10_001) }), "summary", "TOO_LARGE"),
            (json!({ "summary": "a\u{0}" }), "summary", "CONTROL_CHARACTER"),
            (json!({ "dissent": "" }), "dissent", "EMPTY"),
            (json!({ "dissent": "é".repeat(10_001) }), "dissent", "TOO_LARGE"),
            (json!({ "rating": "UNHEARD" }), "rating", "UNKNOWN_RATING"),
            (json!({ "claim": app.newsroom() }), "claim", "INVALID_ID"),
        ] {
            publish(&app.as_editor(), with(ruling_on(&claim, "FALSE"), &changes)).await.refused(field, reason);
        }
        assert_eq!(publish(&app.as_editor(), ruling_on(&unknown, "FALSE")).await.code(), "NOT_FOUND");
        let late = publish(&app.as_editor(), with(ruling_on(&claim, "FALSE"), &json!({ "expectedVersion": 2 }))).await;
        assert_eq!((late.code(), &late.body["errors"][0]["extensions"]["currentVersion"]), ("CONFLICT", &json!(3)));
        for (who, code) in [("reader", "FORBIDDEN"), ("reviewer", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(publish(&app.as_(who), ruling_on(&claim, "FALSE")).await.code(), code, "{who}");
        }
        assert_eq!(publish(&app.as_stranger(), ruling_on(&claim, "FALSE")).await.code(), "UNAUTHENTICATED");

        let long = with(ruling_on(&claim, "FALSE"), &json!({ "summary": "é".repeat(10_000), "dissent": "ö".repeat(10_000) }));
        let ruling = publish(&app.as_editor(), long).await.text("/publishRuling/ruling/id");
        for (changes, field, reason) in [
            (json!({ "reason": "" }), "reason", "EMPTY"),
            (json!({ "reason": "x".repeat(2001) }), "reason", "TOO_LARGE"),
            (json!({ "summary": "" }), "summary", "EMPTY"),
            (json!({ "dissent": " " }), "dissent", "EMPTY"),
            (json!({ "ruling": claim }), "ruling", "INVALID_ID"),
        ] {
            correct(&app.as_editor(), &ruling, "UPDATE", changes).await.refused(field, reason);
        }
        let late = correct(&app.as_editor(), &ruling, "UPDATE", json!({ "summary": "Other.", "expectedVersion": 2 })).await;
        assert_eq!((late.code(), &late.body["errors"][0]["extensions"]["currentVersion"]), ("CONFLICT", &json!(1)));
        for (who, code) in [("reader", "FORBIDDEN"), ("reviewer", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(correct(&app.as_(who), &ruling, "RETRACTION", json!({})).await.code(), code, "{who}");
        }
        assert_eq!(correct(&app.as_stranger(), &ruling, "RETRACTION", json!({})).await.code(), "UNAUTHENTICATED");
        assert_eq!(read(&app.as_reader(), &ruling).await["version"], 1);
    }

    async fn a_list_of_rulings_costs_the_same_however_many_there_are(app: TestApp) {
        let document = "{ newsroom(slug: \"desk\") { rulings { totalCount nodes { id rating { key } subject { statement quotes { exact } article { title } } publishedBy { displayName }
            verdicts { rating { key } citations { url } reviewer { displayName } verdict { id } } corrections { previousRating { key } previousVerdicts { id } } claim { readiness { ready } ruling { id } } } } } }";
        let mut rulings = Vec::new();
        let mut costs = Vec::new();
        for number in 1..=6 {
            let (_, ruling) = app.fixtures().a_published_claim().await;
            correct(&app.as_editor(), &ruling, "UPDATE", json!({ "summary": format!("Number {number}.") })).await.ok();
            rulings.insert(0, ruling);
            costs.push(app.cost(&app.as_editor(), document, json!({})).await);
        }
        // Two levels of the document read the same table, and these reads may or may not share a
        // batch.
        assert!(costs.iter().all(|cost| cost.abs_diff(costs[0]) <= 2) && costs[0] <= 30, "{costs:?}");
        let page = app.as_reader().ask("{ newsroom(slug: \"desk\") { rulings(first: 4) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } } }").await;
        let ids = |reply: &Reply| reply.data("/newsroom/rulings/nodes").as_array().expect("a list").iter().map(|node| node["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>();
        assert_eq!((ids(&page), page.number("/newsroom/rulings/totalCount")), (rulings[..4].to_vec(), 6));
        let rest = "query($after: String) { newsroom(slug: \"desk\") { rulings(first: 4, after: $after) { nodes { id } } } }";
        let rest = app.as_reader().send(rest, json!({ "after": page.text("/newsroom/rulings/pageInfo/endCursor") })).await;
        assert_eq!(ids(&rest), rulings[4..]);
    }

    async fn published_rulings_are_filtered_and_sorted(app: TestApp) {
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        let article = app.fixtures().an_article().await;
        let (mut rulings, mut claims) = (Vec::new(), Vec::new());
        for (statement, claimant, tag, rating) in [("The loss is 12 million.", "Port authority", "money", "FALSE"), ("Wages rise.", "The union", "wages", "TRUE"), ("Wages fell.", "The union", "money", "FALSE")] {
            let input = json!({ "article": article, "statement": statement, "claimant": claimant, "tags": [tag], "ranges": [{ "exact": "nine days" }] });
            let claim = app.as_reviewer().call("markClaim", input, "claim { id }").await.ok().text("/markClaim/claim/id");
            for by in ["reviewer", "second"] {
                app.fixtures().a_verdict(by, &claim, rating).await;
            }
            rulings.push(app.fixtures().a_ruling(&claim, rating).await);
            claims.push(claim);
            app.wait(chrono::TimeDelta::hours(1));
        }
        let document = "query($filter: RulingFilter, $order: RulingOrder) { publishedRulings(slug: \"desk\", filter: $filter, order: $order) { totalCount nodes { id publishedAt rating { rank bestRank worstRank } appearances { rulingId statement articleTitle rating { key } } } } }";
        let ask = async |filter: Value, order: &str| app.as_stranger().send(document, json!({ "filter": filter, "order": order })).await;
        let found = async |filter: Value, order: &str| {
            let reply = ask(filter, order).await.ok();
            let nodes = reply.data("/publishedRulings/nodes").as_array().expect("rulings").clone();
            nodes.iter().map(|row| rulings.iter().position(|id| row["id"] == *id).expect("one of them")).collect::<Vec<_>>()
        };
        let times = ask(json!({}), "OLDEST_FIRST").await;
        let second = times.text("/publishedRulings/nodes/1/publishedAt");
        for (filter, expected) in [
            (json!({}), vec![2, 1, 0]),
            (json!({ "ratingKeys": ["FALSE"] }), vec![2, 0]),
            (json!({ "ratingKeys": [] }), vec![]),
            (json!({ "claimant": "The union" }), vec![2, 1]),
            (json!({ "tag": "money", "claimant": "The union" }), vec![2]),
            (json!({ "text": "WAGES" }), vec![2, 1]),
            (json!({ "text": "%" }), vec![]),
            (json!({ "publishedSince": second }), vec![2, 1]),
            (json!({ "publishedUntil": second }), vec![0]),
        ] {
            assert_eq!(found(filter.clone(), "NEWEST_FIRST").await, expected, "{filter}");
            let reversed: Vec<_> = expected.into_iter().rev().collect();
            assert_eq!(found(filter.clone(), "OLDEST_FIRST").await, reversed, "{filter}");
        }
        ask(json!({ "tag": "x".repeat(51) }), "NEWEST_FIRST").await.refused("filter.tag", "TOO_LARGE");
        assert_eq!(*times.data("/publishedRulings/nodes/0/rating"), json!({ "rank": 1, "bestRank": 5, "worstRank": 1 }));
        assert_eq!(*times.data("/publishedRulings/nodes/0/appearances"), json!([]));

        // Linked claims are appearances of each other.
        app.as_editor().call("linkClaim", json!({ "claim": claims[1], "repeats": claims[0] }), "claim { id }").await.ok();
        app.as_editor().call("linkClaim", json!({ "claim": claims[2], "repeats": claims[0] }), "claim { id }").await.ok();
        let linked = ask(json!({}), "OLDEST_FIRST").await;
        let others = |at: usize| linked.data(&format!("/publishedRulings/nodes/{at}/appearances")).clone();
        let ids = |at: usize| others(at).as_array().expect("a list").iter().map(|row| row["rulingId"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>();
        let of = |those: [usize; 2]| those.map(|at| rulings[at].clone());
        assert_eq!([ids(0), ids(1), ids(2)], [of([2, 1]), of([2, 0]), of([1, 0])]);
        assert_eq!(others(0)[1], json!({ "rulingId": rulings[1], "statement": "Wages rise.", "articleTitle": crate::fixtures::TITLE, "rating": { "key": "TRUE" } }));
        app.as_editor().call("correctRuling", json!({ "ruling": rulings[2], "kind": "RETRACTION", "reason": "Another port's." }), "ruling { id }").await.ok();
        let reply = ask(json!({}), "OLDEST_FIRST").await;
        assert_eq!(reply.data("/publishedRulings/nodes/0/appearances").as_array().map(Vec::len), Some(1), "a retracted one is none");
    }
}
