//! Activity: a newsroom's log as it grows, for those who follow it.
//!
//! Always true:
//!
//! - Events come in the order in which they were committed, each one once, whichever server wrote it.
//! - Nobody sees more of an event than they may see at that time. Blind review hides who judged, and which verdict it is.
//! - When a follower's session, role or policy changes, no event after that change reaches it. It can subscribe again from the last number.

mod place;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_graphql::SimpleObject;
use futures_util::Stream;
use futures_util::stream::try_unfold;
use tokio::sync::watch;
use uuid::Uuid;

use crate::domain::actor::{Actor, Credential};
use crate::domain::article;
use crate::domain::comment;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind};
use crate::domain::ids::{
    AccountId, ArticleId, ClaimId, CommentId, NewsroomId, SessionId, VerdictId,
};
use crate::domain::newsroom;
use crate::domain::people::session::Credentials;
use crate::domain::permissions::{Action, AsOf, Rights, Role};
use crate::domain::store::Db;
use crate::domain::time::Moment;
use crate::domain::verdict;
use crate::domain::world::World;
pub use place::Place;
use place::{Begun, Position};

/// How many events a follower may be behind once it has caught up, by default.
pub const USUAL_MOST_LAG: i32 = 1000;
/// How many events are read at once.
const BATCH: u64 = 100;
/// How often the logs that somebody follows are polled.
const POLL_EVERY: Duration = Duration::from_millis(100);
/// How often the rights of an idle follower are checked, so that it learns of its end.
const CHECK_EVERY: Duration = Duration::from_secs(2);
/// How old a check of rights may be when an event is delivered. It only limits how long a slow reader gets events from before a change.
const FRESH: Duration = Duration::from_millis(100);

/// One change in a newsroom, from its activity log.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "ActivityEvent", complex)]
pub struct Activity {
    /// Its number in the newsroom's log. Send it as `after`.
    pub number: i32,
    /// When it happened.
    pub at: Moment,
    /// The kind of change.
    pub kind: Kind,
    #[graphql(skip)]
    pub actor_id: Option<AccountId>,
    #[graphql(skip)]
    pub article_id: Option<ArticleId>,
    #[graphql(skip)]
    pub claim_id: Option<ClaimId>,
    #[graphql(skip)]
    pub verdict_id: Option<VerdictId>,
    #[graphql(skip)]
    pub comment_id: Option<CommentId>,
}

/// Tells followers how far each log has grown. All followers of a server share one, so that it polls the database once for all of them.
#[derive(Clone)]
pub struct Feed {
    db: Db,
    most_lag: i32,
    logs: Arc<Mutex<HashMap<String, watch::Sender<i32>>>>,
}

impl Feed {
    /// A feed without followers. A follower may be `most_lag` events behind.
    pub fn new(db: Db, most_lag: i32) -> Self {
        Self { db, most_lag, logs: Arc::default() }
    }

    /// The number of the last event in `log`, updated whenever it grows.
    fn follow(&self, log: &str) -> watch::Receiver<i32> {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        if logs.is_empty() {
            tokio::spawn(self.clone().poll());
        }
        logs.entry(log.to_owned()).or_insert_with(|| watch::channel(0).0).subscribe()
    }

    /// Polls the database while somebody follows. Polling sees what other servers and the command line write, too.
    async fn poll(self) {
        loop {
            tokio::time::sleep(POLL_EVERY).await;
            let followed: Vec<_> = {
                let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
                logs.retain(|_, head| head.receiver_count() > 0);
                if logs.is_empty() {
                    return;
                }
                logs.keys().cloned().collect()
            };
            match event::heads(&self.db, &followed).await {
                Ok(heads) => {
                    let logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
                    for (log, number) in heads {
                        if let Some(head) = logs.get(&log) {
                            head.send_if_modified(|known| {
                                std::mem::replace(known, number) != number
                            });
                        }
                    }
                }
                Err(error) => tracing::warn!(?error, "polling the logs for new events failed"),
            }
        }
    }
}

/// Somebody who follows a newsroom's log.
struct Follower {
    db: Db,
    heads: watch::Receiver<i32>,
    most_lag: i32,
    begun: Begun,
    place: Place,
}

/// Follows the log of a newsroom, or the part of it that is about one article, from now on or from after the event with a number. Goes on
/// from `place` if somebody has followed from there before.
pub async fn follow(
    db: &Db,
    feed: &Feed,
    credentials: &Credentials,
    place: &Place,
    newsroom: NewsroomId,
    article: Option<ArticleId>,
    after: Option<i32>,
) -> Result<impl Stream<Item = Result<Activity>> + use<>> {
    let begun = match place.known() {
        Some(begun) => begun.clone(),
        None => begin(db, credentials, place, newsroom, article, after).await?,
    };
    let follower = Follower {
        db: db.clone(),
        heads: feed.follow(&begun.newsroom.to_string()),
        most_lag: feed.most_lag,
        begun,
        place: place.clone(),
    };
    Ok(try_unfold(follower, |mut follower| async move {
        let next = follower.next().await?;
        Ok(Some((next, follower)))
    }))
}

