//! Verdicts: a reviewer's judgement of one claim.
//!
//! Invariants: a reviewer has at most one verdict per claim, and only that reviewer writes it.
//! Every submission is kept. Nobody sees a verdict that blind review hides from them.

pub mod draft;
pub mod reaffirm_all;
pub mod reaffirmation;
pub mod source;
pub mod submission;

mod reading;
mod submit;
mod visibility;
mod withdraw;

use std::collections::HashMap;

use async_graphql::{Enum, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Order, SimpleExpr};
use sea_orm::{
    DatabaseTransaction, DbErr, FromQueryResult, JoinType, QueryResult, QuerySelect, Select,
};

use super::claim;
use super::error::{Error, Result};
use super::event::Subject;
use super::ids::{AccountId, ClaimId, NewsroomId, RatingId, SubmissionId, VerdictId};
use super::newsroom;
use super::page::{self, Page, Slice};
use super::store::{Db, Values};
use crate::domain::actor::Actor;
use crate::domain::text::alignment::Status;
use crate::domain::time::Moment;

pub use submit::{SubmitVerdictInput, submit};
pub use visibility::{Sight, open, sight, visible, with_own_view};
pub use withdraw::{WithdrawVerdictInput, withdraw};

/// A stored verdict. Its content is in its current submission.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "verdicts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VerdictId,
    pub newsroom_id: NewsroomId,
    pub claim_id: ClaimId,
    pub reviewer_id: AccountId,
    pub state: State,
    pub submission_id: SubmissionId,
    pub version: i32,
    pub withdrawn_at: Option<Moment>,
    pub withdrawn_reason: Option<String>,
    pub read_wording: i32,
    pub read_revision: i32,
    pub reaffirmed_at: Option<Moment>,
    pub reaffirm_note: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The state of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "VerdictState")]
pub enum State {
    /// A draft that its reviewer has not submitted. Nobody else can see it.
    #[sea_orm(string_value = "DRAFT")]
    Draft,
    /// The verdict is submitted and current.
    #[sea_orm(string_value = "SUBMITTED")]
    Submitted,
    /// The reviewer withdrew the verdict. The reviewer and editors can still read it.
    #[sea_orm(string_value = "WITHDRAWN")]
    Withdrawn,
}

/// A reviewer's judgement of a claim.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex, serial)]
pub struct Verdict {
    /// The verdict's id. It stays the same when the verdict is resubmitted.
    pub id: VerdictId,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    #[graphql(skip)]
    pub claim_id: ClaimId,
    #[graphql(skip)]
    pub reviewer_id: AccountId,
    /// Whether the verdict is current or withdrawn.
    pub state: State,
    #[graphql(skip)]
    pub submission_id: SubmissionId,
    #[graphql(skip)]
    pub rating_id: RatingId,
    /// The number of times the verdict was submitted.
    pub number: i32,
    /// The reasoning behind the rating.
    pub rationale: String,
    /// The version of the claim that the reviewer judged.
    pub claim_version: i32,
    /// The time of the latest submission.
    pub submitted_at: Moment,
    /// Version number for `expectedVersion`. Rises with every change to the verdict.
    pub version: i32,
    /// The time when the verdict was withdrawn. Null if it was not.
    pub withdrawn_at: Option<Moment>,
    /// The reason for the withdrawal. Null if the verdict was not withdrawn.
    pub withdrawn_reason: Option<String>,
    /// Whether the claim's words or the sentences around them changed since the reviewer read them.
    /// Reaffirming or resubmitting makes the verdict fresh again. A withdrawn verdict is never
    /// stale.
    pub stale: bool,
    /// The number of the revision that the reviewer read at the latest submission or reaffirmation.
    pub read_revision: i32,
    /// The time of the latest reaffirmation since the latest submission. Null if there was none.
    pub reaffirmed_at: Option<Moment>,
    /// The reviewer's note on the reaffirmation. Null if there is none.
    pub reaffirm_note: Option<String>,
    #[graphql(skip)]
    pub changed_after_reading: Option<bool>,
}

