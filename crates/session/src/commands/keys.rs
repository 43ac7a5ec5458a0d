//! What the person's bytes mean for a line that is being typed.
//!
//! Terminals also answer the remote's questions through the same channel (where the cursor is, what they are, that the
//! mouse moved): these are not typing, and are left out.

use crate::screen::token::{self, Split, Token};

/// One thing that the person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// A byte of a character.
    Text(u8),
    /// Anything that edits: what the line becomes is up to the remote.
    Edit,
    /// A line break inside a bracketed paste.
    PastedBreak,
    Enter,
    /// Gives the line up (Ctrl-C, Ctrl-\).
    Cancel,
}

#[derive(Debug, Default)]
pub(super) struct Keys {
    /// An unfinished sequence.
    tail: Vec<u8>,
    pasting: bool,
    /// The next byte belongs to `ESC O`.
    single_shift: bool,
    after_return: bool,
}

impl Keys {
    /// Tells `on` what the person did.
    pub(super) fn read(&mut self, input: &[u8], mut on: impl FnMut(Key)) {
        let mut bytes = std::mem::take(&mut self.tail);
        bytes.extend_from_slice(input);
        let mut done = 0;
        while done < bytes.len() {
            let Split::Token(token, len) = token::split(&bytes[done..]) else { break };
            self.token(token, &mut on);
            done += len;
        }
        bytes.drain(..done);
        if bytes.len() <= token::LONGEST {
            self.tail = bytes;
        }
    }

    #[cfg(any(test, fuzzing))]
    pub(super) fn held(&self) -> usize {
        self.tail.len()
    }

    fn token(&mut self, token: Token<'_>, on: &mut impl FnMut(Key)) {
        match token {
            Token::Text(text) => text.iter().for_each(|&byte| self.byte(byte, on)),
            Token::Escape(b"\x1bO") => self.single_shift = true,
            Token::Escape(_) => on(Key::Edit),
            Token::Csi(b"\x1b[200~") => self.pasting = true,
            Token::Csi(b"\x1b[201~") => self.pasting = false,
            // Arrows, Home, End and the keys with numbers.
            Token::Csi([_, _, b'A'..=b'D' | b'F' | b'H' | b'0'..=b'9', ..]) if is_key(token) => on(Key::Edit),
            Token::Csi(_) | Token::Osc(_) | Token::Nothing => {}
        }
    }

    fn byte(&mut self, byte: u8, on: &mut impl FnMut(Key)) {
        let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
        if std::mem::take(&mut self.single_shift) {
            return on(Key::Edit);
        }
        match byte {
            b'\n' if after_return => {}
            b'\r' | b'\n' if self.pasting => on(Key::PastedBreak),
            b'\r' | b'\n' => on(Key::Enter),
            0x03 | 0x1c => on(Key::Cancel),
            0..b' ' | 0x7f => on(Key::Edit),
            _ => on(Key::Text(byte)),
        }
    }
}

/// Whether a control sequence is a key, rather than an answer such as `CSI 1;1 R`.
fn is_key(token: Token<'_>) -> bool {
    matches!(token, Token::Csi([.., b'A'..=b'D' | b'F' | b'H' | b'~']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(inputs: &[&[u8]]) -> Vec<Key> {
        let (mut keys, mut found) = (Keys::default(), Vec::new());
        inputs.iter().for_each(|input| keys.read(input, |key| found.push(key)));
        found
    }

    #[test]
    fn keys_are_told_apart() {
        use Key::*;
        assert_eq!(read(&[b"l\r"]), [Text(b'l'), Enter]);
        assert_eq!(read(&[b"\x1b[A", b"\x1bOB", b"\x1b[3~", b"\x1b[1;5C", b"\x1bf", b"\x7f"]), [Edit; 6]);
        assert_eq!(read(&[b"\x1b", b"[", b"A"]), [Edit]);
        assert_eq!(read(&[b"a\r\nb\n"]), [Text(b'a'), Enter, Text(b'b'), Enter]);
        assert_eq!(read(&[b"\x03\x1c"]), [Cancel, Cancel]);
    }

    #[test]
    fn a_pasted_break_is_not_enter() {
        use Key::*;
        assert_eq!(read(&[b"\x1b[200~a\r", b"b\x1b[201~\r"]), [Text(b'a'), PastedBreak, Text(b'b'), Enter]);
    }

    #[test]
    fn what_the_terminal_answers_is_not_typed() {
        let answers: &[&[u8]] = &[
            b"\x1b[12;40R",
            b"\x1b[?1;2c",
            b"\x1b[I",
            b"\x1b[O",
            b"\x1b[<0;3;4M",
            b"\x1b]11;rgb:0/0/0\x07",
            b"\x1bP1$r0m\x1b\\",
        ];
        // The terminator of a string is a sequence of its own; it is no more than that.
        assert_eq!(read(answers).iter().filter(|&&key| key != Key::Edit).count(), 0);
        assert_eq!(read(&answers[..6]), []);
    }
}
