//! The work of a server that sends: which webhooks are due, whose turn it is, and the outcome of an
//! attempt.
//!
//! Invariants: a server sends for a webhook only while it holds the lease. The database's clock says
//! when a lease ends, because clocks of servers differ. The outcome of an attempt is stored only if
//! the lease is still held.

use std::collections::HashSet;
use std::time::Duration;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{ActiveEnum, DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect};
use serde_json::json;

use super::kinds::Kinds;
use super::message::Message;
use super::state::{self, MOST_DELIVERIES, delivery, resend};
use super::{Column, DisabledReason, Entity, Model, schedule};
use crate::domain::actor::Actor;
use crate::domain::error::Result;
use crate::domain::event::{self, Kind, Subject, head};
use crate::domain::ids::WebhookId;
use crate::domain::lease;
use crate::domain::store::{self, Db};
use crate::domain::time::Moment;
use crate::domain::world::World;

/// The status code of a receiver that wants no more messages.
const GONE: u16 = 410;
/// The number of events that are looked at at once.
const BATCH: u64 = 100;
/// The number of due webhooks from which the next are chosen. A newsroom has at most 20.
const CANDIDATES: u64 = 500;

/// The right to send for a webhook.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    webhook: WebhookId,
    id: Uuid,
}

/// The next message to send for a webhook.
pub struct Next {
    /// The address.
    pub url: String,
    /// The message.
    pub message: Message,
    /// The secrets that it is signed with.
    pub state: state::Model,
    /// The webhook.
    webhook: Model,
    /// The number of the event.
    number: i32,
    /// Whether an admin asked for it.
    is_resend: bool,
}

/// The outcome of an attempt.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The time when it began.
    pub at: Moment,
    /// How long it took.
    pub took: Duration,
    /// The status code, if there was an answer.
    pub status: Option<u16>,
    /// The reason why it failed, unless it succeeded.
    pub error: Option<String>,
    /// How long the receiver asks to wait.
    pub retry_after: Option<Duration>,
}

/// The webhooks that have something to send: at most one for each newsroom for which no server sends
/// already, and first those that were served least recently.
pub async fn due(db: &Db, now: Moment, most: usize) -> Result<Vec<WebhookId>> {
    let column = |column: state::Column| Expr::col((state::Entity, column));
    let list = || -> SelectStatement {
        let mut list = Query::select();
        list.columns(
            [state::Column::WebhookId, state::Column::Log].map(|column| (state::Entity, column)),
        )
        .expr_as(column(state::Column::LeasedUntil), "served")
        .from(state::Entity)
        .and_where(Expr::exists(busy(db)).not());
        list
    };
    let mut due = list();
    due.inner_join(head::Entity, on(head::Column::Log, state::Column::Log))
        .inner_join(Entity, on(Column::Id, state::Column::WebhookId))
        .and_where(Expr::col((Entity, Column::DisabledAt)).is_null())
        .and_where(
            column(state::Column::LastNumber).lt(Expr::col((head::Entity, head::Column::Number))),
        )
        .and_where(column(state::Column::NextAttemptAt).lte(now));
    let mut again = list();
    again.inner_join(resend::Entity, on(resend::Column::WebhookId, state::Column::WebhookId));
    due.union(UnionType::Distinct, again).order_by("served", sea_orm::Order::Asc).limit(CANDIDATES);
    let (mut newsrooms, mut webhooks) = (HashSet::new(), Vec::new());
    for row in db.query_all(&due).await? {
        let newsroom: String = row.try_get_by_index(1)?;
        if webhooks.len() < most && newsrooms.insert(newsroom) {
            webhooks.push(row.try_get_by_index(0)?);
        }
    }
    Ok(webhooks)
}

/// A webhook of the same newsroom for which a server sends.
fn busy(db: &impl ConnectionTrait) -> SelectStatement {
    let other = |column: state::Column| Expr::col(("other", column));
    Query::select()
        .expr(Expr::val(1))
        .from_as(state::Entity, "other")
        .and_where(other(state::Column::Log).equals((state::Entity, state::Column::Log)))
        .and_where(other(state::Column::LeasedUntil).gte(lease::clock(db)))
        .to_owned()
}

fn on<C: ColumnTrait>(other: C, own: state::Column) -> Expr {
    Expr::col((other.entity_name(), other)).eq(Expr::col((state::Entity, own)))
}

