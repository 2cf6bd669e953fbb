//! Every limit of the server, in one table.
//!
//! [`Limited`] names the things that are limited. [`Limited::rule`] says how much of each is allowed, where the count is kept, and the
//! message for the client. [`Limits`] keeps the counts that live in memory: each server has its own, since they protect one process.
//!
//! There are two kinds. A rate is a bucket that fills steadily and that each request draws from. A count limits what is held at one moment:
//! connections, sockets, bytes. A sender may hold up to `each` of it, and all senders together up to `total`.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_graphql::ServerError;
use lru::LruCache;
use sea_orm::Iterable;

use crate::domain::time::Moment;
use crate::transport::wire::Hold;

mod table;

pub use table::{Allowance, Kept, Limited, Refused, Rule, Sender};

/// How many buckets are kept. The bucket that was unused for longest goes first, since it is most likely full again.
const BUCKETS: NonZeroUsize = NonZeroUsize::new(10_000).expect("not zero");
/// A unit of cost has as many parts as a minute has milliseconds, so that what flows in each millisecond is whole.
const PARTS: i64 = 60_000;
/// How long to wait for something that others hold. Nobody knows when they let go.
const RETRY_AFTER: u32 = 5;

struct Bucket {
    /// The remaining amount, in parts. Negative after an operation that cost more than a full bucket.
    left: i64,
    at: Moment,
}

/// The limits of one server, and what its senders have used.
#[derive(Clone)]
pub struct Limits {
    /// One for each limited thing, in the order of the table.
    allowances: Vec<Allowance>,
    buckets: Arc<Mutex<LruCache<(Limited, Sender), Bucket>>>,
    held: Arc<Mutex<Amounts>>,
}

/// The amount that each sender holds of each thing, and all senders together (`None`).
type Amounts = HashMap<(Limited, Option<Sender>), usize>;

impl Default for Limits {
    /// The table's counts, and no rates: for tests and the demo, where one person sends everything.
    fn default() -> Self {
        let none = Allowance::Rate { per_minute: 0, burst: 0 };
        Self::of_table().with(Limited::Request, none).with(Limited::InvalidRequest, none)
    }
}

impl Limits {
    /// All limits as the table has them.
    pub fn of_table() -> Self {
        Self {
            allowances: Limited::iter().map(|limited| limited.rule().allowance).collect(),
            buckets: Arc::new(Mutex::new(LruCache::new(BUCKETS))),
            held: Arc::default(),
        }
    }

    /// The same limits, with another allowance of one thing.
    #[must_use]
    pub fn with(mut self, limited: Limited, allowance: Allowance) -> Self {
        self.allowances[limited.index()] = allowance;
        self
    }

    /// The same limits, with a rate whose bucket holds a minute's worth.
    #[must_use]
    pub fn with_rate(self, limited: Limited, per_minute: u32) -> Self {
        self.with(limited, Allowance::Rate { per_minute, burst: per_minute })
    }

    /// The amount that one sender may hold at one moment.
    pub fn each(&self, limited: Limited) -> usize {
        match self.allowances[limited.index()] {
            Allowance::AtOnce { each, .. } if each > 0 => each,
            _ => usize::MAX,
        }
    }

    /// Draws `cost` from a sender's bucket. A cost above the size of a bucket needs a full one.
    pub fn draw(
        &self,
        limited: Limited,
        sender: Sender,
        cost: u64,
        now: Moment,
    ) -> Result<(), Refused> {
        let Allowance::Rate { per_minute: 1.., .. } = self.allowances[limited.index()] else {
            return Ok(());
        };
        self.in_bucket(limited, sender, now, |bucket, full| {
            let cost = i64::try_from(cost).unwrap_or(i64::MAX).saturating_mul(PARTS);
            let missing = full.min(cost) - bucket.left;
            if missing <= 0 {
                bucket.left -= cost;
            }
            missing
        })
    }

    /// Draws `cost` from a sender's bucket, even if it holds less. [`Limits::check`] refuses the sender until the bucket has filled again.
    pub fn charge(&self, limited: Limited, sender: Sender, cost: u64, now: Moment) {
        let cost = i64::try_from(cost).unwrap_or(i64::MAX).saturating_mul(PARTS);
        let _ = self.in_bucket(limited, sender, now, |bucket, full| {
            // At most a minute's worth below zero.
            bucket.left = (bucket.left - cost).max(-full);
            0
        });
    }

    /// Whether a sender's bucket holds at least 1. Draws nothing.
    pub fn check(&self, limited: Limited, sender: Sender, now: Moment) -> Result<(), Refused> {
        self.in_bucket(limited, sender, now, |bucket, full| full.min(PARTS) - bucket.left)
    }

