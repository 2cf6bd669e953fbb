//! Documents that were read before: clients send the same few over and over, with other variables.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::ServerError;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::ExecutableDocument;
use lru::LruCache;

use super::fault::Fault;
use super::guard;
use super::request::too_complex;

/// How many documents are kept.
const MOST_KEPT: NonZeroUsize = NonZeroUsize::new(128).expect("not zero");
/// How long, in bytes, a document may be to be kept: read, it takes many times as much.
const LONGEST_KEPT: usize = 2 << 10;

/// The documents that were read last.
pub struct Parsed(Mutex<LruCache<String, Arc<ExecutableDocument>>>);

impl Default for Parsed {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(MOST_KEPT)))
    }
}

impl Parsed {
    /// Reads a document, unless the guard refuses its text.
    pub fn parse(&self, text: &str) -> Result<ExecutableDocument, Fault> {
        if text.len() > LONGEST_KEPT {
            return parse(text);
        }
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(text).cloned();
        if let Some(document) = known {
            return Ok((*document).clone());
        }
        let document = parse(text)?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(text.to_owned(), Arc::new(document.clone()));
        Ok(document)
    }
}

fn parse(text: &str) -> Result<ExecutableDocument, Fault> {
    guard::scan(text).map_err(too_complex)?;
    parse_query(text).map_err(|error| {
        let mut told = ServerError::from(error);
        // A drawing of the place, in several lines; the place itself is in `locations`.
        if let (Some((_, wrong)), Some(at)) = (told.message.rsplit_once("= "), told.locations.first()) {
            told.message = format!("line {}, column {} of the document: {}", at.line, at.column, wrong.trim());
        }
        Fault::Graphql(Box::new(told))
    })
}
