//! Whether anybody still waits for what is being read. A request that is past its deadline has its
//! answer, and its readers stop.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::article::{Reading, Refusal};

thread_local! {
    /// The sign that the reader on this thread stops for.
    static ABANDONED: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

/// Somebody who waits for a reader. When it is dropped, the reader stops.
#[derive(Debug, Default)]
pub struct Waiting(Arc<AtomicBool>);

/// A reader's part of [`Waiting`].
#[derive(Debug)]
pub struct Wanted(Arc<AtomicBool>);

impl Waiting {
    /// The part for the reader.
    pub fn wanted(&self) -> Wanted {
        Wanted(Arc::clone(&self.0))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Wanted {
    /// Reads on this thread while somebody waits.
    pub fn read<T>(self, read: impl FnOnce() -> T) -> T {
        let before = ABANDONED.replace(Some(self.0));
        let result = read();
        ABANDONED.set(before);
        result
    }
}

/// Refuses to go on if nobody waits any more. Nobody sees the refusal.
pub(super) fn expect() -> Reading<()> {
    let is_abandoned = ABANDONED.with_borrow(|abandoned| {
        abandoned.as_ref().is_some_and(|abandoned| abandoned.load(Ordering::Relaxed))
    });
    if is_abandoned {
        return Err(Refusal::too_large("Reading took too long."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Waiting, expect};

    #[test]
    fn a_reader_stops_when_nobody_waits() {
        let (one, other) = (Waiting::default(), Waiting::default());
        let (first, second) = (one.wanted(), other.wanted());
        drop(one);

        assert!(first.read(expect).is_err());
        assert!(second.read(expect).is_ok());
        assert!(expect().is_ok());
    }
}
