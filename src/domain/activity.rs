//! Activity: a newsroom's log as it grows, for whoever follows it.
//!
//! Always true: events come in the order in which they were committed, each once, whichever server wrote them; nobody is told more than they may
//! see at the time (blind review hides who judged, and which verdict it is); whoever's session, role or rules change is cut off, and can follow
//! on from the last number.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_graphql::SimpleObject;
use futures_util::Stream;
use futures_util::stream::try_unfold;
use tokio::sync::watch;

use super::article;
use super::error::{Error, Reason, Result};
use super::event::{self, Kind};
use super::ids::{AccountId, ArticleId, ClaimId, NewsroomId, VerdictId};
use super::moment::Moment;
use super::policy::{Action, Actor, Policy, Role};
use super::session::Standing;
use super::store::Db;
use super::verdict;

/// How many events a follower may be behind once it has caught up, where nothing else is said.
pub const USUAL_MOST_LAG: i32 = 1000;
/// How many events are read at once.
const BATCH: u64 = 100;
/// How often a log that somebody follows is asked whether it has grown.
const ASK_EVERY: Duration = Duration::from_millis(100);
/// How often a follower's standing is looked at.
const RENEW_EVERY: Duration = Duration::from_secs(2);

/// One change in a newsroom, as the activity log tells it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "ActivityEvent", complex)]
pub struct Activity {
    /// Its number in the newsroom's log; for `after`.
    pub number: i32,
    /// When it was done.
    pub at: Moment,
    /// What was done.
    pub kind: Kind,
    #[graphql(skip)]
    pub actor_id: Option<AccountId>,
    #[graphql(skip)]
    pub article_id: Option<ArticleId>,
    #[graphql(skip)]
    pub claim_id: Option<ClaimId>,
    #[graphql(skip)]
    pub verdict_id: Option<VerdictId>,
}

/// Tells followers how far each log has come. One for all of a server's followers, so that the database is asked once for all of them.
#[derive(Clone)]
pub struct Feed {
    db: Db,
    most_lag: i32,
    logs: Arc<Mutex<HashMap<String, watch::Sender<i32>>>>,
}

impl Feed {
    /// A feed that nobody follows yet, whose followers may be so many events behind.
    pub fn new(db: Db, most_lag: i32) -> Self {
        Self { db, most_lag, logs: Arc::default() }
    }

    /// How far `log` has come, told again whenever it has grown.
    fn follow(&self, log: &str) -> watch::Receiver<i32> {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        if logs.is_empty() {
            tokio::spawn(self.clone().ask());
        }
        logs.entry(log.to_owned()).or_insert_with(|| watch::channel(0).0).subscribe()
    }

    /// Asks the database as long as somebody follows. Asking, and not being told: other servers, and the command line, write as well.
    async fn ask(self) {
        loop {
            tokio::time::sleep(ASK_EVERY).await;
            let followed: Vec<_> = {
                let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
                logs.retain(|_, told| told.receiver_count() > 0);
                if logs.is_empty() {
                    return;
                }
                logs.keys().cloned().collect()
            };
            match event::heads(self.db.read(), &followed).await {
                Ok(heads) => {
                    let logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
                    for (log, number) in heads {
                        if let Some(told) = logs.get(&log) {
                            told.send_if_modified(|known| std::mem::replace(known, number) != number);
                        }
                    }
                }
                Err(error) => tracing::warn!(?error, "the logs could not be asked for news"),
            }
        }
    }
}

/// Somebody who follows a newsroom's log.
struct Follower {
    db: Db,
    standing: Standing,
    newsroom: NewsroomId,
    article: Option<ArticleId>,
    heads: watch::Receiver<i32>,
    most_lag: i32,
    actor: Actor,
    renewed: Instant,
    /// The number of the last event that was read.
    last: i32,
    /// Whether it was up with the log once; before, it is catching up, and may be far behind.
    caught_up: bool,
    ready: VecDeque<Activity>,
}

