//! Rating scales: the ratings that a newsroom's verdicts and rulings use.
//!
//! Invariants: a scale never changes. A newer scale replaces it. A verdict keeps the rating of the
//! scale under which it was submitted.

use std::collections::BTreeSet;

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Order, SimpleExpr};
use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait,
};

use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::{NewsroomId, RatingId, RatingScaleId};
use crate::domain::newsroom::new_scale::NewScale;
use crate::domain::page::{self, Page, Slice};
use crate::domain::permissions::Action;
use crate::domain::store::Db;
use crate::domain::text_input;
use crate::domain::time::Moment;

/// How many rating keys a filter may have.
const MOST_IN_FILTER: usize = 100;

/// One rating of a scale, such as `FALSE`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "ratings")]
#[graphql(name = "Rating", complex, serial)]
pub struct Model {
    /// The rating's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RatingId,
    #[graphql(skip)]
    pub scale_id: RatingScaleId,
    #[graphql(skip)]
    pub ordinal: i32,
    /// The name for programs, unique within its scale.
    pub key: String,
    /// The name for people.
    pub label: String,
    /// Explains when to use the rating. Empty if not given.
    pub description: String,
    /// Position between false and true. A higher rank is truer. Null for ratings outside that
    /// order.
    pub rank: Option<i32>,
    /// The display colour, as `#rrggbb`.
    pub colour: String,
    /// Whether a verdict with this rating must cite a source.
    pub needs_source: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A newsroom's rating scales.
pub mod scale {
    use crate::domain::newsroom::rating::{Moment, NewsroomId, RatingScaleId, SimpleObject};
    use sea_orm::entity::prelude::*;

