//! `audit …` on the command line.

use std::path::PathBuf;

use clap::Subcommand;
use clap::builder::BoolishValueParser;

use crate::domain::audit::Pin;
use crate::domain::signing::{PublicKey, parse_public};

/// `audit …`.
#[derive(Subcommand)]
pub enum Audit {
    /// Check that no event and no row on record was changed, added or removed without the server.
    ///
    /// Prints the newest event of each log as LOG:NUMBER:HASH. Exits with 0 if all is intact, and with 1 if not. Changes nothing.
    Verify {
        /// The slug of the newsroom to check. Default: all logs.
        #[arg(long, env = "CLAIMSPAN_NEWSROOM")]
        newsroom: Option<String>,
        /// An event as an earlier check printed it. It must be unchanged. May be repeated.
        #[arg(
            long,
            env = "CLAIMSPAN_EXPECT",
            value_name = "LOG:NUMBER:HASH",
            value_delimiter = ','
        )]
        expect: Vec<Pin>,
    },
    /// Print a signed head of each log's Merkle tree, as a C2SP checkpoint. Publish it in another place.
    Checkpoint {
        /// The slug of the newsroom. Default: all logs.
        #[arg(long, env = "CLAIMSPAN_NEWSROOM")]
        newsroom: Option<String>,
    },
    /// Print a proof that an event is in its log, as JSON. Everybody who has it can read the event's detail.
    Prove {
        /// The event: LOG:NUMBER. LOG is a newsroom's slug or id, or `server`.
        #[arg(value_name = "EVENT")]
        event: String,
        /// The number of events in the tree, such as that of a published checkpoint. Default: all events.
        #[arg(long, env = "CLAIMSPAN_TREE_SIZE", value_name = "N")]
        tree_size: Option<i32>,
    },
    /// Check a proof with nothing but the server's public key. Needs no database.
    CheckProof {
        /// The file with the proof. Default: standard input.
        file: Option<PathBuf>,
        /// The public key: Base64 of its 32 bytes, or a verifier key of signed notes.
        #[arg(long, env = "CLAIMSPAN_KEY", value_name = "KEY", value_parser = public_key)]
        key: PublicKey,
    },
    /// Print the public keys that the log names, oldest first, and the current key as PEM.
    PublicKey,
    /// Replace the signing key. Old signatures stay verifiable. The servers need no restart if they share the file.
    RotateKey {
        /// The old key is lost. The log will then have no signature of the new key by the old one.
        #[arg(long, env = "CLAIMSPAN_LOST", value_parser = BoolishValueParser::new())]
        lost: bool,
    },
}

fn public_key(text: &str) -> Result<PublicKey, String> {
    parse_public(text).ok_or_else(|| {
        "this is no Ed25519 public key: use the Base64 that `claimspan audit public-key` prints"
            .to_owned()
    })
}
