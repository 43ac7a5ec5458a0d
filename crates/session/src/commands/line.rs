//! The line that the cursor is on, as far as a shell's line editor draws it: what was printed since the last line feed,
//! and how backspaces, cursor movements and erasures changed it.
//!
//! It keeps one logical line: rows that the terminal wrapped, and rows of a text that the person entered with line
//! breaks. Where the cursor goes elsewhere, the line begins anew. Combining characters are left out.

use crate::screen::token::Csi;
use unicode_width::UnicodeWidthChar as _;

/// A line of more cells is not kept.
const MOST: usize = 4096;

/// The second cell of a wide character.
const FILLER: char = '\0';

#[derive(Debug, Default)]
pub(super) struct Line {
    rows: Vec<Row>,
    row: usize,
    col: usize,
    saved: (usize, usize),
    /// The terminal's width, when it is known.
    width: Option<usize>,
    overflown: bool,
}

#[derive(Debug, Default)]
struct Row {
    cells: Vec<char>,
    /// The next row goes on with the same text.
    wrapped: bool,
}

impl Line {
    /// The terminal has so many columns from now on; zero means that nobody knows. What is shown wraps anew, as
    /// terminals do it.
    pub(super) fn resized(&mut self, cols: usize) {
        let width = Some(cols).filter(|cols| *cols > 0);
        if width == self.width {
            return;
        }
        self.width = width;
        let old = std::mem::take(&mut self.rows);
        let (cursor, mut texts) = (self.row, vec![Row::default()]);
        let mut place = (0, self.col);
        for (index, row) in old.into_iter().enumerate() {
            let text = texts.len() - 1;
            if index == cursor {
                place = (text, texts[text].cells.len() + self.col);
            }
            texts[text].cells.extend(row.cells);
            if !row.wrapped {
                texts.push(Row::default());
            }
        }
        texts.pop_if(|last| last.cells.is_empty());
        for (index, text) in texts.into_iter().enumerate() {
            let from = self.rows.len();
            self.rows.extend(wrapped(text.cells, width.unwrap_or(usize::MAX)));
            if index == place.0 {
                (self.row, self.col) = self.place(from, place.1);
            }
        }
        self.saved = (0, 0);
        self.bound();
    }

    /// Where the cell at `offset` of the text that begins in row `from` is now.
    fn place(&self, from: usize, mut offset: usize) -> (usize, usize) {
        let mut row = from;
        while let Some(Row { cells, wrapped: true }) = self.rows.get(row)
            && offset >= cells.len()
        {
            offset -= cells.len();
            row += 1;
        }
        (row, offset)
    }

    /// Begins a new line at the left margin.
    pub(super) fn reset(&mut self) {
        *self = Self { width: self.width, ..Self::default() };
    }

    /// Forgets what is shown, but not where the cursor is.
    pub(super) fn forget(&mut self) {
        let col = self.col.min(MOST / 2);
        self.reset();
        self.pad(col);
        self.col = col;
    }

    #[cfg(any(test, fuzzing))]
    pub(super) fn held(&self) -> usize {
        self.rows.iter().map(|row| size_of::<Row>() + row.cells.len() * size_of::<char>()).sum()
    }

    pub(super) fn is_overflown(&self) -> bool {
        self.overflown
    }

    /// Whether there is more than one row.
    pub(super) fn has_rows(&self) -> bool {
        self.rows.len() > 1
    }

    /// Whether there are rows below the cursor's.
    pub(super) fn has_rows_below(&self) -> bool {
        self.row + 1 < self.rows.len()
    }

    /// Whether text stands in rows below the cursor's.
    pub(super) fn has_text_below(&self) -> bool {
        self.rows.iter().skip(self.row + 1).any(|row| row.cells.iter().any(|&cell| cell != ' '))
    }

    pub(super) fn col(&self) -> usize {
        self.col
    }

    /// All of the line.
    pub(super) fn text(&self) -> String {
        self.text_from(0)
    }

