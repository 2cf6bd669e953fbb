//! Memberships: who belongs to a newsroom, as what, and how they come and go.
//!
//! Always true: a newsroom keeps at least one admin, once it has one; who leaves, or is an admin no more, leaves no way back open.

use async_graphql::{InputObject, SimpleObject};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{Condition, DatabaseTransaction, IntoActiveModel};
use serde_json::json;

use super::account::{self, Email};
use super::api_token;
use super::error::{Error, Reason, Result, expect_version};
use super::event::{self, Kind, Subject};
use super::ids::{AccountId, MembershipId, NewsroomId, TypedId};
use super::invitation;
use super::moment::Moment;
use super::newsroom;
use super::page::{self, Key, Page, Slice, Sort};
use super::policy::{Action, Actor, Role};
use super::secret::{self, Purpose};
use super::store::{self, Db};

/// An account's role in a newsroom.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "memberships")]
#[graphql(name = "Membership", complex)]
pub struct Model {
    /// The membership's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MembershipId,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    #[graphql(skip)]
    pub account_id: AccountId,
    /// What the member may do in the newsroom.
    pub role: Role,
    /// Rises with every change of the role; for `expectedVersion`.
    pub version: i32,
    /// Since when the account is a member.
    pub created_at: Moment,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::newsroom::Entity", from = "Column::NewsroomId", to = "super::newsroom::Column::Id")]
    Newsroom,
    #[sea_orm(belongs_to = "super::account::Entity", from = "Column::AccountId", to = "super::account::Column::Id")]
    Account,
}

impl ActiveModelBehavior for ActiveModel {}

/// Whose role to set.
#[derive(InputObject)]
pub struct SetRoleInput {
    /// The newsroom.
    newsroom: async_graphql::ID,
    /// The member.
    account: async_graphql::ID,
    /// The role that they shall have.
    role: Role,
    /// The membership's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
}

/// Whom to remove.
#[derive(InputObject)]
pub struct RemoveMemberInput {
    /// The newsroom.
    newsroom: async_graphql::ID,
    /// The member.
    account: async_graphql::ID,
    /// The membership's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
}

/// Whom to invite, and as what.
#[derive(InputObject)]
pub struct InviteMemberInput {
    /// The newsroom that they shall join.
    newsroom: async_graphql::ID,
    /// Their e-mail address.
    email: String,
    /// The role that they shall have.
    role: Role,
}

/// Invites somebody by e-mail address. Gives the invitation, and the token to hand to them, which is shown this once.
pub async fn invite(db: &Db, actor: &Actor, input: InviteMemberInput) -> Result<(invitation::Model, String)> {
    let newsroom = NewsroomId::parse("newsroom", &input.newsroom)?;
    actor.require(Action::ManageMembers, newsroom)?;
    let email = Email::parse("email", &input.email)?;
    let (token, token_hash) = secret::new(actor, Purpose::Invitation);
    let actor = actor.clone();
    let invitation = store::write(db, move |txn| async move {
        if let Some(account) = account::find_by_email(&*txn, &email).await?
            && find(&*txn, newsroom, account.id).await?.is_some()
        {
            return Err(already_member(&email));
        }
        let now = actor.now();
        let invitation = invitation::Model {
            id: actor.new_id(),
            newsroom_id: newsroom,
            email: email.as_str().to_owned(),
            role: input.role,
            token_hash,
            invited_by: actor.id(),
            created_at: now,
            expires_at: now.plus(TimeDelta::days(7)),
            accepted_at: None,
            revoked_at: None,
        };
        invitation::Entity::insert(invitation.clone().into_active_model()).exec_without_returning(&*txn).await?;
        let detail = json!({ "invitation": invitation.id, "email": invitation.email, "role": invitation.role });
        event::append(&txn, &actor, newsroom, Kind::MemberInvited, Subject::default(), detail).await?;
        Ok(invitation)
    })
    .await?;
    Ok((invitation, token))
}

/// Makes an account a member. Its caller says so in the log.
pub async fn add(txn: &DatabaseTransaction, actor: &Actor, newsroom: NewsroomId, account: AccountId, role: Role) -> Result<Model> {
    let row = Model { id: actor.new_id(), newsroom_id: newsroom, account_id: account, role, version: 1, created_at: actor.now() };
    newsroom::lock(txn, newsroom, None).await?;
    Entity::insert(row.clone().into_active_model()).exec_without_returning(txn).await?;
    Ok(row)
}

