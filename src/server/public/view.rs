//! The values that a public answer shows, read as a stranger.

use std::fmt::{self, Write};
use std::sync::LazyLock;

use actix_web::http::header::HeaderValue;
use sha2::{Digest, Sha256};

use super::kept::tag_of;
use super::target::{Place, Target};
use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::newsroom;
use crate::domain::page::Slice;
use crate::domain::ruling::public::{self, PublicNewsroom, PublicRuling};
use crate::domain::ruling::published::{self, RulingFilter, RulingOrder};
use crate::domain::store::Db;
use crate::domain::time::Day;
use crate::export::{self, Base, atom, claim_review, feed, json_feed};
use crate::pages::public::{self as page, Form, NewsroomPage};

/// The number of rulings on a page.
const PAGE: i32 = 20;
/// The maximum number of rulings in a newsroom's ClaimReview feed.
const MOST_REVIEWS: u64 = 1_000;

/// The result of a read.
pub enum Found {
    /// The values.
    View(Box<View>),
    /// Another address, relative to this one.
    At(String),
}

/// The values of an answer.
#[derive(Debug)]
pub enum View {
    /// A newsroom's page.
    Newsroom(NewsroomPage),
    /// A ruling's page.
    Ruling(PublicNewsroom, PublicRuling),
    /// A ruling as ClaimReview.
    Review(PublicNewsroom, PublicRuling),
    /// Rulings as ClaimReview.
    Reviews(PublicNewsroom, Vec<PublicRuling>),
    /// An Atom feed.
    Atom(PublicNewsroom, Vec<PublicRuling>),
    /// A JSON Feed.
    JsonFeed(PublicNewsroom, Vec<PublicRuling>),
}

impl View {
    /// Reads the values. The caller has checked that the actor may read the newsroom's rulings.
    pub async fn read(
        db: &Db,
        actor: &Actor,
        newsroom: &newsroom::Model,
        target: &Target,
    ) -> Result<Found> {
        let here = newsroom.public();
        let view = match target {
            Target::Newsroom { asked, place } => {
                Self::Newsroom(list(db, actor, newsroom, Target::form(asked), place).await?)
            }
            Target::Ruling(name) | Target::Review(name) => {
                let ruling = public::ruling(db, newsroom, name).await?;
                let slug = ruling.name_in_addresses();
                let is_page = matches!(target, Target::Ruling(_));
                if slug != *name {
                    return Ok(Found::At(slug + if is_page { "" } else { ".jsonld" }));
                }
                let mut details = public::details(db, &[ruling]).await?;
                let ruling = details.pop().ok_or(Error::NotFound("ruling"))?;
                if is_page { Self::Ruling(here, ruling) } else { Self::Review(here, ruling) }
            }
            Target::Reviews => {
                Self::Reviews(here, public::newest_published(db, newsroom, MOST_REVIEWS).await?)
            }
            Target::Atom | Target::JsonFeed => {
                let rulings = public::newest(db, newsroom, feed::MOST).await?;
                let rulings = public::details(db, &rulings).await?;
                match target {
                    Target::Atom => Self::Atom(here, rulings),
                    _ => Self::JsonFeed(here, rulings),
                }
            }
        };
        Ok(Found::View(Box::new(view)))
    }

    /// The entity tag. It is made of the values and of what renders them, so that nothing needs to be
    /// rendered.
    pub fn etag(&self, base: Option<&Base>) -> HeaderValue {
        let mut digest = Digested(RENDERED_BY.clone());
        let _ = write!(digest, "{base:?} {self:?}");
        tag_of(&digest.0.finalize())
    }

    /// The answer's body.
    pub fn render(&self, base: Option<&Base>) -> Result<Vec<u8>> {
        let needed = || base.ok_or_else(|| anyhow::anyhow!("there is no public address"));
        Ok(match self {
            Self::Newsroom(page) => page::newsroom(base, page)?,
            Self::Ruling(newsroom, ruling) => page::ruling(base, newsroom, ruling)?,
            Self::Review(newsroom, ruling) => claim_review::of_ruling(needed()?, newsroom, ruling),
            Self::Reviews(newsroom, rulings) => claim_review::feed(needed()?, newsroom, rulings),
            Self::Atom(newsroom, rulings) => atom::feed(needed()?, newsroom, rulings),
            Self::JsonFeed(newsroom, rulings) => json_feed::feed(needed()?, newsroom, rulings),
        })
    }
}

/// The digest of what renders answers: the program's version, the templates and the formats.
static RENDERED_BY: LazyLock<Sha256> = LazyLock::new(|| {
    let mut digest = Sha256::new();
    digest.update(env!("CARGO_PKG_VERSION"));
    page::SOURCES.iter().chain(&export::SOURCES).for_each(|source| digest.update(source));
    digest
});

/// A digest of what is written into it.
struct Digested(Sha256);

impl Write for Digested {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

/// Reads a page of the newsroom's list, as `publishedRulings` does.
async fn list(
    db: &Db,
    actor: &Actor,
    newsroom: &newsroom::Model,
    form: Form,
    place: &Place,
) -> Result<NewsroomPage> {
    let (first, last) =
        if place.before.is_some() { (None, Some(PAGE)) } else { (Some(PAGE), None) };
    let slice = Slice::parse(first, place.after.as_deref(), last, place.before.as_deref())?;
    let (filter, order) = (filter_of(&form)?, RulingOrder::NewestFirst);
    let page = published::published(db, actor, &newsroom.slug, filter, order, &slice).await?;
    let total = page.total.count().await?;
    let cursor = |row: Option<&(crate::domain::page::Key, _)>| row.map(|(key, _)| key.to_cursor());
    let newer = page.has_previous.then(|| cursor(page.rows.first())).flatten();
    let older = page.has_next.then(|| cursor(page.rows.last())).flatten();
    let rulings: Vec<_> = page.rows.into_iter().map(|(_, row)| row).collect();
    Ok(NewsroomPage {
        newsroom: newsroom.public(),
        rulings: public::details(db, &rulings).await?,
        ratings: public::ratings_in_use(db, newsroom).await?,
        form,
        total,
        newer,
        older,
    })
}

fn filter_of(form: &Form) -> Result<RulingFilter> {
    let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let day = |field: &str, text: &String| -> Result<Option<Day>> {
        let invalid = |message: &str| Error::invalid(field, Reason::InvalidFormat, message);
        given(text).map(|text| Day::read(&text).map_err(invalid)).transpose()
    };
    let since = day("since", &form.since)?.map(Day::begin);
    let until = day("until", &form.until)?.map(Day::end);
    Ok(RulingFilter::of(given(&form.text), given(&form.rating), since, until))
}
