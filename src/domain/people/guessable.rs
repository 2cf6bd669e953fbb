//! Passwords that are easy to guess: those that consist of common passwords, of runs such as `qwerty`
//! or `12345`, or of the account's own address and name.
//!
//! The rule: take away everything that a guesser tries first. The rest must be long enough.

use unicode_normalization::UnicodeNormalization;

/// How many letters and digits must be left.
const LEAST_LEFT: usize = 5;
/// How many different characters a password needs.
const LEAST_DIFFERENT: usize = 5;
/// The length from which a part of an address or a name counts.
const SHORTEST_PART: usize = 3;
/// The length from which neighbours on a keyboard, or equal characters, count as a run.
const SHORTEST_RUN: usize = 4;

/// Words that most common passwords are made of, without the digits that people add.
const COMMON: [&str; 92] = [
    "aaaa",
    "abc",
    "access",
    "account",
    "admin",
    "administrator",
    "andrew",
    "angel",
    "apple",
    "ashley",
    "asdf",
    "azerty",
    "bailey",
    "baseball",
    "batman",
    "buster",
    "changeme",
    "charlie",
    "cheese",
    "chelsea",
    "chocolate",
    "claimspan",
    "computer",
    "cookie",
    "daniel",
    "default",
    "demo",
    "dragon",
    "editor",
    "factcheck",
    "flower",
    "football",
    "freedom",
    "george",
    "ginger",
    "google",
    "guest",
    "hannah",
    "harley",
    "hello",
    "hockey",
    "hunter",
    "iloveyou",
    "jennifer",
    "jessica",
    "jordan",
    "justin",
    "killer",
    "letmein",
    "liverpool",
    "login",
    "london",
    "love",
    "maggie",
    "master",
    "matrix",
    "michael",
    "michelle",
    "monkey",
    "mustang",
    "mypassword",
    "newsroom",
    "nicole",
    "ninja",
    "pass",
    "passphrase",
    "password",
    "pepper",
    "princess",
    "purple",
    "qazwsx",
    "qwer",
    "qwerty",
    "reporter",
    "reviewer",
    "robert",
    "root",
    "secret",
    "shadow",
    "soccer",
    "starwars",
    "summer",
    "sunshine",
    "superman",
    "test",
    "thomas",
    "trustno",
    "user",
    "welcome",
    "whatever",
    "winter",
    "yourpassword",
];

/// Rows of keys, and other orders that people type in a row.
const ORDERS: [&str; 7] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
];

/// Why a password is easy to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// It consists of common passwords, runs or repeats.
    Common,
    /// It consists of the account's address or name.
    Personal,
}

/// Whether `password` is easy to guess. `personal` has the account's address and name.
pub fn weakness(password: &str, personal: &[&str]) -> Option<Weakness> {
    let different: std::collections::BTreeSet<char> = password.to_lowercase().chars().collect();
    if different.len() < LEAST_DIFFERENT {
        return Some(Weakness::Common);
    }
    // Both as it is written, and with the letters that digits and signs often stand for.
    [letters(password), letters(&spelled(password))].iter().find_map(|text| {
        let own = without(text, &parts(personal));
        if own.len() < text.len() && is_short(&own) {
            return Some(Weakness::Personal);
        }
        let common: Vec<String> = COMMON.iter().map(|word| (*word).to_owned()).collect();
        let left = without_runs(&without(&own, &common));
        // Letters of every script count. Symbols do not, unless the password has nothing else.
        (is_short(&left) && !text.is_empty()).then_some(Weakness::Common)
    })
}

fn is_short(text: &str) -> bool {
    text.chars().count() < LEAST_LEFT
}

/// The letters and digits of a text, in lower case and without diacritics.
fn letters(text: &str) -> String {
    let plain = text.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    plain.flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// The same text with the letters that digits and signs often stand for.
fn spelled(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// The parts of an address and a name that a guesser tries, longest first.
fn parts(personal: &[&str]) -> Vec<String> {
    let mut parts: Vec<String> = personal
        .iter()
        .flat_map(|text| {
            let words = text.split(|c: char| !c.is_alphanumeric()).map(letters);
            let local = text.split('@').next().map(letters);
            words.chain(local).chain([letters(text)]).collect::<Vec<_>>()
        })
        .filter(|part| part.chars().count() >= SHORTEST_PART)
        .collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts
}

/// A text without these words, the longest of them first.
fn without(text: &str, words: &[String]) -> String {
    let mut words: Vec<_> = words.iter().collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.iter().fold(text.to_owned(), |text, word| text.replace(word.as_str(), ""))
}

/// A text without runs: equal characters, or neighbours in one of the orders, either way.
fn without_runs(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let follows = |one: char, next: char| {
        let neighbours = |order: &str| {
            order.contains(&format!("{one}{next}")) || order.contains(&format!("{next}{one}"))
        };
        one == next || ORDERS.iter().any(|order| neighbours(order))
    };
    let runs = chars.chunk_by(|one, next| follows(*one, *next));
    runs.filter(|run| run.len() < SHORTEST_RUN).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_of_common_words_runs_and_repeats_is_common() {
        for bad in [
            "password1234",
            "P@ssw0rd2024",
            "Passw0rd!Passw0rd!",
            "qwertyuiop12",
            "123456789012",
            "abcdefghijkl",
            "aaaaaaaaaaaa",
            "abababababab",
            "letmein12345",
            "iloveyou2024",
            "Admin-Admin-1",
            "zxcvbnm,./12",
            "trustno1trustno1",
        ] {
            assert_eq!(weakness(bad, &[]), Some(Weakness::Common), "{bad}");
        }
    }

    #[test]
    fn a_password_of_the_address_or_the_name_is_personal() {
        let personal = ["awa.maiga@example.org", "Awa Maïga"];
        for bad in [
            "awa.maiga@example.org",
            "AwaMaiga2024",
            "maïga-awa-99",
            "awa@example.org",
            "Awa Maïga!!!!",
        ] {
            assert_eq!(weakness(bad, &personal), Some(Weakness::Personal), "{bad}");
        }
        assert_eq!(weakness("awa likes nine anchors", &personal), None);
    }

    #[test]
    fn other_passwords_are_fine() {
        for good in [
            "correct horse battery",
            "nine days at anchor",
            "another good password",
            "a password of my choice",
            " \t\u{202e}سلام عليكم ",
            "crème brûlée du port",
            "👩‍👩‍👧🐴🔋📎⚓🗻🚢",
            "xkcd-936-tr0ub4dor",
        ] {
            assert_eq!(weakness(good, &["awa@example.org", "Awa"]), None, "{good}");
        }
    }
}
