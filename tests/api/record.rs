//! The record: whatever is changed, added or removed behind the server's back, a verification names
//! the row.

use std::collections::BTreeSet;

use claimspan::domain::actor::Actor;
use claimspan::domain::audit::rows::Done;
use claimspan::domain::audit::{self, Walked};
use claimspan::domain::event::{self, Kind, head};
use claimspan::domain::record::tables::{
    COLUMNS_NOT_ON_RECORD, TABLES, TABLES_NOT_ON_RECORD, Table,
};
use claimspan::domain::store::{self, Db};
use claimspan::domain::world::World;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Statement};
use serde_json::{Value, json};

use crate::app::{TestApp, signer};
use crate::events::logs;
use crate::fixtures::BODY;
use crate::walk::outside_review;

/// A column of the database's catalogue: the table, the name and the type.
type Column = (String, String, String);

/// Fills every table that is on record.
pub async fn fill(app: &TestApp) {
    let (claim, ruling) = app.fixtures().a_published_claim().await;
    let input = json!({ "ruling": ruling, "kind": "CLARIFICATION", "reason": "It reads better.", "summary": "Clearer.", "dissent": "One differs." });
    app.as_editor().call("correctRuling", input, "ruling { id }").await.ok();
    let article = app.fixtures().an_article().await;
    let other = app.fixtures().a_claim_on(&article, "Nine days of strike.", "nine days").await;
    app.as_editor()
        .call(
            "editClaim",
            json!({ "claim": other, "tags": ["strike", "port"], "claimant": "MoH" }),
            "claim { id }",
        )
        .await
        .ok();
    app.as_editor()
        .call("linkClaim", json!({ "claim": other, "repeats": claim }), "claim { id }")
        .await
        .ok();
    let people = json!({ "claim": other, "reviewers": [app.account("third")], "note": "Please." });
    app.as_editor().call("assignClaim", people, "claim { id }").await.ok();
    app.fixtures().a_revision_of(&article, &BODY.replace("Monday", "Tuesday")).await;
    let input =
        json!({ "claim": claim, "text": "Which ledger?", "mentions": [app.account("editor")] });
    let comment = app.as_reviewer().call("addComment", input, "comment { id }").await;
    let input =
        json!({ "comment": comment.text("/addComment/comment/id"), "text": "Whose ledger?" });
    app.as_reviewer().call("editComment", input, "comment { id }").await.ok();
    let input = json!({ "newsroom": app.newsroom(), "claimants": ["MoH"], "into": "Ministry" });
    app.as_editor().call("mergeClaimants", input, "claimant { name }").await.ok();
    app.fixtures().an_invitation("admin", "guest@example.org", "READER").await;
    let input = json!({ "newsroom": app.newsroom(), "account": app.account("third") });
    app.as_admin().call("createPasswordReset", input, "resetToken").await.ok();
    let input = json!({ "newsroom": app.newsroom(), "name": "CI", "role": "READER" });
    app.as_admin().call("createApiToken", input, "secret").await.ok();
    let input = json!({ "newsroom": app.newsroom(), "url": "https://hooks.example.org/", "description": "The site" });
    app.as_admin().call("createWebhook", input, "secret").await.ok();
    let input = json!({ "newsroom": app.newsroom(), "document": outside_review() });
    app.as_editor().call("importOutsideReviews", input, "added").await.ok();
}

pub async fn verify(db: &Db) -> Vec<Walked> {
    audit::verify(db, &Actor::machine(World::real()), None, &[]).await.expect("a verification")
}

/// Asserts that the logs and every row on record are as the server wrote them.
pub async fn assert_whole(db: &Db) {
    for log in verify(db).await {
        assert_eq!((log.broken, log.rows, log.is_on_record), (None, vec![], true), "{}", log.log);
    }
}

/// Every row that a verification names: the table and what was done.
async fn named(db: &Db) -> Vec<(&'static str, Done)> {
    let rows = verify(db).await.into_iter().flat_map(|log| log.rows);
    rows.map(|row| (row.table, row.done)).collect()
}

