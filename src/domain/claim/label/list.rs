//! Lists of a newsroom's tags and claimants, with the number of claims of each.

use std::collections::HashMap;

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use super::{key, merged, tag_key};
use crate::domain::actor::Actor;
use crate::domain::claim;
use crate::domain::counts::{self, parts::Label};
use crate::domain::error::Result;
use crate::domain::ids::NewsroomId;
use crate::domain::page::{Key, Page, Slice, Total, small};
use crate::domain::permissions::Action;
use crate::domain::store::Db;

/// A tag of a newsroom's claims.
#[derive(Clone, Debug, SimpleObject)]
pub struct Tag {
    /// The tag, spelled as in its oldest claim. Case and white space do not tell tags apart.
    pub name: String,
    /// Number of claims with this tag, without withdrawn ones.
    pub claim_count: i32,
}

/// A person or organisation that makes claims.
#[derive(Clone, Debug, SimpleObject)]
pub struct Claimant {
    /// The name. If editors merged claimants, the one that they chose. Otherwise it is
    /// spelled as in the oldest claim. Case and white space do not tell claimants apart.
    pub name: String,
    /// Number of claims, without withdrawn ones. Claims of merged claimants count here.
    pub claim_count: i32,
    /// The names that editors merged into this one, sorted.
    pub merged_names: Vec<String>,
}

/// Reads the tags of a newsroom's claims, those with the most claims first.
pub async fn tags(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    slice: &Slice,
) -> Result<Page<Tag>> {
    actor.require(Action::Read, newsroom)?;
    let page = read(db, newsroom, Label::Tag, slice).await?;
    Ok(page.filter_map(|(_, name, claim_count)| Some(Tag { name, claim_count })))
}

/// Reads the claimants of a newsroom's claims, those with the most claims first.
pub async fn claimants(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    slice: &Slice,
) -> Result<Page<Claimant>> {
    actor.require(Action::Read, newsroom)?;
    let page = read(db, newsroom, Label::Claimant, slice).await?;
    let ids: Vec<_> = page.rows.iter().map(|(_, (id, ..))| *id).collect();
    let merges = merges_into(db, newsroom, &ids).await?;
    Ok(page.filter_map(|row| Some(described(row, &merges))))
}

/// Reads these claimants of a newsroom, in this order.
pub(super) async fn find_claimants(
    db: &Db,
    newsroom: NewsroomId,
    wanted: &[(Uuid, String)],
) -> Result<Vec<Claimant>> {
    let ids: Vec<_> = wanted.iter().map(|(id, _)| *id).collect();
    let mut query = counted(db, newsroom, Label::Claimant).await?;
    query.and_where(Expr::col(("labels", "id")).is_in(ids.iter().copied()));
    let found = named(db, newsroom, Label::Claimant, &query).await?;
    let mut found: HashMap<Uuid, Row> = found.into_iter().map(|row| (row.0, row)).collect();
    let merges = merges_into(db, newsroom, &ids).await?;
    let row = |(id, name): &(Uuid, String)| {
        described(found.remove(id).unwrap_or_else(|| (*id, name.clone(), 0)), &merges)
    };
    Ok(wanted.iter().map(row).collect())
}

/// A label: its key, its name, and how many claims have it.
type Row = (Uuid, String, i32);

/// Selects the key of each label as `id`, and its number of claims as `claims`.
async fn counted(db: &Db, newsroom: NewsroomId, label: Label) -> Result<SelectStatement> {
    let labels = if counts::are_complete(db, newsroom).await? {
        counts::parts::labels(newsroom, label)
    } else {
        labels(newsroom, label)
    };
    let mut query = Query::select();
    query.columns(["id", "claims"].map(|name| ("labels", name))).from_subquery(labels, "labels");
    Ok(query)
}

/// Counts the claims of each label.
fn labels(newsroom: NewsroomId, label: Label) -> SelectStatement {
    let key = key_of(label);
    present_claims(newsroom, label)
        .expr_as(key.clone(), "id")
        .expr_as(Expr::val(1).count(), "claims")
        .and_where(key.clone().is_not_null())
        .add_group_by([key])
        .to_owned()
}

/// The column with the label's key.
fn key_of(label: Label) -> Expr {
    match label {
        Label::Tag => Expr::col((tag_key::Entity, tag_key::Column::TagId)),
        Label::Claimant => Expr::col((key::Entity, key::Column::ClaimantId)),
    }
}

