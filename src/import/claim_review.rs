//! ClaimReview: fact-checks of other publishers, in the vocabulary of schema.org.
//!
//! - A page has them as JSON-LD in its scripts. A file can also be the JSON-LD itself: one review, several, a graph, a DataFeed or an
//!   ItemList.
//! - The answer of Google's Fact Check Tools (`claims:search`) is read as well.
//! - An item of a DataFeed that has `dateDeleted` says that a review is gone, and so does a review with the status `Retracted`.
//!
//! See <https://schema.org/ClaimReview> and <https://developers.google.com/fact-check/tools/api/reference/rest/v1alpha1/claims>.

use serde_json::{Map, Value as Json};

use super::MAX_INPUT;
use super::article::{Reading, Refusal};
use super::json;
use super::json_ld::{self, Linked, text};

/// The members of JSON-LD in which reviews are looked for.
const INSIDE: [&str; 7] =
    ["@graph", "dataFeedElement", "itemListElement", "item", "mainEntity", "hasPart", "review"];

/// The values of `creativeWorkStatus` for a review that no longer holds.
const RETRACTED: [&str; 4] = ["retracted", "withdrawn", "deleted", "removed"];

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

/// Somebody who says something, as a document names them: a feed or the publisher of a review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Speaker {
    /// Their names.
    pub names: Vec<String>,
    /// Addresses or hosts of their sites.
    pub sites: Vec<String>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A review, and those who say it.
    Review(ReadReview, Vec<Speaker>),
    /// The reviews with this address no longer hold, by those who say so.
    Gone(String, Vec<Speaker>),
    /// A part that cannot be read.
    Skipped {
        /// The address of the review, if the document says it.
        url: Option<String>,
        /// The reason, in words.
        message: String,
    },
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
    let documents = if text.starts_with(['{', '[']) {
        let refuse = |error| Refusal::malformed(format!("The document is no JSON: {error}."));
        vec![json::parse(text, refuse)?]
    } else {
        of_page(text, &mut parts)?
    };
    let linked = Linked::of(&documents);
    let mut reader = Reader { linked, parts };
    for document in &documents {
        reader.collect(document, None);
    }
    if reader.parts.is_empty() {
        return Err(Refusal::no_text("The document has no ClaimReview."));
    }
    Ok(reader.parts)
}

/// The JSON-LD in the scripts of a page. Adds those that are no JSON to `parts`.
fn of_page(page: &str, parts: &mut Vec<Part>) -> Reading<Vec<Json>> {
    let mut documents = Vec::new();
    for script in json_ld::scripts(page)? {
        let refuse =
            |error| Refusal::malformed(format!("A script of the page is no JSON: {error}."));
        match json::parse(script.trim(), refuse) {
            Ok(json) => documents.push(json),
            Err(refusal) => parts.push(Part::Skipped { url: None, message: refusal.message }),
        }
    }
    Ok(documents)
}

struct Reader<'a> {
    linked: Linked<'a>,
    parts: Vec<Part>,
}

impl<'a> Reader<'a> {
    /// Adds the reviews in this JSON, which is in a feed of `feed`.
    fn collect(&mut self, json: &'a Json, feed: Option<&Speaker>) {
        let members = match json {
            Json::Array(list) => return list.iter().for_each(|one| self.collect(one, feed)),
            Json::Object(members) => members,
            _ => return,
        };
        match deleted(members) {
            Deleted::No => {}
            Deleted::Yes => return self.gone(json, feed),
            Deleted::Unclear => return self.unclear(json),
        }
        if is_a(json, "ClaimReview") {
            let part = self.review(json, feed);
            return self.parts.push(part);
        }
        for claim in members.get("claims").and_then(Json::as_array).into_iter().flatten() {
            found_by_google(claim, &mut self.parts);
        }
        let own = members.contains_key("dataFeedElement").then(|| self.feed(json));
        for name in INSIDE {
            if let Some(inside) = members.get(name) {
                self.collect(inside, own.as_ref().or(feed));
            }
        }
    }

