//! Characters that stand for what `avt` cannot keep in one cell, or measures differently than the browser's terminal.
//!
//! A combined character, a flag, an emoji of several parts gets a stand-in: one character of the width that is wanted,
//! from ranges that Unicode gives no meaning. `avt` keeps that, and a dump puts the real text in its place again. So many
//! stand-ins exist as ever were on the screen together; those that are no longer shown are given out anew.

use std::collections::{HashMap, HashSet};
use unicode_width::UnicodeWidthChar as _;

/// The first stand-ins of each width: for private use, and a part of plane 3 without characters.
const NARROW: u32 = 0xf_0000;
const WIDE: u32 = 0x3_4000;

/// How many there are of each width.
const COUNT: u32 = 4096;

/// Shown for what finds no stand-in, which takes a screen full of different ones.
const NO_ROOM: [char; 2] = ['\u{fffd}', '\u{ff1f}'];

#[derive(Debug, Default)]
pub(super) struct Glyphs {
    stands_for: HashMap<char, Box<str>>,
    stand_ins: HashMap<Box<str>, char>,
    /// The next stand-in of each width that was never given out; then those that were given back.
    next: [u32; 2],
    free: [Vec<char>; 2],
}

/// What a cell's text becomes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    Is(char),
    /// There is no stand-in left: some have to be given back first.
    NoRoom,
}

/// How many cells `avt` gives a character.
pub(super) fn measured(c: char) -> u8 {
    if c.width() == Some(2) { 2 } else { 1 }
}

fn is_stand_in(c: char) -> bool {
    let code = u32::from(c);
    (NARROW..NARROW + COUNT).contains(&code) || (WIDE..WIDE + COUNT).contains(&code)
}

impl Glyphs {
    /// The character that shows a cell of this width.
    pub(super) fn glyph(&mut self, cell: &str, width: u8) -> Glyph {
        let mut chars = cell.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if width == 0 || measured(c) == width && !is_stand_in(c) => return Glyph::Is(c),
            _ => {}
        }
        if let Some(stand_in) = self.stand_ins.get(cell) {
            return Glyph::Is(*stand_in);
        }
        let kind = usize::from(width == 2);
        let fresh = self.free[kind].pop().or_else(|| {
            let number = self.next[kind];
            self.next[kind] += u32::from(number < COUNT);
            char::from_u32([NARROW, WIDE][kind] + number).filter(|_| number < COUNT)
        });
        let Some(stand_in) = fresh else { return Glyph::NoRoom };
        self.stands_for.insert(stand_in, cell.into());
        self.stand_ins.insert(cell.into(), stand_in);
        Glyph::Is(stand_in)
    }

    /// Gives back the stand-ins that are not in this text.
    pub(super) fn keep_only(&mut self, shown: &str) {
        let shown: HashSet<char> = shown.chars().filter(|c| is_stand_in(*c)).collect();
        let Self { stands_for, stand_ins, free, .. } = self;
        stand_ins.retain(|_, stand_in| shown.contains(stand_in));
        stands_for.retain(|stand_in, _| {
            let kept = shown.contains(stand_in);
            if !kept {
                free[usize::from(measured(*stand_in) == 2)].push(*stand_in);
            }
            kept
        });
    }

    /// What is shown when there is no room even so.
    pub(super) fn no_room(width: u8) -> char {
        NO_ROOM[usize::from(width == 2)]
    }

    /// The text that a character of the emulator stands for.
    pub(super) fn text<'a>(&'a self, c: char, own: &'a mut [u8; 4]) -> &'a str {
        match self.stands_for.get(&c) {
            Some(text) => text,
            None => c.encode_utf8(own),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_emulator_measures_alike_is_itself() {
        let mut glyphs = Glyphs::default();
        for (cell, width) in [("a", 1), ("\n", 0), ("漢", 2), ("é", 1), ("\u{301}", 1)] {
            assert_eq!(glyphs.glyph(cell, width), Glyph::Is(cell.chars().next().unwrap()));
        }
        for (cell, width) in [("e\u{301}", 1), ("🇫🇷", 2), ("\u{f0000}", 1), ("❤\u{fe0f}", 2)] {
            let Glyph::Is(stand_in) = glyphs.glyph(cell, width) else { panic!("{cell} finds no room") };
            assert_eq!((measured(stand_in), glyphs.text(stand_in, &mut [0; 4])), (width, cell));
            assert_eq!(glyphs.glyph(cell, width), Glyph::Is(stand_in));
        }
    }

    #[test]
    fn stand_ins_are_given_out_anew() {
        let mut glyphs = Glyphs::default();
        let cell = |number: u32| format!("{}\u{301}", char::from_u32(0x4e00 + number).unwrap());
        let all: Vec<_> = (0..COUNT).map(|number| glyphs.glyph(&cell(number), 2)).collect();
        assert_eq!(glyphs.glyph(&cell(COUNT), 2), Glyph::NoRoom);
        let Glyph::Is(kept) = all[7] else { panic!("there was room") };
        glyphs.keep_only(&format!("x{kept}"));
        assert_eq!(glyphs.glyph(&cell(7), 2), Glyph::Is(kept));
        assert!((0..COUNT).all(|number| glyphs.glyph(&cell(number), 2) != Glyph::NoRoom));
        assert_eq!(glyphs.glyph(&cell(COUNT), 2), Glyph::NoRoom);
    }
}