/// Takes the lease of a webhook, unless a server has it.
pub async fn take(db: &Db, world: &World, webhook: WebhookId) -> Result<Option<Lease>> {
    let own = Lease { webhook, id: world.id() };
    let taken = state::Entity::update_many()
        .col_expr(state::Column::Lease, Expr::value(own.id))
        .col_expr(state::Column::LeasedUntil, lease::end(db))
        .filter(state::Column::WebhookId.eq(webhook))
        .filter(Expr::col(state::Column::LeasedUntil).lt(lease::clock(db)))
        .exec(db)
        .await?;
    Ok((taken.rows_affected == 1).then_some(own))
}

/// Gives the lease back. Its end is the time when the webhook was last served.
pub async fn give_back(db: &Db, lease: Lease) -> Result<()> {
    state::Entity::update_many()
        .col_expr(state::Column::Lease, Expr::value(None::<Uuid>))
        .col_expr(state::Column::LeasedUntil, lease::clock(db).sub(1))
        .filter(state::Column::WebhookId.eq(lease.webhook))
        .filter(state::Column::Lease.eq(lease.id))
        .exec(db)
        .await?;
    Ok(())
}

/// The next message to send, if one is due. Passes over events of kinds that are not wanted.
pub async fn next(db: &Db, world: &World, lease: Lease) -> Result<Option<Next>> {
    loop {
        let state = state::Entity::find_by_id(lease.webhook).one(db).await?;
        let (Some(state), Some(webhook)) =
            (state, Entity::find_by_id(lease.webhook).one(db).await?)
        else {
            return Ok(None);
        };
        let again = resend::Entity::find()
            .filter(resend::Column::WebhookId.eq(webhook.id))
            .order_by_asc(resend::Column::Number);
        if let Some(again) = again.one(db).await?
            && let Some(event) = event::find(db, &state.log, again.number).await?
        {
            return Ok(Some(Next::of(db, world, webhook, state, &event, true).await?));
        }
        if webhook.disabled_at.is_some() || state.next_attempt_at > world.now() {
            return Ok(None);
        }
        let events = event::after(db, &state.log, state.last_number, BATCH).await?;
        let Some(last) = events.last().map(|event| event.number) else { return Ok(None) };
        let kinds = Kinds::of(webhook.kinds.as_deref());
        if let Some(event) = events.iter().find(|event| kinds.has(event.kind)) {
            return Ok(Some(Next::of(db, world, webhook, state, event, false).await?));
        }
        if !pass_over(db, lease, state.last_number, last).await? {
            return Ok(None);
        }
    }
}

impl Next {
    async fn of(
        db: &Db,
        world: &World,
        webhook: Model,
        state: state::Model,
        event: &event::Model,
        is_resend: bool,
    ) -> Result<Self> {
        let message = Message::of(db, world, webhook.newsroom_id, event).await?;
        let (url, number) = (webhook.url.clone(), event.number);
        Ok(Self { url, message, state, webhook, number, is_resend })
    }
}

/// Continues after the event `last`. Returns whether the webhook was still at `from`, with the lease.
async fn pass_over(db: &Db, lease: Lease, from: i32, last: i32) -> Result<bool> {
    let passed = state::Entity::update_many()
        .col_expr(state::Column::LastNumber, Expr::value(last))
        .filter(held(lease))
        .filter(state::Column::LastNumber.eq(from))
        .exec(db)
        .await?;
    Ok(passed.rows_affected == 1)
}

fn held(lease: Lease) -> Expr {
    state::Column::WebhookId.eq(lease.webhook).and(state::Column::Lease.eq(lease.id))
}

/// Stores the outcome of an attempt, and prolongs the lease. Returns whether to go on with the next
/// message.
pub async fn finish(
    db: &Db,
    world: &World,
    lease: Lease,
    next: Next,
    outcome: Outcome,
) -> Result<bool> {
    let actor = Actor::machine(world.clone());
    store::write(db, actor.without_rights(), move |txn, actor| async move {
        // First the webhook, then its state: admins take the locks in this order, too.
        let webhook = Entity::find_by_id(lease.webhook).lock_exclusive().one(&*txn).await?;
        let state = state::Entity::find().filter(held(lease)).lock_exclusive().one(&*txn).await?;
        let (Some(webhook), Some(state)) = (webhook, state) else { return Ok(false) };
        store_attempt(&txn, &actor, &next, &outcome).await?;
        prolong(&txn, lease).await?;
        if next.is_resend {
            resend::Entity::delete_by_id((webhook.id, next.number)).exec(&*txn).await?;
        }
        // An admin may have chosen another event to continue with since.
        let is_next = !next.is_resend && state.last_number == next.state.last_number;
        // A failure says nothing about what an admin has changed since.
        let is_current = webhook.version == next.webhook.version;
        if outcome.error.is_none() {
            if is_next {
                let next = state::Model { last_number: next.number, failures: 0, ..state };
                store_state(&txn, next).await?;
            }
        } else if is_current {
            fail(&txn, &actor, webhook, state, &next, &outcome).await?;
        }
        Ok(true)
    })
    .await
}

