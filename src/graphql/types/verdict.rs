//! Fields of verdicts, submissions and drafts.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result};
use claimspan_macros::paging;

use crate::domain::claim;
use crate::domain::comment::{self, Below};
use crate::domain::listing::Citation;
use crate::domain::newsroom::rating;
use crate::domain::page::Slice;
use crate::domain::people::account;
use crate::domain::permissions::Action;
use crate::domain::ruling::outcome::Outcome;
use crate::domain::verdict::source::CitedSource;
use crate::domain::verdict::{State, Verdict, draft, submission};
use crate::graphql::RequestContext;
use crate::graphql::connection::Connection;
use crate::graphql::eager::{Eager, EagerList};
use crate::graphql::loaders::{
    CitationsIn, CitedInDraft, FirstSubmissionsOf, HistoryOf, OutcomeOf, find_row, load,
    load_rating, load_row,
};
use crate::graphql::types::comment::comments;

#[paging]
#[ComplexObject]
impl Verdict {
    /// The claim that the verdict judges.
    async fn claim(&self, ctx: &Context<'_>) -> Result<claim::Model> {
        Ok(load_row(ctx, self.claim_id).await?)
    }

    /// The reviewer who submitted the verdict.
    async fn reviewer(&self, ctx: &Context<'_>) -> Result<account::Model> {
        Ok(load_row(ctx, self.reviewer_id).await?)
    }

    /// The rating, from the rating scale that was current at submission.
    async fn rating(&self, ctx: &Context<'_>) -> Result<Eager<Arc<rating::Model>>> {
        Ok(Eager(load_rating(ctx, self.rating_id).await?))
    }

    /// Whether the reviewer changed the rating after the verdicts of others were open to them under
    /// blind review. It stays true for later submissions. Requires the EDITOR role. Null for
    /// everybody else, and for verdicts that were last submitted before the server recorded this.
    async fn changed_after_reading(&self, ctx: &Context<'_>) -> Option<bool> {
        let may = ctx.actor().may(Action::ReadEveryVerdict, self.newsroom_id);
        self.changed_after_reading.filter(|_| may)
    }

    /// The newest ruling that rests on the verdict, and whether the verdict dissents. Null if no
    /// ruling rests on it.
    async fn outcome(&self, ctx: &Context<'_>) -> Result<Option<Outcome>> {
        Ok(find_row(ctx, OutcomeOf(self.id)).await?)
    }

    /// The citations of the latest submission.
    async fn citations(&self, ctx: &Context<'_>) -> Result<EagerList<Citation>> {
        Ok(EagerList(load(ctx, CitationsIn(self.submission_id)).await?))
    }

    /// The newest 25 submissions of the verdict, oldest first. The last one is current.
    #[graphql(deprecation = "Use `submissions`, which has pages.")]
    async fn history(&self, ctx: &Context<'_>) -> Result<Arc<[submission::Model]>> {
        Ok(load(ctx, HistoryOf(self.id)).await?)
    }

    /// Every submission of the verdict, oldest first. The last one is current.
    async fn submissions(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
    ) -> Result<Connection<submission::Model>> {
        if let Some(size) = slice.first_size() {
            let counted = ctx.look_ahead().field("totalCount").exists();
            return Ok(load(ctx, FirstSubmissionsOf(self.id, size, counted)).await?.into());
        }
        Ok(submission::of_verdict(ctx.db(), self.id, &slice).await?.into())
    }

    /// The threads of comments on the verdict, oldest first. Empty for members from whom blind review
    /// hides the verdicts of others on the claim.
    async fn comments(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
    ) -> Result<Connection<comment::Model>> {
        comments(ctx, Below::Verdict(self.id), &slice).await
    }
}

#[ComplexObject]
impl submission::Model {
    /// The rating, from the rating scale that was current at submission.
    async fn rating(&self, ctx: &Context<'_>) -> Result<Eager<Arc<rating::Model>>> {
        Ok(Eager(load_rating(ctx, self.rating_id).await?))
    }

    /// The citations of this submission.
    async fn citations(&self, ctx: &Context<'_>) -> Result<EagerList<Citation>> {
        Ok(EagerList(load(ctx, CitationsIn(self.id)).await?))
    }
}

#[ComplexObject]
impl draft::Model {
    /// Always DRAFT.
    async fn state(&self) -> State {
        State::Draft
    }

    /// The claim that the draft judges.
    async fn claim(&self, ctx: &Context<'_>) -> Result<claim::Model> {
        Ok(load_row(ctx, self.claim_id).await?)
    }

    /// The chosen rating, from the rating scale that was current when the draft was saved. Null if
    /// none is chosen.
    async fn rating(&self, ctx: &Context<'_>) -> Result<Option<Arc<rating::Model>>> {
        match self.rating_id {
            Some(id) => Ok(Some(load_rating(ctx, id).await?)),
            None => Ok(None),
        }
    }

    /// The draft's citations.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<CitedSource>> {
        Ok(load(ctx, CitedInDraft(self.id)).await?.iter().cloned().map(CitedSource::from).collect())
    }
}
