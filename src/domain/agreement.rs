//! Agreement: how far reviewers who rated the same claims rated them alike, beyond chance.
//!
//! Krippendorff's alpha, after "Computing Krippendorff's Alpha-Reliability" (Klaus Krippendorff, 2011): 1 is perfect agreement, 0 what chance
//! would give, below 0 is worse than chance. Always true: it does not matter who gave which rating; claims with fewer than two ratings change
//! nothing; where nothing can differ, there is no figure but a reason.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::ids::{AccountId, ClaimId};

/// One reviewer's rating of one claim.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    /// The claim.
    pub claim: ClaimId,
    /// Who rated it.
    pub reviewer: AccountId,
    /// The rating, as its place in the scale.
    pub rating: i32,
    /// The rating's place between false and true, if it has one.
    pub rank: Option<i32>,
}

/// How far the reviewers of the same claims agree, in ratings of one scale.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// Krippendorff's alpha, taking ratings for different or the same: 1 is perfect agreement, 0 what chance would give. Null where it is
    /// undefined.
    pub alpha_nominal: Option<f64>,
    /// Krippendorff's alpha, weighing how far apart ratings are by rank; ratings without a rank are left out. Null where it is undefined.
    pub alpha_ordinal: Option<f64>,
    /// How many of the pairs of ratings of the same claim are alike, from 0 to 1; each claim weighs as much as it has ratings. Null where there
    /// is no pair.
    pub observed_agreement: Option<f64>,
    /// How many claims have two ratings or more: those that the figures rest on.
    pub unit_count: i32,
    /// How many reviewers gave these ratings.
    pub rater_count: i32,
    /// Why `alpha_nominal` is undefined; null where it is a number.
    pub undefined_reason: Option<Undefined>,
    /// Why `alpha_ordinal` is undefined; null where it is a number.
    pub ordinal_undefined_reason: Option<Undefined>,
}

/// Why there is no figure for agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undefined {
    /// No claim has two ratings that could agree or differ.
    NoPairs,
    /// Every rating is the same one, so that nobody could tell agreement from a scale that nobody uses.
    OneCategory,
}

/// What the distance between two values is taken to mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// They are the same or not.
    Nominal,
    /// They have an order.
    Ordinal,
    /// Their difference counts.
    Interval,
    /// Their proportion counts; values are not negative.
    Ratio,
}

/// How often each two values were given to the same unit: Krippendorff's coincidence matrix.
#[derive(Clone, Debug, Default)]
pub struct Coincidences {
    /// The values, rising.
    values: Vec<i32>,
    /// The pairs of one value with another, in a unit of m values weighing 1 / (m - 1) each.
    pairs: Vec<Vec<f64>>,
    /// How many units have two values or more.
    units: i32,
}

impl Default for Agreement {
    /// Of no ratings.
    fn default() -> Self {
        of(&[])
    }
}

/// The agreement of these ratings, all of one scale.
pub fn of(ratings: &[Given]) -> Agreement {
    let nominal = Coincidences::of(by_claim(ratings, |given| Some(given.rating)).values());
    let ordinal = Coincidences::of(by_claim(ratings, |given| given.rank).values());
    let (alpha_nominal, alpha_ordinal) = (nominal.alpha(Level::Nominal), ordinal.alpha(Level::Ordinal));
    let mut sizes: HashMap<ClaimId, i32> = HashMap::new();
    for given in ratings {
        *sizes.entry(given.claim).or_default() += 1;
    }
    let raters: HashSet<_> = ratings.iter().filter(|given| sizes[&given.claim] > 1).map(|given| given.reviewer).collect();
    Agreement {
        alpha_nominal: alpha_nominal.ok(),
        alpha_ordinal: alpha_ordinal.ok(),
        observed_agreement: nominal.observed_agreement(),
        unit_count: nominal.units,
        rater_count: i32::try_from(raters.len()).unwrap_or(i32::MAX),
        undefined_reason: alpha_nominal.err(),
        ordinal_undefined_reason: alpha_ordinal.err(),
    }
}

fn by_claim(ratings: &[Given], value: impl Fn(&Given) -> Option<i32>) -> HashMap<ClaimId, Vec<i32>> {
    let mut units: HashMap<ClaimId, Vec<i32>> = HashMap::new();
    for given in ratings {
        if let Some(value) = value(given) {
            units.entry(given.claim).or_default().push(value);
        }
    }
    units
}

