//! `counts …` on the command line.

use clap::Subcommand;

/// `counts …`.
#[derive(Subcommand)]
pub enum Counts {
    /// Compare the kept counts with the claims and verdicts that they were made of.
    ///
    /// Prints a line for each difference. Exits with 0 if there is none, and with 1 otherwise. Changes nothing. The server may run meanwhile.
    Check {
        /// The slug of the newsroom to check. Default: all newsrooms.
        #[arg(long, env = "CLAIMSPAN_NEWSROOM")]
        newsroom: Option<String>,
    },
    /// Count again, and replace what is kept. The server may run meanwhile. It then computes summaries from the verdicts.
    Rebuild {
        /// The slug of the newsroom to count. Default: all newsrooms.
        #[arg(long, env = "CLAIMSPAN_NEWSROOM")]
        newsroom: Option<String>,
    },
}
