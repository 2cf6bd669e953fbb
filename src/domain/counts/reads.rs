//! Reads of kept counts.

use std::collections::HashMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{Condition, QuerySelect};

use super::period::Period;
use super::shape::Shape;
use super::tables::{of_article, of_claim, of_reviewer, sum};
use super::{ARTICLES, is_open, judged};
use crate::domain::error::Result;
use crate::domain::ids::{AccountId, NewsroomId};
use crate::domain::store::Db;
use crate::domain::time::Moment;
use crate::domain::verdict::Sight;

/// The name of the reader's own verdicts, next to those of others.
const OWN: &str = "own";

/// The counts of a newsroom in a period.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The number of articles.
    pub articles: i64,
    /// The number of claims of each shape.
    pub claims: Vec<(Shape, i64)>,
    /// The same, of the claims whose verdicts the reader may see.
    pub seen: Vec<(Shape, i64)>,
    /// The other sums, by name. Only those of all time are complete.
    pub others: HashMap<String, i64>,
}

/// Which claims are counted, and for whom.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The newsroom.
    pub newsroom: NewsroomId,
    /// The verdicts that the reader may see.
    pub sight: Sight,
    /// Marked at this time or later.
    pub since: Option<Moment>,
    /// Marked before this time.
    pub until: Option<Moment>,
}

impl Wanted {
    /// Whether the claims of a level are open to the reader, even if the reader judged none of them.
    pub const fn is_open(&self, level: i32) -> bool {
        match self.sight {
            Sight::Everything => true,
            Sight::Open(least, _) => is_open(level, least),
        }
    }

    /// Whether this is of all time.
    pub const fn is_of_all_time(&self) -> bool {
        self.since.is_none() && self.until.is_none()
    }

    /// The reader's own claims that are not open yet: the condition on the rows of reviewers. None if
    /// there are no such claims.
    pub fn own(&self) -> Option<Condition> {
        use of_reviewer::Column::{Level, MarkedAt, NewsroomId, ReviewerId};
        let Sight::Open(least, Some(reader)) = self.sight else { return None };
        let own = Condition::all()
            .add(NewsroomId.eq(self.newsroom))
            .add(ReviewerId.eq(reader))
            .add(Level.lt(least))
            .add(self.during(MarkedAt));
        Some(own)
    }

    /// The condition for claims that were marked in the period.
    pub(super) fn during(&self, marked_at: impl ColumnTrait) -> Condition {
        Condition::all()
            .add_option(self.since.map(|since| marked_at.gte(since)))
            .add_option(self.until.map(|until| marked_at.lt(until)))
    }

    /// The condition for claims whose verdicts the reader sees, given the level and the id of the row's
    /// claim.
    pub(super) fn seen(&self, level: Expr, claim: Expr) -> Condition {
        let Sight::Open(least, reader) = self.sight else { return Condition::all() };
        let own = reader.map(|reader| {
            let theirs = Query::select()
                .expr(Expr::val(1))
                .from_as(of_reviewer::Entity, OWN)
                .and_where(Expr::col((OWN, of_reviewer::Column::ClaimId)).eq(claim))
                .and_where(Expr::col((OWN, of_reviewer::Column::ReviewerId)).eq(reader))
                .to_owned();
            Expr::exists(theirs)
        });
        Condition::any().add(level.gte(least)).add_option(own)
    }

    /// Counts.
    pub async fn tally(&self, db: &Db) -> Result<Tally> {
        let period = Period::of(self.since, self.until);
        let mut tally = Tally::default();
        let mut claims: HashMap<String, i64> = HashMap::new();
        for (name, count) in self.sums(db, &period).await? {
            if name == ARTICLES {
                tally.articles += count;
            } else if name.starts_with("claim ") {
                *claims.entry(name).or_default() += count;
            } else {
                tally.others.insert(name, count);
            }
        }
        if !period.edges.is_empty() {
            for (name, count) in self.claims_at_edges(db, &period).await? {
                *claims.entry(name).or_default() += count;
            }
            tally.articles += self.articles_at_edges(db, &period).await?;
        }
        tally.claims = read_shapes(claims)?;
        tally.seen =
            tally.claims.iter().filter(|(shape, _)| self.is_open(shape.level)).cloned().collect();
        tally.seen.extend(self.own_shapes(db).await?);
        Ok(tally)
    }

    /// The reader's own claims that are not open yet, by shape.
    async fn own_shapes(&self, db: &Db) -> Result<Vec<(Shape, i64)>> {
        match (self.sight, self.own()) {
            (Sight::Open(_, Some(reader)), Some(_)) if self.is_of_all_time() => {
                let mut shapes = judged::shapes_of_all_time(db, self, reader).await?;
                shapes.retain(|(shape, _)| !self.is_open(shape.level));
                Ok(shapes)
            }
            (_, Some(own)) => read_shapes(own_shapes(db, own).await?),
            (_, None) => Ok(Vec::new()),
        }
    }

    /// Counts the articles only.
    pub async fn articles(&self, db: &Db) -> Result<i64> {
        let period = Period::of(self.since, self.until);
        let mut articles = 0;
        if !period.sums.is_empty() {
            let list = sum::Entity::find()
                .select_only()
                .column(sum::Column::Count)
                .filter(sum::Column::NewsroomId.eq(self.newsroom))
                .filter(within(&period))
                .filter(sum::Column::Name.eq(ARTICLES));
            articles += list.into_tuple::<i64>().all(db).await?.into_iter().sum::<i64>();
        }
        if !period.edges.is_empty() {
            articles += self.articles_at_edges(db, &period).await?;
        }
        Ok(articles)
    }

