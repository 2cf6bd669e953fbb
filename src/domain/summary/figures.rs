//! The figures of summaries, computed by the database.

use std::collections::HashMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{Condition, QueryResult};

use super::{RatingCount, Summary};
use crate::domain::actor::Actor;
use crate::domain::claim;
use crate::domain::error::Result;
use crate::domain::newsroom::rating;
use crate::domain::page::small;
use crate::domain::store::Db;
use crate::domain::verdict::source::{self, citation};
use crate::domain::verdict::{self, State, submission};

/// Computes summaries of the claims in `scope` for each value of `group`, in four statements.
/// Claims with the same `unit` count as one.
pub(super) async fn sum(
    db: &Db,
    actor: &Actor,
    group: claim::Column,
    unit: SimpleExpr,
    scope: Condition,
) -> Result<HashMap<Uuid, Summary>> {
    let asked = Asked { db, actor, group: Expr::col((claim::Entity, group)), unit, scope };
    let mut sums = asked.claims().await?;
    asked.ratings(&mut sums).await?;
    asked.disputed(&mut sums).await?;
    asked.sources(&mut sums).await?;
    Ok(sums)
}

/// The question that figures answer: which claims, in which groups, counted by which unit.
struct Asked<'a> {
    db: &'a Db,
    actor: &'a Actor,
    group: Expr,
    unit: SimpleExpr,
    scope: Condition,
}

impl Asked<'_> {
    /// Counts the claims, and all their current verdicts.
    async fn claims(&self) -> Result<HashMap<Uuid, Summary>> {
        let unit_where = |holds: Expr| -> SimpleExpr {
            CaseStatement::new().case(holds, self.unit.clone()).into()
        };
        let judged = unit_where(claim::Column::VerdictCount.gt(0));
        let stale = unit_where(claim::Column::Stale.eq(true));
        let claims = Query::select()
            .expr(self.group.clone())
            .expr(self.unit.clone().count_distinct())
            .expr(judged.count_distinct())
            .expr(stale.count_distinct())
            .expr(Expr::col((claim::Entity, claim::Column::VerdictCount)).sum())
            .from(claim::Entity)
            .cond_where(self.scope.clone())
            .add_group_by([self.group.clone()])
            .to_owned();
        let mut sums: HashMap<Uuid, Summary> = HashMap::new();
        for row in self.db.query_all(&claims).await? {
            let sum = sums.entry(row.try_get_by_index(0)?).or_default();
            sum.claim_count = count_at(&row, 1)?;
            sum.judged_claim_count = count_at(&row, 2)?;
            sum.stale_claim_count = count_at(&row, 3)?;
            sum.verdict_count = count_at(&row, 4)?;
            sum.hidden_verdict_count = sum.verdict_count;
        }
        Ok(sums)
    }

    /// Counts the visible verdicts by rating.
    async fn ratings(&self, sums: &mut HashMap<Uuid, Summary>) -> Result<()> {
        let ratings = verdicts(self.actor, &self.scope)
            .expr(self.group.clone())
            .expr(rating_of_verdict())
            .expr(Func::count(Expr::val(1)))
            .expr(number_where(submission::Column::CitationCount.eq(0)))
            .expr(scale_of_verdict())
            .expr(number_where(submission::Column::ChangedAfterReading.eq(true)))
            .add_group_by([self.group.clone(), rating_of_verdict(), scale_of_verdict()])
            .to_owned();
        for row in self.db.query_all(&ratings).await? {
            let sum = sums.entry(row.try_get_by_index(0)?).or_default();
            let count = count_at(&row, 2)?;
            sum.verdict_counts.push(RatingCount {
                rating_id: row.try_get_by_index(1)?,
                scale_id: row.try_get_by_index(4)?,
                count,
            });
            sum.hidden_verdict_count -= count;
            sum.unsourced_verdict_count += count_at(&row, 3)?;
            sum.changed_after_reading_count += count_at(&row, 5)?;
        }
        // Rating ids rise within a scale and from scale to scale. So this is the order of the scales.
        for sum in sums.values_mut() {
            sum.verdict_counts.sort_by_key(|count| count.rating_id);
        }
        Ok(())
    }

    /// Counts the units whose visible verdicts differ.
    async fn disputed(&self, sums: &mut HashMap<Uuid, Summary>) -> Result<()> {
        let (disputed, of_group, claim) =
            (Alias::new("disputed"), Alias::new("of_group"), Alias::new("claim"));
        let differing = verdicts(self.actor, &self.scope)
            .expr_as(self.group.clone(), of_group.clone())
            .expr_as(self.unit.clone(), claim.clone())
            // Ratings of different scales cannot be compared.
            .add_group_by([self.group.clone(), self.unit.clone(), scale_of_verdict()])
            .and_having(rating_of_verdict().count_distinct().gt(1))
            .to_owned();
        let differences = Query::select()
            .expr(Expr::col(of_group.clone()))
            .expr(Expr::col(claim).count_distinct())
            .from_subquery(differing, disputed)
            .add_group_by([Expr::col(of_group)])
            .to_owned();
        for row in self.db.query_all(&differences).await? {
            let sum = sums.entry(row.try_get_by_index(0)?).or_default();
            sum.disputed_claim_count = count_at(&row, 1)?;
        }
        Ok(())
    }

    /// Counts the sources that the visible verdicts cite.
    async fn sources(&self, sums: &mut HashMap<Uuid, Summary>) -> Result<()> {
        let cited = Expr::col((citation::Entity, citation::Column::SubmissionId))
            .equals((submission::Entity, submission::Column::Id));
        let of_citation = Expr::col((source::Entity, source::Column::Id))
            .equals((citation::Entity, citation::Column::SourceId));
        let sources = verdicts(self.actor, &self.scope)
            .expr(self.group.clone())
            .expr(source::root_in("sources").count_distinct())
            .inner_join(citation::Entity, cited)
            .inner_join(source::Entity, of_citation)
            .add_group_by([self.group.clone()])
            .to_owned();
        for row in self.db.query_all(&sources).await? {
            let sum = sums.entry(row.try_get_by_index(0)?).or_default();
            sum.source_count = count_at(&row, 1)?;
        }
        Ok(())
    }
}

