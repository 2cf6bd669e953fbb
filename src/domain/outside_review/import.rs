//! Importing the fact-checks of other publishers from a page or a feed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use async_graphql::{ID, InputObject, SimpleObject};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
};
use serde_json::json;

use super::{Column, Entity, Model, key, make_findable};
use crate::domain::actor::Actor;
use crate::domain::article::format;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{NewsroomId, OutsideReviewId, TypedId};
use crate::domain::index;
use crate::domain::link::Link;
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text_input;
use crate::domain::time::Day;
use crate::import::claim_review::{self, Part, ReadReview};

/// The most reviews in one document.
const MOST: usize = 1_000;
/// The most sentences about parts that were not taken.
const MOST_SKIPPED: usize = 100;
/// The number of rows that are read or written at once.
const CHUNK: usize = 500;

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
    added: i32,
    /// The number of reviews that had other content before.
    updated: i32,
    /// The number of reviews that the newsroom had already.
    unchanged: i32,
    /// The number of reviews that were removed, because the feed says that they were deleted.
    removed: i32,
    /// One sentence for each part of the document that was not taken, at most 100.
    skipped: Vec<String>,
    /// The reviews of the document that the newsroom has now, in the order of the document.
    reviews: Vec<Model>,
}

/// The content of a document, after all checks.
#[derive(Default)]
struct Content {
    /// Reviews in the order of the document, each key once.
    reviews: Vec<Model>,
    gone: BTreeSet<String>,
    skipped: Vec<String>,
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
    let parts = actor
        .compute(move || claim_review::read(&document))
        .await?
        .map_err(|refusal| format::refused("document", refusal))?;
    let content = check(actor, newsroom, parts)?;
    store::write(db, permit, move |txn, actor| async move {
        store_all(&txn, &actor, newsroom, content).await
    })
    .await
}

fn check(actor: &Actor, newsroom: NewsroomId, parts: Vec<Part>) -> Result<Content> {
    let mut content = Content::default();
    let mut places: HashMap<String, usize> = HashMap::new();
    for part in parts {
        match part {
            Part::Review(read) => match review(actor, newsroom, &read) {
                // The last one of a claim is the newest.
                Ok(review) => match places.get(&review.key) {
                    Some(place) => content.reviews[*place] = review,
                    None => {
                        places.insert(review.key.clone(), content.reviews.len());
                        content.reviews.push(review);
                    }
                },
                Err(error) => content.skip(format!("{}: {error}", shortened(&read.url))),
            },
            Part::Gone(url) => match Link::parse("url", &url) {
                Ok(link) => {
                    content.gone.insert(link.into_string());
                }
                Err(error) => content.skip(format!("{}: {error}", shortened(&url))),
            },
            Part::Skipped(message) => content.skip(message),
        }
    }
    if content.reviews.len() + content.gone.len() > MOST {
        let message = format!("The document has more than {MOST} reviews. Import it in parts.");
        return Err(Error::invalid("document", Reason::TooLarge, message));
    }
    Ok(content)
}

impl Content {
    fn skip(&mut self, message: String) {
        if self.skipped.len() < MOST_SKIPPED {
            self.skipped.push(message);
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}

/// The row of a review, if it keeps the bounds of its fields.
fn review(actor: &Actor, newsroom: NewsroomId, read: &ReadReview) -> Result<Model> {
    let url = Link::parse("url", &read.url)?.into_string();
    let statement = text_input::joined_line("claimReviewed", &read.statement, 2_000)?;
    let optional = |field: &str, text: &Option<String>, most| {
        text_input::optional(text.as_deref(), |text| text_input::joined_line(field, text, most))
    };
    Ok(Model {
        id: actor.new_id(),
        newsroom_id: newsroom,
        key: key(&url, &statement),
        url,
        publisher: text_input::joined_line("author", &read.publisher, 200)?,
        statement,
        claimant: optional("itemReviewed.author", &read.claimant, 200)?,
        claimed_on: read.claimed.as_deref().and_then(day),
        rating: text_input::joined_line("reviewRating", &read.rating, 200)?,
        title: optional("headline", &read.title, 500)?,
        reviewed_on: read.reviewed.as_deref().and_then(day),
        language: optional("inLanguage", &read.language, 35)?,
        imported_by: actor.signed_in()?,
        imported_at: actor.now(),
        version: 1,
    })
}

/// The day that a date or a time begins with.
fn day(text: &str) -> Option<Day> {
    Day::read(text.get(..10)?).ok()
}

async fn store_all(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
    content: Content,
) -> Result<ImportOutsideReviewsPayload> {
    let Content { mut reviews, gone, skipped } = content;
    let known = known(txn, newsroom, &reviews).await?;
    let (mut added, mut updated, mut unchanged) = (Vec::new(), 0, 0);
    for review in &mut reviews {
        let Some(old) = known.get(&review.key) else {
            added.push(review.clone());
            continue;
        };
        let mut same = Model {
            id: old.id,
            imported_by: old.imported_by,
            imported_at: old.imported_at,
            version: old.version,
            ..review.clone()
        };
        if same == *old {
            unchanged += 1;
        } else {
            updated += 1;
            same.version += 1;
            Entity::update(same.clone().into_active_model().reset_all()).exec(txn).await?;
            make_findable(txn, &same).await?;
        }
        *review = same;
    }
    for rows in added.chunks(CHUNK) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        Entity::insert_many(rows).exec_without_returning(txn).await?;
    }
    for review in &added {
        make_findable(txn, review).await?;
    }
    let removed = remove(txn, newsroom, &gone, &reviews).await?;
    if added.len() + updated + removed > 0 {
        let detail = json!({ "added": added.len(), "updated": updated, "removed": removed });
        let about = Subject::default();
        event::append(txn, actor, newsroom, Kind::OutsideReviewsImported, about, detail).await?;
    }
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    Ok(ImportOutsideReviewsPayload {
        added: count(added.len()),
        updated: count(updated),
        unchanged: count(unchanged),
        removed: count(removed),
        skipped,
        reviews,
    })
}

/// The reviews that the newsroom has with the keys of these, by their keys.
async fn known(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    reviews: &[Model],
) -> Result<BTreeMap<String, Model>> {
    let mut known = BTreeMap::new();
    for part in reviews.chunks(CHUNK) {
        let rows = Entity::find()
            .filter(Column::NewsroomId.eq(newsroom))
            .filter(Column::Key.is_in(part.iter().map(|review| review.key.as_str())))
            .all(txn)
            .await?;
        known.extend(rows.into_iter().map(|row| (row.key.clone(), row)));
    }
    Ok(known)
}

/// Removes the reviews with these addresses, except those that the document has. Returns how many
/// there were.
async fn remove(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    gone: &BTreeSet<String>,
    kept: &[Model],
) -> Result<usize> {
    let kept: BTreeSet<_> = kept.iter().map(|review| review.id).collect();
    let gone: Vec<_> = gone.iter().collect();
    let mut removed = 0;
    for urls in gone.chunks(CHUNK) {
        let ids: Vec<OutsideReviewId> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::NewsroomId.eq(newsroom))
            .filter(Column::Url.is_in(urls.iter().map(|url| url.as_str())))
            .into_tuple()
            .all(txn)
            .await?;
        for id in ids.into_iter().filter(|id| !kept.contains(id)) {
            Entity::delete_by_id(id).exec(txn).await?;
            index::remove(txn, id.0).await?;
            removed += 1;
        }
    }
    Ok(removed)
}
