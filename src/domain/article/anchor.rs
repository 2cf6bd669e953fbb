//! Anchors: the places in a revision that a claim is marked on.
//!
//! Invariants: an anchor is written once, and each new revision adds others. An anchor keeps the
//! words that were marked. If its status is EXACT, MOVED or REWORDED, they equal the words at its
//! range. The range of an ORPHANED anchor is empty. All other ranges are not.

use std::collections::{BTreeMap, HashMap};

use async_graphql::{InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait};

use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::{AnchorId, ClaimId, RevisionId};
use crate::domain::page::{self, Key, Page, Slice, Sort};
use crate::domain::store::Db;
use crate::domain::text::alignment::Status;
use crate::domain::text::passage::{Extent, Index, OffsetUnit, stored_extent};
use crate::domain::text::quote::{self, Found, Wanted};

/// A range in a revision's text that a claim is marked on.
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
    /// Compares this revision's words with the words that were marked or last re-anchored.
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
    /// The quoted words, as they were marked. If the status is CHANGED or ORPHANED, the text at the
    /// range differs from them.
    pub exact: String,
    /// Up to 32 characters before the quoted words. If the status is CHANGED or ORPHANED, they come
    /// from an earlier revision.
    pub prefix: String,
    /// Up to 32 characters after the quoted words. If the status is CHANGED or ORPHANED, they come
    /// from an earlier revision.
    pub suffix: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The start and end of the anchor, in `unit`.
    pub const fn bounds(&self, unit: OffsetUnit) -> (i32, i32) {
        self.extent().in_unit(unit)
    }

    /// The anchor's range in all three units.
    pub const fn extent(&self) -> Extent {
        stored_extent!(self)
    }
}

/// Returns the wording with which an editor last put each of these claims in another place. Other
/// claims are left out, as are those that were re-anchored where they already were, for example to
/// words whose typography has changed.
pub async fn last_moved(db: &Db, claims: &[ClaimId]) -> Result<HashMap<ClaimId, i32>> {
    // A revision carries a claim's anchors once, so those with a higher wording in the same revision
    // come from a re-anchoring.
    let wording = || Expr::col(Column::Wording);
    let reanchored = Entity::find()
        .select_only()
        .column(Column::RevisionId)
        .filter(Column::ClaimId.is_in(claims.iter().copied()))
        .group_by(Column::ClaimId)
        .group_by(Column::RevisionId)
        .having(wording().min().lt(wording().max()));
    let list = Entity::find()
        .filter(Column::ClaimId.is_in(claims.iter().copied()))
        .filter(Column::RevisionId.in_subquery(reanchored.into_query()));
    let mut generations: BTreeMap<_, BTreeMap<i32, Vec<Model>>> = BTreeMap::new();
    for anchor in list.all(db).await? {
        let place = generations.entry((anchor.claim_id, anchor.revision_id)).or_default();
        place.entry(anchor.wording).or_default().push(anchor);
    }
    let mut last: HashMap<ClaimId, i32> = HashMap::new();
    for ((claim, _), by_wording) in generations {
        let all: Vec<_> = by_wording.into_iter().collect();
        for pair in all.windows(2) {
            let [(_, before), (wording, after)] = pair else { continue };
            let touches = |new: &Model| {
                before.iter().any(|old| old.start_at <= new.end_at && new.start_at <= old.end_at)
            };
            if !after.iter().all(touches) {
                let known = last.entry(claim).or_insert(*wording);
                *known = Ord::max(*known, *wording);
            }
        }
    }
    Ok(last)
}

/// Selects words of an article's text. Quote them in `exact`. Add `start` and `end`, or add
/// `prefix` and `suffix`, if the quote occurs more than once. Offsets must match `exact`.
#[derive(InputObject, Clone)]
pub struct RangeInput {
    /// The quoted words, exactly as in the text. At most 10,000 characters.
    exact: String,
    /// The text directly before the quote. Optional.
    prefix: Option<String>,
    /// The text directly after the quote. Optional.
    suffix: Option<String>,
    /// Offset of the first character, counted from 0 in `unit`. Optional, but required with `end`.
    start: Option<i32>,
    /// Offset after the last character, in `unit`. Optional, but required with `start`.
    end: Option<i32>,
    /// Unit of `start` and `end`.
    #[graphql(default)]
    unit: OffsetUnit,
}

