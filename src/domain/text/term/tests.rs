use proptest::prelude::*;

use super::*;

fn words(text: &str) -> Vec<String> {
    of(text).map(|(_, word)| word).collect()
}

#[test]
fn words_are_found_whatever_their_case_diacritics_and_form() {
    assert_eq!(words("Maïga, MAIGA — mai\u{308}ga"), ["maiga", "maiga", "maiga"]);
    assert_eq!(
        words("L’accord d'Alger (Port-Réal)"),
        ["l", "accord", "d", "alger", "port", "real"]
    );
    assert_eq!(
        words("Straße, ŁÓDŹ, Ørsted, ﬁne, Ｆｕｌｌ"),
        ["strasse", "lodz", "orsted", "fine", "full"]
    );
    assert_eq!(words("ΟΔΟΣ οδός"), ["οδοσ", "οδοσ"]);
    assert_eq!(words("ёлка йод Київ"), ["елка", "иод", "киів"]);
    assert_eq!(words("مُحَمَّد محمد، الأزمة ازمه ٨٤"), ["محمد", "محمد", "الازمه", "ازمه", "84"]);
    assert_eq!(
        words("12.5 per cent of 1,200; example.org, foo_bar"),
        ["12.5", "per", "cent", "of", "1200", "example", "org", "foo", "bar"]
    );
    assert_eq!(words("か、が है"), ["か", "か\u{3099}", "है"], "marks that make another letter stay");
    assert_eq!(words("🔥 …!? % \\ \" * \u{202E}"), Vec::<String>::new());
    assert_eq!(words("ab\u{AD}cd \u{2067}שָׁלוֹם\u{2069}"), ["abcd", "שלום"]);
    assert_eq!(words(&"x".repeat(1000)), ["x".repeat(64)]);
    assert_eq!(distinct("One two ONE, three", 2), ["one", "two"]);
}

#[test]
fn a_words_bytes_are_those_that_it_stands_on() {
    let text = "«L’été» à Port-Réal";
    let found: Vec<_> = of(text).map(|(bytes, _)| &text[bytes]).collect();
    assert_eq!(found, ["L", "été", "à", "Port", "Réal"]);
}

#[test]
fn misspelt_names_and_inflected_words_are_alike_and_others_are_not() {
    for (one, other) in [
        ("pivovarov", "pyvovarov"),
        ("pyvovarov", "pivovarof"),
        ("tinzaouaten", "tinzawaten"),
        ("maiga", "mayga"),
        ("yusov", "jusov"),
        ("zelensky", "zelenskyy"),
        ("strike", "strikes"),
        ("port", "ports"),
        ("loss", "losses"),
        ("terror", "terrorism"),
        ("minister", "ministry"),
        ("qaddafi", "gaddafi"),
        ("senegal", "sengeal"),
        ("порт", "порта"),
    ] {
        let likeness = likeness(&fold(one), &fold(other));
        assert!(
            likeness.is_some_and(|likeness| (400..1000).contains(&likeness)),
            "{one} {other} {likeness:?}"
        );
        let near: Vec<_> = places_near(&fold(one)).collect();
        assert!(near.contains(&place(&fold(other))), "{one} {other} {near:?}");
    }
    for (one, other) in [
        ("alpha", "beta"),
        ("mali", "bali"),
        ("1999", "1998"),
        ("84000", "84001"),
        ("kyiv", "kiev"),
        ("internal", "international"),
        ("north", "forty"),
    ] {
        assert_eq!(likeness(one, other), None, "{one} {other}");
    }
    assert_eq!(likeness("harbour", "harbour"), Some(1000));
}

#[test]
fn a_text_without_spaces_has_pairs_of_characters() {
    assert_eq!(words("马里政府。水"), ["马里", "里政", "政府", "水"]);
    assert_eq!(words("政府はゼレンスキー氏"), ["政府", "府は", &fold("ゼレンスキー"), "氏"]);
    assert_eq!(words("ไทย laos ລາວ ខ្មែរ မြန်မာ").len(), 2 + 1 + 2 + 2 + 2);
    let extra: Vec<_> = all("马里的水").filter(|term| term.is_extra).collect();
    assert_eq!(extra.iter().map(|term| &*term.word).collect::<Vec<_>>(), ["马", "里", "的", "水"]);
    for (text, part) in
        [("นายกกล่าวว่าเศรษฐกิจไทย", "เศรษฐกิจ"), ("ယနေ့မြန်မာနိုင်ငံတွင်", "မြန်မာ"), ("ប្រទេសកម្ពុជា", "កម្ពុជា")]
    {
        let all = words(text);
        assert!(words(part).iter().all(|pair| all.contains(pair)), "{part} {all:?}");
    }
}

#[test]
fn figures_are_one_word_however_they_are_grouped() {
    for text in
        ["84000", "84,000", "84 000", "84\u{A0}000", "84\u{2009}000", "84\u{202F}000", "٨٤٬٠٠٠"]
    {
        assert_eq!(words(&format!("the {text} men")), ["the", "84000", "men"], "{text}");
    }
    assert_eq!(words("il a dit\u{202F}: 1\u{202F}000\u{202F}km"), ["il", "a", "dit", "1000", "km"]);
    assert_eq!(
        words("1 234 567,5 and 2024 500 and 5 000x"),
        ["1234567.5", "and", "2024", "500", "and", "5", "000x"]
    );
    let text = "12 000 men";
    assert_eq!(of(text).next().map(|(bytes, _)| &text[bytes]), Some("12 000"));
    assert_eq!(all(text).map(|term| term.word).collect::<Vec<_>>(), ["12000", "12", "000", "men"]);
}

#[test]
fn a_name_is_alike_in_other_scripts_and_so_is_a_word_with_its_article() {
    for (one, other) in [
        ("Pyvovarov", "Пивоваров"),
        ("Pyvovarov", "Пивоварова"),
        ("Kyiv", "Київ"),
        ("Mali", "Мали"),
        ("Zelensky", "Зеленський"),
        ("Mohamed", "محمد"),
        ("Нетаньяху", "נתניהו"),
        ("السفير", "سفير"),
        ("대사", "대사가"),
    ] {
        let (one, other) = (fold(one), fold(other));
        assert!(likeness(&one, &other).is_some_and(|likeness| likeness < 1000), "{one} {other}");
        let is_near = places_near(&one).any(|near| near == place(&other));
        assert!(is_near || stem(&one) == stem(&other) && stem(&one).is_some(), "{one} {other}");
    }
    assert_eq!(likeness("pyvovarov", &fold("Петров")), None);
    assert_eq!(likeness("mali", &fold("Мама")), None);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_folding_twice_is_folding_once(text in "\\PC{0,80}") {
        for (bytes, word) in of(&text) {
            prop_assert!(text.get(bytes).is_some() && !word.is_empty());
            prop_assert_eq!(&fold(&word), &word);
        }
    }

    #[test]
    fn likeness_is_the_same_both_ways(one in "[abc]{4,10}", other in "[abc]{4,10}") {
        prop_assert_eq!(likeness(&one, &other), likeness(&other, &one));
    }
}
