//! Tests that hold for any text.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::boundary::Plain;
use super::segment::{is_caption, sentence_rules, split_sentences};
use super::*;

fn reason(result: Result<impl Sized>) -> (String, Reason, String) {
    match result.err() {
        Some(Error::Invalid { field, reason, message }) => (field, reason, message),
        _ => panic!("this should have been refused"),
    }
}

fn kinds(text: &str) -> Vec<(SpanKind, &str)> {
    let blocks =
        segment(text, None).unwrap().into_iter().filter(|piece| piece.kind != SpanKind::Sentence);
    blocks.map(|piece| (piece.kind, &text[piece.extent.utf8()])).collect()
}

fn sentences<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let pieces = segment(text, Some(language))
        .unwrap()
        .into_iter()
        .filter(|piece| piece.kind == SpanKind::Sentence);
    pieces.map(|piece| &text[piece.extent.utf8()]).collect()
}

#[test]
fn a_text_is_the_headline_an_empty_line_and_the_body() {
    assert_eq!(
        compose("\u{FEFF} Head\r\n", "\u{FEFF}One.\r\nTwo.\rThree.\n").unwrap(),
        "Head\n\nOne.\nTwo.\nThree.\n"
    );
}

#[test]
fn a_text_is_not_renormalised() {
    assert_eq!(
        compose("Cafe\u{301}", "Caf\u{E9}, \u{FB01}n\u{A0}\u{200B}.").unwrap(),
        "Cafe\u{301}\n\nCaf\u{E9}, \u{FB01}n\u{A0}\u{200B}."
    );
}

#[test]
fn control_characters_are_refused_by_name_and_place() {
    let (field, why, message) = reason(compose("Head", "One\r\ntw\t\u{7}o"));
    assert_eq!((field.as_str(), why), ("body", Reason::ControlCharacter));
    assert!(message.contains("U+0007 in line 2, character 4"), "{message}");
    assert_eq!(reason(compose("He\u{85}ad", "x")).1, Reason::ControlCharacter);
    assert_eq!(
        reason(compose("Head\u{B}", "x")).1,
        Reason::ControlCharacter,
        "trimming hides nothing"
    );
}

#[test]
fn a_title_is_one_line_of_500_code_points_at_most() {
    assert_eq!(reason(compose(" \n", "x")).1, Reason::Empty);
    assert_eq!(reason(compose("a\nb", "x")).1, Reason::InvalidFormat);
    assert_eq!(reason(compose("a\tb", "x")).1, Reason::InvalidFormat);
    assert!(compose(&"\u{1F600}".repeat(500), "x").is_ok());
    assert_eq!(reason(compose(&"a".repeat(501), "x")).1, Reason::TooLarge);
}

#[test]
fn a_body_without_a_word_is_empty() {
    assert_eq!(reason(compose("Head", "\u{FEFF} \r\n\t\u{A0}")).1, Reason::Empty);
}

#[test]
fn a_text_of_one_mebibyte_is_taken_and_one_byte_more_is_not() {
    let body = "a".repeat(MAX_BYTES - 6);
    assert_eq!(compose("Head", &body).unwrap().len(), MAX_BYTES);
    let (field, why, message) = reason(compose("Head", &format!("{body}a")));
    assert_eq!((field.as_str(), why), ("body", Reason::TooLarge));
    assert!(message.contains("1,048,577") && message.contains("1,048,576"), "{message}");
    assert!(
        compose("Head", &format!("\u{FEFF}{}\r\n", "a".repeat(MAX_BYTES - 7))).is_ok(),
        "counted as it is kept"
    );
}

#[test]
fn a_file_that_is_not_utf8_is_refused_at_its_first_bad_byte() {
    assert_eq!(from_bytes("Maïga".into()).unwrap(), "Maïga");
    let (field, why, message) = reason(from_bytes(b"Ma\xEFga".to_vec()));
    assert_eq!((field.as_str(), why), ("file", Reason::InvalidFormat));
    assert!(message.contains("0xEF") && message.contains("offset 2."), "{message}");
    assert!(reason(from_bytes(b"\xFF\xFEM\0".to_vec())).2.contains("UTF-16"));
}

