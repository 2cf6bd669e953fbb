//! Text that people type, parsed once at the edge.

use sea_orm::EntityTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};

use crate::domain::error::{Error, Reason, Result};
use crate::domain::text::invisible::{first_refused, is_invisible};
use crate::domain::text::term;

/// Parses one line of at most `most` characters. Drops outer white space; refuses empty text and control characters.
pub fn line(field: &str, text: &str, most: usize) -> Result<String> {
    check(field, text.trim(), most, char::is_control)
}

/// Parses a text of at most `most` characters into one line: each run of white space, including line breaks, becomes one space.
pub fn joined_line(field: &str, text: &str, most: usize) -> Result<String> {
    line(field, &text.split_whitespace().collect::<Vec<_>>().join(" "), most)
}

/// Parses a line that others must be able to tell from similar ones, such as a name. Also refuses direction overrides and invisible characters,
/// except where a script or an emoji needs them.
pub fn visible_line(field: &str, text: &str, most: usize) -> Result<String> {
    let text = line(field, text, most)?;
    expect_visible(field, &text)?;
    Ok(text)
}

/// Parses several lines as [`prose`] does. Also refuses direction overrides and invisible characters, as [`visible_line`] does.
pub fn visible_prose(field: &str, text: &str, most: usize) -> Result<String> {
    let text = prose(field, text, most)?;
    expect_visible(field, &text)?;
    Ok(text)
}

/// Parses several lines of at most `most` characters. CR LF and CR become LF, and outer white space is dropped. Refuses empty text, and
/// control characters except tab and line feed.
pub fn prose(field: &str, text: &str, most: usize) -> Result<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    check(field, text.trim(), most, |c| c.is_control() && !matches!(c, '\t' | '\n'))
}

/// Parses a value if there is one.
pub fn optional<T>(text: Option<&str>, parse: impl FnOnce(&str) -> Result<T>) -> Result<Option<T>> {
    text.map(parse).transpose()
}

/// Refuses the text of a filter if it is longer than `most` characters. Nothing else is wrong with a text that nothing matches.
pub fn filter(field: &str, text: Option<&String>, most: usize) -> Result<()> {
    match text.map(|text| text.chars().count()) {
        Some(length) if length > most => Err(too_long(field, length, most)),
        _ => Ok(()),
    }
}

/// Folds case, to find text whatever its case. Titles and statements are stored folded too, and filters are folded before they are compared.
pub fn fold(text: &str) -> String {
    // A final sigma has a form of its own. In a filter, the end of the word may be missing.
    text.to_lowercase().replace('ς', "σ")
}

/// A pattern for LIKE, with `\` as its escape, that finds `text` anywhere.
fn anywhere(text: &str) -> sea_orm::sea_query::LikeExpr {
    let literal = fold(text).replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    sea_orm::sea_query::LikeExpr::new(format!("%{literal}%")).escape('\\')
}

/// The condition that a row contains a text. Either `folded`, its folded text, contains it as it is, or the `words` of a row of `K` contain all
/// its words, in any order. `of_row` says which rows of `K` belong to the row.
pub fn matches<K: EntityTrait>(text: &str, folded: Expr, words: &Expr, of_row: Expr) -> SimpleExpr {
    let has_text = folded.like(anywhere(text));
    let Some(has_words) = have_words(words, text) else { return has_text };
    let keys = Query::select()
        .expr(Expr::val(1))
        .from(K::default())
        .and_where(of_row)
        .and_where(has_words)
        .to_owned();
    has_text.or(Expr::exists(keys))
}

/// The condition that the words in a column contain all words of a text, in any order. None if the
/// text has no word.
fn have_words(column: &Expr, text: &str) -> Option<Expr> {
    let words = term::distinct(text, usize::MAX).into_iter();
    words.map(|word| column.clone().like(anywhere(&term::wanted(&word)))).reduce(ExprTrait::and)
}

fn check(field: &str, text: &str, most: usize, is_bad: impl Fn(char) -> bool) -> Result<String> {
    if text.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        return Err(Error::invalid(field, Reason::Empty, format!("`{field}` is empty.")));
    }
    let count = text.chars().count();
    if count > most {
        return Err(too_long(field, count, most));
    }
    if let Some((at, bad)) = text.chars().enumerate().find(|(_, c)| is_bad(*c)) {
        let message = format!(
            "`{field}` contains the control character U+{:04X} at offset {at}.",
            u32::from(bad)
        );
        return Err(Error::invalid(field, Reason::ControlCharacter, message));
    }
    Ok(text.to_owned())
}

fn expect_visible(field: &str, text: &str) -> Result<()> {
    let Some((at, bad)) = first_refused(text) else { return Ok(()) };
    let name = unicode_names2::name(bad).map(|name| format!(" ({name})"));
    let message = format!(
        "`{field}` contains the invisible character U+{:04X}{} at offset {at}. Remove it.",
        u32::from(bad),
        name.unwrap_or_default()
    );
    Err(Error::invalid(field, Reason::InvisibleCharacter, message))
}

fn too_long(field: &str, length: usize, limit: usize) -> Error {
    let message = format!("`{field}` has {length} characters. The limit is {limit}.");
    Error::invalid(field, Reason::TooLarge, message)
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
    fn broken_lines_are_joined() {
        assert_eq!(
            joined_line("title", " A title\r\n  in two\tlines ", 40).unwrap(),
            "A title in two lines"
        );
        assert_eq!(reason(joined_line("title", "a\u{0}b", 5)), Reason::ControlCharacter);
    }

    #[test]
    fn prose_keeps_its_lines() {
        assert_eq!(prose("rationale", "one\r\ntwo\rthree", 20).unwrap(), "one\ntwo\nthree");
        assert_eq!(reason(prose("rationale", "one\u{0}", 20)), Reason::ControlCharacter);
    }
}
