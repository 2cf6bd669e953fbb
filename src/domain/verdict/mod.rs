//! Verdicts: a reviewer's judgement of one claim.
//!
//! Always true: a reviewer holds at most one verdict on a claim, and only that reviewer writes it; each submission of it is kept; what a
//! verdict says is shown to nobody from whom blind review hides it.

pub mod draft;
pub mod submission;

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{
    ActiveValue::Set, Condition, DatabaseTransaction, DbErr, FromQueryResult, IntoActiveModel, JoinType, QueryOrder, QueryResult,
    QuerySelect, RelationTrait, Select,
};
use serde_json::json;

use super::alignment::Status;
use super::article::revision;
use super::claim;
use super::error::{Error, Reason, Result, expect_version};
use super::event::{self, Kind, Subject};
use super::ids::{AccountId, ClaimId, NewsroomId, RatingId, SubmissionId, TypedId, VerdictId};
use super::membership;
use super::moment::Moment;
use super::newsroom;
use super::policy::{Action, Actor};
use super::rating;
use super::source::{self, CitationInput};
use super::store::{self, Db, Values};
use super::words;

/// A verdict, as it is stored; what it says stands in the submission in force.
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
pub enum Relation {
    #[sea_orm(belongs_to = "super::claim::Entity", from = "Column::ClaimId", to = "super::claim::Column::Id")]
    Claim,
    #[sea_orm(belongs_to = "submission::Entity", from = "Column::SubmissionId", to = "submission::Column::Id")]
    Submission,
}

impl ActiveModelBehavior for ActiveModel {}

/// Whether a verdict is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "VerdictState")]
pub enum State {
    /// Its reviewer has not submitted it; nobody else sees it.
    #[sea_orm(string_value = "DRAFT")]
    Draft,
    /// It is in force.
    #[sea_orm(string_value = "SUBMITTED")]
    Submitted,
    /// Its reviewer took it back; editors and the reviewer can still read it.
    #[sea_orm(string_value = "WITHDRAWN")]
    Withdrawn,
}

/// A reviewer's judgement of a claim.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex, serial)]
pub struct Verdict {
    /// The verdict's id, which stays when it is submitted anew.
    pub id: VerdictId,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    #[graphql(skip)]
    pub claim_id: ClaimId,
    #[graphql(skip)]
    pub reviewer_id: AccountId,
    /// Whether it is in force.
    pub state: State,
    #[graphql(skip)]
    pub submission_id: SubmissionId,
    #[graphql(skip)]
    pub rating_id: RatingId,
    /// How many times it was submitted.
    pub number: i32,
    /// Why.
    pub rationale: String,
    /// The version of the claim that it was given on.
    pub claim_version: i32,
    /// When it was submitted last.
    pub submitted_at: Moment,
    /// Rises with every change of the verdict; for `expectedVersion`.
    pub version: i32,
    /// When its reviewer took it back, if they did.
    pub withdrawn_at: Option<Moment>,
    /// Why they did.
    pub withdrawn_reason: Option<String>,
    /// Whether the claim's words in the article, or the sentences around them, are not those that its reviewer read: until the reviewer
    /// reaffirms it or submits it anew. A withdrawn verdict is not stale.
    pub stale: bool,
    /// The number of the revision that its reviewer read when they submitted or last reaffirmed it.
    pub read_revision: i32,
    /// When its reviewer last stood by it after the words had changed, if they did since they submitted it.
    pub reaffirmed_at: Option<Moment>,
    /// What they said to it.
    pub reaffirm_note: Option<String>,
}

impl FromQueryResult for Verdict {
    /// From what `rows` selects, in its order.
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
        })
    }
}

impl Verdict {
    /// Whether it was not withdrawn.
    pub fn is_in_force(&self) -> bool {
        self.state == State::Submitted
    }
}

/// A judgement to submit.
#[derive(InputObject)]
pub struct SubmitVerdictInput {
    /// The claim.
    claim: ID,
    /// The key of a rating in the newsroom's scale, such as `FALSE`.
    rating: String,
    /// Why: at most 20,000 characters.
    rationale: String,
    /// The sources that it rests on: at least one, unless the rating needs none, and at most 50.
    #[graphql(default)]
    citations: Vec<CitationInput>,
    /// The claim's version as you read it; CONFLICT if it has changed since. Needed where the claim's words, or those of the article that it
    /// stands on, were changed after it was marked.
    expected_version: Option<i32>,
}

