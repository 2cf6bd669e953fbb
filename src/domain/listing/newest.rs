//! The newest sources, found from the newest citations.
//!
//! Sources are sorted by the first citation that the reader may see, which nothing keeps: it depends on
//! the reader. A newsroom may have a hundred thousand sources, and a page has few. Where new citations
//! are often of new sources, the newest citations say which sources come first.
//!
//! Invariant: the page is the same as that of the whole list. Where the newest citations cannot say it,
//! the whole list is read.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::described::first;
use crate::domain::actor::Actor;
use crate::domain::error::Result;
use crate::domain::ids::{CitationId, NewsroomId, SourceId};
use crate::domain::page::{Key, Page};
use crate::domain::store::Db;
use crate::domain::verdict::source::{self, citation};

/// How many citations are looked at, at first and then once more.
const LOOKS: [u64; 2] = [300, 3_000];

/// Reads the `size` newest sources after a place. The page has no total. None if the newest citations
/// cannot say which they are.
pub async fn read(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    size: u64,
    after: Option<Key>,
) -> Result<Option<Page<SourceId>>> {
    let size = usize::try_from(size).unwrap_or_default();
    if let Some(after) = after
        && !is_a_first(db, actor, newsroom, CitationId(after.id)).await?
    {
        return Ok(None);
    }
    for look in LOOKS {
        let citations = before(db, after, look).await?;
        let ids = citations.iter().map(|(_, source)| *source).collect();
        let oldest = citations.last().map(|(id, _)| *id);
        let is_all = (citations.len() as u64) < look;
        // A source whose first citation is older comes after all of these.
        let found: Vec<_> = firsts(db, actor, newsroom, ids)
            .await?
            .into_iter()
            .rev()
            .filter(|(first, _)| after.is_none_or(|after| first.0 < after.id))
            .filter(|(first, _)| is_all || oldest.is_some_and(|oldest| *first >= oldest))
            .collect();
        if is_all || found.len() > size {
            let has_next = found.len() > size;
            let rows = found.into_iter().take(size).map(|(id, root)| (Key::of_id(id.0), root));
            let has_previous = after.is_some();
            return Ok(Some(Page {
                rows: rows.collect(),
                has_previous,
                has_next,
                ..Page::default()
            }));
        }
    }
    Ok(None)
}

/// The newest citations of all newsrooms before a place, each with its source.
async fn before(db: &Db, after: Option<Key>, most: u64) -> Result<Vec<(CitationId, SourceId)>> {
    let mut list = citation::Entity::find()
        .select_only()
        .columns([citation::Column::Id, citation::Column::SourceId]);
    if let Some(after) = after {
        list = list.filter(citation::Column::Id.lt(after.id));
    }
    let list = list.order_by_desc(citation::Column::Id).limit(most);
    Ok(list.into_tuple().all(db).await?)
}

/// The first citation that `actor` may see of each of these sources, or of those that they were merged
/// into, and that source. Those of other newsrooms, and those that the actor may not see, are missing.
async fn firsts(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    sources: BTreeSet<SourceId>,
) -> Result<BTreeMap<CitationId, SourceId>> {
    let known = source::Entity::find()
        .filter(source::Column::Id.is_in(sources))
        .filter(source::Column::NewsroomId.eq(newsroom))
        .all(db)
        .await?;
    let roots: BTreeSet<_> = known.iter().map(|row| row.root_id.unwrap_or(row.id)).collect();
    let list = source::Entity::find()
        .select_only()
        .expr(first(actor, citation::Column::Id))
        .column(source::Column::Id)
        .filter(source::Column::Id.is_in(roots));
    let rows: Vec<(Option<CitationId>, SourceId)> = list.into_tuple().all(db).await?;
    Ok(rows.into_iter().filter_map(|(first, root)| Some((first?, root))).collect())
}

/// Whether this is the first citation of a source that `actor` may see.
async fn is_a_first(db: &Db, actor: &Actor, newsroom: NewsroomId, id: CitationId) -> Result<bool> {
    let Some(row) = citation::Entity::find_by_id(id).one(db).await? else { return Ok(false) };
    let sources = [row.source_id].into();
    Ok(firsts(db, actor, newsroom, sources).await?.contains_key(&id))
}
