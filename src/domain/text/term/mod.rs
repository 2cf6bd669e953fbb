//! Terms: the words of a text in the form in which a search looks them up. Case and diacritics do
//! not matter, and small differences in spelling are tolerated.
//!
//! Nothing here reads the database. Invariant: the same words give the same terms, in a document
//! and in a search. A change of these rules needs a new [`RULES`](crate::domain::upkeep::RULES).

mod clitic;
mod number;
mod sound;
mod unspaced;

use std::collections::{HashSet, VecDeque};
use std::iter::Peekable;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_script::Script;
use unicode_segmentation::{UWordBoundIndices, UnicodeSegmentation};

pub use clitic::stem;

/// How many code points of a word are kept. A longer word is cut, so that no text is refused
/// because of it.
const LONGEST: usize = 64;
/// The fewest letters of a word that may be spelt differently.
const SHORTEST_ALIKE: usize = 4;
/// A word that begins with another one counts as its inflection if it has at most this many more
/// letters.
const LONGEST_ENDING: usize = 3;
/// The fewest consonants by which a name is known in another script.
const FEWEST_CONSONANTS: usize = 3;

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

/// The words of a text, one a line, as they are stored for filters.
pub fn joined(text: &str) -> String {
    of(text).map(|(_, word)| word).collect::<Vec<_>>().join("\n")
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
            c if !c.is_ascii() && number::digit(c).is_some() => {
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

/// Whether other spellings of this word are searched for. Not for numbers, not for short words,
/// which resemble too many others, and not in scripts without spaces.
pub fn may_be_misspelt(word: &str) -> bool {
    word.chars().nth(SHORTEST_ALIKE - 1).is_some()
        && !has_digit(word)
        && unspaced::script_of(word).is_none()
}

/// Whether a term is of a script without spaces.
pub fn is_unspaced(word: &str) -> bool {
    unspaced::script_of(word).is_some()
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
    ((count - 1).max(0)..=last).map(move |count| (sound.clone(), count))
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
    use unicode_script::UnicodeScript;
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
            ["12.5", "per", "cent", "of", "1200", "example", "org", "foo", "bar"]
        );
        assert_eq!(
            words("か、が है"),
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
            let near: Vec<_> = places_near(&fold(one)).collect();
            assert!(near.contains(&place(&fold(other))), "{one} {other} {near:?}");
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

    #[test]
    fn a_text_without_spaces_has_pairs_of_characters() {
        assert_eq!(words("马里政府。水"), ["马里", "里政", "政府", "水"]);
        assert_eq!(words("政府はゼレンスキー氏"), ["政府", "府は", &fold("ゼレンスキー"), "氏"]);
        assert_eq!(words("ไทย laos ລາວ ខ្មែរ မြန်မာ").len(), 2 + 1 + 2 + 2 + 2);
        let extra: Vec<_> = all("马里的水").filter(|term| term.is_extra).collect();
        assert_eq!(
            extra.iter().map(|term| &*term.word).collect::<Vec<_>>(),
            ["马", "里", "的", "水"]
        );
        for (text, part) in
            [("นายกกล่าวว่าเศรษฐกิจไทย", "เศรษฐกิจ"), ("ယနေ့မြန်မာနိုင်ငံတွင်", "မြန်မာ"), ("ប្រទេសកម្ពុជា", "កម្ពុជា")]
        {
            let all = words(text);
            assert!(words(part).iter().all(|pair| all.contains(pair)), "{part} {all:?}");
        }
    }

    #[test]
    fn figures_are_one_word_however_they_are_grouped() {
        for text in
            ["84000", "84,000", "84 000", "84\u{A0}000", "84\u{2009}000", "84\u{202F}000", "٨٤٬٠٠٠"]
        {
            assert_eq!(words(&format!("the {text} men")), ["the", "84000", "men"], "{text}");
        }
        assert_eq!(
            words("il a dit\u{202F}: 1\u{202F}000\u{202F}km"),
            ["il", "a", "dit", "1000", "km"]
        );
        assert_eq!(
            words("1 234 567,5 and 2024 500 and 5 000x"),
            ["1234567.5", "and", "2024", "500", "and", "5", "000x"]
        );
        let text = "12 000 men";
        assert_eq!(of(text).next().map(|(bytes, _)| &text[bytes]), Some("12 000"));
        assert_eq!(
            all(text).map(|term| term.word).collect::<Vec<_>>(),
            ["12000", "12", "000", "men"]
        );
    }

    #[test]
    fn a_name_is_alike_in_other_scripts_and_so_is_a_word_with_its_article() {
        for (one, other) in [
            ("Pyvovarov", "Пивоваров"),
            ("Pyvovarov", "Пивоварова"),
            ("Kyiv", "Київ"),
            ("Mali", "Мали"),
            ("Zelensky", "Зеленський"),
            ("Mohamed", "محمد"),
            ("Нетаньяху", "נתניהו"),
            ("السفير", "سفير"),
            ("대사", "대사가"),
        ] {
            let (one, other) = (fold(one), fold(other));
            assert!(
                likeness(&one, &other).is_some_and(|likeness| likeness < 1000),
                "{one} {other}"
            );
            let is_near = places_near(&one).any(|near| near == place(&other));
            assert!(is_near || stem(&one) == stem(&other) && stem(&one).is_some(), "{one} {other}");
        }
        assert_eq!(likeness("pyvovarov", &fold("Петров")), None);
        assert_eq!(likeness("mali", &fold("Мама")), None);
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
