//! The command line. Each flag has a variable in the environment. Secrets are never read from an argument, and never printed.

mod audit;
mod counts;
mod delivery;
mod export;
mod import;
mod secret;
mod value;

pub use audit::Audit;
pub use counts::Counts;
pub use delivery::Delivery;
pub use export::{Export, ExportFormat};
pub use import::{Import, ImportAnnotations, ImportAveritec, InputFormat, Reading, Revise};
pub use secret::{read_password, read_secret};
use value::{
    parse_collector, parse_digest, parse_listen, parse_network, parse_origin, parse_public_url,
};

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;

use crate::domain::activity::USUAL_MOST_LAG;
use crate::domain::permissions;
use crate::transport::document::guard::USUAL_MOST_COST;

/// A fact-check annotation server: claims marked on spans of text, verdicts with sources, summaries, through one GraphQL API.
#[derive(Parser)]
#[command(version, about, long_about = None, max_term_width = 120)]
pub struct Cli {
    /// The database: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME.
    ///
    /// `serve`, `demo`, `newsroom create` and `migrate up` create a missing file; the other commands fail without it.
    /// Default: sqlite://claimspan.db, and sqlite://claimspan-demo.db for the demo.
    #[arg(
        long,
        global = true,
        env = "CLAIMSPAN_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    database_url: Option<String>,

    /// Connections that the server may open to the database.
    #[arg(long, global = true, env = "CLAIMSPAN_DATABASE_CONNECTIONS", value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub database_connections: u32,

    /// The file with the private key that signs rulings and heads of the audit logs.
    ///
    /// `serve` and `demo` create a missing file at the first start. All servers of a database need the same file.
    /// Default: FILE.signing-key for sqlite://FILE, and claimspan.signing-key in the working directory for PostgreSQL.
    #[arg(long, global = true, env = "CLAIMSPAN_SIGNING_KEY", value_name = "FILE")]
    pub signing_key: Option<PathBuf>,

    /// The command to run.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Serve the API.
    Serve(Serve),
    /// Serve the API with an example newsroom, on this machine only.
    Demo(Demo),
    /// Create and list newsrooms, and take them from other databases.
    #[command(subcommand)]
    Newsroom(Newsroom),
    /// Create and list accounts, give them roles, reset passwords.
    #[command(subcommand)]
    Account(Account),
    /// Check the audit logs, prove what they contain, and manage the signing key.
    #[command(subcommand)]
    Audit(Audit),
    /// Check the kept counts that summaries use, and mend them.
    #[command(subcommand)]
    Counts(Counts),
    /// Import articles from files: plain text, HTML, Markdown, ninjs, NewsML-G2 or NITF.
    ///
    /// In plain text, the first line is the headline, and each further line a paragraph.
    Import(Import),
    /// Mark claims on an article from annotations that other programs wrote.
    ImportAnnotations(ImportAnnotations),
    /// Import claims with verdicts, questions and answers from the data set AVeriTeC.
    ///
    /// Reads the token of the account whose verdicts they become from standard input.
    ImportAveritec(ImportAveritec),
    /// Write a whole newsroom to a file: JSON Lines, CSV, ClaimReview, Web Annotation, AVeriTeC, Label Studio, UIMA CAS or an archive.
    Export(Export),
    /// Store a newer text of an article from a file. Its claims are carried into it.
    Revise(Revise),
    /// Print the GraphQL schema.
    Schema(Schema),
    /// Migrate the database's schema, or show which migrations have run.
    Migrate(Migrate),
}

/// `serve`.
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Args)]
pub struct Serve {
    /// The address and port to listen on, such as 0.0.0.0:8080, localhost:8080, :8080 or 8080. Without an address: 127.0.0.1. Port 0 means any free port.
    #[arg(long, env = "CLAIMSPAN_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = parse_listen)]
    pub listen: SocketAddr,

