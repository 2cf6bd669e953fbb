//! The commands of the command line, one file each.

use std::process::ExitCode;

use anyhow::{Context, anyhow, bail, ensure};
use migration::{Migrator, MigratorTrait};

use crate::config::{Cli, Command};
use crate::domain::actor::Actor;
use crate::domain::audit as domain_audit;
use crate::domain::error::Error;
use crate::domain::newsroom as domain_newsroom;
use crate::domain::store::{self, Db};
use crate::domain::upkeep;
use crate::domain::world::World;

mod account;
mod audit;
mod counts;
pub mod demo;
mod export;
mod foreign;
mod import;
mod import_annotations;
mod import_averitec;
mod migrate;
mod newsroom;
mod plain_text;
mod revise;
mod schema;
mod serve;
mod signing_key;

/// The database if none is named.
const DATABASE_URL: &str = "sqlite://claimspan.db";

/// Runs the command that the command line names.
pub async fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    match &cli.command {
        Command::Serve(options) => serve::run(cli, options).await?,
        Command::Demo(options) => demo::run(cli, options).await?,
        Command::Newsroom(command) => newsroom::run(cli, command).await?,
        Command::Account(command) => account::run(cli, command).await?,
        Command::Audit(command) => audit::run(cli, command).await?,
        Command::Counts(command) => counts::run(cli, command).await?,
        Command::Import(options) => return import::run(cli, options).await,
        Command::ImportAnnotations(options) => {
            return import_annotations::run(cli, options).await;
        }
        Command::ImportAveritec(options) => return import_averitec::run(cli, options).await,
        Command::Export(options) => export::run(cli, options).await?,
        Command::Revise(options) => revise::run(cli, options).await?,
        Command::Schema(options) => schema::run(options)?,
        Command::Migrate(options) => migrate::run(cli, options).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the database. Its schema is migrated to this version, or else must already be of this
/// version.
async fn open(cli: &Cli, migrate: bool) -> anyhow::Result<Db> {
    let db = store::connect(&database_url(cli), cli.database_connections).await?;
    if migrate {
        Migrator::up(&db, None).await.context("cannot migrate the database's schema")?;
    } else if !db.ready().await? {
        bail!(
            "the database's schema is of another version, and --no-migrate forbids changing it; \
             run `claimspan migrate`"
        );
    }
    domain_audit::begin(&db, &machine()).await.context("cannot put the database on record")?;
    upkeep::run(&db, &machine()).await.context("cannot bring older rows up to date")?;
    Ok(db)
}

/// Opens an existing database without changing it.
async fn open_as_it_is(cli: &Cli) -> anyhow::Result<Db> {
    let url = database_url(cli);
    store::must_exist(&url)?;
    let db = store::connect(&url, cli.database_connections).await?;
    ensure!(
        db.ready().await?,
        "the database's schema is of another version; use that version of claimspan"
    );
    Ok(db)
}

/// Opens a database that must already exist.
async fn open_existing(cli: &Cli) -> anyhow::Result<Db> {
    store::must_exist(&database_url(cli)).map_err(|error| name_the_demo(cli, error))?;
    open(cli, true).await
}

/// Says how to use the demo's database, if the demo ran in this folder and no other was named.
fn name_the_demo(cli: &Cli, error: anyhow::Error) -> anyhow::Error {
    if cli.names_a_database() || store::must_exist(demo::DATABASE_URL).is_err() {
        return error;
    }
    anyhow!("{error:#}; the demo's database is --database-url {}", demo::DATABASE_URL)
}

fn database_url(cli: &Cli) -> String {
    cli.database_url(DATABASE_URL)
}

/// The newsroom that `--newsroom` names.
async fn newsroom_by_slug(
    cli: &Cli,
    db: &Db,
    slug: &str,
) -> anyhow::Result<domain_newsroom::Model> {
    let found = domain_newsroom::fetch_by_slug(db, &machine(), slug).await;
    found.map_err(|error| match error {
        Error::NotFound(_) => {
            let error = anyhow!(
                "--newsroom {slug}: newsroom not found in {}; `claimspan newsroom list` lists the \
                 newsrooms",
                store::without_password(&database_url(cli))
            );
            name_the_demo(cli, error)
        }
        error => anyhow::Error::from(error).context(format!("--newsroom {slug}")),
    })
}

/// The actor for commands: somebody with a shell on the server's own machine.
fn machine() -> Actor {
    Actor::machine(World::real())
}
