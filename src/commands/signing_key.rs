//! The file with the server's signing key.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use sea_orm::sqlx::sqlite::SqliteConnectOptions;

use crate::config::Cli;
use crate::domain::error::Error;
use crate::domain::signing::{Signer, next_file};
use crate::domain::signing_keys;
use crate::domain::store::Db;
use crate::domain::world::World;

/// The file that the command line names, or the usual one for this database.
pub fn file(cli: &Cli, url: &str) -> anyhow::Result<PathBuf> {
    if let Some(file) = &cli.signing_key {
        return Ok(file.clone());
    }
    if !url.starts_with("sqlite:") {
        return Ok("claimspan.signing-key".into());
    }
    let options: SqliteConnectOptions = url.parse()?;
    let mut path = options.get_filename().as_os_str().to_owned();
    path.push(".signing-key");
    Ok(path.into())
}

/// The signing key of the database. The first start makes it, and records it in the log.
pub async fn at_start(db: &Db, cli: &Cli, url: &str) -> anyhow::Result<Arc<Signer>> {
    let file = file(cli, url)?;
    let known = signing_keys::current(db).await?;
    let signer = match (Signer::read(&file)?, known) {
        (Some(signer), _) => signer,
        (None, None) => Signer::create(&file, World::real().secret())?,
        (None, Some(known)) => missing(&file, &known)?,
    };
    let signer = Arc::new(signer);
    signing_keys::establish(db, &super::machine(), Arc::clone(&signer))
        .await
        .map_err(|error| match error {
            // The message for clients would hide the cause.
            Error::Internal(cause) => cause,
            error => error.into(),
        })
        .context("cannot use the signing key")?;
    Ok(signer)
}

/// The signing key of a database that must already have one.
pub async fn existing(db: &Db, cli: &Cli) -> anyhow::Result<Arc<Signer>> {
    let file = file(cli, &super::database_url(cli))?;
    let Some(known) = signing_keys::current(db).await? else {
        bail!("the database has no signing key yet: start the server once");
    };
    let signer = match Signer::read(&file)? {
        Some(signer) => signer,
        None => missing(&file, &known)?,
    };
    signer.key_of(&known.key_id)?;
    Ok(Arc::new(signer))
}

fn missing(file: &Path, known: &signing_keys::Model) -> anyhow::Result<Signer> {
    let next = next_file(file);
    if Signer::read(&next)?.is_some_and(|signer| signer.key().id() == known.key_id) {
        // The rotation was interrupted after the log named the new key.
        std::fs::rename(&next, file)?;
        if let Some(signer) = Signer::read(file)? {
            return Ok(signer);
        }
    }
    bail!(
        "the database expects the signing key {}, but there is no file {}: restore it from your \
         backup or from another server, or name it with --signing-key; if the key is lost, run \
         `claimspan audit rotate-key --lost`",
        known.key_id,
        file.display()
    )
}
