//! The flags of `export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `export`.
#[derive(Args)]
pub struct Export {
    /// The newsroom's slug.
    #[arg(long, env = "CLAIMSPAN_NEWSROOM")]
    pub newsroom: String,
    /// The format.
    #[arg(long, env = "CLAIMSPAN_FORMAT", value_enum)]
    pub format: ExportFormat,
    /// The file to write, or - for standard output. For CSV and CAS, the folder: each table or article is a file.
    #[arg(long, env = "CLAIMSPAN_OUTPUT", value_name = "PATH")]
    pub output: PathBuf,
    /// The address at which readers reach the server, such as <https://facts.example.org>. Formats with absolute addresses need it.
    #[arg(long, env = "CLAIMSPAN_PUBLIC_URL", value_name = "URL", value_parser = super::value::parse_public_url)]
    pub public_url: Option<String>,
}

/// A format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// JSON Lines: articles with spans, claims, verdicts, citations, rulings and events.
    Jsonl,
    /// CSV for spreadsheets: articles, claims, verdicts, citations, rulings and events.
    Csv,
    /// All rulings as ClaimReview, in one JSON-LD document.
    ClaimReview,
    /// All claims as W3C Web Annotations, in one collection.
    WebAnnotation,
    /// Claims with labels, questions and answers, as the data set AVeriTeC has them.
    Averitec,
    /// Articles with claims as tasks of Label Studio.
    LabelStudio,
    /// Articles with claims and verdicts as UIMA CAS JSON, for `INCEpTION`. Each article is a file.
    Cas,
    /// Everything, so that `claimspan newsroom import` makes the same newsroom of it in another database.
    Archive,
}
