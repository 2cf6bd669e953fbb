//! A text, its blocks and sentences, and offsets into it in three units.
//!
//! Nothing here reads the database. Invariants:
//!
//! - A composed text is the headline, an empty line and the body. It is composed once and never
//!   normalised.
//! - Blocks are its lines. Blocks and the separators between them (line feeds, blank lines) make up
//!   the whole text.
//! - The sentences of a block cover it without gaps or overlaps. No sentence begins or ends within
//!   a grapheme cluster.
//! - Ranges are half-open. Offsets count Unicode code points unless a unit is named.

mod boundary;
mod lexicon;
mod line;
mod marks;
mod offsets;
mod particle;
mod segment;
#[cfg(test)]
mod tests;
mod unit;
mod word;

use std::borrow::Cow;

pub(crate) use offsets::stored_extent;
pub use offsets::{Extent, Index, OffsetUnit};
pub use segment::{MAX_PIECES, Piece, SpanKind, is_caption, segment};
pub use unit::{Units, read_on};

use crate::domain::error::{Error, Reason, Result};

/// The most UTF-8 bytes of a text, headline and body together.
pub const MAX_BYTES: usize = 1 << 20;

/// The most code points of a headline.
pub const MAX_TITLE: usize = 500;

/// Composes the text of an article from its headline and its body.
///
/// A byte order mark before either is removed. CR LF and CR become LF. White space around the
/// headline is removed. Otherwise the body is kept as it is.
///
/// # Errors
/// On `title` or `body`: `ControlCharacter` for a control character other than tab and LF, `Empty`
/// if the field is blank, `TooLarge` for a headline of more than [`MAX_TITLE`] code points or a
/// text of more than [`MAX_BYTES`], `InvalidFormat` for a tab or a line break in the headline.
pub fn compose(title: &str, body: &str) -> Result<String> {
    let title = clean("title", title)?;
    let title = title.trim();
    if title.is_empty() {
        return Err(Error::invalid(
            "title",
            Reason::Empty,
            "The title is blank. An article needs a title.",
        ));
    }
    if title.contains(['\n', '\t']) {
        return Err(Error::invalid(
            "title",
            Reason::InvalidFormat,
            "The title has a line break or a tab. A title must be one line.",
        ));
    }
    let length = title.chars().count();
    if length > MAX_TITLE {
        let message = format!(
            "The title has {} characters (code points). The limit is {MAX_TITLE}.",
            grouped(length)
        );
        return Err(Error::invalid("title", Reason::TooLarge, message));
    }

    let body = clean("body", body)?;
    if body.trim().is_empty() {
        return Err(Error::invalid(
            "body",
            Reason::Empty,
            "The body is blank. An article needs a text.",
        ));
    }
    let bytes = title.len() + 2 + body.len();
    if bytes > MAX_BYTES {
        let message = format!(
            "Title and body have {} bytes in UTF-8, with the empty line between them. The limit is {}.",
            grouped(bytes),
            grouped(MAX_BYTES)
        );
        return Err(Error::invalid("body", Reason::TooLarge, message));
    }
    Ok(format!("{title}\n\n{body}"))
}

/// Reads the text of a plain text file.
///
/// # Errors
/// `InvalidFormat` on `file` if it is not UTF-8. The message names the first invalid byte.
pub fn from_bytes(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message = match error.as_bytes() {
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
                "The file looks like UTF-16, by its first two bytes. Save it as UTF-8 and try again.".into()
            }
            bytes => {
                let found = bytes.get(at).map_or_else(String::new, |byte| format!(" (0x{byte:02X})"));
                format!(
                    "The file is not UTF-8: the first invalid byte{found} is at offset {}. Save it as UTF-8 and try again.",
                    grouped(at)
                )
            }
        };
        Error::invalid("file", Reason::InvalidFormat, message)
    })
}

/// Splits the text of a file into headline and body. The headline is the first line that is not
/// blank. The body begins with the next line that is not blank.
#[must_use]
pub fn split_headline(text: &str) -> (&str, &str) {
    let text = skip_blank_lines(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text));
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    let (headline, rest) = text.split_at(end);
    (headline, skip_blank_lines(rest))
}

/// The same text with LF at the end of its lines, instead of CR LF or CR.
pub(in crate::domain) fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        text.into()
    }
}

/// A number with separators: `1,048,576`.
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
    let Some((at, control)) =
        text.char_indices().find(|&(_, c)| c.is_control() && c != '\t' && c != '\n')
    else {
        return Ok(text);
    };
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let message = format!(
        "The {field} has the control character U+{:04X} in line {}, character {}. Only tab and line feed are allowed.",
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
