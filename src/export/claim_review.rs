//! ClaimReview: rulings in the vocabulary of schema.org, as search engines and Data Commons read it.
//!
//! - A ruling is a `ClaimReview`. Its verdicts are not part of the vocabulary, but their sources are
//!   the review's citations.
//! - A correction is a `CorrectionComment`. A retracted ruling has the status `Retracted` and no
//!   rating, so that nobody shows its rating any more. In a feed it is an item that was deleted.
//! - A rating has numbers only if its scale has ranks.
//! - schema.org knows only persons and organisations as claimants. A claimant of another or unknown
//!   kind is a credit (`creditText`).

use serde_json::{Map, Value as Json, json};

use super::{Base, object, some};
use crate::domain::claim::ClaimantKind;
use crate::domain::newsroom::profile::Profile;
use crate::domain::ruling::basis::RulingSubject;
use crate::domain::ruling::correction::CorrectionKind;
use crate::domain::ruling::public::{PublicCorrection, PublicNewsroom, PublicRating, PublicRuling};
use crate::domain::time::Moment;
use crate::domain::verdict::source::{CitedSource, SourceKind};

const CONTEXT: &str = "https://schema.org";

/// One ruling as JSON-LD.
pub fn of_ruling(base: &Base, newsroom: &PublicNewsroom, ruling: &PublicRuling) -> Vec<u8> {
    let mut review = review(base, newsroom, ruling);
    review.insert("@context".to_owned(), CONTEXT.into());
    Json::Object(review).to_string().into_bytes()
}

/// A newsroom's rulings as a DataFeed, in the order that they are given in.
pub fn feed(base: &Base, newsroom: &PublicNewsroom, rulings: &[PublicRuling]) -> Vec<u8> {
    let (mut feed, mut out) = (Feed::new(base.clone(), newsroom.clone()), Vec::new());
    feed.begin(&mut out);
    for ruling in rulings {
        feed.ruling(ruling, &mut out);
    }
    feed.end(&mut out);
    out
}

/// A DataFeed that is written one ruling after another.
pub struct Feed {
    base: Base,
    newsroom: PublicNewsroom,
    changed: Option<Moment>,
}

impl Feed {
    /// An empty feed.
    pub const fn new(base: Base, newsroom: PublicNewsroom) -> Self {
        Self { base, newsroom, changed: None }
    }

    /// Writes what comes before the rulings.
    pub fn begin(&self, out: &mut Vec<u8>) {
        let Self { base, newsroom, .. } = self;
        let head = object([
            ("@context", Some(CONTEXT.into())),
            ("@type", Some("DataFeed".into())),
            ("name", Some(format!("Rulings of {}", newsroom.name).into())),
            ("url", Some(base.below(&newsroom.slug, "claim-review.jsonld").into())),
            ("license", newsroom.profile.licence.as_deref().map(licence)),
            ("publisher", Some(author(base, newsroom))),
        ]);
        out.extend_from_slice(Json::Object(head).to_string().as_bytes());
        // The feed goes on where its head ends.
        out.pop();
        out.extend_from_slice(b",\"dataFeedElement\":[");
    }

    /// Writes a ruling.
    pub fn ruling(&mut self, ruling: &PublicRuling, out: &mut Vec<u8>) {
        if self.changed.is_some() {
            out.push(b',');
        }
        self.changed = self.changed.max(Some(ruling.changed_at()));
        let item = item(&self.base, &self.newsroom, ruling);
        out.extend_from_slice(item.to_string().as_bytes());
    }

    /// Writes what comes after the rulings.
    pub fn end(&self, out: &mut Vec<u8>) {
        out.push(b']');
        if let Some(changed) = self.changed {
            out.extend_from_slice(
                format!(",\"dateModified\":\"{}\"", changed.to_text()).as_bytes(),
            );
        }
        out.push(b'}');
    }
}

fn item(base: &Base, newsroom: &PublicNewsroom, ruling: &PublicRuling) -> Json {
    let retracted = retraction(ruling);
    let review = || Json::Array(vec![Json::Object(review(base, newsroom, ruling))]);
    Json::Object(object([
        ("@type", Some("DataFeedItem".into())),
        ("url", Some(base.ruling(&newsroom.slug, &ruling.slug).into())),
        ("dateCreated", Some(ruling.published_at.to_text().into())),
        ("dateModified", Some(ruling.changed_at().to_text().into())),
        ("dateDeleted", retracted.map(|it| it.made_at.to_text().into())),
        ("item", retracted.is_none().then(review)),
    ]))
}

