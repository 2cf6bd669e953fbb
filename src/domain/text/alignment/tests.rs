//! The ways in which a text can change under a claim, and the results that must never happen.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use unicode_segmentation::UnicodeSegmentation;

use super::*;
use crate::domain::text::passage::{self, SpanKind};

/// A text with the sentences that an article in this language would have.
pub(super) fn side_in(text: &str, language: Option<&str>) -> Side {
    let pieces = passage::segment(text, language).unwrap();
    let sentences = pieces
        .iter()
        .filter(|piece| piece.kind == SpanKind::Sentence)
        .map(|piece| piece.extent.utf8())
        .collect();
    Side { text: text.into(), sentences }
}

fn side(text: &str) -> Side {
    side_in(text, Some("en"))
}

/// An article with this body.
fn article(body: &str) -> String {
    passage::compose("The headline of it all", body).unwrap()
}

/// The range of the occurrence `number` of `quote`, counted from 0.
fn place(text: &str, quote: &str, number: usize) -> Range<usize> {
    let at =
        text.match_indices(quote).nth(number).unwrap_or_else(|| panic!("{quote} stands there")).0;
    at..at + quote.len()
}

/// Follows the occurrence `number` of the quote in `old` into `new`. Returns the status and the
/// words at the new range.
fn nth(old: &str, new: &str, quote: &str, number: usize) -> (Status, String) {
    let (old, new) = (article(old), article(new));
    let trace = Alignment::new(&side(&old), &side(&new)).trace(place(&old, quote, number));
    (trace.status, new[trace.range].to_owned())
}

/// The same for a quote that `old` has only once.
fn what(old: &str, new: &str, quote: &str) -> (Status, String) {
    assert_eq!(old.matches(quote).count(), 1, "{quote} stands once");
    nth(old, new, quote, 0)
}

fn is(status: Status, words: &str) -> (Status, String) {
    (status, words.to_owned())
}

const GONE: &str = "";

const TWINS: &str = "The day began well. Team Alpha won three cups in spring. Team Beta won three cups in spring. Nobody else won.";

#[test]
fn a_sentence_that_stays_is_exact_wherever_its_offsets_go() {
    let new = "At dawn it rained. The day began well. Then Team Gamma left. Team Alpha won three cups in spring. Team Beta won three cups in spring. Nobody else won.";
    assert_eq!(
        what(TWINS, new, "Team Alpha won three cups"),
        is(Status::Exact, "Team Alpha won three cups")
    );
    assert_eq!(what(TWINS, new, "Beta"), is(Status::Exact, "Beta"));
    assert_eq!(what(TWINS, new, "Nobody else won."), is(Status::Exact, "Nobody else won."));
}

#[test]
fn a_deleted_sentence_never_ends_on_its_twin() {
    let without = "The day began well. Team Beta won three cups in spring. Nobody else won.";
    assert_eq!(
        what(TWINS, without, "Team Alpha won three cups in spring."),
        is(Status::Orphaned, GONE)
    );
    assert_eq!(nth(TWINS, without, "won three cups", 0), is(Status::Orphaned, GONE));
    assert_eq!(nth(TWINS, without, "won three cups", 1), is(Status::Exact, "won three cups"));
    let (status, words) = nth(TWINS, without, "three cups in spring. ", 0);
    assert!(status == Status::Orphaned && words.is_empty(), "{status:?} {words}");
    // Not even if the twin itself has changed, or is alone.
    for changed in [
        "The day began well. Team Beta won four cups in spring. Nobody else won.",
        "The day began well. Team Beta won three cups in spring, again. Nobody else won.",
        "The day began well. Nobody knew. Team Beta won three cups in summer. Nobody else won.",
        "Team Beta won three cups in summer.",
    ] {
        for quote in ["Team Alpha won three cups in spring.", "Alpha won three cups", "Team Alpha"]
        {
            let (status, words) = what(TWINS, changed, quote);
            assert!(status == Status::Orphaned, "{quote} in {changed}: {status:?} {words}");
        }
        assert_eq!(
            nth(TWINS, changed, "won three cups in spring", 0),
            is(Status::Orphaned, GONE),
            "{changed}"
        );
    }
}

#[test]
fn a_sentence_that_is_changed_beside_its_twin_is_changed_itself() {
    let negated = TWINS.replace("Team Alpha won", "Team Alpha has not won");
    assert_eq!(
        what(TWINS, &negated, "Team Alpha won three cups"),
        is(Status::Changed, "Team Alpha has not won three cups")
    );
    assert_eq!(
        nth(TWINS, &negated, "three cups in spring", 0),
        is(Status::Reworded, "three cups in spring")
    );
    assert_eq!(
        nth(TWINS, &negated, "three cups in spring", 1),
        is(Status::Exact, "three cups in spring")
    );
    let number = TWINS.replace("Alpha won three", "Alpha won four");
    assert_eq!(
        what(TWINS, &number, "Team Alpha won three cups"),
        is(Status::Changed, "Team Alpha won four cups")
    );
    assert_eq!(nth(TWINS, &number, "three", 0), is(Status::Changed, "four"));
    assert_eq!(what(TWINS, &number, "Team Alpha"), is(Status::Reworded, "Team Alpha"));
    // The quote stays in its own place, although its twin is unchanged.
    let name = TWINS.replace("Team Alpha", "Team Delta");
    assert_eq!(
        nth(TWINS, &name, "won three cups in spring", 0),
        is(Status::Reworded, "won three cups in spring")
    );
    assert_eq!(
        what(TWINS, &name, "Team Alpha won three cups in spring"),
        is(Status::Changed, "Team Delta won three cups in spring")
    );
}

