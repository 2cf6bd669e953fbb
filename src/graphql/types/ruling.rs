//! Fields of rulings, the only objects that anonymous readers may see.
//!
//! Invariants: a field of a ruling either returns plain values that lead nowhere (`RulingSubject`,
//! `CitedSource`, `Rating`), or it passes [`inside`]. Then it is null for everybody outside the
//! newsroom.

use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{ComplexObject, Context, Result};

use crate::domain::claim;
use crate::domain::error::Error;
use crate::domain::ids::NewsroomId;
use crate::domain::newsroom;
use crate::domain::newsroom::profile::Profile;
use crate::domain::newsroom::rating;
use crate::domain::people::account;
use crate::domain::permissions::Action;
use crate::domain::proof::InclusionProof;
use crate::domain::ruling::basis::{RulingSubject, RulingVerdict};
use crate::domain::ruling::published::RulingAppearance;
use crate::domain::ruling::signature::{self, RulingSignature};
use crate::domain::ruling::{self, correction};
use crate::domain::verdict::Verdict;
use crate::domain::verdict::source::CitedSource;
use crate::graphql::RequestContext;
use crate::graphql::loaders::{
    AppearancesOf, BatchReader, CitedIn, CorrectionsOf, SubjectOf, VerdictsBehind,
    WordsChangedSince, find_row, load, load_rating, load_row,
};

/// The only way from a ruling into its newsroom. Returns the row with this id, if the actor is a
/// member who may see it.
async fn inside<K>(
    ctx: &Context<'_>,
    newsroom: NewsroomId,
    id: K,
) -> Result<Option<<BatchReader as Loader<K>>::Value>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    BatchReader: Loader<K, Error = Arc<Error>>,
{
    if ctx.actor().may(Action::Read, newsroom) { Ok(find_row(ctx, id).await?) } else { Ok(None) }
}

#[ComplexObject]
impl ruling::Model {
    /// The rating, from the rating scale that was current at publication or correction.
    async fn rating(&self, ctx: &Context<'_>) -> Result<Arc<rating::Model>> {
        Ok(load_rating(ctx, self.rating_id).await?)
    }

    /// The ruling's name in the addresses of public pages: `/n/<newsroom>/rulings/<slug>`. It is
    /// made from the statement at publication, and never changes. For rulings from before the server
    /// made slugs, it is the ruling's id.
    async fn slug(&self) -> String {
        self.name_in_addresses()
    }

    /// The newsroom's public profile. Everybody who may read the ruling may read it.
    async fn newsroom_profile(&self, ctx: &Context<'_>) -> Result<Profile> {
        let newsroom: newsroom::Model = load_row(ctx, self.newsroom_id).await?;
        Ok(newsroom.profile())
    }

    /// The newsroom's name.
    async fn newsroom_name(&self, ctx: &Context<'_>) -> Result<String> {
        let newsroom: newsroom::Model = load_row(ctx, self.newsroom_id).await?;
        Ok(newsroom.name)
    }

    /// The claim that the ruling judges, as it was at that time.
    async fn subject(&self, ctx: &Context<'_>) -> Result<RulingSubject> {
        Ok(load_row(ctx, SubjectOf { place: (self.id, self.basis), claim: self.claim_id }).await?)
    }

    /// The current rulings on other appearances of the claim: on the claim that it repeats, and on
    /// others that repeat the same. Newest first, at most 100. Anybody who may read the ruling may
    /// read them.
    async fn appearances(&self, ctx: &Context<'_>) -> Result<Vec<RulingAppearance>> {
        Ok(load(ctx, AppearancesOf(self.claim_id)).await?)
    }

    /// The verdicts that the ruling rests on, including those that dissent, in the order of
    /// submission. They are fixed at publication, or when a correction changes the rating.
    async fn verdicts(&self, ctx: &Context<'_>) -> Result<Vec<RulingVerdict>> {
        Ok(load(ctx, VerdictsBehind((self.id, self.basis))).await?)
    }

    /// The ruling's corrections, oldest first.
    async fn corrections(&self, ctx: &Context<'_>) -> Result<Arc<[correction::Model]>> {
        Ok(load(ctx, CorrectionsOf(self.id)).await?)
    }

