//! Storing what a document says: new reviews, other content of known ones, and removals.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{Condition, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
};

use super::import::{Content, Gone, ImportOutsideReviewsPayload, Incoming, Skipped, shortened};
use super::trace::Trace;
use super::{Column, Entity, Model, make_findable, speaker};
use crate::domain::actor::Actor;
use crate::domain::error::Result;
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::NewsroomId;
use crate::domain::index;

/// The number of rows that are read or written at once.
const CHUNK: usize = 500;
/// The number of pages whose reviews are read at once.
const PAGES: usize = 100;

/// Stores the content of a document, and says in the audit log what changed.
pub async fn store(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
    mut content: Content,
) -> Result<ImportOutsideReviewsPayload> {
    let mut trace = Trace::default();
    explain(txn, newsroom, &mut content.skipped).await?;
    let (reviews, unchanged) = store_reviews(txn, newsroom, &mut content, &mut trace).await?;
    remove(txn, newsroom, &mut content, &reviews, &mut trace).await?;
    let [added, updated, removed] = trace.counts();
    if added + updated + removed > 0 {
        let about = Subject::default();
        let detail = trace.detail();
        event::append(txn, actor, newsroom, Kind::OutsideReviewsImported, about, detail).await?;
    }
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    Ok(ImportOutsideReviewsPayload {
        added: count(added),
        updated: count(updated),
        unchanged: count(unchanged),
        removed: count(removed),
        skipped: content.skipped.into_iter().map(|skipped| skipped.message).collect(),
        reviews,
    })
}

/// Adds and replaces reviews. Returns those of the document that the newsroom has now, and how many
/// of them it had already.
async fn store_reviews(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    content: &mut Content,
    trace: &mut Trace,
) -> Result<(Vec<Model>, usize)> {
    let incoming = std::mem::take(&mut content.reviews);
    let known = known(txn, newsroom, &incoming).await?;
    let (mut reviews, mut added, mut unchanged) = (Vec::new(), Vec::new(), 0);
    for Incoming { review, speakers } in incoming {
        let Some(old) = known.get(&review.key) else {
            trace.add(&review);
            added.push(review.clone());
            reviews.push(review);
            continue;
        };
        let mut new = Model {
            id: old.id,
            // Another address of the same page is no other content.
            url: old.url.clone(),
            imported_by: old.imported_by,
            imported_at: old.imported_at,
            version: old.version,
            ..review
        };
        if new == *old {
            unchanged += 1;
        } else if let Err(message) = speaker::expect_to_speak_for(old, &speakers) {
            content.skip(format!("{}: {message} It was not changed.", shortened(&old.url)));
            new = old.clone();
        } else {
            new.version += 1;
            Entity::update(new.clone().into_active_model().reset_all()).exec(txn).await?;
            make_findable(txn, &new).await?;
            trace.update(old, &new);
        }
        reviews.push(new);
    }
    for rows in added.chunks(CHUNK) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        Entity::insert_many(rows).exec_without_returning(txn).await?;
    }
    for review in &added {
        make_findable(txn, review).await?;
    }
    Ok((reviews, unchanged))
}

/// The reviews that the newsroom has with the keys of these, by their keys.
async fn known(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    reviews: &[Incoming],
) -> Result<BTreeMap<String, Model>> {
    let mut known = BTreeMap::new();
    for part in reviews.chunks(CHUNK) {
        let rows = Entity::find()
            .filter(Column::NewsroomId.eq(newsroom))
            .filter(Column::Key.is_in(part.iter().map(|one| one.review.key.as_str())))
            .all(txn)
            .await?;
        known.extend(rows.into_iter().map(|row| (row.key.clone(), row)));
    }
    Ok(known)
}

/// Removes the reviews that no longer hold, except those that the document has.
async fn remove(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    content: &mut Content,
    kept: &[Model],
    trace: &mut Trace,
) -> Result<()> {
    let gone = std::mem::take(&mut content.gone);
    let kept: BTreeSet<_> = kept.iter().map(|review| review.id).collect();
    for review in on_pages(txn, newsroom, gone.keys()).await? {
        let Some(Gone { url, speakers }) = gone.get(review.page()) else { continue };
        if kept.contains(&review.id) {
            continue;
        }
        if let Err(message) = speaker::expect_to_speak_for(&review, speakers) {
            content.skip(format!("{}: {message} It was not removed.", shortened(url)));
            continue;
        }
        Entity::delete_by_id(review.id).exec(txn).await?;
        index::remove(txn, review.id.0).await?;
        trace.remove(&review);
    }
    Ok(())
}

/// Names the ratings that the newsroom has of reviews that lack something now.
async fn explain(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    skipped: &mut [Skipped],
) -> Result<()> {
    let pages: BTreeSet<_> = skipped.iter().filter_map(|one| one.page.clone()).collect();
    let stored = on_pages(txn, newsroom, pages.iter()).await?;
    for one in skipped {
        let page = one.page.as_deref();
        if let Some(old) = stored.iter().find(|review| Some(review.page()) == page) {
            one.message = format!(
                "{} The newsroom still has it with the rating “{}”. Remove it if that no longer holds.",
                one.message,
                shortened(&old.rating)
            );
        }
    }
    Ok(())
}

/// The reviews that the newsroom has of the pages with these keys.
async fn on_pages(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    pages: impl Iterator<Item = &String>,
) -> Result<Vec<Model>> {
    let pages: Vec<_> = pages.collect();
    let mut found = Vec::new();
    for part in pages.chunks(PAGES) {
        let mut any = Condition::any();
        for page in part {
            // Keys begin with the key of their page, and have hexadecimal digits only.
            any = any.add(Column::Key.gt(page.as_str()).and(Column::Key.lt(format!("{page}g"))));
        }
        let list = Entity::find().filter(Column::NewsroomId.eq(newsroom)).filter(any);
        found.extend(list.all(txn).await?);
    }
    Ok(found)
}
