//! Exports of a newsroom with a million verdicts: their processor time, and their memory compared
//! with ten thousand.

use super::{Row, Scene};
use crate::enlarge::Copied;
use crate::keeper::Usage;
use crate::measure::{Bound, Compared, Target};
use crate::stage::{Site, Stage};
use crate::wrk::{Reading, Request};

/// The articles that are copied. Each has 30 verdicts.
const ARTICLES: u32 = 10;
/// How often they are there: about 10,000 and a million verdicts.
const TIMES: [u32; 2] = [34, 3_334];
/// The same for a quick look.
const FEW_TIMES: [u32; 2] = [2, 20];

/// The formats of the command line. ClaimReview is left out, because it has rulings only.
const FORMATS: [&str; 6] = ["jsonl", "csv", "web-annotation", "averitec", "cas", "label-studio"];
/// The export over HTTP.
const PATH: &str = "/export/bench/newsroom.jsonl";

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let names = ["exports_small", "exports_big"];
    let times = if stage.sizes.large < 1_000 { FEW_TIMES } else { TIMES };
    let mut sites = Vec::new();
    for (name, times) in names.into_iter().zip(times) {
        sites.push(stage.enlarged(name, ARTICLES as usize, times, Copied::Exported).await?);
    }
    let [few, many] = times.map(|times| ARTICLES * 30 * times);
    let mut scene = Scene {
        title: "Export",
        about: format!(
            "A newsroom with {many} verdicts as a file, with `claimspan export` and with `GET {PATH}`. The rate is that \
             of verdicts in a second of processor time, of all threads together. The times are those of processors for \
             the whole export. Memory is private memory at its peak, compared with {few} verdicts."
        ),
        rows: Vec::new(),
        targets: Vec::new(),
    };
    for format in FORMATS {
        let used = [stage.export(names[0], format)?, stage.export(names[1], format)?];
        scene.add(format, many, used);
    }
    let used = [download(stage, &sites[0]).await?, download(stage, &sites[1]).await?];
    scene.add("GET", many, used);
    drop(sites);
    for name in names {
        stage.remove(name).await?;
    }
    Ok(scene)
}

async fn download(stage: &Stage, site: &Site) -> anyhow::Result<Usage> {
    let token = site.filled.admin.token.clone();
    stage.download(&site.server, &Request { token, ..Request::get(PATH) }).await
}

impl Scene {
    /// Adds an export of this number of verdicts. `used` is what the small and the large one used.
    fn add(&mut self, format: &str, verdicts: u32, [small, large]: [Usage; 2]) {
        let seconds = large.cpu.as_secs_f64();
        let reading =
            Reading { rate: f64::from(verdicts) / seconds, p50: seconds * 1e3, p99: seconds * 1e3 };
        eprintln!("export {format}: {seconds:.1} s, {} and {} bytes", small.memory, large.memory);
        self.targets.push(Target {
            what: format!("processor time of the export {format} for a million verdicts, in s"),
            got: seconds * 1e6 / f64::from(verdicts),
            bound: Bound::AtMost(60.0),
        });
        #[allow(clippy::cast_precision_loss, reason = "it is a few hundred megabytes")]
        self.targets.push(Target {
            what: format!(
                "private memory of the export {format} with a million verdicts, beyond that with ten thousand, in MB"
            ),
            got: large.memory.saturating_sub(small.memory) as f64 / 1e6,
            bound: Bound::AtMost(20.0),
        });
        self.rows.push(Row { connections: 1, compared: Compared::once(format, reading) });
    }
}
