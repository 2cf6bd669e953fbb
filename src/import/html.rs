//! Pages of the web: their main text by Mozilla's rules for its reader view, as `dom_smoothie` has
//! them.
//!
//! Invariants: nothing is fetched or run. Parts that no reader counts as the article (navigation,
//! advertisements, comments, boxes that repeat a sentence) are left out before those rules apply.

use std::collections::HashSet;

use dom_query::{Document, NodeId, NodeRef};
use dom_smoothie::{Config, Readability};
use serde_json::Value as Json;

use super::article::{Block, BlockKind, Dropped, ReadArticle, Reading, Refusal, byline, line};
use super::html_tree;
use super::json;
use super::json_ld::is_json_ld;
use super::markup::{Element, Lines, Node};

/// The most elements of a short part of a page.
const FEW_ELEMENTS: usize = 500;

/// Reads a page.
pub fn read(text: &str) -> Reading {
    let page = html_tree::parse(text)?;
    let mut article = ReadArticle::default();
    describe(&page, &mut article);
    article.title = headline(&page).or(line(&article.title)).unwrap_or_default();
    let mut dropped = Dropped::default();
    let all = words(&page.root());
    clear(&page, &mut dropped);
    let body = body_of(&page);
    let mut blocks = Lines::of(&main_text(page).unwrap_or(body), &mut dropped);
    tidy(&mut blocks, &article);
    if blocks.is_empty() {
        return Err(Refusal::no_text("The page has no text that could be an article."));
    }
    article.blocks = blocks;
    article.dropped = dropped.words();
    let kept: usize = article.blocks.iter().map(|block| count(&block.text)).sum();
    let kept = kept + count(&article.title);
    if all > kept {
        let rest = all - kept;
        article.dropped.push(format!("{rest} of {all} words of the page, around the article"));
    }
    Ok(article)
}

/// Reads a part of a page that is an article's text, as wire services send it.
pub fn fragment(text: &str, dropped: &mut Dropped) -> Reading<Vec<Block>> {
    let page = html_tree::parse(text)?;
    Ok(Lines::of(&body_of(&page), dropped))
}

/// Reads a short part of a page, such as a name. An input can have very many.
pub fn few_lines(text: &str) -> Reading<Vec<Block>> {
    let page = html_tree::parse_within(text, FEW_ELEMENTS)?;
    Ok(Lines::of(&body_of(&page), &mut Dropped::default()))
}

fn body_of(page: &Document) -> Vec<Node> {
    page.body().map(|body| html_tree::parts(&body)).unwrap_or_default()
}

/// The main text. None if the rules find none.
fn main_text(page: Document) -> Option<Vec<Node>> {
    let config = Config {
        // Their reader of JSON is not bounded.
        disable_json_ld: true,
        max_elements_to_parse: html_tree::MAX_ELEMENTS,
        char_threshold: 200,
        keep_classes: true,
        ..Config::default()
    };
    let found = Readability::with_document(page, None, Some(config)).ok()?.parse().ok()?;
    let found = html_tree::parse(&found.content).ok()?;
    let nodes = body_of(&found);
    let text = Element { children: nodes, ..Element::default() };
    text.line().map(|_| text.children)
}

/// Drops lines that repeat the headline or the byline.
fn tidy(blocks: &mut Vec<Block>, article: &ReadArticle) {
    if let Some(at) = blocks.iter().take(3).position(|block| block.text == article.title) {
        blocks.remove(at);
    }
    let is_byline = |block: &Block| {
        block.kind != BlockKind::Caption
            && article.author.as_ref().is_some_and(|author| {
                byline(&block.text).is_some_and(|name| name.eq_ignore_ascii_case(author))
            })
    };
    if let Some(at) = blocks.iter().take(4).position(is_byline) {
        blocks.remove(at);
    }
}

/// The number of words below a node.
fn words(node: &NodeRef) -> usize {
    let skipped = ["script", "style", "noscript", "template", "head"];
    node.children_it(false)
        .map(|child| match child.node_name() {
            _ if child.is_text() => count(&child.text()),
            Some(name) if !skipped.contains(&&*name) => words(&child),
            _ => 0,
        })
        .sum()
}

