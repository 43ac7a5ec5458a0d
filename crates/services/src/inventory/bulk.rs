//! One change to many hosts: in one transaction, told once, with a way back.

use super::{
    Inventory,
    bulk_edit::Edit,
    shelf::Shelf,
    undo::{Images, TOLD, kept},
};
use crate::{Caller, ServiceError, access};
use std::{collections::HashSet, sync::Arc};
use storage::Batch;
use wire::{
    FolderId, HostId,
    inventory::{BulkChange, BulkReport, BulkRequest, BulkSkip, HostSelection, MOST_SELECTED},
};

/// A change before it is written.
#[derive(Default)]
pub(super) struct Planned {
    /// What is written.
    pub(super) batch: Batch,
    /// The way back.
    pub(super) images: Images,
    /// How many hosts change.
    pub(super) changed: u64,
    /// Those that cannot be changed.
    pub(super) skips: Vec<BulkSkip>,
    /// What is done to them, behind their number: `moved to Site`.
    pub(super) done: String,
}

impl Planned {
    /// Leaves a host as it is.
    pub(super) fn skip(&mut self, id: &HostId, name: &str, reason: impl Into<String>) {
        self.skips.push(BulkSkip { id: id.clone(), name: name.to_owned(), reason: reason.into() });
    }
}

impl Inventory {
    /// Changes many hosts at once: all that can be changed, or none when the change itself is not acceptable.
    ///
    /// # Errors
    /// When the selection or the change names what is not there, jump hosts would go in a circle, or the caller may only
    /// watch.
    pub async fn bulk(&self, caller: &Caller, request: BulkRequest) -> Result<BulkReport, ServiceError> {
        if !matches!(request.change, BulkChange::Favourite { .. }) {
            access::may_connect(caller)?;
        }
        let _alone = self.alone(caller.account()).await;
        let shelf = self.shelf(caller.account()).await?;
        let others = self.others(caller, &request.selection).await?;
        let selected = self.selected(caller, &shelf, request.selection).await?;
        let mut planned = match request.change {
            BulkChange::Move { folder_id } => moved(&shelf, &selected, folder_id)?,
            BulkChange::Favourite { on } => marked(&shelf, &selected, on),
            BulkChange::Delete => self.removed(caller, &shelf, &selected).await?,
            BulkChange::Edit { patch, add_tags, remove_tags, clear_device } => {
                let edit = Edit { patch: *patch, add_tags, remove_tags, clear_device };
                self.edited(caller, &shelf, &selected, edit).await?
            }
        };
        let all = (selected.len() + others.len()) as u64;
        planned.skips.extend(others);
        self.write_planned(caller, &shelf, planned, all, request.dry_run).await
    }

    /// Hosts of others among those that are named: nobody but their owner changes them.
    pub(super) async fn others(
        &self,
        caller: &Caller,
        selection: &HostSelection,
    ) -> Result<Vec<BulkSkip>, ServiceError> {
        let HostSelection::Hosts { ids } = selection else { return Ok(Vec::new()) };
        let seen = self.visible(caller.account()).await?;
        let others = ids.iter().filter_map(|id| {
            let line = &seen.lines[seen.position(id)?];
            let owner = &line.of.as_ref()?.owner.name;
            let reason = format!("it is {owner}'s, who alone changes it");
            Some(BulkSkip { id: id.clone(), name: line.host.name.clone(), reason })
        });
        Ok(others.take(MOST_SELECTED).collect())
    }

    /// Writes what was planned, keeps the way back, and says so once.
    pub(super) async fn write_planned(
        &self,
        caller: &Caller,
        shelf: &Shelf,
        planned: Planned,
        selected: u64,
        dry_run: bool,
    ) -> Result<BulkReport, ServiceError> {
        let Planned { mut batch, mut images, changed, mut skips, done } = planned;
        let skipped = skips.len() as u64;
        skips.truncate(TOLD);
        let mut report = BulkReport { selected, changed, skipped, skips, undo: None };
        if dry_run || changed == 0 && batch.folders_removed.is_empty() {
            return Ok(report);
        }
        let what = format!("{} {done}", hosts(changed));
        images.grants = self.0.storage.grants().of(&batch.hosts_removed, &batch.folders_removed).await?;
        batch.undo = images.record(what.clone())?;
        report.undo = batch.undo.as_ref().map(|undo| undo.view.id.clone());
        self.0.storage.inventory().apply(caller.account(), &batch).await?;
        if batch.only_moves() {
            self.shelf_moved(caller.account(), shelf, &batch.hosts_moved);
        } else {
            self.many_changed(caller, batch.hosts(), &batch.hosts_removed);
        }
        self.0.audit.note(caller, "inventory.bulk", what, "done").await;
        Ok(report)
    }

    /// The hosts of a selection: the caller's own, or those that an admin names one by one, whosever they are.
    ///
    /// # Errors
    /// When the selection names what is not there, or too much.
    pub(crate) async fn chosen(&self, caller: &Caller, selection: HostSelection) -> Result<Vec<HostId>, ServiceError> {
        match selection {
            HostSelection::Hosts { ids } if ids.len() <= MOST_SELECTED => Ok(ids),
            selection => {
                let shelf = self.shelf(caller.account()).await?;
                let places = self.selected(caller, &shelf, selection).await?;
                Ok(places.into_iter().map(|at| shelf.lines[at].host.id.clone()).collect())
            }
        }
    }

