//! Mutations of one's own profile, of members' accounts, and of the newsroom's name.

use async_graphql::{Context, Object, Result, SimpleObject};

use crate::domain::error::Error;
use crate::domain::mail::settings::{self, UpdateMailSettingsInput};
use crate::domain::newsroom::profile::{self as newsroom_profile, UpdateNewsroomProfileInput};
use crate::domain::newsroom::rename::{self, RenameNewsroomInput};
use crate::domain::newsroom::{self};
use crate::domain::people::deactivation::{self, DeactivateMemberInput, ReactivateMemberInput};
use crate::domain::people::password_reset::{self, CreatePasswordResetInput, ResetPasswordInput};
use crate::domain::people::profile::{self, UpdateProfileInput};
use crate::domain::people::{account, membership, session};
use crate::domain::time::Moment;
use crate::graphql::RequestContext;
use crate::transport::wire::cookie::Jar;

/// Result of changing your profile.
#[derive(SimpleObject)]
struct UpdateProfilePayload {
    /// The account after the change.
    account: account::Model,
    /// Number of other sessions that were ended.
    sessions_ended: i32,
}

/// Result of changing what you get mails about.
#[derive(SimpleObject)]
struct UpdateMailSettingsPayload {
    /// Your account after the change.
    account: account::Model,
}

/// Result of signing out everywhere.
#[derive(SimpleObject)]
struct SignOutEverywherePayload {
    /// Number of sessions that were ended, this one included.
    sessions_ended: i32,
}

/// Result of making a password reset.
#[derive(SimpleObject)]
struct CreatePasswordResetPayload {
    /// The token, shown only once. Give it to the member, who sends it to `resetPassword`, unless
    /// you let the server send it.
    reset_token: String,
    /// The time when the token expires: a day from now.
    expires_at: Moment,
}

/// Result of setting a new password with a reset token.
#[derive(SimpleObject)]
struct ResetPasswordPayload {
    /// Number of sessions that were ended.
    sessions_ended: i32,
    /// How many API tokens were revoked.
    api_tokens_revoked: i32,
}

/// Result of deactivating a member.
#[derive(SimpleObject)]
struct DeactivateMemberPayload {
    /// The membership after the change.
    membership: membership::Model,
}

/// Result of activating a member again.
#[derive(SimpleObject)]
struct ReactivateMemberPayload {
    /// The membership after the change.
    membership: membership::Model,
}

/// Result of renaming a newsroom.
#[derive(SimpleObject)]
struct RenameNewsroomPayload {
    /// The newsroom after the change.
    newsroom: newsroom::Model,
}

/// Result of changing a newsroom's public profile.
#[derive(SimpleObject)]
struct UpdateNewsroomProfilePayload {
    /// The newsroom after the change.
    newsroom: newsroom::Model,
}

/// Mutations of one's own profile, of members' accounts, and of the newsroom's name and profile.
#[derive(Default)]
pub struct Accounts;

#[Object]
impl Accounts {
    /// Changes your display name, your e-mail address or both. Ends your other sessions. Requires a
    /// session and your password. An API token is not enough.
    async fn update_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes, and your password.")] input: UpdateProfileInput,
    ) -> Result<UpdateProfilePayload> {
        let (account, sessions_ended) = profile::update(ctx.db(), ctx.actor(), input).await?;
        Ok(UpdateProfilePayload { account, sessions_ended })
    }

    /// Changes what you get mails about, in all your newsrooms. MAIL_UNAVAILABLE if you turn something
    /// on and the server sends no e-mail. Requires a session. An API token is not enough.
    async fn update_mail_settings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The settings to change.")] input: UpdateMailSettingsInput,
    ) -> Result<UpdateMailSettingsPayload> {
        let id = settings::update(ctx.db(), ctx.actor(), input).await?;
        let account = account::find_all(ctx.db(), &[id]).await?.pop();
        let account = account.ok_or(Error::NotFound("account"))?;
        Ok(UpdateMailSettingsPayload { account })
    }

    /// Ends all your sessions, this one included. API tokens keep working. Requires a session. An API
    /// token is not enough.
    async fn sign_out_everywhere(&self, ctx: &Context<'_>) -> Result<SignOutEverywherePayload> {
        let sessions_ended = session::sign_out_everywhere(ctx.db(), ctx.actor()).await?;
        if let Some(jar) = ctx.data_unchecked::<Option<Jar>>() {
            jar.empty(ctx);
        }
        Ok(SignOutEverywherePayload { sessions_ended })
    }

    /// Makes a one-time token with which a member sets a new password, and revokes earlier ones. Only
    /// for members of no other newsroom than those you manage. Requires the ADMIN role and a session.
    /// An API token is not enough.
    async fn create_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The member.")] input: CreatePasswordResetInput,
    ) -> Result<CreatePasswordResetPayload> {
        let (reset, reset_token) = password_reset::create(ctx.db(), ctx.actor(), input).await?;
        Ok(CreatePasswordResetPayload { reset_token, expires_at: reset.expires_at })
    }

    /// Sets a new password with a reset token. Ends all sessions of the account and revokes its API
    /// tokens. Requires the token.
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token and the new password.")] input: ResetPasswordInput,
    ) -> Result<ResetPasswordPayload> {
        let change = password_reset::redeem(ctx.db(), ctx.actor(), input).await?;
        Ok(ResetPasswordPayload {
            sessions_ended: change.sessions_ended,
            api_tokens_revoked: change.api_tokens_revoked,
        })
    }

    /// Deactivates a member in the newsroom. Their role and their work stay, and other newsrooms are
    /// not affected. Requires the ADMIN role and a session. An API token is not enough.
    async fn deactivate_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The member.")] input: DeactivateMemberInput,
    ) -> Result<DeactivateMemberPayload> {
        Ok(DeactivateMemberPayload {
            membership: deactivation::deactivate(ctx.db(), ctx.actor(), input).await?,
        })
    }

    /// Activates a deactivated member again, with the same role. Requires the ADMIN role and a
    /// session. An API token is not enough.
    async fn reactivate_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The member.")] input: ReactivateMemberInput,
    ) -> Result<ReactivateMemberPayload> {
        Ok(ReactivateMemberPayload {
            membership: deactivation::reactivate(ctx.db(), ctx.actor(), input).await?,
        })
    }

    /// Changes the newsroom's display name. Its slug stays. Requires the ADMIN role.
    async fn rename_newsroom(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The newsroom and its new name.")] input: RenameNewsroomInput,
    ) -> Result<RenameNewsroomPayload> {
        Ok(RenameNewsroomPayload { newsroom: rename::rename(ctx.db(), ctx.actor(), input).await? })
    }

    /// Changes what the newsroom's public pages and exports say about it. The audit log keeps the
    /// old values. Requires the ADMIN role.
    async fn update_newsroom_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The newsroom and the values to change.")]
        input: UpdateNewsroomProfileInput,
    ) -> Result<UpdateNewsroomProfilePayload> {
        let newsroom = newsroom_profile::update(ctx.db(), ctx.actor(), input).await?;
        Ok(UpdateNewsroomProfilePayload { newsroom })
    }
}
