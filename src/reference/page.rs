//! The page of one noun.

use std::fmt::Write;

use super::NOTE;
use super::catalogue::{Catalogue, Definition, Kind, Member, RootKind, innermost};
use super::nouns::{Noun, page_of};
use super::words::{address, file_of, linked, mutation_of, name_link, root_link, type_link};

/// The most places that are listed where an object is found.
const MOST_PLACES: usize = 12;

/// A part of a page: its title, the links to what it has, and its text.
struct Part {
    title: &'static str,
    links: Vec<String>,
    text: String,
}

/// The page of a noun.
pub fn page(all: &Catalogue, noun: &Noun) -> String {
    let mut parts = operations(all, noun);
    parts.extend(types(all, noun));
    parts.retain(|part| !part.links.is_empty());
    let contents =
        parts.iter().map(|part| format!("- {}: {}\n", part.title, part.links.join(", ")));
    let contents: String = contents.collect();
    let bodies = parts.iter().map(|part| format!("\n## {}\n{}", part.title, part.text));
    let bodies: String = bodies.collect();
    let Noun { title, about, .. } = noun;
    format!("{NOTE}\n\n# {title}\n\n{about} [All pages](README.md).\n\n{contents}{bodies}")
}

fn operations(all: &Catalogue, noun: &Noun) -> Vec<Part> {
    let kinds = [
        (RootKind::Query, "Queries"),
        (RootKind::Mutation, "Mutations"),
        (RootKind::Subscription, "Subscriptions"),
    ];
    let part = |(kind, title)| {
        let is_here = |name: &str| page_of(name).is_some_and(|of| of.file == noun.file);
        let roots = all.roots.iter().filter(|(of, root)| *of == kind && is_here(&root.name));
        let roots: Vec<_> = roots.map(|(_, member)| member).collect();
        Part {
            title,
            links: roots.iter().map(|member| root_link(kind, &member.name)).collect(),
            text: roots.iter().map(|member| root(all, kind, member)).collect(),
        }
    };
    kinds.map(part).into()
}

fn types(all: &Catalogue, noun: &Noun) -> Vec<Part> {
    let is_here = |name: &str| {
        mutation_of(all, name).is_none()
            && all.listed(name).is_none()
            && file_of(all, name) == noun.file
    };
    let here: Vec<_> = all.types.iter().filter(|(name, _)| is_here(name)).collect();
    let part = |(title, belongs): Section| {
        let own: Vec<_> = here.iter().filter(|(_, of)| belongs(&of.kind)).collect();
        Part {
            title,
            links: own.iter().map(|(name, _)| name_link(all, name)).collect(),
            text: own.iter().map(|(name, of)| definition(all, "###", name, of)).collect(),
        }
    };
    SECTIONS.map(part).into()
}

