//! Documents that clients need not send.
//!
//! Automatic persisted queries are documents that a client sent before with their hashes: in
//! `extensions.persistedQuery` (Apollo's protocol), or in `documentId` (the working draft of GraphQL
//! over HTTP). Trusted documents are those that the server was started with. A server with trusted
//! documents runs no others.

use std::collections::HashMap;
use std::fmt::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use async_graphql::ServerError;
use lru::LruCache;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::transport::document::fault::Fault;

/// The beginning of a document id that is a hash.
const PREFIX: &str = "sha256:";
/// How many persisted queries are kept.
const MOST_KEPT: usize = 1000;
/// The longest persisted query that is kept, in bytes.
const LONGEST_KEPT: usize = 32 << 10;

/// The documents that a server knows.
pub enum Documents {
    /// Every document runs. Those that were last sent with their hashes are kept, by hash.
    Any(Mutex<LruCache<String, Arc<str>>>),
    /// Only these documents run. They are found by hash or id.
    Trusted(HashMap<String, Arc<str>>),
}

impl Default for Documents {
    fn default() -> Self {
        Self::Any(Mutex::new(LruCache::new(const { NonZeroUsize::new(MOST_KEPT).unwrap() })))
    }
}

impl Documents {
    /// Only these documents run. Each is found by the SHA-256 of its text, with or without the
    /// white space at its end, and by its id if it has one.
    pub fn trusted(documents: Vec<TrustedDocument>) -> Self {
        let mut known = HashMap::new();
        for TrustedDocument { id, text, .. } in documents {
            let text: Arc<str> = text.into();
            known.extend(id.map(|id| (id, Arc::clone(&text))));
            // Editors and build tools add or drop a line feed at the end.
            known.insert(hash(text.trim_end()), Arc::clone(&text));
            known.insert(hash(&text), text);
        }
        Self::Trusted(known)
    }

    /// Finds the document of a request by its text, its id, or the hash in its extensions.
    pub fn resolve(
        &self,
        query: Option<String>,
        id: Option<&str>,
        extensions: &Map<String, Value>,
    ) -> Result<String, Fault> {
        let by_hash = persisted_hash(extensions)?;
        let asked = id.map(|id| id.strip_prefix(PREFIX).unwrap_or(id)).or(by_hash);
        let is_other =
            |given: &str| query.as_ref().is_some_and(|text: &String| hash(text) != given);
        if by_hash.is_some_and(is_other) {
            return Err(Fault::Malformed(
                "extensions.persistedQuery.sha256Hash",
                "`sha256Hash` must be the SHA-256 of `query`.".to_owned(),
            ));
        }
        if id.and_then(|id| id.strip_prefix(PREFIX)).is_some_and(is_other) {
            return Err(Fault::Malformed(
                "documentId",
                "`documentId` must be `sha256:` followed by the SHA-256 of `query`.".to_owned(),
            ));
        }
        match (self, query, asked) {
            (Self::Any(_), Some(text), _) => Ok(text),
            (Self::Any(kept), None, Some(asked)) => {
                let found = kept.lock().unwrap_or_else(PoisonError::into_inner).get(asked).cloned();
                found.map(|text| text.to_string()).ok_or_else(|| unknown("PersistedQueryNotFound"))
            }
            (Self::Trusted(known), Some(text), _) => known
                .get(&hash(text.trim_end()))
                .map(ToString::to_string)
                .ok_or_else(|| unknown("This server runs only trusted documents.")),
            (Self::Trusted(known), None, Some(asked)) => known
                .get(asked)
                .map(ToString::to_string)
                .ok_or_else(|| unknown("PersistedQueryNotFound")),
            (_, None, None) => Err(Fault::Malformed(
                "query",
                "`query` is missing. Send {\"query\": \"…\"}.".to_owned(),
            )),
        }
    }

    /// Keeps a document that was sent with its hash and passed the checks.
    pub fn keep(&self, id: Option<&str>, extensions: &Map<String, Value>, query: &str) {
        let by_id = id.and_then(|id| id.strip_prefix(PREFIX));
        let given = by_id.or_else(|| persisted_hash(extensions).ok().flatten());
        if let (Self::Any(kept), Some(given)) = (self, given)
            && query.len() <= LONGEST_KEPT
        {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.get(given).is_none() {
                kept.put(given.to_owned(), query.into());
            }
        }
    }
}

/// A document that the server's operator trusts.
pub struct TrustedDocument {
    /// The id under which clients ask for it. None if they use only its SHA-256.
    pub id: Option<String>,
    /// The document.
    pub text: String,
    /// The file that it was read from.
    pub file: PathBuf,
}

/// Reads trusted documents from a folder. Each `.graphql` file is one document. Each `.json` file is
/// an object of documents by id, as relay-compiler and graphql-codegen write it.
pub fn read_trusted(folder: &Path) -> anyhow::Result<Vec<TrustedDocument>> {
    let mut documents = Vec::new();
    let files = std::fs::read_dir(folder)
        .with_context(|| format!("cannot read the folder {}", folder.display()))?;
    for file in files {
        let file = file?.path();
        let read = || {
            std::fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))
        };
        match file.extension().and_then(|ending| ending.to_str()) {
            Some("graphql" | "gql") => {
                documents.push(TrustedDocument { id: None, text: read()?, file });
            }
            Some("json") => {
                let map: HashMap<String, String> =
                    serde_json::from_str(&read()?).with_context(|| {
                        format!("{} is not a JSON object of documents by id", file.display())
                    })?;
                documents.extend(map.into_iter().map(|(id, text)| TrustedDocument {
                    id: Some(id),
                    text,
                    file: file.clone(),
                }));
            }
            _ => {}
        }
    }
    anyhow::ensure!(
        !documents.is_empty(),
        "{} contains no documents: add .graphql or .json files",
        folder.display()
    );
    Ok(documents)
}

/// The hash in `extensions.persistedQuery`, version 1.
fn persisted_hash(extensions: &Map<String, Value>) -> Result<Option<&str>, Fault> {
    let Some(persisted) = extensions.get("persistedQuery") else { return Ok(None) };
    let hash = persisted
        .get("sha256Hash")
        .and_then(Value::as_str)
        .filter(|_| persisted.get("version") == Some(&1.into()));
    let message = "`extensions.persistedQuery` must be {\"version\": 1, \"sha256Hash\": \"…\"}.";
    hash.map(Some).ok_or_else(|| Fault::Malformed("extensions.persistedQuery", message.to_owned()))
}

/// SHA-256 as 64 hexadecimal digits.
fn hash(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Says that a document is not known. Apollo's clients compare the message
/// `PersistedQueryNotFound`.
fn unknown(message: &str) -> Fault {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", "PERSISTED_QUERY_NOT_FOUND");
    Fault::Graphql(Box::new(error))
}
