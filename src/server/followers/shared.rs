//! One execution for all followers with the same document, variables and audience.
//!
//! Invariants:
//! - An audience is a set of accounts with the same rights, none of which has a view of its own. The
//!   operation runs with those rights and without an account. If anything asks for the account, the
//!   response is not shared, and each follower goes on alone.
//! - After an event was read and its response written, the rights of all followers are read again,
//!   in one statement. Only those who still have them get it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_graphql::Response;
use futures_util::stream::{BoxStream, StreamExt};
use tokio::sync::watch;

use crate::domain::activity::Place;
use crate::domain::actor::{Actor, Credential, Witness};
use crate::domain::error::Result;
use crate::domain::ids::{AccountId, NewsroomId};
use crate::domain::permissions::{Policy, Rights, Role};
use crate::domain::rights;
use crate::domain::store::Db;
use crate::domain::verdict;
use crate::server::AppState;
use crate::server::context::RequestContext;
use crate::server::followers::{Asked, Key};
use crate::transport::Host;
use crate::transport::wire::responses::bounded_text;

/// How often the followers' rights are checked while nothing happens.
const CHECK_EVERY: Duration = Duration::from_secs(2);
/// How old the check of an event may be when a follower takes it.
const FRESH: Duration = Duration::from_millis(500);
/// How many events are delivered at once.
const MOST_AT_ONCE: usize = 20;
/// The largest response that is shared, in bytes.
const LARGEST_RESPONSE: usize = 256 << 10;
/// How many bytes of responses wait for followers who have not taken them. Those who come later go
/// on alone.
const MOST_RECENT: usize = 1 << 20;
/// How long a response waits.
const RECENT: Duration = Duration::from_secs(2);

/// The rights that decide what somebody may see, apart from the work of their own.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Audience {
    /// An API token may do less than a session.
    by_token: bool,
    rights: Vec<(NewsroomId, Role, Policy)>,
}

impl Audience {
    /// The audience of an account. None for strangers.
    pub fn of(actor: &Actor) -> Option<Self> {
        let (_, credential) = actor.credential()?;
        Some(Self::with(credential, &actor.rights()))
    }

    fn with(credential: Credential, rights: &[Rights]) -> Self {
        let by_token = matches!(credential, Credential::ApiToken(_));
        let rights = rights.iter().map(|rights| (rights.newsroom, rights.role, rights.policy));
        Self { by_token, rights: rights.collect() }
    }
}

/// An execution that followers share.
pub struct Shared {
    key: Key,
    asked: Arc<Asked>,
    news: watch::Sender<()>,
    state: Mutex<State>,
}

struct State {
    members: HashMap<u64, Member>,
    /// How many followers have joined.
    joined: u64,
    recent: VecDeque<Told>,
    bytes: usize,
    /// The number of the last event that was read for all.
    reached: i32,
    has_ended: bool,
}

#[derive(Clone, Copy)]
struct Member {
    account: AccountId,
    credential: Credential,
}

/// The response to an event.
struct Told {
    /// The number of the event before it that was told.
    after: i32,
    number: i32,
    text: Arc<str>,
    /// When the followers' rights were checked.
    checked: Instant,
}

