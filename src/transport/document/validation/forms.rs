//! Forms: how long texts may be, and what custom scalars look like.

/// Describes what is wrong with a text that should have the form of a scalar, such as a date.
pub type Form = fn(&str) -> Option<&'static str>;

/// The forms of the schema's scalars, and bounds on their length.
#[derive(Clone, Copy)]
pub struct InputForms {
    /// The custom scalars that have a form.
    pub scalars: &'static [(&'static str, Form)],
    /// The most characters of a String.
    pub longest_text: usize,
    /// The most characters of an ID or a custom scalar.
    pub longest_id: usize,
    /// Input types and their fields that take longer texts. The domain bounds these itself.
    pub long_texts: &'static [(&'static str, &'static str)],
}

impl Default for InputForms {
    /// No forms and no bounds.
    fn default() -> Self {
        Self { scalars: &[], longest_text: usize::MAX, longest_id: usize::MAX, long_texts: &[] }
    }
}

impl InputForms {
    /// The form of the scalar with this name.
    pub fn form(&self, scalar: &str) -> Option<Form> {
        self.scalars.iter().find(|(name, _)| *name == scalar).map(|(_, form)| *form)
    }

    /// Whether a field of an input type takes texts longer than `longest_text`.
    pub fn is_long(&self, input: &str, field: &str) -> bool {
        self.long_texts.contains(&(input, field))
    }
}
