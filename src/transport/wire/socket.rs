//! GraphQL over WebSocket: the sub-protocol graphql-transport-ws, as specified in graphql-ws's
//! PROTOCOL.md. The legacy sub-protocol is refused.
//!
//! Responses do not pile up for a client that reads slowly. An operation begins, and the next event
//! is read, only once the client has read most of the earlier messages. See
//! [`outbox`](super::outbox).

use std::collections::HashMap;
use std::time::{Duration, Instant};

use actix_web::rt::{self, task::JoinHandle};
use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{CloseCode, CloseReason, Session};
use async_graphql::ServerError;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::transport::document::fault::Fault;
use crate::transport::document::request::Parameters;
use crate::transport::wire::Hold;
use crate::transport::wire::messages::{self, Broken, Messages, Received};
use crate::transport::wire::outbox::Outbox;
use crate::transport::wire::socket_operation::{Replies, execute};
use crate::transport::{Host, Rejected};

/// The sub-protocol.
const PROTOCOL: &str = "graphql-transport-ws";
/// How long a client may take to send `connection_init`.
const INIT_WITHIN: Duration = Duration::from_secs(5);
/// How often the server sends a ping.
const PING_EVERY: Duration = Duration::from_secs(20);
/// How long a client may be silent.
const SILENT_FOR: Duration = Duration::from_mins(1);
/// How long the closing handshake may take.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);
/// How many operations may run on one socket.
const MOST_OPERATIONS: usize = 100;

/// A message of the protocol that a client sends.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ClientMessage {
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

/// Opens a socket. A message has at most `most` bytes.
pub fn open<H: Host>(
    request: &HttpRequest,
    body: web::Payload,
    host: H,
    most: usize,
) -> Result<HttpResponse, actix_web::Error> {
    let (receiving, handshake) = (host.clone(), request.clone());
    let (response, session, messages) =
        messages::open(request, body, PROTOCOL, most, host.timeouts().receive, move || {
            receiving.receiving(&handshake)
        })?;
    let (response, outbox) = Outbox::watch(response);
    let accepted = response.headers().contains_key("sec-websocket-protocol");
    let handshake = request.clone();
    rt::spawn(async move {
        if accepted {
            run(host, handshake, session, messages, outbox).await;
        } else {
            let reason = format!("Subprotocol not acceptable: speak {PROTOCOL}");
            Box::pin(close(session, messages, Closing(4406, reason))).await;
        }
    });
    Ok(response)
}

/// Serves a socket until it is closed.
async fn run<H: Host>(
    host: H,
    handshake: HttpRequest,
    session: Session,
    mut messages: Messages<H::Hold>,
    outbox: Outbox<H::Hold>,
) {
    host.count_sockets(1);
    let (finished, mut endings) = unbounded_channel();
    let mut socket = Socket {
        host: host.clone(),
        handshake,
        session,
        outbox,
        caller: None,
        initialised: false,
        running: HashMap::new(),
        runs: 0,
        finished,
    };
    let closing = socket.listen(&mut messages, &mut endings).await;
    for (_, (_, task)) in socket.running.drain() {
        task.abort();
    }
    if let Some(closing) = closing {
        Box::pin(close(socket.session, messages, closing)).await;
    }
    host.count_sockets(-1);
}