    /// The address at which readers reach the server, such as <https://facts.example.org> or <https://example.org/facts>.
    ///
    /// Canonical links, feeds and exports name it. Default: none. Then they name the address in --listen, and only in
    /// answers to requests that were sent to that address.
    #[arg(long, env = "CLAIMSPAN_PUBLIC_URL", value_name = "URL", value_parser = parse_public_url)]
    pub public_url: Option<String>,

    /// Refuse to start if the database's schema is not this version's, instead of migrating it.
    #[arg(long, env = "CLAIMSPAN_NO_MIGRATE", value_parser = BoolishValueParser::new())]
    pub no_migrate: bool,

    /// Threads that answer requests. Default: four for each processor.
    #[arg(long, env = "CLAIMSPAN_WORKERS", value_name = "N")]
    pub workers: Option<usize>,

    /// A proxy whose X-Forwarded-For or Forwarded header is trusted: an address, or a network such as 10.0.0.0/8. May be repeated.
    ///
    /// Limits on sign-ins, connections and strangers' requests count by client address. Default: no proxy is trusted.
    #[arg(long = "trusted-proxy", env = "CLAIMSPAN_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',', value_parser = parse_network)]
    pub trusted_proxies: Vec<IpNet>,

    /// Cost of the operations that an account, or a stranger's network, may run in a minute. 0 means no limit.
    ///
    /// See --most-cost for how an operation's cost is computed.
    #[arg(
        long,
        env = "CLAIMSPAN_BUDGET",
        value_name = "COST_PER_MINUTE",
        default_value_t = 2_000_000
    )]
    pub budget: u32,

    /// Invalid requests that an account, or a stranger's network, may send in a minute. 0 means no limit.
    ///
    /// A request is invalid if it can't be read, asks for too much, or shows a wrong token. A large one counts more than once.
    #[arg(long, env = "CLAIMSPAN_INVALID_REQUESTS", value_name = "N", default_value_t = 600)]
    pub invalid_requests: u32,

    /// Connections that a network (an IPv4 address, or an IPv6 /64) may hold, but never more than a quarter of all.
    ///
    /// Trusted proxies are exempt. All networks together may hold as many as the limit of open files allows.
    #[arg(long, env = "CLAIMSPAN_CONNECTIONS", value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..))]
    pub connections: u32,

    /// WebSockets that an account, or a stranger's network, may hold. 0 means no limit.
    #[arg(long, env = "CLAIMSPAN_SOCKETS", value_name = "N", default_value_t = 20)]
    pub sockets: u32,

    /// Subscriptions that an account, or a stranger's network, may run at once. 0 means no limit.
    #[arg(long, env = "CLAIMSPAN_SUBSCRIPTIONS", value_name = "N", default_value_t = 100)]
    pub subscriptions: u32,

    /// MiB of memory for request bodies and messages that are being received. A network may use a quarter.
    #[arg(long, env = "CLAIMSPAN_RECEIVE_MEMORY", value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u32).range(32..=65_536))]
    pub receive_memory: u32,

    /// MiB of memory for responses that are not sent yet. An account, or a stranger's network, may use a third.
    #[arg(long, env = "CLAIMSPAN_SEND_MEMORY", value_name = "MIB", default_value_t = 192, value_parser = clap::value_parser!(u32).range(32..=65_536))]
    pub send_memory: u32,

    /// MiB that one response may have, a batch's included.
    #[arg(long, env = "CLAIMSPAN_RESPONSE_SIZE", value_name = "MIB", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub response_size: u32,

    /// MiB of memory for responses that are kept until something that they say changes. 0 keeps none.
    #[arg(long, env = "CLAIMSPAN_CACHE_SIZE", value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u32).range(0..=65_536))]
    pub cache_size: u32,

    /// Seconds within which a request body, or a message on a socket, must arrive.
    #[arg(long, env = "CLAIMSPAN_RECEIVE_TIMEOUT", value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub receive_timeout: u64,

    /// Seconds after which a client that does not read its response is disconnected.
    #[arg(long, env = "CLAIMSPAN_SEND_TIMEOUT", value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub send_timeout: u64,

    /// Log as JSON, one object per line.
    #[arg(long, env = "CLAIMSPAN_LOG_JSON", value_parser = BoolishValueParser::new())]
    pub log_json: bool,

    /// Send traces by OTLP over HTTP to this OpenTelemetry collector, such as <http://127.0.0.1:4318>.
    #[arg(long, env = "CLAIMSPAN_OTLP", value_name = "URL", value_parser = parse_collector)]
    pub otlp: Option<String>,

    /// Seconds that an operation may take, including its work in the database.
    #[arg(long, env = "CLAIMSPAN_DEADLINE", value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub deadline: u64,

    /// Hide the schema: refuse introspection, and suggest no names in errors.
    #[arg(long, env = "CLAIMSPAN_NO_INTROSPECTION", value_parser = BoolishValueParser::new())]
    pub no_introspection: bool,

    /// Be a subgraph of Apollo Federation: answer `_service` and `_entities`. `schema --federation` prints the subgraph's schema.
    #[arg(long, env = "CLAIMSPAN_FEDERATION", value_parser = BoolishValueParser::new())]
    pub federation: bool,

    /// Cost of one operation or batch: about 1 for each field of its response if every page were full.
    #[arg(long, env = "CLAIMSPAN_MOST_COST", value_name = "N", default_value_t = USUAL_MOST_COST)]
    pub most_cost: u64,

    /// Operations that a batch may hold. 0 means no batches.
    #[arg(long, env = "CLAIMSPAN_BATCH", value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub batch: u8,

    /// Events that a subscription may fall behind before it ends with SUBSCRIPTION_LAGGED.
    #[arg(long, env = "CLAIMSPAN_LAG", value_name = "N", default_value_t = USUAL_MOST_LAG, value_parser = clap::value_parser!(i32).range(1..))]
    pub lag: i32,

    /// Run only the documents in this folder. A .graphql file holds one document, a .json file an object of documents by their ids.
    #[arg(long, env = "CLAIMSPAN_TRUSTED_DOCUMENTS", value_name = "DIR")]
    pub trusted_documents: Option<PathBuf>,

    /// A web origin whose pages may read responses, such as <https://desk.example.org>. May be repeated. Default: only the server's own.
    #[arg(long = "cors-origin", env = "CLAIMSPAN_CORS_ORIGIN", value_name = "ORIGIN", value_delimiter = ',', value_parser = parse_origin)]
    pub cors_origins: Vec<String>,

    /// The flags of deliveries.
    #[command(flatten)]
    pub delivery: Delivery,
}

