//! Public answers that the server keeps in memory.
//!
//! Invariant: an answer is sent from memory only if the newsroom's log has not grown since it was
//! read. A write through this server is seen at once. A write of another server
//! or of the command line is seen after a second at most.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, Header, HeaderValue, IfNoneMatch};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use lru::LruCache;
use sha2::{Digest, Sha256};

use super::target::{HTML, Target};
use crate::export::Base;
use crate::pages::public::CONTENT_SECURITY_POLICY;

/// How long an answer counts as current without a look at the database.
const FRESH: Duration = Duration::from_secs(1);
/// The bytes that all kept answers may have.
const MOST_BYTES: usize = 32 << 20;
/// The bytes that an answer counts for besides its body.
const OWN_BYTES: usize = 1024;

/// Names an answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The address that absolute addresses in it begin with.
    pub base: Option<Base>,
    /// The newsroom's slug.
    pub slug: String,
    /// The answer within the newsroom.
    pub target: Target,
}

/// An answer.
#[derive(Clone)]
pub struct Kept {
    etag: HeaderValue,
    /// None if it was not rendered, because the reader had it.
    body: Option<Bytes>,
    /// The number of the newest event in the newsroom's log when it was read.
    head: i32,
    /// The number of commits through this server before that.
    commits: u64,
    checked: Instant,
}

impl Kept {
    /// An answer that was read just now.
    pub fn new(etag: HeaderValue, body: Option<Bytes>, head: i32, commits: u64) -> Self {
        Self { etag, body, head, commits, checked: Instant::now() }
    }

    /// A file that is part of the program.
    pub fn of_file(bytes: Bytes) -> Self {
        Self::new(tag_of(&Sha256::digest(&bytes)), Some(bytes), 0, 0)
    }

    /// The response to this request.
    pub fn respond(&self, request: &HttpRequest, media: &'static str) -> HttpResponse {
        let known = is_known(request, &self.etag);
        let status = if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
        let mut response = HttpResponse::new(status);
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.etag.clone());
        headers.insert(header::CACHE_CONTROL, MINUTE.clone());
        if media == HTML {
            headers.insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
        }
        match &self.body {
            Some(body) if !known => {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
                response.set_body(BoxBody::new(body.clone()))
            }
            _ => response,
        }
    }
}

/// A reader's copy may be a minute old. A shared cache asks again each time.
static MINUTE: HeaderValue =
    HeaderValue::from_static("public, max-age=60, s-maxage=0, must-revalidate");
static POLICY: HeaderValue = HeaderValue::from_static(CONTENT_SECURITY_POLICY);

/// The entity tag of an answer with this digest.
pub fn tag_of(digest: &[u8]) -> HeaderValue {
    let tag = format!("\"{:.32}\"", hex::encode(digest));
    // Each header may have hexadecimal digits.
    HeaderValue::try_from(tag).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Whether the reader has the answer with this entity tag.
pub fn is_known(request: &HttpRequest, etag: &HeaderValue) -> bool {
    // Nearly all readers name this one tag, or none.
    match request.headers().get(header::IF_NONE_MATCH) {
        None => return false,
        Some(known) if known == etag => return true,
        Some(_) => {}
    }
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => {
            let etag = etag.to_str().unwrap_or_default().trim_matches('"');
            tags.iter().any(|tag| tag.tag() == etag)
        }
        Err(_) => false,
    }
}

/// The answers that are kept, up to a number of bytes. The one that was used longest ago goes first.
#[derive(Clone)]
pub struct KeptPages(Arc<Mutex<Held>>);

struct Held {
    answers: LruCache<Key, Kept>,
    bytes: usize,
}

impl Default for KeptPages {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Held { answers: LruCache::unbounded(), bytes: 0 })))
    }
}

impl KeptPages {
    /// The answer, if it was looked at a moment ago and nothing was written through this server
    /// since.
    pub fn fresh(&self, key: &Key, commits: u64) -> Option<Kept> {
        self.find(key, |kept| kept.commits == commits && kept.checked.elapsed() < FRESH)
    }

    /// The answer, if the newsroom's log has not grown since. It counts as looked at now.
    pub fn unchanged(&self, key: &Key, head: i32, commits: u64) -> Option<Kept> {
        self.find(key, |kept| {
            let is_same = kept.head == head;
            if is_same {
                (kept.commits, kept.checked) = (commits, Instant::now());
            }
            is_same
        })
    }

    fn find(&self, key: &Key, is_current: impl FnOnce(&mut Kept) -> bool) -> Option<Kept> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = held.answers.get_mut(key).filter(|kept| kept.body.is_some())?;
        is_current(kept).then(|| kept.clone())
    }

    /// Keeps an answer.
    pub fn keep(&self, key: Key, kept: Kept) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.bytes += weight(&kept);
        if let Some(old) = held.answers.put(key, kept) {
            held.bytes -= weight(&old);
        }
        while held.bytes > MOST_BYTES {
            let Some((_, old)) = held.answers.pop_lru() else { break };
            held.bytes -= weight(&old);
        }
    }
}

fn weight(kept: &Kept) -> usize {
    OWN_BYTES + kept.body.as_ref().map_or(0, Bytes::len)
}
