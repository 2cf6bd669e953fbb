//! Periods: which sums cover a time.

use chrono::{Datelike, Days, NaiveDate};

use super::{ALL_TIME, day_of, month_of};
use crate::domain::time::{Day, Moment};

/// A time, as sums and what they do not cover.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The sums' periods, each as the first and the last of a range.
    pub sums: Vec<(i32, i32)>,
    /// The parts of days, each from its start to its end, which does not belong to it.
    pub edges: Vec<(Moment, Moment)>,
}

impl Period {
    /// The time from `since` to `until`, which does not belong to it.
    pub fn of(since: Option<Moment>, until: Option<Moment>) -> Self {
        if since.is_none() && until.is_none() {
            return Self { sums: vec![(ALL_TIME, ALL_TIME)], edges: Vec::new() };
        }
        if since.zip(until).is_some_and(|(since, until)| since >= until) {
            return Self::default();
        }
        let mut edges = Vec::new();
        // The first whole day, and the day after the last whole one.
        let first = since.map_or(NaiveDate::MIN, |since| {
            let day = since.time().date_naive();
            if since == Day::of(day).begin() { day } else { day + Days::new(1) }
        });
        let end = until.map_or(NaiveDate::MAX, |until| until.time().date_naive());
        if let Some((since, until)) = since.zip(until)
            && first > end
        {
            // Both are in one day.
            return Self { sums: Vec::new(), edges: vec![(since, until)] };
        }
        if let Some(since) = since
            && since < Day::of(first).begin()
        {
            edges.push((since, Day::of(first).begin()));
        }
        if let Some(until) = until
            && Day::of(end).begin() < until
        {
            edges.push((Day::of(end).begin(), until));
        }
        Self { sums: whole(since.map(|_| first), until.map(|_| end)), edges }
    }
}

/// The sums of the days from `first` to the day before `end`: whole months, and the days around.
fn whole(first: Option<NaiveDate>, end: Option<NaiveDate>) -> Vec<(i32, i32)> {
    let day = |date: NaiveDate| day_of(Day::of(date).begin());
    let month = |date: NaiveDate| month_of(Day::of(date).begin());
    let first_month = first.map(|date| if date.day() == 1 { date } else { next_month(date) });
    let end_month = end.map(|date| date - Days::new(date.day0().into()));
    if let Some((first, end)) = first.zip(end)
        && first_month >= end_month
    {
        let is_some = first < end;
        return is_some.then(|| (day(first), day(end) - 1)).into_iter().collect();
    }
    let months = (first_month.map_or(ALL_TIME + 1, month), end_month.map_or(LAST_MONTH, month) - 1);
    let mut sums = vec![months];
    if let Some((first, first_month)) = first.zip(first_month)
        && first < first_month
    {
        sums.push((day(first), day(first_month) - 1));
    }
    if let Some((end, end_month)) = end.zip(end_month)
        && end_month < end
    {
        sums.push((day(end_month), day(end) - 1));
    }
    sums
}

/// A month after the year 9999, which is the last that the server reads.
const LAST_MONTH: i32 = 200_000;

fn next_month(date: NaiveDate) -> NaiveDate {
    (date - Days::new(date.day0().into())) + chrono::Months::new(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::read(text).expect("a time")
    }

    /// Whether the period's sums and edges cover a time, and how often.
    fn times_covered(period: &Period, at: Moment) -> usize {
        let numbers = [ALL_TIME, month_of(at), day_of(at)];
        let sums = period.sums.iter().map(|(first, last)| {
            numbers.iter().filter(|number| (first..=last).contains(number)).count()
        });
        let edges = period.edges.iter().filter(|(since, until)| *since <= at && at < *until);
        sums.sum::<usize>() + edges.count()
    }

    #[test]
    fn a_period_covers_each_of_its_times_once_and_no_others() {
        let times: Vec<_> = [
            "2024-01-01T00:00:00Z",
            "2024-01-31T23:59:59Z",
            "2024-02-01T00:00:00Z",
            "2024-02-01T00:00:01Z",
            "2024-02-01T12:00:00Z",
            "2024-02-29T00:00:00Z",
            "2024-03-01T00:00:00Z",
            "2024-03-15T10:00:00Z",
            "2024-12-31T23:59:59Z",
            "2025-01-01T00:00:00Z",
            "2026-11-28T01:00:00Z",
        ]
        .map(at)
        .to_vec();
        let bounds: Vec<_> = [at("0001-01-01T00:00:00Z"), at("9999-12-31T23:59:59Z")]
            .into_iter()
            .chain(times.iter().copied())
            .map(Some)
            .chain([None])
            .collect();
        for since in &bounds {
            for until in &bounds {
                let period = Period::of(*since, *until);
                for time in &times {
                    let is_in = since.is_none_or(|since| since <= *time)
                        && until.is_none_or(|until| *time < until);
                    let covered = times_covered(&period, *time);
                    assert_eq!(covered, usize::from(is_in), "{since:?} {until:?} {time:?}");
                }
            }
        }
    }
}