#[test]
fn the_headline_of_a_file_is_its_first_line() {
    assert_eq!(
        split_headline("\u{FEFF}Head\r\n\r\n  \r\n  One.\r\nTwo.\r\n"),
        ("Head", "  One.\r\nTwo.\r\n")
    );
    assert_eq!(split_headline("\n \nHead\nOne."), ("Head", "One."));
    assert_eq!(split_headline("Head"), ("Head", ""));
    assert_eq!(split_headline("Head\rOne."), ("Head", "One."));
    assert_eq!(split_headline(""), ("", ""));
}

#[test]
fn blocks_are_told_apart_by_their_form() {
    use SpanKind::{Caption, Heading, Paragraph, Title};
    let expected = [
        (Title, "Photo: of the year?"),
        (Heading, "Backstory"),
        (Paragraph, "It began."),
        (Heading, "\u{201C}He left\u{201D}"),
        (Paragraph, "What now?"),
        (Paragraph, "He said \u{201C}no.\u{201D}"),
        (Paragraph, "- a bullet"),
        (Paragraph, "2. a number"),
        (Heading, "2024 in review"),
        (Caption, "A map (Photo by Jane/Agency)"),
        (Heading, "AP Photo/Jane"),
        (Caption, "A view (AP Photo/Jane)"),
        (Heading, "Photo by photo, the album grew"),
        (Heading, "The end (see picture/page 3)"),
        (Paragraph, "Mali, 2013"),
    ];
    let text = expected.map(|(_, line)| line).join("\n \n") + "\n\n";
    assert_eq!(kinds(&text), expected);
}

#[test]
fn captions_are_known_by_their_credit() {
    for line in [
        "Вид (фото: Укрінформ)",
        "Photo: Jane",
        "Image by Jane",
        "A view (File photo: Jane)",
        "A view. (Getty Images/Jane)",
    ] {
        assert!(is_caption(line), "{line}");
    }
    for line in [
        "He won (6:4, 6:3)",
        "The photo: a fake",
        "(photo",
        "photo)",
        "See the image/video",
        "We met (by photo)",
        "()",
        "A (b) c:",
    ] {
        assert!(!is_caption(line), "{line}");
    }
}

#[test]
fn the_first_article_has_two_headings_and_one_caption() {
    let file = include_bytes!("../../../../tests/fixtures/mali-ukraine.txt").to_vec();
    let file = from_bytes(file).unwrap();
    let (title, body) = split_headline(&file);
    let text = compose(title, body).unwrap();
    let kinds = kinds(&text);
    let of = |kind| {
        kinds.iter().filter(|block| block.0 == kind).map(|block| block.1).collect::<Vec<_>>()
    };
    assert_eq!(of(SpanKind::Title), [title]);
    assert_eq!(of(SpanKind::Heading), ["Backstory", "Situation in Mali"]);
    assert!(
        matches!(of(SpanKind::Caption)[..], [caption] if caption.ends_with("(photo: twitter.com/colonel_maiga)"))
    );
    assert_eq!(kinds.len(), file.lines().count());
}

#[test]
fn sentences_follow_the_rules_of_the_language() {
    let english = "Head\n\nDr. Smith left the U.S. on Monday. \u{201C}Why?\u{201D} we asked.  He said \"no.\" ";
    assert_eq!(
        sentences(english, "en-GB")[1..],
        [
            "Dr. Smith left the U.S. on Monday. ",
            "\u{201C}Why?\u{201D} we asked.  ",
            "He said \"no.\" "
        ]
    );
    assert_eq!(sentences("Head\n\n他来了。她走了。", "zh-Hant")[1..], ["他来了。", "她走了。"]);
    assert_eq!(sentences("Head\n\nهل جاء؟ نعم جاء. انتهى.", "AR")[1..].len(), 3);
}

