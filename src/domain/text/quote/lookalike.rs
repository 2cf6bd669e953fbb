//! Words that look like words of a text, but differ from them.
//!
//! A quote never matches words that only look like it, because a reviewer must see the article's
//! own words. The error message names the characters that differ, and gives the words to send.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::{occurrences, shown};
use crate::domain::text::invisible::is_invisible;

/// How many differences are named, and up to how many code points words are given in full.
const MOST_NAMED: usize = 3;
const MOST_GIVEN: usize = 300;

/// A hint for a quote that is not in the text. Empty if nothing in the text resembles it.
pub(super) fn near_miss(text: &str, exact: &str) -> String {
    let exact = exact.trim();
    if text.contains(exact) {
        return ". It has them without the white space at the ends of your quote".into();
    }
    let likenesses = [Likeness::Looks, Likeness::Capitals, Likeness::Accents].into_iter();
    let mut found =
        likenesses.filter_map(|likeness| Some((find(text, exact, likeness)?, likeness)));
    found.next().map_or_else(String::new, |(place, likeness)| told(&text[place], exact, likeness))
}

/// A hint for words that look the same but differ. Empty if they do not look the same.
pub(super) fn difference(stands: &str, exact: &str) -> String {
    let (ours, theirs) = (Look::of(stands, Likeness::Looks), Look::of(exact, Likeness::Looks));
    if stands != exact && ours.form == theirs.form {
        told(stands, exact, Likeness::Looks)
    } else {
        String::new()
    }
}

/// How similar two texts must be. Each value also accepts what the values before it accept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Likeness {
    /// They look the same.
    Looks,
    /// They may differ in capitals.
    Capitals,
    /// They may differ in accents.
    Accents,
}

fn told(stands: &str, exact: &str, likeness: Likeness) -> String {
    let mut message = match likeness {
        Likeness::Looks if stands.nfc().eq(exact.nfc()) => {
            ". It has them in another Unicode normal form".to_owned()
        }
        Likeness::Looks => ". It has words that look the same".to_owned(),
        Likeness::Capitals => ". It has them with other capitals".to_owned(),
        Likeness::Accents => ". It has them with other accents".to_owned(),
    };
    // Differences in capitals are not named, because a reader sees them.
    let in_capitals =
        |(ours, theirs): &(String, String)| ours.to_lowercase() == theirs.to_lowercase();
    let mut differences = differences(stands, exact);
    differences.retain(|pair| !in_capitals(pair));
    let named: Vec<String> =
        differences.iter().take(MOST_NAMED).map(|(ours, theirs)| named(ours, theirs)).collect();
    if !named.is_empty() {
        let _ = write!(message, ". These differ: {}", named.join("; "));
    }
    if differences.len() > MOST_NAMED {
        let _ = write!(message, "; and {} more", differences.len() - MOST_NAMED);
    }
    if stands.chars().nth(MOST_GIVEN).is_none() {
        let _ =
            write!(message, ". Send the article's own words: exact: {}", literal(stands, exact));
    } else {
        let _ = write!(message, ". Copy the words from the article; they begin {}", shown(stands));
    }
    message
}

/// One difference: the characters of the article, and those of the quote.
fn named(ours: &str, theirs: &str) -> String {
    match (ours.is_empty(), theirs.is_empty()) {
        (false, true) => format!("{} is only in the article", names(ours)),
        (true, false) => format!("{} is only in your quote", names(theirs)),
        _ => format!("the article has {}, your quote has {}", names(ours), names(theirs)),
    }
}

/// The characters of a text by name and code: `SOFT HYPHEN (U+00AD)`.
fn names(text: &str) -> String {
    let name = |c: char| {
        let code = u32::from(c);
        match (c, unicode_names2::name(c)) {
            ('\n', _) => "LINE FEED (U+000A)".to_owned(),
            ('\t', _) => "TAB (U+0009)".to_owned(),
            (_, Some(name)) => format!("{name} (U+{code:04X})"),
            (_, None) => format!("U+{code:04X}"),
        }
    };
    text.chars().map(name).collect::<Vec<_>>().join(" with ")
}

