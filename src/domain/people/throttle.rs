//! Sign-in throttling: how many attempts at a password are free, and how long the next one has to wait.
//!
//! Always true: an attempt is counted before the password is checked, in the database that all servers share. So neither parallel attempts
//! nor another server get around the count. An attempt that was right, or whose password was not checked, is taken off again.
//!
//! Each count has free attempts. After those, waits double from one second:
//!
//! | count | free | longest wait | protects against |
//! | --- | --- | --- | --- |
//! | an account from one network | 5 | 15 min | guessing one account's password |
//! | a network (IPv4 address or IPv6 /64) | 20 | 15 min | guessing many accounts' passwords from one place |
//! | an IPv6 site (/48) | 60 | 15 min | the same, by someone who has many /64 networks |
//! | an account from all networks that it has not used lately | 100 | 1 min | guessing one account's password from many places |
//!
//! - Somebody who fails on purpose makes nobody wait in other networks. The first count covers only their own network. The last one neither
//!   counts nor stops networks from which the account has signed in within 90 days. So its owner waits only at a new place, while an attack
//!   from many networks goes on, and for at most a minute. (100 is the most that NIST SP 800-63B allows.)
//! - An unknown address counts like an account, so that waits do not reveal which accounts exist.
//! - One failure is forgotten every 15 minutes. With the longest wait, that is as fast as failures come in.
//! - A right password clears the account's count in this network, but takes only its own attempt off the other counts. Otherwise somebody
//!   with an account could guess other accounts' passwords forever by signing in now and then.
//! - Rows hold hashes of what they count. That hides addresses from a casual reader, but not from somebody who tries all addresses.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect, QueryTrait};

use crate::domain::actor::Actor;
use crate::domain::error::{Error, Result};
use crate::domain::network::Network;
use crate::domain::people::account::Email;
use crate::domain::secret;
use crate::domain::store::{self, Db};
use crate::domain::time::Moment;
use crate::domain::work_queue::Caller;

/// One failure is forgotten each time this much has passed.
const FADES: TimeDelta = TimeDelta::minutes(15);
/// How long a network stays known for an account that signed in from it.
const KNOWN: TimeDelta = TimeDelta::days(90);
/// After this time every count has faded.
const FORGOTTEN: TimeDelta = TimeDelta::days(2);
/// How many attempts may wait for a password check at once: those of one account in networks that it uses,
const MOST_OF_ACCOUNT: u32 = 5;
/// those in networks that their accounts do not use,
const MOST_UNKNOWN: u32 = 64;
/// those from one network,
const MOST_OF_NETWORK: u32 = 24;
/// and those from one IPv6 site.
const MOST_OF_SITE: u32 = 32;
/// How many old rows are deleted with each attempt. It is more than each attempt adds, so they never pile up.
const SWEPT: u64 = 100;

/// A count as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "throttle")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_hash: String,
    pub failures: i32,
    pub failed_at: Moment,
    pub known_until: Option<Moment>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How many attempts are free, and how long the wait for the next one gets.
#[derive(Clone, Copy, Debug)]
struct Limit {
    free: i32,
    longest: i64,
}

const HERE: Limit = Limit { free: 5, longest: 15 * 60 };
const NETWORK: Limit = Limit { free: 20, longest: 15 * 60 };
const SITE: Limit = Limit { free: 60, longest: 15 * 60 };
const EVERYWHERE: Limit = Limit { free: 100, longest: 60 };

impl Limit {
    /// How long the next attempt has to wait after this many failures.
    fn wait(self, failures: i32) -> TimeDelta {
        let doubled = u32::try_from(failures - self.free)
            .ok()
            .map(|beyond| 1_i64.checked_shl(beyond).unwrap_or(i64::MAX));
        TimeDelta::seconds(doubled.map_or(0, |seconds| seconds.clamp(1, self.longest)))
    }

    /// The count after one more failure. It stays the same once the wait has its longest.
    fn one_more(self, failures: i32) -> i32 {
        if self.wait(failures).num_seconds() < self.longest { failures + 1 } else { failures }
    }
}

impl Model {
    /// The failures that are not forgotten yet.
    fn faded(&self, now: Moment) -> i32 {
        let since = Ord::max(now.time() - self.failed_at.time(), TimeDelta::zero());
        let faded = i32::try_from(since.num_seconds() / FADES.num_seconds()).unwrap_or(i32::MAX);
        Ord::max(self.failures - faded, 0)
    }

