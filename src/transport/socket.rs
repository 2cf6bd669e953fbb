//! GraphQL over WebSocket: the sub-protocol graphql-transport-ws, as graphql-ws's PROTOCOL.md says it. The legacy one, graphql-ws, is refused.
//!
//! Nothing is gathered for a client that reads slowly: an operation's next answer is asked for once the one before has been taken.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use actix_web::rt::{self, task::JoinHandle};
use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, Session};
use async_graphql::parser::types::OperationType;
use async_graphql::{Response, ServerError, Value as ConstValue};
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::Host;
use super::fault::Fault;
use super::http;
use super::request::{Operation, Parameters};

/// The sub-protocol.
const PROTOCOL: &str = "graphql-transport-ws";
/// How long a client may take to begin.
const INIT_WITHIN: Duration = Duration::from_secs(5);
/// How often a client is asked whether it is still there.
const PING_EVERY: Duration = Duration::from_secs(20);
/// How long a client may be silent.
const SILENT_FOR: Duration = Duration::from_mins(1);
/// How long the last words may take.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);
/// How many operations run on one socket.
const MOST_OPERATIONS: usize = 100;

/// What a client says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    ConnectionInit {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    Ping {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    Pong {
        #[serde(default, rename = "payload")]
        _payload: Option<Map<String, Value>>,
    },
    Subscribe {
        id: String,
        payload: Parameters,
    },
    Complete {
        id: String,
    },
}

/// Why a socket is closed: a code of the protocol, and a sentence.
struct Closing(u16, String);

/// Opens a socket. `most` bytes are taken in a message.
pub fn open<H: Host>(request: &HttpRequest, body: web::Payload, host: H, most: usize) -> Result<HttpResponse, actix_web::Error> {
    let (response, session, messages) = actix_ws::handle_with_protocols(request, body, &[PROTOCOL])?;
    let spoken = response.headers().contains_key("sec-websocket-protocol");
    let messages = messages.max_frame_size(most).aggregate_continuations().max_continuation_size(most);
    let handshake = request.clone();
    rt::spawn(async move {
        if !spoken {
            close(session, messages, Closing(4406, format!("Subprotocol not acceptable: speak {PROTOCOL}"))).await;
            return;
        }
        host.count_sockets(1);
        let (finished, mut endings) = unbounded_channel();
        let mut socket =
            Socket { host: host.clone(), handshake, session, caller: None, initialised: false, running: HashMap::new(), runs: 0, finished };
        let mut messages = messages;
        let closing = socket.listen(&mut messages, &mut endings).await;
        for (_, (_, task)) in socket.running.drain() {
            task.abort();
        }
        if let Some(closing) = closing {
            close(socket.session, messages, closing).await;
        }
        host.count_sockets(-1);
    });
    Ok(response)
}

/// Says why, and waits for the client to say goodbye.
async fn close(session: Session, mut messages: AggregatedMessageStream, Closing(code, reason): Closing) {
    let said = session.close(Some(CloseReason { code: CloseCode::Other(code), description: Some(reason) }));
    let goodbye = async {
        if said.await.is_ok() {
            while let Some(Ok(message)) = messages.recv().await {
                if matches!(message, AggregatedMessage::Close(_)) {
                    break;
                }
            }
        }
    };
    let _ = tokio::time::timeout(CLOSE_WITHIN, goodbye).await;
}

struct Socket<H: Host> {
    host: H,
    handshake: HttpRequest,
    session: Session,
    caller: Option<H::Caller>,
    initialised: bool,
    /// The operations that run, by their ids; a number tells one from a later one of the same id.
    running: HashMap<String, (u64, JoinHandle<()>)>,
    runs: u64,
    finished: UnboundedSender<(String, u64)>,
}