fn review(base: &Base, newsroom: &PublicNewsroom, ruling: &PublicRuling) -> Map<String, Json> {
    let address = base.ruling(&newsroom.slug, &ruling.slug);
    let is_corrected = !ruling.corrections.is_empty();
    let status = if ruling.is_retracted() { "Retracted" } else { "Published" };
    object([
        ("@type", Some("ClaimReview".into())),
        ("@id", Some(format!("{address}#review").into())),
        ("url", Some(address.into())),
        ("author", Some(author(base, newsroom))),
        ("datePublished", Some(ruling.published_at.to_text().into())),
        ("dateModified", is_corrected.then(|| ruling.changed_at().to_text().into())),
        ("creativeWorkStatus", Some(status.into())),
        ("license", newsroom.profile.licence.as_deref().map(licence)),
        ("claimReviewed", Some(ruling.subject.statement.clone().into())),
        ("reviewBody", Some(ruling.summary.clone().into())),
        ("reviewRating", (!ruling.is_retracted()).then(|| rating(&ruling.rating))),
        ("itemReviewed", Some(claim(ruling))),
        ("citation", some(citations(ruling))),
        ("correction", some(ruling.corrections.iter().map(correction).collect())),
    ])
}

fn retraction(ruling: &PublicRuling) -> Option<&PublicCorrection> {
    ruling.corrections.iter().find(|it| it.kind == CorrectionKind::Retraction)
}

fn author(base: &Base, newsroom: &PublicNewsroom) -> Json {
    let Profile { public_url, logo_url, contact, corrections_policy_url, .. } = &newsroom.profile;
    let site = public_url.clone().unwrap_or_else(|| base.newsroom(&newsroom.slug));
    Json::Object(object([
        ("@type", Some("Organization".into())),
        ("name", Some(newsroom.name.clone().into())),
        ("url", Some(site.into())),
        ("logo", logo_url.clone().map(Json::from)),
        ("contactPoint", contact.as_deref().map(contact_point)),
        ("correctionsPolicy", corrections_policy_url.clone().map(Json::from)),
    ]))
}

fn contact_point(contact: &str) -> Json {
    let kind = if contact.contains("://") {
        "url"
    } else if contact.contains('@') && !contact.contains(' ') {
        "email"
    } else {
        "description"
    };
    json!({ "@type": "ContactPoint", kind: contact })
}

/// A licence is an address, or a work that has a name.
fn licence(licence: &str) -> Json {
    if licence.contains("://") {
        return licence.into();
    }
    json!({ "@type": "CreativeWork", "name": licence })
}

/// The rating in words, and in numbers if its scale has at least two ranks.
fn rating(rating: &PublicRating) -> Json {
    let rank = rating.rank.filter(|rank| rank.worst < rank.best);
    Json::Object(object([
        ("@type", Some("Rating".into())),
        ("alternateName", Some(rating.label.clone().into())),
        (
            "description",
            Some(rating.description.clone()).filter(|it| !it.is_empty()).map(Json::from),
        ),
        ("ratingValue", rank.map(|rank| rank.own.into())),
        ("bestRating", rank.map(|rank| rank.best.into())),
        ("worstRating", rank.map(|rank| rank.worst.into())),
    ]))
}

fn claim(ruling: &PublicRuling) -> Json {
    let subject = &ruling.subject;
    let (kind, credit) = match (&subject.claimant, subject.claimant_kind) {
        (Some(_), ClaimantKind::Person) => (Some("Person"), None),
        (Some(_), ClaimantKind::Organization) => (Some("Organization"), None),
        (claimant, _) => (None, claimant.clone()),
    };
    let same_as = subject
        .claimant_identifier
        .as_ref()
        .map(|id| Json::from(format!("https://www.wikidata.org/entity/{id}")));
    let author = kind.map(|kind| {
        Json::Object(object([
            ("@type", Some(kind.into())),
            ("name", subject.claimant.clone().map(Json::from)),
            ("sameAs", same_as),
        ]))
    });
    Json::Object(object([
        ("@type", Some("Claim".into())),
        ("text", Some(subject.statement.clone().into())),
        ("author", author),
        ("creditText", credit.map(Json::from)),
        ("datePublished", subject.claimed_on.map(|day| json!(day))),
        ("appearance", some(appearances(ruling))),
    ]))
}

/// The article, and the articles with other appearances of the claim.
fn appearances(ruling: &PublicRuling) -> Vec<Json> {
    let others = ruling.appearances.iter().map(|other| {
        Json::Object(object([
            ("@type", Some("Article".into())),
            ("headline", Some(other.claim.article_title.clone().into())),
            ("url", other.claim.article_url.clone().map(Json::from)),
        ]))
    });
    std::iter::once(article(&ruling.subject)).chain(others).collect()
}

