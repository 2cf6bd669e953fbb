//! Turns at hashing passwords, which is made to be slow: a flood of it must leave the processors to others.
//!
//! Always true: at most half of the processors hash (one, where there is one), off the threads that answer requests, and rest three times as long
//! as they hashed where others wait; a bounded number waits for a turn, and who comes after them is told at once to come back later.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, oneshot};

use super::error::{Error, Result};

/// How many may wait for a turn. A turn takes some 100 ms with its rest, so that the last of them waits for some seconds.
const MOST_WAITING: u32 = 64;
/// The longest that a turn rests, so that on a slow machine the queue still ends before those who wait have to be answered.
const LONGEST_REST: Duration = Duration::from_millis(90);
/// What the next are told to wait, in seconds: about as long as the queue.
const RETRY_AFTER: u32 = 4;

static QUEUE: LazyLock<Queue> = LazyLock::new(|| {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Queue { turns: Semaphore::new((processors / 2).max(1)), waiting: AtomicU32::new(0) }
});

/// How many wait for their turn.
pub fn waiting() -> u32 {
    QUEUE.waiting.load(Ordering::Relaxed)
}

/// Refuses where so many wait that one more would be turned away.
pub fn expect_room() -> Result<()> {
    if waiting() < MOST_WAITING { Ok(()) } else { Err(full()) }
}

/// Does `work` when it is its turn.
pub async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    QUEUE.in_turn(work).await
}

const fn full() -> Error {
    Error::RateLimited { retry_after: RETRY_AFTER }
}

struct Queue {
    turns: Semaphore,
    waiting: AtomicU32,
}

/// A place in the queue, which is given up when its holder's turn comes, or when its holder goes.
struct Place<'a>(&'a AtomicU32);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Queue {
    async fn in_turn<T: Send + 'static>(&'static self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let place = Place(&self.waiting);
        if before >= MOST_WAITING {
            return Err(full());
        }
        let turn = self.turns.acquire().await.map_err(anyhow::Error::from)?;
        drop(place);
        // The turn goes with the work and its rest: a client that hangs up must not let more hashing run at once.
        let (tell, told) = oneshot::channel();
        tokio::spawn(async move {
            let _turn = turn;
            let begun = Instant::now();
            // Whoever asked may have gone.
            let _ = tell.send(tokio::task::spawn_blocking(work).await);
            tokio::time::sleep(rest(begun.elapsed(), self.waiting.load(Ordering::Relaxed))).await;
        });
        told.await.map_err(anyhow::Error::from)?.map_err(anyhow::Error::from)?
    }
}

/// How long a turn rests after work that took so long, with so many waiting for it: one after another without end, they would have a processor
/// to themselves.
fn rest(took: Duration, waiting: u32) -> Duration {
    if waiting == 0 { Duration::ZERO } else { (3 * took).min(LONGEST_REST) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_turn_rests_three_times_as_long_as_it_worked_where_others_wait() {
        let took = Duration::from_millis(20);
        assert_eq!((rest(took, 0), rest(took, 1), rest(took, 64)), (Duration::ZERO, 3 * took, 3 * took));
        assert_eq!(rest(Duration::from_secs(1), 1), LONGEST_REST);
    }

    #[tokio::test]
    async fn so_many_work_so_many_wait_and_the_rest_is_turned_away_at_once() {
        let queue: &'static Queue = Box::leak(Box::new(Queue { turns: Semaphore::new(2), waiting: AtomicU32::new(0) }));
        let working = Arc::new(AtomicU32::new(0));
        let (go, stop) = mpsc::channel::<()>();
        let stop = Arc::new(std::sync::Mutex::new(stop));
        let tasks: Vec<_> = (0..100)
            .map(|_| {
                let (working, stop) = (Arc::clone(&working), Arc::clone(&stop));
                tokio::spawn(queue.in_turn(move || {
                    let at_once = working.fetch_add(1, Ordering::SeqCst) + 1;
                    let _ = stop.lock().unwrap().recv();
                    working.fetch_sub(1, Ordering::SeqCst);
                    Ok(at_once)
                }))
            })
            .collect();
        while queue.waiting.load(Ordering::SeqCst) < MOST_WAITING {
            tokio::task::yield_now().await;
        }
        // All have asked by now; nobody has finished.
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        let refused = tasks.iter().filter(|task| task.is_finished()).count();
        assert_eq!(refused, 100 - 2 - MOST_WAITING as usize);
        // One that goes leaves its place.
        drop(go);
        let mut done = 0;
        for task in tasks {
            match task.await.expect("it ends") {
                Ok(at_once) => {
                    assert!(at_once <= 2, "{at_once}");
                    done += 1;
                }
                Err(error) => assert!(matches!(error, Error::RateLimited { retry_after: RETRY_AFTER })),
            }
        }
        assert_eq!((done, queue.waiting.load(Ordering::SeqCst)), (66, 0));
    }
}