fn count(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// Elements that are no part of an article, whatever their class says.
const OUTSIDE: [(&str, &str); 14] = [
    ("nav", "navigation|navigations"),
    ("[role=navigation]", "navigation|navigations"),
    ("[role=dialog]", "notice|notices"),
    ("dialog", "notice|notices"),
    ("[role=search]", "form or button|forms and buttons"),
    ("form", "form or button|forms and buttons"),
    ("button", "form or button|forms and buttons"),
    ("iframe", "embedded page|embedded pages"),
    ("amp-ad", "advertisement|advertisements"),
    ("[hidden]", "hidden part|hidden parts"),
    ("[aria-hidden=true]", "hidden part|hidden parts"),
    ("[itemprop=author]", "byline|bylines"),
    ("article > time, header > time, div > time", "time of publication|times of publication"),
    ("body > footer", "page footer|page footers"),
];

/// Words in a class or an id that say what an element is. The whole word must be there.
const NAMED: [(&str, &str); 36] = [
    ("cookie", "notice|notices"),
    ("cookies", "notice|notices"),
    ("consent", "notice|notices"),
    ("gdpr", "notice|notices"),
    ("paywall", "notice|notices"),
    ("ad", "advertisement|advertisements"),
    ("ads", "advertisement|advertisements"),
    ("advert", "advertisement|advertisements"),
    ("advertisement", "advertisement|advertisements"),
    ("sponsored", "advertisement|advertisements"),
    ("promo", "advertisement|advertisements"),
    ("newsletter", "advertisement|advertisements"),
    ("subscribe", "advertisement|advertisements"),
    ("comments", "list of comments|lists of comments"),
    ("disqus", "list of comments|lists of comments"),
    ("related", "list of links|lists of links"),
    ("recommended", "list of links|lists of links"),
    ("more", "list of links|lists of links"),
    ("readmore", "list of links|lists of links"),
    ("recirculation", "list of links|lists of links"),
    ("trending", "list of links|lists of links"),
    ("tags", "list of links|lists of links"),
    ("toc", "list of links|lists of links"),
    ("breadcrumb", "navigation|navigations"),
    ("breadcrumbs", "navigation|navigations"),
    ("menu", "navigation|navigations"),
    ("sidebar", "side box|side boxes"),
    ("share", "form or button|forms and buttons"),
    ("social", "form or button|forms and buttons"),
    ("sharing", "form or button|forms and buttons"),
    ("pullquote", "pull quote|pull quotes"),
    ("byline", "byline|bylines"),
    ("author", "byline|bylines"),
    ("kicker", "label above the headline|labels above the headline"),
    ("editsection", "form or button|forms and buttons"),
    ("skip", "navigation|navigations"),
];

/// Removes what is no part of the article, and counts it.
fn clear(page: &Document, dropped: &mut Dropped) {
    let kept = around_article(page);
    for (selector, noun) in OUTSIDE {
        remove(page, selector, noun, |node| !kept.contains(&node.id), dropped);
    }
    for (word, noun) in NAMED {
        let selector = format!("[class*={word} i], [id*={word} i]");
        let is_meant = |node: &NodeRef| !kept.contains(&node.id) && is_named(node, word);
        remove(page, &selector, noun, is_meant, dropped);
    }
    // A quotation in a box next to the text repeats a sentence of it.
    let is_meant = |node: &NodeRef| !kept.contains(&node.id) && is_named(node, "pull");
    remove(page, "[class*=pull]", "pull quote|pull quotes", is_meant, dropped);
}

fn remove(
    page: &Document,
    selector: &str,
    noun: &'static str,
    is_meant: impl Fn(&NodeRef) -> bool,
    dropped: &mut Dropped,
) {
    for node in page.select(selector).nodes() {
        let top = node.ancestors_it(None).last();
        let is_removed = top.is_none_or(|top| !top.is_document());
        if !is_removed && is_meant(node) {
            if node.text().chars().any(char::is_alphanumeric) {
                dropped.add(noun);
            }
            node.remove_from_parent();
        }
    }
}

/// Whether a class or an id has a word: `post-share`, but not `shareholders`.
fn is_named(node: &NodeRef, word: &str) -> bool {
    let is_word = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric()).any(|part| part.eq_ignore_ascii_case(word))
    };
    ["class", "id"].iter().any(|name| node.attr(name).is_some_and(|value| is_word(&value)))
}

/// The elements in which the article itself may be: classes of a page's outer elements say what the
/// page has, not what they are.
fn around_article(page: &Document) -> HashSet<NodeId> {
    let mut around = HashSet::new();
    for node in page.select("html, body, main, article, h1").nodes() {
        let ancestors = node.ancestors_it(None).map(|outer| outer.id);
        // The ancestors of a known element are known.
        for id in std::iter::once(node.id).chain(ancestors) {
            if !around.insert(id) {
                break;
            }
        }
    }
    around
}

