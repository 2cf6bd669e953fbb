//! A reviewer cites a web page, or something else that a reader can find.
//!
//! Invariants: a parsed citation has an address or a description. An archived copy counts under the
//! page that it copies, and is the citation's archived copy.

use async_graphql::{Enum, InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sha2::{Digest, Sha256};

use super::{AnswerType, answer, identifier};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::link::Link;
use crate::domain::text_input;
use crate::domain::time::Moment;

/// A citation of a source that a verdict rests on, as plain values. The server stores the address
/// and never fetches it.
#[derive(Clone, Debug, SimpleObject, InputObject)]
#[graphql(input_name = "CitationInput")]
pub struct CitedSource {
    /// The kind of source. Default: WEB.
    #[graphql(default)]
    pub kind: SourceKind,
    /// The http or https address, without credentials. At most 2,000 characters. A fragment can
    /// name a part of the page. Required for WEB, otherwise optional. If it is the address of an
    /// archived copy that names its page, the page's address is stored here, and the copy's in
    /// `archiveUrl`.
    pub url: Option<String>,
    /// The title: at most 500 characters. Line breaks become spaces. Null if not given.
    pub title: Option<String>,
    /// The publisher's name: at most 200 characters. Line breaks become spaces. Null if not given.
    pub publisher: Option<String>,
    /// The details that a reader needs to find the source, such as the issue and the page, or the
    /// person and the day. At most 1,000 characters. Line breaks become spaces. Required without `url`.
    pub description: Option<String>,
    /// The DOI, such as `10.1000/182`. Stored in lower case. Null if there is none.
    pub doi: Option<String>,
    /// The ISBN, of 10 or 13 digits. Stored as 13 digits. Null if there is none.
    pub isbn: Option<String>,
    /// The ISSN, such as `0378-5955`. Null if there is none.
    pub issn: Option<String>,
    /// Whether the source supports or refutes the claim, or gives context.
    pub stance: Stance,
    /// The words of the source that matter: at most 5,000 characters. Null if not given.
    pub quote: Option<String>,
    /// The time when the reviewer read the source. It must not be in the future. Null if not given.
    pub accessed_at: Option<Moment>,
    /// The http or https address of an archived copy. Null if there is none.
    pub archive_url: Option<String>,
    /// The question about the claim that the source answers: at most 500 characters. Line breaks
    /// become spaces. Null if not given.
    pub question: Option<String>,
    /// The answer to `question`: at most 5,000 characters. A BOOLEAN answer begins with yes or no in
    /// any language, and can go on with the reason. Required with `question`, except for
    /// UNANSWERABLE.
    pub answer: Option<String>,
    /// The form of the answer. Default with a question: ABSTRACTIVE. Null without a question.
    pub answer_type: Option<AnswerType>,
}

/// Reads what a stored citation says. The citations of verdicts and those of drafts have the same columns for it.
macro_rules! from_stored {
    ($($citation:ident)::+) => {
        impl From<$($citation)::+::Model> for CitedSource {
            fn from(row: $($citation)::+::Model) -> Self {
                Self {
                    kind: row.kind.unwrap_or_default(),
                    url: Some(row.url).filter(|url| !url.is_empty()),
                    title: row.title,
                    publisher: row.publisher,
                    description: row.description,
                    doi: row.doi,
                    isbn: row.isbn,
                    issn: row.issn,
                    stance: row.stance,
                    quote: row.quote,
                    accessed_at: row.accessed_at,
                    archive_url: row.archive_url,
                    question: row.question,
                    answer: row.answer,
                    answer_type: row.answer_type,
                }
            }
        }
    };
}

from_stored!(super::citation);
from_stored!(crate::domain::verdict::draft::citation);

/// The kind of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum SourceKind {
    /// A web page.
    #[default]
    #[sea_orm(string_value = "WEB")]
    Web,
    /// A document, such as a report, a court record or a letter.
    #[sea_orm(string_value = "DOCUMENT")]
    Document,
    /// A book, a newspaper or a magazine in print.
    #[sea_orm(string_value = "PRINT")]
    Print,
    /// A radio or television programme.
    #[sea_orm(string_value = "BROADCAST")]
    Broadcast,
    /// A conversation with a person, or an answer from an office.
    #[sea_orm(string_value = "INTERVIEW")]
    Interview,
    /// A data set.
    #[sea_orm(string_value = "DATASET")]
    Dataset,
    /// Anything else.
    #[sea_orm(string_value = "OTHER")]
    Other,
}

/// The relation of a source to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Stance {
    /// The source supports the claim.
    #[sea_orm(string_value = "SUPPORTS")]
    Supports,
    /// The source contradicts the claim.
    #[sea_orm(string_value = "REFUTES")]
    Refutes,
    /// The source gives context that is needed to judge the claim.
    #[sea_orm(string_value = "CONTEXT")]
    Context,
}

/// The maximum number of citations per verdict.
const MOST_CITATIONS: usize = 50;

/// The maximum length of a key in bytes. A database cannot index longer ones.
const MOST_KEY: usize = 1000;

/// A validated citation.
pub struct Citation {
    /// The key of the source in its newsroom.
    pub(super) key: String,
    /// The content.
    pub cited: CitedSource,
}