async fn begin(
    db: &Db,
    credentials: &Credentials,
    place: &Place,
    newsroom: NewsroomId,
    article: Option<ArticleId>,
    after: Option<i32>,
) -> Result<Begun> {
    let checked = Some(Instant::now());
    let actor = credentials.actor().await?;
    actor.require(Action::Read, newsroom)?;
    if let Some(article) = article
        && article::fetch(db, &actor, article).await?.newsroom_id != newsroom
    {
        return Err(Error::NotFound("article"));
    }
    let log = newsroom.to_string();
    let head =
        event::heads(db, std::slice::from_ref(&log)).await?.pop().map_or(0, |(_, number)| number);
    if let Some(number) = after
        && !(0..=head).contains(&number)
    {
        let message = format!("`after` is {number}. It must be from 0 to {head}.");
        return Err(Error::invalid("after", Reason::OutOfRange, message));
    }
    let begun = Begun { newsroom, article, rights: actor.rights_in(newsroom), actor };
    let (last, caught_up) = (after.unwrap_or(head), after.is_none());
    place.begin(begun.clone(), Position { last, caught_up, checked, ..Position::default() });
    Ok(begun)
}

impl Follower {
    async fn next(&mut self) -> Result<Activity> {
        loop {
            if self.place.position().checked.is_none()
                || self.place.has_more() && self.place.is_stale()
            {
                self.place.check(&self.db).await?;
            }
            if let Some(next) = self.take() {
                return Ok(next);
            }
            let read = self.read().await?;
            if read > 0 || self.place.needs_check(CHECK_EVERY) {
                // After reading: if the rights have not changed by now, all events that were read came before any change.
                self.place.check(&self.db).await?;
            }
            self.place.position().caught_up |= read < BATCH;
            if read == 0 {
                // New events end the wait, or the time for the next check.
                let _ = tokio::time::timeout(CHECK_EVERY, self.heads.changed()).await;
            }
        }
    }

    fn take(&self) -> Option<Activity> {
        let mut position = self.place.position();
        let next = position.ready.pop_front()?;
        position.in_hand = Some(next.number);
        Some(next)
    }

    /// Reads the next events. Returns how many there were.
    async fn read(&mut self) -> Result<u64> {
        let Begun { newsroom, article, actor, .. } = &self.begun;
        let (last, caught_up) = {
            let position = self.place.position();
            (position.last, position.caught_up)
        };
        let behind = self.heads.borrow_and_update().saturating_sub(last);
        if caught_up && !actor.is_audience() && behind > self.most_lag {
            return Err(Error::Lagging { last_number: last });
        }
        let events = event::after(&self.db, &newsroom.to_string(), last, BATCH).await?;
        let seen = Seen::among(&self.db, actor, &events).await?;
        let mut position = self.place.position();
        for event in &events {
            position.last = event.number;
            if article.is_none_or(|article| event.article_id == Some(article)) {
                position.ready.extend(as_seen(event, actor, *newsroom, &seen));
            }
        }
        Ok(events.len() as u64)
    }
}

/// Reads the events of a newsroom after the one with this number, up to `most`, as a follower with
/// the actor's rights sees them. Also returns the number of the last event that was read. None if
/// there are no more.
pub async fn after(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    number: i32,
    most: u64,
) -> Result<Option<(i32, Vec<Activity>)>> {
    actor.require(Action::Read, newsroom)?;
    let events = event::after(db, &newsroom.to_string(), number, most).await?;
    let Some(last) = events.last().map(|event| event.number) else { return Ok(None) };
    let seen = Seen::among(db, actor, &events).await?;
    let seen = events.iter().filter_map(|event| as_seen(event, actor, newsroom, &seen));
    Ok(Some((last, seen.collect())))
}

/// An event as a program of the newsroom's admins gets it: every kind, but of verdicts and comments
/// only those that each member may see. Programs pass on what they get.
pub async fn for_program(
    db: &Db,
    world: &World,
    newsroom: &newsroom::Model,
    event: &event::Model,
) -> Result<Activity> {
    let rights = Rights {
        newsroom: newsroom.id,
        role: Role::Reader,
        policy: newsroom.policy(),
        as_of: AsOf::default(),
    };
    let nobody = Credential::Session(SessionId(Uuid::nil()));
    let reader = Actor::account(AccountId(Uuid::nil()), nobody, vec![rights], world.clone());
    let seen = Seen::among(db, &reader, std::slice::from_ref(event)).await?;
    Ok(without_hidden(event, &seen))
}

