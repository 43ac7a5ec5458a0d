//! Cuts a recording into chunks, each with the screen that it begins with.
//!
//! Where it is cut depends on what was recorded alone, so that a running recording has the same chunks as it will have
//! when it is finished.

use crate::{
    cast::{CastEvent, Header},
    recording::Span,
    screen::Screen,
};
use transport::PtySize;

/// A chunk with so much text is full.
const FULL: usize = 256 * 1024;

/// A chunk of so many microseconds ends as well, unless there is next to nothing in it.
const LONG: u64 = 60_000_000;
const SOME: usize = 4 * 1024;

/// A part of a recording that can be played by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// From its beginning to its last event.
    pub span: Span,
    /// The terminal's size at its beginning.
    pub size: PtySize,
    /// Written to a terminal of that size that was reset, it shows the screen as it was then.
    pub keyframe: Vec<u8>,
    /// Its events as lines of asciicast.
    pub lines: Vec<u8>,
}

/// Takes events in order.
pub(super) struct Cutter {
    screen: Screen,
    size: PtySize,
    open: Chunk,
}

impl Cutter {
    /// At the beginning. The header stands in the first chunk's lines when `head` holds it.
    pub(super) fn new(header: &Header, head: Vec<u8>) -> Self {
        let size = header.size;
        let open = Chunk { span: Span { start: 0, end: 0 }, size, keyframe: Vec::new(), lines: head };
        Self { screen: Screen::new(size), size, open }
    }

    /// Takes an event and its line; answers the chunk before it when that is full.
    pub(super) fn push(&mut self, event: &CastEvent, line: &[u8]) -> Option<Chunk> {
        let full = self.open.lines.len() >= FULL
            || event.at >= self.open.span.start.saturating_add(LONG) && self.open.lines.len() >= SOME;
        let done = full.then(|| self.cut(event.at));
        self.open.span.end = self.open.span.end.max(event.at);
        self.open.lines.extend_from_slice(line);
        self.open.lines.push(b'\n');
        match event.code.as_str() {
            "o" => self.screen.absorb(event.text.as_bytes()),
            "r" => {
                if let Some(size) = event.size() {
                    self.size = size;
                    self.screen.resize(size);
                }
            }
            _ => {}
        }
        done
    }

    fn cut(&mut self, at: u64) -> Chunk {
        let next = Chunk {
            span: Span { start: at, end: at },
            size: self.size,
            keyframe: self.screen.dump(),
            lines: Vec::new(),
        };
        std::mem::replace(&mut self.open, next)
    }

    /// The last chunk, as far as it is.
    pub(super) fn open(&self) -> &Chunk {
        &self.open
    }

    /// The last chunk.
    pub(super) fn end(self) -> Chunk {
        self.open
    }
}
