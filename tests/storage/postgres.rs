//! PostgreSQL: a restart, a server that is away, a full disk and a read-only server. Each test starts a cluster of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use futures_util::future::join_all;

use crate::program::{Findings, Folder, Setup, Tally, run, skipped, succeeds};

/// A cluster of PostgreSQL that can be stopped and started again.
struct Cluster {
    programs: PathBuf,
    folder: Folder,
    port: u16,
}

impl Cluster {
    fn new(name: &str) -> Option<Self> {
        let Some(programs) = programs() else {
            skipped(name, "PostgreSQL is missing: install Debian's package postgresql");
            return None;
        };
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let cluster =
            Self { programs, folder: Folder::new(name), port: port.expect("a port").port() };
        if is_root() {
            assert!(succeeds("chown", &["postgres", cluster.folder.text()]), "a user postgres");
        }
        let data = cluster.data();
        let made = ["-D", &data, "-U", "claimspan", "-A", "trust", "-E", "UTF8", "--no-sync"];
        assert!(cluster.does("initdb", &made), "a cluster is made");
        cluster.start();
        Some(cluster)
    }

    fn data(&self) -> String {
        format!("{}/data", self.folder.text())
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://claimspan@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs one of PostgreSQL's programs as a user that it accepts.
    fn does(&self, program: &str, arguments: &[&str]) -> bool {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        // A client of a read-only server can still change its settings.
        command.env("PGOPTIONS", "-c default_transaction_read_only=off");
        command.args(arguments).current_dir(&self.folder.path);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    fn start(&self) {
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c fsync=off",
            self.port,
            self.folder.text()
        );
        let log = format!("{}/log", self.folder.text());
        let arguments = ["start", "-w", "-D", &self.data(), "-l", &log, "-o", &options];
        assert!(self.does("pg_ctl", &arguments), "the cluster starts");
    }

    fn stop(&self, mode: &str) {
        self.does("pg_ctl", &["stop", "-w", "-D", &self.data(), "-m", mode]);
    }

    fn execute(&self, database: &str, statement: &str) {
        let port = self.port.to_string();
        let arguments =
            ["-h", "127.0.0.1", "-p", &port, "-U", "claimspan", "-d", database, "-c", statement];
        assert!(self.does("psql", &arguments), "{statement}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop("immediate");
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

/// Debian's newest PostgreSQL.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir(Path::new("/usr/lib/postgresql")).ok()?;
    let versions = versions.filter_map(Result::ok).map(|entry| entry.path().join("bin"));
    versions.filter(|bin| bin.join("initdb").exists()).max()
}

#[test]
fn a_restart_fails_no_read_and_no_write_that_had_not_begun() {
    run(async {
        let Some(cluster) = Cluster::new("restart") else { return };
        let setup = Setup::new("restart", cluster.url("postgres"), 16);
        setup.prepare();
        let server = setup.start().await.with_article().await;
        let (mut tally, mut findings) = (Tally::default(), Findings::default());
        // Opens every connection of the pool.
        tally.add(server.mark_many(32, 4).await);

        for mode in ["fast", "immediate"] {
            cluster.stop(mode);
            cluster.start();
            let read = join_all((0..32).map(|_| server.reads())).await;
            let failed = read.iter().filter(|read| !**read).count();
            findings.expect(failed == 0, || format!("{mode}: {failed} of 32 reads failed"));

            cluster.stop(mode);
            cluster.start();
            let written = server.mark_many(32, 1).await;
            findings.expect(written.saved.len() == 32, || {
                let failed = 32 - written.saved.len();
                format!("{mode}: {failed} of 32 writes failed, such as {:?}", written.odd.first())
            });
            tally.add(written);
        }
        server.kill();

        findings.count(&setup, &tally).await;
        findings.report(&setup);
    });
}

#[test]
fn a_server_that_is_away_is_said_within_a_second_and_comes_back() {
    run(async {
        let Some(cluster) = Cluster::new("away") else { return };
        let setup = Setup::new("away", cluster.url("postgres"), 16);
        setup.prepare();
        let server = setup.start().await.with_article().await;
        let (mut tally, mut findings) = (Tally::default(), Findings::default());
        tally.add(server.mark_many(32, 2).await);

        let (stopped, written) = futures_util::join!(
            async {
                actix_web::rt::time::sleep(Duration::from_millis(200)).await;
                cluster.stop("immediate");
            },
            server.mark_many(16, 20)
        );
        let () = stopped;
        tally.add(written);
        let said = findings.ok(server.becomes(503, Duration::from_secs(2)).await);
        findings.expect(said.as_deref().is_none_or(|text| text.contains("not answer")), || {
            format!("/health/ready says {said:?}")
        });
        actix_web::rt::time::sleep(Duration::from_secs(2)).await;
        let away = server.mark_many(16, 2).await;
        findings.expect(away.saved.is_empty() && away.refused == 32, || format!("{away:?}"));
        tally.add(away);
        cluster.start();
        findings.ok(server.becomes(200, Duration::from_secs(5)).await);
        let again = server.mark_many(16, 2).await;
        findings.expect(again.saved.len() == 32, || format!("back again: {again:?}"));
        tally.add(again);
        server.kill();

        findings.count(&setup, &tally).await;
        findings.report(&setup);
    });
}

#[test]
fn a_full_disk_loses_nothing() {
    run(async {
        let Some(cluster) = Cluster::new("space") else { return };
        let Some(space) = Folder::small("space-tables", 14) else {
            return skipped("space", "a small file system cannot be mounted here");
        };
        assert!(!is_root() || succeeds("chown", &["postgres", space.text()]), "it is given away");
        cluster
            .execute("postgres", &format!("CREATE TABLESPACE small LOCATION '{}'", space.text()));
        cluster.execute("postgres", "CREATE DATABASE desk TABLESPACE small");
        let setup = Setup::new("space", cluster.url("desk"), 16);
        setup.prepare();
        let server = setup.start().await.with_article().await;
        let (mut tally, mut findings) = (Tally::default(), Findings::default());

        server.fill(&mut tally, 200).await;
        let said = findings.ok(server.becomes(503, Duration::from_secs(1)).await);
        findings.expect(said.as_deref().is_none_or(|text| text.contains("full")), || {
            format!("/health/ready says {said:?}")
        });
        findings.expect(server.reads().await, || "reads do not go on".to_owned());
        tally.add(server.mark_many(8, 10).await);
        space.enlarge(64);
        findings.ok(server.becomes(200, Duration::from_secs(5)).await);
        let again = server.mark_many(8, 25).await;
        findings.expect(again.saved.len() == 200, || format!("with room again: {again:?}"));
        tally.add(again);
        server.stop();

        findings.count(&setup, &tally).await;
        findings.report(&setup);
    });
}

#[test]
fn a_read_only_server_is_said_and_recovers() {
    run(async {
        let Some(cluster) = Cluster::new("standby") else { return };
        let setup = Setup::new("standby", cluster.url("postgres"), 16);
        setup.prepare();
        let server = setup.start().await.with_article().await;
        let (mut tally, mut findings) = (Tally::default(), Findings::default());
        tally.add(server.mark_many(16, 2).await);

        let read_only = |is: &str| {
            let change = format!("ALTER SYSTEM SET default_transaction_read_only = {is}");
            cluster.execute("postgres", &change);
            cluster.execute("postgres", "SELECT pg_reload_conf()");
        };
        read_only("on");
        actix_web::rt::time::sleep(Duration::from_millis(200)).await;
        let meanwhile = server.mark_many(16, 2).await;
        findings.expect(meanwhile.refused == 32, || format!("read-only: {meanwhile:?}"));
        tally.add(meanwhile);
        let said = findings.ok(server.becomes(503, Duration::from_secs(1)).await);
        findings.expect(said.as_deref().is_none_or(|text| text.contains("read-only")), || {
            format!("/health/ready says {said:?}")
        });
        findings.expect(server.reads().await, || "reads do not go on".to_owned());
        read_only("off");
        findings.ok(server.becomes(200, Duration::from_secs(5)).await);
        let again = server.mark_many(16, 2).await;
        findings.expect(again.saved.len() == 32, || format!("writable again: {again:?}"));
        tally.add(again);
        server.kill();

        findings.count(&setup, &tally).await;
        findings.report(&setup);
    });
}
