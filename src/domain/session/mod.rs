//! Sessions: how people come in, stay in and go.
//!
//! Always true: a session's token is stored only as a hash; a session ends at its time, when it is revoked, or when the password changes in
//! another one.

mod credentials;

use async_graphql::{ID, InputObject, SimpleObject};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::IntoCondition;
use sea_orm::{Condition, DatabaseTransaction, IntoActiveModel};
use serde_json::json;

pub use credentials::{Standing, authenticate};

use super::account::{self, Email, NewPassword};
use super::error::{Error, Reason, Result};
use super::event::{self, Kind, Subject};
use super::ids::{AccountId, NewsroomId, SessionId, TypedId};
use super::invitation;
use super::membership;
use super::moment::Moment;
use super::policy::{Actor, Role};
use super::proof::{self, Proof};
use super::secret::{self, Purpose};
use super::store::{self, Db};

/// How long a session lasts.
const LASTS: TimeDelta = TimeDelta::days(14);

/// A signed-in device or program.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "sessions")]
#[graphql(name = "Session", complex)]
pub struct Model {
    /// The session's id; not its token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    #[graphql(skip)]
    pub account_id: AccountId,
    #[graphql(skip)]
    pub token_hash: String,
    /// When it began.
    pub created_at: Moment,
    /// When it ends by itself.
    pub expires_at: Moment,
    /// When it was last used, to the minute.
    pub last_used_at: Moment,
    /// What the client called itself when it signed in.
    pub user_agent: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::account::Entity", from = "Column::AccountId", to = "super::account::Column::Id")]
    Account,
}

impl ActiveModelBehavior for ActiveModel {}

/// What the client calls itself, kept beside its session.
#[derive(Clone, Debug, Default)]
pub struct UserAgent(pub Option<String>);

/// Who wants to come in.
#[derive(InputObject)]
pub struct SignInInput {
    /// The account's e-mail address.
    email: String,
    /// Its password.
    #[graphql(secret)]
    password: String,
}

/// Who takes up an invitation.
#[derive(InputObject)]
pub struct AcceptInvitationInput {
    /// The token that the invitation came with.
    #[graphql(secret)]
    accept_token: String,
    /// The name that others will see; not needed where the address has an account already, which keeps its name.
    display_name: Option<String>,
    /// A new password of at least 12 characters; where the address has an account already, that account's password.
    #[graphql(secret)]
    password: String,
}

/// The old password and the new.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The password that the account has.
    #[graphql(secret)]
    current_password: String,
    /// The password that it shall have: 12 to 256 characters.
    #[graphql(secret)]
    new_password: String,
}

/// Which session to end.
#[derive(InputObject)]
pub struct RevokeSessionInput {
    /// The session; one of your own.
    session: ID,
}

/// A session that has just begun.
pub struct Begun {
    /// The token, which is shown this once.
    pub token: String,
    /// The session.
    pub session: Model,
    /// Whose it is.
    pub account: account::Model,
}

/// Begins a session for whoever knows an account's password.
pub async fn sign_in(db: &Db, actor: &Actor, agent: &UserAgent, input: SignInInput) -> Result<Begun> {
    let email = Email::parse("email", &input.email)?;
    let account = account::find_by_email(db.read(), &email).await?;
    let id = account.as_ref().map(|account| account.id);
    let wrong = || Error::Unauthenticated("the e-mail address or the password is wrong");
    let proof = proof::attempt(db, actor, &email, id, &input.password).await?;
    let (account, proof) = account.zip(proof).ok_or_else(wrong)?;
    let (actor, agent) = (actor.clone(), agent.clone());
    store::write(db, move |txn| async move {
        proof.clear(&txn, &actor).await?;
        if !proof.hold(&txn).await? {
            return Err(wrong());
        }
        begin(&txn, &actor, &agent, account).await
    })
    .await
}

