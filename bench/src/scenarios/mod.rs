//! The scenarios, one per file. Each runs on a [`Stage`] and returns a [`Scene`] for the report.

mod attacks;
mod exports;
mod followers;
mod footprint;
mod growth;
mod kept_read;
mod nested_read;
mod peer;
mod public_page;
mod reading_page;
mod revise;
mod sign_in;
mod sign_in_flood;
mod submit_verdict;
mod summary;

use clap::ValueEnum;

use crate::measure::{Compared, Target, compare};
use crate::stage::Stage;
use crate::wrk::Load;

/// The numbers of connections for each load.
const CONNECTIONS: [u32; 2] = [1, 16];

/// The scenarios. Reads come first, so that they see the database as it was filled. Those that harm
/// the server come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    Footprint,
    NestedRead,
    KeptRead,
    Peer,
    Summary,
    PublicPage,
    ReadingPage,
    Growth,
    Exports,
    SubmitVerdict,
    Revise,
    Followers,
    SignIn,
    Attacks,
    SignInFlood,
}

/// The result of a scenario.
pub struct Scene {
    pub title: &'static str,
    /// A description in one or two sentences.
    pub about: String,
    pub rows: Vec<Row>,
    pub targets: Vec<Target>,
}

/// A row of the table.
pub struct Row {
    pub connections: u32,
    pub compared: Compared,
}

impl Row {
    /// A load by itself, at each number of connections.
    fn alone(stage: &Stage, load: &Load) -> anyhow::Result<Vec<Self>> {
        let row = |connections| {
            Ok(Self {
                connections,
                compared: compare(stage.plan, connections, ("claimspan", load), None)?,
            })
        };
        CONNECTIONS.into_iter().map(row).collect()
    }
}

impl Scenario {
    /// Runs the scenario.
    pub async fn play(self, stage: &Stage) -> anyhow::Result<Scene> {
        match self {
            Self::Footprint => footprint::play(stage).await,
            Self::NestedRead => nested_read::play(stage).await,
            Self::KeptRead => kept_read::play(stage).await,
            Self::Peer => peer::play(stage).await,
            Self::Summary => summary::play(stage).await,
            Self::SubmitVerdict => submit_verdict::play(stage).await,
            Self::Revise => revise::play(stage).await,
            Self::Followers => followers::play(stage).await,
            Self::SignIn => sign_in::play(stage).await,
            Self::Attacks => attacks::play(stage).await,
            Self::SignInFlood => sign_in_flood::play(stage).await,
            Self::ReadingPage => reading_page::play(stage),
            Self::Growth => growth::play(stage).await,
            Self::Exports => exports::play(stage).await,
            Self::PublicPage => public_page::play(stage).await,
        }
    }
}
