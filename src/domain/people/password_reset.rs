//! Password resets: one-time tokens with which a member sets a new password.
//!
//! Always true:
//!
//! - An admin makes one only for a member all of whose newsrooms they manage. Otherwise an admin of one newsroom could take over what a person
//!   may do in another. This is checked again when the token is used.
//! - A token works once, for a day. A new one replaces it. It is stored only as a hash.
//! - Using it ends every session of the account and revokes its API tokens, as every new password does.

use async_graphql::InputObject;
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, DatabaseTransaction, IntoActiveModel};
use serde_json::json;

use super::password_change::PasswordChange;
use super::{account, api_token, membership, session, throttle};
use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{AccountId, NewsroomId, PasswordResetId, TypedId};
use crate::domain::mail::{self, link};
use crate::domain::people::password::{self, NewPassword};
use crate::domain::permissions::Action;
use crate::domain::secret::{self, Purpose};
use crate::domain::store::{self, Db};
use crate::domain::time::Moment;

/// How long a token works.
const LASTS: TimeDelta = TimeDelta::hours(24);

/// A token with which a member sets a new password.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "password_resets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PasswordResetId,
    pub newsroom_id: NewsroomId,
    pub account_id: AccountId,
    pub token_hash: String,
    pub created_by: AccountId,
    pub created_at: Moment,
    pub expires_at: Moment,
    pub used_at: Option<Moment>,
    pub revoked_at: Option<Moment>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Makes a token with which a member sets a new password.
#[derive(InputObject)]
pub struct CreatePasswordResetInput {
    /// The newsroom.
    newsroom: async_graphql::ID,
    /// The member. FORBIDDEN if the account belongs to a newsroom that you do not manage, and for your own account.
    account: async_graphql::ID,
    /// Whether the server sends the link to the member by e-mail. A newsroom can ask for 200 mails
    /// with links in a day. MAIL_UNAVAILABLE if the server sends no e-mail.
    #[graphql(default)]
    send_mail: bool,
}

/// Sets a new password with a reset token.
#[derive(InputObject)]
pub struct ResetPasswordInput {
    /// The token that an admin gave you.
    #[graphql(secret)]
    reset_token: String,
    /// The new password: 12 to 256 characters, and not easy to guess.
    #[graphql(secret)]
    new_password: String,
}

/// Makes a token for a member. Returns it with its text, which is shown only once.
pub async fn create(
    db: &Db,
    actor: &Actor,
    input: CreatePasswordResetInput,
) -> Result<(Model, String)> {
    let newsroom = NewsroomId::parse("newsroom", &input.newsroom)?;
    let permit = actor.require(Action::ManageMembers, newsroom)?;
    let (maker, _) = actor.in_session()?;
    let account = AccountId::parse("account", &input.account)?;
    if account == maker {
        // Otherwise a stolen session would be as good as the password.
        return Err(Error::Forbidden("Change your own password with `changePassword`.".into()));
    }
    link::expect_available(actor, "sendMail", input.send_mail)?;
    let (text, token_hash) = secret::new(actor, Purpose::PasswordReset);
    let mailed = input.send_mail.then(|| text.clone());
    let made = store::write(db, permit, move |txn, actor| async move {
        membership::find(&*txn, newsroom, account).await?.ok_or(Error::NotFound("member"))?;
        if !manages_all_of(&txn, maker, account).await? {
            return Err(Error::Forbidden(
                "This account belongs to another newsroom, too. Only the server's operator can \
                 reset its password: `claimspan account reset-password`."
                    .into(),
            ));
        }
        revoke_open(&txn, &actor, account).await?;
        let now = actor.now();
        let reset = Model {
            id: actor.new_id(),
            newsroom_id: newsroom,
            account_id: account,
            token_hash,
            created_by: maker,
            created_at: now,
            expires_at: now.plus(LASTS),
            used_at: None,
            revoked_at: None,
        };
        Entity::insert(reset.clone().into_active_model()).exec_without_returning(&*txn).await?;
        if let Some(token) = mailed {
            let (kind, about) = (mail::Kind::PasswordReset, (reset.id.0, Some(account)));
            link::store(&txn, &actor, kind, newsroom, about, &token).await?;
        }
        let detail = json!({ "passwordReset": reset.id, "account": account });
        let (kind, about) = (Kind::PasswordResetCreated, Subject::default());
        event::append(&txn, &actor, newsroom, kind, about, detail).await?;
        Ok(reset)
    })
    .await?;
    Ok((made, text))
}

