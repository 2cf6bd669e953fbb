//! The ratings that agreement compares.

use std::collections::{HashMap, HashSet};

use async_graphql::ID;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{Condition, QueryResult};

use super::agreement::{self, Agreement, ReviewerRating};
use super::figures::verdicts;
use super::kept;
use super::scope::{Scope, in_articles};
use crate::domain::actor::Actor;
use crate::domain::claim;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::{AccountId, ArticleId, RatingScaleId, TypedId};
use crate::domain::newsroom::rating::{self, scale};
use crate::domain::store::Db;
use crate::domain::verdict;

/// The reviewers whose agreement is asked for: 2 to 20 of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reviewers(Vec<AccountId>);

impl Reviewers {
    /// The fewest and the most reviewers.
    const COUNT: std::ops::RangeInclusive<usize> = 2..=20;

    /// Parses the ids that a client sent.
    pub fn parse(ids: &[ID]) -> Result<Self> {
        let mut reviewers = Vec::with_capacity(ids.len());
        for (number, id) in ids.iter().enumerate().take(Self::COUNT.end() + 1) {
            reviewers.push(AccountId::parse(&format!("reviewers[{number}]"), id)?);
        }
        reviewers.sort_unstable();
        reviewers.dedup();
        if Self::COUNT.contains(&reviewers.len()) {
            return Ok(Self(reviewers));
        }
        let message = "`reviewers` must have 2 to 20 different accounts.";
        Err(Error::invalid("reviewers", Reason::OutOfRange, message))
    }
}

/// The verdicts whose agreement is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Compared {
    /// The claims.
    pub scope: Scope,
    /// The reviewers. None for all.
    pub reviewers: Option<Reviewers>,
}

/// Returns the agreement of reviewers for each of these. Newsrooms that the actor may not read are
/// left out.
pub async fn agreements(
    db: &Db,
    actor: &Actor,
    compared: &[Compared],
) -> Result<HashMap<Compared, Agreement>> {
    let mut found = HashMap::new();
    let mut compared = compared.to_vec();
    for one in &compared {
        if let (Scope::Newsroom(newsroom, part), None) = (&one.scope, &one.reviewers)
            && let Some(agreement) = kept::agreement(db, actor, *newsroom, part).await?
        {
            found.insert(one.clone(), agreement);
        }
    }
    compared.retain(|one| !found.contains_key(one));
    found.extend(computed(db, actor, &compared).await?);
    Ok(found)
}

/// Computes the agreement of reviewers for each of these from their verdicts.
pub(super) async fn computed(
    db: &Db,
    actor: &Actor,
    compared: &[Compared],
) -> Result<HashMap<Compared, Agreement>> {
    let scopes: HashSet<&Scope> = compared.iter().map(|one| &one.scope).collect();
    let articles: Vec<_> = scopes
        .iter()
        .filter_map(|scope| if let Scope::Article(id) = scope { Some(*id) } else { None })
        .collect();
    let mut rated: HashMap<Scope, Vec<Rated>> = HashMap::new();
    if !articles.is_empty() {
        for (article, one) in rated_in(db, actor, &in_articles(&articles)).await? {
            rated.entry(Scope::Article(article)).or_default().push(one);
        }
    }
    for scope in scopes {
        if let Scope::Newsroom(newsroom, part) = scope {
            let all = rated_in(db, actor, &part.counted(actor, *newsroom)).await?;
            rated.insert(scope.clone(), all.into_iter().map(|(_, one)| one).collect());
        }
    }
    let of = |one: &Compared| {
        let all = rated.get(&one.scope)?;
        let is_theirs = |rated: &&Rated| {
            let reviewers = one.reviewers.as_ref();
            reviewers.is_none_or(|reviewers| reviewers.0.contains(&rated.given.reviewer))
        };
        Some((one.clone(), agree(&all.iter().filter(is_theirs).copied().collect::<Vec<_>>())))
    };
    Ok(compared.iter().filter_map(of).collect())
}

/// A rating, and the scale that it was given under.
#[derive(Clone, Copy)]
struct Rated {
    given: ReviewerRating,
    scale: (i32, RatingScaleId),
}

/// Returns every current rating that `actor` may see on the claims in `scope`, with the claim's
/// article.
async fn rated_in(db: &Db, actor: &Actor, scope: &Condition) -> Result<Vec<(ArticleId, Rated)>> {
    let of_scale = Expr::col((scale::Entity, scale::Column::Id))
        .equals((rating::Entity, rating::Column::ScaleId));
    let query = verdicts(actor, scope)
        .columns([(claim::Entity, claim::Column::ArticleId), (claim::Entity, claim::Column::Id)])
        .column((verdict::Entity, verdict::Column::ReviewerId))
        .columns([
            (rating::Entity, rating::Column::Ordinal),
            (rating::Entity, rating::Column::Rank),
        ])
        .columns([(scale::Entity, scale::Column::Number), (scale::Entity, scale::Column::Id)])
        .inner_join(scale::Entity, of_scale)
        .to_owned();
    let rows = db.query_all(&query).await?;
    let read = |row: &QueryResult| {
        let [claim, reviewer, rating, rank] = [1, 2, 3, 4];
        let given = ReviewerRating {
            claim: row.try_get_by_index(claim)?,
            reviewer: row.try_get_by_index(reviewer)?,
            rating: row.try_get_by_index(rating)?,
            rank: row.try_get_by_index(rank)?,
        };
        Ok((
            row.try_get_by_index(0)?,
            Rated { given, scale: (row.try_get_by_index(5)?, row.try_get_by_index(6)?) },
        ))
    };
    rows.iter().map(read).collect()
}

/// The agreement of those ratings that belong to the newest scale.
fn agree(rated: &[Rated]) -> Agreement {
    let Some(newest) = rated.iter().map(|one| one.scale).max() else { return Agreement::default() };
    let kept: Vec<_> =
        rated.iter().filter(|one| one.scale == newest).map(|one| one.given).collect();
    let left_out = i32::try_from(rated.len() - kept.len()).unwrap_or(i32::MAX);
    Agreement { left_out, scale: Some(newest.1), ..agreement::of(&kept) }
}
