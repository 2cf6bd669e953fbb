//! Changing webhooks. Only admins may, in a session.

use async_graphql::{ID, InputObject, MaybeUndefined};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel, QuerySelect};
use serde_json::{Value as Json, json};

use super::kinds::Kinds;
use super::message::new_secret;
use super::state::{self, delivery, resend};
use super::target::Target;
use super::{Column, DisabledReason, Entity, MOST, Model, Webhook};
use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result, expect_version};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{NewsroomId, TypedId, WebhookId};
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text_input;

/// The most events of a webhook that may wait to be sent again.
const MOST_RESENDS: u64 = 100;
/// How long messages are also signed with the previous secret.
const OVERLAP: TimeDelta = TimeDelta::hours(24);

/// Creates a webhook.
#[derive(InputObject)]
pub struct CreateWebhookInput {
    /// The newsroom. It can have up to 20 webhooks.
    newsroom: ID,
    /// The address to send events to: https, at most 2,000 characters, without a user name or
    /// password. The server follows no redirects, and refuses hosts with private addresses.
    url: String,
    /// A note for admins: one line of at most 100 characters.
    description: Option<String>,
    /// The kinds of events to send: at least one. Default: every kind.
    kinds: Option<Vec<Kind>>,
}

/// Changes a webhook. Fields that are left out stay as they are.
#[derive(InputObject)]
pub struct UpdateWebhookInput {
    /// The webhook.
    webhook: ID,
    /// The webhook's version that you read. CONFLICT if it has another. Default: any.
    expected_version: Option<i32>,
    /// The new address, with the same rules as for `createWebhook`.
    url: Option<String>,
    /// The new note: one line of at most 100 characters. Null removes it.
    description: MaybeUndefined<String>,
    /// The kinds of events to send from now on: at least one. Null means every kind.
    kinds: MaybeUndefined<Vec<Kind>>,
    /// Whether it sends events. True also makes a failed delivery due at once.
    enabled: Option<bool>,
    /// Whether to make a new secret. Messages are signed with the previous secret, too, for 24
    /// hours.
    #[graphql(default)]
    rotate_secret: bool,
    /// Continue with the event after the one with this number: 0 to the number of the newest event.
    /// A higher number than `lastNumber` skips events, a lower one sends events once more.
    continue_after: Option<i32>,
}

/// Deletes a webhook.
#[derive(InputObject)]
pub struct DeleteWebhookInput {
    /// The webhook.
    webhook: ID,
}

/// Sends an event to a webhook once more.
#[derive(InputObject)]
pub struct SendWebhookEventInput {
    /// The webhook. It may be disabled.
    webhook: ID,
    /// The number of the event in the newsroom's audit log, of any kind.
    number: i32,
}

/// Creates a webhook. Returns it with its secret, which is shown only once.
pub async fn create(
    db: &Db,
    actor: &Actor,
    input: CreateWebhookInput,
) -> Result<(Webhook, String)> {
    let newsroom = NewsroomId::parse("newsroom", &input.newsroom)?;
    let permit = actor.require(Action::ManageWebhooks, newsroom)?;
    let target = Target::parse("url", &input.url)?;
    let kinds = Kinds::parse("kinds", input.kinds)?;
    let description = text_input::optional(input.description.as_deref(), parse_description)?;
    let secret = new_secret(actor.world());
    let host = target.host();
    let row = Model {
        id: actor.new_id(),
        newsroom_id: newsroom,
        created_by: actor.signed_in()?,
        url: target.into_string(),
        description,
        kinds: kinds.to_text(),
        version: 1,
        created_at: actor.now(),
        disabled_at: None,
        disabled_reason: None,
    };
    let kept = secret.clone();
    let webhook = store::write(db, permit, move |txn, actor| async move {
        if Entity::find().filter(Column::NewsroomId.eq(newsroom)).count(&*txn).await? >= MOST {
            let message = format!("The newsroom has {MOST} webhooks, which is the limit.");
            return Err(Error::invalid("newsroom", Reason::TooLarge, message));
        }
        Entity::insert(row.clone().into_active_model()).exec_without_returning(&*txn).await?;
        let detail = json!({ "webhook": row.id, "host": host, "kinds": row.kinds });
        log(&txn, &actor, newsroom, Kind::WebhookCreated, detail).await?;
        let state = state_after_now(&txn, &actor, &row, kept).await?;
        Ok(Webhook::of(row, Some(&state)))
    })
    .await?;
    Ok((webhook, secret))
}

