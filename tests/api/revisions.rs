//! Revisions: storing newer texts, the claims in them, reading older texts, and comparing two.

use serde_json::{Value, json};

use crate::app::{Reply, TestApp};
use crate::fixtures::{BODY, TITLE, verdict_on};

/// The fields of a revised article.
const PAYLOAD: &str = "article { id title version revision { number sha256 note length author { displayName } } } anchors { status start end exact claim { id stale } }";

const CLAIM: &str = "query($id: ID!) { node(id: $id) { ... on Claim { stale version anchors { start end exact prefix suffix status start16: start(unit: UTF16) end8: end(unit: UTF8) revision { number } } } } }";

async fn revise(app: &TestApp, who: &str, input: Value) -> Reply {
    app.as_(who).call("reviseArticle", input, PAYLOAD).await
}

/// The statuses of these claims' first anchors, and the words at their ranges, after the article's
/// body has become `body`.
async fn after(
    app: &TestApp,
    article: &str,
    claims: &[String],
    body: &str,
) -> Vec<(String, String)> {
    revise(app, "editor", json!({ "article": article, "body": body })).await.ok();
    let text: Vec<char> = text(app, article).await.chars().collect();
    let mut found = Vec::new();
    for claim in claims {
        let reply = app.as_reader().send(CLAIM, json!({ "id": claim })).await;
        let anchor = reply.data("/node/anchors/0");
        let at =
            |name: &str| usize::try_from(anchor[name].as_u64().expect("an offset")).expect("small");
        found.push((
            anchor["status"].as_str().expect("a status").to_owned(),
            text[at("start")..at("end")].iter().collect(),
        ));
    }
    found
}

async fn text(app: &TestApp, article: &str) -> String {
    app.as_reader()
        .send(
            "query($id: ID!) { article(id: $id) { revision { text } } }",
            json!({ "id": article }),
        )
        .await
        .text("/article/revision/text")
}

fn is(status: &str, words: &str) -> (String, String) {
    (status.to_owned(), words.to_owned())
}

