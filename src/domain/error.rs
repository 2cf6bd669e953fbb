//! Errors, as a client sees them.
//!
//! A variant exists if a client would handle it differently. Causes are logged and never shown.

use std::borrow::Cow;

use async_graphql::Enum;
use sea_orm::{DbErr, EnumIter};
use serde::Serialize;

use super::storage_fault::Fault;

/// The result of a domain function. The default error parameter keeps sea-orm's derives working
/// next to it.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The message of a read that took too long.
const DEADLINE: &str = "The request took too long and was stopped.";

/// The message of a write that took too long.
const DEADLINE_WRITING: &str = "The request took too long and was stopped. Its changes may still \
                                be stored. Read the object again before you retry.";

/// The reason why a request failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request has no credentials, or they are invalid or expired.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// The signed-in account may not do this.
    #[error("{0}")]
    Forbidden(Cow<'static, str>),
    /// The object does not exist, or the actor may not see it.
    #[error("{} not found, or you may not see it.", capitalised(.0))]
    NotFound(&'static str),
    /// An input value is invalid. The variant names the field and the reason.
    #[error("{message}")]
    Invalid {
        /// The path of the input field from `input`, such as `statement` or `ranges[0].exact`.
        field: String,
        /// The reason, for programs.
        reason: Reason,
        /// The message, for people.
        message: String,
    },
    /// The object has changed since the caller read it.
    #[error(
        "The current version is {current_version}, which differs from `expectedVersion`. Read the \
         object again before you retry."
    )]
    Conflict {
        /// The current version.
        current_version: i32,
    },
    /// The words that the caller judges have changed since the caller read them.
    #[error("{}", wording_changed(*.current_wording, .changed))]
    WordingChanged {
        /// The claim's current version.
        current_version: i32,
        /// The claim's current wording version.
        current_wording: i32,
        /// The parts that changed since then.
        changed: Vec<WordingChange>,
    },
    /// A newer revision of the article exists than the one that the caller's text is based on.
    #[error(
        "The newest revision is {current_revision}, which is newer than `basedOnRevision`. Read \
         it, merge your changes, and send them with `basedOnRevision: {current_revision}`."
    )]
    NewerRevision {
        /// The number of the newest revision.
        current_revision: i32,
    },
    /// The sender made too many attempts or requests. The same request may succeed later.
    #[error("Too many attempts, or too many requests at once. Retry in {retry_after} s.")]
    RateLimited {
        /// The time to wait, in whole seconds.
        retry_after: u32,
    },
    /// A subscriber to the activity log fell too far behind.
    #[error(
        "You fell too far behind. No events were lost: subscribe again with `after: {last_number}`."
    )]
    Lagging {
        /// The number of the last event that was sent.
        last_number: i32,
    },
    /// The database cannot be used at the moment.
    #[error("{}", storage_unavailable(*.fault, *.maybe_saved))]
    StorageUnavailable {
        /// The cause, for operators: it is logged, and `/health/ready` shows it.
        fault: Fault,
        /// Whether the change may have been saved nevertheless.
        maybe_saved: bool,
    },
    /// The request exceeded its time limit.
    #[error("{}", if *.writing { DEADLINE_WRITING } else { DEADLINE })]
    Deadline {
        /// Whether the request may have been writing.
        writing: bool,
    },
    /// The database failed.
    #[error("The server failed to process the request.")]
    Database(#[source] DbErr),
    /// Any other failure of the server.
    #[error("The server failed to process the request.")]
    Internal(#[from] anyhow::Error),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Fault::of(&error).map_or(Self::Database(error), Self::from)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::StorageUnavailable { fault, maybe_saved: false }
    }
}

fn wording_changed(current: i32, changed: &[WordingChange]) -> String {
    let what: Vec<_> = changed.iter().map(|change| change.noun()).collect();
    let what = if what.is_empty() { "its wording".to_owned() } else { what.join(", ") };
    format!(
        "The claim has changed since you read it: {what}. Its `wordingVersion` is now {current}. \
         Read the claim again before you retry."
    )
}

fn storage_unavailable(fault: Fault, maybe_saved: bool) -> String {
    let saved = if maybe_saved {
        "Your change may have been saved: read the object again before you retry."
    } else {
        "Nothing was saved."
    };
    let seconds = fault.retry_after();
    format!("The database is unavailable at the moment. {saved} Retry in {seconds} s.")
}

/// A noun with its first letter in upper case.
fn capitalised(noun: &str) -> String {
    noun.split_at_checked(1)
        .map_or_else(String::new, |(first, rest)| first.to_ascii_uppercase() + rest)
}

impl Error {
    /// The value in `field` is invalid for `reason`. `message` explains it to a person.
    pub fn invalid(field: impl Into<String>, reason: Reason, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), reason, message: message.into() }
    }

    /// The same error with another noun, if the caller knows the missing object by another name.
    #[must_use]
    pub fn renamed(self, noun: &'static str) -> Self {
        match self {
            Self::NotFound(_) => Self::NotFound(noun),
            other => other,
        }
    }

    /// The same error with an outer path before the field: `exact` in `ranges[0]` becomes
    /// `ranges[0].exact`.
    #[must_use]
    pub fn within(self, outer: &str) -> Self {
        match self {
            Self::Invalid { field, reason, message } => {
                Self::Invalid { field: format!("{outer}.{field}"), reason, message }
            }
            other => other,
        }
    }
}

