//! Annotations that other programs wrote: W3C Web Annotations, the exports of Hypothesis, and the
//! annotations of Recogito's text annotator, in its own form and in that of the W3C.
//!
//! Invariant: nothing is lost. Each annotation keeps the JSON that it was read from, and says which
//! of its texts a claim cannot hold.

use serde_json::Value as Json;

/// Words of an article, as an annotation names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quote {
    /// The words.
    pub exact: String,
    /// The text before them.
    pub prefix: String,
    /// The text after them.
    pub suffix: String,
    /// Their start and end. The unit is unknown: the W3C counts code points, and programs in
    /// browsers count UTF-16 code units.
    pub place: Option<(i32, i32)>,
}

/// An annotation.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// Its id. Empty if it has none.
    pub id: String,
    /// The assertion: the text that describes the words, or the first comment. None if it has none.
    pub statement: Option<String>,
    /// Other texts, such as further comments.
    pub others: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The words that it is about. None for a note on a whole page, and for a reply.
    pub quotes: Vec<Quote>,
    /// The JSON that it was read from.
    pub source: Json,
}

/// Reads a file of annotations. The error says what is wrong.
pub fn parse(text: &str) -> Result<Vec<Annotation>, String> {
    let json: Json = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| format!("this is not JSON: {error}"))?;
    let list = listed(json)?;
    if let Some(number) = list.iter().position(|one| !one.is_object()) {
        return Err(format!("annotation {} is not an object", number + 1));
    }
    Ok(list.into_iter().map(annotation).collect())
}

/// The annotations in a list, a page, a collection or an export.
fn listed(json: Json) -> Result<Vec<Json>, String> {
    let mut members = match json {
        Json::Array(list) => return Ok(list),
        Json::Object(members) => members,
        _ => return Err("this is neither an annotation nor a list of annotations".to_owned()),
    };
    for name in ["annotations", "rows", "items"] {
        if let Some(Json::Array(list)) = members.remove(name) {
            return Ok(list);
        }
    }
    match members.remove("first") {
        Some(page @ Json::Object(_)) if page.get("next").is_some_and(|next| !next.is_null()) => {
            Err("this collection has more pages than the file: import each page".to_owned())
        }
        Some(page @ Json::Object(_)) => listed(page),
        Some(_) => Err("this collection's pages are not in this file: import each page".to_owned()),
        None if members.contains_key("target") => Ok(vec![Json::Object(members)]),
        None if members.get("total") == Some(&Json::from(0)) => Ok(Vec::new()),
        None => Err("this has no annotations".to_owned()),
    }
}

