//! What mail must never do: come twice, come in masses, or come to somebody who was erased.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use claimspan::delivery::mails;
use claimspan::delivery::smtp::Smtp;
use claimspan::domain::actor::Actor;
use claimspan::domain::ids::NewsroomId;
use claimspan::domain::mail::{self, Kind};
use claimspan::domain::people::erasure;
use claimspan::domain::store;
use claimspan::server::Settings;
use sea_orm::EntityTrait;
use serde_json::json;

use crate::app::{Client, Reply, TestApp};
use crate::postbox::Postbox;

/// A server that sends mails.
async fn mailing(app: &TestApp) -> TestApp {
    let public_url = Some("https://facts.example.org".to_owned());
    app.beside(Settings { public_url, ..Settings::default() }).await
}

/// Invites this address to the newsroom of the admin, by mail.
async fn invite(admin: &Client, newsroom: NewsroomId, email: &str) -> Reply {
    let input = json!({ "newsroom": newsroom.to_string(), "email": email, "role": "READER", "sendMail": true });
    admin.call("inviteMember", input, "invitation { id }").await
}

async fn rows(app: &TestApp) -> Vec<mail::Model> {
    mail::Entity::find().all(&app.db).await.expect("mails")
}

db_tests! {
    async fn servers_that_share_a_database_send_each_mail_once(app: TestApp) {
        const MAILS: usize = 40;
        let app = mailing(&app).await;
        let postbox = Postbox::open().await;
        for number in 0..MAILS {
            let email = format!("new-{number}@example.org");
            invite(&app.as_admin(), app.seed.newsroom, &email).await.ok();
        }

        // Each has connections of its own, as another server has.
        let mut servers = Vec::new();
        for _ in 0..4 {
            let db = store::connect(&app.url, 2).await.expect("the database opens");
            let smtp = Smtp::new(&format!("smtp://{}", postbox.address), "Facts <facts@example.org>", None);
            let started = mails::start(&db, &app.world, smtp.expect("a mail server"), Duration::from_millis(5));
            servers.push((db, started));
        }
        let letters = postbox.expect(MAILS).await;

        let recipients: BTreeSet<_> = letters.iter().map(|letter| &letter.to).collect();
        assert_eq!(recipients.len(), MAILS, "{letters:?}");
        postbox.expect_no_more_than(MAILS).await;
        for (db, started) in servers {
            started.stop().await;
            db.close().await.expect("it closes");
        }
        assert!(rows(&app).await.iter().all(|row| row.state == mail::State::Sent && row.attempts == 1));
    }

    async fn a_newsroom_asks_for_200_mails_with_links_in_a_day(app: TestApp) {
        let app = mailing(&app).await;
        app.stop_clock();
        let (desk, rival) = (app.seed.newsroom, app.seed.rival_newsroom);
        let earlier = (1..200).map(|number| mail::new(&app.world, Kind::Invitation, desk, format!("earlier {number}")));
        mail::store(&app.db, earlier.collect()).await.expect("they are stored");
        // Mails that members asked for do not count.
        let news = (0..50).map(|number| mail::new(&app.world, Kind::Digest, desk, format!("news {number}")));
        mail::store(&app.db, news.collect()).await.expect("they are stored");

        invite(&app.as_admin(), desk, "last@example.org").await.ok();

        invite(&app.as_admin(), desk, "late@example.org").await.refused("sendMail", "TOO_LARGE");
        let reset = json!({ "newsroom": app.newsroom(), "account": app.account("reader"), "sendMail": true });
        app.as_admin().call("createPasswordReset", reset, "resetToken").await.refused("sendMail", "TOO_LARGE");
        // Nothing was made: neither the mail nor the invitation.
        assert_eq!(rows(&app).await.len(), 250);
        let invited = app.as_admin().ask("{ newsroom(slug: \"desk\") { invitations(first: 100) { nodes { email } } } }").await.ok();
        assert!(!invited.data("").to_string().contains("late@example.org"), "{}", invited.data(""));
        invite(&app.as_rival(), rival, "late@example.org").await.ok();
        app.wait(TimeDelta::hours(25));
        let admin = app.as_admin();
        invite(&admin, desk, "late@example.org").await.ok();
    }

    async fn an_erased_person_gets_none_of_the_mails_that_wait(app: TestApp) {
        let app = mailing(&app).await;
        let postbox = Postbox::open().await;
        let (member, account) = app.fixtures().a_member("admin", "zenobia", "REVIEWER").await;
        let wanted = json!({ "assigned": true, "mentioned": true, "due": true, "stale": true, "digest": "DAILY" });
        member.call("updateMailSettings", wanted, "account { id }").await.ok();
        let reset = json!({ "newsroom": app.newsroom(), "account": account, "sendMail": true });
        app.as_admin().call("createPasswordReset", reset, "resetToken").await.ok();
        invite(&app.as_rival(), app.seed.rival_newsroom, "zenobia@example.org").await.ok();
        invite(&app.as_admin(), app.seed.newsroom, "another@example.org").await.ok();
        let claim = app.fixtures().a_claim().await;
        let assigned = json!({ "claim": claim, "reviewers": [account] });
        app.as_editor().call("assignClaim", assigned, "claim { id }").await.ok();
        mail::notice::of_events(&app.db, &app.world).await.expect("the news");
        assert_eq!(rows(&app).await.len(), 4);

        let machine = Actor::machine(app.world.clone());
        erasure::erase(&app.db, &machine, "zenobia@example.org").await.expect("it is erased");

        assert_eq!(rows(&app).await.len(), 1, "{:?}", rows(&app).await);
        assert!(mail::settings::Entity::find().all(&app.db).await.expect("settings").is_empty());
        let deliveries = postbox.deliveries(&app);
        let letters = postbox.expect(1).await;
        assert_eq!(letters[0].to, "<another@example.org>");
        app.wait(TimeDelta::days(2));
        postbox.expect_no_more_than(1).await;
        deliveries.stop().await;
    }
}