    /// The line behind so many cells of its first text row; nothing when it is too long.
    pub(super) fn text_from(&self, start: usize) -> String {
        let mut text = String::new();
        if self.overflown {
            return text;
        }
        let mut start = start;
        for row in &self.rows {
            let from = start.min(row.cells.len());
            start = if row.wrapped { start - from } else { 0 };
            text.extend(row.cells[from..].iter().filter(|&&cell| cell != FILLER));
            if !row.wrapped {
                text.truncate(text.trim_end_matches(' ').len());
                text.push('\n');
            }
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// What stands before the cursor.
    pub(super) fn before_cursor(&self) -> String {
        let above = self.rows.iter().take(self.row).flat_map(|row| &row.cells);
        let cells = self.rows.get(self.row).map_or(&[][..], |row| &row.cells[..self.col.min(row.cells.len())]);
        above.chain(cells).filter(|&&cell| cell != FILLER).collect()
    }

    pub(super) fn print(&mut self, c: char) {
        if self.overflown {
            return;
        }
        let Some(width @ 1..) = c.width() else { return };
        if self.width.is_some_and(|most| self.col + width > most) {
            self.wrap();
        }
        self.put(c);
        if width == 2 {
            self.put(FILLER);
        }
        self.bound();
    }

    /// Gives up a line that is too long; an empty row counts too.
    fn bound(&mut self) {
        if self.rows.iter().map(|row| row.cells.len() + size_of::<Row>() / size_of::<char>()).sum::<usize>() > MOST {
            self.reset();
            self.overflown = true;
        }
    }

    fn put(&mut self, cell: char) {
        let col = self.col;
        let row = self.pad(col);
        match row.cells.get_mut(col) {
            Some(old) => *old = cell,
            None => row.cells.push(cell),
        }
        self.col += 1;
    }

    fn wrap(&mut self) {
        self.pad(0).wrapped = true;
        self.row += 1;
        self.col = 0;
    }

    /// The cursor's row, with at least so many cells.
    fn pad(&mut self, cells: usize) -> &mut Row {
        let rows = self.rows.len().max(self.row + 1);
        self.rows.resize_with(rows, Row::default);
        let row = &mut self.rows[self.row];
        if row.cells.len() < cells {
            row.cells.resize(cells, ' ');
        }
        row
    }

    /// Moves to the start of the row.
    pub(super) fn carriage_return(&mut self) {
        self.col = 0;
    }

    /// A line feed within the text.
    pub(super) fn down(&mut self) {
        self.row += 1;
        self.pad(0);
        self.bound();
    }

    pub(super) fn backspace(&mut self) {
        self.col = self.in_row().saturating_sub(1);
    }

    pub(super) fn tab(&mut self) {
        self.right(8 - self.col % 8);
    }

    /// The column, on the last one when the cursor hangs behind it.
    fn in_row(&self) -> usize {
        self.width.map_or(self.col, |width| self.col.min(width.saturating_sub(1)))
    }

    fn right(&mut self, cells: usize) {
        self.move_to(self.col.saturating_add(cells));
    }

    fn move_to(&mut self, col: usize) {
        self.col = col.min(self.width.map_or(MOST, |width| width.saturating_sub(1)));
    }

    fn up(&mut self, rows: usize) {
        match self.row.checked_sub(rows) {
            Some(row) => self.row = row,
            None => self.forget(),
        }
    }

    /// ESC 7 and 8, `CSI s` and `CSI u`.
    pub(super) fn save_cursor(&mut self) {
        self.saved = (self.row, self.col);
    }

    pub(super) fn restore_cursor(&mut self) {
        if self.saved.0 < self.rows.len().max(1) {
            (self.row, self.col) = self.saved;
        }
    }

    pub(super) fn csi(&mut self, csi: &Csi<'_>) {
        if csi.prefix != 0 || !csi.intermediates.is_empty() {
            return;
        }
        let count = usize::from(csi.param(0).max(1));
        match csi.last {
            b'A' => self.up(count),
            b'B' => self.row = (self.row + count).min(self.rows.len().saturating_sub(1)),
            b'C' | b'a' => self.right(count),
            b'D' => self.move_to(self.in_row().saturating_sub(count)),
            b'G' | b'`' => self.move_to(count - 1),
            b'H' | b'f' => {
                self.reset();
                self.move_to(usize::from(csi.param(1).max(1)) - 1);
            }
            b'd' => self.forget(),
            b'J' => self.erase_display(csi.param(0)),
            b'K' => self.erase_in_row(csi.param(0)),
            b'P' => self.delete(count),
            b'@' => self.insert(count),
            b'X' => self.blank(self.col, self.col + count),
            b's' => self.save_cursor(),
            b'u' => self.restore_cursor(),
            _ => {}
        }
    }

    fn erase_display(&mut self, scope: u16) {
        match scope {
            0 => {
                self.erase_in_row(0);
                self.rows.truncate(self.row + 1);
            }
            2 => self.forget(),
            _ => {}
        }
    }

    fn erase_in_row(&mut self, scope: u16) {
        let col = self.col;
        match scope {
            0 => {
                let row = self.pad(0);
                row.cells.truncate(col);
                row.wrapped = false;
            }
            1 => self.blank(0, col + 1),
            2 => {
                let row = self.pad(0);
                row.cells.clear();
                row.wrapped = false;
            }
            _ => {}
        }
    }

    fn blank(&mut self, from: usize, to: usize) {
        let row = self.pad(0);
        let to = to.min(row.cells.len());
        row.cells[from.min(to)..to].fill(' ');
    }

    fn delete(&mut self, count: usize) {
        let col = self.col;
        let row = self.pad(0);
        let end = row.cells.len();
        row.cells.drain(col.min(end)..(col + count).min(end));
    }

    fn insert(&mut self, count: usize) {
        let (col, width) = (self.col, self.width.unwrap_or(MOST));
        let row = self.pad(col);
        row.cells.splice(col..col, std::iter::repeat_n(' ', count.min(MOST)));
        row.cells.truncate(width);
        self.bound();
    }
}

/// Rows of so many columns; all but the last are wrapped.
fn wrapped(cells: Vec<char>, width: usize) -> Vec<Row> {
    let mut rows = vec![Row::default()];
    let mut row = 0;
    for (index, &cell) in cells.iter().enumerate() {
        let needs = if cells.get(index + 1) == Some(&FILLER) { 2 } else { 1 };
        if rows[row].cells.len() + needs > width && cell != FILLER && !rows[row].cells.is_empty() {
            rows[row].wrapped = true;
            rows.push(Row::default());
            row += 1;
        }
        rows[row].cells.push(cell);
    }
    rows
}
