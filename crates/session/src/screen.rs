//! The screen model: a terminal emulator without scrollback that stands where the ring begins.
//!
//! It absorbs what the ring lets go of, cut anywhere, and can be dumped as escape sequences that rebuild screen, cursor
//! and modes on a terminal that was reset; the ring's bytes continue from there, even in the middle of a sequence.
//! [`avt`] keeps cells, cursor, pen, margins, tabs and character sets; [`modes`] keeps what it leaves out. An emulator
//! is slow compared to what a flood delivers, so bytes wait unemulated, and those that will have scrolled off the
//! screen are dropped ([`skip`]).
//!
//! Characters are joined and measured as the browser's terminal does it ([`graphemes`], [`glyphs`]), so that lines wrap
//! where they wrap there. Like there, bytes that are not UTF-8 are dropped.
//!
//! What it cannot do: images, palette changes, and of text that was written before links, underline styles and colours,
//! overlines and concealment are not kept. Wide characters that wrapped leave gaps when the width changes.

mod effect;
mod glyphs;
mod graphemes;
mod keyboard;
mod modes;
mod portable;
#[cfg(any(test, fuzzing))]
pub(crate) mod promises;
mod scroll;
mod skip;
mod titles;
pub(crate) mod token;

#[cfg(test)]
mod streams;
#[cfg(test)]
mod tests;

use avt::{ScreenKind, Terminal};
use glyphs::{Glyph, Glyphs};
use graphemes::cells;
use memchr::{memchr, memchr_iter};
use modes::Modes;
use portable::portable;
use skip::Stretch;
use std::borrow::Cow;
use token::{Csi, Overlong, Split, Token};
use transport::PtySize;

/// So many bytes may wait; then they are emulated or dropped.
const WAITING: usize = 128 * 1024;

/// The emulator keeps a cell for every place: a larger terminal is modelled as this large.
const MOST: PtySize = PtySize { cols: 1000, rows: 500 };

/// A terminal's screen and everything else that the bytes shown so far left behind.
pub(crate) struct Screen {
    terminal: Terminal,
    modes: Modes,
    glyphs: Glyphs,
    /// An unfinished sequence that grew too long is being dropped.
    dropping: Option<Overlong>,
    /// Bytes behind the model's state, in order: UTF-8, but for a character at the end that is not complete.
    waiting: Vec<u8>,
}

enum Step {
    /// So many bytes were taken.
    Took(usize),
    /// So many were taken, and the rest waits for more.
    Waits(usize),
}

impl Screen {
    pub(crate) fn new(size: PtySize) -> Self {
        Self {
            terminal: emulator(size),
            modes: Modes::default(),
            glyphs: Glyphs::default(),
            dropping: None,
            waiting: Vec::new(),
        }
    }

    /// Absorbs bytes that the ring let go of, in order. Any cut is allowed.
    pub(crate) fn absorb(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(WAITING) {
            self.take_in(piece);
            if self.waiting.len() >= WAITING {
                self.work_off(WAITING / 2);
            }
        }
    }

    /// Lets bytes wait, without those that are not UTF-8.
    fn take_in(&mut self, bytes: &[u8]) {
        let cut = self.waiting.split_off(self.waiting.len() - token::unfinished_char(&self.waiting));
        let start = self.waiting.len().saturating_sub(1);
        let bytes = if cut.is_empty() { Cow::from(bytes) } else { [&cut, bytes].concat().into() };
        let (whole, cut) = bytes.split_at(bytes.len() - token::unfinished_char(&bytes));
        // Looking for chunks is ten times slower than seeing that there is only one.
        match simdutf8::basic::from_utf8(whole) {
            Ok(text) => self.waiting.extend_from_slice(text.as_bytes()),
            Err(_) => whole.utf8_chunks().for_each(|chunk| self.waiting.extend_from_slice(chunk.valid().as_bytes())),
        }
        self.waiting.extend_from_slice(cut);
        self.put_controls_before_escapes(start);
    }

    /// A control character right behind ESC takes effect at once, and the sequence goes on. It is put before, but not into
    /// a string that this ESC ended.
    fn put_controls_before_escapes(&mut self, from: usize) {
        let is_parted = |at: usize| self.waiting.get(from + at + 1).is_some_and(is_within);
        if !memchr_iter(token::ESC, &self.waiting[from..]).any(is_parted) {
            return;
        }
        let bytes = self.waiting.split_off(from);
        let mut rest = bytes.as_slice();
        while let Some(at) = memchr(token::ESC, rest) {
            let within = rest[at + 1..].iter().take_while(|byte| is_within(byte)).count();
            let (before, behind) = rest.split_at(at);
            self.waiting.extend_from_slice(before);
            if within > 0 {
                self.waiting.extend_from_slice(token::STRING_END);
                self.waiting.extend(behind[1..=within].iter().filter(|byte| is_executed(byte)));
            }
            self.waiting.push(token::ESC);
            rest = &behind[1 + within..];
        }
        self.waiting.extend_from_slice(rest);
    }

