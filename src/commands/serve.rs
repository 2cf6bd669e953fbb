//! `serve`: runs the API server until it is asked to stop.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use crate::commands::signing_key;
use crate::config::{Cli, Delivery, Serve};
use crate::delivery::post::Sender;
use crate::delivery::smtp::Smtp;
use crate::delivery::{self, mails};
use crate::domain::people::directory;
use crate::domain::store::Db;
use crate::domain::upkeep;
use crate::domain::world::World;
use crate::graphql::{self, Root};
use crate::server::address::Proxies;
use crate::server::limits::{Allowance, Limited, Limits};
use crate::server::{self, AppState, Settings};
use crate::telemetry;
use crate::transport::document::persisted::{self, Documents, TrustedDocument};
use crate::transport::wire::Timeouts;

/// How often the server looks for new events to deliver.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Opens the database and serves it.
pub async fn run(cli: &Cli, options: &Serve) -> anyhow::Result<()> {
    let telemetry =
        telemetry::start("warn,claimspan=info", options.log_json, options.otlp.as_deref())?;
    let served = serve(super::open(cli, !options.no_migrate).await?, cli, options).await;
    actix_web::web::block(|| telemetry.end()).await?;
    served
}

async fn serve(db: Db, cli: &Cli, options: &Serve) -> anyhow::Result<()> {
    let workers = options.workers.unwrap_or_else(default_workers);
    let limits = limits(options, cli.database_connections, workers);
    let signer = signing_key::at_start(&db, cli, &super::database_url(cli)).await?;
    let world = World::real().signing_with(signer);
    let documents = documents(root(options), options.trusted_documents.as_deref()).await?;
    let sender = sender(&options.delivery).context("--webhook-ca")?;
    let smtp = smtp(&options.delivery)?;
    let world = match options.public_url.as_deref().filter(|_| smtp.is_some()) {
        Some(public_url) => world.mailing_links_to(public_url),
        None => world,
    };
    let state = AppState::new(db.clone(), world.clone(), settings(options, limits, documents));
    let (server, address) = server::start(state, options.listen, workers.max(1))?;
    let counting = upkeep::count_in_background(&db);
    let deliveries = delivery::start(&db, &world, sender, LOOK_EVERY);
    let mails = smtp.map(|smtp| mails::start(&db, &world, smtp, LOOK_EVERY));
    println!("claimspan listens on http://{address}");
    if directory::is_empty(&db).await? {
        eprintln!(
            "nobody can sign in yet; create a newsroom and its admin with `claimspan newsroom \
             create --slug SLUG --name NAME` and `claimspan account create --newsroom SLUG --role \
             admin --email EMAIL --name NAME`, with the same --database-url"
        );
    }
    // Ends on SIGTERM, after the requests in flight are answered.
    server.await?;
    counting.abort();
    deliveries.stop().await;
    if let Some(mails) = mails {
        mails.stop().await;
    }
    db.close().await?;
    Ok(())
}

/// The sender of webhooks.
fn sender(options: &Delivery) -> anyhow::Result<Sender> {
    let own = match &options.webhook_ca {
        Some(file) => CertificateDer::pem_file_iter(file)?.collect::<Result<Vec<_>, _>>()?,
        None => Vec::new(),
    };
    Sender::new(own, options.webhook_allow_private_networks)
}

/// The mail server, if the operator named one.
fn smtp(options: &Delivery) -> anyhow::Result<Option<Smtp>> {
    let (Some(url), Some(from)) = (&options.smtp_url, &options.mail_from) else { return Ok(None) };
    let own = options.smtp_ca.as_deref().map(std::fs::read).transpose().context("--smtp-ca")?;
    Smtp::new(url, from, own.as_deref()).map(Some)
}

/// The documents that clients may run. Those in a folder must all fit the schema.
async fn documents(root: Root, folder: Option<&Path>) -> anyhow::Result<Documents> {
    let Some(folder) = folder else { return Ok(Documents::default()) };
    let trusted = persisted::read_trusted(folder)?;
    for TrustedDocument { id, text, file } in &trusted {
        graphql::validate(root, text).await.map_err(|message| {
            let id = id.as_deref().map_or_else(String::new, |id| format!(", document {id}"));
            anyhow!("{}{id}: {message}", file.display())
        })?;
    }
    Ok(Documents::trusted(trusted))
}

const fn root(options: &Serve) -> Root {
    if options.federation { Root::Subgraph } else { Root::Plain }
}

fn settings(options: &Serve, limits: Limits, documents: Documents) -> Settings {
    Settings {
        deadline: Duration::from_secs(options.deadline),
        introspection: !options.no_introspection,
        root: root(options),
        most_cost: options.most_cost,
        most_batch: options.batch.into(),
        most_lag: options.lag,
        documents: Arc::new(documents),
        origins: options.cors_origins.clone(),
        public_url: options.public_url.clone(),
        proxies: Proxies::new(options.trusted_proxies.clone()),
        limits,
        timeouts: Timeouts {
            receive: Duration::from_secs(options.receive_timeout),
            send: Duration::from_secs(options.send_timeout),
            ..Timeouts::default()
        },
        kept_bytes: u64::from(options.cache_size) << 20,
        ..Settings::default()
    }
}

/// The table's limits, with what the options change.
fn limits(options: &Serve, database_connections: u32, workers: usize) -> Limits {
    let bytes = |mib: u32| mib as usize * (1 << 20);
    let total = most_connections(database_connections as usize, workers);
    let each = (options.connections as usize).min(total / 4);
    let (received, unsent) = (bytes(options.receive_memory), bytes(options.send_memory));
    Limits::of_table()
        .with_rate(Limited::Request, options.budget)
        .with_rate(Limited::InvalidRequest, options.invalid_requests)
        .with(Limited::Connection, Allowance::AtOnce { each, total })
        .with(Limited::Socket, at_once(options.sockets))
        .with(Limited::Subscription, at_once(options.subscriptions))
        .with(Limited::ReceivedBytes, Allowance::AtOnce { each: received / 4, total: received })
        .with(Limited::UnsentBytes, Allowance::AtOnce { each: unsent / 3, total: unsent })
        .with(
            Limited::ResponseBytes,
            Allowance::AtOnce { each: bytes(options.response_size), total: 0 },
        )
}

const fn at_once(each: u32) -> Allowance {
    Allowance::AtOnce { each: each as usize, total: 0 }
}

/// Threads for each processor. Each serves some of the connections in turn, and the system divides
/// its time among the threads. So a connection that floods the server delays few others.
const WORKERS: usize = 4;

fn default_workers() -> usize {
    WORKERS * std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Descriptors that the server needs besides its connections: the log, the listener, each worker's poll, files that are opened for a moment.
const OWN_DESCRIPTORS: usize = 64;
/// Descriptors of one connection to the database: SQLite's file, its log and its index.
const FOR_DATABASE: usize = 4;
/// Descriptors of one worker.
const FOR_WORKER: usize = 8;

/// How many connections the process has descriptors for. Asks the system for as many descriptors as it grants without privileges.
fn most_connections(database_connections: usize, workers: usize) -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current < limit.maximum || limit.maximum.is_none() {
        let more = Rlimit { current: limit.maximum, ..limit };
        if setrlimit(Resource::Nofile, more).is_ok() {
            limit = getrlimit(Resource::Nofile);
        }
    }
    let descriptors = limit.current.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    let own = OWN_DESCRIPTORS + FOR_DATABASE * database_connections + FOR_WORKER * workers;
    descriptors.saturating_sub(own).clamp(16, 50_000)
}
