//! Anchors: where in a revision a claim's words stand.
//!
//! Always true: an anchor is written once, a new revision adds others; the words it keeps are those that were read, and where its status is
//! EXACT, MOVED or REWORDED they are the words at its range. An ORPHANED one's range is empty, any other's is not.

use async_graphql::{InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryOrder};

use super::alignment::Status;
use super::error::{Error, Reason, Result};
use super::ids::{AnchorId, ClaimId, RevisionId};
use super::page::{self, Key, Page, Slice, Sort};
use super::passage::{Extent, Index, OffsetUnit};
use super::policy::Actor;
use super::quote::{self, Found, Wanted};
use super::store::Db;

/// A place in a revision that a claim is marked on.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "anchors")]
#[graphql(name = "Anchor", complex, serial)]
pub struct Model {
    /// The anchor's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AnchorId,
    #[graphql(skip)]
    pub claim_id: ClaimId,
    #[graphql(skip)]
    pub revision_id: RevisionId,
    #[graphql(skip)]
    pub wording: i32,
    #[graphql(skip)]
    pub ordinal: i32,
    /// How the words stand in this revision, compared with the words that were marked or last re-anchored.
    pub status: Status,
    #[graphql(skip)]
    pub start_at: i32,
    #[graphql(skip)]
    pub end_at: i32,
    #[graphql(skip)]
    pub utf16_start: i32,
    #[graphql(skip)]
    pub utf16_end: i32,
    #[graphql(skip)]
    pub utf8_start: i32,
    #[graphql(skip)]
    pub utf8_end: i32,
    /// The words that were marked, as the text had them. Where they have CHANGED or are ORPHANED, other words or none stand at the range.
    pub exact: String,
    /// Up to 32 characters that stand before them; where they have CHANGED or are ORPHANED, that stood before them.
    pub prefix: String,
    /// Up to 32 characters that stand after them; where they have CHANGED or are ORPHANED, that stood after them.
    pub suffix: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Where the anchor begins and ends, in `unit`.
    pub const fn bounds(&self, unit: OffsetUnit) -> (i32, i32) {
        self.extent().in_unit(unit)
    }

    /// Where the anchor stands.
    pub const fn extent(&self) -> Extent {
        Extent {
            start: self.start_at,
            end: self.end_at,
            utf16_start: self.utf16_start,
            utf16_end: self.utf16_end,
            utf8_start: self.utf8_start,
            utf8_end: self.utf8_end,
        }
    }
}

/// Words of an article's text: by offsets with `exact`, which must match; or by `exact` alone, with `prefix` and `suffix` to tell repeats
/// apart.
#[derive(InputObject, Clone)]
pub struct RangeInput {
    /// The words themselves, to the letter: at most 10,000 characters.
    exact: String,
    /// What stands right before them.
    prefix: Option<String>,
    /// What stands right after them.
    suffix: Option<String>,
    /// Where they begin, counted from 0 in `unit`.
    start: Option<i32>,
    /// Where they end: the offset after the last one.
    end: Option<i32>,
    /// What `start` and `end` count.
    #[graphql(default)]
    unit: OffsetUnit,
}

/// The most ranges that one claim stands on.
const MOST_RANGES: usize = 20;

/// Finds the words that `ranges` mean, in reading order: 1 to 20 ranges that do not overlap.
pub fn resolve(text: &str, ranges: &[RangeInput]) -> Result<Vec<Found>> {
    match ranges.len() {
        0 => return Err(Error::invalid("ranges", Reason::Empty, "a claim is marked on at least one range of the text")),
        1..=MOST_RANGES => {}
        count => return Err(Error::invalid("ranges", Reason::TooLarge, format!("{count} ranges, and at most {MOST_RANGES} are taken"))),
    }
    let index = Index::new(text);
    let mut found = Vec::with_capacity(ranges.len());
    for (number, range) in ranges.iter().enumerate() {
        let wanted = Wanted {
            exact: &range.exact,
            prefix: range.prefix.as_deref(),
            suffix: range.suffix.as_deref(),
            start: range.start,
            end: range.end,
            unit: range.unit,
        };
        found.push(quote::resolve(&index, &wanted).map_err(|error| error.within(&format!("ranges[{number}]")))?);
    }
    quote::disjoint(&found)?;
    found.sort_by_key(|found| found.extent.start);
    Ok(found)
}

/// An anchor to be stored.
pub struct Placed {
    /// The claim.
    pub claim: ClaimId,
    /// The claim's wording that it belongs to.
    pub wording: i32,
    /// Its number among the claim's, which it keeps from revision to revision.
    pub ordinal: i32,
    /// How the words stand.
    pub status: Status,
    /// The words, and where they stand.
    pub found: Found,
}

/// Stores where claims stand in a revision.
pub async fn store_all(txn: &DatabaseTransaction, actor: &Actor, revision: RevisionId, placed: Vec<Placed>) -> Result<Vec<Model>> {
    let row = |Placed { claim, wording, ordinal, status, found }| Model {
        id: actor.new_id(),
        claim_id: claim,
        revision_id: revision,
        wording,
        ordinal,
        status,
        start_at: found.extent.start,
        end_at: found.extent.end,
        utf16_start: found.extent.utf16_start,
        utf16_end: found.extent.utf16_end,
        utf8_start: found.extent.utf8_start,
        utf8_end: found.extent.utf8_end,
        exact: found.exact,
        prefix: found.prefix,
        suffix: found.suffix,
    };
    let rows: Vec<Model> = placed.into_iter().map(row).collect();
    // 500 rows of 15 columns a statement: within the number of parameters that either database takes.
    for chunk in rows.chunks(500) {
        Entity::insert_many(chunk.iter().cloned().map(IntoActiveModel::into_active_model)).exec_without_returning(txn).await?;
    }
    Ok(rows)
}

/// The anchors that stand in these revisions, in reading order; of a claim that was re-anchored there, the last ones.
pub async fn of_revisions(db: &impl ConnectionTrait, revisions: &[RevisionId]) -> Result<Vec<Model>> {
    let list = Entity::find().filter(Column::RevisionId.is_in(revisions.iter().copied())).filter(is_last());
    Ok(list.order_by_asc(Column::StartAt).order_by_asc(Column::Ordinal).all(db).await?)
}

/// Every anchor that a claim ever had, newest first.
pub async fn history(db: &Db, claim: ClaimId, slice: &Slice) -> Result<Page<Model>> {
    let sort = Sort { lead: None, id: Column::Id, descending: true };
    page::read(db, Entity::find().filter(Column::ClaimId.eq(claim)), sort, slice, |row| Key::of_id(row.id.0)).await
}

/// Whether the claim was not re-anchored in the same revision afterwards.
pub fn is_last() -> SimpleExpr {
    let later = Alias::new("later");
    let same = |column: Column| Expr::col((later.clone(), column)).equals((Entity, column));
    let afterwards = Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, later.clone())
        .and_where(same(Column::ClaimId))
        .and_where(same(Column::RevisionId))
        .and_where(Expr::col((later.clone(), Column::Wording)).gt(Expr::col((Entity, Column::Wording))))
        .to_owned();
    Expr::exists(afterwards).not()
}

/// The anchor of this id.
pub async fn find(db: &impl ConnectionTrait, id: AnchorId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}
