//! What comes from elsewhere meets hosts that are there already. Pure: no storage, no clock.
//!
//! A host that a person made, or that came from a device that is gone, is taken for the device that says the same of it; a device that
//! would become what another host is already is left out.

use super::{
    entry::Entry,
    plan::{Identity, identity, identity_of},
};
use crate::inventory::netbox::Mapped;
use std::collections::{HashMap, HashSet};
use wire::{
    HostId,
    inventory::{HostView, ImportRemark, inherit::PATH_SEPARATOR},
};

/// Hosts that may be taken for what comes: folder, name and address lead to ports and hosts.
pub(super) struct Free<'a>(HashMap<(String, String, String), Vec<&'a HostView>>);

impl<'a> Free<'a> {
    /// All hosts but those that belong to something that is there still.
    pub(super) fn new(hosts: &'a [HostView], held: &HashSet<&HostId>) -> Self {
        let mut free: HashMap<_, Vec<_>> = HashMap::new();
        for host in hosts.iter().filter(|host| !held.contains(&host.id)) {
            let folder = host.folder.as_deref().unwrap_or_default().to_lowercase();
            free.entry((folder, host.name.clone(), host.address.clone())).or_default().push(host);
        }
        Self(free)
    }

    /// The host that is the same as what comes; whoever says no port means any, port 22 before others. It is free no more.
    pub(super) fn take(&mut self, mapped: &Mapped, usual: u16) -> Option<&'a HostView> {
        let folder = mapped.folder.join(PATH_SEPARATOR).to_lowercase();
        let same = self.0.get_mut(&(folder, mapped.name.clone(), mapped.address.clone()))?;
        let port = mapped.port.unwrap_or(usual);
        let exact = same.iter().position(|host| host.port == port);
        let at = exact.or((mapped.port.is_none() && same.len() == 1).then_some(0))?;
        Some(same.swap_remove(at))
    }
}

/// The entries that may stand beside one another and beside all other hosts; for the others, why not. An entry that is left out
/// leaves its own host where it is, which may be in the way of a further one.
pub(super) fn without_clashes(
    hosts: &[HostView],
    keys: &HashMap<String, HostId>,
    mut entries: Vec<Entry>,
) -> (Vec<Entry>, Vec<ImportRemark>) {
    let (mut skips, mut before) = (Vec::new(), usize::MAX);
    while entries.len() < before {
        before = entries.len();
        let own = |entry: &Entry| entry.source.external_key.as_ref().and_then(|key| keys.get(key));
        let moving: HashSet<&HostId> = entries.iter().filter_map(own).collect();
        let staying = hosts.iter().filter(|host| !moving.contains(&host.id));
        let mut taken: HashMap<Identity, Option<String>> = staying.map(|host| (identity_of(host), None)).collect();
        let mut kept = Vec::with_capacity(entries.len());
        for entry in entries {
            let key = identity(&entry.folder.join(PATH_SEPARATOR), &entry.name, &entry.address, entry.port);
            match taken.get(&key) {
                Some(other) => {
                    let what = other.as_ref().map_or("another host".to_owned(), |place| format!("the host of {place}"));
                    let reason = format!(
                        "it would be the same as {what}: folder, name, address and port; change one of them, or delete that host"
                    );
                    skips.push(ImportRemark { place: entry.place, name: entry.name, reason });
                }
                None => {
                    taken.insert(key, Some(entry.place.clone()));
                    kept.push(entry);
                }
            }
        }
        entries = kept;
    }
    (entries, skips)
}
