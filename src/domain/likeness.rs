//! Likeness: where in a text something like lost words stands.
//!
//! Pure, and only a help to find them: what is found is shown to an editor, and nothing is ever anchored by it. The time it takes is bounded by
//! the length of the text, whatever the words are.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

/// Words that are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Lost<'a> {
    /// The words.
    pub exact: &'a str,
    /// What stood before them.
    pub prefix: &'a str,
    /// What stood after them.
    pub suffix: &'a str,
    /// About where they should be, in bytes.
    pub place: usize,
}

/// A place where they may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Likely {
    /// Where, in bytes.
    pub range: Range<usize>,
    /// From 0 to 1.
    pub score: f64,
}

/// A text in which words are looked for.
pub struct Searched<'a> {
    text: &'a str,
    words: Vec<Range<usize>>,
    ids: Vec<u32>,
    numbers: HashMap<String, u32>,
    places: Vec<Vec<u32>>,
}

/// How many rare words of a quote lead to places, at how many places each, and how many places are looked at closely.
const MOST_CLUES: usize = 32;
const MOST_PLACES: usize = 2_000;
const MOST_CANDIDATES: usize = 12;

/// What counts how much: the quote, what stands around it, and where.
const WEIGHTS: [f64; 3] = [0.75, 0.15, 0.10];

/// Less of the quote than this is no likeness.
const LEAST: f64 = 0.4;

/// How small the lead of the best is for others to be shown beside it, and how many are at most.
const LEAD: f64 = 0.2;
const MOST_SHOWN: usize = 5;

impl<'a> Searched<'a> {
    /// Reads a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let mut searched = Self { text, words: Vec::new(), ids: Vec::new(), numbers: HashMap::new(), places: Vec::new() };
        for (at, word) in words_of(text) {
            let next = u32::try_from(searched.places.len()).unwrap_or(u32::MAX);
            let id = *searched.numbers.entry(word.to_lowercase()).or_insert(next);
            if id == next {
                searched.places.push(Vec::new());
            }
            if let (Some(places), Ok(place)) = (searched.places.get_mut(id as usize), u32::try_from(searched.words.len())) {
                places.push(place);
            }
            searched.words.push(at..at + word.len());
            searched.ids.push(id);
        }
        searched
    }

    /// The likeliest place first; then those that are nearly as likely.
    #[must_use]
    pub fn find(&self, lost: &Lost) -> Vec<Likely> {
        // What the text doesn't have at all gets a number that it doesn't have either.
        let numbered = |text: &str| {
            words_of(text).map(|(_, word)| self.numbers.get(&word.to_lowercase()).copied().unwrap_or(u32::MAX)).collect::<Vec<_>>()
        };
        let (quote, prefix, suffix) = (numbered(lost.exact), numbered(lost.prefix), numbered(lost.suffix));
        let mut found: Vec<Likely> = Vec::new();
        for start in self.candidates(&quote, lost.exact) {
            let Some((words, likeness)) = self.best_stretch(&quote, start) else { continue };
            let range = self.words[words.start].start..self.words[words.end - 1].end;
            let before = &self.ids[words.start.saturating_sub(prefix.len())..words.start];
            let after = &self.ids[words.end..(words.end + suffix.len()).min(self.ids.len())];
            let around = f64::midpoint(shared(&prefix, before), shared(&suffix, after));
            let distance = share(range.start.abs_diff(lost.place), self.text.len().max(1));
            let score = WEIGHTS[0] * likeness + WEIGHTS[1] * around + WEIGHTS[2] * (1.0 - distance);
            found.push(Likely { range, score: (score * 1_000.0).round() / 1_000.0 });
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.range.start.cmp(&b.range.start)));
        let mut shown: Vec<Likely> = Vec::new();
        for likely in found {
            let near_best = shown.first().is_none_or(|best| best.score - likely.score <= LEAD);
            if near_best && shown.iter().all(|other| likely.range.end <= other.range.start || other.range.end <= likely.range.start) {
                shown.push(likely);
            }
        }
        shown.truncate(MOST_SHOWN);
        shown
    }

    /// The words at which the quote may begin: where its rarest words would have it, the most of them first; and where it stands to the letter.
    fn candidates(&self, quote: &[u32], exact: &str) -> Vec<usize> {
        let places_of = |id: u32| self.places.get(id as usize).map_or(&[][..], Vec::as_slice);
        let mut clues: Vec<(usize, u32)> = quote.iter().copied().enumerate().filter(|(_, id)| !places_of(*id).is_empty()).collect();
        clues.sort_by_key(|(_, id)| places_of(*id).len());
        clues.truncate(MOST_CLUES);
        // Words come and go between: places count together within a stretch of a quarter of the quote.
        let width = (quote.len() / 4).max(4);
        let mut votes: HashMap<usize, (f64, usize)> = HashMap::new();
        for (offset, id) in clues {
            let places = places_of(id);
            let weight = 1.0 / (1.0 + share(places.len(), 1)).ln().max(0.5);
            for &place in places.iter().take(MOST_PLACES) {
                let start = (place as usize).saturating_sub(offset);
                let vote = votes.entry(start / width).or_insert((0.0, start));
                vote.0 += weight;
                vote.1 = vote.1.min(start);
            }
        }
        let mut votes: Vec<(f64, usize)> = votes.into_values().collect();
        votes.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let literal = self.text.match_indices(exact).take(MOST_CANDIDATES).map(|(at, _)| self.words.partition_point(|word| word.end <= at));
        let likely = votes.into_iter().take(MOST_CANDIDATES).map(|(_, start)| start);
        let mut seen = HashSet::new();
        literal.chain(likely).filter(|start| seen.insert(*start)).collect()
    }

    /// The stretch of words about `start` that has most of the quote, and how much like it that is.
    fn best_stretch(&self, quote: &[u32], start: usize) -> Option<(Range<usize>, f64)> {
        let slack = (quote.len() / 2).max(4);
        let window = start.saturating_sub(slack)..(start + quote.len() + slack).min(self.ids.len());
        let here = &self.ids[window.clone()];
        let mut meets = vec![false; here.len()];
        for op in capture_diff_slices(Algorithm::Myers, quote, here) {
            if let DiffOp::Equal { new_index, len, .. } = op {
                meets[new_index..new_index + len].fill(true);
            }
        }
        // The stretch in which most words meet: each that does counts two, each that doesn't takes one away.
        let (mut best, mut sum, mut from) = ((0, 0..0), 0_i64, 0);
        for (at, meets) in meets.iter().enumerate() {
            if sum < 0 {
                (sum, from) = (0, at);
            }
            sum += if *meets { 2 } else { -1 };
            if sum > best.0 {
                best = (sum, from..at + 1);
            }
        }
        let stretch = best.1;
        if stretch.is_empty() {
            return None;
        }
        let met = meets[stretch.clone()].iter().filter(|meets| **meets).count();
        let likeness = share(2 * met, quote.len() + stretch.len());
        (likeness >= LEAST).then(|| (window.start + stretch.start..window.start + stretch.end, likeness))
    }
}

