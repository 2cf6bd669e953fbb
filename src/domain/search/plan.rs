//! Search plans: the words of texts, their other spellings, and the weight of each word in the newsroom.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Func, Query};

use crate::domain::error::Result;
use crate::domain::ids::NewsroomId;
use crate::domain::index::{self, Kind, document, vocabulary, word};
use crate::domain::store::Db;
use crate::domain::text::term;

/// The name of the rows of [`Plan::values`] in a statement. Both databases name the columns so.
pub const WANTED: &str = "wanted";
pub const TEXT: &str = "column1";
pub const SLOT: &str = "column2";
pub const WORD: &str = "column3";
pub const WEIGHT: &str = "column4";
pub const TOTAL: &str = "column5";
pub const SLOTS: &str = "column6";
pub const WORDS: &str = "column7";

/// For how many words of a text other spellings are searched: the longest, which are usually names.
const MOST_MISSPELT: usize = 16;
/// How many other spellings of a word are searched for: the most similar.
const MOST_ALIKE: usize = 8;
/// From this number of documents on, a word that too many of them have is left out if the text has other words.
const MANY: i64 = 100;

/// A search plan.
pub struct Plan {
    kinds: Vec<Kind>,
    averages: HashMap<Kind, i64>,
    texts: Vec<Wanted>,
}

/// The words of one text that are searched for.
#[derive(Default)]
struct Wanted {
    /// The number of the text's word, the word itself or another spelling, and its weight.
    words: Vec<(i32, String, i64)>,
    /// The total weight of the text's words, with words that no document has.
    total: i64,
    /// How many words of the text that total has.
    slots: i64,
    /// How many words the text has, with words that too many documents have.
    all: i64,
}

/// A word of a text and its other spellings, with their likeness in thousandths.
struct Slot(Vec<(String, i64)>);

impl Plan {
    /// Plans a search in documents of these kinds, with three statements. A word that more than one in `share` of them has is too common.
    pub async fn make(
        db: &Db,
        newsroom: NewsroomId,
        kinds: &[Kind],
        texts: &[Vec<String>],
        share: i64,
    ) -> Result<Self> {
        let (mut documents, mut averages) = (0, HashMap::new());
        for (kind, count, length) in sizes(db, newsroom, kinds).await? {
            documents += count;
            averages.insert(kind, (length / count.max(1)).max(1));
        }
        let misspelt: Vec<BTreeSet<&str>> = texts.iter().map(|text| longest(text)).collect();
        let vocabulary = near(db, newsroom, &misspelt.iter().flatten().copied().collect()).await?;
        let texts: Vec<Vec<Slot>> = texts
            .iter()
            .zip(&misspelt)
            .map(|(text, misspelt)| {
                text.iter()
                    .map(|word| {
                        Slot::of(word, misspelt.contains(word.as_str()).then_some(&vocabulary))
                    })
                    .collect()
            })
            .collect();
        let all = texts
            .iter()
            .flatten()
            .flat_map(|slot| &slot.0)
            .map(|(word, _)| word.as_str())
            .collect();
        let frequencies = frequencies(db, newsroom, kinds, &all).await?;
        let texts = texts
            .into_iter()
            .map(|slots| Wanted::of(slots, &frequencies, documents, share))
            .collect();
        Ok(Self { kinds: kinds.to_vec(), averages, texts })
    }

    /// The kinds of documents to search.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The average number of words of a document of this kind, at least 1.
    pub fn average(&self, kind: Kind) -> i64 {
        self.averages.get(&kind).copied().unwrap_or(1)
    }

    /// The words to search for, as rows: the number of the text, the number of its word, the word to search for and its weight; then the total
    /// weight of the text's words, how many these are, and how many words the text has.
    pub fn values(&self) -> impl Iterator<Item = (i32, i32, String, i64, i64, i64, i64)> {
        (0..).zip(&self.texts).flat_map(|(number, text)| {
            text.words.iter().map(move |(slot, word, weight)| {
                (number, *slot, word.clone(), *weight, text.total, text.slots, text.all)
            })
        })
    }

    /// The words to search for and their weights.
    pub fn words(&self) -> HashMap<&str, i64> {
        self.texts
            .iter()
            .flat_map(|text| &text.words)
            .map(|(_, word, weight)| (word.as_str(), *weight))
            .collect()
    }
}

