//! Security of pages: sessions in cookies, and headers for browsers.

use claimspan::server::Settings;
use claimspan::server::address::Proxies;
use reqwest::Response;
use serde_json::{Value, json};

use crate::app::{PASSWORD, TestApp};

const SIGN_IN: &str =
    "mutation($input: SignInInput!) { signIn(input: $input) { token account { displayName } } }";
const SIGN_OUT: &str = "mutation { signOut { signedOut } }";
const VIEWER: &str = "{ viewer { displayName } }";
const PAGE: (&str, &str) = ("X-Claimspan-Session", "cookie");
const TLS: (&str, &str) = ("X-Forwarded-Proto", "https");

async fn send(app: &TestApp, headers: &[(&str, &str)], document: &str, password: &str) -> Response {
    let request = headers
        .iter()
        .fold(app.as_stranger().request(), |request, (name, value)| request.header(*name, *value));
    let variables = json!({ "input": { "email": "editor@example.org", "password": password } });
    request
        .body(json!({ "query": document, "variables": variables }).to_string())
        .send()
        .await
        .expect("an answer")
}

/// Returns the cookie that a response sets, its attributes in order, and the response.
async fn read(response: Response) -> (Option<(String, Vec<String>)>, Value) {
    let set = response.headers().get("set-cookie").map(|value| {
        let mut parts = value.to_str().expect("text").split("; ").map(ToOwned::to_owned);
        let pair = parts.next().expect("a pair");
        let mut attributes: Vec<_> = parts.filter(|part| !part.starts_with("Expires=")).collect();
        attributes.sort();
        (pair, attributes)
    });
    (set, response.json().await.expect("JSON"))
}

async fn behind_tls(app: &TestApp) -> TestApp {
    app.beside(Settings {
        proxies: Proxies::new(vec!["127.0.0.1/32".parse().expect("a network")]),
        ..Settings::default()
    })
    .await
}

