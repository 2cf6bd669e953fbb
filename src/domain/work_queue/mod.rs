//! Work queues: slow work, done in turns that are fair between callers.
//!
//! Always true:
//!
//! - A queue gives a fixed number of turns at a time. Other callers wait in lines, which are served in rotation. Each account has a line of its own.
//!   So however much one account asks for, another waits for one piece of its work at most.
//! - Each line, each group of callers and the whole queue are bounded. A caller who finds one of them full gets RATE_LIMITED at once.
//! - A caller that goes away while it waits gives up its place. A computation that has begun runs to its end.

use std::collections::{HashMap, VecDeque};
use std::mem;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use thread_priority::{ThreadPriority, set_current_thread_priority};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::domain::error::{Error, Result};
use crate::domain::ids::AccountId;

/// The queues of one server.
pub struct WorkQueues {
    /// Hashes passwords. A hash takes about 20 ms, so the last caller waits for a few seconds.
    pub passwords: WorkQueue,
    /// Reads large requests.
    pub requests: WorkQueue,
    /// Cuts, compares and searches whole texts.
    pub texts: WorkQueue,
    /// Asks the database for summaries and searches of a whole newsroom.
    pub queries: WorkQueue,
}

impl Default for WorkQueues {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let turns = (processors / 2).max(1);
        Self {
            passwords: WorkQueue::new(Limits {
                name: "passwords",
                turns,
                waiting: 128,
                retry_after: 4,
                low_priority: true,
            }),
            requests: WorkQueue::new(Limits {
                name: "requests",
                turns,
                low_priority: true,
                ..Limits::FAST
            }),
            texts: WorkQueue::new(Limits { name: "texts", turns: processors, ..Limits::FAST }),
            queries: WorkQueue::new(Limits {
                name: "queries",
                turns: 2 * processors,
                ..Limits::FAST
            }),
        }
    }
}

/// The size of a queue.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// The name of its threads.
    name: &'static str,
    /// How many turns it gives at a time.
    turns: usize,
    /// How many callers may wait.
    waiting: u32,
    /// The number of seconds that a refused caller must wait.
    retry_after: u32,
    /// Whether its threads leave the processors to others.
    low_priority: bool,
}

impl Limits {
    const FAST: Self =
        Self { name: "work", turns: 1, waiting: 2_048, retry_after: 2, low_priority: false };
}

/// The sender of a piece of work.
#[derive(Clone, Debug)]
pub struct Caller {
    line: String,
    /// The line and the other groups of the caller, such as its network, and how many callers of each may wait at once.
    groups: Vec<(String, u32)>,
}

impl Caller {
    /// A caller in this line, of which at most `most` may wait.
    pub fn new(line: &str, most: u32) -> Self {
        Self { line: line.to_owned(), groups: vec![(line.to_owned(), most)] }
    }

    /// An account. Everybody without one shares a line.
    pub fn account(account: Option<AccountId>) -> Self {
        Self::new(&account.map_or_else(|| "no account".to_owned(), |id| id.to_string()), 128)
    }

    /// The same caller, as part of a group of which at most `most` may wait.
    #[must_use]
    pub fn in_group(mut self, group: String, most: u32) -> Self {
        self.groups.push((group, most));
        self
    }
}

/// A queue, and the threads that do its computations.
pub struct WorkQueue(Arc<Queue>);

struct Queue {
    limits: Limits,
    lines: Mutex<Lines>,
    threads: LazyLock<Threads, Box<dyn FnOnce() -> Threads + Send>>,
}

struct Lines {
    /// How many turns nobody has.
    free: usize,
    /// The lines that are not empty, in the order in which they are served.
    waiting: VecDeque<(String, VecDeque<oneshot::Sender<Turn>>)>,
    /// How many callers wait.
    number: u32,
    /// How many callers of each group wait.
    groups: HashMap<String, u32>,
}

/// Permission to work, until it is dropped.
pub struct Turn(Option<Arc<Queue>>);

/// A place in the queue. Its holder gives it up when its turn comes, or by going away.
struct Place<'a>(&'a Queue, Caller);

impl WorkQueue {
    fn new(limits: Limits) -> Self {
        let lines = Lines {
            free: limits.turns,
            waiting: VecDeque::new(),
            number: 0,
            groups: HashMap::new(),
        };
        Self(Arc::new(Queue {
            limits,
            lines: Mutex::new(lines),
            threads: LazyLock::new(Box::new(move || Threads::start(limits))),
        }))
    }

    /// How many callers wait.
    pub fn waiting(&self) -> u32 {
        self.0.lines().number
    }

