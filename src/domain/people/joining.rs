//! Joining a newsroom: by invitation, or by the command line of the server's own machine.

use async_graphql::InputObject;
use serde_json::json;

use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::NewsroomId;
use crate::domain::people::account::{self, Email};
use crate::domain::people::invitation;
use crate::domain::people::membership;
use crate::domain::people::password::{self, NewPassword};
use crate::domain::people::proof::{self, Proof};
use crate::domain::people::session;
use crate::domain::people::throttle;
use crate::domain::permissions::Role;
use crate::domain::store::{self, Db};
use crate::domain::work_queue::Caller;

/// Accepts an invitation.
#[derive(InputObject)]
pub struct AcceptInvitationInput {
    /// The token that the invitation came with.
    #[graphql(secret)]
    accept_token: String,
    /// The name that others will see. Required unless the address already has an account, which keeps its name.
    display_name: Option<String>,
    /// A new password of 12 to 256 characters that is not easy to guess. If the address already has an account, that account's password.
    #[graphql(secret)]
    password: String,
}

/// Accepts an invitation: creates the account if there is none, adds it to the newsroom and signs it in.
pub async fn accept_invitation(
    db: &Db,
    actor: &Actor,
    agent: &session::UserAgent,
    input: AcceptInvitationInput,
) -> Result<session::Begun> {
    // Looked up first, so that an invalid token costs no hashing. It is used up below, in the transaction.
    let invited = invitation::find_open(db, actor, &input.accept_token).await?;
    let email = Email::parse("email", &invited.email)?;
    let existing = account::find_by_email(db, &email).await?;
    let entrant = match existing {
        Some(account) => {
            let proof =
                proof::attempt(db, actor, &email, Some(account.id), &input.password).await?;
            Entrant::Known(account, proof.ok_or_else(not_that_accounts)?)
        }
        None => Entrant::new(actor, &email, &input).await?,
    };
    let agent = agent.clone();
    let permit = actor.without_rights().depending_on(invited.newsroom_id);
    store::write(db, permit, move |txn, actor| async move {
        if let Entrant::Known(_, proof) = &entrant {
            proof.clear(&txn, &actor).await?;
        }
        let invited = invitation::accept(&txn, &actor, &input.accept_token).await?;
        let account = match entrant {
            Entrant::Known(account, proof) => {
                if !proof.hold(&txn).await? {
                    return Err(not_that_accounts());
                }
                account
            }
            Entrant::New { name, password } => {
                account::create(&txn, &actor, &email, &name, &password).await?
            }
        };
        if membership::find(&*txn, invited.newsroom_id, account.id).await?.is_some() {
            return Err(membership::already_member(&email));
        }
        membership::add(&txn, &actor, invited.newsroom_id, &account, invited.role).await?;
        let begun = session::begin(&txn, &actor, &agent, account).await?;
        let detail =
            json!({ "invitation": invited.id, "account": begun.account.id, "role": invited.role });
        event::append(
            &txn,
            &actor,
            invited.newsroom_id,
            Kind::InvitationAccepted,
            Subject::default(),
            detail,
        )
        .await?;
        Ok(begun)
    })
    .await
}

enum Entrant {
    Known(account::Model, Proof),
    New { name: String, password: password::Digest },
}

impl Entrant {
    /// Somebody without an account.
    async fn new(actor: &Actor, email: &Email, input: &AcceptInvitationInput) -> Result<Self> {
        let name = input.display_name.as_deref().ok_or_else(|| {
            Error::invalid("displayName", Reason::Empty, "A new account needs a `displayName`.")
        })?;
        let name = account::parse_name(name)?;
        let personal = [email.as_str(), &name];
        let password = NewPassword::parse("password", &input.password, personal)?;
        let caller = throttle::unknown_caller(actor.network());
        Ok(Self::New { name, password: password.hash(actor, caller).await? })
    }
}

fn not_that_accounts() -> Error {
    Error::invalid(
        "password",
        Reason::WrongPassword,
        "This address already has an account. Send that account's password.",
    )
}

/// Creates an account and its first membership. Only the server's own command line can do this.
pub async fn create_account(
    db: &Db,
    actor: &Actor,
    email: &str,
    name: &str,
    password: &str,
    newsroom: NewsroomId,
    role: Role,
) -> Result<account::Model> {
    let permit = actor.require_machine(
        "Accounts need an invitation, or `claimspan account create` on the server's own command line.",
    )?;
    let (email, name) = (Email::parse("email", email)?, account::parse_name(name)?);
    let password = NewPassword::parse("password", password, [email.as_str(), &name])?;
    let digest = password.hash(actor, Caller::account(actor.id())).await?;
    store::write(db, permit, move |txn, actor| async move {
        let account = account::create(&txn, &actor, &email, &name, &digest).await?;
        membership::add(&txn, &actor, newsroom, &account, role).await?;
        event::append_to_server(
            &txn,
            &actor,
            Kind::AccountCreated,
            json!({ "account": account.id }),
        )
        .await?;
        let detail = json!({ "account": account.id, "role": role });
        event::append(&txn, &actor, newsroom, Kind::MemberAdded, Subject::default(), detail)
            .await?;
        Ok(account)
    })
    .await
}
