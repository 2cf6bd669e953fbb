//! Search plans: the words of texts, their other spellings, and the weight of each word in the
//! newsroom.
//!
//! Invariant: a plan reads a bounded number of occurrences, however much there is to search. The
//! rarest words of a text find documents. Its other words only change the order of the best ones.

use std::collections::{BTreeSet, HashMap};

use crate::domain::error::Result;
use crate::domain::ids::NewsroomId;
use crate::domain::index::{self, Kind};
use crate::domain::search::words::{Vocabulary, frequencies, near, places_of, sizes};
use crate::domain::store::Db;
use crate::domain::text::term;

/// For how many words of a text other spellings are searched: the longest, which are usually names.
const MOST_MISSPELT: usize = 16;
/// How many other spellings of a word are searched for: the most similar.
const MOST_ALIKE: usize = 8;
/// From this number of documents on, a word that too many of them have is left out if the text has
/// other words.
const MANY: i64 = 100;

/// How much a search may read.
#[derive(Clone, Copy)]
pub struct Bounds {
    /// A word that more than one in this many documents have is too common.
    pub share: i64,
    /// How many occurrences of a text's words are read to find documents.
    pub occurrences: i64,
    /// How many of the text's other words are looked up in the best documents.
    pub further: usize,
    /// How many documents are the best ones.
    pub best: i64,
    /// For how many words of a text other spellings are searched.
    pub misspelt: usize,
}

impl Bounds {
    /// Those of a search for words.
    pub const SEARCH: Self =
        Self { share: 2, occurrences: 2500, further: 6, best: 300, misspelt: MOST_MISSPELT };

    /// Those of a comparison of this many texts with claims.
    pub fn of_texts(count: usize) -> Self {
        let share_of = |all: i64, least: i64| (all / i64::try_from(count).unwrap_or(1)).max(least);
        Self {
            share: 8,
            occurrences: share_of(2500, 150),
            further: if count > 1 { 6 } else { 12 },
            best: share_of(150, 15),
            misspelt: if count > 1 { 4 } else { MOST_MISSPELT },
        }
    }
}

/// A search plan.
pub struct Plan {
    pub(super) kinds: Vec<Kind>,
    averages: HashMap<Kind, i64>,
    pub(super) texts: Vec<Wanted>,
    pub(super) bounds: Bounds,
}

/// The words of one text that are searched for.
#[derive(Default)]
pub(super) struct Wanted {
    /// The words that find documents: the number of the text's word, the word itself or another
    /// spelling, and its weight.
    pub words: Vec<(i32, String, i64)>,
    /// Whether the word has more occurrences than may be read, so that only its newest documents
    /// are found. Then it is the only one that finds documents.
    pub is_cut: bool,
    /// The words that only change the order of the best documents, and their weights.
    pub further: Vec<(String, i64)>,
    /// The total weight of the text's words, with words that no document has.
    pub total: i64,
    /// How many words of the text that total has.
    pub slots: i64,
    /// How many words the text has, with words that are left out.
    pub all: i64,
}

/// A word of a text and its other spellings, with their likeness in thousandths.
struct Slot(Vec<(String, i64)>);

impl Plan {
    /// Plans a search in documents of these kinds, with three statements.
    pub async fn make(
        db: &Db,
        newsroom: NewsroomId,
        kinds: &[Kind],
        texts: &[Vec<String>],
        bounds: Bounds,
    ) -> Result<Self> {
        let (documents, averages) = sizes(db, newsroom, kinds).await?;
        let misspelt: Vec<BTreeSet<&str>> =
            texts.iter().map(|text| longest(text, bounds.misspelt)).collect();
        let vocabulary = near(db, newsroom, &misspelt.iter().flatten().copied().collect()).await?;
        let slots_of = |(text, misspelt): (&Vec<String>, &BTreeSet<&str>)| {
            let known = |word: &str| misspelt.contains(word).then_some(&vocabulary);
            text.iter().map(|word| Slot::of(word, known(word))).collect::<Vec<_>>()
        };
        let texts: Vec<Vec<Slot>> = texts.iter().zip(&misspelt).map(slots_of).collect();
        let all =
            texts.iter().flatten().flat_map(|slot| &slot.0).map(|(word, _)| &**word).collect();
        let frequencies = frequencies(db, newsroom, kinds, &all).await?;
        let texts = texts
            .into_iter()
            .map(|slots| Wanted::of(slots, &frequencies, documents, bounds))
            .collect();
        Ok(Self { kinds: kinds.to_vec(), averages, texts, bounds })
    }

    /// A plan of these words.
    #[cfg(test)]
    pub(super) fn of(kinds: Vec<Kind>, texts: Vec<Wanted>, bounds: Bounds) -> Self {
        Self { kinds, averages: HashMap::new(), texts, bounds }
    }

    /// The average number of words of a document of this kind, at least 1.
    pub fn average(&self, kind: Kind) -> i64 {
        self.averages.get(&kind).copied().unwrap_or(1)
    }

    /// The words to search for and their weights.
    pub fn words(&self) -> HashMap<&str, i64> {
        let found = self.texts.iter().flat_map(|text| &text.words);
        let further = self.texts.iter().flat_map(|text| &text.further);
        found
            .map(|(_, word, weight)| (word.as_str(), *weight))
            .chain(further.map(|(word, weight)| (word.as_str(), *weight)))
            .collect()
    }
}