/// The words as a string literal of GraphQL or JSON. A character outside ASCII is written as its
/// code if `exact` does not have it, or if a reader cannot see it.
fn literal(stands: &str, exact: &str) -> String {
    let common: HashSet<&str> = exact.graphemes(true).collect();
    let mut literal = String::from("\"");
    for cluster in stands.graphemes(true) {
        let is_other = !common.contains(cluster);
        for c in cluster.chars() {
            match c {
                '"' | '\\' => literal.extend(['\\', c]),
                '\n' => literal.push_str("\\n"),
                '\t' => literal.push_str("\\t"),
                ' '..='~' => literal.push(c),
                _ if (is_other || is_ignored(c) || c.is_whitespace()) && u32::from(c) <= 0xFFFF => {
                    let _ = write!(literal, "\\u{:04X}", u32::from(c));
                }
                _ => literal.push(c),
            }
        }
    }
    literal.push('"');
    literal
}

/// The first place of the text that is similar enough to `exact`.
fn find(text: &str, exact: &str, likeness: Likeness) -> Option<Range<usize>> {
    let wanted = Look::of(exact, likeness).form;
    let wanted = wanted.trim_matches(' ');
    if wanted.is_empty() {
        return None;
    }
    let look = Look::of(text, likeness);
    occurrences(&look.form, wanted.to_owned()).find_map(|at| look.range(at..at + wanted.len()))
}

/// The differences between two texts that look alike, in order. A difference that repeats is listed
/// once.
fn differences(stands: &str, exact: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let (mut ours, mut theirs) =
        (stands.graphemes(true).peekable(), exact.graphemes(true).peekable());
    loop {
        let (one, other) = match (ours.peek(), theirs.peek()) {
            (None, None) => return found,
            (Some(one), Some(other)) if one == other => {
                ours.next();
                theirs.next();
                continue;
            }
            (one, other) => (one.copied().unwrap_or_default(), other.copied().unwrap_or_default()),
        };
        // A character that only one of them has is a difference of its own.
        let is_alone =
            |one: &str, other: &str| is_nothing(one) || is_blank(one) && !is_blank(other);
        let pair = if is_alone(one, other) {
            (ours.next().unwrap_or_default().to_owned(), String::new())
        } else if is_alone(other, one) {
            (String::new(), theirs.next().unwrap_or_default().to_owned())
        } else {
            take_alike(&mut ours, &mut theirs)
        };
        if pair.0 != pair.1 && !found.contains(&pair) {
            found.push(pair);
        }
    }
}

fn is_nothing(cluster: &str) -> bool {
    !cluster.is_empty() && cluster.chars().all(is_ignored)
}

fn is_blank(cluster: &str) -> bool {
    !cluster.is_empty() && cluster.chars().all(char::is_whitespace)
}

/// Takes the fewest characters from both texts that are alike, such as `ﬁ` and `fi`.
fn take_alike<'a>(
    ours: &mut impl Iterator<Item = &'a str>,
    theirs: &mut impl Iterator<Item = &'a str>,
) -> (String, String) {
    let form = |text: &str| Look::of(text, Likeness::Accents).form;
    let mut take = |one: &mut String, from_ours: bool| {
        let next = if from_ours { ours.next() } else { theirs.next() };
        one.push_str(next.unwrap_or_default());
        next.is_some()
    };
    let (mut one, mut other) = (String::new(), String::new());
    take(&mut one, true);
    take(&mut other, false);
    loop {
        let (left, right) = (form(&one).len(), form(&other).len());
        let more = match left.cmp(&right) {
            std::cmp::Ordering::Less => take(&mut one, true),
            std::cmp::Ordering::Greater => take(&mut other, false),
            std::cmp::Ordering::Equal => false,
        };
        if !more {
            return (one, other);
        }
    }
}

/// The look of a text: a form that is the same for all texts that look the same, with the place in
/// the text of each part of the form.
pub(in crate::domain::text) struct Look {
    form: String,
    /// For each part of the form: where it begins in the form, and its range in the text.
    parts: Vec<(usize, Range<usize>)>,
}

impl Look {
    /// The look of a text in which to search for words.
    pub(in crate::domain::text) fn new(text: &str) -> Self {
        Self::of(text, Likeness::Looks)
    }

