//! Files of other programs that an import reads, and the file for the parts that it leaves.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use serde_json::Value as Json;

/// Creates the file for the rest.
pub fn create(path: &Path) -> anyhow::Result<File> {
    File::create_new(path).with_context(|| format!("cannot create {}", path.display()))
}

/// Writes the rest as a list.
pub fn write(mut file: File, left: Vec<Json>) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut file, &Json::Array(left))?;
    file.write_all(b"\n")?;
    Ok(())
}

/// A text of a foreign file without what a terminal would obey.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
