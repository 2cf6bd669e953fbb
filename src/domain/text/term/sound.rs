//! Sounds: the letters of a word in the Latin alphabet, and its consonants.
//!
//! Other spellings of a name, and the name in another script, have the same consonants: `Pyvovarov`,
//! `Pivovarof` and `Пивоваров`. A search looks words up by their consonants, and compares the words
//! that it finds letter by letter.

/// The letters of each alphabet, in the order of `LATIN`.
const ALPHABETS: [(&str, &[&str]); 6] = [
    (
        "абвгґдђеєжзијклљмнњопрстћуўфхцчџшщъыьэюяѓќѕіћ",
        &[
            "a", "b", "v", "g", "g", "d", "dj", "e", "ie", "zh", "z", "i", "i", "k", "l", "l", "m",
            "n", "n", "o", "p", "r", "s", "t", "ch", "u", "u", "f", "kh", "ts", "ch", "dzh", "sh",
            "shch", "", "i", "", "e", "iu", "ia", "g", "k", "dz", "i", "ch",
        ],
    ),
    (
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        &[
            "a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p", "r",
            "s", "s", "t", "i", "f", "kh", "ps", "o",
        ],
    ),
    (
        "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
        &[
            "a", "b", "g", "d", "h", "u", "z", "h", "t", "i", "k", "k", "l", "m", "m", "n", "n",
            "s", "a", "p", "p", "ts", "ts", "k", "r", "sh", "t",
        ],
    ),
    (
        "اإأآبتثجحخدذرزسشصضطظعغفقكلمنهويءئؤپچژگڤ",
        &[
            "a", "i", "a", "a", "b", "t", "th", "j", "h", "kh", "d", "dh", "r", "z", "s", "sh",
            "s", "d", "t", "z", "a", "gh", "f", "k", "k", "l", "m", "n", "h", "u", "i", "", "", "",
            "p", "ch", "zh", "g", "v",
        ],
    ),
    (
        "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
        &[
            "a", "b", "g", "d", "e", "v", "z", "t", "i", "k", "l", "m", "n", "o", "p", "zh", "r",
            "s", "t", "u", "p", "k", "gh", "q", "sh", "ch", "ts", "dz", "ts", "ch", "kh", "j", "h",
        ],
    ),
    (
        "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև",
        &[
            "a", "b", "g", "d", "e", "z", "e", "e", "t", "zh", "i", "l", "kh", "ts", "k", "h",
            "dz", "gh", "ch", "m", "i", "n", "sh", "o", "ch", "p", "j", "r", "s", "v", "t", "r",
            "ts", "u", "p", "k", "o", "f", "ev",
        ],
    ),
];

/// The consonants of the scripts of India, which have their letters in the same order.
const INDIC: [&str; 37] = [
    "k", "kh", "g", "gh", "n", "ch", "ch", "j", "jh", "n", "t", "th", "d", "dh", "n", "t", "th",
    "d", "dh", "n", "n", "p", "ph", "b", "bh", "m", "i", "r", "r", "l", "l", "l", "v", "sh", "sh",
    "s", "h",
];

/// The consonants of the Katakana, from カ on. Small letters and voiced ones follow their line.
const KATAKANA: &str =
    "カキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン";
const KATAKANA_SOUNDS: [&str; 9] = ["k", "s", "t", "n", "h", "m", "y", "r", "w"];

/// The letters of a folded word in the Latin alphabet. None if its script has no rules.
pub fn latin(word: &str) -> Option<String> {
    if word.is_ascii() {
        return Some(word.to_owned());
    }
    let mut letters = String::with_capacity(word.len());
    for c in word.chars() {
        if c.is_ascii() {
            letters.push(c);
        } else {
            letters.push_str(letter(c)?);
        }
    }
    Some(letters)
}

/// The letters that a character stands for.
fn letter(c: char) -> Option<&'static str> {
    let code = u32::from(c);
    match c {
        // Letters without a sound of their own, voicing marks, small Katakana, and long vowels.
        'ə'
        | '\u{250}'..='\u{2AF}'
        | 'ŋ'
        | '\u{300}'..='\u{36F}'
        | '\u{3099}'
        | '\u{309A}'
        | 'ッ'
        | 'ャ'
        | 'ュ'
        | 'ョ'
        | 'ヮ'
        | 'ー' => return Some(""),
        '\u{900}'..='\u{D7F}' => {
            return Some(match code % 0x80 {
                1 | 2 => "n",
                place @ 0x15..=0x39 => INDIC[place as usize - 0x15],
                place @ 5..=0x14 if place < 0x15 => "a",
                _ => "",
            });
        }
        'ァ'..='オ' => return Some("a"),
        'ン' => return Some("n"),
        'カ'..='ヲ' => {
            let place = KATAKANA.chars().position(|kana| kana == c)?;
            let line = if place >= 33 { 8 - usize::from(place < 38) } else { (place / 5).min(6) };
            return KATAKANA_SOUNDS.get(line).copied();
        }
        _ => {}
    }
    ALPHABETS.iter().find_map(|(alphabet, latin)| {
        latin.get(alphabet.chars().position(|letter| letter == c)?).copied()
    })
}

