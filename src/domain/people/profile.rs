//! Changing one's own display name and e-mail address.
//!
//! Always true: a change takes the password, and ends every other session.

use async_graphql::InputObject;
use sea_orm::{ColumnTrait, Condition};
use serde_json::json;

use super::{lookalike_name, membership, proof, session};
use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::mail::settings;
use crate::domain::newsroom;
use crate::domain::people::account::{self, Email};
use crate::domain::store::{self, Db};
use crate::domain::text_input;

/// Changes your display name, your e-mail address or both.
#[derive(InputObject)]
pub struct UpdateProfileInput {
    /// The new name that others see: one line of at most 100 characters. It must not look like that of another member. Default: unchanged.
    display_name: Option<String>,
    /// The new e-mail address, with which you sign in from then on. Default: unchanged.
    email: Option<String>,
    /// Your password.
    #[graphql(secret)]
    current_password: String,
}

/// Changes the actor's own account. Returns it, and how many other sessions ended.
pub async fn update(
    db: &Db,
    actor: &Actor,
    input: UpdateProfileInput,
) -> Result<(account::Model, i32)> {
    let (id, this) = actor.in_session()?;
    let permit = actor.require_session()?;
    let name = text_input::optional(input.display_name.as_deref(), account::parse_name)?;
    let email = text_input::optional(input.email.as_deref(), |text| Email::parse("email", text))?;
    let own = account::find_all(db, &[id]).await?.pop().ok_or(Error::NotFound("account"))?;
    let is_new = |before: &account::Model| {
        let named = name.as_ref().is_some_and(|name| *name != before.display_name);
        let moved = email.as_ref().is_some_and(|email| email.as_str() != before.email);
        (named, moved)
    };
    if is_new(&own) == (false, false) {
        let message = "This changes nothing. Send a different name or address.";
        return Err(Error::invalid("displayName", Reason::Unchanged, message));
    }
    let address = Email::parse("email", &own.email)?;
    let proof = proof::attempt(db, actor, &address, Some(id), &input.current_password)
        .await?
        .ok_or_else(wrong)?;
    store::write(db, permit, move |txn, actor| async move {
        proof.clear(&txn, &actor).await?;
        if !proof.hold(&txn).await? {
            return Err(wrong());
        }
        let before =
            account::find_all(&*txn, &[id]).await?.pop().ok_or(Error::NotFound("account"))?;
        let (renamed, moved) = (
            name.as_ref().is_some_and(|name| *name != before.display_name),
            email.as_ref().is_some_and(|email| email.as_str() != before.email),
        );
        let after = account::Model {
            display_name: name.unwrap_or(before.display_name),
            email: email.map_or(before.email, |email| email.as_str().to_owned()),
            ..before
        };
        account::save(&txn, &after).await?;
        if moved {
            settings::note_refused(&*txn, id, None).await?;
        }
        let others = Condition::all()
            .add(session::Column::AccountId.eq(id))
            .add(session::Column::Id.ne(this));
        let ended = session::end_where(&txn, others).await?;
        // Without the name and the address: an event can never be erased.
        let detail = json!({ "account": id, "displayName": renamed, "email": moved, "sessionsEnded": ended });
        event::append_to_server(&txn, &actor, Kind::ProfileChanged, detail).await?;
        if renamed {
            for member in membership::of_account(&*txn, id).await? {
                newsroom::lock(&txn, member.newsroom_id, None).await?;
                lookalike_name::refuse(&txn, member.newsroom_id, &after).await?;
                let (log, detail) = (member.newsroom_id, json!({ "account": id }));
                event::append(&txn, &actor, log, Kind::ProfileChanged, Subject::default(), detail)
                    .await?;
            }
        }
        Ok((after, i32::try_from(ended).unwrap_or(i32::MAX)))
    })
    .await
}

fn wrong() -> Error {
    let message = "This is not the account's password.";
    Error::invalid("currentPassword", Reason::WrongPassword, message)
}
