//! XML, read into elements within bounds.
//!
//! Nothing is fetched, and no entity is defined: a document type with declarations of its own is
//! refused. Names lose their prefixes.

use quick_xml::Reader;
use quick_xml::escape::resolve_html5_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::article::{Reading, Refusal};
use super::markup::{Element, MAX_DEPTH, Node};

/// The most elements of a document.
const MAX_ELEMENTS: usize = 200_000;

/// The most attributes of an element.
const MAX_ATTRIBUTES: usize = 100;

/// Reads a document. Its root is the only element of the returned one.
pub fn parse(text: &str) -> Reading<Element> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}').trim_start());
    reader.config_mut().expand_empty_elements = true;
    let (mut open, mut count) = (vec![Element::default()], 0);
    loop {
        let at = reader.buffer_position();
        let wrong = |error: &dyn std::fmt::Display| {
            Refusal::malformed(format!("This is not well-formed XML, at byte {at}: {error}."))
        };
        match reader.read_event().map_err(|error| wrong(&error))? {
            Event::Start(tag) => {
                count += 1;
                if open.len() > MAX_DEPTH {
                    return Err(Refusal::too_large(format!(
                        "Elements are nested more than {MAX_DEPTH} deep."
                    )));
                }
                if count > MAX_ELEMENTS {
                    return Err(Refusal::too_large(format!(
                        "The document has more than {MAX_ELEMENTS} elements."
                    )));
                }
                open.push(started(&tag)?);
            }
            Event::End(_) => close(&mut open),
            Event::Text(text) => append(&mut open, &text.xml10_content()),
            Event::CData(text) => append(&mut open, &text.xml10_content()),
            Event::GeneralRef(name) => append(&mut open, &resolved(&name)?),
            Event::DocType(declared) => refuse_declarations(&declared)?,
            Event::Eof if open.len() > 1 => {
                return Err(wrong(&"the document ends within an element"));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let document = open.pop().unwrap_or_default();
    match document.elements().count() {
        1 => Ok(document),
        0 => Err(Refusal::malformed("This is not XML: it has no elements.")),
        _ => Err(Refusal::malformed("This is not well-formed XML: it has several roots.")),
    }
}

fn started(tag: &BytesStart) -> Reading<Element> {
    let mut element = Element::new(&tag.local_name().as_ref().to_ascii_lowercase());
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute
            .map_err(|error| Refusal::malformed(format!("An attribute is not XML: {error}.")))?;
        if element.attributes.len() == MAX_ATTRIBUTES {
            return Err(Refusal::too_large(format!(
                "An element has more than {MAX_ATTRIBUTES} attributes."
            )));
        }
        let key = attribute.key.local_name().as_ref().to_ascii_lowercase();
        let value = quick_xml::escape::unescape_with(&attribute.value, resolve_html5_entity)
            .map_err(|error| Refusal::malformed(format!("An attribute is not XML: {error}.")))?;
        element.attributes.push((key, value.into_owned()));
    }
    Ok(element)
}

fn append(open: &mut [Element], text: &str) {
    let Some(element) = open.last_mut() else { return };
    match element.children.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        _ => element.children.push(Node::Text(text.to_owned())),
    }
}

fn close(open: &mut Vec<Element>) {
    if let Some(element) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(Node::Element(element));
    }
}

/// The text of a character reference, or of an entity that XML or HTML defines.
fn resolved(reference: &BytesRef) -> Reading<String> {
    let name: &str = reference;
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Ok(character.to_string());
    }
    let known = resolve_html5_entity(name);
    known.map(str::to_owned).ok_or_else(|| {
        let name: String = name.chars().take(40).collect();
        Refusal::malformed(format!(
            "The entity `&{name};` is unknown. Only those of XML and HTML are read."
        ))
    })
}

/// A document type may be named, as NITF files do. Declarations within it can define entities.
fn refuse_declarations(declared: &str) -> Reading<()> {
    if declared.contains('[') {
        return Err(Refusal::malformed(
            "The document type has declarations of its own, which can define entities. Remove the \
             part in square brackets.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::import::article::Fault;

    fn refused(text: &str) -> (Fault, String) {
        let refusal = parse(text).expect_err("it is refused");
        (refusal.fault, refusal.message)
    }

    #[test]
    fn texts_entities_and_cdata_are_read() {
        let document = parse("<?xml version=\"1.0\"?>\n<n:a xmlns:n='urn:x' B='1 &amp; 2'>x &lt;&#233;&nbsp;<![CDATA[<i>]]></n:a>")
            .expect("XML");

        let root = document.at(&["a"]).expect("the root");
        assert_eq!(root.attribute("b"), Some("1 & 2"));
        assert_eq!(root.text(), "x <é\u{a0}<i>");
    }

    #[test]
    fn entities_cannot_be_defined() {
        let bomb = "<!DOCTYPE a [<!ENTITY x \"ha\"><!ENTITY y \"&x;&x;\">]><a>&y;</a>";
        assert!(refused(bomb).1.contains("declarations"));
        let outside = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
        assert!(refused(outside).1.contains("declarations"));
        let by_parameter =
            "<!DOCTYPE a [<!ENTITY % x SYSTEM \"http://example.org/x.dtd\"> %x;]><a/>";
        assert!(refused(by_parameter).1.contains("declarations"));
        assert!(refused("<a>&unknown;</a>").1.contains("`&unknown;`"));
        assert!(parse("<!DOCTYPE nitf SYSTEM \"nitf-3-6.dtd\"><nitf>x</nitf>").is_ok());
    }

    #[test]
    fn input_that_is_no_xml_is_refused() {
        for text in ["", "words", "<a>", "<a></b>", "<a/><b/>", "<a b=></a>", "<a><![CDATA[x</a>"] {
            assert_eq!(refused(text).0, Fault::Malformed, "{text}");
        }
    }

    #[test]
    fn deep_wide_and_large_documents_stay_within_bounds() {
        assert_eq!(refused(&"<a>".repeat(100_000)).0, Fault::TooLarge);
        assert_eq!(refused(&format!("<r>{}</r>", "<a/>".repeat(300_000))).0, Fault::TooLarge);
        let many =
            (0..100_000).map(|number| format!(" a{number}='x'")).collect::<Vec<_>>().concat();
        assert_eq!(refused(&format!("<r{many}/>")).0, Fault::TooLarge);
        assert!(parse(&format!("<r a='{}'/>", "x".repeat(4 << 20))).is_ok());
    }
}
