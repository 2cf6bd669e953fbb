//! Counts of the claims on which a reader sees a reviewer's current verdict. Those of a period, of articles and of
//! sources take as long as there are such claims.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, Query, SelectStatement};

use super::parts::Part;
use super::reads::{Tally, Wanted, pairs, read_shapes};
use super::shape::Shape;
use super::sources::{self, number};
use super::tables::{of_claim, of_reviewer};
use super::units;
use crate::domain::error::Result;
use crate::domain::ids::AccountId;
use crate::domain::store::Db;
use crate::domain::verdict::Sight;

/// The condition for the accounts of reviewers who have a verdict that the reader sees.
pub fn reviewers(wanted: &Wanted) -> Expr {
    let theirs = verdicts(wanted)
        .expr(Expr::val(1))
        .and_where(column(of_reviewer::Column::ReviewerId).equals(("accounts", "id")))
        .to_owned();
    Expr::exists(theirs)
}

/// Counts the claims. The reader sees all verdicts on such a claim. Of all time, it takes the same time however
/// many there are.
pub async fn tally(db: &Db, wanted: &Wanted, reviewer: AccountId) -> Result<Tally> {
    let mut rows = of(wanted, reviewer);
    let mut claims = Vec::new();
    if wanted.is_of_all_time() {
        claims = shapes_of_all_time(db, wanted, reviewer).await?;
        claims.retain(|(shape, _)| wanted.is_open(shape.level));
        let Sight::Open(least, Some(_)) = wanted.sight else {
            return Ok(Tally { seen: claims.clone(), claims, ..Tally::default() });
        };
        rows.and_where(of_reviewer::Column::Level.lt(least));
    }
    let shape = Expr::col((of_claim::Entity, of_claim::Column::Shape));
    let shapes = rows
        .expr(shape.clone())
        .expr(Expr::val(1).count())
        .inner_join(of_claim::Entity, on((of_claim::Entity, of_claim::Column::ClaimId)))
        .add_group_by([shape])
        .to_owned();
    claims.extend(read_shapes(pairs(db, &shapes).await?.into_iter().collect())?);
    Ok(Tally { seen: claims.clone(), claims, ..Tally::default() })
}

/// All claims of the newsroom that a reviewer judged, by shape. The same for every reader.
pub(super) async fn shapes_of_all_time(
    db: &Db,
    wanted: &Wanted,
    reviewer: AccountId,
) -> Result<Vec<(Shape, i64)>> {
    let sums = units::sums(db, wanted, Part::of_reviewer(reviewer)).await?;
    read_shapes(sums.into_iter().collect())
}

/// Counts the articles of these claims.
pub async fn articles(db: &Db, wanted: &Wanted, reviewer: AccountId) -> Result<i64> {
    let articles = of(wanted, reviewer)
        .expr(Expr::col((of_claim::Entity, of_claim::Column::ArticleId)).count_distinct())
        .inner_join(of_claim::Entity, on((of_claim::Entity, of_claim::Column::ClaimId)))
        .to_owned();
    number(db, &articles).await
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
