//! Tries at passwords: how many are free, and how long to wait for the next.
//!
//! Always true: a try is counted before the password is looked at, in the database that all servers share. So many at once are no way
//! around the count, and neither is another server. A try that was right, or that nobody looked at, is taken off again.
//!
//! Three counts, each of which has free tries, then waits that double from a second:
//!
//! | count | free | longest wait | against |
//! | --- | --- | --- | --- |
//! | an account from one network | 5 | 15 min | guessing one account's password |
//! | a network | 20 | 15 min | guessing many accounts' passwords from one place |
//! | an account from all networks where it has not signed in lately | 100 | 1 min | guessing one account's from many places |
//!
//! - Who fails on purpose makes nobody wait in other networks: the first count is only of their own, and the third, which counts everybody,
//!   neither counts nor stops networks from which the account has signed in within 90 days. Its owner can be kept waiting only at a new
//!   place, while somebody with many networks is at work, and for no more than a minute at a time. (100 is what NIST SP 800-63B allows at
//!   most.)
//! - An unknown address counts as an account, so that waits don't tell which accounts there are.
//! - One failure is forgotten every 15 minutes: at the longest wait, no faster than they come in.
//! - Right takes all off its account's count here, but only its own try off the others: else whoever has an account could, by signing in
//!   now and then, guess at others' for ever.
//! - Rows hold hashes of what they count. They keep addresses from being read by chance, not from who tries all of them.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect, QueryTrait};

use super::account::Email;
use super::error::{Error, Result};
use super::moment::Moment;
use super::policy::Actor;
use super::secret;
use super::store::{self, Db};

/// One failure is forgotten after each such time.
const FADES: TimeDelta = TimeDelta::minutes(15);
/// How long a network from which an account has signed in is known for it.
const KNOWN: TimeDelta = TimeDelta::days(90);
/// By then any count has faded.
const FORGOTTEN: TimeDelta = TimeDelta::days(2);
/// How many old rows go when tries are counted: more than come in, so that they never pile up.
const SWEPT: u64 = 100;

/// A count, as it is stored.
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

/// How many tries are free, and how long the wait for the next gets.
#[derive(Clone, Copy, Debug)]
struct Limit {
    free: i32,
    longest: i64,
}

const HERE: Limit = Limit { free: 5, longest: 15 * 60 };
const NETWORK: Limit = Limit { free: 20, longest: 15 * 60 };
const EVERYWHERE: Limit = Limit { free: 100, longest: 60 };

impl Limit {
    /// How long one waits after so many failures.
    fn wait(self, failures: i32) -> TimeDelta {
        let doubled = u32::try_from(failures - self.free).ok().map(|beyond| 1_i64.checked_shl(beyond).unwrap_or(i64::MAX));
        TimeDelta::seconds(doubled.map_or(0, |seconds| seconds.clamp(1, self.longest)))
    }

    /// The count after one failure more; it stays where the wait gets no longer.
    fn one_more(self, failures: i32) -> i32 {
        if self.wait(failures).num_seconds() < self.longest { failures + 1 } else { failures }
    }
}

impl Model {
    /// What is left of the failures.
    fn faded(&self, now: Moment) -> i32 {
        let since = Ord::max(now.time() - self.failed_at.time(), TimeDelta::zero());
        let faded = i32::try_from(since.num_seconds() / FADES.num_seconds()).unwrap_or(i32::MAX);
        Ord::max(self.failures - faded, 0)
    }

    /// How many seconds are left to wait. A failure that is yet to come has just been: another server's clock goes ahead, or another try at
    /// the same time was written down first.
    fn left(&self, limit: Limit, now: Moment) -> u32 {
        let since = Ord::max(now.time() - self.failed_at.time(), TimeDelta::zero());
        let left = limit.wait(self.failures) - since;
        u32::try_from((left.num_milliseconds() + 999) / 1_000).unwrap_or(0)
    }

    fn is_known(&self, now: Moment) -> bool {
        self.known_until.is_some_and(|until| until > now)
    }
}

/// A try that was counted.
pub struct Attempt {
    at: Moment,
    /// The count of the account here.
    here: String,
    /// Its counts, in the order in which everybody locks them, and the time of the failure before.
    counts: BTreeMap<String, Moment>,
}