/// Closes a socket, and waits for the client to close it too.
async fn close<H: Hold>(
    session: Session,
    mut messages: Messages<H>,
    Closing(code, reason): Closing,
) {
    let said = session
        .close(Some(CloseReason { code: CloseCode::Other(code), description: Some(reason) }));
    let goodbye = async {
        if said.await.is_ok() {
            while let Some(Ok(message)) = messages.next().await {
                if matches!(message, Received::Close) {
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
    outbox: Outbox<H::Hold>,
    caller: Option<H::Caller>,
    initialised: bool,
    /// The running operations by their ids. A number distinguishes an operation from a later one
    /// with the same id.
    running: HashMap<String, (u64, JoinHandle<()>)>,
    runs: u64,
    finished: UnboundedSender<(String, u64)>,
}

impl<H: Host> Socket<H> {
    /// Serves the client until the socket is closed. Returns why it should be closed. None if it is
    /// closed already.
    async fn listen(
        &mut self,
        messages: &mut Messages<H::Hold>,
        endings: &mut tokio::sync::mpsc::UnboundedReceiver<(String, u64)>,
    ) -> Option<Closing> {
        let late = tokio::time::sleep(INIT_WITHIN);
        let ending = self.host.shutdown();
        tokio::pin!(late, ending);
        let mut beat =
            tokio::time::interval_at(tokio::time::Instant::now() + PING_EVERY, PING_EVERY);
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                message = messages.next() => {
                    heard = Instant::now();
                    // Boxed, as all that a socket does seldom, so that an open socket holds little memory.
                    if let Err(closing) = Box::pin(self.receive(message?)).await {
                        return closing;
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
                    // In a task of its own, because a client that does not read would block the
                    // loop.
                    let mut session = self.session.clone();
                    rt::spawn(async move { session.ping(b"").await });
                }
            }
        }
    }

    /// Handles a message. The error says why the socket should be closed. It is `None` if the
    /// socket is closed already.
    async fn receive(
        &mut self,
        message: Result<Received<H::Hold>, Broken>,
    ) -> Result<(), Option<Closing>> {
        match message {
            Ok(Received::Text(text, hold)) => self.message(&text, hold).await.map_err(Some),
            Ok(Received::Ping(bytes)) => {
                let mut session = self.session.clone();
                rt::spawn(async move { session.pong(&bytes).await });
                Ok(())
            }
            Ok(Received::Pong) => Ok(()),
            Ok(Received::Binary) => Err(Some(Closing(4400, "Messages are text".to_owned()))),
            Ok(Received::Close) => {
                // The client only waits for our answer to its close message, and for the connection
                // to end.
                let _ = self.session.clone().close(Some(CloseCode::Normal.into())).await;
                Err(None)
            }
            Err(broken) => Err(Some(match broken {
                Broken::TooSlow => Closing(4408, "A message took too long to arrive".to_owned()),
                Broken::NoRoom => {
                    Closing(1013, "The server receives too much at once: retry later".to_owned())
                }
                Broken::Unreadable => {
                    Closing(1009, "This message is invalid or too large".to_owned())
                }
            })),
        }
    }

    async fn message(&mut self, text: &str, hold: H::Hold) -> Result<(), Closing> {
        if let Err(error) = crate::transport::document::guard::scan_json(text.as_bytes()) {
            return Err(Closing(
                4400,
                format!(
                    "Too much in one message: {} values, and at most {}",
                    error.cost, error.limit
                ),
            ));
        }
        let message = serde_json::from_str(text)
            .map_err(|error| Closing(4400, format!("Invalid message: {error}")))?;
        match message {
            ClientMessage::ConnectionInit { payload } => {
                self.begin(payload.unwrap_or_default()).await
            }
            ClientMessage::Ping { payload } => {
                let mut session = self.session.clone();
                let pong = payload.map_or_else(
                    || json!({ "type": "pong" }),
                    |payload| json!({ "type": "pong", "payload": payload }),
                );
                rt::spawn(async move { session.text(pong.to_string()).await });
                Ok(())
            }
            ClientMessage::Pong { .. } => Ok(()),
            ClientMessage::Subscribe { id, payload } => self.start(id, payload, hold),
            ClientMessage::Complete { id } => {
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
        let credentials = credentials(&payload);
        // Boxed, so that the socket does not hold the memory that this needs once.
        let caller = Box::pin(self.host.admit(&self.handshake, credentials)).await;
        let caller = caller.map_err(|rejected| match rejected {
            Rejected::Credentials => Closing(
                4403,
                "Forbidden: these credentials are unknown, expired or revoked".to_owned(),
            ),
            Rejected::ForNow(error) => Closing(1013, error.message),
        })?;
        self.outbox.count_with(self.host.sending(&caller));
        self.caller = Some(caller);
        let ack = json!({ "type": "connection_ack" }).to_string();
        self.session.text(ack).await.map_err(|_| Closing(1001, String::new()))
    }

    /// Starts an operation. `hold` counts the bytes of its request until it ends.
    fn start(&mut self, id: String, parameters: Parameters, hold: H::Hold) -> Result<(), Closing> {
        let Some(caller) = self.caller.clone() else {
            return Err(Closing(4401, "Unauthorized".to_owned()));
        };
        if self.running.contains_key(&id) {
            return Err(Closing(4409, format!("Subscriber for {id} already exists")));
        }
        let checked = self.host.check(&caller);
        let operation = match checked
            .map_err(Fault::Graphql)
            .and_then(|()| self.host.reader().read(parameters))
        {
            Err(Fault::Malformed(field, message)) => {
                return Err(Closing(4400, format!("Invalid message: {field}: {message}")));
            }
            Err(Fault::Graphql(error)) => Err(self.host.refuse(Some(&caller), *error)),
            Ok(_) if self.running.len() >= MOST_OPERATIONS => {
                Err(self.host.refuse(None, too_many_operations()))
            }
            Ok(operation) => Ok(operation),
        };
        self.runs += 1;
        let (run, host, finished) = (self.runs, self.host.clone(), self.finished.clone());
        let mut replies = Replies {
            id: id.clone(),
            session: self.session.clone(),
            outbox: self.outbox.clone(),
            most: host.most_response(),
        };
        let key = id;
        let task = rt::spawn(async move {
            // If the socket is gone, its listener notices.
            let _ = match operation {
                Err(refusal) => replies.error(&refusal.errors).await,
                Ok(operation) => execute(&host, &caller, operation, &mut replies).await,
            };
            drop(hold);
            let _ = finished.send((replies.id, run));
        });
        self.running.insert(key, (run, task));
        Ok(())
    }
}

fn too_many_operations() -> ServerError {
    let mut error = ServerError::new(
        format!("{MOST_OPERATIONS} operations run on this socket already. Wait until one ends."),
        None,
    );
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", "RATE_LIMITED");
    extensions.set("retryAfter", 1);
    error
}

/// The credentials in the payload of `connection_init`: `Authorization`, in any case, there or in
/// its `headers`, as clients send it; or `token`, which holds the token alone.
fn credentials(payload: &Map<String, Value>) -> Option<String> {
    let headers = payload.iter().find(|(key, _)| key.eq_ignore_ascii_case("headers"));
    let headers = headers.and_then(|(_, value)| value.as_object());
    let named = |map: &Map<String, Value>| {
        let found = map.iter().find(|(key, _)| key.eq_ignore_ascii_case("authorization"));
        found.and_then(|(_, value)| value.as_str()).map(ToOwned::to_owned)
    };
    let token = || Some(format!("Bearer {}", payload.get("token")?.as_str()?));
    named(payload).or_else(|| named(headers?)).or_else(token)
}
