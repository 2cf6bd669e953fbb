//! The parts of a newsroom by which a summary is divided: days, weeks, months, claimants, tags,
//! reviewers or articles.
//!
//! Invariants: the summary of a group has the figures that the same part of the newsroom has if a
//! client asks for it alone. Groups of periods have no gaps between them. A reviewer is listed only
//! for verdicts that the reader may see.

use async_graphql::{Enum, SimpleObject};
use chrono::{Datelike, NaiveDate};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Order};
use sea_orm::{Condition, QueryOrder, QuerySelect};

use super::figures::verdicts;
use super::kept;
use super::scope::{Part, during};
use crate::domain::actor::Actor;
use crate::domain::article::{self, ArticleFilter, ArticleOrder};
use crate::domain::claim::{self, label};
use crate::domain::counts::{judged, month_of};
use crate::domain::error::Result;
use crate::domain::ids::{AccountId, NewsroomId};
use crate::domain::page::{self, Key, Page, Slice, Total, small};
use crate::domain::people::account;
use crate::domain::permissions::Action;
use crate::domain::store::Db;
use crate::domain::time::{Day, Moment};
use crate::domain::verdict;

/// How summaries are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(name = "SummaryGrouping")]
pub enum Grouping {
    /// By the article that claims are marked in, for articles imported in the period, newest first.
    Article,
    /// By claimant, those with the most claims first.
    Claimant,
    /// By day, in UTC, newest first.
    Day,
    /// By month, in UTC, newest first.
    Month,
    /// By reviewer, for verdicts that you may see.
    Reviewer,
    /// By tag, those with the most claims first. A claim with several tags counts in each.
    Tag,
    /// By week from Monday to Sunday, in UTC, newest first.
    Week,
}

/// A part of a newsroom's claims: those of a period, a claimant, a tag, a reviewer or an article.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "SummaryGroup", complex)]
pub struct Group {
    #[graphql(skip)]
    pub newsroom: NewsroomId,
    /// The claims that the group covers.
    #[graphql(skip)]
    pub part: Part,
    #[graphql(skip)]
    pub reviewer: Option<AccountId>,
    /// Start of the period that the figures cover, inclusive. Null if there is no limit.
    since: Option<Moment>,
    /// End of the period that the figures cover, exclusive. Null if there is no limit.
    until: Option<Moment>,
    /// The claimant. Null unless the groups are claimants.
    claimant: Option<String>,
    /// The tag. Null unless the groups are tags.
    tag: Option<String>,
    /// The article. Null unless the groups are articles.
    pub article: Option<article::Model>,
}

impl Group {
    fn of(newsroom: NewsroomId, part: Part, article: Option<article::Model>) -> Self {
        Self {
            newsroom,
            reviewer: part.judged_by,
            since: part.since,
            until: part.until,
            claimant: part.claimant.clone(),
            tag: part.tag.clone(),
            part,
            article,
        }
    }
}

/// Returns the groups of a newsroom in a period. The page is read forward.
pub async fn groups(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    by: Grouping,
    (since, until): (Option<Moment>, Option<Moment>),
    slice: &Slice,
) -> Result<Page<Group>> {
    actor.require(Action::Read, newsroom)?;
    let period = Part { since, until, ..Part::default() };
    let group = |part| Some(Group::of(newsroom, part, None));
    Ok(match by {
        Grouping::Day => periods(db, newsroom, period, &DAYS, slice).await?.filter_map(group),
        Grouping::Week => periods(db, newsroom, period, &WEEKS, slice).await?.filter_map(group),
        Grouping::Month => periods(db, newsroom, period, &MONTHS, slice).await?.filter_map(group),
        Grouping::Claimant => {
            let page = label::claimants(db, actor, newsroom, slice).await?;
            let part = |name| Part { claimant: Some(name), ..period.clone() };
            page.filter_map(|claimant| group(part(claimant.name)))
        }
        Grouping::Tag => {
            let page = label::tags(db, actor, newsroom, slice).await?;
            let part = |name| Part { tag: Some(name), ..period.clone() };
            page.filter_map(|tag| group(part(tag.name)))
        }
        Grouping::Reviewer => {
            let page = reviewers(db, actor, newsroom, &period, slice).await?;
            let part = |id| Part { judged_by: Some(id), ..period.clone() };
            page.filter_map(|account| group(part(account.id)))
        }
        Grouping::Article => {
            let page = articles(db, actor, newsroom, since, until, slice).await?;
            page.filter_map(|article| Some(Group::of(newsroom, period.clone(), Some(article))))
        }
    })
}

/// The reviewers of current verdicts that the actor may see on claims marked in the period.
async fn reviewers(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    period: &Part,
    slice: &Slice,
) -> Result<Page<account::Model>> {
    let are_reviewers = match kept::wanted(db, actor, newsroom, period).await? {
        Some(wanted) => judged::reviewers(&wanted),
        None => {
            let theirs = verdicts(actor, &period.named(actor, newsroom))
                .expr(Expr::val(1))
                .and_where(
                    Expr::col((verdict::Entity, verdict::Column::ReviewerId))
                        .equals((account::Entity, account::Column::Id)),
                )
                .to_owned();
            Expr::exists(theirs)
        }
    };
    let list = account::Entity::find().filter(are_reviewers);
    page::read_by_id(db, list, account::Column::Id, Order::Asc, slice, |row| row.id.0).await
}

