//! Mutations that turn verdicts into a fact-check: assignments, drafts, the rating scale, rulings
//! and corrections.

use async_graphql::{Context, Object, Result, SimpleObject};

use crate::domain::claim;
use crate::domain::claim::assignment::{self, AssignClaimInput, UnassignClaimInput};
use crate::domain::newsroom::policy::{self, ReplaceRatingScaleInput};
use crate::domain::newsroom::rating::scale;
use crate::domain::ruling::correction::{self, CorrectRulingInput};
use crate::domain::ruling::{self, PublishRulingInput};
use crate::domain::verdict::draft::{self, DiscardVerdictDraftInput, SaveVerdictDraftInput};
use crate::graphql::RequestContext;

/// Result of replacing the rating scale.
#[derive(SimpleObject)]
struct ReplaceRatingScalePayload {
    /// The new rating scale.
    rating_scale: scale::Model,
}

/// Result of assigning reviewers.
#[derive(SimpleObject)]
struct AssignClaimPayload {
    /// The claim after the change.
    claim: claim::Model,
}

/// Result of unassigning reviewers.
#[derive(SimpleObject)]
struct UnassignClaimPayload {
    /// The claim after the change.
    claim: claim::Model,
}

/// Result of saving a draft.
#[derive(SimpleObject)]
struct SaveVerdictDraftPayload {
    /// The saved draft.
    verdict: draft::Model,
}

/// Result of discarding a draft.
#[derive(SimpleObject)]
struct DiscardVerdictDraftPayload {
    /// The claim that the draft was on.
    claim: claim::Model,
}

/// Result of publishing a ruling.
#[derive(SimpleObject)]
struct PublishRulingPayload {
    /// The published ruling.
    ruling: ruling::Model,
    /// The claim, whose state is now PUBLISHED.
    claim: claim::Model,
}

/// Result of correcting or retracting a ruling.
#[derive(SimpleObject)]
struct CorrectRulingPayload {
    /// The ruling after the change.
    ruling: ruling::Model,
}

/// Mutations that turn verdicts into a fact-check.
#[derive(Default)]
pub struct Editorial;

#[Object]
impl Editorial {
    /// Replaces the newsroom's rating scale. Existing verdicts, drafts and rulings keep their
    /// scale. Requires the ADMIN role.
    async fn replace_rating_scale(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new scale.")] input: ReplaceRatingScaleInput,
    ) -> Result<ReplaceRatingScalePayload> {
        Ok(ReplaceRatingScalePayload {
            rating_scale: policy::replace_rating_scale(ctx.db(), ctx.actor(), input).await?,
        })
    }

    /// Assigns reviewers to a claim, or changes their due date and note. Other assignments stay.
    /// Requires the EDITOR role.
    async fn assign_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim, the reviewers, the due date and the note.")]
        input: AssignClaimInput,
    ) -> Result<AssignClaimPayload> {
        Ok(AssignClaimPayload { claim: assignment::assign(ctx.db(), ctx.actor(), input).await? })
    }

    /// Unassigns reviewers from a claim. Their verdicts stay. Requires the EDITOR role.
    async fn unassign_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim and the reviewers.")] input: UnassignClaimInput,
    ) -> Result<UnassignClaimPayload> {
        Ok(UnassignClaimPayload {
            claim: assignment::unassign(ctx.db(), ctx.actor(), input).await?,
        })
    }

    /// Saves your unfinished verdict on a claim. Nobody else can see that a draft exists. A verdict
    /// that you have already submitted stays current. Requires the REVIEWER role.
    async fn save_verdict_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The draft's content.")] input: SaveVerdictDraftInput,
    ) -> Result<SaveVerdictDraftPayload> {
        Ok(SaveVerdictDraftPayload { verdict: draft::save(ctx.db(), ctx.actor(), input).await? })
    }

    /// Discards your own draft. Submitting the verdict also discards it. Requires the REVIEWER
    /// role.
    async fn discard_verdict_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The draft to discard.")] input: DiscardVerdictDraftInput,
    ) -> Result<DiscardVerdictDraftPayload> {
        Ok(DiscardVerdictDraftPayload {
            claim: draft::discard(ctx.db(), ctx.actor(), input).await?,
        })
    }

    /// Publishes the ruling on a READY claim. `Claim.readiness` lists what is missing. The ruling
    /// rests on the current verdicts, including those that dissent. Requires the EDITOR role.
    async fn publish_ruling(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ruling's content.")] input: PublishRulingInput,
    ) -> Result<PublishRulingPayload> {
        let (ruling, claim) = ruling::publish(ctx.db(), ctx.actor(), input).await?;
        Ok(PublishRulingPayload { ruling, claim })
    }

    /// Corrects, clarifies, updates or retracts a ruling. The reason and the previous content stay
    /// public with it. Requires the EDITOR role.
    async fn correct_ruling(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ruling, the change and the reason.")] input: CorrectRulingInput,
    ) -> Result<CorrectRulingPayload> {
        Ok(CorrectRulingPayload {
            ruling: correction::correct(ctx.db(), ctx.actor(), input).await?,
        })
    }
}
