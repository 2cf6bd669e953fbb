//! The clock, the randomness, the signing key and the work queues of one server. Tests can replace all but the last.

use std::sync::{Arc, LazyLock, Mutex};

use chrono::{DateTime, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

use crate::domain::signing::Signer;
use crate::domain::time::Moment;
use crate::domain::work_queue::WorkQueues;

/// The source of time, of random bytes and of signatures for one server, and the queues for its slow work.
#[derive(Clone)]
pub struct World {
    clock: Arc<Clock>,
    random: Arc<Random>,
    signer: Option<Arc<Signer>>,
    mail_links: Option<Arc<str>>,
    queues: Arc<WorkQueues>,
}

type Clock = dyn Fn() -> DateTime<Utc> + Send + Sync;
type Random = dyn Fn(&mut [u8]) + Send + Sync;

impl World {
    /// The machine's clock and the operating system's random bytes.
    pub fn real() -> Self {
        Self::new(Utc::now, |bytes| {
            getrandom::fill(bytes).expect("the operating system gives random bytes");
        })
    }

    /// A world with this clock and this source of random bytes.
    pub fn new(
        clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static,
        random: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Self {
            clock: Arc::new(clock),
            random: Arc::new(random),
            signer: None,
            mail_links: None,
            queues: Arc::default(),
        }
    }

    /// The same world, with the server's signing key.
    #[must_use]
    pub fn signing_with(self, signer: Arc<Signer>) -> Self {
        Self { signer: Some(signer), ..self }
    }

    /// The same world, of a server that sends mails with links to this public address.
    #[must_use]
    pub fn mailing_links_to(self, public_url: &str) -> Self {
        Self { mail_links: Some(public_url.into()), ..self }
    }

    /// The public address for links in mails, without a final slash. None if the server sends no
    /// mails.
    pub fn mail_links(&self) -> Option<&str> {
        self.mail_links.as_deref()
    }

    /// The server's signing key. None for commands that sign nothing.
    pub const fn signer(&self) -> Option<&Arc<Signer>> {
        self.signer.as_ref()
    }

    /// The queues for slow work.
    pub fn queues(&self) -> &WorkQueues {
        &self.queues
    }

    /// The time.
    pub fn now(&self) -> Moment {
        Moment::new((self.clock)())
    }

    /// A new id. It sorts after every earlier one of this process.
    pub fn id<I: From<Uuid>>(&self) -> I {
        // One counter for all worlds. Otherwise two ids of the same millisecond could sort in the wrong order.
        static COUNTER: LazyLock<Mutex<ContextV7>> = LazyLock::new(|| Mutex::new(ContextV7::new()));
        let time = self.now().time();
        let seconds = u64::try_from(time.timestamp()).unwrap_or_default();
        I::from(Uuid::new_v7(Timestamp::from_unix(
            &*COUNTER,
            seconds,
            time.timestamp_subsec_nanos(),
        )))
    }

    /// 256 bits that nobody can guess.
    pub fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        (self.random)(&mut bytes);
        bytes
    }
}
