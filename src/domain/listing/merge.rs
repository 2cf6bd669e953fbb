//! Merging sources that are one page or document, and undoing that.

use std::collections::BTreeSet;

use async_graphql::{ID, InputObject};
use sea_orm::{DatabaseTransaction, EntityTrait};
use serde_json::json;

use super::sources::{Source, fetch_source, find_sources};
use crate::domain::actor::{Actor, Permit};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{NewsroomId, SourceId, TypedId};
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text_input;
use crate::domain::verdict::source::{self, merge};

/// Sources to merge into another.
#[derive(InputObject)]
pub struct MergeSourcesInput {
    /// The ids of 1 to 50 sources that are the same page or document as `into`.
    sources: Vec<ID>,
    /// The id of the source that their citations will count for. If it was merged, the source that
    /// it was merged into.
    into: ID,
    /// The reason: at most 1,000 characters. It is kept in the audit log. Optional.
    reason: Option<String>,
}

/// Merged sources to take apart again.
#[derive(InputObject)]
pub struct UnmergeSourcesInput {
    /// The ids of 1 to 50 merged sources. Sources that were merged into one of them before stay
    /// with it.
    sources: Vec<ID>,
    /// The reason: at most 1,000 characters. It is kept in the audit log. Optional.
    reason: Option<String>,
}

/// Merges sources into another. Returns that one.
pub async fn merge_sources(db: &Db, actor: &Actor, input: MergeSourcesInput) -> Result<Source> {
    let into = SourceId::parse("into", &input.into)?;
    let (sources, newsroom, permit) = parse(db, actor, &input.sources, Some(into)).await?;
    let reason = parse_reason(input.reason.as_deref())?;
    let root = store::write(db, permit, move |txn, actor| async move {
        let into = row(&txn, into).await?;
        let root = into.root_id.unwrap_or(into.id);
        for (place, id) in &sources {
            let source = row(&txn, *id).await?;
            if source.id == root || source.merged_into.is_some() {
                let message = if source.id == root {
                    "A source cannot be merged into itself. Name another source."
                } else {
                    "This source is already merged into another. Undo that first."
                };
                return Err(Error::invalid(place, Reason::AlreadyMerged, message));
            }
            merge::put_below(&txn, source.id, root).await?;
        }
        let sources: Vec<_> = sources.iter().map(|(_, id)| id).collect();
        let detail = json!({ "sources": sources, "into": root, "reason": reason });
        let about = Subject::default();
        event::append(&txn, &actor, newsroom, Kind::SourcesMerged, about, detail).await?;
        Ok(root)
    })
    .await?;
    find_sources(db, actor, &[root]).await?.pop().ok_or(Error::NotFound("source"))
}

/// Takes merged sources apart again. Returns them.
pub async fn unmerge_sources(
    db: &Db,
    actor: &Actor,
    input: UnmergeSourcesInput,
) -> Result<Vec<Source>> {
    let (sources, newsroom, permit) = parse(db, actor, &input.sources, None).await?;
    let reason = parse_reason(input.reason.as_deref())?;
    let ids: Vec<_> = sources.iter().map(|(_, id)| *id).collect();
    store::write(db, permit, move |txn, actor| async move {
        let mut undone = Vec::new();
        for (place, id) in &sources {
            let source = row(&txn, *id).await?;
            if source.merged_into.is_none() {
                let message = "This source is not merged into another.";
                return Err(Error::invalid(place, Reason::NotMerged, message));
            }
            merge::take_out(&txn, &source).await?;
            undone.push(json!({ "source": source.id, "from": source.merged_into }));
        }
        let detail = json!({ "sources": undone, "reason": reason });
        let about = Subject::default();
        event::append(&txn, &actor, newsroom, Kind::SourcesUnmerged, about, detail).await
    })
    .await?;
    find_sources(db, actor, &ids).await
}

/// Parses the ids of different sources of one newsroom, each with the input field that names it.
async fn parse<'a>(
    db: &Db,
    actor: &'a Actor,
    ids: &[ID],
    into: Option<SourceId>,
) -> Result<(Vec<(String, SourceId)>, NewsroomId, Permit<'a>)> {
    actor.signed_in()?;
    let (reason, message) = match ids.len() {
        0 => (Reason::Empty, "`sources` is empty. Name at least one source.".to_owned()),
        1..=50 => {
            return parse_some(db, actor, ids, into).await;
        }
        count => (Reason::TooLarge, format!("`sources` has {count} items. You can name up to 50.")),
    };
    Err(Error::invalid("sources", reason, message))
}

async fn parse_some<'a>(
    db: &Db,
    actor: &'a Actor,
    ids: &[ID],
    into: Option<SourceId>,
) -> Result<(Vec<(String, SourceId)>, NewsroomId, Permit<'a>)> {
    let mut sources = Vec::new();
    let mut seen = BTreeSet::new();
    for (number, id) in ids.iter().enumerate() {
        let place = format!("sources[{number}]");
        let id = SourceId::parse(&place, id)?;
        if !seen.insert(id) {
            let message = "This source is named twice. Name each source once.";
            return Err(Error::invalid(place, Reason::Contradiction, message));
        }
        sources.push((place, id));
    }
    let mut newsrooms = BTreeSet::new();
    for id in seen.into_iter().chain(into) {
        // Hides what the actor may not see.
        fetch_source(db, actor, id).await?;
        let source = source::Entity::find_by_id(id).one(db).await?;
        newsrooms.extend(source.map(|source| source.newsroom_id));
    }
    let newsroom = newsrooms.pop_first().ok_or(Error::NotFound("source"))?;
    let permit = actor.require(Action::MergeSources, newsroom)?;
    if newsrooms.is_empty() {
        Ok((sources, newsroom, permit))
    } else {
        Err(Error::NotFound("source"))
    }
}

fn parse_reason(reason: Option<&str>) -> Result<Option<String>> {
    text_input::optional(reason, |text| text_input::prose("reason", text, 1000))
}

async fn row(txn: &DatabaseTransaction, id: SourceId) -> Result<source::Model> {
    source::Entity::find_by_id(id).one(txn).await?.ok_or(Error::NotFound("source"))
}
