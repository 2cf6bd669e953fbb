//! JSON-LD: data of a page or a feed, as linked objects.
//!
//! An object may name another one by its `@id` instead of having it within. A text may have
//! character references of HTML. They are decoded, and nothing else in it counts as markup.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use quick_xml::escape::resolve_html5_entity;
use serde_json::Value as Json;

use super::article::{Reading, Refusal};
use super::html_tokens::{self, Taker};

/// Whether the type of a script says that it is JSON-LD.
pub fn is_json_ld(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/ld+json")
}

/// The texts of a page's scripts that are JSON-LD. No tree of the page is built.
pub fn scripts(page: &str) -> Reading<Vec<String>> {
    let scripts = html_tokens::read(page, Scripts::default())?;
    Ok(scripts.found.into_inner())
}

/// Collects the scripts of a page that are JSON-LD.
#[derive(Default)]
struct Scripts {
    found: RefCell<Vec<String>>,
    /// The text of the script that is open.
    open: RefCell<Option<String>>,
    /// How many drawings and formulas are open. Elements in them can close themselves.
    foreign: RefCell<usize>,
}

impl Scripts {
    fn start(&self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        if matches!(name, "svg" | "math") && !tag.self_closing {
            *self.foreign.borrow_mut() += 1;
        }
        if tag.self_closing && *self.foreign.borrow() > 0 {
            return TokenSinkResult::Continue;
        }
        if name == "script" {
            let kind = tag.attrs.iter().find(|attribute| &*attribute.name.local == "type");
            let is_wanted = kind.is_some_and(|kind| is_json_ld(&kind.value));
            *self.open.borrow_mut() = is_wanted.then(String::new);
        }
        match name {
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
                TokenSinkResult::RawData(RawKind::Rawtext)
            }
            "textarea" | "title" => TokenSinkResult::RawData(RawKind::Rcdata),
            "plaintext" => TokenSinkResult::Plaintext,
            _ => TokenSinkResult::Continue,
        }
    }

    fn end(&self, tag: &Tag) {
        match &*tag.name {
            "script" => self.found.borrow_mut().extend(self.open.take()),
            "svg" | "math" => {
                let open = self.foreign.borrow().saturating_sub(1);
                self.foreign.replace(open);
            }
            _ => {}
        }
    }
}

