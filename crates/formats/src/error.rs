//! What is wrong with a file, and where.

use std::{fmt, sync::Arc};
use thiserror::Error;

/// So many errors are told of at once; reading ends with the last of them.
pub const MOST_ERRORS: usize = 100;

/// Where in which file something stands. Lines and columns begin at 1; line 0 is the file as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file's name, as it was given.
    pub file: Arc<str>,
    /// The line.
    pub line: usize,
    /// The column in characters, where it is known.
    pub column: Option<usize>,
}

impl Default for Place {
    fn default() -> Self {
        Self { file: Arc::from(""), line: 0, column: None }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "{}", self.file),
            (line, None) => write!(f, "{}, line {line}", self.file),
            (line, Some(column)) => write!(f, "{}, line {line}, column {column}", self.file),
        }
    }
}

/// Why a file cannot be read or written: `hosts.yaml, line 12, field port: …`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct FormatError {
    /// Where, when it is one place.
    pub place: Option<Place>,
    /// The field, as the file calls it, when it is one field.
    pub field: Option<String>,
    /// What happened and what to do.
    pub what: String,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}")?;
        }
        if let Some(field) = &self.field {
            write!(f, "{}field {field}", if self.place.is_some() { ", " } else { "" })?;
        }
        if self.place.is_some() || self.field.is_some() {
            f.write_str(": ")?;
        }
        f.write_str(&self.what)
    }
}

impl FormatError {
    /// An error at a place.
    pub fn at(place: Place, what: impl Into<String>) -> Self {
        Self { place: Some(place), field: None, what: what.into() }
    }

    /// An error that is nowhere in particular.
    pub fn of(what: impl Into<String>) -> Self {
        Self { place: None, field: None, what: what.into() }
    }

    /// The same, about a field.
    #[must_use]
    pub fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}
