//! Mails: who gets which, when they are sent again, and how they are turned off.

use std::time::Duration;

use chrono::TimeDelta;
use claimspan::domain::mail::{self, State};
use claimspan::server::Settings;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};

use crate::app::{Client, PASSWORD, Reply, TestApp};
use crate::fixtures::verdict_on;
use crate::postbox::{Letter, Postbox};

const PUBLIC: &str = "https://facts.example.org";
const SETTINGS: &str =
    "account { mailSettings { available assigned due stale mentioned digest refusedAt } }";
const MAILS: &str = "{ newsroom(slug: \"desk\") { mails { kind state attempts error nextAttemptAt endedAt account { id } invitation { email } } } }";

/// A server that sends mails.
async fn mailing(app: &TestApp) -> TestApp {
    app.beside(Settings { public_url: Some(PUBLIC.to_owned()), ..Settings::default() }).await
}

async fn invite(app: &TestApp, email: &str, send: bool) -> Reply {
    let input =
        json!({ "newsroom": app.newsroom(), "email": email, "role": "READER", "sendMail": send });
    app.as_admin().call("inviteMember", input, "acceptToken invitation { id }").await
}

async fn reset(app: &TestApp, of: &str) -> Reply {
    let input = json!({ "newsroom": app.newsroom(), "account": app.account(of), "sendMail": true });
    app.as_admin().call("createPasswordReset", input, "resetToken").await
}

async fn want(client: &Client, wanted: Value) -> Value {
    let changed = client.call("updateMailSettings", wanted, SETTINGS).await.ok();
    changed.data("/updateMailSettings/account/mailSettings").clone()
}

async fn assign(app: &TestApp, claim: &str, to: &str) {
    let due = (chrono::Utc::now() + TimeDelta::days(3)).to_rfc3339();
    let input = json!({ "claim": claim, "reviewers": [app.account(to)], "dueAt": due, "note": "A secret note" });
    app.as_editor().call("assignClaim", input, "claim { id }").await.ok();
}

async fn rows(app: &TestApp) -> Vec<mail::Model> {
    mail::Entity::find().all(&app.db).await.expect("mails")
}

