//! Moments and days, as the API and both databases hold them alike.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, SubsecRound, TimeDelta, Utc};
use sea_orm::DeriveValueType;
use serde::{Serialize, Serializer};

/// The years that both databases and every client can hold.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// A point in time, in UTC, to the microsecond (what PostgreSQL keeps).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Moment(DateTime<Utc>);

impl Moment {
    /// This moment, cut to the microsecond.
    pub fn new(time: DateTime<Utc>) -> Self {
        Self(time.trunc_subsecs(6))
    }

    /// The same moment as a chrono time.
    pub const fn time(self) -> DateTime<Utc> {
        self.0
    }

    /// So much later.
    #[must_use]
    pub fn plus(self, span: TimeDelta) -> Self {
        Self(self.0 + span)
    }

    /// The moment that a text names, or what is wrong with it.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| "a time looks like 2024-08-04T18:30:00Z")?.to_utc();
        // A leap second is a second that the databases don't have; and hardly one that is written is one.
        if time.timestamp_subsec_nanos() >= 1_000_000_000 {
            return Err("seconds go from 0 to 59");
        }
        if YEARS.contains(&time.year()) { Ok(Self::new(time)) } else { Err("years go from 1 to 9999") }
    }

    /// As RFC 3339 text in UTC.
    pub fn to_text(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }
}

/// A point in time as RFC 3339 text, such as `2024-08-04T18:30:00Z`; kept in UTC to the microsecond, years 1 to 9999.
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

/// A day of the calendar, without a time or a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Day(NaiveDate);

impl Day {
    /// The day that a text names, or what is wrong with it.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| "a day looks like 2024-08-04")?;
        if YEARS.contains(&day.year()) { Ok(Self(day)) } else { Err("years go from 1 to 9999") }
    }
}

/// A day as ISO 8601 text, such as `2024-08-04`; years 1 to 9999.
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
