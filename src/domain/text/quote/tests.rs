//! Tests that hold for any text and any quote.

use proptest::prelude::*;

use super::*;

const TEXT: &str = concat!(
    "Head\n\nThe junta said \u{201C}no\u{201D}. The junta left\u{A0}Mali. ",
    "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} Zoe\u{308} waved \u{1F1FA}\u{1F1E6}.\nThe end of it."
);

fn quoted(exact: &str) -> Wanted<'_> {
    Wanted {
        exact,
        prefix: None,
        suffix: None,
        start: None,
        end: None,
        unit: OffsetUnit::CodePoint,
    }
}

fn at(exact: &str, start: i32, end: i32) -> Wanted<'_> {
    Wanted { start: Some(start), end: Some(end), ..quoted(exact) }
}

fn found(wanted: Wanted) -> Found {
    resolve(&Index::new(TEXT), &wanted).unwrap()
}

fn refused_in(text: &str, wanted: Wanted) -> (String, Reason, String) {
    refusal(resolve(&Index::new(text), &wanted))
}

fn refused(wanted: Wanted) -> (String, Reason, String) {
    refused_in(TEXT, wanted)
}

fn refusal(result: Result<impl Sized>) -> (String, Reason, String) {
    match result.err() {
        Some(Error::Invalid { field, reason, message }) => (field, reason, message),
        _ => panic!("this should have been refused"),
    }
}

#[test]
fn a_quote_that_stands_once_is_found() {
    let found = found(quoted("junta left"));
    assert_eq!(found.extent.in_unit(OffsetUnit::CodePoint), (31, 41));
    assert_eq!(
        (found.exact.as_str(), found.prefix.as_str()),
        ("junta left", "Head\n\nThe junta said \u{201C}no\u{201D}. The ")
    );
    assert_eq!(
        found.suffix,
        "\u{A0}Mali. \u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} Zoe\u{308} waved \u{1F1FA}\u{1F1E6}.\nThe "
    );
}

#[test]
fn a_quote_may_go_over_lines_and_be_given_with_crlf() {
    assert_eq!(found(quoted(".\r\nThe end")).exact, ".\nThe end");
    let length = i32::try_from(TEXT.chars().count()).unwrap();
    assert_eq!(
        refused(at(".\r\nThe end", length - 16, length - 6)).1,
        Reason::QuoteMismatch,
        "offsets count in the stored text"
    );
}

#[test]
fn a_quote_that_stands_twice_is_ambiguous() {
    let (field, reason, message) = refused(quoted("The junta"));
    assert_eq!((field.as_str(), reason), ("exact", Reason::AmbiguousQuote));
    assert!(message.contains("2 times, at 6, 27"), "{message}");
}

#[test]
fn prefix_and_suffix_tell_repeats_apart() {
    assert_eq!(found(Wanted { suffix: Some(" left"), ..quoted("The junta") }).extent.start, 27);
    assert_eq!(
        found(Wanted { prefix: Some("\r\n\r\n"), suffix: Some(""), ..quoted("The junta") })
            .extent
            .start,
        6
    );
    assert!(
        refused(Wanted { suffix: Some(" "), ..quoted("The junta") })
            .2
            .contains("2 times with this prefix and suffix")
    );
}

#[test]
fn overlapping_places_count_each() {
    assert!(refused_in("aaa", quoted("aa")).2.contains("2 times, at 0, 1"));
    assert!(refused_in(&"a".repeat(5_000), quoted("aa")).2.contains("more than 1,000 times"));
}

#[test]
fn a_quote_that_is_not_there_is_told_from_one_in_other_company() {
    let (_, reason, message) = refused(quoted("Senegal"));
    assert_eq!(
        (reason, message.as_str()),
        (Reason::QuoteNotFound, "These words are not in the article")
    );
    let (_, reason, message) = refused(Wanted { prefix: Some("no such "), ..quoted("The junta") });
    assert_eq!(reason, Reason::QuoteNotFound);
    assert!(message.contains("2 times, but never with this prefix"), "{message}");
    let both = Wanted { prefix: Some("\n"), suffix: Some(" left"), ..quoted("The junta") };
    assert!(refused(both).2.contains("at once"));
}

