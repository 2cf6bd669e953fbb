//! The command line, and its twins in the environment. Secrets are never taken from an argument, and never printed.

use std::io::{BufRead, IsTerminal};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use anyhow::Context;
use clap::builder::BoolishValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;

use crate::domain::activity::USUAL_MOST_LAG;
use crate::domain::audit::Pin;
use crate::domain::policy;
use crate::transport::guard::USUAL_MOST_COST;

/// A fact-check annotation server: claims marked on spans of text, verdicts with sources, summaries, through one GraphQL API.
#[derive(Parser)]
#[command(version, about, long_about = None, max_term_width = 120)]
pub struct Cli {
    /// The database: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME.
    ///
    /// A file that is missing is made by `serve`, `demo`, `newsroom create` and `migrate up`; to the other commands it is an error.
    /// sqlite://claimspan.db where nothing is said, and sqlite://claimspan-demo.db for the demo.
    #[arg(long, global = true, env = "CLAIMSPAN_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,

    /// How many connections to the database to hold at most.
    #[arg(long, global = true, env = "CLAIMSPAN_DATABASE_CONNECTIONS", value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub database_connections: u32,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Serve the API.
    Serve(Serve),
    /// Serve the API with a newsroom, accounts and an article to try it on, on this machine only.
    Demo(Demo),
    /// Newsrooms.
    #[command(subcommand)]
    Newsroom(Newsroom),
    /// Accounts.
    #[command(subcommand)]
    Account(Account),
    /// The logs of everything that was done.
    #[command(subcommand)]
    Audit(Audit),
    /// Import articles from plain-text files: the first line is the headline, each further line a paragraph.
    Import(Import),
    /// Print the GraphQL schema.
    Schema(Schema),
    /// Bring the database's schema to this version, one step back, or tell where it stands.
    Migrate(Migrate),
}

/// `serve`.
#[derive(Args)]
pub struct Serve {
    /// The address and port to listen on; port 0 takes any that is free.
    #[arg(long, env = "CLAIMSPAN_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Refuse to start on a database whose schema is not this version's, instead of migrating it.
    #[arg(long, env = "CLAIMSPAN_NO_MIGRATE", value_parser = BoolishValueParser::new())]
    pub no_migrate: bool,

    /// How many threads answer requests: as many as there are processors where nothing is said.
    #[arg(long, env = "CLAIMSPAN_WORKERS", value_name = "N")]
    pub workers: Option<usize>,

    /// A proxy whose X-Forwarded-For or Forwarded header is believed, as a network such as 10.0.0.0/8 or an address. Give it once for each.
    ///
    /// Where a request comes from counts for limits on sign-ins, and on what strangers ask for. Nobody is believed where nothing is said.
    #[arg(long = "trusted-proxy", env = "CLAIMSPAN_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',', value_parser = parse_network)]
    pub trusted_proxies: Vec<IpNet>,

    /// How much an account, or a stranger's network, may ask for in a minute, as documents' costs add up; 0 for no limit.
    ///
    /// A field costs 1, and what stands below a page costs as often as the page has rows; one document costs 200000 at most.
    #[arg(long, env = "CLAIMSPAN_BUDGET", value_name = "COST_PER_MINUTE", default_value_t = 2_000_000)]
    pub budget: u32,

    /// Log as JSON, one object a line.
    #[arg(long, env = "CLAIMSPAN_LOG_JSON", value_parser = BoolishValueParser::new())]
    pub log_json: bool,

    /// Send traces to the OpenTelemetry collector at this address, by OTLP over HTTP, such as <http://127.0.0.1:4318>.
    #[arg(long, env = "CLAIMSPAN_OTLP", value_name = "URL")]
    pub otlp: Option<String>,

    /// How many seconds an operation may take, with its work in the database.
    #[arg(long, env = "CLAIMSPAN_DEADLINE", value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub deadline: u64,