/// Follows the log of a newsroom, or what of it concerns one article, from now on or after the event of a number.
pub async fn follow(
    db: &Db,
    feed: &Feed,
    standing: &Standing,
    newsroom: NewsroomId,
    article: Option<ArticleId>,
    after: Option<i32>,
) -> Result<impl Stream<Item = Result<Activity>> + use<>> {
    let actor = standing.actor().await?;
    actor.require(Action::Read, newsroom)?;
    if let Some(article) = article
        && article::fetch(db, &actor, article).await?.newsroom_id != newsroom
    {
        return Err(Error::NotFound("article"));
    }
    let log = newsroom.to_string();
    let head = event::heads(db.read(), std::slice::from_ref(&log)).await?.pop().map_or(0, |(_, number)| number);
    if let Some(number) = after
        && !(0..=head).contains(&number)
    {
        let message = format!("after is {number}, and the log goes from 0 to {head}");
        return Err(Error::invalid("after", Reason::OutOfRange, message));
    }
    let follower = Follower {
        db: db.clone(),
        standing: standing.clone(),
        newsroom,
        article,
        heads: feed.follow(&log),
        most_lag: feed.most_lag,
        actor,
        renewed: Instant::now(),
        last: after.unwrap_or(head),
        caught_up: after.is_none(),
        ready: VecDeque::new(),
    };
    Ok(try_unfold(follower, |mut follower| async move {
        let next = follower.next().await?;
        Ok(Some((next, follower)))
    }))
}

impl Follower {
    async fn next(&mut self) -> Result<Activity> {
        loop {
            if self.renewed.elapsed() >= RENEW_EVERY {
                self.renew().await?;
            }
            if let Some(next) = self.ready.pop_front() {
                return Ok(next);
            }
            let read = self.read().await?;
            self.caught_up |= read < BATCH;
            if read == 0 {
                // Woken by news, or to look at the follower's standing.
                let _ = tokio::time::timeout(RENEW_EVERY, self.heads.changed()).await;
            }
        }
    }

    /// Looks at the follower's standing. What it may see is decided in many places with what it was when it began: so if that has changed, it ends.
    async fn renew(&mut self) -> Result<()> {
        let now = self.standing.actor().await?;
        now.require(Action::Read, self.newsroom)?;
        if rules(&now, self.newsroom) != rules(&self.actor, self.newsroom) {
            return Err(Error::Forbidden("your role or the newsroom's policy has changed: subscribe again".into()));
        }
        self.renewed = Instant::now();
        Ok(())
    }

    /// Reads the next events. Gives how many there were.
    async fn read(&mut self) -> Result<u64> {
        let log = self.newsroom.to_string();
        let behind = self.heads.borrow_and_update().saturating_sub(self.last);
        if self.caught_up && behind > self.most_lag {
            return Err(Error::Lagging { last_number: self.last });
        }
        let events = event::after(self.db.read(), &log, self.last, BATCH).await?;
        let verdicts: Vec<_> = events.iter().filter_map(|event| event.verdict_id).collect();
        let seen: HashSet<_> = match &verdicts[..] {
            [] => HashSet::new(),
            some => verdict::find_all(&self.db, &self.actor, some).await?.into_iter().map(|verdict| verdict.id).collect(),
        };
        for event in &events {
            self.last = event.number;
            if self.article.is_none_or(|article| event.article_id == Some(article)) {
                self.ready.extend(told(event, &self.actor, self.newsroom, &seen));
            }
        }
        Ok(events.len() as u64)
    }
}

/// What an actor's sight in a newsroom depends on.
fn rules(actor: &Actor, newsroom: NewsroomId) -> Option<(Role, Policy)> {
    actor.place(newsroom).map(|place| (place.role, place.policy))
}

/// What `actor` is told of an event, of whose verdicts it sees `seen`.
fn told(event: &event::Model, actor: &Actor, newsroom: NewsroomId, seen: &HashSet<VerdictId>) -> Option<Activity> {
    if of_members(event.kind) && !actor.may(Action::ManageMembers, newsroom) {
        return None;
    }
    let hidden = event.verdict_id.is_some_and(|verdict| !seen.contains(&verdict));
    Some(Activity {
        number: event.number,
        at: event.at,
        kind: event.kind,
        actor_id: event.actor_id.filter(|_| !hidden),
        article_id: event.article_id,
        claim_id: event.claim_id,
        verdict_id: event.verdict_id.filter(|_| !hidden),
    })
}

/// Whether an event tells of members, invitations or tokens, which are for admins alone.
const fn of_members(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::MemberInvited
            | Kind::InvitationAccepted
            | Kind::InvitationRevoked
            | Kind::MemberAdded
            | Kind::RoleSet
            | Kind::MemberRemoved
            | Kind::ApiTokenCreated
            | Kind::ApiTokenRevoked
    )
}
