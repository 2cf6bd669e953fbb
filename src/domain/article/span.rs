//! Spans: the blocks of a revision's text, and the sentences of each block.
//!
//! Invariants: the blocks and the separators between them make up the text. The sentences of a
//! block cover it without gaps.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder};

use crate::domain::actor::Actor;
use crate::domain::error::Result;
use crate::domain::ids::{RevisionId, SpanId};
use crate::domain::text::passage::{Extent, Piece, SpanKind, stored_extent};

/// A stored span. Its range is stored in all three units, so that offsets are computed only once.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "spans")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SpanId,
    pub revision_id: RevisionId,
    pub kind: SpanKind,
    pub ordinal: i32,
    pub start_at: i32,
    pub end_at: i32,
    pub utf16_start: i32,
    pub utf16_end: i32,
    pub utf8_start: i32,
    pub utf8_end: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The span's range in all three units.
    pub const fn extent(&self) -> Extent {
        stored_extent!(self)
    }
}

/// Stores the spans of a revision's text.
pub async fn store_all(
    txn: &DatabaseTransaction,
    actor: &Actor,
    revision: RevisionId,
    pieces: &[Piece],
) -> Result<()> {
    // 500 rows of 10 columns stay below the parameter limit of both databases.
    for chunk in pieces.chunks(500) {
        let rows = chunk.iter().map(|piece| ActiveModel {
            id: Set(actor.new_id()),
            revision_id: Set(revision),
            kind: Set(piece.kind),
            ordinal: Set(piece.ordinal),
            start_at: Set(piece.extent.start),
            end_at: Set(piece.extent.end),
            utf16_start: Set(piece.extent.utf16_start),
            utf16_end: Set(piece.extent.utf16_end),
            utf8_start: Set(piece.extent.utf8_start),
            utf8_end: Set(piece.extent.utf8_end),
        });
        Entity::insert_many(rows).exec_without_returning(txn).await?;
    }
    Ok(())
}

/// Returns the spans of these revisions, in reading order per revision: spans of `kind`, or all
/// blocks.
pub async fn of_revisions(
    db: &impl ConnectionTrait,
    revisions: &[RevisionId],
    kind: Option<SpanKind>,
) -> Result<Vec<Model>> {
    let wanted = match kind {
        Some(kind) => Column::Kind.eq(kind),
        None => Column::Kind.ne(SpanKind::Sentence),
    };
    Ok(Entity::find()
        .filter(Column::RevisionId.is_in(revisions.iter().copied()))
        .filter(wanted)
        .order_by_asc(Column::Ordinal)
        .all(db)
        .await?)
}

/// Finds the span with this id.
pub async fn find(db: &impl ConnectionTrait, id: SpanId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}
