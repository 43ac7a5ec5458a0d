//! The command detector.

/// A command line that was typed at the session's prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedLine {
    /// The line as the terminal showed it, without the prompt.
    pub command: String,
}

#[derive(Default)]
pub(crate) struct Detector;

impl Detector {
    pub(crate) fn typed(&mut self, _input: &[u8]) {}

    pub(crate) fn shown(&mut self, _output: &[u8]) -> Vec<TypedLine> {
        Vec::new()
    }
}