    async fn sums(&self, db: &Db, period: &Period) -> Result<Vec<(String, i64)>> {
        use sum::Column::{Count, Name, NewsroomId};
        if period.sums.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = Query::select();
        query
            .column(Name)
            .expr(Expr::col(Count).sum().cast_as("bigint"))
            .from(sum::Entity)
            .and_where(NewsroomId.eq(self.newsroom))
            .cond_where(within(period))
            .add_group_by([Expr::col(Name)]);
        pairs(db, &query).await
    }

    async fn claims_at_edges(&self, db: &Db, period: &Period) -> Result<Vec<(String, i64)>> {
        use of_claim::Column::{MarkedAt, NewsroomId, Shape};
        let mut query = Query::select();
        query
            .column(Shape)
            .expr(Expr::val(1).count())
            .from(of_claim::Entity)
            .and_where(NewsroomId.eq(self.newsroom))
            .cond_where(at_edges(period, MarkedAt))
            .add_group_by([Expr::col(Shape)]);
        pairs(db, &query).await
    }

    async fn articles_at_edges(&self, db: &Db, period: &Period) -> Result<i64> {
        let list = of_article::Entity::find()
            .select_only()
            .column_as(Expr::val(1).count(), "count")
            .filter(of_article::Column::NewsroomId.eq(self.newsroom))
            .filter(at_edges(period, of_article::Column::ImportedAt));
        Ok(list.into_tuple::<i64>().one(db).await?.unwrap_or(0))
    }
}

/// The reader's own claims that are not open yet, by shape.
async fn own_shapes(db: &Db, own: Condition) -> Result<HashMap<String, i64>> {
    let mut query = Query::select();
    query
        .column((of_claim::Entity, of_claim::Column::Shape))
        .expr(Expr::val(1).count())
        .from(of_reviewer::Entity)
        .inner_join(
            of_claim::Entity,
            Expr::col((of_claim::Entity, of_claim::Column::ClaimId))
                .equals((of_reviewer::Entity, of_reviewer::Column::ClaimId)),
        )
        .cond_where(own)
        .add_group_by([Expr::col((of_claim::Entity, of_claim::Column::Shape))]);
    Ok(pairs(db, &query).await?.into_iter().collect())
}

/// The reviewers who have the same verdicts to compare with others, among those that were ever.
pub async fn raters_in(
    db: &Db,
    wanted: &Wanted,
    scale: Uuid,
    candidates: Vec<AccountId>,
) -> Result<Vec<AccountId>> {
    use of_reviewer::Column::{IsPaired, Level, MarkedAt, NewsroomId, ReviewerId, ScaleId};
    let least = match wanted.sight {
        Sight::Everything => 0,
        Sight::Open(least, _) => least,
    };
    let mut rated = Query::select();
    rated
        .expr(Expr::val(1))
        .from(of_reviewer::Entity)
        .and_where(NewsroomId.eq(wanted.newsroom))
        .and_where(ScaleId.eq(scale))
        .and_where(Expr::col((of_reviewer::Entity, ReviewerId)).equals(("accounts", "id")))
        .and_where(IsPaired.eq(true))
        .and_where(Level.gte(least))
        .cond_where(wanted.during(MarkedAt));
    let mut query = Query::select();
    query
        .column("id")
        .from("accounts")
        .and_where(Expr::col("id").is_in(candidates))
        .and_where(Expr::exists(rated));
    let rows = db.query_all(&query).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// The reviewers with verdicts to compare on the reader's own claims that are not open yet.
pub async fn raters_with(db: &Db, own: Condition, scale: Uuid) -> Result<Vec<AccountId>> {
    use of_reviewer::Column::{ClaimId, IsPaired, ReviewerId, ScaleId};
    let claims = of_reviewer::Entity::find().select_only().column(ClaimId).filter(own);
    let list = of_reviewer::Entity::find()
        .select_only()
        .column(ReviewerId)
        .distinct()
        .filter(ClaimId.in_subquery(sea_orm::QueryTrait::into_query(claims)))
        .filter(ScaleId.eq(scale))
        .filter(IsPaired.eq(true));
    Ok(list.into_tuple().all(db).await?)
}

fn within(period: &Period) -> Condition {
    period.sums.iter().fold(Condition::any(), |any, (first, last)| {
        any.add(sum::Column::Period.between(*first, *last))
    })
}

fn at_edges(period: &Period, column: impl ColumnTrait) -> Condition {
    period.edges.iter().fold(Condition::any(), |any, (since, until)| {
        any.add(Condition::all().add(column.gte(*since)).add(column.lt(*until)))
    })
}

pub(super) fn read_shapes(counts: HashMap<String, i64>) -> Result<Vec<(Shape, i64)>> {
    let mut shapes = Vec::with_capacity(counts.len());
    for (text, count) in counts.into_iter().filter(|(_, count)| *count != 0) {
        let shape = Shape::read(&text).ok_or_else(|| anyhow::anyhow!("not a shape: {text:?}"))?;
        shapes.push((shape, count));
    }
    Ok(shapes)
}

pub(super) async fn pairs(db: &Db, query: &SelectStatement) -> Result<Vec<(String, i64)>> {
    let rows = db.query_all(query).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}
