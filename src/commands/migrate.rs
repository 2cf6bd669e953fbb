//! `migrate`: changes the database's schema, or shows its state.

use std::io::{IsTerminal, Write};

use anyhow::{Context, bail};
use migration::{Migrator, MigratorTrait};

use crate::config::{Cli, Direction, Migrate};
use crate::domain::audit;
use crate::domain::store::{self, Db};
use crate::domain::upkeep;

/// Runs the command, then lists every migration with its status.
pub async fn run(cli: &Cli, options: &Migrate) -> anyhow::Result<()> {
    let url = super::database_url(cli);
    if !matches!(options.direction, Direction::Up) {
        store::must_exist(&url)?;
    }
    let db = store::connect(&url, cli.database_connections).await?;
    match options.direction {
        Direction::Up => {
            Migrator::up(&db, None).await?;
            audit::begin(&db, &super::machine()).await?;
            upkeep::run(&db, &super::machine()).await?;
        }
        Direction::Down => {
            if options.yes || confirm_down(&db).await? {
                Migrator::down(&db, Some(1)).await?;
            }
        }
        Direction::Status => {}
    }
    for step in Migrator::get_migration_with_status(&db).await? {
        println!("{:<8} {}", step.status(), step.name());
    }
    Ok(())
}

/// Says what undoing the last migration would lose, and asks whether to go on.
async fn confirm_down(db: &Db) -> anyhow::Result<bool> {
    let applied = Migrator::get_applied_migrations(db).await?;
    let Some(last) = applied.last() else { return Ok(true) };
    let loss = migration::loss(last.name());
    if !std::io::stdin().is_terminal() {
        bail!(
            "undoing {} would lose {loss}; make a backup, then repeat the command with --yes",
            last.name()
        );
    }
    eprint!("Undoing {} loses {loss}. Go on? [y/N] ", last.name());
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).context("cannot read the answer")?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
