//! A round of load: `wrk` sends requests for some seconds, and reports how many responses came and
//! how fast.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};
use serde::Deserialize;

const SCRIPT: &str = include_str!("wrk.lua");

/// How long a background load runs before the measurement starts.
const WARM_UP: Duration = Duration::from_millis(500);

/// The requests, sent in turn, and the target.
#[derive(Clone)]
pub struct Load {
    address: String,
    file: PathBuf,
    script: PathBuf,
    /// The background load and its number of connections.
    beside: Option<(Box<Self>, u32)>,
}

/// A request.
#[derive(Clone)]
pub struct Request {
    pub method: &'static str,
    pub path: String,
    /// The token. Empty for an anonymous request.
    pub token: String,
    /// The client address that a proxy would report. Empty for the real address.
    pub from: String,
    /// The JSON body. Empty for none.
    pub body: String,
    /// The version that the client has, for `If-None-Match`. Empty for none.
    pub etag: String,
}

impl Request {
    /// An anonymous request for this path.
    pub fn get(path: &str) -> Self {
        Self {
            method: "GET",
            path: path.to_owned(),
            token: String::new(),
            from: String::new(),
            body: String::new(),
            etag: String::new(),
        }
    }

    /// The same request from the client address with this number, as a proxy would report it.
    pub fn sent_from(self, number: u32) -> Self {
        let [_, high, middle, low] = number.to_be_bytes();
        Self { from: format!("10.{high}.{middle}.{low}"), ..self }
    }
}

/// The result of a round.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Responses per second.
    pub rate: f64,
    /// The median response time in milliseconds.
    pub p50: f64,
    /// The 99th percentile of the response time in milliseconds.
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
    /// Requests for the server at `address`. Files are kept in `home` under `name`.
    pub fn new(
        home: &Path,
        name: &str,
        address: &str,
        requests: impl IntoIterator<Item = Request>,
    ) -> anyhow::Result<Self> {
        let mut text = String::new();
        for Request { method, path, token, from, body, etag } in requests {
            writeln!(text, "{method}\t{path}\t{token}\t{from}\t{body}\t{etag}")?;
        }
        let (file, script) = (home.join(format!("{name}.requests")), home.join("wrk.lua"));
        std::fs::write(&file, text)?;
        std::fs::write(&script, SCRIPT)?;
        Ok(Self { address: address.to_owned(), file, script, beside: None })
    }

    /// The same requests with a background load on this number of connections.
    pub fn beside(&self, other: &Self, connections: u32) -> Self {
        Self { beside: Some((Box::new(other.clone()), connections)), ..self.clone() }
    }

    /// Sends requests for this number of seconds on this number of connections. A failed request is
    /// an error, because a failing server has no speed.
    pub fn send(&self, connections: u32, seconds: u32) -> anyhow::Result<Reading> {
        let _beside = match &self.beside {
            Some((other, connections)) => Some(other.press(*connections, 20 * seconds)?),
            None => None,
        };
        match self.try_for(connections, seconds)? {
            Some(reading) => Ok(reading),
            // Slow requests take their time on a busy machine.
            None => self
                .try_for(connections, 10 * seconds)?
                .with_context(|| format!("no response within {} s", 10 * seconds)),
        }
    }

    /// A round. `None` if no response came.
    fn try_for(&self, connections: u32, seconds: u32) -> anyhow::Result<Option<Reading>> {
        let output = self.wrk(connections, seconds).output().context("cannot run wrk")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().find(|line| line.starts_with('{')).with_context(|| {
            let errors = String::from_utf8_lossy(&output.stderr);
            format!("wrk reported no result: {text}{errors}")
        })?;
        let told: Told = serde_json::from_str(line)?;
        ensure!(
            told.failed == 0 && told.timeouts == 0,
            "{} requests failed and {} had no response",
            told.failed,
            told.timeouts
        );
        let rate = f64::from(told.requests) * 1e6 / f64::from(told.micros);
        Ok((told.requests > 0).then_some(Reading { rate, p50: told.p50, p99: told.p99 }))
    }

    /// Starts sending for up to this number of seconds. Returns when the load is at full strength.
    fn press(&self, connections: u32, seconds: u32) -> anyhow::Result<Pressing> {
        let mut command = self.wrk(connections, seconds);
        let pressing = Pressing(
            command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .context("cannot run wrk")?,
        );
        std::thread::sleep(WARM_UP);
        Ok(pressing)
    }

    fn wrk(&self, connections: u32, seconds: u32) -> Command {
        let mut command = Command::new("wrk");
        command
            .args(["--threads", "1", "--timeout", "10s"])
            .args(["--connections", &connections.to_string(), "--duration", &format!("{seconds}s")])
            .arg("--script")
            .args([
                self.script.as_path(),
                Path::new(&self.address),
                Path::new("--"),
                self.file.as_path(),
            ]);
        command
    }
}

/// A load that runs until this value is dropped.
struct Pressing(Child);

impl Drop for Pressing {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The version of wrk. The error explains how to install it.
pub fn version() -> anyhow::Result<String> {
    let output = Command::new("wrk")
        .arg("--version")
        .output()
        .context("wrk is missing: install Debian's package wrk")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text
        .split_whitespace()
        .nth(1)
        .unwrap_or("of an unknown version")
        .trim_start_matches("debian/")
        .to_owned())
}
