//! Exports: hosts and folders in the forms of others. What an import brought and Berth has no field for is given back.

use super::{Inventory, kept};
use crate::{Caller, ServiceError};
use formats::{FolderEntry, HostEntry, Jump, Kept, Outgoing, Policy};
use std::collections::{HashMap, HashSet};
use storage::SourceRecord;
use wire::{
    CredentialId, FolderId, HostId,
    inventory::{ExportQuery, FolderView, Form, HostView, inherit::PATH_SEPARATOR},
};

/// A file for the caller.
pub struct Exported {
    /// What it is called.
    pub name: &'static str,
    /// Its media type.
    pub media: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// What an account has, as it is exported.
pub(super) struct Holdings {
    hosts: Vec<HostView>,
    folders: Vec<FolderView>,
    credentials: HashMap<CredentialId, String>,
    host_sources: HashMap<HostId, SourceRecord>,
    folder_sources: HashMap<FolderId, SourceRecord>,
    around: Kept,
}

impl Inventory {
    /// The caller's hosts and folders as a file, or those of one folder with those below it. It holds no secret.
    ///
    /// # Errors
    /// When the form is one that is only read, there is no such folder, or the database fails.
    pub async fn export(&self, caller: &Caller, query: &ExportQuery) -> Result<Exported, ServiceError> {
        let (name, media) = named(query.form)?;
        let mut holdings = self.holdings(caller, query.form).await?;
        if let Some(id) = &query.folder_id {
            holdings.keep_within(id)?;
        }
        let form = query.form;
        let writing = tokio::task::spawn_blocking(move || formats::write(form, &holdings.outgoing()));
        let bytes = writing.await.map_err(|_| ServiceError::Internal("writing the file broke off"))?;
        let bytes = bytes.map_err(|error| ServiceError::bad(error.to_string()))?;
        Ok(Exported { name, media, bytes })
    }

    /// The caller's hosts, each with its folder's path, and folders.
    pub(super) async fn everything(&self, caller: &Caller) -> Result<(Vec<HostView>, Vec<FolderView>), ServiceError> {
        let folders = self.folders(caller).await?;
        let paths: HashMap<_, _> = folders.iter().map(|folder| (&folder.id, &folder.path)).collect();
        let mut hosts = self.0.storage.inventory().all_hosts(caller.account()).await?;
        for host in &mut hosts {
            host.folder = host.folder_id.as_ref().and_then(|id| paths.get(id)).map(|path| (*path).clone());
        }
        Ok((hosts, folders))
    }

    /// What the caller has, with what was kept of it in this form.
    pub(super) async fn holdings(&self, caller: &Caller, form: Form) -> Result<Holdings, ServiceError> {
        let (room, account) = (self.0.storage.inventory(), caller.account());
        let credentials = self.0.vault.list(caller).await?;
        let (hosts, folders) = self.everything(caller).await?;
        Ok(Holdings {
            hosts,
            folders,
            credentials: credentials.into_iter().map(|credential| (credential.id, credential.name)).collect(),
            host_sources: room.host_sources(account, form).await?.into_iter().collect(),
            folder_sources: room.folder_sources(account, form).await?.into_iter().collect(),
            around: room.import_frame(account, form).await?.as_deref().map(kept::read).unwrap_or_default(),
        })
    }
}

/// What the file is called, and its media type.
fn named(form: Form) -> Result<(&'static str, &'static str), ServiceError> {
    match form {
        Form::Yaml => Ok(("hosts.yaml", "application/yaml; charset=utf-8")),
        Form::SshConfig => Ok(("ssh_config", "text/plain; charset=utf-8")),
        Form::Csv => Ok(("hosts.csv", "text/csv; charset=utf-8")),
        Form::Json => Ok(("hosts.json", "application/json")),
        Form::AnsibleIni | Form::AnsibleYaml | Form::KnownHosts => {
            Err(ServiceError::bad("this form is read and not written; export YAML, ssh_config, CSV or JSON"))
        }
    }
}

impl Holdings {
    /// Leaves out what lies outside a folder.
    fn keep_within(&mut self, id: &FolderId) -> Result<(), ServiceError> {
        let folder = self.folders.iter().find(|folder| folder.id == *id);
        let path = folder.ok_or_else(|| ServiceError::missing("folder", id))?.path.clone();
        let below = format!("{path}{PATH_SEPARATOR}");
        let inside = |other: &str| other == path || other.starts_with(&below);
        self.folders.retain(|folder| inside(&folder.path));
        let is_inside = |host: &HostView| host.folder.as_deref().is_some_and(inside);
        // What those inside are reached through comes along: without it they would be reached another way.
        let by_id: HashMap<&HostId, &HostView> = self.hosts.iter().map(|host| (&host.id, host)).collect();
        let of_hosts = self.hosts.iter().filter(|host| is_inside(host)).filter_map(|host| host.jump_host_id.clone());
        let mut open: Vec<HostId> =
            of_hosts.chain(self.folders.iter().filter_map(|folder| folder.jump_host_id.clone())).collect();
        let mut needed = HashSet::new();
        while let Some(id) = open.pop() {
            let next = by_id.get(&id).and_then(|host| host.jump_host_id.clone());
            if needed.insert(id) {
                open.extend(next);
            }
        }
        self.hosts.retain(|host| is_inside(host) || needed.contains(&host.id));
        Ok(())
    }

