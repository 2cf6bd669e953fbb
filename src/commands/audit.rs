//! `audit`: verifies the logs and the rows on record, proves that events are in their logs, and
//! manages the signing key.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, ensure};

use super::signing_key;
use crate::config::{Audit, Cli};
use crate::domain::audit::{self, Pin, Walked};
use crate::domain::event;
use crate::domain::ids::{NewsroomId, TypedId};
use crate::domain::proof::{self, InclusionProof};
use crate::domain::signed_note::verifier_key;
use crate::domain::signing::{self, PublicKey, SigningKey, public_pem};
use crate::domain::signing_keys;
use crate::domain::store::Db;
use crate::domain::world::World;

/// Runs one of the `audit` commands.
pub async fn run(cli: &Cli, command: &Audit) -> anyhow::Result<()> {
    match command {
        Audit::Verify { newsroom, expect } => verify(cli, newsroom.as_deref(), expect).await,
        Audit::Checkpoint { newsroom } => checkpoint(cli, newsroom.as_deref()).await,
        Audit::Prove { event, tree_size } => prove(cli, event, *tree_size).await,
        Audit::CheckProof { file, key } => check_proof(file.as_deref(), key),
        Audit::PublicKey => public_keys(cli).await,
        Audit::RotateKey { lost } => rotate_key(cli, *lost).await,
    }
}

/// Walks the logs from their first event to their last, and compares the rows on record. A
/// difference makes the command fail.
async fn verify(cli: &Cli, slug: Option<&str>, pins: &[Pin]) -> anyhow::Result<()> {
    let db = super::open_as_it_is(cli).await?;
    let newsroom = match slug {
        Some(slug) => Some(super::newsroom_by_slug(cli, &db, slug).await?),
        None => None,
    };
    let mut pins = pins.to_vec();
    for pin in &mut pins {
        pin.log = log_named(cli, &db, &pin.log).await?;
    }
    let logs = audit::verify(&db, &super::machine(), newsroom.as_ref(), &pins).await?;
    let broken = logs.iter().filter(|log| !print_walked(log)).count();
    db.close().await?;
    ensure!(broken == 0, "{broken} of {} logs are broken", logs.len());
    Ok(())
}

/// Prints what was found in a log. Returns whether it is intact.
fn print_walked(log: &Walked) -> bool {
    let name =
        log.slug.as_ref().map_or_else(|| log.log.clone(), |slug| format!("{slug} ({})", log.log));
    if let Some(found) = &log.broken {
        println!("BROKEN {name}: {found}");
    }
    for row in &log.rows {
        println!("BROKEN {name}: {row}");
    }
    let is_intact = log.broken.is_none() && log.rows.is_empty();
    match &log.newest {
        _ if !is_intact => {}
        Some(newest) if log.is_on_record => println!("whole  {name}: {newest}"),
        Some(newest) => {
            println!("whole  {name}: {newest} (rows are not on record yet: start the server once)");
        }
        None => println!("whole  {name}: empty"),
    }
    is_intact
}

async fn checkpoint(cli: &Cli, slug: Option<&str>) -> anyhow::Result<()> {
    let db = super::open_as_it_is(cli).await?;
    let key = current_key(&db, cli).await?;
    let logs = match slug {
        Some(slug) => vec![super::newsroom_by_slug(cli, &db, slug).await?.id.to_string()],
        None => event::logs(&db).await?,
    };
    let mut notes = Vec::with_capacity(logs.len());
    for log in logs {
        notes.push(proof::checkpoint(&db, &log).await?.sign(&key));
    }
    print!("{}", notes.join("\n"));
    db.close().await?;
    Ok(())
}

