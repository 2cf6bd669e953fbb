//! Values as the checks see them: a literal in a document, or the value of a variable.

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Number, Value as ConstValue};
use async_graphql_value::Value;

/// A value in a document or in a variable.
pub trait Literal: Sized {
    /// The value as the checks see it.
    fn view(&self) -> View<'_, Self>;
}

/// The kind of a value.
pub enum View<'a, V> {
    Null,
    Boolean(bool),
    Number(&'a Number),
    Text(&'a str),
    Enum(&'a Name),
    List(&'a [V]),
    Object(&'a IndexMap<Name, V>),
    Variable(&'a Name),
    Bytes,
}

impl<V> View<'_, V> {
    /// The value as an error message shows it. Long values are only described.
    pub fn shown(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Boolean(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) if text.chars().nth(40).is_none() => format!("{text:?}"),
            Self::Text(_) => "a longer text".to_owned(),
            Self::Enum(name) | Self::Variable(name) => name.to_string(),
            Self::List(_) => "a list".to_owned(),
            Self::Object(_) => "an object".to_owned(),
            Self::Bytes => "a file".to_owned(),
        }
    }
}

macro_rules! literal {
    ($kind:ty $(, $variable:ident)?) => {
        impl Literal for $kind {
            fn view(&self) -> View<'_, Self> {
                match self {
                    Self::Null => View::Null,
                    Self::Boolean(flag) => View::Boolean(*flag),
                    Self::Number(number) => View::Number(number),
                    Self::String(text) => View::Text(text),
                    Self::Enum(name) => View::Enum(name),
                    Self::List(items) => View::List(items),
                    Self::Object(fields) => View::Object(fields),
                    Self::Binary(_) => View::Bytes,
                    $(Self::$variable(name) => View::Variable(name),)?
                }
            }
        }
    };
}

literal!(ConstValue);
literal!(Value, Variable);
