//! Data loaders: they read each edge in one batch, however many nodes it starts from.

mod first_pages;
mod keys;

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Context;
use async_graphql::dataloader::{DataLoader, Loader};

pub use keys::*;

use crate::domain::actor::Actor;
use crate::domain::article::anchor;
use crate::domain::article::{self, Span, revision};
use crate::domain::claim;
use crate::domain::claim::assignment;
use crate::domain::claim::carry::{self, Proposal};
use crate::domain::comment::{self, mentioned};
use crate::domain::error::{Error, Result};
use crate::domain::ids::{
    AccountId, ApiTokenId, ArticleId, ClaimId, CommentId, NewsroomId, RatingId, RatingScaleId,
    RevisionId, SourceId, VerdictId,
};
use crate::domain::listing::{self, Citation, Source, SourceDetail};
use crate::domain::newsroom;
use crate::domain::newsroom::rating::{self, scale};
use crate::domain::newsroom::rating_cache::RatingCache;
use crate::domain::people::membership;
use crate::domain::people::{account, api_token};
use crate::domain::ruling::basis::{self, RulingSubject, RulingVerdict};
use crate::domain::ruling::outcome::{self, Outcome};
use crate::domain::ruling::published::{self, RulingAppearance};
use crate::domain::ruling::readiness::{self, Readiness};
use crate::domain::ruling::{self, correction};
use crate::domain::store::Db;
use crate::domain::summary::agreement::Agreement;
use crate::domain::summary::{self, ClaimSummary, Summary};
use crate::domain::verdict::source;
use crate::domain::verdict::{self, FirstSubmitted, Verdict, draft, submission};
use crate::graphql::shared_work::SharedWork;

/// The data that batches are read with. It belongs to one request and its actor, so no batch reads
/// for another actor.
pub struct BatchReader {
    db: Db,
    actor: Actor,
    ratings: RatingCache,
    /// The results that the request has computed already.
    pub(super) shared: SharedWork,
}

impl BatchReader {
    /// The cache of ratings that all requests share.
    pub(super) fn ratings(&self) -> RatingCache {
        self.ratings.clone()
    }
}

/// The loaders of one request.
///
/// They cache only ratings, which never change. Otherwise, a later mutation in a document would not
/// see the changes of an earlier one.
pub fn for_request(db: Db, actor: Actor, ratings: RatingCache) -> DataLoader<BatchReader> {
    // No delay is needed. All keys of a level are requested before the batch's task runs, so a
    // timer would only add waiting.
    let shared = SharedWork::default();
    DataLoader::new(BatchReader { db, actor, ratings, shared }, tokio::spawn).delay(Duration::ZERO)
}

/// Loads the value for `key`. Returns `Default` if there is none.
pub async fn load<K>(
    ctx: &Context<'_>,
    key: K,
) -> Result<<BatchReader as Loader<K>>::Value, Arc<Error>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    BatchReader: Loader<K, Error = Arc<Error>>,
    <BatchReader as Loader<K>>::Value: Default,
{
    Ok(ctx.data_unchecked::<DataLoader<BatchReader>>().load_one(key).await?.unwrap_or_default())
}

/// Loads the row with this id, if it exists and the actor may see it.
pub async fn find_row<K>(
    ctx: &Context<'_>,
    id: K,
) -> Result<Option<<BatchReader as Loader<K>>::Value>, Arc<Error>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    BatchReader: Loader<K, Error = Arc<Error>>,
{
    ctx.data_unchecked::<DataLoader<BatchReader>>().load_one(id).await
}

/// Loads the row with this id. It must exist, because another row refers to it.
pub async fn load_row<K>(
    ctx: &Context<'_>,
    id: K,
) -> Result<<BatchReader as Loader<K>>::Value, Arc<Error>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    BatchReader: Loader<K, Error = Arc<Error>>,
{
    let found = find_row(ctx, id).await?;
    found.ok_or_else(|| {
        Arc::new(
            anyhow::anyhow!(
                "a {} is missing although another row refers to it",
                std::any::type_name::<K>()
            )
            .into(),
        )
    })
}

