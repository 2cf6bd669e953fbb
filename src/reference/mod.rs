//! The reference of the API: Markdown pages, one for each noun, generated from the schema.
//!
//! `docs/api` has the pages of this version. A test compares them with the code.

mod catalogue;
mod index;
mod nouns;
mod page;
mod words;

use std::collections::BTreeMap;

use anyhow::ensure;

use catalogue::Catalogue;
use nouns::{NOUNS, page_of};

/// The first line of each page.
const NOTE: &str =
    "<!-- `claimspan schema --reference docs/api` writes this page. Do not edit it. -->";

/// The pages of a schema, by the names of their files.
pub fn pages(sdl: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let all = Catalogue::of(sdl)?;
    for name in all.types.keys() {
        let is_placed = page_of(name).is_some()
            || words::mutation_of(&all, name).is_some()
            || all.listed(name).is_some();
        ensure!(
            is_placed,
            "the type {name} is on no page: add it to NOUNS in src/reference/nouns.rs"
        );
    }
    for (_, member) in &all.roots {
        let name = &member.name;
        ensure!(
            page_of(name).is_some(),
            "the operation {name} is on no page: add it to NOUNS in src/reference/nouns.rs"
        );
    }
    let mut pages = BTreeMap::from([("README.md".to_owned(), index::index(&all))]);
    for noun in &NOUNS {
        pages.insert(format!("{}.md", noun.file), page::page(&all, noun));
    }
    Ok(pages)
}
