//! Words that people type, parsed once at the edge.

use super::error::{Error, Reason, Result};

/// One line of at most `most` characters: outer white space dropped, not empty, no control characters.
pub fn line(field: &str, text: &str, most: usize) -> Result<String> {
    check(field, text.trim(), most, char::is_control)
}

/// Several lines of at most `most` characters: CR LF and CR become LF, outer white space dropped, not empty, no control characters but tab
/// and line feed.
pub fn prose(field: &str, text: &str, most: usize) -> Result<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    check(field, text.trim(), most, |c| c.is_control() && !matches!(c, '\t' | '\n'))
}

/// What was given, parsed; nothing stays nothing.
pub fn optional<T>(text: Option<&str>, parse: impl FnOnce(&str) -> Result<T>) -> Result<Option<T>> {
    text.map(parse).transpose()
}

/// For finding text whatever its case: what is stored beside a title or a statement, and what a filter is turned into.
pub fn fold(text: &str) -> String {
    // A sigma at the end of a word has a form of its own; in a filter, the end of the word may be missing.
    text.to_lowercase().replace('ς', "σ")
}

/// A pattern for LIKE (with `\` as its escape) that finds `text` anywhere.
pub fn anywhere(text: &str) -> sea_orm::sea_query::LikeExpr {
    let literal = fold(text).replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    sea_orm::sea_query::LikeExpr::new(format!("%{literal}%")).escape('\\')
}

fn check(field: &str, text: &str, most: usize, is_bad: impl Fn(char) -> bool) -> Result<String> {
    if text.chars().all(is_invisible) {
        return Err(Error::invalid(field, Reason::Empty, format!("{field} is empty")));
    }
    let count = text.chars().count();
    if count > most {
        let message = format!("{field} has {count} characters, and at most {most} are taken");
        return Err(Error::invalid(field, Reason::TooLarge, message));
    }
    if let Some((at, bad)) = text.chars().enumerate().find(|(_, c)| is_bad(*c)) {
        let message = format!("{field} holds the control character U+{:04X} at offset {at}", u32::from(bad));
        return Err(Error::invalid(field, Reason::ControlCharacter, message));
    }
    Ok(text.to_owned())
}

/// Whether nothing is to be seen of a character: white space, and what only says how others are joined, set or read.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(result: Result<String>) -> Reason {
        match result {
            Err(Error::Invalid { reason, .. }) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_line_is_trimmed_and_counted_in_characters() {
        assert_eq!(line("name", "  Maïga\t", 5).unwrap(), "Maïga");
        assert_eq!(reason(line("name", "Maïgas", 5)), Reason::TooLarge);
        assert_eq!(reason(line("name", " \n ", 5)), Reason::Empty);
        assert_eq!(reason(line("name", "a\nb", 5)), Reason::ControlCharacter);
        assert_eq!(reason(line("name", "\u{200b} \u{2060}", 5)), Reason::Empty);
        assert_eq!(line("name", "می\u{200c}رود", 9).unwrap(), "می\u{200c}رود");
    }

    #[test]
    fn prose_keeps_its_lines() {
        assert_eq!(prose("rationale", "one\r\ntwo\rthree", 20).unwrap(), "one\ntwo\nthree");
        assert_eq!(reason(prose("rationale", "one\u{0}", 20)), Reason::ControlCharacter);
    }
}
