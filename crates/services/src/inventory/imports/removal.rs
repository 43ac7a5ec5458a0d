//! What goes when an import replaces what is there.

use super::{
    folders::Folders,
    plan::{Course, Current, Plan},
};
use std::collections::{HashMap, HashSet};
use wire::{
    FolderId, HostId,
    inventory::{HostView, ImportRemark},
};

/// Hosts that the import does not name go, with the folders that nothing is left in. A host that one that stays is
/// reached through stays too.
pub(super) fn remove_the_rest(
    plan: &mut Plan,
    current: &Current,
    course: &Course,
    folders: &Folders<'_>,
    means: &[Option<usize>],
) {
    let named: HashSet<usize> = means.iter().flatten().copied().collect();
    let stays = |at: usize, host: &HostView| {
        let is_spared = course.spared.contains(&host.name.to_lowercase());
        named.contains(&at) || is_spared || !folders.is_within(host.folder_id.as_ref())
    };
    let (left, going): (Vec<_>, Vec<_>) = current.hosts.iter().enumerate().partition(|(at, host)| stays(*at, host));
    let after: HashMap<&HostId, &HostView> = plan.puts.iter().map(|put| (&put.after.id, &put.after)).collect();
    let mut needed: HashMap<HostId, String> = HashMap::new();
    for (_, host) in &left {
        let host = after.get(&host.id).copied().unwrap_or(host);
        if let Some(jump) = &host.jump_host_id {
            needed.insert(jump.clone(), host.name.clone());
        }
    }
    let of_folders = current.folders.iter().chain(plan.folders.iter().map(|put| &put.after));
    for folder in of_folders {
        if let Some(jump) = &folder.jump_host_id {
            needed.insert(jump.clone(), format!("the folder {}", folder.name));
        }
    }
    let by_id: HashMap<_, _> = going.iter().map(|(_, host)| (&host.id, *host)).collect();
    let mut open: Vec<HostId> = needed.keys().cloned().collect();
    while let Some(host) = open.pop().and_then(|id| by_id.get(&id)) {
        if let Some(jump) = host.jump_host_id.clone().filter(|jump| !needed.contains_key(jump)) {
            needed.insert(jump.clone(), host.name.clone());
            open.push(jump);
        }
    }
    for (_, host) in going {
        match needed.get(&host.id) {
            Some(other) => plan.skips.push(ImportRemark {
                place: String::new(),
                name: host.name.clone(),
                reason: format!(
                    "it is not in the import and stays all the same, because {other} is reached through it"
                ),
            }),
            None => plan.gone.push(host.clone()),
        }
    }
    let used: HashSet<FolderId> = used_folders(plan, current);
    plan.folders_gone = folders.empty_without(&used);
}

/// The folders that hosts lie in afterwards.
fn used_folders(plan: &Plan, current: &Current) -> HashSet<FolderId> {
    let gone: HashSet<&HostId> = plan.gone.iter().map(|host| &host.id).collect();
    let moved: HashSet<&HostId> = plan.puts.iter().map(|put| &put.after.id).collect();
    let stay = current.hosts.iter().filter(|host| !gone.contains(&host.id) && !moved.contains(&host.id));
    let put = plan.puts.iter().map(|put| &put.after);
    stay.chain(put).filter_map(|host| host.folder_id.clone()).collect()
}
