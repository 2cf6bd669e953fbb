//! The basis of a ruling: the current verdicts at the time of publication or of a corrected rating,
//! and the words that they judge.
//!
//! Invariants: a basis is written once. Neither later verdicts nor later revisions change it.

use std::collections::{BTreeSet, HashMap};

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, FromQueryResult, JoinType, QueryOrder, QuerySelect,
};

use crate::domain::article::{self, anchor, revision};
use crate::domain::claim::carry;
use crate::domain::claim::{self, ClaimantKind};
use crate::domain::error::Result;
use crate::domain::ids::{
    AccountId, ClaimId, NewsroomId, RatingId, RevisionId, RulingId, SubmissionId, VerdictId,
};
use crate::domain::store::Db;
use crate::domain::time::{Day, Moment};
use crate::domain::verdict::{self, submission};

/// The submissions that a ruling rests on.
pub mod rested {
    use super::{Moment, RulingId, SubmissionId, submission};
    use sea_orm::entity::prelude::*;

    /// A submission that a ruling rests on. `basis` is 0 for the publication, or the number of the
    /// correction that set it.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ruling_verdicts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub ruling_id: RulingId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub basis: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub submission_id: SubmissionId,
        pub dissents: Option<bool>,
        pub reaffirmed_at: Option<Moment>,
        pub reaffirm_note: Option<String>,
        pub read_revision: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// Joins the submission.
    pub fn submission() -> RelationDef {
        Entity::belongs_to(submission::Entity)
            .from(Column::SubmissionId)
            .to(submission::Column::Id)
            .into()
    }
}

/// The words that a ruling rests on.
pub mod quoted {
    use super::RulingId;
    use sea_orm::entity::prelude::*;