fn rating_of_verdict() -> Expr {
    Expr::col((submission::Entity, submission::Column::RatingId))
}

fn scale_of_verdict() -> Expr {
    Expr::col((rating::Entity, rating::Column::ScaleId))
}

/// Selects the current verdicts that `actor` may see on the claims in `scope`.
pub(super) fn verdicts(actor: &Actor, scope: &Condition) -> SelectStatement {
    let on_claim = Expr::col((verdict::Entity, verdict::Column::ClaimId))
        .equals((claim::Entity, claim::Column::Id));
    let current = Expr::col((submission::Entity, submission::Column::Id))
        .equals((verdict::Entity, verdict::Column::SubmissionId));
    let given = Expr::col((rating::Entity, rating::Column::Id))
        .equals((submission::Entity, submission::Column::RatingId));
    let mut query = Query::select();
    query
        .from(claim::Entity)
        .inner_join(verdict::Entity, on_claim)
        .inner_join(submission::Entity, current)
        .inner_join(rating::Entity, given)
        .cond_where(scope.clone())
        .and_where(verdict::Column::State.eq(State::Submitted))
        .cond_where(verdict::visible(actor));
    query
}

/// Counts the rows that match `what`.
fn number_where(what: SimpleExpr) -> SimpleExpr {
    let one_or_none: SimpleExpr = CaseStatement::new().case(what, 1).finally(0).into();
    one_or_none.sum()
}

fn count_at(row: &QueryResult, index: usize) -> Result<i32> {
    Ok(small(row.try_get_by_index::<i64>(index)?))
}
