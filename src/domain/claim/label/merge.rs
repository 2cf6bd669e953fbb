//! Merging claimants who are one person or organisation, and undoing that.
//!
//! Invariants: claims keep the name that they were marked with, because a claim's own words never
//! change after the first verdict. A merge only says that names count as one. The claimant that
//! others are merged into is not merged itself.

use std::collections::BTreeSet;

use async_graphql::{ID, InputObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QuerySelect, QueryTrait};
use serde_json::json;

use super::list::{Claimant, find_claimants};
use super::{id_of, key, merged};
use crate::domain::actor::Actor;
use crate::domain::claim;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{ClaimId, NewsroomId, TypedId};
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text_input;

/// Claimants to merge into another.
#[derive(InputObject)]
pub struct MergeClaimantsInput {
    /// The newsroom's id.
    newsroom: ID,
    /// The names of 1 to 50 claimants who are the same person or organisation as `into`.
    claimants: Vec<String>,
    /// The name that they count under: one line of at most 200 characters. It may be a name that no
    /// claim has. If it was merged itself, the one that it was merged into.
    into: String,
    /// The reason: at most 1,000 characters. It is kept in the audit log. Optional.
    reason: Option<String>,
}

/// Merged claimants to take apart again.
#[derive(InputObject)]
pub struct UnmergeClaimantsInput {
    /// The newsroom's id.
    newsroom: ID,
    /// The names of 1 to 50 merged claimants.
    claimants: Vec<String>,
    /// The reason: at most 1,000 characters. It is kept in the audit log. Optional.
    reason: Option<String>,
}

/// A name that a client sent, with the input field that has it.
struct Named {
    place: String,
    name: String,
    id: Uuid,
}

/// Merges claimants into another. Returns that one.
pub async fn merge_claimants(
    db: &Db,
    actor: &Actor,
    input: MergeClaimantsInput,
) -> Result<Claimant> {
    let newsroom = NewsroomId::parse("newsroom", &input.newsroom)?;
    let permit = actor.require(Action::MergeClaimants, newsroom)?;
    let claimants = parse(&input.claimants)?;
    let into = text_input::visible_line("into", &input.into, 200)?;
    let reason = parse_reason(input.reason.as_deref())?;
    let root = store::write(db, permit, move |txn, actor| async move {
        let (root, root_name) = match merge_of(&*txn, newsroom, id_of(&into)).await? {
            Some(row) => (row.into_id, row.into_name),
            None => (id_of(&into), into),
        };
        for named in &claimants {
            expect_unmerged(&txn, newsroom, named, root).await?;
            put_below(&txn, &actor, newsroom, named, (root, &root_name)).await?;
        }
        let names: Vec<_> = claimants.iter().map(|named| &named.name).collect();
        let detail = json!({ "claimants": names, "into": root_name, "reason": reason });
        let about = Subject::default();
        event::append(&txn, &actor, newsroom, Kind::ClaimantsMerged, about, detail).await?;
        Ok((root, root_name))
    })
    .await?;
    find_claimants(db, newsroom, &[root]).await?.pop().ok_or(Error::NotFound("claimant"))
}

/// Takes merged claimants apart again. Returns them.
pub async fn unmerge_claimants(
    db: &Db,
    actor: &Actor,
    input: UnmergeClaimantsInput,
) -> Result<Vec<Claimant>> {
    let newsroom = NewsroomId::parse("newsroom", &input.newsroom)?;
    let permit = actor.require(Action::MergeClaimants, newsroom)?;
    let claimants = parse(&input.claimants)?;
    let reason = parse_reason(input.reason.as_deref())?;
    let apart = store::write(db, permit, move |txn, actor| async move {
        let (mut apart, mut undone) = (Vec::new(), Vec::new());
        for named in claimants {
            let Some(row) = merge_of(&*txn, newsroom, named.id).await? else {
                let message = "This claimant is not merged into another.";
                return Err(Error::invalid(named.place, Reason::NotMerged, message));
            };
            undone.push(json!({ "claimant": row.name, "from": row.into_name }));
            apart.push((row.claimant_id, row.name.clone()));
            take_out(&txn, row).await?;
        }
        let detail = json!({ "claimants": undone, "reason": reason });
        let about = Subject::default();
        event::append(&txn, &actor, newsroom, Kind::ClaimantsUnmerged, about, detail).await?;
        Ok(apart)
    })
    .await?;
    find_claimants(db, newsroom, &apart).await
}

/// The claimant that this one counts as: itself, unless it was merged.
pub(super) async fn root_of(
    db: &impl ConnectionTrait,
    newsroom: NewsroomId,
    id: Uuid,
) -> Result<Uuid> {
    Ok(merge_of(db, newsroom, id).await?.map_or(id, |row| row.into_id))
}

