//! Parts of extracts for the golden tests of exports: an article with one claim, and two entries of
//! the log. Some of the texts are such as a spreadsheet would run.

use std::sync::Arc;

use uuid::Uuid;

use super::samples;
use crate::domain::activity::Activity;
use crate::domain::article::{self, anchor, revision, span};
use crate::domain::claim::{self, ClaimantKind};
use crate::domain::event::{self, Kind};
use crate::domain::extract::{
    ArticlePart, ClaimPart, EventPart, Part, Person, TextPart, VerdictPart,
};
use crate::domain::ids::{
    AccountId, AnchorId, ArticleId, CitationId, ClaimId, NewsroomId, RatingId, RevisionId,
    SourceId, SpanId, SubmissionId, VerdictId,
};
use crate::domain::listing::{Citation, Source};
use crate::domain::newsroom;
use crate::domain::ruling::public::{PublicRating, Rank};
use crate::domain::text::alignment::Status;
use crate::domain::text::passage::SpanKind;
use crate::domain::time::{Day, Moment};
use crate::domain::verdict::source::{AnswerType, SourceKind, Stance};
use crate::domain::verdict::{self, Verdict};

const TEXT: &str = "Strike 👩‍👩‍👧 ends\nThe loss is \"12 million\" francs.";

fn id<I: From<Uuid>>(number: u128) -> I {
    Uuid::from_u128(number).into()
}

fn at(text: &str) -> Moment {
    Moment::read(text).expect("a time")
}

/// The newsroom of the parts.
pub fn newsroom() -> newsroom::Model {
    let profile = samples::newsroom().profile;
    newsroom::Model {
        id: id::<NewsroomId>(1),
        slug: "desk".to_owned(),
        name: "The Desk & Friends".to_owned(),
        verdicts_required: 2,
        blind_review: true,
        second_reader: false,
        public_reading: true,
        version: 9,
        created_at: at("2024-08-01T10:00:00Z"),
        public_url: profile.public_url,
        logo_url: profile.logo_url,
        licence: profile.licence,
        contact: profile.contact,
        corrections_policy_url: profile.corrections_policy_url,
    }
}

fn spans() -> Vec<span::Model> {
    let kinds = [
        (SpanKind::Title, 0, 17),
        (SpanKind::Paragraph, 18, 51),
        (SpanKind::Sentence, 0, 17),
        (SpanKind::Sentence, 18, 51),
    ];
    let span = |(number, (kind, start, end)): (u128, (SpanKind, i32, i32))| span::Model {
        id: id::<SpanId>(number),
        revision_id: id::<RevisionId>(1),
        kind,
        ordinal: 0,
        start_at: start,
        end_at: end,
        utf16_start: start,
        utf16_end: end,
        utf8_start: start,
        utf8_end: end,
    };
    (1..).zip(kinds).map(span).collect()
}

/// The article.
pub fn article() -> Arc<ArticlePart> {
    let revision = revision::Model {
        id: id::<RevisionId>(1),
        article_id: id::<ArticleId>(1),
        number: 1,
        sha256: "ab".repeat(32),
        length: 51,
        note: None,
        created_at: at("2024-08-04T11:00:00Z"),
        author_id: Some(id::<AccountId>(1)),
    };
    let article = article::Model {
        id: id::<ArticleId>(1),
        newsroom_id: id::<NewsroomId>(1),
        title: "=Strike 👩‍👩‍👧 ends".to_owned(),
        folded_title: String::new(),
        url: Some("https://news.example.org/strike".to_owned()),
        publisher: Some("Courier, \"The\"".to_owned()),
        author: Some("@zoe".to_owned()),
        language: Some("en".to_owned()),
        published_at: Some(at("2024-08-04T10:00:00Z")),
        imported_at: at("2024-08-04T11:00:00Z"),
        imported_by: Some(id::<AccountId>(1)),
        version: 7,
        withdrawn_at: None,
        withdrawn_reason: None,
    };
    let revision = TextPart { revision, text: TEXT.into(), spans: spans() };
    Arc::new(ArticlePart { article, revision: Some(revision) })
}

fn anchors() -> Vec<anchor::Model> {
    let (utf16, utf8) = ((34, 44), (44, 54));
    vec![anchor::Model {
        id: id::<AnchorId>(1),
        claim_id: id::<ClaimId>(1),
        revision_id: id::<RevisionId>(1),
        wording: 1,
        ordinal: 0,
        status: Status::Exact,
        start_at: 31,
        end_at: 41,
        utf16_start: utf16.0,
        utf16_end: utf16.1,
        utf8_start: utf8.0,
        utf8_end: utf8.1,
        exact: "12 million".to_owned(),
        prefix: "The loss is \"".to_owned(),
        suffix: "\" francs.".to_owned(),
    }]
}

