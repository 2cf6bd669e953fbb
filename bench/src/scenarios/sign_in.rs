//! Sign-in: nearly all of its time is argon2id, which is slow on purpose.

use serde_json::json;

use super::{Row, Scene};
use crate::fill::PASSWORD;
use crate::stage::{Stage, graphql};

const DOCUMENT: &str = "mutation SignIn($input: SignInInput!) { signIn(input: $input) { token expiresAt account { id displayName } } }";

/// The number of different requests.
const REQUESTS: u32 = 5000;

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let people = &stage.large.filled.reviewers;
    // Each request has its own address, because a request without a response at the end of a round
    // counts as a failed attempt.
    let asked = |number: u32| {
        let input =
            json!({ "email": people[number as usize % people.len()].email, "password": PASSWORD });
        graphql("", DOCUMENT, &json!({ "input": input })).sent_from(number)
    };
    let requests: Vec<_> = (0..REQUESTS).map(asked).collect();
    if let Some(first) = requests.first() {
        stage.ask_well(&stage.large.server, first).await?;
    }
    let load = stage.load(&stage.large.server, "sign-in", requests)?;
    let rows = Row::alone(stage, &load)?;
    stage.nothing_failed(&stage.large.server).await?;
    Ok(Scene {
        title: "signIn",
        about: "A password check with argon2id (19 MiB, 2 passes, at most one per processor at once), and a new session."
            .to_owned(),
        rows,
        targets: Vec::new(),
    })
}