#[test]
fn a_near_miss_is_explained_and_not_taken() {
    for (exact, parts) in [
        (
            "said \"no\".",
            &[
                "look the same",
                "LEFT DOUBLE QUOTATION MARK (U+201C)",
                "QUOTATION MARK (U+0022)",
                "said \\u201Cno\\u201D.",
            ][..],
        ),
        (
            "left Mali",
            &[
                "the article has NO-BREAK SPACE (U+00A0), your quote has SPACE (U+0020)",
                "left\\u00A0Mali",
            ],
        ),
        ("THE JUNTA", &["other capitals", "exact: \"The junta\""]),
        (
            "Zo\u{EB} waved",
            &[
                "normal form",
                "LATIN SMALL LETTER E (U+0065) with COMBINING DIAERESIS (U+0308)",
                "(U+00EB)",
                "Zoe\\u0308 waved",
            ],
        ),
        ("Zoe\u{301} waved", &["other accents", "COMBINING ACUTE ACCENT (U+0301)"]),
        ("SAID \"no\"", &["other capitals", "(U+201C)"]),
        (" waved\u{A0}", &["without the white space at the ends"]),
    ] {
        let (_, reason, message) = refused(quoted(exact));
        assert_eq!(reason, Reason::QuoteNotFound, "{exact}");
        for part in parts {
            assert!(message.contains(part), "{exact}: {message}");
        }
    }
}

#[test]
fn words_that_look_the_same_at_their_offsets_are_told_apart() {
    let start = found(quoted("left\u{A0}Mali")).extent.start;
    let (_, reason, message) = refused(at("left Mali", start, start + 9));
    assert_eq!(reason, Reason::QuoteMismatch);
    assert!(message.contains("NO-BREAK SPACE (U+00A0)"), "{message}");
}

/// A quote that looks like words of a text, and the names that the message must contain.
#[derive(Clone, serde::Deserialize)]
struct Lookalike {
    what: String,
    text: String,
    quote: String,
    names: Vec<String>,
}

#[test]
fn the_answer_names_the_character_that_differs_and_gives_words_that_are_found() {
    let files = [
        include_str!("../../../../tests/fixtures/lookalikes.json"),
        include_str!("../../../../tests/fixtures/lookalikes_more.json"),
    ];
    let rows = files.map(|rows| serde_json::from_str::<Vec<Lookalike>>(rows).unwrap()).concat();
    assert!(rows.len() > 60);
    for Lookalike { what, text, quote, names } in rows {
        let (_, reason, message) = refused_in(&text, quoted(&quote));

        assert_eq!(reason, Reason::QuoteNotFound, "{what}");
        for name in names {
            assert!(message.contains(&name), "{what}: {name} in {message}");
        }
        let given = message.split_once("exact: ").unwrap_or_else(|| panic!("{what}: {message}")).1;
        let given: String =
            serde_json::from_str(given).unwrap_or_else(|_| panic!("{what}: {given}"));
        assert!(resolve(&Index::new(&text), &quoted(&given)).is_ok(), "{what}: {given:?}");
    }
}

#[test]
fn long_words_that_look_the_same_are_not_repeated() {
    let text = "word\u{AD} ".repeat(500);
    let (_, _, message) = refused_in(&text, quoted(text.replace('\u{AD}', "").trim()));
    assert!(message.contains("SOFT HYPHEN (U+00AD)") && message.chars().count() < 400, "{message}");
}

