//! Blocks and sentences: splits a text into spans.

use async_graphql::Enum;
use sea_orm::{DeriveActiveEnum, EnumIter};
use unicode_segmentation::GraphemeCursor;

use super::boundary::{Boundary, Place as Spot, Plain, judge};
use super::marks::{CLOSERS, Marks, STOPS};
use super::offsets::{Extent, Place, is_grapheme_boundary, narrow};
use super::{grouped, is_blank};
use crate::domain::error::{Error, Reason, Result};

/// The most blocks and sentences of a text, counted together. Each one is a row in the database.
pub const MAX_PIECES: usize = 250_000;

/// The kind of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SpanKind {
    /// The headline: the first line.
    Title,
    /// A short line without a full stop at its end, above other lines.
    Heading,
    /// A line of running text.
    Paragraph,
    /// A line that describes a picture and credits it.
    Caption,
    /// A sentence of a title, heading, paragraph or caption.
    Sentence,
}

/// A block or a sentence of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The kind of this piece.
    pub kind: SpanKind,
    /// Its place in reading order, from 0. Blocks and sentences are counted separately.
    pub ordinal: i32,
    /// Its range.
    pub extent: Extent,
}

/// Splits a text into blocks and sentences. They are in reading order: a block, then its sentences,
/// then the next block.
///
/// The text must come from [`compose`](super::compose), so that its lines end in LF. A block is a
/// line without its line feed, but with the spaces at its ends. A line of white space is not a
/// block. It belongs to the separator. A title and a heading are one sentence each. `language` is
/// the article's BCP 47 tag. Its first part chooses the rules of `sentencex`. Default: English.
///
/// # Errors
/// `TooLarge` on `body` if there are more than [`MAX_PIECES`].
pub fn segment(text: &str, language: Option<&str>) -> Result<Vec<Piece>> {
    let language = sentence_rules(text, language);
    let plain = Plain::of(text);
    let total = text.split('\n').filter(|line| !is_blank(line)).count();
    // Each of these lines is a block with at least one sentence.
    if total * 2 > MAX_PIECES {
        return Err(too_many());
    }
    let mut pieces = Vec::new();
    let (mut blocks, mut sentences) = (0, 0);
    let mut place = Place::default();

    for line in text.split_inclusive('\n') {
        let block = line.strip_suffix('\n').unwrap_or(line);
        if is_blank(block) {
            place = place.after(line);
            continue;
        }
        let kind = block_kind(block, blocks == 0, blocks + 1 == total);
        pieces.push(Piece {
            kind,
            ordinal: narrow(blocks),
            extent: Extent::between(place, place.after(block)),
        });
        blocks += 1;

        let room = MAX_PIECES.saturating_sub(pieces.len());
        let parts = match kind {
            SpanKind::Title | SpanKind::Heading => vec![block],
            _ => split_sentences(block, &language, &plain, room),
        };
        if parts.len() > room {
            return Err(too_many());
        }
        for part in parts {
            let end = place.after(part);
            pieces.push(Piece {
                kind: SpanKind::Sentence,
                ordinal: narrow(sentences),
                extent: Extent::between(place, end),
            });
            sentences += 1;
            place = end;
        }
        place = place.after(line.strip_prefix(block).unwrap_or_default());
    }
    Ok(pieces)
}

fn too_many() -> Error {
    let message = format!(
        "The text has too many paragraphs and sentences. The limit is {}, counted together.",
        grouped(MAX_PIECES)
    );
    Error::invalid("body", Reason::TooLarge, message)
}

fn block_kind(line: &str, first: bool, last: bool) -> SpanKind {
    match line.trim() {
        _ if first => SpanKind::Title,
        line if is_caption(line) => SpanKind::Caption,
        line if !last && is_heading(line) => SpanKind::Heading,
        _ => SpanKind::Paragraph,
    }
}

fn is_heading(line: &str) -> bool {
    let short = line.chars().nth(100).is_none() && line.split_whitespace().nth(12).is_none();
    let stopped = line
        .trim_end_matches(|c: char| c.is_whitespace() || CLOSERS.contains(c))
        .ends_with(|c| STOPS.contains(c));
    let listed = line.starts_with(|c| "-–—−•*·‣▪●○◦+>→".contains(c))
        || line.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['.', ')'])
            && line.starts_with(|c: char| c.is_ascii_digit());
    short && !stopped && !listed && line.contains(char::is_alphanumeric)
}

