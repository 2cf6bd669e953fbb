//! Members of a newsroom: invitations, roles and removal, and the newsroom's policy.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::app::{Client, PASSWORD, Reply, TestApp};

/// A name that no other member has. The end of a token is random.
fn name_for(token: &str) -> String {
    format!("Oumou {}", token.chars().rev().take(8).collect::<String>())
}

async fn accept(app: &TestApp, token: &str, password: &str) -> Reply {
    let name = name_for(token);
    let input = json!({ "acceptToken": token, "displayName": name, "password": password });
    app.as_stranger().call("acceptInvitation", input, "token account { id displayName }").await
}

/// The result of setting a member's role.
async fn set_role(
    app: &TestApp,
    by: &Client,
    account: &str,
    role: &str,
    expected: Option<i64>,
) -> Reply {
    let input = json!({ "newsroom": app.newsroom(), "account": account, "role": role, "expectedVersion": expected });
    by.call("setRole", input, "membership { role version }").await
}

async fn remove(app: &TestApp, by: &Client, account: &str, expected: Option<i64>) -> Reply {
    let input =
        json!({ "newsroom": app.newsroom(), "account": account, "expectedVersion": expected });
    by.call("removeMember", input, "newsroom { id }").await
}

/// The version of a member of `desk`, as its admin sees it.
async fn version_of(app: &TestApp, account: &str) -> i64 {
    let document =
        "query($id: ID!) { node(id: $id) { ... on Account { memberships { version } } } }";
    app.as_admin()
        .send(document, json!({ "id": account }))
        .await
        .number("/node/memberships/0/version")
}

/// The caller's role in `desk`, if it has one.
async fn role_of(client: &Client) -> Value {
    client
        .ask("{ viewer { memberships { role } } }")
        .await
        .data("/viewer/memberships")
        .pointer("/0/role")
        .cloned()
        .unwrap_or_default()
}

async fn set_policy(by: &Client, newsroom: &str, change: Value) -> Reply {
    let mut input = json!({ "newsroom": newsroom });
    input
        .as_object_mut()
        .expect("an object")
        .extend(change.as_object().expect("an object").clone());
    by.call(
        "setPolicy",
        input,
        "newsroom { version policy { verdictsRequired blindReview secondReader publicReading } }",
    )
    .await
}

