//! Followers: those who subscribe to a newsroom's activity.
//!
//! Followers with the same document, variables and audience share one execution: see [`shared`]. A
//! follower begins alone, so that it is checked and catches up by itself. Once it has, it joins the
//! others. It goes on alone from its last event when it no longer belongs to their audience, when it
//! reads too slowly, or when they can't share. Each follower gets the bytes that it would get alone.

mod shared;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_graphql::parser::types::{ExecutableDocument, Field, Selection};
use async_graphql::{Name, Request, Response, ServerError, Variables};
use async_graphql_value::Value;
use futures_util::stream::{BoxStream, LocalBoxStream, StreamExt, unfold};
use sha2::{Digest, Sha256};

use crate::domain::activity::Place;
use crate::domain::actor::Actor;
use crate::domain::verdict;
use crate::server::AppState;
use crate::server::context::RequestContext;
use crate::server::limits::Held;
use crate::transport::Reply;
use crate::transport::document::order::{self, Order};
use crate::transport::document::request::Operation;
use shared::{Audience, Seat, Shared};

/// The longest document that is shared, in bytes.
const LONGEST_DOCUMENT: usize = 16 << 10;
/// How long an operation is not shared after one of its responses could not be.
const APART: Duration = Duration::from_mins(1);

/// A subscription that was asked for.
pub struct Asked {
    query: String,
    operation_name: Option<String>,
    variables: Variables,
    document: ExecutableDocument,
    order: Order,
}

impl Asked {
    /// The subscription of an operation.
    pub fn of(operation: Operation) -> Result<Self, ServerError> {
        let Operation { mut request, order, .. } = operation;
        let document = request.parsed_query()?.clone();
        let Request { query, operation_name, variables, .. } = request;
        Ok(Self { query, operation_name, variables, document, order })
    }

    /// The request, ready to run.
    pub fn request(&self) -> Request {
        let mut request = Request::new(self.query.clone()).variables(self.variables.clone());
        request.operation_name.clone_from(&self.operation_name);
        request.set_parsed_query(self.document.clone());
        request
    }

    /// Puts the fields of a response in order.
    pub const fn order(&self) -> &Order {
        &self.order
    }

    /// Whether followers may share it.
    fn may_be_shared(&self) -> bool {
        self.query.len() <= LONGEST_DOCUMENT && self.field().is_some()
    }

    /// The one field that it follows. None if there are more.
    fn field(&self) -> Option<&Field> {
        let operation = order::operation(&self.document, self.operation_name.as_deref())?;
        match &operation.node.selection_set.node.items[..] {
            [item] if item.node.directives().is_empty() => match &item.node {
                Selection::Field(field) => Some(&field.node),
                Selection::FragmentSpread(_) | Selection::InlineFragment(_) => None,
            },
            _ => None,
        }
    }

    /// The variable that says only after which event to begin. Followers who began after different
    /// events can share.
    fn beginning(&self) -> Option<Name> {
        let Value::Variable(name) = &self.field()?.get_argument("after")?.node else { return None };
        // Its definition, and the argument.
        (uses(&self.query, name) == 2).then(|| name.clone())
    }
}

/// How often a document names a variable. Once in a string counts, too, which does no harm.
fn uses(document: &str, name: &str) -> usize {
    let is_whole = |rest: &str| !rest.starts_with(|c: char| c == '_' || c.is_alphanumeric());
    let is_use = |(place, sign): &(usize, &str)| {
        let rest = after_ignored(&document[place + sign.len()..]);
        rest.strip_prefix(name).is_some_and(is_whole)
    };
    document.match_indices('$').filter(is_use).count()
}

/// The text after what GraphQL ignores between two tokens.
fn after_ignored(mut text: &str) -> &str {
    loop {
        text =
            text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '\u{feff}'));
        match text.strip_prefix('#') {
            Some(comment) => text = comment.trim_start_matches(|c| !matches!(c, '\n' | '\r')),
            None => return text,
        }
    }
}

/// Equal for followers who share.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    audience: Audience,
    /// The digest of document, operation name and variables.
    asked: [u8; 32],
}

impl Key {
    fn of(actor: &Actor, asked: &Asked) -> Option<Self> {
        let mut variables = asked.variables.clone();
        if let Some(beginning) = asked.beginning() {
            variables.remove(&beginning);
        }
        let texts = (&asked.query, &asked.operation_name, &variables);
        let asked = Sha256::digest(serde_json::to_vec(&texts).ok()?).into();
        Some(Self { audience: Audience::of(actor)?, asked })
    }
}

/// The shared executions of a server.
#[derive(Clone, Default)]
pub struct Followers(Arc<Mutex<HashMap<Key, Entry>>>);

enum Entry {
    Running(Arc<Shared>),
    /// Its responses could not be shared at that time.
    Apart(Instant),
}

impl Followers {
    fn entries(&self) -> MutexGuard<'_, HashMap<Key, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The execution with this key. If there is none, `begin` begins one, unless its responses could
    /// not be shared lately.
    fn find(&self, key: &Key, begin: impl FnOnce() -> Option<Arc<Shared>>) -> Option<Arc<Shared>> {
        let mut entries = self.entries();
        match entries.get(key) {
            Some(Entry::Running(shared)) => return Some(Arc::clone(shared)),
            Some(Entry::Apart(since)) if since.elapsed() < APART => return None,
            Some(Entry::Apart(_)) | None => {}
        }
        entries.retain(|_, entry| match entry {
            Entry::Running(_) => true,
            Entry::Apart(since) => since.elapsed() < APART,
        });
        let begun = begin()?;
        entries.insert(key.clone(), Entry::Running(Arc::clone(&begun)));
        Some(begun)
    }

