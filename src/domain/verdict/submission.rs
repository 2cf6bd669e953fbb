//! Submissions: what a verdict said from one time until the next. Each is kept.

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;

use crate::domain::ids::{RatingId, SubmissionId, VerdictId};
use crate::domain::moment::Moment;

/// What a verdict said from one submission until the next.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "submissions")]
#[graphql(name = "VerdictSubmission", complex)]
pub struct Model {
    /// The submission's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SubmissionId,
    #[graphql(skip)]
    pub verdict_id: VerdictId,
    /// 1, 2, 3 … within the verdict.
    pub number: i32,
    #[graphql(skip)]
    pub rating_id: RatingId,
    /// Why.
    pub rationale: String,
    /// The version of the claim that it was given on.
    pub claim_version: i32,
    #[graphql(skip)]
    pub citation_count: i32,
    /// When it was submitted.
    pub submitted_at: Moment,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::Entity", from = "Column::VerdictId", to = "super::Column::Id")]
    Verdict,
    #[sea_orm(belongs_to = "crate::domain::rating::Entity", from = "Column::RatingId", to = "crate::domain::rating::Column::Id")]
    Rating,
}

impl ActiveModelBehavior for ActiveModel {}
