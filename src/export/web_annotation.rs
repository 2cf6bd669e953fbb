//! Web Annotation: claims with their anchors in the data model of the W3C.
//!
//! - A claim is an annotation of the article. Each anchor is a target, with the quoted words
//!   (TextQuoteSelector) and, if they are still there, their place in the text that the newsroom
//!   checked (TextPositionSelector). Places count Unicode code points, as the model requires.
//! - The statement, the tags, the verdicts that the reader may see, and the current ruling are bodies.
//! - The model has no words for ratings and sources. They are in the vocabulary of schema.org, which
//!   the context names, so that a reader who does not know them may leave them out.
//! - Withdrawn claims, and the claims of withdrawn articles, annotate nothing.

use serde_json::{Map, Value as Json, json};

use super::{Base, is_there, object, some};
use crate::domain::article::anchor;
use crate::domain::claim::State;
use crate::domain::extract::{ArticlePart, ClaimPart, VerdictPart};
use crate::domain::listing::Citation;
use crate::domain::ruling::public::{PublicNewsroom, PublicRuling};
use crate::domain::verdict::source::Stance;

/// The media type.
pub const MEDIA: &str = "application/ld+json; profile=\"http://www.w3.org/ns/anno.jsonld\"";

fn context() -> Json {
    json!(["http://www.w3.org/ns/anno.jsonld", { "schema": "https://schema.org/" }])
}

/// The address of the annotations of a newsroom.
fn address(base: &Base, slug: &str) -> String {
    base.export(slug, "annotations.jsonld")
}

/// One claim as an annotation. None if it annotates nothing.
pub fn of_claim(base: &Base, newsroom: &PublicNewsroom, part: &ClaimPart) -> Option<Vec<u8>> {
    let mut annotation = annotation(base, newsroom, part)?;
    annotation.insert("@context".to_owned(), context());
    Some(Json::Object(annotation).to_string().into_bytes())
}

/// A collection that is written one claim after another. It has one page.
pub struct Collection {
    base: Base,
    newsroom: PublicNewsroom,
    total: usize,
}

impl Collection {
    /// An empty collection.
    pub const fn new(base: Base, newsroom: PublicNewsroom) -> Self {
        Self { base, newsroom, total: 0 }
    }

    /// Writes what comes before the page.
    pub fn begin(&self, out: &mut Vec<u8>) {
        let Self { base, newsroom, .. } = self;
        let head = object([
            ("@context", Some(context())),
            ("id", Some(address(base, &newsroom.slug).into())),
            ("type", Some("AnnotationCollection".into())),
            ("label", Some(format!("Claims that {} checks", newsroom.name).into())),
            ("creator", Some(organization(base, newsroom))),
            (
                "rights",
                newsroom.profile.licence.clone().filter(|it| it.contains("://")).map(Json::from),
            ),
        ]);
        out.extend_from_slice(Json::Object(head).to_string().as_bytes());
        // The collection goes on where its head ends.
        out.pop();
    }

    /// Writes a claim.
    pub fn claim(&mut self, part: &ClaimPart, out: &mut Vec<u8>) {
        let Some(annotation) = annotation(&self.base, &self.newsroom, part) else { return };
        if self.total == 0 {
            let collection = address(&self.base, &self.newsroom.slug);
            let page = json!({
                "id": format!("{collection}#page"),
                "type": "AnnotationPage",
                "partOf": collection,
                "startIndex": 0,
            });
            out.extend_from_slice(b",\"first\":");
            out.extend_from_slice(page.to_string().as_bytes());
            out.pop();
            out.extend_from_slice(b",\"items\":[");
        } else {
            out.push(b',');
        }
        self.total += 1;
        out.extend_from_slice(Json::Object(annotation).to_string().as_bytes());
    }

    /// Writes what comes after the claims. A collection without claims has no page.
    pub fn end(&self, out: &mut Vec<u8>) {
        if self.total > 0 {
            let last = json!(format!("{}#page", address(&self.base, &self.newsroom.slug)));
            out.extend_from_slice(format!("]}},\"last\":{last}").as_bytes());
        }
        out.extend_from_slice(format!(",\"total\":{}}}", self.total).as_bytes());
    }
}

