//! The line that a person types where the shell sends no marks: what tells it from the output around it.
//!
//! When the first key of a line is pressed, what stands before the cursor is the prompt. When the echo of Enter comes,
//! what stands behind that prompt is the command. Where there is no prompt, and for lines that were typed ahead, it has
//! to be exactly what was typed; to check that, only a hash of the typed bytes is kept: they may be a password.

use super::{keys::Key, line::Line};
use std::collections::VecDeque;
use std::hash::{BuildHasher as _, DefaultHasher, Hasher as _, RandomState};

/// So many lines may be typed ahead.
const AHEAD: usize = 32;

/// So many lines are shown after Enter without the typed one among them: it was not echoed.
const PATIENCE: u16 = 100;

#[derive(Debug, Default)]
pub(super) struct Draft {
    open: bool,
    prompt: String,
    typed: Typed,
    /// The lines that were sent off or given up without the echo of that having come.
    entered: VecDeque<Entered>,
    /// How many of this draft's lines were found.
    found: u16,
    /// Line breaks that were pasted, and will be echoed before Enter is.
    breaks: u16,
    /// Line feeds that came since Enter.
    feeds: u16,
    /// Something was printed since Enter.
    printed: bool,
}

/// A line that is done with.
#[derive(Debug)]
struct Entered {
    typed: Typed,
    /// It was given up (Ctrl-C), so that it is no command.
    cancelled: bool,
}

/// What was typed, to be compared only.
#[derive(Debug)]
struct Typed {
    random: RandomState,
    hash: DefaultHasher,
    /// Spaces at the end, which the shown line does not keep.
    spaces: usize,
    /// Not only characters were typed, so that what is shown may be anything.
    edited: bool,
}

impl Draft {
    pub(super) fn key(&mut self, key: Key, line: &Line) {
        match key {
            Key::Cancel => {
                self.begin_if_stale(line);
                self.breaks = 0;
                self.enter(true);
            }
            Key::Enter if self.open => self.enter(false),
            Key::Enter => {}
            Key::Text(_) | Key::Edit | Key::PastedBreak => {
                self.begin_if_stale(line);
                self.typed.add(key);
                self.breaks = self.breaks.saturating_add(u16::from(key == Key::PastedBreak));
            }
        }
    }

    fn enter(&mut self, cancelled: bool) {
        if self.entered.len() < AHEAD {
            self.entered.push_back(Entered { typed: std::mem::take(&mut self.typed), cancelled });
        }
    }

    fn begin_if_stale(&mut self, line: &Line) {
        if !self.open || self.has_entered() && self.is_stale(line) {
            self.begin(line);
        }
    }

    fn begin(&mut self, line: &Line) {
        *self = Self { open: true, prompt: line.before_cursor(), ..Self::default() };
    }

    pub(super) fn close(&mut self) {
        *self = Self::default();
    }

    /// Whether what is typed after Enter belongs to another prompt already.
    fn is_stale(&self, line: &Line) -> bool {
        self.feeds > 0
            || self.printed && (self.prompt.trim().is_empty() || !line.before_cursor().starts_with(&self.prompt))
    }

    pub(super) fn printed(&mut self) {
        self.printed |= self.has_entered();
    }

    /// Whether every line that is shown matters.
    pub(super) fn waits_for_echo(&self) -> bool {
        self.has_entered() || self.breaks > 0
    }

    pub(super) fn has_entered(&self) -> bool {
        !self.entered.is_empty()
    }

    /// Whether the line whose echo comes next was given up.
    pub(super) fn is_cancelled(&self) -> bool {
        self.entered.front().is_some_and(|entered| entered.cancelled)
    }

    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// Whether the line feed that came is one that was pasted.
    pub(super) fn takes_break(&mut self) -> bool {
        let taken = self.breaks > 0;
        self.breaks = self.breaks.saturating_sub(1);
        taken
    }

    /// The line feed that came ends this line; the command, if it is the typed one.
    pub(super) fn finish(&mut self, line: &Line) -> Option<String> {
        let Entered { typed, cancelled } = self.entered.front()?;
        self.feeds = self.feeds.saturating_add(1);
        let text = line.text();
        let command = match cancelled {
            true if self.is_given_up(&text) => Some(None),
            true => None,
            false => self.command(typed, &text).map(Some),
        };
        if command.is_some() {
            self.found += 1;
            self.entered.pop_front();
        }
        if !self.has_entered() || self.feeds > PATIENCE {
            self.close();
        }
        command.flatten()
    }

    /// Whether this is how a line ends that was given up. Terminals show what was pressed, line editors often nothing.
    fn is_given_up(&self, text: &str) -> bool {
        let has_prompt = !self.prompt.trim().is_empty();
        text.ends_with("^C") || text.ends_with("^\\") || has_prompt && text.starts_with(self.prompt.trim_end())
    }

    fn command(&self, typed: &Typed, text: &str) -> Option<String> {
        // The prompt's end is trimmed from an empty line.
        let behind = text.strip_prefix(&self.prompt).or_else(|| (text == self.prompt.trim_end()).then_some(""));
        let has_prompt = !self.prompt.trim().is_empty();
        let command = behind.filter(|command| has_prompt && (self.found == 0 || typed.edited || typed.is(command)));
        // Without a prompt only what comes at once is an echo; later it is output.
        let is_echo = self.feeds == self.found + 1 && typed.is(text.strip_prefix(&self.prompt).unwrap_or(text));
        command.or(is_echo.then_some(text)).map(str::to_owned)
    }
}

impl Default for Typed {
    fn default() -> Self {
        let random = RandomState::new();
        Self { hash: random.build_hasher(), random, spaces: 0, edited: false }
    }
}

impl Typed {
    fn add(&mut self, key: Key) {
        match key {
            Key::Text(b' ') => self.spaces += 1,
            Key::Text(byte) => {
                (0..std::mem::take(&mut self.spaces)).for_each(|_| self.hash.write_u8(b' '));
                self.hash.write_u8(byte);
            }
            _ => self.edited = true,
        }
    }

    fn is(&self, text: &str) -> bool {
        let mut hash = self.random.build_hasher();
        text.bytes().for_each(|byte| hash.write_u8(byte));
        !self.edited && hash.finish() == self.hash.finish()
    }
}
