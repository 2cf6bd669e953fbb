//! Deliveries: what the server sends by itself.
//!
//! - [`mails`] sends mails that are due; [`smtp`] gives one to the mail server
//! - [`post`] sends one request to an address that an admin chose; [`address`] says which addresses are public
//! - this file finds which webhooks are due, a few at a time, on a task of its own
//!
//! Invariants: deliveries take no turn from requests: at most `AT_ONCE` run at a time, each for another
//! newsroom. Those who have waited longest come first, and a turn is short, so that receivers that
//! never answer delay only their own newsroom. An attempt that the end of the server interrupts is
//! made again.

pub mod address;
pub mod mails;
pub mod post;
pub mod smtp;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::domain::error::Result;
use crate::domain::ids::WebhookId;
use crate::domain::store::Db;
use crate::domain::webhook::due::{self, Next, Outcome};
use crate::domain::world::World;
use post::Sender;

/// The number of webhooks that are served at the same time.
const AT_ONCE: usize = 4;
/// The number of messages of one webhook, and the time for them, before others have their turn.
const IN_A_ROW: usize = 50;
const TURN: Duration = Duration::from_secs(10);
/// How long attempts in flight have to end once the server ends.
const ENDING: Duration = Duration::from_secs(5);

/// Deliveries that run until they are stopped.
pub struct Deliveries {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Deliveries {
    /// Starts no further attempt, and waits a few seconds for those in flight.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        // The database may be away, and then reading takes longer.
        if tokio::time::timeout(2 * ENDING, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }

    /// Ends at once, as a crash of the server would.
    pub fn abort(self) {
        self.task.abort();
    }
}

/// Starts deliveries to webhooks. They look for new events once in each `pause`.
pub fn start(db: &Db, world: &World, sender: Sender, pause: Duration) -> Deliveries {
    let (stop, stopping) = watch::channel(false);
    let courier = Courier { db: db.clone(), world: world.clone(), sender, stopping };
    let task = tokio::spawn(courier.run(pause));
    Deliveries { stop, task }
}

/// Delivers what is due.
#[derive(Clone)]
struct Courier {
    db: Db,
    world: World,
    sender: Sender,
    stopping: watch::Receiver<bool>,
}

impl Courier {
    async fn run(mut self, pause: Duration) {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        let mut running = JoinSet::new();
        let mut failing = false;
        while !*self.stopping.borrow() {
            while running.try_join_next().is_some() {}
            match self.begin(&turns, &mut running).await {
                Ok(()) => failing = false,
                // Once, not with each look: the database may be away for long.
                Err(error) if !failing => {
                    failing = true;
                    tracing::warn!(?error, "looking for deliveries failed; trying again");
                }
                Err(_) => {}
            }
            let _ = tokio::time::timeout(pause, self.stopping.changed()).await;
        }
        let ended = async { while running.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(ENDING, ended).await;
    }

    /// Begins to serve the webhooks that are due, as far as there are turns.
    async fn begin(&self, turns: &Arc<Semaphore>, running: &mut JoinSet<()>) -> Result<()> {
        let free = turns.available_permits();
        if free == 0 {
            return Ok(());
        }
        for webhook in due::due(&self.db, self.world.now(), free).await? {
            let Ok(turn) = Arc::clone(turns).try_acquire_owned() else { break };
            let courier = self.clone();
            running.spawn(async move {
                let _turn = turn;
                if let Err(error) = courier.serve(webhook).await {
                    tracing::warn!(?error, %webhook, "a delivery could not be stored");
                }
            });
        }
        Ok(())
    }

    /// Sends what is due for a webhook, unless another server does.
    async fn serve(&self, webhook: WebhookId) -> Result<()> {
        let Some(lease) = due::take(&self.db, &self.world, webhook).await? else { return Ok(()) };
        let begun = Instant::now();
        for _ in 0..IN_A_ROW {
            if *self.stopping.borrow() || begun.elapsed() > TURN {
                break;
            }
            let Some(next) = due::next(&self.db, &self.world, lease).await? else { break };
            let outcome = self.attempt(&next).await;
            let has_failed = outcome.error.is_some();
            if let Some(error) = &outcome.error {
                tracing::info!(id = next.message.id, %webhook, error, "a delivery failed");
            }
            if !due::finish(&self.db, &self.world, lease, next, outcome).await? || has_failed {
                break;
            }
        }
        due::give_back(&self.db, lease).await
    }

    async fn attempt(&self, next: &Next) -> Outcome {
        let at = self.world.now();
        let seconds = at.time().timestamp();
        let headers = [
            ("webhook-id", next.message.id.clone()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", next.message.signature(&next.state, at, seconds)),
        ];
        let begun = Instant::now();
        let answer = self.sender.post(&next.url, &headers, next.message.body.clone()).await;
        let (status, error, retry_after) = match answer {
            Ok(answer) => (Some(answer.status), refusal(answer.status), answer.retry_after),
            Err(fault) => (None, Some(fault.to_string()), None),
        };
        Outcome { at, took: begun.elapsed(), status, error, retry_after }
    }
}

/// The reason why an answer with this status code is a failure, if it is one.
fn refusal(status: u16) -> Option<String> {
    match status {
        200..=299 => None,
        300..=399 => Some(format!(
            "The receiver answered {status}. The server follows no redirects: change the address."
        )),
        410 => Some("The receiver answered 410 Gone: it wants no more messages.".to_owned()),
        _ => Some(format!("The receiver answered {status}.")),
    }
}
