//! What an import would do: each entry meets the host that it means, and what differs is told. No storage, no clock.
//!
//! An entry with a key of its own from elsewhere means the host that is known by it. Another one means the host with the same folder,
//! name, address and port, else the only one with its folder and name that no other entry means. Whatever is left over is new.

use super::{
    differences::{self, differences},
    entry::{Entry, FolderSaid, Source, Terms},
    folders::Folders,
    hops,
    removal::remove_the_rest,
    ways,
};
use crate::{ServiceError, clock, vault::random};
use std::collections::{HashMap, HashSet};
use wire::{
    FolderId, HostId,
    inventory::{DeviceMetadata, FieldChange, FolderView, Form, HostView, ImportMode, ImportRemark},
};

/// What the account has.
pub(in crate::inventory) struct Current {
    /// Its hosts.
    pub hosts: Vec<HostView>,
    /// Its folders.
    pub folders: Vec<FolderView>,
    /// What hosts are known by elsewhere.
    pub keys: HashMap<String, HostId>,
}

/// How an import is done.
pub(in crate::inventory) struct Course {
    /// What becomes of hosts that it does not name.
    pub mode: ImportMode,
    /// The folder that everything is put into.
    pub within: Option<FolderView>,
    /// Names, in lower case, of what the files name and Berth cannot take: hosts of these names are not removed.
    pub spared: HashSet<String>,
}

/// One host that is added or changed.
pub(in crate::inventory) struct Put {
    /// File and line.
    pub place: String,
    /// The host as it was.
    pub before: Option<HostView>,
    /// The host as it becomes.
    pub after: HostView,
    /// Where it came from.
    pub source: Source,
    /// What differs.
    pub fields: Vec<FieldChange>,
}

/// One folder that is added or changed.
pub(in crate::inventory) struct FolderPut {
    /// The folder as it was.
    pub before: Option<FolderView>,
    /// The folder as it becomes.
    pub after: FolderView,
    /// Where it came from.
    pub source: Source,
    /// What differs.
    pub fields: Vec<FieldChange>,
    /// File and line.
    pub place: Option<String>,
}

/// What would be done.
#[derive(Default)]
pub(in crate::inventory) struct Plan {
    /// Folders to add, each after the one around it, then those to change, or whose origin alone is noted anew.
    pub folders: Vec<FolderPut>,
    /// Folders that nothing is left in, each before the one around it.
    pub folders_gone: Vec<FolderView>,
    /// Hosts to add, to change, or whose origin alone is noted anew.
    pub puts: Vec<Put>,
    /// Hosts to remove.
    pub gone: Vec<HostView>,
    /// What was left out.
    pub skips: Vec<ImportRemark>,
    /// What else is worth knowing.
    pub remarks: Vec<ImportRemark>,
    /// Hosts that are no more where they came from.
    pub vanished: Vec<HostId>,
    /// Hosts that were there already and are known elsewhere from now on.
    pub adopted: Vec<HostId>,
    /// Hosts that stand for another machine from now on.
    pub forgotten: Vec<HostId>,
}

/// Folder, name, address and port: what makes a host this one.
pub(super) type Identity = (String, String, String, u16);

/// Folders are the same in any case.
pub(super) fn identity(folder: &str, name: &str, address: &str, port: u16) -> Identity {
    (folder.to_lowercase(), name.to_owned(), address.to_owned(), port)
}

/// That of a host.
pub(super) fn identity_of(host: &HostView) -> Identity {
    identity(host.folder.as_deref().unwrap_or_default(), &host.name, &host.address, host.port)
}

/// Plans an import. `named` are folders that it names without hosts in them.
///
/// # Errors
/// When folders nest too deeply, or the operating system has no random numbers.
pub(in crate::inventory) fn plan(
    current: &Current,
    course: &Course,
    named: &[FolderSaid],
    entries: Vec<Entry>,
) -> Result<Plan, ServiceError> {
    let mut folders = Folders::new(&current.folders, course.within.as_ref());
    let (entries, mut skips) = without_twins(entries, &folders);
    for said in named {
        folders.place(&said.path)?;
    }
    let means = meant(current, &entries, &folders);
    let mut puts = Vec::with_capacity(entries.len());
    for (entry, meant) in entries.iter().zip(&means) {
        let before = meant.map(|at| current.hosts[at].clone());
        let folder = folders.place(&entry.folder)?;
        let after = said(entry, before.as_ref(), folder, course.mode)?;
        let fields = before.as_ref().map(|before| differences(before, &after)).unwrap_or_default();
        puts.push(Put { place: entry.place.clone(), before, after, source: entry.source.clone(), fields });
    }
    let mut remarks = hops::resolve(current, &entries, &mut puts, &mut skips)?;
    let folder_puts = said_of_folders(current, &mut folders, named, &puts, &mut remarks)?;
    let (folders_gone, gone) = (Vec::new(), Vec::new());
    let mut plan = Plan { folders: folder_puts, folders_gone, puts, gone, skips, remarks, ..Plan::default() };
    if course.mode == ImportMode::Replace {
        remove_the_rest(&mut plan, current, course, &folders, &means);
    }
    plan.forgotten = ways::check(current, &plan)?;
    Ok(plan)
}

