//! `import-averitec`: claims of the data set AVeriTeC, each as an article with a claim, a verdict, and
//! citations that answer questions.
//!
//! Nobody writes another person's verdict, the command line included. So the verdicts are those of
//! the account whose token comes from standard input.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail, ensure};

use super::foreign::{self, printable};
use crate::config::{self, Cli, ImportAveritec};
use crate::domain::actor::Actor;
use crate::domain::article::anchor::RangeInput;
use crate::domain::article::format::ArticleFormat;
use crate::domain::article::{self, ImportArticleInput, duplicate};
use crate::domain::claim::{self, MarkClaimInput};
use crate::domain::ids::NewsroomId;
use crate::domain::link::Link;
use crate::domain::newsroom::rating;
use crate::domain::people::session;
use crate::domain::permissions::Action;
use crate::domain::ruling::public::{self, PublicRating};
use crate::domain::store::{self, Db, End, OtherWriters};
use crate::domain::time::{Day, Moment};
use crate::domain::verdict::source::{AnswerType, CitedSource, SourceKind, Stance};
use crate::domain::verdict::{self, SubmitVerdictInput};
use crate::domain::world::World;
use crate::export::averitec::OTHER_MEDIA;
use crate::export::averitec_label::{Label, letters};
use crate::import::averitec::{self, Answer, Entry, Form};

/// The most characters of a claim that are its article's headline.
const MOST_TITLE: usize = 120;

/// Where the entries go.
struct Target {
    newsroom: NewsroomId,
    reviewer: Actor,
    /// The key of the rating for each label.
    ratings: Vec<(Label, String)>,
    /// The time when the import began. The data set has some claims several times, so only articles
    /// from before count as duplicates.
    begun: Moment,
}

