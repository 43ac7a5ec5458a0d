//! Puts what `avt` dumps in words that every terminal takes in the same way.
//!
//! Tab stops are set by HTS and TBC instead of CTC, and colours given with semicolons instead of colons: xterm.js does
//! not know the former and takes `38:2:r:g:b` for another colour. Rows are not filled up with spaces, which a terminal
//! that is made narrower would wrap. One space stays: where a text wrapped into an empty row, it makes that row.

/// Rewrites a dump of a terminal of this width.
pub(super) fn portable(dump: &str, cols: usize) -> String {
    let mut out = String::with_capacity(dump.len());
    let mut pieces = dump.split('\x1b');
    let mut pen = Pen::default();
    push_text(&mut out, pieces.next().unwrap_or_default(), pen, cols);
    for piece in pieces {
        let end = piece.find(|c: char| c != '[' && !matches!(c, '0'..=';')).map_or(0, |at| at + 1);
        let (sequence, text) = piece.split_at_checked(end).unwrap_or(("", piece));
        let ends_row = pen.is_plain() && out.ends_with(' ') && text.starts_with("\r\n");
        match sequence {
            "[5W" => out.push_str("\x1b[3g"),
            "[0W" => out.push_str("\x1bH"),
            _ if ends_row && repeated(sequence).is_some_and(|more| spaces(&out) + more <= cols) => {}
            _ => {
                pen.follow(sequence);
                out.push('\x1b');
                out.push_str(&sequence.replace(':', ";"));
            }
        }
        push_text(&mut out, text, pen, cols);
    }
    out
}

/// How often REP repeats.
fn repeated(sequence: &str) -> Option<usize> {
    sequence.strip_prefix('[')?.strip_suffix('b')?.parse().ok()
}

fn spaces(text: &str) -> usize {
    text.len() - text.trim_end_matches(' ').len()
}

fn push_text(out: &mut String, text: &str, pen: Pen, cols: usize) {
    for (index, row) in text.split("\r\n").enumerate() {
        if index > 0 {
            if pen.is_plain() {
                trim_row(out, cols);
            }
            out.push_str("\r\n");
        }
        out.push_str(row);
    }
}

/// More spaces than a row has are rows that wrapped, and stay.
fn trim_row(out: &mut String, cols: usize) {
    let spaces = spaces(out);
    if spaces <= cols {
        let text = &out[..out.len() - spaces];
        let kept = usize::from(!text.is_empty() && !text.ends_with("\r\n"));
        out.truncate(text.len() + kept.min(spaces));
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

    #[test]
    fn tab_stops_and_colours_are_put_in_common_words() {
        let dump = "a:b\x1b[5W\x1b[9G\x1b[0W\x1b[0;38:2:1:2:3;48:5:200mc:d";
        assert_eq!(portable(dump, 20), "a:b\x1b[3g\x1b[9G\x1bH\x1b[0;38;2;1;2;3;48;5;200mc:d");
    }

    #[test]
    fn rows_are_not_filled_up() {
        assert_eq!(portable("a  \r\n \x1b[19b\r\nb \x1b[18b\r\n", 20), "a \r\n\r\nb \r\n");
        assert_eq!(portable("\x1b[1mab\x1b[22m \x1b[9b\r\n", 20), "\x1b[1mab\x1b[22m \r\n");
    }

    #[test]
    fn rows_that_wrapped_stay() {
        assert_eq!(portable("a  \x1b[30b\r\n", 20), "a  \x1b[30b\r\n");
    }

    #[test]
    fn a_coloured_row_stays() {
        assert_eq!(portable("\x1b[41ma \x1b[9b\r\n", 20), "\x1b[41ma \x1b[9b\r\n");
        assert_eq!(portable("\x1b[7ma  \r\n", 20), "\x1b[7ma  \r\n");
    }

    #[test]
    fn a_row_of_other_characters_stays() {
        assert_eq!(portable("x\x1b[19b\r\n", 20), "x\x1b[19b\r\n");
    }
}
