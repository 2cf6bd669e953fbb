//! Identifiers of documents: DOI, ISBN and ISSN. Each is stored in one form.

use crate::domain::error::{Error, Reason, Result};
use crate::domain::text_input;

/// Parses a DOI, with or without `doi:` or the address of a resolver before it. Returns it in lower
/// case, because DOIs ignore it.
pub fn doi(text: &str) -> Result<String> {
    let text = text_input::line("doi", text, 500)?;
    find_doi(&text).ok_or_else(|| {
        let message = format!("`{text}` is not a DOI. Use a form such as 10.1000/182.");
        Error::invalid("doi", Reason::InvalidFormat, message)
    })
}

/// The DOI in a text that is one.
pub fn find_doi(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let mut rest = lower.as_str();
    for start in ["https://", "http://", "dx.doi.org/", "www.doi.org/", "doi.org/", "doi:", "doi "]
    {
        rest = rest.strip_prefix(start).unwrap_or(rest).trim_start();
    }
    let (registrant, item) = rest.strip_prefix("10.")?.split_once('/')?;
    let mut parts = registrant.split('.');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_first =
        parts.next().is_some_and(|first| is_number(first) && (4..=9).contains(&first.len()));
    let is_item = !item.is_empty() && !item.contains(|c: char| c.is_whitespace() || c.is_control());
    (is_first && parts.all(is_number) && is_item).then(|| rest.to_owned())
}

/// Parses an ISBN of 10 or 13 digits. Returns the 13 digits.
pub fn isbn(text: &str) -> Result<String> {
    let text = text_input::line("isbn", text, 50)?;
    let refuse = |problem: &str| {
        let message = format!(
            "`{text}` is not an ISBN: {problem}. Use the 10 or 13 digits, such as 978-0-306-40615-7."
        );
        Error::invalid("isbn", Reason::InvalidFormat, message)
    };
    let plain = compact(&text, &["isbn-13", "isbn-10", "isbn"]);
    let digits = digits(&plain).ok_or_else(|| refuse("it has other characters"))?;
    let sum = |weight: &dyn Fn(usize) -> u32| {
        digits.iter().enumerate().map(|(at, digit)| digit * weight(at)).sum::<u32>()
    };
    let is_valid = match digits.len() {
        10 => sum(&|at| 10 - u32::try_from(at).unwrap_or_default()).is_multiple_of(11),
        13 if digits.contains(&10) => return Err(refuse("X belongs only at the end of 10 digits")),
        13 if !plain.starts_with("978") && !plain.starts_with("979") => {
            return Err(refuse("13 digits begin with 978 or 979"));
        }
        13 => sum(&|at| if at % 2 == 0 { 1 } else { 3 }).is_multiple_of(10),
        count => return Err(refuse(&format!("it has {count} digits"))),
    };
    if !is_valid {
        return Err(refuse("its check digit is wrong"));
    }
    Ok(if digits.len() == 13 { plain } else { as_thirteen(&digits[..9]) })
}

/// Parses an ISSN. Returns its eight digits with a hyphen.
pub fn issn(text: &str) -> Result<String> {
    let text = text_input::line("issn", text, 50)?;
    let refuse = |problem: &str| {
        let message =
            format!("`{text}` is not an ISSN: {problem}. Use the eight digits, such as 0378-5955.");
        Error::invalid("issn", Reason::InvalidFormat, message)
    };
    let plain = compact(&text, &["eissn", "e-issn", "issn-l", "issn"]);
    let digits = digits(&plain).ok_or_else(|| refuse("it has other characters"))?;
    if digits.len() != 8 {
        return Err(refuse(&format!("it has {} digits", digits.len())));
    }
    let sum: u32 = digits.iter().zip((1..=8).rev()).map(|(digit, weight)| digit * weight).sum();
    if !sum.is_multiple_of(11) {
        return Err(refuse("its check digit is wrong"));
    }
    Ok(format!("{}-{}", &plain[..4], &plain[4..]))
}

/// The text in upper case without a label, hyphens and spaces.
fn compact(text: &str, labels: &[&str]) -> String {
    let lower = text.to_lowercase();
    let rest = labels.iter().find_map(|label| lower.strip_prefix(label)).unwrap_or(&lower);
    let is_filler = |c: char| c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '–' | '−' | ':');
    rest.replace(is_filler, "").to_uppercase()
}

/// The values of digits. An X at the end is 10.
fn digits(text: &str) -> Option<Vec<u32>> {
    let last = text.chars().count().checked_sub(1)?;
    let value = |(at, c): (usize, char)| match c {
        'X' if at == last => Some(10),
        _ => c.to_digit(10),
    };
    text.chars().enumerate().map(value).collect()
}

/// The ISBN of 13 digits for the first nine of an ISBN of 10.
fn as_thirteen(nine: &[u32]) -> String {
    let digits: Vec<u32> = [9, 7, 8].iter().chain(nine).copied().collect();
    let weighted =
        digits.iter().enumerate().map(|(at, digit)| if at % 2 == 0 { *digit } else { digit * 3 });
    let check = (10 - weighted.sum::<u32>() % 10) % 10;
    digits.iter().chain([&check]).map(u32::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_stored_in_one_form() {
        for text in
            ["10.1000/182", "doi:10.1000/182", "https://doi.org/10.1000/182", "DOI: 10.1000/182"]
        {
            assert_eq!(doi(text).unwrap(), "10.1000/182");
        }
        assert_eq!(doi("10.1002/(SICI)1097").unwrap(), "10.1002/(sici)1097");
        for text in [
            "978-0-306-40615-7",
            "9780306406157",
            "0-306-40615-2",
            "ISBN 0306406152",
            "ISBN-13: 978 0 306 40615 7",
        ] {
            assert_eq!(isbn(text).unwrap(), "9780306406157", "{text}");
        }
        assert_eq!(isbn("080442957x").unwrap(), "9780804429573");
        for text in ["0378-5955", "03785955", "ISSN 0378-5955"] {
            assert_eq!(issn(text).unwrap(), "0378-5955");
        }
        assert_eq!(issn("2434-561x").unwrap(), "2434-561X");
    }

    #[test]
    fn wrong_check_digits_and_forms_are_refused() {
        for bad in [
            "978-0-306-40615-8",
            "0-306-40615-3",
            "97803064061",
            "9770306406157",
            "97803064O6157",
            "X306406152",
            "",
        ] {
            assert!(isbn(bad).is_err(), "{bad}");
        }
        for bad in ["0378-5956", "0378-595", "2434-5618", "O378-5955", "X378-5955"] {
            assert!(issn(bad).is_err(), "{bad}");
        }
        for bad in [
            "10.1000",
            "11.1000/1",
            "10.12/1",
            "10.1000/a b",
            "https://example.org/10.1000/1",
            "10.abcd/1",
        ] {
            assert!(doi(bad).is_err(), "{bad}");
        }
    }
}