/// The words and marks of a text, without white space.
fn words_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_word_bound_indices().filter(|(_, word)| !word.trim().is_empty())
}

/// How much two lists of words have in common, whatever their order: 1 for the same, and for two empty ones.
fn shared(one: &[u32], other: &[u32]) -> f64 {
    let mut counts: HashMap<u32, i32> = HashMap::new();
    for id in one {
        *counts.entry(*id).or_default() += 1;
    }
    let common = other.iter().filter(|id| counts.get_mut(id).is_some_and(|count| std::mem::replace(count, *count - 1) > 0)).count();
    if one.is_empty() && other.is_empty() { 1.0 } else { share(2 * common, one.len() + other.len()) }
}

#[allow(clippy::cast_precision_loss, reason = "lengths of texts are far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str, exact: &str, prefix: &str, suffix: &str, place: usize) -> Vec<(String, f64)> {
        let found = Searched::new(text).find(&Lost { exact, prefix, suffix, place });
        found.into_iter().map(|likely| (text[likely.range].to_owned(), likely.score)).collect()
    }

    #[test]
    fn the_very_words_in_their_place_are_certain() {
        let text = "The day began well. Team Alpha won three cups in spring. Night fell.";
        assert_eq!(
            find(text, "Team Alpha won three cups", "began well. ", " in spring.", 20),
            [("Team Alpha won three cups".to_owned(), 1.0)]
        );
    }

    #[test]
    fn changed_words_are_found_and_a_twin_is_shown_beside_them_where_the_lead_is_small() {
        let text = "The day began well. Team Alpha has not won three cups in spring. Team Beta won three cups in spring. Night fell.";
        let found = find(text, "Team Alpha won three cups in spring", "began well. ", ". Team Beta", 20);
        assert_eq!(found[0].0, "Team Alpha has not won three cups in spring");
        assert_eq!(found[1].0, "Team Beta won three cups in spring");
        assert!(found[0].1 > found[1].1 && found[1].1 > 0.5 && found[0].1 < 1.0, "{found:?}");
        let clear = "The day began well. Team Alpha won three cups in spring. Whoever was there went home. Team Beta sang in spring.";
        assert_eq!(find(clear, "Team Alpha won three cups in spring", "began well. ", ". Whoever", 20).len(), 1);
    }

    #[test]
    fn what_is_in_no_way_there_is_not_found() {
        assert_eq!(find("Nothing of the kind stands here.", "Prices rose by 4 per cent", "", "", 0), []);
        assert_eq!(find("", "Prices", "", "", 0), []);
    }

    #[test]
    fn other_scripts_and_characters_of_many_code_points_are_found() {
        let text = "قال الوزير: لا للسلام. The family 👩‍👩‍👧‍👦 moved out. 他来了，她走了。";
        assert_eq!(find(text, "نعم للسلام", "قال الوزير: ", ".", 0)[0].0, "للسلام");
        assert_eq!(find(text, "family 👩‍👩‍👧 moved in", "The ", ".", 40)[0].0, "family 👩‍👩‍👧‍👦 moved");
        assert_eq!(find(text, "他来了", "", "", 90)[0].0, "他来了");
    }

    #[test]
    fn a_long_text_of_nothing_but_likenesses_takes_no_time() {
        let text = "The team won a cup in the spring of the year. ".repeat(20_000);
        let quote = "The team won a cup in the summer of the year. ".repeat(200);
        assert!(find(&text, &quote, "", "", 500_000).len() <= MOST_SHOWN);
    }
}
