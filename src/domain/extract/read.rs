//! Reads articles with everything below them, a page at once.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use super::parts::{ArticlePart, ClaimPart, Part, Person, TextPart, VerdictPart};
use super::waiting::{Found, Next, Waited, Waiting};
use super::{Texts, Wanted};
use crate::domain::actor::Actor;
use crate::domain::article::{self, anchor, revision, span};
use crate::domain::claim::{self, carry, tag};
use crate::domain::error::{Error, Result};
use crate::domain::ids::{AccountId, ArticleId, ClaimId, RevisionId, SubmissionId};
use crate::domain::listing::{self, Citation, ClaimFilter, ClaimOrder, Within};
use crate::domain::page::{Key, Page, Slice};
use crate::domain::people::account;
use crate::domain::ruling;
use crate::domain::ruling::public::{self, PublicRuling};
use crate::domain::store::Db;
use crate::domain::text::passage::SpanKind;
use crate::domain::verdict::{self, Verdict};

/// The number of claims of one article that are read at once.
const CLAIMS: u64 = 100;
/// The number of code points at which a group of articles ends. A longer article is a group by itself.
const TEXT: usize = 1_000_000;
/// The number of submissions that are named in one statement.
const SUBMISSIONS: usize = 1_000;

/// Reads articles, and what is below them.
pub struct Reader {
    actor: Actor,
    wanted: Wanted,
    /// The articles that are not read yet, with their newest revisions if those are wanted.
    articles: VecDeque<(article::Model, Option<revision::Model>)>,
    /// The articles and claims that were read and not returned yet.
    waiting: Waiting,
}

impl Reader {
    /// A reader that has nothing to read yet.
    pub fn new(actor: &Actor, wanted: Wanted) -> Self {
        let (articles, waiting) = (VecDeque::new(), Waiting::default());
        Self { actor: actor.clone(), wanted, articles, waiting }
    }

    /// Adds articles.
    pub async fn add(&mut self, db: &Db, articles: Vec<article::Model>) -> Result<()> {
        let mut newest = self.newest(db, &articles).await?;
        self.articles.extend(articles.into_iter().map(|article| {
            let revision = newest.remove(&article.id);
            (article, revision)
        }));
        Ok(())
    }

    async fn newest(
        &self,
        db: &Db,
        articles: &[article::Model],
    ) -> Result<HashMap<ArticleId, revision::Model>> {
        if self.wanted.texts < Texts::Revision || articles.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<_> = articles.iter().map(|article| article.id).collect();
        let rows = revision::newest_of(db, &ids).await?;
        Ok(rows.into_iter().map(|row| (row.article_id, row)).collect())
    }

    /// Reads the next page. None if there is nothing left.
    pub async fn next(&mut self, db: &Db) -> Result<Option<Vec<Part>>> {
        loop {
            match self.waiting.take() {
                Next::Page(page) => return self.page(db, page).await.map(Some),
                Next::Further(article, after) => {
                    let claims = self.further_claims(db, &article, after).await?;
                    self.waiting.put_first(article, claims);
                }
                Next::Nothing if self.articles.is_empty() => return Ok(None),
                Next::Nothing => self.some_articles(db).await?,
            }
        }
    }

    /// Reads a group of articles with their texts and their first claims.
    async fn some_articles(&mut self, db: &Db) -> Result<()> {
        let (mut group, mut length) = (Vec::new(), 0);
        while let Some((_, revision)) = self.articles.front() {
            let more = revision.as_ref().map_or(0, |row| usize::try_from(row.length).unwrap_or(0));
            if !group.is_empty() && length + more > TEXT {
                break;
            }
            length += more;
            group.extend(self.articles.pop_front());
        }
        let ids: Vec<_> = group.iter().map(|(article, _)| article.id).collect();
        let mut claims = HashMap::new();
        if self.wanted.claims {
            let (filter, order) = (ClaimFilter::default(), Some(ClaimOrder::Position));
            claims = listing::claims_of_each(db, &self.actor, &ids, filter, order, CLAIMS, false)
                .await?;
        }
        for article in self.with_texts(db, group).await? {
            let first = claims.remove(&article.article.id.0).unwrap_or_default();
            self.waiting.add(Arc::new(article), first);
        }
        Ok(())
    }

