//! Summaries of newsrooms from kept counts. They take the same time, however many verdicts there are.
//!
//! Invariant: each figure equals what `figures` and `ratings` compute from the verdicts. A test
//! compares them after random histories.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

use super::agreement::{self, Agreement, Coincidences, Counts};
use super::scope::Part;
use super::{Figures, RatingCount, Summary};
use crate::domain::actor::Actor;
use crate::domain::claim::label;
use crate::domain::counts::parts::Label;
use crate::domain::counts::reads::{Tally, Wanted, raters_in, raters_with};
use crate::domain::counts::shape::Shape;
use crate::domain::counts::units::Units;
use crate::domain::counts::{self, judged};
use crate::domain::error::Result;
use crate::domain::ids::{AccountId, NewsroomId, RatingId, RatingScaleId};
use crate::domain::newsroom::rating::{self, scale};
use crate::domain::page::small;
use crate::domain::store::Db;
use crate::domain::verdict;

/// A rating, as summaries use it.
#[derive(Clone, Copy)]
struct Rating {
    scale: (i32, RatingScaleId),
    ordinal: i32,
    rank: Option<i32>,
}

/// The period to count, if kept counts can say it: they must be complete.
pub(super) async fn wanted(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    part: &Part,
) -> Result<Option<Wanted>> {
    let Some(sight) = verdict::sight(actor, newsroom) else { return Ok(None) };
    let is_complete = counts::are_complete(db, newsroom).await?;
    let wanted = Wanted { newsroom, sight, since: part.since, until: part.until };
    Ok(is_complete.then_some(wanted))
}

/// Returns the summary of a part of a newsroom. None if kept counts cannot say it.
pub(super) async fn summary(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    part: &Part,
    figures: Figures,
) -> Result<Option<Summary>> {
    let Some(wanted) = wanted(db, actor, newsroom, part).await? else { return Ok(None) };
    let labels = labels(db, newsroom, part).await?;
    let (units, sources) = match part.judged_by {
        Some(reviewer) => {
            let mut units = Units::from(judged::tally(db, &wanted, reviewer).await?);
            if figures.articles {
                units.articles = judged::articles(db, &wanted, reviewer).await?;
            }
            let sources =
                if figures.sources { judged::sources(db, &wanted, reviewer).await? } else { 0 };
            (units, sources)
        }
        None if !labels.is_empty() => {
            let sources = if figures.sources {
                counts::units::sources(db, &wanted, &labels).await?
            } else {
                0
            };
            (Units::with_labels(db, &wanted, &labels).await?, sources)
        }
        None => {
            let tally = wanted.tally(db).await?;
            let sources = if !figures.sources {
                0
            } else if wanted.is_of_all_time() {
                counts::sources::count(db, &wanted, &tally).await?
            } else {
                counts::sources::count_in_period(db, &wanted).await?
            };
            (Units::from(tally), sources)
        }
    };
    let ratings = ratings_of(db, newsroom).await?;
    Ok(Some(Summary { source_count: small(sources), ..figures_of(&units, &ratings) }))
}

/// The keys of the claimant and the tag that a part names.
async fn labels(db: &Db, newsroom: NewsroomId, part: &Part) -> Result<Vec<(Label, Uuid)>> {
    let mut labels = Vec::new();
    if let Some(name) = &part.claimant {
        labels.push((Label::Claimant, label::claimant_key(db, newsroom, name).await?));
    }
    labels.extend(part.tag.as_ref().map(|tag| (Label::Tag, label::id_of(tag))));
    Ok(labels)
}

/// The figures of these units, without sources.
fn figures_of(units: &Units, ratings: &HashMap<RatingId, Rating>) -> Summary {
    let mut sum = Summary::default();
    let total = |of: &dyn Fn(&Shape) -> i64, among: &[(Vec<Shape>, i64)]| {
        let of_unit = |claims: &[Shape]| claims.iter().map(of).sum::<i64>();
        small(among.iter().map(|(claims, times)| of_unit(claims) * times).sum())
    };
    let number = |is: &dyn Fn(&[Shape]) -> bool, among: &[(Vec<Shape>, i64)]| {
        small(among.iter().filter(|(claims, _)| is(claims)).map(|(_, times)| times).sum())
    };
    sum.article_count = small(units.articles);
    sum.claim_count = number(&|_| true, &units.all);
    let any = |is: fn(&Shape) -> bool| move |claims: &[Shape]| claims.iter().any(is);
    sum.judged_claim_count = number(&any(|shape| shape.verdicts() > 0), &units.all);
    sum.stale_claim_count = number(&any(|shape| shape.stale), &units.all);
    sum.verdict_count = total(&Shape::verdicts, &units.all);
    sum.hidden_verdict_count = sum.verdict_count - total(&Shape::verdicts, &units.seen);
    sum.unsourced_verdict_count = total(&|shape| shape.unsourced, &units.seen);
    sum.changed_after_reading_count = total(&|shape| shape.changed, &units.seen);
    let scale_of = |id| Some(ratings.get(&id)?.scale.1);
    sum.disputed_claim_count = number(&|claims| Shape::are_disputed(claims, scale_of), &units.seen);
    let mut given: BTreeMap<RatingId, i64> = BTreeMap::new();
    for (claims, times) in &units.seen {
        for (rating, count) in claims.iter().flat_map(|shape| &shape.ratings) {
            *given.entry(*rating).or_default() += count * times;
        }
    }
    let count = |(rating, count)| {
        let scale_id = ratings.get(&rating)?.scale.1;
        (count != 0).then(|| RatingCount { rating_id: rating, scale_id, count: small(count) })
    };
    sum.verdict_counts = given.into_iter().filter_map(count).collect();
    sum
}