/// What was kept of hosts and folders until now, by the form that it came in.
#[derive(Default)]
pub(in crate::inventory) struct KeptBefore {
    /// Of hosts.
    pub hosts: HashMap<(HostId, Form), String>,
    /// Of folders.
    pub folders: HashMap<(FolderId, Form), String>,
}

impl Plan {
    /// Tells of hosts and folders of which something else is kept from now on.
    pub(super) fn tell_of_kept(&mut self, before: &KeptBefore) {
        let differs = |known: Option<&String>, source: &Source| known.is_some_and(|known| *known != source.kept);
        for put in self.puts.iter_mut().filter(|put| put.before.is_some()) {
            let known = put.source.form.and_then(|form| before.hosts.get(&(put.after.id.clone(), form)));
            if differs(known, &put.source) && put.fields.is_empty() {
                put.fields.push(differences::of_kept());
            }
        }
        for put in self.folders.iter_mut().filter(|put| put.before.is_some()) {
            let known = put.source.form.and_then(|form| before.folders.get(&(put.after.id.clone(), form)));
            if differs(known, &put.source) && put.fields.is_empty() {
                put.fields.push(differences::of_kept());
            }
        }
    }
}

/// Each identity once; the first entry stands.
fn without_twins(entries: Vec<Entry>, folders: &Folders<'_>) -> (Vec<Entry>, Vec<ImportRemark>) {
    let (mut seen, mut skips) = (HashMap::<Identity, String>::new(), Vec::new());
    let mut kept = Vec::with_capacity(entries.len());
    for entry in entries {
        let key = identity(&folders.path(&entry.folder), &entry.name, &entry.address, entry.port);
        match seen.get(&key) {
            Some(first) => skips.push(ImportRemark {
                reason: format!("it is the same as at {first}: folder, name, address and port"),
                place: entry.place,
                name: entry.name,
            }),
            None => {
                seen.insert(key, entry.place.clone());
                kept.push(entry);
            }
        }
    }
    (kept, skips)
}

/// Which host each entry means, as its index.
fn meant(current: &Current, entries: &[Entry], folders: &Folders<'_>) -> Vec<Option<usize>> {
    let by_id: HashMap<_, _> = current.hosts.iter().enumerate().map(|(at, host)| (&host.id, at)).collect();
    let by_identity: HashMap<_, _> =
        current.hosts.iter().enumerate().map(|(at, host)| (identity_of(host), at)).collect();
    let mut taken = HashSet::new();
    let mut means: Vec<Option<usize>> = entries
        .iter()
        .map(|entry| {
            let known = entry.source.external_key.as_ref().and_then(|key| current.keys.get(key));
            let by_key = known.and_then(|id| by_id.get(id)).copied();
            let path = folders.path(&entry.folder);
            let same = || by_identity.get(&identity(&path, &entry.name, &entry.address, entry.port)).copied();
            // Whatever has a key of its own elsewhere is found by it, or is new.
            let found = if entry.source.external_key.is_some() { by_key } else { by_key.or_else(same) };
            found.filter(|at| taken.insert(*at))
        })
        .collect();
    let mut namesakes: HashMap<(String, String), Namesakes> = HashMap::new();
    for (at, host) in current.hosts.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
        let (folder, name, ..) = identity_of(host);
        namesakes.entry((folder, name.to_lowercase())).or_default().hosts.push(at);
    }
    // Whatever has a key of its own elsewhere is nobody's namesake.
    let open = |at: usize, entry: &Entry| means[at].is_none() && entry.source.external_key.is_none();
    for (at, entry) in entries.iter().enumerate().filter(|(at, entry)| open(*at, entry)) {
        let (folder, name, ..) = identity(&folders.path(&entry.folder), &entry.name, "", 0);
        namesakes.entry((folder, name.to_lowercase())).or_default().entries.push(at);
    }
    for pair in namesakes.values() {
        if let (&[host], &[entry]) = (&pair.hosts[..], &pair.entries[..]) {
            means[entry] = Some(host);
        }
    }
    means
}

/// Hosts and entries of one folder and name that have not found one another.
#[derive(Default)]
struct Namesakes {
    hosts: Vec<usize>,
    entries: Vec<usize>,
}

