//! What is looked for: the words of texts, those that are like them, and what each of them weighs in the newsroom.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Func, Query};

use crate::domain::error::Result;
use crate::domain::ids::NewsroomId;
use crate::domain::index::{self, Kind, document, vocabulary, word};
use crate::domain::store::Db;
use crate::domain::term;

/// What the rows of [`Plan::values`] are called in a statement, and their columns, as both databases name them.
pub const WANTED: &str = "wanted";
pub const TEXT: &str = "column1";
pub const SLOT: &str = "column2";
pub const WORD: &str = "column3";
pub const WEIGHT: &str = "column4";
pub const TOTAL: &str = "column5";
pub const SLOTS: &str = "column6";
pub const WORDS: &str = "column7";

/// Of how many words of a text other spellings are looked for: the longest, which are the names.
const MOST_MISSPELT: usize = 16;
/// How many other spellings of a word are looked for: the likest.
const MOST_ALIKE: usize = 8;
/// From how many documents on a word that too many of them have is not looked for, if there are others.
const MANY: i64 = 100;

/// What is looked for.
pub struct Plan {
    kinds: Vec<Kind>,
    averages: HashMap<Kind, i64>,
    texts: Vec<Wanted>,
}

/// What of one text is looked for.
#[derive(Default)]
struct Wanted {
    /// Which word of the text, the word or one like it, and its weight.
    words: Vec<(i32, String, i64)>,
    /// What the text's words weigh together, those that nothing has among them.
    total: i64,
    /// How many words of the text that is.
    slots: i64,
    /// How many words the text has, those that too many documents have among them.
    all: i64,
}

/// A word of a text and those like it, with their likeness in thousandths.
struct Slot(Vec<(String, i64)>);

impl Plan {
    /// Finds out what to look for in documents of these kinds, in three statements. A word that more than one in `share` of them has tells nothing.
    pub async fn make(db: &Db, newsroom: NewsroomId, kinds: &[Kind], texts: &[Vec<String>], share: i64) -> Result<Self> {
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
                text.iter().map(|word| Slot::of(word, misspelt.contains(word.as_str()).then_some(&vocabulary))).collect()
            })
            .collect();
        let all = texts.iter().flatten().flat_map(|slot| &slot.0).map(|(word, _)| word.as_str()).collect();
        let frequencies = frequencies(db, newsroom, kinds, &all).await?;
        let texts = texts.into_iter().map(|slots| Wanted::of(slots, &frequencies, documents, share)).collect();
        Ok(Self { kinds: kinds.to_vec(), averages, texts })
    }

    /// In which kinds of documents to look.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// How many words a document of this kind has on average; at least one.
    pub fn average(&self, kind: Kind) -> i64 {
        self.averages.get(&kind).copied().unwrap_or(1)
    }

    /// What to look for, as rows: text, word of the text, word to look for, its weight; what the text's words weigh together, how many these are,
    /// and how many words the text has in all.
    pub fn values(&self) -> impl Iterator<Item = (i32, i32, String, i64, i64, i64, i64)> {
        (0..).zip(&self.texts).flat_map(|(number, text)| {
            text.words.iter().map(move |(slot, word, weight)| (number, *slot, word.clone(), *weight, text.total, text.slots, text.all))
        })
    }

    /// The words to look for, and what each weighs.
    pub fn words(&self) -> HashMap<&str, i64> {
        self.texts.iter().flat_map(|text| &text.words).map(|(_, word, weight)| (word.as_str(), *weight)).collect()
    }
}

impl Slot {
    /// This word, and with a `vocabulary` those like it.
    fn of(word: &str, vocabulary: Option<&BTreeMap<String, Vec<String>>>) -> Self {
        let near = vocabulary.and_then(|vocabulary| vocabulary.get(&term::initial(word)));
        let alike = near.into_iter().flatten().filter(|other| *other != word);
        let mut alike: Vec<_> = alike.filter_map(|other| Some((other.clone(), term::likeness(word, other)?))).collect();
        alike.sort_by(|(one, likeness), (other, than)| than.cmp(likeness).then_with(|| one.cmp(other)));
        alike.truncate(MOST_ALIKE);
        alike.insert(0, (word.to_owned(), 1000));
        Self(alike)
    }
}

impl Wanted {
    fn of(slots: Vec<Slot>, frequencies: &HashMap<String, i64>, documents: i64, share: i64) -> Self {
        let found = |slot: &Slot| slot.0.iter().filter_map(|(word, _)| frequencies.get(word)).sum::<i64>().min(documents);
        let is_common = |slot: &Slot| documents >= MANY && share * found(slot) > documents;
        let some_tell = slots.iter().any(|slot| found(slot) > 0 && !is_common(slot));
        let mut wanted = Self { all: i64::try_from(slots.len()).unwrap_or(i64::MAX), ..Self::default() };
        for (number, slot) in (0..).zip(slots.into_iter().filter(|slot| !some_tell || !is_common(slot))) {
            let weight = weight(found(&slot), documents);
            wanted.total += weight;
            wanted.slots += 1;
            let known = slot.0.into_iter().filter(|(word, _)| frequencies.contains_key(word));
            wanted.words.extend(known.map(|(word, likeness)| (number, word, (weight * likeness / 1000).max(1))));
        }
        wanted
    }
}

