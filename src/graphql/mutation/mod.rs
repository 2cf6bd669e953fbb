//! The roots of writing. Each takes one input, and gives a payload with what it changed.

mod editorial;
mod people;

use async_graphql::{Context, MergedObject, Object, Result, SimpleObject};

use self::editorial::Editorial;
use self::people::People;
use super::Desk;
use crate::domain::anchor;
use crate::domain::article::{self, ImportArticleInput};
use crate::domain::claim::{self, EditClaimInput, MarkClaimInput, WithdrawClaimInput};
use crate::domain::newsroom;
use crate::domain::readiness::{self, SetPolicyInput};
use crate::domain::reaffirmation::{self, ReaffirmVerdictInput};
use crate::domain::repeat::{self, LinkClaimInput};
use crate::domain::standing::{self, ReanchorInput, ReviseArticleInput};
use crate::domain::verdict::{self, SubmitVerdictInput, Verdict, WithdrawVerdictInput};

/// The policy is set.
#[derive(SimpleObject)]
struct SetPolicyPayload {
    /// The newsroom.
    newsroom: newsroom::Model,
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

/// What can be done. Each needs the role that its description names, in the newsroom that it is done in.
#[derive(Default, MergedObject)]
pub struct Mutation(People, Daily, Editorial);

/// What a newsroom does every day.
#[derive(Default)]
struct Daily;

#[Object]
impl Daily {
    /// Change what the newsroom asks of its fact-checks. What is published stays so. For admins.
    async fn set_policy(&self, ctx: &Context<'_>, #[graphql(desc = "What to ask.")] input: SetPolicyInput) -> Result<SetPolicyPayload> {
        Ok(SetPolicyPayload { newsroom: readiness::set_policy(ctx.db(), ctx.actor(), input).await? })
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
