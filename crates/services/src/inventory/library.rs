//! Saved hosts in the shape of SPEC §4's YAML, with the ids that are made of what they say: `/api/sessions*` of SPEC §12.

use super::{Inventory, fields};
use crate::{Caller, ServiceError, access};
use formats::HostEntry;
use std::collections::HashMap;
use wire::{
    CredentialId, HostId, Patch,
    inventory::{
        DeviceMetadata, FolderPatch, FolderView, Form, HostDraft, HostPatch, LibraryDone, LibraryDraft, LibraryFolder,
        LibrarySession,
        inherit::{DEEPEST_FOLDER, PATH_SEPARATOR},
    },
};

impl Inventory {
    /// The caller's saved hosts by folder, in the order in which they came.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn library(&self, caller: &Caller) -> Result<Vec<LibraryFolder>, ServiceError> {
        let outgoing = self.holdings(caller, Form::Yaml).await?.outgoing();
        let mut shelf = Shelf::default();
        for folder in &outgoing.folders {
            shelf.folder(folder.path.join(PATH_SEPARATOR));
        }
        for host in &outgoing.hosts {
            let session = session(host);
            shelf.folder(session.folder_name.clone()).sessions.push(session);
        }
        Ok(shelf.folders)
    }

    /// Saves a host.
    ///
    /// # Errors
    /// When a field is missing or not acceptable, the same host is there already, or the caller may only watch.
    pub async fn library_add(&self, caller: &Caller, draft: LibraryDraft) -> Result<LibrarySession, ServiceError> {
        let device = device(DeviceMetadata::default(), &draft);
        let credential_id = self.credential_called(caller, draft.credsid.as_deref()).await?;
        let address =
            draft.host.ok_or_else(|| ServiceError::bad("host is missing; give a DNS name or an IP address"))?;
        let host = HostDraft {
            name: draft.display_name.unwrap_or_else(|| address.clone()),
            address,
            port: draft.port,
            folder: draft.folder_name,
            credential_id,
            device,
            ..HostDraft::default()
        };
        let added = self.add(caller, host).await?;
        self.library_session(caller, &added.id).await
    }

    /// Changes a saved host; what the draft leaves out stays. Its id changes with its name, address, port or folder.
    ///
    /// # Errors
    /// As [`Inventory::library_add`], and when no saved host has this id.
    pub async fn library_update(
        &self,
        caller: &Caller,
        id: &str,
        draft: LibraryDraft,
    ) -> Result<LibrarySession, ServiceError> {
        let host = self.host(caller, &self.library_host(caller, id).await?).await?;
        let device = device(host.device, &draft);
        let credential_id = match draft.credsid.as_deref() {
            None => Patch::Keep,
            Some(name) => self.credential_called(caller, Some(name)).await?.into(),
        };
        let patch = HostPatch {
            name: draft.display_name,
            address: draft.host,
            port: draft.port,
            folder: draft.folder_name.map_or(Patch::Keep, |name| Some(name).filter(|name| !name.is_empty()).into()),
            credential_id,
            device: Some(device),
            ..HostPatch::default()
        };
        let changed = self.update(caller, &host.id, patch).await?;
        self.library_session(caller, &changed.id).await
    }

    /// Deletes a saved host.
    ///
    /// # Errors
    /// When no saved host has this id, another host is reached through it, or the caller may only watch.
    pub async fn library_delete(&self, caller: &Caller, id: &str) -> Result<LibraryDone, ServiceError> {
        self.delete(caller, &self.library_host(caller, id).await?).await?;
        done(format!("the session {id} is deleted"))
    }

    /// Makes a folder with the folders around it.
    ///
    /// # Errors
    /// `Conflict` when there is one of this path; otherwise as for any folder.
    pub async fn library_add_folder(&self, caller: &Caller, path: &str) -> Result<LibraryDone, ServiceError> {
        access::may_connect(caller)?;
        if at_path(&self.folders(caller).await?, path).is_some() {
            return Err(ServiceError::Conflict(format!(
                "there is already a folder called {path}; choose another name"
            )));
        }
        let tree = self.tree(caller.account()).await?;
        let names = formats::path::split(path);
        let known = (1..=names.len()).rev().find_map(|depth| {
            let around = names[..depth].join(PATH_SEPARATOR).to_lowercase();
            let found = tree.nodes().iter().find(|node| node.folder.path.to_lowercase() == around)?;
            Some((found.folder.id.clone(), depth))
        });
        let (mut around, depth) = known.map_or((None, 0), |(id, depth)| (Some(id), depth));
        let missing = names[depth..].iter().map(|name| fields::folder_name(name)).collect::<Result<Vec<_>, _>>()?;
        if missing.is_empty() || names.len() > DEEPEST_FOLDER {
            return Err(ServiceError::bad(
                "the folder's name is empty, or it would lie too deep; give names with ` / ` between them",
            ));
        }
        self.make_folders(caller.account(), &mut around, missing).await?;
        self.0.audit.note(caller, "folder.add", format!("folder {path}"), "done").await;
        done(format!("the folder {path} is made"))
    }

    /// Gives a folder another name.
    ///
    /// # Errors
    /// When there is no such folder, or one has the new name already.
    pub async fn library_rename_folder(
        &self,
        caller: &Caller,
        path: &str,
        name: &str,
    ) -> Result<LibraryDone, ServiceError> {
        let folder = self.folder_named(caller, path).await?;
        // A client may say the whole new path of a folder that stays where it is.
        let around = folder.path.strip_suffix(&folder.name).unwrap_or_default();
        let name = name.strip_prefix(around).unwrap_or(name).to_owned();
        self.update_folder(caller, &folder.id, FolderPatch { name: Some(name.clone()), ..FolderPatch::default() })
            .await?;
        done(format!("the folder {path} is called {name} now"))
    }

    /// Deletes an empty folder.
    ///
    /// # Errors
    /// When there is no such folder, or something lies in it.
    pub async fn library_delete_folder(&self, caller: &Caller, path: &str) -> Result<LibraryDone, ServiceError> {
        let folder = self.folder_named(caller, path).await?;
        self.delete_folder(caller, &folder.id).await?;
        done(format!("the folder {path} is deleted"))
    }

    async fn folder_named(&self, caller: &Caller, path: &str) -> Result<FolderView, ServiceError> {
        let folders = self.folders(caller).await?;
        at_path(&folders, path).cloned().ok_or_else(|| ServiceError::missing("folder", path))
    }

    /// The host with an id of this shape, or with an id of ours.
    async fn library_host(&self, caller: &Caller, id: &str) -> Result<HostId, ServiceError> {
        let holdings = self.holdings(caller, Form::Yaml).await?;
        if let Some(host) = holdings.hosts().iter().find(|host| host.id.as_str() == id) {
            return Ok(host.id.clone());
        }
        let found = holdings.find(|host| session(host).id == id);
        found.ok_or_else(|| ServiceError::missing("session", id))
    }

    async fn library_session(&self, caller: &Caller, id: &HostId) -> Result<LibrarySession, ServiceError> {
        let holdings = self.holdings(caller, Form::Yaml).await?;
        holdings.entry_of(id).map(|host| session(&host)).ok_or_else(|| ServiceError::missing("host", id))
    }

    /// The credential of this name; none for an empty one.
    async fn credential_called(
        &self,
        caller: &Caller,
        name: Option<&str>,
    ) -> Result<Option<CredentialId>, ServiceError> {
        let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else { return Ok(None) };
        let known = self.credentials_by_name(caller).await?.remove(&name.to_lowercase());
        known.map(Some).ok_or_else(|| {
            ServiceError::bad(format!(
                "credsid: there is no credential called {name}; add it to the vault first, or leave it out"
            ))
        })
    }

    /// The caller's credentials by their names in lower case.
    pub(super) async fn credentials_by_name(
        &self,
        caller: &Caller,
    ) -> Result<HashMap<String, CredentialId>, ServiceError> {
        let credentials = self.0.vault.list(caller).await?;
        Ok(credentials.into_iter().map(|credential| (credential.name.to_lowercase(), credential.id)).collect())
    }
}