/// Loads the rating with this id, which another row refers to. Returns it at once if it is in the
/// cache.
pub async fn load_rating(
    ctx: &Context<'_>,
    id: RatingId,
) -> Result<Arc<rating::Model>, Arc<Error>> {
    match ctx.data_unchecked::<DataLoader<BatchReader>>().loader().ratings.get(id) {
        Some(rating) => Ok(rating),
        None => load_row(ctx, id).await,
    }
}

/// Repeats the last id until their number is a power of two. The statement then has only a few
/// lengths, which the database keeps prepared. Repeated ids do not add rows.
fn padded<T: Copy>(ids: impl Iterator<Item = T>) -> Vec<T> {
    let mut ids: Vec<_> = ids.collect();
    if let Some(last) = ids.last().copied() {
        ids.resize(ids.len().next_power_of_two(), last);
    }
    ids
}

/// A loader of rows by their ids.
macro_rules! rows {
    ($id:ty => $row:ty, |$reader:ident, $ids:ident| $read:expr) => {
        impl Loader<$id> for BatchReader {
            type Value = $row;
            type Error = Arc<Error>;

            async fn load(&self, keys: &[$id]) -> Result<HashMap<$id, $row>, Arc<Error>> {
                let ($reader, $ids) = (self, &padded(keys.iter().copied())[..]);
                Ok($read.await?.into_iter().map(|row| (row.id, row)).collect())
            }
        }
    };
}

/// A loader of the rows below another row, in the order in which they are read. The rows are
/// shared, because a loader returns a copy of each value.
macro_rules! below {
    ($key:ident($id:ty) => $row:ty, $above:ident, |$reader:ident, $ids:ident| $read:expr) => {
        impl Loader<$key> for BatchReader {
            type Value = Arc<[$row]>;
            type Error = Arc<Error>;

            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, Arc<[$row]>>, Arc<Error>> {
                let ($reader, $ids) = (self, &padded(keys.iter().map(|key| key.0))[..]);
                let mut all: HashMap<$key, Vec<$row>> = HashMap::with_capacity(keys.len());
                for row in $read.await? {
                    all.entry($key(row.$above)).or_default().push(row);
                }
                Ok(all.into_iter().map(|(key, rows)| (key, rows.into())).collect())
            }
        }
    };
}

/// A loader of one value per key, as the domain maps them.
macro_rules! mapped {
    ($key:ident($id:ty) => $value:ty, |$reader:ident, $ids:ident| $read:expr) => {
        impl Loader<$key> for BatchReader {
            type Value = $value;
            type Error = Arc<Error>;

            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, $value>, Arc<Error>> {
                let ($reader, $ids) = (self, &padded(keys.iter().map(|key| key.0))[..]);
                Ok($read.await?.into_iter().map(|(id, value)| ($key(id), value)).collect())
            }
        }
    };
}

