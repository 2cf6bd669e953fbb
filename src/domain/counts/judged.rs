//! Counts of the claims on which a reader sees a reviewer's current verdict. They take as long as there
//! are such claims.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, Query, SelectStatement};

use super::reads::{Tally, Wanted, pairs, read_shapes};
use super::sources::{self, number};
use super::tables::{of_claim, of_reviewer};
use crate::domain::error::Result;
use crate::domain::ids::AccountId;
use crate::domain::store::Db;

/// The condition for the accounts of reviewers who have a verdict that the reader sees.
pub fn reviewers(wanted: &Wanted) -> Expr {
    let theirs = verdicts(wanted)
        .expr(Expr::val(1))
        .and_where(column(of_reviewer::Column::ReviewerId).equals(("accounts", "id")))
        .to_owned();
    Expr::exists(theirs)
}

/// Counts the claims and their articles. The reader sees all verdicts on such a claim.
pub async fn tally(db: &Db, wanted: &Wanted, reviewer: AccountId) -> Result<Tally> {
    let shape = Expr::col((of_claim::Entity, of_claim::Column::Shape));
    let shapes = of(wanted, reviewer)
        .expr(shape.clone())
        .expr(Expr::val(1).count())
        .inner_join(of_claim::Entity, on((of_claim::Entity, of_claim::Column::ClaimId)))
        .add_group_by([shape])
        .to_owned();
    let claims = read_shapes(pairs(db, &shapes).await?.into_iter().collect())?;
    let articles = of(wanted, reviewer)
        .expr(Expr::col(("claims", "article_id")).count_distinct())
        .inner_join("claims", on(("claims", "id")))
        .to_owned();
    let articles = number(db, &articles).await?;
    Ok(Tally { articles, seen: claims.clone(), claims, ..Tally::default() })
}

/// Counts the sources that are cited on these claims.
pub async fn sources(db: &Db, wanted: &Wanted, reviewer: AccountId) -> Result<i64> {
    let claim = column(of_reviewer::Column::ClaimId);
    number(db, &sources::cited_on(of(wanted, reviewer), claim)).await
}

/// The verdicts of a reviewer.
fn of(wanted: &Wanted, reviewer: AccountId) -> SelectStatement {
    verdicts(wanted).and_where(of_reviewer::Column::ReviewerId.eq(reviewer)).to_owned()
}

/// The verdicts that the reader sees.
fn verdicts(wanted: &Wanted) -> SelectStatement {
    use of_reviewer::Column::{ClaimId, Level, MarkedAt, NewsroomId};
    Query::select()
        .from(of_reviewer::Entity)
        .and_where(NewsroomId.eq(wanted.newsroom))
        .cond_where(wanted.during(MarkedAt))
        .cond_where(wanted.seen(column(Level), column(ClaimId)))
        .to_owned()
}

fn on(claim: impl IntoColumnRef) -> Expr {
    column(of_reviewer::Column::ClaimId).equals(claim)
}

fn column(column: of_reviewer::Column) -> Expr {
    Expr::col((of_reviewer::Entity, column))
}
