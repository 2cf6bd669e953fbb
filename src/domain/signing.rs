//! Ed25519 keys, and the file that keeps the server's private key outside the database.
//!
//! Invariants: a private key is never in the database, in a log or in an error. Its file is
//! readable by its owner only. The file is a PKCS #8 key in PEM, as OpenSSL writes it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hkdf::Hkdf;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sha2::{Digest, Sha256};

/// A public key: 32 bytes.
pub type PublicKey = [u8; 32];

/// The bytes before the 32 bytes of a private key, and of a public key, in DER.
const PRIVATE_DER: &str = "302e020100300506032b657004220420";
const PUBLIC_DER: &str = "302a300506032b6570032100";

/// A private key with its public key.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    seed: [u8; 32],
    public: PublicKey,
}

impl SigningKey {
    /// The key of these 32 secret bytes.
    pub fn from_seed(seed: [u8; 32]) -> anyhow::Result<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed)
            .map_err(|_| anyhow::anyhow!("these bytes are no Ed25519 key"))?;
        let mut public = PublicKey::default();
        public.copy_from_slice(pair.public_key().as_ref());
        Ok(Self { pair, seed, public })
    }

    /// The public key.
    pub const fn public(&self) -> PublicKey {
        self.public
    }

    /// The key's id.
    pub fn id(&self) -> String {
        key_id(&self.public)
    }

    /// A secret that only holders of the key can derive, for the purpose that the label names.
    pub fn derive(&self, label: &[u8]) -> [u8; 32] {
        let mut bytes = [0; 32];
        let secret = Hkdf::<Sha256>::new(None, &self.seed);
        secret.expand(label, &mut bytes).expect("32 bytes are not too many");
        bytes
    }

    /// Signs a message.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut bytes = [0; 64];
        bytes.copy_from_slice(self.pair.sign(message).as_ref());
        bytes
    }

    fn to_pem(&self) -> String {
        pem("PRIVATE KEY", PRIVATE_DER, &self.seed)
    }

    fn from_pem(text: &str) -> anyhow::Result<Self> {
        let seed = from_pem(text, PRIVATE_DER)
            .ok_or_else(|| anyhow::anyhow!("it is not an Ed25519 private key in PEM (PKCS #8)"))?;
        Self::from_seed(seed)
    }
}

/// The id of a public key: the first 16 hexadecimal digits of its SHA-256.
pub fn key_id(public: &PublicKey) -> String {
    hex::encode(&Sha256::digest(public)[..8])
}

/// Whether `signature` is this key's signature of the message.
pub fn verifies(public: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public).verify(message, signature).is_ok()
}

/// A public key as PEM.
pub fn public_pem(public: &PublicKey) -> String {
    pem("PUBLIC KEY", PUBLIC_DER, public)
}

/// Reads a public key: PEM, Base64 of its 32 bytes, or a verifier key of signed notes.
pub fn parse_public(text: &str) -> Option<PublicKey> {
    let text = text.trim();
    if let Some(key) = from_pem(text, PUBLIC_DER) {
        return Some(key);
    }
    let bytes = |text: &str| BASE64_STANDARD.decode(text).ok();
    let raw = bytes(text).or_else(|| match text.splitn(3, '+').collect::<Vec<_>>()[..] {
        [_, _, key] => bytes(key).filter(|key| key.first() == Some(&1)).map(|key| key[1..].into()),
        _ => None,
    });
    raw?.try_into().ok()
}

fn pem(label: &str, prefix: &str, key: &[u8; 32]) -> String {
    let mut der = hex::decode(prefix).unwrap_or_default();
    der.extend_from_slice(key);
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", BASE64_STANDARD.encode(der))
}

fn from_pem(text: &str, prefix: &str) -> Option<[u8; 32]> {
    let body: String =
        text.lines().map(str::trim).filter(|line| !line.starts_with("---")).collect();
    let der = BASE64_STANDARD.decode(body).ok()?;
    der.strip_prefix(&hex::decode(prefix).ok()?[..])?.try_into().ok()
}

/// The server's signing key, and the file from which it is read.
///
/// Several servers can share the key. After one of them has rotated it, the others read the file
/// again.
pub struct Signer {
    file: Option<PathBuf>,
    key: RwLock<Arc<SigningKey>>,
}

impl Signer {
    /// A signer whose key is not in a file.
    pub fn of(key: SigningKey) -> Self {
        Self { file: None, key: RwLock::new(Arc::new(key)) }
    }