    /// Adds what an item that was deleted says is gone: the reviews in it, or else its address.
    fn gone(&mut self, item: &'a Json, feed: Option<&Speaker>) {
        let mut reviews = Vec::new();
        within(item, &mut reviews);
        let mut found = Vec::new();
        for review in reviews {
            let speakers = feed.cloned().into_iter().chain(Some(self.publisher(review)));
            found.extend(address(review).map(|url| Part::Gone(url, speakers.collect())));
        }
        if found.is_empty() {
            let inner = item.get("item").map(|inner| match inner {
                Json::Array(list) => list.as_slice(),
                one => std::slice::from_ref(one),
            });
            let inner =
                inner.into_iter().flatten().filter_map(|one| text(Some(one)).or(address(one)));
            let mut urls: Vec<_> = inner.collect();
            if urls.is_empty() {
                urls.extend(address(item));
            }
            let speakers = || feed.cloned().into_iter().collect();
            found.extend(urls.into_iter().map(|url| Part::Gone(url, speakers())));
        }
        if found.is_empty() {
            let message = "An item that was deleted has no address.".to_owned();
            found.push(Part::Skipped { url: None, message });
        }
        self.parts.append(&mut found);
    }

    fn unclear(&mut self, item: &Json) {
        let url = address(item).or_else(|| address(item.get("item")?));
        let known = url.as_deref().map_or_else(|| "An item".to_owned(), shortened);
        let message = format!("{known} has a `dateDeleted` that is no date.");
        self.parts.push(Part::Skipped { url, message });
    }

    fn review(&self, json: &'a Json, feed: Option<&Speaker>) -> Part {
        let speakers = feed.cloned().into_iter().chain(Some(self.publisher(json))).collect();
        if let Some(url) = address(json)
            && self.name(json.get("creativeWorkStatus")).is_some_and(|status| {
                RETRACTED.iter().any(|known| status.eq_ignore_ascii_case(known))
            })
        {
            return Part::Gone(url, speakers);
        }
        let item = self.linked.each(json.get("itemReviewed")).next().unwrap_or(&Json::Null);
        let statement = text(json.get("claimReviewed")).or_else(|| text(item.get("name")));
        let publisher = self.name(json.get("author")).or_else(|| self.name(json.get("publisher")));
        let review = ReadReview {
            url: address(json).unwrap_or_default(),
            statement: statement.unwrap_or_default(),
            claimant: self.name(item.get("author")),
            claimed: text(item.get("datePublished")),
            publisher: publisher.unwrap_or_default(),
            rating: self.rating(json.get("reviewRating")).unwrap_or_default(),
            title: text(json.get("headline")).or_else(|| text(json.get("name"))),
            reviewed: text(json.get("datePublished")),
            language: self.language(json.get("inLanguage")),
        };
        complete(review, speakers)
    }

    /// The name of a person or organization, or of the first of several that has one.
    fn name(&self, json: Option<&'a Json>) -> Option<String> {
        self.linked.each(json).find_map(|one| text(one.get("name")).or_else(|| text(Some(one))))
    }

    /// The rating in words, or its number on its scale.
    fn rating(&self, json: Option<&'a Json>) -> Option<String> {
        let of = |one: &Json| {
            text(one.get("alternateName")).or_else(|| text(one.get("name"))).or_else(|| {
                let value = text(one.get("ratingValue"))?;
                Some(match text(one.get("bestRating")) {
                    Some(best) => format!("{value} of {best}"),
                    None => value,
                })
            })
        };
        self.linked.each(json).find_map(of)
    }

    /// The tag of a language, which can be an object with a name and a tag.
    fn language(&self, json: Option<&'a Json>) -> Option<String> {
        self.linked.each(json).find_map(|one| {
            text(one.get("alternateName")).or_else(|| text(one.get("name"))).or(text(Some(one)))
        })
    }

    /// The publisher that a review names.
    fn publisher(&self, review: &'a Json) -> Speaker {
        let mut speaker = Speaker::default();
        self.add(&mut speaker, review, &["author", "publisher"]);
        speaker
    }

    /// The publisher that a feed names.
    fn feed(&self, feed: &'a Json) -> Speaker {
        let mut speaker = Speaker::default();
        self.add(&mut speaker, feed, &["publisher", "author", "creator", "provider"]);
        speaker.sites.extend(text(feed.get("url")));
        speaker
    }

