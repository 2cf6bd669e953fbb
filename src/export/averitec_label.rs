//! The labels of AVeriTeC, and which rating has which.

use crate::domain::ruling::public::PublicRating;

/// A label of the data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    /// The evidence supports the claim.
    Supported,
    /// The evidence refutes the claim.
    Refuted,
    /// There is not enough evidence.
    NotEnough,
    /// The evidence conflicts, or the claim leaves out what matters.
    Conflicting,
}

impl Label {
    /// All labels.
    pub const ALL: [Self; 4] = [Self::Supported, Self::Refuted, Self::NotEnough, Self::Conflicting];

    /// The name in the data set.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Supported => "Supported",
            Self::Refuted => "Refuted",
            Self::NotEnough => "Not Enough Evidence",
            Self::Conflicting => "Conflicting Evidence/Cherrypicking",
        }
    }

    /// The label of a rating: the one of the same name, or else by its rank.
    pub fn of(rating: &PublicRating) -> Self {
        let is_named = |label: &Self| {
            [&rating.key, &rating.label].iter().any(|name| letters(name) == letters(label.name()))
        };
        if let Some(named) = Self::ALL.into_iter().find(is_named) {
            return named;
        }
        match rating.rank {
            // A quarter of the scale at each end is clear.
            Some(rank) if 4 * (rank.own - rank.worst) >= 3 * (rank.best - rank.worst) => {
                Self::Supported
            }
            Some(rank) if 4 * (rank.own - rank.worst) <= rank.best - rank.worst => Self::Refuted,
            Some(_) => Self::Conflicting,
            None if rating.key == "MISSING_CONTEXT" => Self::Conflicting,
            None => Self::NotEnough,
        }
    }
}

/// The letters of a name, to compare it.
pub fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::Label;
    use crate::domain::ruling::public::{PublicRating, Rank};

    fn rating(key: &str, own: Option<i32>) -> PublicRating {
        PublicRating {
            key: key.to_owned(),
            label: String::new(),
            description: String::new(),
            colour: String::new(),
            rank: own.map(|own| Rank { own, worst: 1, best: 5 }),
        }
    }

    #[test]
    fn a_rating_has_a_label() {
        for (key, rank, label) in [
            ("TRUE", Some(5), Label::Supported),
            ("MOSTLY_TRUE", Some(4), Label::Supported),
            ("MIXED", Some(3), Label::Conflicting),
            ("MOSTLY_FALSE", Some(2), Label::Refuted),
            ("FALSE", Some(1), Label::Refuted),
            ("MISSING_CONTEXT", None, Label::Conflicting),
            ("UNVERIFIABLE", None, Label::NotEnough),
            ("REFUTED", Some(3), Label::Refuted),
            ("NOT_ENOUGH_EVIDENCE", Some(3), Label::NotEnough),
        ] {
            assert_eq!(Label::of(&rating(key, rank)), label, "{key}");
        }
    }
}
