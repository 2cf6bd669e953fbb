//! Webhooks: addresses that the server sends the events of a newsroom to.
//!
//! Invariants: the audit log is the outbox. A webhook keeps the number of the last event that it
//! delivered, so an event is delivered if and only if its transaction was committed, at least once,
//! and after all earlier ones. One server at a time sends for a webhook. The secret is shown once.

pub mod change;
pub mod due;
mod kinds;
pub mod message;
pub mod schedule;
pub mod state;
mod target;

use async_graphql::{Enum, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::domain::actor::Actor;
use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::ids::{AccountId, NewsroomId, WebhookId};
use crate::domain::permissions::Action;
use crate::domain::store::Db;
use crate::domain::time::Moment;
use kinds::Kinds;
use state::{delivery, resend};

/// The most webhooks that a newsroom may have.
pub const MOST: u64 = 20;

/// The row of a webhook.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhooks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookId,
    pub newsroom_id: NewsroomId,
    pub created_by: AccountId,
    pub url: String,
    pub description: Option<String>,
    pub kinds: Option<String>,
    pub version: i32,
    pub created_at: Moment,
    pub disabled_at: Option<Moment>,
    pub disabled_reason: Option<DisabledReason>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The reason why a webhook is disabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "WebhookDisabledReason")]
pub enum DisabledReason {
    /// An admin disabled it.
    ByAdmin,
    /// The receiver answered 410 Gone.
    Gone,
    /// Every attempt to deliver an event failed, over more than three days.
    Failed,
}

/// The state of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "WebhookState")]
pub enum State {
    /// The last attempt succeeded, or there was none yet.
    Active,
    /// The last attempt failed. The server will try again.
    Retrying,
    /// Nothing is sent until an admin enables it again.
    Disabled,
    /// It has no secret, because its newsroom was taken from an archive. Nothing is sent until an
    /// admin makes a new secret.
    WithoutSecret,
}

/// An address that the server sends the newsroom's events to, by the Standard Webhooks
/// specification. Events are delivered in the order of their numbers, each at least once. Only
/// admins can read it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Webhook {
    /// The webhook's id.
    pub id: WebhookId,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    #[graphql(skip)]
    pub created_by: AccountId,
    /// The address that events are sent to.
    pub url: String,
    /// A note for admins. Null if there is none.
    pub description: Option<String>,
    /// The kinds of events that are sent. Null means every kind.
    pub kinds: Option<Vec<event::Kind>>,
    /// The time when it was created.
    pub created_at: Moment,
    /// Version number for `expectedVersion`. Rises with every change.
    pub version: i32,
    /// Its state.
    pub state: State,
    /// The time when it was disabled. Null if it is not disabled.
    pub disabled_at: Option<Moment>,
    /// The reason why it is disabled. Null if it is not disabled.
    pub disabled_reason: Option<DisabledReason>,
    /// The number of the last event that was delivered, or that is not of its kinds. Null without a
    /// secret.
    pub last_number: Option<i32>,
    /// The number of attempts to deliver the next event that failed so far.
    pub failures: i32,
    /// The time of the next attempt if the last one failed. Null otherwise.
    pub next_attempt_at: Option<Moment>,
}

impl Webhook {
    fn of(row: Model, state: Option<&state::Model>) -> Self {
        let is_retrying = state.is_some_and(|state| state.failures > 0);
        let status = match (row.disabled_at, state) {
            (Some(_), _) => State::Disabled,
            (None, None) => State::WithoutSecret,
            (None, Some(_)) if is_retrying => State::Retrying,
            (None, Some(_)) => State::Active,
        };
        let next = state.filter(|_| status == State::Retrying).map(|state| state.next_attempt_at);
        Self {
            id: row.id,
            newsroom_id: row.newsroom_id,
            created_by: row.created_by,
            kinds: Kinds::of(row.kinds.as_deref()).list(),
            url: row.url,
            description: row.description,
            created_at: row.created_at,
            version: row.version,
            state: status,
            disabled_at: row.disabled_at,
            disabled_reason: row.disabled_reason,
            last_number: state.map(|state| state.last_number),
            failures: state.map_or(0, |state| state.failures),
            next_attempt_at: next,
        }
    }
}

/// The row of a webhook in one of the actor's newsrooms. The caller checks what the actor may do.
async fn fetch_row(db: &Db, actor: &Actor, id: WebhookId) -> Result<Model> {
    actor.signed_in()?;
    let row = Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("webhook"))?;
    actor.require_sight(row.newsroom_id, "webhook")?;
    Ok(row)
}

/// The webhook of this id.
pub async fn fetch(db: &Db, actor: &Actor, id: WebhookId) -> Result<Webhook> {
    let row = fetch_row(db, actor, id).await?;
    actor.require(Action::ReadWebhooks, row.newsroom_id)?;
    let state = state::Entity::find_by_id(id).one(db).await?;
    Ok(Webhook::of(row, state.as_ref()))
}

/// A newsroom's webhooks, oldest first.
pub async fn all(db: &Db, actor: &Actor, of: NewsroomId) -> Result<Vec<Webhook>> {
    actor.require(Action::ReadWebhooks, of)?;
    let rows = Entity::find().filter(Column::NewsroomId.eq(of)).order_by_asc(Column::Id);
    let rows = rows.all(db).await?;
    let states = state::Entity::find()
        .filter(state::Column::WebhookId.is_in(rows.iter().map(|row| row.id)))
        .all(db)
        .await?;
    let with_state = |row: Model| {
        let state = states.iter().find(|state| state.webhook_id == row.id);
        Webhook::of(row, state)
    };
    Ok(rows.into_iter().map(with_state).collect())
}

/// The last attempts of a webhook, newest first.
pub async fn deliveries(db: &Db, actor: &Actor, webhook: &Webhook) -> Result<Vec<delivery::Model>> {
    actor.require(Action::ReadWebhooks, webhook.newsroom_id)?;
    let list = delivery::Entity::find().filter(delivery::Column::WebhookId.eq(webhook.id));
    let list = list.order_by_desc(delivery::Column::Id).limit(state::MOST_DELIVERIES);
    Ok(list.all(db).await?)
}

/// The numbers of the events that wait to be sent again.
pub async fn resends(db: &Db, actor: &Actor, webhook: &Webhook) -> Result<Vec<i32>> {
    actor.require(Action::ReadWebhooks, webhook.newsroom_id)?;
    let list = resend::Entity::find().filter(resend::Column::WebhookId.eq(webhook.id));
    let list = list.order_by_asc(resend::Column::Number).all(db).await?;
    Ok(list.into_iter().map(|row| row.number).collect())
}
