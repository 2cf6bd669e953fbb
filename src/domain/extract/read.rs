//! Reads articles with everything below them, a page of articles at once.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use super::Wanted;
use super::parts::{ArticlePart, ClaimPart, Part, Person, TextPart, VerdictPart};
use crate::domain::actor::Actor;
use crate::domain::article::{self, anchor, revision, span};
use crate::domain::claim::{self, carry, tag};
use crate::domain::error::{Error, Result};
use crate::domain::ids::{AccountId, ArticleId, ClaimId, RevisionId};
use crate::domain::listing::{self, ClaimFilter, ClaimOrder, Within};
use crate::domain::page::{Key, Slice};
use crate::domain::people::account;
use crate::domain::ruling;
use crate::domain::ruling::public::{self, PublicRuling};
use crate::domain::store::Db;
use crate::domain::text::passage::SpanKind;
use crate::domain::verdict;

/// The number of claims of one article that are read at once.
const CLAIMS: u64 = 100;

/// Reads articles, and what is below them.
pub struct Reader {
    pub db: Db,
    pub actor: Actor,
    pub wanted: Wanted,
    /// The articles with further claims, and the last claim of each that was read.
    pub more: VecDeque<(Arc<ArticlePart>, Key)>,
}

impl Reader {
    /// Reads these articles, each followed by its first claims. Notes in `more` which have others.
    pub async fn articles(&mut self, rows: Vec<article::Model>) -> Result<Vec<Part>> {
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let mut texts = self.texts(&ids).await?;
        let articles: Vec<_> = rows
            .into_iter()
            .map(|article| {
                let revision = texts.remove(&article.id);
                Arc::new(ArticlePart { article, revision })
            })
            .collect();
        let mut pages = HashMap::new();
        if self.wanted.claims() && !ids.is_empty() {
            let (filter, order) = (ClaimFilter::default(), Some(ClaimOrder::Position));
            pages =
                listing::claims_of_each(&self.db, &self.actor, &ids, filter, order, CLAIMS, false)
                    .await?;
        }
        let mut claims = Vec::new();
        for article in &articles {
            let Some(page) = pages.remove(&article.article.id.0) else { continue };
            if page.has_next
                && let Some((last, _)) = page.rows.last()
            {
                self.more.push_back((Arc::clone(article), *last));
            }
            claims.extend(page.rows.into_iter().map(|(_, claim)| (Arc::clone(article), claim)));
        }
        let mut below: HashMap<ArticleId, Vec<ClaimPart>> = HashMap::new();
        for part in self.claims(claims).await? {
            below.entry(part.claim.article_id).or_default().push(part);
        }
        let mut parts = Vec::new();
        for article in articles {
            let claims = below.remove(&article.article.id).unwrap_or_default();
            parts.push(Part::Article(article));
            parts.extend(claims.into_iter().map(|claim| Part::Claim(Box::new(claim))));
        }
        Ok(parts)
    }

    /// Reads the next claims of the first article in `more`.
    pub async fn more_claims(&mut self) -> Result<Vec<Part>> {
        let Some((article, after)) = self.more.pop_front() else { return Ok(Vec::new()) };
        let within = Within::Article(article.article.id, article.article.newsroom_id);
        let (filter, order) = (ClaimFilter::default(), Some(ClaimOrder::Position));
        let slice = Slice::after(CLAIMS, Some(after));
        let page = listing::claims(&self.db, &self.actor, within, filter, order, &slice).await?;
        if page.has_next
            && let Some((last, _)) = page.rows.last()
        {
            self.more.push_front((Arc::clone(&article), *last));
        }
        let claims = page.rows.into_iter().map(|(_, claim)| (Arc::clone(&article), claim));
        let parts = self.claims(claims.collect()).await?;
        Ok(parts.into_iter().map(|claim| Part::Claim(Box::new(claim))).collect())
    }

    /// Reads one claim with its article. The caller has checked that the actor may see it.
    pub async fn claim(&self, claim: claim::Model) -> Result<ClaimPart> {
        let article = article::fetch(&self.db, &self.actor, claim.article_id).await?;
        let revision = self.texts(&[article.id]).await?.remove(&article.id);
        let article = Arc::new(ArticlePart { article, revision });
        self.claims(vec![(article, claim)]).await?.pop().ok_or(Error::NotFound("claim"))
    }

    async fn texts(&self, articles: &[ArticleId]) -> Result<HashMap<ArticleId, TextPart>> {
        if !self.wanted.texts() || articles.is_empty() {
            return Ok(HashMap::new());
        }
        let revisions = revision::newest_of(&self.db, articles).await?;
        let ids: Vec<_> = revisions.iter().map(|row| row.id).collect();
        let mut texts = revision::texts_of(&self.db, &ids).await?;
        let mut spans: HashMap<RevisionId, Vec<span::Model>> = HashMap::new();
        for kind in [None, Some(SpanKind::Sentence)] {
            for row in span::of_revisions(&self.db, &ids, kind).await? {
                spans.entry(row.revision_id).or_default().push(row);
            }
        }
        let part = |revision: revision::Model| {
            let text = texts.remove(&revision.id).ok_or(Error::NotFound("revision"))?;
            let spans = spans.remove(&revision.id).unwrap_or_default();
            Ok((revision.article_id, TextPart { revision, text, spans }))
        };
        revisions.into_iter().map(part).collect()
    }

