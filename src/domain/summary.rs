//! Summaries: what the verdicts on claims come to, for a claim, an article or a newsroom.
//!
//! Always true: a summary is a fixed number of grouped statements, however much it sums up; claims that were withdrawn don't count; of
//! verdicts under blind review it tells no more than how many there are.
//!
//! A summary of a claimant or a tag follows links: a claim and all that repeat it count as one claim, with the verdicts on any of them, where
//! one of them is of that claimant or has that tag.

use std::collections::HashMap;

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Func, IntoCondition, Query, SelectStatement, SimpleExpr};
use sea_orm::{Condition, QueryResult};

use super::agreement::{self, Agreement, Given};
use super::article;
use super::claim;
use super::error::Result;
use super::ids::{ArticleId, ClaimId, NewsroomId, RatingId, RatingScaleId};
use super::moment::Moment;
use super::page::small;
use super::policy::{Action, Actor};
use super::rating::{self, scale};
use super::source::citation;
use super::store::Db;
use super::verdict::{self, State, submission};
use super::words;

/// What the verdicts on the claims of an article or a newsroom come to. Claims that were withdrawn don't count.
#[derive(Clone, Debug, Default, SimpleObject)]
#[graphql(name = "VerdictSummary", complex)]
pub struct Summary {
    /// What it sums up, for what is asked of that beyond these figures.
    #[graphql(skip)]
    pub of: Option<Scope>,
    /// How many articles it sums up.
    pub article_count: i32,
    /// How many claims it sums up.
    pub claim_count: i32,
    /// How many of the claims have a verdict.
    pub judged_claim_count: i32,
    /// How many of the claims have verdicts of the same rating scale whose ratings differ, as far as you may see the verdicts.
    pub disputed_claim_count: i32,
    /// How many verdicts are in force, those that blind review hides from you among them.
    pub verdict_count: i32,
    /// How many of the verdicts blind review hides from you; the figures below leave them out.
    pub hidden_verdict_count: i32,
    /// How many of the verdicts that you may see cite no source.
    pub unsourced_verdict_count: i32,
    /// How many different sources the verdicts that you may see cite.
    pub source_count: i32,
    /// How many of the verdicts that you may see have each rating; ratings that none has are left out. Ratings of different scales are counted
    /// apart, even where they have the same key.
    pub verdict_counts: Vec<RatingCount>,
}

/// What the verdicts on one claim come to.
#[derive(Clone, Debug, Default, SimpleObject)]
#[graphql(complex)]
pub struct ClaimSummary {
    /// How many verdicts are in force, those that blind review hides from you among them.
    pub verdict_count: i32,
    /// How many of the verdicts blind review hides from you; the figures below leave them out.
    pub hidden_verdict_count: i32,
    /// Whether verdicts of the same rating scale differ in their ratings; null while blind review hides any of them from you.
    pub disputed: Option<bool>,
    /// How many of the verdicts that you may see cite no source.
    pub unsourced_verdict_count: i32,
    /// How many different sources the verdicts that you may see cite.
    pub source_count: i32,
    /// How many of the verdicts that you may see have each rating; ratings that none has are left out. Ratings of different scales are counted
    /// apart, even where they have the same key.
    pub verdict_counts: Vec<RatingCount>,
}

/// How many verdicts have a rating.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex, serial)]
pub struct RatingCount {
    #[graphql(skip)]
    pub rating_id: RatingId,
    #[graphql(skip)]
    pub scale_id: RatingScaleId,
    /// How many verdicts have it.
    pub count: i32,
}

/// The scales that verdicts so counted were given under.
pub fn scales(counts: &[RatingCount]) -> Vec<RatingScaleId> {
    let scales: std::collections::BTreeSet<_> = counts.iter().map(|count| count.scale_id).collect();
    scales.into_iter().collect()
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
    let sums = sum(db, actor, claim::Column::Id, id_of_claim(), scope).await?;
    Ok(sums.into_iter().map(|(id, sum)| (ClaimId(id), sum.into())).collect())
}

/// What a summary sums up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The claims of an article.
    Article(ArticleId),
    /// Claims of a newsroom.
    Newsroom(NewsroomId, Part),
}

/// Which claims of a newsroom are meant: those for which all this holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Part {
    /// Marked at this time or later.
    since: Option<Moment>,
    /// Marked before this time.
    until: Option<Moment>,
    /// Claimed by this claimant, to the letter.
    claimant: Option<String>,
    /// With this tag.
    tag: Option<String>,
}

impl Part {
    /// A part as clients ask for it.
    pub fn parse(since: Option<Moment>, until: Option<Moment>, claimant: Option<&str>, tag: Option<&str>) -> Result<Self> {
        let claimant = words::optional(claimant, |text| words::line("claimant", text, 200))?;
        Ok(Self { since, until, claimant, tag: words::optional(tag, |text| words::line("tag", text, 50))? })
    }

