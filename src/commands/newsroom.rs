//! `newsroom`: creates and lists newsrooms.

use crate::config::{Cli, Newsroom};
use crate::domain::newsroom;
use crate::domain::people::directory;

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
