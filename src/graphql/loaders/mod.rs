//! How edges are read: one batch an edge, however many nodes it starts from.

mod keys;

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Context;
use async_graphql::dataloader::{DataLoader, Loader};

pub use keys::*;

use crate::domain::account;
use crate::domain::agreement::Agreement;
use crate::domain::anchor;
use crate::domain::article::{self, Span, revision};
use crate::domain::assignment;
use crate::domain::claim;
use crate::domain::error::{Error, Result};
use crate::domain::ids::{AccountId, ArticleId, ClaimId, NewsroomId, RatingId, RatingScaleId, RevisionId, VerdictId};
use crate::domain::listing::{self, Citation};
use crate::domain::page::Page;
use crate::domain::policy::Actor;
use crate::domain::rating::{self, scale};
use crate::domain::readiness::{self, Readiness};
use crate::domain::repeat;
use crate::domain::ruling::basis::{self, RulingSubject, RulingVerdict};
use crate::domain::ruling::{self, correction};
use crate::domain::search::{self, Similar};
use crate::domain::source;
use crate::domain::standing::{self, Proposal};
use crate::domain::store::Db;
use crate::domain::summary::{self, ClaimSummary, Summary};
use crate::domain::verdict::{self, Verdict, draft, submission};
use crate::domain::{membership, newsroom};

/// What batches are read with: one request's actor, so that nothing is read for another's eyes.
pub struct Reader {
    db: Db,
    actor: Actor,
    ratings: rating::Known,
}

/// The loaders of one request.
///
/// They cache nothing but ratings, which never change: in a document of several mutations the second would see what the first has changed.
pub fn for_request(db: Db, actor: Actor, ratings: rating::Known) -> DataLoader<Reader> {
    // No delay: a level's keys are all asked for before the batch's task runs, and a timer would only be waited for.
    DataLoader::new(Reader { db, actor, ratings }, tokio::spawn).delay(Duration::ZERO)
}