db_tests! {
    async fn a_revision_is_stored_beside_the_one_before(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let body = format!("{BODY}One line more.\r\n");
        let input = json!({ "article": article, "title": " Harbour strike is over ", "body": body, "note": " The agency corrected it. ", "expectedVersion": 1 });
        let reply = revise(&app, "editor", input).await;
        let revised = reply.data("/reviseArticle/article");
        assert_eq!((&revised["title"], &revised["version"]), (&json!("Harbour strike is over"), &json!(2)));
        let text = format!("Harbour strike is over\n\n{BODY}One line more.\n");
        let revision = &revised["revision"];
        assert_eq!((&revision["number"], &revision["note"], &revision["length"]), (&json!(2), &json!("The agency corrected it."), &json!(text.chars().count())));
        assert_eq!(revision["author"]["displayName"], "editor");
        assert_eq!(*reply.data("/reviseArticle/anchors"), json!([]));

        let document = "query($id: ID!) { article(id: $id) {
            revisions(first: 20) { totalCount nodes { number note sha256 createdAt text author { displayName } article { id } } }
            first: atRevision(number: 1) { number text sha256 length note spans { kind text } sentences: spans(kind: SENTENCE) { text claims { id } } }
            second: atRevision(number: 2) { id text sha256 } revision { id text sha256 } spans { text } } }";
        let read = app.as_reader().send(document, json!({ "id": article })).await;
        let nodes = read.data("/article/revisions/nodes").as_array().expect("revisions").clone();
        assert_eq!(nodes.iter().map(|node| (&node["number"], &node["note"])).collect::<Vec<_>>(), [(&json!(2), &json!("The agency corrected it.")), (&json!(1), &json!(null))]);
        assert_eq!(*read.data("/article/first/text"), format!("{TITLE}\n\n{BODY}"), "the first text is unchanged");
        assert_eq!(nodes[1]["sha256"], *read.data("/article/first/sha256"));
        assert_ne!(nodes[0]["sha256"], nodes[1]["sha256"]);
        assert_eq!(read.data("/article/second/id"), read.data("/article/revision/id"));
        assert_eq!(*read.data("/article/revision/text"), text);
        assert_eq!(*read.data("/article/first/spans/0/text"), TITLE);
        assert_eq!(*read.data("/article/spans/0/text"), "Harbour strike is over");
        assert_eq!((read.data("/article/first/spans").as_array().map(Vec::len), read.data("/article/spans").as_array().map(Vec::len)), (Some(6), Some(7)));
        // Search finds the article by its new headline.
        let found = app.as_reader().ask(r#"{ newsroom(slug: "desk") { articles(filter: { text: "IS OVER" }) { totalCount } } }"#).await;
        assert_eq!(found.number("/newsroom/articles/totalCount"), 1);
    }

    async fn what_is_left_out_of_a_revision_stays(app: TestApp) {
        let article = app.fixtures().an_article().await;
        revise(&app, "editor", json!({ "article": article, "title": "Another headline" })).await.ok();
        assert_eq!(text(&app, &article).await, format!("Another headline\n\n{BODY}"));
        revise(&app, "editor", json!({ "article": article, "body": "\n\nAnother body." })).await.ok();
        assert_eq!(text(&app, &article).await, "Another headline\n\n\n\nAnother body.");
        revise(&app, "editor", json!({ "article": article, "title": "A third" })).await.ok();
        assert_eq!(text(&app, &article).await, "A third\n\n\n\nAnother body.");
    }

    async fn what_cannot_be_stored_is_refused_with_field_and_reason(app: TestApp) {
        let article = app.fixtures().an_article().await;
        for (fields, field, reason) in [
            (json!({ "body": BODY }), "body", "UNCHANGED"),
            (json!({}), "body", "UNCHANGED"),
            (json!({ "title": format!(" {TITLE}"), "body": BODY.replace('\n', "\r\n") }), "body", "UNCHANGED"),
            (json!({ "body": " " }), "body", "EMPTY"),
            (json!({ "title": "" }), "title", "EMPTY"),
            (json!({ "title": "Two\nlines" }), "title", "INVALID_FORMAT"),
            (json!({ "body": "bell \u{7}" }), "body", "CONTROL_CHARACTER"),
            (json!({ "body": "x".repeat(1 << 20) }), "body", "TOO_LARGE"),
            (json!({ "body": "a.\n".repeat(130_000) }), "body", "TOO_LARGE"),
            (json!({ "body": "Other.", "note": "" }), "note", "EMPTY"),
            (json!({ "body": "Other.", "note": "n".repeat(1001) }), "note", "TOO_LARGE"),
            (json!({ "article": app.newsroom(), "body": "Other." }), "article", "INVALID_ID"),
        ] {
            let mut input = json!({ "article": article });
            input.as_object_mut().expect("an object").extend(fields.as_object().expect("fields").clone());
            revise(&app, "editor", input).await.refused(field, reason);
        }
        let stale = revise(&app, "editor", json!({ "article": article, "body": "Other.", "expectedVersion": 7 })).await;
        assert_eq!((stale.code(), &stale.body["errors"][0]["extensions"]["currentVersion"]), ("CONFLICT", &json!(1)));
        assert_eq!(text(&app, &article).await, format!("{TITLE}\n\n{BODY}"));
        for (who, code) in [("reader", "FORBIDDEN"), ("reviewer", "FORBIDDEN"), ("rival", "NOT_FOUND"), ("admin", "OK")] {
            assert_eq!(revise(&app, who, json!({ "article": article, "body": format!("By {who}.") })).await.code(), code);
        }
        let reply = app.as_stranger().call("reviseArticle", json!({ "article": article, "body": "Other." }), PAYLOAD).await;
        assert_eq!(reply.code(), "UNAUTHENTICATED");
    }

    async fn each_anchor_is_followed_to_where_its_words_stand(app: TestApp) {
        let fixtures = app.fixtures();
        let article = fixtures.an_article().await;
        let mut claims = Vec::new();
        for words in ["went back to work", "12 million francs a day", "A crane stands idle", "Wages rise by 4 per cent 👩‍👩‍👧", "Zoe Ardant"] {
            claims.push(fixtures.a_claim_on(&article, words, words).await);
        }
        let exact = ["went back to work", "12 million francs a day", "A crane stands idle", "Wages rise by 4 per cent 👩‍👩‍👧", "Zoe Ardant"].map(|words| is("EXACT", words));
        assert_eq!(after(&app, &article, &claims, &format!("🇲🇱 More news.\n{BODY}")).await, exact);
        // One sentence moved, one negated, one number changed, one sentence removed.
        let body = BODY.replace("A crane stands idle (photo: Port-Réal)\n", "") + "A crane stands idle (photo: Port-Réal)\n";
        let body = body.replace("The port authority, led", "It is not true that the port authority, led").replace("by 4 per", "by 14 per");
        let body = body.replace("Dockers in Port-Réal went back to work on Monday. ", "");
        let found = after(&app, &article, &claims, &body).await;
        let changed = is("CHANGED", "Wages rise by 14 per cent 👩‍👩‍👧");
        assert_eq!(found, [is("ORPHANED", ""), is("REWORDED", "12 million francs a day"), is("MOVED", "A crane stands idle"), changed, is("REWORDED", "Zoe Ardant")]);
        let reply = app.as_reader().send(CLAIM, json!({ "id": claims[3] })).await;
        let anchor = reply.data("/node/anchors/0");
        assert_eq!((&anchor["exact"], &anchor["revision"]["number"], reply.data("/node/stale")), (&json!("Wages rise by 4 per cent 👩‍👩‍👧"), &json!(3), &json!(true)));
        let reply = app.as_reader().send(CLAIM, json!({ "id": claims[2] })).await;
        assert_eq!((reply.data("/node/stale"), reply.data("/node/anchors/0/suffix")), (&json!(false), &json!(" (photo: Port-Réal)\n")));
        let (start16, end8) = (reply.number("/node/anchors/0/start16"), reply.number("/node/anchors/0/end8"));
        let text = text(&app, &article).await;
        let at = text.find("A crane").expect("the word occurs there");
        assert_eq!((usize::try_from(start16), usize::try_from(end8)), (Ok(text[..at].encode_utf16().count()), Ok(at + "A crane stands idle".len())));
    }

    async fn the_payload_and_the_event_say_what_became_of_each_claim(app: TestApp) {
        let fixtures = app.fixtures();
        let article = fixtures.an_article().await;
        let input = json!({ "article": article, "statement": "All of it.", "ranges": [{ "exact": "12 million francs a day" }, { "exact": "nine days" }] });
        let both = app.as_reviewer().call("markClaim", input, "claim { id }").await.text("/markClaim/claim/id");
        let kept = fixtures.a_claim_on(&article, "Back to work.", "went back to work").await;
        let dropped = fixtures.a_claim_on(&article, "Idle.", "A crane stands idle").await;
        app.as_reviewer().call("withdrawClaim", json!({ "claim": dropped, "reason": "No claim." }), "claim { id }").await.ok();
        let body = BODY.replace("12 million", "13 million");
        let reply = revise(&app, "editor", json!({ "article": article, "body": body, "note": "A figure." })).await;
        let anchors = reply.data("/reviseArticle/anchors").as_array().expect("anchors");
        let mut seen: Vec<_> = anchors.iter().map(|anchor| (anchor["claim"]["id"].as_str().expect("an id"), anchor["status"].as_str().expect("one"), anchor["claim"]["stale"].as_bool().expect("one"))).collect();
        seen.sort_unstable();
        let mut expected = [(both.as_str(), "CHANGED", true), (both.as_str(), "EXACT", true), (kept.as_str(), "EXACT", false)];
        expected.sort_unstable();
        assert_eq!(seen, expected, "a withdrawn claim keeps its anchors");
        let events = crate::events::logs(&app.db).await.remove(&app.newsroom()).expect("a log");
        let event = events.last().expect("an event");
        assert_eq!((event.kind, event.article_id.map(|id| id.to_string())), (claimspan::domain::event::Kind::ArticleRevised, Some(article.clone())));
        let detail: Value = serde_json::from_str(&event.detail).expect("JSON");
        assert_eq!((&detail["revision"], &detail["note"], &detail["anchors"]), (&json!(2), &json!("A figure."), &json!({ "CHANGED": 1, "EXACT": 2 })));
        assert_eq!(detail["claims"], json!({ both.as_str(): "CHANGED" }));
        // The withdrawn claim is still readable where it was.
        let read = app.as_reader().send(CLAIM, json!({ "id": dropped })).await;
        assert_eq!((read.number("/node/anchors/0/revision/number"), read.text("/node/anchors/0/status")), (1, "EXACT".into()));
    }

    async fn a_version_rises_for_whom_a_revision_changes_something(app: TestApp) {
        let fixtures = app.fixtures();
        let article = fixtures.an_article().await;
        let (kept, changed) = (fixtures.a_claim_on(&article, "Back.", "went back to work").await, fixtures.a_claim_on(&article, "Loss.", "12 million").await);
        let versions = async || {
            let mut found = Vec::new();
            for claim in [&kept, &changed] {
                found.push(app.as_reader().send(CLAIM, json!({ "id": claim })).await.number("/node/version"));
            }
            found
        };
        fixtures.a_revision_of(&article, &BODY.replace("12 million", "13 million")).await;
        assert_eq!(versions().await, [1, 2]);
        let reply = fixtures.a_revision_of(&article, &BODY.replace("12 million", "13 million").replace("What was agreed\n", "")).await;
        assert_eq!((versions().await, reply.number("/reviseArticle/article/version")), (vec![1, 2], 5));
        fixtures.a_revision_of(&article, &BODY.replace("12 million", "14 million").replace("went back", "WENT back")).await;
        assert_eq!(versions().await, [2, 3]);
    }

    async fn a_revision_is_read_as_it_was_with_its_claims(app: TestApp) {
        let fixtures = app.fixtures();
        let article = fixtures.an_article().await;
        let claim = fixtures.a_claim_on(&article, "Loss.", "12 million francs a day").await;
        fixtures.a_revision_of(&article, &format!("News.\n{}", BODY.replace("12 million", "13 million"))).await;
        let later = fixtures.a_claim_on(&article, "News.", "News").await;
        let document = "query($id: ID!, $number: Int!) { article(id: $id) { atRevision(number: $number) { text claims { id claim { stale } anchors { start end exact status } } spans(kind: SENTENCE) { text claims { id } } } } }";
        for (number, stands, status) in [(1, "12 million francs a day", "EXACT"), (2, "13 million francs a day", "CHANGED")] {
            let reply = app.as_reader().send(document, json!({ "id": article, "number": number })).await;
            let text: Vec<char> = reply.text("/article/atRevision/text").chars().collect();
            let claims = reply.data("/article/atRevision/claims").as_array().expect("claims");
            assert_eq!(claims.iter().map(|claim| claim["id"].as_str().expect("an id")).collect::<Vec<_>>(), if number == 1 { vec![&claim] } else { vec![&later, &claim] });
            let anchor = &claims.last().expect("one")["anchors"][0];
            let at = |name: &str| usize::try_from(anchor[name].as_u64().expect("an offset")).expect("small");
            assert_eq!(text[at("start")..at("end")].iter().collect::<String>(), stands);
            assert_eq!((&anchor["exact"], &anchor["status"]), (&json!("12 million francs a day"), &json!(status)));
            let sentences = reply.data("/article/atRevision/spans").as_array().expect("spans");
            let here: Vec<_> = sentences.iter().filter(|span| span["claims"].as_array().is_some_and(|list| list.iter().any(|one| one["id"] == claim.as_str()))).collect();
            assert!(here.len() == 1 && here[0]["text"].as_str().is_some_and(|text| text.contains(stands)), "{here:?}");
        }
        for number in [0, 3, -1] {
            assert_eq!(app.as_reader().send(document, json!({ "id": article, "number": number })).await.code(), "NOT_FOUND");
        }
        // A span of an older text names its own revision.
        let span = app.as_reader().send("query($id: ID!) { article(id: $id) { atRevision(number: 1) { id spans { id text } } } }", json!({ "id": article })).await;
        let by_id = app.as_reader().send("query($id: ID!) { node(id: $id) { ... on Span { text } } }", json!({ "id": span.text("/article/atRevision/spans/1/id") })).await;
        assert_eq!(by_id.data("/node/text"), span.data("/article/atRevision/spans/1/text"));
        for id in [span.text("/article/atRevision/id"), span.text("/article/atRevision/spans/1/id")] {
            assert_eq!(app.as_rival().send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await.code(), "NOT_FOUND");
        }
    }

    async fn revisions_are_read_in_pages(app: TestApp) {
        let article = app.fixtures().an_article_of("Head", "Number 1.").await;
        for number in 2..=7 {
            app.fixtures().a_revision_of(&article, &format!("Number {number}.")).await;
        }
        let document = "query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { article(id: $id) {
            revisions(first: $first, after: $after, last: $last, before: $before) { totalCount nodes { number text } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } } }";
        let page = async |slice: Value| {
            let mut variables = json!({ "id": article });
            variables.as_object_mut().expect("an object").extend(slice.as_object().expect("fields").clone());
            let reply = app.as_reader().send(document, variables).await.ok();
            let numbers: Vec<_> = reply.data("/article/revisions/nodes").as_array().expect("nodes").iter().map(|node| {
                assert_eq!(node["text"], format!("Head\n\nNumber {}.", node["number"]));
                node["number"].as_i64().expect("a number")
            }).collect();
            (numbers, reply)
        };
        let (numbers, first) = page(json!({ "first": 3 })).await;
        assert_eq!((numbers, first.number("/article/revisions/totalCount")), (vec![7, 6, 5], 7));
        let cursor = first.text("/article/revisions/pageInfo/endCursor");
        app.fixtures().a_revision_of(&article, "Number 8.").await;
        assert_eq!(page(json!({ "first": 3, "after": cursor })).await.0, [4, 3, 2]);
        assert_eq!(page(json!({ "last": 2 })).await.0, [2, 1]);
        assert_eq!(page(json!({ "last": 2, "before": cursor })).await.0, [7, 6]);
        let refused = app.as_reader().send(document, json!({ "id": article, "first": 101 })).await;
        refused.refused("first", "OUT_OF_RANGE");
    }

    async fn a_difference_leads_from_one_text_to_the_other_in_every_unit(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let body = BODY.replace("12 million", "13 million").replace("What was agreed\n", "") + "قال نعم. 👩‍👩‍👧‍👦 waved.\n";
        app.fixtures().a_revision_of(&article, &body).await;
        let document = "query($id: ID!, $from: Int!, $to: Int!, $unit: OffsetUnit) { article(id: $id) { diff(from: $from, to: $to, unit: $unit) { kind from { start end } to { start end } text } } }";
        let texts = [format!("{TITLE}\n\n{BODY}"), format!("{TITLE}\n\n{body}")];
        let cut = |text: &str, range: &Value, unit: &str| -> String {
            let at = |name: &str| usize::try_from(range[name].as_u64().expect("an offset")).expect("small");
            match unit {
                "UTF16" => String::from_utf16(&text.encode_utf16().collect::<Vec<_>>()[at("start")..at("end")]).expect("whole"),
                "UTF8" => text[at("start")..at("end")].to_owned(),
                _ => text.chars().skip(at("start")).take(at("end") - at("start")).collect(),
            }
        };
        for unit in ["CODE_POINT", "UTF16", "UTF8"] {
            for (from, to) in [(1, 2), (2, 1), (1, 1)] {
                let reply = app.as_reader().send(document, json!({ "id": article, "from": from, "to": to, "unit": unit })).await;
                let (old, new) = (&texts[from - 1], &texts[to - 1]);
                let (mut before, mut after) = (String::new(), String::new());
                let stretches = reply.data("/article/diff").as_array().expect("stretches");
                for stretch in stretches {
                    let (from, to) = (cut(old, &stretch["from"], unit), cut(new, &stretch["to"], unit));
                    let text = stretch["text"].as_str().expect("a text");
                    match stretch["kind"].as_str() {
                        Some("EQUAL") => assert!(from == text && to == text),
                        Some("DELETE") => assert!(from == text && to.is_empty()),
                        Some("INSERT") => assert!(from.is_empty() && to == text),
                        kind => panic!("{kind:?}"),
                    }
                    before += &from;
                    after += &to;
                }
                assert_eq!((&before, &after), (old, new));
                let changed: Vec<_> = stretches.iter().filter(|stretch| stretch["kind"] != "EQUAL").map(|stretch| stretch["text"].as_str().expect("a text")).collect();
                match (from, to) {
                    (1, 1) => assert!(changed.is_empty()),
                    _ => assert!(changed.contains(&"12") && changed.contains(&"13") && changed.len() == 4, "{changed:?}"),
                }
            }
        }
        assert_eq!(app.as_reader().send(document, json!({ "id": article, "from": 1, "to": 3, "unit": "UTF8" })).await.code(), "NOT_FOUND");
        let many = (0..200).map(|n| format!("d{n}: diff(from: 1, to: 2) {{ kind }}")).collect::<Vec<_>>().join(" ");
        let reply = app.as_reader().send(&format!("query($id: ID!) {{ article(id: $id) {{ {many} }} }}"), json!({ "id": article })).await;
        assert_eq!(reply.code(), "QUERY_TOO_COMPLEX", "too many comparisons at once");
    }

    async fn claims_marked_after_a_revision_stand_on_the_newest_text(app: TestApp) {
        let article = app.fixtures().an_article().await;
        app.fixtures().a_revision_of(&article, &format!("News of the day.\n{BODY}")).await;
        let claim = app.fixtures().a_claim_on(&article, "It is news.", "News of the day").await;
        let reply = app.as_reader().send(CLAIM, json!({ "id": claim })).await;
        assert_eq!((reply.number("/node/anchors/0/revision/number"), reply.text("/node/anchors/0/status")), (2, "EXACT".into()));
        let gone = json!({ "article": article, "statement": "S", "ranges": [{ "exact": "no such words" }] });
        app.as_reviewer().call("markClaim", gone, "claim { id }").await.refused("ranges[0].exact", "QUOTE_NOT_FOUND");
        // Judged at once: nothing has changed since the claim was marked.
        app.as_reviewer().call("submitVerdict", verdict_on(&claim, "TRUE"), "verdict { id readRevision stale }").await.ok();
    }

    async fn claims_are_listed_as_they_stand_in_the_newest_text(app: TestApp) {
        let fixtures = app.fixtures();
        let article = fixtures.an_article_of("Head", "First comes one. It is short.\nSecond comes two. It is shorter.\nThird comes three. Enough.").await;
        let mut claims = Vec::new();
        for words in ["comes one", "comes two", "comes three"] {
            claims.push(fixtures.a_claim_on(&article, words, words).await);
        }
        fixtures.a_revision_of(&article, "Third comes three. Enough.\nFirst comes one. It is short.\nSecond comes 2. It is shorter.").await;
        let reply = app.as_reader().send("query($id: ID!) { article(id: $id) { claims { nodes { id } } sentences: spans(kind: SENTENCE) { text claims { id } } } }", json!({ "id": article })).await;
        let order: Vec<_> = reply.data("/article/claims/nodes").as_array().expect("claims").iter().map(|node| node["id"].as_str().expect("an id")).collect();
        assert_eq!(order, [&claims[2], &claims[0], &claims[1]]);
        let stale = app.as_reader().ask(r#"{ newsroom(slug: "desk") { claims(filter: { stale: true }) { nodes { id } } } }"#).await;
        assert_eq!(*stale.data("/newsroom/claims/nodes"), json!([{ "id": claims[1] }]));
        // An ORPHANED claim belongs to no sentence.
        fixtures.a_revision_of(&article, "Third comes three. Enough.\nSecond comes 2. It is shorter.").await;
        let reply = app.as_reader().send("query($id: ID!) { article(id: $id) { sentences: spans(kind: SENTENCE) { claims { id } } } }", json!({ "id": article })).await;
        let on: Vec<_> = reply.data("/article/sentences").as_array().expect("spans").iter().flat_map(|span| span["claims"].as_array().expect("claims").clone()).map(|claim| claim["id"].clone()).collect();
        assert_eq!(on, [json!(claims[2]), json!(claims[1])]);
    }

    async fn more_claims_than_one_statement_takes_are_carried_over(app: TestApp) {
        let body: String = (0..520).fold(String::new(), |text, number| text + &format!("Sentence number {number} says that the prices rose.\n"));
        let article = app.fixtures().an_article_of("Many", &body).await;
        let mark = async |number: usize| {
            let input = json!({ "article": article, "statement": format!("{number}"), "ranges": [{ "exact": format!("number {number} says") }] });
            app.as_reviewer().call("markClaim", input, "claim { id }").await.ok();
        };
        for batch in (0..520).collect::<Vec<_>>().chunks(20) {
            futures_util::future::join_all(batch.iter().map(|number| mark(*number))).await;
        }
        let body = format!("It begins.\n\n{}", body.replace("number 7 says", "number 7 said").replace("number 515 says", "number 515 did not say"));
        let reply = app.fixtures().a_revision_of(&article, &body).await;
        let anchors = reply.data("/reviseArticle/anchors").as_array().expect("anchors");
        let stale = anchors.iter().filter(|anchor| anchor["claim"]["stale"] == true).count();
        let exact = anchors.iter().filter(|anchor| anchor["status"] == "EXACT").count();
        assert_eq!((anchors.len(), exact, stale), (520, 518, 2));
    }

    async fn of_two_editors_who_read_the_same_version_one_is_told_of_the_other(app: TestApp) {
        let article = app.fixtures().an_article().await;
        for version in 1..8 {
            let revise = async |who: &str| revise(&app, who, json!({ "article": article, "body": format!("{who} {version}."), "expectedVersion": version })).await;
            let (one, two) = futures_util::future::join(revise("editor"), revise("admin")).await;
            let mut codes = [one.code(), two.code()];
            codes.sort_unstable();
            assert_eq!(codes, ["CONFLICT", "OK"]);
        }
    }
}
