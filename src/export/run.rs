//! Runs an export: reads page after page, and writes each in the format that was asked for.

use super::csv::Table;
use super::json_lines::Lines;
use super::label_studio::Tasks;
use super::{Base, averitec, cas, claim_review, web_annotation};
use crate::domain::actor::Actor;
use crate::domain::error::Result;
use crate::domain::extract::{Extract, Part, Rulings, Wanted};
use crate::domain::ids::ArticleId;
use crate::domain::store::Db;

/// A format of a whole newsroom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON Lines.
    JsonLines,
    /// A table as CSV.
    Csv(Table),
    /// All rulings as a DataFeed of ClaimReview.
    ClaimReview,
    /// All claims as a collection of Web Annotations.
    WebAnnotation,
    /// Claims with questions and answers, as the data set AVeriTeC has them.
    Averitec,
    /// All articles as tasks of Label Studio.
    LabelStudio,
    /// One article as UIMA CAS JSON.
    Cas(ArticleId),
}

impl Format {
    /// The name of the export within its newsroom, in addresses and in the names of files.
    pub fn name(self) -> String {
        match self {
            Self::JsonLines => "newsroom.jsonl".to_owned(),
            Self::Csv(table) => format!("{}.csv", table.name()),
            Self::ClaimReview => "claim-review.jsonld".to_owned(),
            Self::WebAnnotation => "annotations.jsonld".to_owned(),
            Self::Averitec => "averitec.json".to_owned(),
            Self::LabelStudio => "label-studio.json".to_owned(),
            Self::Cas(article) => format!("{article}.json"),
        }
    }

    /// All formats of which a newsroom has one export.
    pub fn all() -> impl Iterator<Item = Self> {
        let whole = [
            Self::JsonLines,
            Self::ClaimReview,
            Self::WebAnnotation,
            Self::Averitec,
            Self::LabelStudio,
        ];
        whole.into_iter().chain(Table::ALL.map(Self::Csv))
    }

    /// The media type.
    pub const fn media(self) -> &'static str {
        match self {
            Self::JsonLines => "application/jsonl",
            Self::Csv(_) => "text/csv; charset=utf-8; header=present",
            Self::ClaimReview => "application/ld+json",
            Self::WebAnnotation => web_annotation::MEDIA,
            Self::Averitec | Self::LabelStudio | Self::Cas(_) => "application/json",
        }
    }

    /// Whether it needs absolute addresses.
    pub const fn needs_base(self) -> bool {
        match self {
            Self::JsonLines | Self::Csv(_) | Self::Averitec | Self::LabelStudio | Self::Cas(_) => {
                false
            }
            Self::ClaimReview | Self::WebAnnotation => true,
        }
    }
}

/// Where the parts come from, and how they are written.
enum Work {
    Lines(Box<Extract>, Lines),
    Csv(Box<Extract>, Table),
    Reviews(Box<Rulings>, claim_review::Feed),
    Annotations(Box<Extract>, web_annotation::Collection),
    Averitec(Box<Extract>, averitec::List),
    Tasks(Box<Extract>, Tasks),
    Cas(Box<Extract>, cas::Document),
}

/// The part of an export that comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Begin,
    Pages,
    Done,
}

/// An export that is being made.
pub struct Run {
    work: Work,
    place: Place,
    count: usize,
}

