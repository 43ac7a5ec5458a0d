//! Puts what `avt` dumps in words that every terminal takes in the same way.
//!
//! Tab stops are set by HTS and TBC instead of CTC, and colours given with semicolons instead of colons: xterm.js does
//! not know the former and takes `38:2:r:g:b` for another colour. Rows are not filled up with spaces, which a terminal
//! that is made narrower would wrap. One space stays: where a text wrapped into an empty row, it makes that row.

use super::glyphs::{Glyphs, measured};
use super::graphemes::{self, Last};

/// Rewrites a dump of a terminal of this width.
pub(super) fn portable(dump: &str, cols: usize, glyphs: &Glyphs) -> String {
    let mut pieces = dump.split('\x1b');
    let mut rows =
        Rows { out: String::with_capacity(dump.len()), cols, glyphs, len: 0, left_out: 0, cell: None, last: None };
    let mut pen = Pen::default();
    rows.push_text(pieces.next().unwrap_or_default(), pen);
    for piece in pieces {
        let end = piece.find(|c: char| c != '[' && !matches!(c, '0'..=';')).map_or(0, |at| at + 1);
        let (sequence, text) = piece.split_at_checked(end).unwrap_or(("", piece));
        let ends_row = pen.is_blank() && rows.out.ends_with(' ') && text.starts_with("\r\n");
        match (sequence, repeated(sequence)) {
            ("[5W", _) => rows.push_sequence("[3g"),
            ("[0W", _) => rows.push_sequence("H"),
            (_, Some(more)) if ends_row && spaces(&rows.out) + more <= cols => rows.leave(more),
            (_, Some(more)) => rows.repeat(more),
            _ => {
                pen.follow(sequence);
                rows.push_sequence(&sequence.replace(':', ";"));
            }
        }
        rows.push_text(text, pen);
    }
    rows.out
}

/// How often REP repeats.
fn repeated(sequence: &str) -> Option<usize> {
    sequence.strip_prefix('[')?.strip_suffix('b')?.parse().ok()
}

fn spaces(text: &str) -> usize {
    text.len() - text.trim_end_matches(' ').len()
}

struct Rows<'a> {
    out: String,
    cols: usize,
    glyphs: &'a Glyphs,
    /// How many cells came since the last line break.
    len: usize,
    /// How many spaces of them were left out at the end.
    left_out: usize,
    /// The last cell's character.
    cell: Option<char>,
    /// What the next character would be joined to.
    last: Option<Last>,
}

impl Rows<'_> {
    fn push_text(&mut self, text: &str, pen: Pen) {
        for (index, row) in text.split("\r\n").enumerate() {
            if index > 0 {
                if pen.is_blank() {
                    self.trim(pen);
                }
                self.out.push_str("\r\n");
                (self.len, self.last) = (0, None);
            }
            row.chars().for_each(|c| self.push(c));
        }
    }

    /// Spells a cell out. Where it would be joined to the one before, a NUL parts them, which terminals ignore.
    fn push(&mut self, cell: char) {
        let glyphs = self.glyphs;
        for (index, c) in glyphs.text(cell, &mut [0; 4]).chars().enumerate() {
            let (mut behind, joined) = graphemes::next(self.last, c);
            if index == 0 && joined {
                self.out.push('\0');
                behind = graphemes::next(None, c).0;
            }
            self.out.push(c);
            self.last = Some(behind);
        }
        self.cell = Some(cell);
        self.len += usize::from(measured(cell));
    }

    fn push_sequence(&mut self, sequence: &str) {
        self.out.push('\x1b');
        self.out.push_str(sequence);
        self.last = None;
    }

    /// Terminals repeat a combined character each in its own way: those are spelled out.
    fn repeat(&mut self, times: usize) {
        match self.cell {
            Some(cell) if !cell.is_ascii() => (0..times).for_each(|_| self.push(cell)),
            _ => {
                self.len += times;
                self.push_sequence(&format!("[{times}b"));
            }
        }
    }

    fn leave(&mut self, spaces: usize) {
        self.len += spaces;
        self.left_out = spaces;
    }

    /// More spaces than a row has are rows that wrapped, and stay.
    fn trim(&mut self, pen: Pen) {
        let shown = spaces(&self.out);
        let spaces = shown + std::mem::take(&mut self.left_out);
        let wraps = self.len - spaces >= self.cols;
        if spaces > self.cols || !pen.is_plain() && self.len != self.cols {
            return if spaces > shown {
                self.repeat(spaces - shown)
            };
        }
        self.out.truncate(self.out.len() - shown + usize::from(wraps).min(spaces));
        if !pen.is_plain() && spaces > 0 {
            self.out.push_str("\x1b[K");
        }
    }
}

