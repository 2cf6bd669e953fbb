//! Anchors: where in a revision a claim's words stand.
//!
//! Always true: an anchor is written once; the words it keeps are the words at its range.

use async_graphql::{InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder};

use super::error::{Error, Reason, Result};
use super::ids::{AnchorId, ClaimId, RevisionId};
use super::passage::{Extent, Index, OffsetUnit};
use super::policy::Actor;
use super::quote::{self, Found, Wanted};

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
    pub ordinal: i32,
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
    /// The words that are marked, as the text has them.
    pub exact: String,
    /// Up to 32 characters that stand before them.
    pub prefix: String,
    /// Up to 32 characters that stand after them.
    pub suffix: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Where the anchor begins and ends, in `unit`.
    pub const fn bounds(&self, unit: OffsetUnit) -> (i32, i32) {
        let extent = Extent {
            start: self.start_at,
            end: self.end_at,
            utf16_start: self.utf16_start,
            utf16_end: self.utf16_end,
            utf8_start: self.utf8_start,
            utf8_end: self.utf8_end,
        };
        extent.in_unit(unit)
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

/// Stores where a claim stands.
pub async fn store_all(txn: &DatabaseTransaction, actor: &Actor, claim: ClaimId, revision: RevisionId, found: Vec<Found>) -> Result<()> {
    let rows = found.into_iter().zip(0..).map(|(found, ordinal)| ActiveModel {
        id: Set(actor.new_id()),
        claim_id: Set(claim),
        revision_id: Set(revision),
        ordinal: Set(ordinal),
        start_at: Set(found.extent.start),
        end_at: Set(found.extent.end),
        utf16_start: Set(found.extent.utf16_start),
        utf16_end: Set(found.extent.utf16_end),
        utf8_start: Set(found.extent.utf8_start),
        utf8_end: Set(found.extent.utf8_end),
        exact: Set(found.exact),
        prefix: Set(found.prefix),
        suffix: Set(found.suffix),
    });
    Entity::insert_many(rows).exec_without_returning(txn).await?;
    Ok(())
}

/// The anchors of these claims, each claim's in reading order.
pub async fn of_claims(db: &impl ConnectionTrait, claims: &[ClaimId]) -> Result<Vec<Model>> {
    let list = Entity::find().filter(Column::ClaimId.is_in(claims.iter().copied()));
    Ok(list.order_by_asc(Column::Ordinal).all(db).await?)
}

/// The anchors that stand in these revisions.
pub async fn of_revisions(db: &impl ConnectionTrait, revisions: &[RevisionId]) -> Result<Vec<Model>> {
    let list = Entity::find().filter(Column::RevisionId.is_in(revisions.iter().copied()));
    Ok(list.order_by_asc(Column::StartAt).all(db).await?)
}

/// The anchor of this id.
pub async fn find(db: &impl ConnectionTrait, id: AnchorId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}
