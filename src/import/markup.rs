//! Elements and texts of a page or of a wire service's story, and the lines that they come to.
//!
//! One set of rules serves HTML, XHTML, NITF and Markdown, whose elements have the same names where
//! they mean the same.

use super::article::{Block, BlockKind, Dropped, line};

/// The deepest element that is read. Real pages have about 30 levels.
pub const MAX_DEPTH: usize = 200;

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Text.
    Text(String),
    /// An element.
    Element(Element),
}

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name in lower case, without a prefix.
    pub name: String,
    /// Its attributes.
    pub attributes: Vec<(String, String)>,
    /// Its parts.
    pub children: Vec<Node>,
}

impl Element {
    /// An element without parts.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The elements directly within.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements directly within that have a name.
    pub fn named<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a Self> + use<'a, 'n> {
        self.elements().filter(move |element| element.name == name)
    }

    /// The first element at a path of names, from here.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        match path {
            [] => Some(self),
            [first, rest @ ..] => self.named(first).find_map(|element| element.at(rest)),
        }
    }

    /// The outermost elements with a name within, in the order of the document. Their texts together are
    /// no longer than the document.
    pub fn all<'a>(&'a self, name: &str) -> Vec<&'a Self> {
        let mut found = Vec::new();
        self.collect(name, &mut found);
        found
    }

    fn collect<'a>(&'a self, name: &str, found: &mut Vec<&'a Self>) {
        for element in self.elements() {
            if element.name == name {
                found.push(element);
            } else {
                element.collect(name, found);
            }
        }
    }

    /// All text within.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(words) => text.push_str(words),
                Node::Element(element) => {
                    let apart = !is_inline(&element.name);
                    text.push_str(if apart { " " } else { "" });
                    element.write(text);
                    text.push_str(if apart { " " } else { "" });
                }
            }
        }
    }

    /// All text within, as one line.
    pub fn line(&self) -> Option<String> {
        line(&self.text())
    }
}

/// Whether an element is part of a line.
fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr" | "acronym" | "b" | "bdi" | "bdo" | "big" | "cite" | "code" | "data" | "del"
            | "dfn" | "em" | "font" | "i" | "ins" | "kbd" | "label" | "mark" | "q" | "rb" | "rp"
            | "rt" | "ruby" | "s" | "samp" | "small" | "span" | "strike" | "strong" | "sub" | "sup"
            | "time" | "tt" | "u" | "var" | "wbr" | "img" | "amp-img" | "input" | "picture" | "svg"
            // NITF
            | "chron" | "copyrite" | "event" | "function" | "lang" | "location" | "money" | "num"
            | "object.title" | "org" | "person" | "postaddr" | "virtloc" | "city" | "country"
            | "region" | "state" | "sublocation" | "frac" | "frac-num" | "frac-sep" | "frac-den"
    )
}

/// The name for an element that is left out. None if it is kept.
fn left_out(element: &Element) -> Option<&'static str> {
    if element.attribute("hidden").is_some() || element.attribute("aria-hidden") == Some("true") {
        return Some("hidden part|hidden parts");
    }
    Some(match element.name.as_str() {
        "script" | "style" | "noscript" | "template" | "head" | "link" | "meta" => {
            "script or style|scripts and styles"
        }
        "iframe" | "object" | "embed" | "amp-iframe" | "amp-ad" | "amp-embed" => {
            "embedded page|embedded pages"
        }
        "svg" | "img" | "amp-img" | "canvas" | "media-reference" => "picture|pictures",
        "video" | "audio" | "amp-video" | "amp-youtube" => "video or sound|videos and sounds",
        "nav" | "menu" => "navigation|navigations",
        "form" | "button" | "input" | "select" | "textarea" | "dialog" => {
            "form or button|forms and buttons"
        }
        "del" | "s" | "strike" => "struck-out text|struck-out texts",
        "rt" | "rp" => "reading aid|reading aids",
        "media-metadata" | "media-object" | "media-producer" => {
            "detail of a picture|details of pictures"
        }
        "math" => "formula|formulas",
        _ => return None,
    })
}

/// Whether an element credits a picture.
fn is_credit(element: &Element) -> bool {
    element.name == "media-producer"
        || element.attribute("class").is_some_and(|class| {
            ["credit", "copyright", "photographer"].iter().any(|word| class.contains(word))
        })
}

/// Raised digits keep apart from the word before them, as readers see them: `10¹²`, `Lakes¹`.
fn raised(text: &str) -> String {
    let raise = |c: char| match c {
        '0' => Some('⁰'),
        '1' => Some('¹'),
        '2' => Some('²'),
        '3' => Some('³'),
        '4'..='9' => char::from_u32('⁴' as u32 + (c as u32 - '4' as u32)),
        _ => None,
    };
    text.chars().map(raise).collect::<Option<String>>().unwrap_or_else(|| text.to_owned())
}

