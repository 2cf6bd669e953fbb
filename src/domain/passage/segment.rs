//! Blocks and sentences: how a text is cut into spans.

use async_graphql::Enum;
use sea_orm::{DeriveActiveEnum, EnumIter};
use unicode_segmentation::GraphemeCursor;

use super::offsets::{Extent, Place, is_grapheme_boundary, narrow};
use super::{grouped, is_blank};
use crate::domain::error::{Error, Reason, Result};

/// The most blocks and sentences, together, that a text may have: each is a row.
pub const MAX_PIECES: usize = 250_000;

/// What part of an article a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SpanKind {
    /// The headline: the first line.
    Title,
    /// A short line, without a full stop, that stands above others.
    Heading,
    /// A line of running text.
    Paragraph,
    /// A line that describes a picture and credits it.
    Caption,
    /// A sentence in one of the above.
    Sentence,
}

/// A block or a sentence of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: SpanKind,
    /// Its place in reading order, from 0: a block's among the blocks, a sentence's among all sentences of the text.
    pub ordinal: i32,
    /// Where it stands.
    pub extent: Extent,
}

/// The blocks and sentences of a text in reading order: a block, then its sentences, then the next block.
///
/// The text is taken as [`compose`](super::compose) gives it: its lines end in LF. A block is a line without its line feed, but with the spaces
/// at its ends; a line of white space alone is none, and belongs to the separator. A title and a heading are one sentence each. `language` is the
/// article's BCP 47 tag, whose first part decides how sentences are told apart (English if there is none).
///
/// # Errors
/// `TooLarge` on `body` if there are more than [`MAX_PIECES`].
pub fn segment(text: &str, language: Option<&str>) -> Result<Vec<Piece>> {
    let language = sentence_rules(text, language);
    let total = text.split('\n').filter(|line| !is_blank(line)).count();
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
        pieces.push(Piece { kind, ordinal: narrow(blocks), extent: Extent::between(place, place.after(block)) });
        blocks += 1;

        let room = MAX_PIECES.saturating_sub(pieces.len());
        let parts = match kind {
            SpanKind::Title | SpanKind::Heading => vec![block],
            _ => split_sentences(block, &language, room),
        };
        if parts.len() > room {
            let message =
                format!("this text has more than {} paragraphs and sentences, which is the most that is taken", grouped(MAX_PIECES));
            return Err(Error::invalid("body", Reason::TooLarge, message));
        }
        for part in parts {
            let end = place.after(part);
            pieces.push(Piece { kind: SpanKind::Sentence, ordinal: narrow(sentences), extent: Extent::between(place, end) });
            sentences += 1;
            place = end;
        }
        place = place.after(line.strip_prefix(block).unwrap_or_default());
    }
    Ok(pieces)
}

fn block_kind(line: &str, first: bool, last: bool) -> SpanKind {
    match line.trim() {
        _ if first => SpanKind::Title,
        line if is_caption(line) => SpanKind::Caption,
        line if !last && is_heading(line) => SpanKind::Heading,
        _ => SpanKind::Paragraph,
    }
}

/// Marks that end a sentence, or promise that it goes on.
const STOPS: &str = ".!?…:;,‽⁇⁈⁉‼。．｡！？：；，、؟۔؛،।॥։՞՜።፧፣၊။។៕";

/// What may stand between such a mark and the end of the line.
const CLOSERS: &str = "\"'”’“‘»«›‹)]}」』】》〉）］";

/// Marks at the end of a line, or of what is taken for a sentence, which promise that it goes on.
const GOING_ON: &str = ":;,…–—-：；，、؛،፣፤፥՝";

/// Whether a reader reads on, from what ends a line or a sentence into what follows it, as one sentence: if its last mark promises more, or if it
/// has no last mark and a lower-case letter follows.
#[must_use]
pub fn runs_on(text: &str, next: &str) -> bool {
    let end = text.trim_end_matches(|c: char| c.is_whitespace() || CLOSERS.contains(c));
    let promised = end.ends_with(|c| GOING_ON.contains(c)) || end.ends_with("...");
    let stopped = end.ends_with(|c| STOPS.contains(c));
    promised || !stopped && next.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_lowercase)
}

fn is_heading(line: &str) -> bool {
    let short = line.chars().nth(100).is_none() && line.split_whitespace().nth(12).is_none();
    let stopped = line.trim_end_matches(|c: char| c.is_whitespace() || CLOSERS.contains(c)).ends_with(|c| STOPS.contains(c));
    let listed = line.starts_with(|c| "-–—−•*·‣▪●○◦+>→".contains(c))
        || line.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['.', ')']) && line.starts_with(|c: char| c.is_ascii_digit());
    short && !stopped && !listed && line.contains(char::is_alphanumeric)
}

/// What a credit calls a picture, in the languages that most of our articles come in.
const PICTURES: &str = "photo photos photograph picture pictures image images illustration illustrations screenshot screenshots screengrab \
    infographic caption foto fotos bild grafik imagen imagem immagine фото світлина зображення ілюстрація скріншот снимок изображение \
    иллюстрация скриншот";