/// Changes a webhook. Returns it with its new secret, if it got one.
pub async fn update(
    db: &Db,
    actor: &Actor,
    input: UpdateWebhookInput,
) -> Result<(Webhook, Option<String>)> {
    let known = named(db, actor, &input.webhook).await?;
    let permit = actor.require(Action::ManageWebhooks, known.newsroom_id)?;
    let change = Change::parse(input)?;
    store::write(db, permit, move |txn, actor| async move {
        let before = lock(&txn, known.id).await?;
        expect_version(change.expected_version, before.version)?;
        let after = change.apply(&before, &actor);
        let secret = change.rotate_secret.then(|| new_secret(actor.world()));
        if after == before && secret.is_none() && change.continue_after.is_none() {
            let message = "This changes nothing. Send at least one different value.";
            return Err(Error::invalid("webhook", Reason::Unchanged, message));
        }
        let after = Model { version: before.version + 1, ..after };
        after.clone().into_active_model().reset_all().update(&*txn).await?;
        let host = change.url.as_ref().map(Target::host);
        let detail = json!({
            "webhook": after.id,
            "host": host,
            "kinds": after.kinds,
            "enabled": after.disabled_at.is_none(),
            "newSecret": secret.is_some(),
            "continueAfter": change.continue_after,
        });
        log(&txn, &actor, after.newsroom_id, Kind::WebhookUpdated, detail).await?;
        let state = change.apply_to_state(&txn, &actor, &after, secret.clone()).await?;
        Ok((Webhook::of(after, state.as_ref()), secret))
    })
    .await
}

/// Deletes a webhook. Returns its id and its newsroom's.
pub async fn delete(
    db: &Db,
    actor: &Actor,
    input: DeleteWebhookInput,
) -> Result<(WebhookId, NewsroomId)> {
    let known = named(db, actor, &input.webhook).await?;
    let (id, newsroom) = (known.id, known.newsroom_id);
    let permit = actor.require(Action::ManageWebhooks, newsroom)?;
    store::write(db, permit, move |txn, actor| async move {
        lock(&txn, id).await?;
        resend::Entity::delete_many().filter(resend::Column::WebhookId.eq(id)).exec(&*txn).await?;
        // First the state: a server that sends takes its lock before it stores an attempt.
        state::Entity::delete_by_id(id).exec(&*txn).await?;
        delivery::Entity::delete_many()
            .filter(delivery::Column::WebhookId.eq(id))
            .exec(&*txn)
            .await?;
        Entity::delete_by_id(id).exec(&*txn).await?;
        log(&txn, &actor, newsroom, Kind::WebhookDeleted, json!({ "webhook": id })).await
    })
    .await?;
    Ok((id, newsroom))
}

/// Makes an event wait to be sent once more, besides the others. There is one attempt.
pub async fn send_again(db: &Db, actor: &Actor, input: SendWebhookEventInput) -> Result<Webhook> {
    let known = named(db, actor, &input.webhook).await?;
    let permit = actor.require(Action::ManageWebhooks, known.newsroom_id)?;
    let number = input.number;
    store::write(db, permit, move |txn, _| async move {
        let row = lock(&txn, known.id).await?;
        expect_number(&txn, row.newsroom_id, "number", number, 1).await?;
        let waiting = resend::Entity::find().filter(resend::Column::WebhookId.eq(row.id));
        if waiting.count(&*txn).await? >= MOST_RESENDS {
            let message = format!("{MOST_RESENDS} events of this webhook wait already. Try later.");
            return Err(Error::invalid("webhook", Reason::TooLarge, message));
        }
        let wanted = resend::ActiveModel { webhook_id: Set(row.id), number: Set(number) };
        let columns = [resend::Column::WebhookId, resend::Column::Number];
        resend::Entity::insert(wanted)
            .on_conflict(OnConflict::columns(columns).do_nothing().to_owned())
            .exec_without_returning(&*txn)
            .await?;
        let state = state::Entity::find_by_id(row.id).one(&*txn).await?;
        Ok(Webhook::of(row, state.as_ref()))
    })
    .await
}

/// A parsed change.
struct Change {
    expected_version: Option<i32>,
    url: Option<Target>,
    description: MaybeUndefined<String>,
    kinds: Option<Kinds>,
    enabled: Option<bool>,
    rotate_secret: bool,
    continue_after: Option<i32>,
}

