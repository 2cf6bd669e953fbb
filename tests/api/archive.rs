//! Archives: a newsroom moves to another database, and nothing of it is lost.

use std::io::Cursor;

use claimspan::domain::actor::Actor;
use claimspan::domain::archive;
use claimspan::domain::audit;
use claimspan::domain::newsroom;
use claimspan::domain::search;
use claimspan::domain::store::{self, Db};
use migration::{Migrator, MigratorTrait};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::app::TestApp;
use crate::{postgres, record};

fn machine(app: &TestApp) -> Actor {
    Actor::machine(app.world.clone())
}

/// The lines of an archive of `desk`.
async fn archive_of(app: &TestApp, db: &Db) -> Vec<String> {
    let mut lines = Vec::new();
    let write = |line: &Value| {
        lines.push(line.to_string());
        Ok(())
    };
    archive::write(db, &machine(app), app.seed.newsroom, write).await.expect("an archive");
    lines
}

/// An empty database of the same kind as the test's own.
async fn empty(app: &TestApp) -> Db {
    let name = format!("claimspan_{}", uuid::Uuid::now_v7().simple());
    let url = if app.url.starts_with("postgres") {
        let server = postgres::server().expect("a server");
        let url = server.url(&name);
        // It has a runtime of its own.
        let created = std::thread::spawn(move || server.create(&name, None));
        created.join().expect("it is created");
        url
    } else {
        format!("sqlite://{}/{name}.db", env!("CARGO_TARGET_TMPDIR"))
    };
    let db = store::connect(&url, 4).await.expect("it opens");
    Migrator::up(&db, None).await.expect("it migrates");
    audit::begin(&db, &machine(app)).await.expect("its log begins");
    db
}

async fn restore(app: &TestApp, db: &Db, lines: &[String]) -> Result<archive::Restored, String> {
    let text = lines.join("\n").into_bytes();
    let digest = Sha256::digest(&text).into();
    restore_bytes(app, db, text, digest).await
}

async fn restore_bytes(
    app: &TestApp,
    db: &Db,
    text: Vec<u8>,
    digest: [u8; 32],
) -> Result<archive::Restored, String> {
    let restored = archive::restore(db, &machine(app), Cursor::new(text), digest).await;
    restored.map_err(|error| format!("{error:?}"))
}

/// Fills `desk` with something of everything. One claim repeats another that was marked later.
async fn fill(app: &TestApp) {
    record::fill(app).await;
    let first = app.fixtures().a_claim().await;
    let later = app.fixtures().a_claim().await;
    let link = json!({ "claim": first, "repeats": later });
    app.as_editor().call("linkClaim", link, "claim { id }").await.ok();
}

db_tests! {
    async fn a_newsroom_moves_without_loss(app: TestApp) {
        fill(&app).await;
        let lines = archive_of(&app, &app.db).await;
        let other = empty(&app).await;

        let restored = restore(&app, &other, &lines).await.expect("it is taken");

        assert_eq!(restored.new_accounts.len(), 6);
        assert_eq!(archive_of(&app, &other).await, lines, "the second archive equals the first");
        let walked = audit::verify(&other, &machine(&app), None, std::slice::from_ref(&restored.newest)).await;
        for log in walked.expect("it walks") {
            assert!(log.broken.is_none() && log.rows.is_empty(), "{log:?}");
        }
        // What is derived is there, too.
        let found = search::similar(&other, &machine(&app), app.seed.newsroom, "The loss is 12 million.", 10).await;
        assert!(!found.expect("it searches").is_empty());
    }

    async fn an_archive_is_taken_whole_or_not_at_all(app: TestApp) {
        fill(&app).await;
        let lines = archive_of(&app, &app.db).await;
        let other = empty(&app).await;
        let with = |from: &str, to: &str| -> Vec<String> {
            assert!(lines.iter().any(|line| line.contains(from)), "{from}");
            lines.iter().map(|line| line.replacen(from, to, 1)).collect()
        };
        let without = |of: &str| -> Vec<String> {
            let mut left = lines.clone();
            left.remove(left.iter().rposition(|line| line.contains(of)).expect("such a line"));
            left
        };
        let cases = [
            (with("The port's ledger says so.", "The port's ledger says no."), "was changed"),
            (without("\"table\":\"citations\",\"type\":\"row\""), "was removed"),
            (without("\"type\":\"digest\""), "were changed, added or removed"),
            (without("\"type\":\"event\""), "do not end with"),
            (without("\"type\":\"end\""), "ends early"),
            (with("\"format\":1", "\"format\":2"), "another version"),
            (lines[1..].to_vec(), "not an archive"),
            (with("\"table\":\"claims\",\"type\":\"row\"", "\"table\":\"accounts\",\"type\":\"row\""), "no table accounts"),
        ];

        for (changed, says) in cases {
            let refused = restore(&app, &other, &changed).await.err().unwrap_or_default();
            assert!(refused.contains(says), "{says:?} is not in {refused:?}");
        }

        // The log does not cover accounts and keys. The digest of the whole archive does.
        let text = lines.join("\n");
        let digest = Sha256::digest(text.as_bytes()).into();
        for (was, is) in [("@", "@evil."), ("\"publicKey\":\"", "\"publicKey\":\"A")] {
            assert!(text.contains(was), "{was}");
            let changed = text.replacen(was, is, 1).into_bytes();
            let refused = restore_bytes(&app, &other, changed, digest).await.err();
            assert!(refused.is_some_and(|says| says.contains("its SHA-256 is")), "{was}");
        }

        assert!(newsroom::find_all(&other, &[app.seed.newsroom]).await.expect("it reads").is_empty());
        restore(&app, &other, &lines).await.expect("the whole archive is taken");
        let again = restore(&app, &other, &lines).await.err().unwrap_or_default();
        assert!(again.contains("has this newsroom already"), "{again}");
    }

    async fn nobody_but_the_command_line_writes_archives(app: TestApp) {
        let stranger = Actor::stranger(app.world.clone());
        let refused = archive::write(&app.db, &stranger, app.seed.newsroom, |_| Ok(())).await;
        assert!(refused.is_err());
        let refused = archive::restore(&app.db, &stranger, Cursor::new(Vec::new()), [0; 32]).await;
        assert!(refused.is_err());
    }
}
