//! The grounds of a possible ruling: the current verdicts and the current rating scale.

use std::collections::HashMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{FromQueryResult, JoinType, QuerySelect, QueryTrait};

use crate::domain::error::Result;
use crate::domain::ids::{AccountId, ClaimId, NewsroomId, RatingId, RatingScaleId, SubmissionId};
use crate::domain::newsroom::rating;
use crate::domain::page::small;
use crate::domain::time::Moment;
use crate::domain::verdict::source::citation;
use crate::domain::verdict::{self, submission};

/// The newsroom's current rating scale.
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

/// The current verdicts on a claim, reduced to the facts that publishing depends on.
#[derive(Default)]
pub struct Grounds {
    pub verdicts: Vec<CurrentVerdict>,
    /// Everybody who has judged the claim, including those who withdrew their verdict.
    pub reviewers: Vec<AccountId>,
    /// The number of citations without an archived copy.
    pub unarchived: i32,
}

/// A current verdict.
#[derive(FromQueryResult)]
pub struct CurrentVerdict {
    claim_id: ClaimId,
    reviewer_id: AccountId,
    pub submission_id: SubmissionId,
    pub citation_count: i32,
    pub rating_id: RatingId,
    pub scale_id: RatingScaleId,
    pub read_revision: i32,
    pub reaffirmed_at: Option<Moment>,
    pub reaffirm_note: Option<String>,
    state: verdict::State,
}

impl Grounds {
    /// Returns the verdicts on each of these claims, in two statements.
    pub async fn of_claims(
        db: &impl ConnectionTrait,
        claims: &[ClaimId],
    ) -> Result<HashMap<ClaimId, Self>> {
        let judged = || {
            verdict::Entity::find()
                .select_only()
                .column(verdict::Column::ClaimId)
                .filter(verdict::Column::ClaimId.is_in(claims.iter().copied()))
        };
        let given = judged()
            .columns([
                verdict::Column::ReviewerId,
                verdict::Column::SubmissionId,
                verdict::Column::State,
                verdict::Column::ReadRevision,
                verdict::Column::ReaffirmedAt,
                verdict::Column::ReaffirmNote,
            ])
            .columns([submission::Column::CitationCount, submission::Column::RatingId])
            .column(rating::Column::ScaleId)
            .join(
                JoinType::InnerJoin,
                verdict::Entity::belongs_to(submission::Entity)
                    .from(verdict::Column::SubmissionId)
                    .to(submission::Column::Id)
                    .into(),
            )
            .join(
                JoinType::InnerJoin,
                submission::Entity::belongs_to(rating::Entity)
                    .from(submission::Column::RatingId)
                    .to(rating::Column::Id)
                    .into(),
            );
        let mut all: HashMap<ClaimId, Self> = HashMap::new();
        for given in given.into_model::<CurrentVerdict>().all(db).await? {
            let grounds = all.entry(given.claim_id).or_default();
            grounds.reviewers.push(given.reviewer_id);
            if given.state == verdict::State::Submitted {
                grounds.verdicts.push(given);
            }
        }
        let cited = Expr::col((citation::Entity, citation::Column::SubmissionId))
            .equals((verdict::Entity, verdict::Column::SubmissionId));
        let in_force = verdict::Column::State.eq(verdict::State::Submitted);
        let mut unarchived = judged().filter(in_force).into_query();
        unarchived
            .expr(Expr::val(1).count())
            .inner_join(citation::Entity, cited)
            .and_where(citation::Column::ArchiveUrl.is_null())
            // Only what has an address can disappear from it.
            .and_where(citation::Column::Url.ne(""))
            .group_by_col((verdict::Entity, verdict::Column::ClaimId));
        for row in db.query_all(&unarchived).await? {
            let count = small(row.try_get_by_index(1)?);
            all.entry(row.try_get_by_index(0)?).or_default().unarchived = count;
        }
        Ok(all)
    }
}
