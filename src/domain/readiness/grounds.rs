//! What a ruling would rest on: the verdicts in force, and the scale of now.

use std::collections::HashMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{FromQueryResult, JoinType, QuerySelect, QueryTrait, RelationTrait};

use crate::domain::error::Result;
use crate::domain::ids::{AccountId, ClaimId, NewsroomId, RatingId, RatingScaleId, SubmissionId};
use crate::domain::page::small;
use crate::domain::rating;
use crate::domain::source::citation;
use crate::domain::verdict::{self, submission};

/// The scale that a newsroom judges with now.
pub struct Scale {
    pub id: RatingScaleId,
    pub ratings: Vec<rating::Model>,
}

impl Scale {
    pub async fn current(db: &impl ConnectionTrait, newsroom: NewsroomId) -> Result<Self> {
        let scale = rating::current_scale(db, newsroom).await?;
        Ok(Self { id: scale.id, ratings: rating::of_scales(db, &[scale.id]).await? })
    }

    pub fn find(&self, key: &str) -> Result<&rating::Model> {
        rating::find_key(&self.ratings, key)
    }
}

/// The verdicts in force on a claim, as far as publishing asks of them.
#[derive(Default)]
pub struct Grounds {
    pub verdicts: Vec<Given>,
    /// How many citations have no archived copy.
    pub unarchived: i32,
}

/// A verdict in force.
#[derive(FromQueryResult)]
pub struct Given {
    claim_id: ClaimId,
    pub reviewer_id: AccountId,
    pub submission_id: SubmissionId,
    pub citation_count: i32,
    pub rating_id: RatingId,
    pub scale_id: RatingScaleId,
}

impl Grounds {
    /// Those of each of these claims, in two statements.
    pub async fn of_claims(db: &impl ConnectionTrait, claims: &[ClaimId]) -> Result<HashMap<ClaimId, Self>> {
        let in_force = || {
            verdict::Entity::find()
                .select_only()
                .column(verdict::Column::ClaimId)
                .filter(verdict::Column::ClaimId.is_in(claims.iter().copied()))
                .filter(verdict::Column::State.eq(verdict::State::Submitted))
        };
        let given = in_force()
            .columns([verdict::Column::ReviewerId, verdict::Column::SubmissionId])
            .columns([submission::Column::CitationCount, submission::Column::RatingId])
            .column(rating::Column::ScaleId)
            .join(JoinType::InnerJoin, verdict::Relation::Submission.def())
            .join(JoinType::InnerJoin, submission::Relation::Rating.def());
        let mut all: HashMap<ClaimId, Self> = HashMap::new();
        for given in given.into_model::<Given>().all(db).await? {
            all.entry(given.claim_id).or_default().verdicts.push(given);
        }
        let cited = Expr::col((citation::Entity, citation::Column::SubmissionId)).equals((verdict::Entity, verdict::Column::SubmissionId));
        let mut unarchived = in_force().into_query();
        unarchived
            .expr(Expr::val(1).count())
            .inner_join(citation::Entity, cited)
            .and_where(citation::Column::ArchiveUrl.is_null())
            .group_by_col((verdict::Entity, verdict::Column::ClaimId));
        for row in db.query_all(&unarchived).await? {
            let count = small(row.try_get_by_index(1)?);
            all.entry(row.try_get_by_index(0)?).or_default().unarchived = count;
        }
        Ok(all)
    }
}
