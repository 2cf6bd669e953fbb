//! CSV for spreadsheets: one table in each file (RFC 4180, in UTF-8 with a byte order mark, without
//! which spreadsheets take the text for another encoding).
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break as a formula.
//! So such a cell gets an apostrophe before it, as OWASP recommends for CSV. Nothing else is changed.
//! Programs that need the exact text read JSON Lines.

use std::borrow::Cow;

use sea_orm::ActiveEnum;

use crate::domain::extract::{ArticlePart, ClaimPart, EventPart, Part, VerdictPart, Wanted};
use crate::domain::listing::Citation;
use crate::domain::ruling::public::PublicRuling;
use crate::domain::time::{Day, Moment};

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// The articles, without their texts.
    Articles,
    /// The claims, with their quotes.
    Claims,
    /// The verdicts.
    Verdicts,
    /// The citations of the verdicts.
    Citations,
    /// The rulings.
    Rulings,
    /// The entries of the newsroom's log.
    Events,
}

impl Table {
    /// All tables.
    pub const ALL: [Self; 6] = [
        Self::Articles,
        Self::Claims,
        Self::Verdicts,
        Self::Citations,
        Self::Rulings,
        Self::Events,
    ];

    /// Its name in addresses and in the names of files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Articles => "articles",
            Self::Claims => "claims",
            Self::Verdicts => "verdicts",
            Self::Citations => "citations",
            Self::Rulings => "rulings",
            Self::Events => "events",
        }
    }

    /// The parts that it is made of.
    pub const fn wanted(self) -> Wanted {
        match self {
            Self::Articles => Wanted::ARTICLES,
            Self::Claims => Wanted::CLAIMS,
            Self::Verdicts | Self::Citations => Wanted::VERDICTS,
            Self::Rulings => Wanted::RULINGS,
            Self::Events => Wanted::EVENTS,
        }
    }

    /// Writes the byte order mark and the names of the columns.
    pub fn begin(self, out: &mut Vec<u8>) {
        out.extend_from_slice("\u{feff}".as_bytes());
        row(self.columns().split(' ').map(|name| Cell::Plain(name.to_owned())), out);
    }

    /// Writes the rows that a part has in this table.
    pub fn part(self, part: &Part, out: &mut Vec<u8>) {
        match (self, part) {
            (Self::Articles, Part::Article(part)) => row(article(part), out),
            (Self::Claims, Part::Claim(part)) => row(claim(part), out),
            (Self::Verdicts, Part::Claim(part)) => {
                part.verdicts.iter().for_each(|one| row(verdict(one), out));
            }
            (Self::Citations, Part::Claim(part)) => {
                for verdict in &part.verdicts {
                    verdict.citations.iter().for_each(|one| row(citation(verdict, one), out));
                }
            }
            (Self::Rulings, Part::Claim(part)) => {
                part.rulings.iter().for_each(|one| row(ruling(part, one), out));
            }
            (Self::Events, Part::Event(part)) => row(event(part), out),
            _ => {}
        }
    }

    /// The names of the columns, with spaces between them.
    const fn columns(self) -> &'static str {
        match self {
            Self::Articles => {
                "id title url publisher author language published_at imported_at withdrawn_at \
                 withdrawn_reason"
            }
            Self::Claims => {
                "id article_id article_title statement quote claimant claimed_on tags state stale \
                 repeats_id marked_at withdrawn_at withdrawn_reason"
            }
            Self::Verdicts => {
                "id claim_id reviewer_id reviewer state rating rationale citations stale \
                 submitted_at withdrawn_at withdrawn_reason"
            }
            Self::Citations => {
                "id verdict_id claim_id kind stance url archive_url title publisher description doi \
                 isbn issn quote accessed_at question answer answer_type"
            }
            Self::Rulings => {
                "id claim_id statement slug state rating rank summary dissent verdicts corrections \
                 published_at changed_at"
            }
            Self::Events => "number at kind actor_id article_id claim_id verdict_id",
        }
    }
}

