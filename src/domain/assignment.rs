//! Assignments: whom an editor asks to judge a claim, and by when.
//!
//! Always true: at most one an account and claim; whoever is asked was a member who may judge when they were. An assignment tells who is asked,
//! never whether or how they have judged, so everybody who reads the claim may read it.

use async_graphql::{ID, InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect};
use serde_json::json;

use super::claim;
use super::error::{Error, Reason, Result};
use super::event::{self, Kind};
use super::ids::{AccountId, ClaimId, NewsroomId, TypedId};
use super::membership;
use super::moment::Moment;
use super::policy::{Action, Actor, Role};
use super::store::{self, Db};
use super::words;

/// Somebody who is asked to judge a claim.
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
    /// By when.
    pub due_at: Option<Moment>,
    /// What the editor says to them; everybody who reads the claim may read it.
    pub note: Option<String>,
    /// When they were asked, the last time.
    pub assigned_at: Moment,
    #[graphql(skip)]
    pub assigned_by: Option<AccountId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Whom to ask to judge a claim.
#[derive(InputObject)]
pub struct AssignClaimInput {
    /// The claim.
    claim: ID,
    /// The accounts of 1 to 50 members who may judge. Those who are asked already are asked anew; others who are stay so.
    reviewers: Vec<ID>,
    /// By when.
    due_at: Option<Moment>,
    /// What to say to them: at most 1,000 characters, for everybody who reads the claim.
    note: Option<String>,
    /// The claim's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
}

/// Whom to ask no more.
#[derive(InputObject)]
pub struct UnassignClaimInput {
    /// The claim.
    claim: ID,
    /// The accounts, 1 to 50, of people who are asked to judge it.
    reviewers: Vec<ID>,
    /// The claim's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
}

/// Asks reviewers to judge a claim.
pub async fn assign(db: &Db, actor: &Actor, input: AssignClaimInput) -> Result<claim::Model> {
    let (claim, reviewers) = parse(db, actor, &input.claim, &input.reviewers).await?;
    let note = words::optional(input.note.as_deref(), |text| words::prose("note", text, 1000))?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let (_, mut claim) = claim::lock(&txn, &claim, input.expected_version).await?;
        claim.expect_open()?;
        let judges = members_who_judge(&txn, claim.newsroom_id, &reviewers).await?;
        expect_each(&reviewers, &judges, Reason::NotAReviewer, "this is nobody who may judge in this newsroom")?;
        let rows = reviewers.iter().map(|reviewer| ActiveModel {
            claim_id: Set(claim.id),
            reviewer_id: Set(*reviewer),
            due_at: Set(input.due_at),
            note: Set(note.clone()),
            assigned_at: Set(actor.now()),
            assigned_by: Set(actor.id()),
        });
        let anew = OnConflict::columns([Column::ClaimId, Column::ReviewerId])
            .update_columns([Column::DueAt, Column::Note, Column::AssignedAt, Column::AssignedBy])
            .to_owned();
        Entity::insert_many(rows.collect::<Vec<_>>()).on_conflict(anew).exec_without_returning(&*txn).await?;
        claim.version += 1;
        claim::save(&txn, &claim).await?;
        let detail = json!({ "reviewers": reviewers, "dueAt": input.due_at, "note": note });
        event::append(&txn, &actor, claim.newsroom_id, Kind::ClaimAssigned, claim::subject(&claim), detail).await?;
        Ok(claim)
    })
    .await
}

/// Asks reviewers no more.
pub async fn unassign(db: &Db, actor: &Actor, input: UnassignClaimInput) -> Result<claim::Model> {
    let (claim, reviewers) = parse(db, actor, &input.claim, &input.reviewers).await?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let (_, mut claim) = claim::lock(&txn, &claim, input.expected_version).await?;
        let asked: Vec<_> = of_claims(&*txn, &[claim.id]).await?.into_iter().map(|row| row.reviewer_id).collect();
        expect_each(&reviewers, &asked, Reason::NotAssigned, "this is nobody who is asked to judge the claim")?;
        let those = Entity::delete_many().filter(Column::ClaimId.eq(claim.id));
        those.filter(Column::ReviewerId.is_in(reviewers.iter().copied())).exec(&*txn).await?;
        claim.version += 1;
        claim::save(&txn, &claim).await?;
        let detail = json!({ "reviewers": reviewers });
        event::append(&txn, &actor, claim.newsroom_id, Kind::ClaimUnassigned, claim::subject(&claim), detail).await?;
        Ok(claim)
    })
    .await
}

/// The assignments of these claims, each claim's by when they were made.
pub async fn of_claims(db: &impl ConnectionTrait, claims: &[ClaimId]) -> Result<Vec<Model>> {
    let list = Entity::find().filter(Column::ClaimId.is_in(claims.iter().copied()));
    Ok(list.order_by_asc(Column::AssignedAt).order_by_asc(Column::ReviewerId).all(db).await?)
}

async fn parse(db: &Db, actor: &Actor, claim: &str, reviewers: &[ID]) -> Result<(claim::Model, Vec<AccountId>)> {
    if !actor.is_machine() {
        actor.signed_in()?;
    }
    let claim = claim::fetch(db, actor, ClaimId::parse("claim", claim)?).await?;
    actor.require(Action::AssignClaim, claim.newsroom_id)?;
    match reviewers.len() {
        0 => return Err(Error::invalid("reviewers", Reason::Empty, "name at least one account")),
        1..=50 => {}
        count => return Err(Error::invalid("reviewers", Reason::TooLarge, format!("{count} accounts, and at most 50 are taken"))),
    }
    let mut parsed = Vec::with_capacity(reviewers.len());
    for (number, id) in reviewers.iter().enumerate() {
        let id = AccountId::parse(&format!("reviewers[{number}]"), id)?;
        if parsed.contains(&id) {
            return Err(Error::invalid(format!("reviewers[{number}]"), Reason::Contradiction, "this account is named twice"));
        }
        parsed.push(id);
    }
    Ok((claim, parsed))
}

/// Those of these accounts that may judge in the newsroom.
async fn members_who_judge(txn: &DatabaseTransaction, newsroom: NewsroomId, accounts: &[AccountId]) -> Result<Vec<AccountId>> {
    let members = membership::Entity::find()
        .select_only()
        .column(membership::Column::AccountId)
        .filter(membership::Column::NewsroomId.eq(newsroom))
        .filter(membership::Column::AccountId.is_in(accounts.iter().copied()))
        .filter(membership::Column::Role.is_in([Role::Reviewer, Role::Editor, Role::Admin]));
    Ok(members.into_tuple().all(txn).await?)
}

fn expect_each(named: &[AccountId], known: &[AccountId], reason: Reason, message: &str) -> Result<()> {
    match named.iter().position(|id| !known.contains(id)) {
        Some(number) => Err(Error::invalid(format!("reviewers[{number}]"), reason, message)),
        None => Ok(()),
    }
}
