//! Alignment: finds where the words of one text are in the next text.
//!
//! It compares two texts and their sentences. For a range of the old text, it returns a status and
//! a range of the new text. Invariants:
//!
//! - `EXACT` and `MOVED` require exactly the same words among the same words. Every word of their
//!   reading units is still around them, and no word was added to these units. White space around
//!   the words may differ, so that a text can be wrapped again.
//! - A reading unit ends only where a sentence certainly ends; see
//!   [`read_on`](super::passage::read_on). It covers everything that a reader takes together with
//!   the words: a sentence that a splitter cut in two, a list with its lead-in, lines that run on.
//! - Words are never matched because they are similar, and never with words that the old text had
//!   in another place. If a text has several copies of the words, a copy is followed only while it
//!   is certain which copy it is. In case of doubt, the words are `ORPHANED`.
//!
//! Whole sentences are compared first, with the diff of the crate `similar`. The words between two
//! sentences that stayed are compared next. Where things repeat, a diff has to guess. So a pair
//! counts only if nothing was guessed; see `matching`.

mod changes;
#[cfg(test)]
mod evaluation;
mod matching;
mod reading;
#[cfg(test)]
mod tests;
mod trace;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use async_graphql::Enum;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::Serialize;

pub use changes::{Change, ChangeKind, changes};

use matching::{Crossing, Matching};
use reading::{Interner, Reading};

/// The status of an anchor's words in a revision, compared with the words that were marked or last
/// re-anchored. From best to worst: EXACT, MOVED, REWORDED, CHANGED, ORPHANED.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Enum,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "AnchorStatus")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// The sentences with the words are unchanged and in their place. Their offsets may differ.
    Exact,
    /// The sentences with the words are unchanged, but this revision moved them to another place.
    Moved,
    /// The words are intact, but the sentence around them has changed.
    Reworded,
    /// The words themselves have changed. The range covers the text that is in their place now.
    Changed,
    /// The words are gone, or several copies exist and it is unclear which one is meant. The range
    /// is empty and marks where the words were.
    Orphaned,
}

impl Status {
    /// Whether the words, or the text around them, are no longer what was read.
    pub const fn is_stale(self) -> bool {
        matches!(self, Self::Reworded | Self::Changed | Self::Orphaned)
    }

    /// The status after a newer text did `step` to words with this status. A stale status never
    /// improves.
    #[must_use]
    pub fn then(self, step: Self) -> Self {
        if self.is_stale() { self.max(step) } else { step }
    }
}

/// A text and its sentences.
#[derive(Clone, Debug)]
pub struct Side {
    /// The text.
    pub text: Arc<str>,
    /// The byte ranges of its sentences, in order. Only white space is outside them.
    pub sentences: Vec<Range<usize>>,
}

/// The result of following words from the old text into the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The status of the words.
    pub status: Status,
    /// The byte range of the words in the new text. Empty if they are orphaned.
    pub range: Range<usize>,
}

/// Two texts, and the parts of the old text that certainly are in the new one. Creating an
/// alignment reads both texts. Following words with it is then fast, even in long texts.
#[derive(Debug)]
pub struct Alignment {
    old: Reading,
    new: Reading,
    /// For each old sentence: the new sentence that it is, if it is unchanged and in its place.
    kept: Vec<Option<usize>>,
    /// For each old sentence: the new sentence that it is, if it was moved unchanged.
    moved: Vec<Option<usize>>,
    /// For each old word that was not moved: the new word that it certainly is.
    image: Vec<Option<usize>>,
    /// The old words that have an image, in order.
    certain: Vec<usize>,
}

/// The most rounds that decide which pairs are certain. Each one starts again without the pairs
/// that the round before refused. Real texts need fewer. After the last round, nothing is certain.
const MOST_ROUNDS: usize = 32;

/// The changed part between two sentences that stayed: its old and new sentences, without moved
/// ones.
struct Gap {
    /// All old sentences of the gap, including moved ones.
    between: Range<usize>,
    old: Vec<usize>,
    new: Vec<usize>,
    /// The old sentences that were perhaps moved into this gap.
    arrived: Vec<usize>,
}