fn annotation(
    base: &Base,
    newsroom: &PublicNewsroom,
    part: &ClaimPart,
) -> Option<Map<String, Json>> {
    let ArticlePart { article, .. } = &*part.article;
    let is_gone = part.claim.state == State::Withdrawn || article.withdrawn_at.is_some();
    if is_gone || part.anchors.is_empty() {
        return None;
    }
    let targets: Vec<_> = part.anchors.iter().map(|anchor| target(&part.article, anchor)).collect();
    let changed = part.verdicts.iter().map(|it| it.verdict.submitted_at).max();
    let name = format!("annotations/{}.jsonld", part.claim.id);
    Some(object([
        ("id", Some(base.export(&newsroom.slug, &name).into())),
        ("type", Some("Annotation".into())),
        ("motivation", Some("assessing".into())),
        ("created", Some(json!(part.claim.marked_at))),
        ("modified", changed.map(|at| json!(at))),
        ("creator", Some(organization(base, newsroom))),
        (
            "rights",
            newsroom.profile.licence.clone().filter(|it| it.contains("://")).map(Json::from),
        ),
        ("body", Some(bodies(base, newsroom, part).into())),
        ("target", Some(targets.into())),
    ]))
}

fn organization(base: &Base, newsroom: &PublicNewsroom) -> Json {
    json!({
        "id": base.newsroom(&newsroom.slug),
        "type": "Organization",
        "name": newsroom.name,
        "homepage": newsroom.profile.public_url.clone().unwrap_or_else(|| base.newsroom(&newsroom.slug)),
    })
}

/// The words of an anchor. An article without an address is named by its id.
fn target(part: &ArticlePart, anchor: &anchor::Model) -> Json {
    let article = &part.article;
    let id = article.url.clone().unwrap_or_else(|| article.id.0.urn().to_string());
    let source = object([
        ("id", Some(id.into())),
        ("type", Some("Text".into())),
        ("language", article.language.clone().map(Json::from)),
    ]);
    let mut selectors = vec![json!({
        "type": "TextQuoteSelector",
        "exact": anchor.exact,
        "prefix": anchor.prefix,
        "suffix": anchor.suffix,
    })];
    if is_there(anchor.status) {
        selectors.push(json!({
            "type": "TextPositionSelector",
            "start": anchor.start_at,
            "end": anchor.end_at,
        }));
    }
    let read_at = part.revision.as_ref().map(|newest| newest.revision.created_at);
    let state = read_at.map(|at| json!({ "type": "TimeState", "sourceDate": at }));
    Json::Object(object([
        ("type", Some("SpecificResource".into())),
        ("source", Some(Json::Object(source))),
        ("state", state),
        ("selector", Some(selectors.into())),
    ]))
}

fn bodies(base: &Base, newsroom: &PublicNewsroom, part: &ClaimPart) -> Vec<Json> {
    let statement = json!({
        "type": "TextualBody",
        "purpose": "describing",
        "format": "text/plain",
        "value": part.claim.statement,
    });
    let tags = part
        .tags
        .iter()
        .map(|tag| json!({ "type": "TextualBody", "purpose": "tagging", "value": tag }));
    let verdicts = part.verdicts.iter().filter(|it| it.verdict.is_in_force()).map(verdict);
    let ruling = part.rulings.last().filter(|ruling| !ruling.is_retracted());
    let ruling = ruling.map(|ruling| self::ruling(base, newsroom, ruling));
    std::iter::once(statement).chain(tags).chain(verdicts).chain(ruling).collect()
}

fn verdict(part: &VerdictPart) -> Json {
    let (verdict, reviewer) = (&part.verdict, &part.reviewer);
    Json::Object(object([
        ("id", Some(verdict.id.0.urn().to_string().into())),
        ("type", Some("TextualBody".into())),
        ("purpose", Some("assessing".into())),
        ("format", Some("text/plain".into())),
        ("value", Some(verdict.rationale.clone().into())),
        ("created", Some(json!(verdict.submitted_at))),
        (
            "creator",
            Some(json!({
                "id": reviewer.id.0.urn().to_string(),
                "type": "Person",
                "name": reviewer.name,
            })),
        ),
        ("schema:reviewRating", Some(rating(&part.rating.label))),
        ("schema:citation", some(part.citations.iter().map(citation).collect())),
    ]))
}

