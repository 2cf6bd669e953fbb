//! Parses the command line and runs one command.

use std::process::ExitCode;

use clap::Parser;

use claimspan::commands;
use claimspan::config::Cli;

/// A response consists of thousands of short strings, made on several threads. The system's
/// allocator took a sixth of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An error and its causes in one line. A cause that the error before it already names is left out,
/// because many libraries repeat the causes of their errors.
fn one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if line.is_empty() {
            line = cause;
        } else if !line.contains(cause.trim_end_matches('.')) {
            line = format!("{line}: {cause}");
        }
    }
    line
}

#[actix_web::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match commands::run(&cli).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("claimspan: {}", one_line(&error));
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::one_line;

    #[test]
    fn an_error_names_each_cause_once() {
        let error = anyhow!("connection refused")
            .context("cannot connect: connection refused")
            .context("cannot open the database");
        assert_eq!(
            one_line(&error),
            "cannot open the database: cannot connect: connection refused"
        );
        assert_eq!(
            one_line(&anyhow!("no file").context("cannot read x")),
            "cannot read x: no file"
        );
    }
}
