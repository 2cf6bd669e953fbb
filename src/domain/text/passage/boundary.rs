//! Decides whether a sentence ends at a place in a line, and how certain that is.
//!
//! An end is certain only if everything supports it: a mark that ends sentences; before it, a word
//! that is not an abbreviation, an initial or an ordinal; no open bracket or quotation; and after
//! it, a plausible beginning. Sentence splitters often end sentences too early, but a reading unit
//! must not end too early. Nothing here uses the article's language, because that may be missing or
//! wrong.

use super::lexicon::{is_abbreviation, is_own_abbreviation, is_starter, is_word};
use super::marks::{CLOSERS, DASHES, GOING_ON, OPENERS, STOPS, Tail};
use super::particle::{NAMES, follows_as_particle};
use super::word::{
    Script, Shape, first_word, has_full_ending, has_whole_ending, is_cased,
    is_compound_abbreviation, is_format, is_prefixed_abbreviation, is_spoken, is_whole,
    is_whole_semitic, last_word, script_of,
};
use std::collections::HashSet;
use unicode_segmentation::UnicodeSegmentation;

/// The relation of a place in a line to the sentences around it. Later values are more certain
/// ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Boundary {
    /// The place is within a sentence.
    Inside,
    /// A sentence may end here, but a reader may also read on.
    Doubtful,
    /// A sentence ends here.
    Certain,
}

use Boundary::{Certain, Doubtful, Inside};

/// The words that a text has somewhere without a full stop after them. In this text, they are not
/// abbreviations.
#[derive(Debug)]
pub(super) struct Plain<'a>(HashSet<&'a str>);

/// The most letters of a short word. Abbreviations are rarely longer.
const SHORT: usize = 5;

impl<'a> Plain<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let words =
            text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().nth(1).is_some());
        let stands_plain = |word: &&str| {
            let end = word.as_ptr().addr() - text.as_ptr().addr() + word.len();
            let after = &text[end..];
            after.starts_with([',', ';', ':', '!', '?', '،', '؛'])
                || after
                    .strip_prefix(' ')
                    .is_some_and(|next| next.starts_with(char::is_alphanumeric))
        };
        Self(words.filter(stands_plain).collect())
    }
}

/// A place in a line, and what is around it.
pub(super) struct Place<'a> {
    /// The line before the place, from the beginning of the sentence.
    pub before: &'a str,
    /// The rest of the line.
    pub after: &'a str,
    /// Whether a bracket is open there.
    pub in_brackets: bool,
    /// Whether a quotation is open there.
    pub in_quotes: bool,
    /// The bracket or quotation that was closed between the last mark and the place.
    pub tail: Option<Tail>,
}

/// Decides how a place relates to the sentences around it.
pub(super) fn judge(place: &Place, plain: &Plain) -> Boundary {
    // Text that is far away does not matter. Reading all of it for each place would be slow in a
    // long line.
    let from = place.before.len().saturating_sub(AHEAD);
    let place = &Place {
        before: &place.before[place.before.ceil_char_boundary(from)..],
        after: &place.after[..place.after.floor_char_boundary(AHEAD)],
        ..*place
    };
    let core = place.before.trim_end_matches(|c: char| c.is_whitespace() || CLOSERS.contains(c));
    let after = place.after.trim_start();
    let Some(next) = after.chars().next() else { return Certain };
    let Some(stop) = core.chars().next_back().filter(|c| STOPS.contains(*c)) else {
        return Inside;
    };
    if CLOSERS.contains(next) && !OPENERS.contains(next)
        || next != '¡' && next != '¿' && STOPS.contains(next)
        || next == '%'
    {
        return Inside;
    }
    let first = after.chars().find(|c| c.is_alphanumeric());
    if first.is_some_and(char::is_lowercase) || place.in_brackets && closes_soon(after) {
        return Inside;
    }
    let by_stop = match stop {
        '.' if core.ends_with("..") => Doubtful,
        '.' | '．' => after_full_stop(core, place, plain),
        '…' => Doubtful,
        stop if GOING_ON.contains(stop) => Doubtful,
        '!' | '?' => after_call(core, place),
        '۔' => after_urdu_stop(core),
        _ if NAMES.iter().any(|name| core.ends_with(name)) => Inside,
        '؟' => after_call(core, place),
        stop if is_own_abbreviation(last_word(without_extras(core.trim_end_matches(stop)))) => {
            Inside
        }
        stop => after_other(stop, after),
    };
    let goes_on = place.in_quotes
        || place.in_brackets
        || first.is_none()
        || first.is_some_and(char::is_numeric)
        || DASHES.contains(next)
        || "([（［【".contains(next)
        || place.tail.as_ref().is_some_and(|tail| tail.may_go_on(first.is_some_and(is_cased)))
        || follows_as_particle(after);
    if goes_on { by_stop.min(Doubtful) } else { by_stop }
}