/// Imports the entries one by one. Says why each that was left out was.
pub async fn run(cli: &Cli, options: &ImportAveritec) -> anyhow::Result<ExitCode> {
    let db = super::open_existing(cli).await?;
    let newsroom = super::newsroom_by_slug(cli, &db, &options.newsroom).await?.id;
    let read = || format!("cannot read {}", options.file.display());
    let text = std::fs::read_to_string(&options.file).with_context(read)?;
    let entries = averitec::parse(&text).map_err(|error| anyhow!(error)).with_context(read)?;
    let token = config::read_secret("Token of the reviewer")?;
    let reviewer = session::authenticate(&db, &World::real(), &token).await?;
    reviewer.require(Action::Judge, newsroom)?;
    let ratings = ratings(&db, newsroom, &options.rating).await?;
    // Before anything is stored: the rest must have a place.
    let rest = options.rest.as_deref().map(foreign::create).transpose()?;
    let begun = reviewer.now();
    let target = Arc::new(Target { newsroom, reviewer, ratings, begun });
    let (mut imported, mut left) = (0, Vec::new());
    for (number, read) in entries.into_iter().enumerate() {
        let stored = match read.entry {
            Ok(entry) => import_whole(&db, &target, entry).await,
            Err(error) => Err(anyhow!(error)),
        };
        match stored {
            Ok(claim) => {
                imported += 1;
                println!("{} {}", claim.id, claim.statement);
            }
            Err(error) => {
                eprintln!("entry {}: {}", number + 1, printable(&format!("{error:#}")));
                left.push(read.source);
            }
        }
    }
    eprintln!("{imported} imported, {} left", left.len());
    let is_complete = left.is_empty();
    if let Some(rest) = rest {
        foreign::write(rest, left)?;
    }
    db.close().await?;
    Ok(if is_complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Stores an entry in one transaction: its article, its claim and its verdict, or nothing of it.
async fn import_whole(db: &Db, target: &Arc<Target>, entry: Entry) -> anyhow::Result<claim::Model> {
    let target = Arc::clone(target);
    store::in_one_transaction(db, OtherWriters::Excluded, move |db| async move {
        Ok(match target.store(&db, entry).await {
            Ok(claim) => End::Commit(Ok(claim)),
            Err(error) => End::RollBack(Err(error)),
        })
    })
    .await?
}

impl Target {
    async fn store(&self, db: &Db, entry: Entry) -> anyhow::Result<claim::Model> {
        let machine = super::machine();
        let label = self.ratings.iter().find(|(label, _)| label.name() == entry.label);
        let (_, rating) = label.ok_or_else(|| anyhow!("the label `{}` is unknown", entry.label))?;
        let day = entry.day.as_deref().map(Day::read).transpose();
        let day = day.map_err(|error| anyhow!("`claim_date`: {error}"))?;
        let citations: Vec<_> = entry.answers.iter().map(citation).collect();
        let article = self.article(&entry)?;
        let text = article::compose(&article)?;
        let known = duplicate::of(db, self.newsroom, None, &duplicate::wording(&text)).await?;
        if let Some(known) = known.iter().find(|known| known.imported_at < self.begun) {
            bail!("the newsroom has an article with this text: {}", known.id);
        }
        let start = text.chars().count() - entry.claim.chars().count();
        let (start, end) = (i32::try_from(start)?, i32::try_from(text.chars().count())?);
        let article = article::import(db, &machine, article).await?.0;
        let range = RangeInput::at(entry.claim.clone(), start, end);
        let claim = MarkClaimInput::new(article.id, entry.claim, entry.tags, vec![range]);
        let claim = claim.made_by(entry.speaker, day);
        let marked = claim::mark(db, &machine, claim).await?.0;
        let verdict =
            SubmitVerdictInput::new(marked.id, rating.clone(), entry.justification, citations);
        Ok(verdict::submit(db, &self.reviewer, verdict).await?.1)
    }

    /// The article of a claim: its text is the claim.
    fn article(&self, entry: &Entry) -> anyhow::Result<ImportArticleInput> {
        let mut title: String = entry.claim.chars().take(MOST_TITLE).collect();
        if title.len() < entry.claim.len() {
            title.push('…');
        }
        Ok(ImportArticleInput {
            newsroom: self.newsroom.into(),
            format: ArticleFormat::Text,
            title: Some(title),
            body: entry.claim.clone(),
            url: entry.url.as_deref().map(article::parse_url).transpose()?,
            publisher: entry.publisher.clone(),
            author: None,
            language: None,
            published_at: None,
        })
    }
}

/// The key of the rating for each label. `named` are those that the command line names.
async fn ratings(
    db: &Db,
    newsroom: NewsroomId,
    named: &[String],
) -> anyhow::Result<Vec<(Label, String)>> {
    let scale = rating::current_scale(db, newsroom).await?;
    let ids = rating::of_scales(db, &[scale.id]).await?.iter().map(|rating| rating.id).collect();
    let all: Vec<_> = public::ratings(db, ids).await?.into_values().collect();
    let mut keys = Vec::new();
    for named in named {
        let (name, key) = named.split_once('=').unwrap_or((named, ""));
        let label = Label::ALL.into_iter().find(|label| label.name() == name.trim());
        let label = label.ok_or_else(|| anyhow!("--rating {named}: this is no label"))?;
        let is_known = all.iter().any(|rating| rating.key == key.trim());
        ensure!(is_known, "--rating {named}: the newsroom's scale has no such rating");
        keys.push((label, key.trim().to_owned()));
    }
    for label in Label::ALL {
        if keys.iter().any(|(named, _)| *named == label) {
            continue;
        }
        let fitting = all.iter().filter(|rating| Label::of(rating) == label);
        let best = fitting.min_by_key(|rating| (distance(label, rating), rating.key.clone()));
        let name = label.name();
        let best = best.ok_or_else(|| {
            anyhow!("the newsroom's scale has no rating for {name}: give --rating '{name}=KEY'")
        })?;
        keys.push((label, best.key.clone()));
    }
    Ok(keys)
}

/// How far a rating that has a label is from what the label says. Zero for the same name.
fn distance(label: Label, rating: &PublicRating) -> i32 {
    if [&rating.key, &rating.label].iter().any(|name| letters(name) == letters(label.name())) {
        return 0;
    }
    let of_rank = rating.rank.map_or(i32::MAX, |rank| match label {
        Label::Supported => 1 + rank.best - rank.own,
        Label::Refuted => 1 + rank.own - rank.worst,
        Label::Conflicting => 1 + (2 * rank.own - rank.worst - rank.best).abs(),
        Label::NotEnough => i32::MAX,
    });
    if rating.key == "UNVERIFIABLE" { 1 } else { of_rank }
}

/// The citation that an answer is. The data set does not say whether an answer supports the claim.
fn citation(answer: &Answer) -> CitedSource {
    let link = |text: &&String| Link::parse("url", text).is_ok();
    let url = answer.source.as_ref().filter(link);
    let kind = match answer.medium.as_str() {
        _ if url.is_none() => SourceKind::Other,
        "PDF" => SourceKind::Document,
        "Web table" => SourceKind::Dataset,
        "Video" => SourceKind::Broadcast,
        medium if medium == "Other" || OTHER_MEDIA.contains(&medium) => SourceKind::Other,
        _ => SourceKind::Web,
    };
    let medium = OTHER_MEDIA.into_iter().find(|medium| *medium == answer.medium);
    let description = match (url, &answer.source) {
        (None, Some(source)) => Some(source.clone()),
        // Somebody who wants to know can search for the same.
        (None, None) => Some(format!("Search: {}", answer.question)),
        (Some(_), _) => medium.map(ToOwned::to_owned),
    };
    CitedSource {
        kind,
        url: url.cloned(),
        title: None,
        publisher: None,
        description,
        doi: None,
        isbn: None,
        issn: None,
        stance: Stance::Context,
        quote: None,
        accessed_at: None,
        archive_url: answer.copy.as_ref().filter(link).cloned(),
        question: Some(answer.question.clone()),
        answer: answer.answer.clone(),
        answer_type: Some(match answer.form {
            Form::Extractive => AnswerType::Extractive,
            Form::Abstractive => AnswerType::Abstractive,
            Form::Boolean => AnswerType::Boolean,
            Form::Unanswerable => AnswerType::Unanswerable,
        }),
    }
}