/// The host as the entry says it. What it does not say stays; an import that replaces also takes away what was said.
fn said(
    entry: &Entry,
    before: Option<&HostView>,
    folder: Option<FolderView>,
    mode: ImportMode,
) -> Result<HostView, ServiceError> {
    let mut host = before.cloned().map_or_else(blank, Ok)?;
    let replaces = mode == ImportMode::Replace && entry.source.form.is_some_and(super::says_devices);
    host.name.clone_from(&entry.name);
    host.address.clone_from(&entry.address);
    (host.port, host.protocol) = (entry.port, entry.protocol);
    (host.folder, host.folder_id) = folder.map(|folder| (folder.path, folder.id)).unzip();
    // What comes from elsewhere was laid over the tags that are there already.
    if !entry.tags.is_empty() || replaces || entry.source.external_key.is_some() {
        host.tags.clone_from(&entry.tags);
    }
    let Terms { username, credential, policy, .. } = &entry.terms;
    if username.is_some() || replaces {
        host.username.clone_from(username);
    }
    host.credential_id = credential.clone().or(host.credential_id);
    if replaces {
        // What the file does not say is meant to be nothing.
        (host.jump_host_id, host.direct, host.tmux, host.recording) = (None, false, false, None);
        (host.idle_timeout_seconds, host.max_duration_seconds, host.max_sessions) = (None, None, None);
    }
    if policy.direct {
        (host.jump_host_id, host.direct) = (None, true);
    }
    host.tmux |= policy.tmux;
    host.idle_timeout_seconds = policy.idle_timeout_seconds.or(host.idle_timeout_seconds);
    host.max_duration_seconds = policy.max_duration_seconds.or(host.max_duration_seconds);
    host.max_sessions = policy.max_sessions.or(host.max_sessions);
    host.recording = policy.recording.or(host.recording);
    host.device = if replaces { entry.device.clone() } else { laid_over(host.device, &entry.device) };
    Ok(host)
}

/// The folders that are made, and those that the import says something of.
fn said_of_folders(
    current: &Current,
    folders: &mut Folders<'_>,
    named: &[FolderSaid],
    puts: &[Put],
    remarks: &mut Vec<ImportRemark>,
) -> Result<Vec<FolderPut>, ServiceError> {
    let put = |before, after| FolderPut { before, after, source: Source::default(), fields: Vec::new(), place: None };
    let made = |folder: &FolderView| put(None, folder.clone());
    let mut all: Vec<FolderPut> = folders.made().iter().map(made).collect();
    let mut at: HashMap<FolderId, usize> = all.iter().enumerate().map(|(at, put)| (put.after.id.clone(), at)).collect();
    for said in named {
        let Some(before) = folders.place(&said.path)? else { continue };
        let index = *at.entry(before.id.clone()).or_insert_with(|| {
            all.push(put(Some(before.clone()), before));
            all.len() - 1
        });
        (all[index].source, all[index].place) = (said.source.clone(), Some(said.place.clone()));
        let jump = hops::last(current, puts, &said.terms.hops).unwrap_or_else(|reason| {
            remarks.push(ImportRemark { place: said.place.clone(), name: said.path.join(" / "), reason });
            None
        });
        say_of_folder(&mut all[index].after, &said.terms, jump);
        let FolderPut { before, after, fields, .. } = &mut all[index];
        *fields = before.as_ref().map(|before| differences::of_folders(before, after)).unwrap_or_default();
    }
    Ok(all)
}

fn say_of_folder(folder: &mut FolderView, terms: &Terms, jump: Option<HostId>) {
    let Terms { username, credential, policy, .. } = terms;
    folder.username = username.clone().or(folder.username.take());
    folder.credential_id = credential.clone().or(folder.credential_id.take());
    if policy.direct {
        (folder.jump_host_id, folder.direct) = (None, true);
    } else if jump.is_some() {
        (folder.jump_host_id, folder.direct) = (jump, false);
    }
    folder.idle_timeout_seconds = policy.idle_timeout_seconds.or(folder.idle_timeout_seconds);
    folder.max_duration_seconds = policy.max_duration_seconds.or(folder.max_duration_seconds);
    folder.max_sessions = policy.max_sessions.or(folder.max_sessions);
    folder.recording = policy.recording.or(folder.recording);
}

pub(super) fn blank() -> Result<HostView, ServiceError> {
    Ok(HostView::new(random::id()?, clock::now()))
}

/// Another host that is the same but for what was found out about it.
pub(super) fn copy(host: &HostView) -> Result<HostView, ServiceError> {
    Ok(HostView { id: random::id()?, created_at: clock::now(), ..host.clone() })
}

/// What the second says, and the first where it says nothing.
fn laid_over(below: DeviceMetadata, above: &DeviceMetadata) -> DeviceMetadata {
    let pick = |below: String, above: &String| if above.is_empty() { below } else { above.clone() };
    DeviceMetadata {
        device_type: pick(below.device_type, &above.device_type),
        model: pick(below.model, &above.model),
        vendor: pick(below.vendor, &above.vendor),
        serial_number: pick(below.serial_number, &above.serial_number),
        software_version: pick(below.software_version, &above.software_version),
        platform: pick(below.platform, &above.platform),
        site: pick(below.site, &above.site),
        role: pick(below.role, &above.role),
        notes: pick(below.notes, &above.notes),
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