/// Parses a verdict's citations: at most 50. `now` is the server's time.
pub fn parse_all(inputs: Vec<CitedSource>, now: Moment) -> Result<Vec<Citation>> {
    if inputs.len() > MOST_CITATIONS {
        let message = format!(
            "`citations` has {} items. A verdict can have up to {MOST_CITATIONS} \
         citations.",
            inputs.len()
        );
        return Err(Error::invalid("citations", Reason::TooLarge, message));
    }
    let parsed = inputs.into_iter().enumerate();
    parsed
        .map(|(number, input)| {
            parse(input, now).map_err(|error| error.within(&format!("citations[{number}]")))
        })
        .collect()
}

fn parse(mut cited: CitedSource, now: Moment) -> Result<Citation> {
    let blank = |text: &String| text.trim().is_empty();
    let url = cited.url.take().filter(|url| cited.kind == SourceKind::Web || !blank(url));
    let joined =
        |field: &'static str, most| move |text: &str| text_input::joined_line(field, text, most);
    cited.title = text_input::optional(cited.title.as_deref(), joined("title", 500))?;
    cited.publisher = text_input::optional(cited.publisher.as_deref(), joined("publisher", 200))?;
    let description = cited.description.take().filter(|text| !blank(text));
    cited.description = text_input::optional(description.as_deref(), joined("description", 1000))?;
    cited.doi = text_input::optional(cited.doi.as_deref(), identifier::doi)?;
    cited.isbn = text_input::optional(cited.isbn.as_deref(), identifier::isbn)?;
    cited.issn = text_input::optional(cited.issn.as_deref(), identifier::issn)?;
    cited.quote = text_input::optional(cited.quote.as_deref(), |text| {
        text_input::prose("quote", text, 5000)
    })?;
    answer::parse(&mut cited)?;
    if let Some(at) = cited.accessed_at {
        at.expect_past("accessedAt", now)?;
    }
    let mut link = text_input::optional(url.as_deref(), |url| Link::parse("url", url))?;
    let mut archive =
        text_input::optional(cited.archive_url.as_deref(), |text| Link::parse("archiveUrl", text))?;
    if let Some(copy) = link.clone().filter(Link::is_archived) {
        link = copy.page().or(link);
        archive = archive.or(Some(copy));
    }
    expect_findable(&cited, link.as_ref())?;
    let key = key(&cited, link.as_ref());
    cited.url = link.map(Link::into_string);
    cited.archive_url = archive.map(Link::into_string);
    Ok(Citation { key, cited })
}

/// Refuses a citation that no reader could follow.
fn expect_findable(cited: &CitedSource, link: Option<&Link>) -> Result<()> {
    if link.is_some() {
        return Ok(());
    }
    if cited.kind == SourceKind::Web {
        let message = "`url` is missing. A web page needs its address. For another source, send its \
                       `kind`, such as PRINT or INTERVIEW, and a `description`.";
        return Err(Error::invalid("url", Reason::Empty, message));
    }
    if cited.description.is_none() {
        let message = "`description` is missing. A source without `url` needs one, so that a reader \
                       can find it.";
        return Err(Error::invalid("description", Reason::Empty, message));
    }
    Ok(())
}

/// The key of a citation's source. Citations with the same key are of one source.
///
/// A web page is known by its address. Anything else is known by its DOI or ISBN, then by its
/// address, then by its kind, ISSN and description. The address of a DOI is that DOI.
fn key(cited: &CitedSource, link: Option<&Link>) -> String {
    let number = || {
        let doi = cited.doi.as_ref().map(|doi| format!("doi:{doi}"));
        doi.or_else(|| cited.isbn.as_ref().map(|isbn| format!("isbn:{isbn}")))
    };
    let address = || link.map(key_of_link);
    let known = if cited.kind == SourceKind::Web { address() } else { number().or_else(address) };
    shortened(known.unwrap_or_else(|| {
        let description = cited.description.as_deref().unwrap_or_default();
        let kind = cited.kind.to_value().to_lowercase();
        let issn = cited.issn.as_deref().unwrap_or_default();
        format!("{kind}:{issn}:{}", words(description))
    }))
}

/// The key of a source that is known by its address.
pub fn key_of_link(link: &Link) -> String {
    let is_resolver = matches!(link.host().as_str(), "doi.org" | "dx.doi.org");
    let path = percent_encoding::percent_decode_str(link.path()).decode_utf8_lossy();
    let doi = is_resolver.then(|| identifier::find_doi(path.trim_start_matches('/'))).flatten();
    shortened(doi.map_or_else(|| link.identity(), |doi| format!("doi:{doi}")))
}

/// A description without letter case and punctuation.
fn words(text: &str) -> String {
    let folded = text_input::fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.collect::<Vec<_>>().join(" ");
    if words.is_empty() { folded } else { words }
}

/// Whether the end of a key was replaced by a digest.
pub(super) fn is_shortened(key: &str) -> bool {
    key.contains("…sha256:")
}

/// A key that databases can index. The end of a long one becomes a digest.
fn shortened(key: String) -> String {
    if key.len() <= MOST_KEY {
        return key;
    }
    let mut end = MOST_KEY - 100;
    while !key.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…sha256:{}", &key[..end], hex::encode(Sha256::digest(&key)))
}
