//! Public pages and feeds: everything that the API shows to a stranger, and nothing else.

use std::collections::BTreeSet;

use claimspan::server::Settings;
use claimspan::server::limits::{Limited, Limits};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::public::fill;
use crate::walk::{Types, strings};

/// Requests a path, with these headers. Follows no redirect.
async fn get(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Response {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .build()
        .expect("a client");
    let request = client.get(format!("{}{path}", app.address()));
    let add = |request: reqwest::RequestBuilder, (name, value): &(&str, &str)| {
        request.header(*name, *value)
    };
    headers.iter().fold(request, add).send().await.expect("an answer")
}

async fn text(app: &TestApp, path: &str) -> String {
    let response = get(app, path, &[]).await;
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.expect("text")
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The text of a page without escapes.
fn unescaped(page: &str) -> String {
    let mut text = page.to_owned();
    for (escape, plain) in
        [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")]
    {
        text = text.replace(escape, plain);
    }
    text
}

/// Every address in a page or a feed that leads to this server.
fn links(body: &str, base: &str, from: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let from = url::Url::parse(&format!("{base}{from}")).expect("an address");
    for part in body.split("href=\"").skip(1) {
        let address = unescaped(part.split('"').next().unwrap_or_default());
        let address = from.join(&address).expect("an address");
        if address.as_str().starts_with(base) {
            let query = address.query().map(|query| format!("?{query}")).unwrap_or_default();
            found.insert(format!("{}{query}", address.path()));
        }
    }
    found
}

/// Walks from the newsroom's page to everything below `/n/` that it leads to.
async fn walk(app: &TestApp) -> Vec<(String, String)> {
    let (mut open, mut seen) = (vec!["/n/desk".to_owned()], BTreeSet::new());
    let mut pages = Vec::new();
    while let Some(path) = open.pop() {
        if !path.starts_with("/n/") || !seen.insert(path.clone()) {
            continue;
        }
        let body = text(app, &path).await;
        open.extend(links(&body, app.address(), &path));
        pages.push((path, body));
    }
    pages
}

/// What the API shows to a stranger of each ruling.
async fn of_api(app: &TestApp, types: &Types) -> Value {
    let document = format!(
        "{{ publishedRulings(slug: \"desk\") {{ nodes {{ {} }} }} }}",
        types.selection("Ruling", 4)
    );
    app.as_stranger().ask(&document).await.data("/publishedRulings/nodes").clone()
}

/// The words that a page must show: everything that people wrote, and every address and time.
fn words(of: &Value) -> BTreeSet<String> {
    let unseen = [
        "__typename",
        "id",
        "rulingId",
        "key",
        "kind",
        "state",
        "stance",
        "slug",
        "signature",
        "proof",
        "claimantKind",
        "prefix",
        "suffix",
    ];
    let mut found = BTreeSet::new();
    match of {
        Value::String(text) => {
            found.insert(text.clone());
        }
        Value::Array(all) => all.iter().for_each(|one| found.extend(words(one))),
        Value::Object(fields) => {
            let shown = fields.iter().filter(|(name, _)| !unseen.contains(&name.as_str()));
            shown.for_each(|(_, value)| found.extend(words(value)));
        }
        _ => {}
    }
    found
}

db_tests! {
    async fn pages_show_what_the_api_shows_to_a_stranger_and_nothing_else(app: TestApp) {
        let app = app.beside(Settings { most_cost: u64::MAX, ..Settings::default() }).await;
        fill(&app).await;
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        let types = Types::of(&app).await;
        let rulings = of_api(&app, &types).await;

        let pages = walk(&app).await;

        let paths: Vec<_> = pages.iter().map(|(path, _)| path.as_str()).collect();
        for expected in ["/n/desk", "/n/style.css", "/n/icon.svg", "/n/desk/feed.atom", "/n/desk/feed.json", "/n/desk/claim-review.jsonld",
            "/n/desk/rulings/the-loss-is-12-million-a-day", "/n/desk/rulings/the-loss-is-12-million-a-day.jsonld", "/n/desk/rulings/retracted-later"] {
            assert!(paths.contains(&expected), "{expected}: {paths:?}");
        }
        for ruling in rulings.as_array().expect("a list") {
            let path = format!("/n/desk/rulings/{}", ruling["slug"].as_str().expect("a slug"));
            let page = unescaped(&pages.iter().find(|(known, _)| *known == path).expect("its page").1);
            for word in words(ruling) {
                assert!(page.contains(&word), "{path} lacks {word:?}");
            }
            // Around a quote, a page shows the words of its own paragraph.
            let quote = "<p>The loss is <mark>12 million francs a day</mark>. A secret of the text.</p>";
            assert!(page.contains(quote), "{path}");
        }

        // Everything that an admin can find, except what the API shows to a stranger.
        let mut inside = Vec::new();
        for document in [
            format!("{{ newsroom(slug: \"desk\") {{ {} }} }}", types.selection("Newsroom", 2)),
            format!("{{ newsroom(slug: \"desk\") {{ claims {{ nodes {{ {} }} }} }} }}", types.selection("Claim", 2)),
            format!("{{ newsroom(slug: \"desk\") {{ articles {{ nodes {{ {} }} }} }} }}", types.selection("Article", 2)),
        ] {
            inside.push(app.as_admin().ask(&document).await.body);
        }
        let (inside, mut secrets, mut open) = (Value::Array(inside), BTreeSet::new(), BTreeSet::new());
        strings(&inside, &mut secrets);
        strings(&rulings, &mut open);
        let open_words: String = open.iter().copied().collect::<Vec<_>>().join("\n");
        let secrets: Vec<_> = secrets.into_iter().filter(|secret| secret.contains(['_', ' ', '@']) && !open_words.contains(secret)).collect();
        assert!(secrets.iter().any(|secret| secret.contains("secret")) && secrets.iter().any(|secret| secret.starts_with("account_")));
        for (path, body) in &pages {
            let body = unescaped(body);
            for secret in &secrets {
                assert!(!body.contains(secret), "{path} shows {secret:?}");
            }
        }
    }

    async fn a_newsroom_without_public_reading_looks_like_none(app: TestApp) {
        let (_, ruling) = app.fixtures().a_published_claim().await;
        let below = ["", "/feed.atom", "/feed.json", "/claim-review.jsonld", "/rulings/the-loss-is-12-million-francs-a-day", "/rulings/the-loss-is-12-million-francs-a-day.jsonld"];
        let by_id = format!("/rulings/{ruling}");
        for path in below.into_iter().chain([by_id.as_str()]) {
            let mut answers = Vec::new();
            for slug in ["desk", "rival", "none", "%00", "DESK"] {
                // The credentials of a member make no difference.
                let token = format!("Bearer {}", app.token("admin"));
                let response = get(&app, &format!("/n/{slug}{path}"), &[("Authorization", &token)]).await;
                let mut headers: Vec<_> = response.headers().iter().map(|(name, value)| format!("{name}: {value:?}")).filter(|it| !it.starts_with("date")).collect();
                headers.sort();
                answers.push((response.status(), headers, response.text().await.expect("text")));
            }
            assert_eq!(answers[0].0, StatusCode::NOT_FOUND, "{path}");
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{path}: {answers:?}");
        }
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        for path in below {
            assert_eq!(get(&app, &format!("/n/desk{path}"), &[]).await.status(), 200, "{path}");
        }
        // The ruling's id leads to its slug, and a ruling of another newsroom is not found.
        let moved = get(&app, &format!("/n/desk{by_id}"), &[]).await;
        assert_eq!((moved.status().as_u16(), header(&moved, "location")), (301, "the-loss-is-12-million-francs-a-day"));
        assert_eq!(get(&app, &format!("/n/rival{by_id}"), &[]).await.status(), 404);
        assert_eq!(get(&app, "/n/desk/rulings/none", &[]).await.status(), 404);
        app.fixtures().a_policy(json!({ "publicReading": false })).await;
        for path in below {
            assert_eq!(get(&app, &format!("/n/desk{path}"), &[]).await.status(), 404, "{path}");
        }
    }

    async fn a_conditional_request_gets_304_until_something_changes(app: TestApp) {
        let (claim, ruling) = app.fixtures().a_published_claim().await;
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        let paths = ["", "/feed.atom", "/feed.json", "/claim-review.jsonld", "/rulings/the-loss-is-12-million-francs-a-day", "/rulings/the-loss-is-12-million-francs-a-day.jsonld"];
        let paths = paths.map(|path| format!("/n/desk{path}"));
        let tag = async |path: &String, known: &str| {
            let response = get(&app, path, &[("If-None-Match", known)]).await;
            let (status, etag) = (response.status().as_u16(), header(&response, "etag").to_owned());
            assert_eq!(response.text().await.expect("text").is_empty(), status == 304, "{path}");
            (status, etag)
        };
        let all = async |known: &[String]| {
            let mut found = Vec::new();
            for (path, known) in paths.iter().zip(known) {
                found.push(tag(path, known).await);
            }
            found
        };
        let first = all(&vec!["\"other\"".to_owned(); 6]).await;
        let etags: Vec<_> = first.iter().map(|(_, etag)| etag.clone()).collect();
        assert!(first.iter().all(|(status, etag)| *status == 200 && etag.len() == 34), "{first:?}");

        assert!(all(&etags).await.iter().all(|(status, _)| *status == 304));
        // What no stranger sees changes no page.
        app.fixtures().a_comment("reviewer", &claim).await;
        assert!(all(&etags).await.iter().all(|(status, _)| *status == 304));
        let input = json!({ "ruling": ruling, "kind": "CORRECTION", "reason": "A page was missing.", "summary": "Another finding." });
        app.as_editor().call("correctRuling", input, "ruling { id }").await.ok();
        let changed = all(&etags).await;
        assert!(changed.iter().zip(&etags).all(|((status, etag), old)| *status == 200 && etag != old), "{changed:?}");
        // Another server on the same database sees it too, and has the same tags.
        let other = app.beside(Settings { public_url: Some(app.address().to_owned()), ..Settings::default() }).await;
        for (path, (_, etag)) in paths.iter().zip(&changed) {
            assert_eq!(header(&get(&other, path, &[]).await, "etag"), etag, "{path}");
        }
        let input = json!({ "newsroom": app.newsroom(), "name": "The Night Desk" });
        app.as_admin().call("renameNewsroom", input, "newsroom { id }").await.ok();
        assert!(text(&app, &paths[4]).await.contains("The Night Desk"));
        app.wait(chrono::TimeDelta::seconds(2));
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        assert!(text(&other, &paths[4]).await.contains("The Night Desk"));
    }

    async fn absolute_addresses_begin_with_an_address_that_nobody_can_forge(app: TestApp) {
        app.fixtures().a_published_claim().await;
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        let page = "/n/desk/rulings/the-loss-is-12-million-francs-a-day";
        let canonical = format!("<link rel=\"canonical\" href=\"{}{page}\">", app.address());
        assert!(text(&app, page).await.contains(&canonical));
        // A host that is not the server's own is repeated nowhere.
        for host in ["evil.example.org", "127.0.0.1", "localhost"] {
            let body = get(&app, page, &[("Host", host)]).await.text().await.expect("text");
            assert!(!body.contains("canonical") && !body.contains("application/ld+json") && !body.contains("evil"), "{host}");
            assert_eq!(get(&app, "/n/desk/feed.atom", &[("Host", host)]).await.status(), 404, "{host}");
        }
        let named = app.beside(Settings { public_url: Some("https://example.org/facts".to_owned()), ..Settings::default() }).await;
        for host in ["evil.example.org", "example.org"] {
            let response = get(&named, page, &[("Host", host), ("X-Forwarded-Host", "evil.example.org")]).await;
            let body = response.text().await.expect("text");
            assert!(body.contains(&format!("<link rel=\"canonical\" href=\"https://example.org/facts{page}\">")) && !body.contains("evil"), "{host}");
            let feed = get(&named, "/n/desk/feed.atom", &[("Host", host)]).await.text().await.expect("text");
            assert!(feed.contains("<id>https://example.org/facts/n/desk/feed.atom</id>"), "{feed}");
        }
    }

    async fn a_page_runs_nothing_and_loads_only_its_style(app: TestApp) {
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        let article = app.fixtures().an_article().await;
        let evil = "</script><script>alert(1)</script> <img src=x onerror=alert(2)> \"' & {{7*7}}";
        let claim = app.fixtures().a_claim_on(&article, evil, "12 million francs a day").await;
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        app.fixtures().a_verdict("second", &claim, "TRUE").await;
        let input = json!({ "claim": claim, "rating": "TRUE", "summary": format!("Found {evil}"), "dissent": evil });
        let slug = app.as_editor().call("publishRuling", input, "ruling { slug }").await.ok().text("/publishRuling/ruling/slug");

        for path in ["/n/desk".to_owned(), format!("/n/desk/rulings/{slug}"), "/n/none".to_owned()] {
            let response = get(&app, &path, &[]).await;
            let policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
            assert_eq!((header(&response, "content-security-policy"), header(&response, "x-content-type-options")), (policy, "nosniff"));
            assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8");
            let body = response.text().await.expect("text");
            let scripts = body.matches("<script").count();
            assert_eq!((scripts, body.matches("</script").count()), if path.contains("rulings") { (1, 1) } else { (0, 0) }, "{path}");
            assert!(!body.contains("<img") && !body.contains("style=\""), "{path}");
        }
        let page = text(&app, &format!("/n/desk/rulings/{slug}")).await;
        let data = page.split("<script type=\"application/ld+json\">").nth(1).and_then(|rest| rest.split("</script>").next()).expect("data");
        let data: Value = serde_json::from_str(data).expect("JSON");
        assert_eq!((data["claimReviewed"].as_str(), data["@type"].as_str()), (Some(evil), Some("ClaimReview")));
        let alone: Value = serde_json::from_str(&text(&app, &format!("/n/desk/rulings/{slug}.jsonld")).await).expect("JSON");
        assert_eq!(alone, data);
    }

    async fn pages_count_against_the_budget_of_the_network(app: TestApp) {
        app.fixtures().a_published_claim().await;
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        app.stop_clock();
        let limits = Limits::default().with_rate(Limited::Request, 600);
        let server = app.beside(Settings { limits, ..Settings::default() }).await;
        let first = get(&server, "/n/desk", &[]).await;
        assert_eq!(first.status(), 200, "a full budget is enough for the costliest answer");
        let second = get(&server, "/n/desk", &[("If-None-Match", header(&first, "etag"))]).await;
        assert_eq!((second.status().as_u16(), header(&second, "content-type")), (429, "text/html; charset=utf-8"));
        let wait: i64 = header(&second, "retry-after").parse().expect("seconds");
        assert!((1..=60).contains(&wait), "{wait}");
        app.wait(chrono::TimeDelta::seconds(60));
        let later = get(&server, "/n/desk", &[("If-None-Match", header(&first, "etag"))]).await;
        assert_eq!(later.status(), 304);
    }

    async fn the_schema_is_read_at_its_own_address(app: TestApp) {
        let response = get(&app, "/schema.graphql", &[]).await;
        let etag = header(&response, "etag").to_owned();
        assert_eq!(header(&response, "content-type"), "application/graphql; charset=utf-8");
        let is_committed = response.text().await.expect("text") == include_str!("../../schema.graphql");
        assert!(is_committed, "it differs from schema.graphql");
        assert_eq!(get(&app, "/schema.graphql", &[("If-None-Match", &etag)]).await.status(), 304);
        let closed = app.beside(Settings { introspection: false, ..Settings::default() }).await;
        assert_eq!(get(&closed, "/schema.graphql", &[("If-None-Match", &etag)]).await.status(), 404);
    }

    async fn a_newsrooms_page_is_searched_and_paged(app: TestApp) {
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        let article = app.fixtures().an_article().await;
        for number in 1..=23 {
            let statement = format!("The loss number {number} is a loss.");
            let claim = app.fixtures().a_claim_on(&article, &statement, "12 million francs a day").await;
            app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
            app.fixtures().a_verdict("second", &claim, "FALSE").await;
            app.fixtures().a_ruling(&claim, if number == 7 { "FALSE" } else { "TRUE" }).await;
        }
        let first = text(&app, "/n/desk").await;
        assert!(first.contains("23 fact-checks") && first.contains("number 23 is") && !first.contains("number 3 is"));
        let older = links(&first, app.address(), "/n/desk").into_iter().find(|link| link.contains("after=")).expect("a second page");
        let second = text(&app, &older).await;
        assert!(second.contains("number 3 is") && second.contains("number 1 is") && !second.contains("number 4 is"));
        let newer = links(&second, app.address(), "/n/desk").into_iter().find(|link| link.contains("before=")).expect("a way back");
        assert!(text(&app, &newer).await.contains("number 23 is"));
        let found = text(&app, "/n/desk?text=NUMBER+7&rating=FALSE").await;
        assert!(found.contains("1 fact-check matches") && found.contains("value=\"NUMBER 7\"") && found.contains("<option value=\"FALSE\" selected>"), "{found}");
        assert!(text(&app, "/n/desk?until=2001-01-01").await.contains("0 fact-checks match"));
        assert!(text(&app, "/n/desk?since=2001-01-01&other=x").await.contains("23 fact-checks match"));
        for bad in ["?since=yesterday", "?after=x", "?before=%FF"] {
            assert_eq!(get(&app, &format!("/n/desk{bad}"), &[]).await.status(), 400, "{bad}");
        }
        let long = format!("/n/desk?text={}", "x".repeat(300));
        assert_eq!(get(&app, &long, &[]).await.status(), 400);
    }

    async fn somebody_with_a_session_gets_the_workbench(app: TestApp) {
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        let page = async |cookie: &str| {
            let response = get(&app, "/n/desk", &[("Cookie", cookie)]).await;
            assert!(header(&response, "vary").starts_with("cookie"));
            response.text().await.expect("text").contains("<h1>Fact-checks</h1>")
        };
        assert!(page("other=1").await && page("claimspan=").await);
        assert!(!page("claimspan=x").await && !page("__Host-claimspan=x").await);
        // The workbench keeps its other addresses.
        for path in ["/n/desk/rulings", "/n/desk/claims", "/n/desk/articles/article_1", "/n/desk/admin/members"] {
            assert!(text(&app, path).await.contains("<script"), "{path}");
        }
    }
}