    /// Refills a bucket, and asks how much is missing from it.
    fn in_bucket(
        &self,
        limited: Limited,
        sender: Sender,
        now: Moment,
        missing: impl FnOnce(&mut Bucket, i64) -> i64,
    ) -> Result<(), Refused> {
        let Allowance::Rate { per_minute: per_minute @ 1.., burst } =
            self.allowances[limited.index()]
        else {
            return Ok(());
        };
        let (per_minute, full) = (i64::from(per_minute), i64::from(burst) * PARTS);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket =
            buckets.get_or_insert_mut((limited, sender), || Bucket { left: full, at: now });
        let since = (now.time() - bucket.at.time()).num_milliseconds();
        if since > 0 {
            bucket.left = full.min(bucket.left.saturating_add(since.saturating_mul(per_minute)));
            bucket.at = now;
        }
        let missing = missing(bucket, full);
        if missing <= 0 {
            return Ok(());
        }
        let a_second = per_minute * 1_000;
        let seconds = (missing + a_second - 1) / a_second;
        Err(Refused {
            limited,
            everybody: false,
            retry_after: u32::try_from(seconds).unwrap_or(u32::MAX),
        })
    }

    /// Something that a sender will hold. It holds nothing yet.
    pub fn holder(&self, limited: Limited, sender: Sender) -> Held {
        Held { limits: self.clone(), limited, sender, amount: 0 }
    }

    /// Lets a sender hold one of something, until the result is dropped.
    pub fn hold(&self, limited: Limited, sender: Sender) -> Result<Held, Refused> {
        let mut held = self.holder(limited, sender);
        held.take(1)?;
        Ok(held)
    }

    fn held(&self) -> MutexGuard<'_, HashMap<(Limited, Option<Sender>), usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An amount that a sender holds. Dropping it gives it back.
pub struct Held {
    limits: Limits,
    limited: Limited,
    sender: Sender,
    amount: usize,
}

impl Held {
    /// Holds `more`, unless that is too much.
    pub fn take(&mut self, more: usize) -> Result<(), Refused> {
        let Allowance::AtOnce { each, total } = self.limits.allowances[self.limited.index()] else {
            return Ok(());
        };
        let limited = self.limited;
        let refused = |everybody| Err(Refused { limited, everybody, retry_after: RETRY_AFTER });
        let over = |held: usize, most: usize| most > 0 && held.saturating_add(more) > most;
        let mut held = self.limits.held();
        let (own, all) = ((limited, Some(self.sender)), (limited, None));
        let of = |key| held.get(&key).copied().unwrap_or_default();
        if self.sender != Sender::Exempt && over(of(own), each) {
            return refused(false);
        }
        if over(of(all), total) {
            return refused(true);
        }
        for key in [own, all] {
            *held.entry(key).or_default() += more;
        }
        drop(held);
        self.amount += more;
        Ok(())
    }

