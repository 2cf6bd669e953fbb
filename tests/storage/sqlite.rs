//! SQLite: a full disk, a failing disk, a read-only disk, and a file that is gone.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use crate::program::{Findings, Folder, Setup, Tally, fault_library, run, skipped};

fn url(folder: &Folder) -> String {
    format!("sqlite://{}/claimspan.db", folder.text())
}

#[test]
fn a_full_disk_loses_nothing_with_one_connection() {
    run(full_disk("full-1", 1));
}

#[test]
fn a_full_disk_loses_nothing_with_many_connections() {
    run(full_disk("full-16", 16));
}

async fn full_disk(name: &str, connections: u32) {
    let Some(folder) = Folder::small(name, 8) else {
        return skipped(name, "a small file system cannot be mounted here");
    };
    let setup = Setup::new(name, url(&folder), connections);
    setup.prepare();
    let server = setup.start().await.with_article().await;
    let (mut tally, mut findings) = (Tally::default(), Findings::default());

    server.fill(&mut tally, 100).await;
    let said = findings.ok(server.becomes(503, Duration::from_secs(1)).await);
    findings.expect(said.as_deref().is_none_or(|text| text.contains("full")), || {
        format!("/health/ready says {said:?}")
    });
    findings.expect(server.reads().await, || "reads do not go on".to_owned());
    // Some retry while there is no room: what little fits is saved, and the rest is refused.
    for _ in 0..10 {
        tally.add(server.mark_many(8, 2).await);
        actix_web::rt::time::sleep(Duration::from_millis(100)).await;
    }
    let refused = tally.refused;
    findings.expect(refused > 0, || "nothing was refused".to_owned());
    folder.enlarge(64);
    findings.ok(server.becomes(200, Duration::from_secs(5)).await);
    let again = server.mark_many(8, 25).await;
    findings.expect(again.saved.len() == 200, || format!("with room again: {again:?}"));
    tally.add(again);
    server.stop();

    findings.count(&setup, &tally).await;
    findings.report(&setup);
}

#[test]
fn a_failing_disk_loses_nothing_with_one_connection() {
    run(failing_disk("failing-1", 1));
}

#[test]
fn a_failing_disk_loses_nothing_with_many_connections() {
    run(failing_disk("failing-16", 16));
}

async fn failing_disk(name: &str, connections: u32) {
    let (folder, faults) = (Folder::new(name), Folder::new(&format!("{name}-faults")));
    let Some(library) = fault_library(&faults.path) else {
        return skipped(name, "there is no C compiler");
    };
    let mut setup = Setup::new(name, url(&folder), connections);
    setup.environment = vec![
        ("LD_PRELOAD".to_owned(), library),
        ("CLAIMSPAN_TEST_FAULTS".to_owned(), faults.text().to_owned()),
    ];
    setup.prepare();
    let server = setup.start().await.with_article().await;
    let (mut tally, mut findings) = (Tally::default(), Findings::default());

    for (fault, says) in [("full", "full"), ("io", "errors"), ("sync", "errors"), ("readonly", "")]
    {
        tally.add(server.mark_many(8, 4).await);
        let switch = faults.path.join(fault);
        std::fs::write(&switch, "").expect("the fault begins");
        tally.add(server.mark_many(8, 4).await);
        let said = findings.ok(server.becomes(503, Duration::from_secs(1)).await);
        findings.expect(said.as_deref().is_none_or(|text| text.contains(says)), || {
            format!("with {fault}, /health/ready says {said:?}")
        });
        let while_failing = server.mark_many(8, 2).await;
        findings.expect(while_failing.saved.is_empty() && while_failing.refused == 16, || {
            format!("with {fault}: {while_failing:?}")
        });
        tally.add(while_failing);
        findings.expect(server.reads().await, || format!("with {fault}, reads do not go on"));
        std::fs::remove_file(&switch).expect("the fault ends");
        findings.ok(server.becomes(200, Duration::from_secs(5)).await);
        let again = server.mark_many(8, 8).await;
        findings.expect(again.saved.len() == 64, || format!("after {fault}: {again:?}"));
        tally.add(again);
    }
    server.kill();

    findings.count(&setup, &tally).await;
    findings.report(&setup);
}

