//! Rights at the moment of a write: whoever loses them while a request runs does nothing more.

use std::collections::HashMap;
use std::time::Duration;

use chrono::TimeDelta;
use claimspan::domain::actor::Actor;
use claimspan::domain::event::{self, Kind};
use claimspan::domain::people::invitation;
use claimspan::domain::people::password_change::{self, ApiTokens};
use claimspan::domain::world::World;
use claimspan::server::Settings;
use claimspan::server::address::Proxies;
use futures_util::future::join_all;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::app::{Client, PASSWORD, TestApp};
use crate::events::logs;
use crate::fixtures::{ruling_on, verdict_on};

const OTHER_PASSWORD: &str = "nine days at anchor";

/// An article that takes a while to import.
fn long_article(app: &TestApp) -> Value {
    let body =
        "The harbour of Port-Réal was closed for nine days, and nobody said why. ".repeat(300);
    json!({ "newsroom": app.newsroom(), "title": "Long", "body": body })
}

/// The same database behind a server with time enough for long requests on a busy machine.
async fn patient(app: &TestApp) -> TestApp {
    let deadline = Duration::from_mins(2);
    app.beside(Settings { deadline, ..Settings::default() }).await
}

/// The newsroom's events.
async fn log(app: &TestApp) -> Vec<event::Model> {
    logs(&app.db).await.remove(&app.newsroom()).expect("a log")
}

/// How many events of this account follow the event that removed it.
async fn events_after_removal(app: &TestApp, account: &str) -> usize {
    let events = log(app).await;
    let removal = events
        .iter()
        .position(|event| event.kind == Kind::MemberRemoved && event.detail.contains(account))
        .expect("it was removed");
    let own = |event: &&event::Model| event.actor_id.is_some_and(|id| id.to_string() == account);
    events[removal..].iter().filter(own).count()
}

async fn remove(app: &TestApp, account: &str) {
    let input = json!({ "newsroom": app.newsroom(), "account": account });
    app.as_admin().call("removeMember", input, "newsroom { id }").await.ok();
}

