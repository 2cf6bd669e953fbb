//! Invitations: how somebody is let into a newsroom.
//!
//! Always true: an invitation is used at most once; its token is stored only as a hash.

use async_graphql::{InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, DatabaseTransaction};
use serde_json::json;

use super::error::{Error, Reason, Result};
use super::event::{self, Kind, Subject};
use super::ids::{AccountId, InvitationId, NewsroomId, TypedId};
use super::moment::Moment;
use super::page::{self, Key, Page, Slice, Sort};
use super::policy::{Action, Actor, Role};
use super::secret;
use super::store::{self, Db};

/// An invitation to join a newsroom, good for one use and seven days.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "invitations")]
#[graphql(name = "Invitation", complex)]
pub struct Model {
    /// The invitation's id; not its token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvitationId,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    /// Whom it invites.
    pub email: String,
    /// The role that they will have.
    pub role: Role,
    #[graphql(skip)]
    pub token_hash: String,
    #[graphql(skip)]
    pub invited_by: Option<AccountId>,
    /// When it was made.
    pub created_at: Moment,
    /// Until when it can be accepted.
    pub expires_at: Moment,
    /// When it was accepted, if it was.
    pub accepted_at: Option<Moment>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Moment>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Which invitation to revoke.
#[derive(InputObject)]
pub struct RevokeInvitationInput {
    /// The invitation.
    invitation: async_graphql::ID,
}

/// Revokes an invitation that was not accepted yet; a second time changes nothing.
pub async fn revoke(db: &Db, actor: &Actor, input: RevokeInvitationInput) -> Result<Model> {
    actor.signed_in()?;
    let id = InvitationId::parse("invitation", &input.invitation)?;
    let row = Entity::find_by_id(id).one(db.read()).await?.ok_or(Error::NotFound("invitation"))?;
    actor.require_sight(row.newsroom_id, "invitation")?;
    actor.require(Action::ManageMembers, row.newsroom_id)?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let revoked = Entity::update_many()
            .col_expr(Column::RevokedAt, Expr::value(actor.now()))
            .filter(Column::Id.eq(id))
            .filter(Column::AcceptedAt.is_null())
            .filter(Column::RevokedAt.is_null())
            .exec_with_returning(&*txn)
            .await?
            .pop();
        let Some(revoked) = revoked else {
            let row = Entity::find_by_id(id).one(&*txn).await?.ok_or(Error::NotFound("invitation"))?;
            return match row.accepted_at {
                Some(_) => Err(Error::invalid(
                    "invitation",
                    Reason::InvalidToken,
                    "this invitation was accepted already; remove the member instead",
                )),
                None => Ok(row),
            };
        };
        let detail = json!({ "invitation": id, "email": revoked.email });
        event::append(&txn, &actor, revoked.newsroom_id, Kind::InvitationRevoked, Subject::default(), detail).await?;
        Ok(revoked)
    })
    .await
}

/// The invitation that `token` opens, if it can still be accepted.
pub async fn find_open(db: &Db, actor: &Actor, token: &str) -> Result<Model> {
    Entity::find().filter(open(actor, token)).one(db.read()).await?.ok_or_else(closed)
}

/// Marks the invitation that `token` opens as used, and gives it.
pub async fn take_up(txn: &DatabaseTransaction, actor: &Actor, token: &str) -> Result<Model> {
    Entity::update_many()
        .col_expr(Column::AcceptedAt, Expr::value(actor.now()))
        .filter(open(actor, token))
        .exec_with_returning(txn)
        .await?
        .pop()
        .ok_or_else(closed)
}

fn open(actor: &Actor, token: &str) -> Condition {
    Condition::all()
        .add(Column::TokenHash.eq(secret::hash(token)))
        .add(Column::AcceptedAt.is_null())
        .add(Column::RevokedAt.is_null())
        .add(Column::ExpiresAt.gt(actor.now()))
}

fn closed() -> Error {
    let message = "this invitation is unknown, used, revoked or expired; ask for a new one";
    Error::invalid("acceptToken", Reason::InvalidToken, message)
}

/// A newsroom's invitations, newest first.
pub async fn of_newsroom(db: &Db, actor: &Actor, newsroom: NewsroomId, slice: &Slice) -> Result<Page<Model>> {
    actor.require(Action::ManageMembers, newsroom)?;
    let list = Entity::find().filter(Column::NewsroomId.eq(newsroom));
    page::read(db, list, Sort { lead: None, id: Column::Id, descending: true }, slice, |row| Key::of_id(row.id.0)).await
}

/// The invitation of this id.
pub async fn fetch(db: &Db, actor: &Actor, id: InvitationId) -> Result<Model> {
    actor.signed_in()?;
    let row = Entity::find_by_id(id).one(db.read()).await?.ok_or(Error::NotFound("invitation"))?;
    actor.require_sight(row.newsroom_id, "invitation")?;
    actor.require(Action::ManageMembers, row.newsroom_id)?;
    Ok(row)
}

/// Revokes what an account has invited and nobody has accepted yet: who is no admin any more must have no way back.
pub async fn revoke_all_by(txn: &DatabaseTransaction, actor: &Actor, newsroom: NewsroomId, account: AccountId) -> Result<()> {
    let revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(actor.now()))
        .filter(Column::NewsroomId.eq(newsroom))
        .filter(Column::InvitedBy.eq(account))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .exec_with_returning(txn)
        .await?;
    for invitation in revoked {
        let detail = json!({ "invitation": invitation.id, "email": invitation.email });
        event::append(txn, actor, newsroom, Kind::InvitationRevoked, Subject::default(), detail).await?;
    }
    Ok(())
}