#[test]
fn what_is_put_before_a_quote_in_its_sentence_rewords_it() {
    for new in [
        "The day began well. It is not true that Team Alpha won three cups in spring. Team Beta won three cups in spring. Nobody else won.",
        "The day began well. It is not true that: Team Alpha won three cups in spring. Team Beta won three cups in spring. Nobody else won.",
        "The day began well. It is not true that … Team Alpha won three cups in spring. Team Beta won three cups in spring. Nobody else won.",
        "The day began well. It is not true that:\nTeam Alpha won three cups in spring. Team Beta won three cups in spring. Nobody else won.",
        "The day began well. Some say that...\n\nTeam Alpha won three cups in spring. Team Beta won three cups in spring. Nobody else won.",
        "The day began well for whoever thinks Team Alpha won three cups in spring. Team Beta won three cups in spring. Nobody else won.",
        "The day began well – Team Alpha won three cups in spring. Team Beta won three cups in spring. Nobody else won.",
        "The day began well. Team Alpha won three cups in spring, it is said. Team Beta won three cups in spring. Nobody else won.",
    ] {
        assert_eq!(
            what(TWINS, new, "Team Alpha won three cups in spring"),
            is(Status::Reworded, "Team Alpha won three cups in spring"),
            "{new}"
        );
    }
    let lower = "Rumours went round.\nthe mayor has left the town. Nobody saw it.";
    let run_on =
        "Rumours went round.\nIt is not true that\nthe mayor has left the town. Nobody saw it.";
    assert_eq!(what(lower, run_on, "mayor has left"), is(Status::Reworded, "mayor has left"));
}

#[test]
fn an_abbreviation_that_joins_two_sentences_rewords_both() {
    let new = TWINS.replace("began well. Team", "began well at the stadium of St. Team");
    let (status, words) = what(TWINS, &new, "Team Alpha won");
    assert_eq!((status, words.as_str()), (Status::Reworded, "Team Alpha won"));
}

#[test]
fn a_heading_above_does_not_touch_what_is_below() {
    let below = "The bridge fell in summer, when the river was low and the road to the coast was closed to all. Nobody was hurt.";
    let old = format!("It began in spring, they say.\nBackstory\n{below}");
    for above in ["What really happened\n", "", "Backstory\n\n  \n"] {
        let new = format!("It began in spring, they say.\n{above}{below}");
        assert_eq!(what(&old, &new, "bridge fell"), is(Status::Exact, "bridge fell"), "{new}");
    }
    // A short line without a mark above another short line may begin the sentence of the line
    // below.
    let old = "It began in spring, they say.\nThe court denied that Mayor\nHuber sold the bridge. Nobody was hurt.";
    let new = old.replace("denied", "confirmed");
    assert_eq!(what(old, &new, "Huber sold"), is(Status::Reworded, "Huber sold"));
    assert_eq!(what(old, &new, "Nobody was hurt"), is(Status::Exact, "Nobody was hurt"));
    let old =
        "It began in spring, they say.\nBackstory\nThe bridge fell in summer. Nobody was hurt.";
    // A line that ends in a colon begins the sentence of the line below.
    let colon = "It began in spring, they say.\nWhat did not happen:\nThe bridge fell in summer. Nobody was hurt.";
    assert_eq!(what(old, colon, "bridge fell"), is(Status::Reworded, "bridge fell"));
    assert_eq!(what(old, colon, "Nobody was hurt"), is(Status::Exact, "Nobody was hurt"));
}

const THREE: &str = "The port is shut.\nThe union met on Monday. Every demand was met. The mayor smiled.\nShips wait outside. Every demand was met. \
    The harbour is quiet.\nThe union met again. Every demand was met. Nobody smiled then.";

#[test]
fn a_quote_that_stands_three_times_keeps_to_its_place() {
    for gone in 0..3 {
        let range = place(THREE, " Every demand was met.", gone);
        let new = format!("{}{}", &THREE[..range.start], &THREE[range.end..]);
        for number in 0..3 {
            let expected = if number == gone {
                is(Status::Orphaned, GONE)
            } else {
                is(Status::Exact, "demand was met")
            };
            assert_eq!(
                nth(THREE, &new, "demand was met", number),
                expected,
                "{number} without {gone}"
            );
            // The offsets show that it is the right copy.
            let (old, new) = (article(THREE), article(&new));
            let trace = Alignment::new(&side(&old), &side(&new)).trace(place(
                &old,
                "demand was met",
                number,
            ));
            if number != gone {
                assert_eq!(
                    trace.range,
                    place(&new, "demand was met", if number > gone { number - 1 } else { number })
                );
            }
        }
    }
}