/// Makes an account a member. Only the server's own command line can without an invitation.
pub async fn admit(db: &Db, actor: &Actor, email: &str, newsroom: NewsroomId, role: Role) -> Result<Model> {
    if !actor.is_machine() {
        return Err(Error::Forbidden("members come by invitation, or on the command line of the server's own machine".into()));
    }
    let email = Email::parse("email", email)?;
    let account = account::find_by_email(db.read(), &email).await?.ok_or(Error::NotFound("account"))?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        newsroom::lock(&txn, newsroom, None).await?;
        if find(&*txn, newsroom, account.id).await?.is_some() {
            return Err(already_member(&email));
        }
        let member = add(&txn, &actor, newsroom, account.id, role).await?;
        let detail = json!({ "account": account.id, "role": role });
        event::append(&txn, &actor, newsroom, Kind::MemberAdded, Subject::default(), detail).await?;
        Ok(member)
    })
    .await
}

/// Sets a member's role.
pub async fn set_role(db: &Db, actor: &Actor, input: SetRoleInput) -> Result<Model> {
    let newsroom = NewsroomId::parse("newsroom", &input.newsroom)?;
    actor.require(Action::ManageMembers, newsroom)?;
    let account = AccountId::parse("account", &input.account)?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        newsroom::lock(&txn, newsroom, None).await?;
        let before = fetch_member(&txn, newsroom, account, input.expected_version).await?;
        let after = Model { role: input.role, version: before.version + 1, ..before };
        keep_an_admin(&txn, &before, Some(after.role)).await?;
        Entity::update_many()
            .col_expr(Column::Role, Expr::value(after.role))
            .col_expr(Column::Version, Expr::value(after.version))
            .filter(Column::Id.eq(after.id))
            .exec(&*txn)
            .await?;
        if after.role != Role::Admin {
            invitation::revoke_all_by(&txn, &actor, newsroom, account).await?;
        }
        let detail = json!({ "account": account, "before": before.role, "after": after.role });
        event::append(&txn, &actor, newsroom, Kind::RoleSet, Subject::default(), detail).await?;
        Ok(after)
    })
    .await
}

/// Removes a member. What they wrote stays; their API tokens for the newsroom are revoked.
pub async fn remove(db: &Db, actor: &Actor, input: RemoveMemberInput) -> Result<newsroom::Model> {
    let newsroom = NewsroomId::parse("newsroom", &input.newsroom)?;
    actor.require(Action::ManageMembers, newsroom)?;
    let account = AccountId::parse("account", &input.account)?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let room = newsroom::lock(&txn, newsroom, None).await?;
        let member = fetch_member(&txn, newsroom, account, input.expected_version).await?;
        keep_an_admin(&txn, &member, None).await?;
        Entity::delete_by_id(member.id).exec(&*txn).await?;
        invitation::revoke_all_by(&txn, &actor, newsroom, account).await?;
        api_token::revoke_all_of(&txn, &actor, newsroom, account).await?;
        let detail = json!({ "account": account, "role": member.role });
        event::append(&txn, &actor, newsroom, Kind::MemberRemoved, Subject::default(), detail).await?;
        Ok(room)
    })
    .await
}

/// A newsroom's members, by when they joined.
pub async fn of_newsroom(db: &Db, actor: &Actor, newsroom: NewsroomId, slice: &Slice) -> Result<Page<Model>> {
    actor.require(Action::ManageMembers, newsroom)?;
    let list = Entity::find().filter(Column::NewsroomId.eq(newsroom));
    page::read(db, list, Sort { lead: None, id: Column::Id, descending: false }, slice, |row| Key::of_id(row.id.0)).await
}

