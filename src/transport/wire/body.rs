//! Reads the body of a request. It must arrive within a time limit and at a minimum rate, and its
//! bytes count against the server's limit.

use std::time::{Duration, Instant};

use actix_web::web::{Bytes, BytesMut, Payload};
use async_graphql::ServerError;
use futures_util::StreamExt;
use tokio::time::timeout;

use crate::transport::wire::{Hold, Timeouts};

/// How many bytes of each body do not count. The server always has room for these.
const FREE: usize = 16 << 10;
/// The minimum rate in bytes per second, once a body takes longer than [`SLOW_START`].
const LEAST_RATE: u64 = 2 << 10;
/// How long the minimum rate does not apply at the beginning of a body.
const SLOW_START: Duration = Duration::from_secs(10);

/// Why a body was not read.
pub enum Unread {
    /// It has more bytes than are accepted.
    TooLarge,
    /// It took too long.
    TooSlow,
    /// The server has no room for it.
    Refused(Box<ServerError>),
    /// It ended too early, or its encoding is invalid.
    Broken,
}

/// Reads a body of at most `most` bytes, which `hold` counts. The caller keeps `hold` until it is
/// done with the request.
pub async fn read(
    mut payload: Payload,
    most: usize,
    timeouts: Timeouts,
    hold: &mut impl Hold,
) -> Result<Bytes, Unread> {
    let begun = Instant::now();
    let (mut body, mut held) = (BytesMut::new(), 0);
    loop {
        let left = timeouts.receive.saturating_sub(begun.elapsed());
        // Checks the rate from time to time, even if nothing arrives.
        let next = timeout(left.min(Duration::from_secs(5)), payload.next()).await;
        let chunk = match next {
            Ok(Some(Ok(chunk))) => Some(chunk),
            Ok(Some(Err(_))) => return Err(Unread::Broken),
            Ok(None) => return Ok(body.freeze()),
            Err(_) => None,
        };
        if let Some(chunk) = chunk {
            if body.len() + chunk.len() > most {
                return Err(Unread::TooLarge);
            }
            // A growing buffer can take up to twice the memory of its content, so its capacity
            // counts.
            body.extend_from_slice(&chunk);
            let needed = body.capacity().max(body.len()).saturating_sub(FREE);
            if needed > held {
                hold.grow(needed - held).map_err(Unread::Refused)?;
                held = needed;
            }
        }
        let took = begun.elapsed();
        let slow = took > SLOW_START && (body.len() as u64) < LEAST_RATE * took.as_secs();
        if took >= timeouts.receive || slow {
            return Err(Unread::TooSlow);
        }
    }
}