impl Shared {
    /// Begins an execution for the audience of the follower in this place.
    pub fn begin(
        state: &AppState,
        context: &RequestContext,
        key: Key,
        asked: &Arc<Asked>,
        place: &Place,
    ) -> Option<Arc<Self>> {
        let reached = place.settled()?;
        let (actor, place, witness) = place.for_audience()?;
        let context = state.audience_context(context);
        let responses = state.responses(asked, &context, actor.clone(), Some(place.clone()));
        let begun = State {
            members: HashMap::new(),
            joined: 0,
            recent: VecDeque::new(),
            bytes: 0,
            reached,
            has_ended: false,
        };
        let shared = Arc::new(Self {
            key,
            asked: Arc::clone(asked),
            news: watch::channel(()).0,
            state: Mutex::new(begun),
        });
        let running =
            Running { shared: Arc::clone(&shared), server: state.clone(), actor, place, witness };
        tokio::spawn(running.run(responses));
        Some(shared)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a follower. None if the execution has ended.
    pub fn sit(self: &Arc<Self>, account: AccountId, credential: Credential) -> Option<Seat> {
        let news = self.news.subscribe();
        let mut state = self.state();
        if state.has_ended {
            return None;
        }
        state.joined += 1;
        let number = state.joined;
        state.members.insert(number, Member { account, credential });
        drop(state);
        Some(Seat { shared: Arc::clone(self), number, news })
    }

    /// Ends if it has no followers.
    pub fn end_if_alone(&self) -> bool {
        let mut state = self.state();
        state.has_ended |= state.members.is_empty();
        state.has_ended
    }

    /// Ends. Its followers go on alone.
    pub fn end(&self) {
        let mut state = self.state();
        state.has_ended = true;
        state.recent = VecDeque::new();
        drop(state);
        self.news.send_replace(());
    }

    /// Tells the followers these events.
    fn tell(&self, events: Vec<(i32, Arc<str>)>, checked: Instant) {
        let mut state = self.state();
        for (number, text) in events {
            state.bytes += text.len();
            let after = std::mem::replace(&mut state.reached, number);
            state.recent.push_back(Told { after, number, text, checked });
        }
        while state
            .recent
            .front()
            .is_some_and(|first| state.bytes > MOST_RECENT || first.checked.elapsed() > RECENT)
        {
            let first = state.recent.pop_front();
            state.bytes -= first.map_or(0, |first| first.text.len());
        }
        drop(state);
        self.news.send_replace(());
    }

    /// Checks the rights of all followers. Those who have changed since no longer belong here.
    async fn check(&self, db: &Db, actor: &Actor) {
        let members: Vec<_> =
            self.state().members.iter().map(|(number, member)| (*number, *member)).collect();
        let belonging = self.belonging(db, actor, &members).await.unwrap_or_else(|error| {
            tracing::warn!(?error, "the rights of followers could not be checked");
            HashSet::new()
        });
        let mut state = self.state();
        for (number, _) in members {
            if !belonging.contains(&number) {
                state.members.remove(&number);
            }
        }
    }

    /// Those of these followers who belong to the audience.
    async fn belonging(
        &self,
        db: &Db,
        actor: &Actor,
        members: &[(u64, Member)],
    ) -> Result<HashSet<u64>> {
        let credentials: HashSet<_> = members.iter().map(|(_, member)| member.credential).collect();
        let credentials: Vec<_> = credentials.into_iter().collect();
        let accounts: HashSet<_> = members.iter().map(|(_, member)| member.account).collect();
        let own = verdict::with_own_view(db, actor, accounts.into_iter()).await?;
        let found = rights::find_all(db, &credentials, actor.now()).await?;
        let belongs = |member: &Member| {
            found.get(&member.credential).is_some_and(|rights| {
                Audience::with(member.credential, rights) == self.key.audience
            }) && !own.contains(&member.account)
        };
        Ok(members
            .iter()
            .filter(|(_, member)| belongs(member))
            .map(|(number, _)| *number)
            .collect())
    }
}

/// An execution as it runs.
struct Running {
    shared: Arc<Shared>,
    server: AppState,
    actor: Actor,
    place: Place,
    witness: Witness,
}

impl Running {
    async fn run(self, mut responses: BoxStream<'static, Response>) {
        let mut ready = Vec::new();
        loop {
            match tokio::time::timeout(CHECK_EVERY, responses.next()).await {
                Err(_) => {}
                Ok(response) => {
                    let text = response.and_then(|response| self.text(&response));
                    let Some(told) = self.place.delivered().zip(text) else { break };
                    ready.push(told);
                    if self.place.has_more() && ready.len() < MOST_AT_ONCE {
                        continue;
                    }
                }
            }
            let checked = Instant::now();
            self.shared.check(&self.server.db, &self.actor).await;
            self.shared.tell(std::mem::take(&mut ready), checked);
            if self.server.followers.end_if_alone(&self.shared.key, &self.shared) {
                return;
            }
        }
        self.server.followers.set_apart(&self.shared.key, &self.shared);
    }

    /// The text of a response that is the same for the whole audience. An error may name its request.
    fn text(&self, response: &Response) -> Option<Arc<str>> {
        let most = LARGEST_RESPONSE.min(self.server.most_response());
        let is_same = !self.witness.was_asked() && response.errors.is_empty();
        let text = if is_same { bounded_text(response, most).ok() } else { None };
        text.map(Into::into)
    }
}

/// A follower among those who share.
pub struct Seat {
    shared: Arc<Shared>,
    number: u64,
    news: watch::Receiver<()>,
}

/// The next event of a follower, if there is one.
enum Next {
    Told(i32, Arc<str>, Instant),
    Nothing,
    /// It no longer belongs here, or has missed something.
    Gone,
}

impl Seat {
    /// The subscription.
    pub fn asked(&self) -> &Arc<Asked> {
        &self.shared.asked
    }

    /// Whether an account is one of the audience now.
    pub fn is_for(&self, actor: &Actor) -> bool {
        Audience::of(actor).is_some_and(|audience| audience == self.shared.key.audience)
    }

    /// Whether no event is missing after the one with this number.
    pub fn reaches(&self, number: i32) -> bool {
        !matches!(self.look(number), Next::Gone)
    }

    /// The response to the next event. None if the follower must go on alone from its place.
    pub async fn next(&mut self, db: &Db, place: &Place) -> Option<Arc<str>> {
        loop {
            match self.look(place.settled()?) {
                Next::Told(number, text, checked) => {
                    if checked.elapsed() > FRESH
                        && place.is_stale()
                        && Box::pin(place.check(db)).await.is_err()
                    {
                        place.expect_check();
                        return None;
                    }
                    place.advance(number);
                    return Some(text);
                }
                Next::Nothing => self.news.changed().await.ok()?,
                Next::Gone => {
                    place.expect_check();
                    return None;
                }
            }
        }
    }

    fn look(&self, last: i32) -> Next {
        let state = self.shared.state();
        if state.has_ended || !state.members.contains_key(&self.number) {
            return Next::Gone;
        }
        let next = state.recent.partition_point(|told| told.number <= last);
        match state.recent.get(next) {
            Some(told) if told.after <= last => {
                Next::Told(told.number, Arc::clone(&told.text), told.checked)
            }
            None if state.reached <= last => Next::Nothing,
            Some(_) | None => Next::Gone,
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.shared.state().members.remove(&self.number);
    }
}
