//! Which sign-in method comes next, and what to say when none is left. Pure, so that every order can be tested.
//!
//! A password that was refused is not sent a second time by the other way (as the answer to a question), because hosts
//! lock accounts after few failures. A method that the host counted as a part (`publickey,password`) is not repeated.

use crate::{DialError, Endpoint, NeededSecret};
use russh::MethodKind::{self, KeyboardInteractive, Password, PublicKey};

/// The order of preference.
const ORDER: [MethodKind; 3] = [PublicKey, Password, KeyboardInteractive];

/// What can be tried, and what came of it so far.
#[derive(Debug)]
pub(super) struct Methods {
    has_key: bool,
    key_locked: bool,
    has_password: bool,
    offered: Vec<MethodKind>,
    tried: Vec<MethodKind>,
    /// What the host counted as a part.
    passed: Vec<MethodKind>,
    /// What it refused since then: after a part, it may take what it did not take before.
    refused: Vec<MethodKind>,
    hung_up: bool,
}

impl Methods {
    pub(super) fn new(has_key: bool, key_locked: bool, has_password: bool) -> Self {
        Self {
            has_key,
            key_locked,
            has_password,
            // A key is tried without asking first: it saves a round trip, and nearly every host takes keys.
            offered: if has_key { vec![PublicKey] } else { Vec::new() },
            tried: Vec::new(),
            passed: Vec::new(),
            refused: Vec::new(),
            hung_up: false,
        }
    }

    /// The method to try now.
    pub(super) fn next(&self) -> Option<MethodKind> {
        ORDER.into_iter().find(|method| self.offered.contains(method) && self.can(*method))
    }

    fn can(&self, method: MethodKind) -> bool {
        !self.hung_up
            && !self.passed.contains(&method)
            && !self.refused.contains(&method)
            && match method {
                PublicKey => self.has_key,
                Password => self.has_password && !self.password_refused(),
                _ => !self.password_refused() && (self.has_password || self.may_be_asked()),
            }
    }

    /// Whether the host's own questions are put to a person: where no secret is known that should come first.
    fn may_be_asked(&self) -> bool {
        let takes = |method| self.offered.contains(&method);
        let wants_key = takes(PublicKey) && (self.key_locked || self.has_key && self.passed.is_empty());
        !takes(Password) && !wants_key
    }

    fn password_refused(&self) -> bool {
        self.refused.iter().any(|method| matches!(method, Password | KeyboardInteractive))
    }

    pub(super) fn begin(&mut self, method: MethodKind) {
        self.tried.push(method);
    }

    /// The host did not let in yet. No method left to offer means that it hung up.
    pub(super) fn answered(&mut self, remaining: &[MethodKind], partly: bool) {
        self.hung_up = remaining.is_empty();
        if !remaining.is_empty() {
            self.offered = remaining.to_vec();
        }
        let Some(method) = self.tried.last() else { return };
        if partly {
            self.passed.push(*method);
            self.refused.clear();
        } else {
            self.refused.push(*method);
        }
    }

    /// The host's questions may be put once more, though the last answers were refused.
    pub(super) fn ask_again(&mut self) {
        self.refused.retain(|method| *method != KeyboardInteractive);
    }

    pub(super) fn hung_up(&self) -> bool {
        self.hung_up
    }

    /// Nothing is left to try: why.
    pub(super) fn give_up(&self, endpoint: &Endpoint, username: &str) -> DialError {
        match self.missing() {
            Some(what) => DialError::SecretNeeded { username: username.to_owned(), what },
            None => DialError::SignInFailed {
                endpoint: endpoint.clone(),
                username: username.to_owned(),
                tried: self.tried.iter().map(Into::into).collect(),
                offered: self.offered.iter().map(|method| <&str>::from(method).to_owned()).collect(),
            },
        }
    }