async fn articles(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    since: Option<Moment>,
    until: Option<Moment>,
    slice: &Slice,
) -> Result<Page<article::Model>> {
    let filter = ArticleFilter::imported(since, until);
    let newest_first = ArticleOrder::NewestFirst;
    article::of_newsroom(db, actor, newsroom, filter, newest_first, Condition::all(), slice).await
}

/// Periods that follow one another, each with a number.
struct Periods {
    number: fn(Moment) -> i32,
    start: fn(i32) -> Option<NaiveDate>,
}

const DAYS: Periods =
    Periods { number: day_from_start, start: NaiveDate::from_num_days_from_ce_opt };
/// The first day of the calendar is a Monday.
const WEEKS: Periods = Periods {
    number: |at| (day_from_start(at) - 1).div_euclid(7),
    start: |number| NaiveDate::from_num_days_from_ce_opt(number * 7 + 1),
};
const MONTHS: Periods = Periods {
    number: month_of,
    start: |number| {
        let month = u32::try_from(number.rem_euclid(12)).ok()? + 1;
        NaiveDate::from_ymd_opt(number.div_euclid(12), month, 1)
    },
};

/// The number of a time's day, counted from 1 at the first day of the calendar.
fn day_from_start(at: Moment) -> i32 {
    at.time().date_naive().num_days_from_ce()
}

/// The newest periods first, from the first to the last in which something was imported or marked.
async fn periods(
    db: &Db,
    newsroom: NewsroomId,
    within: Part,
    periods: &Periods,
    slice: &Slice,
) -> Result<Page<Part>> {
    let Some((first, last)) = activity(db, newsroom, &within).await? else {
        return Ok(Page::default());
    };
    let (first, last) = ((periods.number)(first), (periods.number)(last));
    let (size, after) = slice.forward();
    let from = after.map_or(last, |key| Ord::min(last, key.lead.saturating_sub(1)));
    let size = i32::try_from(size).unwrap_or(page::MOST);
    let start = |number: i32| Some(Day::of((periods.start)(number)?).begin());
    let part = |number: i32| {
        let (start, end) = (start(number)?, start(number + 1)?);
        let since = within.since.map_or(start, |since| Ord::max(since, start));
        let until = within.until.map_or(end, |until| Ord::min(until, end));
        let part = Part { since: Some(since), until: Some(until), ..Part::default() };
        Some((Key { lead: number, id: Uuid::nil() }, part))
    };
    let numbers = (first..=from).rev().take(usize::try_from(size).unwrap_or_default());
    Ok(Page {
        rows: numbers.filter_map(part).collect(),
        has_previous: after.is_some_and(|key| key.lead <= last),
        has_next: i64::from(from) - i64::from(first) >= i64::from(size),
        total: Total::Known(small(i64::from(last) - i64::from(first) + 1)),
    })
}

/// The first and the last time of the period at which an article was imported or a claim marked.
async fn activity(
    db: &Db,
    newsroom: NewsroomId,
    within: &Part,
) -> Result<Option<(Moment, Moment)>> {
    let mut times: Vec<Moment> = Vec::new();
    for order in [Order::Asc, Order::Desc] {
        let imported = article::Entity::find()
            .filter(article::Column::NewsroomId.eq(newsroom))
            .filter(during(article::Column::ImportedAt, within.since, within.until))
            .order_by(article::Column::Id, order.clone())
            .limit(1);
        times.extend(imported.one(db).await?.map(|article| article.imported_at));
        let marked = claim::Entity::find()
            .filter(claim::Column::NewsroomId.eq(newsroom))
            .filter(during(claim::Column::MarkedAt, within.since, within.until))
            .order_by(claim::Column::Id, order)
            .limit(1);
        times.extend(marked.one(db).await?.map(|claim| claim.marked_at));
    }
    Ok(times.iter().min().copied().zip(times.iter().max().copied()))
}

#[cfg(test)]
mod tests {
    use chrono::{Days, Months};

    use super::*;

    #[test]
    fn periods_have_no_gaps_and_weeks_begin_on_mondays() {
        let date = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let begin = |date| Day::of(date).begin();
        for day in ["0001-01-01", "2024-02-29", "2024-12-31", "2026-11-28", "9998-12-31"] {
            let day = date(day);
            for periods in [&DAYS, &WEEKS, &MONTHS] {
                let number = (periods.number)(begin(day));
                let (start, end) = ((periods.start)(number), (periods.start)(number + 1));
                let (start, end) = (start.expect("a start"), end.expect("an end"));
                assert!(start <= day && day < end, "{start} {day} {end}");
                assert_eq!((periods.number)(begin(start)), number);
                assert_eq!((periods.number)(begin(end - Days::new(1))), number);
            }
            let week = (WEEKS.start)((WEEKS.number)(begin(day))).expect("a start");
            assert_eq!(week.weekday(), chrono::Weekday::Mon, "{day}");
            let month = (MONTHS.start)((MONTHS.number)(begin(day))).expect("a start");
            assert_eq!(
                (MONTHS.start)((MONTHS.number)(begin(day)) + 1),
                Some(month + Months::new(1))
            );
        }
    }
}
