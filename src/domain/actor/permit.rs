//! Permits: what a write may do, and the rights that it depends on.

use uuid::Uuid;

use super::Actor;
use crate::domain::error::Result;
use crate::domain::ids::{AccountId, NewsroomId};
use crate::domain::permissions::Action;

/// Proof that an actor passed a check. [`store::write`](crate::domain::store::write) takes it and repeats the check in its transaction.
#[derive(Clone, Copy)]
pub struct Permit<'a> {
    /// The actor that passed.
    pub actor: &'a Actor,
    /// The permission that was checked.
    pub check: Check,
}

/// A check that must still succeed inside the transaction, and the locks that keep its result true until the transaction ends.
#[derive(Clone, Copy)]
pub struct Check {
    pub(super) condition: Condition,
    pub(super) newsroom: Option<(NewsroomId, Lock)>,
    pub(super) account: Option<(AccountId, Lock)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Nothing,
    Machine,
    Session,
    Action(Action, NewsroomId),
}

/// How a write locks the rights in a newsroom, or those of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// It depends on them.
    Shared,
    /// It changes them.
    Exclusive,
}

impl Lock {
    pub(super) const fn of(changes_rights: bool) -> Self {
        if changes_rights { Self::Exclusive } else { Self::Shared }
    }
}

impl Permit<'_> {
    /// The same permit, for a write that depends on what others may do in `newsroom`.
    #[must_use]
    pub const fn depending_on(mut self, newsroom: NewsroomId) -> Self {
        self.check.newsroom = Some((newsroom, Lock::Shared));
        self
    }

    /// The same permit, for a write that ends sessions or API tokens of `account`.
    #[must_use]
    pub const fn changing(mut self, account: AccountId) -> Self {
        self.check.account = Some((account, Lock::Exclusive));
        self
    }
}

impl Check {
    /// The locks to take, in this order. Every write locks a newsroom before an account, so that no two writes wait for each other.
    pub fn locks(&self) -> impl Iterator<Item = (Uuid, Lock)> + use<> {
        let newsroom = self.newsroom.map(|(id, lock)| (id.0, lock));
        newsroom.into_iter().chain(self.account.map(|(id, lock)| (id.0, lock)))
    }

    /// Whether its result depends on what is stored.
    pub fn depends_on_rights(&self) -> bool {
        matches!(self.condition, Condition::Session | Condition::Action(..))
    }

    /// Repeats the check with the rights that the actor has now.
    pub fn repeat(&self, actor: &Actor) -> Result<()> {
        match self.condition {
            Condition::Nothing => Ok(()),
            Condition::Machine => {
                actor.require_machine("This requires the server's own command line.").map(drop)
            }
            Condition::Session => actor.in_session().map(drop),
            Condition::Action(action, newsroom) => actor.require(action, newsroom).map(drop),
        }
    }
}
