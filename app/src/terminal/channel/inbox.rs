//! Where this page stands in the session's output: nothing is drawn twice, and nothing is left out unnoticed.
//!
//! It counts and never holds a byte: what arrives goes straight on to the terminal, undecoded.

/// How much may have been drawn before the server is told. The server lets far more be under way, so one small frame
/// for so much output keeps the stream flowing without a chatter of acknowledgements.
const ACK_EVERY: u64 = 32 * 1024;

/// What to do with a piece of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// Draw it, but for the first `skip` bytes, which the terminal has already. Drawn, the terminal stands at `end`.
    Draw {
        /// How many bytes to leave out.
        skip: usize,
        /// The offset behind the piece.
        end: u64,
    },
    /// The terminal has all of it.
    Known,
    /// Something before it is missing: attach again from where the terminal stands.
    Gap,
}

/// Positions in the session's output.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    received: Option<u64>,
    drawn: u64,
    acknowledged: u64,
}

impl Inbox {
    /// Up to where the terminal has everything; `None` for an empty terminal.
    pub(crate) fn position(&self) -> Option<u64> {
        self.received
    }

    /// A piece of output arrived.
    pub(crate) fn output(&mut self, offset: u64, len: usize) -> Delivery {
        let end = offset + len as u64;
        let received = self.received.unwrap_or(offset);
        if offset > received {
            return Delivery::Gap;
        }
        if end <= received && self.received.is_some() {
            return Delivery::Known;
        }
        self.received = Some(end);
        Delivery::Draw { skip: usize::try_from(received - offset).unwrap_or(len), end }
    }

    /// The terminal starts anew; output goes on at `offset`.
    pub(crate) fn snapshot(&mut self, offset: u64) {
        *self = Self { received: Some(offset), drawn: offset, acknowledged: offset };
    }

    /// The terminal has drawn everything before `offset`. Gives the offset to acknowledge when that is due.
    pub(crate) fn drawn(&mut self, offset: u64) -> Option<u64> {
        // A piece that was written before a snapshot may report after it.
        if Some(offset) > self.received {
            return None;
        }
        self.drawn = self.drawn.max(offset);
        if self.drawn < self.acknowledged + ACK_EVERY {
            return None;
        }
        self.acknowledged = self.drawn;
        Some(self.drawn)
    }

    /// A new connection counts what is under way from where this page attached.
    pub(crate) fn attached(&mut self) {
        self.acknowledged = self.drawn;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn acknowledges_only_what_is_worth_a_frame() {
        let mut inbox = Inbox::default();
        inbox.output(0, 100_000);
        assert_eq!(inbox.drawn(ACK_EVERY - 1), None);
        assert_eq!(inbox.drawn(ACK_EVERY), Some(ACK_EVERY));
        assert_eq!(inbox.drawn(ACK_EVERY + 1), None);
    }

    #[test]
    fn what_was_drawn_before_a_snapshot_counts_no_more() {
        let mut inbox = Inbox::default();
        inbox.output(0, 90_000);
        inbox.snapshot(50_000);
        assert_eq!(inbox.drawn(90_000), None);
        assert_eq!(inbox.position(), Some(50_000));
    }

    #[test]
    fn a_gap_is_noticed_and_moves_nothing() {
        let mut inbox = Inbox::default();
        inbox.snapshot(10);
        assert_eq!(inbox.output(11, 5), Delivery::Gap);
        assert_eq!(inbox.position(), Some(10));
    }

    proptest! {
        /// However often the server starts again, and however much it repeats, the terminal gets each byte once.
        #[test]
        fn every_byte_is_drawn_once(pieces in proptest::collection::vec((0usize..40, 1usize..40), 1..60)) {
            let all: Vec<u8> = (0..4000u32).map(|n| (n % 251) as u8).collect();
            let (mut inbox, mut screen) = (Inbox::default(), Vec::<u8>::new());
            inbox.snapshot(0);
            for (back, len) in pieces {
                let stand = inbox.position().unwrap_or(0) as usize;
                let start = stand.saturating_sub(back);
                let end = (start + len).min(all.len());
                if let Delivery::Draw { skip, end } = inbox.output(start as u64, end - start) {
                    screen.extend(&all[start + skip..end as usize]);
                }
            }
            prop_assert_eq!(&screen[..], &all[..screen.len()]);
            prop_assert_eq!(inbox.position(), Some(screen.len() as u64));
        }
    }
}
