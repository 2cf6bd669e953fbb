//! Password checks: the only way to check a password.
//!
//! Always true: a password is checked only within the limits of [`throttle`], and each wrong one is counted.

use sea_orm::DatabaseTransaction;

use crate::domain::actor::Actor;
use crate::domain::error::Result;
use crate::domain::ids::AccountId;
use crate::domain::people::account::Email;
use crate::domain::people::password;
use crate::domain::people::throttle;
use crate::domain::store::Db;

/// A password that was checked and was right.
pub struct Proof {
    attempt: throttle::Attempt,
    verified: password::Verified,
}

/// Checks whether `password` is the password of `account`, whose address is `email`. RATE_LIMITED after too many attempts, or while too many
/// others are checked.
pub async fn attempt(
    db: &Db,
    actor: &Actor,
    email: &Email,
    account: Option<AccountId>,
    password: &str,
) -> Result<Option<Proof>> {
    let counts = throttle::Counts::read(db, actor, email).await?;
    let caller = counts.caller();
    // Before anything is written: this is where most of a flood ends.
    actor.world().queues().passwords.expect_place(&caller)?;
    let attempt = counts.count(db).await?;
    match password::verify(db, actor, caller, account, password).await {
        Ok(verified) => Ok(verified.map(|verified| Proof { attempt, verified })),
        Err(error) => attempt.undo(db).await.and(Err(error)),
    }
}

impl Proof {
    /// Takes the attempt off its counts. Call it first in the transaction that relies on the proof.
    pub async fn clear(&self, txn: &DatabaseTransaction, actor: &Actor) -> Result<()> {
        self.attempt.succeeded(txn, actor).await
    }

    /// Whether the password is still the one that was checked. It stays so until the transaction ends.
    pub async fn hold(self, txn: &DatabaseTransaction) -> Result<bool> {
        password::hold(txn, self.verified).await
    }

    /// Takes the attempt off its counts, when nothing relies on the proof.
    pub async fn undo(self, db: &Db) -> Result<()> {
        self.attempt.undo(db).await
    }
}
