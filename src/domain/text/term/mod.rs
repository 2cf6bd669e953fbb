//! Terms: the words of a text in the form in which a search looks them up. Case and diacritics do
//! not matter, and small differences in spelling are tolerated.
//!
//! Nothing here reads the database. Invariant: the same words give the same terms, in a document
//! and in a search. A change of these rules needs a new [`RULES`](crate::domain::upkeep::RULES).

mod clitic;
mod number;
mod sound;
mod spelling;
mod unspaced;

use std::collections::{HashSet, VecDeque};
use std::iter::Peekable;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_script::Script;
use unicode_segmentation::{UWordBoundIndices, UnicodeSegmentation};

pub use clitic::stem;
pub use spelling::{likeness, may_be_misspelt, place, places_near};

/// How many code points of a word are kept. A longer word is cut, so that no text is refused
/// because of it.
const LONGEST: usize = 64;

/// The narrow no-break space. Unicode's word boundaries keep it within a word.
const NARROW_SPACE: char = '\u{202F}';

/// A term of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Its range of bytes.
    pub bytes: Range<usize>,
    /// The term.
    pub word: String,
    /// Whether it only helps to find the text, because other terms stand for the same characters.
    pub is_extra: bool,
}

/// The words of a text in order, each with its range of bytes. In scripts without spaces: the pairs
/// of neighbouring characters.
pub fn of(text: &str) -> impl Iterator<Item = (Range<usize>, String)> {
    all(text).filter(|term| !term.is_extra).map(|term| (term.bytes, term.word))
}

/// The terms of a text in order, with those that only help to find it.
pub fn all(text: &str) -> impl Iterator<Item = Term> {
    Terms { text, words: text.split_word_bound_indices().peekable(), ready: VecDeque::new() }
        .filter(|term| !term.word.is_empty())
}

/// The distinct words of a text, in the order in which they first occur: at most `most`.
pub fn distinct(text: &str, most: usize) -> Vec<String> {
    let mut seen = HashSet::new();
    of(text).map(|(_, word)| word).filter(|word| seen.insert(word.clone())).take(most).collect()
}

/// The words of a text, each on a line of its own, as they are stored for filters.
pub fn joined(text: &str) -> String {
    of(text).fold("\n".to_owned(), |words, (_, word)| words + &word + "\n")
}

/// The part of [`joined`] by which a filter finds a word. A number must be there as it is, and a word
/// must begin with a single letter. Longer words may be parts of words.
pub fn wanted(word: &str) -> String {
    if has_digit(word) {
        format!("\n{word}\n")
    } else if word.chars().count() == 1 && !is_unspaced(word) {
        format!("\n{word}")
    } else {
        word.to_owned()
    }
}

/// Reads the terms of a text from its words as Unicode bounds them.
struct Terms<'a> {
    text: &'a str,
    words: Peekable<UWordBoundIndices<'a>>,
    ready: VecDeque<Term>,
}

impl Iterator for Terms<'_> {
    type Item = Term;

    fn next(&mut self) -> Option<Term> {
        loop {
            if let Some(term) = self.ready.pop_front() {
                return Some(term);
            }
            let (at, word) = self.words.next()?;
            if !word.chars().any(char::is_alphanumeric) {
                continue;
            }
            if let Some(script) = unspaced::script_of(word) {
                self.read_unspaced(script, at..at + word.len());
            } else if has_digit(word) && !word.contains(NARROW_SPACE) {
                self.read_number(at..at + word.len());
            } else {
                self.read_words(at..at + word.len());
            }
        }
    }
}

