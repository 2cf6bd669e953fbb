//! Readiness: what a newsroom asks before a ruling on a claim is published, and what of it is missing.
//!
//! Always true: a claim is READY just when as many verdicts as the newsroom's policy asks are in force on it, and neither a ruling on it is
//! published nor it is withdrawn; a ruling is published only where nothing that blocks is missing.

mod asked;
mod grounds;

use std::collections::HashMap;

use async_graphql::{Enum, SimpleObject};
use sea_orm::DatabaseTransaction;

pub use asked::{ReplaceRatingScaleInput, SetPolicyInput, replace_rating_scale, set_policy};
use grounds::{Given, Grounds, Scale};

use super::claim::{self, State};
use super::error::{Error, Reason, Result};
use super::ids::{ClaimId, NewsroomId, SubmissionId};
use super::newsroom;
use super::policy::{Action, Actor, Policy};
use super::rating;
use super::store::Db;

/// What is missing before a ruling is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum MissingCode {
    /// The claim is withdrawn.
    ClaimWithdrawn,
    /// A ruling on the claim is published already; it is changed by `correctRuling`.
    AlreadyPublished,
    /// Fewer verdicts are in force than the newsroom's policy asks.
    TooFewVerdicts,
    /// The words that the verdicts judge have changed since.
    Stale,
    /// No verdict in force cites a source, which the ruling's rating needs.
    SourceRequired,
    /// Your own verdict stands on the claim, and the newsroom's policy has a second reader.
    SecondReader,
    /// The ruling's summary.
    SummaryRequired,
    /// Sources are cited without an archived copy: what they say may change, or go.
    NotArchived,
    /// Verdicts were given under an older rating scale, so that they can't be compared with the ruling.
    OlderScale,
}

/// What comes of something that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum)]
pub enum Severity {
    /// `publishRuling` is refused, with the code as its `reason`.
    Blocks,
    /// It is to be given to `publishRuling`.
    Asks,
    /// The ruling is published all the same.
    Warns,
}

/// Something that is missing before a ruling is published.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "MissingPoint")]
pub struct Missing {
    /// What it is, for programs.
    pub code: MissingCode,
    /// What comes of it.
    pub severity: Severity,
    /// What it is, for people.
    pub message: String,
    /// The field of `publishRuling`'s input that it concerns.
    pub field: &'static str,
    #[graphql(skip)]
    reason: Option<Reason>,
}

/// Whether a ruling on a claim can be published.
#[derive(Clone, Debug, SimpleObject)]
pub struct Readiness {
    /// Whether nothing that blocks is missing.
    ready: bool,
    /// What is missing, what blocks first.
    missing: Vec<Missing>,
}

/// The ruling that somebody thinks of publishing, as far as they have thought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Plan {
    /// The rating's key.
    pub rating: Option<String>,
    /// Whether there is a summary.
    pub summary: Option<bool>,
}

/// What is missing before `actor` publishes the ruling that `plan` says on each of these claims; of claims on which they may publish none,
/// nothing is said.
pub async fn of_claims(db: &Db, actor: &Actor, claims: &[ClaimId], plan: &Plan) -> Result<HashMap<ClaimId, Readiness>> {
    let mut by_room: HashMap<NewsroomId, Vec<claim::Model>> = HashMap::new();
    for claim in claim::find_all(db, claims).await? {
        if actor.may(Action::PublishRuling, claim.newsroom_id) {
            by_room.entry(claim.newsroom_id).or_default().push(claim);
        }
    }
    let rooms: Vec<_> = by_room.keys().copied().collect();
    let mut all = HashMap::new();
    for room in newsroom::find_all(db, &rooms).await? {
        let claims = by_room.remove(&room.id).unwrap_or_default();
        let scale = Scale::current(db.read(), room.id).await?;
        let planned = plan.rating.as_deref().map(|key| scale.find(key)).transpose()?;
        let ids: Vec<_> = claims.iter().map(|claim| claim.id).collect();
        let mut grounds = Grounds::of_claims(db.read(), &ids).await?;
        for claim in claims {
            let grounds = grounds.remove(&claim.id).unwrap_or_default();
            let mut missing = missing(actor, &claim, &grounds, room.policy(), &scale, planned);
            if plan.summary != Some(true) {
                let severity = if plan.summary.is_none() { Severity::Asks } else { Severity::Blocks };
                let message = "a ruling says in a summary what was found".to_owned();
                missing.push(Missing { code: MissingCode::SummaryRequired, severity, message, field: "summary", reason: None });
            }
            missing.sort_by_key(|point| point.severity);
            all.insert(claim.id, Readiness { ready: missing.iter().all(|point| point.severity != Severity::Blocks), missing });
        }
    }
    Ok(all)
}