impl Change {
    fn parse(input: UpdateWebhookInput) -> Result<Self> {
        let description = match input.description {
            MaybeUndefined::Value(text) => MaybeUndefined::Value(parse_description(&text)?),
            other => other,
        };
        let kinds = match input.kinds {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(Kinds::of(None)),
            MaybeUndefined::Value(list) => Some(Kinds::parse("kinds", Some(list))?),
        };
        Ok(Self {
            expected_version: input.expected_version,
            url: input.url.as_deref().map(|text| Target::parse("url", text)).transpose()?,
            description,
            kinds,
            enabled: input.enabled,
            rotate_secret: input.rotate_secret,
            continue_after: input.continue_after,
        })
    }

    fn apply(&self, before: &Model, actor: &Actor) -> Model {
        let mut after = before.clone();
        if let Some(url) = &self.url {
            after.url = url.clone().into_string();
        }
        match &self.description {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => after.description = None,
            MaybeUndefined::Value(text) => after.description = Some(text.clone()),
        }
        if let Some(kinds) = &self.kinds {
            after.kinds = kinds.to_text();
        }
        match self.enabled {
            Some(true) => (after.disabled_at, after.disabled_reason) = (None, None),
            Some(false) if after.disabled_at.is_none() => {
                after.disabled_at = Some(actor.now());
                after.disabled_reason = Some(DisabledReason::ByAdmin);
            }
            Some(false) | None => {}
        }
        after
    }

    /// Makes the next attempt due at once, with the new secret and after the given event.
    async fn apply_to_state(
        &self,
        txn: &DatabaseTransaction,
        actor: &Actor,
        webhook: &Model,
        secret: Option<String>,
    ) -> Result<Option<state::Model>> {
        if let Some(number) = self.continue_after {
            expect_number(txn, webhook.newsroom_id, "continueAfter", number, 0).await?;
        }
        let known = state::Entity::find_by_id(webhook.id).lock_exclusive().one(txn).await?;
        let known = match (known, secret.clone()) {
            (Some(known), _) => known,
            // Its newsroom was taken from an archive.
            (None, Some(secret)) => state_after_now(txn, actor, webhook, secret).await?,
            (None, None) => return Ok(None),
        };
        let mut next = known.clone();
        (next.failures, next.next_attempt_at) = (0, actor.now());
        next.last_number = self.continue_after.unwrap_or(known.last_number);
        if let Some(secret) = secret.filter(|secret| *secret != known.secret) {
            next.previous_secret = Some(std::mem::replace(&mut next.secret, secret));
            next.previous_until = Some(actor.now().plus(OVERLAP));
        }
        next.clone().into_active_model().reset_all().update(txn).await?;
        Ok(Some(next))
    }
}

fn parse_description(text: &str) -> Result<String> {
    text_input::visible_line("description", text, 100)
}

async fn named(db: &Db, actor: &Actor, id: &ID) -> Result<Model> {
    actor.signed_in()?;
    super::fetch_row(db, actor, WebhookId::parse("webhook", id)?).await
}

/// The webhook, which nobody else changes until the transaction ends.
async fn lock(txn: &DatabaseTransaction, id: WebhookId) -> Result<Model> {
    let row = Entity::find_by_id(id).lock_exclusive().one(txn).await?;
    row.ok_or(Error::NotFound("webhook"))
}

async fn log(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
    kind: Kind,
    detail: Json,
) -> Result<()> {
    event::append(txn, actor, newsroom, kind, Subject::default(), detail).await
}

/// Stores the state of a webhook that sends every event after the newest.
async fn state_after_now(
    txn: &DatabaseTransaction,
    actor: &Actor,
    webhook: &Model,
    secret: String,
) -> Result<state::Model> {
    let state = state::Model {
        webhook_id: webhook.id,
        log: webhook.newsroom_id.to_string(),
        last_number: newest(txn, webhook.newsroom_id).await?,
        failures: 0,
        next_attempt_at: actor.now(),
        secret,
        previous_secret: None,
        previous_until: None,
        lease: None,
        leased_until: 0,
    };
    let row = state.clone().into_active_model();
    state::Entity::insert(row).exec_without_returning(txn).await?;
    Ok(state)
}

/// The number of the newest event of a newsroom.
async fn newest(db: &impl ConnectionTrait, newsroom: NewsroomId) -> Result<i32> {
    let heads = event::heads(db, &[newsroom.to_string()]).await?;
    Ok(heads.first().map_or(0, |(_, number)| *number))
}

async fn expect_number(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    field: &str,
    number: i32,
    least: i32,
) -> Result<()> {
    let most = newest(txn, newsroom).await?;
    if (least..=most).contains(&number) {
        return Ok(());
    }
    let message = format!("`{field}` is {number}. It must be from {least} to {most}.");
    Err(Error::invalid(field, Reason::OutOfRange, message))
}
