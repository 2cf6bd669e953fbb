//! Sources with what they are called: the address, title and publisher of the first citation that the reader may see.
//!
//! Most first citations have all three. So [`describe`] looks up that one citation for each source, and [`complete`] looks further only for
//! sources that lack something. One statement for both would take PostgreSQL longer to plan than to run.

use std::collections::HashMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    CommonTableExpression, Expr, ExprTrait, Func, JoinType, Order, Query, SelectStatement,
    SimpleExpr, WithClause, WithQuery,
};
use sea_orm::{FromQueryResult, QuerySelect};

use super::sources::{MEMBER, Source, by_claims, join_member};
use crate::domain::actor::Actor;
use crate::domain::error::Result;
use crate::domain::ids::SourceId;
use crate::domain::store::Db;
use crate::domain::verdict::source::{self, citation};

/// The name of the first citation of a source.
const FIRST: &str = "first_citation";
/// The name of the rows that are described.
const ROWS: &str = "described";

/// Adds the columns of a [`Source`] to the rows of `list`, which selects the columns `own`. `source` are the ids of the source and of the one
/// that it was merged into.
pub fn describe(
    mut list: SelectStatement,
    own: &[&'static str],
    order: Option<(&'static str, Order)>,
    source: (Expr, Expr),
    actor: &Actor,
) -> WithQuery {
    let (id, root) = source;
    let first = first_of(cited(actor, &id, By::Itself), citation::Column::Id);
    list.expr_as(id, "described_source")
        .expr_as(root, "described_root")
        .expr_as(first, "first_citation");
    let rows = CommonTableExpression::new()
        .query(list)
        .table_name(ROWS)
        // Otherwise PostgreSQL looks for the first citation again and again.
        .materialized(true)
        .to_owned();
    let mut all = Query::select();
    all.columns(own.iter().map(|name| (ROWS, *name)))
        .columns(["described_source", "described_root"].map(|name| (ROWS, name)))
        .columns(CALLED.map(|column| (FIRST, column)))
        .from(ROWS)
        .join_as(
            JoinType::LeftJoin,
            citation::Entity,
            FIRST,
            Expr::col((FIRST, citation::Column::Id)).equals((ROWS, "first_citation")),
        );
    if let Some((name, direction)) = order {
        all.order_by((ROWS, name), direction);
    }
    all.with(WithClause::new().cte(rows).to_owned())
}

/// Reads the rows of a statement.
pub async fn read<T: FromQueryResult>(db: &Db, statement: &WithQuery) -> Result<Vec<T>> {
    Ok(T::find_by_statement(db.get_database_backend().build(statement)).all(db).await?)
}

/// Adds what the first citations of some sources lack.
pub async fn complete<T>(
    db: &Db,
    actor: &Actor,
    rows: &mut [T],
    source: impl Fn(&mut T) -> &mut Source,
) -> Result<()> {
    let lacks = |source: &Source| {
        source.url.is_none() || source.title.is_none() || source.publisher.is_none()
    };
    let mut ids: Vec<SourceId> = rows
        .iter_mut()
        .map(|row| &*source(row))
        .filter(|source| lacks(source))
        .map(|source| source.id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(());
    }
    let list = source::Entity::find()
        .select_only()
        .columns([source::Column::Id, source::Column::RootId])
        .expr(called(actor, citation::Column::Url))
        .expr(called(actor, citation::Column::Title))
        .expr(called(actor, citation::Column::Publisher))
        .filter(source::Column::Id.is_in(ids));
    let full: Vec<Source> = list.into_model().all(db).await?;
    let full: HashMap<_, _> = full.into_iter().map(|source| (source.id, source)).collect();
    for source in rows.iter_mut().map(source) {
        if let Some(full) = full.get(&source.id) {
            *source = full.clone();
        }
    }
    Ok(())
}

/// The columns of a citation that say what its source is called.
const CALLED: [citation::Column; 3] =
    [citation::Column::Url, citation::Column::Title, citation::Column::Publisher];

/// Which citations of a source count.
#[derive(Clone, Copy)]
pub enum By {
    /// Those of the source itself.
    Itself,
    /// Those of the sources that were merged into it.
    Merged,
}

/// The `column` of the first citation of the outer row's source that `actor` may see and that has a value there. Its own citations come before
/// those of sources that were merged into it.
pub fn called(actor: &Actor, column: citation::Column) -> SimpleExpr {
    let value = || Expr::col((citation::Entity, column));
    let has_value = match column {
        citation::Column::Url => value().ne(""),
        _ => value().is_not_null(),
    };
    either(|by| cited(actor, &outer(), by).and_where(has_value.clone()).take(), column)
}

/// The `column` of the first citation of the outer row's source that `actor` may see.
pub fn first(actor: &Actor, column: citation::Column) -> SimpleExpr {
    either(|by| cited(actor, &outer(), by), column)
}

/// The `column` of the first row, or of the first row of merged sources if there is none. Two statements, because the index knows the order of
/// the first.
fn either(rows: impl Fn(By) -> SelectStatement, column: citation::Column) -> SimpleExpr {
    Func::coalesce([By::Itself, By::Merged].map(|by| first_of(rows(by), column))).into()
}

/// The `column` of the first row.
fn first_of(mut rows: SelectStatement, column: citation::Column) -> SimpleExpr {
    let query = rows
        .column((citation::Entity, column))
        .order_by((citation::Entity, citation::Column::Id), Order::Asc)
        .limit(1)
        .take();
    SimpleExpr::SubQuery(None, Box::new(query.into()))
}

/// The id of the outer row's source.
pub fn outer() -> Expr {
    Expr::col((source::Entity, source::Column::Id))
}

/// Citations of the source with this id, by verdicts that `actor` may see.
pub fn cited(actor: &Actor, source: &Expr, by: By) -> SelectStatement {
    let is_source = |column: Expr| column.eq(source.clone());
    let mut query = by_claims(actor);
    match by {
        By::Itself => {
            query.and_where(is_source(Expr::col((citation::Entity, citation::Column::SourceId))))
        }
        By::Merged => join_member(&mut query)
            .and_where(is_source(Expr::col((MEMBER, source::Column::RootId)))),
    };
    query
}