#[test]
fn a_copy_never_ends_on_one_that_came_with_something_else() {
    let block = |hour: u32, town: &str| {
        format!("{hour}:00 A bomb fell in {town}.\nNobody was hurt. Sirens were heard.\n")
    };
    let report = |towns: &[(u32, &str)]| {
        towns.iter().map(|(hour, town)| block(*hour, town)).collect::<String>() + "More follows."
    };
    let old = report(&[(9, "Aleppo"), (10, "Homs"), (11, "Idlib")]);
    let new = report(&[(9, "Aleppo"), (11, "Idlib"), (12, "Hama")]);
    for quote in ["Nobody was hurt.", "Nobody was hurt. Sirens were heard.", "Sirens"] {
        for number in 1..3 {
            let (status, words) = nth(&old, &new, quote, number);
            assert!(
                status == Status::Orphaned && words.is_empty(),
                "{quote} {number}: {status:?} {words}"
            );
        }
    }
    for (old, new) in [
        ("A came. It fell. B came. It fell. End.", "B came. It fell. C came. It fell. End."),
        (
            "A came. It fell. B came. It fell. End.",
            "Old B came late. It fell. C came. It fell. End.",
        ),
        ("A came. It fell. B came. It fell. End.", "It fell. C came. End. It fell."),
    ] {
        for number in 0..2 {
            assert_eq!(nth(old, new, "It fell.", number), is(Status::Orphaned, GONE), "{new}");
        }
    }
    // If nothing changes around a copy, it stays where it was.
    let longer = report(&[(9, "Aleppo"), (10, "Homs"), (11, "Idlib")])
        .replace("More follows.", "More follows. It is late.");
    assert_eq!(nth(&old, &longer, "Nobody was hurt.", 1), is(Status::Exact, "Nobody was hurt."));
}

#[test]
fn of_copies_side_by_side_it_is_in_doubt_which_one_has_gone() {
    let old = "The day began well. Nothing was said. Nothing was said. Nothing was said. Night fell at nine.";
    let new = "The day began well. Nothing was said. Nothing was said. Night fell at nine.";
    for number in 0..3 {
        assert_eq!(nth(old, new, "was said", number), is(Status::Orphaned, GONE));
    }
    for number in 0..3 {
        assert_eq!(nth(old, old, "was said", number), is(Status::Exact, "was said"));
    }
    // One of two copies is gone, and so is the text between them: it is unclear which copy is left.
    let apart =
        "The day began well. Nothing was said. A dog barked. Nothing was said. Night fell at nine.";
    for number in 0..2 {
        assert_eq!(
            nth(
                apart,
                "The day began well. Nothing was said. Night fell at nine.",
                "was said",
                number
            ),
            is(Status::Orphaned, GONE)
        );
    }
    assert_eq!(
        nth(
            apart,
            "The day began well. A dog barked. Nothing was said. Night fell at nine.",
            "was said",
            0
        ),
        is(Status::Orphaned, GONE)
    );
    assert_eq!(
        nth(
            apart,
            "The day began well. A dog barked. Nothing was said. Night fell at nine.",
            "was said",
            1
        ),
        is(Status::Exact, "was said")
    );
}

#[test]
fn a_paragraph_that_is_cut_here_and_put_there_is_moved() {
    let old = "First came the rain. It fell for days.\nThen came the flood. Two bridges fell. The town was cut off.\nLast came the sun. All was dry by noon.\nA fourth thing is told. It is not long.";
    let new = "First came the rain. It fell for days.\nLast came the sun. All was dry by noon.\nA fourth thing is told. It is not long.\nThen came the flood. Two bridges fell. The town was cut off.";
    assert_eq!(what(old, new, "Two bridges fell"), is(Status::Moved, "Two bridges fell"));
    assert_eq!(
        what(old, new, "the flood. Two bridges"),
        is(Status::Moved, "the flood. Two bridges")
    );
    assert_eq!(what(old, new, "All was dry"), is(Status::Exact, "All was dry"));
    // A paragraph that was torn apart is no longer what was read.
    let torn = "First came the rain. It fell for days.\nLast came the sun. All was dry by noon.\nTwo bridges fell.\nA fourth thing is told. It is not long.\nThen came the flood. The town was cut off.";
    assert!(what(old, torn, "the flood. Two bridges").0.is_stale());
    assert_eq!(what(old, torn, "Two bridges fell"), is(Status::Moved, "Two bridges fell"));
}