/// The consonants of a word in the Latin alphabet, without those that are often not written: one
/// character for those that languages write for each other, and each once in a row.
pub fn consonants(latin: &str) -> String {
    once_in_a_row(sounds(latin).filter(|sound| !matches!(sound, ' ' | 'h')))
}

/// All consonants of a word in the Latin alphabet. Between two of the same there was a vowel.
pub fn skeleton(latin: &str) -> String {
    once_in_a_row(sounds(latin)).replace(' ', "")
}

fn once_in_a_row(sounds: impl Iterator<Item = char>) -> String {
    sounds.fold(String::new(), |mut all, sound| {
        if !all.ends_with(sound) {
            all.push(sound);
        }
        all
    })
}

/// The sounds of a word, with one character for those that languages write for each other. A space
/// stands for a vowel.
fn sounds(latin: &str) -> impl Iterator<Item = char> + use<> {
    let letters: Vec<char> = latin.chars().collect();
    let is_vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'j');
    let mut at = 0;
    std::iter::from_fn(move || {
        let letter = |at: usize| letters.get(at).copied().unwrap_or(' ');
        let c = *letters.get(at)?;
        let (sound, length) = match (c, letter(at + 1)) {
            ('o', 'u') if is_vowel(letter(at + 2)) => ('v', 2),
            ('p', 'h') => ('v', 2),
            ('k', 'h') => ('h', 2),
            ('g', 'h') => ('k', 2),
            ('t' | 'd', 'h') => ('t', 2),
            ('s' | 'z' | 'c', 'h') => ('s', 2),
            ('s' | 'x' | 'z', _) | ('c', 'e' | 'i' | 'y') => ('s', 1),
            ('c' | 'g' | 'k' | 'q', _) => ('k', 1),
            ('f' | 'v' | 'w', _) => ('v', 1),
            ('b' | 'p', _) => ('p', 1),
            ('d' | 't', _) => ('t', 1),
            ('l' | 'r', _) => ('r', 1),
            (c, _) if is_vowel(c) => (' ', 1),
            (c, _) => (c, 1),
        };
        at += length;
        Some(sound)
    })
}

/// The letters with one of those that languages write for each other.
pub fn plain(latin: &str) -> String {
    latin.chars().map(|c| if matches!(c, 'y' | 'j') { 'i' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fold;
    use super::*;

    fn sound(word: &str) -> String {
        consonants(&latin(&fold(word)).expect("a script with rules"))
    }

    #[test]
    fn a_name_sounds_the_same_in_every_script_and_spelling() {
        for names in [
            "Pyvovarov Pivovarof Пивоваров",
            "Zelensky Zelenskyy Зеленський Зеленский Ζελένσκι ზელენსკი ゼレンスキー",
            "Mitsotakis Μητσοτάκης Мицотакис",
            "Muhammad Mohamed محمد מוחמד",
            "Kharkiv Харків Χάρκιβ",
            "Guterres Гутерреш Γκουτέρες गुटेरेस",
            "Netanyahu נתניהו Нетаньяху",
            "Tinzaouaten Tinzawaten",
        ] {
            let sounds: Vec<_> = names.split(' ').map(sound).collect();
            assert!(sounds.iter().all(|one| *one == sounds[0]), "{names}: {sounds:?}");
        }
        assert_ne!(sound("Pivovarov"), sound("Petrov"));
    }

    #[test]
    fn every_letter_of_an_alphabet_has_its_sound() {
        for (alphabet, latin) in ALPHABETS {
            assert_eq!(alphabet.chars().count(), latin.len(), "{alphabet}");
        }
    }

    #[test]
    fn a_script_without_rules_has_no_letters() {
        for word in ["大使", "대사", "ข่าว"] {
            assert_eq!(latin(&fold(word)), None, "{word}");
        }
    }
}
