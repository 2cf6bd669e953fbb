//! The changes that an import made, review by review, for the audit log.

use serde_json::{Map, Value as Json, json};

use super::Model;

/// The most reviews that an event names. Those that lost something come first.
const MOST: usize = 100;
/// The most characters of a value in an event.
const MOST_VALUE: usize = 200;

/// The changes of an import.
#[derive(Default)]
pub struct Trace {
    removed: Vec<Json>,
    updated: Vec<Json>,
    added: Vec<Json>,
}

impl Trace {
    /// Notes a review that was removed.
    pub fn remove(&mut self, review: &Model) {
        self.removed.push(entry("REMOVED", of(review)));
    }

    /// Notes a review whose content is another now.
    pub fn update(&mut self, old: &Model, new: &Model) {
        let (mut before, mut after) = (values(old), values(new));
        let same: Vec<_> =
            before.keys().filter(|name| before[*name] == after[*name]).cloned().collect();
        for name in same {
            before.remove(&name);
            after.remove(&name);
        }
        let change = json!({ "review": new.id, "url": new.url, "before": shown(before), "after": shown(after) });
        self.updated.push(entry("UPDATED", change));
    }

    /// Notes a review that is new.
    pub fn add(&mut self, review: &Model) {
        self.added.push(entry("ADDED", of(review)));
    }

    /// How many reviews were added, updated and removed.
    pub const fn counts(&self) -> [usize; 3] {
        [self.added.len(), self.updated.len(), self.removed.len()]
    }

    /// The detail of the event.
    pub fn detail(self) -> Json {
        let [added, updated, removed] = self.counts();
        let changes = self.removed.into_iter().chain(self.updated).chain(self.added);
        let changes: Vec<_> = changes.take(MOST).collect();
        let unlisted = added + updated + removed - changes.len();
        json!({
            "added": added, "updated": updated, "removed": removed,
            "changes": changes, "unlisted": unlisted,
        })
    }
}

/// A review in the detail of an event: its id and address, and what it said.
pub fn of(review: &Model) -> Json {
    let mut detail = shown(values(review));
    detail.insert("review".to_owned(), json!(review.id));
    detail.insert("url".to_owned(), json!(review.url));
    detail.insert("statement".to_owned(), json!(cut(&review.statement)));
    Json::Object(detail)
}

fn entry(change: &str, mut detail: Json) -> Json {
    detail["change"] = json!(change);
    detail
}

/// The values of a review that an import can change.
fn values(review: &Model) -> Map<String, Json> {
    let all = json!({
        "publisher": review.publisher, "rating": review.rating, "claimant": review.claimant,
        "claimedOn": review.claimed_on, "title": review.title, "reviewedOn": review.reviewed_on,
        "language": review.language,
    });
    match all {
        Json::Object(values) => values,
        _ => Map::new(),
    }
}

/// Values as an event has them: not longer than they need to be.
fn shown(values: Map<String, Json>) -> Map<String, Json> {
    let shown = |value: Json| match value {
        Json::String(text) => json!(cut(&text)),
        other => other,
    };
    values.into_iter().map(|(name, value)| (name, shown(value))).collect()
}

fn cut(text: &str) -> String {
    text.chars().take(MOST_VALUE).collect()
}