fn ruling(base: &Base, newsroom: &PublicNewsroom, ruling: &PublicRuling) -> Json {
    json!({
        "id": base.ruling(&newsroom.slug, &ruling.slug),
        "type": "TextualBody",
        "purpose": "assessing",
        "format": "text/plain",
        "value": ruling.summary,
        "created": ruling.published_at,
        "modified": ruling.changed_at(),
        "creator": organization(base, newsroom),
        "schema:reviewRating": rating(&ruling.rating.label),
    })
}

fn rating(label: &str) -> Json {
    json!({ "type": "schema:Rating", "schema:alternateName": label })
}

fn citation(row: &Citation) -> Json {
    let link = |address: &String| json!({ "id": address });
    Json::Object(object([
        ("type", Some("schema:CreativeWork".into())),
        ("schema:url", row.url.as_ref().map(link)),
        ("schema:archivedAt", row.archive_url.as_ref().map(link)),
        ("schema:name", row.source.title.clone().map(Json::from)),
        ("schema:publisher", row.source.publisher.clone().map(Json::from)),
        ("schema:description", row.description.clone().map(Json::from)),
        ("schema:text", row.quote.clone().map(Json::from)),
        ("schema:keywords", Some(stance(row.stance).into())),
    ]))
}

const fn stance(stance: Stance) -> &'static str {
    match stance {
        Stance::Supports => "supports the claim",
        Stance::Refutes => "refutes the claim",
        Stance::Context => "gives context",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::{Collection, of_claim};
    use crate::domain::claim::State;
    use crate::domain::extract::ClaimPart;
    use crate::domain::text::alignment::Status;
    use crate::export::part_samples::claim;
    use crate::export::samples::{base, newsroom, retracted};

    fn json(part: &ClaimPart) -> Json {
        let bytes = of_claim(&base(), &newsroom(), part).expect("an annotation");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    fn collection(parts: &[ClaimPart]) -> Json {
        let (mut collection, mut out) = (Collection::new(base(), newsroom()), Vec::new());
        collection.begin(&mut out);
        for part in parts {
            collection.claim(part, &mut out);
        }
        collection.end(&mut out);
        serde_json::from_slice(&out).expect("JSON")
    }

    #[test]
    fn a_claim_is_an_annotation() {
        insta::assert_json_snapshot!(json(&claim()));
    }

    #[test]
    fn a_collection_has_its_claims_on_one_page() {
        let mut gone = claim();
        gone.claim.state = State::Withdrawn;

        let found = collection(&[claim(), gone, claim()]);

        assert_eq!(found["total"], 2);
        assert_eq!(found["first"]["items"].as_array().map(Vec::len), Some(2));
        assert_eq!(found["first"]["partOf"], found["id"]);
        assert_eq!(found["last"], found["first"]["id"]);
        assert_eq!(found["first"]["items"][0]["@context"], Json::Null);
        let empty = collection(&[]);
        assert_eq!((&empty["total"], empty.get("first")), (&Json::from(0), None));
    }

    #[test]
    fn words_that_are_not_at_their_place_have_no_place() {
        for (status, selectors) in [
            (Status::Exact, 2),
            (Status::Moved, 2),
            (Status::Reworded, 2),
            (Status::Changed, 1),
            (Status::Orphaned, 1),
        ] {
            let mut part = claim();
            part.anchors[0].status = status;

            let found = json(&part)["target"][0]["selector"].as_array().map(Vec::len);

            assert_eq!(found, Some(selectors), "{status:?}");
        }
    }

    #[test]
    fn a_retracted_ruling_is_no_body() {
        let mut part = claim();
        let bodies = |part: &ClaimPart| json(part)["body"].as_array().map_or(0, Vec::len);
        let before = bodies(&part);

        part.rulings = vec![retracted()];

        assert_eq!(bodies(&part), before - 1);
    }
}