async fn prove(cli: &Cli, event: &str, size: Option<i32>) -> anyhow::Result<()> {
    let db = super::open_as_it_is(cli).await?;
    let parsed = event.split_once(':').and_then(|(log, number)| {
        // A pin has a hash after the number.
        let number = number.split(':').next().unwrap_or_default();
        Some((log, number.parse::<i32>().ok()?))
    });
    let (log, number) =
        parsed.ok_or_else(|| anyhow!("{event} names no event: use LOG:NUMBER, such as desk:17"))?;
    let log = log_named(cli, &db, log).await?;
    let key = current_key(&db, cli).await?;
    let found = event::find(&db, &log, number).await?;
    let found = found.ok_or_else(|| anyhow!("the log {log} has no event {number}"))?;
    let proof = proof::of_event(&db, &key, &found, size).await?;
    println!("{}", serde_json::to_string_pretty(&proof)?);
    db.close().await?;
    Ok(())
}

/// The log that a newsroom's slug or a log's own name means.
async fn log_named(cli: &Cli, db: &Db, name: &str) -> anyhow::Result<String> {
    if name == event::SERVER || NewsroomId::find(name).is_some() {
        return Ok(name.to_owned());
    }
    Ok(super::newsroom_by_slug(cli, db, name).await?.id.to_string())
}

async fn current_key(db: &Db, cli: &Cli) -> anyhow::Result<Arc<SigningKey>> {
    Ok(signing_key::existing(db, cli).await?.key())
}

fn check_proof(file: Option<&Path>, key: &PublicKey) -> anyhow::Result<()> {
    let mut text = String::new();
    match file {
        Some(file) => {
            text = std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?;
        }
        None => {
            std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
        }
    }
    let proof: InclusionProof = serde_json::from_str(&text).context("this is not a proof")?;
    let head = proof.check(key).map_err(|reason| anyhow!("the proof is wrong. {reason}"))?;
    println!(
        "The proof is valid. The log {} of {} events contains, as event {}:",
        head.origin,
        head.size,
        proof.leaf_index + 1
    );
    println!("{}", proof.leaf);
    Ok(())
}

async fn public_keys(cli: &Cli) -> anyhow::Result<()> {
    let db = super::open_as_it_is(cli).await?;
    let keys = signing_keys::all(&db).await?;
    ensure!(!keys.is_empty(), "the database has no signing key yet: start the server once");
    for key in keys {
        let until = key
            .retired_at
            .map_or_else(|| "the current key".to_owned(), |at| format!("until {}", at.to_text()));
        println!("{} {} since {}, {until}", key.key_id, key.public_key, key.created_at.to_text());
        if let Some(public) = key.public().filter(|_| key.retired_at.is_none()) {
            for log in event::logs(&db).await? {
                println!("{}", verifier_key(&proof::origin(&log), &public));
            }
            print!("{}", public_pem(&public));
        }
    }
    db.close().await?;
    Ok(())
}

async fn rotate_key(cli: &Cli, lost: bool) -> anyhow::Result<()> {
    let db = super::open_existing(cli).await?;
    let file = signing_key::file(cli, &super::database_url(cli))?;
    let current = current_key(&db, cli).await;
    ensure!(
        !(lost && current.is_ok()),
        "the current key is in {}: rotate it without --lost",
        file.display()
    );
    let old = if lost { None } else { Some(current?) };
    let new = Arc::new(SigningKey::from_seed(World::real().secret())?);
    // If this is interrupted after the log names the new key, the next start finds it there.
    let next = signing::next_file(&file);
    // Of a rotation that was interrupted before the log named its key.
    if next.exists() && !lost {
        std::fs::remove_file(&next)?;
    }
    signing::write_key(&next, &new)?;
    let rotated = signing_keys::rotate(&db, &super::machine(), old, new).await;
    let row = match rotated {
        Ok(row) => row,
        Err(error) => {
            std::fs::remove_file(&next)?;
            return Err(error.into());
        }
    };
    std::fs::rename(&next, &file)?;
    println!("the signing key is now {} {}", row.key_id, row.public_key);
    println!("back up {}", file.display());
    db.close().await?;
    Ok(())
}