/// Turns elements into lines.
pub struct Lines<'a> {
    blocks: Vec<Block>,
    open: String,
    kind: BlockKind,
    /// The mark of a list's item, which waits for the item's first words.
    mark: Option<String>,
    dropped: &'a mut Dropped,
}

impl<'a> Lines<'a> {
    /// Reads the parts of an element.
    pub fn of(nodes: &[Node], dropped: &'a mut Dropped) -> Vec<Block> {
        let mut lines = Self {
            blocks: Vec::new(),
            open: String::new(),
            kind: BlockKind::Paragraph,
            mark: None,
            dropped,
        };
        lines.read(nodes, None);
        lines.flush();
        lines.blocks
    }

    fn flush(&mut self) {
        let Some(words) = line(&std::mem::take(&mut self.open)) else { return };
        let text = match self.mark.take() {
            Some(mark) => format!("{mark} {words}"),
            None => words,
        };
        self.blocks.push(Block { kind: self.kind, text });
    }

    fn read(&mut self, nodes: &[Node], list: Option<&Element>) {
        let mut number = list
            .and_then(|list| list.attribute("start"))
            .and_then(|start| start.trim().parse::<i32>().ok())
            .unwrap_or(1);
        for node in nodes {
            match node {
                Node::Text(text) => self.open.push_str(text),
                Node::Element(element) if left_out(element).is_some() => {
                    let noun = left_out(element).unwrap_or_default();
                    self.dropped.add(noun);
                    // A script or a picture between two words does not join them.
                    self.open.push_str(if is_inline(&element.name) { "" } else { " " });
                }
                Node::Element(element) => {
                    if let (Some(list), "li") = (list, element.name.as_str()) {
                        self.flush();
                        let own = element.attribute("value").and_then(|value| value.parse().ok());
                        number = own.unwrap_or(number);
                        let is_numbered = list.name == "ol";
                        self.mark =
                            Some(if is_numbered { format!("{number}.") } else { "•".to_owned() });
                        number = number.saturating_add(1);
                    }
                    self.element(element);
                }
            }
        }
    }

    fn element(&mut self, element: &Element) {
        match element.name.as_str() {
            "br" | "hr" => self.flush(),
            "q" => {
                self.open.push('“');
                self.read(&element.children, None);
                self.open.push('”');
            }
            "sup" => self.open.push_str(&raised(&element.text())),
            "tr" => self.row(element),
            "figcaption" | "media-caption" => self.caption(element),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "hl1" | "hl2" | "caption" => {
                self.block(element, BlockKind::Heading);
            }
            "ul" | "ol" => {
                self.flush();
                self.read(&element.children, Some(element));
                self.flush();
                self.mark = None;
            }
            name if is_inline(name) => self.read(&element.children, None),
            _ => {
                self.flush();
                self.read(&element.children, None);
                self.flush();
            }
        }
    }

    /// The parts of an element, as lines of a kind.
    fn block(&mut self, element: &Element, kind: BlockKind) {
        self.flush();
        let outer = std::mem::replace(&mut self.kind, kind);
        self.read(&element.children, None);
        self.flush();
        self.kind = outer;
    }

    /// A caption is one line, with its credit in brackets at its end.
    fn caption(&mut self, element: &Element) {
        self.flush();
        let (mut words, mut credit) = (element.clone(), None);
        words.children.retain(|node| match node {
            Node::Element(part) if is_credit(part) && credit.is_none() => {
                credit = part.line();
                false
            }
            _ => true,
        });
        let text = match (words.line(), credit) {
            (Some(words), Some(credit)) if words != credit => {
                let credit = credit.trim_matches(['(', ')']);
                let named = if credit.contains([':', '/']) { "" } else { "Photo: " };
                Some(format!("{words} ({named}{credit})"))
            }
            (words, credit) => words.or(credit),
        };
        let kind = BlockKind::Caption;
        self.blocks.extend(text.map(|text| Block { kind, text }));
    }

    /// A row of a table is a line, with bars between its cells.
    fn row(&mut self, row: &Element) {
        self.flush();
        let cells = row.elements().filter(|cell| matches!(cell.name.as_str(), "td" | "th"));
        let mut texts = Vec::new();
        for cell in cells {
            let blocks = Lines::of(&cell.children, self.dropped);
            let text = blocks.into_iter().map(|block| block.text).collect::<Vec<_>>().join(" ");
            texts.push(text);
        }
        if texts.iter().any(|text| !text.is_empty()) {
            self.open = texts.join(" | ");
        }
        self.flush();
    }
}