/// A verdict to take back.
#[derive(InputObject)]
pub struct WithdrawVerdictInput {
    /// The verdict; one of your own. For editors also one that is stale, of a reviewer who may judge here no more.
    verdict: ID,
    /// Why: at most 1,000 characters.
    reason: String,
    /// The verdict's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
}

/// Judges a claim. A reviewer's newer judgement replaces the older, which is kept.
pub async fn submit(db: &Db, actor: &Actor, input: SubmitVerdictInput) -> Result<(Verdict, claim::Model)> {
    let reviewer = actor.signed_in()?;
    let claim = claim::fetch(db, actor, ClaimId::parse("claim", &input.claim)?).await?;
    actor.require(Action::Judge, claim.newsroom_id)?;
    let rationale = words::prose("rationale", &input.rationale, 20_000)?;
    let citations = source::parse_all(input.citations)?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let (_, mut claim) = claim::lock(&txn, &claim, input.expected_version).await?;
        claim.expect_open()?;
        if input.expected_version.is_none() && claim.wording > 1 {
            let message =
                "this claim's words, or those that it stands on, were changed after it was marked: send its version as you read it";
            return Err(Error::invalid("expectedVersion", Reason::ExpectedVersionRequired, message));
        }
        let rating = rating::fetch_by_key(&txn, claim.newsroom_id, &input.rating).await?;
        if rating.needs_source && citations.is_empty() {
            let message = format!("a verdict of {} cites at least one source", rating.key);
            return Err(Error::invalid("citations", Reason::SourceRequired, message));
        }
        let mine = Entity::find().filter(Column::ClaimId.eq(claim.id)).filter(Column::ReviewerId.eq(reviewer)).one(&*txn).await?;
        let number = match &mine {
            Some(older) => submission::Entity::find_by_id(older.submission_id).one(&*txn).await?.map_or(0, |older| older.number) + 1,
            None => 1,
        };
        let was_in_force = mine.as_ref().is_some_and(|older| older.state == State::Submitted);
        let is_new = mine.is_none();
        let revision = revision::fetch_row(&*txn, claim.revision_id).await?;
        let verdict = Model {
            id: mine.as_ref().map_or_else(|| actor.new_id(), |older| older.id),
            newsroom_id: claim.newsroom_id,
            claim_id: claim.id,
            reviewer_id: reviewer,
            state: State::Submitted,
            submission_id: actor.new_id(),
            version: mine.map_or(0, |older| older.version) + 1,
            withdrawn_at: None,
            withdrawn_reason: None,
            read_wording: claim.wording,
            read_revision: revision.number,
            reaffirmed_at: None,
            reaffirm_note: None,
        };
        let row = verdict.clone().into_active_model().reset_all();
        if is_new {
            Entity::insert(row).exec_without_returning(&*txn).await.map(drop)
        } else {
            Entity::update(row).exec(&*txn).await.map(drop)
        }?;
        let submission = submission::ActiveModel {
            id: Set(verdict.submission_id),
            verdict_id: Set(verdict.id),
            number: Set(number),
            rating_id: Set(rating.id),
            rationale: Set(rationale),
            claim_version: Set(claim.version),
            citation_count: Set(i32::try_from(citations.len()).unwrap_or(i32::MAX)),
            submitted_at: Set(actor.now()),
        };
        submission::Entity::insert(submission).exec_without_returning(&*txn).await?;
        draft::end(&txn, claim.id, reviewer).await?;
        source::cite(&txn, &actor, claim.newsroom_id, verdict.id, verdict.submission_id, citations).await?;
        count(&txn, &mut claim, i32::from(!was_in_force)).await?;
        let detail = json!({
            "submission": verdict.submission_id,
            "number": number,
            "rating": rating.key,
            "claimVersion": claim.version - 1,
            "revision": verdict.read_revision,
        });
        event::append(&txn, &actor, claim.newsroom_id, Kind::VerdictSubmitted, subject(&verdict, &claim), detail).await?;
        Ok((reread(&txn, verdict.id).await?, claim))
    })
    .await
}