/// The accounts that may judge in a newsroom, by name: whom an editor can ask.
pub async fn judges(db: &Db, actor: &Actor, newsroom: NewsroomId) -> Result<Vec<account::Model>> {
    actor.require(Action::AssignClaim, newsroom)?;
    let members = Entity::find().filter(Column::NewsroomId.eq(newsroom)).filter(Column::Role.ne(Role::Reader)).all(db.read()).await?;
    let ids: Vec<_> = members.into_iter().map(|member| member.account_id).collect();
    let mut accounts = account::find_all(db.read(), &ids).await?;
    accounts.sort_by(|one, other| (&one.display_name, one.id).cmp(&(&other.display_name, other.id)));
    Ok(accounts)
}

/// Whether an account may judge in a newsroom.
pub async fn may_judge(db: &impl ConnectionTrait, newsroom: NewsroomId, account: AccountId) -> Result<bool> {
    Ok(find(db, newsroom, account).await?.is_some_and(|member| member.role >= Role::Reviewer))
}

/// The roles of these accounts, as far as `actor` may know them: one's own everywhere, others' where one manages members.
pub async fn of_accounts(db: &Db, actor: &Actor, accounts: &[AccountId]) -> Result<Vec<Model>> {
    let mut seen = Condition::any();
    let managed = actor.places().iter().map(|place| place.newsroom).filter(|id| actor.may(Action::ManageMembers, *id));
    seen = seen.add(Column::NewsroomId.is_in(managed));
    if let Some(own) = actor.id() {
        // Through an API token one is a member only where the token works.
        let places = actor.places().iter().map(|place| place.newsroom);
        seen = seen.add(Column::AccountId.eq(own).and(Column::NewsroomId.is_in(places)));
    }
    let list = Entity::find().filter(Column::AccountId.is_in(accounts.iter().copied())).filter(seen);
    Ok(list.order_by_id_asc().all(db.read()).await?)
}

/// The account of this id: one's own, or one that shares a newsroom with the actor.
pub async fn fetch_account(db: &Db, actor: &Actor, id: AccountId) -> Result<account::Model> {
    let own = actor.signed_in()?;
    let places = actor.places().iter().map(|place| place.newsroom);
    let shared = Entity::find().filter(Column::AccountId.eq(id)).filter(Column::NewsroomId.is_in(places));
    if own != id && shared.one(db.read()).await?.is_none() {
        return Err(Error::NotFound("account"));
    }
    account::find_all(db.read(), &[id]).await?.pop().ok_or(Error::NotFound("account"))
}

/// The membership of this id.
pub async fn fetch(db: &Db, actor: &Actor, id: MembershipId) -> Result<Model> {
    actor.signed_in()?;
    let row = Entity::find_by_id(id).one(db.read()).await?.ok_or(Error::NotFound("membership"))?;
    actor.require_sight(row.newsroom_id, "membership")?;
    if actor.id() != Some(row.account_id) {
        actor.require(Action::ManageMembers, row.newsroom_id)?;
    }
    Ok(row)
}

/// The account's membership, if it has one.
pub async fn find(db: &impl ConnectionTrait, newsroom: NewsroomId, account: AccountId) -> Result<Option<Model>> {
    let list = Entity::find().filter(Column::NewsroomId.eq(newsroom));
    Ok(list.filter(Column::AccountId.eq(account)).one(db).await?)
}

async fn fetch_member(txn: &DatabaseTransaction, newsroom: NewsroomId, account: AccountId, expected: Option<i32>) -> Result<Model> {
    let member = find(txn, newsroom, account).await?.ok_or(Error::NotFound("member"))?;
    expect_version(expected, member.version)?;
    Ok(member)
}

/// Refuses to take the role of admin from the last who has it.
async fn keep_an_admin(txn: &DatabaseTransaction, member: &Model, role: Option<Role>) -> Result<()> {
    if member.role != Role::Admin || role == Some(Role::Admin) {
        return Ok(());
    }
    let admins = Entity::find().filter(Column::NewsroomId.eq(member.newsroom_id)).filter(Column::Role.eq(Role::Admin)).count(txn).await?;
    if admins > 1 {
        return Ok(());
    }
    let message = "a newsroom keeps at least one admin; make somebody else an admin first";
    Err(Error::invalid("account", Reason::LastAdmin, message))
}

/// The refusal to let somebody in twice.
pub fn already_member(email: &Email) -> Error {
    Error::invalid("email", Reason::AlreadyMember, format!("{} is a member of this newsroom already", email.as_str()))
}
