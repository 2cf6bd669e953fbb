//! AVeriTeC: claims with a label and questions that evidence answers, as the data set of this name
//! has them.
//!
//! - Each claim with a label is an entry. The label is that of the current ruling. Without one it is
//!   that of the verdicts, if all that the reader may see have the same.
//! - The citations that answer a question are the evidence. A claim without any is left out, because
//!   the data set's programs expect evidence. So are withdrawn claims and those of withdrawn articles.
//! - A reader that knows the four labels alone must not be misled: what is neither clearly true nor
//!   clearly false is conflicting, and what nobody could decide has not enough evidence.

use serde_json::{Map, Value as Json, json};

use super::averitec_label::{Label, letters};
use super::{Base, object};
use crate::domain::claim::{self, State};
use crate::domain::extract::{ClaimPart, VerdictPart};
use crate::domain::listing::Citation;
use crate::domain::ruling::public::{PublicNewsroom, PublicRuling};
use crate::domain::time::Day;
use crate::domain::verdict::source::{AnswerType, CitedSource, SourceKind};

/// The types of claims that the data set has. A tag of the same name becomes a type.
pub const CLAIM_TYPES: [&str; 5] = [
    "Event/Property Claim",
    "Numerical Claim",
    "Quote Verification",
    "Causal Claim",
    "Position Statement",
];

/// The strategies of checking that the data set has. A tag of the same name becomes a strategy.
pub const STRATEGIES: [&str; 7] = [
    "Written Evidence",
    "Consultation",
    "Numerical Comparison",
    "Fact-checker Reference",
    "Satirical Source Identification",
    "Image Analysis",
    "Media Source Discovery",
];

/// The media of sources that only the data set has. They are the descriptions of sources of the kind
/// OTHER.
pub const OTHER_MEDIA: [&str; 2] = ["Metadata", "Image/graphic"];

/// The answer that the data set has where there is none.
const NO_ANSWER: &str = "No answer could be found.";

/// A list of entries that is written one claim after another.
pub struct List {
    base: Option<Base>,
    newsroom: PublicNewsroom,
    total: usize,
}

impl List {
    /// An empty list. The base is for the addresses of rulings that everybody may read.
    pub const fn new(base: Option<Base>, newsroom: PublicNewsroom) -> Self {
        Self { base, newsroom, total: 0 }
    }

    /// Writes what comes before the entries.
    pub fn begin(&self, out: &mut Vec<u8>) {
        out.push(b'[');
    }

    /// Writes a claim, unless the data set cannot hold it.
    pub fn claim(&mut self, part: &ClaimPart, out: &mut Vec<u8>) {
        let Some(entry) = self.entry(part) else { return };
        out.extend_from_slice(if self.total == 0 { b"\n" } else { b",\n" });
        out.extend_from_slice(entry.to_string().as_bytes());
        self.total += 1;
    }

    /// Writes what comes after the entries.
    pub fn end(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\n]\n");
    }

    fn entry(&self, part: &ClaimPart) -> Option<Json> {
        let (claim, article) = (&part.claim, &part.article.article);
        if claim.state == State::Withdrawn || article.withdrawn_at.is_some() {
            return None;
        }
        let verdicts: Vec<_> = part.verdicts.iter().filter(|it| it.verdict.is_in_force()).collect();
        let ruling = part.rulings.last().filter(|ruling| !ruling.is_retracted());
        let found = match ruling {
            Some(ruling) => Found::by_ruling(ruling),
            None => Found::by_verdicts(claim, &verdicts)?,
        };
        if found.questions.is_empty() {
            return None;
        }
        let page = ruling.zip(self.base.as_ref());
        let page = page.map(|(ruling, base)| base.ruling(&self.newsroom.slug, &ruling.slug));
        Some(json!({
            "claim": found.statement,
            "required_reannotation": verdicts.len() > 1,
            "label": found.label.name(),
            "justification": found.justification,
            "claim_date": found.claimed_on.map(day),
            "speaker": found.claimant,
            "original_claim_url": article.url,
            "cached_original_claim_url": null,
            "fact_checking_article": page,
            "reporting_source": article.publisher,
            "location_ISO_code": null,
            "claim_types": tagged(&part.tags, &CLAIM_TYPES),
            "fact_checking_strategies": tagged(&part.tags, &STRATEGIES),
            "questions": found.questions,
        }))
    }
}

/// A day as the data set writes it: `3-8-2024`.
fn day(day: Day) -> String {
    let text = day.to_text();
    let numbers = text.split('-').rev().map(|number| number.trim_start_matches('0'));
    numbers.collect::<Vec<_>>().join("-")
}

/// The names of the data set that are among the tags.
fn tagged<'a>(tags: &[String], names: &[&'a str]) -> Vec<&'a str> {
    let is_tag = |name: &&&str| tags.iter().any(|tag| letters(tag) == letters(name));
    names.iter().filter(is_tag).copied().collect()
}

