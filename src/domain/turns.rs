//! Turns: work that keeps a processor busy, done off the request threads.
//!
//! Always true: as much is done at once as there are processors, and what waits for its turn is bounded.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Semaphore;

use super::error::{Error, Result};

/// How much may wait. What comes then is turned away.
const MOST_WAITING: u32 = 64;

/// A queue of such work; each queue has as many places as there are processors.
pub struct Queue {
    /// Made when first asked for.
    places: OnceLock<Semaphore>,
    waiting: AtomicU32,
}

/// The texts' queue: what compares or searches whole articles.
pub static TEXTS: Queue = Queue::new();

impl Queue {
    /// An empty queue.
    pub const fn new() -> Self {
        Self { places: OnceLock::new(), waiting: AtomicU32::new(0) }
    }

    /// Does `work` when its turn comes; RATE_LIMITED if too much is waiting already.
    pub async fn take<T: Send + 'static>(&'static self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= MOST_WAITING {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::RateLimited { retry_after: 2 });
        }
        let waiting = Waiting(&self.waiting);
        let places = self.places.get_or_init(|| Semaphore::new(std::thread::available_parallelism().map_or(1, std::num::NonZero::get)));
        let turn = places.acquire().await.map_err(anyhow::Error::from)?;
        drop(waiting);
        // The turn goes with the work: a client that hangs up must not let more of it run at once.
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        Ok(done.await.map_err(anyhow::Error::from)?)
    }
}

/// Somebody who waits, until dropped.
struct Waiting<'a>(&'a AtomicU32);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
