//! The things that public addresses name.

use url::form_urlencoded;

use crate::pages::public::Form;

/// The media type of pages.
pub const HTML: &str = "text/html; charset=utf-8";

/// The thing that a request asks for, within a newsroom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A page of the newsroom's rulings.
    Newsroom {
        /// The values of the search form: text, rating, first and last day.
        asked: [String; 4],
        /// The cursor before or after which the page begins.
        place: Place,
    },
    /// The page of a ruling, by its slug or id.
    Ruling(String),
    /// A ruling as ClaimReview, by its slug or id.
    Review(String),
    /// All rulings as ClaimReview.
    Reviews,
    /// The Atom feed.
    Atom,
    /// The JSON Feed.
    JsonFeed,
}

/// A place in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The cursor after which the page begins.
    pub after: Option<String>,
    /// The cursor before which the page ends.
    pub before: Option<String>,
}

/// The maximum length of a value in an address.
const MOST: usize = 400;

impl Target {
    /// The page of a newsroom's rulings that this query asks for. Other parameters are ignored.
    pub fn newsroom(query: &str) -> Self {
        let value = |name: &str| {
            let mut found = form_urlencoded::parse(query.as_bytes());
            let value = found.find(|(known, _)| known == name)?.1;
            let visible = value.trim().chars().filter(|c| !c.is_control());
            let value: String = visible.take(MOST).collect();
            Some(value).filter(|value| !value.is_empty())
        };
        Self::Newsroom {
            asked: ["text", "rating", "since", "until"].map(|name| value(name).unwrap_or_default()),
            place: Place { after: value("after"), before: value("before") },
        }
    }

    /// The name of a ruling in the address. Empty if it has none.
    pub fn name(&self) -> &str {
        match self {
            Self::Ruling(name) | Self::Review(name) => name,
            Self::Newsroom { .. } | Self::Reviews | Self::Atom | Self::JsonFeed => "",
        }
    }

    /// The values of the search form.
    pub fn form(asked: &[String; 4]) -> Form {
        let [text, rating, since, until] = asked.clone();
        Form { text, rating, since, until }
    }

    /// Whether it needs absolute addresses.
    pub const fn needs_base(&self) -> bool {
        match self {
            Self::Newsroom { .. } | Self::Ruling(_) => false,
            Self::Review(_) | Self::Reviews | Self::Atom | Self::JsonFeed => true,
        }
    }

    /// The cost of reading it.
    pub const fn cost(&self) -> u64 {
        match self {
            Self::Ruling(_) | Self::Review(_) => 200,
            Self::Newsroom { .. } | Self::Atom | Self::JsonFeed => 1_000,
            Self::Reviews => 20_000,
        }
    }

    /// The media type.
    pub const fn media(&self) -> &'static str {
        match self {
            Self::Newsroom { .. } | Self::Ruling(_) => HTML,
            Self::Review(_) | Self::Reviews => "application/ld+json",
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::JsonFeed => "application/feed+json",
        }
    }

    /// The relative address of `/n/`.
    pub const fn up(&self) -> &'static str {
        match self {
            Self::Newsroom { .. } => "",
            Self::Reviews | Self::Atom | Self::JsonFeed => "../",
            Self::Ruling(_) | Self::Review(_) => "../../",
        }
    }
}
