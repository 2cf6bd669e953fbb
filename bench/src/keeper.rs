//! Resources that a run must release: a folder, servers, a PostgreSQL cluster.
//!
//! A shell owns each of them. It releases the resource when its standard input closes, which
//! happens however this process ends.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

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
        self.memory("RssAnon:")
    }

    /// The memory of the server, in bytes. The part of a SQLite file that it has mapped counts.
    pub fn resident_memory(&self) -> anyhow::Result<u64> {
        self.memory("VmRSS:")
    }

    fn memory(&self, name: &str) -> anyhow::Result<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).context("memory in kB")?;
        Ok(kib.trim().parse::<u64>()? << 10)
    }
}
