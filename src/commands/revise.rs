//! `revise`: stores a newer text of an article from a plain-text file.

use std::collections::BTreeMap;

use crate::commands::plain_text;
use crate::config::{Cli, Revise};
use crate::domain::claim::carry::{self, ReviseArticleInput};
use crate::domain::text::passage;

/// Revises the article, and prints what became of its claims' anchors.
pub async fn run(cli: &Cli, options: &Revise) -> anyhow::Result<()> {
    let db = super::open_existing(cli).await?;
    let text = plain_text::read(&options.file, &options.reading, |note| eprintln!("{note}"))?;
    let (title, body) = passage::split_headline(&text);
    let input = ReviseArticleInput {
        article: options.article.as_str().into(),
        title: Some(title.to_owned()),
        body: Some(body.to_owned()),
        note: options.note.clone(),
        based_on_revision: options.based_on_revision,
        expected_version: None,
    };
    let (article, anchors) = carry::revise(&db, &super::machine(), input).await?;
    println!("{} {}", article.id, article.title);
    let mut counts = BTreeMap::new();
    for anchor in &anchors {
        *counts.entry(anchor.status).or_insert(0) += 1;
    }
    for (status, count) in counts {
        println!("{count} {}", format!("{status:?}").to_uppercase());
    }
    Ok(())
}
