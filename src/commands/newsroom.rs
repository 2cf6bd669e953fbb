//! `newsroom`: creates and lists newsrooms, and takes them from other databases.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::Context;

use crate::config::{Cli, Newsroom};
use crate::domain::archive;
use crate::domain::error::Error;
use crate::domain::newsroom;
use crate::domain::people::directory;
use crate::domain::store::Db;

/// Runs one of the `newsroom` commands.
pub async fn run(cli: &Cli, command: &Newsroom) -> anyhow::Result<()> {
    match command {
        Newsroom::Create { slug, name } => {
            let db = super::open(cli, true).await?;
            let created = newsroom::create(&db, &super::machine(), slug, name).await?;
            println!(
                "created newsroom {} ({}); add its first admin with `claimspan account create`",
                created.slug, created.id
            );
        }
        Newsroom::Import { file, sha256 } => {
            let db = super::open(cli, true).await?;
            import(&db, file, *sha256).await?;
            db.close().await?;
        }
        Newsroom::List => {
            let db = super::open_existing(cli).await?;
            let listed = directory::newsrooms(&db, &super::machine()).await?;
            for row in &listed {
                let (newsroom, members) = (&row.newsroom, row.members);
                println!("{}\t{members}\t{}\t{}", newsroom.slug, newsroom.id, newsroom.name);
            }
            if listed.is_empty() {
                eprintln!("no newsroom yet; create one with `claimspan newsroom create`");
            }
        }
    }
    Ok(())
}

/// Stores the newsroom of an archive, and says what is left to do.
async fn import(db: &Db, file: &Path, sha256: [u8; 32]) -> anyhow::Result<()> {
    let read = || format!("cannot import {}", file.display());
    let lines: Box<dyn BufRead + Send> = if file.as_os_str() == "-" {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        Box::new(BufReader::new(File::open(file).with_context(read)?))
    };
    let restored = archive::restore(db, &super::machine(), lines, sha256).await;
    let restored = restored.map_err(cause).with_context(read)?;
    let newsroom = &restored.newsroom;
    println!("imported newsroom {} ({})", newsroom.slug, newsroom.id);
    println!("verified its log up to {}", restored.newest);
    for account in &restored.new_accounts {
        println!("{} has no password: use `claimspan account reset-password`", account.email);
    }
    Ok(())
}

/// The cause of a failed import. Clients of the API never see such a cause, but an operator must.
fn cause(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(cause) => cause,
        other => other.into(),
    }
}
