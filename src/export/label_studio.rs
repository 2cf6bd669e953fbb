//! Label Studio: articles as tasks, whose predictions are the claims.
//!
//! - A task has the text of an article in `data`. Each anchor that is at its place is a region with
//!   the label `Claim`. Offsets count Unicode code points, as Label Studio counts them.
//! - The first region of a claim has its statement, the ratings and rationales of the current
//!   verdicts that the reader may see, and the rating of the current ruling.
//! - They are predictions, not annotations: an annotation belongs to an account of Label Studio.
//! - Withdrawn claims and withdrawn articles are left out.

use serde_json::{Value as Json, json};

use super::{is_there, object};
use crate::domain::claim::State;
use crate::domain::extract::{ArticlePart, ClaimPart, Part};

/// The version of the predictions, as Label Studio shows it.
const MODEL: &str = "claimspan";

/// A list of tasks that is written one part after another. Each article is followed by all its
/// claims.
#[derive(Default)]
pub struct Tasks {
    total: usize,
    /// Whether a task is open.
    open: bool,
    /// The number of regions in the open task.
    regions: usize,
}

impl Tasks {
    /// Writes what comes before the tasks.
    pub fn begin(&self, out: &mut Vec<u8>) {
        out.push(b'[');
    }

    /// Writes an article or a claim.
    pub fn part(&mut self, part: &Part, out: &mut Vec<u8>) {
        match part {
            Part::Article(article) => {
                self.close(out);
                self.open(article, out);
            }
            Part::Claim(claim) if self.open => self.claim(claim, out),
            Part::Claim(_) | Part::Event(_) => {}
        }
    }

    /// Writes what comes after the tasks.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        self.close(out);
        out.extend_from_slice(b"\n]\n");
    }

    fn open(&mut self, part: &ArticlePart, out: &mut Vec<u8>) {
        let Some(revision) = &part.revision else { return };
        let article = &part.article;
        if article.withdrawn_at.is_some() {
            return;
        }
        let data = object([
            ("text", Some((*revision.text).into())),
            ("title", Some(article.title.clone().into())),
            ("article", Some(json!(article.id))),
            ("revision", Some(revision.revision.number.into())),
            ("url", article.url.clone().map(Json::from)),
            ("publisher", article.publisher.clone().map(Json::from)),
            ("language", article.language.clone().map(Json::from)),
        ]);
        out.extend_from_slice(if self.total == 0 { b"\n" } else { b",\n" });
        out.extend_from_slice(b"{\"data\":");
        out.extend_from_slice(Json::Object(data).to_string().as_bytes());
        let model = Json::from(MODEL);
        let head = format!(",\"predictions\":[{{\"model_version\":{model},\"result\":[");
        out.extend_from_slice(head.as_bytes());
        (self.open, self.regions) = (true, 0);
        self.total += 1;
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.open) {
            out.extend_from_slice(b"]}]}");
        }
    }

    fn claim(&mut self, part: &ClaimPart, out: &mut Vec<u8>) {
        for region in regions(part) {
            if self.regions > 0 {
                out.push(b',');
            }
            self.regions += 1;
            out.extend_from_slice(region.to_string().as_bytes());
        }
    }
}

/// The regions of a claim. Those with the same id are one region for Label Studio.
fn regions(part: &ClaimPart) -> Vec<Json> {
    if part.claim.state == State::Withdrawn {
        return Vec::new();
    }
    let there: Vec<_> = part.anchors.iter().filter(|anchor| is_there(anchor.status)).collect();
    let mut all = Vec::new();
    for (number, anchor) in there.iter().enumerate() {
        let id = anchor.id.to_string();
        let place = json!({ "start": anchor.start_at, "end": anchor.end_at, "text": anchor.exact });
        let region = |name: &str, kind: &str, more: (&str, Json)| {
            let mut value = place.clone();
            value[more.0] = more.1;
            json!({ "id": id, "from_name": name, "to_name": "text", "type": kind, "value": value })
        };
        let mut label = region("label", "labels", ("labels", json!(["Claim"])));
        label["meta"] = json!({ "claim": part.claim.id });
        all.push(label);
        if number > 0 {
            continue;
        }
        // The text of such a region is what was written, not the words that it is on.
        let written = |name, texts: Json| region(name, "textarea", ("text", texts));
        let chosen = |name, choices: Json| region(name, "choices", ("choices", choices));
        all.push(written("statement", json!([part.claim.statement])));
        let current: Vec<_> = part.verdicts.iter().filter(|it| it.verdict.is_in_force()).collect();
        if !current.is_empty() {
            let mut ratings: Vec<_> = current.iter().map(|it| &it.rating.label).collect();
            ratings.sort();
            ratings.dedup();
            all.push(chosen("rating", json!(ratings)));
            let rationales: Vec<_> = current.iter().map(|it| &it.verdict.rationale).collect();
            all.push(written("rationale", json!(rationales)));
        }
        if let Some(ruling) = part.rulings.last().filter(|ruling| !ruling.is_retracted()) {
            all.push(chosen("ruling", json!([ruling.rating.label])));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::Value as Json;

    use super::Tasks;
    use crate::domain::claim::State;
    use crate::domain::extract::Part;
    use crate::domain::text::alignment::Status;
    use crate::domain::time::Moment;
    use crate::export::part_samples::{article, claim, parts};

    fn written(parts: &[Part]) -> Json {
        let (mut tasks, mut out) = (Tasks::default(), Vec::new());
        tasks.begin(&mut out);
        for part in parts {
            tasks.part(part, &mut out);
        }
        tasks.end(&mut out);
        serde_json::from_slice(&out).expect("JSON")
    }

    fn results(task: &Json) -> usize {
        task["predictions"][0]["result"].as_array().map_or(0, Vec::len)
    }

    #[test]
    fn an_article_is_a_task_with_its_claims() {
        insta::assert_json_snapshot!(written(&parts()));
    }

    #[test]
    fn offsets_count_code_points() {
        let found = written(&parts());
        let text: Vec<char> = found[0]["data"]["text"].as_str().expect("a text").chars().collect();
        let value = &found[0]["predictions"][0]["result"][0]["value"];
        let at = |name: &str| usize::try_from(value[name].as_u64().expect("a number"));
        let (start, end) = (at("start").expect("a place"), at("end").expect("a place"));
        assert_eq!(value["text"], text[start..end].iter().collect::<String>());
    }

    #[test]
    fn what_is_withdrawn_or_gone_from_the_text_is_left_out() {
        let [mut withdrawn, mut gone] = [claim(), claim()];
        withdrawn.claim.state = State::Withdrawn;
        gone.anchors[0].status = Status::Orphaned;
        let mut old = (*article()).clone();
        old.article.withdrawn_at = Moment::read("2024-08-09T10:00:00Z").ok();
        let claims = [withdrawn, gone, claim()].map(|claim| Part::Claim(Box::new(claim)));
        let [first, second, third] = claims;

        let found = written(&[
            Part::Article(article()),
            first,
            second,
            Part::Article(Arc::new(old)),
            third,
            Part::Article(article()),
        ]);

        let tasks = found.as_array().expect("a list");
        assert_eq!(tasks.iter().map(results).collect::<Vec<_>>(), [0, 0]);
    }
}
