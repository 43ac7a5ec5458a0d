//! Links that are alike: which of them takes the next channel, and the spare one.

use super::{LEFT_BEHIND, Use};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use tokio::sync::futures::OwnedNotified;
use transport::{ChannelUse, Link, WeakLink};

/// Links that are alike. It accompanies those in use, and ends with the last of them.
#[derive(Default)]
pub(super) struct Group(Mutex<Alike>);

#[derive(Default)]
struct Alike {
    used: Vec<WeakLink>,
    spare: Spare,
}

#[derive(Default)]
enum Spare {
    #[default]
    None,
    Dialled,
    Ready(Link),
}

impl Group {
    fn alike(&self) -> MutexGuard<'_, Alike> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// This link belongs to it.
    pub(super) fn uses(self: &Arc<Self>, link: &Link) {
        link.accompany(self.clone());
        self.alike().used.push(link.downgrade());
    }

    /// This link belongs to it no more; what runs over it goes on.
    pub(super) fn forget(&self, number: u64) {
        self.alike().used.retain(|link| link.upgrade().is_some_and(|link| link.number() != number));
    }

    /// The links that stand, in the order of their coming.
    pub(super) fn standing(&self) -> Vec<Link> {
        self.alike().standing()
    }

    /// Tells when something ends on a link that has commands.
    pub(super) fn ends(&self) -> Vec<OwnedNotified> {
        let standing = self.standing();
        let busy = standing.iter().filter(|link| link.channels(ChannelUse::Command) > 0);
        busy.map(|link| link.freed().notified_owned()).collect()
    }

    /// The link for one more channel. A shell gets one that nobody uses, else the spare one, else that with the fewest.
    pub(super) fn find(self: &Arc<Self>, uses: Use) -> Option<Link> {
        let standing = self.standing();
        let fits = |link: &&Link| link.left_behind() < LEFT_BEHIND && uses.has_room_on(link);
        let unused = |link: &&Link| uses == Use::Shell && link.all_channels() == 0;
        if let Some(link) = standing.iter().filter(fits).find(unused) {
            return Some(link.clone());
        }
        if uses == Use::Shell
            && let Some(spare) = self.take_spare()
        {
            self.uses(&spare);
            return Some(spare);
        }
        let least = standing.iter().filter(fits).min_by_key(|link| (link.floods(), link.shells(), link.all_channels()));
        least.cloned()
    }

    /// Whether a spare should be dialled, while fewer than `apart` stand.
    pub(super) fn wants_spare(self: &Arc<Self>, apart: usize) -> Option<SpareWanted> {
        let mut alike = self.alike();
        let standing = alike.standing();
        let is_free = |link: &Link| link.shells() == 0 && link.left_behind() < LEFT_BEHIND;
        if !matches!(alike.spare, Spare::None) || standing.len() >= apart || standing.iter().any(is_free) {
            return None;
        }
        alike.spare = Spare::Dialled;
        Some(SpareWanted(Arc::downgrade(self)))
    }

    /// Nobody uses the group just now: the spare need not wait.
    pub(super) fn drop_spare(&self) {
        let spare = self.take_spare();
        drop(spare);
    }

    fn take_spare(&self) -> Option<Link> {
        let mut alike = self.alike();
        match std::mem::take(&mut alike.spare) {
            Spare::Ready(link) => link.is_open().then_some(link),
            other => {
                alike.spare = other;
                None
            }
        }
    }
}

impl Alike {
    fn standing(&mut self) -> Vec<Link> {
        self.used.retain(|link| link.upgrade().is_some_and(|link| link.is_open()));
        self.used.iter().filter_map(WeakLink::upgrade).collect()
    }
}

/// Somebody is dialling the spare of a group.
pub(in super::super) struct SpareWanted(Weak<Group>);

impl SpareWanted {
    /// Whether anybody still wants it.
    pub(in super::super) fn is_wanted(&self) -> bool {
        self.0.strong_count() > 0
    }

    /// It is dialled.
    pub(in super::super) fn fill(self, link: Link) {
        if let Some(group) = self.0.upgrade() {
            group.alike().spare = Spare::Ready(link);
        }
    }
}

impl Drop for SpareWanted {
    fn drop(&mut self) {
        if let Some(group) = self.0.upgrade() {
            let mut alike = group.alike();
            if matches!(alike.spare, Spare::Dialled) {
                alike.spare = Spare::None;
            }
        }
    }
}
