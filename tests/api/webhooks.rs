//! Webhooks: what is sent, in which order, how it is retried, and who may manage it.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::TimeDelta;
use claimspan::delivery::post::Fault;
use ring::hmac;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::app::{Client, TestApp};
use crate::fixtures::verdict_on;
use crate::receiver::{Answer, Got, Receiver, status};

const FIELDS: &str = "id url kinds state disabledReason lastNumber failures nextAttemptAt version \
                      deliveries { number attempt status error attemptedAt milliseconds } waiting";

/// Creates a webhook of the newsroom `desk`. Returns its id and its secret.
async fn a_webhook(app: &TestApp, url: &str, kinds: Value) -> (String, String) {
    let input = json!({ "newsroom": app.newsroom(), "url": url, "kinds": kinds });
    let made = app.as_admin().call("createWebhook", input, "secret webhook { id }").await.ok();
    (made.text("/createWebhook/webhook/id"), made.text("/createWebhook/secret"))
}

/// The webhook as the admin sees it.
async fn read(app: &TestApp, id: &str) -> Value {
    let document =
        format!("query($id: ID!) {{ node(id: $id) {{ ... on Webhook {{ {FIELDS} }} }} }}");
    app.as_admin().send(&document, json!({ "id": id })).await.ok().data("/node").clone()
}

