//! Files of articles: reading them, and refusing files in another format than they are said to be in.

use std::path::Path;

use anyhow::bail;
use serde_json::Value as Json;

use crate::config::{InputFormat, Reading};
use crate::domain::article::format::ArticleFormat;
use crate::domain::text::passage;

/// An article in a file.
pub struct Article {
    /// The format of the body.
    pub format: ArticleFormat,
    /// The headline, if it is apart from the body.
    pub title: Option<String>,
    /// The body.
    pub body: String,
}

/// Reads a file. `say` gets a message if something was dropped.
pub fn article(
    file: &Path,
    options: &Reading,
    say: impl FnOnce(String),
) -> anyhow::Result<Article> {
    let format = match options.format.unwrap_or_else(|| guessed(file, options)) {
        InputFormat::Text => {
            let text = read(file, options, say)?;
            let (title, body) = passage::split_headline(&text);
            let (title, body) = (Some(title.to_owned()), body.to_owned());
            return Ok(Article { format: ArticleFormat::Text, title, body });
        }
        InputFormat::Html => ArticleFormat::Html,
        InputFormat::Markdown => ArticleFormat::Markdown,
        InputFormat::Ninjs => ArticleFormat::Ninjs,
        InputFormat::NewsmlG2 => ArticleFormat::NewsmlG2,
        InputFormat::Nitf => ArticleFormat::Nitf,
    };
    Ok(Article { format, title: None, body: text_of(file)? })
}

/// The format of a file by the end of its name. JSON and XML can be anything, so they must be named.
fn guessed(file: &Path, options: &Reading) -> InputFormat {
    let end = file.extension().map(|end| end.to_string_lossy().to_ascii_lowercase());
    match end.as_deref() {
        _ if options.as_text => InputFormat::Text,
        Some("html" | "htm" | "xhtml") => InputFormat::Html,
        Some("md" | "markdown") => InputFormat::Markdown,
        Some("nitf") => InputFormat::Nitf,
        _ => InputFormat::Text,
    }
}

/// Reads a text file. `say` gets a message if something was dropped.
fn read(file: &Path, options: &Reading, say: impl FnOnce(String)) -> anyhow::Result<String> {
    let mut text = text_of(file)?;
    if options.strip_controls {
        let (stripped, count) = strip_controls(&text);
        text = stripped;
        if count > 0 {
            say(format!("{}: {count} control characters dropped", file.display()));
        }
    }
    match format_of(&text) {
        Some(format) if !options.as_text => bail!(
            "The file looks like {format}. Name its format with --format, or give --as-text to take \
             it as it is."
        ),
        _ => Ok(text),
    }
}

/// The text of a file. Refuses one that is no text.
fn text_of(file: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(file)?;
    if let Some(format) = binary_format(&bytes) {
        bail!("The file is {format}, not text. Save its text as UTF-8 and try again.");
    }
    Ok(passage::from_bytes(bytes)?)
}

/// The format of a file that is no text, by its first bytes.
fn binary_format(bytes: &[u8]) -> Option<&'static str> {
    let formats: [(&[u8], &str); 6] = [
        (b"%PDF-", "a PDF"),
        (b"PK\x03\x04", "a ZIP archive, such as a Word or OpenDocument file"),
        (b"\xd0\xcf\x11\xe0", "an old Word file"),
        (b"\x1f\x8b", "compressed"),
        (b"\x89PNG", "an image"),
        (b"\xff\xd8\xff", "an image"),
    ];
    formats.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, name)| *name)
}

/// The text without control characters other than tab and line ends, and how many there were. Those
/// that end a page or a line become a line feed.
fn strip_controls(text: &str) -> (String, usize) {
    let (mut kept, mut count) = (String::with_capacity(text.len()), 0);
    for c in text.chars() {
        if !c.is_control() || matches!(c, '\t' | '\n' | '\r') {
            kept.push(c);
            continue;
        }
        count += 1;
        let ends_line = matches!(c, '\u{b}' | '\u{c}' | '\u{85}');
        if ends_line && !kept.is_empty() && !kept.ends_with(['\n', '\r']) {
            kept.push('\n');
        }
    }
    (kept, count)
}