/// Takes one's own verdict back.
pub async fn withdraw(db: &Db, actor: &Actor, input: WithdrawVerdictInput) -> Result<(Verdict, claim::Model)> {
    actor.signed_in()?;
    let verdict = fetch(db, actor, VerdictId::parse("verdict", &input.verdict)?).await?;
    actor.require(Action::Judge, verdict.newsroom_id)?;
    let own = actor.id() == Some(verdict.reviewer_id);
    let not_ones_own = || {
        let message =
            "nobody but its reviewer can withdraw a verdict; one that is stale, of a reviewer who may judge here no more, an editor can";
        Error::Forbidden(message.into())
    };
    if !own && !actor.may(Action::SetAside, verdict.newsroom_id) {
        return Err(not_ones_own());
    }
    let reason = words::prose("reason", &input.reason, 1000)?;
    let claim = claim::fetch(db, actor, verdict.claim_id).await?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let (_, mut claim) = claim::lock(&txn, &claim, None).await?;
        let mut verdict = Entity::find_by_id(verdict.id).one(&*txn).await?.ok_or(Error::NotFound("verdict"))?;
        // Whoever has left can neither reaffirm it nor take it back; nobody else can, so that the claim would stay stale for ever.
        if !own && (!reread(&txn, verdict.id).await?.stale || membership::may_judge(&*txn, claim.newsroom_id, verdict.reviewer_id).await?) {
            return Err(not_ones_own());
        }
        expect_version(input.expected_version, verdict.version)?;
        if verdict.state == State::Withdrawn {
            return Err(Error::invalid("verdict", Reason::VerdictWithdrawn, "this verdict is withdrawn already"));
        }
        verdict.state = State::Withdrawn;
        verdict.version += 1;
        verdict.withdrawn_at = Some(actor.now());
        verdict.withdrawn_reason = Some(reason);
        Entity::update(verdict.clone().into_active_model().reset_all()).exec(&*txn).await?;
        count(&txn, &mut claim, -1).await?;
        let detail = json!({ "reason": verdict.withdrawn_reason, "byReviewer": own });
        event::append(&txn, &actor, claim.newsroom_id, Kind::VerdictWithdrawn, subject(&verdict, &claim), detail).await?;
        Ok((reread(&txn, verdict.id).await?, claim))
    })
    .await
}

/// What of verdicts `actor` may see, in a query that joins each verdict with its claim.
///
/// Editors see all. Others see their own, and those in force, under blind review only once the claim has as many as the policy asks, a ruling
/// on it is published, or they have one in force on it themselves.
pub fn visible(actor: &Actor) -> Condition {
    if actor.is_machine() {
        return Condition::all();
    }
    if actor.places().is_empty() {
        // Of no newsroom nothing: an empty `any` would let everything through. Nowhere else, since it would hide the rest from SQLite's planner.
        return Condition::any().add(Expr::val(1).eq(0));
    }
    let mut somewhere = Condition::any();
    for place in actor.places() {
        let mut here = Condition::all().add(Column::NewsroomId.eq(place.newsroom));
        if !actor.may(Action::ReadEveryVerdict, place.newsroom) {
            let mut open = Condition::all().add(Column::State.eq(State::Submitted));
            if place.policy.blind_review {
                let judged = Condition::any()
                    .add(claim::Column::State.eq(claim::State::Published))
                    .add(claim::Column::VerdictCount.gte(place.policy.verdicts_required))
                    .add_option(actor.id().map(has_judged));
                open = open.add(judged);
            }
            here = here.add(Condition::any().add_option(actor.id().map(|own| Column::ReviewerId.eq(own))).add(open));
        }
        somewhere = somewhere.add(here);
    }
    somewhere
}

/// Whether `account` has a verdict in force on the claim of the row.
fn has_judged(account: AccountId) -> SimpleExpr {
    let own = Alias::new("own");
    let theirs = Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, own.clone())
        .and_where(Expr::col((own.clone(), Column::ClaimId)).equals((claim::Entity, claim::Column::Id)))
        .and_where(Expr::col((own.clone(), Column::ReviewerId)).eq(account))
        .and_where(Expr::col((own, Column::State)).eq(State::Submitted.to_value()))
        .take();
    Expr::exists(theirs)
}

