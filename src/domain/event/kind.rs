//! The kinds of events.

use async_graphql::Enum;
use sea_orm::entity::prelude::*;

/// The kind of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "EventKind")]
pub enum Kind {
    /// An account was created.
    AccountCreated,
    /// The server's operator set an account's password, or a member set one with a reset token.
    PasswordReset,
    /// An admin made a token with which a member can set a new password.
    PasswordResetCreated,
    /// An account changed its display name or its e-mail address. Recorded in its newsrooms' logs if
    /// the name changed.
    ProfileChanged,
    /// An account changed what it gets mails about. Recorded only in the server's own log.
    MailSettingsChanged,
    /// The server's operator erased a person: a pseudonym replaced the name and the address.
    AccountErased,
    /// An account changed its password.
    PasswordChanged,
    /// An account signed in.
    SessionStarted,
    /// An account signed out, or ended one of its sessions.
    SessionEnded,
    /// The newsroom was created.
    NewsroomCreated,
    /// The newsroom was renamed.
    NewsroomRenamed,
    /// The newsroom's public profile was changed.
    NewsroomProfileUpdated,
    /// The newsroom's policy was changed.
    PolicySet,
    /// The newsroom's rating scale was replaced.
    RatingScaleReplaced,
    /// A person was invited.
    MemberInvited,
    /// An invitation was accepted.
    InvitationAccepted,
    /// An invitation was revoked.
    InvitationRevoked,
    /// The server's operator added a member.
    MemberAdded,
    /// A member's role was changed.
    RoleSet,
    /// A member was removed.
    MemberRemoved,
    /// A member was deactivated.
    MemberDeactivated,
    /// A deactivated member was activated again.
    MemberReactivated,
    /// An API token was created.
    ApiTokenCreated,
    /// An API token was revoked.
    ApiTokenRevoked,
    /// A webhook was created.
    WebhookCreated,
    /// A webhook was changed, disabled by an admin, or enabled again.
    WebhookUpdated,
    /// A webhook was deleted.
    WebhookDeleted,
    /// The server disabled a webhook, because its receiver is gone or kept failing.
    WebhookDisabled,
    /// An article was imported.
    ArticleImported,
    /// An article's text was revised.
    ArticleRevised,
    /// An article's address, publisher, author, language or time of publication was changed.
    ArticleEdited,
    /// An article was withdrawn.
    ArticleWithdrawn,
    /// A withdrawn article was restored.
    ArticleRestored,
    /// A claim was marked.
    ClaimMarked,
    /// A claim's words or tags were changed.
    ClaimEdited,
    /// A claim was withdrawn.
    ClaimWithdrawn,
    /// A withdrawn claim was restored.
    ClaimRestored,
    /// Reviewers were assigned to a claim.
    ClaimAssigned,
    /// Reviewers were unassigned from a claim.
    ClaimUnassigned,
    /// A reviewer saved a draft of a verdict. Recorded only in the server's own log, so that nobody
    /// else learns of the draft.
    VerdictDraftSaved,
    /// A reviewer discarded a draft of a verdict. Recorded only in the server's own log.
    VerdictDraftDiscarded,
    /// A claim was linked to the claim that it repeats.
    ClaimLinked,
    /// A claim was unlinked from the claim that it repeated.
    ClaimUnlinked,
    /// An editor anchored a claim to other words.
    ClaimReanchored,
    /// A verdict was submitted or resubmitted.
    VerdictSubmitted,
    /// A verdict was withdrawn.
    VerdictWithdrawn,
    /// A reviewer reaffirmed a verdict after its words had changed.
    VerdictReaffirmed,
    /// An editor merged sources.
    SourcesMerged,
    /// An editor undid a merge of sources.
    SourcesUnmerged,
    /// The server applied newer rules for which addresses are one page to existing sources.
    SourcesRekeyed,
    /// An editor merged claimants.
    ClaimantsMerged,
    /// An editor undid a merge of claimants.
    ClaimantsUnmerged,
    /// Fact-checks of other publishers were imported, replaced or removed by a feed.
    OutsideReviewsImported,
    /// An editor removed a fact-check of another publisher.
    OutsideReviewRemoved,
    /// A ruling was published.
    RulingPublished,
    /// A ruling was corrected, clarified, updated or retracted.
    RulingCorrected,
    /// A comment was added to a claim or a verdict.
    CommentAdded,
    /// A comment was edited. Its earlier text is kept.
    CommentEdited,
    /// A thread of comments was resolved.
    CommentResolved,
    /// A resolved thread of comments was opened again.
    CommentReopened,
    /// The server put on record what the database had before events contained digests.
    RecordBegun,
    /// The server's signing key was made. Recorded only in the server's own log.
    SigningKeyCreated,
    /// The server's signing key was replaced. Recorded only in the server's own log.
    SigningKeyRotated,
}
