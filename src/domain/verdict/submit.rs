//! Submitting a verdict: a reviewer's judgement of the words that they read.
//!
//! Invariants: a reviewer's new submission replaces the previous one, which is kept. It refers to
//! the wording that the claim has when it is stored.

use async_graphql::{ID, InputObject};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, Condition, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryTrait,
};
use serde_json::json;

use super::source::{self, CitedSource};
use super::{Column, Entity, Model, State, Verdict, count, draft, reading, subject, submission};
use crate::domain::actor::Actor;
use crate::domain::article::revision;
use crate::domain::claim::{self, wording};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind};
use crate::domain::ids::{AccountId, ClaimId, TypedId};
use crate::domain::newsroom::rating;
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db, Writes};
use crate::domain::text_input;

/// A verdict to submit.
#[derive(InputObject)]
pub struct SubmitVerdictInput {
    /// The claim's id.
    claim: ID,
    /// The key of a rating in the newsroom's current scale, such as `FALSE`.
    rating: String,
    /// The reasoning: at most 20,000 characters.
    rationale: String,
    /// The sources that the verdict rests on: at most 50. At least one is required, unless the
    /// rating's `needsSource` is false.
    #[graphql(default)]
    citations: Vec<CitedSource>,
    /// The `wordingVersion` of the claim that you read. CONFLICT if the claim's statement, claimant,
    /// words or anchors have changed since; `extensions.changed` says what changed. Required
    /// if any of these changed after the claim was marked. Otherwise optional.
    expected_wording_version: Option<i32>,
    /// The claim's version that you read. CONFLICT if anything about the claim has changed since.
    #[graphql(deprecation = "Use `expectedWordingVersion`. This one also conflicts over tags, \
                             assignments and other people's verdicts.")]
    expected_version: Option<i32>,
}

impl SubmitVerdictInput {
    /// A verdict on the words that the claim has.
    pub fn new(
        claim: ClaimId,
        rating: String,
        rationale: String,
        citations: Vec<CitedSource>,
    ) -> Self {
        Self {
            claim: claim.into(),
            rating,
            rationale,
            citations,
            expected_wording_version: None,
            expected_version: None,
        }
    }
}

/// Submits a verdict on a claim. A reviewer's new submission replaces the previous one, which is
/// kept.
pub async fn submit(
    db: &Db,
    actor: &Actor,
    input: SubmitVerdictInput,
) -> Result<(Verdict, claim::Model)> {
    let reviewer = actor.signed_in()?;
    let claim = claim::fetch(db, actor, ClaimId::parse("claim", &input.claim)?).await?;
    let permit = actor.require(Action::Judge, claim.newsroom_id)?;
    let rationale = text_input::prose("rationale", &input.rationale, 20_000)?;
    let citations = source::parse_all(input.citations, actor.now())?;
    let read =
        wording::Read { version: input.expected_version, wording: input.expected_wording_version };
    store::write(db, permit, move |txn, actor| async move {
        let (_, mut claim) = claim::lock(&txn, &claim, input.expected_version).await?;
        expect_judgeable(&txn, &claim, &read).await?;
        let rating = rating::fetch_by_key(&txn, claim.newsroom_id, &input.rating).await?;
        expect_source(&rating, citations.len())?;
        let (revision, older) = read_before(&txn, &claim, reviewer).await?;
        let changed =
            reading::changed_after_reading(&txn, &actor, &claim, older.as_ref(), &rating).await?;
        let number = older.as_ref().map_or(0, |(_, submission)| submission.number) + 1;
        let was_in_force =
            older.as_ref().is_some_and(|(verdict, _)| verdict.state == State::Submitted);
        let older = older.map(|(verdict, _)| verdict);
        let mut writes = Writes::default();
        let verdict =
            store_verdict(&txn, &mut writes, &actor, &claim, (reviewer, revision, older)).await?;
        let submission = submission::Model {
            id: verdict.submission_id,
            verdict_id: verdict.id,
            number,
            rating_id: rating.id,
            rationale,
            claim_version: claim.version,
            citation_count: i32::try_from(citations.len()).unwrap_or(i32::MAX),
            submitted_at: actor.now(),
            changed_after_reading: Some(changed),
        };
        writes
            .add(
                &txn,
                &submission::Entity::insert(submission.clone().into_active_model()).into_query(),
            )
            .await?;
        writes.add(&txn, &draft::end(claim.id, reviewer)).await?;
        source::cite(&txn, &mut writes, &actor, &verdict, citations).await?;
        count(&txn, &actor, &mut claim, i32::from(!was_in_force)).await?;
        writes.add(&txn, &claim::update(&claim)?).await?;
        writes.send(&txn).await?;
        let detail = json!({
            "submission": verdict.submission_id,
            "number": number,
            "rating": rating.key,
            "claimVersion": claim.version - 1,
            "revision": verdict.read_revision,
        });
        let about = subject(&verdict, &claim);
        event::append(&txn, &actor, claim.newsroom_id, Kind::VerdictSubmitted, about, detail)
            .await?;
        Ok((Verdict::submitted(verdict, submission), claim))
    })
    .await
}