impl RangeInput {
    /// The words at this range of code points.
    pub fn at(exact: String, start: i32, end: i32) -> Self {
        let (start, end) = (Some(start), Some(end));
        let unit = OffsetUnit::CodePoint;
        Self { exact, prefix: None, suffix: None, start, end, unit }
    }
}

/// The maximum number of ranges per claim.
const MOST_RANGES: usize = 20;

/// Finds the words that `ranges` select, in reading order. There must be 1 to 20 ranges that do not
/// overlap.
pub fn resolve(text: &str, ranges: &[RangeInput]) -> Result<Vec<Found>> {
    match ranges.len() {
        0 => {
            return Err(Error::invalid(
                "ranges",
                Reason::Empty,
                "`ranges` is empty. Mark the claim on at least one range of the text.",
            ));
        }
        1..=MOST_RANGES => {}
        count => {
            return Err(Error::invalid(
                "ranges",
                Reason::TooLarge,
                format!("`ranges` has {count} items. A claim can have up to {MOST_RANGES} ranges."),
            ));
        }
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
        found.push(
            quote::resolve(&index, &wanted)
                .map_err(|error| error.within(&format!("ranges[{number}]")))?,
        );
    }
    quote::disjoint(&found)?;
    found.sort_by_key(|found| found.extent.start);
    Ok(found)
}

/// An anchor to store.
pub struct Placed {
    /// The claim.
    pub claim: ClaimId,
    /// The number of the claim's wording that the anchor belongs to.
    pub wording: i32,
    /// The anchor's number within the claim. It stays the same across revisions.
    pub ordinal: i32,
    /// How the words compare with the words that were marked.
    pub status: Status,
    /// The words and their range.
    pub found: Found,
}

/// Stores claims' anchors in a revision.
pub async fn store_all(
    txn: &DatabaseTransaction,
    actor: &Actor,
    revision: RevisionId,
    placed: Vec<Placed>,
) -> Result<Vec<Model>> {
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
    // 500 rows of 15 columns stay below the parameter limit of both databases.
    for chunk in rows.chunks(500) {
        Entity::insert_many(chunk.iter().cloned().map(IntoActiveModel::into_active_model))
            .exec_without_returning(txn)
            .await?;
    }
    Ok(rows)
}

/// Returns the anchors in these revisions, in reading order. If a claim was re-anchored there, only
/// its latest anchors are returned.
pub async fn of_revisions(
    db: &impl ConnectionTrait,
    revisions: &[RevisionId],
) -> Result<Vec<Model>> {
    let list = Entity::find()
        .filter(Column::RevisionId.is_in(revisions.iter().copied()))
        .filter(is_last());
    Ok(list.order_by_asc(Column::StartAt).order_by_asc(Column::Ordinal).all(db).await?)
}

/// Returns all anchors of these claims in a revision, including those before a re-anchoring there.
pub async fn of_claims_in(
    db: &impl ConnectionTrait,
    revision: RevisionId,
    claims: &[ClaimId],
) -> Result<Vec<Model>> {
    let mut all = Vec::new();
    for chunk in claims.chunks(500) {
        let list = Entity::find()
            .filter(Column::RevisionId.eq(revision))
            .filter(Column::ClaimId.is_in(chunk.iter().copied()));
        all.extend(list.all(db).await?);
    }
    Ok(all)
}

/// Returns every anchor that a claim ever had, newest first.
pub async fn history(db: &Db, claim: ClaimId, slice: &Slice) -> Result<Page<Model>> {
    let sort = Sort { lead: None, id: Column::Id, descending: true };
    page::read(db, Entity::find().filter(Column::ClaimId.eq(claim)), sort, slice, |row| {
        Key::of_id(row.id.0)
    })
    .await
}

/// The condition that the claim was not re-anchored later in the same revision.
pub fn is_last() -> SimpleExpr {
    let later = Alias::new("later");
    let same = |column: Column| Expr::col((later.clone(), column)).equals((Entity, column));
    let afterwards = Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, later.clone())
        .and_where(same(Column::ClaimId))
        .and_where(same(Column::RevisionId))
        .and_where(
            Expr::col((later.clone(), Column::Wording)).gt(Expr::col((Entity, Column::Wording))),
        )
        .to_owned();
    Expr::exists(afterwards).not()
}

/// Finds the anchor with this id.
pub async fn find(db: &impl ConnectionTrait, id: AnchorId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}
