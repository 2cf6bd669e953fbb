//! Keys of the data loaders, one type per edge.

use crate::domain::comment::Below;
use crate::domain::ids::{
    AccountId, ArticleId, ClaimId, CommentId, DraftId, RatingScaleId, RevisionId, RulingId,
    SourceId, SubmissionId, VerdictId,
};
use crate::domain::listing::{ClaimFilter, ClaimOrder};
use crate::domain::ruling::basis;
use crate::domain::ruling::readiness::PlannedRuling;
use crate::domain::summary::Compared;
use crate::domain::text::passage::SpanKind;

/// The claims that are anchored in a revision, each with its anchor there.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClaimsOn(pub RevisionId);

/// The newest revision of an article.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct NewestRevisionOf(pub ArticleId);

/// The text of a revision.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextOf(pub RevisionId);

/// The spans of a revision: those of one kind, or all blocks.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpansOf(pub RevisionId, pub Option<SpanKind>);

/// The first claims of an article.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FirstClaimsOf {
    pub article: ArticleId,
    pub wanted: FirstClaims,
}

/// The conditions, the order and the number of claims.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FirstClaims {
    pub filter: ClaimFilter,
    pub order: Option<ClaimOrder>,
    pub size: u64,
    pub counted: bool,
}

/// The anchors of a claim where it currently is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AnchorsOf(pub ClaimId);

/// Likely places for the words of a stale claim.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProposalsOf(pub ClaimId);

/// Whether the words that a ruling judges have changed since.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct WordsChangedSince(pub RulingId);

/// The tags of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TagsOf(pub ClaimId);

/// The verdicts on a claim that the actor may see.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VerdictsOn(pub ClaimId);

/// The newest submissions of a verdict.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct HistoryOf(pub VerdictId);

/// The first submissions of a verdict: how many, and whether they are counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FirstSubmissionsOf(pub VerdictId, pub u64, pub bool);

/// The citations of a submission, with their sources.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CitationsIn(pub SubmissionId);

/// The citations of a submission as they were written, without the sources' titles elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CitedIn(pub SubmissionId);

/// The newest citations of a source, up to a number.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CitationsOf(pub SourceId, pub i32);

/// The number of citations of a source.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CitationCountOf(pub SourceId);

/// The details of a source that is not a web page.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DetailOf(pub SourceId);

/// The sources that were merged into a source.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MergedInto(pub SourceId);

/// The assignments of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AssignmentsOf(pub ClaimId);

/// When each verdict on a claim that the actor may see was first submitted.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FirstSubmittedOn(pub ClaimId);

/// The actor's own draft on a claim.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DraftOn(pub ClaimId);

/// The citations of a draft.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CitedInDraft(pub DraftId);

/// The requirements for publishing a ruling on a claim that are not met.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ReadinessOf {
    pub claim: ClaimId,
    pub plan: PlannedRuling,
}

/// The rulings on a claim, newest first.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RulingsOn(pub ClaimId);

/// The rulings on other appearances of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AppearancesOf(pub ClaimId);

/// The verdicts that a ruling rests on, or rested on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VerdictsBehind(pub basis::BasisKey);

/// The subject of a ruling.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SubjectOf {
    pub place: basis::BasisKey,
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

/// The agreement of reviewers in the scope of a summary.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AgreementOf(pub Compared);

/// The first claims that repeat a claim, up to a number, with or without a count.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FirstRepeatsOf(pub ClaimId, pub u64, pub bool);

/// The ruling that rests on a verdict.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OutcomeOf(pub VerdictId);

/// The first comments below an object: how many, and whether they are counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FirstCommentsOf {
    pub below: Below,
    pub size: u64,
    pub counted: bool,
}

/// The members that a comment mentions.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MentionsIn(pub CommentId);

/// The newest earlier texts of a comment.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EarlierTextsOf(pub CommentId);

/// The claims that are most similar to a claim, up to a number.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SimilarTo(pub ClaimId, pub i32);
