//! The form of a word next to a mark: an initial, an ordinal, or an abbreviated word.

use unicode_segmentation::UnicodeSegmentation;

use super::lexicon::{has_known_ending, is_own_abbreviation, is_word};

/// The form of the word before a full stop.
pub(super) enum Shape {
    /// There is no word, but for example a percent sign.
    None,
    /// One letter.
    Initial,
    /// A part of an abbreviation with several full stops, such as `e.g`.
    Dotted,
    /// A number of one or two digits.
    Ordinal,
    /// A longer number.
    Number,
    /// A Roman numeral.
    Roman,
    /// Anything else.
    Word,
}

impl Shape {
    pub(super) fn of(word: &str, rest: &str) -> Self {
        let before = &rest[..rest.len() - word.len()];
        let mut letters = word.graphemes(true);
        if word.is_empty() {
            Self::None
        } else if word.chars().all(|c| c.is_numeric() || ".,:/-".contains(c)) {
            let digits = word.chars().rev().take_while(|c| c.is_numeric()).count();
            if digits > 2 || word.contains([',', ':']) { Self::Number } else { Self::Ordinal }
        } else if before.ends_with(['.', '．', '۔']) || word.contains('.') {
            Self::Dotted
        } else if letters.nth(1).is_none() {
            Self::Initial
        } else if word.chars().all(|c| "IVXLCDM".contains(c)) {
            Self::Roman
        } else {
            Self::Word
        }
    }
}

/// The last word of `rest`, which is the text before a full stop.
pub(super) fn last_word(rest: &str) -> &str {
    let is_part = |c: char| {
        c.is_alphanumeric()
            || is_mark(c)
            || matches!(c, '\'' | '’' | 'ʼ' | '׳' | '״' | '\u{200c}' | '\u{200d}')
    };
    let mut start = rest.trim_end_matches(is_part).len();
    if rest[start..].chars().all(char::is_numeric) {
        // A number with its points and commas.
        start = rest.trim_end_matches(|c: char| c.is_numeric() || ".,:/-".contains(c)).len();
        start += rest[start..].find(char::is_numeric).unwrap_or_default();
    }
    let word = &rest[start..];
    let word = word.trim_start_matches(['\'', '’']);
    // "d'A." ends in an initial. "don't" is one word.
    match word.rsplit_once(['\'', '’', 'ʼ']) {
        Some((_, last)) if last.chars().next().is_some_and(char::is_uppercase) => last,
        _ => word,
    }
}

fn is_mark(c: char) -> bool {
    // `is_alphanumeric` is false for many combining marks. A mark joins the cluster of the letter
    // before it.
    !c.is_alphanumeric() && !c.is_whitespace() && !c.is_ascii() && {
        let mut pair = String::from("क");
        pair.push(c);
        pair.graphemes(true).nth(1).is_none()
    }
}

/// Whether a character is invisible, such as a zero-width space or a soft hyphen.
pub(super) const fn is_format(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

pub(super) fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase()
}

/// Groups of scripts with different rules for the full stop.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// Scripts with capitals: Latin, Cyrillic, Greek and others.
    Cased,
    /// Arabic, Hebrew and their neighbours.
    Semitic,
    /// Hindi, Bengali and others that end sentences with a danda.
    Danda,
    /// Tamil, Telugu, Gujarati and others that end sentences with a full stop.
    Indic,
    Hangul,
    Georgian,
    /// Scripts in which a full stop does not end a sentence: Armenian, Thai, Ethiopic, Chinese and
    /// others.
    Stopless,
}

pub(super) fn script_of(c: char) -> Script {
    match u32::from(c) {
        0x0530..=0x058F
        | 0x0E00..=0x0FFF
        | 0x1000..=0x109F
        | 0x1200..=0x139F
        | 0x1780..=0x17FF
        | 0x3000..=0x30FF
        | 0x3400..=0x9FFF
        | 0xF900..=0xFAFF
        | 0x20000..=0x3FFFF => Script::Stopless,
        0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF => Script::Semitic,
        0x0900..=0x0A7F | 0x0B00..=0x0B7F => Script::Danda,
        0x0A80..=0x0AFF | 0x0B80..=0x0DFF => Script::Indic,
        0x10A0..=0x10FF | 0x1C90..=0x1CBF | 0x2D00..=0x2D2F => Script::Georgian,
        0x1100..=0x11FF | 0xAC00..=0xD7AF => Script::Hangul,
        _ => Script::Cased,
    }
}

/// Whether a Hebrew word is an abbreviation with a prefix. Hebrew writes some short words together
/// with the next one.
pub(super) fn is_prefixed_abbreviation(word: &str) -> bool {
    let bare = word.trim_start_matches(['ש', 'ה', 'ו', 'ב', 'ל', 'כ', 'מ']);
    let cut = (1..=2).filter_map(|count| word.char_indices().nth(count).map(|(at, _)| &word[at..]));
    word.starts_with(['ש', 'ה', 'ו', 'ב', 'ל', 'כ', 'מ'])
        && cut.chain([bare]).any(|rest| rest.chars().nth(1).is_some() && is_own_abbreviation(rest))
}