    /// Words of the article that the claim was anchored to. `basis` is 0 for the publication, or
    /// the number of the correction that set it.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ruling_quotes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub ruling_id: RulingId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub basis: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub ordinal: i32,
        pub exact: String,
        pub prefix: String,
        pub suffix: String,
        /// The article's headline at that time.
        pub title: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A verdict that a ruling rests on, as it was at that time. Later submissions do not change it.
#[derive(Clone, Debug, FromQueryResult, SimpleObject)]
#[graphql(complex)]
pub struct RulingVerdict {
    /// The verdict's id.
    pub id: VerdictId,
    /// Whether the verdict's rating differs from the ruling's. Null if the two belong to different
    /// rating scales.
    pub dissents: Option<bool>,
    /// The reasoning behind the rating.
    pub rationale: String,
    /// The time of the submission.
    pub submitted_at: Moment,
    /// The time when the reviewer read changed words and kept the verdict, as of the ruling: the
    /// latest such time since the submission. Null if the verdict was submitted on the words that
    /// the ruling judges.
    pub reaffirmed_at: Option<Moment>,
    /// The number of the article's revision that the reviewer read last, as of the ruling. Null for
    /// rulings from before the server recorded it.
    pub read_revision: Option<i32>,
    #[graphql(skip)]
    pub reaffirm_note: Option<String>,
    /// Whether the reviewer had changed the rating after the verdicts of others were open to them
    /// under blind review. Null if the server did not record this yet.
    pub changed_after_reading: Option<bool>,
    #[graphql(skip)]
    pub ruling_id: RulingId,
    #[graphql(skip)]
    pub basis: i32,
    #[graphql(skip)]
    pub submission_id: SubmissionId,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    #[graphql(skip)]
    pub reviewer_id: AccountId,
    #[graphql(skip)]
    pub rating_id: RatingId,
}

/// The claim that a ruling judges, as plain values without links to other objects.
#[derive(Clone, Debug, SimpleObject)]
pub struct RulingSubject {
    /// The assertion.
    pub statement: String,
    /// The person or organisation that makes the claim. Null if unknown.
    pub claimant: Option<String>,
    /// The kind of claimant, as far as the newsroom knows now.
    pub claimant_kind: ClaimantKind,
    /// The claimant's identifier in Wikidata, such as `Q42`, as far as the newsroom knows now. Null
    /// if not given.
    pub claimant_identifier: Option<String>,
    /// The day on which the claim was made. Null if unknown.
    pub claimed_on: Option<Day>,
    /// The words of the article that assert the claim, in reading order, as they were when the
    /// ruling was published or its rating corrected.
    pub quotes: Vec<RulingQuote>,
    /// The article that contains the claim.
    pub article: RulingArticle,
}

/// Words quoted from an article.
#[derive(Clone, Debug, SimpleObject)]
pub struct RulingQuote {
    /// The quoted words.
    pub exact: String,
    /// Up to 32 characters before the quoted words.
    pub prefix: String,
    /// Up to 32 characters after the quoted words.
    pub suffix: String,
}

/// The article that contains a ruling's claim, as plain values.
#[derive(Clone, Debug, SimpleObject)]
pub struct RulingArticle {
    /// The headline.
    pub title: String,
    /// The http or https address where the article was published. Null if unknown.
    pub url: Option<String>,
    /// The publisher's name. Null if unknown.
    pub publisher: Option<String>,
    /// The author's name. Null if unknown.
    pub author: Option<String>,
    /// The time of publication. Null if unknown.
    pub published_at: Option<Moment>,
}

/// A current verdict that supports a new basis, with what its reviewer has read.
pub struct Support {
    pub submission: SubmissionId,
    /// Whether its rating differs from the ruling's. None if the two belong to different scales.
    pub dissents: Option<bool>,
    pub read_revision: i32,
    pub reaffirmed_at: Option<Moment>,
    pub reaffirm_note: Option<String>,
}

/// A ruling and the number of its basis.
pub type BasisKey = (RulingId, i32);

/// Records the new basis of a ruling: these submissions, and the words that the claim is anchored
/// to.
pub async fn record(
    txn: &DatabaseTransaction,
    ruling: &super::Model,
    claim: &claim::Model,
    verdicts: &[Support],
) -> Result<()> {
    let (ruling_id, basis) = (Set(ruling.id), Set(ruling.basis));
    let rows = verdicts.iter().map(|support| rested::ActiveModel {
        ruling_id: ruling_id.clone(),
        basis: basis.clone(),
        submission_id: Set(support.submission),
        dissents: Set(support.dissents),
        reaffirmed_at: Set(support.reaffirmed_at),
        reaffirm_note: Set(support.reaffirm_note.clone()),
        read_revision: Set(Some(support.read_revision)),
    });
    rested::Entity::insert_many(rows.collect::<Vec<_>>()).exec_without_returning(txn).await?;
    let title = article::fetch_row(txn, claim.article_id).await?.title;
    let rows = carry::words_of(txn, claim).await?.into_iter().zip(0..).map(|(words, ordinal)| {
        quoted::ActiveModel {
            ruling_id: ruling_id.clone(),
            basis: basis.clone(),
            ordinal: Set(ordinal),
            exact: Set(words.exact),
            prefix: Set(words.prefix),
            suffix: Set(words.suffix),
            title: Set(title.clone()),
        }
    });
    quoted::Entity::insert_many(rows.collect::<Vec<_>>()).exec_without_returning(txn).await?;
    Ok(())
}

/// Returns the verdicts that these rulings rest on, or rested on, in the order of their submission.
pub async fn verdicts(
    db: &impl ConnectionTrait,
    places: &[BasisKey],
) -> Result<Vec<RulingVerdict>> {
    let rulings: Vec<_> = places.iter().map(|(ruling, _)| *ruling).collect();
    let list = rested::Entity::find()
        .select_only()
        .columns([
            rested::Column::RulingId,
            rested::Column::Basis,
            rested::Column::SubmissionId,
            rested::Column::Dissents,
            rested::Column::ReaffirmedAt,
            rested::Column::ReaffirmNote,
            rested::Column::ReadRevision,
        ])
        .columns([
            submission::Column::RatingId,
            submission::Column::Rationale,
            submission::Column::SubmittedAt,
            submission::Column::ChangedAfterReading,
        ])
        .columns([verdict::Column::Id, verdict::Column::NewsroomId, verdict::Column::ReviewerId])
        .join(JoinType::InnerJoin, rested::submission())
        .join(
            JoinType::InnerJoin,
            submission::Entity::belongs_to(verdict::Entity)
                .from(submission::Column::VerdictId)
                .to(verdict::Column::Id)
                .into(),
        )
        .filter(rested::Column::RulingId.is_in(rulings))
        .order_by_asc(rested::Column::SubmissionId);
    Ok(list.into_model().all(db).await?)
}

/// Returns the subjects of these rulings on these claims.
pub async fn subjects(
    db: &Db,
    places: &[(BasisKey, ClaimId)],
) -> Result<HashMap<BasisKey, RulingSubject>> {
    let claims =
        claim::find_all(db, &places.iter().map(|(_, claim)| *claim).collect::<Vec<_>>()).await?;
    let articles =
        article::find_all(db, &claims.iter().map(|claim| claim.article_id).collect::<Vec<_>>())
            .await?;
    let (claims, articles): (HashMap<_, _>, HashMap<_, _>) = (
        claims.iter().map(|row| (row.id, row)).collect(),
        articles.iter().map(|row| (row.id, row)).collect(),
    );
    let rows = quoted::Entity::find()
        .filter(quoted::Column::RulingId.is_in(places.iter().map(|((ruling, _), _)| *ruling)));
    let (mut quotes, mut titles): (HashMap<BasisKey, Vec<RulingQuote>>, HashMap<BasisKey, String>) =
        (HashMap::new(), HashMap::new());
    for row in rows.order_by_asc(quoted::Column::Ordinal).all(db).await? {
        let quote = RulingQuote { exact: row.exact, prefix: row.prefix, suffix: row.suffix };
        quotes.entry((row.ruling_id, row.basis)).or_default().push(quote);
        titles.insert((row.ruling_id, row.basis), row.title);
    }
    let mut subject = |(place, claim): &(BasisKey, ClaimId)| {
        let claim = claims.get(claim)?;
        let article = articles.get(&claim.article_id)?;
        let subject = RulingSubject {
            statement: claim.statement.clone(),
            claimant: claim.claimant.clone(),
            claimant_kind: claim.claimant_kind.unwrap_or_default(),
            claimant_identifier: claim.claimant_identifier.clone(),
            claimed_on: claim.claimed_on,
            quotes: quotes.remove(place).unwrap_or_default(),
            article: RulingArticle {
                title: titles.remove(place).unwrap_or_default(),
                url: article.url.clone(),
                publisher: article.publisher.clone(),
                author: article.author.clone(),
                published_at: article.published_at,
            },
        };
        Some((*place, subject))
    };
    Ok(places.iter().filter_map(&mut subject).collect())
}

/// Returns the submissions that differ from the ruling's rating, in its current basis.
pub async fn dissenting(
    txn: &DatabaseTransaction,
    ruling: &super::Model,
) -> Result<BTreeSet<SubmissionId>> {
    let list = rested::Entity::find()
        .filter(rested::Column::RulingId.eq(ruling.id))
        .filter(rested::Column::Basis.eq(ruling.basis))
        .filter(rested::Column::Dissents.eq(true));
    Ok(list.all(txn).await?.into_iter().map(|row| row.submission_id).collect())
}

/// Returns, for each of these rulings, whether the words that it judges have changed since. They
/// have not if the claim's anchors are where they were, in a text that equals the one then. Rulings
/// whose words the server did not record are left out.
pub async fn words_changed(db: &Db, rulings: &[RulingId]) -> Result<Vec<(RulingId, bool)>> {
    let list = super::Entity::find().filter(super::Column::Id.is_in(rulings.iter().copied()));
    let rulings = list.all(db).await?;
    let ids: Vec<_> = rulings.iter().map(|ruling| ruling.claim_id).collect();
    let claims: HashMap<_, _> =
        claim::find_all(db, &ids).await?.into_iter().map(|claim| (claim.id, claim)).collect();
    let (mut known, mut open) = (Vec::new(), Vec::new());
    for ruling in &rulings {
        let recorded = ruling.basis_wording.zip(ruling.basis_revision_id);
        let (Some((wording, revision)), Some(claim)) = (recorded, claims.get(&ruling.claim_id))
        else {
            continue;
        };
        if wording == claim.wording {
            known.push((ruling.id, false));
        } else {
            open.push((
                ruling.id,
                (claim.id, revision, wording),
                (claim.id, claim.revision_id, claim.wording),
            ));
        }
    }
    let revisions: BTreeSet<RevisionId> =
        open.iter().flat_map(|(_, then, now)| [then.1, now.1]).collect();
    let texts: HashMap<_, _> =
        revision::find_all(db, &revisions.iter().copied().collect::<Vec<_>>())
            .await?
            .into_iter()
            .map(|row| (row.id, row.sha256))
            .collect();
    let of_open: Vec<_> = open.iter().map(|(_, then, _)| then.0).collect();
    let mut anchors = Vec::new();
    for id in revisions {
        anchors.extend(anchor::of_claims_in(db, id, &of_open).await?);
    }
    let places = |(claim, revision, wording): &(ClaimId, RevisionId, i32)| {
        let mut there: Vec<_> = anchors
            .iter()
            .filter(|it| {
                it.claim_id == *claim && it.revision_id == *revision && it.wording <= *wording
            })
            .collect();
        let last = there.iter().map(|anchor| anchor.wording).max();
        there.retain(|anchor| Some(anchor.wording) == last);
        let mut extents: Vec<_> =
            there.iter().map(|anchor| (anchor.start_at, anchor.end_at)).collect();
        extents.sort_unstable();
        extents
    };
    known.extend(open.iter().map(|(ruling, then, now)| {
        let is_same = texts.get(&then.1) == texts.get(&now.1) && places(then) == places(now);
        (*ruling, !is_same)
    }));
    Ok(known)
}
