//! What was shown, as lines of text to be searched: without sequences, each line once, and not without end.
//!
//! Lines are taken as they stand when the cursor leaves them, with the time when the last of them was shown: at that
//! moment all of it can be read. It is not the screen: what a program paints in pieces all over it is found in pieces.

use crate::{
    recording::open::TextLine,
    screen::token::{self, Csi, Split, Token},
};
use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
};

/// So much text of a recording can be searched, in bytes.
const MOST: usize = 1024 * 1024;

/// A line is cut behind so many characters.
const LINE: usize = 1000;

/// Collects lines.
#[derive(Default)]
pub(super) struct Shown {
    tail: Vec<u8>,
    line: Vec<char>,
    col: usize,
    /// When the line was last written on, in microseconds.
    at: u64,
    seen: HashSet<u64, RandomState>,
    lines: Vec<TextLine>,
    bytes: usize,
}

impl Shown {
    /// Takes output in.
    pub(super) fn take(&mut self, at: u64, output: &[u8]) {
        if self.bytes >= MOST {
            return;
        }
        let mut bytes = std::mem::take(&mut self.tail);
        bytes.extend_from_slice(output);
        let mut done = 0;
        while done < bytes.len() {
            match token::split(&bytes[done..]) {
                Split::Token(token, len) => {
                    self.token(at, token);
                    done += len;
                }
                Split::Unfinished if bytes.len() - done > token::LONGEST => done = bytes.len(),
                Split::Unfinished => break,
            }
        }
        bytes.drain(..done);
        self.tail = bytes;
    }

    fn token(&mut self, at: u64, token: Token<'_>) {
        match token {
            Token::Text(text) => {
                for c in String::from_utf8_lossy(text).chars() {
                    self.char(at, c);
                }
            }
            Token::Csi(sequence) => self.csi(at, sequence),
            Token::Escape(_) | Token::Osc(_) | Token::Nothing => {}
        }
    }

    fn char(&mut self, at: u64, c: char) {
        match c {
            '\n' => self.leave(),
            '\r' => self.col = 0,
            '\x08' => self.col = self.col.saturating_sub(1),
            '\t' => self.put(at, ' '),
            c if c.is_control() => {}
            c => self.put(at, c),
        }
    }

    fn put(&mut self, at: u64, c: char) {
        if self.col >= LINE {
            return;
        }
        self.at = at;
        if self.col >= self.line.len() {
            self.line.resize(self.col, ' ');
            self.line.push(c);
        } else {
            self.line[self.col] = c;
        }
        self.col += 1;
    }

    fn csi(&mut self, at: u64, sequence: &[u8]) {
        let Some(csi) = Csi::parse(sequence) else { return };
        let count = usize::from(csi.param(0)).clamp(1, LINE);
        match (csi.prefix, csi.last) {
            (0, b'C') => self.col = (self.col + count).min(LINE),
            (0, b'D') => self.col = self.col.saturating_sub(count),
            (0, b'K') if csi.param(0) == 0 => self.line.truncate(self.col),
            (0, b'P') => {
                let from = self.col.min(self.line.len());
                self.line.drain(from..(from + count).min(self.line.len()));
            }
            (0, b'@') => {
                let from = self.col;
                for _ in 0..count {
                    self.put(at, ' ');
                }
                self.col = from;
            }
            (0, b'A' | b'B' | b'E' | b'F' | b'G' | b'H' | b'f' | b'd' | b'J' | b'L' | b'M' | b'S' | b'T')
            | (b'?', b'h' | b'l') => self.leave(),
            _ => {}
        }
    }

    fn leave(&mut self) {
        self.col = 0;
        let line: String = std::mem::take(&mut self.line).into_iter().collect();
        let text = line.trim();
        if !text.is_empty() && self.bytes < MOST && self.seen.insert(self.seen.hasher().hash_one(text)) {
            self.bytes += text.len();
            self.lines.push(TextLine { at: self.at, text: text.to_owned() });
        }
    }

    /// All lines, in the order in which they were first shown.
    pub(super) fn end(mut self) -> Vec<TextLine> {
        self.leave();
        self.lines
    }
}
