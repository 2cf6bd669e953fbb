//! The guard before validation: how much work a document asks for, found in time linear in the document.
//!
//! Validation walks fragments as often as they are spread, so that a few hundred bytes of fragments that spread each other twice keep it busy
//! for seconds. The guard looks at each fragment once: first at the text, token by token, then at the parsed document, as if every fragment
//! were written out and every page were full.

use std::collections::HashMap;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Value as ConstValue, Variables};
use async_graphql_value::Value;

/// The most tokens that a document has.
pub const MOST_TOKENS: u64 = 20_000;
/// How deep its braces, brackets and parentheses go at most.
pub const MOST_NESTING: u64 = 60;
/// What it may cost at most.
pub const MOST_COST: u64 = 200_000;
/// What a page is taken to hold where the document doesn't say.
const USUAL_PAGE: u64 = 25;
/// What a page holds at most: who asks for more is refused in its place, with the field's name.
const MOST_PAGE: u64 = 100;

/// A document that asks for too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooComplex {
    /// What it asks for: at least so much.
    pub cost: u64,
    /// What it may ask for.
    pub limit: u64,
}

/// Looks at a document's text: refuses too many tokens, or too deep a nesting, before the parser sees them.
pub fn scan(text: &str) -> Result<(), TooComplex> {
    let bytes = text.as_bytes();
    let (mut at, mut tokens, mut depth, mut deepest) = (0, 0, 0_u64, 0_u64);
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => at + 1,
            b'#' => end_of(bytes, at, |byte| matches!(byte, b'\n' | b'\r')),
            _ => {
                tokens += 1;
                match byte {
                    b'"' => end_of_string(bytes, at),
                    b'{' | b'[' | b'(' => {
                        depth += 1;
                        deepest = deepest.max(depth);
                        at + 1
                    }
                    b'}' | b']' | b')' => {
                        depth = depth.saturating_sub(1);
                        at + 1
                    }
                    b'_' | b'-' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                        end_of(bytes, at, |byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+')))
                    }
                    _ => at + 1,
                }
            }
        };
    }
    within(tokens, MOST_TOKENS)?;
    within(deepest, MOST_NESTING)
}

/// What the operation that would run costs, with its fragments written out: one a field, one a directive, one an element of a list in an
/// argument, and what stands below a page as often as the page has rows. Refuses what costs more than [`MOST_COST`].
///
/// Every operation of the document is weighed, since validation looks at them all; the dearest counts.
pub fn weigh(document: &ExecutableDocument, variables: &Variables) -> Result<u64, TooComplex> {
    let mut scale = Scale { document, variables, fragments: HashMap::new() };
    let operations: Vec<&OperationDefinition> = match &document.operations {
        DocumentOperations::Single(operation) => vec![&operation.node],
        DocumentOperations::Multiple(operations) => operations.values().map(|operation| &operation.node).collect(),
    };
    // Fragments that no operation spreads are validated as well.
    let unused = document.fragments.keys().map(|name| scale.fragment(name)).max().unwrap_or_default();
    let cost = operations.into_iter().map(|operation| scale.selections(&operation.selection_set.node)).max().unwrap_or_default();
    within(cost.max(unused), MOST_COST)?;
    Ok(cost)
}

struct Scale<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    /// What each fragment costs; none while it is being weighed.
    fragments: HashMap<&'a Name, Option<u64>>,
}

impl<'a> Scale<'a> {
    fn selections(&mut self, set: &'a SelectionSet) -> u64 {
        set.items.iter().fold(0, |cost, item| {
            cost.saturating_add(match &item.node {
                Selection::Field(field) => self.field(&field.node),
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.node.fragment_name.node).saturating_add(spread.node.directives.len() as u64)
                }
                Selection::InlineFragment(inline) => {
                    self.selections(&inline.node.selection_set.node).saturating_add(inline.node.directives.len() as u64)
                }
            })
        })
    }

    fn field(&mut self, field: &'a Field) -> u64 {
        let arguments = field.arguments.iter().map(|(_, value)| elements(&value.node)).fold(0, u64::saturating_add);
        let below = self.selections(&field.selection_set.node);
        (1 + field.directives.len() as u64).saturating_add(arguments).saturating_add(below.saturating_mul(self.rows(field)))
    }

    fn fragment(&mut self, name: &'a Name) -> u64 {
        let Some(FragmentDefinition { selection_set, directives, .. }) = self.document.fragments.get(name).map(|fragment| &fragment.node)
        else {
            // Not there: validation says so.
            return 0;
        };
        match self.fragments.get(name) {
            Some(Some(cost)) => return *cost,
            // A cycle: validation says so.
            Some(None) => return 0,
            None => {}
        }
        self.fragments.insert(name, None);
        let cost = self.selections(&selection_set.node).saturating_add(directives.len() as u64);
        self.fragments.insert(name, Some(cost));
        cost
    }

    /// How many rows stand on the page that a field gives; one where it gives no page, as far as the document shows.
    fn rows(&self, field: &Field) -> u64 {
        let asked = |name: &str| field.get_argument(name).map(|value| self.number(value));
        let is_page = |item: &Positioned<Selection>| matches!(&item.node, Selection::Field(field) if matches!(field.node.name.node.as_str(), "nodes" | "edges"));
        match (asked("first"), asked("last")) {
            (None, None) if field.selection_set.node.items.iter().any(is_page) => USUAL_PAGE,
            (first, last) => first.max(last).unwrap_or(1).clamp(1, MOST_PAGE),
        }
    }

    fn number(&self, value: &Positioned<Value>) -> u64 {
        let number = match &value.node {
            Value::Number(number) => number.as_u64(),
            Value::Variable(name) => match self.variables.get(name) {
                Some(ConstValue::Number(number)) => number.as_u64(),
                _ => None,
            },
            _ => None,
        };
        number.unwrap_or(USUAL_PAGE)
    }
}

