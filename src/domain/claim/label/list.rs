//! Lists of a newsroom's tags and claimants, with the number of claims of each.

use std::collections::HashMap;

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Expr, ExprTrait, Func, IntoColumnRef, Order, Query, SelectStatement, SimpleExpr,
};

use super::{key, merged, tag_key};
use crate::domain::actor::Actor;
use crate::domain::claim;
use crate::domain::error::Result;
use crate::domain::ids::NewsroomId;
use crate::domain::page::{Key, Page, Slice, Total, small};
use crate::domain::permissions::Action;
use crate::domain::store::Db;

/// A tag of a newsroom's claims.
#[derive(Clone, Debug, SimpleObject)]
pub struct Tag {
    /// The tag, in one of the spellings that claims have. Case and white space do not tell tags
    /// apart.
    pub name: String,
    /// Number of claims with this tag, without withdrawn ones.
    pub claim_count: i32,
}

/// A person or organisation that makes claims.
#[derive(Clone, Debug, SimpleObject)]
pub struct Claimant {
    /// The name. If editors merged claimants, the one that they chose. Otherwise one of the
    /// spellings that claims have. Case and white space do not tell claimants apart.
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
    let query = of_present_claims(
        newsroom,
        (tag_key::Entity, tag_key::Column::TagId),
        Expr::col((tag_key::Entity, tag_key::Column::Tag)),
        Expr::col((tag_key::Entity, tag_key::Column::ClaimId)),
    )
    .from(tag_key::Entity)
    .and_where(Expr::col((tag_key::Entity, tag_key::Column::NewsroomId)).eq(newsroom))
    .to_owned();
    let page = read(db, query, (tag_key::Entity, tag_key::Column::TagId), slice).await?;
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
    let query = counted_claimants(newsroom);
    let page = read(db, query, (key::Entity, key::Column::ClaimantId), slice).await?;
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
    let query = counted_claimants(newsroom)
        .and_where(Expr::col((key::Entity, key::Column::ClaimantId)).is_in(ids.iter().copied()))
        .to_owned();
    let mut found: HashMap<Uuid, Row> =
        rows(db, &query).await?.into_iter().map(|row| (row.0, row)).collect();
    let merges = merges_into(db, newsroom, &ids).await?;
    let row = |(id, name): &(Uuid, String)| {
        described(found.remove(id).unwrap_or_else(|| (*id, name.clone(), 0)), &merges)
    };
    Ok(wanted.iter().map(row).collect())
}

fn counted_claimants(newsroom: NewsroomId) -> SelectStatement {
    of_present_claims(
        newsroom,
        (key::Entity, key::Column::ClaimantId),
        Expr::col((claim::Entity, claim::Column::Claimant)),
        Expr::col((key::Entity, key::Column::ClaimId)),
    )
    .from(key::Entity)
    .and_where(Expr::col((key::Entity, key::Column::NewsroomId)).eq(newsroom))
    .and_where(Expr::col((key::Entity, key::Column::ClaimantId)).is_not_null())
    .to_owned()
}

/// A group of claims: its key, one of its names, and how many claims it has.
type Row = (Uuid, String, i32);

/// Groups the newsroom's claims that were not withdrawn by `group`.
fn of_present_claims(
    newsroom: NewsroomId,
    group: impl IntoColumnRef + Copy,
    name: SimpleExpr,
    claim: SimpleExpr,
) -> SelectStatement {
    let of_claim = Expr::col((claim::Entity, claim::Column::Id)).eq(claim);
    Query::select()
        .column(group)
        .expr(name.min())
        .expr(count())
        .inner_join(claim::Entity, of_claim)
        .and_where(claim::Column::State.ne(claim::State::Withdrawn))
        .and_where(claim::in_present_article(newsroom))
        .group_by_col(group)
        .to_owned()
}

fn count() -> SimpleExpr {
    Func::count(Expr::val(1)).into()
}

/// Reads a page of groups, the largest first.
async fn read(
    db: &Db,
    query: SelectStatement,
    group: impl IntoColumnRef + Copy,
    slice: &Slice,
) -> Result<Page<Row>> {
    let (size, after) = slice.forward();
    let mut part = query.clone();
    if let Some(Key { lead, id }) = after {
        let same = count().eq(i64::from(lead)).and(Expr::col(group).lt(id));
        part.and_having(count().lt(i64::from(lead)).or(same));
    }
    part.order_by_expr(count(), Order::Desc).order_by(group, Order::Desc).limit(size + 1);
    let mut rows = rows(db, &part).await?;
    let has_next = rows.len() as u64 > size;
    rows.truncate(usize::try_from(size).unwrap_or_default());
    Ok(Page {
        rows: rows.into_iter().map(|row| (Key { lead: row.2, id: row.0 }, row)).collect(),
        has_previous: after.is_some(),
        has_next,
        total: Total::Asked { db: db.clone(), list: Box::new(query) },
    })
}

async fn rows(db: &Db, query: &SelectStatement) -> Result<Vec<Row>> {
    let rows = db.query_all(query).await?;
    rows.iter()
        .map(|row| {
            let count = small(row.try_get_by_index(2)?);
            Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, count))
        })
        .collect()
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