type Section = (&'static str, fn(&Kind) -> bool);

const SECTIONS: [Section; 4] = [
    ("Types", |kind| matches!(kind, Kind::Object { .. } | Kind::Interface(_) | Kind::Union(_))),
    ("Inputs", |kind| matches!(kind, Kind::Input(_))),
    ("Enums", |kind| matches!(kind, Kind::Enum(_))),
    ("Scalars", |kind| matches!(kind, Kind::Scalar)),
];

/// A query, mutation or subscription. A mutation is shown with its input and its payload.
fn root(all: &Catalogue, kind: RootKind, member: &Member) -> String {
    let mut text = format!("\n### {} `{}`\n\n{}\n", kind.noun(), member.name, about(all, member));
    if kind == RootKind::Mutation {
        let mut parts: Vec<_> =
            member.arguments.iter().filter_map(|argument| argument.ty.as_ref()).collect();
        parts.extend(&member.ty);
        for name in parts.into_iter().map(innermost) {
            if let Some(of) = all.types.get(name) {
                text.push_str(&definition(all, "####", name, of));
            }
        }
        return text;
    }
    if let Some(ty) = &member.ty {
        let _ = write!(text, "\nReturns {}.\n", type_link(all, ty));
    }
    let arguments: Vec<_> =
        own_arguments(all, member).map(|argument| row(all, &argument.name, argument)).collect();
    if !arguments.is_empty() {
        let _ =
            write!(text, "\n| argument | type | |\n| --- | --- | --- |\n{}", arguments.concat());
    }
    text
}

/// A type with its parts.
fn definition(all: &Catalogue, level: &str, name: &str, of: &Definition) -> String {
    let mut text = format!("\n{level} `{name}`\n\n{}\n", linked(all, &of.about));
    match &of.kind {
        Kind::Object { members, implements } => {
            if !implements.is_empty() {
                let links: Vec<_> = implements.iter().map(|name| name_link(all, name)).collect();
                let _ = write!(text, "\nImplements {}.\n", links.join(", "));
            }
            text.push_str(&places(all, name));
            text.push_str(&fields(all, members));
        }
        Kind::Interface(members) => {
            let _ = write!(text, "\nImplemented by {}.\n", implementers(all, name));
            text.push_str(&fields(all, members));
        }
        Kind::Union(members) => {
            let links: Vec<_> = members.iter().map(|name| name_link(all, name)).collect();
            let _ = write!(text, "\nOne of {}.\n", links.join(", "));
        }
        Kind::Enum(values) => {
            text.push_str("\n| value | |\n| --- | --- |\n");
            for value in values {
                let _ = writeln!(text, "| `{}` | {} |", value.name, about(all, value));
            }
        }
        Kind::Input(members) => {
            text.push_str("\n| field | type | |\n| --- | --- | --- |\n");
            text.extend(members.iter().map(|member| row(all, &member.name, member)));
        }
        Kind::Scalar => {}
    }
    text
}

fn implementers(all: &Catalogue, interface: &str) -> String {
    let has = |definition: &Definition| match &definition.kind {
        Kind::Object { implements, .. } => implements.iter().any(|name| name == interface),
        _ => false,
    };
    let names = all.types.iter().filter(|(_, definition)| has(definition));
    names.map(|(name, _)| name_link(all, name)).collect::<Vec<_>>().join(", ")
}

/// The fields of a type. Each of their arguments has its own row.
fn fields(all: &Catalogue, members: &[Member]) -> String {
    let mut text = "\n| field | type | |\n| --- | --- | --- |\n".to_owned();
    for member in members {
        text.push_str(&row(all, &member.name, member));
        for argument in own_arguments(all, member) {
            text.push_str(&row(all, &format!("{}({}:)", member.name, argument.name), argument));
        }
    }
    text
}

/// The arguments without those that every list with pages has.
fn own_arguments<'a>(all: &'a Catalogue, member: &'a Member) -> impl Iterator<Item = &'a Member> {
    let usual = if is_paged(member) { all.paging() } else { &[] };
    let is_usual = |own: &Member| {
        usual.iter().any(|usual| (&usual.name, &usual.about) == (&own.name, &own.about))
    };
    member.arguments.iter().filter(move |argument| !is_usual(argument))
}

fn is_paged(member: &Member) -> bool {
    let has = |name: &str| member.arguments.iter().any(|argument| argument.name == name);
    has("first") && has("after")
}

pub fn row(all: &Catalogue, name: &str, member: &Member) -> String {
    let ty = member.ty.as_ref().map_or_else(String::new, |ty| type_link(all, ty));
    format!("| `{name}` | {ty} | {} |\n", about(all, member))
}

/// The description, with what the type itself does not show.
fn about(all: &Catalogue, member: &Member) -> String {
    let mut text = String::new();
    if let Some(reason) = &member.deprecated {
        let _ = write!(text, "**Deprecated.** {} ", linked(all, reason));
    }
    text.push_str(&linked(all, &member.about));
    if let Some(default) = &member.default
        && !member.about.contains("Default")
    {
        let _ = write!(text, " Default: `{default}`.");
    }
    if is_paged(member) {
        let both = member.arguments.iter().any(|argument| argument.name == "last");
        let to = if both { "Has pages" } else { "Has pages, forward only" };
        let _ = write!(text, " [{to}](README.md#lists).");
    }
    text
}

/// Where an object of this type is found.
fn places(all: &Catalogue, name: &str) -> String {
    // Every list has the position of its page.
    if mutation_of(all, name).is_some() || name == "PageInfo" {
        return String::new();
    }
    let leads_here = |member: &Member| {
        let found = member.ty.as_ref().map(innermost);
        found.is_some_and(|found| all.listed(found).unwrap_or(found) == name)
    };
    let fields = all.fields().filter(|(root, on, member)| {
        *root != Some(RootKind::Mutation) && mutation_of(all, on).is_none() && leads_here(member)
    });
    let mut links: Vec<_> = fields
        .map(|(root, on, member)| match root {
            Some(kind) => root_link(kind, &member.name),
            None => {
                let path = format!("`{on}.{}`", member.name);
                address(all, on).map_or_else(|| path.clone(), |to| format!("[{path}]({to})"))
            }
        })
        .collect();
    if links.is_empty() {
        return String::new();
    }
    let more = links.len().saturating_sub(MOST_PLACES);
    links.truncate(MOST_PLACES);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    format!("\nFound in {}{more}.\n", links.join(", "))
}
