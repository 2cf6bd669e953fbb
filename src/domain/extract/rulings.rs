//! The rulings of a newsroom, as their reader may see them. Everybody may, if the newsroom's policy
//! has `publicReading`.

use super::Standing;
use crate::domain::actor::Actor;
use crate::domain::error::Result;
use crate::domain::newsroom;
use crate::domain::page::{Key, Slice};
use crate::domain::ruling::public::{self, PublicRuling};
use crate::domain::ruling::published::{self, RulingFilter, RulingOrder};
use crate::domain::store::Db;

/// The number of rulings that are read at once.
const PAGE: u64 = 100;

/// The next page to read.
enum Next {
    /// The one that begins after this ruling, or the first.
    Page(Option<Key>),
    /// Nothing is left.
    Nothing,
}

/// A read of a newsroom's rulings, oldest first.
pub struct Rulings {
    db: Db,
    standing: Standing,
    newsroom: newsroom::Model,
    next: Next,
}

impl Rulings {
    /// Begins to read the rulings of the newsroom with this slug.
    pub async fn begin(db: &Db, actor: &Actor, slug: &str) -> Result<Self> {
        let newsroom = public::newsroom(db, actor, slug).await?;
        let standing = Standing::of(actor, &newsroom);
        Ok(Self { db: db.clone(), standing, newsroom, next: Next::Page(None) })
    }

    /// The newsroom.
    pub const fn newsroom(&self) -> &newsroom::Model {
        &self.newsroom
    }

    /// Reads the next page. None at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<PublicRuling>>> {
        let Next::Page(after) = std::mem::replace(&mut self.next, Next::Nothing) else {
            return Ok(None);
        };
        self.standing.check(&self.db, &self.newsroom).await?;
        let (filter, order) = (RulingFilter::default(), RulingOrder::OldestFirst);
        let (actor, slice) = (&self.standing.actor, Slice::after(PAGE, after));
        let page =
            published::published(&self.db, actor, &self.newsroom.slug, filter, order, &slice)
                .await?;
        if page.has_next {
            self.next = Next::Page(page.rows.last().map(|(key, _)| *key));
        }
        let rows: Vec<_> = page.rows.into_iter().map(|(_, row)| row).collect();
        public::details(&self.db, &rows).await.map(Some)
    }
}
