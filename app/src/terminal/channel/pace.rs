//! When to try again, and when a silent connection counts as dead. Plain arithmetic on times that are passed in.

/// Milliseconds on the page's clock.
pub(crate) type Millis = f64;

/// How often a quiet connection is asked whether it lives.
pub(crate) const PING_EVERY: Millis = 10_000.0;
/// How long its answer may take.
pub(crate) const PONG_WITHIN: Millis = 4_000.0;
/// How long a connection may take to open.
pub(crate) const OPEN_WITHIN: Millis = 10_000.0;

const FIRST_WAIT: Millis = 250.0;
const LONGEST_WAIT: Millis = 8_000.0;

/// How long to wait before try number `attempt` (from 0): doubling from 0.25 s to 8 s, and spread over the upper half of
/// that, so that a thousand pages do not come back to a restarted server in the same moment. `chance` is in 0..1.
pub(crate) fn wait_before(attempt: u32, chance: f64) -> Millis {
    let full = (FIRST_WAIT * f64::from(2u32.saturating_pow(attempt.min(16)))).min(LONGEST_WAIT);
    full * (0.5 + 0.5 * chance.clamp(0.0, 1.0))
}

/// Asks a connection whether it lives.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    asked: Option<(u32, Millis)>,
    answered: Millis,
    nonce: u32,
}

/// What the pulse asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beat {
    /// Nothing yet.
    Rest,
    /// Send a ping with this number.
    Ask(u32),
    /// No answer came in time: the connection is dead.
    Dead,
}

impl Pulse {
    /// A connection begins.
    pub(crate) fn start(&mut self, now: Millis) {
        self.asked = None;
        self.answered = now;
    }

    /// Time has passed. `at_once` when there is a reason for doubt: the page woke up, or the network went or came back.
    pub(crate) fn beat(&mut self, now: Millis, at_once: bool) -> Beat {
        match self.asked {
            // What arrives meanwhile counts too: behind a flood on a slow line the answer itself may take long.
            Some((_, since)) if now - since.max(self.answered) >= PONG_WITHIN => Beat::Dead,
            Some(_) => Beat::Rest,
            None if at_once || now - self.answered >= PING_EVERY => {
                self.nonce = self.nonce.wrapping_add(1);
                self.asked = Some((self.nonce, now));
                Beat::Ask(self.nonce)
            }
            None => Beat::Rest,
        }
    }

    /// An answer came. Gives how long it took, for the page to show.
    pub(crate) fn answer(&mut self, nonce: u32, now: Millis) -> Option<Millis> {
        let (_, since) = self.asked.take_if(|(asked, _)| *asked == nonce)?;
        self.answered = now;
        Some(now - since)
    }

    /// Anything else that arrives proves life as well, and spares the next question.
    pub(crate) fn heard(&mut self, now: Millis) {
        self.answered = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn waits_stay_between_an_eighth_of_a_second_and_eight(attempt: u32, chance in 0.0..1.0f64) {
            let wait = wait_before(attempt, chance);
            prop_assert!((125.0..=8_000.0).contains(&wait));
        }
    }

    #[test]
    fn waits_double() {
        assert_eq!(
            (wait_before(0, 1.0), wait_before(1, 1.0), wait_before(5, 1.0), wait_before(9, 1.0)),
            (250.0, 500.0, 8_000.0, 8_000.0)
        );
    }

    #[test]
    fn asks_when_quiet_and_gives_up_after_four_seconds() {
        let mut pulse = Pulse::default();
        pulse.start(0.0);
        assert_eq!(pulse.beat(9_999.0, false), Beat::Rest);
        let Beat::Ask(nonce) = pulse.beat(10_000.0, false) else { panic!("no ping") };
        assert_eq!(pulse.beat(13_999.0, true), Beat::Rest);
        assert_eq!(pulse.beat(14_000.0, false), Beat::Dead);
        assert_eq!(pulse.answer(nonce, 14_001.0), Some(4_001.0));
        assert_eq!(pulse.beat(14_002.0, false), Beat::Rest);
    }

    #[test]
    fn a_reason_for_doubt_asks_at_once() {
        let mut pulse = Pulse::default();
        pulse.start(0.0);
        assert!(matches!(pulse.beat(1.0, true), Beat::Ask(_)));
        assert_eq!(pulse.answer(99, 2.0), None);
    }
}