#[test]
fn a_copy_that_stood_elsewhere_before_is_no_move() {
    let old = "Rain fell at dawn. The mayor has left. Nobody knows why.\nMuch later it stopped. The mayor has left. So had we.";
    let new = "Rain fell at dawn. Nobody knows why.\nMuch later it stopped. The mayor has left. So had we.";
    assert_eq!(nth(old, new, "mayor has left", 0), is(Status::Orphaned, GONE));
    assert_eq!(nth(old, new, "mayor has left", 1), is(Status::Exact, "mayor has left"));
    // Nor is it a move if a longer or similar sentence was there before.
    for there in [
        "It is not true that the mayor has left.",
        "They say: The mayor has left.",
        "The mayor has not left.",
        "The mayoress has left.",
        "The mayor has left us.",
    ] {
        let old = format!(
            "Rain fell at dawn. The mayor has left. Nobody knows why.\nMuch later it stopped. {there} So had we."
        );
        let (status, words) = nth(
            &old,
            "Rain fell at dawn. Nobody knows why.\nMuch later it stopped. The mayor has left. So had we.",
            "The mayor has left",
            0,
        );
        assert!(status == Status::Orphaned, "{there}: {status:?} {words}");
    }
    // Cut from one place and inserted in two: it is unclear which copy it is.
    let twice = "Rain fell at dawn. Nobody knows why. It was cold.\nThe mayor has left. Much later it stopped. The mayor has left. So had we.";
    let once = "Rain fell at dawn. The mayor has left. Nobody knows why. It was cold.\nMuch later it stopped. So had we.";
    assert_eq!(what(once, twice, "mayor has left"), is(Status::Orphaned, GONE));
    // Copied to another place, but also kept in its own.
    let copied = "Rain fell at dawn. The mayor has left. Nobody knows why. It was cold.\nMuch later it stopped. The mayor has left. So had we.";
    let (old, new) = (article(once), article(copied));
    let trace = Alignment::new(&side(&old), &side(&new)).trace(place(&old, "mayor has left", 0));
    assert_eq!(trace, Trace { status: Status::Exact, range: place(&new, "mayor has left", 0) });
}

#[test]
fn merged_sentences_are_reworded() {
    let old = "Rents rise in spring. Wages fall in summer. Nobody is glad.";
    let new = "Rents rise in spring and Wages fall in summer. Nobody is glad.";
    assert_eq!(what(old, new, "Rents rise"), is(Status::Reworded, "Rents rise"));
    assert_eq!(
        what(old, new, "Wages fall in summer"),
        is(Status::Reworded, "Wages fall in summer")
    );
    assert_eq!(what(old, new, "spring. Wages"), is(Status::Changed, "spring and Wages"));
    assert_eq!(what(old, new, "Nobody"), is(Status::Exact, "Nobody"));
}

#[test]
fn a_split_sentence_is_reworded() {
    let old = "Rents rise in spring, and wages fall in summer. Nobody is glad.";
    let new = "Rents rise in spring. And wages fall in summer. Nobody is glad.";
    assert_eq!(what(old, new, "Rents rise"), is(Status::Reworded, "Rents rise"));
    assert_eq!(
        what(old, new, "wages fall in summer"),
        is(Status::Reworded, "wages fall in summer")
    );
    assert!(what(old, new, "rise in spring, and").0 == Status::Changed);
    assert_eq!(what(old, new, "Nobody"), is(Status::Exact, "Nobody"));
}

#[test]
fn paragraphs_that_are_merged_or_split_change_no_sentence() {
    let (one, two) = (
        "Rents rise in spring. Wages fall in summer. Nobody is glad.",
        "Rents rise in spring.\nWages fall in summer.\n\nNobody is glad.",
    );
    for (old, new) in [(one, two), (two, one)] {
        for quote in ["Rents rise in spring.", "Wages fall", "Nobody is glad."] {
            assert_eq!(what(old, new, quote), is(Status::Exact, quote));
        }
    }
    // A quote across the break is not exactly the same any more.
    assert_eq!(what(one, two, "spring. Wages"), is(Status::Changed, "spring.\nWages"));
}

/// The text, wrapped again in lines of fewer than `width` characters.
fn wrapped(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        if lines.last().is_some_and(|line| line.chars().count() + word.chars().count() >= width) {
            lines.push(String::new());
        }
        let line = lines.last_mut().unwrap();
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.join("\n")
}

#[test]
fn a_text_that_is_wrapped_again_says_what_it_said() {
    let arabic = "قال الوزير إن الميزانية ارتفعت كثيرا هذا العام. هل هذا صحيح؟ نعم كما قال في مجلس الشعب أمس. وعاد الوزير إلى بيته.";
    let german = "Der Bürgermeister hat die Stadt am Montag verlassen. Der Rat trat am Dienstag zusammen. Niemand weiß, wo Bürgermeister Huber ist.";
    for text in [TWINS, arabic, german, THREE] {
        for width in [20, 33, 47] {
            for (old, new) in [
                (text.to_owned(), wrapped(text, width)),
                (wrapped(text, width), text.to_owned()),
                (wrapped(text, width), wrapped(text, 71)),
            ] {
                let (old, new) = (article(&old), article(&new));
                let alignment = Alignment::new(&side(&old), &side(&new));
                for (at, word) in old
                    .split_word_bound_indices()
                    .filter(|(_, word)| word.contains(char::is_alphanumeric))
                {
                    let trace = alignment.trace(at..at + word.len());
                    assert_eq!(
                        (trace.status, &new[trace.range]),
                        (Status::Exact, word),
                        "{at} of {old:?} in {new:?}"
                    );
                }
            }
        }
    }
    // One word has changed. Only its sentence is affected.
    let text = wrapped(&TWINS.replace("Team Beta won three", "Team Beta won four"), 90);
    assert_eq!(what(TWINS, &text, "Alpha"), is(Status::Exact, "Alpha"));
    assert_eq!(what(TWINS, &text, "Nobody"), is(Status::Exact, "Nobody"));
    assert_eq!(what(TWINS, &text, "Beta"), is(Status::Reworded, "Beta"));
}

