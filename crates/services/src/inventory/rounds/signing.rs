//! Sign-ins of a round: one at a time for each host, a bounded number in all, and few while a password is not known to
//! be right.

use super::{Rounds, SIGN_INS, gate::Turn, patience::Patience, round::Round};
use tokio::sync::watch;

/// The tries of a round.
pub(super) struct Trials {
    watches: bool,
    standing: watch::Sender<Standing>,
}

#[derive(Default)]
struct Standing {
    patience: Patience,
    tries: usize,
}

/// One try. Dropped without a word it counts for nothing.
pub(super) struct Trial<'a> {
    trials: &'a Trials,
    _turn: Turn,
}

impl Trials {
    /// `watches`: whether a password may be turned down.
    pub(super) fn new(watches: bool) -> Self {
        Self { watches, standing: watch::Sender::default() }
    }

    /// Whether nothing is tried any more.
    pub(super) fn are_over(&self) -> bool {
        self.watches && self.standing.borrow().patience.is_over()
    }

    /// Waits until one more may be tried; `false` when none will be.
    async fn begin(&self) -> bool {
        let mut standing = self.standing.subscribe();
        loop {
            let mut may = false;
            self.standing.send_if_modified(|standing| {
                may = !self.watches || standing.tries < standing.patience.room(SIGN_INS);
                standing.tries += usize::from(may);
                false
            });
            if may || self.are_over() || standing.changed().await.is_err() {
                return may;
            }
        }
    }
}

impl Trial<'_> {
    /// The host let the account in.
    pub(super) fn let_in(&self) {
        self.trials.standing.send_modify(|standing| standing.patience.let_in());
    }

    /// The host turned the secret down.
    pub(super) fn turned_down(&self) {
        self.trials.standing.send_modify(|standing| standing.patience.turned_down());
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        self.trials.standing.send_modify(|standing| standing.tries -= 1);
    }
}

impl Rounds {
    /// A place to sign in; none when the round is cancelled or nothing is tried any more.
    pub(super) async fn trial<'a>(&self, round: &Round, trials: &'a Trials) -> Option<Trial<'a>> {
        if !round.cancelled.run_until_cancelled(trials.begin()).await? {
            return None;
        }
        match round.cancelled.run_until_cancelled(self.0.sign_ins.turn(round.owner())).await.flatten() {
            Some(turn) => Some(Trial { trials, _turn: turn }),
            None => {
                trials.standing.send_modify(|standing| standing.tries -= 1);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn three_are_tried_before_one_is_known() {
        let trials = Trials::new(true);
        for _ in 0..3 {
            assert_eq!(trials.begin().now_or_never(), Some(true));
        }
        let mut fourth = Box::pin(trials.begin());
        assert!((&mut fourth).now_or_never().is_none());
        trials.standing.send_modify(|standing| standing.patience.let_in());
        assert_eq!((&mut fourth).now_or_never(), Some(true));
        let mut next = Box::pin(trials.begin());
        assert!((&mut next).now_or_never().is_none());
        trials.standing.send_modify(|standing| (0..3).for_each(|_| standing.patience.turned_down()));
        assert_eq!((&mut next).now_or_never(), Some(false), "it was turned down too often");
        assert!(trials.are_over());
    }
}