/// Which attributes are on, a bit for each.
#[derive(Debug, Clone, Copy, Default)]
struct Pen(u16);

const FOREGROUND: u16 = 10;
const BACKGROUND: u16 = 11;

impl Pen {
    fn is_plain(self) -> bool {
        self.0 == 0
    }

    /// Whether a space shows nothing but a background.
    fn is_blank(self) -> bool {
        const INKED: u16 = 1 << 4 | 1 << 7 | 1 << 8 | 1 << 9;
        self.0 & INKED == 0
    }

    fn follow(&mut self, sequence: &str) {
        let Some(params) = sequence.strip_prefix('[').and_then(|rest| rest.strip_suffix('m')) else { return };
        for param in params.split(';') {
            match param.split(':').next().unwrap_or_default().parse().unwrap_or(0u16) {
                0 => self.0 = 0,
                // Bold and faint are one attribute.
                1 | 2 => self.0 |= 1 << 2,
                attribute @ 3..=9 => self.0 |= 1 << attribute,
                21 => self.0 &= !(1 << 2),
                off @ 22..=29 => self.0 &= !(1 << (off - 20)),
                30..=38 | 90..=97 => self.0 |= 1 << FOREGROUND,
                39 => self.0 &= !(1 << FOREGROUND),
                40..=48 | 100..=107 => self.0 |= 1 << BACKGROUND,
                49 => self.0 &= !(1 << BACKGROUND),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portable(dump: &str, cols: usize) -> String {
        super::portable(dump, cols, &Glyphs::default())
    }

    #[test]
    fn tab_stops_and_colours_are_put_in_common_words() {
        let dump = "a:b\x1b[5W\x1b[9G\x1b[0W\x1b[0;38:2:1:2:3;48:5:200mc:d";
        assert_eq!(portable(dump, 20), "a:b\x1b[3g\x1b[9G\x1bH\x1b[0;38;2;1;2;3;48;5;200mc:d");
    }

    #[test]
    fn rows_are_not_filled_up() {
        assert_eq!(portable("a  \r\n \x1b[19b\r\nb \x1b[18b\r\n", 20), "a\r\n\r\nb\r\n");
        assert_eq!(portable("\x1b[1mab\x1b[22m \x1b[9b\r\n", 20), "\x1b[1mab\x1b[22m\r\n");
    }

    #[test]
    fn a_row_that_a_text_wrapped_into_stays() {
        assert_eq!(portable("a\x1b[19b \x1b[19b\r\n", 20), "a\x1b[19b \r\n");
        assert_eq!(portable("漢漢 \x1b[3b\r\n", 4), "漢漢 \r\n");
    }

    #[test]
    fn rows_that_wrapped_stay() {
        assert_eq!(portable("a  \x1b[30b\r\n", 20), "a  \x1b[30b\r\n");
    }

    #[test]
    fn the_rest_of_a_coloured_row_is_erased_and_an_inked_one_stays() {
        assert_eq!(portable("\x1b[41ma \x1b[18b\r\n", 20), "\x1b[41ma\x1b[K\r\n");
        assert_eq!(portable("\x1b[7ma  \r\n", 20), "\x1b[7ma  \r\n");
    }

    #[test]
    fn a_row_of_other_characters_stays() {
        assert_eq!(portable("x\x1b[19b\r\n", 20), "x\x1b[19b\r\n");
    }
}
