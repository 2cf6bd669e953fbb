//! Credentials: the token that a request presents, and the actor that it stands for.

use chrono::TimeDelta;
use sea_orm::UpdateMany;
use sea_orm::prelude::*;
use sea_orm::sea_query::Expr;

use crate::domain::actor::{Actor, Credential};
use crate::domain::error::Result;
use crate::domain::people::api_token;
use crate::domain::people::session;
use crate::domain::rights::{self, Key};
use crate::domain::secret::{self, Purpose};
use crate::domain::store::{self, Db};
use crate::domain::world::World;

/// How precise the time of last use is. A finer one would turn each read into a write.
const USE_GRAIN: TimeDelta = TimeDelta::seconds(60);

/// The actor that the token `text` stands for. UNAUTHENTICATED if the token is not valid.
pub async fn authenticate(db: &Db, world: &World, text: &str) -> Result<Actor> {
    let hash = secret::hash(text);
    let key = match Purpose::of(text) {
        Some(Purpose::Session) => Key::SessionHash(&hash),
        Some(Purpose::ApiToken) => Key::ApiTokenHash(&hash),
        Some(Purpose::Invitation | Purpose::PasswordReset) | None => {
            return Err(rights::invalid_token());
        }
    };
    let now = world.now();
    let found = rights::find(db, key, now).await?.ok_or_else(rights::invalid_token)?;
    if found.last_used_at.is_none_or(|last| last.plus(USE_GRAIN) <= now) {
        match found.credential {
            Credential::Session(id) => {
                let used = session::Entity::update_many()
                    .col_expr(session::Column::LastUsedAt, Expr::value(now))
                    .filter(session::Column::Id.eq(id));
                note_use(db, id.0, used);
            }
            Credential::ApiToken(id) => {
                let used = api_token::Entity::update_many()
                    .col_expr(api_token::Column::LastUsedAt, Expr::value(now))
                    .filter(api_token::Column::Id.eq(id));
                note_use(db, id.0, used);
            }
        }
    }
    Ok(Actor::account(found.account, found.credential, found.rights, world.clone()))
}

/// The token of a request, which can be checked again while the request goes on.
#[derive(Clone)]
pub struct Credentials {
    db: Db,
    world: World,
    token: Option<String>,
}

impl Credentials {
    /// The credentials of a request with this token, or without one.
    pub const fn new(db: Db, world: World, token: Option<String>) -> Self {
        Self { db, world, token }
    }

    /// The actor that they stand for now. UNAUTHENTICATED if the token is no longer valid.
    pub async fn actor(&self) -> Result<Actor> {
        match &self.token {
            Some(token) => authenticate(&self.db, &self.world, token).await,
            None => Ok(Actor::stranger(self.world.clone())),
        }
    }
}

/// Stores the time of last use in the background. Requests do not wait for it, and many requests with the same token write it once.
fn note_use<E: EntityTrait>(db: &Db, id: Uuid, used: UpdateMany<E>) {
    store::in_background(db, id, move |txn| async move { Ok(used.exec(&*txn).await.map(drop)?) });
}
