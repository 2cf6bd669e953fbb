//! Values in words, for readers of pages.

use crate::domain::ruling::basis::RulingQuote;
use crate::domain::ruling::correction::CorrectionKind;
use crate::domain::ruling::public::{PublicCorrection, PublicRating, PublicRuling};
use crate::domain::time::{Day, Moment};
use crate::domain::verdict::source::{CitedSource, SourceKind, Stance};
use crate::export::claim_review;

/// The number of characters before or after a quote from which on there may be more.
const MOST_AROUND: usize = 32;
/// The maximum length of a description for search engines, in characters.
const MOST_TEASER: usize = 200;

/// Something that is called by words of its own.
pub trait Words {
    /// The words.
    type Text;

    /// Its words.
    fn words(&self) -> Self::Text;
}

impl Words for CorrectionKind {
    type Text = &'static str;

    fn words(&self) -> &'static str {
        claim_review::name_of(*self)
    }
}

impl Words for Stance {
    type Text = &'static str;

    fn words(&self) -> &'static str {
        match self {
            Self::Supports => "Supports",
            Self::Refutes => "Refutes",
            Self::Context => "Context",
        }
    }
}

impl Words for SourceKind {
    type Text = Option<&'static str>;

    /// None for a web page, which needs no explanation.
    fn words(&self) -> Option<&'static str> {
        match self {
            Self::Web => None,
            Self::Document => Some("document"),
            Self::Print => Some("print"),
            Self::Broadcast => Some("broadcast"),
            Self::Interview => Some("interview"),
            Self::Dataset => Some("data set"),
            Self::Other => Some("other"),
        }
    }
}

impl Words for Day {
    type Text = String;

    fn words(&self) -> String {
        self.date().format("%-d %B %Y").to_string()
    }
}

impl Day {
    /// The day as ISO 8601 text.
    pub fn iso(self) -> String {
        self.date().to_string()
    }
}

impl Moment {
    /// The day in UTC, in words.
    pub fn day(self) -> String {
        self.time().format("%-d %B %Y").to_string()
    }

    /// The day and the minute in UTC, in words.
    pub fn moment(self) -> String {
        self.time().format("%-d %B %Y, %H:%M UTC").to_string()
    }
}

impl RulingQuote {
    /// The words before the quote within its paragraph, from the first whole word on.
    pub fn before(&self) -> String {
        let Some((_, own)) = self.prefix.rsplit_once('\n') else {
            let is_cut = self.prefix.chars().count() >= MOST_AROUND;
            let whole = self.prefix.find(' ').map(|at| &self.prefix[at..]);
            return match whole.filter(|_| is_cut) {
                Some(words) => format!("…{words}"),
                None => self.prefix.clone(),
            };
        };
        own.to_owned()
    }

    /// The words after the quote within its paragraph, up to the last whole word.
    pub fn after(&self) -> String {
        let Some((own, _)) = self.suffix.split_once('\n') else {
            let is_cut = self.suffix.chars().count() >= MOST_AROUND;
            let whole = self.suffix.rfind(' ').map(|at| &self.suffix[..=at]);
            return match whole.filter(|_| is_cut) {
                Some(words) => format!("{words}…"),
                None => self.suffix.clone(),
            };
        };
        own.to_owned()
    }
}

impl PublicRating {
    /// Its place on its scale, in words. None for a rating without a rank.
    pub fn place(&self) -> Option<String> {
        let rank = self.rank.filter(|rank| rank.worst < rank.best)?;
        let (own, worst, best) = (rank.own, rank.worst, rank.best);
        Some(format!("{own} on a scale from {worst} to {best}; higher is truer"))
    }
}

impl PublicCorrection {
    /// Whether it ended the ruling.
    pub fn is_retraction(&self) -> bool {
        self.kind == CorrectionKind::Retraction
    }
}

impl PublicRuling {
    /// The title of its page.
    pub fn heading(&self) -> String {
        let outcome = if self.is_retracted() { "Retracted" } else { &self.rating.label };
        format!("{outcome}: {}", self.subject.statement)
    }

    /// The latest change of it, in one word.
    pub fn correction_word(&self) -> &'static str {
        match self.corrections.last().map(|last| last.kind) {
            None => "Published",
            Some(CorrectionKind::Correction) => "Corrected",
            Some(CorrectionKind::Clarification) => "Clarified",
            Some(CorrectionKind::Update) => "Updated",
            Some(CorrectionKind::Retraction) => "Retracted",
        }
    }

    /// The beginning of its summary in one line.
    pub fn teaser(&self) -> String {
        if self.is_retracted() {
            return "The newsroom retracted this ruling.".to_owned();
        }
        let line = self.summary.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(MOST_TEASER) {
            None => line,
            Some((end, _)) => {
                let end = line[..end].rfind(' ').unwrap_or(end);
                format!("{}…", &line[..end])
            }
        }
    }
}

impl CitedSource {
    /// The text of a link to it: its title, or whatever is known instead.
    pub fn name(&self) -> &str {
        let known = [&self.title, &self.description, &self.url];
        known.into_iter().flatten().next().map_or("Source", String::as_str)
    }

    /// Its description, unless that is its name already.
    pub fn more(&self) -> Option<&str> {
        self.description.as_deref().filter(|_| self.title.is_some())
    }

    /// Whether there is more to say about finding it.
    pub fn has_facts(&self) -> bool {
        self.accessed_at.is_some()
            || [&self.archive_url, &self.doi, &self.isbn, &self.issn].iter().any(|it| it.is_some())
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::ruling::basis::RulingQuote;

    fn around(prefix: &str, suffix: &str) -> [String; 2] {
        let (exact, prefix, suffix) = (String::new(), prefix.to_owned(), suffix.to_owned());
        let quote = RulingQuote { exact, prefix, suffix };
        [quote.before(), quote.after()]
    }

    #[test]
    fn a_quote_has_the_whole_words_around_it_in_its_paragraph() {
        let long = "x".repeat(30);
        assert_eq!(around("ds after\n\nThe loss is ", ". And\nmore"), ["The loss is ", ". And"]);
        assert_eq!(around(&format!("{long} is "), &format!(" so {long}")), ["… is ", " so …"]);
        assert_eq!(around("The loss is ", " a day."), ["The loss is ", " a day."]);
        assert_eq!(around("", ""), ["", ""]);
        assert_eq!(around(&"愛".repeat(32), &"愛".repeat(32)), ["愛".repeat(32), "愛".repeat(32)]);
    }
}
