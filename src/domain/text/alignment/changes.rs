//! The difference between two texts, for a person who compares them.
//!
//! Invariants: the ranges follow one another without a gap in both texts, and equal ranges have
//! exactly the same text. Unlike an [`Alignment`](super::Alignment), the difference may be guessed.
//! It shows one way to make the second text from the first, and nothing else depends on it.

use std::ops::Range;

use async_graphql::Enum;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use crate::domain::text::alignment::Side;

/// The kind of difference that a range shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "DifferenceKind")]
pub enum ChangeKind {
    /// Both texts have the range.
    Equal,
    /// Only the second text has the range.
    Insert,
    /// Only the first text has the range.
    Delete,
}

/// A stretch of one or both texts, in bytes. In a text that does not have it, its range is empty
/// and marks where the stretch would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The kind of difference.
    pub kind: ChangeKind,
    /// Its range in the first text.
    pub from: Range<usize>,
    /// Its range in the second text.
    pub to: Range<usize>,
}

/// The most regions that are shown. The rest of both texts counts as one changed region.
const MOST: usize = 10_000;

/// Returns how to make the second text from the first. This is slow for long texts.
#[must_use]
pub fn changes(from: &Side, to: &Side) -> Vec<Change> {
    let sentences = regions(&from.text, &pieces(from), &to.text, &pieces(to));
    let parts = sentences.into_iter().flat_map(|region| {
        if region.equal || region.from.is_empty() || region.to.is_empty() {
            return vec![region];
        }
        regions(
            &from.text,
            &words(&from.text, &region.from),
            &to.text,
            &words(&to.text, &region.to),
        )
    });
    let mut drawn = Vec::new();
    for (region, number) in parts.zip(0..) {
        if number == MOST {
            let rest = Region {
                from: region.from.start..from.text.len(),
                to: region.to.start..to.text.len(),
                equal: false,
            };
            draw(&mut drawn, rest);
            break;
        }
        draw(&mut drawn, region);
    }
    drawn
}

/// Ranges of both texts that are equal, or of which the second replaced the first.
struct Region {
    from: Range<usize>,
    to: Range<usize>,
    equal: bool,
}

fn draw(drawn: &mut Vec<Change>, Region { from, to, equal }: Region) {
    if equal {
        drawn.push(Change { kind: ChangeKind::Equal, from, to });
        return;
    }
    if !from.is_empty() {
        drawn.push(Change { kind: ChangeKind::Delete, from: from.clone(), to: to.start..to.start });
    }
    if !to.is_empty() {
        drawn.push(Change { kind: ChangeKind::Insert, from: from.end..from.end, to });
    }
}

/// Compares two lists of pieces. The pieces of each list follow one another without a gap.
fn regions(from: &str, old: &[Range<usize>], to: &str, new: &[Range<usize>]) -> Vec<Region> {
    let cut = |text: &'_ str, pieces: &[Range<usize>]| {
        pieces.iter().map(|piece| text[piece.clone()].to_owned()).collect::<Vec<_>>()
    };
    let (old_texts, new_texts) = (cut(from, old), cut(to, new));
    let start = |pieces: &[Range<usize>], at: usize| {
        pieces
            .get(at)
            .map(|piece| piece.start)
            .or_else(|| pieces.last().map(|piece| piece.end))
            .unwrap_or_default()
    };
    let mut regions: Vec<Region> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old_texts, &new_texts) {
        let (old_range, new_range) = (op.old_range(), op.new_range());
        let from = start(old, old_range.start)..start(old, old_range.end);
        let to = start(new, new_range.start)..start(new, new_range.end);
        let equal = matches!(op, DiffOp::Equal { .. });
        match regions.last_mut() {
            Some(last) if last.equal == equal => (last.from.end, last.to.end) = (from.end, to.end),
            _ => regions.push(Region { from, to, equal }),
        }
    }
    regions
}

/// The sentences of a text, and the white space between them.
fn pieces(side: &Side) -> Vec<Range<usize>> {
    let mut pieces = Vec::with_capacity(side.sentences.len());
    let mut upto = 0;
    let end = side.text.len();
    for sentence in side.sentences.iter().cloned().chain(std::iter::once(end..end)) {
        pieces.extend(
            [upto..sentence.start, sentence.clone()].into_iter().filter(|piece| !piece.is_empty()),
        );
        upto = sentence.end;
    }
    pieces
}

/// The words of a stretch of text, and the text between them.
fn words(text: &str, range: &Range<usize>) -> Vec<Range<usize>> {
    let parts = text[range.clone()].split_word_bound_indices();
    parts.map(|(at, part)| range.start + at..range.start + at + part.len()).collect()
}
