//! Parsed documents. Clients send the same few documents again and again, with other variables.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::ServerError;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::ExecutableDocument;
use lru::LruCache;

use crate::transport::document::fault::Fault;
use crate::transport::document::guard;

/// How many documents are kept.
const MOST_KEPT: NonZeroUsize = NonZeroUsize::new(128).expect("not zero");
/// The longest document that is kept, in bytes. Parsed, it takes many times as much memory.
const LONGEST_KEPT: usize = 2 << 10;

/// The documents that were parsed last.
pub struct Parsed(Mutex<LruCache<String, Arc<ExecutableDocument>>>);

impl Default for Parsed {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(MOST_KEPT)))
    }
}

impl Parsed {
    /// Parses a document, unless the guard refuses its text.
    pub fn parse(&self, text: &str) -> Result<ExecutableDocument, Fault> {
        if text.len() > LONGEST_KEPT {
            return parse(text);
        }
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(text).cloned();
        if let Some(document) = known {
            return Ok((*document).clone());
        }
        let document = parse(text)?;
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .put(text.to_owned(), Arc::new(document.clone()));
        Ok(document)
    }
}

fn parse(text: &str) -> Result<ExecutableDocument, Fault> {
    guard::scan(text)?;
    parse_query(text).map_err(|error| {
        let mut error = ServerError::from(error);
        // The parser's message draws the place over several lines. `locations` has it already.
        if let (Some((_, wrong)), Some(at)) =
            (error.message.rsplit_once("= "), error.locations.first())
        {
            let wrong = wrong.trim();
            error.message =
                format!("Syntax error at line {}, column {}: {wrong}.", at.line, at.column);
        }
        Fault::Graphql(Box::new(error))
    })
}