    /// Everything in the order in which it came, and what did not come in this form after that, by folder and name.
    pub(super) fn outgoing(&self) -> Outgoing {
        let names = self.jumps();
        let mut folders: Vec<&FolderView> = self.folders.iter().collect();
        folders.sort_by_cached_key(|folder| {
            let came = self.folder_sources.get(&folder.id).map(|source| source.position);
            (came.unwrap_or(i64::MAX), folder.path.to_lowercase())
        });
        let mut hosts: Vec<&HostView> = self.hosts.iter().collect();
        hosts.sort_by_cached_key(|host| {
            let came = self.host_sources.get(&host.id).map(|source| source.position);
            let folder = host.folder.as_deref().unwrap_or_default().to_lowercase();
            (came.unwrap_or(i64::MAX), folder, host.name.to_lowercase())
        });
        Outgoing {
            folders: folders.into_iter().map(|folder| self.folder_entry(folder, &names)).collect(),
            hosts: hosts.into_iter().map(|host| self.host_entry(host, &names)).collect(),
            kept: self.around.clone(),
        }
    }

    /// The hosts as they are, in no order.
    pub(super) fn hosts(&self) -> &[HostView] {
        &self.hosts
    }

    fn host_entry(&self, host: &HostView, others: &HashMap<&HostId, Jump>) -> HostEntry {
        let source = self.host_sources.get(&host.id);
        let policy = Policy {
            direct: host.direct,
            idle_timeout_seconds: host.idle_timeout_seconds,
            max_duration_seconds: host.max_duration_seconds,
            max_sessions: host.max_sessions,
            tmux: host.tmux,
            recording: host.recording,
        };
        HostEntry {
            name: host.name.clone(),
            address: host.address.clone(),
            port: host.port,
            protocol: host.protocol,
            username: host.username.clone(),
            folder: host.folder.as_deref().map(formats::path::split).unwrap_or_default(),
            tags: host.tags.clone(),
            device: host.device.clone(),
            credential: self.credential(host.credential_id.as_ref(), source),
            jumps: jumps(host.jump_host_id.as_ref(), others),
            policy,
            at: Default::default(),
            kept: source.map(|source| kept::read(&source.kept)).unwrap_or_default(),
        }
    }

    fn folder_entry(&self, folder: &FolderView, hosts: &HashMap<&HostId, Jump>) -> FolderEntry {
        let source = self.folder_sources.get(&folder.id);
        let policy = Policy {
            direct: folder.direct,
            idle_timeout_seconds: folder.idle_timeout_seconds,
            max_duration_seconds: folder.max_duration_seconds,
            max_sessions: folder.max_sessions,
            tmux: false,
            recording: folder.recording,
        };
        FolderEntry {
            path: formats::path::split(&folder.path),
            username: folder.username.clone(),
            credential: self.credential(folder.credential_id.as_ref(), source),
            jumps: jumps(folder.jump_host_id.as_ref(), hosts),
            policy,
            at: Default::default(),
            kept: source.map(|source| kept::read(&source.kept)).unwrap_or_default(),
        }
    }

    /// The credential's name; without one, what the file called it: there may be no such credential here.
    fn credential(&self, id: Option<&CredentialId>, source: Option<&SourceRecord>) -> Option<String> {
        let known = id.and_then(|id| self.credentials.get(id)).cloned();
        known.or_else(|| source.and_then(|source| kept::credential(&source.kept)))
    }

    /// What each host is called where another one is reached through it: its name when no other host has it, else where
    /// it is.
    fn jumps(&self) -> HashMap<&HostId, Jump> {
        let (mut names, mut places) = (HashMap::<String, usize>::new(), HashMap::<(&str, u16), usize>::new());
        for host in &self.hosts {
            *names.entry(host.name.to_lowercase()).or_default() += 1;
            *places.entry((&host.address, host.port)).or_default() += 1;
        }
        let jump = |host: &HostView| {
            let is_alone = names.get(&host.name.to_lowercase()).is_none_or(|count| *count == 1);
            let place = Jump { user: None, host: host.address.clone(), port: Some(host.port) };
            let has_place = places.get(&(host.address.as_str(), host.port)).is_none_or(|count| *count == 1)
                && !names.contains_key(&host.address.to_lowercase());
            if is_alone || !has_place { Jump::named(host.name.clone()) } else { place }
        };
        self.hosts.iter().map(|host| (&host.id, jump(host))).collect()
    }

    /// One host as it is exported.
    pub(super) fn entry_of(&self, id: &HostId) -> Option<HostEntry> {
        let others = self.jumps();
        self.hosts.iter().find(|host| host.id == *id).map(|host| self.host_entry(host, &others))
    }

    /// The first host that is exported as this.
    pub(super) fn find(&self, is_it: impl Fn(&HostEntry) -> bool) -> Option<HostId> {
        let others = self.jumps();
        let found = self.hosts.iter().find(|host| is_it(&self.host_entry(host, &others)));
        found.map(|host| host.id.clone())
    }
}

fn jumps(id: Option<&HostId>, hosts: &HashMap<&HostId, Jump>) -> Vec<Jump> {
    id.and_then(|id| hosts.get(id)).cloned().into_iter().collect()
}
