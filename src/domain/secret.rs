//! Secrets that we hand out once: 256 random bits as text, kept only as SHA-256.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::event::hex;
use super::policy::Actor;

/// What a secret is for; its first letters, so that a leaked one can be recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A session's token.
    Session,
    /// An API token.
    ApiToken,
    /// An invitation's token.
    Invitation,
}

impl Purpose {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "css_",
            Self::ApiToken => "cst_",
            Self::Invitation => "csi_",
        }
    }

    /// What the secret `text` says that it is for.
    pub fn of(text: &str) -> Option<Self> {
        [Self::Session, Self::ApiToken, Self::Invitation].into_iter().find(|purpose| text.starts_with(purpose.prefix()))
    }
}

/// A new secret: its text for whoever asked, and the hash to store.
pub fn new(actor: &Actor, purpose: Purpose) -> (String, String) {
    let text = format!("{}{}", purpose.prefix(), BASE64_URL_SAFE_NO_PAD.encode(actor.world().secret()));
    let hash = hash(&text);
    (text, hash)
}

/// The hash under which the secret `text` is stored. A plain hash is enough: nobody can guess 256 bits.
pub fn hash(text: &str) -> String {
    hex(&Sha256::digest(text))
}
