//! Permissions: the roles, the actions, and the one table that says which role may do what.

use async_graphql::Enum;
use sea_orm::{DeriveActiveEnum, EnumIter, Iterable};
use serde::Serialize;

use crate::domain::error::Error;
use crate::domain::ids::NewsroomId;

/// A member's rights in a newsroom. Each role includes the ones before it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Enum,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Reads articles, claims, summaries, and the verdicts that blind review does not hide.
    #[sea_orm(string_value = "READER")]
    Reader,
    /// Marks claims and judges them.
    #[sea_orm(string_value = "REVIEWER")]
    Reviewer,
    /// Imports, revises, edits and withdraws articles, changes and re-anchors any claim, publishes rulings, and reads every verdict.
    #[sea_orm(string_value = "EDITOR")]
    Editor,
    /// Manages members, API tokens, webhooks, the policy and the rating scale, and reads the audit log.
    #[sea_orm(string_value = "ADMIN")]
    Admin,
}

impl Role {
    /// Whether the role is enough for `action`.
    pub const fn allows(self, action: Action) -> bool {
        self as u8 >= least_role(action) as u8
    }

    /// The role's name in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reader => "READER",
            Self::Reviewer => "REVIEWER",
            Self::Editor => "EDITOR",
            Self::Admin => "ADMIN",
        }
    }

    /// Whether a member with this role may judge claims.
    pub const fn may_judge(self) -> bool {
        self.allows(Action::Judge)
    }

    /// The roles whose members may judge claims.
    pub fn judges() -> impl Iterator<Item = Self> {
        Self::iter().filter(|role| role.may_judge())
    }
}

/// Something that can be done in a newsroom and needs a permission of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter)]
pub enum Action {
    /// Read the newsroom, its articles, claims and summaries, and each verdict that blind review does not hide.
    Read,
    /// Read every verdict, including withdrawn ones and those that blind review hides.
    ReadEveryVerdict,
    /// Mark a claim.
    MarkClaim,
    /// Edit, link or withdraw a claim that the actor marked.
    ChangeOwnClaim,
    /// Submit, reaffirm, draft or withdraw the actor's own verdict. Nobody writes another person's verdict. Not with an API token.
    Judge,
    /// Comment on a claim or a verdict, edit the actor's own comments, and resolve the actor's own threads.
    Comment,
    /// Resolve and reopen any thread of comments.
    ResolveAnyThread,
    /// Withdraw a stale verdict whose reviewer may no longer judge in the newsroom.
    SetAside,
    /// Edit, link or withdraw any claim.
    ChangeAnyClaim,
    /// Import an article.
    ImportArticle,
    /// Import fact-checks of other publishers, and remove them.
    ImportReviews,
    /// Assign reviewers to a claim, or unassign them.
    AssignClaim,
    /// Publish the ruling on a claim, and correct or retract it.
    PublishRuling,
    /// Store a newer text of an article.
    ReviseArticle,
    /// Change what is known about an article, withdraw it, or restore it.
    MendArticle,
    /// Merge sources that are one page or document, and undo that.
    MergeSources,
    /// Merge claimants who are one person or organisation, and undo that.
    MergeClaimants,
    /// Choose the words that a claim is anchored to.
    Reanchor,
    /// Read the list of members and invitations.
    ReadMembers,
    /// Invite members, change their roles, deactivate and remove them, and make password resets. Not with an API token.
    ManageMembers,
    /// Read the list of API tokens.
    ReadTokens,
    /// Create and revoke API tokens. Not with an API token, except that a token may revoke itself.
    ManageTokens,
    /// Read the list of webhooks and their last deliveries.
    ReadWebhooks,
    /// Create, change and delete webhooks, and send events again. Not with an API token.
    ManageWebhooks,
    /// Change the newsroom's display name.
    RenameNewsroom,
    /// Change what the newsroom's public pages say about it.
    UpdateNewsroomProfile,
    /// Change the newsroom's editorial policy.
    SetPolicy,
    /// Replace the newsroom's rating scale.
    ReplaceRatingScale,
    /// Read the audit log.
    ReadAuditLog,
}

