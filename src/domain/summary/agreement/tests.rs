use proptest::prelude::*;
use serde_json::Value as Json;
use uuid::Uuid;

use super::*;

const LEVELS: [(&str, Level); 4] = [
    ("nominal", Level::Nominal),
    ("ordinal", Level::Ordinal),
    ("interval", Level::Interval),
    ("ratio", Level::Ratio),
];

/// Krippendorff 2011: four observers, twelve units.
const OBSERVERS: [[i32; 12]; 4] = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
];

/// Fleiss 1971: thirty patients, each diagnosed by six raters.
const PATIENTS: &str = "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445 \
    333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555";

/// Converts rows of raters to units. 0 or null stands for a missing rating.
fn units(raters: &[Vec<Option<i32>>]) -> Vec<Vec<i32>> {
    (0..raters[0].len())
        .map(|unit| raters.iter().filter_map(|rater| rater[unit]).collect())
        .collect()
}

fn observers() -> Vec<Vec<Option<i32>>> {
    OBSERVERS
        .iter()
        .map(|row| row.iter().map(|value| (*value > 0).then_some(*value)).collect())
        .collect()
}

fn of_items<'a>(items: impl Iterator<Item = &'a str>) -> Vec<Vec<i32>> {
    items.map(|item| item.bytes().map(|digit| i32::from(digit - b'0')).collect()).collect()
}

fn matrix(units: &[Vec<i32>]) -> Coincidences {
    Coincidences::of(units.iter())
}

#[track_caller]
fn near(got: f64, published: f64, digits: i32) {
    assert!(
        (got - published).abs() <= 0.5 * 10f64.powi(-digits) + 1e-12,
        "{got} is not {published}"
    );
}

#[test]
fn it_is_as_published() {
    let krippendorff = matrix(&units(&observers()));
    for ((_, level), alpha) in LEVELS.into_iter().zip([0.743_421, 0.815_388, 0.849_107, 0.797_403])
    {
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
fn agreement_is_as_published() {
    let text = include_str!("../../../../tests/fixtures/agreement.json");
    let vectors: Json = serde_json::from_str(text).expect("JSON");
    let mut figures = 0;
    for vector in vectors["vectors"].as_array().expect("vectors") {
        let units = match vector["items"].as_array() {
            Some(items) => of_items(items.iter().map(|item| item.as_str().expect("digits"))),
            None => units(
                &serde_json::from_value::<Vec<Vec<Option<i32>>>>(vector["ratings"].clone())
                    .expect("ratings"),
            ),
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
        // If all units have the same number of ratings, Fleiss' kappa is alpha without its
        // correction for few ratings.
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
            let (one, other) = (
                matrix(&units(&before)).alpha(level).unwrap(),
                matrix(&units(&after)).alpha(level).unwrap(),
            );
            near(one, other, 12);
        }
    }
    let given = |unit: u128, rater: u128| ReviewerRating {
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
    let given = |unit: u128, rater: u128, rating: i32, rank: Option<i32>| ReviewerRating {
        claim: ClaimId(Uuid::from_u128(unit)),
        reviewer: AccountId(Uuid::from_u128(rater)),
        rating,
        rank,
    };
    let agreement = of(&[
        given(1, 1, 0, Some(5)),
        given(1, 2, 6, None),
        given(2, 1, 4, Some(1)),
        given(2, 2, 4, Some(1)),
    ]);
    assert!(agreement.alpha_nominal.is_some());
    assert_eq!(
        (agreement.alpha_ordinal, agreement.ordinal_undefined_reason),
        (None, Some(Undefined::OneCategory))
    );
    assert_eq!(
        (agreement.unit_count, agreement.rater_count, agreement.observed_agreement),
        (2, 2, Some(0.5))
    );
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
