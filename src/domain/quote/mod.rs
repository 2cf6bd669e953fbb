//! Finding the words that a reviewer means.
//!
//! Pure. What always holds: a found quote equals the text of its range, and its range cuts no grapheme cluster. Nothing is guessed: where
//! the words do not stand as given, or stand more than once, the answer is an error that helps to give them better.

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::error::{Error, Reason, Result};
use super::passage::{Extent, Index, OffsetUnit, grouped, with_line_feeds};

/// The most code points that a quote may have.
pub const MAX_EXACT: usize = 10_000;

/// The most code points that a given prefix or suffix may have.
pub const MAX_CONTEXT: usize = 1_000;

/// How many code points of prefix and suffix are kept with a found quote, as the W3C's `TextQuoteSelector` has them.
const KEPT_CONTEXT: usize = 32;

/// After how many places counting stops: who quotes a single letter needs no exact number.
const MAX_COUNTED: usize = 1_000;

/// What a reviewer gave: the words, and where they stand or what stands around them.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The words. CR LF and CR in them are LF, as in the text; nothing else is changed.
    pub exact: &'a str,
    /// What stands right before them.
    pub prefix: Option<&'a str>,
    /// What stands right after them.
    pub suffix: Option<&'a str>,
    /// Where they begin; offsets are checked against `exact`, never trusted alone.
    pub start: Option<i32>,
    /// Where they end (half-open).
    pub end: Option<i32>,
    /// What `start` and `end` count in the stored text (so a CR LF in the client's copy, which is one LF here, counts once).
    pub unit: OffsetUnit,
}

/// Words that stand in the text, and where.
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

/// The words that `wanted` means: those at its offsets, which must be its quote, or else the one place where its quote stands between its
/// prefix and suffix.
///
/// # Errors
/// `Empty` or `TooLarge` for what cannot be looked for; with offsets `RangeOutOfBounds`, `SplitsGrapheme` or `QuoteMismatch`; without them
/// `QuoteNotFound`, `AmbiguousQuote` or `SplitsGrapheme`.
pub fn resolve(index: &Index, wanted: &Wanted) -> Result<Found> {
    let quote = Quote::parse(wanted)?;
    let range = match (wanted.start, wanted.end) {
        (None, None) => search(index, &quote, wanted.unit)?,
        (Some(start), Some(end)) => check(index, &quote, start, end, wanted.unit)?,
        (None, Some(_)) => return Err(Error::invalid("start", Reason::Empty, "end is given without start; give both, or neither")),
        (Some(_), None) => return Err(Error::invalid("end", Reason::Empty, "start is given without end; give both, or neither")),
    };
    Ok(at(index, range))
}

/// The words that stand in this range of bytes, which cuts no grapheme cluster.
#[must_use]
pub fn at(index: &Index, range: Range<usize>) -> Found {
    Found {
        extent: index.extent(range.clone()),
        exact: index.text()[range.clone()].into(),
        prefix: context_before(index, range.start).into(),
        suffix: context_after(index, range.end).into(),
    }
}

/// Checks that the ranges of one claim share no text; they may touch.
///
/// # Errors
/// `OverlappingRanges`, on the later of two that do: `ranges[1]`.
pub fn disjoint(found: &[Found]) -> Result<()> {
    let mut order: Vec<(usize, Extent)> = found.iter().map(|found| found.extent).enumerate().collect();
    order.sort_by_key(|(_, extent)| (extent.start, extent.end));
    // In this order, if any two overlap then two neighbours do.
    for pair in order.windows(2) {
        if let [(i, a), (j, b)] = *pair
            && b.start < a.end
        {
            let message = format!(
                "ranges[{i}] ({} to {}) and ranges[{j}] ({} to {}, in code points) overlap; a claim's ranges may touch, but not share text",
                a.start, a.end, b.start, b.end
            );
            return Err(Error::invalid(format!("ranges[{}]", i.max(j)), Reason::OverlappingRanges, message));
        }
    }
    Ok(())
}

/// A quote that can be looked for.
struct Quote {
    exact: String,
    prefix: String,
    suffix: String,
}

impl Quote {
    fn parse(wanted: &Wanted) -> Result<Self> {
        if wanted.exact.trim().is_empty() {
            return Err(Error::invalid("exact", Reason::Empty, "exact holds the words of the article that are meant, and it is blank"));
        }
        Ok(Self {
            exact: bounded("exact", wanted.exact, MAX_EXACT)?,
            prefix: bounded("prefix", wanted.prefix.unwrap_or_default(), MAX_CONTEXT)?,
            suffix: bounded("suffix", wanted.suffix.unwrap_or_default(), MAX_CONTEXT)?,
        })
    }

