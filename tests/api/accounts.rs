//! Accounts: signing in and out, sessions and passwords.

use std::time::Duration;

use argon2::password_hash::{PasswordHasher, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use chrono::{DateTime, TimeDelta, Utc};
use claimspan::domain::actor::Actor;
use claimspan::domain::people::password_change;
use claimspan::domain::world::World;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::app::{Client, PASSWORD, Reply, TestApp};

const OTHER_PASSWORD: &str = "nine days at anchor";

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Reply {
    let input = json!({ "email": email, "password": password });
    app.as_stranger().call("signIn", input, "token expiresAt account { id displayName }").await
}

/// Starts a new session of this account.
async fn session_of(app: &TestApp, name: &str) -> Client {
    let reply = sign_in(app, &format!("{name}@example.org"), PASSWORD).await.ok();
    app.with_token(Some(reply.text("/signIn/token")))
}

/// The caller's sessions: the id, and whether it is the current session.
async fn sessions(client: &Client) -> Vec<(String, bool)> {
    let reply = client.ask("{ viewer { sessions { id current } } }").await;
    let list = reply.data("/viewer/sessions").as_array().expect("a list").iter();
    list.map(|session| {
        (session["id"].as_str().expect("an id").to_owned(), session["current"] == true)
    })
    .collect()
}

/// The id of the current session.
async fn current(client: &Client) -> String {
    let mut current = sessions(client).await.into_iter().filter(|(_, current)| *current);
    let (id, _) = current.next().expect("a session asks");
    assert!(current.next().is_none(), "only one session is current");
    id
}

#[track_caller]
fn shut_out(reply: &Reply) {
    assert_eq!((reply.status, reply.code()), (401, "UNAUTHENTICATED"), "{}", reply.body);
}

/// An argon2id hash of the seeded password.
fn hash_of(memory_kib: u32, passes: u32) -> String {
    let params = Params::new(memory_kib, passes, 1, None).expect("settings");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash =
        argon2.hash_password_with_salt(PASSWORD.as_bytes(), b"salt of 16 bytes").expect("a hash");
    hash.to_string()
}

async fn store_hash(app: &TestApp, email: &str, hash: &str) {
    let statement = format!(
        "UPDATE passwords SET hash = '{hash}' WHERE account_id = (SELECT id FROM accounts WHERE email = '{email}')"
    );
    let done = app.db.execute_unprepared(&statement).await.expect("it is stored");
    assert_eq!(done.rows_affected(), 1);
}

async fn stored_hash(app: &TestApp, email: &str) -> String {
    let statement = format!(
        "SELECT hash FROM passwords JOIN accounts ON accounts.id = passwords.account_id WHERE email = '{email}'"
    );
    column(app, &statement).await.pop().expect("a hash")
}

/// The first column of a statement's result, as text.
async fn column(app: &TestApp, statement: &str) -> Vec<String> {
    let db = &app.db;
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), statement))
        .await
        .expect("rows");
    rows.iter().map(|row| row.try_get_by_index(0).expect("text")).collect()
}

/// Every row of every table of the database, as text.
pub async fn everything(app: &TestApp) -> String {
    let mut all = String::new();
    let tables = if app.db.is_sqlite() {
        "SELECT name FROM sqlite_master WHERE type = 'table'"
    } else {
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"
    };
    for table in column(app, tables).await {
        let rows = if app.db.is_sqlite() {
            let columns =
                column(app, &format!("SELECT name FROM pragma_table_info('{table}')")).await;
            let columns: Vec<_> = columns.iter().map(|name| format!("quote(\"{name}\")")).collect();
            format!("SELECT {} FROM \"{table}\"", columns.join(" || ' ' || "))
        } else {
            format!("SELECT t::text FROM \"{table}\" t")
        };
        all.extend(column(app, &rows).await);
    }
    all
}

fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().expect("a time").parse().expect("RFC 3339")
}

