//! Sends mails that are due, one after another, and finds news that members asked for.

use std::time::Duration;

use tokio::sync::watch;

use super::Deliveries;
use super::smtp::Smtp;
use crate::domain::error::Result;
use crate::domain::mail::notice;
use crate::domain::mail::send::{self, Outcome};
use crate::domain::store::Db;
use crate::domain::world::World;

/// The number of mails that are sent before the next look for news.
const IN_A_ROW: usize = 50;
/// Due dates and digests are looked for once in this number of looks.
const SELDOM: u32 = 15;

/// Starts to send mails. Looks for mails to send once in each `pause`.
pub fn start(db: &Db, world: &World, smtp: Smtp, pause: Duration) -> Deliveries {
    let (stop, stopping) = watch::channel(false);
    let postman = Postman { db: db.clone(), world: world.clone(), smtp, stopping };
    Deliveries { stop, task: tokio::spawn(postman.run(pause)) }
}

struct Postman {
    db: Db,
    world: World,
    smtp: Smtp,
    stopping: watch::Receiver<bool>,
}

impl Postman {
    async fn run(mut self, pause: Duration) {
        let (mut failing, mut looks) = (false, 0_u32);
        while !*self.stopping.borrow() {
            match self.look(looks.is_multiple_of(SELDOM)).await {
                Ok(()) => failing = false,
                // Once, not with each look: the database may be away for long.
                Err(error) if !failing => {
                    failing = true;
                    tracing::warn!(?error, "looking for mails failed; trying again");
                }
                Err(_) => {}
            }
            looks = looks.wrapping_add(1);
            let _ = tokio::time::timeout(pause, self.stopping.changed()).await;
        }
    }

    async fn look(&self, thorough: bool) -> Result<()> {
        if thorough {
            notice::of_due_dates(&self.db, &self.world).await?;
            notice::of_the_day(&self.db, &self.world).await?;
            send::clean(&self.db, &self.world).await?;
        }
        notice::of_events(&self.db, &self.world).await?;
        for _ in 0..IN_A_ROW {
            if *self.stopping.borrow() || !self.send_next().await? {
                break;
            }
        }
        Ok(())
    }

    /// Sends the next mail. Returns whether to go on: not if none is due, or if the mail server does
    /// not work.
    async fn send_next(&self) -> Result<bool> {
        let Some(taken) = send::take(&self.db, &self.world).await? else { return Ok(false) };
        let Some(mail) = &taken.mail else {
            send::drop(&self.db, &self.world, taken).await?;
            return Ok(true);
        };
        let outcome = self.smtp.send(mail).await;
        let works = !matches!(outcome, Outcome::Failed(_));
        if let Outcome::Failed(error) | Outcome::Refused(error) = &outcome {
            tracing::info!(id = %mail.id, error, "a mail was not sent");
        }
        send::finish(&self.db, &self.world, taken, outcome).await?;
        Ok(works)
    }
}
