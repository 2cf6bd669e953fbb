//! Imports: one file for each format. Each is a pure function from text to values that the domain
//! can take. Nothing here imports the domain.

pub mod annotations;
pub mod article;
pub mod averitec;
pub mod claim_review;
mod html;
mod html_tokens;
mod html_tree;
mod json;
mod json_ld;
mod markdown;
mod markup;
mod newsml;
mod ninjs;
mod nitf;
pub mod place;
#[cfg(test)]
mod tests;
pub mod wanted;
mod xml;

use article::{Reading, Refusal};

/// The most bytes of an input.
const MAX_INPUT: usize = 8 << 20;

/// The most bytes of Markdown. Nearly all of it is text, of which an article has at most 1 MiB.
const MAX_MARKDOWN: usize = 2 << 20;

/// A format that an article can be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A page of the web.
    Html,
    /// Markdown.
    Markdown,
    /// News in JSON by the IPTC.
    Ninjs,
    /// NewsML-G2 by the IPTC.
    NewsmlG2,
    /// NITF by the IPTC.
    Nitf,
}

/// Reads an article. This can take some seconds for the largest inputs.
pub fn read(format: Format, text: &str) -> Reading {
    let most = if format == Format::Markdown { MAX_MARKDOWN } else { MAX_INPUT };
    if text.len() > most {
        let length = text.len();
        return Err(Refusal::too_large(format!(
            "The body has {length} bytes in this format. The limit is {most}."
        )));
    }
    match format {
        Format::Html => html::read(text),
        Format::Markdown => markdown::read(text),
        Format::Ninjs => ninjs::read(text),
        Format::NewsmlG2 => newsml::read(text),
        Format::Nitf => nitf::read(text),
    }
}