#[test]
fn white_space_that_joins_or_parts_words_changes_them() {
    let old = "The answer is now here. It was 4 000 once.";
    assert_eq!(
        what(old, "The answer is nowhere. It was 4 000 once.", "now here"),
        is(Status::Changed, "nowhere")
    );
    assert!(
        what(old, "The answer is now here. It was 4000 once.", "4 000 once").0 == Status::Changed
    );
    assert_eq!(
        what(old, "The answer is now  here. It was 4 000 once.", "now here"),
        is(Status::Changed, "now  here")
    );
    assert_eq!(
        what(old, "The  answer is\tnow here. It was 4 000 once.", "now here"),
        is(Status::Exact, "now here")
    );
}

#[test]
fn characters_of_many_code_points_stay_whole() {
    let old = "The family 👩‍👩‍👧 moved in. Cafe\u{301} prices fall. قال الوزير: نعم للسلام. 🇲🇱🇺🇦 flags hung. Zoe\u{308} waved.";
    for (from, to, quote, expected) in [
        ("moved in", "moved out", "👩‍👩‍👧", is(Status::Reworded, "👩‍👩‍👧")),
        ("👩‍👩‍👧", "👩‍👩‍👧‍👦", "👩‍👩‍👧", is(Status::Changed, "👩‍👩‍👧‍👦")),
        ("👩‍👩‍👧", "👨‍👩‍👧", "family 👩‍👩‍👧 moved", is(Status::Changed, "family 👨‍👩‍👧 moved")),
        ("Cafe\u{301}", "Caf\u{e9}", "Cafe\u{301} prices", is(Status::Changed, "Caf\u{e9} prices")),
        ("Cafe\u{301}", "Cafe", "prices", is(Status::Reworded, "prices")),
        ("نعم", "لا", "نعم للسلام", is(Status::Changed, "لا للسلام")),
        ("نعم", "ليس نعم", "نعم للسلام", is(Status::Reworded, "نعم للسلام")),
        ("🇲🇱🇺🇦", "🇺🇦🇲🇱", "🇲🇱", is(Status::Orphaned, GONE)),
        ("🇲🇱🇺🇦", "🇲🇱", "🇺🇦", is(Status::Orphaned, GONE)),
        ("Zoe\u{308}", "Zoe", "Zoe\u{308} waved", is(Status::Changed, "Zoe waved")),
        ("The family", "So the family", "flags hung", is(Status::Exact, "flags hung")),
    ] {
        assert_eq!(what(old, &old.replace(from, to), quote), expected, "{quote}: {from} to {to}");
    }
}

#[test]
fn the_same_text_cut_otherwise_is_the_same_text() {
    let text = article("Dr. Smith left. He said e.g. no. 他来了。她走了。 Ende gut. alles gut.");
    let (english, chinese) = (side_in(&text, Some("en")), side_in(&text, Some("zh")));
    let one =
        Side { text: text.as_str().into(), sentences: std::iter::once(0..text.len()).collect() };
    for (old, new) in
        [(&english, &chinese), (&chinese, &english), (&one, &english), (&english, &one)]
    {
        let alignment = Alignment::new(old, new);
        for quote in ["Smith left", "e.g. no", "他来", "她走了。 Ende"] {
            let range = place(&text, quote, 0);
            assert_eq!(
                alignment.trace(range.clone()),
                Trace { status: Status::Exact, range },
                "{quote}"
            );
        }
    }
}

#[test]
fn a_quote_may_begin_or_end_within_a_word_or_with_white_space() {
    let old = "One thing. The dockers went back. They sing.";
    let new = "Another thing. Yet more. The dockers went back.  They sing.";
    for quote in ["ockers we", " went ", "The dockers went back. "] {
        assert_eq!(what(old, new, quote), is(Status::Exact, quote));
    }
    assert_eq!(
        what(old, "One thing. The mockers went back. They sing.", "ockers we"),
        is(Status::Changed, "mockers went")
    );
    assert_eq!(what(old, new, " back. They"), is(Status::Changed, "back.  They"));
}

#[test]
fn what_is_replaced_altogether_is_gone() {
    assert_eq!(
        what(
            "Rain fell at dawn. Prices of bread rose. Night fell.",
            "Rain fell at dawn. Two dogs were seen by the lake. Night fell.",
            "Prices of bread rose"
        ),
        is(Status::Orphaned, GONE)
    );
    assert_eq!(
        what(
            "Rain fell at dawn. Prices of bread rose. Night fell.",
            "Something else entirely.",
            "Prices of bread rose"
        ),
        is(Status::Orphaned, GONE)
    );
    assert_eq!(
        what(
            "Rain fell at dawn. Prices of bread rose. Night fell.",
            "Rain fell at dawn. Prices rose. Night fell.",
            "of bread"
        ),
        is(Status::Orphaned, GONE)
    );
}