impl Terms<'_> {
    /// Reads the characters of a script without spaces, up to a character that is not of it.
    fn read_unspaced(&mut self, script: Script, first: Range<usize>) {
        let mut characters = vec![first];
        while let Some((at, word)) =
            self.words.next_if(|(_, word)| unspaced::script_of(word) == Some(script))
        {
            characters.push(at..at + word.len());
        }
        if let [only] = &characters[..] {
            self.push(only.clone(), false);
        }
        for pair in characters.windows(2) {
            self.push(pair[0].start..pair[1].end, false);
        }
        for character in characters.iter().filter(|_| characters.len() > 1) {
            if unspaced::is_word(&self.text[character.clone()]) {
                self.push(character.clone(), true);
            }
        }
    }

    /// Reads the parts of a word. Numbers among them are grouped with narrow spaces.
    fn read_words(&mut self, word: Range<usize>) {
        let mut parts = parts(&self.text[word.clone()]).peekable();
        while let Some(part) = parts.next() {
            let mut bytes = word.start + part.start..word.start + part.end;
            let is_group = number::is_group(&self.text[bytes.clone()], 3);
            while let Some(next) = parts.next_if(|next| {
                let next = word.start + next.start..word.start + next.end;
                let gap = &self.text[bytes.end..next.start];
                is_group && gap.starts_with(NARROW_SPACE) && number::continues(&self.text[next])
            }) {
                bytes.end = word.start + next.end;
            }
            self.push(bytes, false);
        }
    }

    /// Reads a word with a digit, and the groups of digits that continue it.
    fn read_number(&mut self, first: Range<usize>) {
        let mut groups = vec![first];
        if number::is_group(&self.text[groups[0].clone()], 3) {
            while let Some(next) = self.next_group(groups[groups.len() - 1].end) {
                let is_last = !number::is_group(&self.text[next.clone()], 3);
                groups.push(next);
                if is_last {
                    break;
                }
            }
        }
        let whole = groups[0].start..groups[groups.len() - 1].end;
        let text = &self.text[whole.clone()];
        // Two numbers may stand next to each other, too.
        let is_doubtful = text.contains(' ');
        self.push(whole, false);
        for group in groups.into_iter().filter(|_| is_doubtful) {
            self.push(group, true);
        }
    }

    /// Takes the next three digits if only one space separates them from `end`.
    fn next_group(&mut self, end: usize) -> Option<Range<usize>> {
        let rest = &self.text[end..];
        let space = rest.chars().next().filter(|c| number::is_space(*c))?;
        let from = end + space.len_utf8();
        let (_, word) = self.text[from..].split_word_bound_indices().next()?;
        if !number::continues(word) {
            return None;
        }
        self.words.next();
        self.words.next();
        Some(from..from + word.len())
    }

    fn push(&mut self, bytes: Range<usize>, is_extra: bool) {
        let text = &self.text[bytes.clone()];
        let number = if has_digit(text) { number::plain(text) } else { None };
        let word = number.map_or_else(|| fold(text), cut);
        self.ready.push_back(Term { bytes, word, is_extra });
    }
}

/// The parts of a word. Unicode's word boundaries keep `l'accord` and `example.org` in one piece.
fn parts(word: &str) -> impl Iterator<Item = Range<usize>> + use<'_> {
    let joins = |c: char| matches!(c, '\'' | '’' | '‘' | '.' | ':' | '_' | '·' | NARROW_SPACE);
    word.split(joins).map(move |part| {
        let at = part.as_ptr() as usize - word.as_ptr() as usize;
        at..at + part.len()
    })
}

/// Returns a word in lower case, without diacritics and invisible characters. Letters that can be
/// written in several forms get one of them.
pub fn fold(word: &str) -> String {
    // Most words, and much faster.
    if word.is_ascii() {
        return cut(word.to_ascii_lowercase());
    }
    let mut folded = String::with_capacity(word.len());
    // Decomposed first: some styled letters have no lower case.
    for c in word.nfkd().collect::<String>().to_lowercase().chars() {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            // Greek has a special sigma for the end of a word.
            'ς' => folded.push('σ'),
            // The Arabic letters alif, ya, kaf and ha are written in several ways.
            'ٱ' => folded.push('ا'),
            'ى' | 'ی' => folded.push('ي'),
            'ک' => folded.push('ك'),
            'ة' => folded.push('ه'),
            c if !c.is_ascii() && c.is_numeric() && number::digit(c).is_some() => {
                folded.extend(number::digit(c).and_then(|value| char::from_digit(value, 10)));
            }
            c if is_diacritic(c) || is_unseen(c) => {}
            c => folded.push(c),
        }
    }
    cut(folded)
}

fn cut(mut word: String) -> String {
    if let Some((end, _)) = word.char_indices().nth(LONGEST) {
        word.truncate(end);
    }
    word
}

/// Whether a character is an accent, a dot or a point. A mark that makes a different letter is not
/// (Indic nuktas and viramas, Japanese voicing marks).
fn is_diacritic(c: char) -> bool {
    canonical_combining_class(c) >= 10
}

/// Whether a character is ignored: soft hyphens, tatweels, joiners, direction marks, variation
/// selectors, and the apostrophe that counts as a letter.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{640}' | '\u{2BC}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

fn has_digit(word: &str) -> bool {
    word.chars().any(char::is_numeric)
}

/// Whether a term is of a script without spaces.
pub fn is_unspaced(word: &str) -> bool {
    unspaced::script_of(word).is_some()
}

#[cfg(test)]
mod tests;
