//! `reviseArticle`: does its time grow linearly with the length of the article and the number of
//! claims?

use std::fmt::Write;
use std::time::Instant;

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::Scene;
use crate::fill::Words;
use crate::measure::{Bound, Target, median};
use crate::stage::{Stage, graphql};

const IMPORT: &str = "mutation Import($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }";
const MARK: &str =
    "mutation Mark($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }";
const REVISE: &str = "mutation Revise($input: ReviseArticleInput!) { reviseArticle(input: $input) { anchors { status } } }";

/// The approximate length of a paragraph in bytes. Each has a claim, so an article of 1 MiB has a
/// thousand.
const PARAGRAPH: u32 = 1024;
/// The lengths relative to the longest article: an eighth, a quarter, a half, and all of it.
const PARTS: [u32; 4] = [8, 4, 2, 1];
/// How many times its linear share of time a longer article may take.
const NEAR_LINEAR: f64 = 1.5;

/// An article that is revised repeatedly.
struct Revised {
    id: String,
    paragraphs: Vec<String>,
    claims: usize,
}

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let is_quick = stage.sizes.large < 1000;
    let longest = if is_quick { 16 << 10 } else { 1 << 20 };
    let mut articles = Vec::new();
    for part in PARTS {
        articles.push(Revised::import(stage, longest / part).await?);
    }
    let mut rounds = Vec::new();
    for round in 0..=stage.plan.rounds {
        let mut times = [0.0; PARTS.len()];
        for (article, time) in articles.iter().zip(&mut times) {
            *time = article.revise(stage, round).await?;
        }
        rounds.push(times);
    }
    // The first revision was a warm-up.
    rounds.remove(0);

    let mut about =
        "Each revision changes a word of every tenth paragraph, drops some, moves others and adds new \
         ones. Every article has one claim per KiB. Median times: "
            .to_owned();
    let mut targets = Vec::new();
    for (place, (article, part)) in articles.iter().zip(PARTS).enumerate() {
        let name = format!("{} KiB with {} claims", (longest / part) >> 10, article.claims);
        write!(
            about,
            "{name}: {:.0} ms; ",
            median(rounds.iter().map(|times| times[place])) * 1000.0
        )?;
        if place > 0 {
            // A longer article may take proportionally longer, plus a margin. The ratios are per
            // round, so both came from the same conditions.
            let longer = f64::from(PARTS[0] / part);
            targets.push(Target {
                what: format!("reviseArticle, {name}: time ÷ time of the shortest ÷ {longer}, the ratio of their lengths"),
                got: median(rounds.iter().map(|times| times[place] / times[0] / longer)),
                bound: Bound::AtMost(NEAR_LINEAR),
            });
        }
    }
    stage.nothing_failed(&stage.large.server).await?;
    Ok(Scene {
        title: "reviseArticle",
        about: about.trim_end_matches("; ").to_owned() + ".",
        rows: Vec::new(),
        targets,
    })
}

impl Revised {
    /// Imports an article of this number of bytes, and marks a claim on every KiB of it.
    async fn import(stage: &Stage, length: u32) -> anyhow::Result<Self> {
        let (filled, server) = (&stage.large.filled, &stage.large.server);
        let asked = "query($id: ID!) { article(id: $id) { newsroom { id } } }";
        let room = stage
            .ask_well(
                server,
                &graphql(&filled.editor.token, asked, &json!({ "id": filled.an_article()? })),
            )
            .await?;
        let mut words = Words::new(length as usize);
        let mut paragraphs = Vec::new();
        for number in 0..length / PARAGRAPH {
            let mut text =
                format!("Report {number} said {} per cent. {}", words.number(100), words.some(9));
            while text.len() + 100 < PARAGRAPH as usize {
                text = text + ". " + &words.some(10);
            }
            paragraphs.push(text + ".");
        }
        let input = json!({ "newsroom": room["article"]["newsroom"]["id"], "title": format!("{length} bytes"), "body": paragraphs.join("\n"), "language": "en" });
        let imported = stage
            .ask_well(server, &graphql(&filled.editor.token, IMPORT, &json!({ "input": input })))
            .await?;
        let id = imported["importArticle"]["article"]["id"].as_str().context("an id")?.to_owned();
        for paragraph in &paragraphs {
            let quote = paragraph.split('.').next().unwrap_or_default();
            let input =
                json!({ "article": id, "statement": quote, "ranges": [{ "exact": quote }] });
            stage
                .ask_well(
                    server,
                    &graphql(&filled.reviewers[0].token, MARK, &json!({ "input": input })),
                )
                .await?;
        }
        Ok(Self { id, claims: paragraphs.len(), paragraphs })
    }

    /// Revises the article as in no earlier round. Returns the time in seconds.
    async fn revise(&self, stage: &Stage, round: usize) -> anyhow::Result<f64> {
        let mut paragraphs = self.paragraphs.clone();
        for (number, paragraph) in
            paragraphs.iter_mut().enumerate().filter(|(number, _)| number % 10 == round % 10)
        {
            *paragraph =
                paragraph.replacen("said", &format!("denied {number} times in round {round}"), 1);
        }
        paragraphs.retain(|paragraph| !paragraph.contains(&format!("Report {round}")));
        let part = paragraphs.len() / 20;
        paragraphs.rotate_left(part * (round % 3));
        paragraphs.extend((0..part).map(|number| {
            format!("News {number} of round {round}: {}.", Words::new(number).some(100))
        }));

        let input = json!({ "article": self.id, "body": paragraphs.join("\n"), "note": format!("Round {round}") });
        let request = graphql(&stage.large.filled.editor.token, REVISE, &json!({ "input": input }));
        let begun = Instant::now();
        let answer = stage.ask_well(&stage.large.server, &request).await?;
        let time = begun.elapsed().as_secs_f64();
        let anchors = answer["reviseArticle"]["anchors"].as_array().context("anchors")?;
        ensure!(
            anchors.len() == self.claims,
            "{} of {} claims were carried over",
            anchors.len(),
            self.claims
        );
        let stands = |anchor: &Value| matches!(anchor["status"].as_str(), Some("EXACT" | "MOVED"));
        ensure!(
            round > 0
                || anchors.iter().filter(|anchor| stands(anchor)).count() * 2 >= anchors.len(),
            "most claims keep their status"
        );
        Ok(time)
    }
}
