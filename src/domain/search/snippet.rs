//! Snippets: the part of an article or claim that matches a search, with the matching words marked.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Func, Query, SimpleExpr};

use super::plan::Plan;
use crate::domain::article::{self, revision};
use crate::domain::claim;
use crate::domain::error::Result;
use crate::domain::ids::NewsroomId;
use crate::domain::index::{Kind, document, word};
use crate::domain::outside_review;
use crate::domain::store::Db;
use crate::domain::text::passage::{Extent, Index};
use crate::domain::text::term;

/// The longest snippet of a text, in code points.
const LENGTH: i32 = 300;
/// How many of them are before the first match.
const LEAD: i32 = 60;

/// The part of a search result that matches the search.
#[derive(Clone, Debug, SimpleObject)]
pub struct Snippet {
    /// For an article, a part of its text, with `…` at a cut. For a claim, its statement, its claimant or one of its tags: the one that matches
    /// best. For an outside review, its statement or its claimant.
    pub text: String,
    /// The matching words in `text`, in its order.
    pub matches: Vec<Match>,
}

/// A place in a snippet that matches a word of the search or another spelling of it.
#[derive(Clone, Copy, Debug)]
pub struct Match {
    /// Its range in the snippet's text.
    pub extent: Extent,
}

/// Reads the snippets of these articles, claims and outside reviews with three statements.
pub async fn of(
    db: &Db,
    newsroom: NewsroomId,
    plan: &Plan,
    articles: &[article::Model],
    claims: &[claim::Model],
    reviews: &[outside_review::Model],
) -> Result<HashMap<Uuid, Snippet>> {
    let words = plan.words();
    let mut snippets = HashMap::new();
    let places = places(db, newsroom, articles, &words).await?;
    let starts: Vec<_> = places.iter().map(|(article, places)| (*article, start(places))).collect();
    for (id, text, length) in excerpts(db, &starts).await? {
        let from = starts.iter().find(|(article, _)| *article == id).map_or(0, |(_, start)| *start);
        snippets.insert(id, mark(trim(&text, from > 0, length > from + LENGTH), &words).0);
    }
    let ids: Vec<_> = claims.iter().map(|claim| claim.id).collect();
    let tags = if ids.is_empty() { Vec::new() } else { claim::tag::of_claims(db, &ids).await? };
    for claim in claims {
        let own = tags.iter().filter(|tag| tag.claim_id == claim.id).map(|tag| &tag.tag);
        let parts = [&claim.statement].into_iter().chain(&claim.claimant).chain(own);
        snippets.extend(best(parts, &words).map(|snippet| (claim.id.0, snippet)));
    }
    for review in reviews {
        let parts = [&review.statement].into_iter().chain(&review.claimant);
        snippets.extend(best(parts, &words).map(|snippet| (review.id.0, snippet)));
    }
    Ok(snippets)
}

/// Marks the words in the part that matches best, the first of equals.
fn best<'a>(
    parts: impl Iterator<Item = &'a String>,
    words: &HashMap<&str, i64>,
) -> Option<Snippet> {
    let marked = parts.map(|part| mark(part.clone(), words));
    let best = marked.reduce(|best, part| if part.1 > best.1 { part } else { best });
    best.map(|(snippet, _)| snippet)
}

/// Reads where each word occurs first in each of these articles, with its weight.
async fn places(
    db: &Db,
    newsroom: NewsroomId,
    articles: &[article::Model],
    words: &HashMap<&str, i64>,
) -> Result<BTreeMap<Uuid, Vec<(i32, i64)>>> {
    let mut places: BTreeMap<Uuid, Vec<(i32, i64)>> = BTreeMap::new();
    if articles.is_empty() {
        return Ok(places);
    }
    let list = word::Entity::find()
        .filter(word::Column::NewsroomId.eq(newsroom))
        .filter(word::Column::Kind.eq(Kind::Article))
        .filter(word::Column::Word.is_in(words.keys().copied()))
        .filter(word::Column::DocumentId.is_in(articles.iter().map(|article| article.id.0)));
    for row in list.all(db).await? {
        let weight = words.get(row.word.as_str()).copied().unwrap_or_default();
        places.entry(row.document_id).or_default().push((row.first_at, weight));
    }
    Ok(places)
}

/// Finds where a snippet should start to show the most weight of these places.
fn start(places: &[(i32, i64)]) -> i32 {
    let mut places = places.to_vec();
    places.sort_unstable();
    let shown = |from: i32| {
        places
            .iter()
            .filter(|(at, _)| (from..from + LENGTH - LEAD - LEAD).contains(at))
            .map(|(_, weight)| weight)
            .sum::<i64>()
    };
    // The first of the best ones.
    let best = places
        .iter()
        .map(|(at, _)| (*at, shown(*at)))
        .reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map_or(0, |(at, _)| Ord::max(at - LEAD, 0))
}

