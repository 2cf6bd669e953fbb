//! Sign-in: nearly all of it is argon2id, which is slow on purpose.

use serde_json::json;

use super::{CONNECTIONS, Row, Scene};
use crate::fill::PASSWORD;
use crate::measure::compare;
use crate::stage::{Stage, graphql};

const DOCUMENT: &str = "mutation($input: SignInInput!) { signIn(input: $input) { token expiresAt account { id displayName } } }";

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let people = &stage.large.filled.reviewers;
    let asked = |email: &str| graphql("", DOCUMENT, &json!({ "input": { "email": email, "password": PASSWORD } }));
    let requests: Vec<_> = people.iter().map(|person| asked(&person.email)).collect();
    if let Some(first) = requests.first() {
        stage.ask_well(&stage.large.server, first).await?;
    }
    let load = stage.load(&stage.large.server, "sign-in", requests)?;
    let mut rows = Vec::new();
    for connections in CONNECTIONS {
        rows.push(Row { connections, compared: compare(stage, connections, ("claimspan", &load), None)? });
    }
    stage.nothing_failed(&stage.large.server).await?;
    Ok(Scene {
        title: "signIn",
        about: "A password checked with argon2id (19 MiB, 2 passes; as many at once as there are processors), and a session begun."
            .to_owned(),
        rows,
        targets: Vec::new(),
    })
}