/// The format that a text is in, if it is not plain.
fn format_of(text: &str) -> Option<&'static str> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let first = text.lines().next().unwrap_or_default().trim_end();
    let lower = first.to_ascii_lowercase();
    if lower.starts_with("<?xml") {
        return Some("XML");
    }
    if is_tag(text)
        || ["</p>", "</div>", "<br>", "<br />"].iter().any(|tag| text.matches(tag).count() > 2)
    {
        return Some("HTML");
    }
    if first.starts_with("{\\rtf") {
        return Some("RTF");
    }
    if first.starts_with("%!PS") {
        return Some("PostScript");
    }
    if lower.starts_with("\\documentclass") || lower.starts_with("\\begin{") {
        return Some("LaTeX");
    }
    if lower.starts_with("mime-version:") || lower.starts_with("received:") {
        return Some("an e-mail or MHTML file");
    }
    let is_json =
        |text: &str| matches!(serde_json::from_str(text), Ok(Json::Object(_) | Json::Array(_)));
    if is_json(text) || is_json(first) {
        return Some("JSON");
    }
    if first == "---" && text.lines().skip(1).any(|line| matches!(line.trim_end(), "---" | "..."))
        || is_made_of(text, is_yaml)
    {
        return Some("YAML");
    }
    if first == "+++" || is_made_of(text, is_toml) {
        return Some("TOML or another configuration file");
    }
    None
}

/// Whether a text begins with a tag, a comment or a declaration of HTML or XML.
fn is_tag(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('<') else { return false };
    let name = rest.trim_start_matches(['!', '/']);
    name.starts_with("--")
        || name.starts_with(|c: char| c.is_ascii_alphabetic()) && rest.contains('>')
}

/// Whether every line that is neither blank nor a comment has a form, and there are at least two.
fn is_made_of(text: &str, has_form: impl Fn(&str) -> bool) -> bool {
    let lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (mut all, mut with_form, mut heads) = (0, 0, 0);
    for line in lines {
        all += 1;
        with_form += usize::from(has_form(line));
        heads += usize::from(line.starts_with('[') && line.ends_with(']'));
    }
    // Values can go on in further lines.
    all > 1 && with_form > 0 && with_form + heads > 1 && (with_form + heads) * 4 >= all * 3
}

fn is_toml(line: &str) -> bool {
    let Some((key, value)) = line.split_once('=') else { return false };
    let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'');
    !key.trim().is_empty() && key.trim().chars().all(is_key) && !value.trim().is_empty()
}

fn is_yaml(line: &str) -> bool {
    let line = line.trim_start_matches("- ");
    let Some((key, value)) = line.split_once(':') else { return false };
    let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    !key.is_empty() && key.chars().all(is_key) && (value.is_empty() || value.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_told_from_plain_text() {
        for (text, format) in [
            ("<html><body>x</body></html>", "HTML"),
            ("\u{feff}\n<!DOCTYPE html>\n<p>x", "HTML"),
            ("<!-- saved -->\n<p>x</p>", "HTML"),
            ("Headline\n<p>One.</p>\n<p>Two.</p>\n<p>Three.</p>", "HTML"),
            ("<?xml version=\"1.0\"?>\n<a/>", "XML"),
            ("{\"title\": \"x\"}", "JSON"),
            ("[\n1,\n2]", "JSON"),
            ("{\"a\":1}\n{\"a\":2}", "JSON"),
            ("title = \"x\"\nbody = \"y\"", "TOML"),
            ("[package]\nname = \"x\"\n", "TOML"),
            ("---\ntitle: x\n---\nText", "YAML"),
            ("title: x\nbody: y\ntags:\n- a: b", "YAML"),
            ("{\\rtf1 x}", "RTF"),
        ] {
            assert!(
                format_of(text).is_some_and(|found| found.starts_with(format)),
                "{text}: {:?}",
                format_of(text)
            );
        }
        for plain in [
            "Headline\n\nText.",
            "[Updated] The dam holds\n\nIt rained.",
            "<3 is not a tag\n\nText",
            "\"Quoted\" headline\n\nE = mc2 is a formula.\nMore text.\nAnd more.",
            "Minister: no deal\n\nHe said: no.\nShe said: yes.",
            "1.5 million\n\nText",
        ] {
            assert_eq!(format_of(plain), None, "{plain}");
        }
    }

    #[test]
    fn controls_are_dropped_and_counted() {
        let (text, count) = strip_controls("Page one\n\u{c}Page two\u{c}Page\u{7} three\tend\r\n");
        assert_eq!((text.as_str(), count), ("Page one\nPage two\nPage three\tend\r\n", 3));
    }
}
