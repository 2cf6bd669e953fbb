//! Memberships: which accounts belong to a newsroom, and with which role.
//!
//! Always true: a newsroom that has an admin keeps at least one. Somebody who is removed, or is no longer an admin, keeps no way back: their
//! invitations are revoked, and so are a removed member's API tokens.

use async_graphql::{InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Order;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{Condition, DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect};
use serde_json::json;

use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result, expect_version};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{AccountId, MembershipId, NewsroomId, TypedId};
use crate::domain::newsroom;
use crate::domain::page::{self, Page, Slice};
use crate::domain::people::account::{self, Email};
use crate::domain::people::api_token;
use crate::domain::people::invitation;
use crate::domain::people::lookalike_name;
use crate::domain::permissions::{Action, Role};
use crate::domain::store::{self, Db};
use crate::domain::time::Moment;

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
    /// The member's role, which decides what they may do in the newsroom.
    pub role: Role,
    /// Increases with each change of the role. Send it as `expectedVersion`.
    pub version: i32,
    /// When the account became a member.
    pub created_at: Moment,
    /// When the member was deactivated. Null if the member is active.
    pub deactivated_at: Option<Moment>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether the member is not deactivated.
    pub const fn is_active(&self) -> bool {
        self.deactivated_at.is_none()
    }
}

/// Sets a member's role.
#[derive(InputObject)]
pub struct SetRoleInput {
    /// The newsroom.
    newsroom: async_graphql::ID,
    /// The member.
    account: async_graphql::ID,
    /// The new role.
    role: Role,
    /// The membership's version that you read. Returns CONFLICT if it has changed since. Default: no check.
    expected_version: Option<i32>,
}

/// Removes a member.
#[derive(InputObject)]
pub struct RemoveMemberInput {
    /// The newsroom.
    newsroom: async_graphql::ID,
    /// The member.
    account: async_graphql::ID,
    /// The membership's version that you read. Returns CONFLICT if it has changed since. Default: no check.
    expected_version: Option<i32>,
}

/// Makes an account a member, unless its display name looks like another member's. The caller appends the event.
pub async fn add(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
    account: &account::Model,
    role: Role,
) -> Result<Model> {
    let row = Model {
        id: actor.new_id(),
        newsroom_id: newsroom,
        account_id: account.id,
        role,
        version: 1,
        created_at: actor.now(),
        deactivated_at: None,
    };
    newsroom::lock(txn, newsroom, None).await?;
    lookalike_name::refuse(txn, newsroom, account).await?;
    Entity::insert(row.clone().into_active_model()).exec_without_returning(txn).await?;
    Ok(row)
}

/// Makes an account a member without an invitation. Only the server's own command line can do this.
pub async fn admit(
    db: &Db,
    actor: &Actor,
    email: &str,
    newsroom: NewsroomId,
    role: Role,
) -> Result<Model> {
    let permit = actor.require_machine(
        "Members need an invitation, or `claimspan account join` on the server's own command line.",
    )?;
    let email = Email::parse("email", email)?;
    let account = account::find_by_email(db, &email).await?.ok_or(Error::NotFound("account"))?;
    store::write(db, permit, move |txn, actor| async move {
        newsroom::lock(&txn, newsroom, None).await?;
        if find(&*txn, newsroom, account.id).await?.is_some() {
            return Err(already_member(&email));
        }
        let member = add(&txn, &actor, newsroom, &account, role).await?;
        let detail = json!({ "account": account.id, "role": role });
        event::append(&txn, &actor, newsroom, Kind::MemberAdded, Subject::default(), detail)
            .await?;
        Ok(member)
    })
    .await
}

/// Sets a member's role. Invitations made by somebody who is no longer an admin are revoked.
pub async fn set_role(db: &Db, actor: &Actor, input: SetRoleInput) -> Result<Model> {
    let newsroom = NewsroomId::parse("newsroom", &input.newsroom)?;
    let permit = actor.require(Action::ManageMembers, newsroom)?;
    let account = AccountId::parse("account", &input.account)?;
    store::write(db, permit, move |txn, actor| async move {
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
        if !after.role.allows(Action::ManageMembers) {
            invitation::revoke_all_by(&txn, &actor, newsroom, account).await?;
        }
        let detail = json!({ "account": account, "before": before.role, "after": after.role });
        event::append(&txn, &actor, newsroom, Kind::RoleSet, Subject::default(), detail).await?;
        Ok(after)
    })
    .await
}

