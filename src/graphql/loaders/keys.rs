//! What can be asked for together: a key an edge.

use crate::domain::ids::{AccountId, ArticleId, ClaimId, DraftId, RatingScaleId, RevisionId, RulingId, SourceId, SubmissionId, VerdictId};
use crate::domain::listing::{ClaimFilter, ClaimOrder};
use crate::domain::passage::SpanKind;
use crate::domain::readiness::Plan;
use crate::domain::ruling::basis;
use crate::domain::summary::Scope;

/// The claims that stand on words of a revision, each with its anchor there.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClaimsOn(pub RevisionId);

/// The newest revision of an article.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct NewestRevisionOf(pub ArticleId);

/// The text of a revision.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextOf(pub RevisionId);

/// The spans of a revision: those of a kind, or all blocks.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpansOf(pub RevisionId, pub Option<SpanKind>);

/// The first claims of an article.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FirstClaimsOf {
    pub article: ArticleId,
    pub wanted: FirstClaims,
}

/// Which claims, and how many of them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FirstClaims {
    pub filter: ClaimFilter,
    pub order: Option<ClaimOrder>,
    pub size: u64,
    pub counted: bool,
}

/// The anchors of a claim where it stands now.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AnchorsOf(pub ClaimId);

/// Where the words of a stale claim may stand now.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProposalsOf(pub ClaimId);

/// The tags of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TagsOf(pub ClaimId);

/// The verdicts on a claim that the actor may see.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VerdictsOn(pub ClaimId);

/// The submissions of a verdict.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct HistoryOf(pub VerdictId);

/// The citations of a submission, with their sources.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CitationsIn(pub SubmissionId);

/// The citations of a submission as they were written, without what the sources are called elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CitedIn(pub SubmissionId);

/// The newest so many citations of a source.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CitationsOf(pub SourceId, pub i32);

/// How often a source is cited.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CitationCountOf(pub SourceId);

/// Who is asked to judge a claim.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AssignmentsOf(pub ClaimId);

/// The actor's own draft on a claim.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DraftOn(pub ClaimId);

/// What a draft cites.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CitedInDraft(pub DraftId);

/// What is missing before a ruling on a claim is published.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ReadinessOf {
    pub claim: ClaimId,
    pub plan: Plan,
}

/// The rulings on a claim, newest first.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RulingsOn(pub ClaimId);

/// The verdicts that a ruling rests on, or rested on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VerdictsBehind(pub basis::Place);

/// What a ruling is on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SubjectOf {
    pub place: basis::Place,
    pub claim: ClaimId,
}

/// The corrections of a ruling.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CorrectionsOf(pub RulingId);

/// The ratings of a scale.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RatingsOf(pub RatingScaleId);

/// The memberships of an account that the actor may see.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MembershipsOf(pub AccountId);

/// The summary of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SummaryOfClaim(pub ClaimId);

/// The summary of an article.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SummaryOfArticle(pub ArticleId);

/// The agreement on what a summary sums up.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AgreementOf(pub Scope);

/// The first so many claims that repeat a claim; counted, or not.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FirstRepeatsOf(pub ClaimId, pub u64, pub bool);

/// The first so many claims that are like a claim.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SimilarTo(pub ClaimId, pub i32);
