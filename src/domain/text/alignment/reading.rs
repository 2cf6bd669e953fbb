//! A text, split into sentences and words.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use super::Side;
use crate::domain::text::passage::read_on;

/// Numbers for words and sentences. Equal ones have the same number in both texts.
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

/// A word, a number or a mark: the text between two word boundaries of UAX #29, unless it is white
/// space.
#[derive(Debug)]
pub(super) struct Word {
    pub start: usize,
    pub end: usize,
    pub id: u32,
    /// Whether it has a letter or a digit.
    pub is_weighty: bool,
}

/// A sentence of an article, as its spans define it.
#[derive(Debug)]
pub(super) struct Sentence {
    pub words: Range<usize>,
    /// How many of the words have a letter or a digit.
    pub weight: usize,
    end: usize,
    pub(super) key: u32,
    /// Whether its reading unit continues into the next sentence.
    runs_on: bool,
}

/// A text with its words and sentences.
#[derive(Debug)]
pub(super) struct Reading {
    pub text: Arc<str>,
    pub words: Vec<Word>,
    pub sentences: Vec<Sentence>,
}

impl Reading {
    pub(super) fn new(side: &Side, interner: &mut Interner) -> Self {
        let text = &side.text;
        let (mut words, mut sentences): (Vec<Word>, Vec<Sentence>) =
            (Vec::new(), Vec::with_capacity(side.sentences.len()));
        let goes_on = read_on(text, &side.sentences);
        for (place, runs_on) in side.sentences.iter().zip(goes_on) {
            let first = words.len();
            let parts = text[place.clone()]
                .split_word_bound_indices()
                .filter(|(_, part)| !part.trim().is_empty());
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
                // The key includes the number of words. A line break may split a word where a space
                // does not: it separates a combining mark from its letter.
                key: interner.number(&format!(
                    "{} {}",
                    words.len() - first,
                    spaced(&text[place.clone()])
                )),
                runs_on,
            });
        }
        Self { text: Arc::clone(text), words, sentences }
    }

    /// The keys of the sentences. Equal sentences have the same key.
    pub(super) fn keys(&self) -> Vec<u32> {
        self.sentences.iter().map(|sentence| sentence.key).collect()
    }

    /// The words that overlap this range of bytes.
    pub(super) fn words_over(&self, range: &Range<usize>) -> Range<usize> {
        let first = self.words.partition_point(|word| word.end <= range.start);
        let after = self.words.partition_point(|word| word.start < range.end);
        first..after.max(first)
    }

    /// The sentences of all reading units that overlap this range of bytes. The range must contain
    /// a word. White space after a sentence belongs to it.
    pub(super) fn sentences_over(&self, range: &Range<usize>) -> Range<usize> {
        let mut first = self.sentences.partition_point(|sentence| sentence.end <= range.start);
        let mut last = self
            .sentences
            .partition_point(|sentence| sentence.end < range.end)
            .min(self.sentences.len() - 1);
        while first > 0 && self.sentences[first - 1].runs_on {
            first -= 1;
        }
        while self.sentences[last].runs_on {
            last += 1;
        }
        first..last + 1
    }

    /// The sentence that contains this word.
    pub(super) fn sentence_of(&self, word: usize) -> usize {
        self.sentences.partition_point(|sentence| sentence.words.end <= word)
    }

    /// The words of these consecutive sentences.
    pub(super) fn span_of(&self, sentences: &Range<usize>) -> Range<usize> {
        self.sentences[sentences.start].words.start..self.sentences[sentences.end - 1].words.end
    }

    /// The words of these sentences.
    pub(super) fn words_of(&self, sentences: &[usize]) -> Vec<usize> {
        sentences.iter().flat_map(|&sentence| self.sentences[sentence].words.clone()).collect()
    }

    /// The pairs of neighbouring words in a sentence. A single word is paired with itself.
    pub(super) fn pairs_in(&self, sentence: usize) -> Vec<(u32, u32)> {
        let words = &self.words[self.sentences[sentence].words.clone()];
        match words {
            [only] => vec![(only.id, only.id)],
            words => words.windows(2).map(|pair| (pair[0].id, pair[1].id)).collect(),
        }
    }

    /// The text from the first of these words to the last, with one space for each stretch of white
    /// space.
    pub(super) fn spaced(&self, words: Range<usize>) -> Cow<'_, str> {
        spaced(&self.text[self.words[words.start].start..self.words[words.end - 1].end])
    }
}

/// The text without white space at its ends, and with one space for each other stretch of it. A
/// blank line stays one: it ends a paragraph.
fn spaced(text: &str) -> Cow<'_, str> {
    let is_plain =
        |pair: (char, char)| !pair.0.is_whitespace() || pair.0 == ' ' && !pair.1.is_whitespace();
    if text.chars().zip(text.chars().skip(1)).all(is_plain) && text.trim() == text {
        return Cow::Borrowed(text);
    }
    let mut spaced = String::with_capacity(text.len());
    let mut rest = text.trim();
    while let Some(end) = rest.find(char::is_whitespace) {
        let after = rest[end..].trim_start();
        let space = &rest[end..rest.len() - after.len()];
        spaced.push_str(&rest[..end]);
        spaced.push_str(if space.matches('\n').count() > 1 { "\n\n" } else { " " });
        rest = after;
    }
    spaced.push_str(rest);
    spaced.into()
}
