//! Who comes in, and who belongs: sessions, invitations, members, API tokens.

use async_graphql::{Context, Object, Result, SimpleObject};

use crate::domain::account;
use crate::domain::api_token::{self, CreateApiTokenInput, RevokeApiTokenInput};
use crate::domain::ids::SessionId;
use crate::domain::invitation::{self, RevokeInvitationInput};
use crate::domain::membership::{self, InviteMemberInput, RemoveMemberInput, SetRoleInput};
use crate::domain::moment::Moment;
use crate::domain::newsroom;
use crate::domain::session::{self, AcceptInvitationInput, Begun, ChangePasswordInput, RevokeSessionInput, SignInInput, UserAgent};
use crate::graphql::Desk;
use crate::transport::cookie::Jar;

/// A session has begun.
#[derive(SimpleObject)]
struct SignInPayload {
    /// The session's token, shown this once: send it as `Authorization: Bearer <token>`. Empty where a page keeps it in a cookie, because its
    /// request came with the header `X-Claimspan-Session: cookie`, and without an `Idempotency-Key`.
    token: String,
    /// When the session ends by itself.
    expires_at: Moment,
    /// Who is signed in.
    account: account::Model,
}

/// The invitation is accepted, and a session has begun.
#[derive(SimpleObject)]
struct AcceptInvitationPayload {
    /// The session's token, shown this once: send it as `Authorization: Bearer <token>`. Empty where a page keeps it in a cookie, because its
    /// request came with the header `X-Claimspan-Session: cookie`, and without an `Idempotency-Key`.
    token: String,
    /// When the session ends by itself.
    expires_at: Moment,
    /// Who is signed in.
    account: account::Model,
}

/// The session has ended.
#[derive(SimpleObject)]
struct SignOutPayload {
    /// True.
    signed_out: bool,
}

/// The password has changed.
#[derive(SimpleObject)]
struct ChangePasswordPayload {
    /// How many other sessions that ended.
    sessions_ended: i32,
}

/// The session has ended.
#[derive(SimpleObject)]
struct RevokeSessionPayload {
    /// The session's id.
    session_id: SessionId,
}

/// Somebody is invited.
#[derive(SimpleObject)]
struct InviteMemberPayload {
    /// The invitation.
    invitation: invitation::Model,
    /// The token to hand to them, shown this once: they give it to `acceptInvitation`.
    accept_token: String,
}

/// The invitation can't be accepted any more.
#[derive(SimpleObject)]
struct RevokeInvitationPayload {
    /// The invitation.
    invitation: invitation::Model,
}

/// The member's role is set.
#[derive(SimpleObject)]
struct SetRolePayload {
    /// The membership.
    membership: membership::Model,
}

/// The member is removed.
#[derive(SimpleObject)]
struct RemoveMemberPayload {
    /// The newsroom.
    newsroom: newsroom::Model,
}

/// An API token is made.
#[derive(SimpleObject)]
struct CreateApiTokenPayload {
    /// The token.
    api_token: api_token::Model,
    /// Its secret, shown this once: send it as `Authorization: Bearer <secret>`.
    secret: String,
}

/// The token doesn't work any more.
#[derive(SimpleObject)]
struct RevokeApiTokenPayload {
    /// The token.
    api_token: api_token::Model,
}

impl From<Begun> for SignInPayload {
    fn from(begun: Begun) -> Self {
        Self { token: begun.token, expires_at: begun.session.expires_at, account: begun.account }
    }
}

impl From<Begun> for AcceptInvitationPayload {
    fn from(begun: Begun) -> Self {
        Self { token: begun.token, expires_at: begun.session.expires_at, account: begun.account }
    }
}

/// A session that has begun, kept in a cookie if the request asked for it.
fn kept(ctx: &Context<'_>, mut begun: Begun) -> Begun {
    if let Some(jar) = ctx.data_unchecked::<Option<Jar>>() {
        jar.keep(ctx, &std::mem::take(&mut begun.token), begun.session.expires_at.time().timestamp());
    }
    begun
}

