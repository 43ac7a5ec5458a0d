//! By which way hosts are reached before an import and after it, with what folders say for them.

use super::plan::{Current, Plan};
use crate::{
    ServiceError,
    inventory::{chain::MAX_HOPS, tree::Tree},
};
use std::collections::{HashMap, HashSet};
use wire::{
    FolderId, HostId,
    inventory::{FolderView, HostView},
};

/// The jump host of each host that has one.
pub(super) type Ways = HashMap<HostId, HostId>;

/// The ways of hosts in folders.
fn of<'a>(folders: Vec<FolderView>, hosts: impl Iterator<Item = &'a HostView>) -> Ways {
    let tree = Tree::new(folders, Vec::new());
    hosts.filter_map(|host| Some((host.id.clone(), tree.way_of(host)?.clone()))).collect()
}

/// The hosts as they are after a plan.
pub(super) fn hosts_after<'a>(current: &'a Current, plan: &'a Plan) -> impl Iterator<Item = &'a HostView> {
    let put: HashSet<&HostId> = plan.puts.iter().map(|put| &put.after.id).collect();
    let gone: HashSet<&HostId> = plan.gone.iter().map(|host| &host.id).collect();
    let stays = move |host: &&HostView| !put.contains(&host.id) && !gone.contains(&host.id);
    plan.puts.iter().map(|put| &put.after).chain(current.hosts.iter().filter(stays))
}

/// The ways after a plan.
pub(super) fn after(current: &Current, plan: &Plan) -> Ways {
    let put: HashMap<&FolderId, &FolderView> = plan.folders.iter().map(|put| (&put.after.id, &put.after)).collect();
    let known: HashSet<&FolderId> = current.folders.iter().map(|folder| &folder.id).collect();
    let there = current.folders.iter().map(|folder| put.get(&folder.id).copied().unwrap_or(folder));
    let new = plan.folders.iter().map(|put| &put.after).filter(|folder| !known.contains(&folder.id));
    of(there.chain(new).cloned().collect(), hosts_after(current, plan))
}

/// The hosts that stand for another machine after a plan: what was found out about them is forgotten.
///
/// # Errors
/// When jump hosts would go in a circle that is not there now; it names them.
pub(super) fn check(current: &Current, plan: &Plan) -> Result<Vec<HostId>, ServiceError> {
    let (before, after) = (of(current.folders.clone(), current.hosts.iter()), after(current, plan));
    let names: HashMap<&HostId, &str> = hosts_after(current, plan).map(|host| (&host.id, host.name.as_str())).collect();
    for host in hosts_after(current, plan).filter(|host| before.get(&host.id) != after.get(&host.id)) {
        let mut passed = vec![&host.id];
        while let Some(jump) = passed.last().and_then(|last| after.get(*last)) {
            let is_circle = passed.contains(&jump);
            passed.push(jump);
            if is_circle || passed.len() > MAX_HOPS + 1 {
                let named: Vec<&str> = passed.iter().map(|id| names.get(id).copied().unwrap_or("?")).collect();
                let way = named.join(" → ");
                return Err(ServiceError::bad(match is_circle {
                    true => format!("with what the folders say, the jump hosts would go in a circle: {way}"),
                    false => format!("more than {MAX_HOPS} jump hosts would lie before {}: {way}", host.name),
                }));
            }
        }
    }
    let place = |host: &HostView| (host.protocol, host.address.clone(), host.port);
    let known = current.hosts.iter().map(|host| (&host.id, host)).collect::<HashMap<_, _>>();
    let other = |host: &&HostView| {
        let was = known.get(&host.id);
        was.is_some_and(|was| place(was) != place(host) || before.get(&host.id) != after.get(&host.id))
    };
    Ok(hosts_after(current, plan).filter(other).map(|host| host.id.clone()).collect())
}
