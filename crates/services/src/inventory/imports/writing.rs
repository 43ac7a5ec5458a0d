//! What an import needs to know before, and what it leaves behind.

use super::{
    Current, Inventory, Plan,
    entry::Source,
    keys::NewKey,
    plan::{FolderPut, KeptBefore, Put, identity_of},
};
use crate::{
    Caller, ServiceError, clock,
    inventory::undo::{self, Images},
};
use std::collections::{HashMap, HashSet};
use storage::{ImportRecord, SourceRecord, UndoRecord};
use wire::{
    HostId, UndoId,
    events::Topic,
    inventory::{Form, HostView},
};

/// In the place of a form, for what no file says.
const ELSEWHERE: &str = "netbox";

impl Inventory {
    /// The caller's hosts and folders, each host with its folder's path.
    pub(super) async fn current(&self, caller: &Caller) -> Result<Current, ServiceError> {
        let (hosts, folders) = self.everything(caller).await?;
        Ok(Current { hosts, folders, keys: HashMap::new() })
    }

    /// What was kept until now in the forms of these files.
    pub(super) async fn kept_before(
        &self,
        caller: &Caller,
        frames: &[(Form, String)],
    ) -> Result<KeptBefore, ServiceError> {
        let (rows, mut before) = (self.0.storage.inventory(), KeptBefore::default());
        for (form, _) in frames {
            let hosts = rows.host_sources(caller.account(), *form).await?;
            before.hosts.extend(hosts.into_iter().map(|(id, source)| ((id, *form), source.kept)));
            let folders = rows.folder_sources(caller.account(), *form).await?;
            before.folders.extend(folders.into_iter().map(|(id, source)| ((id, *form), source.kept)));
        }
        Ok(before)
    }

    /// Writes a plan, and keeps the way back.
    pub(super) async fn write(
        &self,
        caller: &Caller,
        plan: &Plan,
        frames: &[(Form, String)],
        keys: Vec<NewKey>,
    ) -> Result<Option<UndoId>, ServiceError> {
        let first = self.first_place(caller).await?;
        let mut record = record(plan, frames, keys, first);
        record.undo = self.way_back(caller, plan, &record, frames).await?;
        self.0.storage.inventory().import(caller.account(), &record, clock::now()).await?;
        let hosts = record.hosts.iter().map(|host| &host.id).chain(&record.hosts_gone);
        self.many_changed(caller, hosts, &record.hosts_gone);
        self.0.events.changed(caller.account(), Topic::HostKeys, None);
        let what = format!(
            "{} hosts written, {} removed, {} host keys trusted",
            record.hosts.len(),
            record.hosts_gone.len(),
            record.keys.len()
        );
        self.0.audit.note(caller, "inventory.import", what, "done").await;
        Ok(record.undo.map(|undo| undo.view.id))
    }

    /// How things were and will be; none when hosts and folders stay as they are.
    async fn way_back(
        &self,
        caller: &Caller,
        plan: &Plan,
        record: &ImportRecord,
        frames: &[(Form, String)],
    ) -> Result<Option<UndoRecord>, ServiceError> {
        let (rows, changed) = (self.0.storage.inventory(), |put: &&Put| !put.fields.is_empty());
        let pair = |put: &Put| put.before.as_ref().map(|before| (undo::kept(before), undo::kept(&put.after)));
        let changes: Vec<_> = plan.puts.iter().filter(changed).filter_map(pair).collect();
        let touched = changes.iter().map(|(before, _)| before.id.clone()).chain(record.hosts_gone.iter().cloned());
        let touched: HashSet<HostId> = touched.chain(plan.adopted.iter().cloned()).collect();
        let favourites = rows.favourites(caller.account()).await?;
        let removed = plan.gone.iter().map(|host| {
            let favourite = favourites.contains(host.id.as_str());
            HostView { favourite, ..undo::kept(host) }
        });
        let changed_folders = plan.folders.iter().filter(|put| !put.fields.is_empty());
        let changed_folders = changed_folders.filter_map(|put| Some((put.before.clone()?, put.after.clone())));
        let folders_changed: Vec<_> = changed_folders.collect();
        let touched_folders = folders_changed.iter().map(|(before, _)| before.id.clone());
        let touched_folders: Vec<_> = touched_folders.chain(record.folders_gone.iter().cloned()).collect();
        let mut frames_before = Vec::new();
        for (form, _) in frames {
            let before = rows.import_frame(caller.account(), *form).await?;
            frames_before.push((form_word(*form), before.unwrap_or_default()));
        }
        let images = Images {
            added: plan.puts.iter().filter(|put| put.before.is_none()).map(|put| undo::kept(&put.after)).collect(),
            folders_added: plan
                .folders
                .iter()
                .filter(|put| put.before.is_none())
                .map(|put| put.after.clone())
                .collect(),
            removed: removed.collect(),
            folders_changed,
            frames: frames_before,
            keys: record.keys.clone(),
            folders_removed: plan.folders_gone.iter().rev().cloned().collect(),
            sources: rows.sources_of(&touched.into_iter().collect::<Vec<_>>()).await?,
            folder_sources: rows.sources_of_folders(&touched_folders).await?,
            changed: changes,
            adopted: plan.adopted.clone(),
            grants: self.0.storage.grants().of(&record.hosts_gone, &record.folders_gone).await?,
            ..Images::default()
        };
        let counts = [images.added.len(), images.changed.len(), images.removed.len(), images.folders_added.len()];
        if counts.iter().sum::<usize>()
            + images.folders_removed.len()
            + images.folders_changed.len()
            + images.adopted.len()
            + images.keys.len()
            == 0
        {
            return Ok(None);
        }
        let [added, changed, removed, _] = counts;
        images.record(format!("import: {added} hosts added, {changed} changed, {removed} removed"))
    }

