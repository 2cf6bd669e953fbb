//! Looking at bytes before any parser does: each once, whatever they are.

use super::{MOST_NESTING, MOST_TOKENS, MOST_VALUES, TooComplex, within};

/// Looks at a request's JSON before it is parsed: refuses too many values.
pub fn scan_json(bytes: &[u8]) -> Result<(), TooComplex> {
    let (mut at, mut values) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b'"' => end_of_plain_string(bytes, at),
            b',' | b'[' | b'{' => {
                values += 1;
                at + 1
            }
            _ => at + 1,
        };
    }
    within("values in its JSON", values, MOST_VALUES)
}

/// Looks at a document's text: refuses too many tokens, or too deep a nesting, before the parser sees them.
pub fn scan(text: &str) -> Result<(), TooComplex> {
    let bytes = text.as_bytes();
    let (mut at, mut tokens, mut depth, mut deepest) = (0, 0, 0_u64, 0_u64);
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => at + 1,
            b'#' => end_of(bytes, at, |byte| matches!(byte, b'\n' | b'\r')),
            _ => {
                tokens += 1;
                match byte {
                    b'"' => {
                        let end = end_of_string(bytes, at);
                        tokens += (end - at) as u64 / 64;
                        end
                    }
                    b'{' | b'[' | b'(' => {
                        depth += 1;
                        deepest = deepest.max(depth);
                        at + 1
                    }
                    b'}' | b']' | b')' => {
                        depth = depth.saturating_sub(1);
                        at + 1
                    }
                    b'_' | b'-' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                        end_of(bytes, at, |byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+')))
                    }
                    _ => at + 1,
                }
            }
        };
    }
    within("tokens", tokens, MOST_TOKENS)?;
    within("levels of nesting", deepest, MOST_NESTING)
}

fn end_of(bytes: &[u8], from: usize, is_end: impl Fn(u8) -> bool) -> usize {
    bytes[from..].iter().position(|byte| is_end(*byte)).map_or(bytes.len(), |length| from + length.max(1))
}

/// The end of the JSON string that begins at `from`.
fn end_of_plain_string(bytes: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The end of the string that begins at `from`; of a string that doesn't end, the end of the text.
fn end_of_string(bytes: &[u8], from: usize) -> usize {
    let block = bytes[from..].starts_with(b"\"\"\"");
    let (close, mut at): (&[u8], usize) = if block { (b"\"\"\"", from + 3) } else { (b"\"", from + 1) };
    while at < bytes.len() {
        if bytes[at] == b'\\' {
            // In a block only the closing quotes can be escaped.
            at += if block && bytes[at + 1..].starts_with(close) {
                4
            } else if block {
                1
            } else {
                2
            };
        } else if bytes[at..].starts_with(close) {
            return at + close.len();
        } else {
            at += 1;
        }
    }
    bytes.len()
}
