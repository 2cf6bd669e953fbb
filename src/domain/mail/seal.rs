//! Encrypts the tokens of mails that wait, with a key that is derived from the server's signing key.
//! So nobody can take a token from a copy of the database.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use uuid::Uuid;

use crate::domain::error::Result;
use crate::domain::signing::SigningKey;
use crate::domain::world::World;

/// The number of bytes of a nonce.
const NONCE: usize = 12;

fn cipher(key: &SigningKey) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&key.derive(b"claimspan mail 1").into())
}

/// The nonce and the encrypted token of this mail, as Base64.
pub fn close(key: &SigningKey, world: &World, mail: Uuid, token: &str) -> Result<String> {
    let mut nonce = [0; NONCE];
    nonce.copy_from_slice(&world.secret()[..NONCE]);
    let payload = Payload { msg: token.as_bytes(), aad: mail.as_bytes() };
    let sealed = cipher(key)
        .encrypt(&Nonce::from(nonce), payload)
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(BASE64_STANDARD.encode([&nonce[..], &sealed].concat()))
}

/// The token of this mail, if this key encrypted it.
pub fn open(key: &SigningKey, mail: Uuid, sealed: &str) -> Option<String> {
    let bytes = BASE64_STANDARD.decode(sealed).ok()?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    let payload = Payload { msg: sealed, aad: mail.as_bytes() };
    let plain = cipher(key).decrypt(&Nonce::from(nonce), payload).ok()?;
    String::from_utf8(plain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_opens_the_token_of_the_same_mail() {
        let key = |seed| SigningKey::from_seed([seed; 32]).expect("a key");
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = close(&key(1), &World::real(), one, "csi_1").expect("sealed");

        assert_eq!(open(&key(1), one, &sealed).as_deref(), Some("csi_1"));
        assert_eq!(open(&key(2), one, &sealed), None);
        assert_eq!(open(&key(1), other, &sealed), None);
        assert_eq!(open(&key(1), one, ""), None);
    }
}
