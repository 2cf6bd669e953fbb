//! Claims, and who is asked to judge them.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result};

use super::{author, maybe};
use crate::domain::account;
use crate::domain::anchor;
use crate::domain::article;
use crate::domain::assignment;
use crate::domain::claim;
use crate::domain::page::Slice;
use crate::domain::readiness::{Plan, Readiness};
use crate::domain::repeat;
use crate::domain::ruling;
use crate::domain::standing::Proposal;
use crate::domain::summary::ClaimSummary;
use crate::domain::verdict::{Verdict, draft};
use crate::graphql::Desk;
use crate::graphql::connection::Connection;
use crate::graphql::found::SimilarClaims;
use crate::graphql::loaders::{
    AnchorsOf, AssignmentsOf, DraftOn, FirstRepeatsOf, ProposalsOf, ReadinessOf, RulingsOn, SimilarTo, SummaryOfClaim, TagsOf, VerdictsOn,
    find_row, load, load_row,
};

#[ComplexObject]
impl claim::Model {
    /// The article that it is made in.
    async fn article(&self, ctx: &Context<'_>) -> Result<article::Model> {
        Ok(load_row(ctx, self.article_id).await?)
    }

    /// Who marked it; null where the server's own command line did.
    async fn marked_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.marked_by).await
    }

    /// The words of the article that it stands on, in reading order: in the article's newest text, or for a claim that was withdrawn in the
    /// text of that time.
    async fn anchors(&self, ctx: &Context<'_>) -> Result<Arc<[anchor::Model]>> {
        Ok(load(ctx, AnchorsOf(self.id)).await?)
    }

    /// Every anchor that it ever had, newest first: those of earlier revisions, and those before it was re-anchored.
    async fn anchor_history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
    ) -> Result<Connection<anchor::Model>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        Ok(anchor::history(ctx.db(), self.id, &slice).await?.into())
    }

    /// Where words that it has lost may stand in the newest text, best first: for each anchor that is REWORDED, CHANGED or ORPHANED the likeliest
    /// place, and those that are nearly as likely. They are offers: only `reanchor` puts a claim on other words.
    async fn anchor_proposals(&self, ctx: &Context<'_>) -> Result<Arc<[Proposal]>> {
        Ok(load(ctx, ProposalsOf(self.id)).await?)
    }

    /// The words that it is filed under, in the order of the alphabet.
    async fn tags(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        let mut tags: Vec<_> = load(ctx, TagsOf(self.id)).await?.iter().map(|row| row.tag.clone()).collect();
        // In one order whatever the database takes for the alphabet's.
        tags.sort_unstable();
        Ok(tags)
    }

    /// The verdicts in force on it that you may see; under blind review, and before it is READY, that is for readers none and for reviewers
    /// their own, until they have submitted.
    async fn verdicts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether to give withdrawn verdicts as well; you see your own, and editors see all.", default)] include_withdrawn: bool,
    ) -> Result<Vec<Verdict>> {
        let verdicts = load(ctx, VerdictsOn(self.id)).await?;
        Ok(verdicts.iter().filter(|verdict| include_withdrawn || verdict.is_in_force()).cloned().collect())
    }

    /// Your own draft of a verdict on it, if you have one; nobody else's is ever shown.
    async fn my_draft(&self, ctx: &Context<'_>) -> Result<Option<draft::Model>> {
        Ok(find_row(ctx, DraftOn(self.id)).await?)
    }

    /// Who is asked to judge it, by when they were asked.
    async fn assignments(&self, ctx: &Context<'_>) -> Result<Arc<[assignment::Model]>> {
        Ok(load(ctx, AssignmentsOf(self.id)).await?)
    }

    /// What is missing before you publish a ruling on it: this rating, with this summary, as far as you say them. For editors; null for
    /// everybody else.
    async fn readiness(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key of the rating that you think of. Where nothing is said: whichever of the newsroom's scale.")]
        rating: Option<String>,
        #[graphql(desc = "The summary that you think of. Where nothing is said, it is listed as what is asked for, and does not block.")]
        summary: Option<String>,
    ) -> Result<Option<Readiness>> {
        let plan = Plan { rating, summary: summary.map(|text| !text.trim().is_empty()) };
        Ok(find_row(ctx, ReadinessOf { claim: self.id, plan }).await?)
    }

    /// The newest ruling on it, if there is one; where it is retracted, it says so.
    async fn ruling(&self, ctx: &Context<'_>) -> Result<Option<ruling::Model>> {
        Ok(load(ctx, RulingsOn(self.id)).await?.first().cloned())
    }

    /// Every ruling on it, newest first; all but the newest are retracted.
    async fn rulings(&self, ctx: &Context<'_>) -> Result<Arc<[ruling::Model]>> {
        Ok(load(ctx, RulingsOn(self.id)).await?)
    }

    /// The claim of which it is the same claim again, as somebody has found; null where nobody has.
    async fn repeats(&self, ctx: &Context<'_>) -> Result<Option<claim::Model>> {
        maybe(ctx, self.repeats_id).await
    }

    /// The claims that are this one again, the first marked first.
    async fn repeated_by(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
    ) -> Result<Connection<claim::Model>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        if let Some(size) = slice.first_size() {
            let counted = ctx.look_ahead().field("totalCount").exists();
            return Ok(load(ctx, FirstRepeatsOf(self.id, size, counted)).await?.into());
        }
        Ok(repeat::of_claim(ctx.db(), ctx.actor(), self, &slice).await?.into())
    }

    /// Other claims of the newsroom that are like it, the likest first; withdrawn claims are left out.
    async fn similar(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many: 0 to 100, and 10 where nothing is said.")] first: Option<i32>,
    ) -> Result<SimilarClaims> {
        Ok(load(ctx, SimilarTo(self.id, first.unwrap_or(10))).await?.into())
    }

    /// What the verdicts on it come to.
    async fn summary(&self, ctx: &Context<'_>) -> Result<ClaimSummary> {
        Ok(load(ctx, SummaryOfClaim(self.id)).await?)
    }
}

#[ComplexObject]
impl assignment::Model {
    /// Who is asked.
    async fn reviewer(&self, ctx: &Context<'_>) -> Result<account::Model> {
        Ok(load_row(ctx, self.reviewer_id).await?)
    }

    /// Who asks; null where the server's own command line did.
    async fn assigned_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.assigned_by).await
    }
}