db_tests! {
    async fn a_page_keeps_its_session_in_a_cookie_that_no_script_can_read(app: TestApp) {
        let (set, body) = read(send(&app, &[PAGE], SIGN_IN, PASSWORD).await).await;
        let (pair, attributes) = set.expect("a cookie");
        assert_eq!((&body["data"]["signIn"]["token"], &body["data"]["signIn"]["account"]["displayName"]), (&json!(""), &json!("editor")));
        assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Strict"]);
        assert!(pair.starts_with("claimspan=") && pair.len() > 40, "{pair}");
        let (_, body) = read(send(&app, &[PAGE, ("Cookie", &pair)], VIEWER, "").await).await;
        assert_eq!(body["data"]["viewer"]["displayName"], "editor");

        let (set, body) = read(send(&app, &[PAGE, ("Cookie", &pair)], SIGN_OUT, "").await).await;
        assert_eq!(body["data"]["signOut"]["signedOut"], true);
        assert_eq!(set.map(|(pair, _)| pair).as_deref(), Some("claimspan="));
        // The page cannot remove an invalid cookie. The request counts as anonymous, and signing in
        // sets another cookie.
        let (_, body) = read(send(&app, &[PAGE, ("Cookie", &pair)], VIEWER, "").await).await;
        assert_eq!(body["data"]["viewer"], Value::Null);
        let (set, _) = read(send(&app, &[PAGE, ("Cookie", &pair)], SIGN_IN, PASSWORD).await).await;
        assert!(set.is_some_and(|(another, _)| another != pair));
    }

    async fn a_cookie_counts_for_nothing_where_a_page_does_not_ask_for_it(app: TestApp) {
        let (set, _) = read(send(&app, &[PAGE], SIGN_IN, PASSWORD).await).await;
        let (pair, _) = set.expect("a cookie");
        for header in [("X-Other", "cookie"), ("X-Claimspan-Session", ""), ("X-Claimspan-Session", "1")] {
            let (_, body) = read(send(&app, &[header, ("Cookie", &pair)], VIEWER, "").await).await;
            assert_eq!(body["data"]["viewer"], Value::Null, "{header:?}");
        }
        let (set, body) = read(send(&app, &[("Cookie", &pair)], SIGN_IN, PASSWORD).await).await;
        assert!(set.is_none() && body["data"]["signIn"]["token"].as_str().is_some_and(|token| token.len() > 40), "{body}");
        // An Authorization header takes precedence over the cookie, even if it is invalid.
        let token = format!("Bearer {}", app.token("reader"));
        let (_, body) = read(send(&app, &[PAGE, ("Cookie", &pair), ("Authorization", &token)], VIEWER, "").await).await;
        assert_eq!(body["data"]["viewer"]["displayName"], "reader");
        assert_eq!(send(&app, &[PAGE, ("Cookie", &pair), ("Authorization", "Bearer x")], VIEWER, "").await.status(), 401);
        // A wrong password sets no cookie. A response that is stored for a key contains the token
        // instead.
        assert!(read(send(&app, &[PAGE], SIGN_IN, "not the password").await).await.0.is_none());
        let key = ("Idempotency-Key", "8e03978e-40d5-43e8-bc93-6894a57f9324");
        let (set, body) = read(send(&app, &[PAGE, ("Cookie", &pair), key], SIGN_IN, PASSWORD).await).await;
        assert!(set.is_none() && body["data"]["signIn"]["token"].as_str().is_some_and(|token| token.len() > 40), "{body}");
    }

    async fn a_page_of_another_origin_is_never_let_to_ask_for_cookies(app: TestApp) {
        let server = app.beside(Settings { origins: vec!["https://desk.example.org".to_owned()], ..Settings::default() }).await;
        let preflight = async |asked: &str| {
            let request = server.http().request(reqwest::Method::OPTIONS, format!("{}/graphql", server.address()));
            let request = request.header("Origin", "https://desk.example.org").header("Access-Control-Request-Method", "POST");
            request.header("Access-Control-Request-Headers", asked).send().await.expect("an answer")
        };
        assert_eq!(preflight("content-type").await.status(), 200);
        let refused = preflight("content-type,x-claimspan-session").await;
        assert_eq!((refused.status().as_u16(), refused.headers().get("access-control-allow-credentials")), (400, None));
    }

    async fn over_tls_browsers_are_told_to_stay_there(app: TestApp) {
        let secured = behind_tls(&app).await;
        let lasts = |response: &Response| response.headers().get("strict-transport-security").map(|value| value.to_str().expect("text").to_owned());
        for path in ["/graphiql", "/health/live", "/nothing"] {
            let get = async |server: &TestApp, tls: bool| {
                let request = server.http().get(format!("{}{path}", server.address()));
                if tls { request.header(TLS.0, TLS.1) } else { request }.send().await.expect("an answer")
            };
            assert_eq!(lasts(&get(&secured, true).await).as_deref(), Some("max-age=31536000"), "{path}");
            assert_eq!(lasts(&get(&secured, false).await), None, "{path}");
            // No proxy confirms it.
            assert_eq!(lasts(&get(&app, true).await), None, "{path}");
        }
        let (set, _) = read(send(&secured, &[PAGE, TLS], SIGN_IN, PASSWORD).await).await;
        let (pair, attributes) = set.expect("a cookie");
        assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Strict", "Secure"]);
        assert!(pair.starts_with("__Host-claimspan="), "{pair}");
        let (_, body) = read(send(&secured, &[PAGE, TLS, ("Cookie", &pair)], VIEWER, "").await).await;
        assert_eq!(body["data"]["viewer"]["displayName"], "editor");
        // A cookie set over TLS is not accepted without TLS.
        let (_, body) = read(send(&secured, &[PAGE, ("Cookie", &pair)], VIEWER, "").await).await;
        assert_eq!(body["data"]["viewer"], Value::Null);
    }
}
