//! The work of a server that sends: which mail is next, and the outcome of an attempt.
//!
//! Invariants: a server sends a mail only while it holds the lease, and its outcome is stored only if
//! the lease is still held. A mail that has ended has no token.

use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{QueryOrder, QuerySelect};

use super::compose::{Mail, compose};
use super::{Column, Entity, Model, State, settings};
use crate::domain::error::Result;
use crate::domain::lease;
use crate::domain::store::Db;
use crate::domain::time::Moment;
use crate::domain::world::World;

/// The seconds between an attempt that failed and the next one. The last pause repeats.
const PAUSES: [i64; 5] = [5, 60, 300, 1800, 3600];
/// The time after which no further attempt is made. The link of a password reset works as long.
const LASTS: TimeDelta = TimeDelta::hours(24);
/// How long a mail that has ended can be read by admins.
const KEPT: TimeDelta = TimeDelta::days(30);
/// The longest error that is stored, in characters.
const MOST_ERROR: usize = 300;

/// A mail of which this server has the lease.
pub struct Taken {
    row: Model,
    /// The mail. None if it must not be sent.
    pub mail: Option<Mail>,
}

/// The outcome of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The mail server accepted it.
    Sent,
    /// It failed, and may succeed later.
    Failed(String),
    /// The mail server refused it for good.
    Refused(String),
}

/// Takes the lease of the mail that is due first, and composes it. None if no mail is due.
pub async fn take(db: &Db, world: &World) -> Result<Option<Taken>> {
    let due = Entity::find()
        .filter(Column::State.eq(State::Queued))
        .filter(Column::NextAttemptAt.lte(world.now()))
        .filter(Expr::col(Column::LeasedUntil).lt(lease::clock(db)))
        .order_by_asc(Column::NextAttemptAt)
        .order_by_asc(Column::Id)
        .limit(1);
    let Some(row) = due.one(db).await? else { return Ok(None) };
    let own: Uuid = world.id();
    let taken = Entity::update_many()
        .col_expr(Column::Lease, Expr::value(own))
        .col_expr(Column::LeasedUntil, lease::end(db))
        .filter(Column::Id.eq(row.id))
        .filter(Column::State.eq(State::Queued))
        // Another server may have tried it since it was found. Then its pause has begun.
        .filter(Column::Attempts.eq(row.attempts))
        .filter(Expr::col(Column::LeasedUntil).lt(lease::clock(db)))
        .exec(db)
        .await?;
    if taken.rows_affected == 0 {
        // Another server was faster. The next look finds the next mail.
        return Ok(None);
    }
    let row = Model { lease: Some(own), ..row };
    let mail = compose(db, world, &row).await?;
    Ok(Some(Taken { row, mail }))
}

/// Ends a mail that must not be sent.
pub async fn drop(db: &Db, world: &World, taken: Taken) -> Result<()> {
    end(db, world, &taken.row, State::Dropped, None).await
}

/// Stores the outcome of an attempt.
pub async fn finish(db: &Db, world: &World, taken: Taken, outcome: Outcome) -> Result<()> {
    let row = Model { attempts: taken.row.attempts + 1, ..taken.row };
    match outcome {
        Outcome::Sent => end(db, world, &row, State::Sent, None).await,
        Outcome::Refused(error) => {
            if let Some(account) = row.account_id.filter(|_| !row.kind.is_link()) {
                settings::note_refused(db, account, Some(world.now())).await?;
            }
            end(db, world, &row, State::Refused, Some(cut(&error))).await
        }
        Outcome::Failed(error) => {
            let done = usize::try_from(row.attempts - 1).unwrap_or(usize::MAX);
            let pause = PAUSES.get(done).or(PAUSES.last()).copied().unwrap_or_default();
            let next = world.now().plus(TimeDelta::seconds(pause));
            if next > row.created_at.plus(LASTS) {
                return end(db, world, &row, State::Failed, Some(cut(&error))).await;
            }
            wait(db, &row, next, cut(&error)).await
        }
    }
}

async fn wait(db: &Db, row: &Model, next: Moment, error: String) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Attempts, Expr::value(row.attempts))
        .col_expr(Column::NextAttemptAt, Expr::value(next))
        .col_expr(Column::Error, Expr::value(error))
        .col_expr(Column::LeasedUntil, Expr::value(0_i64))
        .filter(held(row))
        .exec(db)
        .await?;
    Ok(())
}

async fn end(
    db: &Db,
    world: &World,
    row: &Model,
    state: State,
    error: Option<String>,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::Attempts, Expr::value(row.attempts))
        .col_expr(Column::Error, Expr::value(error))
        .col_expr(Column::EndedAt, Expr::value(world.now()))
        .col_expr(Column::SealedToken, Expr::value(None::<String>))
        .col_expr(Column::LeasedUntil, Expr::value(0_i64))
        .filter(held(row))
        .exec(db)
        .await?;
    Ok(())
}

fn held(row: &Model) -> Expr {
    Column::Id.eq(row.id).and(Column::Lease.eq(row.lease))
}

/// Deletes mails that ended long ago.
pub async fn clean(db: &Db, world: &World) -> Result<()> {
    let old = Column::EndedAt.lt(world.now().plus(-KEPT));
    Entity::delete_many().filter(old).exec(db).await?;
    Ok(())
}

fn cut(error: &str) -> String {
    error.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_ERROR).collect()
}
