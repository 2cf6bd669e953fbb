//! Search: finds articles and claims by their words, and claims that are similar to a text.
//!
//! Case and diacritics are ignored. Other spellings of a word, such as of a name, are found as well and count for less. A word counts for more
//! if it is rare in the newsroom.
//!
//! Always true: the number of statements does not depend on how much there is to search. Search reads only headlines and texts of articles,
//! and statements, claimants and tags of claims, so it reveals nothing about verdicts.

mod plan;
pub mod snippet;

use std::collections::HashMap;

use async_graphql::{SimpleObject, Union};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Alias, CaseStatement, Expr, ExprTrait, Func, IntoColumnRef, Order, Query, SelectStatement,
    SimpleExpr, WindowStatement,
};

use super::article;
use super::claim;
use super::error::{Error, Reason, Result};
use super::ids::{ArticleId, ClaimId, NewsroomId};
use super::index::{Kind, document, word};
use super::page::{self, Key, Slice};
use super::store::Db;
use crate::domain::actor::Actor;
use crate::domain::permissions::Action;
use crate::domain::text::term;
use crate::domain::text_input;
use plan::Plan;
use snippet::Snippet;

/// How many different words of a text are searched for.
const MOST_WORDS: usize = 100;
/// How many texts are searched for at once. Their words must fit the number of parameters that both databases accept.
const MOST_TEXTS: usize = 20;
/// The lowest likeness of a similar claim, in thousandths.
const LEAST_LIKENESS: i64 = 150;

/// An article or a claim.
#[derive(Clone, Union)]
#[graphql(name = "SearchResult")]
pub enum Found {
    /// An article.
    Article(article::Model),
    /// A claim.
    Claim(claim::Model),
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
    /// The article or claim.
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

/// Finds the articles and claims of a newsroom that have words of `text`, best first. If `marked`, each result has a snippet.
pub async fn find(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    text: &str,
    slice: &Slice,
    marked: bool,
) -> Result<Hits> {
    actor.require(Action::Read, newsroom)?;
    let terms = parse(&text_input::line("text", text, 200)?)?;
    let (size, after) = slice.forward();
    let nothing = Hits { hits: Vec::new(), has_next: false, has_previous: after.is_some() };
    let plan = Plan::make(db, newsroom, &[Kind::Article, Kind::Claim], &[terms], 2).await?;
    let Some(gained) = gained(&plan, newsroom, fit(&plan)) else { return Ok(nothing) };

    let [id, kind, score] = ["document", "kind", "score"].map(Alias::new);
    let gain = Expr::col("gain").sum().cast_as("bigint");
    let mut ranked = Query::select();
    ranked
        .columns([id.clone(), kind.clone()])
        .expr_as(gain.clone(), score.clone())
        .from_subquery(gained, "gained")
        .group_by_columns([id.clone(), kind])
        .order_by(score, Order::Desc)
        .order_by(id.clone(), Order::Desc)
        .limit(size + 1);
    if let Some(Key { lead, id: last }) = after {
        let further = gain
            .clone()
            .lt(i64::from(lead))
            .or(gain.eq(i64::from(lead)).and(Expr::col(id).lt(last)));
        ranked.cond_having(Condition::all().add(further));
    }
    let mut rows = Vec::new();
    for row in db.query_all(&ranked).await? {
        rows.push((
            row.try_get_by_index::<Uuid>(0)?,
            row.try_get_by_index::<Kind>(1)?,
            row.try_get_by_index::<i64>(2)?,
        ));
    }
    let has_next = rows.len() as u64 > size;
    rows.truncate(usize::try_from(size).unwrap_or_default());

    let ids = |of: Kind| rows.iter().filter(move |(_, kind, _)| *kind == of).map(|(id, ..)| *id);
    let articles =
        article::find_all(db, &ids(Kind::Article).map(ArticleId).collect::<Vec<_>>()).await?;
    let claims = claim::find_all(db, &ids(Kind::Claim).map(ClaimId).collect::<Vec<_>>()).await?;
    let mut snippets = if marked {
        snippet::of(db, newsroom, &plan, &articles, &claims).await?
    } else {
        HashMap::new()
    };
    let mut found: HashMap<Uuid, Found> =
        articles.into_iter().map(|row| (row.id.0, Found::Article(row))).collect();
    found.extend(claims.into_iter().map(|row| (row.id.0, Found::Claim(row))));
    let hits = rows.into_iter().filter_map(|(id, _, score)| {
        let key = Key { lead: i32::try_from(score).unwrap_or(i32::MAX), id };
        Some(Hit {
            key,
            score: in_thousands(score),
            snippet: snippets.remove(&id),
            found: found.remove(&id)?,
        })
    });
    Ok(Hits { hits: hits.collect(), has_next, ..nothing })
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
    let mut found = similar_to_each(db, newsroom, &[(None, terms)], size).await?;
    Ok(found.pop().unwrap_or_default())
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
            let texts: Vec<_> = part
                .iter()
                .map(|claim| (Some(claim.id), term::distinct(&claim.statement, MOST_WORDS)))
                .collect();
            let found = similar_to_each(db, newsroom, &texts, size).await?;
            all.extend(part.iter().map(|claim| claim.id).zip(found));
        }
    }
    Ok(all)
}