impl Alignment {
    /// Aligns two texts. This is slow for long texts.
    #[must_use]
    pub fn new(old: &Side, new: &Side) -> Self {
        let mut interner = Interner::default();
        let old = Reading::new(old, &mut interner);
        let new = Reading::new(new, &mut interner);
        let (old_keys, new_keys) = (old.keys(), new.keys());
        let matching = Matching::new(&old_keys, &new_keys, Crossing::Moved);
        let (image, unknown) = (vec![None; old.words.len()], vec![None; old_keys.len()]);
        let mut alignment =
            Self { old, new, kept: unknown.clone(), moved: unknown, image, certain: Vec::new() };
        let mut refused = HashSet::new();
        for round in 0..=MOST_ROUNDS {
            if round == MOST_ROUNDS {
                refused.extend(0..alignment.kept.len());
            }
            alignment.kept = matching.certain(&refused);
            alignment.find_moved(matching.singles(), &refused);
            let more = alignment.remains();
            if more.is_empty() {
                break;
            }
            refused.extend(more);
        }
        alignment.follow_words();
        alignment
    }

    /// Returns the gaps between sentences that stayed.
    fn gaps(&self) -> Vec<Gap> {
        let mut from: HashMap<usize, usize> = HashMap::new();
        from.extend(
            self.moved.iter().enumerate().filter_map(|(old, new)| new.map(|new| (new, old))),
        );
        let stays = self.kept.iter().enumerate().filter_map(|(old, new)| new.map(|new| (old, new)));
        let (mut old_from, mut new_from) = (0, 0);
        let mut gaps = Vec::new();
        for (old_to, new_to) in stays.chain([(self.old.sentences.len(), self.new.sentences.len())])
        {
            let gap = Gap {
                between: old_from..old_to,
                old: (old_from..old_to)
                    .filter(|&sentence| self.moved[sentence].is_none())
                    .collect(),
                new: (new_from..new_to).filter(|sentence| !from.contains_key(sentence)).collect(),
                arrived: (new_from..new_to)
                    .filter_map(|sentence| from.get(&sentence).copied())
                    .collect(),
            };
            gaps.push(gap);
            (old_from, new_from) = (old_to + 1, new_to + 1);
        }
        gaps
    }

    /// Finds the sentences that are unchanged in another place. A sentence that either text has
    /// more than once is not followed there.
    fn find_moved(&mut self, singles: &[(usize, usize)], refused: &HashSet<usize>) {
        self.moved.fill(None);
        for &(from, to) in singles {
            if self.kept[from].is_none() && !refused.contains(&from) {
                self.moved[from] = Some(to);
            }
        }
    }

    /// Returns the sentences whose match may be wrong: the new sentence may be the rest of another
    /// old sentence, which was cut or changed until it reads the same. These are:
    ///
    /// - moved sentences, if the old sentences of the gap had at least half of their pairs of
    ///   words;
    /// - the sentences that stayed next to a gap, up to the first one with a pair of words that the
    ///   old sentences of the gap did not have.
    fn remains(&self) -> Vec<usize> {
        let mut refused = Vec::new();
        for gap in self.gaps().iter().filter(|gap| !gap.old.is_empty()) {
            let gone: HashSet<_> =
                gap.old.iter().flat_map(|&sentence| self.old.pairs_in(sentence)).collect();
            let said = |sentence: usize| {
                let pairs = self.old.pairs_in(sentence);
                (pairs.iter().filter(|pair| gone.contains(*pair)).count(), pairs.len())
            };
            let half_said = |sentence: usize| {
                let (known, all) = said(sentence);
                known * 2 >= all
            };
            let all_said = |sentence: &usize| {
                let (known, all) = said(*sentence);
                self.kept[*sentence].is_some() && known == all
            };
            refused.extend(gap.arrived.iter().copied().filter(|&sentence| half_said(sentence)));
            refused.extend((0..gap.between.start).rev().take_while(all_said));
            refused.extend((gap.between.end..self.kept.len()).take_while(all_said));
        }
        refused
    }

