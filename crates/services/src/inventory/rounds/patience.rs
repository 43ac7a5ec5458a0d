//! When a password that is turned down is not tried further, so that nobody is locked out on a thousand hosts.
//!
//! Few are tried at once until one lets the account in; then more and more. A refusal makes it few again.

/// So many in a row turn the password down before the round stops.
pub(super) const IN_A_ROW: usize = 3;

/// How the password fares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Patience {
    turned_down: usize,
    let_in: usize,
}

impl Patience {
    /// A host let the account in.
    pub(super) fn let_in(&mut self) {
        *self = Self { turned_down: 0, let_in: self.let_in.saturating_add(1) };
    }

    /// A host turned the password down.
    pub(super) fn turned_down(&mut self) {
        *self = Self { turned_down: self.turned_down.saturating_add(1), let_in: 0 };
    }

    /// How many hosts may try it at once, of `most`.
    pub(super) fn room(self, most: usize) -> usize {
        (IN_A_ROW + self.let_in).saturating_sub(self.turned_down).min(most)
    }

    /// Whether it is tried no more.
    pub(super) fn is_over(self) -> bool {
        self.turned_down >= IN_A_ROW
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_password_is_tried_three_times_in_all() {
        let mut patience = Patience::default();
        for left in [3, 2, 1] {
            assert_eq!((patience.room(16), patience.is_over()), (left, false));
            patience.turned_down();
        }
        assert_eq!((patience.room(16), patience.is_over()), (0, true));
    }

    #[test]
    fn one_that_is_right_is_tried_on_many_at_once() {
        let mut patience = Patience::default();
        (0..30).for_each(|_| patience.let_in());
        assert_eq!(patience.room(16), 16);
        patience.turned_down();
        assert_eq!(patience.room(16), 2, "and carefully again after a refusal");
        patience.let_in();
        assert_eq!((patience.room(16), patience.is_over()), (4, false));
    }
}
