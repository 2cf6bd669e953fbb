//! API tokens: how programs act for the account that made them, in one newsroom and with no higher role.

use async_graphql::{ID, InputObject, SimpleObject};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{DatabaseTransaction, IntoActiveModel};
use serde_json::json;

use super::error::{Error, Reason, Result};
use super::event::{self, Kind, Subject};
use super::ids::{AccountId, ApiTokenId, NewsroomId, TypedId};
use super::moment::Moment;
use super::page::{self, Key, Page, Slice, Sort};
use super::policy::{Action, Actor, Role};
use super::secret::{self, Purpose};
use super::store::{self, Db};
use super::words;

/// A secret by which a program acts for the account that made it, in one newsroom.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "api_tokens")]
#[graphql(name = "ApiToken", complex)]
pub struct Model {
    /// The token's id; not its secret.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiTokenId,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    #[graphql(skip)]
    pub account_id: AccountId,
    /// What its maker calls it.
    pub name: String,
    /// The highest role that it acts with; its maker's own role bounds it too, as that is at each use.
    pub role: Role,
    #[graphql(skip)]
    pub token_hash: String,
    /// When it was made.
    pub created_at: Moment,
    /// Until when it works.
    pub expires_at: Moment,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Moment>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Moment>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What the token shall be allowed.
#[derive(InputObject)]
pub struct CreateApiTokenInput {
    /// The newsroom in which it shall work.
    newsroom: ID,
    /// What to call it, such as `CI of the web site`: one line of at most 100 characters.
    name: String,
    /// The highest role that it shall act with.
    role: Role,
    /// Until when it shall work: at most a year from now, and 90 days where nothing is said.
    expires_at: Option<Moment>,
}

/// Which token to revoke.
#[derive(InputObject)]
pub struct RevokeApiTokenInput {
    /// The token's id.
    api_token: ID,
}

/// Makes an API token. Gives it, and its secret, which is shown this once.
pub async fn create(db: &Db, actor: &Actor, input: CreateApiTokenInput) -> Result<(Model, String)> {
    let newsroom = NewsroomId::parse("newsroom", &input.newsroom)?;
    actor.require(Action::ManageTokens, newsroom)?;
    let (account, _) = actor.in_session()?;
    let name = words::line("name", &input.name, 100)?;
    let now = actor.now();
    let expires_at = input.expires_at.unwrap_or_else(|| now.plus(TimeDelta::days(90)));
    if expires_at <= now || expires_at > now.plus(TimeDelta::days(366)) {
        let message = "expiresAt lies in the future, at most a year from now";
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
    let actor = actor.clone();
    let token = store::write(db, move |txn| async move {
        Entity::insert(token.clone().into_active_model()).exec_without_returning(&*txn).await?;
        let detail = json!({ "apiToken": token.id, "name": token.name, "role": token.role, "expiresAt": token.expires_at });
        event::append(&txn, &actor, newsroom, Kind::ApiTokenCreated, Subject::default(), detail).await?;
        Ok(token)
    })
    .await?;
    Ok((token, text))
}

/// Revokes a token; a second time changes nothing.
pub async fn revoke(db: &Db, actor: &Actor, input: RevokeApiTokenInput) -> Result<Model> {
    actor.signed_in()?;
    let id = ApiTokenId::parse("apiToken", &input.api_token)?;
    let token = fetch(db, actor, id).await?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let revoked = revoke_where(&txn, &actor, Column::Id.eq(id)).await?.pop();
        Ok(revoked.unwrap_or(token))
    })
    .await
}

/// Revokes every token of an account in a newsroom.
pub async fn revoke_all_of(txn: &DatabaseTransaction, actor: &Actor, newsroom: NewsroomId, account: AccountId) -> Result<()> {
    revoke_where(txn, actor, Column::NewsroomId.eq(newsroom).and(Column::AccountId.eq(account))).await.map(drop)
}

/// The token of this id.
pub async fn fetch(db: &Db, actor: &Actor, id: ApiTokenId) -> Result<Model> {
    actor.signed_in()?;
    let token = Entity::find_by_id(id).one(db.read()).await?.ok_or(Error::NotFound("API token"))?;
    actor.require_sight(token.newsroom_id, "API token")?;
    actor.require(Action::ManageTokens, token.newsroom_id)?;
    Ok(token)
}

/// A newsroom's tokens, newest first, revoked and expired ones among them.
pub async fn of_newsroom(db: &Db, actor: &Actor, newsroom: NewsroomId, slice: &Slice) -> Result<Page<Model>> {
    actor.require(Action::ManageTokens, newsroom)?;
    let list = Entity::find().filter(Column::NewsroomId.eq(newsroom));
    page::read(db, list, Sort { lead: None, id: Column::Id, descending: true }, slice, |row| Key::of_id(row.id.0)).await
}

async fn revoke_where(txn: &DatabaseTransaction, actor: &Actor, which: impl sea_orm::sea_query::IntoCondition) -> Result<Vec<Model>> {
    let revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(actor.now()))
        .filter(which.into_condition())
        .filter(Column::RevokedAt.is_null())
        .exec_with_returning(txn)
        .await?;
    for token in &revoked {
        event::append(txn, actor, token.newsroom_id, Kind::ApiTokenRevoked, Subject::default(), json!({ "apiToken": token.id })).await?;
    }
    Ok(revoked)
}