db_tests! {
    async fn an_invitation_makes_an_account_and_is_good_once(app: TestApp) {
        let (id, token) = app.fixtures().an_invitation("admin", "Oumou@Example.org", "EDITOR").await;
        // A refused attempt leaves the invitation open.
        accept(&app, &token, "short").await.refused("password", "TOO_SHORT");
        for (name, reason) in [(Value::Null, "EMPTY"), (json!(" "), "EMPTY"), (json!("a\u{7}"), "CONTROL_CHARACTER"), (json!("é".repeat(101)), "TOO_LARGE")] {
            let input = json!({ "acceptToken": token, "displayName": name, "password": PASSWORD });
            app.as_stranger().call("acceptInvitation", input, "token").await.refused("displayName", reason);
        }
        let reply = accept(&app, &token, PASSWORD).await;
        assert_eq!(reply.text("/acceptInvitation/account/displayName"), name_for(&token));
        let client = app.with_token(Some(reply.text("/acceptInvitation/token")));
        let viewer = client.ask("{ viewer { email memberships { role newsroom { slug } } } }").await;
        assert_eq!(*viewer.data("/viewer"), json!({ "email": "oumou@example.org", "memberships": [{ "role": "EDITOR", "newsroom": { "slug": "desk" } }] }));
        accept(&app, &token, PASSWORD).await.refused("acceptToken", "INVALID_TOKEN");
        let input = json!({ "invitation": id });
        app.as_admin().call("revokeInvitation", input, "invitation { id }").await.refused("invitation", "INVALID_TOKEN");
        let used = app.as_admin().ask("{ newsroom(slug: \"desk\") { invitations { nodes { acceptedAt revokedAt invitedBy { displayName } } } } }").await;
        let used = used.data("/newsroom/invitations/nodes/0");
        assert!(used["acceptedAt"].is_string() && used["revokedAt"].is_null(), "{used}");
        assert_eq!(used["invitedBy"]["displayName"], "admin");
    }

    async fn an_invitation_taken_up_many_times_at_once_lets_one_in(app: TestApp) {
        let (_, token) = app.fixtures().an_invitation("admin", "oumou@example.org", "EDITOR").await;
        let replies = join_all((0..6).map(|_| accept(&app, &token, PASSWORD))).await;
        let codes: Vec<_> = replies.iter().map(Reply::code).collect();
        assert_eq!(codes.iter().filter(|code| **code == "OK").count(), 1, "{codes:?}");
        assert!(codes.iter().all(|code| ["OK", "BAD_USER_INPUT"].contains(code)), "{codes:?}");
    }

    async fn an_invitation_that_is_over_lets_nobody_in(app: TestApp) {
        let (id, revoked) = app.fixtures().an_invitation("admin", "revoked@example.org", "READER").await;
        for _ in 0..2 {
            app.as_admin().call("revokeInvitation", json!({ "invitation": id }), "invitation { revokedAt }").await.ok();
        }
        let (_, open) = app.fixtures().an_invitation("admin", "open@example.org", "READER").await;
        let (_, late) = app.fixtures().an_invitation("admin", "late@example.org", "READER").await;
        let session = app.as_reader().token.expect("a token");
        app.wait(TimeDelta::days(7) - TimeDelta::minutes(5));
        accept(&app, &open, PASSWORD).await.ok();
        app.wait(TimeDelta::minutes(5));
        for token in [&*revoked, &late, &session, &revoked[..revoked.len() - 1], "csi_", "", "👩‍👩‍👧", "%"] {
            accept(&app, token, PASSWORD).await.refused("acceptToken", "INVALID_TOKEN");
        }
    }

    async fn an_account_of_another_newsroom_joins_with_the_password_that_it_has(app: TestApp) {
        let (_, token) = app.fixtures().an_invitation("admin", "rival-reviewer@example.org", "REVIEWER").await;
        accept(&app, &token, "a password of my choice").await.refused("password", "WRONG_PASSWORD");
        assert_eq!(app.as_("rival-reviewer").ask("{ newsroom(slug: \"desk\") { id } }").await.code(), "NOT_FOUND");
        let reply = accept(&app, &token, PASSWORD).await;
        let account = reply.data("/acceptInvitation/account");
        assert_eq!((&account["id"], &account["displayName"]), (&json!(app.account("rival-reviewer")), &json!("rival-reviewer")));
        let viewer = app.as_("rival-reviewer").ask("{ viewer { memberships { role newsroom { slug } } } }").await;
        let [rival, newsroom] = ["rival", "desk"].map(|slug| json!({ "role": "REVIEWER", "newsroom": { "slug": slug } }));
        assert_eq!(*viewer.data("/viewer/memberships"), json!([rival, newsroom]));
        // Each newsroom's admin sees only the membership in their own newsroom.
        let document = "query($id: ID!) { node(id: $id) { ... on Account { memberships { newsroom { slug } } } } }";
        for (by, seen) in [("admin", json!([{ "newsroom": { "slug": "desk" } }])), ("rival", json!([{ "newsroom": { "slug": "rival" } }])), ("reader", json!([]))] {
            let reply = app.as_(by).send(document, json!({ "id": app.account("rival-reviewer") })).await;
            assert_eq!(*reply.data("/node/memberships"), seen, "{by}");
        }
    }

    async fn nobody_becomes_a_member_twice(app: TestApp) {
        let input = json!({ "newsroom": app.newsroom(), "email": "READER@example.org", "role": "ADMIN" });
        app.as_admin().call("inviteMember", input, "invitation { id }").await.refused("email", "ALREADY_MEMBER");
        let (_, one) = app.fixtures().an_invitation("admin", "oumou@example.org", "READER").await;
        let client = app.with_token(Some(accept(&app, &one, PASSWORD).await.text("/acceptInvitation/token")));
        assert_eq!(role_of(&client).await, "READER");
        for email in ["", "oumou", "oumou@", "a b@example.org", "a@b@c", "a\u{0}@example.org"] {
            let input = json!({ "newsroom": app.newsroom(), "email": email, "role": "READER" });
            let reply = app.as_admin().call("inviteMember", input, "invitation { id }").await;
            assert_eq!((reply.code(), reply.field()), ("BAD_USER_INPUT", "email"), "{email:?}");
        }
    }

    async fn a_change_of_a_member_who_has_changed_is_a_conflict(app: TestApp) {
        let (admin, reader) = (app.as_admin(), app.account("reader"));
        let read = version_of(&app, &reader).await;
        let reply = set_role(&app, &admin, &reader, "REVIEWER", Some(read)).await;
        let now = reply.number("/setRole/membership/version");
        assert_eq!((now, version_of(&app, &reader).await), (read + 1, read + 1));
        for stale in [set_role(&app, &admin, &reader, "EDITOR", Some(read)).await, remove(&app, &admin, &reader, Some(read)).await] {
            assert_eq!(stale.code(), "CONFLICT");
            assert_eq!(stale.body["errors"][0]["extensions"]["currentVersion"], now);
        }
        assert_eq!(role_of(&app.as_reader()).await, "REVIEWER");
        remove(&app, &admin, &reader, Some(now)).await.ok();
    }

    async fn members_are_changed_by_the_id_of_an_account_that_is_one(app: TestApp) {
        let admin = app.as_admin();
        for stranger in [app.account("rival"), format!("account_{}", "0".repeat(32))] {
            assert_eq!(set_role(&app, &admin, &stranger, "READER", None).await.code(), "NOT_FOUND");
            assert_eq!(remove(&app, &admin, &stranger, None).await.code(), "NOT_FOUND");
        }
        for wrong in [app.newsroom(), "reader".to_owned(), String::new()] {
            set_role(&app, &admin, &wrong, "READER", None).await.refused("account", "INVALID_ID");
            remove(&app, &admin, &wrong, None).await.refused("account", "INVALID_ID");
        }
    }

    async fn a_newsroom_keeps_its_last_admin(app: TestApp) {
        let (admin, own, editor) = (app.as_admin(), app.account("admin"), app.account("editor"));
        for role in ["EDITOR", "REVIEWER", "READER"] {
            set_role(&app, &admin, &own, role, None).await.refused("account", "LAST_ADMIN");
        }
        remove(&app, &admin, &own, None).await.refused("account", "LAST_ADMIN");
        assert_eq!(role_of(&admin).await, "ADMIN");
        set_role(&app, &admin, &own, "ADMIN", None).await.ok();
        // With a second admin, the first can leave. Then the second cannot.
        set_role(&app, &admin, &editor, "ADMIN", None).await.ok();
        set_role(&app, &admin, &own, "READER", None).await.ok();
        set_role(&app, &app.as_editor(), &editor, "READER", None).await.refused("account", "LAST_ADMIN");
        remove(&app, &app.as_editor(), &own, None).await.ok();
        remove(&app, &app.as_editor(), &editor, None).await.refused("account", "LAST_ADMIN");
    }

    async fn of_admins_who_lower_each_other_at_once_one_remains(app: TestApp) {
        let people = ["admin", "editor", "reviewer", "second"];
        let mut last = 0;
        for round in 0..12 {
            // In every other round, only these two are admins.
            let ring: Vec<_> = (last..).take(if round % 2 == 0 { 2 } else { 4 }).map(|place| people[place % 4]).collect();
            for name in people.into_iter().filter(|name| *name != ring[0]) {
                let role = if ring.contains(&name) { "ADMIN" } else { "EDITOR" };
                set_role(&app, &app.as_(ring[0]), &app.account(name), role, None).await.ok();
            }
            let lowered = ring.iter().zip(ring.iter().cycle().skip(1)).map(async |(by, whom)| {
                let (by, whom) = (app.as_(by), app.account(whom));
                set_role(&app, &by, &whom, "EDITOR", None).await
            });
            let replies = join_all(lowered).await;
            let done = replies.iter().filter(|reply| reply.code() == "OK").count();
            for reply in replies.iter().filter(|reply| reply.code() != "OK") {
                assert!(reply.code() == "FORBIDDEN" || reply.reason() == "LAST_ADMIN", "{}", reply.body);
            }
            let roles = join_all(ring.iter().map(|name| async { role_of(&app.as_(name)).await })).await;
            let left: Vec<_> = ring.iter().zip(&roles).filter(|(_, role)| **role == "ADMIN").map(|(name, _)| *name).collect();
            assert_eq!(left.len(), ring.len() - done, "{roles:?}");
            let kept = left.first().expect("an admin remains");
            last = people.iter().position(|name| name == kept).expect("one of them");
        }
    }

    async fn of_admins_who_remove_each_other_at_once_one_remains(app: TestApp) {
        let mut pair = [(app.as_admin(), app.account("admin")), app.fixtures().a_member("admin", "first", "ADMIN").await];
        for round in 0..6 {
            let (one, two) = futures_util::join!(remove(&app, &pair[0].0, &pair[1].1, None), remove(&app, &pair[1].0, &pair[0].1, None));
            let (gone, refused) = match (one.code(), two.code()) {
                ("OK", _) => (1, two),
                (_, "OK") => (0, one),
                neither => panic!("{neither:?}"),
            };
            assert!(refused.code() == "NOT_FOUND" || refused.reason() == "LAST_ADMIN", "{}", refused.body);
            let kept = &pair[1 - gone].0;
            assert_eq!(role_of(kept).await, "ADMIN");
            let input = json!({ "newsroom": app.newsroom(), "email": format!("round{round}@example.org"), "role": "ADMIN" });
            let token = kept.call("inviteMember", input, "acceptToken").await.text("/inviteMember/acceptToken");
            let reply = accept(&app, &token, PASSWORD).await.ok();
            pair[gone] = (app.with_token(Some(reply.text("/acceptInvitation/token"))), reply.text("/acceptInvitation/account/id"));
        }
    }

    async fn a_removed_member_sees_nothing_from_then_on(app: TestApp) {
        let (gone, account) = app.fixtures().a_member("admin", "gone", "ADMIN").await;
        let claim = app.fixtures().a_ready_claim().await;
        let input = json!({ "newsroom": app.newsroom(), "name": "CI", "role": "READER" });
        let made = gone.call("createApiToken", input, "secret apiToken { id }").await;
        let program = app.with_token(Some(made.text("/createApiToken/secret")));
        let input = crate::fixtures::verdict_on(&claim, "MIXED");
        let verdict = gone.call("submitVerdict", input, "verdict { id }").await.text("/submitVerdict/verdict/id");
        program.ask("{ newsroom(slug: \"desk\") { id } }").await.ok();
        remove(&app, &app.as_admin(), &account, None).await.ok();

        assert_eq!(program.ask("{ viewer { id } }").await.status, 401);
        let token = made.text("/createApiToken/apiToken/id");
        let document = "query($id: ID!) { node(id: $id) { ... on ApiToken { revokedAt } } }";
        assert!(app.as_admin().send(document, json!({ "id": token })).await.data("/node/revokedAt").is_string());

        assert_eq!(*gone.ask("{ viewer { memberships { id } } }").await.data("/viewer/memberships"), json!([]));
        assert_eq!(gone.ask("{ newsroom(slug: \"desk\") { id } }").await.code(), "NOT_FOUND");
        for id in [&claim, &verdict, &token, &app.newsroom(), &app.account("admin")] {
            assert_eq!(gone.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await.code(), "NOT_FOUND", "{id}");
        }
        let calls = [
            ("submitVerdict", crate::fixtures::verdict_on(&claim, "TRUE")),
            ("withdrawVerdict", json!({ "verdict": verdict, "reason": "I am leaving." })),
            ("importArticle", json!({ "newsroom": app.newsroom(), "title": "A title", "body": "A body." })),
            ("removeMember", json!({ "newsroom": app.newsroom(), "account": app.account("reader") })),
        ];
        for (mutation, input) in calls {
            assert_eq!(gone.call(mutation, input, "__typename").await.code(), "NOT_FOUND", "{mutation}");
        }
        // A former member's work stays under their name.
        let document = "query($id: ID!) { node(id: $id) { ... on Verdict { state reviewer { displayName email memberships { id } } } } }";
        let reply = app.as_reader().send(document, json!({ "id": verdict })).await;
        assert_eq!(*reply.data("/node"), json!({ "state": "SUBMITTED", "reviewer": { "displayName": "gone", "email": null, "memberships": [] } }));
        // Invited again, the member has a role again. The token stays revoked.
        let (_, again) = app.fixtures().an_invitation("admin", "gone@example.org", "READER").await;
        accept(&app, &again, PASSWORD).await.ok();
        assert_eq!(role_of(&gone).await, "READER");
        assert_eq!(program.ask("{ viewer { id } }").await.status, 401);
    }

    async fn members_and_invitations_are_listed_for_admins_alone(app: TestApp) {
        app.fixtures().an_invitation("admin", "open@example.org", "READER").await;
        for list in ["members { totalCount }", "invitations { totalCount }", "apiTokens { totalCount }"] {
            let document = format!("{{ newsroom(slug: \"desk\") {{ name {list} }} }}");
            for name in ["editor", "reviewer", "reader"] {
                let reply = app.as_(name).ask(&document).await;
                assert_eq!((reply.code(), reply.body["data"]["newsroom"]["name"].as_str()), ("FORBIDDEN", Some("The Desk")), "{name} {list}");
            }
            app.as_admin().ask(&document).await.ok();
        }
        let reply = app.as_admin().ask("{ newsroom(slug: \"desk\") { members { nodes { role account { displayName } } } } }").await;
        let nodes = reply.data("/newsroom/members/nodes").as_array().expect("a list").iter();
        let listed: Vec<_> = nodes.map(|node| (node["account"]["displayName"].as_str().unwrap(), node["role"].as_str().unwrap())).collect();
        let expected = [("admin", "ADMIN"), ("editor", "EDITOR"), ("reviewer", "REVIEWER"), ("second", "REVIEWER"), ("third", "REVIEWER"), ("reader", "READER")];
        assert_eq!(listed, expected, "in the order of joining");
    }

    async fn an_address_is_seen_by_its_owner_and_admins_alone(app: TestApp) {
        app.fixtures().a_ready_claim().await;
        let person = "{ displayName email memberships { account { email } } }";
        let document = format!(
            "{{ viewer {{ displayName memberships {{ account {{ displayName }} }} }} newsroom(slug: \"desk\") {{ articles {{ nodes {{ importedBy {person}
               revision {{ author {person} }} claims {{ nodes {{ markedBy {person} verdicts {{ reviewer {person} }} }} }} }} }} }} }}"
        );
        for (name, document) in [("reader", &document), ("reviewer", &document), ("editor", &document)] {
            let text = app.as_(name).ask(document).await.ok().body.to_string();
            assert!(text.contains("\"email\":null"), "{text}");
            let others = text.replace(&format!("\"{name}@example.org\""), "own");
            assert!(!others.contains('@'), "{name}: {others}");
        }
    }

    async fn a_policy_is_set_in_part_or_whole(app: TestApp) {
        let (admin, newsroom) = (app.as_admin(), app.newsroom());
        let first = set_policy(&admin, &newsroom, json!({ "verdictsRequired": 3 })).await;
        assert_eq!(*first.data("/setPolicy/newsroom/policy"), json!({ "verdictsRequired": 3, "blindReview": true, "secondReader": true, "publicReading": false }));
        let version = first.number("/setPolicy/newsroom/version");
        let second = set_policy(&admin, &newsroom, json!({ "blindReview": false, "expectedVersion": version })).await;
        assert_eq!(*second.data("/setPolicy/newsroom/policy"), json!({ "verdictsRequired": 3, "blindReview": false, "secondReader": true, "publicReading": false }));
        let third = set_policy(&admin, &newsroom, json!({ "secondReader": false, "publicReading": true, "expectedVersion": version + 1 })).await;
        assert_eq!(*third.data("/setPolicy/newsroom/policy"), json!({ "verdictsRequired": 3, "blindReview": false, "secondReader": false, "publicReading": true }));
        let stale = set_policy(&admin, &newsroom, json!({ "blindReview": true, "expectedVersion": version })).await;
        assert_eq!((stale.code(), &stale.body["errors"][0]["extensions"]["currentVersion"]), ("CONFLICT", &json!(version + 2)));
        for number in [0, -1, 21, i32::MIN, i32::MAX] {
            set_policy(&admin, &newsroom, json!({ "verdictsRequired": number })).await.refused("verdictsRequired", "OUT_OF_RANGE");
        }
        let reply = app.as_reader().ask("{ newsroom(slug: \"desk\") { version policy { verdictsRequired blindReview secondReader publicReading } } }").await;
        assert_eq!(*reply.data("/newsroom"), third.data("/setPolicy/newsroom").clone(), "refused requests changed nothing");
        set_policy(&admin, "desk", json!({})).await.refused("newsroom", "INVALID_ID");
        let rival = app.seed.rival_newsroom.to_string();
        assert_eq!(set_policy(&admin, &rival, json!({ "blindReview": false })).await.code(), "NOT_FOUND");
    }

    async fn claims_become_ready_or_not_as_the_policy_says(app: TestApp) {
        let (judged, open) = (app.fixtures().a_ready_claim().await, app.fixtures().a_claim().await);
        let state = async |claim: &str| {
            let reply = app.as_reader().send("query($id: ID!) { node(id: $id) { ... on Claim { state verdicts { id } } } }", json!({ "id": claim })).await;
            (reply.text("/node/state"), reply.data("/node/verdicts").as_array().expect("a list").len())
        };
        for (number, expected) in [(2, ("READY", 2)), (3, ("IN_REVIEW", 0)), (20, ("IN_REVIEW", 0)), (1, ("READY", 2))] {
            set_policy(&app.as_admin(), &app.newsroom(), json!({ "verdictsRequired": number })).await.ok();
            let (state_now, seen) = state(&judged).await;
            assert_eq!((&*state_now, seen), expected, "{number}");
            assert_eq!(state(&open).await.0, "OPEN");
        }
        set_policy(&app.as_admin(), &app.newsroom(), json!({ "verdictsRequired": 3, "blindReview": false })).await.ok();
        assert_eq!(state(&judged).await, ("IN_REVIEW".to_owned(), 2));
    }
}
