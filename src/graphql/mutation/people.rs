//! Mutations for people: sessions, invitations, members and API tokens.

use async_graphql::{Context, Object, Result, SimpleObject};

use crate::domain::ids::SessionId;
use crate::domain::newsroom;
use crate::domain::people::api_token::{self, CreateApiTokenInput, RevokeApiTokenInput};
use crate::domain::people::invitation::{self, RevokeInvitationInput};
use crate::domain::people::inviting::{self, InviteMemberInput};
use crate::domain::people::joining::{self, AcceptInvitationInput};
use crate::domain::people::membership::{self, RemoveMemberInput, SetRoleInput};
use crate::domain::people::password_change::{self, ChangePasswordInput};
use crate::domain::people::session::{self, Begun, RevokeSessionInput, SignInInput, UserAgent};
use crate::domain::time::Moment;
use crate::graphql::RequestContext;
use crate::graphql::as_owner::AsOwner;
use crate::transport::wire::cookie::Jar;

/// Result of signing in.
#[derive(SimpleObject)]
struct SignInPayload {
    /// The session's token, shown only once. Send it as `Authorization: Bearer <token>`. Empty if
    /// the server keeps it in a cookie instead. The server does so for requests with the header
    /// `X-Claimspan-Session: cookie` and without an `Idempotency-Key`.
    token: String,
    /// The time when the session expires.
    expires_at: Moment,
    /// The signed-in account, as its owner sees it.
    account: AsOwner,
}

/// Result of accepting an invitation.
#[derive(SimpleObject)]
struct AcceptInvitationPayload {
    /// The session's token, shown only once. Send it as `Authorization: Bearer <token>`. Empty if
    /// the server keeps it in a cookie instead. The server does so for requests with the header
    /// `X-Claimspan-Session: cookie` and without an `Idempotency-Key`.
    token: String,
    /// The time when the session expires.
    expires_at: Moment,
    /// The signed-in account, as its owner sees it.
    account: AsOwner,
}

/// Result of signing out.
#[derive(SimpleObject)]
struct SignOutPayload {
    /// Always true.
    signed_out: bool,
}

/// Result of changing a password.
#[derive(SimpleObject)]
struct ChangePasswordPayload {
    /// Number of other sessions that were ended.
    sessions_ended: i32,
    /// How many API tokens were revoked.
    api_tokens_revoked: i32,
}

/// Result of ending a session.
#[derive(SimpleObject)]
struct RevokeSessionPayload {
    /// The session's id.
    session_id: SessionId,
}

/// Result of inviting a person.
#[derive(SimpleObject)]
struct InviteMemberPayload {
    /// The new invitation.
    invitation: invitation::Model,
    /// The invitation's token, shown only once. Give it to the invited person, who sends it to
    /// `acceptInvitation`.
    accept_token: String,
}

/// Result of revoking an invitation.
#[derive(SimpleObject)]
struct RevokeInvitationPayload {
    /// The revoked invitation.
    invitation: invitation::Model,
}

/// Result of setting a member's role.
#[derive(SimpleObject)]
struct SetRolePayload {
    /// The membership after the change.
    membership: membership::Model,
}

/// Result of removing a member.
#[derive(SimpleObject)]
struct RemoveMemberPayload {
    /// The newsroom after the change.
    newsroom: newsroom::Model,
}

/// Result of creating an API token.
#[derive(SimpleObject)]
struct CreateApiTokenPayload {
    /// The new API token.
    api_token: api_token::Model,
    /// The token's secret, shown only once. Send it as `Authorization: Bearer <secret>`.
    secret: String,
}

/// Result of revoking an API token.
#[derive(SimpleObject)]
struct RevokeApiTokenPayload {
    /// The revoked API token.
    api_token: api_token::Model,
}

/// A new session. It is kept in a cookie if the request asked for that.
fn kept(ctx: &Context<'_>, mut begun: Begun) -> Begun {
    if let Some(jar) = ctx.data_unchecked::<Option<Jar>>() {
        jar.keep(
            ctx,
            &std::mem::take(&mut begun.token),
            begun.session.expires_at.time().timestamp(),
        );
    }
    begun
}

/// Mutations for people.
#[derive(Default)]
pub struct People;