/// Takes up an invitation: makes the account if there is none, and signs it in.
pub async fn accept_invitation(db: &Db, actor: &Actor, agent: &UserAgent, input: AcceptInvitationInput) -> Result<Begun> {
    // Looked up first, so that a token of no worth costs no hashing; used up below, where nobody else can have it as well.
    let invited = invitation::find_open(db, actor, &input.accept_token).await?;
    let email = Email::parse("email", &invited.email)?;
    let existing = account::find_by_email(db.read(), &email).await?;
    let entrant = match existing {
        Some(account) => {
            let proof = proof::attempt(db, actor, &email, Some(account.id), &input.password).await?;
            Entrant::Known(account, proof.ok_or_else(not_that_accounts)?)
        }
        None => {
            let name = input
                .display_name
                .as_deref()
                .ok_or_else(|| Error::invalid("displayName", Reason::Empty, "a new account needs a displayName"))?;
            let name = account::parse_name(name)?;
            Entrant::New { name, password: NewPassword::parse("password", &input.password)?.hash(actor).await? }
        }
    };
    let (actor, agent) = (actor.clone(), agent.clone());
    store::write(db, move |txn| async move {
        if let Entrant::Known(_, proof) = &entrant {
            proof.clear(&txn, &actor).await?;
        }
        let invited = invitation::take_up(&txn, &actor, &input.accept_token).await?;
        let account = match entrant {
            Entrant::Known(account, proof) => {
                if !proof.hold(&txn).await? {
                    return Err(not_that_accounts());
                }
                account
            }
            Entrant::New { name, password } => account::create(&txn, &actor, &email, &name, &password).await?,
        };
        if membership::find(&*txn, invited.newsroom_id, account.id).await?.is_some() {
            return Err(membership::already_member(&email));
        }
        membership::add(&txn, &actor, invited.newsroom_id, account.id, invited.role).await?;
        let begun = begin(&txn, &actor, &agent, account).await?;
        let detail = json!({ "invitation": invited.id, "account": begun.account.id, "role": invited.role });
        event::append(&txn, &actor, invited.newsroom_id, Kind::InvitationAccepted, Subject::default(), detail).await?;
        Ok(begun)
    })
    .await
}

enum Entrant {
    Known(account::Model, Proof),
    New { name: String, password: account::PasswordDigest },
}

fn not_that_accounts() -> Error {
    Error::invalid("password", Reason::WrongPassword, "this address has an account already: give that account's password")
}

/// Makes an account and its first membership. Only the server's own command line can.
pub async fn create_account(
    db: &Db,
    actor: &Actor,
    email: &str,
    name: &str,
    password: &str,
    newsroom: NewsroomId,
    role: Role,
) -> Result<account::Model> {
    if !actor.is_machine() {
        return Err(Error::Forbidden("accounts are made by invitation, or on the command line of the server's own machine".into()));
    }
    let (email, name) = (Email::parse("email", email)?, account::parse_name(name)?);
    let digest = NewPassword::parse("password", password)?.hash(actor).await?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let account = account::create(&txn, &actor, &email, &name, &digest).await?;
        membership::add(&txn, &actor, newsroom, account.id, role).await?;
        event::append_to_server(&txn, &actor, Kind::AccountCreated, json!({ "account": account.id })).await?;
        let detail = json!({ "account": account.id, "role": role });
        event::append(&txn, &actor, newsroom, Kind::MemberAdded, Subject::default(), detail).await?;
        Ok(account)
    })
    .await
}

/// Sets an account's password and ends all its sessions. Only the server's own command line can.
pub async fn reset_password(db: &Db, actor: &Actor, email: &str, password: &str) -> Result<account::Model> {
    if !actor.is_machine() {
        return Err(Error::Forbidden("passwords are reset on the command line of the server's own machine".into()));
    }
    let email = Email::parse("email", email)?;
    let account = account::find_by_email(db.read(), &email).await?.ok_or(Error::NotFound("account"))?;
    let digest = NewPassword::parse("password", password)?.hash(actor).await?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        account::set_password(&*txn, account.id, &digest).await?;
        end_where(&txn, Column::AccountId.eq(account.id).into_condition()).await?;
        event::append_to_server(&txn, &actor, Kind::PasswordReset, json!({ "account": account.id })).await?;
        Ok(account)
    })
    .await
}

/// Ends the session that this request came with.
pub async fn sign_out(db: &Db, actor: &Actor) -> Result<()> {
    let (_, session) = actor.in_session()?;
    end_one(db, actor, session).await
}

/// Ends one of one's own sessions.
pub async fn revoke(db: &Db, actor: &Actor, input: RevokeSessionInput) -> Result<SessionId> {
    actor.in_session()?;
    let session = fetch(db, actor, SessionId::parse("session", &input.session)?).await?;
    end_one(db, actor, session.id).await?;
    Ok(session.id)
}

