//! Markdown: CommonMark with tables, struck-out text and footnotes, as editors write it.
//!
//! Its marks go, and its words stay. HTML within it is left out.

use pulldown_cmark::{Event, HeadingLevel, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::article::{Block, BlockKind, Dropped, ReadArticle, Reading, Refusal, byline, line};
use super::markup::{Element, Lines, MAX_DEPTH, Node};

/// Reads a text.
pub fn read(text: &str) -> Reading {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let mut reader = Reader::default();
    for event in Parser::new_ext(text.trim_start_matches('\u{feff}'), options) {
        reader.take(event)?;
    }
    let mut article = ReadArticle::default();
    front_matter(&reader.front, &mut article, &mut reader.dropped);
    let root = std::mem::take(&mut reader.open).into_iter().next().unwrap_or_default();
    let mut blocks = Lines::of(&root.children, &mut reader.dropped);
    take_title(&mut article, &mut blocks);
    if blocks.is_empty() {
        return Err(Refusal::no_text("The text has nothing below its headline."));
    }
    article.blocks = blocks;
    article.dropped = reader.dropped.words();
    Ok(article)
}

/// The first heading is the headline, unless the front matter names one. Without either, it is the
/// first line.
fn take_title(article: &mut ReadArticle, blocks: &mut Vec<Block>) {
    let Some(first) = blocks.first() else { return };
    if article.title.is_empty() || first.kind == BlockKind::Heading && first.text == article.title {
        article.title.clone_from(&first.text);
        blocks.remove(0);
    }
}

/// Reads the lines `key: value` of front matter. It is rarely more than that.
fn front_matter(text: &str, article: &mut ReadArticle, dropped: &mut Dropped) {
    for entry in text.lines() {
        let Some((key, value)) = entry.split_once([':', '=']) else { continue };
        let value = value.trim();
        let unquoted = ['"', '\''].iter().find_map(|quote| {
            value.strip_prefix(*quote).and_then(|rest| rest.strip_suffix(*quote))
        });
        let Some(value) = line(unquoted.unwrap_or(value)) else { continue };
        match key.trim().to_lowercase().as_str() {
            "title" | "headline" => article.title = value,
            "author" | "authors" | "byline" => {
                article.author = byline(value.trim_matches(['[', ']']));
            }
            "publisher" | "source" => article.publisher = Some(value),
            "lang" | "language" => article.language = Some(value),
            "date" | "published" | "published_at" => article.published = Some(value),
            "url" | "canonical" | "canonical_url" | "permalink" => article.url = Some(value),
            _ => dropped.add("entry of the front matter|entries of the front matter"),
        }
    }
}

#[derive(Default)]
struct Reader {
    /// The elements that are open. The first is the document.
    open: Vec<Element>,
    /// Whether the text is front matter.
    in_front: bool,
    front: String,
    dropped: Dropped,
}

impl Reader {
    fn take(&mut self, event: Event) -> Reading<()> {
        if self.open.is_empty() {
            self.open.push(Element::default());
        }
        match event {
            Event::Start(Tag::MetadataBlock(
                MetadataBlockKind::YamlStyle | MetadataBlockKind::PlusesStyle,
            )) => self.in_front = true,
            Event::End(TagEnd::MetadataBlock(_)) => self.in_front = false,
            Event::Text(text) if self.in_front => self.front.push_str(&text),
            Event::Start(tag) => self.start(&tag)?,
            Event::End(_) => self.end(),
            Event::Text(text)
            | Event::Code(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => self.text(&text),
            Event::SoftBreak => self.text(" "),
            Event::HardBreak | Event::Rule => {
                self.open.push(Element::new("br"));
                self.end();
            }
            Event::InlineHtml(_) | Event::Html(_) => self.dropped.add("tag of HTML|tags of HTML"),
            Event::FootnoteReference(_) => {
                self.dropped.add("mark of a footnote|marks of footnotes");
            }
            Event::TaskListMarker(done) => self.text(if done { "[x] " } else { "[ ] " }),
        }
        Ok(())
    }

    fn start(&mut self, tag: &Tag) -> Reading<()> {
        if self.open.len() > MAX_DEPTH {
            return Err(Refusal::too_large(format!(
                "Quotations and lists are nested more than {MAX_DEPTH} deep."
            )));
        }
        let mut element = Element::new(match tag {
            Tag::Heading { level: HeadingLevel::H1, .. } => "h1",
            Tag::Heading { .. } => "h2",
            Tag::BlockQuote(_) => "blockquote",
            Tag::List(Some(_)) => "ol",
            Tag::List(None) => "ul",
            Tag::Item => "li",
            Tag::Table(_) => "table",
            Tag::TableHead | Tag::TableRow => "tr",
            Tag::TableCell => "td",
            Tag::Strikethrough => "del",
            Tag::Emphasis | Tag::Strong | Tag::Link { .. } => "span",
            Tag::Superscript | Tag::Subscript => "sup",
            Tag::Image { .. } => "figcaption",
            Tag::CodeBlock(_) => "pre",
            Tag::HtmlBlock => "template",
            _ => "p",
        });
        match tag {
            Tag::List(Some(first)) => {
                element.attributes.push(("start".to_owned(), first.to_string()));
            }
            Tag::Link { .. } => self.dropped.add("address of a link|addresses of links"),
            Tag::Image { .. } => self.dropped.add("picture|pictures"),
            _ => {}
        }
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self) {
        if self.open.len() > 1
            && let Some(element) = self.open.pop()
            && let Some(parent) = self.open.last_mut()
            && element.name != "template"
        {
            parent.children.push(Node::Element(element));
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.children.push(Node::Text(text.to_owned()));
        }
    }
}
