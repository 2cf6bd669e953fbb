//! Responses that are kept, because what they say is on record and has not changed.
//!
//! Each request of an account reads, in one statement, the account's rights and the hash of the
//! newest event in each of its newsrooms. Every write to a row on record appends an event in its own
//! transaction. So the same request by the same account, with the same rights and hashes, gets the
//! same response, on any number of servers. Rights were checked when the response was computed, by
//! the same code as for every request.
//!
//! A response is kept if its operation reads nothing else (see
//! [`on_record`](crate::graphql::on_record)), if it has no errors, and if rights and hashes are the
//! same after it was computed as before.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use async_graphql::Response;
use moka::sync::Cache;

use crate::domain::actor::Actor;
use crate::domain::ids::AccountId;
use crate::domain::permissions::Rights;
use crate::domain::rights;
use crate::domain::store::Db;
use crate::server::context::{COST_HEADER, RequestContext};
use crate::transport::wire::responses::{Media, bounded_text};

/// The longest request whose response is kept, in bytes.
const LONGEST_REQUEST: usize = 16 << 10;
/// The largest response that is kept, in bytes.
const LARGEST_RESPONSE: usize = 1 << 20;
/// How long a response is kept after it was last used.
const IDLE: Duration = Duration::from_mins(10);
/// The size of a kept response besides its text and its request, in bytes.
const OVERHEAD: usize = 256;

/// A kept response.
pub struct Kept {
    /// The JSON.
    pub text: String,
    /// The cost of the operation, which its sender pays each time.
    pub cost: u64,
    /// The name of the operation.
    pub name: Option<String>,
    /// The media type that the client asked for.
    pub media: Media,
}

/// The kept responses.
#[derive(Clone)]
pub struct KeptResponses(Option<Cache<Key, Arc<Kept>>>);

/// A request of an account, with what its response follows from.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    account: AccountId,
    /// Whether it came with an API token, which may do less than a session.
    by_token: bool,
    /// The account's rights, and what is on record.
    rights: Arc<[Rights]>,
    content_type: Vec<HeaderValue>,
    accept: Vec<HeaderValue>,
    url_query: String,
    body: Bytes,
}

impl Key {
    /// How many bytes it takes, about.
    fn size(&self) -> usize {
        let accept: usize = self.accept.iter().map(HeaderValue::len).sum();
        self.body.len() + accept + self.url_query.len() + size_of_val(&*self.rights)
    }
}

impl KeptResponses {
    /// Keeps up to this number of bytes. 0 keeps nothing.
    pub fn new(bytes: u64) -> Self {
        let weigh = |key: &Key, kept: &Arc<Kept>| {
            u32::try_from(key.size() + kept.text.len() + OVERHEAD).unwrap_or(u32::MAX)
        };
        let cache = || Cache::builder().max_capacity(bytes).weigher(weigh).time_to_idle(IDLE);
        Self((bytes > 0).then(|| cache().build()))
    }

    /// Whether responses are kept at all.
    pub const fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// The number of responses, and their bytes.
    pub fn size(&self) -> (u64, u64) {
        self.0.as_ref().map_or((0, 0), |cache| {
            cache.run_pending_tasks();
            (cache.entry_count(), cache.weighted_size())
        })
    }

    /// The key of a request. None if its response is not to be kept.
    pub fn key(
        &self,
        request: &HttpRequest,
        body: &Bytes,
        context: &RequestContext,
        actor: &Actor,
    ) -> Option<Key> {
        let is_plain = request.method() == Method::POST
            && body.len() <= LONGEST_REQUEST
            && context.keys.is_empty()
            && !request.headers().contains_key(COST_HEADER);
        let (account, _) = actor.credential().filter(|_| self.is_on() && is_plain)?;
        let headers = request.headers();
        Some(Key {
            account,
            by_token: actor.api_token().is_some(),
            rights: actor.rights(),
            content_type: headers.get_all(header::CONTENT_TYPE).cloned().collect(),
            accept: headers.get_all(header::ACCEPT).cloned().collect(),
            url_query: request.query_string().to_owned(),
            body: body.clone(),
        })
    }

    /// The response to an earlier request with this key.
    pub fn get(&self, key: &Key) -> Option<Arc<Kept>> {
        self.0.as_ref()?.get(key)
    }

    /// Keeps the response to a request of `actor`, unless something has changed since the key was
    /// made.
    pub async fn put(&self, db: &Db, actor: &Actor, key: Key, kept: Kept) {
        let Some(cache) = &self.0 else { return };
        // If the credentials have ended since, the response is not kept.
        if rights::renew(db, actor).await.is_ok() && actor.rights() == key.rights {
            // The body may be a part of a larger buffer.
            let body = Bytes::copy_from_slice(&key.body);
            cache.insert(Key { body, ..key }, Arc::new(kept));
        }
    }
}

/// The text of a response that may be kept: it has no errors and sets no headers.
pub fn text(response: &Response) -> Option<String> {
    let is_plain = response.errors.is_empty()
        && response.http_headers.is_empty()
        && response.extensions.is_empty();
    if is_plain { bounded_text(response, LARGEST_RESPONSE).ok() } else { None }
}
