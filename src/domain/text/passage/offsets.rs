//! Places in a text, counted in code points, UTF-16 code units and UTF-8 bytes.

use std::ops::Range;
use std::sync::OnceLock;

use async_graphql::Enum;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// The unit in which offsets are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum)]
pub enum OffsetUnit {
    /// Unicode code points, as W3C Web Annotation and Python count.
    #[default]
    CodePoint,
    /// UTF-16 code units, as JavaScript and Java count.
    #[graphql(name = "UTF16")]
    Utf16,
    /// Bytes of UTF-8, as Rust and Go count.
    #[graphql(name = "UTF8")]
    Utf8,
}

impl OffsetUnit {
    /// All units.
    pub const ALL: [Self; 3] = [Self::CodePoint, Self::Utf16, Self::Utf8];

    /// The name of the unit in messages.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::CodePoint => "code points",
            Self::Utf16 => "UTF-16 code units",
            Self::Utf8 => "UTF-8 bytes",
        }
    }

    /// The name of the unit in the API.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::CodePoint => "CODE_POINT",
            Self::Utf16 => "UTF16",
            Self::Utf8 => "UTF8",
        }
    }
}

/// A half-open range of a text, in all three units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Extent {
    /// The number of code points before the range.
    pub start: i32,
    /// The number of code points before the end of the range.
    pub end: i32,
    /// The number of UTF-16 code units before the range.
    pub utf16_start: i32,
    /// The number of UTF-16 code units before the end of the range.
    pub utf16_end: i32,
    /// The number of UTF-8 bytes before the range.
    pub utf8_start: i32,
    /// The number of UTF-8 bytes before the end of the range.
    pub utf8_end: i32,
}

/// The [`Extent`] in the columns of a stored row.
macro_rules! stored_extent {
    ($row:expr) => {
        $crate::domain::text::passage::Extent {
            start: $row.start_at,
            end: $row.end_at,
            utf16_start: $row.utf16_start,
            utf16_end: $row.utf16_end,
            utf8_start: $row.utf8_start,
            utf8_end: $row.utf8_end,
        }
    };
}
pub(crate) use stored_extent;

impl Extent {
    /// The range in bytes, as Rust slices texts.
    #[must_use]
    pub fn utf8(&self) -> Range<usize> {
        let byte = |offset: i32| usize::try_from(offset).unwrap_or_default();
        byte(self.utf8_start)..byte(self.utf8_end)
    }

    /// Its start and end in this unit.
    #[must_use]
    pub const fn in_unit(&self, unit: OffsetUnit) -> (i32, i32) {
        match unit {
            OffsetUnit::CodePoint => (self.start, self.end),
            OffsetUnit::Utf16 => (self.utf16_start, self.utf16_end),
            OffsetUnit::Utf8 => (self.utf8_start, self.utf8_end),
        }
    }

    pub(super) fn between(from: Place, to: Place) -> Self {
        Self {
            start: narrow(from.code_points),
            end: narrow(to.code_points),
            utf16_start: narrow(from.utf16),
            utf16_end: narrow(to.utf16),
            utf8_start: narrow(from.utf8),
            utf8_end: narrow(to.utf8),
        }
    }
}

/// Finds places in a text by their offset in any unit. Creating an index reads the text once. Each
/// lookup is then cheap.
pub struct Index<'a> {
    text: &'a str,
    /// Entry `i` is the first code point boundary at or after byte `i * STRIDE`.
    marks: Vec<Place>,
    end: Place,
    /// The code point boundaries within grapheme clusters, in order. Computed when first needed.
    inner: OnceLock<Vec<usize>>,
}

