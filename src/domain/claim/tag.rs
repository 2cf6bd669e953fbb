//! Tags: the words that claims are filed under.

use std::collections::BTreeSet;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction};

use super::label;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::ClaimId;
use crate::domain::store::Db;
use crate::domain::text_input;

/// A tag of a claim.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim_tags")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub claim_id: ClaimId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Returns the tags of these claims.
pub async fn of_claims(db: &Db, claims: &[ClaimId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::ClaimId.is_in(claims.iter().copied())).all(db).await?)
}

/// Returns the claim's tags, sorted like those that [`parse_all`] returns.
pub(super) async fn of(txn: &DatabaseTransaction, claim: ClaimId) -> Result<Vec<String>> {
    let tags = Entity::find().filter(Column::ClaimId.eq(claim)).all(txn).await?;
    let sorted: BTreeSet<_> = tags.into_iter().map(|row| row.tag).collect();
    Ok(sorted.into_iter().collect())
}

/// Replaces the claim's tags with these.
pub(super) async fn replace(
    txn: &DatabaseTransaction,
    claim: ClaimId,
    tags: &[String],
) -> Result<()> {
    Entity::delete_many().filter(Column::ClaimId.eq(claim)).exec(txn).await?;
    if tags.is_empty() {
        return Ok(());
    }
    let rows = tags.iter().map(|tag| ActiveModel { claim_id: Set(claim), tag: Set(tag.clone()) });
    Entity::insert_many(rows).exec_without_returning(txn).await?;
    Ok(())
}

/// Parses tags: at most 20, each one line of at most 50 characters. Of tags that are the same, the
/// first one counts.
pub(super) fn parse_all(tags: &[String]) -> Result<Vec<String>> {
    if tags.len() > 20 {
        return Err(Error::invalid(
            "tags",
            Reason::TooLarge,
            format!("`tags` has {} items. A claim can have up to 20 tags.", tags.len()),
        ));
    }
    let parsed = tags
        .iter()
        .enumerate()
        .map(|(number, tag)| text_input::visible_line(&format!("tags[{number}]"), tag, 50));
    let (mut seen, mut distinct) = (BTreeSet::new(), BTreeSet::new());
    for tag in parsed {
        let tag = tag?;
        if seen.insert(label::id_of(&tag)) {
            distinct.insert(tag);
        }
    }
    Ok(distinct.into_iter().collect())
}