/// Changes one's own password and ends one's other sessions. Gives how many those were.
pub async fn change_password(db: &Db, actor: &Actor, input: ChangePasswordInput) -> Result<i32> {
    let (account, session) = actor.in_session()?;
    let password = NewPassword::parse("newPassword", &input.new_password)?;
    let wrong = || Error::invalid("currentPassword", Reason::WrongPassword, "this is not the account's password");
    let own = account::find_all(db.read(), &[account]).await?.pop().ok_or(Error::NotFound("account"))?;
    let email = Email::parse("email", &own.email)?;
    let proof = proof::attempt(db, actor, &email, Some(account), &input.current_password).await?.ok_or_else(wrong)?;
    let digest = match password.hash(actor).await {
        Ok(digest) => digest,
        Err(error) => return proof.undo(db).await.and(Err(error)),
    };
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        proof.clear(&txn, &actor).await?;
        if !proof.hold(&txn).await? {
            return Err(wrong());
        }
        account::set_password(&*txn, account, &digest).await?;
        let others = Condition::all().add(Column::AccountId.eq(account)).add(Column::Id.ne(session));
        let ended = end_where(&txn, others).await?;
        event::append_to_server(&txn, &actor, Kind::PasswordChanged, json!({ "account": account, "sessionsEnded": ended })).await?;
        Ok(i32::try_from(ended).unwrap_or(i32::MAX))
    })
    .await
}

/// The account that acts, if one does.
pub async fn viewer(db: &Db, actor: &Actor) -> Result<Option<account::Model>> {
    match actor.id() {
        Some(id) => Ok(account::find_all(db.read(), &[id]).await?.pop()),
        None => Ok(None),
    }
}

/// The account's sessions that have not ended, newest first, if they are one's own.
pub async fn of_account(db: &Db, actor: &Actor, account: AccountId) -> Result<Option<Vec<Model>>> {
    match actor.in_session() {
        Ok((own, _)) if own == account => {
            let list = Entity::find().filter(Column::AccountId.eq(account)).filter(Column::ExpiresAt.gt(actor.now()));
            Ok(Some(list.order_by_id_desc().all(db.read()).await?))
        }
        _ => Ok(None),
    }
}

/// The session of this id, if it is one's own.
pub async fn fetch(db: &Db, actor: &Actor, id: SessionId) -> Result<Model> {
    let (account, _) = actor.in_session()?;
    let own = Entity::find_by_id(id).filter(Column::AccountId.eq(account)).one(db.read()).await?;
    own.ok_or(Error::NotFound("session"))
}

async fn begin(txn: &DatabaseTransaction, actor: &Actor, agent: &UserAgent, account: account::Model) -> Result<Begun> {
    let (token, token_hash) = secret::new(actor, Purpose::Session);
    let now = actor.now();
    let user_agent = agent.0.as_deref().map(|text| text.chars().filter(|c| !c.is_control()).take(200).collect());
    let session = Model {
        id: actor.new_id(),
        account_id: account.id,
        token_hash,
        created_at: now,
        expires_at: now.plus(LASTS),
        last_used_at: now,
        user_agent,
    };
    // Sessions of the past are swept here, where their owner is, instead of by a job that could fail unseen.
    end_where(txn, Condition::all().add(Column::AccountId.eq(account.id)).add(Column::ExpiresAt.lte(now))).await?;
    Entity::insert(session.clone().into_active_model()).exec_without_returning(txn).await?;
    event::append_to_server(txn, actor, Kind::SessionStarted, json!({ "account": account.id, "session": session.id })).await?;
    Ok(Begun { token, session, account })
}

async fn end_one(db: &Db, actor: &Actor, session: SessionId) -> Result<()> {
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        if end_where(&txn, Column::Id.eq(session).into_condition()).await? > 0 {
            event::append_to_server(&txn, &actor, Kind::SessionEnded, json!({ "session": session })).await?;
        }
        Ok(())
    })
    .await
}

async fn end_where(txn: &DatabaseTransaction, which: Condition) -> Result<u64> {
    Ok(Entity::delete_many().filter(which).exec(txn).await?.rows_affected)
}
