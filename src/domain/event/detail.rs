//! The members of an event's detail that the program reads.

use serde_json::Value as Json;

use super::Model;
use crate::domain::ids::{CommentId, TypedId};

/// The member of an event's detail with the digest of what it put on record.
pub const RECORD: &str = "record";

/// The member of an event's detail with the id of the API token that acted.
pub const API_TOKEN: &str = "byApiToken";

/// The member of an event's detail with the id of the comment that it is about.
pub const COMMENT: &str = "comment";

impl Model {
    /// The comment that the event is about, if it is about one.
    pub fn comment_id(&self) -> Option<CommentId> {
        // Most events are about none, and need no parsing.
        if !self.detail.contains(COMMENT) {
            return None;
        }
        self.detail_text(COMMENT).and_then(|text| CommentId::find(&text))
    }

    /// The text of a member of the event's detail.
    pub fn detail_text(&self, member: &str) -> Option<String> {
        let detail: Json = serde_json::from_str(&self.detail).ok()?;
        detail.get(member)?.as_str().map(str::to_owned)
    }
}
