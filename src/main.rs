//! The commands.

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use clap::Parser;
use migration::{Migrator, MigratorTrait};

use claimspan::config::{self, Account, Audit, Cli, Command, Direction, Import, Newsroom, Schema, Serve};
use claimspan::domain::article::{self, ImportArticleInput};
use claimspan::domain::audit::Pin;
use claimspan::domain::error::{Error, Reason};
use claimspan::domain::ids::NewsroomId;
use claimspan::domain::policy::{Actor, World};
use claimspan::domain::store::{self, Db};
use claimspan::domain::{audit, membership, newsroom, passage, session};
use claimspan::gates::address::Proxies;
use claimspan::gates::budget::Budget;
use claimspan::server::{self, Desk, Settings};
use claimspan::transport::persisted::Documents;
use claimspan::{demo, graphql, telemetry};

/// An answer is made of thousands of short strings, on several threads: the system's allocator took a sixth of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[actix_web::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("claimspan: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    match &cli.command {
        Command::Serve(options) => {
            let telemetry = telemetry::start("warn,claimspan=info", options.log_json, options.otlp.as_deref())?;
            let served = serve(open(cli, !options.no_migrate).await?, options).await;
            actix_web::web::block(|| telemetry.end()).await?;
            served?;
        }
        Command::Demo(options) => {
            // A line for each request would bury the passwords.
            let _telemetry = telemetry::start("warn", false, None)?;
            anyhow::ensure!(options.listen.ip().is_loopback(), "the demo listens on this machine only: give --listen a loopback address");
            let url = cli.database_url("sqlite://claimspan-demo.db");
            anyhow::ensure!(url.starts_with("sqlite:"), "the demo keeps to an embedded database: give --database-url sqlite://FILE");
            let db = store::connect(&url, cli.database_connections).await?;
            Migrator::up(db.read(), None).await?;
            let welcome = demo::prepare(&db, &World::real()).await?;
            let (server, address) = server::start(Desk::new(db.clone(), World::real(), Settings::default()), options.listen, 2)?;
            println!("{}", welcome.text(address, &url));
            server.await?;
            db.close().await?;
        }
        Command::Newsroom(Newsroom::Create { slug, name }) => {
            let db = open(cli, true).await?;
            let created = newsroom::create(&db, &machine(), slug, name).await?;
            println!("newsroom {} ({}) is founded; make its first admin with `claimspan account create`", created.slug, created.id);
        }
        Command::Account(Account::Create { email, name, newsroom, role }) => {
            let db = open_existing(cli).await?;
            let room = newsroom::fetch_by_slug(&db, &machine(), newsroom).await.with_context(|| format!("--newsroom {newsroom}"))?;
            let password = config::read_password()?;
            let account = session::create_account(&db, &machine(), email, name, &password, room.id, (*role).into()).await;
            let account = account.map_err(|error| match error {
                Error::Invalid { reason: Reason::AlreadyTaken, .. } => {
                    anyhow!("{error}: `claimspan account join` gives it a role in {newsroom}")
                }
                error => error.into(),
            })?;
            println!("account {} ({}) is made", account.email, account.id);
        }
        Command::Account(Account::Join { email, newsroom, role }) => {
            let db = open_existing(cli).await?;
            let room = newsroom::fetch_by_slug(&db, &machine(), newsroom).await.with_context(|| format!("--newsroom {newsroom}"))?;
            membership::admit(&db, &machine(), email, room.id, (*role).into()).await.with_context(|| format!("--email {email}"))?;
            println!("{email} is a member of {newsroom} now");
        }
        Command::Account(Account::ResetPassword { email }) => {
            let db = open_existing(cli).await?;
            let password = config::read_password()?;
            let account = session::reset_password(&db, &machine(), email, &password).await.with_context(|| format!("--email {email}"))?;
            println!("the password of {} is set; its sessions have ended", account.email);
        }
        Command::Audit(Audit::Verify { newsroom, expect }) => return verify(cli, newsroom.as_deref(), expect).await,
        Command::Import(options) => return import(&open_existing(cli).await?, options).await,
        Command::Schema(Schema { check: None }) => print!("{}", graphql::sdl()),
        Command::Schema(Schema { check: Some(file) }) => check_schema(file)?,
        Command::Migrate(options) => migrate(cli, options.direction).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the database, with its schema brought to this version or found to be there already.
async fn open(cli: &Cli, migrate: bool) -> anyhow::Result<Db> {
    let db = store::connect(&database_url(cli), cli.database_connections).await?;
    if migrate {
        Migrator::up(db.read(), None).await.context("cannot bring the database's schema to this version")?;
    } else if !db.ready().await? {
        bail!("the database's schema is not this version's, and --no-migrate says to leave it; run `claimspan migrate`");
    }
    Ok(db)
}

/// Opens a database that is there.
async fn open_existing(cli: &Cli) -> anyhow::Result<Db> {
    store::must_exist(&database_url(cli))?;
    open(cli, true).await
}

fn database_url(cli: &Cli) -> String {
    cli.database_url("sqlite://claimspan.db")
}

