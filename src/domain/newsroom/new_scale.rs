//! New rating scales: the scale of a new newsroom, and what an admin may send instead.

use std::collections::HashSet;

use async_graphql::InputObject;

use crate::domain::error::{Error, Reason, Result};
use crate::domain::text_input;

/// A rating of a new newsroom's scale.
struct First {
    key: &'static str,
    label: &'static str,
    rank: Option<i32>,
    colour: &'static str,
    needs_source: bool,
    description: &'static str,
}

const fn first(
    key: &'static str,
    label: &'static str,
    rank: Option<i32>,
    colour: &'static str,
    description: &'static str,
) -> First {
    First { key, label, rank, colour, needs_source: true, description }
}

/// The scale of a new newsroom.
const FIRST_SCALE: [First; 7] = [
    first(
        "TRUE",
        "True",
        Some(5),
        "#359f63",
        "The evidence supports the claim, and nothing that matters is left out.",
    ),
    first(
        "MOSTLY_TRUE",
        "Mostly true",
        Some(4),
        "#589540",
        "The claim is true in substance. A detail is wrong or missing.",
    ),
    first("MIXED", "Mixed", Some(3), "#936304", "Parts of the claim are true and parts are false."),
    first(
        "MOSTLY_FALSE",
        "Mostly false",
        Some(2),
        "#e27215",
        "A part of the claim is true, but its substance is false.",
    ),
    first("FALSE", "False", Some(1), "#c73270", "The evidence contradicts the claim."),
    first(
        "MISSING_CONTEXT",
        "Missing context",
        None,
        "#a869d4",
        "The claim misleads because it leaves something out.",
    ),
    First {
        needs_source: false,
        ..first(
            "UNVERIFIABLE",
            "Unverifiable",
            None,
            "#747c85",
            "The available evidence does not decide the claim.",
        )
    },
];

/// A rating of a new scale.
#[derive(InputObject, Clone)]
pub struct RatingInput {
    /// The name for programs, unique within the scale: 1 to 40 capital letters, digits and
    /// underscores. It begins with a letter.
    pub key: String,
    /// The name for people: one line of at most 100 characters.
    pub label: String,
    /// Explains when to use the rating: one line of at most 500 characters. Optional.
    pub description: Option<String>,
    /// Position between false and true, 0 to 1000. A higher rank is truer. Omit it for ratings
    /// outside that order.
    pub rank: Option<i32>,
    /// The display colour, as `#rrggbb`.
    #[graphql(default = "#57606a")]
    pub colour: String,
    /// Whether a verdict with this rating must cite a source.
    #[graphql(default = true)]
    pub needs_source: bool,
}

/// The minimum and maximum number of ratings per scale.
const RATINGS: std::ops::RangeInclusive<usize> = 2..=20;

/// A validated rating scale.
pub struct NewScale {
    /// The scale's name.
    pub name: String,
    /// Its ratings, in order.
    pub ratings: Vec<RatingInput>,
}

impl NewScale {
    /// Parses a scale of 2 to 20 ratings, in this order.
    pub fn parse(name: &str, ratings: Vec<RatingInput>) -> Result<Self> {
        let name = text_input::line("name", name, 100)?;
        if !RATINGS.contains(&ratings.len()) {
            let message = format!(
                "`ratings` has {2} items. A scale must have {0} to {1} ratings.",
                RATINGS.start(),
                RATINGS.end(),
                ratings.len()
            );
            return Err(Error::invalid("ratings", Reason::OutOfRange, message));
        }
        let mut keys = HashSet::new();
        let parsed = ratings.into_iter().enumerate().map(|(number, input)| {
            let rating = parse_rating(input).and_then(|rating| {
                let taken = || {
                    Error::invalid(
                        "key",
                        Reason::AlreadyTaken,
                        format!(
                            "The scale already has the key {}. Choose another key.",
                            rating.key
                        ),
                    )
                };
                if keys.insert(rating.key.clone()) { Ok(rating) } else { Err(taken()) }
            });
            rating.map_err(|error| error.within(&format!("ratings[{number}]")))
        });
        Ok(Self { name, ratings: parsed.collect::<Result<_>>()? })
    }

    /// The scale of a new newsroom.
    pub fn first() -> Self {
        let ratings = FIRST_SCALE.iter().map(|first| RatingInput {
            key: first.key.to_owned(),
            label: first.label.to_owned(),
            description: Some(first.description.to_owned()),
            rank: first.rank,
            colour: first.colour.to_owned(),
            needs_source: first.needs_source,
        });
        Self { name: "Truth".to_owned(), ratings: ratings.collect() }
    }
}

fn parse_rating(input: RatingInput) -> Result<RatingInput> {
    let key = &input.key;
    let good = key.len() <= 40
        && key.starts_with(|first: char| first.is_ascii_uppercase())
        && key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if !good {
        let message = "The key is invalid. Use 1 to 40 capital letters, digits and underscores, \
            and begin with a letter, such as MOSTLY_TRUE.";
        return Err(Error::invalid("key", Reason::InvalidFormat, message));
    }
    if let Some(rank) = input.rank
        && !(0..=1000).contains(&rank)
    {
        return Err(Error::invalid(
            "rank",
            Reason::OutOfRange,
            format!("`rank` is {rank}. It must be 0 to 1000."),
        ));
    }
    let colour = input.colour.to_ascii_lowercase();
    if !colour
        .strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
    {
        return Err(Error::invalid(
            "colour",
            Reason::InvalidFormat,
            "The colour is invalid. Use a \
            form such as #1a7f37.",
        ));
    }
    let label = text_input::line("label", &input.label, 100)?;
    let description = text_input::optional(input.description.as_deref(), |text| {
        text_input::line("description", text, 500)
    })?;
    Ok(RatingInput { label, description, colour, ..input })
}
