//! Mending: editing what is known about an article, withdrawing and restoring, duplicates, and dates
//! that cannot be.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use crate::app::{Client, Reply, TestApp};
use crate::fixtures::{BODY, TITLE, verdict_on};
use crate::record::assert_whole;
use crate::verdicts::with;

const DATA: &str = "url publisher author language publishedAt version revision { number text } spans(kind: SENTENCE) { text }";

async fn edit(client: &Client, article: &str, changes: Value) -> Reply {
    let input = with(json!({ "article": article }), &changes);
    client.call("editArticle", input, &format!("article {{ {DATA} }}")).await
}

/// The titles of the articles that the list has.
async fn titles(app: &TestApp, filter: Value) -> Value {
    let document = "query($filter: ArticleFilter) { newsroom(slug: \"desk\") { articles(filter: $filter) { nodes { title } } } }";
    let reply = app.as_reader().send(document, json!({ "filter": filter })).await;
    let nodes = reply.data("/newsroom/articles/nodes").as_array().expect("a list").clone();
    nodes.iter().map(|row| row["title"].clone()).collect()
}

/// The newest event in the newsroom's log, with its detail.
async fn newest_event(app: &TestApp) -> (String, Value) {
    let log =
        "{ newsroom(slug: \"desk\") { auditLog(first: 100) { nodes { number kind detail } } } }";
    let reply = app.as_admin().ask(log).await;
    let nodes = reply.data("/newsroom/auditLog/nodes").as_array().expect("events");
    let newest = nodes.iter().max_by_key(|row| row["number"].as_i64()).expect("an event");
    let detail = newest["detail"].as_str().expect("a text");
    (
        newest["kind"].as_str().expect("a kind").to_owned(),
        serde_json::from_str(detail).expect("JSON"),
    )
}

async fn read_claim(app: &TestApp, claim: &str) -> Value {
    let fields = "state stale version wordingVersion withdrawnAt withdrawnReason anchors { status exact start end revision { number } } verdicts { id stale }";
    let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on Claim {{ {fields} }} }} }}");
    app.as_editor().send(&document, json!({ "id": claim })).await.ok().data("/node").clone()
}