/// `demo`.
#[derive(Args)]
pub struct Demo {
    /// The address and port to listen on, such as localhost:9000, :9000 or 9000. The address must be a loopback address. Port 0 means any free port.
    #[arg(long, env = "CLAIMSPAN_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = parse_listen)]
    pub listen: SocketAddr,
}

/// `newsroom …`.
#[derive(Subcommand)]
pub enum Newsroom {
    /// Create a newsroom.
    Create {
        /// The name in addresses: lower-case letters, digits and hyphens.
        #[arg(long, env = "CLAIMSPAN_SLUG")]
        slug: String,
        /// The name that people see.
        #[arg(long, env = "CLAIMSPAN_NAME")]
        name: String,
    },
    /// Make a newsroom of an archive, which `claimspan export --format archive` wrote from another database.
    Import {
        /// The archive, or - for standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The SHA-256 of the archive, which `claimspan export` printed. An archive with another one is refused.
        #[arg(long, env = "CLAIMSPAN_SHA256", value_name = "HEX", value_parser = parse_digest)]
        sha256: [u8; 32],
    },
    /// List the newsrooms: slug, number of members, id and name.
    List,
}

/// `account …`. Passwords come from standard input, never from an argument.
#[derive(Subcommand)]
pub enum Account {
    /// Create an account with a role in a newsroom. The password is read from standard input.
    Create {
        /// The account's e-mail address.
        #[arg(long, env = "CLAIMSPAN_EMAIL")]
        email: String,
        /// The name that others see.
        #[arg(long, env = "CLAIMSPAN_NAME")]
        name: String,
        /// The newsroom's slug.
        #[arg(long, env = "CLAIMSPAN_NEWSROOM")]
        newsroom: String,
        /// The account's role in the newsroom.
        #[arg(long, env = "CLAIMSPAN_ROLE", value_enum, ignore_case = true)]
        role: Role,
    },
    /// Add an existing account to a newsroom.
    Join {
        /// The account's e-mail address.
        #[arg(long, env = "CLAIMSPAN_EMAIL")]
        email: String,
        /// The newsroom's slug.
        #[arg(long, env = "CLAIMSPAN_NEWSROOM")]
        newsroom: String,
        /// The account's role in the newsroom.
        #[arg(long, env = "CLAIMSPAN_ROLE", value_enum, ignore_case = true)]
        role: Role,
    },
    /// List the accounts: e-mail address, display name, and role in each newsroom.
    List {
        /// List only the members of this newsroom, by its slug.
        #[arg(long, env = "CLAIMSPAN_NEWSROOM")]
        newsroom: Option<String>,
    },
    /// Erase a person: a pseudonym replaces the name and the address. The account leaves all newsrooms, and its work stays.
    Erase {
        /// The account's e-mail address.
        #[arg(long, env = "CLAIMSPAN_EMAIL")]
        email: String,
    },
    /// Set an account's password, read from standard input. Ends its sessions and revokes its API tokens.
    ResetPassword {
        /// The account's e-mail address.
        #[arg(long, env = "CLAIMSPAN_EMAIL")]
        email: String,
        /// Keep its API tokens. Use this only if nobody else can know the old password.
        #[arg(long, env = "CLAIMSPAN_KEEP_TOKENS")]
        keep_tokens: bool,
    },
}