    /// Gives some of it back.
    pub fn give_back(&mut self, less: usize) {
        let less = less.min(self.amount);
        self.amount -= less;
        let mut held = self.limits.held();
        for key in [(self.limited, Some(self.sender)), (self.limited, None)] {
            if let Some(amount) = held.get_mut(&key) {
                *amount = amount.saturating_sub(less);
                if *amount == 0 {
                    held.remove(&key);
                }
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.give_back(self.amount);
    }
}

impl Hold for Held {
    fn grow(&mut self, bytes: usize) -> Result<(), Box<ServerError>> {
        self.take(bytes).map_err(|refused| Box::new(refused.error()))
    }

    fn shrink(&mut self, bytes: usize) {
        self.give_back(bytes);
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::sync::atomic::{AtomicI64, Ordering};

    use chrono::{DateTime, TimeDelta};
    use uuid::Uuid;

    use super::*;
    use crate::domain::actor::{Actor, Credential};
    use crate::domain::ids::{AccountId, ApiTokenId, SessionId};
    use crate::domain::network::Network;
    use crate::domain::world::World;

    fn world() -> (World, Arc<AtomicI64>) {
        let seconds = Arc::new(AtomicI64::new(0));
        let clock = Arc::clone(&seconds);
        let now = move || DateTime::UNIX_EPOCH + TimeDelta::seconds(clock.load(Ordering::SeqCst));
        (World::new(now, |_| {}), seconds)
    }

    fn draw(limits: &Limits, actor: &Actor, cost: u64) -> u32 {
        let drawn = limits.draw(Limited::Request, Sender::of(actor), cost, actor.now());
        drawn.map_or_else(|refused| refused.retry_after, |()| 0)
    }

    fn with_budget(cost_per_minute: u32) -> Limits {
        Limits::default().with_rate(Limited::Request, cost_per_minute)
    }

    #[test]
    fn a_bucket_empties_and_fills() {
        let (world, seconds) = world();
        let (limits, actor) = (with_budget(600), Actor::stranger(world));
        assert_eq!([500, 100, 1].map(|cost| draw(&limits, &actor, cost)), [0, 0, 1]);
        assert_eq!(draw(&limits, &actor, 300), 30);
        seconds.store(29, Ordering::SeqCst);
        assert_eq!([300, 290, 0].map(|cost| draw(&limits, &actor, cost)), [1, 0, 0]);
        // It holds a minute's worth, however long it fills.
        seconds.store(86_400, Ordering::SeqCst);
        assert_eq!([600, 600].map(|cost| draw(&limits, &actor, cost)), [0, 60]);
        // The clock goes back.
        seconds.store(86_000, Ordering::SeqCst);
        assert_eq!(draw(&limits, &actor, 600), 60);
    }

    #[test]
    fn an_operation_that_costs_more_than_a_bucket_holds_needs_a_full_one_and_is_paid_off() {
        let (world, seconds) = world();
        let (limits, actor) = (with_budget(60), Actor::stranger(world));
        assert_eq!([1, 120].map(|cost| draw(&limits, &actor, cost)), [0, 1]);
        seconds.store(1, Ordering::SeqCst);
        assert_eq!([120, 1].map(|cost| draw(&limits, &actor, cost)), [0, 61]);
        seconds.store(62, Ordering::SeqCst);
        assert_eq!([1, 1].map(|cost| draw(&limits, &actor, cost)), [0, 1]);
    }

    #[test]
    fn everybody_has_a_bucket_of_their_own_whatever_they_show() {
        let (world, _) = world();
        let limits = with_budget(1);
        let from = |text: &str| Some(Network::from(text.parse::<IpAddr>().unwrap()));
        let account = |id, credential| {
            Actor::account(AccountId(Uuid::from_u128(id)), credential, vec![], world.clone())
        };
        let (session, token) = (
            Credential::Session(SessionId(Uuid::nil())),
            Credential::ApiToken(ApiTokenId(Uuid::nil())),
        );
        let stranger = || Actor::stranger(world.clone());
        let actors = [
            (account(1, session), 0),
            (account(1, token).from_network(from("192.0.2.1")), 60),
            (account(2, session), 0),
            (stranger(), 0),
            (stranger().from_network(from("192.0.2.1")), 0),
            (stranger().from_network(from("192.0.2.1")), 60),
            (stranger().from_network(from("2001:db8::1")), 0),
            (stranger().from_network(from("2001:db8::2")), 60),
        ];
        for (number, (actor, wait)) in actors.iter().enumerate() {
            assert_eq!(draw(&limits, actor, 1), *wait, "{number}");
        }
        assert_eq!([1, 1_000_000].map(|cost| draw(&with_budget(0), &actors[0].0, cost)), [0, 0]);
    }

    #[test]
    fn a_crowd_uses_no_more_memory_than_the_buckets_that_are_kept() {
        let (world, _) = world();
        let limits = with_budget(1);
        for number in 0..20_000_u32 {
            let network = IpAddr::from(number.to_be_bytes()).into();
            let actor = Actor::stranger(world.clone()).from_network(Some(network));
            assert_eq!(draw(&limits, &actor, 1), 0);
        }
        assert_eq!(limits.buckets.lock().unwrap().len(), BUCKETS.get());
    }

    #[test]
    fn nobody_holds_more_than_a_share_nor_all_together_more_than_the_total() {
        let limits =
            Limits::default().with(Limited::Socket, Allowance::AtOnce { each: 2, total: 3 });
        let sender = |id| Sender::Account(AccountId(Uuid::from_u128(id)));
        let hold = |sender| limits.hold(Limited::Socket, sender);
        let (one, two) = (hold(sender(1)).ok(), hold(sender(1)).ok());
        assert!(one.is_some() && two.is_some());
        assert!(!hold(sender(1)).is_err_and(|refused| refused.everybody));
        let three = hold(sender(2)).ok();
        assert!(three.is_some());
        assert!(hold(sender(3)).is_err_and(|refused| refused.everybody));
        drop(one);
        assert!(hold(Sender::Exempt).is_ok() && hold(sender(1)).is_ok());
        drop((two, three));
        assert!(limits.held().is_empty());
    }
}
