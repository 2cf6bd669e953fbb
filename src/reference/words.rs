//! Words in Markdown: links to types, and descriptions with links.

use std::fmt::Write;

use async_graphql::parser::types::Type;

use super::catalogue::{Catalogue, RootKind, innermost};
use super::nouns::page_of;

/// The codes of errors that descriptions name.
const CODES: [&str; 8] = [
    "BAD_USER_INPUT",
    "CONFLICT",
    "FORBIDDEN",
    "NOT_FOUND",
    "QUERY_TOO_COMPLEX",
    "RATE_LIMITED",
    "SUBSCRIPTION_LAGGED",
    "UNAUTHENTICATED",
];

/// The roles that descriptions name.
const ROLES: [&str; 4] = ["READER", "REVIEWER", "EDITOR", "ADMIN"];

impl RootKind {
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Query => "Query",
            Self::Mutation => "Mutation",
            Self::Subscription => "Subscription",
        }
    }
}

/// The address of a type. None for the scalars of GraphQL itself.
pub fn address(all: &Catalogue, name: &str) -> Option<String> {
    all.types.get(name)?;
    if all.listed(name).is_some() {
        return Some("README.md#lists".to_owned());
    }
    let file = file_of(all, name);
    Some(format!("{file}.md#{}", name.to_lowercase()))
}

/// The file of a type. The input and the payload of a mutation are in the mutation's file.
pub fn file_of(all: &Catalogue, name: &str) -> &'static str {
    let of = mutation_of(all, name).unwrap_or(name);
    page_of(of).map_or("basics", |noun| noun.file)
}

/// The mutation to which an input or a payload belongs.
pub fn mutation_of<'a>(all: &'a Catalogue, name: &str) -> Option<&'a str> {
    let stem = name.strip_suffix("Input").or_else(|| name.strip_suffix("Payload"))?;
    let mut mutations = all.roots.iter().filter(|(kind, _)| *kind == RootKind::Mutation);
    let found = mutations.find(|(_, member)| member.name.eq_ignore_ascii_case(stem));
    found.map(|(_, member)| member.name.as_str())
}

/// The address of a query, mutation or subscription.
fn root_address(kind: RootKind, name: &str) -> String {
    let file = page_of(name).map_or("basics", |noun| noun.file);
    format!("{file}.md#{}-{}", kind.noun().to_lowercase(), name.to_lowercase())
}

/// A query, mutation or subscription by its name, as a link.
pub fn root_link(kind: RootKind, name: &str) -> String {
    format!("[`{name}`]({})", root_address(kind, name))
}

/// A type with its lists, as a link. The page of a list also shows the type of its items.
pub fn type_link(all: &Catalogue, ty: &Type) -> String {
    let (shown, name) = (format!("`{ty}`"), innermost(ty));
    let link = address(all, name).map_or_else(|| shown.clone(), |to| format!("[{shown}]({to})"));
    match all.listed(name) {
        Some(item) => format!("{link} of {}", name_link(all, item)),
        None => link,
    }
}

/// A type by its name, as a link.
pub fn name_link(all: &Catalogue, name: &str) -> String {
    address(all, name).map_or_else(|| format!("`{name}`"), |to| format!("[`{name}`]({to})"))
}

/// A description with links to the types, operations, roles and errors that it names.
pub fn linked(all: &Catalogue, text: &str) -> String {
    let mut linked = String::with_capacity(text.len());
    // Every second part is code.
    for (place, part) in text.split('`').enumerate() {
        if place % 2 == 1 {
            linked.push_str(&code(all, part));
        } else {
            linked.push_str(&plain(part));
        }
    }
    linked
}

fn code(all: &Catalogue, part: &str) -> String {
    if let Some((kind, member)) = all.roots.iter().find(|(_, member)| member.name == part)
        && *kind == RootKind::Mutation
    {
        return root_link(*kind, &member.name);
    }
    name_link(all, part)
}

fn plain(part: &str) -> String {
    let escaped = part.replace('|', "\\|").replace('<', "&lt;");
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut linked = String::with_capacity(escaped.len());
    let mut rest = escaped.as_str();
    while let Some(from) = rest.find(is_word) {
        let to = rest[from..].find(|letter| !is_word(letter)).map_or(rest.len(), |end| from + end);
        let word = &rest[from..to];
        linked.push_str(&rest[..from]);
        if CODES.contains(&word) {
            let _ = write!(linked, "[{word}](../errors.md#codes)");
        } else if ROLES.contains(&word) {
            let _ = write!(linked, "[{word}](members.md#role)");
        } else {
            linked.push_str(word);
        }
        rest = &rest[to..];
    }
    linked.push_str(rest);
    linked
}

/// The first sentence of a description.
pub fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}
