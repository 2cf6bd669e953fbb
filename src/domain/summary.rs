//! Summaries: what the verdicts on claims come to, for a claim, an article or a newsroom.
//!
//! Always true: a summary is a fixed number of grouped statements, however much it sums up; claims that were withdrawn don't count; of
//! verdicts under blind review it tells no more than how many there are.

use std::collections::HashMap;

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Func, IntoCondition, Query, SelectStatement, SimpleExpr};
use sea_orm::{Condition, QueryResult};

use super::article;
use super::claim;
use super::error::Result;
use super::ids::{ArticleId, ClaimId, NewsroomId, RatingId};
use super::moment::Moment;
use super::page::small;
use super::policy::{Action, Actor};
use super::source::citation;
use super::store::Db;
use super::verdict::{self, State, submission};

/// What the verdicts on the claims of an article or a newsroom come to. Claims that were withdrawn don't count.
#[derive(Clone, Debug, Default, SimpleObject)]
#[graphql(name = "VerdictSummary")]
pub struct Summary {
    /// How many articles it sums up.
    pub article_count: i32,
    /// How many claims it sums up.
    pub claim_count: i32,
    /// How many of the claims have a verdict.
    pub judged_claim_count: i32,
    /// How many of the claims have verdicts whose ratings differ, as far as you may see the verdicts.
    pub disputed_claim_count: i32,
    /// How many verdicts are in force, those that blind review hides from you among them.
    pub verdict_count: i32,
    /// How many of the verdicts blind review hides from you; the figures below leave them out.
    pub hidden_verdict_count: i32,
    /// How many of the verdicts that you may see cite no source.
    pub unsourced_verdict_count: i32,
    /// How many different sources the verdicts that you may see cite.
    pub source_count: i32,
    /// How many of the verdicts that you may see have each rating; ratings that none has are left out.
    pub verdict_counts: Vec<RatingCount>,
}

/// What the verdicts on one claim come to.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct ClaimSummary {
    /// How many verdicts are in force, those that blind review hides from you among them.
    pub verdict_count: i32,
    /// How many of the verdicts blind review hides from you; the figures below leave them out.
    pub hidden_verdict_count: i32,
    /// Whether the verdicts' ratings differ; null while blind review hides any of them from you.
    pub disputed: Option<bool>,
    /// How many of the verdicts that you may see cite no source.
    pub unsourced_verdict_count: i32,
    /// How many different sources the verdicts that you may see cite.
    pub source_count: i32,
    /// How many of the verdicts that you may see have each rating; ratings that none has are left out.
    pub verdict_counts: Vec<RatingCount>,
}

/// How many verdicts have a rating.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex, serial)]
pub struct RatingCount {
    #[graphql(skip)]
    pub rating_id: RatingId,
    /// How many verdicts have it.
    pub count: i32,
}

impl From<Summary> for ClaimSummary {
    fn from(sum: Summary) -> Self {
        Self {
            verdict_count: sum.verdict_count,
            hidden_verdict_count: sum.hidden_verdict_count,
            disputed: (sum.hidden_verdict_count == 0).then_some(sum.disputed_claim_count > 0),
            unsourced_verdict_count: sum.unsourced_verdict_count,
            source_count: sum.source_count,
            verdict_counts: sum.verdict_counts,
        }
    }
}

/// The summary of each of these claims.
pub async fn of_claims(db: &Db, actor: &Actor, claims: &[ClaimId]) -> Result<HashMap<ClaimId, ClaimSummary>> {
    let scope = claim::Column::Id.is_in(claims.iter().copied()).into_condition();
    // A claim that was withdrawn is still summed up for itself.
    let sums = sum(db, actor, claim::Column::Id, scope).await?;
    Ok(sums.into_iter().map(|(id, sum)| (ClaimId(id), sum.into())).collect())
}

/// The summary of each of these articles.
pub async fn of_articles(db: &Db, actor: &Actor, articles: &[ArticleId]) -> Result<HashMap<ArticleId, Summary>> {
    let scope = claim::Column::ArticleId.is_in(articles.iter().copied()).and(claim::Column::State.ne(claim::State::Withdrawn));
    let sums = sum(db, actor, claim::Column::ArticleId, scope.into_condition()).await?;
    Ok(sums.into_iter().map(|(id, sum)| (ArticleId(id), Summary { article_count: 1, ..sum })).collect())
}

/// The summary of a newsroom: of the articles imported and the claims marked from `since` on and before `until`.
pub async fn of_newsroom(db: &Db, actor: &Actor, newsroom: NewsroomId, since: Option<Moment>, until: Option<Moment>) -> Result<Summary> {
    actor.require(Action::Read, newsroom)?;
    let scope = during(claim::Column::MarkedAt, since, until)
        .add(claim::Column::NewsroomId.eq(newsroom))
        .add(claim::Column::State.ne(claim::State::Withdrawn));
    let sum = sum(db, actor, claim::Column::NewsroomId, scope).await?.remove(&newsroom.0).unwrap_or_default();
    let imported =
        article::Entity::find().filter(article::Column::NewsroomId.eq(newsroom)).filter(during(article::Column::ImportedAt, since, until));
    Ok(Summary { article_count: small(imported.count(db.read()).await?.try_into().unwrap_or(i64::MAX)), ..sum })
}

