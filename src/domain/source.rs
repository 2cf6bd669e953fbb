//! Sources, and the citations of them.
//!
//! Always true: a source is one a canonical address in its newsroom; a citation is written once, with the submission that it belongs to.

use async_graphql::{Enum, InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder};

use super::error::{Error, Reason, Result};
use super::ids::{CitationId, NewsroomId, SourceId, SubmissionId, VerdictId};
use super::link::Link;
use super::moment::Moment;
use super::policy::Actor;
use super::words;

/// A source, as it is stored; what it is called is said by its citations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sources")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SourceId,
    pub newsroom_id: NewsroomId,
    pub url: String,
    pub created_at: Moment,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// One verdict's use of one source.
pub mod citation {
    use super::{CitationId, Moment, SourceId, Stance, SubmissionId, VerdictId};
    use sea_orm::entity::prelude::*;

    /// A citation, as it is stored.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "citations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: CitationId,
        pub submission_id: SubmissionId,
        pub verdict_id: VerdictId,
        pub source_id: SourceId,
        pub ordinal: i32,
        pub url: String,
        pub title: Option<String>,
        pub publisher: Option<String>,
        pub stance: Stance,
        pub quote: Option<String>,
        pub accessed_at: Option<Moment>,
        pub archive_url: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::Entity", from = "Column::SourceId", to = "super::Column::Id")]
        Source,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What somebody cites, in plain words: nothing leads from it anywhere.
#[derive(Clone, Debug, SimpleObject)]
pub struct CitedSource {
    /// The address, such as with the part of the page that is meant.
    pub url: String,
    /// What it is called.
    pub title: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// What it says of the claim.
    pub stance: Stance,
    /// The words of it that matter.
    pub quote: Option<String>,
    /// When it was read.
    pub accessed_at: Option<Moment>,
    /// Where a copy of it is kept.
    pub archive_url: Option<String>,
}

/// What a source says of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Stance {
    /// It bears the claim out.
    #[sea_orm(string_value = "SUPPORTS")]
    Supports,
    /// It contradicts the claim.
    #[sea_orm(string_value = "REFUTES")]
    Refutes,
    /// It tells what one must know to judge the claim.
    #[sea_orm(string_value = "CONTEXT")]
    Context,
}

/// A source that a verdict rests on. Its address is kept, never fetched.
#[derive(InputObject, Clone)]
pub struct CitationInput {
    /// Its address: http or https, without credentials, at most 2,000 characters.
    url: String,
    /// What it is called: one line of at most 500 characters.
    title: Option<String>,
    /// Who published it: one line of at most 200 characters.
    publisher: Option<String>,
    /// What it says of the claim.
    stance: Stance,
    /// The words of it that matter: at most 5,000 characters.
    quote: Option<String>,
    /// When you read it.
    accessed_at: Option<Moment>,
    /// Where a copy of it is kept: an http or https address.
    archive_url: Option<String>,
}

/// The most citations that one verdict has.
const MOST_CITATIONS: usize = 50;

/// A citation that can't be wrong.
pub struct Citation {
    link: Link,
    title: Option<String>,
    publisher: Option<String>,
    stance: Stance,
    quote: Option<String>,
    accessed_at: Option<Moment>,
    archive: Option<Link>,
}

impl From<citation::Model> for CitedSource {
    fn from(row: citation::Model) -> Self {
        Self {
            url: row.url,
            title: row.title,
            publisher: row.publisher,
            stance: row.stance,
            quote: row.quote,
            accessed_at: row.accessed_at,
            archive_url: row.archive_url,
        }
    }
}

impl From<Citation> for CitedSource {
    fn from(citation: Citation) -> Self {
        Self {
            url: citation.link.into_string(),
            title: citation.title,
            publisher: citation.publisher,
            stance: citation.stance,
            quote: citation.quote,
            accessed_at: citation.accessed_at,
            archive_url: citation.archive.map(Link::into_string),
        }
    }
}

