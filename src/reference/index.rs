//! The first page of the reference.

use std::fmt::Write;

use super::NOTE;
use super::catalogue::{Catalogue, Kind, RootKind};
use super::nouns::NOUNS;
use super::page::row;
use super::words::{first_sentence, linked, name_link, root_link};

/// How the pages are read.
const READING: &str = "# API reference

Every query, mutation, subscription and type of the API. [`schema.graphql`](../../schema.graphql) says the same to
programs. [Using the API](../using-the-api.md) explains the rest: credentials, errors, costs and limits.

In a type, `!` means that the value is never null or must be given, and `[…]` is a list. A field with an argument
`input` takes an object. `Claim.verdicts` is the field `verdicts` of the type `Claim`, and `verdicts(filter:)` is its
argument. All codes and reasons of errors are on the page [Errors](../errors.md).
";

/// The rules of all lists with pages.
fn lists(all: &Catalogue) -> String {
    let mut text = "
## Lists

A list with pages takes these arguments. A list that has pages forward only takes `first` and `after`.

| argument | type | |
| --- | --- | --- |
"
    .to_owned();
    text.extend(all.paging().iter().map(|argument| row(all, &argument.name, argument)));
    text.push_str(
        "
A page of `Claim` objects has the type `ClaimConnection`. Pages of other types have the same fields:

| field | type | |
| --- | --- | --- |
",
    );
    if let Some(Kind::Object { members, .. }) = all.types.get("ClaimConnection").map(|of| &of.kind)
    {
        text.extend(members.iter().map(|member| row(all, &member.name, member)));
    }
    text.push_str("\nAn edge, such as `ClaimEdge`, has the item as `node`, and its `cursor`.\n");
    text
}

/// The first page: all pages, all operations, and all types from A to Z.
pub fn index(all: &Catalogue) -> String {
    let mut text = format!("{NOTE}\n\n{READING}\n## Pages\n\n| page | |\n| --- | --- |\n");
    for noun in &NOUNS {
        let _ = writeln!(text, "| [{}]({}.md) | {} |", noun.title, noun.file, noun.about);
    }
    for (kind, title) in [
        (RootKind::Query, "Queries"),
        (RootKind::Mutation, "Mutations"),
        (RootKind::Subscription, "Subscriptions"),
    ] {
        let _ =
            write!(text, "\n## {title}\n\n| {} | |\n| --- | --- |\n", kind.noun().to_lowercase());
        for (_, member) in all.roots.iter().filter(|(of, _)| *of == kind) {
            let about = linked(all, first_sentence(&member.about));
            let _ = writeln!(text, "| {} | {about} |", root_link(kind, &member.name));
        }
    }
    text.push_str(&lists(all));
    text.push_str("\n## Types from A to Z\n\n");
    let names = all.types.keys().filter(|name| all.listed(name).is_none());
    text.push_str(&names.map(|name| name_link(all, name)).collect::<Vec<_>>().join(",\n"));
    text.push('\n');
    text
}
