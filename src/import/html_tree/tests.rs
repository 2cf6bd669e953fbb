use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::parse;

/// Longer than any of these takes. Without bounds they take all of the memory.
const PATIENCE: Duration = Duration::from_secs(20);

/// The time for which this thread has run, so that a busy machine spoils no measurement. On
/// systems that do not tell it, the time since the first call.
fn ran() -> Duration {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    let begun = BEGUN.get_or_init(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    told.and_then(|told| told.split(' ').next()?.parse().ok())
        .map_or_else(|| begun.elapsed(), Duration::from_nanos)
}

fn refused(text: &str, says: &str) {
    let begun = ran();
    let message = parse(text).err().expect("it is refused").message;
    assert!(message.contains(says), "{message}");
    let took = ran().saturating_sub(begun);
    assert!(took < PATIENCE, "{says}: {took:?}");
}

#[test]
fn deep_wide_and_growing_pages_are_refused_soon() {
    refused(&"<div>".repeat(100_000), "nested");
    refused(&"<p>x".repeat(100_000), "elements");
    refused(&"<table><tr><td>".repeat(50_000), "nested");
    // Each paragraph opens all of the bold parts before it again.
    let bold =
        (0..20_000).map(|number| format!("<div><b a={number}></div>")).collect::<Vec<_>>().concat();
    assert!(parse(&bold).is_err());
    let many = (0..400_000).map(|number| format!(" a{number}")).collect::<Vec<_>>().concat();
    refused(&format!("<p{many}>"), "attributes");
    let many = (0..400_000).map(|number| format!("a{number}=''")).collect::<Vec<_>>().concat();
    refused(&format!("<p {many}>"), "attributes");
    let many = (0..800_000).map(|number| format!("<body a{number}>")).collect::<Vec<_>>();
    refused(&many.concat(), "elements");
    refused(&"<template>".repeat(400_000), "elements");
}

/// Formatting elements that differ, so that the parser keeps all of them.
fn open(names: &[&str], count: usize) -> String {
    let one = |number: usize| format!("<{} a{number}>", names[number % names.len()]);
    (0..count).map(one).collect()
}

#[test]
fn formatting_that_is_opened_again_in_each_paragraph_is_refused_at_once() {
    let all = ["b", "i", "u", "font", "code", "strong", "tt", "nobr"];
    for names in [&["b"][..], &["a"], &all] {
        let bold = open(names, 2_600);
        for (before, paragraph) in [
            ("<p>", "<p>x"),
            ("<table>", "<p>x"),
            ("<table><tr><td>", "<td>x"),
            ("<template><p>", "<p>x"),
            ("<svg><foreignObject><p>", "<p>x"),
            ("<ul><li>", "<li>x"),
        ] {
            let page = format!("{before}{bold}{}", paragraph.repeat(7_000));
            let begun = ran();
            let refusal = parse(&page).err().map(|refusal| refusal.message);
            assert!(refusal.is_some() || names == ["a"], "{before} {names:?}");
            let took = ran().saturating_sub(begun);
            assert!(took < PATIENCE, "{before} {names:?}: {took:?}");
        }
    }
    // Few enough for the bound on depth.
    let few = format!("<p>{}{}", open(&["b"], 190), "<p>x".repeat(7_000));
    refused(&few, "elements");
}

#[test]
fn attributes_that_are_copied_with_their_elements_are_refused() {
    let names = (0..900).map(|number| format!(" a{number}")).collect::<Vec<_>>().concat();
    let bold = (0..100).map(|number| format!("<b b{number}{names}>")).collect::<Vec<_>>().concat();
    refused(&format!("<p>{bold}{}", "<p>x".repeat(1_000)), "attributes");
    let long = format!("<p><b a='{}'>{}", "x".repeat(4_000_000), "<p>x".repeat(40_000));
    refused(&long, "attributes");
}

#[test]
fn comments_take_no_place() {
    let page = format!("<p>a{}b</p>", "<!>".repeat(1_000_000));
    let document = parse(&page).expect("a page");
    assert_eq!(&*document.select("p").text(), "ab");
    assert_eq!(document.select("p").nodes()[0].children_it(false).count(), 1);
}

#[test]
fn large_attributes_and_texts_are_harmless() {
    let picture = format!("<img src='data:image/png;base64,{}'>", "iVBORw0K".repeat(100_000));
    assert!(parse(&picture).is_ok());
    assert!(parse(&"words & <!-- ".repeat(2_000)).is_ok());
    assert!(parse(&format!("<script>{}</script>", "var a = 1; ".repeat(200_000))).is_ok());
    assert!(parse(&"<br>".repeat(40_000)).is_ok());
}