    /// How many seconds are left to wait. A failure in the future counts as a current one: another server's clock is ahead, or another attempt at
    /// the same time was stored first.
    fn left(&self, limit: Limit, now: Moment) -> u32 {
        let since = Ord::max(now.time() - self.failed_at.time(), TimeDelta::zero());
        let left = limit.wait(self.failures) - since;
        u32::try_from((left.num_milliseconds() + 999) / 1_000).unwrap_or(0)
    }

    fn is_known(&self, now: Moment) -> bool {
        self.known_until.is_some_and(|until| until > now)
    }
}

/// The counts that an attempt belongs to, as they were before it.
pub struct Counts {
    now: Moment,
    network: Option<Network>,
    email: String,
    /// The count of the account in this network.
    here: String,
    /// Each count's limit, in the order in which every attempt locks them.
    limits: BTreeMap<String, Limit>,
    /// Whether the account has signed in from this network lately.
    known: bool,
}

/// An attempt that was counted.
pub struct Attempt {
    at: Moment,
    here: String,
    /// Its counts, and when each one's failure before it was.
    counts: BTreeMap<String, Moment>,
}

impl Counts {
    /// Reads the counts for an attempt at the password of the account with this address. RATE_LIMITED if the attempt comes too early.
    pub async fn read(db: &Db, actor: &Actor, email: &Email) -> Result<Self> {
        let (now, email) = (actor.now(), email.as_str());
        let network = actor.network();
        let name = network.map(|network| network.to_string());
        let key = |kind: &str, what: &[&str]| {
            secret::hash(&format!("claimspan throttle 1\n{kind}\n{}", what.join("\n")))
        };
        let here = key("here", &[email, name.as_deref().unwrap_or("-")]);
        let everywhere = key("everywhere", &[email]);
        let mut limits = BTreeMap::from([(here.clone(), HERE), (everywhere.clone(), EVERYWHERE)]);
        limits.extend(name.map(|network| (key("network", &[&network]), NETWORK)));
        let site = network.and_then(Network::site).map(|site| site.to_string());
        limits.extend(site.map(|site| (key("site", &[&site]), SITE)));

        // Read without a lock first, so that an attempt that comes too early costs no write.
        let rows = Entity::find().filter(Column::KeyHash.is_in(limits.keys())).all(db).await?;
        let known = rows.iter().any(|row| row.key_hash == here && row.is_known(now));
        if known {
            limits.remove(&everywhere);
        }
        expect_time(&rows, &limits, now)?;
        Ok(Self { now, network, email: email.to_owned(), here, limits, known })
    }

    /// The attempt's place among those that wait for a password check.
    pub fn caller(&self) -> Caller {
        if self.known {
            return Caller::new(&self.email, MOST_OF_ACCOUNT);
        }
        unknown_caller(self.network)
    }

    /// Counts the attempt. RATE_LIMITED if others came first and it is now too early.
    pub async fn count(self, db: &Db) -> Result<Attempt> {
        store::transaction(db, Vec::new(), move |txn| async move {
            let rows = lock(&txn, self.limits.keys(), self.now).await?;
            expect_time(&rows, &self.limits, self.now)?;
            let mut counts = BTreeMap::new();
            for mut row in rows {
                counts.insert(row.key_hash.clone(), row.failed_at);
                if let Some(limit) = self.limits.get(&row.key_hash) {
                    row.failures = limit.one_more(row.faded(self.now));
                    row.failed_at = Ord::max(row.failed_at, self.now);
                    save(&txn, row).await?;
                }
            }
            sweep(&txn, self.now).await?;
            Ok(Attempt { at: self.now, here: self.here, counts })
        })
        .await
    }
}

/// A caller from a network that its account is not known to use. All of them share one line, in which each network and each IPv6 site gets a
/// part of the places. So a flood from unknown networks keeps no account waiting that signs in from where it did before.
pub fn unknown_caller(network: Option<Network>) -> Caller {
    let mut caller = Caller::new("unknown", MOST_UNKNOWN);
    if let Some(network) = network {
        caller = caller.in_group(network.to_string(), MOST_OF_NETWORK);
    }
    if let Some(site) = network.and_then(Network::site) {
        caller = caller.in_group(site.to_string(), MOST_OF_SITE);
    }
    caller
}

impl Attempt {
    /// The password was right. Call it first in the transaction that relies on it: other transactions lock these rows before their own.
    pub async fn succeeded(&self, txn: &DatabaseTransaction, actor: &Actor) -> Result<()> {
        for mut row in self.taken_off(txn).await? {
            if row.key_hash == self.here {
                row.failures = 0;
                row.known_until = Some(actor.now().plus(KNOWN));
            }
            save(txn, row).await?;
        }
        Ok(())
    }

