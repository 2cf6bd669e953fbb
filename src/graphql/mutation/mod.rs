//! Mutations. Each takes one input and returns a payload with the changed objects.

mod accounts;
mod discussion;
mod editorial;
mod mending;
mod outside_reviews;
mod people;
mod webhooks;

use async_graphql::{Context, MergedObject, Object, Result, SimpleObject};

use self::accounts::Accounts;
use self::discussion::Discussion;
use self::editorial::Editorial;
use self::mending::Mending;
use self::outside_reviews::OutsideReviews;
use self::people::People;
use self::webhooks::Webhooks;
use super::RequestContext;
use crate::domain::article::anchor;
use crate::domain::article::{self, ImportArticleInput};
use crate::domain::claim::carry::{self, ReanchorInput, RestoreRevisionInput, ReviseArticleInput};
use crate::domain::claim::repeat::{self, LinkClaimInput};
use crate::domain::claim::{self, EditClaimInput, MarkClaimInput, WithdrawClaimInput};
use crate::domain::newsroom;
use crate::domain::newsroom::policy::{self, SetPolicyInput};
use crate::domain::verdict::reaffirm_all::{
    self, NotReaffirmedVerdict, Outcome, ReaffirmVerdictsInput,
};
use crate::domain::verdict::reaffirmation::{self, ReaffirmVerdictInput};
use crate::domain::verdict::{self, SubmitVerdictInput, Verdict, WithdrawVerdictInput};

/// Result of changing the policy.
#[derive(SimpleObject)]
struct SetPolicyPayload {
    /// The newsroom after the change.
    newsroom: newsroom::Model,
}

/// Result of importing an article.
#[derive(SimpleObject)]
struct ImportArticlePayload {
    /// The imported article.
    article: article::Model,
    /// Articles that the newsroom already had with the same address or the same words, oldest
    /// first. At most 10. Withdrawn articles are among them.
    duplicates: Vec<article::Model>,
}

/// Result of revising an article.
#[derive(SimpleObject)]
struct ReviseArticlePayload {
    /// The article, with a higher version.
    article: article::Model,
    /// The claims' anchors in the new text, one for each previous anchor.
    anchors: Vec<anchor::Model>,
}

/// Result of putting an earlier text back.
#[derive(SimpleObject)]
struct RestoreRevisionPayload {
    /// The article, with a higher version.
    article: article::Model,
    /// The claims' anchors in the new revision.
    anchors: Vec<anchor::Model>,
}

/// Result of marking a claim.
#[derive(SimpleObject)]
struct MarkClaimPayload {
    /// The marked claim.
    claim: claim::Model,
    /// The claim's article, with a higher version.
    article: article::Model,
    /// Claims that are already marked on one of the same ranges, oldest first. At most 10. Withdrawn
    /// claims are left out.
    duplicates: Vec<claim::Model>,
}

/// Result of editing a claim.
#[derive(SimpleObject)]
struct EditClaimPayload {
    /// The claim after the change.
    claim: claim::Model,
    /// The claim's article, with a higher version.
    article: article::Model,
}

/// Result of withdrawing a claim.
#[derive(SimpleObject)]
struct WithdrawClaimPayload {
    /// The withdrawn claim.
    claim: claim::Model,
    /// The claim's article, with a higher version.
    article: article::Model,
}

/// Result of linking or unlinking a claim.
#[derive(SimpleObject)]
struct LinkClaimPayload {
    /// The claim after the change.
    claim: claim::Model,
    /// The claim's article, with a higher version.
    article: article::Model,
}

/// Result of re-anchoring a claim.
#[derive(SimpleObject)]
struct ReanchorPayload {
    /// The claim after the change.
    claim: claim::Model,
    /// The claim's article, with a higher version.
    article: article::Model,
}

/// Result of submitting a verdict.
#[derive(SimpleObject)]
struct SubmitVerdictPayload {
    /// The submitted verdict.
    verdict: Verdict,
    /// The claim. Its state and version may have changed.
    claim: claim::Model,
}

/// Result of withdrawing a verdict.
#[derive(SimpleObject)]
struct WithdrawVerdictPayload {
    /// The withdrawn verdict.
    verdict: Verdict,
    /// The claim. Its state and version may have changed.
    claim: claim::Model,
}

/// Result of reaffirming a verdict.
#[derive(SimpleObject)]
struct ReaffirmVerdictPayload {
    /// The reaffirmed verdict.
    verdict: Verdict,
    /// The claim. It may no longer be stale.
    claim: claim::Model,
}

/// Result of reaffirming your verdicts on an article.
#[derive(SimpleObject)]
struct ReaffirmVerdictsPayload {
    /// The article. Its version rises with each reaffirmed verdict.
    article: article::Model,
    /// The verdicts that were reaffirmed, in the order of their first submission.
    reaffirmed: Vec<Verdict>,
    /// Your other stale verdicts on the article, each with the reason why it was left as it is.
    left: Vec<NotReaffirmedVerdict>,
}

/// Write operations. Each description names the role that is required in the newsroom. A role
/// includes all lower roles: READER, REVIEWER, EDITOR, ADMIN.
#[derive(Default, MergedObject)]
pub struct Mutation(
    People,
    Accounts,
    Daily,
    Mending,
    Discussion,
    Editorial,
    OutsideReviews,
    Webhooks,
);

/// The everyday mutations of a newsroom.
#[derive(Default)]
struct Daily;

