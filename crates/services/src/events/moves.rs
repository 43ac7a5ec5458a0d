//! Which hosts of an account changed, and when: so that whoever keeps a list of them reads those anew and not all.

use std::collections::{HashSet, VecDeque};
use wire::HostId;

/// So many are named; those named longest ago are forgotten first, and then everything may have changed.
const NAMED: usize = 4096;

/// What happened to the hosts of an account since a revision.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Moved {
    /// Nothing.
    Nothing,
    /// These hosts changed, came or went; folders and the names of credentials may have changed too.
    Hosts(HashSet<HostId>),
    /// Any number of hosts.
    Everything,
}

/// The changes of an account's hosts, the newest last.
#[derive(Default)]
pub(super) struct Moves {
    revision: u64,
    /// What changed later is named.
    since: u64,
    named: VecDeque<(u64, HostId)>,
}

impl Moves {
    /// Another number after each change.
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// These hosts changed, or, without one, folders or credentials alone.
    pub(super) fn hosts(&mut self, ids: impl IntoIterator<Item = HostId>) {
        self.revision += 1;
        for id in ids {
            self.named.push_back((self.revision, id));
            if self.named.len() > NAMED
                && let Some((forgotten, _)) = self.named.pop_front()
            {
                self.since = forgotten;
            }
        }
    }

    /// Any number of hosts changed.
    pub(super) fn everything(&mut self) {
        self.revision += 1;
        self.since = self.revision;
        self.named.clear();
    }

    /// What changed after a revision.
    pub(super) fn since(&self, revision: u64) -> Moved {
        if revision == self.revision {
            return Moved::Nothing;
        }
        if revision < self.since {
            return Moved::Everything;
        }
        let later = self.named.iter().rev().take_while(|(at, _)| *at > revision);
        Moved::Hosts(later.map(|(_, id)| id.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> HostId {
        format!("h{number}").parse().unwrap()
    }

    #[test]
    fn what_changed_is_named_to_whoever_knows_the_rest() {
        let mut moves = Moves::default();
        assert_eq!(moves.since(0), Moved::Nothing);
        moves.hosts([id(1), id(2)]);
        let seen = moves.revision();
        moves.hosts([id(2)]);
        moves.hosts([]);
        assert_eq!(moves.since(0), Moved::Hosts([id(1), id(2)].into()));
        assert_eq!(moves.since(seen), Moved::Hosts([id(2)].into()));
        assert_eq!(moves.since(moves.revision() - 1), Moved::Hosts([].into()), "folders alone");
        assert_eq!(moves.since(moves.revision()), Moved::Nothing);
    }

    #[test]
    fn any_number_is_everything_once() {
        let mut moves = Moves::default();
        moves.hosts([id(1)]);
        moves.everything();
        let seen = moves.revision();
        assert_eq!(moves.since(seen - 1), Moved::Everything);
        moves.hosts([id(3)]);
        assert_eq!(moves.since(seen - 1), Moved::Everything);
        assert_eq!(moves.since(seen), Moved::Hosts([id(3)].into()));
    }

    #[test]
    fn too_many_to_be_named_are_everything_and_none_is_missed() {
        let mut moves = Moves::default();
        moves.hosts([id(0)]);
        let seen = moves.revision();
        moves.hosts((1..=NAMED).map(id));
        assert_eq!(moves.since(0), Moved::Everything);
        assert_eq!(moves.since(seen), Moved::Hosts((1..=NAMED).map(id).collect()));
        moves.hosts([id(0)]);
        assert_eq!(moves.since(seen), Moved::Everything, "the first of them is forgotten");
        assert_eq!(moves.since(moves.revision() - 1), Moved::Hosts([id(0)].into()));
    }
}
