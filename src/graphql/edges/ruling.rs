//! How a ruling meets other nodes: the one kind of object that strangers may read.
//!
//! Always true: what hangs on a ruling is either in plain words, which lead nowhere (`RulingSubject`, `CitedSource`, `Rating`), or passes
//! [`inside`] and is null for whoever is no member of the newsroom.

use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{ComplexObject, Context, Result};

use crate::domain::error::Error;
use crate::domain::ids::NewsroomId;
use crate::domain::newsroom;
use crate::domain::policy::Action;
use crate::domain::rating;
use crate::domain::ruling::basis::{RulingSubject, RulingVerdict};
use crate::domain::ruling::{self, correction};
use crate::domain::source::CitedSource;
use crate::domain::verdict::Verdict;
use crate::domain::{account, claim};
use crate::graphql::Desk;
use crate::graphql::loaders::{CitedIn, CorrectionsOf, Reader, SubjectOf, VerdictsBehind, find_row, load, load_rating, load_row};

/// The one way from a ruling into its newsroom: the row that `id` names, for members who may see it.
async fn inside<K>(ctx: &Context<'_>, newsroom: NewsroomId, id: K) -> Result<Option<<Reader as Loader<K>>::Value>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Reader: Loader<K, Error = Arc<Error>>,
{
    if ctx.actor().may(Action::Read, newsroom) { Ok(find_row(ctx, id).await?) } else { Ok(None) }
}

#[ComplexObject]
impl ruling::Model {
    /// The rating, of the scale that it was given under.
    async fn rating(&self, ctx: &Context<'_>) -> Result<Arc<rating::Model>> {
        Ok(load_rating(ctx, self.rating_id).await?)
    }

    /// The name of the newsroom whose ruling it is.
    async fn newsroom_name(&self, ctx: &Context<'_>) -> Result<String> {
        let newsroom: newsroom::Model = load_row(ctx, self.newsroom_id).await?;
        Ok(newsroom.name)
    }

    /// What it is on.
    async fn subject(&self, ctx: &Context<'_>) -> Result<RulingSubject> {
        Ok(load_row(ctx, SubjectOf { place: (self.id, self.basis), claim: self.claim_id }).await?)
    }

    /// The verdicts that it rests on, in the order in which they were submitted, those that dissent among them: as they stood when it was
    /// published, or its rating was corrected.
    async fn verdicts(&self, ctx: &Context<'_>) -> Result<Vec<RulingVerdict>> {
        Ok(load(ctx, VerdictsBehind((self.id, self.basis))).await?)
    }

    /// Every change of it, the first one first.
    async fn corrections(&self, ctx: &Context<'_>) -> Result<Arc<[correction::Model]>> {
        Ok(load(ctx, CorrectionsOf(self.id)).await?)
    }

    /// The claim. For members of the newsroom; null for everybody else.
    async fn claim(&self, ctx: &Context<'_>) -> Result<Option<claim::Model>> {
        inside(ctx, self.newsroom_id, self.claim_id).await
    }

    /// The editor who published it. For members of the newsroom; null for everybody else.
    async fn published_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        inside(ctx, self.newsroom_id, self.published_by).await
    }
}

#[ComplexObject]
impl RulingVerdict {
    /// The rating, of the scale that it was given under.
    async fn rating(&self, ctx: &Context<'_>) -> Result<Arc<rating::Model>> {
        Ok(load_rating(ctx, self.rating_id).await?)
    }

    /// What it cites.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<CitedSource>> {
        Ok(load(ctx, CitedIn(self.submission_id)).await?.iter().cloned().map(CitedSource::from).collect())
    }

    /// Whose verdict it is. For members of the newsroom; null for everybody else.
    async fn reviewer(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        inside(ctx, self.newsroom_id, self.reviewer_id).await
    }

    /// The verdict as it stands now. For members of the newsroom who may see it; null for everybody else.
    async fn verdict(&self, ctx: &Context<'_>) -> Result<Option<Verdict>> {
        inside(ctx, self.newsroom_id, self.id).await
    }
}

#[ComplexObject]
impl correction::Model {
    /// The rating that the ruling had until then.
    async fn previous_rating(&self, ctx: &Context<'_>) -> Result<Arc<rating::Model>> {
        Ok(load_rating(ctx, self.previous_rating_id).await?)
    }

    /// The verdicts that the ruling rested on until then; another rating came to rest on those of its own time.
    async fn previous_verdicts(&self, ctx: &Context<'_>) -> Result<Vec<RulingVerdict>> {
        Ok(load(ctx, VerdictsBehind((self.ruling_id, self.previous_basis))).await?)
    }

    /// The editor who made it. For members of the newsroom; null for everybody else.
    async fn made_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        inside(ctx, self.newsroom_id, self.made_by).await
    }
}
