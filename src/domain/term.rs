//! Terms: the words of a text as they are looked up, whatever their case and their diacritics, and within bounds however they are spelt.
//!
//! Pure: nothing here knows of the database. Always true: the same words give the same terms, in a document and in what is looked for.

use std::collections::HashSet;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_segmentation::UnicodeSegmentation;

/// The longest word that is kept whole, in code points; of a longer one the start is. No text is refused for what it says.
const LONGEST: usize = 64;
/// The shortest word that may be spelt otherwise, in letters.
const SHORTEST_ALIKE: usize = 4;
/// By how many letters a word that begins with another may be longer, as inflected words are.
pub const LONGEST_ENDING: usize = 3;

/// The words of a text in its order, each with the bytes that it stands on.
pub fn of(text: &str) -> impl Iterator<Item = (Range<usize>, String)> {
    text.unicode_word_indices()
        .flat_map(|(at, word)| parts(word).map(move |part| (at + part.start..at + part.end, fold(&word[part]))))
        .filter(|(_, word)| !word.is_empty())
}

/// The different words of a text, in the order in which they come first; at most `most`.
pub fn distinct(text: &str, most: usize) -> Vec<String> {
    let mut seen = HashSet::new();
    of(text).map(|(_, word)| word).filter(|word| seen.insert(word.clone())).take(most).collect()
}

/// A word's parts: Unicode's words hold `l'accord` and `example.org` together. Numbers stay whole, as `12.5` does.
fn parts(word: &str) -> impl Iterator<Item = Range<usize>> {
    let is_number = has_digit(word);
    let joins = move |c: char| !is_number && matches!(c, '\'' | '’' | '‘' | '.' | ':' | '_' | '·');
    word.split(joins).map(move |part| {
        let at = part.as_ptr() as usize - word.as_ptr() as usize;
        at..at + part.len()
    })
}

/// A word without case, diacritics and what is not seen, and with letters as one of their forms.
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    // Decomposed first: some letters in other type have no small ones.
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
            // The end of a word has a sigma of its own.
            'ς' => folded.push('σ'),
            // Alif, ya, kaf and ha are written in several ways.
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

/// Accents, dots and points; not the marks that make other letters of theirs (Indic nuktas and viramas, Japanese voicing).
fn is_diacritic(c: char) -> bool {
    canonical_combining_class(c) >= 10
}

/// Soft hyphens, stretched lines, joiners, marks of direction, variation selectors, and the apostrophe that counts as a letter.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{640}' | '\u{2BC}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

fn has_digit(word: &str) -> bool {
    word.chars().any(char::is_numeric)
}

/// Whether other spellings of this word are looked for: not of numbers, nor of short words, which are near too many others.
pub fn may_be_misspelt(word: &str) -> bool {
    word.chars().nth(SHORTEST_ALIKE - 1).is_some() && !has_digit(word)
}

/// What a word begins with to the ear: words that are spelt otherwise begin alike.
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

/// How like each other two words are, in thousandths; none where they are not taken for spellings or inflections of one word.
///
/// They are where one has at most three letters more at its end, or where letters were put in, left out, taken for others or swapped with their
/// neighbours: once in words from five letters on, twice from eight letters on.
pub fn likeness(one: &str, other: &str) -> Option<i64> {
    if !may_be_misspelt(one) || !may_be_misspelt(other) {
        return None;
    }
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let edits = if long.starts_with(&short) && long.len() - short.len() <= LONGEST_ENDING {
        long.len() - short.len()
    } else {
        let most = match short.len() {
            ..5 => 0,
            5..8 => 1,
            _ => 2,
        };
        // Most words are told apart at a glance: by their lengths, or by letters that only one of them has.
        if long.len() - short.len() > most || (letters(&short) ^ letters(&long)).count_ones() as usize > 2 * most {
            return None;
        }
        Some(edits(&short, &long)).filter(|edits| *edits <= most)?
    };
    let lost = i64::try_from(2000 * edits / long.len()).unwrap_or(1000);
    Some((1000 - lost).max(400))
}

/// Which letters a word has, as far as 64 bits tell them apart. An edit changes two of them at most.
fn letters(word: &[char]) -> u64 {
    word.iter().fold(0, |letters, letter| letters | 1 << (u32::from(*letter) % 64))
}

/// How many letters have to be put in, left out, replaced, or swapped with their neighbour: the optimal string alignment distance.
fn edits(one: &[char], other: &[char]) -> usize {
    let mut rows = [(0..=other.len()).collect::<Vec<_>>(), vec![], vec![]];
    for i in 1..=one.len() {
        let mut row = vec![i];
        for j in 1..=other.len() {
            let [above, beyond] = [&rows[0], &rows[1]];
            let replaced = above[j - 1] + usize::from(one[i - 1] != other[j - 1]);
            let mut least = replaced.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                least = least.min(beyond[j - 2] + 1);
            }
            row.push(least);
        }
        let [above, _, _] = std::mem::take(&mut rows);
        rows = [row, above, vec![]];
    }
    rows[0][other.len()]
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
        assert_eq!(words("L’accord d'Alger (Port-Réal)"), ["l", "accord", "d", "alger", "port", "real"]);
        assert_eq!(words("Straße, ŁÓDŹ, Ørsted, ﬁne, Ｆｕｌｌ"), ["strasse", "lodz", "orsted", "fine", "full"]);
        assert_eq!(words("ΟΔΟΣ οδός"), ["οδοσ", "οδοσ"]);
        assert_eq!(words("ёлка йод Київ"), ["елка", "иод", "киів"]);
        assert_eq!(words("مُحَمَّد محمد، الأزمة ازمه ٨٤"), ["محمد", "محمد", "الازمه", "ازمه", "84"]);
        assert_eq!(
            words("12.5 per cent of 1,200; example.org, foo_bar"),
            ["12.5", "per", "cent", "of", "1,200", "example", "org", "foo", "bar"]
        );
        assert_eq!(words("か が है"), ["か", "か\u{3099}", "है"], "marks that make another letter stay");
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
            assert!(likeness.is_some_and(|likeness| (400..1000).contains(&likeness)), "{one} {other} {likeness:?}");
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
