//! Public pages: a newsroom's rulings, and each ruling, for readers without an account.
//!
//! Invariants: a page is a pure function of public values. It needs no script, loads nothing from
//! other servers, and links within the server by relative addresses.

mod words;

use askama::Template;

use crate::domain::error::Error;
use crate::domain::newsroom::rating;
use crate::domain::ruling::public::{PublicNewsroom, PublicRuling};
use crate::export::{Base, claim_review};
use words::Words;

/// The only style sheet.
pub const STYLE: &[u8] = include_bytes!("style.css");
/// The icon in the browser's tab.
pub const ICON: &[u8] = include_bytes!("icon.svg");

/// The sources of the pages, for the same purpose as those of the [formats](crate::export::SOURCES).
pub const SOURCES: [&str; 8] = [
    include_str!("../templates/about.html"),
    include_str!("../templates/base.html"),
    include_str!("../templates/citation.html"),
    include_str!("../templates/newsroom.html"),
    include_str!("../templates/rating.html"),
    include_str!("../templates/ruling.html"),
    include_str!("../templates/verdict.html"),
    include_str!("words.rs"),
];

/// A page loads only the style sheet and the icon, and sends its form only to this server.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The values of the search form on a newsroom's page.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Text in the statement or the claimant's name.
    pub text: String,
    /// The key of a rating.
    pub rating: String,
    /// The first day of publication.
    pub since: String,
    /// The last day of publication.
    pub until: String,
}

impl Form {
    /// Whether anything was asked for.
    pub fn is_used(&self) -> bool {
        [&self.text, &self.rating, &self.since, &self.until].iter().any(|it| !it.is_empty())
    }

    /// The address of another page of the same list, relative to the newsroom's.
    fn page(&self, slug: &str, place: (&str, &str)) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("text", &*self.text),
            ("rating", &*self.rating),
            ("since", &*self.since),
            ("until", &*self.until),
            place,
        ];
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        format!("{slug}?{}", query.finish())
    }
}

/// The content of a newsroom's page.
#[derive(Debug)]
pub struct NewsroomPage {
    /// The newsroom.
    pub newsroom: PublicNewsroom,
    /// The rulings on this page.
    pub rulings: Vec<PublicRuling>,
    /// The ratings that can be searched for.
    pub ratings: Vec<rating::Model>,
    /// The values of the search form.
    pub form: Form,
    /// The number of rulings in the whole list.
    pub total: i32,
    /// The cursor of the page with newer rulings, if there is one.
    pub newer: Option<String>,
    /// The cursor of the page with older rulings, if there is one.
    pub older: Option<String>,
}

#[derive(Template)]
#[template(path = "newsroom.html")]
struct NewsroomTemplate<'a> {
    up: &'a str,
    about: &'a str,
    canonical: Option<String>,
    newsroom: &'a PublicNewsroom,
    rulings: &'a [PublicRuling],
    ratings: &'a [rating::Model],
    form: &'a Form,
    count: String,
    is_part: bool,
    newer: Option<String>,
    older: Option<String>,
}

/// A newsroom's page.
pub fn newsroom(base: Option<&Base>, page: &NewsroomPage) -> Result<Vec<u8>, Error> {
    let NewsroomPage { newsroom, form, .. } = page;
    let slug = &newsroom.slug;
    let noun = if page.total == 1 { "fact-check" } else { "fact-checks" };
    let matching = match (form.is_used(), page.total) {
        (true, 1) => " matches",
        (true, _) => " match",
        (false, _) => "",
    };
    render(&NewsroomTemplate {
        up: "",
        about: slug,
        canonical: base.map(|base| base.newsroom(slug)),
        newsroom,
        rulings: &page.rulings,
        ratings: &page.ratings,
        form,
        count: format!("{} {noun}{matching}", page.total),
        is_part: form.is_used() || page.newer.is_some(),
        newer: page.newer.as_ref().map(|cursor| form.page(slug, ("before", cursor))),
        older: page.older.as_ref().map(|cursor| form.page(slug, ("after", cursor))),
    })
}

#[derive(Template)]
#[template(path = "ruling.html")]
struct RulingTemplate<'a> {
    up: &'a str,
    about: &'a str,
    canonical: Option<String>,
    newsroom: &'a PublicNewsroom,
    ruling: &'a PublicRuling,
    review: Option<String>,
}

/// A ruling's page. Without a base it has no ClaimReview, which needs absolute addresses.
pub fn ruling(
    base: Option<&Base>,
    newsroom: &PublicNewsroom,
    ruling: &PublicRuling,
) -> Result<Vec<u8>, Error> {
    render(&RulingTemplate {
        up: "../../",
        about: "..",
        canonical: base.map(|base| base.ruling(&newsroom.slug, &ruling.slug)),
        newsroom,
        ruling,
        review: base.map(|base| {
            script_data(&String::from_utf8_lossy(&claim_review::of_ruling(base, newsroom, ruling)))
        }),
    })
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorTemplate<'a> {
    up: &'a str,
    title: &'a str,
    message: &'a str,
}

/// The page of an error. `up` leads from its address to `/n/`.
pub fn error(up: &str, title: &str, message: &str) -> Vec<u8> {
    let page = ErrorTemplate { up, title, message };
    page.render().map_or_else(|_| title.as_bytes().to_vec(), String::into_bytes)
}

fn render(page: &impl Template) -> Result<Vec<u8>, Error> {
    let page = page.render().map_err(|error| anyhow::anyhow!("cannot render a page: {error}"))?;
    Ok(page.into_bytes())
}

/// JSON that can stand within a script element: no text in it can end the element.
fn script_data(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            _ => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{Form, script_data};

    #[test]
    fn no_text_ends_a_script_element() {
        let json = serde_json::json!({ "a": "</script><!-- & \u{2028}" }).to_string();

        let safe = script_data(&json);

        assert!(!safe.contains(['<', '>', '&', '\u{2028}']), "{safe}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&safe).unwrap(),
            serde_json::from_str::<serde_json::Value>(&json).unwrap()
        );
    }

    #[test]
    fn a_page_of_a_list_keeps_what_was_asked_for() {
        let form = Form { text: "a&b é".to_owned(), ..Form::default() };
        assert_eq!(form.page("desk", ("after", "X")), "desk?text=a%26b+%C3%A9&after=X");
        assert!(form.is_used() && !Form::default().is_used());
    }
}
