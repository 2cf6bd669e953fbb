//! A flood of sign-ins, each of which would have argon2id at work: what is left for others meanwhile.

use serde_json::json;

use super::{CONNECTIONS, Row, Scene, nested_read};
use crate::measure::{Bound, Figure, Target, compare};
use crate::stage::{Stage, graphql};

/// How many connections sign in at once.
const FLOOD: u32 = 16;
/// So many accounts are tried, each from an address of its own, so that no count is full before its time.
const TRIES: u32 = 50_000;

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let server = &stage.large.server;
    let tries = (0..TRIES).map(|number| {
        let input = json!({ "email": format!("nobody-{number}@bench.example"), "password": "is not here" });
        graphql("", "mutation($input: SignInInput!) { signIn(input: $input) { token } }", &json!({ "input": input })).sent_from(number)
    });
    let flood = stage.load(server, "flood", tries)?;
    let alone = nested_read::load(stage)?;
    let beside = alone.beside(&flood, FLOOD);
    let mut scene = Scene {
        title: "Flood of sign-ins",
        about: format!(
            "The nested read beside {FLOOD} connections that try passwords without a pause, each another account's from another address, by \
             the nested read alone."
        ),
        rows: Vec::new(),
        targets: Vec::new(),
    };
    for connections in CONNECTIONS {
        let compared = compare(stage.plan, connections, ("read beside sign-ins", &beside), Some(("alone", &alone)))?;
        let what = format!("rate of the nested read at {connections} connections beside {FLOOD} that sign in, of that without them");
        scene.targets.push(Target { what, got: compared.ratio(Figure::Rate).unwrap_or(f64::NAN), bound: Bound::AtLeast(0.5) });
        scene.rows.push(Row { connections, compared });
    }
    stage.nothing_failed_but(server, &["UNAUTHENTICATED", "RATE_LIMITED", "QUERY_TOO_COMPLEX", "GRAPHQL_VALIDATION_FAILED"]).await?;
    Ok(scene)
}
