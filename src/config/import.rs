//! The flags of `import` and `revise`.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};

use crate::domain::time::Moment;

/// `import`.
#[derive(Args)]
pub struct Import {
    /// The files, in UTF-8.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The newsroom's slug.
    #[arg(long, env = "CLAIMSPAN_NEWSROOM")]
    pub newsroom: String,
    /// The article's address on the web. Only for a single file.
    #[arg(long, env = "CLAIMSPAN_ARTICLE_URL")]
    pub url: Option<String>,
    /// The publisher of the articles.
    #[arg(long, env = "CLAIMSPAN_PUBLISHER")]
    pub publisher: Option<String>,
    /// The author of the articles.
    #[arg(long, env = "CLAIMSPAN_AUTHOR")]
    pub author: Option<String>,
    /// When the articles were published: a time such as 2024-08-04T18:30:00Z, or a day such as 2024-08-04.
    #[arg(long, env = "CLAIMSPAN_PUBLISHED_AT", value_name = "TIME", value_parser = parse_time)]
    pub published_at: Option<Moment>,
    /// The articles' language, as a BCP 47 tag such as en.
    #[arg(long, env = "CLAIMSPAN_LANGUAGE")]
    pub language: Option<String>,
    /// Import an article even if the newsroom already has one with its address or text.
    #[arg(long, env = "CLAIMSPAN_ALLOW_DUPLICATE", value_parser = BoolishValueParser::new())]
    pub allow_duplicate: bool,
    /// How files are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// `import-annotations`.
#[derive(Args)]
pub struct ImportAnnotations {
    /// The file: JSON of W3C Web Annotations, of an export of Hypothesis, or of Recogito's text annotator.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The id of the article that the annotations are about, such as article_01…
    #[arg(long, env = "CLAIMSPAN_ARTICLE", value_name = "ID")]
    pub article: String,
    /// A file for the annotations that did not become claims, as they came. It must not exist yet.
    #[arg(long, env = "CLAIMSPAN_REST", value_name = "FILE")]
    pub rest: Option<PathBuf>,
}

/// `import-averitec`.
#[derive(Args)]
pub struct ImportAveritec {
    /// The file: a JSON list of entries, such as dev.json of the data set.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The newsroom's slug.
    #[arg(long, env = "CLAIMSPAN_NEWSROOM")]
    pub newsroom: String,
    /// A label and the key of its rating, such as Supported=TRUE. Can be given for each label. Default: the rating of the same name, or by rank.
    #[arg(long, env = "CLAIMSPAN_RATING", value_name = "LABEL=KEY", value_delimiter = ';')]
    pub rating: Vec<String>,
    /// A file for the entries that were left out, as they came. It must not exist yet.
    #[arg(long, env = "CLAIMSPAN_REST", value_name = "FILE")]
    pub rest: Option<PathBuf>,
}

/// `revise`.
#[derive(Args)]
pub struct Revise {
    /// The file, in UTF-8.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The article's id, such as article_01…
    #[arg(long, env = "CLAIMSPAN_ARTICLE", value_name = "ID")]
    pub article: String,
    /// The reason for the revision. Every reader of the article can read it.
    #[arg(long, env = "CLAIMSPAN_NOTE")]
    pub note: Option<String>,
    /// The number of the revision that the text is based on. Refused if there is a newer one.
    #[arg(long, env = "CLAIMSPAN_BASED_ON_REVISION", value_name = "N")]
    pub based_on_revision: Option<i32>,
    /// How files are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// A format of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InputFormat {
    /// Plain text. The first line is the headline, each further line a paragraph.
    Text,
    /// A page of the web.
    Html,
    /// Markdown.
    Markdown,
    /// News in JSON by the IPTC.
    Ninjs,
    /// News in XML by the IPTC, with one news item that has a text.
    #[value(name = "newsml-g2")]
    NewsmlG2,
    /// Older news in XML by the IPTC.
    Nitf,
}

/// How files are read.
#[derive(Args)]
pub struct Reading {
    /// The format of the files. Default: by the end of each name (.html, .htm, .md, .markdown, .nitf), or else text.
    #[arg(long, env = "CLAIMSPAN_ARTICLE_FORMAT", value_enum)]
    pub format: Option<InputFormat>,
    /// Drop control characters, such as the form feeds of converted PDFs, and say how many.
    #[arg(long, env = "CLAIMSPAN_STRIP_CONTROLS", value_parser = BoolishValueParser::new())]
    pub strip_controls: bool,
    /// Take a file that looks like HTML, JSON or another format as it is.
    #[arg(long, env = "CLAIMSPAN_AS_TEXT", value_parser = BoolishValueParser::new())]
    pub as_text: bool,
}

/// A time, or the start of a day in UTC.
fn parse_time(text: &str) -> Result<Moment, &'static str> {
    Moment::read(text)
        .or_else(|error| Moment::read(&format!("{text}T00:00:00Z")).map_err(|_| error))
}
