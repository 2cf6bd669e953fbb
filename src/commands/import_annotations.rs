//! `import-annotations`: marks claims on an article from annotations that other programs wrote.

use std::collections::HashSet;
use std::process::ExitCode;

use anyhow::{Context, anyhow};

use super::foreign::{self, printable};
use crate::config::{Cli, ImportAnnotations};
use crate::domain::article::anchor::RangeInput;
use crate::domain::article::{self, revision};
use crate::domain::claim::{self, MarkClaimInput};
use crate::domain::ids::{ArticleId, TypedId};
use crate::domain::listing::{self, ClaimFilter, Within};
use crate::domain::page::Slice;
use crate::domain::store::Db;
use crate::import::annotations::{self, Annotation};
use crate::import::place::Text;

/// The number of claims that are read at once.
const PAGE: u64 = 100;
/// The length of a statement at most, in characters.
const MOST_STATEMENT: usize = 1_000;

/// Marks a claim for each annotation that can be placed. Says what becomes of every other one.
pub async fn run(cli: &Cli, options: &ImportAnnotations) -> anyhow::Result<ExitCode> {
    let db = super::open_existing(cli).await?;
    let read = || format!("cannot read {}", options.file.display());
    let text = std::fs::read_to_string(&options.file).with_context(read)?;
    let found = annotations::parse(&text).map_err(|error| anyhow!(error)).with_context(read)?;
    // Before anything is stored: the rest must have a place.
    let rest = options.rest.as_deref().map(foreign::create).transpose()?;
    let id = ArticleId::parse("article", &options.article)?;
    let article = article::fetch(&db, &super::machine(), id).await?;
    let newest = revision::newest(&db, id).await?;
    let text = revision::text_of(&db, newest.id).await?;
    let (text, mut known) = (Text::new(&text), statements(&db, &article).await?);
    let (mut marked, mut left) = (0, Vec::new());
    for (number, annotation) in found.into_iter().enumerate() {
        let name = if annotation.id.is_empty() {
            format!("annotation {}", number + 1)
        } else {
            printable(&annotation.id)
        };
        match mark(&db, &article, &text, &annotation, &mut known).await {
            Ok(claim) => {
                marked += 1;
                println!("{} {}", claim.id, claim.statement);
                for other in &annotation.others {
                    let other = printable(other);
                    eprintln!("{name}: a claim has one statement, so this is left out: {other}");
                }
            }
            Err(error) => {
                eprintln!("{name}: {}", printable(&format!("{error:#}")));
                left.push(annotation.source);
            }
        }
    }
    eprintln!("{marked} marked, {} left", left.len());
    let is_complete = left.is_empty();
    if let Some(rest) = rest {
        foreign::write(rest, left)?;
    }
    db.close().await?;
    Ok(if is_complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The statements of the article's claims.
async fn statements(db: &Db, article: &article::Model) -> anyhow::Result<HashSet<String>> {
    let (mut known, mut after) = (HashSet::new(), None);
    loop {
        let within = Within::Article(article.id, article.newsroom_id);
        let (actor, slice) = (super::machine(), Slice::after(PAGE, after));
        let filter = ClaimFilter::default();
        let page = listing::claims(db, &actor, within, filter, None, &slice).await?;
        after = page.rows.last().map(|(key, _)| *key);
        known.extend(page.rows.into_iter().map(|(_, claim)| claim.statement));
        if !page.has_next {
            return Ok(known);
        }
    }
}

async fn mark(
    db: &Db,
    article: &article::Model,
    text: &Text<'_>,
    annotation: &Annotation,
    known: &mut HashSet<String>,
) -> anyhow::Result<claim::Model> {
    let mut ranges = Vec::new();
    for quote in &annotation.quotes {
        let range = text
            .find(quote)
            .map_err(|reason| anyhow!("{}: {:?}", reason.reason(), shortened(&quote.exact)))?;
        let (start, end) = (i32::try_from(range.start)?, i32::try_from(range.end)?);
        ranges.push(RangeInput::at(text.words(range), start, end));
    }
    anyhow::ensure!(!ranges.is_empty(), "it quotes no words of the article");
    let quoted = || annotation.quotes.iter().map(|quote| quote.exact.trim()).collect::<Vec<_>>();
    let statement = annotation.statement.clone().unwrap_or_else(|| quoted().join(" […] "));
    let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    anyhow::ensure!(
        statement.chars().count() <= MOST_STATEMENT,
        "its text is too long for a statement, which has at most {MOST_STATEMENT} characters"
    );
    anyhow::ensure!(!known.contains(&statement), "the article has a claim with this statement");
    let input = MarkClaimInput::new(article.id, statement, annotation.tags.clone(), ranges);
    let (claim, ..) = claim::mark(db, &super::machine(), input).await?;
    known.insert(claim.statement.clone());
    Ok(claim)
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(80).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
