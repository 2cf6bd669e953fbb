//! Newsrooms, and what they ask of their fact-checks.
//!
//! Always true: everything below a newsroom belongs to it alone.

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{DatabaseTransaction, IntoActiveModel, SqlErr};
use serde_json::json;

use super::error::{Error, Reason, Result, expect_version};
use super::event::{self, Kind, Subject};
use super::ids::NewsroomId;
use super::moment::Moment;
use super::policy::{Actor, Policy};
use super::rating;
use super::store::{self, Db};
use super::words;

/// A newsroom: everything else belongs to exactly one.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "newsrooms")]
#[graphql(name = "Newsroom", complex)]
pub struct Model {
    /// The newsroom's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NewsroomId,
    /// Its name in addresses: lower-case letters, digits and hyphens.
    pub slug: String,
    /// Its name.
    pub name: String,
    #[graphql(skip)]
    pub verdicts_required: i32,
    #[graphql(skip)]
    pub blind_review: bool,
    #[graphql(skip)]
    pub second_reader: bool,
    #[graphql(skip)]
    pub public_reading: bool,
    /// Rises with every change of the newsroom itself, its policy and its members; for `expectedVersion`.
    pub version: i32,
    #[graphql(skip)]
    pub created_at: Moment,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// What the newsroom asks of its fact-checks.
    pub const fn policy(&self) -> Policy {
        Policy {
            verdicts_required: self.verdicts_required,
            blind_review: self.blind_review,
            second_reader: self.second_reader,
            public_reading: self.public_reading,
        }
    }
}

/// A newsroom's name in addresses: 1 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit.
#[derive(Clone, Debug)]
pub struct Slug(String);

impl Slug {
    /// The slug in `text`.
    pub fn parse(text: &str) -> Result<Self> {
        let good = (1..=63).contains(&text.len())
            && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !text.starts_with('-')
            && !text.ends_with('-');
        let message = "a slug is 1 to 63 lower-case letters, digits and hyphens, such as sahel-desk";
        if good { Ok(Self(text.to_owned())) } else { Err(Error::invalid("slug", Reason::InvalidFormat, message)) }
    }
}

/// Founds a newsroom. Only the server's own command line can.
pub async fn create(db: &Db, actor: &Actor, slug: &str, name: &str) -> Result<Model> {
    if !actor.is_machine() {
        return Err(Error::Forbidden("newsrooms are founded on the command line of the server's own machine".into()));
    }
    let (slug, name) = (Slug::parse(slug)?, words::line("name", name, 200)?);
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let policy = Policy::default();
        let newsroom = Model {
            id: actor.new_id(),
            slug: slug.0,
            name,
            verdicts_required: policy.verdicts_required,
            blind_review: policy.blind_review,
            second_reader: policy.second_reader,
            public_reading: policy.public_reading,
            version: 1,
            created_at: actor.now(),
        };
        match Entity::insert(newsroom.clone().into_active_model()).exec_without_returning(&*txn).await {
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                return Err(Error::invalid("slug", Reason::AlreadyTaken, format!("a newsroom {} exists already", newsroom.slug)));
            }
            other => other?,
        };
        event::begin_log(&txn, newsroom.id).await?;
        event::append(&txn, &actor, newsroom.id, Kind::NewsroomCreated, Subject::default(), json!({ "slug": newsroom.slug })).await?;
        rating::create_first_scale(&txn, &actor, newsroom.id).await?;
        Ok(newsroom)
    })
    .await
}

/// The newsroom of this slug.
pub async fn fetch_by_slug(db: &Db, actor: &Actor, slug: &str) -> Result<Model> {
    if !actor.is_machine() {
        actor.signed_in()?;
    }
    let row = Entity::find().filter(Column::Slug.eq(slug)).one(db.read()).await?.ok_or(Error::NotFound("newsroom"))?;
    actor.require_sight(row.id, "newsroom")?;
    Ok(row)
}

/// The newsroom of this id.
pub async fn fetch(db: &Db, actor: &Actor, id: NewsroomId) -> Result<Model> {
    actor.require_sight(id, "newsroom")?;
    Entity::find_by_id(id).one(db.read()).await?.ok_or(Error::NotFound("newsroom"))
}

/// The newsrooms with these ids.
pub async fn find_all(db: &Db, ids: &[NewsroomId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db.read()).await?)
}

/// The policy in force, as the transaction sees it.
pub async fn policy_of(txn: &DatabaseTransaction, id: NewsroomId) -> Result<Policy> {
    Ok(Entity::find_by_id(id).one(txn).await?.ok_or(Error::NotFound("newsroom"))?.policy())
}

/// Takes the newsroom's lock, which all changes of its members and its policy pass, and raises its version.
pub async fn lock(txn: &DatabaseTransaction, id: NewsroomId, expected: Option<i32>) -> Result<Model> {
    let row = Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id))
        .exec_with_returning(txn)
        .await?
        .pop()
        .ok_or(Error::NotFound("newsroom"))?;
    expect_version(expected, row.version - 1)?;
    Ok(row)
}
