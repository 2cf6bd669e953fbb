//! Scripts that are written without spaces between words: Chinese, Japanese, Thai, Lao, Khmer and
//! Burmese.
//!
//! A search looks for pairs of neighbouring characters there. So it finds a word wherever it stands,
//! without a dictionary that would have to know it, and a text with the whole word has more pairs of
//! it than a text in which its characters are scattered.

use unicode_script::{Script, UnicodeScript};

/// The script of a character, if it is written without spaces. Han and Hiragana count as one.
/// Katakana is not among them: its words are names, and stay whole.
pub fn script(c: char) -> Option<Script> {
    match c.script() {
        Script::Han | Script::Hiragana => Some(Script::Han),
        script @ (Script::Thai | Script::Lao | Script::Khmer | Script::Myanmar) => Some(script),
        _ => None,
    }
}

/// The script of a word's first character, if it is written without spaces.
pub fn script_of(word: &str) -> Option<Script> {
    // A quick answer for most words.
    word.chars().next().filter(|c| *c >= '\u{E00}').and_then(script)
}

/// Whether a character is a word by itself often enough that texts are found by it alone.
pub fn is_word(character: &str) -> bool {
    character.chars().all(|c| c.script() == Script::Han)
}
