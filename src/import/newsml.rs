//! NewsML-G2: a news item, or a message with news items, whose text is NITF, XHTML or plain.

use super::article::{Block, BlockKind, Dropped, ReadArticle, Reading, Refusal, byline, line};
use super::html;
use super::markup::{Element, Lines};
use super::nitf;
use super::xml;

/// Reads a document.
pub fn read(text: &str) -> Reading {
    let document = xml::parse(text)?;
    let items = document.all("newsitem");
    if items.is_empty() {
        let found = document.elements().next().map_or("", |root| root.name.as_str());
        return Err(Refusal::malformed(format!(
            "This is not NewsML-G2 with a news item: its root is `{found}`."
        )));
    }
    let mut dropped = Dropped::default();
    let texts: Vec<_> = items.iter().filter(|item| has_text(item)).collect();
    let Some(item) = texts.first() else {
        return Err(Refusal::no_text("None of the news items has a text."));
    };
    if texts.len() > 1 {
        let message = format!(
            "The document has {} news items with a text. Import each by itself.",
            texts.len()
        );
        return Err(Refusal::malformed(message));
    }
    let mut article = content(item, &mut dropped)?;
    describe(item, &mut article);
    for other in items.iter().filter(|other| !has_text(other)) {
        picture(other, &mut article);
        dropped.add("item without a text|items without a text");
    }
    nitf::finish(article, &dropped)
}

/// Whether an item has a text, rather than a picture with a caption.
fn has_text(item: &Element) -> bool {
    let class = item.at(&["itemmeta", "itemclass"]).and_then(|class| class.attribute("qcode"));
    let is_text = class.is_none_or(|class| {
        let kind = class.rsplit(':').next().unwrap_or_default();
        matches!(kind, "text" | "composite")
    });
    is_text
        && item.at(&["contentset"]).is_some_and(|set| {
            set.elements().any(|part| matches!(part.name.as_str(), "inlinexml" | "inlinedata"))
        })
}

/// The text of an item: the first form of it that has a structure, or else the first.
fn content(item: &Element, dropped: &mut Dropped) -> Reading {
    let set = item.at(&["contentset"]).into_iter();
    let parts: Vec<_> = set.flat_map(|set| set.elements().collect::<Vec<_>>()).collect();
    let structured = parts.iter().find(|part| part.name == "inlinexml");
    let plain = parts.iter().find(|part| part.name == "inlinedata");
    let Some(part) = structured.or(plain) else { return Ok(ReadArticle::default()) };
    for _ in parts.iter().filter(|other| !std::ptr::eq(**other, *part)) {
        dropped.add("other form of the text|other forms of the text");
    }
    if let Some(nested) = part.at(&["nitf"]) {
        return Ok(nitf::story(nested, dropped));
    }
    if let Some(page) = part.at(&["html"]) {
        return Ok(from_page(page, dropped));
    }
    if part.name == "inlinexml" {
        return Ok(ReadArticle {
            blocks: Lines::of(&part.children, dropped),
            ..ReadArticle::default()
        });
    }
    let kind = part.attribute("contenttype").unwrap_or("text/plain");
    let text = part.text();
    let blocks = match kind.split(';').next().unwrap_or_default().trim() {
        "text/html" | "application/xhtml+xml" => html::fragment(&text, dropped)?,
        "text/plain" => plain_lines(&text),
        other => {
            return Err(Refusal::malformed(format!(
                "The text is `{other}`. Only plain text, HTML, XHTML and NITF are read."
            )));
        }
    };
    Ok(ReadArticle { blocks, ..ReadArticle::default() })
}

fn from_page(page: &Element, dropped: &mut Dropped) -> ReadArticle {
    let mut blocks =
        page.at(&["body"]).map_or_else(Vec::new, |body| Lines::of(&body.children, dropped));
    let title = page.at(&["head", "title"]).and_then(Element::line).unwrap_or_default();
    let first = page.all("h1").first().and_then(|heading| heading.line());
    if let Some(at) = blocks.iter().take(1).position(|block| Some(&block.text) == first.as_ref()) {
        blocks.remove(at);
    }
    ReadArticle { title: first.unwrap_or(title), blocks, ..ReadArticle::default() }
}

