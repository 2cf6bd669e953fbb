//! Comments: who adds, reads, edits and resolves them, blind review, and what stays of an edit.

use claimspan::domain::actor::Actor;
use claimspan::domain::audit;
use claimspan::domain::world::World;
use serde_json::{Value, json};

use crate::app::{Client, Reply};

const THREADS: &str = "query($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on Claim {
    comments(first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage } nodes {
        id text version author { displayName } verdict { id } editedAt resolvedAt resolvedBy { displayName } mentions { displayName }
        earlierTexts { number text } replyTo { id } replies { totalCount nodes { id text replyTo { id } author { displayName } } }
    } }
    verdicts { id comments { nodes { id text } } }
} } }";

async fn add(client: &Client, claim: &str, text: &str) -> Reply {
    let input = json!({ "claim": claim, "text": text });
    client.call("addComment", input, "comment { id }").await
}

async fn added(client: &Client, claim: &str, text: &str) -> String {
    add(client, claim, text).await.ok().text("/addComment/comment/id")
}

/// The threads on a claim, as this client sees them.
async fn threads(client: &Client, claim: &str) -> Value {
    client.send(THREADS, json!({ "id": claim })).await.data("/node/comments/nodes").clone()
}

fn texts(threads: &Value) -> Vec<&str> {
    let nodes = threads.as_array().expect("a list").iter();
    nodes.map(|node| node["text"].as_str().expect("a text")).collect()
}