    /// Whether links are followed.
    fn follows_links(&self) -> bool {
        self.claimant.is_some() || self.tag.is_some()
    }

    /// The claims that are meant, before links are followed.
    fn named(&self, newsroom: NewsroomId) -> Condition {
        let tagged = self.tag.as_ref().map(|tag| {
            let of_tag = Query::select()
                .column(claim::tag::Column::ClaimId)
                .from(claim::tag::Entity)
                .and_where(claim::tag::Column::Tag.eq(tag))
                .to_owned();
            claim::Column::Id.in_subquery(of_tag)
        });
        during(claim::Column::MarkedAt, self.since, self.until)
            .add(claim::Column::NewsroomId.eq(newsroom))
            .add(claim::Column::State.ne(claim::State::Withdrawn))
            .add_option(self.claimant.as_ref().map(|claimant| claim::Column::Claimant.eq(claimant)))
            .add_option(tagged)
    }

    /// The claims that are counted.
    fn counted(&self, newsroom: NewsroomId) -> Condition {
        if !self.follows_links() {
            return self.named(newsroom);
        }
        let roots = Query::select().expr(root()).from(claim::Entity).cond_where(self.named(newsroom)).to_owned();
        Condition::all()
            .add(claim::Column::NewsroomId.eq(newsroom))
            .add(claim::Column::State.ne(claim::State::Withdrawn))
            .add(claim::Column::Id.in_subquery(roots.clone()).or(claim::Column::RepeatsId.in_subquery(roots)))
    }
}

/// The claim that the row's claim repeats, or itself.
fn root() -> SimpleExpr {
    let column = |column| Expr::col((claim::Entity, column));
    Func::coalesce([column(claim::Column::RepeatsId), column(claim::Column::Id)]).into()
}

/// The summary of each of these articles.
pub async fn of_articles(db: &Db, actor: &Actor, articles: &[ArticleId]) -> Result<HashMap<ArticleId, Summary>> {
    let sums = sum(db, actor, claim::Column::ArticleId, id_of_claim(), in_articles(articles)).await?;
    Ok(sums.into_iter().map(|(id, sum)| (ArticleId(id), sum)).collect())
}

fn in_articles(articles: &[ArticleId]) -> Condition {
    claim::Column::ArticleId.is_in(articles.iter().copied()).and(claim::Column::State.ne(claim::State::Withdrawn)).into_condition()
}

/// The summary of a part of a newsroom: of its claims, and of the articles imported in its time, or where it names a claimant or a tag of the
/// articles that such claims stand in.
pub async fn of_newsroom(db: &Db, actor: &Actor, newsroom: NewsroomId, part: Part) -> Result<Summary> {
    actor.require(Action::Read, newsroom)?;
    let unit = if part.follows_links() { root() } else { id_of_claim() };
    let sum = sum(db, actor, claim::Column::NewsroomId, unit, part.counted(newsroom)).await?.remove(&newsroom.0).unwrap_or_default();
    let imported = if part.follows_links() {
        let theirs = Query::select().column(claim::Column::ArticleId).from(claim::Entity).cond_where(part.named(newsroom)).to_owned();
        article::Column::Id.in_subquery(theirs).into_condition()
    } else {
        during(article::Column::ImportedAt, part.since, part.until)
    };
    let imported = article::Entity::find().filter(article::Column::NewsroomId.eq(newsroom)).filter(imported);
    let article_count = small(imported.count(db.read()).await?.try_into().unwrap_or(i64::MAX));
    Ok(Summary { of: Some(Scope::Newsroom(newsroom, part)), article_count, ..sum })
}

/// How far reviewers agree on the claims of each of these; of newsrooms that the actor may read.
pub async fn agreements(db: &Db, actor: &Actor, scopes: &[Scope]) -> Result<HashMap<Scope, Agreement>> {
    let articles: Vec<_> = scopes.iter().filter_map(|scope| if let Scope::Article(id) = scope { Some(*id) } else { None }).collect();
    let mut rated: HashMap<Scope, Vec<Rated>> = HashMap::new();
    if !articles.is_empty() {
        for (article, one) in rated_in(db, actor, &in_articles(&articles)).await? {
            rated.entry(Scope::Article(article)).or_default().push(one);
        }
    }
    for scope in scopes {
        if let Scope::Newsroom(newsroom, part) = scope {
            let all = rated_in(db, actor, &part.counted(*newsroom)).await?;
            rated.insert(scope.clone(), all.into_iter().map(|(_, one)| one).collect());
        }
    }
    Ok(rated.into_iter().map(|(scope, all)| (scope, agree(&all))).collect())
}

/// A rating, and the scale that it was given under.
struct Rated {
    given: Given,
    scale: (i32, RatingScaleId),
}