/// How many bytes before and after a place are read.
const AHEAD: usize = 500;

fn closes_soon(after: &str) -> bool {
    let mark = after[..after.floor_char_boundary(AHEAD)]
        .chars()
        .find(|c| "()[]{}（）［］【】".contains(*c));
    mark.is_some_and(|mark| ")]}）］】".contains(mark))
}

/// Whether a line cannot begin a sentence: it begins with a lower-case letter, or with a particle
/// that belongs to the text before it.
pub(super) fn continues(after: &str) -> bool {
    let after = after[..after.floor_char_boundary(AHEAD)].trim_start();
    after.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_lowercase)
        || follows_as_particle(after)
}

/// Whether a line ends in a full stop after an initial, an abbreviation or an ordinal, so that its
/// sentence may go on.
pub(super) fn ends_in_abbreviation(line: &str) -> bool {
    let core = line.trim_end_matches(|c: char| c.is_whitespace() || CLOSERS.contains(c));
    let Some(rest) = core.strip_suffix(['.', '．', '۔']) else { return false };
    let word = last_word(rest);
    match Shape::of(word, rest) {
        Shape::None | Shape::Number => false,
        Shape::Initial | Shape::Dotted | Shape::Ordinal | Shape::Roman => true,
        Shape::Word => is_abbreviation(word) && !is_word(word),
    }
}

/// Judges a place after a full stop, which also ends abbreviations, initials and ordinals.
fn after_full_stop(core: &str, place: &Place, plain: &Plain) -> Boundary {
    let after = place.after.trim_start();
    if place.before.ends_with(|c: char| !c.is_whitespace())
        && !place.after.starts_with(char::is_whitespace)
    {
        return Inside;
    }
    let rest = &core[..core.len() - core.chars().next_back().map_or(0, char::len_utf8)];
    let bare = without_extras(rest);
    let word = last_word(bare);
    // At the beginning, or after another mark, a number is the number of a list item: `1.`
    let ahead = bare[..bare.len() - word.len()].trim_end();
    let is_first = ahead.ends_with(|c| STOPS.contains(c)) || !ahead.contains(char::is_alphanumeric);
    let next = first_word(after);
    let starts = begins_a_sentence(after, next);
    let unless_starts = |otherwise| if starts { Certain } else { otherwise };
    let next_script = next.chars().next().map_or(Script::Cased, script_of);
    let by_word = match Shape::of(word, bare) {
        Shape::Ordinal | Shape::Number | Shape::Roman if is_first => Inside,
        Shape::Initial | Shape::Dotted => Inside,
        Shape::Ordinal | Shape::Roman => unless_starts(Inside),
        Shape::Number if next_script != Script::Cased => Certain,
        // No word: "N°.", "5 %."
        Shape::None | Shape::Number => unless_starts(Doubtful),
        Shape::Word => after_word(word, next, starts, place, plain),
    };
    // "Gen (rtd).": the full stop belongs to the word before the bracket.
    match bare.rsplit_once(['(', '[', '（', '［']) {
        Some((head, inner))
            if rest.len() > bare.len() && !inner.contains([')', ']', '）', '］']) && !starts =>
        {
            let title = last_word(head.trim_end());
            // "Colonel (retired)."
            let is_note =
                inner.split_whitespace().nth(2).is_none() && !inner.starts_with(char::is_uppercase);
            let by_title = after_word(title, next, starts, place, plain);
            if is_note { Doubtful } else { by_word.min(by_title).max(Doubtful) }
        }
        _ => by_word,
    }
}

