//! Tags: the words that claims are filed under.

use std::collections::BTreeSet;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction};

use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::ClaimId;
use crate::domain::store::Db;
use crate::domain::words;

/// A word that a claim is filed under.
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

/// The tags of these claims.
pub async fn of_claims(db: &Db, claims: &[ClaimId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::ClaimId.is_in(claims.iter().copied())).all(db.read()).await?)
}

/// Files a claim under these tags, and no others.
pub(super) async fn replace(txn: &DatabaseTransaction, claim: ClaimId, tags: &[String]) -> Result<()> {
    Entity::delete_many().filter(Column::ClaimId.eq(claim)).exec(txn).await?;
    if tags.is_empty() {
        return Ok(());
    }
    let rows = tags.iter().map(|tag| ActiveModel { claim_id: Set(claim), tag: Set(tag.clone()) });
    Entity::insert_many(rows).exec_without_returning(txn).await?;
    Ok(())
}

/// Tags as they are given: at most 20 lines of 50 characters each.
pub(super) fn parse_all(tags: &[String]) -> Result<Vec<String>> {
    if tags.len() > 20 {
        return Err(Error::invalid("tags", Reason::TooLarge, format!("{} tags, and at most 20 are taken", tags.len())));
    }
    let parsed = tags.iter().enumerate().map(|(number, tag)| words::line(&format!("tags[{number}]"), tag, 50));
    let distinct: Result<BTreeSet<_>> = parsed.collect();
    Ok(distinct?.into_iter().collect())
}
