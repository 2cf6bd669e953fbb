//! Assignments: an editor asks a reviewer to judge a claim, optionally by a due date.
//!
//! Invariants: each account has at most one assignment per claim. The assigned account was a member
//! who may judge at that time. Every reader of the claim may read the assignment. Whether its reviewer
//! has judged is shown only to those who may see the verdict.

use async_graphql::{ID, InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect};
use serde_json::json;

use crate::domain::actor::{Actor, Permit};
use crate::domain::claim;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind};
use crate::domain::ids::{AccountId, ClaimId, NewsroomId, TypedId};
use crate::domain::people::membership;
use crate::domain::permissions::{Action, Role};
use crate::domain::store::{self, Db};
use crate::domain::text_input;
use crate::domain::time::Moment;

/// A request to a reviewer to judge a claim.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "assignments")]
#[graphql(name = "Assignment", complex)]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub claim_id: ClaimId,
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub reviewer_id: AccountId,
    /// The time by which the verdict is due. Null if there is no due date.
    pub due_at: Option<Moment>,
    /// The editor's note to the reviewer. Every reader of the claim can read it. Null if there is
    /// none.
    pub note: Option<String>,
    /// The time of the most recent request to this reviewer.
    pub assigned_at: Moment,
    #[graphql(skip)]
    pub assigned_by: Option<AccountId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Reviewers to assign to a claim.
#[derive(InputObject)]
pub struct AssignClaimInput {
    /// The claim's id.
    claim: ID,
    /// The account ids of 1 to 50 members who may judge. Assigning a reviewer again replaces the
    /// due date and the note. Other assignments stay.
    reviewers: Vec<ID>,
    /// The time by which the verdicts are due. It must not be in the past. Optional.
    due_at: Option<Moment>,
    /// A note of at most 1,000 characters. Every reader of the claim can read it. Optional.
    note: Option<String>,
    /// The claim's version that you read. Optional. CONFLICT if the claim has changed since.
    expected_version: Option<i32>,
}

/// Reviewers to unassign from a claim.
#[derive(InputObject)]
pub struct UnassignClaimInput {
    /// The claim's id.
    claim: ID,
    /// The account ids of 1 to 50 assigned reviewers.
    reviewers: Vec<ID>,
    /// The claim's version that you read. Optional. CONFLICT if the claim has changed since.
    expected_version: Option<i32>,
}

/// Assigns reviewers to a claim.
pub async fn assign(db: &Db, actor: &Actor, input: AssignClaimInput) -> Result<claim::Model> {
    let (claim, reviewers, permit) = parse(db, actor, &input.claim, &input.reviewers).await?;
    let note =
        text_input::optional(input.note.as_deref(), |text| text_input::prose("note", text, 1000))?;
    if let Some(due) = input.due_at {
        due.expect_future("dueAt", actor.now())?;
    }
    store::write(db, permit, move |txn, actor| async move {
        let (_, mut claim) = claim::lock(&txn, &claim, input.expected_version).await?;
        claim.expect_open()?;
        let judges = members_who_judge(&txn, claim.newsroom_id, &reviewers).await?;
        expect_each(
            &reviewers,
            &judges,
            Reason::NotAReviewer,
            "This account may not judge in this newsroom. Name a member with the REVIEWER role or \
             higher.",
        )?;
        let rows = reviewers.iter().map(|reviewer| ActiveModel {
            claim_id: Set(claim.id),
            reviewer_id: Set(*reviewer),
            due_at: Set(input.due_at),
            note: Set(note.clone()),
            assigned_at: Set(actor.now()),
            assigned_by: Set(actor.id()),
        });
        let on_conflict = OnConflict::columns([Column::ClaimId, Column::ReviewerId])
            .update_columns([Column::DueAt, Column::Note, Column::AssignedAt, Column::AssignedBy])
            .to_owned();
        Entity::insert_many(rows.collect::<Vec<_>>())
            .on_conflict(on_conflict)
            .exec_without_returning(&*txn)
            .await?;
        claim.version += 1;
        claim::save(&txn, &claim).await?;
        let detail = json!({ "reviewers": reviewers, "dueAt": input.due_at, "note": note });
        event::append(
            &txn,
            &actor,
            claim.newsroom_id,
            Kind::ClaimAssigned,
            claim::subject(&claim),
            detail,
        )
        .await?;
        Ok(claim)
    })
    .await
}

