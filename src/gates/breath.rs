//! A pause before the refusal of what asks for too much: whoever sends such without waiting leaves the time to others.
//!
//! One alone waits a few milliseconds, and is told well within the ten that a refusal may take. The more are held back at once, the longer each
//! is: a crowd that sends nothing else slows itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How long a refusal is held back, in milliseconds, beside how many others it may be.
const ALONE: u64 = 2;
/// So many milliseconds more for each other that is held back.
const EACH: u64 = 4;
/// The longest that any is.
const LONGEST: u64 = 200;

/// How many refusals a server holds back at this moment.
#[derive(Clone, Default)]
pub struct Breath(Arc<AtomicU32>);

/// One that is held back; no more, once this is dropped, as it is where the client hangs up.
struct Held<'a>(&'a AtomicU32);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Breath {
    /// Holds one back.
    pub async fn take(&self) {
        let others = self.0.fetch_add(1, Ordering::Relaxed);
        let _held = Held(&self.0);
        tokio::time::sleep(pause(others)).await;
    }
}

/// How long one is held back beside so many others.
fn pause(others: u32) -> Duration {
    Duration::from_millis((ALONE + EACH * u64::from(others)).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_crowd_waits_longer_than_one_alone_and_nobody_for_ever() {
        assert_eq!(pause(0), Duration::from_millis(2));
        assert_eq!(pause(15), Duration::from_millis(62));
        assert_eq!(pause(u32::MAX), Duration::from_millis(200));
    }

    #[tokio::test]
    async fn who_hangs_up_is_held_back_no_more() {
        let breath = Breath::default();
        let (mut one, mut other) = (Box::pin(breath.take()), Box::pin(breath.take()));
        assert!((&mut one).now_or_never().is_none() && (&mut other).now_or_never().is_none());
        assert_eq!(breath.0.load(Ordering::Relaxed), 2);
        drop(one);
        assert_eq!(breath.0.load(Ordering::Relaxed), 1);
        other.await;
        assert_eq!(breath.0.load(Ordering::Relaxed), 0);
    }
}