    /// The first `most` places of words that look like `exact`. The flags say whether the text
    /// before looks like `prefix`, and whether the text after looks like `suffix`.
    pub(in crate::domain::text) fn places(
        &self,
        exact: &str,
        (prefix, suffix): (&str, &str),
        most: usize,
    ) -> Vec<(Range<usize>, [bool; 2])> {
        let form = |text: &str| Self::new(text).form;
        let (wanted, before, after) = (form(exact), form(prefix), form(suffix));
        let wanted = wanted.trim_matches(' ');
        if wanted.is_empty() {
            return Vec::new();
        }
        let place = |at: usize| {
            let range = at..at + wanted.len();
            let is_before = self.form[..range.start].trim_end().ends_with(before.trim());
            let is_after = self.form[range.end..].trim_start().starts_with(after.trim());
            Some((self.range(range)?, [is_before, is_after]))
        };
        occurrences(&self.form, wanted.to_owned()).filter_map(place).take(most).collect()
    }

    fn of(text: &str, likeness: Likeness) -> Self {
        let mut look = Self { form: String::with_capacity(text.len()), parts: Vec::new() };
        for (at, cluster) in text.grapheme_indices(true) {
            let start = look.form.len();
            if cluster.is_ascii() {
                cluster.chars().for_each(|c| look.push(c, likeness));
            } else {
                // `plain` comes before, because some marks decompose into a space and an accent. It
                // comes again after, for the characters that result.
                cluster.chars().map(plain).nfkd().map(plain).for_each(|c| look.push(c, likeness));
            }
            if look.form.len() > start {
                look.parts.push((start, at..at + cluster.len()));
            }
        }
        look
    }

    fn push(&mut self, c: char, likeness: Likeness) {
        if is_ignored(c) || likeness == Likeness::Accents && is_accent(c) {
            return;
        }
        if c.is_whitespace() {
            // For a reader, any amount of white space looks like one space.
            if !self.form.ends_with(' ') {
                self.form.push(' ');
            }
        } else if likeness == Likeness::Looks {
            self.form.push(c);
        } else {
            self.form.extend(c.to_lowercase());
        }
    }

    /// The range of the text for a range of the form. None if that begins or ends within a
    /// character.
    fn range(&self, range: Range<usize>) -> Option<Range<usize>> {
        let first = self.parts.binary_search_by_key(&range.start, |(at, _)| *at).ok()?;
        let after = self.parts.partition_point(|(at, _)| *at < range.end);
        let ends = self.parts.get(after).map_or(self.form.len(), |(at, _)| *at);
        (ends == range.end).then(|| self.parts[first].1.start..self.parts[after - 1].1.end)
    }
}

/// Whether a character is an accent, or a vowel sign that Arabic and Hebrew may leave out.
const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5BD}' | '\u{5BF}'..='\u{5C7}' | '\u{64B}'..='\u{65F}' | '\u{670}'
        | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}')
}

/// Whether a character makes no difference to a reader: it is invisible, or it only stretches an
/// Arabic word.
const fn is_ignored(c: char) -> bool {
    // Line separators and the braille blank are visible as a break or a gap.
    is_invisible(c) && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{2800}') || c == '\u{640}'
}

/// Groups of characters that look the same. The first one of a group replaces the others.
const ALIKE: &str = "\
    \"“”„‟«»″〝〞〟״＂❝❞ '‘’‚‛‹›′ʼʻʹˈ`´׳＇❛❜ꞌ -‐‑‒–—―−﹘﹣－⁃˗─ /⁄∕／ ·•‧∙⋅・･ يیى كک هہھە \
    AАΑ BВΒ CС EЕΕ HНΗ IІΙӀ JЈ KКΚ MМΜ NΝ OОΟ PРΡ SЅ TТΤ XХΧ YҮΥ ZΖ aа cс eе iі jј oоο pр sѕ xх yу vν";

static PLAIN: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let groups = ALIKE.split(' ').filter_map(|group| Some((group.chars().next()?, group)));
    groups.flat_map(|(plain, group)| group.chars().map(move |c| (c, plain))).collect()
});

/// The plainest character that looks like this one.
fn plain(c: char) -> char {
    PLAIN.get(&c).copied().unwrap_or(c)
}