db_tests! {
    async fn a_thread_has_one_level_of_replies_and_stays_in_order(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        let (reviewer, editor) = (app.as_reviewer(), app.as_editor());
        let first = added(&reviewer, &claim, "Which ledger?\r\nThe port's?").await;
        added(&editor, &claim, "Another thread.").await;
        let reply = json!({ "claim": claim, "replyTo": first, "text": "The port's." });
        let reply = editor.call("addComment", reply, "comment { id }").await.text("/addComment/comment/id");
        let below = json!({ "claim": claim, "replyTo": reply, "text": "Thanks." });
        let below = app.as_second().call("addComment", below, "comment { id replyTo { id } }").await;

        let seen = threads(&app.as_reader(), &claim).await;

        assert_eq!(texts(&seen), ["Which ledger?\nThe port's?", "Another thread."]);
        assert_eq!(below.text("/addComment/comment/replyTo/id"), first);
        let replies = &seen[0]["replies"]["nodes"];
        assert_eq!((texts(replies), &seen[0]["replies"]["totalCount"]), (vec!["The port's.", "Thanks."], &json!(2)));
        assert!(replies.as_array().into_iter().flatten().all(|reply| reply["replyTo"]["id"] == json!(first)));
        assert_eq!((&seen[0]["author"]["displayName"], &seen[1]["replies"]["totalCount"]), (&json!("reviewer"), &json!(0)));
        let page = app.as_reader().send(THREADS, json!({ "id": claim, "first": 1 })).await;
        assert_eq!((page.number("/node/comments/totalCount"), texts(page.data("/node/comments/nodes")).len()), (2, 1));
        let next = json!({ "id": claim, "first": 1, "after": page.text("/node/comments/pageInfo/endCursor") });
        assert_eq!(texts(app.as_reader().send(THREADS, next).await.data("/node/comments/nodes")), ["Another thread."]);
    }

    async fn under_blind_review_only_editors_and_those_who_have_judged_read_and_write(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        let on_claim = added(&app.as_reviewer(), &claim, "The ledger is public.").await;
        let input = json!({ "claim": claim, "verdict": verdict, "text": "Cite the page.", "mentions": [app.account("second"), app.account("reviewer")] });
        let on_verdict = app.as_editor().call("addComment", input, "comment { id }").await.ok().text("/addComment/comment/id");

        for (name, sees) in [("reader", false), ("second", false), ("reviewer", true), ("editor", true), ("admin", true)] {
            let client = app.as_(name);
            let reply = client.send(THREADS, json!({ "id": claim })).await;
            let count = if sees { 2 } else { 0 };
            assert_eq!((reply.number("/node/comments/totalCount"), texts(reply.data("/node/comments/nodes")).len()), (count, usize::try_from(count).expect("small")), "{name}");
            for id in [&on_claim, &on_verdict] {
                let reply = client.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
                assert_eq!(reply.code(), if sees { "OK" } else { "NOT_FOUND" }, "{name}");
            }
        }
        let mentions = "{ viewer { mentions { totalCount nodes { text } } } }";
        assert_eq!(app.as_second().ask(mentions).await.number("/viewer/mentions/totalCount"), 0);
        assert_eq!(app.as_reviewer().ask(mentions).await.text("/viewer/mentions/nodes/0/text"), "Cite the page.");
        for (name, code) in [("reader", "FORBIDDEN"), ("second", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(add(&app.as_(name), &claim, "May I?").await.code(), code, "{name}");
        }
        let hidden = json!({ "claim": claim, "replyTo": on_claim, "text": "May I?" });
        assert_eq!(app.as_second().call("addComment", hidden, "comment { id }").await.code(), "NOT_FOUND");

        // With the second verdict the claim is READY, and its comments are open.
        app.fixtures().a_verdict("second", &claim, "FALSE").await;
        let seen = app.as_reader().send(THREADS, json!({ "id": claim })).await;
        assert_eq!(texts(seen.data("/node/comments/nodes")), ["The ledger is public.", "Cite the page."]);
        assert_eq!(*seen.data("/node/comments/nodes/1/verdict/id"), json!(verdict));
        assert_eq!(texts(seen.data("/node/verdicts/0/comments/nodes")), ["Cite the page."]);
        assert_eq!(app.as_second().ask(mentions).await.number("/viewer/mentions/totalCount"), 1);
        // A reader may read, and still may not write.
        assert_eq!(add(&app.as_reader(), &claim, "May I?").await.code(), "FORBIDDEN");

        // A withdrawn verdict is hidden from members, and so are the comments on it.
        app.as_reviewer().call("withdrawVerdict", json!({ "verdict": verdict, "reason": "I misread." }), "verdict { id }").await.ok();
        app.fixtures().a_verdict("third", &claim, "FALSE").await;
        assert_eq!(texts(&threads(&app.as_reader(), &claim).await), ["The ledger is public."]);
        assert_eq!(texts(&threads(&app.as_editor(), &claim).await), ["The ledger is public.", "Cite the page."]);
    }

    async fn its_author_edits_a_comment_and_every_text_stays(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        let comment = added(&app.as_reviewer(), &claim, "One.").await;
        let edit = async |name: &str, change: Value| {
            let mut input = json!({ "comment": comment });
            input.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
            app.as_(name).call("editComment", input, "comment { text version editedAt }").await
        };
        for (name, code) in [("second", "FORBIDDEN"), ("editor", "FORBIDDEN"), ("admin", "FORBIDDEN"), ("reader", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(edit(name, json!({ "text": "Two." })).await.code(), code, "{name}");
        }
        edit("reviewer", json!({ "text": "One." })).await.refused("text", "UNCHANGED");
        for number in 2..=12 {
            let reply = edit("reviewer", json!({ "text": format!("Text {number}."), "expectedVersion": number - 1 })).await;
            assert_eq!(reply.number("/editComment/comment/version"), number);
        }
        assert_eq!(edit("reviewer", json!({ "text": "Late.", "expectedVersion": 1 })).await.code(), "CONFLICT");
        edit("reviewer", json!({ "text": "Text 12.", "mentions": [app.account("editor")] })).await.ok();

        let seen = threads(&app.as_reader(), &claim).await;

        assert_eq!((&seen[0]["text"], &seen[0]["mentions"][0]["displayName"]), (&json!("Text 12."), &json!("editor")));
        let earlier = seen[0]["earlierTexts"].as_array().expect("a list");
        assert_eq!((earlier.len(), &earlier[0], &earlier[9]), (10, &json!({ "number": 2, "text": "Text 2." }), &json!({ "number": 11, "text": "Text 11." })));
        for log in audit::verify(&app.db, &Actor::machine(World::real()), None, &[]).await.expect("a verification") {
            assert_eq!((log.broken, log.rows), (None, vec![]), "{}", log.log);
        }
    }

    async fn its_author_or_an_editor_resolves_a_thread(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        let comment = added(&app.as_reviewer(), &claim, "Which ledger?").await;
        let reply = json!({ "claim": claim, "replyTo": comment, "text": "The port's." });
        let reply = app.as_second().call("addComment", reply, "comment { id }").await.text("/addComment/comment/id");
        let resolve = async |name: &str, id: &str, resolved: bool| {
            let input = json!({ "comment": id, "resolved": resolved });
            app.as_(name).call("resolveComment", input, "comment { id resolvedAt resolvedBy { displayName } }").await
        };
        for (name, code) in [("second", "FORBIDDEN"), ("reader", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(resolve(name, &comment, true).await.code(), code, "{name}");
        }
        // The author of a reply did not begin the thread.
        assert_eq!(resolve("second", &reply, true).await.code(), "FORBIDDEN");
        let done = resolve("editor", &reply, true).await;
        assert_eq!((done.text("/resolveComment/comment/id"), done.text("/resolveComment/comment/resolvedBy/displayName")), (comment.clone(), "editor".into()));
        resolve("reviewer", &comment, true).await.refused("resolved", "UNCHANGED");
        let open = resolve("reviewer", &comment, false).await;
        assert_eq!((open.data("/resolveComment/comment/resolvedAt"), open.data("/resolveComment/comment/resolvedBy")), (&Value::Null, &Value::Null));
    }

    async fn texts_places_and_mentions_that_are_invalid_are_refused(app: TestApp) {
        let (claim, other) = (app.fixtures().a_ready_claim().await, app.fixtures().a_ready_claim().await);
        let reviewer = app.as_reviewer();
        for (text, reason) in [
            ("", "EMPTY"), (" \n\u{200b} ", "EMPTY"), ("a\u{0}b", "CONTROL_CHARACTER"), ("pay\u{202e}lap", "INVISIBLE_CHARACTER"), ("zero\u{200b}width", "INVISIBLE_CHARACTER"),
            (&"é".repeat(5001), "TOO_LARGE"),
        ] {
            add(&reviewer, &claim, text).await.refused("text", reason);
        }
        add(&reviewer, &claim, &"é".repeat(5000)).await.ok();
        let elsewhere = added(&reviewer, &other, "On the other claim.").await;
        let verdicts = reviewer.send(THREADS, json!({ "id": other })).await;
        let (first, second) = (verdicts.text("/node/verdicts/0/id"), verdicts.text("/node/verdicts/1/id"));
        let on_first = reviewer.call("addComment", json!({ "claim": other, "verdict": first, "text": "T" }), "comment { id }").await.text("/addComment/comment/id");
        for (change, field, reason) in [
            (json!({ "replyTo": elsewhere }), "replyTo", "CONTRADICTION"),
            (json!({ "verdict": first }), "verdict", "CONTRADICTION"),
            (json!({ "claim": other, "verdict": second, "replyTo": on_first }), "replyTo", "CONTRADICTION"),
            (json!({ "replyTo": claim }), "replyTo", "INVALID_ID"),
            (json!({ "mentions": [app.account("rival")] }), "mentions[0]", "NOT_A_MEMBER"),
            (json!({ "mentions": [app.account("reader"), app.account("reader")] }), "mentions[1]", "CONTRADICTION"),
            (json!({ "mentions": vec![app.account("reader"); 21] }), "mentions", "TOO_LARGE"),
        ] {
            let mut input = json!({ "claim": claim, "text": "T" });
            input.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
            reviewer.call("addComment", input, "comment { id }").await.refused(field, reason);
        }
        assert_eq!(texts(&threads(&reviewer, &claim).await).len(), 1);
    }

    async fn comments_of_many_claims_cost_one_statement_each_kind(app: TestApp) {
        let document = "{ newsroom(slug: \"desk\") { claims(first: 50) { nodes { comments(first: 5) { nodes { text mentions { id } earlierTexts { text } replies(first: 2) { nodes { text } } } } } } } }";
        let grow = async |claims: usize| {
            for _ in 0..claims {
                let claim = app.fixtures().a_ready_claim().await;
                let first = added(&app.as_reviewer(), &claim, "One.").await;
                let input = json!({ "claim": claim, "replyTo": first, "text": "Two.", "mentions": [app.account("reader")] });
                app.as_editor().call("addComment", input, "comment { id }").await.ok();
            }
        };
        grow(2).await;
        let few = app.cost(&app.as_reader(), document, json!({})).await;
        grow(4).await;
        assert_eq!(app.cost(&app.as_reader(), document, json!({})).await, few);
    }
}
