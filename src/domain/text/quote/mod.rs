//! Finds the words that a reviewer means.
//!
//! Invariants: a found quote equals the text of its range, which splits no grapheme cluster.
//! Nothing is guessed: if the text lacks the quote or repeats it, the error says what to change.

pub(in crate::domain::text) mod lookalike;
mod offsets;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::domain::error::{Error, Reason, Result};
use crate::domain::text::passage::{Extent, Index, OffsetUnit, grouped, with_line_feeds};
use lookalike::near_miss;

/// The most code points that a quote may have.
pub const MAX_EXACT: usize = 10_000;

/// The most code points that a given prefix or suffix may have.
pub const MAX_CONTEXT: usize = 1_000;

/// The most code points of prefix and suffix that are kept with a found quote.
const KEPT_CONTEXT: usize = 32;

/// The number of places after which counting stops. Nobody needs a larger exact number.
const MAX_COUNTED: usize = 1_000;

/// The words that a reviewer gave, with their offsets or the text around them.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The words. CR LF and CR in them become LF, as in the text. Nothing else is changed.
    pub exact: &'a str,
    /// The text right before them.
    pub prefix: Option<&'a str>,
    /// The text right after them.
    pub suffix: Option<&'a str>,
    /// The offset of their first character. The text at the offsets must equal `exact`.
    pub start: Option<i32>,
    /// The offset after their last character.
    pub end: Option<i32>,
    /// The unit of `start` and `end` in the stored text, where a CR LF has become one LF.
    pub unit: OffsetUnit,
}

/// Words of the text, and their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Their range.
    pub extent: Extent,
    /// The words: the text of the range.
    pub exact: String,
    /// Up to 32 code points of the text before, in whole grapheme clusters.
    pub prefix: String,
    /// Up to 32 code points of the text after, in whole grapheme clusters.
    pub suffix: String,
}

/// Finds the words that `wanted` means. If it has offsets, the text there must equal its quote.
/// Otherwise, the text must have its quote exactly once between its prefix and its suffix.
///
/// # Errors
/// `Empty` or `TooLarge` for an invalid quote. `RangeOutOfBounds` or `QuoteMismatch` with offsets,
/// `QuoteNotFound` or `AmbiguousQuote` without. In both cases `SplitsGrapheme`.
pub fn resolve(index: &Index, wanted: &Wanted) -> Result<Found> {
    let quote = Quote::parse(wanted)?;
    let range = match (wanted.start, wanted.end) {
        (None, None) => search(index, &quote, wanted.unit)?,
        (Some(start), Some(end)) => offsets::check(index, &quote, start, end, wanted.unit)?,
        (None, Some(_)) => {
            return Err(Error::invalid(
                "start",
                Reason::Empty,
                "`end` is given without `start`. Give both or neither.",
            ));
        }
        (Some(_), None) => {
            return Err(Error::invalid(
                "end",
                Reason::Empty,
                "`start` is given without `end`. Give both or neither.",
            ));
        }
    };
    Ok(at(index, range))
}

/// Returns the words in this range of bytes, which must not split a grapheme cluster.
#[must_use]
pub fn at(index: &Index, range: Range<usize>) -> Found {
    Found {
        extent: index.extent(range.clone()),
        exact: index.text()[range.clone()].into(),
        prefix: context_before(index, range.start).into(),
        suffix: context_after(index, range.end).into(),
    }
}

/// Checks that the ranges of one claim do not overlap. They may touch.
///
/// # Errors
/// `OverlappingRanges`, on the later one of two that do, such as `ranges[1]`.
pub fn disjoint(found: &[Found]) -> Result<()> {
    let mut order: Vec<(usize, Extent)> =
        found.iter().map(|found| found.extent).enumerate().collect();
    order.sort_by_key(|(_, extent)| (extent.start, extent.end));
    // In this order, two neighbours overlap if any two ranges do.
    for pair in order.windows(2) {
        if let [(i, a), (j, b)] = *pair
            && b.start < a.end
        {
            let message = format!(
                "ranges[{i}] ({} to {}) and ranges[{j}] ({} to {}, in code points) overlap. A claim's ranges may touch but not share text.",
                a.start, a.end, b.start, b.end
            );
            return Err(Error::invalid(
                format!("ranges[{}]", i.max(j)),
                Reason::OverlappingRanges,
                message,
            ));
        }
    }
    Ok(())
}

/// A valid quote to search for.
struct Quote {
    exact: String,
    prefix: String,
    suffix: String,
}

impl Quote {
    fn parse(wanted: &Wanted) -> Result<Self> {
        if wanted.exact.trim().is_empty() {
            return Err(Error::invalid(
                "exact",
                Reason::Empty,
                "`exact` is blank. Quote the words of the article that make the claim.",
            ));
        }
        Ok(Self {
            exact: bounded("exact", wanted.exact, MAX_EXACT)?,
            prefix: bounded("prefix", wanted.prefix.unwrap_or_default(), MAX_CONTEXT)?,
            suffix: bounded("suffix", wanted.suffix.unwrap_or_default(), MAX_CONTEXT)?,
        })
    }

    /// The places that have the quote between its prefix and its suffix. They may overlap.
    fn places<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let (before, length) = (self.prefix.len(), self.exact.len());
        occurrences(text, format!("{}{}{}", self.prefix, self.exact, self.suffix))
            .map(move |at| at + before..at + before + length)
    }

    fn has_context(&self) -> bool {
        !self.prefix.is_empty() || !self.suffix.is_empty()
    }
}

