//! The nested read from a server that keeps responses, compared with one that computes each response.

use anyhow::ensure;

use super::{CONNECTIONS, Row, Scene, nested_read};
use crate::measure::compare;
use crate::stage::{Stage, graphql};
use crate::wrk::Request;

/// How often the one article is in the file of requests.
const AGAIN: usize = 50;

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let filled = &stage.large.filled;
    let (uncached, keeping) = (&stage.large.server, &stage.keeping);
    for article in filled.articles.iter().take(50) {
        let request = nested_read::asked(stage, article);
        let right = stage.ask(uncached, &request).await?;
        for _ in 0..2 {
            let kept = stage.ask(keeping, &request).await?;
            ensure!(kept == right, "a kept response differs: {kept}\n{right}");
        }
    }
    let one = nested_read::asked(stage, filled.an_article()?);
    let reads = |name: &str, server, requests: Vec<Request>| stage.load(server, name, requests);
    let all: Vec<_> = filled.articles.iter().map(|id| nested_read::asked(stage, id)).collect();
    let least = graphql(&filled.reader.token, "{ __typename }", &serde_json::Value::Null);
    let rows = [
        (
            "each article in turn",
            reads("kept", keeping, all.clone())?,
            ("no response kept", reads("uncached", uncached, all)?),
        ),
        (
            "the same article again and again",
            reads("kept-one", keeping, vec![one.clone(); AGAIN])?,
            ("no response kept", reads("uncached-one", uncached, vec![one; AGAIN])?),
        ),
        (
            "signed-in { __typename }",
            reads("kept-least", keeping, vec![least.clone(); AGAIN])?,
            ("no response kept", reads("uncached-least", uncached, vec![least; AGAIN])?),
        ),
    ];
    let mut scene = Scene {
        title: "Kept responses",
        about:
            "The nested read from a server that keeps responses, after each was computed once. The \
                responses have the same bytes. The baseline is a server that keeps no responses, \
                as in the other scenarios."
                .to_owned(),
        rows: Vec::new(),
        targets: Vec::new(),
    };
    for connections in CONNECTIONS {
        for (what, kept, (name, uncached)) in &rows {
            let compared = compare(stage.plan, connections, (what, kept), Some((name, uncached)))?;
            scene.rows.push(Row { connections, compared });
        }
    }
    stage.nothing_failed(keeping).await?;
    Ok(scene)
}
