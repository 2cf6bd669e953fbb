//! HTML, parsed as browsers do, within bounds.
//!
//! A parser of HTML accepts everything, and some inputs make its tree grow with the square of their
//! length. So the tree is measured after each token, and refused as soon as it exceeds a bound.
//! Nothing is run or loaded.
//!
//! The parser opens formatting elements again in each paragraph. Each of those is within the one
//! before, so the bound on depth is also a bound on how much one token can add.

use std::borrow::Cow;
use std::cell::Cell;

use dom_query::{Document, NodeData, NodeId, NodeRef};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{
    ElementFlags, NodeOrText, QuirksMode, TreeBuilder, TreeBuilderOpts, TreeSink,
};
use html5ever::{Attribute, QualName};

use super::MAX_INPUT;
use super::article::{Reading, Refusal};
use super::html_tokens::{self, Taker};
use super::markup::{Element, MAX_DEPTH, Node};

/// The most elements of a page. Large real pages have about 10,000.
pub const MAX_ELEMENTS: usize = 50_000;

/// The most attributes of a page. An element that is opened again has its attributes again.
const MAX_ATTRIBUTES: usize = 500_000;

/// The most attributes that further tags of the page and its body add to the first.
const MOST_ADDED: usize = 1_000;

/// The most bytes of attributes. An input within the bounds has more only if elements are opened
/// again.
const MAX_ATTRIBUTE_BYTES: usize = 2 * MAX_INPUT;

/// How many elements may be added before the depth of the whole tree is measured again.
const MEASURED: usize = 500;

/// How many elements a template counts as. The parser looks through all templates that are open.
const TEMPLATE: usize = 50;

/// A document that measures what is added to it.
struct Measured {
    document: Document,
    /// The contents of templates, which no reader looks at.
    aside: NodeId,
    /// The node that replaces all comments, so that they take no memory.
    comment: NodeId,
    most: usize,
    elements: Cell<usize>,
    attributes: Cell<usize>,
    attribute_bytes: Cell<usize>,
    /// The attributes that later tags of the page and its body added.
    added: Cell<usize>,
    is_deep: Cell<bool>,
    /// How many elements there were when the whole tree was last measured.
    known: Cell<usize>,
}

/// The parser's half that takes tokens.
struct Builder(TreeBuilder<NodeId, Measured>);

/// Parses a page or a part of one.
pub fn parse(text: &str) -> Reading<Document> {
    parse_within(text, MAX_ELEMENTS)
}

/// Parses a part of a page that has at most this many elements.
pub fn parse_within(text: &str, most: usize) -> Reading<Document> {
    let opts = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let builder = Builder(TreeBuilder::new(Measured::new(most), opts));
    let Builder(tree) = html_tokens::read(text, builder)?;
    if let Some(refusal) = tree.sink.too_much().or_else(|| tree.sink.too_deep()) {
        return Err(refusal);
    }
    Ok(tree.sink.finish())
}

