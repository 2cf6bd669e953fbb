//! The nested read: an article with its claims, their verdicts and the cited sources. A plain
//! handler sends the same bytes.

use anyhow::ensure;
use serde_json::json;

use super::{CONNECTIONS, Row, Scene};
use crate::measure::{Bound, Compared, Figure, Target, compare};
use crate::plain::{DOCUMENT, KEPT, PLAIN};
use crate::stage::{Stage, graphql};
use crate::wrk::{Load, Request};

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let filled = &stage.large.filled;
    let token = &filled.reader.token;
    let asked = |id: &str| asked(stage, id);
    let plainly = |how: &str, id: &str| Request {
        token: token.clone(),
        ..Request::get(&format!("/{how}/{id}"))
    };

    expect_same_bytes(stage, &plainly).await?;
    let one = asked(filled.an_article()?);
    let data = stage.ask_well(&stage.large.server, &one).await?;
    let rows = rows(&data["article"]);
    ensure!(rows == 100, "the nested read has {rows} rows");
    let before = stage.statements(&stage.large.server).await?;
    stage.ask_well(&stage.large.server, &one).await?;
    let statements = stage.statements(&stage.large.server).await? - before;

    let ours = load(stage)?;
    let plain =
        stage.load(&stage.plain, "plain", filled.articles.iter().map(|id| plainly(PLAIN, id)))?;
    let kept =
        stage.load(&stage.plain, "kept", filled.articles.iter().map(|id| plainly(KEPT, id)))?;
    let mut scene = scene(stage, one.body.len(), statements);
    for connections in CONNECTIONS {
        let compared = compare(
            stage.plan,
            connections,
            ("claimspan", &ours),
            Some(("plain handler", &plain)),
        )?;
        scene.targets.push(target(connections, &compared));
        scene.rows.push(Row { connections, compared });
    }
    for connections in CONNECTIONS {
        let compared = compare(
            stage.plan,
            connections,
            ("claimspan", &ours),
            Some(("plain handler, one connection kept", &kept)),
        )?;
        scene.rows.push(Row { connections, compared });
    }
    stage.nothing_failed(&stage.large.server).await?;
    Ok(scene)
}

/// Checks that the plain handler sends what the server sends.
async fn expect_same_bytes(
    stage: &Stage,
    plainly: &impl Fn(&str, &str) -> Request,
) -> anyhow::Result<()> {
    for article in stage.large.filled.articles.iter().take(50) {
        let answer = stage.ask(&stage.large.server, &asked(stage, article)).await?;
        for how in [PLAIN, KEPT] {
            let ceiling = stage.ask(&stage.plain, &plainly(how, article)).await?;
            ensure!(
                answer == ceiling,
                "the plain handler does not send what the server sends: {ceiling}\n{answer}"
            );
        }
    }
    Ok(())
}

fn scene(stage: &Stage, bytes: usize, statements: u64) -> Scene {
    Scene {
        title: "Nested read",
        about: format!(
            "An article with its 10 claims, their 30 verdicts with ratings, and 60 citations with their \
             sources, as a reader requests them. The document has {bytes} bytes, and each \
             request names another of the {} articles. The baseline is the plain handler, \
             whose responses have exactly the same bytes. A second baseline keeps one \
             connection for its statements, as the server does.",
            stage.sizes.large
        ),
        rows: Vec::new(),
        targets: vec![Target {
            what: "statements of the nested read".to_owned(),
            got: count(statements),
            bound: Bound::AtMost(8.0),
        }],
    }
}

/// The target of the read, compared with the plain handler.
fn target(connections: u32, compared: &Compared) -> Target {
    let (what, figure, bound) = match connections {
        1 => (
            "p50 of the nested read at 1 connection ÷ p50 of the plain handler",
            Figure::P50,
            Bound::AtMost(2.0),
        ),
        _ => (
            "rate of the nested read at 16 connections ÷ rate of the plain handler",
            Figure::Rate,
            Bound::AtLeast(0.6),
        ),
    };
    Target { what: what.to_owned(), got: compared.ratio(figure).unwrap_or(f64::NAN), bound }
}

/// Reads each article in turn.
pub fn load(stage: &Stage) -> anyhow::Result<Load> {
    stage.load(
        &stage.large.server,
        "nested",
        stage.large.filled.articles.iter().map(|id| asked(stage, id)),
    )
}

/// The nested read of the article with this id.
pub fn asked(stage: &Stage, id: &str) -> Request {
    graphql(&stage.large.filled.reader.token, DOCUMENT, &json!({ "id": id }))
}

/// The claims, verdicts and citations below an article.
fn rows(article: &serde_json::Value) -> usize {
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let claims = list(&article["claims"]["nodes"]);
    let verdicts: Vec<_> = claims.iter().flat_map(|claim| list(&claim["verdicts"])).collect();
    let citations: usize = verdicts.iter().map(|verdict| list(&verdict["citations"]).len()).sum();
    claims.len() + verdicts.len() + citations
}

#[allow(clippy::cast_precision_loss, reason = "the number of statements is small")]
const fn count(number: u64) -> f64 {
    number as f64
}