fn annotation(source: Json) -> Annotation {
    let (mut described, mut said, mut tags) = (Vec::new(), Vec::new(), Vec::new());
    // Hypothesis has one text, and tags apart from it.
    said.extend(words(source.get("text")));
    said.extend(words(source.get("bodyValue")));
    tags.extend(list(source.get("tags")).iter().filter_map(|tag| words(Some(tag))));
    let bodies = list(source.get("body")).into_iter().chain(list(source.get("bodies")));
    for body in bodies {
        let Some(value) = words(Some(body)).or_else(|| words(body.get("value"))) else { continue };
        match body.get("purpose").and_then(Json::as_str) {
            Some("tagging" | "classifying" | "identifying") => tags.push(value),
            Some("describing") => described.push(value),
            _ => said.push(value),
        }
    }
    let mut texts = described.into_iter().chain(said);
    Annotation {
        id: words(source.get("id")).unwrap_or_default(),
        statement: texts.next(),
        others: texts.collect(),
        tags,
        quotes: list(source.get("target")).into_iter().flat_map(quotes).collect(),
        source,
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
    let text = value?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The words of a target. Selectors with a type describe the same words together. Those without one,
/// which Recogito has inside, describe a quote each.
fn quotes(target: &Json) -> Vec<Quote> {
    let (mut together, mut each) = (Quote::default(), Vec::new());
    let mut open = list(target.get("selector"));
    while let Some(selector) = open.pop() {
        open.extend(list(selector.get("refinedBy")));
        match selector.get("type").and_then(Json::as_str) {
            Some("TextQuoteSelector") => {
                let text =
                    |name| selector.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
                (together.exact, together.prefix, together.suffix) =
                    (text("exact"), text("prefix"), text("suffix"));
            }
            Some("TextPositionSelector") => together.place = place(selector),
            Some(_) => {}
            None => {
                let exact = selector.get("quote").and_then(Json::as_str).unwrap_or_default();
                let (exact, place) = (exact.to_owned(), place(selector));
                each.push(Quote { exact, place, ..Quote::default() });
            }
        }
    }
    each.reverse();
    std::iter::once(together).chain(each).filter(|quote| !quote.exact.trim().is_empty()).collect()
}

fn place(selector: &Json) -> Option<(i32, i32)> {
    let number = |name| i32::try_from(selector.get(name)?.as_i64()?).ok();
    number("start").zip(number("end"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Annotation, Quote, parse};

    fn one(json: &serde_json::Value) -> Annotation {
        let mut all = parse(&json.to_string()).expect("annotations");
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    #[test]
    fn a_web_annotation_is_read() {
        let found = one(&json!({
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "id": "https://example.org/anno1",
            "type": "Annotation",
            "body": [
                { "type": "TextualBody", "purpose": "assessing", "value": "No." },
                { "type": "TextualBody", "purpose": "describing", "value": "It is so." },
                { "type": "TextualBody", "purpose": "tagging", "value": "ports" },
            ],
            "target": { "source": "https://example.org/page", "selector": [
                { "type": "TextQuoteSelector", "exact": "so", "prefix": "is ", "suffix": "." },
                { "type": "TextPositionSelector", "start": 6, "end": 8 },
            ] },
        }));

        assert_eq!(
            (found.id.as_str(), found.statement.as_deref()),
            ("https://example.org/anno1", Some("It is so."))
        );
        assert_eq!((found.others, found.tags), (vec!["No.".to_owned()], vec!["ports".to_owned()]));
        let quote = Quote {
            exact: "so".to_owned(),
            prefix: "is ".to_owned(),
            suffix: ".".to_owned(),
            place: Some((6, 8)),
        };
        assert_eq!(found.quotes, [quote]);
    }

    #[test]
    fn an_export_of_hypothesis_is_read() {
        let found = one(&json!({
            "export_date": "2026-11-01T10:00:00Z",
            "export_userid": "acct:ann@example.org",
            "annotations": [{
                "id": "aBc-1",
                "text": "Is that so?",
                "tags": ["ports"],
                "uri": "https://example.org/page",
                "target": [{ "source": "https://example.org/page", "selector": [
                    { "type": "RangeSelector", "startContainer": "/p[1]", "startOffset": 0, "endContainer": "/p[1]", "endOffset": 2 },
                    { "type": "TextPositionSelector", "start": 6, "end": 8 },
                    { "type": "TextQuoteSelector", "exact": "so", "prefix": "is ", "suffix": "." },
                ] }],
            }],
        }));

        assert_eq!(found.statement.as_deref(), Some("Is that so?"));
        assert_eq!(found.tags, ["ports"]);
        assert_eq!((found.quotes[0].exact.as_str(), found.quotes[0].place), ("so", Some((6, 8))));
    }

    #[test]
    fn the_own_form_of_recogito_is_read() {
        let found = one(&json!([{
            "id": "1", "bodies": [{ "purpose": "commenting", "value": "Why?" }],
            "target": { "annotation": "1", "selector": [
                { "quote": "one", "start": 1, "end": 4 },
                { "quote": "two", "start": 6, "end": 9 },
            ] },
        }]));

        assert_eq!(found.statement.as_deref(), Some("Why?"));
        let quotes: Vec<_> = found.quotes.iter().map(|quote| quote.exact.as_str()).collect();
        assert_eq!(quotes, ["one", "two"]);
    }

    #[test]
    fn a_note_on_a_page_quotes_nothing() {
        let found = one(
            &json!({ "rows": [{ "id": "x", "text": "Good.", "target": [{ "source": "https://example.org" }] }] }),
        );

        assert_eq!(found.quotes, []);
    }

    #[test]
    fn a_file_without_annotations_is_refused() {
        for (json, says) in [
            ("{", "not JSON"),
            ("3", "neither"),
            ("[3]", "annotation 1 is not an object"),
            ("{\"a\": 1}", "no annotations"),
            (
                r#"{"type": "AnnotationCollection", "first": "https://example.org/1"}"#,
                "import each page",
            ),
        ] {
            let refused = parse(json).expect_err("it is refused");
            assert!(refused.contains(says), "{says:?} is not in {refused:?}");
        }
        assert_eq!(parse(r#"{"type": "AnnotationCollection", "total": 0}"#), Ok(Vec::new()));
    }
}
