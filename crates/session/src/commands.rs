//! The command detector: finds the command lines that a person typed in what a terminal shows.
//!
//! An audit aid, not a security boundary. Only what the remote showed counts, so that a password, which is not echoed,
//! never becomes a command; but a remote shows what it likes, and may so invent or hide commands.
//!
//! Shells that mark their prompts (OSC 133, OSC 633) are followed exactly. For others the line is what is shown behind
//! the prompt when Enter is pressed ([`draft`]). Known limits, each with a test:
//! - A continuation prompt within marks becomes part of the command, unless the shell sends the command line itself.
//! - Where a program asks without a prompt, only lines that were typed straight away, without editing, are found.
//! - There, a hidden line that the program prints by itself right after Enter looks like an echo, and is found.
//! - Lines typed ahead are found when the prompt is the same afterwards; a changed prompt hides all but the first.
//! - A prompt at the right margin becomes part of the command.
//! - What is typed into programs and echoed (`cat`, a database's shell) counts as commands too, unless they take the
//!   alternate screen; so all that happens inside tmux or screen is left out.
//! - A line that a program's output breaks into is lost, as is one of more than 4096 characters.
//! - The terminal's width is learned when a line editor wraps a line that is typed character by character; a line that
//!   is edited across rows before that, or after the width changed, can be lost or garbled.

mod draft;
mod keys;
mod line;
mod marks;

#[cfg(test)]
mod tests;

use crate::screen::token::{self, Csi, ESC, Overlong, Split, Token};
use draft::Draft;
use keys::Keys;
use line::Line;
use marks::Mark;
use memchr::{memchr_iter, memrchr};
use std::borrow::Cow;

/// A command line that was typed at the session's prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedLine {
    /// The line as the terminal showed it, without the prompt.
    pub command: String,
}

/// Of a line that nobody types on, so many bytes at the end are looked at, to know the prompt.
const PROMPT: usize = 2048;

/// What the shell's marks say.
#[derive(Debug, Default, PartialEq, Eq)]
enum Phase {
    /// No marks, or a command is running.
    #[default]
    Unmarked,
    Prompt,
    /// The command line is being edited; it begins in this column.
    Input(usize),
}

/// Follows one session. Its state is bounded by the longest line.
#[derive(Debug, Default)]
pub(crate) struct Detector {
    /// An unfinished sequence of the output.
    tail: Vec<u8>,
    dropping: Option<Overlong>,
    keys: Keys,
    draft: Draft,
    line: Line,
    phase: Phase,
    /// The shell marks where a command's output begins, too.
    marks_output: bool,
    /// The command line as the shell gave it.
    given: Option<String>,
    alternate: bool,
    found: Vec<TypedLine>,
}

impl Detector {
    /// The person typed this.
    pub(crate) fn typed(&mut self, input: &[u8]) {
        let Self { keys, draft, line, alternate, .. } = self;
        keys.read(input, |key| {
            if !*alternate {
                draft.key(key, line);
            }
        });
    }

    /// The remote showed this. Answers the command lines that it completes.
    pub(crate) fn shown(&mut self, output: &[u8]) -> Vec<TypedLine> {
        let tail = std::mem::take(&mut self.tail);
        let bytes = if tail.is_empty() { Cow::from(output) } else { [&tail, output].concat().into() };
        let (mut done, mut looked) = (0, 0);
        while done < bytes.len() {
            if done >= looked && self.dropping.is_none() {
                let (skipped, calm) = self.skip(&bytes[done..]);
                looked = done + calm;
                done += skipped;
            }
            match self.step(&bytes[done..]) {
                Some(len) => done += len,
                None => break,
            }
        }
        self.tail = bytes[done..].to_vec();
        std::mem::take(&mut self.found)
    }

    /// Takes what stands first; answers its length, or `None` when it has to wait for more.
    fn step(&mut self, bytes: &[u8]) -> Option<usize> {
        if bytes.is_empty() {
            return None;
        }
        if let Some(overlong) = self.dropping {
            let end = overlong.end(bytes);
            self.dropping = self.dropping.filter(|_| end.is_none());
            return Some(end.unwrap_or(bytes.len()));
        }
        match token::split(bytes) {
            Split::Token(token, len) => {
                self.token(token);
                Some(len)
            }
            Split::Unfinished if bytes.len() > token::LONGEST => {
                self.dropping = Some(token::overlong(bytes));
                Some(bytes.len())
            }
            Split::Unfinished => None,
        }
    }

