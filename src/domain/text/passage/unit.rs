//! Reading units: the sentences that a reader takes together.
//!
//! A reader takes a claim together with its sentence, and with everything that may belong to that
//! sentence. So a unit ends only where a sentence certainly ends, or at the end of its paragraph.
//! These also belong together:
//!
//! - a list and the line that introduces it, with all items of all levels;
//! - lines that run on because a text was wrapped or cut;
//! - a quotation of several sentences or paragraphs, and the words that name its speaker.

use std::ops::Range;

use super::boundary::{Boundary, Place, Plain, continues, ends_in_abbreviation, judge};
use super::lexicon::is_starter;
use super::line::{closes_single, hangs, is_brief, is_dialogue, is_heading, is_item, is_labelled};
use super::marks::{CLOSERS, GOING_ON, Marks, STOPS};
use super::segment::is_caption;
use super::word::first_word;

/// Returns for each of these consecutive sentences of a text whether a reader reads on from it into
/// the next one.
#[must_use]
pub fn read_on(text: &str, sentences: &[Range<usize>]) -> Vec<bool> {
    let plain = Plain::of(text);
    let mut reader = Reader { text, marks: Marks::new(), list: List::None, begun: 0 };
    let mut line = Line::around(text, 0..0, true);
    let mut goes_on = Vec::with_capacity(sentences.len());
    for (number, sentence) in sentences.iter().enumerate() {
        if sentence.start >= line.range.end {
            line = Line::around(text, sentence.clone(), number == 0);
        }
        reader
            .marks
            .read(&text[sentence.clone()], &text[sentence.end..line.range.end.max(sentence.end)]);
        let on = match sentences.get(number + 1) {
            None => false,
            Some(next) if next.start < line.range.end => {
                reader.within_line(sentence, &line, &plain)
            }
            Some(next) => {
                let below = Line::around(text, next.clone(), false);
                let on = reader.reads_on_into(&line, &below);
                reader.begun = next.start;
                reader.marks.begin();
                if !on {
                    reader.marks.forget();
                }
                on
            }
        };
        goes_on.push(on);
    }
    goes_on
}

/// The reading units of a text.
pub struct Units {
    sentences: Vec<Range<usize>>,
    goes_on: Vec<bool>,
}

impl Units {
    /// The units of a text with these sentences.
    #[must_use]
    pub fn new(text: &str, sentences: Vec<Range<usize>>) -> Self {
        Self { goes_on: read_on(text, &sentences), sentences }
    }

    /// The range of all units that overlap this range.
    #[must_use]
    pub fn around(&self, range: &Range<usize>) -> Range<usize> {
        let mut first = self.sentences.partition_point(|sentence| sentence.end <= range.start);
        let mut last = self.sentences.partition_point(|sentence| sentence.end < range.end);
        let Some(most) = self.sentences.len().checked_sub(1) else { return range.clone() };
        (first, last) = (first.min(most), last.min(most));
        while first > 0 && self.goes_on[first - 1] {
            first -= 1;
        }
        while self.goes_on[last] {
            last += 1;
        }
        self.sentences[first].start.min(range.start)..self.sentences[last].end.max(range.end)
    }
}

/// A line of a text.
struct Line {
    range: Range<usize>,
    /// Whether it is the first line of the text.
    is_title: bool,
}

impl Line {
    fn around(text: &str, part: Range<usize>, is_title: bool) -> Self {
        let start = text[..part.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[part.start..].find('\n').map_or(text.len(), |at| part.start + at);
        Self { range: start..end, is_title }
    }
}

/// The list that the current line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    None,
    /// Items without marks, below a line that announces them.
    Unmarked,
    /// Items with marks.
    Marked,
}

/// The state of reading a text.
struct Reader<'a> {
    text: &'a str,
    marks: Marks,
    list: List,
    /// The byte at which the current sentence began.
    begun: usize,
}

/// Lengths in characters: the longest unmarked item, the longest line of a wrapped text, and the
/// shortest line that was certainly not wrapped.
const ITEM: usize = 200;
const WRAPPED: usize = 120;
pub(super) const UNWRAPPED: usize = 100;

/// The most characters of an item, or of a remark on a list, below a blank line.
const APART: usize = 100;

/// How many bytes ahead the end of a quotation, or the speaker in a dialogue, is searched.
pub(super) const LATER: usize = 3_000;

/// Marks of quotations, except single ones.
const DOUBLE: [char; 8] = ['"', '“', '”', '„', '«', '»', '「', '」'];

/// Marks that open a quotation at the start of a paragraph.
const OPENS: [char; 9] = ['"', '“', '„', '«', '‘', '「', '『', '»', '”'];