/// Counts a try at the password of the account with this address; RATE_LIMITED if it comes too early.
pub async fn attempt(db: &Db, actor: &Actor, email: &Email) -> Result<Attempt> {
    let now = actor.now();
    let email = email.as_str();
    let network = actor.network().map(|network| network.to_string());
    let key = |kind: &str, what: &[&str]| secret::hash(&format!("claimspan throttle 1\n{kind}\n{}", what.join("\n")));
    let here = key("here", &[email, network.as_deref().unwrap_or("-")]);
    let everywhere = key("everywhere", &[email]);
    let mut limits = BTreeMap::from([(here.clone(), HERE), (everywhere.clone(), EVERYWHERE)]);
    limits.extend(network.map(|network| (key("network", &[&network]), NETWORK)));

    // Looked at first, so that who comes too early costs no write.
    let rows = Entity::find().filter(Column::KeyHash.is_in(limits.keys())).all(db.read()).await?;
    if rows.iter().any(|row| row.key_hash == here && row.is_known(now)) {
        limits.remove(&everywhere);
    }
    expect_time(&rows, &limits, now)?;
    store::write(db, move |txn| async move {
        let rows = lock(&txn, limits.keys(), now).await?;
        expect_time(&rows, &limits, now)?;
        let mut counts = BTreeMap::new();
        for mut row in rows {
            counts.insert(row.key_hash.clone(), row.failed_at);
            if let Some(limit) = limits.get(&row.key_hash) {
                row.failures = limit.one_more(row.faded(now));
                row.failed_at = Ord::max(row.failed_at, now);
                save(&txn, row).await?;
            }
        }
        sweep(&txn, now).await?;
        Ok(Attempt { at: now, here, counts })
    })
    .await
}

impl Attempt {
    /// The password was right. Comes first in the transaction that makes use of it: what else it locks, others lock after these rows.
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

    /// Nobody has looked at the password.
    pub async fn undo(self, db: &Db) -> Result<()> {
        store::write(db, move |txn| async move {
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
            // Unless somebody else failed meanwhile.
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
    let left = rows.iter().filter_map(|row| Some(row.left(*limits.get(&row.key_hash)?, now))).max().unwrap_or_default();
    if left > 0 { Err(Error::RateLimited { retry_after: left }) } else { Ok(()) }
}

/// The rows of these keys, made where they are missing, and locked in the order of the keys.
async fn lock(txn: &DatabaseTransaction, keys: impl Iterator<Item = &String>, now: Moment) -> Result<Vec<Model>> {
    let rows = keys.map(|key| ActiveModel { key_hash: Set(key.clone()), failures: Set(0), failed_at: Set(now), known_until: Set(None) });
    // An update that changes nothing: DO NOTHING would neither lock nor give the rows that are there.
    let touch = OnConflict::column(Column::KeyHash).value(Column::Failures, Expr::col((Entity, Column::Failures))).to_owned();
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

/// Removes rows that say nothing any more.
async fn sweep(txn: &DatabaseTransaction, now: Moment) -> Result<()> {
    let old = Entity::find().select_only().column(Column::KeyHash).filter(Column::FailedAt.lt(now.plus(-FORGOTTEN)));
    let old = old.filter(Column::KnownUntil.is_null().or(Column::KnownUntil.lt(now)));
    let mut old = old.order_by_asc(Column::FailedAt).limit(SWEPT).into_query();
    // What somebody else holds is not waited for.
    old.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    Entity::delete_many().filter(Column::KeyHash.in_subquery(old)).exec(txn).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_tries_are_free_and_then_waits_double() {
        let waits: Vec<_> = (0..20).map(|failures| HERE.wait(failures).num_seconds()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900]);
        assert_eq!(EVERYWHERE.wait(i32::MAX).num_seconds(), 60);
        let most = (0..1_000).fold(0, |failures, _| NETWORK.one_more(failures));
        assert_eq!((most, NETWORK.wait(most).num_seconds()), (30, 900));
    }

    #[test]
    fn failures_are_forgotten_one_by_one() {
        let start = Moment::new(chrono::DateTime::UNIX_EPOCH);
        let row = Model { key_hash: String::new(), failures: 7, failed_at: start, known_until: None };
        let after = |seconds| start.plus(TimeDelta::seconds(seconds));
        assert_eq!([0, 899, 900, 6 * 900, 7 * 900, 8 * 900].map(|seconds| row.faded(after(seconds))), [7, 7, 6, 1, 0, 0]);
        assert_eq!([0, 1, 3, 4, 5].map(|seconds| row.left(HERE, after(seconds))), [4, 3, 1, 0, 0]);
        // Another server's clock may go behind: that makes no wait longer than it is, and none where there is none.
        assert_eq!((row.faded(after(-60)), row.left(HERE, after(-60)), row.left(NETWORK, after(-60))), (7, 4, 0));
    }
}