/// Waits until the webhook is in this state.
async fn until(app: &TestApp, id: &str, is: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..600 {
        let webhook = read(app, id).await;
        if is(&webhook) {
            return webhook;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it stays {}", read(app, id).await);
}

async fn update(client: &Client, id: &str, change: Value) -> crate::app::Reply {
    let mut input = json!({ "webhook": id });
    for (name, value) in change.as_object().expect("an object") {
        input[name] = value.clone();
    }
    client.call("updateWebhook", input, &format!("secret webhook {{ {FIELDS} }}")).await
}

/// The signature of a message with a secret, as a receiver computes it.
fn signature(secret: &str, got: &Got) -> String {
    let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").expect("a prefix"));
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key.expect("Base64"));
    let text = format!("{}.{}.{}", got.id, got.timestamp, got.text);
    format!("v1,{}", BASE64_STANDARD.encode(hmac::sign(&key, text.as_bytes())))
}

fn numbers(got: &[Got]) -> Vec<i64> {
    got.iter().map(Got::number).collect()
}

db_tests! {
    async fn an_event_is_sent_with_ids_only_and_a_signature(app: TestApp) {
        let receiver = Receiver::start().await;
        let claim = app.fixtures().a_claim().await;
        let (_, secret) = a_webhook(&app, &receiver.url("/hook?key=1"), json!(null)).await;
        let deliveries = receiver.deliveries(&app);

        let made = app.as_reviewer().call("submitVerdict", verdict_on(&claim, "FALSE"), "verdict { id }").await.ok();
        let got = receiver.expect(1).await;

        // Under blind review, a message doesn't say which verdict it is.
        let body = got[0].body();
        assert_eq!((got[0].kind().as_str(), &*got[0].path), ("VERDICT_SUBMITTED", "/hook?key=1"));
        let data = json!({ "newsroom": app.newsroom(), "number": got[0].number(), "article": body["data"]["article"], "claim": claim });
        assert_eq!(body["data"], data);
        assert!(body["data"]["article"].as_str().is_some_and(|id| id.starts_with("article_")));
        assert_eq!(got[0].id, format!("{}-{}", app.newsroom(), got[0].number()));
        assert_eq!(got[0].signature, signature(&secret, &got[0]));
        assert!((chrono::Utc::now().timestamp() - got[0].timestamp).abs() < 60);
        assert_eq!(body.as_object().map(serde_json::Map::len), Some(3), "{body}");
        let at = body["timestamp"].as_str().expect("a time");
        assert!(chrono::DateTime::parse_from_rfc3339(at).is_ok(), "{at}");

        // Once the claim is ready, it does.
        app.as_second().call("submitVerdict", verdict_on(&claim, "MIXED"), "verdict { id }").await.ok();
        app.as_reviewer().call("submitVerdict", verdict_on(&claim, "TRUE"), "verdict { id }").await.ok();
        let got = receiver.expect(3).await;
        assert_eq!(got[2].body()["data"]["verdict"], *made.data("/submitVerdict/verdict/id"));
        for got in &got {
            assert!(!got.text.contains("reviewer") && !got.text.contains("rationale"), "{}", got.text);
            assert!(!got.text.contains(&app.account("reviewer")), "{}", got.text);
        }
        deliveries.stop().await;
    }

    async fn only_the_chosen_kinds_are_sent(app: TestApp) {
        let receiver = Receiver::start().await;
        let (id, _) = a_webhook(&app, &receiver.url("/"), json!(["CLAIM_MARKED", "RULING_PUBLISHED"])).await;
        let deliveries = receiver.deliveries(&app);

        let (claim, ruling) = app.fixtures().a_published_claim().await;
        let got = receiver.expect(2).await;

        assert_eq!(got.iter().map(Got::kind).collect::<Vec<_>>(), ["CLAIM_MARKED", "RULING_PUBLISHED"]);
        assert_eq!((&got[1].body()["data"]["claim"], &got[1].body()["data"]["ruling"]), (&json!(claim), &json!(ruling)));
        // It comes to the end of the log, past the events that it does not want.
        app.fixtures().an_article().await;
        let webhook = until(&app, &id, |webhook| webhook["lastNumber"].as_i64() > Some(got[1].number())).await;
        assert_eq!((&webhook["state"], webhook["deliveries"].as_array().map(Vec::len)), (&json!("ACTIVE"), Some(2)));
        receiver.expect_no_more_than(2).await;
        deliveries.stop().await;
    }

    async fn a_failed_delivery_is_tried_again_before_the_next_event(app: TestApp) {
        app.stop_clock();
        let receiver = Receiver::start().await;
        receiver.answer([status(500), Answer(503, Some(("retry-after", "3600")), Duration::ZERO)]);
        let (id, _) = a_webhook(&app, &receiver.url("/"), json!(["ARTICLE_IMPORTED"])).await;
        app.fixtures().an_article().await;
        app.fixtures().an_article_of("Two", "Another article.").await;

        let deliveries = receiver.deliveries(&app);
        let webhook = until(&app, &id, |webhook| webhook["failures"] == 1).await;

        assert_eq!(webhook["state"], "RETRYING");
        assert_eq!((&webhook["deliveries"][0]["attempt"], &webhook["deliveries"][0]["status"], &webhook["deliveries"][0]["error"]), (&json!(1), &json!(500), &json!("The receiver answered 500.")));
        receiver.expect_no_more_than(1).await;
        // The first pause is 5 to 6 seconds.
        app.wait(TimeDelta::seconds(4));
        receiver.expect_no_more_than(1).await;
        app.wait(TimeDelta::seconds(2));
        let webhook = until(&app, &id, |webhook| webhook["failures"] == 2).await;
        // The second is 5 minutes, but the receiver asked for an hour.
        let at = |text: &Value| chrono::DateTime::parse_from_rfc3339(text.as_str().expect("a time")).expect("a time");
        assert_eq!(at(&webhook["nextAttemptAt"]) - at(&webhook["deliveries"][0]["attemptedAt"]), TimeDelta::hours(1));
        app.wait(TimeDelta::minutes(59));
        receiver.expect_no_more_than(2).await;
        app.wait(TimeDelta::minutes(2));
        let got = receiver.expect(4).await;
        let first = got[0].number();
        assert_eq!(numbers(&got), [first, first, first, first + 1]);
        assert_eq!((&got[0].id, &got[0].text), (&got[2].id, &got[2].text));
        let webhook = until(&app, &id, |webhook| webhook["lastNumber"] == first + 1).await;
        assert_eq!((&webhook["state"], &webhook["failures"], &webhook["nextAttemptAt"]), (&json!("ACTIVE"), &json!(0), &Value::Null));
        assert_eq!((&webhook["deliveries"][1]["attempt"], &webhook["deliveries"][1]["error"]), (&json!(3), &Value::Null));
        deliveries.stop().await;
    }

    async fn after_the_last_attempt_it_is_disabled_and_the_log_says_so(app: TestApp) {
        app.stop_clock();
        let receiver = Receiver::start().await;
        receiver.always(status(400));
        let (id, _) = a_webhook(&app, &receiver.url("/"), json!(["ARTICLE_IMPORTED", "WEBHOOK_DISABLED"])).await;
        app.fixtures().an_article().await;
        let deliveries = receiver.deliveries(&app);

        for failures in 1..=10 {
            until(&app, &id, |webhook| webhook["failures"] == failures).await;
            app.wait(TimeDelta::hours(29));
        }

        let webhook = read(&app, &id).await;
        assert_eq!((&webhook["state"], &webhook["disabledReason"]), (&json!("DISABLED"), &json!("FAILED")));
        let document = "query { newsroom(slug: \"desk\") { auditLog(last: 1) { nodes { kind actor { id } detail } } } }";
        let told = app.as_admin().ask(document).await;
        assert_eq!((told.text("/newsroom/auditLog/nodes/0/kind").as_str(), told.data("/newsroom/auditLog/nodes/0/actor")), ("WEBHOOK_DISABLED", &Value::Null));
        assert!(told.text("/newsroom/auditLog/nodes/0/detail").contains("FAILED"));
        receiver.expect_no_more_than(10).await;

        // Nothing is lost: an admin enables it, and it goes on with the same event.
        receiver.always(status(200));
        let enabled = update(&app.as_admin(), &id, json!({ "enabled": true })).await.ok();
        assert_eq!(enabled.text("/updateWebhook/webhook/state"), "ACTIVE");
        let got = receiver.expect(12).await;
        assert_eq!(got[10].id, got[0].id);
        assert_eq!(got[11].kind(), "WEBHOOK_DISABLED");
        deliveries.stop().await;
    }

    async fn a_receiver_that_is_gone_is_left_alone(app: TestApp) {
        let receiver = Receiver::start().await;
        receiver.always(status(410));
        let (id, _) = a_webhook(&app, &receiver.url("/"), json!(null)).await;
        app.fixtures().an_article().await;

        let deliveries = receiver.deliveries(&app);
        let webhook = until(&app, &id, |webhook| webhook["state"] == "DISABLED").await;

        assert_eq!(webhook["disabledReason"], "GONE");
        app.wait(TimeDelta::days(9));
        receiver.expect_no_more_than(1).await;
        deliveries.stop().await;
    }

    async fn receivers_that_never_answer_delay_their_own_newsroom_only(app: TestApp) {
        let receiver = Receiver::start().await;
        // It never answers the first message.
        receiver.answer([Answer(200, None, Duration::from_mins(1))]);
        for number in 0..6 {
            let (id, _) = a_webhook(&app, &receiver.url(&format!("/{number}")), json!(null)).await;
            for event in 1..=3 {
                app.as_admin().call("sendWebhookEvent", json!({ "webhook": id, "number": event }), "webhook { id }").await.ok();
            }
        }
        let rival = app.seed.rival_newsroom.to_string();
        let input = json!({ "newsroom": rival, "url": receiver.url("/rival"), "kinds": ["NEWSROOM_RENAMED"] });
        app.as_rival().call("createWebhook", input, "webhook { id }").await.ok();
        let deliveries = receiver.deliveries(&app);
        receiver.expect(1).await;
        app.as_rival().call("renameNewsroom", json!({ "newsroom": rival, "name": "Another name" }), "newsroom { id }").await.ok();
        // An attempt may take 15 seconds, and meanwhile the others of its newsroom wait.
        let begun = std::time::Instant::now();
        let got = receiver.expect(2).await;
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        assert_eq!((&*got[1].path, got[1].kind().as_str()), ("/rival", "NEWSROOM_RENAMED"));
        receiver.expect_no_more_than(2).await;
        deliveries.abort();
    }

    async fn a_redirect_is_not_followed(app: TestApp) {
        let receiver = Receiver::start().await;
        receiver.answer([Answer(307, Some(("location", "/elsewhere")), Duration::ZERO)]);
        let (id, _) = a_webhook(&app, &receiver.url("/first"), json!(["ARTICLE_IMPORTED"])).await;
        app.fixtures().an_article().await;

        let deliveries = receiver.deliveries(&app);
        let webhook = until(&app, &id, |webhook| webhook["failures"] == 1).await;

        assert_eq!(webhook["deliveries"][0]["error"], "The receiver answered 307. The server follows no redirects: change the address.");
        receiver.expect_no_more_than(1).await;
        assert_eq!(receiver.expect(1).await[0].path, "/first");
        deliveries.stop().await;
    }

    async fn what_was_committed_before_a_crash_is_delivered_after_it(app: TestApp) {
        let receiver = Receiver::start().await;
        let (id, _) = a_webhook(&app, &receiver.url("/"), json!(["ARTICLE_IMPORTED"])).await;
        // Killed between the commit and the delivery.
        receiver.deliveries(&app).abort();
        app.fixtures().an_article().await;
        receiver.expect_no_more_than(0).await;

        let deliveries = receiver.deliveries(&app);
        let got = receiver.expect(1).await;
        until(&app, &id, |webhook| webhook["lastNumber"] == got[0].number()).await;

        // Killed while the receiver thinks. The lease of the dead server ends by the database's clock.
        receiver.answer([Answer(200, None, Duration::from_mins(1))]);
        app.fixtures().an_article_of("Two", "Another article.").await;
        receiver.expect(2).await;
        deliveries.abort();
        let again = receiver.deliveries(&app);
        receiver.expect_no_more_than(2).await;
        app.db.execute_unprepared("UPDATE webhook_states SET leased_until = 1").await.expect("an end");
        let got = receiver.expect(3).await;
        assert_eq!((got[1].id.clone(), got[1].number()), (got[2].id.clone(), got[0].number() + 1));
        again.stop().await;
    }

    async fn two_servers_never_deliver_at_the_same_time(app: TestApp) {
        let receiver = Receiver::start().await;
        receiver.always(Answer(200, None, Duration::from_millis(30)));
        let (id, _) = a_webhook(&app, &receiver.url("/"), json!(["ARTICLE_IMPORTED"])).await;
        let servers = [receiver.deliveries(&app), receiver.deliveries(&app), receiver.deliveries(&app)];

        for number in 0..12 {
            app.fixtures().an_article_of(&format!("Article {number}"), "Some words.").await;
        }
        let got = receiver.expect(12).await;

        let first = got[0].number();
        assert_eq!(numbers(&got), (first..first + 12).collect::<Vec<_>>());
        until(&app, &id, |webhook| webhook["lastNumber"] == first + 11).await;
        receiver.expect_no_more_than(12).await;
        for server in servers {
            server.stop().await;
        }
    }

    async fn an_admin_can_send_an_event_again(app: TestApp) {
        let receiver = Receiver::start().await;
        let (id, _) = a_webhook(&app, &receiver.url("/"), json!(["ARTICLE_IMPORTED"])).await;
        app.fixtures().an_article().await;
        let deliveries = receiver.deliveries(&app);
        let got = receiver.expect(1).await;
        let number = got[0].number();
        update(&app.as_admin(), &id, json!({ "enabled": false })).await.ok();

        let again = json!({ "webhook": id, "number": number });
        app.as_admin().call("sendWebhookEvent", again, "webhook { waiting }").await.ok();
        let got = receiver.expect(2).await;

        assert_eq!((&got[1].id, &got[1].text), (&got[0].id, &got[0].text));
        // The list of attempts may have been read just before the attempt was stored.
        until(&app, &id, |webhook| webhook["waiting"] == json!([])).await;
        let webhook = read(&app, &id).await;
        assert_eq!((&webhook["deliveries"][0]["attempt"], &webhook["state"]), (&json!(0), &json!("DISABLED")));
        for number in [0, 99_999] {
            let refused = json!({ "webhook": id, "number": number });
            app.as_admin().call("sendWebhookEvent", refused, "webhook { id }").await.refused("number", "OUT_OF_RANGE");
        }
        receiver.expect_no_more_than(2).await;
        deliveries.stop().await;
    }

    async fn a_new_secret_overlaps_with_the_old_one_for_a_day(app: TestApp) {
        app.stop_clock();
        let receiver = Receiver::start().await;
        let (id, old) = a_webhook(&app, &receiver.url("/"), json!(["ARTICLE_IMPORTED"])).await;
        let made = update(&app.as_admin(), &id, json!({ "rotateSecret": true })).await.ok();
        let new = made.text("/updateWebhook/secret");
        let deliveries = receiver.deliveries(&app);

        app.fixtures().an_article().await;
        receiver.expect(1).await;
        app.wait(TimeDelta::hours(25));
        app.fixtures().an_article_of("Two", "Another article.").await;
        let got = receiver.expect(2).await;

        assert_ne!(old, new);
        assert_eq!(got[0].signature, format!("{} {}", signature(&new, &got[0]), signature(&old, &got[0])));
        assert_eq!(got[1].signature, signature(&new, &got[1]));
        deliveries.stop().await;
    }

    async fn a_webhook_can_skip_events_and_be_deleted(app: TestApp) {
        let receiver = Receiver::start().await;
        let (id, _) = a_webhook(&app, &receiver.url("/"), json!(["ARTICLE_IMPORTED"])).await;
        app.fixtures().an_article().await;
        let head = app.as_admin().ask("{ newsroom(slug: \"desk\") { auditLog(last: 1) { nodes { number } } } }").await.number("/newsroom/auditLog/nodes/0/number");
        update(&app.as_admin(), &id, json!({ "continueAfter": head })).await.ok();
        update(&app.as_admin(), &id, json!({ "continueAfter": head + 9 })).await.refused("continueAfter", "OUT_OF_RANGE");
        let deliveries = receiver.deliveries(&app);

        app.fixtures().an_article_of("Two", "Another article.").await;
        let got = receiver.expect(1).await;
        assert!(got[0].number() > head, "{got:?}");

        let deleted = app.as_admin().call("deleteWebhook", json!({ "webhook": id }), "webhookId newsroom { webhooks { id } }").await.ok();
        assert_eq!((deleted.text("/deleteWebhook/webhookId"), deleted.data("/deleteWebhook/newsroom/webhooks")), (id.clone(), &json!([])));
        app.fixtures().an_article_of("Three", "A third article.").await;
        receiver.expect_no_more_than(1).await;
        assert_eq!(update(&app.as_admin(), &id, json!({ "enabled": true })).await.code(), "NOT_FOUND");
        deliveries.stop().await;
    }

    async fn bad_input_is_refused(app: TestApp) {
        let create = async |url: &str, more: Value| {
            let mut input = json!({ "newsroom": app.newsroom(), "url": url });
            for (name, value) in more.as_object().expect("an object") {
                input[name] = value.clone();
            }
            app.as_admin().call("createWebhook", input, "webhook { id }").await
        };
        let good = "https://hooks.example.org/claimspan";
        for url in ["http://hooks.example.org/", "https://me:you@hooks.example.org/", "nonsense"] {
            create(url, json!({})).await.refused("url", "INVALID_URL");
        }
        create(&format!("{good}/{}", "x".repeat(2000)), json!({})).await.refused("url", "TOO_LARGE");
        create(good, json!({ "kinds": [] })).await.refused("kinds", "EMPTY");
        create(good, json!({ "description": "x".repeat(101) })).await.refused("description", "TOO_LARGE");
        let id = create(good, json!({ "description": "The site" })).await.text("/createWebhook/webhook/id");
        update(&app.as_admin(), &id, json!({})).await.refused("webhook", "UNCHANGED");
        update(&app.as_admin(), &id, json!({ "description": "The site" })).await.refused("webhook", "UNCHANGED");
        assert_eq!(update(&app.as_admin(), &id, json!({ "enabled": false, "expectedVersion": 7 })).await.code(), "CONFLICT");
        let changed = update(&app.as_admin(), &id, json!({ "kinds": ["CLAIM_MARKED"], "description": null, "expectedVersion": 1 })).await.ok();
        assert_eq!((changed.number("/updateWebhook/webhook/version"), changed.data("/updateWebhook/webhook/kinds")), (2, &json!(["CLAIM_MARKED"])));
        for _ in 1..20 {
            create(good, json!({})).await.ok();
        }
        create(good, json!({})).await.refused("newsroom", "TOO_LARGE");
    }
}

#[test]
fn private_addresses_are_refused_on_the_connection_itself() {
    actix_web::rt::System::new().block_on(async {
        let receiver = Receiver::start().await;
        let port = receiver.address.port();
        let post = async |sender: claimspan::delivery::post::Sender, host: &str| {
            sender.post(&format!("https://{host}:{port}/"), &[], "{}".to_owned()).await
        };

        // Names are resolved first: localhost is this machine whatever it is called.
        for host in [
            "127.0.0.1",
            "localhost",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "0x7f.1",
            "2130706433",
            "0.0.0.0",
        ] {
            let refused = post(receiver.public_sender(), host).await;
            assert!(matches!(refused, Err(Fault::Private)), "{host}: {refused:?}");
        }
        receiver.expect_no_more_than(0).await;

        // The check can fail: with the flag, it is reached by both names of its certificate.
        for host in ["127.0.0.1", "localhost"] {
            assert_eq!(post(receiver.sender(), host).await.expect("an answer").status, 204);
        }
        let plain = receiver
            .sender()
            .post(&format!("http://127.0.0.1:{port}/"), &[], "{}".to_owned())
            .await;
        assert!(matches!(plain, Err(Fault::Address)), "{plain:?}");
        // Another certificate than one that is trusted.
        let other = Receiver::start().await;
        let untrusted = post(other.sender(), "127.0.0.1").await;
        assert!(matches!(untrusted, Err(Fault::Tls(_))), "{untrusted:?}");
    });
}