impl Reader<'_> {
    /// Whether a reader reads on from a sentence into the next one of its line.
    fn within_line(&mut self, sentence: &Range<usize>, line: &Line, plain: &Plain) -> bool {
        let place = Place {
            before: &self.text[self.begun.min(sentence.end)..sentence.end],
            after: &self.text[sentence.end..line.range.end],
            in_brackets: self.marks.in_brackets(),
            in_quotes: self.marks.in_quotes(),
            tail: self.marks.tail(),
        };
        let whole = &self.text[line.range.clone()];
        // An item of several sentences belongs to its list as a whole, unless it is long.
        let is_listed = whole.chars().nth(ITEM).is_none()
            && match self.list {
                List::None => false,
                List::Unmarked => self.has_below(line, |below| below.chars().nth(ITEM).is_none()),
                List::Marked => true,
            };
        let boundary = match judge(&place, plain) {
            Boundary::Certain
                if is_listed || is_dialogue(whole, sentence.end - line.range.start) =>
            {
                Boundary::Doubtful
            }
            boundary => boundary,
        };
        if boundary != Boundary::Inside {
            self.begun = sentence.end;
            self.marks.begin();
        }
        if boundary == Boundary::Certain && self.list == List::Unmarked {
            // A long line of several sentences is not an item.
            self.list = List::None;
        }
        boundary != Boundary::Certain
    }

    /// Whether a reader reads on from a line into the next one that is not blank.
    fn reads_on_into(&mut self, above: &Line, below: &Line) -> bool {
        let between = &self.text[above.range.end..below.range.start];
        let is_apart = between.matches('\n').count() > 1;
        let (line, next) = (&self.text[above.range.clone()], &self.text[below.range.clone()]);
        let list = std::mem::replace(&mut self.list, List::None);
        if is_item(next)
            || list == List::Marked && next.starts_with(char::is_whitespace) && !is_apart
            || list == List::Marked && self.has_below(below, is_item)
        {
            self.list = List::Marked;
            return true;
        }
        let end = line.trim_end_matches(|c: char| c.is_whitespace() || CLOSERS.contains(c));
        if end.ends_with(|c| GOING_ON.contains(c)) || end.ends_with("...") {
            if end.ends_with([':', '：', '՝']) {
                self.list = List::Unmarked;
            }
            return true;
        }
        let most = if is_apart { APART } else { ITEM };
        if list == List::Unmarked && (next.chars().nth(most).is_none() || is_caption(next)) {
            self.list = List::Unmarked;
            return true;
        }
        // "All of this is false.", "Verdict: false", and "Verdict" with "False." below it.
        if list == List::Marked && next.chars().nth(APART).is_none()
            || is_labelled(line) && is_labelled(next)
            || is_brief(next) && (is_brief(line) || self.has_below(below, is_brief))
        {
            return true;
        }
        if continues(next) || self.quotes(next, &self.text[below.range.end..]) {
            return true;
        }
        if is_apart || is_caption(line) || is_caption(next) {
            return !above.is_title && !is_caption(line) && hangs(end);
        }
        if end.ends_with(|c| STOPS.contains(c)) {
            let is_wrapped = line.chars().nth(WRAPPED).is_none() && !is_starter(first_word(next));
            is_wrapped && ends_in_abbreviation(line)
                || next.trim_start().starts_with(['(', '（', '['])
        } else {
            hangs(end) || !is_heading(line, next)
        }
    }

    /// Whether the next line below that is not blank is of this kind.
    fn has_below(&self, line: &Line, is_kind: impl Fn(&str) -> bool) -> bool {
        let after = &self.text[line.range.end..];
        after.lines().find(|line| !line.trim().is_empty()).is_some_and(is_kind)
    }

    /// Whether an open quotation or bracket continues in the next line, or closes further below.
    fn quotes(&mut self, next: &str, later: &str) -> bool {
        if self.quotes_in(next) {
            return true;
        }
        let later = &later[..later.floor_char_boundary(LATER)];
        let is_single = self.marks.is_single();
        let has_mark = |line: &str| line.contains(DOUBLE) || is_single && closes_single(line);
        !has_mark(next)
            && self.marks.in_quotes()
            && later
                .lines()
                .find(|line| has_mark(line))
                .is_some_and(|line| !line.trim_start().starts_with(OPENS) && self.quotes_in(line))
    }

    /// Whether an open quotation or bracket continues in this line.
    fn quotes_in(&mut self, next: &str) -> bool {
        let next = next.trim_start();
        if self.marks.in_quotes() {
            if next.starts_with(OPENS) {
                // Each paragraph of a long quotation begins with a mark, but only the last one ends
                // with one.
                self.marks.forget();
                return true;
            }
            let first = next.chars().find(|c| "\"“”„«»「」『』".contains(*c));
            let closes = match first {
                Some('"') => next.matches('"').count() % 2 == 1,
                Some('“') => self.marks.is_open('„'),
                Some('”' | '»' | '」' | '』') => true,
                Some('«') => self.marks.is_open('»'),
                _ => self.marks.is_single() && closes_single(next),
            };
            if closes {
                return true;
            }
        }
        self.marks.in_brackets()
            && next.chars().find(|c| "()（）[]".contains(*c)).is_some_and(|c| ")）]".contains(c))
    }
}