#[test]
fn an_orphan_is_placed_where_it_was() {
    let (old, new) = (
        article(TWINS),
        article("The day began well. Team Beta won three cups in spring. Nobody else won."),
    );
    let trace = Alignment::new(&side(&old), &side(&new)).trace(place(&old, "Team Alpha won", 0));
    assert_eq!(trace.range.start, new.find(" Team Beta").unwrap());
}

#[test]
fn a_difference_shows_both_texts_whole() {
    let (old, new) = (
        article(TWINS),
        article(
            &TWINS
                .replace("Alpha won three", "Alpha won four")
                .replace(" Nobody else won.", "\nNobody."),
        ),
    );
    let found = changes(&side(&old), &side(&new));
    let shown: Vec<_> = found
        .iter()
        .filter(|change| change.kind != ChangeKind::Equal)
        .map(|change| (change.kind, &old[change.from.clone()], &new[change.to.clone()]))
        .collect();
    assert!(
        shown.contains(&(ChangeKind::Delete, "three", ""))
            && shown.contains(&(ChangeKind::Insert, "", "four")),
        "{shown:?}"
    );
    assert_whole(&old, &new, &found);
    assert_eq!(
        changes(&side(&old), &side(&old)),
        [Change { kind: ChangeKind::Equal, from: 0..old.len(), to: 0..old.len() }]
    );
}

#[test]
fn a_difference_of_texts_that_have_little_in_common_is_bounded() {
    let text = |word: &str| {
        article(&(0..30_000).fold(String::new(), |text, number| {
            text + &format!("{word} {number}. ") + if number % 3 == 0 { "Same here.\n" } else { "" }
        }))
    };
    let (old, new) = (text("Old"), text("New"));
    let found = changes(&side(&old), &side(&new));
    assert!(found.len() < 20_100, "{}", found.len());
    assert_whole(&old, &new, &found);
}

fn assert_whole(old: &str, new: &str, found: &[Change]) {
    let (mut from, mut to) = (0, 0);
    for change in found {
        assert_eq!((change.from.start, change.to.start), (from, to));
        (from, to) = (change.from.end, change.to.end);
        match change.kind {
            ChangeKind::Equal => assert_eq!(old[change.from.clone()], new[change.to.clone()]),
            ChangeKind::Insert => assert!(change.from.is_empty() && !change.to.is_empty()),
            ChangeKind::Delete => assert!(change.to.is_empty() && !change.from.is_empty()),
        }
    }
    assert_eq!((from, to), (old.len(), new.len()));
}

/// The sentences of generated articles: near-twins, repeats, other scripts, and sentences that run
/// on into the next.
const SAID: [&str; 14] = [
    "Team Alpha won three cups in spring.",
    "Team Beta won three cups in spring.",
    "Team Alpha won four cups in spring.",
    "Nothing was said.",
    "Every demand was met, they say.",
    "The union says that every demand was met.",
    "Did the mayor leave? ",
    "Zoe\u{308} Ardant left 👩‍👩‍👧 on Monday.",
    "No!",
    "Prices rose by 4 per cent, from 12 million to 13 million.",
    "قال الوزير إن الميزانية ارتفعت.",
    "他来了。",
    "the rest is told later;",
    "What was agreed",
];

/// How many of the first ones are always a sentence of their own.
const PLAIN: usize = 10;

/// A sentence of a generated article, and whether a line break follows it. Its id stays the same in
/// every edit.
#[derive(Clone, Debug)]
struct Part {
    id: usize,
    text: String,
    break_after: bool,
}

/// The article that these parts make up, and the range of each part in it.
fn assemble(parts: &[Part]) -> (String, Vec<(usize, Range<usize>)>) {
    let mut text = article("x").strip_suffix('x').unwrap().to_owned();
    let mut places = Vec::new();
    for part in parts {
        let start = text.len();
        text.push_str(&part.text);
        places.push((part.id, start..text.len()));
        text.push(if part.break_after { '\n' } else { ' ' });
    }
    text.push_str("The end.");
    (text, places)
}

fn any_parts(said: &'static [&'static str]) -> impl Strategy<Value = Vec<Part>> {
    let part = (select(said), prop::bool::weighted(0.3));
    prop::collection::vec(part, 1..14).prop_map(|parts| {
        let part = |(id, (text, break_after)): (usize, (&str, bool))| Part {
            id,
            text: text.into(),
            break_after,
        };
        parts.into_iter().enumerate().map(part).collect()
    })
}

