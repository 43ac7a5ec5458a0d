//! What was typed and is not yet safely at the session: numbered by offset, so that it is typed exactly once.
//!
//! The server says how far it has taken this page's input; everything behind that is kept here and sent again after a
//! reconnect. The box has a bound: when the server stays away it refuses more instead of growing, and says so.

use std::collections::VecDeque;

/// The most that may wait, in bytes.
pub(crate) const CAPACITY: usize = 256 * 1024;

/// The most that goes into one frame; with its header it stays below `wire::frames::MAX_CLIENT_FRAME`.
pub(crate) const CHUNK: usize = 32 * 1024;

/// Input was refused because too much of it waits already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

/// Input between the keyboard and the session.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    /// The offset of the first byte in `waiting`.
    taken: u64,
    /// The offset up to which this connection has been sent everything.
    sent: u64,
    waiting: VecDeque<u8>,
}

impl Outbox {
    /// Takes typed bytes into care.
    ///
    /// # Errors
    /// When there is no room for all of them; then none is taken.
    pub(crate) fn push(&mut self, data: &[u8]) -> Result<(), Full> {
        if self.waiting.len() + data.len() > CAPACITY {
            return Err(Full);
        }
        self.waiting.extend(data);
        Ok(())
    }

    /// A new connection: the session has taken this page's input up to `offset`, the rest is due again.
    ///
    /// A server that lost count (it was restarted, or forgot a client that was long away) names an offset that does not
    /// lie in the box; then counting goes on from its number, and what it does not know of is sent once more.
    pub(crate) fn welcome(&mut self, offset: u64) {
        if !self.taken(offset) {
            self.taken = offset;
        }
        self.sent = self.taken;
    }

    /// The session has taken everything before `offset`. Says whether that is possible.
    pub(crate) fn taken(&mut self, offset: u64) -> bool {
        let Some(done) = offset.checked_sub(self.taken).and_then(|done| usize::try_from(done).ok()) else {
            return false;
        };
        if done > self.waiting.len() {
            return false;
        }
        self.waiting.drain(..done);
        self.taken = offset;
        self.sent = self.sent.max(offset);
        true
    }

    /// The next piece to send on this connection, with its offset.
    pub(crate) fn next_chunk(&mut self) -> Option<(u64, Vec<u8>)> {
        let start = usize::try_from(self.sent - self.taken).ok()?;
        let chunk: Vec<u8> = self.waiting.range(start..).take(CHUNK).copied().collect();
        if chunk.is_empty() {
            return None;
        }
        let offset = self.sent;
        self.sent += chunk.len() as u64;
        Some((offset, chunk))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_what_does_not_fit_and_keeps_the_rest() {
        let mut outbox = Outbox::default();
        assert_eq!(outbox.push(&vec![b'x'; CAPACITY]), Ok(()));
        assert_eq!(outbox.push(b"y"), Err(Full));
        assert!(outbox.taken(1));
        assert_eq!(outbox.push(b"y"), Ok(()));
    }

    #[test]
    fn a_server_that_lost_count_gets_everything_again_under_its_own_numbers() {
        let mut outbox = Outbox::default();
        outbox.welcome(0);
        outbox.push(b"abcdef").expect("room");
        outbox.next_chunk();
        outbox.taken(4);
        outbox.welcome(0);
        assert_eq!(outbox.next_chunk(), Some((0, b"ef".to_vec())));
    }

    /// A session that takes input by offset, as the engine does.
    #[derive(Default)]
    struct Far {
        typed: Vec<u8>,
    }

    impl Far {
        fn input(&mut self, offset: u64, data: &[u8]) {
            let have = self.typed.len() as u64;
            assert!(offset <= have, "a gap: {offset} after {have}");
            let known = (have - offset) as usize;
            self.typed.extend(data.get(known..).unwrap_or_default());
        }
    }

    proptest! {
        /// Whatever is cut, lost on the way or acknowledged late: the session gets every byte, once, in order.
        #[test]
        fn everything_is_typed_exactly_once(steps in proptest::collection::vec((0u8..4, proptest::collection::vec(any::<u8>(), 0..50)), 0..200)) {
            let (mut outbox, mut far, mut all) = (Outbox::default(), Far::default(), Vec::<u8>::new());
            outbox.welcome(0);
            for (step, data) in steps {
                match step {
                    0 => { all.extend(&data); outbox.push(&data).expect("room"); }
                    1 => while let Some((offset, chunk)) = outbox.next_chunk() { far.input(offset, &chunk); }
                    // The connection is cut after the piece was sent and before it arrived.
                    2 => { outbox.next_chunk(); outbox.welcome(far.typed.len() as u64); }
                    _ => { let _ = outbox.taken(far.typed.len() as u64); }
                }
            }
            outbox.welcome(far.typed.len() as u64);
            while let Some((offset, chunk)) = outbox.next_chunk() { far.input(offset, &chunk); }
            prop_assert_eq!(far.typed, all);
        }
    }
}
