//! Quotes with offsets: the text at the offsets must equal the quote.

use std::ops::Range;

use super::lookalike::{self, near_miss};
use super::{Quote, context_after, context_before, shown, splits};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::text::passage::{Index, OffsetUnit};

/// The range that the offsets give, if its text is the quote.
pub(super) fn check(
    index: &Index,
    quote: &Quote,
    start: i32,
    end: i32,
    unit: OffsetUnit,
) -> Result<Range<usize>> {
    let hint = other_unit(index, quote, start, end, unit);
    let range = bytes(index, start, end, unit, &hint)?;
    let text = index.text();
    let stands = &text[range.clone()];
    if stands != quote.exact {
        let hints = [hint, lookalike::difference(stands, &quote.exact)];
        let hint = hints.into_iter().find(|hint| !hint.is_empty());
        let hint = hint.unwrap_or_else(|| elsewhere(index, quote, unit));
        let message = format!(
            "`exact` does not equal the text from {start} to {end} (in {}), which is {}{hint}",
            unit.plural(),
            shown(stands)
        );
        return Err(Error::invalid("exact", Reason::QuoteMismatch, message));
    }
    check_context(index, quote, &range)?;
    Ok(range)
}

/// The range in bytes. Refuses one that is not in the text or splits a grapheme cluster. `hint` ends
/// the message.
fn bytes(
    index: &Index,
    start: i32,
    end: i32,
    unit: OffsetUnit,
    hint: &str,
) -> Result<Range<usize>> {
    let length = index.len(unit);
    for (field, offset) in [("start", start), ("end", end)] {
        if offset < 0 || offset > length {
            let message = format!(
                "`{field}` is {offset}. The text goes from 0 to {length} (in {}){hint}",
                unit.plural()
            );
            return Err(Error::invalid(field, Reason::RangeOutOfBounds, message));
        }
    }
    if end <= start {
        let message = format!(
            "`end` is {end} and `start` is {start}. `end` must be greater: it is the offset after the last character."
        );
        return Err(Error::invalid("end", Reason::RangeOutOfBounds, message));
    }
    let place = |field, offset| match index.byte(offset, unit) {
        Some(byte) if !index.splits_grapheme(byte) => Ok(byte),
        _ => {
            let message = format!(
                "`{field}` is {offset} (in {}). That is within a character (a letter with its accents, or an emoji){hint}",
                unit.plural()
            );
            Err(Error::invalid(field, Reason::SplitsGrapheme, message))
        }
    };
    Ok(place("start", start)?..place("end", end)?)
}

/// Refuses a prefix that does not end where the range begins, or a suffix that does not begin where
/// it ends.
fn check_context(index: &Index, quote: &Quote, range: &Range<usize>) -> Result<()> {
    let (before, after) = (&index.text()[..range.start], &index.text()[range.end..]);
    let refuse = |field: &str, side, context| {
        let message = format!(
            "`{field}` does not equal the text {side} the quote, which is {}",
            shown(context)
        );
        Err(Error::invalid(field, Reason::QuoteMismatch, message))
    };
    if !before.ends_with(&quote.prefix) {
        return refuse("prefix", "before", context_before(index, range.start));
    }
    if !after.starts_with(&quote.suffix) {
        return refuse("suffix", "after", context_after(index, range.end));
    }
    Ok(())
}

/// A hint if the offsets fit the quote in another unit.
fn other_unit(index: &Index, quote: &Quote, start: i32, end: i32, unit: OffsetUnit) -> String {
    let fits = |other: &OffsetUnit| {
        let range = index.byte(start, *other).zip(index.byte(end, *other));
        *other != unit
            && range.and_then(|(start, end)| index.text().get(start..end)) == Some(&quote.exact)
    };
    OffsetUnit::ALL.into_iter().find(fits).map_or_else(String::new, |other| {
        format!("; it does match in {}: send unit: {}", other.plural(), other.key())
    })
}

/// A hint for a quote that is not at its offsets.
fn elsewhere(index: &Index, quote: &Quote, unit: OffsetUnit) -> String {
    let bare = Quote { exact: quote.exact.clone(), prefix: String::new(), suffix: String::new() };
    let mut places = bare.places(index.text()).filter(|range| !splits(index, range));
    match (places.next(), places.next()) {
        (Some(range), None) => {
            let (start, end) = index.extent(range).in_unit(unit);
            format!("; these words are in the article once, from {start} to {end}")
        }
        (Some(_), Some(_)) => "; these words are elsewhere in the article, more than once".into(),
        _ => {
            format!("; these words are not in the article{}", near_miss(index.text(), &quote.exact))
        }
    }
}
