//! The audit log: its readers, its protection against changes, and how a verification finds changes
//! made anyway.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use claimspan::domain::actor::Actor;
use claimspan::domain::audit::{self, Break, Pin, Walked};
use claimspan::domain::event::{self, Kind, Model, head};
use claimspan::domain::merkle::Growth;
use claimspan::domain::newsroom;
use claimspan::domain::record;
use claimspan::domain::subtrees;
use claimspan::domain::world::World;
use claimspan::server::Settings;
use futures_util::future::{join, join_all};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, TransactionTrait,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::app::{Client, TestApp};
use crate::events::{assert_whole, logs};
use crate::fixtures::verdict_on;

const LOG: &str = r#"query($first: Int, $after: String, $last: Int, $before: String, $filter: AuditFilter) {
    newsroom(slug: "desk") { auditLog(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
        totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        nodes { number at kind hash previousHash detail actor { id displayName } article { id } claim { id } verdict { id } } } } }"#;

async fn read(client: &Client, variables: Value) -> (Vec<Value>, Value) {
    let reply = client.send(LOG, variables).await;
    let log = reply.data("/newsroom/auditLog");
    (log["nodes"].as_array().expect("events").clone(), log["pageInfo"].clone())
}

fn numbers(events: &[Value]) -> Vec<i64> {
    events.iter().map(|event| event["number"].as_i64().expect("a number")).collect()
}

async fn walk(app: &TestApp, pins: &[Pin]) -> BTreeMap<String, Walked> {
    let machine = Actor::machine(World::real());
    let walked = audit::verify(&app.db, &machine, None, pins).await.expect("a walk");
    walked.into_iter().map(|log| (log.log.clone(), log)).collect()
}

/// Removes the triggers, as the owner of the database can.
async fn switch_triggers_off(app: &TestApp) {
    let statements = if app.db.is_sqlite() {
        [
            "events_are_not_changed",
            "events_are_not_deleted",
            "events_are_not_replaced",
            "event_logs_are_not_deleted",
            "event_logs_only_grow",
            "records_are_not_changed",
            "records_are_not_deleted",
        ]
        .map(|trigger| format!("DROP TRIGGER {trigger}"))
        .to_vec()
    } else {
        ["events", "event_logs", "records"]
            .map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER USER"))
            .to_vec()
    };
    for statement in statements {
        app.db.execute_unprepared(&statement).await.expect("a trigger less");
    }
}

/// A log that tests can change and restore.
struct Tampered<'a> {
    app: &'a TestApp,
    log: String,
    head: head::Model,
    events: Vec<Model>,
    records: Vec<record::Model>,
}

impl Tampered<'_> {
    async fn sql(&self, text: &str) {
        let text = text.replace("$log", &format!("'{}'", self.log));
        self.app
            .db
            .execute_unprepared(&text)
            .await
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    }

    /// Stores the event with this number after `change`, with a hash that matches.
    async fn mend(&self, number: i32, change: impl FnOnce(&mut Model)) -> Model {
        let mut event = self.event(number).clone();
        change(&mut event);
        event.hash = event::digest(&event);
        event
            .clone()
            .into_active_model()
            .reset_all()
            .update(&self.app.db)
            .await
            .expect("an update");
        event
    }

    fn event(&self, number: i32) -> &Model {
        &self.events[usize::try_from(number - 1).expect("from 1")]
    }

    async fn found(&self, pins: &[Pin]) -> Option<Break> {
        walk(self.app, pins).await[&self.log].broken
    }

    async fn put_back(&self) {
        let db = &self.app.db;
        event::Entity::delete_many()
            .filter(event::Column::Log.eq(&self.log))
            .exec(db)
            .await
            .expect("it is emptied");
        head::Entity::delete_by_id(&self.log).exec(db).await.expect("it is gone");
        head::Entity::insert(self.head.clone().into_active_model())
            .exec_without_returning(db)
            .await
            .expect("it is there");
        let rows = self.events.iter().cloned().map(IntoActiveModel::into_active_model);
        event::Entity::insert_many(rows).exec_without_returning(db).await.expect("it is filled");
        record::Entity::delete_many()
            .filter(record::Column::Log.eq(&self.log))
            .exec(db)
            .await
            .expect("it is emptied");
        let rows = self.records.iter().cloned().map(IntoActiveModel::into_active_model);
        record::Entity::insert_many(rows).exec_without_returning(db).await.expect("it is filled");
        assert_eq!(self.found(&[]).await, None, "the log is intact again");
    }
}

