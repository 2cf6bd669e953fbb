//! Many followers of one newsroom, while somebody writes in it.

use std::time::{Duration, Instant};

use actix_web::rt::time::sleep;
use anyhow::ensure;
use serde_json::json;

use super::{Row, Scene};
use crate::fill;
use crate::followers::{Asked, Followers, Heard, write_at};
use crate::measure::{Bound, Compared, Target};
use crate::stage::{Stage, graphql};
use crate::wrk::{Reading, Request};

/// The subscription, as a workbench asks for it.
const FOLLOW: &str = "subscription Follow($newsroom: ID!, $after: Int) { activity(newsroom: $newsroom, after: $after) {
    number at kind actor { id displayName } article { id title version } claim { id state version } verdict { id } } }";
const IMPORT: &str = "mutation Import($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }";

/// The accounts that follow. Each has several sockets.
const ACCOUNTS: usize = 50;
/// The writes of a second.
const RATE: u32 = 50;
/// The connections of the writers that write as fast as they can.
const WRITERS: u32 = 4;

/// The figures of a run.
struct Measured {
    seconds: f64,
    heard: Heard,
    expected: u64,
    memory: f64,
    /// Writes of a second, as fast as they go: without followers, and with them.
    alone: f64,
    beside: f64,
}

pub async fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let is_quick = stage.sizes.large < 1_000;
    let (sockets, seconds) = if is_quick { (50, 2) } else { (1_000, 10) };
    let measured = measure(stage, sockets, seconds).await?;
    let Measured { heard, memory, alone, beside, .. } = &measured;
    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    let (rate, lost) = (
        heard.events as f64 / measured.seconds,
        (heard.lost + heard.disordered + measured.expected.abs_diff(heard.events)) as f64,
    );
    let reading = Reading { rate, p50: heard.p50, p99: heard.p99 };
    let at_most = |what: &str, got, most| Target {
        what: format!("{what}, with {sockets} followers"),
        got,
        bound: Bound::AtMost(most),
    };
    Ok(Scene {
        title: "Followers",
        about: format!(
            "{sockets} followers of {ACCOUNTS} accounts with the same document, nine of ten on WebSockets and the \
             others on event streams, while {RATE} articles are imported each second. The rate is that of events \
             delivered to all followers, and the times are from the event's time to its delivery."
        ),
        rows: vec![Row {
            connections: u32::try_from(sockets)?,
            compared: Compared::once("claimspan", reading),
        }],
        targets: vec![
            at_most("events lost or out of order", lost, 0.0),
            at_most("p99 from an event to its delivery, in ms", heard.p99, 250.0),
            at_most("private memory of a follower, in kB", *memory, 40.0),
            Target {
                what: format!("writes a second beside {sockets} followers ÷ without followers"),
                got: beside / alone,
                bound: Bound::AtLeast(0.5),
            },
        ],
    })
}

async fn measure(stage: &Stage, sockets: usize, seconds: u32) -> anyhow::Result<Measured> {
    let filled = &stage.large.filled;
    let readers = fill::add_readers(&stage.url("large"), filled.newsroom, ACCOUNTS).await?;
    let flags = ["--sockets", "0", "--subscriptions", "0"];
    let server = stage.another("followers", &flags)?;
    let imports = |name: &str| -> Vec<Request> {
        (0..200)
            .map(|number| {
                let body = format!("Article {number} of the run {name}. It has two sentences.");
                let input = json!({ "newsroom": filled.newsroom.to_string(), "title": "Followed", "body": body });
                graphql(&filled.editor.token, IMPORT, &json!({ "input": input }))
            })
            .collect()
    };
    let writes = stage.load(&server, "followed", imports("fast"))?;
    writes.send(WRITERS, 1)?;
    let alone = writes.send(WRITERS, seconds.min(5))?.rate;

    let idle = server.private_memory()?;
    let asked = Asked {
        address: server.address.clone(),
        tokens: readers.into_iter().map(|reader| reader.token).collect(),
        document: FOLLOW,
        variables: json!({ "newsroom": filled.newsroom.to_string() }),
    };
    let followers = Followers::start(asked, sockets).await?;
    sleep(Duration::from_secs(3)).await;

    let paced = imports("paced");
    // The first writes fill caches and buffers.
    write_at(RATE, 1, |number| write(stage, &server, &paced, number)).await?;
    sleep(Duration::from_secs(2)).await;
    followers.heard()?;
    let begun = Instant::now();
    let written = write_at(RATE, seconds, |number| write(stage, &server, &paced, number)).await?;
    let expected = u64::from(written) * sockets as u64;
    let patience = Instant::now() + Duration::from_secs(30);
    while followers.events() < expected && Instant::now() < patience {
        sleep(Duration::from_millis(20)).await;
    }
    let took = begun.elapsed().as_secs_f64();
    let heard = followers.heard()?;
    #[allow(clippy::cast_precision_loss, reason = "it is a few megabytes")]
    let memory = server.private_memory()?.saturating_sub(idle) as f64 / 1e3 / sockets as f64;
    eprintln!("followers: {heard:?} of {expected} in {took:.1} s; {memory:.1} kB each");

    let beside = writes.send(WRITERS, seconds.min(5))?.rate;
    eprintln!("writes a second: {alone:.0} without followers, {beside:.0} with them");
    ensure!(heard.events > 0, "nothing was delivered");
    Ok(Measured { seconds: took, heard, expected, memory, alone, beside })
}

async fn write(
    stage: &Stage,
    server: &crate::keeper::Server,
    imports: &[Request],
    number: u32,
) -> anyhow::Result<()> {
    stage.ask_well(server, &imports[number as usize % imports.len()]).await?;
    Ok(())
}
