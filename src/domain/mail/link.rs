//! Mails with a token, which an admin asks for.
//!
//! Invariant: the mail is stored in the transaction that stores the token's hash.

use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, PaginatorTrait};

use super::{Column, Entity, Kind, seal};
use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::{AccountId, NewsroomId};

/// The number of such mails that a newsroom may send in a day. A stolen session of an admin must not
/// turn the server into a sender of unwanted mail.
const MOST: u64 = 200;

/// Refuses a request for mail in `field` if the server sends none.
pub fn expect_available(actor: &Actor, field: &str, is_wanted: bool) -> Result<()> {
    let world = actor.world();
    if !is_wanted || world.mail_links().is_some() && world.signer().is_some() {
        return Ok(());
    }
    let message =
        "This server sends no e-mail. The server's operator sets that up with `--smtp-url`.";
    Err(Error::invalid(field, Reason::MailUnavailable, message))
}

/// Stores a mail with a token: of an invitation or a password reset with this id, to this account.
pub async fn store(
    txn: &DatabaseTransaction,
    actor: &Actor,
    kind: Kind,
    newsroom: NewsroomId,
    (subject, account): (Uuid, Option<AccountId>),
    token: &str,
) -> Result<()> {
    expect_few(txn, actor, newsroom).await?;
    let world = actor.world();
    let signer = world.signer().ok_or_else(|| anyhow::anyhow!("there is no signing key"))?;
    let mut mail = super::new(world, kind, newsroom, format!("{kind:?} {}", subject.simple()));
    mail.sealed_token = Some(seal::close(&signer.key(), world, mail.id, token)?);
    mail.subject_id = Some(subject);
    mail.account_id = account;
    super::store(txn, vec![mail]).await
}

async fn expect_few(txn: &DatabaseTransaction, actor: &Actor, newsroom: NewsroomId) -> Result<()> {
    let since = actor.now().plus(TimeDelta::days(-1));
    let recent = Entity::find()
        .filter(Column::NewsroomId.eq(newsroom))
        .filter(Column::Kind.is_in([Kind::Invitation, Kind::PasswordReset]))
        .filter(Column::CreatedAt.gt(since));
    if recent.count(txn).await? < MOST {
        return Ok(());
    }
    let message = format!(
        "The newsroom asked for {MOST} mails with links within a day, which is the limit. Give the \
         token to the person yourself, or try again later."
    );
    Err(Error::invalid("sendMail", Reason::TooLarge, message))
}
