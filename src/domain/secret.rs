//! Secrets that the server shows once: 256 random bits as text. Only their SHA-256 is stored.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::domain::actor::Actor;

/// The purpose of a secret. It sets the first letters, so that a leaked secret can be recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A session's token.
    Session,
    /// An API token.
    ApiToken,
    /// An invitation's token.
    Invitation,
    /// A token with which a member sets a new password.
    PasswordReset,
}

impl Purpose {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "css_",
            Self::ApiToken => "cst_",
            Self::Invitation => "csi_",
            Self::PasswordReset => "csr_",
        }
    }

    /// The purpose that the secret's first letters name.
    pub fn of(text: &str) -> Option<Self> {
        [Self::Session, Self::ApiToken, Self::Invitation, Self::PasswordReset]
            .into_iter()
            .find(|purpose| text.starts_with(purpose.prefix()))
    }
}

/// Creates a secret. Returns the text for the requester and the hash to store.
pub fn new(actor: &Actor, purpose: Purpose) -> (String, String) {
    let text =
        format!("{}{}", purpose.prefix(), BASE64_URL_SAFE_NO_PAD.encode(actor.world().secret()));
    let hash = hash(&text);
    (text, hash)
}

/// The hash under which a secret is stored. A plain hash is enough, because nobody can guess 256
/// bits.
pub fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}
