//! Times and days, with the same precision in the API and in both databases.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{
    DateTime, Datelike, NaiveDate, NaiveTime, SecondsFormat, SubsecRound, TimeDelta, Utc,
};
use sea_orm::DeriveValueType;
use serde::{Serialize, Serializer};

use super::error::{Error, Reason, Result};

/// The years that both databases and every client support.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// A point in time in UTC, to the microsecond, which is PostgreSQL's precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Moment(DateTime<Utc>);

impl Moment {
    /// Creates a time, truncated to the microsecond.
    pub fn new(time: DateTime<Utc>) -> Self {
        Self(time.trunc_subsecs(6))
    }

    /// Returns the same time as a chrono time.
    pub const fn time(self) -> DateTime<Utc> {
        self.0
    }

    /// Returns a time that is later by `span`.
    #[must_use]
    pub fn plus(self, span: TimeDelta) -> Self {
        Self(self.0 + span)
    }

    /// Parses a time. The error explains what is wrong.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        let time = DateTime::parse_from_rfc3339(text)
            .map_err(|_| "The time is invalid. Use a form such as 2024-08-04T18:30:00Z.")?
            .to_utc();
        // The databases do not support leap seconds, and few clients mean one.
        if time.timestamp_subsec_nanos() >= 1_000_000_000 {
            return Err("The seconds must be 0 to 59.");
        }
        if YEARS.contains(&time.year()) {
            Ok(Self::new(time))
        } else {
            Err("The year must be 1 to 9999.")
        }
    }

    /// Refuses a time of something that has happened, if it is in the future. `now` is the server's
    /// time. Clocks of clients may be up to five minutes ahead. Midnight in UTC may stand for a day,
    /// which begins earlier in other time zones.
    pub fn expect_past(self, field: &str, now: Self) -> Result<()> {
        let is_day = self.0.time() == NaiveTime::MIN;
        if self <= now.plus(TimeDelta::minutes(5))
            || is_day && Day(self.0.date_naive()).expect_past(field, now).is_ok()
        {
            return Ok(());
        }
        let message = format!(
            "`{field}` is {}, which is in the future. Send a time that is not later than now.",
            self.to_text()
        );
        Err(Error::invalid(field, Reason::OutOfRange, message))
    }

    /// Refuses a time of something that is yet to happen, if it is in the past.
    pub fn expect_future(self, field: &str, now: Self) -> Result<()> {
        if self >= now {
            return Ok(());
        }
        let message = format!(
            "`{field}` is {}, which is in the past. Send a time that is later than now.",
            self.to_text()
        );
        Err(Error::invalid(field, Reason::OutOfRange, message))
    }

    /// Formats the time as RFC 3339 text in UTC.
    pub fn to_text(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }
}

/// A point in time as RFC 3339 text, such as `2024-08-04T18:30:00Z`. It is stored in UTC to the
/// microsecond. The year must be 1 to 9999.
#[Scalar(name = "DateTime", specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339")]
impl ScalarType for Moment {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        Self::read(text).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_text())
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

/// A calendar day, without a time or a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Day(NaiveDate);

impl Day {
    /// The day of a chrono date.
    pub const fn of(date: NaiveDate) -> Self {
        Self(date)
    }

    /// Returns the same day as a chrono date.
    pub const fn date(self) -> NaiveDate {
        self.0
    }

    /// The day as text, such as `2024-08-04`.
    pub fn to_text(self) -> String {
        self.0.to_string()
    }

    /// The time when the day begins in UTC.
    pub fn begin(self) -> Moment {
        Moment(self.0.and_time(NaiveTime::MIN).and_utc())
    }

    /// The time when the day ends in UTC.
    pub fn end(self) -> Moment {
        self.begin().plus(TimeDelta::days(1))
    }

    /// Refuses a day of something that has happened, if it is in the future everywhere on Earth.
    pub fn expect_past(self, field: &str, now: Moment) -> Result<()> {
        // The first time zone is 14 hours ahead of UTC.
        if self.0 <= now.plus(TimeDelta::hours(14)).time().date_naive() {
            return Ok(());
        }
        let message = format!(
            "`{field}` is {}, which is in the future. Send a day that is not later than today.",
            self.0
        );
        Err(Error::invalid(field, Reason::OutOfRange, message))
    }

    /// Parses a day. The error explains what is wrong.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map_err(|_| "The day is invalid. Use a form such as 2024-08-04.")?;
        if YEARS.contains(&day.year()) { Ok(Self(day)) } else { Err("The year must be 1 to 9999.") }
    }
}

/// A day as ISO 8601 text, such as `2024-08-04`. The year must be 1 to 9999.
#[Scalar(name = "Date")]
impl ScalarType for Day {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        Self::read(text).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
