//! The content of the measured databases: a newsroom with articles. Each article has 10 claims,
//! each claim 3 verdicts, and each verdict 2 citations.
//!
//! Everything is written through the domain, as the API does. So spans, states, versions and the
//! activity log are realistic.

use anyhow::{Context, anyhow};
use async_graphql::{InputType, Name, Pos, Value, value};
use claimspan::domain::actor::Actor;
use claimspan::domain::article::format::ArticleFormat;
use claimspan::domain::article::{self, ImportArticleInput};
use claimspan::domain::claim::{self, MarkClaimInput};
use claimspan::domain::people::joining;
use claimspan::domain::people::session::{self, SignInInput, UserAgent};
use claimspan::domain::permissions::Role;
use claimspan::domain::store::{self, Db};
use claimspan::domain::verdict::{self, SubmitVerdictInput};
use claimspan::domain::world::World;
use claimspan::domain::{ids::NewsroomId, newsroom};
use futures_util::{StreamExt, TryStreamExt, stream};
use migration::{Migrator, MigratorTrait};
use sea_orm::ConnectionTrait;

/// The password of every account.
pub const PASSWORD: &str = "a password that is no secret";

const CLAIMS: usize = 10;
const VERDICTS: usize = 3;
const CITATIONS: usize = 2;
const REVIEWERS: usize = 6;
/// The number of claimants.
const CLAIMANTS: usize = 200;
/// Claims have one of these tags, and one that all have.
const TAGS: [&str; 6] = ["health", "money", "ports", "prices", "schools", "water"];
/// The number of sources per article. On average, a source is cited three times, by any article.
const SOURCES: usize = CLAIMS * VERDICTS * CITATIONS / 3;

/// The content of a filled database.
pub struct Filled {
    pub articles: Vec<String>,
    pub claims: Vec<String>,
    pub reader: Person,
    pub editor: Person,
    pub admin: Person,
    pub reviewers: Vec<Person>,
    /// The newsroom's id.
    pub newsroom: NewsroomId,
}

/// A member of the newsroom.
pub struct Person {
    pub email: String,
    /// The token of a session.
    pub token: String,
    actor: Actor,
}

/// Fills an empty database with this number of articles.
pub async fn fill(url: &str, articles: usize) -> anyhow::Result<Filled> {
    let (at_once, db) = open(url).await?;
    Migrator::up(&db, None).await?;
    let world = World::real();
    let machine = Actor::machine(world.clone());
    let room = newsroom::create(&db, &machine, "bench", "The Bench").await?.id;
    let reader = join(&db, &world, room, "reader", Role::Reader).await?;
    let editor = join(&db, &world, room, "editor", Role::Editor).await?;
    let admin = join(&db, &world, room, "admin", Role::Admin).await?;
    let mut reviewers = Vec::new();
    for number in 0..REVIEWERS {
        reviewers
            .push(join(&db, &world, room, &format!("reviewer-{number}"), Role::Reviewer).await?);
    }

    let writer = Writer {
        db: &db,
        room,
        editor: &editor.actor,
        reviewers: &reviewers,
        sources: articles * SOURCES,
    };
    let written = stream::iter(0..articles).map(|number| writer.article(number)).buffered(at_once);
    let (articles, claims): (Vec<_>, Vec<_>) =
        written.try_collect::<Vec<_>>().await?.into_iter().unzip();
    settle(&db).await?;
    db.close().await?;
    Ok(Filled {
        articles,
        claims: claims.into_iter().flatten().collect(),
        reader,
        editor,
        admin,
        reviewers,
        newsroom: room,
    })
}

/// Adds this number of readers to a filled newsroom.
pub async fn add_readers(
    url: &str,
    newsroom: NewsroomId,
    number: usize,
) -> anyhow::Result<Vec<Person>> {
    let (_, db) = open(url).await?;
    let (world, mut readers) = (World::real(), Vec::new());
    for number in 0..number {
        readers
            .push(join(&db, &world, newsroom, &format!("follower-{number}"), Role::Reader).await?);
    }
    db.close().await?;
    Ok(readers)
}

/// Opens a database for filling. It need not survive a power failure meanwhile. Also returns the
/// number of concurrent writers.
async fn open(url: &str) -> anyhow::Result<(usize, Db)> {
    if url.starts_with("sqlite:") {
        let db = store::connect(url, 1).await?;
        db.execute_unprepared("PRAGMA synchronous = OFF").await?;
        return Ok((1, db));
    }
    let mut url = url::Url::parse(url)?;
    url.query_pairs_mut().append_pair("options[synchronous_commit]", "off");
    Ok((4, store::connect(url.as_str(), 4).await?))
}

/// Runs the maintenance that a database would do later, so that no round has to wait for it.
pub async fn settle(db: &Db) -> anyhow::Result<()> {
    let chore = if db.is_sqlite() { "PRAGMA wal_checkpoint(TRUNCATE)" } else { "VACUUM (ANALYZE)" };
    db.execute_unprepared(chore).await?;
    if !db.is_sqlite() {
        db.execute_unprepared("CHECKPOINT").await?;
    }
    Ok(())
}

