//! Erasing a person: a pseudonym replaces the name and the address wherever they are shown.
//!
//! Always true: the person's work stays, under the pseudonym. No event has a name or an address, so every log keeps its hashes. The digests on
//! record of the rows as they were stay, too: they do not show the name, but somebody who guesses it can confirm the guess.

use sea_orm::sea_query::{Expr, IntoCondition};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::{account, api_token, invitation, membership, password, session};
use crate::domain::actor::Actor;
use crate::domain::error::{Error, Result};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{AccountId, InvitationId, NewsroomId};
use crate::domain::mail;
use crate::domain::newsroom;
use crate::domain::people::account::Email;
use crate::domain::store::{self, Db};
use crate::domain::verdict::draft;

/// Erases the person with this address. Returns the account under its pseudonym. Only the server's own command line can do this, because an
/// account may belong to newsrooms of several admins.
pub async fn erase(db: &Db, actor: &Actor, email: &str) -> Result<account::Model> {
    let permit = actor.require_machine(
        "People are erased with `claimspan account erase` on the server's own command line.",
    )?;
    let email = Email::parse("email", email)?;
    let known = account::find_by_email(db, &email).await?.ok_or(Error::NotFound("account"))?;
    store::write(db, permit.changing(known.id), move |txn, actor| async move {
        let before =
            account::find_by_email(&*txn, &email).await?.ok_or(Error::NotFound("account"))?;
        let after = pseudonym(&actor, &before);
        account::save(&txn, &after).await?;
        forget(&txn, before.id).await?;
        mail::forget(&*txn, before.id, &invitations_of(&txn, &before).await?).await?;
        event::append_to_server(&txn, &actor, Kind::AccountErased, json!({ "account": before.id }))
            .await?;
        for newsroom in newsrooms_of(&txn, &before).await? {
            leave(&txn, &actor, newsroom, &before, &after).await?;
        }
        Ok(after)
    })
    .await
}

/// The account without the name and the address.
fn pseudonym(actor: &Actor, before: &account::Model) -> account::Model {
    let number = hex::encode(&actor.world().secret()[..4]);
    account::Model {
        display_name: format!("Former member {number}"),
        email: format!("erased-{}@invalid", before.id.0.simple()),
        ..before.clone()
    }
}

/// Deletes what only the person could use: the password, the sessions and the drafts.
async fn forget(txn: &DatabaseTransaction, account: AccountId) -> Result<()> {
    password::Entity::delete_by_id(account).exec(txn).await?;
    session::end_where(txn, session::Column::AccountId.eq(account).into_condition()).await?;
    let drafts = draft::Entity::delete_many().filter(draft::Column::ReviewerId.eq(account));
    drafts.exec(txn).await?;
    Ok(())
}

/// The invitations of the person's address.
async fn invitations_of(
    txn: &DatabaseTransaction,
    account: &account::Model,
) -> Result<Vec<InvitationId>> {
    let list = invitation::Entity::find().select_only().column(invitation::Column::Id);
    let list = list.filter(invitation::Column::Email.eq(&account.email));
    Ok(list.into_tuple().all(txn).await?)
}

/// The newsrooms that know the person, in the order of their ids.
async fn newsrooms_of(
    txn: &DatabaseTransaction,
    account: &account::Model,
) -> Result<Vec<NewsroomId>> {
    let mut newsrooms: Vec<NewsroomId> = invitation::Entity::find()
        .select_only()
        .column(invitation::Column::NewsroomId)
        .distinct()
        .filter(invitation::Column::Email.eq(&account.email))
        .into_tuple()
        .all(txn)
        .await?;
    let members = membership::of_account(txn, account.id).await?;
    newsrooms.extend(members.iter().map(|member| member.newsroom_id));
    newsrooms.sort_unstable();
    newsrooms.dedup();
    Ok(newsrooms)
}

/// Removes the member from a newsroom, and the address from its invitations.
async fn leave(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
    before: &account::Model,
    after: &account::Model,
) -> Result<()> {
    newsroom::lock(txn, newsroom, None).await?;
    if let Some(member) = membership::find(txn, newsroom, before.id).await? {
        membership::keep_an_admin(txn, &member, None).await?;
        membership::Entity::delete_by_id(member.id).exec(txn).await?;
        invitation::revoke_all_by(txn, actor, newsroom, before.id).await?;
        api_token::revoke_all_of(txn, actor, newsroom, before.id).await?;
    }
    let theirs = invitation::Column::Email.eq(&before.email);
    invitation::revoke_where(txn, actor, newsroom, theirs.clone()).await?;
    invitation::Entity::update_many()
        .col_expr(invitation::Column::Email, Expr::value(after.email.clone()))
        .filter(invitation::Column::NewsroomId.eq(newsroom))
        .filter(theirs)
        .exec(txn)
        .await?;
    let detail = json!({ "account": before.id });
    event::append(txn, actor, newsroom, Kind::AccountErased, Subject::default(), detail).await
}
