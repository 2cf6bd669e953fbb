//! A limit on the amount of text in a response. The cost of a text depends on its length, which the
//! query guard cannot know.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::{Context, Error, ErrorExtensions, Result};

/// The approximate number of bytes that an object adds to a response besides its text.
const PIECE: usize = 256;

/// The bytes of text in one request's response. The operations of a batch share them.
#[derive(Clone)]
pub struct TextBudget(Arc<Texts>);

struct Texts {
    held: AtomicUsize,
    most: usize,
}

impl TextBudget {
    /// A budget of `most` bytes.
    pub fn new(most: usize) -> Self {
        Self(Arc::new(Texts { held: AtomicUsize::new(0), most }))
    }

    /// Begins again, for the next response of a subscription.
    pub fn begin_again(&self) {
        self.0.held.store(0, Ordering::Relaxed);
    }
}

/// Reserves bytes for this number of pieces and their text. Returns QUERY_TOO_COMPLEX if the limit
/// is exceeded.
pub fn take(ctx: &Context<'_>, pieces: usize, bytes: usize) -> Result<()> {
    let Texts { held, most } = &*ctx.data_unchecked::<TextBudget>().0;
    let wanted = pieces.saturating_mul(PIECE).saturating_add(bytes);
    let cost = held.fetch_add(wanted, Ordering::Relaxed).saturating_add(wanted);
    if cost <= *most {
        return Ok(());
    }
    let message = format!(
        "The response would contain more than {most} bytes of article text. Request fewer texts at \
         once."
    );
    Err(Error::new(message).extend_with(|_, extensions| {
        extensions.set("code", "QUERY_TOO_COMPLEX");
        extensions.set("cost", cost);
        extensions.set("limit", *most);
    }))
}
