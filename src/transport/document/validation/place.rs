//! Places: where in a request a value is, and the errors about it.

use async_graphql::parser::types::Type;
use async_graphql::{Name, PathSegment, Pos, ServerError};

use super::literal::View;

/// Where in a request a value is.
pub struct Place {
    pub path: Vec<PathSegment>,
    pub pos: Pos,
    /// Whether the value came in a variable, outside the document.
    pub is_variable: bool,
    /// Whether the general bound on the length of texts applies.
    pub is_bounded: bool,
    /// Whether errors may name types of the schema.
    pub is_open: bool,
}

impl Place {
    /// Says that a value is not of its type.
    pub fn not_of<V>(&self, kind: &Name, view: &View<'_, V>) -> Box<ServerError> {
        let shown = view.shown();
        let message = if self.is_open {
            format!("`{self}` must be of type {kind}. You gave {shown}.")
        } else {
            format!("`{self}` must not be {shown}.")
        };
        self.refused("INVALID_FORMAT", &message)
    }

    /// Says that a value is not one of an enum's.
    pub fn not_one_of<V>(&self, values: &[Name], view: &View<'_, V>) -> Box<ServerError> {
        let shown = view.shown();
        let message = if self.is_open {
            let values: Vec<_> = values.iter().map(Name::as_str).collect();
            format!("`{self}` must be one of {}. You gave {shown}.", values.join(", "))
        } else {
            format!("`{self}` must not be {shown}.")
        };
        self.refused("INVALID_FORMAT", &message)
    }

    /// Says that a value is null but must not be.
    pub fn is_null(&self, kind: &Type) -> Box<ServerError> {
        let message = if self.is_open {
            format!("`{self}` is null, but its type is {kind}.")
        } else {
            format!("`{self}` must not be null.")
        };
        self.refused("EMPTY", &message)
    }

    /// Says that a required field is missing.
    pub fn is_missing(&self, kind: &Type) -> Box<ServerError> {
        let message = if self.is_open {
            format!("`{self}` is required. Its type is {kind}.")
        } else {
            format!("`{self}` is required.")
        };
        self.refused("EMPTY", &message)
    }

    /// Says that an input type has no field of this name.
    pub fn has_no_field<'k>(
        mut self,
        of: &Name,
        unknown: &Name,
        known: impl Iterator<Item = &'k Name>,
    ) -> Box<ServerError> {
        self.path.push(PathSegment::Field(unknown.to_string()));
        let message = if self.is_open {
            let known: Vec<_> = known.map(Name::as_str).collect();
            format!("{of} has no field `{unknown}`. Its fields are {}.", known.join(", "))
        } else {
            format!("`{self}` is not a known field.")
        };
        self.refused("UNKNOWN_FIELD", &message)
    }

    /// Says that a text is too long.
    pub fn is_too_long(&self, length: usize, limit: usize) -> Box<ServerError> {
        let message = format!("`{self}` has {length} characters. The limit is {limit}.");
        self.refused_as("BAD_USER_INPUT", "TOO_LARGE", &message)
    }

    /// Says that a variable of one type is used where the schema asks for another.
    pub fn does_not_fit(&self, name: &Name, declared: &Type, kind: &Type) -> Box<ServerError> {
        let message = if self.is_open {
            format!("Variable `${name}` is of type {declared}, but `{self}` needs {kind}.")
        } else {
            format!("Variable `${name}` has the wrong type for `{self}`.")
        };
        let mut error = ServerError::new(message, Some(self.pos));
        error.extensions.get_or_insert_default().set("code", "GRAPHQL_VALIDATION_FAILED");
        Box::new(error)
    }

    fn refused(&self, reason: &'static str, message: &str) -> Box<ServerError> {
        // A wrong literal is a mistake in the document.
        let code = if self.is_variable { "BAD_USER_INPUT" } else { "GRAPHQL_VALIDATION_FAILED" };
        self.refused_as(code, reason, message)
    }

    /// An error with this code and reason.
    pub fn refused_as(
        &self,
        code: &'static str,
        reason: &'static str,
        message: &str,
    ) -> Box<ServerError> {
        let mut error = ServerError::new(message, Some(self.pos));
        let extensions = error.extensions.get_or_insert_default();
        extensions.set("code", code);
        extensions.set("field", self.to_string());
        extensions.set("reason", reason);
        Box::new(error)
    }
}

/// Names the field as the domain does: a path that starts below `input`, or at another argument.
impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = match &self.path[..] {
            [PathSegment::Field(input), rest @ ..] if input == "input" && !rest.is_empty() => rest,
            path => path,
        };
        for (at, segment) in path.iter().enumerate() {
            match segment {
                PathSegment::Field(name) if at > 0 => write!(f, ".{name}")?,
                PathSegment::Field(name) => f.write_str(name)?,
                PathSegment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