#[Object]
impl People {
    /// Starts a session with an e-mail address and a password. Everybody may use it.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The e-mail address and the password.")] input: SignInInput,
    ) -> Result<SignInPayload> {
        let agent = ctx.data_unchecked::<UserAgent>();
        let begun = session::sign_in(ctx.db(), ctx.actor(), agent, input).await?;
        let account = AsOwner::of(ctx, &begun).await?;
        let Begun { token, session, .. } = kept(ctx, begun);
        Ok(SignInPayload { token, expires_at: session.expires_at, account })
    }

    /// Ends the session that sends the request. Requires a session.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<SignOutPayload> {
        session::sign_out(ctx.db(), ctx.actor()).await?;
        if let Some(jar) = ctx.data_unchecked::<Option<Jar>>() {
            jar.empty(ctx);
        }
        Ok(SignOutPayload { signed_out: true })
    }

    /// Changes your password. Ends your other sessions and, unless you say otherwise, revokes your
    /// API tokens. Requires a session. An API token is not enough.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The old and the new password.")] input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload> {
        let change = password_change::change_password(ctx.db(), ctx.actor(), input).await?;
        Ok(ChangePasswordPayload {
            sessions_ended: change.sessions_ended,
            api_tokens_revoked: change.api_tokens_revoked,
        })
    }

    /// Ends one of your sessions, for example on a lost device. Requires a session. An API token is
    /// not enough.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session to end.")] input: RevokeSessionInput,
    ) -> Result<RevokeSessionPayload> {
        Ok(RevokeSessionPayload {
            session_id: session::revoke(ctx.db(), ctx.actor(), input).await?,
        })
    }

    /// Creates an invitation to a newsroom, and revokes earlier open ones of the same address. Give
    /// the token to the invited person, or let the server send it with `sendMail`. Requires the ADMIN
    /// role and a session. An API token is not enough.
    async fn invite_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person to invite, and the role.")] input: InviteMemberInput,
    ) -> Result<InviteMemberPayload> {
        let (invitation, accept_token) = inviting::invite(ctx.db(), ctx.actor(), input).await?;
        Ok(InviteMemberPayload { invitation, accept_token })
    }

    /// Revokes an invitation that was not accepted yet. Requires the ADMIN role and a session. An
    /// API token is not enough.
    async fn revoke_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invitation to revoke.")] input: RevokeInvitationInput,
    ) -> Result<RevokeInvitationPayload> {
        Ok(RevokeInvitationPayload {
            invitation: invitation::revoke(ctx.db(), ctx.actor(), input).await?,
        })
    }

    /// Accepts an invitation and starts a session. Creates an account if the e-mail address has
    /// none. Requires the invitation's token.
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invitation's token and the person's details.")]
        input: AcceptInvitationInput,
    ) -> Result<AcceptInvitationPayload> {
        let agent = ctx.data_unchecked::<UserAgent>();
        let begun = joining::accept_invitation(ctx.db(), ctx.actor(), agent, input).await?;
        let account = AsOwner::of(ctx, &begun).await?;
        let Begun { token, session, .. } = kept(ctx, begun);
        Ok(AcceptInvitationPayload { token, expires_at: session.expires_at, account })
    }

    /// Sets a member's role. A newsroom must keep at least one admin. Requires the ADMIN role and a
    /// session. An API token is not enough.
    async fn set_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The member and the role.")] input: SetRoleInput,
    ) -> Result<SetRolePayload> {
        Ok(SetRolePayload { membership: membership::set_role(ctx.db(), ctx.actor(), input).await? })
    }

    /// Removes a member. The member's work stays. A newsroom must keep at least one admin. Requires
    /// the ADMIN role and a session. An API token is not enough.
    async fn remove_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The member to remove.")] input: RemoveMemberInput,
    ) -> Result<RemoveMemberPayload> {
        Ok(RemoveMemberPayload {
            newsroom: membership::remove(ctx.db(), ctx.actor(), input).await?,
        })
    }

    /// Creates an API token, so that a program can act for you. Requires the ADMIN role and a
    /// session. An API token is not enough.
    async fn create_api_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token's newsroom and permissions.")] input: CreateApiTokenInput,
    ) -> Result<CreateApiTokenPayload> {
        let (api_token, secret) = api_token::create(ctx.db(), ctx.actor(), input).await?;
        Ok(CreateApiTokenPayload { api_token, secret })
    }

    /// Revokes an API token. Requires the ADMIN role. An API token can revoke only itself.
    async fn revoke_api_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The API token to revoke.")] input: RevokeApiTokenInput,
    ) -> Result<RevokeApiTokenPayload> {
        Ok(RevokeApiTokenPayload {
            api_token: api_token::revoke(ctx.db(), ctx.actor(), input).await?,
        })
    }
}
