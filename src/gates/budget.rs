//! What an account may ask for in a minute: a bucket of cost that fills steadily and is drawn from by each operation.
//!
//! An account draws from its own bucket, whatever credentials it shows; a stranger from its network's. Each server keeps its own buckets:
//! the budget is against too much work for a server, not against guessing, which `domain::throttle` is for.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use crate::domain::error::{Error, Result};
use crate::domain::ids::AccountId;
use crate::domain::moment::Moment;
use crate::domain::network::Network;
use crate::domain::policy::Actor;

/// How many buckets are kept. The one that was not drawn from for longest goes first: it has filled up again, unless more than these came
/// meanwhile.
const BUCKETS: NonZeroUsize = NonZeroUsize::new(10_000).expect("not zero");

/// The buckets of one server.
#[derive(Clone)]
pub struct Budget {
    /// What flows in each minute, and what a bucket holds.
    a_minute: i64,
    buckets: Arc<Mutex<LruCache<Who, Bucket>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Who {
    Account(AccountId),
    Stranger(Option<Network>),
}

struct Bucket {
    /// What can be drawn, in parts of a cost of 1, so that what flows in each millisecond is whole. Less than nothing after an operation
    /// that cost more than a bucket holds.
    left: i64,
    at: Moment,
}

/// How many parts a cost of 1 has: the milliseconds of a minute.
const PARTS: i64 = 60_000;

impl Budget {
    /// Buckets of so much cost a minute; 0 sets no limit.
    pub fn new(cost_a_minute: u32) -> Self {
        Self { a_minute: cost_a_minute.into(), buckets: Arc::new(Mutex::new(LruCache::new(BUCKETS))) }
    }

    /// Draws the cost of an operation; RATE_LIMITED where there is not enough left. What costs more than a bucket holds takes a full one.
    pub fn draw(&self, actor: &Actor, cost: u64) -> Result<()> {
        if self.a_minute == 0 || actor.is_machine() {
            return Ok(());
        }
        let (now, full) = (actor.now(), self.a_minute * PARTS);
        let cost = i64::try_from(cost).unwrap_or(i64::MAX).saturating_mul(PARTS);
        let who = actor.id().map_or(Who::Stranger(actor.network()), Who::Account);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.get_or_insert_mut(who, || Bucket { left: full, at: now });
        let since = (now.time() - bucket.at.time()).num_milliseconds();
        if since > 0 {
            bucket.left = full.min(bucket.left.saturating_add(since.saturating_mul(self.a_minute)));
            bucket.at = now;
        }
        let missing = full.min(cost) - bucket.left;
        if missing > 0 {
            let a_second = self.a_minute * 1_000;
            let seconds = (missing + a_second - 1) / a_second;
            return Err(Error::RateLimited { retry_after: u32::try_from(seconds).unwrap_or(u32::MAX) });
        }
        bucket.left -= cost;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::sync::atomic::{AtomicI64, Ordering};

    use chrono::{DateTime, TimeDelta};
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::{ApiTokenId, SessionId};
    use crate::domain::policy::{Credential, World};

    fn world() -> (World, Arc<AtomicI64>) {
        let seconds = Arc::new(AtomicI64::new(0));
        let clock = Arc::clone(&seconds);
        (World::new(move || DateTime::UNIX_EPOCH + TimeDelta::seconds(clock.load(Ordering::SeqCst)), |_| {}), seconds)
    }

    fn retry_after(result: Result<()>) -> u32 {
        match result {
            Ok(()) => 0,
            Err(Error::RateLimited { retry_after }) => retry_after,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_bucket_empties_and_fills() {
        let (world, seconds) = world();
        let (budget, actor) = (Budget::new(600), Actor::stranger(world));
        assert_eq!([500, 100, 1].map(|cost| retry_after(budget.draw(&actor, cost))), [0, 0, 1]);
        assert_eq!(retry_after(budget.draw(&actor, 300)), 30);
        seconds.store(29, Ordering::SeqCst);
        assert_eq!([300, 290, 0].map(|cost| retry_after(budget.draw(&actor, cost))), [1, 0, 0]);
        // It holds a minute's, however long it fills.
        seconds.store(86_400, Ordering::SeqCst);
        assert_eq!([600, 600].map(|cost| retry_after(budget.draw(&actor, cost))), [0, 60]);
        // The clock goes back.
        seconds.store(86_000, Ordering::SeqCst);
        assert_eq!(retry_after(budget.draw(&actor, 600)), 60);
    }

    #[test]
    fn what_costs_more_than_a_bucket_holds_takes_a_full_one_and_is_paid_off() {
        let (world, seconds) = world();
        let (budget, actor) = (Budget::new(60), Actor::stranger(world));
        assert_eq!([1, 120].map(|cost| retry_after(budget.draw(&actor, cost))), [0, 1]);
        seconds.store(1, Ordering::SeqCst);
        assert_eq!([120, 1].map(|cost| retry_after(budget.draw(&actor, cost))), [0, 61]);
        seconds.store(62, Ordering::SeqCst);
        assert_eq!([1, 1].map(|cost| retry_after(budget.draw(&actor, cost))), [0, 1]);
    }

    #[test]
    fn everybody_has_a_bucket_of_their_own_whatever_they_show() {
        let (world, _) = world();
        let budget = Budget::new(1);
        let from = |text: &str| Some(Network::from(text.parse::<IpAddr>().unwrap()));
        let account = |id, credential| Actor::account(AccountId(Uuid::from_u128(id)), credential, vec![], world.clone());
        let (session, token) = (Credential::Session(SessionId(Uuid::nil())), Credential::ApiToken(ApiTokenId(Uuid::nil())));
        let actors = [
            (account(1, session), 0),
            (account(1, token).from_network(from("192.0.2.1")), 60),
            (account(2, session), 0),
            (Actor::stranger(world.clone()), 0),
            (Actor::stranger(world.clone()).from_network(from("192.0.2.1")), 0),
            (Actor::stranger(world.clone()).from_network(from("192.0.2.1")), 60),
            (Actor::stranger(world.clone()).from_network(from("2001:db8::1")), 0),
            (Actor::stranger(world.clone()).from_network(from("2001:db8::2")), 60),
            (Actor::machine(world.clone()), 0),
            (Actor::machine(world.clone()), 0),
        ];
        for (number, (actor, wait)) in actors.iter().enumerate() {
            assert_eq!(retry_after(budget.draw(actor, 1)), *wait, "{number}");
        }
        assert_eq!([1, 1_000_000].map(|cost| retry_after(Budget::new(0).draw(&actors[0].0, cost))), [0, 0]);
    }

    #[test]
    fn a_crowd_takes_no_more_room_than_there_is() {
        let (world, _) = world();
        let budget = Budget::new(1);
        for number in 0..20_000_u32 {
            let actor = Actor::stranger(world.clone()).from_network(Some(IpAddr::from(number.to_be_bytes()).into()));
            assert_eq!(retry_after(budget.draw(&actor, 1)), 0);
        }
        assert_eq!(budget.buckets.lock().unwrap().len(), BUCKETS.get());
    }
}
