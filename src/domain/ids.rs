//! Typed ids: a UUID version 7 inside, `claim_…` outside. The id of one noun cannot be used as
//! another's.

use std::borrow::Cow;
use std::fmt::{self, Write};

use async_graphql::{
    ContextSelectionSet, ID, OutputType, Positioned, ServerResult, Value, parser::types::Field,
    registry::Registry,
};
use sea_orm::DeriveValueType;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::error::{Error, Reason, Result};

/// An id of one noun.
pub trait TypedId: Sized + Copy + From<Uuid> {
    /// The text before the underscore.
    const PREFIX: &'static str;

    /// Parses the id that a client wrote in `field`.
    fn parse(field: &str, text: &str) -> Result<Self> {
        Self::find(text).ok_or_else(|| {
            let prefix = Self::PREFIX;
            let message = match text.split_once('_') {
                Some((other, _)) if other != prefix && NOUNS.contains(&other) => {
                    format!(
                        "`{field}` must be the id of {}, but this is the id of {}.",
                        one(prefix),
                        one(other)
                    )
                }
                _ => format!(
                    "`{field}` must be the id of {}: {prefix}_ followed by 32 hexadecimal \
                    digits.",
                    one(prefix)
                ),
            };
            Error::invalid(field, Reason::InvalidId, message)
        })
    }

    /// The id in `text`, if it is an id of this noun.
    fn find(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(Self::PREFIX)?.strip_prefix('_')?;
        let plain =
            digits.len() == 32 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        plain.then(|| Uuid::try_parse(digits).ok()).flatten().map(Self::from)
    }
}

/// A noun with its indefinite article.
fn one(noun: &str) -> String {
    format!("{} {noun}", if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" })
}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal,)+) => {
        const NOUNS: &[&str] = &[$($prefix),+];

        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
            pub struct $name(pub Uuid);

            impl TypedId for $name {
                const PREFIX: &'static str = $prefix;
            }

            impl From<Uuid> for $name {
                fn from(id: Uuid) -> Self {
                    Self(id)
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, "{}_{}", $prefix, self.0.simple())
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            impl sea_orm::TryFromU64 for $name {
                fn try_from_u64(_: u64) -> std::result::Result<Self, sea_orm::DbErr> {
                    Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
                }
            }

            impl OutputType for $name {
                fn type_name() -> Cow<'static, str> {
                    <ID as OutputType>::type_name()
                }

                fn create_type_info(registry: &mut Registry) -> String {
                    <ID as OutputType>::create_type_info(registry)
                }

                async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
                    // Allocates the exact length once, because a response has hundreds of ids.
                    let mut text = String::with_capacity($prefix.len() + 33);
                    let _ = write!(text, "{self}");
                    Ok(Value::String(text))
                }
            }
        )+
    };
}

typed_ids! {
    /// A newsroom's id.
    NewsroomId = "newsroom",
    /// An account's id.
    AccountId = "account",
    /// A membership's id.
    MembershipId = "membership",
    /// A session's id. It is not the session's token.
    SessionId = "session",
    /// An API token's id. It is not the secret.
    ApiTokenId = "apitoken",
    /// An invitation's id. It is not the token.
    InvitationId = "invitation",
    /// The id of a password reset. It is not the token.
    PasswordResetId = "passwordreset",
    /// An article's id.
    ArticleId = "article",
    /// A revision's id.
    RevisionId = "revision",
    /// A span's id.
    SpanId = "span",
    /// A claim's id.
    ClaimId = "claim",
    /// An anchor's id.
    AnchorId = "anchor",
    /// A rating scale's id.
    RatingScaleId = "scale",
    /// A rating's id.
    RatingId = "rating",
    /// The id of a verdict's draft.
    DraftId = "draft",
    /// A verdict's id.
    VerdictId = "verdict",
    /// The id of one submission of a verdict.
    SubmissionId = "submission",
    /// A source's id. It is random, because a time in it could reveal when a hidden verdict first
    /// cited the source.
    SourceId = "source",
    /// A citation's id.
    CitationId = "citation",
    /// A ruling's id.
    RulingId = "ruling",
    /// A comment's id.
    CommentId = "comment",
    /// A webhook's id.
    WebhookId = "webhook",
    /// An outside review's id.
    OutsideReviewId = "review",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_it_was_written() {
        let id = ClaimId(Uuid::now_v7());
        assert_eq!(ClaimId::find(&id.to_string()), Some(id));
    }

    #[test]
    fn an_id_of_another_noun_or_form_is_none() {
        let id = Uuid::now_v7();
        for text in [
            format!("article_{}", id.simple()),
            format!("claim_{id}"),
            format!("claim_{}", id.simple()).to_uppercase(),
            id.to_string(),
            String::new(),
        ] {
            assert_eq!(ClaimId::find(&text), None, "{text}");
        }
    }

    #[test]
    fn the_refusal_names_both_nouns() {
        let refusal =
            ClaimId::parse("claim", &format!("article_{}", Uuid::nil().simple())).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "`claim` must be the id of a claim, but this is the id of an article."
        );
    }
}
