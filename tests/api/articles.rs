//! Articles: importing them, refused inputs, texts and offsets, and finding articles.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use claimspan::server::Settings;

use crate::app::TestApp;
use crate::fixtures::verdict_on;

const MIB: usize = 1 << 20;

/// The fields of a span: its range in every unit.
const SPAN: &str = "id ordinal kind text start end start16: start(unit: UTF16) end16: end(unit: UTF16) start8: start(unit: UTF8) end8: end(unit: UTF8)";

/// The input of `importArticle`, with these fields replaced.
fn import(app: &TestApp, changes: Value) -> Value {
    let mut input = json!({ "newsroom": app.newsroom(), "title": "Tram line reopens", "body": "It runs again. All is well." });
    let Value::Object(changes) = changes else { panic!("changes are fields") };
    input.as_object_mut().expect("an object").extend(changes);
    input
}

/// A text, counted in each unit.
struct Counted {
    points: Vec<char>,
    utf16: Vec<u16>,
    text: String,
}

impl Counted {
    fn new(text: &str) -> Self {
        Self {
            points: text.chars().collect(),
            utf16: text.encode_utf16().collect(),
            text: text.to_owned(),
        }
    }

    /// The words from `start` to `end`, counted in `unit`.
    fn cut(&self, unit: &str, start: usize, end: usize) -> String {
        match unit {
            "" => self.points[start..end].iter().collect(),
            "16" => String::from_utf16(&self.utf16[start..end]).expect("whole code points"),
            "8" => self.text[start..end].to_owned(),
            other => panic!("no unit {other}"),
        }
    }
}

fn place(span: &Value, unit: &str) -> (usize, usize) {
    let at = |end: &str| {
        usize::try_from(span[format!("{end}{unit}")].as_u64().expect("an offset")).expect("small")
    };
    (at("start"), at("end"))
}

/// The article's text. Checks that blocks and separators make it up, that sentences cover the
/// blocks, and every offset.
async fn checked_text(app: &TestApp, id: &str) -> String {
    let document = format!(
        "query($id: ID!) {{ article(id: $id) {{ title revision {{ text sha256 length number }} blocks: spans {{ {SPAN} }} sentences: spans(kind: SENTENCE) {{ {SPAN} }} }} }}"
    );
    let reply = app.as_reader().send(&document, json!({ "id": id })).await;
    let text = reply.text("/article/revision/text");
    let title = reply.text("/article/title");
    assert!(text.starts_with(&format!("{title}\n\n")), "{text}");
    assert_eq!(reply.number("/article/revision/number"), 1);
    assert_eq!(usize::try_from(reply.number("/article/revision/length")), Ok(text.chars().count()));
    let digest = <sha2::Sha256 as sha2::Digest>::digest(&text);
    let hex: String = digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect();
    assert_eq!(reply.text("/article/revision/sha256"), hex);

    let counted = Counted::new(&text);
    let list =
        |name: &str| reply.data(&format!("/article/{name}")).as_array().expect("spans").clone();
    let (blocks, sentences) = (list("blocks"), list("sentences"));
    for (number, span) in blocks.iter().enumerate().chain(sentences.iter().enumerate()) {
        assert_eq!(span["ordinal"], number, "{span}");
        for unit in ["", "16", "8"] {
            let (start, end) = place(span, unit);
            assert_eq!(counted.cut(unit, start, end), span["text"], "unit {unit}");
        }
    }
    let (mut rebuilt, mut upto, mut inside) = (String::new(), 0, sentences.iter().peekable());
    for block in &blocks {
        let (start, end) = place(block, "");
        let separator = counted.cut("", upto, start);
        assert_eq!(separator.trim(), "", "only white space is between blocks");
        rebuilt += &separator;
        rebuilt += block["text"].as_str().expect("text");
        upto = end;
        let mut tiled = start;
        while let Some(sentence) = inside.next_if(|sentence| place(sentence, "").0 < end) {
            assert_eq!(place(sentence, "").0, tiled, "the sentences of {block} have no gap");
            tiled = place(sentence, "").1;
        }
        assert_eq!(tiled, end, "the sentences of {block} reach its end");
    }
    assert!(inside.next().is_none(), "every sentence is in a block");
    rebuilt += &counted.cut("", upto, counted.points.len());
    assert_eq!(rebuilt, text);
    text
}