    /// Ends an execution if nobody shares it. Returns whether it has ended.
    fn end_if_alone(&self, key: &Key, shared: &Shared) -> bool {
        let mut entries = self.entries();
        let has_ended = shared.end_if_alone();
        if has_ended {
            entries.remove(key);
        }
        has_ended
    }

    /// Ends an execution whose responses cannot be shared.
    fn set_apart(&self, key: &Key, shared: &Shared) {
        self.entries().insert(key.clone(), Entry::Apart(Instant::now()));
        shared.end();
    }
}

/// How a follower gets its next event.
enum Mode {
    Alone(BoxStream<'static, Response>),
    Shared(Seat),
}

/// A follower.
struct Following {
    state: AppState,
    context: RequestContext,
    actor: Actor,
    asked: Arc<Asked>,
    place: Place,
    mode: Mode,
    /// Whether it has begun to follow.
    has_begun: bool,
    may_share: bool,
    /// Counts the subscription.
    _held: Held,
}

/// The responses of a subscription.
pub fn replies(
    state: AppState,
    context: RequestContext,
    actor: Actor,
    asked: Asked,
    held: Held,
) -> LocalBoxStream<'static, Reply> {
    let (asked, place) = (Arc::new(asked), Place::default());
    let may_share = state.settings.shares_followers && asked.may_be_shared();
    let shared_place = may_share.then(|| place.clone());
    let alone = state.responses(&asked, &context, actor.clone(), shared_place);
    let mode = Mode::Alone(alone);
    let following = Following {
        state,
        context,
        actor,
        asked,
        place,
        mode,
        has_begun: false,
        may_share,
        _held: held,
    };
    unfold(following, |mut following| async move {
        let reply = following.next().await?;
        Some((reply, following))
    })
    .boxed_local()
}

impl Following {
    async fn next(&mut self) -> Option<Reply> {
        loop {
            if let Mode::Shared(seat) = &mut self.mode {
                if let Some(text) = seat.next(&self.state.db, &self.place).await {
                    return Some(Reply::Written(text));
                }
                self.go_alone();
            }
            if self.has_begun
                && self.may_share
                && let Some(seat) = self.seat().await
            {
                // Alone, it may be in the middle of a read. It would keep its connection while nobody
                // polls it, and those who join need another one.
                self.mode = Mode::Shared(seat);
                if !Box::pin(self.belongs()).await {
                    self.go_alone();
                }
            }
            let Mode::Alone(responses) = &mut self.mode else { continue };
            tokio::select! {
                biased;
                response = responses.next() => {
                    self.place.delivered();
                    // A response with errors may be the last. A new execution would send it again.
                    self.may_share &= response.as_ref().is_some_and(|one| one.errors.is_empty());
                    return response.map(|response| Reply::Made(Box::new(response)));
                }
                _ = self.place.begun(), if self.may_share && !self.has_begun => {
                    self.has_begun = true;
                }
            }
        }
    }

    /// Goes on alone from its place.
    fn go_alone(&mut self) {
        let (place, actor) = (Some(self.place.clone()), self.actor.clone());
        self.mode = Mode::Alone(self.state.responses(&self.asked, &self.context, actor, place));
    }

    /// A seat among those who share, if everything that it read was delivered and they have reached
    /// its place. It reads nothing.
    async fn seat(&self) -> Option<Seat> {
        let number = self.place.settled()?;
        let actor = self.place.begun().await;
        let (account, credential) = actor.credential()?;
        let key = Key::of(&actor, &self.asked)?;
        let shared = self.state.followers.find(&key, || {
            Shared::begin(&self.state, &self.context, key.clone(), &self.asked, &self.place)
        })?;
        shared.sit(account, credential).filter(|seat| seat.reaches(number))
    }

    /// Whether it belongs where it has a seat: it is one of their audience, and they have reached its
    /// place.
    async fn belongs(&mut self) -> bool {
        let Mode::Shared(seat) = &self.mode else { return false };
        // From here on, it is checked with the others. They got earlier events before this check.
        if self.place.check(&self.state.db).await.is_err() {
            // Alone, it gets the error, and ends.
            self.place.expect_check();
            self.may_share = false;
            return false;
        }
        let actor = self.place.begun().await;
        let account = actor.credential().map(|(account, _)| account);
        let own = verdict::with_own_view(&self.state.db, &actor, account.into_iter()).await;
        self.may_share = own.is_ok_and(|own| own.is_empty());
        let reaches = self.place.settled().is_some_and(|number| seat.reaches(number));
        let belongs = self.may_share && reaches && seat.is_for(&actor);
        if belongs {
            self.asked = Arc::clone(seat.asked());
        }
        belongs
    }
}

#[cfg(test)]
mod tests {
    use super::uses;

    #[test]
    fn every_use_of_a_variable_counts_whatever_stands_before_its_name() {
        let document = "subscription($a: Int, $ab: Int) { x(after: $a) }";
        assert_eq!((uses(document, "a"), uses(document, "ab"), uses(document, "b")), (2, 1, 0));
        for between in [" ", "\n", ",", "\u{feff}", "# a comment\n", "#\r,\t#x\n "] {
            let document =
                format!("subscription(${between}a: Int) {{ x(after: $a, first: ${between}a) }}");
            assert_eq!(uses(&document, "a"), 3, "{document:?}");
        }
    }
}
