//! Clitics: articles, prepositions and particles that are written together with their word, in
//! Arabic, Hebrew and Korean.

use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};

/// Korean particles, longest first.
const JOSA: [&str; 34] = [
    "이라고는",
    "에서는",
    "으로는",
    "에게서",
    "이라고",
    "이라는",
    "입니다",
    "까지는",
    "에서",
    "에게",
    "에는",
    "에도",
    "으로",
    "부터",
    "까지",
    "처럼",
    "보다",
    "이나",
    "이며",
    "라고",
    "라는",
    "이다",
    "하고",
    "들이",
    "들은",
    "들을",
    "들의",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
];
/// Korean particles of one syllable that also end nouns, so that they are taken off last.
const SHORT_JOSA: [&str; 7] = ["에", "께", "와", "과", "도", "로", "들"];

/// The stem of a folded word without the clitics that it may have. Words of one stem are forms of
/// one word, or happen to begin or end alike. None for scripts without clitics.
pub fn stem(word: &str) -> Option<String> {
    match word.chars().next().filter(|c| *c >= '\u{590}')?.script() {
        Script::Arabic => Some(without_prefixes(word, &["ال", "لل", "و", "ف", "ب", "ك", "ل"])),
        Script::Hebrew => Some(without_prefixes(word, &["ו", "ה", "ב", "ל", "מ", "ש", "כ"])),
        Script::Hangul => Some(without_particles(word)),
        _ => None,
    }
}

/// Takes off one prefix after another. At least three letters stay.
fn without_prefixes(word: &str, prefixes: &[&str]) -> String {
    let shorter = |rest: &str| {
        prefixes
            .iter()
            .find_map(|prefix| rest.strip_prefix(prefix).filter(|left| left.chars().count() >= 3))
            .map(str::len)
    };
    let mut rest = word;
    while let Some(length) = shorter(rest) {
        rest = &rest[rest.len() - length..];
    }
    rest.to_owned()
}

/// Takes off one particle after another. At least two syllables stay.
fn without_particles(word: &str) -> String {
    let mut rest: String = word.nfc().collect();
    let shorter = |rest: &str| {
        JOSA.iter()
            .chain(&SHORT_JOSA)
            .find_map(|josa| rest.strip_suffix(josa).filter(|left| left.chars().count() >= 2))
            .map(str::len)
    };
    while let Some(length) = shorter(&rest) {
        rest.truncate(length);
    }
    rest.nfd().collect()
}

#[cfg(test)]
mod tests {
    use super::super::fold;
    use super::*;

    #[test]
    fn a_word_has_the_same_stem_with_and_without_its_clitics() {
        for (word, forms) in [
            ("سفير", "السفير والسفير بالسفير للسفير وسفير لسفير"),
            ("وزير", "الوزير والوزير للوزير"),
            ("أوكرانيا", "وأوكرانيا بأوكرانيا"),
            ("שגריר", "השגריר והשגריר לשגריר מהשגריר"),
            ("נשיא", "הנשיא שהנשיא בנשיא"),
            ("대사", "대사가 대사는 대사를 대사의 대사에게 대사와"),
            ("우크라이나", "우크라이나의 우크라이나는 우크라이나에서 우크라이나로"),
        ] {
            for form in forms.split(' ') {
                assert_eq!(stem(&fold(form)), stem(&fold(word)), "{form}");
            }
        }
        assert_ne!(stem(&fold("سفينة")), stem(&fold("سفير")));
    }

    #[test]
    fn other_scripts_have_no_clitics() {
        for word in ["ambassador", "посол", "大使", "18"] {
            assert_eq!(stem(word), None, "{word}");
        }
    }
}
