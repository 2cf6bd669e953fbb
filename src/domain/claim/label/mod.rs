//! Labels: the claimants and tags of claims as they are compared, and the words by which filters
//! find claims.
//!
//! Invariants: every claim has keys, also a withdrawn one. They follow from the claim and from the
//! merges of claimants, so they are not on record. Two names are the same if they differ only in
//! case, white space and Unicode normalisation.

mod list;
mod merge;

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query, SelectStatement, SimpleExpr};
use sea_orm::{ActiveValue::Set, DatabaseTransaction};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

pub use list::{Claimant, Tag, claimants, tags};
pub use merge::{MergeClaimantsInput, UnmergeClaimantsInput, merge_claimants, unmerge_claimants};

use super::Model;
use crate::domain::claim;
use crate::domain::error::Result;
use crate::domain::ids::{ClaimId, NewsroomId};
use crate::domain::text::term;
use crate::domain::text_input;

/// The key of a claim's claimant, and the words of its statement and claimant.
pub mod key {
    use super::{ClaimId, NewsroomId};
    use sea_orm::entity::prelude::*;

    /// The keys of a claim.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "claim_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub claim_id: ClaimId,
        pub newsroom_id: NewsroomId,
        /// The claimant, or the one that it was merged into.
        pub claimant_id: Option<Uuid>,
        pub words: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The keys of a claim's tags.
pub mod tag_key {
    use super::{ClaimId, NewsroomId};
    use sea_orm::entity::prelude::*;

    /// The key of a tag of a claim.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "claim_tag_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tag_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub claim_id: ClaimId,
        pub newsroom_id: NewsroomId,
        pub tag: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Claimants that editors merged into others.
pub mod merged {
    use super::NewsroomId;
    use crate::domain::time::Moment;
    use sea_orm::entity::prelude::*;

    /// A claimant that an editor merged into another.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "claimant_merges")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub newsroom_id: NewsroomId,
        pub claimant_id: Uuid,
        pub name: String,
        /// The other one, which is not merged itself.
        pub into_id: Uuid,
        pub into_name: String,
        pub merged_at: Moment,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The key of a name: the same for names that differ only in case, white space and normalisation.
pub fn id_of(name: &str) -> Uuid {
    let composed: String = name.nfc().collect();
    let folded: String = text_input::fold(&composed).nfc().collect();
    let words = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    let digest: [u8; 32] = Sha256::digest(words).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Stores the keys of a claim with these tags. They replace its earlier ones.
pub(super) async fn put(txn: &DatabaseTransaction, claim: &Model, tags: &[String]) -> Result<()> {
    let claimant = match &claim.claimant {
        Some(name) => Some(merge::root_of(txn, claim.newsroom_id, id_of(name)).await?),
        None => None,
    };
    let text = [claim.statement.as_str(), claim.claimant.as_deref().unwrap_or_default()];
    let row = key::ActiveModel {
        claim_id: Set(claim.id),
        newsroom_id: Set(claim.newsroom_id),
        claimant_id: Set(claimant),
        words: Set(term::joined(&text.join("\n"))),
    };
    let replace = OnConflict::column(key::Column::ClaimId)
        .update_columns([key::Column::ClaimantId, key::Column::Words])
        .to_owned();
    key::Entity::insert(row).on_conflict(replace).exec_without_returning(txn).await?;
    let old = tag_key::Entity::delete_many().filter(tag_key::Column::ClaimId.eq(claim.id));
    old.exec(txn).await?;
    let ids: BTreeMap<_, _> = tags.iter().map(|tag| (id_of(tag), tag)).collect();
    let rows = ids.into_iter().map(|(id, tag)| tag_key::ActiveModel {
        tag_id: Set(id),
        claim_id: Set(claim.id),
        newsroom_id: Set(claim.newsroom_id),
        tag: Set(tag.clone()),
    });
    if !tags.is_empty() {
        tag_key::Entity::insert_many(rows).exec_without_returning(txn).await?;
    }
    Ok(())
}

/// The key of the claimant with this name, or of the one that it was merged into.
pub async fn claimant_key(
    db: &impl ConnectionTrait,
    newsroom: NewsroomId,
    name: &str,
) -> Result<Uuid> {
    merge::root_of(db, newsroom, id_of(name)).await
}

/// Selects the ids of the claims of this claimant, or of one that was merged with it.
pub fn of_claimant(name: &str) -> SelectStatement {
    let id = id_of(name);
    let keys = |column: key::Column| Expr::col((key::Entity, column));
    let merges = |column: merged::Column| Expr::col((merged::Entity, column));
    let mut own = Query::select()
        .column((key::Entity, key::Column::ClaimId))
        .from(key::Entity)
        .and_where(keys(key::Column::ClaimantId).eq(id))
        .to_owned();
    let of_other = Query::select()
        .column((key::Entity, key::Column::ClaimId))
        .from(merged::Entity)
        .inner_join(
            key::Entity,
            keys(key::Column::ClaimantId).equals((merged::Entity, merged::Column::IntoId)).and(
                keys(key::Column::NewsroomId).equals((merged::Entity, merged::Column::NewsroomId)),
            ),
        )
        .and_where(merges(merged::Column::ClaimantId).eq(id))
        .to_owned();
    own.union(sea_orm::sea_query::UnionType::All, of_other).to_owned()
}

/// Selects the ids of the claims with this tag.
pub fn with_tag(name: &str) -> SelectStatement {
    Query::select()
        .column(tag_key::Column::ClaimId)
        .from(tag_key::Entity)
        .and_where(tag_key::Column::TagId.eq(id_of(name)))
        .to_owned()
}

/// The condition that a claim has all words of this text in its statement or claimant, or the text
/// as it is.
pub fn with_text(text: &str) -> SimpleExpr {
    let folded = Expr::col((claim::Entity, claim::Column::Folded));
    let words = Expr::col((key::Entity, key::Column::Words));
    let of_claim =
        Expr::col((key::Entity, key::Column::ClaimId)).equals((claim::Entity, claim::Column::Id));
    text_input::matches::<key::Entity>(text, folded, &words, of_claim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_by_normalisation_case_and_white_space() {
        for (one, other) in [
            ("Maïga", "MAI\u{308}GA"),
            ("Ministry of Health", " ministry  of\u{a0}health"),
            ("ΟΔΟΣ", "οδος"),
        ] {
            assert_eq!(id_of(one), id_of(other), "{one}");
        }
        for (one, other) in [("Maïga", "Maiga"), ("Mali", "Mali."), ("one two", "onetwo")] {
            assert_ne!(id_of(one), id_of(other), "{one}");
        }
    }
}
