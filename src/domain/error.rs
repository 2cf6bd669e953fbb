//! What can go wrong, as a client sees it.
//!
//! A variant exists where a client would act differently. Causes are logged, never shown.

use std::borrow::Cow;

use sea_orm::DbErr;
use serde::Serialize;

/// A domain result; the default error parameter keeps sea-orm's derives working beside it.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, or the credentials are not (or no longer) good.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// Somebody is signed in, and may not do this.
    #[error("{0}")]
    Forbidden(Cow<'static, str>),
    /// There is no such thing, or none that this actor may know of.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// What was sent cannot be used; says which field, and why.
    #[error("{message}")]
    Invalid {
        /// The input field, as a path from `input`: `statement`, `ranges[0].exact`.
        field: String,
        /// A word that a program can act on.
        reason: Reason,
        /// A sentence that a person can act on.
        message: String,
    },
    /// The thing has changed since the caller read it.
    #[error("this is at version {current_version}, and not at the one that `expectedVersion` names; read it again, then decide")]
    Conflict {
        /// The version it has now.
        current_version: i32,
    },
    /// Too much at once; the same request may succeed later.
    #[error("this was tried too often, or too much is asked for at once; try again in {retry_after} s")]
    RateLimited {
        /// Whole seconds to wait.
        retry_after: u32,
    },
    /// A follower of the activity log was left too far behind.
    #[error("you read more slowly than things happen, and missed none yet: subscribe again with `after: {last_number}`")]
    Lagging {
        /// The number of the last event that was given.
        last_number: i32,
    },
    /// It took too long.
    #[error("this took too long, and was given up{}", if *.writing { "; what it was to write may still be written: read it again before you repeat it" } else { "" })]
    Deadline {
        /// Whether it may have been writing.
        writing: bool,
    },
    /// The database failed.
    #[error("something failed on our side")]
    Database(#[from] DbErr),
    /// Anything else that is ours to mend.
    #[error("something failed on our side")]
    Internal(#[from] anyhow::Error),
}

impl Error {
    /// What was sent in `field` cannot be used, for `reason`; `message` says so to a person.
    pub fn invalid(field: impl Into<String>, reason: Reason, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), reason, message: message.into() }
    }

    /// The same error, where what is missing is known to the caller by another name.
    #[must_use]
    pub fn renamed(self, noun: &'static str) -> Self {
        match self {
            Self::NotFound(_) => Self::NotFound(noun),
            other => other,
        }
    }

    /// The same error, its field seen from further outside: `exact` in `ranges[0]` is `ranges[0].exact`.
    #[must_use]
    pub fn within(self, outer: &str) -> Self {
        match self {
            Self::Invalid { field, reason, message } => Self::Invalid { field: format!("{outer}.{field}"), reason, message },
            other => other,
        }
    }
}

/// CONFLICT unless the caller said nothing of the version, or what is true.
pub const fn expect_version(expected: Option<i32>, current_version: i32) -> Result<()> {
    match expected {
        Some(expected) if expected != current_version => Err(Error::Conflict { current_version }),
        _ => Ok(()),
    }
}

/// Why an input was refused: `extensions.reason` beside the code `BAD_USER_INPUT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// Nothing was given where something is needed.
    Empty,
    /// Longer, larger or more than is taken.
    TooLarge,
    /// Shorter than is taken (passwords).
    TooShort,
    /// Outside the numbers that are taken (page sizes, versions, dates).
    OutOfRange,
    /// A control character other than tab and line feed.
    ControlCharacter,
    /// Not of the form that the field asks for.
    InvalidFormat,
    /// Not the id of such a thing, by its form alone.
    InvalidId,
    /// Not a cursor that this list gave.
    InvalidCursor,
    /// Not http or https, with credentials in it, or no address at all.
    InvalidUrl,
    /// The quote does not stand in the article.
    QuoteNotFound,
    /// The quote stands there more than once, and nothing tells which is meant.
    AmbiguousQuote,
    /// The text at the offsets is not the quote.
    QuoteMismatch,
    /// The range begins or ends within what a reader sees as one character.
    SplitsGrapheme,
    /// The range lies outside the text, or ends before it begins.
    RangeOutOfBounds,
    /// Two of the ranges overlap.
    OverlappingRanges,
    /// The rating needs at least one citation.
    SourceRequired,
    /// The newsroom's rating scale has no such key.
    UnknownRating,
    /// A secret that is unknown, used up, revoked or expired.
    InvalidToken,
    /// The password is not this account's.
    WrongPassword,
    /// Somebody or something has this name already.
    AlreadyTaken,
    /// The account is a member of the newsroom already.
    AlreadyMember,
    /// A newsroom keeps at least one admin.
    LastAdmin,
    /// Fewer verdicts are in force than the newsroom's policy asks.
    TooFewVerdicts,
    /// The words that the verdicts judge have changed since.
    Stale,
    /// The caller's own verdict stands on the claim, and the newsroom's policy has a second reader.
    SecondReader,
    /// A ruling on the claim is published already.
    AlreadyPublished,
    /// The ruling is retracted; nothing of it changes any more.
    RulingRetracted,
    /// A correction that changes nothing.
    NothingChanged,
    /// Not the account of a member who may judge.
    NotAReviewer,
    /// Not the account of somebody who is asked to judge the claim.
    NotAssigned,
    /// The claim is withdrawn.
    ClaimWithdrawn,
    /// A ruling on the claim is published.
    ClaimPublished,
    /// The claim has been judged; its words stay as the reviewers read them.
    ClaimJudged,
    /// A claim can't repeat itself, or one that repeats it.
    RepeatsItself,
    /// Other claims repeat this one, so that it can't repeat another.
    ClaimRepeated,
    /// The claim's words, or those of the article that it stands on, have changed: say which version was read.
    ExpectedVersionRequired,
    /// The verdict is withdrawn already.
    VerdictWithdrawn,
    /// Nothing would change by it.
    Unchanged,
    /// The verdict is not stale.
    NotStale,
    /// The claim's words are gone from the article: it has to be re-anchored first.
    ClaimOrphaned,
    /// Arguments that exclude each other.
    Contradiction,
    /// The `Idempotency-Key` came with another request before.
    KeyReused,
}