/// Reads the parts of articles' texts that start at these offsets, and the length of each whole text.
async fn excerpts(db: &Db, starts: &[(Uuid, i32)]) -> Result<Vec<(Uuid, String, i32)>> {
    if starts.is_empty() {
        return Ok(Vec::new());
    }
    let id = Expr::col((document::Entity, document::Column::Id));
    // SQL counts from 1.
    let from = starts.iter().fold(CaseStatement::new(), |case, (article, start)| {
        case.case(id.clone().eq(*article), start + 1)
    });
    let text = Expr::col((revision::Entity, "text"));
    let from: SimpleExpr = from.finally(1).into();
    let excerpt = Func::cust("SUBSTR").args([text, from, Expr::val(LENGTH)]);
    let query = Query::select()
        .expr(id.clone())
        .expr(excerpt)
        .expr(Expr::col((revision::Entity, revision::Column::Length)))
        .from(document::Entity)
        .inner_join(
            revision::Entity,
            Expr::col((revision::Entity, revision::Column::Id))
                .equals((document::Entity, document::Column::RevisionId)),
        )
        .and_where(id.is_in(starts.iter().map(|(article, _)| *article)))
        .to_owned();
    let rows = db.query_all(&query).await?;
    rows.iter()
        .map(|row| {
            Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?))
        })
        .collect()
}

/// Cuts a part of a text to whole words at each end where the text goes on.
fn trim(part: &str, goes_on_before: bool, goes_on_after: bool) -> String {
    let (mut from, mut to) = (0, part.len());
    if goes_on_before {
        from = part
            .char_indices()
            .take(usize::try_from(LEAD).unwrap_or_default())
            .find(|(_, c)| c.is_whitespace())
            .map_or(0, |(at, _)| at);
    }
    if goes_on_after {
        to = part.rfind(char::is_whitespace).filter(|to| *to > from).unwrap_or(to);
    }
    let words = part[from..to].trim();
    let [before, after] =
        [goes_on_before, goes_on_after].map(|goes_on| if goes_on { "…" } else { "" });
    format!("{before}{words}{after}")
}

/// Marks these words in a text. Also returns the total weight of the words that it has, each counted once.
fn mark(text: String, words: &HashMap<&str, i64>) -> (Snippet, i64) {
    let index = Index::new(&text);
    let mut here: HashMap<&str, i64> = HashMap::new();
    let mut places: Vec<Range<usize>> = Vec::new();
    for term::Term { bytes, word, .. } in term::all(&text) {
        if let Some((word, weight)) = words.get_key_value(word.as_str()) {
            here.insert(word, *weight);
            // Pairs of characters overlap where a word of a script without spaces stands.
            match places.last_mut() {
                Some(last) if bytes.start < last.end => last.end = last.end.max(bytes.end),
                _ => places.push(bytes),
            }
        }
    }
    let matches = places.into_iter().map(|bytes| Match { extent: index.extent(bytes) }).collect();
    (Snippet { text, matches }, here.values().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_starts_where_it_shows_the_most_weight() {
        assert_eq!(start(&[]), 0);
        assert_eq!(start(&[(30, 5)]), 0);
        assert_eq!(start(&[(10, 5), (1000, 4), (1100, 4), (5000, 7)]), 940);
        assert_eq!(start(&[(5000, 7), (10, 7)]), 0, "the first of equals");
    }

    #[test]
    fn a_cut_text_has_an_ellipsis_and_whole_words() {
        assert_eq!(trim("all of it", false, false), "all of it");
        assert_eq!(trim("lf a word and ha", true, true), "…a word and…");
        assert_eq!(trim("無文字間隔", true, true), "…無文字間隔…");
    }

    #[test]
    fn matches_have_their_place_in_every_unit() {
        let (snippet, weight) = mark(
            "👩‍👩‍👧 Maïga, dit Zoë; Maiga!".to_owned(),
            &HashMap::from([("maiga", 7), ("zoe", 2), ("none", 1)]),
        );
        let found: Vec<_> =
            snippet.matches.iter().map(|found| &snippet.text[found.extent.utf8()]).collect();
        assert_eq!((found, weight), (vec!["Maïga", "Zoë", "Maiga"], 9));
        let extent = snippet.matches[0].extent;
        assert_eq!((extent.start, extent.utf16_start, extent.utf8_start), (6, 9, 19));
    }
}
