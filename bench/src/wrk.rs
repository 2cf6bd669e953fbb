//! One round of load: `wrk` sends requests for some seconds, and tells how many were answered and how soon.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use serde::Deserialize;

const SCRIPT: &str = include_str!("wrk.lua");

/// What to send, in turn, and whereto.
pub struct Load {
    address: String,
    file: PathBuf,
    script: PathBuf,
}

/// One request.
pub struct Request {
    pub method: &'static str,
    pub path: String,
    /// Whose token it shows; nobody's, where it is empty.
    pub token: String,
    /// JSON; none, where it is empty.
    pub body: String,
}

/// What came of a round.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Answers a second.
    pub rate: f64,
    /// Half of the answers came within so many milliseconds.
    pub p50: f64,
    /// 99 of 100 did within so many.
    pub p99: f64,
}

#[derive(Deserialize)]
struct Told {
    requests: u32,
    micros: u32,
    p50: f64,
    p99: f64,
    failed: u64,
    timeouts: u64,
}

impl Load {
    /// Requests for the server at `address`, kept in `home` under `name`.
    pub fn new(home: &Path, name: &str, address: &str, requests: impl IntoIterator<Item = Request>) -> anyhow::Result<Self> {
        let mut text = String::new();
        for Request { method, path, token, body } in requests {
            writeln!(text, "{method}\t{path}\t{token}\t{body}")?;
        }
        let (file, script) = (home.join(format!("{name}.requests")), home.join("wrk.lua"));
        std::fs::write(&file, text)?;
        std::fs::write(&script, SCRIPT)?;
        Ok(Self { address: address.to_owned(), file, script })
    }

    /// Sends them for so many seconds over so many connections. A request that fails is an error: what doesn't answer well has no speed.
    pub fn send(&self, connections: u32, seconds: u32) -> anyhow::Result<Reading> {
        match self.try_for(connections, seconds)? {
            Some(reading) => Ok(reading),
            // Slow requests on a busy machine take their time.
            None => self.try_for(connections, 10 * seconds)?.with_context(|| format!("nothing was answered within {} s", 10 * seconds)),
        }
    }

    /// One round; none if nothing was answered in it.
    fn try_for(&self, connections: u32, seconds: u32) -> anyhow::Result<Option<Reading>> {
        let output = Command::new("wrk")
            .args(["--threads", "1", "--timeout", "10s"])
            .args(["--connections", &connections.to_string(), "--duration", &format!("{seconds}s")])
            .arg("--script")
            .args([self.script.as_path(), Path::new(&self.address), Path::new("--"), self.file.as_path()])
            .output()
            .context("cannot run wrk")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().find(|line| line.starts_with('{')).with_context(|| {
            let errors = String::from_utf8_lossy(&output.stderr);
            format!("wrk did not say what came of its requests: {text}{errors}")
        })?;
        let told: Told = serde_json::from_str(line)?;
        ensure!(told.failed == 0 && told.timeouts == 0, "{} requests failed and {} were not answered", told.failed, told.timeouts);
        let rate = f64::from(told.requests) * 1e6 / f64::from(told.micros);
        Ok((told.requests > 0).then_some(Reading { rate, p50: told.p50, p99: told.p99 }))
    }
}

/// The version of wrk; an error that says where it is to be had, if it is not there.
pub fn version() -> anyhow::Result<String> {
    let output = Command::new("wrk").arg("--version").output().context("wrk is missing: install Debian's package wrk")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.split_whitespace().nth(1).unwrap_or("of an unknown version").trim_start_matches("debian/").to_owned())
}
