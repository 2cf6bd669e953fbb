//! The article's summary, in a large and in a small database. Its time must not grow with the
//! number of other articles.

use serde_json::json;

use super::{CONNECTIONS, Row, Scene};
use crate::measure::{Bound, Figure, Target, compare};
use crate::stage::{Site, Stage, graphql};

const DOCUMENT: &str = "query ArticleSummary($id: ID!) { article(id: $id) { id summary {
    claimCount judgedClaimCount disputedClaimCount verdictCount unsourcedVerdictCount sourceCount verdictCounts { rating { key label } count } } } }";

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let asked =
        |site: &Site, id: &str| graphql(&site.filled.reader.token, DOCUMENT, &json!({ "id": id }));
    let mut loads = Vec::new();
    for (name, site) in [("large", &stage.large), ("small", &stage.small)] {
        let data = stage.ask_well(&site.server, &asked(site, site.filled.an_article()?)).await?;
        let summary = &data["article"]["summary"];
        anyhow::ensure!(
            summary["claimCount"] == 10 && summary["verdictCount"] == 30,
            "the summary is {summary}"
        );
        loads.push(stage.load(
            &site.server,
            &format!("summary-{name}"),
            site.filled.articles.iter().map(|id| asked(site, id)),
        )?);
    }
    let names =
        [stage.sizes.large, stage.sizes.small].map(|articles| format!("{articles} articles"));
    let mut scene = Scene {
        title: "Article's summary",
        about: "The summary of an article's verdicts, as a reader requests it. Each request names another \
                article. The baseline is the same request in a smaller database."
            .to_owned(),
        rows: Vec::new(),
        targets: Vec::new(),
    };
    for connections in CONNECTIONS {
        let compared =
            compare(stage.plan, connections, (&names[0], &loads[0]), Some((&names[1], &loads[1])))?;
        let what = format!(
            "time of the article's summary at {connections} connections ÷ time in a database of {}",
            names[1]
        );
        let got = match connections {
            1 => compared.ratio(Figure::P50).unwrap_or(f64::NAN),
            _ => compared.ratio(Figure::Rate).map_or(f64::NAN, |rates| 1.0 / rates),
        };
        scene.targets.push(Target { what, got, bound: Bound::AtMost(1.3) });
        scene.rows.push(Row { connections, compared });
    }
    stage.nothing_failed(&stage.large.server).await?;
    stage.nothing_failed(&stage.small.server).await?;
    Ok(scene)
}
