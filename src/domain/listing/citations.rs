//! Citations, as far as their reader may see the verdicts that they belong to.

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Expr, ExprTrait, Func, Order, OverStatement, Query, SelectStatement, WindowStatement,
};
use sea_orm::{DbErr, FromQueryResult, QueryResult};

use super::described;
use super::sources::{MEMBER, Source, by_claims, join_member};
use crate::domain::actor::Actor;
use crate::domain::error::{Error, Result};
use crate::domain::ids::{CitationId, SourceId, SubmissionId, VerdictId};
use crate::domain::page;
use crate::domain::store::{Db, Values};
use crate::domain::time::Moment;
use crate::domain::verdict;
use crate::domain::verdict::source::{self, AnswerType, SourceKind, Stance, citation};

/// A verdict's use of a source.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex, serial)]
pub struct Citation {
    /// The citation's id.
    pub id: CitationId,
    #[graphql(skip)]
    pub submission_id: SubmissionId,
    #[graphql(skip)]
    pub verdict_id: VerdictId,
    /// The kind of source.
    pub kind: SourceKind,
    /// The address as the reviewer gave it. It may name a part of the page. Null if the source has none.
    pub url: Option<String>,
    /// The details that a reader needs to find the source. Null if not given.
    pub description: Option<String>,
    /// The DOI, in lower case. Null if there is none.
    pub doi: Option<String>,
    /// The ISBN, as 13 digits. Null if there is none.
    pub isbn: Option<String>,
    /// The ISSN, such as `0378-5955`. Null if there is none.
    pub issn: Option<String>,
    /// How the source relates to the claim.
    pub stance: Stance,
    /// The relevant words of the source.
    pub quote: Option<String>,
    /// When the reviewer read it.
    pub accessed_at: Option<Moment>,
    /// The address of an archived copy.
    pub archive_url: Option<String>,
    /// The question about the claim that the source answers. Null if not given.
    pub question: Option<String>,
    /// The answer to the question. Null without a question, and if no answer could be found.
    pub answer: Option<String>,
    /// The form of the answer. Null without a question.
    pub answer_type: Option<AnswerType>,
    #[graphql(skip)]
    pub source: Source,
}

impl FromQueryResult for Citation {
    /// Reads the columns `OWN` and those of the source, in their order.
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        let mut values = Values::of(row);
        let (id, submission_id, verdict_id) = (values.take()?, values.take()?, values.take()?);
        let kind: Option<SourceKind> = values.take()?;
        let url: String = values.take()?;
        Ok(Self {
            id,
            submission_id,
            verdict_id,
            kind: kind.unwrap_or_default(),
            url: Some(url).filter(|url| !url.is_empty()),
            description: values.take()?,
            doi: values.take()?,
            isbn: values.take()?,
            issn: values.take()?,
            stance: values.take()?,
            quote: values.take()?,
            accessed_at: values.take()?,
            archive_url: values.take()?,
            question: values.take()?,
            answer: values.take()?,
            answer_type: values.take()?,
            source: Source::take(&mut values)?,
        })
    }
}

/// Reads the citations of these submissions, each in the reviewer's order.
pub async fn citations_in(
    db: &Db,
    actor: &Actor,
    submissions: &[SubmissionId],
) -> Result<Vec<Citation>> {
    let those = citation::Column::SubmissionId.is_in(submissions.iter().copied());
    read(db, actor, those, ("ordinal", Order::Asc)).await
}

/// Fetches a citation.
pub async fn fetch_citation(db: &Db, actor: &Actor, id: CitationId) -> Result<Citation> {
    actor.signed_in()?;
    let found = read(db, actor, citation::Column::Id.eq(id), ("id", Order::Asc)).await?.pop();
    let citation = found.ok_or(Error::NotFound("citation"))?;
    verdict::fetch(db, actor, citation.verdict_id)
        .await
        .map_err(|error| error.renamed("citation"))?;
    Ok(citation)
}

/// Reads the newest `most` citations of each of these sources, by current verdicts that `actor` may see.
pub async fn citations_of(
    db: &Db,
    actor: &Actor,
    sources: &[SourceId],
    most: i32,
) -> Result<Vec<Citation>> {
    let by_source = WindowStatement::new()
        .add_partition_by(source::root_in(MEMBER))
        .order_by((citation::Entity, citation::Column::Id), Order::Desc)
        .to_owned();
    let numbered = in_force(actor, sources)
        .column((citation::Entity, citation::Column::Id))
        .expr_window_as(Func::cust("ROW_NUMBER"), by_source, "place")
        .to_owned();
    let newest = Query::select()
        .column("id")
        .from_subquery(numbered, "numbered")
        .and_where(Expr::col("place").lte(most))
        .to_owned();
    read(db, actor, citation::Column::Id.in_subquery(newest), ("id", Order::Desc)).await
}

/// Counts the citations of each of these sources, by current verdicts that `actor` may see.
pub async fn citation_counts(
    db: &Db,
    actor: &Actor,
    sources: &[SourceId],
) -> Result<Vec<(SourceId, i32)>> {
    let counted = in_force(actor, sources)
        .expr(source::root_in(MEMBER))
        .expr_as(Func::count(Expr::val(1)), "count")
        .add_group_by([source::root_in(MEMBER)])
        .take();
    let rows = db.query_all(&counted).await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index(0)?, page::small(row.try_get_by_index(1)?))))
        .collect()
}

/// Reads citations with their sources. A client that asks for one nearly always asks for the other, and on SQLite each row moves between
/// threads, which costs more than to find it.
async fn read(
    db: &Db,
    actor: &Actor,
    those: Expr,
    order: (&'static str, Order),
) -> Result<Vec<Citation>> {
    let mut list = Query::select();
    list.columns(OWN.map(|name| (citation::Entity, name)))
        .column((citation::Entity, citation::Column::Ordinal))
        .from(citation::Entity)
        .and_where(those);
    join_member(&mut list);
    // A source that others were merged into is not merged itself.
    let source = (source::root_in(MEMBER), Expr::value(Option::<Uuid>::None));
    let statement = described::describe(list, &OWN, Some(order), source, actor);
    let mut citations: Vec<Citation> = described::read(db, &statement).await?;
    described::complete(db, actor, &mut citations, |citation| &mut citation.source).await?;
    Ok(citations)
}

/// The columns of a citation, in the order in which they are read.
const OWN: [&str; 16] = [
    "id",
    "submission_id",
    "verdict_id",
    "kind",
    "url",
    "description",
    "doi",
    "isbn",
    "issn",
    "stance",
    "quote",
    "accessed_at",
    "archive_url",
    "question",
    "answer",
    "answer_type",
];

/// Citations of these sources by the current submissions of verdicts that `actor` may see.
fn in_force(actor: &Actor, sources: &[SourceId]) -> SelectStatement {
    let mut query = by_claims(actor);
    join_member(&mut query)
        .and_where(
            Expr::col((verdict::Entity, verdict::Column::SubmissionId))
                .equals((citation::Entity, citation::Column::SubmissionId)),
        )
        .and_where(source::root_in(MEMBER).is_in(sources.iter().copied()))
        .and_where(verdict::Column::State.eq(verdict::State::Submitted));
    query
}
