//! Finds the words of an annotation in the text of an article.
//!
//! Invariants: the words that are found equal those of the annotation, apart from white space, which
//! pages on the web often have otherwise. Nothing is guessed: if the words occur more than once, the
//! text around them or the place that the annotation names must decide.

use std::ops::Range;

use super::annotations::Quote;

/// Why words cannot be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unplaced {
    /// The text does not have them.
    Missing,
    /// The text has them more than once, and nothing says which are meant.
    Ambiguous,
}

impl Unplaced {
    /// The reason, for people.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Missing => "the article's newest text does not have these words",
            Self::Ambiguous => "the article has these words more than once",
        }
    }
}

/// A text in which words are looked for.
pub struct Text<'a> {
    text: &'a str,
    plain: Plain,
}

/// A text whose runs of white space are one space each.
struct Plain {
    text: String,
    /// For each byte, the byte of the original from which its character comes.
    from: Vec<usize>,
}

impl Plain {
    fn of(text: &str) -> Self {
        let (mut plain, mut from) = (String::with_capacity(text.len()), Vec::new());
        for (at, c) in text.char_indices() {
            let c = if c.is_whitespace() { ' ' } else { c };
            if c == ' ' && plain.ends_with(' ') {
                continue;
            }
            plain.push(c);
            from.resize(plain.len(), at);
        }
        Self { text: plain, from }
    }
}

impl<'a> Text<'a> {
    /// The text of an article.
    pub fn new(text: &'a str) -> Self {
        Self { text, plain: Plain::of(text) }
    }

    /// The place of these words, in code points.
    pub fn find(&self, quote: &Quote) -> Result<Range<usize>, Unplaced> {
        let exact = Plain::of(quote.exact.trim()).text;
        let found: Vec<_> = match exact.as_str() {
            "" => Vec::new(),
            exact => self.plain.text.match_indices(exact).map(|(at, _)| at).collect(),
        };
        let around = |at: &usize| self.is_around(quote, *at, exact.len());
        let fitting: Vec<_> = found.iter().copied().filter(around).collect();
        let candidates = if fitting.is_empty() { found } else { fitting };
        let at = match candidates.as_slice() {
            [] => return Err(Unplaced::Missing),
            [only] => *only,
            several => self.named(quote, several).ok_or(Unplaced::Ambiguous)?,
        };
        Ok(self.code_points(at, &exact))
    }

    /// The words at this place.
    pub fn words(&self, place: Range<usize>) -> String {
        self.text.chars().skip(place.start).take(place.len()).collect()
    }

    /// Whether the text around a place is that of the annotation, as far as it says.
    fn is_around(&self, quote: &Quote, at: usize, length: usize) -> bool {
        let (prefix, suffix) = (Plain::of(&quote.prefix).text, Plain::of(&quote.suffix).text);
        let (before, after) = (&self.plain.text[..at], &self.plain.text[at + length..]);
        before.trim_end().ends_with(prefix.trim()) && after.trim_start().starts_with(suffix.trim())
    }

    /// The only place that is where the annotation says, counted in code points or in UTF-16 code units. None if there is no such place, or if
    /// the units name different ones.
    fn named(&self, quote: &Quote, several: &[usize]) -> Option<usize> {
        let named = usize::try_from(quote.place?.0).ok()?;
        let own = |at: usize| self.text[..self.plain.from[at]].chars();
        let units = |at: usize| [own(at).count(), own(at).map(char::len_utf16).sum()];
        let mut there = several.iter().filter(|at| units(**at).contains(&named));
        match (there.next(), there.next()) {
            (Some(only), None) => Some(*only),
            _ => None,
        }
    }

    fn code_points(&self, at: usize, exact: &str) -> Range<usize> {
        let last = exact.chars().next_back().map_or(0, char::len_utf8);
        let start = self.plain.from[at];
        let end = self.plain.from[at + exact.len() - last] + last;
        let before = self.text[..start].chars().count();
        before..before + self.text[start..end].chars().count()
    }
}

#[cfg(test)]
mod tests {
    use super::{Text, Unplaced};
    use crate::import::annotations::Quote;

    const TEXT: &str = "A 🚢 ship.\nThe ship is late. The  ship is new.\nA ship.";

    fn quote(exact: &str, prefix: &str, suffix: &str, place: Option<(i32, i32)>) -> Quote {
        let [exact, prefix, suffix] = [exact, prefix, suffix].map(ToOwned::to_owned);
        Quote { exact, prefix, suffix, place }
    }

    fn found(quote: &Quote) -> Result<String, Unplaced> {
        let range = Text::new(TEXT).find(quote)?;
        Ok(TEXT.chars().skip(range.start).take(range.len()).collect())
    }

    #[test]
    fn words_are_found_whatever_their_white_space() {
        assert_eq!(
            found(&quote("is late. The ship is new. A ship.", "", "", None)).as_deref(),
            Ok("is late. The  ship is new.\nA ship.")
        );
        assert_eq!(found(&quote(" is\nlate", "", "", None)).as_deref(), Ok("is late"));
        assert_eq!(found(&quote("is early", "", "", None)), Err(Unplaced::Missing));
        assert_eq!(found(&quote(" ", "", "", None)), Err(Unplaced::Missing));
    }

    #[test]
    fn the_text_around_decides_and_then_the_place() {
        let start = |quote: &Quote| Text::new(TEXT).find(quote).map(|range| range.start);
        assert_eq!(start(&quote("ship", "", "", None)), Err(Unplaced::Ambiguous));
        assert_eq!(start(&quote("ship", "The\n", " is new", None)), Ok(33));
        // In code points and in UTF-16 code units.
        assert_eq!(start(&quote("ship", "", "", Some((4, 8)))), Ok(4));
        assert_eq!(start(&quote("ship", "", "", Some((5, 9)))), Ok(4));
        // Nothing is guessed.
        assert_eq!(start(&quote("ship", "", "", Some((16, 20)))), Err(Unplaced::Ambiguous));
        let both = Text::new("🚢🚢🚢🚢🚢 ship ship end.");
        let named = |at| both.find(&quote("ship", "", "", Some((at, at + 4)))).map(|it| it.start);
        assert_eq!(named(6), Ok(6));
        assert_eq!(named(11), Err(Unplaced::Ambiguous));
        assert_eq!(named(16), Ok(11));
        // A wrong text around the words counts for nothing.
        assert_eq!(start(&quote("is late", "Another ", "", None)), Ok(19));
    }
}