/// Words for a picture in a credit, in the languages of most articles.
const PICTURES: &str = "photo photos photograph picture pictures image images illustration illustrations screenshot screenshots screengrab \
    infographic caption foto fotos bild grafik imagen imagem immagine фото світлина зображення ілюстрація скріншот снимок изображение \
    иллюстрация скриншот";

/// Whether a line begins with a picture's credit, or ends with one in brackets. In case of doubt it
/// is not a caption: a paragraph shown as a caption misleads more than a caption shown as a
/// paragraph.
pub fn is_caption(line: &str) -> bool {
    let bracketed = line
        .strip_suffix([')', '）'])
        .and_then(|rest| rest.rsplit(['(', '（']).next().filter(|inner| inner.len() < rest.len()));
    bracketed.is_some_and(|inner| is_credit(inner, true)) || is_credit(line, false)
}

/// Whether a text is a credit: `photo: …` or `Photo by Jane …`. In brackets, also `AP Photo/Jane`
/// or `File photo: …`.
fn is_credit(text: &str, bracketed: bool) -> bool {
    let is_picture = |word: &str| {
        word.chars().nth(20).is_none()
            && PICTURES.split_whitespace().any(|picture| picture == word.to_lowercase())
    };
    let mut words = text.split_whitespace();
    if let (Some(first), Some("by" | "By"), Some(name)) = (words.next(), words.next(), words.next())
    {
        // "Photo by photo, the album …" is not a credit.
        if is_picture(first) && !name.starts_with(char::is_lowercase) {
            return true;
        }
    }
    let ends: &[char] = if bracketed { &[':', '：', '/'] } else { &[':', '：'] };
    let Some((head, _)) = text.split_once(ends) else { return false };
    let mut words = head.split_whitespace().rev();
    let named = words.next().is_some_and(is_picture);
    // Only the name of an agency, or "File", may come before it. So "(see the picture/page 3)" is
    // not a credit.
    let owners: Vec<&str> = words.take(4).collect();
    named
        && owners.len() <= if bracketed { 3 } else { 0 }
        && owners.iter().all(|word| word.starts_with(char::is_uppercase))
}

/// Languages for which `sentencex` has fast rules.
const QUICK: &[&str] = &[
    "am", "ar", "bg", "bn", "de", "el", "en", "es", "fi", "fr", "gu", "hi", "hy", "ja", "kk", "kn",
    "ml", "mr", "my", "nl", "pa", "pl", "pt", "ru", "sk", "ta", "te", "uk", "zh",
];

/// The most marks of a text in another language that is split by the rules of that language.
const SLOW_MARKS: usize = 1_000;

/// The language whose rules split this text.
pub(super) fn sentence_rules(text: &str, language: Option<&str>) -> String {
    let language = language
        .unwrap_or_default()
        .split(['-', '_'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    // `sentencex` 0.1 compiles a regular expression at each possible sentence end in Catalan,
    // Danish, Italian, and languages that fall back to them. Each takes about 0.4 ms, so a hostile
    // text could take minutes. A text with more marks than the limit is split as English.
    let is_mark =
        |c: &char| !c.is_alphanumeric() && !c.is_whitespace() && !",;:'’\"“”«»()-–—/%".contains(*c);
    let quick = QUICK.contains(&language.as_str());
    if language.is_empty() || !quick && text.chars().filter(is_mark).nth(SLOW_MARKS).is_some() {
        "en".into()
    } else {
        language
    }
}

/// How many bytes `sentencex` gets at once. In a line without spaces, its time grows with the
/// square of the length.
const WINDOW: usize = 4096;

/// Splits a line into sentences, which cover it without gaps. Stops early if there are more than
/// `most`.
///
/// Ends are proposed by `sentencex`, and after every mark, because the article's language may be
/// wrong. A place that is within a sentence is rejected. A place that `sentencex` does not propose
/// must be a certain end.
pub(super) fn split_sentences<'a>(
    line: &'a str,
    language: &str,
    plain: &Plain,
    most: usize,
) -> Vec<&'a str> {
    let mut marks = Marks::new();
    let (mut start, mut read) = (0, 0);
    let mut sentences = Vec::new();
    for (end, agreed) in proposals(line, language) {
        marks.read(&line[read..end], &line[end..]);
        read = end;
        let place = Spot {
            before: &line[start..end],
            after: &line[end..],
            in_brackets: marks.in_brackets(),
            in_quotes: marks.in_quotes(),
            tail: marks.tail(),
        };
        let least = if agreed { Boundary::Doubtful } else { Boundary::Certain };
        if end < line.len() && judge(&place, plain) < least || is_blank(place.before) {
            continue;
        }
        // White space alone is not a sentence. It belongs to the sentence before it.
        let end = if is_blank(&line[end..]) { line.len() } else { end };
        sentences.push(&line[start..end]);
        marks.begin();
        start = end;
        if end == line.len() || sentences.len() > most {
            break;
        }
    }
    sentences
}

