//! Password attempts: the number of free attempts, and which clients have to wait how long.

use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use claimspan::domain::people::throttle;
use claimspan::server::Settings;
use claimspan::server::address::Proxies;
use futures_util::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::accounts::everything;
use crate::app::{Client, PASSWORD, TestApp};

const WRONG: &str = "not the password";
const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) { token } }";

/// The result of an attempt: the code, and the seconds to wait, which the header must repeat.
type Came = (String, u64);

fn waits(seconds: u64) -> Came {
    ("RATE_LIMITED".to_owned(), seconds)
}

fn wrong() -> Came {
    ("UNAUTHENTICATED".to_owned(), 0)
}

fn right() -> Came {
    ("OK".to_owned(), 0)
}

async fn send(client: &Client, headers: &[(&str, &str)], document: &str, input: Value) -> Came {
    let request = headers
        .iter()
        .fold(client.request(), |request, (name, value)| request.header(*name, *value));
    let body = json!({ "query": document, "variables": { "input": input } }).to_string();
    let response = request.body(body).send().await.expect("an answer");
    let header = response
        .headers()
        .get("retry-after")
        .map(|value| value.to_str().expect("text").parse::<u64>().expect("seconds"));
    let body: Value = response.json().await.expect("JSON");
    let extensions = &body["errors"][0]["extensions"];
    assert_eq!(extensions["retryAfter"].as_u64(), header, "{body}");
    let code = extensions["code"].as_str().unwrap_or(if body.get("errors").is_some() {
        "no code"
    } else {
        "OK"
    });
    (code.to_owned(), header.unwrap_or_default())
}

