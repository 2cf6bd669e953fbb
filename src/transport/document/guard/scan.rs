//! Scans bytes before any parser does. Each byte is read at most once, and none after a limit is
//! exceeded.

use memchr::{memchr2, memmem};

use crate::transport::document::guard::{
    MOST_ALIASES, MOST_NESTING, MOST_TOKENS, MOST_VALUES, TooComplex, within,
};

/// How many bytes of a string count as one token.
const STRETCH: u64 = 128;

/// Scans the JSON of a request before it is parsed. Refuses too many values.
pub fn scan_json(bytes: &[u8]) -> Result<(), TooComplex> {
    let (mut at, mut values) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b'"' => end_of_line_string(bytes, at),
            b',' | b'[' | b'{' => {
                values += 1;
                within("JSON values", values, MOST_VALUES)?;
                at + 1
            }
            _ => at + 1,
        };
    }
    Ok(())
}

/// Scans the text of a document before it is parsed. Refuses too many tokens, aliases or levels.
pub fn scan(text: &str) -> Result<(), TooComplex> {
    let bytes = text.as_bytes();
    let (mut at, mut tokens, mut aliases, mut depth) = (0, 0, 0, 0_u64);
    let mut in_arguments = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = end_of(bytes, at, |byte| matches!(byte, b'\n' | b'\r'));
                continue;
            }
            b'{' | b'[' | b'(' => {
                depth += 1;
                within("levels of nesting", depth, MOST_NESTING)?;
            }
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            // Arguments and variables have their colons within parentheses. Parentheses do not
            // nest.
            b':' if !in_arguments => {
                aliases += 1;
                within("aliases", aliases, MOST_ALIASES)?;
            }
            _ => {}
        }
        let end = match byte {
            b'"' => end_of_string(bytes, at),
            b'_' | b'-' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                end_of(bytes, at, |byte| {
                    !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+'))
                })
            }
            _ => at + 1,
        };
        in_arguments = byte == b'(' || in_arguments && byte != b')';
        tokens += 1 + if byte == b'"' { (end - at) as u64 / STRETCH } else { 0 };
        within("tokens", tokens, MOST_TOKENS)?;
        at = end;
    }
    Ok(())
}

fn end_of(bytes: &[u8], from: usize, is_end: impl Fn(u8) -> bool) -> usize {
    bytes[from..]
        .iter()
        .position(|byte| is_end(*byte))
        .map_or(bytes.len(), |length| from + length.max(1))
}

/// The end of the string that starts at `from`, or the end of the text if the string does not end.
fn end_of_string(bytes: &[u8], from: usize) -> usize {
    const BLOCK: &[u8] = b"\"\"\"";
    if !bytes[from..].starts_with(BLOCK) {
        return end_of_line_string(bytes, from);
    }
    let mut at = from + BLOCK.len();
    while let Some(found) = bytes.get(at..).and_then(|rest| memmem::find(rest, BLOCK)) {
        // Only closing quotes can be escaped in a block string.
        let escaped = found > 0 && bytes[at + found - 1] == b'\\';
        at += found + BLOCK.len();
        if !escaped {
            return at;
        }
    }
    bytes.len()
}

/// The end of a string of one line. JSON has the same strings.
fn end_of_line_string(bytes: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        if bytes[at + found] == b'"' {
            return at + found + 1;
        }
        at += found + 2;
    }
    bytes.len()
}