#[Object]
impl Daily {
    /// Changes the newsroom's editorial policy. Published rulings stay. Requires the ADMIN role.
    async fn set_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The settings to change.")] input: SetPolicyInput,
    ) -> Result<SetPolicyPayload> {
        Ok(SetPolicyPayload { newsroom: policy::set_policy(ctx.db(), ctx.actor(), input).await? })
    }

    /// Imports an article. `duplicates` warns of articles that the newsroom already has. Requires
    /// the EDITOR role.
    async fn import_article(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The article.")] input: ImportArticleInput,
    ) -> Result<ImportArticlePayload> {
        let (article, duplicates) = article::import(ctx.db(), ctx.actor(), input).await?;
        Ok(ImportArticlePayload { article, duplicates })
    }

    /// Stores a newer text of an article. Each claim is carried into the new text. If its words or
    /// their sentences changed, the claim and its verdicts become stale. Requires the EDITOR role.
    async fn revise_article(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The article and its new text.")] input: ReviseArticleInput,
    ) -> Result<ReviseArticlePayload> {
        let (article, anchors) = carry::revise(ctx.db(), ctx.actor(), input).await?;
        Ok(ReviseArticlePayload { article, anchors })
    }

    /// Puts the text of an earlier revision back, as a new revision. Each claim's anchors go back
    /// where they were in that revision. Its verdicts are stale only if the claim was judged or
    /// re-anchored in between. `reviseArticle` does the same if its text equals an earlier one.
    /// Requires the EDITOR role.
    async fn restore_revision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The article and the number of the revision.")]
        input: RestoreRevisionInput,
    ) -> Result<RestoreRevisionPayload> {
        let (article, anchors) = carry::restore(ctx.db(), ctx.actor(), input).await?;
        Ok(RestoreRevisionPayload { article, anchors })
    }

    /// Marks a claim on words of an article. `duplicates` warns of claims on the same words. Requires
    /// the REVIEWER role.
    async fn mark_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim.")] input: MarkClaimInput,
    ) -> Result<MarkClaimPayload> {
        let (claim, article, duplicates) = claim::mark(ctx.db(), ctx.actor(), input).await?;
        Ok(MarkClaimPayload { claim, article, duplicates })
    }

    /// Changes a claim's tags and what is known about its claimant, or its words if it has no verdict
    /// yet. Requires the EDITOR role, or REVIEWER for a claim that you marked.
    async fn edit_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim and the changes.")] input: EditClaimInput,
    ) -> Result<EditClaimPayload> {
        let (claim, article) = claim::edit(ctx.db(), ctx.actor(), input).await?;
        Ok(EditClaimPayload { claim, article })
    }

    /// Withdraws a claim. It stays readable, with the reason. Requires the EDITOR role, or REVIEWER
    /// for a claim that you marked.
    async fn withdraw_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim and the reason.")] input: WithdrawClaimInput,
    ) -> Result<WithdrawClaimPayload> {
        let (claim, article) = claim::withdraw(ctx.db(), ctx.actor(), input).await?;
        Ok(WithdrawClaimPayload { claim, article })
    }

    /// Links a claim to the claim that it repeats, or unlinks it. Requires the EDITOR role, or
    /// REVIEWER for a claim that you marked.
    async fn link_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim, and the claim that it repeats.")] input: LinkClaimInput,
    ) -> Result<LinkClaimPayload> {
        let (claim, article) = repeat::link(ctx.db(), ctx.actor(), input).await?;
        Ok(LinkClaimPayload { claim, article })
    }

    /// Anchors a claim to other words of the newest text. Its verdicts are stale until their
    /// reviewers reaffirm or resubmit. Requires the EDITOR role.
    async fn reanchor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim and its new ranges.")] input: ReanchorInput,
    ) -> Result<ReanchorPayload> {
        let (claim, article) = carry::reanchor(ctx.db(), ctx.actor(), input).await?;
        Ok(ReanchorPayload { claim, article })
    }

    /// Submits your verdict on a claim, with the sources it rests on. It replaces your previous
    /// verdict, which stays in the history. Requires the REVIEWER role.
    async fn submit_verdict(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The verdict's content.")] input: SubmitVerdictInput,
    ) -> Result<SubmitVerdictPayload> {
        let (verdict, claim) = verdict::submit(ctx.db(), ctx.actor(), input).await?;
        Ok(SubmitVerdictPayload { verdict, claim })
    }

    /// Withdraws your verdict. You and editors can still read it, with the reason. Editors can also
    /// withdraw a stale verdict of a reviewer who may no longer judge. Requires the REVIEWER role.
    async fn withdraw_verdict(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The verdict and the reason.")] input: WithdrawVerdictInput,
    ) -> Result<WithdrawVerdictPayload> {
        let (verdict, claim) = verdict::withdraw(ctx.db(), ctx.actor(), input).await?;
        Ok(WithdrawVerdictPayload { verdict, claim })
    }
    /// Confirms your stale verdict after you have read the changed words. Requires the REVIEWER
    /// role.
    async fn reaffirm_verdict(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The verdict and a note.")] input: ReaffirmVerdictInput,
    ) -> Result<ReaffirmVerdictPayload> {
        let (verdict, claim) = reaffirmation::make(ctx.db(), ctx.actor(), input).await?;
        Ok(ReaffirmVerdictPayload { verdict, claim })
    }

    /// Reaffirms your own stale verdicts on an article in one step, where only the typography of the
    /// words changed after you read them. Typography is the normalisation form, the style of
    /// quotation marks, soft hyphens and the kind of white space. Other stale verdicts are listed and
    /// stay as they are. Requires the REVIEWER role.
    async fn reaffirm_verdicts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The article and a note.")] input: ReaffirmVerdictsInput,
    ) -> Result<ReaffirmVerdictsPayload> {
        let outcome = reaffirm_all::make(ctx.db(), ctx.actor(), input).await?;
        let Outcome { article, reaffirmed, left } = outcome;
        Ok(ReaffirmVerdictsPayload { article, reaffirmed, left })
    }
}
