//! Previews of revisions: they say what storing the same text does, and store nothing.

use serde_json::{Value, json};

use crate::app::{Client, Reply, TestApp};

const TEXT: &str = "The dam holds, said the mayor. It is full. It was built in 1999.";

async fn preview(client: &Client, article: &str, title: Option<&str>, body: Option<&str>) -> Reply {
    let document = "query($id: ID!, $input: RevisionPreviewInput!) { article(id: $id) { version revisionPreview(input: $input) { \
        basedOnRevision claimCount staleCount lostCount freshCount claims { status stale words claim { statement stale } } } } }";
    client.send(document, json!({ "id": article, "input": { "title": title, "body": body } })).await
}

fn counts(reply: &Reply) -> [i64; 4] {
    ["claimCount", "staleCount", "lostCount", "freshCount"]
        .map(|name| reply.number(&format!("/article/revisionPreview/{name}")))
}

/// The stale claims of an article.
async fn stale(app: &TestApp, article: &str) -> Vec<Value> {
    let document = "query($id: ID!) { article(id: $id) { claims(filter: { stale: true }) { nodes { statement } } } }";
    let reply = app.as_reader().send(document, json!({ "id": article })).await;
    let nodes = reply.data("/article/claims/nodes").as_array().expect("claims").clone();
    nodes.iter().map(|node| node["statement"].clone()).collect()
}

db_tests! {
    async fn a_preview_says_what_storing_the_text_does(app: TestApp) {
        let article = app.fixtures().an_article_of("Dam holds", TEXT).await;
        for (statement, exact) in [("It holds.", "The dam holds"), ("It is full.", "It is full"), ("Its year.", "It was built in 1999")] {
            app.fixtures().a_claim_on(&article, statement, exact).await;
        }
        let editor = app.as_editor();
        let same = preview(&editor, &article, None, Some(TEXT)).await;
        assert_eq!(counts(&same), [3, 0, 0, 0]);
        assert_eq!(*same.data("/article/revisionPreview/claims"), json!([]));

        let changed = "The dam held, said the mayor. It is full.";
        let reply = preview(&editor, &article, None, Some(changed)).await;
        assert_eq!((counts(&reply), reply.number("/article/revisionPreview/basedOnRevision")), ([3, 2, 1, 0], 1));
        let claims = reply.data("/article/revisionPreview/claims").as_array().expect("claims").clone();
        let said: Vec<_> = claims.iter().map(|one| (&one["claim"]["statement"], &one["status"], &one["stale"], &one["words"])).collect();
        assert_eq!(said, [
            (&json!("It holds."), &json!("CHANGED"), &json!(true), &json!(["The dam held"])),
            (&json!("Its year."), &json!("ORPHANED"), &json!(true), &json!([])),
        ]);
        assert!(claims.iter().all(|one| one["claim"]["stale"] == false));

        // Nothing is stored.
        assert_eq!(stale(&app, &article).await, Vec::<Value>::new());
        let again = preview(&editor, &article, None, Some(changed)).await;
        assert_eq!(again.body, reply.body);

        app.fixtures().a_revision_of(&article, changed).await.ok();
        assert_eq!(stale(&app, &article).await, [json!("It holds."), json!("Its year.")]);
        // The first text brings the words back.
        let back = preview(&editor, &article, None, Some(TEXT)).await;
        assert_eq!((counts(&back), back.number("/article/revisionPreview/basedOnRevision")), ([3, 0, 0, 2], 2));
        app.fixtures().a_revision_of(&article, TEXT).await.ok();
        assert_eq!(stale(&app, &article).await, Vec::<Value>::new());
    }

    async fn only_editors_preview_a_text(app: TestApp) {
        let article = app.fixtures().an_article_of("Dam holds", TEXT).await;
        for (client, code) in [(app.as_stranger(), "UNAUTHENTICATED"), (app.as_rival(), "NOT_FOUND"), (app.as_reader(), "FORBIDDEN"), (app.as_reviewer(), "FORBIDDEN")] {
            let reply = preview(&client, &article, None, Some("Another text.")).await;
            assert_eq!(reply.code(), code);
            assert!(reply.body["data"]["article"]["revisionPreview"].is_null());
        }
        preview(&app.as_admin(), &article, Some("Another"), None).await.ok();
        let editor = app.as_editor();
        preview(&editor, &article, Some("Two\nlines"), None).await.refused("title", "INVALID_FORMAT");
        preview(&editor, &article, None, Some(" \n ")).await.refused("body", "EMPTY");
        preview(&editor, &article, None, Some(&"x".repeat(1 << 20))).await.refused("body", "TOO_LARGE");
        preview(&editor, &article, None, Some(&"It is full. ".repeat(10_000))).await.ok();
        app.as_editor().call("withdrawArticle", json!({ "article": article, "reason": "Twice." }), "article { id }").await.ok();
        preview(&editor, &article, None, Some("Another text.")).await.refused("article", "ARTICLE_WITHDRAWN");
    }
}