#[test]
fn a_file_that_is_moved_away_is_noticed_and_goes_on_when_it_is_back() {
    run(async {
        let folder = Folder::new("moved");
        let setup = Setup::new("moved", url(&folder), 4);
        setup.prepare();
        let server = setup.start().await.with_article().await;
        let (mut tally, mut findings) = (Tally::default(), Findings::default());
        tally.add(server.mark_many(4, 5).await);
        let (file, away) = (folder.path.join("claimspan.db"), folder.path.join("away.db"));

        std::fs::rename(&file, &away).expect("it is moved away");
        let meanwhile = server.mark_many(4, 5).await;
        findings.expect(meanwhile.saved.is_empty() && meanwhile.refused == 20, || {
            format!("written into a file that is gone: {meanwhile:?}")
        });
        tally.add(meanwhile);
        let said = findings.ok(server.becomes(503, Duration::from_secs(1)).await);
        findings.expect(said.as_deref().is_none_or(|text| text.contains("moved")), || {
            format!("/health/ready says {said:?}")
        });
        findings.expect(!file.exists(), || "another file was made in its place".to_owned());
        findings.expect(server.reads().await, || "reads do not go on".to_owned());
        std::fs::rename(&away, &file).expect("it is moved back");
        findings.ok(server.becomes(200, Duration::from_secs(3)).await);
        let again = server.mark_many(4, 5).await;
        findings.expect(again.saved.len() == 20, || format!("with the file again: {again:?}"));
        tally.add(again);
        server.kill();

        findings.count(&setup, &tally).await;
        findings.report(&setup);
    });
}

#[test]
fn a_file_that_is_replaced_is_left_alone_until_a_restart() {
    run(async {
        let folder = Folder::new("replaced");
        let setup = Setup::new("replaced", url(&folder), 4);
        setup.prepare();
        let first = setup.start().await.with_article().await;
        let before = first.mark_many(4, 5).await;
        first.stop();
        let (file, backup) = (folder.path.join("claimspan.db"), folder.path.join("backup.db"));
        std::fs::copy(&file, &backup).expect("a backup");
        let server = setup.start().await.with_article().await;
        let mut findings = Findings::default();
        server.mark_many(4, 5).await;

        std::fs::rename(&backup, &file).expect("it is replaced");
        let bytes = std::fs::read(&file).expect("the backup");
        let meanwhile = server.mark_many(8, 5).await;
        findings.expect(meanwhile.saved.is_empty() && meanwhile.refused == 40, || {
            format!("written into a file that is gone: {meanwhile:?}")
        });
        let said = findings.ok(server.becomes(503, Duration::from_secs(1)).await);
        findings.expect(said.as_deref().is_none_or(|text| text.contains("Restart")), || {
            format!("/health/ready says {said:?}")
        });
        server.stop();
        let after = std::fs::read(&file).expect("the backup");
        findings.expect(after == bytes, || "the backup was written to".to_owned());

        // The old log belongs to the old file.
        for ending in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", file.display()));
        }
        findings.count(&setup, &before).await;
        findings.report(&setup);
    });
}

#[test]
fn a_deleted_log_is_noticed_and_a_restart_saves_what_it_held() {
    run(async {
        let folder = Folder::new("log");
        let setup = Setup::new("log", url(&folder), 4);
        setup.prepare();
        let server = setup.start().await.with_article().await;
        let (mut tally, mut findings) = (Tally::default(), Findings::default());
        tally.add(server.mark_many(4, 5).await);

        for ending in ["-wal", "-shm"] {
            let path = format!("{}/claimspan.db{ending}", folder.text());
            std::fs::remove_file(path).expect("it is deleted");
        }
        let meanwhile = server.mark_many(4, 5).await;
        findings.expect(meanwhile.saved.is_empty() && meanwhile.refused == 20, || {
            format!("written into a log that is gone: {meanwhile:?}")
        });
        findings.ok(server.becomes(503, Duration::from_secs(1)).await);
        tally.add(meanwhile);
        server.stop();

        findings.count(&setup, &tally).await;
        findings.report(&setup);
    });
}

#[test]
fn the_files_are_their_owners_alone() {
    run(async {
        let folder = Folder::new("private");
        let setup = Setup::new("private", url(&folder), 4);
        setup.prepare();
        let server = setup.start().await.with_article().await;

        for ending in ["", "-wal", "-shm"] {
            let path = format!("{}/claimspan.db{ending}", folder.text());
            let mode = std::fs::metadata(Path::new(&path)).expect("it is there").permissions();
            assert_eq!(mode.mode() & 0o777, 0o600, "{path}");
        }
        server.stop();
    });
}