/// A role on the command line.
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

impl From<Role> for permissions::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Reader => Self::Reader,
            Role::Reviewer => Self::Reviewer,
            Role::Editor => Self::Editor,
            Role::Admin => Self::Admin,
        }
    }
}

/// `schema`.
#[derive(Args)]
pub struct Schema {
    /// Compare the schema with this file instead of printing it, and fail if they differ.
    #[arg(long, env = "CLAIMSPAN_CHECK", value_name = "FILE")]
    pub check: Option<PathBuf>,

    /// Write the reference of the API to this folder instead: Markdown pages, one for each noun.
    #[arg(long, env = "CLAIMSPAN_REFERENCE", value_name = "DIR", conflicts_with = "check")]
    pub reference: Option<PathBuf>,

    /// The schema of a subgraph of Apollo Federation, which `serve --federation` is.
    #[arg(long, env = "CLAIMSPAN_FEDERATION", value_parser = BoolishValueParser::new())]
    pub federation: bool,
}

/// `migrate`.
#[derive(Args)]
pub struct Migrate {
    /// The direction.
    #[arg(value_enum, default_value = "up")]
    pub direction: Direction,
    /// Undo the last migration without asking.
    #[arg(long, env = "CLAIMSPAN_YES", value_parser = BoolishValueParser::new())]
    pub yes: bool,
}

/// The direction of a migration.
#[derive(Clone, Copy, ValueEnum)]
pub enum Direction {
    /// Run every migration that is missing.
    Up,
    /// Undo the last migration, after it said what would be lost and you agreed.
    Down,
    /// Show which migrations have run.
    Status,
}

impl Cli {
    /// The database's URL, or `usual` if none was given.
    pub fn database_url(&self, usual: &str) -> String {
        self.database_url.clone().unwrap_or_else(|| usual.to_owned())
    }

    /// Whether the command line or the environment names a database.
    pub const fn names_a_database(&self) -> bool {
        self.database_url.is_some()
    }
}