    /// The password was not checked.
    pub async fn undo(self, db: &Db) -> Result<()> {
        store::transaction(db, Vec::new(), move |txn| async move {
            for row in self.taken_off(&txn).await? {
                save(&txn, row).await?;
            }
            Ok(())
        })
        .await
    }

    async fn taken_off(&self, txn: &DatabaseTransaction) -> Result<Vec<Model>> {
        let mut rows = lock(txn, self.counts.keys(), self.at).await?;
        for row in &mut rows {
            row.failures = Ord::max(row.failures - 1, 0);
            // Unless somebody else failed in the meantime.
            if row.failed_at == self.at
                && let Some(before) = self.counts.get(&row.key_hash)
            {
                row.failed_at = *before;
            }
        }
        Ok(rows)
    }
}

fn expect_time(rows: &[Model], limits: &BTreeMap<String, Limit>, now: Moment) -> Result<()> {
    let left = rows
        .iter()
        .filter_map(|row| Some(row.left(*limits.get(&row.key_hash)?, now)))
        .max()
        .unwrap_or_default();
    if left > 0 { Err(Error::RateLimited { retry_after: left }) } else { Ok(()) }
}

/// The rows of these keys, locked in the order of the keys. Missing rows are inserted.
async fn lock(
    txn: &DatabaseTransaction,
    keys: impl Iterator<Item = &String>,
    now: Moment,
) -> Result<Vec<Model>> {
    let rows = keys.map(|key| ActiveModel {
        key_hash: Set(key.clone()),
        failures: Set(0),
        failed_at: Set(now),
        known_until: Set(None),
    });
    // An update that changes nothing. DO NOTHING would neither lock nor return existing rows.
    let touch = OnConflict::column(Column::KeyHash)
        .value(Column::Failures, Expr::col((Entity, Column::Failures)))
        .to_owned();
    Ok(Entity::insert_many(rows).on_conflict(touch).exec_with_returning(txn).await?)
}

async fn save(txn: &DatabaseTransaction, row: Model) -> Result<()> {
    let update = Entity::update_many()
        .col_expr(Column::Failures, Expr::value(row.failures))
        .col_expr(Column::FailedAt, Expr::value(row.failed_at))
        .col_expr(Column::KnownUntil, Expr::value(row.known_until));
    update.filter(Column::KeyHash.eq(row.key_hash)).exec(txn).await?;
    Ok(())
}

/// Deletes rows that no longer matter.
async fn sweep(txn: &DatabaseTransaction, now: Moment) -> Result<()> {
    let old = Entity::find()
        .select_only()
        .column(Column::KeyHash)
        .filter(Column::FailedAt.lt(now.plus(-FORGOTTEN)));
    let old = old.filter(Column::KnownUntil.is_null().or(Column::KnownUntil.lt(now)));
    let mut old = old.order_by_asc(Column::FailedAt).limit(SWEPT).into_query();
    // Rows that somebody else holds are left for the next time.
    old.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    Entity::delete_many().filter(Column::KeyHash.in_subquery(old)).exec(txn).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_attempts_are_free_and_then_waits_double() {
        let waits: Vec<_> = (0..20).map(|failures| HERE.wait(failures).num_seconds()).collect();
        assert_eq!(
            waits,
            [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900]
        );
        assert_eq!(EVERYWHERE.wait(i32::MAX).num_seconds(), 60);
        let most = (0..1_000).fold(0, |failures, _| NETWORK.one_more(failures));
        assert_eq!((most, NETWORK.wait(most).num_seconds()), (30, 900));
    }

    #[test]
    fn failures_are_forgotten_one_by_one() {
        let start = Moment::new(chrono::DateTime::UNIX_EPOCH);
        let row =
            Model { key_hash: String::new(), failures: 7, failed_at: start, known_until: None };
        let after = |seconds| start.plus(TimeDelta::seconds(seconds));
        assert_eq!(
            [0, 899, 900, 6 * 900, 7 * 900, 8 * 900].map(|seconds| row.faded(after(seconds))),
            [7, 7, 6, 1, 0, 0]
        );
        assert_eq!([0, 1, 3, 4, 5].map(|seconds| row.left(HERE, after(seconds))), [4, 3, 1, 0, 0]);
        // Another server's clock may be behind. That neither lengthens a wait nor causes one.
        assert_eq!(
            (row.faded(after(-60)), row.left(HERE, after(-60)), row.left(NETWORK, after(-60))),
            (7, 4, 0)
        );
    }
}
