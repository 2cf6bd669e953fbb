//! Readiness: the requirements for publishing a ruling on a claim, and those that are not met.
//!
//! Invariants: a READY claim has as many current verdicts as the newsroom's policy requires. It is
//! neither withdrawn nor published. A ruling can be published only if no requirement blocks it.

mod grounds;

use std::collections::HashMap;

use async_graphql::{Enum, SimpleObject};
use sea_orm::DatabaseTransaction;

use grounds::{CurrentVerdict, Grounds, Scale};

use crate::domain::actor::Actor;
use crate::domain::article;
use crate::domain::claim::{self, State};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::{ClaimId, NewsroomId};
use crate::domain::newsroom;
use crate::domain::newsroom::rating;
use crate::domain::permissions::{Action, Policy};
use crate::domain::ruling::basis::Support;
use crate::domain::store::Db;

/// A requirement for publishing a ruling that is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum MissingCode {
    /// The claim is withdrawn.
    ClaimWithdrawn,
    /// The claim's article is withdrawn.
    ArticleWithdrawn,
    /// A ruling on the claim is already published. Use `correctRuling` to change it.
    AlreadyPublished,
    /// The claim has fewer current verdicts than the newsroom's policy requires.
    TooFewVerdicts,
    /// The words have changed since the verdicts were submitted.
    Stale,
    /// The ruling's rating needs a source, but no current verdict cites one.
    SourceRequired,
    /// You have judged the claim, and the newsroom's policy requires a second reader. A verdict that
    /// you withdrew counts too.
    SecondReader,
    /// The ruling has no summary yet.
    SummaryRequired,
    /// Some citations have no archived copy. Their pages may change or disappear.
    NotArchived,
    /// Some verdicts use an older rating scale, so they cannot be compared with the ruling.
    OlderScale,
    /// The verdicts of one rating scale have different ratings.
    Disputed,
    /// The article has no address, so readers cannot find the words that the ruling judges.
    NoArticleUrl,
    /// Some reviewers did not judge the current words: they reaffirmed a verdict on earlier ones.
    ReaffirmedOnChangedWords,
    /// Every verdict differs from the ruling's rating, in the same scale.
    AllVerdictsDissent,
}

/// The consequence of an unmet requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum)]
pub enum Severity {
    /// Blocks publication. `publishRuling` returns an error with the code as its `reason`.
    Blocks,
    /// An input that `publishRuling` requires.
    Asks,
    /// A warning. The ruling can still be published.
    Warns,
}

/// A requirement for publishing a ruling that is not met.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "MissingPoint")]
pub struct Missing {
    /// A code for programs.
    pub code: MissingCode,
    /// The consequence.
    pub severity: Severity,
    /// A message for people.
    pub message: String,
    /// The input field of `publishRuling` that the requirement concerns, such as `claim`.
    pub field: &'static str,
    #[graphql(skip)]
    reason: Option<Reason>,
}

/// Whether a ruling on a claim can be published.
#[derive(Clone, Debug, SimpleObject)]
pub struct Readiness {
    /// Whether nothing blocks the publication.
    ready: bool,
    /// The requirements that are not met. Those that block come first.
    missing: Vec<Missing>,
}

/// A ruling that an editor plans to publish.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PlannedRuling {
    /// The rating's key. None stands for any rating of the scale.
    pub rating: Option<String>,
    /// Whether the ruling has a summary.
    pub summary: Option<bool>,
}

