//! How the browser's terminal joins characters to what one cell shows, and how wide that is.
//!
//! It follows xterm.js with its graphemes add-on (Unicode 15, simplified), from a table made of the add-on itself by
//! `end2end/screen/graphemes.mjs`; a test compares them. A sequence or control character between two characters parts
//! them there, and so it does here.

/// Ranges of code points: the first one times 256, the class, and [`WIDE`].
const TABLE: &[u8] = include_bytes!("graphemes.bin");
const WIDE: u8 = 16;

const OTHER: u8 = 0;
const PREPEND: u8 = 1;
const EXTEND: u8 = 2;
const REGIONAL: u8 = 3;
const SPACING: u8 = 4;
const HANGUL_L: u8 = 5;
const HANGUL_V: u8 = 6;
const HANGUL_T: u8 = 7;
const HANGUL_LV: u8 = 8;
const HANGUL_LVT: u8 = 9;
const JOINER: u8 = 10;
const PICTOGRAPH: u8 = 11;

/// What one cell shows may be so long, in bytes; more goes on in the next cell.
const LONGEST: usize = 64;

/// What the last character was, as far as it matters for the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Last {
    class: u8,
    /// In cells, of what it was joined to.
    width: u8,
}

/// The character behind another one, or behind none; and whether it joins that one's cell.
pub(super) fn next(last: Option<Last>, c: char) -> (Last, bool) {
    if c.is_ascii() && last.is_none_or(|last| last.class == OTHER) {
        return (Last { class: OTHER, width: 1 }, false);
    }
    let info = info(c);
    let (class, width) = (info & (WIDE - 1), if info & WIDE == 0 { 1 } else { 2 });
    match last.filter(|last| joins(last.class, class)) {
        None => (Last { class, width }, false),
        // A pair of these is one flag, and a third begins another.
        Some(_) if class == REGIONAL => (Last { class: OTHER, width: 2 }, true),
        Some(last) => (Last { class, width: width.max(last.width) }, true),
    }
}

fn joins(before: u8, after: u8) -> bool {
    match (before, after) {
        (HANGUL_L, HANGUL_L | HANGUL_V | HANGUL_LV | HANGUL_LVT) => true,
        (HANGUL_LV | HANGUL_V, HANGUL_V | HANGUL_T) | (HANGUL_LVT | HANGUL_T, HANGUL_T) => true,
        (PREPEND, _) | (_, EXTEND | JOINER | SPACING) => true,
        (before, after) => matches!((before, after), (JOINER, PICTOGRAPH) | (REGIONAL, REGIONAL)),
    }
}

fn info(c: char) -> u8 {
    let entry = |index: usize| TABLE[index * 4..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    let (mut low, mut high) = (0, TABLE.len() / 4);
    while low + 1 < high {
        let middle = usize::midpoint(low, high);
        if entry(middle) >> 8 <= u32::from(c) { low = middle } else { high = middle }
    }
    entry(low).to_le_bytes()[0]
}

/// Cuts text into what cells show, with the width of each; control characters stand alone and have none.
pub(super) fn cells(text: &str) -> impl Iterator<Item = (&str, u8)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut chars = rest.char_indices();
        let (_, first) = chars.next()?;
        let (mut last, mut end) = (next(None, first).0, first.len_utf8());
        if first.is_control() {
            last.width = 0;
        } else {
            for (at, c) in chars {
                let (behind, joined) = next(Some(last), c);
                if !joined || c.is_control() || at + c.len_utf8() > LONGEST {
                    break;
                }
                (last, end) = (behind, at + c.len_utf8());
            }
        }
        let (cell, behind) = rest.split_at(end);
        rest = behind;
        Some((cell, last.width))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn the_table_is_the_browsers() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../end2end/screen/graphemes.mjs");
        let made = Command::new("node").arg(script).arg(file.path()).status().expect("node, which building needs too");
        assert!(made.success());
        assert!(
            std::fs::read(file.path()).unwrap() == TABLE,
            "write the table anew: node {script} src/screen/graphemes.bin"
        );
    }

    #[test]
    fn what_is_joined_is_one_cell() {
        for (text, expected) in [
            ("ab", &[("a", 1), ("b", 1)][..]),
            ("e\u{301}x", &[("e\u{301}", 1), ("x", 1)]),
            ("\u{301}x", &[("\u{301}", 1), ("x", 1)]),
            ("漢字", &[("漢", 2), ("字", 2)]),
            ("👨\u{200d}👩\u{200d}👧", &[("👨\u{200d}👩\u{200d}👧", 2)]),
            ("👍🏽", &[("👍🏽", 2)]),
            ("🇫🇷🇩🇪", &[("🇫🇷", 2), ("🇩🇪", 2)]),
            ("❤\u{fe0f}", &[("❤\u{fe0f}", 2)]),
            ("각", &[("각", 2)]),
            ("a\n\u{301}", &[("a", 1), ("\n", 0), ("\u{301}", 1)]),
        ] {
            assert_eq!(cells(text).collect::<Vec<_>>(), expected, "{text}");
        }
        let long = format!("a{}", "\u{301}".repeat(40));
        assert_eq!(cells(&long).map(|(cell, _)| cell.len()).collect::<Vec<_>>(), [63, 18]);
    }
}