impl<H: Host> Socket<H> {
    /// Does what the client says, until the socket is to be closed (and why), or has been.
    async fn listen(
        &mut self,
        messages: &mut AggregatedMessageStream,
        endings: &mut tokio::sync::mpsc::UnboundedReceiver<(String, u64)>,
    ) -> Option<Closing> {
        let late = tokio::time::sleep(INIT_WITHIN);
        let ending = self.host.ending();
        tokio::pin!(late, ending);
        let mut beat = tokio::time::interval_at(tokio::time::Instant::now() + PING_EVERY, PING_EVERY);
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                message = messages.recv() => {
                    heard = Instant::now();
                    match message {
                        Some(Ok(AggregatedMessage::Text(text))) => {
                            if let Err(closing) = self.hear(&text).await {
                                return Some(closing);
                            }
                        }
                        Some(Ok(AggregatedMessage::Ping(bytes))) => {
                            let mut session = self.session.clone();
                            rt::spawn(async move { session.pong(&bytes).await });
                        }
                        Some(Ok(AggregatedMessage::Pong(_))) => {}
                        Some(Ok(AggregatedMessage::Binary(_))) => return Some(Closing(4400, "Messages are text".to_owned())),
                        Some(Ok(AggregatedMessage::Close(_))) => {
                            // It waits for our goodbye alone, and for the connection to end.
                            let _ = self.session.clone().close(Some(CloseCode::Normal.into())).await;
                            return None;
                        }
                        Some(Err(error)) => {
                            tracing::debug!(%error, "a socket broke");
                            return Some(Closing(1009, "This can't be read, or is too large".to_owned()));
                        }
                        None => return None,
                    }
                }
                Some((id, run)) = endings.recv() => {
                    if self.running.get(&id).is_some_and(|(running, _)| *running == run) {
                        self.running.remove(&id);
                    }
                }
                () = &mut late, if !self.initialised => return Some(Closing(4408, "Connection initialisation timeout".to_owned())),
                () = &mut ending => return Some(Closing(1001, "The server is going away: connect again".to_owned())),
                _ = beat.tick() => {
                    if heard.elapsed() > SILENT_FOR {
                        return Some(Closing(1001, "Nothing was heard for too long".to_owned()));
                    }
                    // Beside the loop: a client that doesn't read would hold it up.
                    let mut session = self.session.clone();
                    rt::spawn(async move { session.ping(b"").await });
                }
            }
        }
    }

    async fn hear(&mut self, text: &str) -> Result<(), Closing> {
        if let Err(error) = super::guard::scan_json(text.as_bytes()) {
            return Err(Closing(4400, format!("Too much in one message: {} values, and at most {}", error.cost, error.limit)));
        }
        let said = serde_json::from_str(text).map_err(|error| Closing(4400, format!("Invalid message: {error}")))?;
        match said {
            Said::ConnectionInit { payload } => self.begin(payload.unwrap_or_default()).await,
            Said::Ping { payload } => {
                let mut session = self.session.clone();
                let pong = payload.map_or_else(|| json!({ "type": "pong" }), |payload| json!({ "type": "pong", "payload": payload }));
                rt::spawn(async move { session.text(pong.to_string()).await });
                Ok(())
            }
            Said::Pong { .. } => Ok(()),
            Said::Subscribe { id, payload } => self.start(id, payload),
            Said::Complete { id } => {
                if let Some((_, task)) = self.running.remove(&id) {
                    task.abort();
                }
                Ok(())
            }
        }
    }

    async fn begin(&mut self, payload: Map<String, Value>) -> Result<(), Closing> {
        if self.initialised {
            return Err(Closing(4429, "Too many initialisation requests".to_owned()));
        }
        self.initialised = true;
        let text = |key: &str| payload.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
        let credentials =
            ["authorization", "Authorization"].iter().find_map(|key| text(key)).or_else(|| Some(format!("Bearer {}", text("token")?)));
        self.caller = self.host.admit(&self.handshake, credentials).await;
        if self.caller.is_none() {
            return Err(Closing(4403, "Forbidden: these credentials are unknown, expired or revoked".to_owned()));
        }
        let ack = json!({ "type": "connection_ack" }).to_string();
        self.session.text(ack).await.map_err(|_| Closing(1001, String::new()))
    }

    fn start(&mut self, id: String, parameters: Parameters) -> Result<(), Closing> {
        let Some(caller) = self.caller.clone() else { return Err(Closing(4401, "Unauthorized".to_owned())) };
        if self.running.contains_key(&id) {
            return Err(Closing(4409, format!("Subscriber for {id} already exists")));
        }
        let operation = match self.host.reader().read(parameters) {
            Err(Fault::Malformed(field, message)) => return Err(Closing(4400, format!("Invalid message: {field}: {message}"))),
            Err(Fault::Graphql(error)) => Err(self.host.refuse(*error)),
            Ok(_) if self.running.len() >= MOST_OPERATIONS => Err(self.host.refuse(crowded())),
            Ok(operation) => Ok(operation),
        };
        self.runs += 1;
        let (run, host, session, finished) = (self.runs, self.host.clone(), self.session.clone(), self.finished.clone());
        let key = id.clone();
        let task = rt::spawn(async move {
            let mut line = Line { id, session };
            // That the socket is gone is noticed by its listener.
            let _ = match operation {
                Err(refusal) => line.error(&refusal).await,
                Ok(operation) => carry_out(&host, &caller, operation, &mut line).await,
            };
            let _ = finished.send((line.id, run));
        });
        self.running.insert(key, (run, task));
        Ok(())
    }
}

/// Carries an operation out and tells its answers.
async fn carry_out<H: Host>(host: &H, caller: &H::Caller, operation: Operation, line: &mut Line) -> Result<(), actix_ws::Closed> {
    if operation.kind != OperationType::Subscription {
        let response = host.execute(caller, operation).await;
        if http::was_refused(&response) {
            return line.error(&response).await;
        }
        line.next(&response).await?;
        return line.complete().await;
    }
    let mut answers = host.subscribe(caller, operation);
    while let Some(response) = answers.next().await {
        // Without data there is nothing more to come: refused, or broken off.
        if response.data == ConstValue::Null && !response.errors.is_empty() {
            return line.error(&response).await;
        }
        line.next(&response).await?;
    }
    line.complete().await
}

/// The way back to one operation's sender.
struct Line {
    id: String,
    session: Session,
}

impl Line {
    async fn next(&mut self, response: &Response) -> Result<(), actix_ws::Closed> {
        let id = json!(self.id);
        self.session.text(format!(r#"{{"type":"next","id":{id},"payload":{}}}"#, http::text(response))).await
    }

    /// Ends the operation; no `complete` follows.
    async fn error(&mut self, response: &Response) -> Result<(), actix_ws::Closed> {
        self.session.text(json!({ "type": "error", "id": self.id, "payload": response.errors }).to_string()).await
    }

    async fn complete(&mut self) -> Result<(), actix_ws::Closed> {
        self.session.text(json!({ "type": "complete", "id": self.id }).to_string()).await
    }
}

fn crowded() -> ServerError {
    let mut error = ServerError::new(format!("{MOST_OPERATIONS} operations run on this socket already; let some end first"), None);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", "RATE_LIMITED");
    extensions.set("retryAfter", 1);
    error
}
