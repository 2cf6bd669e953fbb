//! Invitations: how somebody becomes a member of a newsroom.
//!
//! Always true: an invitation is used at most once, and only while its maker may still invite. Its token is stored only as a hash.

use async_graphql::{InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Order;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{Condition, DatabaseTransaction};
use serde_json::json;

use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{AccountId, InvitationId, NewsroomId, TypedId};
use crate::domain::page::{self, Page, Slice};
use crate::domain::people::membership;
use crate::domain::permissions::{Action, Role};
use crate::domain::secret;
use crate::domain::store::{self, Db};
use crate::domain::time::Moment;

/// An invitation to join a newsroom. It can be used once, within seven days, while its maker is an admin.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "invitations")]
#[graphql(name = "Invitation", complex)]
pub struct Model {
    /// The invitation's id; not its token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvitationId,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    /// The e-mail address that it invites.
    pub email: String,
    /// The role that the new member gets.
    pub role: Role,
    #[graphql(skip)]
    pub token_hash: String,
    #[graphql(skip)]
    pub invited_by: Option<AccountId>,
    /// When it was made.
    pub created_at: Moment,
    /// When it expires.
    pub expires_at: Moment,
    /// When it was accepted. Null if it was not.
    pub accepted_at: Option<Moment>,
    /// When it was revoked. Null if it was not.
    pub revoked_at: Option<Moment>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Revokes an invitation.
#[derive(InputObject)]
pub struct RevokeInvitationInput {
    /// The invitation.
    invitation: async_graphql::ID,
}

/// Revokes an invitation that was not accepted yet. Revoking it again changes nothing.
pub async fn revoke(db: &Db, actor: &Actor, input: RevokeInvitationInput) -> Result<Model> {
    actor.signed_in()?;
    let id = InvitationId::parse("invitation", &input.invitation)?;
    let row = Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("invitation"))?;
    actor.require_sight(row.newsroom_id, "invitation")?;
    let permit = actor.require(Action::ManageMembers, row.newsroom_id)?;
    store::write(db, permit, move |txn, actor| async move {
        let revoked = Entity::update_many()
            .col_expr(Column::RevokedAt, Expr::value(actor.now()))
            .filter(Column::Id.eq(id))
            .filter(Column::AcceptedAt.is_null())
            .filter(Column::RevokedAt.is_null())
            .exec_with_returning(&*txn)
            .await?
            .pop();
        let Some(revoked) = revoked else {
            let row =
                Entity::find_by_id(id).one(&*txn).await?.ok_or(Error::NotFound("invitation"))?;
            return match row.accepted_at {
                Some(_) => Err(Error::invalid(
                    "invitation",
                    Reason::InvalidToken,
                    "This invitation was already accepted. Remove the member instead.",
                )),
                None => Ok(row),
            };
        };
        let detail = json!({ "invitation": id });
        event::append(
            &txn,
            &actor,
            revoked.newsroom_id,
            Kind::InvitationRevoked,
            Subject::default(),
            detail,
        )
        .await?;
        Ok(revoked)
    })
    .await
}

/// The invitation with this token, if it can still be accepted.
pub async fn find_open(db: &Db, actor: &Actor, token: &str) -> Result<Model> {
    Entity::find().filter(open(actor, token)).one(db).await?.ok_or_else(closed)
}

/// Marks the invitation with this token as accepted and returns it.
pub async fn accept(txn: &DatabaseTransaction, actor: &Actor, token: &str) -> Result<Model> {
    let accepted = Entity::update_many()
        .col_expr(Column::AcceptedAt, Expr::value(actor.now()))
        .filter(open(actor, token))
        .exec_with_returning(txn)
        .await?
        .pop()
        .ok_or_else(closed)?;
    // Losing the right to invite revokes one's invitations. Checked here as well, so that nothing depends on who revoked what.
    if let Some(inviter) = accepted.invited_by
        && !membership::may_invite(txn, accepted.newsroom_id, inviter).await?
    {
        return Err(closed());
    }
    Ok(accepted)
}

fn open(actor: &Actor, token: &str) -> Condition {
    Condition::all()
        .add(Column::TokenHash.eq(secret::hash(token)))
        .add(Column::AcceptedAt.is_null())
        .add(Column::RevokedAt.is_null())
        .add(Column::ExpiresAt.gt(actor.now()))
}

fn closed() -> Error {
    let message = "This invitation is unknown, used, revoked or expired. Ask for a new one.";
    Error::invalid("acceptToken", Reason::InvalidToken, message)
}

/// A newsroom's invitations, newest first.
pub async fn all(db: &Db, actor: &Actor, of: NewsroomId, slice: &Slice) -> Result<Page<Model>> {
    actor.require(Action::ReadMembers, of)?;
    let list = Entity::find().filter(Column::NewsroomId.eq(of));
    page::read_by_id(db, list, Column::Id, Order::Desc, slice, |row| row.id.0).await
}

/// The invitation of this id.
pub async fn fetch(db: &Db, actor: &Actor, id: InvitationId) -> Result<Model> {
    actor.signed_in()?;
    let row = Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("invitation"))?;
    actor.require_sight(row.newsroom_id, "invitation")?;
    actor.require(Action::ReadMembers, row.newsroom_id)?;
    Ok(row)
}

/// Revokes the open invitations that an account made. Somebody who is no longer an admin must have no way back.
pub async fn revoke_all_by(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
    account: AccountId,
) -> Result<()> {
    revoke_where(txn, actor, newsroom, Column::InvitedBy.eq(account)).await
}

/// Revokes these open invitations to a newsroom.
pub async fn revoke_where(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
    which: SimpleExpr,
) -> Result<()> {
    let revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(actor.now()))
        .filter(Column::NewsroomId.eq(newsroom))
        .filter(which)
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .exec_with_returning(txn)
        .await?;
    for invitation in revoked {
        let detail = json!({ "invitation": invitation.id });
        event::append(txn, actor, newsroom, Kind::InvitationRevoked, Subject::default(), detail)
            .await?;
    }
    Ok(())
}