impl Verdict {
    /// A verdict that was just submitted.
    fn submitted(verdict: Model, submission: submission::Model) -> Self {
        Self {
            id: verdict.id,
            newsroom_id: verdict.newsroom_id,
            claim_id: verdict.claim_id,
            reviewer_id: verdict.reviewer_id,
            state: verdict.state,
            submission_id: submission.id,
            rating_id: submission.rating_id,
            number: submission.number,
            rationale: submission.rationale,
            claim_version: submission.claim_version,
            submitted_at: submission.submitted_at,
            version: verdict.version,
            withdrawn_at: verdict.withdrawn_at,
            withdrawn_reason: verdict.withdrawn_reason,
            stale: false,
            read_revision: verdict.read_revision,
            reaffirmed_at: verdict.reaffirmed_at,
            reaffirm_note: verdict.reaffirm_note,
            changed_after_reading: submission.changed_after_reading,
        }
    }
}

impl FromQueryResult for Verdict {
    /// Reads the columns that `rows` selects, in the same order.
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        let mut values = Values::of(row);
        Ok(Self {
            id: values.take()?,
            newsroom_id: values.take()?,
            claim_id: values.take()?,
            reviewer_id: values.take()?,
            state: values.take()?,
            submission_id: values.take()?,
            rating_id: values.take()?,
            number: values.take()?,
            rationale: values.take()?,
            claim_version: values.take()?,
            submitted_at: values.take()?,
            version: values.take()?,
            withdrawn_at: values.take()?,
            withdrawn_reason: values.take()?,
            stale: values.take()?,
            read_revision: values.take()?,
            reaffirmed_at: values.take()?,
            reaffirm_note: values.take()?,
            changed_after_reading: values.take()?,
        })
    }
}

impl Verdict {
    /// Whether the verdict is not withdrawn.
    pub fn is_in_force(&self) -> bool {
        self.state == State::Submitted
    }
}

/// Returns the verdicts on these claims that `actor` may see, in the order of their first
/// submission.
pub async fn of_claims(db: &Db, actor: &Actor, claims: &[ClaimId]) -> Result<Vec<Verdict>> {
    // Filters by the claims' own ids. With them, PostgreSQL uses an index. Otherwise it would read
    // all claims for the join.
    let list =
        rows().filter(visible(actor)).filter(claim::Column::Id.is_in(claims.iter().copied()));
    Ok(list.order_by_id_asc().into_model().all(db).await?)
}

/// The time when a reviewer first submitted their current verdict on a claim.
#[derive(Clone, Debug, FromQueryResult)]
pub struct FirstSubmitted {
    /// The claim.
    pub claim_id: ClaimId,
    /// The reviewer.
    pub reviewer_id: AccountId,
    /// The time.
    pub submitted_at: Moment,
}

/// Returns when each current verdict on these claims that `actor` may see was first submitted.
pub async fn first_submitted(
    db: &Db,
    actor: &Actor,
    claims: &[ClaimId],
) -> Result<Vec<FirstSubmitted>> {
    let first = Entity::belongs_to(submission::Entity)
        .from(Column::Id)
        .to(submission::Column::VerdictId)
        .into();
    let list = Entity::find()
        .select_only()
        .columns([Column::ClaimId, Column::ReviewerId])
        .column(submission::Column::SubmittedAt)
        .join(JoinType::InnerJoin, first)
        .join(
            JoinType::InnerJoin,
            Entity::belongs_to(claim::Entity).from(Column::ClaimId).to(claim::Column::Id).into(),
        )
        .filter(submission::Column::Number.eq(1))
        .filter(Column::State.eq(State::Submitted))
        .filter(visible(actor))
        .filter(claim::Column::Id.is_in(claims.iter().copied()));
    Ok(list.into_model().all(db).await?)
}

/// Returns the verdicts with these ids that `actor` may see.
pub async fn find_all(db: &Db, actor: &Actor, ids: &[VerdictId]) -> Result<Vec<Verdict>> {
    Ok(rows()
        .filter(visible(actor))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .into_model()
        .all(db)
        .await?)
}

