//! A flood of sign-ins, each of which requires argon2id: how much speed other clients keep.

use serde_json::json;

use super::{CONNECTIONS, Row, Scene, nested_read};
use crate::measure::{Bound, Figure, Target, compare};
use crate::stage::{Stage, graphql};

/// The number of connections that sign in at once.
const FLOOD: u32 = 16;
/// The number of accounts. Each is tried from its own address, so that no limit is reached too
/// early.
const TRIES: u32 = 50_000;

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let server = &stage.large.server;
    let tries = (0..TRIES).map(|number| {
        let input =
            json!({ "email": format!("nobody-{number}@bench.example"), "password": "is not here" });
        graphql(
            "",
            "mutation($input: SignInInput!) { signIn(input: $input) { token } }",
            &json!({ "input": input }),
        )
        .sent_from(number)
    });
    let flood = stage.load(server, "flood", tries)?;
    let alone = nested_read::load(stage)?;
    let beside = alone.beside(&flood, FLOOD);
    let mut scene = Scene {
        title: "Flood of sign-ins",
        about: format!(
            "The nested read while {FLOOD} connections try passwords without a pause, each for its own \
             account from its own address, compared with the nested read alone."
        ),
        rows: Vec::new(),
        targets: Vec::new(),
    };
    for connections in CONNECTIONS {
        let compared = compare(
            stage.plan,
            connections,
            ("read during sign-ins", &beside),
            Some(("alone", &alone)),
        )?;
        let what = format!(
            "rate of the nested read at {connections} connections during {FLOOD} sign-ins ÷ rate without sign-ins"
        );
        scene.targets.push(Target {
            what,
            got: compared.ratio(Figure::Rate).unwrap_or(f64::NAN),
            bound: Bound::AtLeast(0.5),
        });
        scene.rows.push(Row { connections, compared });
    }
    stage
        .nothing_failed_but(
            server,
            &["UNAUTHENTICATED", "RATE_LIMITED", "QUERY_TOO_COMPLEX", "GRAPHQL_VALIDATION_FAILED"],
        )
        .await?;
    Ok(scene)
}