    /// The selected hosts' places on the shelf, each once; ids that are not there are left out.
    pub(super) async fn selected(
        &self,
        caller: &Caller,
        shelf: &Arc<Shelf>,
        selection: HostSelection,
    ) -> Result<Vec<usize>, ServiceError> {
        let (mut places, except) = match selection {
            HostSelection::Hosts { ids } if ids.len() > MOST_SELECTED => {
                return Err(ServiceError::bad(format!("more than {MOST_SELECTED} hosts by name; select by a filter")));
            }
            HostSelection::Hosts { ids } => (ids.iter().filter_map(|id| shelf.position(id)).collect(), Vec::new()),
            HostSelection::Matching { filter, except } => {
                (self.select(shelf, caller.account(), filter).await?.hosts, except)
            }
        };
        let except: HashSet<usize> = except.iter().filter_map(|id| shelf.position(id)).collect();
        places.retain(|at| !except.contains(at));
        places.sort_unstable();
        places.dedup();
        Ok(places)
    }

    /// Removes hosts, but for those that others stay reached through.
    pub(super) async fn removed(
        &self,
        caller: &Caller,
        shelf: &Shelf,
        selected: &[usize],
    ) -> Result<Planned, ServiceError> {
        let mut planned = Planned { done: "deleted".into(), ..Planned::default() };
        let mut going: HashSet<usize> = selected.iter().copied().collect();
        let folders = shelf.tree.nodes().iter().filter_map(|node| Some((node.folder.jump_host_id.as_ref()?, node)));
        for (jump, node) in folders {
            if let Some(at) = shelf.position(jump).filter(|at| going.remove(at)) {
                let line = &shelf.lines[at].host;
                let path = &node.folder.path;
                planned.skip(&line.id, &line.name, format!("the hosts in {path} are reached through it"));
            }
        }
        // What stays keeps what it is reached through, and so on.
        loop {
            let staying = shelf.lines.iter().enumerate().filter(|(at, _)| !going.contains(at));
            let needed = staying.filter_map(|(_, line)| {
                let jump = shelf.position(line.host.jump_host_id.as_ref()?)?;
                going.contains(&jump).then(|| (jump, line.host.name.clone()))
            });
            let needed: Vec<_> = needed.collect();
            if needed.is_empty() {
                break;
            }
            for (jump, through) in needed {
                if going.remove(&jump) {
                    let line = &shelf.lines[jump].host;
                    planned.skip(&line.id, &line.name, format!("{through} is reached through it"));
                }
            }
        }
        let ids: Vec<HostId> =
            selected.iter().filter(|at| going.contains(at)).map(|at| shelf.lines[*at].host.id.clone()).collect();
        let mut images = self.0.storage.inventory().hosts_of(caller.account(), &ids).await?;
        for host in &mut images {
            host.favourite = shelf.position(&host.id).is_some_and(|at| shelf.lines[at].favourite);
            *host = kept(host);
        }
        planned.images.sources = self.0.storage.inventory().sources_of(&ids).await?;
        planned.changed = images.len() as u64;
        planned.images.removed = images;
        planned.batch.hosts_removed = ids;
        Ok(planned)
    }
}

fn moved(shelf: &Shelf, selected: &[usize], folder_id: Option<FolderId>) -> Result<Planned, ServiceError> {
    let target = match &folder_id {
        Some(id) => Some(shelf.tree.get(id).ok_or_else(|| ServiceError::missing("folder", id))?),
        None => None,
    };
    let done = target.map_or("moved out of all folders".to_owned(), |node| format!("moved to {}", node.folder.path));
    let mut planned = Planned { done, ..Planned::default() };
    let there = shelf.lines.iter().map(|line| &line.host).filter(|host| host.folder_id == folder_id);
    let mut taken: HashSet<(&str, &str, u16)> = there.map(|host| (&*host.name, &*host.address, host.port)).collect();
    let mut ids = Vec::new();
    for at in selected {
        let host = &shelf.lines[*at].host;
        if host.folder_id == folder_id {
            continue;
        }
        if !taken.insert((&host.name, &host.address, host.port)) {
            planned.skip(&host.id, &host.name, "a host of this name, address and port is in that folder already");
            continue;
        }
        planned.images.moved.push((host.id.clone(), host.folder_id.clone(), folder_id.clone()));
        ids.push(host.id.clone());
    }
    let node = folder_id.as_ref().and_then(|id| shelf.tree.position(id));
    let coming: HashSet<&HostId> = ids.iter().collect();
    let other_way = super::circles::check(shelf, |line| {
        let node = if coming.contains(&line.host.id) { node } else { line.node };
        shelf.tree.jump_of(&line.host, node).cloned()
    })?;
    planned.batch.hosts_forgotten = other_way;
    planned.changed = ids.len() as u64;
    planned.batch.hosts_moved.push((folder_id, ids));
    Ok(planned)
}

fn marked(shelf: &Shelf, selected: &[usize], on: bool) -> Planned {
    let lines = selected.iter().map(|at| &shelf.lines[*at]);
    let ids: Vec<HostId> = lines.filter(|line| line.favourite != on).map(|line| line.host.id.clone()).collect();
    let mut planned = Planned { changed: ids.len() as u64, ..Planned::default() };
    if on {
        planned.done = "marked".into();
        planned.images.marked = ids.clone();
        planned.batch.marked = ids;
    } else {
        planned.done = "not marked any more".into();
        planned.images.unmarked = ids.clone();
        planned.batch.unmarked = ids;
    }
    planned
}

/// A number of hosts in words, as in `1,000 hosts`.
pub(super) fn hosts(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {}", if count == 1 { "host" } else { "hosts" })
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_read_in_threes() {
        let told: Vec<_> = [0, 1, 999, 1_000, 12_345_678].into_iter().map(super::hosts).collect();
        assert_eq!(told, ["0 hosts", "1 host", "999 hosts", "1,000 hosts", "12,345,678 hosts"]);
    }
}