#[test]
fn what_cannot_be_looked_for_is_refused() {
    let long = "a".repeat(MAX_EXACT + 1);
    for (wanted, field, reason) in [
        (quoted(""), "exact", Reason::Empty),
        (quoted(" \u{A0}\r\n"), "exact", Reason::Empty),
        (quoted(&long), "exact", Reason::TooLarge),
        (Wanted { prefix: Some(&long), ..quoted("a") }, "prefix", Reason::TooLarge),
        (Wanted { suffix: Some(&long), ..quoted("a") }, "suffix", Reason::TooLarge),
        (Wanted { start: Some(1), ..quoted("a") }, "end", Reason::Empty),
        (Wanted { end: Some(1), ..quoted("a") }, "start", Reason::Empty),
        (at("a", -1, 3), "start", Reason::RangeOutOfBounds),
        (at("a", 1, 3_000), "end", Reason::RangeOutOfBounds),
        (at("a", 3, 3), "end", Reason::RangeOutOfBounds),
        (at("a", i32::MAX, i32::MIN), "start", Reason::RangeOutOfBounds),
    ] {
        let (at, why, message) = refused(wanted);
        assert_eq!((at.as_str(), why), (field, reason), "{message}");
    }
}

#[test]
fn offsets_are_checked_against_the_quote() {
    assert_eq!(found(at("The junta", 27, 36)).extent.utf8_start, 31);
    let (field, reason, message) = refused(at("end of it", 27, 36));
    assert_eq!((field.as_str(), reason), ("exact", Reason::QuoteMismatch));
    assert!(
        message.contains("“The junta”; these words are in the article once, from"),
        "{message}"
    );
    assert!(refused(at("Senegal", 27, 36)).2.contains("these words are not in the article"));
    assert_eq!(refused(Wanted { prefix: Some("x"), ..at("The junta", 27, 36) }).0, "prefix");
    assert_eq!(refused(Wanted { suffix: Some("x"), ..at("The junta", 27, 36) }).0, "suffix");
    assert_eq!(
        found(Wanted { prefix: Some(". "), suffix: Some(" left"), ..at("The junta", 27, 36) })
            .extent
            .start,
        27
    );
}

#[test]
fn offsets_in_another_unit_are_recognised() {
    let extent = found(quoted("waved")).extent;
    let (start, end) = extent.in_unit(OffsetUnit::Utf16);
    assert!(refused(at("waved", start, end)).2.contains("unit: UTF16"));
    let (start, end) = found(quoted("end of it.")).extent.in_unit(OffsetUnit::Utf8);
    let (_, reason, message) = refused(at("end of it.", start, end));
    assert!(reason == Reason::RangeOutOfBounds && message.contains("unit: UTF8"), "{message}");
}

#[test]
fn a_range_splits_no_grapheme() {
    assert_eq!(refused(quoted("Zoe")).1, Reason::SplitsGrapheme);
    assert_eq!(refused(quoted("\u{1F468}")).1, Reason::SplitsGrapheme);
    assert_eq!(refused(quoted("\u{1F1E6}.")).1, Reason::SplitsGrapheme);
    assert_eq!(found(quoted("\u{1F1FA}\u{1F1E6}")).exact, "\u{1F1FA}\u{1F1E6}");
    let start = found(quoted("\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}")).extent;
    assert_eq!(refused(at("x", start.start, start.end - 1)).1, Reason::SplitsGrapheme);
    let halved =
        Wanted { unit: OffsetUnit::Utf16, ..at("x", start.utf16_start + 1, start.utf16_end) };
    assert_eq!(refused(halved).1, Reason::SplitsGrapheme);
    assert_eq!(
        resolve(&Index::new("e e\u{301}"), &quoted("e")).unwrap().extent.start,
        0,
        "the other e is part of a character"
    );
}

#[test]
fn context_is_cut_between_graphemes() {
    let family = "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}";
    let text = format!("{}word{}", family.repeat(8), family.repeat(8));
    let found = resolve(&Index::new(&text), &quoted("word")).unwrap();
    assert_eq!((found.prefix, found.suffix), (family.repeat(6), family.repeat(6)));
}

#[test]
fn ranges_that_touch_are_disjoint_and_those_that_share_text_are_not() {
    let all = [found(quoted("junta left")), found(quoted("\u{A0}Mali")), found(quoted("waved"))];
    assert!(disjoint(&all).is_ok() && disjoint(&[]).is_ok());
    let (field, reason, _) = refusal(disjoint(&[
        found(quoted("left\u{A0}Mali")),
        found(quoted("waved")),
        all[0].clone(),
    ]));
    assert_eq!((field.as_str(), reason), ("ranges[2]", Reason::OverlappingRanges));
}