/// Parses a verdict's citations: at most 50.
pub fn parse_all(inputs: Vec<CitationInput>) -> Result<Vec<Citation>> {
    if inputs.len() > MOST_CITATIONS {
        let message = format!("{} citations, and at most {MOST_CITATIONS} are taken", inputs.len());
        return Err(Error::invalid("citations", Reason::TooLarge, message));
    }
    let parsed = inputs.into_iter().enumerate();
    parsed.map(|(number, input)| parse(&input).map_err(|error| error.within(&format!("citations[{number}]")))).collect()
}

fn parse(input: &CitationInput) -> Result<Citation> {
    Ok(Citation {
        link: Link::parse("url", &input.url)?,
        title: words::optional(input.title.as_deref(), |text| words::line("title", text, 500))?,
        publisher: words::optional(input.publisher.as_deref(), |text| words::line("publisher", text, 200))?,
        stance: input.stance,
        quote: words::optional(input.quote.as_deref(), |text| words::prose("quote", text, 5000))?,
        accessed_at: input.accessed_at,
        archive: words::optional(input.archive_url.as_deref(), |text| Link::parse("archiveUrl", text))?,
    })
}

/// Stores a submission's citations, and the sources among them that the newsroom didn't have yet.
pub async fn cite(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
    verdict: VerdictId,
    submission: SubmissionId,
    citations: Vec<Citation>,
) -> Result<()> {
    if citations.is_empty() {
        return Ok(());
    }
    // In one order, whoever writes: two verdicts that cite the same two new sources must not wait for each other.
    let addresses: std::collections::BTreeSet<_> = citations.iter().map(|citation| citation.link.canonical()).collect();
    let rows = addresses.iter().map(|url| ActiveModel {
        id: Set(timeless_id(actor)),
        newsroom_id: Set(newsroom),
        url: Set(url.clone()),
        created_at: Set(actor.now()),
    });
    let keep = OnConflict::columns([Column::NewsroomId, Column::Url]).do_nothing().to_owned();
    Entity::insert_many(rows).on_conflict(keep).exec_without_returning(txn).await?;
    let known = Entity::find().filter(Column::NewsroomId.eq(newsroom)).filter(Column::Url.is_in(&addresses)).all(txn).await?;
    let known: std::collections::HashMap<_, _> = known.into_iter().map(|source| (source.url, source.id)).collect();
    let rows = citations.into_iter().zip(0..).map(|(citation, ordinal)| {
        let source = known.get(&citation.link.canonical()).copied().ok_or_else(|| anyhow::anyhow!("a source was not stored"))?;
        Ok(citation::ActiveModel {
            id: Set(actor.new_id()),
            submission_id: Set(submission),
            verdict_id: Set(verdict),
            source_id: Set(source),
            ordinal: Set(ordinal),
            url: Set(citation.link.into_string()),
            title: Set(citation.title),
            publisher: Set(citation.publisher),
            stance: Set(citation.stance),
            quote: Set(citation.quote),
            accessed_at: Set(citation.accessed_at),
            archive_url: Set(citation.archive.map(Link::into_string)),
        })
    });
    citation::Entity::insert_many(rows.collect::<Result<Vec<_>>>()?).exec_without_returning(txn).await?;
    Ok(())
}

/// A new id that tells no time: whoever sees a source later must not learn that a verdict cited it before which they may not see.
fn timeless_id(actor: &Actor) -> SourceId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&actor.world().secret()[..16]);
    SourceId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// The citations of these submissions as they were written, each submission's in the order in which the reviewer gave them.
pub async fn of_submissions(db: &impl ConnectionTrait, submissions: &[SubmissionId]) -> Result<Vec<citation::Model>> {
    let list = citation::Entity::find().filter(citation::Column::SubmissionId.is_in(submissions.iter().copied()));
    Ok(list.order_by_asc(citation::Column::Ordinal).all(db).await?)
}