/// The headline: the only first-level heading, or the one within the article.
fn headline(page: &Document) -> Option<String> {
    let of = |selector: &str| {
        let found = page.select(selector);
        // No more than two texts are read: each of many nested elements may have all of the page.
        let mut texts = found.nodes().iter().filter_map(|heading| line(&plain(heading)));
        match (texts.next(), texts.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    };
    of("article h1").or_else(|| of("[itemprop=headline]")).or_else(|| of("h1"))
}

/// The text of a node, with spaces between its blocks.
fn plain(node: &NodeRef) -> String {
    Element { children: html_tree::parts(node), ..Element::default() }.text()
}

/// Reads the facts that a page states about itself: in JSON-LD, in its `meta` elements, and in its text.
fn describe(page: &Document, article: &mut ReadArticle) {
    let meta = |names: &[&str]| {
        names.iter().find_map(|name| {
            let selector =
                format!("meta[property='{name}'], meta[name='{name}'], meta[itemprop='{name}']");
            page.select(&selector).nodes().iter().find_map(|node| line(&node.attr("content")?))
        })
    };
    let attribute = |selector: &str, name: &str| {
        page.select(selector).nodes().iter().find_map(|node| line(&node.attr(name)?))
    };
    let text =
        |selector: &str| page.select(selector).nodes().iter().find_map(|node| line(&plain(node)));
    let said = structured(page).unwrap_or_default();
    let own = |name: &str| said.get(name).and_then(Json::as_str).and_then(line);
    article.title = own("headline")
        .or_else(|| meta(&["og:title", "twitter:title"]))
        .or_else(|| text("title"))
        .unwrap_or_default();
    article.url = attribute("link[rel=canonical]", "href").or_else(|| meta(&["og:url"]));
    article.publisher = names(said.get("publisher"))
        .or_else(|| meta(&["og:site_name", "application-name", "DC.publisher"]));
    article.author = names(said.get("author"))
        .or_else(|| meta(&["author", "article:author_name", "DC.creator", "parsely-author"]))
        .or_else(|| text("[rel=author], [itemprop=author] [itemprop=name], [itemprop=author]"))
        .or_else(|| text("article .byline, .byline, .author-name"))
        .filter(|author| !author.starts_with("http"))
        .and_then(|author| byline(&author));
    article.language = attribute("html", "lang")
        .or_else(|| own("inLanguage"))
        .or_else(|| meta(&["og:locale", "DC.language"]))
        .map(|language| language.replace('_', "-"));
    article.published = own("datePublished")
        .or_else(|| meta(&["article:published_time", "datePublished", "date", "DC.date.issued"]))
        .or_else(|| attribute("time[itemprop=datePublished], article time, time", "datetime"));
}

/// The first article in a page's JSON-LD.
fn structured(page: &Document) -> Option<Json> {
    let scripts = page.select("script[type]");
    let is_wanted = |script: &&NodeRef| script.attr("type").is_some_and(|kind| is_json_ld(&kind));
    scripts.nodes().iter().filter(is_wanted).find_map(|script| {
        let refuse = |_| Refusal::malformed("A script is no JSON.");
        let json = json::parse(script.text().trim(), refuse).ok()?;
        let mut open = vec![&json];
        while let Some(one) = open.pop() {
            match one {
                Json::Array(list) => open.extend(list.iter().rev()),
                Json::Object(_) if is_article(one) => return Some(one.clone()),
                Json::Object(members) => open.extend(members.get("@graph")),
                _ => {}
            }
        }
        None
    })
}

fn is_article(json: &Json) -> bool {
    let is_one = |kind: &Json| {
        kind.as_str().is_some_and(|kind| kind.ends_with("Article") || kind.ends_with("Posting"))
    };
    match json.get("@type") {
        Some(Json::Array(kinds)) => kinds.iter().any(is_one),
        Some(kind) => is_one(kind),
        None => false,
    }
}

/// The names of people or organizations in JSON-LD.
fn names(json: Option<&Json>) -> Option<String> {
    let name = |one: &Json| line(one.get("name").unwrap_or(one).as_str()?);
    let all: Vec<_> = match json? {
        Json::Array(list) => list.iter().filter_map(name).collect(),
        one => name(one).into_iter().collect(),
    };
    line(&all.join(", "))
}
