//! UIMA CAS JSON 0.4: one article with its claims and verdicts, as INCEpTION reads it.
//!
//! - Sentences are those of the article. Claims are annotations of the type `webanno.custom.Claim`,
//!   one for each anchor that is at its place. Verdicts are of the type `webanno.custom.Verdict`, on
//!   the first anchor of their claim. INCEpTION shows them in layers of these names.
//! - Offsets count UTF-16 code units, as UIMA counts them.
//! - Withdrawn claims are left out, and so are withdrawn verdicts.

use serde_json::{Map, Value as Json, json};

use super::{is_there, object};
use crate::domain::claim::State;
use crate::domain::extract::{ArticlePart, ClaimPart, Part};
use crate::domain::text::passage::SpanKind;

const CLAIM: &str = "webanno.custom.Claim";
const VERDICT: &str = "webanno.custom.Verdict";
const SENTENCE: &str = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence";

/// The layers, and the features of each.
const LAYERS: [(&str, &[&str]); 3] = [
    (SENTENCE, &[]),
    (CLAIM, &["claim", "statement", "claimant", "state", "ruling"]),
    (VERDICT, &["claim", "verdict", "reviewer", "rating", "rationale"]),
];

/// A document that is written one part after another: the article first, then its claims.
#[derive(Default)]
pub struct Document {
    /// The number of the newest feature structure. The first is the text.
    last: usize,
}

impl Document {
    /// Writes the types of the annotations.
    pub fn begin(&self, out: &mut Vec<u8>) {
        let types: Map<String, Json> = LAYERS
            .into_iter()
            .map(|(name, features)| (name.to_owned(), layer(name, features)))
            .collect();
        out.extend_from_slice(b"{\"%TYPES\":");
        out.extend_from_slice(Json::Object(types).to_string().as_bytes());
        out.extend_from_slice(b",\"%FEATURE_STRUCTURES\":[");
    }

    /// Writes an article or a claim.
    pub fn part(&mut self, part: &Part, out: &mut Vec<u8>) {
        match part {
            Part::Article(article) => self.article(article, out),
            Part::Claim(claim) => self.claim(claim, out),
            Part::Event(_) => {}
        }
    }

    /// Writes which annotations belong to the text.
    pub fn end(&self, out: &mut Vec<u8>) {
        let members: Vec<_> = (2..=self.last).collect();
        let views = json!({ "_InitialView": { "%SOFA": 1, "%MEMBERS": members } });
        out.extend_from_slice(format!("],\"%VIEWS\":{views}}}\n").as_bytes());
    }

    fn article(&mut self, part: &ArticlePart, out: &mut Vec<u8>) {
        let Some(revision) = &part.revision else { return };
        let text = &*revision.text;
        let sofa = json!({
            "sofaNum": 1,
            "sofaID": "_InitialView",
            "mimeType": "text/plain",
            "sofaString": text,
        });
        self.structure("uima.cas.Sofa", sofa, out);
        let end = text.encode_utf16().count();
        // The language that UIMA has for an unknown one.
        let language = part.article.language.as_deref().unwrap_or("x-unspecified");
        let document = json!({ "@sofa": 1, "begin": 0, "end": end, "language": language });
        self.structure("uima.tcas.DocumentAnnotation", document, out);
        for span in revision.spans.iter().filter(|span| span.kind == SpanKind::Sentence) {
            let place = json!({ "@sofa": 1, "begin": span.utf16_start, "end": span.utf16_end });
            self.structure(SENTENCE, place, out);
        }
    }

    fn claim(&mut self, part: &ClaimPart, out: &mut Vec<u8>) {
        let claim = &part.claim;
        if claim.state == State::Withdrawn {
            return;
        }
        let ruling = part.rulings.last().filter(|ruling| !ruling.is_retracted());
        let there: Vec<_> = part.anchors.iter().filter(|it| is_there(it.status)).collect();
        for anchor in &there {
            let features = object([
                ("@sofa", Some(1.into())),
                ("begin", Some(anchor.utf16_start.into())),
                ("end", Some(anchor.utf16_end.into())),
                ("claim", Some(json!(claim.id))),
                ("statement", Some(claim.statement.clone().into())),
                ("claimant", claim.claimant.clone().map(Json::from)),
                ("state", Some(json!(claim.state))),
                ("ruling", ruling.map(|ruling| ruling.rating.label.clone().into())),
            ]);
            self.structure(CLAIM, Json::Object(features), out);
        }
        let Some(first) = there.first() else { return };
        for part in part.verdicts.iter().filter(|it| it.verdict.is_in_force()) {
            let features = json!({
                "@sofa": 1,
                "begin": first.utf16_start,
                "end": first.utf16_end,
                "claim": claim.id,
                "verdict": part.verdict.id,
                "reviewer": part.reviewer.name,
                "rating": part.rating.label,
                "rationale": part.verdict.rationale,
            });
            self.structure(VERDICT, features, out);
        }
    }

    fn structure(&mut self, kind: &str, mut features: Json, out: &mut Vec<u8>) {
        if self.last > 0 {
            out.push(b',');
        }
        self.last += 1;
        features["%ID"] = self.last.into();
        features["%TYPE"] = kind.into();
        out.extend_from_slice(features.to_string().as_bytes());
    }
}

/// A type of annotations whose features are texts.
fn layer(name: &str, features: &[&str]) -> Json {
    let mut layer = json!({ "%NAME": name, "%SUPER_TYPE": "uima.tcas.Annotation" });
    for feature in features {
        layer[*feature] = json!({ "%NAME": feature, "%RANGE": "uima.cas.String" });
    }
    layer
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::Document;
    use crate::domain::claim::State;
    use crate::domain::extract::Part;
    use crate::domain::text::alignment::Status;
    use crate::export::part_samples::{article, claim, parts};

    fn written(parts: &[Part]) -> Json {
        let (mut document, mut out) = (Document::default(), Vec::new());
        document.begin(&mut out);
        for part in parts {
            document.part(part, &mut out);
        }
        document.end(&mut out);
        serde_json::from_slice(&out).expect("JSON")
    }

    #[test]
    fn an_article_is_a_document_with_its_claims() {
        insta::assert_json_snapshot!(written(&parts()));
    }

    #[test]
    fn offsets_count_utf_16_code_units() {
        let found = written(&parts());
        let all = found["%FEATURE_STRUCTURES"].as_array().expect("a list");
        let text: Vec<u16> =
            all[0]["sofaString"].as_str().expect("a text").encode_utf16().collect();
        assert_eq!(all[1]["end"], text.len());
        let claim = all.iter().find(|it| it["%TYPE"] == super::CLAIM).expect("a claim");
        let at = |name: &str| usize::try_from(claim[name].as_u64().expect("a number")).ok();
        let (begin, end) = (at("begin").expect("a place"), at("end").expect("a place"));
        assert_eq!(String::from_utf16_lossy(&text[begin..end]), "12 million");
    }

    #[test]
    fn what_is_withdrawn_or_gone_from_the_text_is_left_out() {
        let alone = written(&[Part::Article(article())]);
        let [mut withdrawn, mut gone] = [claim(), claim()];
        withdrawn.claim.state = State::Withdrawn;
        gone.anchors[0].status = Status::Changed;
        let [first, second] = [withdrawn, gone].map(|claim| Part::Claim(Box::new(claim)));

        assert_eq!(written(&[Part::Article(article()), first, second]), alone);
    }
}