/// Plain text: paragraphs are apart by blank lines. If there are none, each line is a paragraph.
pub fn plain_lines(text: &str) -> Vec<Block> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let apart = text.trim().contains("\n\n");
    let parts: Vec<&str> =
        if apart { text.split("\n\n").collect() } else { text.split('\n').collect() };
    let block = |text: &str| Some(Block { kind: BlockKind::Paragraph, text: line(text)? });
    parts.into_iter().filter_map(block).collect()
}

/// Reads the facts that an item states about itself.
fn describe(item: &Element, article: &mut ReadArticle) {
    let find = |path: &[&str]| item.at(path);
    let words = |path: &[&str]| find(path).and_then(Element::line);
    let headlines: Vec<_> =
        find(&["contentmeta"]).into_iter().flat_map(|meta| meta.named("headline")).collect();
    let main = headlines.iter().find(|one| {
        one.attribute("role")
            .is_none_or(|role| role.ends_with(":main") || role.ends_with(":headline"))
    });
    if let Some(title) = main.or(headlines.first()).and_then(|one| one.line()) {
        if article.blocks.first().is_some_and(|block| block.text == title) {
            article.blocks.remove(0);
        }
        article.title = title;
    } else if article.title.is_empty() {
        article.title = words(&["itemmeta", "title"]).unwrap_or_default();
    }
    let lines: Vec<_> = find(&["contentmeta"])
        .into_iter()
        .flat_map(|meta| meta.named("by"))
        .filter_map(|by| byline(&by.text()))
        .collect();
    let creators: Vec<_> = find(&["contentmeta"])
        .into_iter()
        .flat_map(|meta| meta.named("creator"))
        .filter_map(named)
        .collect();
    article.author = line(&lines.join(", "))
        .or_else(|| article.author.take())
        .or_else(|| line(&creators.join(", ")));
    article.publisher = find(&["itemmeta", "provider"])
        .and_then(named)
        .or_else(|| article.publisher.take())
        .or_else(|| find(&["rightsinfo", "copyrightholder"]).and_then(named));
    if let Some(dateline) = words(&["contentmeta", "dateline"]) {
        nitf::put_dateline(&dateline, &mut article.blocks);
    }
    article.language = find(&["contentmeta", "language"])
        .and_then(|language| line(language.attribute("tag")?))
        .or_else(|| item.attribute("lang").and_then(line));
    article.published = words(&["contentmeta", "contentcreated"])
        .or_else(|| words(&["itemmeta", "firstcreated"]))
        .or_else(|| words(&["itemmeta", "versioncreated"]));
    let links = find(&["itemmeta"]).into_iter().flat_map(|meta| meta.named("link"));
    article.url = links
        .filter_map(|link| line(link.attribute("href")?))
        .find(|address| address.starts_with("http"));
}

/// The name of a party.
fn named(party: &Element) -> Option<String> {
    let names: Vec<_> = party.named("name").filter_map(Element::line).collect();
    names.into_iter().next().or_else(|| line(party.attribute("literal")?))
}

/// The caption of a picture that comes with the text.
fn picture(item: &Element, article: &mut ReadArticle) {
    let meta = item.at(&["contentmeta"]);
    let mut descriptions = meta.into_iter().flat_map(|meta| meta.named("description"));
    let caption = descriptions.find_map(Element::line);
    let credit = meta.and_then(|meta| meta.at(&["creditline"])).and_then(Element::line);
    if let Some(caption) = caption {
        let text = match credit {
            Some(credit) => format!("{caption} (Photo: {credit})"),
            None => caption,
        };
        article.blocks.push(Block { kind: BlockKind::Caption, text });
    }
}