/// Returns the actor's own verdicts in these newsrooms, newest first by their first submission.
pub async fn of_reviewer(
    db: &Db,
    actor: &Actor,
    newsrooms: &[NewsroomId],
    slice: &Slice,
) -> Result<Page<Verdict>> {
    let own = Entity::find()
        .filter(Column::ReviewerId.eq(actor.signed_in()?))
        .filter(Column::NewsroomId.is_in(newsrooms.iter().copied()));
    let page = page::read_by_id(db, own, Column::Id, Order::Desc, slice, |row| row.id.0).await?;
    let ids: Vec<_> = page.rows.iter().map(|(_, row)| row.id).collect();
    let mut verdicts: HashMap<_, _> =
        find_all(db, actor, &ids).await?.into_iter().map(|verdict| (verdict.id, verdict)).collect();
    Ok(page.filter_map(|row| verdicts.remove(&row.id)))
}

/// Returns the verdict with this id.
pub async fn fetch(db: &Db, actor: &Actor, id: VerdictId) -> Result<Verdict> {
    actor.signed_in()?;
    find_all(db, actor, &[id]).await?.pop().ok_or(Error::NotFound("verdict"))
}

/// Returns the submission with this id.
pub async fn fetch_submission(
    db: &Db,
    actor: &Actor,
    id: SubmissionId,
) -> Result<submission::Model> {
    actor.signed_in()?;
    let submission =
        submission::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("submission"))?;
    fetch(db, actor, submission.verdict_id).await.map_err(|error| error.renamed("submission"))?;
    Ok(submission)
}

/// Selects verdicts with their current submissions, joined with their claims.
fn rows() -> Select<Entity> {
    Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::NewsroomId,
            Column::ClaimId,
            Column::ReviewerId,
            Column::State,
            Column::SubmissionId,
        ])
        .columns([
            submission::Column::RatingId,
            submission::Column::Number,
            submission::Column::Rationale,
        ])
        .columns([submission::Column::ClaimVersion, submission::Column::SubmittedAt])
        .columns([Column::Version, Column::WithdrawnAt, Column::WithdrawnReason])
        .expr(is_stale())
        .columns([Column::ReadRevision, Column::ReaffirmedAt, Column::ReaffirmNote])
        .column(submission::Column::ChangedAfterReading)
        .join(
            JoinType::InnerJoin,
            Entity::belongs_to(submission::Entity)
                .from(Column::SubmissionId)
                .to(submission::Column::Id)
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            Entity::belongs_to(claim::Entity).from(Column::ClaimId).to(claim::Column::Id).into(),
        )
}

/// Whether a verdict, joined with its claim, is current and its reviewer read an older wording than
/// the claim has now.
fn is_stale() -> SimpleExpr {
    let outdated = Expr::col((Entity, Column::ReadWording))
        .lt(Expr::col((claim::Entity, claim::Column::Wording)));
    outdated.and(Column::State.eq(State::Submitted))
}

pub(super) async fn reread(txn: &DatabaseTransaction, id: VerdictId) -> Result<Verdict> {
    rows().filter(Column::Id.eq(id)).into_model().one(txn).await?.ok_or(Error::NotFound("verdict"))
}

/// Adds to the claim's number of current verdicts. Sets the resulting state, and whether the claim is
/// stale. The caller stores it. A verdict that was current before must be stored already. A new one is
/// on the newest words, and changes nothing about that.
pub(super) async fn count(
    txn: &DatabaseTransaction,
    actor: &Actor,
    claim: &mut claim::Model,
    more: i32,
) -> Result<()> {
    claim.verdict_count += more;
    claim.version += 1;
    claim.settle(newsroom::policy_of(txn, actor, claim.newsroom_id).await?);
    claim.stale = match claim.anchor_status {
        Status::Orphaned => true,
        anchor_status if claim.verdict_count == 0 => anchor_status.is_stale(),
        // Nobody read an older wording.
        _ if claim.wording == 1 => false,
        _ => rows()
            .filter(Column::ClaimId.eq(claim.id))
            .filter(is_stale())
            .into_tuple::<Uuid>()
            .one(txn)
            .await?
            .is_some(),
    };
    Ok(())
}

pub(super) fn subject(verdict: &Model, claim: &claim::Model) -> Subject {
    Subject { verdict: Some(verdict.id), ..claim::subject(claim) }
}
