//! The budget of requests per minute.

use chrono::TimeDelta;
use claimspan::server::Settings;
use claimspan::server::address::Proxies;
use claimspan::server::limits::{Limited, Limits};
use serde_json::{Value, json};

use crate::app::Client;

/// Sends a request that costs 2. Returns the status, the code, `retryAfter`, and the header.
async fn ask(client: &Client, from: &str) -> (u16, String, u64, String) {
    let body = json!({ "query": "{ viewer { id } }" }).to_string();
    let response = client
        .request()
        .header("X-Forwarded-For", from)
        .body(body)
        .send()
        .await
        .expect("an answer");
    let (status, header) =
        (response.status().as_u16(), response.headers().get("retry-after").cloned());
    let body: Value = response.json().await.expect("JSON");
    let extensions = &body["errors"][0]["extensions"];
    (
        status,
        extensions["code"].as_str().unwrap_or("OK").to_owned(),
        extensions["retryAfter"].as_u64().unwrap_or_default(),
        header.map_or_else(String::new, |value| value.to_str().expect("text").to_owned()),
    )
}

fn fine() -> (u16, String, u64, String) {
    (200, "OK".to_owned(), 0, String::new())
}

fn limited(seconds: u64) -> (u16, String, u64, String) {
    (429, "RATE_LIMITED".to_owned(), seconds, seconds.to_string())
}

db_tests! {
    async fn who_asks_for_more_than_the_budget_is_told_when_to_ask_again(app: TestApp) {
        app.stop_clock();
        let proxies = Proxies::new(vec!["127.0.0.1/32".parse().expect("a network")]);
        let server = app.beside(Settings { proxies, limits: Limits::default().with_rate(Limited::Request, 306), ..Settings::default() }).await;
        let (reader, stranger) = (app.as_reader().at(&server), app.as_stranger().at(&server));
        for _ in 0..3 {
            assert_eq!(ask(&reader, "192.0.2.1").await, fine());
        }
        // An account has one budget from every address. Other accounts at the address have their
        // own.
        for from in ["192.0.2.1", "192.0.2.2"] {
            assert_eq!(ask(&reader, from).await, limited(20));
        }
        assert_eq!(ask(&app.as_editor().at(&server), "192.0.2.1").await, fine());
        // The budget of anonymous requests belongs to their address.
        for _ in 0..3 {
            assert_eq!(ask(&stranger, "192.0.2.1").await, fine());
        }
        assert_eq!(ask(&stranger, "192.0.2.1").await, limited(20));
        assert_eq!(ask(&stranger, "192.0.2.2").await, fine());
        // A refused request is not executed.
        let input = json!({ "newsroom": app.newsroom(), "title": "T", "body": "B" });
        app.as_editor().at(&server).call("importArticle", input.clone(), "article { id }").await.ok();
        let reply = app.as_editor().at(&server).call("importArticle", input, "article { id }").await;
        assert_eq!((reply.status, reply.code()), (429, "RATE_LIMITED"));
        assert!(reply.body.get("data").is_none(), "{}", reply.body);
        let reply = app.as_editor().ask(r#"{ newsroom(slug: "desk") { articles { totalCount } } }"#).await;
        assert_eq!(reply.number("/newsroom/articles/totalCount"), 1);

        app.wait(TimeDelta::seconds(19));
        assert_eq!(ask(&reader, "192.0.2.1").await, limited(1));
        app.wait(TimeDelta::seconds(1));
        assert_eq!(ask(&reader, "192.0.2.1").await, fine());
        assert_eq!(ask(&reader, "192.0.2.1").await, limited(20));
        server.stop().await;
    }
}
