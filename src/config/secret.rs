//! Secrets from standard input. They are never arguments, which other users of the machine can see.

use std::io::{BufRead, IsTerminal};

use anyhow::Context;

/// Reads a password: from a terminal without showing it, otherwise the first line of standard input.
pub fn read_password() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        let ask = |prompt| rpassword::prompt_password(prompt).context("cannot read a password");
        let password = ask("Password: ")?;
        anyhow::ensure!(
            ask("The same password again: ")? == password,
            "The two passwords differ. Run the command again."
        );
        return Ok(password);
    }
    read_line("a password")
}

/// Reads a secret from the first line of standard input. A terminal is asked for it, and does not
/// show it.
pub fn read_secret(name: &str) -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password(format!("{name}: ")).context("cannot read a token");
    }
    read_line("a token")
}

fn read_line(what: &str) -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .with_context(|| format!("cannot read {what} from standard input"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
