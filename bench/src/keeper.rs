//! What a run starts and has to leave behind nothing of: a folder, servers, a PostgreSQL cluster.
//!
//! Each belongs to a shell of its own, which ends it once its standard input closes; and that closes however this process ends.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::Context;

/// Something that ends when this is dropped.
pub struct Kept(Child);

impl Kept {
    /// Runs a shell script that ends once its standard input closes. Gives the first line that it prints with `begins` in front, without it.
    pub fn run(script: &str, environment: &[(&str, &Path)], arguments: &[String], begins: &str) -> anyhow::Result<(Self, String)> {
        // An interrupt from the keyboard ends this process, and the shell then sees that its input is closed.
        let script = format!("trap '' INT; {script}");
        let mut command = Command::new("sh");
        command.args(["-c", &script, "sh"]).args(arguments).envs(environment.iter().copied());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot run sh")?;
        let stdout = child.stdout.take().context("a shell has an output")?;
        let kept = Self(child);
        for line in BufReader::new(stdout).lines() {
            if let Some(rest) = line?.strip_prefix(begins) {
                return Ok((kept, rest.to_owned()));
            }
        }
        anyhow::bail!("what was to say `{begins}…` ended without saying it")
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// A folder that is removed with all that is in it.
pub struct Home {
    _keeper: Kept,
    path: PathBuf,
}

impl Home {
    /// A new folder among the system's temporary ones.
    pub fn new() -> anyhow::Result<Self> {
        let script = r#"home=$(mktemp -d "${TMPDIR:-/tmp}/claimspan-bench.XXXXXX"); echo "$home"; cat >/dev/null; rm -rf "$home""#;
        let (keeper, path) = Kept::run(script, &[], &[], "/")?;
        Ok(Self { _keeper: keeper, path: PathBuf::from(format!("/{path}")) })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A server that listens.
pub struct Server {
    _keeper: Kept,
    /// `http://127.0.0.1:…`
    pub address: String,
}

impl Server {
    /// Runs a program that says `NAME listens on ADDRESS` once it does. It logs to a file.
    pub fn start(program: &Path, name: &str, arguments: &[&str], log: &Path) -> anyhow::Result<Self> {
        let script = r#""$PROGRAM" "$@" 2>"$LOG" & server=$!; cat >/dev/null; kill "$server"; wait "$server""#;
        let arguments: Vec<_> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let environment = [("PROGRAM", program), ("LOG", log)];
        let started = Kept::run(script, &environment, &arguments, &format!("{name} listens on "));
        let (keeper, address) = started.with_context(|| {
            let log = std::fs::read_to_string(log).unwrap_or_default();
            format!("{} did not start: {}", program.display(), log.trim())
        })?;
        Ok(Self { _keeper: keeper, address })
    }
}
