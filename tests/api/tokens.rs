//! API tokens: what a program may do, where, and for how long.

use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::app::{Client, PASSWORD, TestApp};
use crate::fixtures::verdict_on;

/// A token for `desk`, created by this client. Returns the program that uses it, and its id.
async fn a_token(app: &TestApp, by: &Client, role: &str) -> (Client, String) {
    let input = json!({ "newsroom": app.newsroom(), "name": "CI of the web site", "role": role });
    let reply = by.call("createApiToken", input, "secret apiToken { id }").await.ok();
    (
        app.with_token(Some(reply.text("/createApiToken/secret"))),
        reply.text("/createApiToken/apiToken/id"),
    )
}

async fn import(app: &TestApp, by: &Client) -> String {
    let input = json!({ "newsroom": app.newsroom(), "title": "A wire report", "body": "Rain is expected in the delta." });
    by.call("importArticle", input, "article { id }").await.code().to_owned()
}

async fn set_policy(app: &TestApp, by: &Client) -> String {
    let input = json!({ "newsroom": app.newsroom(), "verdictsRequired": 2 });
    by.call("setPolicy", input, "newsroom { id }").await.code().to_owned()
}

fn in_days(days: i64) -> String {
    (Utc::now() + TimeDelta::days(days)).to_rfc3339_opts(SecondsFormat::Micros, true)
}

async fn last_use(app: &TestApp, id: &str) -> Value {
    let document = "query($id: ID!) { node(id: $id) { ... on ApiToken { lastUsedAt } } }";
    app.as_admin().send(document, json!({ "id": id })).await.data("/node/lastUsedAt").clone()
}

