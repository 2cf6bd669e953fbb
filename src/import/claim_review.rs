//! ClaimReview: fact-checks of other publishers, in the vocabulary of schema.org.
//!
//! - A page has them as JSON-LD in its scripts. A file can also be the JSON-LD itself: one review, several, a graph, a DataFeed or an
//!   ItemList.
//! - The answer of Google's Fact Check Tools (`claims:search`) is read as well.
//! - An item of a DataFeed that has `dateDeleted` says that a review is gone.
//!
//! See <https://schema.org/ClaimReview> and <https://developers.google.com/fact-check/tools/api/reference/rest/v1alpha1/claims>.

use dom_query::Document;
use serde_json::Value as Json;

use super::MAX_INPUT;
use super::article::{Reading, Refusal};

/// The members of JSON-LD in which reviews are looked for.
const INSIDE: [&str; 7] =
    ["@graph", "dataFeedElement", "itemListElement", "item", "mainEntity", "hasPart", "review"];

/// A review as a document says it, before the rules of the domain apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadReview {
    /// The address of the review.
    pub url: String,
    /// The claim in the publisher's words.
    pub statement: String,
    /// The person or organization who made the claim.
    pub claimant: Option<String>,
    /// When the claim was made.
    pub claimed: Option<String>,
    /// The publisher of the review.
    pub publisher: String,
    /// The rating in the publisher's words.
    pub rating: String,
    /// The headline of the review.
    pub title: Option<String>,
    /// When the review was published.
    pub reviewed: Option<String>,
    /// The language of the review.
    pub language: Option<String>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A review.
    Review(ReadReview),
    /// The publisher withdrew the reviews with this address.
    Gone(String),
    /// A part that cannot be read, in words.
    Skipped(String),
}