fn bounded(field: &str, text: &str, most: usize) -> Result<String> {
    let text = with_line_feeds(text);
    let length = text.chars().count();
    if length > most {
        let message = format!(
            "`{field}` has {} code points. The limit is {}.",
            grouped(length),
            grouped(most)
        );
        return Err(Error::invalid(field, Reason::TooLarge, message));
    }
    Ok(text.into_owned())
}

fn splits(index: &Index, range: &Range<usize>) -> bool {
    index.splits_grapheme(range.start) || index.splits_grapheme(range.end)
}

fn search(index: &Index, quote: &Quote, unit: OffsetUnit) -> Result<Range<usize>> {
    let places: Vec<Range<usize>> = quote
        .places(index.text())
        .filter(|range| !splits(index, range))
        .take(MAX_COUNTED + 1)
        .collect();
    match places.as_slice() {
        [] if quote.places(index.text()).next().is_some() => {
            let message = "Your quote begins or ends within a character (a letter without its accents, or part of an emoji). Quote whole \
                           characters.";
            Err(Error::invalid("exact", Reason::SplitsGrapheme, message))
        }
        [] => Err(Error::invalid("exact", Reason::QuoteNotFound, not_found(index, quote))),
        [place] => Ok(place.clone()),
        [_, _, ..] => {
            let count = if places.len() > MAX_COUNTED {
                format!("more than {}", grouped(MAX_COUNTED))
            } else {
                grouped(places.len())
            };
            let starts: Vec<String> = places
                .iter()
                .take(3)
                .map(|place| index.extent(place.clone()).in_unit(unit).0.to_string())
                .collect();
            let among = if places.len() > starts.len() { "among others at" } else { "at" };
            let context = if quote.has_context() { " with this prefix and suffix" } else { "" };
            let advice = if quote.has_context() {
                "Give a longer `prefix` or `suffix`"
            } else {
                "Give `prefix` or `suffix`, the words right before or after"
            };
            let message = format!(
                "These words are in the article {count} times{context}, {among} {} (in {}). {advice}, or `start` and `end`.",
                starts.join(", "),
                unit.plural()
            );
            Err(Error::invalid("exact", Reason::AmbiguousQuote, message))
        }
    }
}

fn not_found(index: &Index, quote: &Quote) -> String {
    let text = index.text();
    let times = occurrences(text, quote.exact.clone()).take(MAX_COUNTED + 1).count();
    let times = match times {
        0 => {
            return format!("These words are not in the article{}", near_miss(text, &quote.exact));
        }
        1 => "once".into(),
        2..=MAX_COUNTED => format!("{} times", grouped(times)),
        _ => format!("more than {} times", grouped(MAX_COUNTED)),
    };
    let preceded = occurrences(text, format!("{}{}", quote.prefix, quote.exact)).next().is_some();
    let followed = occurrences(text, format!("{}{}", quote.exact, quote.suffix)).next().is_some();
    let context = match (preceded, followed) {
        (false, true) => "this prefix right before them",
        (true, false) => "this suffix right after them",
        (false, false) => "this prefix right before or this suffix right after them",
        (true, true) => "this prefix right before and this suffix right after them at once",
    };
    format!("These words are in the article {times}, but never with {context} (white space counts)")
}

/// Every place of `part` in `text`. Places may overlap. `part` must not be empty.
///
/// This is the search of Knuth, Morris and Pratt: it reads the text once, whatever the part is.
fn occurrences(text: &str, part: String) -> impl Iterator<Item = usize> + '_ {
    let part = part.into_bytes();
    // Entry `i`: the length of the longest proper prefix of the part that also ends at `i`.
    let mut borders = vec![0_usize; part.len()];
    let mut fits = 0;
    for i in 1..part.len() {
        while fits > 0 && part[i] != part[fits] {
            fits = borders[fits - 1];
        }
        fits += usize::from(part[i] == part[fits]);
        borders[i] = fits;
    }
    let mut fits = 0;
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        while fits > 0 && part[fits] != byte {
            fits = borders[fits - 1];
        }
        fits += usize::from(part[fits] == byte);
        if fits < part.len() {
            return None;
        }
        fits = borders[fits - 1];
        Some(at + 1 - part.len())
    })
}

fn context_before<'a>(index: &Index<'a>, start: usize) -> &'a str {
    let before = &index.text()[..start];
    let from = before
        .char_indices()
        .rev()
        .take(KEPT_CONTEXT)
        .map(|(at, _)| at)
        .filter(|&at| !index.splits_grapheme(at))
        .last();
    &before[from.unwrap_or(start)..]
}

fn context_after<'a>(index: &Index<'a>, end: usize) -> &'a str {
    let after = &index.text()[end..];
    let lengths = after.char_indices().take(KEPT_CONTEXT).map(|(at, c)| at + c.len_utf8());
    &after[..lengths.filter(|at| !index.splits_grapheme(end + at)).last().unwrap_or(0)]
}

/// A piece of text for a message, shortened.
fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let (mut start, more): (String, bool) =
        (text.chars().take(MOST).collect(), text.chars().nth(MOST).is_some());
    if start.contains('\n') {
        start = start.replace('\n', "⏎");
    }
    if more { format!("“{start}…”") } else { format!("“{start}”") }
}