    /// The secret that would have helped. A key that was refused is not answered with a question for a password: the
    /// refusal is what its owner has to know.
    fn missing(&self) -> Option<NeededSecret> {
        let takes_password = self.offered.iter().any(|method| matches!(method, Password | KeyboardInteractive));
        if self.key_locked && self.offered.contains(&PublicKey) && !self.password_refused() {
            Some(NeededSecret::Passphrase)
        } else if takes_password && !self.has_password && (!self.has_key || !self.passed.is_empty()) {
            Some(NeededSecret::Password)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ending(methods: &Methods) -> DialError {
        methods.give_up(&Endpoint { address: "h".into(), port: 22 }, "ada")
    }

    #[test]
    fn a_key_goes_first_then_the_password() {
        let mut methods = Methods::new(true, false, true);
        assert_eq!(methods.next(), Some(PublicKey));
        methods.begin(PublicKey);
        methods.answered(&[PublicKey, Password, KeyboardInteractive], false);
        assert_eq!(methods.next(), Some(Password));
        methods.begin(Password);
        methods.answered(&[PublicKey, Password, KeyboardInteractive], false);
        assert_eq!(methods.next(), None, "a refused password is not sent by the other way");
        assert!(
            matches!(ending(&methods), DialError::SignInFailed { tried, .. } if tried == ["publickey", "password"])
        );
    }

    #[test]
    fn parts_are_followed() {
        let mut methods = Methods::new(true, false, true);
        methods.begin(PublicKey);
        methods.answered(&[Password], true);
        assert_eq!(methods.next(), Some(Password));
        methods.begin(Password);
        methods.answered(&[KeyboardInteractive], true);
        assert_eq!(methods.next(), Some(KeyboardInteractive));
    }

    #[test]
    fn after_a_part_a_refused_method_may_be_asked_for() {
        let mut methods = Methods::new(true, false, true);
        methods.begin(PublicKey);
        methods.answered(&[Password], false);
        assert_eq!(methods.next(), Some(Password));
        methods.begin(Password);
        methods.answered(&[PublicKey], true);
        assert_eq!(methods.next(), Some(PublicKey));
        methods.begin(PublicKey);
        methods.answered(&[PublicKey], false);
        assert_eq!(methods.next(), None);
    }

    #[test]
    fn what_is_missing_is_asked_for() {
        let needed = |what| move |error| matches!(error, DialError::SecretNeeded { what: w, .. } if w == what);

        let mut nothing = Methods::new(false, false, false);
        nothing.answered(&[PublicKey, Password], false);
        assert!(needed(NeededSecret::Password)(ending(&nothing)));

        let mut locked = Methods::new(false, true, false);
        locked.answered(&[PublicKey, Password], false);
        assert!(needed(NeededSecret::Passphrase)(ending(&locked)));

        let mut half = Methods::new(true, false, false);
        half.begin(PublicKey);
        half.answered(&[Password], true);
        assert!(needed(NeededSecret::Password)(ending(&half)));
    }

    #[test]
    fn the_hosts_own_questions_come_where_no_secret_would_do() {
        let mut only_questions = Methods::new(false, false, false);
        only_questions.answered(&[PublicKey, KeyboardInteractive], false);
        assert_eq!(only_questions.next(), Some(KeyboardInteractive));

        let mut second_part = Methods::new(true, false, false);
        second_part.begin(PublicKey);
        second_part.answered(&[KeyboardInteractive], true);
        assert_eq!(second_part.next(), Some(KeyboardInteractive));

        let mut password_too = Methods::new(false, false, false);
        password_too.answered(&[Password, KeyboardInteractive], false);
        assert_eq!(password_too.next(), None, "a password can be stored: it is asked for first");

        let mut locked = Methods::new(false, true, false);
        locked.answered(&[PublicKey, KeyboardInteractive], false);
        assert_eq!(locked.next(), None, "the passphrase of the key is asked for first");
        assert!(matches!(ending(&locked), DialError::SecretNeeded { what: NeededSecret::Passphrase, .. }));

        let mut refused = Methods::new(true, false, false);
        refused.begin(PublicKey);
        refused.answered(&[PublicKey, KeyboardInteractive], false);
        assert_eq!(refused.next(), None, "that the key was refused is what its owner has to know");
    }

    #[test]
    fn a_refused_key_is_told_and_not_answered_with_a_question() {
        let mut methods = Methods::new(true, false, false);
        methods.begin(PublicKey);
        methods.answered(&[PublicKey, Password], false);
        assert_eq!(methods.next(), None);
        assert!(matches!(ending(&methods), DialError::SignInFailed { .. }));
    }

    #[test]
    fn nothing_is_tried_after_the_host_hung_up() {
        let mut methods = Methods::new(true, false, true);
        methods.begin(PublicKey);
        methods.answered(&[], false);
        assert!(methods.hung_up());
        assert_eq!(methods.next(), None);
    }
}
