//! Links that turn mails off without signing in.
//!
//! Invariants: a link is signed with a secret of its account, so that nobody else can make one. It
//! can only turn off mails. It works for as long as the account has settings.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::hmac;
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::{Kind, settings};
use crate::domain::actor::Actor;
use crate::domain::error::{Error, Result};
use crate::domain::ids::AccountId;
use crate::domain::store::{self, Db};

/// The number of bytes of a signature.
const TAG: usize = 16;

/// The mails that a link turns off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Token {
    account: AccountId,
    kind: Kind,
    tag: [u8; TAG],
}

impl Token {
    fn new(account: AccountId, kind: Kind, key: &str) -> Self {
        let signed = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()),
            &[b"unsubscribe 1 ", &account.0.as_bytes()[..], &[number(kind)]].concat(),
        );
        let mut tag = [0; TAG];
        tag.copy_from_slice(&signed.as_ref()[..TAG]);
        Self { account, kind, tag }
    }

    fn to_text(self) -> String {
        let bytes = [&self.account.0.as_bytes()[..], &[number(self.kind)], &self.tag].concat();
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (account, rest) = bytes.split_at_checked(16)?;
        let (code, tag) = rest.split_first()?;
        let kind = KINDS.into_iter().find(|kind| number(*kind) == *code)?;
        let account = AccountId(Uuid::from_slice(account).ok()?);
        Some(Self { account, kind, tag: tag.try_into().ok()? })
    }

    fn is_signed_with(self, key: &str) -> bool {
        // Both are compared whole, so that the time says nothing about where they differ.
        let own = Self::new(self.account, self.kind, key).tag;
        own.iter().zip(self.tag).fold(0, |differ, (one, other)| differ | (one ^ other)) == 0
    }
}

const KINDS: [Kind; 5] = [Kind::Assigned, Kind::Due, Kind::Stale, Kind::Mentioned, Kind::Digest];

const fn number(kind: Kind) -> u8 {
    match kind {
        Kind::Assigned => 1,
        Kind::Due => 2,
        Kind::Stale => 3,
        Kind::Mentioned => 4,
        Kind::Digest => 5,
        Kind::Invitation | Kind::PasswordReset => 0,
    }
}

/// The last part of the address that turns off mails of this kind.
pub fn token(settings: &settings::Model, kind: Kind) -> String {
    Token::new(settings.account_id, kind, &settings.unsubscribe_key).to_text()
}

/// The kind of mails that a link turns off.
pub async fn find(db: &Db, text: &str) -> Result<Kind> {
    let token = Token::parse(text).ok_or_else(unknown)?;
    let row = settings::Entity::find_by_id(token.account).one(db).await?;
    let row = row.filter(|row| token.is_signed_with(&row.unsubscribe_key));
    row.map(|_| token.kind).ok_or_else(unknown)
}

/// Turns off mails of the link's kind, or all mails to its account. Doing it again changes nothing.
pub async fn unsubscribe(db: &Db, actor: &Actor, text: &str, everything: bool) -> Result<Kind> {
    let token = Token::parse(text).ok_or_else(unknown)?;
    let permit = actor.without_rights().changing(token.account);
    store::write(db, permit, move |txn, actor| async move {
        let before = settings::lock(&txn, token.account).await?;
        let before = before.filter(|row| token.is_signed_with(&row.unsubscribe_key));
        let before = before.ok_or_else(unknown)?;
        let after = before.clone().without((!everything).then_some(token.kind));
        if after != before {
            settings::save(&txn, &actor, true, &before, after).await?;
        }
        Ok(token.kind)
    })
    .await
}

fn unknown() -> Error {
    Error::NotFound("link")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_signed_for_one_account_and_one_kind() {
        let account = AccountId(Uuid::from_u128(7));
        let token = Token::new(account, Kind::Due, "key");

        assert_eq!(Token::parse(&token.to_text()), Some(token));
        assert!(token.is_signed_with("key"));
        assert!(!token.is_signed_with("other"));
        assert!(!Token { kind: Kind::Stale, ..token }.is_signed_with("key"));
        let other = AccountId(Uuid::from_u128(8));
        assert!(!Token { account: other, ..token }.is_signed_with("key"));
        for bad in ["", "AAAA", "!", &token.to_text()[1..], &format!("{}A", token.to_text())] {
            assert_eq!(Token::parse(bad), None, "{bad}");
        }
    }
}