/// Sets the password of the account that the token is for. Ends its sessions and revokes its API tokens.
pub async fn redeem(db: &Db, actor: &Actor, input: ResetPasswordInput) -> Result<PasswordChange> {
    // Looked up first, so that an invalid token costs no hashing. It is used up below, in the transaction.
    let open_one = Entity::find().filter(open(actor, &input.reset_token)).one(db).await?;
    let reset = open_one.ok_or_else(closed)?;
    let id = reset.account_id;
    let account = account::find_all(db, &[id]).await?.pop().ok_or_else(closed)?;
    let personal = [account.email.as_str(), &account.display_name];
    let password = NewPassword::parse("newPassword", &input.new_password, personal)?;
    let digest = password.hash(actor, throttle::unknown_caller(actor.network())).await?;
    let permit = actor.without_rights().depending_on(reset.newsroom_id).changing(id);
    store::write(db, permit, move |txn, actor| async move {
        let used = Entity::update_many()
            .col_expr(Column::UsedAt, Expr::value(actor.now()))
            .filter(open(&actor, &input.reset_token))
            .exec_with_returning(&*txn)
            .await?;
        let reset = used.into_iter().next().ok_or_else(closed)?;
        if !manages_all_of(&txn, reset.created_by, id).await? {
            return Err(closed());
        }
        password::store(&*txn, id, &digest).await?;
        let own = Condition::all().add(session::Column::AccountId.eq(id));
        let ended = session::end_where(&txn, own).await?;
        let revoked = api_token::revoke_everywhere(&txn, &actor, id).await?;
        log(&txn, &actor, &reset, ended, &revoked).await?;
        Ok(PasswordChange {
            sessions_ended: i32::try_from(ended).unwrap_or(i32::MAX),
            api_tokens_revoked: i32::try_from(revoked.len()).unwrap_or(i32::MAX),
        })
    })
    .await
}

/// Appends the events of a used token: to the server's log, and to those of newsrooms in the order of their ids.
async fn log(
    txn: &DatabaseTransaction,
    actor: &Actor,
    reset: &Model,
    ended: u64,
    revoked: &[api_token::Model],
) -> Result<()> {
    let account = reset.account_id;
    let detail =
        json!({ "account": account, "sessionsEnded": ended, "apiTokensRevoked": revoked.len() });
    event::append_to_server(txn, actor, Kind::PasswordReset, detail).await?;
    let later = revoked.partition_point(|token| token.newsroom_id <= reset.newsroom_id);
    api_token::log_revoked(txn, actor, &revoked[..later]).await?;
    let detail = json!({ "passwordReset": reset.id, "account": account });
    let (kind, about) = (Kind::PasswordReset, Subject::default());
    event::append(txn, actor, reset.newsroom_id, kind, about, detail).await?;
    api_token::log_revoked(txn, actor, &revoked[later..]).await
}

/// Whether `maker` manages the members of every newsroom that the account belongs to.
async fn manages_all_of(
    txn: &DatabaseTransaction,
    maker: AccountId,
    account: AccountId,
) -> Result<bool> {
    for member in membership::of_account(txn, account).await? {
        if !membership::may_invite(txn, member.newsroom_id, maker).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Revokes the account's open tokens. The caller appends the event.
async fn revoke_open(txn: &DatabaseTransaction, actor: &Actor, account: AccountId) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(actor.now()))
        .filter(Column::AccountId.eq(account))
        .filter(Column::UsedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .exec(txn)
        .await?;
    Ok(())
}

fn open(actor: &Actor, token: &str) -> Condition {
    Condition::all()
        .add(Column::TokenHash.eq(secret::hash(token)))
        .add(Column::UsedAt.is_null())
        .add(Column::RevokedAt.is_null())
        .add(Column::ExpiresAt.gt(actor.now()))
}

fn closed() -> Error {
    let message = "This reset token is unknown, used, replaced or expired. Ask for a new one.";
    Error::invalid("resetToken", Reason::InvalidToken, message)
}