/// Finds the claims that are similar to each of these texts, without the claim that the text is from.
async fn similar_to_each(
    db: &Db,
    newsroom: NewsroomId,
    texts: &[(Option<ClaimId>, Vec<String>)],
    size: u64,
) -> Result<Vec<Vec<Similar>>> {
    let mut all = vec![Vec::new(); texts.len()];
    let terms: Vec<_> = texts.iter().map(|(_, terms)| terms.clone()).collect();
    let plan = Plan::make(db, newsroom, &[Kind::Claim], &terms, 8).await?;
    let Some(gained) = gained(&plan, newsroom, wanted(plan::WEIGHT)) else { return Ok(all) };

    // The Sørensen–Dice coefficient: twice the shared weight over the weight of both. The share of a statement's words that count is taken to be
    // that of the text. A word that the text does not have gets the average weight of the text's words.
    let shared = Query::select()
        .columns(["text", "document"])
        .expr_as(Expr::col("gain").sum().cast_as("bigint"), "shared")
        .expr_as(Expr::col("total").max(), "total")
        .expr_as(Expr::col("slots").max(), "slots")
        .expr_as(Expr::col("words").max(), "words")
        .expr_as(Func::count(Expr::val(1)), "matched")
        .from_subquery(gained, "gained")
        .group_by_columns(["text", "document"])
        .to_owned();
    let of_statement = Expr::col((document::Entity, document::Column::StatementWords));
    let rest =
        of_statement.mul(Expr::col("slots")).sub(Expr::col("matched").mul(Expr::col("words")));
    let rest = rest.mul(Expr::col("total")).div(Expr::col("slots").mul(Expr::col("words")));
    let likeness = Expr::col("shared")
        .mul(2000_i64)
        .div(Expr::col("total").add(Expr::col("shared")).add(rest));
    let scored = Query::select()
        .columns(["text", "document"])
        .expr_as(likeness, "score")
        .from_subquery(shared, "shared_words")
        .inner_join(
            document::Entity,
            Expr::col((document::Entity, document::Column::Id)).equals("document"),
        )
        .to_owned();
    let best_first = WindowStatement::partition_by("text")
        .order_by("score", Order::Desc)
        .order_by("document", Order::Desc)
        .to_owned();
    let placed = Query::select()
        .columns(["text", "document", "score"])
        .expr_window_as(Func::cust("ROW_NUMBER"), best_first, "place")
        .from_subquery(scored, "scored")
        .and_where(Expr::col("score").gte(LEAST_LIKENESS))
        .to_owned();
    let best = Query::select()
        .columns(["text", "document", "score"])
        .from_subquery(placed, "placed")
        // One more, since the text's own claim may be among them.
        .and_where(Expr::col("place").lte(size + 1))
        .order_by("text", Order::Asc)
        .order_by("place", Order::Asc)
        .to_owned();
    let mut rows: Vec<(usize, ClaimId, i64)> = Vec::new();
    for row in db.query_all(&best).await? {
        let text = usize::try_from(row.try_get_by_index::<i32>(0)?).unwrap_or_default();
        rows.push((text, ClaimId(row.try_get_by_index(1)?), row.try_get_by_index(2)?));
    }
    let ids: std::collections::BTreeSet<_> = rows.iter().map(|(_, id, _)| *id).collect();
    let claims = claim::find_all(db, &ids.into_iter().collect::<Vec<_>>()).await?;
    let claims: HashMap<_, _> = claims.into_iter().map(|claim| (claim.id, claim)).collect();
    for (text, id, score) in rows {
        if let (Some(node), Some((own, _)), Some(found)) =
            (claims.get(&id), texts.get(text), all.get_mut(text))
            && *own != Some(id)
            && (found.len() as u64) < size
        {
            found.push(Similar { score: in_thousands(score).min(1.0), node: node.clone() });
        }
    }
    Ok(all)
}