fn verdict() -> VerdictPart {
    let rating = PublicRating {
        key: "FALSE".to_owned(),
        label: "False".to_owned(),
        description: "The evidence contradicts the claim.".to_owned(),
        colour: "#cf222e".to_owned(),
        rank: Some(Rank { own: 1, worst: 1, best: 5 }),
    };
    let verdict = Verdict {
        id: id::<VerdictId>(1),
        newsroom_id: id::<NewsroomId>(1),
        claim_id: id::<ClaimId>(1),
        reviewer_id: id::<AccountId>(2),
        state: verdict::State::Submitted,
        submission_id: id::<SubmissionId>(1),
        rating_id: id::<RatingId>(1),
        number: 1,
        rationale: "-12 is in the ledger,\nnot 12.".to_owned(),
        claim_version: 2,
        submitted_at: at("2024-08-05T09:00:00Z"),
        version: 1,
        withdrawn_at: None,
        withdrawn_reason: None,
        stale: false,
        read_revision: 1,
        reaffirmed_at: None,
        reaffirm_note: None,
        changed_after_reading: None,
    };
    let reviewer = Person { id: id::<AccountId>(2), name: "+Ann".to_owned() };
    VerdictPart { verdict, rating: Arc::new(rating), reviewer, citations: vec![citation()] }
}

fn citation() -> Citation {
    Citation {
        id: id::<CitationId>(1),
        submission_id: id::<SubmissionId>(1),
        verdict_id: id::<VerdictId>(1),
        kind: SourceKind::Web,
        url: Some("https://port.example.org/ledger#page=12".to_owned()),
        description: Some("Page 12".to_owned()),
        doi: None,
        isbn: None,
        issn: None,
        stance: Stance::Refutes,
        quote: Some("12,014,000".to_owned()),
        accessed_at: Some(at("2024-08-05T08:00:00Z")),
        archive_url: Some("https://archive.example.org/ledger".to_owned()),
        question: Some("What does the ledger say?".to_owned()),
        answer: Some("12,014,000".to_owned()),
        answer_type: Some(AnswerType::Extractive),
        source: Source {
            id: id::<SourceId>(1),
            url: Some("https://port.example.org/ledger".to_owned()),
            title: Some("Ledger".to_owned()),
            publisher: Some("Port".to_owned()),
            root_id: None,
        },
    }
}

/// The claim.
pub fn claim() -> ClaimPart {
    let claim = claim::Model {
        id: id::<ClaimId>(1),
        newsroom_id: id::<NewsroomId>(1),
        article_id: id::<ArticleId>(1),
        statement: "The loss is 12 million.".to_owned(),
        claimant: Some("Port authority".to_owned()),
        claimant_kind: Some(ClaimantKind::Organization),
        claimant_identifier: Some("Q42".to_owned()),
        folded: String::new(),
        claimed_on: Day::read("2024-08-03").ok(),
        repeats_id: None,
        state: claim::State::Published,
        verdict_count: 1,
        position: 31,
        marked_by: Some(id::<AccountId>(2)),
        marked_at: at("2024-08-04T12:00:00Z"),
        withdrawn_at: None,
        withdrawn_reason: None,
        version: 4,
        wording: 1,
        reread_from: 0,
        revision_id: id::<RevisionId>(1),
        anchor_status: Status::Exact,
        stale: false,
    };
    ClaimPart {
        article: article(),
        claim,
        tags: vec!["ports".to_owned(), "strikes".to_owned()],
        anchors: anchors(),
        verdicts: vec![verdict()],
        rulings: vec![samples::corrected()],
    }
}

/// All parts.
pub fn parts() -> Vec<Part> {
    let seen = Activity {
        number: 1,
        at: at("2024-08-05T09:00:00Z"),
        kind: Kind::VerdictSubmitted,
        actor_id: None,
        article_id: Some(id::<ArticleId>(1)),
        claim_id: Some(id::<ClaimId>(1)),
        verdict_id: None,
        comment_id: None,
    };
    let whole = event::Model {
        log: id::<NewsroomId>(1).to_string(),
        number: 2,
        at: at("2024-08-05T09:00:00Z"),
        actor_id: Some(id::<AccountId>(2)),
        kind: Kind::VerdictSubmitted,
        article_id: Some(id::<ArticleId>(1)),
        claim_id: Some(id::<ClaimId>(1)),
        verdict_id: Some(id::<VerdictId>(1)),
        detail: "{\"rating\":\"FALSE\"}".to_owned(),
        previous_hash: "ab".repeat(32),
        hash: "cd".repeat(32),
    };
    vec![
        Part::Article(article()),
        Part::Claim(Box::new(claim())),
        Part::Event(Box::new(EventPart::Seen(seen))),
        Part::Event(Box::new(EventPart::Whole(whole))),
    ]
}
