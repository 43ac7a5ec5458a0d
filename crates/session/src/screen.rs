//! The screen model: a terminal emulator without scrollback that stands where the ring begins.
//!
//! It absorbs what the ring lets go of, cut anywhere, and can be dumped as escape sequences that rebuild screen, cursor
//! and modes on a terminal that was reset; the ring's bytes continue from there, even in the middle of a sequence.
//! [`avt`] keeps cells, cursor, pen, margins, tabs and character sets; [`modes`] keeps what it leaves out. An emulator
//! is slow compared to what a flood delivers, so bytes wait unemulated, and those that will have scrolled off the
//! screen are dropped ([`skip`]).
//!
//! What it cannot do: combining characters are left out (`avt` gives each a cell of its own), images and palette
//! changes are not kept, and where the browser's terminal measures a character differently, lines wrap differently.

mod effect;
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
use modes::Modes;
use portable::portable;
use skip::Stretch;
use std::borrow::Cow;
use token::{Csi, Overlong, Split, Token};
use transport::PtySize;
use unicode_width::UnicodeWidthChar as _;

/// So many bytes may wait; then they are emulated or dropped.
const WAITING: usize = 128 * 1024;

/// The emulator keeps a cell for every place: a larger terminal is modelled as this large.
const MOST: PtySize = PtySize { cols: 1000, rows: 500 };

/// A terminal's screen and everything else that the bytes shown so far left behind.
pub(crate) struct Screen {
    terminal: Terminal,
    modes: Modes,
    /// An unfinished sequence that grew too long is being dropped.
    dropping: Option<Overlong>,
    /// Bytes behind the model's state, in order.
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
        Self { terminal: emulator(size), modes: Modes::default(), dropping: None, waiting: Vec::new() }
    }

    /// Absorbs bytes that the ring let go of, in order. Any cut is allowed.
    pub(crate) fn absorb(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(WAITING) {
            self.waiting.extend_from_slice(piece);
            if self.waiting.len() >= WAITING {
                self.work_off(WAITING / 2);
            }
        }
    }

    /// The terminal had another size from here on.
    pub(crate) fn resize(&mut self, size: PtySize) {
        self.work_off(0);
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
        out.extend_from_slice(portable(&self.terminal.dump(), self.terminal.size().0).as_bytes());
        out.extend_from_slice(&self.modes.dump_after());
        out.extend_from_slice(self.dropping.map_or(&[], Overlong::opening));
        out.extend_from_slice(&self.waiting);
        out
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

    fn print(&mut self, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        if text.is_ascii() {
            self.terminal.feed(&*text);
        } else {
            self.terminal.feed(text.chars().filter(|c| c.width() != Some(0)));
        }
    }

    fn csi(&mut self, sequence: &[u8]) {
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
