//! Numbers: one form for a figure, however its digits are grouped.

/// Whether a character separates groups of digits, or digits from decimals.
const fn is_separator(c: char) -> bool {
    matches!(c, ',' | '.' | '\'' | '’' | '‘' | '_' | '٬' | '٫') || is_space(c)
}

/// Whether a character is a space that may separate groups of digits.
pub const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\u{2007}' | '\u{2009}' | '\u{200A}' | '\u{202F}')
}

/// The value of a decimal digit of any script that has its own.
pub fn digit(c: char) -> Option<u32> {
    const ZEROS: [u32; 22] = [
        0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66,
        0xDE6, 0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0xFF10,
    ];
    let code = u32::from(c);
    ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)).map(|zero| code - zero)
}

/// Whether a word consists of digits alone: at least one, and at most `most`.
pub fn is_group(word: &str, most: usize) -> bool {
    let count = word.chars().take(most + 1).count();
    (1..=most).contains(&count) && word.chars().all(|c| digit(c).is_some())
}

/// Whether a word continues a number after a space: three digits, perhaps with decimals.
pub fn continues(word: &str) -> bool {
    let digits = word.chars().take_while(|c| digit(*c).is_some()).count();
    let rest = word.chars().nth(digits);
    digits == 3
        && rest.is_none_or(|c| matches!(c, ',' | '.' | '٫'))
        && word.chars().all(|c| digit(c).is_some() || is_separator(c))
}

/// Writes a number without separators between its groups, and with a dot before its decimals. None
/// if the text is not a number, or if its groups could be something else, such as a date.
pub fn plain(text: &str) -> Option<String> {
    let (mut groups, mut separators) = (vec![String::new()], Vec::new());
    for c in text.chars() {
        if let (Some(value), Some(group)) = (digit(c), groups.last_mut()) {
            group.extend(char::from_digit(value, 10));
        } else if is_separator(c) {
            separators.push(if is_space(c) { ' ' } else { c });
            groups.push(String::new());
        } else {
            return None;
        }
    }
    if groups.iter().any(String::is_empty) {
        return None;
    }
    let last = separators.last().copied();
    let is_mixed = separators.first().copied() != last;
    let decimals = match (&groups[..], last) {
        ([_], _) => None,
        (_, Some(last)) if is_mixed && matches!(last, ',' | '.' | '٫') => groups.pop(),
        ([_, _], Some(',' | '.' | '٫')) if !are_thousands(&groups) => groups.pop(),
        _ => None,
    };
    separators.truncate(groups.len() - 1);
    let is_one_kind = separators.windows(2).all(|pair| pair[0] == pair[1]);
    if groups.len() > 1 && !(is_one_kind && are_thousands(&groups)) {
        return None;
    }
    let whole = groups.concat();
    Some(decimals.map_or_else(|| whole.clone(), |decimals| format!("{whole}.{decimals}")))
}

/// Whether these are the groups of one number: three digits in each after the first, or as in India,
/// two digits in each but the last.
fn are_thousands(groups: &[String]) -> bool {
    let [first, middle @ .., last] = groups else { return false };
    let all = |length: usize| middle.iter().all(|group| group.len() == length);
    first != "0" && last.len() == 3 && (first.len() <= 3 && all(3) || first.len() <= 2 && all(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_the_same_however_it_is_grouped() {
        for text in [
            "84000",
            "84,000",
            "84.000",
            "84 000",
            "84\u{A0}000",
            "84\u{202F}000",
            "84\u{2009}000",
            "84'000",
            "84’000",
            "٨٤٬٠٠٠",
            "८४,०००",
        ] {
            assert_eq!(plain(text).as_deref(), Some("84000"), "{text}");
        }
        for text in ["1,234,567.5", "1.234.567,5", "1 234 567,5", "12,34,567.5"] {
            assert_eq!(plain(text).as_deref(), Some("1234567.5"), "{text}");
        }
        for (text, form) in [("12.5", "12.5"), ("12,5", "12.5"), ("0.125", "0.125"), ("7", "7")] {
            assert_eq!(plain(text).as_deref(), Some(form));
        }
    }

    #[test]
    fn dates_versions_and_words_with_digits_stay_as_they_are() {
        for text in ["2024.08.04", "1.2.3", "12.5.", "covid19", "84000грн", "1,23,45", "", ","] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn three_digits_continue_a_number_after_a_space() {
        assert!(continues("000") && continues("000.50") && continues("000,5"));
        assert!(!continues("00") && !continues("0000") && !continues("000x") && !continues("x"));
        assert!(is_group("84", 3) && !is_group("2024", 3) && !is_group("", 3));
    }
}
