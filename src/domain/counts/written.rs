//! Reads the articles that a transaction wrote, and the claims of the verdicts that it wrote.

use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, UnionType};

use super::tables::of_article;
use crate::domain::error::Result;
use crate::domain::ids::{ArticleId, ClaimId, VerdictId};
use crate::domain::time::Moment;

/// The articles that were written, and the claims of the verdicts that were written.
pub(super) struct Written {
    pub(super) articles: Vec<Article>,
    pub(super) claims: Vec<ClaimId>,
}

/// An article, and whether it is counted.
pub(super) struct Article {
    pub(super) id: ArticleId,
    pub(super) imported_at: Moment,
    pub(super) is_withdrawn: bool,
    pub(super) is_counted: bool,
}

/// Reads these articles, and the claims of these verdicts, in one statement.
pub(super) async fn read(
    txn: &DatabaseTransaction,
    articles: &[ArticleId],
    verdicts: &[VerdictId],
) -> Result<Written> {
    let counted = Expr::col((of_article::Entity, of_article::Column::ArticleId));
    let claims = Query::select()
        .distinct()
        .column("claim_id")
        .expr(Expr::cust("CAST(NULL AS timestamptz)"))
        .expr(Expr::cust("CAST(NULL AS boolean)"))
        .expr(Expr::cust("CAST(NULL AS boolean)"))
        .from("verdicts")
        .and_where(Expr::col("id").is_in(verdicts.iter().copied()))
        .to_owned();
    let query = Query::select()
        .columns(["id", "imported_at"].map(|column| ("articles", column)))
        .expr(Expr::col(("articles", "withdrawn_at")).is_not_null())
        .expr(counted.clone().is_not_null())
        .from("articles")
        .left_join(of_article::Entity, counted.equals(("articles", "id")))
        .and_where(Expr::col(("articles", "id")).is_in(articles.iter().copied()))
        .union(UnionType::All, claims)
        .to_owned();
    let mut written = Written { articles: Vec::new(), claims: Vec::new() };
    for row in txn.query_all(&query).await? {
        match row.try_get_by_index::<Option<bool>>(2)? {
            None => written.claims.push(row.try_get_by_index(0)?),
            Some(is_withdrawn) => written.articles.push(Article {
                id: row.try_get_by_index(0)?,
                imported_at: row.try_get_by_index(1)?,
                is_withdrawn,
                is_counted: row.try_get_by_index(3)?,
            }),
        }
    }
    Ok(written)
}
