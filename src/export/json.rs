//! JSON that borrows what it is made of. A large export writes millions of texts, so none is copied
//! on its way, and no map is built for an object.

use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};

use crate::domain::time::{Day, Moment};

/// A value.
pub enum Value<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A number.
    Number(i64),
    /// True or false.
    Bool(bool),
    /// A list.
    List(Vec<Self>),
    /// An object. See [`object`].
    Object(Vec<Member<'a>>),
}

/// A name with its value.
pub type Member<'a> = (&'static str, Value<'a>);

/// An object of the members that have a value, in the order of their names.
pub fn object<'a>(
    members: impl IntoIterator<Item = (&'static str, Option<Value<'a>>)>,
) -> Value<'a> {
    let members = members.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let mut members: Vec<_> = members.collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    Value::Object(members)
}

/// A list of values, one for each of these things.
pub fn list<'a, T>(things: &'a [T], value: impl FnMut(&'a T) -> Value<'a>) -> Value<'a> {
    Value::List(things.iter().map(value).collect())
}

/// A text. None if there is none.
pub fn text(text: Option<&String>) -> Option<Value<'_>> {
    text.map(Value::from)
}

/// A value in the form that people read: an id, for example.
pub fn shown(value: impl ToString + Copy) -> Value<'static> {
    value.to_string().into()
}

impl Value<'_> {
    /// Writes the value.
    pub fn write(&self, out: &mut Vec<u8>) {
        // Nothing here can fail: names are texts, and memory takes all bytes.
        let written = serde_json::to_writer(out, self);
        debug_assert!(written.is_ok(), "{written:?}");
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Bool(bool) => serializer.serialize_bool(*bool),
            Self::List(list) => serializer.collect_seq(list),
            Self::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        text.as_str().into()
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Moment> for Value<'_> {
    fn from(at: Moment) -> Self {
        at.to_text().into()
    }
}

impl From<Day> for Value<'_> {
    fn from(day: Day) -> Self {
        day.to_text().into()
    }
}

impl From<i32> for Value<'_> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value<'_> {
    fn from(bool: bool) -> Self {
        Self::Bool(bool)
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, list, object, shown, text};

    #[test]
    fn an_object_has_its_members_with_a_value_in_the_order_of_their_names() {
        let (missing, words) = (None, ["a \"b\"\n".to_owned(), "é\u{7f}".to_owned()]);
        let value = object([
            ("words", Some(list(&words, Value::from))),
            ("none", text(missing.as_ref())),
            ("at", Some(shown(7))),
            ("number", Some((-3).into())),
            ("is", Some(true.into())),
            ("inner", Some(object([("b", text(words.first())), ("a", None)]))),
        ]);

        let mut out = Vec::new();
        value.write(&mut out);

        let expected = "{\"at\":\"7\",\"inner\":{\"b\":\"a \\\"b\\\"\\n\"},\"is\":true,\"number\":-3,\
                        \"words\":[\"a \\\"b\\\"\\n\",\"é\u{7f}\"]}";
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
    }
}
