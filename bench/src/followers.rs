//! Many clients that follow a newsroom at the same time, on WebSockets and event streams.
//!
//! All of them run in one thread of their own. They look only at an event's number and time.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::rt::{self, time::timeout};
use anyhow::{Context, anyhow, ensure};
use chrono::{DateTime, Utc};
use futures_util::{SinkExt, StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// One of this number of followers uses an event stream. The others use a WebSocket each.
const STREAMS: usize = 10;
/// How long a follower may wait for its first answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The subscription of all followers.
#[derive(Clone)]
pub struct Asked {
    /// The address of the server.
    pub address: String,
    /// The tokens, one for each account. Followers take them in turn.
    pub tokens: Vec<String>,
    pub document: &'static str,
    pub variables: Value,
}

/// The events that all followers together have received.
#[derive(Default)]
struct Received {
    following: AtomicU64,
    events: AtomicU64,
    /// Numbers that a follower never received although it received a later one.
    lost: AtomicU64,
    /// Events that came again, or after a later one.
    disordered: AtomicU64,
    failures: Mutex<Vec<String>>,
    /// The times from an event to its delivery, in microseconds.
    delays: Mutex<Vec<u32>>,
}

/// Followers that are running. They stop when this value is dropped.
pub struct Followers {
    received: Arc<Received>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// The events that followers received in a while.
#[derive(Clone, Copy, Debug)]
pub struct Heard {
    pub events: u64,
    pub lost: u64,
    pub disordered: u64,
    /// The median time from an event to its delivery, in milliseconds.
    pub p50: f64,
    /// The 99th percentile.
    pub p99: f64,
}

impl Followers {
    /// Starts this number of followers. Returns once all of them follow.
    pub async fn start(asked: Asked, number: usize) -> anyhow::Result<Self> {
        let (received, stop) = (Arc::new(Received::default()), Arc::new(AtomicBool::new(false)));
        let (all, stopping) = (Arc::clone(&received), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let run = async move {
                for place in 0..number {
                    let (asked, all) = (asked.clone(), Arc::clone(&all));
                    rt::spawn(async move {
                        let followed = if place % STREAMS == STREAMS - 1 {
                            on_stream(&asked, place, &all).await
                        } else {
                            on_socket(&asked, place, &all).await
                        };
                        if let Err(error) = followed {
                            all.fail(&error);
                        }
                    });
                    // Not all at once: the server has to authenticate each of them.
                    if place % 20 == 0 {
                        rt::time::sleep(Duration::from_millis(20)).await;
                    }
                }
                while !stopping.load(Relaxed) {
                    rt::time::sleep(Duration::from_millis(50)).await;
                }
            };
            if let Ok(runtime) = rt::Runtime::new() {
                runtime.block_on(run);
            }
        });
        let this = Self { received, stop, thread: Some(thread) };
        let everybody = async {
            while this.received.following.load(Relaxed) < number as u64 {
                this.received.check()?;
                rt::time::sleep(Duration::from_millis(50)).await;
            }
            Ok::<_, anyhow::Error>(())
        };
        timeout(PATIENCE + Duration::from_millis(10 * number as u64), everybody)
            .await
            .map_err(|_| anyhow!("not everybody follows"))??;
        Ok(this)
    }

    /// Returns the events since the last call.
    pub fn heard(&self) -> anyhow::Result<Heard> {
        self.received.check()?;
        let mut delays = {
            let mut delays = self.received.delays.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *delays)
        };
        delays.sort_unstable();
        let part = |hundredths: usize| {
            let place = (delays.len() * hundredths / 100).min(delays.len().saturating_sub(1));
            delays.get(place).map_or(f64::NAN, |micros| f64::from(*micros) / 1e3)
        };
        Ok(Heard {
            events: self.received.events.swap(0, Relaxed),
            lost: self.received.lost.swap(0, Relaxed),
            disordered: self.received.disordered.swap(0, Relaxed),
            p50: part(50),
            p99: part(99),
        })
    }

    /// How many events were received since the last call of [`heard`](Self::heard).
    pub fn events(&self) -> u64 {
        self.received.events.load(Relaxed)
    }
}