    async fn further_claims(
        &self,
        db: &Db,
        article: &ArticlePart,
        after: Key,
    ) -> Result<Page<claim::Model>> {
        let within = Within::Article(article.article.id, article.article.newsroom_id);
        let (filter, order) = (ClaimFilter::default(), Some(ClaimOrder::Position));
        let slice = Slice::after(CLAIMS, Some(after));
        listing::claims(db, &self.actor, within, filter, order, &slice).await
    }

    /// Reads one claim with its article. The caller has checked that the actor may see it.
    pub async fn claim(&self, db: &Db, claim: claim::Model) -> Result<ClaimPart> {
        let article = article::fetch(db, &self.actor, claim.article_id).await?;
        let revision = self.newest(db, std::slice::from_ref(&article)).await?.remove(&article.id);
        let article = self.with_texts(db, vec![(article, revision)]).await?.pop();
        let article = article.ok_or(Error::NotFound("article"))?;
        let found = vec![(Arc::new(article), claim)];
        self.claims(db, found).await?.pop().ok_or(Error::NotFound("claim"))
    }

    /// Adds what is wanted of their texts to articles, in the same order.
    async fn with_texts(
        &self,
        db: &Db,
        articles: Vec<(article::Model, Option<revision::Model>)>,
    ) -> Result<Vec<ArticlePart>> {
        let revisions = articles.iter().filter_map(|(_, revision)| revision.as_ref());
        let ids: Vec<_> = revisions.map(|row| row.id).collect();
        let with_text = self.wanted.texts >= Texts::Text && !ids.is_empty();
        let mut texts =
            if with_text { revision::texts_of(db, &ids).await? } else { HashMap::new() };
        let mut spans = self.spans(db, &ids).await?;
        let mut part = |(article, revision): (article::Model, Option<revision::Model>)| {
            let Some(revision) = revision else {
                return Ok(ArticlePart { article, revision: None });
            };
            let text = match texts.remove(&revision.id) {
                None if with_text => return Err(Error::NotFound("revision")),
                text => text.unwrap_or_default(),
            };
            let spans = spans.remove(&revision.id).unwrap_or_default();
            Ok(ArticlePart { article, revision: Some(TextPart { revision, text, spans }) })
        };
        articles.into_iter().map(&mut part).collect()
    }

    /// Reads the wanted spans of revisions: first the blocks, then the sentences.
    async fn spans(
        &self,
        db: &Db,
        revisions: &[RevisionId],
    ) -> Result<HashMap<RevisionId, Vec<span::Model>>> {
        let mut spans: HashMap<_, Vec<_>> = HashMap::new();
        for (least, kind) in [(Texts::Blocks, None), (Texts::Sentences, Some(SpanKind::Sentence))] {
            if self.wanted.texts < least || revisions.is_empty() {
                continue;
            }
            for row in span::of_revisions(db, revisions, kind).await? {
                spans.entry(row.revision_id).or_default().push(row);
            }
        }
        Ok(spans)
    }

    /// Adds what belongs to them to the claims of a page.
    async fn page(&self, db: &Db, page: Vec<Waited>) -> Result<Vec<Part>> {
        let mut claims = Vec::new();
        // None is the place of the next claim.
        let mut places = Vec::with_capacity(page.len());
        for waited in page {
            places.push(match waited {
                Waited::Article(article) => Some(article),
                Waited::Claim(found) => {
                    claims.push(*found);
                    None
                }
            });
        }
        let mut claims = self.claims(db, claims).await?.into_iter();
        let part = |place| match place {
            Some(article) => Some(Part::Article(article)),
            None => claims.next().map(|claim| Part::Claim(Box::new(claim))),
        };
        Ok(places.into_iter().filter_map(part).collect())
    }