fn done(message: String) -> Result<LibraryDone, ServiceError> {
    Ok(LibraryDone { message })
}

fn at_path<'a>(folders: &'a [FolderView], path: &str) -> Option<&'a FolderView> {
    let path = path.to_lowercase();
    folders.iter().find(|folder| folder.path.to_lowercase() == path)
}

/// Folders in the order of their first mention.
#[derive(Default)]
struct Shelf {
    folders: Vec<LibraryFolder>,
    at: HashMap<String, usize>,
}

impl Shelf {
    fn folder(&mut self, name: String) -> &mut LibraryFolder {
        let next = self.folders.len();
        let at = *self.at.entry(name.clone()).or_insert(next);
        if at == next {
            self.folders.push(LibraryFolder { folder_name: name, sessions: Vec::new() });
        }
        &mut self.folders[at]
    }
}

fn device(below: DeviceMetadata, draft: &LibraryDraft) -> DeviceMetadata {
    let pick = |said: &Option<String>, below: String| said.clone().unwrap_or(below);
    DeviceMetadata {
        device_type: pick(&draft.device_type, below.device_type),
        model: pick(&draft.model, below.model),
        vendor: pick(&draft.vendor, below.vendor),
        serial_number: pick(&draft.serial_number, below.serial_number),
        software_version: pick(&draft.software_version, below.software_version),
        ..below
    }
}

/// A saved host as clients see it. Its id is made of the texts as the YAML has them, so that a file gives the same ids.
fn session(host: &HostEntry) -> LibrarySession {
    let said = formats::Session::of(host);
    LibrarySession {
        id: id(&said),
        port: host.port,
        device_type: host.device.device_type.clone(),
        model: host.device.model.clone(),
        serial_number: host.device.serial_number.clone(),
        software_version: host.device.software_version.clone(),
        vendor: host.device.vendor.clone(),
        credsid: host.credential.clone().unwrap_or_default(),
        display_name: said.display_name,
        host: said.host,
        folder_name: said.folder_name,
    }
}

/// SPEC §4: `session-` and the first 12 hex digits of the MD5 of `display_name:host:port:folder_name`.
fn id(said: &formats::Session) -> String {
    let text = format!("{}:{}:{}:{}", said.display_name, said.host, said.port, said.folder_name);
    let digits: String = md5::compute(text).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("session-{digits}")
}