/// Every rating in force that `actor` may see on the claims in `scope`, with the claim's article.
async fn rated_in(db: &Db, actor: &Actor, scope: &Condition) -> Result<Vec<(ArticleId, Rated)>> {
    let of_scale = Expr::col((scale::Entity, scale::Column::Id)).equals((rating::Entity, rating::Column::ScaleId));
    let query = verdicts(actor, scope)
        .columns([(claim::Entity, claim::Column::ArticleId), (claim::Entity, claim::Column::Id)])
        .column((verdict::Entity, verdict::Column::ReviewerId))
        .columns([(rating::Entity, rating::Column::Ordinal), (rating::Entity, rating::Column::Rank)])
        .columns([(scale::Entity, scale::Column::Number), (scale::Entity, scale::Column::Id)])
        .inner_join(scale::Entity, of_scale)
        .to_owned();
    let rows = db.read().query_all(&query).await?;
    let read = |row: &QueryResult| {
        let [claim, reviewer, rating, rank] = [1, 2, 3, 4];
        let given = Given {
            claim: row.try_get_by_index(claim)?,
            reviewer: row.try_get_by_index(reviewer)?,
            rating: row.try_get_by_index(rating)?,
            rank: row.try_get_by_index(rank)?,
        };
        Ok((row.try_get_by_index(0)?, Rated { given, scale: (row.try_get_by_index(5)?, row.try_get_by_index(6)?) }))
    };
    rows.iter().map(read).collect()
}

/// The agreement of those ratings that are of the newest scale.
fn agree(rated: &[Rated]) -> Agreement {
    let Some(newest) = rated.iter().map(|one| one.scale).max() else { return Agreement::default() };
    let kept: Vec<_> = rated.iter().filter(|one| one.scale == newest).map(|one| one.given).collect();
    let left_out = i32::try_from(rated.len() - kept.len()).unwrap_or(i32::MAX);
    Agreement { left_out, scale: Some(newest.1), ..agreement::of(&kept) }
}

fn during<C: ColumnTrait>(column: C, since: Option<Moment>, until: Option<Moment>) -> Condition {
    Condition::all().add_option(since.map(|since| column.gte(since))).add_option(until.map(|until| column.lt(until)))
}

fn id_of_claim() -> SimpleExpr {
    Expr::col((claim::Entity, claim::Column::Id))
}

/// Sums up the claims in `scope`, for each value of `group`, in four statements; claims of one `unit` count as one.
async fn sum(db: &Db, actor: &Actor, group: claim::Column, unit: SimpleExpr, scope: Condition) -> Result<HashMap<Uuid, Summary>> {
    let judged: SimpleExpr = CaseStatement::new().case(claim::Column::VerdictCount.gt(0), unit.clone()).into();
    let group = Expr::col((claim::Entity, group));
    let mut sums: HashMap<Uuid, Summary> = HashMap::new();

    let claims = Query::select()
        .expr(group.clone())
        .expr(unit.clone().count_distinct())
        .expr(judged.count_distinct())
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
    let scale = Expr::col((rating::Entity, rating::Column::ScaleId));
    let ratings = verdicts(actor, &scope)
        .expr(group.clone())
        .expr(rating.clone())
        .expr(Func::count(Expr::val(1)))
        .expr(number_where(submission::Column::CitationCount.eq(0)))
        .expr(scale.clone())
        .add_group_by([group.clone(), rating.clone(), scale.clone()])
        .to_owned();
    for row in db.read().query_all(&ratings).await? {
        let sum = sums.entry(row.try_get_by_index(0)?).or_default();
        let count = count_at(&row, 2)?;
        sum.verdict_counts.push(RatingCount { rating_id: row.try_get_by_index(1)?, scale_id: row.try_get_by_index(4)?, count });
        sum.hidden_verdict_count -= count;
        sum.unsourced_verdict_count += count_at(&row, 3)?;
    }
    // Ids of ratings rise within a scale and from one scale to the next, so this is the scale's own order.
    for sum in sums.values_mut() {
        sum.verdict_counts.sort_by_key(|count| count.rating_id);
    }

    let (disputed, of_group, claim) = (Alias::new("disputed"), Alias::new("of_group"), Alias::new("claim"));
    let differing = verdicts(actor, &scope)
        .expr_as(group.clone(), of_group.clone())
        .expr_as(unit.clone(), claim.clone())
        // Ratings of different scales can't be compared.
        .add_group_by([group.clone(), unit, scale])
        .and_having(rating.count_distinct().gt(1))
        .to_owned();
    let differences = Query::select()
        .expr(Expr::col(of_group.clone()))
        .expr(Expr::col(claim).count_distinct())
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
    let given = Expr::col((rating::Entity, rating::Column::Id)).equals((submission::Entity, submission::Column::RatingId));
    let mut query = Query::select();
    query
        .from(claim::Entity)
        .inner_join(verdict::Entity, on_claim)
        .inner_join(submission::Entity, current)
        .inner_join(rating::Entity, given)
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
