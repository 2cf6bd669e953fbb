//! Mutations for webhooks.

use async_graphql::{Context, Object, Result, SimpleObject};

use crate::domain::ids::WebhookId;
use crate::domain::newsroom;
use crate::domain::webhook::Webhook;
use crate::domain::webhook::change::{
    self, CreateWebhookInput, DeleteWebhookInput, SendWebhookEventInput, UpdateWebhookInput,
};
use crate::graphql::RequestContext;

/// Result of creating a webhook.
#[derive(SimpleObject)]
struct CreateWebhookPayload {
    /// The new webhook.
    webhook: Webhook,
    /// The secret that messages are signed with, shown only once: `whsec_` and the Base64 of 32
    /// bytes. Give it to the receiver.
    secret: String,
}

/// Result of changing a webhook.
#[derive(SimpleObject)]
struct UpdateWebhookPayload {
    /// The webhook after the change.
    webhook: Webhook,
    /// The new secret, shown only once. Null unless you asked for one.
    secret: Option<String>,
}

/// Result of deleting a webhook.
#[derive(SimpleObject)]
struct DeleteWebhookPayload {
    /// The id that the webhook had.
    webhook_id: WebhookId,
    /// The newsroom after the change.
    newsroom: newsroom::Model,
}

/// Result of asking for an event to be sent again.
#[derive(SimpleObject)]
struct SendWebhookEventPayload {
    /// The webhook. Its `deliveries` show the attempt once it was made.
    webhook: Webhook,
}

/// Mutations for webhooks.
#[derive(Default)]
pub struct Webhooks;

#[Object]
impl Webhooks {
    /// Creates a webhook, so that the server sends each new event of the newsroom to an address.
    /// Messages follow the Standard Webhooks specification. They have ids and numbers only. Requires
    /// the ADMIN role and a session. An API token is not enough.
    async fn create_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The newsroom, the address and the kinds of events.")]
        input: CreateWebhookInput,
    ) -> Result<CreateWebhookPayload> {
        let (webhook, secret) = change::create(ctx.db(), ctx.actor(), input).await?;
        Ok(CreateWebhookPayload { webhook, secret })
    }

    /// Changes, disables or enables a webhook, or makes a new secret for it. Waiting events are sent
    /// at once. Requires the ADMIN role and a session. An API token is not enough.
    async fn update_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook and its changed fields.")] input: UpdateWebhookInput,
    ) -> Result<UpdateWebhookPayload> {
        let (webhook, secret) = change::update(ctx.db(), ctx.actor(), input).await?;
        Ok(UpdateWebhookPayload { webhook, secret })
    }

    /// Deletes a webhook with its secret and its deliveries. Requires the ADMIN role and a session.
    /// An API token is not enough.
    async fn delete_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook to delete.")] input: DeleteWebhookInput,
    ) -> Result<DeleteWebhookPayload> {
        let (webhook_id, newsroom) = change::delete(ctx.db(), ctx.actor(), input).await?;
        let newsroom = newsroom::fetch(ctx.db(), ctx.actor(), newsroom).await?;
        Ok(DeleteWebhookPayload { webhook_id, newsroom })
    }

    /// Sends an event to a webhook once more, with the same id. The server makes one attempt, soon.
    /// Requires the ADMIN role and a session. An API token is not enough.
    async fn send_webhook_event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook and the event.")] input: SendWebhookEventInput,
    ) -> Result<SendWebhookEventPayload> {
        Ok(SendWebhookEventPayload {
            webhook: change::send_again(ctx.db(), ctx.actor(), input).await?,
        })
    }
}