async fn serve(db: Db, options: &Serve) -> anyhow::Result<()> {
    let workers = options.workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(2, std::num::NonZero::get));
    let (server, address) = server::start(Desk::new(db.clone(), World::real(), settings(options)?), options.listen, workers.max(1))?;
    println!("claimspan listens on http://{address}");
    // Ends on SIGTERM, once what is in flight is answered.
    server.await?;
    db.close().await?;
    Ok(())
}

async fn verify(cli: &Cli, slug: Option<&str>, pins: &[Pin]) -> anyhow::Result<ExitCode> {
    store::must_exist(&database_url(cli))?;
    let db = store::connect(&database_url(cli), cli.database_connections).await?;
    // Left as it is, whatever it is: nothing that is looked into is changed first.
    anyhow::ensure!(db.ready().await?, "the database's schema is not this version's; verify it with the version that it is of");
    let room = match slug {
        Some(slug) => Some(newsroom::fetch_by_slug(&db, &machine(), slug).await.with_context(|| format!("--newsroom {slug}"))?),
        None => None,
    };
    let walked = audit::verify(&db, &machine(), room.as_ref(), pins).await?;
    let mut broken = 0;
    for log in &walked {
        let name = log.slug.as_ref().map_or_else(|| log.log.clone(), |slug| format!("{slug} ({})", log.log));
        match (&log.broken, &log.newest) {
            (Some(found), _) => {
                broken += 1;
                println!("BROKEN {name}: {found}");
            }
            (None, Some(newest)) => println!("whole  {name}: {newest}"),
            (None, None) => println!("whole  {name}: empty"),
        }
    }
    db.close().await?;
    anyhow::ensure!(broken == 0, "{broken} of {} logs are broken", walked.len());
    Ok(ExitCode::SUCCESS)
}

async fn import(db: &Db, options: &Import) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(options.url.is_none() || options.files.len() == 1, "--url is the address of one article: give one file with it");
    let room =
        newsroom::fetch_by_slug(db, &machine(), &options.newsroom).await.with_context(|| format!("--newsroom {}", options.newsroom))?;
    let hidden = options.files.len() == 1 || !std::io::stderr().is_terminal();
    let bar = if hidden { indicatif::ProgressBar::hidden() } else { indicatif::ProgressBar::new(options.files.len() as u64) };
    let mut failed = 0;
    for file in &options.files {
        match import_one(db, options, room.id, file).await {
            Ok(article) => bar.suspend(|| println!("{} {}", article.id, article.title)),
            Err(error) => {
                failed += 1;
                bar.suspend(|| eprintln!("{}: {error:#}", file.display()));
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let imported = options.files.len() - failed;
    eprintln!("{imported} imported, {failed} refused");
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn import_one(db: &Db, options: &Import, newsroom: NewsroomId, file: &Path) -> anyhow::Result<article::Model> {
    let text = passage::from_bytes(std::fs::read(file)?)?;
    let (title, body) = passage::split_headline(&text);
    let input = ImportArticleInput {
        newsroom: newsroom.into(),
        title: title.to_owned(),
        body: body.to_owned(),
        url: options.url.clone(),
        publisher: options.publisher.clone(),
        author: None,
        language: options.language.clone(),
        published_at: None,
    };
    Ok(article::import(db, &machine(), input).await?)
}

fn check_schema(file: &Path) -> anyhow::Result<()> {
    let committed = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file.display();
    let own = graphql::sdl();
    if committed != own {
        let alike = committed.lines().zip(own.lines()).take_while(|(theirs, ours)| theirs == ours).count();
        let [theirs, ours] = [&committed, &own].map(|text| text.lines().nth(alike).unwrap_or_default().trim());
        let shown = if theirs == ours {
            "they differ in how their lines begin or end".to_owned()
        } else {
            format!("line {} is `{theirs}`, and the program's `{ours}`", alike + 1)
        };
        bail!("{name} is not this program's schema: {shown}; `claimspan schema > {name}` makes it so");
    }
    println!("{name} is this program's schema");
    Ok(())
}

async fn migrate(cli: &Cli, direction: Direction) -> anyhow::Result<()> {
    if !matches!(direction, Direction::Up) {
        store::must_exist(&database_url(cli))?;
    }
    let db = store::connect(&database_url(cli), cli.database_connections).await?;
    match direction {
        Direction::Up => Migrator::up(db.read(), None).await?,
        Direction::Down => Migrator::down(db.read(), Some(1)).await?,
        Direction::Status => {}
    }
    for step in Migrator::get_migration_with_status(db.read()).await? {
        println!("{:<8} {}", step.status(), step.name());
    }
    Ok(())
}

/// How the server is asked to answer.
fn settings(options: &Serve) -> anyhow::Result<Settings> {
    Ok(Settings {
        deadline: Duration::from_secs(options.deadline),
        introspection: !options.no_introspection,
        most_cost: options.most_cost,
        most_batch: options.batch.into(),
        most_lag: options.lag,
        documents: Arc::new(options.trusted_documents.as_deref().map(Documents::trusted).transpose()?.unwrap_or_default()),
        origins: options.cors_origins.clone(),
        proxies: Proxies::new(options.trusted_proxies.clone()),
        budget: Budget::new(options.budget),
    })
}

/// Whoever has a shell on this machine.
fn machine() -> Actor {
    Actor::machine(World::real())
}
