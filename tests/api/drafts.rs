//! Drafts of verdicts: only their author sees that they exist.

use serde_json::{Value, json};

use crate::app::{Client, Reply, TestApp};
use crate::events::logs;
use crate::fixtures::verdict_on;
use crate::verdicts::with;
use crate::walk::Types;

const DRAFT: &str = "id state version claimVersion savedAt rationale rating { key } citations { url title stance quote accessedAt archiveUrl }";

async fn save(client: &Client, input: Value) -> Reply {
    client.call("saveVerdictDraft", input, &format!("verdict {{ {DRAFT} }}")).await
}

/// The caller's draft on this claim.
async fn mine(client: &Client, claim: &str) -> Value {
    let document = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on Claim {{ myDraft {{ {DRAFT} }} }} }} }}"
    );
    client.send(&document, json!({ "id": claim })).await.data("/node/myDraft").clone()
}

/// Everything that these clients can read of the newsroom and of these objects.
async fn everything(app: &TestApp, people: &[&str], ids: &[&str]) -> Vec<Value> {
    let types = Types::of(app).await;
    let mut documents = vec![
        format!("{{ newsroom(slug: \"desk\") {{ {} }} }}", types.selection("Newsroom", 2)),
        format!("{{ viewer {{ {} }} }}", types.selection("Account", 2)),
    ];
    for id in ids {
        let kind = if id.starts_with("article") { "Article" } else { "Claim" };
        documents.push(format!(
            "{{ node(id: \"{id}\") {{ ... on {kind} {{ {} }} }} }}",
            types.selection(kind, 2)
        ));
    }
    let filters = [
        "draftedByMe: true",
        "draftedByMe: false",
        "notReviewedByMe: true",
        "states: [OPEN]",
        "unsourced: true",
        "disputed: true",
    ];
    for filter in filters {
        documents
            .push(format!("{{ newsroom(slug: \"desk\") {{ claims(filter: {{ {filter} }}) {{ totalCount nodes {{ id version }} }} }} }}"));
    }
    let mut seen = Vec::new();
    for name in people {
        for document in &documents {
            seen.push(app.as_(name).ask(document).await.body);
        }
    }
    seen
}