db_tests! {
    async fn one_signs_in_with_an_address_in_any_case_and_its_password(app: TestApp) {
        for email in ["reader@example.org", "Reader@Example.ORG", "  reader@example.org "] {
            let reply = sign_in(&app, email, PASSWORD).await;
            assert_eq!(reply.text("/signIn/account/id"), app.account("reader"), "{email}");
            let viewer = app.with_token(Some(reply.text("/signIn/token"))).ask("{ viewer { id email } }").await;
            assert_eq!(viewer.text("/viewer/id"), app.account("reader"));
            assert_eq!(viewer.text("/viewer/email"), "reader@example.org");
        }
    }

    async fn a_wrong_password_and_an_unknown_address_are_refused_alike(app: TestApp) {
        let wrong = sign_in(&app, "reader@example.org", OTHER_PASSWORD).await;
        assert_eq!(wrong.code(), "UNAUTHENTICATED");
        let tries = [("nobody@example.org", PASSWORD), ("reader@example.org", ""), ("reader@example.org", &PASSWORD.to_uppercase())];
        for (email, password) in tries {
            let reply = sign_in(&app, email, password).await;
            assert_eq!(reply.body["errors"], wrong.body["errors"], "{email} {password}");
            assert_eq!((reply.status, &reply.body["data"]), (wrong.status, &wrong.body["data"]));
        }
        sign_in(&app, "no address", PASSWORD).await.refused("email", "INVALID_FORMAT");
    }

    async fn a_session_ends_at_the_time_that_it_names(app: TestApp) {
        let reply = sign_in(&app, "reader@example.org", PASSWORD).await;
        let client = app.with_token(Some(reply.text("/signIn/token")));
        let left = time(reply.data("/signIn/expiresAt")) - Utc::now();
        app.wait(left - TimeDelta::minutes(5));
        client.ask("{ viewer { id } }").await.ok();
        app.wait(TimeDelta::minutes(6));
        shut_out(&client.ask("{ viewer { id } }").await);
        // Ended sessions are no longer listed.
        assert_eq!(sessions(&session_of(&app, "reader").await).await.len(), 1);
    }

    async fn signing_out_ends_this_session_and_no_other(app: TestApp) {
        let (one, other) = (session_of(&app, "reader").await, session_of(&app, "reader").await);
        assert_eq!(*one.ask("mutation { signOut { signedOut } }").await.data("/signOut/signedOut"), json!(true));
        shut_out(&one.ask("{ viewer { id } }").await);
        shut_out(&one.ask("mutation { signOut { signedOut } }").await);
        other.ask("{ viewer { id } }").await.ok();
    }

    async fn sessions_are_listed_for_their_owner_alone(app: TestApp) {
        let (seeded, fresh) = (app.as_reader(), session_of(&app, "reader").await);
        let listed = sessions(&fresh).await;
        assert_eq!(listed.iter().map(|(_, current)| *current).collect::<Vec<_>>(), [true, false], "newest first");
        assert_eq!(current(&seeded).await, listed[1].0);
        let document = "query($id: ID!) { node(id: $id) { ... on Account { displayName sessions { id } } } }";
        for name in ["admin", "editor", "reviewer"] {
            let reply = app.as_(name).send(document, json!({ "id": app.account("reader") })).await;
            assert_eq!(*reply.data("/node"), json!({ "displayName": "reader", "sessions": null }), "{name}");
        }
    }

    async fn one_ends_ones_own_sessions_and_nobody_elses(app: TestApp) {
        let (lost, kept) = (session_of(&app, "reader").await, session_of(&app, "reader").await);
        let id = current(&lost).await;
        for other in [app.as_admin(), app.as_rival()] {
            assert_eq!(other.call("revokeSession", json!({ "session": id }), "sessionId").await.code(), "NOT_FOUND");
        }
        lost.ask("{ viewer { id } }").await.ok();
        let reply = kept.call("revokeSession", json!({ "session": id }), "sessionId").await;
        assert_eq!(reply.text("/revokeSession/sessionId"), id);
        shut_out(&lost.ask("{ viewer { id } }").await);
        assert_eq!(kept.call("revokeSession", json!({ "session": id }), "sessionId").await.code(), "NOT_FOUND");
        kept.call("revokeSession", json!({ "session": app.account("reader") }), "sessionId").await.refused("session", "INVALID_ID");
        // The current session can end itself too.
        let id = current(&kept).await;
        kept.call("revokeSession", json!({ "session": id }), "sessionId").await.ok();
        shut_out(&kept.ask("{ viewer { id } }").await);
    }

    async fn a_new_password_ends_every_other_session(app: TestApp) {
        let (here, there) = (session_of(&app, "reader").await, session_of(&app, "reader").await);
        let input = json!({ "currentPassword": PASSWORD, "newPassword": OTHER_PASSWORD });
        let reply = here.call("changePassword", input.clone(), "sessionsEnded").await;
        assert_eq!(reply.number("/changePassword/sessionsEnded"), 2, "the revoked session and the seeded one");
        here.ask("{ viewer { id } }").await.ok();
        for ended in [there, app.as_reader()] {
            shut_out(&ended.ask("{ viewer { id } }").await);
        }
        assert_eq!(sign_in(&app, "reader@example.org", PASSWORD).await.code(), "UNAUTHENTICATED");
        sign_in(&app, "reader@example.org", OTHER_PASSWORD).await.ok();
        here.call("changePassword", input, "sessionsEnded").await.refused("currentPassword", "WRONG_PASSWORD");
        // No other account was signed out.
        app.as_editor().ask("{ viewer { id } }").await.ok();
    }

    async fn a_bad_new_password_changes_nothing(app: TestApp) {
        let client = session_of(&app, "reader").await;
        let cases = [
            (PASSWORD, "a".repeat(11), "newPassword", "TOO_SHORT"),
            (PASSWORD, "👩‍👩‍👧".repeat(2), "newPassword", "TOO_SHORT"),
            (PASSWORD, String::new(), "newPassword", "TOO_SHORT"),
            (PASSWORD, "é".repeat(257), "newPassword", "TOO_LARGE"),
            (OTHER_PASSWORD, "anchor at ten".to_owned(), "currentPassword", "WRONG_PASSWORD"),
            (PASSWORD, "a".repeat(12), "newPassword", "GUESSABLE"),
            ("", "anchor at ten".to_owned(), "currentPassword", "WRONG_PASSWORD"),
        ];
        for (old, new, field, reason) in cases {
            let input = json!({ "currentPassword": old, "newPassword": new });
            client.call("changePassword", input, "sessionsEnded").await.refused(field, reason);
        }
        app.as_reader().ask("{ viewer { id } }").await.ok();
        // Passwords at the bounds are valid, in characters of any script. White space counts.
        let mut old = PASSWORD.to_owned();
        for new in ["nine dâys at ânchor ".chars().cycle().take(255).chain(['!']).collect(), " \t\u{202e}سلام عليكم ".to_owned()] {
            client.call("changePassword", json!({ "currentPassword": old, "newPassword": new }), "sessionsEnded").await.ok();
            sign_in(&app, "reader@example.org", &new).await.ok();
            assert_eq!(sign_in(&app, "reader@example.org", new.trim()).await.code(), if new.trim() == new { "OK" } else { "UNAUTHENTICATED" });
            old = new;
        }
    }

    async fn an_old_password_opens_nothing_once_it_is_changed_even_midway(app: TestApp) {
        let email = "reader@example.org";
        // Weak in memory, so that signing in replaces the hash. Slow in passes, so that the change
        // arrives during verification.
        store_hash(&app, email, &hash_of(8, 60_000)).await;
        let machine = Actor::machine(World::real());
        let (begun, reset) = futures_util::join!(sign_in(&app, email, PASSWORD), async {
            actix_web::rt::time::sleep(Duration::from_millis(50)).await;
            password_change::reset_password(&app.db, &machine, email, OTHER_PASSWORD, password_change::ApiTokens::Revoke).await
        });
        assert!(reset.is_ok());
        if begun.code() == "OK" {
            shut_out(&app.with_token(Some(begun.text("/signIn/token"))).ask("{ viewer { id } }").await);
        }
        sign_in(&app, email, OTHER_PASSWORD).await.ok();
        assert_eq!(sign_in(&app, email, PASSWORD).await.code(), "UNAUTHENTICATED");
    }

    async fn a_password_hashed_more_weakly_is_hashed_anew_when_it_is_next_used(app: TestApp) {
        let email = "reader@example.org";
        let cost = |hash: &str| {
            let params = Params::try_from(&PasswordHash::new(hash).expect("a hash")).expect("settings");
            (params.m_cost(), params.t_cost())
        };
        let today = cost(&stored_hash(&app, email).await);
        for weak in [hash_of(8, 1), hash_of(today.0, today.1 - 1), hash_of(today.0 / 2, today.1)] {
            store_hash(&app, email, &weak).await;
            sign_in(&app, email, OTHER_PASSWORD).await;
            assert_eq!(stored_hash(&app, email).await, weak, "a failed sign-in changes nothing");
            sign_in(&app, email, PASSWORD).await.ok();
            let fresh = stored_hash(&app, email).await;
            assert!(fresh.starts_with("$argon2id$"), "{fresh}");
            assert_eq!(cost(&fresh), today);
            sign_in(&app, email, PASSWORD).await.ok();
            assert_eq!(stored_hash(&app, email).await, fresh, "a hash of the current strength stays");
        }
    }

    async fn a_password_opens_its_account_however_a_keyboard_writes_it(app: TestApp) {
        let (email, composed, decomposed) = ("reader@example.org", "crème brûlée du port", "cre\u{300}me bru\u{302}le\u{301}e du port");
        let machine = Actor::machine(World::real());
        password_change::reset_password(&app.db, &machine, email, decomposed, password_change::ApiTokens::Keep).await.expect("it is reset");
        for password in [composed, decomposed, "crème\u{a0}brûlée du port", "ｃrème brûlée du port"] {
            sign_in(&app, email, password).await.ok();
        }

        // As it was hashed before passwords were normalised.
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19 * 1024, 2, 1, None).expect("settings"));
        let raw: PasswordHash = argon2.hash_password_with_salt(decomposed.as_bytes(), b"salt of 16 bytes").expect("a hash");
        store_hash(&app, email, &raw.to_string()).await;
        assert_eq!(sign_in(&app, email, composed).await.code(), "UNAUTHENTICATED");
        sign_in(&app, email, decomposed).await.ok();
        sign_in(&app, email, composed).await.ok();
        assert_ne!(stored_hash(&app, email).await, raw.to_string());
    }

    async fn secrets_are_stored_only_as_hashes(app: TestApp) {
        let (_, invitation) = app.fixtures().an_invitation("admin", "open@example.org", "READER").await;
        let (member, _) = app.fixtures().a_member("admin", "taken", "ADMIN").await;
        let input = json!({ "newsroom": app.newsroom(), "name": "CI", "role": "READER" });
        let token = member.call("createApiToken", input, "secret").await.text("/createApiToken/secret");
        let input = json!({ "currentPassword": PASSWORD, "newPassword": OTHER_PASSWORD, "revokeApiTokens": false });
        member.call("changePassword", input, "sessionsEnded").await.ok();
        sign_in(&app, "taken@example.org", "a mistyped password").await;
        app.with_token(Some(token.clone())).ask("{ viewer { id } }").await.ok();

        let stored = everything(&app).await;
        assert!(stored.contains("open@example.org") && stored.contains("taken@example.org") && stored.contains("$argon2id$"));
        let session = member.token.expect("a token");
        for secret in [&invitation, &token, &session] {
            let (_, random) = secret.split_once('_').expect("a prefix");
            assert!(random.len() >= 43, "256 bits: {secret}");
            assert!(!stored.contains(random), "{secret}");
        }
        for password in [PASSWORD, OTHER_PASSWORD, "a mistyped password"] {
            assert!(!stored.contains(password), "{password}");
        }
    }

    async fn credentials_that_are_no_good_are_refused_with_401(app: TestApp) {
        let good = app.as_reader().token.expect("a token");
        let (_, invitation) = app.fixtures().an_invitation("admin", "open@example.org", "READER").await;
        let ask = async |value: &[u8]| {
            let header = reqwest::header::HeaderValue::from_bytes(value).expect("a header");
            let request = app.http().post(format!("{}/graphql", app.address())).header("authorization", header);
            request.json(&json!({ "query": "{ viewer { id } }" })).send().await.expect("an answer")
        };
        for value in [format!("Bearer {good}"), format!("bearer {good}"), format!("BEARER   {good}")] {
            assert_eq!(ask(value.as_bytes()).await.status(), 200, "{value}");
        }
        let bad = [
            String::new(),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            "Bearer null".to_owned(),
            "Bearer css_".to_owned(),
            format!("Bearer css_{}", "A".repeat(43)),
            format!("Bearer cst_{}", &good[4..]),
            format!("Bearer {}", &good[4..]),
            format!("Bearer {}", &good[..good.len() - 1]),
            format!("Bearer {good}A"),
            format!("Bearer {good} {good}"),
            format!("Bearer {}", good.to_lowercase()),
            format!("Bearer {invitation}"),
            format!("Basic {good}"),
            format!("Token {good}"),
            good.clone(),
            format!("Bearer {}", "x".repeat(8_000)),
            "Bearer ' OR 1=1 --".to_owned(),
        ];
        for value in bad.iter().map(String::as_bytes).chain([&b"Bearer css_\xff\xfe"[..]]) {
            let shown = String::from_utf8_lossy(value);
            let answer = ask(value).await;
            assert_eq!(answer.status(), 401, "{shown}");
            assert_eq!(answer.headers()["www-authenticate"], "Bearer", "{shown}");
            let body: Value = answer.json().await.expect("JSON");
            assert_eq!(body["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{shown}");
            assert!(body.get("data").is_none(), "{shown}");
        }
    }

    async fn the_last_use_of_a_session_is_noted_to_the_minute(app: TestApp) {
        let client = session_of(&app, "reader").await;
        let last_use = async || {
            let reply = client.ask("{ viewer { sessions { createdAt lastUsedAt } } }").await;
            let session = &reply.data("/viewer/sessions")[0];
            time(&session["lastUsedAt"]) - time(&session["createdAt"])
        };
        assert_eq!(last_use().await, TimeDelta::zero());
        // If this use had been recorded, the next one would fall within its minute and not be
        // recorded.
        app.wait(TimeDelta::seconds(20));
        last_use().await;
        app.wait(TimeDelta::seconds(45));
        for _ in 0..500 {
            if last_use().await >= TimeDelta::seconds(60) {
                return;
            }
            // The use is recorded concurrently with the request, so a little later.
            actix_web::rt::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the use was not recorded");
    }

    async fn a_crowd_that_shows_one_token_is_noted_once(app: TestApp) {
        let client = session_of(&app, "reader").await;
        app.wait(TimeDelta::seconds(61));
        // Another connection writes, so recording the use has to wait.
        let (begun, writes) = tokio::sync::oneshot::channel();
        let (let_go, until) = tokio::sync::oneshot::channel::<()>();
        let writing = claimspan::domain::store::transaction(&app.db, Vec::new(), |txn| async move {
            txn.execute_unprepared("UPDATE sessions SET user_agent = user_agent").await?;
            begun.send(()).expect("the test waits");
            until.await.map_err(|_| anyhow::anyhow!("the test is over").into())
        });
        let crowd = async {
            writes.await.expect("it writes");
            let written = app.statements("write").await;
            for _ in 0..20 {
                client.ask("{ viewer { id } }").await.ok();
            }
            let_go.send(()).expect("it waits");
            written
        };
        let (done, written) = tokio::join!(writing, crowd);
        done.expect("it is written");
        let last_use = async || client.ask("{ viewer { sessions { lastUsedAt createdAt } } }").await.data("/viewer/sessions")[0].clone();
        while let at = last_use().await && time(&at["lastUsedAt"]) == time(&at["createdAt"]) {
            actix_web::rt::time::sleep(Duration::from_millis(10)).await;
        }
        // One statement, and one at the beginning of each transaction: on PostgreSQL the lock that writers share, on SQLite the notes that are
        // cleared for the digests of the log.
        assert!(app.statements("write").await - written <= 2);
    }
}
