//! Lists of words: abbreviations, words that begin, end or announce sentences, and endings of words.
//!
//! Each list is used for every language at once. An article's language may be missing or wrong, and
//! a verdict must not depend on it.

use std::collections::HashSet;
use std::sync::LazyLock;

use sentencex::languages::Language;

/// The languages whose abbreviations sentencex knows.
const KNOWN_BY_SENTENCEX: [&str; 26] = [
    "am", "ar", "bg", "bn", "da", "de", "el", "en", "es", "fi", "fr", "gu", "hi", "it", "kk", "kn",
    "ml", "nl", "pa", "pl", "pt", "ru", "sk", "ta", "te", "uk",
];

static OWN_ABBREVIATIONS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| listed(include_str!("abbreviations.txt")).collect());

static ABBREVIATIONS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let theirs = KNOWN_BY_SENTENCEX.into_iter().flat_map(|language| {
        let language: Box<dyn Language> = sentencex::language_factory(language);
        language.get_abbreviations().iter().map(|word| word.to_lowercase()).collect::<Vec<_>>()
    });
    let ours = OWN_ABBREVIATIONS.iter().map(|word| (*word).to_owned());
    ours.chain(theirs.map(|word| word.trim_end_matches('.').to_owned())).collect()
});

static STARTERS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| listed(include_str!("starters.txt")).collect());

static WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| listed(include_str!("words.txt")).collect());

static ANNOUNCERS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| listed(include_str!("announcers.txt")).collect());

static ENDINGS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| listed(include_str!("endings.txt")).collect());

fn listed(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace)
}

/// Whether a full stop after this word may belong to the word.
pub(super) fn is_abbreviation(word: &str) -> bool {
    ABBREVIATIONS.contains(word.to_lowercase().as_str())
}

/// Whether this word is in our own list, which contains only abbreviations.
pub(super) fn is_own_abbreviation(word: &str) -> bool {
    OWN_ABBREVIATIONS.contains(word.to_lowercase().as_str())
}

/// Whether this word begins sentences, and is not a part of a name.
pub(super) fn is_starter(word: &str) -> bool {
    STARTERS.contains(word.to_lowercase().as_str())
}

/// Whether this short word ends sentences.
pub(super) fn is_word(word: &str) -> bool {
    WORDS.contains(word.to_lowercase().as_str())
}

/// Whether this word, at the end of a line without a mark, announces what the next line says.
pub(super) fn announces(word: &str) -> bool {
    ANNOUNCERS.contains(word.to_lowercase().as_str())
}

/// Whether a long word in lower case ends like a whole word, although in a consonant.
pub(super) fn has_known_ending(word: &str) -> bool {
    let cut = word.char_indices().rev().take(6).map(|(at, _)| &word[at..]);
    cut.into_iter().any(|ending| ENDINGS.contains(ending))
}