/// The titles that a filter finds, newest first.
async fn found(app: &TestApp, filter: Value) -> Vec<String> {
    let document = "query($filter: ArticleFilter) { newsroom(slug: \"desk\") { articles(filter: $filter) { totalCount nodes { title } } } }";
    let reply = app.as_reader().send(document, json!({ "filter": filter })).await;
    let nodes = reply.data("/newsroom/articles/nodes").as_array().expect("nodes").clone();
    assert_eq!(usize::try_from(reply.number("/newsroom/articles/totalCount")), Ok(nodes.len()));
    nodes.iter().map(|node| node["title"].as_str().expect("a title").to_owned()).collect()
}

/// The body of a request that imports an article. Every letter of the text is a JSON escape.
fn escaped(app: &TestApp, title: &str, body: &str) -> String {
    let escapes =
        body.encode_utf16().fold(String::new(), |text, unit| text + &format!("\\u{unit:04x}"));
    let newsroom = app.newsroom();
    let query =
        "mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }";
    format!(
        r#"{{"query":"{query}","variables":{{"input":{{"newsroom":"{newsroom}","title":"{title}","body":"{escapes}"}}}}}}"#
    )
}

db_tests! {
    async fn an_imported_article_comes_back_as_it_was_given(app: TestApp) {
        let input = import(&app, json!({
            "title": "  Tram line reopens ",
            "url": "HTTPS://News.example.org/tram?day=1#top", "publisher": " The Courier ", "author": "Zoë Ardant",
            "language": "fr-ML", "publishedAt": "2024-08-04T20:30:00.123456789+02:00",
        }));
        let selection = "article { id title url publisher author language publishedAt importedAt version importedBy { displayName } newsroom { slug } revision { author { displayName } createdAt } claims { totalCount } }";
        let reply = app.as_editor().call("importArticle", input, selection).await.ok();
        let mut article = reply.data("/importArticle/article").clone();
        assert!(article["id"].as_str().is_some_and(|id| id.starts_with("article_")), "{article}");
        assert_eq!(article["importedAt"], article["revision"]["createdAt"]);
        for moving in ["id", "importedAt", "revision"] {
            article.as_object_mut().expect("an object").remove(moving);
        }
        assert_eq!(article, json!({
            "title": "Tram line reopens", "url": "https://news.example.org/tram?day=1#top", "publisher": "The Courier", "author": "Zoë Ardant",
            "language": "fr-ML", "publishedAt": "2024-08-04T18:30:00.123456Z", "version": 1, "importedBy": { "displayName": "editor" },
            "newsroom": { "slug": "desk" }, "claims": { "totalCount": 0 },
        }));
        let plain = app.as_editor().call("importArticle", import(&app, json!({})), "article { url publisher author language publishedAt }").await.ok();
        assert_eq!(*plain.data("/importArticle/article"), json!({ "url": null, "publisher": null, "author": null, "language": null, "publishedAt": null }));
    }

    async fn spans_make_up_the_text_and_stand_right_in_every_unit(app: TestApp) {
        let bodies = [
            crate::fixtures::BODY,
            "One sentence",
            "\n\n  \n\tFirst. Second!  \n \n\nThird? \n\n",
            "A family 👩‍👩‍👧‍👦 moved in. 🇲🇱🇺🇦 flags hung; 👍🏽 said all. \u{1F468}\u{200D}\u{1F680}.",
            "Cafe\u{301} cre\u{300}me was served. Z\u{351}\u{32B}a\u{334}lgo\u{328}. नमस्ते दुनिया। ภาษาไทย ง่าย 각.",
            "قال الوزير إن الميزانية ارتفعت. هل هذا صحيح؟ نعم!\nראש העיר אמר שהגשר ייפתח. \u{202B}כן\u{202C}.",
            "日本語の文。二つ目の文！\u{3000}三つ目？\u{2028}Still the same line.",
        ];
        for body in bodies {
            let article = app.fixtures().an_article_of("Emoji 👩‍👩‍👧 in a title — «é»", body).await;
            let text = checked_text(&app, &article).await;
            assert!(text.ends_with(body), "{text:?} keeps its exact body");
        }
    }

    async fn every_line_is_a_block_of_its_kind(app: TestApp) {
        let article = app.fixtures().an_article_of(crate::fixtures::TITLE, crate::fixtures::BODY).await;
        let reply = app.as_reader().send("query($id: ID!) { article(id: $id) { spans { kind } titles: spans(kind: TITLE) { text } } }", json!({ "id": article })).await;
        let kinds: Vec<_> = reply.data("/article/spans").as_array().expect("spans").iter().map(|span| span["kind"].clone()).collect();
        assert_eq!(kinds, ["TITLE", "PARAGRAPH", "PARAGRAPH", "CAPTION", "HEADING", "PARAGRAPH"]);
        assert_eq!(*reply.data("/article/titles"), json!([{ "text": crate::fixtures::TITLE }]));
    }

    async fn line_ends_become_line_feeds_and_a_byte_order_mark_is_dropped(app: TestApp) {
        let article = app.fixtures().an_article_of("\u{FEFF}Head\r\n", "\u{FEFF}One.\r\n\r\nTwo.\rThree.\nFour \u{FEFF}stays.\r\n").await;
        assert_eq!(checked_text(&app, &article).await, "Head\n\nOne.\n\nTwo.\nThree.\nFour \u{FEFF}stays.\n");
    }

    async fn what_cannot_be_imported_is_refused_with_field_and_reason(app: TestApp) {
        let cases = [
            (json!({ "title": "" }), "title", "EMPTY"),
            (json!({ "title": " \u{A0}\t " }), "title", "EMPTY"),
            (json!({ "title": "Two\nlines" }), "title", "INVALID_FORMAT"),
            (json!({ "title": "Two\r\nlines" }), "title", "INVALID_FORMAT"),
            (json!({ "title": "A\ttab" }), "title", "INVALID_FORMAT"),
            (json!({ "title": "é".repeat(501) }), "title", "TOO_LARGE"),
            (json!({ "title": "Bell\u{7}" }), "title", "CONTROL_CHARACTER"),
            (json!({ "body": "" }), "body", "EMPTY"),
            (json!({ "body": "\u{FEFF} \r\n\t" }), "body", "EMPTY"),
            (json!({ "body": "nul \u{0}" }), "body", "CONTROL_CHARACTER"),
            (json!({ "body": "escape \u{1B}[31m" }), "body", "CONTROL_CHARACTER"),
            (json!({ "body": "delete \u{7F}" }), "body", "CONTROL_CHARACTER"),
            (json!({ "body": "next line \u{85}" }), "body", "CONTROL_CHARACTER"),
            (json!({ "body": "form feed \u{C}" }), "body", "CONTROL_CHARACTER"),
            (json!({ "url": "" }), "url", "EMPTY"),
            (json!({ "url": "javascript:alert(1)" }), "url", "INVALID_URL"),
            (json!({ "url": " JavaScript:alert(1)//https://example.org" }), "url", "INVALID_URL"),
            (json!({ "url": "java\nscript:alert(1)" }), "url", "CONTROL_CHARACTER"),
            (json!({ "url": "data:text/html,x" }), "url", "INVALID_URL"),
            (json!({ "url": "ftp://example.org/a" }), "url", "INVALID_URL"),
            (json!({ "url": "https://name@example.org/" }), "url", "INVALID_URL"),
            (json!({ "url": "https://name:word@example.org/" }), "url", "INVALID_URL"),
            (json!({ "url": "https://" }), "url", "INVALID_URL"),
            (json!({ "url": "/only/a/path" }), "url", "INVALID_URL"),
            (json!({ "url": format!("https://example.org/{}", "a".repeat(2000)) }), "url", "TOO_LARGE"),
            (json!({ "publisher": "p".repeat(201) }), "publisher", "TOO_LARGE"),
            (json!({ "publisher": "  " }), "publisher", "EMPTY"),
            (json!({ "author": "A\u{0}" }), "author", "CONTROL_CHARACTER"),
            (json!({ "author": "a".repeat(201) }), "author", "TOO_LARGE"),
            (json!({ "language": "e" }), "language", "INVALID_FORMAT"),
            (json!({ "language": "en_GB" }), "language", "INVALID_FORMAT"),
            (json!({ "language": "en-" }), "language", "INVALID_FORMAT"),
            (json!({ "language": "das Deutsche" }), "language", "INVALID_FORMAT"),
            (json!({ "language": "français" }), "language", "INVALID_FORMAT"),
            (json!({ "language": "en-".repeat(20) }), "language", "TOO_LARGE"),
            (json!({ "newsroom": "desk" }), "newsroom", "INVALID_ID"),
            (json!({ "newsroom": "" }), "newsroom", "INVALID_ID"),
            (json!({ "newsroom": app.account("editor") }), "newsroom", "INVALID_ID"),
            (json!({ "newsroom": app.newsroom().to_uppercase() }), "newsroom", "INVALID_ID"),
        ];
        for (changes, field, reason) in cases {
            let reply = app.as_editor().call("importArticle", import(&app, changes), "article { id }").await;
            reply.refused(field, reason);
            assert!(!reply.message().is_empty());
        }
        assert_eq!(found(&app, json!({})).await, [""; 0], "nothing was stored");
        for language in ["en", "zh-Hant-TW", "gsw", "x-klingon"] {
            let reply = app.as_editor().call("importArticle", import(&app, json!({ "language": language })), "article { language }").await;
            match language {
                "x-klingon" => reply.refused("language", "INVALID_FORMAT"),
                _ => assert_eq!(reply.text("/importArticle/article/language"), language),
            }
        }
        let longest = import(&app, json!({ "title": "é".repeat(500), "publisher": "ü".repeat(200) }));
        app.as_editor().call("importArticle", longest, "article { id }").await.ok();
    }

    async fn a_newsroom_that_is_not_ones_own_is_not_found(app: TestApp) {
        for newsroom in [app.seed.rival_newsroom.to_string(), format!("newsroom_{}", "0".repeat(32))] {
            let reply = app.as_editor().call("importArticle", import(&app, json!({ "newsroom": newsroom })), "article { id }").await;
            assert_eq!(reply.code(), "NOT_FOUND", "{newsroom}");
        }
        for (who, code) in [("reader", "FORBIDDEN"), ("reviewer", "FORBIDDEN"), ("rival", "NOT_FOUND"), ("admin", "OK")] {
            let reply = app.as_(who).call("importArticle", import(&app, json!({})), "article { id }").await;
            assert_eq!(reply.code(), code, "{who}");
        }
        let reply = app.as_stranger().call("importArticle", import(&app, json!({})), "article { id }").await;
        assert_eq!(reply.code(), "UNAUTHENTICATED");
    }

    async fn an_article_is_read_by_its_own_id_alone(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let read = async |who: &str, id: &str| app.as_(who).send("query($id: ID!) { article(id: $id) { id } }", json!({ "id": id })).await;
        assert_eq!(read("reader", &article).await.text("/article/id"), article);
        assert_eq!(read("rival", &article).await.code(), "NOT_FOUND");
        assert_eq!(read("reader", &format!("article_{}", "f".repeat(32))).await.code(), "NOT_FOUND");
        for wrong in ["", "1", &article.replace("article", "claim"), &app.newsroom(), &article[..article.len() - 1], "article_%' OR 1=1"] {
            read("reader", wrong).await.refused("id", "INVALID_ID");
        }
    }

    async fn a_text_of_1_mib_is_taken_and_one_byte_more_is_not(app: TestApp) {
        let title = "Long";
        let line = "The tram runs at nine, and the crew has tea — so it seems, ".repeat(16);
        let room = MIB - title.len() - 2;
        let mut body = format!("{}\n", line.trim_end()).repeat(room / line.len() + 1);
        body.truncate(body.floor_char_boundary(room));
        body += &"x".repeat(room - body.len());
        let import = |body: &str| import(&app, json!({ "title": title, "body": body }));

        let reply = app.as_editor().call("importArticle", import(&body), "article { id revision { text } }").await.ok();
        assert!(reply.text("/importArticle/article/revision/text") == format!("{title}\n\n{body}"));
        checked_text(&app, &reply.text("/importArticle/article/id")).await;

        app.as_editor().call("importArticle", import(&format!("{body}x")), "article { id }").await.refused("body", "TOO_LARGE");
        // The limit counts bytes instead of characters, after CR LF has become LF.
        app.as_editor().call("importArticle", import(&format!("{}é", &body[..body.len() - 1])), "article { id }").await.refused("body", "TOO_LARGE");
        let windows = format!("{}\r\n", &body[..body.len() - 1]);
        app.as_editor().call("importArticle", import(&windows), "article { id }").await.ok();
    }

    async fn a_text_of_1_mib_may_come_in_json_escapes(app: TestApp) {
        let title = "Long";
        let body: String = "Nine o'clock, and all is well with the tram tonight again. ".chars().cycle().take(MIB - title.len() - 2).collect();
        let request = escaped(&app, title, &body);
        assert!(request.len() > 6 * (MIB - 10));
        let reply = app.as_editor().post(request).await.ok();
        let reply = app.as_reader().send("query($id: ID!) { article(id: $id) { revision { length text } } }", json!({ "id": reply.text("/importArticle/article/id") })).await;
        assert_eq!(usize::try_from(reply.number("/article/revision/length")), Ok(MIB));
        assert!(reply.text("/article/revision/text").ends_with(&body));
        app.as_editor().post(escaped(&app, title, &format!("{body}."))).await.refused("body", "TOO_LARGE");
    }

    async fn articles_are_found_by_words_of_the_headline_whatever_their_case(app: TestApp) {
        for title in ["Élection à MOPTI", "Выборы в Киеве", "Prices up 5% in a_b", "Prices up 50 in axb", r"Back\slash", "ΟΔΟΣΜΟΣ opens"] {
            app.fixtures().an_article_of(title, "Text.").await;
        }
        for (text, titles) in [
            ("éLECTION", vec!["Élection à MOPTI"]),
            ("mopti", vec!["Élection à MOPTI"]),
            ("ВЫБОРЫ В КИЕВЕ", vec!["Выборы в Киеве"]),
            ("киев", vec!["Выборы в Киеве"]),
            ("5%", vec!["Prices up 5% in a_b"]),
            ("A_B", vec!["Prices up 5% in a_b"]),
            ("%", vec!["Prices up 5% in a_b"]),
            ("_", vec!["Prices up 5% in a_b"]),
            (r"\", vec![r"Back\slash"]),
            (r"k\s", vec![r"Back\slash"]),
            ("οδος", vec!["ΟΔΟΣΜΟΣ opens"]),
            ("ΟΔΟΣ", vec!["ΟΔΟΣΜΟΣ opens"]),
            ("prices up", vec!["Prices up 50 in axb", "Prices up 5% in a_b"]),
            ("no such words", vec![]),
            ("' OR '1'='1", vec![]),
        ] {
            assert_eq!(found(&app, json!({ "text": text })).await, titles, "{text}");
        }
        assert_eq!(found(&app, json!({ "text": "" })).await.len(), 6);
    }

    async fn articles_are_found_by_publisher_language_and_time(app: TestApp) {
        let mut imported = Vec::new();
        for (title, publisher, language) in [("First", "Courier", "fr"), ("Second", "courier", "fr-ML"), ("Third", "Courier", "fr-ML")] {
            let input = import(&app, json!({ "title": title, "publisher": publisher, "language": language }));
            imported.push(app.as_editor().call("importArticle", input, "article { importedAt }").await.ok().text("/importArticle/article/importedAt"));
            app.wait(TimeDelta::hours(1));
        }
        for (filter, titles) in [
            (json!({}), vec!["Third", "Second", "First"]),
            (json!({ "publisher": "Courier" }), vec!["Third", "First"]),
            (json!({ "publisher": "Cour%" }), vec![]),
            (json!({ "language": "fr" }), vec!["Third", "Second", "First"]),
            (json!({ "language": "FR-ml" }), vec!["Third", "Second"]),
            (json!({ "language": "fr-M" }), vec![]),
            (json!({ "language": "f" }), vec![]),
            (json!({ "language": "french" }), vec![]),
            (json!({ "language": "%" }), vec![]),
            (json!({ "language": "*" }), vec!["Third", "Second", "First"]),
            (json!({ "language": "*-ML" }), vec!["Third", "Second"]),
            (json!({ "language": "fr-ML", "publisher": "Courier" }), vec!["Third"]),
            (json!({ "importedSince": imported[1] }), vec!["Third", "Second"]),
            (json!({ "importedUntil": imported[1] }), vec!["First"]),
            (json!({ "importedSince": imported[1], "importedUntil": imported[2] }), vec!["Second"]),
            (json!({ "importedSince": imported[2], "importedUntil": imported[1] }), vec![]),
            (json!({ "publisher": null, "language": null }), vec!["Third", "Second", "First"]),
        ] {
            assert_eq!(found(&app, filter.clone()).await, titles, "{filter}");
        }
        let oldest = app.as_reader().ask("{ newsroom(slug: \"desk\") { articles(order: OLDEST_FIRST) { nodes { title } } } }").await;
        assert_eq!(*oldest.data("/newsroom/articles/nodes"), json!([{ "title": "First" }, { "title": "Second" }, { "title": "Third" }]));
        for time in ["yesterday", "2024-08-04", "2024-13-01T00:00:00Z", "0000-01-01T00:00:00Z"] {
            let document = "query($filter: ArticleFilter) { newsroom(slug: \"desk\") { articles(filter: $filter) { totalCount } } }";
            let reply = app.as_reader().send(document, json!({ "filter": { "importedSince": time } })).await;
            assert_ne!(reply.code(), "OK", "{time}");
            assert_ne!(reply.code(), "INTERNAL_SERVER_ERROR", "{time}");
        }
    }

    async fn articles_with_open_claims_are_found_until_these_are_ready_or_withdrawn(app: TestApp) {
        app.fixtures().an_article_of("Bare", "No claim here.").await;
        let article = app.fixtures().an_article_of("Claimed", "The bridge is safe. The bridge is new.").await;
        let open = async |wanted: bool| found(&app, json!({ "hasOpenClaims": wanted })).await;
        assert_eq!((open(true).await, open(false).await), (vec![], vec!["Claimed".to_owned(), "Bare".to_owned()]));
        let first = app.fixtures().a_claim_on(&article, "The bridge is safe.", "safe").await;
        let second = app.fixtures().a_claim_on(&article, "The bridge is new.", "new").await;
        assert_eq!((open(true).await, open(false).await), (vec!["Claimed".to_owned()], vec!["Bare".to_owned()]));
        app.fixtures().a_verdict("reviewer", &first, "TRUE").await;
        app.fixtures().a_verdict("second", &first, "TRUE").await;
        app.fixtures().a_verdict("second", &second, "TRUE").await;
        assert_eq!(open(true).await, ["Claimed"], "the second is in review");
        app.as_editor().call("withdrawClaim", json!({ "claim": second, "reason": "Said twice." }), "claim { id }").await.ok();
        assert_eq!((open(true).await, open(false).await), (vec![], vec!["Claimed".to_owned(), "Bare".to_owned()]));
    }

    async fn an_articles_version_rises_with_every_change_under_it_and_with_no_other(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let other = app.fixtures().an_article().await;
        let version = async |id: &str| app.as_reader().send("query($id: ID!) { article(id: $id) { version } }", json!({ "id": id })).await.number("/article/version");
        assert_eq!(version(&article).await, 1);

        let claim = app.fixtures().a_claim_on(&article, "Wages rise.", "Wages rise").await;
        assert_eq!(version(&article).await, 2);
        let tagged = app.as_reviewer().call("editClaim", json!({ "claim": claim, "tags": ["wages"] }), "article { version }").await.ok();
        assert_eq!((tagged.number("/editClaim/article/version"), version(&article).await), (3, 3));
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        assert_eq!(version(&article).await, 4);
        app.as_reviewer().call("withdrawVerdict", json!({ "verdict": verdict, "reason": "Too early." }), "verdict { id }").await.ok();
        assert_eq!(version(&article).await, 5);
        app.as_second().call("submitVerdict", verdict_on(&claim, "NO_SUCH_RATING"), "verdict { id }").await.refused("rating", "UNKNOWN_RATING");
        app.as_second().call("editClaim", json!({ "claim": claim, "tags": [] }), "claim { id }").await;
        assert_eq!(version(&article).await, 5, "refused requests changed nothing");
        app.as_reviewer().call("withdrawClaim", json!({ "claim": claim, "reason": "Marked twice." }), "claim { id }").await.ok();
        assert_eq!((version(&article).await, version(&other).await), (6, 1));
    }

    async fn an_answer_holds_no_more_text_than_it_has_room_for(app: TestApp) {
        // A debug build takes a while to split a hundred thousand sentences.
        let app = app.beside(Settings { deadline: Duration::from_mins(2), ..Settings::default() }).await;
        let input = json!({ "newsroom": app.newsroom(), "title": "Long", "body": "It rains. ".repeat((MIB - 100) / 10) });
        let reply = app.as_editor().call("importArticle", input, "article { id revision { id } }").await;
        let revision = reply.text("/importArticle/article/revision/id");
        let document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Revision { text } } }";
        let texts = async |count: usize| app.as_reader().send(document, json!({ "ids": vec![revision.clone(); count] })).await;
        texts(10).await.ok();
        let most = texts(100).await;
        assert_eq!(most.code(), "QUERY_TOO_COMPLEX", "{}", most.message());
        let limit = most.body["errors"][0]["extensions"]["limit"].as_u64().expect("a limit");
        assert!(u64::try_from(most.body.to_string().len()).expect("small") <= limit + MIB as u64);
        let spans: String = ["a", "b", "c", "d", "e"].map(|name| name.to_owned() + ": spans(kind: SENTENCE) { id } ").concat();
        let reply = app.as_reader().send(&format!("query($id: ID!) {{ node(id: $id) {{ ... on Revision {{ {spans} }} }} }}"), json!({ "id": revision })).await;
        assert_eq!(reply.code(), "QUERY_TOO_COMPLEX");
    }
}
