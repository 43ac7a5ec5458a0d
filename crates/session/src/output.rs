//! Output on its way into the ring, and what becomes of it when the ring lets go: the screen model's side.
//!
//! The model stands exactly where the ring begins. It is made when the ring first evicts something; a session that never
//! filled its ring has none. Absorbing is done by the engine's task after viewers were woken, off the echo path. Who wants
//! the present gets a model of its own, brought there from the same beginning.

use crate::{screen::Screen, state::Shared};
use bytes::Bytes;
use std::sync::{MutexGuard, PoisonError};
use transport::PtySize;

/// The screen as it stood where the ring begins.
pub(crate) struct Backdrop {
    screen: Option<Screen>,
    size: PtySize,
}

/// What a viewer that lost its place begins with.
pub(crate) struct Picture {
    /// Where output goes on.
    pub(crate) offset: u64,
    pub(crate) size: PtySize,
    pub(crate) dump: Bytes,
}

impl Backdrop {
    pub(crate) fn new(size: PtySize) -> Self {
        Self { screen: None, size }
    }

    fn absorb(&mut self, bytes: &[u8]) {
        self.screen.get_or_insert_with(|| Screen::new(self.size)).absorb(bytes);
    }

    fn resize(&mut self, size: PtySize) {
        self.size = size;
        if let Some(screen) = &mut self.screen {
            screen.resize(size);
        }
    }

    fn follow(&mut self, stretch: Stretch) {
        let mut at = stretch.from;
        let mut sizes = stretch.sizes.into_iter().peekable();
        for segment in &stretch.segments {
            let mut rest = &segment[..];
            while let Some((offset, size)) = sizes.next_if(|(offset, _)| *offset <= at + rest.len() as u64) {
                let (before, after) = rest.split_at(usize::try_from(offset.saturating_sub(at)).unwrap_or(0));
                self.absorb(before);
                self.resize(size);
                at += before.len() as u64;
                rest = after;
            }
            self.absorb(rest);
            at += rest.len() as u64;
        }
    }
}

/// A stretch of output, with the changes of size on the way.
struct Stretch {
    from: u64,
    segments: Vec<Vec<u8>>,
    sizes: Vec<(u64, PtySize)>,
}

impl Shared {
    fn backdrop(&self) -> MutexGuard<'_, Backdrop> {
        self.backdrop.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes output into the ring and wakes the viewers.
    pub(crate) fn show(&self, batch: &[Bytes]) {
        let overfull = {
            let mut state = self.state();
            batch.iter().for_each(|bytes| state.ring.push(bytes));
            state.ring.is_overfull()
        };
        self.wake();
        if overfull {
            self.trim();
        }
    }

    fn trim(&self) {
        let mut backdrop = self.backdrop();
        let evicted = self.evict();
        backdrop.follow(evicted);
    }

    fn evict(&self) -> Stretch {
        let mut state = self.state();
        let from = state.ring.start();
        let mut segments = Vec::new();
        while let Some(segment) = state.ring.evict() {
            segments.push(segment);
        }
        let start = state.ring.start();
        let gone = state.sizes.iter().take_while(|(offset, _)| *offset <= start).count();
        let sizes: Vec<_> = state.sizes.drain(..gone).collect();
        if let Some((_, size)) = sizes.last() {
            state.first_size = *size;
        }
        Stretch { from, segments, sizes }
    }

    /// The screen where the ring begins.
    pub(crate) fn picture(&self) -> Picture {
        let backdrop = self.backdrop();
        let offset = self.state().ring.start();
        let dump = backdrop.screen.as_ref().map(Screen::dump).unwrap_or_default();
        Picture { offset, size: backdrop.size, dump: dump.into() }
    }

    /// The screen where the output ends. The whole ring is gone through for that, without keeping anybody waiting.
    pub(crate) fn present(&self) -> Picture {
        let (mut present, past, ring) = {
            let backdrop = self.backdrop();
            let past = backdrop.screen.as_ref().map(Screen::dump);
            let state = self.state();
            let from = state.ring.start();
            let ring = state.ring.read(from, usize::MAX).unwrap_or_default();
            let sizes = state.sizes.iter().copied().collect();
            (Backdrop::new(backdrop.size), past, Stretch { from, segments: vec![ring], sizes })
        };
        let offset = ring.from + ring.segments.iter().map(|bytes| bytes.len() as u64).sum::<u64>();
        present.absorb(&past.unwrap_or_default());
        present.follow(ring);
        let dump = present.screen.as_mut().map(Screen::dump_settled).unwrap_or_default();
        Picture { offset, size: present.size, dump: dump.into() }
    }
}

#[cfg(test)]
mod tests;
