//! The same fields of many hosts get other values.

use super::{
    Inventory,
    bulk::Planned,
    circles, fields,
    folders::Wanted,
    hosts::patched,
    shelf::Shelf,
    undo::{identities, identity, kept, same_said},
};
use crate::{Caller, ServiceError};
use std::collections::{HashMap, HashSet};
use wire::{
    HostId, Patch,
    inventory::{DeviceMetadata, HostPatch, HostView, Protocol},
};

/// What is changed on each host.
pub(super) struct Edit {
    /// Fields, without a name.
    pub(super) patch: HostPatch,
    /// Tags that each gets.
    pub(super) add_tags: Vec<String>,
    /// Tags that none has afterwards.
    pub(super) remove_tags: Vec<String>,
    /// Device fields that are emptied.
    pub(super) clear_device: Vec<String>,
}

impl Inventory {
    /// Plans an edit. What it refers to is looked at once; a host that cannot have the new values is skipped.
    pub(super) async fn edited(
        &self,
        caller: &Caller,
        shelf: &Shelf,
        selected: &[usize],
        mut edit: Edit,
    ) -> Result<Planned, ServiceError> {
        if edit.patch.name.is_some() {
            return Err(ServiceError::bad("a name is for one host; many cannot get the same"));
        }
        self.check_edit(caller, shelf, &mut edit).await?;
        let device = edit.patch.device.take();
        let ids: Vec<HostId> = selected.iter().map(|at| shelf.lines[*at].host.id.clone()).collect();
        let mut planned = Planned { done: "edited".into(), ..Planned::default() };
        let mut taken = identities(shelf);
        let mut after = HashMap::new();
        for host in self.0.storage.inventory().hosts_of(caller.account(), &ids).await? {
            let before = kept(&host);
            let changed = match one(host, &edit, device.as_ref()) {
                Ok(changed) => changed,
                Err(error) => {
                    planned.skip(&before.id, &before.name, error.to_string());
                    continue;
                }
            };
            if same_said(&before, &changed) {
                continue;
            }
            if identity(&before) != identity(&changed)
                && *taken.entry(identity(&changed)).or_insert_with(|| before.id.clone()) != before.id
            {
                planned.skip(&before.id, &before.name, "the same host would be there twice");
                continue;
            }
            after.insert(before.id.clone(), changed.clone());
            planned.images.changed.push((before, changed.clone()));
            planned.batch.hosts_changed.push(changed);
        }
        let other_way: HashSet<HostId> = circles::check(shelf, |line| {
            let Some(mut host) = after.get(&line.host.id).cloned() else {
                return shelf.jump(line).cloned();
            };
            shelf.tree.dress(&mut host);
            host.effective.jump_host_id
        })?
        .into_iter()
        .collect();
        let place = |host: &HostView| (host.protocol, host.address.clone(), host.port);
        let moved = planned.images.changed.iter().filter(|(before, after)| place(before) != place(after));
        let moved: HashSet<HostId> = moved.map(|(before, _)| before.id.clone()).collect();
        planned.batch.hosts_forgotten = moved.union(&other_way).cloned().collect();
        planned.changed = planned.batch.hosts_changed.len() as u64;
        Ok(planned)
    }

    /// What an edit refers to must be there, for all hosts alike. A folder that it names by its path is found here.
    async fn check_edit(&self, caller: &Caller, shelf: &Shelf, edit: &mut Edit) -> Result<(), ServiceError> {
        if let Patch::Set(id) = &edit.patch.credential_id {
            self.check_credential(caller, id).await?;
        }
        if let Patch::Set(id) = &edit.patch.jump_host_id {
            let at = shelf.position(id).ok_or_else(|| ServiceError::missing("jump host", id))?;
            if shelf.lines[at].host.protocol != Protocol::Ssh {
                return Err(ServiceError::bad("a host that speaks FTP is no jump host; choose one that speaks SSH"));
            }
        }
        let folder = std::mem::take(&mut edit.patch.folder);
        if edit.patch.folder_id.is_keep() {
            edit.patch.folder_id = match Wanted::of_text(match folder {
                Patch::Keep => return Ok(()),
                Patch::Clear => None,
                Patch::Set(text) => Some(text),
            }) {
                Wanted::Path(path) => {
                    let found = shelf.tree.find(&path);
                    let here = found.deepest.filter(|_| found.missing.is_empty());
                    Patch::Set(here.ok_or_else(|| ServiceError::missing("folder", path))?)
                }
                _ => Patch::Clear,
            };
        } else if let Patch::Set(id) = &edit.patch.folder_id {
            shelf.tree.get(id).ok_or_else(|| ServiceError::missing("folder", id))?;
        }
        Ok(())
    }
}

/// One host after the edit.
fn one(host: HostView, edit: &Edit, device: Option<&DeviceMetadata>) -> Result<HostView, ServiceError> {
    let mut host = patched(host, edit.patch.clone())?;
    host.folder_id = edit.patch.folder_id.clone().apply(host.folder_id);
    if host.protocol != Protocol::Ssh && host.jump_host_id.is_some() {
        return Err(ServiceError::bad("a host that speaks FTP is reached straight, without a jump host"));
    }
    let removed: HashSet<String> = edit.remove_tags.iter().map(|tag| tag.trim().to_lowercase()).collect();
    host.tags.retain(|tag| !removed.contains(&tag.to_lowercase()));
    host.tags.extend(edit.add_tags.iter().cloned());
    host.tags = fields::tags(host.tags)?;
    if let Some(device) = device {
        for (new, field) in fields_of(&mut device.clone()).into_iter().zip(fields_of(&mut host.device)) {
            if !new.1.is_empty() {
                field.1.clone_from(new.1);
            }
        }
        host.device = fields::device(host.device)?;
    }
    for name in &edit.clear_device {
        let mut known = fields_of(&mut host.device);
        let field = known.iter_mut().find(|(known, _)| known == name);
        let (_, field) = field.ok_or_else(|| ServiceError::bad(format!("{name} is no field of a device")))?;
        field.clear();
    }
    Ok(host)
}

/// The fields of a device by their names.
fn fields_of(device: &mut DeviceMetadata) -> [(&'static str, &mut String); 9] {
    [
        ("device_type", &mut device.device_type),
        ("model", &mut device.model),
        ("vendor", &mut device.vendor),
        ("serial_number", &mut device.serial_number),
        ("software_version", &mut device.software_version),
        ("platform", &mut device.platform),
        ("site", &mut device.site),
        ("role", &mut device.role),
        ("notes", &mut device.notes),
    ]
}