/// Returns the unmet requirements if `actor` published the planned ruling on each of these claims.
/// Claims on which the actor may not publish are left out.
pub async fn of_claims(
    db: &Db,
    actor: &Actor,
    claims: &[ClaimId],
    plan: &PlannedRuling,
) -> Result<HashMap<ClaimId, Readiness>> {
    let mut by_newsroom: HashMap<NewsroomId, Vec<claim::Model>> = HashMap::new();
    for claim in claim::find_all(db, claims).await? {
        if actor.may(Action::PublishRuling, claim.newsroom_id) {
            by_newsroom.entry(claim.newsroom_id).or_default().push(claim);
        }
    }
    let newsrooms: Vec<_> = by_newsroom.keys().copied().collect();
    let mut all = HashMap::new();
    for newsroom in newsroom::find_all(db, &newsrooms).await? {
        let claims = by_newsroom.remove(&newsroom.id).unwrap_or_default();
        let scale = Scale::current(db, newsroom.id).await?;
        let planned = plan.rating.as_deref().map(|key| scale.find(key)).transpose()?;
        let ids: Vec<_> = claims.iter().map(|claim| claim.id).collect();
        let mut grounds = Grounds::of_claims(db, &ids).await?;
        let articles: Vec<_> = claims.iter().map(|claim| claim.article_id).collect();
        let articles = article::find_all(db, &articles).await?;
        let articles: HashMap<_, _> = articles.into_iter().map(|row| (row.id, row)).collect();
        for claim in claims {
            let grounds = grounds.remove(&claim.id).unwrap_or_default();
            let mut missing = missing(actor, &claim, &grounds, newsroom.policy(), &scale, planned);
            if plan.summary != Some(true) {
                let severity =
                    if plan.summary.is_none() { Severity::Asks } else { Severity::Blocks };
                let message = "`summary` is missing. Write what the fact-check found.".to_owned();
                missing.push(Missing {
                    code: MissingCode::SummaryRequired,
                    severity,
                    message,
                    field: "summary",
                    reason: None,
                });
            }
            missing.extend(warnings(&grounds, &scale, planned));
            if let Some(article) = articles.get(&claim.article_id) {
                missing.extend(of_article(article));
            }
            missing.sort_by_key(|point| point.severity);
            all.insert(
                claim.id,
                Readiness {
                    ready: missing.iter().all(|point| point.severity != Severity::Blocks),
                    missing,
                },
            );
        }
    }
    Ok(all)
}

/// Refuses a ruling of `rating` on the locked `claim` while a requirement blocks it. Returns the
/// verdicts that it rests on.
pub async fn expect(
    txn: &DatabaseTransaction,
    actor: &Actor,
    claim: &claim::Model,
    policy: Policy,
    rating: &rating::Model,
) -> Result<Vec<Support>> {
    let scale = Scale::current(txn, claim.newsroom_id).await?;
    let grounds = Grounds::of_claims(txn, &[claim.id]).await?.remove(&claim.id).unwrap_or_default();
    for point in missing(actor, claim, &grounds, policy, &scale, Some(rating)) {
        if let Some(reason) = point.reason {
            return Err(Error::invalid(point.field, reason, point.message));
        }
    }
    let dissents = |given: &CurrentVerdict| {
        (given.scale_id == rating.scale_id).then_some(given.rating_id != rating.id)
    };
    let support = |given: CurrentVerdict| Support {
        submission: given.submission_id,
        dissents: dissents(&given),
        read_revision: given.read_revision,
        reaffirmed_at: given.reaffirmed_at,
        reaffirm_note: given.reaffirm_note,
    };
    Ok(grounds.verdicts.into_iter().map(support).collect())
}

