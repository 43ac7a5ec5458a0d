//! What one sequence does, as far as [`super::skip`] must know: whether it lasts, and where it may take the cursor's row.
//!
//! Whatever is not plainly known counts as lasting; that costs time and is never wrong.

use super::token::{Csi, ESC, LONGEST};

pub(super) const SHIFT_OUT: u8 = 0x0e;

/// A move of the cursor that is longer than any program writes it is not taken apart.
const LONGEST_MOVE: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Changes cells, the column or the pen, or moves rows or the cursor down by nothing that is counted.
    Plain,
    Up(usize),
    Down(usize),
    /// To this row, from 0.
    Row(usize),
    /// To this row, from 0, and to a column: the cursor is where it is, wherever it came from.
    Place(usize),
    /// One row up; on the first row, what stands there moves down instead.
    Reverse,
    /// Moves rows down by so many.
    Opens(usize),
    /// Keeps the cursor's place and the pen, or takes them back.
    Save,
    Restore,
    /// Chooses the ASCII set for G0, as every reset of attributes by terminfo does.
    AsciiSet,
    /// An operating system command: names the window or a link, or marks a place.
    Named,
    /// Changes what stays, or cannot be told from what does.
    Lasting,
}

/// What the sequence at the front does, and how long it is unless it lasts.
pub(super) fn effect(bytes: &[u8]) -> (Effect, usize) {
    match bytes {
        [ESC, b'[', rest @ ..] => csi(bytes, rest),
        [ESC, b']', rest @ ..] => osc(rest),
        [ESC, b'7', ..] => (Effect::Save, 2),
        [ESC, b'8', ..] => (Effect::Restore, 2),
        [ESC, b'D' | b'E' | b'\\', ..] => (Effect::Plain, 2),
        [ESC, b'M', ..] => (Effect::Reverse, 2),
        [ESC, b'(', b'B', ..] => (Effect::AsciiSet, 3),
        // Also the start of a character that ends behind the bytes: the stretch must not end within it.
        [0xc2, 0x80..=0x9f, ..] | [0xc2] | [ESC | SHIFT_OUT, ..] => (Effect::Lasting, 0),
        _ => (Effect::Plain, 1),
    }
}

fn csi(bytes: &[u8], rest: &[u8]) -> (Effect, usize) {
    let Some(at) = rest.iter().position(|byte| !matches!(byte, b'0'..=b';')) else { return (Effect::Lasting, 0) };
    let effect = match rest[at] {
        // A sequence that begins with a colon is ignored as a whole, and would be taken for a change of the pen here.
        b'm' if rest[0] == b':' => Effect::Lasting,
        b'm' | b'C' | b'D' | b'G' | b'K' | b'P' | b'X' | b'@' | b'`' | b'a' => Effect::Plain,
        b'I' | b'Z' | b'J' | b'M' | b'S' => Effect::Plain,
        b's' if at == 0 => Effect::Save,
        b'u' if at == 0 => Effect::Restore,
        _ if at > LONGEST_MOVE || rest[..at].contains(&b':') => Effect::Lasting,
        _ => Csi::parse(&bytes[..at + 3]).map_or(Effect::Lasting, |csi| moves(&csi)),
    };
    (effect, at + 3)
}

fn moves(csi: &Csi<'_>) -> Effect {
    let count = usize::from(csi.param(0).max(1));
    match csi.last {
        b'A' | b'F' => Effect::Up(count),
        b'B' | b'E' | b'e' => Effect::Down(count),
        b'd' => Effect::Row(count - 1),
        b'H' | b'f' => Effect::Place(count - 1),
        b'L' | b'T' => Effect::Opens(count),
        _ => Effect::Lasting,
    }
}

/// Only what is plainly ended counts: a control character inside might be a line feed, which is counted elsewhere.
fn osc(rest: &[u8]) -> (Effect, usize) {
    let at = rest.iter().take(LONGEST - 3).position(|&byte| byte < b' ' || byte == 0xc2);
    match at.map(|at| (at, &rest[at..])) {
        Some((at, [0x07, ..])) => (Effect::Named, at + 3),
        Some((at, [ESC, b'\\', ..])) => (Effect::Named, at + 4),
        _ => (Effect::Lasting, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_told_apart() {
        for (bytes, expected) in [
            (&b"\x1b[31mx"[..], (Effect::Plain, 5)),
            (b"\x1b[A", (Effect::Up(1), 3)),
            (b"\x1b[12;3Hx", (Effect::Place(11), 7)),
            (b"\x1b[0d", (Effect::Row(0), 4)),
            (b"\x1b[3T", (Effect::Opens(3), 4)),
            (b"\x1b7", (Effect::Save, 2)),
            (b"\x1b[u", (Effect::Restore, 3)),
            (b"\x1b]0;t\x1b\\x", (Effect::Named, 7)),
        ] {
            assert_eq!(effect(bytes), expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn what_is_not_plainly_known_lasts() {
        for bytes in
            [&b"\x1b"[..], b"\x1b[1", b"\x1b[?25l", b"\x1b[1:2H", b"\x1b[5u", b"\x1b[2;3r", b"\x1bc", b"\x1b]0;t"]
        {
            assert_eq!(effect(bytes).0, Effect::Lasting, "{}", bytes.escape_ascii());
        }
    }
}
