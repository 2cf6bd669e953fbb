//! The benchmark: Claimspan's release server compared with a plain handler, on SQLite and
//! PostgreSQL, under the load of `wrk`.
//!
//! - [`databases`], [`fill`]: the databases and their content
//! - [`keeper`]: the resources that a run starts and releases
//! - [`plain`]: the plain handler, which is the ceiling; [`raw`]: the database without a server
//! - [`stage`]: the servers on their databases; [`scenarios`]: the measurements
//! - [`wrk`], [`measure`]: one round, and many
//! - [`followers`]: many clients that follow a newsroom
//! - [`report`]: the table

mod databases;
mod enlarge;
mod fill;
mod followers;
mod keeper;
mod measure;
mod plain;
mod raw;
mod report;
mod scenarios;
mod stage;
mod wrk;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, ensure};
use clap::{Parser, Subcommand, ValueEnum};

use databases::Kind;
use keeper::Home;
use measure::Plan;
use report::Act;
use scenarios::Scenario;
use stage::{Sizes, Stage};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Measures how fast Claimspan is, as ratios. Requires Debian's packages wrk, postgresql and sqlite3.
#[derive(Parser)]
#[command(max_term_width = 120, args_conflicts_with_subcommands = true)]
struct Cli {
    /// Only check that everything works, with few articles and one short round. The figures mean
    /// little.
    #[arg(long)]
    quick: bool,

    /// Measure only on this database.
    #[arg(long, value_enum)]
    database: Option<Kind>,

    /// Measure only this scenario. Can be repeated.
    #[arg(long, value_enum)]
    scenario: Vec<Scenario>,

    /// Number of rounds.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=99))]
    rounds: Option<u32>,

    /// Length of a round in seconds.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=99))]
    seconds: Option<u32>,

    /// Measure this `claimspan` program instead of building one.
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,

    /// Store the report in bench/RESULTS.md.
    #[arg(long)]
    write: bool,

    #[command(subcommand)]
    command: Option<Internal>,
}

#[derive(Subcommand)]
enum Internal {
    /// Run the plain handler. A benchmark run starts it in addition to the server.
    #[command(hide = true)]
    Plain {
        #[arg(long)]
        database_url: String,
        #[arg(long)]
        connections: u32,
    },
}

/// The allocator of the server, also for the plain handler.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[actix_web::main]
async fn main() -> ExitCode {
    match run(&Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("claimspan-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: &Cli) -> anyhow::Result<()> {
    if let Some(Internal::Plain { database_url, connections }) = &cli.command {
        return plain::serve(database_url, *connections).await;
    }
    ensure!(
        !cli.write || !cli.quick,
        "--write cannot be used with --quick, because its figures mean little"
    );
    wrk::version()?;
    let program = match &cli.server {
        Some(program) => program.clone(),
        None => build(cli.quick)?,
    };
    let (sizes, usual) = if cli.quick {
        (Sizes { large: 20, small: 2 }, Plan { rounds: 1, seconds: 1 })
    } else {
        (Sizes { large: 1000, small: 10 }, Plan { rounds: 9, seconds: 2 })
    };
    let rounds = cli.rounds.map_or(usual.rounds, |rounds| rounds as usize);
    let plan = Plan { rounds, seconds: cli.seconds.unwrap_or(usual.seconds) };
    let scenarios =
        if cli.scenario.is_empty() { Scenario::value_variants() } else { &cli.scenario[..] };
    let kinds = cli.database.map_or_else(|| Kind::value_variants().to_vec(), |kind| vec![kind]);

    let mut acts = Vec::new();
    for kind in kinds {
        let home = Home::new()?;
        eprintln!("{kind}: filling databases of {} and {} articles", sizes.large, sizes.small);
        let stage = Stage::set(kind, &home, &program, sizes, plan).await?;
        let mut scenes = Vec::new();
        for scenario in scenarios {
            eprintln!("{kind}: {scenario:?}");
            scenes.push(
                scenario.play(&stage).await.with_context(|| format!("{kind}: {scenario:?}"))?,
            );
        }
        acts.push(Act::new(&stage, scenes));
        stage.strike().await?;
    }
    let text = report::text(&acts, sizes, plan)?;
    print!("{text}");
    if cli.write {
        std::fs::write(Path::new(ROOT).join("bench/RESULTS.md"), text)?;
        eprintln!("the report is stored in bench/RESULTS.md");
    }
    Ok(())
}

/// Builds the server in release mode. For --quick, uses the debug build that already exists.
fn build(quick: bool) -> anyhow::Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(ROOT).args([
        "build",
        "--package",
        "claimspan",
        "--bin",
        "claimspan",
        "--message-format",
        "json-render-diagnostics",
    ]);
    if !(quick && cfg!(debug_assertions)) {
        command.arg("--release");
    }
    let output =
        command.stderr(std::process::Stdio::inherit()).output().context("cannot run cargo")?;
    ensure!(output.status.success(), "claimspan did not build");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let made = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    made.filter_map(|message| message["executable"].as_str().map(PathBuf::from))
        .next_back()
        .context("cargo reported no program")
}