/// How many elements the lists in an argument have.
fn elements(value: &Value) -> u64 {
    match value {
        Value::List(list) => list.iter().map(elements).fold(list.len() as u64, u64::saturating_add),
        Value::Object(map) => map.values().map(elements).fold(0, u64::saturating_add),
        _ => 0,
    }
}

const fn within(cost: u64, limit: u64) -> Result<(), TooComplex> {
    if cost > limit { Err(TooComplex { cost, limit }) } else { Ok(()) }
}

fn end_of(bytes: &[u8], from: usize, is_end: impl Fn(u8) -> bool) -> usize {
    bytes[from..].iter().position(|byte| is_end(*byte)).map_or(bytes.len(), |length| from + length.max(1))
}

/// The end of the string that begins at `from`; of a string that doesn't end, the end of the text.
fn end_of_string(bytes: &[u8], from: usize) -> usize {
    let block = bytes[from..].starts_with(b"\"\"\"");
    let (close, mut at): (&[u8], usize) = if block { (b"\"\"\"", from + 3) } else { (b"\"", from + 1) };
    while at < bytes.len() {
        if bytes[at] == b'\\' {
            // In a block only the closing quotes can be escaped.
            at += if block && bytes[at + 1..].starts_with(close) {
                4
            } else if block {
                1
            } else {
                2
            };
        } else if bytes[at..].starts_with(close) {
            return at + close.len();
        } else {
            at += 1;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(text: &str) -> Result<u64, TooComplex> {
        scan(text)?;
        let document = async_graphql::parser::parse_query(text).expect("it parses");
        weigh(&document, &Variables::default())
    }

    #[test]
    fn a_page_costs_its_rows() {
        assert_eq!(cost("{ a { b } }"), Ok(2));
        assert_eq!(cost("{ a(first: 10) { nodes { b c } } }"), Ok(31));
        assert_eq!(cost("{ a { nodes { b } } }"), Ok(51));
        assert_eq!(cost("query { ...F ...F } fragment F on Q { a b }"), Ok(4));
    }

    #[test]
    fn what_keeps_validation_busy_is_refused() {
        use std::fmt::Write;
        let mut doubling = "{ ...f0 } fragment f30 on Query { a } ".to_owned();
        for n in 0..30 {
            let _ = write!(doubling, "fragment f{n} on Query {{ ...f{0} ...f{0} }} ", n + 1);
        }
        let cases = [
            doubling,
            format!("{{ {} }}", "a: x ".repeat(30_000)),
            format!("{{ x {} }}", "@a ".repeat(30_000)),
            format!("{}{}", "{ a ".repeat(500), "}".repeat(500)),
            format!("{{ a(x: [{}]) }}", "1,".repeat(1_000_000)),
            "{ a { nodes { a { nodes { a { nodes { a { nodes { a } } } } } } } } }".to_owned(),
        ];
        for text in cases {
            assert!(cost(&text).is_err(), "{}", &text[..60]);
        }
    }

    #[test]
    fn a_long_string_is_one_token() {
        let text = "brackets { [ ( and \\\" quotes, ".repeat(40_000);
        assert_eq!(cost(&format!("{{ a(x: \"{text}\") }}")), Ok(1));
        assert_eq!(cost(&format!("{{ a(x: \"\"\"{} \\\"\"\" end\"\"\") }}", "{ [ ( \" ".repeat(40_000))), Ok(1));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,200}") {
            let _ = scan(&text);
        }
    }
}