rows!(AccountId => account::Model, |reader, ids| account::find_all(&reader.db, ids));
rows!(NewsroomId => newsroom::Model, |reader, ids| newsroom::find_all(&reader.db, ids));
rows!(ArticleId => article::Model, |reader, ids| article::find_all(&reader.db, ids));
rows!(ClaimId => claim::Model, |reader, ids| claim::find_all(&reader.db, ids));
rows!(RatingId => Arc<rating::Model>, |reader, ids| reader.ratings.find_all(&reader.db, ids));
rows!(RatingScaleId => scale::Model, |reader, ids| rating::find_scales(&reader.db, ids));
rows!(VerdictId => Verdict, |reader, ids| verdict::find_all(&reader.db, &reader.actor, ids));
rows!(ApiTokenId => api_token::Model, |reader, ids| api_token::find_all(&reader.db, &reader.actor, ids));
rows!(CommentId => comment::Model, |reader, ids| comment::find_all(&reader.db, &reader.actor, ids));
rows!(SourceId => Source, |reader, ids| listing::find_sources(&reader.db, &reader.actor, ids));
rows!(RevisionId => revision::Model, |reader, ids| revision::find_all(&reader.db, ids));
below!(AnchorsOf(ClaimId) => anchor::Model, claim_id, |reader, ids| carry::anchors_of(&reader.db, ids));
below!(ProposalsOf(ClaimId) => Proposal, claim, |reader, ids| carry::proposals_of(&reader.db, &reader.actor, ids));
below!(TagsOf(ClaimId) => claim::tag::Model, claim_id, |reader, ids| claim::tag::of_claims(&reader.db, ids));
below!(VerdictsOn(ClaimId) => Verdict, claim_id, |reader, ids| verdict::of_claims(&reader.db, &reader.actor, ids));
below!(HistoryOf(VerdictId) => submission::Model, verdict_id, |reader, ids| submission::newest_of_each(&reader.db, ids));
below!(CitationsIn(SubmissionId) => Citation, submission_id, |reader, ids| listing::citations_in(&reader.db, &reader.actor, ids));
below!(CitedIn(SubmissionId) => source::citation::Model, submission_id, |reader, ids| source::of_submissions(&reader.db, ids));
below!(AssignmentsOf(ClaimId) => assignment::Model, claim_id, |reader, ids| assignment::of_claims(&reader.db, ids));
below!(FirstSubmittedOn(ClaimId) => FirstSubmitted, claim_id, |reader, ids| verdict::first_submitted(&reader.db, &reader.actor, ids));
below!(MentionsIn(CommentId) => mentioned::Model, comment_id, |reader, ids| comment::mentions_of(&reader.db, ids));
below!(EarlierTextsOf(CommentId) => comment::revision::Model, comment_id, |reader, ids| comment::earlier_texts(&reader.db, ids));
below!(CitedInDraft(DraftId) => draft::citation::Model, draft_id, |reader, ids| draft::citations_of(&reader.db, ids));
below!(RulingsOn(ClaimId) => ruling::Model, claim_id, |reader, ids| ruling::of_claims(&reader.db, ids));
below!(CorrectionsOf(RulingId) => correction::Model, ruling_id, |reader, ids| correction::of_rulings(&reader.db, ids));
below!(RatingsOf(RatingScaleId) => rating::Model, scale_id, |reader, ids| rating::of_scales(&reader.db, ids));
below!(MembershipsOf(AccountId) => membership::Model, account_id, |reader, ids| membership::of_accounts(&reader.db, &reader.actor, ids));
mapped!(TextOf(RevisionId) => Arc<str>, |reader, ids| revision::texts_of(&reader.db, ids));
mapped!(CitationCountOf(SourceId) => i32, |reader, ids| listing::citation_counts(&reader.db, &reader.actor, ids));
mapped!(DetailOf(SourceId) => SourceDetail, |reader, ids| listing::details(&reader.db, &reader.actor, ids));
mapped!(AppearancesOf(ClaimId) => Vec<RulingAppearance>, |reader, ids| published::appearances(&reader.db, ids));
mapped!(SummaryOfClaim(ClaimId) => ClaimSummary, |reader, ids| summary::of_claims(&reader.db, &reader.actor, ids));
mapped!(OutcomeOf(VerdictId) => Outcome, |reader, ids| outcome::of_verdicts(&reader.db, ids));
mapped!(WordsChangedSince(RulingId) => bool, |reader, ids| basis::words_changed(&reader.db, ids));
mapped!(SummaryOfArticle(ArticleId) => Summary, |reader, ids| summary::of_articles(&reader.db, &reader.actor, ids));

impl Loader<MergedInto> for BatchReader {
    type Value = Arc<[Source]>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[MergedInto],
    ) -> Result<HashMap<MergedInto, Arc<[Source]>>, Arc<Error>> {
        let roots = padded(keys.iter().map(|key| key.0));
        let mut all: HashMap<MergedInto, Vec<Source>> = HashMap::new();
        for source in listing::merged_into(&self.db, &self.actor, &roots).await? {
            if let Some(root) = source.root_id {
                all.entry(MergedInto(root)).or_default().push(source);
            }
        }
        Ok(all.into_iter().map(|(key, sources)| (key, sources.into())).collect())
    }
}

impl Loader<DraftOn> for BatchReader {
    type Value = draft::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[DraftOn]) -> Result<HashMap<DraftOn, draft::Model>, Arc<Error>> {
        let claims: Vec<_> = keys.iter().map(|key| key.0).collect();
        let drafts = draft::of_claims(&self.db, &self.actor, &claims).await?;
        Ok(drafts.into_iter().map(|draft| (DraftOn(draft.claim_id), draft)).collect())
    }
}

