//! Sessions: how people sign in and out, and what ends a session.
//!
//! Always true: a session's token is stored only as a hash. A session ends when it expires, when it is revoked, and when the password is
//! reset or changed in another session.

mod credentials;

use async_graphql::{ID, InputObject, SimpleObject};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::IntoCondition;
use sea_orm::{Condition, DatabaseTransaction, IntoActiveModel};
use serde_json::json;

pub use credentials::{Credentials, authenticate};

use crate::domain::actor::{Actor, Credential, Permit};
use crate::domain::error::{Error, Result};
use crate::domain::event::{self, Kind};
use crate::domain::ids::{AccountId, SessionId, TypedId};
use crate::domain::people::account::{self, Email};
use crate::domain::people::proof;
use crate::domain::rights::{self, Key};
use crate::domain::secret::{self, Purpose};
use crate::domain::store::{self, Db};
use crate::domain::time::Moment;

/// How long a session lasts.
const LASTS: TimeDelta = TimeDelta::days(14);

/// A signed-in device or program.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "sessions")]
#[graphql(name = "Session", complex)]
pub struct Model {
    /// The session's id. This is not its token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    #[graphql(skip)]
    pub account_id: AccountId,
    #[graphql(skip)]
    pub token_hash: String,
    /// When it began.
    pub created_at: Moment,
    /// When it expires.
    pub expires_at: Moment,
    /// When it was last used, to the minute.
    pub last_used_at: Moment,
    /// The client's `User-Agent` header when it signed in. Null if it sent none.
    pub user_agent: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The client's `User-Agent` header, stored with its session.
#[derive(Clone, Debug, Default)]
pub struct UserAgent(pub Option<String>);

/// Signs in with a password.
#[derive(InputObject)]
pub struct SignInInput {
    /// The account's e-mail address.
    email: String,
    /// Its password.
    #[graphql(secret)]
    password: String,
}

/// Ends one of your sessions.
#[derive(InputObject)]
pub struct RevokeSessionInput {
    /// The session. It must be your own.
    session: ID,
}

/// A session that has just begun.
pub struct Begun {
    /// The token, which is shown only once.
    pub token: String,
    /// The session.
    pub session: Model,
    /// The account that signed in.
    pub account: account::Model,
}

impl Begun {
    /// The account that signed in, acting in its new session.
    pub async fn actor(&self, db: &Db, stranger: &Actor) -> Result<Actor> {
        let credential = Credential::Session(self.session.id);
        let found = rights::find(db, Key::Known(credential), stranger.now()).await?;
        let found = found.ok_or_else(rights::invalid_token)?;
        let world = stranger.world().clone();
        Ok(Actor::account(found.account, credential, found.rights, world)
            .from_network(stranger.network()))
    }
}

/// Begins a session for somebody who knows an account's password.
pub async fn sign_in(
    db: &Db,
    actor: &Actor,
    agent: &UserAgent,
    input: SignInInput,
) -> Result<Begun> {
    let email = Email::parse("email", &input.email)?;
    let account = account::find_by_email(db, &email).await?;
    let id = account.as_ref().map(|account| account.id);
    let wrong = || Error::Unauthenticated("The e-mail address or the password is wrong.");
    let proof = proof::attempt(db, actor, &email, id, &input.password).await?;
    let (account, proof) = account.zip(proof).ok_or_else(wrong)?;
    let agent = agent.clone();
    store::write(db, actor.without_rights(), move |txn, actor| async move {
        proof.clear(&txn, &actor).await?;
        if !proof.hold(&txn).await? {
            return Err(wrong());
        }
        begin(&txn, &actor, &agent, account).await
    })
    .await
}

/// Ends the session that this request came with.
pub async fn sign_out(db: &Db, actor: &Actor) -> Result<()> {
    let (_, session) = actor.in_session()?;
    end_one(db, actor.require_session()?, session).await
}

/// Ends every session of the account, this one included. Returns how many there were.
pub async fn sign_out_everywhere(db: &Db, actor: &Actor) -> Result<i32> {
    let (account, _) = actor.in_session()?;
    store::write(db, actor.require_session()?, move |txn, actor| async move {
        let ended = end_where(&txn, Column::AccountId.eq(account).into_condition()).await?;
        let detail = json!({ "account": account, "sessionsEnded": ended });
        event::append_to_server(&txn, &actor, Kind::SessionEnded, detail).await?;
        Ok(i32::try_from(ended).unwrap_or(i32::MAX))
    })
    .await
}

/// Ends one of the account's sessions.
pub async fn revoke(db: &Db, actor: &Actor, input: RevokeSessionInput) -> Result<SessionId> {
    let permit = actor.require_session()?;
    let session = fetch(db, actor, SessionId::parse("session", &input.session)?).await?;
    end_one(db, permit, session.id).await?;
    Ok(session.id)
}

/// The account that acts, if one does.
pub async fn viewer(db: &Db, actor: &Actor) -> Result<Option<account::Model>> {
    match actor.id() {
        Some(id) => Ok(account::find_all(db, &[id]).await?.pop()),
        None => Ok(None),
    }
}

/// The account's sessions that have not ended, newest first. None unless the account is the actor's own.
pub async fn of_account(db: &Db, actor: &Actor, account: AccountId) -> Result<Option<Vec<Model>>> {
    match actor.in_session() {
        Ok((own, _)) if own == account => {
            let list = Entity::find()
                .filter(Column::AccountId.eq(account))
                .filter(Column::ExpiresAt.gt(actor.now()));
            Ok(Some(list.order_by_id_desc().all(db).await?))
        }
        _ => Ok(None),
    }
}

/// The session of this id, which must be the actor's own.
pub async fn fetch(db: &Db, actor: &Actor, id: SessionId) -> Result<Model> {
    let (account, _) = actor.in_session()?;
    let own = Entity::find_by_id(id).filter(Column::AccountId.eq(account)).one(db).await?;
    own.ok_or(Error::NotFound("session"))
}

/// Begins a session for this account.
pub async fn begin(
    txn: &DatabaseTransaction,
    actor: &Actor,
    agent: &UserAgent,
    account: account::Model,
) -> Result<Begun> {
    let (token, token_hash) = secret::new(actor, Purpose::Session);
    let now = actor.now();
    let user_agent =
        agent.0.as_deref().map(|text| text.chars().filter(|c| !c.is_control()).take(200).collect());
    let session = Model {
        id: actor.new_id(),
        account_id: account.id,
        token_hash,
        created_at: now,
        expires_at: now.plus(LASTS),
        last_used_at: now,
        user_agent,
    };
    // Expired sessions are deleted here instead of by a job, which could fail unnoticed.
    end_where(
        txn,
        Condition::all().add(Column::AccountId.eq(account.id)).add(Column::ExpiresAt.lte(now)),
    )
    .await?;
    Entity::insert(session.clone().into_active_model()).exec_without_returning(txn).await?;
    event::append_to_server(
        txn,
        actor,
        Kind::SessionStarted,
        json!({ "account": account.id, "session": session.id }),
    )
    .await?;
    Ok(Begun { token, session, account })
}

async fn end_one(db: &Db, permit: Permit<'_>, session: SessionId) -> Result<()> {
    store::write(db, permit, move |txn, actor| async move {
        if end_where(&txn, Column::Id.eq(session).into_condition()).await? > 0 {
            event::append_to_server(
                &txn,
                &actor,
                Kind::SessionEnded,
                json!({ "session": session }),
            )
            .await?;
        }
        Ok(())
    })
    .await
}

/// Ends these sessions. Returns how many there were.
pub async fn end_where(txn: &DatabaseTransaction, which: Condition) -> Result<u64> {
    Ok(Entity::delete_many().filter(which).exec(txn).await?.rows_affected)
}