impl TokenSink for Scripts {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return self.start(&tag),
            Token::TagToken(tag) => self.end(&tag),
            Token::CharacterTokens(text) => {
                if let Some(open) = &mut *self.open.borrow_mut() {
                    open.push_str(&text);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Taker for Scripts {
    fn refusal(&self) -> Option<Refusal> {
        None
    }
}

/// The objects of some documents that have an id.
pub struct Linked<'a>(HashMap<&'a str, &'a Json>);

impl<'a> Linked<'a> {
    /// The objects in these documents.
    pub fn of(documents: &'a [Json]) -> Self {
        let mut linked = Self(HashMap::new());
        for document in documents {
            linked.add(document);
        }
        linked
    }

    fn add(&mut self, json: &'a Json) {
        match json {
            Json::Array(list) => list.iter().for_each(|one| self.add(one)),
            Json::Object(members) => {
                if let Some(id) = members.get("@id").and_then(Json::as_str) {
                    // The others only refer to it.
                    let most = self.0.entry(id).or_insert(json);
                    if most.as_object().is_some_and(|most| most.len() < members.len()) {
                        *most = json;
                    }
                }
                members.values().for_each(|member| self.add(member));
            }
            _ => {}
        }
    }

    /// The values of a member: none, one or several. An object that only refers to another is
    /// replaced by it.
    pub fn each(&self, json: Option<&'a Json>) -> impl Iterator<Item = &'a Json> {
        let list = match json {
            Some(Json::Array(list)) => list.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        list.iter().filter(|one| !one.is_null()).map(|one| {
            let id = one.get("@id").and_then(Json::as_str);
            id.and_then(|id| self.0.get(id).copied()).unwrap_or(one)
        })
    }
}

/// A text or number as a line of plain text, or the first of several.
pub fn text(json: Option<&Json>) -> Option<String> {
    let text = match json? {
        Json::Array(list) => return list.iter().find_map(|one| text(Some(one))),
        Json::Object(members) => return text(members.get("@value")),
        Json::String(text) => decoded(text),
        Json::Number(number) => number.to_string().into(),
        Json::Null | Json::Bool(_) => return None,
    };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

/// The text with its character references decoded. Anything else stays as it is.
fn decoded(text: &str) -> Cow<'_, str> {
    /// More bytes than the longest name of a reference has.
    const LONGEST: usize = 40;
    if !text.contains('&') {
        return text.into();
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(LONGEST).position(|byte| byte == b';');
        match end.and_then(|end| Some((reference(&rest[1..end])?, end))) {
            Some((value, end)) => {
                out.push_str(&value);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out.into()
}

/// The characters that a reference names.
fn reference(name: &str) -> Option<Cow<'static, str>> {
    let Some(number) = name.strip_prefix('#') else {
        return resolve_html5_entity(name).map(Into::into);
    };
    let number = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    let character = char::from_u32(number).filter(|c| *c != '\0')?;
    // Old pages mean the characters that Windows has at these numbers, and browsers show those.
    let character = match u8::try_from(number) {
        Ok(byte @ 0x80..=0x9F) => WINDOWS[usize::from(byte - 0x80)],
        _ => character,
    };
    Some(character.to_string().into())
}

/// The characters 0x80 to 0x9F of Windows-1252, as the HTML Standard reads them.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_decoded_and_no_word_is_dropped() {
        for (given, decoded) in [
            ("Income <b and &amp; c> fell; a<b", "Income <b and & c> fell; a<b"),
            ("AT&T; R&D & &nosuch; &#;", "AT&T; R&D & &nosuch; &#;"),
            ("&lt;b&gt; &#x2019;&#8217;&#146; &eacute;", "<b> ’’’ é"),
            ("&amp;amp; &#0; &#xD800; &#99999999999;", "&amp; &#0; &#xD800; &#99999999999;"),
            ("&é;&&amp;", "&é;&&"),
        ] {
            assert_eq!(text(Some(&json!(given))).as_deref(), Some(decoded));
        }
        assert_eq!(text(Some(&json!(" a&nbsp;b\n"))).as_deref(), Some("a b"));
        assert_eq!(text(Some(&json!([null, "", " x"]))).as_deref(), Some("x"));
    }

    #[test]
    fn scripts_are_found_where_browsers_find_them() {
        for (page, found) in [
            ("<script type=application/ld+json>1</script>", vec!["1"]),
            ("<SCRIPT TYPE='Application/LD+JSON; charset=utf-8'>1</SCRIPT>", vec!["1"]),
            (
                "<script type=\" application/ld+json \">\"</p><!-- \"</script>x",
                vec!["\"</p><!-- \""],
            ),
            ("<noscript><script type=application/ld+json>1</script></noscript>", vec!["1"]),
            ("<svg><title/><style/></svg><script type=application/ld+json>1</script>", vec!["1"]),
            ("<title><script type=application/ld+json>1</script></title>", vec![]),
            ("<textarea><script type=application/ld+json>1</script>", vec![]),
            ("<!-- <script type=application/ld+json>1</script> -->", vec![]),
            ("<script>'<script type=application/ld+json>1'</script>", vec![]),
            ("<script type=text/javascript>1</script><script type=application/ld+json>2", vec![]),
        ] {
            assert_eq!(scripts(page).expect("a page"), found, "{page}");
        }
    }

    #[test]
    fn markup_that_grows_in_a_tree_is_harmless() {
        let bold = (0..2_600).map(|n| format!("<b a{n}>")).collect::<Vec<_>>().concat();
        let page =
            format!("<p>{bold}{}<script type=application/ld+json>1</script>", "<p>x".repeat(7_000));
        let begun = Instant::now();
        assert_eq!(scripts(&page).expect("a page"), ["1"]);
        assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
        let many = (0..400_000).map(|n| format!(" a{n}")).collect::<Vec<_>>().concat();
        assert!(scripts(&format!("<p{many}>")).is_err());
    }

    #[test]
    fn objects_are_found_by_their_ids() {
        let documents = [
            json!({ "@graph": [{ "author": { "@id": "#a" } }, { "@id": "#a", "name": "A" }, { "@id": "#a" }] }),
        ];
        let linked = Linked::of(&documents);
        let author = documents[0]["@graph"][0].get("author");
        assert_eq!(linked.each(author).collect::<Vec<_>>(), [&json!({ "@id": "#a", "name": "A" })]);
        let list = json!([null, 1]);
        assert_eq!(linked.each(Some(&list)).collect::<Vec<_>>(), [&json!(1)]);
    }
}