impl Coincidences {
    /// Those of these units, each given as its values. A unit of fewer than two is left out.
    pub fn of<'a>(units: impl Iterator<Item = &'a Vec<i32>> + Clone) -> Self {
        let units = units.filter(|values| values.len() > 1);
        let places: BTreeMap<i32, usize> = units.clone().flatten().map(|value| (*value, 0)).collect();
        let places: BTreeMap<i32, usize> = places.into_keys().zip(0..).collect();
        let mut found = Self { values: places.keys().copied().collect(), pairs: vec![vec![0.0; places.len()]; places.len()], units: 0 };
        for values in units {
            found.units += 1;
            let mut counts: BTreeMap<usize, f64> = BTreeMap::new();
            for value in values {
                *counts.entry(places[value]).or_default() += 1.0;
            }
            let others = counts.values().sum::<f64>() - 1.0;
            for (&one, count) in &counts {
                for (&other, times) in &counts {
                    let partners = if one == other { times - 1.0 } else { *times };
                    found.pairs[one][other] += count * partners / others;
                }
            }
        }
        found
    }

    /// How many of the pairs are of one value with itself, from 0 to 1.
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

    /// How many values were given.
    fn total(&self) -> f64 {
        self.pairs.iter().flatten().sum()
    }

    fn distance(&self, level: Level, totals: &[f64], one: usize, other: usize) -> f64 {
        let (low, high) = (f64::from(self.values[one]), f64::from(self.values[other]));
        match level {
            Level::Nominal => 1.0,
            Level::Ordinal => totals[one..=other].iter().sum::<f64>() - f64::midpoint(totals[one], totals[other]),
            Level::Interval => high - low,
            Level::Ratio => (high - low) / (high + low),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value as Json;
    use uuid::Uuid;

    use super::*;

    const LEVELS: [(&str, Level); 4] =
        [("nominal", Level::Nominal), ("ordinal", Level::Ordinal), ("interval", Level::Interval), ("ratio", Level::Ratio)];

    /// Krippendorff 2011: four observers, twelve units.
    const OBSERVERS: [[i32; 12]; 4] = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ];

    /// Fleiss 1971: thirty patients, each diagnosed by six.
    const PATIENTS: &str = "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445 \
        333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555";

    /// The units of rows of raters, 0 or null standing for a rating that is missing.
    fn units(raters: &[Vec<Option<i32>>]) -> Vec<Vec<i32>> {
        (0..raters[0].len()).map(|unit| raters.iter().filter_map(|rater| rater[unit]).collect()).collect()
    }

    fn observers() -> Vec<Vec<Option<i32>>> {
        OBSERVERS.iter().map(|row| row.iter().map(|value| (*value > 0).then_some(*value)).collect()).collect()
    }

    fn of_items<'a>(items: impl Iterator<Item = &'a str>) -> Vec<Vec<i32>> {
        items.map(|item| item.bytes().map(|digit| i32::from(digit - b'0')).collect()).collect()
    }

    fn matrix(units: &[Vec<i32>]) -> Coincidences {
        Coincidences::of(units.iter())
    }

    #[track_caller]
    fn near(got: f64, published: f64, digits: i32) {
        assert!((got - published).abs() <= 0.5 * 10f64.powi(-digits) + 1e-12, "{got} is not {published}");
    }

    #[test]
    fn it_is_as_published() {
        let krippendorff = matrix(&units(&observers()));
        for ((_, level), alpha) in LEVELS.into_iter().zip([0.743_421, 0.815_388, 0.849_107, 0.797_403]) {
            near(krippendorff.alpha(level).unwrap(), alpha, 6);
        }
        let two = [[1, 1, 0, 0, 0, 0, 0, 0, 0, 0], [0, 1, 1, 0, 0, 1, 0, 1, 0, 0]];
        let two: Vec<Vec<_>> = two.iter().map(|row| row.iter().copied().map(Some).collect()).collect();
        near(matrix(&units(&two)).alpha(Level::Nominal).unwrap(), 0.095_238, 6);
        let fleiss = matrix(&of_items(PATIENTS.split_whitespace()));
        near(fleiss.alpha(Level::Nominal).unwrap(), 0.433_410, 6);
        near(fleiss.observed_agreement().unwrap(), 0.555_56, 5);
    }

    #[test]
    fn it_is_as_in_the_vectors_that_lie_beside_the_project() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/vectors/agreement.json");
        let Ok(text) = std::fs::read_to_string(path) else { return };
        let vectors: Json = serde_json::from_str(&text).expect("JSON");
        let mut figures = 0;
        for vector in vectors["vectors"].as_array().expect("vectors") {
            let units = match vector["items"].as_array() {
                Some(items) => of_items(items.iter().map(|item| item.as_str().expect("digits"))),
                None => units(&serde_json::from_value::<Vec<Vec<Option<i32>>>>(vector["ratings"].clone()).expect("ratings")),
            };
            let matrix = matrix(&units);
            for (name, level) in LEVELS {
                if let Some(alpha) = vector["alpha"][name].as_f64() {
                    near(matrix.alpha(level).unwrap(), alpha, 6);
                    figures += 1;
                }
            }
            if let Some(observed) = vector["observed_agreement"].as_f64() {
                near(matrix.observed_agreement().unwrap(), observed, 5);
                figures += 1;
            }
            // Where all units have as many ratings, Fleiss' kappa is alpha without its correction for few ratings.
            if let Some(kappa) = vector["fleiss_kappa"].as_f64() {
                let n = matrix.total();
                near(1.0 - (1.0 - matrix.alpha(Level::Nominal).unwrap()) * n / (n - 1.0), kappa, 6);
                figures += 1;
            }
        }
        assert!(figures >= 10, "{figures} figures");
    }

    #[test]
    fn a_lone_rating_does_not_matter_whoever_gave_it() {
        let before = observers();
        for moved_to in 0..4 {
            let mut after = before.clone();
            let lone = after[1][11].take();
            after[moved_to][11] = lone;
            for (_, level) in LEVELS {
                let (one, other) = (matrix(&units(&before)).alpha(level).unwrap(), matrix(&units(&after)).alpha(level).unwrap());
                near(one, other, 12);
            }
        }
        let given = |unit: u128, rater: u128| Given {
            claim: ClaimId(Uuid::from_u128(unit)),
            reviewer: AccountId(Uuid::from_u128(rater)),
            rating: 1,
            rank: None,
        };
        let agreement = of(&[given(1, 1), given(1, 2), given(2, 3)]);
        assert_eq!((agreement.unit_count, agreement.rater_count), (1, 2));
    }

    #[test]
    fn where_nothing_can_differ_there_is_a_reason_instead() {
        for (units, observed, reason) in [
            (vec![], None, Undefined::NoPairs),
            (vec![vec![1], vec![2], vec![]], None, Undefined::NoPairs),
            (vec![vec![3, 3], vec![3, 3, 3], vec![1]], Some(1.0), Undefined::OneCategory),
        ] {
            let matrix = matrix(&units);
            assert_eq!(matrix.observed_agreement(), observed);
            for (_, level) in LEVELS {
                assert_eq!(matrix.alpha(level), Err(reason));
            }
        }
        let none = Agreement::default();
        assert_eq!(
            (none.undefined_reason, none.ordinal_undefined_reason, none.unit_count),
            (Some(Undefined::NoPairs), Some(Undefined::NoPairs), 0)
        );
    }

    #[test]
    fn ratings_without_a_rank_count_for_the_nominal_alpha_alone() {
        let given = |unit: u128, rater: u128, rating: i32, rank: Option<i32>| Given {
            claim: ClaimId(Uuid::from_u128(unit)),
            reviewer: AccountId(Uuid::from_u128(rater)),
            rating,
            rank,
        };
        let agreement = of(&[given(1, 1, 0, Some(5)), given(1, 2, 6, None), given(2, 1, 4, Some(1)), given(2, 2, 4, Some(1))]);
        assert!(agreement.alpha_nominal.is_some());
        assert_eq!((agreement.alpha_ordinal, agreement.ordinal_undefined_reason), (None, Some(Undefined::OneCategory)));
        assert_eq!((agreement.unit_count, agreement.rater_count, agreement.observed_agreement), (2, 2, Some(0.5)));
    }

    proptest! {
        #[test]
        fn the_order_of_units_and_raters_does_not_matter(units in prop::collection::vec(prop::collection::vec(0..6i32, 0..5), 0..12), seed in any::<usize>()) {
            let mut other = units.clone();
            if !other.is_empty() {
                let by = seed % other.len();
                other.rotate_left(by);
            }
            for values in &mut other {
                values.reverse();
            }
            for (_, level) in LEVELS {
                match (matrix(&units).alpha(level), matrix(&other).alpha(level)) {
                    (Ok(one), Ok(two)) => {
                        prop_assert!((one - two).abs() < 1e-9);
                        prop_assert!(one <= 1.0 && one.is_finite());
                    }
                    (one, two) => prop_assert_eq!(one, two),
                }
            }
        }
    }
}
