//! Summaries: figures about the verdicts on a claim, in an article or in a newsroom.
//!
//! Invariants: a summary takes a fixed number of statements, however many claims it covers. The
//! summary of a newsroom comes from kept counts, if they can say it.
//! Withdrawn claims do not count, nor do those of withdrawn articles in the newsroom's summary. For verdicts that blind review hides, a summary shows only their
//! number.
//!
//! A summary of a claimant or a tag follows links. A claim and all its repeats count as one claim,
//! with the verdicts on any of them. One of them must have that claimant or tag.

pub mod agreement;

mod figures;
mod groups;
mod kept;
mod ratings;
mod scope;

use std::collections::HashMap;

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{IntoCondition, Query};

use crate::domain::actor::Actor;
use crate::domain::article;
use crate::domain::claim;
use crate::domain::error::Result;
use crate::domain::ids::{ArticleId, ClaimId, NewsroomId, RatingId, RatingScaleId};
use crate::domain::page::small;
use crate::domain::permissions::Action;
use crate::domain::store::Db;

pub use groups::{Group, Grouping, groups};
pub use ratings::{Compared, Reviewers, agreements};
pub use scope::{Part, Scope};

use figures::sum;
use scope::{during, id_of_claim, in_articles, root};

/// Figures about the verdicts on the claims of an article or a newsroom. Withdrawn claims do not
/// count.
#[derive(Clone, Debug, Default, SimpleObject)]
#[graphql(name = "VerdictSummary", complex)]
pub struct Summary {
    /// The scope of the summary, for fields that need more statements.
    #[graphql(skip)]
    pub of: Option<Scope>,
    /// Number of articles.
    pub article_count: i32,
    /// Number of claims.
    pub claim_count: i32,
    /// Number of claims with at least one verdict.
    pub judged_claim_count: i32,
    /// Number of claims with different ratings among verdicts of the same scale. Counts only
    /// verdicts that you may see.
    pub disputed_claim_count: i32,
    /// Number of claims that are stale: reviewers must read them again before a ruling.
    pub stale_claim_count: i32,
    /// Number of current verdicts, including those that blind review hides from you.
    pub verdict_count: i32,
    /// Number of verdicts that blind review hides from you. `verdictCount` includes them. The other
    /// figures do not.
    pub hidden_verdict_count: i32,
    /// Number of verdicts without a source, among those that you may see.
    pub unsourced_verdict_count: i32,
    /// Number of verdicts whose reviewer changed the rating after the verdicts of others were open
    /// to them under blind review, among those that you may see.
    pub changed_after_reading_count: i32,
    /// Number of different sources in the verdicts that you may see.
    pub source_count: i32,
    /// Number of verdicts per rating, among those that you may see. Ratings without verdicts are
    /// left out. Ratings of different scales are counted separately, even if they have the same
    /// key.
    pub verdict_counts: Vec<RatingCount>,
}

/// Figures about the verdicts on one claim.
#[derive(Clone, Debug, Default, SimpleObject)]
#[graphql(complex)]
pub struct ClaimSummary {
    /// Number of current verdicts, including those that blind review hides from you.
    pub verdict_count: i32,
    /// Number of verdicts that blind review hides from you. `verdictCount` includes them. The other
    /// figures do not.
    pub hidden_verdict_count: i32,
    /// Whether the claim is stale, as in `Claim.stale`.
    pub stale: bool,
    /// Whether verdicts of the same rating scale have different ratings. Null while blind review
    /// hides a verdict from you.
    pub disputed: Option<bool>,
    /// Number of verdicts without a source, among those that you may see.
    pub unsourced_verdict_count: i32,
    /// Number of verdicts whose reviewer changed the rating after the verdicts of others were open
    /// to them under blind review, among those that you may see.
    pub changed_after_reading_count: i32,
    /// Number of different sources in the verdicts that you may see.
    pub source_count: i32,
    /// Number of verdicts per rating, among those that you may see. Ratings without verdicts are
    /// left out. Ratings of different scales are counted separately, even if they have the same
    /// key.
    pub verdict_counts: Vec<RatingCount>,
}