    fn add(&self, speaker: &mut Speaker, json: &'a Json, members: &[&str]) {
        for one in members.iter().flat_map(|member| self.linked.each(json.get(*member))) {
            speaker.names.extend(text(one.get("name")).or_else(|| text(Some(one))));
            speaker.sites.extend(text(one.get("url")).or_else(|| text(one.get("@id"))));
        }
    }
}

/// Whether an item was deleted.
enum Deleted {
    No,
    Yes,
    /// It has `dateDeleted`, but no date in it.
    Unclear,
}

fn deleted(members: &Map<String, Json>) -> Deleted {
    let said = members.get("dateDeleted");
    let is_nothing = |json: &Json| match json {
        Json::Null | Json::Bool(false) => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(list) => list.is_empty(),
        Json::Object(members) => members.is_empty(),
        Json::Bool(true) | Json::Number(_) => false,
    };
    if said.is_none_or(is_nothing) {
        return Deleted::No;
    }
    // It begins with a year, as all forms of ISO 8601 do.
    let is_date =
        |text: String| text.len() >= 4 && text.bytes().take(4).all(|byte| byte.is_ascii_digit());
    if text(said).is_some_and(is_date) { Deleted::Yes } else { Deleted::Unclear }
}

/// Adds the reviews in an item to `found`.
fn within<'a>(json: &'a Json, found: &mut Vec<&'a Json>) {
    match json {
        Json::Array(list) => list.iter().for_each(|one| within(one, found)),
        Json::Object(_) if is_a(json, "ClaimReview") => found.push(json),
        Json::Object(members) => {
            INSIDE.iter().filter_map(|name| members.get(*name)).for_each(|one| within(one, found));
        }
        _ => {}
    }
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

/// Adds the reviews of a claim in an answer of Google's Fact Check Tools.
fn found_by_google(claim: &Json, parts: &mut Vec<Part>) {
    for review in claim.get("claimReview").and_then(Json::as_array).into_iter().flatten() {
        let of_publisher =
            |member: &str| review.get("publisher").and_then(|one| text(one.get(member)));
        let (name, site) = (of_publisher("name"), of_publisher("site"));
        let speaker = Speaker {
            names: name.iter().chain(&site).cloned().collect(),
            sites: site.iter().cloned().collect(),
        };
        let review = ReadReview {
            url: text(review.get("url")).unwrap_or_default(),
            statement: text(claim.get("text")).unwrap_or_default(),
            claimant: text(claim.get("claimant")),
            claimed: text(claim.get("claimDate")),
            publisher: name.or(site).unwrap_or_default(),
            rating: text(review.get("textualRating")).unwrap_or_default(),
            title: text(review.get("title")),
            reviewed: text(review.get("reviewDate")),
            language: text(review.get("languageCode")),
        };
        parts.push(complete(review, vec![speaker]));
    }
}

/// The review, or what it lacks.
fn complete(review: ReadReview, speakers: Vec<Speaker>) -> Part {
    let needed = [
        ("url", &review.url),
        ("claimReviewed", &review.statement),
        ("author", &review.publisher),
        ("reviewRating", &review.rating),
    ];
    let missing: Vec<_> =
        needed.into_iter().filter(|(_, value)| value.is_empty()).map(|(name, _)| name).collect();
    if missing.is_empty() {
        return Part::Review(review, speakers);
    }
    let known = [&review.url, &review.statement].into_iter().find(|known| !known.is_empty());
    let known = known.map_or_else(|| "A review".to_owned(), |known| shortened(known));
    let message = format!("{known} has no {}.", missing.join(" and no "));
    Part::Skipped { url: Some(review.url).filter(|url| !url.is_empty()), message }
}

fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}

/// The address of a review. Some pages name only the page that the review is on.
fn address(json: &Json) -> Option<String> {
    let of = |member: &str| {
        let value = match json.get(member)? {
            Json::Array(list) => list.first()?,
            one => one,
        };
        text(Some(value)).or_else(|| text(value.get("@id"))).or_else(|| text(value.get("url")))
    };
    of("url").or_else(|| of("mainEntityOfPage")).or_else(|| of("@id"))
}

#[cfg(test)]
mod tests;
