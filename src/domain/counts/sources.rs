//! How many different sources the verdicts that a reader may see cite, from kept counts.
//!
//! Of all time, each source is counted by the highest level of the claims that it is cited on. Merged sources
//! count as one, and there are few of them, so they are corrected for.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Order, Query, SelectStatement, SimpleExpr};

use super::reads::{Tally, Wanted};
use super::tables::{of_claim, of_reviewer, of_source};
use crate::domain::error::Result;
use crate::domain::ids::SourceId;
use crate::domain::store::Db;

/// A source: itself or the source at the end of its merges, and the highest level of the claims that it is
/// cited on.
struct Found {
    root: SourceId,
    level: Option<i32>,
}

/// Counts the sources that are cited on claims of a period. It takes as long as there are such claims.
pub async fn count_in_period(db: &Db, wanted: &Wanted) -> Result<i64> {
    use of_claim::Column::{ClaimId, MarkedAt, NewsroomId};
    let claims = Query::select()
        .from(of_claim::Entity)
        .and_where(NewsroomId.eq(wanted.newsroom))
        .cond_where(wanted.during(MarkedAt))
        .to_owned();
    let level = Expr::col((of_source::Entity, of_source::Column::Level));
    let claim = Expr::col((of_claim::Entity, ClaimId));
    let mut query = cited_on(claims, claim.clone());
    query.cond_where(wanted.seen(level, claim));
    number(db, &query).await
}

/// Selects the number of sources that are cited on the rows' claims.
pub(super) fn cited_on(mut rows: SelectStatement, claim: Expr) -> SelectStatement {
    let on_claim = claim.equals((of_source::Entity, of_source::Column::ClaimId));
    let of_source = column("id").equals((of_source::Entity, of_source::Column::SourceId));
    rows.expr(root().count_distinct())
        .inner_join(of_source::Entity, on_claim)
        .inner_join("sources", of_source)
        .take()
}

/// The number that a statement selects.
pub(super) async fn number(db: &Db, query: &SelectStatement) -> Result<i64> {
    let row = db.query_one(query).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get_by_index(0))?)
}

/// Counts the sources of all time. `tally` is that of all time.
pub async fn count(db: &Db, wanted: &Wanted, tally: &Tally) -> Result<i64> {
    let open = tally.others.iter().filter_map(|(name, count)| {
        let level = name.strip_prefix("source ")?.parse().ok()?;
        wanted.is_open(level).then_some(*count)
    });
    let mut count: i64 = open.sum();
    let merged = merged(db, wanted).await?;
    let own = own(db, wanted).await?;
    let is_open = |found: &&Found| found.level.is_some_and(|level| wanted.is_open(level));
    // Each source that belongs to a merge is taken out, and each merge counts once.
    count -= i64::try_from(merged.iter().filter(is_open).count()).unwrap_or(0);
    let mut merges: BTreeMap<SourceId, bool> = BTreeMap::new();
    for found in &merged {
        *merges.entry(found.root).or_default() |= is_open(&found);
    }
    for found in own.iter().filter(|found| !is_open(found)) {
        match merges.get_mut(&found.root) {
            Some(is_seen) => *is_seen = true,
            None => count += 1,
        }
    }
    Ok(count + i64::try_from(merges.values().filter(|is_seen| **is_seen).count()).unwrap_or(0))
}

/// The sources that were merged, and those that they were merged into.
async fn merged(db: &Db, wanted: &Wanted) -> Result<Vec<Found>> {
    let mut query = select();
    query
        .and_where(column("newsroom_id").eq(wanted.newsroom))
        .and_where(column("root_id").is_not_null());
    let mut merged = read(db, &query).await?;
    let roots: BTreeSet<_> = merged.iter().map(|found| found.root).collect();
    if !roots.is_empty() {
        let mut query = select();
        query.and_where(column("id").is_in(roots));
        merged.extend(read(db, &query).await?);
    }
    Ok(merged)
}

/// The sources that are cited on the reader's own claims that are not open yet.
async fn own(db: &Db, wanted: &Wanted) -> Result<Vec<Found>> {
    let Some(own) = wanted.own() else { return Ok(Vec::new()) };
    let cited = Query::select()
        .column((of_source::Entity, of_source::Column::SourceId))
        .from(of_reviewer::Entity)
        .inner_join(
            of_source::Entity,
            Expr::col((of_source::Entity, of_source::Column::ClaimId))
                .equals((of_reviewer::Entity, of_reviewer::Column::ClaimId)),
        )
        .cond_where(own)
        .to_owned();
    let mut query = select();
    query.and_where(column("id").in_subquery(cited));
    read(db, &query).await
}

fn select() -> SelectStatement {
    let level = Expr::col((of_source::Entity, of_source::Column::Level));
    let highest = Query::select()
        .expr(level.clone())
        .from(of_source::Entity)
        .and_where(
            Expr::col((of_source::Entity, of_source::Column::SourceId)).equals(("sources", "id")),
        )
        .order_by_expr(level, Order::Desc)
        .limit(1)
        .to_owned();
    Query::select()
        .expr(root())
        .expr(Expr::SubQuery(None, Box::new(highest.into())))
        .from("sources")
        .to_owned()
}

/// The source at the end of a source's merges, or the source itself.
fn root() -> SimpleExpr {
    Func::coalesce([column("root_id"), column("id")]).into()
}

fn column(name: &'static str) -> SimpleExpr {
    Expr::col(("sources", name))
}

async fn read(db: &Db, query: &SelectStatement) -> Result<Vec<Found>> {
    let rows = db.query_all(query).await?;
    rows.iter()
        .map(|row| Ok(Found { root: row.try_get_by_index(0)?, level: row.try_get_by_index(1)? }))
        .collect()
}