impl Slot {
    /// This word, with its other spellings if there is a `vocabulary`.
    fn of(word: &str, vocabulary: Option<&Vocabulary>) -> Self {
        let near = vocabulary.into_iter().flat_map(|vocabulary| {
            places_of(word).filter_map(|place| vocabulary.get(&place)).flatten()
        });
        let others: BTreeSet<&str> = near.map(String::as_str).filter(|one| *one != word).collect();
        let mut alike: Vec<_> = others
            .into_iter()
            .filter_map(|other| Some((other.to_owned(), term::likeness(word, other)?)))
            .collect();
        alike.sort_by(|(one, likeness), (other, than)| {
            than.cmp(likeness).then_with(|| one.cmp(other))
        });
        alike.truncate(MOST_ALIKE);
        alike.insert(0, (word.to_owned(), 1000));
        Self(alike)
    }

    /// How many of the documents have it in one of its spellings, at most.
    fn found(&self, frequencies: &HashMap<String, i64>, documents: i64) -> i64 {
        let found = self.0.iter().filter_map(|(word, _)| frequencies.get(word));
        found.sum::<i64>().min(documents)
    }
}

impl Wanted {
    fn of(
        slots: Vec<Slot>,
        frequencies: &HashMap<String, i64>,
        documents: i64,
        bounds: Bounds,
    ) -> Self {
        let all = i64::try_from(slots.len()).unwrap_or(i64::MAX);
        let mut wanted = Self { all, ..Self::default() };
        let counted = slots.into_iter().map(|slot| (slot.found(frequencies, documents), slot));
        let mut slots: Vec<(i64, Slot)> = counted.collect();
        let is_common = |found: i64| documents >= MANY && bounds.share * found > documents;
        if slots.iter().any(|(found, _)| *found > 0 && !is_common(*found)) {
            slots.retain(|(found, _)| !is_common(*found));
        }
        // Those that no document has come first, and cost nothing.
        slots.sort_by_key(|(found, _)| *found);
        let mut left = bounds.occurrences;
        for (number, (found, slot)) in (0..).zip(slots) {
            let weight = weight(found, documents);
            if found <= left {
                left -= found;
                wanted.find_by(number, slot, weight, frequencies);
            } else if wanted.words.is_empty() {
                let (word, _) = slot.0.into_iter().next().unwrap_or_default();
                wanted.is_cut = true;
                wanted.words.push((number, word, weight));
                left = 0;
            } else if wanted.further.len() < bounds.further {
                wanted.further.extend(slot.0.into_iter().next().map(|(word, _)| (word, weight)));
            } else {
                continue;
            }
            wanted.total += weight;
            wanted.slots += 1;
        }
        wanted
    }

    fn find_by(
        &mut self,
        number: i32,
        slot: Slot,
        weight: i64,
        frequencies: &HashMap<String, i64>,
    ) {
        let known = slot.0.into_iter().filter(|(word, _)| frequencies.contains_key(word));
        self.words.extend(
            known.map(|(word, likeness)| (number, word, (weight * likeness / 1000).max(1))),
        );
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
fn longest(text: &[String], most: usize) -> BTreeSet<&str> {
    let has_others = |word: &&str| term::may_be_misspelt(word) || term::stem(word).is_some();
    let mut words: Vec<_> = text.iter().map(String::as_str).filter(has_others).collect();
    words.sort_by_key(|word| std::cmp::Reverse(index::length_of(word)));
    words.into_iter().take(most).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

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
            Wanted::of(slots(texts), &frequencies, 1000, Bounds::SEARCH)
                .words
                .into_iter()
                .map(|(_, word, _)| word)
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&["the", "strike"]), ["strike"]);
        assert_eq!(words(&["the", "unheard"]), ["the"]);
        let few = found(&[("the", 9), ("strike", 3)]);
        let few = Wanted::of(slots(&["the", "strike"]), &few, 9, Bounds::SEARCH);
        assert_eq!((few.words.len(), few.slots, few.all), (2, 2, 2));
    }

    #[test]
    fn a_word_and_its_most_similar_spellings_count_as_one() {
        let vocabulary = BTreeMap::from([(
            term::place("pivovarov"),
            ["pyvovarov", "pivovarov", "pivovarova", "port"].map(str::to_owned).to_vec(),
        )]);
        let slot = Slot::of("pivovarov", Some(&vocabulary));
        let words: Vec<_> = slot.0.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(words, ["pivovarov", "pivovarova", "pyvovarov"]);
        let frequencies = found(&[("pyvovarov", 2), ("pivovarova", 1)]);
        let wanted = Wanted::of(vec![slot], &frequencies, 50, Bounds::SEARCH);
        assert_eq!((wanted.slots, wanted.total), (1, weight(3, 50)));
        assert!(wanted.words.iter().all(|(slot, _, own)| *slot == 0 && *own < wanted.total));
    }

    #[test]
    fn the_rarest_words_find_documents_and_the_others_order_them() {
        let frequencies =
            found(&[("ukraine", 20_000), ("mali", 2000), ("envoy", 900), ("rail", 400)]);
        let wanted =
            |texts: &[&str]| Wanted::of(slots(texts), &frequencies, 100_000, Bounds::SEARCH);
        let some = wanted(&["ukraine", "mali", "envoy", "rail"]);
        let words: Vec<_> = some.words.iter().map(|(_, word, _)| &**word).collect();
        assert_eq!((words, some.is_cut), (vec!["rail", "envoy"], false));
        let further: Vec<_> = some.further.iter().map(|(word, _)| &**word).collect();
        assert_eq!((further, some.slots), (vec!["mali", "ukraine"], 4));
        let cut = wanted(&["ukraine"]);
        assert_eq!((cut.words.len(), cut.is_cut, cut.further.len()), (1, true, 0));
    }
}
