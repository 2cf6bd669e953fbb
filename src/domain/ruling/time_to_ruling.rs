//! How long rulings took, from the marking of the claim to the publication.
//!
//! Invariant: both times count in whole seconds, so that both databases compute the same.

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Expr, ExprTrait, Func, IntoCondition, JoinType, Query, SelectStatement, SimpleExpr,
};
use sea_orm::{Condition, DbBackend, QueryResult};

use super::{Column, Entity};
use crate::domain::claim;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::NewsroomId;
use crate::domain::page::small;
use crate::domain::store::Db;

/// How long rulings took, from the marking of the claim to the publication.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct TimeToRuling {
    /// Number of rulings.
    count: i32,
    /// The mean time in seconds. Null without rulings.
    mean: Option<f64>,
    /// The time in seconds within which a quarter of the rulings was published. Null without rulings.
    lower_quartile: Option<f64>,
    /// The time in seconds within which half of the rulings were published. Null without rulings.
    median: Option<f64>,
    /// The time in seconds within which three quarters of the rulings were published. Null without
    /// rulings.
    upper_quartile: Option<f64>,
}

/// Returns how long `those` rulings took.
pub(super) async fn of(db: &Db, those: Condition) -> Result<TimeToRuling> {
    let times = times(db.get_database_backend(), those);
    let sums = Query::select()
        .expr(Expr::val(1).count())
        .expr(Expr::col("seconds").sum().cast_as("bigint"))
        .from_subquery(times.clone(), "times")
        .to_owned();
    let Some(row) = db.query_one(&sums).await? else { return Ok(TimeToRuling::default()) };
    let count: i64 = row.try_get_by_index(0)?;
    let Some(sum) = row.try_get_by_index::<Option<i64>>(1)? else {
        return Ok(TimeToRuling::default());
    };
    let ranked = Ranked::read(db, times, count).await?;
    #[allow(clippy::cast_precision_loss, reason = "a mean needs no more")]
    let mean = sum as f64 / count as f64;
    Ok(TimeToRuling {
        count: small(count),
        mean: Some(mean),
        lower_quartile: ranked.quantile(1),
        median: ranked.quantile(2),
        upper_quartile: ranked.quantile(3),
    })
}

/// The condition for rulings of a newsroom that took at least, or less than, a number of seconds.
pub(super) fn took(
    backend: DbBackend,
    newsroom: NewsroomId,
    at_least: Option<i32>,
    less_than: Option<i32>,
) -> Result<Option<SimpleExpr>> {
    for (field, bound) in [("tookAtLeast", at_least), ("tookLessThan", less_than)] {
        if let Some(bound) = bound.filter(|bound| *bound < 0) {
            let message = format!("`{field}` is {bound}. It must be 0 or more seconds.");
            return Err(Error::invalid(format!("filter.{field}"), Reason::OutOfRange, message));
        }
    }
    if at_least.is_none() && less_than.is_none() {
        return Ok(None);
    }
    let bounds = Condition::all()
        .add_option(at_least.map(|seconds| Expr::col("seconds").gte(i64::from(seconds))))
        .add_option(less_than.map(|seconds| Expr::col("seconds").lt(i64::from(seconds))));
    let ids = Query::select()
        .column("ruling")
        .from_subquery(times(backend, Column::NewsroomId.eq(newsroom).into_condition()), "times")
        .cond_where(bounds)
        .to_owned();
    Ok(Some(Column::Id.in_subquery(ids)))
}

/// The number of seconds that each of these rulings took.
fn times(backend: DbBackend, those: Condition) -> SelectStatement {
    let of_claim = Expr::col((claim::Entity, claim::Column::Id)).equals((Entity, Column::ClaimId));
    let published = second_of(backend, Expr::col((Entity, Column::PublishedAt)));
    let marked = second_of(backend, Expr::col((claim::Entity, claim::Column::MarkedAt)));
    Query::select()
        .expr_as(Expr::col((Entity, Column::Id)), "ruling")
        .expr_as(published.sub(marked), "seconds")
        .from(Entity)
        .join(JoinType::InnerJoin, claim::Entity, of_claim)
        .cond_where(those)
        .to_owned()
}

/// The second since 1970 in which a time is.
fn second_of(backend: DbBackend, time: Expr) -> SimpleExpr {
    match backend {
        DbBackend::Postgres => {
            let second = Func::cust("date_part").arg("epoch").arg(time);
            Func::cust("floor").arg(second).cast_as("bigint")
        }
        _ => Func::cust("unixepoch").arg(time).into(),
    }
}

/// The times at the ranks that quartiles need, the shortest first.
struct Ranked {
    count: i64,
    times: Vec<(i64, i64)>,
}

impl Ranked {
    async fn read(db: &Db, times: SelectStatement, count: i64) -> Result<Self> {
        let rank = Expr::cust("ROW_NUMBER() OVER (ORDER BY seconds)");
        let ranked = Query::select()
            .column("seconds")
            .expr_as(rank, "place")
            .from_subquery(times, "times")
            .to_owned();
        let places = (1..=3).flat_map(|quarter| {
            let below = (count - 1) * quarter / 4;
            [below + 1, below + 2]
        });
        let query = Query::select()
            .columns(["place", "seconds"])
            .from_subquery(ranked, "ranked")
            .and_where(Expr::col("place").is_in(places))
            .to_owned();
        let rows = db.query_all(&query).await?;
        let read = |row: &QueryResult| -> Result<(i64, i64)> {
            Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
        };
        Ok(Self { count, times: rows.iter().map(read).collect::<Result<_>>()? })
    }

    /// The time within which this number of quarters were published, between two times in proportion.
    #[allow(clippy::cast_precision_loss, reason = "seconds need no more")]
    fn quantile(&self, quarters: i64) -> Option<f64> {
        let at = |rank: i64| self.times.iter().find(|(place, _)| *place == rank + 1);
        let (below, rest) = ((self.count - 1) * quarters / 4, (self.count - 1) * quarters % 4);
        let (_, low) = at(below)?;
        let high = at(below + 1).map_or(*low, |(_, high)| *high);
        Some(*low as f64 + (high - low) as f64 * rest as f64 / 4.0)
    }
}
