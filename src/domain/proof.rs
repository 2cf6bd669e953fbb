//! Inclusion proofs. Each proves that an event is in its log, against a signed head of the log's
//! Merkle tree.
//!
//! Invariant: a proof can be checked with nothing but the server's public key.

use std::collections::HashMap;

use async_graphql::SimpleObject;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use super::error::{Error, Reason, Result};
use super::event;
use super::merkle::{self, Hash};
use super::signed_note::Checkpoint;
use super::signing::{PublicKey, SigningKey};
use super::subtrees;

/// Proof that an event is in the newsroom's log: a Merkle inclusion proof as in RFC 9162, against a
/// signed head of the log's tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject)]
#[graphql(name = "InclusionProof")]
#[serde(rename_all = "camelCase")]
pub struct InclusionProof {
    /// The format: `claimspan proof 1`.
    pub format: String,
    /// The leaf of the tree, as text: the event's hash, time, kind and detail, joined by line feeds.
    pub leaf: String,
    /// The leaf's index in the tree, from 0. It is the event's number less 1.
    pub leaf_index: i32,
    /// The number of leaves of the tree.
    pub tree_size: i32,
    /// The hashes that lead from the leaf to the root, in hexadecimal.
    pub path: Vec<String>,
    /// The signed head of the tree: a checkpoint, as C2SP's tlog-checkpoint defines it.
    pub checkpoint: String,
}

const FORMAT: &str = "claimspan proof 1";

/// The name of a log in its checkpoints.
pub fn origin(log: &str) -> String {
    format!("claimspan/{log}")
}

/// Proves that an event is in its log, in the tree of `size` events. Default: all events.
pub async fn of_event(
    db: &impl ConnectionTrait,
    key: &SigningKey,
    event: &event::Model,
    size: Option<i32>,
) -> Result<InclusionProof> {
    let head = size_of(db, &event.log).await?;
    let size = size.unwrap_or(head);
    if size < event.number || size > head {
        let message = format!("`treeSize` is {size}. It must be {} to {head}.", event.number);
        return Err(Error::invalid("treeSize", Reason::OutOfRange, message));
    }
    let (index, leaves) = (count(event.number - 1), count(size));
    let stored = hashes(db, &event.log, index, leaves).await?;
    let stored = |level, number| stored.get(&(level, number)).copied();
    let path = merkle::path(&stored, index, leaves).ok_or_else(incomplete)?;
    let root = merkle::root_of(&stored, 0, leaves).ok_or_else(incomplete)?;
    let checkpoint = Checkpoint { origin: origin(&event.log), size: leaves, root };
    Ok(InclusionProof {
        format: FORMAT.to_owned(),
        leaf: event.leaf(),
        leaf_index: event.number - 1,
        tree_size: size,
        path: path.iter().map(hex::encode).collect(),
        checkpoint: checkpoint.sign(key),
    })
}

/// The head of a log's tree.
pub async fn checkpoint(db: &impl ConnectionTrait, log: &str) -> Result<Checkpoint> {
    let size = count(size_of(db, log).await?);
    let stored = hashes(db, log, size.saturating_sub(1), size).await?;
    let root = merkle::root_of(&|level, number| stored.get(&(level, number)).copied(), 0, size);
    Ok(Checkpoint { origin: origin(log), size, root: root.ok_or_else(incomplete)? })
}

impl InclusionProof {
    /// Checks the proof with nothing but the key.
    pub fn check(&self, public: &PublicKey) -> std::result::Result<Checkpoint, &'static str> {
        if self.format != FORMAT {
            return Err("The proof has an unknown format.");
        }
        let head = Checkpoint::verify(&self.checkpoint, public)?;
        if head.size != count(self.tree_size) {
            return Err("The proof is for another tree size than its checkpoint.");
        }
        let mut path = Vec::with_capacity(self.path.len());
        for text in &self.path {
            let mut hash = Hash::default();
            hex::decode_to_slice(text, &mut hash).map_err(|_| "The path is not readable.")?;
            path.push(hash);
        }
        let index = u64::try_from(self.leaf_index).map_err(|_| "The leaf's index is negative.")?;
        let leaf = merkle::leaf(self.leaf.as_bytes());
        if merkle::root_by_path(leaf, index, head.size, &path) == Some(head.root) {
            Ok(head)
        } else {
            Err("The path does not lead from the leaf to the checkpoint's root.")
        }
    }
}

async fn hashes(
    db: &impl ConnectionTrait,
    log: &str,
    index: u64,
    size: u64,
) -> Result<HashMap<(u32, u64), Hash>> {
    let needed = merkle::needed(index, size);
    let Some(((_, leaves), levels)) = needed.split_first() else { return Ok(HashMap::new()) };
    let mut all = subtrees::stored(db, log, levels).await?;
    for range in leaves {
        let hashes = event::leaves(db, log, range.clone()).await?;
        all.extend(range.clone().zip(hashes).map(|(number, hash)| ((0, number), hash)));
    }
    Ok(all)
}

async fn size_of(db: &impl ConnectionTrait, log: &str) -> Result<i32> {
    let heads = event::heads(db, &[log.to_owned()]).await?;
    heads.first().map(|(_, number)| *number).ok_or(Error::NotFound("log"))
}

fn count(number: i32) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn incomplete() -> Error {
    anyhow::anyhow!(
        "the log's tree is incomplete: start the server, and run `claimspan audit verify`"
    )
    .into()
}
