//! An article as a format's reader found it, before the rules of the domain apply.
//!
//! Invariants: all of it is plain text, never markup. A reader names everything that it leaves out in
//! [`ReadArticle::dropped`].

use std::collections::BTreeMap;

/// The kind of a block of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading within the text.
    Heading,
    /// A line of running text, an item of a list or a row of a table.
    Paragraph,
    /// The words below a picture.
    Caption,
}

/// A line of the text below the headline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The kind of block.
    pub kind: BlockKind,
    /// Its words: one line that is not blank.
    pub text: String,
}

/// An article that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadArticle {
    /// The headline. Empty if there is none.
    pub title: String,
    /// The text below the headline.
    pub blocks: Vec<Block>,
    /// The address of the article, as it was given.
    pub url: Option<String>,
    /// The publisher.
    pub publisher: Option<String>,
    /// The author, or several with commas between them.
    pub author: Option<String>,
    /// The language, as it was given.
    pub language: Option<String>,
    /// The time of publication, as it was given.
    pub published: Option<String>,
    /// The parts that were left out, in words.
    pub dropped: Vec<String>,
}

/// Why an input was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not have the form of its format.
    Malformed,
    /// It has more of something than is allowed.
    TooLarge,
    /// It has no text.
    NoText,
}

/// An input that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason, for programs.
    pub fault: Fault,
    /// The reason, for people.
    pub message: String,
}

impl Refusal {
    /// The input does not have the form of its format.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self { fault: Fault::Malformed, message: message.into() }
    }

    /// The input has more of something than is allowed.
    pub fn too_large(message: impl Into<String>) -> Self {
        Self { fault: Fault::TooLarge, message: message.into() }
    }

    /// The input has no text.
    pub fn no_text(message: impl Into<String>) -> Self {
        Self { fault: Fault::NoText, message: message.into() }
    }
}

/// The result of a reader.
pub type Reading<T = ReadArticle> = Result<T, Refusal>;

/// Counts what is left out.
#[derive(Debug, Default)]
pub struct Dropped(BTreeMap<&'static str, usize>);

impl Dropped {
    /// Counts one part. `noun` is its name, with the forms for one and for several: `form|forms`.
    pub fn add(&mut self, noun: &'static str) {
        *self.0.entry(noun).or_default() += 1;
    }

    /// The counted parts, in words.
    pub fn words(&self) -> Vec<String> {
        let word = |(noun, count): (&&str, &usize)| {
            let (one, several) = noun.split_once('|').unwrap_or((noun, noun));
            format!("{count} {}", if *count == 1 { one } else { several })
        };
        self.0.iter().map(word).collect()
    }
}

/// A text as one line: each run of white space becomes a space. None if nothing is left.
pub fn line(text: &str) -> Option<String> {
    // Marks for places where a word may be broken are no part of it.
    let kept: String = text.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{feff}')).collect();
    let is_space = |c: char| c.is_whitespace() || c.is_control();
    let kept = kept.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let has_words = kept.chars().any(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | ' '));
    has_words.then_some(kept)
}

/// The name of an author without the word for "by" before it.
pub fn byline(text: &str) -> Option<String> {
    let text = line(text)?;
    let words = ["by ", "von ", "por ", "par ", "di ", "автор: ", "текст: "];
    let rest = words.iter().find_map(|word| {
        let head = text.get(..word.len())?;
        (head.to_lowercase() == *word).then(|| &text[word.len()..])
    });
    line(rest.unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::{Dropped, byline, line};

    #[test]
    fn white_space_becomes_single_spaces() {
        assert_eq!(line(" A\u{a0}b\n\tc\u{ad}d "), Some("A b cd".to_owned()));
        assert_eq!(line(" \u{200b}\n"), None);
    }

    #[test]
    fn a_byline_is_a_name() {
        for (text, name) in [
            ("By Aïssata Koné", "Aïssata Koné"),
            ("VON Jan Maas", "Jan Maas"),
            ("Автор: Ірина Коваль", "Ірина Коваль"),
            ("Byron Hale", "Byron Hale"),
        ] {
            assert_eq!(byline(text).as_deref(), Some(name));
        }
        assert_eq!(byline("  "), None);
    }

    #[test]
    fn what_is_dropped_is_counted_in_words() {
        let mut dropped = Dropped::default();
        for noun in ["form|forms", "script|scripts", "form|forms"] {
            dropped.add(noun);
        }

        assert_eq!(dropped.words(), ["2 forms", "1 script"]);
    }
}
