//! Verdicts, what they said before, and drafts.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result};

use crate::domain::account;
use crate::domain::claim;
use crate::domain::listing::Citation;
use crate::domain::rating;
use crate::domain::source::CitedSource;
use crate::domain::verdict::{State, Verdict, draft, submission};
use crate::graphql::atonce::{AllAtOnce, AtOnce};
use crate::graphql::loaders::{CitationsIn, CitedInDraft, HistoryOf, load, load_rating, load_row};

#[ComplexObject]
impl Verdict {
    /// The claim that it judges.
    async fn claim(&self, ctx: &Context<'_>) -> Result<claim::Model> {
        Ok(load_row(ctx, self.claim_id).await?)
    }

    /// Whose verdict it is.
    async fn reviewer(&self, ctx: &Context<'_>) -> Result<account::Model> {
        Ok(load_row(ctx, self.reviewer_id).await?)
    }

    /// The rating, of the scale that it was given under.
    async fn rating(&self, ctx: &Context<'_>) -> Result<AtOnce<Arc<rating::Model>>> {
        Ok(AtOnce(load_rating(ctx, self.rating_id).await?))
    }

    /// What it rests on.
    async fn citations(&self, ctx: &Context<'_>) -> Result<AllAtOnce<Citation>> {
        Ok(AllAtOnce(load(ctx, CitationsIn(self.submission_id)).await?))
    }

    /// Everything that it ever said, the first submission first and the one in force last.
    async fn history(&self, ctx: &Context<'_>) -> Result<Arc<[submission::Model]>> {
        Ok(load(ctx, HistoryOf(self.id)).await?)
    }
}

#[ComplexObject]
impl submission::Model {
    /// The rating, of the scale that it was given under.
    async fn rating(&self, ctx: &Context<'_>) -> Result<AtOnce<Arc<rating::Model>>> {
        Ok(AtOnce(load_rating(ctx, self.rating_id).await?))
    }

    /// What it rested on.
    async fn citations(&self, ctx: &Context<'_>) -> Result<AllAtOnce<Citation>> {
        Ok(AllAtOnce(load(ctx, CitationsIn(self.id)).await?))
    }
}

#[ComplexObject]
impl draft::Model {
    /// DRAFT.
    async fn state(&self) -> State {
        State::Draft
    }

    /// The claim that it is to judge.
    async fn claim(&self, ctx: &Context<'_>) -> Result<claim::Model> {
        Ok(load_row(ctx, self.claim_id).await?)
    }

    /// The rating so far, of the scale that the newsroom had when the draft was saved.
    async fn rating(&self, ctx: &Context<'_>) -> Result<Option<Arc<rating::Model>>> {
        match self.rating_id {
            Some(id) => Ok(Some(load_rating(ctx, id).await?)),
            None => Ok(None),
        }
    }

    /// What it cites so far.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<CitedSource>> {
        Ok(load(ctx, CitedInDraft(self.id)).await?.iter().cloned().map(CitedSource::from).collect())
    }
}
