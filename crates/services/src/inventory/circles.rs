//! Whether the jump hosts of a whole inventory go in circles after a change, and whose way is another one then.

use super::{
    shelf::{Line, Shelf},
    tree::Tree,
};
use crate::ServiceError;
use std::collections::HashMap;
use storage::Batch;
use wire::{
    FolderId, HostId,
    inventory::{FolderView, HostView},
};

/// Asks for each host's jump host as it will be. Answers the hosts that will be reached by another way than now.
///
/// # Errors
/// `BadInput` when the ways go in a circle that is not there now; it names the hosts.
pub(super) fn check(shelf: &Shelf, jump: impl Fn(&Line) -> Option<HostId>) -> Result<Vec<HostId>, ServiceError> {
    let mut changed = Vec::new();
    let mut next = Vec::with_capacity(shelf.lines.len());
    for line in &shelf.lines {
        let after = jump(line);
        if after.as_ref() != shelf.jump(line) {
            changed.push(line.host.id.clone());
        }
        next.push(after.and_then(|id| shelf.position(&id)));
    }
    for id in &changed {
        let Some(start) = shelf.position(id) else { continue };
        let mut passed = vec![start];
        let mut here = next[start];
        while let Some(at) = here {
            if passed.contains(&at) {
                passed.push(at);
                let names: Vec<_> = passed.iter().map(|at| shelf.lines[*at].host.name.as_str()).collect();
                return Err(ServiceError::bad(format!("the jump hosts would go in a circle: {}", names.join(" → "))));
            }
            if passed.len() > super::chain::MAX_HOPS {
                let name = &shelf.lines[start].host.name;
                let most = super::chain::MAX_HOPS;
                return Err(ServiceError::bad(format!("more than {most} jump hosts would lie before {name}")));
            }
            passed.push(at);
            here = next[at];
        }
    }
    Ok(changed)
}

/// The hosts that are reached by another way, or stand for another machine, when this is done.
///
/// # Errors
/// `Conflict` when the ways would go in a circle.
pub(super) fn other_ways(shelf: &Shelf, batch: &Batch) -> Result<Vec<HostId>, ServiceError> {
    let changed: HashMap<&HostId, &HostView> = batch.hosts_changed.iter().map(|host| (&host.id, host)).collect();
    let moved = batch.hosts_moved.iter().flat_map(|(folder, ids)| ids.iter().map(move |id| (id, folder)));
    let moved: HashMap<&HostId, &Option<FolderId>> = moved.collect();
    let back: HashMap<&FolderId, &FolderView> =
        batch.folders_changed.iter().map(|folder| (&folder.id, folder)).collect();
    let folders = shelf.tree.nodes().iter().map(|node| back.get(&node.folder.id).copied().unwrap_or(&node.folder));
    let tree = Tree::new(folders.cloned().collect(), Vec::new());
    let other_way = check(shelf, |line| match (changed.get(&line.host.id), moved.get(&line.host.id)) {
        (Some(host), _) => tree.way_of(host).cloned(),
        (None, Some(folder)) => {
            let node = folder.as_ref().and_then(|id| tree.position(id));
            tree.jump_of(&line.host, node).cloned()
        }
        (None, None) => {
            let node = line.host.folder_id.as_ref().and_then(|id| tree.position(id));
            tree.jump_of(&line.host, node).cloned()
        }
    });
    let mut forgotten = other_way.map_err(|error| {
        ServiceError::Conflict(format!("it cannot be taken back as things are now, and nothing was changed: {error}"))
    })?;
    let is_elsewhere = |host: &&HostView| {
        let line = shelf.position(&host.id).map(|at| &shelf.lines[at].host);
        line.is_some_and(|line| (line.protocol, &line.address, line.port) != (host.protocol, &host.address, host.port))
    };
    forgotten.extend(batch.hosts_changed.iter().filter(is_elsewhere).map(|host| host.id.clone()));
    Ok(forgotten)
}
