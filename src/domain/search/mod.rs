//! Search: finds articles and claims by their words, and claims that are similar to a text.
//!
//! Case and diacritics are ignored. Other spellings of a word, such as of a name, are found as well
//! and count for less. A word counts for more if it is rare in the newsroom. A phrase in quotation
//! marks must be there as it is.
//!
//! Invariants: the number of statements does not depend on how much there is to search, unless there
//! is a phrase. Search reads only headlines and texts of articles, and statements, claimants and
//! tags of claims, so it reveals nothing about verdicts.

mod phrase;
mod plan;
mod rank;
pub mod snippet;
mod words;

use std::collections::{BTreeSet, HashMap};

use async_graphql::{SimpleObject, Union};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{Condition, QueryOrder};

use super::article::{self, duplicate};
use super::claim;
use super::error::{Error, Reason, Result};
use super::ids::{ArticleId, ClaimId, NewsroomId, OutsideReviewId};
use super::index::Kind;
use super::link::Link;
use super::outside_review;
use super::page::{self, Key, Slice};
use super::store::Db;
use crate::domain::actor::Actor;
use crate::domain::permissions::Action;
use crate::domain::text::term;
use crate::domain::text_input;
use phrase::Phrases;
use plan::{Bounds, Plan};
use rank::Gain;
use snippet::Snippet;

/// How many different words of a text are searched for.
const MOST_WORDS: usize = 100;
/// How many different words of each of many texts are searched for.
const MOST_WORDS_OF_MANY: usize = 40;
/// How many texts are searched for at once. Their words must fit the number of parameters that both
/// databases accept.
const MOST_TEXTS: usize = 100;
/// The score of an article that has the address that is searched for, in thousandths.
const SCORE_OF_ADDRESS: i32 = 1_000_000_000;

/// An article, a claim, or a fact-check of another publisher.
#[derive(Clone, Union)]
#[graphql(name = "SearchResult")]
pub enum Found {
    /// An article.
    Article(article::Model),
    /// A claim.
    Claim(claim::Model),
    /// A fact-check of another publisher.
    OutsideReview(outside_review::Model),
}

/// A search result.
#[derive(Clone)]
pub struct Hit {
    /// Its place in the list.
    pub key: Key,
    /// Its score.
    pub score: f64,
    /// The matching words, if they were asked for.
    pub snippet: Option<Snippet>,
    /// The article, claim or outside review.
    pub found: Found,
}

/// A page of search results.
pub struct Hits {
    /// The results, best first.
    pub hits: Vec<Hit>,
    /// Whether there are more results after these.
    pub has_next: bool,
    /// Whether there are results before these.
    pub has_previous: bool,
}

/// A claim that is similar to another claim or to a text.
#[derive(Clone, SimpleObject)]
#[graphql(name = "SimilarClaim")]
pub struct Similar {
    /// How similar it is, from 0 to 1. 1 means that both have the same words.
    pub score: f64,
    /// The claim.
    pub node: claim::Model,
}

/// A fact-check of another publisher whose claim is similar to another claim or to a text.
#[derive(Clone, SimpleObject)]
#[graphql(name = "SimilarOutsideReview")]
pub struct SimilarReview {
    /// How similar its claim is, from 0 to 1. 1 means that both have the same words.
    pub score: f64,
    /// The outside review.
    pub node: outside_review::Model,
}

/// A result before what it is about is read: its id, its kind and its score in thousandths.
type Place = (Uuid, Kind, i64);

/// Finds the articles, claims and outside reviews of a newsroom that have words of `text`, best first. If `marked`,
/// each result has a snippet. If `text` is the address of an article, finds that article.
pub async fn find(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    text: &str,
    slice: &Slice,
    marked: bool,
) -> Result<Hits> {
    actor.require(Action::Read, newsroom)?;
    let text = text_input::line("text", text, 200)?;
    if let Some(hits) = at_address(db, newsroom, &text, slice).await? {
        return Ok(hits);
    }
    let terms = parse(&text)?;
    let (size, after) = slice.forward();
    let kinds = [Kind::Article, Kind::Claim, Kind::OutsideReview];
    let plan = Plan::make(db, newsroom, &kinds, &[terms], Bounds::SEARCH).await?;
    let phrases = Phrases::of(&text);
    let (places, has_next) = if phrases.is_empty() {
        let mut places = best(db, newsroom, &plan, size + 1, after).await?;
        let has_next = places.len() as u64 > size;
        places.truncate(usize::try_from(size).unwrap_or_default());
        (places, has_next)
    } else {
        phrase::find(db, newsroom, &plan, &phrases, size, after).await?
    };
    let hits = read(db, newsroom, &plan, places, marked).await?;
    Ok(Hits { hits, has_next, has_previous: after.is_some() })
}

