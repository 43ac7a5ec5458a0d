//! Which hosts are chosen: these, or all that match but for those that were taken out again.

use std::collections::BTreeSet;
use wire::{
    HostId,
    inventory::{HostFilter, HostSelection},
};

/// The choice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// All that match this, as many as there were.
    matching: Option<(HostFilter, u64)>,
    /// Those that are chosen; of all that match, those that are not.
    ids: BTreeSet<HostId>,
}

impl Chosen {
    /// All that match.
    pub fn matching(filter: HostFilter, count: u64) -> Self {
        Self { matching: Some((filter, count)), ids: BTreeSet::new() }
    }

    /// Whether a host is.
    pub fn has(&self, id: &HostId) -> bool {
        self.ids.contains(id) != self.matching.is_some()
    }

    /// How many are.
    pub fn count(&self) -> u64 {
        let ids = self.ids.len() as u64;
        self.matching.as_ref().map_or(ids, |(_, count)| count.saturating_sub(ids))
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// Whether all that match are, or were before some were taken out.
    pub fn is_matching(&self) -> bool {
        self.matching.is_some()
    }

    /// Chooses a host, or does not any more.
    pub fn set(&mut self, id: &HostId, chosen: bool) {
        if chosen != self.matching.is_some() {
            self.ids.insert(id.clone());
        } else {
            self.ids.remove(id);
        }
    }

    /// Chooses these besides.
    pub fn add(&mut self, ids: impl IntoIterator<Item = HostId>) {
        for id in ids {
            self.set(&id, true);
        }
    }

    /// The only one that is chosen by its id.
    pub fn single(&self) -> Option<&HostId> {
        self.ids.first().filter(|_| self.matching.is_none() && self.ids.len() == 1)
    }

    /// As the server is told.
    pub fn selection(&self) -> HostSelection {
        let ids = self.ids.iter().cloned().collect();
        match &self.matching {
            Some((filter, _)) => HostSelection::Matching { filter: filter.clone(), except: ids },
            None => HostSelection::Hosts { ids },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> HostId {
        text.parse().unwrap_or_else(|_| panic!("{text} is an id"))
    }

    #[test]
    fn hosts_are_chosen_one_by_one() {
        let mut chosen = Chosen::default();
        chosen.add([id("a-1"), id("b-1")]);
        chosen.set(&id("a-1"), false);
        assert_eq!((chosen.count(), chosen.has(&id("b-1")), chosen.single()), (1, true, Some(&id("b-1"))));
        assert_eq!(chosen.selection(), HostSelection::Hosts { ids: vec![id("b-1")] });
    }

    #[test]
    fn of_all_that_match_some_are_taken_out_again() {
        let mut chosen = Chosen::matching(HostFilter::default(), 10_000);
        assert!(chosen.has(&id("a-1")) && chosen.single().is_none());
        chosen.set(&id("a-1"), false);
        assert_eq!((chosen.count(), chosen.has(&id("a-1"))), (9_999, false));
        let except = vec![id("a-1")];
        assert_eq!(chosen.selection(), HostSelection::Matching { filter: HostFilter::default(), except });
        chosen.set(&id("a-1"), true);
        assert_eq!(chosen.count(), 10_000);
    }
}
