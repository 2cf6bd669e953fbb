//! HTML, parsed as browsers do, within bounds.
//!
//! A parser of HTML accepts everything, and some inputs make its tree grow with the square of their
//! length. So the input is fed in small parts, and refused as soon as the tree exceeds a bound.
//! Nothing is run or loaded.

use std::borrow::Cow;
use std::cell::Cell;

use dom_query::{Document, NodeData, NodeId, NodeRef};
use html5ever::tendril::StrTendril;
use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeBuilderOpts, TreeSink};
use html5ever::{Attribute, ParseOpts, QualName, parse_document};

use super::article::{Reading, Refusal};
use super::markup::{Element, MAX_DEPTH, Node};

/// The most elements of a page. Large real pages have about 10,000.
pub const MAX_ELEMENTS: usize = 50_000;

/// The most bytes that are parsed between two checks.
const PART: usize = 4_096;

/// How many elements may be added before the depth of the tree is measured again.
const MEASURED: usize = 500;

/// The most signs that can separate attributes in a stretch of input without an end of a tag or a
/// comment. The time for a tag grows with the square of its attributes.
const MAX_SEPARATORS: usize = 30_000;

/// The most such stretches, measured by the squares of their signs.
const MAX_EFFORT: usize = 4_000_000_000;

/// A document that counts what is added to it.
struct Counting {
    document: Document,
    elements: Cell<usize>,
    /// How many calls there were. While there are none, the parser is within a tag or a comment.
    calls: Cell<usize>,
}

/// Parses a page or a part of one.
pub fn parse(text: &str) -> Reading<Document> {
    let sink =
        Counting { document: Document::default(), elements: Cell::new(0), calls: Cell::new(0) };
    let opts = ParseOpts {
        tree_builder: TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() },
        ..ParseOpts::default()
    };
    let mut parser = parse_document(sink, opts);
    let (mut rest, mut measured) = (text.trim_start_matches('\u{feff}'), 0);
    let (mut calls, mut silent, mut effort) = (0, 0, 0_usize);
    while !rest.is_empty() {
        let (part, after) = rest.split_at(rest.floor_char_boundary(PART.min(rest.len())));
        rest = after;
        parser.process(StrTendril::from_slice(part));
        let sink = &parser.tokenizer.sink.sink;
        if sink.elements.get() > MAX_ELEMENTS {
            return Err(Refusal::too_large(format!(
                "The page has more than {MAX_ELEMENTS} elements."
            )));
        }
        if sink.elements.get() >= measured + MEASURED {
            measured = sink.elements.get();
            expect_flat(&sink.document)?;
        }
        if sink.calls.get() != calls {
            (calls, silent) = (sink.calls.get(), 0);
            continue;
        }
        let separators = part.bytes().filter(|b| b.is_ascii_whitespace() || b"/\"'".contains(b));
        silent += separators.count();
        effort += silent * PART;
        if silent > MAX_SEPARATORS || effort > MAX_EFFORT {
            return Err(Refusal::too_large(
                "A tag or a comment of the page is too long, or has too many attributes.",
            ));
        }
    }
    let document = parser.finish();
    expect_flat(&document)?;
    Ok(document)
}

/// Refuses a tree that is too deep: what reads it calls itself for each level.
fn expect_flat(document: &Document) -> Reading<()> {
    let (mut node, mut depth) = (document.root(), 0);
    loop {
        if let Some(child) = node.first_child() {
            depth += 1;
            if depth > MAX_DEPTH {
                return Err(Refusal::too_large(format!(
                    "Elements are nested more than {MAX_DEPTH} deep."
                )));
            }
            node = child;
            continue;
        }
        while node.next_sibling().is_none() {
            let Some(parent) = node.parent() else { return Ok(()) };
            depth -= 1;
            node = parent;
        }
        let Some(next) = node.next_sibling() else { return Ok(()) };
        node = next;
    }
}

/// The parts of a node as plain values.
pub fn parts(node: &NodeRef) -> Vec<Node> {
    node.children_it(false).filter_map(|child| part(&child)).collect()
}

fn part(node: &NodeRef) -> Option<Node> {
    if node.is_text() {
        return Some(Node::Text(node.text().to_string()));
    }
    let element = node.query(|node| match &node.data {
        NodeData::Element(element) => Some(Element {
            name: element.name.local.to_string().to_ascii_lowercase(),
            attributes: element
                .attrs
                .iter()
                .map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string()))
                .collect(),
            children: Vec::new(),
        }),
        _ => None,
    });
    let mut element = element.flatten()?;
    element.children = parts(node);
    Some(Node::Element(element))
}

impl Counting {
    fn call(&self) -> &Document {
        self.calls.set(self.calls.get() + 1);
        &self.document
    }
}

impl TreeSink for Counting {
    type Handle = NodeId;
    type Output = Document;
    type ElemName<'a> = <Document as TreeSink>::ElemName<'a>;

    fn finish(self) -> Document {
        self.document
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        self.document.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Self::ElemName<'a> {
        self.document.elem_name(target)
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        self.elements.set(self.elements.get() + 1);
        self.call().create_element(name, attrs, flags)
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.call().create_comment(StrTendril::new())
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.call().create_comment(StrTendril::new())
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.call().append(parent, child);
    }

    fn append_based_on_parent_node(
        &self,
        element: &NodeId,
        before: &NodeId,
        child: NodeOrText<NodeId>,
    ) {
        self.call().append_based_on_parent_node(element, before, child);
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {
        self.call();
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.document.get_template_contents(target)
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.document.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &NodeId, node: NodeOrText<NodeId>) {
        self.call().append_before_sibling(sibling, node);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attrs: Vec<Attribute>) {
        self.call().add_attrs_if_missing(target, attrs);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.call().remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        self.call().reparent_children(node, new_parent);
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &NodeId) -> bool {
        self.document.is_mathml_annotation_xml_integration_point(handle)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::parse;

    fn refused(text: &str, says: &str) {
        let begun = Instant::now();
        let message = parse(text).err().expect("it is refused").message;
        assert!(message.contains(says), "{message}");
        assert!(begun.elapsed() < Duration::from_secs(20), "{says}: {:?}", begun.elapsed());
    }

    #[test]
    fn deep_wide_and_growing_pages_are_refused_soon() {
        refused(&"<div>".repeat(100_000), "nested");
        refused(&"<p>x".repeat(100_000), "elements");
        refused(&"<table><tr><td>".repeat(50_000), "nested");
        // Each paragraph opens all of the bold parts before it again.
        let bold = (0..20_000)
            .map(|number| format!("<div><b a={number}></div>"))
            .collect::<Vec<_>>()
            .concat();
        assert!(parse(&bold).is_err());
        let many = (0..400_000).map(|number| format!(" a{number}")).collect::<Vec<_>>().concat();
        refused(&format!("<p{many}>"), "attributes");
        let many = (0..400_000).map(|number| format!("a{number}=''")).collect::<Vec<_>>().concat();
        refused(&format!("<p {many}>"), "attributes");
    }

    #[test]
    fn large_attributes_and_texts_are_harmless() {
        let picture = format!("<img src='data:image/png;base64,{}'>", "iVBORw0K".repeat(100_000));
        assert!(parse(&picture).is_ok());
        assert!(parse(&"words & <!-- ".repeat(2_000)).is_ok());
        assert!(parse(&format!("<script>{}</script>", "var a = 1; ".repeat(200_000))).is_ok());
        assert!(parse(&"<br>".repeat(40_000)).is_ok());
    }
}