    /// The terminal had another size from here on.
    pub(crate) fn resize(&mut self, size: PtySize) {
        self.work_off(0);
        self.print_what_waits();
        let (old_cols, old_rows) = self.terminal.size();
        let (cols, rows) = modelled(size);
        self.terminal.resize(cols, rows);
        if rows != old_rows {
            self.modes.height_changed();
        }
        if cols > old_cols && old_cols % 8 == 0 {
            self.set_tab_stop(old_cols);
        }
    }

    /// Escape sequences that rebuild this screen on a terminal of its size that was reset. Bytes that wait follow as
    /// they are, so that an unfinished sequence is continued by what comes next.
    pub(crate) fn dump(&self) -> Vec<u8> {
        let mut out = self.modes.dump_before().into_bytes();
        out.extend_from_slice(portable(&self.terminal.dump(), self.terminal.size().0, &self.glyphs).as_bytes());
        out.extend_from_slice(&self.modes.dump_after());
        out.extend_from_slice(self.dropping.map_or(&[], Overlong::opening));
        out.extend_from_slice(&self.waiting);
        out
    }

    /// The same, with as little waiting as can be.
    pub(crate) fn dump_settled(&mut self) -> Vec<u8> {
        self.work_off(0);
        self.dump()
    }

    /// Brings the model up to the bytes that wait, but for an unfinished sequence, and for text of at most `leave`
    /// bytes behind text that was dropped: more may come, and then it need not be emulated either.
    fn work_off(&mut self, leave: usize) {
        let mut bytes = std::mem::take(&mut self.waiting);
        let mut done = 0;
        while done < bytes.len() {
            let rest = &bytes[done..];
            let step = match self.dropping {
                Some(kind) => self.drop_overlong(kind, rest),
                None => self.stretch(rest, leave),
            };
            match step {
                Step::Took(len) => done += len,
                Step::Waits(len) => {
                    done += len;
                    break;
                }
            }
        }
        bytes.drain(..done);
        self.waiting = bytes;
    }

    fn drop_overlong(&mut self, kind: Overlong, bytes: &[u8]) -> Step {
        match kind.end(bytes) {
            Some(end) => {
                self.dropping = None;
                Step::Took(end)
            }
            None => Step::Waits(without_cut_char(bytes)),
        }
    }

    /// Takes bytes up to the next sequence with a lasting effect, and that sequence.
    fn stretch(&mut self, bytes: &[u8], leave: usize) -> Step {
        let whole = self.modes.scrolls_whole_screen();
        let (rows, row) = (self.terminal.size().1, self.terminal.cursor().row);
        let found = if whole { skip::look(bytes, rows, row) } else { Stretch::default() };
        let dropped = found.skip.map_or(0, |skip| {
            self.tokens(&skip.instead);
            skip.until
        });
        let at_end = || found.len == bytes.len() || token::split(&bytes[found.len..]) == Split::Unfinished;
        if dropped > 0 && bytes.len() - dropped <= leave && at_end() {
            return Step::Waits(dropped);
        }
        let done = dropped + self.tokens(&bytes[dropped..found.len]);
        self.first_token(&bytes[done..]).map_or(Step::Waits(done), |len| Step::Took(done + len))
    }

    /// Takes all whole tokens; answers how many bytes that were.
    fn tokens(&mut self, bytes: &[u8]) -> usize {
        let mut done = 0;
        while let Some(took) = self.first_token(&bytes[done..]) {
            done += took;
        }
        done
    }

    fn first_token(&mut self, bytes: &[u8]) -> Option<usize> {
        if bytes.is_empty() {
            return None;
        }
        match token::split(bytes) {
            Split::Token(Token::Text(text), len) if may_go_on(&bytes[len..]) => {
                let whole = len - last_cell(text);
                self.print(&text[..whole]);
                (whole > 0).then_some(whole)
            }
            Split::Token(Token::Nothing, len) => {
                self.broken_off(&bytes[..len]);
                Some(len)
            }
            Split::Token(token, len) => {
                self.take(token);
                Some(len)
            }
            Split::Unfinished if bytes.len() > token::LONGEST => {
                self.dropping = Some(token::overlong(bytes));
                Some(without_cut_char(bytes))
            }
            Split::Unfinished => None,
        }
    }

    fn take(&mut self, token: Token<'_>) {
        match token {
            Token::Text(text) => self.print(text),
            Token::Escape(sequence) => {
                self.modes.escape(sequence);
                self.terminal.feed(&*String::from_utf8_lossy(sequence));
                if sequence == b"\x1b#8" {
                    // The test pattern ends in the first place, which `avt` leaves out.
                    self.terminal.feed("\x1b[H");
                }
            }
            Token::Csi(sequence) => self.csi(sequence),
            Token::Osc(content) => self.modes.osc(content),
            Token::Nothing => {}
        }
    }

    /// Control characters within a sequence take effect although the sequence does not.
    fn broken_off(&mut self, sequence: &[u8]) {
        if token::overlong(sequence) == Overlong::Csi && sequence.len() <= token::LONGEST {
            let controls = sequence.iter().filter(|byte| is_executed(byte));
            self.terminal.feed(controls.map(|byte| char::from(*byte)));
        }
    }

