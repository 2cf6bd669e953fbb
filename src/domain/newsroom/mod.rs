//! Newsrooms and their editorial policy.
//!
//! Invariants: every object below a newsroom belongs to that newsroom alone.

pub mod new_scale;
pub mod policy;
pub mod profile;
pub mod rating;
pub mod rating_cache;
pub mod rename;

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{DatabaseTransaction, IntoActiveModel, SqlErr};
use serde_json::json;

use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result, expect_version};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::NewsroomId;
use crate::domain::permissions::{Action, Policy};
use crate::domain::store::{self, Db};
use crate::domain::text_input;
use crate::domain::time::Moment;

/// A newsroom: a group of people who check claims together. Articles, claims, verdicts and rulings
/// each belong to one newsroom.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "newsrooms")]
#[graphql(name = "Newsroom", complex)]
pub struct Model {
    /// The newsroom's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NewsroomId,
    /// The unique name in addresses: lower-case letters, digits and hyphens.
    pub slug: String,
    /// The display name.
    pub name: String,
    #[graphql(skip)]
    pub verdicts_required: i32,
    #[graphql(skip)]
    pub blind_review: bool,
    #[graphql(skip)]
    pub second_reader: bool,
    #[graphql(skip)]
    pub public_reading: bool,
    /// Version number for `expectedVersion`. Rises with every change to the newsroom, its policy or
    /// its members.
    pub version: i32,
    #[graphql(skip)]
    pub created_at: Moment,
    #[graphql(skip)]
    pub public_url: Option<String>,
    #[graphql(skip)]
    pub logo_url: Option<String>,
    #[graphql(skip)]
    pub licence: Option<String>,
    #[graphql(skip)]
    pub contact: Option<String>,
    #[graphql(skip)]
    pub corrections_policy_url: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The newsroom's editorial policy.
    pub const fn policy(&self) -> Policy {
        Policy {
            verdicts_required: self.verdicts_required,
            blind_review: self.blind_review,
            second_reader: self.second_reader,
            public_reading: self.public_reading,
        }
    }
}

/// A newsroom's name in addresses: 1 to 63 lower-case letters, digits and hyphens. It begins and
/// ends with a letter or digit.
#[derive(Clone, Debug)]
pub struct Slug(String);

impl Slug {
    /// Parses a slug.
    pub fn parse(text: &str) -> Result<Self> {
        let good = (1..=63).contains(&text.len())
            && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !text.starts_with('-')
            && !text.ends_with('-');
        let message = "The slug is invalid. Use 1 to 63 lower-case letters, digits and hyphens, such as \
             sahel-desk.";
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::invalid("slug", Reason::InvalidFormat, message))
        }
    }
}

/// Creates a newsroom. Only the server's own command line can do this.
pub async fn create(db: &Db, actor: &Actor, slug: &str, name: &str) -> Result<Model> {
    let permit = actor
        .require_machine("You can create newsrooms only on the command line of the server.")?;
    let (slug, name) = (Slug::parse(slug)?, text_input::line("name", name, 200)?);
    store::write(db, permit, move |txn, actor| async move {
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
            public_url: None,
            logo_url: None,
            licence: None,
            contact: None,
            corrections_policy_url: None,
        };
        match Entity::insert(newsroom.clone().into_active_model())
            .exec_without_returning(&*txn)
            .await
        {
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                return Err(Error::invalid(
                    "slug",
                    Reason::AlreadyTaken,
                    format!("A newsroom {} already exists. Choose another slug.", newsroom.slug),
                ));
            }
            other => other?,
        };
        event::begin_log(&txn, newsroom.id).await?;
        rating::create_first_scale(&txn, &actor, newsroom.id).await?;
        event::append(
            &txn,
            &actor,
            newsroom.id,
            Kind::NewsroomCreated,
            Subject::default(),
            json!({ "slug": newsroom.slug }),
        )
        .await?;
        Ok(newsroom)
    })
    .await
}

/// Returns the newsroom with this slug.
pub async fn fetch_by_slug(db: &Db, actor: &Actor, slug: &str) -> Result<Model> {
    if !actor.is_machine() {
        actor.signed_in()?;
    }
    let row = Entity::find()
        .filter(Column::Slug.eq(slug))
        .one(db)
        .await?
        .ok_or(Error::NotFound("newsroom"))?;
    actor.require_sight(row.id, "newsroom")?;
    Ok(row)
}

/// Returns the newsrooms that the actor may read, by name.
pub async fn of_actor(db: &Db, actor: &Actor) -> Result<Vec<Model>> {
    actor.signed_in()?;
    let own = actor.rights().iter().map(|rights| rights.newsroom).collect::<Vec<_>>();
    let mut newsrooms = find_all(db, &own).await?;
    newsrooms.retain(|newsroom| actor.may(Action::Read, newsroom.id));
    newsrooms.sort_by(|a, b| (&a.name, &a.slug).cmp(&(&b.name, &b.slug)));
    Ok(newsrooms)
}

/// Returns the newsroom with this id.
pub async fn fetch(db: &Db, actor: &Actor, id: NewsroomId) -> Result<Model> {
    actor.require_sight(id, "newsroom")?;
    Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("newsroom"))
}

/// Returns the newsrooms with these ids.
pub async fn find_all(db: &impl ConnectionTrait, ids: &[NewsroomId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// Returns the current policy, as the transaction sees it. The actor is that of the transaction. Its
/// rights contain the policy, and nobody can change it before the transaction ends.
pub async fn policy_of(txn: &DatabaseTransaction, actor: &Actor, id: NewsroomId) -> Result<Policy> {
    if let Some(rights) = actor.rights_in(id) {
        return Ok(rights.policy);
    }
    Ok(Entity::find_by_id(id).one(txn).await?.ok_or(Error::NotFound("newsroom"))?.policy())
}

/// Locks the newsroom's row, and raises its version. All changes to its members and its policy take
/// this lock.
pub async fn lock(
    txn: &DatabaseTransaction,
    id: NewsroomId,
    expected: Option<i32>,
) -> Result<Model> {
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