/// Tries to sign in from this address, as a trusted proxy reports it.
async fn sign_in_from(client: &Client, from: &str, email: &str, password: &str) -> Came {
    send(
        client,
        &[("X-Forwarded-For", from)],
        SIGN_IN,
        json!({ "email": email, "password": password }),
    )
    .await
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Came {
    send(&app.as_stranger(), &[], SIGN_IN, json!({ "email": email, "password": password })).await
}

/// A server that trusts a proxy on this machine.
async fn behind_a_proxy(app: &TestApp) -> (TestApp, Client) {
    let server = app
        .beside(Settings {
            proxies: Proxies::new(vec!["127.0.0.1/32".parse().expect("a network")]),
            ..Settings::default()
        })
        .await;
    let client = app.as_stranger().at(&server);
    (server, client)
}

db_tests! {
    async fn after_five_wrong_passwords_each_next_try_waits_longer_even_with_the_right_one(app: TestApp) {
        app.stop_clock();
        for email in ["reader@example.org", "nobody@example.org"] {
            for _ in 0..5 {
                assert_eq!(sign_in(&app, email, WRONG).await, wrong(), "{email}");
            }
            for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
                // An attempt during the wait does not prolong it.
                for password in [WRONG, PASSWORD, PASSWORD] {
                    assert_eq!(sign_in(&app, email, password).await, waits(seconds), "{email}");
                }
                if seconds > 1 {
                    app.wait(TimeDelta::seconds(seconds.try_into().expect("small")) - TimeDelta::seconds(1));
                    assert_eq!(sign_in(&app, email, PASSWORD).await, waits(1), "{email}");
                    app.wait(TimeDelta::seconds(1));
                } else {
                    app.wait(TimeDelta::seconds(1));
                }
                assert_eq!(sign_in(&app, email, WRONG).await, wrong(), "{email}");
            }
            // The limit of this network would stop the second of them.
            app.wait(TimeDelta::days(1));
        }
        assert_eq!(sign_in(&app, "reader@example.org", PASSWORD).await, right());
    }

    async fn the_right_password_makes_an_accounts_tries_free_again(app: TestApp) {
        app.stop_clock();
        for _ in 0..3 {
            for _ in 0..4 {
                assert_eq!(sign_in(&app, "reader@example.org", WRONG).await, wrong());
            }
            assert_eq!(sign_in(&app, "Reader@Example.ORG", PASSWORD).await, right());
        }
        // A few quiet hours have the same effect, with one attempt after the other.
        for _ in 0..5 {
            assert_eq!(sign_in(&app, "reader@example.org", WRONG).await, wrong());
        }
        app.wait(TimeDelta::minutes(30));
        for _ in 0..2 {
            assert_eq!(sign_in(&app, "reader@example.org", WRONG).await, wrong());
        }
        assert_eq!(sign_in(&app, "reader@example.org", WRONG).await, waits(1));
    }

    async fn who_is_right_several_times_at_once_is_let_in_each_time(app: TestApp) {
        // On a running clock: attempts are not always recorded in the order of their requests.
        for _ in 0..6 {
            let came = join_all((0..5).map(|_| sign_in(&app, "reader@example.org", PASSWORD))).await;
            assert_eq!(came, vec![right(); 5]);
        }
    }

    async fn tries_at_once_and_at_several_servers_are_one_count(app: TestApp) {
        app.stop_clock();
        let second = app.beside(Settings::default()).await;
        let clients = [app.as_stranger(), app.as_stranger().at(&second)];
        let tries = (0..24).map(|number| send(&clients[number % 2], &[], SIGN_IN, json!({ "email": "reader@example.org", "password": WRONG })));
        let came = join_all(tries).await;
        assert_eq!(came.iter().filter(|came| **came == wrong()).count(), 5, "{came:?}");
        assert_eq!(came.iter().filter(|came| **came == waits(1)).count(), 19, "{came:?}");
        for client in &clients {
            assert_eq!(send(client, &[], SIGN_IN, json!({ "email": "reader@example.org", "password": PASSWORD })).await, waits(1));
        }
        app.wait(TimeDelta::seconds(1));
        assert_eq!(send(&clients[1], &[], SIGN_IN, json!({ "email": "reader@example.org", "password": WRONG })).await, wrong());
        assert_eq!(send(&clients[0], &[], SIGN_IN, json!({ "email": "reader@example.org", "password": PASSWORD })).await, waits(2));
        app.wait(TimeDelta::seconds(2));
        assert_eq!(send(&clients[0], &[], SIGN_IN, json!({ "email": "reader@example.org", "password": PASSWORD })).await, right());
        second.stop().await;
    }

    async fn who_guesses_at_many_accounts_from_one_network_waits(app: TestApp) {
        app.stop_clock();
        let (server, client) = behind_a_proxy(&app).await;
        for number in 0..20 {
            // Signing in to the client's own account does not help.
            if number % 4 == 0 {
                assert_eq!(sign_in_from(&client, "2001:db8:1:2::1", "rival@example.org", PASSWORD).await, right());
            }
            let from = format!("2001:db8:1:2::{number:x}");
            assert_eq!(sign_in_from(&client, &from, &format!("victim-{number}@example.org"), WRONG).await, wrong());
        }
        for email in ["reader@example.org", "rival@example.org"] {
            assert_eq!(sign_in_from(&client, "2001:db8:1:2:ffff::1", email, PASSWORD).await, waits(1));
        }
        assert_eq!(sign_in_from(&client, "2001:db8:1:3::1", "reader@example.org", PASSWORD).await, right());
        app.wait(TimeDelta::seconds(1));
        assert_eq!(sign_in_from(&client, "2001:db8:1:2::1", "rival@example.org", PASSWORD).await, right());
        server.stop().await;
    }

    async fn an_address_that_a_client_makes_up_is_not_its_network(app: TestApp) {
        app.stop_clock();
        for number in 0..20 {
            let from = format!("198.51.100.{number}");
            assert_eq!(sign_in_from(&app.as_stranger(), &from, &format!("victim-{number}@example.org"), WRONG).await, wrong());
        }
        assert_eq!(sign_in_from(&app.as_stranger(), "198.51.100.99", "reader@example.org", PASSWORD).await, waits(1));
    }

    async fn who_fails_on_purpose_keeps_the_accounts_owner_out_only_where_the_owner_is_new(app: TestApp) {
        app.stop_clock();
        let (server, client) = behind_a_proxy(&app).await;
        let email = "reader@example.org";
        assert_eq!(sign_in_from(&client, "192.0.2.1", email, PASSWORD).await, right());
        let guess = async |network: u32| {
            for _ in 0..5 {
                assert_eq!(sign_in_from(&client, &format!("198.51.100.{network}"), email, WRONG).await, wrong());
            }
        };
        for round in 0..4 {
            join_all((0..5).map(|number| guess(5 * round + number))).await;
        }
        // After a hundred wrong attempts from everywhere, an unknown network waits for at most a
        // minute…
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert_eq!(sign_in_from(&client, "203.0.113.1", email, PASSWORD).await, waits(seconds));
            app.wait(TimeDelta::seconds(seconds.try_into().expect("small")));
            let network = format!("198.51.101.{seconds}");
            assert_eq!(sign_in_from(&client, &network, email, WRONG).await, wrong());
        }
        // …and a known network does not wait, even after a mistyped password.
        for password in [WRONG, PASSWORD, WRONG, PASSWORD] {
            let expected = if password == PASSWORD { right() } else { wrong() };
            assert_eq!(sign_in_from(&client, "192.0.2.1", email, password).await, expected);
        }
        assert_eq!(sign_in_from(&client, "203.0.113.1", email, PASSWORD).await, waits(60));
        app.wait(TimeDelta::seconds(60));
        assert_eq!(sign_in_from(&client, "203.0.113.1", email, PASSWORD).await, right());
        server.stop().await;
    }

    async fn a_flood_from_many_networks_keeps_nobody_out_who_signs_in_where_they_did_before(app: TestApp) {
        let (server, client) = behind_a_proxy(&app).await;
        let known = [("reader@example.org", "192.0.2.1"), ("editor@example.org", "2001:db8:1:2::1")];
        for (email, from) in known {
            assert_eq!(sign_in_from(&client, from, email, PASSWORD).await, right());
        }
        let over = AtomicBool::new(false);
        let flood = join_all((0..160).map(|number| {
            let (client, over) = (&client, &over);
            async move {
                let mut came = Vec::new();
                for attempt in 0.. {
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    let (from, email) = (format!("198.51.{number}.{attempt}"), format!("victim-{number}-{attempt}@example.org"));
                    came.push(sign_in_from(client, &from, &email, WRONG).await);
                }
                came
            }
        }));
        let honest = async {
            let mut came = Vec::new();
            for _ in 0..5 {
                for (email, from) in known {
                    came.push(sign_in_from(&client, from, email, PASSWORD).await);
                }
            }
            over.store(true, Ordering::Relaxed);
            came
        };
        let (flood, honest) = tokio::join!(flood, honest);
        assert_eq!(honest, vec![right(); 10]);
        // More came than the server had places for.
        assert!(flood.into_iter().flatten().any(|came| came == waits(4)));
        server.stop().await;
    }

    async fn whatever_takes_a_password_counts(app: TestApp) {
        app.stop_clock();
        let change = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) { sessionsEnded } }";
        let accept = "mutation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { token } }";
        let input = json!({ "newsroom": app.seed.rival_newsroom.to_string(), "email": "reader@example.org", "role": "READER" });
        let token = app.as_rival().call("inviteMember", input, "acceptToken").await.text("/inviteMember/acceptToken");
        let invalid = ("BAD_USER_INPUT".to_owned(), 0);
        for _ in 0..2 {
            let input = json!({ "currentPassword": WRONG, "newPassword": "nine days at anchor" });
            assert_eq!(send(&app.as_reader(), &[], change, input).await, invalid);
            let input = json!({ "acceptToken": token, "password": WRONG });
            assert_eq!(send(&app.as_stranger(), &[], accept, input).await, invalid);
        }
        assert_eq!(sign_in(&app, "reader@example.org", WRONG).await, wrong());
        let input = json!({ "currentPassword": PASSWORD, "newPassword": "nine days at anchor" });
        assert_eq!(send(&app.as_reader(), &[], change, input.clone()).await, waits(1));
        let accepting = json!({ "acceptToken": token, "password": PASSWORD });
        assert_eq!(send(&app.as_stranger(), &[], accept, accepting.clone()).await, waits(1));
        assert_eq!(sign_in(&app, "reader@example.org", PASSWORD).await, waits(1));
        app.wait(TimeDelta::seconds(1));
        assert_eq!(send(&app.as_stranger(), &[], accept, accepting).await, right());
        for _ in 0..4 {
            assert_eq!(sign_in(&app, "reader@example.org", WRONG).await, wrong());
        }
        assert_eq!(send(&app.as_reader(), &[], change, input).await, right());
        // A request that chooses a new password is not counted.
        for number in 0..7 {
            app.fixtures().a_member("admin", &format!("new-{number}"), "READER").await;
        }
    }

    async fn an_idempotency_key_is_no_way_around_the_count_and_keeps_no_refusal(app: TestApp) {
        app.stop_clock();
        let client = app.as_reader();
        let change = "mutation($wrong: ChangePasswordInput!) {
            a: changePassword(input: $wrong) { sessionsEnded } b: changePassword(input: $wrong) { sessionsEnded }
            c: changePassword(input: $wrong) { sessionsEnded } d: changePassword(input: $wrong) { sessionsEnded } }";
        let guess = async |key: &str, password: &str| {
            let variables = json!({ "wrong": { "currentPassword": password, "newPassword": "nine days at anchor" } });
            let body = json!({ "query": change, "variables": variables }).to_string();
            client.request().header("Idempotency-Key", key).body(body).send().await.expect("an answer").json::<Value>().await.expect("JSON")
        };
        let reasons = |body: &Value| {
            let errors = body["errors"].as_array().expect("errors").iter();
            errors.map(|error| error["extensions"]["reason"].as_str().unwrap_or("RATE_LIMITED").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(reasons(&guess("the-first-of-two-keys", WRONG).await), ["WRONG_PASSWORD"; 4]);
        let second = guess("the-second-of-two-keys", WRONG).await;
        assert_eq!(reasons(&second), ["WRONG_PASSWORD", "RATE_LIMITED", "RATE_LIMITED", "RATE_LIMITED"]);
        // A part of it was executed, so the stored response is final for every retry.
        assert_eq!(guess("the-second-of-two-keys", WRONG).await, second);
        assert_eq!(reasons(&guess("the-first-of-two-keys", WRONG).await), ["WRONG_PASSWORD"; 4]);
        assert_eq!(sign_in(&app, "reader@example.org", PASSWORD).await, waits(1));

        let input = json!({ "currentPassword": PASSWORD, "newPassword": "nine days at anchor" });
        let once = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) { sessionsEnded } }";
        let key = [("Idempotency-Key", "a-key-to-be-used-later")];
        assert_eq!(send(&client, &key, once, input.clone()).await, waits(1));
        app.wait(TimeDelta::seconds(1));
        for _ in 0..2 {
            assert_eq!(send(&client, &key, once, input.clone()).await, right());
        }
        assert_eq!(sign_in(&app, "reader@example.org", "nine days at anchor").await, right());
    }

    async fn what_was_done_beside_a_try_that_came_too_early_is_done_once(app: TestApp) {
        app.stop_clock();
        let article = app.fixtures().an_article().await;
        for _ in 0..5 {
            assert_eq!(sign_in(&app, "reviewer@example.org", WRONG).await, wrong());
        }
        let both = "mutation($mark: MarkClaimInput!, $change: ChangePasswordInput!) {
            markClaim(input: $mark) { claim { id } } changePassword(input: $change) { sessionsEnded } }";
        let mark = json!({ "article": article, "statement": "S", "ranges": [{ "exact": "nine days" }] });
        let change = json!({ "currentPassword": PASSWORD, "newPassword": "nine days at anchor" });
        let body = json!({ "query": both, "variables": { "mark": mark, "change": change } }).to_string();
        let send = async || {
            let request = app.as_reviewer().request().header("Idempotency-Key", "a-key-for-two-fields");
            request.body(body.clone()).send().await.expect("an answer").json::<Value>().await.expect("JSON")
        };
        let first = send().await;
        assert_eq!(first["errors"].as_array().map(Vec::len), Some(1), "{first}");
        assert_eq!(first["errors"][0]["extensions"]["code"], "RATE_LIMITED", "{first}");
        app.wait(TimeDelta::seconds(1));
        assert_eq!(send().await, first);
        let reply = app.as_reader().send("query($id: ID!) { article(id: $id) { claims { totalCount } } }", json!({ "id": article })).await;
        assert_eq!(reply.number("/article/claims/totalCount"), 1);
    }

    async fn counts_are_kept_as_hashes_and_not_for_ever(app: TestApp) {
        app.stop_clock();
        let count = async || throttle::Entity::find().count(&app.db).await.expect("a count");
        // The server knows that every account has signed in once.
        let seeded = count().await;
        assert_eq!(seeded, 2 * 8);
        for number in 0..12 {
            sign_in(&app, &format!("somebody-{number}@example.org"), WRONG).await;
        }
        assert_eq!(sign_in(&app, "reader@example.org", PASSWORD).await, right());
        let stored = everything(&app).await;
        assert!(!stored.contains("somebody-1") && !stored.contains("127.0.0.1"));
        // One row for the network, two for each account, and one that shows that the reader is
        // known here.
        assert_eq!(count().await, seeded + 1 + 2 * 12 + 1);
        app.wait(TimeDelta::days(3));
        assert_eq!(sign_in(&app, "editor@example.org", WRONG).await, wrong());
        assert_eq!(count().await, 8 + 1 + 3, "the known networks, and the counts");
    }
}
