//! Rulings for the golden tests of exports: one that was corrected, one that was retracted, and one
//! of which little is known.

use async_graphql::ScalarType;
use uuid::Uuid;

use super::Base;
use crate::domain::claim::ClaimantKind;
use crate::domain::ids::{AccountId, NewsroomId, RatingId, RulingId, SubmissionId, VerdictId};
use crate::domain::newsroom::profile::Profile;
use crate::domain::ruling::State;
use crate::domain::ruling::basis::{RulingArticle, RulingQuote, RulingSubject, RulingVerdict};
use crate::domain::ruling::correction::CorrectionKind;
use crate::domain::ruling::public::{
    PublicCorrection, PublicNewsroom, PublicRating, PublicRuling, PublicVerdict, Rank,
};
use crate::domain::time::{Day, Moment};
use crate::domain::verdict::source::{CitedSource, SourceKind, Stance};

pub fn base() -> Base {
    Base::new("https://facts.example.org")
}

pub fn newsroom() -> PublicNewsroom {
    PublicNewsroom {
        slug: "desk".to_owned(),
        name: "The Desk & Friends".to_owned(),
        profile: Profile {
            public_url: Some("https://desk.example.org/".to_owned()),
            logo_url: Some("https://desk.example.org/logo.png".to_owned()),
            licence: Some("CC-BY-4.0".to_owned()),
            contact: Some("desk@example.org".to_owned()),
            corrections_policy_url: Some("https://desk.example.org/corrections".to_owned()),
        },
    }
}

fn at(text: &str) -> Moment {
    Moment::read(text).expect("a time")
}

fn rating(key: &str, own: Option<i32>) -> PublicRating {
    PublicRating {
        key: key.to_uppercase(),
        label: key.to_owned(),
        description: String::new(),
        colour: "#cf222e".to_owned(),
        rank: own.map(|own| Rank { own, worst: 1, best: 5 }),
    }
}

fn correction(number: i32, kind: CorrectionKind, made_at: &str) -> PublicCorrection {
    PublicCorrection {
        number,
        kind,
        reason: "A page <of the ledger> was missing.".to_owned(),
        made_at: at(made_at),
        previous_rating: rating("True", Some(5)),
        previous_summary: "The ledger agrees.".to_owned(),
        previous_dissent: None,
        previous_verdicts: Vec::new(),
    }
}

fn verdict() -> PublicVerdict {
    let cited = CitedSource {
        kind: SourceKind::Document,
        url: Some("https://port.example.org/ledger?a=1&b=2".to_owned()),
        title: Some("Ledger".to_owned()),
        publisher: Some("Port".to_owned()),
        description: Some("Page 12".to_owned()),
        doi: Some("10.1000/182".to_owned()),
        isbn: None,
        issn: None,
        stance: Stance::Refutes,
        quote: Some("12,014,000".to_owned()),
        accessed_at: None,
        archive_url: Some("https://archive.example.org/ledger".to_owned()),
        question: None,
        answer: None,
        answer_type: None,
    };
    PublicVerdict {
        verdict: RulingVerdict {
            id: VerdictId(Uuid::nil()),
            dissents: Some(false),
            rationale: "It says otherwise.".to_owned(),
            submitted_at: at("2024-08-05T09:00:00Z"),
            reaffirmed_at: None,
            read_revision: Some(1),
            reaffirm_note: None,
            changed_after_reading: None,
            ruling_id: RulingId(Uuid::nil()),
            basis: 0,
            submission_id: SubmissionId(Uuid::nil()),
            newsroom_id: NewsroomId(Uuid::nil()),
            reviewer_id: AccountId(Uuid::nil()),
            rating_id: RatingId(Uuid::nil()),
        },
        rating: rating("False", Some(1)),
        citations: vec![cited.clone(), cited],
    }
}

fn day(text: &str) -> Day {
    <Day as ScalarType>::parse(async_graphql::Value::String(text.to_owned())).expect("a day")
}

/// A ruling that was corrected.
pub fn corrected() -> PublicRuling {
    PublicRuling {
        id: RulingId(Uuid::from_u128(1)),
        slug: "the-loss-is-12-million".to_owned(),
        number: 1,
        version: 2,
        state: State::Published,
        rating: rating("False", Some(1)),
        summary: "The ledger gives another figure.\nIt is <higher> & \"certain\".".to_owned(),
        dissent: None,
        published_at: at("2024-08-06T10:00:00Z"),
        subject: RulingSubject {
            statement: "The loss is 12 million.".to_owned(),
            claimant: Some("Port authority".to_owned()),
            claimant_kind: ClaimantKind::Organization,
            claimant_identifier: Some("Q42".to_owned()),
            claimed_on: Some(day("2024-08-03")),
            quotes: vec![RulingQuote {
                exact: "12 million francs a day".to_owned(),
                prefix: "The loss is ".to_owned(),
                suffix: ".".to_owned(),
            }],
            article: RulingArticle {
                title: "Harbour strike ends".to_owned(),
                url: Some("https://news.example.org/strike".to_owned()),
                publisher: Some("Courier".to_owned()),
                author: Some("Zoë Ardant".to_owned()),
                published_at: Some(at("2024-08-04T10:00:00Z")),
            },
        },
        verdicts: vec![verdict()],
        corrections: vec![correction(1, CorrectionKind::Correction, "2024-08-07T10:00:00Z")],
        appearances: Vec::new(),
        words_changed: Some(false),
    }
}

/// A ruling that was retracted.
pub fn retracted() -> PublicRuling {
    let retraction = correction(2, CorrectionKind::Retraction, "2024-08-08T10:00:00Z");
    let mut ruling = corrected();
    (ruling.id, ruling.state) = (RulingId(Uuid::from_u128(2)), State::Retracted);
    ruling.slug = "another-port".to_owned();
    ruling.corrections.push(retraction);
    ruling
}

/// A ruling of which little is known, with a rating that has no rank.
pub fn bare() -> PublicRuling {
    let mut ruling = corrected();
    (ruling.id, ruling.rating) = (RulingId(Uuid::from_u128(3)), rating("No evidence", None));
    ruling.slug = ruling.id.to_string();
    (ruling.corrections, ruling.verdicts) = (Vec::new(), Vec::new());
    ruling.subject.claimant_kind = ClaimantKind::Unknown;
    (ruling.subject.claimant_identifier, ruling.subject.claimed_on) = (None, None);
    let title = ruling.subject.article.title;
    ruling.subject.article =
        RulingArticle { title, url: None, publisher: None, author: None, published_at: None };
    ruling
}
