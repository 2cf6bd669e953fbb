//! API tokens: secrets with which a program acts for the account that made them.
//!
//! Always true: a token works in one newsroom, with at most its own role and at most the role that its maker has there now. It cannot manage
//! members, tokens, passwords and sessions.

use async_graphql::{ID, InputObject, SimpleObject};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Order;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{DatabaseTransaction, IntoActiveModel};
use serde_json::json;

use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{AccountId, ApiTokenId, NewsroomId, TypedId};
use crate::domain::page::{self, Page, Slice};
use crate::domain::permissions::{Action, Role};
use crate::domain::secret::{self, Purpose};
use crate::domain::store::{self, Db};
use crate::domain::text_input;
use crate::domain::time::Moment;

/// A secret with which a program acts for the account that made it, in one newsroom. It cannot manage members, tokens, passwords and sessions.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "api_tokens")]
#[graphql(name = "ApiToken", complex)]
pub struct Model {
    /// The token's id. This is not its secret.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiTokenId,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    #[graphql(skip)]
    pub account_id: AccountId,
    /// The name that its maker gave it.
    pub name: String,
    /// The highest role that it acts with. The role that its maker has at the time of use is a limit too.
    pub role: Role,
    #[graphql(skip)]
    pub token_hash: String,
    /// When it was made.
    pub created_at: Moment,
    /// When it expires.
    pub expires_at: Moment,
    /// When it was last used, to the minute. Null if it never was.
    pub last_used_at: Option<Moment>,
    /// When it was revoked. Null if it was not.
    pub revoked_at: Option<Moment>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Creates an API token.
#[derive(InputObject)]
pub struct CreateApiTokenInput {
    /// The newsroom that it works in.
    newsroom: ID,
    /// Its name, such as `CI of the web site`: one line of at most 100 characters.
    name: String,
    /// The highest role that it acts with.
    role: Role,
    /// When it expires, at most a year from now. Default: 90 days from now.
    expires_at: Option<Moment>,
}

/// Revokes an API token.
#[derive(InputObject)]
pub struct RevokeApiTokenInput {
    /// The token's id.
    api_token: ID,
}

/// Creates an API token. Returns it with its secret, which is shown only once.
pub async fn create(db: &Db, actor: &Actor, input: CreateApiTokenInput) -> Result<(Model, String)> {
    let newsroom = NewsroomId::parse("newsroom", &input.newsroom)?;
    let permit = actor.require(Action::ManageTokens, newsroom)?;
    let (account, _) = actor.in_session()?;
    let name = text_input::line("name", &input.name, 100)?;
    let now = actor.now();
    let expires_at = input.expires_at.unwrap_or_else(|| now.plus(TimeDelta::days(90)));
    if expires_at <= now || expires_at > now.plus(TimeDelta::days(366)) {
        let message = "`expiresAt` must be in the future, at most a year from now.";
        return Err(Error::invalid("expiresAt", Reason::OutOfRange, message));
    }
    let (text, token_hash) = secret::new(actor, Purpose::ApiToken);
    let token = Model {
        id: actor.new_id(),
        newsroom_id: newsroom,
        account_id: account,
        name,
        role: input.role,
        token_hash,
        created_at: now,
        expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    let token = store::write(db, permit, move |txn, actor| async move {
        Entity::insert(token.clone().into_active_model()).exec_without_returning(&*txn).await?;
        let detail = json!({ "apiToken": token.id, "name": token.name, "role": token.role, "expiresAt": token.expires_at });
        event::append(&txn, &actor, newsroom, Kind::ApiTokenCreated, Subject::default(), detail).await?;
        Ok(token)
    })
    .await?;
    Ok((token, text))
}

/// Revokes a token. Revoking it again changes nothing. A token may revoke itself, but no other token.
pub async fn revoke(db: &Db, actor: &Actor, input: RevokeApiTokenInput) -> Result<Model> {
    actor.signed_in()?;
    let id = ApiTokenId::parse("apiToken", &input.api_token)?;
    let token = fetch(db, actor, id).await?;
    let action =
        if actor.api_token() == Some(id) { Action::ReadTokens } else { Action::ManageTokens };
    let permit = actor.require(action, token.newsroom_id)?.changing(token.account_id);
    store::write(db, permit, move |txn, actor| async move {
        let revoked = revoke_where(&txn, &actor, Column::Id.eq(id)).await?;
        log_revoked(&txn, &actor, &revoked).await?;
        Ok(revoked.into_iter().next().unwrap_or(token))
    })
    .await
}

/// Revokes every token of an account in a newsroom.
pub async fn revoke_all_of(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
    account: AccountId,
) -> Result<()> {
    let which = Column::NewsroomId.eq(newsroom).and(Column::AccountId.eq(account));
    let revoked = revoke_where(txn, actor, which).await?;
    log_revoked(txn, actor, &revoked).await
}

/// Revokes every token of an account. The caller appends the events with [`log_revoked`].
pub async fn revoke_everywhere(
    txn: &DatabaseTransaction,
    actor: &Actor,
    account: AccountId,
) -> Result<Vec<Model>> {
    revoke_where(txn, actor, Column::AccountId.eq(account)).await
}

/// The token of this id.
pub async fn fetch(db: &Db, actor: &Actor, id: ApiTokenId) -> Result<Model> {
    actor.signed_in()?;
    let token = Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("API token"))?;
    actor.require_sight(token.newsroom_id, "API token")?;
    actor.require(Action::ReadTokens, token.newsroom_id)?;
    Ok(token)
}

/// Returns the tokens with these ids that the actor may read.
pub async fn find_all(db: &Db, actor: &Actor, ids: &[ApiTokenId]) -> Result<Vec<Model>> {
    let mut list = Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?;
    list.retain(|token| actor.may(Action::ReadTokens, token.newsroom_id));
    Ok(list)
}

/// A newsroom's tokens, newest first, including revoked and expired ones.
pub async fn all(db: &Db, actor: &Actor, of: NewsroomId, slice: &Slice) -> Result<Page<Model>> {
    actor.require(Action::ReadTokens, of)?;
    let list = Entity::find().filter(Column::NewsroomId.eq(of));
    page::read_by_id(db, list, Column::Id, Order::Desc, slice, |row| row.id.0).await
}

async fn revoke_where(
    txn: &DatabaseTransaction,
    actor: &Actor,
    which: impl sea_orm::sea_query::IntoCondition,
) -> Result<Vec<Model>> {
    let mut revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(actor.now()))
        .filter(which.into_condition())
        .filter(Column::RevokedAt.is_null())
        .exec_with_returning(txn)
        .await?;
    // The events take the logs' locks in this order.
    revoked.sort_by_key(|token| (token.newsroom_id, token.id));
    Ok(revoked)
}

/// Appends an event for each revoked token to the log of its newsroom.
pub async fn log_revoked(
    txn: &DatabaseTransaction,
    actor: &Actor,
    revoked: &[Model],
) -> Result<()> {
    for token in revoked {
        event::append(
            txn,
            actor,
            token.newsroom_id,
            Kind::ApiTokenRevoked,
            Subject::default(),
            json!({ "apiToken": token.id }),
        )
        .await?;
    }
    Ok(())
}
