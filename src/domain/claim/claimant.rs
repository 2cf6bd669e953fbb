//! Facts about a claimant besides the name.
//!
//! These facts describe the claimant. They are not words of the claim, so an edit after the first
//! verdict makes no verdict stale.

use async_graphql::Enum;
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::domain::error::{Error, Reason, Result};

/// The kind of claimant that makes a claim.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum, Serialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ClaimantKind {
    /// A person.
    #[sea_orm(string_value = "PERSON")]
    Person,
    /// An organisation, such as a company, a party or a ministry.
    #[sea_orm(string_value = "ORGANIZATION")]
    Organization,
    /// Not known, or neither of both.
    #[default]
    #[sea_orm(string_value = "UNKNOWN")]
    Unknown,
}

/// The kind as it is stored: rows from before there were kinds have none, which means UNKNOWN.
pub fn stored(kind: ClaimantKind) -> Option<ClaimantKind> {
    Some(kind).filter(|kind| *kind != ClaimantKind::Unknown)
}

/// The largest number of digits in an identifier of Wikidata.
const MOST_DIGITS: usize = 12;

/// Parses the identifier of a claimant in Wikidata, such as `Q42`.
pub fn parse_identifier(text: &str) -> Result<String> {
    let text = text.trim();
    let digits = text.strip_prefix(['Q', 'q']).unwrap_or_default();
    let is_number = (1..=MOST_DIGITS).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0');
    if is_number {
        return Ok(format!("Q{digits}"));
    }
    let message = "The identifier is invalid. Use that of an item in Wikidata, such as Q42.";
    Err(Error::invalid("claimantIdentifier", Reason::InvalidFormat, message))
}

#[cfg(test)]
mod tests {
    use super::parse_identifier;

    #[test]
    fn an_identifier_is_that_of_an_item() {
        assert_eq!(parse_identifier(" q42 ").unwrap(), "Q42");
        for bad in ["", "Q", "Q0", "Q042", "42", "P42", "Q4 2", "Q1234567890123", "Ｑ42"] {
            assert!(parse_identifier(bad).is_err(), "{bad}");
        }
    }
}
