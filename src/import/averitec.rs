//! The data set AVeriTeC: claims with a label, and questions with answers as evidence.
//!
//! Invariant: nothing is lost. Each entry keeps the JSON that it was read from.

use serde_json::Value as Json;

/// An entry with the JSON that it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The entry, or why it cannot be read.
    pub entry: Result<Entry, String>,
    /// The JSON that it was read from.
    pub source: Json,
}

/// A claim with its label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The claim, in one line.
    pub claim: String,
    /// The label, such as `Refuted`.
    pub label: String,
    /// The reasons for the label.
    pub justification: String,
    /// The person or organisation that made the claim.
    pub speaker: Option<String>,
    /// The day of the claim, such as `2024-08-03`.
    pub day: Option<String>,
    /// The address where the claim was made.
    pub url: Option<String>,
    /// The place where the claim was made, such as a newspaper.
    pub publisher: Option<String>,
    /// The types of the claim, and the strategies of checking it.
    pub tags: Vec<String>,
    /// The answers to all questions.
    pub answers: Vec<Answer>,
}

/// An answer to a question about a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The question.
    pub question: String,
    /// The answer. None if there is none.
    pub answer: Option<String>,
    /// The form of the answer.
    pub form: Form,
    /// The address of the source, or another text that names it. None if it has none.
    pub source: Option<String>,
    /// The address of an archived copy.
    pub copy: Option<String>,
    /// The medium of the source, such as `Web text`.
    pub medium: String,
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Words of the source.
    Extractive,
    /// Other words.
    Abstractive,
    /// Yes or no, with the reason.
    Boolean,
    /// There is no answer.
    Unanswerable,
}

/// Reads a file of the data set. The error says what is wrong.
pub fn parse(text: &str) -> Result<Vec<Read>, String> {
    let json: Json = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| format!("this is not JSON: {error}"))?;
    let Json::Array(list) = json else {
        return Err("this is not a list of entries".to_owned());
    };
    Ok(list.into_iter().map(|source| Read { entry: entry(&source), source }).collect())
}

fn entry(json: &Json) -> Result<Entry, String> {
    let needed = |name: &str| words(json.get(name)).ok_or_else(|| format!("it has no `{name}`"));
    let mut answers = Vec::new();
    for (number, question) in list(json.get("questions")).into_iter().enumerate() {
        let of_question = answers_to(question);
        answers.extend(of_question.map_err(|error| format!("question {}: {error}", number + 1))?);
    }
    let tags = ["claim_types", "fact_checking_strategies"].map(|name| list(json.get(name)));
    Ok(Entry {
        claim: needed("claim")?.split_whitespace().collect::<Vec<_>>().join(" "),
        label: needed("label")?,
        justification: needed("justification")?,
        speaker: words(json.get("speaker")),
        day: words(json.get("claim_date")).map(|text| day(&text)).transpose()?,
        url: words(json.get("original_claim_url")),
        publisher: words(json.get("reporting_source")),
        tags: tags.into_iter().flatten().filter_map(|tag| words(Some(tag))).collect(),
        answers,
    })
}

fn answers_to(json: &Json) -> Result<Vec<Answer>, String> {
    let question = words(json.get("question")).ok_or("it has no `question`")?;
    let mut answers = Vec::new();
    for answer in list(json.get("answers")) {
        answers.push(self::answer(&question, answer)?);
    }
    if answers.is_empty() {
        let (form, medium) = (Form::Unanswerable, String::new());
        answers.push(Answer { question, answer: None, form, source: None, copy: None, medium });
    }
    Ok(answers)
}

fn answer(question: &str, json: &Json) -> Result<Answer, String> {
    let form = match words(json.get("answer_type")).unwrap_or_default().to_lowercase().as_str() {
        "extractive" => Form::Extractive,
        "abstractive" | "" => Form::Abstractive,
        "boolean" => Form::Boolean,
        "unanswerable" => Form::Unanswerable,
        other => return Err(format!("the `answer_type` `{other}` is unknown")),
    };
    let text = words(json.get("answer"));
    let text = match (text, words(json.get("boolean_explanation"))) {
        (Some(answer), Some(reason)) => Some(format!("{}. {reason}", answer.trim_end_matches('.'))),
        (answer, _) => answer,
    };
    Ok(Answer {
        question: question.to_owned(),
        answer: text,
        form,
        source: words(json.get("source_url")),
        copy: words(json.get("cached_source_url")),
        medium: words(json.get("source_medium")).unwrap_or_default(),
    })
}