async fn join(
    db: &Db,
    world: &World,
    room: NewsroomId,
    name: &str,
    role: Role,
) -> anyhow::Result<Person> {
    let email = format!("{name}@bench.example");
    joining::create_account(db, &Actor::machine(world.clone()), &email, name, PASSWORD, room, role)
        .await?;
    let input = input::<SignInInput>(value!({ "email": (email.as_str()), "password": PASSWORD }))?;
    let begun =
        session::sign_in(db, &Actor::stranger(world.clone()), &UserAgent::default(), input).await?;
    let actor = session::authenticate(db, world, &begun.token).await?;
    Ok(Person { email, token: begun.token, actor })
}

struct Writer<'a> {
    db: &'a Db,
    room: NewsroomId,
    editor: &'a Actor,
    reviewers: &'a [Person],
    sources: usize,
}

impl Writer<'_> {
    /// Writes an article and everything below it. Returns its id and the ids of its claims.
    async fn article(&self, number: usize) -> anyhow::Result<(String, Vec<String>)> {
        let mut words = Words::new(number);
        let told: Vec<_> = (1..=CLAIMS)
            .map(|claim| {
                format!("In year {claim} it was {} per cent, {}", words.number(100), words.some(9))
            })
            .collect();
        let paragraphs: Vec<_> = told
            .iter()
            .map(|told| format!("{}. {told}. {}.", words.some(14), words.some(20)))
            .collect();
        let import = ImportArticleInput {
            newsroom: self.room.into(),
            format: ArticleFormat::Text,
            title: Some(format!("Article {number}: {}", words.some(6))),
            body: paragraphs.join("\n"),
            url: Some(format!("https://news.example.org/{number}")),
            publisher: Some("The Courier".to_owned()),
            author: None,
            language: Some("en".to_owned()),
            published_at: None,
        };
        let article = article::import(self.db, self.editor, import).await?.0.id.to_string();
        let mut claims = Vec::with_capacity(told.len());
        for told in told {
            let mark = input::<MarkClaimInput>(value!({
                "article": (article.as_str()),
                "statement": (format!("{told}.")),
                "claimant": (format!("The mayor of town {}", words.number(CLAIMANTS))),
                "tags": [(TAGS[words.number(TAGS.len())]), "budget"],
                "ranges": [{ "exact": told }],
            }))?;
            let (claim, ..) = claim::mark(self.db, self.editor, mark).await?;
            let claim = claim.id.to_string();
            for turn in 0..VERDICTS {
                let reviewer = &self.reviewers[(claims.len() + turn) % self.reviewers.len()];
                let submit =
                    input::<SubmitVerdictInput>(judgement(&mut words, &claim, self.sources))?;
                verdict::submit(self.db, &reviewer.actor, submit).await?;
            }
            claims.push(claim);
        }
        Ok((article, claims))
    }
}

/// The input of `submitVerdict` on a claim, with citations from a number of sources.
pub fn judgement(words: &mut Words, claim: &str, sources: usize) -> Value {
    const RATINGS: [&str; 4] = ["TRUE", "MOSTLY_TRUE", "MIXED", "FALSE"];
    const STANCES: [&str; 3] = ["SUPPORTS", "REFUTES", "CONTEXT"];
    let citations = (0..CITATIONS).map(|_| {
        let source = words.number(sources);
        value!({
            "url": (format!("https://source-{}.example.org/reports/{source}", source % 97)),
            "title": (format!("Report {source}")),
            "publisher": "Statistics Office",
            "stance": (Value::Enum(Name::new(STANCES[words.number(STANCES.len())]))),
            "quote": (words.some(15)),
        })
    });
    let citations = Value::List(citations.collect());
    value!({
        "claim": claim,
        "rating": (RATINGS[words.number(RATINGS.len())]),
        "rationale": (format!("{}.", words.some(30))),
        "citations": citations,
    })
}

/// An input, as a client would send it.
fn input<T: InputType>(value: Value) -> anyhow::Result<T> {
    T::parse(Some(value)).map_err(|error| {
        anyhow!("the input is invalid: {}", error.into_server_error(Pos::default()).message)
    })
}

/// Pseudo-random words and numbers. They are the same in every run.
pub struct Words(u64);

impl Words {
    const LIST: [&'static str; 24] = [
        "harbour", "the", "council", "water", "reported", "a", "prices", "of", "increase", "which",
        "ministry", "in", "workers", "had", "spring", "said", "measured", "by", "hospital", "and",
        "quarter", "for", "denied", "région",
    ];

    /// The generator with this seed.
    pub fn new(number: usize) -> Self {
        Self(0x9E37_79B9_7F4A_7C15 ^ (number as u64 + 1).wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    /// A number below `end`.
    pub fn number(&mut self, end: usize) -> usize {
        // Marsaglia's xorshift64.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % end.max(1)
    }

    /// A text of this number of words.
    pub fn some(&mut self, count: usize) -> String {
        let words: Vec<_> = (0..count).map(|_| Self::LIST[self.number(Self::LIST.len())]).collect();
        words.join(" ")
    }
}

impl Filled {
    /// The article that single requests use.
    pub fn an_article(&self) -> anyhow::Result<&str> {
        self.articles.first().map(String::as_str).context("there is an article")
    }
}