/// A cell.
enum Cell<'a> {
    /// Text that people wrote. A spreadsheet must not run it.
    Text(Cow<'a, str>),
    /// A number, an id, a time or a name of the program.
    Plain(String),
}

fn text(text: &str) -> Cell<'_> {
    Cell::Text(text.into())
}

fn optional(text: Option<&String>) -> Cell<'_> {
    Cell::Text(text.map(String::as_str).unwrap_or_default().into())
}

fn plain(value: &impl ToString) -> Cell<'static> {
    Cell::Plain(value.to_string())
}

fn maybe<T: ToString>(value: Option<T>) -> Cell<'static> {
    Cell::Plain(value.map(|value| value.to_string()).unwrap_or_default())
}

fn time(at: Option<Moment>) -> Cell<'static> {
    maybe(at.map(Moment::to_text))
}

fn article(part: &ArticlePart) -> [Cell<'_>; 10] {
    let row = &part.article;
    [
        plain(&row.id),
        text(&row.title),
        optional(row.url.as_ref()),
        optional(row.publisher.as_ref()),
        optional(row.author.as_ref()),
        optional(row.language.as_ref()),
        time(row.published_at),
        time(Some(row.imported_at)),
        time(row.withdrawn_at),
        optional(row.withdrawn_reason.as_ref()),
    ]
}

fn claim(part: &ClaimPart) -> [Cell<'_>; 14] {
    let row = &part.claim;
    let quotes: Vec<_> = part.anchors.iter().map(|anchor| anchor.exact.as_str()).collect();
    [
        plain(&row.id),
        plain(&row.article_id),
        text(&part.article.article.title),
        text(&row.statement),
        Cell::Text(quotes.join(" […] ").into()),
        optional(row.claimant.as_ref()),
        maybe(row.claimed_on.map(Day::to_text)),
        Cell::Text(part.tags.join("; ").into()),
        plain(&row.state.to_value()),
        plain(&row.stale),
        maybe(row.repeats_id),
        time(Some(row.marked_at)),
        time(row.withdrawn_at),
        optional(row.withdrawn_reason.as_ref()),
    ]
}

fn verdict(part: &VerdictPart) -> [Cell<'_>; 12] {
    let row = &part.verdict;
    [
        plain(&row.id),
        plain(&row.claim_id),
        plain(&part.reviewer.id),
        text(&part.reviewer.name),
        plain(&row.state.to_value()),
        text(&part.rating.key),
        text(&row.rationale),
        plain(&part.citations.len()),
        plain(&row.stale),
        time(Some(row.submitted_at)),
        time(row.withdrawn_at),
        optional(row.withdrawn_reason.as_ref()),
    ]
}

fn citation<'a>(verdict: &VerdictPart, row: &'a Citation) -> [Cell<'a>; 18] {
    [
        plain(&row.id),
        plain(&verdict.verdict.id),
        plain(&verdict.verdict.claim_id),
        plain(&row.kind.to_value()),
        plain(&row.stance.to_value()),
        optional(row.url.as_ref()),
        optional(row.archive_url.as_ref()),
        optional(row.source.title.as_ref()),
        optional(row.source.publisher.as_ref()),
        optional(row.description.as_ref()),
        optional(row.doi.as_ref()),
        optional(row.isbn.as_ref()),
        optional(row.issn.as_ref()),
        optional(row.quote.as_ref()),
        time(row.accessed_at),
        optional(row.question.as_ref()),
        optional(row.answer.as_ref()),
        maybe(row.answer_type.map(|kind| kind.to_value())),
    ]
}

fn ruling<'a>(claim: &ClaimPart, row: &'a PublicRuling) -> [Cell<'a>; 13] {
    [
        plain(&row.id),
        plain(&claim.claim.id),
        text(&row.subject.statement),
        text(&row.slug),
        plain(&row.state.to_value()),
        text(&row.rating.key),
        maybe(row.rating.rank.map(|rank| rank.own)),
        text(&row.summary),
        optional(row.dissent.as_ref()),
        plain(&row.verdicts.len()),
        plain(&row.corrections.len()),
        time(Some(row.published_at)),
        time(Some(row.changed_at())),
    ]
}

