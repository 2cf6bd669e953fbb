//! Exports over HTTP: everything that the API shows to their reader, and nothing else.

use std::collections::BTreeMap;

use claimspan::domain::error::Error;
use claimspan::domain::extract::{Extract, Wanted};
use claimspan::domain::people::session::Credentials;
use claimspan::server::Settings;
use reqwest::Response;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::fixtures::verdict_on;
use crate::verdicts::with;

const TABLES: [&str; 6] = ["articles", "claims", "verdicts", "citations", "rulings", "events"];

/// The name of every export.
pub fn names() -> Vec<String> {
    let tables = TABLES.map(|table| format!("{table}.csv"));
    let others = [
        "newsroom.jsonl",
        "claim-review.jsonld",
        "annotations.jsonld",
        "averitec.json",
        "label-studio.json",
    ];
    others.map(ToOwned::to_owned).into_iter().chain(tables).collect()
}

/// Requests an export of `desk` as this account, or as a stranger.
async fn get(app: &TestApp, by: Option<&str>, name: &str) -> Response {
    let request = app.http().get(format!("{}/export/desk/{name}", app.address()));
    let request = match by {
        Some(by) => request.bearer_auth(app.token(by)),
        None => request,
    };
    request.send().await.expect("an answer")
}

/// The text of an export.
pub async fn text(app: &TestApp, by: &str, name: &str) -> String {
    let response = get(app, Some(by), name).await;
    assert_eq!(response.status(), 200, "{by} {name}");
    response.text().await.expect("the whole export")
}

/// The lines of a JSON Lines export, by their type.
async fn lines(app: &TestApp, by: &str) -> BTreeMap<String, Vec<Value>> {
    let mut found: BTreeMap<_, Vec<Value>> = BTreeMap::new();
    let text = text(app, by, "newsroom.jsonl").await;
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        found.entry(line["type"].as_str().expect("a type").to_owned()).or_default().push(line);
    }
    assert_eq!(found["end"][0]["lines"], text.lines().count() - 1);
    found
}

/// The number of tasks in the export for Label Studio.
async fn count_of_tasks(app: &TestApp) -> usize {
    let tasks: Value =
        serde_json::from_str(&text(app, "editor", "label-studio.json").await).expect("JSON");
    tasks.as_array().map_or(0, Vec::len)
}

/// A verdict by this account, with words of its own.
async fn judge(app: &TestApp, by: &str, claim: &str) {
    let page = format!("https://{by}.example.org/");
    let citation = json!({
        "url": page, "title": format!("page of {by}"), "stance": "CONTEXT",
        "question": format!("question of {by}?"), "answer": format!("answer of {by}"),
    });
    let said = json!({ "rationale": format!("words of {by}"), "citations": [citation] });
    app.as_(by)
        .call("submitVerdict", with(verdict_on(claim, "TRUE"), &said), "verdict { id }")
        .await
        .ok();
}

