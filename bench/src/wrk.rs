//! One round of load: `wrk` sends requests for some seconds, and tells how many were answered and how soon.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};
use serde::Deserialize;

const SCRIPT: &str = include_str!("wrk.lua");

/// So long another load is sent before what is measured beside it.
const WARM_UP: Duration = Duration::from_millis(500);

/// What to send, in turn, and whereto.
#[derive(Clone)]
pub struct Load {
    address: String,
    file: PathBuf,
    script: PathBuf,
    /// What else the server has to answer meanwhile, and over how many connections.
    beside: Option<(Box<Self>, u32)>,
}

/// One request.
pub struct Request {
    pub method: &'static str,
    pub path: String,
    /// Whose token it shows; nobody's, where it is empty.
    pub token: String,
    /// The address that a proxy would say it comes from; its own, where it is empty.
    pub from: String,
    /// JSON; none, where it is empty.
    pub body: String,
}

impl Request {
    /// The same from the address of this number, as a proxy would say.
    pub fn sent_from(self, number: u32) -> Self {
        let [_, high, middle, low] = number.to_be_bytes();
        Self { from: format!("10.{high}.{middle}.{low}"), ..self }
    }
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
        for Request { method, path, token, from, body } in requests {
            writeln!(text, "{method}\t{path}\t{token}\t{from}\t{body}")?;
        }
        let (file, script) = (home.join(format!("{name}.requests")), home.join("wrk.lua"));
        std::fs::write(&file, text)?;
        std::fs::write(&script, SCRIPT)?;
        Ok(Self { address: address.to_owned(), file, script, beside: None })
    }

    /// The same, while the server has to answer another load over so many connections, however it does.
    pub fn beside(&self, other: &Self, connections: u32) -> Self {
        Self { beside: Some((Box::new(other.clone()), connections)), ..self.clone() }
    }

    /// Sends them for so many seconds over so many connections. A request that fails is an error: what doesn't answer well has no speed.
    pub fn send(&self, connections: u32, seconds: u32) -> anyhow::Result<Reading> {
        let _beside = match &self.beside {
            Some((other, connections)) => Some(other.press(*connections, 20 * seconds)?),
            None => None,
        };
        match self.try_for(connections, seconds)? {
            Some(reading) => Ok(reading),
            // Slow requests on a busy machine take their time.
            None => self.try_for(connections, 10 * seconds)?.with_context(|| format!("nothing was answered within {} s", 10 * seconds)),
        }
    }

    /// One round; none if nothing was answered in it.
    fn try_for(&self, connections: u32, seconds: u32) -> anyhow::Result<Option<Reading>> {
        let output = self.wrk(connections, seconds).output().context("cannot run wrk")?;
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

    /// Begins to send them, and is at full strength when this returns. For so many seconds at most.
    fn press(&self, connections: u32, seconds: u32) -> anyhow::Result<Pressing> {
        let mut command = self.wrk(connections, seconds);
        let pressing = Pressing(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("cannot run wrk")?);
        std::thread::sleep(WARM_UP);
        Ok(pressing)
    }

    fn wrk(&self, connections: u32, seconds: u32) -> Command {
        let mut command = Command::new("wrk");
        command
            .args(["--threads", "1", "--timeout", "10s"])
            .args(["--connections", &connections.to_string(), "--duration", &format!("{seconds}s")])
            .arg("--script")
            .args([self.script.as_path(), Path::new(&self.address), Path::new("--"), self.file.as_path()]);
        command
    }
}

/// A load that is sent until this is dropped.
struct Pressing(Child);

impl Drop for Pressing {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The version of wrk; an error that says where it is to be had, if it is not there.
pub fn version() -> anyhow::Result<String> {
    let output = Command::new("wrk").arg("--version").output().context("wrk is missing: install Debian's package wrk")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.split_whitespace().nth(1).unwrap_or("of an unknown version").trim_start_matches("debian/").to_owned())
}
