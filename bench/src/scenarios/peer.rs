//! The nested read, compared with PostGraphile on the same database. PostGraphile checks no rights.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::{CONNECTIONS, Row, Scene, nested_read};
use crate::databases::Kind;
use crate::keeper::Server;
use crate::measure::{Bound, Compared, Figure, Target, compare};
use crate::stage::{Stage, graphql};
use crate::wrk::Request;

/// The rows of the nested read, by the names that PostGraphile gives to tables and columns.
const DOCUMENT: &str = "query NestedRead($id: UUID!) { articleByRowId(rowId: $id) { rowId title version
    claimsByArticleId(first: 50, orderBy: [POSITION_ASC]) { nodes { rowId statement claimant state version
        verdictsByClaimId { nodes { rowId state
            submissionsByVerdictId(orderBy: [NUMBER_DESC], first: 1) { nodes { rationale submittedAt ratingByRatingId { key label }
                citationsBySubmissionId { nodes { rowId stance quote title publisher sourceBySourceId { rowId url } } } } } } } } } } }";

/// How often the one article is in the file of requests.
const AGAIN: usize = 50;

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let mut scene = Scene {
        title: "PostGraphile",
        about: "The nested read of 100 rows, compared with PostGraphile 5 (Amber preset, no rights) that \
                reads the same rows of the same database: first with responses kept, then without."
            .to_owned(),
        rows: Vec::new(),
        targets: Vec::new(),
    };
    if stage.kind != Kind::Postgres {
        scene.about.push_str(" It runs on PostgreSQL only.");
        return Ok(scene);
    }
    let articles = &stage.large.filled.articles;
    let peer = start(stage)?;
    let one = stage.large.filled.an_article()?;
    expect_all_rows(stage, &peer, one).await?;
    let theirs = stage.load(&peer, "peer", articles.iter().map(|id| asked(id)))?;
    let their_one = stage.load(&peer, "peer-one", vec![asked(one); AGAIN])?;
    let ours = |name: &str, server| {
        stage.load(server, name, articles.iter().map(|id| nested_read::asked(stage, id)))
    };
    let kept = ours("peer-kept", &stage.keeping)?;
    let kept_one =
        stage.load(&stage.keeping, "peer-kept-one", vec![nested_read::asked(stage, one); AGAIN])?;
    let uncached = ours("peer-uncached", &stage.large.server)?;
    for connections in CONNECTIONS {
        for (name, load, other) in [
            ("kept, each article in turn", &kept, &theirs),
            ("kept, one article", &kept_one, &their_one),
            ("no response kept", &uncached, &theirs),
        ] {
            let compared =
                compare(stage.plan, connections, (name, load), Some(("PostGraphile", other)))?;
            scene.targets.extend(targets(name, connections, &compared));
            scene.rows.push(Row { connections, compared });
        }
    }
    Ok(scene)
}

/// Starts PostGraphile. Installs it first, if that was not done yet.
fn start(stage: &Stage) -> anyhow::Result<Server> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("postgraphile");
    let node: PathBuf = home.join("node_modules/.bin/node");
    if !node.exists() {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&home);
        let status = npm.status().context("npm is missing: install Node.js with npm")?;
        ensure!(status.success(), "npm could not install PostGraphile in {}", home.display());
    }
    let script = home.join("server.mjs").display().to_string();
    Server::start(&node, "postgraphile", &[&script, &stage.url("large")], &stage.log("peer"))
}

fn asked(id: &str) -> Request {
    // PostGraphile has the UUID, without the kind of object.
    let id = id.rsplit('_').next().unwrap_or(id);
    graphql("", DOCUMENT, &json!({ "id": id }))
}

/// Checks that PostGraphile reads the 100 rows that the server reads.
async fn expect_all_rows(stage: &Stage, peer: &Server, article: &str) -> anyhow::Result<()> {
    let data = stage.ask_well(peer, &asked(article)).await?;
    let mut claims = 0;
    let (mut verdicts, mut citations) = (0, 0);
    for claim in nodes(&data["articleByRowId"]["claimsByArticleId"]) {
        claims += 1;
        for verdict in nodes(&claim["verdictsByClaimId"]) {
            verdicts += 1;
            let submission = &verdict["submissionsByVerdictId"]["nodes"][0];
            citations += nodes(&submission["citationsBySubmissionId"]).len();
        }
    }
    ensure!(
        (claims, verdicts, citations) == (10, 30, 60),
        "PostGraphile read {claims} claims, {verdicts} verdicts and {citations} citations"
    );
    Ok(())
}

fn nodes(list: &Value) -> Vec<Value> {
    list["nodes"].as_array().cloned().unwrap_or_default()
}

/// The targets of a row.
fn targets(name: &str, connections: u32, compared: &Compared) -> Vec<Target> {
    let target = |figure, bound, of: &str| Target {
        what: format!(
            "{of} of the nested read ({name}) at {connections} connections ÷ {of} of PostGraphile"
        ),
        got: compared.ratio(figure).unwrap_or(f64::NAN),
        bound,
    };
    match (name, connections) {
        ("kept, each article in turn", 1) => {
            vec![target(Figure::Rate, Bound::AtLeast(2.0), "rate")]
        }
        ("kept, each article in turn", _) => vec![
            target(Figure::Rate, Bound::AtLeast(5.0), "rate"),
            target(Figure::P99, Bound::AtMost(0.5), "p99"),
        ],
        ("kept, one article", 16) => vec![target(Figure::Rate, Bound::AtLeast(15.0), "rate")],
        _ => Vec::new(),
    }
}
