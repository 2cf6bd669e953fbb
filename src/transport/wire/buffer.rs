//! A response that is written once, in pieces. Each piece is released as it is sent.
//!
//! All bytes count against the limit of the response while it is built. They also count against the
//! server's limit of unsent bytes, until the client has taken them. The first [`FREE`] bytes do not
//! count against the server's limit, so that every connection can send these.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use async_graphql::ServerError;

use crate::transport::wire::Hold;

/// The size of a piece.
const PIECE: usize = 64 << 10;
/// How many bytes of each response do not count. The server always has room for these.
pub const FREE: usize = 32 << 10;

/// A response that is being written.
pub struct Buffer<H> {
    pieces: VecDeque<Bytes>,
    piece: Vec<u8>,
    length: usize,
    most: usize,
    held: usize,
    hold: H,
    refused: Option<Box<ServerError>>,
}

impl<H: Hold> Buffer<H> {
    /// An empty response of at most `most` bytes, whose bytes `hold` counts.
    pub fn new(most: usize, hold: H) -> Self {
        Self {
            pieces: VecDeque::new(),
            piece: Vec::new(),
            length: 0,
            most,
            held: 0,
            hold,
            refused: None,
        }
    }

    /// Writes everything that `write` writes, or nothing. The error says why it did not fit.
    pub fn write(
        &mut self,
        write: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> Result<(), Box<ServerError>> {
        let (pieces, piece, length) = (self.pieces.len(), self.piece.clone(), self.length);
        match write(self) {
            Ok(()) => Ok(()),
            Err(error) => {
                self.pieces.truncate(pieces);
                (self.piece, self.length) = (piece, length);
                let kept = self.length.saturating_sub(FREE).min(self.held);
                self.hold.shrink(self.held - kept);
                self.held = kept;
                Err(self.refused.take().unwrap_or_else(|| Box::new(too_large(self.most, &error))))
            }
        }
    }

    /// Writes a few bytes that always fit.
    pub fn push(&mut self, text: &str) {
        self.length += text.len();
        self.append(text.as_bytes());
    }

    fn append(&mut self, mut bytes: &[u8]) {
        if bytes.len() < PIECE - self.piece.len() {
            self.piece.extend_from_slice(bytes);
            return;
        }
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.piece.len()));
            self.piece.extend_from_slice(now);
            bytes = later;
            if self.piece.len() == PIECE {
                self.pieces.push_back(mem::take(&mut self.piece).into());
            }
        }
    }

    /// Everything that was written, as a text. Only JSON is written, so it is UTF-8.
    pub fn into_text(self) -> String {
        let mut text = Vec::with_capacity(self.length);
        for piece in self.pieces {
            text.extend_from_slice(&piece);
        }
        text.extend_from_slice(&self.piece);
        String::from_utf8(text).unwrap_or_default()
    }

    /// The body to send.
    pub fn finish(mut self) -> Body<H> {
        if !self.piece.is_empty() {
            self.pieces.push_back(mem::take(&mut self.piece).into());
        }
        Body {
            pieces: self.pieces,
            length: self.length,
            held: self.held,
            hold: self.hold,
            given: 0,
        }
    }
}

impl<H: Hold> io::Write for Buffer<H> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.length + bytes.len();
        if length > self.most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let needed = length.saturating_sub(FREE);
        if needed > self.held {
            // Counts whole pieces, because counting takes a lock.
            let more = (needed - self.held).next_multiple_of(PIECE);
            if let Err(refused) = self.hold.grow(more) {
                self.refused = Some(refused);
                return Err(io::ErrorKind::QuotaExceeded.into());
            }
            self.held += more;
        }
        self.length = length;
        self.append(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The error of a response that has more than `most` bytes.
fn too_large(most: usize, cause: &io::Error) -> ServerError {
    let fits = cause.kind() != io::ErrorKind::FileTooLarge;
    let message = if fits {
        "The response could not be written.".to_owned()
    } else {
        format!(
            "The operation ran, but its response is larger than {most} bytes. Ask for smaller pages, fewer fields or smaller batches."
        )
    };
    let mut error = ServerError::new(message, None);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", if fits { "INTERNAL_SERVER_ERROR" } else { "RESPONSE_TOO_LARGE" });
    if !fits {
        extensions.set("limit", most);
    }
    error
}

/// A response that is being sent.
pub struct Body<H> {
    pieces: VecDeque<Bytes>,
    length: usize,
    held: usize,
    hold: H,
    /// How many bytes the connection took last. It asks for more once it has sent nearly all of
    /// them.
    given: usize,
}

impl<H: Hold + Unpin> MessageBody for Body<H> {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.length as u64)
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let this = self.get_mut();
        let sent = mem::take(&mut this.given).min(this.held);
        this.hold.shrink(sent);
        this.held -= sent;
        let piece = this.pieces.pop_front();
        this.given = piece.as_ref().map_or(0, Bytes::len);
        Poll::Ready(piece.map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Room for a number of bytes.
    struct Room(usize);

    impl Hold for Room {
        fn grow(&mut self, bytes: usize) -> Result<(), Box<ServerError>> {
            match self.0.checked_sub(bytes) {
                Some(left) => {
                    self.0 = left;
                    Ok(())
                }
                None => Err(Box::new(ServerError::new("full", None))),
            }
        }

        fn shrink(&mut self, bytes: usize) {
            self.0 += bytes;
        }
    }

    fn text<H: Hold + Unpin>(body: Body<H>) -> Vec<u8> {
        body.pieces.into_iter().flatten().collect()
    }

    #[test]
    fn what_does_not_fit_leaves_nothing_behind() {
        let mut buffer = Buffer::new(300_000, Room(1 << 20));
        buffer.push("[");
        assert!(buffer.write(|to| to.write_all(&vec![b'a'; 200_000])).is_ok());
        let error = buffer.write(|to| to.write_all(&vec![b'b'; 200_000]).and(to.write_all(b"c")));
        assert!(error.is_err_and(|error| error.message.contains("300000")));
        buffer.push("]");
        assert_eq!(buffer.hold.0, (1 << 20) - buffer.held);
        assert_eq!(text(buffer.finish()), [b"[", &vec![b'a'; 200_000][..], b"]"].concat());
    }

    #[test]
    fn a_full_server_has_room_for_small_responses() {
        let mut buffer = Buffer::new(usize::MAX, Room(0));
        assert!(buffer.write(|to| to.write_all(&vec![b'a'; FREE])).is_ok());
        assert!(buffer.write(|to| to.write_all(b"b")).is_err_and(|error| error.message == "full"));
        assert_eq!(buffer.finish().length, FREE);
    }
}
