//! Terms: the words of a text in the form in which a search looks them up. Case and diacritics do
//! not matter, and small differences in spelling are tolerated.
//!
//! Nothing here reads the database. Invariant: the same words give the same terms, in a document
//! and in a search.

use std::collections::HashSet;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_segmentation::UnicodeSegmentation;

/// How many code points of a word are kept. A longer word is cut, so that no text is refused
/// because of it.
const LONGEST: usize = 64;
/// The fewest letters of a word that may be spelt differently.
const SHORTEST_ALIKE: usize = 4;
/// A word that begins with another one counts as its inflection if it has at most this many more
/// letters.
pub const LONGEST_ENDING: usize = 3;

/// The words of a text in order, each with its range of bytes.
pub fn of(text: &str) -> impl Iterator<Item = (Range<usize>, String)> {
    text.unicode_word_indices()
        .flat_map(|(at, word)| {
            parts(word).map(move |part| (at + part.start..at + part.end, fold(&word[part])))
        })
        .filter(|(_, word)| !word.is_empty())
}

/// The distinct words of a text, in the order in which they first occur: at most `most`.
pub fn distinct(text: &str, most: usize) -> Vec<String> {
    let mut seen = HashSet::new();
    of(text).map(|(_, word)| word).filter(|word| seen.insert(word.clone())).take(most).collect()
}

/// The parts of a word. Unicode's word boundaries keep `l'accord` and `example.org` in one piece.
/// Numbers such as `12.5` stay whole.
fn parts(word: &str) -> impl Iterator<Item = Range<usize>> {
    let is_number = has_digit(word);
    let joins = move |c: char| !is_number && matches!(c, '\'' | '’' | '‘' | '.' | ':' | '_' | '·');
    word.split(joins).map(move |part| {
        let at = part.as_ptr() as usize - word.as_ptr() as usize;
        at..at + part.len()
    })
}

/// Returns a word in lower case, without diacritics and invisible characters. Letters that can be
/// written in several forms get one of them.
pub fn fold(word: &str) -> String {
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
            '٠'..='٩' | '۰'..='۹' => folded.extend(char::from_digit(u32::from(c) & 0xF, 10)),
            c if is_diacritic(c) || is_unseen(c) => {}
            c => folded.push(c),
        }
    }
    if let Some((end, _)) = folded.char_indices().nth(LONGEST) {
        folded.truncate(end);
    }
    folded
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

/// Whether other spellings of this word are searched for. Not for numbers, and not for short words,
/// which resemble too many others.
pub fn may_be_misspelt(word: &str) -> bool {
    word.chars().nth(SHORTEST_ALIKE - 1).is_some() && !has_digit(word)
}

/// A rough first sound of a word. It is the same for different spellings of the word.
pub fn initial(word: &str) -> String {
    let mut letters = word.chars();
    let first = match letters.next() {
        Some('c' | 'g' | 'k' | 'q') => 'k',
        Some('i' | 'j' | 'y') => 'i',
        Some('f' | 'v' | 'w') => 'v',
        Some('p') if letters.next() == Some('h') => 'v',
        Some('b' | 'p') => 'p',
        Some('d' | 't') => 't',
        Some('s' | 'x' | 'z') => 's',
        Some(other) => other,
        None => return String::new(),
    };
    first.to_string()
}

/// How similar two words are, in thousandths. None if they do not count as spellings or inflections
/// of one word.
///
/// They do if one has at most three more letters at its end. They also do if one letter was added,
/// left out, replaced, or swapped with its neighbour. If the shorter word has fewer than five
/// letters, none may differ in this way. From eight letters on, two may.
pub fn likeness(one: &str, other: &str) -> Option<i64> {
    if !may_be_misspelt(one) || !may_be_misspelt(other) {
        return None;
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        of(text).map(|(_, word)| word).collect()
    }

    #[test]
    fn words_are_found_whatever_their_case_diacritics_and_form() {
        assert_eq!(words("Maïga, MAIGA — mai\u{308}ga"), ["maiga", "maiga", "maiga"]);
        assert_eq!(
            words("L’accord d'Alger (Port-Réal)"),
            ["l", "accord", "d", "alger", "port", "real"]
        );
        assert_eq!(
            words("Straße, ŁÓDŹ, Ørsted, ﬁne, Ｆｕｌｌ"),
            ["strasse", "lodz", "orsted", "fine", "full"]
        );
        assert_eq!(words("ΟΔΟΣ οδός"), ["οδοσ", "οδοσ"]);
        assert_eq!(words("ёлка йод Київ"), ["елка", "иод", "киів"]);
        assert_eq!(words("مُحَمَّد محمد، الأزمة ازمه ٨٤"), ["محمد", "محمد", "الازمه", "ازمه", "84"]);
        assert_eq!(
            words("12.5 per cent of 1,200; example.org, foo_bar"),
            ["12.5", "per", "cent", "of", "1,200", "example", "org", "foo", "bar"]
        );
        assert_eq!(
            words("か が है"),
            ["か", "か\u{3099}", "है"],
            "marks that make another letter stay"
        );
        assert_eq!(words("🔥 …!? % \\ \" * \u{202E}"), Vec::<String>::new());
        assert_eq!(words("ab\u{AD}cd \u{2067}שָׁלוֹם\u{2069}"), ["abcd", "שלום"]);
        assert_eq!(words(&"x".repeat(1000)), ["x".repeat(64)]);
        assert_eq!(distinct("One two ONE, three", 2), ["one", "two"]);
    }

    #[test]
    fn a_words_bytes_are_those_that_it_stands_on() {
        let text = "«L’été» à Port-Réal";
        let found: Vec<_> = of(text).map(|(bytes, _)| &text[bytes]).collect();
        assert_eq!(found, ["L", "été", "à", "Port", "Réal"]);
    }

    #[test]
    fn misspelt_names_and_inflected_words_are_alike_and_others_are_not() {
        for (one, other) in [
            ("pivovarov", "pyvovarov"),
            ("pyvovarov", "pivovarof"),
            ("tinzaouaten", "tinzawaten"),
            ("maiga", "mayga"),
            ("yusov", "jusov"),
            ("zelensky", "zelenskyy"),
            ("strike", "strikes"),
            ("port", "ports"),
            ("loss", "losses"),
            ("terror", "terrorism"),
            ("minister", "ministry"),
            ("qaddafi", "gaddafi"),
            ("senegal", "sengeal"),
            ("порт", "порта"),
        ] {
            let likeness = likeness(&fold(one), &fold(other));
            assert!(
                likeness.is_some_and(|likeness| (400..1000).contains(&likeness)),
                "{one} {other} {likeness:?}"
            );
            assert_eq!(initial(&fold(one)), initial(&fold(other)), "{one} {other}");
        }
        for (one, other) in [
            ("alpha", "beta"),
            ("mali", "bali"),
            ("1999", "1998"),
            ("84000", "84001"),
            ("kyiv", "kiev"),
            ("internal", "international"),
            ("north", "forty"),
        ] {
            assert_eq!(likeness(one, other), None, "{one} {other}");
        }
        assert_eq!(likeness("harbour", "harbour"), Some(1000));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_folding_twice_is_folding_once(text in "\\PC{0,80}") {
            for (bytes, word) in of(&text) {
                prop_assert!(text.get(bytes).is_some() && !word.is_empty());
                prop_assert_eq!(&fold(&word), &word);
            }
        }

        #[test]
        fn likeness_is_the_same_both_ways(one in "[abc]{4,10}", other in "[abc]{4,10}") {
            prop_assert_eq!(likeness(&one, &other), likeness(&other, &one));
        }
    }
}