/// The newsroom's claims that were not withdrawn, joined with their labels.
fn present_claims(newsroom: NewsroomId, label: Label) -> SelectStatement {
    let id = Expr::col((claim::Entity, claim::Column::Id));
    let mut query = Query::select();
    match label {
        Label::Tag => query
            .from(tag_key::Entity)
            .inner_join(claim::Entity, id.equals((tag_key::Entity, tag_key::Column::ClaimId)))
            .and_where(Expr::col((tag_key::Entity, tag_key::Column::NewsroomId)).eq(newsroom)),
        Label::Claimant => query
            .from(key::Entity)
            .inner_join(claim::Entity, id.equals((key::Entity, key::Column::ClaimId)))
            .and_where(Expr::col((key::Entity, key::Column::NewsroomId)).eq(newsroom)),
    };
    query
        .and_where(claim::Column::State.ne(claim::State::Withdrawn))
        .and_where(claim::in_present_article(newsroom))
        .to_owned()
}

/// Reads a page of labels, the largest first.
async fn read(db: &Db, newsroom: NewsroomId, label: Label, slice: &Slice) -> Result<Page<Row>> {
    let (size, after) = slice.forward();
    let query = counted(db, newsroom, label).await?;
    let mut part = query.clone();
    let (id, claims) = (Expr::col(("labels", "id")), Expr::col(("labels", "claims")));
    if let Some(after) = after {
        let same = claims.clone().eq(i64::from(after.lead)).and(id.lt(after.id));
        part.and_where(claims.lt(i64::from(after.lead)).or(same));
    }
    part.order_by(("labels", "claims"), Order::Desc)
        .order_by(("labels", "id"), Order::Desc)
        .limit(size + 1);
    let mut rows = named(db, newsroom, label, &part).await?;
    let has_next = rows.len() as u64 > size;
    rows.truncate(usize::try_from(size).unwrap_or_default());
    Ok(Page {
        rows: rows.into_iter().map(|row| (Key { lead: row.2, id: row.0 }, row)).collect(),
        has_previous: after.is_some(),
        has_next,
        total: Total::Asked { db: db.clone(), list: Box::new(query) },
    })
}

/// Reads labels, and gives each the name that its oldest claim has.
async fn named(
    db: &Db,
    newsroom: NewsroomId,
    label: Label,
    query: &SelectStatement,
) -> Result<Vec<Row>> {
    let rows = db.query_all(query).await?;
    let counted = rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
    let counted: Vec<(Uuid, i64)> = counted.collect::<Result<_>>()?;
    if counted.is_empty() {
        return Ok(Vec::new());
    }
    let (name, claim) = match label {
        Label::Tag => (
            Expr::col((tag_key::Entity, tag_key::Column::Tag)),
            Expr::col((tag_key::Entity, tag_key::Column::ClaimId)),
        ),
        Label::Claimant => (
            Expr::col((claim::Entity, claim::Column::Claimant)),
            Expr::col((key::Entity, key::Column::ClaimId)),
        ),
    };
    let oldest = present_claims(newsroom, label)
        .expr(name)
        .and_where(key_of(label).eq(Expr::col(("asked", "column1"))))
        .order_by_expr(claim, Order::Asc)
        .limit(1)
        .to_owned();
    let mut names = Query::select();
    names
        .expr(Expr::col(("asked", "column1")))
        .expr(Expr::SubQuery(None, Box::new(oldest.into())))
        .from_values(counted.iter().map(|(id, _)| *id), "asked");
    let mut found: HashMap<Uuid, Option<String>> = HashMap::new();
    for row in db.query_all(&names).await? {
        found.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    }
    let row = |(id, count): (Uuid, i64)| Some((id, found.remove(&id)??, small(count)));
    Ok(counted.into_iter().filter_map(row).collect())
}

async fn merges_into(db: &Db, newsroom: NewsroomId, ids: &[Uuid]) -> Result<Vec<merged::Model>> {
    let list = merged::Entity::find()
        .filter(merged::Column::NewsroomId.eq(newsroom))
        .filter(merged::Column::IntoId.is_in(ids.iter().copied()));
    Ok(list.all(db).await?)
}

fn described((id, name, claim_count): Row, merges: &[merged::Model]) -> Claimant {
    let own = || merges.iter().filter(|row| row.into_id == id);
    let chosen = own().next().map(|row| row.into_name.clone());
    let mut merged_names: Vec<_> = own().map(|row| row.name.clone()).collect();
    merged_names.sort();
    Claimant { name: chosen.unwrap_or(name), claim_count, merged_names }
}
