//! Subscriptions to a newsroom's activity, over WebSocket and server-sent events: their order, how
//! they resume, and what each account may see.

use std::time::Duration;

use claimspan::domain::actor::Actor;
use claimspan::domain::event::{self, Kind, Subject};
use claimspan::domain::ids::{ArticleId, TypedId};
use claimspan::domain::store;
use claimspan::domain::world::World;
use claimspan::server::Settings;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::fixtures::verdict_on;
use crate::socket::Socket;

const FOLLOW: &str = "subscription($newsroom: ID!, $article: ID, $after: Int) {
    activity(newsroom: $newsroom, article: $article, after: $after) {
        number at kind actor { id displayName } article { id version } claim { id state version } verdict { id } comment { id }
    }
}";

impl TestApp {
    /// A socket of this account that follows the newsroom `desk`.
    async fn follower(&self, name: &str, article: Option<&str>, after: Option<i64>) -> Socket {
        let mut socket = self.socket(Some(name)).await;
        socket
            .subscribe(
                "a",
                FOLLOW,
                json!({ "newsroom": self.newsroom(), "article": article, "after": after }),
            )
            .await;
        socket
    }
}

impl TestApp {
    /// Writes an event of an article, as another server might.
    pub async fn happen(&self, article: &str) {
        let (actor, newsroom) = (Actor::machine(World::real()), self.seed.newsroom);
        let subject = Subject { article: ArticleId::find(article), ..Subject::default() };
        let write = store::transaction(&self.db, Vec::new(), move |txn| async move {
            event::append(&txn, &actor, newsroom, Kind::ArticleImported, subject, json!({})).await
        });
        write.await.expect("it is written");
    }
}

async fn told(socket: &mut Socket) -> Value {
    let answer = socket.next("a").await;
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"]["activity"].clone()
}

