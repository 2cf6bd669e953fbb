//! Alignment: where words of one text stand in the next.
//!
//! Pure: two texts with their sentences in, a status and a range out. What always holds:
//!
//! - `EXACT` and `MOVED` are said only of words that stand in the new text to the letter, between the same words: every word of the
//!   sentences that they stood in is still around them, and no word has come into the sentences that they stand in now. White space
//!   around them may differ, so that a text may be wrapped anew.
//! - Words are never found by likeness, and never where they stood before for others: what has a copy is followed only as far as it is
//!   certain which copy it is. In doubt they are `ORPHANED`.
//!
//! First whole sentences are compared, by the diff of the crate `similar`; then the words of what has changed between two sentences that
//! stayed. A diff of repeated things has to guess, so what it finds is taken only where there was nothing to guess, see `matching`. A
//! sentence is taken as a reader reads it: with the line before it, where that runs on into it ("It is not true that:").

mod changes;
mod matching;
mod reading;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use async_graphql::Enum;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::Serialize;

pub use changes::{Change, ChangeKind, changes};

use matching::{Crossing, Matching};
use reading::{Interner, Reading};

/// How words of an article stand in a revision, compared with the words that were marked or last re-anchored. In this order, from best to
/// worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Enum, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "AnchorStatus")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// The sentences that they stand in are unchanged and in their place, though perhaps at other offsets.
    Exact,
    /// The sentences that they stand in are unchanged: this revision cut them there and put them here.
    Moved,
    /// The words are intact, but their sentence has changed around them.
    Reworded,
    /// The words themselves have changed; the range covers what stands in their place.
    Changed,
    /// The words are gone, or it can't be told which of several copies they are. The range is empty: the place where they were.
    Orphaned,
}

impl Status {
    /// Whether a claim on such words is stale: they, or what stands around them, are not what was read.
    pub const fn is_stale(self) -> bool {
        matches!(self, Self::Reworded | Self::Changed | Self::Orphaned)
    }

    /// How words that stood like this stand once a newer text has done `step` to them: no better, if they were stale.
    #[must_use]
    pub fn then(self, step: Self) -> Self {
        if self.is_stale() { self.max(step) } else { step }
    }
}

/// A text, and where its sentences stand in it, in bytes and in order.
#[derive(Clone, Debug)]
pub struct Side {
    /// The text.
    pub text: Arc<str>,
    /// Its sentences; what is not in one is white space.
    pub sentences: Vec<Range<usize>>,
}

/// What has become of some words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// How they stand.
    pub status: Status,
    /// Where, in bytes of the new text; empty if they are orphaned.
    pub range: Range<usize>,
}

/// Two texts, and what of the one is certain to be what in the other. Making it reads both; asking it takes no longer for longer texts.
#[derive(Debug)]
pub struct Alignment {
    old: Reading,
    new: Reading,
    /// For each old sentence, the new one that it is, unchanged and in its place.
    kept: Vec<Option<usize>>,
    /// For each old sentence, the new one that it is, unchanged and moved.
    moved: Vec<Option<usize>>,
    /// For each old word, the new one that it is, in its place.
    image: Vec<Option<usize>>,
    /// The old words that have an image.
    certain: Vec<usize>,
}

/// How often it is asked again what is certain, once some of it turned out not to be. More than texts need; if it has no end, nothing is.
const MOST_ROUNDS: usize = 32;

/// What changed between two sentences that stayed: the sentences there, old and new, without those that were moved.
struct Gap {
    /// All old sentences between those that stayed.
    between: Range<usize>,
    old: Vec<usize>,
    new: Vec<usize>,
    /// The old sentences that may have been moved here.
    arrived: Vec<usize>,
}

