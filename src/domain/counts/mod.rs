//! Kept counts: the result of the verdicts on each claim, and the sums of each newsroom.
//!
//! Invariants: the transaction that changes a claim or its verdicts also changes its counts. It does
//! so where it appends its event, from the notes that triggers made of every row that it wrote. So no
//! write can forget it. The sums are those of the rows, and only a transaction that holds the log's
//! lock changes them. Kept counts do not depend on the policy.
//!
//! Until a newsroom is in `counted_newsrooms`, its counts are not complete, and summaries are
//! computed from the verdicts.

mod counted;
pub mod judged;
pub mod parts;
mod period;
pub mod reads;
pub mod rebuild;
pub mod shape;
pub mod sources;
pub mod tables;
pub mod units;
mod written;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Order, Query};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel, QueryTrait};

use crate::domain::error::Result;
use crate::domain::ids::{ArticleId, ClaimId, NewsroomId, SourceId, VerdictId};
use crate::domain::record::rows::id_in_key;
use crate::domain::store::Writes;
use counted::Counted;
pub use counted::{day_of, is_open, month_of};
use parts::{Labelled, Part};
use tables::{
    counted as counted_newsroom, of_article, of_claim, of_reviewer, of_source, part_sum, sum,
};
use written::Article;

/// The version of the rules for counts. Raise it with every change of what is counted or how it is
/// written. Then the next start counts again.
pub const RULES: i32 = 2;
/// The period of sums of all time.
pub const ALL_TIME: i32 = 0;
/// The name of the number of articles.
pub const ARTICLES: &str = "articles";

/// The number of claims that are counted at once.
const CLAIMS: usize = 250;
/// The number of rows that are written at once.
const ROWS: usize = 1000;
/// Sums that became zero are deleted once in this number of events.
const EVENTS: i32 = 64;

/// A change of counts. The rows of claims and articles are written. The sums are not.
#[derive(Default)]
pub struct Change {
    sums: BTreeMap<(i32, String), i64>,
    parts: BTreeMap<(Part, String), i64>,
    moved: Vec<(Option<Labelled>, Option<Labelled>)>,
    claims: BTreeSet<ClaimId>,
    sources: BTreeMap<SourceId, Levels>,
}

/// The highest level of the changed claims that cite a source, before and after.
#[derive(Default)]
struct Levels {
    before: Option<i32>,
    after: Option<i32>,
}

/// Whether the newsroom's counts are complete.
pub async fn are_complete(db: &impl ConnectionTrait, newsroom: NewsroomId) -> Result<bool> {
    let row = counted_newsroom::Entity::find_by_id(newsroom).one(db).await?;
    Ok(row.is_some_and(|row| row.rules == RULES))
}

/// Begins the counts of a new newsroom, which has nothing to count yet.
pub async fn begin(txn: &DatabaseTransaction, newsroom: NewsroomId) -> Result<()> {
    complete(txn, newsroom).await
}

async fn complete(txn: &DatabaseTransaction, newsroom: NewsroomId) -> Result<()> {
    let row = counted_newsroom::ActiveModel { newsroom_id: Set(newsroom), rules: Set(RULES) };
    let replace = OnConflict::column(counted_newsroom::Column::NewsroomId)
        .update_column(counted_newsroom::Column::Rules)
        .to_owned();
    counted_newsroom::Entity::insert(row).on_conflict(replace).exec_without_returning(txn).await?;
    Ok(())
}

/// Counts what the transaction changed, given the tables and keys of the rows that it wrote. Call
/// [`Change::apply`] as soon as the log's lock is taken.
pub async fn note(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    written: &[(String, String)],
) -> Result<Change> {
    let of = |table: &str| -> Vec<Uuid> {
        let keys = written.iter().filter(|(name, _)| name == table);
        keys.filter_map(|(_, key)| id_in_key(key)).collect()
    };
    let articles: Vec<_> = of("articles").into_iter().map(ArticleId).collect();
    let verdicts: Vec<_> = of("verdicts").into_iter().map(VerdictId).collect();
    let mut claims: BTreeSet<_> =
        of("claims").into_iter().chain(of("claim_tags")).map(ClaimId).collect();
    if !of("claimant_merges").is_empty() {
        claims.extend(parts::of_moved_claimants(txn, newsroom).await?);
    }
    let mut change = Change::default();
    let steps = articles.len().max(verdicts.len()).div_ceil(ROWS);
    for step in 0..steps {
        let around = written::read(txn, part(&articles, step), part(&verdicts, step)).await?;
        claims.extend(around.claims);
        claims.extend(change.count_articles(txn, newsroom, &around.articles).await?);
    }
    let claims: Vec<_> = claims.into_iter().collect();
    change.count_claims(txn, &claims).await?;
    Ok(change)
}

fn part<T>(list: &[T], step: usize) -> &[T] {
    list.chunks(ROWS).nth(step).unwrap_or_default()
}

