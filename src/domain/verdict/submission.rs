//! Submissions: the versions of a verdict. Each one is kept.
//!
//! Invariant: anyone who may see a verdict may see all its submissions.

use std::collections::HashMap;

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;

use crate::domain::error::Result;
use crate::domain::ids::{RatingId, SubmissionId, VerdictId};
use crate::domain::page::{self, Key, Page, Slice, Sort};
use crate::domain::store::Db;
use crate::domain::time::Moment;

/// The number of submissions that `history` returns: the newest.
const MOST_IN_HISTORY: u64 = 25;

/// One submitted version of a verdict.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "submissions")]
#[graphql(name = "VerdictSubmission", complex)]
pub struct Model {
    /// The submission's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SubmissionId,
    #[graphql(skip)]
    pub verdict_id: VerdictId,
    /// Submission number within the verdict: 1, 2, 3 and so on.
    pub number: i32,
    #[graphql(skip)]
    pub rating_id: RatingId,
    /// The reasoning behind the rating.
    pub rationale: String,
    /// The version of the claim that the reviewer judged.
    pub claim_version: i32,
    #[graphql(skip)]
    pub citation_count: i32,
    /// The time of the submission.
    pub submitted_at: Moment,
    #[graphql(skip)]
    pub changed_after_reading: Option<bool>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The newest submissions of each of these verdicts, oldest first.
pub async fn newest_of_each(db: &Db, verdicts: &[VerdictId]) -> Result<Vec<Model>> {
    let pages = first_of_each(db, verdicts, true, MOST_IN_HISTORY, false).await?;
    Ok(pages
        .into_values()
        .flat_map(|page| page.rows.into_iter().rev().map(|(_, row)| row))
        .collect())
}

/// The first submissions of each of these verdicts, oldest first. Takes one statement, or two if
/// they are `counted`.
pub async fn of_each(
    db: &Db,
    verdicts: &[VerdictId],
    size: u64,
    counted: bool,
) -> Result<HashMap<Uuid, Page<Model>>> {
    first_of_each(db, verdicts, false, size, counted).await
}

/// The submissions of a verdict, oldest first.
pub async fn of_verdict(db: &Db, verdict: VerdictId, slice: &Slice) -> Result<Page<Model>> {
    let list = Entity::find().filter(Column::VerdictId.eq(verdict));
    page::read(db, list, sort(false), slice, key).await
}

async fn first_of_each(
    db: &Db,
    verdicts: &[VerdictId],
    descending: bool,
    size: u64,
    counted: bool,
) -> Result<HashMap<Uuid, Page<Model>>> {
    let list = Entity::find().filter(Column::VerdictId.is_in(verdicts.iter().copied()));
    let place = |row: &Model| (row.verdict_id.0, key(row));
    page::read_first_of_each(db, list, sort(descending), size, Column::VerdictId, counted, place)
        .await
}

const fn sort(descending: bool) -> Sort<Column> {
    Sort { lead: Some(Column::Number), id: Column::Id, descending }
}

const fn key(row: &Model) -> Key {
    Key { lead: row.number, id: row.id.0 }
}