/// The consonants of Latin, Cyrillic and Greek. In other scripts with capitals, every letter counts
/// as a vowel.
const CONSONANTS: &str = "bcdfghjklmnpqrstvwxzßçðñþćĉċčďđĝğġģĥħĵķĺļľłńņňŋŕŗřśŝşšţťŧŵźżžșțбвгґджзйклмнпрстфхцчшщьъђћјљњџѓќђўβγδζθκλμνξπρσςτφχψ";

/// Whether a long word does not look abbreviated: it has a vowel, no capital among its lower-case
/// letters, and in Greek an ending of a Greek word.
pub(super) fn is_whole(word: &str) -> bool {
    let lower = word.to_lowercase();
    let is_mixed =
        word.chars().skip(1).any(char::is_uppercase) && word.contains(char::is_lowercase);
    let is_cut = |c: char| "βγδζθκλμξπστφχψ".contains(c);
    lower.chars().any(|c| !CONSONANTS.contains(c)) && !is_mixed && !lower.ends_with(is_cut)
}

/// Whether a long word ends like a whole word: in a vowel, or in a known ending.
pub(super) fn has_whole_ending(word: &str) -> bool {
    let lower = word.to_lowercase();
    lower.chars().next_back().is_some_and(|c| !CONSONANTS.contains(c))
        || lower.ends_with('s') && !lower.ends_with("ss") && !lower.ends_with("is")
        || has_known_ending(&lower)
        || lower.is_ascii() && lower.ends_with("ed")
}

/// Words that are put before a title, in one word with it.
const RANKS: &[&str] = &[
    "vice", "vize", "wice", "více", "alt", "ober", "haupt", "polizei", "landes", "bundes",
    "general", "general-", "under", "sub", "pod", "nad", "ex", "eks", "pro", "arch", "erz", "віце",
    "екс", "зам", "обер", "під", "вице", "экс", "под",
];

/// Whether a word consists of a rank and an abbreviated title: "Vizepräs.", "віцепрем."
pub(super) fn is_compound_abbreviation(word: &str) -> bool {
    let lower = word.to_lowercase();
    RANKS.iter().filter_map(|rank| lower.strip_prefix(rank)).any(|title| {
        title.chars().nth(2).is_some() && is_own_abbreviation(title) && !is_word(title)
    })
}

/// Whether a word of a script without capitals has an ending of whole words.
pub(super) fn has_full_ending(word: &str) -> bool {
    const LAST: &str = "다요죠까음함임됨네라야자세지ად აეიოუსთნვ";
    word.chars().next_back().is_some_and(|c| {
        LAST.contains(c) || !c.is_alphabetic() && !matches!(script_of(c), Script::Hangul)
    })
}

/// An Arabic word without its article and the short words that are written together with it.
fn stem_of(word: &str) -> &str {
    let bare = word.trim_start_matches(['و', 'ف', 'ب', 'ك']);
    let article = |word: &'_ str| {
        ["ال", "لل"].iter().find(|article| word.starts_with(**article)).map(|article| article.len())
    };
    match (article(word), article(bare)) {
        (Some(length), _) => &word[length..],
        (_, Some(length)) => &bare[length..],
        _ => word,
    }
}

/// Whether an Arabic or Hebrew word is hardly an abbreviation: it is long, or it has an ending that
/// is lost when a word is cut, and no mark of an abbreviation.
pub(super) fn is_whole_semitic(word: &str) -> bool {
    if word.contains(['״', '"', '׳', '\'', '’']) {
        return false;
    }
    let stem = stem_of(word);
    let letters = stem.chars().filter(|c| c.is_alphabetic()).count();
    letters > 5
        || is_word(stem)
        || word.ends_with('\u{64B}')
        || word.ends_with(['ة', 'ى', 'ه', 'ء', 'ي', 'ی', 'ہ', 'ے'])
        || letters > 3 && word.ends_with('ا')
        || letters > 4 && word.ends_with("ند")
        || ["ون", "ين", "ان", "ات", "ים", "ות", "هم", "تم", "وا", "اں", "یں"]
            .iter()
            .any(|ending| word.ends_with(ending))
        || word.ends_with(['ה', 'ם', 'ך', 'ף', 'ץ', 'ו'])
}

/// Whether a short word in lower case has at least two syllables and ends in a vowel. Abbreviations
/// end in a consonant, so it is a whole word.
pub(super) fn is_spoken(word: &str) -> bool {
    let vowel = |c: char| c.is_lowercase() && !CONSONANTS.contains(c);
    let letters: Vec<char> = word.chars().collect();
    let syllables = letters
        .iter()
        .enumerate()
        .filter(|&(at, &c)| vowel(c) && (at == 0 || !vowel(letters[at - 1])))
        .count();
    letters.iter().all(|c| c.is_lowercase())
        && syllables > 1
        && letters.last().is_some_and(|&c| vowel(c))
}

/// The first word of a text.
pub(super) fn first_word(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let end = text.find(|c: char| !c.is_alphanumeric() && !is_mark(c)).unwrap_or(text.len());
    &text[..end]
}
