//! NITF, the News Industry Text Format, versions 3.x.

use super::article::{Block, BlockKind, Dropped, ReadArticle, Reading, Refusal, byline, line};
use super::markup::{Element, Lines};
use super::xml;

/// Reads a document.
pub fn read(text: &str) -> Reading {
    let document = xml::parse(text)?;
    let root = document.at(&["nitf"]).ok_or_else(|| {
        let found = document.elements().next().map_or("", |root| root.name.as_str());
        Refusal::malformed(format!("This is not NITF: its root is `{found}`, not `nitf`."))
    })?;
    let mut dropped = Dropped::default();
    let mut article = story(root, &mut dropped);
    describe(root, &mut article);
    finish(article, &dropped)
}

/// Refuses an article without a text.
pub fn finish(mut article: ReadArticle, dropped: &Dropped) -> Reading {
    if article.blocks.is_empty() {
        return Err(Refusal::no_text("The document has no text."));
    }
    article.dropped = dropped.words();
    Ok(article)
}

/// The headline, the byline and the text of a story.
pub fn story(root: &Element, dropped: &mut Dropped) -> ReadArticle {
    let head = root.at(&["body", "body.head"]);
    let within = |path: &[&str]| head.and_then(|head| head.at(path));
    let mut article = ReadArticle {
        title: within(&["hedline", "hl1"])
            .or_else(|| within(&["headline", "hl1"]))
            .or_else(|| root.at(&["head", "title"]))
            .and_then(Element::line)
            .unwrap_or_default(),
        author: head.and_then(authors),
        publisher: within(&["distributor"]).and_then(Element::line),
        ..ReadArticle::default()
    };
    let heads = head.and_then(|head| head.at(&["hedline"])).into_iter();
    for second in heads.flat_map(|head| head.named("hl2").collect::<Vec<_>>()) {
        article.blocks.extend(Lines::of(&second.children, dropped));
    }
    for summary in head.into_iter().flat_map(|head| head.named("abstract")) {
        article.blocks.extend(Lines::of(&summary.children, dropped));
    }
    if within(&["note"]).is_some() {
        dropped.add("note to editors|notes to editors");
    }
    let mut lines = Vec::new();
    let body = root.at(&["body"]);
    for part in body.into_iter().flat_map(|body| body.named("body.content")) {
        lines.extend(Lines::of(&part.children, dropped));
    }
    if let Some(dateline) = within(&["dateline"]).and_then(Element::line) {
        put_dateline(&dateline, &mut lines);
    }
    article.blocks.extend(lines);
    for end in body.into_iter().flat_map(|body| body.named("body.end")) {
        for tagline in end.named("tagline") {
            article.blocks.extend(Lines::of(&tagline.children, dropped));
        }
    }
    article
}

/// Puts the place of a story before its first paragraph, as newspapers print it.
pub fn put_dateline(dateline: &str, blocks: &mut [Block]) {
    let first = blocks.iter_mut().find(|block| block.kind == BlockKind::Paragraph);
    let Some(first) = first else { return };
    let start = dateline.trim_end_matches(['-', '–', '—', ' ', ':']);
    let same = |text: &str| text.to_lowercase().starts_with(&start.to_lowercase());
    if !start.is_empty() && !same(&first.text) {
        first.text = format!("{start} — {}", first.text);
    }
}

/// The authors in the bylines of a story.
fn authors(head: &Element) -> Option<String> {
    let name = |byline_of: &Element| {
        let people: Vec<_> =
            byline_of.all("person").into_iter().filter_map(Element::line).collect();
        if !people.is_empty() {
            return Some(people.join(", "));
        }
        let mut own = byline_of.clone();
        own.children.retain(|node| {
            !matches!(node, super::markup::Node::Element(element) if element.name == "byttl")
        });
        byline(&own.text())
    };
    let all: Vec<_> = head.named("byline").filter_map(name).collect();
    line(&all.join(", "))
}

/// Reads the facts that the head of a document states.
fn describe(root: &Element, article: &mut ReadArticle) {
    let data = root.at(&["head", "docdata"]);
    let value = |name: &str, attribute: &str| {
        data.and_then(|data| data.at(&[name])).and_then(|found| line(found.attribute(attribute)?))
    };
    let published = root.at(&["head", "pubdata"]);
    let of_publication = |name: &str| published.and_then(|found| line(found.attribute(name)?));
    article.published = value("date.issue", "norm")
        .or_else(|| of_publication("date.publication"))
        .or_else(|| value("date.release", "norm"));
    article.publisher = article
        .publisher
        .take()
        .or_else(|| of_publication("name"))
        .or_else(|| value("doc.copyright", "holder"));
    article.url = of_publication("ex-ref").filter(|address| address.starts_with("http"));
    article.language = root
        .attribute("lang")
        .or_else(|| root.at(&["body"]).and_then(|body| body.attribute("lang")))
        .and_then(line);
}
