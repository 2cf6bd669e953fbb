//! A message to a receiver, as the Standard Webhooks specification defines it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::hmac;
use sea_orm::ActiveEnum;
use serde_json::{Map, Value as Json, json};

use super::state;
use crate::domain::activity::{self, Activity};
use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::ids::{NewsroomId, RulingId, TypedId};
use crate::domain::newsroom;
use crate::domain::store::Db;
use crate::domain::time::Moment;
use crate::domain::world::World;

/// The letters before a secret.
const PREFIX: &str = "whsec_";

/// A message to a receiver.
pub struct Message {
    /// The id, which all attempts share: `newsroom_…-12`.
    pub id: String,
    /// The body, as JSON.
    pub body: String,
}

impl Message {
    /// The message about an event. It has ids and numbers only, and nothing that blind review hides
    /// from readers.
    pub async fn of(
        db: &Db,
        world: &World,
        newsroom: NewsroomId,
        event: &event::Model,
    ) -> Result<Self> {
        let found = newsroom::find_all(db, &[newsroom]).await?.pop();
        let newsroom = found.ok_or(Error::NotFound("newsroom"))?;
        let seen = activity::for_program(db, world, &newsroom, event).await?;
        let ruling = event.detail_text("ruling").and_then(|text| RulingId::find(&text));
        Ok(Self::new(newsroom.id, &seen, ruling))
    }

    fn new(newsroom: NewsroomId, event: &Activity, ruling: Option<RulingId>) -> Self {
        let mut data = Map::new();
        data.insert("newsroom".to_owned(), json!(newsroom));
        data.insert("number".to_owned(), json!(event.number));
        let objects = [
            ("article", event.article_id.map(|id| json!(id))),
            ("claim", event.claim_id.map(|id| json!(id))),
            ("verdict", event.verdict_id.map(|id| json!(id))),
            ("comment", event.comment_id.map(|id| json!(id))),
            ("ruling", ruling.map(|id| json!(id))),
        ];
        let objects = objects.into_iter().filter_map(|(name, id)| Some((name.to_owned(), id?)));
        data.extend(objects);
        let body = json!({
            "type": event.kind.to_value(),
            "timestamp": event.at,
            "data": Json::Object(data),
        });
        Self { id: format!("{newsroom}-{}", event.number), body: body.to_string() }
    }

    /// The value of the header `webhook-signature` for this time in seconds since 1970. While a
    /// receiver may still know only the previous secret, it has a signature with each.
    pub fn signature(&self, state: &state::Model, now: Moment, seconds: i64) -> String {
        let previous = state.previous_until.filter(|until| *until > now);
        let previous = previous.and(state.previous_secret.as_deref());
        let signed = format!("{}.{seconds}.{}", self.id, self.body);
        let sign = |secret: &str| format!("v1,{}", sign(secret, &signed));
        let signatures = [Some(&*state.secret), previous];
        signatures.into_iter().flatten().map(sign).collect::<Vec<_>>().join(" ")
    }
}

/// A new secret, of 256 random bits.
pub fn new_secret(world: &World) -> String {
    format!("{PREFIX}{}", BASE64_STANDARD.encode(world.secret()))
}

fn sign(secret: &str, text: &str) -> String {
    let bytes = BASE64_STANDARD.decode(secret.trim_start_matches(PREFIX)).unwrap_or_default();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
    BASE64_STANDARD.encode(hmac::sign(&key, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_specification() {
        // The example of the specification's own libraries.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let signed = "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}";
        assert_eq!(sign(secret, signed), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
