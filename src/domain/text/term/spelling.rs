//! Spellings: which words count as other spellings, inflections or forms of a word, and where the
//! vocabulary keeps them.

use unicode_script::{Script, UnicodeScript};

use super::{has_digit, sound, stem, unspaced};

/// The fewest letters of a word that may be spelt differently.
const SHORTEST_ALIKE: usize = 4;
/// A word that begins with another one counts as its inflection if it has at most this many more
/// letters.
const LONGEST_ENDING: usize = 3;
/// The fewest consonants by which a name is known in another script.
const FEWEST_CONSONANTS: usize = 3;

/// Whether other spellings of this word are searched for. Not for numbers, not for short words,
/// which resemble too many others, and not in scripts without spaces.
pub fn may_be_misspelt(word: &str) -> bool {
    word.chars().nth(SHORTEST_ALIKE - 1).is_some()
        && !has_digit(word)
        && unspaced::script_of(word).is_none()
}

/// The place at which a word is kept next to its other spellings: its first consonants, and how many
/// it has. Scripts of which we know no consonants: its first letter, and how many letters it has.
pub fn place(word: &str) -> (String, i32) {
    let count = |text: &str| i32::try_from(text.chars().count()).unwrap_or(i32::MAX);
    if !may_be_misspelt(word) {
        return (String::new(), 0);
    }
    match sound::latin(word) {
        Some(latin) => {
            let sounds = sound::consonants(&latin);
            (sounds.chars().take(2).collect(), count(&sounds))
        }
        None => (word.chars().take(1).collect(), count(word)),
    }
}

/// The places at which other spellings of a word may be kept.
pub fn places_near(word: &str) -> impl Iterator<Item = (String, i32)> + use<> {
    let (sound, count) = place(word);
    let last = if sound.is_empty() { -1 } else { count + 2 };
    ((count - 2).max(0)..=last).map(move |count| (sound.clone(), count))
}

/// How similar two words are, in thousandths. None if they do not count as spellings or inflections
/// of one word.
///
/// They do if one has at most three more letters at its end. They also do if one letter was added,
/// left out, replaced, or swapped with its neighbour. If the shorter word has fewer than five
/// letters, none may differ in this way. From eight letters on, two may. Words of different scripts
/// do if this holds of their letters in the Latin alphabet, or if they have the same consonants.
/// Words with the same stem do, too.
pub fn likeness(one: &str, other: &str) -> Option<i64> {
    if one == other {
        return may_be_misspelt(one).then_some(1000);
    }
    if let (Some(stem), Some(same)) = (stem(one), stem(other))
        && stem == same
    {
        return Some(900);
    }
    if !may_be_misspelt(one) || !may_be_misspelt(other) {
        return None;
    }
    if is_latin(one) == is_latin(other) && (is_latin(one) || script_of(one) == script_of(other)) {
        return edits(one, other);
    }
    let (one, other) = (sound::latin(one)?, sound::latin(other)?);
    let (plain, same) = (sound::plain(&one), sound::plain(&other));
    if plain == same {
        return Some(950);
    }
    let by_edits = edits(&plain, &same).map(|likeness| likeness * 9 / 10);
    by_edits.or_else(|| {
        let (sounds, same) = (sound::skeleton(&one), sound::skeleton(&other));
        (sounds == same && sounds.chars().count() >= FEWEST_CONSONANTS).then_some(600)
    })
}

fn is_latin(word: &str) -> bool {
    script_of(word) == Script::Latin
}

fn script_of(word: &str) -> Script {
    word.chars().next().map_or(Script::Unknown, |c| c.script())
}

/// The likeness of two words that differ in few letters.
fn edits(one: &str, other: &str) -> Option<i64> {
    let letters_of = |word: &str| word.chars().collect::<Vec<_>>();
    let (short, long) = (letters_of(one), letters_of(other));
    let (short, long) = if short.len() <= long.len() { (short, long) } else { (long, short) };
    let edits = if long.starts_with(&short) && long.len() - short.len() <= LONGEST_ENDING {
        long.len() - short.len()
    } else {
        let most = match short.len() {
            ..5 => 0,
            5..8 => 1,
            _ => 2,
        };
        // A quick test rules out most words: by their lengths, or by letters that only one of them
        // has.
        if long.len() - short.len() > most
            || (letters(&short) ^ letters(&long)).count_ones() as usize > 2 * most
        {
            return None;
        }
        Some(strsim::osa_distance(one, other)).filter(|edits| *edits <= most)?
    };
    let lost = i64::try_from(2000 * edits / long.len()).unwrap_or(1000);
    Some((1000 - lost).max(400))
}

/// The set of a word's letters, in 64 bits that several letters may share. One edit changes at most
/// two of them.
fn letters(word: &[char]) -> u64 {
    word.iter().fold(0, |letters, letter| letters | 1 << (u32::from(*letter) % 64))
}
