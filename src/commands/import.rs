//! `import`: stores files as articles.

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use anyhow::ensure;
use indicatif::ProgressBar;

use crate::commands::plain_text;
use crate::config::{Cli, Import};
use crate::domain::article::{self, ImportArticleInput, duplicate, format};
use crate::domain::ids::NewsroomId;
use crate::domain::store::Db;

/// Imports the files one by one. A file that is refused does not keep the others out.
pub async fn run(cli: &Cli, options: &Import) -> anyhow::Result<ExitCode> {
    let db = super::open_existing(cli).await?;
    let count = options.files.len();
    ensure!(
        options.url.is_none() || count == 1,
        "--url is the address of one article: give one file with it"
    );
    let newsroom = super::newsroom_by_slug(cli, &db, &options.newsroom).await?.id;
    let bar = if count == 1 || !std::io::stderr().is_terminal() {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(count as u64)
    };
    let mut refused = 0;
    for file in &options.files {
        let say = |note: String| bar.suspend(|| eprintln!("{note}"));
        match import_one(&db, options, newsroom, file, say).await {
            Ok(article) => bar.suspend(|| println!("{} {}", article.id, article.title)),
            Err(error) => {
                refused += 1;
                bar.suspend(|| eprintln!("{}: {error:#}", file.display()));
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    eprintln!("{} imported, {refused} refused", count - refused);
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn import_one(
    db: &Db,
    options: &Import,
    newsroom: NewsroomId,
    file: &Path,
    say: impl Fn(String),
) -> anyhow::Result<article::Model> {
    let found = plain_text::article(file, &options.reading, &say)?;
    let input = ImportArticleInput {
        newsroom: newsroom.into(),
        format: found.format,
        title: found.title,
        body: found.body,
        url: options.url.as_deref().map(article::parse_url).transpose()?,
        publisher: options.publisher.clone(),
        author: options.author.clone(),
        language: options.language.clone(),
        published_at: options.published_at,
    };
    let (input, dropped) = format::plain(&super::machine(), input).await?;
    if !dropped.is_empty() {
        say(format!("{}: left out: {}", file.display(), dropped.join("; ")));
    }
    let wording = duplicate::wording(&article::compose(&input)?);
    let known = duplicate::of(db, newsroom, input.url.as_deref(), &wording).await?;
    let names = known.iter().map(|known| format!("{} {}", known.id, known.title));
    let names = names.collect::<Vec<_>>().join(", ");
    if !names.is_empty() {
        ensure!(
            options.allow_duplicate,
            "The newsroom already has an article with this address or text: {names}. Give \
             --allow-duplicate to import it nevertheless."
        );
        say(format!("{}: the newsroom already has {names}", file.display()));
    }
    Ok(article::import(db, &super::machine(), input).await?.0)
}
