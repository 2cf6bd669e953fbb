//! Invisible characters.
//!
//! Names and statements must not have them, because two texts that look the same must be the same.
//! Some scripts and emoji need some of them. These stay allowed:
//!
//! - ZERO WIDTH NON-JOINER and ZERO WIDTH JOINER after a letter of a script that joins its letters
//!   or forms conjuncts (as in UAX #31, but also before a virama and at the end of a word, where
//!   Bengali, Sorani and others write them). Never two in a row.
//! - ZERO WIDTH JOINER within an emoji, which is one grapheme cluster.
//! - A variation selector after an emoji or another symbol, in a keycap, or after a letter of a
//!   script that has standardised variants.
//! - The tags that spell a flag, such as Scotland's, after a black flag.

use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

const NON_JOINER: char = '\u{200C}';
const JOINER: char = '\u{200D}';
const BLACK_FLAG: char = '\u{1F3F4}';
const KEYCAP: char = '\u{20E3}';

/// Whether a character is invisible: it only affects how other characters are joined, set or
/// broken. White space is not among them.
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// The first invisible character of a text that no rule allows, with its offset in code points.
pub fn first_refused(text: &str) -> Option<(usize, char)> {
    if !text.chars().any(is_invisible) {
        return None;
    }
    let mut at = 0;
    for cluster in text.graphemes(true) {
        let chars: Vec<char> = cluster.chars().collect();
        for (place, &c) in chars.iter().enumerate() {
            if is_invisible(c) && !is_allowed(&chars, place) {
                return Some((at + place, c));
            }
        }
        at += chars.len();
    }
    None
}

/// Whether the invisible character at this place of a grapheme cluster is allowed.
fn is_allowed(cluster: &[char], place: usize) -> bool {
    let (before, c, after) = (&cluster[..place], cluster[place], &cluster[place + 1..]);
    let Some(&last) = before.last() else { return false };
    let base = before.iter().rev().find(|c| !is_mark(**c)).copied().unwrap_or(last);
    match c {
        NON_JOINER => joins_letters(base),
        // In an emoji, a joiner is followed by another character of the cluster that is not a mark.
        JOINER => {
            joins_letters(base)
                || !base.is_alphanumeric()
                    && after.first().is_some_and(|next| !is_invisible(*next) && !is_mark(*next))
        }
        '\u{FE0E}' | '\u{FE0F}' => {
            !is_invisible(last) && !last.is_alphanumeric()
                || matches!(last, '0'..='9' | '#' | '*') && after.first() == Some(&KEYCAP)
                || is_pictograph(last)
                || has_variants(last)
        }
        '\u{FE00}'..='\u{FE0D}' | '\u{E0100}'..='\u{E01EF}' => has_variants(last),
        '\u{180B}'..='\u{180D}' | '\u{180F}' => last.script() == Script::Mongolian,
        '\u{E0020}'..='\u{E007F}' => {
            cluster[0] == BLACK_FLAG
                && cluster.last() == Some(&'\u{E007F}')
                && cluster[1..].iter().all(|c| matches!(c, '\u{E0020}'..='\u{E007F}'))
        }
        _ => false,
    }
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Emoji that Unicode classifies as letters or digits: `ℹ`, `Ⓜ`, `㊗`, `🅰`.
const fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2100}'..='\u{214F}' | '\u{2460}'..='\u{24FF}' | '\u{3200}'..='\u{32FF}' | '\u{1F100}'..='\u{1F2FF}')
}

/// Whether the script of this character joins letters or forms conjuncts.
fn joins_letters(c: char) -> bool {
    matches!(
        c.script(),
        Script::Arabic
            | Script::Syriac
            | Script::Mandaic
            | Script::Nko
            | Script::Mongolian
            | Script::Phags_Pa
            | Script::Manichaean
            | Script::Psalter_Pahlavi
            | Script::Hanifi_Rohingya
            | Script::Sogdian
            | Script::Adlam
            | Script::Devanagari
            | Script::Bengali
            | Script::Gurmukhi
            | Script::Gujarati
            | Script::Oriya
            | Script::Tamil
            | Script::Telugu
            | Script::Kannada
            | Script::Malayalam
            | Script::Sinhala
            | Script::Khmer
            | Script::Myanmar
            | Script::Tibetan
            | Script::Balinese
            | Script::Javanese
            | Script::Sundanese
            | Script::Chakma
            | Script::Grantha
            | Script::Newa
            | Script::Tirhuta
            | Script::Kaithi
            | Script::Sharada
            | Script::Modi
            | Script::Brahmi
            | Script::Syloti_Nagri
            | Script::Meetei_Mayek
            | Script::Saurashtra
    )
}

/// Whether letters of this character's script have standardised or registered variants.
fn has_variants(c: char) -> bool {
    matches!(
        c.script(),
        Script::Han
            | Script::Hiragana
            | Script::Katakana
            | Script::Myanmar
            | Script::Phags_Pa
            | Script::Manichaean
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_scripts_and_emoji_need_is_allowed() {
        for text in [
            "می\u{200c}رود",
            "کتاب\u{200c}ها",
            "ه\u{200d}",
            "ه\u{200c} و",
            "র\u{200d}্যাব",
            "ক্\u{200c}ষ",
            "क्\u{200d}ष",
            "ශ්\u{200d}රී ලංකා",
            "മലയാളം ന്\u{200d}",
            "👩\u{200d}👩\u{200d}👧",
            "👩🏽\u{200d}🚒",
            "❤\u{fe0f}\u{200d}🔥",
            "🏳\u{fe0f}\u{200d}🌈",
            "1\u{fe0f}\u{20e3}",
            "ℹ\u{fe0f}",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            "葛\u{e0100}城市",
            "ᠠ\u{180b}ᠨ",
            "Zoë Ardant, naïve café",
            "12\u{a0}%",
        ] {
            assert_eq!(first_refused(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_hides_something_is_refused() {
        for (text, at, bad) in [
            ("Awa\u{200d}", 3, '\u{200d}'),
            ("Aw\u{200c}a", 2, '\u{200c}'),
            ("\u{200d}می", 0, '\u{200d}'),
            ("می\u{200c}\u{200c}رود", 3, '\u{200c}'),
            ("ad\u{ad}min", 2, '\u{ad}'),
            ("admin\u{200b}", 5, '\u{200b}'),
            ("\u{202e}nimda", 0, '\u{202e}'),
            ("a\u{2066}b\u{2069}", 1, '\u{2066}'),
            ("שלום\u{200f}", 4, '\u{200f}'),
            ("\u{feff}Awa", 0, '\u{feff}'),
            ("A\u{fe0f}wa", 1, '\u{fe0f}'),
            ("1\u{200d}2", 1, '\u{200d}'),
            ("1\u{fe0f}2", 1, '\u{fe0f}'),
            ("Awa\u{e0041}", 3, '\u{e0041}'),
            ("Awa\u{e0100}", 3, '\u{e0100}'),
            ("ㅤ", 0, '\u{3164}'),
            ("a\u{2028}b", 1, '\u{2028}'),
            ("a\u{2800}b", 1, '\u{2800}'),
            ("👩\u{200d}", 1, '\u{200d}'),
        ] {
            assert_eq!(first_refused(text), Some((at, bad)), "{text:?}");
        }
    }
}