#[test]
fn a_headline_is_one_sentence() {
    assert_eq!(sentences("Is it so? It is. Yes!\n\nx", "en"), ["Is it so? It is. Yes!", "x"]);
}

#[test]
fn ordinals_count_blocks_and_sentences_in_reading_order() {
    let pieces = segment("Head\n\nOne. Two.\nThree.", None).unwrap();
    let order: Vec<_> =
        pieces.iter().map(|piece| (piece.kind == SpanKind::Sentence, piece.ordinal)).collect();
    assert_eq!(
        order,
        [(false, 0), (true, 0), (false, 1), (true, 1), (true, 2), (false, 2), (true, 3)]
    );
}

#[test]
fn a_text_in_too_many_pieces_is_refused() {
    let lines = |n| format!("Head\n\n{}", "a.\n".repeat(n));
    assert_eq!(segment(&lines(MAX_PIECES / 2 - 1), None).unwrap().len(), MAX_PIECES);
    let (field, why, _) = reason(segment(&lines(MAX_PIECES / 2), None));
    assert_eq!((field.as_str(), why), ("body", Reason::TooLarge));
    assert_eq!(
        reason(segment(&format!("Head\n\n{}", "A! ".repeat(MAX_PIECES)), None)).1,
        Reason::TooLarge
    );
}

#[test]
fn a_long_line_is_split_where_its_sentences_end() {
    let sentence = "The ministry said on Monday that it knew of nothing. ";
    let text = format!("Head\n\n{}", sentence.repeat(1_000));
    assert!(sentences(&text, "en")[1..].iter().all(|&found| found == sentence));
    for odd in ["\u{1F1FA}\u{1F1E6}", "e\u{301}", "\u{4F60}", "a", " "] {
        let line = format!("x{}", odd.repeat(10_000));
        assert_eq!(split_sentences(&line, "en", &Plain::of(&line), MAX_PIECES).concat(), line);
    }
    let cluster = format!("e{}", "\u{301}".repeat(10_000));
    assert_eq!(
        split_sentences(&cluster, "en", &Plain::of(&cluster), MAX_PIECES),
        [cluster.as_str()]
    );
}

#[test]
fn a_text_that_would_take_minutes_is_split_as_english() {
    assert_eq!(sentence_rules("Godt. Og?", Some("da-DK")), "da");
    assert_eq!(sentence_rules(&"Godt. ".repeat(2_000), Some("da-DK")), "en");
    assert_eq!(sentence_rules(&"Gut. ".repeat(2_000), Some("DE")), "de");
    assert_eq!(sentence_rules("x", Some("")), "en");
    assert_eq!(sentence_rules("x", None), "en");
}

