//! Inviting people to a newsroom.
//!
//! Always true: an address has at most one open invitation to a newsroom. A new one replaces it.

use async_graphql::InputObject;
use chrono::TimeDelta;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel};
use serde_json::json;

use super::invitation;
use super::membership::{already_member, find};
use crate::domain::actor::Actor;
use crate::domain::error::Result;
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{NewsroomId, TypedId};
use crate::domain::mail::{self, link};
use crate::domain::people::account::{self, Email};
use crate::domain::permissions::{Action, Role};
use crate::domain::secret::{self, Purpose};
use crate::domain::store::{self, Db};

/// Invites somebody to a newsroom.
#[derive(InputObject)]
pub struct InviteMemberInput {
    /// The newsroom that they may join.
    newsroom: async_graphql::ID,
    /// Their e-mail address.
    email: String,
    /// The new role.
    role: Role,
    /// Whether the server sends the link to the address by e-mail. A newsroom can ask for 200 mails
    /// with links in a day. MAIL_UNAVAILABLE if the server sends no e-mail.
    #[graphql(default)]
    send_mail: bool,
}

/// Invites somebody by e-mail address. Revokes earlier open invitations of the address. Returns the invitation and its token, which is shown
/// only once.
pub async fn invite(
    db: &Db,
    actor: &Actor,
    input: InviteMemberInput,
) -> Result<(invitation::Model, String)> {
    let newsroom = NewsroomId::parse("newsroom", &input.newsroom)?;
    let permit = actor.require(Action::ManageMembers, newsroom)?;
    let email = Email::parse("email", &input.email)?;
    link::expect_available(actor, "sendMail", input.send_mail)?;
    let (token, token_hash) = secret::new(actor, Purpose::Invitation);
    let mailed = input.send_mail.then(|| token.clone());
    let invitation = store::write(db, permit, move |txn, actor| async move {
        if let Some(account) = account::find_by_email(&*txn, &email).await?
            && find(&*txn, newsroom, account.id).await?.is_some()
        {
            return Err(already_member(&email));
        }
        let earlier = invitation::Column::Email.eq(email.as_str());
        invitation::revoke_where(&txn, &actor, newsroom, earlier).await?;
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
        let row = invitation.clone().into_active_model();
        invitation::Entity::insert(row).exec_without_returning(&*txn).await?;
        if let Some(token) = mailed {
            let (kind, about) = (mail::Kind::Invitation, (invitation.id.0, None));
            link::store(&txn, &actor, kind, newsroom, about, &token).await?;
        }
        // Without the address: an event can never be erased, and the row on record has it.
        let detail = json!({ "invitation": invitation.id, "role": invitation.role });
        event::append(&txn, &actor, newsroom, Kind::MemberInvited, Subject::default(), detail)
            .await?;
        Ok(invitation)
    })
    .await?;
    Ok((invitation, token))
}
