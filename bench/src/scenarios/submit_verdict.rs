//! `submitVerdict`: a write with everything in its transaction.

use serde_json::json;

use super::{Row, Scene};
use crate::fill::{Words, judgement};
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
    let rows = Row::alone(stage, &load)?;
    stage.nothing_failed(&stage.large.server).await?;
    Ok(Scene {
        title: "submitVerdict",
        about:
            "A verdict with 2 citations, by 6 reviewers in turn, each on another claim. Every commit is on disk before the response."
                .to_owned(),
        rows,
        targets: Vec::new(),
    })
}