impl Drop for Followers {
    fn drop(&mut self) {
        self.stop.store(true, Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Received {
    fn fail(&self, error: &anyhow::Error) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.push(format!("{error:#}"));
    }

    fn check(&self) -> anyhow::Result<()> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        match failures.first() {
            None => Ok(()),
            Some(first) => Err(anyhow!("{} followers failed: {first}", failures.len())),
        }
    }

    /// Notes an event that a follower received, whose last one had the number `last`.
    fn note(&self, text: &str, last: &mut Option<i64>) -> anyhow::Result<()> {
        ensure!(!text.contains("\"errors\""), "{text}");
        let after = |key: &str| text.split_once(key).map(|(_, rest)| rest);
        let digits = after("\"number\":").with_context(|| format!("no event: {text}"))?;
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let number: i64 = digits[..end].parse()?;
        let at = after("\"at\":\"").and_then(|rest| rest.split('"').next());
        let at = DateTime::parse_from_rfc3339(at.context("an event has a time")?)?;
        let delay = (Utc::now() - at.to_utc()).num_microseconds().unwrap_or(i64::MAX);
        self.events.fetch_add(1, Relaxed);
        match last.map(|last| number - last) {
            Some(step) if step < 1 => {
                self.disordered.fetch_add(1, Relaxed);
            }
            Some(step) => {
                self.lost.fetch_add(step.unsigned_abs() - 1, Relaxed);
            }
            None => {}
        }
        *last = Some(number);
        let mut delays = self.delays.lock().unwrap_or_else(PoisonError::into_inner);
        delays.push(u32::try_from(delay.max(0)).unwrap_or(u32::MAX));
        Ok(())
    }
}

impl Asked {
    fn token(&self, place: usize) -> &str {
        &self.tokens[place % self.tokens.len()]
    }

    fn body(&self) -> Value {
        json!({ "query": self.document, "variables": self.variables })
    }
}

/// Follows on a WebSocket until the server closes it.
async fn on_socket(asked: &Asked, place: usize, received: &Received) -> anyhow::Result<()> {
    let url = format!("{}/graphql", asked.address.replace("http://", "ws://"));
    let mut request = url.into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse()?);
    let (mut socket, _) = timeout(PATIENCE, connect_async(request)).await??;
    let payload = json!({ "authorization": format!("Bearer {}", asked.token(place)) });
    let init = json!({ "type": "connection_init", "payload": payload });
    socket.send(Message::text(init.to_string())).await?;
    let ack = timeout(PATIENCE, socket.next()).await?.context("an answer")??;
    ensure!(ack.to_text()?.contains("connection_ack"), "{ack}");
    let subscribe = json!({ "type": "subscribe", "id": "a", "payload": asked.body() });
    socket.send(Message::text(subscribe.to_string())).await?;
    received.following.fetch_add(1, Relaxed);
    let mut last = None;
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else { continue };
        if text.contains("\"type\":\"ping\"") {
            socket.send(Message::text(json!({ "type": "pong" }).to_string())).await?;
        } else {
            received.note(&text, &mut last)?;
        }
    }
    Ok(())
}

/// Follows an event stream until the server ends it.
async fn on_stream(asked: &Asked, place: usize, received: &Received) -> anyhow::Result<()> {
    let request = reqwest::Client::new().post(format!("{}/graphql", asked.address));
    let request = request.bearer_auth(asked.token(place)).header("Accept", "text/event-stream");
    let mut response = request.json(&asked.body()).send().await?.error_for_status()?;
    received.following.fetch_add(1, Relaxed);
    let (mut buffer, mut last) = (String::new(), None);
    while let Some(bytes) = response.chunk().await? {
        buffer.push_str(std::str::from_utf8(&bytes)?);
        while let Some(end) = buffer.find("\n\n") {
            if let Some((_, data)) = buffer[..end].split_once("data: ") {
                received.note(data, &mut last)?;
            }
            buffer.drain(..end + 2);
        }
    }
    Ok(())
}

/// Sends writes at a fixed rate for a time. Returns how many there were.
pub async fn write_at<F: Future<Output = anyhow::Result<()>>>(
    rate: u32,
    seconds: u32,
    write: impl Fn(u32) -> F,
) -> anyhow::Result<u32> {
    let number = rate * seconds;
    let begun = std::time::Instant::now();
    let writes = stream::iter(0..number).then(|number| {
        let due = begun + Duration::from_secs(1) / rate * number;
        let wait = due.saturating_duration_since(std::time::Instant::now());
        let write = write(number);
        async move {
            rt::time::sleep(wait).await;
            Ok::<_, anyhow::Error>(write)
        }
    });
    writes.try_buffer_unordered(16).try_collect::<Vec<()>>().await?;
    Ok(number)
}