fn article(subject: &RulingSubject) -> Json {
    let article = &subject.article;
    let publisher = article.publisher.as_ref();
    Json::Object(object([
        ("@type", Some("Article".into())),
        ("headline", Some(article.title.clone().into())),
        ("url", article.url.clone().map(Json::from)),
        ("publisher", publisher.map(|name| json!({ "@type": "Organization", "name": name }))),
        ("creditText", article.author.clone().map(Json::from)),
        ("datePublished", article.published_at.map(|at| at.to_text().into())),
    ]))
}

/// The sources of the verdicts that the ruling rests on, each once.
fn citations(ruling: &PublicRuling) -> Vec<Json> {
    let mut all = Vec::new();
    for cited in ruling.verdicts.iter().flat_map(|verdict| &verdict.citations) {
        let one = citation(cited);
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

fn citation(cited: &CitedSource) -> Json {
    let kind = match cited.kind {
        SourceKind::Web => "WebPage",
        SourceKind::Dataset => "Dataset",
        SourceKind::Document
        | SourceKind::Print
        | SourceKind::Broadcast
        | SourceKind::Interview
        | SourceKind::Other => "CreativeWork",
    };
    let identifiers = [("DOI", &cited.doi), ("ISBN", &cited.isbn), ("ISSN", &cited.issn)];
    let identifiers = identifiers.into_iter().filter_map(|(kind, value)| {
        let value = value.as_ref()?;
        Some(json!({ "@type": "PropertyValue", "propertyID": kind, "value": value }))
    });
    let publisher = cited.publisher.as_ref();
    Json::Object(object([
        ("@type", Some(kind.into())),
        ("name", cited.title.clone().map(Json::from)),
        ("description", cited.description.clone().map(Json::from)),
        ("url", cited.url.clone().map(Json::from)),
        ("archivedAt", cited.archive_url.clone().map(Json::from)),
        ("publisher", publisher.map(|name| json!({ "@type": "Organization", "name": name }))),
        ("identifier", some(identifiers.collect())),
    ]))
}

fn correction(it: &PublicCorrection) -> Json {
    json!({
        "@type": "CorrectionComment",
        "name": name_of(it.kind),
        "text": it.reason,
        "datePublished": it.made_at.to_text(),
    })
}

/// The name of a kind of correction, for people.
pub const fn name_of(kind: CorrectionKind) -> &'static str {
    match kind {
        CorrectionKind::Correction => "Correction",
        CorrectionKind::Clarification => "Clarification",
        CorrectionKind::Update => "Update",
        CorrectionKind::Retraction => "Retraction",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::{feed, of_ruling};
    use crate::export::samples::{bare, base, corrected, newsroom, retracted};

    fn json(bytes: &[u8]) -> Json {
        serde_json::from_slice(bytes).expect("JSON")
    }

    #[test]
    fn a_ruling_is_a_claim_review() {
        insta::assert_json_snapshot!(json(&of_ruling(&base(), &newsroom(), &corrected())));
    }

    #[test]
    fn a_retracted_ruling_has_no_rating_any_more() {
        let review = json(&of_ruling(&base(), &newsroom(), &retracted()));

        assert_eq!(review["creativeWorkStatus"], "Retracted");
        assert!(review.get("reviewRating").is_none(), "{review}");
        assert_eq!(review["correction"][1]["name"], "Retraction");
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let review = json(&of_ruling(&base(), &newsroom(), &bare()));

        assert_eq!(
            review["reviewRating"],
            serde_json::json!({ "@type": "Rating", "alternateName": "No evidence" })
        );
        assert_eq!(review["itemReviewed"]["creditText"], "Port authority");
        assert!(review["itemReviewed"].get("author").is_none(), "{review}");
        assert!(!review.to_string().contains("null"), "{review}");
    }

    #[test]
    fn a_feed_has_the_current_rulings_and_says_which_were_retracted() {
        let rulings = [retracted(), corrected(), bare()];

        let feed = json(&feed(&base(), &newsroom(), &rulings));

        let items = feed["dataFeedElement"].as_array().expect("a list");
        assert_eq!(items[0]["dateDeleted"], "2024-08-08T10:00:00Z");
        assert!(items[0].get("item").is_none());
        assert_eq!(items[1]["item"][0]["@type"], "ClaimReview");
        assert_eq!(feed["dateModified"], "2024-08-08T10:00:00Z");
        insta::assert_json_snapshot!(feed);
    }
}