    /// Whether the claim's words in the article, or the sentences around them, have changed since
    /// the ruling was published or its rating last corrected. Null for rulings from before the server
    /// recorded it. Anybody who may read the ruling may read this.
    async fn words_changed(&self, ctx: &Context<'_>) -> Result<Option<bool>> {
        Ok(find_row(ctx, WordsChangedSince(self.id)).await?)
    }

    /// The server's signature of the ruling, for everybody who may read the ruling. Null if this
    /// version was published before the server signed rulings.
    async fn signature(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ruling's version. Default: the current one.")] version: Option<i32>,
    ) -> Result<Option<RulingSignature>> {
        let version = version.unwrap_or(self.version);
        Ok(Box::pin(signature::of_ruling(ctx.db(), self.id, version)).await?)
    }

    /// Proof that the newest event on the ruling is in the newsroom's log, for everybody who may
    /// read the ruling. `claimspan audit check-proof` checks it. Null if the server has no signing
    /// key.
    async fn proof(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The number of events in the tree, such as that of a published checkpoint. \
                    Default: all events."
        )]
        tree_size: Option<i32>,
    ) -> Result<Option<InclusionProof>> {
        Ok(Box::pin(signature::proof(ctx.db(), ctx.actor(), self, tree_size)).await?)
    }

    /// The claim. Requires membership of the newsroom. Null for everybody else.
    async fn claim(&self, ctx: &Context<'_>) -> Result<Option<claim::Model>> {
        inside(ctx, self.newsroom_id, self.claim_id).await
    }

    /// The editor who published the ruling. Requires membership of the newsroom. Null for everybody
    /// else.
    async fn published_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        inside(ctx, self.newsroom_id, self.published_by).await
    }
}

#[ComplexObject]
impl RulingAppearance {
    /// The rating, from the rating scale that was current at publication or correction.
    async fn rating(&self, ctx: &Context<'_>) -> Result<Arc<rating::Model>> {
        Ok(load_rating(ctx, self.rating_id).await?)
    }
}

#[ComplexObject]
impl RulingVerdict {
    /// The rating, from the rating scale that was current at submission.
    async fn rating(&self, ctx: &Context<'_>) -> Result<Arc<rating::Model>> {
        Ok(load_rating(ctx, self.rating_id).await?)
    }

    /// The verdict's citations.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<CitedSource>> {
        Ok(load(ctx, CitedIn(self.submission_id))
            .await?
            .iter()
            .cloned()
            .map(CitedSource::from)
            .collect())
    }

    /// The reviewer's note on the reaffirmation. Requires membership of the newsroom. Null for
    /// everybody else, and if there is none.
    #[allow(clippy::unused_async, reason = "every field's function is async")]
    async fn reaffirm_note(&self, ctx: &Context<'_>) -> Option<String> {
        let may_read = ctx.actor().may(Action::Read, self.newsroom_id);
        self.reaffirm_note.clone().filter(|_| may_read)
    }

    /// The verdict's reviewer. Requires membership of the newsroom. Null for everybody else.
    async fn reviewer(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        inside(ctx, self.newsroom_id, self.reviewer_id).await
    }

    /// The verdict in its current state. Requires membership of the newsroom. Null for everybody
    /// else, and if blind review hides it.
    async fn verdict(&self, ctx: &Context<'_>) -> Result<Option<Verdict>> {
        inside(ctx, self.newsroom_id, self.id).await
    }
}

#[ComplexObject]
impl correction::Model {
    /// The ruling's rating before this change.
    async fn previous_rating(&self, ctx: &Context<'_>) -> Result<Arc<rating::Model>> {
        Ok(load_rating(ctx, self.previous_rating_id).await?)
    }

    /// The verdicts that the ruling rested on before this change.
    async fn previous_verdicts(&self, ctx: &Context<'_>) -> Result<Vec<RulingVerdict>> {
        Ok(load(ctx, VerdictsBehind((self.ruling_id, self.previous_basis))).await?)
    }

    /// The editor who made the change. Requires membership of the newsroom. Null for everybody
    /// else.
    async fn made_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        inside(ctx, self.newsroom_id, self.made_by).await
    }
}
