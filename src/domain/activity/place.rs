//! The place of a follower in a log. It outlives the operation that reads for the follower.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::{Activity, FRESH};
use crate::domain::actor::{Actor, Witness};
use crate::domain::error::{Error, Result};
use crate::domain::ids::{ArticleId, NewsroomId};
use crate::domain::permissions::{Action, Rights};
use crate::domain::rights;
use crate::domain::store::Db;

/// Where a follower is in a log, and with which rights it follows. It outlives the operation that
/// reads for it, so that another one can go on from there.
#[derive(Clone, Default)]
pub struct Place(Arc<PlaceState>);

#[derive(Default)]
struct PlaceState {
    begun: OnceLock<Begun>,
    has_begun: Notify,
    position: Mutex<Position>,
}

/// The follower and the log that it follows.
#[derive(Clone)]
pub(super) struct Begun {
    pub(super) newsroom: NewsroomId,
    pub(super) article: Option<ArticleId>,
    pub(super) actor: Actor,
    /// The rights that the follower began with.
    pub(super) rights: Option<Rights>,
}

/// How far a follower has read.
#[derive(Clone, Default)]
pub(super) struct Position {
    /// The number of the last event that was read.
    pub(super) last: i32,
    /// Whether it has read to the end of the log once. Until then it may be far behind.
    pub(super) caught_up: bool,
    pub(super) ready: VecDeque<Activity>,
    /// The event that is being delivered.
    pub(super) in_hand: Option<i32>,
    /// When the last check of the rights began. None if they must be checked before anything else.
    pub(super) checked: Option<Instant>,
}

impl Place {
    pub(super) fn begin(&self, begun: Begun, position: Position) {
        *self.position() = position;
        let _ = self.0.begun.set(begun);
        self.0.has_begun.notify_waiters();
    }

    pub(super) fn position(&self) -> MutexGuard<'_, Position> {
        self.0.position.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The follower, if it may follow already.
    pub(super) fn known(&self) -> Option<&Begun> {
        self.0.begun.get()
    }

    /// Waits until the follower may follow. Returns who it is.
    pub async fn begun(&self) -> Actor {
        loop {
            let begins = self.0.has_begun.notified();
            if let Some(begun) = self.0.begun.get() {
                return begun.actor.clone();
            }
            begins.await;
        }
    }

    /// The same place for the follower's audience, whose rights are checked by those who read for
    /// it.
    pub fn for_audience(&self) -> Option<(Actor, Self, Witness)> {
        let begun = self.0.begun.get()?;
        let (actor, witness) = begun.actor.for_audience();
        let begun = Begun { actor: actor.clone(), ..begun.clone() };
        let last = self.position().last;
        let place = Self::default();
        place.begin(begun, Position { last, ..Position::default() });
        Some((actor, place, witness))
    }

    /// The number of the last event, if the follower has read to the end of the log and everything
    /// that it read was delivered.
    pub fn settled(&self) -> Option<i32> {
        let position = self.position();
        let is_idle = position.ready.is_empty() && position.in_hand.is_none();
        (is_idle && position.caught_up).then_some(position.last)
    }

    /// Whether more events have been read than delivered.
    pub fn has_more(&self) -> bool {
        !self.position().ready.is_empty()
    }

    /// Notes that the event in hand was delivered. Returns its number.
    pub fn delivered(&self) -> Option<i32> {
        self.position().in_hand.take()
    }

    /// Notes that everything up to this event was delivered.
    pub fn advance(&self, number: i32) {
        let mut position = self.position();
        position.last = number;
        // A follower who caught up may have had many.
        position.ready.shrink_to_fit();
    }

    /// Checks that the follower's rights are still those that it began with. Many places decide with them what it sees, so it ends otherwise.
    pub async fn check(&self, db: &Db) -> Result<()> {
        let checked = Instant::now();
        let Some(Begun { newsroom, actor, rights, .. }) = self.0.begun.get() else { return Ok(()) };
        self.expect_check();
        if !actor.is_audience() {
            rights::renew(db, actor).await?;
            actor.require(Action::Read, *newsroom)?;
            let place = |rights: Option<Rights>| rights.map(|rights| (rights.role, rights.policy));
            if place(actor.rights_in(*newsroom)) != place(*rights) {
                return Err(Error::Forbidden(
                    "Your role or the newsroom's policy has changed. Subscribe again.".into(),
                ));
            }
        }
        self.position().checked = Some(checked);
        Ok(())
    }

    /// Makes the next read begin with a check of the rights.
    pub fn expect_check(&self) {
        self.position().checked = None;
    }

    /// Whether the last check of the rights is so old that an event needs another one.
    pub fn is_stale(&self) -> bool {
        self.needs_check(FRESH)
    }

    pub(super) fn needs_check(&self, after: Duration) -> bool {
        self.position().checked.is_none_or(|checked| checked.elapsed() >= after)
    }
}