async fn sql(db: &Db, text: &str) {
    db.execute_unprepared(text).await.unwrap_or_else(|error| panic!("{text}: {error}"));
}

async fn texts(db: &Db, query: &str) -> Vec<Vec<String>> {
    let statement = Statement::from_string(db.get_database_backend(), query);
    let rows = db.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{query}: {error}"));
    let width = |row: &sea_orm::QueryResult| row.column_names().len();
    rows.iter()
        .map(|row| (0..width(row)).map(|at| row.try_get_by_index(at).expect("text")).collect())
        .collect()
}

async fn catalogue(db: &Db) -> Vec<Column> {
    let query = if db.is_sqlite() {
        "SELECT t.name, c.name, lower(c.type) FROM sqlite_master t, pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1, c.cid"
    } else {
        "SELECT table_name::text, column_name::text, udt_name::text FROM information_schema.columns \
         WHERE table_schema = 'public' ORDER BY 1, ordinal_position"
    };
    let rows = texts(db, query).await.into_iter();
    rows.map(|row| (row[0].clone(), row[1].clone(), row[2].clone())).collect()
}

/// A connection for somebody who owns the database: without foreign keys and checks.
async fn owner(app: &TestApp) -> Db {
    let db = store::connect(&app.url, 1).await.expect("a connection");
    if db.is_sqlite() {
        sql(&db, "PRAGMA foreign_keys = OFF").await;
        sql(&db, "PRAGMA ignore_check_constraints = ON").await;
    } else {
        let query = "SELECT conrelid::regclass::text, conname::text FROM pg_constraint \
                     WHERE contype IN ('f', 'c') AND connamespace = 'public'::regnamespace";
        for row in texts(&db, query).await {
            sql(&db, &format!("ALTER TABLE {} DROP CONSTRAINT {}", row[0], row[1])).await;
        }
    }
    db
}

/// SQL for a value that differs from a column's.
fn other(column: &str, kind: &str, is_sqlite: bool) -> String {
    match kind {
        "uuid" if is_sqlite => "X'0000000000007000800000000000ABCD'".to_owned(),
        "uuid" => "'00000000-0000-7000-8000-00000000abcd'::uuid".to_owned(),
        "text" => format!("coalesce({column}, '') || 'x'"),
        "integer" | "int4" => format!("coalesce({column}, 0) + 100"),
        "boolean" | "bool" => format!("NOT coalesce({column}, false)"),
        "timestamptz" => "'2001-01-01 00:00:00+00:00'".to_owned(),
        "date" => "'2001-01-01'".to_owned(),
        kind => panic!("a column of type {kind}: say how to change it"),
    }
}

/// The condition for one row of a table.
fn one_row(table: &str, is_sqlite: bool) -> String {
    let id = if is_sqlite { "rowid" } else { "ctid" };
    format!("{id} = (SELECT min({id}) FROM {table})")
}

async fn back_up(db: &Db) {
    for table in &TABLES {
        sql(db, &format!("CREATE TABLE old_{0} AS SELECT * FROM {0}", table.name)).await;
    }
}

async fn restore(db: &Db) {
    for table in &TABLES {
        sql(db, &format!("DELETE FROM {0}", table.name)).await;
        sql(db, &format!("INSERT INTO {0} SELECT * FROM old_{0}", table.name)).await;
    }
}

