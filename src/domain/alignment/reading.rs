//! A text as it is read: sentence by sentence, word by word.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use super::Side;
use crate::domain::passage::runs_on;

/// Numbers for words and sentences: the same for the same, in both texts.
#[derive(Default)]
pub(super) struct Interner(HashMap<Box<str>, u32>);

impl Interner {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.0.get(text) {
            return number;
        }
        let number = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.insert(text.into(), number);
        number
    }
}

/// A word, a number, a mark: what stands between two places where UAX #29 would break words, unless it is white space.
#[derive(Debug)]
pub(super) struct Word {
    pub start: usize,
    pub end: usize,
    pub id: u32,
    /// Whether it has a letter or a digit.
    pub is_weighty: bool,
}

/// A sentence, as the article's spans have it.
#[derive(Debug)]
pub(super) struct Sentence {
    pub words: Range<usize>,
    /// How many of the words have a letter or a digit.
    pub weight: usize,
    end: usize,
    pub(super) key: u32,
    /// Whether a reader reads on from it into the next.
    runs_on: bool,
}

/// A text, taken apart.
#[derive(Debug)]
pub(super) struct Reading {
    pub text: Arc<str>,
    pub words: Vec<Word>,
    pub sentences: Vec<Sentence>,
}

impl Reading {
    pub(super) fn new(side: &Side, interner: &mut Interner) -> Self {
        let text = &side.text;
        let (mut words, mut sentences): (Vec<Word>, Vec<Sentence>) = (Vec::new(), Vec::with_capacity(side.sentences.len()));
        for (number, place) in side.sentences.iter().enumerate() {
            let first = words.len();
            let parts = text[place.clone()].split_word_bound_indices().filter(|(_, part)| !part.trim().is_empty());
            words.extend(parts.map(|(at, part)| Word {
                start: place.start + at,
                end: place.start + at + part.len(),
                id: interner.number(part),
                is_weighty: part.contains(char::is_alphanumeric),
            }));
            sentences.push(Sentence {
                words: first..words.len(),
                weight: words[first..].iter().filter(|word| word.is_weighty).count(),
                end: place.end,
                // With how many words it has: a line break may part what a space does not, such as a mark above a letter.
                key: interner.number(&format!("{} {}", words.len() - first, spaced(&text[place.clone()]))),
                runs_on: side.sentences.get(number + 1).is_some_and(|next| runs_on(&text[place.clone()], &text[next.clone()])),
            });
        }
        Self { text: Arc::clone(text), words, sentences }
    }

    /// The sentences, by number.
    pub(super) fn keys(&self) -> Vec<u32> {
        self.sentences.iter().map(|sentence| sentence.key).collect()
    }

    /// The words that have a part in this range of bytes.
    pub(super) fn words_over(&self, range: &Range<usize>) -> Range<usize> {
        let first = self.words.partition_point(|word| word.end <= range.start);
        let after = self.words.partition_point(|word| word.start < range.end);
        first..after.max(first)
    }

    /// The sentences that have a part in this range of bytes, which has a word in it, and those that a reader reads as one with them. The white
    /// space after a sentence is its own.
    pub(super) fn sentences_over(&self, range: &Range<usize>) -> Range<usize> {
        let mut first = self.sentences.partition_point(|sentence| sentence.end <= range.start);
        let mut last = self.sentences.partition_point(|sentence| sentence.end < range.end).min(self.sentences.len() - 1);
        while first > 0 && self.sentences[first - 1].runs_on {
            first -= 1;
        }
        while self.sentences[last].runs_on {
            last += 1;
        }
        first..last + 1
    }

    /// The sentence that this word is of.
    pub(super) fn sentence_of(&self, word: usize) -> usize {
        self.sentences.partition_point(|sentence| sentence.words.end <= word)
    }

    /// The words of these sentences, which follow one another.
    pub(super) fn span_of(&self, sentences: &Range<usize>) -> Range<usize> {
        self.sentences[sentences.start].words.start..self.sentences[sentences.end - 1].words.end
    }

    /// The words of these sentences.
    pub(super) fn words_of(&self, sentences: &[usize]) -> Vec<usize> {
        sentences.iter().flat_map(|&sentence| self.sentences[sentence].words.clone()).collect()
    }

    /// The words of a sentence in pairs, each with the next; of a single word, it with itself.
    pub(super) fn pairs_in(&self, sentence: usize) -> Vec<(u32, u32)> {
        let words = &self.words[self.sentences[sentence].words.clone()];
        match words {
            [only] => vec![(only.id, only.id)],
            words => words.windows(2).map(|pair| (pair[0].id, pair[1].id)).collect(),
        }
    }

    /// The text from the first of these words to the last, whatever white space is between them.
    pub(super) fn spaced(&self, words: Range<usize>) -> Cow<'_, str> {
        spaced(&self.text[self.words[words.start].start..self.words[words.end - 1].end])
    }
}

/// The text with one space for each stretch of white space.
fn spaced(text: &str) -> Cow<'_, str> {
    let is_plain = |pair: (char, char)| !pair.0.is_whitespace() || pair.0 == ' ' && !pair.1.is_whitespace();
    if text.chars().zip(text.chars().skip(1)).all(is_plain) && text.trim() == text {
        return Cow::Borrowed(text);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").into()
}
