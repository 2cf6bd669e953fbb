//! Extracts: everything of a newsroom that an actor may read, part after part.
//!
//! Invariants: an extract reads with the functions that the API's fields read with, and decides
//! nothing by itself. It keeps one page in memory, however large the newsroom is. Each article is
//! followed by all its claims. Before each page it reads the actor's rights again, and ends with an
//! error if they are not those that it began with. Each page is read by itself, so an extract is not
//! one moment of the newsroom: it may have some of the changes that others make meanwhile.

mod parts;
mod read;
mod rulings;
mod waiting;
mod wanted;

pub use parts::{ArticlePart, ClaimPart, EventPart, Part, Person, TextPart, VerdictPart};
pub use rulings::Rulings;
pub use wanted::{Texts, Wanted};

use super::activity;
use super::article::{self, ArticleFilter, ArticleOrder};
use super::audit::{self, AuditFilter};
use super::claim;
use super::error::{Error, Result};
use super::ids::{ArticleId, ClaimId};
use super::listing;
use super::newsroom;
use super::page::{Key, Slice};
use super::permissions::{Action, Rights};
use super::store::Db;
use crate::domain::actor::Actor;
use crate::domain::rights;
use read::Reader;

/// The number of articles that are listed at once.
const ARTICLES: u64 = 50;
/// The number of events that are read at once.
const EVENTS: u64 = 1_000;

/// The rights that a long read began with.
pub struct Standing {
    actor: Actor,
    rights: Option<Rights>,
}

impl Standing {
    fn of(actor: &Actor, newsroom: &newsroom::Model) -> Self {
        Self { actor: actor.clone(), rights: actor.rights_in(newsroom.id) }
    }

    /// Reads the actor's rights again. Many places decide with them what it sees, so a change of its
    /// role or of the policy ends the read.
    async fn check(&self, db: &Db, newsroom: &newsroom::Model) -> Result<()> {
        rights::renew(db, &self.actor).await?;
        let place = |rights: Option<Rights>| rights.map(|rights| (rights.role, rights.policy));
        if place(self.actor.rights_in(newsroom.id)) == place(self.rights) {
            return Ok(());
        }
        Err(Error::Forbidden(
            "Your role or the newsroom's policy has changed. Begin the export again.".into(),
        ))
    }
}

/// The next thing to read, once the reader has nothing left.
enum Stage {
    /// Articles that are withdrawn, or those that are not, after this one.
    Articles { withdrawn: bool, after: Option<Key> },
    /// Events after this number.
    Events(i32),
    /// Nothing is left.
    Done,
}

/// A read of a newsroom.
pub struct Extract {
    db: Db,
    standing: Standing,
    newsroom: newsroom::Model,
    wanted: Wanted,
    stage: Stage,
    reader: Reader,
}

impl Extract {
    /// Begins to read the newsroom with this slug, of which the actor must be a member.
    pub async fn begin(db: &Db, actor: &Actor, slug: &str, wanted: Wanted) -> Result<Self> {
        let newsroom = newsroom::fetch_by_slug(db, actor, slug).await?;
        actor.require(Action::Read, newsroom.id)?;
        let stage = if wanted.articles {
            Stage::Articles { withdrawn: false, after: None }
        } else {
            Stage::Events(0)
        };
        let standing = Standing::of(actor, &newsroom);
        let reader = Reader::new(actor, wanted);
        Ok(Self { db: db.clone(), standing, newsroom, wanted, stage, reader })
    }

    /// Begins to read one article of the newsroom with this slug, with its claims.
    pub async fn article(db: &Db, actor: &Actor, slug: &str, id: ArticleId) -> Result<Self> {
        let mut extract = Self::begin(db, actor, slug, Wanted::DOCUMENTS).await?;
        let article = article::fetch(db, actor, id).await?;
        if article.newsroom_id != extract.newsroom.id || article.withdrawn_at.is_some() {
            return Err(Error::NotFound("article"));
        }
        extract.stage = Stage::Done;
        extract.reader.add(db, vec![article]).await?;
        Ok(extract)
    }

    /// The newsroom.
    pub const fn newsroom(&self) -> &newsroom::Model {
        &self.newsroom
    }

    /// Reads the next page. It may be empty. None at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<Part>>> {
        // The statements of a page share a connection. It is given back before the page is written.
        let db = self.db.for_request();
        self.standing.check(&db, &self.newsroom).await?;
        if let Some(parts) = self.reader.next(&db).await? {
            return Ok(Some(parts));
        }
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Articles { withdrawn, after } => {
                self.articles(&db, withdrawn, after).await?;
                Ok(Some(self.reader.next(&db).await?.unwrap_or_default()))
            }
            Stage::Events(after) => self.events(&db, after).await,
            Stage::Done => Ok(None),
        }
    }

    /// Reads one claim of the newsroom with this slug.
    pub async fn claim(db: &Db, actor: &Actor, slug: &str, id: ClaimId) -> Result<ClaimPart> {
        let extract = Self::begin(db, actor, slug, Wanted::ANNOTATIONS).await?;
        let claim = claim::fetch(db, actor, id).await?;
        if claim.newsroom_id != extract.newsroom.id {
            return Err(Error::NotFound("claim"));
        }
        extract.reader.claim(db, claim).await
    }

    /// Hands the next articles to the reader.
    async fn articles(&mut self, db: &Db, withdrawn: bool, after: Option<Key>) -> Result<()> {
        let (filter, order) = (ArticleFilter::withdrawn(withdrawn), ArticleOrder::OldestFirst);
        let (actor, slice) = (&self.standing.actor, Slice::after(ARTICLES, after));
        let page = listing::articles(db, actor, self.newsroom.id, filter, order, &slice).await?;
        self.stage = if page.has_next {
            Stage::Articles { withdrawn, after: page.rows.last().map(|(key, _)| *key) }
        } else if !withdrawn {
            Stage::Articles { withdrawn: true, after: None }
        } else if self.wanted.events {
            Stage::Events(0)
        } else {
            Stage::Done
        };
        self.reader.add(db, page.rows.into_iter().map(|(_, row)| row).collect()).await
    }

    async fn events(&mut self, db: &Db, after: i32) -> Result<Option<Vec<Part>>> {
        let (actor, newsroom) = (&self.standing.actor, self.newsroom.id);
        let (last, events): (i32, Vec<_>) = if actor.may(Action::ReadAuditLog, newsroom) {
            let place = Key { lead: after, id: uuid::Uuid::nil() };
            let slice = Slice::after(EVENTS, (after > 0).then_some(place));
            let filter = AuditFilter::default();
            let page = audit::of_newsroom(db, actor, newsroom, filter, &slice).await?;
            let Some((last, _)) = page.rows.last() else { return Ok(None) };
            let last = last.lead;
            (last, page.rows.into_iter().map(|(_, row)| EventPart::Whole(row)).collect())
        } else {
            let page = activity::after(db, actor, newsroom, after, EVENTS).await?;
            let Some((last, events)) = page else { return Ok(None) };
            (last, events.into_iter().map(EventPart::Seen).collect())
        };
        self.stage = Stage::Events(last);
        Ok(Some(events.into_iter().map(|event| Part::Event(Box::new(event))).collect()))
    }
}