#[test]
fn places_are_counted_in_three_units() {
    let text = "a\u{E9}\u{1F468}\u{200D}\u{1F469}b";
    let index = Index::new(text);
    assert_eq!(OffsetUnit::ALL.map(|unit| index.len(unit)), [6, 8, 15]);
    let b = index.extent(14..15);
    assert_eq!(OffsetUnit::ALL.map(|unit| b.in_unit(unit)), [(5, 6), (7, 8), (14, 15)]);
    assert_eq!(index.byte(3, OffsetUnit::Utf16), None, "within a surrogate pair");
    assert_eq!(index.byte(2, OffsetUnit::Utf8), None, "within a code point");
    assert_eq!(index.byte(7, OffsetUnit::CodePoint), None);
    assert_eq!(index.byte(-1, OffsetUnit::CodePoint), None);
    let inside: Vec<_> = (0..=15).filter(|&byte| index.splits_grapheme(byte)).collect();
    assert_eq!(inside, [2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    assert!(index.splits_grapheme(99));
    assert_eq!(index.extent(5..99), index.extent(3..15), "never panics");
}

/// Parts of unusual texts, separated by bars: ends of sentences, quotation marks, line breaks,
/// clusters of many code points, many scripts.
const ODD: &str = "a|Word | |. |! |?|\u{2026}|\n|\n\n| \n|\t|\"|\u{201C}|\u{201D}|(photo: x)|)|1. |Dr. |\u{E9}|e\u{301}|\u{301}\
    |\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}|\u{1F1FA}\u{1F1E6}|\u{1F1E6}|\u{200D}|\u{FE0F}|\u{5E9}\u{5DC}\u{5D5}\u{5DD} \
    |\u{645}\u{631}\u{62D}\u{628}\u{627}\u{61F} |\u{928}\u{92E}\u{938}\u{94D}\u{924}\u{947}\u{964} |\u{4F60}\u{597D}\u{3002}\
    |\u{A0}|\u{3000}|\u{2028}|\u{FEFF}|\r\n|\r";

fn any_text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(ODD.split('|').collect::<Vec<_>>());
    let part =
        prop_oneof![8 => odd.prop_map(String::from), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
}

fn any_language() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(
        &[None, Some("en"), Some("uk"), Some("ar"), Some("zh"), Some("hi"), Some("de"), Some("xx")]
            [..],
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn a_composed_text_keeps_what_was_written(title in any_text(), body in any_text()) {
        if let Ok(text) = compose(&title, &body) {
            let (head, rest) = text.split_once("\n\n").unwrap();
            prop_assert!(!text.contains('\r'));
            prop_assert_eq!(rest, &*with_line_feeds(body.strip_prefix('\u{FEFF}').unwrap_or(&body)));
            let first = segment(&text, None).unwrap()[0];
            prop_assert_eq!((first.kind, &text[first.extent.utf8()]), (SpanKind::Title, head));
        }
    }

    #[test]
    fn pieces_make_up_the_text(text in any_text(), language in any_language()) {
        let text = with_line_feeds(&text).into_owned();
        let index = Index::new(&text);
        let pieces = segment(&text, language).unwrap();
        let (mut rebuilt, mut tiled) = (0, 0);
        for piece in &pieces {
            let range = piece.extent.utf8();
            prop_assert_eq!(index.extent(range.clone()), piece.extent);
            prop_assert!(!is_blank(&text[range.clone()]));
            prop_assert!(!index.splits_grapheme(range.start) && !index.splits_grapheme(range.end));
            if piece.kind == SpanKind::Sentence {
                prop_assert_eq!(range.start, tiled);
                tiled = range.end;
            } else {
                prop_assert_eq!(tiled, rebuilt, "the block before is tiled to its end");
                prop_assert!(is_blank(&text[rebuilt..range.start]) && !text[range.clone()].contains('\n'));
                (rebuilt, tiled) = (range.end, range.start);
            }
        }
        prop_assert_eq!(tiled, rebuilt);
        prop_assert!(is_blank(&text[rebuilt..]));
    }

    #[test]
    fn places_convert_there_and_back(text in any_text(), times in 1..40_usize) {
        let text = text.repeat(times);
        let index = Index::new(&text);
        let graphemes: Vec<_> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
        for unit in OffsetUnit::ALL {
            let total = index.len(unit);
            prop_assert_eq!(index.byte(total, unit), Some(text.len()));
            prop_assert_eq!(index.byte(total + 1, unit), None);
        }
        for (byte, _) in text.char_indices().step_by(7) {
            let before = &text[..byte];
            let extent = index.extent(byte..text.len());
            prop_assert_eq!(usize::try_from(extent.start).unwrap(), before.chars().count());
            prop_assert_eq!(usize::try_from(extent.utf16_start).unwrap(), before.encode_utf16().count());
            prop_assert_eq!(extent.utf8(), byte..text.len());
            for unit in OffsetUnit::ALL {
                prop_assert_eq!(index.byte(extent.in_unit(unit).0, unit), Some(byte));
            }
            prop_assert_eq!(index.splits_grapheme(byte), graphemes.binary_search(&byte).is_err());
        }
    }
}