/// Judges a place after a full stop and a word that is not an initial.
fn after_word(word: &str, next: &str, starts: bool, place: &Place, plain: &Plain) -> Boundary {
    let unless = |certain: bool| if certain { Certain } else { Doubtful };
    let script = word.chars().find(|c| c.is_alphabetic()).map_or(Script::Cased, script_of);
    let common = is_word(word);
    let stands_plain = plain.0.contains(word);
    // A word is not an abbreviation if the text also has it without a full stop. Our own list
    // counts in any case.
    let abbreviated = is_own_abbreviation(word) || is_abbreviation(word) && !stands_plain;
    let letters = word.graphemes(true).count();
    let known = starts || stands_plain || begins_with_and(next);
    match script {
        _ if abbreviated && !common => Inside,
        Script::Stopless => Doubtful,
        Script::Semitic if letters < 3 || is_prefixed_abbreviation(word) => Doubtful,
        Script::Semitic => unless(known || is_whole_semitic(word)),
        Script::Danda | Script::Indic if letters < 4 => Doubtful,
        Script::Danda if has_danda_near(place) => Doubtful,
        Script::Danda | Script::Indic => unless(known || letters > 4 || has_full_ending(word)),
        Script::Georgian if letters < 5 => Doubtful,
        Script::Georgian | Script::Hangul => unless(known || has_full_ending(word)),
        Script::Cased if abbreviated && next.starts_with(char::is_numeric) => Inside,
        Script::Cased if abbreviated => unless(starts),
        Script::Cased if letters > SHORT => {
            let is_long = has_whole_ending(word) && !is_compound_abbreviation(word);
            unless(is_whole(word) && (known || common || is_long))
        }
        Script::Cased => unless(known || common || is_spoken(word)),
    }
}

/// Whether an Arabic word is a verb or a noun with an article, together with the word "and".
fn begins_with_and(word: &str) -> bool {
    word.starts_with('و')
        && ["وال", "وأ", "وي", "وت", "وسي", "وست", "ولل", "وإ", "وب"]
            .iter()
            .any(|start| word.starts_with(start))
}

/// The text before a full stop without what may stand between its last word and the mark: white
/// space, invisible characters, closing marks, tags, and the numbers of notes.
fn without_extras(rest: &str) -> &str {
    let mut bare = rest;
    loop {
        let trimmed = bare.trim_end_matches(|c: char| {
            c.is_whitespace() || is_format(c) || CLOSERS.contains(c) && !"'’".contains(c)
        });
        // "(ret.)."
        let trimmed = if trimmed.len() < bare.len() {
            trimmed.trim_end_matches(['.', '!', '?', '…'])
        } else {
            trimmed
        };
        let closed = &bare[trimmed.len()..];
        let is_note = |c: char| c.is_numeric() || ", –-".contains(c);
        let note = trimmed.trim_end_matches(is_note).strip_suffix(['[', '(']);
        let tag = trimmed.ends_with('>').then(|| trimmed.rfind('<')).flatten();
        let next = match (note, tag) {
            (Some(head), _) if closed.contains([']', ')']) => head,
            (_, Some(start)) if trimmed.len() - start < TAG => &trimmed[..start],
            _ => trimmed,
        };
        if next.len() == bare.len() {
            return bare;
        }
        bare = next;
    }
}

/// The most bytes of a tag such as `</b>`.
const TAG: usize = 60;

/// Whether there is a danda near the place, so that the text ends its sentences with dandas.
fn has_danda_near(place: &Place) -> bool {
    place.before.contains(['।', '॥']) || place.after.contains(['।', '॥'])
}

