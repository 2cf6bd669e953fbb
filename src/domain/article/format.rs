//! The formats that an article can be sent in, and what is kept of an input in one of them.
//!
//! Invariants: only plain text is kept. Values that are sent apart from the body win over those in
//! it. A value in the body that does not fit is left out, which is said; it does not keep the
//! article out.

use async_graphql::Enum;
use chrono::DateTime;

use super::{
    ImportArticleInput, parse_author, parse_language, parse_published, parse_publisher, parse_url,
};
use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::text::passage;
use crate::domain::time::Moment;
use crate::import::article::{BlockKind, Fault, ReadArticle, Refusal};
use crate::import::wanted::Waiting;
use crate::import::{self, Format};

/// The format of an article's body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum ArticleFormat {
    /// Plain text: one paragraph per line.
    #[default]
    Text,
    /// A page of the web, in HTML. Its main text is kept, without navigation, advertisements and
    /// comments.
    Html,
    /// Markdown, as CommonMark defines it, with tables and front matter.
    Markdown,
    /// News in JSON by the IPTC: ninjs 1, 2 or 3.
    Ninjs,
    /// NewsML-G2 by the IPTC, with one news item that has a text.
    #[graphql(name = "NEWSML_G2")]
    NewsmlG2,
    /// NITF 3 by the IPTC.
    Nitf,
}

impl ArticleFormat {
    /// The format's reader. None for plain text, which needs none.
    const fn reader(self) -> Option<Format> {
        match self {
            Self::Text => None,
            Self::Html => Some(Format::Html),
            Self::Markdown => Some(Format::Markdown),
            Self::Ninjs => Some(Format::Ninjs),
            Self::NewsmlG2 => Some(Format::NewsmlG2),
            Self::Nitf => Some(Format::Nitf),
        }
    }
}

/// Replaces a body in a format with its text, and fills in what the input does not say. Returns the
/// input with what was left out, in words. The largest bodies take some seconds, so this runs off
/// the request threads.
pub async fn plain(
    actor: &Actor,
    mut input: ImportArticleInput,
) -> Result<(ImportArticleInput, Vec<String>)> {
    if input.format == ArticleFormat::Text {
        return Ok((input, Vec::new()));
    }
    let body = std::mem::take(&mut input.body);
    let read = read(actor, input.format, body).await?.unwrap_or_default();
    let mut dropped = read.dropped.clone();
    input.format = ArticleFormat::Text;
    input.body = body_of(&read);
    let mut fitting = |value: Option<String>, noun: &str, fits: fn(&str) -> Result<String>| {
        let value = value?;
        let fitting = fits(&value).ok();
        if fitting.is_none() {
            let shown: String = value.chars().take(60).collect();
            dropped.push(format!("the {noun} `{shown}`, which is not valid here"));
        }
        fitting
    };
    input.url = input.url.or_else(|| fitting(read.url, "address", parse_url));
    input.publisher =
        input.publisher.or_else(|| fitting(read.publisher, "publisher", parse_publisher));
    input.author = input.author.or_else(|| fitting(read.author, "author", parse_author));
    input.language = input.language.or_else(|| fitting(read.language, "language", parse_language));
    if let (None, Some(text)) = (input.published_at, read.published) {
        input.published_at = time(&text).and_then(|at| parse_published(actor, at).ok());
        if input.published_at.is_none() {
            let shown: String = text.chars().take(60).collect();
            dropped.push(format!("the time of publication `{shown}`, which is not a past time"));
        }
    }
    input.title = input.title.or(Some(read.title).filter(|title| !title.is_empty()));
    Ok((input, dropped))
}

/// Reads a body in a format when it is the actor's turn. None for plain text.
pub async fn read(
    actor: &Actor,
    format: ArticleFormat,
    body: String,
) -> Result<Option<ReadArticle>> {
    let Some(reader) = format.reader() else { return Ok(None) };
    let read = compute(actor, move || import::read(reader, &body)).await?;
    Ok(Some(read?))
}

/// Runs a reader when it is the actor's turn. It stops if the request ends before it does.
pub async fn compute<T: Send + 'static>(
    actor: &Actor,
    read: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let waiting = Waiting::default();
    let wanted = waiting.wanted();
    actor.compute(move || wanted.read(read)).await
}

/// The text below the headline: each block is a line. A caption that does not say so gets the word
/// before it by which it is known as one.
pub fn body_of(article: &ReadArticle) -> String {
    let mut lines = Vec::new();
    for block in &article.blocks {
        lines.push(match block.kind {
            BlockKind::Caption if !passage::is_caption(&block.text) => {
                format!("Photo: {}", block.text)
            }
            _ => block.text.clone(),
        });
    }
    lines.join("\n")
}

/// A time in one of the forms that pages and wire services use. A day is its start in UTC.
fn time(text: &str) -> Option<Moment> {
    const FORMS: [&str; 6] = [
        "%Y-%m-%dT%H:%M:%S%.f%z",
        "%Y-%m-%dT%H:%M%z",
        "%Y-%m-%d %H:%M:%S%z",
        "%Y%m%dT%H%M%S%z",
        "%Y%m%dT%H%M%z",
        "%Y%m%d %H%M%z",
    ];
    let text = text.trim();
    let at = |text: &str| FORMS.iter().find_map(|form| DateTime::parse_from_str(text, form).ok());
    let zoned = match text.strip_suffix(['Z', 'z']) {
        Some(rest) => format!("{rest}+0000"),
        None => text.to_owned(),
    };
    let found = at(&zoned)
        .or_else(|| at(&format!("{text}+0000")))
        .or_else(|| at(&format!("{text}T00:00+0000")))
        .or_else(|| at(&format!("{text} 0000+0000")))?;
    Moment::read(&found.to_rfc3339()).ok()
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        refused("body", refusal)
    }
}

/// The error for a refused input in this field.
pub fn refused(field: &str, refusal: Refusal) -> Error {
    let reason = match refusal.fault {
        Fault::Malformed => Reason::InvalidFormat,
        Fault::TooLarge => Reason::TooLarge,
        Fault::NoText => Reason::Empty,
    };
    Error::invalid(field, reason, refusal.message)
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_of_pages_and_wire_services_are_read() {
        for (text, utc) in [
            ("2025-03-14T07:30:00Z", "2025-03-14T07:30:00"),
            ("2025-03-14T07:30:00.123+01:00", "2025-03-14T06:30:00"),
            ("2025-03-14T07:30+0100", "2025-03-14T06:30:00"),
            ("2025-03-14T07:30:00", "2025-03-14T07:30:00"),
            ("20250314T073000Z", "2025-03-14T07:30:00"),
            ("20250314T073000+0100", "2025-03-14T06:30:00"),
            ("20250314T0730Z", "2025-03-14T07:30:00"),
            ("2025-03-14", "2025-03-14T00:00:00"),
            ("20250314", "2025-03-14T00:00:00"),
        ] {
            let found = time(text).map(|at| at.time().format("%Y-%m-%dT%H:%M:%S").to_string());
            assert_eq!(found.as_deref(), Some(utc), "{text}");
        }
        for text in ["", "yesterday", "14 March 2025", "2025-13-01", "12:30"] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
