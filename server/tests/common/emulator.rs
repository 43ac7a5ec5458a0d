//! A terminal emulator that stands for the one in the browser: what it shows after bytes that came in any pieces.

use avt::{ScreenKind, Terminal};

/// The size of every terminal in the tests.
pub(crate) const SIZE: (u16, u16) = (100, 30);

/// What somebody who looks at it sees.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sight {
    /// The rows; what is blank at the end left out.
    pub(crate) rows: Vec<String>,
    /// Column, row, and whether it is shown.
    pub(crate) cursor: (usize, usize, bool),
    pub(crate) alternate: bool,
    /// Everything else that the emulator knows: colours, pens, margins, tab stops, character sets, modes, both screens.
    pub(crate) state: String,
}

/// An emulator.
pub(crate) struct Emulator {
    terminal: Terminal,
    /// The beginning of a character whose end has not come.
    begun: Vec<u8>,
}

impl Emulator {
    pub(crate) fn new() -> Self {
        let terminal = Terminal::new(SIZE.0.into(), SIZE.1.into()).expect("a size");
        Self { terminal, begun: Vec::new() }
    }

    /// Draws. Bytes that are not UTF-8 are dropped, as the browser's terminal does it.
    pub(crate) fn draw(&mut self, bytes: &[u8]) {
        self.begun.extend_from_slice(bytes);
        let all = std::mem::take(&mut self.begun);
        let mut rest = all.as_slice();
        while let Some(chunk) = rest.utf8_chunks().next() {
            self.terminal.feed(chunk.valid());
            rest = &rest[chunk.valid().len()..];
            if std::str::from_utf8(rest).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none()) {
                self.begun = rest.to_vec();
                return;
            }
            rest = &rest[chunk.invalid().len()..];
        }
    }

    /// What it shows.
    pub(crate) fn sight(&self) -> Sight {
        let cursor = self.terminal.cursor();
        Sight {
            rows: self.terminal.screen().visible_lines().map(|line| line.text().trim_end().to_owned()).collect(),
            cursor: (cursor.col, cursor.row, cursor.visible),
            alternate: self.terminal.active_screen_kind() == ScreenKind::Alternate,
            state: self.terminal.dump(),
        }
    }
}
