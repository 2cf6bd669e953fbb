//! `account`: creates and lists accounts, adds them to newsrooms, resets passwords.

use anyhow::{Context, anyhow};

use crate::config::{self, Account, Cli};
use crate::domain::error::{Error, Reason};
use crate::domain::people::directory;
use crate::domain::people::erasure;
use crate::domain::people::joining;
use crate::domain::people::membership;
use crate::domain::people::password_change::{self, ApiTokens};
use crate::domain::store::Db;

/// Runs one of the `account` commands.
pub async fn run(cli: &Cli, command: &Account) -> anyhow::Result<()> {
    let (db, machine) = (super::open_existing(cli).await?, super::machine());
    match command {
        Account::Create { email, name, newsroom, role } => {
            let newsroom_row = super::newsroom_by_slug(cli, &db, newsroom).await?;
            let password = config::read_password()?;
            let role = (*role).into();
            let created = joining::create_account(
                &db,
                &machine,
                email,
                name,
                &password,
                newsroom_row.id,
                role,
            )
            .await;
            let account = created.map_err(|error| match error {
                Error::Invalid { reason: Reason::AlreadyTaken, .. } => {
                    anyhow!("{error} `claimspan account join` gives it a role in {newsroom}.")
                }
                error => error.into(),
            })?;
            println!("created account {} ({})", account.email, account.id);
        }
        Account::Join { email, newsroom, role } => {
            let newsroom_row = super::newsroom_by_slug(cli, &db, newsroom).await?;
            membership::admit(&db, &machine, email, newsroom_row.id, (*role).into())
                .await
                .with_context(|| format!("--email {email}"))?;
            println!("{email} is now a member of {newsroom}");
        }
        Account::List { newsroom } => list(cli, &db, newsroom.as_deref()).await?,
        Account::Erase { email } => {
            let account = erasure::erase(&db, &machine, email)
                .await
                .with_context(|| format!("--email {email}"))?;
            println!(
                "erased the account {}; its work stays as “{}”",
                account.id, account.display_name
            );
        }
        Account::ResetPassword { email, keep_tokens } => {
            let password = config::read_password()?;
            let tokens = if *keep_tokens { ApiTokens::Keep } else { ApiTokens::Revoke };
            let (account, revoked) =
                password_change::reset_password(&db, &machine, email, &password, tokens)
                    .await
                    .with_context(|| format!("--email {email}"))?;
            println!("changed the password of {}; all its sessions have ended", account.email);
            match tokens {
                ApiTokens::Revoke => println!("API tokens revoked: {revoked}"),
                ApiTokens::Keep => println!("its API tokens still work"),
            }
        }
    }
    Ok(())
}

/// Prints the accounts, or only the members of one newsroom.
async fn list(cli: &Cli, db: &Db, newsroom: Option<&str>) -> anyhow::Result<()> {
    let newsroom = match newsroom {
        Some(slug) => Some(super::newsroom_by_slug(cli, db, slug).await?.id),
        None => None,
    };
    let listed = directory::accounts(db, &super::machine(), newsroom).await?;
    for row in &listed {
        let roles = row.roles.iter().map(|(slug, role)| format!("{} in {slug}", role.name()));
        let (email, name) = (&row.account.email, &row.account.display_name);
        println!("{email}\t{name}\t{}", roles.collect::<Vec<_>>().join(", "));
    }
    if listed.is_empty() {
        eprintln!("no account yet; create one with `claimspan account create`");
    }
    Ok(())
}