db_tests! {
    async fn a_draft_is_kept_changed_and_submitted(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let reviewer = app.as_reviewer();
        let empty = save(&reviewer, json!({ "claim": claim })).await;
        let id = empty.text("/saveVerdictDraft/verdict/id");
        assert_eq!(with(empty.data("/saveVerdictDraft/verdict").clone(), &json!({ "id": 0, "savedAt": 0 })), json!({
            "id": 0, "state": "DRAFT", "version": 1, "claimVersion": 1, "savedAt": 0, "rationale": null, "rating": null, "citations": [] }));

        let page = json!({ "url": "https://ledger.example.org/#p2", "title": "Ledger", "stance": "REFUTES", "quote": "12,014,000",
            "accessedAt": "2024-08-05T00:00:00Z", "archiveUrl": "https://archive.example.org/l" });
        let other = json!({ "url": "https://other.example.org/", "title": null, "stance": "CONTEXT", "quote": null, "accessedAt": null, "archiveUrl": null });
        let said = json!({ "claim": claim, "rating": "FALSE", "rationale": "One.\r\nTwo.", "citations": [page, other], "expectedVersion": 1 });
        let full = save(&reviewer, said).await;
        let draft = full.data("/saveVerdictDraft/verdict");
        assert_eq!((&draft["id"], &draft["version"], &draft["rationale"], &draft["rating"]), (&json!(id), &json!(2), &json!("One.\nTwo."), &json!({ "key": "FALSE" })));
        assert_eq!(draft["citations"], json!([page, other]));
        assert_eq!(mine(&reviewer, &claim).await, *draft);
        let node = reviewer.send(&format!("query($id: ID!) {{ node(id: $id) {{ ... on VerdictDraft {{ {DRAFT} claim {{ id }} }} }} }}"), json!({ "id": id })).await;
        assert_eq!(node.text("/node/claim/id"), claim);

        // Omitted fields become empty: the draft is always what was last saved.
        save(&reviewer, json!({ "claim": claim, "rating": "MIXED", "rationale": " \n" })).await.ok();
        let draft = mine(&reviewer, &claim).await;
        assert_eq!((&draft["rating"]["key"], &draft["rationale"], &draft["citations"], &draft["version"]), (&json!("MIXED"), &Value::Null, &json!([]), &json!(3)));

        // Submitting deletes the draft. The verdict is what was sent, not the draft's content.
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        assert_eq!(mine(&reviewer, &claim).await, Value::Null);
        assert_eq!(reviewer.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await.code(), "NOT_FOUND");
    }

    async fn a_draft_of_a_newer_verdict_leaves_the_one_in_force_as_it_is(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        let seen = "query($id: ID!) { node(id: $id) { ... on Claim { state version verdicts { id state version rating { key } } article { version } } } }";
        let before = app.as_editor().send(seen, json!({ "id": claim })).await.body;
        app.fixtures().a_draft("reviewer", &claim).await;
        for who in ["editor", "reviewer", "admin"] {
            assert_eq!(app.as_(who).send(seen, json!({ "id": claim })).await.body, before, "{who}");
        }
        let own = app.as_reviewer().send("query($id: ID!) { node(id: $id) { ... on Verdict { state rationale } } }", json!({ "id": verdict })).await;
        assert_eq!(*own.data("/node"), json!({ "state": "SUBMITTED", "rationale": "The port's ledger says so." }));
        assert_eq!(mine(&app.as_reviewer(), &claim).await["state"], "DRAFT");
    }

    async fn nobody_else_can_tell_that_there_is_a_draft(app: TestApp) {
        let fixtures = app.fixtures();
        let article = fixtures.an_article().await;
        let (blind, ready) = (fixtures.a_claim_on(&article, "One.", "nine days").await, fixtures.a_claim_on(&article, "Two.", "12 million").await);
        fixtures.a_verdict("second", &blind, "TRUE").await;
        for by in ["reviewer", "second"] {
            fixtures.a_verdict(by, &ready, "FALSE").await;
        }
        let ids = [article.as_str(), &blind, &ready];
        let others = ["admin", "editor", "second", "third", "reader"];
        // Recording the use of the sessions changes rows, so it is done once in advance.
        everything(&app, &others, &ids).await;
        let (before, own_before) = (everything(&app, &others, &ids).await, everything(&app, &["reviewer"], &ids).await);
        let newsroom = app.newsroom();
        let events = logs(&app.db).await[&newsroom].len();

        let mut drafts = Vec::new();
        for claim in [&blind, &ready] {
            drafts.push(fixtures.a_draft("reviewer", claim).await);
            fixtures.a_draft("reviewer", claim).await;
        }
        let (after, own_after) = (everything(&app, &others, &ids).await, everything(&app, &["reviewer"], &ids).await);
        assert_eq!(before, after);
        assert_ne!(own_before, own_after, "the author sees it with the same documents");
        for draft in &drafts {
            for who in others.into_iter().chain(["rival"]) {
                let reply = app.as_(who).send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": draft })).await;
                assert_eq!(reply.code(), "NOT_FOUND", "{who}");
                let unknown = format!("draft_{}", "7".repeat(32));
                assert_eq!(app.as_(who).send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": unknown })).await.body, reply.body);
            }
        }
        // The newsroom's log has no event of the draft and no gap. The server's log names neither
        // the claim nor the newsroom.
        let all = logs(&app.db).await;
        assert_eq!(all[&newsroom].len(), events);
        let told: Vec<_> = all["server"].iter().filter(|event| event.detail.contains("draft")).collect();
        assert_eq!(told.len(), 4);
        for event in told {
            assert_eq!((event.article_id, event.claim_id, event.verdict_id), (None, None, None));
            assert!(!event.detail.contains("claim") && !event.detail.contains("not sure"), "{}", event.detail);
        }
        // The verdict's event does not show that there was a draft.
        fixtures.a_verdict("reviewer", &ready, "MIXED").await;
        let last = logs(&app.db).await[&newsroom].last().cloned().expect("an event");
        assert!(!last.detail.contains("draft"), "{}", last.detail);
    }

    async fn a_draft_is_thrown_away_by_its_author_alone(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let draft = app.fixtures().a_draft("reviewer", &claim).await;
        let discard = async |client: &Client, version: Option<i32>| {
            client.call("discardVerdictDraft", json!({ "draft": draft, "expectedVersion": version }), "claim { id myDraft { id } }").await
        };
        for (who, code) in [("second", "NOT_FOUND"), ("editor", "NOT_FOUND"), ("admin", "NOT_FOUND"), ("rival", "NOT_FOUND"), ("reader", "NOT_FOUND")] {
            assert_eq!(discard(&app.as_(who), None).await.code(), code, "{who}");
        }
        assert_eq!(discard(&app.as_stranger(), None).await.code(), "UNAUTHENTICATED");
        let late = discard(&app.as_reviewer(), Some(2)).await;
        assert_eq!((late.code(), &late.body["errors"][0]["extensions"]["currentVersion"]), ("CONFLICT", &json!(1)));
        assert_eq!(*discard(&app.as_reviewer(), Some(1)).await.data("/discardVerdictDraft/claim"), json!({ "id": claim, "myDraft": null }));
        assert_eq!(discard(&app.as_reviewer(), None).await.code(), "NOT_FOUND");
    }

    async fn who_may_not_judge_keeps_no_draft(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        for (who, code) in [("reader", "FORBIDDEN"), ("rival", "NOT_FOUND"), ("rival-reviewer", "NOT_FOUND")] {
            assert_eq!(save(&app.as_(who), json!({ "claim": claim })).await.code(), code, "{who}");
        }
        assert_eq!(save(&app.as_stranger(), json!({ "claim": claim })).await.code(), "UNAUTHENTICATED");
        // A member who lost the role keeps their drafts, but cannot change them. A former member
        // sees nothing of the newsroom.
        let (client, account) = app.fixtures().a_member("admin", "fourth", "REVIEWER").await;
        save(&client, json!({ "claim": claim, "rationale": "Begun." })).await.ok();
        let change = json!({ "newsroom": app.newsroom(), "account": account, "role": "READER" });
        app.as_admin().call("setRole", change, "membership { role }").await.ok();
        assert_eq!(mine(&client, &claim).await["rationale"], "Begun.");
        assert_eq!(save(&client, json!({ "claim": claim })).await.code(), "FORBIDDEN");
        let draft = mine(&client, &claim).await["id"].clone();
        app.as_admin().call("removeMember", json!({ "newsroom": app.newsroom(), "account": account }), "newsroom { id }").await.ok();
        assert_eq!(client.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": draft })).await.code(), "NOT_FOUND");
    }

    async fn bad_drafts_are_refused_by_field_and_reason(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let cite = |url: &str| json!({ "citations": [{ "url": url, "stance": "CONTEXT" }] });
        for (changes, field, reason) in [
            (json!({ "claim": app.fixtures().an_article().await }), "claim", "INVALID_ID"),
            (json!({ "rating": "PANTS_ON_FIRE" }), "rating", "UNKNOWN_RATING"),
            (json!({ "rationale": "é".repeat(20_001) }), "rationale", "TOO_LARGE"),
            (json!({ "rationale": "bell\u{7}" }), "rationale", "CONTROL_CHARACTER"),
            (cite("javascript:alert(1)"), "citations[0].url", "INVALID_URL"),
            (json!({ "citations": vec![json!({ "url": "https://a.example/", "stance": "CONTEXT" }); 51] }), "citations", "TOO_LARGE"),
        ] {
            save(&app.as_reviewer(), with(json!({ "claim": claim }), &changes)).await.refused(field, reason);
        }
        assert_eq!(save(&app.as_reviewer(), json!({ "claim": claim, "expectedVersion": 2 })).await.code(), "CONFLICT");
        assert_eq!(save(&app.as_reviewer(), json!({ "claim": claim, "expectedDraftVersion": 1 })).await.code(), "CONFLICT");
        assert_eq!(mine(&app.as_reviewer(), &claim).await, Value::Null, "refused requests save nothing");
        save(&app.as_reviewer(), json!({ "claim": claim, "expectedDraftVersion": 0 })).await.ok();
        let late = save(&app.as_reviewer(), json!({ "claim": claim, "rationale": "Late.", "expectedDraftVersion": 0 })).await;
        assert_eq!((late.code(), &late.body["errors"][0]["extensions"]["currentVersion"]), ("CONFLICT", &json!(1)));
        app.as_editor().call("withdrawClaim", json!({ "claim": claim, "reason": "No claim." }), "claim { id }").await.ok();
        save(&app.as_reviewer(), json!({ "claim": claim })).await.refused("claim", "CLAIM_WITHDRAWN");
        assert_eq!(mine(&app.as_reviewer(), &claim).await["version"], 1, "the saved draft stays");
    }

    async fn drafts_make_no_sources_and_are_found_by_their_author(app: TestApp) {
        let (one, other) = (app.fixtures().a_claim().await, app.fixtures().a_claim().await);
        let input = with(verdict_on(&one, "TRUE"), &json!({ "citations": [{ "url": "https://draft.example.org/", "stance": "CONTEXT" }] }));
        save(&app.as_reviewer(), input).await.ok();
        for who in ["reviewer", "admin"] {
            let reply = app.as_(who).ask("{ newsroom(slug: \"desk\") { sources { totalCount } } }").await;
            assert_eq!(reply.number("/newsroom/sources/totalCount"), 0, "{who}");
        }
        let found = async |who: &str, drafted: bool| {
            let document = "query($drafted: Boolean) { newsroom(slug: \"desk\") { claims(filter: { draftedByMe: $drafted }, order: OLDEST_FIRST) { nodes { id } } } }";
            let reply = app.as_(who).send(document, json!({ "drafted": drafted })).await;
            reply.data("/newsroom/claims/nodes").as_array().expect("a list").iter().map(|node| node["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!((found("reviewer", true).await, found("reviewer", false).await), (vec![one.clone()], vec![other.clone()]));
        assert_eq!((found("admin", true).await, found("admin", false).await), (vec![], vec![one, other]));
    }

    async fn the_same_draft_saved_many_times_at_once_is_one_draft(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let saves = (0..12).map(async |number| {
            let pages: Vec<_> = (0..=number % 3).map(|page| json!({ "url": format!("https://{number}.example.org/{page}"), "stance": "CONTEXT" })).collect();
            save(&app.as_reviewer(), json!({ "claim": claim, "rationale": format!("Number {number}."), "citations": pages })).await.ok()
        });
        let replies = futures_util::future::join_all(saves).await;
        let mut versions: Vec<_> = replies.iter().map(|reply| reply.number("/saveVerdictDraft/verdict/version")).collect();
        versions.sort_unstable();
        assert_eq!(versions, (1..=12).collect::<Vec<_>>());
        let last = replies.iter().find(|reply| reply.number("/saveVerdictDraft/verdict/version") == 12).expect("the last one");
        assert_eq!(mine(&app.as_reviewer(), &claim).await, *last.data("/saveVerdictDraft/verdict"), "complete, not mixed from several requests");
    }
}
