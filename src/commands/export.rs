//! `export`: writes a whole newsroom to a file, or to standard output.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};

use crate::config::{Cli, Export, ExportFormat};
use crate::domain::archive;
use crate::domain::article;
use crate::domain::extract::{Extract, Part, Wanted};
use crate::domain::ids::NewsroomId;
use crate::domain::store::Db;
use crate::export::Base;
use crate::export::cas::Document;
use crate::export::csv::Table;
use crate::export::run::{Format, Run};

/// Writes the export. Its file gets its name only when it is complete.
pub async fn run(cli: &Cli, options: &Export) -> anyhow::Result<()> {
    let db = super::open_existing(cli).await?;
    let newsroom = super::newsroom_by_slug(cli, &db, &options.newsroom).await?;
    let (bar, slug) = (bar(), newsroom.slug.as_str());
    match options.format {
        ExportFormat::Jsonl => single(&db, options, slug, Format::JsonLines, &bar).await?,
        ExportFormat::ClaimReview => single(&db, options, slug, Format::ClaimReview, &bar).await?,
        ExportFormat::WebAnnotation => {
            single(&db, options, slug, Format::WebAnnotation, &bar).await?;
        }
        ExportFormat::Averitec => single(&db, options, slug, Format::Averitec, &bar).await?,
        ExportFormat::LabelStudio => single(&db, options, slug, Format::LabelStudio, &bar).await?,
        ExportFormat::Cas => documents(&db, options, slug, &bar).await?,
        ExportFormat::Csv => tables(&db, options, slug, &bar).await?,
        ExportFormat::Archive => archive(&db, options, newsroom.id, &bar).await?,
    }
    bar.finish_and_clear();
    db.close().await?;
    Ok(())
}

/// Writes one file, or to standard output.
async fn single(
    db: &Db,
    options: &Export,
    slug: &str,
    format: Format,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    ensure!(
        !format.needs_base() || options.public_url.is_some(),
        "this format needs --public-url, the address at which readers reach the server"
    );
    let base = options.public_url.as_deref().map(Base::new);
    if options.output.as_os_str() == "-" {
        let out = BufWriter::new(io::stdout());
        return write(db, slug, format, base, out, bar).await;
    }
    let mut file = Unfinished::create(options.output.clone())?;
    write(db, slug, format, base, &mut file.out, bar).await.with_context(failed(&file.path))?;
    file.finish()
}

/// Writes an archive of everything.
async fn archive(
    db: &Db,
    options: &Export,
    newsroom: NewsroomId,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    bar.set_message("archive");
    let mut hasher = Sha256::new();
    let mut file = |out: &mut dyn Write, line: &serde_json::Value| -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(line)?;
        line.push(b'\n');
        hasher.update(&line);
        out.write_all(&line)?;
        bar.inc(1);
        Ok(())
    };
    if options.output.as_os_str() == "-" {
        let mut out = BufWriter::new(io::stdout());
        archive::write(db, &super::machine(), newsroom, |line| file(&mut out, line)).await?;
        out.flush()?;
    } else {
        let (part, failed) = (part(&options.output), failed(&options.output));
        let mut out = BufWriter::new(private(&part).with_context(&failed)?);
        let actor = super::machine();
        let written = archive::write(db, &actor, newsroom, |line| file(&mut out, line)).await;
        written.with_context(&failed)?;
        out.flush().with_context(&failed)?;
        fs::rename(&part, &options.output).with_context(&failed)?;
    }
    bar.finish_and_clear();
    eprintln!("SHA-256 {}", hex::encode(hasher.finalize()));
    Ok(())
}

/// Writes each table to a file of its own in the folder. The newsroom is read once.
async fn tables(db: &Db, options: &Export, slug: &str, bar: &ProgressBar) -> anyhow::Result<()> {
    let folder = folder(options)?;
    let mut extract = Extract::begin(db, &super::machine(), slug, Wanted::TABLES).await?;
    let mut files = Vec::new();
    for table in Table::ALL {
        let mut file = Unfinished::create(folder.join(Format::Csv(table).name()))?;
        file.write(|out| table.begin(out))?;
        files.push((table, file));
    }
    bar.set_message("tables");
    while let Some(parts) = extract.next().await? {
        for (table, file) in &mut files {
            file.write(|out| parts.iter().for_each(|part| table.part(part, out)))?;
        }
        bar.inc(parts.len() as u64);
    }
    files.into_iter().try_for_each(|(_, file)| file.finish())
}

/// Writes each article to a file of its own in the folder. The newsroom is read once.
async fn documents(db: &Db, options: &Export, slug: &str, bar: &ProgressBar) -> anyhow::Result<()> {
    let folder = folder(options)?;
    let mut extract = Extract::begin(db, &super::machine(), slug, Wanted::DOCUMENTS).await?;
    let mut open: Option<(Unfinished, Document)> = None;
    let finish = |open: Option<(Unfinished, Document)>| -> anyhow::Result<()> {
        let Some((mut file, document)) = open else { return Ok(()) };
        file.write(|out| document.end(out))?;
        file.finish()
    };
    bar.set_message("documents");
    while let Some(parts) = extract.next().await? {
        for part in &parts {
            if let Part::Article(part) = part {
                finish(open.take())?;
                open = begun(folder, &part.article)?;
            }
            if let Some((file, document)) = &mut open {
                file.write(|out| document.part(part, out))?;
            }
        }
        bar.inc(parts.len() as u64);
    }
    finish(open)
}

/// The file of an article, unless it is withdrawn.
fn begun(
    folder: &Path,
    article: &article::Model,
) -> anyhow::Result<Option<(Unfinished, Document)>> {
    if article.withdrawn_at.is_some() {
        return Ok(None);
    }
    let mut file = Unfinished::create(folder.join(Format::Cas(article.id).name()))?;
    let document = Document::default();
    file.write(|out| document.begin(out))?;
    Ok(Some((file, document)))
}

/// The folder for a format with several files.
fn folder(options: &Export) -> anyhow::Result<&Path> {
    ensure!(
        options.output.as_os_str() != "-",
        "--output - has one file only: this format is written to a folder"
    );
    let folder = &options.output;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// A file that gets its name when it is complete.
struct Unfinished {
    path: PathBuf,
    out: BufWriter<File>,
    /// Bytes on their way to the file, kept for its capacity.
    bytes: Vec<u8>,
}

impl Unfinished {
    fn create(path: PathBuf) -> anyhow::Result<Self> {
        let file = private(&part(&path)).with_context(failed(&path))?;
        Ok(Self { path, out: BufWriter::new(file), bytes: Vec::new() })
    }

    /// Writes the bytes that `fill` adds.
    fn write(&mut self, fill: impl FnOnce(&mut Vec<u8>)) -> anyhow::Result<()> {
        self.bytes.clear();
        fill(&mut self.bytes);
        self.out.write_all(&self.bytes).with_context(failed(&self.path))
    }

    fn finish(mut self) -> anyhow::Result<()> {
        let failed = failed(&self.path);
        self.out.flush().with_context(&failed)?;
        fs::rename(part(&self.path), &self.path).with_context(&failed)
    }
}

/// The name of a file that is not complete yet.
fn part(path: &Path) -> PathBuf {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    part.into()
}

fn failed(path: &Path) -> impl Fn() -> String {
    move || format!("cannot write {}", path.display())
}

/// A new file that only its owner may read, because an export has what is not published.
fn private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    // A broken export may have left it, or somebody else may have put it there.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => File::options().write(true).create_new(true).mode(0o600).open(path),
    }
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