/// Waits until this account has imported an article.
async fn until_imported(app: &TestApp, account: &str) {
    let own = |event: &event::Model| {
        event.kind == Kind::ArticleImported
            && event.actor_id.is_some_and(|id| id.to_string() == account)
    };
    while !log(app).await.iter().any(own) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// A batch that imports eight articles, then invites an admin, then reads the members. Returns the codes of its answers.
async fn batch(app: &TestApp, client: &Client) -> Vec<String> {
    let import = json!({
        "query": "mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }",
        "variables": { "input": long_article(app) },
    });
    let invite = json!({
        "query": "mutation($input: InviteMemberInput!) { inviteMember(input: $input) { acceptToken } }",
        "variables": { "input": { "newsroom": app.newsroom(), "email": "back@example.org", "role": "ADMIN" } },
    });
    let read = json!({ "query": "{ newsroom(slug: \"desk\") { members { nodes { role } } } }" });
    let mut operations = vec![import; 8];
    operations.extend([invite, read]);
    let answer = client.request().body(json!(operations).to_string()).send().await.expect("sent");
    let answers: Vec<Value> = answer.json().await.expect("a list");
    let code = |answer: &Value| {
        answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("OK").to_owned()
    };
    answers.iter().map(code).collect()
}

db_tests! {
    async fn an_admin_who_is_removed_does_nothing_after_it(app: TestApp) {
        let app = patient(&app).await;
        let mut after = HashMap::new();
        for round in 0..20_u64 {
            let (gone, account) = app.fixtures().a_member("admin", &format!("gone{round}"), "ADMIN").await;
            let invite = json!({ "newsroom": app.newsroom(), "email": format!("back{round}@example.org"), "role": "ADMIN" });
            let token = json!({ "newsroom": app.newsroom(), "name": "back", "role": "ADMIN" });
            let promote = json!({ "newsroom": app.newsroom(), "account": app.account("reader"), "role": "READER" });
            let requests = (0..4).flat_map(|_| {
                [("inviteMember", invite.clone()), ("createApiToken", token.clone()), ("setRole", promote.clone())]
            });
            let requests = join_all(requests.map(async |(mutation, input)| {
                let reply = gone.call(mutation, input, "__typename").await;
                assert!(["OK", "NOT_FOUND"].contains(&reply.code()), "{}", reply.body);
            }));
            let removed = async {
                tokio::time::sleep(Duration::from_millis(round % 10)).await;
                remove(&app, &account).await;
            };
            futures_util::join!(requests, removed);
            after.insert(round, events_after_removal(&app, &account).await);
        }
        assert!(after.values().all(|events| *events == 0), "{after:?}");
    }

    async fn a_batch_ends_where_its_sender_is_removed(app: TestApp) {
        let app = patient(&app).await;
        let (gone, account) = app.fixtures().a_member("admin", "gone", "ADMIN").await;
        let (codes, ()) = futures_util::join!(batch(&app, &gone), async {
            until_imported(&app, &account).await;
            remove(&app, &account).await;
        });
        assert_eq!(codes[0], "OK");
        assert_eq!(codes[8..], ["NOT_FOUND", "NOT_FOUND"], "{codes:?}");
        assert_eq!(events_after_removal(&app, &account).await, 0);
    }

    async fn a_long_mutation_ends_where_its_sender_is_removed(app: TestApp) {
        let app = patient(&app).await;
        let (gone, account) = app.fixtures().a_member("admin", "gone", "ADMIN").await;
        let imports = (0..9).map(|number| format!("a{number}: importArticle(input: $long) {{ article {{ id }} }} ")).collect::<Vec<_>>().concat();
        let document = format!(
            "mutation($long: ImportArticleInput!, $back: InviteMemberInput!) {{ {imports} back: inviteMember(input: $back) {{ acceptToken }} }}"
        );
        let back = json!({ "newsroom": app.newsroom(), "email": "back@example.org", "role": "ADMIN" });
        let (reply, ()) = futures_util::join!(gone.send(&document, json!({ "long": long_article(&app), "back": back })), async {
            until_imported(&app, &account).await;
            remove(&app, &account).await;
        });
        assert_eq!(reply.code(), "NOT_FOUND");
        assert_eq!(events_after_removal(&app, &account).await, 0);
    }

    async fn what_a_mutation_returns_is_read_with_the_rights_of_its_write(app: TestApp) {
        let app = patient(&app).await;
        let (lowered, account) = app.fixtures().a_member("admin", "lowered", "ADMIN").await;
        let document = "mutation($long: ImportArticleInput!) {
            a: importArticle(input: $long) { article { id } } b: importArticle(input: $long) { article { id } }
            c: importArticle(input: $long) { article { id } } d: importArticle(input: $long) { article { newsroom { members { totalCount } } } } }";
        let (reply, ()) = futures_util::join!(lowered.send(document, json!({ "long": long_article(&app) })), async {
            until_imported(&app, &account).await;
            let input = json!({ "newsroom": app.newsroom(), "account": account, "role": "EDITOR" });
            app.as_admin().call("setRole", input, "membership { role }").await.ok();
        });
        assert_eq!((reply.code(), reply.body["errors"][0]["path"][0].as_str()), ("FORBIDDEN", Some("d")), "{}", reply.body);
    }

    async fn whatever_ends_credentials_ends_the_batch_that_was_sent_with_them(app: TestApp) {
        let app = patient(&app).await;
        let machine = Actor::machine(World::real());
        for (round, way) in ["signOut", "resetPassword", "revokeApiToken"].into_iter().enumerate() {
            let (person, account) = app.fixtures().a_member("admin", &format!("person{round}"), "ADMIN").await;
            let input = json!({ "newsroom": app.newsroom(), "name": "CI", "role": "EDITOR" });
            let made = person.call("createApiToken", input, "secret apiToken { id }").await.ok();
            let program = app.with_token(Some(made.text("/createApiToken/secret")));
            let sender = if way == "revokeApiToken" { &program } else { &person };
            let (codes, ()) = futures_util::join!(batch(&app, sender), async {
                until_imported(&app, &account).await;
                match way {
                    "signOut" => drop(person.ask("mutation { signOut { signedOut } }").await.ok()),
                    "resetPassword" => {
                        let email = format!("person{round}@example.org");
                        password_change::reset_password(&app.db, &machine, &email, OTHER_PASSWORD, ApiTokens::Keep).await.expect("it is reset");
                    }
                    _ => {
                        let input = json!({ "apiToken": made.text("/createApiToken/apiToken/id") });
                        app.as_admin().call("revokeApiToken", input, "apiToken { id }").await.ok();
                    }
                }
            });
            assert_eq!((&*codes[0], &*codes[8], &*codes[9]), ("OK", "UNAUTHENTICATED", "UNAUTHENTICATED"), "{way}: {codes:?}");
        }
    }

    async fn a_policy_that_changes_while_rulings_are_published_holds_from_its_own_event_on(app: TestApp) {
        let app = patient(&app).await;
        for round in 0..6_u64 {
            app.fixtures().a_policy(json!({ "secondReader": false, "verdictsRequired": 1 })).await;
            let claims = join_all((0..4).map(async |_| {
                let claim = app.fixtures().a_claim().await;
                app.fixtures().a_verdict("editor", &claim, "FALSE").await;
                claim
            })).await;
            let published = join_all(claims.iter().map(async |claim| {
                app.as_editor().call("publishRuling", ruling_on(claim, "FALSE"), "ruling { id }").await
            }));
            futures_util::join!(published, async {
                tokio::time::sleep(Duration::from_millis(2 * round)).await;
                app.fixtures().a_policy(json!({ "secondReader": true })).await;
            });
            let events = log(&app).await;
            let strict = events.iter().rposition(|event| event.kind == Kind::PolicySet).expect("it was set");
            assert!(!events[strict..].iter().any(|event| event.kind == Kind::RulingPublished));
        }
    }

    async fn an_invitation_ends_with_its_makers_right_to_invite(app: TestApp) {
        for (round, role) in [Some("EDITOR"), None].into_iter().enumerate() {
            let (maker, account) = app.fixtures().a_member("admin", &format!("maker{round}"), "ADMIN").await;
            let input = json!({ "newsroom": app.newsroom(), "email": format!("guest{round}@example.org"), "role": "ADMIN" });
            let token = maker.call("inviteMember", input, "acceptToken").await.ok().text("/inviteMember/acceptToken");
            match role {
                Some(role) => {
                    let input = json!({ "newsroom": app.newsroom(), "account": account, "role": role });
                    app.as_admin().call("setRole", input, "membership { role }").await.ok();
                }
                None => remove(&app, &account).await,
            }
            let accept = async || {
                let input = json!({ "acceptToken": token, "displayName": "guest", "password": PASSWORD });
                app.as_stranger().call("acceptInvitation", input, "token").await
            };
            accept().await.refused("acceptToken", "INVALID_TOKEN");
            // Even one that was not revoked, as an older version may have left it.
            invitation::Entity::update_many()
                .col_expr(invitation::Column::RevokedAt, Expr::value(Option::<chrono::DateTime<chrono::Utc>>::None))
                .filter(invitation::Column::Email.eq(format!("guest{round}@example.org")))
                .exec(&app.db)
                .await
                .expect("it is open again");
            accept().await.refused("acceptToken", "INVALID_TOKEN");
        }
    }

    async fn an_api_token_manages_neither_members_nor_tokens(app: TestApp) {
        let admin = app.as_admin();
        let create = json!({ "newsroom": app.newsroom(), "name": "CI", "role": "ADMIN" });
        let made = admin.call("createApiToken", create.clone(), "secret apiToken { id }").await.ok();
        let other = admin.call("createApiToken", create.clone(), "apiToken { id }").await.ok();
        let (invitation, _) = app.fixtures().an_invitation("admin", "open@example.org", "READER").await;
        let program = app.with_token(Some(made.text("/createApiToken/secret")));
        let before = log(&app).await.len();
        for (mutation, input) in [
            ("inviteMember", json!({ "newsroom": app.newsroom(), "email": "back@example.org", "role": "ADMIN" })),
            ("setRole", json!({ "newsroom": app.newsroom(), "account": app.account("reader"), "role": "ADMIN" })),
            ("removeMember", json!({ "newsroom": app.newsroom(), "account": app.account("reader") })),
            ("revokeInvitation", json!({ "invitation": invitation })),
            ("createApiToken", create),
            ("revokeApiToken", json!({ "apiToken": other.text("/createApiToken/apiToken/id") })),
        ] {
            let reply = program.call(mutation, input, "__typename").await;
            assert_eq!(reply.code(), "FORBIDDEN", "{mutation}");
            assert!(reply.message().contains("API token"), "{mutation}: {}", reply.message());
        }
        assert_eq!(log(&app).await.len(), before);
        // It reads what its role reads, and may end itself.
        program.ask("{ newsroom(slug: \"desk\") { members { totalCount } invitations { totalCount } apiTokens { totalCount } } }").await.ok();
        program.call("revokeApiToken", json!({ "apiToken": made.text("/createApiToken/apiToken/id") }), "apiToken { id }").await.ok();
    }

    async fn a_new_password_ends_api_tokens_unless_they_are_to_be_kept(app: TestApp) {
        let machine = Actor::machine(World::real());
        let mut password = PASSWORD.to_owned();
        let mut admin = app.as_admin();
        for (round, (by, keep)) in [("reset", true), ("reset", false), ("change", true), ("change", false), ("default", false)].into_iter().enumerate() {
            let input = json!({ "newsroom": app.newsroom(), "name": "CI", "role": "ADMIN" });
            let program = app.with_token(Some(admin.call("createApiToken", input, "secret").await.ok().text("/createApiToken/secret")));
            let next = format!("the {round}th good password");
            let email = "admin@example.org";
            let ended = if by == "reset" {
                let tokens = if keep { ApiTokens::Keep } else { ApiTokens::Revoke };
                password_change::reset_password(&app.db, &machine, email, &next, tokens).await.expect("it is reset").1
            } else {
                let mut input = json!({ "currentPassword": password, "newPassword": next });
                if by == "change" {
                    input["revokeApiTokens"] = json!(!keep);
                }
                let reply = admin.call("changePassword", input, "apiTokensRevoked").await.ok();
                usize::try_from(reply.number("/changePassword/apiTokensRevoked")).expect("a count")
            };
            assert_eq!(ended > 0, !keep, "{by} {keep}");
            assert_eq!(program.ask("{ viewer { id } }").await.status, if keep { 200 } else { 401 }, "{by} {keep}");
            password = next;
            let input = json!({ "email": email, "password": password });
            admin = app.with_token(Some(app.as_stranger().call("signIn", input, "token").await.ok().text("/signIn/token")));
        }
    }

    async fn an_editor_who_judged_a_claim_leaves_its_ruling_to_another_even_after_withdrawing(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        let own = app.as_editor().call("submitVerdict", verdict_on(&claim, "TRUE"), "verdict { id }").await.ok().text("/submitVerdict/verdict/id");
        app.as_editor().call("withdrawVerdict", json!({ "verdict": own, "reason": "I edit it." }), "verdict { id }").await.ok();

        let ruling = ruling_on(&claim, "FALSE");
        app.as_editor().call("publishRuling", ruling.clone(), "ruling { id }").await.refused("claim", "SECOND_READER");
        app.as_admin().call("publishRuling", ruling, "ruling { id }").await.ok();
    }

    async fn an_ipv6_site_is_counted_as_well_as_its_networks(app: TestApp) {
        app.stop_clock();
        let server = app
            .beside(Settings {
                deadline: Duration::from_mins(2),
                proxies: Proxies::new(vec!["127.0.0.1/32".parse().expect("a network")]),
                ..Default::default()
            })
            .await;
        let client = app.as_stranger().at(&server);
        let guess = async |site: u32, network: u32, number: u32| {
            let body = json!({
                "query": "mutation($input: SignInInput!) { signIn(input: $input) { token } }",
                "variables": { "input": { "email": format!("victim-{network}-{number}@example.org"), "password": "not the password" } },
            });
            let from = format!("2001:db8:{site:x}:{network:x}::1");
            let reply = client.request().header("X-Forwarded-For", from).body(body.to_string()).send().await.expect("sent");
            let answer: Value = reply.json().await.expect("JSON");
            answer["errors"][0]["extensions"]["code"].as_str().expect("a code").to_owned()
        };
        for network in 0..6 {
            for number in 0..10 {
                assert_eq!(guess(1, network, number).await, "UNAUTHENTICATED", "{network} {number}");
            }
        }
        assert_eq!(guess(1, 7, 0).await, "RATE_LIMITED");
        assert_eq!(guess(2, 7, 0).await, "UNAUTHENTICATED");
        app.wait(TimeDelta::seconds(1));
        assert_eq!(guess(1, 7, 0).await, "UNAUTHENTICATED");
    }
}
