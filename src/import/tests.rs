//! Golden tests: each fixture as it is read, and inputs that must be refused or be harmless.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use super::article::{Fault, ReadArticle};
use super::{Format, read};

/// An article as text, for people who compare.
fn shown(article: &ReadArticle) -> String {
    let ReadArticle { title, blocks, url, publisher, author, language, published, dropped } =
        article;
    let mut text = format!("title: {title}\n");
    let facts = [
        ("url", url),
        ("publisher", publisher),
        ("author", author),
        ("language", language),
        ("published", published),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            let _ = writeln!(text, "{name}: {value}");
        }
    }
    for block in blocks {
        let _ = writeln!(text, "{:?}: {}", block.kind, block.text);
    }
    for one in dropped {
        let _ = writeln!(text, "dropped: {one}");
    }
    text
}

fn golden(format: Format, folder: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats").join(folder);
    let files = std::fs::read_dir(&root).expect("the folder exists");
    let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    assert_eq!(files.len(), 10, "{folder}");
    for file in files {
        let text = std::fs::read_to_string(&file).expect("text");
        let name = file.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        let article = read(format, &text).unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"));
        assert!(!article.title.is_empty() && !article.blocks.is_empty(), "{name}");
        insta::assert_snapshot!(format!("{folder}-{name}"), shown(&article));
    }
}

#[test]
fn pages_of_the_web_are_read() {
    golden(Format::Html, "html");
}

#[test]
fn markdown_is_read() {
    golden(Format::Markdown, "markdown");
}

#[test]
fn ninjs_is_read() {
    golden(Format::Ninjs, "ninjs");
}

#[test]
fn newsml_g2_is_read() {
    golden(Format::NewsmlG2, "newsml-g2");
}

#[test]
fn nitf_is_read() {
    golden(Format::Nitf, "nitf");
}

/// Reads an input in bounded time, and returns why it was refused, if it was.
fn outcome(format: Format, text: &str) -> Option<Fault> {
    let begun = Instant::now();
    let fault = read(format, text).err().map(|refusal| refusal.fault);
    // A debug build on a busy machine is slow. An unbounded one takes hours.
    assert!(begun.elapsed() < Duration::from_mins(1), "{format:?}: {:?}", begun.elapsed());
    fault
}

#[test]
fn an_input_in_another_format_is_refused() {
    for (format, text, fault) in [
        (Format::Html, "", Fault::NoText),
        (Format::Html, "<html><body><nav>Home</nav></body></html>", Fault::NoText),
        (Format::Markdown, "", Fault::NoText),
        (Format::Markdown, "# Only a headline", Fault::NoText),
        (Format::Ninjs, "{", Fault::Malformed),
        (Format::Ninjs, "[1]", Fault::Malformed),
        (Format::Ninjs, r#"{"type": "picture"}"#, Fault::Malformed),
        (Format::Ninjs, r#"{"type": "text", "headline": "x"}"#, Fault::NoText),
        (Format::NewsmlG2, "<nitf/>", Fault::Malformed),
        (Format::NewsmlG2, "<newsItem/>", Fault::NoText),
        (Format::Nitf, "<newsItem/>", Fault::Malformed),
        (Format::Nitf, "<nitf/>", Fault::NoText),
        (Format::Nitf, "words", Fault::Malformed),
    ] {
        assert_eq!(outcome(format, text), Some(fault), "{format:?}: {text}");
    }
}

#[test]
fn a_message_with_two_stories_is_refused() {
    let story = "<newsItem><contentSet><inlineData>x</inlineData></contentSet></newsItem>";
    let refusal = read(Format::NewsmlG2, &format!("<itemSet>{story}{story}</itemSet>"))
        .expect_err("it is refused");

    assert!(refusal.message.contains("2 news items"), "{}", refusal.message);
}

#[test]
fn hostile_inputs_end_soon() {
    let large = Some(Fault::TooLarge);
    assert_eq!(outcome(Format::Html, &"<div>".repeat(100_000)), large);
    assert_eq!(outcome(Format::Markdown, &"> ".repeat(100_000)), large);
    assert_eq!(outcome(Format::Nitf, &"<p>".repeat(100_000)), large);
    assert_eq!(outcome(Format::NewsmlG2, &"<p>".repeat(100_000)), large);
    assert_eq!(outcome(Format::Ninjs, &"[".repeat(100_000)), Some(Fault::Malformed));
    let nested = serde_json::json!({ "body_html": "<div>".repeat(100_000) }).to_string();
    assert_eq!(outcome(Format::Ninjs, &nested), large);
    assert_eq!(outcome(Format::Html, &"x".repeat(9 << 20)), large);
    assert_eq!(outcome(Format::Markdown, &"x".repeat(3 << 20)), large);
    for marks in
        ["[", "*", "_a", "`", "<", "[a](", "![", "~~a", "&amp", "\\", "| a |\n", "- ", "1. \n"]
    {
        outcome(Format::Markdown, &marks.repeat(20_000));
    }
    let bomb =
        "<!DOCTYPE nitf [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><nitf>&b;</nitf>";
    assert_eq!(outcome(Format::Nitf, bomb), Some(Fault::Malformed));
    assert_eq!(outcome(Format::NewsmlG2, bomb), Some(Fault::Malformed));
}

#[test]
fn nested_elements_do_not_multiply_their_text() {
    let words = "word ".repeat(20_000);
    let nested =
        |tag: &str| format!("<{tag}>").repeat(150) + &words + &format!("</{tag}>").repeat(150);
    let story = format!(
        "<nitf><body><body.head><byline>{}</byline></body.head><body.content><p>x</p></body.content></body></nitf>",
        nested("person")
    );
    let author = read(Format::Nitf, &story).expect("an article").author.expect("an author");
    assert!(author.len() <= words.len(), "{}", author.len());
    let page = format!(
        "<main>{}<p>x</p></main>",
        nested("div").replace("<div>", "<div itemprop=headline>")
    );
    assert!(read(Format::Html, &page).expect("an article").title.len() <= words.len());
    // Long values of an item are not read as HTML, however many there are.
    let value = format!("<p {}></p>", "a ".repeat(20_000));
    let item = serde_json::json!({ "type": "text", "body_text": "x", "bylines": vec![serde_json::json!({ "byline": value }); 100] });
    assert_eq!(outcome(Format::Ninjs, &item.to_string()), None);
    // Boxes around the article are looked at once each.
    let boxes = "<div class='promo share related more menu social tags'>".repeat(150);
    outcome(Format::Html, &format!("{boxes}{}<main><p>x</p></main>", "<br>".repeat(20_000)));
}

#[test]
fn a_page_of_many_parts_is_read_in_bounded_time() {
    let story = "<p>The harbour, the town and the river have a long history, as readers know.</p>";
    let page = format!("<article><h1>Long</h1>{}</article>", story.repeat(2_000));
    assert_eq!(outcome(Format::Html, &page), None);
    let nested = "<div><span>".repeat(90) + "words, of course" + &"</span></div>".repeat(90);
    outcome(Format::Html, &format!("<h1>x</h1>{}", nested.repeat(40)));
    outcome(Format::Html, &format!("<h1>x</h1>{}", "<a href=x>link</a> ".repeat(4_000)));
    outcome(Format::Html, &format!("<h1>x</h1>{}", "<br><br>words".repeat(2_000)));
    outcome(Format::Html, &format!("<h1>x</h1><p>{}</p>", "words, and more ".repeat(400_000)));
}