/// Refuses a verdict without a source, if its rating needs one.
fn expect_source(rating: &rating::Model, citations: usize) -> Result<()> {
    if rating.needs_source && citations == 0 {
        let message = format!("A verdict of {} needs a source. Cite at least one.", rating.key);
        return Err(Error::invalid("citations", Reason::SourceRequired, message));
    }
    Ok(())
}

/// Refuses a verdict on a claim that is withdrawn, that has no place in the text, or whose words
/// the reviewer may not have read.
async fn expect_judgeable(
    txn: &DatabaseTransaction,
    claim: &claim::Model,
    read: &wording::Read,
) -> Result<()> {
    claim.expect_open()?;
    read.expect_current_wording(txn, claim).await?;
    if !read.is_named() && claim.wording > 1 {
        return Err(wording::version_required("The claim's words changed after it was marked."));
    }
    claim.expect_anchored("claim")
}

/// The revision that the claim is in, and the reviewer's verdict on the claim with its newest
/// submission, if there is one.
async fn read_before(
    txn: &DatabaseTransaction,
    claim: &claim::Model,
    reviewer: AccountId,
) -> Result<(revision::Model, Option<(Model, submission::Model)>)> {
    let own = Condition::all()
        .add(Expr::col((Entity, Column::ClaimId)).eq(claim.id))
        .add(Expr::col((Entity, Column::ReviewerId)).eq(reviewer));
    let mut query = revision::Entity::find_by_id(claim.revision_id).select_also(Entity);
    QueryTrait::query(&mut query).left_join(Entity, own);
    let (revision, verdict) = query.one(txn).await?.ok_or(Error::NotFound("revision"))?;
    let Some(verdict) = verdict else { return Ok((revision, None)) };
    let newest = submission::Entity::find_by_id(verdict.submission_id).one(txn).await?;
    Ok((revision, newest.map(|submission| (verdict, submission))))
}

/// Stores the verdict as it is after a new submission.
async fn store_verdict(
    txn: &DatabaseTransaction,
    writes: &mut Writes,
    actor: &Actor,
    claim: &claim::Model,
    (reviewer, revision, older): (AccountId, revision::Model, Option<Model>),
) -> Result<Model> {
    let verdict = Model {
        id: older.as_ref().map_or_else(|| actor.new_id(), |older| older.id),
        newsroom_id: claim.newsroom_id,
        claim_id: claim.id,
        reviewer_id: reviewer,
        state: State::Submitted,
        submission_id: actor.new_id(),
        version: older.as_ref().map_or(0, |older| older.version) + 1,
        withdrawn_at: None,
        withdrawn_reason: None,
        read_wording: claim.wording,
        read_revision: revision.number,
        reaffirmed_at: None,
        reaffirm_note: None,
    };
    let row = verdict.clone().into_active_model().reset_all();
    if older.is_some() {
        Entity::update(row).exec(txn).await?;
    } else {
        writes.add(txn, &Entity::insert(row).into_query()).await?;
    }
    Ok(verdict)
}