/// Waits until the only mail of this kind is in this state.
async fn until(app: &TestApp, kind: mail::Kind, is: impl Fn(&mail::Model) -> bool) -> mail::Model {
    for _ in 0..600 {
        if let Some(row) = rows(app).await.into_iter().find(|row| row.kind == kind && is(row)) {
            return row;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the mails stay {:?}", rows(app).await);
}

/// The only mail that the newsroom's admin sees.
async fn seen(app: &TestApp) -> Value {
    let mails = app.as_admin().ask(MAILS).await.ok();
    let mails = mails.data("/newsroom/mails").as_array().expect("a list").clone();
    assert_eq!(mails.len(), 1, "{mails:?}");
    mails[0].clone()
}

fn link(letter: &Letter) -> String {
    letter.word(&format!("{PUBLIC}/unsubscribe/"))
}

/// Sends a POST request to a link, at this server. Returns the status code and the page.
async fn follow(app: &TestApp, link: &str, body: &'static str) -> (u16, String) {
    let path = link.strip_prefix(PUBLIC).expect("a link");
    let request = app.http().post(format!("{}{path}", app.address()));
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
    let response = request.send().await.expect("a response");
    (response.status().as_u16(), response.text().await.expect("a page"))
}

db_tests! {
    async fn an_invitation_is_mailed_if_the_admin_asks_for_it(app: TestApp) {
        let app = mailing(&app).await;
        let postbox = Postbox::open().await;
        invite(&app, "quiet@example.org", false).await.ok();
        let made = invite(&app, "new@example.org", true).await.ok();
        let token = made.text("/inviteMember/acceptToken");

        // Until it is sent, the token is nowhere in the database as it is.
        let waiting = rows(&app).await;
        assert_eq!(waiting.len(), 1);
        assert!(waiting[0].sealed_token.is_some() && !format!("{waiting:?}").contains(&token));
        let deliveries = postbox.deliveries(&app);
        let letter = postbox.expect(1).await.remove(0);

        assert_eq!((&*letter.from, &*letter.to), ("<facts@example.org>", "<new@example.org>"));
        assert_eq!(letter.header("Subject"), "Invitation to The Desk");
        assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
        assert_eq!(letter.header("Message-ID"), format!("<{}@example.org>", waiting[0].id.simple()));
        assert!(chrono::DateTime::parse_from_rfc2822(&letter.header("Date")).is_ok());
        assert!(!letter.head.contains("List-Unsubscribe"), "{}", letter.head);
        assert_eq!(letter.word(PUBLIC), format!("{PUBLIC}/invitation#{token}"));
        let sent = until(&app, mail::Kind::Invitation, |row| row.state == State::Sent).await;
        assert_eq!((sent.sealed_token, sent.attempts), (None, 1));
        assert_eq!((&seen(&app).await["state"], &seen(&app).await["invitation"]["email"]), (&json!("SENT"), &json!("new@example.org")));
        postbox.expect_no_more_than(1).await;
        deliveries.stop().await;

        // The token works, and no event has it.
        let input = json!({ "acceptToken": token, "displayName": "New", "password": PASSWORD });
        app.as_stranger().call("acceptInvitation", input, "token").await.ok();
        let backend = app.db.get_database_backend();
        let statement = sea_orm::Statement::from_string(backend, "SELECT detail FROM events");
        for row in app.db.query_all_raw(statement).await.expect("events") {
            let detail: String = row.try_get_by_index(0).expect("a detail");
            assert!(!detail.contains(&token) && !detail.contains("new@example.org"), "{detail}");
        }
    }

    async fn a_mail_is_sent_once_after_the_mail_server_was_down(app: TestApp) {
        let app = mailing(&app).await;
        app.stop_clock();
        let mut postbox = Postbox::open().await;
        postbox.close().await;
        let made = reset(&app, "reader").await.ok();
        let deliveries = postbox.deliveries(&app);
        let down = until(&app, mail::Kind::PasswordReset, |row| row.attempts == 1).await;
        assert_eq!(down.error.as_deref(), Some("The mail server could not be reached."));
        let waiting = seen(&app).await;
        assert_eq!((&waiting["state"], &waiting["account"]["id"]), (&json!("QUEUED"), &json!(app.account("reader"))));
        assert_ne!(waiting["nextAttemptAt"], Value::Null);

        // It answers again, but has no time at first.
        postbox.reopen().await;
        postbox.answer("MAIL", "451 4.3.0 Try again later");
        app.wait(TimeDelta::seconds(6));
        let busy = until(&app, mail::Kind::PasswordReset, |row| row.attempts == 2).await;
        assert!(busy.error.as_deref().is_some_and(|error| error.contains("451")), "{busy:?}");
        postbox.answer("MAIL", "");
        postbox.expect_no_more_than(0).await;
        app.wait(TimeDelta::seconds(61));
        let letter = postbox.expect(1).await.remove(0);

        assert_eq!(letter.to, "<reader@example.org>");
        assert_eq!(letter.word(PUBLIC), format!("{PUBLIC}/reset#{}", made.text("/createPasswordReset/resetToken")));
        app.wait(TimeDelta::hours(2));
        postbox.expect_no_more_than(1).await;
        assert_eq!((&seen(&app).await["state"], &seen(&app).await["attempts"]), (&json!("SENT"), &json!(3)));
        deliveries.stop().await;
    }

    async fn a_mail_is_given_up_after_a_day(app: TestApp) {
        let app = mailing(&app).await;
        app.stop_clock();
        let postbox = Postbox::open().await;
        postbox.answer("MAIL", "451 Later");
        invite(&app, "new@example.org", true).await.ok();
        let deliveries = postbox.deliveries(&app);
        until(&app, mail::Kind::Invitation, |row| row.attempts == 1).await;

        app.wait(TimeDelta::hours(24));
        let failed = until(&app, mail::Kind::Invitation, |row| row.state == State::Failed).await;

        assert_eq!((failed.sealed_token, failed.attempts), (None, 2));
        postbox.answer("MAIL", "");
        app.wait(TimeDelta::hours(24));
        postbox.expect_no_more_than(0).await;
        deliveries.stop().await;
    }

    async fn a_refused_recipient_is_not_tried_again_and_the_admin_sees_it(app: TestApp) {
        let app = mailing(&app).await;
        app.stop_clock();
        let postbox = Postbox::open().await;
        postbox.answer("RCPT", "550 5.1.1 No such user");
        invite(&app, "nobody@example.org", true).await.ok();
        let deliveries = postbox.deliveries(&app);

        let refused = until(&app, mail::Kind::Invitation, |row| row.state == State::Refused).await;
        assert_eq!(refused.sealed_token, None);
        let mail = seen(&app).await;
        assert_eq!((&mail["state"], &mail["attempts"], &mail["nextAttemptAt"]), (&json!("REFUSED"), &json!(1), &Value::Null));
        assert!(mail["error"].as_str().is_some_and(|error| error.contains("No such user")), "{mail}");
        postbox.answer("RCPT", "");
        app.wait(TimeDelta::hours(2));
        postbox.expect_no_more_than(0).await;

        // A member whose address is refused gets no mails until they send their settings again.
        want(&app.as_reviewer(), json!({ "assigned": true })).await;
        postbox.answer("RCPT", "550 5.1.1 No such user");
        let claim = app.fixtures().a_claim().await;
        assign(&app, &claim, "reviewer").await;
        until(&app, mail::Kind::Assigned, |row| row.state == State::Refused).await;
        postbox.answer("RCPT", "");
        assign(&app, &claim, "reviewer").await;
        postbox.expect_no_more_than(0).await;
        let settings = want(&app.as_reviewer(), json!({})).await;
        assert_eq!(settings["refusedAt"], Value::Null);
        app.wait(TimeDelta::seconds(1));
        assign(&app, &claim, "reviewer").await;
        postbox.expect(1).await;
        deliveries.stop().await;
    }

    async fn a_link_that_no_longer_works_is_not_sent(app: TestApp) {
        let app = mailing(&app).await;
        let postbox = Postbox::open().await;
        let made = invite(&app, "new@example.org", true).await.ok();
        let input = json!({ "invitation": made.text("/inviteMember/invitation/id") });
        app.as_admin().call("revokeInvitation", input, "invitation { id }").await.ok();
        reset(&app, "reader").await.ok();
        let gone = json!({ "newsroom": app.newsroom(), "account": app.account("reader") });
        app.as_admin().call("removeMember", gone, "newsroom { id }").await.ok();

        let deliveries = postbox.deliveries(&app);
        until(&app, mail::Kind::Invitation, |row| row.state == State::Dropped).await;
        until(&app, mail::Kind::PasswordReset, |row| row.state == State::Dropped).await;

        assert!(rows(&app).await.iter().all(|row| row.sealed_token.is_none()));
        postbox.expect_no_more_than(0).await;
        deliveries.stop().await;
    }

    async fn without_a_mail_server_nothing_is_mailed_and_nothing_is_made(app: TestApp) {
        invite(&app, "new@example.org", true).await.refused("sendMail", "MAIL_UNAVAILABLE");
        reset(&app, "reader").await.refused("sendMail", "MAIL_UNAVAILABLE");
        let wanted = app.as_reader().call("updateMailSettings", json!({ "stale": true }), SETTINGS).await;
        wanted.refused("input", "MAIL_UNAVAILABLE");
        let settings = want(&app.as_reader(), json!({ "stale": false, "digest": "NONE" })).await;

        assert_eq!(settings, json!({ "available": false, "assigned": false, "due": false, "stale": false, "mentioned": false, "digest": "NONE", "refusedAt": null }));
        let made = app.as_admin().ask("{ newsroom(slug: \"desk\") { invitations { totalCount } } }").await;
        assert_eq!(made.number("/newsroom/invitations/totalCount"), 0);
        assert!(rows(&app).await.is_empty());
    }

    async fn a_mail_server_elsewhere_is_used_only_with_tls(app: TestApp) {
        let app = mailing(&app).await;
        app.stop_clock();
        let plain = Postbox::open().await;
        let encrypted = Postbox::open_encrypted().await;
        let pem = encrypted.certificate.clone().into_bytes();
        let url = |postbox: &Postbox| format!("smtp://user:secret@localhost:{}", postbox.address.port());
        invite(&app, "new@example.org", true).await.ok();

        // This one offers no TLS.
        let deliveries = Postbox::deliveries_to(&app, &url(&plain), Some(&pem));
        until(&app, mail::Kind::Invitation, |row| row.attempts == 1).await;
        deliveries.stop().await;
        plain.expect_no_more_than(0).await;
        app.wait(TimeDelta::seconds(6));
        // Nobody knows the certificate of this one.
        let other = Postbox::open_encrypted().await;
        let deliveries = Postbox::deliveries_to(&app, &url(&other), Some(&pem));
        until(&app, mail::Kind::Invitation, |row| row.attempts == 2).await;
        deliveries.stop().await;
        other.expect_no_more_than(0).await;
        app.wait(TimeDelta::seconds(61));
        encrypted.answer("EHLO", "250-postbox.example\r\n250-STARTTLS\r\n250 AUTH PLAIN");
        encrypted.answer("AUTH", "235 Welcome");
        let deliveries = Postbox::deliveries_to(&app, &url(&encrypted), Some(&pem));
        let letter = encrypted.expect(1).await.remove(0);

        assert!(letter.encrypted);
        deliveries.stop().await;
    }

    async fn a_member_gets_mails_only_about_what_they_turned_on(app: TestApp) {
        let app = mailing(&app).await;
        let postbox = Postbox::open().await;
        let deliveries = postbox.deliveries(&app);
        let claim = app.fixtures().a_claim().await;
        assign(&app, &claim, "second").await;
        let settings = want(&app.as_second(), json!({ "assigned": true })).await;
        assert_eq!(settings, json!({ "available": true, "assigned": true, "due": false, "stale": false, "mentioned": false, "digest": "NONE", "refusedAt": null }));
        postbox.expect_no_more_than(0).await;

        assign(&app, &claim, "second").await;
        assign(&app, &claim, "third").await;
        let letter = postbox.expect(1).await.remove(0);

        assert_eq!((&*letter.to, &*letter.header("Subject")), ("<second@example.org>", "The Desk: a claim to judge"));
        assert!(letter.text.contains("    The loss is 12 million francs a day.\n"), "{}", letter.text);
        assert!(letter.word(&format!("{PUBLIC}/n/desk/articles/")).ends_with(&format!("?claim={claim}")));
        assert!(!letter.text.contains("A secret note"), "{}", letter.text);
        assert_eq!(letter.header("List-Unsubscribe"), format!("<{}>", link(&letter)));
        assert_eq!(letter.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        postbox.expect_no_more_than(1).await;
        // What a member turned on is their own affair.
        let mails = app.as_admin().ask(MAILS).await.ok();
        assert_eq!(*mails.data("/newsroom/mails"), json!([]));
        let other = "query($id: ID!) { node(id: $id) { ... on Account { mailSettings { assigned } } } }";
        let other = app.as_admin().send(other, json!({ "id": app.account("second") })).await.ok();
        assert_eq!(*other.data("/node/mailSettings"), Value::Null);
        deliveries.stop().await;
    }

    async fn a_mail_link_turns_mails_off_without_signing_in(app: TestApp) {
        let app = mailing(&app).await;
        let postbox = Postbox::open().await;
        let deliveries = postbox.deliveries(&app);
        let claim = app.fixtures().a_claim().await;
        want(&app.as_second(), json!({ "assigned": true, "stale": true, "digest": "WEEKLY" })).await;
        assign(&app, &claim, "second").await;
        let letter = postbox.expect(1).await.remove(0);
        let link = link(&letter);
        let settings = async || {
            let viewer = app.as_second().ask("{ viewer { mailSettings { assigned stale digest } } }").await.ok();
            viewer.data("/viewer/mailSettings").clone()
        };

        // Programs that check mails follow links, so GET changes nothing.
        let path = link.strip_prefix(PUBLIC).expect("a path");
        let page = app.http().get(format!("{}{path}", app.address())).send().await.expect("a page");
        assert_eq!(page.status(), 200);
        let page = page.text().await.expect("text");
        assert!(page.contains("<form method=\"post\"><button>") && page.contains("claims that are assigned to you"), "{page}");
        assert_eq!(settings().await, json!({ "assigned": true, "stale": true, "digest": "WEEKLY" }));
        let (start, last) = link.split_at(link.len() - 1);
        let forged = format!("{start}{}", if last == "A" { "B" } else { "A" });
        for bad in [forged, format!("{PUBLIC}/unsubscribe/x"), format!("{PUBLIC}/unsubscribe/%00")] {
            assert_eq!(follow(&app, &bad, "List-Unsubscribe=One-Click").await.0, 404, "{bad}");
        }
        let (status, page) = follow(&app, &link, "List-Unsubscribe=One-Click").await;
        assert_eq!(status, 200, "{page}");
        assert_eq!(settings().await, json!({ "assigned": false, "stale": true, "digest": "WEEKLY" }));
        assert_eq!(follow(&app, &link, "").await.0, 200);
        assert_eq!(follow(&app, &format!("{link}?all=1"), "").await.0, 200);
        assert_eq!(settings().await, json!({ "assigned": false, "stale": false, "digest": "NONE" }));

        assign(&app, &claim, "second").await;
        postbox.expect_no_more_than(1).await;
        deliveries.stop().await;
    }

    async fn nobody_who_left_gets_mails(app: TestApp) {
        let app = mailing(&app).await;
        let postbox = Postbox::open().await;
        let claim = app.fixtures().a_claim().await;
        for name in ["reviewer", "second", "third"] {
            want(&app.as_(name), json!({ "assigned": true, "due": true, "stale": true, "mentioned": true, "digest": "DAILY" })).await;
            assign(&app, &claim, name).await;
        }
        let of = |name: &str| json!({ "newsroom": app.newsroom(), "account": app.account(name) });
        app.as_admin().call("removeMember", of("second"), "newsroom { id }").await.ok();
        app.as_admin().call("deactivateMember", of("third"), "membership { id }").await.ok();

        let deliveries = postbox.deliveries(&app);
        let letters = postbox.expect(1).await;
        assert_eq!(letters[0].to, "<reviewer@example.org>");
        postbox.expect_no_more_than(1).await;
        app.wait(TimeDelta::days(2));
        let letters = postbox.expect(3).await;

        // The due date and the digest.
        assert!(letters.iter().all(|letter| letter.to == "<reviewer@example.org>"), "{letters:?}");
        postbox.expect_no_more_than(3).await;
        deliveries.stop().await;
    }

    async fn a_due_date_is_mailed_once_and_not_after_the_verdict(app: TestApp) {
        let app = mailing(&app).await;
        app.stop_clock();
        let postbox = Postbox::open().await;
        let deliveries = postbox.deliveries(&app);
        let claim = app.fixtures().a_claim().await;
        for name in ["reviewer", "second"] {
            want(&app.as_(name), json!({ "due": true })).await;
            assign(&app, &claim, name).await;
        }
        app.as_second().call("submitVerdict", verdict_on(&claim, "FALSE"), "verdict { id }").await.ok();
        app.wait(TimeDelta::hours(47));
        postbox.expect_no_more_than(0).await;
        app.wait(TimeDelta::hours(2));
        let letter = postbox.expect(1).await.remove(0);

        assert_eq!((&*letter.to, &*letter.header("Subject")), ("<reviewer@example.org>", "The Desk: a verdict is due soon"));
        app.wait(TimeDelta::hours(2));
        postbox.expect_no_more_than(1).await;
        deliveries.stop().await;
    }

    async fn a_stale_verdict_is_mailed_to_its_reviewer(app: TestApp) {
        let app = mailing(&app).await;
        let postbox = Postbox::open().await;
        let deliveries = postbox.deliveries(&app);
        let claim = app.fixtures().a_claim().await;
        for name in ["reviewer", "second"] {
            app.fixtures().a_verdict(name, &claim, "TRUE").await;
        }
        want(&app.as_reviewer(), json!({ "stale": true })).await;

        app.fixtures().a_change_under(&claim).await;
        let letter = postbox.expect(1).await.remove(0);

        assert_eq!((&*letter.to, &*letter.header("Subject")), ("<reviewer@example.org>", "The Desk: words that you judged have changed"));
        assert!(letter.text.contains(&format!("?claim={claim}")), "{}", letter.text);
        postbox.expect_no_more_than(1).await;
        deliveries.stop().await;
    }

    async fn a_mention_is_mailed_unless_blind_review_hides_the_comment(app: TestApp) {
        let app = mailing(&app).await;
        let postbox = Postbox::open().await;
        let deliveries = postbox.deliveries(&app);
        for name in ["editor", "reviewer", "third"] {
            want(&app.as_(name), json!({ "mentioned": true })).await;
        }
        let claim = app.fixtures().a_claim().await;
        app.fixtures().a_verdict("second", &claim, "FALSE").await;
        let mentions = ["editor", "reviewer", "third"].map(|name| app.account(name));
        let input = json!({ "claim": claim, "text": "It is false, I think.", "mentions": mentions });

        let made = app.as_second().call("addComment", input, "comment { id }").await.ok();
        let letter = postbox.expect(1).await.remove(0);

        // Only the editor sees the discussion of a claim that they have not judged.
        assert_eq!((&*letter.to, &*letter.header("Subject")), ("<editor@example.org>", "The Desk: you are mentioned in a comment"));
        assert!(letter.text.starts_with("second mentioned you in a comment on this claim:\n"), "{}", letter.text);
        assert!(!letter.text.contains("false, I think"), "{}", letter.text);
        let edit = json!({ "comment": made.text("/addComment/comment/id"), "text": "It is false.", "mentions": mentions });
        app.as_second().call("editComment", edit, "comment { id }").await.ok();
        postbox.expect_no_more_than(1).await;
        deliveries.stop().await;
    }

    async fn a_digest_lists_the_work_and_is_not_sent_without_any(app: TestApp) {
        let app = mailing(&app).await;
        app.stop_clock();
        let postbox = Postbox::open().await;
        let deliveries = postbox.deliveries(&app);
        for name in ["reviewer", "third"] {
            want(&app.as_(name), json!({ "digest": "DAILY" })).await;
        }
        let claim = app.fixtures().a_claim().await;
        app.fixtures().a_verdict("second", &claim, "FALSE").await;
        assign(&app, &claim, "reviewer").await;
        postbox.expect_no_more_than(0).await;

        app.wait(TimeDelta::days(1));
        let letter = postbox.expect(1).await.remove(0);

        assert_eq!((&*letter.to, &*letter.header("Subject")), ("<reviewer@example.org>", "The Desk: your work"));
        assert!(letter.text.starts_with("Claims that wait for your verdict: 1\n"), "{}", letter.text);
        // Nothing says what others think.
        assert!(!letter.text.contains("FALSE") && !letter.text.contains("second"), "{}", letter.text);
        postbox.expect_no_more_than(1).await;
        app.wait(TimeDelta::days(1));
        assert_eq!(postbox.expect(2).await[1].to, "<reviewer@example.org>");
        deliveries.stop().await;
    }

    async fn only_admins_read_the_mails_of_a_newsroom(app: TestApp) {
        let app = mailing(&app).await;
        invite(&app, "new@example.org", true).await.ok();

        for name in ["reader", "reviewer", "editor"] {
            assert_eq!(app.as_(name).ask(MAILS).await.code(), "FORBIDDEN", "{name}");
            let input = json!({ "newsroom": app.newsroom(), "email": "x@example.org", "role": "READER", "sendMail": true });
            assert_eq!(app.as_(name).call("inviteMember", input, "acceptToken").await.code(), "FORBIDDEN");
        }
        assert_eq!(app.as_rival().ask(MAILS).await.code(), "NOT_FOUND");
        assert_eq!(app.as_stranger().ask(MAILS).await.code(), "UNAUTHENTICATED");
        let wanted = app.as_stranger().call("updateMailSettings", json!({ "stale": true }), SETTINGS).await;
        assert_eq!(wanted.code(), "UNAUTHENTICATED");
        assert_eq!(seen(&app).await["state"], "QUEUED");
    }

    async fn a_name_adds_no_header(app: TestApp) {
        let app = mailing(&app).await;
        let postbox = Postbox::open().await;
        // The API refuses such a name, so it is written past it.
        let statement = "UPDATE newsrooms SET name = 'Desk' || chr(13) || chr(10) || 'Bcc: evil@example.org' || chr(13) || chr(10) WHERE slug = 'desk'";
        let statement = match app.db.get_database_backend() {
            sea_orm::DbBackend::Sqlite => statement.replace("chr(", "char("),
            _ => statement.to_owned(),
        };
        app.db.execute_unprepared(&statement).await.expect("a name");
        invite(&app, "new@example.org", true).await.ok();

        let deliveries = postbox.deliveries(&app);
        let letter = postbox.expect(1).await.remove(0);

        assert!(!letter.head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{}", letter.head);
        assert!(!letter.text.contains("\nBcc"), "{}", letter.text);
        assert_eq!(letter.header("Subject").trim_end(), "Invitation to Desk  Bcc: evil@example.org");
        deliveries.stop().await;
    }
}
