//! Deactivating members.
//!
//! Always true: an admin deactivates a member in their own newsroom only. The account, and its memberships in other newsrooms, stay as they
//! are: an admin of one newsroom must not lock a person out of another. A deactivated member sees and does nothing in the newsroom, and keeps
//! no way back.

use async_graphql::InputObject;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::membership::{Column, Entity, Model, fetch_member, keep_an_admin};
use super::{api_token, invitation};
use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{AccountId, NewsroomId, TypedId};
use crate::domain::newsroom;
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};

/// Deactivates a member.
#[derive(InputObject)]
pub struct DeactivateMemberInput {
    /// The newsroom.
    newsroom: async_graphql::ID,
    /// The member.
    account: async_graphql::ID,
    /// The membership's version that you read. Returns CONFLICT if it has changed since. Default: no check.
    expected_version: Option<i32>,
}

/// Activates a deactivated member again.
#[derive(InputObject)]
pub struct ReactivateMemberInput {
    /// The newsroom.
    newsroom: async_graphql::ID,
    /// The member.
    account: async_graphql::ID,
    /// The membership's version that you read. Returns CONFLICT if it has changed since. Default: no check.
    expected_version: Option<i32>,
}

/// Deactivates a member. Their work and their role stay. Their API tokens for the newsroom and their invitations are revoked.
pub async fn deactivate(db: &Db, actor: &Actor, input: DeactivateMemberInput) -> Result<Model> {
    let DeactivateMemberInput { newsroom, account, expected_version } = input;
    set(db, actor, &newsroom, &account, expected_version, false).await
}

/// Activates a member again, with the role that they had. Revoked API tokens and invitations stay revoked.
pub async fn reactivate(db: &Db, actor: &Actor, input: ReactivateMemberInput) -> Result<Model> {
    let ReactivateMemberInput { newsroom, account, expected_version } = input;
    set(db, actor, &newsroom, &account, expected_version, true).await
}

async fn set(
    db: &Db,
    actor: &Actor,
    newsroom: &str,
    account: &str,
    expected: Option<i32>,
    active: bool,
) -> Result<Model> {
    let newsroom = NewsroomId::parse("newsroom", newsroom)?;
    let permit = actor.require(Action::ManageMembers, newsroom)?;
    let account = AccountId::parse("account", account)?;
    store::write(db, permit, move |txn, actor| async move {
        newsroom::lock(&txn, newsroom, None).await?;
        let before = fetch_member(&txn, newsroom, account, expected).await?;
        if before.is_active() == active {
            let state = if active { "active" } else { "deactivated" };
            let message = format!("This member is {state} already.");
            return Err(Error::invalid("account", Reason::Unchanged, message));
        }
        if !active {
            keep_an_admin(&txn, &before, None).await?;
        }
        let deactivated_at = (!active).then(|| actor.now());
        let after = Model { deactivated_at, version: before.version + 1, ..before };
        Entity::update_many()
            .col_expr(Column::DeactivatedAt, Expr::value(after.deactivated_at))
            .col_expr(Column::Version, Expr::value(after.version))
            .filter(Column::Id.eq(after.id))
            .exec(&*txn)
            .await?;
        if !active {
            invitation::revoke_all_by(&txn, &actor, newsroom, account).await?;
            api_token::revoke_all_of(&txn, &actor, newsroom, account).await?;
        }
        let kind = if active { Kind::MemberReactivated } else { Kind::MemberDeactivated };
        let detail = json!({ "account": account, "role": after.role });
        event::append(&txn, &actor, newsroom, kind, Subject::default(), detail).await?;
        Ok(after)
    })
    .await
}
