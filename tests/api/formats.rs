//! Articles in other formats than plain text: importing, revising and previewing them.

use serde_json::{Value, json};

use crate::app::{Client, Reply, TestApp};

const PAGE: &str = include_str!("../fixtures/formats/html/01-daily-with-cookie-banner.html");
const NITF: &str = include_str!("../fixtures/formats/nitf/01-basic.xml");
const NEWSML: &str = include_str!("../fixtures/formats/newsml-g2/01-xhtml.xml");
const NINJS: &str = include_str!("../fixtures/formats/ninjs/03-v2-bodies.json");
const MARKDOWN: &str = include_str!("../fixtures/formats/markdown/01-front-matter-yaml.md");

const FIELDS: &str = "title author publisher language url publishedAt";

async fn preview(client: &Client, input: Value) -> Reply {
    let document = format!(
        "query($input: ArticlePreviewInput!) {{ newsroom(slug: \"desk\") {{ articlePreview(input: $input) {{
           {FIELDS} text dropped duplicates {{ id }} spans {{ kind text start end(unit: UTF16) }} sentences: spans(kind: SENTENCE) {{ ordinal }} }} }} }}"
    );
    client.send(&document, json!({ "input": input })).await
}

fn import(app: &TestApp, format: &str, body: &str) -> Value {
    json!({ "newsroom": app.newsroom(), "format": format, "body": body })
}