    /// RATE_LIMITED if `caller` would get no place.
    pub fn expect_place(&self, caller: &Caller) -> Result<()> {
        self.0.lines().expect_place(caller, self.0.limits)
    }

    /// Waits for the caller's turn. RATE_LIMITED if too many callers wait already.
    pub async fn turn(&self, caller: Caller) -> Result<Turn> {
        let (turn, _place) = {
            let mut lines = self.0.lines();
            lines.expect_place(&caller, self.0.limits)?;
            if lines.free > 0 {
                lines.free -= 1;
                return Ok(Turn(Some(Arc::clone(&self.0))));
            }
            (lines.join(&caller), Place(&self.0, caller))
        };
        Ok(turn.await.map_err(anyhow::Error::from)?)
    }

    /// Runs a computation on one of the queue's threads when it is the caller's turn. RATE_LIMITED if too many callers wait already.
    pub async fn run<T: Send + 'static>(
        &self,
        caller: Caller,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let turn = self.turn(caller).await?;
        let done = self.0.threads.0.as_ref().map(|threads| {
            threads.spawn_blocking(move || {
                // Kept until the work is done, even if the caller goes away.
                let _turn = turn;
                work()
            })
        });
        let done = done.ok_or_else(|| anyhow::anyhow!("the server is shutting down"))?;
        Ok(done.await.map_err(anyhow::Error::from)?)
    }
}

impl Queue {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a turn that has ended to the next caller.
    fn pass_on(self: Arc<Self>) {
        loop {
            let next = {
                let mut lines = self.lines();
                let next = lines.next();
                lines.free += usize::from(next.is_none());
                next
            };
            let Some(next) = next else { return };
            match next.send(Turn(Some(Arc::clone(&self)))) {
                Ok(()) => return,
                // That one has gone away. Its turn goes to the one behind it, and must not be passed on twice.
                Err(mut turn) => turn.0 = None,
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(queue) = self.0.take() {
            queue.pass_on();
        }
    }
}

impl Lines {
    fn expect_place(&self, caller: &Caller, limits: Limits) -> Result<()> {
        let full = |(group, most): &(String, u32)| {
            self.groups.get(group).is_some_and(|waiting| waiting >= most)
        };
        if self.number >= limits.waiting || caller.groups.iter().any(full) {
            return Err(Error::RateLimited { retry_after: limits.retry_after });
        }
        Ok(())
    }

    fn join(&mut self, caller: &Caller) -> oneshot::Receiver<Turn> {
        self.number += 1;
        for (group, _) in &caller.groups {
            *self.groups.entry(group.clone()).or_default() += 1;
        }
        let (sender, receiver) = oneshot::channel();
        match self.waiting.iter_mut().find(|(line, _)| *line == caller.line) {
            Some((_, line)) => {
                line.retain(|waiting| !waiting.is_closed());
                line.push_back(sender);
            }
            None => self.waiting.push_back((caller.line.clone(), VecDeque::from([sender]))),
        }
        receiver
    }

    fn leave(&mut self, caller: &Caller) {
        self.number -= 1;
        for (group, _) in &caller.groups {
            if let Some(waiting) = self.groups.get_mut(group) {
                *waiting -= 1;
                if *waiting == 0 {
                    self.groups.remove(group);
                }
            }
        }
    }

    /// Takes the next caller out of the line that is to be served, and puts the rest of that line behind the others.
    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        let (name, mut line) = self.waiting.pop_front()?;
        let next = line.pop_front();
        if !line.is_empty() {
            self.waiting.push_back((name, line));
        }
        next
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.lines().leave(&self.1);
    }
}

/// Threads for computations.
struct Threads(Option<Runtime>);

impl Threads {
    fn start(limits: Limits) -> Self {
        let on_start = if limits.low_priority { lower_priority } else { || {} };
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(limits.turns)
            .thread_name(limits.name)
            .on_thread_start(on_start)
            .build()
            .expect("a runtime without timers and sockets can be built");
        Self(Some(runtime))
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = mem::take(&mut self.0) {
            // An ordinary drop would wait for the threads, which is not allowed where requests are answered.
            runtime.shutdown_background();
        }
    }
}

/// About a third of the scale from lowest to highest, which on Unix is a nice value of 5. A thread of a request that competes with it gets
/// three times as much of a processor. A lower priority lets sign-ins run into their deadline on a machine that is busy with other work.
const LOW_PRIORITY: u8 = 35;

fn lower_priority() {
    let priority = LOW_PRIORITY.try_into().map(ThreadPriority::Crossplatform);
    if let Err(error) = priority.map(set_current_thread_priority) {
        tracing::warn!(error, "slow work runs with normal priority");
    }
}

#[cfg(test)]
mod tests;
