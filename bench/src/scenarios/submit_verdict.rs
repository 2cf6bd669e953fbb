//! `submitVerdict`: a write with everything in its transaction.

use serde_json::json;

use super::{CONNECTIONS, Row, Scene};
use crate::fill::{Words, judgement};
use crate::measure::{Bound, Figure, Subject, Target, compare};
use crate::stage::{Stage, graphql};

const DOCUMENT: &str = "mutation SubmitVerdict($input: SubmitVerdictInput!) { submitVerdict(input: $input) {
    verdict { id state rating { key label } rationale submittedAt citations { id source { id url } } } claim { id state version } } }";

/// The number of different requests.
const REQUESTS: usize = 5000;

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let filled = &stage.large.filled;
    let mut words = Words::new(usize::MAX / 2);
    let requests = (0..REQUESTS).map(|number| {
        let claim = &filled.claims[words.number(filled.claims.len())];
        let input = judgement(&mut words, claim, filled.articles.len() * 20)
            .into_json()
            .unwrap_or_default();
        graphql(
            &filled.reviewers[number % filled.reviewers.len()].token,
            DOCUMENT,
            &json!({ "input": input }),
        )
    });
    let requests: Vec<_> = requests.collect();
    if let Some(first) = requests.first() {
        stage.ask_well(&stage.large.server, first).await?;
    }
    let load = stage.load(&stage.large.server, "submit", requests)?;
    let raw = stage.raw("raw").await?;
    let mut scene = Scene {
        title: "submitVerdict",
        about: "A verdict with 2 citations, by 6 reviewers in turn, each on another claim. Every commit is on disk before the response. \
                The baseline is the database's own client, which only inserts the six rows: no session, no right, no count and no \
                digest. On SQLite it has one connection."
            .to_owned(),
        rows: Vec::new(),
        targets: Vec::new(),
    };
    for connections in CONNECTIONS {
        let baseline = Some(("six inserts", &raw as &dyn Subject));
        let compared = compare(stage.plan, connections, ("claimspan", &load), baseline)?;
        scene.targets.push(Target {
            what: format!(
                "rate of submitVerdict at {connections} connections ÷ rate of six inserts a commit"
            ),
            got: compared.ratio(Figure::Rate).unwrap_or(f64::NAN),
            bound: Bound::AtLeast(0.5),
        });
        scene.rows.push(Row { connections, compared });
    }
    stage.remove("raw").await?;
    stage.nothing_failed(&stage.large.server).await?;
    Ok(scene)
}