    /// Reads what belongs to these claims, in the same order.
    async fn claims(&self, db: &Db, claims: Vec<Found>) -> Result<Vec<ClaimPart>> {
        if claims.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<_> = claims.iter().map(|(_, claim)| claim.id).collect();
        let mut tags: HashMap<ClaimId, BTreeSet<String>> = HashMap::new();
        for row in tag::of_claims(db, &ids).await? {
            tags.entry(row.claim_id).or_default().insert(row.tag);
        }
        let mut anchors: HashMap<ClaimId, Vec<anchor::Model>> = HashMap::new();
        for row in carry::anchors_of(db, &ids).await? {
            anchors.entry(row.claim_id).or_default().push(row);
        }
        let (mut verdicts, mut rulings) =
            (self.verdicts(db, &ids).await?, self.rulings(db, &ids).await?);
        let part = |(article, claim): Found| ClaimPart {
            article,
            tags: tags.remove(&claim.id).unwrap_or_default().into_iter().collect(),
            anchors: anchors.remove(&claim.id).unwrap_or_default(),
            verdicts: verdicts.remove(&claim.id).unwrap_or_default(),
            rulings: rulings.remove(&claim.id).unwrap_or_default(),
            claim,
        };
        Ok(claims.into_iter().map(part).collect())
    }

    async fn verdicts(
        &self,
        db: &Db,
        claims: &[ClaimId],
    ) -> Result<HashMap<ClaimId, Vec<VerdictPart>>> {
        let mut parts: HashMap<ClaimId, Vec<VerdictPart>> = HashMap::new();
        if !self.wanted.verdicts {
            return Ok(parts);
        }
        let rows = verdict::of_claims(db, &self.actor, claims).await?;
        let mut citations = self.citations(db, &rows).await?;
        let rated = rows.iter().map(|row| row.rating_id).collect();
        let ratings = public::ratings(db, rated).await?.into_iter();
        let ratings: HashMap<_, _> = ratings.map(|(id, rating)| (id, Arc::new(rating))).collect();
        let names = self.names(db, rows.iter().map(|row| row.reviewer_id)).await?;
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

    async fn citations(
        &self,
        db: &Db,
        verdicts: &[Verdict],
    ) -> Result<HashMap<SubmissionId, Vec<Citation>>> {
        let mut citations: HashMap<_, Vec<_>> = HashMap::new();
        if !self.wanted.citations {
            return Ok(citations);
        }
        let submissions: Vec<_> = verdicts.iter().map(|row| row.submission_id).collect();
        for some in submissions.chunks(SUBMISSIONS) {
            for row in listing::citations_in(db, &self.actor, some).await? {
                citations.entry(row.submission_id).or_default().push(row);
            }
        }
        Ok(citations)
    }

    async fn names(
        &self,
        db: &Db,
        accounts: impl Iterator<Item = AccountId>,
    ) -> Result<HashMap<AccountId, String>> {
        let ids: BTreeSet<_> = accounts.collect();
        let rows = account::find_all(db, &ids.into_iter().collect::<Vec<_>>()).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.display_name)).collect())
    }

    async fn rulings(
        &self,
        db: &Db,
        claims: &[ClaimId],
    ) -> Result<HashMap<ClaimId, Vec<PublicRuling>>> {
        let mut parts: HashMap<ClaimId, Vec<PublicRuling>> = HashMap::new();
        if !self.wanted.rulings {
            return Ok(parts);
        }
        let rows = ruling::of_claims(db, claims).await?;
        if rows.is_empty() {
            return Ok(parts);
        }
        // Those of a claim come newest first.
        for (row, ruling) in rows.iter().zip(public::details(db, &rows).await?).rev() {
            parts.entry(row.claim_id).or_default().push(ruling);
        }
        Ok(parts)
    }
}
