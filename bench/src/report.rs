//! The report: a table that is readable both in the terminal and in `bench/RESULTS.md`.

use std::fmt::Write;
use std::process::Command;

use crate::measure::{Figure, Medians};
use crate::scenarios::{Row, Scene};
use crate::stage::{Sizes, Stage};
use crate::{measure::Plan, wrk};

/// The scenes of one kind of database.
pub struct Act {
    database: String,
    scenes: Vec<Scene>,
}

impl Act {
    /// The scenes that were measured.
    pub fn new(stage: &Stage, scenes: Vec<Scene>) -> Self {
        Self { database: format!("{} {}", stage.kind, stage.version), scenes }
    }
}

/// The report as Markdown.
pub fn text(acts: &[Act], sizes: Sizes, plan: Plan) -> anyhow::Result<String> {
    let mut text = String::from("# Results\n\n");
    let Plan { rounds, seconds } = plan;
    writeln!(text, "{}\n", about_the_machine()?)?;
    writeln!(
        text,
        "Two databases, one of {} and one of {} articles. Each article has 10 claims with 3 verdicts \
         each, and each verdict has 2 citations. {rounds} rounds of {seconds} s each. Subject and \
         baseline alternate within a round. Figures are medians over the rounds. Ratios are \
         medians of the ratios per round.\n",
        sizes.large, sizes.small
    )?;

    writeln!(text, "## Targets\n")?;
    writeln!(text, "| database | what | target | got | |\n| --- | --- | --- | ---: | --- |")?;
    for act in acts {
        for target in act.scenes.iter().flat_map(|scene| &scene.targets) {
            let met = if target.is_met() { "met" } else { "**missed**" };
            writeln!(
                text,
                "| {} | {} | {} | {} | {met} |",
                act.database,
                target.what,
                target.bound,
                short(target.got)
            )?;
        }
    }
    writeln!(text)?;

    for act in acts {
        writeln!(text, "## {}\n", act.database)?;
        writeln!(
            text,
            "| what | connections | requests/s | p50 ms | p99 ms | baseline | requests/s | p50 ms | rate ÷ rate | p50 ÷ p50 |"
        )?;
        writeln!(text, "| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: |")?;
        for scene in &act.scenes {
            for row in &scene.rows {
                writeln!(text, "{}", line(scene.title, row))?;
            }
        }
        writeln!(text)?;
    }

    writeln!(text, "## What was measured\n")?;
    for scene in acts.first().into_iter().flat_map(|act| &act.scenes) {
        writeln!(text, "- **{}**: {}", scene.title, scene.about)?;
    }
    Ok(text)
}

fn line(title: &str, Row { connections, compared }: &Row) -> String {
    let Medians { name, rate, p50, p99 } = compared.subject();
    let title = if name == "claimspan" { title.to_owned() } else { format!("{title}: {name}") };
    let beside = match compared.baseline() {
        Some(Medians { name, rate, p50, .. }) => {
            let ratio = |figure| compared.ratio(figure).map(short).unwrap_or_default();
            format!(
                "{name} | {} | {} | {} | {}",
                short(rate),
                short(p50),
                ratio(Figure::Rate),
                ratio(Figure::P50)
            )
        }
        None => "| | | |".to_owned(),
    };
    format!(
        "| {title} | {connections} | {} | {} | {} | {beside} |",
        short(rate),
        short(p50),
        short(p99)
    )
}

/// A number with three significant digits. Nothing if it was not measured.
fn short(number: f64) -> String {
    match number.abs() {
        none if none.is_nan() => String::new(),
        large if large >= 100.0 => format!("{number:.0}"),
        middle if middle >= 10.0 => format!("{number:.1}"),
        _ if number.fract() == 0.0 => format!("{number:.0}"),
        _ => format!("{number:.2}"),
    }
}

fn about_the_machine() -> anyhow::Result<String> {
    let cores = std::thread::available_parallelism()?;
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory: Option<u64> = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse().ok());
    let memory = memory
        .map(|kib| format!(" and {} GiB of memory", kib.div_ceil(1 << 20)))
        .unwrap_or_default();
    let day = chrono::Utc::now().format("%Y-%m-%d");
    let version = env!("CARGO_PKG_VERSION");
    let commit = said(Command::new("git").args(["rev-parse", "--short", "HEAD"]))
        .map(|commit| format!(" at {commit}"))
        .unwrap_or_default();
    let rust = said(Command::new("rustc").arg("--version"))
        .unwrap_or_else(|| "an unknown rustc".to_owned());
    let rust = rust.split(" (").next().unwrap_or_default();
    let wrk = wrk::version()?;
    Ok(format!(
        "{day}, claimspan {version}{commit}, built with {rust}; wrk {wrk}. A virtual machine with {cores} cores{memory}, which clients, servers and databases share."
    ))
}

fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