/// Returns the agreement of all reviewers in a part of a newsroom. None if kept counts cannot say it.
pub(super) async fn agreement(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    part: &Part,
) -> Result<Option<Agreement>> {
    if part.selects_claims() {
        return Ok(None);
    }
    let Some(wanted) = wanted(db, actor, newsroom, part).await? else { return Ok(None) };
    let tally = wanted.tally(db).await?;
    let ratings = ratings_of(db, newsroom).await?;
    let given = |shape: &Shape| -> Vec<(Rating, i64)> {
        let counts = shape.ratings.iter();
        counts.filter_map(|(id, count)| Some((*ratings.get(id)?, *count))).collect()
    };
    let seen: Vec<_> = tally.seen.iter().map(|(shape, times)| (given(shape), *times)).collect();
    let Some(newest) = seen.iter().flat_map(|(given, _)| given).map(|(one, _)| one.scale).max()
    else {
        return Ok(Some(Agreement::default()));
    };
    let units = |value: fn(&Rating) -> Option<i32>| {
        let units = seen.iter().map(|(given, times)| {
            let mut counts = Counts::new();
            for (rating, count) in given.iter().filter(|(rating, _)| rating.scale == newest) {
                if let Some(value) = value(rating) {
                    *counts.entry(value).or_default() += count;
                }
            }
            (counts, *times)
        });
        Coincidences::of_counts(units)
    };
    let older = seen.iter().flat_map(|(given, times)| given.iter().map(move |one| (one, times)));
    let left_out: i64 = older
        .filter(|((rating, _), _)| rating.scale != newest)
        .map(|((_, count), times)| count * times)
        .sum();
    let raters = raters(db, &wanted, &tally, newest.1).await?;
    let (nominal, ordinal) = (units(|rating| Some(rating.ordinal)), units(|rating| rating.rank));
    Ok(Some(Agreement {
        left_out: small(left_out),
        scale: Some(newest.1),
        ..agreement::of_coincidences(&nominal, &ordinal, raters)
    }))
}

/// The number of reviewers whose ratings under a scale can be compared with others.
async fn raters(db: &Db, wanted: &Wanted, tally: &Tally, scale: RatingScaleId) -> Result<usize> {
    let is_all = wanted.is_of_all_time();
    let all;
    let sums = if is_all {
        &tally.others
    } else {
        all = Wanted { since: None, until: None, ..*wanted }.tally(db).await?;
        &all.others
    };
    let candidate = |(name, count): (&String, &i64)| {
        let mut parts = name.strip_prefix("rater ")?.split(' ');
        let of_scale = parts.next()?.parse::<Uuid>().ok()?;
        let reviewer = AccountId(parts.next()?.parse().ok()?);
        let level = parts.next()?.parse().ok()?;
        (*count > 0 && of_scale == scale.0 && wanted.is_open(level)).then_some(reviewer)
    };
    let mut found: BTreeSet<_> = sums.iter().filter_map(candidate).collect();
    if !is_all {
        let candidates = found.into_iter().collect();
        found = raters_in(db, wanted, scale.0, candidates).await?.into_iter().collect();
    }
    if let Some(own) = wanted.own() {
        found.extend(raters_with(db, own, scale.0).await?);
    }
    Ok(found.len())
}

/// The ratings of all scales of a newsroom.
async fn ratings_of(db: &Db, newsroom: NewsroomId) -> Result<HashMap<RatingId, Rating>> {
    let of_scale = Expr::col((scale::Entity, scale::Column::Id))
        .equals((rating::Entity, rating::Column::ScaleId));
    let mut query = Query::select();
    query
        .columns(
            [rating::Column::Id, rating::Column::Ordinal, rating::Column::Rank]
                .map(|column| (rating::Entity, column)),
        )
        .columns([scale::Column::Number, scale::Column::Id].map(|column| (scale::Entity, column)))
        .from(rating::Entity)
        .inner_join(scale::Entity, of_scale)
        .and_where(scale::Column::NewsroomId.eq(newsroom));
    let rows = db.query_all(&query).await?;
    rows.iter()
        .map(|row| {
            let rating = Rating {
                ordinal: row.try_get_by_index(1)?,
                rank: row.try_get_by_index(2)?,
                scale: (row.try_get_by_index(3)?, row.try_get_by_index(4)?),
            };
            Ok((row.try_get_by_index(0)?, rating))
        })
        .collect()
}