db_tests! {
    async fn members_export_and_nobody_else(app: TestApp) {
        app.fixtures().a_published_claim().await;

        for name in names() {
            for by in ["admin", "editor", "reviewer", "reader"] {
                assert_eq!(get(&app, Some(by), &name).await.status(), 200, "{by} {name}");
            }
            for by in ["rival", "rival-reviewer"] {
                assert_eq!(get(&app, Some(by), &name).await.status(), 404, "{by} {name}");
            }
            let refused = get(&app, None, &name).await;
            assert_eq!(refused.status(), 401, "{name}");
            let error: Value = refused.json().await.expect("JSON");
            assert_eq!(error["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{name}");
        }
        assert_eq!(get(&app, Some("admin"), "secrets.csv").await.status(), 404);
    }

    async fn a_stranger_exports_rulings_if_everybody_may_read_them(app: TestApp) {
        app.fixtures().a_published_claim().await;
        app.fixtures().a_policy(json!({ "publicReading": true })).await;

        for name in names() {
            let status = get(&app, None, &name).await.status();
            let expected = if name == "claim-review.jsonld" { 200 } else { 401 };
            assert_eq!(status, expected, "{name}");
        }
        let feed: Value = get(&app, None, "claim-review.jsonld").await.json().await.expect("JSON");
        assert_eq!(feed["dataFeedElement"].as_array().expect("a list").len(), 1);
    }

    async fn an_export_hides_what_blind_review_hides(app: TestApp) {
        app.fixtures().a_policy(json!({ "blindReview": true, "verdictsRequired": 3 })).await;
        let claim = app.fixtures().a_claim().await;
        judge(&app, "reviewer", &claim).await;
        app.fixtures().a_comment("reviewer", &claim).await;
        let account = app.account("reviewer");
        let verdict = lines(&app, "editor").await["verdict"][0]["id"].clone();
        let secrets = ["words of reviewer", "question of reviewer", "answer of reviewer", "reviewer.example.org", verdict.as_str().expect("an id")];
        let article = lines(&app, "editor").await["article"][0]["id"].clone();
        let cas = format!("cas/{}.json", article.as_str().expect("an id"));

        for name in names().into_iter().chain([cas.clone()]) {
            for by in ["second", "reader"] {
                let text = text(&app, by, &name).await;
                for secret in secrets {
                    assert!(!text.contains(secret), "{by} finds {secret} in {name}");
                }
            }
        }
        let events = &lines(&app, "second").await["event"];
        let of_verdict = events.iter().find(|event| event["kind"] == "VERDICT_SUBMITTED");
        assert!(of_verdict.is_some_and(|event| event.get("actor").is_none()), "{events:?}");

        for by in ["reviewer", "editor", "admin"] {
            assert!(text(&app, by, "verdicts.csv").await.contains("words of reviewer"), "{by}");
            assert!(text(&app, by, "citations.csv").await.contains("page of reviewer"), "{by}");
            assert!(text(&app, by, "averitec.json").await.contains("answer of reviewer"), "{by}");
            for name in ["label-studio.json", &cas] {
                assert!(text(&app, by, name).await.contains("words of reviewer"), "{by} {name}");
            }
        }
        judge(&app, "second", &claim).await;
        assert_eq!(lines(&app, "second").await["verdict"].len(), 2);
        let event = lines(&app, "second").await["event"].clone();
        assert!(event.iter().any(|event| event["actor"] == json!(account)), "{event:?}");
    }

    async fn an_export_has_everything_whatever_the_pages(app: TestApp) {
        // More articles than a page has, and more claims in one of them.
        let mut articles = Vec::new();
        for number in 0..19 {
            articles.push(app.fixtures().an_article_of(&format!("Headline {number}"), "It is so.").await);
        }
        let words = (0..105).map(|number| format!("w{number}.")).collect::<Vec<_>>().join(" ");
        let long = app.fixtures().an_article_of("Many words", &words).await;
        for number in 0..105 {
            app.fixtures().a_claim_on(&long, &format!("Claim {number}."), &format!("w{number}.")).await;
        }
        let gone = json!({ "article": articles[3], "reason": "It was a copy." });
        app.as_editor().call("withdrawArticle", gone, "article { id }").await.ok();
        let (claim, _) = app.fixtures().a_published_claim().await;
        articles.push(long);

        let found = lines(&app, "reader").await;

        assert_eq!(found["article"].len(), 21);
        assert!(articles.iter().all(|id| found["article"].iter().any(|line| line["id"] == **id)));
        assert_eq!(found["article"].iter().filter(|line| line.get("withdrawnAt").is_some()).count(), 1);
        assert_eq!(found["claim"].len(), 106);
        assert_eq!(found["verdict"].len(), 2);
        assert!(found["verdict"].iter().all(|line| line["claim"] == *claim));
        assert_eq!(found["ruling"].len(), 1);
        let of = |by: &'static str| async {
            let found = lines(&app, by).await;
            found["event"].iter().filter_map(|line| line["number"].as_i64()).collect::<Vec<_>>()
        };
        let all = of("admin").await;
        assert_eq!(all, (1..=i64::try_from(all.len()).expect("a number")).collect::<Vec<_>>());
        assert!(of("reader").await.len() < all.len(), "a reader sees no events of members");
        for (table, rows) in [("articles", 21), ("claims", 106), ("verdicts", 2), ("citations", 2), ("rulings", 1)] {
            let text = text(&app, "reader", &format!("{table}.csv")).await;
            assert_eq!(text.matches("\r\n").count(), rows + 1, "{table}");
        }
    }

    async fn an_export_says_the_same_as_the_api(app: TestApp) {
        let (claim, _) = app.fixtures().a_published_claim().await;
        let document = "query($id: ID!) { node(id: $id) { ... on Claim { id statement claimant state stale version markedAt tags
            anchors { id status exact prefix suffix start end } article { id title version revision { text } }
            verdicts { id rationale rating { key label } reviewer { id displayName } citations { id url stance quote source { id title } } }
            ruling { id slug summary rating { key label } } } } }";
        let api = app.as_reader().send(document, json!({ "id": claim })).await;
        let api = api.data("/node");

        let found = lines(&app, "reader").await;

        let same = |line: &Value, of_api: &Value, names: &[&str]| {
            for name in names {
                assert_eq!(line[name], of_api[name], "{name}");
            }
        };
        same(&found["claim"][0], api, &["id", "statement", "claimant", "state", "stale", "version", "markedAt", "tags"]);
        same(&found["article"][0], &api["article"], &["id", "title", "version"]);
        assert_eq!(found["article"][0]["revision"]["text"], api["article"]["revision"]["text"]);
        let anchor = ["id", "status", "exact", "prefix", "suffix", "start", "end"];
        same(&found["claim"][0]["anchors"][0], &api["anchors"][0], &anchor);
        for (line, verdict) in found["verdict"].iter().zip(api["verdicts"].as_array().expect("a list")) {
            same(line, verdict, &["id", "rationale", "rating", "reviewer"]);
            let (line, citation) = (&line["citations"][0], &verdict["citations"][0]);
            same(line, citation, &["id", "url", "stance", "quote"]);
            same(&line["source"], &citation["source"], &["id", "title"]);
        }
        same(&found["ruling"][0], &api["ruling"], &["id", "slug", "summary", "rating"]);
    }

    async fn a_spreadsheet_runs_nothing_that_people_wrote(app: TestApp) {
        let article = app.fixtures().an_article_of("=1+1", "It is so.").await;
        app.fixtures().a_claim_on(&article, "@SUM(A1:A9)", "It is so.").await;

        let (articles, claims) = (text(&app, "reader", "articles.csv").await, text(&app, "reader", "claims.csv").await);

        assert!(articles.starts_with('\u{feff}'));
        assert!(articles.contains(",\"'=1+1\","), "{articles}");
        assert!(claims.contains(",\"'@SUM(A1:A9)\","), "{claims}");
    }

    async fn a_claim_is_an_annotation_at_its_own_address(app: TestApp) {
        app.fixtures().a_policy(json!({ "blindReview": true, "verdictsRequired": 3 })).await;
        let claim = app.fixtures().a_claim().await;
        judge(&app, "reviewer", &claim).await;
        let name = format!("annotations/{claim}.jsonld");
        let rationales = async |by| {
            let annotation: Value = get(&app, Some(by), &name).await.json().await.expect("JSON");
            let bodies = annotation["body"].as_array().expect("bodies").clone();
            bodies.iter().filter(|body| body["purpose"] == "assessing").count()
        };

        assert_eq!((rationales("editor").await, rationales("second").await), (1, 0));
        let all: Value = get(&app, Some("editor"), "annotations.jsonld").await.json().await.expect("JSON");
        let mut alone: Value = get(&app, Some("editor"), &name).await.json().await.expect("JSON");
        alone.as_object_mut().expect("an object").remove("@context");
        assert_eq!(all["first"]["items"], json!([alone]));
        assert_eq!(get(&app, None, &name).await.status(), 401);
        assert_eq!(get(&app, Some("rival"), &name).await.status(), 404);
        let elsewhere = format!("{}/export/rival/{name}", app.address());
        for by in ["rival", "editor"] {
            let response = app.http().get(&elsewhere).bearer_auth(app.token(by)).send().await;
            assert_eq!(response.expect("an answer").status(), 404, "{by}");
        }
        let withdraw = json!({ "claim": claim, "reason": "It was a copy." });
        app.as_editor().call("withdrawClaim", withdraw, "claim { id }").await.ok();
        assert_eq!(get(&app, Some("editor"), &name).await.status(), 404);
        let all: Value = get(&app, Some("editor"), "annotations.jsonld").await.json().await.expect("JSON");
        assert_eq!((&all["total"], all.get("first")), (&json!(0), None));
    }

    async fn an_article_is_a_document_at_its_own_address(app: TestApp) {
        let article = app.fixtures().an_article_of("Ship 🛥️ late", "It is so. It was not.").await;
        let claim = app.fixtures().a_claim_on(&article, "It was not so.", "It was not.").await;
        judge(&app, "reviewer", &claim).await;
        let name = format!("cas/{article}.json");

        let response = get(&app, Some("editor"), &name).await;

        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(response.headers()["content-disposition"], format!("attachment; filename=\"desk-{article}.json\""));
        let found: Value = response.json().await.expect("JSON");
        let all = found["%FEATURE_STRUCTURES"].as_array().expect("a list");
        let of = |kind: &str| all.iter().filter(|it| it["%TYPE"] == kind).collect::<Vec<_>>();
        let text: Vec<u16> = all[0]["sofaString"].as_str().expect("a text").encode_utf16().collect();
        let number = |value: &Value| usize::try_from(value.as_u64().expect("a number")).expect("it is small");
        let claims = of("webanno.custom.Claim");
        assert_eq!(String::from_utf16_lossy(&text[number(&claims[0]["begin"])..number(&claims[0]["end"])]), "It was not.");
        assert_eq!(of("webanno.custom.Verdict")[0]["rationale"], "words of reviewer");
        assert_eq!(get(&app, None, &name).await.status(), 401);
        assert_eq!(get(&app, Some("rival"), &name).await.status(), 404);
        for address in [format!("rival/{name}"), "desk/cas/article_1.json".to_owned(), format!("desk/cas/{claim}.json")] {
            let response = app.http().get(format!("{}/export/{address}", app.address())).bearer_auth(app.token("editor")).send().await;
            assert_eq!(response.expect("an answer").status(), 404, "{address}");
        }
        let gone = json!({ "article": article, "reason": "It was a copy." });
        app.as_editor().call("withdrawArticle", gone, "article { id }").await.ok();
        assert_eq!(get(&app, Some("editor"), &name).await.status(), 404);
        assert_eq!(count_of_tasks(&app).await, 0);
    }

    async fn a_task_has_all_claims_of_its_article(app: TestApp) {
        app.fixtures().an_article_of("One", "It is so.").await;
        let words = (0..105).map(|number| format!("w{number}.")).collect::<Vec<_>>().join(" ");
        let long = app.fixtures().an_article_of("Many words", &words).await;
        for number in 0..105 {
            app.fixtures().a_claim_on(&long, &format!("Claim {number}."), &format!("w{number}.")).await;
        }
        app.fixtures().an_article_of("Another", "It is not so.").await;

        let tasks: Value = serde_json::from_str(&text(&app, "reader", "label-studio.json").await).expect("JSON");

        let labels = |task: &Value| task["predictions"][0]["result"].as_array().expect("a list").iter().filter(|it| it["type"] == "labels").count();
        assert_eq!(tasks.as_array().expect("tasks").iter().map(labels).collect::<Vec<_>>(), [0, 105, 0]);
        let cas: Value = serde_json::from_str(&text(&app, "reader", &format!("cas/{long}.json")).await).expect("JSON");
        let all = cas["%FEATURE_STRUCTURES"].as_array().expect("a list");
        assert_eq!(all.iter().filter(|it| it["%TYPE"] == "webanno.custom.Claim").count(), 105);
        assert_eq!(cas["%VIEWS"]["_InitialView"]["%MEMBERS"].as_array().map(Vec::len), Some(all.len() - 1));
        // The other formats have each claim below its article too, in the order of the text.
        let (mut article, mut claims) = (Value::Null, Vec::new());
        for line in text(&app, "reader", "newsroom.jsonl").await.lines() {
            let line: Value = serde_json::from_str(line).expect("JSON");
            match line["type"].as_str() {
                Some("article") => article = line["id"].clone(),
                Some("claim") => {
                    assert_eq!(line["article"], article);
                    claims.push(line["statement"].as_str().expect("a statement").to_owned());
                }
                _ => {}
            }
        }
        assert_eq!(claims, (0..105).map(|number| format!("Claim {number}.")).collect::<Vec<_>>());
    }

    async fn a_browser_downloads_with_its_session(app: TestApp) {
        app.fixtures().a_claim().await;
        let address = format!("{}/export/desk/claims.csv", app.address());
        let cookie = format!("claimspan={}", app.token("reader"));

        let response = app.http().get(&address).header("Cookie", &cookie).send().await.expect("an answer");

        assert_eq!(response.status(), 200);
        let header = |name: &str| response.headers()[name].to_str().expect("text").to_owned();
        assert_eq!(header("content-disposition"), "attachment; filename=\"desk-claims.csv\"");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-content-type-options"), "nosniff");
        let head = app.http().head(&address).header("Cookie", cookie).send().await.expect("an answer");
        assert_eq!((head.status().as_u16(), head.bytes().await.expect("no body").len()), (200, 0));
        let post = app.http().post(&address).bearer_auth(app.token("reader")).send().await;
        assert_eq!(post.expect("an answer").status(), 405);
    }

    async fn an_export_ends_when_its_readers_rights_change(app: TestApp) {
        app.fixtures().a_claim().await;
        let token = Some(app.token("second").to_owned());
        let actor = Credentials::new(app.db.clone(), app.world.clone(), token).actor().await.expect("an actor");
        let mut extract = Extract::begin(&app.db, &actor, "desk", Wanted::ALL).await.expect("it begins");
        assert!(extract.next().await.expect("a page").is_some());

        let input = json!({ "newsroom": app.newsroom(), "account": app.account("second"), "role": "READER" });
        app.as_admin().call("setRole", input, "membership { id }").await.ok();

        let refused = extract.next().await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{:?}", refused.err());
        // A reader whom the newsroom removed gets nothing any more either.
        let mut extract = Extract::begin(&app.db, &actor, "desk", Wanted::ALL).await.expect("it begins");
        let input = json!({ "newsroom": app.newsroom(), "account": app.account("second") });
        app.as_admin().call("removeMember", input, "newsroom { id }").await.ok();
        assert!(extract.next().await.is_err());
    }

    async fn absolute_addresses_begin_with_the_public_url(app: TestApp) {
        app.fixtures().a_published_claim().await;
        let public_url = Some("https://facts.example.org".to_owned());
        let server = app.beside(Settings { public_url, ..Settings::default() }).await;

        let feed: Value = serde_json::from_str(&text(&server, "reader", "claim-review.jsonld").await).expect("JSON");

        assert_eq!(feed["dataFeedElement"][0]["url"], "https://facts.example.org/n/desk/rulings/the-loss-is-12-million-francs-a-day");
        // Without it, a server that was not addressed by its own name does not know its address.
        let request = app.http().get(format!("{}/export/desk/claim-review.jsonld", app.address()));
        let request = request.header("Host", "elsewhere.example.org").bearer_auth(app.token("reader"));
        assert_eq!(request.send().await.expect("an answer").status(), 403);
    }
}