/// Removes a member. Their work stays. Their API tokens for the newsroom and their invitations are revoked.
pub async fn remove(db: &Db, actor: &Actor, input: RemoveMemberInput) -> Result<newsroom::Model> {
    let newsroom = NewsroomId::parse("newsroom", &input.newsroom)?;
    let permit = actor.require(Action::ManageMembers, newsroom)?;
    let account = AccountId::parse("account", &input.account)?;
    store::write(db, permit, move |txn, actor| async move {
        let newsroom_row = newsroom::lock(&txn, newsroom, None).await?;
        let member = fetch_member(&txn, newsroom, account, input.expected_version).await?;
        keep_an_admin(&txn, &member, None).await?;
        Entity::delete_by_id(member.id).exec(&*txn).await?;
        invitation::revoke_all_by(&txn, &actor, newsroom, account).await?;
        api_token::revoke_all_of(&txn, &actor, newsroom, account).await?;
        let detail = json!({ "account": account, "role": member.role });
        event::append(&txn, &actor, newsroom, Kind::MemberRemoved, Subject::default(), detail)
            .await?;
        Ok(newsroom_row)
    })
    .await
}

/// A newsroom's members in the order in which they joined.
pub async fn all(db: &Db, actor: &Actor, of: NewsroomId, slice: &Slice) -> Result<Page<Model>> {
    actor.require(Action::ReadMembers, of)?;
    let list = Entity::find().filter(Column::NewsroomId.eq(of));
    page::read_by_id(db, list, Column::Id, Order::Asc, slice, |row| row.id.0).await
}

/// The accounts that may judge in a newsroom, by name. An editor can assign these to claims.
pub async fn judges(db: &Db, actor: &Actor, newsroom: NewsroomId) -> Result<Vec<account::Model>> {
    actor.require(Action::AssignClaim, newsroom)?;
    let members = Entity::find()
        .filter(Column::NewsroomId.eq(newsroom))
        .filter(Column::Role.is_in(Role::judges()))
        .filter(Column::DeactivatedAt.is_null())
        .all(db)
        .await?;
    let ids: Vec<_> = members.into_iter().map(|member| member.account_id).collect();
    let mut accounts = account::find_all(db, &ids).await?;
    accounts
        .sort_by(|one, other| (&one.display_name, one.id).cmp(&(&other.display_name, other.id)));
    Ok(accounts)
}

/// Whether an account may judge in a newsroom.
pub async fn may_judge(
    db: &impl ConnectionTrait,
    newsroom: NewsroomId,
    account: AccountId,
) -> Result<bool> {
    let member = find(db, newsroom, account).await?;
    Ok(member.is_some_and(|member| member.is_active() && member.role.may_judge()))
}

/// Returns those of these accounts that are members of the newsroom.
pub async fn among(
    db: &impl ConnectionTrait,
    newsroom: NewsroomId,
    accounts: &[AccountId],
) -> Result<Vec<AccountId>> {
    let members = Entity::find()
        .select_only()
        .column(Column::AccountId)
        .filter(Column::NewsroomId.eq(newsroom))
        .filter(Column::AccountId.is_in(accounts.iter().copied()))
        .filter(Column::DeactivatedAt.is_null());
    Ok(members.into_tuple().all(db).await?)
}

/// Whether an account may manage the members of a newsroom, and invite others to a newsroom.
pub async fn may_invite(
    db: &impl ConnectionTrait,
    newsroom: NewsroomId,
    account: AccountId,
) -> Result<bool> {
    let member = find(db, newsroom, account).await?;
    Ok(member.is_some_and(|member| member.is_active() && member.role.allows(Action::ManageMembers)))
}