db_tests! {
    async fn changes_are_told_in_order_and_from_a_number_on(app: TestApp) {
        let mut live = app.follower("editor", None, None).await;
        // Once a socket that was opened later has a response, this subscription is certainly
        // active.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let claim = app.fixtures().a_claim().await;
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        let (imported, marked, judged) = (told(&mut live).await, told(&mut live).await, told(&mut live).await);
        assert_eq!([&imported["kind"], &marked["kind"], &judged["kind"]], ["ARTICLE_IMPORTED", "CLAIM_MARKED", "VERDICT_SUBMITTED"]);
        assert_eq!((&imported["actor"]["displayName"], &judged["actor"]["id"]), (&json!("editor"), &json!(app.account("reviewer"))));
        assert_eq!((&judged["claim"]["id"], &judged["claim"]["state"]), (&json!(claim), &json!("IN_REVIEW")));
        assert!(judged["verdict"]["id"].is_string() && imported["claim"].is_null());
        let number = |event: &Value| event["number"].as_i64().expect("a number");
        assert_eq!([number(&marked), number(&judged)], [number(&imported) + 1, number(&imported) + 2]);

        let mut resumed = app.follower("editor", None, Some(number(&imported))).await;
        // An event's objects are in their current state, which may be newer than the event.
        let what = |event: &Value| (number(event), event["kind"].clone(), event["at"].clone(), event["claim"]["id"].clone());
        let again = [told(&mut resumed).await, told(&mut resumed).await];
        assert_eq!(again.each_ref().map(what), [&marked, &judged].map(what));
        let mut all = app.follower("admin", None, Some(0)).await;
        for expected in 1..=number(&imported) {
            assert_eq!(number(&told(&mut all).await), expected, "an admin sees no gaps");
        }
        live.say(json!({ "id": "a", "type": "complete" })).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        app.fixtures().an_article().await;
        live.silence().await;
    }

    async fn one_article_can_be_followed(app: TestApp) {
        let (one, other) = (app.fixtures().an_article().await, app.fixtures().an_article().await);
        let mut socket = app.follower("reader", Some(&one), Some(0)).await;
        assert_eq!(told(&mut socket).await["kind"], "ARTICLE_IMPORTED");
        app.fixtures().a_claim_on(&other, "It lasted nine days.", "nine days").await;
        let claim = app.fixtures().a_claim_on(&one, "It lasted nine days.", "nine days").await;
        assert_eq!(told(&mut socket).await["claim"]["id"], json!(claim));
    }

    async fn under_blind_review_nobody_is_told_who_judged(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let mut followers = Vec::new();
        for name in ["reader", "second", "reviewer", "editor"] {
            followers.push((name, app.follower(name, None, None).await));
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        for (name, socket) in &mut followers {
            let heard = told(socket).await;
            assert_eq!((&heard["kind"], &heard["claim"]["id"]), (&json!("VERDICT_SUBMITTED"), &json!(claim)), "{name}");
            let sees = matches!(*name, "reviewer" | "editor");
            let (actor, judged) = (&heard["actor"]["id"], &heard["verdict"]["id"]);
            assert_eq!((actor == &json!(app.account("reviewer")), judged == &json!(verdict)), (sees, sees), "{name}: {heard}");
            assert!(sees || heard["actor"].is_null() && heard["verdict"].is_null(), "{name}: {heard}");
        }
        let comment = app.fixtures().a_comment("reviewer", &claim).await;
        for (name, socket) in &mut followers {
            let heard = told(socket).await;
            assert_eq!((&heard["kind"], &heard["claim"]["id"]), (&json!("COMMENT_ADDED"), &json!(claim)), "{name}");
            let sees = matches!(*name, "reviewer" | "editor");
            let (actor, said) = (&heard["actor"]["id"], &heard["comment"]["id"]);
            assert_eq!((actor == &json!(app.account("reviewer")), said == &json!(comment)), (sees, sees), "{name}: {heard}");
        }
        // Once the claim is READY, the log shows what was hidden.
        app.as_second().call("submitVerdict", verdict_on(&claim, "FALSE"), "verdict { id }").await.ok();
        let mut later = app.follower("reader", None, Some(0)).await;
        loop {
            let heard = told(&mut later).await;
            if heard["kind"] == "VERDICT_SUBMITTED" {
                assert_eq!(heard["verdict"]["id"], json!(verdict));
                break;
            }
        }
    }

    async fn what_editors_do_is_told_to_members_and_drafts_to_nobody(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let mut followers = Vec::new();
        for name in ["reader", "reviewer", "admin"] {
            followers.push((name, app.follower(name, None, None).await));
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        let asked = json!({ "claim": claim, "reviewers": [app.account("reviewer")] });
        app.as_editor().call("assignClaim", asked.clone(), "claim { id }").await.ok();
        let draft = app.fixtures().a_draft("reviewer", &claim).await;
        app.as_reviewer().call("discardVerdictDraft", json!({ "draft": draft }), "claim { id }").await.ok();
        app.fixtures().a_draft("reviewer", &claim).await;
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        app.fixtures().a_verdict("second", &claim, "FALSE").await;
        let ruling = app.fixtures().a_ruling(&claim, "FALSE").await;
        let correction = json!({ "ruling": ruling, "kind": "RETRACTION", "reason": "Another port's." });
        app.as_editor().call("correctRuling", correction, "ruling { state }").await.ok();
        app.as_editor().call("unassignClaim", asked, "claim { id }").await.ok();
        app.fixtures().a_scale(&["TRUE", "FALSE"]).await;
        let editorial = [
            "CLAIM_ASSIGNED", "VERDICT_SUBMITTED", "VERDICT_SUBMITTED", "RULING_PUBLISHED", "RULING_CORRECTED", "CLAIM_UNASSIGNED",
            "RATING_SCALE_REPLACED",
        ];
        for (name, socket) in &mut followers {
            let mut before = None;
            for kind in editorial {
                let heard = told(socket).await;
                assert_eq!(heard["kind"], kind, "{name}");
                // Even gaps in the numbers must not reveal a draft.
                let number = heard["number"].as_i64().expect("a number");
                assert!(before.is_none_or(|before| number == before + 1), "{name}: {heard}");
                before = Some(number);
                let of_claim = kind != "RATING_SCALE_REPLACED";
                assert_eq!(heard["claim"]["id"] == json!(claim), of_claim, "{name}: {heard}");
                let by = match kind { "VERDICT_SUBMITTED" => continue, "RATING_SCALE_REPLACED" => "admin", _ => "editor" };
                assert_eq!(heard["actor"]["displayName"], by, "{name}: {heard}");
            }
        }
    }

    async fn each_rule_of_the_newsroom_that_changes_cuts_followers_off(app: TestApp) {
        for rule in [json!({ "verdictsRequired": 3 }), json!({ "blindReview": false }), json!({ "secondReader": false }), json!({ "publicReading": true })] {
            let mut socket = app.follower("reader", None, None).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
            app.fixtures().a_policy(rule.clone()).await;
            let cut = tokio::time::timeout(Duration::from_secs(10), async {
                loop {
                    let message = socket.hear().await;
                    match message["type"].as_str() {
                        Some("next") => assert_eq!(message["payload"]["data"]["activity"]["kind"], "POLICY_SET"),
                        Some("error") => break message["payload"][0]["extensions"]["code"].clone(),
                        _ => panic!("{message}"),
                    }
                }
            });
            assert_eq!(cut.await.expect("within 10 s"), "FORBIDDEN", "{rule}");
        }
    }

    async fn whatever_becomes_of_an_article_and_its_claims_is_told(app: TestApp) {
        let (article, other) = (app.fixtures().an_article_of("Cups", "Team Alpha won three cups.").await, app.fixtures().an_article().await);
        let claim = app.fixtures().a_claim_on(&article, "It won.", "won three cups").await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        let mut followers = Vec::new();
        for name in ["second", "reviewer"] {
            followers.push((name, app.follower(name, Some(&article), None).await));
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        app.fixtures().a_revision_of(&other, "Nothing of it.").await;
        app.fixtures().a_revision_of(&article, "Team Alpha won four cups.").await;
        let input = json!({ "claim": claim, "ranges": [{ "exact": "won four cups" }] });
        app.as_editor().call("reanchor", input, "claim { id }").await.ok();
        let version = app.as_reviewer().send("query($id: ID!) { node(id: $id) { ... on Claim { version } } }", json!({ "id": claim })).await;
        let input = json!({ "verdict": verdict, "expectedVersion": version.number("/node/version") });
        app.as_reviewer().call("reaffirmVerdict", input, "claim { id }").await.ok();
        for (name, socket) in &mut followers {
            let (revised, put, stood_by) = (told(socket).await, told(socket).await, told(socket).await);
            assert_eq!([&revised["kind"], &put["kind"], &stood_by["kind"]], ["ARTICLE_REVISED", "CLAIM_REANCHORED", "VERDICT_REAFFIRMED"]);
            for event in [&revised, &put] {
                assert_eq!((&event["actor"]["id"], &event["article"]["id"]), (&json!(app.account("editor")), &json!(article)), "{name}");
            }
            assert_eq!((&revised["claim"]["id"], &put["claim"]["id"], &stood_by["claim"]["id"]), (&json!(null), &json!(claim), &json!(claim)));
            // Under blind review, a reaffirmation would reveal that its reviewer has judged.
            let expected = match *name {
                "reviewer" => (json!(app.account("reviewer")), json!(verdict)),
                _ => (json!(null), json!(null)),
            };
            assert_eq!((&stood_by["actor"]["id"], &stood_by["verdict"]["id"]), (&expected.0, &expected.1), "{name}");
        }
    }

    async fn members_and_tokens_are_told_to_admins_alone(app: TestApp) {
        let mut followers = Vec::new();
        for name in ["admin", "editor"] {
            followers.push(app.follower(name, None, None).await);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        app.fixtures().an_invitation("admin", "somebody@example.org", "READER").await;
        app.fixtures().an_article().await;
        assert_eq!(told(&mut followers[0]).await["kind"], "MEMBER_INVITED");
        assert_eq!(told(&mut followers[1]).await["kind"], "ARTICLE_IMPORTED");
    }

    async fn who_may_not_read_may_not_follow(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let (newsroom, rival) = (app.newsroom(), app.seed.rival_newsroom.to_string());
        for (who, newsroom, article, after, code) in [
            (None, &newsroom, None, None, "UNAUTHENTICATED"), (Some("rival"), &newsroom, None, None, "NOT_FOUND"), (Some("rival"), &rival, Some(&article), None, "NOT_FOUND"),
            (Some("admin"), &rival, None, None, "NOT_FOUND"), (Some("reader"), &newsroom, None, Some(-1), "BAD_USER_INPUT"), (Some("reader"), &newsroom, None, Some(100_000), "BAD_USER_INPUT"),
            (Some("reader"), &article, None, None, "BAD_USER_INPUT"),
        ] {
            let mut socket = app.socket(who).await;
            socket.subscribe("a", FOLLOW, json!({ "newsroom": newsroom, "article": article, "after": after })).await;
            assert_eq!(socket.error("a").await, code, "{who:?}");
        }
        let unanswerable = app.as_reader().send(FOLLOW, json!({ "newsroom": newsroom })).await;
        assert_eq!((unanswerable.code(), unanswerable.field()), ("BAD_USER_INPUT", "Accept"));
    }

    async fn whoever_loses_their_standing_is_cut_off_within_seconds(app: TestApp) {
        let (leaver, leaver_id) = app.fixtures().a_member("admin", "leaver", "EDITOR").await;
        let (climber, climber_id) = app.fixtures().a_member("admin", "climber", "READER").await;
        let (quitter, _) = app.fixtures().a_member("admin", "quitter", "READER").await;
        let mut sockets = Vec::new();
        for client in [&leaver, &climber, &quitter] {
            let mut socket = app.socket_with(client.token.clone()).await;
            socket.subscribe("a", FOLLOW, json!({ "newsroom": app.newsroom() })).await;
            sockets.push(socket);
        }
        let mut status = app.follower("reader", None, None).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        app.as_admin().call("removeMember", json!({ "newsroom": app.newsroom(), "account": leaver_id }), "newsroom { id }").await.ok();
        app.as_admin().call("setRole", json!({ "newsroom": app.newsroom(), "account": climber_id, "role": "ADMIN" }), "membership { role }").await.ok();
        quitter.ask("mutation { signOut { signedOut } }").await.ok();
        let cut = tokio::time::timeout(Duration::from_secs(5), async {
            let mut codes = Vec::new();
            for socket in &mut sockets {
                codes.push(socket.error("a").await);
            }
            codes
        });
        assert_eq!(cut.await.expect("within 5 s"), ["NOT_FOUND", "FORBIDDEN", "UNAUTHENTICATED"]);
        app.fixtures().an_article().await;
        assert_eq!(told(&mut status).await["kind"], "ARTICLE_IMPORTED");
    }

    async fn no_event_after_a_followers_removal_reaches_it(app: TestApp) {
        let article = app.fixtures().an_article().await;
        for round in 0..5 {
            let (gone, account) = app.fixtures().a_member("admin", &format!("gone{round}"), "READER").await;
            let mut socket = app.socket_with(gone.token.clone()).await;
            socket.subscribe("a", FOLLOW, json!({ "newsroom": app.newsroom() })).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
            app.happen(&article).await;
            let before = told(&mut socket).await["number"].as_i64().expect("a number");
            app.as_admin().call("removeMember", json!({ "newsroom": app.newsroom(), "account": account }), "newsroom { id }").await.ok();
            for _ in 0..4 {
                app.happen(&article).await;
                tokio::time::sleep(Duration::from_millis(120)).await;
            }
            let answer = socket.hear().await;
            assert_eq!((&answer["type"], &answer["payload"][0]["extensions"]["code"]), (&json!("error"), &json!("NOT_FOUND")), "after {before}: {answer}");
        }
    }

    async fn events_are_sent_as_they_happen_and_end_with_complete(app: TestApp) {
        let token = app.as_editor().token.expect("a session");
        let send = async |body: Value| {
            let request = app.http().post(format!("{}/graphql", app.address())).header("accept", "text/event-stream").bearer_auth(&token);
            request.json(&body).send().await.expect("an answer")
        };
        let once = send(json!({ "query": "{ __typename }" })).await;
        assert_eq!(once.headers()["content-type"], "text/event-stream; charset=utf-8");
        let text = once.text().await.expect("a body");
        assert!(text.ends_with("event: next\ndata: {\"data\":{\"__typename\":\"Query\"}}\n\nevent: complete\ndata:\n\n"), "{text}");
        for (query, code) in [("{", "GRAPHQL_PARSE_FAILED"), ("{ nothing }", "GRAPHQL_VALIDATION_FAILED")] {
            let refused = send(json!({ "query": query })).await;
            assert_eq!(refused.status(), 200);
            let text = refused.text().await.expect("a body");
            assert!(text.contains("event: next\ndata: {\"errors\"") && text.contains(code) && text.ends_with("event: complete\ndata:\n\n"), "{text}");
        }

        let mut stream = send(json!({ "query": FOLLOW, "variables": { "newsroom": app.newsroom() } })).await;
        let mut heard = String::new();
        let mut until = async |end: &str| {
            while !heard.contains(end) {
                let more = tokio::time::timeout(Duration::from_secs(20), stream.chunk()).await.expect("a message within 20 s");
                heard.push_str(&String::from_utf8_lossy(&more.expect("a chunk").expect("it goes on")));
            }
            std::mem::take(&mut heard)
        };
        until(":\n\n").await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        app.fixtures().an_article().await;
        assert!(until("}\n\n").await.contains("ARTICLE_IMPORTED"));
        app.as_editor().ask("mutation { signOut { signedOut } }").await.ok();
        let end = until("event: complete\ndata:\n\n").await;
        assert!(end.contains("UNAUTHENTICATED"), "{end}");
    }

    async fn a_slow_reader_is_told_where_it_was_and_others_do_not_wait(app: TestApp) {
        let app = app.beside(Settings { most_lag: 5, ..Settings::default() }).await;
        // Each event carries 60 kB, so the buffers between server and client fill quickly.
        let article = app.fixtures().an_article_of("Long", &"It rained. ".repeat(1_800)).await;
        let long = "subscription($newsroom: ID!) { activity(newsroom: $newsroom) { number article { revision { text } again: revision { text } more: revision { text } } } }";
        let mut slow = app.narrow_socket(app.as_reader().token).await;
        slow.subscribe("a", long, json!({ "newsroom": app.newsroom() })).await;
        let mut quick = app.follower("editor", None, None).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        for _ in 0..120 {
            app.happen(&article).await;
            assert_eq!(told(&mut quick).await["article"]["id"], json!(article));
        }
        let mut seen = 0;
        let last = loop {
            let message = slow.hear().await;
            match message["type"].as_str() {
                Some("next") => seen = message["payload"]["data"]["activity"]["number"].as_i64().expect("a number"),
                Some("error") => break message["payload"][0]["extensions"].clone(),
                _ => panic!("{message}"),
            }
        };
        assert_eq!(last["code"], "SUBSCRIPTION_LAGGED");
        assert!(seen > 0 && last["lastNumber"] == json!(seen), "{last} after {seen}");
        let mut resumed = app.follower("reader", None, Some(seen)).await;
        assert_eq!(told(&mut resumed).await["number"], json!(seen + 1));
    }
}