    /// How much at the front does not matter, because whole lines of output come that nobody typed; and how far there
    /// is nothing more of that kind.
    fn skip(&mut self, bytes: &[u8]) -> (usize, usize) {
        if !self.alternate && self.every_line_matters() {
            return (0, 0);
        }
        let calm = memchr_iter(ESC, bytes).find(|&at| matters(&bytes[at + 1..])).unwrap_or(bytes.len());
        if self.alternate {
            return (calm, calm);
        }
        let line = memrchr(b'\n', &bytes[..calm]).map_or(0, |feed| feed + 1);
        let skipped = if self.draft.is_open() { line } else { line.max(calm.saturating_sub(PROMPT)) };
        if skipped > 0 {
            self.line.reset();
            // Only a line that is too long is skipped while it is edited.
            self.phase = Phase::Unmarked;
        }
        (skipped, calm)
    }

    fn every_line_matters(&self) -> bool {
        let marked = matches!(self.phase, Phase::Input(_));
        (marked || self.draft.waits_for_echo() || self.draft.is_open() && self.line.has_rows())
            && !self.line.is_overflown()
    }

    fn token(&mut self, token: Token<'_>) {
        match token {
            Token::Text(text) if !self.alternate => self.text(text),
            Token::Csi(sequence) => self.csi(sequence),
            Token::Osc(content) if !self.alternate => self.mark(content),
            Token::Escape(b"\x1bc") => {
                self.alternate = false;
                self.line.reset();
            }
            Token::Escape(b"\x1b7") => self.line.save_cursor(),
            Token::Escape(b"\x1b8") => self.line.restore_cursor(),
            _ => {}
        }
    }

    fn text(&mut self, text: &[u8]) {
        for c in String::from_utf8_lossy(text).chars() {
            match c {
                '\n' => self.line_feed(),
                '\r' => self.line.carriage_return(self.draft.is_in_word()),
                '\x08' => self.line.backspace(),
                '\t' => self.line.tab(),
                c if c.is_control() => {}
                c => {
                    self.line.print(c);
                    self.draft.printed();
                }
            }
        }
    }

    fn line_feed(&mut self) {
        let within = if self.draft.has_entered() { self.line.has_text_below() } else { self.line.has_rows_below() };
        if within {
            return self.line.down();
        }
        match self.phase {
            Phase::Input(_) if self.marks_output => return self.line.down(),
            Phase::Input(start) if self.draft.has_entered() => {
                self.find(self.line.text_from(start));
                self.end_input();
            }
            _ if self.draft.takes_break() => return self.line.down(),
            _ => {
                if let Some(command) = self.draft.finish(&self.line) {
                    self.find(command);
                }
            }
        }
        self.line.reset();
    }

    fn csi(&mut self, sequence: &[u8]) {
        let Some(csi) = Csi::parse(sequence) else { return };
        match (csi.prefix, csi.last) {
            (b'?', b'h' | b'l') if csi.params().any(|mode| matches!(mode, 47 | 1047 | 1049)) => {
                self.alternate = csi.last == b'h';
                self.line.reset();
                self.draft.close();
            }
            _ if !self.alternate => self.line.csi(&csi),
            _ => {}
        }
    }

    fn mark(&mut self, content: &[u8]) {
        match Mark::parse(content) {
            Some(Mark::Prompt) => {
                self.draft.close();
                self.phase = Phase::Prompt;
            }
            Some(Mark::Input) => {
                self.line.forget();
                self.given = None;
                self.phase = Phase::Input(self.line.col());
            }
            Some(Mark::CommandLine(line)) => self.given = Some(line),
            Some(Mark::Output(given)) => {
                self.marks_output = true;
                self.output_begins(given);
            }
            Some(Mark::Done) => self.end_input(),
            None => {}
        }
    }

    fn output_begins(&mut self, given: Option<String>) {
        let given = given.or_else(|| self.given.take());
        match (given, &self.phase) {
            (Some(command), _) => self.find(command),
            (None, Phase::Input(start)) => self.find(self.line.text_from(*start)),
            (None, _) => {}
        }
        self.end_input();
        self.line.forget();
    }

    fn end_input(&mut self) {
        self.phase = Phase::Unmarked;
        self.given = None;
        self.draft.close();
    }

    fn find(&mut self, command: String) {
        let command = command.trim_end();
        // What some programs show instead of a password.
        let is_hidden = command.chars().all(|c| matches!(c, '*' | '•'));
        if !is_hidden && command.len() <= marks::LONGEST {
            self.found.push(TypedLine { command: command.to_owned() });
        }
    }
}

#[cfg(any(test, fuzzing))]
impl Detector {
    /// How many bytes it holds.
    pub(crate) fn held(&self) -> usize {
        self.tail.len() + self.given.as_ref().map_or(0, String::len) + self.line.held() + self.keys.held()
    }
}

/// Whether a sequence, seen behind its ESC, matters where nothing is typed: private modes, marks, resets. What is cut
/// off may matter.
fn matters(sequence: &[u8]) -> bool {
    matches!(sequence, [] | [b'['] | [b'[', b'?', ..] | [b']'] | [b']', b'1' | b'6', ..] | [b'c', ..])
}
