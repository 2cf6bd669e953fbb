//! `counts`: checks kept counts, and mends them.

use anyhow::ensure;

use crate::config::{Cli, Counts};
use crate::domain::counts::{self, rebuild};
use crate::domain::newsroom;
use crate::domain::people::directory;
use crate::domain::store::Db;

/// Runs one of the `counts` commands.
pub async fn run(cli: &Cli, command: &Counts) -> anyhow::Result<()> {
    match command {
        Counts::Check { newsroom } => check(cli, newsroom.as_deref()).await,
        Counts::Rebuild { newsroom } => count_again(cli, newsroom.as_deref()).await,
    }
}

async fn chosen(cli: &Cli, db: &Db, slug: Option<&str>) -> anyhow::Result<Vec<newsroom::Model>> {
    match slug {
        Some(slug) => Ok(vec![super::newsroom_by_slug(cli, db, slug).await?]),
        None => {
            let all = directory::newsrooms(db, &super::machine()).await?;
            Ok(all.into_iter().map(|listed| listed.newsroom).collect())
        }
    }
}

/// Prints the differences. One of them makes the command fail.
async fn check(cli: &Cli, slug: Option<&str>) -> anyhow::Result<()> {
    let db = super::open_as_it_is(cli).await?;
    let mut wrong = 0;
    for newsroom in chosen(cli, &db, slug).await? {
        if !counts::are_complete(&db, newsroom.id).await? {
            println!(
                "{}: not counted yet. The server counts it after it has started.",
                newsroom.slug
            );
            continue;
        }
        let found = rebuild::check(&db, newsroom.id).await?;
        for line in &found {
            println!("WRONG {}: {line}", newsroom.slug);
        }
        if found.is_empty() {
            println!("right {}", newsroom.slug);
        }
        wrong += found.len();
    }
    db.close().await?;
    ensure!(wrong == 0, "{wrong} counts are wrong; `claimspan counts rebuild` counts again");
    Ok(())
}

async fn count_again(cli: &Cli, slug: Option<&str>) -> anyhow::Result<()> {
    let db = super::open_as_it_is(cli).await?;
    for newsroom in chosen(cli, &db, slug).await? {
        rebuild::rebuild(&db, newsroom.id).await?;
        println!("counted {}", newsroom.slug);
    }
    db.close().await?;
    Ok(())
}