    /// Reads what belongs to these claims, in the same order.
    async fn claims(
        &self,
        claims: Vec<(Arc<ArticlePart>, claim::Model)>,
    ) -> Result<Vec<ClaimPart>> {
        let mut parts = Vec::with_capacity(claims.len());
        let mut claims = claims.into_iter().peekable();
        while claims.peek().is_some() {
            let some: Vec<_> = claims.by_ref().take(AT_ONCE).collect();
            parts.extend(self.some_claims(some).await?);
        }
        Ok(parts)
    }

    async fn some_claims(
        &self,
        claims: Vec<(Arc<ArticlePart>, claim::Model)>,
    ) -> Result<Vec<ClaimPart>> {
        let ids: Vec<_> = claims.iter().map(|(_, claim)| claim.id).collect();
        let mut tags: HashMap<ClaimId, BTreeSet<String>> = HashMap::new();
        for row in tag::of_claims(&self.db, &ids).await? {
            tags.entry(row.claim_id).or_default().insert(row.tag);
        }
        let mut anchors: HashMap<ClaimId, Vec<anchor::Model>> = HashMap::new();
        for row in carry::anchors_of(&self.db, &ids).await? {
            anchors.entry(row.claim_id).or_default().push(row);
        }
        let (mut verdicts, mut rulings) = (self.verdicts(&ids).await?, self.rulings(&ids).await?);
        let part = |(article, claim): (Arc<ArticlePart>, claim::Model)| ClaimPart {
            article,
            tags: tags.remove(&claim.id).unwrap_or_default().into_iter().collect(),
            anchors: anchors.remove(&claim.id).unwrap_or_default(),
            verdicts: verdicts.remove(&claim.id).unwrap_or_default(),
            rulings: rulings.remove(&claim.id).unwrap_or_default(),
            claim,
        };
        Ok(claims.into_iter().map(part).collect())
    }

    async fn verdicts(&self, claims: &[ClaimId]) -> Result<HashMap<ClaimId, Vec<VerdictPart>>> {
        let mut parts: HashMap<ClaimId, Vec<VerdictPart>> = HashMap::new();
        if !self.wanted.verdicts() {
            return Ok(parts);
        }
        let rows = verdict::of_claims(&self.db, &self.actor, claims).await?;
        let submissions: Vec<_> = rows.iter().map(|row| row.submission_id).collect();
        let mut citations: HashMap<_, Vec<_>> = HashMap::new();
        for some in submissions.chunks(AT_ONCE) {
            for row in listing::citations_in(&self.db, &self.actor, some).await? {
                citations.entry(row.submission_id).or_default().push(row);
            }
        }
        let rated = rows.iter().map(|row| row.rating_id).collect();
        let ratings = public::ratings(&self.db, rated).await?.into_iter();
        let ratings: HashMap<_, _> = ratings.map(|(id, rating)| (id, Arc::new(rating))).collect();
        let names = self.names(rows.iter().map(|row| row.reviewer_id)).await?;
        for verdict in rows {
            let rating = ratings.get(&verdict.rating_id).ok_or(Error::NotFound("rating"))?;
            let name = names.get(&verdict.reviewer_id).cloned().unwrap_or_default();
            let part = VerdictPart {
                rating: Arc::clone(rating),
                reviewer: Person { id: verdict.reviewer_id, name },
                citations: citations.remove(&verdict.submission_id).unwrap_or_default(),
                verdict,
            };
            parts.entry(part.verdict.claim_id).or_default().push(part);
        }
        Ok(parts)
    }

    async fn names(
        &self,
        accounts: impl Iterator<Item = AccountId>,
    ) -> Result<HashMap<AccountId, String>> {
        let ids: BTreeSet<_> = accounts.collect();
        let rows = account::find_all(&self.db, &ids.into_iter().collect::<Vec<_>>()).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.display_name)).collect())
    }

    async fn rulings(&self, claims: &[ClaimId]) -> Result<HashMap<ClaimId, Vec<PublicRuling>>> {
        let mut parts: HashMap<ClaimId, Vec<PublicRuling>> = HashMap::new();
        if !self.wanted.rulings() {
            return Ok(parts);
        }
        let rows = ruling::of_claims(&self.db, claims).await?;
        if rows.is_empty() {
            return Ok(parts);
        }
        // Those of a claim come newest first.
        for (row, ruling) in rows.iter().zip(public::details(&self.db, &rows).await?).rev() {
            parts.entry(row.claim_id).or_default().push(ruling);
        }
        Ok(parts)
    }
}

/// The number of claims, and of submissions, that are read at once.
const AT_ONCE: usize = 200;
