//! Likeness: finds places in a text that resemble lost words.
//!
//! It only makes suggestions to an editor. No claim is anchored by it. Its running time is bounded
//! by the length of the text.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use crate::domain::text::quote::lookalike::Look;

/// Words that a text has lost.
#[derive(Clone, Copy, Debug)]
pub struct Lost<'a> {
    /// The words.
    pub exact: &'a str,
    /// The text before them.
    pub prefix: &'a str,
    /// The text after them.
    pub suffix: &'a str,
    /// The byte at which they are expected.
    pub place: usize,
}

/// A place where the lost words may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Likely {
    /// Its range of bytes.
    pub range: Range<usize>,
    /// How well it matches, from 0 to 1.
    pub score: f64,
}

/// A text to search.
pub struct Searched<'a> {
    text: &'a str,
    words: Vec<Range<usize>>,
    ids: Vec<u32>,
    numbers: HashMap<String, u32>,
    places: Vec<Vec<u32>>,
    look: OnceCell<Look>,
}

/// How many rare words of a quote are looked up at most, how many places of each, and how many
/// places are compared closely.
const MOST_CLUES: usize = 32;
const MOST_PLACES: usize = 2_000;
const MOST_CANDIDATES: usize = 12;

/// The weights of the quote, the text around it, and its place in the score.
const WEIGHTS: [f64; 3] = [0.75, 0.15, 0.10];

/// The least likeness to the quote of a place that is found.
const LEAST: f64 = 0.4;

/// How far below the best score others may be to be shown, and how many are shown.
const LEAD: f64 = 0.2;
const MOST_SHOWN: usize = 5;

impl<'a> Searched<'a> {
    /// Finds the words of a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let mut searched = Self {
            text,
            words: Vec::new(),
            ids: Vec::new(),
            numbers: HashMap::new(),
            places: Vec::new(),
            look: OnceCell::new(),
        };
        for (at, word) in words_of(text) {
            let next = u32::try_from(searched.places.len()).unwrap_or(u32::MAX);
            let id = *searched.numbers.entry(word.to_lowercase()).or_insert(next);
            if id == next {
                searched.places.push(Vec::new());
            }
            if let (Some(places), Ok(place)) =
                (searched.places.get_mut(id as usize), u32::try_from(searched.words.len()))
            {
                places.push(place);
            }
            searched.words.push(at..at + word.len());
            searched.ids.push(id);
        }
        searched
    }

    /// Returns the most likely place first, then those that are almost as likely.
    ///
    /// If exactly one place looks like the lost words, and the text around it looks like the text
    /// around them, it is the whole quote, rewritten. It is then the only result, and its score is
    /// 1.
    #[must_use]
    pub fn find(&self, lost: &Lost) -> Vec<Likely> {
        let look = self.look.get_or_init(|| Look::new(self.text));
        let alike = look.places(lost.exact, (lost.prefix, lost.suffix), MOST_PLACES);
        let mut whole = alike.iter().filter(|(_, around)| *around == [true, true]);
        if let (Some((range, _)), None) = (whole.next(), whole.next()) {
            return vec![Likely { range: range.clone(), score: 1.0 }];
        }
        // Words that the text does not have get a number that none of its words has.
        let numbered = |text: &str| {
            words_of(text)
                .map(|(_, word)| {
                    self.numbers.get(&word.to_lowercase()).copied().unwrap_or(u32::MAX)
                })
                .collect::<Vec<_>>()
        };
        let (quote, prefix, suffix) =
            (numbered(lost.exact), numbered(lost.prefix), numbered(lost.suffix));
        let mut found: Vec<Likely> = Vec::new();
        for start in self.candidates(&quote, lost.exact) {
            let Some((words, likeness)) = self.best_stretch(&quote, start) else { continue };
            let range = self.words[words.start].start..self.words[words.end - 1].end;
            let before = &self.ids[words.start.saturating_sub(prefix.len())..words.start];
            let after = &self.ids[words.end..(words.end + suffix.len()).min(self.ids.len())];
            let around = f64::midpoint(shared(&prefix, before), shared(&suffix, after));
            let score = self.score(likeness, around, &range, lost);
            found.push(Likely { range, score });
        }
        found.extend(alike.into_iter().map(|(range, around)| {
            let around = around.map(|is_there| f64::from(u8::from(is_there)));
            let score = self.score(1.0, f64::midpoint(around[0], around[1]), &range, lost);
            Likely { range, score }
        }));
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.range.start.cmp(&b.range.start)));
        let mut shown: Vec<Likely> = Vec::new();
        for likely in found {
            let near_best = shown.first().is_none_or(|best| best.score - likely.score <= LEAD);
            if near_best
                && shown.iter().all(|other| {
                    likely.range.end <= other.range.start || other.range.end <= likely.range.start
                })
            {
                shown.push(likely);
            }
        }
        shown.truncate(MOST_SHOWN);
        shown
    }

    fn score(&self, likeness: f64, around: f64, range: &Range<usize>, lost: &Lost) -> f64 {
        let distance = share(range.start.abs_diff(lost.place), self.text.len().max(1));
        let score = WEIGHTS[0] * likeness + WEIGHTS[1] * around + WEIGHTS[2] * (1.0 - distance);
        (score * 1_000.0).round() / 1_000.0
    }

    /// The words at which the quote may begin. Its exact places come first. Then come the places
    /// that its rarest words vote for, the most votes first.
    fn candidates(&self, quote: &[u32], exact: &str) -> Vec<usize> {
        let places_of = |id: u32| self.places.get(id as usize).map_or(&[][..], Vec::as_slice);
        let mut clues: Vec<(usize, u32)> = quote
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, id)| !places_of(*id).is_empty())
            .collect();
        clues.sort_by_key(|(_, id)| places_of(*id).len());
        clues.truncate(MOST_CLUES);
        // Words may have been added or removed in between. So the votes for places within a quarter
        // of the length of the quote count together.
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
        let literal = self
            .text
            .match_indices(exact)
            .take(MOST_CANDIDATES)
            .map(|(at, _)| self.words.partition_point(|word| word.end <= at));
        let likely = votes.into_iter().take(MOST_CANDIDATES).map(|(_, start)| start);
        let mut seen = HashSet::new();
        literal.chain(likely).filter(|start| seen.insert(*start)).collect()
    }

    /// The stretch of words around `start` that has the most in common with the quote, and its
    /// likeness. None if it is not similar enough.
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
        // The stretch with the best sum: a word that the quote also has counts 2, any other word
        // -1.
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
        (likeness >= LEAST)
            .then(|| (window.start + stretch.start..window.start + stretch.end, likeness))
    }
}

