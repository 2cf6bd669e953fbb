//! Agreement: how far reviewers who rated the same claims agree, beyond chance.
//!
//! The measure is Krippendorff's alpha, as in "Computing Krippendorff's Alpha-Reliability" (Klaus
//! Krippendorff, 2011). 1 is perfect agreement, 0 is what chance would give, and less than 0 is
//! worse than chance.
//!
//! Invariants: it does not matter which reviewer gave which rating. Claims with fewer than two
//! ratings change nothing. If nothing can differ, the result is a reason instead of a number.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use async_graphql::{Enum, SimpleObject};

use crate::domain::ids::{AccountId, ClaimId, RatingScaleId};

/// One reviewer's rating of one claim.
#[derive(Clone, Copy, Debug)]
pub struct ReviewerRating {
    /// The claim.
    pub claim: ClaimId,
    /// The reviewer.
    pub reviewer: AccountId,
    /// The rating's position in the scale.
    pub rating: i32,
    /// The rating's rank between false and true, if it has one.
    pub rank: Option<i32>,
}

/// The agreement of reviewers who judged the same claims. It uses only verdicts that you may see.
/// It covers only the newest scale that any of these verdicts used, because scales cannot be mixed.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Agreement {
    /// Nominal Krippendorff's alpha: ratings are equal or different. 1 is perfect agreement, 0 is
    /// chance level. Null if undefined.
    pub alpha_nominal: Option<f64>,
    /// Ordinal Krippendorff's alpha: differences are weighted by rank. Ratings without a rank are
    /// left out. Null if undefined.
    pub alpha_ordinal: Option<f64>,
    /// Share of rating pairs on the same claim that are equal, 0 to 1. Each claim is weighted by
    /// its number of ratings. Null if there are no pairs.
    pub observed_agreement: Option<f64>,
    /// Number of claims with at least two ratings. The other figures use only these claims.
    pub unit_count: i32,
    /// Number of reviewers who gave these ratings.
    pub rater_count: i32,
    /// Number of verdicts that were left out because they use older scales.
    pub left_out: i32,
    /// The reason why `alphaNominal` is undefined. Null if it is defined.
    pub undefined_reason: Option<Undefined>,
    /// The reason why `alphaOrdinal` is undefined. Null if it is defined.
    pub ordinal_undefined_reason: Option<Undefined>,
    #[graphql(skip)]
    pub scale: Option<RatingScaleId>,
}

/// The reason why agreement is undefined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "AgreementUndefined")]
pub enum Undefined {
    /// No claim has two ratings.
    NoPairs,
    /// All ratings are equal, so agreement cannot be distinguished from chance.
    OneCategory,
}

/// The meaning of the distance between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Values are equal or different.
    Nominal,
    /// Values have an order.
    Ordinal,
    /// The difference between values counts.
    Interval,
    /// The ratio of values counts. Values are not negative.
    Ratio,
}

/// How often each value was given to a unit.
pub type Counts = BTreeMap<i32, i64>;

/// How often two values were given to the same unit: Krippendorff's coincidence matrix.
#[derive(Clone, Debug, Default)]
pub struct Coincidences {
    /// The values, in ascending order.
    values: Vec<i32>,
    /// Pairs of values. In a unit of m values, each pair has the weight 1 / (m - 1).
    pairs: Vec<Vec<f64>>,
    /// Number of units with at least two values.
    units: i32,
}

impl Default for Agreement {
    /// The agreement without any ratings.
    fn default() -> Self {
        of(&[])
    }
}

/// Computes the agreement of these ratings, which all belong to one scale.
pub fn of(ratings: &[ReviewerRating]) -> Agreement {
    let nominal = Coincidences::of(by_claim(ratings, |given| Some(given.rating)).values());
    let ordinal = Coincidences::of(by_claim(ratings, |given| given.rank).values());
    let mut sizes: HashMap<ClaimId, i32> = HashMap::new();
    for given in ratings {
        *sizes.entry(given.claim).or_default() += 1;
    }
    let raters: HashSet<_> = ratings
        .iter()
        .filter(|given| sizes[&given.claim] > 1)
        .map(|given| given.reviewer)
        .collect();
    of_coincidences(&nominal, &ordinal, raters.len())
}