/// Loads what `key` leads to. Where nothing does, it is `Default`.
pub async fn load<K>(ctx: &Context<'_>, key: K) -> Result<<Reader as Loader<K>>::Value, Arc<Error>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Reader: Loader<K, Error = Arc<Error>>,
    <Reader as Loader<K>>::Value: Default,
{
    Ok(ctx.data_unchecked::<DataLoader<Reader>>().load_one(key).await?.unwrap_or_default())
}

/// Loads the row that `id` names, if there is one that may be seen.
pub async fn find_row<K>(ctx: &Context<'_>, id: K) -> Result<Option<<Reader as Loader<K>>::Value>, Arc<Error>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Reader: Loader<K, Error = Arc<Error>>,
{
    ctx.data_unchecked::<DataLoader<Reader>>().load_one(id).await
}

/// Loads the row that `id` names. That there is one is certain: another row refers to it.
pub async fn load_row<K>(ctx: &Context<'_>, id: K) -> Result<<Reader as Loader<K>>::Value, Arc<Error>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Reader: Loader<K, Error = Arc<Error>>,
{
    let found = find_row(ctx, id).await?;
    found.ok_or_else(|| Arc::new(anyhow::anyhow!("a {} that is referred to is missing", std::any::type_name::<K>()).into()))
}

/// Loads the rating of this id, which another row refers to: at once, where it was read before.
pub async fn load_rating(ctx: &Context<'_>, id: RatingId) -> Result<Arc<rating::Model>, Arc<Error>> {
    match ctx.data_unchecked::<DataLoader<Reader>>().loader().ratings.get(id) {
        Some(rating) => Ok(rating),
        None => load_row(ctx, id).await,
    }
}

/// The ids to ask a statement for: the last is named again until there are 1, 2, 4, 8 …, so that the statement comes in few lengths, which the
/// database keeps prepared, and a row is read once however often it is named.
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
        impl Loader<$id> for Reader {
            type Value = $row;
            type Error = Arc<Error>;

            async fn load(&self, keys: &[$id]) -> Result<HashMap<$id, $row>, Arc<Error>> {
                let ($reader, $ids) = (self, &padded(keys.iter().copied())[..]);
                Ok($read.await?.into_iter().map(|row| (row.id, row)).collect())
            }
        }
    };
}

/// A loader of the rows below another row, in the order in which they are read. Shared, since what a loader gives it gives a copy of.
macro_rules! below {
    ($key:ident($id:ty) => $row:ty, $above:ident, |$reader:ident, $ids:ident| $read:expr) => {
        impl Loader<$key> for Reader {
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

/// A loader of one value a key, as the domain maps them.
macro_rules! mapped {
    ($key:ident($id:ty) => $value:ty, |$reader:ident, $ids:ident| $read:expr) => {
        impl Loader<$key> for Reader {
            type Value = $value;
            type Error = Arc<Error>;

            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, $value>, Arc<Error>> {
                let ($reader, $ids) = (self, &padded(keys.iter().map(|key| key.0))[..]);
                Ok($read.await?.into_iter().map(|(id, value)| ($key(id), value)).collect())
            }
        }
    };
}

rows!(AccountId => account::Model, |reader, ids| account::find_all(reader.db.read(), ids));
rows!(NewsroomId => newsroom::Model, |reader, ids| newsroom::find_all(&reader.db, ids));
rows!(ArticleId => article::Model, |reader, ids| article::find_all(&reader.db, ids));
rows!(ClaimId => claim::Model, |reader, ids| claim::find_all(&reader.db, ids));
rows!(RatingId => Arc<rating::Model>, |reader, ids| reader.ratings.find_all(&reader.db, ids));
rows!(RatingScaleId => scale::Model, |reader, ids| rating::find_scales(&reader.db, ids));
rows!(VerdictId => Verdict, |reader, ids| verdict::find_all(&reader.db, &reader.actor, ids));
rows!(RevisionId => revision::Model, |reader, ids| revision::find_all(reader.db.read(), ids));
below!(AnchorsOf(ClaimId) => anchor::Model, claim_id, |reader, ids| standing::anchors_of(reader.db.read(), ids));
below!(ProposalsOf(ClaimId) => Proposal, claim, |reader, ids| standing::proposals_of(&reader.db, ids));
below!(TagsOf(ClaimId) => claim::tag::Model, claim_id, |reader, ids| claim::tag::of_claims(&reader.db, ids));
below!(VerdictsOn(ClaimId) => Verdict, claim_id, |reader, ids| verdict::of_claims(&reader.db, &reader.actor, ids));
below!(HistoryOf(VerdictId) => submission::Model, verdict_id, |reader, ids| verdict::history(&reader.db, ids));
below!(CitationsIn(SubmissionId) => Citation, submission_id, |reader, ids| listing::citations_in(&reader.db, &reader.actor, ids));
below!(CitedIn(SubmissionId) => source::citation::Model, submission_id, |reader, ids| source::of_submissions(reader.db.read(), ids));
below!(AssignmentsOf(ClaimId) => assignment::Model, claim_id, |reader, ids| assignment::of_claims(reader.db.read(), ids));
below!(CitedInDraft(DraftId) => draft::citation::Model, draft_id, |reader, ids| draft::citations_of(&reader.db, ids));
below!(RulingsOn(ClaimId) => ruling::Model, claim_id, |reader, ids| ruling::of_claims(&reader.db, ids));
below!(CorrectionsOf(RulingId) => correction::Model, ruling_id, |reader, ids| correction::of_rulings(&reader.db, ids));
below!(RatingsOf(RatingScaleId) => rating::Model, scale_id, |reader, ids| rating::of_scales(reader.db.read(), ids));
below!(MembershipsOf(AccountId) => membership::Model, account_id, |reader, ids| membership::of_accounts(&reader.db, &reader.actor, ids));
mapped!(TextOf(RevisionId) => Arc<str>, |reader, ids| revision::texts_of(reader.db.read(), ids));
mapped!(CitationCountOf(SourceId) => i32, |reader, ids| listing::citation_counts(&reader.db, &reader.actor, ids));
mapped!(SummaryOfClaim(ClaimId) => ClaimSummary, |reader, ids| summary::of_claims(&reader.db, &reader.actor, ids));
mapped!(SummaryOfArticle(ArticleId) => Summary, |reader, ids| summary::of_articles(&reader.db, &reader.actor, ids));

impl Loader<DraftOn> for Reader {
    type Value = draft::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[DraftOn]) -> Result<HashMap<DraftOn, draft::Model>, Arc<Error>> {
        let claims: Vec<_> = keys.iter().map(|key| key.0).collect();
        let drafts = draft::of_claims(&self.db, &self.actor, &claims).await?;
        Ok(drafts.into_iter().map(|draft| (DraftOn(draft.claim_id), draft)).collect())
    }
}

impl Loader<ReadinessOf> for Reader {
    type Value = Readiness;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ReadinessOf]) -> Result<HashMap<ReadinessOf, Readiness>, Arc<Error>> {
        // Usually one plan for all; another alias of the field may have another.
        let plans: HashSet<_> = keys.iter().map(|key| &key.plan).collect();
        let mut all = HashMap::new();
        for plan in plans {
            let claims: Vec<_> = keys.iter().filter(|key| &key.plan == plan).map(|key| key.claim).collect();
            for (claim, readiness) in readiness::of_claims(&self.db, &self.actor, &claims, plan).await? {
                all.insert(ReadinessOf { claim, plan: plan.clone() }, readiness);
            }
        }
        Ok(all)
    }
}

impl Loader<VerdictsBehind> for Reader {
    type Value = Vec<RulingVerdict>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[VerdictsBehind]) -> Result<HashMap<VerdictsBehind, Vec<RulingVerdict>>, Arc<Error>> {
        let places: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut all: HashMap<VerdictsBehind, Vec<RulingVerdict>> = HashMap::new();
        for verdict in basis::verdicts(&self.db, &places).await? {
            all.entry(VerdictsBehind((verdict.ruling_id, verdict.basis))).or_default().push(verdict);
        }
        Ok(all)
    }
}