/// The label of a claim, with the reasons and the evidence for it.
struct Found<'a> {
    statement: &'a str,
    claimant: Option<&'a str>,
    claimed_on: Option<Day>,
    label: Label,
    justification: &'a str,
    questions: Vec<Json>,
}

impl<'a> Found<'a> {
    fn by_ruling(ruling: &'a PublicRuling) -> Self {
        let cited = ruling.verdicts.iter().flat_map(|verdict| &verdict.citations);
        Self {
            statement: &ruling.subject.statement,
            claimant: ruling.subject.claimant.as_deref(),
            claimed_on: ruling.subject.claimed_on,
            label: Label::of(&ruling.rating),
            justification: &ruling.summary,
            questions: questions(cited.filter_map(Evidence::of_cited)),
        }
    }

    /// None if there are no verdicts, or if their labels differ.
    fn by_verdicts(claim: &'a claim::Model, verdicts: &[&'a VerdictPart]) -> Option<Self> {
        let newest = verdicts.iter().max_by_key(|it| it.verdict.submitted_at)?;
        let label = Label::of(&newest.rating);
        if verdicts.iter().any(|it| Label::of(&it.rating) != label) {
            return None;
        }
        let cited = verdicts.iter().flat_map(|verdict| &verdict.citations);
        Some(Self {
            statement: &claim.statement,
            claimant: claim.claimant.as_deref(),
            claimed_on: claim.claimed_on,
            label,
            justification: &newest.verdict.rationale,
            questions: questions(cited.filter_map(Evidence::of_citation)),
        })
    }
}

/// A citation that answers a question.
struct Evidence<'a> {
    question: &'a str,
    answer: Option<&'a str>,
    form: AnswerType,
    kind: SourceKind,
    url: Option<&'a str>,
    archive_url: Option<&'a str>,
    description: Option<&'a str>,
}

/// Reads a citation of a verdict, or one of a ruling. Both have the same fields.
macro_rules! evidence {
    ($name:ident, $citation:ty) => {
        fn $name(row: &'a $citation) -> Option<Self> {
            Some(Self {
                question: row.question.as_deref()?,
                answer: row.answer.as_deref(),
                form: row.answer_type.unwrap_or(AnswerType::Abstractive),
                kind: row.kind,
                url: row.url.as_deref(),
                archive_url: row.archive_url.as_deref(),
                description: row.description.as_deref(),
            })
        }
    };
}

impl<'a> Evidence<'a> {
    evidence!(of_citation, Citation);
    evidence!(of_cited, CitedSource);

    fn answer(&self) -> Map<String, Json> {
        let answer = self.answer.unwrap_or(NO_ANSWER);
        let is_found = self.form != AnswerType::Unanswerable;
        // The data set has an empty text for a source that nobody found, and a description for one
        // without an address.
        let address = self.url.or(self.description.filter(|_| is_found)).unwrap_or_default();
        let medium = if is_found || self.url.is_some() { self.medium() } else { "" };
        let (answer, explanation) = match self.form {
            AnswerType::Boolean => {
                let (word, explanation) = yes_or_no(answer);
                (word, Some(explanation))
            }
            AnswerType::Extractive | AnswerType::Abstractive | AnswerType::Unanswerable => {
                (answer, None)
            }
        };
        object([
            ("answer", Some(answer.into())),
            ("answer_type", Some(form(self.form).into())),
            ("boolean_explanation", explanation.map(Json::from)),
            ("source_url", Some(address.into())),
            ("cached_source_url", self.archive_url.map(Json::from)),
            ("source_medium", Some(medium.into())),
        ])
    }

    fn medium(&self) -> &'static str {
        match self.kind {
            SourceKind::Web => "Web text",
            SourceKind::Document => "PDF",
            SourceKind::Dataset => "Web table",
            SourceKind::Broadcast => "Video",
            SourceKind::Print | SourceKind::Interview => "Other",
            SourceKind::Other => {
                let known = |medium: &&str| Some(*medium) == self.description;
                OTHER_MEDIA.into_iter().find(known).unwrap_or("Other")
            }
        }
    }
}

const fn form(form: AnswerType) -> &'static str {
    match form {
        AnswerType::Extractive => "Extractive",
        AnswerType::Abstractive => "Abstractive",
        AnswerType::Boolean => "Boolean",
        AnswerType::Unanswerable => "Unanswerable",
    }
}

/// The first word of an answer, if a mark ends it, and the reason after it.
fn yes_or_no(answer: &str) -> (&str, &str) {
    let ends = |c: char| {
        matches!(c, '.' | ',' | ':' | ';' | '!' | '\n' | '–' | '—' | '。' | '、' | '，' | '،')
    };
    match answer.split_once(ends) {
        Some((word, reason)) if !word.trim().contains(char::is_whitespace) => {
            (word.trim(), reason.trim())
        }
        _ => (answer, ""),
    }
}