/// The verdicts and comments that a follower may see, among those that events are about.
struct Seen {
    verdicts: HashSet<VerdictId>,
    comments: HashSet<CommentId>,
}

impl Seen {
    async fn among(db: &Db, actor: &Actor, events: &[event::Model]) -> Result<Self> {
        let verdicts: Vec<_> = events.iter().filter_map(|event| event.verdict_id).collect();
        let comments: Vec<_> = events.iter().filter_map(event::Model::comment_id).collect();
        let mut seen = Self { verdicts: HashSet::new(), comments: HashSet::new() };
        if !verdicts.is_empty() {
            let found = verdict::find_all(db, actor, &verdicts).await?;
            seen.verdicts = found.into_iter().map(|verdict| verdict.id).collect();
        }
        if !comments.is_empty() {
            let found = comment::find_all(db, actor, &comments).await?;
            seen.comments = found.into_iter().map(|comment| comment.id).collect();
        }
        Ok(seen)
    }
}

/// The parts of an event that `actor` may see, or nothing. Of verdicts and comments, it sees those in `seen`.
fn as_seen(
    event: &event::Model,
    actor: &Actor,
    newsroom: NewsroomId,
    seen: &Seen,
) -> Option<Activity> {
    let may_see = !is_for_admins(event.kind) || actor.may(Action::ReadMembers, newsroom);
    may_see.then(|| without_hidden(event, seen))
}

/// The parts of an event, without the verdict and the comment that are not in `seen`.
fn without_hidden(event: &event::Model, seen: &Seen) -> Activity {
    let comment = event.comment_id();
    let hidden = event.verdict_id.is_some_and(|verdict| !seen.verdicts.contains(&verdict))
        || comment.is_some_and(|comment| !seen.comments.contains(&comment));
    Activity {
        number: event.number,
        at: event.at,
        kind: event.kind,
        actor_id: event.actor_id.filter(|_| !hidden),
        article_id: event.article_id,
        claim_id: event.claim_id,
        verdict_id: event.verdict_id.filter(|_| !hidden),
        comment_id: comment.filter(|_| !hidden),
    }
}

/// Whether an event is about members, invitations, API tokens or webhooks, which only admins may see.
const fn is_for_admins(kind: Kind) -> bool {
    match kind {
        Kind::MemberInvited
        | Kind::InvitationAccepted
        | Kind::InvitationRevoked
        | Kind::MemberAdded
        | Kind::RoleSet
        | Kind::MemberRemoved
        | Kind::MemberDeactivated
        | Kind::MemberReactivated
        | Kind::PasswordReset
        | Kind::PasswordResetCreated
        | Kind::ProfileChanged
        | Kind::MailSettingsChanged
        | Kind::AccountErased
        | Kind::ApiTokenCreated
        | Kind::ApiTokenRevoked
        | Kind::WebhookCreated
        | Kind::WebhookUpdated
        | Kind::WebhookDeleted
        | Kind::WebhookDisabled => true,
        Kind::AccountCreated
        | Kind::PasswordChanged
        | Kind::SessionStarted
        | Kind::SessionEnded
        | Kind::NewsroomCreated
        | Kind::NewsroomRenamed
        | Kind::NewsroomProfileUpdated
        | Kind::PolicySet
        | Kind::RatingScaleReplaced
        | Kind::ArticleImported
        | Kind::ArticleRevised
        | Kind::ArticleEdited
        | Kind::ArticleWithdrawn
        | Kind::ArticleRestored
        | Kind::ClaimMarked
        | Kind::ClaimEdited
        | Kind::ClaimWithdrawn
        | Kind::ClaimRestored
        | Kind::ClaimAssigned
        | Kind::ClaimUnassigned
        | Kind::VerdictDraftSaved
        | Kind::VerdictDraftDiscarded
        | Kind::ClaimLinked
        | Kind::ClaimUnlinked
        | Kind::ClaimReanchored
        | Kind::VerdictSubmitted
        | Kind::VerdictWithdrawn
        | Kind::VerdictReaffirmed
        | Kind::SourcesMerged
        | Kind::SourcesUnmerged
        | Kind::SourcesRekeyed
        | Kind::ClaimantsMerged
        | Kind::ClaimantsUnmerged
        | Kind::OutsideReviewsImported
        | Kind::OutsideReviewRemoved
        | Kind::RulingPublished
        | Kind::RulingCorrected
        | Kind::CommentAdded
        | Kind::CommentEdited
        | Kind::CommentResolved
        | Kind::CommentReopened
        | Kind::RecordBegun
        | Kind::SigningKeyCreated
        | Kind::SigningKeyRotated => false,
    }
}