fn during<C: ColumnTrait>(column: C, since: Option<Moment>, until: Option<Moment>) -> Condition {
    Condition::all().add_option(since.map(|since| column.gte(since))).add_option(until.map(|until| column.lt(until)))
}

/// Sums up the claims in `scope`, for each value of `group`, in four statements.
async fn sum(db: &Db, actor: &Actor, group: claim::Column, scope: Condition) -> Result<HashMap<Uuid, Summary>> {
    let group = Expr::col((claim::Entity, group));
    let mut sums: HashMap<Uuid, Summary> = HashMap::new();

    let claims = Query::select()
        .expr(group.clone())
        .expr(Func::count(Expr::val(1)))
        .expr(number_where(claim::Column::VerdictCount.gt(0)))
        .expr(Expr::col((claim::Entity, claim::Column::VerdictCount)).sum())
        .from(claim::Entity)
        .cond_where(scope.clone())
        .add_group_by([group.clone()])
        .to_owned();
    for row in db.read().query_all(&claims).await? {
        let sum = sums.entry(row.try_get_by_index(0)?).or_default();
        sum.claim_count = count_at(&row, 1)?;
        sum.judged_claim_count = count_at(&row, 2)?;
        sum.verdict_count = count_at(&row, 3)?;
        sum.hidden_verdict_count = sum.verdict_count;
    }

    let rating = Expr::col((submission::Entity, submission::Column::RatingId));
    let ratings = verdicts(actor, &scope)
        .expr(group.clone())
        .expr(rating.clone())
        .expr(Func::count(Expr::val(1)))
        .expr(number_where(submission::Column::CitationCount.eq(0)))
        .add_group_by([group.clone(), rating.clone()])
        .to_owned();
    for row in db.read().query_all(&ratings).await? {
        let sum = sums.entry(row.try_get_by_index(0)?).or_default();
        let count = count_at(&row, 2)?;
        sum.verdict_counts.push(RatingCount { rating_id: row.try_get_by_index(1)?, count });
        sum.hidden_verdict_count -= count;
        sum.unsourced_verdict_count += count_at(&row, 3)?;
    }
    // Ids of ratings rise within a scale and from one scale to the next, so this is the scale's own order.
    for sum in sums.values_mut() {
        sum.verdict_counts.sort_by_key(|count| count.rating_id);
    }

    let (disputed, of_group) = (Alias::new("disputed"), Alias::new("of_group"));
    let differing = verdicts(actor, &scope)
        .expr_as(group.clone(), of_group.clone())
        .add_group_by([group.clone(), Expr::col((claim::Entity, claim::Column::Id))])
        .and_having(rating.count_distinct().gt(1))
        .to_owned();
    let differences = Query::select()
        .expr(Expr::col(of_group.clone()))
        .expr(Func::count(Expr::val(1)))
        .from_subquery(differing, disputed)
        .add_group_by([Expr::col(of_group)])
        .to_owned();
    for row in db.read().query_all(&differences).await? {
        sums.entry(row.try_get_by_index(0)?).or_default().disputed_claim_count = count_at(&row, 1)?;
    }

    let cited = Expr::col((citation::Entity, citation::Column::SubmissionId)).equals((submission::Entity, submission::Column::Id));
    let sources = verdicts(actor, &scope)
        .expr(group.clone())
        .expr(Expr::col((citation::Entity, citation::Column::SourceId)).count_distinct())
        .inner_join(citation::Entity, cited)
        .add_group_by([group])
        .to_owned();
    for row in db.read().query_all(&sources).await? {
        sums.entry(row.try_get_by_index(0)?).or_default().source_count = count_at(&row, 1)?;
    }
    Ok(sums)
}

/// The verdicts in force that `actor` may see, on the claims in `scope`.
fn verdicts(actor: &Actor, scope: &Condition) -> SelectStatement {
    let on_claim = Expr::col((verdict::Entity, verdict::Column::ClaimId)).equals((claim::Entity, claim::Column::Id));
    let current = Expr::col((submission::Entity, submission::Column::Id)).equals((verdict::Entity, verdict::Column::SubmissionId));
    let mut query = Query::select();
    query
        .from(claim::Entity)
        .inner_join(verdict::Entity, on_claim)
        .inner_join(submission::Entity, current)
        .cond_where(scope.clone())
        .and_where(verdict::Column::State.eq(State::Submitted))
        .cond_where(verdict::visible(actor));
    query
}

/// How many rows `what` holds for.
fn number_where(what: SimpleExpr) -> SimpleExpr {
    let one_or_none: SimpleExpr = CaseStatement::new().case(what, 1).finally(0).into();
    one_or_none.sum()
}

fn count_at(row: &QueryResult, index: usize) -> Result<i32> {
    Ok(small(row.try_get_by_index::<i64>(index)?))
}
