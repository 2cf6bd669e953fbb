//! Spans: the blocks of a revision's text, and the sentences of each block.
//!
//! Always true: blocks and the separators between them make up the text; sentences tile their block.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder};

use super::error::Result;
use super::ids::{RevisionId, SpanId};
use super::passage::{Extent, Piece, SpanKind};
use super::policy::Actor;

/// A span, as it is stored: the same place in three units, so that none is ever counted again.
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
    /// Where the span stands.
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

/// Stores the pieces of a revision's text.
pub async fn store_all(txn: &DatabaseTransaction, actor: &Actor, revision: RevisionId, pieces: &[Piece]) -> Result<()> {
    // 500 rows of 10 columns a statement: within the number of parameters that either database takes.
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

/// The spans of these revisions, of one kind or all blocks, each revision's in reading order.
pub async fn of_revisions(db: &impl ConnectionTrait, revisions: &[RevisionId], kind: Option<SpanKind>) -> Result<Vec<Model>> {
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

/// The span of this id.
pub async fn find(db: &impl ConnectionTrait, id: SpanId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}
