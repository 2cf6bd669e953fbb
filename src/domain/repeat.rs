//! Repeats: which claim is the same claim again, as somebody has found.
//!
//! Always true: a claim that others repeat repeats none itself, so that one step leads from any claim to the one that it repeats, and no
//! circle can come about.

use std::collections::HashMap;

use async_graphql::{ID, InputObject, MaybeUndefined};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect};
use serde_json::json;

use super::article;
use super::claim::{self, Column, Entity, Model};
use super::error::{Error, Reason, Result, expect_version};
use super::event::{self, Kind};
use super::ids::{ClaimId, TypedId};
use super::page::{self, Key, Page, Slice, Sort};
use super::policy::{Action, Actor};
use super::store::{self, Db};

/// Which claim is another again.
#[derive(InputObject)]
pub struct LinkClaimInput {
    /// The claim.
    claim: ID,
    /// The claim of the same newsroom that it repeats; if that one repeats another, the link goes to the other. `null` unlinks.
    repeats: MaybeUndefined<ID>,
    /// The claim's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
}

/// Links a claim to the one that it repeats, or unlinks it.
pub async fn link(db: &Db, actor: &Actor, input: LinkClaimInput) -> Result<(Model, article::Model)> {
    let claim = claim::fetch_to_change(db, actor, &input.claim).await?;
    let target = match input.repeats {
        MaybeUndefined::Undefined => {
            return Err(Error::invalid("repeats", Reason::Empty, "say which claim it repeats, or null to unlink it"));
        }
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(id) => {
            let target = claim::fetch(db, actor, ClaimId::parse("repeats", &id)?).await?;
            Some(target).filter(|target| target.newsroom_id == claim.newsroom_id).ok_or(Error::NotFound("claim")).map(Some)?
        }
    };
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        // Both articles in one order, whoever links: of two who link two claims to each other, the second finds what the first did.
        let articles = [Some(claim.article_id), target.as_ref().map(|target| target.article_id)];
        let locked = article::Entity::find().filter(article::Column::Id.is_in(articles.into_iter().flatten()));
        let locked = locked.order_by_asc(article::Column::Id).lock_exclusive().all(&*txn).await?;
        let mut claim = reread(&txn, claim.id).await?;
        expect_version(input.expected_version, claim.version)?;
        claim.expect_open()?;
        let root = match target {
            Some(target) => Some(root_for(&txn, &claim, target.id).await?),
            None => None,
        };
        if root == claim.repeats_id {
            let article = locked.into_iter().find(|article| article.id == claim.article_id).ok_or(Error::NotFound("article"))?;
            return Ok((claim, article));
        }
        let article = article::touch(&txn, claim.article_id, None).await?;
        let before = std::mem::replace(&mut claim.repeats_id, root);
        claim.version += 1;
        claim::save(&txn, &claim).await?;
        let kind = if root.is_some() { Kind::ClaimLinked } else { Kind::ClaimUnlinked };
        event::append(&txn, &actor, claim.newsroom_id, kind, claim::subject(&claim), json!({ "repeats": root, "before": before })).await?;
        Ok((claim, article))
    })
    .await
}

/// What `claim` would repeat if it repeated `target`, while both articles are locked.
async fn root_for(txn: &DatabaseTransaction, claim: &Model, target: ClaimId) -> Result<ClaimId> {
    let target = reread(txn, target).await?;
    let root = match target.repeats_id {
        Some(root) => reread(txn, root).await?,
        None => target.clone(),
    };
    if claim.id == target.id || claim.id == root.id {
        return Err(Error::invalid("repeats", Reason::RepeatsItself, "a claim can't repeat itself, or one that repeats it"));
    }
    if root.state == claim::State::Withdrawn {
        return Err(Error::invalid("repeats", Reason::ClaimWithdrawn, "the other claim is withdrawn"));
    }
    if Entity::find().filter(Column::RepeatsId.eq(claim.id)).one(txn).await?.is_some() {
        let message = "other claims repeat this one; link those to the other claim first";
        return Err(Error::invalid("claim", Reason::ClaimRepeated, message));
    }
    Ok(root.id)
}

async fn reread(txn: &DatabaseTransaction, id: ClaimId) -> Result<Model> {
    Entity::find_by_id(id).one(txn).await?.ok_or(Error::NotFound("claim"))
}

const OLDEST_FIRST: Sort<Column> = Sort { lead: None, id: Column::Id, descending: false };

/// The claims that repeat this one, the first marked first.
pub async fn of_claim(db: &Db, actor: &Actor, claim: &Model, slice: &Slice) -> Result<Page<Model>> {
    actor.require(Action::Read, claim.newsroom_id)?;
    let list = Entity::find().filter(Column::RepeatsId.eq(claim.id));
    page::read(db, list, OLDEST_FIRST, slice, |row| Key::of_id(row.id.0)).await
}

/// The first claims that repeat each of these claims of newsrooms that the actor may read, in one statement, or two where they are `counted`.
pub async fn of_each(db: &Db, claims: &[ClaimId], size: u64, counted: bool) -> Result<HashMap<Uuid, Page<Model>>> {
    let list = Entity::find().filter(Column::RepeatsId.is_in(claims.iter().copied()));
    let place = |row: &Model| (row.repeats_id.map_or(Uuid::nil(), |id| id.0), Key::of_id(row.id.0));
    page::read_first_of_each(db, list, OLDEST_FIRST, size, Column::RepeatsId, counted, place).await
}