/// Returns CONFLICT if the caller expects another version. No expectation matches every version.
pub const fn expect_version(expected: Option<i32>, current_version: i32) -> Result<()> {
    match expected {
        Some(expected) if expected != current_version => Err(Error::Conflict { current_version }),
        _ => Ok(()),
    }
}

/// A change that raises a claim's wording version. Sent as `extensions.changed` with CONFLICT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WordingChange {
    /// The claim's statement was edited.
    Statement,
    /// The claim's claimant was edited.
    Claimant,
    /// A revision changed the article's words, or the sentences around them.
    Text,
    /// An editor anchored the claim to other words.
    Anchors,
}

impl WordingChange {
    const fn noun(self) -> &'static str {
        match self {
            Self::Statement => "its statement",
            Self::Claimant => "its claimant",
            Self::Text => "the article's words",
            Self::Anchors => "the words that it is anchored to",
        }
    }
}

/// The reasons why an input is invalid. Sent as `extensions.reason` with the code `BAD_USER_INPUT`.
/// A later version may add reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, Enum, Serialize)]
#[graphql(name = "ErrorReason")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// A required value is empty or missing.
    Empty,
    /// The value is longer, larger or more than allowed.
    TooLarge,
    /// The value is shorter than allowed, such as a password.
    TooShort,
    /// The password is easy to guess: it is common, or made of the account's address or name.
    Guessable,
    /// The number or time is outside the allowed range, such as a page size.
    OutOfRange,
    /// The value contains a control character other than tab and line feed.
    ControlCharacter,
    /// The value contains an invisible character or a direction override.
    InvisibleCharacter,
    /// The value does not have the form that the field requires.
    InvalidFormat,
    /// The input has a field that the schema does not have.
    UnknownField,
    /// The value does not have the form of this object's id.
    InvalidId,
    /// The cursor does not come from this list.
    InvalidCursor,
    /// The address is not http or https, contains credentials, or is not an address.
    InvalidUrl,
    /// The quote does not occur in the article.
    QuoteNotFound,
    /// The quote occurs more than once. Offsets, a prefix or a suffix must select one.
    AmbiguousQuote,
    /// The text at the offsets differs from the quote.
    QuoteMismatch,
    /// The range begins or ends within what a reader sees as one character.
    SplitsGrapheme,
    /// The range is outside the text, or ends before it begins.
    RangeOutOfBounds,
    /// Two of the ranges overlap.
    OverlappingRanges,
    /// The rating requires at least one citation.
    SourceRequired,
    /// The newsroom's rating scale has no such key.
    UnknownRating,
    /// The secret is unknown, used, revoked or expired.
    InvalidToken,
    /// The password is not the account's.
    WrongPassword,
    /// The name is already in use.
    AlreadyTaken,
    /// The name looks like that of another member.
    LooksLikeAnotherName,
    /// The account is already a member of the newsroom.
    AlreadyMember,
    /// The newsroom would have no admin left.
    LastAdmin,
    /// The claim has fewer current verdicts than the newsroom's policy requires.
    TooFewVerdicts,
    /// The words have changed since the verdicts were submitted.
    Stale,
    /// The caller judged the claim, and the newsroom's policy requires a second reader.
    SecondReader,
    /// A ruling on the claim is already published.
    AlreadyPublished,
    /// The ruling is retracted and cannot change.
    RulingRetracted,
    /// The ruling's text about dissent is about verdicts that no longer differ.
    DissentOutdated,
    /// The correction would change nothing.
    NothingChanged,
    /// The account does not belong to a member who may judge.
    NotAReviewer,
    /// The account is not assigned to the claim.
    NotAssigned,
    /// The account does not belong to a member of the newsroom.
    NotAMember,
    /// The claim is withdrawn.
    ClaimWithdrawn,
    /// The article is withdrawn.
    ArticleWithdrawn,
    /// The article or the claim is not withdrawn, so it cannot be restored.
    NotWithdrawn,
    /// The source or claimant is already merged into another, or would be merged into itself.
    AlreadyMerged,
    /// The source or claimant is not merged into another.
    NotMerged,
    /// A ruling on the claim is published.
    ClaimPublished,
    /// The claim has been judged, so its words cannot change.
    ClaimJudged,
    /// A claim cannot repeat itself, or a claim that repeats it.
    RepeatsItself,
    /// Other claims repeat this one, so it cannot repeat another.
    ClaimRepeated,
    /// The claim's words, or the words it is anchored to, have changed. Send the version that was
    /// read.
    ExpectedVersionRequired,
    /// The verdict is already withdrawn.
    VerdictWithdrawn,
    /// The request would change nothing.
    Unchanged,
    /// The verdict is not stale.
    NotStale,
    /// The claim's words are no longer in the article. It must be re-anchored first.
    ClaimOrphaned,
    /// Two arguments or items exclude each other.
    Contradiction,
    /// The server sends no e-mail.
    MailUnavailable,
    /// The same `Idempotency-Key` was sent with a different request before.
    KeyReused,
}