db_tests! {
    async fn an_editor_mends_what_is_known_about_an_article(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let first = json!({ "url": "https://news.example.org/1?utm_source=x", "publisher": " Courier ", "author": "Zoë Ardant", "language": "FR-ml", "publishedAt": "2024-08-04T10:00:00Z" });
        let reply = edit(&app.as_editor(), &article, first).await.ok();
        let after = reply.data("/editArticle/article");
        assert_eq!([&after["publisher"], &after["author"], &after["language"], &after["publishedAt"]], ["Courier", "Zoë Ardant", "fr-ML", "2024-08-04T10:00:00Z"]);
        assert_eq!(after["version"], 2);
        let reply = edit(&app.as_editor(), &article, json!({ "publisher": "Gazette", "author": null })).await.ok();
        assert_eq!((reply.data("/editArticle/article/author"), reply.data("/editArticle/article/language")), (&json!(null), &json!("fr-ML")));
        let (kind, detail) = newest_event(&app).await;
        assert_eq!(kind, "ARTICLE_EDITED");
        assert_eq!((&detail["before"], &detail["after"]), (&json!({ "publisher": "Courier", "author": "Zoë Ardant" }), &json!({ "publisher": "Gazette", "author": null })));

        edit(&app.as_editor(), &article, json!({})).await.refused("article", "UNCHANGED");
        edit(&app.as_editor(), &article, json!({ "publisher": "Gazette" })).await.refused("article", "UNCHANGED");
        assert_eq!(edit(&app.as_editor(), &article, json!({ "author": "X", "expectedVersion": 2 })).await.code(), "CONFLICT");
        for (wrong, field, reason) in [
            (json!({ "url": "javascript:alert(1)" }), "url", "INVALID_URL"),
            (json!({ "publisher": "" }), "publisher", "EMPTY"),
            (json!({ "author": "x".repeat(201) }), "author", "TOO_LARGE"),
            (json!({ "language": "ukrainian" }), "language", "INVALID_FORMAT"),
            (json!({ "publishedAt": "2094-08-04T10:00:00Z" }), "publishedAt", "OUT_OF_RANGE"),
        ] {
            edit(&app.as_editor(), &article, wrong).await.refused(field, reason);
        }
        for (who, code) in [("reader", "FORBIDDEN"), ("reviewer", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(edit(&app.as_(who), &article, json!({ "author": "X" })).await.code(), code, "{who}");
        }
        assert_eq!(edit(&app.as_stranger(), &article, json!({ "author": "X" })).await.code(), "UNAUTHENTICATED");
        assert_whole(&app.db).await;
    }

    async fn another_language_cuts_the_sentences_again_and_moves_no_anchor(app: TestApp) {
        // In German, a month goes on after a number. In Greek, a semicolon asks.
        let body = "The loss is 12 million. It was nine days. Es war im Jahr 2012. Oktober war warm. Τι είναι αυτό; Δεν ξέρω.";
        let input = json!({ "newsroom": app.newsroom(), "title": "Port", "body": body, "language": "en" });
        let article = app.as_editor().call("importArticle", input, "article { id }").await.ok().text("/importArticle/article/id");
        let claim = app.fixtures().a_claim_on(&article, "The loss is 12 million.", "12 million").await;
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        let before = read_claim(&app, &claim).await;
        let sentences = async || app.as_reader().send("query($id: ID!) { article(id: $id) { revision { number } spans(kind: SENTENCE) { text } } }", json!({ "id": article })).await.ok().data("/article").clone();
        let (mut old, mut changed) = (sentences().await, false);
        for language in ["de", "el", "ja", "en"] {
            let reply = edit(&app.as_editor(), &article, json!({ "language": language })).await.ok();
            assert_eq!(reply.text("/editArticle/article/revision/text"), format!("Port\n\n{body}"), "the text stays");
            let new = sentences().await;
            // There is a new revision if and only if the sentences differ.
            assert_eq!(old["spans"] != new["spans"], old["revision"] != new["revision"], "{language}");
            changed |= old["spans"] != new["spans"];
            old = new;
            let after = read_claim(&app, &claim).await;
            assert_eq!((&after["stale"], &after["wordingVersion"], &after["anchors"][0]["status"]), (&json!(false), &json!(1), &json!("EXACT")), "{language}");
            assert_eq!([&after["anchors"][0]["start"], &after["anchors"][0]["end"]], [&before["anchors"][0]["start"], &before["anchors"][0]["end"]]);
            assert_eq!(after["anchors"][0]["revision"]["number"], old["revision"]["number"]);
        }
        assert!(changed, "the languages cut the text alike");
        assert_eq!(newest_event(&app).await.0, "ARTICLE_EDITED");
        // A later revision carries the claim as usual.
        app.fixtures().a_revision_of(&article, &body.replace("is 12", "is not 12")).await;
        assert_eq!(read_claim(&app, &claim).await["stale"], true);
        assert_whole(&app.db).await;
    }

    async fn a_withdrawn_article_leaves_lists_and_search_and_stays_readable(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let other = app.fixtures().an_article_of("Rain", "It rained in Mopti.").await;
        let claim = app.fixtures().a_claim_on(&article, "The loss is 12 million.", "12 million").await;
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        let set = async |mutation: &str, who: &str, id: &str, reason: &str| app.as_(who).call(mutation, json!({ "article": id, "reason": reason }), "article { withdrawnAt withdrawnReason }").await;
        set("withdrawArticle", "editor", &article, " ").await.refused("reason", "EMPTY");
        set("restoreArticle", "editor", &article, "x").await.refused("article", "NOT_WITHDRAWN");
        let done = set("withdrawArticle", "editor", &article, "Imported twice.").await.ok();
        assert_eq!(done.text("/withdrawArticle/article/withdrawnReason"), "Imported twice.");
        assert_eq!(newest_event(&app).await.0, "ARTICLE_WITHDRAWN");

        let seen = async || {
            let lists = "{ newsroom(slug: \"desk\") { articles { totalCount } claims { totalCount } summary { articleCount claimCount } search(text: \"loss million dockers\") { edges { score } } similarClaims(text: \"The loss is 12 million\") { edges { score } } } }";
            let reply = app.as_reader().ask(lists).await.ok();
            let count = |pointer: &str| reply.data(pointer).as_array().map_or_else(|| reply.number(pointer), |list| i64::try_from(list.len()).expect("few"));
            ["articles/totalCount", "claims/totalCount", "summary/articleCount", "summary/claimCount", "search/edges", "similarClaims/edges"].map(|path| count(&format!("/newsroom/{path}")))
        };
        assert_eq!(seen().await, [1, 0, 1, 0, 0, 0]);
        assert_eq!(titles(&app, json!({ "withdrawn": true })).await, json!([TITLE]));
        let read = app.as_reader().send("query($id: ID!) { article(id: $id) { withdrawnReason claims { nodes { id } } revision { text } } }", json!({ "id": article })).await.ok();
        assert_eq!((read.text("/article/withdrawnReason"), read.text("/article/claims/nodes/0/id")), ("Imported twice.".to_owned(), claim.clone()));

        // Nothing below it changes.
        let editor = app.as_editor();
        edit(&editor, &article, json!({ "author": "X" })).await.refused("article", "ARTICLE_WITHDRAWN");
        editor.call("reviseArticle", json!({ "article": article, "body": "x" }), "article { id }").await.refused("article", "ARTICLE_WITHDRAWN");
        editor.call("markClaim", json!({ "article": article, "statement": "x", "ranges": [{ "exact": "nine days" }] }), "claim { id }").await.refused("article", "ARTICLE_WITHDRAWN");
        app.as_second().call("submitVerdict", verdict_on(&claim, "TRUE"), "verdict { id }").await.refused("claim", "ARTICLE_WITHDRAWN");
        app.as_second().call("saveVerdictDraft", json!({ "claim": claim }), "verdict { id }").await.refused("claim", "ARTICLE_WITHDRAWN");
        editor.call("withdrawClaim", json!({ "claim": claim, "reason": "x" }), "claim { id }").await.refused("claim", "ARTICLE_WITHDRAWN");
        set("withdrawArticle", "editor", &article, "Again.").await.refused("article", "ARTICLE_WITHDRAWN");
        let missing = editor.send("query($id: ID!) { node(id: $id) { ... on Claim { readiness { missing { code severity } } } } }", json!({ "id": claim })).await;
        assert!(missing.body.to_string().contains("ARTICLE_WITHDRAWN"), "{}", missing.body);

        for (who, code) in [("reader", "FORBIDDEN"), ("reviewer", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(set("restoreArticle", who, &article, "x").await.code(), code, "{who}");
            assert_eq!(set("withdrawArticle", who, &other, "x").await.code(), code, "{who}");
        }
        let back = set("restoreArticle", "editor", &article, "It is another.").await.ok();
        assert_eq!(*back.data("/restoreArticle/article"), json!({ "withdrawnAt": null, "withdrawnReason": null }));
        let (kind, detail) = newest_event(&app).await;
        assert_eq!((kind.as_str(), &detail["reason"], &detail["withdrawnReason"]), ("ARTICLE_RESTORED", &json!("It is another."), &json!("Imported twice.")));
        assert_eq!(seen().await, [2, 1, 2, 1, 2, 1]);
        app.fixtures().a_verdict("second", &claim, "TRUE").await;
        app.fixtures().a_ruling(&claim, "TRUE").await;
        set("withdrawArticle", "editor", &article, "x").await.refused("article", "CLAIM_PUBLISHED");
        assert_whole(&app.db).await;
    }

    async fn a_restored_claim_comes_back_on_the_words_that_were_read(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let claims = [("It is 12 million.", "12 million francs a day"), ("It was Monday.", "on Monday")];
        let mut ids = Vec::new();
        for (statement, exact) in claims {
            let claim = app.fixtures().a_claim_on(&article, statement, exact).await;
            app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
            app.as_reviewer().call("withdrawClaim", json!({ "claim": claim, "reason": "A twin." }), "claim { id }").await.ok();
            ids.push(claim);
        }
        let list = "query($states: [ClaimState!]) { newsroom(slug: \"desk\") { claims(filter: { states: $states }) { totalCount } search(text: \"million monday\") { edges { node { __typename } } } } }";
        let count = async |states: Value| app.as_reader().send(list, json!({ "states": states })).await.ok().number("/newsroom/claims/totalCount");
        assert_eq!((count(json!(null)).await, count(json!(["WITHDRAWN"])).await), (0, 2));
        app.fixtures().a_revision_of(&article, &format!("A new first line.\n{}", BODY.replace("on Monday", "on Tuesday"))).await;

        let restore = async |who: &str, claim: &str| app.as_(who).call("restoreClaim", json!({ "claim": claim, "reason": "No twin." }), "claim { state } article { version }").await;
        for (who, code) in [("reader", "FORBIDDEN"), ("second", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(restore(who, &ids[0]).await.code(), code, "{who}");
        }
        assert_eq!(restore("reviewer", &ids[0]).await.text("/restoreClaim/claim/state"), "IN_REVIEW");
        restore("editor", &ids[1]).await.ok();
        restore("editor", &ids[1]).await.refused("claim", "NOT_WITHDRAWN");
        let (same, changed) = (read_claim(&app, &ids[0]).await, read_claim(&app, &ids[1]).await);
        assert_eq!((&same["stale"], &same["anchors"][0]["status"], &same["anchors"][0]["exact"], &same["withdrawnReason"]), (&json!(false), &json!("EXACT"), &json!(claims[0].1), &json!(null)));
        assert_eq!((&changed["stale"], &changed["anchors"][0]["status"], &changed["verdicts"][0]["stale"]), (&json!(true), &json!("CHANGED"), &json!(true)));
        assert_eq!([&same["anchors"][0]["revision"]["number"], &changed["anchors"][0]["revision"]["number"]], [2, 2]);
        // A reviewer who read the earlier words learns what changed.
        let old = with(verdict_on(&ids[1], "TRUE"), &json!({ "expectedWordingVersion": 1 }));
        let conflict = app.as_second().call("submitVerdict", old, "verdict { id }").await;
        assert_eq!((conflict.code(), &conflict.body["errors"][0]["extensions"]["changed"]), ("CONFLICT", &json!(["TEXT"])));
        assert_eq!((count(json!(null)).await, count(json!(["WITHDRAWN"])).await), (2, 0));
        assert_eq!(newest_event(&app).await.0, "CLAIM_RESTORED");
        assert_whole(&app.db).await;
    }

    async fn what_the_newsroom_already_has_is_named(app: TestApp) {
        let import = async |who: &str, newsroom: String, title: &str, body: &str, url: Value| {
            let input = json!({ "newsroom": newsroom, "title": title, "body": body, "url": url });
            app.as_(who).call("importArticle", input, "article { id } duplicates { id title }").await.ok()
        };
        let desk = app.newsroom();
        let first = import("editor", desk.clone(), "Rain", "It rained in Mopti.", json!("https://news.example.org/rain")).await;
        assert_eq!(*first.data("/importArticle/duplicates"), json!([]));
        let id = first.text("/importArticle/article/id");
        let known = json!([{ "id": id, "title": "Rain" }]);
        for (title, body, url) in [
            ("Other", "Another text.", json!("http://www.news.example.org/rain/?fbclid=1#top")),
            ("Rain again", "It rained,  in “Mopti”.\n", json!(null)),
            ("Copy", "A third text.", json!("https://web.archive.org/web/2024/https://news.example.org/rain")),
        ] {
            let reply = import("editor", desk.clone(), title, body, url).await;
            assert_eq!(reply.data("/importArticle/duplicates/0"), &known[0], "{title}");
        }
        assert_eq!(*import("editor", desk.clone(), "Sun", "The sun shone.", json!("https://news.example.org/sun")).await.data("/importArticle/duplicates"), json!([]));
        let rival = app.seed.rival_newsroom.to_string();
        assert_eq!(*import("rival", rival, "Rain", "It rained in Mopti.", json!("https://news.example.org/rain")).await.data("/importArticle/duplicates"), json!([]), "another newsroom's is not told");
        for url in ["https://news.example.org/sun", "http://www.news.example.org/sun/?utm_medium=x"] {
            assert_eq!(titles(&app, json!({ "url": url })).await, json!(["Sun"]), "{url}");
        }
        // An edited address and a revised text count.
        edit(&app.as_editor(), &id, json!({ "url": "https://news.example.org/moved" })).await.ok();
        assert_eq!(titles(&app, json!({ "url": "https://news.example.org/moved" })).await, json!(["Rain"]));
        app.fixtures().a_revision_of(&id, "It poured.").await;
        let poured = import("editor", desk, "Poured", "It poured!", json!(null)).await;
        assert_eq!(poured.text("/importArticle/duplicates/0/id"), id);
    }

    async fn a_claim_on_the_same_words_is_named(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let mark = async |exact: &str| {
            let input = json!({ "article": article, "statement": format!("On {exact}"), "ranges": [{ "exact": exact }] });
            app.as_reviewer().call("markClaim", input, "claim { id } duplicates { id }").await.ok()
        };
        let first = mark("12 million francs a day").await;
        assert_eq!(*first.data("/markClaim/duplicates"), json!([]));
        let id = first.text("/markClaim/claim/id");
        for same in ["12 million francs a day", "12 million francs a day."] {
            assert_eq!(mark(same).await.text("/markClaim/duplicates/0/id"), id, "{same}");
        }
        for other in ["12 million", "nine days"] {
            assert_eq!(*mark(other).await.data("/markClaim/duplicates"), json!([]), "{other}");
        }
    }

    async fn dates_that_cannot_be_are_refused_with_their_field(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let claim = app.fixtures().a_claim_on(&article, "It was nine days.", "nine days").await;
        let at = |span: TimeDelta| (Utc::now() + span).to_rfc3339();
        let day = |span: TimeDelta| (Utc::now() + span).date_naive().to_string();
        let import = |at: String| json!({ "newsroom": app.newsroom(), "title": "Rain", "body": "It rained.", "publishedAt": at });
        let editor = app.as_editor();
        editor.call("importArticle", import(at(TimeDelta::hours(1))), "article { id }").await.refused("publishedAt", "OUT_OF_RANGE");
        editor.call("importArticle", import(at(TimeDelta::seconds(-1))), "article { id }").await.ok();
        let mark = |day: String| json!({ "article": article, "statement": "x", "claimedOn": day, "ranges": [{ "exact": "Wages" }] });
        editor.call("markClaim", mark(day(TimeDelta::days(2))), "claim { id }").await.refused("claimedOn", "OUT_OF_RANGE");
        editor.call("markClaim", mark(day(TimeDelta::zero())), "claim { id }").await.ok();
        editor.call("editClaim", json!({ "claim": claim, "claimedOn": day(TimeDelta::days(2)) }), "claim { id }").await.refused("claimedOn", "OUT_OF_RANGE");
        let assign = |due: String| json!({ "claim": claim, "reviewers": [app.account("second")], "dueAt": due });
        editor.call("assignClaim", assign(at(TimeDelta::hours(-1))), "claim { id }").await.refused("dueAt", "OUT_OF_RANGE");
        editor.call("assignClaim", assign(at(TimeDelta::hours(1))), "claim { id }").await.ok();
        let cite = |at: String| with(verdict_on(&claim, "TRUE"), &json!({ "citations": [{ "url": "https://ledger.example.org/", "stance": "SUPPORTS", "accessedAt": at }] }));
        let reviewer = app.as_reviewer();
        reviewer.call("submitVerdict", cite(at(TimeDelta::hours(1))), "verdict { id }").await.refused("citations[0].accessedAt", "OUT_OF_RANGE");
        let draft = json!({ "claim": claim, "citations": [{ "url": "https://ledger.example.org/", "stance": "SUPPORTS", "accessedAt": at(TimeDelta::days(30)) }] });
        reviewer.call("saveVerdictDraft", draft, "verdict { id }").await.refused("citations[0].accessedAt", "OUT_OF_RANGE");
        // Midnight in UTC stands for the day, which has begun in the reviewer's time zone.
        reviewer.call("submitVerdict", cite(format!("{}T00:00:00Z", day(TimeDelta::hours(10)))), "verdict { id }").await.ok();
    }
}