db_tests! {
    async fn admins_read_the_log_and_nobody_else_does(app: TestApp) {
        app.fixtures().a_ready_claim().await;
        for (who, code) in [("reader", "FORBIDDEN"), ("reviewer", "FORBIDDEN"), ("editor", "FORBIDDEN"), ("rival", "NOT_FOUND"), ("admin", "OK")] {
            let reply = app.as_(who).send(LOG, json!({})).await;
            assert_eq!(reply.code(), code, "{who}");
            assert!(who == "admin" || reply.body["data"]["newsroom"]["auditLog"].is_null(), "{who}");
        }
        assert_eq!(app.as_stranger().send(LOG, json!({})).await.code(), "UNAUTHENTICATED");
        for (role, code) in [("EDITOR", "FORBIDDEN"), ("ADMIN", "OK")] {
            let token = app.as_admin().call("createApiToken", json!({ "newsroom": app.newsroom(), "name": role, "role": role }), "secret").await.text("/createApiToken/secret");
            assert_eq!(app.with_token(Some(token)).send(LOG, json!({})).await.code(), code, "{role}");
        }
    }

    async fn the_log_says_who_did_what_to_what_page_by_page(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        let admin = app.as_admin();
        let (all, info) = read(&admin, json!({ "first": 100 })).await;
        assert_eq!((&info["hasNextPage"], &info["hasPreviousPage"]), (&json!(false), &json!(false)));
        assert_eq!(numbers(&all), (1..=i64::try_from(all.len()).expect("few")).collect::<Vec<_>>());
        let last = all.last().expect("an event");
        assert_eq!((&last["kind"], &last["actor"]["displayName"], &last["claim"]["id"]), (&json!("VERDICT_SUBMITTED"), &json!("second"), &json!(claim)));
        assert!(last["verdict"]["id"].is_string() && last["article"]["id"].is_string());
        assert_eq!((&all[0]["kind"], &all[0]["actor"], &all[0]["claim"], &all[0]["previousHash"]), (&json!("NEWSROOM_CREATED"), &Value::Null, &Value::Null, &json!("")));

        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let (page, info) = read(&admin, json!({ "first": 3, "after": after })).await;
            seen.extend(page);
            if info["hasNextPage"] == false {
                break;
            }
            after = info["endCursor"].clone();
        }
        assert_eq!(seen, all);
        let (newest, info) = read(&admin, json!({ "last": 2 })).await;
        assert_eq!(newest, all[all.len() - 2..]);
        assert_eq!(info["hasPreviousPage"], true);
        let (before, _) = read(&admin, json!({ "last": 2, "before": info["startCursor"] })).await;
        assert_eq!(before, all[all.len() - 4..all.len() - 2]);
        for bad in [json!({ "first": 101 }), json!({ "first": 1, "last": 1 }), json!({ "after": "x" })] {
            assert_eq!(admin.send(LOG, bad).await.code(), "BAD_USER_INPUT");
        }
    }

    async fn the_log_is_filtered_by_actor_kind_time_and_claim(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        app.wait(TimeDelta::hours(1));
        app.fixtures().a_ready_claim().await;
        let admin = app.as_admin();
        let (all, _) = read(&admin, json!({ "first": 100 })).await;
        let filtered = async |filter: Value| numbers(&read(&admin, json!({ "first": 100, "filter": filter })).await.0);
        let those = |wanted: &dyn Fn(&Value) -> bool| numbers(&all.iter().filter(|event| wanted(event)).cloned().collect::<Vec<_>>());
        let second = app.account("second");
        let middle = (Utc::now() + TimeDelta::minutes(30)).to_rfc3339_opts(SecondsFormat::Secs, true);
        let is_late = |event: &Value| event["at"].as_str().expect("a time") >= middle.as_str();
        assert_eq!(filtered(json!({ "actor": second })).await, those(&|event| event["actor"]["id"] == second));
        assert_eq!(filtered(json!({ "kinds": ["CLAIM_MARKED", "ARTICLE_IMPORTED"] })).await, those(&|event| event["kind"] == "CLAIM_MARKED" || event["kind"] == "ARTICLE_IMPORTED"));
        assert_eq!(filtered(json!({ "since": middle })).await, those(&is_late));
        assert_eq!(filtered(json!({ "until": middle })).await, those(&|event| !is_late(event)));
        assert_eq!(filtered(json!({ "claim": claim })).await, those(&|event| event["claim"]["id"] == claim));
        assert_eq!(filtered(json!({ "claim": claim, "actor": second, "kinds": ["VERDICT_SUBMITTED"], "until": middle })).await.len(), 1);
        assert_eq!(filtered(json!({ "kinds": [] })).await, Vec::<i64>::new());
        assert!(filtered(json!({ "since": middle })).await.len() == 4);
        admin.send(LOG, json!({ "filter": { "actor": claim } })).await.refused("filter.actor", "INVALID_ID");
        admin.send(LOG, json!({ "filter": { "claim": "x" } })).await.refused("filter.claim", "INVALID_ID");
        assert_eq!(admin.send(LOG, json!({ "filter": { "kinds": ["NONSENSE"] } })).await.status, 200);
        assert_ne!(admin.send(LOG, json!({ "filter": { "kinds": ["NONSENSE"] } })).await.code(), "OK");
    }

    async fn a_hash_can_be_computed_from_what_the_api_gives(app: TestApp) {
        let article = app.fixtures().an_article_of("Écluse \u{202E}2", "Zoë: \"ça\tva\" \\ 👩‍👩‍👧 'x'; DROP.").await;
        app.fixtures().a_claim_on(&article, "Zoë said \"ça va\" \\n ✓.", "Zoë").await;
        let (all, _) = read(&app.as_admin(), json!({ "first": 100 })).await;
        let mut previous = String::new();
        for event in &all {
            let text = |field: &str| event[field].as_str().expect("text").to_owned();
            let id = |field: &str| event[field]["id"].as_str().unwrap_or("-").to_owned();
            let at = DateTime::parse_from_rfc3339(&text("at")).expect("a time").to_utc().to_rfc3339_opts(SecondsFormat::Micros, true);
            let lines = ["claimspan event 1".to_owned(), app.newsroom(), event["number"].to_string(), at, id("actor"), text("kind"),
                id("article"), id("claim"), id("verdict"), text("previousHash"), text("detail")];
            assert!(lines.iter().all(|line| !line.contains('\n')));
            assert_eq!(hex::encode(Sha256::digest(lines.join("\n"))), text("hash"));
            assert_eq!(text("previousHash"), previous);
            previous = text("hash");
        }
        assert!(all.len() > 8);
    }

    async fn the_database_itself_refuses_to_change_what_was_appended(app: TestApp) {
        app.fixtures().a_claim().await;
        let before = logs(&app.db).await;
        let mut attempts = vec![
            "UPDATE events SET detail = '{}' WHERE number = 2",
            "UPDATE events SET number = number + 1000",
            "DELETE FROM events WHERE number = 2",
            "DELETE FROM events",
            "DELETE FROM event_logs",
            "UPDATE event_logs SET number = number - 1",
            "UPDATE event_logs SET log = 'other' WHERE log = 'server'",
        ];
        if app.db.is_sqlite() {
            attempts.push("INSERT OR REPLACE INTO events SELECT log, number, at, actor_id, kind, article_id, claim_id, verdict_id, '{}', previous_hash, hash FROM events WHERE number = 2");
            attempts.push("INSERT OR REPLACE INTO event_logs SELECT log, 0, '' FROM event_logs");
        } else {
            attempts.push("TRUNCATE events");
            attempts.push("TRUNCATE accounts CASCADE");
            attempts.push("INSERT INTO events SELECT * FROM events WHERE number = 2 ON CONFLICT (log, number) DO UPDATE SET detail = '{}'");
        }
        for attempt in attempts {
            let refused = app.db.execute_unprepared(attempt).await.expect_err(attempt).to_string();
            assert!(refused.contains("append-only"), "{attempt}: {refused}");
        }
        assert_eq!(logs(&app.db).await, before);
        assert!(walk(&app, &[]).await.values().all(|log| log.broken.is_none()));
    }

    #[allow(clippy::too_many_lines, reason = "one log, a break at a time")]
    async fn a_walk_finds_the_first_break_whatever_was_done_behind_the_servers_back(app: TestApp) {
        app.fixtures().a_ready_claim().await;
        app.fixtures().a_ready_claim().await;
        let whole = walk(&app, &[]).await;
        assert_eq!(whole.len(), 3);
        assert!(whole.values().all(|log| log.broken.is_none()), "{whole:?}");
        assert_eq!(whole["server"].slug, None);
        switch_triggers_off(&app).await;
        let log = app.newsroom();
        let events = logs(&app.db).await.remove(&log).expect("the log");
        let head = head::Entity::find_by_id(&log).one(&app.db).await.expect("a row").expect("a head");
        let last = head.number;
        assert_eq!(whole[&log].newest, Some(Pin { log: log.clone(), number: last, hash: head.hash.clone() }));
        assert_eq!(whole[&log].slug.as_deref(), Some("desk"));
        let records = record::Entity::find().filter(record::Column::Log.eq(&log)).all(&app.db).await.expect("digests");
        let it = Tampered { app: &app, log, head, events, records };
        let newest = whole[&it.log].newest.clone().expect("a pin");
        let middle = Pin { log: it.log.clone(), number: 5, hash: it.event(5).hash.clone() };

        // Changed: each part of an event.
        for change in ["detail = '{}'", "kind = 'CLAIM_EDITED'", "actor_id = NULL", "claim_id = NULL", "verdict_id = NULL", "article_id = NULL", "hash = 'x'",
            if app.db.is_sqlite() { "at = '2001-01-01 00:00:00+00:00'" } else { "at = at + interval '1 microsecond'" }] {
            it.sql(&format!("UPDATE events SET {change} WHERE log = $log AND number = {last}")).await;
            assert_eq!(it.found(&[]).await, Some(Break::Altered(last)), "{change}");
            it.put_back().await;
        }
        it.sql("UPDATE events SET kind = 'NO_SUCH_KIND' WHERE log = $log AND number = 4").await;
        assert_eq!(it.found(&[]).await, Some(Break::Unreadable(4)));
        it.put_back().await;
        it.sql("UPDATE events SET previous_hash = 'x' WHERE log = $log AND number = 4").await;
        assert_eq!(it.found(&[]).await, Some(Break::Unlinked(4)));
        it.put_back().await;
        // Changed with a matching hash. Then the next event does not follow, or the newest differs
        // from the head.
        it.mend(4, |event| event.kind = Kind::ClaimEdited).await;
        assert_eq!(it.found(&[]).await, Some(Break::Unlinked(5)));
        it.put_back().await;
        it.mend(4, |event| "{}".clone_into(&mut event.detail)).await;
        assert_eq!(it.found(&[]).await, Some(Break::RecordDiffers(4)));
        it.put_back().await;
        it.mend(last, |event| event.actor_id = None).await;
        assert_eq!(it.found(&[]).await, Some(Break::HeadDiffers(last)));
        it.put_back().await;

        // Deleted: one, the first, the newest, several at the end, and all.
        for (which, found) in [
            ("= 4".to_owned(), Break::Missing(4)), ("= 1".to_owned(), Break::Missing(1)), (format!("= {last}"), Break::CutOff(last)),
            ("> 5".to_owned(), Break::CutOff(6)), ("> 0".to_owned(), Break::CutOff(1)),
        ] {
            it.sql(&format!("DELETE FROM events WHERE log = $log AND number {which}")).await;
            assert_eq!(it.found(&[]).await, Some(found), "{which}");
            it.put_back().await;
        }
        // Deleted, with later numbers moved down.
        it.sql("DELETE FROM events WHERE log = $log AND number = 4").await;
        for number in 5..=last {
            it.sql(&format!("UPDATE events SET number = {} WHERE log = $log AND number = {number}", number - 1)).await;
        }
        assert_eq!(it.found(&[]).await, Some(Break::Unlinked(4)));
        it.put_back().await;
        // Deleted at the end, with a matching head: their digests are left over. Without those, only
        // a noted pin can reveal this, and the rows that are on record no more.
        it.sql("DELETE FROM events WHERE log = $log AND number > 5").await;
        it.sql(&format!("UPDATE event_logs SET number = 5, hash = '{}' WHERE log = $log", it.event(5).hash)).await;
        assert_eq!(it.found(&[]).await, Some(Break::RecordDiffers(6)));
        it.sql("DELETE FROM records WHERE log = $log AND number > 5").await;
        assert!(walk(&app, &[]).await.values().any(|log| !log.rows.is_empty()));
        assert_eq!((it.found(&[]).await, it.found(std::slice::from_ref(&middle)).await), (None, None));
        assert_eq!(it.found(std::slice::from_ref(&newest)).await, Some(Break::PinGone(last)));
        it.put_back().await;
        // Deleted: the log and its head.
        it.sql("DELETE FROM events WHERE log = $log").await;
        it.sql("DELETE FROM event_logs WHERE log = $log").await;
        assert_eq!(it.found(&[]).await, Some(Break::NoLog));
        it.put_back().await;

        // Swapped.
        for (from, to) in [(4, 1000), (5, 4), (1000, 5)] {
            it.sql(&format!("UPDATE events SET number = {to} WHERE log = $log AND number = {from}")).await;
        }
        assert_eq!(it.found(&[]).await, Some(Break::Unlinked(4)));
        it.put_back().await;

        // Added: an event that follows, one that does not, and one before all others.
        let mut more = Model { number: last + 1, previous_hash: it.head.hash.clone(), kind: Kind::ClaimEdited, ..it.event(last).clone() };
        more.hash = event::digest(&more);
        for (number, found) in [(last + 1, Break::Appended(last + 1)), (last + 2, Break::Missing(last + 1)), (0, Break::Misnumbered(0)), (-7, Break::Misnumbered(-7))] {
            let row = Model { number, ..more.clone() };
            event::Entity::insert(row.into_active_model()).exec_without_returning(&app.db).await.expect("the event is inserted");
            assert_eq!(it.found(&[]).await, Some(found));
            it.put_back().await;
        }
        // Inserted, with later numbers moved up.
        for number in (4..=last).rev() {
            it.sql(&format!("UPDATE events SET number = {} WHERE log = $log AND number = {number}", number + 1)).await;
        }
        let (previous_hash, detail) = (it.event(3).hash.clone(), it.event(4).detail.clone());
        let mut between = Model { number: 4, previous_hash, detail, ..more.clone() };
        between.hash = event::digest(&between);
        event::Entity::insert(between.into_active_model()).exec_without_returning(&app.db).await.expect("the event is inserted");
        assert_eq!(it.found(&[]).await, Some(Break::Unlinked(5)));
        it.put_back().await;

        // Rewritten from some event on, with a matching head. Only a pin reveals such a forged log.
        let mut previous = it.event(3).hash.clone();
        for number in 4..=last {
            previous = it.mend(number, |event| (event.previous_hash, event.kind) = (previous, Kind::ClaimEdited)).await.hash;
        }
        it.sql(&format!("UPDATE event_logs SET hash = '{previous}' WHERE log = $log")).await;
        assert_eq!(it.found(&[]).await, None);
        assert_eq!(it.found(&[middle.clone(), newest.clone()]).await, Some(Break::PinDiffers(5)));
        it.put_back().await;
        assert_eq!(it.found(&[middle, newest]).await, None);
        // A pin of a log that never existed.
        let unknown = Pin { log: "newsroom_0".to_owned(), number: 1, hash: "0".repeat(64) };
        assert_eq!(walk(&app, &[unknown]).await["newsroom_0"].broken, Some(Break::NoLog));
        let room = newsroom::Entity::find_by_id(app.seed.rival_newsroom).one(&app.db).await.expect("a row").expect("a newsroom");
        let one = audit::verify(&app.db, &Actor::machine(World::real()), Some(&room), &[]).await.expect("a walk");
        assert_eq!(one.iter().map(|log| log.slug.as_deref()).collect::<Vec<_>>(), [Some("rival")]);
        assert!(audit::verify(&app.db, &Actor::stranger(World::real()), None, &[]).await.is_err());
    }

    async fn a_walk_through_several_pages_sees_one_moment_while_others_write(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        // More than one page of events, as an older server would have written them.
        let db = &app.db;
        let mut head = head::Entity::find_by_id(app.newsroom()).one(db).await.expect("a row").expect("a head");
        let like = logs(db).await.remove(&app.newsroom()).expect("a log").pop().expect("an event");
        let mut rows = Vec::new();
        for number in head.number + 1..=head.number + 2500 {
            let mut event = Model { number, previous_hash: head.hash.clone(), detail: "{}".to_owned(), ..like.clone() };
            event.hash = event::digest(&event);
            head.hash.clone_from(&event.hash);
            rows.push(event.into_active_model());
        }
        head.number += 2500;
        head.into_active_model().reset_all().update(db).await.expect("an update");
        for chunk in rows.chunks(500) {
            event::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await.expect("rows");
        }
        let (txn, log) = (db.connection().begin().await.expect("a transaction"), app.newsroom());
        subtrees::forget(&txn, &log).await.expect("the old tree");
        let mut growth = Growth::default();
        for leaf in event::leaves(&txn, &log, 0..5000).await.expect("leaves") {
            for (level, number, hash) in growth.push(leaf) {
                subtrees::put(&txn, &log, level, number, hash).await.expect("a subtree");
            }
        }
        txn.commit().await.expect("a commit");
        let writing = async {
            for tag in 0..40 {
                app.as_editor().call("editClaim", json!({ "claim": claim, "tags": [format!("{tag}")] }), "claim { id }").await.ok();
            }
        };
        let walking = async {
            for _ in 0..6 {
                let walked = walk(&app, &[]).await;
                assert!(walked.values().all(|log| log.broken.is_none()), "{walked:?}");
            }
        };
        join(writing, walking).await;
        assert!(walk(&app, &[]).await[&app.newsroom()].newest.as_ref().is_some_and(|newest| newest.number > 2540));
    }

    async fn rulings_assignments_scales_and_drafts_are_in_the_chain(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let editor = app.as_editor();
        let people = json!({ "claim": claim, "reviewers": [app.account("reviewer")] });
        editor.call("assignClaim", people.clone(), "claim { id }").await.ok();
        editor.call("unassignClaim", people, "claim { id }").await.ok();
        let draft = app.fixtures().a_draft("reviewer", &claim).await;
        app.as_reviewer().call("discardVerdictDraft", json!({ "draft": draft }), "claim { id }").await.ok();
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        app.fixtures().a_verdict("second", &claim, "FALSE").await;
        let ruling = app.fixtures().a_ruling(&claim, "FALSE").await;
        let correction = json!({ "ruling": ruling, "kind": "UPDATE", "reason": "A page was missing.", "summary": "It is more." });
        editor.call("correctRuling", correction, "ruling { id }").await.ok();
        app.fixtures().a_scale(&["YES", "NO"]).await;

        let admin = app.as_admin();
        let (told, _) = read(&admin, json!({ "first": 100 })).await;
        let kinds: Vec<_> = told.iter().map(|event| event["kind"].as_str().expect("a kind")).skip_while(|kind| *kind != "CLAIM_MARKED").collect();
        assert_eq!(kinds, ["CLAIM_MARKED", "CLAIM_ASSIGNED", "CLAIM_UNASSIGNED", "VERDICT_SUBMITTED", "VERDICT_SUBMITTED", "RULING_PUBLISHED",
            "RULING_CORRECTED", "RATING_SCALE_REPLACED"], "and nothing of a draft");
        let (ruled, _) = read(&admin, json!({ "filter": { "claim": claim, "kinds": ["RULING_PUBLISHED", "RULING_CORRECTED"] } })).await;
        for (event, said) in ruled.iter().zip(["The ledger gives another figure.", "It is more."]) {
            assert_eq!((&event["actor"]["displayName"], &event["claim"]["id"]), (&json!("editor"), &json!(claim)));
            let detail = event["detail"].as_str().expect("a detail");
            assert!(detail.contains(&ruling) && detail.contains(said), "{detail}");
        }
        assert_eq!(ruled.len(), 2);
        let drafts = logs(&app.db).await["server"].iter().filter(|event| matches!(event.kind, Kind::VerdictDraftSaved | Kind::VerdictDraftDiscarded)).count();
        assert_eq!(drafts, 2);
        assert!(walk(&app, &[]).await.values().all(|log| log.broken.is_none()));

        // Neither the content of a ruling nor its basis can change unnoticed.
        switch_triggers_off(&app).await;
        let number = i32::try_from(ruled[0]["number"].as_i64().expect("a number")).expect("a small one");
        let changed = event::Entity::find_by_id((app.newsroom(), number)).one(&app.db).await.expect("events").expect("it");
        let detail = changed.detail.replace("The ledger gives another figure.", "The ledger says so.");
        let changed = event::ActiveModel { detail: Set(detail), ..changed.into_active_model() };
        changed.update(&app.db).await.expect("an update");
        assert_eq!(walk(&app, &[]).await[&app.newsroom()].broken, Some(Break::Altered(number)));
    }

    async fn two_servers_that_write_at_once_number_events_without_gaps_in_the_order_of_their_commits(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let mut claims = Vec::new();
        for words in ["nine days", "12 million", "Wages rise", "A crane stands idle"] {
            claims.push(app.fixtures().a_claim_on(&article, words, words).await);
        }
        let other_article = app.fixtures().an_article().await;
        let before = logs(&app.db).await[&app.newsroom()].len();
        let other = app.beside(Settings::default()).await;
        // An edit that changes nothing would be refused, so each server's tags carry its place.
        let work = async |server: &TestApp, place: &'static str, name: &'static str, rounds: usize| {
            for round in 0..rounds {
                let claim = &claims[round % claims.len()];
                match round % 3 {
                    0 => drop(server.as_(name).call("submitVerdict", verdict_on(claim, "TRUE"), "verdict { id }").await.ok()),
                    1 => drop(server.as_(name).call("editClaim", json!({ "claim": claim, "tags": [format!("{name} {round} {place}")] }), "claim { id }").await),
                    _ => {
                        let input = json!({ "article": other_article, "statement": format!("{name} {round}"), "ranges": [{ "exact": "nine days" }] });
                        server.as_(name).call("markClaim", input, "claim { id }").await.ok();
                    }
                }
            }
        };
        let here = ["reviewer", "editor", "admin"].map(|name| work(&app, "here", name, 24));
        let there = ["second", "third", "editor"].map(|name| work(&other, "there", name, 24));
        join(join_all(here), join_all(there)).await;
        other.stop().await;
        let all = logs(&app.db).await;
        for events in all.values() {
            assert_whole(events);
        }
        let newsroom = &all[&app.newsroom()];
        // Of 144 calls, only the edits by the two reviewers who did not mark the claims are
        // refused.
        assert_eq!(newsroom.len() - before, 144 - 2 * 8);
        assert!(walk(&app, &[]).await.values().all(|log| log.broken.is_none()));
        // In the order of commits: the article version in each event rises with its number.
        let versions: Vec<i64> = newsroom.iter().filter(|event| event.kind == Kind::VerdictSubmitted && event.claim_id.is_some_and(|id| id.to_string() == claims[0]))
            .map(|event| serde_json::from_str::<Value>(&event.detail).expect("JSON")["claimVersion"].as_i64().expect("a version"))
            .collect();
        assert!(versions.len() > 5 && versions.is_sorted_by(|one, next| one < next), "{versions:?}");
    }
}