    /// The first place behind what was imported before, so that imports stand one after the other.
    async fn first_place(&self, caller: &Caller) -> Result<i64, ServiceError> {
        Ok(self.0.storage.inventory().last_position(caller.account()).await?.map_or(0, |last| last.saturating_add(1)))
    }
}

fn record(plan: &Plan, frames: &[(Form, String)], keys: Vec<NewKey>, first: i64) -> ImportRecord {
    let changed = |put: &&Put| put.before.is_none() || !put.fields.is_empty();
    let folder_changed = |put: &&FolderPut| put.before.as_ref() != Some(&put.after);
    let sourced = |source: &Source| {
        let elsewhere = source.external_key.is_some().then(|| ELSEWHERE.to_owned());
        source.form.map(form_word).or(elsewhere).map(|form| source_record(source, form, first))
    };
    let touched = plan.puts.iter().filter(changed).filter_map(|put| put.before.clone());
    let before = touched.chain(plan.gone.iter().cloned()).collect();
    let touched = plan.folders.iter().filter(folder_changed).filter_map(|put| put.before.clone());
    let folders_before = touched.chain(plan.folders_gone.iter().cloned()).collect();
    ImportRecord {
        folders: plan.folders.iter().filter(folder_changed).map(|put| put.after.clone()).collect(),
        hosts: by_way(plan.puts.iter().filter(changed).map(|put| &put.after).collect()),
        hosts_gone: plan.gone.iter().map(|host| host.id.clone()).collect(),
        folders_gone: plan.folders_gone.iter().map(|folder| folder.id.clone()).collect(),
        host_sources: plan.puts.iter().filter_map(|put| Some((put.after.id.clone(), sourced(&put.source)?))).collect(),
        folder_sources: plan
            .folders
            .iter()
            .filter_map(|put| Some((put.after.id.clone(), sourced(&put.source)?)))
            .collect(),
        frames: frames.iter().map(|(form, kept)| (form_word(*form), kept.clone())).collect(),
        keys,
        undo: None,
        hosts_forgotten: plan.forgotten.clone(),
        hosts_before: before,
        folders_before,
        vanished: plan.vanished.clone(),
        aside: aside(plan),
    }
}

/// Hosts that stand where another one goes, and go elsewhere themselves: without a step aside, neither could go first.
fn aside(plan: &Plan) -> Vec<HostId> {
    let moves = plan.puts.iter().filter_map(|put| Some((identity_of(put.before.as_ref()?), put)));
    let moves: HashMap<_, _> = moves.filter(|(from, put)| *from != identity_of(&put.after)).collect();
    let into = plan.puts.iter().filter_map(|put| moves.get(&identity_of(&put.after)));
    into.map(|put| put.after.id.clone()).collect()
}

fn source_record(source: &Source, form: String, first: i64) -> SourceRecord {
    SourceRecord {
        form,
        position: first.saturating_add(source.position),
        kept: source.kept.clone(),
        external_key: source.external_key.clone(),
    }
}

/// Each host after its jump host.
fn by_way(hosts: Vec<&HostView>) -> Vec<HostView> {
    let mut waiting: HashSet<&HostId> = hosts.iter().map(|host| &host.id).collect();
    let (mut ordered, mut left) = (Vec::with_capacity(hosts.len()), hosts);
    while !left.is_empty() {
        let is_free = |host: &&HostView| host.jump_host_id.as_ref().is_none_or(|jump| !waiting.contains(jump));
        let (free, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(is_free);
        // A plan has no circles; if it had, the database would refuse them.
        let (free, rest) = if free.is_empty() { (rest, Vec::new()) } else { (free, rest) };
        for host in &free {
            waiting.remove(&host.id);
        }
        ordered.extend(free.into_iter().cloned());
        left = rest;
    }
    ordered
}

/// The word of this interface for a form.
fn form_word(form: Form) -> String {
    serde_json::to_value(form).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}
