//! Outcomes: what became of a verdict.

use std::collections::HashMap;

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::{JoinType, QuerySelect};

use super::basis::rested;
use super::{Column, Entity, Model};
use crate::domain::error::Result;
use crate::domain::ids::{RulingId, VerdictId};
use crate::domain::store::Db;
use crate::domain::verdict::submission;

/// The ruling that rests on a verdict.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "VerdictOutcome")]
pub struct Outcome {
    /// The newest ruling that rests on the verdict. It may be retracted.
    pub ruling: Model,
    /// Whether the verdict's rating differs from the ruling's. Null if the two belong to different
    /// rating scales.
    pub dissents: Option<bool>,
}

/// Returns the newest ruling that rests on each of these verdicts. Verdicts without one are left
/// out.
pub async fn of_verdicts(db: &Db, verdicts: &[VerdictId]) -> Result<Vec<(VerdictId, Outcome)>> {
    let rested: Vec<(RulingId, i32, Option<bool>, VerdictId)> = rested::Entity::find()
        .select_only()
        .columns([rested::Column::RulingId, rested::Column::Basis, rested::Column::Dissents])
        .column(submission::Column::VerdictId)
        .join(JoinType::InnerJoin, rested::submission())
        .filter(submission::Column::VerdictId.is_in(verdicts.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let ids = rested.iter().map(|(ruling, ..)| *ruling);
    let rulings: HashMap<_, _> = Entity::find()
        .filter(Column::Id.is_in(ids))
        .all(db)
        .await?
        .into_iter()
        .map(|ruling| (ruling.id, ruling))
        .collect();
    let mut newest: HashMap<VerdictId, Outcome> = HashMap::new();
    for (ruling, basis, dissents, verdict) in rested {
        let Some(ruling) = rulings.get(&ruling).filter(|ruling| ruling.basis == basis) else {
            continue;
        };
        let known = newest.get(&verdict).map_or(0, |outcome| outcome.ruling.number);
        if ruling.number > known {
            newest.insert(verdict, Outcome { ruling: ruling.clone(), dissents });
        }
    }
    Ok(newest.into_iter().collect())
}
