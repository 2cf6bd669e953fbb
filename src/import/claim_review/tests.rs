//! Tests of reading ClaimReview.

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
            Part::Review(review, _) => review,
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
    let list =
        json!({ "@type": "ItemList", "itemListElement": [{ "@type": "ListItem", "item": one }] });
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

/// The review that `full` becomes with another value of a member.
fn with(member: &str, value: Json) -> ReadReview {
    let mut review = full();
    review[member] = value;
    reviews(&review.to_string()).remove(0)
}

fn gone(document: &Json) -> Vec<String> {
    let parts = read(&document.to_string()).expect("a document").into_iter();
    parts
        .map(|part| match part {
            Part::Gone(url, _) => url,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn a_rating_without_words_is_its_number_on_its_scale() {
    let rating = |value: Json| with("reviewRating", value).rating;
    assert_eq!(rating(json!({ "ratingValue": 2, "bestRating": "5" })), "2 of 5");
    assert_eq!(rating(json!([null, {}, { "ratingValue": 2.5 }])), "2.5");
}

#[test]
fn objects_elsewhere_in_the_document_are_found_by_their_ids() {
    let mut review = full();
    review["author"] = json!([null, { "@id": "#desk" }]);
    review["reviewRating"] = json!({ "@id": "#rating" });
    review["itemReviewed"] = json!({ "@id": "#claim" });
    let graph = json!({ "@graph": [
        review, { "@id": "#desk", "@type": "Organization", "name": "Check Example" },
        { "@id": "#rating", "alternateName": "Mostly false" }, { "@id": "#claim", "author": { "@id": "#rider" } },
    ] });
    let rider = json!({ "@id": "#rider", "name": "A. Rider" });
    let page = format!(
        "<script type='application/ld+json; charset=utf-8'>{graph}</script>\
         <script type='application/ld+json'>{rider}</script>"
    );
    let review = &reviews(&page)[0];
    let found = (review.publisher.as_str(), review.rating.as_str(), review.claimant.as_deref());
    assert_eq!(found, ("Check Example", "Mostly false", Some("A. Rider")));
    assert_eq!(with("author", json!([null, {}, { "name": "B" }])).publisher, "B");
    assert_eq!(
        with(
            "inLanguage",
            json!({ "@type": "Language", "name": "English", "alternateName": "en" })
        )
        .language
        .as_deref(),
        Some("en")
    );
}

#[test]
fn no_word_of_a_text_is_dropped() {
    let text = "Income <b and &amp; c> fell; a<b";
    assert_eq!(with("claimReviewed", json!(text)).statement, "Income <b and & c> fell; a<b");
}

#[test]
fn deleted_items_are_gone_with_or_without_a_review() {
    let url = "https://check.example/ferry";
    for item in [
        json!({ "dateDeleted": "2025-01-01", "item": full() }),
        json!({ "dateDeleted": "2025-01-01T10:00:00Z", "item": [full()] }),
        json!({ "@type": "DataFeedItem", "dateDeleted": "2025-01-01", "url": url }),
        json!({ "dateDeleted": { "@value": "2025" }, "item": { "@id": url } }),
        json!({ "dateDeleted": "20250101", "item": url }),
    ] {
        assert_eq!(gone(&json!({ "dataFeedElement": [item] })), [url], "{item}");
    }
    let mut retracted = full();
    retracted["creativeWorkStatus"] = json!("Retracted");
    retracted["reviewRating"].take();
    assert_eq!(gone(&retracted), [url]);
}

#[test]
fn what_is_no_date_deletes_nothing() {
    for nothing in [json!(false), json!(null), json!(""), json!(" "), json!([]), json!({})] {
        let feed = json!({ "dataFeedElement": [{ "dateDeleted": nothing, "item": full() }] });
        assert_eq!(reviews(&feed.to_string()).len(), 1, "{nothing}");
    }
    for unclear in [json!(true), json!("x"), json!(1), json!({ "a": 1 })] {
        let feed = json!({ "dataFeedElement": [{ "dateDeleted": unclear, "item": full() }] });
        let message = "https://check.example/ferry has a `dateDeleted` that is no date.".to_owned();
        let url = Some("https://check.example/ferry".to_owned());
        assert_eq!(read(&feed.to_string()).expect("a feed"), [Part::Skipped { url, message }]);
    }
}

#[test]
fn incomplete_reviews_are_named() {
    let mut bare = full();
    bare["reviewRating"] = json!({});
    bare["author"] = json!([]);
    let message = "https://check.example/ferry has no author and no reviewRating.".to_owned();
    let url = Some("https://check.example/ferry".to_owned());
    assert_eq!(read(&bare.to_string()).expect("a review"), [Part::Skipped { url, message }]);
}

#[test]
fn the_feed_and_the_publisher_are_those_who_speak() {
    let feed = json!({ "url": "https://feed.example/all.jsonld", "publisher": { "name": "Feed" },
        "dataFeedElement": [{ "item": full() }, { "dateDeleted": "2025", "url": "https://check.example/x" }] });
    let of = |names: &[&str], sites: &[&str]| Speaker {
        names: names.iter().map(ToString::to_string).collect(),
        sites: sites.iter().map(ToString::to_string).collect(),
    };
    let feeds = of(&["Feed"], &["https://feed.example/all.jsonld"]);
    let found: Vec<_> = read(&feed.to_string())
        .expect("a feed")
        .into_iter()
        .map(|part| match part {
            Part::Review(_, speakers) | Part::Gone(_, speakers) => speakers,
            skipped @ Part::Skipped { .. } => panic!("{skipped:?}"),
        })
        .collect();
    assert_eq!(found, [vec![feeds.clone(), of(&["Check Example"], &[])], vec![feeds]]);
}

#[test]
fn markup_in_a_text_is_never_parsed() {
    let bold: Vec<_> = (0..2_600).map(|n| format!("<b a{n}>")).collect();
    let text = format!("<p>{}{}&amp;", bold.concat(), "<p>x".repeat(7_000));
    let begun = std::time::Instant::now();
    assert!(with("claimReviewed", json!(text)).statement.ends_with("<p>x&"));
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

#[test]
fn documents_without_reviews_are_refused() {
    for text in ["", "{}", "[1]", "<p>Nothing</p>", "{\"@type\":\"Article\"}"] {
        assert_eq!(
            read(text).map_err(|refusal| refusal.fault),
            Err(crate::import::article::Fault::NoText),
            "{text}"
        );
    }
    assert!(read("{").is_err());
    let deep = "[".repeat(100_000);
    assert!(read(&deep).is_err());
}