/// Selects the gain of each document for each word of each text: for the word itself or its best other spelling. None if there is no word to
/// search for.
fn gained(plan: &Plan, newsroom: NewsroomId, gain: SimpleExpr) -> Option<SelectStatement> {
    let values: Vec<_> = plan.values().collect();
    if values.is_empty() {
        return None;
    }
    let of_word = |column: word::Column| (word::Entity, column).into_column_ref();
    let mut query = Query::select();
    query
        .expr_as(wanted(plan::TEXT), "text")
        .expr_as(Expr::col(of_word(word::Column::DocumentId)), "document")
        .expr_as(Expr::col(of_word(word::Column::Kind)), "kind")
        .expr_as(gain.max(), "gain")
        .expr_as(wanted(plan::TOTAL).max(), "total")
        .expr_as(wanted(plan::SLOTS).max(), "slots")
        .expr_as(wanted(plan::WORDS).max(), "words")
        .from_values(values, plan::WANTED)
        // This order makes the database look up each word in the index, instead of reading all words.
        .cross_join(word::Entity)
        .inner_join(
            document::Entity,
            Expr::col((document::Entity, document::Column::Id))
                .equals(of_word(word::Column::DocumentId)),
        )
        .and_where(word::Column::NewsroomId.eq(newsroom))
        .and_where(word::Column::Kind.is_in(plan.kinds().to_vec()))
        .and_where(Expr::col(of_word(word::Column::Word)).eq(wanted(plan::WORD)))
        .add_group_by([wanted(plan::TEXT), wanted(plan::SLOT)])
        .add_group_by(
            [word::Column::DocumentId, word::Column::Kind].map(|column| Expr::col(of_word(column))),
        );
    Some(query)
}

/// A column of the words that are searched for.
fn wanted(column: &'static str) -> SimpleExpr {
    Expr::col((plan::WANTED, column))
}

/// The score of a document for a word: Okapi BM25 with k = 1.2 and b = 0.75. Whole numbers give the same result on both databases.
fn fit(plan: &Plan) -> SimpleExpr {
    let count = || Expr::col((word::Entity, word::Column::Count));
    let average: SimpleExpr = CaseStatement::new()
        .case(word::Column::Kind.eq(Kind::Article), plan.average(Kind::Article))
        .finally(plan.average(Kind::Claim))
        .into();
    let length = Expr::col((document::Entity, document::Column::Length)).mul(900_i64).div(average);
    wanted(plan::WEIGHT)
        .mul(2200_i64)
        .mul(count())
        .div(count().mul(1000_i64).add(300_i64).add(length))
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