impl Change {
    /// Counts these articles. Returns the claims of those that were withdrawn or restored.
    async fn count_articles(
        &mut self,
        txn: &DatabaseTransaction,
        newsroom: NewsroomId,
        articles: &[Article],
    ) -> Result<Vec<ClaimId>> {
        let mut changed = Vec::new();
        for article in articles.iter().filter(|one| one.is_counted == one.is_withdrawn) {
            changed.push(article.id);
            let row = of_article::Model {
                article_id: article.id,
                newsroom_id: newsroom,
                imported_at: article.imported_at,
                month: month_of(article.imported_at),
                day: day_of(article.imported_at),
            };
            for period in [ALL_TIME, row.month, row.day] {
                self.add((period, ARTICLES.to_owned()), if article.is_withdrawn { -1 } else { 1 });
            }
            if article.is_withdrawn {
                of_article::Entity::delete_by_id(article.id).exec(txn).await?;
            } else {
                let row = row.into_active_model();
                of_article::Entity::insert(row).exec_without_returning(txn).await?;
            }
        }
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = Query::select();
        query.column("id").from("claims").and_where(Expr::col("article_id").is_in(changed));
        let rows = txn.query_all(&query).await?;
        rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
    }

    /// Counts these claims.
    async fn count_claims(&mut self, txn: &DatabaseTransaction, claims: &[ClaimId]) -> Result<()> {
        self.count(txn, claims, false).await
    }

    /// Counts these claims, and also writes the rows of those of which the right thing is kept.
    async fn recount_claims(
        &mut self,
        txn: &DatabaseTransaction,
        claims: &[ClaimId],
    ) -> Result<()> {
        self.count(txn, claims, true).await
    }

    async fn count(
        &mut self,
        txn: &DatabaseTransaction,
        claims: &[ClaimId],
        all: bool,
    ) -> Result<()> {
        for claims in claims.chunks(CLAIMS) {
            let now = counted::read(txn, claims).await?;
            let kept = kept(txn, claims).await?;
            let (mut changed, mut with_rows) = (Vec::new(), Vec::new());
            for claim in claims {
                let (old, new) = (kept.get(claim), now.get(claim));
                if !all && old.map(|old| &old.0) == new.map(Counted::row).as_ref() {
                    continue;
                }
                changed.push(*claim);
                if all || old.is_some_and(|(row, _)| !row.reviewers.is_empty()) {
                    with_rows.push(*claim);
                }
                self.take(old.and_then(|old| old.1.as_ref()), new);
            }
            write(txn, &changed, &with_rows, &now).await?;
            self.claims.extend(changed);
        }
        Ok(())
    }

    /// Takes the difference between what a claim came to and what it comes to now.
    fn take(&mut self, old: Option<&Counted>, new: Option<&Counted>) {
        self.moved.push((old.map(Labelled::of), new.map(Labelled::of)));
        for (counted, by) in old.map(|old| (old, -1)).into_iter().chain(new.map(|new| (new, 1))) {
            for sum in counted.sums() {
                self.add(sum, by);
            }
            for (part, name) in counted.part_sums() {
                self.add_part(part, name, by);
            }
            for source in &counted.sources {
                let levels = self.sources.entry(*source).or_default();
                let level = if by < 0 { &mut levels.before } else { &mut levels.after };
                *level = Ord::max(*level, Some(counted.shape.level));
            }
        }
    }

    fn add(&mut self, sum: (i32, String), by: i64) {
        *self.sums.entry(sum).or_default() += by;
    }

    /// Changes the newsroom's sums, as part of `writes`. The transaction must hold the log's lock, and
    /// `event` is the number of the event that it appends.
    pub async fn apply(
        mut self,
        txn: &DatabaseTransaction,
        writes: &mut Writes,
        newsroom: NewsroomId,
        event: i32,
    ) -> Result<()> {
        self.count_sources(txn).await?;
        self.apply_parts(txn, writes, newsroom).await?;
        let rows: Vec<_> = self
            .sums
            .into_iter()
            .filter(|(_, by)| *by != 0)
            .map(|((period, name), by)| sum::Model {
                newsroom_id: newsroom,
                period,
                name,
                count: by,
            })
            .collect();
        let total = Expr::col((sum::Entity, sum::Column::Count))
            .add(Expr::col(("excluded", sum::Column::Count)));
        let add =
            OnConflict::columns([sum::Column::NewsroomId, sum::Column::Period, sum::Column::Name])
                .value(sum::Column::Count, total)
                .to_owned();
        for rows in rows.chunks(ROWS) {
            let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
            let rows = sum::Entity::insert_many(rows).on_conflict(add.clone());
            writes.add(txn, &rows.into_query()).await?;
        }
        if event % EVENTS == 0 {
            let of_nothing = sum::Entity::delete_many()
                .filter(sum::Column::NewsroomId.eq(newsroom))
                .filter(sum::Column::Count.eq(0));
            of_nothing.exec(txn).await?;
            let of_nothing = part_sum::Entity::delete_many()
                .filter(part_sum::Column::NewsroomId.eq(newsroom))
                .filter(part_sum::Column::Count.eq(0));
            of_nothing.exec(txn).await?;
        }
        Ok(())
    }

