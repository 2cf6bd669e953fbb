//! Changing and resetting passwords.
//!
//! Always true: a new password ends every session that was begun with the old one, except the one that changes it.

use async_graphql::InputObject;
use sea_orm::sea_query::IntoCondition;
use sea_orm::{ColumnTrait, Condition};
use serde_json::json;

use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind};
use crate::domain::people::account::{self, Email};
use crate::domain::people::api_token;
use crate::domain::people::password::{self, NewPassword};
use crate::domain::people::proof;
use crate::domain::people::session;
use crate::domain::store::{self, Db};
use crate::domain::work_queue::Caller;

/// Changes your password.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The current password.
    #[graphql(secret)]
    current_password: String,
    /// The new password: 12 to 256 characters, and not easy to guess.
    #[graphql(secret)]
    new_password: String,
    /// Whether to revoke all your API tokens too. Send false only if nobody else can know the old password. Default: true.
    #[graphql(default = true)]
    revoke_api_tokens: bool,
}

/// The credentials that a change of password ended.
pub struct PasswordChange {
    /// How many other sessions.
    pub sessions_ended: i32,
    /// How many API tokens.
    pub api_tokens_revoked: i32,
}

/// Changes the account's password and ends its other sessions.
pub async fn change_password(
    db: &Db,
    actor: &Actor,
    input: ChangePasswordInput,
) -> Result<PasswordChange> {
    let (account, this) = actor.in_session()?;
    let permit = actor.require_session()?;
    let wrong = || {
        Error::invalid(
            "currentPassword",
            Reason::WrongPassword,
            "This is not the account's password.",
        )
    };
    let own = account::find_all(db, &[account]).await?.pop().ok_or(Error::NotFound("account"))?;
    let personal = [own.email.as_str(), &own.display_name];
    let password = NewPassword::parse("newPassword", &input.new_password, personal)?;
    let email = Email::parse("email", &own.email)?;
    let proof = proof::attempt(db, actor, &email, Some(account), &input.current_password)
        .await?
        .ok_or_else(wrong)?;
    let digest = match password.hash(actor, Caller::account(actor.id())).await {
        Ok(digest) => digest,
        Err(error) => return proof.undo(db).await.and(Err(error)),
    };
    store::write(db, permit, move |txn, actor| async move {
        proof.clear(&txn, &actor).await?;
        if !proof.hold(&txn).await? {
            return Err(wrong());
        }
        password::store(&*txn, account, &digest).await?;
        let others =
            Condition::all().add(session::Column::AccountId.eq(account)).add(session::Column::Id.ne(this));
        let ended = session::end_where(&txn, others).await?;
        let revoked = if input.revoke_api_tokens {
            api_token::revoke_everywhere(&txn, &actor, account).await?
        } else {
            Vec::new()
        };
        let detail = json!({ "account": account, "sessionsEnded": ended, "apiTokensRevoked": revoked.len() });
        event::append_to_server(&txn, &actor, Kind::PasswordChanged, detail).await?;
        api_token::log_revoked(&txn, &actor, &revoked).await?;
        Ok(PasswordChange {
            sessions_ended: i32::try_from(ended).unwrap_or(i32::MAX),
            api_tokens_revoked: i32::try_from(revoked.len()).unwrap_or(i32::MAX),
        })
    })
    .await
}

/// Whether a password reset revokes the account's API tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiTokens {
    /// It revokes them.
    Revoke,
    /// They keep working.
    Keep,
}

/// Sets an account's password and ends all its sessions. Returns the account, and how many API tokens were revoked. Only the server's own
/// command line can do this.
pub async fn reset_password(
    db: &Db,
    actor: &Actor,
    email: &str,
    password: &str,
    tokens: ApiTokens,
) -> Result<(account::Model, usize)> {
    let permit = actor.require_machine(
        "Passwords are reset with `claimspan account reset-password` on the server's own command line.",
    )?;
    let email = Email::parse("email", email)?;
    let account = account::find_by_email(db, &email).await?.ok_or(Error::NotFound("account"))?;
    let personal = [account.email.as_str(), &account.display_name];
    let password = NewPassword::parse("password", password, personal)?;
    let digest = password.hash(actor, Caller::account(actor.id())).await?;
    store::write(db, permit.changing(account.id), move |txn, actor| async move {
        password::store(&*txn, account.id, &digest).await?;
        session::end_where(&txn, session::Column::AccountId.eq(account.id).into_condition())
            .await?;
        let revoked = match tokens {
            ApiTokens::Revoke => api_token::revoke_everywhere(&txn, &actor, account.id).await?,
            ApiTokens::Keep => Vec::new(),
        };
        let detail = json!({ "account": account.id, "apiTokensRevoked": revoked.len() });
        event::append_to_server(&txn, &actor, Kind::PasswordReset, detail).await?;
        api_token::log_revoked(&txn, &actor, &revoked).await?;
        Ok((account, revoked.len()))
    })
    .await
}