/// The words and marks of a text, without white space.
fn words_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_word_bound_indices().filter(|(_, word)| !word.trim().is_empty())
}

/// How much two lists of words have in common, in any order: 1 for the same words, and for two
/// empty lists.
fn shared(one: &[u32], other: &[u32]) -> f64 {
    let mut counts: HashMap<u32, i32> = HashMap::new();
    for id in one {
        *counts.entry(*id).or_default() += 1;
    }
    let common = other
        .iter()
        .filter(|id| {
            counts.get_mut(id).is_some_and(|count| std::mem::replace(count, *count - 1) > 0)
        })
        .count();
    if one.is_empty() && other.is_empty() {
        1.0
    } else {
        share(2 * common, one.len() + other.len())
    }
}

#[allow(clippy::cast_precision_loss, reason = "lengths of texts are far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(
        text: &str,
        exact: &str,
        prefix: &str,
        suffix: &str,
        place: usize,
    ) -> Vec<(String, f64)> {
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
    fn a_rewritten_quote_is_found_whole() {
        for (exact, rewritten) in [
            ("said “oui” twice", "said \"oui\" twice"),
            ("Maïga a cédé", "Mai\u{308}ga a ce\u{301}de\u{301}"),
            ("сьогодні вранці", "сього\u{ad}дні вран\u{ad}ці"),
            ("12 % des voix", "12\u{202f}% des voix"),
            ("क़लम की", "क\u{93c}लम की"),
        ] {
            let text =
                format!("Before it. He {rewritten} in spring. After it. He {rewritten} again.");
            let found = find(&text, exact, "Before it. He ", " in spring. Af", 0);
            assert_eq!(found, [(rewritten.to_owned(), 1.0)], "{exact}");
        }
    }

    #[test]
    fn changed_words_are_found_and_a_twin_is_shown_beside_them_where_the_lead_is_small() {
        let text = "The day began well. Team Alpha has not won three cups in spring. Team Beta won three cups in spring. Night fell.";
        let found =
            find(text, "Team Alpha won three cups in spring", "began well. ", ". Team Beta", 20);
        assert_eq!(found[0].0, "Team Alpha has not won three cups in spring");
        assert_eq!(found[1].0, "Team Beta won three cups in spring");
        assert!(found[0].1 > found[1].1 && found[1].1 > 0.5 && found[0].1 < 1.0, "{found:?}");
        let clear = "The day began well. Team Alpha won three cups in spring. Whoever was there went home. Team Beta sang in spring.";
        assert_eq!(
            find(clear, "Team Alpha won three cups in spring", "began well. ", ". Whoever", 20)
                .len(),
            1
        );
    }

    #[test]
    fn what_is_in_no_way_there_is_not_found() {
        assert_eq!(
            find("Nothing of the kind stands here.", "Prices rose by 4 per cent", "", "", 0),
            []
        );
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
