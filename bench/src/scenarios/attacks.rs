//! Hostile documents: how fast each is refused, and how much speed other clients keep.

use anyhow::ensure;
use serde_json::{Value, json};

use super::{CONNECTIONS, Row, Scene, nested_read};
use crate::measure::{Bound, Figure, Plan, Target, compare};
use crate::stage::{Stage, graphql};
use crate::wrk::Request;

/// The number of attacking connections.
const ATTACKERS: u32 = 16;
/// The maximum time of a refusal in milliseconds.
const SOON: f64 = 10.0;

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let server = &stage.large.server;
    let mut scene = Scene {
        title: "Attacks",
        about: format!(
            "Hostile documents, each alone on 1 connection. Then the nested read while {ATTACKERS} \
             connections send all of them in turn from one network, compared with the nested read \
             alone. That network soon runs out of invalid requests and is turned away."
        ),
        rows: Vec::new(),
        targets: Vec::new(),
    };
    let few = Plan { rounds: stage.plan.rounds.min(5), seconds: 1 };
    for (name, request) in attacks() {
        // This server allows any number of invalid requests, so that each is refused for what it is.
        let answer: Value = serde_json::from_str(&stage.ask(&stage.keeping, &request).await?)?;
        ensure!(
            answer["data"].is_null() && answer["errors"].is_array(),
            "{name} is not refused: {answer}"
        );
        let load = stage.load(&stage.keeping, "attack", [request])?;
        let compared = compare(few, 1, (name, &load), None)?;
        let what = format!("p99 of refusing {name}, in ms");
        scene.targets.push(Target {
            what,
            got: compared.subject().p99,
            bound: Bound::AtMost(SOON),
        });
        scene.rows.push(Row { connections: 1, compared });
    }
    let attack = stage.load(server, "attack", attacks().into_iter().map(|(_, request)| request))?;
    let alone = nested_read::load(stage)?;
    let beside = alone.beside(&attack, ATTACKERS);
    for connections in CONNECTIONS {
        let compared = compare(
            stage.plan,
            connections,
            ("read during attacks", &beside),
            Some(("alone", &alone)),
        )?;
        let what = format!(
            "rate of the nested read at {connections} connections during {ATTACKERS} attacks ÷ rate without attacks"
        );
        scene.targets.push(Target {
            what,
            got: compared.ratio(Figure::Rate).unwrap_or(f64::NAN),
            bound: Bound::AtLeast(0.5),
        });
        scene.rows.push(Row { connections, compared });
    }
    let refusals = ["QUERY_TOO_COMPLEX", "GRAPHQL_VALIDATION_FAILED", "RATE_LIMITED"];
    stage.nothing_failed_but(server, &refusals).await?;
    stage.nothing_failed_but(&stage.keeping, &refusals[..2]).await?;
    Ok(scene)
}

fn attacks() -> [(&'static str, Request); 10] {
    let chain = |levels: usize, spreads: usize, last: &str| {
        let fragment = |n: usize| {
            format!(" fragment f{n} on Query {{ {} }}", format!("...f{} ", n + 1).repeat(spreads))
        };
        let fragments: String = (0..levels).map(fragment).collect();
        format!("{{ ...f0 }}{fragments} fragment f{levels} on Query {{ {last} }}")
    };
    let aliases = (0..1000).fold(String::new(), |text, n| text + &format!("a{n}: __typename "));
    let pages = (0..6).fold("id".to_owned(), |inner, _| {
        format!("claims {{ nodes {{ article {{ {inner} }} }} }}")
    });
    let document = |text: &str| graphql("", text, &Value::Null);
    [
        ("doubling fragments", document(&chain(25, 2, "__typename"))),
        ("a long chain of fragments", document(&chain(2500, 1, "__typename"))),
        ("a cycle of fragments", document(&chain(3, 2, "...f0"))),
        ("1,000 aliases", document(&format!("{{ {aliases} }}"))),
        (
            "10,000 directives",
            document(&format!("{{ __typename {} }}", "@include(if: true) ".repeat(10_000))),
        ),
        ("500 levels", document(&format!("{}id{}", "{ a ".repeat(500), " }".repeat(500)))),
        (
            "a string of 2 MB",
            document(&format!("{{ newsroom(slug: \"{}\") {{ id }} }}", "x".repeat(2_000_000))),
        ),
        (
            "a list of a million",
            document(&format!("{{ nodes(ids: [{}]) {{ id }} }}", "1,".repeat(1_000_000))),
        ),
        (
            "a million in variables",
            graphql(
                "",
                "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
                &json!({ "ids": vec!["x"; 1_000_000] }),
            ),
        ),
        ("deep pages", document(&format!("{{ newsroom(slug: \"bench\") {{ {pages} }} }}"))),
    ]
}
