//! Resources that a run must release: a folder, servers, a PostgreSQL cluster.
//!
//! A shell owns each of them. It releases the resource when its standard input closes, which
//! happens however this process ends.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context;

/// A resource that is released when this value is dropped.
pub struct Kept(Child);

impl Kept {
    /// Runs a shell script that ends when its standard input closes. Returns the first printed line
    /// that begins with `begins`, without that prefix.
    pub fn run(
        script: &str,
        environment: &[(&str, &Path)],
        arguments: &[String],
        begins: &str,
    ) -> anyhow::Result<(Self, String)> {
        // An interrupt from the keyboard ends this process. Then the shell's input closes.
        let script = format!("trap '' INT; {script}");
        let mut command = Command::new("sh");
        command.args(["-c", &script, "sh"]).args(arguments).envs(environment.iter().copied());
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run sh")?;
        let stdout = child.stdout.take().context("a shell has an output")?;
        let kept = Self(child);
        for line in BufReader::new(stdout).lines() {
            if let Some(rest) = line?.strip_prefix(begins) {
                return Ok((kept, rest.to_owned()));
            }
        }
        anyhow::bail!("the script that must print `{begins}…` ended without printing it")
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// A folder that is removed with its content.
pub struct Home {
    _keeper: Kept,
    path: PathBuf,
}

impl Home {
    /// Creates a temporary folder.
    pub fn new() -> anyhow::Result<Self> {
        let script = r#"home=$(mktemp -d "${TMPDIR:-/tmp}/claimspan-bench.XXXXXX"); echo "$home"; cat >/dev/null; rm -rf "$home""#;
        let (keeper, path) = Kept::run(script, &[], &[], "/")?;
        Ok(Self { _keeper: keeper, path: PathBuf::from(format!("/{path}")) })
    }

    /// The folder's path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A running server.
pub struct Server {
    _keeper: Kept,
    /// `http://127.0.0.1:…`
    pub address: String,
    pid: u32,
}

impl Server {
    /// Runs a program that prints `NAME listens on ADDRESS` when it is ready. Its log goes to a
    /// file.
    pub fn start(
        program: &Path,
        name: &str,
        arguments: &[&str],
        log: &Path,
    ) -> anyhow::Result<Self> {
        // Only the server holds the output: it ends if the server does.
        let script = r#""$PROGRAM" "$@" 2>"$LOG" & server=$!; exec >/dev/null; echo "$server" >"$LOG.pid"; cat >/dev/null; kill "$server"; wait "$server""#;
        let arguments: Vec<_> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let environment = [("PROGRAM", program), ("LOG", log)];
        let started = Kept::run(script, &environment, &arguments, &format!("{name} listens on "));
        let (keeper, address) = started.with_context(|| {
            let log = std::fs::read_to_string(log).unwrap_or_default();
            format!("{} did not start: {}", program.display(), log.trim())
        })?;
        let mut pid = log.as_os_str().to_owned();
        pid.push(".pid");
        let pid = std::fs::read_to_string(pid)?.trim().parse()?;
        Ok(Self { _keeper: keeper, address, pid })
    }

    /// The memory of the server that it shares with no file, in bytes.
    pub fn private_memory(&self) -> anyhow::Result<u64> {
        Ok(self.usage()?.memory)
    }

    /// The memory of the server, in bytes. The part of a SQLite file that it has mapped counts.
    pub fn resident_memory(&self) -> anyhow::Result<u64> {
        status(self.pid, "VmRSS:")
    }

    /// The time and memory that the server has used so far.
    pub fn usage(&self) -> anyhow::Result<Usage> {
        Ok(usage(self.pid)?.0)
    }
}

/// The time and memory that a process used.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// The time of processors, in its own code and in the kernel.
    pub cpu: Duration,
    /// The memory that it shares with no file, in bytes.
    pub memory: u64,
}

/// How often a process is looked at.
pub const SAMPLED: Duration = Duration::from_millis(20);

/// Waits until a process has ended well. Returns what it used: the memory is the peak.
pub fn watch(mut child: Child) -> anyhow::Result<Usage> {
    let mut peak = 0;
    // The kernel keeps the figures of a process that has ended until somebody waits for it.
    let cpu = loop {
        let (used, has_ended) = usage(child.id())?;
        peak = peak.max(used.memory);
        if has_ended {
            break used.cpu;
        }
        std::thread::sleep(SAMPLED);
    };
    let status = child.wait()?;
    anyhow::ensure!(status.success(), "it ended with {status}");
    Ok(Usage { cpu, memory: peak })
}

/// The time and memory that a process has used so far, and whether it has ended.
fn usage(pid: u32) -> anyhow::Result<(Usage, bool)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name, in parentheses, may have spaces.
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks =
        |at: usize| -> anyhow::Result<u64> { Ok(fields.get(at).context("ticks")?.parse()?) };
    // Linux shows a hundred ticks a second.
    let cpu = Duration::from_millis((ticks(11)? + ticks(12)?) * 10);
    let has_ended = fields.first().is_some_and(|state| *state == "Z");
    Ok((Usage { cpu, memory: status(pid, "RssAnon:")? }, has_ended))
}

/// A number of bytes in the status of a process. A process that is ending has no memory any more.
fn status(pid: u32, name: &str) -> anyhow::Result<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(kib.map_or(Ok(0), |kib| kib.trim().parse::<u64>())? << 10)
}
