//! The tables of kept counts.

/// The results of claims. A claim that does not count has no row.
pub mod of_claim {
    use sea_orm::entity::prelude::*;

    use crate::domain::ids::{ArticleId, ClaimId, NewsroomId};
    use crate::domain::time::Moment;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "claim_counts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub claim_id: ClaimId,
        pub newsroom_id: NewsroomId,
        pub article_id: ArticleId,
        /// The claim that it repeats, or the claim itself. Claims with the same root are one unit.
        pub root_id: ClaimId,
        /// The key of the claimant, or of the one that it was merged into.
        pub claimant_id: Option<Uuid>,
        pub marked_at: Moment,
        pub month: i32,
        pub day: i32,
        /// See [`Shape`](super::super::shape::Shape).
        pub shape: String,
        /// The reviewers with current verdicts, as text.
        pub reviewers: String,
        /// The sources that these verdicts cite, as text.
        pub sources: String,
        /// The keys of the tags, as text.
        pub tags: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The reviewers of counted claims.
pub mod of_reviewer {
    use sea_orm::entity::prelude::*;

    use crate::domain::ids::{AccountId, ClaimId, NewsroomId, RatingScaleId};
    use crate::domain::time::Moment;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reviewer_counts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub newsroom_id: NewsroomId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub reviewer_id: AccountId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub level: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub claim_id: ClaimId,
        pub scale_id: RatingScaleId,
        /// Whether another reviewer rated the claim under the same scale.
        pub is_paired: bool,
        pub marked_at: Moment,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The sources that verdicts on counted claims cite.
pub mod of_source {
    use sea_orm::entity::prelude::*;

    use crate::domain::ids::{ClaimId, SourceId};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "source_counts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub source_id: SourceId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub level: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub claim_id: ClaimId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The articles that were not withdrawn.
pub mod of_article {
    use sea_orm::entity::prelude::*;

    use crate::domain::ids::{ArticleId, NewsroomId};
    use crate::domain::time::Moment;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "article_counts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub article_id: ArticleId,
        pub newsroom_id: NewsroomId,
        pub imported_at: Moment,
        pub month: i32,
        pub day: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The sums of the other tables.
pub mod sum {
    use sea_orm::entity::prelude::*;

    use crate::domain::ids::NewsroomId;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "count_sums")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub newsroom_id: NewsroomId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub period: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub count: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The sums of parts of newsrooms, of all time.
pub mod part_sum {
    use sea_orm::entity::prelude::*;

    use crate::domain::ids::NewsroomId;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "part_sums")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub newsroom_id: NewsroomId,
        /// The text of a [`Kind`](super::super::parts::Kind).
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        /// The account, or the key of the label.
        #[sea_orm(primary_key, auto_increment = false)]
        pub part_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub count: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The newsrooms whose counts are complete.
pub mod counted {
    use sea_orm::entity::prelude::*;

    use crate::domain::ids::NewsroomId;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "counted_newsrooms")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub newsroom_id: NewsroomId,
        /// The version of the rules that made the counts.
        pub rules: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