    fn print(&mut self, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        if text.is_ascii() {
            return self.terminal.feed(&*text);
        }
        for (cell, width) in cells(&text) {
            let glyph = match self.glyphs.glyph(cell, width) {
                Glyph::NoRoom => {
                    self.glyphs.keep_only(&self.terminal.dump());
                    self.glyphs.glyph(cell, width)
                }
                glyph => glyph,
            };
            self.terminal.feed([match glyph {
                Glyph::Is(glyph) => glyph,
                Glyph::NoRoom => Glyphs::no_room(width),
            }]);
        }
    }

    /// The last character waits for those that may be joined to it; with another size it would come to another place.
    fn print_what_waits(&mut self) {
        if self.dropping.is_none()
            && let [_, ..] = self.waiting[..]
            && let Split::Token(Token::Text(_), len) = token::split(&self.waiting)
        {
            let text: Vec<u8> = self.waiting.drain(..len).collect();
            self.print(&text);
        }
    }

    fn csi(&mut self, sequence: &[u8]) {
        if sequence.iter().any(is_within) {
            self.broken_off(sequence);
            let rest: Vec<u8> = sequence.iter().copied().filter(|byte| !is_within(byte)).collect();
            return self.csi(&rest);
        }
        let Some(csi) = Csi::parse(sequence) else {
            return self.terminal.feed(&*String::from_utf8_lossy(sequence));
        };
        let alternate = self.alternate();
        let (cols, rows) = self.terminal.size();
        self.modes.csi(&csi, rows, alternate);
        self.terminal.feed(&*for_avt(&csi, sequence, cols * rows));
        if alternate && !self.alternate() {
            self.modes.alternate_left();
        }
    }

    fn alternate(&self) -> bool {
        self.terminal.active_screen_kind() == ScreenKind::Alternate
    }

    /// `avt` leaves this one out when it widens a terminal whose width is a multiple of eight.
    fn set_tab_stop(&mut self, col: usize) {
        let back = self.terminal.cursor().col;
        self.terminal.feed(format!("\x1b[{}G\x1bH\x1b[{}G", col + 1, back + 1));
    }
}

/// Whether it takes effect even within a sequence.
fn is_executed(byte: &u8) -> bool {
    *byte < b' ' && ![0x18, 0x1a, token::ESC].contains(byte)
}

/// Whether it may stand within a sequence without being a part of it.
fn is_within(byte: &u8) -> bool {
    is_executed(byte) || *byte == 0x7f
}

/// Whether a text may go on behind it: only that it ends, or an unfinished character, is no answer.
fn may_go_on(behind: &[u8]) -> bool {
    !matches!(behind, [token::ESC, ..] | [0xc2, 0x80..=0x9f, ..])
}

/// How long the text's last cell is, to which more may be joined.
fn last_cell(text: &[u8]) -> usize {
    let text = str::from_utf8(text).unwrap_or_default();
    match text.as_bytes() {
        [.., before, last] if text.is_ascii() || before.is_ascii() && last.is_ascii() => usize::from(*last >= b' '),
        _ => cells(text).last().filter(|(_, width)| *width > 0).map_or(0, |(cell, _)| cell.len()),
    }
}

/// How much of a string is dropped: not the first half of a C1 terminator.
fn without_cut_char(bytes: &[u8]) -> usize {
    bytes.len() - usize::from(bytes.ends_with(&[0xc2]))
}

fn emulator(size: PtySize) -> Terminal {
    let (cols, rows) = modelled(size);
    match Terminal::new(cols, rows) {
        Ok(terminal) => terminal,
        Err(invalid) => unreachable!("{invalid}"),
    }
}

fn modelled(size: PtySize) -> (usize, usize) {
    (size.cols.clamp(1, MOST.cols).into(), size.rows.clamp(1, MOST.rows).into())
}

/// The same sequence in words that `avt` knows, or in ones that cost it less.
fn for_avt<'a>(csi: &Csi<'_>, sequence: &'a [u8], cells: usize) -> Cow<'a, str> {
    match (csi.prefix, csi.intermediates, csi.last) {
        // xterm.js treats 47 like 1047; `avt` does not know it.
        (b'?', b"", b'h' | b'l') if csi.params().any(|mode| mode == 47) => {
            let modes: Vec<_> = csi.params().map(|mode| if mode == 47 { 1047 } else { mode }.to_string()).collect();
            format!("\x1b[?{}{}", modes.join(";"), char::from(csi.last)).into()
        }
        // A repetition of more than the screen only costs time.
        (0, b"", b'b') if usize::from(csi.param(0)) > cells => format!("\x1b[{cells}b").into(),
        // xterm.js resets these two as well.
        (0, b"!", b'p') => "\x1b[!p\x1b[?1l\x1b[?7h".into(),
        _ => String::from_utf8_lossy(sequence),
    }
}
