//! The time until a server is ready, and its memory.

use std::time::{Duration, Instant};

use anyhow::anyhow;

use super::{Scene, nested_read};
use crate::keeper::Server;
use crate::measure::median;
use crate::stage::Stage;

/// The connections of the load.
const CONNECTIONS: u32 = 16;

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let mut starts = Vec::new();
    for _ in 0..stage.plan.rounds {
        let begun = Instant::now();
        let _server = stage.another("footprint", &[])?;
        starts.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    let server = stage.another("footprint", &[])?;
    let articles = &stage.large.filled.articles;
    let requests = articles.iter().map(|id| nested_read::asked(stage, id));
    let load = stage.load(&server, "footprint", requests)?;
    let idle = memory(&server)?;
    let seconds = stage.plan.seconds.max(2);
    let busy = std::thread::scope(|scope| {
        let sending = scope.spawn(|| load.send(CONNECTIONS, 2 * seconds));
        std::thread::sleep(Duration::from_secs(seconds.into()));
        let busy = memory(&server);
        sending.join().map_err(|_| anyhow!("the load failed"))??;
        busy
    })?;
    stage.nothing_failed(&server).await?;
    Ok(Scene {
        title: "Footprint",
        about: format!(
            "A server with default settings on the large database. From its start until it listens: \
             {:.0} ms. Memory of its own: {idle} without requests, {busy} during nested \
             reads on {CONNECTIONS} connections.",
            median(starts)
        ),
        rows: Vec::new(),
        targets: Vec::new(),
    })
}

/// The memory of a server, in words.
fn memory(server: &Server) -> anyhow::Result<String> {
    let megabytes = |bytes: u64| bytes.div_ceil(1_000_000);
    let (own, all) = (server.private_memory()?, server.resident_memory()?);
    Ok(format!("{} MB ({} MB with mapped files)", megabytes(own), megabytes(all)))
}
