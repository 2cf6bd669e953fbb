//! The pages that turn mails off. They need no script and no signing in.

use askama::Template;

use super::public::error;
use crate::domain::mail::Kind;

/// The way from the address of these pages to `/n/`, where their style sheet is.
pub const UP: &str = "../n/";

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct Page<'a> {
    up: &'a str,
    title: &'a str,
    message: String,
    asks: bool,
}

/// The page that asks whether to turn off mails of this kind.
pub fn asks(kind: Kind) -> Vec<u8> {
    let message = format!("This link stops mails about {}.", kind.about());
    render(&Page { up: UP, title: "Stop mails", message, asks: true })
}

/// The page that says what was turned off: mails of this kind, or all mails.
pub fn done(kind: Option<Kind>) -> Vec<u8> {
    let which = kind.map_or_else(String::new, |kind| format!(" about {}", kind.about()));
    let message = format!(
        "You will get no more mails{which}. You can turn them on again in your account's settings."
    );
    render(&Page { up: UP, title: "Mails are stopped", message, asks: false })
}

fn render(page: &Page<'_>) -> Vec<u8> {
    page.render().map_or_else(|_| error(UP, page.title, &page.message), String::into_bytes)
}