    /// Where it stands between its prefix and its suffix, overlaps included.
    fn places<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let (before, length) = (self.prefix.len(), self.exact.len());
        occurrences(text, format!("{}{}{}", self.prefix, self.exact, self.suffix)).map(move |at| at + before..at + before + length)
    }

    fn has_context(&self) -> bool {
        !self.prefix.is_empty() || !self.suffix.is_empty()
    }
}

fn bounded(field: &str, text: &str, most: usize) -> Result<String> {
    let text = with_line_feeds(text);
    let length = text.chars().count();
    if length > most {
        let message = format!("{field} has {} code points, and at most {} are taken", grouped(length), grouped(most));
        return Err(Error::invalid(field, Reason::TooLarge, message));
    }
    Ok(text.into_owned())
}

// --- with offsets ---

fn check(index: &Index, quote: &Quote, start: i32, end: i32, unit: OffsetUnit) -> Result<Range<usize>> {
    let hint = || other_unit(index, quote, start, end, unit);
    let length = index.len(unit);
    for (field, offset) in [("start", start), ("end", end)] {
        if offset < 0 || offset > length {
            let message = format!("{field} is {offset}, and the text goes from 0 to {length} (in {}){}", unit.plural(), hint());
            return Err(Error::invalid(field, Reason::RangeOutOfBounds, message));
        }
    }
    if end <= start {
        let message =
            format!("end is {end} and start is {start}: a range ends after it starts (end is the offset after the last character)");
        return Err(Error::invalid("end", Reason::RangeOutOfBounds, message));
    }
    let place = |field, offset| match index.byte(offset, unit) {
        Some(byte) if !index.splits_grapheme(byte) => Ok(byte),
        _ => {
            let message = format!(
                "{field} is {offset} (in {}), which is within a character (a letter with its accents, or an emoji){}",
                unit.plural(),
                hint()
            );
            Err(Error::invalid(field, Reason::SplitsGrapheme, message))
        }
    };
    let range = place("start", start)?..place("end", end)?;

    let text = index.text();
    let stands = &text[range.clone()];
    if stands != quote.exact {
        let hint = Some(hint()).filter(|hint| !hint.is_empty()).unwrap_or_else(|| elsewhere(index, quote, unit));
        let message = format!("exact is not what stands from {start} to {end} (in {}): that is {}{hint}", unit.plural(), shown(stands));
        return Err(Error::invalid("exact", Reason::QuoteMismatch, message));
    }
    let (before, after) = (&text[..range.start], &text[range.end..]);
    if !before.ends_with(&quote.prefix) {
        let message = format!("prefix is not what stands before the quote: that is {}", shown(context_before(index, range.start)));
        return Err(Error::invalid("prefix", Reason::QuoteMismatch, message));
    }
    if !after.starts_with(&quote.suffix) {
        let message = format!("suffix is not what stands after the quote: that is {}", shown(context_after(index, range.end)));
        return Err(Error::invalid("suffix", Reason::QuoteMismatch, message));
    }
    Ok(range)
}

/// What to say if the offsets fit the quote when they count something else.
fn other_unit(index: &Index, quote: &Quote, start: i32, end: i32, unit: OffsetUnit) -> String {
    let fits = |other: &OffsetUnit| {
        let range = index.byte(start, *other).zip(index.byte(end, *other));
        *other != unit && range.and_then(|(start, end)| index.text().get(start..end)) == Some(&quote.exact)
    };
    OffsetUnit::ALL
        .into_iter()
        .find(fits)
        .map_or_else(String::new, |other| format!("; it does match if the offsets are {}: then say unit: {}", other.plural(), other.key()))
}

/// What to say of a quote that does not stand at its offsets.
fn elsewhere(index: &Index, quote: &Quote, unit: OffsetUnit) -> String {
    let bare = Quote { exact: quote.exact.clone(), prefix: String::new(), suffix: String::new() };
    let mut places = bare.places(index.text()).filter(|range| !splits(index, range));
    match (places.next(), places.next()) {
        (Some(range), None) => {
            let (start, end) = index.extent(range).in_unit(unit);
            format!("; the words of exact stand once in the article, from {start} to {end}")
        }
        (Some(_), Some(_)) => "; the words of exact stand elsewhere in the article, more than once".into(),
        _ => format!("; the words of exact do not stand anywhere in the article{}", near_miss(index.text(), &quote.exact)),
    }
}

