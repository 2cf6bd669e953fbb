//! Languages: BCP 47 tags (RFC 5646), and ranges that find them (RFC 4647).
//!
//! Invariant: a language that [`parse`] accepts is in the IANA registry and in its canonical form.

use language_tags::{LanguageTag, ValidationError};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, SimpleExpr};
use sea_orm::{ColumnTrait, IntoSimpleExpr};

use super::error::{Error, Reason, Result};
use crate::domain::text_input;

/// The maximum length of a tag.
pub const MOST: usize = 35;

/// Names and codes that people send instead of a tag: the tag, and what they send.
const HINTS: &str = include_str!("languages.txt");

/// Parses a language tag, and returns its canonical form: `fr-ml` becomes `fr-ML`, and `iw` becomes
/// `he`.
pub fn parse(field: &str, text: &str) -> Result<String> {
    let text = text_input::line(field, text, MOST)?;
    let tag = LanguageTag::parse(&text).map_err(|_| refusal(field, &text, None))?;
    // Tags for private use say nothing to others.
    if tag.primary_language().is_empty() || text.to_lowercase().starts_with("x-") {
        return Err(refusal(field, &text, None));
    }
    let known = tag.validate().and_then(|()| tag.canonicalize());
    Ok(known.map_err(|error| refusal(field, &text, Some(&error)))?.into_string())
}

/// The condition that the language in `column` is in a range: `uk` finds `uk` and `uk-UA`, `zh-TW`
/// also finds `zh-Hant-TW`, and `*` finds every language.
pub fn in_range(column: impl ColumnTrait, range: &str) -> SimpleExpr {
    let range = parse("language", range).unwrap_or_else(|_| range.to_owned()).to_lowercase();
    let mut parts = range.split('-');
    let first = parts.next().unwrap_or_default();
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let rest: Vec<_> = parts.filter(|part| *part != "*").collect();
    if !(first == "*" || is_part(first)) || !rest.iter().all(|part| is_part(part)) {
        return Expr::val(1).eq(0);
    }
    // A hyphen at both ends, so that each subtag is found as a whole.
    let stored = Func::lower(column.into_simple_expr());
    let stored = || Expr::val("-").binary(CONCAT, stored.clone()).binary(CONCAT, Expr::val("-"));
    let mut found = column.is_not_null();
    if first != "*" {
        found = found.and(stored().like(LikeExpr::new(format!("-{first}-%"))));
    }
    if !rest.is_empty() {
        let places: Vec<_> = rest.iter().map(|part| format!("-{part}")).collect();
        found = found.and(stored().like(LikeExpr::new(format!("%{}-%", places.join("%")))));
    }
    found
}

const CONCAT: sea_orm::sea_query::BinOper = sea_orm::sea_query::BinOper::Custom("||");

fn refusal(field: &str, text: &str, error: Option<&ValidationError>) -> Error {
    let tag = text.replace('_', "-");
    let hint = hint(&text.to_lowercase()).map(str::to_owned).or_else(|| {
        let known = LanguageTag::parse(&tag).ok()?;
        known.validate().ok()?;
        Some(known.canonicalize().ok()?.into_string())
    });
    let part = match error {
        Some(ValidationError::RegionNotInRegistry) => "Its region is unknown.",
        Some(ValidationError::ScriptNotInRegistry) => "Its script is unknown.",
        Some(ValidationError::VariantNotInRegistry) => "Its variant is unknown.",
        _ => "A tag begins with a code of two or three letters, such as en or fr-ML.",
    };
    let hint = hint.map(|tag| format!(" Did you mean {tag}?")).unwrap_or_default();
    let message = format!("`{text}` is not a valid BCP 47 language tag. {part}{hint}");
    Error::invalid(field, Reason::InvalidFormat, message)
}

fn hint(text: &str) -> Option<&'static str> {
    let mut lines = HINTS.lines().filter(|line| !line.starts_with('#'));
    lines.find_map(|line| {
        let (tag, names) = line.split_once(':')?;
        names.split(',').any(|name| name.trim() == text).then_some(tag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_become_canonical() {
        for (given, canonical) in [
            ("en", "en"),
            ("fr-ml", "fr-ML"),
            ("UK", "uk"),
            ("uk-ua", "uk-UA"),
            ("iw", "he"),
            ("SR-latn-rs", "sr-Latn-RS"),
            (" pt-BR ", "pt-BR"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("es-419", "es-419"),
            ("de-1901", "de-1901"),
        ] {
            assert_eq!(parse("language", given).unwrap(), canonical, "{given}");
        }
    }

    #[test]
    fn what_is_no_tag_is_refused_with_a_hint() {
        for (bad, hint) in [
            ("english", "en"),
            ("English", "en"),
            ("українська", "uk"),
            ("Français", "fr"),
            ("ukrainian", "uk"),
            ("ua", "uk"),
            ("jp", "ja"),
            ("eng", "en"),
            ("ger", "de"),
            ("en_US", "en-US"),
            ("pt_br", "pt-BR"),
        ] {
            let message = parse("language", bad).unwrap_err().to_string();
            assert!(message.ends_with(&format!("Did you mean {hint}?")), "{message}");
        }
        for bad in ["", "e", "xx", "en-ZZZ9", "en-QQQQQ", "en-US-", "123", "klingonese"] {
            assert!(parse("language", bad).is_err(), "{bad}");
        }
    }
}
