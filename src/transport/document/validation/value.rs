//! Checks one value against its type.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, Type};
use async_graphql::{Name, PathSegment, Value as ConstValue};

use super::literal::{Literal, View};
use super::place::Place;
use super::{Checked, Walk};
use crate::transport::document::types::{Input, Slot};

impl<'a> Walk<'a> {
    /// Checks a value against its type. A single value is accepted for a list, as a list of one.
    pub(super) fn value<V: Literal>(
        &mut self,
        value: &'a V,
        kind: &Type,
        has_default: bool,
        place: &mut Place,
    ) -> Checked {
        match (value.view(), &kind.base) {
            (View::Variable(name), _) => self.variable(name, kind, has_default, place),
            (View::Null, _) if kind.nullable => Ok(()),
            (View::Null, _) => Err(place.is_null(kind)),
            (View::List(items), BaseType::List(kind)) => {
                for (index, item) in items.iter().enumerate() {
                    place.path.push(PathSegment::Index(index));
                    self.value(item, kind, false, place)?;
                    place.path.pop();
                }
                Ok(())
            }
            (_, BaseType::List(kind)) => self.value(value, kind, false, place),
            (view, BaseType::Named(name)) => match self.checks.types.input(name) {
                Some(Input::Object(fields)) => self.object(&view, name, fields, place),
                Some(Input::Enum(values)) => member(&view, name, values, place),
                None => self.scalar(&view, name, place),
            },
        }
    }

    fn object<V: Literal>(
        &mut self,
        view: &View<'a, V>,
        of: &Name,
        fields: &IndexMap<Name, Slot>,
        place: &mut Place,
    ) -> Checked {
        let View::Object(given) = *view else { return Err(place.not_of(of, view)) };
        if let Some(unknown) = given.keys().find(|name| !fields.contains_key(*name)) {
            let place = Place { path: place.path.clone(), ..*place };
            return Err(place.has_no_field(of, unknown, fields.keys()));
        }
        for (name, slot) in fields {
            place.path.push(PathSegment::Field(name.to_string()));
            place.is_bounded = !self.checks.forms.is_long(of, name);
            match given.get(name) {
                Some(value) => self.value(value, &slot.kind, slot.has_default, place)?,
                None if slot.kind.nullable || slot.has_default => {}
                None => return Err(place.is_missing(&slot.kind)),
            }
            place.is_bounded = true;
            place.path.pop();
        }
        Ok(())
    }

    fn scalar<V>(&self, view: &View<'a, V>, name: &Name, place: &Place) -> Checked {
        let forms = &self.checks.forms;
        if let View::Text(text) = view {
            let limit = if name == "String" { forms.longest_text } else { forms.longest_id };
            // A text has no more characters than bytes, and the bytes are counted already.
            if place.is_bounded && text.len() > limit {
                let length = text.chars().count();
                if length > limit {
                    return Err(place.is_too_long(length, limit));
                }
            }
        }
        let form = forms.form(name);
        let is_one = match (name.as_str(), view) {
            ("Int", View::Number(number)) => {
                number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
            }
            ("ID", View::Number(number)) => number.is_i64(),
            // PostgreSQL can neither store this character nor compare with it.
            ("String", View::Text(text)) if text.contains('\0') => {
                let message = format!("`{place}` contains the control character U+0000.");
                return Err(place.refused_as("BAD_USER_INPUT", "CONTROL_CHARACTER", &message));
            }
            ("String" | "ID", View::Text(_))
            | ("Boolean", View::Boolean(_))
            | ("Float", View::Number(_)) => true,
            ("Int" | "ID" | "String" | "Boolean" | "Float", _) => false,
            (_, View::Text(text)) => match form.and_then(|form| form(text)) {
                // The schema does not describe the form. So a literal with another form is not a
                // mistake in the document.
                Some(wrong) => {
                    let message = format!("`{place}` is invalid: {wrong}");
                    return Err(place.refused_as("BAD_USER_INPUT", "INVALID_FORMAT", &message));
                }
                None => true,
            },
            _ => form.is_none(),
        };
        if is_one { Ok(()) } else { Err(place.not_of(name, view)) }
    }

    /// Checks that a variable may be used where a value of type `kind` is required, and that its
    /// value has its type.
    fn variable(
        &mut self,
        name: &'a Name,
        kind: &Type,
        has_default: bool,
        place: &Place,
    ) -> Checked {
        // async-graphql refuses undefined variables.
        let Some((pos, definition)) = self.definitions.get(name).copied() else { return Ok(()) };
        let (declared, default) = (&definition.var_type.node, definition.default_value());
        let is_filled = has_default || default.is_some_and(|default| *default != ConstValue::Null);
        if !fits(declared, kind, is_filled) {
            return Err(place.does_not_fit(name, declared, kind));
        }
        let Some(value) = self.variables.get(name) else { return Ok(()) };
        if !self.checked.insert((name, place.is_bounded)) {
            return Ok(());
        }
        let mut place = Place { path: place.path.clone(), pos, is_variable: true, ..*place };
        self.value(value, declared, false, &mut place)
    }
}

/// Checks that a value is one of an enum's.
fn member<V>(view: &View<'_, V>, name: &Name, values: &[Name], place: &Place) -> Checked {
    let given = match view {
        View::Enum(given) => given.as_str(),
        View::Text(given) => given,
        view => return Err(place.not_of(name, view)),
    };
    if values.iter().any(|value| value == given) {
        return Ok(());
    }
    Err(place.not_one_of(values, view))
}

/// Whether a variable of type `variable` may be used where `asked` is required. `is_filled` says
/// that a default replaces a missing variable.
fn fits(variable: &Type, asked: &Type, is_filled: bool) -> bool {
    let is_same = match (&variable.base, &asked.base) {
        (BaseType::Named(variable), BaseType::Named(asked)) => variable == asked,
        (BaseType::List(variable), BaseType::List(asked)) => fits(variable, asked, false),
        _ => false,
    };
    is_same && (asked.nullable || !variable.nullable || is_filled)
}