/// Whether a line begins with a picture's credit, or ends with one in brackets. Careful rather than keen: a paragraph that is taken for a
/// caption misleads more than a caption that is taken for a paragraph.
pub(super) fn is_caption(line: &str) -> bool {
    let bracketed =
        line.strip_suffix([')', '）']).and_then(|rest| rest.rsplit(['(', '（']).next().filter(|inner| inner.len() < rest.len()));
    bracketed.is_some_and(|inner| is_credit(inner, true)) || is_credit(line, false)
}

/// `photo: …`, `Photo by Jane …`; in brackets also `AP Photo/Jane`, `File photo: …`.
fn is_credit(text: &str, bracketed: bool) -> bool {
    let is_picture =
        |word: &str| word.chars().nth(20).is_none() && PICTURES.split_whitespace().any(|picture| picture == word.to_lowercase());
    let mut words = text.split_whitespace();
    if let (Some(first), Some("by" | "By"), Some(name)) = (words.next(), words.next(), words.next()) {
        // "Photo by photo, the album …" credits nobody.
        if is_picture(first) && !name.starts_with(char::is_lowercase) {
            return true;
        }
    }
    let ends: &[char] = if bracketed { &[':', '：', '/'] } else { &[':', '：'] };
    let Some((head, _)) = text.split_once(ends) else { return false };
    let mut words = head.split_whitespace().rev();
    let named = words.next().is_some_and(is_picture);
    // Before it, at most the agency's name, or "File": "(see the picture/page 3)" is no credit.
    let owners: Vec<&str> = words.take(4).collect();
    named && owners.len() <= if bracketed { 3 } else { 0 } && owners.iter().all(|word| word.starts_with(char::is_uppercase))
}

/// Languages that `sentencex` has quick rules of its own for.
const QUICK: &[&str] = &[
    "am", "ar", "bg", "bn", "de", "el", "en", "es", "fi", "fr", "gu", "hi", "hy", "ja", "kk", "kn", "ml", "mr", "my", "nl", "pa", "pl",
    "pt", "ru", "sk", "ta", "te", "uk", "zh",
];

/// How many marks a text in another language may have and still be split by that language's rules.
const SLOW_MARKS: usize = 1_000;

/// The language whose rules tell this text's sentences apart.
pub(super) fn sentence_rules(text: &str, language: Option<&str>) -> String {
    let language = language.unwrap_or_default().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    // sentencex 0.1 compiles a regular expression at every possible sentence end in Catalan, Danish, Italian, and those that fall back to
    // them: some 0.4 ms each, so minutes for a text made for it. Such a text is split as English.
    let is_mark = |c: &char| !c.is_alphanumeric() && !c.is_whitespace() && !",;:'’\"“”«»()-–—/%".contains(*c);
    let quick = QUICK.contains(&language.as_str());
    if language.is_empty() || !quick && text.chars().filter(is_mark).nth(SLOW_MARKS).is_some() { "en".into() } else { language }
}

/// How many bytes are split into sentences at once. The time that `sentencex` takes grows with the square of a line without spaces.
const WINDOW: usize = 4096;

/// The sentences of a line, which they tile; stops early when there are more than `most`.
pub(super) fn split_sentences<'a>(line: &'a str, language: &str, most: usize) -> Vec<&'a str> {
    let mut ends: Vec<usize> = Vec::new();
    let mut from = 0;
    while from < line.len() && ends.len() <= most {
        let window = window(&line[from..]);
        let mut found = sentence_ends(window, language);
        // The last sentence may go on beyond the window: it begins the next one.
        if from + window.len() < line.len() && found.iter().rev().nth(1).is_some_and(|&end| end >= WINDOW / 2) {
            found.pop();
        }
        let base = from;
        for end in found {
            let blank = is_blank(&line[from..base + end]);
            from = base + end;
            // White space alone is no sentence: it goes with the one before, or at the line's start with the one after.
            match ends.last_mut() {
                Some(last) if blank => *last = from,
                None if blank => {}
                _ => ends.push(from),
            }
        }
    }
    let mut start = 0;
    ends.into_iter().map(|end| &line[std::mem::replace(&mut start, end)..end]).collect()
}

/// As much of the start of a line as is split at once: up to white space, or else to the end of a grapheme cluster.
fn window(line: &str) -> &str {
    if line.len() <= WINDOW {
        return line;
    }
    let most = line.floor_char_boundary(WINDOW);
    let spaces = line[..most].char_indices().rev().filter(|(_, c)| c.is_whitespace()).map(|(at, c)| at + c.len_utf8());
    let space = spaces.take_while(|&at| at >= WINDOW / 2).find(|&at| is_grapheme_boundary(line, at));
    let mut cursor = GraphemeCursor::new(most, line.len(), true);
    let end = space
        .or_else(|| is_grapheme_boundary(line, most).then_some(most))
        .or_else(|| cursor.prev_boundary(line, 0).ok().flatten().filter(|&at| at > 0))
        .or_else(|| GraphemeCursor::new(0, line.len(), true).next_boundary(line, 0).ok().flatten());
    &line[..end.unwrap_or(line.len())]
}

/// Where the sentences of a window end; the last end is the window's own.
fn sentence_ends(window: &str, language: &str) -> Vec<usize> {
    // Longer than a window is only a single grapheme cluster.
    let sentences = if window.len() > WINDOW { vec![window] } else { sentencex::segment(language, window) };
    // That they tile the text is what spans rest on, so it is checked, not trusted.
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