    /// Keep the schema to those who know it: no introspection, and no suggestions in errors.
    #[arg(long, env = "CLAIMSPAN_NO_INTROSPECTION", value_parser = BoolishValueParser::new())]
    pub no_introspection: bool,

    /// What an operation may cost: about one for each field of its answer, were every page full.
    #[arg(long, env = "CLAIMSPAN_MOST_COST", value_name = "N", default_value_t = USUAL_MOST_COST)]
    pub most_cost: u64,

    /// How many operations a batch may hold; 0 takes no batches.
    #[arg(long, env = "CLAIMSPAN_BATCH", value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub batch: u8,

    /// How many events a follower of the activity may be behind before it is told to follow anew.
    #[arg(long, env = "CLAIMSPAN_LAG", value_name = "N", default_value_t = USUAL_MOST_LAG, value_parser = clap::value_parser!(i32).range(1..))]
    pub lag: i32,

    /// Run only the documents in this folder: each .graphql file is one, each .json file an object of documents by their ids.
    #[arg(long, env = "CLAIMSPAN_TRUSTED_DOCUMENTS", value_name = "DIR")]
    pub trusted_documents: Option<PathBuf>,

    /// A web origin whose pages may read answers, such as <https://desk.example.org>; given again for each, or separated by commas. None but our own
    /// where nothing is said.
    #[arg(long = "cors-origin", env = "CLAIMSPAN_CORS_ORIGIN", value_name = "ORIGIN", value_delimiter = ',', value_parser = parse_origin)]
    pub cors_origins: Vec<String>,
}

/// An origin as browsers send it: a scheme, a host, and a port if it is not the scheme's own.
fn parse_origin(text: &str) -> Result<String, String> {
    let form = "an origin looks like https://desk.example.org, without a path";
    match url::Url::parse(text) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") => {
            let origin = parsed.origin().ascii_serialization();
            if origin == text { Ok(origin) } else { Err(format!("{form}; this one would be {origin}")) }
        }
        _ => Err(form.to_owned()),
    }
}

/// `demo`.
#[derive(Args)]
pub struct Demo {
    /// The address and port to listen on: a loopback address; port 0 takes any that is free.
    #[arg(long, env = "CLAIMSPAN_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
}

/// `newsroom …`.
#[derive(Subcommand)]
pub enum Newsroom {
    /// Found a newsroom.
    Create {
        /// Its name in addresses: lower-case letters, digits and hyphens.
        #[arg(long, env = "CLAIMSPAN_SLUG")]
        slug: String,
        /// Its name.
        #[arg(long, env = "CLAIMSPAN_NAME")]
        name: String,
    },
}

/// `account …`. Passwords come from standard input, never from an argument.
#[derive(Subcommand)]
pub enum Account {
    /// Make an account with a role in a newsroom. Its password is read from standard input.
    Create {
        /// Its e-mail address.
        #[arg(long, env = "CLAIMSPAN_EMAIL")]
        email: String,
        /// The name that others see.
        #[arg(long, env = "CLAIMSPAN_NAME")]
        name: String,
        /// The newsroom's slug.
        #[arg(long, env = "CLAIMSPAN_NEWSROOM")]
        newsroom: String,
        /// The role that it has there.
        #[arg(long, env = "CLAIMSPAN_ROLE", value_enum, ignore_case = true)]
        role: Role,
    },
    /// Give an account that exists already a role in a newsroom that it is no member of.
    Join {
        /// Its e-mail address.
        #[arg(long, env = "CLAIMSPAN_EMAIL")]
        email: String,
        /// The newsroom's slug.
        #[arg(long, env = "CLAIMSPAN_NEWSROOM")]
        newsroom: String,
        /// The role that it gets there.
        #[arg(long, env = "CLAIMSPAN_ROLE", value_enum, ignore_case = true)]
        role: Role,
    },
    /// Set an account's password, read from standard input, and end its sessions.
    ResetPassword {
        /// Its e-mail address.
        #[arg(long, env = "CLAIMSPAN_EMAIL")]
        email: String,
    },
}

