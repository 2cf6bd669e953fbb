//! What a ruling rests on: the verdicts in force when it was published or its rating was corrected, and the words that they judge.
//!
//! Always true: it is written once, so that neither a later verdict nor a later text of the article changes what a ruling rests on.

use std::collections::HashMap;

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, FromQueryResult, JoinType, QueryOrder, QuerySelect, RelationTrait};

use crate::domain::article;
use crate::domain::claim;
use crate::domain::error::Result;
use crate::domain::ids::{AccountId, ClaimId, NewsroomId, RatingId, RulingId, SubmissionId, VerdictId};
use crate::domain::moment::{Day, Moment};
use crate::domain::standing;
use crate::domain::store::Db;
use crate::domain::verdict::{self, submission};

/// The submissions that a ruling rests on.
pub mod rested {
    use super::{RulingId, SubmissionId};
    use sea_orm::entity::prelude::*;

    /// A submission that a ruling rests on, from the publishing (0) or the correction of this number until the next that changed that.
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
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "crate::domain::verdict::submission::Entity",
            from = "Column::SubmissionId",
            to = "crate::domain::verdict::submission::Column::Id"
        )]
        Submission,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The words that a ruling rests on.
pub mod quoted {
    use super::RulingId;
    use sea_orm::entity::prelude::*;

    /// Words of the article that the claim was marked on, from the publishing (0) or the correction of this number on.
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
        /// The headline above them.
        pub title: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A verdict as it stood when a ruling came to rest on it; what its reviewer said later changes nothing here.
#[derive(Clone, Debug, FromQueryResult, SimpleObject)]
#[graphql(complex)]
pub struct RulingVerdict {
    /// The verdict's id.
    pub id: VerdictId,
    /// Whether its rating is another than the ruling's; null where it was given under another scale.
    pub dissents: Option<bool>,
    /// Why.
    pub rationale: String,
    /// When it was submitted.
    pub submitted_at: Moment,
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

/// What a ruling is on, in plain words: nothing leads from it anywhere.
#[derive(Clone, Debug, SimpleObject)]
pub struct RulingSubject {
    /// What is claimed.
    pub statement: String,
    /// Who claims it.
    pub claimant: Option<String>,
    /// On which day it was claimed.
    pub claimed_on: Option<Day>,
    /// The words of the article that assert it, in reading order, as they were when the ruling came to rest on them.
    pub quotes: Vec<RulingQuote>,
    /// The article that it is made in.
    pub article: RulingArticle,
}

/// Words of an article.
#[derive(Clone, Debug, SimpleObject)]
pub struct RulingQuote {
    /// The words.
    pub exact: String,
    /// Up to 32 characters that stood before them.
    pub prefix: String,
    /// Up to 32 characters that stood after them.
    pub suffix: String,
}

/// Where an article is found that a claim is made in.
#[derive(Clone, Debug, SimpleObject)]
pub struct RulingArticle {
    /// Its headline.
    pub title: String,
    /// Where it was published.
    pub url: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When it was published.
    pub published_at: Option<Moment>,
}

/// Which basis of which ruling.
pub type Place = (RulingId, i32);

/// Records what the ruling rests on from now on: these submissions, and the words that the claim stands on.
pub async fn record(
    txn: &DatabaseTransaction,
    ruling: &super::Model,
    claim: &claim::Model,
    verdicts: &[(SubmissionId, Option<bool>)],
) -> Result<()> {
    let (ruling_id, basis) = (Set(ruling.id), Set(ruling.basis));
    let rows = verdicts.iter().map(|(submission, dissents)| rested::ActiveModel {
        ruling_id: ruling_id.clone(),
        basis: basis.clone(),
        submission_id: Set(*submission),
        dissents: Set(*dissents),
    });
    rested::Entity::insert_many(rows.collect::<Vec<_>>()).exec_without_returning(txn).await?;
    let title = article::fetch_row(txn, claim.article_id).await?.title;
    let rows = standing::words_of(txn, claim).await?.into_iter().zip(0..).map(|(words, ordinal)| quoted::ActiveModel {
        ruling_id: ruling_id.clone(),
        basis: basis.clone(),
        ordinal: Set(ordinal),
        exact: Set(words.exact),
        prefix: Set(words.prefix),
        suffix: Set(words.suffix),
        title: Set(title.clone()),
    });
    quoted::Entity::insert_many(rows.collect::<Vec<_>>()).exec_without_returning(txn).await?;
    Ok(())
}

/// The verdicts that these rulings rest on, or rested on, in the order in which they were submitted.
pub async fn verdicts(db: &Db, places: &[Place]) -> Result<Vec<RulingVerdict>> {
    let rulings: Vec<_> = places.iter().map(|(ruling, _)| *ruling).collect();
    let list = rested::Entity::find()
        .select_only()
        .columns([rested::Column::RulingId, rested::Column::Basis, rested::Column::SubmissionId, rested::Column::Dissents])
        .columns([submission::Column::RatingId, submission::Column::Rationale, submission::Column::SubmittedAt])
        .columns([verdict::Column::Id, verdict::Column::NewsroomId, verdict::Column::ReviewerId])
        .join(JoinType::InnerJoin, rested::Relation::Submission.def())
        .join(JoinType::InnerJoin, submission::Relation::Verdict.def())
        .filter(rested::Column::RulingId.is_in(rulings))
        .order_by_asc(rested::Column::SubmissionId);
    Ok(list.into_model().all(db.read()).await?)
}

/// What these rulings, on these claims, are on.
pub async fn subjects(db: &Db, places: &[(Place, ClaimId)]) -> Result<HashMap<Place, RulingSubject>> {
    let claims = claim::find_all(db, &places.iter().map(|(_, claim)| *claim).collect::<Vec<_>>()).await?;
    let articles = article::find_all(db, &claims.iter().map(|claim| claim.article_id).collect::<Vec<_>>()).await?;
    let (claims, articles): (HashMap<_, _>, HashMap<_, _>) =
        (claims.iter().map(|row| (row.id, row)).collect(), articles.iter().map(|row| (row.id, row)).collect());
    let rows = quoted::Entity::find().filter(quoted::Column::RulingId.is_in(places.iter().map(|((ruling, _), _)| *ruling)));
    let (mut quotes, mut titles): (HashMap<Place, Vec<RulingQuote>>, HashMap<Place, String>) = (HashMap::new(), HashMap::new());
    for row in rows.order_by_asc(quoted::Column::Ordinal).all(db.read()).await? {
        let quote = RulingQuote { exact: row.exact, prefix: row.prefix, suffix: row.suffix };
        quotes.entry((row.ruling_id, row.basis)).or_default().push(quote);
        titles.insert((row.ruling_id, row.basis), row.title);
    }
    let mut subject = |(place, claim): &(Place, ClaimId)| {
        let claim = claims.get(claim)?;
        let article = articles.get(&claim.article_id)?;
        let subject = RulingSubject {
            statement: claim.statement.clone(),
            claimant: claim.claimant.clone(),
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