#[test]
fn the_search_is_quick_on_what_it_likes_least() {
    let text = "a".repeat(1 << 20);
    let exact = format!("{}b", "a".repeat(MAX_EXACT - 1));
    assert_eq!(refused_in(&text, quoted(&exact)).1, Reason::QuoteNotFound);
    let flags = "\u{1F1E9}\u{1F1EA}".repeat(20_000);
    assert_eq!(refused_in(&flags, quoted("\u{1F1EA}\u{1F1E9}")).1, Reason::SplitsGrapheme);
}

fn any_text() -> impl Strategy<Value = String> {
    let odd = "a|b|word | |\n|.|\u{E9}|e\u{301}|\u{301}|\u{1F468}\u{200D}\u{1F469}|\u{1F1FA}\u{1F1E6}|\u{1F1E6}|\u{200D}\
        |\u{5E9}\u{5DC}\u{5D5}\u{5DD}|\u{645}\u{631}\u{64E}|\u{4F60}|\r\n|\t";
    let odd = prop::sample::select(odd.split('|').collect::<Vec<_>>());
    let part =
        prop_oneof![8 => odd.prop_map(String::from), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(part, 1..40)
        .prop_map(|parts| with_line_feeds(&parts.concat()).into_owned())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_found_quote_equals_its_range(text in any_text(), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let index = Index::new(&text);
        let bounds: Vec<usize> = (0..=text.len()).filter(|&byte| !index.splits_grapheme(byte)).collect();
        let (a, b) = (*from.get(&bounds), *to.get(&bounds));
        let exact = &text[a.min(b)..a.max(b)];
        if exact.trim().is_empty() {
            return Ok(());
        }

        let extent = index.extent(a.min(b)..a.max(b));
        let by_offsets = OffsetUnit::ALL.map(|unit| {
            let (start, end) = extent.in_unit(unit);
            resolve(&index, &Wanted { unit, ..at(exact, start, end) }).unwrap()
        });
        for found in &by_offsets {
            prop_assert_eq!(found, &by_offsets[0]);
            prop_assert_eq!(&found.exact, &text[found.extent.utf8()]);
            prop_assert!(text[..a.min(b)].ends_with(&found.prefix) && text[a.max(b)..].starts_with(&found.suffix));
            prop_assert!(found.prefix.chars().count() <= 32 && found.suffix.chars().count() <= 32);
        }
        match resolve(&index, &quoted(exact)) {
            Ok(found) => prop_assert_eq!(&found, &by_offsets[0]),
            Err(Error::Invalid { reason, .. }) => prop_assert_eq!(reason, Reason::AmbiguousQuote),
            Err(other) => prop_assert!(false, "{}", other),
        }
        let whole = Wanted { prefix: Some(&text[..a.min(b)]), suffix: Some(&text[a.max(b)..]), ..quoted(exact) };
        prop_assert_eq!(&resolve(&index, &whole).unwrap(), &by_offsets[0]);
    }

    #[test]
    fn nothing_that_is_asked_for_panics(text in any_text(), exact in any_text(), prefix in any_text(), start in -2..60, end in -2..60) {
        let index = Index::new(&text);
        for unit in OffsetUnit::ALL {
            let found = [
                resolve(&index, &Wanted { unit, ..at(&exact, start, end) }),
                resolve(&index, &Wanted { unit, prefix: Some(&prefix), ..quoted(&exact) }),
                resolve(&index, &Wanted { unit, suffix: Some(&prefix), ..quoted(&exact) }),
            ];
            for found in found.into_iter().flatten() {
                prop_assert_eq!(&found.exact, &text[found.extent.utf8()]);
            }
        }
    }

    #[test]
    fn every_place_is_found(text in "[ab]{0,40}", part in "[ab]{1,4}") {
        let all: Vec<usize> = (0..text.len()).filter(|&at| text[at..].starts_with(&part)).collect();
        prop_assert_eq!(occurrences(&text, part).collect::<Vec<_>>(), all);
    }
}
