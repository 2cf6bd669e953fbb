//! The kinds of events that a webhook wants.

use sea_orm::{ActiveEnum, Iterable};

use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::Kind;

/// All kinds, or some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kinds(Option<Vec<Kind>>);

impl Kinds {
    /// Parses the kinds that an admin chose. None means every kind.
    pub fn parse(field: &str, given: Option<Vec<Kind>>) -> Result<Self> {
        let Some(given) = given else { return Ok(Self(None)) };
        if given.is_empty() {
            let message = format!(
                "`{field}` is empty. Name at least one kind of event, or leave it out for every \
                 kind."
            );
            return Err(Error::invalid(field, Reason::Empty, message));
        }
        Ok(Self(Some(Kind::iter().filter(|kind| given.contains(kind)).collect())))
    }

    /// The kinds that a row has.
    pub fn of(stored: Option<&str>) -> Self {
        let read = |text: &str| {
            text.split(' ').filter_map(|name| Kind::try_from_value(&name.to_owned()).ok()).collect()
        };
        Self(stored.map(read))
    }

    /// The text for a row.
    pub fn to_text(&self) -> Option<String> {
        let names = |kinds: &Vec<Kind>| {
            kinds.iter().map(ActiveEnum::to_value).collect::<Vec<_>>().join(" ")
        };
        self.0.as_ref().map(names)
    }

    /// The kinds, or none for every kind.
    pub fn list(self) -> Option<Vec<Kind>> {
        self.0
    }

    /// Whether this kind is wanted.
    pub fn has(&self, kind: Kind) -> bool {
        self.0.as_ref().is_none_or(|kinds| kinds.contains(&kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_read_back_as_they_were_stored() {
        let given = Some(vec![Kind::RulingPublished, Kind::ClaimMarked, Kind::ClaimMarked]);
        let kinds = Kinds::parse("kinds", given).expect("kinds");

        assert_eq!(kinds.to_text().as_deref(), Some("CLAIM_MARKED RULING_PUBLISHED"));
        assert_eq!(Kinds::of(kinds.to_text().as_deref()), kinds);
        assert!(kinds.has(Kind::ClaimMarked) && !kinds.has(Kind::ClaimEdited));
        assert!(Kinds::of(None).has(Kind::ClaimEdited));
    }
}
