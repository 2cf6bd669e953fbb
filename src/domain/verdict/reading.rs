//! Ratings that were changed after reading. Under blind review, a reviewer who has judged a claim
//! sees the verdicts of others. A rating that the reviewer changes after that is marked.
//!
//! Invariants: a mark is never removed. It depends on the order of the events on the claim, and not
//! on times.

use std::collections::HashSet;

use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect};

use super::submission;
use crate::domain::actor::Actor;
use crate::domain::claim;
use crate::domain::error::Result;
use crate::domain::event::{self, Kind};
use crate::domain::ids::VerdictId;
use crate::domain::newsroom::{self, rating};
use crate::domain::permissions::Action;

/// Whether a submission with `rating` changes the reviewer's rating after the reviewer could see
/// the verdicts of others. `older` is the reviewer's previous verdict, with its submission.
///
/// The reviewer could see them if, at any time since the reviewer's first submission, another
/// reviewer's verdict was current and one of these was true: the reviewer's own verdict was
/// current, the claim had enough verdicts of others, or the reviewer's role reads every verdict.
pub async fn changed_after_reading(
    txn: &DatabaseTransaction,
    actor: &Actor,
    claim: &claim::Model,
    older: Option<&(super::Model, submission::Model)>,
    rating: &rating::Model,
) -> Result<bool> {
    let Some((verdict, submission)) = older else { return Ok(false) };
    if submission.changed_after_reading == Some(true) {
        return Ok(true);
    }
    let policy = newsroom::policy_of(txn, actor, claim.newsroom_id).await?;
    let before = rating::fetch_row(txn, submission.rating_id).await?;
    if !policy.blind_review || before.key == rating.key {
        return Ok(false);
    }
    let sees_all = actor.may(Action::ReadEveryVerdict, claim.newsroom_id);
    let enough = usize::try_from(policy.verdicts_required).unwrap_or(usize::MAX);
    let mut has_judged = false;
    let mut current: HashSet<VerdictId> = HashSet::new();
    for (kind, id) in verdicts_of(txn, claim).await? {
        if kind == Kind::VerdictSubmitted {
            current.insert(id);
        } else {
            current.remove(&id);
        }
        has_judged |= id == verdict.id;
        let own = current.contains(&verdict.id);
        let others = current.len() - usize::from(own);
        if has_judged && others > 0 && (own || sees_all || others >= enough) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The submissions and withdrawals of verdicts on a claim, in the order of their commits.
async fn verdicts_of(
    txn: &DatabaseTransaction,
    claim: &claim::Model,
) -> Result<Vec<(Kind, VerdictId)>> {
    use event::{Column, Entity};
    let list = Entity::find()
        .select_only()
        .columns([Column::Kind, Column::VerdictId])
        .filter(Column::Log.eq(claim.newsroom_id.to_string()))
        .filter(Column::ClaimId.eq(claim.id))
        .filter(Column::Kind.is_in([Kind::VerdictSubmitted, Kind::VerdictWithdrawn]))
        .filter(Column::VerdictId.is_not_null())
        .order_by_asc(Column::Number);
    Ok(list.into_tuple().all(txn).await?)
}