db_tests! {
    async fn a_token_acts_for_its_maker_with_no_more_than_its_own_role(app: TestApp) {
        let rows = [("READER", "FORBIDDEN", "FORBIDDEN"), ("REVIEWER", "FORBIDDEN", "FORBIDDEN"), ("EDITOR", "OK", "FORBIDDEN"), ("ADMIN", "OK", "OK")];
        for (role, importing, managing) in rows {
            let (program, _) = a_token(&app, &app.as_admin(), role).await;
            let viewer = program.ask("{ viewer { id } newsroom(slug: \"desk\") { name } }").await;
            assert_eq!(viewer.text("/viewer/id"), app.account("admin"));
            assert_eq!(import(&app, &program).await, importing, "{role}");
            assert_eq!(set_policy(&app, &program).await, managing, "{role}");
        }
    }

    async fn a_token_sinks_and_rises_with_its_maker(app: TestApp) {
        let (maker, account) = app.fixtures().a_member("admin", "maker", "ADMIN").await;
        let (program, _) = a_token(&app, &maker, "ADMIN").await;
        let (modest, _) = a_token(&app, &maker, "REVIEWER").await;
        for (role, importing, managing) in
            [("EDITOR", "OK", "FORBIDDEN"), ("READER", "FORBIDDEN", "FORBIDDEN"), ("ADMIN", "OK", "OK")]
        {
            let input = json!({ "newsroom": app.newsroom(), "account": account, "role": role });
            app.as_admin().call("setRole", input, "membership { role }").await.ok();
            assert_eq!(import(&app, &program).await, importing, "{role}");
            assert_eq!(set_policy(&app, &program).await, managing, "{role}");
            assert_eq!(import(&app, &modest).await, "FORBIDDEN", "{role}");
            modest.ask("{ newsroom(slug: \"desk\") { articles { totalCount } } }").await.ok();
        }
    }

    async fn a_token_works_in_one_newsroom_though_its_maker_belongs_to_two(app: TestApp) {
        let (_, token) = app.fixtures().an_invitation("rival", "admin@example.org", "ADMIN").await;
        app.as_stranger().call("acceptInvitation", json!({ "acceptToken": token, "password": PASSWORD }), "token").await.ok();
        let (program, _) = a_token(&app, &app.as_admin(), "ADMIN").await;
        let rival = app.seed.rival_newsroom.to_string();
        app.as_admin().ask("{ newsroom(slug: \"rival\") { id } }").await.ok();
        assert_eq!(program.ask("{ newsroom(slug: \"rival\") { id } }").await.code(), "NOT_FOUND");
        assert_eq!(program.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": rival })).await.code(), "NOT_FOUND");
        let input = json!({ "newsroom": rival, "title": "A wire report", "body": "Rain." });
        assert_eq!(program.call("importArticle", input, "article { id }").await.code(), "NOT_FOUND");
        assert_eq!(*program.ask("{ viewer { memberships { newsroom { slug } } } }").await.data("/viewer/memberships"), json!([{ "newsroom": { "slug": "desk" } }]));
        // The token also cannot see its maker's membership and colleagues in other newsrooms.
        let there = app.as_rival().ask("{ viewer { id memberships { id } } }").await.ok();
        for id in [there.text("/viewer/id"), there.text("/viewer/memberships/0/id")] {
            assert_eq!(program.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await.code(), "NOT_FOUND");
        }
    }

    async fn a_token_lasts_from_now_for_a_year_at_most(app: TestApp) {
        let create = async |expires_at: Value| {
            let input = json!({ "newsroom": app.newsroom(), "name": "CI", "role": "READER", "expiresAt": expires_at });
            app.as_admin().call("createApiToken", input, "apiToken { createdAt expiresAt }").await
        };
        for late in [in_days(-1), in_days(400), "0001-01-01T00:00:00Z".into(), "9999-12-31T23:59:59Z".into()] {
            create(json!(late)).await.refused("expiresAt", "OUT_OF_RANGE");
        }
        for garbled in ["tomorrow", "2026-02-30T00:00:00Z", "10000-01-01T00:00:00Z", ""] {
            assert_eq!(create(json!(garbled)).await.code(), "BAD_USER_INPUT", "{garbled}");
        }
        let fixtures = in_days(365);
        let reply = create(json!(fixtures)).await;
        let expires = reply.text("/createApiToken/apiToken/expiresAt");
        assert_eq!(expires.parse::<chrono::DateTime<Utc>>().unwrap(), fixtures.parse::<chrono::DateTime<Utc>>().unwrap());
        let reply = create(Value::Null).await.ok();
        let [made, until] = ["createdAt", "expiresAt"].map(|field| reply.text(&format!("/createApiToken/apiToken/{field}")));
        let [made, until] = [made, until].map(|text| text.parse::<chrono::DateTime<Utc>>().unwrap());
        assert_eq!(until - made, TimeDelta::days(90));
    }

    async fn a_token_is_shut_out_once_it_expires(app: TestApp) {
        let (program, id) = a_token(&app, &app.as_admin(), "READER").await;
        app.wait(TimeDelta::days(89));
        program.ask("{ viewer { id } }").await.ok();
        app.wait(TimeDelta::days(1));
        let reply = program.ask("{ viewer { id } }").await;
        assert_eq!((reply.status, reply.code()), (401, "UNAUTHENTICATED"));
        // The admin's own session has expired long before.
        let input = json!({ "email": "admin@example.org", "password": PASSWORD });
        let token = app.as_stranger().call("signIn", input, "token").await.text("/signIn/token");
        let listed = app.with_token(Some(token)).ask("{ newsroom(slug: \"desk\") { apiTokens { nodes { id revokedAt } } } }").await;
        assert_eq!(*listed.data("/newsroom/apiTokens/nodes"), json!([{ "id": id, "revokedAt": null }]));
    }

    async fn a_revoked_token_is_shut_out_at_once(app: TestApp) {
        let (program, id) = a_token(&app, &app.as_admin(), "ADMIN").await;
        let (spared, _) = a_token(&app, &app.as_admin(), "READER").await;
        for by in [app.as_editor(), app.as_rival()] {
            assert_ne!(by.call("revokeApiToken", json!({ "apiToken": id }), "apiToken { id }").await.code(), "OK");
        }
        program.ask("{ viewer { id } }").await.ok();
        let revoke = async || app.as_admin().call("revokeApiToken", json!({ "apiToken": id }), "apiToken { revokedAt }").await.ok();
        let first = revoke().await.text("/revokeApiToken/apiToken/revokedAt");
        let reply = program.ask("{ viewer { id } }").await;
        assert_eq!((reply.status, reply.code()), (401, "UNAUTHENTICATED"));
        spared.ask("{ viewer { id } }").await.ok();
        assert_eq!(revoke().await.text("/revokeApiToken/apiToken/revokedAt"), first, "revoking it again changes nothing");
    }

    async fn a_token_can_not_do_what_takes_a_person(app: TestApp) {
        let (program, own) = a_token(&app, &app.as_admin(), "ADMIN").await;
        let session = app.as_admin().ask("{ viewer { sessions { id } } }").await.text("/viewer/sessions/0/id");
        let calls = [
            ("createApiToken", json!({ "newsroom": app.newsroom(), "name": "heir", "role": "READER" })),
            ("changePassword", json!({ "currentPassword": PASSWORD, "newPassword": "nine days at anchor" })),
            ("revokeSession", json!({ "session": session })),
        ];
        for (mutation, input) in calls {
            assert_eq!(program.call(mutation, input, "__typename").await.code(), "FORBIDDEN", "{mutation}");
        }
        assert_eq!(program.ask("mutation { signOut { signedOut } }").await.code(), "FORBIDDEN");
        assert_eq!(*program.ask("{ viewer { sessions { id } } }").await.data("/viewer/sessions"), Value::Null);
        assert_eq!(program.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": session })).await.code(), "FORBIDDEN");
        app.as_admin().ask("{ viewer { id } }").await.ok();
        // The token can revoke itself.
        program.call("revokeApiToken", json!({ "apiToken": own }), "apiToken { id }").await.ok();
        assert_eq!(program.ask("{ viewer { id } }").await.status, 401);
    }

    async fn a_token_never_judges(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let verdict = app.fixtures().a_verdict("admin", &claim, "TRUE").await;
        let draft = app.fixtures().a_draft("admin", &claim).await;
        app.fixtures().a_change_under(&claim).await;
        for role in ["REVIEWER", "ADMIN"] {
            let (program, _) = a_token(&app, &app.as_admin(), role).await;
            let calls = [
                ("submitVerdict", verdict_on(&claim, "FALSE")),
                ("reaffirmVerdict", json!({ "verdict": verdict })),
                ("withdrawVerdict", json!({ "verdict": verdict, "reason": "R" })),
                ("saveVerdictDraft", json!({ "claim": claim, "rationale": "R" })),
                ("discardVerdictDraft", json!({ "draft": draft })),
            ];
            for (mutation, input) in calls {
                let reply = program.call(mutation, input, "__typename").await;
                assert_eq!(reply.code(), "FORBIDDEN", "{mutation}");
                assert!(reply.body.to_string().contains("verdicts are people's"), "{}", reply.body);
            }
        }
        let (reader, _) = a_token(&app, &app.as_admin(), "READER").await;
        let reply = reader.call("submitVerdict", verdict_on(&claim, "FALSE"), "__typename").await;
        assert!(reply.body.to_string().contains("REVIEWER"), "{}", reply.body);
    }

    async fn a_token_sees_its_own_role_in_its_membership(app: TestApp) {
        let query = "{ viewer { memberships { role } } newsroom(slug: \"desk\") { name } }";
        for role in ["READER", "REVIEWER", "EDITOR", "ADMIN"] {
            let (program, _) = a_token(&app, &app.as_admin(), role).await;
            assert_eq!(*program.ask(query).await.data("/viewer/memberships"), json!([{ "role": role }]));
        }
        assert_eq!(*app.as_admin().ask(query).await.data("/viewer/memberships"), json!([{ "role": "ADMIN" }]));
        // Of other members it sees their own roles.
        let (program, _) = a_token(&app, &app.as_admin(), "ADMIN").await;
        let others = program.ask("{ newsroom(slug: \"desk\") { members { nodes { role account { memberships { role } } } } } }").await;
        for member in others.data("/newsroom/members/nodes").as_array().expect("members") {
            assert_eq!(member["role"], member["account"]["memberships"][0]["role"]);
        }
    }

    async fn the_log_names_the_token_that_acted(app: TestApp) {
        let (program, id) = a_token(&app, &app.as_admin(), "EDITOR").await;
        assert_eq!(import(&app, &program).await, "OK");
        assert_eq!(import(&app, &app.as_admin()).await, "OK");
        let log = "{ newsroom(slug: \"desk\") { auditLog(last: 2) { nodes { kind detail actor { id } apiToken { id name } } } } }";
        let events = app.as_admin().ask(log).await.data("/newsroom/auditLog/nodes").clone();
        assert_eq!(events[0]["apiToken"], json!({ "id": id, "name": "CI of the web site" }));
        assert_eq!((&events[0]["actor"]["id"], &events[1]["apiToken"]), (&json!(app.account("admin")), &Value::Null));
        assert!(events[0]["detail"].as_str().expect("text").contains(&id), "the hash covers it");
        // It is still named when it is revoked. An event about a token is not one by a token.
        app.as_admin().call("revokeApiToken", json!({ "apiToken": id }), "apiToken { id }").await.ok();
        let events = app.as_admin().ask(log).await.data("/newsroom/auditLog/nodes").clone();
        assert_eq!((&events[1]["kind"], &events[1]["apiToken"]), (&json!("API_TOKEN_REVOKED"), &Value::Null));
    }

    async fn the_last_use_of_a_token_is_noted_to_the_minute(app: TestApp) {
        let (program, id) = a_token(&app, &app.as_admin(), "READER").await;
        assert_eq!(last_use(&app, &id).await, Value::Null);
        let mut before = Value::Null;
        for wait in [0, 61] {
            app.wait(TimeDelta::seconds(wait));
            program.ask("{ viewer { id } }").await.ok();
            let mut tries = 0;
            while last_use(&app, &id).await == before {
                tries += 1;
                assert!(tries < 500, "the use was not recorded");
                // The use is recorded concurrently with the request, so a little later.
                actix_web::rt::time::sleep(Duration::from_millis(10)).await;
            }
            before = last_use(&app, &id).await;
        }
    }

    async fn a_token_needs_a_name_of_one_line_and_a_newsroom_of_ones_own(app: TestApp) {
        let create = async |newsroom: &str, name: &str| {
            let input = json!({ "newsroom": newsroom, "name": name, "role": "READER" });
            app.as_admin().call("createApiToken", input, "apiToken { name }").await
        };
        let newsroom = app.newsroom();
        let long = "é".repeat(101);
        for (name, reason) in [("", "EMPTY"), (" \n", "EMPTY"), ("a\nb", "CONTROL_CHARACTER"), ("a\u{0}", "CONTROL_CHARACTER"), (&*long, "TOO_LARGE")] {
            create(&newsroom, name).await.refused("name", reason);
        }
        for name in ["é".repeat(100), "روبوت 👩‍👩‍👧 e\u{301}".to_owned()] {
            assert_eq!(create(&newsroom, &name).await.text("/createApiToken/apiToken/name"), name);
        }
        create("desk", "CI").await.refused("newsroom", "INVALID_ID");
        create(&app.account("admin"), "CI").await.refused("newsroom", "INVALID_ID");
        assert_eq!(create(&app.seed.rival_newsroom.to_string(), "CI").await.code(), "NOT_FOUND");
    }
}
