//! The shape of a claim: everything that a summary counts of it.
//!
//! Invariant: claims of the same shape count alike, so a summary needs only the number of claims of
//! each shape. A newsroom has few shapes, however many claims it has.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};

use crate::domain::ids::{RatingId, RatingScaleId};

/// The level of a claim whose ruling is published. Its verdicts are open to all members.
pub const PUBLISHED: i32 = 21;
/// The level of all claims with at least this number of verdicts. No policy requires more.
const MOST: i32 = 20;

/// Everything that summaries count of a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// The number of current verdicts. A claim whose ruling is published has the highest level. Under
    /// blind review, a claim is open to all members if its level is at least the number that the
    /// policy requires.
    pub level: i32,
    /// Whether the claim is stale.
    pub stale: bool,
    /// How many current verdicts have no source.
    pub unsourced: i64,
    /// How many reviewers changed the rating after the verdicts of others were open to them.
    pub changed: i64,
    /// How many current verdicts have each rating.
    pub ratings: BTreeMap<RatingId, i64>,
}

impl Shape {
    /// The level of a claim with this number of current verdicts.
    pub fn level(is_published: bool, verdicts: i32) -> i32 {
        if is_published { PUBLISHED } else { verdicts.min(MOST) }
    }

    /// The number of current verdicts.
    pub fn verdicts(&self) -> i64 {
        self.ratings.values().sum()
    }

    /// Whether verdicts under one scale have different ratings. `scale_of` names the scale of a
    /// rating.
    pub fn is_disputed(&self, scale_of: impl Fn(RatingId) -> Option<RatingScaleId>) -> bool {
        Self::are_disputed(std::slice::from_ref(self), scale_of)
    }

    /// The same of claims that count as one.
    pub fn are_disputed(
        claims: &[Self],
        scale_of: impl Fn(RatingId) -> Option<RatingScaleId>,
    ) -> bool {
        let ratings: BTreeSet<_> = claims.iter().flat_map(|claim| claim.ratings.keys()).collect();
        let mut scales = BTreeSet::new();
        ratings.into_iter().filter_map(|id| scale_of(*id)).any(|scale| !scales.insert(scale))
    }

    /// Reads the text of a shape. None if it is not one.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("claim ")?.split(' ');
        let level = parts.next()?.parse().ok()?;
        let stale = parts.next()? == "stale";
        let (unsourced, changed) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let mut ratings = BTreeMap::new();
        for part in parts {
            let (id, count) = part.split_once(':')?;
            ratings.insert(RatingId(id.parse().ok()?), count.parse().ok()?);
        }
        Some(Self { level, stale, unsourced, changed, ratings })
    }
}

/// The text under which claims of this shape are counted.
impl Display for Shape {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let fresh = if self.stale { "stale" } else { "fresh" };
        write!(f, "claim {} {fresh} {} {}", self.level, self.unsourced, self.changed)?;
        for (rating, count) in &self.ratings {
            write!(f, " {}:{count}", rating.0.simple())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_shape_reads_back_as_it_was_written() {
        let shape = Shape {
            level: 3,
            stale: true,
            unsourced: 1,
            changed: 2,
            ratings: [(RatingId(Uuid::from_u128(7)), 2), (RatingId(Uuid::from_u128(9)), 1)].into(),
        };
        assert_eq!(Shape::read(&shape.to_string()), Some(shape.clone()));
        assert_eq!(shape.verdicts(), 3);
        assert_eq!(Shape::read(&Shape::default().to_string()), Some(Shape::default()));
        assert_eq!(Shape::read("articles"), None);
    }
}
