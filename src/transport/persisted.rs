//! Documents that clients need not send: those that they sent before (automatic persisted queries, after Apollo's protocol), and those that the
//! server was started with (trusted documents), besides which it then runs no others.

use std::collections::HashMap;
use std::fmt::Write;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use async_graphql::ServerError;
use lru::LruCache;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::fault::Fault;

/// How many documents are kept that clients sent.
const MOST_KEPT: usize = 1000;
/// How long, in bytes, a document may be to be kept.
const LONGEST_KEPT: usize = 32 << 10;

/// The documents that a server knows.
pub enum Documents {
    /// Any document runs; the last that were sent with their hashes are kept, by hash.
    Any(Mutex<LruCache<String, Arc<str>>>),
    /// These run, by hash or id, and no others.
    Trusted(HashMap<String, Arc<str>>),
}

impl Default for Documents {
    fn default() -> Self {
        Self::Any(Mutex::new(LruCache::new(const { NonZeroUsize::new(MOST_KEPT).unwrap() })))
    }
}

impl Documents {
    /// Reads the documents that are trusted from a folder: each `.graphql` file is one, known by the SHA-256 of its text; each `.json` file is an
    /// object of documents by their ids, as relay-compiler writes it.
    pub fn trusted(folder: &Path) -> anyhow::Result<Self> {
        let mut documents = HashMap::new();
        let mut add = |id: Option<String>, text: &str, from: &Path| {
            async_graphql::parser::parse_query(text).with_context(|| format!("{} holds a document that cannot be read", from.display()))?;
            let shared: Arc<str> = text.into();
            documents.extend(id.map(|id| (id, Arc::clone(&shared))));
            documents.insert(hash(text), shared);
            anyhow::Ok(())
        };
        let files = std::fs::read_dir(folder).with_context(|| format!("cannot read the folder {}", folder.display()))?;
        for file in files {
            let path = file?.path();
            let read = || std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()));
            match path.extension().and_then(|ending| ending.to_str()) {
                Some("graphql" | "gql") => add(None, &read()?, &path)?,
                Some("json") => {
                    let map: HashMap<String, String> = serde_json::from_str(&read()?)
                        .with_context(|| format!("{} is no JSON object of documents by their ids", path.display()))?;
                    for (id, text) in map {
                        add(Some(id), &text, &path)?;
                    }
                }
                _ => {}
            }
        }
        anyhow::ensure!(!documents.is_empty(), "{} holds no documents: neither .graphql nor .json files", folder.display());
        Ok(Self::Trusted(documents))
    }

    /// The document that a request means by its text, its id, or the hash in its extensions.
    pub fn resolve(&self, query: Option<String>, id: Option<&str>, extensions: &Map<String, Value>) -> Result<String, Fault> {
        let by_hash = persisted_hash(extensions)?;
        let asked = id.map(|id| id.strip_prefix("sha256:").unwrap_or(id)).or(by_hash);
        if let (Some(text), Some(given)) = (&query, by_hash)
            && hash(text) != given
        {
            return Err(Fault::Malformed(
                "extensions.persistedQuery.sha256Hash",
                "this is not the SHA-256 of the query beside it".to_owned(),
            ));
        }
        match (self, query, asked) {
            (Self::Any(_), Some(text), _) => Ok(text),
            (Self::Any(kept), None, Some(asked)) => {
                let found = kept.lock().unwrap_or_else(PoisonError::into_inner).get(asked).cloned();
                found.map(|text| text.to_string()).ok_or_else(|| unknown("PersistedQueryNotFound"))
            }
            (Self::Trusted(known), Some(text), _) => known
                .get(&hash(&text))
                .map(ToString::to_string)
                .ok_or_else(|| unknown("this server runs only documents that it was started with")),
            (Self::Trusted(known), None, Some(asked)) => {
                known.get(asked).map(ToString::to_string).ok_or_else(|| unknown("PersistedQueryNotFound"))
            }
            (_, None, None) => Err(Fault::Malformed("query", "the request has no query: send {\"query\": \"…\"}".to_owned())),
        }
    }

    /// Keeps a document that was sent with its hash, and can be read and run.
    pub fn keep(&self, extensions: &Map<String, Value>, query: &str) {
        if let (Self::Any(kept), Ok(Some(given))) = (self, persisted_hash(extensions))
            && query.len() <= LONGEST_KEPT
        {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.get(given).is_none() {
                kept.put(given.to_owned(), query.into());
            }
        }
    }
}

/// The hash in `extensions.persistedQuery`, of version 1.
fn persisted_hash(extensions: &Map<String, Value>) -> Result<Option<&str>, Fault> {
    let Some(persisted) = extensions.get("persistedQuery") else { return Ok(None) };
    let hash = persisted.get("sha256Hash").and_then(Value::as_str).filter(|_| persisted.get("version") == Some(&1.into()));
    let message = "extensions.persistedQuery is {\"version\": 1, \"sha256Hash\": \"…\"}";
    hash.map(Some).ok_or_else(|| Fault::Malformed("extensions.persistedQuery", message.to_owned()))
}

/// SHA-256 as 64 hexadecimal digits.
fn hash(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Says that a document is not known. Apollo's clients know the message.
fn unknown(message: &str) -> Fault {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", "PERSISTED_QUERY_NOT_FOUND");
    Fault::Graphql(Box::new(error))
}
