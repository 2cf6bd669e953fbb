//! Signed notes and checkpoints, as C2SP defines them (c2sp.org/signed-note and
//! c2sp.org/tlog-checkpoint), with Ed25519.
//!
//! A checkpoint names the log, its size and the root of its Merkle tree.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::merkle::Hash;
use super::signing::{self, PublicKey, SigningKey};

/// The type of an Ed25519 signature in a note.
const ED25519: u8 = 1;

/// The head of a log's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name: `claimspan/` and its id.
    pub origin: String,
    /// The number of events.
    pub size: u64,
    /// The root of the tree.
    pub root: Hash,
}

impl Checkpoint {
    /// Signs the checkpoint in the name of its log.
    pub fn sign(&self, key: &SigningKey) -> String {
        let root = BASE64_STANDARD.encode(self.root);
        let text = format!("{}\n{}\n{root}\n", self.origin, self.size);
        sign(&text, &self.origin, key)
    }

    /// Reads a checkpoint that this key signed in the name of its log.
    pub fn verify(note: &str, public: &PublicKey) -> Result<Self, &'static str> {
        let text = note.split_once("\n\n").ok_or("The checkpoint is not a signed note.")?.0;
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err("The checkpoint must have three lines.");
        };
        if !is_signed(note, origin, public) {
            return Err("The checkpoint is not signed with this key.");
        }
        let root = BASE64_STANDARD.decode(root).ok().and_then(|root| root.try_into().ok());
        match (size.parse(), root) {
            (Ok(size), Some(root)) => Ok(Self { origin: origin.to_owned(), size, root }),
            _ => Err("The checkpoint's size or root is not readable."),
        }
    }
}

/// The public key as verifiers of signed notes expect it.
pub fn verifier_key(name: &str, public: &PublicKey) -> String {
    let key = BASE64_STANDARD.encode([&[ED25519], &public[..]].concat());
    format!("{name}+{}+{key}", hex::encode(key_hash(name, public)))
}

fn key_hash(name: &str, public: &PublicKey) -> [u8; 4] {
    let hash = Sha256::digest([name.as_bytes(), b"\n", &[ED25519], public].concat());
    [hash[0], hash[1], hash[2], hash[3]]
}

/// Signs a text, which ends with a line feed.
fn sign(text: &str, name: &str, key: &SigningKey) -> String {
    let signature = [&key_hash(name, &key.public())[..], &key.sign(text.as_bytes())].concat();
    format!("{text}\n\u{2014} {name} {}\n", BASE64_STANDARD.encode(signature))
}

/// Whether a note has a signature of this key, in this name.
fn is_signed(note: &str, name: &str, public: &PublicKey) -> bool {
    let Some((text, signatures)) = note.rsplit_once("\n\n") else { return false };
    let text = format!("{text}\n");
    let start = format!("\u{2014} {name} ");
    let own = signatures.lines().filter_map(|line| line.strip_prefix(&start));
    own.filter_map(|line| BASE64_STANDARD.decode(line).ok()).any(|bytes| {
        bytes
            .strip_prefix(&key_hash(name, public))
            .is_some_and(|signature| signing::verifies(public, text.as_bytes(), signature))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_of_another_implementation_verifies() {
        // The example in the documentation of golang.org/x/mod/sumdb/note.
        let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let note = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n\n\
                    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let public = signing::parse_public(key).expect("a key");
        assert_eq!(verifier_key("PeterNeumann", &public), key);
        assert!(is_signed(note, "PeterNeumann", &public));
        assert!(!is_signed(&note.replace("your problem is", "it is"), "PeterNeumann", &public));
        assert!(!is_signed(note, "Peter", &public));
    }

    #[test]
    fn a_checkpoint_reads_back_as_it_was_signed() {
        let (key, other) = ([1, 2]).map(|byte| SigningKey::from_seed([byte; 32]).unwrap()).into();
        let head = Checkpoint { origin: "claimspan/server".to_owned(), size: 17, root: [7; 32] };
        let note = head.sign(&key);
        assert_eq!(Checkpoint::verify(&note, &key.public()), Ok(head));
        assert!(Checkpoint::verify(&note, &other.public()).is_err());
        assert!(Checkpoint::verify(&note.replace("\n17\n", "\n18\n"), &key.public()).is_err());
        assert!(Checkpoint::verify("", &key.public()).is_err());
    }
}
