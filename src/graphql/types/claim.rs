//! Fields of claims and their assignments.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result};
use claimspan_macros::paging;

use crate::domain::article;
use crate::domain::article::anchor;
use crate::domain::claim::assignment;
use crate::domain::claim::carry::Proposal;
use crate::domain::claim::repeat;
use crate::domain::claim::{self, ClaimantKind};
use crate::domain::comment::{self, Below};
use crate::domain::page::Slice;
use crate::domain::people::account;
use crate::domain::ruling;
use crate::domain::ruling::readiness::{PlannedRuling, Readiness};
use crate::domain::summary::ClaimSummary;
use crate::domain::time::Moment;
use crate::domain::verdict::{Verdict, draft};
use crate::graphql::RequestContext;
use crate::graphql::connection::Connection;
use crate::graphql::loaders::{
    AnchorsOf, AssignmentsOf, DraftOn, FirstRepeatsOf, FirstSubmittedOn, ProposalsOf, ReadinessOf,
    RulingsOn, SimilarTo, SummaryOfClaim, TagsOf, VerdictsOn, find_row, load, load_row,
};
use crate::graphql::search::SimilarClaims;
use crate::graphql::types::comment::comments;
use crate::graphql::types::{author, maybe};

#[paging]
#[ComplexObject]
impl claim::Model {
    /// The article that contains the claim.
    async fn article(&self, ctx: &Context<'_>) -> Result<article::Model> {
        Ok(load_row(ctx, self.article_id).await?)
    }

    /// The kind of claimant that makes the claim.
    async fn claimant_kind(&self) -> ClaimantKind {
        self.claimant_kind.unwrap_or_default()
    }