    /// The signer with the key in this file. None if there is no file.
    pub fn read(file: &Path) -> anyhow::Result<Option<Self>> {
        let key = read_key(file)?.map(|key| RwLock::new(Arc::new(key)));
        Ok(key.map(|key| Self { file: Some(file.to_owned()), key }))
    }

    /// A signer with a new key, which is written to this file. The file must not exist.
    pub fn create(file: &Path, seed: [u8; 32]) -> anyhow::Result<Self> {
        let key = SigningKey::from_seed(seed)?;
        write_key(file, &key)?;
        Ok(Self { file: Some(file.to_owned()), key: RwLock::new(Arc::new(key)) })
    }

    /// The key.
    pub fn key(&self) -> Arc<SigningKey> {
        Arc::clone(&self.key.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The key with this id. If the signer has another key, it reads its file again, and then the
    /// file that an interrupted rotation has left.
    pub fn key_of(&self, id: &str) -> anyhow::Result<Arc<SigningKey>> {
        if self.key().id() == id {
            return Ok(self.key());
        }
        if let Some(file) = &self.file {
            for (place, interrupted) in [(file.clone(), false), (next_file(file), true)] {
                if let Some(key) = read_key(&place)?
                    && key.id() == id
                {
                    if interrupted {
                        std::fs::rename(&place, file)?;
                    }
                    *self.key.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
                    return Ok(self.key());
                }
            }
        }
        anyhow::bail!(
            "the database expects the signing key {id}, but {} has the key {}: restore the file \
             from your backup, or name the right file with --signing-key; if the key is lost, run \
             `claimspan audit rotate-key --lost`",
            self.file
                .as_ref()
                .map_or_else(|| "this server".into(), |file| file.display().to_string()),
            self.key().id()
        )
    }
}

/// The file to which a rotation writes the new key before the log names it.
pub fn next_file(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".next");
    path.into()
}

fn read_key(file: &Path) -> anyhow::Result<Option<SigningKey>> {
    let mut opened = match File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => anyhow::bail!("cannot read the signing key {}: {error}", file.display()),
    };
    let mode = opened.metadata()?.permissions().mode();
    anyhow::ensure!(
        // The last six bits are the rights of the group and of others.
        mode.trailing_zeros() >= 6,
        "others can read the signing key {}: run `chmod 600` on it",
        file.display()
    );
    let mut text = String::new();
    opened.read_to_string(&mut text)?;
    let key = SigningKey::from_pem(&text).map_err(|error| {
        anyhow::anyhow!("cannot read the signing key {}: {error}", file.display())
    })?;
    Ok(Some(key))
}

/// Writes a key to a new file, durably, and only for its owner. Of two servers that start at once,
/// one fails.
pub fn write_key(file: &Path, key: &SigningKey) -> anyhow::Result<()> {
    let failed = |error: io::Error| {
        anyhow::anyhow!("cannot write the signing key {}: {error}", file.display())
    };
    let mut options = OpenOptions::new();
    let mut opened = options.write(true).create_new(true).mode(0o600).open(file).map_err(failed)?;
    opened.write_all(key.to_pem().as_bytes()).map_err(failed)?;
    opened.sync_all().map_err(failed)?;
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032, section 7.1, test 2.
    const SEED: &str = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    const PUBLIC: &str = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    const SIGNATURE: &str = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

    fn key() -> SigningKey {
        let mut seed = [0; 32];
        hex::decode_to_slice(SEED, &mut seed).unwrap();
        SigningKey::from_seed(seed).unwrap()
    }

    #[test]
    fn signatures_are_those_of_rfc_8032() {
        let key = key();
        assert_eq!(hex::encode(key.public()), PUBLIC);
        assert_eq!(hex::encode(key.sign(&[0x72])), SIGNATURE);
        assert!(verifies(&key.public(), &[0x72], &key.sign(&[0x72])));
        assert!(!verifies(&key.public(), &[0x73], &key.sign(&[0x72])));
    }

    #[test]
    fn keys_read_back_as_they_are_written() {
        let key = key();
        assert_eq!(SigningKey::from_pem(&key.to_pem()).unwrap().public(), key.public());
        let note_key = crate::domain::signed_note::verifier_key("a/b", &key.public());
        for text in [public_pem(&key.public()), BASE64_STANDARD.encode(key.public()), note_key] {
            assert_eq!(parse_public(&text), Some(key.public()), "{text}");
        }
        for bad in ["", "x", "a+b+c", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"]
        {
            assert_eq!(parse_public(bad), None, "{bad}");
        }
    }
}