/// The agreement that these coincidences of ratings and of ranks come to.
pub fn of_coincidences(nominal: &Coincidences, ordinal: &Coincidences, raters: usize) -> Agreement {
    let (alpha_nominal, alpha_ordinal) =
        (nominal.alpha(Level::Nominal), ordinal.alpha(Level::Ordinal));
    Agreement {
        alpha_nominal: alpha_nominal.ok(),
        alpha_ordinal: alpha_ordinal.ok(),
        observed_agreement: nominal.observed_agreement(),
        unit_count: nominal.units,
        rater_count: i32::try_from(raters).unwrap_or(i32::MAX),
        left_out: 0,
        undefined_reason: alpha_nominal.err(),
        ordinal_undefined_reason: alpha_ordinal.err(),
        scale: None,
    }
}

fn by_claim(
    ratings: &[ReviewerRating],
    value: impl Fn(&ReviewerRating) -> Option<i32>,
) -> HashMap<ClaimId, Vec<i32>> {
    let mut units: HashMap<ClaimId, Vec<i32>> = HashMap::new();
    for given in ratings {
        if let Some(value) = value(given) {
            units.entry(given.claim).or_default().push(value);
        }
    }
    units
}

impl Coincidences {
    /// Counts the coincidences in these units. Units with fewer than two values are left out.
    pub fn of<'a>(units: impl Iterator<Item = &'a Vec<i32>> + Clone) -> Self {
        Self::of_counts(units.map(|values| {
            let mut counts = Counts::new();
            for value in values {
                *counts.entry(*value).or_default() += 1;
            }
            (counts, 1)
        }))
    }

    /// Counts the coincidences in units, given how often each value is in a unit, and the number of
    /// such units. The sums are exact before they are weighted, so the order of the units does not
    /// matter.
    pub fn of_counts(units: impl Iterator<Item = (Counts, i64)>) -> Self {
        // By the number of values in a unit, and by pair of values.
        let mut sums: BTreeMap<i64, BTreeMap<(i32, i32), i64>> = BTreeMap::new();
        let mut values = BTreeSet::new();
        let mut number = 0;
        for (counts, times) in units {
            let size: i64 = counts.values().sum();
            if size < 2 || times == 0 {
                continue;
            }
            number += times;
            values.extend(counts.keys().copied());
            let pairs = sums.entry(size).or_default();
            for (&one, count) in &counts {
                for (&other, partners) in &counts {
                    let partners = if one == other { partners - 1 } else { *partners };
                    *pairs.entry((one, other)).or_default() += count * partners * times;
                }
            }
        }
        let places: BTreeMap<i32, usize> = values.iter().copied().zip(0..).collect();
        let mut found = Self {
            pairs: vec![vec![0.0; places.len()]; places.len()],
            values: values.into_iter().collect(),
            units: i32::try_from(number).unwrap_or(i32::MAX),
        };
        for (size, pairs) in sums {
            for ((one, other), sum) in pairs {
                #[allow(clippy::cast_precision_loss, reason = "exact below 2^53")]
                let weighted = sum as f64 / (size - 1) as f64;
                found.pairs[places[&one]][places[&other]] += weighted;
            }
        }
        found
    }

    /// Share of pairs whose values are equal, from 0 to 1.
    pub fn observed_agreement(&self) -> Option<f64> {
        let alike: f64 = (0..self.values.len()).map(|place| self.pairs[place][place]).sum();
        (self.units > 0).then(|| alike / self.total())
    }

    /// Krippendorff's alpha: 1 - (n - 1) Σ o δ² / Σ n n δ².
    pub fn alpha(&self, level: Level) -> Result<f64, Undefined> {
        match self.values.len() {
            0 => return Err(Undefined::NoPairs),
            1 => return Err(Undefined::OneCategory),
            _ => {}
        }
        let totals = self.totals();
        let (mut observed, mut expected) = (0.0, 0.0);
        for one in 0..self.values.len() {
            for other in one + 1..self.values.len() {
                let distance = self.distance(level, &totals, one, other).powi(2);
                observed += self.pairs[one][other] * distance;
                expected += totals[one] * totals[other] * distance;
            }
        }
        Ok(1.0 - (self.total() - 1.0) * observed / expected)
    }

    /// How often each value was given.
    fn totals(&self) -> Vec<f64> {
        self.pairs.iter().map(|row| row.iter().sum()).collect()
    }

    /// The number of values.
    fn total(&self) -> f64 {
        self.pairs.iter().flatten().sum()
    }

    fn distance(&self, level: Level, totals: &[f64], one: usize, other: usize) -> f64 {
        let (low, high) = (f64::from(self.values[one]), f64::from(self.values[other]));
        match level {
            Level::Nominal => 1.0,
            Level::Ordinal => {
                totals[one..=other].iter().sum::<f64>() - f64::midpoint(totals[one], totals[other])
            }
            Level::Interval => high - low,
            Level::Ratio => (high - low) / (high + low),
        }
    }
}

#[cfg(test)]
mod tests;
