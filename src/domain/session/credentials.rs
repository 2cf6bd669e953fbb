//! Credentials: who shows a token, of a session or of a program, and with which roles.

use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{FromQueryResult, JoinType, QuerySelect, RelationTrait};

use super::{Column, Entity, Relation};
use crate::domain::api_token;
use crate::domain::error::{Error, Result};
use crate::domain::ids::{AccountId, NewsroomId, SessionId};
use crate::domain::membership;
use crate::domain::moment::Moment;
use crate::domain::newsroom;
use crate::domain::policy::{Actor, Credential, Place, Policy, Role, World};
use crate::domain::secret::{self, Purpose};
use crate::domain::store::{self, Db};

/// How fine the time of last use is kept; finer would make each read a write.
const USE_GRAIN: TimeDelta = TimeDelta::seconds(60);

/// Who sends the token `text`. Errors with UNAUTHENTICATED if nobody does any more.
pub async fn authenticate(db: &Db, world: &World, text: &str) -> Result<Actor> {
    let found = match Purpose::of(text) {
        Some(Purpose::Session) => by_session(db, world, text).await?,
        Some(Purpose::ApiToken) => by_api_token(db, world, text).await?,
        Some(Purpose::Invitation) | None => None,
    };
    found.ok_or(Error::Unauthenticated("this token is unknown, expired or revoked: send no Authorization header, and sign in again"))
}

/// What somebody showed to be let in, to be looked at again while what they asked for goes on.
#[derive(Clone)]
pub struct Standing {
    db: Db,
    world: World,
    token: Option<String>,
}

impl Standing {
    /// Of whoever sends this token, or none.
    pub const fn new(db: Db, world: World, token: Option<String>) -> Self {
        Self { db, world, token }
    }

    /// Who that is now. Errors with UNAUTHENTICATED if the token is no good any more.
    pub async fn actor(&self) -> Result<Actor> {
        match &self.token {
            Some(token) => authenticate(&self.db, &self.world, token).await,
            None => Ok(Actor::stranger(self.world.clone())),
        }
    }
}

/// A session or token joined with one of its account's memberships, or with none.
#[derive(FromQueryResult)]
struct Credentials {
    id: Uuid,
    account_id: AccountId,
    last_used_at: Option<Moment>,
    newsroom_id: Option<NewsroomId>,
    role: Option<Role>,
    verdicts_required: Option<i32>,
    blind_review: Option<bool>,
    second_reader: Option<bool>,
    public_reading: Option<bool>,
}

/// The columns that a newsroom's policy stands in.
const POLICY: [newsroom::Column; 4] =
    [newsroom::Column::VerdictsRequired, newsroom::Column::BlindReview, newsroom::Column::SecondReader, newsroom::Column::PublicReading];

async fn by_session(db: &Db, world: &World, text: &str) -> Result<Option<Actor>> {
    let now = world.now();
    let rows = Entity::find()
        .select_only()
        .columns([Column::Id, Column::AccountId, Column::LastUsedAt])
        .columns([membership::Column::NewsroomId, membership::Column::Role])
        .columns(POLICY)
        .join(JoinType::InnerJoin, Relation::Account.def())
        .join(JoinType::LeftJoin, membership::Relation::Account.def().rev())
        .join(JoinType::LeftJoin, membership::Relation::Newsroom.def())
        .filter(Column::TokenHash.eq(secret::hash(text)))
        .filter(Column::ExpiresAt.gt(now))
        .into_model::<Credentials>()
        .all(db.read())
        .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let (id, account) = (SessionId(first.id), first.account_id);
    if is_stale(first.last_used_at, now) {
        let used = Entity::update_many().col_expr(Column::LastUsedAt, Expr::value(now)).filter(Column::Id.eq(id));
        note_use(db, id.0, used);
    }
    let places = rows.iter().filter_map(|row| row.place(None)).collect();
    Ok(Some(Actor::account(account, Credential::Session(id), places, world.clone())))
}

async fn by_api_token(db: &Db, world: &World, text: &str) -> Result<Option<Actor>> {
    let now = world.now();
    let token = api_token::Entity::find()
        .filter(api_token::Column::TokenHash.eq(secret::hash(text)))
        .filter(api_token::Column::ExpiresAt.gt(now))
        .filter(api_token::Column::RevokedAt.is_null())
        .one(db.read())
        .await?;
    let Some(token) = token else { return Ok(None) };
    let member = membership::Entity::find()
        .select_only()
        .columns([membership::Column::Id, membership::Column::AccountId, membership::Column::NewsroomId, membership::Column::Role])
        .columns(POLICY)
        .expr_as(Expr::value(Option::<Moment>::None), "last_used_at")
        .join(JoinType::InnerJoin, membership::Relation::Newsroom.def())
        .filter(membership::Column::NewsroomId.eq(token.newsroom_id).and(membership::Column::AccountId.eq(token.account_id)))
        .into_model::<Credentials>()
        .one(db.read())
        .await?;
    if is_stale(token.last_used_at, now) {
        let used = api_token::Entity::update_many()
            .col_expr(api_token::Column::LastUsedAt, Expr::value(now))
            .filter(api_token::Column::Id.eq(token.id));
        note_use(db, token.id.0, used);
    }
    let places = member.iter().filter_map(|row| row.place(Some(token.role))).collect();
    Ok(Some(Actor::account(token.account_id, Credential::ApiToken(token.id), places, world.clone())))
}

impl Credentials {
    fn place(&self, most: Option<Role>) -> Option<Place> {
        let policy = Policy {
            verdicts_required: self.verdicts_required?,
            blind_review: self.blind_review?,
            second_reader: self.second_reader?,
            public_reading: self.public_reading?,
        };
        let role = self.role?;
        Some(Place { newsroom: self.newsroom_id?, role: most.map_or(role, |most| std::cmp::min(most, role)), policy })
    }
}

/// Writes down a use of these credentials, beside the request: it tells of nothing that an event would tell, and nobody waits for it. A crowd
/// that shows the same is noted once.
fn note_use<E: EntityTrait>(db: &Db, id: Uuid, used: sea_orm::UpdateMany<E>) {
    store::aside(db, id, move |txn| async move { Ok(used.exec(&*txn).await.map(drop)?) });
}

fn is_stale(last_used_at: Option<Moment>, now: Moment) -> bool {
    last_used_at.is_none_or(|last| last.plus(USE_GRAIN) <= now)
}