/// What a word weighs that so many of the documents have, in thousandths: its inverse document frequency, as BM25 has it. One that none has
/// weighs as much as one that one has, or little could be like a text while there are few documents.
fn weight(having: i64, documents: i64) -> i64 {
    let number = |count: i64| f64::from(i32::try_from(count).unwrap_or(i32::MAX));
    let (having, documents) = (number(having.max(1)), number(documents.max(1)));
    let weight = (1.0 + (documents - having + 0.5) / (having + 0.5)).ln();
    // At most 22,000 for any number of documents.
    #[allow(clippy::cast_possible_truncation, reason = "see above")]
    let thousandths = (1000.0 * weight).round() as i64;
    thousandths.max(1)
}

/// Those of a text's words of which other spellings are looked for.
fn longest(text: &[String]) -> BTreeSet<&str> {
    let mut words: Vec<_> = text.iter().map(String::as_str).filter(|word| term::may_be_misspelt(word)).collect();
    words.sort_by_key(|word| std::cmp::Reverse(index::length_of(word)));
    words.into_iter().take(MOST_MISSPELT).collect()
}

/// How many documents of each kind there are, and how many words they have.
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
    let rows = db.read().query_all(&query).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?))).collect()
}

/// The words of the newsroom that could be other spellings of these, by what they begin with.
async fn near(db: &Db, newsroom: NewsroomId, words: &BTreeSet<&str>) -> Result<BTreeMap<String, Vec<String>>> {
    // Here alone: where it is known, numbers have a `min` and a `max` too many.
    use sea_orm::sea_query::ExprTrait;

    let mut near: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let ending = i32::try_from(term::LONGEST_ENDING).unwrap_or(i32::MAX);
    let lengths = |word: &str| index::length_of(word) - ending..=index::length_of(word) + ending;
    let places: BTreeSet<(String, i32)> = words.iter().flat_map(|word| lengths(word).map(|length| (term::initial(word), length))).collect();
    if places.is_empty() {
        return Ok(near);
    }
    let of = |column: vocabulary::Column| Expr::col((vocabulary::Entity, column));
    let query = Query::select()
        .column((vocabulary::Entity, vocabulary::Column::Initial))
        .column((vocabulary::Entity, vocabulary::Column::Word))
        .from_values(places, WANTED)
        // In this order: place by place through the index, not through all words.
        .cross_join(vocabulary::Entity)
        .and_where(vocabulary::Column::NewsroomId.eq(newsroom))
        .and_where(of(vocabulary::Column::Initial).equals((WANTED, "column1")))
        .and_where(of(vocabulary::Column::Length).equals((WANTED, "column2")))
        .to_owned();
    for row in db.read().query_all(&query).await? {
        near.entry(row.try_get_by_index(0)?).or_default().push(row.try_get_by_index(1)?);
    }
    Ok(near)
}

/// How many documents of these kinds have each of these words; words that none has are left out.
async fn frequencies(db: &Db, newsroom: NewsroomId, kinds: &[Kind], words: &BTreeSet<&str>) -> Result<HashMap<String, i64>> {
    let query = Query::select()
        .column(word::Column::Word)
        .expr(Func::count(Expr::val(1)))
        .from(word::Entity)
        .and_where(word::Column::NewsroomId.eq(newsroom))
        .and_where(word::Column::Kind.is_in(kinds.to_vec()))
        .and_where(word::Column::Word.is_in(words.iter().copied()))
        .group_by_col(word::Column::Word)
        .to_owned();
    let rows = db.read().query_all(&query).await?;
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
    fn the_rarer_a_word_the_more_it_weighs() {
        assert!(weight(1, 1000) > weight(2, 1000) && weight(2, 1000) > weight(500, 1000) && weight(500, 1000) > weight(1000, 1000));
        assert_eq!(weight(0, 1000), weight(1, 1000));
        assert!(weight(1000, 1000) > 0 && weight(0, 0) > 0);
    }

    #[test]
    fn words_that_too_many_documents_have_are_looked_for_only_if_there_are_no_others() {
        let frequencies = found(&[("the", 900), ("strike", 3)]);
        let words =
            |texts: &[&str]| Wanted::of(slots(texts), &frequencies, 1000, 2).words.into_iter().map(|(_, word, _)| word).collect::<Vec<_>>();
        assert_eq!(words(&["the", "strike"]), ["strike"]);
        assert_eq!(words(&["the", "unheard"]), ["the"]);
        let few = Wanted::of(slots(&["the", "strike"]), &found(&[("the", 9), ("strike", 3)]), 9, 2);
        assert_eq!((few.words.len(), few.slots, few.all), (2, 2, 2));
    }

    #[test]
    fn a_word_and_those_like_it_count_as_one_and_the_likest_are_taken() {
        let vocabulary = BTreeMap::from([("p".to_owned(), ["pyvovarov", "pivovarov", "pivovarova", "port"].map(str::to_owned).to_vec())]);
        let slot = Slot::of("pivovarov", Some(&vocabulary));
        let words: Vec<_> = slot.0.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(words, ["pivovarov", "pivovarova", "pyvovarov"]);
        let wanted = Wanted::of(vec![slot], &found(&[("pyvovarov", 2), ("pivovarova", 1)]), 50, 2);
        assert_eq!((wanted.slots, wanted.total), (1, weight(3, 50)));
        assert!(wanted.words.iter().all(|(slot, _, own)| *slot == 0 && *own < wanted.total));
    }
}