/// Reads the reviews in a page or in JSON.
pub fn read(text: &str) -> Reading<Vec<Part>> {
    if text.len() > MAX_INPUT {
        let length = text.len();
        return Err(Refusal::too_large(format!(
            "The document has {length} bytes. The limit is {MAX_INPUT}."
        )));
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    let mut parts = Vec::new();
    if text.starts_with(['{', '[']) {
        let json = serde_json::from_str(text)
            .map_err(|error| Refusal::malformed(format!("The document is no JSON: {error}.")))?;
        collect(&json, false, &mut parts);
    } else {
        let page = Document::from(text);
        for script in page.select("script[type='application/ld+json']").nodes() {
            match serde_json::from_str(script.text().trim()) {
                Ok(json) => collect(&json, false, &mut parts),
                Err(error) => {
                    parts.push(Part::Skipped(format!("A script of the page is no JSON: {error}.")));
                }
            }
        }
    }
    if parts.is_empty() {
        return Err(Refusal::no_text("The document has no ClaimReview."));
    }
    Ok(parts)
}

/// Adds the reviews in this JSON to `parts`. `is_gone` if it is an item that was deleted.
fn collect(json: &Json, is_gone: bool, parts: &mut Vec<Part>) {
    match json {
        Json::Array(list) => list.iter().for_each(|one| collect(one, is_gone, parts)),
        Json::Object(_) if is_a(json, "ClaimReview") => parts.push(if is_gone {
            Part::Gone(address(json).unwrap_or_default())
        } else {
            review(json)
        }),
        Json::Object(members) => {
            let is_gone = is_gone || is_set(members.get("dateDeleted"));
            for claim in members.get("claims").and_then(Json::as_array).into_iter().flatten() {
                found_by_google(claim, parts);
            }
            for name in INSIDE {
                if let Some(inside) = members.get(name) {
                    collect(inside, is_gone, parts);
                }
            }
        }
        _ => {}
    }
}

fn is_set(value: Option<&Json>) -> bool {
    value.is_some_and(|value| !value.is_null() && value != "")
}

fn is_a(json: &Json, name: &str) -> bool {
    let is_it = |kind: &Json| {
        kind.as_str().is_some_and(|kind| kind.rsplit(['/', ':', '#']).next() == Some(name))
    };
    match json.get("@type") {
        Some(Json::Array(kinds)) => kinds.iter().any(is_it),
        Some(kind) => is_it(kind),
        None => false,
    }
}

fn review(json: &Json) -> Part {
    let item = json.get("itemReviewed").map_or(&Json::Null, first);
    let statement = text(json.get("claimReviewed")).or_else(|| text(item.get("name")));
    let claimant = name(item.get("author"));
    let claimed = text(item.get("datePublished"));
    complete(ReadReview {
        url: address(json).unwrap_or_default(),
        statement: statement.unwrap_or_default(),
        claimant,
        claimed,
        publisher: name(json.get("author"))
            .or_else(|| name(json.get("publisher")))
            .unwrap_or_default(),
        rating: json.get("reviewRating").and_then(rating).unwrap_or_default(),
        title: text(json.get("headline")).or_else(|| text(json.get("name"))),
        reviewed: text(json.get("datePublished")),
        language: text(json.get("inLanguage")),
    })
}

/// Adds the reviews of a claim in an answer of Google's Fact Check Tools.
fn found_by_google(claim: &Json, parts: &mut Vec<Part>) {
    for review in claim.get("claimReview").and_then(Json::as_array).into_iter().flatten() {
        let of_publisher =
            |member: &str| review.get("publisher").and_then(|one| text(one.get(member)));
        parts.push(complete(ReadReview {
            url: text(review.get("url")).unwrap_or_default(),
            statement: text(claim.get("text")).unwrap_or_default(),
            claimant: text(claim.get("claimant")),
            claimed: text(claim.get("claimDate")),
            publisher: of_publisher("name").or_else(|| of_publisher("site")).unwrap_or_default(),
            rating: text(review.get("textualRating")).unwrap_or_default(),
            title: text(review.get("title")),
            reviewed: text(review.get("reviewDate")),
            language: text(review.get("languageCode")),
        }));
    }
}

/// The review, or what it lacks.
fn complete(review: ReadReview) -> Part {
    let needed = [
        ("url", &review.url),
        ("claimReviewed", &review.statement),
        ("author", &review.publisher),
        ("reviewRating", &review.rating),
    ];
    let missing: Vec<_> =
        needed.into_iter().filter(|(_, value)| value.is_empty()).map(|(name, _)| name).collect();
    if missing.is_empty() {
        return Part::Review(review);
    }
    let known = [&review.url, &review.statement].into_iter().find(|known| !known.is_empty());
    let known: String = known.map_or("A review", |known| known).chars().take(100).collect();
    Part::Skipped(format!("{known} has no {}.", missing.join(" and no ")))
}

/// The address of a review. Some pages name only the page that the review is on.
fn address(json: &Json) -> Option<String> {
    let of = |member: &str| {
        let value = first(json.get(member)?);
        text(Some(value)).or_else(|| text(value.get("@id"))).or_else(|| text(value.get("url")))
    };
    of("url").or_else(|| of("mainEntityOfPage")).or_else(|| of("@id"))
}

/// The rating in words, or its number on its scale.
fn rating(json: &Json) -> Option<String> {
    let json = first(json);
    text(json.get("alternateName")).or_else(|| text(json.get("name"))).or_else(|| {
        let value = text(json.get("ratingValue"))?;
        Some(match text(json.get("bestRating")) {
            Some(best) => format!("{value} of {best}"),
            None => value,
        })
    })
}

/// The name of a person or organization, or of the first of several.
fn name(json: Option<&Json>) -> Option<String> {
    let one = first(json?);
    text(one.get("name")).or_else(|| text(Some(one)))
}

fn first(json: &Json) -> &Json {
    match json {
        Json::Array(list) => list.first().unwrap_or(&Json::Null),
        one => one,
    }
}

/// A text or number as a line of plain text. Some sites write entities of HTML into their JSON.
fn text(json: Option<&Json>) -> Option<String> {
    let text = match first(json?) {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        Json::Object(members) => return text(members.get("@value")),
        _ => return None,
    };
    let text = if text.contains('&') && text.contains(';') {
        Document::fragment(text).text().to_string()
    } else {
        text
    };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn full() -> Json {
        json!({
            "@context": "https://schema.org", "@type": ["Review", "schema:ClaimReview"],
            "url": "https://check.example/ferry", "headline": "No, ferry fares did not double",
            "claimReviewed": "Ferry fares doubled &amp; nobody said so.", "datePublished": "2024-08-05T10:00:00Z",
            "author": { "@type": "Organization", "name": "Check Example" }, "inLanguage": "en",
            "reviewRating": { "@type": "Rating", "ratingValue": "1", "bestRating": 5, "alternateName": "Mostly false" },
            "itemReviewed": { "@type": "Claim", "author": [{ "name": "A. Rider" }], "datePublished": "2024-08-01" },
        })
    }

    fn reviews(text: &str) -> Vec<ReadReview> {
        let parts = read(text).expect("a document");
        parts
            .into_iter()
            .map(|part| match part {
                Part::Review(review) => review,
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn a_review_is_read_in_its_publishers_words() {
        let review = &reviews(&full().to_string())[0];
        let expected = ReadReview {
            url: "https://check.example/ferry".to_owned(),
            statement: "Ferry fares doubled & nobody said so.".to_owned(),
            claimant: Some("A. Rider".to_owned()),
            claimed: Some("2024-08-01".to_owned()),
            publisher: "Check Example".to_owned(),
            rating: "Mostly false".to_owned(),
            title: Some("No, ferry fares did not double".to_owned()),
            reviewed: Some("2024-08-05T10:00:00Z".to_owned()),
            language: Some("en".to_owned()),
        };
        assert_eq!(*review, expected);
    }

    #[test]
    fn reviews_are_found_wherever_documents_have_them() {
        let one = full();
        let feed = json!({ "@type": "DataFeed", "dataFeedElement": [{ "@type": "DataFeedItem", "item": [one, one] }] });
        let list = json!({ "@type": "ItemList", "itemListElement": [{ "@type": "ListItem", "item": one }] });
        let graph = json!({ "@graph": [{ "@type": "WebPage" }, one] });
        let page = format!(
            "<!doctype html><title>x</title><script type='application/ld+json'>{one}</script>\
             <script>let a = 1</script><script type='application/ld+json'>{graph}</script>"
        );
        for (text, count) in [
            (json!([one]).to_string(), 1),
            (feed.to_string(), 2),
            (list.to_string(), 1),
            (graph.to_string(), 1),
            (page, 2),
        ] {
            assert_eq!(reviews(&text).len(), count, "{text}");
        }
    }

    #[test]
    fn an_answer_of_fact_check_tools_is_read() {
        let answer = json!({ "claims": [{
            "text": "Ferry fares doubled.", "claimant": "A. Rider", "claimDate": "2024-08-01T00:00:00Z",
            "claimReview": [{
                "publisher": { "site": "check.example" }, "url": "https://check.example/ferry", "title": "No",
                "reviewDate": "2024-08-05T10:00:00Z", "textualRating": "False", "languageCode": "en",
            }],
        }], "nextPageToken": "x" });
        let review = &reviews(&answer.to_string())[0];
        assert_eq!((review.publisher.as_str(), review.rating.as_str()), ("check.example", "False"));
    }

    #[test]
    fn a_rating_without_words_is_its_number_on_its_scale() {
        assert_eq!(
            rating(&json!({ "ratingValue": 2, "bestRating": "5" })).as_deref(),
            Some("2 of 5")
        );
        assert_eq!(rating(&json!({ "ratingValue": 2.5 })).as_deref(), Some("2.5"));
        assert_eq!(rating(&json!({})), None);
    }

    #[test]
    fn deleted_items_are_gone_and_incomplete_ones_are_named() {
        let mut bare = full();
        bare["reviewRating"] = json!({});
        bare["author"] = json!([]);
        let feed = json!({ "dataFeedElement": [
            { "dateDeleted": "2025-01-01", "item": full() },
            { "dateDeleted": null, "item": bare },
        ] });
        let expected = [
            Part::Gone("https://check.example/ferry".to_owned()),
            Part::Skipped(
                "https://check.example/ferry has no author and no reviewRating.".to_owned(),
            ),
        ];
        assert_eq!(read(&feed.to_string()).expect("a feed"), expected);
    }

    #[test]
    fn documents_without_reviews_are_refused() {
        for text in ["", "{}", "[1]", "<p>Nothing</p>", "{\"@type\":\"Article\"}"] {
            assert_eq!(
                read(text).map_err(|refusal| refusal.fault),
                Err(super::super::article::Fault::NoText),
                "{text}"
            );
        }
        assert!(read("{").is_err());
        let deep = "[".repeat(100_000);
        assert!(read(&deep).is_err());
    }
}
