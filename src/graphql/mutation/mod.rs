//! The roots of writing. Each takes one input, and gives a payload with what it changed.

mod editorial;

use async_graphql::{Context, MergedObject, Object, Result, SimpleObject};

use self::editorial::Editorial;
use super::Desk;
use crate::domain::account;
use crate::domain::anchor;
use crate::domain::api_token::{self, CreateApiTokenInput, RevokeApiTokenInput};
use crate::domain::article::{self, ImportArticleInput};
use crate::domain::claim::{self, EditClaimInput, MarkClaimInput, WithdrawClaimInput};
use crate::domain::ids::SessionId;
use crate::domain::invitation::{self, RevokeInvitationInput};
use crate::domain::membership::{self, InviteMemberInput, RemoveMemberInput, SetRoleInput};
use crate::domain::moment::Moment;
use crate::domain::newsroom;
use crate::domain::readiness::{self, SetPolicyInput};
use crate::domain::reaffirmation::{self, ReaffirmVerdictInput};
use crate::domain::repeat::{self, LinkClaimInput};
use crate::domain::session::{self, AcceptInvitationInput, Begun, ChangePasswordInput, RevokeSessionInput, SignInInput, UserAgent};
use crate::domain::standing::{self, ReanchorInput, ReviseArticleInput};
use crate::domain::verdict::{self, SubmitVerdictInput, Verdict, WithdrawVerdictInput};
use crate::transport::cookie::Jar;

/// A session has begun.
#[derive(SimpleObject)]
struct SignInPayload {
    /// The session's token, shown this once: send it as `Authorization: Bearer <token>`. Empty where a page keeps it in a cookie, because its
    /// request came with the header `X-Claimspan-Session: cookie`.
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
    /// request came with the header `X-Claimspan-Session: cookie`.
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

/// The policy is set.
#[derive(SimpleObject)]
struct SetPolicyPayload {
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

/// The article is imported.
#[derive(SimpleObject)]
struct ImportArticlePayload {
    /// The article.
    article: article::Model,
}

/// The article is revised.
#[derive(SimpleObject)]
struct ReviseArticlePayload {
    /// The article, whose version has risen.
    article: article::Model,
    /// Where its claims stand in the new text: an anchor for each that they had.
    anchors: Vec<anchor::Model>,
}

/// The claim is marked.
#[derive(SimpleObject)]
struct MarkClaimPayload {
    /// The claim.
    claim: claim::Model,
    /// Its article, whose version has risen.
    article: article::Model,
}

/// The claim is edited.
#[derive(SimpleObject)]
struct EditClaimPayload {
    /// The claim.
    claim: claim::Model,
    /// Its article, whose version has risen.
    article: article::Model,
}

/// The claim is withdrawn.
#[derive(SimpleObject)]
struct WithdrawClaimPayload {
    /// The claim.
    claim: claim::Model,
    /// Its article, whose version has risen.
    article: article::Model,
}

/// The claim is linked, or unlinked.
#[derive(SimpleObject)]
struct LinkClaimPayload {
    /// The claim.
    claim: claim::Model,
    /// Its article, whose version has risen.
    article: article::Model,
}

/// The claim is re-anchored.
#[derive(SimpleObject)]
struct ReanchorPayload {
    /// The claim.
    claim: claim::Model,
    /// Its article, whose version has risen.
    article: article::Model,
}

/// The claim is judged.
#[derive(SimpleObject)]
struct SubmitVerdictPayload {
    /// The verdict.
    verdict: Verdict,
    /// The claim, whose state and version may have changed.
    claim: claim::Model,
}

/// The verdict is withdrawn.
#[derive(SimpleObject)]
struct WithdrawVerdictPayload {
    /// The verdict.
    verdict: Verdict,
    /// The claim, whose state and version may have changed.
    claim: claim::Model,
}

/// The verdict is reaffirmed.
#[derive(SimpleObject)]
struct ReaffirmVerdictPayload {
    /// The verdict.
    verdict: Verdict,
    /// The claim, which may be stale no more.
    claim: claim::Model,
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

/// What can be done. Each needs the role that its description names, in the newsroom that it is done in.
#[derive(Default, MergedObject)]
pub struct Mutation(Daily, Editorial);

/// What a newsroom does every day.
#[derive(Default)]
struct Daily;

#[Object]
impl Daily {
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