/// The whole permission table.
pub const fn least_role(action: Action) -> Role {
    match action {
        Action::Read => Role::Reader,
        Action::MarkClaim | Action::ChangeOwnClaim | Action::Judge | Action::Comment => {
            Role::Reviewer
        }
        Action::ReadEveryVerdict
        | Action::ResolveAnyThread
        | Action::SetAside
        | Action::ChangeAnyClaim
        | Action::ImportArticle
        | Action::ImportReviews
        | Action::ReviseArticle
        | Action::MendArticle
        | Action::MergeSources
        | Action::MergeClaimants
        | Action::Reanchor
        | Action::AssignClaim
        | Action::PublishRuling => Role::Editor,
        Action::ReadMembers
        | Action::ManageMembers
        | Action::ReadTokens
        | Action::ManageTokens
        | Action::ReadWebhooks
        | Action::ManageWebhooks
        | Action::RenameNewsroom
        | Action::UpdateNewsroomProfile
        | Action::SetPolicy
        | Action::ReplaceRatingScale
        | Action::ReadAuditLog => Role::Admin,
    }
}

/// How an action differs from the others, besides the role that it needs.
pub struct Traits {
    /// Whether only a person may do it. A leaked API token must not be able to make itself last, nor
    /// to send what happens elsewhere, and verdicts are people's.
    pub needs_person: bool,
    /// Whether it changes what others may do, or must not run next to others. Then no other write runs in the newsroom at the same time.
    pub changes_rights: bool,
}

/// How `action` differs from the others.
pub const fn traits(action: Action) -> Traits {
    match action {
        Action::ManageMembers | Action::ManageTokens | Action::ManageWebhooks => {
            Traits { needs_person: true, changes_rights: true }
        }
        Action::Judge => Traits { needs_person: true, changes_rights: false },
        // Two merges at the same time could merge two sources or claimants into each other, and two imports could store a review twice.
        Action::SetPolicy
        | Action::MergeSources
        | Action::MergeClaimants
        | Action::ImportReviews => Traits { needs_person: false, changes_rights: true },
        Action::Read
        | Action::ReadEveryVerdict
        | Action::MarkClaim
        | Action::ChangeOwnClaim
        | Action::Comment
        | Action::ResolveAnyThread
        | Action::SetAside
        | Action::ChangeAnyClaim
        | Action::ImportArticle
        | Action::AssignClaim
        | Action::PublishRuling
        | Action::ReviseArticle
        | Action::MendArticle
        | Action::Reanchor
        | Action::ReadMembers
        | Action::ReadTokens
        | Action::ReadWebhooks
        | Action::RenameNewsroom
        | Action::UpdateNewsroomProfile
        | Action::ReplaceRatingScale
        | Action::ReadAuditLog => Traits { needs_person: false, changes_rights: false },
    }
}

/// The refusal of an API token where a person is required.
pub fn needs_person(action: Option<Action>) -> Error {
    let message = match action {
        Some(Action::Judge) => "An API token may not judge: verdicts are people's.",
        _ => "An API token may not do this.",
    };
    let message = format!("{message} Sign in with your password and use the session's token.");
    Error::Forbidden(message.into())
}

/// A newsroom's editorial policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, async_graphql::SimpleObject)]
#[graphql(name = "Policy")]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// How many reviewers must have submitted a verdict before a claim is READY.
    pub verdicts_required: i32,
    /// Whether verdicts stay hidden from readers and other reviewers until the claim is READY.
    pub blind_review: bool,
    /// Whether an editor who judged a claim must leave its ruling to another editor, even after withdrawing the verdict.
    pub second_reader: bool,
    /// Whether everybody may read published rulings and what they rest on, without an account.
    pub public_reading: bool,
}

impl Default for Policy {
    /// The policy of a new newsroom.
    fn default() -> Self {
        Self {
            verdicts_required: 2,
            blind_review: true,
            second_reader: true,
            public_reading: false,
        }
    }
}

/// An actor's role in one newsroom, and that newsroom's policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rights {
    /// The newsroom.
    pub newsroom: NewsroomId,
    /// The actor's role there. An API token's own role is the upper limit.
    pub role: Role,
    /// The newsroom's policy when the rights were read.
    pub policy: Policy,
    /// The state of the records when the rights were read.
    pub as_of: AsOf,
}

/// Names a state of everything on record that a newsroom's members can read. Equal values mean that
/// nothing on record has changed: no transaction changes a row on record without an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct AsOf {
    /// The hash of the newest event in the newsroom's log. It also tells a restored backup from what
    /// it replaced.
    pub newsroom: [u8; 32],
    /// The number of the newest event in the server's log that changed an account which somebody
    /// may have read.
    pub accounts: i32,
}