/// The roles of these accounts that `actor` may see: its own, and those in newsrooms whose members it may read.
pub async fn of_accounts(db: &Db, actor: &Actor, accounts: &[AccountId]) -> Result<Vec<Model>> {
    let mut seen = Condition::any();
    let rights = actor.rights();
    let newsrooms = || rights.iter().map(|rights| rights.newsroom);
    let managed = newsrooms().filter(|id| actor.may(Action::ReadMembers, *id));
    seen = seen.add(Column::NewsroomId.is_in(managed));
    if let Some(own) = actor.id() {
        // With an API token, only the newsroom that the token is for.
        seen = seen.add(Column::AccountId.eq(own).and(Column::NewsroomId.is_in(newsrooms())));
    }
    let list =
        Entity::find().filter(Column::AccountId.is_in(accounts.iter().copied())).filter(seen);
    Ok(list.order_by_id_asc().all(db).await?.iter().map(|row| as_seen(actor, row)).collect())
}

/// A membership as the actor sees it: an API token sees its own role, which may be lower than its
/// maker's.
fn as_seen(actor: &Actor, row: &Model) -> Model {
    let own = actor.api_token().is_some() && actor.id() == Some(row.account_id);
    let rights = actor.rights_in(row.newsroom_id).filter(|_| own);
    Model { role: rights.map_or(row.role, |rights| rights.role), ..row.clone() }
}

/// The account of this id: the actor's own, or one that shares a newsroom with the actor.
pub async fn fetch_account(db: &Db, actor: &Actor, id: AccountId) -> Result<account::Model> {
    let own = actor.signed_in()?;
    let rights = actor.rights();
    let newsrooms = rights.iter().map(|rights| rights.newsroom);
    let shared =
        Entity::find().filter(Column::AccountId.eq(id)).filter(Column::NewsroomId.is_in(newsrooms));
    if own != id && shared.one(db).await?.is_none() {
        return Err(Error::NotFound("account"));
    }
    account::find_all(db, &[id]).await?.pop().ok_or(Error::NotFound("account"))
}

/// The membership of this id.
pub async fn fetch(db: &Db, actor: &Actor, id: MembershipId) -> Result<Model> {
    actor.signed_in()?;
    let row = Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("membership"))?;
    actor.require_sight(row.newsroom_id, "membership")?;
    if actor.id() != Some(row.account_id) {
        actor.require(Action::ReadMembers, row.newsroom_id)?;
    }
    Ok(row)
}

/// Every membership of an account, in the order of the newsrooms' ids.
pub async fn of_account(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Model>> {
    let list = Entity::find().filter(Column::AccountId.eq(account));
    Ok(list.order_by(Column::NewsroomId, Order::Asc).all(db).await?)
}

/// The account's membership, if it has one.
pub async fn find(
    db: &impl ConnectionTrait,
    newsroom: NewsroomId,
    account: AccountId,
) -> Result<Option<Model>> {
    let list = Entity::find().filter(Column::NewsroomId.eq(newsroom));
    Ok(list.filter(Column::AccountId.eq(account)).one(db).await?)
}

pub(super) async fn fetch_member(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    account: AccountId,
    expected: Option<i32>,
) -> Result<Model> {
    let member = find(txn, newsroom, account).await?.ok_or(Error::NotFound("member"))?;
    expect_version(expected, member.version)?;
    Ok(member)
}

/// Refuses to remove, deactivate or demote the last active admin.
pub(super) async fn keep_an_admin(
    txn: &DatabaseTransaction,
    member: &Model,
    role: Option<Role>,
) -> Result<()> {
    if !member.is_active() || member.role != Role::Admin || role == Some(Role::Admin) {
        return Ok(());
    }
    let admins = Entity::find()
        .filter(Column::NewsroomId.eq(member.newsroom_id))
        .filter(Column::Role.eq(Role::Admin))
        .filter(Column::DeactivatedAt.is_null())
        .count(txn)
        .await?;
    if admins > 1 {
        return Ok(());
    }
    let message = "A newsroom needs at least one admin. Make somebody else an admin first.";
    Err(Error::invalid("account", Reason::LastAdmin, message))
}

/// The refusal to add a member twice.
pub fn already_member(email: &Email) -> Error {
    Error::invalid(
        "email",
        Reason::AlreadyMember,
        format!("{} is already a member of this newsroom.", email.as_str()),
    )
}