/// `audit …`.
#[derive(Subcommand)]
pub enum Audit {
    /// Walk the logs, and tell the first event of each that was altered, removed, swapped or put there behind the server's back.
    ///
    /// Prints for each log its newest event, as LOG:NUMBER:HASH. Ends with 0 if all are whole, and with 1 if not. Changes nothing.
    Verify {
        /// Only this newsroom's log: its slug.
        #[arg(long, env = "CLAIMSPAN_NEWSROOM")]
        newsroom: Option<String>,
        /// An event as it was printed before, which must still be there as it was; may be given several times, or with commas.
        #[arg(long, env = "CLAIMSPAN_EXPECT", value_name = "LOG:NUMBER:HASH", value_delimiter = ',')]
        expect: Vec<Pin>,
    },
}

/// A role, as the command line names it.
#[derive(Clone, Copy, ValueEnum)]
pub enum Role {
    /// Reads.
    Reader,
    /// Marks claims and judges them.
    Reviewer,
    /// Imports articles and changes any claim.
    Editor,
    /// Manages members, tokens and policy.
    Admin,
}

impl From<Role> for policy::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Reader => Self::Reader,
            Role::Reviewer => Self::Reviewer,
            Role::Editor => Self::Editor,
            Role::Admin => Self::Admin,
        }
    }
}

/// `import`.
#[derive(Args)]
pub struct Import {
    /// The files: UTF-8 text.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The newsroom's slug.
    #[arg(long, env = "CLAIMSPAN_NEWSROOM")]
    pub newsroom: String,
    /// Where the article was published; for one file.
    #[arg(long, env = "CLAIMSPAN_URL")]
    pub url: Option<String>,
    /// Who published the articles.
    #[arg(long, env = "CLAIMSPAN_PUBLISHER")]
    pub publisher: Option<String>,
    /// Their language, as a BCP 47 tag such as en.
    #[arg(long, env = "CLAIMSPAN_LANGUAGE")]
    pub language: Option<String>,
}

/// `schema`.
#[derive(Args)]
pub struct Schema {
    /// Instead of printing it, compare it with this file, and fail if they differ.
    #[arg(long, env = "CLAIMSPAN_CHECK", value_name = "FILE")]
    pub check: Option<PathBuf>,
}

/// `migrate`.
#[derive(Args)]
pub struct Migrate {
    /// What to do.
    #[arg(value_enum, default_value = "up")]
    pub direction: Direction,
}

/// Which way to migrate.
#[derive(Clone, Copy, ValueEnum)]
pub enum Direction {
    /// Every step that is missing.
    Up,
    /// One step back. What the step's tables hold is lost.
    Down,
    /// Tell which steps were taken.
    Status,
}

impl Cli {
    /// The database's URL, or `usual` where nothing was said.
    pub fn database_url(&self, usual: &str) -> String {
        self.database_url.clone().unwrap_or_else(|| usual.to_owned())
    }
}

/// A network in CIDR notation, or a single address.
fn parse_network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
    text.parse().or_else(|_| address()).map_err(|_| "a network looks like 10.0.0.0/8, an address like 10.0.0.1".to_owned())
}

/// Reads a password: from a terminal unseen, else the first line of standard input.
pub fn read_password() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password("Password: ").context("cannot read a password");
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("cannot read a password from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_networks_or_addresses() {
        let line = "claimspan serve --trusted-proxy 10.0.0.0/8,2001:db8::/32 --trusted-proxy 192.0.2.7";
        let Command::Serve(serve) = Cli::try_parse_from(line.split(' ')).unwrap().command else { panic!("serve") };
        let shown: Vec<_> = serve.trusted_proxies.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7/32"]);
        for bad in ["", "10.0.0.0/33", "proxy.example.org", "10.0.0.1:80"] {
            assert!(Cli::try_parse_from(["claimspan", "serve", "--trusted-proxy", bad]).is_err(), "{bad}");
        }
    }
}