db_tests! {
    async fn every_table_and_column_is_on_record_or_listed_with_a_reason(app: TestApp) {
        let columns = catalogue(&app.db).await;
        let mut listed = BTreeSet::new();
        for (table, column, kind) in &columns {
            if TABLES_NOT_ON_RECORD.iter().any(|(name, _)| name == table) {
                listed.insert(table.clone());
                continue;
            }
            let on_record = Table::named(table)
                .unwrap_or_else(|| panic!("the table {table} is neither on record nor listed in record/tables.rs"));
            if COLUMNS_NOT_ON_RECORD.iter().any(|(of, name, _)| of == table && name == column) {
                listed.insert(format!("{table}.{column}"));
                continue;
            }
            let expected = match kind.as_str() {
                "uuid" => on_record.ids,
                "text" => on_record.texts,
                "integer" | "int4" => on_record.integers,
                "boolean" | "bool" => on_record.booleans,
                "timestamptz" => on_record.times,
                "date" => on_record.days,
                kind => panic!("{table}.{column} has the type {kind}, which the record does not know"),
            };
            assert!(expected.contains(&column.as_str()), "{table}.{column} ({kind}) is neither on record nor listed in record/tables.rs");
        }
        for table in &TABLES {
            for column in table.columns() {
                assert!(columns.iter().any(|(of, name, _)| of == table.name && name == column), "{}.{column} does not exist", table.name);
            }
        }
        assert_eq!(listed.len(), TABLES_NOT_ON_RECORD.len() + COLUMNS_NOT_ON_RECORD.len(), "{listed:?}");

        // Each table on record has the triggers that note its changes.
        let triggers = if app.db.is_sqlite() {
            "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'note_%'"
        } else {
            "SELECT tgname::text, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'note_change_of_%'"
        };
        let triggers = texts(&app.db, triggers).await;
        let each = if app.db.is_sqlite() { 3 } else { 1 };
        for table in &TABLES {
            let own = triggers.iter().filter(|row| row[1] == table.name).count();
            assert_eq!(own, each, "{} needs triggers as in m20261127_000030_records", table.name);
        }
    }

    async fn a_verification_names_the_row_of_every_changed_column(app: TestApp) {
        fill(&app).await;
        assert_whole(&app.db).await;
        let columns = catalogue(&app.db).await;
        let db = owner(&app).await;
        back_up(&db).await;
        let is_sqlite = db.is_sqlite();
        // In each round, one column of every table.
        for round in 0.. {
            let mut changed = BTreeSet::new();
            for table in &TABLES {
                let Some(column) = table.columns().nth(round) else { continue };
                let kind = &columns.iter().find(|(of, name, _)| of == table.name && name == column).expect("a column").2;
                let (value, row) = (other(column, kind, is_sqlite), one_row(table.name, is_sqlite));
                sql(&db, &format!("UPDATE {} SET {column} = {value} WHERE {row}", table.name)).await;
                changed.insert(table.name);
            }
            if changed.is_empty() {
                break;
            }
            let found: BTreeSet<_> = named(&app.db).await.into_iter().map(|(table, _)| table).collect();
            assert_eq!(found, changed, "column {round} of each table");
            restore(&db).await;
        }
        assert_whole(&app.db).await;
        db.close().await.expect("it closes");
    }

    async fn a_verification_names_every_row_that_was_removed_or_added(app: TestApp) {
        fill(&app).await;
        let columns = catalogue(&app.db).await;
        let db = owner(&app).await;
        back_up(&db).await;
        let is_sqlite = db.is_sqlite();
        for table in &TABLES {
            sql(&db, &format!("DELETE FROM {} WHERE {}", table.name, one_row(table.name, is_sqlite))).await;
        }
        let found = named(&app.db).await;
        for table in &TABLES {
            // All spans of a revision have one digest.
            let done = if table.name == "spans" { Done::Changed } else { Done::Removed };
            let own: Vec<_> = found.iter().filter(|(name, _)| *name == table.name).collect();
            assert_eq!(own, [&(table.name, done)]);
        }
        restore(&db).await;

        for table in &TABLES {
            let own = columns.iter().filter(|(of, ..)| of == table.name);
            let (names, values): (Vec<_>, Vec<_>) = own.map(|(_, name, kind)| (name.as_str(), other(name, kind, is_sqlite))).unzip();
            let (names, values, row) = (names.join(", "), values.join(", "), one_row(table.name, is_sqlite));
            sql(&db, &format!("INSERT INTO {0} ({names}) SELECT {values} FROM {0} WHERE {row}", table.name)).await;
        }
        let found = named(&app.db).await;
        for table in &TABLES {
            let own: Vec<_> = found.iter().filter(|(name, _)| *name == table.name).collect();
            assert_eq!(own, [&(table.name, Done::Added)]);
        }
        restore(&db).await;
        assert_whole(&app.db).await;
        db.close().await.expect("it closes");
    }

    async fn a_change_behind_the_servers_back_never_becomes_part_of_the_record(app: TestApp) {
        let (claim, _) = app.fixtures().a_published_claim().await;
        sql(&app.db, "UPDATE rulings SET summary = 'Other.'").await;
        sql(&app.db, "UPDATE sources SET url = 'https://other.example.org/'").await;
        // Writes that follow touch other rows of the same tables, and the same claim.
        app.fixtures().a_published_claim().await;
        app.as_editor().call("editClaim", json!({ "claim": claim, "tags": ["late"] }), "claim { id }").await.ok();

        let found = named(&app.db).await;

        assert_eq!(found, [("sources", Done::Changed), ("rulings", Done::Changed)]);
        let logs = verify(&app.db).await;
        let newsroom = logs.iter().find(|log| log.log == app.newsroom()).expect("the log");
        let ruling = newsroom.rows.iter().find(|row| row.table == "rulings").expect("the row").to_string();
        assert!(ruling.starts_with("the row of rulings with id 0") && ruling.ends_with(" was changed without the server"), "{ruling}");
        let only = claimspan::domain::newsroom::fetch_by_slug(&app.db, &Actor::machine(World::real()), "desk").await.expect("desk");
        let one = audit::verify(&app.db, &Actor::machine(World::real()), Some(&only), &[]).await.expect("a verification");
        assert_eq!(one[0].rows.len(), 2);
    }

    async fn digests_and_subtrees_cannot_change_unnoticed(app: TestApp) {
        fill(&app).await;
        assert!(logs(&app.db).await[&app.newsroom()].len() > 16, "the log has a subtree");
        for table in ["UPDATE records SET digest = ''", "DELETE FROM records"] {
            let refused = app.db.execute_unprepared(table).await.expect_err(table).to_string();
            assert!(refused.contains("append-only"), "{refused}");
        }
        let newsroom = app.newsroom();
        let broken = async || verify(&app.db).await.into_iter().find(|log| log.log == newsroom).expect("the log").broken;
        sql(&app.db, &format!("INSERT INTO records SELECT log, number, ordinal + 1000, table_name, row_id, row_key, edition + 1000, digest FROM records WHERE log = '{newsroom}' AND number = 3 AND ordinal = 0")).await;
        assert_eq!(broken().await, Some(audit::Break::RecordDiffers(3)));
        if app.db.is_sqlite() {
            sql(&app.db, "DROP TRIGGER records_are_not_deleted").await;
        } else {
            sql(&app.db, "ALTER TABLE records DISABLE TRIGGER USER").await;
        }
        sql(&app.db, "DELETE FROM records WHERE ordinal >= 1000").await;
        assert_eq!(broken().await, None);
        sql(&app.db, "UPDATE log_subtrees SET hash = 'x'").await;
        assert_eq!(broken().await, Some(audit::Break::SubtreeDiffers(1, 0)));
        sql(&app.db, "DELETE FROM log_subtrees").await;
        assert_eq!(broken().await, Some(audit::Break::SubtreeDiffers(1, 0)));
    }

    async fn a_digest_in_a_log_that_is_not_the_rows_proves_nothing(app: TestApp) {
        fill(&app).await;
        let newsroom = app.newsroom();
        let forged = "SELECT 'forged', 1, ordinal, table_name, row_id, row_key, edition + 1, '' FROM records AS known WHERE table_name = 'corrections' AND edition = (SELECT max(edition) FROM records WHERE row_key = known.row_key)";
        sql(&app.db, "DELETE FROM corrections").await;
        let rows = |walked: &[Walked]| walked.iter().map(|log| log.rows.len()).sum::<usize>();
        assert!(rows(&verify(&app.db).await) > 0, "the removed row is named");
        // A digest says that the row was removed. The log has no head, then an empty one.
        for prepare in [format!("INSERT INTO records {forged}"), "INSERT INTO event_logs (log, number, hash) VALUES ('forged', 0, '')".to_owned()] {
            sql(&app.db, &prepare).await;
            let walked = verify(&app.db).await;
            let foreign = walked.iter().find(|log| log.log == "forged").expect("the log");
            assert_eq!(foreign.broken, Some(audit::Break::NoNewsroom));
            assert!(walked.iter().filter(|log| log.log != "forged").all(|log| log.broken.is_none()));
        }
        // A row that was changed is named, whatever the foreign log says of it.
        sql(&app.db, "UPDATE rulings SET summary = 'Forged.'").await;
        let named: Vec<_> = verify(&app.db).await.into_iter().flat_map(|log| log.rows).map(|row| row.table).collect();
        assert!(named.contains(&"rulings"), "{named:?}");
        // The id of a digest's row is a part of its key.
        if app.db.is_sqlite() {
            sql(&app.db, "DROP TRIGGER records_are_not_changed").await;
        } else {
            sql(&app.db, "ALTER TABLE records DISABLE TRIGGER USER").await;
        }
        sql(&app.db, "UPDATE records SET row_id = (SELECT id FROM accounts LIMIT 1) WHERE table_name = 'rulings'").await;
        let broken = verify(&app.db).await.into_iter().find(|log| log.log == newsroom).expect("the log").broken;
        assert!(matches!(broken, Some(audit::Break::RecordDiffers(_))), "{broken:?}");
    }

    async fn a_database_from_before_the_record_is_put_on_record_once(app: TestApp) {
        fill(&app).await;
        app.stop().await;
        let machine = Actor::machine(World::real().signing_with(signer()));
        // As an earlier version left it: events without digests, and none of the tables.
        let steps = Migrator::migrations().iter().rev().position(|one| one.name() == "m20261127_000030_records").expect("the migration") + 1;
        Migrator::down(&app.db, Some(u32::try_from(steps).expect("few"))).await.expect("an older schema");
        let triggers = if app.db.is_sqlite() { "DROP TRIGGER events_are_not_changed" } else { "ALTER TABLE events DISABLE TRIGGER USER" };
        sql(&app.db, triggers).await;
        let mut count = 0;
        for (log, events) in logs(&app.db).await {
            let mut previous = String::new();
            for mut event in events {
                let mut detail: Value = serde_json::from_str(&event.detail).expect("JSON");
                detail.as_object_mut().expect("an object").remove(event::RECORD);
                event.detail = detail.to_string();
                event.previous_hash = previous;
                event.hash = event::digest(&event);
                previous = event.hash.clone();
                event.into_active_model().reset_all().update(&app.db).await.expect("an update");
                count += 1;
            }
            let mut head = head::Entity::find_by_id(log).one(&app.db).await.expect("a row").expect("a head").into_active_model();
            head.hash = sea_orm::ActiveValue::Set(previous);
            head.update(&app.db).await.expect("an update");
        }
        Migrator::up(&app.db, None).await.expect("it migrates");
        assert!(verify(&app.db).await.iter().all(|log| !log.is_on_record && log.broken.is_none() && log.rows.is_empty()));

        audit::begin(&app.db, &machine).await.expect("it is put on record");
        audit::begin(&app.db, &machine).await.expect("once");

        assert_whole(&app.db).await;
        let after = logs(&app.db).await;
        assert_eq!(after.values().map(Vec::len).sum::<usize>(), count + 3);
        assert!(after.values().all(|events| events.last().expect("an event").kind == Kind::RecordBegun));
        sql(&app.db, "UPDATE submissions SET rationale = 'Other.' WHERE number = 1").await;
        assert!(named(&app.db).await.iter().all(|row| *row == ("submissions", Done::Changed)));
        assert_eq!(named(&app.db).await.len(), 2);
    }
}