fn splits(index: &Index, range: &Range<usize>) -> bool {
    index.splits_grapheme(range.start) || index.splits_grapheme(range.end)
}

// --- without offsets ---

fn search(index: &Index, quote: &Quote, unit: OffsetUnit) -> Result<Range<usize>> {
    let places: Vec<Range<usize>> = quote.places(index.text()).filter(|range| !splits(index, range)).take(MAX_COUNTED + 1).collect();
    match places.as_slice() {
        [] if quote.places(index.text()).next().is_some() => {
            let message = "these words stand in the article only with part of a character at an end (a letter without its accents, or part \
                           of an emoji); quote whole characters";
            Err(Error::invalid("exact", Reason::SplitsGrapheme, message))
        }
        [] => Err(Error::invalid("exact", Reason::QuoteNotFound, not_found(index, quote))),
        [place] => Ok(place.clone()),
        [_, _, ..] => {
            let count = if places.len() > MAX_COUNTED { format!("more than {}", grouped(MAX_COUNTED)) } else { grouped(places.len()) };
            let starts: Vec<String> = places.iter().take(3).map(|place| index.extent(place.clone()).in_unit(unit).0.to_string()).collect();
            let among = if places.len() > starts.len() { "among others at" } else { "at" };
            let context = if quote.has_context() { " with this prefix and suffix" } else { "" };
            let advice = if quote.has_context() {
                "give more of prefix or suffix"
            } else {
                "give prefix or suffix, the words right before or after"
            };
            let message = format!(
                "these words stand in the article {count} times{context}, {among} {} (in {}); {advice}, or start and end",
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
        0 => return format!("these words do not stand in the article{}", near_miss(text, &quote.exact)),
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
    format!("these words stand in the article {times}, but never with {context} (white space counts)")
}

/// What to say if the words stand in the text but for their form. It is said, not matched: the reviewer is to see the article's own words.
fn near_miss(text: &str, exact: &str) -> &'static str {
    type Form = fn(&str) -> String;
    const FORMS: [(Form, &str); 5] = [
        (straight, "; they do with other quotation marks or dashes"),
        (spaced, "; they do with other white space (a no-break space, a line break)"),
        (lower, "; they do with other capitals"),
        (unaccented, "; they do with other accents, or in another Unicode normal form: copy them from the article"),
        (
            |text| unaccented(&lower(&spaced(&straight(text)))),
            "; something like them does: compare quotation marks, white space, capitals and accents",
        ),
    ];
    FORMS.iter().find(|(form, _)| text_contains(&form(text), &form(exact))).map_or("", |(_, hint)| hint)
}

fn text_contains(text: &str, part: &str) -> bool {
    !part.trim().is_empty() && text.contains(part)
}

fn straight(text: &str) -> String {
    let plain = |c| match c {
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => '"',
        '‘' | '’' | '‚' | '‛' | '′' | 'ʼ' | '`' => '\'',
        '–' | '—' | '‐' | '‑' | '−' => '-',
        other => other,
    };
    text.chars().map(plain).collect()
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// Letters with accents as one sign, be they one code point or a letter and its marks: tells that the form may differ, without tables.
fn unaccented(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{300}'..='\u{36F}' => {
                if plain.pop().is_some() {
                    plain.push('\u{FFFC}');
                }
            }
            '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1FFF}' | 'Й' | 'й' | 'Ё' | 'ё' | 'Ї' | 'ї' | 'Ў' | 'ў' => {
                plain.push('\u{FFFC}');
            }
            other => plain.push(other),
        }
    }
    plain
}

/// Every place where `part`, which is not empty, stands in `text`, overlaps included.
///
/// Knuth, Morris and Pratt's search: it reads the text once, however often the part all but fits.
fn occurrences(text: &str, part: String) -> impl Iterator<Item = usize> + '_ {
    let part = part.into_bytes();
    // Entry `i`: how long the longest proper prefix of the part is that also ends at `i`.
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
    let from = before.char_indices().rev().take(KEPT_CONTEXT).map(|(at, _)| at).filter(|&at| !index.splits_grapheme(at)).last();
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
    let (mut start, more): (String, bool) = (text.chars().take(MOST).collect(), text.chars().nth(MOST).is_some());
    if start.contains('\n') {
        start = start.replace('\n', "⏎");
    }
    if more { format!("“{start}…”") } else { format!("“{start}”") }
}