impl Alignment {
    /// Aligns two texts. Takes a while for long ones.
    #[must_use]
    pub fn new(old: &Side, new: &Side) -> Self {
        let mut interner = Interner::default();
        let old = Reading::new(old, &mut interner);
        let new = Reading::new(new, &mut interner);
        let (old_keys, new_keys) = (old.keys(), new.keys());
        let matching = Matching::new(&old_keys, &new_keys, Crossing::Moved);
        let (image, unknown) = (vec![None; old.words.len()], vec![None; old_keys.len()]);
        let mut alignment = Self { old, new, kept: unknown.clone(), moved: unknown, image, certain: Vec::new() };
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

    /// What has become of the words in this range of the old text.
    #[must_use]
    pub fn trace(&self, range: Range<usize>) -> Trace {
        let words = self.old.words_over(&range);
        if words.is_empty() {
            return self.orphan(range.start);
        }
        let sentences = self.old.sentences_over(&range);
        for (status, images) in [(Status::Exact, &self.kept), (Status::Moved, &self.moved)] {
            if let Some(first) = run(images, &sentences) {
                // Sentences that read the same have as many words.
                let at = self.new.sentences[first].words.start + (words.start - self.old.sentences[sentences.start].words.start);
                let trace = self.carried(&range, &words, at, status);
                let is_alone = self.new.sentences_over(&trace.range) == (first..first + sentences.len());
                match (trace.status, is_alone) {
                    // Read with other words than before, perhaps: the words tell.
                    (Status::Exact, false) => {}
                    (Status::Moved, false) => return Trace { status: Status::Reworded, ..trace },
                    _ => return trace,
                }
            }
        }
        let Some(at) = run(&self.image, &words) else { return self.replaced(&words).unwrap_or_else(|| self.orphan(range.start)) };
        let trace = self.carried(&range, &words, at, Status::Exact);
        if trace.status == Status::Exact && !self.surroundings_are_the_same(&sentences, &words, at, &trace.range) {
            return Trace { status: Status::Reworded, ..trace };
        }
        trace
    }

    /// About where in the new text this place of the old one is.
    #[must_use]
    pub fn place(&self, byte: usize) -> usize {
        let after = self.certain.partition_point(|&word| self.old.words[word].start < byte);
        let image = |at: usize| self.certain.get(at).and_then(|&word| self.image[word]).and_then(|word| self.new.words.get(word));
        let before = after.checked_sub(1).and_then(image).map(|word| word.end);
        before.or_else(|| image(after).map(|word| word.start)).unwrap_or(0)
    }

    /// Words that stand one after another from the new word `at` on, as they stood before.
    fn carried(&self, range: &Range<usize>, words: &Range<usize>, at: usize, status: Status) -> Trace {
        let (old_first, old_last) = (&self.old.words[words.start], &self.old.words[words.end - 1]);
        let (first, last) = (&self.new.words[at], &self.new.words[at + words.len() - 1]);
        // A quote may begin or end within a word, or take white space with it.
        let start = (first.start + range.start).checked_sub(old_first.start);
        let end = (last.end + range.end).checked_sub(old_last.end);
        let quote = &self.old.text[range.clone()];
        match start.zip(end).map(|(start, end)| start..end) {
            Some(place) if self.new.text.get(place.clone()) == Some(quote) => Trace { status, range: place },
            _ => Trace { status: Status::Changed, range: first.start..last.end },
        }
    }

    /// Whether around words that stand intact in this new place, from the new word `at` on, all words are the same: in the sentences that
    /// they stood in and in those that they stand in now.
    fn surroundings_are_the_same(&self, sentences: &Range<usize>, words: &Range<usize>, at: usize, place: &Range<usize>) -> bool {
        let new_sentences = self.new.sentences_over(place);
        let (old_span, new_span) = (self.old.span_of(sentences), self.new.span_of(&new_sentences));
        // How far they reach to either side of the words, the farther of both.
        let before = (words.start - old_span.start).max(at - new_span.start);
        let after = (old_span.end - words.end).max(new_span.end - (at + words.len()));
        let bounds = words.start.checked_sub(before).zip(at.checked_sub(before));
        let Some((old_from, new_from)) = bounds else { return false };
        let (old_to, new_to) = (words.end + after, at + words.len() + after);
        old_to <= self.old.words.len()
            && new_to <= self.new.words.len()
            && run(&self.image, &(old_from..old_to)) == Some(new_from)
            && self.old.spaced(old_from..old_to) == self.new.spaced(new_from..new_to)
    }

    /// What stands in the place of words of which half, or both neighbours, are certain.
    fn replaced(&self, words: &Range<usize>) -> Option<Trace> {
        let weighty: Vec<usize> = words.clone().filter(|&word| self.old.words[word].is_weighty).collect();
        let survived = weighty.iter().filter(|&&word| self.image[word].is_some()).count();
        let (old_sentence, new_sentence) = (|word| self.old.sentence_of(word), |word| self.new.sentence_of(word));
        // The words right before and after.
        let before = words.start.checked_sub(1);
        let after = Some(words.end).filter(|&word| word < self.old.words.len());

        let mut survivors = words.clone().filter(|&word| self.image[word].is_some());
        let (first, last) = match survivors.next() {
            Some(first) if survived * 2 >= weighty.len() => {
                let last = survivors.next_back().unwrap_or(first);
                let (start, end) = (self.image[first]?, self.image[last]?);
                // With what came in the place of the words at either end: up to a neighbour that stayed, within the sentence.
                let lower = before
                    .map_or(Some(0), |word| Some(self.image[word]? + 1))
                    .filter(|_| weighty.first().is_some_and(|&word| word < first));
                let upper = after
                    .map_or(Some(self.new.words.len()), |word| self.image[word])
                    .filter(|_| weighty.last().is_some_and(|&word| word > last));
                (
                    lower.map_or(start, |lower| lower.max(self.new.sentences[new_sentence(start)].words.start)),
                    upper.map_or(end, |upper| upper.min(self.new.sentences[new_sentence(end)].words.end) - 1),
                )
            }
            _ => {
                let (before, after) = (before?, after?);
                if old_sentence(before) != old_sentence(words.start) || old_sentence(after) != old_sentence(words.end - 1) {
                    return None;
                }
                let (before, after) = (self.image[before]?, self.image[after]?);
                if new_sentence(before) != new_sentence(after) || before + 1 >= after {
                    return None;
                }
                (before + 1, after - 1)
            }
        };
        Some(Trace { status: Status::Changed, range: self.new.words[first].start..self.new.words[last].end })
    }

    fn orphan(&self, byte: usize) -> Trace {
        let place = self.place(byte);
        Trace { status: Status::Orphaned, range: place..place }
    }

    /// What changed between sentences that stayed.
    fn gaps(&self) -> Vec<Gap> {
        let mut from: HashMap<usize, usize> = HashMap::new();
        from.extend(self.moved.iter().enumerate().filter_map(|(old, new)| new.map(|new| (new, old))));
        let stays = self.kept.iter().enumerate().filter_map(|(old, new)| new.map(|new| (old, new)));
        let (mut old_from, mut new_from) = (0, 0);
        let mut gaps = Vec::new();
        for (old_to, new_to) in stays.chain([(self.old.sentences.len(), self.new.sentences.len())]) {
            let gap = Gap {
                between: old_from..old_to,
                old: (old_from..old_to).filter(|&sentence| self.moved[sentence].is_none()).collect(),
                new: (new_from..new_to).filter(|sentence| !from.contains_key(sentence)).collect(),
                arrived: (new_from..new_to).filter_map(|sentence| from.get(&sentence).copied()).collect(),
            };
            gaps.push(gap);
            (old_from, new_from) = (old_to + 1, new_to + 1);
        }
        gaps
    }

    /// Finds the sentences that are not in their place but stand unchanged in another. Of one that stands more than once in either text nobody
    /// can tell which of them went there.
    fn find_moved(&mut self, singles: &[(usize, usize)], refused: &HashSet<usize>) {
        self.moved.fill(None);
        for &(from, to) in singles {
            if self.kept[from].is_none() && !refused.contains(&from) {
                self.moved[from] = Some(to);
            }
        }
    }

    /// The sentences that can't be taken for themselves, since they may be what is left of another that has gone: cut down, or changed, until
    /// it reads the same.
    ///
    /// - One that was moved must be new where it stands: not half of it was said there before.
    /// - One that stays beside a gap must not have been said in it as well, whole.
    fn remains(&self) -> Vec<usize> {
        let mut refused = Vec::new();
        for gap in self.gaps().iter().filter(|gap| !gap.old.is_empty()) {
            let gone: HashSet<_> = gap.old.iter().flat_map(|&sentence| self.old.pairs_in(sentence)).collect();
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

    /// Finds the image of each word: in sentences that stayed, and in the gaps between them.
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
            let ids = |reading: &Reading, words: &[usize]| words.iter().map(|&word| reading.words[word].id).collect::<Vec<_>>();
            let (old_ids, new_ids) = (ids(&self.old, &old), ids(&self.new, &new));
            let is_copy = |word: &usize| copied.contains(&self.old.sentences[self.old.sentence_of(*word)].key);
            let matching = Matching::new(&old_ids, &new_ids, Crossing::InDoubt).wary(old.iter().map(is_copy).collect());
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

    /// The sentences that both texts have, and one of them more than once.
    fn copied(&self) -> HashSet<u32> {
        let mut counts: HashMap<u32, [usize; 2]> = HashMap::new();
        for (side, reading) in [&self.old, &self.new].into_iter().enumerate() {
            for key in reading.keys() {
                counts.entry(key).or_default()[side] += 1;
            }
        }
        counts.into_iter().filter(|(_, [old, new])| *old > 0 && *new > 0 && old + new > 2).map(|(key, _)| key).collect()
    }

    /// Which of these words met their images by chance. A sentence that has gone and another that has come may share a "not" or a "says that";
    /// that one was made of the other is certain only if half of what was said is still said there, in one sentence or one stretch.
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
            *shared.entry((self.old.sentence_of(word), self.new.sentence_of(image))).or_default() += weight(word);
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
            let is_half_of = |reading: &Reading, sentence: usize| together * 2 >= reading.sentences[sentence].weight;
            let is_made_of_it = is_half_of(&self.old, old) || together >= 3 && is_half_of(&self.new, new);
            (!is_made_of_it).then_some(place)
        };
        stretches.into_iter().enumerate().filter_map(is_chance).collect()
    }
}

/// Where the first of `items` leads, if all of them lead to places one after another.
fn run(images: &[Option<usize>], items: &Range<usize>) -> Option<usize> {
    let first = images[items.start]?;
    items.clone().zip(first..).all(|(item, place)| images[item] == Some(place)).then_some(first)
}
