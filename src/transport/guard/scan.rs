//! Looking at bytes before any parser does: each once at most, and none after the first that is too much.

use memchr::{memchr2, memmem};

use super::{MOST_ALIASES, MOST_NESTING, MOST_TOKENS, MOST_VALUES, TooComplex, within};

/// So many bytes of a string count as a token.
const STRETCH: u64 = 128;

/// Looks at a request's JSON before it is parsed: refuses too many values.
pub fn scan_json(bytes: &[u8]) -> Result<(), TooComplex> {
    let (mut at, mut values) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b'"' => end_of_line_string(bytes, at),
            b',' | b'[' | b'{' => {
                values += 1;
                within("values in its JSON", values, MOST_VALUES)?;
                at + 1
            }
            _ => at + 1,
        };
    }
    Ok(())
}

/// Looks at a document's text: refuses too many tokens or aliases, or too deep a nesting, before the parser sees them.
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
            // Colons of arguments and variables stand in parentheses, which stand in no others.
            b':' if !in_arguments => {
                aliases += 1;
                within("aliases", aliases, MOST_ALIASES)?;
            }
            _ => {}
        }
        let end = match byte {
            b'"' => end_of_string(bytes, at),
            b'_' | b'-' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                end_of(bytes, at, |byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+')))
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
    bytes[from..].iter().position(|byte| is_end(*byte)).map_or(bytes.len(), |length| from + length.max(1))
}

/// The end of the string that begins at `from`; of one that doesn't end, the end of the text.
fn end_of_string(bytes: &[u8], from: usize) -> usize {
    const BLOCK: &[u8] = b"\"\"\"";
    if !bytes[from..].starts_with(BLOCK) {
        return end_of_line_string(bytes, from);
    }
    let mut at = from + BLOCK.len();
    while let Some(found) = bytes.get(at..).and_then(|rest| memmem::find(rest, BLOCK)) {
        // In a block only the closing quotes can be escaped.
        let escaped = found > 0 && bytes[at + found - 1] == b'\\';
        at += found + BLOCK.len();
        if !escaped {
            return at;
        }
    }
    bytes.len()
}

/// The same for a string of one line, as JSON has them as well.
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
