//! `revise`: stores a newer text of an article from a file.

use std::collections::BTreeMap;

use crate::commands::plain_text;
use crate::config::{Cli, Revise};
use crate::domain::claim::carry::{self, ReviseArticleInput};

/// Revises the article, and prints what became of its claims' anchors.
pub async fn run(cli: &Cli, options: &Revise) -> anyhow::Result<()> {
    let db = super::open_existing(cli).await?;
    let found = plain_text::article(&options.file, &options.reading, |note| eprintln!("{note}"))?;
    let input = ReviseArticleInput {
        article: options.article.as_str().into(),
        format: found.format,
        title: found.title,
        body: Some(found.body),
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