db_tests! {
    async fn an_article_in_each_format_is_stored_as_its_preview_shows(app: TestApp) {
        let editor = app.as_editor();
        for (format, body, title) in [
            ("HTML", PAGE, "Harbour dredging to start in May"),
            ("MARKDOWN", MARKDOWN, "Grain exports recover, slowly"),
            ("NINJS", NINJS, "Bahn streicht 40 Nachtzüge"),
            ("NEWSML_G2", NEWSML, "Port strike ends after 12 days"),
            ("NITF", NITF, "Copper mine reopens after 14 months"),
        ] {
            let shown = preview(&editor, json!({ "format": format, "body": body })).await.ok();
            let shown = shown.data("/newsroom/articlePreview").clone();
            assert_eq!((&shown["title"], &shown["duplicates"]), (&json!(title), &json!([])), "{format}");

            let fields = format!("article {{ id {FIELDS} revision {{ text }} spans {{ kind text start end(unit: UTF16) }} sentences: spans(kind: SENTENCE) {{ ordinal }} }}");
            let stored = editor.call("importArticle", import(&app, format, body), &fields).await.ok();
            let stored = stored.data("/importArticle/article").clone();
            for field in FIELDS.split(' ').chain(["spans", "sentences"]) {
                assert_eq!(stored[field], shown[field], "{format}: {field}");
            }
            assert_eq!(stored["revision"]["text"], shown["text"], "{format}");
            assert!(!shown["text"].as_str().expect("text").contains("<p"), "{format}: {shown}");

            let again = preview(&editor, json!({ "format": format, "body": body })).await.ok();
            assert_eq!(again.data("/newsroom/articlePreview/duplicates/0/id"), &stored["id"], "{format}");
        }
    }

    async fn a_preview_names_what_is_left_out_and_gives_each_block_its_kind(app: TestApp) {
        let shown = preview(&app.as_editor(), json!({ "format": "HTML", "body": PAGE })).await.ok();
        let shown = shown.data("/newsroom/articlePreview");

        assert_eq!(shown["author"], "Priya Nandan, Tom Eccles");
        assert_eq!(shown["publishedAt"], "2025-03-14T07:30:00Z");
        let kinds: Vec<_> = shown["spans"].as_array().expect("spans").iter().map(|span| span["kind"].as_str().expect("a kind")).collect();
        assert_eq!(kinds[..2], ["TITLE", "CAPTION"]);
        assert!(kinds.contains(&"HEADING"), "{kinds:?}");
        let dropped = shown["dropped"].to_string();
        for part in ["1 advertisement", "1 pull quote", "1 list of comments", "words of the page"] {
            assert!(dropped.contains(part), "{part}: {dropped}");
        }
    }

    async fn values_apart_from_the_body_win_and_those_that_do_not_fit_are_left_out(app: TestApp) {
        let page = "<html lang='no such language'><head><link rel=canonical href='javascript:alert(1)'><meta name=author content='Ann'>
            <meta property='article:published_time' content='9024-01-01'></head><body><h1>Rain</h1><p>It rained for nine days in a row, said the mayor.</p></body></html>";
        let shown = preview(&app.as_editor(), json!({ "format": "HTML", "body": page, "title": "Nine days", "language": "en" })).await.ok();
        let shown = shown.data("/newsroom/articlePreview");

        assert_eq!((&shown["title"], &shown["language"], &shown["author"]), (&json!("Nine days"), &json!("en"), &json!("Ann")));
        assert_eq!((&shown["url"], &shown["publishedAt"]), (&Value::Null, &Value::Null));
        let dropped = shown["dropped"].to_string();
        assert!(dropped.contains("address `javascript:alert(1)`") && dropped.contains("time of publication `9024-01-01`"), "{dropped}");
    }

    async fn a_bad_input_is_refused_with_its_field_and_reason(app: TestApp) {
        let editor = app.as_editor();
        let bomb = "<!DOCTYPE nitf [<!ENTITY a \"aaaa\">]><nitf>&a;</nitf>";
        for (format, body, field, reason) in [
            ("NITF", bomb, "body", "INVALID_FORMAT"),
            ("NEWSML_G2", "<newsItem>", "body", "INVALID_FORMAT"),
            ("NINJS", "{", "body", "INVALID_FORMAT"),
            ("HTML", "<nav>Home</nav>", "body", "EMPTY"),
            ("MARKDOWN", "# Headline", "body", "EMPTY"),
            ("HTML", &"<div>".repeat(100_000), "body", "TOO_LARGE"),
            ("HTML", "<p>A page that has words, but no headline of any kind.</p>", "title", "EMPTY"),
            ("TEXT", "It rained.", "title", "EMPTY"),
        ] {
            let about: String = body.chars().take(40).collect();
            let reply = editor.call("importArticle", import(&app, format, body), "article { id }").await;
            reply.refused(field, reason);
            let shown = preview(&editor, json!({ "format": format, "body": body })).await;
            shown.refused(field, reason);
            assert_eq!(reply.body["errors"][0]["message"], shown.body["errors"][0]["message"], "{format} {about}");
        }
    }

    async fn only_editors_preview_and_only_in_their_newsroom(app: TestApp) {
        let input = json!({ "format": "MARKDOWN", "body": "# Rain\n\nIt rained." });
        for (client, code) in [
            (app.as_stranger(), "UNAUTHENTICATED"),
            (app.as_reader(), "FORBIDDEN"),
            (app.as_reviewer(), "FORBIDDEN"),
            (app.as_editor(), "OK"),
            (app.as_admin(), "OK"),
            (app.as_rival(), "NOT_FOUND"),
        ] {
            assert_eq!(preview(&client, input.clone()).await.code(), code);
        }
    }

    async fn an_article_is_revised_from_a_page(app: TestApp) {
        let editor = app.as_editor();
        let article = editor.call("importArticle", import(&app, "HTML", PAGE), "article { id }").await.text("/importArticle/article/id");
        let newer = PAGE.replace("&pound;4.2m", "&pound;4.5m");
        let input = json!({ "article": article, "format": "HTML", "body": newer });

        let revised = editor.call("reviseArticle", input.clone(), "article { title revision { number text } }").await.ok();

        let text = revised.text("/reviseArticle/article/revision/text");
        assert!(text.contains("cost £4.5m") && !text.contains("Advertisement"), "{text}");
        assert_eq!(revised.text("/reviseArticle/article/title"), "Harbour dredging to start in May");
        editor.call("reviseArticle", input, "article { id }").await.refused("body", "UNCHANGED");
    }
}
