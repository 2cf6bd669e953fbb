//! Sources, and the citations of them.
//!
//! Invariants: a newsroom has one source per page or document, which its key names (see [`cited`]).
//! A citation is written once, with the submission that it belongs to. Only a change of the rules
//! for keys can give it another source, see [`rekey`]. A source that an editor merged into another
//! keeps its citations. They count as those of the source at the end of such steps, its root.

mod answer;
pub mod cited;
pub mod merge;
pub mod rekey;

mod identifier;

use std::collections::{BTreeSet, HashMap};

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Func, OnConflict, SimpleExpr};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QueryTrait};

pub use answer::AnswerType;
pub use cited::{Citation, CitedSource, SourceKind, Stance, parse_all};

use crate::domain::actor::Actor;
use crate::domain::error::Result;
use crate::domain::ids::{CitationId, NewsroomId, SourceId, SubmissionId, VerdictId};
use crate::domain::store::Writes;
use crate::domain::time::Moment;
use crate::domain::verdict;

/// A stored source. Its title and its address come from its citations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sources")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SourceId,
    pub newsroom_id: NewsroomId,
    /// The key: for a web page, an address without what differs between the addresses of the page.
    pub url: String,
    pub created_at: Moment,
    pub merged_into: Option<SourceId>,
    pub root_id: Option<SourceId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// One verdict's citation of one source.
pub mod citation {
    use crate::domain::verdict::source::{
        AnswerType, CitationId, Moment, SourceId, SourceKind, Stance, SubmissionId, VerdictId,
    };
    use sea_orm::entity::prelude::*;

    /// A stored citation.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "citations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: CitationId,
        pub submission_id: SubmissionId,
        pub verdict_id: VerdictId,
        pub source_id: SourceId,
        pub ordinal: i32,
        /// Empty if there is no address.
        pub url: String,
        pub title: Option<String>,
        pub publisher: Option<String>,
        pub stance: Stance,
        pub quote: Option<String>,
        pub accessed_at: Option<Moment>,
        pub archive_url: Option<String>,
        /// None for citations from before there were other kinds: web pages.
        pub kind: Option<SourceKind>,
        pub description: Option<String>,
        pub doi: Option<String>,
        pub isbn: Option<String>,
        pub issn: Option<String>,
        pub question: Option<String>,
        pub answer: Option<String>,
        pub answer_type: Option<AnswerType>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The root of the source in the row of this table: itself, unless it was merged.
pub fn root_in(table: &'static str) -> SimpleExpr {
    let column = |name: &'static str| Expr::col((table, name));
    Func::coalesce([column("root_id"), column("id")]).into()
}

/// Adds the citations of a verdict's newest submission to `writes`, and creates those sources that the
/// newsroom did not have yet.
pub async fn cite(
    txn: &DatabaseTransaction,
    writes: &mut Writes,
    actor: &Actor,
    verdict: &verdict::Model,
    citations: Vec<Citation>,
) -> Result<()> {
    if citations.is_empty() {
        return Ok(());
    }
    // The order is always the same. Otherwise two verdicts that cite the same two new sources could
    // deadlock.
    let keys: BTreeSet<_> = citations.iter().map(|citation| citation.key.clone()).collect();
    let known = establish(txn, actor, verdict.newsroom_id, &keys).await?;
    let rows = citations.into_iter().zip(0..).map(|(Citation { key, cited }, ordinal)| {
        let source =
            known.get(&key).copied().ok_or_else(|| anyhow::anyhow!("a source was not stored"))?;
        Ok(citation::ActiveModel {
            id: Set(actor.new_id()),
            submission_id: Set(verdict.submission_id),
            verdict_id: Set(verdict.id),
            source_id: Set(source),
            ordinal: Set(ordinal),
            url: Set(cited.url.unwrap_or_default()),
            title: Set(cited.title),
            publisher: Set(cited.publisher),
            stance: Set(cited.stance),
            quote: Set(cited.quote),
            accessed_at: Set(cited.accessed_at),
            archive_url: Set(cited.archive_url),
            kind: Set((cited.kind != SourceKind::Web).then_some(cited.kind)),
            description: Set(cited.description),
            doi: Set(cited.doi),
            isbn: Set(cited.isbn),
            issn: Set(cited.issn),
            question: Set(cited.question),
            answer: Set(cited.answer),
            answer_type: Set(cited.answer_type),
        })
    });
    let rows = citation::Entity::insert_many(rows.collect::<Result<Vec<_>>>()?);
    writes.add(txn, &rows.into_query()).await
}

/// Returns the sources with these keys, and creates those that are missing.
async fn establish(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
    keys: &BTreeSet<String>,
) -> Result<HashMap<String, SourceId>> {
    let rows = keys.iter().map(|key| ActiveModel {
        id: Set(timeless_id(actor)),
        newsroom_id: Set(newsroom),
        url: Set(key.clone()),
        created_at: Set(actor.now()),
        merged_into: Set(None),
        root_id: Set(None),
    });
    let keep = OnConflict::columns([Column::NewsroomId, Column::Url]).do_nothing().to_owned();
    let mut sources = Entity::insert_many(rows).on_conflict(keep).exec_with_returning(txn).await?;
    if sources.len() < keys.len() {
        let known = Entity::find().filter(Column::NewsroomId.eq(newsroom));
        sources = known.filter(Column::Url.is_in(keys)).all(txn).await?;
    }
    Ok(sources.into_iter().map(|source| (source.url, source.id)).collect())
}

/// A new id without a time in it. A reader who sees a source later must not learn when a hidden
/// verdict first cited it.
fn timeless_id(actor: &Actor) -> SourceId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&actor.world().secret()[..16]);
    SourceId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// Returns the citations of these submissions as they were written, in the reviewer's order per
/// submission.
pub async fn of_submissions(
    db: &impl ConnectionTrait,
    submissions: &[SubmissionId],
) -> Result<Vec<citation::Model>> {
    let list = citation::Entity::find()
        .filter(citation::Column::SubmissionId.is_in(submissions.iter().copied()));
    Ok(list.order_by_asc(citation::Column::Ordinal).all(db).await?)
}