    /// Counts the sources by the highest level of the claims that they are cited on.
    async fn count_sources(&mut self, txn: &DatabaseTransaction) -> Result<()> {
        let moved: Vec<_> = std::mem::take(&mut self.sources)
            .into_iter()
            .filter(|(_, levels)| levels.before != levels.after)
            .collect();
        for moved in moved.chunks(ROWS) {
            let ids: Vec<_> = moved.iter().map(|(id, _)| *id).collect();
            let others = self.levels_elsewhere(txn, &ids).await?;
            for (id, levels) in moved {
                let elsewhere = others.get(id).copied();
                let (before, after) =
                    (Ord::max(levels.before, elsewhere), Ord::max(levels.after, elsewhere));
                if before != after {
                    for (level, by) in [(before, -1), (after, 1)] {
                        if let Some(level) = level {
                            self.add((ALL_TIME, format!("source {level}")), by);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The highest level of the other claims on which each of these sources is cited.
    async fn levels_elsewhere(
        &self,
        txn: &DatabaseTransaction,
        sources: &[SourceId],
    ) -> Result<HashMap<SourceId, i32>> {
        let mut highest = Query::select();
        highest
            .column((of_source::Entity, of_source::Column::Level))
            .from(of_source::Entity)
            .and_where(
                Expr::col((of_source::Entity, of_source::Column::SourceId))
                    .equals(("sources", "id")),
            )
            .and_where(of_source::Column::ClaimId.is_not_in(self.claims.iter().copied()))
            .order_by(of_source::Column::Level, Order::Desc)
            .limit(1);
        let mut query = Query::select();
        query
            .column("id")
            .expr(Expr::SubQuery(None, Box::new(highest.into())))
            .from("sources")
            .and_where(Expr::col("id").is_in(sources.iter().copied()));
        let mut levels = HashMap::new();
        for row in txn.query_all(&query).await? {
            if let Some(level) = row.try_get_by_index(1)? {
                levels.insert(row.try_get_by_index(0)?, level);
            }
        }
        Ok(levels)
    }
}

/// Returns the kept rows of these claims.
async fn kept(
    db: &impl ConnectionTrait,
    claims: &[ClaimId],
) -> Result<HashMap<ClaimId, (of_claim::Model, Option<Counted>)>> {
    let rows = of_claim::Entity::find()
        .filter(of_claim::Column::ClaimId.is_in(claims.iter().copied()))
        .all(db)
        .await?;
    let kept = |row: of_claim::Model| {
        let counted = Counted::read(&row);
        (row.claim_id, (row, counted))
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// Writes the rows of the changed claims. The `old` ones among them may have rows of reviewers and
/// sources.
async fn write(
    txn: &DatabaseTransaction,
    changed: &[ClaimId],
    old: &[ClaimId],
    now: &HashMap<ClaimId, Counted>,
) -> Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let (kept, gone): (Vec<_>, Vec<_>) = changed.iter().partition(|claim| now.contains_key(claim));
    let mut removals = Writes::default();
    if !gone.is_empty() {
        let rows = of_claim::Entity::delete_many().filter(of_claim::Column::ClaimId.is_in(gone));
        removals.add(txn, &rows.into_query()).await?;
    }
    if !old.is_empty() {
        let old = || old.iter().copied();
        let rows =
            of_reviewer::Entity::delete_many().filter(of_reviewer::Column::ClaimId.is_in(old()));
        removals.add(txn, &rows.into_query()).await?;
        let rows = of_source::Entity::delete_many().filter(of_source::Column::ClaimId.is_in(old()));
        removals.add(txn, &rows.into_query()).await?;
    }
    removals.send(txn).await?;
    let now: Vec<_> = kept.into_iter().filter_map(|claim| now.get(&claim)).collect();
    let claims: Vec<_> = now.iter().map(|one| one.row().into_active_model()).collect();
    let mut writes = Writes::default();
    if !claims.is_empty() {
        use of_claim::Column::{
            ArticleId, ClaimId, ClaimantId, Day, MarkedAt, Month, NewsroomId, Reviewers, RootId,
            Shape, Sources, Tags,
        };
        let kept = [
            NewsroomId, ArticleId, RootId, ClaimantId, MarkedAt, Month, Day, Shape, Reviewers,
            Sources, Tags,
        ];
        let replace = OnConflict::column(ClaimId).update_columns(kept).to_owned();
        let rows = of_claim::Entity::insert_many(claims).on_conflict(replace);
        writes.add(txn, &rows.into_query()).await?;
    }
    let reviewers: Vec<_> = now.iter().flat_map(|one| one.reviewer_rows()).collect();
    for rows in reviewers.chunks(ROWS) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        writes.add(txn, &of_reviewer::Entity::insert_many(rows).into_query()).await?;
    }
    let sources: Vec<_> = now.iter().flat_map(|one| one.source_rows()).collect();
    for rows in sources.chunks(ROWS) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        writes.add(txn, &of_source::Entity::insert_many(rows).into_query()).await?;
    }
    writes.send(txn).await
}