/// Finds the articles with this address, if it is one that the newsroom has.
async fn at_address(
    db: &Db,
    newsroom: NewsroomId,
    text: &str,
    slice: &Slice,
) -> Result<Option<Hits>> {
    let Some(link) = address(text) else { return Ok(None) };
    let same = duplicate::with_address(newsroom, &link.identity());
    let mut list = article::Entity::find()
        .filter(article::Column::Id.in_subquery(same))
        .filter(article::Column::WithdrawnAt.is_null())
        .order_by_desc(article::Column::Id)
        .all(db)
        .await?;
    if list.is_empty() {
        return Ok(None);
    }
    let (size, after) = slice.forward();
    list.retain(|row| after.is_none_or(|after| row.id.0 < after.id));
    let size = usize::try_from(size).unwrap_or_default();
    let has_next = list.len() > size;
    let hits = list.into_iter().take(size).map(|row| Hit {
        key: Key { lead: SCORE_OF_ADDRESS, id: row.id.0 },
        score: in_thousands(SCORE_OF_ADDRESS.into()),
        snippet: None,
        found: Found::Article(row),
    });
    Ok(Some(Hits { hits: hits.collect(), has_next, has_previous: after.is_some() }))
}

/// The address that a text is, perhaps without its scheme.
fn address(text: &str) -> Option<Link> {
    if text.contains(char::is_whitespace) || !text.contains('.') {
        return None;
    }
    if text.contains("://") {
        return Link::parse("text", text).ok();
    }
    let is_bare = text.starts_with("www.") || text.contains('/');
    is_bare.then(|| Link::parse("text", &format!("https://{text}")).ok())?
}

/// Finds the places of at most `size` documents after one, best first.
async fn best(
    db: &Db,
    newsroom: NewsroomId,
    plan: &Plan,
    size: u64,
    after: Option<Key>,
) -> Result<Vec<Place>> {
    let Some(scored) = rank::scored(plan, newsroom, Gain::Fit) else { return Ok(Vec::new()) };
    let mut ranked = Query::select();
    ranked
        .columns(["document", "kind", "shared"])
        .from_subquery(scored, "scored")
        .order_by("shared", Order::Desc)
        .order_by("document", Order::Desc)
        .limit(size);
    if let Some(Key { lead, id: last }) = after {
        let score = || Expr::col("shared");
        let same = score().eq(i64::from(lead)).and(Expr::col("document").lt(last));
        let further = score().lt(i64::from(lead)).or(same);
        ranked.cond_where(Condition::all().add(further));
    }
    let rows = db.query_all(&ranked).await?;
    rows.iter()
        .map(|row| {
            Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?))
        })
        .collect()
}

/// Reads the articles and claims at these places, each with a snippet if `marked`.
async fn read(
    db: &Db,
    newsroom: NewsroomId,
    plan: &Plan,
    places: Vec<Place>,
    marked: bool,
) -> Result<Vec<Hit>> {
    let articles: Vec<_> = ids_of(&places, Kind::Article).map(ArticleId).collect();
    let articles = article::find_all(db, &articles).await?;
    let claims: Vec<_> = ids_of(&places, Kind::Claim).map(ClaimId).collect();
    let claims = claim::find_all(db, &claims).await?;
    let reviews = ids_of(&places, Kind::OutsideReview).map(OutsideReviewId);
    let reviews = outside_review::find_all(db, reviews).await?;
    let mut snippets = if marked {
        snippet::of(db, newsroom, plan, &articles, &claims, &reviews).await?
    } else {
        HashMap::new()
    };
    let mut found: HashMap<Uuid, Found> =
        articles.into_iter().map(|row| (row.id.0, Found::Article(row))).collect();
    found.extend(claims.into_iter().map(|row| (row.id.0, Found::Claim(row))));
    found.extend(reviews.into_iter().map(|row| (row.id.0, Found::OutsideReview(row))));
    let hits = places.into_iter().filter_map(|(id, _, score)| {
        Some(Hit {
            key: key_of(id, score),
            score: in_thousands(score),
            snippet: snippets.remove(&id),
            found: found.remove(&id)?,
        })
    });
    Ok(hits.collect())
}

/// The ids of the documents of a kind at these places.
fn ids_of(places: &[Place], of: Kind) -> impl Iterator<Item = Uuid> {
    places.iter().filter(move |(_, kind, _)| *kind == of).map(|(id, ..)| *id)
}

fn key_of(id: Uuid, score: i64) -> Key {
    Key { lead: i32::try_from(score).unwrap_or(i32::MAX), id }
}

/// Finds the claims of a newsroom that are similar to `text`, most similar first.
pub async fn similar(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    text: &str,
    first: i32,
) -> Result<Vec<Similar>> {
    actor.require(Action::Read, newsroom)?;
    let size = page::check_size("first", first)?;
    let terms = parse(&text_input::prose("text", text, 2000)?)?;
    let mut found = similar_to_each(db, newsroom, vec![(None, terms)], size).await?;
    Ok(found.pop().unwrap_or_default())
}