/// The questions in the order of their first answers, each with all its answers.
fn questions<'a>(evidence: impl Iterator<Item = Evidence<'a>>) -> Vec<Json> {
    let mut all: Vec<(&str, Vec<Map<String, Json>>)> = Vec::new();
    for one in evidence {
        let answer = one.answer();
        match all.iter_mut().find(|(question, _)| *question == one.question) {
            Some((_, answers)) if answers.contains(&answer) => {}
            Some((_, answers)) => answers.push(answer),
            None => all.push((one.question, vec![answer])),
        }
    }
    let question = |(question, answers)| json!({ "question": question, "answers": answers });
    all.into_iter().map(question).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::{List, yes_or_no};
    use crate::domain::claim::State;
    use crate::domain::extract::ClaimPart;
    use crate::domain::ruling::public::{PublicRating, Rank};
    use crate::domain::verdict::source::{AnswerType, SourceKind};
    use crate::export::part_samples::claim;
    use crate::export::samples::{base, newsroom};

    fn written(parts: &[ClaimPart]) -> Json {
        let (mut list, mut out) = (List::new(Some(base()), newsroom()), Vec::new());
        list.begin(&mut out);
        for part in parts {
            list.claim(part, &mut out);
        }
        list.end(&mut out);
        serde_json::from_slice(&out).expect("JSON")
    }

    /// A claim without a ruling, which answers a question of each form.
    fn judged() -> ClaimPart {
        let mut part = claim();
        part.rulings.clear();
        part.tags.push("numerical claim".to_owned());
        let citations = &mut part.verdicts[0].citations;
        let first = citations[0].clone();
        for (form, question, answer) in [
            (AnswerType::Abstractive, "What does the ledger say?", Some("About 12 million.")),
            (AnswerType::Boolean, "Is it a loss?", Some("Yes. The port earned less.")),
            (AnswerType::Boolean, "Is it daily?", Some("No")),
            (AnswerType::Unanswerable, "Who counted?", None),
        ] {
            let mut next = first.clone();
            next.question = Some(question.to_owned());
            (next.answer_type, next.answer) = (Some(form), answer.map(ToOwned::to_owned));
            if answer.is_none() {
                (next.kind, next.url, next.archive_url) = (SourceKind::Other, None, None);
            }
            citations.push(next);
        }
        // Two reviewers may give the same answer.
        citations.push(first);
        part
    }

    #[test]
    fn a_claim_has_a_label_and_questions_with_answers() {
        insta::assert_json_snapshot!(written(&[judged()]));
    }

    #[test]
    fn a_ruling_decides_and_its_evidence_counts() {
        let mut part = claim();
        assert_eq!(
            written(std::slice::from_ref(&part)),
            json!([]),
            "the ruling's verdicts answer no question"
        );
        for cited in part.rulings[0].verdicts.iter_mut().flat_map(|it| &mut it.citations) {
            cited.question = Some("What does the ledger say?".to_owned());
            cited.answer = Some("12,014,000".to_owned());
        }

        let found = written(&[part]);

        assert_eq!(found[0]["justification"], claim().rulings[0].summary);
        let page = "https://facts.example.org/n/desk/rulings/the-loss-is-12-million";
        assert_eq!(found[0]["fact_checking_article"], page);
        assert_eq!(found[0]["questions"].as_array().map(Vec::len), Some(1));
        assert_eq!(found[0]["questions"][0]["answers"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn a_claim_without_a_label_or_without_evidence_is_left_out() {
        let mut withdrawn = judged();
        withdrawn.claim.state = State::Withdrawn;
        let mut open = judged();
        open.verdicts.clear();
        let mut disputed = judged();
        let mut other = disputed.verdicts[0].clone();
        other.rating = rating("TRUE", Some(5)).into();
        disputed.verdicts.push(other);
        let mut unasked = judged();
        unasked.verdicts[0].citations.iter_mut().for_each(|it| it.question = None);

        assert_eq!(written(&[withdrawn, open, disputed, unasked]), json!([]));
        assert_eq!(written(&[judged(), judged()]).as_array().map(Vec::len), Some(2));
    }

    fn rating(key: &str, own: Option<i32>) -> PublicRating {
        PublicRating {
            key: key.to_owned(),
            label: String::new(),
            description: String::new(),
            colour: String::new(),
            rank: own.map(|own| Rank { own, worst: 1, best: 5 }),
        }
    }

    #[test]
    fn an_answer_begins_with_a_word() {
        for (answer, parts) in [
            ("Yes", ("Yes", "")),
            ("No. It fell, by 2 %.", ("No", "It fell, by 2 %.")),
            ("Non, il a baissé.", ("Non", "il a baissé.")),
            ("はい。増えた", ("はい", "増えた")),
            ("No – it fell", ("No", "it fell")),
            ("Not in 2024. Later.", ("Not in 2024. Later.", "")),
        ] {
            assert_eq!(yes_or_no(answer), parts);
        }
    }
}