impl Slot {
    /// This word, with its other spellings if there is a `vocabulary`.
    fn of(word: &str, vocabulary: Option<&BTreeMap<String, Vec<String>>>) -> Self {
        let near = vocabulary.and_then(|vocabulary| vocabulary.get(&term::initial(word)));
        let alike = near.into_iter().flatten().filter(|other| *other != word);
        let mut alike: Vec<_> =
            alike.filter_map(|other| Some((other.clone(), term::likeness(word, other)?))).collect();
        alike.sort_by(|(one, likeness), (other, than)| {
            than.cmp(likeness).then_with(|| one.cmp(other))
        });
        alike.truncate(MOST_ALIKE);
        alike.insert(0, (word.to_owned(), 1000));
        Self(alike)
    }
}

impl Wanted {
    fn of(
        slots: Vec<Slot>,
        frequencies: &HashMap<String, i64>,
        documents: i64,
        share: i64,
    ) -> Self {
        let found = |slot: &Slot| {
            slot.0.iter().filter_map(|(word, _)| frequencies.get(word)).sum::<i64>().min(documents)
        };
        let is_common = |slot: &Slot| documents >= MANY && share * found(slot) > documents;
        let some_tell = slots.iter().any(|slot| found(slot) > 0 && !is_common(slot));
        let mut wanted =
            Self { all: i64::try_from(slots.len()).unwrap_or(i64::MAX), ..Self::default() };
        for (number, slot) in
            (0..).zip(slots.into_iter().filter(|slot| !some_tell || !is_common(slot)))
        {
            let weight = weight(found(&slot), documents);
            wanted.total += weight;
            wanted.slots += 1;
            let known = slot.0.into_iter().filter(|(word, _)| frequencies.contains_key(word));
            wanted.words.extend(
                known.map(|(word, likeness)| (number, word, (weight * likeness / 1000).max(1))),
            );
        }
        wanted
    }
}

/// The weight in thousandths of a word that `having` of the documents have: its inverse document frequency, as in BM25. A word that no
/// document has weighs as much as a word that one has. Otherwise hardly anything would be similar while there are few documents.
fn weight(having: i64, documents: i64) -> i64 {
    let number = |count: i64| f64::from(i32::try_from(count).unwrap_or(i32::MAX));
    let (having, documents) = (number(having.max(1)), number(documents.max(1)));
    let weight = (1.0 + (documents - having + 0.5) / (having + 0.5)).ln();
    // At most 22,000 for any number of documents.
    #[allow(clippy::cast_possible_truncation, reason = "see above")]
    let thousandths = (1000.0 * weight).round() as i64;
    thousandths.max(1)
}

/// The words of a text for which other spellings are searched.
fn longest(text: &[String]) -> BTreeSet<&str> {
    let mut words: Vec<_> =
        text.iter().map(String::as_str).filter(|word| term::may_be_misspelt(word)).collect();
    words.sort_by_key(|word| std::cmp::Reverse(index::length_of(word)));
    words.into_iter().take(MOST_MISSPELT).collect()
}

/// Counts the documents of each kind, and their words.
async fn sizes(db: &Db, newsroom: NewsroomId, kinds: &[Kind]) -> Result<Vec<(Kind, i64, i64)>> {
    let query = Query::select()
        .column(document::Column::Kind)
        .expr(Func::count(Expr::val(1)))
        .expr(Func::sum(Expr::col(document::Column::Length)))
        .from(document::Entity)
        .and_where(document::Column::NewsroomId.eq(newsroom))
        .and_where(document::Column::Kind.is_in(kinds.to_vec()))
        .group_by_col(document::Column::Kind)
        .to_owned();
    let rows = db.query_all(&query).await?;
    rows.iter()
        .map(|row| {
            Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?))
        })
        .collect()
}

