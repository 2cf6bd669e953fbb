//! JSON from outside, read within bounds.

use serde_json::Value as Json;

use super::article::{Reading, Refusal};

/// The most values and members of a document. A small object takes a hundred times the memory of its
/// text. A thousand full reviews have a tenth of this.
const MAX_VALUES: usize = 500_000;

/// Parses a document. `refuse` makes a refusal of what the parser says.
pub fn parse(text: &str, refuse: impl FnOnce(serde_json::Error) -> Refusal) -> Reading<Json> {
    if values(text) > MAX_VALUES {
        return Err(Refusal::too_large(format!("The JSON has more than {MAX_VALUES} values.")));
    }
    serde_json::from_str(text).map_err(refuse)
}

/// The number of signs that begin, separate or name values.
fn values(text: &str) -> usize {
    let (mut count, mut is_string, mut is_escaped) = (0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_string => is_escaped = true,
            b'"' => is_string = !is_string,
            b'{' | b'[' | b',' | b':' if !is_string => count += 1,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::{parse, values};
    use crate::import::article::{Fault, Refusal};

    #[test]
    fn values_are_counted_before_they_take_memory() {
        assert_eq!(values(r#"{"a,[\"{": [1, 2, {"b": ":,\\"}]}"#), 7);
        let refuse = |_| Refusal::malformed("no JSON");
        assert!(parse(&format!("[{}0]", "0,".repeat(499_000)), refuse).is_ok());
        for many in [r#"{"":0},"#, "[],", "0,", r#"[{"a":[0]}],"#] {
            let refused = parse(&format!("[{}0]", many.repeat(500_000)), refuse);
            assert_eq!(refused.map_err(|refusal| refusal.fault), Err(Fault::TooLarge), "{many}");
        }
    }
}
