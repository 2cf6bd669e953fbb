//! Importing the fact-checks of other publishers from a page or a feed.

use std::collections::{BTreeMap, HashMap};

use async_graphql::{ID, InputObject, SimpleObject};

use super::{Model, key, page_key, write};
use crate::domain::actor::Actor;
use crate::domain::article::format;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::{NewsroomId, TypedId};
use crate::domain::language;
use crate::domain::link::Link;
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text_input;
use crate::domain::time::Day;
use crate::import::claim_review::{self, Part, ReadReview, Speaker};

/// The most reviews in one document.
const MOST: usize = 1_000;
/// The most sentences about parts that were not taken.
const MOST_SKIPPED: usize = 100;

/// A document with fact-checks of another publisher.
#[derive(InputObject)]
pub struct ImportOutsideReviewsInput {
    /// The newsroom.
    newsroom: ID,
    /// The document: the HTML of a page that has ClaimReview as JSON-LD, or the JSON-LD itself (one
    /// review, a list, a graph or a DataFeed). It can also be an answer of Google's Fact Check Tools.
    /// At most 8 MiB with 1,000 reviews. The server fetches nothing.
    document: String,
}

/// Result of importing outside reviews.
#[derive(SimpleObject)]
pub struct ImportOutsideReviewsPayload {
    /// The number of reviews that were new.
    pub(super) added: i32,
    /// The number of reviews that had other content before.
    pub(super) updated: i32,
    /// The number of reviews that the newsroom had already.
    pub(super) unchanged: i32,
    /// The number of reviews that were removed, because the document says that they were deleted or
    /// retracted.
    pub(super) removed: i32,
    /// One sentence for each part of the document that was not taken, at most 100.
    pub(super) skipped: Vec<String>,
    /// The reviews of the document that the newsroom has now, in the order of the document.
    pub(super) reviews: Vec<Model>,
}

/// The content of a document, after all checks.
#[derive(Default)]
pub(super) struct Content {
    /// Reviews in the order of the document, each key once.
    pub reviews: Vec<Incoming>,
    /// The reviews that no longer hold, by the keys of their pages.
    pub gone: BTreeMap<String, Gone>,
    pub skipped: Vec<Skipped>,
}

/// A review of a document.
pub(super) struct Incoming {
    pub review: Model,
    pub speakers: Vec<Speaker>,
}

/// The reviews at an address that no longer hold.
pub(super) struct Gone {
    pub url: String,
    pub speakers: Vec<Speaker>,
}

/// A part of a document that was not taken.
pub(super) struct Skipped {
    pub message: String,
    /// The key of the page, if a review of it lacks something.
    pub page: Option<String>,
}

/// Imports the reviews of a document. A review of the same claim at the same address is replaced.
pub async fn import(
    db: &Db,
    actor: &Actor,
    input: ImportOutsideReviewsInput,
) -> Result<ImportOutsideReviewsPayload> {
    actor.signed_in()?;
    let newsroom = NewsroomId::parse("newsroom", &input.newsroom)?;
    let permit = actor.require(Action::ImportReviews, newsroom)?;
    let document = input.document;
    let parts = format::compute(actor, move || claim_review::read(&document))
        .await?
        .map_err(|refusal| format::refused("document", refusal))?;
    let content = check(actor, newsroom, parts)?;
    store::write(db, permit, move |txn, actor| async move {
        write::store(&txn, &actor, newsroom, content).await
    })
    .await
}

fn check(actor: &Actor, newsroom: NewsroomId, parts: Vec<Part>) -> Result<Content> {
    let mut content = Content::default();
    let mut places: HashMap<String, usize> = HashMap::new();
    for part in parts {
        match part {
            Part::Review(read, speakers) => match content.review(actor, newsroom, &read) {
                // The last one of a claim is the newest.
                Ok(review) => match places.get(&review.key) {
                    Some(place) => content.reviews[*place] = Incoming { review, speakers },
                    None => {
                        places.insert(review.key.clone(), content.reviews.len());
                        content.reviews.push(Incoming { review, speakers });
                    }
                },
                Err(error) => content.skip(format!("{}: {error}", shortened(&read.url))),
            },
            Part::Gone(url, speakers) => match Link::parse("url", &url) {
                Ok(link) => {
                    let gone = Gone { url: link.canonical(), speakers };
                    content.gone.insert(page_key(&link), gone);
                }
                Err(error) => content.skip(format!("{}: {error}", shortened(&url))),
            },
            Part::Skipped { url, message } => {
                let link = url.and_then(|url| Link::parse("url", &url).ok());
                content.push(Skipped { message, page: link.as_ref().map(page_key) });
            }
        }
    }
    if content.reviews.len() + content.gone.len() > MOST {
        let message = format!("The document has more than {MOST} reviews. Import it in parts.");
        return Err(Error::invalid("document", Reason::TooLarge, message));
    }
    Ok(content)
}

impl Content {
    /// Notes a part that is not taken.
    pub fn skip(&mut self, message: String) {
        self.push(Skipped { message, page: None });
    }

    fn push(&mut self, skipped: Skipped) {
        if self.skipped.len() < MOST_SKIPPED {
            self.skipped.push(skipped);
        }
    }

    /// The row of a review, if it keeps the bounds of its fields.
    fn review(&mut self, actor: &Actor, newsroom: NewsroomId, read: &ReadReview) -> Result<Model> {
        let link = Link::parse("url", &read.url)?;
        let statement = line("claimReviewed", &read.statement, 2_000)?;
        let optional = |field: &str, text: &Option<String>, most| {
            text_input::optional(text.as_deref(), |text| line(field, text, most))
        };
        Ok(Model {
            id: actor.new_id(),
            newsroom_id: newsroom,
            key: key(&link, &statement),
            url: link.canonical(),
            publisher: line("author", &read.publisher, 200)?,
            statement,
            claimant: optional("itemReviewed.author", &read.claimant, 200)?,
            claimed_on: read.claimed.as_deref().and_then(day),
            rating: line("reviewRating", &read.rating, 200)?,
            title: optional("headline", &read.title, 500)?,
            reviewed_on: read.reviewed.as_deref().and_then(day),
            language: read.language.as_deref().and_then(|tag| self.language(&read.url, tag)),
            imported_by: actor.signed_in()?,
            imported_at: actor.now(),
            version: 1,
        })
    }

    /// The language of a review. One that is not valid is left out, which is said.
    fn language(&mut self, url: &str, tag: &str) -> Option<String> {
        match language::parse("inLanguage", &tag.replace('_', "-")) {
            Ok(language) => Some(language),
            Err(error) => {
                self.skip(format!("The language of {}: {error}", shortened(url)));
                None
            }
        }
    }
}

/// A line that readers can tell from similar ones, whatever white space is in it.
fn line(field: &str, text: &str, most: usize) -> Result<String> {
    let text = text_input::joined_line(field, text, most)?;
    text_input::visible_line(field, &text, most)
}

pub(super) fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}

/// The day that a date or a time begins with.
fn day(text: &str) -> Option<Day> {
    Day::read(text.get(..10)?).ok()
}
