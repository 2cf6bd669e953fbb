//! Summaries and totals of a newsroom with a million verdicts, compared with ten thousand.

use serde_json::json;

use super::{Row, Scene};
use crate::enlarge::Copied;
use crate::measure::{Bound, Figure, Target, compare};
use crate::stage::{Stage, graphql};

/// The articles that are copied. Each has 30 verdicts.
const ARTICLES: u32 = 10;
/// How often they are there: about 10,000 and a million verdicts.
const TIMES: [u32; 2] = [34, 3_334];
/// The same for a quick look.
const FEW_TIMES: [u32; 2] = [2, 20];

/// The questions of an editor. The names are those of rows in the table.
const QUESTIONS: [(&str, &str); 15] = [
    (
        "summary",
        "summary { articleCount claimCount judgedClaimCount disputedClaimCount staleClaimCount verdictCount \
         unsourcedVerdictCount sourceCount verdictCounts { count rating { key } } }",
    ),
    ("agreement", "summary { agreement { alphaNominal alphaOrdinal unitCount raterCount } }"),
    ("total of claims", "claims(first: 0) { totalCount }"),
    (
        "disputed, with total",
        "claims(first: 25, filter: { disputed: true }) { totalCount nodes { id } }",
    ),
    ("first sources", "sources(first: 25) { nodes { id url title } }"),
    ("total of sources", "sources(first: 0) { totalCount }"),
    ("claimants, with total", "claimants(first: 25) { totalCount nodes { name claimCount } }"),
    ("tags, with total", "tags(first: 25) { totalCount nodes { name claimCount } }"),
    (
        "claims of a tag, with total",
        "claims(first: 25, filter: { tag: \"money\" }) { totalCount nodes { id } }",
    ),
    (
        "queue, with total",
        "claims(first: 25, filter: { notReviewedByMe: true }) { totalCount nodes { id } }",
    ),
    (
        "five claimants",
        "summaries(groupBy: CLAIMANT, first: 5) { totalCount nodes { claimant summary { articleCount claimCount \
         disputedClaimCount verdictCount verdictCounts { count rating { key } } } } }",
    ),
    (
        "five tags",
        "summaries(groupBy: TAG, first: 5) { totalCount nodes { tag summary { articleCount claimCount disputedClaimCount \
         verdictCount verdictCounts { count rating { key } } } } }",
    ),
    (
        "five reviewers",
        "summaries(groupBy: REVIEWER, first: 5) { totalCount nodes { reviewer { id } summary { claimCount \
         disputedClaimCount verdictCount verdictCounts { count rating { key } } } } }",
    ),
    (
        "a week of days",
        "summaries(groupBy: DAY, first: 7) { totalCount nodes { since summary { claimCount disputedClaimCount \
         verdictCount sourceCount verdictCounts { count rating { key } } } } }",
    ),
    (
        "a year of months",
        "summaries(groupBy: MONTH, first: 12) { totalCount nodes { since summary { claimCount disputedClaimCount \
         verdictCount verdictCounts { count rating { key } } } } }",
    ),
];

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let names = ["growth_small", "growth_big"];
    let times = if stage.sizes.large < 1_000 { FEW_TIMES } else { TIMES };
    let mut sites = Vec::new();
    for (name, times) in names.into_iter().zip(times) {
        sites.push(stage.enlarged(name, ARTICLES as usize, times, Copied::Counted).await?);
    }
    let mut scene = Scene {
        title: "Growth",
        about: format!(
            "A newsroom's figures, as an editor requests them, with {} verdicts. No response is kept. The \
             baseline is the same request with {} verdicts.",
            verdicts(times[1]),
            verdicts(times[0])
        ),
        rows: Vec::new(),
        targets: Vec::new(),
    };
    for (what, selection) in QUESTIONS {
        let document = format!("{{ newsroom(slug: \"bench\") {{ {selection} }} }}");
        let mut loads = Vec::new();
        for (name, site) in names.into_iter().zip(&sites) {
            let request = graphql(&site.filled.editor.token, &document, &json!({}));
            stage.ask_well(&site.server, &request).await?;
            loads.push(stage.load(
                &site.server,
                &format!("{name}-{}", scene.rows.len()),
                [request],
            )?);
        }
        let baseline = format!("{} verdicts", verdicts(times[0]));
        let compared = compare(stage.plan, 1, (what, &loads[1]), Some((&baseline, &loads[0])))?;
        scene.targets.push(Target {
            what: format!("time of {what} with a million verdicts ÷ time with ten thousand"),
            got: compared.ratio(Figure::P50).unwrap_or(f64::NAN),
            bound: Bound::AtMost(2.0),
        });
        scene.targets.push(Target {
            what: format!("p50 of {what} with a million verdicts, in ms"),
            got: compared.subject().p50,
            bound: Bound::AtMost(20.0),
        });
        scene.rows.push(Row { connections: 1, compared });
    }
    drop(sites);
    for name in names {
        stage.remove(name).await?;
    }
    Ok(scene)
}

const fn verdicts(times: u32) -> u32 {
    ARTICLES * 30 * times
}