/// The verdicts of these claims that `actor` may see, in the order in which they were first submitted.
pub async fn of_claims(db: &Db, actor: &Actor, claims: &[ClaimId]) -> Result<Vec<Verdict>> {
    // By the claims' own ids: from there PostgreSQL goes on by index, and would else read all claims to join them.
    let list = rows().filter(visible(actor)).filter(claim::Column::Id.is_in(claims.iter().copied()));
    Ok(list.order_by_id_asc().into_model().all(db.read()).await?)
}

/// The verdicts with these ids that `actor` may see.
pub async fn find_all(db: &Db, actor: &Actor, ids: &[VerdictId]) -> Result<Vec<Verdict>> {
    Ok(rows().filter(visible(actor)).filter(Column::Id.is_in(ids.iter().copied())).into_model().all(db.read()).await?)
}

/// The verdict of this id.
pub async fn fetch(db: &Db, actor: &Actor, id: VerdictId) -> Result<Verdict> {
    actor.signed_in()?;
    find_all(db, actor, &[id]).await?.pop().ok_or(Error::NotFound("verdict"))
}

/// Every submission of these verdicts, each verdict's first one first. Whoever may see a verdict may see what it said before.
pub async fn history(db: &Db, verdicts: &[VerdictId]) -> Result<Vec<submission::Model>> {
    let list = submission::Entity::find().filter(submission::Column::VerdictId.is_in(verdicts.iter().copied()));
    Ok(list.order_by_asc(submission::Column::Number).all(db.read()).await?)
}

/// The submission of this id.
pub async fn fetch_submission(db: &Db, actor: &Actor, id: SubmissionId) -> Result<submission::Model> {
    actor.signed_in()?;
    let submission = submission::Entity::find_by_id(id).one(db.read()).await?.ok_or(Error::NotFound("submission"))?;
    fetch(db, actor, submission.verdict_id).await.map_err(|error| error.renamed("submission"))?;
    Ok(submission)
}

/// Verdicts with what they say now, joined with their claims.
fn rows() -> Select<Entity> {
    Entity::find()
        .select_only()
        .columns([Column::Id, Column::NewsroomId, Column::ClaimId, Column::ReviewerId, Column::State, Column::SubmissionId])
        .columns([submission::Column::RatingId, submission::Column::Number, submission::Column::Rationale])
        .columns([submission::Column::ClaimVersion, submission::Column::SubmittedAt])
        .columns([Column::Version, Column::WithdrawnAt, Column::WithdrawnReason])
        .expr(is_stale())
        .columns([Column::ReadRevision, Column::ReaffirmedAt, Column::ReaffirmNote])
        .join(JoinType::InnerJoin, Relation::Submission.def())
        .join(JoinType::InnerJoin, Relation::Claim.def())
}

/// Whether a verdict, joined with its claim, is in force and its reviewer has read other words than the claim stands on now.
fn is_stale() -> SimpleExpr {
    let outdated = Expr::col((Entity, Column::ReadWording)).lt(Expr::col((claim::Entity, claim::Column::Wording)));
    outdated.and(Column::State.eq(State::Submitted))
}

pub(super) async fn reread(txn: &DatabaseTransaction, id: VerdictId) -> Result<Verdict> {
    rows().filter(Column::Id.eq(id)).into_model().one(txn).await?.ok_or(Error::NotFound("verdict"))
}

/// Stores that the claim has so many more verdicts in force, what state that gives it, and whether it is stale.
pub(super) async fn count(txn: &DatabaseTransaction, claim: &mut claim::Model, more: i32) -> Result<()> {
    claim.verdict_count += more;
    claim.version += 1;
    claim.settle(newsroom::policy_of(txn, claim.newsroom_id).await?);
    claim.stale = match claim.standing {
        Status::Orphaned => true,
        standing if claim.verdict_count == 0 => standing.is_stale(),
        _ => rows().filter(Column::ClaimId.eq(claim.id)).filter(is_stale()).into_tuple::<Uuid>().one(txn).await?.is_some(),
    };
    claim::save(txn, claim).await
}

pub(super) fn subject(verdict: &Model, claim: &claim::Model) -> Subject {
    Subject { verdict: Some(verdict.id), ..claim::subject(claim) }
}