/// Refuses a ruling of `rating` on the locked `claim` as long as something is missing that blocks. Gives the submissions that it rests on,
/// each with whether it dissents; nothing is said of those whose rating is of another scale.
pub async fn expect(
    txn: &DatabaseTransaction,
    actor: &Actor,
    claim: &claim::Model,
    policy: Policy,
    rating: &rating::Model,
) -> Result<Vec<(SubmissionId, Option<bool>)>> {
    let scale = Scale::current(txn, claim.newsroom_id).await?;
    let grounds = Grounds::of_claims(txn, &[claim.id]).await?.remove(&claim.id).unwrap_or_default();
    for point in missing(actor, claim, &grounds, policy, &scale, Some(rating)) {
        if let Some(reason) = point.reason {
            return Err(Error::invalid(point.field, reason, point.message));
        }
    }
    let dissents = |given: &Given| (given.scale_id == rating.scale_id).then_some(given.rating_id != rating.id);
    Ok(grounds.verdicts.iter().map(|given| (given.submission_id, dissents(given))).collect())
}

/// What is missing of all but the summary.
fn missing(
    actor: &Actor,
    claim: &claim::Model,
    grounds: &Grounds,
    policy: Policy,
    scale: &Scale,
    planned: Option<&rating::Model>,
) -> Vec<Missing> {
    let (verdicts, required) = (&grounds.verdicts, policy.verdicts_required);
    let mut missing = Vec::new();
    if claim.state == State::Withdrawn {
        missing.push(Missing::claim(MissingCode::ClaimWithdrawn, Reason::ClaimWithdrawn, "this claim is withdrawn"));
    }
    if claim.state == State::Published {
        let message = "a ruling on this claim is published already: correct it, or retract it first";
        missing.push(Missing::claim(MissingCode::AlreadyPublished, Reason::AlreadyPublished, message));
    }
    if claim.verdict_count < required {
        let message = format!("fewer verdicts are in force than the newsroom asks: {} of {required}", claim.verdict_count);
        missing.push(Missing::claim(MissingCode::TooFewVerdicts, Reason::TooFewVerdicts, message));
    }
    if claim.stale {
        let message = "the words that the verdicts judge have changed since: they are to be reaffirmed, or given anew";
        missing.push(Missing::claim(MissingCode::Stale, Reason::Stale, message));
    }
    let needing = scale.ratings.iter().find(|rating| rating.needs_source && planned.is_none_or(|planned| planned.id == rating.id));
    if let Some(rating) = needing
        && verdicts.iter().all(|given| given.citation_count == 0)
    {
        let message = format!("no verdict in force cites a source, and a ruling of {} needs one", rating.key);
        missing.push(Missing { field: "rating", ..Missing::claim(MissingCode::SourceRequired, Reason::SourceRequired, message) });
    }
    if policy.second_reader && verdicts.iter().any(|given| Some(given.reviewer_id) == actor.id()) {
        let message = "your own verdict stands on this claim: the ruling on it is another editor's";
        missing.push(Missing::claim(MissingCode::SecondReader, Reason::SecondReader, message));
    }
    if grounds.unarchived > 0 {
        let message = format!("citations without an archived copy, whose pages may change or go: {}", grounds.unarchived);
        missing.push(Missing::warning(MissingCode::NotArchived, message));
    }
    let older = verdicts.iter().filter(|given| given.scale_id != scale.id).count();
    if older > 0 {
        let message = format!("verdicts given under an older rating scale, which can't be compared with the ruling: {older}");
        missing.push(Missing::warning(MissingCode::OlderScale, message));
    }
    missing
}

impl Missing {
    /// Something about the claim that blocks.
    fn claim(code: MissingCode, reason: Reason, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Blocks, message: message.into(), field: "claim", reason: Some(reason) }
    }

    /// Something about the claim that only warns.
    fn warning(code: MissingCode, message: String) -> Self {
        Self { code, severity: Severity::Warns, message, field: "claim", reason: None }
    }
}
