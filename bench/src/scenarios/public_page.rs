//! A ruling's public page, compared with a bare handler that sends the same bytes from memory.

use anyhow::{Context, ensure};
use serde_json::json;

use super::{CONNECTIONS, Row, Scene};
use crate::measure::{Bound, Figure, Target, compare};
use crate::plain::BARE;
use crate::stage::{Stage, graphql};
use crate::wrk::Request;

const OPEN: &str =
    "mutation Open($input: SetPolicyInput!) { setPolicy(input: $input) { newsroom { slug } } }";
const PUBLISH: &str = "mutation Publish($input: PublishRulingInput!) { publishRuling(input: $input) { ruling { slug } } }";

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let page = Request::get(&publish(stage).await?);
    let sent = stage.send(&stage.keeping, &page).await?;
    let etag = sent.headers().get("etag").context("the page has a version")?.to_str()?.to_owned();
    let bytes = sent.bytes().await?;
    let bare = Request::get(&format!("/{BARE}"));
    let keep = Request { method: "PUT", body: String::from_utf8(bytes.to_vec())?, ..bare.clone() };
    stage.send(&stage.plain, &Request { etag: etag.clone(), ..keep }).await?;
    ensure!(stage.ask(&stage.plain, &bare).await?.as_bytes() == bytes, "the bare handler differs");
    let conditional = |request: &Request| Request { etag: etag.clone(), ..request.clone() };
    let loads = [
        ("a page", page.clone(), bare.clone()),
        ("a page that the reader has", conditional(&page), conditional(&bare)),
    ];
    for (_, ours, theirs) in &loads[1..] {
        for (server, request) in [(&stage.keeping, ours), (&stage.plain, theirs)] {
            let status = stage.send(server, request).await?.status();
            ensure!(status == 304, "a conditional request got {status}");
        }
    }
    let mut scene = Scene {
        title: "Public page",
        about: format!(
            "The public page of a ruling, {} bytes, as a stranger requests it. The baseline is a handler that sends \
             the same bytes from memory.",
            bytes.len()
        ),
        rows: Vec::new(),
        targets: Vec::new(),
    };
    for (what, ours, theirs) in loads {
        let name = what.replace(' ', "-");
        let ours = stage.load(&stage.keeping, &name, [ours])?;
        let theirs = stage.load(&stage.plain, &format!("{name}-bare"), [theirs])?;
        for connections in CONNECTIONS {
            let compared =
                compare(stage.plan, connections, (what, &ours), Some(("bare handler", &theirs)))?;
            if connections == 16 {
                scene.targets.push(Target {
                    what: format!("rate of {what} at 16 connections ÷ rate of the bare handler"),
                    got: compared.ratio(Figure::Rate).unwrap_or(f64::NAN),
                    bound: Bound::AtLeast(0.5),
                });
            }
            scene.rows.push(Row { connections, compared });
        }
    }
    Ok(scene)
}

/// Opens the newsroom to everybody, and publishes a ruling. Returns the path of its page.
async fn publish(stage: &Stage) -> anyhow::Result<String> {
    let filled = &stage.large.filled;
    let policy = json!({ "newsroom": filled.newsroom.to_string(), "publicReading": true });
    let open = graphql(&filled.admin.token, OPEN, &json!({ "input": policy }));
    let opened = stage.ask_well(&stage.keeping, &open).await?;
    let claim = filled.claims.first().context("there is a claim")?;
    let ruling =
        json!({ "claim": claim, "rating": "FALSE", "summary": "The figures say otherwise." });
    let publish = graphql(&filled.editor.token, PUBLISH, &json!({ "input": ruling }));
    let published = stage.ask_well(&stage.keeping, &publish).await?;
    let slug = |value: &serde_json::Value| value["slug"].as_str().unwrap_or_default().to_owned();
    Ok(format!(
        "/n/{}/rulings/{}",
        slug(&opened["setPolicy"]["newsroom"]),
        slug(&published["publishRuling"]["ruling"])
    ))
}
