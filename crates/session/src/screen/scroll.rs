//! Follows how far output scrolls for certain, and picks the place whose older screen has scrolled off.
//!
//! The row is followed by a lower bound: line feeds raise it up to the last row, moves set it, and what is not followed
//! (text that wraps) only takes the cursor further down. A line feed on the last row scrolls. Where a line begins on
//! the last row, the cursor's place is known exactly; such a place is remembered until one row more than the screen has
//! scrolled since. By then every row that was older is gone, so that output may as well begin at that place on an empty
//! screen. What moves rows down takes as much away again from places that wait, and nothing from those that were found.

use super::effect::Effect;
use memchr::{memchr_iter, memrchr_iter};

/// A place where a line begins on the screen's last row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) at: usize,
    pub(super) saved: Option<Saved>,
    /// The cursor that was kept before these bytes was taken back before here.
    pub(super) restored: bool,
    scrolled: isize,
}

/// The last time that the cursor was kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Saved {
    /// The bytes from `origin` to `end` keep the same cursor again, if their first line begins on the last row.
    pub(super) origin: usize,
    pub(super) end: usize,
    row: usize,
}

#[derive(Debug)]
pub(super) struct Scroll {
    /// The last row.
    last: usize,
    /// The cursor is on this row or below.
    row: usize,
    /// Rows that scrolled off for certain, less those that were moved down.
    scrolled: isize,
    /// The cursor's place follows from the bytes from here on.
    origin: usize,
    /// Line feeds before here are counted.
    counted: usize,
    saved: Option<Saved>,
    restored: bool,
    waiting: Option<Place>,
    found: Option<Place>,
}

impl Scroll {
    pub(super) fn new(rows: usize, row: usize) -> Self {
        Self {
            last: rows - 1,
            row,
            scrolled: 0,
            origin: 0,
            counted: 0,
            saved: None,
            restored: false,
            waiting: None,
            found: None,
        }
    }

    /// The latest place that was found when the output ends at `end`.
    pub(super) fn found(mut self, bytes: &[u8], end: usize) -> Option<Place> {
        self.feed(bytes, end);
        self.found
    }

    /// Follows the sequence from `at` to `end`, and the text before it.
    pub(super) fn follow(&mut self, bytes: &[u8], effect: Effect, at: usize, end: usize) {
        self.feed(bytes, at);
        self.counted = end;
        match effect {
            Effect::Up(count) => self.row = self.row.saturating_sub(count),
            Effect::Down(count) => self.row = self.last.min(self.row + count),
            Effect::Row(row) => self.row = self.last.min(row),
            Effect::Place(row) => (self.row, self.origin) = (self.last.min(row), at),
            Effect::Reverse if self.row > 0 => self.row -= 1,
            Effect::Reverse => self.open(1),
            Effect::Opens(count) => self.open(count),
            Effect::Save => self.saved = Some(Saved { origin: self.origin, end, row: self.row }),
            Effect::Restore => self.restore(at),
            Effect::Plain | Effect::AsciiSet | Effect::Named | Effect::Lasting => {}
        }
    }

    /// A cursor that was kept before these bytes may be on any row, but is known to the emulator.
    fn restore(&mut self, at: usize) {
        self.restored |= self.saved.is_none();
        (self.row, self.origin) = self.saved.map_or((0, at), |saved| (saved.row, saved.origin));
    }

    fn open(&mut self, count: usize) {
        self.scrolled -= count.min(self.last + 2).cast_signed();
    }

    /// Counts the line feeds up to `end`.
    fn feed(&mut self, bytes: &[u8], end: usize) {
        let text = &bytes[self.counted..end];
        let feeds = memchr_iter(b'\n', text).count();
        let to_last = self.last - self.row;
        self.row += feeds.min(to_last);
        if feeds == 0 || feeds < to_last {
            return;
        }
        let scrolls = feeds - to_last;
        self.scrolled += scrolls.cast_signed();
        let mut begins = memrchr_iter(b'\n', text)
            .take(scrolls + 1)
            .enumerate()
            .filter(|&(_, at)| at > 0 && text[at - 1] == b'\r')
            .map(|(later, at)| self.place(later, self.counted + at + 1));
        if let Some(latest) = begins.next() {
            let older = begins.find(|place| self.is_past(place));
            let older = older.or(self.waiting.filter(|place| self.is_past(place)));
            self.origin = latest.at;
            self.found = older.or(self.found);
            self.waiting =
                self.waiting.filter(|place| older.is_none() && place.scrolled < latest.scrolled).or(Some(latest));
        }
    }

    fn place(&self, later: usize, at: usize) -> Place {
        Place { at, saved: self.saved, restored: self.restored, scrolled: self.scrolled - later.cast_signed() }
    }

    fn is_past(&self, place: &Place) -> bool {
        self.scrolled - place.scrolled > self.last.cast_signed() + 1
    }
}