impl Loader<SubjectOf> for Reader {
    type Value = RulingSubject;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[SubjectOf]) -> Result<HashMap<SubjectOf, RulingSubject>, Arc<Error>> {
        let places: Vec<_> = keys.iter().map(|key| (key.place, key.claim)).collect();
        let mut subjects = basis::subjects(&self.db, &places).await?;
        Ok(keys.iter().filter_map(|key| Some((*key, subjects.remove(&key.place)?))).collect())
    }
}

impl Loader<ClaimsOn> for Reader {
    /// Shared, since every sentence of the revision asks for it.
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

impl Loader<NewestRevisionOf> for Reader {
    type Value = revision::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[NewestRevisionOf]) -> Result<HashMap<NewestRevisionOf, revision::Model>, Arc<Error>> {
        let articles = padded(keys.iter().map(|key| key.0));
        let revisions = revision::newest_of(self.db.read(), &articles).await?;
        Ok(revisions.into_iter().map(|revision| (NewestRevisionOf(revision.article_id), revision)).collect())
    }
}

impl Loader<SpansOf> for Reader {
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

impl Loader<FirstClaimsOf> for Reader {
    type Value = Page<claim::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[FirstClaimsOf]) -> Result<HashMap<FirstClaimsOf, Page<claim::Model>>, Arc<Error>> {
        let wishes: HashSet<_> = keys.iter().map(|key| &key.wanted).collect();
        let mut all = HashMap::new();
        for wanted in wishes {
            let articles = padded(keys.iter().filter(|key| &key.wanted == wanted).map(|key| key.article));
            let FirstClaims { filter, order, size, counted } = wanted.clone();
            for (article, page) in listing::claims_of_each(&self.db, &self.actor, &articles, filter, order, size, counted).await? {
                all.insert(FirstClaimsOf { article: ArticleId(article), wanted: wanted.clone() }, page);
            }
        }
        Ok(all)
    }
}

impl Loader<CitationsOf> for Reader {
    type Value = Vec<Citation>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[CitationsOf]) -> Result<HashMap<CitationsOf, Vec<Citation>>, Arc<Error>> {
        // Usually one page size for all; another alias of the field may ask for another.
        let sizes: std::collections::BTreeSet<i32> = keys.iter().map(|key| key.1).collect();
        let mut all: HashMap<CitationsOf, Vec<Citation>> = HashMap::new();
        for size in sizes {
            let sources = padded(keys.iter().filter(|key| key.1 == size).map(|key| key.0));
            for citation in listing::citations_of(&self.db, &self.actor, &sources, size).await? {
                all.entry(CitationsOf(citation.source.id, size)).or_default().push(citation);
            }
        }
        Ok(all)
    }
}

impl Loader<AgreementOf> for Reader {
    type Value = Agreement;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[AgreementOf]) -> Result<HashMap<AgreementOf, Agreement>, Arc<Error>> {
        let scopes: Vec<_> = keys.iter().map(|key| key.0.clone()).collect();
        let all = summary::agreements(&self.db, &self.actor, &scopes).await?;
        Ok(all.into_iter().map(|(scope, agreement)| (AgreementOf(scope), agreement)).collect())
    }
}

impl Loader<FirstRepeatsOf> for Reader {
    type Value = Page<claim::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[FirstRepeatsOf]) -> Result<HashMap<FirstRepeatsOf, Page<claim::Model>>, Arc<Error>> {
        let wishes: HashSet<_> = keys.iter().map(|key| (key.1, key.2)).collect();
        let mut all = HashMap::new();
        for (size, counted) in wishes {
            let claims = padded(keys.iter().filter(|key| (key.1, key.2) == (size, counted)).map(|key| key.0));
            for (claim, page) in repeat::of_each(&self.db, &claims, size, counted).await? {
                all.insert(FirstRepeatsOf(ClaimId(claim), size, counted), page);
            }
        }
        Ok(all)
    }
}

impl Loader<SimilarTo> for Reader {
    type Value = Vec<Similar>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[SimilarTo]) -> Result<HashMap<SimilarTo, Vec<Similar>>, Arc<Error>> {
        let sizes: HashSet<i32> = keys.iter().map(|key| key.1).collect();
        let mut all = HashMap::new();
        for size in sizes {
            let claims: Vec<_> = keys.iter().filter(|key| key.1 == size).map(|key| key.0).collect();
            let found = search::similar_to(&self.db, &claims, size).await?;
            all.extend(found.into_iter().map(|(claim, similar)| (SimilarTo(claim, size), similar)));
        }
        Ok(all)
    }
}