impl<'a> Index<'a> {
    /// An index over this text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let mut place = Place::default();
        let marks = (0..=text.len()).step_by(STRIDE).map(|byte| {
            place = place.after(&text[place.utf8..text.ceil_char_boundary(byte)]);
            place
        });
        let marks = marks.collect();
        let end = place.after(&text[place.utf8..]);
        Self { text, marks, end, inner: OnceLock::new() }
    }

    /// The text.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// The length of the text in this unit.
    #[must_use]
    pub fn len(&self, unit: OffsetUnit) -> i32 {
        narrow(self.end.in_unit(unit))
    }

    /// The byte offset for an offset in this unit. `None` if it is out of bounds, or within a code
    /// point.
    #[must_use]
    pub fn byte(&self, offset: i32, unit: OffsetUnit) -> Option<usize> {
        let offset = usize::try_from(offset).ok()?;
        if offset > self.end.in_unit(unit) {
            return None;
        }
        let after = self.marks.partition_point(|mark| mark.in_unit(unit) <= offset);
        let mut place = *self.marks.get(after.checked_sub(1)?)?;
        for c in self.text[place.utf8..].chars() {
            if place.in_unit(unit) >= offset {
                break;
            }
            place = place.past(c);
        }
        (place.in_unit(unit) == offset).then_some(place.utf8)
    }

    /// A range of bytes, in all units. An end within a code point counts as the start of that code
    /// point. An end beyond the text counts as the end of the text.
    #[must_use]
    pub fn extent(&self, bytes: Range<usize>) -> Extent {
        Extent::between(self.place(bytes.start), self.place(bytes.end))
    }

    /// Whether this byte offset is within a character as a reader sees it (an extended grapheme
    /// cluster of UAX #29).
    #[must_use]
    pub fn splits_grapheme(&self, byte: usize) -> bool {
        if !self.text.is_char_boundary(byte) {
            return true;
        }
        // Of two ASCII characters, only CR LF is one cluster. Most places are between ASCII
        // characters, so most need no list of clusters.
        let around = byte.checked_sub(1).and_then(|before| self.text.as_bytes().get(before..=byte));
        match around {
            None => false,
            Some(&[before, after]) if before.is_ascii() && after.is_ascii() => {
                (before, after) == (b'\r', b'\n')
            }
            Some(_) => self.inner().binary_search(&byte).is_ok(),
        }
    }

    /// The range, extended to whole characters at both ends.
    #[must_use]
    pub fn whole(&self, bytes: Range<usize>) -> Range<usize> {
        let start =
            (0..=bytes.start).rev().find(|&byte| !self.splits_grapheme(byte)).unwrap_or_default();
        let end = (bytes.end..=self.text.len())
            .find(|&byte| !self.splits_grapheme(byte))
            .unwrap_or(self.text.len());
        start..end
    }

    fn inner(&self) -> &[usize] {
        // Computed for the whole text at once. One by one, a long run of flags would be read from
        // its start each time.
        self.inner.get_or_init(|| {
            let clusters =
                self.text.grapheme_indices(true).filter(|(_, cluster)| cluster.len() > 1);
            clusters
                .flat_map(|(at, cluster)| cluster.char_indices().skip(1).map(move |(i, _)| at + i))
                .collect()
        })
    }

    fn place(&self, byte: usize) -> Place {
        let byte = self.text.floor_char_boundary(byte);
        let mark = self.marks.get(byte / STRIDE).copied().unwrap_or_default();
        mark.after(&self.text[mark.utf8..byte])
    }
}

/// The number of bytes between two places that an index stores.
const STRIDE: usize = 256;

/// A place in a text: the length of the text before it, in each unit.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    code_points: usize,
    utf16: usize,
    utf8: usize,
}

impl Place {
    const fn past(self, c: char) -> Self {
        Self {
            code_points: self.code_points + 1,
            utf16: self.utf16 + c.len_utf16(),
            utf8: self.utf8 + c.len_utf8(),
        }
    }

    pub(super) fn after(self, text: &str) -> Self {
        if text.is_ascii() {
            let n = text.len();
            return Self {
                code_points: self.code_points + n,
                utf16: self.utf16 + n,
                utf8: self.utf8 + n,
            };
        }
        text.chars().fold(self, Self::past)
    }

    const fn in_unit(self, unit: OffsetUnit) -> usize {
        match unit {
            OffsetUnit::CodePoint => self.code_points,
            OffsetUnit::Utf16 => self.utf16,
            OffsetUnit::Utf8 => self.utf8,
        }
    }
}

/// An offset in the type that the API and the databases use. Texts of at most
/// [`MAX_BYTES`](super::MAX_BYTES) never reach its limit.
pub(super) fn narrow(offset: usize) -> i32 {
    i32::try_from(offset).unwrap_or(i32::MAX)
}

/// Whether a grapheme cluster ends at this byte, if one begins at the start of `text`.
pub(super) fn is_grapheme_boundary(text: &str, byte: usize) -> bool {
    GraphemeCursor::new(byte, text.len(), true).is_boundary(text, 0) == Ok(true)
}