/// Makes the next attempt wait, or disables the webhook.
async fn fail(
    txn: &DatabaseTransaction,
    actor: &Actor,
    webhook: Model,
    state: state::Model,
    next: &Next,
    outcome: &Outcome,
) -> Result<()> {
    if outcome.status == Some(GONE) {
        return disable(txn, actor, webhook, DisabledReason::Gone, next.number).await;
    }
    if next.is_resend {
        return Ok(());
    }
    let failures = state.failures + 1;
    let random = actor.world().secret()[0];
    let Some(pause) = schedule::pause(failures, random, outcome.retry_after) else {
        store_state(txn, state::Model { failures, ..state }).await?;
        return disable(txn, actor, webhook, DisabledReason::Failed, next.number).await;
    };
    let next_attempt_at = actor.now().plus(pause);
    store_state(txn, state::Model { failures, next_attempt_at, ..state }).await
}

async fn store_attempt(
    txn: &DatabaseTransaction,
    actor: &Actor,
    next: &Next,
    outcome: &Outcome,
) -> Result<()> {
    let webhook = next.webhook.id;
    let attempt = delivery::Model {
        id: actor.new_id(),
        webhook_id: webhook,
        number: next.number,
        attempt: if next.is_resend { 0 } else { next.state.failures + 1 },
        attempted_at: outcome.at,
        milliseconds: i32::try_from(outcome.took.as_millis()).unwrap_or(i32::MAX),
        status: outcome.status.map(i32::from),
        error: outcome.error.clone(),
    };
    let row = attempt.into_active_model();
    delivery::Entity::insert(row).exec_without_returning(txn).await?;
    let oldest_kept: Option<Uuid> = delivery::Entity::find()
        .select_only()
        .column(delivery::Column::Id)
        .filter(delivery::Column::WebhookId.eq(webhook))
        .order_by_desc(delivery::Column::Id)
        .offset(MOST_DELIVERIES - 1)
        .limit(1)
        .into_tuple()
        .one(txn)
        .await?;
    if let Some(oldest_kept) = oldest_kept {
        delivery::Entity::delete_many()
            .filter(delivery::Column::WebhookId.eq(webhook))
            .filter(delivery::Column::Id.lt(oldest_kept))
            .exec(txn)
            .await?;
    }
    Ok(())
}

async fn prolong(txn: &DatabaseTransaction, lease: Lease) -> Result<()> {
    state::Entity::update_many()
        .col_expr(state::Column::LeasedUntil, lease::end(txn))
        .filter(held(lease))
        .exec(txn)
        .await?;
    Ok(())
}

/// Stores how far a webhook has come. The lease and the secret stay as they are.
async fn store_state(txn: &DatabaseTransaction, state: state::Model) -> Result<()> {
    state::Entity::update_many()
        .col_expr(state::Column::LastNumber, Expr::value(state.last_number))
        .col_expr(state::Column::Failures, Expr::value(state.failures))
        .col_expr(state::Column::NextAttemptAt, Expr::value(state.next_attempt_at))
        .filter(state::Column::WebhookId.eq(state.webhook_id))
        .exec(txn)
        .await?;
    Ok(())
}

/// Disables a webhook that cannot deliver the event with this number.
async fn disable(
    txn: &DatabaseTransaction,
    actor: &Actor,
    webhook: Model,
    reason: DisabledReason,
    number: i32,
) -> Result<()> {
    if webhook.disabled_at.is_some() {
        return Ok(());
    }
    let detail = json!({ "webhook": webhook.id, "reason": reason.to_value(), "number": number });
    let newsroom = webhook.newsroom_id;
    let disabled = Model {
        disabled_at: Some(actor.now()),
        disabled_reason: Some(reason),
        version: webhook.version + 1,
        ..webhook
    };
    disabled.into_active_model().reset_all().update(txn).await?;
    event::append(txn, actor, newsroom, Kind::WebhookDisabled, Subject::default(), detail).await
}
