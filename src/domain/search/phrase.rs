//! Phrases: words in quotation marks, which a result must have next to each other and in this order.

use std::collections::HashMap;

use super::plan::Plan;
use super::{Place, best, ids_of, key_of};
use crate::domain::article::revision;
use crate::domain::claim;
use crate::domain::error::Result;
use crate::domain::ids::{ArticleId, ClaimId, NewsroomId, OutsideReviewId};
use crate::domain::index::Kind;
use crate::domain::outside_review;
use crate::domain::page::Key;
use crate::domain::store::Db;
use crate::domain::text::term;

/// How many documents are read to find a page of results with a phrase.
const MOST_READ: u64 = 200;
/// How many of them are read at once.
const BATCH: u64 = 50;
/// How many code points of articles are read for a page of results.
const MOST_TEXT: i64 = 4_000_000;

/// The phrases of a search, each as the terms of its words.
pub struct Phrases(Vec<Vec<String>>);

impl Phrases {
    /// The phrases of a text: what stands between two quotation marks, if it has two words or more.
    pub fn of(text: &str) -> Self {
        let mut phrases = Vec::new();
        let mut rest = text;
        while let Some((at, mark)) = rest.char_indices().find(|(_, c)| closing(*c).is_some()) {
            rest = &rest[at + mark.len_utf8()..];
            let closes = |c: char| closing(mark).is_some_and(|marks| marks.contains(c));
            let Some(end) = rest.find(closes) else { break };
            let terms: Vec<_> = term::of(&rest[..end]).map(|(_, word)| word).collect();
            if !terms.is_empty() {
                phrases.push(terms);
            }
            rest = &rest[end..];
            rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
        }
        Self(phrases)
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether these texts together have all phrases, each within one text.
    fn are_in(&self, texts: &[&str]) -> bool {
        let texts: Vec<Vec<String>> =
            texts.iter().map(|text| term::of(text).map(|(_, word)| word).collect()).collect();
        self.0.iter().all(|phrase| {
            texts.iter().any(|text| text.windows(phrase.len()).any(|part| part == &phrase[..]))
        })
    }
}

/// The marks that close a quotation which begins with this one.
const fn closing(mark: char) -> Option<&'static str> {
    match mark {
        '"' | '“' | '”' | '„' | '‟' | '＂' => Some("\"“”‟＂"),
        '«' => Some("»"),
        '»' => Some("«"),
        '「' => Some("」"),
        '『' => Some("』"),
        _ => None,
    }
}

/// Finds a page of documents that have all the phrases, and whether there may be more.
pub async fn find(
    db: &Db,
    newsroom: NewsroomId,
    plan: &Plan,
    phrases: &Phrases,
    size: u64,
    after: Option<Key>,
) -> Result<(Vec<Place>, bool)> {
    let (mut found, mut after, mut text_left) = (Vec::new(), after, MOST_TEXT);
    let mut read = 0;
    while read < MOST_READ {
        let places = best(db, newsroom, plan, BATCH, after).await?;
        let is_last = (places.len() as u64) < BATCH;
        let claims = texts_of_claims(db, &places).await?;
        let reviews = ids_of(&places, Kind::OutsideReview).map(OutsideReviewId);
        let reviews = outside_review::find_all(db, reviews).await?;
        let reviews: HashMap<_, _> = reviews.into_iter().map(|row| (row.id.0, row)).collect();
        for place in places {
            let (id, kind, score) = place;
            let has_all = match kind {
                Kind::OutsideReview => reviews.get(&id).is_some_and(|review| {
                    let claimant = review.claimant.as_deref();
                    let texts: Vec<_> = claimant.into_iter().chain([&*review.statement]).collect();
                    phrases.are_in(&texts)
                }),
                Kind::Claim => claims.get(&ClaimId(id)).is_some_and(|texts| {
                    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
                    phrases.are_in(&texts)
                }),
                Kind::Article if text_left <= 0 => false,
                Kind::Article => {
                    let newest = revision::newest(db, ArticleId(id)).await?;
                    text_left -= i64::from(newest.length);
                    phrases.are_in(&[&*revision::text_of(db, newest.id).await?])
                }
            };
            if has_all && found.len() as u64 == size {
                return Ok((found, true));
            }
            if has_all {
                found.push(place);
            }
            after = Some(key_of(id, score));
        }
        if is_last {
            break;
        }
        read += BATCH;
    }
    Ok((found, false))
}

/// Reads the statements, claimants and tags of the claims at these places.
async fn texts_of_claims(db: &Db, places: &[Place]) -> Result<HashMap<ClaimId, Vec<String>>> {
    let ids: Vec<_> = ids_of(places, Kind::Claim).map(ClaimId).collect();
    let mut texts: HashMap<_, _> = claim::find_all(db, &ids)
        .await?
        .into_iter()
        .map(|row| (row.id, [row.statement].into_iter().chain(row.claimant).collect::<Vec<_>>()))
        .collect();
    if !texts.is_empty() {
        for tag in claim::tag::of_claims(db, &ids).await? {
            texts.entry(tag.claim_id).or_default().push(tag.tag);
        }
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_stands_between_quotation_marks_of_one_kind() {
        let phrases = |text: &str| Phrases::of(text).0.len();
        for text in ["\"grain corridor\"", "« grain corridor »", "„grain corridor“ „at sea“ port"]
        {
            assert!(phrases(text) >= 1, "{text}");
        }
        for text in ["grain corridor", "the \"grain", "\"\" port", "5\" and", "«grain\""] {
            assert_eq!(phrases(text), 0, "{text}");
        }
    }

    #[test]
    fn a_phrase_is_found_where_its_words_stand_next_to_each_other() {
        let phrase = Phrases::of("the \"grain corridor\"");
        assert!(phrase.are_in(&["It is the Grain-Corridor."]));
        assert!(!phrase.are_in(&["The corridor for grain", "grain and corridor"]));
        let both = Phrases::of("\"grain corridor\" \"断绝外交\"");
        assert!(both.are_in(&["grain corridor", "宣布断绝外交关系"]));
        assert!(!both.are_in(&["grain corridor", "外交断绝"]));
    }
}