impl Loader<ReadinessOf> for BatchReader {
    type Value = Readiness;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[ReadinessOf],
    ) -> Result<HashMap<ReadinessOf, Readiness>, Arc<Error>> {
        // There is usually one plan for all keys. Another alias of the field may have another plan.
        let plans: HashSet<_> = keys.iter().map(|key| &key.plan).collect();
        let mut all = HashMap::new();
        for plan in plans {
            let claims: Vec<_> =
                keys.iter().filter(|key| &key.plan == plan).map(|key| key.claim).collect();
            for (claim, readiness) in
                readiness::of_claims(&self.db, &self.actor, &claims, plan).await?
            {
                all.insert(ReadinessOf { claim, plan: plan.clone() }, readiness);
            }
        }
        Ok(all)
    }
}

impl Loader<VerdictsBehind> for BatchReader {
    type Value = Vec<RulingVerdict>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[VerdictsBehind],
    ) -> Result<HashMap<VerdictsBehind, Vec<RulingVerdict>>, Arc<Error>> {
        let places: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut all: HashMap<VerdictsBehind, Vec<RulingVerdict>> = HashMap::new();
        for verdict in basis::verdicts(&self.db, &places).await? {
            all.entry(VerdictsBehind((verdict.ruling_id, verdict.basis)))
                .or_default()
                .push(verdict);
        }
        Ok(all)
    }
}

impl Loader<SubjectOf> for BatchReader {
    type Value = RulingSubject;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[SubjectOf],
    ) -> Result<HashMap<SubjectOf, RulingSubject>, Arc<Error>> {
        let places: Vec<_> = keys.iter().map(|key| (key.place, key.claim)).collect();
        let mut subjects = basis::subjects(&self.db, &places).await?;
        Ok(keys.iter().filter_map(|key| Some((*key, subjects.remove(&key.place)?))).collect())
    }
}

impl Loader<ClaimsOn> for BatchReader {
    /// Shared, because every sentence of the revision requests it.
    type Value = Arc<Vec<(anchor::Model, claim::Model)>>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ClaimsOn]) -> Result<HashMap<ClaimsOn, Self::Value>, Arc<Error>> {
        let revisions = padded(keys.iter().map(|key| key.0));
        let mut all: HashMap<ClaimsOn, Vec<(anchor::Model, claim::Model)>> = HashMap::new();
        for (anchor, claim) in claim::on_revisions(&self.db, &revisions).await? {
            all.entry(ClaimsOn(anchor.revision_id)).or_default().push((anchor, claim));
        }
        Ok(all.into_iter().map(|(key, claims)| (key, Arc::new(claims))).collect())
    }
}

impl Loader<NewestRevisionOf> for BatchReader {
    type Value = revision::Model;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[NewestRevisionOf],
    ) -> Result<HashMap<NewestRevisionOf, revision::Model>, Arc<Error>> {
        let articles = padded(keys.iter().map(|key| key.0));
        let revisions = revision::newest_of(&self.db, &articles).await?;
        Ok(revisions
            .into_iter()
            .map(|revision| (NewestRevisionOf(revision.article_id), revision))
            .collect())
    }
}

impl Loader<SpansOf> for BatchReader {
    type Value = Vec<Span>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[SpansOf]) -> Result<HashMap<SpansOf, Vec<Span>>, Arc<Error>> {
        let kinds: HashSet<_> = keys.iter().map(|key| key.1).collect();
        let mut all: HashMap<SpansOf, Vec<Span>> = HashMap::new();
        for kind in kinds {
            let revisions = padded(keys.iter().filter(|key| key.1 == kind).map(|key| key.0));
            for span in revision::spans_of(&self.db, &revisions, kind).await? {
                all.entry(SpansOf(span.revision, kind)).or_default().push(span);
            }
        }
        Ok(all)
    }
}

impl Loader<AgreementOf> for BatchReader {
    type Value = Agreement;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[AgreementOf],
    ) -> Result<HashMap<AgreementOf, Agreement>, Arc<Error>> {
        let compared: Vec<_> = keys.iter().map(|key| key.0.clone()).collect();
        let all = summary::agreements(&self.db, &self.actor, &compared).await?;
        Ok(all.into_iter().map(|(of, agreement)| (AgreementOf(of), agreement)).collect())
    }
}
