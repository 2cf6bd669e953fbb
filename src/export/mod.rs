//! Exports: one file for each format. Each is a pure function from domain values to bytes. [`run`]
//! writes a whole newsroom in one of them, page after page.

pub mod atom;
pub mod averitec;
pub mod averitec_label;
pub mod cas;
pub mod claim_review;
pub mod csv;
pub mod feed;
mod json;
pub mod json_feed;
pub mod json_lines;
pub mod label_studio;
pub mod run;
pub mod web_annotation;

#[cfg(test)]
mod part_samples;
#[cfg(test)]
mod samples;

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::domain::text::alignment::Status;

/// The sources of the formats. An answer's entity tag is made of them too, so that a reader asks
/// again when a newer program writes a format in another way.
pub const SOURCES: [&str; 4] = [
    include_str!("atom.rs"),
    include_str!("claim_review.rs"),
    include_str!("feed.rs"),
    include_str!("json_feed.rs"),
];

/// The public address of a server, such as `https://facts.example.org`, without a final slash. All
/// absolute addresses in exports begin with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Base(Arc<str>);

impl Base {
    /// The base with this address, which ends without a slash.
    pub fn new(address: &str) -> Self {
        Self(address.into())
    }

    /// The address of a newsroom's page.
    pub fn newsroom(&self, slug: &str) -> String {
        format!("{}/n/{slug}", self.0)
    }

    /// The address of something below a newsroom's page, such as `feed.atom`.
    pub fn below(&self, slug: &str, path: &str) -> String {
        format!("{}/n/{slug}/{path}", self.0)
    }

    /// The address of a newsroom's export.
    pub fn export(&self, slug: &str, name: &str) -> String {
        format!("{}/export/{slug}/{name}", self.0)
    }

    /// The address of a ruling's page.
    pub fn ruling(&self, slug: &str, ruling: &str) -> String {
        format!("{}/n/{slug}/rulings/{ruling}", self.0)
    }
}

/// An object of the members that have a value.
fn object<const N: usize>(members: [(&str, Option<Json>); N]) -> Map<String, Json> {
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// A list, unless it is empty.
fn some(list: Vec<Json>) -> Option<Json> {
    Some(list).filter(|list| !list.is_empty()).map(Json::from)
}

/// Whether the words of an anchor are at its place.
const fn is_there(status: Status) -> bool {
    match status {
        Status::Exact | Status::Moved | Status::Reworded => true,
        Status::Changed | Status::Orphaned => false,
    }
}