/// Unassigns reviewers from a claim.
pub async fn unassign(db: &Db, actor: &Actor, input: UnassignClaimInput) -> Result<claim::Model> {
    let (claim, reviewers, permit) = parse(db, actor, &input.claim, &input.reviewers).await?;
    store::write(db, permit, move |txn, actor| async move {
        let (_, mut claim) = claim::lock(&txn, &claim, input.expected_version).await?;
        let asked: Vec<_> =
            of_claims(&*txn, &[claim.id]).await?.into_iter().map(|row| row.reviewer_id).collect();
        expect_each(
            &reviewers,
            &asked,
            Reason::NotAssigned,
            "This account is not assigned to the claim. Name an assigned reviewer.",
        )?;
        let those = Entity::delete_many().filter(Column::ClaimId.eq(claim.id));
        those.filter(Column::ReviewerId.is_in(reviewers.iter().copied())).exec(&*txn).await?;
        claim.version += 1;
        claim::save(&txn, &claim).await?;
        let detail = json!({ "reviewers": reviewers });
        event::append(
            &txn,
            &actor,
            claim.newsroom_id,
            Kind::ClaimUnassigned,
            claim::subject(&claim),
            detail,
        )
        .await?;
        Ok(claim)
    })
    .await
}

/// Returns the assignments of these claims, oldest first per claim.
pub async fn of_claims(db: &impl ConnectionTrait, claims: &[ClaimId]) -> Result<Vec<Model>> {
    let list = Entity::find().filter(Column::ClaimId.is_in(claims.iter().copied()));
    Ok(list.order_by_asc(Column::AssignedAt).order_by_asc(Column::ReviewerId).all(db).await?)
}

async fn parse<'a>(
    db: &Db,
    actor: &'a Actor,
    claim: &str,
    reviewers: &[ID],
) -> Result<(claim::Model, Vec<AccountId>, Permit<'a>)> {
    if !actor.is_machine() {
        actor.signed_in()?;
    }
    let claim = claim::fetch(db, actor, ClaimId::parse("claim", claim)?).await?;
    let permit = actor.require(Action::AssignClaim, claim.newsroom_id)?;
    match reviewers.len() {
        0 => {
            return Err(Error::invalid(
                "reviewers",
                Reason::Empty,
                "`reviewers` is empty. Name at \
         least one account.",
            ));
        }
        1..=50 => {}
        count => {
            return Err(Error::invalid(
                "reviewers",
                Reason::TooLarge,
                format!("`reviewers` has {count} accounts. You can name up to 50."),
            ));
        }
    }
    let mut parsed = Vec::with_capacity(reviewers.len());
    for (number, id) in reviewers.iter().enumerate() {
        let id = AccountId::parse(&format!("reviewers[{number}]"), id)?;
        if parsed.contains(&id) {
            return Err(Error::invalid(
                format!("reviewers[{number}]"),
                Reason::Contradiction,
                "This account appears twice. Name each account once.",
            ));
        }
        parsed.push(id);
    }
    Ok((claim, parsed, permit))
}

/// Returns those of these accounts that may judge in the newsroom.
async fn members_who_judge(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    accounts: &[AccountId],
) -> Result<Vec<AccountId>> {
    let members = membership::Entity::find()
        .select_only()
        .column(membership::Column::AccountId)
        .filter(membership::Column::NewsroomId.eq(newsroom))
        .filter(membership::Column::AccountId.is_in(accounts.iter().copied()))
        .filter(membership::Column::Role.is_in(Role::judges()))
        .filter(membership::Column::DeactivatedAt.is_null());
    Ok(members.into_tuple().all(txn).await?)
}

fn expect_each(
    named: &[AccountId],
    known: &[AccountId],
    reason: Reason,
    message: &str,
) -> Result<()> {
    match named.iter().position(|id| !known.contains(id)) {
        Some(number) => Err(Error::invalid(format!("reviewers[{number}]"), reason, message)),
        None => Ok(()),
    }
}