/// Finds the outside reviews of claims that are similar to `text`, most similar first.
pub async fn similar_outside(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    text: &str,
    first: i32,
) -> Result<Vec<SimilarReview>> {
    actor.require(Action::Read, newsroom)?;
    let size = page::check_size("first", first)?;
    let terms = [term::distinct(text, MOST_WORDS)];
    let scores = most_similar(db, newsroom, Kind::OutsideReview, &terms, size).await?;
    let ids = scores.iter().map(|(_, id, _)| OutsideReviewId(*id));
    let reviews = outside_review::find_all(db, ids).await?;
    let mut reviews: HashMap<Uuid, _> = reviews.into_iter().map(|row| (row.id.0, row)).collect();
    let found = scores.into_iter().filter_map(|(_, id, score)| {
        Some(SimilarReview { score: in_thousands(score).min(1.0), node: reviews.remove(&id)? })
    });
    Ok(found.collect())
}

/// Finds the claims that are similar to each of these claims. The actor may read their newsrooms.
pub async fn similar_to(
    db: &Db,
    claims: &[ClaimId],
    first: i32,
) -> Result<HashMap<ClaimId, Vec<Similar>>> {
    let size = page::check_size("first", first)?;
    let mut by_newsroom: HashMap<NewsroomId, Vec<claim::Model>> = HashMap::new();
    for claim in claim::find_all(db, claims).await? {
        by_newsroom.entry(claim.newsroom_id).or_default().push(claim);
    }
    let mut all = HashMap::new();
    for (newsroom, claims) in by_newsroom {
        for part in claims.chunks(MOST_TEXTS) {
            let most = if part.len() > 1 { MOST_WORDS_OF_MANY } else { MOST_WORDS };
            let text =
                |claim: &claim::Model| (Some(claim.id), term::distinct(&claim.statement, most));
            let texts = part.iter().map(text).collect();
            let found = similar_to_each(db, newsroom, texts, size).await?;
            all.extend(part.iter().map(|claim| claim.id).zip(found));
        }
    }
    Ok(all)
}

/// Finds the claims that are similar to each of these texts, without the claim that the text is from.
async fn similar_to_each(
    db: &Db,
    newsroom: NewsroomId,
    texts: Vec<(Option<ClaimId>, Vec<String>)>,
    size: u64,
) -> Result<Vec<Vec<Similar>>> {
    let mut all = vec![Vec::new(); texts.len()];
    let (own, terms): (Vec<_>, Vec<_>) = texts.into_iter().unzip();
    // One more, since the text's own claim may be among them.
    let found = most_similar(db, newsroom, Kind::Claim, &terms, size + 1).await?;
    let ids: BTreeSet<_> = found.iter().map(|(_, id, _)| ClaimId(*id)).collect();
    let claims = claim::find_all(db, &ids.into_iter().collect::<Vec<_>>()).await?;
    let claims: HashMap<_, _> = claims.into_iter().map(|claim| (claim.id, claim)).collect();
    for (text, id, score) in found {
        if let (Some(node), Some(own), Some(found)) =
            (claims.get(&ClaimId(id)), own.get(text), all.get_mut(text))
            && *own != Some(ClaimId(id))
            && (found.len() as u64) < size
        {
            found.push(Similar { score: in_thousands(score).min(1.0), node: node.clone() });
        }
    }
    Ok(all)
}

/// The documents of a kind that are most similar to each of these texts: the place of the text, the
/// document and its score in thousandths.
async fn most_similar(
    db: &Db,
    newsroom: NewsroomId,
    kind: Kind,
    texts: &[Vec<String>],
    size: u64,
) -> Result<Vec<(usize, Uuid, i64)>> {
    let plan = Plan::make(db, newsroom, &[kind], texts, Bounds::of_texts(texts.len())).await?;
    let Some(scored) = rank::scored(&plan, newsroom, Gain::Weight) else { return Ok(Vec::new()) };
    let rows = db.query_all(&rank::most_similar(&plan, scored, size)).await?;
    rows.iter()
        .map(|row| {
            let text = usize::try_from(row.try_get_by_index::<i32>(0)?).unwrap_or_default();
            Ok((text, row.try_get_by_index(1)?, row.try_get_by_index(2)?))
        })
        .collect()
}

/// Converts thousandths.
fn in_thousands(score: i64) -> f64 {
    // Scores are small, so nothing is lost.
    f64::from(i32::try_from(score).unwrap_or(i32::MAX)) / 1000.0
}

/// Parses the words to search for.
fn parse(text: &str) -> Result<Vec<String>> {
    let terms = term::distinct(text, MOST_WORDS);
    if terms.is_empty() {
        return Err(Error::invalid(
            "text",
            Reason::Empty,
            "`text` has no word or number to search for.",
        ));
    }
    Ok(terms)
}