    /// A version of a newsroom's rating scale.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
    #[sea_orm(table_name = "rating_scales")]
    #[graphql(name = "RatingScale", complex)]
    pub struct Model {
        /// The scale's id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: RatingScaleId,
        #[graphql(skip)]
        pub newsroom_id: NewsroomId,
        /// Scale number within the newsroom: 1, 2, 3 and so on.
        pub number: i32,
        /// The scale's name.
        pub name: String,
        /// The time when the scale was created.
        pub created_at: Moment,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Creates a new newsroom's scale.
pub async fn create_first_scale(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
) -> Result<()> {
    store_scale(txn, actor, newsroom, 1, NewScale::first()).await.map(drop)
}

/// Stores the newsroom's scale with this number. The caller appends the event.
pub async fn store_scale(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
    number: i32,
    draft: NewScale,
) -> Result<scale::Model> {
    let scale = scale::Model {
        id: actor.new_id(),
        newsroom_id: newsroom,
        number,
        name: draft.name,
        created_at: actor.now(),
    };
    let rows = draft.ratings.into_iter().zip(0..).map(|(rating, ordinal)| ActiveModel {
        id: Set(actor.new_id()),
        scale_id: Set(scale.id),
        ordinal: Set(ordinal),
        key: Set(rating.key),
        label: Set(rating.label),
        description: Set(rating.description.unwrap_or_default()),
        rank: Set(rating.rank),
        colour: Set(rating.colour),
        needs_source: Set(rating.needs_source),
    });
    let rows: Vec<_> = rows.collect();
    scale::Entity::insert(scale.clone().into_active_model()).exec_without_returning(txn).await?;
    Entity::insert_many(rows).exec_without_returning(txn).await?;
    Ok(scale)
}

/// Returns the newsroom's current scale.
pub async fn current_scale(
    db: &impl ConnectionTrait,
    newsroom: NewsroomId,
) -> Result<scale::Model> {
    let scales = scale::Entity::find().filter(scale::Column::NewsroomId.eq(newsroom));
    scales
        .order_by_desc(scale::Column::Number)
        .one(db)
        .await?
        .ok_or(Error::NotFound("rating scale"))
}

/// Returns the newsroom's scales, newest first.
pub async fn scales_of_newsroom(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    slice: &Slice,
) -> Result<Page<scale::Model>> {
    actor.require(Action::Read, newsroom)?;
    let list = scale::Entity::find().filter(scale::Column::NewsroomId.eq(newsroom));
    page::read_by_id(db, list, scale::Column::Id, Order::Desc, slice, |row| row.id.0).await
}

/// Returns the rating with this key in the newsroom's current scale.
pub async fn fetch_by_key(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    key: &str,
) -> Result<Model> {
    let newest = scale::Entity::find()
        .select_only()
        .column(scale::Column::Id)
        .filter(scale::Column::NewsroomId.eq(newsroom))
        .order_by_desc(scale::Column::Number)
        .limit(1);
    let ratings = Entity::find().filter(Column::ScaleId.in_subquery(newest.into_query()));
    Ok(find_key(&ratings.order_by_asc(Column::Ordinal).all(txn).await?, key)?.clone())
}

/// Finds the rating with this key among a scale's `ratings`.
pub fn find_key<'a>(ratings: &'a [Model], key: &str) -> Result<&'a Model> {
    ratings.iter().find(|rating| rating.key == key).ok_or_else(|| {
        let keys: Vec<_> = ratings.iter().map(|rating| rating.key.as_str()).collect();
        let message = format!(
            "The newsroom's rating scale has no such key. Use one of: {}.",
            keys.join(", ")
        );
        Error::invalid("rating", Reason::UnknownRating, message)
    })
}

/// Refuses a filter by rating keys that has too many, or one that is too long.
pub fn check_filter(field: &str, keys: Option<&[String]>) -> Result<()> {
    let keys = keys.unwrap_or_default();
    check_number(field, "keys", keys.len())?;
    for (number, key) in keys.iter().enumerate() {
        text_input::filter(&format!("{field}[{number}]"), Some(key), 100)?;
    }
    Ok(())
}

/// Refuses more ratings in a filter than there may be. `what` names them.
pub fn check_number(field: &str, what: &str, number: usize) -> Result<()> {
    if number <= MOST_IN_FILTER {
        return Ok(());
    }
    let message = format!("`{field}` has {number} {what}. The limit is {MOST_IN_FILTER}.");
    Err(Error::invalid(field, Reason::TooLarge, message))
}

/// Returns the keys of all ratings that scales had, of the newsrooms for which `is_meant` holds on
/// the scale's row.
pub async fn keys(db: &impl ConnectionTrait, is_meant: SimpleExpr) -> Result<BTreeSet<String>> {
    let scales =
        scale::Entity::find().select_only().column(scale::Column::Id).filter(is_meant).into_query();
    let keys = Entity::find()
        .select_only()
        .column(Column::Key)
        .filter(Column::ScaleId.in_subquery(scales));
    Ok(keys.into_tuple::<String>().all(db).await?.into_iter().collect())
}

/// Returns the ratings of these scales, in order per scale.
pub async fn of_scales(db: &impl ConnectionTrait, scales: &[RatingScaleId]) -> Result<Vec<Model>> {
    let list = Entity::find().filter(Column::ScaleId.is_in(scales.iter().copied()));
    Ok(list.order_by_asc(Column::Ordinal).all(db).await?)
}

/// Returns the scales with these ids, oldest first.
pub async fn find_scales(db: &Db, ids: &[RatingScaleId]) -> Result<Vec<scale::Model>> {
    Ok(scale::Entity::find()
        .filter(scale::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(scale::Column::Number)
        .all(db)
        .await?)
}

/// Returns the rating with this id, which another row refers to.
pub async fn fetch_row(txn: &DatabaseTransaction, id: RatingId) -> Result<Model> {
    Entity::find_by_id(id).one(txn).await?.ok_or(Error::NotFound("rating"))
}

/// Returns the scale with this id.
pub async fn fetch_scale(db: &Db, actor: &Actor, id: RatingScaleId) -> Result<scale::Model> {
    actor.signed_in()?;
    let scale =
        scale::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("rating scale"))?;
    actor.require_sight(scale.newsroom_id, "rating scale")?;
    Ok(scale)
}

/// Returns the rating with this id.
pub async fn fetch(db: &Db, actor: &Actor, id: RatingId) -> Result<Model> {
    actor.signed_in()?;
    let rating = Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("rating"))?;
    fetch_scale(db, actor, rating.scale_id).await.map_err(|error| error.renamed("rating"))?;
    Ok(rating)
}