/// A day that the data set writes as `3-8-2024`.
fn day(text: &str) -> Result<String, String> {
    let wrong = || format!("the `claim_date` `{text}` is not a day such as 31-12-2024");
    let numbers: Vec<u32> = text.split('-').map_while(|number| number.parse().ok()).collect();
    match numbers.as_slice() {
        [day, month, year] if text.split('-').count() == 3 && *year > 999 => {
            Ok(format!("{year:04}-{month:02}-{day:02}"))
        }
        _ => Err(wrong()),
    }
}

/// A value that may be a list, as a list.
fn list(value: Option<&Json>) -> Vec<&Json> {
    match value {
        Some(Json::Array(all)) => all.iter().collect(),
        Some(Json::Null) | None => Vec::new(),
        Some(one) => vec![one],
    }
}

/// A text that is not blank.
fn words(value: Option<&Json>) -> Option<String> {
    // Some entries have marks of direction at their ends, which nobody sees.
    let is_mark = |c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}');
    let text = value?.as_str()?.trim_matches(is_mark);
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::{Answer, Entry, Form, parse};

    const FIXTURE: &str = include_str!("../../tests/fixtures/averitec.json");

    fn one(json: &Json) -> Result<Entry, String> {
        parse(&json!([json]).to_string()).expect("a list").remove(0).entry
    }

    #[test]
    fn every_shape_of_the_data_set_is_read() {
        let all = parse(FIXTURE).expect("a list");
        let entries: Vec<_> = all.iter().filter_map(|it| it.entry.as_ref().ok()).collect();
        assert_eq!(entries.len(), 6);
        let labels: Vec<_> = entries.iter().map(|it| it.label.as_str()).collect();
        assert_eq!(
            labels,
            [
                "Refuted",
                "Supported",
                "Not Enough Evidence",
                "Conflicting Evidence/Cherrypicking",
                "Supported",
                "Refuted"
            ]
        );
        let first = entries[0];
        assert_eq!(first.day.as_deref(), Some("2024-05-02"));
        assert_eq!(first.speaker.as_deref(), Some("Ferry operator"));
        assert_eq!(first.tags, ["Numerical Claim", "Causal Claim", "Written Evidence"]);
        let forms: Vec<_> = first.answers.iter().map(|it| it.form).collect();
        assert_eq!(forms, [Form::Extractive, Form::Abstractive, Form::Boolean]);
        assert_eq!(
            first.answers[2].answer.as_deref(),
            Some("No. The timetable shows that fewer people travelled.")
        );
        assert_eq!(
            entries[2].answers[0],
            Answer {
                question: "How many passengers brought bicycles?".to_owned(),
                answer: Some("No answer could be found.".to_owned()),
                form: Form::Unanswerable,
                source: None,
                copy: None,
                medium: String::new(),
            }
        );
    }

    #[test]
    fn an_entry_that_cannot_be_read_says_why() {
        let good = json!({ "claim": "It is so.", "label": "Refuted", "justification": "No." });
        assert!(one(&good).is_ok());
        for (name, value, says) in [
            ("claim", json!(" "), "`claim`"),
            ("label", json!(null), "`label`"),
            ("justification", json!(3), "`justification`"),
            ("claim_date", json!("May 2024"), "`claim_date`"),
            ("questions", json!([{ "question": "" }]), "question 1"),
            (
                "questions",
                json!([{ "question": "Who?", "answers": [{ "answer_type": "Song" }] }]),
                "`song`",
            ),
        ] {
            let mut bad = good.clone();
            bad[name] = value;
            let refused = one(&bad).expect_err("it is refused");
            assert!(refused.contains(says), "{says:?} is not in {refused:?}");
        }
        assert!(parse("{}").is_err_and(|error| error.contains("list")));
        assert!(parse("[").is_err_and(|error| error.contains("JSON")));
    }

    #[test]
    fn marks_at_the_ends_of_a_text_are_dropped() {
        let found = one(&json!({
            "claim": "It is so.\u{200f} ", "label": "Refuted", "justification": "No.",
            "speaker": "\u{200e}Ann \u{200f}",
        }))
        .expect("an entry");
        assert_eq!((found.claim.as_str(), found.speaker.as_deref()), ("It is so.", Some("Ann")));
    }

    #[test]
    fn a_question_may_have_no_list_of_answers() {
        let entry = |answers: Json| {
            one(&json!({
                "claim": "It is so.", "label": "Refuted", "justification": "No.",
                "questions": [{ "question": "Who?", "answers": answers }],
            }))
            .expect("an entry")
            .answers
        };
        assert_eq!(entry(json!([]))[0].form, Form::Unanswerable);
        assert_eq!(entry(json!({ "answer": "Ann" }))[0].answer.as_deref(), Some("Ann"));
    }
}
