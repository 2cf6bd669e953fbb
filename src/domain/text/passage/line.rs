//! The form of a line: a lead-in, a heading, an item of a list, a part of a dialogue.

use super::lexicon::{announces, is_starter};
use super::marks::{OPENERS, STOPS};
use super::unit::{LATER, UNWRAPPED};
use super::word::{is_cased, last_word};

/// The fewest characters of a lead-in without spaces, less one.
const UNSPACED_LEAD: usize = 7;

/// Words without a space before them that announce what is said, at the end of a line.
const UNSPACED: [&str; 14] = [
    "ว่า",
    "ថា",
    "ວ່າ",
    "说",
    "說",
    "称",
    "稱",
    "表示",
    "否认",
    "否認",
    "声称",
    "聲稱",
    "指出",
    "認為",
];

/// Whether a line has no mark at its end, and its last word needs another one after it: "It is not
/// true that".
pub(super) fn hangs(end: &str) -> bool {
    if end.ends_with(|c| STOPS.contains(c)) {
        return false;
    }
    let word = last_word(end);
    if word.chars().next().is_some_and(is_cased) {
        word.starts_with(char::is_lowercase) && (is_starter(word) || announces(word))
    } else {
        // Without capitals, a lead-in looks like a heading. In case of doubt, it is one of
        // several words, or of some length in a script without spaces.
        announces(word)
            || UNSPACED.iter().any(|word| end.ends_with(word))
            || end.split_whitespace().nth(1).is_some()
            || word.chars().nth(UNSPACED_LEAD).is_some()
    }
}

/// Whether a dialogue goes on: the line begins with a dash, and the words that name the speaker may
/// stand in the rest of it. "— He took it. He fled, — lied the president."
pub(super) fn is_dialogue(line: &str, at: usize) -> bool {
    let (before, rest) = line.split_at(at);
    let rest = &rest[..rest.floor_char_boundary(LATER)];
    let before = &before[before.ceil_char_boundary(before.len().saturating_sub(LATER / 3))..];
    let begins = |marks: &[&str], text: &str| marks.iter().any(|mark| text.contains(mark));
    let line = line.trim_start();
    line.starts_with(['—', '–', '―', '⸺'])
        || line.starts_with(['-', '‐', '‑', '−']) && begins(&[" — ", " – ", " - ", " -", "—"], rest)
        || begins(&[", —", ", –", ", -", "! —", "? —", "! –", "? –"], rest)
            && begins(&[". —", ". –", ". -", ": —", ": –", ": -", "! —", "? —", "… —"], before)
}

/// Whether a line has at most three words, as a verdict or its heading.
pub(super) fn is_brief(line: &str) -> bool {
    line.split_whitespace().nth(3).is_none() && line.chars().nth(24).is_none()
}

/// Whether a line begins with a label: "Claim: …", "Our verdict: …".
pub(super) fn is_labelled(line: &str) -> bool {
    let split = line.split_once([':', '：']).or_else(|| line.split_once(" – "));
    split.or_else(|| line.split_once(" — ")).is_some_and(|(label, rest)| {
        !rest.trim().is_empty()
            && label.contains(char::is_alphabetic)
            && label.chars().nth(30).is_none()
            && label.split_whitespace().nth(3).is_none()
            && !label.contains(|c| STOPS.contains(c))
    })
}

/// Whether a single quotation mark closes a quotation in this line.
pub(super) fn closes_single(line: &str) -> bool {
    line.match_indices(['’', '\'']).any(|(at, mark)| {
        line[..at].ends_with(|c| STOPS.contains(c))
            && !line[at + mark.len()..].starts_with(char::is_alphanumeric)
    })
}

/// Whether a line without a mark at its end was meant to end there: it is short, the next word
/// would have fitted, and the line below was not wrapped.
pub(super) fn is_heading(line: &str, next: &str) -> bool {
    let (length, below) = (line.chars().count(), next.chars().count());
    let word = next.split_whitespace().next().unwrap_or_default().chars().count();
    length < UNWRAPPED
        && below >= UNWRAPPED
        && length + 1 + word <= below
        && line.split_whitespace().nth(12).is_none()
}

/// Marks at the start of a list item.
const BULLETS: &str = "-‐‑–—―−•*·‣⁃▪▫■□●○◦◆◇★☆➢➤►▶▸→✓✔✗✘☑☐+>|※・";

/// Whether a line is an item of a list: it begins with a bullet, a number or a letter, in the form
/// of an item.
pub(super) fn is_item(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| {
        c.is_whitespace() || OPENERS.contains(c) && !"([（".contains(c)
    });
    if line.starts_with(|c| BULLETS.contains(c)) {
        return true;
    }
    let (bracketed, line) = match line.strip_prefix(['(', '[', '（']) {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let Some(first) = line.chars().next() else { return false };
    if matches!(first, '①'..='⓿' | '❶'..='➓' | '㈠'..='㈩' | '🅐'..='🅩') {
        return true;
    }
    let number = |c: char| c.is_numeric() || "一二三四五六七八九十百〇零".contains(c);
    let mut end = line.find(|c: char| !number(c)).unwrap_or(line.len());
    if end > 0 {
        // Longer numbers: `1.2.` and `1.a)`.
        let more = line[end..].find(|c: char| !c.is_alphanumeric() && c != '.').unwrap_or(0);
        if line[end..].starts_with('.') && line[end..end + more].chars().nth(4).is_none() {
            end += line[end..end + more].trim_end_matches('.').len();
        }
    } else {
        let letters = line.find(|c: char| !c.is_alphabetic()).unwrap_or(line.len());
        let (word, rest_is_stop) = (&line[..letters], line[letters..].starts_with('.'));
        // "M. Diop" and "S. Sow" begin paragraphs. Lists rarely have that many items.
        let is_number = word.chars().nth(1).is_none()
            && (!rest_is_stop
                || word.starts_with(char::is_lowercase)
                || "ABCDEFGHIVXАБВГДЕЄЖЗІΑΒΓΔΕΖΗΘ".contains(word)
                || !word.starts_with(char::is_uppercase))
            || word.chars().nth(6).is_none()
                && word.to_lowercase().chars().all(|c| "ivxlc".contains(c));
        if !is_number {
            return false;
        }
        end = letters;
    }
    let rest = &line[end..];
    let Some(mark) = rest.chars().next().filter(|_| line[..end].chars().nth(8).is_none()) else {
        return false;
    };
    let after = &rest[mark.len_utf8()..];
    match mark {
        ')' | '）' | ']' => true,
        '、' | '．' => !bracketed,
        // "A. Smith" may also be an item. In case of doubt, it counts as one.
        '.' | '-' | '–' | '۔' | '।' | '°' | 'º' => {
            !bracketed && after.starts_with(char::is_whitespace)
        }
        _ => false,
    }
}
