//! Measures how well staleness follows reading, on the texts in `tests/fixtures`.
//!
//! Two kinds of error count. A *missed denial* is a claim that stays fresh although the words
//! around it now deny it. Its verdicts could still be published, so none is allowed. A *false
//! alarm* is a claim that becomes stale although only another sentence changed. Each one costs a
//! reviewer a click. To see the tables: `cargo test --lib evaluation -- --nocapture`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::tests::side_in;
use super::*;
use crate::domain::text::passage;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// A text, a quote in it, and the text revised to deny the quote.
#[derive(serde::Deserialize)]
struct Denial {
    language: Option<String>,
    body: String,
    quote: String,
    revised: String,
}

/// The languages that an article may declare: its own, none, and wrong ones.
fn languages(own: Option<&str>) -> [Option<&str>; 6] {
    [own, None, Some("en"), Some("ja"), Some("ar"), Some("xx")]
}

fn is_stale(old: &Side, new: &Side, quote: &str) -> bool {
    let at = old.text.find(quote).unwrap_or_else(|| panic!("{quote} stands in the text"));
    Alignment::new(old, new).trace(at..at + quote.len()).status.is_stale()
}

fn article(body: &str) -> String {
    passage::compose("The headline of it all", body).unwrap()
}

#[test]
fn no_verdict_survives_a_denial_in_any_language() {
    let rows: Vec<Denial> =
        serde_json::from_str(&fs::read_to_string(fixture("denials.json")).unwrap()).unwrap();
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let mut missed = Vec::new();
    for row in &rows {
        let count = counts.entry(row.language.as_deref().unwrap_or("none")).or_default();
        for language in languages(row.language.as_deref()) {
            let old = side_in(&article(&row.body), language);
            let new = side_in(&article(&row.revised), language);
            count[0] += 1;
            if !is_stale(&old, &new, &row.quote) {
                count[1] += 1;
                missed.push(format!("{language:?}: {}", row.revised));
            }
        }
    }
    println!("missed denials, {} texts, each with {} languages", rows.len(), languages(None).len());
    for (language, [tried, missed]) in &counts {
        println!("{language:5} {missed} of {tried}");
    }
    assert!(counts.len() > 40 && rows.len() > 1_000);
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn no_verdict_survives_a_denial_far_away_in_a_long_sentence() {
    for (yes, no, filler, claim) in [
        ("It is true that ", "It is false that ", "they said so again, ", "Diop stole 5 million"),
        ("Правда, що ", "Неправда, що ", "як казали не раз, ", "Бойко вкрав 5 мільйонів"),
        ("事実として", "嘘として", "何度も言われたが、", "大臣は五百万を盗んだ"),
        ("صحيح أن ", "كذب أن ", "كما قيل مرارا، ", "الوزير سرق خمسة ملايين"),
        ("จริงที่", "เท็จที่", "ตามที่พูดกันหลายครั้ง ", "รัฐมนตรีขโมยเงินห้าล้าน"),
        ("यह सच है कि ", "यह झूठ है कि ", "जैसा कई बार कहा गया, ", "मंत्री ने पाँच लाख चुराए"),
    ] {
        for times in [10, 200, 1_000] {
            for end in [".", "", "。"] {
                let text =
                    |start: &str| article(&format!("{start}{}{claim}{end}", filler.repeat(times)));
                for language in [None, Some("en"), Some("ja")] {
                    let (old, new) = (side_in(&text(yes), language), side_in(&text(no), language));
                    assert!(is_stale(&old, &new, claim), "{yes} {times} {language:?}");
                }
            }
        }
    }
}

/// An article: paragraphs, each with its sentences.
type Article = Vec<Vec<String>>;

fn read(path: &PathBuf) -> Article {
    let file = fs::read_to_string(path).unwrap();
    file.lines().map(|line| line.split("¦ ").map(str::to_owned).collect()).collect()
}

fn written(article: &Article) -> String {
    let lines: Vec<String> = article.iter().map(|line| line.join(" ")).collect();
    let mut lines = lines.iter().filter(|line| !line.is_empty());
    let title = lines.next().unwrap();
    let body: Vec<&str> = lines.map(String::as_str).collect();
    passage::compose(title, &body.join("\n")).unwrap()
}

/// Three variants of the article: without the sentence `edited`, with `other` before it, and with
/// one of its words changed. The flag says whether the sentence itself stays as it was.
fn edits(article: &Article, edited: (usize, usize), other: &str) -> [(bool, Article); 3] {
    let (line, place) = edited;
    let [mut deleted, mut inserted, mut changed] =
        [article.clone(), article.clone(), article.clone()];
    deleted[line].remove(place);
    inserted[line].insert(place, other.to_owned());
    let words: Vec<&str> = article[line][place].split(' ').collect();
    let middle = words.len() / 2;
    let word = words[middle].trim_matches(|c: char| !c.is_alphanumeric());
    let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    words[middle] = words[middle].replacen(word, "otherwise", 1);
    changed[line][place] = words.join(" ");
    [(false, deleted), (true, inserted), (false, changed)]
}

/// The numbers of claims and of stale claims: of all claims, and of those right next to the edit.
#[derive(Default)]
struct Alarms {
    all: [usize; 2],
    beside: [usize; 2],
}

/// Edits every sentence of an article in three ways, and checks a claim on every unchanged
/// sentence.
fn count_alarms(article: &Article, language: &str, alarms: &mut Alarms) {
    let old = side_in(&written(article), Some(language));
    let places: Vec<(usize, usize)> = (1..article.len())
        .flat_map(|line| (0..article[line].len()).map(move |place| (line, place)))
        .collect();
    let others: Vec<&String> = article.iter().filter(|line| line.len() > 1).flatten().collect();
    for (number, &edited) in places.iter().enumerate() {
        let other = others[(number * 5 + 3) % others.len()].replace(char::is_numeric, "7");
        for (keeps, edit) in edits(article, edited, &other) {
            // A line with only one sentence may be a heading, so it does not get a second one.
            if keeps && article[edited.0].len() == 1 {
                continue;
            }
            let new = side_in(&written(&edit), Some(language));
            let alignment = Alignment::new(&old, &new);
            for (at, &claimed) in places.iter().enumerate() {
                let quote = &article[claimed.0][claimed.1];
                if claimed == edited && !keeps || old.text.matches(quote.as_str()).count() > 1 {
                    continue;
                }
                let start = old.text.find(quote.as_str()).unwrap();
                let stale = alignment.trace(start..start + quote.len()).status.is_stale();
                let beside = claimed.0 == edited.0 && at.abs_diff(number) <= 1;
                for sum in [Some(&mut alarms.all), beside.then_some(&mut alarms.beside)]
                    .into_iter()
                    .flatten()
                {
                    sum[0] += 1;
                    sum[1] += usize::from(stale);
                }
            }
        }
    }
}

#[test]
fn few_claims_are_stale_because_another_sentence_changed() {
    let mut found: BTreeMap<String, Alarms> = BTreeMap::new();
    let mut files: Vec<PathBuf> =
        fs::read_dir(fixture("articles")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in files {
        let language = file.file_name().unwrap().to_string_lossy()[..2].to_owned();
        count_alarms(&read(&file), &language, found.entry(language.clone()).or_default());
    }
    println!("false alarms: of all other claims, and of those right beside the edit");
    let percent = |[all, stale]: [usize; 2]| 100 * stale / all;
    let mut too_many = Vec::new();
    for (language, alarms) in &found {
        let ([all, stale], [near, near_stale]) = (alarms.all, alarms.beside);
        println!(
            "{language}  {stale} of {all} ({} %)  {near_stale} of {near} ({} %)",
            percent(alarms.all),
            percent(alarms.beside)
        );
        // All alarms are right next to the edit, so these claims have a limit of their own.
        let most = if ["en", "fr"].contains(&language.as_str()) { 10 } else { 15 };
        if percent(alarms.all) >= 3 || percent(alarms.beside) >= most {
            too_many.push(language);
        }
    }
    assert!(too_many.is_empty(), "{too_many:?}");
    assert!(found.len() >= 5);
}
