//! Rating scales: the words in which a newsroom judges.
//!
//! Always true: a scale is never changed, a newer one replaces it; a verdict keeps the rating of the scale that it was given under.

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel, QueryOrder};

use super::error::{Error, Reason, Result};
use super::ids::{NewsroomId, RatingId, RatingScaleId};
use super::moment::Moment;
use super::policy::Actor;
use super::store::Db;

/// One rating of a scale, such as FALSE.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "ratings")]
#[graphql(name = "Rating", serial)]
pub struct Model {
    /// The rating's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RatingId,
    #[graphql(skip)]
    pub scale_id: RatingScaleId,
    #[graphql(skip)]
    pub ordinal: i32,
    /// Its name for programs, unique in its scale.
    pub key: String,
    /// Its name for people.
    pub label: String,
    /// When it is to be given.
    pub description: String,
    /// Its place between false and true, higher is truer; none for ratings that lie outside that order.
    pub rank: Option<i32>,
    /// A colour to show it in, as `#rrggbb`.
    pub colour: String,
    /// Whether a verdict of this rating must cite a source.
    pub needs_source: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A newsroom's scale of ratings.
pub mod scale {
    use super::{Moment, NewsroomId, RatingScaleId, SimpleObject};
    use sea_orm::entity::prelude::*;

    /// The ratings that a newsroom judges with.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
    #[sea_orm(table_name = "rating_scales")]
    #[graphql(name = "RatingScale", complex)]
    pub struct Model {
        /// The scale's id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: RatingScaleId,
        #[graphql(skip)]
        pub newsroom_id: NewsroomId,
        /// 1, 2, 3 … within the newsroom.
        pub number: i32,
        /// Its name.
        pub name: String,
        /// When it was made.
        pub created_at: Moment,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A rating of the scale that a newsroom starts with.
struct First {
    key: &'static str,
    label: &'static str,
    rank: Option<i32>,
    colour: &'static str,
    needs_source: bool,
    description: &'static str,
}

const fn first(key: &'static str, label: &'static str, rank: Option<i32>, colour: &'static str, description: &'static str) -> First {
    First { key, label, rank, colour, needs_source: true, description }
}

/// The scale that a newsroom starts with.
const FIRST_SCALE: [First; 7] = [
    first("TRUE", "True", Some(5), "#1a7f37", "The evidence bears the claim out, and leaves out nothing that matters."),
    first("MOSTLY_TRUE", "Mostly true", Some(4), "#5a8f29", "The claim holds in substance; a detail is off or missing."),
    first("MIXED", "Mixed", Some(3), "#9a6700", "Parts of the claim hold and parts do not."),
    first("MOSTLY_FALSE", "Mostly false", Some(2), "#bc4c00", "A part of the claim holds, and what it says in substance does not."),
    first("FALSE", "False", Some(1), "#cf222e", "The evidence contradicts the claim."),
    first("MISSING_CONTEXT", "Missing context", None, "#8250df", "The claim misleads by what it leaves out."),
    First {
        needs_source: false,
        ..first("UNVERIFIABLE", "Unverifiable", None, "#57606a", "No evidence that can be had decides the claim.")
    },
];

/// Gives a new newsroom the scale that it starts with.
pub async fn create_first_scale(txn: &DatabaseTransaction, actor: &Actor, newsroom: NewsroomId) -> Result<()> {
    let scale = scale::Model { id: actor.new_id(), newsroom_id: newsroom, number: 1, name: "Truth".to_owned(), created_at: actor.now() };
    let rows = FIRST_SCALE.into_iter().zip(0..).map(|(first, ordinal)| ActiveModel {
        id: Set(actor.new_id()),
        scale_id: Set(scale.id),
        ordinal: Set(ordinal),
        key: Set(first.key.to_owned()),
        label: Set(first.label.to_owned()),
        description: Set(first.description.to_owned()),
        rank: Set(first.rank),
        colour: Set(first.colour.to_owned()),
        needs_source: Set(first.needs_source),
    });
    let rows: Vec<_> = rows.collect();
    scale::Entity::insert(scale.into_active_model()).exec_without_returning(txn).await?;
    Entity::insert_many(rows).exec_without_returning(txn).await?;
    Ok(())
}

/// The scale that the newsroom judges with now.
pub async fn current_scale(db: &impl ConnectionTrait, newsroom: NewsroomId) -> Result<scale::Model> {
    let scales = scale::Entity::find().filter(scale::Column::NewsroomId.eq(newsroom));
    scales.order_by_desc(scale::Column::Number).one(db).await?.ok_or(Error::NotFound("rating scale"))
}

/// The rating that `key` names in the newsroom's scale of now.
pub async fn fetch_by_key(txn: &DatabaseTransaction, newsroom: NewsroomId, key: &str) -> Result<Model> {
    let scale = current_scale(txn, newsroom).await?;
    let mut ratings = of_scales(txn, &[scale.id]).await?;
    let Some(place) = ratings.iter().position(|rating| rating.key == key) else {
        let keys: Vec<_> = ratings.iter().map(|rating| rating.key.as_str()).collect();
        let message = format!("this newsroom's rating scale has no such key; it has {}", keys.join(", "));
        return Err(Error::invalid("rating", Reason::UnknownRating, message));
    };
    Ok(ratings.swap_remove(place))
}

/// The ratings of these scales, each scale's in its order.
pub async fn of_scales(db: &impl ConnectionTrait, scales: &[RatingScaleId]) -> Result<Vec<Model>> {
    let list = Entity::find().filter(Column::ScaleId.is_in(scales.iter().copied()));
    Ok(list.order_by_asc(Column::Ordinal).all(db).await?)
}

/// The ratings with these ids.
pub async fn find_all(db: &Db, ids: &[RatingId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db.read()).await?)
}

/// The scale of this id.
pub async fn fetch_scale(db: &Db, actor: &Actor, id: RatingScaleId) -> Result<scale::Model> {
    actor.signed_in()?;
    let scale = scale::Entity::find_by_id(id).one(db.read()).await?.ok_or(Error::NotFound("rating scale"))?;
    actor.require_sight(scale.newsroom_id, "rating scale")?;
    Ok(scale)
}

/// The rating of this id.
pub async fn fetch(db: &Db, actor: &Actor, id: RatingId) -> Result<Model> {
    actor.signed_in()?;
    let rating = Entity::find_by_id(id).one(db.read()).await?.ok_or(Error::NotFound("rating"))?;
    fetch_scale(db, actor, rating.scale_id).await.map_err(|error| error.renamed("rating"))?;
    Ok(rating)
}
