//! What was read of an entry, whole: so that an export gives back what an import brought and Berth does not know.

use crate::{
    error::FormatError,
    value::{Value, from_json, to_json},
};
use serde::{Deserialize, Serialize};
use wire::inventory::Form;

/// An entry as it was read, with the form that it was read from. Text inside, so that ten thousand of them stay small.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept(Option<(Form, Box<str>)>);

#[derive(Serialize, Deserialize)]
struct Stored {
    form: Form,
    entry: Value,
}

impl Kept {
    pub(crate) fn new(form: Form, entry: &Value) -> Self {
        Self(Some((form, to_json(entry).into_boxed_str())))
    }

    /// How many bytes it takes.
    pub(crate) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |(_, entry)| entry.len())
    }

    /// Whether nothing was kept.
    pub const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The form that it was read from.
    pub fn form(&self) -> Option<Form> {
        self.0.as_ref().map(|(form, _)| *form)
    }

    /// As JSON text, to be stored; none when nothing was kept.
    pub fn to_json(&self) -> Option<String> {
        let (form, entry) = self.0.as_ref()?;
        let form = serde_json::to_string(form).ok()?;
        Some(format!(r#"{{"form":{form},"entry":{entry}}}"#))
    }

    /// What [`Kept::to_json`] gave.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn from_json(text: &str) -> Result<Self, FormatError> {
        let stored: Stored = serde_json::from_str(text)
            .map_err(|error| FormatError::of(format!("what was kept of an entry cannot be read: {error}")))?;
        Ok(Self::new(stored.form, &stored.entry))
    }

    /// The entry, when it came from this form.
    pub fn entry(&self, form: Form) -> Option<Value> {
        let (from, entry) = self.0.as_ref()?;
        (*from == form).then(|| from_json(entry).ok()).flatten()
    }
}