/// Reads the newsroom's words that could be other spellings of these, by how they sound at the start.
async fn near(
    db: &Db,
    newsroom: NewsroomId,
    words: &BTreeSet<&str>,
) -> Result<BTreeMap<String, Vec<String>>> {
    // Imported only here: the trait gives numbers another `min` and `max`.
    use sea_orm::sea_query::ExprTrait;

    let mut near: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let ending = i32::try_from(term::LONGEST_ENDING).unwrap_or(i32::MAX);
    let lengths = |word: &str| index::length_of(word) - ending..=index::length_of(word) + ending;
    let places: BTreeSet<(String, i32)> = words
        .iter()
        .flat_map(|word| lengths(word).map(|length| (term::initial(word), length)))
        .collect();
    if places.is_empty() {
        return Ok(near);
    }
    let of = |column: vocabulary::Column| Expr::col((vocabulary::Entity, column));
    let query = Query::select()
        .column((vocabulary::Entity, vocabulary::Column::Initial))
        .column((vocabulary::Entity, vocabulary::Column::Word))
        .from_values(places, WANTED)
        // This order makes the database look up each place in the index, instead of reading all words.
        .cross_join(vocabulary::Entity)
        .and_where(vocabulary::Column::NewsroomId.eq(newsroom))
        .and_where(of(vocabulary::Column::Initial).equals((WANTED, "column1")))
        .and_where(of(vocabulary::Column::Length).equals((WANTED, "column2")))
        .to_owned();
    for row in db.query_all(&query).await? {
        near.entry(row.try_get_by_index(0)?).or_default().push(row.try_get_by_index(1)?);
    }
    Ok(near)
}

/// Counts the documents of these kinds that have each of these words. Words that no document has are left out.
async fn frequencies(
    db: &Db,
    newsroom: NewsroomId,
    kinds: &[Kind],
    words: &BTreeSet<&str>,
) -> Result<HashMap<String, i64>> {
    let query = Query::select()
        .column(word::Column::Word)
        .expr(Func::count(Expr::val(1)))
        .from(word::Entity)
        .and_where(word::Column::NewsroomId.eq(newsroom))
        .and_where(word::Column::Kind.is_in(kinds.to_vec()))
        .and_where(word::Column::Word.is_in(words.iter().copied()))
        .group_by_col(word::Column::Word)
        .to_owned();
    let rows = db.query_all(&query).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(words: &[&str]) -> Vec<Slot> {
        words.iter().map(|word| Slot::of(word, None)).collect()
    }

    fn found(words: &[(&str, i64)]) -> HashMap<String, i64> {
        words.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect()
    }

    #[test]
    fn a_rare_word_weighs_more() {
        assert!(
            weight(1, 1000) > weight(2, 1000)
                && weight(2, 1000) > weight(500, 1000)
                && weight(500, 1000) > weight(1000, 1000)
        );
        assert_eq!(weight(0, 1000), weight(1, 1000));
        assert!(weight(1000, 1000) > 0 && weight(0, 0) > 0);
    }

    #[test]
    fn a_common_word_is_searched_for_only_if_there_are_no_others() {
        let frequencies = found(&[("the", 900), ("strike", 3)]);
        let words = |texts: &[&str]| {
            Wanted::of(slots(texts), &frequencies, 1000, 2)
                .words
                .into_iter()
                .map(|(_, word, _)| word)
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&["the", "strike"]), ["strike"]);
        assert_eq!(words(&["the", "unheard"]), ["the"]);
        let few = Wanted::of(slots(&["the", "strike"]), &found(&[("the", 9), ("strike", 3)]), 9, 2);
        assert_eq!((few.words.len(), few.slots, few.all), (2, 2, 2));
    }

    #[test]
    fn a_word_and_its_most_similar_spellings_count_as_one() {
        let vocabulary = BTreeMap::from([(
            "p".to_owned(),
            ["pyvovarov", "pivovarov", "pivovarova", "port"].map(str::to_owned).to_vec(),
        )]);
        let slot = Slot::of("pivovarov", Some(&vocabulary));
        let words: Vec<_> = slot.0.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(words, ["pivovarov", "pivovarova", "pyvovarov"]);
        let wanted = Wanted::of(vec![slot], &found(&[("pyvovarov", 2), ("pivovarova", 1)]), 50, 2);
        assert_eq!((wanted.slots, wanted.total), (1, weight(3, 50)));
        assert!(wanted.words.iter().all(|(slot, _, own)| *slot == 0 && *own < wanted.total));
    }
}