    /// Finds the image of each word: in the sentences that stayed, and in the gaps between them.
    fn follow_words(&mut self) {
        for (old, new) in self.kept.iter().enumerate() {
            if let Some(new) = new {
                let (old, new) = (&self.old.sentences[old].words, &self.new.sentences[*new].words);
                for (word, image) in old.clone().zip(new.clone()) {
                    self.image[word] = Some(image);
                }
            }
        }
        let copied = self.copied();
        for gap in self.gaps() {
            let (old, new) = (self.old.words_of(&gap.old), self.new.words_of(&gap.new));
            if old.is_empty() || new.is_empty() {
                continue;
            }
            let ids = |reading: &Reading, words: &[usize]| {
                words.iter().map(|&word| reading.words[word].id).collect::<Vec<_>>()
            };
            let (old_ids, new_ids) = (ids(&self.old, &old), ids(&self.new, &new));
            let is_copy = |word: &usize| {
                copied.contains(&self.old.sentences[self.old.sentence_of(*word)].key)
            };
            let matching = Matching::new(&old_ids, &new_ids, Crossing::InDoubt)
                .wary(old.iter().map(is_copy).collect());
            let mut denied = HashSet::new();
            for round in 0..=MOST_ROUNDS {
                if round == MOST_ROUNDS {
                    denied.extend(0..old.len());
                }
                for (word, image) in old.iter().zip(matching.certain(&denied)) {
                    self.image[*word] = image.map(|image| new[image]);
                }
                let chance = self.chance_meetings(&old);
                if chance.is_empty() {
                    break;
                }
                denied.extend(chance);
            }
        }
        self.certain = (0..self.image.len()).filter(|&word| self.image[word].is_some()).collect();
    }

    /// Returns the sentences that both texts have and that at least one text has more than once.
    fn copied(&self) -> HashSet<u32> {
        let mut counts: HashMap<u32, [usize; 2]> = HashMap::new();
        for (side, reading) in [&self.old, &self.new].into_iter().enumerate() {
            for key in reading.keys() {
                counts.entry(key).or_default()[side] += 1;
            }
        }
        counts
            .into_iter()
            .filter(|(_, [old, new])| *old > 0 && *new > 0 && old + new > 2)
            .map(|(key, _)| key)
            .collect()
    }

    /// Returns the words that met their images by chance. A deleted sentence and a new one may
    /// share a "not" or a "says that". The new sentence counts as made from the old one only if
    /// they share half of the words of the old one, in this pair of sentences or in one stretch.
    /// Half of the words of the new one are also enough, if these are at least three. Only words
    /// with a letter or a digit count.
    fn chance_meetings(&self, words: &[usize]) -> Vec<usize> {
        let weight = |word: usize| usize::from(self.old.words[word].is_weighty);
        let mut shared: HashMap<(usize, usize), usize> = HashMap::new();
        let mut stretches: Vec<usize> = Vec::with_capacity(words.len());
        let mut lengths: Vec<usize> = Vec::new();
        let mut last: Option<(usize, usize)> = None;
        for &word in words {
            let Some(image) = self.image[word] else {
                stretches.push(usize::MAX);
                continue;
            };
            *shared
                .entry((self.old.sentence_of(word), self.new.sentence_of(image)))
                .or_default() += weight(word);
            if last.is_none_or(|last| last != (word.wrapping_sub(1), image.wrapping_sub(1))) {
                lengths.push(0);
            }
            let stretch = lengths.len() - 1;
            lengths[stretch] += weight(word);
            stretches.push(stretch);
            last = Some((word, image));
        }
        let is_chance = |(place, stretch): (usize, usize)| {
            let image = self.image[words[place]]?;
            let (old, new) = (self.old.sentence_of(words[place]), self.new.sentence_of(image));
            let together = shared[&(old, new)].max(lengths[stretch]);
            let is_half_of = |reading: &Reading, sentence: usize| {
                together * 2 >= reading.sentences[sentence].weight
            };
            let is_made_of_it =
                is_half_of(&self.old, old) || together >= 3 && is_half_of(&self.new, new);
            (!is_made_of_it).then_some(place)
        };
        stretches.into_iter().enumerate().filter_map(is_chance).collect()
    }
}
