//! A text, its blocks and sentences, and places in it in three units.
//!
//! Pure: nothing here knows of the database or the API. What always holds:
//!
//! - A composed text is the headline, an empty line and the body; it is decided once and never renormalised.
//! - Blocks are its lines. They and the separators around them (line feeds, blank lines) make up the text.
//! - Sentences tile their block, and no sentence begins or ends within a grapheme cluster.
//! - Offsets are half-open ranges, in Unicode code points unless a unit says otherwise.

mod offsets;
mod segment;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use offsets::{Extent, Index, OffsetUnit};
pub use segment::{MAX_PIECES, Piece, SpanKind, runs_on, segment};

use super::error::{Error, Reason, Result};

/// The most that a text may have, headline and body together, in UTF-8 bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// The most code points that a headline may have.
pub const MAX_TITLE: usize = 500;

/// The text of an article with this headline and body.
///
/// A byte order mark before either is dropped, and CR LF and CR become LF. White space around the headline, which is one line, is
/// dropped; the body is otherwise kept as it is.
///
/// # Errors
/// On `title` or `body`: `ControlCharacter` for one that is neither tab nor LF, `Empty` if it is blank, `TooLarge` for a headline of more
/// than [`MAX_TITLE`] code points or a text of more than [`MAX_BYTES`], `InvalidFormat` for a tab or a line break in the headline.
pub fn compose(title: &str, body: &str) -> Result<String> {
    let title = clean("title", title)?;
    let title = title.trim();
    if title.is_empty() {
        return Err(Error::invalid("title", Reason::Empty, "an article needs a title, and this one is blank"));
    }
    if title.contains(['\n', '\t']) {
        return Err(Error::invalid("title", Reason::InvalidFormat, "a title is one line, and this one has a line break or a tab in it"));
    }
    let length = title.chars().count();
    if length > MAX_TITLE {
        let message = format!("a title has at most {MAX_TITLE} characters (code points), and this one has {}", grouped(length));
        return Err(Error::invalid("title", Reason::TooLarge, message));
    }

    let body = clean("body", body)?;
    if body.trim().is_empty() {
        return Err(Error::invalid("body", Reason::Empty, "an article needs a text, and this body is blank"));
    }
    let bytes = title.len() + 2 + body.len();
    if bytes > MAX_BYTES {
        let message = format!(
            "title and body together have {} bytes in UTF-8 (with the empty line between them), and at most {} are taken",
            grouped(bytes),
            grouped(MAX_BYTES)
        );
        return Err(Error::invalid("body", Reason::TooLarge, message));
    }
    Ok(format!("{title}\n\n{body}"))
}

/// The text in a plain text file.
///
/// # Errors
/// `InvalidFormat` on `file` if it is not UTF-8; the message tells the first byte that does not fit.
pub fn from_bytes(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message = match error.as_bytes() {
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
                "this file looks like UTF-16 (by its first two bytes); save it as UTF-8 and try again".into()
            }
            bytes => {
                let found = bytes.get(at).map_or_else(String::new, |byte| format!(" (0x{byte:02X})"));
                format!(
                    "this file is not UTF-8: the first byte that does not fit{found} is at offset {}; save it as UTF-8 and try again",
                    grouped(at)
                )
            }
        };
        Error::invalid("file", Reason::InvalidFormat, message)
    })
}

/// A plain text file as headline and body: its first line that is not blank, and what follows from the next such line on.
#[must_use]
pub fn split_headline(text: &str) -> (&str, &str) {
    let text = skip_blank_lines(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text));
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    let (headline, rest) = text.split_at(end);
    (headline, skip_blank_lines(rest))
}

/// The same text with LF at the end of its lines, instead of CR LF or CR.
pub(in crate::domain) fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// A number as a person reads it: `1,048,576`.
pub(in crate::domain) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

const BYTE_ORDER_MARK: char = '\u{FEFF}';

fn clean<'a>(field: &str, text: &'a str) -> Result<Cow<'a, str>> {
    let text = with_line_feeds(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text));
    let Some((at, control)) = text.char_indices().find(|&(_, c)| c.is_control() && c != '\t' && c != '\n') else { return Ok(text) };
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let message = format!(
        "the {field} has the control character U+{:04X} in line {}, character {}; of those, only tab and line feed are taken",
        u32::from(control),
        grouped(line),
        grouped(column)
    );
    Err(Error::invalid(field, Reason::ControlCharacter, message))
}

fn skip_blank_lines(text: &str) -> &str {
    let (blank, _) = text.split_at(text.len() - text.trim_start().len());
    let start = blank.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    &text[start..]
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}