/// Articles and prepositions that begin both sentences and names: "Le président", "Le Guen".
const PARTICLES: [&str; 16] = [
    "le", "la", "el", "lo", "de", "du", "da", "do", "di", "al", "del", "dos", "des", "an", "ma",
    "ha",
];

/// Whether `word`, the first word of `after`, begins a sentence. It does not if it is an initial
/// ("A. Smith") or a part of a name ("D'Arcy").
fn begins_a_sentence(after: &str, word: &str) -> bool {
    let rest = after.split_once(word).map_or("", |(_, rest)| rest);
    let then = rest.trim_start_matches(['\'', '’']).trim_start().chars().next();
    let then_lower = then.is_some_and(char::is_lowercase);
    let is_letter = word.chars().nth(1).is_none();
    match rest.chars().next() {
        Some('.') => !is_letter && is_starter(word),
        // "L'activité", "Qu'il", "It's"
        Some('\'' | '’') => then_lower && (word.chars().nth(2).is_none() || is_starter(word)),
        _ => is_starter(word) || then_lower && PARTICLES.contains(&word.to_lowercase().as_str()),
    }
}

/// Judges a place after `!` or `?`, which also end some names.
fn after_call(core: &str, place: &Place) -> Boundary {
    let rest = core.trim_end_matches(['!', '?', '؟']);
    let Some(next) = place.after.trim_start().chars().find(|c| c.is_alphanumeric()) else {
        return Doubtful;
    };
    let spaced =
        place.before.ends_with(char::is_whitespace) || place.after.starts_with(char::is_whitespace);
    if !spaced && script_of(next) == Script::Cased {
        return Inside;
    }
    let word = last_word(without_extras(rest));
    let first = first_word(place.after);
    let starts = is_starter(first) || begins_with_and(first);
    // "Panic! At the Disco", "Guess? Inc.", "the series 'Who was it?' Host": the mark may belong to
    // a name, and the sentence goes on.
    let is_quoted = place.before.trim_end().ends_with(|c| CLOSERS.contains(c));
    let is_caseless = !word.chars().next().is_some_and(is_cased);
    if word.starts_with(char::is_uppercase) || (is_caseless || is_quoted) && !starts {
        Doubtful
    } else {
        Certain
    }
}

/// Judges a place after the full stop of Urdu, which also ends initials.
fn after_urdu_stop(core: &str) -> Boundary {
    const ENDINGS: [&str; 24] = [
        "ہے", "ہیں", "تھا", "تھے", "تھی", "گا", "گے", "گی", "گئی", "گئے", "گیا", "کیا", "دیا",
        "لیا", "ہو", "ہوا", "ہوئی", "کی", "کیے", "رہا", "رہی", "رہے", "دی", "لی",
    ];
    let rest = without_extras(core.trim_end_matches('۔'));
    let word = last_word(rest);
    match Shape::of(word, rest) {
        Shape::Initial | Shape::Dotted => Inside,
        Shape::Word if ENDINGS.contains(&word) => Certain,
        // The verb comes last, and most verbs end in a vowel.
        Shape::Word
            if word.graphemes(true).count() > 3
                && !is_abbreviation(word)
                && word.ends_with(['ا', 'ے', 'ی', 'ں', 'و', 'ہ']) =>
        {
            Certain
        }
        _ => Doubtful,
    }
}

/// Judges a place after another mark. Many scripts have marks that only end sentences.
fn after_other(stop: char, after: &str) -> Boundary {
    match stop {
        // If a particle follows, `judge` makes this doubtful.
        '。' | '｡' | '！' | '？' | '।' | '॥' | '։' | '؟' | '።' | '፨' | '။' | '។' | '៕' | '᠃'
        | '෴' | '‼' | '⁇' | '⁈' | '⁉' | '‽'
            if !after.is_empty() =>
        {
            Certain
        }
        _ => Doubtful,
    }
}
