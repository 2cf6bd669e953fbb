//! How much text an answer has room for. What a text costs depends on how long it is, which the guard can't know.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::{Context, Error, ErrorExtensions, Result};

/// So many bytes of articles' texts, and of what stands for a piece of one, go into one answer.
const MOST: usize = 64 << 20;

/// What an object takes of an answer beside its text, about.
const PIECE: usize = 256;

/// How much one request's answer holds by now.
#[derive(Default)]
pub struct Room(AtomicUsize);

/// Takes room for so many pieces of text, of so many bytes together. Errors with QUERY_TOO_COMPLEX if there is no more.
pub fn take(ctx: &Context<'_>, pieces: usize, bytes: usize) -> Result<()> {
    let wanted = pieces.saturating_mul(PIECE).saturating_add(bytes);
    let cost = ctx.data_unchecked::<Room>().0.fetch_add(wanted, Ordering::Relaxed).saturating_add(wanted);
    if cost <= MOST {
        return Ok(());
    }
    let message = format!("this answer would hold more than {MOST} bytes of articles' texts; ask for fewer of them at once");
    Err(Error::new(message).extend_with(|_, extensions| {
        extensions.set("code", "QUERY_TOO_COMPLEX");
        extensions.set("cost", cost);
        extensions.set("limit", MOST);
    }))
}
