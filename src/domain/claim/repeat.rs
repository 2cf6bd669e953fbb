//! Repeats: links between claims that assert the same thing.
//!
//! Invariants: a claim that others repeat does not repeat another claim. So each link is one step
//! long, and links cannot form a cycle.

use std::collections::HashMap;

use async_graphql::{ID, InputObject, MaybeUndefined};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect};
use serde_json::json;

use crate::domain::actor::Actor;
use crate::domain::article;
use crate::domain::claim::{self, Column, Entity, Model};
use crate::domain::error::{Error, Reason, Result, expect_version};
use crate::domain::event::{self, Kind};
use crate::domain::ids::{ClaimId, TypedId};
use crate::domain::page::{self, Key, Page, Slice, Sort};
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};

/// A link from a claim to the claim that it repeats.
#[derive(InputObject)]
pub struct LinkClaimInput {
    /// The claim's id.
    claim: ID,
    /// The id of the claim that it repeats, in the same newsroom. If that claim repeats another,
    /// the link goes to the other. `null` unlinks.
    repeats: MaybeUndefined<ID>,
    /// The claim's version that you read. Optional. CONFLICT if the claim has changed since.
    expected_version: Option<i32>,
}

/// Links a claim to the one that it repeats, or unlinks it.
pub async fn link(
    db: &Db,
    actor: &Actor,
    input: LinkClaimInput,
) -> Result<(Model, article::Model)> {
    let (claim, permit) = claim::fetch_to_change(db, actor, &input.claim).await?;
    let target = target(db, actor, &claim, input.repeats).await?;
    store::write(db, permit, move |txn, actor| async move {
        // Both articles are always locked in the same order. If two requests link two claims to
        // each other, the second sees the first link.
        let articles = [Some(claim.article_id), target.as_ref().map(|target| target.article_id)];
        let locked = article::Entity::find()
            .filter(article::Column::Id.is_in(articles.into_iter().flatten()));
        let locked = locked.order_by_asc(article::Column::Id).lock_exclusive().all(&*txn).await?;
        for article in &locked {
            let is_own = article.id == claim.article_id;
            article.expect_present(if is_own { "claim" } else { "repeats" })?;
        }
        let mut claim = reread(&txn, claim.id).await?;
        expect_version(input.expected_version, claim.version)?;
        claim.expect_open()?;
        let root = match target {
            Some(target) => Some(root_for(&txn, &claim, target.id).await?),
            None => None,
        };
        if root == claim.repeats_id {
            let article = locked
                .into_iter()
                .find(|article| article.id == claim.article_id)
                .ok_or(Error::NotFound("article"))?;
            return Ok((claim, article));
        }
        let article = article::touch(&txn, claim.article_id, None).await?;
        let before = std::mem::replace(&mut claim.repeats_id, root);
        claim.version += 1;
        claim::save(&txn, &claim).await?;
        let kind = if root.is_some() { Kind::ClaimLinked } else { Kind::ClaimUnlinked };
        event::append(
            &txn,
            &actor,
            claim.newsroom_id,
            kind,
            claim::subject(&claim),
            json!({ "repeats": root, "before": before }),
        )
        .await?;
        Ok((claim, article))
    })
    .await
}

/// Returns the claim that `repeats` names, in the newsroom of `claim`. `None` means to unlink.
async fn target(
    db: &Db,
    actor: &Actor,
    claim: &Model,
    repeats: MaybeUndefined<ID>,
) -> Result<Option<Model>> {
    let id = match repeats {
        MaybeUndefined::Undefined => {
            let message = "`repeats` is missing. Name the claim that this one repeats, or send \
                           null to unlink it.";
            return Err(Error::invalid("repeats", Reason::Empty, message));
        }
        MaybeUndefined::Null => return Ok(None),
        MaybeUndefined::Value(id) => ClaimId::parse("repeats", &id)?,
    };
    let target = claim::fetch(db, actor, id).await?;
    if target.newsroom_id != claim.newsroom_id {
        return Err(Error::NotFound("claim"));
    }
    Ok(Some(target))
}

/// Returns the claim that `claim` would repeat if it repeated `target`. Both articles are locked.
async fn root_for(txn: &DatabaseTransaction, claim: &Model, target: ClaimId) -> Result<ClaimId> {
    let target = reread(txn, target).await?;
    let root = match target.repeats_id {
        Some(root) => reread(txn, root).await?,
        None => target.clone(),
    };
    if claim.id == target.id || claim.id == root.id {
        return Err(Error::invalid(
            "repeats",
            Reason::RepeatsItself,
            "A claim cannot repeat itself, or a claim that repeats it. Name another claim.",
        ));
    }
    if root.state == claim::State::Withdrawn {
        return Err(Error::invalid(
            "repeats",
            Reason::ClaimWithdrawn,
            "The other claim is withdrawn. Link to a claim that is not withdrawn.",
        ));
    }
    if Entity::find().filter(Column::RepeatsId.eq(claim.id)).one(txn).await?.is_some() {
        let message = "Other claims repeat this one. Link those claims to the other claim first.";
        return Err(Error::invalid("claim", Reason::ClaimRepeated, message));
    }
    Ok(root.id)
}

async fn reread(txn: &DatabaseTransaction, id: ClaimId) -> Result<Model> {
    Entity::find_by_id(id).one(txn).await?.ok_or(Error::NotFound("claim"))
}

const OLDEST_FIRST: Sort<Column> = Sort { lead: None, id: Column::Id, descending: false };

/// Returns the claims that repeat this one, in the order in which they were marked.
pub async fn of_claim(db: &Db, actor: &Actor, claim: &Model, slice: &Slice) -> Result<Page<Model>> {
    actor.require(Action::Read, claim.newsroom_id)?;
    let list = Entity::find().filter(Column::RepeatsId.eq(claim.id));
    page::read(db, list, OLDEST_FIRST, slice, |row| Key::of_id(row.id.0)).await
}

/// Returns the first claims that repeat each of these claims, in newsrooms that the actor may read.
/// This takes one statement, or two if `counted`.
pub async fn of_each(
    db: &Db,
    claims: &[ClaimId],
    size: u64,
    counted: bool,
) -> Result<HashMap<Uuid, Page<Model>>> {
    let list = Entity::find().filter(Column::RepeatsId.is_in(claims.iter().copied()));
    let place = |row: &Model| (row.repeats_id.map_or(Uuid::nil(), |id| id.0), Key::of_id(row.id.0));
    page::read_first_of_each(db, list, OLDEST_FIRST, size, Column::RepeatsId, counted, place).await
}
