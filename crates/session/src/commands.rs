//! The command detector: finds the command lines that a person typed in what a terminal shows.
//!
//! An audit aid, not a security boundary. Only what the remote showed counts, so that a password, which is not echoed,
//! never becomes a command; but a remote shows what it likes, and may so invent or hide commands.
//!
//! Shells that mark their prompts (OSC 133, OSC 633) are followed exactly, and tell each command's exit code and
//! directory. What is typed into the programs that they run is then no command, unless such a program is a shell again
//! ([`shells`]). For other shells the line is what is shown behind the prompt when Enter is pressed ([`draft`]). A line
//! that begins with a space is left out, as shells leave it out of their own history. Known limits, each with a test:
//! - A continuation prompt without marks of its own becomes part of the command, unless the shell sends the command line.
//! - Where a program asks without a prompt, only lines that were typed straight away, without editing, are found.
//! - There, a hidden line that the program prints by itself right after Enter looks like an echo, and is found.
//! - Lines typed ahead are found when the prompt is the same afterwards; a changed prompt hides all but the first.
//! - A prompt at the right margin becomes part of the command.
//! - Without marks, what is typed into programs and echoed (`cat`, a database's shell) counts as commands too, unless they
//!   take the alternate screen; so all that happens inside tmux or screen is left out.
//! - A line that a program's output breaks into is lost, as is one of more than 4096 characters.
//! - A line that is edited while the terminal's width changes can be lost or garbled.
//! - Of a shell with marks inside another one's command, the outer command never finishes.

mod draft;
mod keys;
mod line;
mod marks;
mod shells;

#[cfg(test)]
mod marks_tests;
#[cfg(test)]
mod tests;

use crate::screen::token::{self, Csi, ESC, Overlong, Split, Token};
use draft::Draft;
use keys::Keys;
use line::Line;
use marks::Mark;
use memchr::{memchr_iter, memrchr};
use std::{borrow::Cow, time::Duration};
use tokio::time::Instant;

/// What becomes known of the commands at a session's prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandEvent {
    /// A command line was sent off.
    Typed {
        /// The session's first command is 1.
        number: u64,
        /// The line as the terminal showed it, without the prompt, or as the shell told it.
        line: String,
        /// The shell's directory at that time, where it tells that.
        directory: Option<String>,
    },
    /// A command has ended. Only shells that mark their prompts tell that.
    Finished {
        /// The command's.
        number: u64,
        /// Its exit code, when the shell told one.
        exit_code: Option<i32>,
        /// How long it ran.
        duration: Duration,
    },
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

/// The command that a shell with marks runs.
#[derive(Debug)]
struct Running {
    number: u64,
    since: Instant,
    /// It is a shell itself, so that lines typed into it count.
    is_shell: bool,
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
    /// The command's lines before a continuation prompt.
    above: String,
    directory: Option<String>,
    /// The number of the last command.
    number: u64,
    running: Option<Running>,
    alternate: bool,
    found: Vec<CommandEvent>,
}

impl Detector {
    /// Follows a terminal of so many columns.
    pub(crate) fn new(cols: u16) -> Self {
        let mut detector = Self::default();
        detector.resized(cols);
        detector
    }

    /// The terminal has so many columns from now on.
    pub(crate) fn resized(&mut self, cols: u16) {
        self.line.resized(cols.into());
    }

    /// The person typed this.
    pub(crate) fn typed(&mut self, input: &[u8]) {
        let counts = !self.alternate && self.running.as_ref().is_none_or(|running| running.is_shell);
        let Self { keys, draft, line, .. } = self;
        keys.read(input, |key| {
            if counts {
                draft.key(key, line);
            }
        });
    }

    /// The remote showed this. Answers what it tells of commands.
    pub(crate) fn shown(&mut self, output: &[u8]) -> Vec<CommandEvent> {
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
                '\r' => self.line.carriage_return(),
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
        let cancelled = self.draft.is_cancelled();
        let within = if self.draft.has_entered() { self.line.has_text_below() } else { self.line.has_rows_below() };
        if within && !cancelled {
            return self.line.down();
        }
        match self.phase {
            Phase::Input(_) if self.marks_output => return self.line.down(),
            Phase::Input(_) if cancelled => self.end_input(),
            Phase::Input(start) if self.draft.has_entered() => {
                self.run(self.line.text_from(start));
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
                self.end_input();
                self.running = None;
                self.phase = Phase::Prompt;
            }
            Some(Mark::Continuation) => self.goes_on(),
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
            Some(Mark::Done(exit_code)) => {
                self.end_input();
                if let Some(Running { number, since, .. }) = self.running.take() {
                    self.found.push(CommandEvent::Finished { number, exit_code, duration: since.elapsed() });
                }
            }
            Some(Mark::Directory(directory)) => self.directory = Some(directory),
            None => {}
        }
    }

    /// The line was sent off but is not complete: the next one goes on with it.
    fn goes_on(&mut self) {
        let Phase::Input(start) = self.phase else { return };
        self.above.push_str(&self.line.text_from(start));
        self.above.push('\n');
        // A longer command is not kept anyway.
        self.above.truncate(self.above.floor_char_boundary(marks::LONGEST + 1));
        self.line.forget();
        self.phase = Phase::Prompt;
    }

    fn output_begins(&mut self, given: Option<String>) {
        // Some shells have marks of their own beside those of an integration.
        let is_repeated = self.phase == Phase::Unmarked && self.running.is_some();
        let given = given.or_else(|| self.given.take());
        match (given, &self.phase) {
            _ if is_repeated => {}
            (Some(command), _) => self.run(command),
            (None, Phase::Input(start)) => {
                let last = self.line.text_from(*start);
                let command = std::mem::take(&mut self.above) + &last;
                self.run(command);
            }
            (None, _) => {}
        }
        self.end_input();
        self.line.forget();
    }

    fn end_input(&mut self) {
        self.phase = Phase::Unmarked;
        self.given = None;
        self.above.clear();
        self.draft.close();
    }

    /// A shell with marks runs this.
    fn run(&mut self, command: String) {
        let is_shell = shells::opens(&command);
        self.running = self.find(command).map(|number| Running { number, since: Instant::now(), is_shell });
    }

    fn find(&mut self, command: String) -> Option<u64> {
        let command = command.trim_end();
        // What some programs show instead of a password.
        let is_hidden = command.chars().all(|c| matches!(c, '*' | '•'));
        if is_hidden || command.starts_with(' ') || command.len() > marks::LONGEST {
            return None;
        }
        self.number += 1;
        let (line, directory) = (command.to_owned(), self.directory.clone());
        self.found.push(CommandEvent::Typed { number: self.number, line, directory });
        Some(self.number)
    }
}

#[cfg(any(test, fuzzing))]
impl Detector {
    /// How many bytes it holds.
    pub(crate) fn held(&self) -> usize {
        let texts = self.given.iter().chain(&self.directory).chain([&self.above]);
        self.tail.len() + texts.map(String::len).sum::<usize>() + self.line.held() + self.keys.held()
    }
}

/// Whether a sequence, seen behind its ESC, matters where nothing is typed: private modes, marks, resets. What is cut
/// off may matter.
fn matters(sequence: &[u8]) -> bool {
    matches!(sequence, [] | [b'['] | [b'[', b'?', ..] | [b']'] | [b']', b'1' | b'6' | b'7', ..] | [b'c', ..])
}
