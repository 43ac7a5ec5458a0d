//! Which size a session has, ought to have, and had where its output is shown again.

use crate::state::State;
use transport::PtySize;

/// How many changes of size are remembered along the ring; more make the screen model's wrapping less exact, no more.
const SIZE_MARKS: usize = 256;

impl State {
    /// The size that the shell ought to have, when it has another one.
    pub(crate) fn misfit(&self) -> Option<PtySize> {
        let ought = self.fixed.or_else(|| self.leading().map(|leader| leader.wish()))?;
        (ought != self.size).then_some(ought)
    }

    /// The size that the shell had when it showed what lies behind this offset.
    pub(crate) fn size_at(&self, place: u64) -> PtySize {
        let mark = self.sizes.iter().rev().find(|(offset, _)| *offset <= place);
        mark.map_or(self.first_size, |(_, size)| *size)
    }

    /// Where the size changes next behind this offset.
    pub(crate) fn next_size_after(&self, place: u64) -> Option<u64> {
        self.sizes.iter().map(|(offset, _)| *offset).find(|offset| *offset > place)
    }

    /// Notes that the shell has another size from here on. Whether it really is another one.
    pub(crate) fn resize(&mut self, size: PtySize) -> bool {
        if self.size == size {
            return false;
        }
        self.size = size;
        let at = self.ring.end();
        if self.sizes.back().is_some_and(|(offset, _)| *offset == at) {
            self.sizes.pop_back();
        }
        if self.sizes.len() == SIZE_MARKS {
            self.sizes.pop_front();
        }
        self.sizes.push_back((at, size));
        true
    }
}