fn event(part: &EventPart) -> [Cell<'_>; 7] {
    let entry = part.entry();
    [
        plain(&entry.number),
        time(Some(entry.at)),
        plain(&entry.kind.to_value()),
        maybe(entry.actor),
        maybe(entry.article),
        maybe(entry.claim),
        maybe(entry.verdict),
    ]
}

fn row<'a>(cells: impl IntoIterator<Item = Cell<'a>>, out: &mut Vec<u8>) {
    for (number, cell) in cells.into_iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        match cell {
            Cell::Plain(value) => quoted(&value, "", out),
            Cell::Text(value) => {
                let before = if is_formula(&value) { "'" } else { "" };
                quoted(&without_inner_formulas(&value), before, out);
            }
        }
    }
    out.extend_from_slice(b"\r\n");
}

/// The marks that some spreadsheets take for the end of a cell.
const ENDS: [char; 4] = [';', '\t', '\r', '\n'];

/// Puts an apostrophe before what would be a formula if a spreadsheet took `;`, a tab or a line
/// break for the end of a cell, as it does where the comma is the decimal separator.
fn without_inner_formulas(text: &str) -> Cow<'_, str> {
    if !text.contains(ENDS) {
        return text.into();
    }
    let (mut safe, mut begins) = (String::with_capacity(text.len()), false);
    for (at, c) in text.char_indices() {
        if begins && is_formula(&text[at..]) && !c.is_whitespace() {
            safe.push('\'');
        }
        begins = ENDS.contains(&c) || begins && matches!(c, ' ' | '"' | '\'');
        safe.push(c);
    }
    safe.into()
}

/// Whether a spreadsheet would run the text. The full-width forms count too: some input methods, and
/// some spreadsheets, take them for the usual ones.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// Writes a cell, in quotation marks if it needs them.
fn quoted(text: &str, before: &str, out: &mut Vec<u8>) {
    let needs_marks = !before.is_empty() || text.contains(['"', ',', ';', '\t', '\r', '\n']);
    if !needs_marks {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    out.extend_from_slice(before.as_bytes());
    for (number, part) in text.split('"').enumerate() {
        if number > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::{Cell, Table, row};
    use crate::export::part_samples::parts;

    fn written(cells: &[&str]) -> String {
        let mut out = Vec::new();
        row(cells.iter().map(|cell| Cell::Text((*cell).into())), &mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_text_that_a_spreadsheet_would_run_gets_an_apostrophe() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t1", "\r1", "\n1", "＝1+1"] {
            assert_eq!(written(&[formula]), format!("\"'{formula}\"\r\n"));
        }
        assert_eq!(written(&["a=1", "1-2", "", "'"]), "a=1,1-2,,'\r\n");
    }

    #[test]
    fn no_formula_begins_where_a_semicolon_or_a_line_break_would_end_a_cell() {
        assert_eq!(written(&["st \";=3+3"]), "\"st \"\";'=3+3\"\r\n");
        assert_eq!(written(&["a;  \" +1\n@b\t-2"]), "\"a;  \"\" '+1\n'@b\t'-2\"\r\n");
        assert_eq!(written(&["a; b-c, =d"]), "\"a; b-c, =d\"\r\n");
    }

    #[test]
    fn quotation_marks_are_doubled_and_line_breaks_stay() {
        assert_eq!(written(&["a \"b\"", "c,d", "e\nf"]), "\"a \"\"b\"\"\",\"c,d\",\"e\nf\"\r\n");
        assert_eq!(written(&["=\"x\""]), "\"'=\"\"x\"\"\"\r\n");
    }

    #[test]
    fn each_table_has_its_rows() {
        let mut out = Vec::new();
        for table in Table::ALL {
            table.begin(&mut out);
            for part in &parts() {
                table.part(part, &mut out);
            }
        }
        let text = String::from_utf8(out).expect("UTF-8");
        insta::assert_snapshot!(text.replace('\u{feff}', "\n").replace('\r', ""));
    }
}