    /// Change what the newsroom asks of its fact-checks. What is published stays so. For admins.
    async fn set_policy(&self, ctx: &Context<'_>, #[graphql(desc = "What to ask.")] input: SetPolicyInput) -> Result<SetPolicyPayload> {
        Ok(SetPolicyPayload { newsroom: readiness::set_policy(ctx.db(), ctx.actor(), input).await? })
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

    /// Import an article to check. For editors.
    async fn import_article(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The article.")] input: ImportArticleInput,
    ) -> Result<ImportArticlePayload> {
        Ok(ImportArticlePayload { article: article::import(ctx.db(), ctx.actor(), input).await? })
    }

    /// Store a newer text of an article, beside those that it had. Its claims are carried into it: each of their anchors is followed to where its
    /// words stand now, and where these or their sentences have changed, the claim and its verdicts are stale. For editors.
    async fn revise_article(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The article, and its newer text.")] input: ReviseArticleInput,
    ) -> Result<ReviseArticlePayload> {
        let (article, anchors) = standing::revise(ctx.db(), ctx.actor(), input).await?;
        Ok(ReviseArticlePayload { article, anchors })
    }

    /// Mark a claim on words of an article. For reviewers.
    async fn mark_claim(&self, ctx: &Context<'_>, #[graphql(desc = "The claim.")] input: MarkClaimInput) -> Result<MarkClaimPayload> {
        let (claim, article) = claim::mark(ctx.db(), ctx.actor(), input).await?;
        Ok(MarkClaimPayload { claim, article })
    }

    /// Change a claim's words, as long as nobody has judged it, or its tags. For the reviewer who marked it, and for editors.
    async fn edit_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim, and its new words.")] input: EditClaimInput,
    ) -> Result<EditClaimPayload> {
        let (claim, article) = claim::edit(ctx.db(), ctx.actor(), input).await?;
        Ok(EditClaimPayload { claim, article })
    }

    /// Take a claim back. It stays readable, with the reason. For the reviewer who marked it, and for editors.
    async fn withdraw_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim, and why.")] input: WithdrawClaimInput,
    ) -> Result<WithdrawClaimPayload> {
        let (claim, article) = claim::withdraw(ctx.db(), ctx.actor(), input).await?;
        Ok(WithdrawClaimPayload { claim, article })
    }

    /// Link a claim to the one that it repeats, or unlink it. For the reviewer who marked it, and for editors.
    async fn link_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim, and the one that it repeats.")] input: LinkClaimInput,
    ) -> Result<LinkClaimPayload> {
        let (claim, article) = repeat::link(ctx.db(), ctx.actor(), input).await?;
        Ok(LinkClaimPayload { claim, article })
    }

    /// Put a claim on other words of the article's newest text by hand. Its verdicts are stale until their reviewers have read these. For editors.
    async fn reanchor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim, and the words that it stands on.")] input: ReanchorInput,
    ) -> Result<ReanchorPayload> {
        let (claim, article) = standing::reanchor(ctx.db(), ctx.actor(), input).await?;
        Ok(ReanchorPayload { claim, article })
    }

    /// Judge a claim, citing the sources that support the judgement. Your newer verdict on a claim replaces your older one, which stays in its
    /// history. For reviewers, each for themselves.
    async fn submit_verdict(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The judgement.")] input: SubmitVerdictInput,
    ) -> Result<SubmitVerdictPayload> {
        let (verdict, claim) = verdict::submit(ctx.db(), ctx.actor(), input).await?;
        Ok(SubmitVerdictPayload { verdict, claim })
    }

    /// Take your own verdict back. It stays readable to you and to editors, with the reason. For reviewers, each for themselves.
    async fn withdraw_verdict(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The verdict, and why.")] input: WithdrawVerdictInput,
    ) -> Result<WithdrawVerdictPayload> {
        let (verdict, claim) = verdict::withdraw(ctx.db(), ctx.actor(), input).await?;
        Ok(WithdrawVerdictPayload { verdict, claim })
    }
    /// Stand by your own verdict, having read the words that have changed under it. For reviewers, each for themselves.
    async fn reaffirm_verdict(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The verdict, and what you say to it.")] input: ReaffirmVerdictInput,
    ) -> Result<ReaffirmVerdictPayload> {
        let (verdict, claim) = reaffirmation::make(ctx.db(), ctx.actor(), input).await?;
        Ok(ReaffirmVerdictPayload { verdict, claim })
    }
}
