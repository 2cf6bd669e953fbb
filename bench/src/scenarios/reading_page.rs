//! The workbench's reading page in a real browser: how long a reader waits, and how much is loaded.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use serde::Deserialize;

use super::Scene;
use crate::fill::PASSWORD;
use crate::measure::{Bound, Target};
use crate::stage::Stage;

#[derive(Deserialize)]
struct Told {
    milliseconds: f64,
    bytes: f64,
}

pub fn play(stage: &Stage) -> anyhow::Result<Scene> {
    let filled = &stage.large.filled;
    let path = format!("/n/bench/articles/{}", filled.an_article()?);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/workbench/reading-time.mjs");
    let rounds = stage.plan.rounds.to_string();
    let output = Command::new("node")
        .arg(&script)
        .args([&stage.keeping.address, &filled.reader.email, PASSWORD, &path, &rounds])
        .output()
        .context("Node.js is missing: install the packages nodejs and npm")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "the browser did not show the article (run `npm ci` in web/, and install chromium): {errors}"
    );
    let told: Told = serde_json::from_slice(&output.stdout)?;
    let target =
        |what: &str, got, most| Target { what: what.to_owned(), got, bound: Bound::AtMost(most) };
    Ok(Scene {
        title: "Reading page",
        about: "The workbench's page of an article with 10 claims, in Chromium, by somebody who has just signed in. \
                The time ends when the first claim is marked. The size counts scripts and styles, compressed."
            .to_owned(),
        rows: Vec::new(),
        targets: vec![
            target("time to the marked article in a browser, in ms", told.milliseconds, 1000.0),
            target("scripts and styles of the reading page, in kB", told.bytes / 1000.0, 250.0),
        ],
    })
}
