//! People: profiles, passwords that are refused, password resets, deactivated members, the newsroom's
//! name, and people who are erased.

use chrono::TimeDelta;
use claimspan::domain::actor::Actor;
use claimspan::domain::audit;
use claimspan::domain::people::{erasure, joining};
use claimspan::domain::permissions::Role;
use claimspan::domain::world::World;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::app::{Client, PASSWORD, Reply, TestApp};

const NEW_PASSWORD: &str = "nine days at anchor";

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Reply {
    let input = json!({ "email": email, "password": password });
    app.as_stranger().call("signIn", input, "token account { id }").await
}

/// Changes the caller's profile, with the usual password.
async fn update(client: &Client, change: Value) -> Reply {
    let mut input = json!({ "currentPassword": PASSWORD });
    let change = change.as_object().expect("an object").clone();
    input.as_object_mut().expect("an object").extend(change);
    client.call("updateProfile", input, "sessionsEnded account { displayName email }").await
}

/// Calls a mutation on a member of `desk`.
async fn on_member(app: &TestApp, by: &str, mutation: &str, account: &str) -> Reply {
    let input = json!({ "newsroom": app.newsroom(), "account": account });
    let select = if mutation == "createPasswordReset" {
        "resetToken expiresAt"
    } else {
        "membership { role version deactivatedAt }"
    };
    app.as_(by).call(mutation, input, select).await
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Reply {
    let input = json!({ "resetToken": token, "newPassword": password });
    app.as_stranger().call("resetPassword", input, "sessionsEnded apiTokensRevoked").await
}

async fn assert_whole(app: &TestApp) {
    let machine = Actor::machine(World::real());
    for log in audit::verify(&app.db, &machine, None, &[]).await.expect("a verification") {
        assert_eq!((log.broken, log.rows), (None, vec![]), "{}", log.log);
    }
}

/// Every text in the database, as one text, except in the search index.
async fn everything(app: &TestApp) -> String {
    let tables = [
        "accounts",
        "invitations",
        "memberships",
        "events",
        "sessions",
        "verdicts",
        "submissions",
        "comments",
    ];
    let mut all = String::new();
    for table in tables {
        let query = format!("SELECT * FROM {table}");
        let query = Statement::from_string(app.db.get_database_backend(), query);
        for row in app.db.query_all_raw(query).await.expect("rows") {
            for column in row.column_names() {
                let text: Result<Option<String>, _> = row.try_get("", &column);
                all.push_str(&text.ok().flatten().unwrap_or_default());
                all.push('\n');
            }
        }
    }
    all
}

db_tests! {
    async fn a_new_name_and_address_take_the_password_and_end_other_sessions(app: TestApp) {
        let here = app.with_token(Some(sign_in(&app, "reader@example.org", PASSWORD).await.text("/signIn/token")));
        let wrong = json!({ "displayName": "Ada", "currentPassword": NEW_PASSWORD });
        update(&here, wrong).await.refused("currentPassword", "WRONG_PASSWORD");
        update(&here, json!({})).await.refused("displayName", "UNCHANGED");
        update(&here, json!({ "displayName": "reader", "email": "Reader@example.org" })).await.refused("displayName", "UNCHANGED");
        update(&here, json!({ "displayName": "Ada\u{202e}" })).await.refused("displayName", "INVISIBLE_CHARACTER");
        update(&here, json!({ "displayName": "Editor" })).await.refused("displayName", "LOOKS_LIKE_ANOTHER_NAME");
        update(&here, json!({ "email": "editor@example.org" })).await.refused("email", "ALREADY_TAKEN");
        update(&here, json!({ "email": "nowhere" })).await.refused("email", "INVALID_FORMAT");
        app.as_reader().ask("{ viewer { id } }").await.ok();

        let done = update(&here, json!({ "displayName": "Ada Tall", "email": "Ada@example.org" })).await;

        assert_eq!(*done.data("/updateProfile"), json!({ "sessionsEnded": 1, "account": { "displayName": "Ada Tall", "email": "ada@example.org" } }));
        assert_eq!(app.as_reader().ask("{ viewer { id } }").await.code(), "UNAUTHENTICATED");
        here.ask("{ viewer { id } }").await.ok();
        assert_eq!(sign_in(&app, "reader@example.org", PASSWORD).await.code(), "UNAUTHENTICATED");
        assert_eq!(sign_in(&app, "ada@example.org", PASSWORD).await.text("/signIn/account/id"), app.account("reader"));
        let log = app.as_admin().ask("{ newsroom(slug: \"desk\") { auditLog(last: 1) { nodes { kind detail actor { displayName } } } } }").await;
        assert_eq!((log.text("/newsroom/auditLog/nodes/0/kind"), log.text("/newsroom/auditLog/nodes/0/actor/displayName")), ("PROFILE_CHANGED".into(), "Ada Tall".into()));
        assert!(!log.text("/newsroom/auditLog/nodes/0/detail").contains("Ada"), "events have no names");
        assert_whole(&app).await;
    }

    async fn signing_out_everywhere_ends_this_session_too(app: TestApp) {
        let here = app.with_token(Some(sign_in(&app, "reader@example.org", PASSWORD).await.text("/signIn/token")));
        let reply = here.ask("mutation { signOutEverywhere { sessionsEnded } }").await;
        assert_eq!(reply.number("/signOutEverywhere/sessionsEnded"), 2);
        for client in [here, app.as_reader()] {
            assert_eq!(client.ask("{ viewer { id } }").await.code(), "UNAUTHENTICATED");
        }
        app.as_editor().ask("{ viewer { id } }").await.ok();
    }

    async fn signing_in_answers_with_the_account_as_its_owner_sees_it(app: TestApp) {
        let account = "account { email memberships { role newsroom { slug ratingScale { number } } } sessions { current } work { assigned { totalCount } } }";
        let seen = json!({ "email": "reviewer@example.org", "memberships": [{ "role": "REVIEWER", "newsroom": { "slug": "desk", "ratingScale": { "number": 1 } } }],
            "sessions": [{ "current": true }, { "current": false }], "work": { "assigned": { "totalCount": 0 } } });
        let input = json!({ "email": "reviewer@example.org", "password": PASSWORD });
        // Also by the cookie, and also for a client that is somebody else.
        for client in [app.as_stranger(), app.as_rival()] {
            let reply = client.call("signIn", input.clone(), account).await;
            let mut found = reply.data("/signIn/account").clone();
            found["sessions"].as_array_mut().expect("sessions").truncate(2);
            assert_eq!(found, seen);
        }
        let (_, token) = app.fixtures().an_invitation("admin", "oumou@example.org", "READER").await;
        let input = json!({ "acceptToken": token, "displayName": "Oumou", "password": PASSWORD });
        let joined = app.as_stranger().call("acceptInvitation", input, "account { email memberships { role } sessions { current } }").await;
        assert_eq!(*joined.data("/acceptInvitation/account"), json!({ "email": "oumou@example.org", "memberships": [{ "role": "READER" }], "sessions": [{ "current": true }] }));
        // The rest of the request stays anonymous.
        let document = "mutation($input: SignInInput!) { signIn(input: $input) { account { id } } signOut { signedOut } }";
        let input = json!({ "input": { "email": "reviewer@example.org", "password": PASSWORD } });
        assert_eq!(app.as_stranger().send(document, input).await.code(), "UNAUTHENTICATED");
    }

    async fn admins_see_the_addresses_of_their_own_members_alone(app: TestApp) {
        let document = "query($id: ID!) { node(id: $id) { ... on Account { email } } }";
        let (_, shared) = app.fixtures().a_member("admin", "shared", "READER").await;
        let (_, token) = app.fixtures().an_invitation("rival", "shared@example.org", "READER").await;
        let input = json!({ "acceptToken": token, "password": PASSWORD });
        app.as_stranger().call("acceptInvitation", input, "token").await.ok();
        for (name, seen) in [("admin", json!("shared@example.org")), ("rival", json!("shared@example.org")), ("editor", Value::Null), ("rival-reviewer", Value::Null)] {
            assert_eq!(*app.as_(name).send(document, json!({ "id": shared })).await.data("/node/email"), seen, "{name}");
        }
        let all = app.as_admin().ask("{ newsroom(slug: \"desk\") { members { nodes { account { displayName email } } } } }").await;
        let members = all.data("/newsroom/members/nodes").as_array().expect("members").clone();
        assert!(members.iter().all(|member| member["account"]["email"] == json!(format!("{}@example.org", member["account"]["displayName"].as_str().unwrap_or_default()))), "{members:?}");
    }

    async fn a_reset_token_sets_a_password_once(app: TestApp) {
        let (member, account) = app.fixtures().a_member("admin", "forgetful", "ADMIN").await;
        let input = json!({ "newsroom": app.newsroom(), "name": "CI", "role": "READER" });
        let program = app.with_token(Some(member.call("createApiToken", input, "secret").await.text("/createApiToken/secret")));
        let first = on_member(&app, "admin", "createPasswordReset", &account).await.text("/createPasswordReset/resetToken");
        let token = on_member(&app, "admin", "createPasswordReset", &account).await.text("/createPasswordReset/resetToken");
        assert!(token.starts_with("csr_"));
        for invalid in [&*first, &token[..token.len() - 1], "", &app.as_admin().token.expect("a token")] {
            reset(&app, invalid, NEW_PASSWORD).await.refused("resetToken", "INVALID_TOKEN");
        }
        // A reset token signs nobody in.
        assert_eq!(app.with_token(Some(token.clone())).ask("{ viewer { id } }").await.status, 401);
        reset(&app, &token, "short").await.refused("newPassword", "TOO_SHORT");
        reset(&app, &token, "forgetful-2024").await.refused("newPassword", "GUESSABLE");

        let done = reset(&app, &token, NEW_PASSWORD).await;

        assert_eq!(*done.data("/resetPassword"), json!({ "sessionsEnded": 1, "apiTokensRevoked": 1 }));
        for client in [member, program] {
            assert_eq!(client.ask("{ viewer { id } }").await.status, 401);
        }
        assert_eq!(sign_in(&app, "forgetful@example.org", PASSWORD).await.code(), "UNAUTHENTICATED");
        sign_in(&app, "forgetful@example.org", NEW_PASSWORD).await.ok();
        reset(&app, &token, "another good password").await.refused("resetToken", "INVALID_TOKEN");
        let late = on_member(&app, "admin", "createPasswordReset", &account).await.text("/createPasswordReset/resetToken");
        app.wait(TimeDelta::hours(24));
        reset(&app, &late, "another good password").await.refused("resetToken", "INVALID_TOKEN");
        assert_whole(&app).await;
    }

    async fn nobody_resets_the_password_of_a_person_of_another_newsroom(app: TestApp) {
        let (_, account) = app.fixtures().a_member("admin", "shared", "READER").await;
        let token = on_member(&app, "admin", "createPasswordReset", &account).await.text("/createPasswordReset/resetToken");
        let (_, joined) = app.fixtures().an_invitation("rival", "shared@example.org", "ADMIN").await;
        let input = json!({ "acceptToken": joined, "password": PASSWORD });
        app.as_stranger().call("acceptInvitation", input, "token").await.ok();
        // Neither by a token from before, nor by a new one.
        reset(&app, &token, NEW_PASSWORD).await.refused("resetToken", "INVALID_TOKEN");
        assert_eq!(on_member(&app, "admin", "createPasswordReset", &account).await.code(), "FORBIDDEN");
        assert_eq!(on_member(&app, "admin", "createPasswordReset", &app.account("admin")).await.code(), "FORBIDDEN");
        assert_eq!(on_member(&app, "admin", "createPasswordReset", &app.account("rival")).await.code(), "NOT_FOUND");
        // A token of somebody who is no longer an admin is worth nothing.
        let (second, second_id) = app.fixtures().a_member("admin", "deputy", "ADMIN").await;
        let input = json!({ "newsroom": app.newsroom(), "account": app.account("reader") });
        let token = second.call("createPasswordReset", input, "resetToken").await.text("/createPasswordReset/resetToken");
        let input = json!({ "newsroom": app.newsroom(), "account": second_id, "role": "EDITOR" });
        app.as_admin().call("setRole", input, "membership { id }").await.ok();
        reset(&app, &token, NEW_PASSWORD).await.refused("resetToken", "INVALID_TOKEN");
        sign_in(&app, "reader@example.org", PASSWORD).await.ok();
    }

    async fn a_deactivated_member_sees_nothing_here_and_all_elsewhere(app: TestApp) {
        let (member, account) = app.fixtures().a_member("admin", "shared", "ADMIN").await;
        let (_, joined) = app.fixtures().an_invitation("rival", "shared@example.org", "REVIEWER").await;
        let input = json!({ "acceptToken": joined, "password": PASSWORD });
        app.as_stranger().call("acceptInvitation", input, "token").await.ok();
        let input = json!({ "newsroom": app.newsroom(), "name": "CI", "role": "READER" });
        let program = app.with_token(Some(member.call("createApiToken", input, "secret").await.text("/createApiToken/secret")));
        let invite = json!({ "newsroom": app.newsroom(), "email": "friend@example.org", "role": "ADMIN" });
        let invited = member.call("inviteMember", invite, "acceptToken").await.text("/inviteMember/acceptToken");

        let done = on_member(&app, "admin", "deactivateMember", &account).await;

        assert!(done.data("/deactivateMember/membership/deactivatedAt").is_string());
        assert_eq!(member.ask("{ newsroom(slug: \"desk\") { id } }").await.code(), "NOT_FOUND");
        assert_eq!(program.ask("{ viewer { id } }").await.status, 401);
        let accept = json!({ "acceptToken": invited, "displayName": "Friend", "password": PASSWORD });
        app.as_stranger().call("acceptInvitation", accept, "token").await.refused("acceptToken", "INVALID_TOKEN");
        let viewer = member.ask("{ newsroom(slug: \"rival\") { id } viewer { memberships { newsroom { slug } } } }").await;
        assert_eq!(*viewer.data("/viewer/memberships"), json!([{ "newsroom": { "slug": "rival" } }]));
        let reviewers = app.as_editor().ask("{ newsroom(slug: \"desk\") { reviewers { displayName } } }").await;
        assert!(!reviewers.body.to_string().contains("shared"));
        let claim = app.fixtures().a_claim().await;
        let assign = json!({ "claim": claim, "reviewers": [account] });
        app.as_editor().call("assignClaim", assign, "claim { id }").await.refused("reviewers[0]", "NOT_A_REVIEWER");
        on_member(&app, "admin", "deactivateMember", &account).await.refused("account", "UNCHANGED");
        // The last active admin stays, and another newsroom's admin has no say.
        on_member(&app, "admin", "deactivateMember", &app.account("admin")).await.refused("account", "LAST_ADMIN");
        assert_eq!(on_member(&app, "rival", "deactivateMember", &account).await.code(), "NOT_FOUND");
        let back = on_member(&app, "admin", "reactivateMember", &account).await;
        assert_eq!(*back.data("/reactivateMember/membership"), json!({ "role": "ADMIN", "version": 3, "deactivatedAt": null }));
        member.ask("{ newsroom(slug: \"desk\") { id } }").await.ok();
        assert_eq!(program.ask("{ viewer { id } }").await.status, 401, "a revoked token stays revoked");
        assert_whole(&app).await;
    }

    async fn a_newsroom_is_renamed_and_keeps_its_slug(app: TestApp) {
        let rename = async |name: &str, expected: Option<i64>| {
            let input = json!({ "newsroom": app.newsroom(), "name": name, "expectedVersion": expected });
            app.as_admin().call("renameNewsroom", input, "newsroom { name slug version }").await
        };
        let done = rename("The Night Desk", None).await;
        assert_eq!((done.text("/renameNewsroom/newsroom/name"), done.text("/renameNewsroom/newsroom/slug")), ("The Night Desk".into(), "desk".into()));
        rename("The Night Desk", None).await.refused("name", "UNCHANGED");
        rename("The\u{202e}Desk", None).await.refused("name", "INVISIBLE_CHARACTER");
        assert_eq!(rename("Another", Some(1)).await.code(), "CONFLICT");
        assert_eq!(app.as_reader().ask("{ newsroom(slug: \"desk\") { name } }").await.text("/newsroom/name"), "The Night Desk");
        assert_whole(&app).await;
    }

    async fn passwords_that_are_easy_to_guess_are_refused(app: TestApp) {
        for password in ["reader@example.org", "Reader-reader", "password12345", "qwertyuiop123", "aaaaaaaaaaaaaaaa"] {
            let input = json!({ "currentPassword": PASSWORD, "newPassword": password });
            app.as_reader().call("changePassword", input, "sessionsEnded").await.refused("newPassword", "GUESSABLE");
        }
        let (_, token) = app.fixtures().an_invitation("admin", "oumou.diarra@example.org", "READER").await;
        for password in ["oumou.diarra1", "DiarraOumou99", "letmein123456"] {
            let input = json!({ "acceptToken": token, "displayName": "Oumou Diarra", "password": password });
            app.as_stranger().call("acceptInvitation", input, "token").await.refused("password", "GUESSABLE");
        }
        let machine = Actor::machine(World::real());
        let made = joining::create_account(&app.db, &machine, "awa@example.org", "Awa Maïga", "awa.maiga.2024", app.seed.newsroom, Role::Reader).await;
        assert!(made.expect_err("a guessable password").to_string().contains("easy to guess"));
    }

    async fn a_second_invitation_to_an_address_replaces_the_first(app: TestApp) {
        let (_, first) = app.fixtures().an_invitation("admin", "oumou@example.org", "ADMIN").await;
        let (_, elsewhere) = app.fixtures().an_invitation("rival", "oumou@example.org", "READER").await;
        let (_, second) = app.fixtures().an_invitation("admin", "Oumou@example.org", "READER").await;
        let accept = async |token: &str| {
            let input = json!({ "acceptToken": token, "displayName": "Oumou", "password": PASSWORD });
            app.as_stranger().call("acceptInvitation", input, "token account { memberships { role } }").await
        };
        accept(&first).await.refused("acceptToken", "INVALID_TOKEN");
        assert_eq!(*accept(&second).await.data("/acceptInvitation/account/memberships"), json!([{ "role": "READER" }]));
        accept(&elsewhere).await.ok();
        let list = app.as_admin().ask("{ newsroom(slug: \"desk\") { invitations { nodes { role acceptedAt revokedAt } } } }").await;
        let nodes = list.data("/newsroom/invitations/nodes");
        assert!(nodes[0]["acceptedAt"].is_string() && nodes[1]["revokedAt"].is_string(), "{nodes}");
    }

    async fn of_an_erased_person_only_a_pseudonym_is_left(app: TestApp) {
        let (member, account) = app.fixtures().a_member("admin", "zenobia", "REVIEWER").await;
        let (_, joined) = app.fixtures().an_invitation("rival", "zenobia@example.org", "READER").await;
        let input = json!({ "acceptToken": joined, "password": PASSWORD });
        app.as_stranger().call("acceptInvitation", input, "token").await.ok();
        let claim = app.fixtures().a_claim().await;
        let verdict = member.call("submitVerdict", crate::fixtures::verdict_on(&claim, "TRUE"), "verdict { id }").await.text("/submitVerdict/verdict/id");
        member.call("addComment", json!({ "claim": claim, "text": "Mine." }), "comment { id }").await.ok();
        update(&member, json!({ "displayName": "Zenobia P." })).await.ok();
        assert!(everything(&app).await.to_lowercase().contains("zenobia"));
        let machine = Actor::machine(World::real());

        let erased = erasure::erase(&app.db, &machine, "zenobia@example.org").await.expect("it is erased");

        assert!(erased.display_name.starts_with("Former member "));
        let found = everything(&app).await.to_lowercase();
        let left: Vec<_> = found.lines().filter(|line| line.contains("zenobia")).collect();
        assert!(left.is_empty(), "{left:?}");
        assert_whole(&app).await;
        assert_eq!(member.ask("{ viewer { id } }").await.status, 401);
        assert_eq!(sign_in(&app, "zenobia@example.org", PASSWORD).await.code(), "UNAUTHENTICATED");
        assert_eq!(sign_in(&app, &erased.email, PASSWORD).await.code(), "UNAUTHENTICATED");
        let seen = app.as_editor().send("query($id: ID!) { node(id: $id) { ... on Verdict { state reviewer { id displayName email } } } }", json!({ "id": verdict })).await;
        assert_eq!(*seen.data("/node"), json!({ "state": "SUBMITTED", "reviewer": { "id": account, "displayName": erased.display_name, "email": null } }));
        // Somebody else may use the address from then on.
        app.fixtures().a_member("admin", "zenobia", "READER").await;
        assert_whole(&app).await;
        let last = erasure::erase(&app.db, &machine, "admin@example.org").await.expect_err("the last admin stays");
        assert!(last.to_string().contains("at least one admin"));
        let reader = erasure::erase(&app.db, &Actor::stranger(World::real()), "reader@example.org").await;
        assert!(reader.is_err(), "only the command line erases");
    }
}