impl TokenSink for Builder {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        self.0.process_token(token, line)
    }

    fn end(&self) {
        self.0.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.0.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl Taker for Builder {
    fn refusal(&self) -> Option<Refusal> {
        let tree = &self.0.sink;
        tree.too_much().or_else(|| {
            if tree.elements.get() < tree.known.get() + MEASURED {
                return None;
            }
            tree.known.set(tree.elements.get());
            tree.too_deep()
        })
    }
}

impl Measured {
    fn new(most: usize) -> Self {
        let document = Document::default();
        let aside = document.tree.create_node(NodeData::Fragment);
        let comment = document.create_comment(StrTendril::new());
        Self {
            document,
            aside,
            comment,
            most,
            elements: Cell::new(0),
            attributes: Cell::new(0),
            attribute_bytes: Cell::new(0),
            added: Cell::new(0),
            is_deep: Cell::new(false),
            known: Cell::new(0),
        }
    }

    fn count(&self, attributes: &[Attribute]) {
        let bytes = attributes.iter().map(|it| it.name.local.len() + it.value.len());
        self.attributes.set(self.attributes.get() + attributes.len());
        self.attribute_bytes.set(self.attribute_bytes.get() + bytes.sum::<usize>());
    }

    fn too_much(&self) -> Option<Refusal> {
        let message = if self.is_deep.get() {
            format!("Elements are nested more than {MAX_DEPTH} deep.")
        } else if self.elements.get() > self.most {
            format!("The page has more than {} elements.", self.most)
        } else if self.attributes.get() > MAX_ATTRIBUTES
            || self.attribute_bytes.get() > MAX_ATTRIBUTE_BYTES
        {
            "The elements of the page have too many attributes.".to_owned()
        } else {
            return None;
        };
        Some(Refusal::too_large(message))
    }

    /// Measures the whole tree: parts of it are moved.
    fn too_deep(&self) -> Option<Refusal> {
        let aside = self.document.tree.get(&self.aside)?;
        if is_deep(self.document.root()) || is_deep(aside) {
            self.is_deep.set(true);
        }
        self.too_much()
    }

    /// Measures the depth of a place where something was put.
    fn measure(&self, place: NodeId) {
        let (mut node, mut depth) = (self.document.tree.get(&place), 0);
        while let Some(inner) = node {
            depth += 1;
            if depth > MAX_DEPTH {
                self.is_deep.set(true);
                return;
            }
            node = inner.parent();
        }
    }

    /// Whether a node is one that the tree has, not a comment.
    fn is_kept(&self, child: &NodeOrText<NodeId>) -> bool {
        !matches!(child, NodeOrText::AppendNode(node) if *node == self.comment)
    }
}

/// Whether a tree is too deep: what reads it calls itself for each level.
fn is_deep(root: NodeRef) -> bool {
    let (top, mut node, mut depth) = (root.id, root, 0);
    loop {
        if let Some(child) = node.first_child() {
            depth += 1;
            if depth > MAX_DEPTH {
                return true;
            }
            node = child;
            continue;
        }
        while node.next_sibling().is_none() {
            let Some(parent) = node.parent().filter(|_| node.id != top) else { return false };
            depth -= 1;
            node = parent;
        }
        let Some(next) = node.next_sibling().filter(|_| node.id != top) else { return false };
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

impl TreeSink for Measured {
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

    fn create_element(
        &self,
        name: QualName,
        attrs: Vec<Attribute>,
        mut flags: ElementFlags,
    ) -> NodeId {
        let counts = if flags.template { TEMPLATE } else { 1 };
        self.elements.set(self.elements.get() + counts);
        self.count(&attrs);
        flags.template = false;
        self.document.create_element(name, attrs, flags)
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.comment
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.comment
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        if self.is_kept(&child) {
            self.document.append(parent, child);
            self.measure(*parent);
        }
    }

    fn append_based_on_parent_node(
        &self,
        element: &NodeId,
        before: &NodeId,
        child: NodeOrText<NodeId>,
    ) {
        if self.is_kept(&child) {
            self.document.append_based_on_parent_node(element, before, child);
            self.measure(*element);
            self.measure(*before);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, _: &NodeId) -> NodeId {
        self.aside
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.document.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &NodeId, node: NodeOrText<NodeId>) {
        if self.is_kept(&node) {
            self.document.append_before_sibling(sibling, node);
            self.measure(*sibling);
        }
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attrs: Vec<Attribute>) {
        self.elements.set(self.elements.get() + attrs.len());
        self.count(&attrs);
        // The time grows with the square of their number, and none of them says a word.
        let added = self.added.get() + attrs.len();
        if added <= MOST_ADDED {
            self.added.set(added);
            self.document.add_attrs_if_missing(target, attrs);
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.document.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        self.document.reparent_children(node, new_parent);
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &NodeId) -> bool {
        self.document.is_mathml_annotation_xml_integration_point(handle)
    }
}

#[cfg(test)]
mod tests;