async fn merge_of(
    db: &impl ConnectionTrait,
    newsroom: NewsroomId,
    id: Uuid,
) -> Result<Option<merged::Model>> {
    let list = merged::Entity::find()
        .filter(merged::Column::NewsroomId.eq(newsroom))
        .filter(merged::Column::ClaimantId.eq(id));
    Ok(list.one(db).await?)
}

/// Refuses a claimant that cannot be merged into this root.
async fn expect_unmerged(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    named: &Named,
    root: Uuid,
) -> Result<()> {
    let refuse = |message: &str| Err(Error::invalid(&named.place, Reason::AlreadyMerged, message));
    if named.id == root {
        return refuse("A claimant cannot be merged into itself. Name another claimant.");
    }
    if merge_of(txn, newsroom, named.id).await?.is_some() {
        return refuse("This claimant is already merged into another. Undo that first.");
    }
    let has_claims = key::Entity::find()
        .select_only()
        .column(key::Column::ClaimId)
        .filter(key::Column::NewsroomId.eq(newsroom))
        .filter(key::Column::ClaimantId.eq(named.id))
        .into_tuple::<ClaimId>();
    match has_claims.one(txn).await? {
        Some(_) => Ok(()),
        None => Err(Error::NotFound("claimant")),
    }
}

/// Merges a claimant, and those that were merged into it, into a root.
async fn put_below(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
    named: &Named,
    (root, root_name): (Uuid, &str),
) -> Result<()> {
    merged::Entity::update_many()
        .col_expr(merged::Column::IntoId, Expr::value(root))
        .col_expr(merged::Column::IntoName, Expr::value(root_name))
        .filter(merged::Column::NewsroomId.eq(newsroom))
        .filter(merged::Column::IntoId.eq(named.id))
        .exec(txn)
        .await?;
    let row = merged::ActiveModel {
        id: Set(actor.new_id()),
        newsroom_id: Set(newsroom),
        claimant_id: Set(named.id),
        name: Set(named.name.clone()),
        into_id: Set(root),
        into_name: Set(root_name.to_owned()),
        merged_at: Set(actor.now()),
    };
    merged::Entity::insert(row).exec_without_returning(txn).await?;
    key::Entity::update_many()
        .col_expr(key::Column::ClaimantId, Expr::value(root))
        .filter(key::Column::NewsroomId.eq(newsroom))
        .filter(key::Column::ClaimantId.eq(named.id))
        .exec(txn)
        .await?;
    Ok(())
}

/// Makes a merged claimant one of its own again. Those that were merged into it before stay where
/// they are.
async fn take_out(txn: &DatabaseTransaction, row: merged::Model) -> Result<()> {
    merged::Entity::delete_by_id(row.id).exec(txn).await?;
    let claims = claim::Entity::find()
        .select_only()
        .columns([claim::Column::Id, claim::Column::Claimant])
        .filter(claim::Column::NewsroomId.eq(row.newsroom_id))
        .filter(
            claim::Column::Id.in_subquery(
                key::Entity::find()
                    .select_only()
                    .column(key::Column::ClaimId)
                    .filter(key::Column::NewsroomId.eq(row.newsroom_id))
                    .filter(key::Column::ClaimantId.eq(row.into_id))
                    .into_query(),
            ),
        )
        .into_tuple::<(ClaimId, Option<String>)>();
    let all = claims.all(txn).await?;
    let own: Vec<_> = all
        .into_iter()
        .filter(|(_, name)| name.as_deref().map(id_of) == Some(row.claimant_id))
        .map(|(id, _)| id)
        .collect();
    for part in own.chunks(1000) {
        key::Entity::update_many()
            .col_expr(key::Column::ClaimantId, Expr::value(row.claimant_id))
            .filter(key::Column::ClaimId.is_in(part.iter().copied()))
            .exec(txn)
            .await?;
    }
    Ok(())
}

/// Parses the names of 1 to 50 different claimants.
fn parse(names: &[String]) -> Result<Vec<Named>> {
    if names.is_empty() {
        let message = "`claimants` is empty. Name at least one claimant.";
        return Err(Error::invalid("claimants", Reason::Empty, message));
    }
    if names.len() > 50 {
        let message = format!("`claimants` has {} items. You can name up to 50.", names.len());
        return Err(Error::invalid("claimants", Reason::TooLarge, message));
    }
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    for (number, name) in names.iter().enumerate() {
        let place = format!("claimants[{number}]");
        let name = text_input::visible_line(&place, name, 200)?;
        let id = id_of(&name);
        if !seen.insert(id) {
            let message = "This claimant is named twice. Name each claimant once.";
            return Err(Error::invalid(place, Reason::Contradiction, message));
        }
        all.push(Named { place, name, id });
    }
    Ok(all)
}

fn parse_reason(reason: Option<&str>) -> Result<Option<String>> {
    text_input::optional(reason, |text| text_input::prose("reason", text, 1000))
}
