//! Proofs: passwords that were tried, and were right.
//!
//! Always true: a password is looked at only within the limits of [`throttle`], and a wrong one is counted.

use sea_orm::DatabaseTransaction;

use super::account::{self, Email};
use super::error::Result;
use super::hashing;
use super::ids::AccountId;
use super::policy::Actor;
use super::store::Db;
use super::throttle;

/// A try at a password that was right.
pub struct Proof {
    attempt: throttle::Attempt,
    verified: account::Verified,
}

/// Tries whether `password` is that of `account`, whose address is `email`. RATE_LIMITED where that was tried too often, or by too many at
/// once.
pub async fn attempt(db: &Db, actor: &Actor, email: &Email, account: Option<AccountId>, password: &str) -> Result<Option<Proof>> {
    // Before anything is written: in a flood, most are turned away here.
    hashing::expect_room()?;
    let attempt = throttle::attempt(db, actor, email).await?;
    match account::verify(db.read(), actor, account, password).await {
        Ok(verified) => Ok(verified.map(|verified| Proof { attempt, verified })),
        Err(error) => attempt.undo(db).await.and(Err(error)),
    }
}

impl Proof {
    /// Takes the try off its counts. Comes first in the transaction that makes use of it.
    pub async fn clear(&self, txn: &DatabaseTransaction, actor: &Actor) -> Result<()> {
        self.attempt.succeeded(txn, actor).await
    }

    /// Whether the password is still the one that was tried; it stays so until the transaction ends.
    pub async fn hold(self, txn: &DatabaseTransaction) -> Result<bool> {
        account::hold(txn, self.verified).await
    }

    /// No use is made of it; it doesn't count as a wrong try.
    pub async fn undo(self, db: &Db) -> Result<()> {
        self.attempt.undo(db).await
    }
}