/// Returns the requirements that block. The summary is not among them.
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
        missing.push(Missing::claim(
            MissingCode::ClaimWithdrawn,
            Reason::ClaimWithdrawn,
            "This claim is withdrawn. Only other claims can get a ruling.",
        ));
    }
    if claim.state == State::Published {
        let message =
            "A ruling on this claim is already published. Correct it, or retract it first.";
        missing.push(Missing::claim(
            MissingCode::AlreadyPublished,
            Reason::AlreadyPublished,
            message,
        ));
    }
    if claim.verdict_count < required {
        let message = format!(
            "This claim has {} of {required} required verdicts. More reviewers must judge it first.",
            claim.verdict_count
        );
        missing.push(Missing::claim(MissingCode::TooFewVerdicts, Reason::TooFewVerdicts, message));
    }
    if claim.stale {
        let message = "The words changed after the verdicts were submitted. The reviewers must \
         reaffirm or resubmit.";
        missing.push(Missing::claim(MissingCode::Stale, Reason::Stale, message));
    }
    let needing = scale.ratings.iter().find(|rating| {
        rating.needs_source && planned.is_none_or(|planned| planned.id == rating.id)
    });
    if let Some(rating) = needing
        && verdicts.iter().all(|given| given.citation_count == 0)
    {
        let message = format!(
            "A ruling of {} needs a source. At least one current verdict must cite one.",
            rating.key
        );
        missing.push(Missing {
            field: "rating",
            ..Missing::claim(MissingCode::SourceRequired, Reason::SourceRequired, message)
        });
    }
    if policy.second_reader && grounds.reviewers.iter().any(|own| Some(*own) == actor.id()) {
        let message = "You judged this claim, so another editor must publish its ruling. \
                       Withdrawing your verdict does not change that.";
        missing.push(Missing::claim(MissingCode::SecondReader, Reason::SecondReader, message));
    }
    missing
}

/// Returns the requirements that concern the claim's article.
fn of_article(article: &article::Model) -> Vec<Missing> {
    let mut missing = Vec::new();
    if article.withdrawn_at.is_some() {
        missing.push(Missing::claim(
            MissingCode::ArticleWithdrawn,
            Reason::ArticleWithdrawn,
            "The claim's article is withdrawn. Restore it first.",
        ));
    }
    if article.url.is_none() {
        let message = "The article has no address. Readers cannot find the words that the ruling \
                       judges.";
        missing.push(Missing::warning(MissingCode::NoArticleUrl, message.to_owned()));
    }
    missing
}

/// Returns the points that an editor should know, and that do not block.
fn warnings(grounds: &Grounds, scale: &Scale, planned: Option<&rating::Model>) -> Vec<Missing> {
    let verdicts = &grounds.verdicts;
    let mut missing = Vec::new();
    if grounds.unarchived > 0 {
        let message = format!(
            "Citations without an archived copy: {}. Their pages may change or disappear.",
            grounds.unarchived
        );
        missing.push(Missing::warning(MissingCode::NotArchived, message));
    }
    let older = verdicts.iter().filter(|given| given.scale_id != scale.id).count();
    if older > 0 {
        let message = format!(
            "Verdicts that use an older rating scale: {older}. They cannot be compared with the \
             ruling."
        );
        missing.push(Missing::warning(MissingCode::OlderScale, message));
    }
    let is_disputed = verdicts.iter().any(|one| {
        verdicts
            .iter()
            .any(|other| one.scale_id == other.scale_id && one.rating_id != other.rating_id)
    });
    if is_disputed {
        let message = "The reviewers gave different ratings.".to_owned();
        missing.push(Missing::warning(MissingCode::Disputed, message));
    }
    let reaffirmed = verdicts.iter().filter(|given| given.reaffirmed_at.is_some()).count();
    if reaffirmed > 0 {
        let message = format!(
            "Verdicts that were given on earlier words and reaffirmed: {reaffirmed}. Check that \
             their reasoning fits the current words."
        );
        missing.push(Missing::warning(MissingCode::ReaffirmedOnChangedWords, message));
    }
    if let Some(planned) = planned {
        let dissents = |given: &CurrentVerdict| {
            given.scale_id == planned.scale_id && given.rating_id != planned.id
        };
        if !verdicts.is_empty() && verdicts.iter().all(dissents) {
            let message =
                format!("No verdict has the rating {}. All of them dissent.", planned.key);
            missing.push(Missing::warning(MissingCode::AllVerdictsDissent, message));
        }
    }
    missing
}

impl Missing {
    /// A problem with the claim that blocks.
    fn claim(code: MissingCode, reason: Reason, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Blocks,
            message: message.into(),
            field: "claim",
            reason: Some(reason),
        }
    }

    /// A problem with the claim that only warns.
    fn warning(code: MissingCode, message: String) -> Self {
        Self { code, severity: Severity::Warns, message, field: "claim", reason: None }
    }
}