#[derive(Clone, Debug)]
enum Edit {
    Delete(Index),
    Insert(Index, &'static str),
    Copy(Index, Index),
    Move(Index, Index),
    MoveMany(Index, Index, Index),
    Negate(Index),
    AddWord(Index, Index),
    ReplaceWord(Index, Index),
    SwapWords(Index, Index),
    Merge(Index),
    Split(Index, Index),
    Break(Index),
    Wrap(usize),
    Type(Index, &'static str),
    Erase(Index, usize),
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let at = any::<Index>;
    prop_oneof![
        3 => at().prop_map(Edit::Delete),
        2 => (at(), select(&SAID[..])).prop_map(|(at, text)| Edit::Insert(at, text)),
        1 => (at(), at()).prop_map(|(from, to)| Edit::Copy(from, to)),
        2 => (at(), at()).prop_map(|(from, to)| Edit::Move(from, to)),
        1 => (at(), at(), at()).prop_map(|(from, upto, to)| Edit::MoveMany(from, upto, to)),
        2 => at().prop_map(Edit::Negate),
        2 => (at(), at()).prop_map(|(at, word)| Edit::AddWord(at, word)),
        2 => (at(), at()).prop_map(|(at, word)| Edit::ReplaceWord(at, word)),
        1 => (at(), at()).prop_map(|(at, word)| Edit::SwapWords(at, word)),
        1 => at().prop_map(Edit::Merge),
        1 => (at(), at()).prop_map(|(at, word)| Edit::Split(at, word)),
        1 => at().prop_map(Edit::Break),
        1 => (10..60_usize).prop_map(Edit::Wrap),
        1 => (at(), select(&["x", " ", "\n", ".", ". ", "not ", "\u{301}", "👧", "4", ": "][..])).prop_map(|(at, text)| Edit::Type(at, text)),
        1 => (at(), 1..12_usize).prop_map(|(at, length)| Edit::Erase(at, length)),
    ]
}

/// Applies an edit to whole parts. `fresh` is the id of a new part, or the number in a new word.
fn edit_parts(parts: &mut Vec<Part>, edit: &Edit, fresh: usize) {
    if parts.is_empty() {
        return;
    }
    let length = parts.len();
    let word_of = |text: &str, at: &Index| {
        let words: Vec<Range<usize>> =
            text.split_word_bound_indices().map(|(at, word)| at..at + word.len()).collect();
        words[at.index(words.len())].clone()
    };
    match edit {
        Edit::Delete(at) => drop(parts.remove(at.index(length))),
        Edit::Insert(at, text) => parts
            .insert(at.index(length), Part { id: fresh, text: (*text).into(), break_after: false }),
        Edit::Copy(from, to) => {
            let copy = Part { id: fresh, ..parts[from.index(length)].clone() };
            parts.insert(to.index(length), copy);
        }
        Edit::Move(from, to) => {
            let part = parts.remove(from.index(length));
            parts.insert(to.index(length), part);
        }
        Edit::MoveMany(from, upto, to) => {
            let (a, b) = (from.index(length), upto.index(length));
            let cut: Vec<Part> = parts.drain(a.min(b)..=a.max(b)).collect();
            let to = to.index(parts.len() + 1);
            parts.splice(to..to, cut);
        }
        Edit::Negate(at) => {
            let text = &mut parts[at.index(length)].text;
            *text = format!("It is not true that {text}");
        }
        Edit::AddWord(at, word) => {
            let text = &mut parts[at.index(length)].text;
            let place = word_of(text, word).start;
            text.insert_str(place, &format!("fresh{fresh} "));
        }
        Edit::ReplaceWord(at, word) => {
            let text = &mut parts[at.index(length)].text;
            let place = word_of(text, word);
            text.replace_range(place, &format!("fresh{fresh}"));
        }
        Edit::SwapWords(at, word) => {
            let text = &mut parts[at.index(length)].text;
            let mut words: Vec<&str> = text.split(' ').collect();
            let first = word.index(words.len());
            let second = (first + 1) % words.len();
            words.swap(first, second);
            *text = words.join(" ");
        }
        Edit::Merge(at) => {
            let part = &mut parts[at.index(length)];
            part.text = format!("{} and", part.text.trim_end_matches(['.', '!', ' ', ';']));
            part.break_after = false;
        }
        Edit::Split(at, word) => {
            let text = &mut parts[at.index(length)].text;
            let place = word_of(text, word).start;
            text.insert_str(place, ". ");
        }
        Edit::Break(at) => {
            let part = &mut parts[at.index(length)];
            part.break_after = !part.break_after;
        }
        Edit::Wrap(_) | Edit::Type(..) | Edit::Erase(..) => {}
    }
}

/// Applies an edit to the text itself, below its headline.
fn edit_text(text: &str, edit: &Edit) -> String {
    let (head, body) = text.split_once("\n\n").unwrap();
    let place = |at: &Index| {
        let places: Vec<usize> =
            body.char_indices().map(|(at, _)| at).chain([body.len()]).collect();
        places[at.index(places.len())]
    };
    match edit {
        Edit::Wrap(width) => format!("{head}\n\n{}", wrapped(body, *width)),
        Edit::Type(at, typed) => {
            format!("{head}\n\n{}{typed}{}", &body[..place(at)], &body[place(at)..])
        }
        Edit::Erase(at, length) => {
            let rest: String = body[place(at)..].chars().skip(*length).collect();
            format!("{head}\n\n{}{rest}", &body[..place(at)])
        }
        _ => text.to_owned(),
    }
}

/// Whether both texts have the same words before and after these places, within the sentences
/// around either of them. This compares the texts themselves and uses no alignment.
fn same_is_read_around(old: &Side, place: &Range<usize>, new: &Side, found: &Range<usize>) -> bool {
    let said = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let around = |side: &Side, place: &Range<usize>| {
        let mut here = side
            .sentences
            .iter()
            .filter(|sentence| sentence.start < place.end && place.start < sentence.end);
        let first = here.next().unwrap().clone();
        let last = here.next_back().unwrap_or(&first).clone();
        (first.start.min(place.start), last.end.max(place.end))
    };
    let ((old_from, old_to), (new_from, new_to)) = (around(old, place), around(new, found));
    said(&old.text[..place.start]).ends_with(&said(&new.text[new_from..found.start]))
        && said(&new.text[..found.start]).ends_with(&said(&old.text[old_from..place.start]))
        && said(&old.text[place.end..]).starts_with(&said(&new.text[found.end..new_to]))
        && said(&new.text[found.end..]).starts_with(&said(&old.text[place.end..old_to]))
}

/// Some ranges of the text, to mark as quotes.
fn some_ranges(text: &str, picks: &[(Index, usize)]) -> Vec<Range<usize>> {
    let words: Vec<Range<usize>> =
        text.split_word_bound_indices().map(|(at, word)| at..at + word.len()).collect();
    let range = |(from, length): &(Index, usize)| {
        let from = from.index(words.len());
        words[from].start..words[(from + length).min(words.len() - 1)].end
    };
    picks.iter().map(range).filter(|range| !text[range.clone()].trim().is_empty()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn after_any_edits_exact_and_moved_words_are_those_that_were_read(
        mut parts in any_parts(&SAID),
        edits in prop::collection::vec(any_edit(), 0..6),
        picks in prop::collection::vec((any::<Index>(), 0..9_usize), 8),
        wrap in prop::option::weighted(0.2, 12..50_usize),
    ) {
        let mut old = assemble(&parts).0;
        if let Some(width) = wrap {
            old = edit_text(&old, &Edit::Wrap(width));
        }
        edits.iter().zip(100..).for_each(|(edit, fresh)| edit_parts(&mut parts, edit, fresh));
        let new = edits.iter().fold(assemble(&parts).0, |text, edit| edit_text(&text, edit));
        let (old, new) = (side(&old), side(&new));
        let alignment = Alignment::new(&old, &new);
        for range in some_ranges(&old.text, &picks) {
            let trace = alignment.trace(range.clone());
            let (quote, found) = (&old.text[range.clone()], &new.text[trace.range.clone()]);
            match trace.status {
                Status::Exact | Status::Moved => {
                    prop_assert_eq!(found, quote);
                    prop_assert!(same_is_read_around(&old, &range, &new, &trace.range), "{:?} in {:?}, then {:?}", quote, old.text, new.text);
                }
                Status::Reworded => prop_assert_eq!(found, quote),
                Status::Changed => prop_assert!(!found.is_empty()),
                Status::Orphaned => prop_assert_eq!(found, ""),
            }
        }
        assert_whole(&old.text, &new.text, &changes(&old, &new));
    }

    #[test]
    fn whatever_is_deleted_and_changed_nothing_passes_to_another_sentence(
        mut parts in any_parts(&SAID[..PLAIN]),
        edits in prop::collection::vec(any_edit(), 1..8),
        picks in prop::collection::vec((any::<Index>(), 0..6_usize), 8),
    ) {
        let before = parts.clone();
        for (edit, fresh) in edits.iter().zip(100..) {
            if matches!(edit, Edit::Delete(_) | Edit::Negate(_) | Edit::AddWord(..) | Edit::ReplaceWord(..)) {
                edit_parts(&mut parts, edit, fresh);
            }
        }
        let ((old, old_places), (new, new_places)) = (assemble(&before), assemble(&parts));
        let alignment = Alignment::new(&side(&old), &side(&new));
        for range in some_ranges(&old, &picks) {
            let Some((id, _)) = old_places.iter().find(|(_, place)| place.start <= range.start && range.end <= place.end) else { continue };
            let trace = alignment.trace(range.clone());
            if trace.range.is_empty() {
                continue;
            }
            // The words must be in their own part, or reach beyond it only over new words.
            let is_new = |word: &str| word.starts_with("fresh") || ["It", "is", "not", "true", "that"].contains(&word);
            let elsewhere = new_places.iter().filter(|(other, place)| other != id && place.start < trace.range.end && trace.range.start < place.end);
            let at_home = elsewhere.into_iter().all(|(_, place)| {
                let there = &new[place.start.max(trace.range.start)..place.end.min(trace.range.end)];
                trace.status == Status::Changed && there.split_word_bounds().filter(|word| word.contains(char::is_alphanumeric)).all(is_new)
            });
            prop_assert!(at_home, "{:?} is {:?} {:?}, from {:?} to {:?}", &old[range], trace.status, &new[trace.range], old, new);
        }
    }
}