impl Run {
    /// Begins an export of the newsroom with this slug, with the actor's rights.
    pub async fn begin(
        db: &Db,
        actor: &Actor,
        slug: &str,
        format: Format,
        base: Option<Base>,
    ) -> Result<Self> {
        let extract = |wanted| Extract::begin(db, actor, slug, wanted);
        let needed = || base.clone().ok_or_else(|| anyhow::anyhow!("there is no public address"));
        let work = match format {
            Format::JsonLines => {
                Work::Lines(Box::new(extract(Wanted::ALL).await?), Lines::default())
            }
            Format::Csv(table) => Work::Csv(Box::new(extract(table.wanted()).await?), table),
            Format::ClaimReview => {
                let rulings = Rulings::begin(db, actor, slug).await?;
                let feed = claim_review::Feed::new(needed()?, rulings.newsroom().public());
                Work::Reviews(Box::new(rulings), feed)
            }
            Format::WebAnnotation => {
                let extract = extract(Wanted::ANNOTATIONS).await?;
                let newsroom = extract.newsroom().public();
                let collection = web_annotation::Collection::new(needed()?, newsroom);
                Work::Annotations(Box::new(extract), collection)
            }
            Format::Averitec => {
                let extract = extract(Wanted::JUDGEMENTS).await?;
                let newsroom = extract.newsroom();
                let list = averitec::List::new(
                    base.filter(|_| newsroom.public_reading),
                    newsroom.public(),
                );
                Work::Averitec(Box::new(extract), list)
            }
            Format::LabelStudio => {
                Work::Tasks(Box::new(extract(Wanted::TASKS).await?), Tasks::default())
            }
            Format::Cas(article) => {
                let extract = Extract::article(db, actor, slug, article).await?;
                Work::Cas(Box::new(extract), cas::Document::default())
            }
        };
        Ok(Self { work, place: Place::Begin, count: 0 })
    }

    /// The number of articles, claims, rulings and events that were written so far.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The next bytes. They may be none. None at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let mut out = Vec::new();
        match self.place {
            Place::Begin => {
                self.work.begin(&mut out);
                self.place = Place::Pages;
            }
            Place::Pages => match self.work.page(&mut out).await? {
                Some(count) => self.count += count,
                None => {
                    self.work.end(&mut out);
                    self.place = Place::Done;
                }
            },
            Place::Done => return Ok(None),
        }
        Ok(Some(out))
    }
}

impl Work {
    fn begin(&mut self, out: &mut Vec<u8>) {
        match self {
            Self::Lines(extract, lines) => lines.begin(extract.newsroom(), out),
            Self::Csv(_, table) => table.begin(out),
            Self::Reviews(_, feed) => feed.begin(out),
            Self::Annotations(_, collection) => collection.begin(out),
            Self::Averitec(_, list) => list.begin(out),
            Self::Tasks(_, tasks) => tasks.begin(out),
            Self::Cas(_, document) => document.begin(out),
        }
    }

    /// Writes the next page. Returns the number of things that it had. None at the end.
    async fn page(&mut self, out: &mut Vec<u8>) -> Result<Option<usize>> {
        let mut each = |parts: Option<Vec<Part>>, write: &mut dyn FnMut(&Part, &mut Vec<u8>)| {
            let parts = parts?;
            for part in &parts {
                write(part, out);
            }
            Some(parts.len())
        };
        Ok(match self {
            Self::Lines(extract, lines) => {
                each(extract.next().await?, &mut |part, out| lines.part(part, out))
            }
            Self::Csv(extract, table) => {
                each(extract.next().await?, &mut |part, out| table.part(part, out))
            }
            Self::Annotations(extract, collection) => {
                each(extract.next().await?, &mut |part, out| {
                    if let Part::Claim(claim) = part {
                        collection.claim(claim, out);
                    }
                })
            }
            Self::Averitec(extract, list) => each(extract.next().await?, &mut |part, out| {
                if let Part::Claim(claim) = part {
                    list.claim(claim, out);
                }
            }),
            Self::Tasks(extract, tasks) => {
                each(extract.next().await?, &mut |part, out| tasks.part(part, out))
            }
            Self::Cas(extract, document) => {
                each(extract.next().await?, &mut |part, out| document.part(part, out))
            }
            Self::Reviews(rulings, feed) => match rulings.next().await? {
                Some(page) => {
                    for ruling in &page {
                        feed.ruling(ruling, out);
                    }
                    Some(page.len())
                }
                None => None,
            },
        })
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        match self {
            Self::Lines(_, lines) => lines.end(out),
            Self::Csv(..) => {}
            Self::Reviews(_, feed) => feed.end(out),
            Self::Annotations(_, collection) => collection.end(out),
            Self::Averitec(_, list) => list.end(out),
            Self::Tasks(_, tasks) => tasks.end(out),
            Self::Cas(_, document) => document.end(out),
        }
    }
}
