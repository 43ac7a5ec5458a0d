//! Which of what was typed was echoed: only that may ever be recorded as input.
//!
//! A line is given back when it was ended by Enter and the output, each time from its very beginning, showed exactly
//! the characters that were typed, in order, and then a new line. One character that is not there, or another one, and
//! the whole line is forgotten: a password that is not echoed is never given back, not even in part. What is edited,
//! completed or recalled is not given back either; the command detector's markers have those lines.

use std::collections::VecDeque;

/// So much may be typed ahead of its echo; more is forgotten.
const WAITING: usize = 4096;

/// Follows one session.
#[derive(Debug, Default)]
pub(crate) struct Echoed {
    /// Typed, and not shown yet.
    waiting: VecDeque<u8>,
    /// Of the line that is being typed, what was shown.
    shown: Vec<u8>,
    /// The line that is being typed is not to be given back.
    spoiled: bool,
    escape: Escape,
}

/// Where in an escape sequence the output stands.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Escape {
    #[default]
    None,
    Begun,
    Csi,
    /// A string that ends with BEL or ST.
    Text,
    TextEnd,
}

impl Echoed {
    /// The person typed this.
    pub(crate) fn typed(&mut self, input: &[u8]) {
        for &byte in input {
            if self.spoiled {
                self.spoiled = !is_enter(byte);
            } else if self.waiting.len() == WAITING {
                self.spoil();
            } else {
                self.waiting.push_back(byte);
            }
        }
    }

    /// The remote showed this. Answers the line that it completes, its Enter included.
    pub(crate) fn shown(&mut self, output: &[u8]) -> Option<Vec<u8>> {
        let mut found = None;
        let mut comparing = !self.waiting.is_empty();
        for &byte in output {
            if self.escape.skips(byte) || !comparing {
                continue;
            }
            match self.compare(byte) {
                Compared::Same => comparing = !self.waiting.is_empty(),
                Compared::Other => comparing = false,
                Compared::Line(line) => {
                    found = Some(line);
                    comparing = false;
                }
            }
        }
        found
    }

    fn compare(&mut self, byte: u8) -> Compared {
        match self.waiting.pop_front() {
            Some(typed) if is_enter(typed) && matches!(byte, b'\r' | b'\n') => {
                let mut line = std::mem::take(&mut self.shown);
                line.push(b'\r');
                Compared::Line(line)
            }
            Some(typed) if typed == byte && typed >= 0x20 && typed != 0x7f => {
                self.shown.push(byte);
                Compared::Same
            }
            Some(typed) => {
                self.waiting.push_front(typed);
                self.spoil();
                Compared::Other
            }
            None => Compared::Other,
        }
    }

    /// Forgets the line that is being typed, its Enter included.
    fn spoil(&mut self) {
        self.shown.clear();
        let end = self.waiting.iter().position(|&byte| is_enter(byte));
        self.spoiled = end.is_none();
        self.waiting.drain(..end.map_or(self.waiting.len(), |end| end + 1));
    }
}

/// What a byte of the output is to what was typed.
enum Compared {
    Same,
    Other,
    /// It ends this line.
    Line(Vec<u8>),
}

impl Escape {
    /// Takes a byte of the output; whether it belongs to an escape sequence.
    fn skips(&mut self, byte: u8) -> bool {
        let was = *self;
        *self = match (was, byte) {
            (Self::Text, 0x07) | (Self::TextEnd, b'\\') => Self::None,
            (Self::Text, 0x1b) => Self::TextEnd,
            (Self::Text | Self::TextEnd, _) => Self::Text,
            (_, 0x1b) => Self::Begun,
            (Self::Begun, b'[') => Self::Csi,
            (Self::Begun, b']' | b'P' | b'X' | b'^' | b'_') => Self::Text,
            (Self::Begun, 0x20..=0x2f) => Self::Begun,
            (Self::Csi, 0x20..=0x3f) => Self::Csi,
            _ => Self::None,
        };
        was != Self::None || *self != Self::None
    }
}

fn is_enter(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
