//! `export`: writes a whole newsroom to a file, or to standard output.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use indicatif::{ProgressBar, ProgressStyle};

use crate::config::{Cli, Export, ExportFormat};
use crate::domain::store::Db;
use crate::export::Base;
use crate::export::csv::Table;
use crate::export::run::{Format, Run};

/// Writes the export. Its file gets its name only when it is complete.
pub async fn run(cli: &Cli, options: &Export) -> anyhow::Result<()> {
    let db = super::open_existing(cli).await?;
    let newsroom = super::newsroom_by_slug(cli, &db, &options.newsroom).await?;
    let bar = bar();
    let single = match options.format {
        ExportFormat::Jsonl => Format::JsonLines,
        ExportFormat::ClaimReview => Format::ClaimReview,
        ExportFormat::Csv => {
            return tables(&db, options, &newsroom.slug, &bar).await;
        }
    };
    ensure!(
        !single.needs_base() || options.public_url.is_some(),
        "this format needs --public-url, the address at which readers reach the server"
    );
    let base = options.public_url.clone().map(Base::new);
    if options.output.as_os_str() == "-" {
        let out = BufWriter::new(io::stdout().lock());
        write(&db, &newsroom.slug, single, base, out, &bar).await?;
    } else {
        to_file(&db, &newsroom.slug, single, base, &options.output, &bar).await?;
    }
    bar.finish_and_clear();
    db.close().await?;
    Ok(())
}

/// Writes each table to a file of its own in the folder.
async fn tables(db: &Db, options: &Export, slug: &str, bar: &ProgressBar) -> anyhow::Result<()> {
    ensure!(
        options.output.as_os_str() != "-",
        "--output - has one file only: CSV is written to a folder"
    );
    let folder = &options.output;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for table in Table::ALL {
        let format = Format::Csv(table);
        to_file(db, slug, format, None, &folder.join(format.name()), bar).await?;
    }
    bar.finish_and_clear();
    Ok(())
}

async fn to_file(
    db: &Db,
    slug: &str,
    format: Format,
    base: Option<Base>,
    path: &Path,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let file = || format!("cannot write {}", path.display());
    let out = BufWriter::new(private(Path::new(&part)).with_context(file)?);
    write(db, slug, format, base, out, bar).await.with_context(file)?;
    fs::rename(&part, path).with_context(file)
}

/// A new file that only its owner may read, because an export has what is not published.
fn private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options().write(true).create(true).truncate(true).mode(0o600).open(path)
}

async fn write(
    db: &Db,
    slug: &str,
    format: Format,
    base: Option<Base>,
    mut out: impl Write,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let mut run = Run::begin(db, &super::machine(), slug, format, base).await?;
    bar.set_message(format.name());
    while let Some(bytes) = run.next().await? {
        out.write_all(&bytes)?;
        bar.set_position(run.count() as u64);
    }
    out.flush()?;
    Ok(())
}

/// The number of things that were written, on a terminal.
fn bar() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {msg} {human_pos} ({per_sec})");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