/// Who comes in, and who belongs.
#[derive(Default)]
pub struct People;

#[Object]
impl People {
    /// Begin a session with an e-mail address and a password. For everybody.
    async fn sign_in(&self, ctx: &Context<'_>, #[graphql(desc = "Who wants to come in.")] input: SignInInput) -> Result<SignInPayload> {
        Ok(kept(ctx, session::sign_in(ctx.db(), ctx.actor(), ctx.data_unchecked::<UserAgent>(), input).await?).into())
    }

    /// End the session that sends this. For everybody who is signed in.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<SignOutPayload> {
        session::sign_out(ctx.db(), ctx.actor()).await?;
        if let Some(jar) = ctx.data_unchecked::<Option<Jar>>() {
            jar.empty(ctx);
        }
        Ok(SignOutPayload { signed_out: true })
    }

    /// Change your password. Your other sessions end. For everybody who is signed in; not with an API token.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The old password and the new.")] input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload> {
        Ok(ChangePasswordPayload { sessions_ended: session::change_password(ctx.db(), ctx.actor(), input).await? })
    }

    /// End one of your sessions, such as on a device that you lost. For everybody who is signed in; not with an API token.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which session.")] input: RevokeSessionInput,
    ) -> Result<RevokeSessionPayload> {
        Ok(RevokeSessionPayload { session_id: session::revoke(ctx.db(), ctx.actor(), input).await? })
    }

    /// Invite somebody to a newsroom. Hand them the token: nothing is sent by mail. For admins.
    async fn invite_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to invite, and as what.")] input: InviteMemberInput,
    ) -> Result<InviteMemberPayload> {
        let (invitation, accept_token) = membership::invite(ctx.db(), ctx.actor(), input).await?;
        Ok(InviteMemberPayload { invitation, accept_token })
    }

    /// Revoke an invitation that was not accepted yet. For admins.
    async fn revoke_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invitation.")] input: RevokeInvitationInput,
    ) -> Result<RevokeInvitationPayload> {
        Ok(RevokeInvitationPayload { invitation: invitation::revoke(ctx.db(), ctx.actor(), input).await? })
    }

    /// Take up an invitation: makes an account if the address has none, and begins a session. For whoever has the invitation's token.
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invitation's token, and who takes it up.")] input: AcceptInvitationInput,
    ) -> Result<AcceptInvitationPayload> {
        Ok(kept(ctx, session::accept_invitation(ctx.db(), ctx.actor(), ctx.data_unchecked::<UserAgent>(), input).await?).into())
    }

    /// Set a member's role. A newsroom keeps at least one admin. For admins.
    async fn set_role(&self, ctx: &Context<'_>, #[graphql(desc = "Whose role, and which.")] input: SetRoleInput) -> Result<SetRolePayload> {
        Ok(SetRolePayload { membership: membership::set_role(ctx.db(), ctx.actor(), input).await? })
    }

    /// Remove a member. What they wrote stays. A newsroom keeps at least one admin. For admins.
    async fn remove_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to remove.")] input: RemoveMemberInput,
    ) -> Result<RemoveMemberPayload> {
        Ok(RemoveMemberPayload { newsroom: membership::remove(ctx.db(), ctx.actor(), input).await? })
    }

    /// Make an API token, by which a program acts for you. For admins; not with an API token.
    async fn create_api_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the token shall be allowed.")] input: CreateApiTokenInput,
    ) -> Result<CreateApiTokenPayload> {
        let (api_token, secret) = api_token::create(ctx.db(), ctx.actor(), input).await?;
        Ok(CreateApiTokenPayload { api_token, secret })
    }

    /// Revoke an API token. For admins.
    async fn revoke_api_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which token.")] input: RevokeApiTokenInput,
    ) -> Result<RevokeApiTokenPayload> {
        Ok(RevokeApiTokenPayload { api_token: api_token::revoke(ctx.db(), ctx.actor(), input).await? })
    }
}
