//! ninjs, versions 1 to 3: news in JSON, as the IPTC defines it.

use serde_json::Value as Json;

use super::article::{Block, BlockKind, Dropped, ReadArticle, Reading, Refusal, byline, line};
use super::html;
use super::json;
use super::newsml::plain_lines;
use super::nitf::{finish, put_dateline};

/// Reads an item.
pub fn read(text: &str) -> Reading {
    let json = json::parse(text.trim_start_matches('\u{feff}'), |error| {
        Refusal::malformed(format!("This is not JSON: {error}."))
    })?;
    if !json.is_object() {
        return Err(Refusal::malformed("This is not ninjs: it is not an object."));
    }
    let kind = words(json.get("type"));
    if let Some(other) = kind.filter(|kind| !matches!(kind.as_str(), "text" | "composite")) {
        return Err(Refusal::malformed(format!(
            "This is ninjs of the type `{other}`. Only items of the type `text` are articles."
        )));
    }
    let mut dropped = Dropped::default();
    let mut article = ReadArticle {
        title: headline(&json).unwrap_or_default(),
        blocks: body(&json, &mut dropped)?,
        url: address(&json),
        publisher: publisher(&json),
        author: authors(&json),
        language: words(json.get("language")),
        published: [
            "contentcreated",
            "contentCreated",
            "firstcreated",
            "firstCreated",
            "versioncreated",
            "versionCreated",
        ]
        .iter()
        .find_map(|name| words(json.get(name))),
        dropped: Vec::new(),
    };
    if article.blocks.first().is_some_and(|block| block.text == article.title) {
        article.blocks.remove(0);
    }
    if let Some(place) = words(json.get("dateline")) {
        put_dateline(&place, &mut article.blocks);
    }
    if !article.blocks.is_empty() {
        captions(&json, &mut article, &mut dropped);
    }
    finish(article, &dropped)
}

/// The longest text that is read as HTML where a line is expected, in bytes. An item can have very many.
const LONGEST_WORDS: usize = 4_096;

/// A text that is not blank, as one line. Some senders have HTML in it.
fn words(value: Option<&Json>) -> Option<String> {
    let text = value?.as_str()?;
    if text.contains("</") && text.len() <= LONGEST_WORDS {
        return html::few_lines(text).ok()?.into_iter().next().map(|block| block.text);
    }
    line(text)
}

fn list(value: Option<&Json>) -> impl Iterator<Item = &Json> {
    value.and_then(Json::as_array).into_iter().flatten()
}

/// The objects in a list, or in an object whose names are of no account.
fn members(value: Option<&Json>) -> Vec<&Json> {
    match value {
        Some(Json::Array(list)) => list.iter().collect(),
        Some(Json::Object(members)) => members.values().collect(),
        _ => Vec::new(),
    }
}

/// The entry with the main role, or the first.
fn main_of(value: Option<&Json>) -> Option<&Json> {
    let is_main = |one: &&Json| {
        one.get("role").and_then(Json::as_str).is_some_and(|role| role.ends_with("main"))
    };
    list(value).find(is_main).or_else(|| list(value).next())
}

fn headline(json: &Json) -> Option<String> {
    words(json.get("headline"))
        .or_else(|| words(main_of(json.get("headlines"))?.get("value")))
        .or_else(|| words(json.get("title")))
}

/// The text: a form of it that has a structure, or else the plain one.
fn body(json: &Json, dropped: &mut Dropped) -> Reading<Vec<Block>> {
    let mut forms: Vec<(&str, &str)> = Vec::new();
    for (name, kind) in
        [("body_xhtml", "text/html"), ("body_html", "text/html"), ("body_text", "text/plain")]
    {
        forms.extend(json.get(name).and_then(Json::as_str).map(|text| (kind, text)));
    }
    let mains: Vec<_> = list(json.get("bodies")).filter(|one| is_whole(one)).collect();
    let all: Vec<_> = list(json.get("bodies")).collect();
    for one in if mains.is_empty() { all } else { mains } {
        let kind = one.get("contentType").or_else(|| one.get("contenttype"));
        let kind = kind.and_then(Json::as_str).unwrap_or("text/plain");
        forms.extend(one.get("value").and_then(Json::as_str).map(|text| (kind, text)));
    }
    forms.retain(|(_, text)| !text.trim().is_empty());
    let is_html = |kind: &str| kind.contains("html");
    let best =
        forms.iter().position(|(kind, _)| is_html(kind)).or((!forms.is_empty()).then_some(0));
    let Some(best) = best else { return Ok(Vec::new()) };
    for _ in 1..forms.len() {
        dropped.add("other form of the text|other forms of the text");
    }
    let (kind, text) = forms[best];
    if is_html(kind) { html::fragment(text, dropped) } else { Ok(plain_lines(text)) }
}

/// Whether a body is the whole text, not a summary of it.
fn is_whole(body: &Json) -> bool {
    body.get("role").and_then(Json::as_str).is_none_or(|role| role.ends_with("main"))
}

fn authors(json: &Json) -> Option<String> {
    let own = words(json.get("byline")).and_then(|text| byline(&text));
    let several: Vec<_> = list(json.get("bylines"))
        .filter_map(|one| byline(&words(one.get("byline").or_else(|| one.get("value")))?))
        .collect();
    let people: Vec<_> = list(json.get("people"))
        .chain(list(json.get("person")))
        .filter(|one| {
            one.get("rel").and_then(Json::as_str).is_some_and(|rel| rel.contains("author"))
        })
        .filter_map(|one| words(one.get("name")))
        .collect();
    own.or_else(|| line(&several.join(", "))).or_else(|| line(&people.join(", ")))
}

fn publisher(json: &Json) -> Option<String> {
    let sources = ["infosources", "infoSources", "infosource"];
    words(json.get("source"))
        .or_else(|| sources.iter().find_map(|name| words(list(json.get(name)).next()?.get("name"))))
        .or_else(|| words(json.get("copyrightholder")))
        .or_else(|| words(json.get("copyrightHolder")))
}

/// The address of the article. A `uri` may be one, and often is only a name.
fn address(json: &Json) -> Option<String> {
    let mut links = list(json.get("links")).filter_map(|link| words(link.get("href")));
    ["canonical", "url", "link"]
        .iter()
        .find_map(|name| words(json.get(name)))
        .or_else(|| links.find(|href| href.starts_with("http")))
        .or_else(|| words(json.get("uri")))
        .filter(|address| address.starts_with("http"))
}

/// The captions of the pictures that come with the text.
fn captions(json: &Json, article: &mut ReadArticle, dropped: &mut Dropped) {
    for one in members(json.get("associations")) {
        let kind = one.get("type").and_then(Json::as_str).unwrap_or_default();
        if !matches!(kind, "picture" | "graphic" | "video" | "audio") {
            dropped.add("linked item|linked items");
            continue;
        }
        dropped.add("picture or recording|pictures and recordings");
        let caption = words(one.get("description_text"))
            .or_else(|| words(main_of(one.get("descriptions"))?.get("value")))
            .or_else(|| words(one.get("body_text")));
        let credit = words(one.get("byline"))
            .or_else(|| words(list(one.get("bylines")).next()?.get("byline")))
            .and_then(|text| byline(&text));
        if let Some(caption) = caption.filter(|_| kind == "picture" || kind == "graphic") {
            let text = match credit {
                Some(credit) => format!("{caption} (Photo: {credit})"),
                None => caption,
            };
            article.blocks.push(Block { kind: BlockKind::Caption, text });
        }
    }
}
