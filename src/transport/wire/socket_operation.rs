//! One operation on a WebSocket, and the messages that answer it.

use actix_ws::Session;
use async_graphql::parser::types::OperationType;
use async_graphql::{ServerError, Value};
use futures_util::StreamExt;
use serde_json::json;

use crate::transport::document::request::Operation;
use crate::transport::wire::outbox::Outbox;
use crate::transport::wire::{Hold, responses};
use crate::transport::{Host, Reply};

/// Runs an operation and sends its responses.
pub async fn execute<H: Host>(
    host: &H,
    caller: &H::Caller,
    operation: Operation,
    replies: &mut Replies<H::Hold>,
) -> Result<(), actix_ws::Closed> {
    replies.outbox.room().await;
    if operation.kind != OperationType::Subscription {
        // Boxed, so that subscriptions do not hold the memory that it needs.
        let response = Box::pin(host.execute(caller, operation)).await;
        if responses::was_refused(&response) {
            return replies.error(&response.errors).await;
        }
        return match replies.next(&Reply::made(response)).await? {
            Ok(()) => replies.complete().await,
            Err(error) => replies.error(&[*error]).await,
        };
    }
    let mut stream = host.subscribe(caller, operation);
    while let Some(reply) = stream.next().await {
        // An error without data is the last response.
        if let Reply::Made(response) = &reply
            && response.data == Value::Null
            && !response.errors.is_empty()
        {
            return replies.error(&response.errors).await;
        }
        if let Err(error) = replies.next(&reply).await? {
            return replies.error(&[*error]).await;
        }
        replies.outbox.room().await;
    }
    replies.complete().await
}

/// Sends one operation's responses.
pub struct Replies<H> {
    /// The operation's id.
    pub id: String,
    /// The socket.
    pub session: Session,
    /// The messages that were sent and not read yet.
    pub outbox: Outbox<H>,
    /// How many bytes a response may have.
    pub most: usize,
}

impl<H: Hold> Replies<H> {
    /// Sends a response. The inner error says why it is too large or has no room.
    async fn next(
        &mut self,
        reply: &Reply,
    ) -> Result<Result<(), Box<ServerError>>, actix_ws::Closed> {
        let text = match reply.text(self.most) {
            Ok(text) => format!(r#"{{"type":"next","id":{},"payload":{text}}}"#, json!(self.id)),
            Err(error) => return Ok(Err(error)),
        };
        if let Err(error) = self.outbox.add(text.len()) {
            return Ok(Err(error));
        }
        self.session.text(text).await.map(Ok)
    }

    /// Ends the operation with errors. No `complete` follows.
    pub async fn error(&mut self, errors: &[ServerError]) -> Result<(), actix_ws::Closed> {
        self.session
            .text(json!({ "type": "error", "id": self.id, "payload": errors }).to_string())
            .await
    }

    async fn complete(&mut self) -> Result<(), actix_ws::Closed> {
        self.session.text(json!({ "type": "complete", "id": self.id }).to_string()).await
    }
}
