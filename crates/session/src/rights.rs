//! Who may type, and who is sent away.

use crate::{
    state::{Shared, State},
    viewer::{Dismissal, Viewer},
};
use std::sync::atomic::Ordering::Release;
use wire::terminal::{AttachmentId, PersonKind};

/// How many clients' given or denied rights are remembered.
const GRANTS: usize = 64;

impl Shared {
    /// Gives or takes the right to type. Whether there is such a viewer.
    pub(crate) fn let_type(&self, id: AttachmentId, may_type: bool) -> bool {
        let mut state = self.state();
        let Some(viewer) = state.viewers.iter().find(|viewer| viewer.id == id).cloned() else { return false };
        let refused = viewer.let_type(may_type);
        state.forgo(&viewer, refused);
        state.grant(viewer.client, may_type);
        if let Some(by) = viewer.who.by.as_ref().filter(|_| viewer.who.kind == PersonKind::Guest) {
            state.withhold(by, !may_type);
        }
        state.people_version += 1;
        drop(state);
        self.wake();
        true
    }

    /// Holds guests to watching, or does so no longer. What they were given is not forgotten.
    pub(crate) fn only_watch(&self, under: &str, only_watches: bool) {
        let mut state = self.state();
        let changes = |viewer: &Viewer| {
            viewer.who.kind == PersonKind::Guest && viewer.is_under(under) && viewer.only_watches() != only_watches
        };
        let changed: Vec<_> = state.viewers.iter().filter(|viewer| changes(viewer)).cloned().collect();
        if changed.is_empty() {
            return;
        }
        for viewer in changed {
            let refused = viewer.only_watch(only_watches);
            state.forgo(&viewer, refused);
        }
        state.people_version += 1;
        drop(state);
        self.wake();
    }

    /// Sends viewers away. How many.
    pub(crate) fn dismiss(&self, which: impl Fn(&Viewer) -> bool, why: Dismissal) -> usize {
        let gone: Vec<_> = self.state().viewers.iter().filter(|viewer| which(viewer)).cloned().collect();
        gone.iter().for_each(|viewer| viewer.dismiss(why));
        self.wake();
        gone.len()
    }
}

impl State {
    /// What a viewer typed in vain up to here does not appear now that it may type.
    fn forgo(&mut self, viewer: &Viewer, refused: u64) {
        if viewer.may_type() {
            viewer.taken.store(self.typists.forgo(viewer.client, refused), Release);
        }
    }

    /// Remembers what a client may do.
    fn grant(&mut self, client: u64, may_type: bool) {
        self.grants.retain(|(other, _)| *other != client);
        if self.grants.len() == GRANTS {
            self.grants.remove(0);
        }
        self.grants.push((client, may_type));
    }

    /// Withholds the right to type from those who will come by this, or does so no longer. Those who are there keep what
    /// they have, over a lost connection too.
    fn withhold(&mut self, by: &str, withheld: bool) {
        self.withheld.set(by, withheld);
        let there = self.viewers.iter().filter(|viewer| withheld && viewer.who.by.as_deref() == Some(by));
        let have: Vec<_> = there.map(|viewer| (viewer.client, viewer.may_type())).collect();
        have.into_iter().for_each(|(client, may_type)| self.grant(client, may_type));
    }
}