    /// The account that marked the claim. Null if the server's command line did.
    async fn marked_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.marked_by).await
    }

    /// The claim's anchors in the newest text, in reading order. For a withdrawn claim, the anchors
    /// at the time of its withdrawal.
    async fn anchors(&self, ctx: &Context<'_>) -> Result<Arc<[anchor::Model]>> {
        Ok(load(ctx, AnchorsOf(self.id)).await?)
    }

    /// Every anchor that the claim ever had, newest first. Includes those in earlier revisions and
    /// those before a re-anchoring.
    async fn anchor_history(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
    ) -> Result<Connection<anchor::Model>> {
        Ok(Box::pin(anchor::history(ctx.db(), self.id, &slice)).await?.into())
    }

    /// Likely places for the claim's lost words in the newest text, best first. For each REWORDED,
    /// CHANGED or ORPHANED anchor: the likeliest place, and others that are nearly as likely. Use
    /// `reanchor` to accept one.
    async fn anchor_proposals(&self, ctx: &Context<'_>) -> Result<Arc<[Proposal]>> {
        Ok(load(ctx, ProposalsOf(self.id)).await?)
    }

    /// The claim's tags, in alphabetical order.
    async fn tags(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        let mut tags: Vec<_> =
            load(ctx, TagsOf(self.id)).await?.iter().map(|row| row.tag.clone()).collect();
        // Sorted here, because databases sort text differently.
        tags.sort_unstable();
        Ok(tags)
    }

    /// The current verdicts on the claim that you may see. Under blind review, before the claim is
    /// READY, readers see none. Reviewers see none until they have submitted their own.
    async fn verdicts(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Whether to include withdrawn verdicts. You see your own, and editors see all.",
            default
        )]
        include_withdrawn: bool,
    ) -> Result<Vec<Verdict>> {
        let verdicts = load(ctx, VerdictsOn(self.id)).await?;
        Ok(verdicts
            .iter()
            .filter(|verdict| include_withdrawn || verdict.is_in_force())
            .cloned()
            .collect())
    }

    /// Your own draft of a verdict on the claim. Null if you have none. Nobody can see other
    /// people's drafts.
    async fn my_draft(&self, ctx: &Context<'_>) -> Result<Option<draft::Model>> {
        Ok(find_row(ctx, DraftOn(self.id)).await?)
    }

    /// The assignments of the claim, oldest first.
    async fn assignments(&self, ctx: &Context<'_>) -> Result<Arc<[assignment::Model]>> {
        Ok(load(ctx, AssignmentsOf(self.id)).await?)
    }

    /// The unmet requirements for publishing a ruling on the claim. Requires the EDITOR role. Null
    /// for everybody else.
    async fn readiness(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The key of the rating that you plan to publish. Default: any rating of the \
                current scale."
        )]
        rating: Option<String>,
        #[graphql(
            desc = "Whether the ruling has a summary. If omitted, the summary is listed as \
                required input and does not block."
        )]
        summary: Option<String>,
    ) -> Result<Option<Readiness>> {
        let plan = PlannedRuling { rating, summary: summary.map(|text| !text.trim().is_empty()) };
        Ok(find_row(ctx, ReadinessOf { claim: self.id, plan }).await?)
    }

    /// The newest ruling on the claim. It may be retracted. Null if there is none.
    async fn ruling(&self, ctx: &Context<'_>) -> Result<Option<ruling::Model>> {
        Ok(load(ctx, RulingsOn(self.id)).await?.first().cloned())
    }

    /// Every ruling on the claim, newest first. All except the newest are retracted.
    async fn rulings(&self, ctx: &Context<'_>) -> Result<Arc<[ruling::Model]>> {
        Ok(load(ctx, RulingsOn(self.id)).await?)
    }

    /// The claim that this one repeats. Null if it is not linked to one.
    async fn repeats(&self, ctx: &Context<'_>) -> Result<Option<claim::Model>> {
        maybe(ctx, self.repeats_id).await
    }

    /// The claims that repeat this one, in the order in which they were marked.
    async fn repeated_by(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
    ) -> Result<Connection<claim::Model>> {
        if let Some(size) = slice.first_size() {
            let counted = ctx.look_ahead().field("totalCount").exists();
            return Ok(load(ctx, FirstRepeatsOf(self.id, size, counted)).await?.into());
        }
        Ok(Box::pin(repeat::of_claim(ctx.db(), ctx.actor(), self, &slice)).await?.into())
    }

    /// Other claims of the newsroom that are similar, the most similar first. Withdrawn claims are
    /// left out.
    async fn similar(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number of claims, 0 to 100. Default: 10.")] first: Option<i32>,
    ) -> Result<SimilarClaims> {
        let found = load(ctx, SimilarTo(self.id, first.unwrap_or(10))).await?;
        Ok(SimilarClaims::of(self.newsroom_id, self.statement.clone(), found))
    }

    /// The threads of comments on the claim and on verdicts that you may see, oldest first. Empty for
    /// members from whom blind review hides the verdicts of others on the claim.
    async fn comments(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
    ) -> Result<Connection<comment::Model>> {
        comments(ctx, Below::Claim(self.id), &slice).await
    }

    /// Figures about the verdicts on the claim.
    async fn summary(&self, ctx: &Context<'_>) -> Result<ClaimSummary> {
        Ok(load(ctx, SummaryOfClaim(self.id)).await?)
    }
}

#[ComplexObject]
impl assignment::Model {
    /// The assigned reviewer.
    async fn reviewer(&self, ctx: &Context<'_>) -> Result<account::Model> {
        Ok(load_row(ctx, self.reviewer_id).await?)
    }

    /// The account that assigned the reviewer. Null if the server's command line did.
    async fn assigned_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.assigned_by).await
    }

    /// The time when the reviewer first submitted their current verdict on the claim. Null if there
    /// is none, or if blind review hides it from you.
    async fn judged_at(&self, ctx: &Context<'_>) -> Result<Option<Moment>> {
        let verdicts = load(ctx, FirstSubmittedOn(self.claim_id)).await?;
        let own = verdicts.iter().find(|verdict| verdict.reviewer_id == self.reviewer_id);
        Ok(own.map(|verdict| verdict.submitted_at))
    }
}