/// The number of verdicts with one rating.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex, serial)]
pub struct RatingCount {
    #[graphql(skip)]
    pub rating_id: RatingId,
    #[graphql(skip)]
    pub scale_id: RatingScaleId,
    /// Number of verdicts with this rating.
    pub count: i32,
}

/// Which figures of a newsroom's summary are needed, besides those that are kept. Counting these may take longer
/// than everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Figures {
    /// The number of sources.
    pub sources: bool,
    /// The number of articles.
    pub articles: bool,
}

/// Returns the scales of the counted verdicts.
pub fn scales(counts: &[RatingCount]) -> Vec<RatingScaleId> {
    let scales: std::collections::BTreeSet<_> = counts.iter().map(|count| count.scale_id).collect();
    scales.into_iter().collect()
}

impl From<Summary> for ClaimSummary {
    fn from(sum: Summary) -> Self {
        Self {
            verdict_count: sum.verdict_count,
            hidden_verdict_count: sum.hidden_verdict_count,
            stale: sum.stale_claim_count > 0,
            disputed: (sum.hidden_verdict_count == 0).then_some(sum.disputed_claim_count > 0),
            unsourced_verdict_count: sum.unsourced_verdict_count,
            changed_after_reading_count: sum.changed_after_reading_count,
            source_count: sum.source_count,
            verdict_counts: sum.verdict_counts,
        }
    }
}

/// Returns the summary of each of these claims.
pub async fn of_claims(
    db: &Db,
    actor: &Actor,
    claims: &[ClaimId],
) -> Result<HashMap<ClaimId, ClaimSummary>> {
    let scope = claim::Column::Id.is_in(claims.iter().copied()).into_condition();
    // A withdrawn claim still has a summary of its own.
    let sums = sum(db, actor, claim::Column::Id, id_of_claim(), scope).await?;
    Ok(sums.into_iter().map(|(id, sum)| (ClaimId(id), sum.into())).collect())
}

/// Returns the summary of each of these articles.
pub async fn of_articles(
    db: &Db,
    actor: &Actor,
    articles: &[ArticleId],
) -> Result<HashMap<ArticleId, Summary>> {
    let sums =
        sum(db, actor, claim::Column::ArticleId, id_of_claim(), in_articles(articles)).await?;
    Ok(sums.into_iter().map(|(id, sum)| (ArticleId(id), sum)).collect())
}

/// Returns the summary of a part of a newsroom. It covers the matching claims and the articles
/// imported in the same period. With a claimant, a tag or a reviewer, it covers only articles that
/// contain such claims.
pub async fn of_newsroom(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    part: Part,
    figures: Figures,
) -> Result<Summary> {
    actor.require(Action::Read, newsroom)?;
    let of = Some(Scope::Newsroom(newsroom, part.clone()));
    if let Some(sum) = kept::summary(db, actor, newsroom, &part, figures).await? {
        return Ok(Summary { of, ..sum });
    }
    computed(db, actor, newsroom, &part).await.map(|sum| Summary { of, ..sum })
}

/// Computes the summary of a part of a newsroom from its verdicts.
async fn computed(db: &Db, actor: &Actor, newsroom: NewsroomId, part: &Part) -> Result<Summary> {
    let unit = if part.follows_links() { root() } else { id_of_claim() };
    let sum = sum(db, actor, claim::Column::NewsroomId, unit, part.counted(actor, newsroom))
        .await?
        .remove(&newsroom.0)
        .unwrap_or_default();
    let imported = if part.selects_claims() {
        let theirs = Query::select()
            .column(claim::Column::ArticleId)
            .from(claim::Entity)
            .cond_where(part.named(actor, newsroom))
            .to_owned();
        article::Column::Id.in_subquery(theirs).into_condition()
    } else {
        during(article::Column::ImportedAt, part.since, part.until)
    };
    let imported =
        article::Entity::find().filter(article::Column::NewsroomId.eq(newsroom)).filter(imported);
    let imported = imported.filter(article::Column::WithdrawnAt.is_null());
    let article_count = small(imported.count(db).await?.try_into().unwrap_or(i64::MAX));
    Ok(Summary { article_count, ..sum })
}
