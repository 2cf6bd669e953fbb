//! The heads of requests, as their bytes arrive on a connection.
//!
//! Invariants: a line feed without a carriage return before it, in a head, is an error. Some proxies
//! treat it as the end of a line and some do not, so that one could smuggle a request past them.

use std::io::{self, ErrorKind};

/// The longest start of a header line that is kept. It is enough for the names and lengths that
/// tell how a body ends.
const LONGEST_START: usize = 64;

/// Reads the bytes of a connection, and knows where heads begin and end.
pub struct Heads {
    part: Part,
}

/// The part of a request that the next byte belongs to.
enum Part {
    /// The head.
    Head(Head),
    /// The body, which has this many more bytes.
    Body(u64),
    /// A body whose end only the HTTP layer finds, or what follows an upgrade.
    Unknown,
}

/// A head, as far as it has arrived.
struct Head {
    after_return: bool,
    in_line: bool,
    begun: bool,
    /// The start of the current line, in lower case.
    line: Vec<u8>,
    /// The length of the body. None if only the HTTP layer finds its end.
    length: Option<u64>,
}

impl Heads {
    /// The start of a connection, where a head is expected.
    pub fn new() -> Self {
        Self { part: Part::Head(Head::new()) }
    }

    /// Whether a part of a head has arrived, and its end has not.
    pub const fn is_inside(&self) -> bool {
        matches!(&self.part, Part::Head(head) if head.begun)
    }

    /// Whether the next byte belongs to the body of a request.
    pub const fn is_before_body(&self) -> bool {
        !matches!(self.part, Part::Head(_))
    }

    /// Whether only the HTTP layer knows where the next head begins.
    pub const fn is_lost(&self) -> bool {
        matches!(self.part, Part::Unknown)
    }

    /// Reads the next bytes. Returns whether a head ended in them.
    pub fn read(&mut self, mut bytes: &[u8]) -> io::Result<bool> {
        let mut has_ended = false;
        while !bytes.is_empty() {
            match &mut self.part {
                Part::Unknown => break,
                Part::Body(left) => {
                    let read = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    bytes = &bytes[read..];
                    *left -= read as u64;
                    if *left == 0 {
                        self.part = Part::Head(Head::new());
                    }
                }
                Part::Head(head) => {
                    let Some(end) = head.read(bytes)? else { break };
                    bytes = &bytes[end..];
                    has_ended = true;
                    self.part = match head.length {
                        None => Part::Unknown,
                        Some(0) => Part::Head(Head::new()),
                        Some(length) => Part::Body(length),
                    };
                }
            }
        }
        Ok(has_ended)
    }
}

impl Head {
    const fn new() -> Self {
        let (after_return, in_line, begun) = (false, false, false);
        Self { after_return, in_line, begun, line: Vec::new(), length: Some(0) }
    }

    /// Reads bytes of the head. Returns how many belong to it, once it is complete.
    fn read(&mut self, bytes: &[u8]) -> io::Result<Option<usize>> {
        for (index, byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' if !self.after_return => {
                    return Err(io::Error::new(ErrorKind::InvalidData, "a bare line feed"));
                }
                b'\n' if self.begun && !self.in_line => return Ok(Some(index + 1)),
                b'\n' => {
                    self.end_line();
                    self.in_line = false;
                }
                b'\r' => {}
                _ => {
                    (self.begun, self.in_line) = (true, true);
                    if self.line.len() < LONGEST_START {
                        self.line.push(byte.to_ascii_lowercase());
                    }
                }
            }
            self.after_return = *byte == b'\r';
        }
        Ok(None)
    }

    /// Notes what the line says about the body.
    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let Ok(line) = std::str::from_utf8(&line) else { return };
        let Some((name, value)) = line.split_once(':') else { return };
        match (name, value.trim().parse()) {
            ("content-length", Ok(length)) if [Some(0), Some(length)].contains(&self.length) => {
                self.length = Some(length);
            }
            ("content-length" | "transfer-encoding" | "upgrade", _) => self.length = None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Heads;

    /// Whether a head ended in the text and whether one is unfinished. None for an error. The result
    /// is the same if the bytes arrive one by one.
    fn read(text: &str) -> Option<(bool, bool)> {
        let mut whole = Heads::new();
        let ended = whole.read(text.as_bytes()).ok().map(|ended| (ended, whole.is_inside()));
        let mut cut = Heads::new();
        let one_by_one: Option<Vec<bool>> =
            text.as_bytes().iter().map(|byte| cut.read(&[*byte]).ok()).collect();
        assert_eq!(ended, one_by_one.map(|all| (all.contains(&true), cut.is_inside())), "{text:?}");
        ended
    }

    #[test]
    fn a_head_ends_with_an_empty_line_and_its_lines_with_both_characters() {
        assert_eq!(read("GET / HTTP/1.1\r\nHost: a\r\n"), Some((false, true)));
        assert_eq!(read("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), Some((true, false)));
        for bare in ["GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nHost: a\nB: c\r\n\r\n", "\n", "A\r\n\n"]
        {
            assert_eq!(read(bare), None, "{bare:?}");
        }
    }

    #[test]
    fn a_head_after_a_body_is_a_head_again() {
        let post = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n{\n}";
        assert_eq!(read(&format!("\r\n{post}")), Some((true, false)));
        let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        assert_eq!(read(&format!("{get}{get}GET /")), Some((true, true)));
        assert_eq!(read(&format!("{post}{get}")), Some((true, false)));
        for bare in
            [format!("{get}GET / HTTP/1.1\n"), format!("{post}{get}{post}GET / HTTP/1.1\nA: b")]
        {
            assert_eq!(read(&bare), None, "{bare:?}");
        }
    }

    #[test]
    fn a_body_whose_end_only_the_http_layer_finds_is_not_read_as_a_head() {
        for header in ["Transfer-Encoding: chunked", "Upgrade: websocket", "Content-Length: x"] {
            let mut heads = Heads::new();
            let text = format!("POST / HTTP/1.1\r\n{header}\r\n\r\n3\r\n{{\n}}");
            assert!(heads.read(text.as_bytes()).expect(header) && heads.is_lost(), "{header}");
        }
    }
}
