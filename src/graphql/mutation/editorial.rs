//! The roots of writing that make a fact-check out of verdicts: assignments, drafts, the scale, rulings and their corrections.

use async_graphql::{Context, Object, Result, SimpleObject};

use crate::domain::assignment::{self, AssignClaimInput, UnassignClaimInput};
use crate::domain::claim;
use crate::domain::rating::scale;
use crate::domain::readiness::{self, ReplaceRatingScaleInput};
use crate::domain::ruling::correction::{self, CorrectRulingInput};
use crate::domain::ruling::{self, PublishRulingInput};
use crate::domain::verdict::draft::{self, DiscardVerdictDraftInput, SaveVerdictDraftInput};
use crate::graphql::Desk;

/// The scale is replaced.
#[derive(SimpleObject)]
struct ReplaceRatingScalePayload {
    /// The scale to judge with from now on.
    rating_scale: scale::Model,
}

/// The reviewers are asked.
#[derive(SimpleObject)]
struct AssignClaimPayload {
    /// The claim.
    claim: claim::Model,
}

/// The reviewers are asked no more.
#[derive(SimpleObject)]
struct UnassignClaimPayload {
    /// The claim.
    claim: claim::Model,
}

/// The draft is kept.
#[derive(SimpleObject)]
struct SaveVerdictDraftPayload {
    /// The draft.
    verdict: draft::Model,
}

/// The draft is thrown away.
#[derive(SimpleObject)]
struct DiscardVerdictDraftPayload {
    /// The claim that it was on.
    claim: claim::Model,
}

/// The ruling is published.
#[derive(SimpleObject)]
struct PublishRulingPayload {
    /// The ruling.
    ruling: ruling::Model,
    /// The claim, which is PUBLISHED now.
    claim: claim::Model,
}

/// The ruling is corrected, or retracted.
#[derive(SimpleObject)]
struct CorrectRulingPayload {
    /// The ruling.
    ruling: ruling::Model,
}

/// What makes a fact-check out of verdicts.
#[derive(Default)]
pub struct Editorial;

#[Object]
impl Editorial {
    /// Replace the scale that the newsroom judges with. Verdicts, drafts and rulings keep the scale that they were given under. For admins.
    async fn replace_rating_scale(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new scale.")] input: ReplaceRatingScaleInput,
    ) -> Result<ReplaceRatingScalePayload> {
        Ok(ReplaceRatingScalePayload { rating_scale: readiness::replace_rating_scale(ctx.db(), ctx.actor(), input).await? })
    }

    /// Ask reviewers to judge a claim, or say anew by when. Others who are asked already stay so. For editors.
    async fn assign_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim, whom to ask, and by when.")] input: AssignClaimInput,
    ) -> Result<AssignClaimPayload> {
        Ok(AssignClaimPayload { claim: assignment::assign(ctx.db(), ctx.actor(), input).await? })
    }

    /// Ask reviewers no more to judge a claim. Verdicts that they have given stay. For editors.
    async fn unassign_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim, and whom to ask no more.")] input: UnassignClaimInput,
    ) -> Result<UnassignClaimPayload> {
        Ok(UnassignClaimPayload { claim: assignment::unassign(ctx.db(), ctx.actor(), input).await? })
    }

    /// Keep a verdict that you have not finished. Nobody else learns that there is one. A verdict that you have submitted on the claim stays in
    /// force as it is. For reviewers, each for themselves.
    async fn save_verdict_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The judgement so far.")] input: SaveVerdictDraftInput,
    ) -> Result<SaveVerdictDraftPayload> {
        Ok(SaveVerdictDraftPayload { verdict: draft::save(ctx.db(), ctx.actor(), input).await? })
    }

    /// Throw your draft of a verdict away. Submitting the verdict does so as well. For reviewers, each for themselves.
    async fn discard_verdict_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The draft.")] input: DiscardVerdictDraftInput,
    ) -> Result<DiscardVerdictDraftPayload> {
        Ok(DiscardVerdictDraftPayload { claim: draft::discard(ctx.db(), ctx.actor(), input).await? })
    }

    /// Publish the ruling on a claim that is READY, of which `Claim.readiness` says what is missing. It rests on the verdicts in force, those
    /// that dissent among them, as they stand. For editors.
    async fn publish_ruling(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ruling.")] input: PublishRulingInput,
    ) -> Result<PublishRulingPayload> {
        let (ruling, claim) = ruling::publish(ctx.db(), ctx.actor(), input).await?;
        Ok(PublishRulingPayload { ruling, claim })
    }

    /// Correct, clarify, update or retract a ruling, in the open: the reason and what it said before stay beside it. For editors.
    async fn correct_ruling(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ruling, what it shall say, and why.")] input: CorrectRulingInput,
    ) -> Result<CorrectRulingPayload> {
        Ok(CorrectRulingPayload { ruling: correction::correct(ctx.db(), ctx.actor(), input).await? })
    }
}