/// The places in a line where a sentence may end, in order, and whether `sentencex` proposes each
/// of them. The last place is the end of the line.
fn proposals(line: &str, language: &str) -> Vec<(usize, bool)> {
    let mut ends: Vec<(usize, bool)> = Vec::new();
    let mut from = 0;
    while from < line.len() {
        let window = window(&line[from..]);
        let found = sentence_ends(window, language);
        ends.extend(found.into_iter().map(|end| (from + end, true)));
        from += window.len();
    }
    ends.extend(
        after_stops(line).filter(|&end| is_grapheme_boundary(line, end)).map(|end| (end, false)),
    );
    ends.sort_by_key(|&(end, agreed)| (end, !agreed));
    ends.dedup_by_key(|(end, _)| *end);
    ends
}

/// The place after each mark that may end a sentence, after its closing marks and the white space
/// that follows.
fn after_stops(line: &str) -> impl Iterator<Item = usize> {
    let stops = line
        .char_indices()
        .filter(|(_, c)| !c.is_alphanumeric() && *c != ' ' && STOPS.contains(*c));
    stops.filter_map(|(at, c)| {
        let rest = &line[at + c.len_utf8()..];
        let closed = rest.trim_start_matches(|c| CLOSERS.contains(c));
        // Of several marks in a row, only the last one counts.
        let goes_on = closed.starts_with(|c| STOPS.contains(c));
        (!goes_on).then(|| line.len() - closed.trim_start().len())
    })
}

/// The part at the start of a line that is split at once. It ends at white space if possible,
/// otherwise at the end of a grapheme cluster.
fn window(line: &str) -> &str {
    if line.len() <= WINDOW {
        return line;
    }
    let most = line.floor_char_boundary(WINDOW);
    let spaces = line[..most]
        .char_indices()
        .rev()
        .filter(|(_, c)| c.is_whitespace())
        .map(|(at, c)| at + c.len_utf8());
    let space =
        spaces.take_while(|&at| at >= WINDOW / 2).find(|&at| is_grapheme_boundary(line, at));
    let mut cursor = GraphemeCursor::new(most, line.len(), true);
    let end = space
        .or_else(|| is_grapheme_boundary(line, most).then_some(most))
        .or_else(|| cursor.prev_boundary(line, 0).ok().flatten().filter(|&at| at > 0))
        .or_else(|| GraphemeCursor::new(0, line.len(), true).next_boundary(line, 0).ok().flatten());
    &line[..end.unwrap_or(line.len())]
}

/// The ends of the sentences in a window. The last one is the end of the window.
fn sentence_ends(window: &str, language: &str) -> Vec<usize> {
    // Only a single grapheme cluster can be longer than a window.
    let sentences =
        if window.len() > WINDOW { vec![window] } else { sentencex::segment(language, window) };
    // The spans rely on sentences that cover the text without gaps, so this is checked.
    let mut rest = window;
    for sentence in &sentences {
        let Some(after) = rest.strip_prefix(sentence) else { return vec![window.len()] };
        rest = after;
    }
    if !rest.is_empty() {
        return vec![window.len()];
    }
    let mut end = 0;
    let ends = sentences.into_iter().map(|sentence| {
        end += sentence.len();
        end
    });
    ends.filter(|&end| is_grapheme_boundary(window, end)).collect()
}
