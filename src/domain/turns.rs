//! Turns: comparing and searching whole articles, off the request threads.
//!
//! Always true: as much is done at once as there are processors, and what waits for its turn is bounded.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Semaphore;

use super::error::{Error, Result};

/// How much may wait. What comes then is turned away.
const MOST_WAITING: u32 = 64;

static PLACES: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(1, std::num::NonZero::get)));
static WAITING: AtomicU32 = AtomicU32::new(0);

/// Somebody who waits, until dropped.
struct Waiting;

impl Drop for Waiting {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Does `work` when its turn comes; RATE_LIMITED if too much is waiting already.
pub async fn take<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let before = WAITING.fetch_add(1, Ordering::Relaxed);
    let waiting = Waiting;
    if before >= MOST_WAITING {
        return Err(Error::RateLimited { retry_after: 2 });
    }
    let turn = PLACES.acquire().await.map_err(anyhow::Error::from)?;
    drop(waiting);
    // The turn goes with the work: a client that hangs up must not let more of it run at once.
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    Ok(done.await.map_err(anyhow::Error::from)?)
}
